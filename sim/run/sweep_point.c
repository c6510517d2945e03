/* sweep_point.c - see the header. */
#include "run/sweep_point.h"

#include <math.h>
#include <string.h>

#include "core/text.h"
#include "stats/estimate.h"

void sweep_finding_free(struct sweep_finding *finding)
{
    mem_free(finding->rows);
    mem_free(finding->missed);
    mem_free(finding->note);
    *finding = (struct sweep_finding){0};
}

static struct sweep_row row_of(const struct node_stats *app)
{
    static const struct statistic sum = {STAT_SUM, 0}, mean = {STAT_MEAN, 0};
    static const struct statistic p50 = {STAT_PERCENTILE, 50}, p99 = {STAT_PERCENTILE, 99};
    return (struct sweep_row){
        .cost_usd = node_value(app, METRIC_COST, sum),
        .cost_month_usd = node_value(app, METRIC_COST_MONTH, sum),
        .p50_ms = node_value(app, METRIC_LATENCY, p50) / 1e6,
        .p99_ms = node_value(app, METRIC_LATENCY, p99) / 1e6,
        .errors = node_value(app, METRIC_ERRORS, mean),
        .cold = node_value(app, METRIC_COLD, mean),
        .spill = node_value(app, METRIC_SPILL, mean),
    };
}

static int find_node(const struct result_node *nodes, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(nodes[i].name, name) == 0)
            return i;
    return -1;
}

/* Of one replication: what result_judge does for all of them. */
static bool all_met(const struct scenario *scenario, const struct rep_outcome *outcome)
{
    for (int i = 0; i < scenario->slo_count; i++) {
        const struct slo_def *slo = &scenario->slos[i];
        enum metric_id metric =
            slo->metric == METRIC_COST && slo->per_month ? METRIC_COST_MONTH : slo->metric;
        int node = find_node(outcome->nodes, outcome->node_count, slo->resource);
        double actual = node < 0 ? NAN : node_value(&outcome->stats[node], metric, slo->stat);
        if (isnan(actual) || !slo_holds(slo->op, actual, slo->limit))
            return false;
    }
    return true;
}

static double objective_of(const struct result_node *nodes, const struct node_stats *stats,
                           int count, const struct metric_path *objective)
{
    int node = find_node(nodes, count, objective->resource);
    double value = node < 0 ? NAN : node_value(&stats[node], objective->metric, objective->stat);
    return metric_table[objective->metric].dimension == DIM_TIME ? value / 1e6 : value;
}

static void set_interval(struct sweep_finding *finding, struct rep_outcome **outcomes, int reps,
                         const struct metric_path *objective)
{
    double *values = mem_resize(NULL, sizeof *values * (size_t)reps);
    int n = 0;
    for (int r = 0; r < reps; r++) {
        values[n] = objective_of(outcomes[r]->nodes, outcomes[r]->stats, outcomes[r]->node_count,
                                 objective);
        n += !isnan(values[n]);
    }
    struct interval interval = interval_of(values, n, 0.95);
    bool known = n > 1 && interval_exists(&interval);
    finding->interval[0] = known ? interval.low : NAN;
    finding->interval[1] = known ? interval.high : NAN;
    mem_free(values);
}

static double highest_utilisation(const struct result *result)
{
    double highest = NAN;
    for (int i = 1; i < result->node_count; i++) {
        double value =
            node_value(&result->stats[i], METRIC_UTILISATION, (struct statistic){STAT_MEAN, 0});
        if (!isnan(value) && !(value <= highest))
            highest = value;
    }
    return highest;
}

static void note_slos(struct sweep_finding *finding, const struct result *result)
{
    struct text missed = {0};
    for (int i = 0; i < result->slo_count; i++) {
        finding->slos_met += result->slos[i].passed;
        if (!result->slos[i].passed)
            text_addf(&missed, "%s%s", missed.length > 0 ? "; " : "", result->slos[i].slo->text);
    }
    finding->missed = missed.data;
}

struct result *sweep_point_reduce(const struct scenario *scenario, const char *variant,
                                  struct rep_outcome **outcomes, int reps,
                                  const struct metric_path *objective,
                                  struct sweep_finding *finding, struct err *err)
{
    *finding = (struct sweep_finding){.reps = reps};
    finding->rows = mem_resize(NULL, sizeof *finding->rows * (size_t)reps);
    bool ok = true;
    for (int r = 0; r < reps; r++) {
        ok = ok && rep_outcome_price(outcomes[r], scenario, err);
        finding->rows[r] = row_of(&outcomes[r]->stats[0]);
        finding->rows[r].slo_passed = all_met(scenario, outcomes[r]);
    }
    set_interval(finding, outcomes, reps, objective);
    struct result *result = result_reduce(scenario, variant, outcomes, reps, err);
    if (result == NULL)
        return NULL;
    finding->all = row_of(&result->stats[0]);
    finding->all.slo_passed = result->slos_passed;
    finding->objective = objective_of(result->nodes, result->stats, result->node_count, objective);
    finding->utilisation = highest_utilisation(result);
    finding->requests = result->requests;
    note_slos(finding, result);
    return result;
}

void sweep_point_put(struct sweep_table *table, struct sweep_point *point,
                     const struct sweep_finding *finding)
{
    point->done = true;
    point->all = finding->all;
    point->rows =
        arena_copy(table->arena, finding->rows, sizeof *finding->rows * (size_t)finding->reps);
    point->reps = finding->reps;
    point->objective = finding->objective;
    point->utilisation = finding->utilisation;
    point->interval[0] = finding->interval[0];
    point->interval[1] = finding->interval[1];
    point->slos_met = finding->slos_met;
    point->missed = finding->missed == NULL ? NULL : arena_strdup(table->arena, finding->missed);
    point->requests = finding->requests;
}
