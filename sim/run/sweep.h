/* sweep.h - the same scenario at many points, with common random numbers.
 *
 * Every point is simulated with the same seed, and draws are addressed rather than consumed (core/rng.h), so points differ by
 * their settings and not by luck. Tasks are (point, replication) over threads; a point is reduced when its last replication is in, on
 * whatever thread that was, and freed: memory holds a few points at a time however many there are. What a sweep does not show is not recorded
 * (no time series, no batches), which leaves a point about the cost of its events.
 *
 * After the grid a sweep may go on by itself: --refine looks between points where the optimum and the edge of the SLOs
 * lie, --find closes in on the edge along one parameter. Both decide only when all points they asked for are there, in an
 * order that knows nothing of threads, so they ask for the same points on any machine.
 */
#ifndef TEPID_RUN_SWEEP_H
#define TEPID_RUN_SWEEP_H

#include "run/cluster.h"
#include "run/run.h"
#include "run/study.h"
#include "run/sweep_table.h"

struct sweep;

struct sweep_setup {
    struct study *study; /* outlives the sweep */
    const char *variant; /* or NULL */
    struct study_times times;
    const char *const *axes; /* --sweep; none: the file's */
    int axis_count;
    double precision; /* as in run_options; 0: none */
    bool refine;
    const char *find;              /* the parameter of --find, or NULL */
    const char *version, *command; /* kept in the table; or NULL */
    int shard, shards;             /* points index % shards == shard - 1; 0: all */
};

/* Loads the file, reads the axes and tries every value of each parameter, so that what is wrong is said before the first event. Forks:
 * call it before there are threads. NULL with err. */
struct sweep *sweep_open(const struct sweep_setup *setup, struct err *err);
void sweep_close(struct sweep *sweep); /* accepts NULL */

/* What is known; changes while sweep_run works, under its lock. */
const struct sweep_table *sweep_table(const struct sweep *sweep);
const struct scenario *sweep_scenario(const struct sweep *sweep); /* the file as it stands */

/* Points of an earlier table need not be simulated again. False with err if they are those of another file, other settings, seed
 * or length. `known` outlives the sweep. */
bool sweep_resume(struct sweep *sweep, const struct sweep_table *known, struct err *err);

struct sweep_progress {
    int done, total; /* points */
    int ranks,
        silent;   /* processes that compute, and those not heard of for a while; 1, 0 without MPI */
    double share; /* of the work now known, 0 .. 1 */
    uint64_t requests;
    double wall_s;
};

struct sweep_options {
    int jobs; /* threads of this process, >= 1 */
    struct run_limits limits;
    const _Atomic int *stop; /* set to non-zero: stop soon, keep the points that are complete */
    void (*report)(void *context,
                   const struct sweep_progress *progress); /* on the waiting thread */
    /* A point is done; one call at a time, on any thread, in the order of completion. */
    void (*on_point)(void *context, const struct sweep_table *table,
                     const struct sweep_point *point);
    /* What a point says of itself, from its result (which is freed afterwards): text the sweep hands to on_note in the process that started it. On
     * any thread, several at a time. With it, points are recorded like a run: series and batches. */
    char *(*note)(void *context, const struct result *result); /* mem_resize'd, NUL-terminated */
    void (*on_note)(void *context, int point, const char *note);
    void *context;
    struct cluster *cluster; /* NULL: this process alone */
    sim_time rank_silence;   /* real time after which a process is given up that says nothing */
};

/* For all ranks of a cluster to call where one of them cannot even begin: `err` is why. */
void sweep_dismiss(struct cluster *cluster, const struct err *err);

/* In ranks above 0 it helps and leaves the table alone. Runs what is not done. False with err if a point cannot be loaded or priced; stopped or at a limit it returns true and the
 * table's `end` says so. */
bool sweep_run(struct sweep *sweep, const struct sweep_options *options, struct err *err);

#endif
