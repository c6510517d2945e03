/* test_pool.c - slots and generations. */
#include "core/pool.h"

#include "tests/suite.h"

struct item {
    struct pool_head head;
    uint64_t value;
};

static struct item *item_at(const struct pool *pool, uint32_t slot)
{
    return pool_at(pool, slot);
}

static void test_slots_are_handed_out_in_order_and_reused_last_freed_first(void)
{
    struct pool pool;
    pool_init(&pool, sizeof(struct item));
    for (uint32_t i = 0; i < 4; i++)
        CU_ASSERT_EQUAL(pool_take(&pool), i);
    pool_give(&pool, 1);
    pool_give(&pool, 3);
    CU_ASSERT_EQUAL(pool.live, 2);
    CU_ASSERT_EQUAL(pool_take(&pool), 3);
    CU_ASSERT_EQUAL(pool_take(&pool), 1);
    CU_ASSERT_EQUAL(pool_take(&pool), 4);
    CU_ASSERT_EQUAL(pool.used, 5);
    pool_free(&pool);
}

static void test_an_old_name_is_seen_to_be_old(void)
{
    struct pool pool;
    pool_init(&pool, sizeof(struct item));
    uint32_t slot = pool_take(&pool);
    uint32_t generation = item_at(&pool, slot)->head.generation;
    CU_ASSERT_TRUE(pool_is_live(&pool, slot));
    CU_ASSERT_FALSE(pool_is_live(&pool, slot + 1));
    pool_give(&pool, slot);
    CU_ASSERT_FALSE(pool_is_live(&pool, slot));
    CU_ASSERT_EQUAL(pool_take(&pool), slot);
    CU_ASSERT_NOT_EQUAL(item_at(&pool, slot)->head.generation, generation);
    pool_free(&pool);
}

/* Ten thousand random takes and gives, against an array of who lives with which value. */
static void test_values_survive_growth_and_reuse(void)
{
    enum { MOST = 4096 };
    static uint64_t values[MOST];
    struct test_rng rng = {.state = 3};
    struct pool pool;
    uint32_t live = 0;
    for (int i = 0; i < MOST; i++)
        values[i] = 0;
    pool_init(&pool, sizeof(struct item));
    for (uint64_t step = 1; step <= 20000; step++) {
        uint32_t slot = (uint32_t)test_rng_below(&rng, MOST);
        if (values[slot] != 0) {
            CU_ASSERT_EQUAL(item_at(&pool, slot)->value, values[slot]);
            pool_give(&pool, slot);
            values[slot] = 0;
            live--;
        } else if (pool.live < MOST) {
            uint32_t taken = pool_take(&pool);
            CU_ASSERT_EQUAL(values[taken], 0);
            item_at(&pool, taken)->value = values[taken] = step;
            live++;
        }
        CU_ASSERT_EQUAL(pool.live, live);
    }
    pool_free(&pool);
}

CU_TestInfo suite_pool[] = {
    TEST(test_slots_are_handed_out_in_order_and_reused_last_freed_first),
    TEST(test_an_old_name_is_seen_to_be_old),
    TEST(test_values_survive_growth_and_reuse),
    CU_TEST_INFO_NULL,
};
