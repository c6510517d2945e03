/* bus_run.c - see bus_run.h. */
#include "model/bus_run.h"

#include "model/loop.h"
#include "model/span_log.h"

#define KB  INT64_C(1024)
#define DUE SVC_EVENT(svc_bus_class, 0)

static int64_t limit_of(const struct model *model, const char *key)
{
    return (int64_t)catalog_limit(model->catalog, key);
}

/* courier_plan.delay: how long until the next try. */
static bool delivery_delay(const struct svc *svc, int32_t i, struct draw draw, sim_time *delay)
{
    const struct bus_config *config = svc->config;
    const struct bus *bus = svc->state;
    if (i >= config->retries)
        return false;
    *delay = backoff_delay(&bus->backoff, i, 0, draw);
    return true;
}

void bus_start(struct model *model, struct svc *svc)
{
    const struct bus_config *config = svc->config;
    struct bus *bus = svc->state;
    struct courier_plan plan = {
        .delay = delivery_delay, .max_age = config->max_age, .dlq = config->dlq};
    courier_start(model, svc, model_shared(model, svc_bus_class), DUE, plan);
    bus->backoff = (struct backoff){
        .base = limit_of(model, "eb.retry.backoff_s.first") * SIM_SECOND,
        .max = limit_of(model, "eb.retry.backoff_s.max") * SIM_SECOND,
        .jitter = (enum jitter)config->jitter,
    };
    bus->chunk_bytes = limit_of(model, "eventbridge.custom_event.chunk_kb") * KB;
    bus->batch = limit_of(model, "eb.put_batch_max");
    bus->salt_latency = rng_hash_text(1, svc->name);
    token_bucket_init(&bus->puts, token_limit_of(config->limit, TIME_UNSET), 0);
    pacer_init(&bus->invocations, token_limit_of(config->invocations, TIME_UNSET), 0);
    const struct bus_rules *rules = &config->rules;
    bus->branches = ARENA_ARRAY(model->arena, struct fan_out_branch *, rules->count + 1);
    for (int32_t i = 0; i < rules->count; i++)
        bus->branches[i] =
            fan_out_link(model, svc, &rules->rules[i].to, fan_out_rule_salt(svc, i));
}

void bus_apply(struct model *model, struct svc *svc)
{
    const struct bus_config *config = svc->config;
    struct bus *bus = svc->state;
    sim_time now = model->sim.now;
    token_bucket_set(&bus->puts, token_limit_of(config->limit, TIME_UNSET), now);
    pacer_set(&bus->invocations, token_limit_of(config->invocations, TIME_UNSET), now);
}

/* -- events -------------------------------------------------------------------------------------- */

static void send_along(struct model *model, struct svc *svc, const struct message *message,
                       const struct fan_out_branch *branch)
{
    const struct bus_config *config = svc->config;
    struct bus *bus = svc->state;
    struct message copy = message_forward(model, message, branch->salt_message, branch->edge);
    copy.prompt = true;
    sim_time delay = dist_draw(config->delivery, draw_of(copy.key, branch->salt_delivery));
    if (UNLIKELY(svc->latency_factor != 1))
        delay = time_round((double)delay * svc->latency_factor);
    sim_time turn = pacer_take(&bus->invocations, model->sim.now);
    courier_send(model, svc, branch->target, &copy, turn + delay);
}

static void match(struct model *model, struct svc *svc, struct message message)
{
    const struct bus_config *config = svc->config;
    const struct bus *bus = svc->state;
    if (!loop_may_enter(model, svc, &message.hops)) {
        courier_stop(model, svc, &message);
        return;
    }
    for (int32_t i = 0; i < config->rules.count; i++) {
        const struct bus_rule *rule = &config->rules.rules[i];
        if (!fan_out_matches(model, svc, rule, &message))
            continue;
        for (int32_t j = 0; j < rule->to.count; j++)
            send_along(model, svc, &message, &bus->branches[i][j]);
    }
}

static void meter(const struct bus *bus, struct svc *svc, int64_t bytes, bool measured)
{
    int64_t chunks = (bytes + bus->chunk_bytes - 1) / bus->chunk_bytes;
    svc_meter(svc, BUS_EVENTS, chunks > 0 ? chunks : 1, measured);
}

/* Up to ten events of an operation go in one call to the bus, and count as one. */
sim_time bus_submit(struct model *model, struct svc *svc, struct call *call)
{
    const struct bus_config *config = svc->config;
    struct bus *bus = svc->state;
    int64_t puts = (message_count_of_call(model, call) + bus->batch - 1) / bus->batch;
    if (puts > 0 && !token_bucket_take(&bus->puts, puts, model->sim.now)) {
        bus->refused += call_measured(call);
        call_refuse(model, call, 429);
        return DUE_ANSWERED;
    }
    int64_t latency = dist_draw(config->latency, draw_of(call->key, bus->salt_latency));
    return call_serve(model, svc, call, latency, STAGE_DOWNSTREAM, OUTCOME_OK, 200);
}

void bus_complete(struct model *model, struct svc *svc, struct call *call)
{
    const struct bus_config *config = svc->config;
    uint32_t slot = call_slot(model, call);
    bool measured = call_measured(call);
    int64_t count = call->outcome == OUTCOME_OK ? message_count_of_call(model, call) : 0;
    for (int64_t i = 0; i < count; i++) {
        /* What an event sets going may move the calls. */
        struct message message = message_of_call(model, call_at(model, slot), i, config->size);
        meter(svc->state, svc, message.bytes, measured);
        if (UNLIKELY(model->spans != NULL))
            span_log_sent(model, call_at(model, slot), message.root_key, message.key, NULL);
        match(model, svc, message);
    }
    call_finish_served(model, svc, call_at(model, slot));
}

/* An event another service puts. A fault fails each try anew, so the draw is the try's. */
bool bus_accept(struct model *model, struct svc *svc, const struct message *message)
{
    struct bus *bus = svc->state;
    sim_time now = model->sim.now;
    bool accepted = true;
    if (UNLIKELY(svc->error_share > 0)) {
        struct draw draw = draw_of(rng_mix(message->key + (uint64_t)now), svc->fault_salt);
        accepted = !draw_chance(&draw, svc->error_share);
    }
    if (accepted && !token_bucket_take_one(&bus->puts, now)) {
        bus->refused += model->measuring;
        accepted = false;
    }
    message_count(model, svc, accepted);
    if (!accepted)
        return false;
    meter(bus, svc, message->bytes, model->measuring);
    match(model, svc, *message);
    return true;
}

void bus_on_due(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    (void)generation;
    courier_on_due(model, model_shared(model, svc_bus_class), slot);
}

/* -- what is seen ---------------------------------------------------------------------------------- */

uint64_t bus_metrics(const struct svc *svc)
{
    (void)svc;
    return METRICS_CALLS | METRICS_COST | COURIER_METRICS | METRIC_BIT(METRIC_CONCURRENCY) |
           METRIC_BIT(METRIC_STAGE_DOWNSTREAM);
}

int bus_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                 double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES])
{
    const struct bus_config *config = svc->config;
    const struct bus *bus = svc->state;
    (void)model;
    (void)view;
    rows[0] = (struct capacity_row){
        .resource = svc->name,
        .what = "puts/s",
        .limit_name = "quota",
        .mean = rate_mean,
        .max = rate_max,
        .limit = config->limit,
        .refused_by = {"quota"},
        .refused = {(double)bus->refused},
    };
    return 1;
}
