/* topic_run.c - see topic_run.h. */
#include "model/topic_run.h"

#include "core/detmath.h"
#include "model/loop.h"
#include "model/span_log.h"

#define KB  INT64_C(1024)
#define DUE SVC_EVENT(svc_topic_class, 0)

/* -- the schedule of retries --------------------------------------------------------------------- */

static int32_t count_of(const struct catalog *catalog, const char *key)
{
    return (int32_t)catalog_limit(catalog, key);
}

static sim_time seconds_of(const struct catalog *catalog, const char *key)
{
    return (sim_time)(catalog_limit(catalog, key) * 1e9);
}

struct topic_schedule topic_schedule_from(const struct catalog *catalog)
{
    struct topic_schedule schedule = {
        .immediate = count_of(catalog, "sns.retry.managed.immediate"),
        .early = count_of(catalog, "sns.retry.managed.pre_backoff.count"),
        .growing = count_of(catalog, "sns.retry.managed.backoff.count"),
        .late = count_of(catalog, "sns.retry.managed.post.count"),
        .early_delay = seconds_of(catalog, "sns.retry.managed.pre_backoff.delay_s"),
        .late_delay = seconds_of(catalog, "sns.retry.managed.post.delay_s"),
    };
    double first_s = catalog_limit(catalog, "sns.retry.managed.backoff.first_s");
    double last_s = catalog_limit(catalog, "sns.retry.managed.backoff.max_s");
    ASSERT(2 <= schedule.growing && schedule.growing <= (int32_t)COUNTOF(schedule.growing_delay));
    for (int32_t i = 0; i < schedule.growing; i++) {
        double grown = det_pow(last_s / first_s, (double)i / (schedule.growing - 1));
        schedule.growing_delay[i] = time_round(first_s * grown * 1e9);
    }
    return schedule;
}

sim_time topic_retry_delay(const struct topic_schedule *schedule, int32_t i)
{
    if (i < schedule->immediate)
        return 0;
    i -= schedule->immediate;
    if (i < schedule->early)
        return schedule->early_delay;
    i -= schedule->early;
    if (i < schedule->growing)
        return schedule->growing_delay[i];
    i -= schedule->growing;
    return i < schedule->late ? schedule->late_delay : SIM_NEVER;
}

/* courier_plan.delay. The growth is in the schedule, so jitter spreads each delay as it is. */
static bool delivery_delay(const struct svc *svc, int32_t i, struct draw draw, sim_time *delay)
{
    const struct topic_config *config = svc->config;
    const struct topic *topic = svc->state;
    sim_time planned = topic_retry_delay(&topic->schedule, i);
    if (planned == SIM_NEVER)
        return false;
    struct backoff backoff = {planned, planned, (enum jitter)config->jitter};
    *delay = backoff_delay(&backoff, 0, 0, draw);
    return true;
}

/* -- how it starts --------------------------------------------------------------------------------- */

void topic_start(struct model *model, struct svc *svc)
{
    const struct topic_config *config = svc->config;
    struct topic *topic = svc->state;
    struct courier_plan plan = {.delay = delivery_delay, .max_age = SIM_NEVER, .dlq = config->dlq};
    courier_start(model, svc, model_shared(model, svc_topic_class), DUE, plan);
    topic->schedule = topic_schedule_from(model->catalog);
    topic->salt_latency = rng_hash_text(1, svc->name);
    topic->chunk_bytes = count_of(model->catalog, "sns.publish.chunk_kb") * KB;
    topic->batch = count_of(model->catalog, "sns.batch_max");
    token_bucket_init(&topic->bucket, token_limit_of(config->limit, TIME_UNSET), 0);
    uint64_t salt = rng_hash_text(2, svc->name);
    topic->subscribers = fan_out_link(model, svc, &config->subscribers, salt);
    const struct bus_rules *filtered = &config->filtered;
    topic->filtered = ARENA_ARRAY(model->arena, struct fan_out_branch *, filtered->count + 1);
    for (int32_t i = 0; i < filtered->count; i++)
        topic->filtered[i] =
            fan_out_link(model, svc, &filtered->rules[i].to, fan_out_rule_salt(svc, i));
}

void topic_apply(struct model *model, struct svc *svc)
{
    const struct topic_config *config = svc->config;
    struct topic *topic = svc->state;
    token_bucket_set(&topic->bucket, token_limit_of(config->limit, TIME_UNSET), model->sim.now);
}

/* -- messages ---------------------------------------------------------------------------------------- */

static void send_along(struct model *model, struct svc *svc, const struct message *message,
                       const struct fan_out_branch *branch)
{
    const struct topic_config *config = svc->config;
    struct message copy = message_forward(model, message, branch->salt_message, branch->edge);
    sim_time delay = 0; /* an asynchronous queue adds the time itself */
    if (!branch->async)
        delay = dist_draw(config->delivery, draw_of(copy.key, branch->salt_delivery));
    if (UNLIKELY(svc->latency_factor != 1))
        delay = time_round((double)delay * svc->latency_factor);
    courier_send(model, svc, branch->target, &copy, delay);
}

