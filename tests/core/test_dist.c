/* test_dist.c - every law against its own analytic moments and against other derivations. */
#include "core/dist.h"
#include "core/unit.h"
#include "tests/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECTED_HASH UINT64_C(0xD23110D0E4094BF4)

#define DRAWS 400000
#define MS    1e6

struct sample {
    double mean, cv2;
    double mean_error, cv2_error; /* standard errors */
};

static int64_t draw_at(const struct dist *dist, uint64_t i)
{
    return dist_draw(dist, draw_of(stream_at(UINT64_C(0x5EED), i), 17));
}

/* The error of cv2 comes from that of the variance and of the mean, as if they were apart. */
static struct sample sample_of(const struct dist *dist)
{
    double scale = dist_mean(dist), sum = 0, sum2 = 0, sum4 = 0;
    for (uint64_t i = 0; i < DRAWS; i++)
        sum += (double)draw_at(dist, i) / scale / DRAWS;
    for (uint64_t i = 0; i < DRAWS; i++) {
        double d = (double)draw_at(dist, i) / scale - sum;
        sum2 += d * d / DRAWS;
        sum4 += d * d * d * d / DRAWS;
    }
    double mean_error = sqrt(sum2 / DRAWS);
    double variance_error = sqrt((sum4 - sum2 * sum2) / DRAWS);
    return (struct sample){.mean = sum * scale,
                           .cv2 = sum2 / (sum * sum),
                           .mean_error = mean_error * scale,
                           .cv2_error = variance_error + 2 * sum2 * mean_error};
}

static void check_moments(const struct dist *dist)
{
    CU_ASSERT_FATAL(dist != NULL);
    struct sample s = sample_of(dist);
    bool ok = fabs(s.mean - dist_mean(dist)) <= 4 * s.mean_error + 1 &&
              fabs(s.cv2 - dist_cv2(dist)) <= 4 * s.cv2_error + 1e-9;
    if (!ok)
        fprintf(stderr, "law %d: mean %.6g +- %.2g instead of %.6g, cv2 %.6g +- %.2g not %.6g\n",
                (int)dist->kind, s.mean, s.mean_error, dist_mean(dist), s.cv2, s.cv2_error,
                dist_cv2(dist));
    CU_ASSERT_TRUE(ok);
}

/* The share of draws up to `value` is `share`, within 4 standard errors. */
static void check_share(const struct dist *dist, double value, double share)
{
    int64_t below = 0;
    for (uint64_t i = 0; i < DRAWS; i++)
        below += (double)draw_at(dist, i) <= value;
    double got = (double)below / DRAWS;
    bool ok = fabs(got - share) <= 4 * sqrt(share * (1 - share) / DRAWS);
    if (!ok)
        fprintf(stderr, "law %d: %.5f up to %.6g, not %.5f\n", (int)dist->kind, got, value, share);
    CU_ASSERT_TRUE(ok);
}

static void test_moments_of_the_common_laws(void)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    check_moments(dist_exponential(arena, 30 * MS, &err));
    check_moments(dist_uniform(arena, 10 * MS, 30 * MS, &err));
    check_moments(dist_normal(arena, 100 * MS, 10 * MS, &err));
    check_moments(dist_lognormal_mean_cv(arena, 50 * MS, 0.5, &err));
    check_moments(dist_lognormal_p50_p99(arena, 30 * MS, 90 * MS, &err));
    check_moments(dist_lognormal_mu_sigma(arena, 17, 0.25, &err));
    arena_free(arena);
}

static void test_moments_of_gamma_and_weibull(void)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    static const double cvs[] = {0.01, 0.1, 0.5, 1, 1.5};
    for (size_t i = 0; i < COUNTOF(cvs); i++) {
        check_moments(dist_gamma(arena, 40 * MS, cvs[i], &err));
        check_moments(dist_weibull(arena, 40 * MS, cvs[i], &err));
    }
    check_moments(dist_gamma(arena, 4000 * MS, 3, &err));
    arena_free(arena);
}

static void test_moments_of_erlang_on_both_ways(void)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    static const int64_t stages[] = {1, 2, 32, 33, 1000};
    for (size_t i = 0; i < COUNTOF(stages); i++)
        check_moments(dist_erlang(arena, 40 * MS, stages[i], &err));
    arena_free(arena);
}

