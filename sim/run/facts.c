/* facts.c - see the header. */
#include "run/facts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/svc_client.h"
#include "model/svc_gateway.h"
#include "model/svc_workflow.h"
#include "run/node.h"
#include "run/run.h"

#define MINUTE_S 60

/* -- who waits -------------------------------------------------------------------------------------- */

static void note_waits(struct facts *facts, int32_t resource);

static bool is_standard(const struct resource *workflow)
{
    return ((const struct workflow_config *)workflow->config)->kind == WORKFLOW_STANDARD;
}

/* Behind what acknowledges nobody waits: messages, and asynchronous operations of whatever kind. */
static bool is_acknowledged(const struct facts *facts, int32_t resource)
{
    const struct svc_class *class = facts->scenario->resources[resource].class;
    return (class->takes &
            (TAKES(USE_SEND) | TAKES(USE_PUBLISH) | TAKES(USE_EMIT) | TAKES(USE_PUSH))) != 0 ||
           (class == &svc_workflow_class && is_standard(&facts->scenario->resources[resource]));
}

static void note_callees(struct facts *facts, int32_t resource)
{
    const struct route_list *routes = resource_routes(&facts->scenario->resources[resource]);
    for (int i = 0; routes != NULL && i < routes->count; i++) {
        note_waits(facts, routes->routes[i].target.resource);
        if (routes->routes[i].authorizer != NULL)
            note_waits(facts, routes->routes[i].authorizer->fn.resource);
    }
    for (const struct op *op = facts_next_op(facts, resource, NULL); op != NULL;
         op = facts_next_op(facts, resource, op))
        if (op->code == OP_CALL)
            note_waits(facts, op->target.resource);
}

static void note_waits(struct facts *facts, int32_t resource)
{
    if (resource < 0 || facts->waits[resource] || is_acknowledged(facts, resource))
        return;
    facts->waits[resource] = true;
    note_callees(facts, resource);
}

void facts_make(struct facts *facts, const struct result *result, struct arena *arena)
{
    const struct scenario *scenario = result->scenario;
    *facts = (struct facts){.result = result, .scenario = scenario, .arena = arena};
    facts->node_of = ARENA_ARRAY(arena, int, scenario->resource_count + 1);
    facts->waits = ARENA_ARRAY(arena, bool, scenario->resource_count + 1);
    facts->measured_s = (double)(result->reached - result->warmup) / 1e9;
    for (int i = 0; i < scenario->resource_count; i++)
        facts->node_of[i] = -1;
    for (int i = 0; i < result->node_count; i++) {
        const struct result_node *node = &result->nodes[i];
        if (node->resource >= 0 && node->parent < 0 && facts->node_of[node->resource] < 0)
            facts->node_of[node->resource] = i;
    }
    facts->steady = run_is_stationary(scenario);
    for (int i = 0; i < scenario->resource_count; i++) {
        if (!facts_is(facts, i, &svc_client_class))
            continue;
        const struct client_config *client = scenario->resources[i].config;
        facts->steady &= client->rate == NULL || client->rate->kind == RATE_CONSTANT;
        for (int t = 0; t < client->to.count; t++)
            note_waits(facts, client->to.targets[t].target.resource);
    }
}

/* -- figures ------------------------------------------------------------------------------------------ */

double facts_value(const struct facts *facts, int node, enum metric_id metric, const char *stat)
{
    struct statistic statistic;
    double value;
    bool known = node >= 0 && stat_read(stat, &statistic) &&
                 result_value(facts->result, node, metric, statistic, &value, NULL);
    return known ? value : NAN;
}

double facts_count(const struct facts *facts, int node, enum metric_id metric)
{
    double value = facts_value(facts, node, metric, "sum");
    return isnan(value) ? 0 : value;
}

struct above {
    int64_t limit;
    uint64_t count;
};

static void count_above(void *context, uint32_t bucket, uint64_t count)
{
    struct above *above = context;
    if (hist_bucket_low(bucket) > above->limit)
        above->count += count;
}

double facts_share_above(const struct facts *facts, int node, double latency_ns)
{
    if (node < 0 || facts->result->stats[node].latency.count == 0)
        return NAN;
    const struct hist *latency = &facts->result->stats[node].latency;
    struct above above = {.limit = (int64_t)latency_ns};
    hist_each(latency, count_above, &above);
    return (double)above.count / (double)latency->count;
}

double facts_bill(const struct facts *facts, const char *resource, const char *line_item)
{
    const struct bill *bill = &facts->result->bill;
    double sum = 0;
    for (int i = 0; i < bill->count; i++)
        if (strcmp(bill->lines[i].resource, resource) == 0 &&
            (line_item == NULL || strcmp(bill->lines[i].line_item, line_item) == 0))
            sum += bill->lines[i].cost_month_usd;
    return sum;
}

double facts_price(const struct facts *facts, const char *key)
{
    const struct price *price = catalog_price(facts->scenario->catalog, key);
    return price == NULL ? NAN : price->tiers[0].usd;
}

/* -- what is declared ------------------------------------------------------------------------------------ */

const char *facts_name(const struct facts *facts, int resource)
{
    return facts->scenario->resources[resource].name;
}

bool facts_is(const struct facts *facts, int resource, const struct svc_class *class)
{
    return facts->scenario->resources[resource].class == class;
}

