/* key_map.c - see key_map.h. */
#include "model/key_map.h"

#include <string.h>

static size_t key_place(const struct key_map *map, uint64_t key)
{
    size_t mask = map->size - 1, at = (size_t)(key * UINT64_C(0x9E3779B97F4A7C15)) & mask;
    while (map->keys[at] != 0 && map->keys[at] != key)
        at = (at + 1) & mask;
    return at;
}

uint32_t key_map_get(const struct key_map *map, uint64_t key)
{
    if (map->size == 0 || key == 0)
        return KEY_MAP_NONE;
    size_t at = key_place(map, key);
    return map->keys[at] == key ? map->values[at] : KEY_MAP_NONE;
}

static void key_map_grow(struct key_map *map)
{
    struct key_map old = *map;
    map->size = old.size == 0 ? 256 : old.size * 2;
    map->keys = mem_resize(NULL, map->size * sizeof(*map->keys));
    map->values = mem_resize(NULL, map->size * sizeof(*map->values));
    memset(map->keys, 0, map->size * sizeof(*map->keys));
    for (size_t i = 0; i < old.size; i++) {
        if (old.keys[i] == 0)
            continue;
        size_t at = key_place(map, old.keys[i]);
        map->keys[at] = old.keys[i];
        map->values[at] = old.values[i];
    }
    mem_free(old.keys);
    mem_free(old.values);
}

void key_map_put(struct key_map *map, uint64_t key, uint32_t value)
{
    if (key == 0)
        return;
    if (2 * (map->count + 1) > map->size)
        key_map_grow(map);
    size_t at = key_place(map, key);
    map->count += map->keys[at] == 0;
    map->keys[at] = key;
    map->values[at] = value;
}

void key_map_free(struct key_map *map)
{
    mem_free(map->keys);
    mem_free(map->values);
}
