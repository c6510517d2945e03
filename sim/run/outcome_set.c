/* outcome_set.c - see outcome_set.h. */
#include "run/outcome_set.h"

#include <math.h>
#include <string.h>

/* -- out of the world --------------------------------------------------------------------------------- */

static void take_nodes(struct rep_outcome *out, struct world *world)
{
    out->node_count = world_node_count(world);
    out->nodes = ARENA_ARRAY(out->arena, struct result_node, out->node_count);
    out->stats = ARENA_ARRAY(out->arena, struct node_stats, out->node_count);
    for (int i = 0; i < out->node_count; i++) {
        out->nodes[i] = world_node_name(world, i);
        out->nodes[i].name = arena_strdup(out->arena, out->nodes[i].name);
        world_node(world, i, &out->stats[i]);
    }
}

static void take_edges(struct rep_outcome *out, const struct model *model)
{
    out->edge_count = (uint32_t)model->edge_count;
    out->edges = ARENA_ARRAY(out->arena, struct edge_outcome, out->edge_count);
    for (uint32_t i = 0; i < out->edge_count; i++) {
        const struct edge *edge = &model->edges[i];
        out->edges[i] = (struct edge_outcome){.from = edge->from + 1,
                                              .to = edge->to + 1,
                                              .shared = edge->shared,
                                              .calls = edge->calls,
                                              .errors = edge->errors,
                                              .throttles = edge->throttles};
        hist_merge(&out->edges[i].latency, &edge->latency);
        if (edge->shared)
            continue;
        struct counters callee = probe_measured(&model->probes[edge->to]);
        out->edges[i].calls = callee.arrivals;
        out->edges[i].errors = callee.errors;
        out->edges[i].throttles = callee.throttles;
    }
}

static void take_batches(struct rep_outcome *out, const struct world *world)
{
    if (!world->batching || world->batches < WORLD_BATCHES)
        return;
    out->batches = world->batches;
    out->batch_values = ARENA_ARRAY(out->arena, struct node_row_values, out->node_count);
    for (int i = 0; i < out->node_count; i++) {
        const struct node_row_values *rows = &world->rows[i];
        size_t bytes = sizeof(double) * (size_t)(rows->rows * WORLD_BATCHES);
        out->batch_values[i].rows = rows->rows;
        out->batch_values[i].values = arena_copy(out->arena, rows->values, bytes);
    }
}

struct rep_outcome *rep_outcome_take(struct world *world)
{
    struct arena *arena = arena_new();
    struct rep_outcome *out = ARENA_NEW(arena, struct rep_outcome);
    struct model *model = &world->model;
    out->arena = arena;
    out->end = world->end;
    out->reached = model->sim.now;
    out->sample = world->sample;
    take_nodes(out, world);
    take_edges(out, model);
    struct usage *usage;
    out->usage_count = world_usage(world, &usage);
    out->usage = arena_copy(arena, usage, sizeof(*usage) * (size_t)out->usage_count);
    struct capacity_row *capacities;
    out->capacity_count = world_capacities(world, &capacities);
    out->capacities =
        arena_copy(arena, capacities, sizeof(*capacities) * (size_t)out->capacity_count);
    for (int i = 0; i < out->capacity_count; i++)
        out->capacities[i].resource = arena_strdup(arena, capacities[i].resource);
    out->samples = world->samples;
    out->sample_count = world->sample_count;
    world->samples = NULL;
    take_batches(out, world);
    out->requests = model->requests;
    out->events = model->sim.events;
    out->fingerprint = model->sim.fingerprint;
    out->started_s = world->started_s;
    out->ended_s = world->ended_s;
    return out;
}

void rep_outcome_free(struct rep_outcome *outcome)
{
    if (outcome == NULL)
        return;
    for (int i = 0; i < outcome->node_count; i++)
        node_free(&outcome->stats[i]);
    for (uint32_t i = 0; i < outcome->edge_count; i++)
        hist_free(&outcome->edges[i].latency);
    mem_free(outcome->samples);
    arena_free(outcome->arena);
}

/* -- reduction -------------------------------------------------------------------------------------------- */

