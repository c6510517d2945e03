/* gateway_run.c - see gateway_run.h. */
#include "model/gateway_run.h"

#include <math.h>

static void start(struct model *model, struct svc *svc, const char *timeout_limit, int status)
{
    const struct gateway_config *config = svc->config;
    struct gateway *gateway = svc->state;
    gateway->timeout = (sim_time)(catalog_limit(model->catalog, timeout_limit) * 1e6);
    gateway->timeout_status = status;
    gateway->salt_overhead = rng_hash_text(1, svc->name);
    gateway->salt_child = rng_hash_text(2, svc->name);
    gateway->routes = ARENA_ARRAY(model->arena, struct gateway_route, config->routes.count);
    for (int32_t i = 0; i < config->routes.count; i++) {
        const struct route *route = &config->routes.routes[i];
        struct gateway_route *state = &gateway->routes[i];
        uint32_t to = model->svcs[route->target.resource].probe;
        state->edge = model_edge(model, svc->probe + 1 + (uint32_t)i, to);
        state->timeout = route->timeout == TIME_UNSET ? gateway->timeout : route->timeout;
        state->limited = !isnan(route->limit);
        if (state->limited)
            token_bucket_init(&state->bucket, token_limit_of(route->limit, route->burst), 0);
    }
    gateway->limited = !isnan(config->limit);
    if (gateway->limited)
        token_bucket_init(&gateway->bucket, token_limit_of(config->limit, config->burst), 0);
}

void gateway_start_http(struct model *model, struct svc *svc)
{
    start(model, svc, "apigw.http.timeout_ms", 503);
}

void gateway_start_rest(struct model *model, struct svc *svc)
{
    start(model, svc, "apigw.rest.timeout_ms.max", 504);
}

void gateway_apply(struct model *model, struct svc *svc)
{
    const struct gateway_config *config = svc->config;
    struct gateway *gateway = svc->state;
    gateway->overhead.count = 0; /* the law may be another now */
    bool was_limited = gateway->limited;
    gateway->limited = !isnan(config->limit);
    if (!gateway->limited)
        return;
    struct token_limit limit = token_limit_of(config->limit, config->burst);
    if (was_limited)
        token_bucket_set(&gateway->bucket, limit, model->sim.now);
    else
        token_bucket_init(&gateway->bucket, limit, model->sim.now);
}

/* NULL if the request may pass, else the counter of the limit that refuses it. */
static uint64_t *refused_by(struct model *model, struct gateway *gateway,
                            struct gateway_route *route)
{
    sim_time now = model->sim.now;
    if (route->limited && !token_bucket_take_one(&route->bucket, now))
        return &route->refused;
    if (gateway->limited && !token_bucket_take_one(&gateway->bucket, now))
        return &gateway->refused_stage;
    if (!token_bucket_take_one(&model->account.api, now))
        return &gateway->refused_account;
    return NULL;
}

sim_time gateway_submit(struct model *model, struct svc *svc, struct call *call)
{
    const struct gateway_config *config = svc->config;
    struct gateway *gateway = svc->state;
    uint64_t *refusal = refused_by(model, gateway, &gateway->routes[call->instance]);
    if (UNLIKELY(refusal != NULL)) {
        *refusal += call_measured(call);
        call_refuse(model, call, 429);
        return DUE_ANSWERED;
    }
    svc_meter(svc, GATEWAY_REQUESTS, 1, call_measured(call));
    if (model->transfer_bytes > 0)
        svc_meter(svc, GATEWAY_TRANSFER, model->transfer_bytes, call_measured(call));
    call_begin(model, svc, call);
    int64_t overhead =
        draw_ahead_take(&gateway->overhead, config->overhead, gateway->salt_overhead, call->key);
    if (UNLIKELY(svc->latency_factor != 1))
        overhead = time_round((double)overhead * svc->latency_factor);
    sim_at(&model->sim, model->sim.now + overhead, SIM_ARRIVAL, EVENT_GATEWAY_FORWARD,
           call_slot(model, call), call->head.generation);
    return DUE_UNKNOWN;
}

void gateway_expect(struct model *model, struct svc *svc, const uint64_t *keys, int count)
{
    const struct gateway_config *config = svc->config;
    struct gateway *gateway = svc->state;
    (void)model;
    draw_ahead_fill(&gateway->overhead, config->overhead, gateway->salt_overhead, keys, count);
}

/* Answers with `latency` of it spent waiting for the target; `path` holds the target's stages. */
static void answer(struct model *model, struct svc *svc, struct call *call, enum outcome outcome,
                   int status, sim_time latency, int64_t path[STAGE_COUNT])
{
    int64_t own[STAGE_COUNT] = {0};
    own[STAGE_OVERHEAD] = model->sim.now - call->arrived - latency;
    own[STAGE_DOWNSTREAM] = latency;
    path[STAGE_OVERHEAD] += own[STAGE_OVERHEAD];
    call_end(model, svc, call);
    call_answer_staged(model, call, outcome, status, own, path);
}

