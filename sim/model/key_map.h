/* key_map.h - from chance keys to numbers: open addressing, grows as needed, nothing is taken out.
 *
 * Keys are random words, so their low bits would do as places; they are mixed once more because some are made of others by adding.
 */
#ifndef TEPID_MODEL_KEY_MAP_H
#define TEPID_MODEL_KEY_MAP_H

#include "core/arena.h"

#define KEY_MAP_NONE UINT32_MAX

/* All zero: empty. */
struct key_map {
    uint64_t *keys; /* 0: free */
    uint32_t *values;
    size_t size, count;
};

uint32_t key_map_get(const struct key_map *map, uint64_t key); /* KEY_MAP_NONE: not in it */
/* Key 0 is not kept: one in 2^64. */
void key_map_put(struct key_map *map, uint64_t key, uint32_t value);
void key_map_free(struct key_map *map);

#endif