static void reduce_nodes(struct result *result, struct rep_outcome **outcomes, int reps)
{
    const struct rep_outcome *first = outcomes[0];
    result->node_count = first->node_count;
    result->nodes =
        arena_copy(result->arena, first->nodes, sizeof(*first->nodes) * (size_t)first->node_count);
    for (int i = 0; i < result->node_count; i++)
        result->nodes[i].name = arena_strdup(result->arena, result->nodes[i].name);
    result->stats = ARENA_ARRAY(result->arena, struct node_stats, result->node_count);
    for (int i = 0; i < result->node_count; i++) {
        node_init(&result->stats[i], first->stats[i].kind, first->stats[i].has);
        result->stats[i].reps = 0;
        for (int r = 0; r < reps; r++)
            node_merge(&result->stats[i], &outcomes[r]->stats[i]);
    }
}

/* What interval_of_reps needs stays: values, not histograms, would do, but any percentile may be asked for. */
static void keep_reps(struct result *result, struct rep_outcome **outcomes, int reps)
{
    struct node_stats **kept = ARENA_ARRAY(result->arena, struct node_stats *, reps);
    for (int r = 0; r < reps; r++)
        kept[r] = outcomes[r]->stats;
    result->rep_stats = kept;
}

/* Every resource's share of the bill, in the summary of each replication and of all. */
static void set_costs(struct node_stats *stats, const struct result_node *nodes, int node_count,
                      const struct bill *bill)
{
    for (int i = 0; i < node_count; i++) {
        if (!node_has(&stats[i], METRIC_COST))
            continue;
        stats[i].cost = i == 0 ? bill->cost_usd : 0;
        stats[i].cost_month = i == 0 ? bill->cost_month_usd : 0;
        for (int l = 0; i > 0 && l < bill->count; l++) {
            if (strcmp(bill->lines[l].resource, nodes[i].name) != 0)
                continue;
            stats[i].cost += bill->lines[l].cost_usd;
            stats[i].cost_month += bill->lines[l].cost_month_usd;
        }
    }
}

/* Stopped during the warm-up: nothing was used either. */
static sim_time measured_time(const struct scenario *scenario, const struct rep_outcome *outcome)
{
    sim_time measured = outcome->reached - scenario->simulate.warmup;
    return measured > 0 ? measured : 1;
}

bool rep_outcome_price(struct rep_outcome *outcome, const struct scenario *scenario,
                       struct err *err)
{
    struct bill bill;
    if (outcome->priced)
        return true;
    if (!bill_make(&bill, outcome->arena, outcome->usage, outcome->usage_count, scenario->catalog,
                   measured_time(scenario, outcome), scenario->pricing.free_tier, err))
        return false;
    set_costs(outcome->stats, outcome->nodes, outcome->node_count, &bill);
    outcome->priced = true;
    return true;
}

static bool reduce_bills(struct result *result, struct rep_outcome **outcomes, int reps,
                         struct err *err)
{
    const struct scenario *scenario = result->scenario;
    int count = outcomes[0]->usage_count;
    struct usage *sum = arena_copy(result->arena, outcomes[0]->usage, sizeof(*sum) * (size_t)count);
    for (int r = 0; r < reps; r++) {
        if (!rep_outcome_price(outcomes[r], scenario, err))
            return false;
        for (int i = 0; r > 0 && i < count; i++)
            sum[i].amount += outcomes[r]->usage[i].amount;
    }
    for (int i = 0; i < count; i++) {
        sum[i].per_unit *= reps; /* the mean over replications */
        sum[i].resource = arena_strdup(result->arena, sum[i].resource);
    }
    if (!bill_make(&result->bill, result->arena, sum, count, scenario->catalog,
                   measured_time(scenario, outcomes[0]), scenario->pricing.free_tier, err))
        return false;
    set_costs(result->stats, result->nodes, result->node_count, &result->bill);
    return true;
}

static struct edge_row reduce_edge(struct result *result, struct rep_outcome **outcomes, int reps,
                                   uint32_t index)
{
    const struct edge_outcome *first = &outcomes[0]->edges[index];
    struct edge_row row = {.from = result->nodes[first->from].name,
                           .to = result->nodes[first->to].name};
    struct hist latency = {0};
    for (int r = 0; r < reps; r++) {
        const struct edge_outcome *edge = &outcomes[r]->edges[index];
        row.calls += edge->calls;
        row.errors += edge->errors;
        row.throttles += edge->throttles;
        hist_merge(&latency, &edge->latency);
    }
    const struct hist *from = first->shared ? &latency : &result->stats[first->to].latency;
    row.latency_p50_ms = hist_quantile(from, 0.50, 0) / 1e6;
    row.latency_p99_ms = hist_quantile(from, 0.99, 0) / 1e6;
    hist_free(&latency);
    return row;
}

