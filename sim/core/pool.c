/* pool.c - see pool.h. */
#include "core/pool.h"

void pool_grow(struct pool *pool)
{
    /* By half: at a million items, doubling would leave up to half of them empty. */
    uint32_t capacity = pool->capacity < 64 ? 64 : pool->capacity + pool->capacity / 2;
    ASSERT(capacity < POOL_LIVE);
    pool->items = mem_resize(pool->items, (size_t)capacity * pool->item_bytes);
    pool->capacity = capacity;
}
