/* gateway_run.c - see gateway_run.h. */
#include "model/gateway_run.h"

#include <math.h>

#include "model/span_log.h"

static sim_time ttl_of(const struct model *model, int64_t given, const char *fallback)
{
    return given != TIME_UNSET ? given : (sim_time)(catalog_limit(model->catalog, fallback) * 1e9);
}

static bool is_same_authorizer(const struct authorizer_spec *a, const struct authorizer_spec *b)
{
    return b != NULL && a->fn.resource == b->fn.resource && a->ttl == b->ttl &&
           a->keys.kind == b->keys.kind && a->keys.n == b->keys.n && a->keys.s == b->keys.s;
}

/* The verdicts of a route's authorizer: those of an earlier route that has the same, or new ones. Tokens are drawn alike for
 * all authorizers of a gateway: the same request, the same user. */
static struct answer_cache *find_verdicts(struct model *model, struct svc *svc, int32_t index)
{
    const struct gateway_config *config = svc->config;
    const struct gateway *gateway = svc->state;
    const struct authorizer_spec *spec = config->routes.routes[index].authorizer;
    for (int32_t i = 0; i < index; i++)
        if (is_same_authorizer(spec, config->routes.routes[i].authorizer))
            return gateway->routes[i].verdicts;
    struct answer_cache *verdicts = ARENA_NEW(model->arena, struct answer_cache);
    answer_cache_init(verdicts, model->arena, &spec->keys,
                      ttl_of(model, spec->ttl, "apigw.authorizer.ttl_s.default"),
                      rng_hash_text(3, svc->name));
    return verdicts;
}

static void start_options(struct model *model, struct svc *svc, int32_t index)
{
    const struct gateway_config *config = svc->config;
    struct gateway *gateway = svc->state;
    const struct route *route = &config->routes.routes[index];
    struct gateway_route *state = &gateway->routes[index];
    gateway->caches |= route->authorizer != NULL || route->cache != NULL;
    if (route->authorizer != NULL) {
        uint32_t to = model->svcs[route->authorizer->fn.resource].probe;
        state->authorizer_edge = model_edge(model, svc->probe + 1 + (uint32_t)index, to);
        state->verdicts = find_verdicts(model, svc, index);
    }
    if (route->cache == NULL || !isnan(route->cache->hit))
        return;
    state->responses = ARENA_NEW(model->arena, struct answer_cache);
    answer_cache_init(state->responses, model->arena, &route->cache->keys,
                      ttl_of(model, route->cache->ttl, "apigw.rest.cache.ttl_s.default"),
                      rng_hash_text(rng_hash_text(4, svc->name), route->name));
}

static void start(struct model *model, struct svc *svc, const char *timeout_limit, int status)
{
    const struct gateway_config *config = svc->config;
    struct gateway *gateway = svc->state;
    gateway->timeout = (sim_time)(catalog_limit(model->catalog, timeout_limit) * 1e6);
    gateway->timeout_status = status;
    gateway->authorizer_timeout = gateway->timeout;
    gateway->salt_overhead = rng_hash_text(1, svc->name);
    gateway->salt_child = rng_hash_text(2, svc->name);
    gateway->salt_authorizer = rng_hash_text(5, svc->name);
    gateway->salt_hit = rng_hash_text(6, svc->name);
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
        start_options(model, svc, i);
    }
    gateway->limited = !isnan(config->limit);
    if (gateway->limited)
        token_bucket_init(&gateway->bucket, token_limit_of(config->limit, config->burst), 0);
}

