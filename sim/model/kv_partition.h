/* kv_partition.h - where the keys of a table lie: ranges of their hashes, each on a node of its own.
 *
 * The space of hashes, 0 .. 2^64 - 1, is cut into ranges. A partition serves at most 3,000 read and 1,000 write units a
 * second (ddb.partition.*), whatever the table may do in all: that is what makes a key hot. Each limit is a token bucket
 * of one second.
 *
 * Split for heat: a partition that refuses something in every minute for `split_after` is cut in two. The cut goes
 * through the middle of what was asked for lately, between two different keys, so that splits close in on a
 * hot key until it is alone or nearly so. A single hot key cannot be split: its partition stays as it is. There is no
 * published constant; partitions are never merged (MODEL.md 4).
 *
 * Units are halves of capacity units everywhere: an eventually consistent read costs half a unit.
 */
#ifndef TEPID_MODEL_KV_PARTITION_H
#define TEPID_MODEL_KV_PARTITION_H

#include "model/token_bucket.h"

enum kv_kind { KV_READ, KV_WRITE, KV_KINDS };

#define KV_PARTITIONS_MAX 10000
#define KV_SEEN           32 /* keys a hot partition remembers */

struct kv_partition {
    struct token_bucket bucket[KV_KINDS];
    int64_t taken[KV_KINDS]; /* half units, since it exists; the lower half of a split keeps what was before */
    sim_time hot_since;      /* refuses since */
    sim_time refused_at;     /* last */
    uint32_t seen_count;
    uint64_t seen[KV_SEEN]; /* hashes asked for lately, while it is hot */
};

struct kv_partitions {
    uint64_t *first; /* lowest hash of each partition, ascending; [0] is 0 */
    struct kv_partition *items;
    int32_t count, capacity;
    int32_t heat_splits;
    struct token_limit limit[KV_KINDS]; /* of one */
    sim_time split_after;               /* SIM_NEVER: no splits */
};

/* `count` equal ranges. `units_per_s` of one partition, by kind. */
void kv_partitions_init(struct kv_partitions *all, int64_t count, const int64_t units_per_s[KV_KINDS],
                        sim_time split_after, sim_time now);
void kv_partitions_free(struct kv_partitions *all);

/* Cuts every partition in the middle until there are at least `count`: what more table capacity does. */
void kv_partitions_grow(struct kv_partitions *all, int64_t count, sim_time now);

/* The index of the partition that holds a hash: a binary search. */
int32_t kv_partition_find(const struct kv_partitions *all, uint64_t hash);

static inline bool kv_partition_has(const struct kv_partition *partition, enum kv_kind kind, int64_t half_units,
                                    sim_time now)
{
    return token_bucket_level(&partition->bucket[kind], now) >= half_units;
}

/* Only after kv_partition_has said so. */
void kv_partition_take(struct kv_partition *partition, enum kv_kind kind, int64_t half_units, uint64_t hash,
                       sim_time now);

/* The partition refused this key: heat, and perhaps a split. Pointers to partitions are void afterwards. */
void kv_partition_refused(struct kv_partitions *all, int32_t index, uint64_t hash, sim_time now);

/* Half units taken from all of them. */
int64_t kv_partitions_taken(const struct kv_partitions *all, enum kv_kind kind);

#endif
