/* test_key_law.c - which keys are drawn, against exact shares.
 *
 * Goodness of fit by Pearson's statistic over cells that expect at least some hundred draws: with k cells it is
 * chi-squared with k - 1 degrees of freedom, mean k - 1 and variance 2 (k - 1); the tests allow 4 standard
 * deviations. Draws are addressed, so a test that passes once passes always.
 */
#include "model/key_law.h"

#include <math.h>

#include "tests/suite.h"

#define DRAWS 400000
#define CELLS 64

static struct key_law zipf(int64_t n, double s)
{
    struct key_law law = {.kind = KEYS_ZIPF, .n = n, .s = s};
    key_law_prepare(&law);
    return law;
}

/* Cells: 0 .. 15 are ranks of their own, then each is twice as wide as the one before. */
static int cell_of(int64_t rank)
{
    int cell = 16;
    if (rank < 16)
        return (int)rank;
    for (int64_t end = 32; rank >= end && cell < CELLS - 1; end *= 2)
        cell++;
    return cell;
}

/* Exact shares of the cells: plain sums of k^-s with the C library's pow, small terms first. */
static void exact_shares(int64_t n, double s, double shares[CELLS])
{
    double sum = 0;
    for (int64_t k = n; k >= 1; k--) {
        double weight = pow((double)k, -s);
        shares[cell_of(k - 1)] += weight;
        sum += weight;
    }
    for (int i = 0; i < CELLS; i++)
        shares[i] /= sum;
}

static double chi_squared(const struct key_law *law, const double shares[CELLS], int *cells)
{
    static double counts[CELLS];
    double sum = 0, rare = 0, rare_share = 0;
    for (int i = 0; i < CELLS; i++)
        counts[i] = 0;
    for (uint64_t i = 0; i < DRAWS; i++) {
        int64_t rank = key_law_rank(law, draw_of(stream_at(16, i), 1));
        CU_ASSERT_TRUE_FATAL(0 <= rank && rank < law->n);
        counts[cell_of(rank)]++;
    }
    *cells = 0;
    for (int i = 0; i < CELLS; i++) {
        double expected = shares[i] * DRAWS;
        if (expected < 200) { /* rare ones together */
            rare += counts[i];
            rare_share += shares[i];
            continue;
        }
        sum += (counts[i] - expected) * (counts[i] - expected) / expected;
        ++*cells;
    }
    if (rare_share * DRAWS >= 5) {
        sum += (rare - rare_share * DRAWS) * (rare - rare_share * DRAWS) / (rare_share * DRAWS);
        ++*cells;
    } else {
        CU_ASSERT_TRUE(rare <= 30);
    }
    return sum;
}

static void check_zipf(int64_t n, double s)
{
    double shares[CELLS] = {0};
    int cells;
    struct key_law law = zipf(n, s);
    exact_shares(n, s, shares);
    double found = chi_squared(&law, shares, &cells);
    CU_ASSERT_TRUE(found <= cells - 1 + 4 * sqrt(2. * (cells - 1)));
}

static void test_zipf_has_its_frequencies(void)
{
    static const double exponents[] = {0.3, 0.8, 0.99, 1, 1.01, 1.5, 2, 3};
    static const int64_t numbers[] = {2, 3, 10, 1000, 100000};
    for (size_t i = 0; i < sizeof exponents / sizeof exponents[0]; i++)
        for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++)
            check_zipf(numbers[k], exponents[i]);
}

static void test_zipf_of_a_flat_law_is_uniform(void)
{
    check_zipf(10, 0);
    check_zipf(5000, 0);
}

/* Cells of doubling width instead of the law's sum, which would take 10^9 terms: the harmonic numbers are ln n +
 * gamma + 1/2n. */
