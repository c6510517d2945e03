/* token_bucket.h - a rate limit that allows bursts.
 *
 * A bucket holds at most `burst` tokens and gains `rate_micro_per_s` millionths of a token in
 * every second of simulated time. Whoever finds too few is throttled; nobody queues here.
 * API throttles, instance scaling limits and table burst credit all have this shape.
 *
 * A bucket schedules no events. It remembers its level at one instant and works out
 * any later level when asked, so thousands of idle buckets cost nothing. The level is
 * kept in 1e-15 tokens because nanoseconds times millionths per second is then exact:
 * a bucket cannot drift, and looking at it never changes what it will do. 128 bits hold it.
 *
 * Invariant: 0 <= level <= burst, and `now` never runs backwards.
 */
#ifndef TEPID_MODEL_TOKEN_BUCKET_H
#define TEPID_MODEL_TOKEN_BUCKET_H

#include "core/base.h"

#define TOKEN_BUCKET_RATE_MAX  INT64_C(1000000000000000) /* 1e9 tokens per second */
#define TOKEN_BUCKET_BURST_MAX INT64_C(10000000000)

struct token_limit {
    int64_t rate_micro_per_s; /* 0: never refills */
    int64_t burst;            /* capacity in whole tokens, at least 1 */
};

struct token_bucket {
    struct token_limit limit;
    int128 full_less_one;
    int128 level; /* 1e-15 tokens held at `as_of` */
    sim_time as_of;
    sim_time
        full_at; /* no sooner is it full again; spares a bucket that is hardly used the arithmetic */
    sim_time one_token; /* time to gain one, rounded up */
};

/* Starts full. */
void token_bucket_init(struct token_bucket *tb, struct token_limit limit, sim_time now);

/* Changes the limit from now on; the level stays, cut at the new burst. */
void token_bucket_set(struct token_bucket *tb, struct token_limit limit, sim_time now);

/* Takes `count` tokens if all are there; otherwise takes none and returns false. */
bool token_bucket_take(struct token_bucket *tb, int64_t count, sim_time now);

/* Takes one. */
static inline bool token_bucket_take_one(struct token_bucket *tb, sim_time now)
{
    if (now < tb->full_at)
        return token_bucket_take(tb, 1, now);
    tb->level = tb->full_less_one;
    tb->as_of = now;
    tb->full_at = now + tb->one_token;
    return true;
}

/* Whole tokens available at `now`. */
int64_t token_bucket_level(const struct token_bucket *tb, sim_time now);

/* How long after `now` a take of `count` first succeeds if nobody else takes any:
 * 0 if at once, SIM_NEVER if `count` exceeds the burst or nothing refills. */
sim_time token_bucket_wait(const struct token_bucket *tb, int64_t count, sim_time now);

/* The limit for a rate per second and a burst; burst TIME_UNSET means one second's worth, at least 1. */
struct token_limit token_limit_of(double rate_per_s, int64_t burst);

#endif
