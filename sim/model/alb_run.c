/* alb_run.c - see alb_run.h. */
#include "model/alb_run.h"

#include "model/span_log.h"
#include "model/svc_function.h"

void alb_start(struct model *model, struct svc *svc)
{
    const struct alb_config *config = svc->config;
    struct alb *alb = svc->state;
    int64_t free_rules = (int64_t)catalog_limit(model->catalog, "alb.free_rules");
    alb->is_url = svc->class == &svc_url_class;
    alb->forward = alb->is_url ? SVC_EVENT(svc_url_class, ALB_EVENT_FORWARD)
                               : SVC_EVENT(svc_alb_class, ALB_EVENT_FORWARD);
    alb->deadline = alb->forward - ALB_EVENT_FORWARD + ALB_EVENT_DEADLINE;
    alb->salt_overhead = rng_hash_text(1, svc->name);
    alb->salt_child = rng_hash_text(2, svc->name);
    alb->routes = ARENA_ARRAY(model->arena, struct alb_route, config->routes.count);
    for (int32_t i = 0; i < config->routes.count; i++) {
        const struct route *route = &config->routes.routes[i];
        const struct svc *target = &model->svcs[route->target.resource];
        int64_t timeout = route->timeout == TIME_UNSET ? config->timeout : route->timeout;
        alb->routes[i] = (struct alb_route){
            .edge = model_edge(model, svc->probe + 1 + (uint32_t)i, target->probe),
            .timeout = timeout == TIME_UNSET ? SIM_NEVER : timeout,
            .is_function = target->class == &svc_function_class,
            .evaluated = i + 1 > free_rules ? i + 1 - free_rules : 0,
        };
    }
    if (!alb->is_url)
        alb_start_units(model, svc);
}

void alb_apply(struct model *model, struct svc *svc)
{
    struct alb *alb = svc->state;
    (void)model;
    alb->overhead.count = 0; /* the law may be another now */
}

static void count(struct model *model, struct svc *svc, const struct call *call)
{
    struct alb *alb = svc->state;
    const struct alb_route *route = &alb->routes[call->instance];
    if (model->transfer_bytes > 0)
        svc_meter(svc, alb->is_url ? (int)URL_TRANSFER : (int)ALB_TRANSFER, model->transfer_bytes,
                  call_measured(call));
    if (alb->is_url)
        return;
    alb_turn_hour(model, svc);
    alb->hour.requests++;
    alb->hour.function_requests += route->is_function;
    alb->hour.evaluations += route->evaluated;
}

sim_time alb_submit(struct model *model, struct svc *svc, struct call *call)
{
    const struct alb_config *config = svc->config;
    struct alb *alb = svc->state;
    count(model, svc, call);
    call_begin(model, svc, call);
    int64_t overhead =
        draw_ahead_take(&alb->overhead, config->overhead, alb->salt_overhead, call->key);
    if (UNLIKELY(svc->latency_factor != 1))
        overhead = time_round((double)overhead * svc->latency_factor);
    sim_at(&model->sim, model->sim.now + overhead, SIM_ARRIVAL, alb->forward,
           call_slot(model, call), call->head.generation);
    return DUE_UNKNOWN;
}

void alb_expect(struct model *model, struct svc *svc, const uint64_t *keys, int count)
{
    const struct alb_config *config = svc->config;
    struct alb *alb = svc->state;
    (void)model;
    draw_ahead_fill(&alb->overhead, config->overhead, alb->salt_overhead, keys, count);
}

