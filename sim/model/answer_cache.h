/* answer_cache.h - answers kept for a while, one for each key: an authorizer's verdicts by token, a stage's responses by what is
 * asked for (MODEL.md 3).
 *
 * A request's key is drawn from its root key, so all tries of a request, and all routes that look into the cache, mean the same key.
 * An answer holds from the instant it was given for `ttl`; requests that come while it is being worked out find nothing. So
 * with Poisson requests at rate r for a key, instantly answered, each miss is followed by r * ttl hits on average: hits are
 * r ttl / (1 + r ttl) of all.
 *
 * One instant for each key is kept, in an array: at most ANSWER_KEYS_MAX of them.
 */
#ifndef TEPID_MODEL_ANSWER_CACHE_H
#define TEPID_MODEL_ANSWER_CACHE_H

#include "core/arena.h"
#include "model/key_law.h"

#define ANSWER_KEYS_MAX INT64_C(10000000)

enum answer { ANSWER_UNKNOWN, ANSWER_YES, ANSWER_NO };

struct answer_cache {
    struct key_law keys;
    sim_time ttl;
    uint64_t salt;
    sim_time *until; /* by rank: a yes holds until then, a no until minus that; 0: never asked */
};

/* keys.n <= ANSWER_KEYS_MAX, or KEYS_NONE: nothing is ever found. */
void answer_cache_init(struct answer_cache *cache, struct arena *arena, const struct key_law *keys,
                       sim_time ttl, uint64_t salt);

enum answer answer_cache_look(const struct answer_cache *cache, uint64_t root_key, sim_time now);

void answer_cache_keep(struct answer_cache *cache, uint64_t root_key, enum answer answer,
                       sim_time now);

#endif