void gateway_on_forward(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct call *call = call_at(model, slot);
    struct svc *svc = &model->svcs[call->svc];
    struct gateway *gateway = svc->state;
    const struct gateway_config *config = svc->config;
    const struct gateway_route *route = &gateway->routes[call->instance];
    if (UNLIKELY(svc->error_share > 0)) {
        int64_t nowhere[STAGE_COUNT] = {0};
        struct draw draw = draw_of(call->key, svc->fault_salt);
        if (draw_chance(&draw, svc->error_share)) {
            answer(model, svc, call, OUTCOME_ERROR, 500, 0, nowhere);
            return;
        }
    }
    struct caller caller = {
        .svc = call->svc,
        .owner = slot,
        .generation = call->head.generation,
        .edge = route->edge,
        .key = rng_mix(call->key + gateway->salt_child),
        .root_key = call->root_key,
        .root_start = call->root_start,
        .source = call->source,
        .hops = call->hops,
    };
    sim_time deadline = sim->now + route->timeout;
    sim_time due = call_submit(model, &caller, config->routes.routes[call->instance].target);
    if (UNLIKELY(due > deadline))
        sim_at(sim, deadline, SIM_EXPIRY, EVENT_GATEWAY_DEADLINE, slot, generation);
}

static bool is_current(const struct model *model, uint32_t slot, uint32_t generation)
{
    return pool_is_live(&model->calls, slot) &&
           (call_at(model, slot)->head.generation & SIM_GENERATION_MASK) == generation;
}

void gateway_on_deadline(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    if (!is_current(model, slot, generation))
        return;
    struct call *call = call_at(model, slot);
    struct svc *svc = &model->svcs[call->svc];
    const struct gateway *gateway = svc->state;
    sim_time waited = gateway->routes[call->instance].timeout;
    int64_t path[STAGE_COUNT] = {0};
    path[STAGE_DOWNSTREAM] = waited;
    answer(model, svc, call, OUTCOME_TIMEOUT, gateway->timeout_status, waited, path);
}

void gateway_on_reply(struct model *model, struct svc *svc, const struct reply *reply)
{
    struct call *call = call_at(model, reply->owner);
    if (UNLIKELY(call->head.generation != reply->generation))
        return; /* answered at its deadline */
    enum outcome outcome = reply->outcome;
    int status = reply->status;
    if (UNLIKELY(outcome == OUTCOME_THROTTLE)) {
        outcome = OUTCOME_ERROR;
        status = 503;
    } else if (UNLIKELY(outcome == OUTCOME_TIMEOUT)) {
        outcome = OUTCOME_ERROR; /* the function's own timeout: to the caller a failed request */
        status = 502;
    }
    int64_t path[STAGE_COUNT] = {0};
    reply_add_path(reply, path);
    answer(model, svc, call, outcome, status, reply->latency, path);
}

bool gateway_awaits(const struct model *model, const struct svc *svc, uint32_t owner,
                    uint32_t generation)
{
    (void)svc;
    return pool_is_live(&model->calls, owner) &&
           call_at(model, owner)->head.generation == generation;
}

/* -- what is seen ------------------------------------------------------------------------ */

bool gateway_has_line(const struct model *model, const struct svc *svc, int meter)
{
    (void)svc;
    return meter != GATEWAY_TRANSFER || model->transfer_bytes > 0;
}

uint64_t gateway_metrics(const struct svc *svc)
{
    (void)svc;
    return METRICS_CALLS | METRICS_COST | METRIC_BIT(METRIC_CONCURRENCY) |
           METRIC_BIT(METRIC_STAGE_OVERHEAD) | METRIC_BIT(METRIC_STAGE_DOWNSTREAM);
}

int gateway_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                     double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES])
{
    const struct gateway_config *config = svc->config;
    const struct gateway *gateway = svc->state;
    double account = model->account_config.api_rate;
    bool own = !isnan(config->limit) && config->limit < account;
    double by_routes = 0;
    (void)view;
    for (int32_t i = 0; i < config->routes.count; i++)
        by_routes += (double)gateway->routes[i].refused;
    rows[0] = (struct capacity_row){
        .resource = svc->name,
        .what = "requests/s",
        .limit_name = own ? "own" : "account",
        .mean = rate_mean,
        .max = rate_max,
        .limit = own ? config->limit : account,
        .refused_by = {"routes' limits", "own limit", "account limit"},
        .refused = {by_routes, (double)gateway->refused_stage, (double)gateway->refused_account},
    };
    return 1;
}
