/* node.h - the statistics of one node over an interval, and what they say.
 *
 * The interval is the measured one, or one batch of it (then levels and maxima are unset). Several
 * replications merge into one: histograms exactly, the rest as means.
 */
#ifndef TEPID_RUN_NODE_H
#define TEPID_RUN_NODE_H

#include "model/metric.h"
#include "model/probe.h"
#include "model/svc.h"

enum node_kind { NODE_APPLICATION, NODE_SERVICE, NODE_ROUTE, NODE_MARK };

struct node_stats {
    enum node_kind kind;
    uint64_t has;             /* set of METRIC_BIT: what this node shows */
    double reps;              /* merged replications, for counts */
    double span_s;            /* length of the interval */
    struct counters counters; /* sums over replications */
    struct hist latency, duration, init, age;
    struct hist stage[STAGE_COUNT];
    uint64_t stage_zeros[STAGE_COUNT];
    uint64_t spillable; /* invocations of functions with provisioned capacity */
    double rate_max;
    double level_mean[VIEW_LEVELS], level_max[VIEW_LEVELS]; /* NAN: does not apply */
    double total[VIEW_TOTALS];
    double cost, cost_month; /* NAN: does not apply */
};

void node_init(struct node_stats *node, enum node_kind kind, uint64_t has);
void node_free(struct node_stats *node);

/* Fills counters and histograms from a probe. */
void node_add_probe(struct node_stats *node, const struct probe *probe);

/* The same, but of histograms only count and sum: enough for means, and cheap. */
void node_add_probe_sums(struct node_stats *node, const struct probe *probe);

/* later := later - earlier, both states of one node: what happened in between (counters and histograms). */
void node_subtract(struct node_stats *later, const struct node_stats *earlier);

/* into += from, another replication. Start with node_init and reps = 0. */
void node_merge(struct node_stats *into, const struct node_stats *from);

/* True if the metric exists for this kind of node. */
bool node_has(const struct node_stats *node, enum metric_id metric);

/* The value in base units (ns, ratio, count, per_s, gb_s, usd), or NAN without data. */
double node_value(const struct node_stats *node, enum metric_id metric, struct statistic stat);

/* How many values a percentile or mean of this metric stands on. */
uint64_t node_count(const struct node_stats *node, enum metric_id metric);

/* A row of summary.csv: a metric and one of its statistics. */
struct node_row {
    enum metric_id metric;
    struct statistic stat;
    const char *stat_name;
};

/* The rows of a node, in order; returns how many. */
#define NODE_ROWS_MAX 160
int node_rows(const struct node_stats *node, struct node_row rows[NODE_ROWS_MAX]);

/* The value of a row over one batch, or NAN where the batch holds too few values for it. */
double node_batch_value(const struct node_stats *batch, const struct node_row *row);

/* Values of all rows of one node, for each batch. */
struct node_row_values {
    int rows;
    double *values; /* [batch][row] */
};

#endif
