/* sweep_ranks.h - the processes of a sweep. Private to run/. */
#ifndef TEPID_RUN_SWEEP_RANKS_H
#define TEPID_RUN_SWEEP_RANKS_H

#include "run/sweep_crew.h"

/* Runs the crew until its source is over. */
bool sweep_ranks_run(const struct sweep_plan *plan, struct sweep_crew *crew,
                     void (*report)(void *context, double wall_s), void *context, struct err *err);

/* Adds what other processes are at. */
void sweep_ranks_add(struct sweep_progress *progress, double *under_way);

#endif
