/* tracing.c - the second pass of tracing, and what comes of it; see tracing.h. */
#include "run/tracing.h"

#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "model/key_map.h"
#include "model/span_log.h"
#include "run/trace_private.h"

/* -- words --------------------------------------------------------------------------------------------- */

const char *trace_reason_word(enum trace_reason reason)
{
    static const char *const words[TRACE_REASONS] = {"slowest", "failed", "cold", "random",
                                                     "asked"};
    return words[reason];
}

const char *trace_cause_word(enum trace_cause cause)
{
    static const char *const words[TRACE_CAUSES] = {
        "", "error", "fault", "throttle", "own timeout", "own timeout, waiting for another",
    };
    return words[cause];
}

const char *trace_span_outcome(const struct trace_span *span)
{
    static const char *const words[] = {"ok", "error", "throttle", "timeout"};
    return span->unfinished ? "unfinished" : words[span->outcome];
}

/* -- spans in their order ---------------------------------------------------------------------------------- */

/* What is being put together. */
struct assembly {
    const struct trace_search *search;
    const struct world *world;
    const struct span_log *log;
    struct trace_set *set;
    bool *faults;     /* by span of the set */
    uint32_t *order;  /* spans of the log: by request, then start, then opening */
    uint32_t *first;  /* by request of the log: its first in `order` */
    uint32_t *new_id; /* by span of the log: its id in its request */
    struct key_map instances;
    uint32_t *instance_count; /* by service */
};

struct sort_item {
    sim_time start;
    uint32_t request, index;
};

static int by_start(const void *a, const void *b)
{
    const struct sort_item *x = a, *y = b;
    if (x->request != y->request)
        return x->request < y->request ? -1 : 1;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x->index < y->index ? -1 : 1;
}

/* Until when a span's parent lasted, as far as is known. */
static sim_time parent_end(const struct assembly *a, const struct span *span)
{
    sim_time end = span->parent == SPAN_NONE ? SIM_NEVER : a->log->spans[span->parent].end;
    return end == SIM_NEVER ? a->world->model.sim.now : end;
}

/* False for work that was planned and never came about: it was cut, or its invocation was, or the run ended. */
static bool came_about(const struct assembly *a, const struct span *span)
{
    return span->op != NULL && (!span->work || span->start <= parent_end(a, span));
}

/* Returns how many spans there are. */
static uint32_t sort_spans(struct assembly *a)
{
    const struct span_log *log = a->log;
    struct sort_item *items = mem_resize(NULL, sizeof(*items) * (log->count + 1));
    uint32_t count = 0;
    for (size_t i = 0; i < log->count; i++)
        if (came_about(a, &log->spans[i]))
            items[count++] =
                (struct sort_item){log->spans[i].start, log->spans[i].request, (uint32_t)i};
    qsort(items, count, sizeof(*items), by_start);
    a->order = mem_resize(NULL, sizeof(*a->order) * (count + 1));
    a->first = mem_resize(NULL, sizeof(*a->first) * (log->request_count + 1));
    uint32_t request = 0;
    for (uint32_t i = 0; i < count; i++) {
        a->order[i] = items[i].index;
        while (request <= items[i].request)
            a->first[request++] = i;
    }
    while (request <= log->request_count)
        a->first[request++] = count;
    mem_free(items);
    return count;
}

/* Environments are numbered as they are first seen, in each service. */
static uint32_t instance_number(struct assembly *a, const struct span *span)
{
    if (span->instance == UINT64_MAX)
        return UINT32_MAX;
    uint64_t key = rng_mix(span->instance * RNG_GAMMA + span->svc + 1);
    uint32_t number = key_map_get(&a->instances, key);
    if (number == KEY_MAP_NONE) {
        number = a->instance_count[span->svc]++;
        key_map_put(&a->instances, key, number);
    }
    return number;
}

/* Routes are named by the scenario, which may be gone before the set. */
static const char *keep_op(struct assembly *a, const struct span *span)
{
    const struct svc *svc = &a->world->model.svcs[span->svc];
    return svc->routes != NULL && !span->work ? arena_strdup(a->set->arena, span->op) : span->op;
}

static void put_span(struct assembly *a, uint32_t index, uint32_t request, uint32_t id)
{
    const struct span *span = &a->log->spans[index];
    sim_time end = span->end == SIM_NEVER ? a->world->model.sim.now : span->end;
    bool async = span->async;
    if (span->parent != SPAN_NONE) {
        sim_time last = parent_end(a, span);
        if (span->work && end > last)
            end = last;
        async |= end > last;
    }
    a->new_id[index] = id;
    a->faults[a->set->span_count] = span->fault;
    a->set->spans[a->set->span_count++] = (struct trace_span){
        .request = request,
        .span_id = id,
        .parent_id = span->parent == SPAN_NONE ? 0 : a->new_id[span->parent],
        .resource = (int32_t)span->svc,
        .op = keep_op(a, span),
        .start = span->start,
        .duration = end - span->start,
        .wait = span->wait,
        .cold = span->cold,
        .outcome = (enum outcome)span->outcome,
        .line = span->line,
        .instance = instance_number(a, span),
        .async = async,
        .unfinished = span->end == SIM_NEVER,
        .work = span->work,
    };
}

