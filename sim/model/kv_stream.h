/* kv_stream.h - a table's changes feed a function: DynamoDB Streams (MODEL.md 1.9).
 *
 * Every write that succeeds leaves a record in the shard of its partition, keyed by its item's key, so that the changes of an
 * item arrive in order. What happens from there on is shard_consumer.h: polled four times a second, kept for 24 h. Reading by a
 * function is free. There are as many shards as the table has partitions at the start; partitions split later share
 * the shard they come from, where AWS would open new ones.
 */
#ifndef TEPID_MODEL_KV_STREAM_H
#define TEPID_MODEL_KV_STREAM_H

#include "model/shard_consumer.h"

/* `stream = { consumer = f, ... }` */
struct kv_stream_config {
    struct shard_consumer_config reader;
};

extern const struct param_table kv_stream_table;

bool kv_stream_check(const struct kv_stream_config *config, struct check_context *context, struct err *err);

/* Hooks of the class; all but kv_stream_start only where the table has a stream. `shards`: partitions at the start. */
void kv_stream_start(struct model *model, struct svc *svc, int64_t shards);
void kv_stream_written(struct model *model, struct svc *svc, const struct call *call, uint64_t key_hash,
                       int64_t bytes);
void kv_stream_on_due(struct sim *sim, uint32_t slot, uint32_t generation);
void kv_stream_on_reply(struct model *model, struct svc *svc, const struct reply *reply);
int32_t kv_stream_record_count(const struct model *model, const struct svc *svc, uint32_t owner);
struct record kv_stream_record(const struct model *model, const struct svc *svc, uint32_t owner, int32_t index);
bool kv_stream_record_failed(struct model *model, struct svc *svc, uint32_t owner, int32_t index);

#endif
