/* test_rng.c - known answers, independence of names and places, and the two ziggurats: tables,
 * moments, fit and tails. */
#include "core/rng.h"
#include "core/ziggurat_tables.h"
#include "tests/suite.h"

#include <math.h>
#include <stdio.h>

#define DRAWS 2000000
#define BINS  200

#define HASH_OF_TEPID UINT64_C(0xC543F1A9FB118C03)
#define STREAM_OF_API UINT64_C(0x004F938B80AEA2BA)

/* Splitmix64 from state 1234567, as published with the generator. */
static void test_words_are_splitmix64(void)
{
    static const uint64_t known[] = {
        UINT64_C(6457827717110365317),  UINT64_C(3203168211198807973),
        UINT64_C(9817491932198370423),  UINT64_C(4593380528125082431),
        UINT64_C(16408922859458223821),
    };
    struct draw draw = draw_of(1234567, 0);
    for (size_t i = 0; i < COUNTOF(known); i++)
        CU_ASSERT_EQUAL(draw_word(&draw), known[i]);
}

static void test_streams_depend_on_each_part_of_their_name(void)
{
    uint64_t key = stream_named(42, 0, "api", "latency");
    CU_ASSERT_EQUAL(key, stream_named(42, 0, "api", "latency"));
    CU_ASSERT_NOT_EQUAL(key, stream_named(43, 0, "api", "latency"));
    CU_ASSERT_NOT_EQUAL(key, stream_named(42, 1, "api", "latency"));
    CU_ASSERT_NOT_EQUAL(key, stream_named(42, 0, "apil", "atency"));
    CU_ASSERT_NOT_EQUAL(key, stream_named(42, 0, "latency", "api"));
    CU_ASSERT_NOT_EQUAL(stream_named(42, 0, "", ""), stream_named(42, 1, "", ""));
}

/* Pinned: golden files of every scenario hang on these. */
static void test_streams_are_the_same_for_ever(void)
{
    CU_ASSERT_EQUAL(rng_hash_text(0, "tepid"), HASH_OF_TEPID);
    CU_ASSERT_EQUAL(stream_named(42, 3, "api", "latency"), STREAM_OF_API);
    CU_ASSERT_EQUAL(rng_hash(0, "a\0b", 3), rng_hash(0, "a\0b", 3));
    CU_ASSERT_NOT_EQUAL(rng_hash(0, "a\0b", 3), rng_hash(0, "a\0c", 3));
}

static void test_uniform_draws_stay_inside(void)
{
    struct draw draw = draw_of(1, 2);
    for (int i = 0; i < 100000; i++) {
        double u = draw_unit(&draw);
        CU_ASSERT_TRUE(u >= 0 && u < 1);
        CU_ASSERT_TRUE(draw_below(&draw, 7) < 7);
    }
    CU_ASSERT_EQUAL(draw_below(&draw, 1), 0);
    CU_ASSERT_FALSE(draw_chance(&draw, 0));
    CU_ASSERT_TRUE(draw_chance(&draw, 1));
}

/* Pearson's statistic within 5 standard deviations of its mean (bins are many: nearly normal). */
static void check_fit(const char *name, const int64_t *counts, int64_t draws)
{
    double expected = (double)draws / BINS, chi2 = 0;
    for (int i = 0; i < BINS; i++)
        chi2 += ((double)counts[i] - expected) * ((double)counts[i] - expected) / expected;
    double z = (chi2 - (BINS - 1)) / sqrt(2.0 * (BINS - 1));
    if (!(fabs(z) < 5))
        fprintf(stderr, "%s: chi2 %.1f over %d bins\n", name, chi2, BINS);
    CU_ASSERT_TRUE(fabs(z) < 5);
}

static void count_in(int64_t *counts, double share)
{
    int bin = (int)(share * BINS);
    counts[bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin]++;
}

/* One draw of many neighbouring streams, as requests make them. */
static void test_neighbouring_elements_are_uniform_together(void)
{
    int64_t first[BINS] = {0}, difference[BINS] = {0};
    uint64_t stream = stream_named(1, 0, "web", "arrival");
    double before = 0;
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct draw draw = draw_of(stream_at(stream, i), UINT64_C(0xABCDEF));
        double u = draw_unit(&draw);
        count_in(first, u);
        count_in(difference, u - before + (u < before ? 1 : 0));
        before = u;
    }
    check_fit("elements", first, DRAWS);
    check_fit("differences of neighbours", difference, DRAWS);
}

static double normal_share(double x)
{
    return 0.5 * erfc(-x / sqrt(2));
}

/* The mean of x^k over draws must lie within 4.5 standard errors. */
static void check_moment(const char *name, double mean, double exact, double variance)
{
    double error = sqrt(variance / DRAWS);
    if (!(fabs(mean - exact) < 4.5 * error))
        fprintf(stderr, "%s: %.6g instead of %.6g\n", name, mean, exact);
    CU_ASSERT_TRUE(fabs(mean - exact) < 4.5 * error);
}

