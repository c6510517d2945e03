/* observer.c - what an observer is shown of a sample; see observer.h. */
#include "run/observer.h"

#include <math.h>

#include "model/svc_client.h"
#include "run/sample_group.h"
#include "run/world.h"

/* What the last sample ended with, and room for what is shown. */
struct onlooker {
    const struct observer *observer;
    double stage_ns[STAGE_COUNT];
    uint64_t staged;
    struct edge_counts {
        uint64_t calls, failed;
    } * before; /* by edge */
    struct edge_count *edges;
    struct bucket_count *latency;
    size_t latency_capacity;
    int line_count;
    struct line {
        const struct svc *svc;
        int meter;
        double price;
    } * lines;
    double *cost_usd;
    struct sample_group group;
    sim_time group_to;
};

/* In the order of world_usage. */
static void find_lines(struct world *world, struct onlooker *looking)
{
    struct model *model = &world->model;
    looking->lines = ARENA_ARRAY(model->arena, struct line, model->svc_count * SVC_METERS_MAX);
    for (uint32_t i = 0; i < model->svc_count; i++) {
        const struct svc *svc = &model->svcs[i];
        const struct meter_spec *spec = svc->class->meters;
        for (int m = 0; spec != NULL && spec[m].line_item != NULL; m++)
            if (svc->class->has_line == NULL || svc->class->has_line(model, svc, m))
                looking->lines[looking->line_count++] =
                    (struct line){svc, m, world->meter_price[i][m]};
    }
    looking->cost_usd = ARENA_ARRAY(model->arena, double, looking->line_count);
}

static int samples_at_a_time(const struct world *world)
{
    const struct model *model = &world->model;
    double samples = (double)model->sim.horizon / (double)world->sample;
    double rows = samples * world_node_count(world);
    return rows <= OBSERVER_ROWS_MAX ? 1 : (int)ceil(rows / OBSERVER_ROWS_MAX);
}

void world_observe(struct world *world, const struct observer *observer)
{
    struct model *model = &world->model;
    ASSERT(world->sampling); /* others keep no rows to show */
    struct onlooker *looking = ARENA_NEW(model->arena, struct onlooker);
    looking->observer = observer;
    looking->before = ARENA_ARRAY(model->arena, struct edge_counts, model->edge_count);
    looking->edges = ARENA_ARRAY(model->arena, struct edge_count, model->edge_count);
    find_lines(world, looking);
    looking->group.every = samples_at_a_time(world);
    world->observed = world->sample * looking->group.every;
    world->onlooker = looking;
    observer->begin(observer->context, world);
}

void world_end_observing(struct world *world)
{
    if (world->onlooker == NULL)
        return;
    sample_group_free(&world->onlooker->group);
    mem_free(world->onlooker->latency);
}

/* -- latencies ------------------------------------------------------------------------------------ */

static void make_room(struct onlooker *looking, size_t buckets)
{
    if (looking->latency_capacity >= buckets)
        return;
    looking->latency_capacity = buckets;
    looking->latency = mem_resize(looking->latency, buckets * sizeof(*looking->latency));
}

static void add_bucket(struct onlooker *looking, size_t *used, uint32_t bucket, uint64_t count)
{
    if (*used > 0 && looking->latency[*used - 1].bucket == bucket) {
        looking->latency[*used - 1].count += (uint32_t)count;
        return;
    }
    looking->latency =
        mem_grow(looking->latency, *used, &looking->latency_capacity, sizeof(*looking->latency));
    looking->latency[(*used)++] =
        (struct bucket_count){bucket, count < UINT32_MAX ? (uint32_t)count : UINT32_MAX};
}

/* The quantiles of the rows have sorted the few. */
static size_t take_few(struct onlooker *looking, struct window *window)
{
    double unused;
    size_t used = 0;
    window_quantiles(window, 1, (const double[]){0.5}, &unused);
    for (uint32_t i = 0; i < window->count; i++)
        add_bucket(looking, &used, hist_bucket(window->few[i]), 1);
    return used;
}

/* Most buckets are empty and the others stand together, in no order a processor could guess: eight at a time, without a branch for each. */
static size_t take_window(struct onlooker *looking, struct window *window)
{
    enum { BLOCK = 8 };
    const struct hist *many = &window->many;
    size_t used = 0;
    if (window->count <= WINDOW_FEW)
        return take_few(looking, window);
    _Static_assert((1 << HIST_BITS) % BLOCK == 0, "a histogram has whole octaves");
    make_room(looking, many->size);
    struct bucket_count *out = looking->latency;
    for (uint32_t i = 0; i < many->size; i += BLOCK) {
        const uint64_t *counts = many->counts + i;
        uint64_t any = 0;
        for (int k = 0; k < BLOCK; k++)
            any |= counts[k];
        for (uint32_t k = 0; any != 0 && k < BLOCK; k++) {
            out[used] = (struct bucket_count){many->first + i + k, (uint32_t)counts[k]};
            used += counts[k] != 0;
        }
    }
    return used;
}

