/* token_bucket.c - see the header for the model; this file is only arithmetic. */
#include "model/token_bucket.h"

#define NANO INT64_C(1000000000)

static int64_t ceil_div(int64_t a, int64_t b)
{
    return a / b + (a % b != 0);
}

static int64_t level_nano_at(const struct token_bucket *tb, sim_time now)
{
    ASSERT(now >= tb->as_of);
    if (tb->limit.rate_per_s == 0)
        return tb->level_nano;

    /* Compare durations before multiplying: after a long idle spell, elapsed times
     * rate would overflow, but by then the bucket is full anyway. */
    int64_t full_nano = tb->limit.burst * NANO;
    sim_time until_full_ns = ceil_div(full_nano - tb->level_nano, tb->limit.rate_per_s);
    sim_time elapsed_ns = now - tb->as_of;
    if (elapsed_ns >= until_full_ns)
        return full_nano;
    return tb->level_nano + elapsed_ns * tb->limit.rate_per_s;
}

void token_bucket_init(struct token_bucket *tb, struct token_limit limit, sim_time now)
{
    ASSERT(0 <= limit.rate_per_s && limit.rate_per_s <= TOKEN_BUCKET_RATE_MAX);
    ASSERT(1 <= limit.burst && limit.burst <= TOKEN_BUCKET_BURST_MAX);
    *tb = (struct token_bucket){
        .limit = limit,
        .level_nano = limit.burst * NANO,
        .as_of = now,
    };
}

bool token_bucket_take(struct token_bucket *tb, int64_t count, sim_time now)
{
    ASSERT(count >= 1);
    if (count > tb->limit.burst)
        return false; /* can never fit; also keeps count * NANO in range */

    int64_t level_nano = level_nano_at(tb, now);
    if (level_nano < count * NANO)
        return false;

    tb->level_nano = level_nano - count * NANO;
    tb->as_of = now;
    ASSERT(0 <= tb->level_nano && tb->level_nano <= tb->limit.burst * NANO);
    return true;
}

int64_t token_bucket_level(const struct token_bucket *tb, sim_time now)
{
    return level_nano_at(tb, now) / NANO;
}

sim_time token_bucket_wait(const struct token_bucket *tb, int64_t count, sim_time now)
{
    ASSERT(count >= 1);
    if (count > tb->limit.burst)
        return SIM_NEVER;

    int64_t missing_nano = count * NANO - level_nano_at(tb, now);
    if (missing_nano <= 0)
        return 0;
    if (tb->limit.rate_per_s == 0)
        return SIM_NEVER;
    return ceil_div(missing_nano, tb->limit.rate_per_s);
}
