/* run.h - runs scenarios: replications and variants over threads, with limits and progress.
 *
 * Work items are (scenario, replication), numbered in order; own threads take the next number and
 * put what they found in slot[number]; results are reduced in that order, so the thread count
 * cannot change a byte.
 */
#ifndef TEPID_RUN_RUN_H
#define TEPID_RUN_RUN_H

#include "run/observer.h"
#include "run/result.h"
#include "run/tracing.h"

struct run_limits {
    sim_time max_wall;   /* wall clock; SIM_NEVER: none */
    uint64_t max_events; /* of each replication; UINT64_MAX: none */
    int64_t max_memory;  /* bytes of the process (resident), INT64_MAX: none */
};

/* Called from the waiting thread about ten times a second. */
struct run_progress {
    int done, total;       /* work items */
    sim_time now, horizon; /* of the first item still running */
    uint64_t requests;     /* so far */
    double wall_s;
};
typedef void (*run_report)(void *context, const struct run_progress *progress);

/* Resident memory of this process in bytes, now and at its highest. */
int64_t run_resident_bytes(void);
int64_t run_peak_resident_bytes(void);

struct run_item {
    const struct scenario *scenario;
    const char *variant; /* or NULL */
};

struct run_options {
    int jobs;     /* threads, >= 1 */
    int64_t reps; /* 0: what each scenario says */
    /* Above 0: as many replications as it takes until the 95 % intervals are that narrow (precision.h); `reps` is then the most. */
    double precision;
    struct run_limits limits;
    const struct trace_ask *traces; /* of replication 0 of each item: result.traces; NULL: none */
    const _Atomic int
        *stop;         /* set to non-zero by a signal handler: stop soon, keep what there is */
    run_report report; /* or NULL */
    void *context;
    /* Of replication 0 of the first item; NULL: none. Shown its samples; and a search that rides on it, to be captured later. */
    const struct observer *observer;
    struct trace_search *search;
    /* A run that was stopped gives no result: results[i] stays NULL, and no time is lost on it. */
    bool whole_only;
};

/* results[i] for items[i]; every entry is freed by the caller with result_free. False with err
 * only for what no result can be made of; a limit reached gives results with `end` set. */
bool run_all(const struct run_item *items, int count, const struct run_options *options,
             struct result **results, struct err *err);

/* True where batch means measure chance alone: constant rates all along and no faults. */
bool run_is_stationary(const struct scenario *scenario);

#endif