static void test_moments_of_mixes_and_tables(void)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    const struct dist *parts[] = {dist_exponential(arena, 10 * MS, &err),
                                  dist_constant(arena, 500 * MS, &err),
                                  dist_lognormal_mean_cv(arena, 80 * MS, 0.4, &err)};
    const struct dist *mix = dist_mix(arena, 3, (const double[]){8, 1, 3}, parts, &err);
    check_moments(mix);
    const struct dist *outer[] = {mix, parts[0]};
    check_moments(dist_mix(arena, 2, (const double[]){0.25, 0.25}, outer, &err));
    check_moments(dist_percentiles(arena, 4, (const double[]){0, 0.5, 0.99, 1},
                                   (const double[]){MS, 5 * MS, 40 * MS, 300 * MS}, &err));
    check_moments(
        dist_empirical(arena, 5, (const double[]){9 * MS, 2 * MS, 2 * MS, 70 * MS, MS}, &err));
    arena_free(arena);
}

static void test_pareto_has_the_moments_its_tail_allows(void)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    check_moments(dist_pareto(arena, 10 * MS, 9, &err));
    const struct dist *heavy = dist_pareto(arena, 10 * MS, 1.5, &err);
    CU_ASSERT_DOUBLE_EQUAL(dist_mean(heavy), 30 * MS, 1);
    CU_ASSERT_EQUAL(dist_cv2(heavy), INFINITY);
    CU_ASSERT_EQUAL(dist_mean(dist_pareto(arena, 10 * MS, 1, &err)), INFINITY);
    check_share(heavy, 20 * MS, 1 - pow(0.5, 1.5));
    check_share(heavy, 1000 * MS, 1 - pow(0.01, 1.5));
    arena_free(arena);
}

/* Laws by shares that come from their textbook distribution functions, not from our code. */
static void test_shares_below_known_values(void)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    const struct dist *lognormal = dist_lognormal_p50_p99(arena, 30 * MS, 200 * MS, &err);
    check_share(lognormal, 30 * MS, 0.5);
    check_share(lognormal, 200 * MS, 0.99);
    const struct dist *exponential = dist_exponential(arena, 30 * MS, &err);
    check_share(exponential, 30 * MS, 1 - exp(-1));
    const struct dist *erlang = dist_erlang(arena, 20 * MS, 2, &err); /* stages of 10 ms */
    check_share(erlang, 20 * MS, 1 - exp(-2) * (1 + 2));
    const struct dist *gamma = dist_gamma(arena, 20 * MS, sqrt(2), &err); /* chi-square, 1 degree */
    check_share(gamma, 20 * MS, erf(sqrt(0.5)));
    const struct dist *weibull = dist_weibull(arena, 30 * MS, 1, &err); /* is exponential */
    check_share(weibull, 30 * MS, 1 - exp(-1));
    CU_ASSERT_DOUBLE_EQUAL(weibull->a, 1, 1e-9);
    const struct dist *square_root = dist_weibull(arena, 2 * MS, sqrt(5), &err); /* shape 1/2 */
    CU_ASSERT_DOUBLE_EQUAL(square_root->a, 0.5, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(square_root->b, MS, 1);
    arena_free(arena);
}

static void test_percentiles_are_interpolated_exactly(void)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    const double shares[] = {0, 0.5, 0.9, 1}, values[] = {100, 200, 1000, 1000};
    const struct dist *dist = dist_percentiles(arena, 4, shares, values, &err);
    CU_ASSERT_FATAL(dist != NULL);
    for (uint64_t i = 0; i < 100000; i++) {
        struct draw draw = draw_of(stream_at(1, i), 0), same = draw;
        double u = draw_unit(&same);
        double exact = u < 0.5 ? 100 + 200 * u : u < 0.9 ? 200 + 2000 * (u - 0.5) : 1000;
        CU_ASSERT_TRUE(fabs((double)dist_draw(dist, draw) - exact) <= 0.5 + 1e-9);
    }
    arena_free(arena);
}

