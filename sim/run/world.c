/* world.c - see world.h. */
#include "run/world.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "model/async.h"
#include "model/client_run.h"
#include "model/function_run.h"
#include "model/gateway_run.h"
#include "model/loop.h"

static bool is_class(const struct svc *svc, const struct svc_class *class)
{
    return svc->class == class;
}

/* -- edges ------------------------------------------------------------------------------------- */

/* Found by walking: only while services start, and a caller's edges are made one after another. */
uint32_t model_edge(struct model *model, uint32_t from, uint32_t to)
{
    for (size_t i = model->edge_count; i-- > 0 && model->edges[i].from == from;)
        if (model->edges[i].to == to)
            return (uint32_t)i;
    model->edges =
        mem_grow(model->edges, model->edge_count, &model->edge_capacity, sizeof(*model->edges));
    model->edges[model->edge_count] = (struct edge){.from = from, .to = to};
    return (uint32_t)model->edge_count++;
}

/* The function that a source calls and nobody else does, if its node says all about the source: see seen_probe. */
static const struct svc *mirror_of(const struct model *model, const struct svc *svc,
                                   const uint32_t *callers)
{
    const struct client *client = svc->state;
    const struct client_config *config = svc->config;
    if (client->tracked || config->to.count != 1)
        return NULL;
    const struct svc *target = &model->svcs[config->to.targets[0].target.resource];
    if (!is_class(target, &svc_function_class) || callers[target->probe] > 1)
        return NULL;
    const struct program *program = ((const struct function *)target->state)->handler.program;
    return program == NULL || program->leaf ? target : NULL;
}

static void find_mirrors(struct model *model, const uint32_t *callers)
{
    model->seen_as = ARENA_ARRAY(model->arena, uint32_t, model->probe_count);
    for (uint32_t i = 0; i < model->probe_count; i++)
        model->seen_as[i] = i;
    for (uint32_t i = 0; i < model->svc_count; i++) {
        const struct svc *svc = &model->svcs[i];
        if (!is_class(svc, &svc_client_class))
            continue;
        const struct svc *target = mirror_of(model, svc, callers);
        ((struct client *)svc->state)->mirrored = target != NULL;
        if (target != NULL)
            model->seen_as[svc->probe] = target->probe;
    }
}

/* An edge keeps latencies of its own only where its callee has other callers too. */
static void find_shared(struct model *model)
{
    uint32_t *callers = ARENA_ARRAY(model->arena, uint32_t, model->probe_count);
    for (size_t i = 0; i < model->edge_count; i++)
        callers[model->edges[i].to]++;
    for (uint32_t i = 0; i < model->svc_count; i++)
        if (model->svcs[i].class->acknowledges) /* what a caller waits is not what its node counts */
            callers[model->svcs[i].probe]++;
    for (size_t i = 0; i < model->edge_count; i++)
        model->edges[i].shared = callers[model->edges[i].to] > 1;
    for (size_t i = 0; i < model->edge_count; i++)
        model->edges_shared |= model->edges[i].shared;
    find_mirrors(model, callers);
}

/* Calls soon to be looked at (fel.h): first the call itself; once that has come, what its end will touch. */
static void prefetch_call(void *context, struct fel_entry entry)
{
    const struct model *model = context;
    if ((entry.id >> 56) != EVENT_LEAF_DONE)
        return;
    const char *call = pool_at(&model->calls, (uint32_t)entry.id);
    __builtin_prefetch(call);
    __builtin_prefetch(call + 64);
}

static void prefetch_end(void *context, struct fel_entry entry)
{
    const struct model *model = context;
    if ((entry.id >> 56) != EVENT_LEAF_DONE)
        return;
    const struct call *call = call_at(model, (uint32_t)entry.id);
    const struct svc *svc = &model->svcs[call->svc];
    const struct function *fn = svc->state;
    __builtin_prefetch(instance_at(&fn->on_demand, call->instance));
    if (!model->many_services)
        return;
    const struct probe *probe = &model->probes[call->probe];
    __builtin_prefetch(&svc->concurrency);
    __builtin_prefetch(&svc->served_ns);
    __builtin_prefetch(&fn->on_demand.idle);
    __builtin_prefetch(&probe->all);
    __builtin_prefetch(&probe->pure[call->stage]);
}

/* -- building ------------------------------------------------------------------------------------ */

static void bind_handlers(struct sim *sim)
{
    sim->handlers[EVENT_CALL_DONE] = call_on_done;
    sim->handlers[EVENT_ASYNC] = async_on_due;
    sim->handlers[EVENT_ARRIVAL] = client_on_arrival;
    sim->handlers[EVENT_LEAF_DONE] = function_on_leaf_done;
    sim->handlers[EVENT_STRAND_WAKE] = handler_on_wake;
    sim->handlers[EVENT_STRAND_DEADLINE] = handler_on_deadline;
    sim->handlers[EVENT_INSTANCE_READY] = function_on_ready;
    sim->handlers[EVENT_GATEWAY_FORWARD] = gateway_on_forward;
    sim->handlers[EVENT_GATEWAY_DEADLINE] = gateway_on_deadline;
    sim->handlers[EVENT_CLIENT_TRY] = client_on_try;
    sim->handlers[EVENT_CLIENT_DEADLINE] = client_on_deadline;
    sim->handlers[EVENT_CLIENT_HEDGE] = client_on_hedge;
    sim->handlers[EVENT_OBSERVE] = world_on_observe;
    sim->handlers[EVENT_FAULT] = world_on_fault;
    for (int c = 0; c < SVC_CLASSES; c++)
        for (int i = 0; i < SVC_EVENTS_MAX; i++)
            sim->handlers[EVENT_KINDS + c * SVC_EVENTS_MAX + i] = svc_classes[c]->events[i];
}

