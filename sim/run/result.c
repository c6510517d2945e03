/* result.c - replications reduced to one result; see result.h. The order of replications is that of their
 * numbers, whatever thread ran them. */
#include "run/result.h"

#include <math.h>
#include <string.h>

#include "run/outcome_set.h"
#include "run/tracing.h"
#include "scenario/slo.h"
#include "stats/estimate.h"

void result_free(struct result *result)
{
    if (result == NULL)
        return;
    for (int i = 0; result->stats != NULL && i < result->node_count; i++)
        node_free(&result->stats[i]);
    mem_free(result->samples);
    trace_set_free(result->traces);
    arena_free(result->arena);
}

int result_find_node(const struct result *result, const char *name)
{
    for (int i = 0; i < result->node_count; i++)
        if (strcmp(result->nodes[i].name, name) == 0)
            return i;
    return -1;
}

uint64_t result_count(const struct result *result, int node, enum metric_id metric)
{
    return node_count(&result->stats[node], metric);
}

/* -- intervals --------------------------------------------------------------------------------------------- */

static void set_interval(double ci[2], struct interval interval, double centre)
{
    ci[0] = 1;
    ci[1] = 0;
    if (interval.n < 2 || !interval_exists(&interval))
        return;
    double half = (interval.high - interval.low) / 2;
    ci[0] = centre > half ? centre - half : 0; /* nothing we measure is negative */
    ci[1] = centre + half;
}

/* From the values of the replications. */
static void interval_of_reps(const struct result *result, int node, enum metric_id metric,
                             struct statistic stat, double centre, double ci[2])
{
    double *values = mem_resize(NULL, sizeof(*values) * (size_t)result->reps);
    int n = 0;
    for (int r = 0; r < result->reps; r++) {
        values[n] = node_value(&result->rep_stats[r][node], metric, stat);
        n += !isnan(values[n]);
    }
    set_interval(ci, interval_of(values, n, 0.95), centre);
    mem_free(values);
}

/* A batch's value of a row. Counts are sums: their interval is that of the mean count of a batch, times the number of batches. */
static double batch_value(const struct result *result, int node, int row, struct statistic stat,
                          int batch)
{
    const struct node_row_values *values = &result->batch_values[node];
    double scale = stat.kind == STAT_SUM ? result->batches : 1;
    return values->values[batch * values->rows + row] * scale;
}

/* From the batches of the one run, if every batch has a value. */
static void interval_of_batch_values(const struct result *result, int node, int row,
                                     struct statistic stat, double centre, double ci[2])
{
    double batch[ESTIMATE_BATCHES_MAX];
    ci[0] = 1;
    ci[1] = 0;
    for (int b = 0; b < result->batches; b++) {
        batch[b] = batch_value(result, node, row, stat, b);
        if (isnan(batch[b]))
            return;
    }
    set_interval(ci, interval_of(batch, result->batches, 0.95), centre);
}

static int find_row(const struct node_stats *node, enum metric_id metric, struct statistic stat)
{
    struct node_row rows[NODE_ROWS_MAX];
    int count = node_rows(node, rows);
    for (int i = 0; i < count; i++)
        if (rows[i].metric == metric && rows[i].stat.kind == stat.kind &&
            rows[i].stat.percentile == stat.percentile)
            return i;
    return -1;
}

/* Once the rows are made they hold the intervals of all standard statistics. */
static void interval_of_rows(const struct result *result, int node, enum metric_id metric,
                             struct statistic stat, double ci[2])
{
    char name[16];
    stat_show(name, stat);
    double unit = metric_table[metric].dimension == DIM_TIME ? 1e6 : 1;
    for (int i = 0; i < result->row_count; i++) {
        const struct result_row *row = &result->rows[i];
        if (!row->has_ci || strcmp(row->metric, metric_table[metric].name) != 0 ||
            strcmp(row->stat, name) != 0 || strcmp(row->resource, result->nodes[node].name) != 0)
            continue;
        ci[0] = row->ci_low * unit;
        ci[1] = row->ci_high * unit;
        return;
    }
}

bool result_value(const struct result *result, int node, enum metric_id metric,
                  struct statistic stat, double *value, double ci[2])
{
    *value = node_value(&result->stats[node], metric, stat);
    if (isnan(*value))
        return false;
    if (ci == NULL)
        return true;
    ci[0] = 1;
    ci[1] = 0;
    if (stat.kind == STAT_MAX || stat.kind == STAT_MIN)
        return true;
    if (result->rows_made) {
        interval_of_rows(result, node, metric, stat, ci);
        return true;
    }
    int row = result->batches > 0 ? find_row(&result->stats[node], metric, stat) : -1;
    if (result->reps > 1)
        interval_of_reps(result, node, metric, stat, *value, ci);
    else if (row >= 0)
        interval_of_batch_values(result, node, row, stat, *value, ci);
    return true;
}

/* -- summary rows -------------------------------------------------------------------------------------------- */

