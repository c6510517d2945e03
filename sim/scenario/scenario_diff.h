/* scenario_diff.h - what two scenarios say differently, as a list to read above the difference of their results.
 *
 * Parameters, settings of resources with the same name, the account, times of the run, handlers, resources that only one has: each
 * difference is one line, `~` changed, `+` only in B, `-` only in A (the signs of a plan of changes). Handlers
 * are compared by what they recorded, not by their text.
 */
#ifndef TEPID_SCENARIO_SCENARIO_DIFF_H
#define TEPID_SCENARIO_SCENARIO_DIFF_H

#include "scenario/scenario.h"

struct setting_change {
    char sign;         /* '~', '+', '-' */
    const char *what;  /* "param memory", "fn hello", "queue jobs.batch", "account.concurrency" */
    const char *a, *b; /* as a user writes them; "" where a side has none */
};

struct scenario_diff {
    struct setting_change *changes;
    int count;
};

void scenario_diff(struct scenario_diff *diff, const struct scenario *a, const struct scenario *b,
                   struct arena *arena);

#endif
