/* world.h - one replication of one scenario: services on a clock, watched.
 *
 * world_new turns the description into live services, world_run moves the clock, and what was seen is taken out as
 * node_stats (node.h), samples and usage before world_free. A world belongs to one thread; many may
 * live in a process.
 *
 * Nodes of the results are the probes in order - every service, a gateway followed by its routes, the marks - behind node 0, the
 * application.
 */
#ifndef TEPID_RUN_WORLD_H
#define TEPID_RUN_WORLD_H

#include "model/model.h"
#include "run/node.h"
#include "run/observer.h"
#include "run/run.h"

#define WORLD_BATCHES 20 /* of a single run, for batch means (ENGINE: 20-30) */

/* What happens when an EVENT_OBSERVE comes. */
enum observation { OBSERVE_WARMUP, OBSERVE_SAMPLE, OBSERVE_BATCH };

struct world {
    struct model model; /* first: event handlers get the clock, the model, the world */
    const struct scenario *scenario;
    struct base_run base;
    enum run_end end;
    double started_s, ended_s; /* wall clock, of some origin */

    /* samples, only where they are kept (replication 0) */
    bool sampling;
    sim_time sample;     /* width */
    sim_time sampled_at; /* end of the last one */
    double rate_max;     /* of the application, per second, over samples of the measured interval */
    double *gateway_rate_max; /* by service */
    struct sample_row *samples;
    int64_t sample_count;
    size_t sample_capacity;
    struct window joined; /* windows of several sources or routes together; empty in between */
    int64_t (*meters_sampled)[SVC_METERS_MAX];
    double (*meter_price)[SVC_METERS_MAX]; /* USD per meter count, first tier */
    sim_time observed;                     /* width of what an observer is shown */
    struct onlooker *onlooker;             /* observer.c; NULL: nobody looks on */

    /* batches, only for a single replication */
    bool batching;
    int batches;                     /* ended so far */
    struct node_stats *batch_before; /* per node: state at the end of the last batch */
    struct node_row_values *rows;    /* per node: values of every batch */
    bool *sums_only;                 /* per node: too few calls in some batch for percentiles */
};

/* `sampling`: keep the time series; `batching`: keep batch means. */
struct world *world_new(const struct scenario *scenario, uint32_t rep, bool sampling,
                        bool batching);

/* Somebody looks on from here: before world_run, of a world that samples. `observer` lives as long as the world. */
void world_observe(struct world *world, const struct observer *observer);

/* Runs to the end, a limit or *stop. `progress` (may be NULL) is written now and then for another thread to read. */
struct world_progress {
    _Atomic int64_t now;
    _Atomic uint64_t requests;
};
void world_run(struct world *world, const struct run_limits *limits, const _Atomic int *stop,
               struct world_progress *progress);

void world_free(struct world *world); /* accepts NULL */

int world_node_count(const struct world *world);

/* The application and every probe, at the present instant, over the measured interval. The caller frees with node_free. */
void world_node(struct world *world, int node, struct node_stats *out);

/* The same with sums in place of histograms, and no levels. */
void world_node_sums(struct world *world, int node, struct node_stats *out);

/* What result_node says of a node; name in the world's arena. */
struct result_node world_node_name(struct world *world, int node);

/* Usage of the measured interval, one entry a line of the bill; returns the count. */
int world_usage(struct world *world, struct usage **usage);

/* The lines of the summary's CAPACITY section: use of every limit in the measured interval; returns the count. */
int world_capacities(struct world *world, struct capacity_row **rows);

/* observe.c */
void world_start_observing(struct world *world);
void world_on_observe(struct sim *sim, uint32_t slot, uint32_t generation);
void world_last_sample(struct world *world);
void world_last_batch(struct world *world);

/* The window of several sources or routes is their sum. */
void window_join(struct window *into, const struct window *from);

/* observer.c */
void world_show_sample(struct world *world, int64_t first_row);
void world_show_rest(struct world *world);
void world_end_observing(struct world *world);

/* faults.c */
void world_start_faults(struct world *world);
void world_on_fault(struct sim *sim, uint32_t slot, uint32_t generation);

/* The width of a sample: the scenario's, else the smallest of 1 s, 2 s, 5 s ... that keeps the series readable. */
sim_time world_sample_width(const struct scenario *scenario, int nodes);

#endif