static void publish(struct model *model, struct svc *svc, struct message message)
{
    const struct topic_config *config = svc->config;
    const struct topic *topic = svc->state;
    if (!loop_may_enter(model, svc, &message.hops)) {
        courier_stop(model, svc, &message);
        return;
    }
    for (int32_t i = 0; i < config->subscribers.count; i++)
        send_along(model, svc, &message, &topic->subscribers[i]);
    for (int32_t i = 0; i < config->filtered.count; i++) {
        const struct bus_rule *rule = &config->filtered.rules[i];
        if (!fan_out_matches(model, svc, rule, &message))
            continue;
        for (int32_t j = 0; j < rule->to.count; j++)
            send_along(model, svc, &message, &topic->filtered[i][j]);
    }
}

static void meter(const struct topic *topic, struct svc *svc, int64_t bytes, bool measured)
{
    int64_t chunks = (bytes + topic->chunk_bytes - 1) / topic->chunk_bytes;
    svc_meter(svc, TOPIC_PUBLISHES, chunks > 0 ? chunks : 1, measured);
}

sim_time topic_submit(struct model *model, struct svc *svc, struct call *call)
{
    const struct topic_config *config = svc->config;
    struct topic *topic = svc->state;
    int64_t count = message_count_of_call(model, call);
    if (count > 0 && !token_bucket_take(&topic->bucket, count, model->sim.now)) {
        topic->refused += call_measured(call);
        call_refuse(model, call, 429);
        return DUE_ANSWERED;
    }
    int64_t latency = dist_draw(config->latency, draw_of(call->key, topic->salt_latency));
    return call_serve(model, svc, call, latency, STAGE_DOWNSTREAM, OUTCOME_OK, 200);
}

/* A call's messages set out when it is over. Up to ten of them are published, and paid for, together. */
void topic_complete(struct model *model, struct svc *svc, struct call *call)
{
    const struct topic_config *config = svc->config;
    struct topic *topic = svc->state;
    uint32_t slot = call_slot(model, call);
    bool measured = call_measured(call);
    int64_t count = call->outcome == OUTCOME_OK ? message_count_of_call(model, call) : 0;
    int64_t bytes = 0;
    for (int64_t i = 0; i < count; i++) {
        /* What a message sets going may move the calls. */
        struct message message = message_of_call(model, call_at(model, slot), i, config->size);
        bytes += message.bytes;
        if ((i + 1) % topic->batch == 0 || i + 1 == count) {
            meter(topic, svc, bytes, measured);
            bytes = 0;
        }
        if (UNLIKELY(model->spans != NULL))
            span_log_sent(model, call_at(model, slot), message.root_key, message.key, NULL);
        publish(model, svc, message);
    }
    call_finish_served(model, svc, call_at(model, slot));
}

/* A fault fails each try anew, so the draw is the try's. */
static bool is_failed_by_fault(const struct model *model, const struct svc *svc,
                               const struct message *message)
{
    if (LIKELY(svc->error_share <= 0))
        return false;
    struct draw draw = draw_of(rng_mix(message->key + (uint64_t)model->sim.now), svc->fault_salt);
    return draw_chance(&draw, svc->error_share);
}

bool topic_accept(struct model *model, struct svc *svc, const struct message *message)
{
    struct topic *topic = svc->state;
    bool accepted = !is_failed_by_fault(model, svc, message);
    if (accepted && !token_bucket_take_one(&topic->bucket, model->sim.now)) {
        topic->refused += model->measuring;
        accepted = false;
    }
    message_count(model, svc, accepted);
    if (!accepted)
        return false;
    meter(topic, svc, message->bytes, model->measuring);
    publish(model, svc, *message);
    return true;
}

void topic_on_due(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    (void)generation;
    courier_on_due(model, model_shared(model, svc_topic_class), slot);
}

/* -- what is seen -------------------------------------------------------------------------------------- */

uint64_t topic_metrics(const struct svc *svc)
{
    (void)svc;
    return METRICS_CALLS | METRICS_COST | COURIER_METRICS | METRIC_BIT(METRIC_CONCURRENCY) |
           METRIC_BIT(METRIC_STAGE_DOWNSTREAM);
}

int topic_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                   double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES])
{
    const struct topic_config *config = svc->config;
    const struct topic *topic = svc->state;
    (void)model;
    (void)view;
    rows[0] = (struct capacity_row){
        .resource = svc->name,
        .what = "publishes/s",
        .limit_name = "quota",
        .mean = rate_mean,
        .max = rate_max,
        .limit = config->limit,
        .refused_by = {"quota"},
        .refused = {(double)topic->refused},
    };
    return 1;
}
