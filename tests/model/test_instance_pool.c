/* test_instance_pool.c - worked examples, then long random lives against a pool too simple to be wrong: an array of
 * instances in order of use that is searched from end to end and looked after at every instant. */
#include "model/instance_pool.h"

#include <string.h>

#include "tests/suite.h"

static const struct draw no_draw = {0};

static void pool_begin(struct instance_pool *pool, int pick, uint16_t places, sim_time lifetime)
{
    instance_pool_init(pool, pick, places, lifetime, 0, 1000000);
}

/* -- worked examples ------------------------------------------------------------------------------ */

static void test_mru_takes_the_last_released_lru_the_first(void)
{
    for (int pick = PICK_MRU; pick <= PICK_LRU; pick++) {
        struct instance_pool pool;
        pool_begin(&pool, pick, 1, SIM_NEVER);
        uint32_t a = instance_create(&pool, 0, 0, true), b = instance_create(&pool, 0, 0, true);
        instance_release(&pool, b, 10, SIM_NEVER, false);
        instance_release(&pool, a, 20, SIM_NEVER, false);
        CU_ASSERT_EQUAL(instance_take(&pool, 30, no_draw), pick == PICK_MRU ? a : b);
        CU_ASSERT_EQUAL(instance_take(&pool, 30, no_draw), pick == PICK_MRU ? b : a);
        CU_ASSERT_EQUAL(instance_take(&pool, 30, no_draw), POOL_NONE);
        instance_pool_free(&pool);
    }
}

/* Idle 10..30 though nobody looks before 90; alive 0..30. */
static void test_an_expired_instance_is_charged_up_to_its_expiry(void)
{
    struct instance_pool pool;
    pool_begin(&pool, PICK_MRU, 1, SIM_NEVER);
    uint32_t a = instance_create(&pool, 0, 0, true);
    instance_release(&pool, a, 10, 30, false);
    CU_ASSERT_EQUAL(instance_take(&pool, 90, no_draw), POOL_NONE);
    CU_ASSERT_EQUAL(pool.reclaimed, 1);
    CU_ASSERT_TRUE(pool.idle_ns == 20 && pool.alive_ns == 30);
    instance_pool_free(&pool);
}

static void test_integrals_and_maxima_leave_out_what_was_before_the_measured_interval(void)
{
    struct instance_pool pool;
    instance_pool_init(&pool, PICK_MRU, 1, SIM_NEVER, 100, 1000);
    uint32_t a = instance_create(&pool, 0, 0, true), b = instance_create(&pool, 0, 0, true);
    instance_release(&pool, a, 10, 50, false);
    instance_release(&pool, b, 10, 130, false);
    instance_pool_begin(&pool, 100);
    CU_ASSERT_EQUAL(pool.idle_max, 1);
    CU_ASSERT_EQUAL(pool.alive_max, 1);
    instance_pool_finish(&pool, 1000);
    CU_ASSERT_TRUE(pool.idle_ns == 30 && pool.alive_ns == 30);
    instance_pool_free(&pool);
}

static void test_idle_instances_made_ahead_expire_like_others(void)
{
    struct instance_pool pool;
    pool_begin(&pool, PICK_MRU, 1, 40);
    instance_create(&pool, 0, 0, false);
    instance_sweep(&pool, 40);
    CU_ASSERT_EQUAL(instance_alive(&pool), 0);
    CU_ASSERT_TRUE(pool.idle_ns == 40);
    instance_pool_free(&pool);
}

static void test_recycling_drops_the_idle_and_retires_the_busy(void)
{
    struct instance_pool pool;
    pool_begin(&pool, PICK_MRU, 2, SIM_NEVER);
    uint32_t busy = instance_create(&pool, 0, 0, true), idle = instance_create(&pool, 0, 0, true);
    instance_release(&pool, idle, 10, SIM_NEVER, false);
    instance_recycle(&pool, 20);
    CU_ASSERT_EQUAL(instance_alive(&pool), 1);
    CU_ASSERT_EQUAL(instance_take(&pool, 30, no_draw), POOL_NONE); /* though it has a place left */
    instance_release(&pool, busy, 40, SIM_NEVER, false);
    CU_ASSERT_EQUAL(instance_alive(&pool), 0);
    instance_pool_free(&pool);
}

