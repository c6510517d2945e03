/* test_estimate.c - table values and closed forms of Student's t, then what intervals promise. */
#include "stats/estimate.h"
#include "tests/suite.h"

#include <math.h>

static void test_quantiles_of_the_tables(void)
{
    static const struct {
        double p, nu, t;
    } table[] = {
        {0.975, 4, 2.7764451051977987},  {0.975, 9, 2.2621571627982055},
        {0.975, 19, 2.093024054408263},  {0.975, 29, 2.045229642132703},
        {0.975, 99, 1.9842169515864165}, {0.95, 10, 1.8124611228107335},
        {0.995, 5, 4.032142983557536},   {0.9995, 3, 12.923978636687485},
        {0.9, 30, 1.3104150253913843},
    };
    for (size_t i = 0; i < COUNTOF(table); i++) {
        double t = student_t_quantile(table[i].p, table[i].nu);
        CU_ASSERT_DOUBLE_EQUAL(t / table[i].t, 1, 1e-11);
        CU_ASSERT_EQUAL(student_t_quantile(1 - table[i].p, table[i].nu) < 0, true);
    }
    CU_ASSERT_EQUAL(student_t_quantile(0.5, 7), 0);
}

/* nu = 1: tan(pi (p - 1/2)); nu = 2: (2p-1) sqrt(2 / (4p(1-p))) . */
static void test_quantiles_with_a_closed_form(void)
{
    for (int i = 1; i < 200; i++) {
        double p = i / 200.0;
        double one = tan(3.14159265358979323846 * (p - 0.5));
        double two = (2 * p - 1) * sqrt(1 / (2 * p * (1 - p)));
        CU_ASSERT_DOUBLE_EQUAL(student_t_quantile(p, 1), one, 1e-12 * (1 + fabs(one)));
        CU_ASSERT_DOUBLE_EQUAL(student_t_quantile(p, 2), two, 1e-12 * (1 + fabs(two)));
    }
}

/* Far tails and many degrees of freedom, where the normal law is the limit: z_.975 =
 * 1.959963985. */
static void test_quantiles_at_the_edges(void)
{
    CU_ASSERT_DOUBLE_EQUAL(student_t_quantile(1e-12, 1) / -318309886183.790, 1, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(student_t_quantile(0.975, 1e9), 1.959963984540054, 1e-8);
    for (double nu = 1; nu < 20000; nu *= 1.7)
        for (double p = 0.6; p < 0.99999; p += (1 - p) / 3) {
            double t = student_t_quantile(p, nu);
            CU_ASSERT_DOUBLE_EQUAL(student_t_cdf(t, nu), p, 1e-13);
            CU_ASSERT_DOUBLE_EQUAL(student_t_cdf(-t, nu) / (1 - p), 1, 1e-10);
        }
}

/* Independent of continued fractions: Simpson's rule on the density, with libm's lgamma. */
static double integrated_cdf(double t, double nu)
{
    const int steps = 4000;
    double scale = exp(lgamma((nu + 1) / 2) - lgamma(nu / 2)) / sqrt(nu * 3.14159265358979323846);
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
        double x = t * i / steps;
        double weight = i == 0 || i == steps ? 1 : (i % 2 == 1 ? 4 : 2);
        sum += weight * pow(1 + x * x / nu, -(nu + 1) / 2);
    }
    return 0.5 + scale * sum * t / steps / 3;
}

static void test_distribution_agrees_with_its_integrated_density(void)
{
    for (int nu = 1; nu <= 300; nu += 1 + nu / 3)
        for (double t = 0.1; t < 6; t += 0.7)
            CU_ASSERT_DOUBLE_EQUAL(student_t_cdf(t, nu), integrated_cdf(t, nu), 1e-11);
}

