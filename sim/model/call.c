/* call.c - see call.h. */
#include "model/span_log.h"

#include <string.h>

/* The paths array follows the pool of calls; its pages are touched only where a path is written. */
static uint32_t take(struct model *model)
{
    uint32_t slot = pool_take(&model->calls);
    if (UNLIKELY(model->paths_capacity < model->calls.capacity)) {
        model->paths_capacity = model->calls.capacity;
        model->paths =
            mem_resize(model->paths, (size_t)model->paths_capacity * sizeof(*model->paths));
    }
    return slot;
}

static uint32_t probe_of(const struct model *model, struct target target)
{
    uint32_t probe = model->svcs[target.resource].probe;
    return target.route < 0 ? probe : probe + 1 + (uint32_t)target.route;
}

static void count_edge_call(struct model *model, uint32_t index)
{
    struct edge *edge = &model->edges[index];
    if (!edge->shared)
        return;
    edge->all_calls++;
    edge->calls += model->measuring;
}

static struct call *open_call(struct model *model, const struct caller *caller,
                              struct target target)
{
    struct call *call = call_at(model, take(model));
    call->key = caller->key;
    model->subject = caller->subject != 0 ? caller->subject : caller->key;
    call->root_key = caller->root_key;
    call->root_start = caller->root_start;
    call->arrived = model->sim.now;
    call->begun = SIM_NEVER;
    call->init_ns = 0;
    call->owner = caller->owner;
    call->owner_generation = caller->generation;
    call->owner_svc = caller->svc;
    call->svc = (uint32_t)target.resource;
    call->source = caller->source;
    call->edge = caller->edge;
    call->probe = probe_of(model, target);
    call->instance = (uint32_t)target.route;
    call->stage = STAGE_RUN;
    call->flags = model->measuring ? CALL_MEASURED : 0;
    call->hops = caller->hops;
    call->args = caller->args;
    probe_arrival(&model->probes[call->probe], model->measuring);
    if (UNLIKELY(model->spans != NULL))
        span_log_open(model, caller, call);
    return call;
}

sim_time call_submit(struct model *model, const struct caller *caller, struct target target)
{
    struct svc *svc = &model->svcs[target.resource];
    struct call *call = open_call(model, caller, target);
    if (UNLIKELY(model->edges_shared))
        count_edge_call(model, caller->edge);
    return svc->class->submit(model, svc, call);
}

struct call *call_own(struct model *model, const struct caller *caller, struct target target)
{
    struct call *call = open_call(model, caller, target);
    call->flags |= CALL_ANSWERED;
    return call;
}

static void count_edge(struct model *model, const struct call *call, enum outcome outcome,
                       sim_time latency)
{
    struct edge *edge = &model->edges[call->edge];
    if (!edge->shared || (call->flags & CALL_ANSWERED) != 0)
        return;
    edge->all_errors += outcome != OUTCOME_OK;
    if (!call_measured(call))
        return;
    edge->errors += outcome != OUTCOME_OK;
    edge->throttles += outcome == OUTCOME_THROTTLE;
    if (outcome != OUTCOME_THROTTLE)
        hist_add(&edge->latency, latency);
}

static void tell_owner(struct model *model, struct call *call, enum outcome outcome, int status,
                       sim_time latency, enum stage stage, const int64_t *path)
{
    struct reply reply = {call->owner, call->owner_generation, call->edge, outcome, status, latency, stage,
                          path,        call->root_key};
    struct svc *owner = &model->svcs[call->owner_svc];
    if (UNLIKELY(model->spans != NULL))
        span_log_close(model, call, outcome);
    bool answered = (call->flags & CALL_ANSWERED) != 0;
    pool_give(&model->calls, call_slot(model, call));
    if (LIKELY(!answered))
        owner->class->on_reply(model, owner, &reply);
}

void call_acknowledge(struct model *model, struct call *call, int status, enum stage stage)
{
    sim_time latency = model->sim.now - call->arrived;
    struct reply reply = {call->owner, call->owner_generation, call->edge, OUTCOME_OK, status, latency, stage,
                          NULL,        call->root_key};
    struct svc *owner = &model->svcs[call->owner_svc];
    if (UNLIKELY(model->edges_shared))
        count_edge(model, call, OUTCOME_OK, latency);
    call->flags |= CALL_ANSWERED;
    if (UNLIKELY(model->spans != NULL))
        span_log_acknowledge(model, call);
    owner->class->on_reply(model, owner, &reply);
}

void call_answer(struct model *model, struct call *call, enum outcome outcome, int status)
{
    sim_time latency = model->sim.now - call->arrived;
    struct probe *probe = &model->probes[call->probe];
    bool measured = call_measured(call);
    if (UNLIKELY(model->edges_shared))
        count_edge(model, call, outcome, latency);
    if (LIKELY(call->init_ns == 0)) {
        enum stage stage = (enum stage)call->stage;
        if (UNLIKELY(model->many_services))
            probe_answer_later(probe, &model->later, measured, outcome, stage, latency);
        else
            probe_answer_pure(probe, measured, outcome, stage, latency);
        tell_owner(model, call, outcome, status, latency, stage, NULL);
        return;
    }
    int64_t path[STAGE_COUNT] = {0};
    path[call_wait_stage(call)] = call->init_ns;
    path[call->stage] += latency - call->init_ns;
    probe_answer(probe, measured, outcome, latency, path);
    tell_owner(model, call, outcome, status, latency, STAGE_COUNT, path);
}

