/* kv_partition.c - see kv_partition.h. */
#include "model/kv_partition.h"

#include <string.h>

#include "core/arena.h"

#define HEAT_GAP SIM_MINUTE /* a minute without a refusal, and the heat is over */

static struct kv_partition fresh(const struct kv_partitions *all, sim_time now)
{
    struct kv_partition partition = {.hot_since = now, .refused_at = now - HEAT_GAP - 1};
    for (int kind = 0; kind < KV_KINDS; kind++)
        token_bucket_init(&partition.bucket[kind], all->limit[kind], now);
    return partition;
}

static void reserve(struct kv_partitions *all, int32_t capacity)
{
    if (capacity <= all->capacity)
        return;
    all->capacity = capacity;
    all->first = mem_resize(all->first, sizeof(*all->first) * (size_t)capacity);
    all->items = mem_resize(all->items, sizeof(*all->items) * (size_t)capacity);
}

void kv_partitions_init(struct kv_partitions *all, int64_t count, const int64_t units_per_s[KV_KINDS],
                        sim_time split_after, sim_time now)
{
    ASSERT(1 <= count && count <= KV_PARTITIONS_MAX);
    *all = (struct kv_partitions){.count = (int32_t)count, .split_after = split_after};
    for (int kind = 0; kind < KV_KINDS; kind++)
        all->limit[kind] = (struct token_limit){2 * units_per_s[kind] * 1000000, 2 * units_per_s[kind]};
    reserve(all, all->count);
    uint64_t width = (uint64_t)(((uint128)1 << 64) / (uint64_t)count);
    for (int32_t i = 0; i < all->count; i++) {
        all->first[i] = count == 1 ? 0 : (uint64_t)i * width;
        all->items[i] = fresh(all, now);
    }
}

void kv_partitions_free(struct kv_partitions *all)
{
    mem_free(all->first);
    mem_free(all->items);
}

int32_t kv_partition_find(const struct kv_partitions *all, uint64_t hash)
{
    int32_t low = 0, high = all->count;
    while (high - low > 1) {
        int32_t middle = low + (high - low) / 2;
        if (all->first[middle] <= hash)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The upper part of `from`: a node of its own, as busy as the one it comes from. */
static struct kv_partition upper_part(struct kv_partition *from, sim_time now)
{
    struct kv_partition upper = *from;
    memset(upper.taken, 0, sizeof(upper.taken));
    from->seen_count = upper.seen_count = 0;
    from->refused_at = upper.refused_at = now - HEAT_GAP - 1;
    return upper;
}

void kv_partitions_grow(struct kv_partitions *all, int64_t count, sim_time now)
{
    while (all->count < count && all->count <= KV_PARTITIONS_MAX / 2) {
        int32_t old = all->count;
        reserve(all, 2 * old);
        for (int32_t i = old; i-- > 0;) { /* from the top, so that none is overwritten before it moved */
            uint64_t first = all->first[i];
            uint64_t last = i + 1 < old ? all->first[2 * (i + 1)] - 1 : UINT64_MAX;
            struct kv_partition lower = all->items[i];
            all->items[2 * i + 1] = upper_part(&lower, now);
            all->items[2 * i] = lower;
            all->first[2 * i] = first;
            all->first[2 * i + 1] = first + (last - first) / 2 + 1;
        }
        all->count = 2 * old;
    }
}

static bool is_hot(const struct kv_partition *partition, sim_time now)
{
    return now - partition->refused_at <= HEAT_GAP;
}

static void remember(struct kv_partition *partition, uint64_t hash)
{
    partition->seen[partition->seen_count++ % KV_SEEN] = hash;
}

/* What is served is remembered, too: where keys take turns, the one that comes last is refused always, the other never. */
void kv_partition_take(struct kv_partition *partition, enum kv_kind kind, int64_t half_units, uint64_t hash,
                       sim_time now)
{
    bool taken = token_bucket_take(&partition->bucket[kind], half_units, now);
    ASSERT(taken);
    partition->taken[kind] += half_units;
    if (UNLIKELY(is_hot(partition, now)))
        remember(partition, hash);
}

/* -- heat ----------------------------------------------------------------------------------------- */

/* The hash at which what was asked for falls into two halves as equal as different keys allow; 0: there is but one key. */
static uint64_t find_cut(const struct kv_partition *partition)
{
    uint64_t seen[KV_SEEN];
    int count = partition->seen_count < KV_SEEN ? (int)partition->seen_count : KV_SEEN;
    for (int i = 0; i < count; i++) {
        int at = i;
        for (; at > 0 && seen[at - 1] > partition->seen[i]; at--)
            seen[at] = seen[at - 1];
        seen[at] = partition->seen[i];
    }
    for (int off = 0; off < count; off++) {
        int below = count / 2 - off, above = count / 2 + off;
        if (below > 0 && seen[below - 1] < seen[below])
            return seen[below];
        if (above > 0 && above < count && seen[above - 1] < seen[above])
            return seen[above];
    }
    return 0;
}

static void split(struct kv_partitions *all, int32_t index, uint64_t cut, sim_time now)
{
    if (all->count == all->capacity)
        reserve(all, 2 * all->capacity);
    size_t above = (size_t)(all->count - index - 1);
    memmove(&all->first[index + 2], &all->first[index + 1], above * sizeof(*all->first));
    memmove(&all->items[index + 2], &all->items[index + 1], above * sizeof(*all->items));
    all->first[index + 1] = cut;
    all->items[index + 1] = upper_part(&all->items[index], now);
    all->count++;
    all->heat_splits++;
}

void kv_partition_refused(struct kv_partitions *all, int32_t index, uint64_t hash, sim_time now)
{
    struct kv_partition *partition = &all->items[index];
    if (!is_hot(partition, now)) {
        partition->hot_since = now;
        partition->seen_count = 0;
    }
    partition->refused_at = now;
    remember(partition, hash);
    if (all->split_after == SIM_NEVER || now - partition->hot_since < all->split_after)
        return;
    uint64_t cut = find_cut(partition);
    partition->hot_since = now; /* if it cannot be split now, perhaps later */
    if (cut != 0 && all->count < KV_PARTITIONS_MAX)
        split(all, index, cut, now);
}

int64_t kv_partitions_taken(const struct kv_partitions *all, enum kv_kind kind)
{
    int64_t taken = 0;
    for (int32_t i = 0; i < all->count; i++)
        taken += all->items[i].taken[kind];
    return taken;
}
