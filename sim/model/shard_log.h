/* shard_log.h - records that wait in order: the part of a shard that one reader works through.
 *
 * A log is a first-in first-out list of records in chunks of a pool that all logs of a stream share, so a record
 * costs 41 bytes however many logs there are, and a long backlog is given back as it is worked off. The records at
 * the front stay where they are while they are processed and retried; they leave when they are done with.
 *
 * Looking at record `index` is quick if the last look was at or shortly before it.
 */
#ifndef TEPID_MODEL_SHARD_LOG_H
#define TEPID_MODEL_SHARD_LOG_H

#include "core/pool.h"
#include "model/message.h"

#define SHARD_CHUNK 32

/* The largest record: 24 bits of bytes. Kinesis takes 10 MB, DynamoDB items are at most 400 KB. */
#define SHARD_RECORD_BYTES_MAX ((INT64_C(1) << 24) - 1)

struct shard_record {
    uint64_t key, root_key;
    sim_time root_start;
    sim_time arrived;
    uint32_t bytes_hops;      /* bytes * 256 + hops */
    uint32_t source_measured; /* source * 2 + measured */
};

struct shard_chunk {
    struct pool_head head;
    uint32_t next; /* chunk, or POOL_NONE */
    uint32_t unused;
    struct shard_record records[SHARD_CHUNK];
};

struct shard_log {
    uint32_t first, last;        /* chunks, or POOL_NONE */
    uint32_t first_at, last_end; /* places in them */
    int64_t count;
    int64_t seen;        /* the record looked at last ... */
    uint32_t seen_chunk; /* ... and its chunk; POOL_NONE: none */
    uint32_t seen_at;
};

static inline int32_t shard_record_bytes(const struct shard_record *record)
{
    return (int32_t)(record->bytes_hops >> 8);
}

static inline uint8_t shard_record_hops(const struct shard_record *record)
{
    return (uint8_t)(record->bytes_hops & 0xFF);
}

static inline uint32_t shard_record_source(const struct shard_record *record)
{
    return record->source_measured >> 1;
}

static inline bool shard_record_measured(const struct shard_record *record)
{
    return (record->source_measured & 1) != 0;
}

/* The pool that logs share. */
static inline void shard_chunks_init(struct pool *chunks)
{
    pool_init(chunks, sizeof(struct shard_chunk));
}

void shard_log_init(struct shard_log *log);

/* Adds a message as the last record, arrived now. */
void shard_log_push(struct pool *chunks, struct shard_log *log, const struct message *message,
                    sim_time now);

/* Record `index` from the front, 0 <= index < count; good until the next push to any log of the pool. */
const struct shard_record *shard_log_at(const struct pool *chunks, struct shard_log *log,
                                        int64_t index);

/* Takes `count` records off the front. */
void shard_log_drop(struct pool *chunks, struct shard_log *log, int64_t count);

#endif