void call_answer_staged(struct model *model, struct call *call, enum outcome outcome, int status,
                        const int64_t own[STAGE_COUNT], const int64_t path[STAGE_COUNT])
{
    sim_time latency = model->sim.now - call->arrived;
    struct probe *probe = &model->probes[call->probe];
    bool measured = call_measured(call);
    probe_answer(probe, measured, outcome, latency, own);
    if (UNLIKELY(model->edges_shared))
        count_edge(model, call, outcome, latency);
    tell_owner(model, call, outcome, status, latency, STAGE_COUNT, path);
}

static void refuse(struct model *model, struct call *call, int status, sim_time latency,
                   const int64_t path[STAGE_COUNT])
{
    bool measured = call_measured(call);
    probe_refusal(&model->probes[call->probe], measured);
    if (UNLIKELY(model->edges_shared))
        count_edge(model, call, OUTCOME_THROTTLE, 0);
    tell_owner(model, call, OUTCOME_THROTTLE, status, latency, STAGE_COUNT, path);
}

void call_refuse(struct model *model, struct call *call, int status)
{
    static const int64_t nowhere[STAGE_COUNT];
    refuse(model, call, status, 0, nowhere);
}

void call_refuse_late(struct model *model, struct call *call, int status,
                      const int64_t path[STAGE_COUNT])
{
    refuse(model, call, status, model->sim.now - call->arrived, path);
}

bool call_is_awaited(const struct model *model, const struct call *call)
{
    const struct svc *owner = &model->svcs[call->owner_svc];
    return owner->class->awaits == NULL ||
           owner->class->awaits(model, owner, call->owner, call->owner_generation);
}

/* -- arguments ----------------------------------------------------------------------------------- */

static bool is_same_dist(const struct dist *a, const struct dist *b)
{
    if (a == b)
        return true;
    return a != NULL && b != NULL && dist_is_constant(a) && dist_is_constant(b) && a->a == b->a;
}

static bool is_same(const struct op_args *a, const struct op_args *b)
{
    return a->use == b->use && a->consistent == b->consistent &&
           a->transactional == b->transactional && is_same_dist(a->n, b->n) &&
           is_same_dist(a->size, b->size) && is_same_dist(a->items, b->items) && is_same_dist(a->time, b->time) &&
           memcmp(&a->key, &b->key, sizeof a->key) == 0;
}

uint16_t model_args(struct model *model, const struct op_args *args)
{
    static const struct op_args nothing;
    if (args == NULL)
        args = &nothing;
    for (uint32_t i = 0; i < model->arg_count; i++)
        if (is_same(model->args[i], args))
            return (uint16_t)i;
    ASSERT(model->arg_count <= UINT16_MAX);
    model->args = mem_grow((void *)model->args, model->arg_count, &model->arg_capacity,
                           sizeof(*model->args));
    model->args[model->arg_count] = args;
    return (uint16_t)model->arg_count++;
}

/* -- calls that only take time --------------------------------------------------------------------- */

void call_serve_open(struct model *model, struct svc *svc, struct call *call, enum stage stage,
                     enum outcome outcome, int status)
{
    call->init_ns = model->sim.now - call->arrived;
    if (call->init_ns > 0)
        call->flags |= CALL_QUEUED;
    call->stage = (uint8_t)stage;
    call->outcome = (uint8_t)outcome;
    call->status = (uint16_t)status;
    if (UNLIKELY(svc->error_share > 0) && outcome == OUTCOME_OK) {
        struct draw draw = draw_of(call->key, svc->fault_salt);
        if (draw_chance(&draw, svc->error_share)) {
            call->outcome = OUTCOME_ERROR;
            call->status = 500;
            if (UNLIKELY(model->spans != NULL))
                span_log_fault(model, call);
        }
    }
    call_begin(model, svc, call);
}

sim_time call_serve(struct model *model, struct svc *svc, struct call *call, int64_t duration,
                    enum stage stage, enum outcome outcome, int status)
{
    sim_time now = model->sim.now;
    if (UNLIKELY(svc->latency_factor != 1))
        duration = time_round((double)duration * svc->latency_factor);
    call_serve_open(model, svc, call, stage, outcome, status);
    sim_at(&model->sim, now + duration, SIM_COMPLETION, EVENT_CALL_DONE, call_slot(model, call),
           call->head.generation);
    return now + duration;
}

void call_finish_served(struct model *model, struct svc *svc, struct call *call)
{
    call_end(model, svc, call);
    call_answer(model, call, (enum outcome)call->outcome, call->status);
}

void call_on_done(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct call *call = call_at(model, slot);
    struct svc *svc = &model->svcs[call->svc];
    (void)generation;
    if (svc->class->complete != NULL)
        svc->class->complete(model, svc, call);
    else
        call_finish_served(model, svc, call);
}