/* -- the naive model ----------------------------------------------------------------------------------- */

#define MOST 64

struct naive_instance {
    uint32_t name; /* of the real one */
    sim_time born, expires;
    int in_use;
    uint64_t used; /* larger: more recently */
};

struct naive {
    struct naive_instance all[MOST];
    int count;
    int pick, places;
    sim_time lifetime, now;
    uint64_t uses;
    int64_t idle_ns, alive_ns, idle_max, alive_max;
};

static int count_idle(const struct naive *naive)
{
    int idle = 0;
    for (int i = 0; i < naive->count; i++)
        idle += naive->all[i].in_use == 0;
    return idle;
}

static void note_maxima(struct naive *naive)
{
    int64_t idle = count_idle(naive);
    naive->idle_max = idle > naive->idle_max ? idle : naive->idle_max;
    naive->alive_max = naive->count > naive->alive_max ? naive->count : naive->alive_max;
}

static void naive_remove(struct naive *naive, int i)
{
    naive->all[i] = naive->all[--naive->count];
}

/* Time passes one unit at a time, and at each the expired go. */
static void naive_pass(struct naive *naive, sim_time to)
{
    for (; naive->now < to; naive->now++) {
        naive->alive_ns += naive->count;
        naive->idle_ns += count_idle(naive);
        for (int i = naive->count - 1; i >= 0; i--)
            if (naive->all[i].in_use == 0 && naive->all[i].expires <= naive->now + 1)
                naive_remove(naive, i);
    }
}

static bool has_place(const struct naive *naive, const struct naive_instance *instance)
{
    return instance->in_use < naive->places &&
           (instance->in_use == 0 || instance->expires > naive->now);
}

/* What a take may return: for random every instance with a place. */
static bool naive_may_take(const struct naive *naive, uint32_t name)
{
    const struct naive_instance *best = NULL;
    for (int i = 0; i < naive->count; i++) {
        const struct naive_instance *it = &naive->all[i];
        if (!has_place(naive, it))
            continue;
        if (naive->pick == PICK_RANDOM && it->name == name)
            return true;
        if (best == NULL ||
            (naive->pick == PICK_LRU ? it->used < best->used : it->used > best->used))
            best = it;
    }
    return best == NULL ? name == POOL_NONE : naive->pick != PICK_RANDOM && best->name == name;
}

static struct naive_instance *naive_find(struct naive *naive, uint32_t name)
{
    for (int i = 0; i < naive->count; i++)
        if (naive->all[i].name == name)
            return &naive->all[i];
    return NULL;
}

static void naive_take(struct naive *naive, uint32_t name)
{
    struct naive_instance *it = naive_find(naive, name);
    if (it->in_use++ == 0)
        it->expires = naive->lifetime == SIM_NEVER ? SIM_NEVER : it->born + naive->lifetime;
}

static void naive_create(struct naive *naive, uint32_t name)
{
    sim_time end = naive->lifetime == SIM_NEVER ? SIM_NEVER : naive->now + naive->lifetime;
    naive->all[naive->count++] = (struct naive_instance){
        .name = name, .born = naive->now, .expires = end, .in_use = 1, .used = ++naive->uses};
    note_maxima(naive);
}

static void naive_release(struct naive *naive, uint32_t name, sim_time expires)
{
    struct naive_instance *it = naive_find(naive, name);
    bool retired = it->expires <= naive->now;
    if (!retired)
        it->used = ++naive->uses;
    if (--it->in_use > 0)
        return;
    sim_time end = naive->lifetime == SIM_NEVER ? SIM_NEVER : it->born + naive->lifetime;
    it->expires = expires < end ? expires : end;
    if (retired || it->expires <= naive->now)
        naive_remove(naive, (int)(it - naive->all));
    note_maxima(naive);
}

