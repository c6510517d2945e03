/* instance_pool.h - the execution environments of one function: who takes the next call.
 *
 * An instance is initialising, busy or idle. Those with a free place stand in a list in order of last
 * use: "mru" takes from the recent end, "lru" from the other, "random" any one.
 * An idle instance carries the instant it will be given up, drawn when it went idle; nothing is scheduled
 * for it. Whoever meets an expired one drops it, and charges its idle time up to that instant, so
 * decisions and integrals are exact although the work is done late. The pool is swept only when a maximum
 * or a sample needs the number alive.
 *
 * Invariant: created = reclaimed + alive, checked by instance_pool_finish.
 */
#ifndef TEPID_MODEL_INSTANCE_POOL_H
#define TEPID_MODEL_INSTANCE_POOL_H

#include "core/pool.h"
#include "core/rng.h"

struct instance {
    struct pool_head head;
    sim_time
        expires; /* idle: given up at this instant; busy: instant past which it takes no new work (max_lifetime) */
    sim_time since; /* idle: since when; else when it is (was) ready */
    sim_time born;
    uint32_t newer,
        older;       /* list of those with a free place; random: `newer` is its place in `free` */
    uint16_t in_use; /* calls it serves */
    uint16_t quota_used; /* tokens of its SDK's retry quota (retry.h) */
    bool listed;
    bool reset; /* lost its state: the next call pays init again */
    uint32_t holds; /* connections elsewhere (connection_pool.h), or POOL_NONE */
};

enum { PICK_MRU, PICK_LRU, PICK_RANDOM }; /* as REUSE_* */

struct instance_pool {
    struct pool slab;
    uint32_t newest, oldest; /* list ends */
    uint32_t *free;          /* PICK_RANDOM: those with a free place */
    size_t free_count, free_capacity;
    int pick;
    uint16_t places;       /* calls an instance serves at once */
    bool simple;           /* mru, one place, no lifetime: the paths in a hurry */
    sim_time max_lifetime; /* SIM_NEVER: none */
    sim_time begin;        /* start of the measured interval: integrals leave out what was before */
    sim_time horizon;
    int64_t idle;                /* with in_use == 0, expired but unswept ones included */
    int64_t idle_max, alive_max; /* of the measured interval */
    sim_time earliest;           /* no idle instance expires before */
    int128 idle_ns,
        alive_ns; /* integrals over the measured interval, of instances no longer idle / alive */
    uint64_t created, reclaimed;
};

void instance_pool_init(struct instance_pool *pool, int pick, uint16_t places,
                        sim_time max_lifetime, sim_time begin, sim_time horizon);
void instance_pool_free(struct instance_pool *pool);

static inline struct instance *instance_at(const struct instance_pool *pool, uint32_t slot)
{
    return pool_at(&pool->slab, slot);
}

/* An instance with a free place, one place taken; POOL_NONE if there is none. `draw` decides for random. */
uint32_t instance_take(struct instance_pool *pool, sim_time now, struct draw draw);

/* A new one, ready at `ready`, with one place taken (busy) or none. */
uint32_t instance_create(struct instance_pool *pool, sim_time now, sim_time ready, bool busy);

/* Frees one place; if it was the last, the instance idles until `expires`. reset: it lost its state. */
void instance_release(struct instance_pool *pool, uint32_t slot, sim_time now, sim_time expires,
                      bool reset);

/* Drops everything that expired at or before `now`. */
void instance_sweep(struct instance_pool *pool, sim_time now);

/* Gives up all idle instances now (a fault's recycle); busy ones take no new work. */
void instance_recycle(struct instance_pool *pool, sim_time now);

/* Takes `count` of its instances, none of which retired before, out of service: idle ones are reclaimed, the longest unused
 * first; the rest take no new work and are reclaimed when their last call is over. Returns how many those are. Not
 * for PICK_RANDOM. */
int64_t instance_retire(struct instance_pool *pool, int64_t count, sim_time now);

/* The measured interval begins. */
void instance_pool_begin(struct instance_pool *pool, sim_time now);

/* Number alive; sweep first. */
static inline int64_t instance_alive(const struct instance_pool *pool)
{
    return pool->slab.live;
}

/* At the end: adds what still lives to the integrals, checks the conservation of instances. */
void instance_pool_finish(struct instance_pool *pool, sim_time now);

#endif
