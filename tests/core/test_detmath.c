/* test_detmath.c - known values, then the claimed accuracy against libm's long double functions,
 * and one hash over many results that must be the same on every machine and in every build. */
#include "core/base.h"
#include "core/detmath.h"
#include "tests/suite.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define SAMPLES       300000
#define EXPECTED_HASH UINT64_C(0xF69F5C28DF7667E6)

/* Uniform on [low, high]. */
static double sample(struct test_rng *rng, double low, double high)
{
    double u = (double)(test_rng_below(rng, INT64_C(1) << 31) * (INT64_C(1) << 21) +
                        test_rng_below(rng, INT64_C(1) << 21));
    return low + (high - low) * u * 0x1p-52;
}

/* Positive, over the whole range of exponents. */
static double any_magnitude(struct test_rng *rng)
{
    return ldexp(sample(rng, 1, 2), (int)test_rng_below(rng, 2046) - 1022);
}

static double relative_error(double got, long double exact)
{
    return exact == 0 ? fabs(got) : (double)fabsl(((long double)got - exact) / exact);
}

static void check_worst(const char *name, double worst, double allowed)
{
    if (!(worst <= allowed))
        fprintf(stderr, "%s: error %.3g, allowed %.3g\n", name, worst, allowed);
    CU_ASSERT_TRUE(worst <= allowed);
}

static void test_exact_values(void)
{
    CU_ASSERT_EQUAL(det_exp(0), 1);
    CU_ASSERT_EQUAL(det_log(1), 0);
    CU_ASSERT_EQUAL(det_expm1(0), 0);
    CU_ASSERT_EQUAL(det_log1p(0), 0);
    CU_ASSERT_EQUAL(det_cos(0), 1);
    CU_ASSERT_EQUAL(det_sqrt(9), 3);
    CU_ASSERT_EQUAL(det_floor(-1.5), -2);
    CU_ASSERT_EQUAL(det_pow(2, 10), 1024);
    CU_ASSERT_EQUAL(det_pow(10, 3), 1000);
    CU_ASSERT_EQUAL(det_pow(4, 0.5), 2);
    CU_ASSERT_EQUAL(det_pow(0.5, -1074), INFINITY);
    CU_ASSERT_EQUAL(det_pow(0.5, 1074), 0x1p-1074);
}

static void test_edges_of_exp(void)
{
    CU_ASSERT_EQUAL(det_exp(709.79), INFINITY);
    CU_ASSERT_TRUE(det_exp(709.78) < INFINITY);
    CU_ASSERT_EQUAL(det_exp(-746), 0);
    CU_ASSERT_TRUE(det_exp(-745) > 0);
    CU_ASSERT_EQUAL(det_exp(INFINITY), INFINITY);
    CU_ASSERT_EQUAL(det_exp(-INFINITY), 0);
    CU_ASSERT_TRUE(isnan(det_exp(NAN)));
    CU_ASSERT_EQUAL(det_expm1(-INFINITY), -1);
    CU_ASSERT_EQUAL(det_expm1(INFINITY), INFINITY);
}

static void test_edges_of_log(void)
{
    CU_ASSERT_EQUAL(det_log(0), -INFINITY);
    CU_ASSERT_EQUAL(det_log(INFINITY), INFINITY);
    CU_ASSERT_TRUE(isnan(det_log(-1)));
    CU_ASSERT_TRUE(isnan(det_log(NAN)));
    CU_ASSERT_EQUAL(det_log1p(-1), -INFINITY);
    CU_ASSERT_EQUAL(det_log1p(INFINITY), INFINITY);
    CU_ASSERT_TRUE(isnan(det_log1p(-1.5)));
    CU_ASSERT_TRUE(relative_error(det_log(0x1p-1074), logl(0x1p-1074L)) < 1e-15);
    CU_ASSERT_TRUE(isnan(det_cos(INFINITY)));
}

static void test_edges_of_pow(void)
{
    CU_ASSERT_EQUAL(det_pow(0, 2), 0);
    CU_ASSERT_EQUAL(det_pow(0, -2), INFINITY);
    CU_ASSERT_EQUAL(det_pow(0, 0), 1);
    CU_ASSERT_EQUAL(det_pow(1, INFINITY), 1);
    CU_ASSERT_EQUAL(det_pow(2, INFINITY), INFINITY);
    CU_ASSERT_EQUAL(det_pow(2, -INFINITY), 0);
    CU_ASSERT_EQUAL(det_pow(0.5, INFINITY), 0);
    CU_ASSERT_EQUAL(det_pow(INFINITY, 2), INFINITY);
    CU_ASSERT_EQUAL(det_pow(INFINITY, -2), 0);
    CU_ASSERT_EQUAL(det_pow(DBL_MAX, DBL_MAX), INFINITY);
    CU_ASSERT_EQUAL(det_pow(DBL_MAX, -DBL_MAX), 0);
    CU_ASSERT_TRUE(isnan(det_pow(-1, 2)));
    CU_ASSERT_TRUE(isnan(det_pow(2, NAN)));
}

static void test_exp_is_accurate(void)
{
    struct test_rng rng = {.state = 1};
    double worst = 0, worst_near_zero = 0;
    for (int i = 0; i < SAMPLES; i++) {
        double x = sample(&rng, -708, 709.7);
        worst = fmax(worst, relative_error(det_exp(x), expl(x)));
        x = sample(&rng, -1, 1);
        worst_near_zero = fmax(worst_near_zero, relative_error(det_exp(x), expl(x)));
    }
    check_worst("exp", worst, 1e-15);
    check_worst("exp near 0", worst_near_zero, 4e-16);
}