static void test_interval_of_a_worked_example(void)
{
    const double values[] = {9, 10, 11, 10, 10};
    struct interval ci = interval_of(values, 5, 0.95);
    double half = 2.7764451051977987 * sqrt(0.5) / sqrt(5);
    CU_ASSERT_EQUAL(ci.n, 5);
    CU_ASSERT_EQUAL(ci.mean, 10);
    CU_ASSERT_DOUBLE_EQUAL(ci.low, 10 - half, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(ci.high, 10 + half, 1e-12);
}

static void test_one_value_has_no_interval(void)
{
    const double value = 3;
    struct interval ci = interval_of(&value, 1, 0.95);
    CU_ASSERT_EQUAL(ci.mean, 3);
    CU_ASSERT_FALSE(interval_exists(&ci));
    ci = interval_of(&value, 0, 0.95);
    CU_ASSERT_FALSE(interval_exists(&ci));
    const struct batch idle[3] = {{0, 0}, {0, 0}, {0, 0}};
    ci = interval_of_batches(idle, 3, 0.95);
    CU_ASSERT_FALSE(interval_exists(&ci));
}

static void test_equal_variants_differ_by_exactly_nothing(void)
{
    const double a[] = {1.1, 2.7, 3.3, 0.2};
    struct interval ci = interval_of_pairs(a, a, 4, 0.99);
    CU_ASSERT_EQUAL(ci.mean, 0);
    CU_ASSERT_EQUAL(ci.low, 0);
    CU_ASSERT_EQUAL(ci.high, 0);
}

/* What both runs share cancels: here a spread of 1000 against a difference of about 1. */
static void test_pairs_see_what_separate_intervals_cannot(void)
{
    const double a[] = {1001, 2, 503, 254}, b[] = {1000, 1.1, 501.9, 253};
    struct interval paired = interval_of_pairs(a, b, 4, 0.95);
    CU_ASSERT_TRUE(paired.low > 0.8 && paired.high < 1.2);
    struct interval alone = interval_of(a, 4, 0.95);
    CU_ASSERT_TRUE(alone.low < 0);
}

/* Adding a constant far above the spread must not lose the spread. */
static void test_large_values_keep_their_spread(void)
{
    const double small[] = {1, 2, 3, 4, 5};
    const double large[] = {1e12 + 1, 1e12 + 2, 1e12 + 3, 1e12 + 4, 1e12 + 5};
    struct interval a = interval_of(small, 5, 0.95), b = interval_of(large, 5, 0.95);
    CU_ASSERT_DOUBLE_EQUAL(b.high - b.mean, a.high - a.mean, 1e-3);
}

static void test_equal_weights_are_plain_batch_means(void)
{
    const double means[] = {4, 6, 5, 7, 3, 5};
    struct batch batches[6];
    for (int i = 0; i < 6; i++)
        batches[i] = (struct batch){.sum = 10 * means[i], .weight = 10};
    struct interval a = interval_of(means, 6, 0.9), b = interval_of_batches(batches, 6, 0.9);
    CU_ASSERT_DOUBLE_EQUAL(b.mean, a.mean, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(b.low, a.low, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(b.high, a.high, 1e-12);
}

static double uniform(struct test_rng *rng)
{
    return ((double)test_rng_below(rng, 1 << 30) + 0.5) / (1 << 30);
}

static double normal(struct test_rng *rng)
{
    double radius = sqrt(-2 * log(uniform(rng)));
    return radius * cos(2 * 3.14159265358979323846 * uniform(rng));
}

/* Property: a 95 % interval holds the true mean 95 times in 100. */
static void test_coverage_of_independent_values(void)
{
    struct test_rng rng = {.state = 3};
    int hits = 0;
    for (int trial = 0; trial < 4000; trial++) {
        double values[10];
        for (int i = 0; i < 10; i++)
            values[i] = 5 + 2 * normal(&rng);
        struct interval ci = interval_of(values, 10, 0.95);
        hits += ci.low <= 5 && 5 <= ci.high;
    }
    CU_ASSERT_TRUE(hits > 4000 * 0.93 && hits < 4000 * 0.97);
}

/* The same for a ratio of random sums to random counts: errors with probability 0.02 among
 * 500-1500 calls a batch. */
static void test_coverage_of_a_ratio_over_batches(void)
{
    struct test_rng rng = {.state = 4};
    int hits = 0;
    for (int trial = 0; trial < 1000; trial++) {
        struct batch batches[20];
        for (int i = 0; i < 20; i++) {
            batches[i] = (struct batch){.weight = (double)(500 + test_rng_below(&rng, 1001))};
            for (int call = 0; call < batches[i].weight; call++)
                batches[i].sum += test_rng_below(&rng, 50) == 0;
        }
        struct interval ci = interval_of_batches(batches, 20, 0.95);
        hits += ci.low <= 0.02 && 0.02 <= ci.high;
    }
    CU_ASSERT_TRUE(hits > 1000 * 0.92 && hits < 1000 * 0.975);
}

CU_TestInfo suite_estimate[] = {
    TEST(test_quantiles_of_the_tables),
    TEST(test_quantiles_with_a_closed_form),
    TEST(test_quantiles_at_the_edges),
    TEST(test_distribution_agrees_with_its_integrated_density),
    TEST(test_interval_of_a_worked_example),
    TEST(test_one_value_has_no_interval),
    TEST(test_equal_variants_differ_by_exactly_nothing),
    TEST(test_pairs_see_what_separate_intervals_cannot),
    TEST(test_large_values_keep_their_spread),
    TEST(test_equal_weights_are_plain_batch_means),
    TEST(test_coverage_of_independent_values),
    TEST(test_coverage_of_a_ratio_over_batches),
    CU_TEST_INFO_NULL,
};
