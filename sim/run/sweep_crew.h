/* sweep_crew.h - threads that compute points. Private to run/.
 *
 * A point is an order: the values of its parameters. The crew asks its source for the next one whenever a thread has nothing to do,
 * loads the scenario, hands its replications to whoever is free, and gives back a finding. Where orders come from and where findings
 * go - this process, or another over MPI - is the source's affair.
 */
#ifndef TEPID_RUN_SWEEP_CREW_H
#define TEPID_RUN_SWEEP_CREW_H

#include "run/sweep.h"
#include "run/sweep_point.h"

struct sweep_order {
    int point;
    const char *const *values; /* as long as the order is under way */
};

enum sweep_next { SWEEP_ORDER, SWEEP_WAIT, SWEEP_OVER };

/* Called under the crew's lock. */
struct sweep_source {
    void *context;
    enum sweep_next (*next)(void *context, struct sweep_order *order);
    /* Takes the finding over. */
    void (*finished)(void *context, const struct sweep_order *order, struct sweep_finding *finding);
    /* A point that was given out comes back not done. */
    void (*give_back)(void *context, int point);
};

/* What points have in common. */
struct sweep_plan {
    struct study *study;
    const char *variant;
    struct study_times times;
    const struct sweep_grid *grid; /* names of the parameters */
    const struct metric_path *objective;
    int reps; /* with a precision: at most */
    double precision;
    const struct sweep_options *options;
    struct sweep_source source;
};

struct sweep_crew;

struct sweep_crew *sweep_crew_new(const struct sweep_plan *plan);
void sweep_crew_free(struct sweep_crew *crew);

/* Works until the source is over, something fails or is stopped. `report` is called ten times a second on the calling thread. False with
 * err if a point could not be loaded or priced. */
bool sweep_crew_run(struct sweep_crew *crew, void (*report)(void *context, double wall_s),
                    void *context, struct err *err);

/* The source has something new, after SWEEP_WAIT. */
void sweep_crew_wake(struct sweep_crew *crew);
void sweep_crew_lock(struct sweep_crew *crew);
void sweep_crew_unlock(struct sweep_crew *crew);

/* Ends it early; the first reason counts. */
void sweep_crew_halt(struct sweep_crew *crew, enum run_end end);
void sweep_crew_fail(struct sweep_crew *crew, const struct err *err);
enum run_end sweep_crew_end(struct sweep_crew *crew);

/* Requests simulated so far, and points under way counted by how far they are. */
uint64_t sweep_crew_requests(struct sweep_crew *crew);
double sweep_crew_under_way(struct sweep_crew *crew);

/* Loads a point's scenario; trusted and silent. */
struct scenario *sweep_plan_load(const struct sweep_plan *plan, const char *const *values,
                                 struct err *err);

#endif