static void test_log_is_accurate(void)
{
    struct test_rng rng = {.state = 2};
    double worst = 0, worst_near_one = 0;
    for (int i = 0; i < SAMPLES; i++) {
        double x = any_magnitude(&rng);
        worst = fmax(worst, relative_error(det_log(x), logl(x)));
        x = sample(&rng, 0.5, 2);
        worst_near_one = fmax(worst_near_one, relative_error(det_log(x), logl(x)));
    }
    check_worst("log", worst, 1e-15);
    check_worst("log near 1", worst_near_one, 1e-15);
}

static void test_log1p_and_expm1_are_accurate_near_zero(void)
{
    struct test_rng rng = {.state = 3};
    double worst_log = 0, worst_exp = 0;
    for (int i = 0; i < SAMPLES; i++) {
        double x = ldexp(sample(&rng, 1, 2), (int)test_rng_below(&rng, 66) - 60);
        worst_log = fmax(worst_log, relative_error(det_log1p(x), log1pl(x)));
        worst_exp = fmax(worst_exp, relative_error(det_expm1(x), expm1l(x)));
        worst_exp = fmax(worst_exp, relative_error(det_expm1(-x), expm1l(-x)));
        if (x < 1)
            worst_log = fmax(worst_log, relative_error(det_log1p(-x), log1pl(-x)));
    }
    check_worst("log1p", worst_log, 1e-15);
    check_worst("expm1", worst_exp, 1e-15);
}

static void test_pow_is_accurate(void)
{
    struct test_rng rng = {.state = 4};
    double worst = 0;
    for (int i = 0; i < SAMPLES; i++) {
        double x = i % 2 ? any_magnitude(&rng) : sample(&rng, 0.1, 10);
        double y = sample(&rng, -100, 100) / fmax(fabs(log(x)), 1e-3);
        worst = fmax(worst, relative_error(det_pow(x, y), powl(x, y)));
    }
    check_worst("pow", worst, 4e-15);
}

static void test_cos_is_accurate(void)
{
    struct test_rng rng = {.state = 5};
    double worst = 0;
    for (int i = 0; i < SAMPLES; i++) {
        double x = sample(&rng, -1, 1) * (i % 2 ? 1e6 : 10);
        worst = fmax(worst, (double)fabsl(det_cos(x) - cosl(x)));
    }
    check_worst("cos", worst, 1e-14);
}

static void test_lgamma_is_accurate(void)
{
    struct test_rng rng = {.state = 6};
    double worst = 0;
    for (int i = 0; i < SAMPLES; i++) {
        double x = sample(&rng, 1e-3, i % 2 ? 5 : 300);
        double exact = (double)lgammal(x);
        worst = fmax(worst, fabs(det_lgamma(x) - exact) / (1 + fabs(exact)));
    }
    check_worst("lgamma", worst, 2e-14);
}

static uint64_t mix_in(uint64_t hash, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    hash = (hash ^ bits) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

/* The constant was computed once and stands for all machines: a build in which it differs
 * gives other simulation results. */
static void test_bits_are_the_same_everywhere(void)
{
    struct test_rng rng = {.state = 7};
    uint64_t hash = 0;
    for (int i = 0; i < 100000; i++) {
        double x = (double)(test_rng_below(&rng, INT64_C(1) << 31) - (INT64_C(1) << 30)) * 0x1p-20;
        hash = mix_in(hash, det_exp(x * 0.6));
        hash = mix_in(hash, det_log(fabs(x)));
        hash = mix_in(hash, det_log1p(fabs(x) * 0x1p-20));
        hash = mix_in(hash, det_expm1(x * 0x1p-10));
        hash = mix_in(hash, det_pow(fabs(x), x * 0x1p-4));
        hash = mix_in(hash, det_cos(x));
        hash = mix_in(hash, det_lgamma(fabs(x) + 0x1p-20));
    }
    if (hash != EXPECTED_HASH)
        fprintf(stderr, "hash 0x%016llX\n", (unsigned long long)hash);
    CU_ASSERT_EQUAL(hash, EXPECTED_HASH);
}

/* Batches give the bits of single calls, ordinary values or not, whatever stands beside them. */
static void test_many_are_the_same_as_one_by_one(void)
{
    struct test_rng rng = {.state = 3};
    for (int round = 0; round < 2000; round++) {
        double in[67], out[67];
        double scale = round % 3 == 0 ? 1 : round % 3 == 1 ? 50 : 900;
        for (size_t i = 0; i < 67; i++)
            in[i] = scale * ((double)test_rng_below(&rng, 2000001) / 1e6 - 1);
        det_exp_many(in, out, 67);
        for (size_t i = 0; i < 67; i++) {
            double one = det_exp(in[i]);
            CU_ASSERT_EQUAL(memcmp(&one, &out[i], sizeof one), 0);
        }
    }
}

CU_TestInfo suite_detmath[] = {
    TEST(test_many_are_the_same_as_one_by_one),
    TEST(test_exact_values),
    TEST(test_edges_of_exp),
    TEST(test_edges_of_log),
    TEST(test_edges_of_pow),
    TEST(test_exp_is_accurate),
    TEST(test_log_is_accurate),
    TEST(test_log1p_and_expm1_are_accurate_near_zero),
    TEST(test_pow_is_accurate),
    TEST(test_cos_is_accurate),
    TEST(test_lgamma_is_accurate),
    TEST(test_bits_are_the_same_everywhere),
    CU_TEST_INFO_NULL,
};
