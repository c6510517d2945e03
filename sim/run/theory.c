/* theory.c - see the header. */
#include "run/theory.h"

#include <math.h>
#include <string.h>

#include "model/svc_client.h"
#include "model/svc_external.h"
#include "model/svc_function.h"
#include "model/svc_gateway.h"
#include "model/svc_queue.h"
#include "model/svc_service.h"
#include "run/theory_parts.h"

#define NEVER_LOG 30 /* exp(-30): as good as never */

bool theory_limit_bites(double rate_per_s, double limit_per_s, double burst)
{
    if (rate_per_s <= 0)
        return false;
    return rate_per_s >= limit_per_s ||
           2 * fmax(burst, 1) * (limit_per_s - rate_per_s) / rate_per_s < NEVER_LOG;
}

void theory_add(struct theory_maker *maker, const char *resource, enum metric_id metric,
                const char *stat, double value, const char *law, const char *aside)
{
    struct theory *theory = maker->theory;
    const struct metric_info *info = &metric_table[metric];
    theory->rows = mem_grow(theory->rows, (size_t)theory->row_count, &maker->row_capacity,
                            sizeof *theory->rows);
    theory->rows[theory->row_count++] = (struct theory_row){
        .resource = resource,
        .metric = info->name,
        .stat = stat,
        .unit = metric_unit(info->dimension),
        .value = info->dimension == DIM_TIME ? value / 1e6 : value,
        .law = law,
        .aside = aside,
    };
}

void theory_add_gap(struct theory_maker *maker, const char *resource, const char *about,
                    const char *why)
{
    struct theory *theory = maker->theory;
    theory->gaps = mem_grow(theory->gaps, (size_t)theory->gap_count, &maker->gap_capacity,
                            sizeof *theory->gaps);
    theory->gaps[theory->gap_count++] = (struct theory_gap){resource, about, why};
}

double theory_value(const struct theory *theory, const char *resource, const char *metric,
                    const char *stat)
{
    for (int i = 0; i < theory->row_count; i++)
        if (strcmp(theory->rows[i].resource, resource) == 0 &&
            strcmp(theory->rows[i].metric, metric) == 0 && strcmp(theory->rows[i].stat, stat) == 0)
            return theory->rows[i].value;
    return NAN;
}

static void put_laws(struct theory_maker *maker, int i)
{
    const struct resource *resource = &maker->scenario->resources[i];
    if (resource->class == &svc_client_class)
        return;
    if (resource_routes(resource) != NULL)
        theory_gateway(maker, i);
    else if (resource->class == &svc_function_class)
        theory_function(maker, i);
    else if (resource->class == &svc_external_class || resource->class == &svc_service_class)
        theory_external(maker, i);
    else if (resource->class == &svc_queue_class)
        theory_queue(maker, i);
    else
        theory_add_gap(maker, resource->name, "all but its rate",
                       arena_printf(maker->arena, "%s%s has no closed form here",
                                    svc_class_article(resource->class), resource->class->kind));
}

static void put_cost(struct theory_maker *maker, const char *name, const struct theory_cost *cost)
{
    if (cost->known) {
        theory_add(maker, name, METRIC_COST, "sum", cost->usd, "expected usage", cost->aside);
        theory_add(maker, name, METRIC_COST_MONTH, "sum", cost->month_usd, "expected usage",
                   cost->aside);
    } else if (cost->why != NULL) {
        theory_add_gap(maker, name, "cost", cost->why);
    }
}

static void put_resource(struct theory_maker *maker, int i)
{
    const char *name = maker->scenario->resources[i].name;
    const struct theory_flow *flow = &maker->flows[i];
    if (flow->why_rate != NULL) {
        theory_add_gap(maker, name, "all", flow->why_rate);
        return;
    }
    theory_add(maker, name, METRIC_RATE, "mean", flow->rate_per_s, "arrivals", NULL);
    put_laws(maker, i);
    put_cost(maker, name, &maker->costs[i]);
}

struct theory *theory_make(const struct scenario *scenario)
{
    struct arena *arena = arena_new();
    struct theory *theory = ARENA_NEW(arena, struct theory);
    size_t count = (size_t)scenario->resource_count + 1;
    struct theory_maker maker = {
        .theory = theory,
        .scenario = scenario,
        .arena = arena,
        .programs = ARENA_ARRAY(arena, struct theory_program, count),
        .flows = ARENA_ARRAY(arena, struct theory_flow, count),
        .routes = ARENA_ARRAY(arena, struct theory_flow *, count),
        .costs = ARENA_ARRAY(arena, struct theory_cost, count),
    };
    theory->arena = arena;
    for (int i = 0; i < scenario->resource_count; i++)
        if (resource_routes(&scenario->resources[i]) != NULL)
            maker.routes[i] = ARENA_ARRAY(arena, struct theory_flow,
                                          resource_routes(&scenario->resources[i])->count + 1);
    for (int i = 0; i < scenario->resource_count; i++)
        (void)theory_program_of(&maker, i);
    theory_follow(&maker);
    theory_bill(&maker);
    for (int i = 0; i < scenario->resource_count; i++)
        put_resource(&maker, i);
    put_cost(&maker, "*", &maker.costs[scenario->resource_count]);
    for (size_t i = 0; i < count; i++)
        mem_free(maker.programs[i].visits);
    return theory;
}

void theory_free(struct theory *theory)
{
    if (theory == NULL)
        return;
    mem_free(theory->rows);
    mem_free(theory->gaps);
    arena_free(theory->arena);
}
