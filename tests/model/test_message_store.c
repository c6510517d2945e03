/* test_message_store.c - the stores of waiting messages against plain arrays. */
#include "model/message_groups.h"
#include "model/message_store.h"
#include "tests/suite.h"

static struct stored_message numbered(uint64_t key)
{
    return (struct stored_message){.key = key, .sent = (sim_time)key};
}

/* Pushes and pops at random; the line holds what a counter says, under the numbers it gave. */
static void test_a_line_is_first_in_first_out(void)
{
    struct chunk_stock stock = {0};
    struct message_line line = {0};
    struct test_rng rng = {.state = 1};
    uint64_t first = 0, next = 0;
    for (int round = 0; round < 300; round++) {
        for (int64_t n = test_rng_below(&rng, 5000); n > 0; n--, next++) {
            struct stored_message message = numbered(next);
            CU_ASSERT_EQUAL(line_push(&line, &stock, &message), next);
        }
        uint64_t middle = first + (next - first) / 2;
        if (middle < next)
            CU_ASSERT_EQUAL(line_at(&line, middle)->key, middle);
        for (int64_t n = test_rng_below(&rng, 5200); n > 0 && first < next; n--, first++) {
            CU_ASSERT_EQUAL(line_head(&line)->key, first);
            line_pop(&line, &stock);
        }
        CU_ASSERT_EQUAL(line_is_empty(&line), first == next);
    }
    line_free(&line);
    stock_free(&stock);
}

/* A hundred million would take 4.0 GB: a million, in whole chunks, takes 40 MB. */
static void test_a_message_takes_forty_bytes(void)
{
    CU_ASSERT_EQUAL(sizeof(struct stored_message), 40);
    struct chunk_stock stock = {0};
    struct message_line line = {0};
    for (uint64_t i = 0; i < 1000000; i++) {
        struct stored_message message = numbered(i);
        (void)line_push(&line, &stock, &message);
    }
    CU_ASSERT_EQUAL(line.capacity, 1024); /* pointers to chunks of 40 KB: nothing else is kept */
    line_free(&line);
}

/* -- groups ----------------------------------------------------------------------------------------- */

#define GROUPS 40
#define LONG   64

struct plain {
    uint64_t keys[LONG];
    int count;
};

static void plain_remove_first(struct plain *plain)
{
    for (int i = 1; i < plain->count; i++)
        plain->keys[i - 1] = plain->keys[i];
    plain->count--;
}

static void plain_insert_first(struct plain *plain, uint64_t key)
{
    for (int i = plain->count; i > 0; i--)
        plain->keys[i] = plain->keys[i - 1];
    plain->keys[0] = key;
    plain->count++;
}

static void check_group(struct message_groups *groups, uint64_t id, const struct plain *plain)
{
    uint32_t at = group_at(groups, groups_find(groups, id))->first;
    for (int i = 0; i < plain->count; i++) {
        CU_ASSERT_FATAL(at != POOL_NONE);
        CU_ASSERT_EQUAL(grouped_at(groups, at)->message.key, plain->keys[i]);
        at = grouped_at(groups, at)->next;
    }
    CU_ASSERT_EQUAL(at, POOL_NONE);
}

/* Appends, returns to the front and removals at random, with many groups in one table. */
static void test_groups_keep_their_order(void)
{
    struct group_pools pools;
    struct message_groups groups;
    static struct plain plain[GROUPS];
    struct test_rng rng = {.state = 2};
    group_pools_init(&pools);
    groups_init(&groups, &pools, 0);
    int64_t waiting = 0;
    for (uint64_t key = 1; key < 40000; key++) {
        struct stored_message message = numbered(key);
        uint64_t id = (uint64_t)test_rng_below(&rng, GROUPS);
        struct plain *one = &plain[id];
        int64_t what = test_rng_below(&rng, 9);
        if (what < 4 && one->count < LONG) {
            (void)groups_append(&groups, id, &message);
            one->keys[one->count++] = key;
            waiting++;
        } else if (what < 5 && one->count < LONG) {
            (void)groups_prepend(&groups, id, &message);
            plain_insert_first(one, key);
            waiting++;
        } else if (one->count > 0) {
            uint32_t slot = groups_find(&groups, id);
            groups_drop_first(&groups, slot);
            plain_remove_first(one);
            waiting--;
            if (one->count == 0)
                groups_forget(&groups, slot);
        }
        if (one->count > 0)
            check_group(&groups, id, one);
        CU_ASSERT_EQUAL(groups.waiting, waiting);
    }
    groups_free(&groups);
    group_pools_free(&pools);
}

CU_TestInfo suite_message_store[] = {
    TEST(test_a_line_is_first_in_first_out),
    TEST(test_a_message_takes_forty_bytes),
    TEST(test_groups_keep_their_order),
    CU_TEST_INFO_NULL,
};
