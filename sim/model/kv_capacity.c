/* kv_capacity.c - see kv_capacity.h. */
#include "model/kv_capacity.h"

int64_t kv_partitions_needed(const int64_t rate[KV_KINDS], const int64_t partition_rate[KV_KINDS], bool sum)
{
    const int64_t r = rate[KV_READ], w = rate[KV_WRITE];
    const int64_t per_r = partition_rate[KV_READ], per_w = partition_rate[KV_WRITE];
    int64_t needed = (r * per_w + w * per_r + per_r * per_w - 1) / (per_r * per_w);
    if (!sum) {
        int64_t reads = (r + per_r - 1) / per_r, writes = (w + per_w - 1) / per_w;
        needed = reads > writes ? reads : writes;
    }
    if (needed < 1)
        return 1;
    return needed < KV_PARTITIONS_MAX ? needed : KV_PARTITIONS_MAX;
}

/* What the bucket holds: `burst` of capacity, one second's worth on demand. */
static struct token_limit bucket_limit(const struct kv_capacity *capacity, int64_t rate)
{
    int64_t seconds = capacity->on_demand ? 1 : capacity->burst / SIM_SECOND;
    if (seconds < 1)
        seconds = 1;
    return (struct token_limit){2 * rate * 1000000, 2 * rate * seconds};
}

void kv_capacity_init(struct kv_capacity *capacity, const struct kv_capacity_spec *spec, sim_time now)
{
    *capacity = (struct kv_capacity){.on_demand = spec->on_demand, .burst = spec->burst};
    kv_partitions_init(&capacity->partitions, spec->partitions, spec->partition_rate, spec->split_after, now);
    for (int kind = 0; kind < KV_KINDS; kind++) {
        struct kv_limit *limit = &capacity->limit[kind];
        int64_t rate = spec->rate[kind];
        capacity->partition_rate[kind] = spec->partition_rate[kind];
        *limit = (struct kv_limit){.rate = rate, .as_of = now, .initial = rate, .most = spec->most[kind]};
        limit->granted = (int128)2 * rate * SIM_SECOND;
        /* Full of one second's worth; the rest is room for credits. */
        token_bucket_init(&limit->bucket, (struct token_limit){2 * rate * 1000000, 2 * rate}, now);
        token_bucket_set(&limit->bucket, bucket_limit(capacity, rate), now);
        if (!spec->on_demand)
            continue;
        limit->peak.window = spec->peak_window;
        limit->peak.windows = spec->peak_age / spec->peak_window;
        ASSERT(1 <= limit->peak.windows && limit->peak.windows <= KV_PEAK_WINDOWS);
        limit->peak.now = now / spec->peak_window;
    }
}

void kv_capacity_free(struct kv_capacity *capacity)
{
    kv_partitions_free(&capacity->partitions);
}

static void set_rate(struct kv_capacity *capacity, enum kv_kind kind, int64_t rate, sim_time now)
{
    struct kv_limit *limit = &capacity->limit[kind];
    limit->rate = rate;
    token_bucket_set(&limit->bucket, bucket_limit(capacity, rate), now);
    int64_t rates[KV_KINDS] = {capacity->limit[KV_READ].rate, capacity->limit[KV_WRITE].rate};
    int64_t needed = kv_partitions_needed(rates, capacity->partition_rate, !capacity->on_demand);
    kv_partitions_grow(&capacity->partitions, needed, now);
}

static void grant(struct kv_limit *limit, sim_time now)
{
    limit->granted += (int128)2 * limit->rate * (now - limit->as_of);
    limit->as_of = now;
}

void kv_capacity_set(struct kv_capacity *capacity, enum kv_kind kind, int64_t rate, sim_time now)
{
    grant(&capacity->limit[kind], now);
    set_rate(capacity, kind, rate, now);
}

/* -- on demand -------------------------------------------------------------------------------------- */

/* The present window is `index` from now on; windows old enough become previous peaks. Bounded: after an idle spell
 * all the ring holds is old. */
static void turn_to(struct kv_peak *peak, int64_t index)
{
    int64_t steps = index - peak->now < peak->windows + 1 ? index - peak->now : peak->windows + 1;
    for (int64_t i = 0; i < steps; i++) {
        int64_t *slot = &peak->recent[(peak->now + i) % peak->windows];
        if (*slot > peak->before)
            peak->before = *slot; /* `windows` windows old */
        *slot = i == 0 ? peak->taken : 0;
    }
    peak->taken = 0;
    peak->now = index;
}

static int64_t allowed_rate(const struct kv_limit *limit)
{
    /* Twice the peak, from half units per window to units per second: the twos cancel. */
    int64_t twice = (int64_t)((int128)limit->peak.before * SIM_SECOND / limit->peak.window);
    int64_t rate = twice > limit->initial ? twice : limit->initial;
    return rate < limit->most ? rate : limit->most;
}

static void look_at_peak(struct kv_capacity *capacity, enum kv_kind kind, sim_time now)
{
    struct kv_limit *limit = &capacity->limit[kind];
    int64_t index = now / limit->peak.window;
    if (index == limit->peak.now)
        return;
    turn_to(&limit->peak, index);
    int64_t rate = allowed_rate(limit);
    if (rate == limit->rate)
        return;
    grant(limit, now);
    set_rate(capacity, kind, rate, now);
}

/* -- taking ------------------------------------------------------------------------------------------- */

enum kv_verdict kv_capacity_take(struct kv_capacity *capacity, enum kv_kind kind, int64_t half_units,
                                 uint64_t hash, sim_time now)
{
    struct kv_limit *limit = &capacity->limit[kind];
    if (capacity->on_demand)
        look_at_peak(capacity, kind, now);
    int32_t index = kv_partition_find(&capacity->partitions, hash);
    struct kv_partition *partition = &capacity->partitions.items[index];
    if (UNLIKELY(!kv_partition_has(partition, kind, half_units, now))) {
        kv_partition_refused(&capacity->partitions, index, hash, now);
        return KV_NO_PARTITION;
    }
    if (UNLIKELY(!token_bucket_take(&limit->bucket, half_units, now)))
        return KV_NO_TABLE;
    kv_partition_take(partition, kind, half_units, hash, now);
    limit->taken += half_units;
    if (capacity->on_demand)
        limit->peak.taken += half_units;
    return KV_TAKEN;
}

void kv_capacity_touch(struct kv_capacity *capacity, sim_time now)
{
    for (int kind = 0; kind < KV_KINDS; kind++) {
        if (capacity->on_demand)
            look_at_peak(capacity, (enum kv_kind)kind, now);
        grant(&capacity->limit[kind], now);
    }
}
