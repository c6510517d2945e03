/* instance_pool.c - see instance_pool.h. */
#include "model/instance_pool.h"

void instance_pool_init(struct instance_pool *pool, int pick, uint16_t places,
                        sim_time max_lifetime, sim_time begin, sim_time horizon)
{
    *pool = (struct instance_pool){
        .newest = POOL_NONE,
        .oldest = POOL_NONE,
        .pick = pick,
        .places = places,
        .max_lifetime = max_lifetime,
        .begin = begin,
        .horizon = horizon,
        .earliest = SIM_NEVER,
        .simple = places == 1 && pick == PICK_MRU && max_lifetime == SIM_NEVER,
    };
    pool_init(&pool->slab, sizeof(struct instance));
}

void instance_pool_free(struct instance_pool *pool)
{
    pool_free(&pool->slab);
    mem_free(pool->free);
    pool->free = NULL;
}

/* The part of from .. to that lies in the measured interval. */
static int64_t measured_part(const struct instance_pool *pool, sim_time from, sim_time to)
{
    from = from > pool->begin ? from : pool->begin;
    to = to < pool->horizon ? to : pool->horizon;
    return to > from ? to - from : 0;
}

static void list_random(struct instance_pool *pool, struct instance *instance, uint32_t slot)
{
    pool->free = mem_grow(pool->free, pool->free_count, &pool->free_capacity, sizeof(*pool->free));
    instance->newer = (uint32_t)pool->free_count;
    pool->free[pool->free_count++] = slot;
}

/* Puts it at the recent end. */
static void list(struct instance_pool *pool, struct instance *instance, uint32_t slot)
{
    ASSERT(!instance->listed);
    instance->listed = true;
    if (pool->pick == PICK_RANDOM) {
        list_random(pool, instance, slot);
        return;
    }
    instance->newer = POOL_NONE;
    instance->older = pool->newest;
    if (pool->newest != POOL_NONE)
        instance_at(pool, pool->newest)->newer = slot;
    else
        pool->oldest = slot;
    pool->newest = slot;
}

static void unlist(struct instance_pool *pool, struct instance *instance)
{
    ASSERT(instance->listed);
    instance->listed = false;
    if (pool->pick == PICK_RANDOM) {
        uint32_t last = pool->free[--pool->free_count];
        pool->free[instance->newer] = last;
        instance_at(pool, last)->newer = instance->newer;
        return;
    }
    if (instance->newer != POOL_NONE)
        instance_at(pool, instance->newer)->older = instance->older;
    else
        pool->newest = instance->older;
    if (instance->older != POOL_NONE)
        instance_at(pool, instance->older)->newer = instance->newer;
    else
        pool->oldest = instance->newer;
}

/* An idle instance stops being idle at `when`. */
static void end_idle(struct instance_pool *pool, const struct instance *instance, sim_time when)
{
    pool->idle--;
    pool->idle_ns += measured_part(pool, instance->since, when);
}

/* An unlisted instance without work is gone since `when`. */
static void reclaim(struct instance_pool *pool, struct instance *instance, uint32_t slot,
                    sim_time when)
{
    pool->alive_ns += measured_part(pool, instance->born, when);
    pool->reclaimed++;
    pool_give(&pool->slab, slot);
}

/* Drops a listed, idle instance that expired. */
static void drop(struct instance_pool *pool, struct instance *instance, uint32_t slot)
{
    sim_time when = instance->expires;
    unlist(pool, instance);
    end_idle(pool, instance, when);
    reclaim(pool, instance, slot, when);
}

static uint32_t candidate(const struct instance_pool *pool, struct draw *draw)
{
    if (pool->pick == PICK_RANDOM)
        return pool->free_count == 0 ? POOL_NONE : pool->free[draw_below(draw, pool->free_count)];
    return pool->pick == PICK_MRU ? pool->newest : pool->oldest;
}

