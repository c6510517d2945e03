/* token_bucket.c - see the header for the model; this file is only arithmetic. */
#include "model/token_bucket.h"

#define TOKEN ((int128)1000000000 * 1000000)

static int128 level_at(const struct token_bucket *tb, sim_time now)
{
    ASSERT(now >= tb->as_of);
    /* At most 2^63 ns times 1e15: inside 127 bits whatever happens. */
    int128 level = tb->level + (int128)(now - tb->as_of) * tb->limit.rate_micro_per_s;
    int128 full = tb->limit.burst * TOKEN;
    return level < full ? level : full;
}

static void check_limit(struct token_limit limit)
{
    ASSERT(0 <= limit.rate_micro_per_s && limit.rate_micro_per_s <= TOKEN_BUCKET_RATE_MAX);
    ASSERT(1 <= limit.burst && limit.burst <= TOKEN_BUCKET_BURST_MAX);
}

/* Overflow is not worth a thought here: a bucket that takes centuries to fill is never seen full. */
static sim_time time_to_gain(int128 missing, int64_t rate)
{
    if (missing <= 0)
        return 0;
    if (rate == 0)
        return SIM_NEVER / 4;
    int128 wait = (missing + rate - 1) / rate;
    return wait < SIM_NEVER / 4 ? (sim_time)wait : SIM_NEVER / 4;
}

static void set_limit(struct token_bucket *tb, struct token_limit limit, int128 level, sim_time now)
{
    int128 full = limit.burst * TOKEN;
    level = level < full ? level : full;
    *tb = (struct token_bucket){
        .limit = limit,
        .full_less_one = full - TOKEN,
        .level = level,
        .as_of = now,
        .full_at = now + time_to_gain(full - level, limit.rate_micro_per_s),
        .one_token = time_to_gain(TOKEN, limit.rate_micro_per_s),
    };
}

void token_bucket_init(struct token_bucket *tb, struct token_limit limit, sim_time now)
{
    check_limit(limit);
    set_limit(tb, limit, limit.burst * TOKEN, now);
}

void token_bucket_set(struct token_bucket *tb, struct token_limit limit, sim_time now)
{
    check_limit(limit);
    set_limit(tb, limit, level_at(tb, now), now);
}

bool token_bucket_take(struct token_bucket *tb, int64_t count, sim_time now)
{
    ASSERT(count >= 1);
    if (count > tb->limit.burst)
        return false; /* can never fit */
    int128 level = level_at(tb, now);
    if (level < count * TOKEN)
        return false;
    tb->level = level - count * TOKEN;
    tb->as_of = now;
    /* Exact enough: it may be full sooner, and then is found so here. */
    tb->full_at =
        now + time_to_gain(tb->limit.burst * TOKEN - tb->level, tb->limit.rate_micro_per_s);
    return true;
}

int64_t token_bucket_level(const struct token_bucket *tb, sim_time now)
{
    return (int64_t)(level_at(tb, now) / TOKEN);
}

sim_time token_bucket_wait(const struct token_bucket *tb, int64_t count, sim_time now)
{
    ASSERT(count >= 1);
    if (count > tb->limit.burst)
        return SIM_NEVER;
    int128 missing = count * TOKEN - level_at(tb, now);
    if (missing <= 0)
        return 0;
    int64_t rate = tb->limit.rate_micro_per_s;
    if (rate == 0)
        return SIM_NEVER;
    int128 wait = (missing + rate - 1) / rate;
    return wait < SIM_NEVER ? (sim_time)wait : SIM_NEVER;
}

struct token_limit token_limit_of(double rate_per_s, int64_t burst)
{
    ASSERT(rate_per_s >= 0 && rate_per_s <= 1e9);
    if (burst == TIME_UNSET)
        burst = rate_per_s < 1 ? 1 : (int64_t)rate_per_s;
    /* Rounded up, so that 500 a minute have come after one; the 0.001 is for the double's own error. */
    int64_t micro_per_s = (int64_t)(rate_per_s * 1e6 + 0.999);
    return (struct token_limit){
        micro_per_s < TOKEN_BUCKET_RATE_MAX ? micro_per_s : TOKEN_BUCKET_RATE_MAX, burst};
}
