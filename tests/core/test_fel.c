/* test_fel.c - order, ties and peeking by example, then duels against the twin. */
#include "core/fel.h"
#include "tests/core/fel_duel.h"
#include "tests/suite.h"

#include <stdio.h>

static uint64_t pop_id(struct fel *fel)
{
    struct fel_entry entry = {0, 0};
    return fel_pop(fel, &entry) ? entry.id : 0;
}

static void test_empty_list_says_so(void)
{
    struct fel *fel = fel_new();
    struct fel_entry entry;
    CU_ASSERT_EQUAL(fel_peek(fel), UINT64_MAX);
    CU_ASSERT_FALSE(fel_pop(fel, &entry));
    CU_ASSERT_EQUAL(fel_count(fel), 0);
    fel_free(fel);
    fel_free(NULL);
}

static void test_earliest_leaves_first(void)
{
    struct fel *fel = fel_new();
    fel_push(fel, 300, 3);
    fel_push(fel, 100, 1);
    fel_push(fel, UINT64_MAX - 1, 4);
    fel_push(fel, 200, 2);
    CU_ASSERT_EQUAL(fel_peek(fel), 100);
    for (uint64_t id = 1; id <= 4; id++)
        CU_ASSERT_EQUAL(pop_id(fel), id);
    fel_free(fel);
}

/* More of them than fit a chunk or the bottom, some pushed while others leave. */
static void test_equal_keys_leave_in_push_order(void)
{
    struct fel *fel = fel_new();
    uint64_t pushed = 0, popped = 0;
    while (pushed < 1000)
        fel_push(fel, 5, ++pushed);
    while (popped < 5000) {
        CU_ASSERT_EQUAL(pop_id(fel), ++popped);
        if (pushed < 5000)
            fel_push(fel, 5, ++pushed);
    }
    CU_ASSERT_EQUAL(fel_count(fel), 0);
    fel_free(fel);
}

/* The trap for lists that take a peek as leave to move on. */
static void test_peeking_far_ahead_does_not_hide_earlier_pushes(void)
{
    struct fel *fel = fel_new();
    fel_push(fel, UINT64_C(1) << 50, 9999);
    CU_ASSERT_EQUAL(fel_peek(fel), UINT64_C(1) << 50);
    for (uint64_t i = 1000; i >= 1; i--)
        fel_push(fel, i * 1000, i);
    CU_ASSERT_EQUAL(fel_peek(fel), 1000);
    for (uint64_t i = 1; i <= 1000; i++)
        CU_ASSERT_EQUAL(pop_id(fel), i);
    CU_ASSERT_EQUAL(pop_id(fel), 9999);
    fel_free(fel);
}

struct seen {
    uint64_t far, near;
};

static void see_far(void *context, struct fel_entry entry)
{
    ((struct seen *)context)->far += entry.id != 0;
}

static void see_near(void *context, struct fel_entry entry)
{
    ((struct seen *)context)->near += entry.id != 0;
}

/* Hints come for almost everything while many are pending, and never when few are. */
static void test_watch_is_shown_what_comes_soon(void)
{
    struct fel *fel = fel_new();
    struct seen seen = {0, 0};
    fel_set_watch(fel, (struct fel_watch){see_far, see_near, &seen, 64});
    struct test_rng rng = {.state = 5};
    for (uint64_t i = 1; i <= 5000; i++)
        fel_push(fel, 1000 + (uint64_t)test_rng_below(&rng, 1000000), i);
    struct fel_entry entry;
    while (fel_count(fel) > 300)
        fel_pop(fel, &entry);
    CU_ASSERT_TRUE(seen.near >= 4600);
    CU_ASSERT_TRUE(seen.far >= 4600);
    while (fel_count(fel) > 50)
        fel_pop(fel, &entry);
    seen = (struct seen){0, 0};
    while (fel_pop(fel, &entry))
        continue;
    CU_ASSERT_EQUAL(seen.near, 0);
    CU_ASSERT_EQUAL(seen.far, 0);
    fel_free(fel);
}

static void test_agrees_with_a_heap_under_every_law(void)
{
    for (size_t law = 0; law < fel_duel_laws(); law++) {
        char what[160] = "";
        if (!fel_duel(law, 11 + law, 200000, what)) {
            fprintf(stderr, "%s: %s\n", fel_duel_name(law), what);
            CU_FAIL("the list and its twin disagree");
        }
    }
}

CU_TestInfo suite_fel[] = {
    TEST(test_empty_list_says_so),
    TEST(test_earliest_leaves_first),
    TEST(test_equal_keys_leave_in_push_order),
    TEST(test_peeking_far_ahead_does_not_hide_earlier_pushes),
    TEST(test_watch_is_shown_what_comes_soon),
    TEST(test_agrees_with_a_heap_under_every_law),
    CU_TEST_INFO_NULL,
};