/* The same for taking: the newest, if it still lives. */
static inline uint32_t take_simple(struct instance_pool *pool, sim_time now)
{
    uint32_t slot = pool->newest;
    if (slot == POOL_NONE)
        return POOL_NONE;
    struct instance *instance = instance_at(pool, slot);
    if (UNLIKELY(instance->expires <= now))
        return POOL_NONE;
    pool->newest = instance->older;
    if (LIKELY(pool->newest != POOL_NONE))
        instance_at(pool, pool->newest)->newer = POOL_NONE;
    else
        pool->oldest = POOL_NONE;
    instance->listed = false;
    end_idle(pool, instance, now);
    instance->since = now;
    instance->expires = SIM_NEVER;
    instance->in_use = 1;
    return slot;
}

uint32_t instance_take(struct instance_pool *pool, sim_time now, struct draw draw)
{
    if (LIKELY(pool->simple)) {
        uint32_t slot = take_simple(pool, now);
        if (LIKELY(slot != POOL_NONE))
            return slot;
    }
    for (;;) {
        uint32_t slot = candidate(pool, &draw);
        if (slot == POOL_NONE)
            return POOL_NONE;
        struct instance *instance = instance_at(pool, slot);
        if (UNLIKELY(instance->expires <= now)) {
            if (instance->in_use == 0)
                drop(pool, instance, slot);
            else
                unlist(pool, instance); /* past its lifetime: finishes what it has */
            continue;
        }
        if (instance->in_use == 0) {
            end_idle(pool, instance, now);
            instance->since = now;
            instance->expires =
                pool->max_lifetime == SIM_NEVER ? SIM_NEVER : instance->born + pool->max_lifetime;
        }
        if (++instance->in_use == pool->places)
            unlist(pool, instance);
        return slot;
    }
}

uint32_t instance_create(struct instance_pool *pool, sim_time now, sim_time ready, bool busy)
{
    uint32_t slot = pool_take(&pool->slab);
    struct instance *instance = instance_at(pool, slot);
    sim_time lifetime = pool->max_lifetime;
    instance->born = now;
    instance->since = ready;
    instance->expires = lifetime == SIM_NEVER ? SIM_NEVER : now + lifetime;
    instance->in_use = busy;
    instance->quota_used = 0;
    instance->listed = false;
    instance->reset = false;
    instance->holds = POOL_NONE;
    pool->created++;
    if (!busy) {
        pool->idle++;
        instance->since = now;
        pool->earliest = instance->expires < pool->earliest ? instance->expires : pool->earliest;
        pool->idle_max = pool->idle > pool->idle_max ? pool->idle : pool->idle_max;
    }
    if (instance->in_use < pool->places)
        list(pool, instance, slot);
    /* A new one is made only when no other has a place, so none that expired is left here but in
     * a list of those with several places: sweep those before looking at the maximum. */
    if (pool->slab.live > pool->alive_max) {
        if (pool->places > 1)
            instance_sweep(pool, now);
        pool->alive_max = pool->slab.live > pool->alive_max ? pool->slab.live : pool->alive_max;
    }
    return slot;
}

static void begin_idle(struct instance_pool *pool, struct instance *instance, sim_time now,
                       sim_time expires)
{
    sim_time end =
        pool->max_lifetime == SIM_NEVER ? SIM_NEVER : instance->born + pool->max_lifetime;
    instance->since = now;
    instance->expires = expires < end ? expires : end;
    pool->earliest = instance->expires < pool->earliest ? instance->expires : pool->earliest;
    pool->idle++;
}

/* The common case: one place, most recently used, no lifetime. Does what the general code does. */
static inline void release_simple(struct instance_pool *pool, struct instance *instance,
                                  uint32_t slot, sim_time now, sim_time expires)
{
    instance->in_use = 0;
    instance->since = now;
    instance->expires = expires;
    instance->listed = true;
    instance->newer = POOL_NONE;
    instance->older = pool->newest;
    pool->earliest = expires < pool->earliest ? expires : pool->earliest;
    if (pool->newest != POOL_NONE)
        instance_at(pool, pool->newest)->newer = slot;
    else
        pool->oldest = slot;
    pool->newest = slot;
    if (UNLIKELY(++pool->idle > pool->idle_max)) {
        instance_sweep(pool, now);
        pool->idle_max = pool->idle > pool->idle_max ? pool->idle : pool->idle_max;
    }
}

