/* result.h - what a run found out, ready to be asked.
 *
 * A result covers one scenario as loaded (one variant) over all its replications. Questions go by node
 * and metric; report/ never sees histograms or services.
 */
#ifndef TEPID_RUN_RESULT_H
#define TEPID_RUN_RESULT_H

#include "cost/bill.h"
#include "run/precision.h"
#include "run/warmup_check.h"
#include "scenario/scenario.h"

/* One line of summary.csv and of the latency table: the application "*", a resource, a route "web GET /x",
 * a traffic source, "mark shipped". */
struct result_node {
    const char *name;
    const char *kind; /* "application", a class's kind, "route", "mark" */
    int32_t resource; /* index into the scenario, or -1 */
    int32_t parent;   /* node index of the gateway of a route, else -1 */
};

struct result_row {
    const char *resource, *metric, *stat, *unit;
    double value;
    bool has_ci;
    double ci_low, ci_high;
    /* What the interval stands on, in the unit of `value`: one a replication, or a batch of the only one; NAN where it had no
     * data. For paired differences (compare.h). NULL: none, or too many to keep (RESULT_VALUES_MAX). */
    const double *values;
    int value_count;
};
#define RESULT_VALUES_MAX 8000000 /* of all rows together: 64 MB */

/* One row of timeseries.csv. Columns that do not apply are NAN (written empty). */
struct sample_row {
    double time_s; /* end of the sample */
    int32_t node;
    double arrivals, completed, errors, throttles, timeouts, cold_starts;
    double concurrency_mean, concurrency_max, instances_warm, queue_depth, queue_age_s;
    double latency_p50_ms, latency_p95_ms, latency_p99_ms;
    double consumed_rcu, consumed_wcu, cost_usd, goodput;
};

struct latency_row {
    int32_t node;
    double le_ms;
    uint64_t count;
};

struct edge_row {
    const char *from, *to;
    uint64_t calls, errors, throttles;
    double latency_p50_ms, latency_p99_ms; /* NAN: no data */
};

struct slo_result {
    const struct slo_def *slo;
    bool has_data; /* false: fails */
    double actual; /* base unit of the metric */
    bool passed;
    double margin_ratio; /* (limit - actual) / limit; NAN without data or with limit 0 */
};

enum run_end { RUN_COMPLETE, RUN_INTERRUPTED, RUN_MAX_WALL, RUN_MAX_EVENTS, RUN_MAX_MEMORY };

struct insight_list;
struct node_stats;
struct node_row_values;
struct trace_set;

struct result {
    const struct scenario *scenario; /* not owned */
    const char *variant;             /* or NULL */
    uint64_t seed;
    int reps;
    sim_time duration, warmup, sample;
    sim_time reached; /* simulated time of replication 0; == duration when complete */
    enum run_end end; /* anything but RUN_COMPLETE: partial */
    struct result_node *nodes;
    int node_count;
    struct result_row *rows; /* summary.csv, in order */
    int row_count;
    struct sample_row *samples; /* by time, then node; replication 0 */
    int64_t sample_count;
    struct latency_row *latencies;
    int64_t latency_count;
    struct edge_row *edges;
    int edge_count;
    struct slo_result *slos;
    int slo_count;
    bool slos_passed;
    struct precision_report precision; /* target 0: nobody asked */
    struct warmup_check settling;
    struct capacity_row *capacities;
    int capacity_count;
    struct bill bill;  /* means over replications */
    uint64_t requests; /* simulated, warm-up included, all replications */
    uint64_t events;
    uint64_t fingerprint; /* over all replications */
    double started_s,
        ended_s;         /* wall clock of the simulation proper, of some origin; never in files */
    double wall_s;       /* ended - started: replications run side by side */
    struct trace_set *traces; /* of replication 0; NULL: none were asked for, or it was broken off */
    struct arena *arena; /* holds the result itself */
    const struct insight_list *insights; /* of whoever looked for them (insight.h); NULL: nobody. Not owned. */

    /* What the questions below are answered from. */
    struct node_stats *stats;                   /* by node, all replications */
    struct node_stats *const *rep_stats;        /* [rep][node] */
    const struct node_row_values *batch_values; /* by node, of a single replication */
    int batches;                                /* 0: none */
    bool rows_made;
    int64_t values_kept; /* of all rows so far */
};

void result_free(struct result *result); /* accepts NULL */

/* The value of a metric, in its base unit (ns, ratio, count, per_s, gb_s, usd); false if it does
 * not apply or has no data. `ci` may be NULL; else ci[0] > ci[1] when there is no interval. */
bool result_value(const struct result *result, int node, enum metric_id metric,
                  struct statistic stat, double *value, double ci[2]);
int result_find_node(const struct result *result, const char *name); /* -1: none */

/* Samples a percentile or mean stands on: calls in the latency histogram of the node. */
uint64_t result_count(const struct result *result, int node, enum metric_id metric);

#endif
