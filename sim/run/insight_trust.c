/* insight_trust.c - how far this run can be trusted: rules T01 to T05. */
#include <math.h>
#include <string.h>

#include "model/svc_client.h"
#include "run/day_part.h"
#include "run/insight_make.h"
#include "run/run.h"

#define BEYOND_LEAST  100 /* values beyond a percentile for two digits of it: 10 000 for p99 */
#define LEAST_SAMPLES 40
#define TREND         1.25
#define LEAST_COLD    20

/* Concurrency or a queue that settled late, or never (warmup_check.h). What piles up has a rule of its own. */
static bool unsettled(const struct facts *facts, struct insight_list *list)
{
    const struct warmup_check *check = &facts->result->settling;
    if (check->verdict < STEADY_LATE)
        return false;
    if (check->verdict == STEADY_NEVER &&
        (insight_has(list, "Q01", check->resource) || insight_has(list, "S01", check->resource) ||
         insight_has(list, "S02", check->resource)))
        return true; /* said already */
    bool late = check->verdict == STEADY_LATE;
    struct insight *insight = insight_add(
        list, INSIGHT_INFO, check->resource, 0.1, "the run %s: %s of %s is %s %s and %s %s",
        late ? "settles while it is measured" : "does not settle", check->what,
        strcmp(check->resource, "*") == 0 ? "the application" : check->resource,
        say_number(list, check->early), late ? "at first" : "in the first half",
        say_number(list, check->late), late ? "later" : "in the second");
    if (late)
        insight_advise(list, insight, "leave the beginning out: --warmup %.0fs",
                       ceil(check->settles_s));
    else
        insight_advise(list, insight, "simulate longer, or more is asked for than is served");
    return true;
}

/* Under constant load the beginning should look like the rest. */
void insight_t01(const struct facts *facts, struct insight_list *list)
{
    if (!run_is_stationary(facts->scenario) || unsettled(facts, list))
        return;
    struct facts_series p95 = FACTS_SERIES(facts, 0, latency_p95_ms);
    double first = facts_series_mean(&p95, 0, 0.1), rest = facts_series_mean(&p95, 0.1, 1);
    if (p95.count < LEAST_SAMPLES || !(first > TREND * rest))
        return;
    double warmup_s = (double)facts->result->warmup / 1e9 + 0.1 * facts->measured_s;
    struct insight *insight = insight_add(
        list, INSIGHT_INFO, "*", 0.1,
        "the run is not settled: requests take %s (p95) in the first tenth of the measured time and "
        "%s after it, under constant load",
        say_time(list, first * 1e6), say_time(list, rest * 1e6));
    insight_advise(list, insight, "leave the beginning out: --warmup %.0fs", ceil(warmup_s));
}

void insight_t02(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->result->slo_count; i++) {
        const struct slo_def *slo = facts->result->slos[i].slo;
        int node = result_find_node(facts->result, slo->resource);
        if (slo->stat.kind != STAT_PERCENTILE || node < 0 || slo->stat.percentile >= 100 ||
            metric_table[slo->metric].dimension != DIM_TIME)
            continue;
        double values = (double)result_count(facts->result, node, slo->metric);
        double beyond = values * (1 - slo->stat.percentile / 100);
        if (!(beyond < BEYOND_LEAST) || values < 1)
            continue;
        struct insight *insight = insight_add(
            list, INSIGHT_INFO, slo->resource, 0.1,
            "%s is judged by %s values, %s of them beyond p%g: chance moves it", slo->text,
            say_count(list, values), say_number(list, beyond), slo->stat.percentile);
        insight_advise(list, insight, "simulate %sx as long, or use --reps",
                       say_number(list, ceil(BEYOND_LEAST / fmax(beyond, 0.01))));
        return; /* once is enough */
    }
}

