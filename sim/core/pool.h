/* pool.h - things that come and go, named by slot and generation.
 *
 * One growing array of equal items that begin with a pool_head; freed slots are reused, last freed first. A
 * slot's generation counts how often it was freed, so that an old name (slot,
 * generation) is seen to be old. Items move when the pool grows: a pointer into it is good until the next pool_take.
 */
#ifndef TEPID_CORE_POOL_H
#define TEPID_CORE_POOL_H

#include "core/arena.h"

#define POOL_NONE UINT32_MAX
#define POOL_LIVE (UINT32_MAX - 1) /* pool_head.next of a slot in use */

struct pool_head {
    uint32_t generation;
    uint32_t next; /* free list, or POOL_LIVE */
};

struct pool {
    char *items; /* on a cache line, so that items of 32 n bytes touch as few as they can */
    void *block; /* what holds them */
    uint32_t item_bytes;
    uint32_t capacity; /* slots allocated */
    uint32_t used;     /* slots ever handed out */
    uint32_t live;
    uint32_t free_head;
};

static inline void pool_init(struct pool *pool, size_t item_bytes)
{
    *pool = (struct pool){.item_bytes = (uint32_t)item_bytes, .free_head = POOL_NONE};
}

static inline void pool_free(struct pool *pool)
{
    mem_free(pool->block);
    pool->items = NULL;
    pool->block = NULL;
    pool->capacity = pool->used = pool->live = 0;
    pool->free_head = POOL_NONE;
}

static inline void *pool_at(const struct pool *pool, uint32_t slot)
{
    return pool->items + (size_t)slot * pool->item_bytes;
}

/* Out of line, rare. New slots are neither zeroed nor touched. */
void pool_grow(struct pool *pool);

/* A slot; what is in it, but for the head, is whatever was there. */
static inline uint32_t pool_take(struct pool *pool)
{
    uint32_t slot = pool->free_head;
    if (LIKELY(slot != POOL_NONE)) {
        struct pool_head *head = pool_at(pool, slot);
        pool->free_head = head->next;
        head->next = POOL_LIVE;
    } else {
        if (UNLIKELY(pool->used == pool->capacity))
            pool_grow(pool);
        slot = pool->used++;
        *(struct pool_head *)pool_at(pool, slot) = (struct pool_head){0, POOL_LIVE};
    }
    pool->live++;
    return slot;
}

static inline void pool_give(struct pool *pool, uint32_t slot)
{
    struct pool_head *head = pool_at(pool, slot);
    ASSERT(head->next == POOL_LIVE);
    head->generation++;
    head->next = pool->free_head;
    pool->free_head = slot;
    pool->live--;
}

static inline bool pool_is_live(const struct pool *pool, uint32_t slot)
{
    return slot < pool->used && ((struct pool_head *)pool_at(pool, slot))->next == POOL_LIVE;
}

#endif
