/* pool.c - see pool.h. */
#include "core/pool.h"

#include <string.h>

#define LINE 64

void pool_grow(struct pool *pool)
{
    /* By half: at a million items, doubling would leave up to half of them empty. */
    uint32_t capacity = pool->capacity < 64 ? 64 : pool->capacity + pool->capacity / 2;
    ASSERT(capacity < POOL_LIVE);
    size_t held = (size_t)pool->used * pool->item_bytes;
    size_t was_at = pool->block == NULL ? 0 : (size_t)(pool->items - (char *)pool->block);
    pool->block = mem_resize(pool->block, (size_t)capacity * pool->item_bytes + LINE);
    uintptr_t start = (uintptr_t)pool->block;
    size_t at = (LINE - start % LINE) % LINE;
    pool->items = (char *)pool->block + at;
    if (at != was_at) /* large blocks keep their place in the line; small ones are soon moved */
        memmove(pool->items, (char *)pool->block + was_at, held);
    pool->capacity = capacity;
}
