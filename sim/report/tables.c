/* tables.c - see the header. */
#include "report/tables.h"

#include <math.h>
#include <string.h>

#include "report/csv.h"
#include "report/lookup.h"
#include "run/insight.h"

#define NS_PER_MS 1e6

static void fill_summary(struct rows *rows, const struct result *result)
{
    for (int i = 0; i < result->row_count; i++) {
        const struct result_row *row = &result->rows[i];
        ASSERT(isfinite(row->value)); /* a stat without data has no row */
        rows_text(rows, row->resource);
        rows_text(rows, row->metric);
        rows_text(rows, row->stat);
        rows_number(rows, row->value);
        rows_text(rows, row->unit);
        rows_number(rows, row->has_ci ? row->ci_low : NAN);
        rows_number(rows, row->has_ci ? row->ci_high : NAN);
    }
}

static void fill_timeseries(struct rows *rows, const struct result *result)
{
    for (int64_t i = 0; i < result->sample_count; i++) {
        const struct sample_row *row = &result->samples[i];
        const struct result_node *node = &result->nodes[row->node];
        rows_number(rows, row->time_s);
        rows_text(rows, node->name);
        rows_text(rows, node->kind);
        rows_number(rows, row->arrivals);
        rows_number(rows, row->completed);
        rows_number(rows, row->errors);
        rows_number(rows, row->throttles);
        rows_number(rows, row->timeouts);
        rows_number(rows, row->cold_starts);
        rows_number(rows, row->concurrency_mean);
        rows_number(rows, row->concurrency_max);
        rows_number(rows, row->instances_warm);
        rows_number(rows, row->queue_depth);
        rows_number(rows, row->queue_age_s);
        rows_number(rows, row->latency_p50_ms);
        rows_number(rows, row->latency_p95_ms);
        rows_number(rows, row->latency_p99_ms);
        rows_number(rows, row->consumed_rcu);
        rows_number(rows, row->consumed_wcu);
        rows_number(rows, row->cost_usd);
        rows_number(rows, row->goodput);
    }
}

static void fill_latency(struct rows *rows, const struct result *result)
{
    for (int64_t i = 0; i < result->latency_count; i++) {
        const struct latency_row *row = &result->latencies[i];
        rows_text(rows, result->nodes[row->node].name);
        rows_number(rows, row->le_ms);
        rows_whole(rows, row->count);
    }
}

static void fill_cost(struct rows *rows, const struct result *result)
{
    for (int i = 0; i < result->bill.count; i++) {
        const struct bill_line *line = &result->bill.lines[i];
        rows_text(rows, line->resource);
        rows_text(rows, line->service);
        rows_text(rows, line->line_item);
        rows_number(rows, line->quantity);
        rows_text(rows, line->unit);
        rows_number(rows, line->unit_price_usd);
        rows_number(rows, line->cost_usd);
        rows_number(rows, line->cost_month_usd);
    }
}

double table_unit(double value, enum metric_dimension dimension)
{
    return dimension == DIM_TIME ? value / NS_PER_MS : value;
}

static void fill_slo(struct rows *rows, const struct result *result)
{
    for (int i = 0; i < result->slo_count; i++) {
        const struct slo_result *row = &result->slos[i];
        enum metric_dimension dimension = metric_table[row->slo->metric].dimension;
        rows_text(rows, row->slo->text);
        rows_number(rows, row->has_data ? table_unit(row->actual, dimension) : NAN);
        rows_number(rows, table_unit(row->slo->limit, dimension));
        rows_text(rows, metric_unit(dimension));
        rows_whole(rows, row->passed ? 1 : 0);
        rows_number(rows, row->has_data ? row->margin_ratio : NAN);
    }
}

/* The figure an insight is about, as a path of an SLO: "work.spill.mean". */
static void put_effect(struct rows *rows, const struct insight *insight)
{
    bool measured = insight->state == INSIGHT_MEASURED && insight->effect_count > 0;
    const struct insight_effect *effect = &insight->effects[0];
    struct text path = {0};
    if (measured)
        text_addf(&path, "%s.%s.%s", effect->resource, effect->metric, effect->stat);
    rows_text(rows, measured ? path.data : NULL);
    rows_number(rows, measured ? effect->before : NAN);
    rows_number(rows, measured ? effect->after : NAN);
    text_free(&path);
}

static void fill_insights(struct rows *rows, const struct result *result)
{
    const struct insight_list *list = result->insights;
    struct arena *arena = arena_new();
    for (int i = 0; list != NULL && i < list->count; i++) {
        const struct insight *insight = &list->items[i];
        const char *change = insight_change_text(insight, arena);
        rows_text(rows, insight->rule->id);
        rows_text(rows, insight_severities[insight->severity]);
        rows_text(rows, insight->resource);
        rows_text(rows, insight->message);
        rows_text(rows, change[0] != '\0' ? change : insight->advice);
        rows_number(rows, insight->saving_usd_month);
        put_effect(rows, insight);
    }
    arena_free(arena);
}

static void fill_edges(struct rows *rows, const struct result *result)
{
    for (int i = 0; i < result->edge_count; i++) {
        const struct edge_row *row = &result->edges[i];
        rows_text(rows, row->from);
        rows_text(rows, row->to);
        rows_whole(rows, row->calls);
        rows_whole(rows, row->errors);
        rows_whole(rows, row->throttles);
        rows_number(rows, row->latency_p50_ms);
        rows_number(rows, row->latency_p99_ms);
    }
}