static void put_request(struct assembly *a, uint32_t from)
{
    struct trace_set *set = a->set;
    const struct span_request *watched = &a->log->requests[from];
    const struct trace_pick *pick = &a->search->picks[from];
    const struct span *root = &a->log->spans[watched->root];
    uint32_t index = set->request_count++;
    struct trace_request *request = &set->requests[index];
    /* The second pass was the same run as the first. */
    ASSERT(watched->ended && root->end == pick->journey.end &&
           root->end - root->start == pick->journey.latency &&
           root->outcome == (uint8_t)pick->journey.outcome);
    *request = (struct trace_request){
        .id = watched->number,
        .source = (int32_t)watched->source,
        .reason = pick->reason,
        .start = root->start,
        .latency = pick->journey.latency,
        .outcome = pick->journey.outcome,
        .first_span = set->span_count,
        .spans_dropped = watched->dropped,
    };
    for (uint32_t i = a->first[from]; i < a->first[from + 1]; i++) {
        put_span(a, a->order[i], index, i - a->first[from] + 1);
        request->cold |= set->spans[set->span_count - 1].cold;
    }
    request->span_count = set->span_count - request->first_span;
    trace_find_cause(set, request, a->faults);
}

struct request_item {
    sim_time start;
    uint64_t number;
    uint32_t source, index;
};

/* By start; those that began together by their names, not by why they were picked. */
static int by_begin(const void *a, const void *b)
{
    const struct request_item *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* The order in which requests stand in the set. */
static struct request_item *sort_requests(const struct span_log *log)
{
    struct request_item *items = mem_resize(NULL, sizeof(*items) * (log->request_count + 1));
    for (uint32_t i = 0; i < log->request_count; i++) {
        const struct span_request *request = &log->requests[i];
        items[i] = (struct request_item){log->spans[request->root].start, request->number,
                                         request->source, i};
    }
    qsort(items, log->request_count, sizeof(*items), by_begin);
    return items;
}

static struct trace_set *set_new(void)
{
    struct arena *arena = arena_new();
    struct trace_set *set = ARENA_NEW(arena, struct trace_set);
    set->arena = arena;
    return set;
}

void trace_set_free(struct trace_set *set)
{
    if (set != NULL)
        arena_free(set->arena);
}

static struct trace_set *assemble(const struct trace_search *search, const struct world *world)
{
    const struct span_log *log = world->model.spans;
    struct assembly a = {.search = search, .world = world, .log = log, .set = set_new()};
    uint32_t count = sort_spans(&a);
    a.set->requests = ARENA_ARRAY(a.set->arena, struct trace_request, log->request_count + 1);
    a.set->spans = ARENA_ARRAY(a.set->arena, struct trace_span, (size_t)count + 1);
    a.faults = mem_resize(NULL, sizeof(*a.faults) * ((size_t)count + 1));
    a.new_id = mem_resize(NULL, sizeof(*a.new_id) * (log->count + 1));
    a.instance_count = mem_resize(NULL, sizeof(*a.instance_count) * (world->model.svc_count + 1));
    memset(a.instance_count, 0, sizeof(*a.instance_count) * (world->model.svc_count + 1));
    struct request_item *order = sort_requests(log);
    for (uint32_t i = 0; i < log->request_count; i++)
        put_request(&a, order[i].index);
    key_map_free(&a.instances);
    mem_free(order);
    mem_free(a.instance_count);
    mem_free(a.new_id);
    mem_free(a.faults);
    mem_free(a.order);
    mem_free(a.first);
    return a.set;
}

/* -- running ------------------------------------------------------------------------------------------------- */

#define SLICE 16384 /* events between two looks */

/* False if it was told to stop. */
static bool run_until_done(struct world *world, uint64_t events, const _Atomic int *stop)
{
    struct sim *sim = &world->model.sim;
    while (!span_log_is_done(world->model.spans)) {
        uint64_t left = events - sim->events;
        bool over = left == 0 || sim_run(sim, left < SLICE ? left : SLICE, stop);
        if (stop != NULL && *stop != 0)
            return false;
        if (over)
            break;
    }
    span_log_finish(&world->model);
    return true;
}

struct trace_set *trace_capture(const struct trace_search *search, const struct scenario *scenario,
                                uint32_t rep, const _Atomic int *stop)
{
    if (search->pick_count == 0)
        return stop != NULL && *stop != 0 ? NULL : set_new();
    struct span_request *requests =
        mem_resize(NULL, sizeof(*requests) * ((size_t)search->pick_count));
    for (uint32_t i = 0; i < search->pick_count; i++)
        requests[i] = (struct span_request){.key = search->picks[i].journey.key,
                                            .source = search->picks[i].journey.source};
    struct world *world = world_new(scenario, rep, false, false);
    world->model.spans = span_log_new(requests, search->pick_count, TRACE_SPANS_MAX);
    mem_free(requests);
    struct trace_set *set = NULL;
    if (run_until_done(world, search->events, stop))
        set = assemble(search, world);
    span_log_free(world->model.spans);
    world_free(world);
    return set;
}

struct trace_set *trace_find(const struct scenario *scenario, uint32_t rep,
                             const struct trace_ask *ask, const _Atomic int *stop)
{
    struct trace_search *search = trace_search_new(scenario, ask);
    struct scenario until = *scenario; /* what is asked for is over by then */
    if (ask->from != SIM_NEVER && ask->to < until.simulate.duration)
        until.simulate.duration = ask->to > 1 ? ask->to : 1;
    struct world *world = world_new(&until, rep, false, false);
    trace_search_watch(search, world);
    bool stopped = false;
    while (!stopped && !sim_run(&world->model.sim, SLICE, stop))
        stopped = stop != NULL && *stop != 0;
    trace_search_end(search, world);
    world_free(world);
    struct trace_set *set = stopped ? NULL : trace_capture(search, scenario, rep, stop);
    trace_search_free(search);
    return set;
}
