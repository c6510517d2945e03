/* draw_ahead.h - draws made in batches, before they are asked for.
 *
 * A draw is a function of a key and a salt, so it can be made at any time. One at a time it costs its latency; a batch of
 * them overlaps in the processor and costs less than half. A source that knows the keys of its next requests
 * tells the service they go to (svc_class.expect), which makes its first draw for each ahead. Nothing
 * depends on it: who finds no draw for his key makes it then, with the same result.
 */
#ifndef TEPID_MODEL_DRAW_AHEAD_H
#define TEPID_MODEL_DRAW_AHEAD_H

#include "core/dist.h"

#define DRAW_AHEAD DIST_MANY

struct draw_ahead {
    int32_t next, count;
    uint64_t keys[DRAW_AHEAD];
    int64_t values[DRAW_AHEAD];
};

static inline void draw_ahead_fill(struct draw_ahead *ahead, const struct dist *dist, uint64_t salt,
                                   const uint64_t *keys, int32_t count)
{
    for (int32_t i = 0; i < count; i++)
        ahead->keys[i] = keys[i];
    dist_draw_many(dist, keys, salt, (size_t)count, ahead->values);
    ahead->next = 0;
    ahead->count = count;
}

/* The draw of `key`. Keys come in the order they were told, but for those that were refused before. */
static inline int64_t draw_ahead_take(struct draw_ahead *ahead, const struct dist *dist,
                                      uint64_t salt, uint64_t key)
{
    while (ahead->next < ahead->count) {
        int32_t i = ahead->next++;
        if (LIKELY(ahead->keys[i] == key))
            return ahead->values[i];
    }
    return dist_draw(dist, draw_of(key, salt));
}

#endif
