/* sweep_ranks.h - a sweep over several processes. Private to run/, but for the dismissal.
 *
 * Rank 0 has the table: it hands out points, computes like the others, and takes what they find. The others know only orders; they ask
 * when a thread of theirs has nothing to do, so that each takes as many points as it manages. Twice a second they tell how far they
 * are. One that is silent for options->rank_silence is lost: rank 0 names it and gives its points to others. A finding says nothing of who made it,
 * so the table does not depend on any of this.
 */
#ifndef TEPID_RUN_SWEEP_RANKS_H
#define TEPID_RUN_SWEEP_RANKS_H

#include "run/cluster.h"
#include "run/sweep_crew.h"

/* Rank 0's view of the others, while it runs. */
struct sweep_ranks;

/* Runs the crew until its source is over; in the ranks above 0 the plan's source is not asked, orders come from rank 0. */
bool sweep_ranks_run(const struct sweep_plan *plan, uint64_t digest,
                     void (*report)(void *context, const struct sweep_ranks *ranks,
                                    struct sweep_crew *crew, double wall_s),
                     void *context, enum run_end *end, struct err *err);

/* The part of the ranks above 0: sweep_help.c. */
bool sweep_help(const struct sweep_plan *plan, uint64_t digest, struct err *err);

/* Adds what other processes are at; `ranks` may be NULL. */
void sweep_ranks_add(const struct sweep_ranks *ranks, struct sweep_progress *progress,
                     double *under_way);

#endif