static uint32_t any_busy(struct test_rng *rng, const struct naive *naive)
{
    int start = (int)test_rng_below(rng, MOST);
    for (int i = 0; i < naive->count; i++) {
        const struct naive_instance *it = &naive->all[(start + i) % naive->count];
        if (it->in_use > 0)
            return it->name;
    }
    return POOL_NONE;
}

/* One thing happens to both. */
static void step(struct test_rng *rng, struct instance_pool *pool, struct naive *naive)
{
    sim_time now = naive->now;
    int64_t what = test_rng_below(rng, 100);
    if (what < 50) {
        struct draw draw = {(uint64_t)test_rng_below(rng, INT64_C(1) << 30)};
        uint32_t slot = instance_take(pool, now, draw);
        CU_ASSERT_TRUE_FATAL(naive_may_take(naive, slot));
        if (slot != POOL_NONE)
            naive_take(naive, slot);
        else if (naive->count < MOST)
            naive_create(naive, instance_create(pool, now, now, true));
    } else if (what < 95) {
        uint32_t slot = any_busy(rng, naive);
        sim_time keep = test_rng_below(rng, 10) == 0 ? 0 : test_rng_below(rng, 60);
        sim_time expires = test_rng_below(rng, 5) == 0 ? SIM_NEVER : now + keep;
        if (slot == POOL_NONE)
            return;
        instance_release(pool, slot, now, expires, false);
        naive_release(naive, slot, expires);
    } else {
        instance_sweep(pool, now);
        CU_ASSERT_EQUAL(instance_alive(pool), naive->count);
        CU_ASSERT_EQUAL(pool->idle, count_idle(naive));
    }
}

static void live(uint64_t seed, int pick, int places, sim_time lifetime)
{
    enum { SPAN = 1000, BEGIN = 300 };
    struct test_rng rng = {.state = seed};
    struct instance_pool pool;
    struct naive naive = {.pick = pick, .places = places, .lifetime = lifetime};
    instance_pool_init(&pool, pick, (uint16_t)places, lifetime, BEGIN, SPAN);
    for (bool begun = false; naive.now < SPAN;) {
        if (!begun && naive.now >= BEGIN) {
            begun = true;
            naive.alive_ns = naive.idle_ns = 0;
            naive.alive_max = naive.count;
            naive.idle_max = count_idle(&naive);
            instance_pool_begin(&pool, BEGIN);
        }
        for (int64_t n = test_rng_below(&rng, 4); n > 0; n--)
            step(&rng, &pool, &naive);
        sim_time next = naive.now + test_rng_below(&rng, 4);
        next = next < SPAN ? next : SPAN;
        naive_pass(&naive, !begun && next > BEGIN ? BEGIN : next);
    }
    instance_pool_finish(&pool, SPAN);
    CU_ASSERT_TRUE(pool.alive_ns == naive.alive_ns && pool.idle_ns == naive.idle_ns);
    CU_ASSERT_EQUAL(pool.alive_max, naive.alive_max);
    CU_ASSERT_EQUAL(pool.idle_max, naive.idle_max);
    CU_ASSERT_EQUAL(instance_alive(&pool), naive.count);
    instance_pool_free(&pool);
}

static void test_random_lives_agree_with_the_naive_pool(void)
{
    static const sim_time lifetimes[] = {SIM_NEVER, 150, 20};
    for (uint64_t seed = 1; seed <= 40; seed++)
        for (int pick = PICK_MRU; pick <= PICK_RANDOM; pick++)
            for (int places = 1; places <= 3; places++)
                for (size_t l = 0; l < COUNTOF(lifetimes); l++)
                    live(seed, pick, places, lifetimes[l]);
}

CU_TestInfo suite_instance_pool[] = {
    TEST(test_mru_takes_the_last_released_lru_the_first),
    TEST(test_an_expired_instance_is_charged_up_to_its_expiry),
    TEST(test_integrals_and_maxima_leave_out_what_was_before_the_measured_interval),
    TEST(test_idle_instances_made_ahead_expire_like_others),
    TEST(test_recycling_drops_the_idle_and_retires_the_busy),
    TEST(test_random_lives_agree_with_the_naive_pool),
    CU_TEST_INFO_NULL,
};