static void reduce_edges(struct result *result, struct rep_outcome **outcomes, int reps)
{
    result->edge_count = (int)outcomes[0]->edge_count;
    result->edges = ARENA_ARRAY(result->arena, struct edge_row, result->edge_count);
    for (int i = 0; i < result->edge_count; i++)
        result->edges[i] = reduce_edge(result, outcomes, reps, (uint32_t)i);
}

static void reduce_capacities(struct result *result, struct rep_outcome **outcomes, int reps)
{
    result->capacity_count = outcomes[0]->capacity_count;
    result->capacities = arena_copy(result->arena, outcomes[0]->capacities,
                                    sizeof(*result->capacities) * (size_t)result->capacity_count);
    for (int r = 1; r < reps; r++)
        ASSERT(outcomes[r]->capacity_count == result->capacity_count);
    for (int i = 0; i < result->capacity_count; i++) {
        struct capacity_row *row = &result->capacities[i];
        row->resource = arena_strdup(result->arena, row->resource);
        for (int r = 1; r < reps; r++) {
            const struct capacity_row *other = &outcomes[r]->capacities[i];
            row->mean = (row->mean * r + other->mean) / (r + 1);
            row->max = fmax(row->max, other->max);
            for (int k = 0; k < CAPACITY_LIMITS; k++)
                row->refused[k] = (row->refused[k] * r + other->refused[k]) / (r + 1);
        }
    }
}

static void reduce_counts(struct result *result, struct rep_outcome **outcomes, int reps)
{
    result->started_s = outcomes[0]->started_s;
    result->ended_s = outcomes[0]->ended_s;
    for (int r = 0; r < reps; r++) {
        result->requests += outcomes[r]->requests;
        result->events += outcomes[r]->events;
        result->fingerprint = rng_mix(result->fingerprint + outcomes[r]->fingerprint);
        result->started_s = fmin(result->started_s, outcomes[r]->started_s);
        result->ended_s = fmax(result->ended_s, outcomes[r]->ended_s);
        if (outcomes[r]->end != RUN_COMPLETE && result->end == RUN_COMPLETE)
            result->end = outcomes[r]->end;
    }
    result->wall_s = result->ended_s - result->started_s;
}

/* The result takes over what replication 0 recorded over time. */
static void take_series(struct result *result, struct rep_outcome *first)
{
    result->samples = first->samples;
    result->sample_count = first->sample_count;
    first->samples = NULL;
    result->batches = first->batches;
    if (first->batches == 0)
        return;
    struct node_row_values *values = arena_copy(result->arena, first->batch_values,
                                                sizeof(*values) * (size_t)result->node_count);
    for (int i = 0; i < result->node_count; i++)
        values[i].values = arena_copy(result->arena, values[i].values,
                                      sizeof(double) * (size_t)(values[i].rows * first->batches));
    result->batch_values = values;
}

struct result *result_reduce(const struct scenario *scenario, const char *variant,
                             struct rep_outcome **outcomes, int reps, struct err *err)
{
    struct arena *arena = arena_new();
    struct result *result = ARENA_NEW(arena, struct result);
    result->arena = arena;
    result->scenario = scenario;
    result->variant = variant;
    result->seed = scenario->simulate.seed;
    result->reps = reps;
    result->duration = scenario->simulate.duration;
    result->warmup = scenario->simulate.warmup;
    result->sample = outcomes[0]->sample;
    result->reached = outcomes[0]->reached;
    reduce_nodes(result, outcomes, reps);
    bool ok = reduce_bills(result, outcomes, reps, err);
    if (ok) {
        reduce_counts(result, outcomes, reps);
        reduce_edges(result, outcomes, reps);
        reduce_capacities(result, outcomes, reps);
        take_series(result, outcomes[0]);
        keep_reps(result, outcomes, reps);
        result_make_rows(result);
        result_make_latencies(result);
        result_judge(result);
        result->rep_stats = NULL; /* gone with the outcomes; the rows hold the intervals */
    }
    for (int r = 0; r < reps; r++)
        rep_outcome_free(outcomes[r]);
    if (ok)
        return result;
    result_free(result);
    return NULL;
}
