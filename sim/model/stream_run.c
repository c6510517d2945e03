/* stream_run.c - see stream_run.h. */
#include "model/stream_run.h"

#include "model/span_log.h"

#define MB INT64_C(1048576)
#define KB INT64_C(1024)

static void start_shards(struct model *model, const struct svc *svc)
{
    const struct stream_config *config = svc->config;
    struct stream *stream = svc->state;
    double records = catalog_limit(model->catalog, "kinesis.shard.in_records_per_s");
    double bytes = catalog_limit(model->catalog, "kinesis.shard.in_mb_per_s") * (double)MB;
    struct token_limit record_limit = token_limit_of(records, TIME_UNSET);
    struct token_limit byte_limit = token_limit_of(bytes, TIME_UNSET);
    stream->burst_bytes = byte_limit.burst;
    stream->shards = ARENA_ARRAY(model->arena, struct stream_shard, config->shards);
    for (int64_t i = 0; i < config->shards; i++) {
        token_bucket_init(&stream->shards[i].records, record_limit, 0);
        token_bucket_init(&stream->shards[i].bytes, byte_limit, 0);
    }
}

void stream_start(struct model *model, struct svc *svc)
{
    const struct stream_config *config = svc->config;
    struct stream *stream = svc->state;
    double polls = catalog_limit(model->catalog, "esm.kinesis.poll_per_s");
    double burst = catalog_limit(model->catalog, "kinesis.shard.out_burst_mb");
    stream->salt_put = rng_hash_text(1, svc->name);
    stream->salt_keys = rng_hash_text(2, svc->name);
    stream->unit_bytes = (int64_t)catalog_limit(model->catalog, "kinesis.put_unit.chunk_kb") * KB;
    start_shards(model, svc);
    struct shard_consumer_setup setup = {
        .config = &config->reader,
        .shards = config->shards,
        .retention = config->retention,
        .poll_interval = config->fan_out ? 0 : time_round(1e9 / polls),
        .delivery = config->delivery,
        .read_bytes_per_s =
            catalog_limit(model->catalog, "kinesis.shard.out_mb_per_s") * (double)MB,
        .read_burst_bytes = (int64_t)burst * MB,
        .event = SVC_EVENT(svc_stream_class, 0),
    };
    shard_consumer_make(model, svc, &stream->reader, &setup);
}

void stream_apply(struct model *model, struct svc *svc)
{
    const struct stream_config *config = svc->config;
    struct stream *stream = svc->state;
    (void)model;
    shard_consumer_apply(&stream->reader, &config->reader);
}

void stream_free(struct svc *svc)
{
    struct stream *stream = svc->state;
    shard_consumer_free(&stream->reader);
}

/* -- where a record goes ---------------------------------------------------------------------------- */

uint64_t stream_key(const struct svc *svc, uint64_t record_key, uint64_t group)
{
    const struct stream_config *config = svc->config;
    const struct stream *stream = svc->state;
    if (group != 0)
        return group;
    if (config->keys.kind == KEYS_NONE)
        return record_key | 1;
    return key_law_draw(&config->keys, draw_of(record_key, stream->salt_keys));
}

/* Kinesis hashes the key (MD5) and gives each shard an equal range of hashes. The same key has the same place in
 * every stream of so many shards. */
static uint32_t shard_for(const struct svc *svc, const struct message *message)
{
    const struct stream_config *config = svc->config;
    return (uint32_t)(((uint128)rng_mix(message->group * RNG_STEP) * (uint64_t)config->shards) >>
                      64);
}

static struct message completed(const struct svc *svc, struct message message)
{
    const struct stream_config *config = svc->config;
    message.group = stream_key(svc, message.key, message.group);
    if (message.bytes <= 0)
        message.bytes = (int32_t)config->record;
    return message;
}

/* Record `index` of a push. */
static struct message record_of(const struct model *model, const struct svc *svc,
                                const struct call *call, int64_t index)
{
    const struct stream_config *config = svc->config;
    return completed(svc, message_of_call(model, call, index, config->record));
}

/* -- limits -------------------------------------------------------------------------------------------- */

static int64_t tokens(const struct stream *stream, int64_t bytes)
{
    return bytes < stream->burst_bytes ? bytes : stream->burst_bytes;
}

/* NULL if the shard takes so much now, else the counter of the limit that does not. */
static uint64_t *refused_by(struct stream *stream, const struct stream_shard *shard,
                            int64_t records, int64_t bytes, sim_time now)
{
    if (token_bucket_level(&shard->records, now) < records)
        return &stream->refused_records;
    if (token_bucket_level(&shard->bytes, now) < tokens(stream, bytes))
        return &stream->refused_bytes;
    return NULL;
}

static void take(struct stream *stream, struct stream_shard *shard, int64_t records, int64_t bytes,
                 sim_time now)
{
    bool taken = token_bucket_take(&shard->records, records, now) &&
                 token_bucket_take(&shard->bytes, tokens(stream, bytes), now);
    ASSERT(taken);
}

