/* test_series.c - buckets that widen hold what wider buckets would have recorded. */
#include "stats/series.h"
#include "tests/suite.h"

static void test_values_fall_into_their_bucket(void)
{
    struct series series;
    series_init(&series, 4, 10);
    series_add(&series, 0, 5);
    series_add(&series, 9, -1);
    series_add(&series, 30, 7);
    CU_ASSERT_EQUAL(series.width, 10);
    CU_ASSERT_EQUAL(series.used, 4);
    CU_ASSERT_EQUAL(series.buckets[0].count, 2);
    CU_ASSERT_TRUE(series.buckets[0].sum == 4);
    CU_ASSERT_EQUAL(series.buckets[0].min, -1);
    CU_ASSERT_EQUAL(series.buckets[0].max, 5);
    CU_ASSERT_EQUAL(series.buckets[1].count, 0);
    CU_ASSERT_EQUAL(series.buckets[3].max, 7);
    series_free(&series);
}

static void test_running_past_the_end_doubles_the_width(void)
{
    struct series series;
    series_init(&series, 4, 10);
    for (int64_t t = 0; t < 40; t += 10)
        series_add(&series, t, t);
    series_add(&series, 40, 40);
    CU_ASSERT_EQUAL(series.width, 20);
    CU_ASSERT_EQUAL(series.used, 3);
    CU_ASSERT_EQUAL(series.buckets[0].count, 2);
    CU_ASSERT_EQUAL(series.buckets[1].min, 20);
    CU_ASSERT_EQUAL(series.buckets[1].max, 30);
    CU_ASSERT_EQUAL(series.buckets[2].count, 1);
    series_add(&series, 40 + 10 * INT64_C(1000000000000), 1); /* many doublings at once */
    CU_ASSERT_EQUAL(series.buckets[0].count, 5);
    CU_ASSERT_TRUE(series.buckets[0].sum == 100);
    series_free(&series);
}

static bool same(const struct series *a, const struct series *b)
{
    bool equal = a->used == b->used && a->width == b->width;
    for (uint32_t i = 0; equal && i < a->used; i++) {
        const struct series_bucket *x = &a->buckets[i], *y = &b->buckets[i];
        equal = x->count == y->count && x->sum == y->sum &&
                (x->count == 0 || (x->min == y->min && x->max == y->max));
    }
    return equal;
}

/* Property: whatever the order and however often it widened, the buckets are those of a series that had
 * the final width from the start; and a merge equals recording everything into one. */
static void test_widening_and_merging_lose_nothing(void)
{
    struct test_rng rng = {.state = 7};
    for (int round = 0; round < 200; round++) {
        struct series whole, half[2];
        series_init(&whole, 16, 3);
        series_init(&half[0], 16, 3);
        series_init(&half[1], 16, 3);
        int64_t values[300][2];
        int n = 1 + (int)test_rng_below(&rng, 300);
        for (int i = 0; i < n; i++) {
            values[i][0] = test_rng_below(&rng, 1 + test_rng_below(&rng, 100000));
            values[i][1] = test_rng_below(&rng, 2000) - 1000;
            series_add(&whole, values[i][0], values[i][1]);
            series_add(&half[test_rng_below(&rng, 2)], values[i][0], values[i][1]);
        }
        struct series wide;
        series_init(&wide, 16, whole.width);
        for (int i = n; i-- > 0;)
            series_add(&wide, values[i][0], values[i][1]);
        CU_ASSERT_TRUE(same(&whole, &wide));
        series_merge(&half[0], &half[1]);
        CU_ASSERT_TRUE(same(&whole, &half[0]));
        series_free(&whole);
        series_free(&wide);
        series_free(&half[0]);
        series_free(&half[1]);
    }
}

CU_TestInfo suite_series[] = {
    TEST(test_values_fall_into_their_bucket),
    TEST(test_running_past_the_end_doubles_the_width),
    TEST(test_widening_and_merging_lose_nothing),
    CU_TEST_INFO_NULL,
};
