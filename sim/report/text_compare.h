/* text_compare.h - two designs side by side, as the terminal shows them: what differs in the settings above, what differs in
 * the results below, and whether that can be told from chance.
 */
#ifndef TEPID_REPORT_TEXT_COMPARE_H
#define TEPID_REPORT_TEXT_COMPARE_H

#include "core/unit.h"
#include "report/side.h"
#include "report/text.h"

struct text_compare_info {
    char a_letter, b_letter; /* 'A', 'B' */
    bool chosen_reps;        /* the number of replications was chosen here, not by the user */
};

void text_write_comparison(const struct side *a, const struct side *b,
                           const struct comparison *comparison,
                           const struct text_compare_info *info,
                           const struct text_options *options, struct text *out);

/* One sentence on what B does to A, for the first line and for reports: "p99 -45% and cost +12%", "no significant difference",
 * "identical: ...". Significant differences only. */
void compare_verdict(const struct comparison *comparison, struct text *out);

/* True for the latency of a mark ("mark shipped"). */
bool compare_is_mark(const struct difference *row);

#define COMPARE_TEXT_MAX (UNIT_TEXT_MAX + 8)
/* A figure in the words of the summary, from its unit in the files; with its sign for a change. */
char *compare_show(char buf[COMPARE_TEXT_MAX], double value, const char *unit);
char *compare_show_change(char buf[COMPARE_TEXT_MAX], double change, const char *unit);

#endif