void insight_t03(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct function_config *fn = facts_function(facts, i);
        if (fn == NULL || fn->keep_alive.dist == NULL ||
            facts_count(facts, facts->node_of[i], METRIC_REQUESTS) < 1)
            continue;
        double alive_ns = dist_mean(fn->keep_alive.dist);
        double whole_ns = (double)facts->result->reached;
        if (!(whole_ns < alive_ns) ||
            facts_count(facts, facts->node_of[i], METRIC_COLD_STARTS) < LEAST_COLD)
            continue;
        struct insight *insight = insight_add(
            list, INSIGHT_INFO, facts_name(facts, i), 0.1,
            "the run of %s is shorter than %s's instances live idle (%s): its %s cold starts are "
            "those of the first minutes",
            say_time(list, whole_ns), facts_name(facts, i), say_time(list, alive_ns),
            say_count(list,
                      facts_count(facts, facts->node_of[i], METRIC_COLD_STARTS)));
        insight_advise(list, insight, "for cold starts simulate %s or longer",
                       say_time(list, 4 * alive_ns));
        return;
    }
}

static double in_row_unit(double value, enum metric_dimension dimension)
{
    return dimension == DIM_TIME ? value / 1e6 : value;
}

static const struct result_row *row_of(const struct result *result, const struct slo_def *slo)
{
    char stat[16];
    const char *metric = slo->metric == METRIC_COST && slo->per_month
                             ? metric_table[METRIC_COST_MONTH].name
                             : metric_table[slo->metric].name;
    stat_show(stat, slo->stat);
    for (int i = 0; i < result->row_count; i++) {
        const struct result_row *row = &result->rows[i];
        if (strcmp(row->resource, slo->resource) == 0 && strcmp(row->metric, metric) == 0 &&
            strcmp(row->stat, stat) == 0)
            return row;
    }
    return NULL;
}

void insight_t04(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->result->slo_count; i++) {
        const struct slo_result *slo = &facts->result->slos[i];
        const struct result_row *row = row_of(facts->result, slo->slo);
        enum metric_dimension dimension = metric_table[slo->slo->metric].dimension;
        double limit = in_row_unit(slo->slo->limit, dimension);
        if (row == NULL || !row->has_ci || !(row->ci_low < limit && limit < row->ci_high) ||
            row->ci_low == row->ci_high)
            continue;
        double unit = dimension == DIM_TIME ? 1e6 : 1;
        const char *(*show)(struct insight_list *, double) =
            dimension == DIM_TIME    ? say_time
            : dimension == DIM_RATIO ? say_share
            : dimension == DIM_MONEY ? say_money
                                     : say_number;
        struct insight *insight = insight_add(
            list, INSIGHT_INFO, slo->slo->resource, 0.1,
            "%s is %s by less than chance: %s, but 95 %% of such runs lie between %s and %s",
            slo->slo->text, slo->passed ? "met" : "missed", show(list, row->value * unit),
            show(list, row->ci_low * unit), show(list, row->ci_high * unit));
        insight_advise(list, insight, "--reps 10 tells whether it is met");
        return;
    }
}

/* -- whole days --------------------------------------------------------------------------------------------------- */

void insight_t05(const struct facts *facts, struct insight_list *list)
{
    sim_time from = facts->result->warmup, to = facts->result->reached;
    const struct rate_shape *day;
    const char *name = day_part_source(facts->scenario, from, to, &day);
    if (name == NULL)
        return;
    double came = (rate_shape_total(day, to) - rate_shape_total(day, from)) / facts->measured_s;
    struct insight *insight = insight_add(
        list, INSIGHT_WARNING, name, 0.1,
        "%s follows a day, but %s are measured: all figures, and the cost per month, are of that part, "
        "which has %s of the day's mean rate",
        name, say_time(list, (double)(to - from)), say_share(list, came / day->per_s));
    insight_advise(list, insight, "simulate whole days: --duration %lldh",
                   (long long)day_part_hours(to - from));
}