const struct function_config *facts_function(const struct facts *facts, int resource)
{
    return resource >= 0 && facts_is(facts, resource, &svc_function_class)
               ? facts->scenario->resources[resource].config
               : NULL;
}

const struct op *facts_next_op(const struct facts *facts, int resource, const struct op *op)
{
    const struct program *program = resource_program(&facts->scenario->resources[resource]);
    if (program == NULL)
        return NULL;
    op = op == NULL ? program->ops : op + 1;
    while (op < program->ops + program->count &&
           (op->target.resource < 0 || (op->code != OP_CALL && op->code != OP_INVOKE)))
        op++;
    return op < program->ops + program->count ? op : NULL;
}

/* -- limits and edges --------------------------------------------------------------------------------------- */

const struct capacity_row *facts_capacity(const struct facts *facts, const char *resource,
                                          const char *what)
{
    for (int i = 0; i < facts->result->capacity_count; i++) {
        const struct capacity_row *row = &facts->result->capacities[i];
        if (strcmp(row->resource, resource) == 0 && strcmp(row->what, what) == 0)
            return row;
    }
    return NULL;
}

double facts_refused(const struct capacity_row *row, const char *limit)
{
    for (int i = 0; row != NULL && i < CAPACITY_LIMITS && row->refused_by[i] != NULL; i++)
        if (strcmp(row->refused_by[i], limit) == 0)
            return row->refused[i];
    return 0;
}

const struct edge_row *facts_edge(const struct facts *facts, int from, int to)
{
    for (int i = 0; i < facts->result->edge_count; i++) {
        const struct edge_row *edge = &facts->result->edges[i];
        if (strcmp(edge->from, facts_name(facts, from)) == 0 &&
            strcmp(edge->to, facts_name(facts, to)) == 0)
            return edge;
    }
    return NULL;
}

/* -- over time ------------------------------------------------------------------------------------------------ */

struct facts_series facts_series(const struct facts *facts, int node, size_t column)
{
    const struct result *result = facts->result;
    double warmup_s = (double)result->warmup / 1e9;
    struct facts_series series = {.width_s = (double)result->sample / 1e9};
    int64_t room = result->node_count > 0 ? result->sample_count / result->node_count + 1 : 1;
    series.values = ARENA_ARRAY(facts->arena, double, room);
    for (int64_t i = 0; i < result->sample_count; i++) {
        const struct sample_row *row = &result->samples[i];
        /* A sample that the warm-up reaches into is left out; so is the last one, where it was cut short. */
        if (row->node != node || row->time_s - series.width_s < warmup_s - 1e-9)
            continue;
        double value;
        memcpy(&value, (const char *)row + column, sizeof value);
        if (series.count < room)
            series.values[series.count++] = value;
    }
    return series;
}

double facts_series_peak(const struct facts_series *series, double window_s)
{
    int window = (int)ceil(window_s / series->width_s - 1e-9);
    window = window < 1 ? 1 : window > series->count ? series->count : window;
    double sum = 0, peak = NAN;
    for (int i = 0; i < series->count; i++) {
        sum += isnan(series->values[i]) ? 0 : series->values[i];
        if (i >= window)
            sum -= isnan(series->values[i - window]) ? 0 : series->values[i - window];
        if (i + 1 >= window)
            peak = isnan(peak) ? sum / window : fmax(peak, sum / window);
    }
    return peak;
}

double facts_series_mean(const struct facts_series *series, double from, double to)
{
    int first = (int)(from * series->count), last = (int)(to * series->count), n = 0;
    double sum = 0;
    for (int i = first; i < last && i < series->count; i++) {
        if (isnan(series->values[i]))
            continue;
        sum += series->values[i];
        n++;
    }
    return n > 0 ? sum / n : NAN;
}

static int compare_numbers(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

double facts_series_median(const struct facts_series *series)
{
    if (series->count == 0)
        return NAN;
    double *sorted = mem_resize(NULL, sizeof(double) * (size_t)series->count);
    int n = 0;
    for (int i = 0; i < series->count; i++)
        if (!isnan(series->values[i]))
            sorted[n++] = series->values[i];
    qsort(sorted, (size_t)n, sizeof *sorted, compare_numbers);
    double median = n > 0 ? sorted[n / 2] : NAN;
    mem_free(sorted);
    return median;
}

/* -- formulas ---------------------------------------------------------------------------------------------------- */

double facts_erlang_b(int n, double load)
{
    double lost = 1;
    for (int i = 1; i <= n; i++)
        lost = load * lost / (i + load * lost);
    return lost;
}

int facts_places(double load, double lost, int most)
{
    double now = 1;
    int n = 0;
    while (n < most && now > lost) {
        n++;
        now = load * now / (n + load * now);
    }
    return n;
}

double facts_load(const struct facts *facts, int resource)
{
    int node = facts->node_of[resource];
    struct facts_series busy = FACTS_SERIES(facts, node, concurrency_mean);
    double throttles = facts_value(facts, node, METRIC_THROTTLES, "mean");
    double served = isnan(throttles) || throttles >= 1 ? 1 : 1 - throttles;
    double peak = facts->steady ? NAN : facts_series_peak(&busy, MINUTE_S);
    /* Without a sample of its own the mean must do. */
    return (isnan(peak) ? facts_value(facts, node, METRIC_CONCURRENCY, "mean") : peak) / served;
}