static size_t take_latencies(struct world *world, struct onlooker *looking)
{
    struct model *model = &world->model;
    struct window *only = NULL;
    int sources = 0;
    for (uint32_t i = 0; i < model->svc_count; i++) {
        if (model->svcs[i].class != &svc_client_class)
            continue;
        only = &seen_probe(model, &model->svcs[i])->window;
        sources++;
    }
    if (sources <= 1)
        return only == NULL ? 0 : take_window(looking, only);
    for (uint32_t i = 0; i < model->svc_count; i++)
        if (model->svcs[i].class == &svc_client_class)
            window_join(&world->joined, &seen_probe(model, &model->svcs[i])->window);
    size_t used = take_window(looking, &world->joined);
    window_clear(&world->joined);
    return used;
}

/* -- stages, edges, costs ----------------------------------------------------------------------------- */

/* Sums of the whole run, from which a sample is a difference. */
static uint64_t add_stages(const struct probe *probe, double stage_ns[STAGE_COUNT])
{
    uint64_t timed = probe->pre_timed + probe->latency.count;
    for (int k = 0; k < STAGE_COUNT; k++) {
        int128 sum = probe->pure[k].sum + probe->stage[k].sum + probe->pre_ns[k];
        stage_ns[k] += (double)sum;
        timed += probe->pure[k].count;
    }
    return timed;
}

static void take_stages(struct world *world, struct onlooker *looking, struct sample_seen *seen)
{
    struct model *model = &world->model;
    double stage_ns[STAGE_COUNT] = {0};
    uint64_t staged = 0;
    for (uint32_t i = 0; i < model->svc_count; i++)
        if (model->svcs[i].class == &svc_client_class)
            staged += add_stages(seen_probe(model, &model->svcs[i]), stage_ns);
    seen->staged = staged - looking->staged;
    looking->staged = staged;
    for (int k = 0; k < STAGE_COUNT; k++) {
        seen->stage_ns[k] = stage_ns[k] - looking->stage_ns[k];
        looking->stage_ns[k] = stage_ns[k];
    }
}

static uint32_t difference(uint64_t now, uint64_t *then)
{
    uint64_t more = now - *then;
    *then = now;
    return more < UINT32_MAX ? (uint32_t)more : UINT32_MAX;
}

static void take_edges(struct world *world, struct onlooker *looking)
{
    struct model *model = &world->model;
    for (size_t i = 0; i < model->edge_count; i++) {
        const struct edge *edge = &model->edges[i];
        const struct counters *callee = &model->probes[edge->to].all;
        uint64_t calls = edge->shared ? edge->all_calls : callee->arrivals;
        uint64_t failed = edge->shared ? edge->all_errors : callee->errors;
        looking->edges[i].calls = difference(calls, &looking->before[i].calls);
        looking->edges[i].failed = difference(failed, &looking->before[i].failed);
    }
}

/* What is known as differences from the last time something was shown, and as sums of the whole run; then shows it. */
static void show(struct world *world, struct onlooker *looking, struct sample_seen *seen)
{
    struct model *model = &world->model;
    take_stages(world, looking, seen);
    take_edges(world, looking);
    seen->edges = looking->edges;
    seen->edge_count = (int)model->edge_count;
    for (int i = 0; i < looking->line_count; i++) {
        const struct line *line = &looking->lines[i];
        int64_t measured = line->svc->meters[line->meter] - line->svc->meters_pre[line->meter];
        looking->cost_usd[i] = (double)measured * line->price;
    }
    seen->cost_usd = looking->cost_usd;
    seen->cost_count = looking->line_count;
    seen->requests = model->requests;
    seen->events = model->sim.events;
    looking->observer->sample(looking->observer->context, seen);
}

static void show_group(struct world *world, struct onlooker *looking)
{
    struct sample_seen seen = {.to = looking->group_to};
    make_room(looking, looking->group.latency.size);
    sample_group_take(&looking->group, &seen, looking->latency);
    show(world, looking, &seen);
}

void world_show_sample(struct world *world, int64_t first_row)
{
    struct onlooker *looking = world->onlooker;
    struct sample_seen seen = {
        .from = world->sampled_at,
        .to = world->model.sim.now,
        .rows = world->samples + first_row,
        .row_count = (int)(world->sample_count - first_row),
        .latency_count = (int)take_latencies(world, looking),
    };
    seen.latency = looking->latency;
    if (looking->group.every == 1) {
        show(world, looking, &seen);
        return;
    }
    sample_group_add(&looking->group, &seen);
    looking->group_to = seen.to;
    if (looking->group.held == looking->group.every)
        show_group(world, looking);
}

void world_show_rest(struct world *world)
{
    if (world->onlooker != NULL && world->onlooker->group.held > 0)
        show_group(world, world->onlooker);
}
