/* kv_stream.c - see kv_stream.h. */
#include "model/kv_stream.h"

#include "model/kv_run.h"
#include "model/span_log.h"

static const struct param_spec params[] = {
    SHARD_CONSUMER_PARAMS(struct kv_stream_config, reader),
    {0},
};
const struct param_table kv_stream_table = {
    params, sizeof(struct kv_stream_config), "stream = { consumer = f }", false};

static sim_time retention(const struct catalog *catalog)
{
    return (sim_time)(catalog_limit(catalog, "ddb.streams.retention_s") * 1e9);
}

bool kv_stream_check(const struct kv_stream_config *config, struct check_context *context, struct err *err)
{
    if (config == NULL)
        return true;
    if (config->reader.consumer.resource < 0) {
        err_set(err, "stream has no consumer");
        return err_help(err, "write stream = { consumer = f }: the function that gets the changes");
    }
    return shard_consumer_check(&config->reader, retention(context->catalog), context, err);
}

static struct shard_consumer *reader_of(const struct svc *svc)
{
    struct kv *kv = svc->state;
    return &kv->reader;
}

void kv_stream_start(struct model *model, struct svc *svc, int64_t shards)
{
    const struct kv_config *config = svc->config;
    if (config->stream == NULL)
        return;
    double polls = catalog_limit(model->catalog, "esm.ddbstreams.poll_per_s");
    struct shard_consumer_setup setup = {
        .config = &config->stream->reader,
        .shards = shards,
        .retention = retention(model->catalog),
        .poll_interval = time_round(1e9 / polls),
        .delivery = catalog_time_law(model->catalog, model->arena, "latency.ddb_stream_read"),
        .event = SVC_EVENT(svc_kv_class, KV_EVENT_LANE),
    };
    shard_consumer_make(model, svc, reader_of(svc), &setup);
}

/* The shards are equal ranges of hashes, as the partitions were at the start. */
void kv_stream_written(struct model *model, struct svc *svc, const struct call *call, uint64_t key_hash,
                       int64_t bytes)
{
    const struct kv *kv = svc->state;
    struct shard_consumer *reader = reader_of(svc);
    struct message message = {
        .key = rng_mix(call->key + kv->salt_record),
        .root_key = call->root_key,
        .root_start = call->root_start,
        .group = key_hash | 1,
        .source = call->source,
        .edge = reader->edge,
        .bytes = (int32_t)bytes,
        .hops = call->hops,
        .measured = call_measured(call),
    };
    if (UNLIKELY(model->spans != NULL))
        span_log_sent(model, call, message.root_key, message.key, svc);
    uint32_t shard = (uint32_t)(((uint128)key_hash * (uint64_t)reader->setup.shards) >> 64);
    shard_consumer_push(model, reader, shard, &message);
}

void kv_stream_on_due(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    shard_consumer_on_due(model, reader_of(&model->svcs[generation]), slot);
}

void kv_stream_on_reply(struct model *model, struct svc *svc, const struct reply *reply)
{
    shard_consumer_on_reply(model, reader_of(svc), reply);
}

int32_t kv_stream_record_count(const struct model *model, const struct svc *svc, uint32_t owner)
{
    (void)model;
    return shard_consumer_record_count(reader_of(svc), owner);
}

struct record kv_stream_record(const struct model *model, const struct svc *svc, uint32_t owner, int32_t index)
{
    (void)model;
    return shard_consumer_record(reader_of(svc), owner, index);
}

bool kv_stream_record_failed(struct model *model, struct svc *svc, uint32_t owner, int32_t index)
{
    (void)model;
    return shard_consumer_record_failed(reader_of(svc), owner, index);
}
