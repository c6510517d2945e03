/* bucket_run.c - see bucket_run.h. */
#include "model/bucket_run.h"

#include <math.h>

#include "model/span_log.h"

void bucket_open(void *shared)
{
    struct bucket_shared *all = shared;
    pool_init(&all->events, sizeof(struct bucket_event));
}

void bucket_close(void *shared)
{
    struct bucket_shared *all = shared;
    pool_free(&all->events);
}

static struct bucket_event *event_at(const struct model *model, uint32_t slot)
{
    const struct bucket_shared *all = model_shared(model, svc_bucket_class);
    return pool_at(&all->events, slot);
}

void bucket_start(struct model *model, struct svc *svc)
{
    const struct bucket_config *config = svc->config;
    struct bucket *bucket = svc->state;
    bucket->salt_latency = rng_hash_text(1, svc->name);
    bucket->salt_size = rng_hash_text(2, svc->name);
    bucket->salt_prefix = rng_hash_text(3, svc->name);
    bucket->salt_event = rng_hash_text(4, svc->name);
    bucket->salt_delivery = rng_hash_text(5, svc->name);
    for (int kind = 0; kind < BUCKET_KINDS; kind++) {
        struct token_limit limit = {config->rate[kind] * 1000000, config->rate[kind]};
        bucket->prefixes[kind] = ARENA_ARRAY(model->arena, struct token_bucket, config->prefixes);
        for (int64_t i = 0; i < config->prefixes; i++)
            token_bucket_init(&bucket->prefixes[kind][i], limit, 0);
    }
    bucket->edges = ARENA_ARRAY(model->arena, uint32_t, config->on_put.count + 1);
    for (int32_t i = 0; i < config->on_put.count; i++)
        bucket->edges[i] = message_link(model, svc->probe, config->on_put.targets[i]);
}

/* -- calls ------------------------------------------------------------------------------------------ */

static int64_t object_bytes(const struct model *model, const struct svc *svc, const struct call *call)
{
    const struct bucket_config *config = svc->config;
    const struct bucket *bucket = svc->state;
    const struct op_args *args = call_args(model, call);
    return dist_draw(args->size != NULL ? args->size : config->object, draw_of(model->subject, bucket->salt_size));
}

static bool may_pass(struct model *model, struct svc *svc, enum bucket_kind kind)
{
    const struct bucket_config *config = svc->config;
    struct bucket *bucket = svc->state;
    uint64_t prefix = 0;
    if (config->prefixes > 1) {
        struct draw draw = draw_of(model->subject, bucket->salt_prefix);
        prefix = draw_below(&draw, (uint64_t)config->prefixes);
    }
    return token_bucket_take_one(&bucket->prefixes[kind][prefix], model->sim.now);
}

sim_time bucket_submit(struct model *model, struct svc *svc, struct call *call)
{
    const struct bucket_config *config = svc->config;
    struct bucket *bucket = svc->state;
    enum bucket_kind kind = call_args(model, call)->use == USE_WRITE ? BUCKET_WRITE : BUCKET_READ;
    bucket->asked[kind]++;
    if (UNLIKELY(!may_pass(model, svc, kind))) {
        bucket->refused[kind] += call_measured(call);
        call_refuse(model, call, 503);
        return DUE_ANSWERED;
    }
    svc_meter(svc, kind == BUCKET_WRITE ? BUCKET_METER_WRITES : BUCKET_METER_READS, 1, call_measured(call));
    double seconds = (double)object_bytes(model, svc, call) / (double)config->throughput;
    int64_t latency = dist_draw(config->latency, draw_of(call->key, bucket->salt_latency));
    return call_serve(model, svc, call, latency + time_round(seconds * 1e9), STAGE_DOWNSTREAM, OUTCOME_OK, 200);
}

void bucket_complete(struct model *model, struct svc *svc, struct call *call)
{
    const struct bucket_config *config = svc->config;
    struct bucket *bucket = svc->state;
    struct bucket_shared *all = model_shared(model, svc_bucket_class);
    bool written = call_args(model, call)->use == USE_WRITE && call->outcome == OUTCOME_OK;
    for (int32_t i = 0; written && i < config->on_put.count; i++) {
        uint32_t slot = pool_take(&all->events);
        struct bucket_event *event = pool_at(&all->events, slot);
        struct message message = message_of_call(model, call, i, 0);
        message.key = rng_mix(call->key + bucket->salt_event + (uint64_t)i * RNG_STEP);
        message.edge = bucket->edges[i];
        message.bytes = BUCKET_EVENT_BYTES;
        if (UNLIKELY(model->spans != NULL))
            span_log_sent(model, call, message.root_key, message.key, NULL);
        event->message = message;
        event->svc = svc->index;
        event->receiver = i;
        event->offers = 0;
        sim_time due = model->sim.now + dist_draw(config->delivery, draw_of(message.key, bucket->salt_delivery));
        sim_at(&model->sim, due, SIM_ARRIVAL, SVC_EVENT(svc_bucket_class, 0), slot, event->head.generation);
        bucket->sent++;
        bucket->waiting++;
    }
    call_finish_served(model, svc, call);
}

/* -- events ------------------------------------------------------------------------------------------- */