#define COLUMNS(...) ((const char *const[]){__VA_ARGS__, NULL})

const struct table report_tables[] = {
    {"summary.csv", "summary",
     COLUMNS("resource", "metric", "stat", "value", "unit", "ci_low", "ci_high"), fill_summary},
    {"timeseries.csv", NULL,
     COLUMNS("time_s", "resource", "kind", "arrivals", "completed", "errors", "throttles",
             "timeouts", "cold_starts", "concurrency_mean", "concurrency_max", "instances_warm",
             "queue_depth", "queue_age_s", "latency_p50_ms", "latency_p95_ms", "latency_p99_ms",
             "consumed_rcu", "consumed_wcu", "cost_usd", "goodput"),
     fill_timeseries},
    {"latency.csv", NULL, COLUMNS("resource", "le_ms", "count"), fill_latency},
    {"cost.csv", "cost",
     COLUMNS("resource", "service", "line_item", "quantity", "unit", "unit_price_usd", "cost_usd",
             "cost_month_usd"),
     fill_cost},
    {"slo.csv", "slo", COLUMNS("slo", "actual", "limit", "unit", "passed", "margin_ratio"),
     fill_slo},
    {"insights.csv", "insights",
     COLUMNS("rule", "severity", "resource", "message", "change", "saving_usd_month",
             "effect_metric", "before", "after"),
     fill_insights},
    {"edges.csv", NULL,
     COLUMNS("from", "to", "calls", "errors", "throttles", "latency_p50_ms", "latency_p99_ms"),
     fill_edges},
    {NULL, NULL, NULL, NULL},
};

void table_write_csv(const struct table *table, const struct result *result, struct text *out)
{
    struct rows rows;
    rows_begin_csv(&rows, table->columns, out);
    table->fill(&rows, result);
    rows_end(&rows);
}

void table_write_json(const struct table *table, const struct result *result, struct json *json)
{
    struct rows rows;
    rows_begin_json(&rows, table->columns, json, table->key);
    table->fill(&rows, result);
    rows_end(&rows);
}

/* Figures of the application that variants.csv shows, by row of summary.csv. */
static const struct {
    const char *column, *metric, *stat;
} variant_figures[] = {
    {"cost_usd", "cost", "sum"},          {"cost_month_usd", "cost_month", "sum"},
    {"latency_p50_ms", "latency", "p50"}, {"latency_p99_ms", "latency", "p99"},
    {"errors_ratio", "errors", "mean"},   {"cold_ratio", "cold", "mean"},
    {"spill_ratio", "spill", "mean"},
};
static const char *const variant_tail[] = {"slo_passed", "seed", "rep", "variant"};

static const struct param_def *find_param(const struct scenario *scenario, const char *name)
{
    for (int i = 0; i < scenario->param_count; i++)
        if (strcmp(scenario->params[i].name, name) == 0)
            return &scenario->params[i];
    return NULL;
}

static void fill_params(struct rows *rows, const struct scenario *named,
                        const struct scenario *scenario)
{
    for (int i = 0; i < named->param_count; i++) {
        const struct param_def *param = find_param(scenario, named->params[i].name);
        enum value_kind kind = param == NULL ? VALUE_NIL : param->value.kind;
        if (kind == VALUE_NUMBER)
            rows_number(rows, param->value.number);
        else if (kind == VALUE_BOOL)
            rows_text(rows, param->value.boolean ? "true" : "false");
        else
            rows_text(rows, kind == VALUE_TEXT ? param->value.text : NULL);
    }
}

static void fill_variant(struct rows *rows, const struct scenario *named,
                         const struct result *result)
{
    struct lookup *lookup = lookup_new(result);
    fill_params(rows, named, result->scenario);
    for (size_t i = 0; i < COUNTOF(variant_figures); i++) {
        const struct result_row *row = lookup_row(
            lookup, lookup_node(lookup, "*"), variant_figures[i].metric, variant_figures[i].stat);
        rows_number(rows, row == NULL ? NAN : row->value);
    }
    rows_whole(rows, result->slos_passed ? 1 : 0);
    rows_whole(rows, result->seed);
    if (result->reps > 1)
        rows_empty(rows); /* all replications together, not one of them */
    else
        rows_whole(rows, 0);
    rows_text(rows, result->variant);
    lookup_free(lookup);
}

void table_write_variants(struct result *const *results, int count, struct text *out)
{
    ASSERT(count > 0);
    struct arena *arena = arena_new();
    const struct scenario *named = results[0]->scenario;
    size_t width = (size_t)named->param_count + COUNTOF(variant_figures) + COUNTOF(variant_tail);
    const char **columns = ARENA_ARRAY(arena, const char *, width + 1);
    size_t at = 0;
    for (int i = 0; i < named->param_count; i++)
        columns[at++] = named->params[i].name;
    for (size_t i = 0; i < COUNTOF(variant_figures); i++)
        columns[at++] = variant_figures[i].column;
    for (size_t i = 0; i < COUNTOF(variant_tail); i++)
        columns[at++] = variant_tail[i];

    struct rows rows;
    rows_begin_csv(&rows, columns, out);
    for (int i = 0; i < count; i++)
        fill_variant(&rows, named, results[i]);
    rows_end(&rows);
    arena_free(arena);
}