static void test_a_billion_keys(void)
{
    const double gamma = 0.57721566490153286;
    struct key_law law = zipf(1000000000, 1);
    double whole = log(1e9) + gamma + 0.5e-9, shares[CELLS] = {0};
    for (int i = 0; i < 16; i++)
        shares[i] = 1. / (i + 1) / whole;
    double before = 0;
    for (int i = 1; i <= 16; i++)
        before += 1. / i;
    for (int64_t end = 32, i = 16; i < CELLS; end *= 2, i++) {
        double upto = end < 1000000000 ? (double)end : 1e9;
        double harmonic = log(upto) + gamma + 0.5 / upto;
        shares[i] = (harmonic - before) / whole;
        before = harmonic;
        if (end >= 1000000000)
            break;
    }
    int cells;
    double found = chi_squared(&law, shares, &cells);
    CU_ASSERT_TRUE(found <= cells - 1 + 4 * sqrt(2. * (cells - 1)));
}

static void test_one_key_is_always_drawn(void)
{
    struct key_law laws[] = {zipf(1, 1), zipf(1, 0), zipf(1, 10), {.kind = KEYS_UNIFORM, .n = 1}};
    for (size_t i = 0; i < sizeof laws / sizeof laws[0]; i++)
        for (uint64_t k = 0; k < 1000; k++)
            CU_ASSERT_EQUAL(key_law_rank(&laws[i], draw_of(k, 1)), 0);
}

/* The steepest law allowed: 1/(1 + 2^-10 + 3^-10 + ...) of all draws go to the first key. */
static void test_a_steep_law_stays_in_range(void)
{
    check_zipf(1000, 10);
}

static void test_uniform_keys(void)
{
    double shares[CELLS] = {0};
    struct key_law law = {.kind = KEYS_UNIFORM, .n = 1000};
    int cells;
    exact_shares(1000, 0, shares);
    double found = chi_squared(&law, shares, &cells);
    CU_ASSERT_TRUE(found <= cells - 1 + 4 * sqrt(2. * (cells - 1)));
}

static void test_shares_are_those_of_the_sum(void)
{
    struct key_law law = zipf(50, 1.2);
    double sum = 0, whole = 0;
    for (int k = 1; k <= 50; k++)
        whole += pow(k, -1.2);
    for (int k = 0; k < 50; k++) {
        double share = key_law_share(&law, k);
        CU_ASSERT_DOUBLE_EQUAL(share, pow(k + 1, -1.2) / whole, 1e-12);
        sum += share;
    }
    CU_ASSERT_DOUBLE_EQUAL(sum, 1, 1e-12);
}

/* The same key has the same name, different ones have different names, none is 0. */
static void test_names_of_keys(void)
{
    struct key_law law = zipf(100, 1), same = zipf(100, 1);
    uint64_t names[100] = {0};
    for (uint64_t i = 0; i < 20000; i++) {
        struct draw draw = draw_of(stream_at(3, i), 1);
        uint64_t name = key_law_draw(&law, draw);
        int64_t rank = key_law_rank(&law, draw);
        CU_ASSERT_TRUE(name != 0 && (names[rank] == 0 || names[rank] == name));
        CU_ASSERT_EQUAL(key_law_draw(&same, draw), name);
        names[rank] = name;
    }
    for (int i = 0; i < 100; i++)
        for (int k = 0; k < i; k++)
            CU_ASSERT_TRUE(names[i] == 0 || names[i] != names[k]);
    struct key_law a = {.kind = KEYS_ONE, .hash = 8}, b = {.kind = KEYS_ONE, .hash = 12};
    CU_ASSERT_EQUAL(key_law_draw(&a, draw_of(1, 1)), key_law_draw(&a, draw_of(2, 2)));
    CU_ASSERT_NOT_EQUAL(key_law_draw(&a, draw_of(1, 1)), key_law_draw(&b, draw_of(1, 1)));
}

CU_TestInfo suite_key_law[] = {
    TEST(test_zipf_has_its_frequencies),
    TEST(test_zipf_of_a_flat_law_is_uniform),
    TEST(test_a_billion_keys),
    TEST(test_one_key_is_always_drawn),
    TEST(test_a_steep_law_stays_in_range),
    TEST(test_uniform_keys),
    TEST(test_shares_are_those_of_the_sum),
    TEST(test_names_of_keys),
    CU_TEST_INFO_NULL,
};