static void open_shared(struct model *model)
{
    for (int c = 0; c < SVC_CLASSES; c++) {
        if (svc_classes[c]->shared_bytes == 0)
            continue;
        model->shared[c] = arena_alloc(model->arena, svc_classes[c]->shared_bytes);
        if (svc_classes[c]->open != NULL)
            svc_classes[c]->open(model->shared[c]);
    }
}

void svc_settle(struct model *model, struct svc *svc)
{
    sim_time from = svc->settled_at;
    svc->settled_at = model->sim.now;
    if (svc->class->settle != NULL && from < model->sim.now)
        svc->class->settle(model, svc, from, model->sim.now);
}

static void start_account(struct model *model, const struct scenario *scenario)
{
    const struct account_config *config = &scenario->account;
    struct account *account = &model->account;
    model->account_config = *config;
    account->unreserved_limit = config->concurrency; /* functions take theirs out when they start */
    double per_unit = catalog_limit(model->catalog, "lambda.rps_per_concurrency");
    double rate = fmin((double)config->concurrency * per_unit, 1e9); /* functions take theirs out, too */
    token_bucket_init(&account->requests, token_limit_of(rate, TIME_UNSET), 0);
    token_bucket_init(&account->api, token_limit_of(config->api_rate, config->api_burst), 0);
    double per_min = catalog_limit(model->catalog, "lambda.burst_2023.per_min");
    double initial = catalog_limit(model->catalog, "lambda.burst_2023.initial");
    token_bucket_init(&account->burst, token_limit_of(per_min / 60, (int64_t)initial), 0);
}

static void make_services(struct model *model, const struct scenario *scenario)
{
    model->svc_count = (uint32_t)scenario->resource_count;
    model->svcs = ARENA_ARRAY(model->arena, struct svc, model->svc_count);
    for (uint32_t i = 0; i < model->svc_count; i++) {
        const struct resource *resource = &scenario->resources[i];
        struct svc *svc = &model->svcs[i];
        *svc = (struct svc){
            .class = resource->class,
            .name = resource->name,
            .config = resource->config,
            .state = arena_alloc(model->arena, resource->class->state_bytes),
            .index = i,
            .probe = model->probe_count,
            .latency_factor = 1,
            .fault_salt = rng_hash_text(UINT64_C(0xFA), resource->name),
        };
        svc->routes = svc_class_routes(svc->class, svc->config);
        svc->route_count = svc->routes == NULL ? 0 : (uint32_t)svc->routes->count;
        model->probe_count += 1 + svc->route_count;
    }
    model->many_services = model->svc_count >= MANY_SERVICES;
    model->marks = model->probe_count;
    model->probe_count += (uint32_t)scenario->mark_count;
    model->probes = ARENA_ARRAY(model->arena, struct probe, model->probe_count);
}

struct world *world_new(const struct scenario *scenario, uint32_t rep, bool sampling, bool batching)
{
    struct world *world = mem_resize(NULL, sizeof(*world));
    memset(world, 0, sizeof(*world));
    struct model *model = &world->model;
    sim_init(&model->sim, scenario->simulate.duration);
    world->scenario = scenario;
    world->sampling = sampling;
    world->batching = batching;
    model->arena = arena_new();
    model->catalog = scenario->catalog;
    model->seed = scenario->simulate.seed;
    model->rep = rep;
    model->warmup = scenario->simulate.warmup;
    model->measuring = model->warmup == 0;
    model->logs_bytes = scenario->pricing.logs == TIME_UNSET ? 0 : scenario->pricing.logs;
    model->transfer_bytes =
        scenario->pricing.transfer == TIME_UNSET ? 0 : scenario->pricing.transfer;
    pool_init(&model->calls, sizeof(struct call));
    pool_init(&model->strands, handler_strand_bytes());
    pool_init(&model->requests_pool, client_request_bytes());
    pool_init(&model->asyncs, async_record_bytes());
    (void)model_args(model, NULL); /* [0]: nothing */
    world->base = (struct base_run){&model->sim.now, model->seed, rep};
    base_set_run(&world->base);
    bind_handlers(&model->sim);
    start_account(model, scenario);
    make_services(model, scenario);
    open_shared(model);
    /* Fewer calls than this, with what they touch, stay in the nearer caches by themselves. */
    size_t from = model->many_services ? 64 : 2048;
    fel_set_watch(model->sim.fel, (struct fel_watch){prefetch_call, prefetch_end, model, from});
    for (uint32_t i = 0; i < model->svc_count; i++)
        model->svcs[i].class->start(model, &model->svcs[i]);
    find_shared(model);
    loop_find_heads(model);
    world_start_observing(world);
    world_start_faults(world);
    return world;
}

