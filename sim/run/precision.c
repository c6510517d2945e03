/* precision.c - see precision.h. */
#include "run/precision.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "run/outcome_set.h"
#include "stats/estimate.h"

/* What the application is always asked for. */
static const struct {
    enum metric_id metric;
    struct statistic stat;
} figures[] = {
    {METRIC_LATENCY, {STAT_MEAN, 0}},        {METRIC_LATENCY, {STAT_PERCENTILE, 50}},
    {METRIC_LATENCY, {STAT_PERCENTILE, 90}}, {METRIC_LATENCY, {STAT_PERCENTILE, 95}},
    {METRIC_LATENCY, {STAT_PERCENTILE, 99}}, {METRIC_LATENCY, {STAT_PERCENTILE, 99.9}},
    {METRIC_ERRORS, {STAT_MEAN, 0}},         {METRIC_COLD, {STAT_MEAN, 0}},
    {METRIC_SPILL, {STAT_MEAN, 0}},          {METRIC_COST_MONTH, {STAT_SUM, 0}},
};

static int find_node(const struct rep_outcome *outcome, const char *name)
{
    for (int i = 0; i < outcome->node_count; i++)
        if (strcmp(outcome->nodes[i].name, name) == 0)
            return i;
    return -1;
}

static double half_width_share(const struct interval *interval, enum metric_dimension dimension)
{
    double half = (interval->high - interval->low) / 2, value = fabs(interval->mean);
    if (dimension == DIM_RATIO)
        value = fmax(value, PRECISION_SHARE_MIN);
    if (half == 0)
        return 0;
    return value > 0 ? half / value : INFINITY;
}

static void ask(struct rep_outcome *const *outcomes, int reps, int node, enum metric_id metric,
                struct statistic stat, struct precision_report *report)
{
    double *values = mem_resize(NULL, sizeof(*values) * (size_t)reps);
    int n = 0;
    for (int r = 0; r < reps; r++) {
        values[n] = node_value(&outcomes[r]->stats[node], metric, stat);
        n += !isnan(values[n]);
    }
    struct interval interval = interval_of(values, n, 0.95);
    mem_free(values);
    if (n <
        2) /* it does not apply, or so rarely that nothing can be said: shown without an interval */
        return;
    double share = half_width_share(&interval, metric_table[metric].dimension);
    report->figures++;
    if (report->figures > 1 && share <= report->worst)
        return;
    char name[16];
    const char *resource = outcomes[0]->nodes[node].name;
    bool own = strcmp(resource, "*") != 0;
    report->worst = share;
    (void)snprintf(report->worst_path, sizeof report->worst_path, "%s%s%s.%s", own ? resource : "",
                   own ? "." : "", metric_table[metric].name, stat_show(name, stat));
}

static bool has_interval(struct statistic stat)
{
    return stat.kind != STAT_MAX && stat.kind != STAT_MIN;
}

void precision_judge(const struct scenario *scenario, struct rep_outcome *const *outcomes, int reps,
                     double target, struct precision_report *report)
{
    *report = (struct precision_report){.target = target};
    for (size_t i = 0; i < COUNTOF(figures); i++)
        ask(outcomes, reps, 0, figures[i].metric, figures[i].stat, report);
    for (int i = 0; i < scenario->slo_count; i++) {
        const struct slo_def *slo = &scenario->slos[i];
        int node = find_node(outcomes[0], slo->resource);
        if (node >= 0 && has_interval(slo->stat))
            ask(outcomes, reps, node, slo->metric, slo->stat, report);
    }
    report->reached = report->worst <= target;
}

int precision_next(int reps, int most)
{
    int next = reps == 0 ? PRECISION_FIRST : 2 * reps;
    return next < most ? next : most;
}