/* Files speak ms where the engine counts ns. */
static double file_unit(enum metric_id metric, double value)
{
    return metric_table[metric].dimension == DIM_TIME ? value / 1e6 : value;
}

/* The values behind a row, of each replication or batch: what a paired difference is made of. */
static void keep_values(struct result *result, int node, const struct node_row *row,
                        struct result_row *out)
{
    int count = result->reps > 1 ? result->reps : result->batches;
    bool extreme = row->stat.kind == STAT_MAX || row->stat.kind == STAT_MIN;
    int at = result->reps > 1 ? 0 : find_row(&result->stats[node], row->metric, row->stat);
    if (extreme || count < 2 || at < 0 || result->values_kept + count > RESULT_VALUES_MAX)
        return;
    double *values = ARENA_ARRAY(result->arena, double, count);
    for (int i = 0; i < count; i++)
        values[i] = file_unit(row->metric,
                              result->reps > 1
                                  ? node_value(&result->rep_stats[i][node], row->metric, row->stat)
                                  : batch_value(result, node, at, row->stat, i));
    result->values_kept += count;
    out->values = values;
    out->value_count = count;
}

static void add_row(struct result *result, int node, const struct node_row *row)
{
    double value, ci[2] = {1, 0};
    /* A function that never initialised an instance spent no time on it: the metric applies, at 0. Its percentiles
     * have no data, and so no row. */
    bool no_init = row->metric == METRIC_INIT && row->stat.kind == STAT_MEAN &&
                   result->stats[node].init.count == 0;
    if (no_init)
        value = 0;
    else if (!result_value(result, node, row->metric, row->stat, &value, ci))
        return;
    struct result_row *out = &result->rows[result->row_count++];
    *out = (struct result_row){
        .resource = result->nodes[node].name,
        .metric = metric_table[row->metric].name,
        .stat = row->stat_name,
        .unit = metric_unit(metric_table[row->metric].dimension),
        .value = file_unit(row->metric, value),
        .has_ci = ci[0] <= ci[1],
    };
    if (out->has_ci) {
        out->ci_low = file_unit(row->metric, ci[0]);
        out->ci_high = file_unit(row->metric, ci[1]);
    }
    keep_values(result, node, row, out);
}

void result_make_rows(struct result *result)
{
    int most = 0;
    for (int i = 0; i < result->node_count; i++) {
        struct node_row rows[NODE_ROWS_MAX];
        most += node_rows(&result->stats[i], rows);
    }
    result->rows = ARENA_ARRAY(result->arena, struct result_row, most);
    for (int i = 0; i < result->node_count; i++) {
        struct node_row rows[NODE_ROWS_MAX];
        int count = node_rows(&result->stats[i], rows);
        for (int r = 0; r < count; r++)
            add_row(result, i, &rows[r]);
    }
    result->rows_made = true;
}

/* -- latencies ------------------------------------------------------------------------------------------------- */

struct bucket_list {
    struct result *result;
    int node;
    bool counting;
};

static void take_bucket(void *context, uint32_t bucket, uint64_t count)
{
    struct bucket_list *list = context;
    struct result *result = list->result;
    if (!list->counting)
        result->latencies[result->latency_count] =
            (struct latency_row){list->node, (double)hist_bucket_high(bucket) / 1e6, count};
    result->latency_count++;
}

void result_make_latencies(struct result *result)
{
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1)
            result->latencies =
                ARENA_ARRAY(result->arena, struct latency_row, result->latency_count);
        result->latency_count = 0;
        for (int i = 0; i < result->node_count; i++) {
            struct bucket_list list = {result, i, pass == 0};
            hist_each(&result->stats[i].latency, take_bucket, &list);
        }
    }
}

/* -- SLOs -------------------------------------------------------------------------------------------------------- */

static struct slo_result judge(const struct result *result, const struct slo_def *slo)
{
    struct slo_result out = {.slo = slo, .margin_ratio = NAN};
    int node = result_find_node(result, slo->resource);
    enum metric_id metric = slo->metric;
    if (metric == METRIC_COST && slo->per_month)
        metric = METRIC_COST_MONTH;
    out.has_data = node >= 0 && result_value(result, node, metric, slo->stat, &out.actual, NULL);
    out.passed = out.has_data && slo_holds(slo->op, out.actual, slo->limit);
    if (out.has_data && slo->limit != 0)
        out.margin_ratio = (slo->limit - out.actual) / slo->limit;
    return out;
}

void result_judge(struct result *result)
{
    const struct scenario *scenario = result->scenario;
    result->slo_count = scenario->slo_count;
    result->slos = ARENA_ARRAY(result->arena, struct slo_result, result->slo_count);
    result->slos_passed = true;
    for (int i = 0; i < result->slo_count; i++) {
        result->slos[i] = judge(result, &scenario->slos[i]);
        result->slos_passed &= result->slos[i].passed;
    }
}