static void test_empirical_gives_each_value_its_share(void)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    double values[1000];
    int64_t seen[1000] = {0};
    for (int i = 0; i < 1000; i++)
        values[i] = (i * 7919) % 1000; /* a permutation, unsorted */
    const struct dist *dist = dist_empirical(arena, 1000, values, &err);
    CU_ASSERT_FATAL(dist != NULL);
    for (int i = 0; i < 1000; i++)
        CU_ASSERT_EQUAL(dist->y[i], i);
    for (uint64_t i = 0; i < DRAWS; i++)
        seen[draw_at(dist, i)]++;
    for (int i = 0; i < 1000; i++)
        CU_ASSERT_TRUE(fabs((double)seen[i] - DRAWS / 1000.0) < 5.5 * sqrt(DRAWS / 1000.0));
    arena_free(arena);
}

static void test_draws_stay_between_zero_and_the_longest_time(void)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    const struct dist *low = dist_normal(arena, 1, 100, &err);
    const struct dist *high = dist_pareto(arena, 1e18, 0.05, &err);
    const struct dist *wide = dist_lognormal_mu_sigma(arena, 42, 40, &err);
    bool reached_zero = false, reached_max = false;
    for (uint64_t i = 0; i < 20000; i++) {
        int64_t a = draw_at(low, i), b = draw_at(high, i), c = draw_at(wide, i);
        CU_ASSERT_TRUE(a >= 0 && b >= 0 && c >= 0 && b <= TIME_MAX && c <= TIME_MAX);
        reached_zero |= a == 0;
        reached_max |= b == TIME_MAX;
    }
    CU_ASSERT_TRUE(reached_zero && reached_max);
    CU_ASSERT_EQUAL(draw_at(dist_constant(arena, (double)TIME_MAX, &err), 0), TIME_MAX);
    CU_ASSERT_EQUAL(draw_at(dist_constant(arena, 2.5, &err), 0), 3);
    arena_free(arena);
}

static void test_scaled_law_draws_scaled_values(void)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    const struct dist *simple[] = {
        dist_constant(arena, 1e9, &err),
        dist_exponential(arena, 1e9, &err),
        dist_uniform(arena, 1e9, 2e9, &err),
        dist_normal(arena, 1e9, 1e8, &err),
        dist_lognormal_mean_cv(arena, 1e9, 1, &err),
        dist_gamma(arena, 1e9, 0.7, &err),
        dist_weibull(arena, 1e9, 2, &err),
        dist_pareto(arena, 1e9, 3, &err),
        dist_erlang(arena, 1e9, 3, &err),
        dist_percentiles(arena, 2, (const double[]){0, 1}, (const double[]){0, 1e9}, &err),
        dist_empirical(arena, 2, (const double[]){1e8, 1e9}, &err),
        NULL,
    };
    size_t last = COUNTOF(simple) - 1;
    simple[last] = dist_mix(arena, 2, (const double[]){1, 1}, simple + 1, &err);
    for (size_t d = 0; d <= last; d++) {
        CU_ASSERT_FATAL(simple[d] != NULL);
        const struct dist *scaled = dist_scaled(arena, simple[d], 20);
        CU_ASSERT_DOUBLE_EQUAL(dist_mean(scaled), 20 * dist_mean(simple[d]), 1e-3);
        CU_ASSERT_EQUAL(dist_cv2(scaled), dist_cv2(simple[d]));
        CU_ASSERT_PTR_EQUAL(dist_scaled(arena, simple[d], 1), simple[d]);
        CU_ASSERT_EQUAL(draw_at(dist_scaled(arena, simple[d], 0), 0), 0);
        for (uint64_t i = 0; i < 1000; i++)
            CU_ASSERT_TRUE(llabs(draw_at(scaled, i) - 20 * draw_at(simple[d], i)) <= 20);
    }
    arena_free(arena);
}

static void expect_refused(const struct dist *dist, struct err *err)
{
    CU_ASSERT_PTR_NULL(dist);
    CU_ASSERT_EQUAL(err->kind, ERR_USER);
    CU_ASSERT_TRUE(err->what[0] != '\0');
    *err = (struct err){0};
}

