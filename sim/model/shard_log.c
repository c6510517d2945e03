/* shard_log.c - see shard_log.h. */
#include "model/shard_log.h"

static struct shard_chunk *chunk_at(const struct pool *chunks, uint32_t slot)
{
    return pool_at(chunks, slot);
}

void shard_log_init(struct shard_log *log)
{
    *log = (struct shard_log){.first = POOL_NONE, .last = POOL_NONE, .seen_chunk = POOL_NONE};
}

static void add_chunk(struct pool *chunks, struct shard_log *log)
{
    uint32_t slot = pool_take(chunks);
    chunk_at(chunks, slot)->next = POOL_NONE;
    if (log->last == POOL_NONE) {
        log->first = slot;
        log->first_at = 0;
    } else {
        chunk_at(chunks, log->last)->next = slot;
    }
    log->last = slot;
    log->last_end = 0;
}

void shard_log_push(struct pool *chunks, struct shard_log *log, const struct message *message,
                    sim_time now)
{
    if (log->last == POOL_NONE || log->last_end == SHARD_CHUNK)
        add_chunk(chunks, log);
    int64_t bytes = message->bytes < 0 ? 0 : message->bytes;
    bytes = bytes < SHARD_RECORD_BYTES_MAX ? bytes : SHARD_RECORD_BYTES_MAX;
    chunk_at(chunks, log->last)->records[log->last_end++] = (struct shard_record){
        .key = message->key,
        .root_key = message->root_key,
        .root_start = message->root_start,
        .arrived = now,
        .bytes_hops = (uint32_t)bytes << 8 | message->hops,
        .source_measured = message->source << 1 | message->measured,
    };
    log->count++;
}

const struct shard_record *shard_log_at(const struct pool *chunks, struct shard_log *log,
                                        int64_t index)
{
    ASSERT(0 <= index && index < log->count);
    if (log->seen_chunk == POOL_NONE || index < log->seen) {
        log->seen = 0;
        log->seen_chunk = log->first;
        log->seen_at = log->first_at;
    }
    uint32_t at = log->seen_at + (uint32_t)(index - log->seen);
    for (; at >= SHARD_CHUNK; at -= SHARD_CHUNK)
        log->seen_chunk = chunk_at(chunks, log->seen_chunk)->next;
    log->seen = index;
    log->seen_at = at;
    return &chunk_at(chunks, log->seen_chunk)->records[at];
}

void shard_log_drop(struct pool *chunks, struct shard_log *log, int64_t count)
{
    ASSERT(0 <= count && count <= log->count);
    log->count -= count;
    log->seen_chunk = POOL_NONE;
    for (int64_t at = log->first_at + count; log->first != POOL_NONE; at -= SHARD_CHUNK) {
        uint32_t slot = log->first;
        int64_t end = slot == log->last ? log->last_end : SHARD_CHUNK;
        log->first_at = (uint32_t)at;
        if (at < end)
            return;
        log->first = chunk_at(chunks, slot)->next;
        if (log->first == POOL_NONE)
            log->last = POOL_NONE;
        pool_give(chunks, slot);
    }
    log->first_at = 0;
}