/* Answers with `latency` of it spent waiting for the target; `path` holds the target's stages. */
static void answer(struct model *model, struct svc *svc, struct call *call, enum outcome outcome,
                   int status, sim_time latency, int64_t path[STAGE_COUNT])
{
    const struct alb *alb = svc->state;
    int64_t own[STAGE_COUNT] = {0};
    own[STAGE_OVERHEAD] = model->sim.now - call->arrived - latency;
    own[STAGE_DOWNSTREAM] = latency;
    path[STAGE_OVERHEAD] += own[STAGE_OVERHEAD];
    if (!alb->is_url)
        alb_turn_hour(model, svc);
    call_end(model, svc, call);
    if (outcome == OUTCOME_THROTTLE)
        call_refuse_late(model, call, status, path);
    else
        call_answer_staged(model, call, outcome, status, own, path);
}

/* True if a fault makes this request fail here. */
static bool fails(const struct svc *svc, const struct call *call)
{
    struct draw draw = draw_of(call->key, svc->fault_salt);
    return svc->error_share > 0 && draw_chance(&draw, svc->error_share);
}

void alb_on_forward(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct call *call = call_at(model, slot);
    struct svc *svc = &model->svcs[call->svc];
    const struct alb *alb = svc->state;
    const struct alb_config *config = svc->config;
    const struct alb_route *route = &alb->routes[call->instance];
    if (UNLIKELY(fails(svc, call))) {
        int64_t nowhere[STAGE_COUNT] = {0};
        if (UNLIKELY(model->spans != NULL))
            span_log_fault(model, call);
        answer(model, svc, call, OUTCOME_ERROR, 500, 0, nowhere);
        return;
    }
    struct caller caller = {
        .svc = call->svc,
        .owner = slot,
        .generation = call->head.generation,
        .edge = route->edge,
        .key = rng_mix(call->key + alb->salt_child),
        .root_key = call->root_key,
        .root_start = call->root_start,
        .source = call->source,
        .hops = call->hops,
    };
    sim_time deadline = route->timeout == SIM_NEVER ? SIM_NEVER : sim->now + route->timeout;
    if (UNLIKELY(model->spans != NULL))
        span_log_by(model, slot, 0, NULL, 0);
    sim_time due = call_submit(model, &caller, config->routes.routes[call->instance].target);
    if (due > deadline)
        sim_at(sim, deadline, SIM_EXPIRY, alb->deadline, slot, generation);
}

void alb_on_deadline(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct call *call = call_at(model, slot);
    if (!pool_is_live(&model->calls, slot) ||
        (call->head.generation & SIM_GENERATION_MASK) != generation)
        return;
    struct svc *svc = &model->svcs[call->svc];
    const struct alb *alb = svc->state;
    sim_time waited = alb->routes[call->instance].timeout;
    int64_t path[STAGE_COUNT] = {0};
    path[STAGE_DOWNSTREAM] = waited;
    answer(model, svc, call, OUTCOME_TIMEOUT, 504, waited, path);
}

void alb_on_reply(struct model *model, struct svc *svc, const struct reply *reply)
{
    const struct alb *alb = svc->state;
    struct call *call = call_at(model, reply->owner);
    if (UNLIKELY(call->head.generation != reply->generation))
        return; /* answered at its deadline */
    bool is_function = alb->routes[call->instance].is_function;
    enum outcome outcome = reply->outcome;
    int status = reply->status;
    if (UNLIKELY(outcome == OUTCOME_THROTTLE) && !alb->is_url) {
        outcome = OUTCOME_ERROR;
        status = is_function ? 502 : 503;
    } else if (UNLIKELY(outcome == OUTCOME_TIMEOUT)) {
        outcome = OUTCOME_ERROR; /* the target's own: to the caller a failed request */
        status = is_function ? 502 : 504;
    }
    int64_t path[STAGE_COUNT] = {0};
    reply_add_path(reply, path);
    answer(model, svc, call, outcome, status, reply->latency, path);
}

uint64_t alb_metrics(const struct svc *svc)
{
    (void)svc;
    return METRICS_CALLS | METRICS_COST | METRIC_BIT(METRIC_CONCURRENCY) |
           METRIC_BIT(METRIC_STAGE_OVERHEAD) | METRIC_BIT(METRIC_STAGE_DOWNSTREAM);
}
