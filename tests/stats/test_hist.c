/* test_hist.c - a histogram against the sorted values it stands for. */
#include "stats/hist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "tests/suite.h"

#define MANY 20000

static const double shares[] = {0, 0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1};

static int ascending(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static int64_t *draw_values(struct test_rng *rng, int count, int law)
{
    int64_t *values = mem_resize(NULL, sizeof(*values) * (size_t)count);
    for (int i = 0; i < count; i++) {
        double u = (double)test_rng_below(rng, 1 << 30) / (1 << 30);
        if (law == 0) /* evenly over the logarithm, 1 us .. 24 h */
            values[i] = (int64_t)(1e3 * pow(86400e6, u));
        else if (law == 1) /* evenly */
            values[i] = 1000 + (int64_t)(u * 86400e9);
        else /* exponential around 30 ms, and every fifth exactly 10 ms */
            values[i] = i % 5 == 0 ? 10 * SIM_MS : 1000 + (int64_t)(-log(1 - u) * 30e6);
    }
    return values;
}

/* The value of rank q n, as the header words it: the one with q n values at or below it. */
static int64_t exact_quantile(const int64_t *sorted, int count, double q)
{
    int rank = (int)ceil(q * count);
    return sorted[rank < 1 ? 0 : rank - 1];
}

static void test_quantiles_are_within_a_percent_from_a_microsecond_to_a_day(void)
{
    struct test_rng rng = {.state = 11};
    for (int law = 0; law < 3; law++) {
        int64_t *values = draw_values(&rng, MANY, law);
        struct hist hist = {0};
        double sum = 0;
        for (int i = 0; i < MANY; i++) {
            hist_add(&hist, values[i]);
            sum += (double)values[i];
        }
        qsort(values, MANY, sizeof(*values), ascending);
        for (size_t i = 0; i < COUNTOF(shares); i++) {
            double exact = (double)exact_quantile(values, MANY, shares[i]);
            CU_ASSERT_TRUE(fabs(hist_quantile(&hist, shares[i], 0) - exact) <= 0.01 * exact);
        }
        CU_ASSERT_EQUAL(hist.min, values[0]);
        CU_ASSERT_EQUAL(hist.max, values[MANY - 1]);
        CU_ASSERT_DOUBLE_EQUAL(hist_mean(&hist), sum / MANY, 1e-9 * sum / MANY);
        hist_free(&hist);
        mem_free(values);
    }
}

static void test_every_value_lies_in_its_bucket_and_buckets_are_narrow(void)
{
    struct test_rng rng = {.state = 12};
    for (int i = 0; i < MANY; i++) {
        int64_t value = (test_rng_below(&rng, 1 << 30) << 30 | test_rng_below(&rng, 1 << 30)) >>
                        test_rng_below(&rng, 60);
        uint32_t bucket = hist_bucket(value);
        int64_t low = hist_bucket_low(bucket), high = hist_bucket_high(bucket);
        CU_ASSERT_TRUE(low <= value && value <= high);
        CU_ASSERT_TRUE((double)(high - low) <= 0.008 * (double)low);
        CU_ASSERT_EQUAL(hist_bucket_low(bucket + 1), high + 1);
        CU_ASSERT_EQUAL(hist_bucket(low), bucket);
        CU_ASSERT_EQUAL(hist_bucket(high), bucket);
    }
}

/* -- the atom -------------------------------------------------------------------------------------- */

static void test_a_constant_is_reported_exactly(void)
{
    struct hist hist = {0};
    for (int i = 0; i < 1000; i++)
        hist_add(&hist, 123456789);
    for (size_t i = 0; i < COUNTOF(shares); i++)
        CU_ASSERT_EQUAL(hist_quantile(&hist, shares[i], 0), 123456789);
    CU_ASSERT_EQUAL(hist_mean(&hist), 123456789);
    hist_free(&hist);
}

static void test_a_mostly_constant_time_is_exact_where_it_is_constant(void)
{
    struct hist hist = {0};
    for (int i = 0; i < 1000; i++)
        hist_add(&hist, i % 10 == 3 ? 300 * SIM_MS + i : 123456789);
    CU_ASSERT_EQUAL(hist_quantile(&hist, 0.5, 0), 123456789);
    CU_ASSERT_EQUAL(hist_quantile(&hist, 0.9, 0), 123456789);
    CU_ASSERT_TRUE(fabs(hist_quantile(&hist, 0.95, 0) - 300e6) < 3e6);
    CU_ASSERT_EQUAL(hist_quantile(&hist, 1, 0), 300 * SIM_MS + 993);
    hist_free(&hist);
}

/* -- zeros ------------------------------------------------------------------------------------------- */

static void test_zeros_count_as_values_below_all_others(void)
{
    struct hist with = {0}, without = {0};
    for (int i = 1; i <= 100; i++)
        hist_add(&without, i);
    CU_ASSERT_EQUAL(hist_quantile(&without, 0.75, 300), 0);
    CU_ASSERT_EQUAL(hist_quantile(&without, 0.751, 300) > 0, true);
    CU_ASSERT_EQUAL(hist_quantile(&without, 1, 300), 100);
    CU_ASSERT_DOUBLE_EQUAL(hist_quantile(&without, 0.875, 300), 50, 1);
    CU_ASSERT_TRUE(isnan(hist_quantile(&with, 0.5, 0)));
    CU_ASSERT_EQUAL(hist_quantile(&with, 0.5, 7), 0);
    CU_ASSERT_TRUE(isnan(hist_mean(&with)));
    hist_free(&without);
}

/* -- merging and subtracting ------------------------------------------------------------------------------ */

struct buckets {
    uint32_t index[4096];
    uint64_t count[4096];
    int used;
};

static void take_bucket(void *context, uint32_t bucket, uint64_t count)
{
    struct buckets *buckets = context;
    buckets->index[buckets->used] = bucket;
    buckets->count[buckets->used++] = count;
}

/* Equal in all that anyone can ask, wherever the atoms are. */
static bool are_equal(const struct hist *a, const struct hist *b)
{
    static struct buckets of[2];
    of[0].used = of[1].used = 0;
    hist_each(a, take_bucket, &of[0]);
    hist_each(b, take_bucket, &of[1]);
    size_t n = (size_t)of[0].used;
    return a->count == b->count && a->sum == b->sum && of[0].used == of[1].used &&
           memcmp(of[0].index, of[1].index, n * sizeof(uint32_t)) == 0 &&
           memcmp(of[0].count, of[1].count, n * sizeof(uint64_t)) == 0;
}

static void test_merging_is_exact_in_any_order(void)
{
    static const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                    {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    struct test_rng rng = {.state = 13};
    struct hist parts[3] = {{0}}, whole = {0};
    for (int law = 0; law < 3; law++) {
        int64_t *values = draw_values(&rng, 3000, law);
        for (int i = 0; i < 3000; i++) {
            hist_add(&parts[law], values[i]);
            hist_add(&whole, values[i]);
        }
        mem_free(values);
    }
    for (size_t o = 0; o < COUNTOF(orders); o++) {
        struct hist merged = {0};
        for (int i = 0; i < 3; i++)
            hist_merge(&merged, &parts[orders[o][i]]);
        CU_ASSERT_TRUE(are_equal(&merged, &whole));
        CU_ASSERT_EQUAL(merged.min, whole.min);
        CU_ASSERT_EQUAL(merged.max, whole.max);
        hist_free(&merged);
    }
    for (int i = 0; i < 3; i++)
        hist_free(&parts[i]);
    hist_free(&whole);
}

static void test_merging_nothing_changes_nothing(void)
{
    struct hist hist = {0}, empty = {0}, copy = {0};
    hist_add(&hist, 7);
    hist_add(&hist, 700);
    hist_merge(&hist, &empty);
    hist_copy(&copy, &hist);
    CU_ASSERT_TRUE(are_equal(&hist, &copy));
    hist_copy(&copy, &empty);
    CU_ASSERT_EQUAL(copy.count, 0);
    hist_free(&hist);
    hist_free(&copy);
}

/* What came after a state was taken is what is left when it is taken away: buckets, sums, means. */
static void test_subtracting_an_earlier_state_leaves_what_came_since(void)
{
    struct test_rng rng = {.state = 14};
    for (int law = 0; law < 3; law++) {
        struct hist all = {0}, earlier = {0}, since = {0};
        int64_t *values = draw_values(&rng, 2000, law);
        for (int i = 0; i < 2000; i++) {
            hist_add(&all, values[i]);
            if (i < 900)
                hist_add(&earlier, values[i]);
            else
                hist_add(&since, values[i]);
        }
        hist_subtract(&all, &earlier);
        CU_ASSERT_TRUE(are_equal(&all, &since));
        CU_ASSERT_TRUE(all.min <= since.min && since.max <= all.max);
        hist_free(&all);
        hist_free(&earlier);
        hist_free(&since);
        mem_free(values);
    }
}

/* A node's histogram is merged of several; which of them gives the atom may change between two states: here the
 * cold call comes first, the warm ones, merged before it, only later. */
static void test_states_with_different_atoms_can_be_subtracted(void)
{
    struct hist warm = {0}, cold = {0}, earlier = {0}, later = {0};
    hist_add(&cold, 110 * SIM_MS);
    hist_merge(&earlier, &warm);
    hist_merge(&earlier, &cold);
    hist_add(&warm, 10 * SIM_MS);
    hist_add(&warm, 10 * SIM_MS);
    hist_merge(&later, &warm);
    hist_merge(&later, &cold);
    hist_subtract(&later, &earlier);
    CU_ASSERT_TRUE(are_equal(&later, &warm));
    CU_ASSERT_TRUE(fabs(hist_quantile(&later, 0.5, 0) - 10e6) < 0.1e6);
    hist_free(&warm);
    hist_free(&cold);
    hist_free(&earlier);
    hist_free(&later);
}

static void test_clearing_forgets_everything(void)
{
    struct hist hist = {0};
    hist_add(&hist, 5);
    hist_add(&hist, 5000);
    hist_clear(&hist);
    CU_ASSERT_EQUAL(hist.count, 0);
    hist_add(&hist, 70);
    CU_ASSERT_EQUAL(hist_quantile(&hist, 0.5, 0), 70);
    CU_ASSERT_EQUAL(hist.max, 70);
    hist_free(&hist);
}

static void test_values_known_by_bucket_only_count_in_their_bucket(void)
{
    struct hist hist = {0};
    uint32_t bucket = hist_bucket(10 * SIM_MS);
    hist_add_bucket(&hist, bucket, 3);
    hist_add(&hist, 20 * SIM_MS);
    CU_ASSERT_EQUAL(hist.count, 4);
    double median = hist_quantile(&hist, 0.5, 0);
    CU_ASSERT_TRUE((double)hist_bucket_low(bucket) <= median &&
                   median <= (double)hist_bucket_high(bucket));
    CU_ASSERT_TRUE(fabs(hist_mean(&hist) - 12.5e6) < 0.01 * 12.5e6);
    hist_free(&hist);
}

CU_TestInfo suite_hist[] = {
    TEST(test_quantiles_are_within_a_percent_from_a_microsecond_to_a_day),
    TEST(test_every_value_lies_in_its_bucket_and_buckets_are_narrow),
    TEST(test_a_constant_is_reported_exactly),
    TEST(test_a_mostly_constant_time_is_exact_where_it_is_constant),
    TEST(test_zeros_count_as_values_below_all_others),
    TEST(test_merging_is_exact_in_any_order),
    TEST(test_merging_nothing_changes_nothing),
    TEST(test_subtracting_an_earlier_state_leaves_what_came_since),
    TEST(test_states_with_different_atoms_can_be_subtracted),
    TEST(test_clearing_forgets_everything),
    TEST(test_values_known_by_bucket_only_count_in_their_bucket),
    CU_TEST_INFO_NULL,
};
