/* answer_cache.c - see answer_cache.h. */
#include "model/answer_cache.h"

void answer_cache_init(struct answer_cache *cache, struct arena *arena, const struct key_law *keys,
                       sim_time ttl, uint64_t salt)
{
    *cache = (struct answer_cache){.keys = *keys, .ttl = ttl, .salt = salt};
    if (keys->kind == KEYS_NONE || ttl == 0)
        return;
    ASSERT(1 <= keys->n && keys->n <= ANSWER_KEYS_MAX);
    cache->until = ARENA_ARRAY(arena, sim_time, keys->n);
}

static sim_time *slot_of(const struct answer_cache *cache, uint64_t root_key)
{
    return &cache->until[key_law_rank(&cache->keys, draw_of(root_key, cache->salt))];
}

enum answer answer_cache_look(const struct answer_cache *cache, uint64_t root_key, sim_time now)
{
    if (cache->until == NULL)
        return ANSWER_UNKNOWN;
    sim_time until = *slot_of(cache, root_key);
    if (until > 0)
        return now < until ? ANSWER_YES : ANSWER_UNKNOWN;
    return now < -until ? ANSWER_NO : ANSWER_UNKNOWN;
}

void answer_cache_keep(struct answer_cache *cache, uint64_t root_key, enum answer answer,
                       sim_time now)
{
    if (cache->until == NULL || answer == ANSWER_UNKNOWN)
        return;
    *slot_of(cache, root_key) = answer == ANSWER_YES ? now + cache->ttl : -(now + cache->ttl);
}
