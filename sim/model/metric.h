/* metric.h - the names of what is measured (CONTRACT 3 and 5), in one table.
 *
 * summary.csv, SLOs, `tepid explain` and the window all read metric.def.
 */
#ifndef TEPID_MODEL_METRIC_H
#define TEPID_MODEL_METRIC_H

#include "core/base.h"
#include "core/err.h"

enum metric_dimension { DIM_TIME, DIM_RATIO, DIM_COUNT, DIM_PER_S, DIM_GB_S, DIM_MONEY };
enum metric_stats { STATS_S, STATS_M, STATS_MX, STATS_P, STATS_G, STATS_A };

enum metric_id {
#define METRIC(id, name, dimension, stats, slo_stat, doc) METRIC_##id,
#include "model/metric.def"
#undef METRIC
    METRIC_COUNT
};

/* Which statistic of a metric: a percentile 0..100, or one of the others. */
enum stat_kind { STAT_PERCENTILE, STAT_MEAN, STAT_MAX, STAT_MIN, STAT_SUM };
struct statistic {
    enum stat_kind kind;
    double percentile; /* 0..100 for STAT_PERCENTILE */
};

struct metric_info {
    const char *name;
    enum metric_dimension dimension;
    enum metric_stats stats;
    const char *slo_stat;
    const char *doc;
};

#define METRIC_BIT(metric) (UINT64_C(1) << (metric))

/* Sets that go together: what every node with calls has; the stages of time; money. */
#define METRICS_CALLS                                                                              \
    (METRIC_BIT(METRIC_REQUESTS) | METRIC_BIT(METRIC_RATE) | METRIC_BIT(METRIC_LATENCY) |          \
     METRIC_BIT(METRIC_ERRORS) | METRIC_BIT(METRIC_ERROR_COUNT) | METRIC_BIT(METRIC_THROTTLES) |   \
     METRIC_BIT(METRIC_THROTTLE_COUNT) | METRIC_BIT(METRIC_TIMEOUTS) |                             \
     METRIC_BIT(METRIC_TIMEOUT_COUNT))
#define METRICS_STAGES                                                                             \
    (METRIC_BIT(METRIC_STAGE_QUEUE) | METRIC_BIT(METRIC_STAGE_INIT) |                              \
     METRIC_BIT(METRIC_STAGE_RUN) | METRIC_BIT(METRIC_STAGE_WAIT) |                                \
     METRIC_BIT(METRIC_STAGE_DOWNSTREAM) | METRIC_BIT(METRIC_STAGE_BACKOFF))
#define METRICS_COST  (METRIC_BIT(METRIC_COST) | METRIC_BIT(METRIC_COST_MONTH))
#define METRICS_COLD  (METRIC_BIT(METRIC_COLD) | METRIC_BIT(METRIC_COLD_STARTS))
#define METRICS_SPILL (METRIC_BIT(METRIC_SPILL) | METRIC_BIT(METRIC_SPILL_COUNT))
#define METRICS_QUEUE                                                                              \
    (METRIC_BIT(METRIC_DEPTH) | METRIC_BIT(METRIC_IN_FLIGHT) | METRIC_BIT(METRIC_AGE) |            \
     METRIC_BIT(METRIC_SENT) | METRIC_BIT(METRIC_DELETED) | METRIC_BIT(METRIC_RECEIVED) |          \
     METRIC_BIT(METRIC_DEAD_LETTERS) | METRIC_BIT(METRIC_DUPLICATES) |                             \
     METRIC_BIT(METRIC_EXPIRED))

extern const struct metric_info metric_table[METRIC_COUNT];
extern const char *const metric_names[]; /* NULL-terminated */

/* METRIC_COUNT if there is none. */
enum metric_id metric_find(const char *name);

/* The unit column of summary.csv: "ms", "ratio", "count", "per_s", "gb_s", "usd". */
const char *metric_unit(enum metric_dimension dimension);

/* "p99" "p99.9" "mean" "max" "min" "sum"; false if it is none. */
bool stat_read(const char *text, struct statistic *stat);
char *stat_show(char buf[16], struct statistic stat);

/* The stats of summary.csv for this metric, NULL-terminated list of texts. */
const char *const *metric_stat_names(enum metric_stats stats);
/* The same, read: as many as there are names. */
const struct statistic *metric_stat_values(enum metric_stats stats);

#endif
