/* observer.h - someone who looks on while a run goes by: told of every sample as it closes.
 *
 * A run keeps rows for timeseries.csv anyway. An observer is shown the same rows while they are fresh, and what no file has: the latencies
 * of the application in that sample as counts of histogram buckets (so that any stretch of time can be merged exactly),
 * where their time went, calls and failures of every edge, the bill so far. Showing reads; it schedules no event, draws nothing and counts
 * nothing, so results are the same to the byte with and without it.
 *
 * A run with more than OBSERVER_ROWS_MAX rows is shown several samples at a time (sample_group.h).
 *
 * All calls come on the thread that runs the world; what they point to is good until they return.
 */
#ifndef TEPID_RUN_OBSERVER_H
#define TEPID_RUN_OBSERVER_H

#include "model/outcome.h"
#include "run/result.h"

#define OBSERVER_ROWS_MAX 400000

struct world;

/* Latencies that fell into one bucket of a histogram (stats/hist.h). */
struct bucket_count {
    uint32_t bucket, count;
};

/* Calls in the sample; failures of calls answered in it, refusals included. */
struct edge_count {
    uint32_t calls, failed;
};

struct sample_seen {
    sim_time from, to;
    const struct sample_row *rows; /* by node: the application, services, routes */
    int row_count;
    const struct bucket_count *latency; /* of the application, ascending */
    int latency_count;
    double stage_ns[STAGE_COUNT];   /* of the same calls, summed up */
    uint64_t staged;                /* so many calls */
    const struct edge_count *edges; /* by edge of the model */
    int edge_count;
    const double *cost_usd; /* by line of world_usage: what the measured interval has cost so far */
    int cost_count;
    uint64_t requests, events; /* so far */
};

struct observer {
    void (*begin)(void *context, struct world *world); /* before the first event */
    void (*sample)(void *context, const struct sample_seen *seen);
    void *context;
};

#endif