static void free_services(struct model *model)
{
    for (uint32_t i = 0; i < model->svc_count; i++)
        if (model->svcs[i].class->free != NULL)
            model->svcs[i].class->free(&model->svcs[i]);
    for (int c = 0; c < SVC_CLASSES; c++)
        if (model->shared[c] != NULL && svc_classes[c]->close != NULL)
            svc_classes[c]->close(model->shared[c]);
}

void world_free(struct world *world)
{
    if (world == NULL)
        return;
    struct model *model = &world->model;
    base_set_run(NULL);
    free_services(model);
    for (int i = 0; world->batch_before != NULL && i < world_node_count(world); i++)
        node_free(&world->batch_before[i]);
    for (uint32_t i = 0; i < model->probe_count; i++)
        probe_free(&model->probes[i]);
    for (size_t i = 0; i < model->edge_count; i++)
        hist_free(&model->edges[i].latency);
    mem_free(model->edges);
    mem_free(world->samples);
    world_end_observing(world);
    hist_free(&world->joined.many);
    mem_free(model->paths);
    pool_free(&model->calls);
    pool_free(&model->strands);
    pool_free(&model->requests_pool);
    pool_free(&model->asyncs);
    mem_free((void *)model->args);
    sim_free(&model->sim);
    arena_free(model->arena);
    mem_free(world);
}

/* -- running ---------------------------------------------------------------------------------------- */

static double wall_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void check_service(struct svc *svc, const struct model *model, uint64_t in_flight,
                          int128 in_flight_ns)
{
    const struct probe *probe = &model->probes[svc->probe];
    uint64_t arrivals = probe->all.arrivals, answered = probe->all.answered;
    for (uint32_t i = 1; i <= svc->route_count; i++) {
        arrivals += model->probes[svc->probe + i].all.arrivals;
        answered += model->probes[svc->probe + i].all.answered;
    }
    if (is_class(svc, &svc_client_class))
        return; /* client_finish did */
    /* Every call is answered or on its way; and Little's law as an identity: the area under
     * the concurrency is the time spent by those served and those still there. */
    ASSERT(arrivals == answered + in_flight);
    level_touch(&svc->concurrency, model->sim.now);
    ASSERT(svc->concurrency.area == svc->served_ns + in_flight_ns);
}

/* The conservation laws of MODEL.md A4, on every run. */
static void check_conservation(struct model *model)
{
    struct {
        uint64_t calls;
        int128 ns;
    } *live = arena_alloc(model->arena, sizeof(*live) * model->svc_count);
    for (uint32_t slot = 0; slot < model->calls.used; slot++) {
        if (!pool_is_live(&model->calls, slot))
            continue;
        const struct call *call = call_at(model, slot);
        struct svc *svc = &model->svcs[call->svc];
        live[call->svc].calls++;
        live[call->svc].ns += call->begun == SIM_NEVER ? 0 : model->sim.now - call->begun;
        if (svc->class->in_flight != NULL)
            svc->class->in_flight(model, svc, call);
    }
    for (uint32_t i = 0; i < model->svc_count; i++)
        check_service(&model->svcs[i], model, live[i].calls, live[i].ns);
}

static void finish(struct world *world)
{
    struct model *model = &world->model;
    hist_queue_flush(&model->later);
    world_last_sample(world);
    for (uint32_t i = 0; i < model->svc_count; i++) {
        struct svc *svc = &model->svcs[i];
        svc_settle(model, svc);
        if (svc->class->finish != NULL)
            svc->class->finish(model, svc);
    }
    check_conservation(model);
    world_last_batch(world);
}

/* Runs a slice at a time, so that wall clock and memory are looked at without costing anything per event. */
void world_run(struct world *world, const struct run_limits *limits, const _Atomic int *stop,
               struct world_progress *progress)
{
    struct sim *sim = &world->model.sim;
    const uint64_t slice = 1 << 18;
    double start = wall_now();
    double wall_limit = limits->max_wall == SIM_NEVER ? INFINITY : (double)limits->max_wall / 1e9;
    bool done = false;
    while (!done && world->end == RUN_COMPLETE) {
        uint64_t left = limits->max_events - sim->events;
        done = sim_run(sim, left < slice ? left : slice, stop);
        if (progress != NULL) {
            progress->now = sim->now;
            progress->requests = world->model.requests;
        }
        if (done)
            break;
        if (stop != NULL && *stop != 0)
            world->end = RUN_INTERRUPTED;
        else if (sim->events >= limits->max_events)
            world->end = RUN_MAX_EVENTS;
        else if (wall_now() - start > wall_limit)
            world->end = RUN_MAX_WALL;
        else if (limits->max_memory != INT64_MAX && run_resident_bytes() > limits->max_memory)
            world->end = RUN_MAX_MEMORY;
    }
    finish(world);
    world->started_s = start;
    world->ended_s = wall_now();
}