static void test_wrong_parameters_are_refused(void)
{
    struct arena *a = arena_new();
    struct err e = {0};
    expect_refused(dist_constant(a, -1, &e), &e);
    expect_refused(dist_constant(a, NAN, &e), &e);
    expect_refused(dist_constant(a, 1e19, &e), &e);
    expect_refused(dist_exponential(a, INFINITY, &e), &e);
    expect_refused(dist_uniform(a, 2, 1, &e), &e);
    expect_refused(dist_normal(a, 1, -1, &e), &e);
    expect_refused(dist_lognormal_p50_p99(a, 2, 1, &e), &e);
    expect_refused(dist_lognormal_p50_p99(a, 0, 1, &e), &e);
    expect_refused(dist_lognormal_mean_cv(a, 1, 0, &e), &e);
    expect_refused(dist_lognormal_mu_sigma(a, NAN, 1, &e), &e);
    expect_refused(dist_gamma(a, 1, 0, &e), &e);
    expect_refused(dist_gamma(a, 1, NAN, &e), &e);
    expect_refused(dist_weibull(a, 1, 1e9, &e), &e);
    expect_refused(dist_pareto(a, 1, 0, &e), &e);
    expect_refused(dist_erlang(a, 1, 0, &e), &e);
    expect_refused(dist_erlang(a, 1, 1001, &e), &e);
    expect_refused(dist_percentiles(a, 1, (double[]){0}, (double[]){1}, &e), &e);
    expect_refused(dist_percentiles(a, 2, (double[]){0, 0.9}, (double[]){1, 2}, &e), &e);
    expect_refused(dist_percentiles(a, 2, (double[]){0, 1}, (double[]){2, 1}, &e), &e);
    expect_refused(dist_percentiles(a, 3, (double[]){0, 0, 1}, (double[]){1, 1, 1}, &e), &e);
    expect_refused(dist_empirical(a, 0, NULL, &e), &e);
    expect_refused(dist_empirical(a, 1, (double[]){-1}, &e), &e);
    arena_free(a);
}

static void test_wrong_mixes_are_refused(void)
{
    struct arena *a = arena_new();
    struct err e = {0};
    const struct dist *one = dist_constant(a, 1, &e);
    const struct dist *parts[20] = {NULL};
    for (size_t i = 0; i < COUNTOF(parts); i++)
        parts[i] = one;
    expect_refused(dist_mix(a, 0, NULL, NULL, &e), &e);
    expect_refused(dist_mix(a, 2, (double[]){0, 0}, parts, &e), &e);
    expect_refused(dist_mix(a, 2, (double[]){1, -1}, parts, &e), &e);
    expect_refused(dist_mix(a, 2, (double[]){1, INFINITY}, parts, &e), &e);

    /* Depth is bounded, and so is what sharing one part twenty times a level would unfold to. */
    const struct dist *deep = one, *wide = one;
    for (int depth = 0; depth < 8; depth++)
        deep = dist_mix(a, 1, (double[]){1}, &deep, &e);
    CU_ASSERT_PTR_NOT_NULL(deep);
    expect_refused(dist_mix(a, 1, (double[]){1}, &deep, &e), &e);
    double weights[20];
    for (int depth = 0; depth < 8 && wide != NULL; depth++) {
        for (size_t i = 0; i < COUNTOF(parts); i++) {
            parts[i] = wide;
            weights[i] = 1;
        }
        wide = dist_mix(a, COUNTOF(parts), weights, parts, &e);
    }
    expect_refused(wide, &e);
    arena_free(a);
}

static void test_parts_without_weight_are_never_drawn(void)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    const struct dist *parts[] = {dist_constant(arena, 1, &err), dist_constant(arena, 2, &err),
                                  dist_constant(arena, 3, &err)};
    const struct dist *mix = dist_mix(arena, 3, (const double[]){0, 0.1, 0}, parts, &err);
    CU_ASSERT_FATAL(mix != NULL);
    for (uint64_t i = 0; i < 10000; i++)
        CU_ASSERT_EQUAL(draw_at(mix, i), 2);
    arena_free(arena);
}