void bucket_on_event(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct bucket_shared *all = model_shared(model, svc_bucket_class);
    struct message message = event_at(model, slot)->message; /* the pool may move while it is offered */
    struct svc *svc = &model->svcs[event_at(model, slot)->svc];
    struct bucket *bucket = svc->state;
    const struct bucket_config *config = svc->config;
    bool taken = message_offer(model, config->on_put.targets[event_at(model, slot)->receiver], &message);
    struct bucket_event *event = event_at(model, slot);
    event->offers++;
    if (!taken && event->offers < BUCKET_OFFERS) {
        int doublings = event->offers - 1 < 20 ? event->offers - 1 : 20;
        sim_time wait = BUCKET_OFFER_FIRST << doublings;
        wait = wait < BUCKET_OFFER_LAST ? wait : BUCKET_OFFER_LAST;
        sim_at(sim, sim->now + wait, SIM_ARRIVAL, SVC_EVENT(svc_bucket_class, 0), slot, generation);
        return;
    }
    bucket->taken += taken;
    bucket->lost += !taken;
    bucket->waiting--;
    pool_give(&all->events, slot);
}

/* -- what is seen ------------------------------------------------------------------------------------- */

bool bucket_has_line(const struct model *model, const struct svc *svc, int meter)
{
    const struct bucket_config *config = svc->config;
    (void)model;
    return meter != BUCKET_METER_STORAGE || config->storage != TIME_UNSET;
}

static bool has_receivers(const struct svc *svc)
{
    return ((const struct bucket_config *)svc->config)->on_put.count > 0;
}

uint64_t bucket_metrics(const struct svc *svc)
{
    uint64_t has = METRICS_CALLS | METRICS_COST | METRIC_BIT(METRIC_CONCURRENCY);
    if (has_receivers(svc))
        has |= METRIC_BIT(METRIC_SENT) | METRIC_BIT(METRIC_EXPIRED);
    return has;
}

void bucket_begin(struct model *model, struct svc *svc)
{
    struct bucket *bucket = svc->state;
    (void)model;
    bucket->sent_before = bucket->sent;
    bucket->lost_before = bucket->lost;
    for (int kind = 0; kind < BUCKET_KINDS; kind++)
        bucket->asked_before[kind] = bucket->asked[kind];
}

void bucket_view(struct model *model, struct svc *svc, struct svc_view *view)
{
    const struct bucket *bucket = svc->state;
    (void)model;
    if (!has_receivers(svc))
        return;
    view->total[TOTAL_SENT] = (double)(bucket->sent - bucket->sent_before);
    view->total[TOTAL_EXPIRED] = (double)(bucket->lost - bucket->lost_before);
}

/* Rates have their maxima over samples; one cut short by the end of the run counts only where there is no other. */
void bucket_sample(struct model *model, struct svc *svc, struct svc_sample *sample)
{
    struct bucket *bucket = svc->state;
    sim_time width = model->sim.now - bucket->sampled_at;
    bool counts = bucket->sampled_at >= model->warmup && width >= bucket->sample_width;
    (void)sample;
    for (int kind = 0; kind < BUCKET_KINDS; kind++) {
        double rate = (double)(bucket->asked[kind] - bucket->asked_sampled[kind]) / ((double)width / 1e9);
        if (counts)
            bucket->rate_max[kind] = fmax(bucket->rate_max[kind], rate);
        bucket->asked_sampled[kind] = bucket->asked[kind];
    }
    if (counts)
        bucket->sample_width = width;
    bucket->sampled_at = model->sim.now;
}

int bucket_capacity(struct model *model, struct svc *svc, const struct svc_view *view, double rate_mean,
                    double rate_max, struct capacity_row rows[CAPACITY_LINES])
{
    static const char *const whats[] = {[BUCKET_READ] = "reads/s", [BUCKET_WRITE] = "writes/s"};
    const struct bucket_config *config = svc->config;
    const struct bucket *bucket = svc->state;
    sim_time span = model->sim.now - model->warmup;
    (void)view;
    (void)rate_mean;
    (void)rate_max;
    for (int kind = 0; kind < BUCKET_KINDS; kind++) {
        double asked = (double)(bucket->asked[kind] - bucket->asked_before[kind]);
        rows[kind] = (struct capacity_row){
            .resource = svc->name,
            .what = whats[kind],
            .limit_name = "prefixes",
            .mean = span > 0 ? asked / ((double)span / 1e9) : 0,
            .max = bucket->rate_max[kind],
            .limit = (double)config->rate[kind] * (double)config->prefixes,
            .refused_by = {"one prefix"},
            .refused = {(double)bucket->refused[kind]},
        };
    }
    return BUCKET_KINDS;
}

void bucket_settle(struct model *model, struct svc *svc, sim_time from, sim_time to)
{
    const struct bucket_config *config = svc->config;
    if (config->storage != TIME_UNSET)
        svc_meter(svc, BUCKET_METER_STORAGE, config->storage / 1048576 * (to / SIM_SECOND - from / SIM_SECOND),
                  model->measuring);
}

void bucket_audit(struct model *model, struct svc *svc)
{
    const struct bucket *bucket = svc->state;
    (void)model;
    ASSERT(bucket->sent == bucket->taken + bucket->lost + bucket->waiting);
}
