/* record.h - one run as the window keeps it: everything it may be asked to draw, at any zoom.
 *
 * A run is simulated faster than it is watched. While it runs, the simulation's thread hands over what each sample saw (a
 * frame: the rows of timeseries.csv, the stages, a sparse histogram of the application's latency, calls by edge); the window's thread
 * appends it here. So the clock of the window is a cursor in a record, scrubbing is free, and speed, pause and step touch nothing
 * of the simulation. When the run is over the record gets the result itself, whose numbers are those of `tepid run`.
 *
 * Each series has a pyramid of {min, max, last, sum, n} over 2, 4, 8 ... samples, so any zoom shows exact extremes at the
 * cost of a handful of reads a column. Latency is aggregated by merging histograms, never by averaging percentiles.
 * A record belongs to the thread of the window; only that calls these functions.
 */
#ifndef TEPID_RUN_RECORD_H
#define TEPID_RUN_RECORD_H

#include "run/result.h"
#include "run/tracing.h"

enum record_series {
    /* columns of timeseries.csv, per sample */
    RECORD_ARRIVALS,
    RECORD_COMPLETED,
    RECORD_ERRORS,
    RECORD_THROTTLES,
    RECORD_TIMEOUTS,
    RECORD_COLD_STARTS,
    RECORD_CONCURRENCY_MEAN,
    RECORD_CONCURRENCY_MAX,
    RECORD_INSTANCES_WARM,
    RECORD_QUEUE_DEPTH,
    RECORD_QUEUE_AGE_S,
    RECORD_P50_MS,
    RECORD_P95_MS,
    RECORD_P99_MS,
    RECORD_RCU,
    RECORD_WCU,
    RECORD_COST_USD,
    RECORD_GOODPUT,
    RECORD_SERIES
};

/* What stays the same all through the run. Strings live as long as the record. */
struct record_node {
    const char *name, *kind;
    int32_t resource, parent; /* as in result_node */
    int32_t line;             /* of the scenario file; 0: none */
    bool source;              /* traffic */
    double
        limit; /* of its concurrency: reserved, tasks, max_concurrency ...; INFINITY: none of its own */
    double capacity_rcu, capacity_wcu; /* provisioned; NAN: none */
};
struct record_edge {
    int32_t from, to; /* nodes (resources and sources; never routes or marks) */
    bool async;       /* the caller does not wait: a message */
};
struct record_event {     /* a fault of the file, or a poke */
    double at_s, until_s; /* INFINITY: to the end */
    const char *label;
    bool poke;
};
struct record_param {
    const char *name, *value, *fallback; /* as the user would write them */
    const char *doc;
    double number, min,
        max; /* of its value in base units, for the slider; min, max NAN: none given */
    const char *const *one_of; /* choices as written, or NULL */
    int one_of_count;
};
struct record_info {
    const char *scenario, *question, *file, *variant; /* variant: NULL for none */
    uint64_t seed;
    double duration_s, warmup_s, sample_s;
    const struct record_node *nodes;
    int node_count;
    const struct record_edge *edges;
    int edge_count;
    const struct record_event *events;
    int event_count;
    const struct record_param *params;
    int param_count;
    const char *const *variants;
    int variant_count;
    const struct slo_def *slos;
    int slo_count;
    double account_concurrency;
    const char *const *warnings;
    int warning_count;
};

struct record;

const struct record_info *record_info(const struct record *record);
double record_reached_s(const struct record *record); /* simulated so far */
const struct result *
record_result(const struct record *record); /* NULL until the run is over; owned by the record */
uint64_t record_version(const struct record *record); /* moves on whenever something was added */

/* What can be told before the result is there, up to the frames that came; equal to the result's once it is. */
struct record_totals {
    uint64_t requests, events;
    double cost_usd, cost_month_usd;
    double events_per_s; /* of wall clock, in the last while; 0 when over */
};
void record_totals(const struct record *record, struct record_totals *totals);

/* -- series ---------------------------------------------------------------------------------------- */

struct bin {
    double min, max, last, sum; /* NAN where n == 0 */
    uint64_t n;                 /* samples with a value */
};
/* [from_s, to_s) cut into `columns` equal bins. A sample belongs to the bins it overlaps most; a bin narrower than a sample shows the
 * sample it lies in. */
void record_bins(struct record *record, int node, enum record_series series, double from_s,
                 double to_s, int columns, struct bin *bins);

/* The sample that holds an instant; NAN without one. */
double record_value(const struct record *record, int node, enum record_series series, double at_s);

/* -- latency of the application, from merged histograms ------------------------------------------------------ */

struct quantile_bin {
    double value_ms[3]; /* p50, p95, p99; NAN without data */
    uint64_t n;         /* calls it stands on */
};
void record_quantiles(struct record *record, double from_s, double to_s, int columns,
                      struct quantile_bin *bins);

/* Counts of a heat map: columns by time, `rows` by the logarithm of latency from low_ms (row 0) to high_ms; what lies outside is counted in
 * the outermost row. counts[row * columns + column]. Returns the largest. */
uint32_t record_heat(struct record *record, double from_s, double to_s, int columns, int rows,
                     double low_ms, double high_ms, uint32_t *counts);
/* Smallest and largest latency of the whole record so far; false: none. */
bool record_latency_range(const struct record *record, double *low_ms, double *high_ms);

/* -- where time goes: mean ms a request spent in each stage ---------------------------------------------------------- */

void record_stages(struct record *record, double from_s, double to_s, int columns,
                   double (*mean_ms)[STAGE_COUNT]);

/* -- edges: calls in the sample that holds an instant ------------------------------------------------------------------ */

struct edge_flow {
    double calls_per_s, failed_share;
};
struct edge_flow record_flow(const struct record *record, int edge, double at_s);

/* -- lines of the bill, so far or final ---------------------------------------------------------------------------------- */

struct record_cost {
    const char *resource, *line_item;
    double month_usd;
};
/* Largest first, the price tiers of an item together, at most `most`; what is left out is summed up as line_item "other", resource NULL. Returns how many. */
int record_costs(struct record *record, struct record_cost *costs, int most);

/* Traced requests: the sample taken with the run, or NULL while there are none. */
const struct trace_set *record_traces(const struct record *record);

#endif
