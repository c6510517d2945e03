/* shard_make.c - a stream's reader is checked and made; see shard_consumer.h. */
#include "model/shard_consumer.h"

bool shard_consumer_check(const struct shard_consumer_config *config, sim_time retention,
                          struct check_context *context, struct err *err)
{
    bool dlq = config->dlq.resource >= 0, on_failure = config->on_failure.resource >= 0;
    if (dlq && on_failure) {
        err_set(err, "on_failure and dlq are both given");
        return err_help(err, "batches given up have one destination: keep one of the two");
    }
    if (config->consumer.resource < 0 && (dlq || on_failure)) {
        err_set(err, "%s without a consumer: nobody gives up batches", dlq ? "dlq" : "on_failure");
        return err_help(err, "write consumer = f, or leave it out");
    }
    if (config->bisect && config->batch == 1)
        context->warn(context->warnings,
                      arena_printf(context->arena,
                                   "stream of '%s': bisect does nothing with batches of one record",
                                   context->name));
    if (config->max_age != TIME_UNSET && config->max_age > retention)
        context->warn(context->warnings,
                      arena_printf(context->arena,
                                   "stream of '%s': max_age is longer than records are kept",
                                   context->name));
    return true;
}

void shard_consumer_apply(struct shard_consumer *consumer,
                          const struct shard_consumer_config *config)
{
    consumer->config = config;
    consumer->age_limit = consumer->setup.retention;
    if (consumer->config->consumer.resource >= 0 && config->max_age != TIME_UNSET &&
        config->max_age < consumer->age_limit)
        consumer->age_limit = config->max_age;
}

static void link_consumer(struct model *model, struct svc *svc, struct shard_consumer *consumer)
{
    const struct shard_consumer_config *config = consumer->config;
    if (consumer->config->consumer.resource >= 0)
        consumer->edge =
            model_edge(model, svc->probe, model->svcs[config->consumer.resource].probe);
    consumer->failure = config->dlq.resource >= 0 ? config->dlq : config->on_failure;
    if (consumer->failure.resource >= 0)
        consumer->failure_edge = message_link(model, svc->probe, consumer->failure);
}

static void start_shard(struct model *model, const struct svc *svc, struct shard_consumer *consumer,
                        int64_t index)
{
    const struct shard_consumer_setup *setup = &consumer->setup;
    uint64_t stream = stream_named(model->seed, model->rep, svc->name, "polls");
    struct shard_reading *shard = &consumer->shards[index];
    shard->key = stream_at(stream, (uint64_t)index);
    shard->poll = -1;
    if (setup->poll_interval > 0) {
        struct draw draw = draw_of(shard->key, 0);
        shard->phase = (sim_time)draw_below(&draw, (uint64_t)setup->poll_interval);
    }
    if (setup->read_bytes_per_s > 0)
        token_bucket_init(&shard->read,
                          token_limit_of(setup->read_bytes_per_s, setup->read_burst_bytes), 0);
}

void shard_consumer_make(struct model *model, struct svc *svc, struct shard_consumer *consumer,
                         const struct shard_consumer_setup *setup)
{
    *consumer = (struct shard_consumer){
        .setup = *setup,
        .svc = svc->index,
        .lane_count = (uint32_t)(setup->shards * setup->config->parallel),
        .payload_bytes = (int64_t)catalog_limit(model->catalog, "lambda.payload.sync_bytes"),
        .failure_bytes = (int64_t)catalog_limit(model->catalog, "esm.stream.failure_bytes"),
        .salt_lane = rng_hash_text(UINT64_C(0x5A1), svc->name),
        .salt_delivery = rng_hash_text(UINT64_C(0x5A2), svc->name),
        .salt_call = rng_hash_text(UINT64_C(0x5A3), svc->name),
        .salt_failure = rng_hash_text(UINT64_C(0x5A4), svc->name),
    };
    shard_consumer_apply(consumer, setup->config);
    shard_chunks_init(&consumer->chunks);
    consumer->lanes = ARENA_ARRAY(model->arena, struct shard_lane, consumer->lane_count);
    consumer->oldest = ARENA_ARRAY(model->arena, sim_time, consumer->lane_count);
    consumer->shards = ARENA_ARRAY(model->arena, struct shard_reading, setup->shards);
    for (uint32_t i = 0; i < consumer->lane_count; i++) {
        shard_log_init(&consumer->lanes[i].log);
        consumer->lanes[i].due = consumer->oldest[i] = SIM_NEVER;
    }
    for (int64_t i = 0; i < setup->shards; i++)
        start_shard(model, svc, consumer, i);
    link_consumer(model, svc, consumer);
}

void shard_consumer_free(struct shard_consumer *consumer)
{
    pool_free(&consumer->chunks);
    hist_free(&consumer->age);
}