static void test_laws_are_shown_as_a_scenario_writes_them(void)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    char buf[200];
    const struct dist *parts[] = {dist_constant(arena, 10 * MS, &err),
                                  dist_lognormal_p50_p99(arena, 30 * MS, 200 * MS, &err)};
    dist_show(parts[1], unit_show_time, buf, sizeof buf);
    CU_ASSERT_STRING_EQUAL(buf, "lognormal{p50=30ms, p99=200ms}");
    const struct dist *mix = dist_mix(arena, 2, (const double[]){9, 1}, parts, &err);
    dist_show(mix, unit_show_time, buf, sizeof buf);
    CU_ASSERT_STRING_EQUAL(buf, "mix{ {0.9, 10ms}, {0.1, lognormal{p50=30ms, p99=200ms}} }");
    for (size_t size = 1; size < 60; size++) {
        memset(buf, 'x', sizeof buf);
        dist_show(mix, unit_show_time, buf, size);
        CU_ASSERT_TRUE(strlen(buf) < size);
        CU_ASSERT_EQUAL(buf[size], 'x');
    }
    dist_show(mix, unit_show_time, buf, 12);
    CU_ASSERT_STRING_EQUAL(buf, "mix{ {0....");
    arena_free(arena);
}

/* Pinned: golden files of every scenario hang on these. */
static void test_draws_are_the_same_for_ever(void)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    const struct dist *parts[] = {
        dist_exponential(arena, 1e9, &err),  dist_lognormal_mean_cv(arena, 1e9, 1, &err),
        dist_gamma(arena, 1e9, 0.7, &err),   dist_gamma(arena, 1e9, 2, &err),
        dist_weibull(arena, 1e9, 2, &err),   dist_pareto(arena, 1e9, 3, &err),
        dist_erlang(arena, 1e9, 3, &err),    dist_normal(arena, 1e9, 1e8, &err),
        dist_uniform(arena, 1e9, 2e9, &err),
    };
    const double weights[COUNTOF(parts)] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    const struct dist *mix = dist_mix(arena, COUNTOF(parts), weights, parts, &err);
    CU_ASSERT_FATAL(mix != NULL);
    uint64_t hash = 0;
    for (uint64_t i = 0; i < 100000; i++)
        hash = rng_mix(hash ^ (uint64_t)draw_at(mix, i));
    if (hash != EXPECTED_HASH)
        fprintf(stderr, "hash 0x%016llX\n", (unsigned long long)hash);
    CU_ASSERT_EQUAL(hash, EXPECTED_HASH);
    arena_free(arena);
}

/* Drawing ahead in batches must not change a bit of any draw. */
static void test_many_draws_are_the_same_as_one_by_one(void)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    const struct dist *laws[] = {
        dist_lognormal_mean_cv(arena, 1e9, 1, &err),
        dist_lognormal_p50_p99(arena, 4e6, 1e7, &err),
        dist_lognormal_mean_cv(arena, 1e18, 90, &err),
        dist_exponential(arena, 1e9, &err),
        dist_constant(arena, 5, &err),
        dist_gamma(arena, 1e9, 2, &err),
    };
    for (size_t law = 0; law < COUNTOF(laws); law++) {
        for (uint64_t round = 0; round < 500; round++) {
            uint64_t keys[DIST_MANY];
            int64_t out[DIST_MANY];
            for (uint64_t i = 0; i < DIST_MANY; i++)
                keys[i] = stream_at(round, i);
            dist_draw_many(laws[law], keys, 77, DIST_MANY, out);
            for (size_t i = 0; i < DIST_MANY; i++)
                CU_ASSERT_EQUAL(out[i], dist_draw(laws[law], draw_of(keys[i], 77)));
        }
    }
    arena_free(arena);
}

CU_TestInfo suite_dist[] = {
    TEST(test_many_draws_are_the_same_as_one_by_one),
    TEST(test_moments_of_the_common_laws),
    TEST(test_moments_of_gamma_and_weibull),
    TEST(test_moments_of_erlang_on_both_ways),
    TEST(test_moments_of_mixes_and_tables),
    TEST(test_pareto_has_the_moments_its_tail_allows),
    TEST(test_shares_below_known_values),
    TEST(test_percentiles_are_interpolated_exactly),
    TEST(test_empirical_gives_each_value_its_share),
    TEST(test_draws_stay_between_zero_and_the_longest_time),
    TEST(test_scaled_law_draws_scaled_values),
    TEST(test_wrong_parameters_are_refused),
    TEST(test_wrong_mixes_are_refused),
    TEST(test_parts_without_weight_are_never_drawn),
    TEST(test_laws_are_shown_as_a_scenario_writes_them),
    TEST(test_draws_are_the_same_for_ever),
    CU_TEST_INFO_NULL,
};