/* One record: true if its shard has room for it. */
static bool admit(struct model *model, struct svc *svc, const struct message *message)
{
    struct stream *stream = svc->state;
    struct stream_shard *shard = &stream->shards[shard_for(svc, message)];
    sim_time now = model->sim.now;
    stream->offered++;
    uint64_t *refusal = refused_by(stream, shard, 1, message->bytes, now);
    if (UNLIKELY(refusal != NULL)) {
        *refusal += model->measuring;
        return false;
    }
    take(stream, shard, 1, message->bytes, now);
    return true;
}

/* Several: all or none. What each shard would have to take is added up first; the records are made again for every
 * pass, which needs no memory. */
static bool admit_all(struct model *model, struct svc *svc, const struct call *call, int64_t count)
{
    struct stream *stream = svc->state;
    uint64_t *refusal = NULL;
    sim_time now = model->sim.now;
    stream->offered += count;
    for (int64_t i = 0; i < count; i++) {
        struct message message = record_of(model, svc, call, i);
        struct stream_shard *shard = &stream->shards[shard_for(svc, &message)];
        shard->want_records++;
        shard->want_bytes += message.bytes;
    }
    for (int64_t i = 0; i < count && refusal == NULL; i++) {
        struct message message = record_of(model, svc, call, i);
        const struct stream_shard *shard = &stream->shards[shard_for(svc, &message)];
        refusal = refused_by(stream, shard, shard->want_records, shard->want_bytes, now);
    }
    for (int64_t i = 0; i < count; i++) {
        struct message message = record_of(model, svc, call, i);
        struct stream_shard *shard = &stream->shards[shard_for(svc, &message)];
        if (refusal == NULL && shard->want_records > 0)
            take(stream, shard, shard->want_records, shard->want_bytes, now);
        shard->want_records = shard->want_bytes = 0;
    }
    if (refusal != NULL)
        *refusal += model->measuring;
    return refusal == NULL;
}

/* -- records come in -------------------------------------------------------------------------------------- */

static void store(struct model *model, struct svc *svc, const struct message *message)
{
    struct stream *stream = svc->state;
    int64_t units = (message->bytes + stream->unit_bytes - 1) / stream->unit_bytes;
    svc_meter(svc, STREAM_PUTS, units > 0 ? units : 1, message->measured);
    shard_consumer_push(model, &stream->reader, shard_for(svc, message), message);
}

sim_time stream_submit(struct model *model, struct svc *svc, struct call *call)
{
    const struct stream_config *config = svc->config;
    const struct stream *stream = svc->state;
    int64_t count = message_count_of_call(model, call);
    bool fine;
    if (LIKELY(count == 1)) {
        struct message message = record_of(model, svc, call, 0);
        fine = admit(model, svc, &message);
    } else {
        fine = admit_all(model, svc, call, count);
    }
    if (UNLIKELY(!fine)) {
        call_refuse(model, call, 429);
        return DUE_ANSWERED;
    }
    int64_t latency = dist_draw(config->latency, draw_of(call->key, stream->salt_put));
    return call_serve(model, svc, call, latency, STAGE_DOWNSTREAM, OUTCOME_OK, 200);
}

void stream_complete(struct model *model, struct svc *svc, struct call *call)
{
    int64_t count = call->outcome == OUTCOME_OK ? message_count_of_call(model, call) : 0;
    for (int64_t i = 0; i < count; i++) {
        struct message message = record_of(model, svc, call, i);
        if (UNLIKELY(model->spans != NULL))
            span_log_sent(model, call, message.root_key, message.key, svc);
        store(model, svc, &message);
    }
    call_finish_served(model, svc, call);
}

bool stream_accept(struct model *model, struct svc *svc, const struct message *message)
{
    struct message record = completed(svc, *message);
    bool accepted = admit(model, svc, &record);
    if (accepted)
        store(model, svc, &record);
    message_count(model, svc, accepted);
    return accepted;
}

/* -- the reader ----------------------------------------------------------------------------------------------- */

static struct shard_consumer *reader_of(const struct svc *svc)
{
    struct stream *stream = svc->state;
    return &stream->reader;
}

void stream_on_due(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    shard_consumer_on_due(model, reader_of(&model->svcs[generation]), slot);
}

void stream_on_reply(struct model *model, struct svc *svc, const struct reply *reply)
{
    shard_consumer_on_reply(model, reader_of(svc), reply);
}

int32_t stream_record_count(const struct model *model, const struct svc *svc, uint32_t owner)
{
    (void)model;
    return shard_consumer_record_count(reader_of(svc), owner);
}

struct record stream_record(const struct model *model, const struct svc *svc, uint32_t owner,
                            int32_t index)
{
    (void)model;
    return shard_consumer_record(reader_of(svc), owner, index);
}

bool stream_record_failed(struct model *model, struct svc *svc, uint32_t owner, int32_t index)
{
    (void)model;
    return shard_consumer_record_failed(reader_of(svc), owner, index);
}