void instance_release(struct instance_pool *pool, uint32_t slot, sim_time now, sim_time expires,
                      bool reset)
{
    struct instance *instance = instance_at(pool, slot);
    if (LIKELY(pool->simple && instance->expires == SIM_NEVER && expires > now)) {
        ASSERT(instance->in_use == 1);
        instance->reset |= reset;
        release_simple(pool, instance, slot, now, expires);
        return;
    }
    ASSERT(instance->in_use > 0);
    instance->reset |= reset;
    bool retired = instance->expires <= now; /* outlived max_lifetime */
    if (--instance->in_use == 0) {
        if (retired || expires <= now) {
            if (instance->listed)
                unlist(pool, instance);
            reclaim(pool, instance, slot, now);
            return;
        }
        begin_idle(pool, instance, now, expires);
    } else if (retired) {
        return;
    }
    if (instance->listed)
        unlist(pool, instance);
    list(pool, instance, slot);
    if (UNLIKELY(pool->idle > pool->idle_max)) {
        instance_sweep(pool, now);
        pool->idle_max = pool->idle > pool->idle_max ? pool->idle : pool->idle_max;
    }
}

/* Looks at one listed instance: drops it if it expired, else takes part in `earliest`. */
static void sweep_one(struct instance_pool *pool, uint32_t slot, sim_time now)
{
    struct instance *instance = instance_at(pool, slot);
    if (instance->in_use > 0)
        return;
    if (instance->expires <= now)
        drop(pool, instance, slot);
    else if (instance->expires < pool->earliest)
        pool->earliest = instance->expires;
}

void instance_sweep(struct instance_pool *pool, sim_time now)
{
    if (pool->earliest > now)
        return;
    pool->earliest = SIM_NEVER;
    if (pool->pick == PICK_RANDOM) {
        for (size_t i = pool->free_count; i-- > 0;)
            sweep_one(pool, pool->free[i], now);
        return;
    }
    for (uint32_t slot = pool->oldest, next; slot != POOL_NONE; slot = next) {
        next = instance_at(pool, slot)->newer;
        sweep_one(pool, slot, now);
    }
}

void instance_recycle(struct instance_pool *pool, sim_time now)
{
    for (uint32_t slot = 0; slot < pool->slab.used; slot++) {
        if (!pool_is_live(&pool->slab, slot))
            continue;
        struct instance *instance = instance_at(pool, slot);
        instance->expires = now < instance->expires ? now : instance->expires;
        if (instance->in_use == 0)
            drop(pool, instance, slot);
    }
}

int64_t instance_retire(struct instance_pool *pool, int64_t count, sim_time now)
{
    ASSERT(pool->pick != PICK_RANDOM);
    for (uint32_t slot = pool->oldest, next; slot != POOL_NONE && count > 0; slot = next) {
        struct instance *instance = instance_at(pool, slot);
        next = instance->newer;
        if (instance->in_use > 0)
            continue;
        instance->expires = now;
        drop(pool, instance, slot);
        count--;
    }
    int64_t busy = 0;
    for (uint32_t slot = 0; slot < pool->slab.used && busy < count; slot++) {
        struct instance *instance = instance_at(pool, slot);
        if (!pool_is_live(&pool->slab, slot) || instance->expires <= now)
            continue;
        instance->expires = now;
        if (instance->listed)
            unlist(pool, instance);
        busy++;
    }
    ASSERT(busy == count);
    return busy;
}

void instance_pool_begin(struct instance_pool *pool, sim_time now)
{
    instance_sweep(pool, now);
    pool->idle_max = pool->idle;
    pool->alive_max = pool->slab.live;
}

void instance_pool_finish(struct instance_pool *pool, sim_time now)
{
    instance_sweep(pool, now);
    for (uint32_t slot = 0; slot < pool->slab.used; slot++) {
        if (!pool_is_live(&pool->slab, slot))
            continue;
        const struct instance *instance = instance_at(pool, slot);
        pool->alive_ns += measured_part(pool, instance->born, now);
        if (instance->in_use == 0)
            pool->idle_ns += measured_part(pool, instance->since, now);
    }
    ASSERT(pool->created == pool->reclaimed + pool->slab.live);
}