void gateway_start_http(struct model *model, struct svc *svc)
{
    struct gateway *gateway = svc->state;
    start(model, svc, "apigw.http.timeout_ms", 503);
    double authorizer_ms = catalog_limit(model->catalog, "apigw.http.authorizer_timeout_ms");
    gateway->authorizer_timeout = (sim_time)(authorizer_ms * 1e6);
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

/* The request is let in. */
static void bill(struct model *model, struct svc *svc, const struct call *call)
{
    svc_meter(svc, GATEWAY_REQUESTS, 1, call_measured(call));
    if (model->transfer_bytes > 0)
        svc_meter(svc, GATEWAY_TRANSFER, model->transfer_bytes, call_measured(call));
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
    if (LIKELY(gateway->routes[call->instance].verdicts == NULL))
        bill(model, svc, call);
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

/* Answers with `latency` of it spent waiting for the target; `path` holds the target's stages. What the authorizer took comes
 * on top. */
static void answer(struct model *model, struct svc *svc, struct call *call, enum outcome outcome,
                   int status, sim_time latency, int64_t path[STAGE_COUNT])
{
    int64_t own[STAGE_COUNT] = {0};
    if (UNLIKELY(call->flags & CALL_PATH)) {
        const int64_t *authorizer = model->paths[call_slot(model, call)];
        for (int i = 0; i < STAGE_COUNT; i++) {
            path[i] += authorizer[i];
            latency += authorizer[i];
        }
    }
    own[STAGE_OVERHEAD] = model->sim.now - call->arrived - latency;
    own[STAGE_DOWNSTREAM] = latency;
    path[STAGE_OVERHEAD] += own[STAGE_OVERHEAD];
    call_end(model, svc, call);
    call_answer_staged(model, call, outcome, status, own, path);
}

static struct caller caller_of(const struct call *call, uint32_t slot, uint32_t edge, uint64_t salt)
{
    return (struct caller){
        .svc = call->svc,
        .owner = slot,
        .generation = call->head.generation,
        .edge = edge,
        .key = rng_mix(call->key + salt),
        .root_key = call->root_key,
        .root_start = call->root_start,
        .source = call->source,
        .hops = call->hops,
    };
}

/* The response is at hand. */
static bool is_hit(struct gateway *gateway, const struct gateway_route *route,
                   const struct route_cache_spec *cache, const struct call *call, sim_time now)
{
    struct draw draw = draw_of(call->key, gateway->salt_hit);
    bool hit = route->responses == NULL
                   ? draw_chance(&draw, cache->hit)
                   : answer_cache_look(route->responses, call->root_key, now) == ANSWER_YES;
    gateway->lookups += call_measured(call);
    gateway->hits += call_measured(call) && hit;
    return hit;
}

static void call_target(struct model *model, struct svc *svc, uint32_t slot)
{
    struct sim *sim = &model->sim;
    struct call *call = call_at(model, slot);
    struct gateway *gateway = svc->state;
    const struct gateway_route *state = &gateway->routes[call->instance];
    const struct gateway_config *config = svc->config;
    const struct route *route = &config->routes.routes[call->instance];
    if (UNLIKELY(route->cache != NULL) && is_hit(gateway, state, route->cache, call, sim->now)) {
        int64_t nowhere[STAGE_COUNT] = {0};
        answer(model, svc, call, OUTCOME_OK, 200, 0, nowhere);
        return;
    }
    struct caller caller = caller_of(call, slot, state->edge, gateway->salt_child);
    sim_time deadline = sim->now + state->timeout;
    if (UNLIKELY(model->spans != NULL))
        span_log_by(model, slot, 0, NULL, 0);
    sim_time due = call_submit(model, &caller, route->target);
    if (UNLIKELY(due > deadline))
        sim_at(sim, deadline, SIM_EXPIRY, EVENT_GATEWAY_DEADLINE, slot, caller.generation);
}

/* -- the authorizer ------------------------------------------------------------------------ */

static void let_in(struct model *model, struct svc *svc, uint32_t slot)
{
    bill(model, svc, call_at(model, slot));
    call_target(model, svc, slot);
}

static unsigned deadline_event(const struct svc *svc)
{
    return svc->class == &svc_http_api_class
               ? SVC_EVENT(svc_http_api_class, GATEWAY_AUTHORIZER_DEADLINE)
               : SVC_EVENT(svc_rest_api_class, GATEWAY_AUTHORIZER_DEADLINE);
}

static void call_authorizer(struct model *model, struct svc *svc, uint32_t slot)
{
    struct sim *sim = &model->sim;
    const struct call *call = call_at(model, slot);
    const struct gateway *gateway = svc->state;
    const struct gateway_config *config = svc->config;
    const struct gateway_route *state = &gateway->routes[call->instance];
    const struct route *route = &config->routes.routes[call->instance];
    struct caller caller = caller_of(call, slot, state->authorizer_edge, gateway->salt_authorizer);
    caller.owner |= AUTHORIZER_OWNER;
    sim_time deadline = sim->now + gateway->authorizer_timeout;
    if (UNLIKELY(model->spans != NULL))
        span_log_by(model, slot, 0, "authorize", 0);
    sim_time due = call_submit(model, &caller, route->authorizer->fn);
    if (UNLIKELY(due > deadline))
        sim_at(sim, deadline, SIM_EXPIRY, deadline_event(svc), slot, caller.generation);
}

static void authorize(struct model *model, struct svc *svc, uint32_t slot)
{
    struct call *call = call_at(model, slot);
    struct gateway *gateway = svc->state;
    const struct answer_cache *verdicts = gateway->routes[call->instance].verdicts;
    int64_t nowhere[STAGE_COUNT] = {0};
    enum answer verdict = answer_cache_look(verdicts, call->root_key, model->sim.now);
    gateway->lookups += call_measured(call);
    gateway->hits += call_measured(call) && verdict != ANSWER_UNKNOWN;
    if (verdict == ANSWER_UNKNOWN)
        call_authorizer(model, svc, slot);
    else if (verdict == ANSWER_YES)
        let_in(model, svc, slot);
    else
        answer(model, svc, call, OUTCOME_OK, 403, 0, nowhere);
}

/* What the authorizer took is kept in the call's path until the target has answered; that it is there says that the request was
 * let in. */
static void on_verdict(struct model *model, struct svc *svc, struct call *call,
                       const struct reply *reply)
{
    struct gateway *gateway = svc->state;
    struct answer_cache *verdicts = gateway->routes[call->instance].verdicts;
    uint32_t slot = call_slot(model, call);
    int64_t path[STAGE_COUNT] = {0};
    reply_add_path(reply, path);
    if (UNLIKELY(reply->outcome != OUTCOME_OK)) {
        answer(model, svc, call, OUTCOME_ERROR, 500, reply->latency, path);
        return;
    }
    enum answer verdict = reply->status < 400 ? ANSWER_YES : ANSWER_NO;
    if (reply->status != 401)
        answer_cache_keep(verdicts, call->root_key, verdict, model->sim.now);
    if (verdict == ANSWER_NO) {
        int status = reply->status == 401 ? 401 : 403;
        answer(model, svc, call, OUTCOME_OK, status, reply->latency, path);
        return;
    }
    for (int i = 0; i < STAGE_COUNT; i++)
        model->paths[slot][i] = path[i];
    call->flags |= CALL_PATH;
    let_in(model, svc, slot);
}

/* -- events -------------------------------------------------------------------------------- */

void gateway_on_forward(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct call *call = call_at(model, slot);
    struct svc *svc = &model->svcs[call->svc];
    struct gateway *gateway = svc->state;
    (void)generation;
    if (UNLIKELY(svc->error_share > 0)) {
        int64_t nowhere[STAGE_COUNT] = {0};
        struct draw draw = draw_of(call->key, svc->fault_salt);
        if (draw_chance(&draw, svc->error_share)) {
            if (UNLIKELY(model->spans != NULL))
                span_log_fault(model, call);
            answer(model, svc, call, OUTCOME_ERROR, 500, 0, nowhere);
            return;
        }
    }
    if (UNLIKELY(gateway->routes[call->instance].verdicts != NULL))
        authorize(model, svc, slot);
    else
        call_target(model, svc, slot);
}

static bool is_current(const struct model *model, uint32_t slot, uint32_t generation)
{
    return pool_is_live(&model->calls, slot) &&
           (call_at(model, slot)->head.generation & SIM_GENERATION_MASK) == generation;
}

/* The gateway waits no longer. */
static void give_up(struct model *model, uint32_t slot, sim_time waited, int status)
{
    struct call *call = call_at(model, slot);
    int64_t path[STAGE_COUNT] = {0};
    path[STAGE_DOWNSTREAM] = waited;
    answer(model, &model->svcs[call->svc], call, OUTCOME_TIMEOUT, status, waited, path);
}

void gateway_on_deadline(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    if (!is_current(model, slot, generation))
        return;
    const struct call *call = call_at(model, slot);
    const struct gateway *gateway = model->svcs[call->svc].state;
    give_up(model, slot, gateway->routes[call->instance].timeout, gateway->timeout_status);
}

void gateway_on_authorizer_deadline(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    if (!is_current(model, slot, generation) || (call_at(model, slot)->flags & CALL_PATH) != 0)
        return; /* it answered in time */
    const struct gateway *gateway = model->svcs[call_at(model, slot)->svc].state;
    give_up(model, slot, gateway->authorizer_timeout, 500);
}

/* A response that may be kept. */
static void keep_response(struct model *model, struct svc *svc, const struct call *call,
                          const struct reply *reply)
{
    const struct gateway *gateway = svc->state;
    struct answer_cache *responses = gateway->routes[call->instance].responses;
    if (responses != NULL && reply->outcome == OUTCOME_OK && reply->status < 400)
        answer_cache_keep(responses, call->root_key, ANSWER_YES, model->sim.now);
}

void gateway_on_reply(struct model *model, struct svc *svc, const struct reply *reply)
{
    struct call *call = call_at(model, reply->owner & ~AUTHORIZER_OWNER);
    if (UNLIKELY(call->head.generation != reply->generation))
        return; /* answered at its deadline */
    if (UNLIKELY((reply->owner & AUTHORIZER_OWNER) != 0)) {
        on_verdict(model, svc, call, reply);
        return;
    }
    const struct gateway *gateway = svc->state;
    if (UNLIKELY(gateway->caches))
        keep_response(model, svc, call, reply);
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
    owner &= ~AUTHORIZER_OWNER;
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
    const struct gateway *gateway = svc->state;
    uint64_t hits = gateway->caches ? METRIC_BIT(METRIC_HITS) : 0;
    return METRICS_CALLS | METRICS_COST | METRIC_BIT(METRIC_CONCURRENCY) | hits |
           METRIC_BIT(METRIC_STAGE_OVERHEAD) | METRIC_BIT(METRIC_STAGE_DOWNSTREAM);
}

void gateway_view(struct model *model, struct svc *svc, struct svc_view *view)
{
    const struct gateway *gateway = svc->state;
    (void)model;
    view->mean[LEVEL_HITS] =
        gateway->lookups > 0 ? (double)gateway->hits / (double)gateway->lookups : 0;
}

int gateway_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                     double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES])
{
    const struct gateway_config *config = svc->config;
    const struct gateway *gateway = svc->state;
    double account = model->account_config.api_rate;
    bool own = !isnan(config->limit) && config->limit < account;
    (void)view;
    rows[0] = (struct capacity_row){
        .resource = svc->name,
        .what = "requests/s",
        .limit_name = own ? "own" : "account",
        .mean = rate_mean,
        .max = rate_max,
        .limit = own ? config->limit : account,
        .refused_by = {"own limit", "account limit"},
        .refused = {(double)gateway->refused_stage, (double)gateway->refused_account},
    };
    return 1;
}

bool gateway_route_capacity(const struct svc *svc, uint32_t route, struct capacity_row *row)
{
    const struct gateway_config *config = svc->config;
    const struct gateway *gateway = svc->state;
    if (!gateway->routes[route].limited)
        return false;
    *row = (struct capacity_row){
        .what = "requests/s",
        .limit_name = "own",
        .limit = config->routes.routes[route].limit,
        .refused_by = {"own limit"},
        .refused = {(double)gateway->routes[route].refused},
    };
    return true;
}
