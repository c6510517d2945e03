/* warmup_check.h - has a run settled before it is measured?
 *
 * Where rates are constant and nothing is planned to happen, what is measured should not drift. The concurrency and the queue of every node
 * over the measured samples are asked (steady.h): a beginning that differs from the rest calls for a longer warm-up, a
 * series that never settles for a longer run - or says that the load is more than can be served. Runs whose load changes by
 * design are not asked, nor are nodes with next to nothing to do.
 */
#ifndef TEPID_RUN_WARMUP_CHECK_H
#define TEPID_RUN_WARMUP_CHECK_H

#include "stats/steady.h"

struct warmup_check {
    enum steady_verdict verdict; /* the worst of all series; UNKNOWN: nobody was asked */
    const char *resource;        /* whose it is; "*": the application */
    const char *what;            /* "concurrency", "queue" */
    double settles_s;            /* LATE: a warm-up that would have left it out */
    double early, late;          /* means before and after; NEVER: of the halves */
};

struct result;

/* From the samples of replication 0. */
void warmup_check(struct warmup_check *check, const struct result *result);

#endif