static void test_exponential_moments_and_fit(void)
{
    int64_t counts[BINS] = {0};
    double sum[4] = {0};
    uint64_t stream = stream_named(2, 0, "exponential", "test");
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct draw draw = draw_of(stream_at(stream, i), 0);
        double x = draw_exponential(&draw);
        CU_ASSERT_TRUE(x >= 0);
        count_in(counts, -expm1(-x));
        for (int k = 0; k < 4; k++)
            sum[k] += pow(x, k + 1) / DRAWS;
    }
    check_fit("exponential", counts, DRAWS);
    check_moment("E[x]", sum[0], 1, 1);
    check_moment("E[x^2]", sum[1], 2, 24 - 4);
    check_moment("E[x^3]", sum[2], 6, 720 - 36);
    check_moment("E[x^4]", sum[3], 24, 40320 - 576);
}

static void test_normal_moments_and_fit(void)
{
    int64_t counts[BINS] = {0};
    double sum[4] = {0};
    uint64_t stream = stream_named(3, 0, "normal", "test");
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct draw draw = draw_of(stream_at(stream, i), 0);
        double x = draw_normal(&draw);
        count_in(counts, normal_share(x));
        for (int k = 0; k < 4; k++)
            sum[k] += pow(x, k + 1) / DRAWS;
    }
    check_fit("normal", counts, DRAWS);
    check_moment("E[x]", sum[0], 0, 1);
    check_moment("E[x^2]", sum[1], 1, 2);
    check_moment("E[x^3]", sum[2], 0, 15);
    check_moment("E[x^4]", sum[3], 3, 105 - 9);
}

/* How many draws lie beyond x, against a binomial law with this chance. */
static void check_tail(const char *name, int64_t beyond, double chance)
{
    double expected = DRAWS * 4.0 * chance;
    if (!(fabs((double)beyond - expected) < 4.5 * sqrt(expected)))
        fprintf(stderr, "%s: %lld beyond, %.1f expected\n", name, (long long)beyond, expected);
    CU_ASSERT_TRUE(fabs((double)beyond - expected) < 4.5 * sqrt(expected));
}

/* The base strips end at 7.697 and 3.654; beyond, other code is at work. */
static void test_tails_beyond_the_base_strip(void)
{
    int64_t exponential_beyond[2] = {0}, high[2] = {0}, low[2] = {0};
    struct draw draw = draw_of(4, 0);
    for (int64_t i = 0; i < 4 * DRAWS; i++) {
        double e = draw_exponential(&draw), n = draw_normal(&draw);
        exponential_beyond[0] += e > exponential_x[1];
        exponential_beyond[1] += e > 10;
        high[0] += n > normal_x[1];
        high[1] += n > 4.2;
        low[0] += n < -normal_x[1];
        low[1] += n < -4.2;
    }
    check_tail("exponential base", exponential_beyond[0], exp(-exponential_x[1]));
    check_tail("exponential 10", exponential_beyond[1], exp(-10));
    check_tail("normal base", high[0], normal_share(-normal_x[1]));
    check_tail("normal 4.2", high[1], normal_share(-4.2));
    check_tail("normal -base", low[0], normal_share(-normal_x[1]));
    check_tail("normal -4.2", low[1], normal_share(-4.2));
}

static void check_layers(const double *x, const double *y, long double (*density)(long double),
                         long double tail)
{
    long double area = (long double)x[1] * density(x[1]) + tail;
    CU_ASSERT_DOUBLE_EQUAL(x[0], (double)(area / density(x[1])), 1e-14 * x[0]);
    CU_ASSERT_EQUAL(x[ZIGGURAT_LAYERS], 0);
    for (int i = 0; i <= ZIGGURAT_LAYERS; i++)
        CU_ASSERT_DOUBLE_EQUAL(y[i], (double)density(x[i]), 1e-14);
    for (int i = 1; i < ZIGGURAT_LAYERS; i++)
        CU_ASSERT_DOUBLE_EQUAL((double)(x[i] * (density(x[i + 1]) - density(x[i]))), (double)area,
                               1e-14);
}

static long double exponential_density(long double x)
{
    return expl(-x);
}

static long double normal_density(long double x)
{
    return expl(-x * x / 2);
}

/* Every layer has the area of the base, tail included, computed here with other means. */
static void test_tables_have_layers_of_equal_area(void)
{
    check_layers(exponential_x, exponential_y, exponential_density, expl(-exponential_x[1]));
    long double half_pi = 1.57079632679489661923L;
    check_layers(normal_x, normal_y, normal_density,
                 sqrtl(half_pi) * erfcl(normal_x[1] / sqrtl(2)));
}

CU_TestInfo suite_rng[] = {
    TEST(test_words_are_splitmix64),
    TEST(test_streams_depend_on_each_part_of_their_name),
    TEST(test_streams_are_the_same_for_ever),
    TEST(test_uniform_draws_stay_inside),
    TEST(test_neighbouring_elements_are_uniform_together),
    TEST(test_exponential_moments_and_fit),
    TEST(test_normal_moments_and_fit),
    TEST(test_tails_beyond_the_base_strip),
    TEST(test_tables_have_layers_of_equal_area),
    CU_TEST_INFO_NULL,
};
