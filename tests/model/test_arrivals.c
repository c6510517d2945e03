/* test_arrivals.c - worked examples by hand, then laws of large numbers against the shape's own
 * promise.
 */
#include "model/arrivals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/rate_curve.h"
#include "tests/suite.h"

#define STREAM UINT64_C(0x7E91D)

static const struct arrival_law poisson = {.kind = ARRIVALS_POISSON};
static const struct arrival_law even = {.kind = ARRIVALS_UNIFORM};

static struct rate_shape constant(double per_s)
{
    return (struct rate_shape){.kind = RATE_CONSTANT, .per_s = per_s, .every = TIME_UNSET};
}

static const struct rate_stage ramp_stages[] = {
    {100 * SIM_SECOND, 10}, {50 * SIM_SECOND, 10}, {100 * SIM_SECOND, 0}, {0, 4},
    {60 * SIM_SECOND, 4},   {60 * SIM_SECOND, 0},
};

static struct rate_shape ramp(void)
{
    return (struct rate_shape){
        .kind = RATE_STAGES, .stages = ramp_stages, .count = COUNTOF(ramp_stages)};
}

static struct rate_shape day(double mean, double peak, sim_time at)
{
    return (struct rate_shape){.kind = RATE_DIURNAL, .per_s = mean, .peak_per_s = peak, .at = at};
}

/* Counts arrivals in each of `count` windows of `width`; asserts that none steps back. */
static void count_windows(struct arrivals *arrivals, sim_time width, int64_t *counts, int count)
{
    sim_time last = 0;
    for (sim_time t; (t = arrivals_next(arrivals)) < width * count; last = t) {
        CU_ASSERT_TRUE_FATAL(t >= last);
        counts[t / width]++;
    }
}

/* Every window's count lies within `sigmas` of what the shape promises. */
static void check_windows(const struct rate_shape *shape, struct arrival_law law, sim_time width,
                          int count, double sigmas)
{
    struct arena *arena = arena_new();
    int64_t *counts = ARENA_ARRAY(arena, int64_t, count);
    count_windows(arrivals_new(arena, shape, law, STREAM, 0, SIM_NEVER), width, counts, count);
    for (int i = 0; i < count; i++) {
        double expected =
            rate_shape_total(shape, (i + 1) * width) - rate_shape_total(shape, i * width);
        double slack = law.kind == ARRIVALS_UNIFORM ? 1.000001 : sigmas * sqrt(expected) + 3;
        CU_ASSERT_TRUE(fabs((double)counts[i] - expected) <= slack);
    }
    arena_free(arena);
}

static void test_even_gaps_are_exactly_even(void)
{
    static const double rates[] = {10, 3, 0.7, 1e9, 12345.678};
    for (size_t r = 0; r < COUNTOF(rates); r++) {
        struct arena *arena = arena_new();
        struct rate_shape shape = constant(rates[r]);
        struct arrivals *arrivals = arrivals_new(arena, &shape, even, STREAM, 0, SIM_NEVER);
        for (int64_t i = 1; i <= 300000; i++) {
            sim_time exact = (sim_time)floorl((long double)i * 1e9L / rates[r] + 0.5L);
            sim_time t = arrivals_next(arrivals);
            CU_ASSERT_TRUE_FATAL(t - exact <= 1 && exact - t <= 1);
            CU_ASSERT_TRUE(rates[r] != 10 || t == i * 100 * SIM_MS);
        }
        arena_free(arena);
    }
}

static void test_even_gaps_go_on_across_a_late_start(void)
{
    struct arena *arena = arena_new();
    struct rate_shape shape = constant(10);
    struct arrivals *a = arrivals_new(arena, &shape, even, STREAM, SIM_SECOND, SIM_NEVER);
    CU_ASSERT_EQUAL(arrivals_next(a), SIM_SECOND); /* at `start` itself counts */
    CU_ASSERT_EQUAL(arrivals_next(a), 1100 * SIM_MS);
    a = arrivals_new(arena, &shape, even, STREAM, 1050 * SIM_MS, 1250 * SIM_MS);
    CU_ASSERT_EQUAL(arrivals_next(a), 1100 * SIM_MS);
    CU_ASSERT_EQUAL(arrivals_next(a), 1200 * SIM_MS);
    CU_ASSERT_EQUAL(arrivals_next(a), SIM_NEVER);
    CU_ASSERT_EQUAL(arrivals_next(a), SIM_NEVER);

    shape = ramp(); /* 10/s from 100 s to 150 s; 500 arrivals before 100 s */
    a = arrivals_new(arena, &shape, even, STREAM, 100 * SIM_SECOND, SIM_NEVER);
    CU_ASSERT_EQUAL(arrivals_next(a), 100 * SIM_SECOND);
    CU_ASSERT_EQUAL(arrivals_next(a), 100 * SIM_SECOND + 100 * SIM_MS);
    arena_free(arena);
}

/* Kolmogorov-Smirnov distance of 100 000 gaps to the exponential law; 1.95/sqrt(n) is passed by
 * one good generator in a thousand. The seed is fixed, so this passes always or never. */
static void test_poisson_gaps_are_exponential(void)
{
    enum { GAPS = 100000, CELLS = 1000 };
    static int64_t below[CELLS + 1];
    struct arena *arena = arena_new();
    struct rate_shape shape = constant(50);
    struct arrivals *arrivals = arrivals_new(arena, &shape, poisson, STREAM, 0, SIM_NEVER);
    sim_time last = 0;
    for (int i = 0; i < GAPS; i++) {
        sim_time t = arrivals_next(arrivals);
        double u = 1 - exp(-50e-9 * (double)(t - last));
        below[(int)(u * CELLS)]++;
        last = t;
    }
    double worst = 0;
    int64_t sum = 0;
    for (int cell = 0; cell < CELLS; cell++) {
        sum += below[cell];
        worst = fmax(worst, fabs((double)sum / GAPS - (cell + 1.0) / CELLS));
    }
    CU_ASSERT_TRUE(worst < 1.95 / sqrt(GAPS));
    arena_free(arena);
}

/* Variance over mean of counts per second is 1; its own standard deviation is sqrt(2/n). */
static void test_poisson_counts_have_dispersion_one(void)
{
    enum { SECONDS = 20000 };
    static int64_t counts[SECONDS];
    struct arena *arena = arena_new();
    struct rate_shape shape = constant(37);
    count_windows(arrivals_new(arena, &shape, poisson, STREAM, 0, SIM_NEVER), SIM_SECOND, counts,
                  SECONDS);
    double sum = 0, squares = 0;
    for (int i = 0; i < SECONDS; i++) {
        sum += (double)counts[i];
        squares += (double)(counts[i] * counts[i]);
    }
    double mean = sum / SECONDS;
    double dispersion = (squares / SECONDS - mean * mean) / mean;
    CU_ASSERT_TRUE(fabs(mean - 37) < 4 * sqrt(37.0 / SECONDS));
    CU_ASSERT_TRUE(fabs(dispersion - 1) < 4 * sqrt(2.0 / SECONDS));
    arena_free(arena);
}

static void test_the_mean_rate_is_exact_where_a_gap_is_a_nanosecond(void)
{
    struct arena *arena = arena_new();
    struct rate_shape shape = constant(1e9);
    struct arrivals *arrivals = arrivals_new(arena, &shape, poisson, STREAM, 0, SIM_NEVER);
    const int64_t n = 4000000;
    sim_time t = 0;
    for (int64_t i = 0; i < n; i++)
        t = arrivals_next(arrivals);
    CU_ASSERT_TRUE(fabs((double)(t - n)) < 4 * sqrt((double)n));
    arena_free(arena);
}

static void test_twice_the_rate_is_the_same_traffic_in_half_the_time(void)
{
    struct arena *arena = arena_new();
    struct rate_shape slow = constant(5), fast = constant(10);
    struct arrivals *a = arrivals_new(arena, &slow, poisson, STREAM, 0, SIM_NEVER);
    struct arrivals *b = arrivals_new(arena, &fast, poisson, STREAM, 0, SIM_NEVER);
    for (int i = 0; i < 100000; i++) {
        sim_time difference = arrivals_next(a) - 2 * arrivals_next(b);
        CU_ASSERT_TRUE(-3 <= difference && difference <= 3);
    }
    arena_free(arena);
}

static void test_same_stream_same_arrivals_other_stream_others(void)
{
    struct arena *arena = arena_new();
    struct rate_shape shape = day(20, 40, 15 * SIM_HOUR);
    struct arrivals *a = arrivals_new(arena, &shape, poisson, STREAM, 0, SIM_NEVER);
    struct arrivals *b = arrivals_new(arena, &shape, poisson, STREAM, 0, SIM_NEVER);
    struct arrivals *c = arrivals_new(arena, &shape, poisson, STREAM + 1, 0, SIM_NEVER);
    int equal = 0;
    for (int i = 0; i < 1000; i++) {
        sim_time t = arrivals_next(a);
        CU_ASSERT_EQUAL(t, arrivals_next(b));
        equal += t == arrivals_next(c);
    }
    CU_ASSERT_TRUE(equal < 5);
    arena_free(arena);
}

/* On the way up Lambda(t) = t^2/20 s, so arrival i is at sqrt(20 i); on the flat part ten a second;
 * on the way down the mirror image of the way up. */
static void test_stages_invert_the_ramp_exactly(void)
{
    struct arena *arena = arena_new();
    struct rate_shape shape = ramp();
    struct arrivals *arrivals = arrivals_new(arena, &shape, even, STREAM, 0, SIM_NEVER);
    for (int i = 1; i <= 1500; i++) {
        double s = (double)arrivals_next(arrivals) / 1e9;
        double exact = i <= 500    ? sqrt(20.0 * i)
                       : i <= 1000 ? 100 + (i - 500) / 10.0
                                   : 250 - sqrt(20.0 * (1500 - i));
        CU_ASSERT_DOUBLE_EQUAL(s, exact, i == 1500 ? 1e-5 : 2e-9);
    }
    for (int i = 1; i <= 240; i++) /* after a jump from 0/s to 4/s */
        CU_ASSERT_DOUBLE_EQUAL((double)arrivals_next(arrivals) / 1e9, 250 + i / 4.0, 2e-9);
    for (int i = 1; i <= 119; i++) {
        double s = (double)arrivals_next(arrivals) / 1e9;
        CU_ASSERT_DOUBLE_EQUAL(s, 370 - sqrt(30.0 * (120 - i)), 2e-9);
    }
    (void)arrivals_next(arrivals); /* the 120th: at 370 s, or lost to rounding */
    CU_ASSERT_EQUAL(arrivals_next(arrivals), SIM_NEVER);
    arena_free(arena);
}

static void test_stages_keep_the_last_rate_for_ever(void)
{
    static const struct rate_stage stages[] = {{10 * SIM_SECOND, 2}};
    struct rate_shape shape = {.kind = RATE_STAGES, .stages = stages, .count = 1};
    CU_ASSERT_DOUBLE_EQUAL(rate_shape_at(&shape, 5 * SIM_SECOND), 1, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(rate_shape_at(&shape, SIM_DAY), 2, 0);
    CU_ASSERT_DOUBLE_EQUAL(rate_shape_total(&shape, 5 * SIM_SECOND), 2.5, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(rate_shape_total(&shape, 110 * SIM_SECOND), 210, 1e-9);
    check_windows(&shape, poisson, SIM_MINUTE, 500, 4.5);
}

static void test_windows_hold_what_the_shape_promises(void)
{
    struct rate_shape stages = ramp();
    struct rate_shape spike = {.kind = RATE_SPIKE,
                               .per_s = 20,
                               .peak_per_s = 2000,
                               .at = 65 * SIM_SECOND,
                               .lasts = 30 * SIM_SECOND};
    struct rate_shape days = day(2, 6, 9 * SIM_HOUR);
    struct rate_shape needle = day(2, 1000, 23 * SIM_HOUR);
    check_windows(&stages, poisson, 10 * SIM_SECOND, 37, 4);
    check_windows(&stages, even, 10 * SIM_SECOND, 37, 0);
    check_windows(&spike, poisson, 5 * SIM_SECOND, 60, 4);
    check_windows(&spike, even, 5 * SIM_SECOND, 60, 0);
    check_windows(&days, poisson, SIM_HOUR, 72, 4);
    check_windows(&days, even, SIM_HOUR, 72, 0);
    check_windows(&needle, poisson, SIM_HOUR, 72, 4);
    check_windows(&needle, even, SIM_HOUR, 72, 0);
}

/* Against libm: kappa solves exp(k)/I0(k) = ratio, with I0 as a sum the slow way. */
static void test_kappa_gives_the_ratio_asked_for(void)
{
    static const double ratios[] = {1.0001, 1.09, 2, 5, 13, 20, 300, 1000};
    CU_ASSERT_EQUAL(rate_curve_kappa(1), 0);
    for (size_t r = 0; r < COUNTOF(ratios); r++) {
        double kappa = rate_curve_kappa(ratios[r]);
        enum { STEPS = 100000 };
        long double mean = 0;
        for (int i = 0; i < STEPS; i++)
            mean += expl(kappa * (cosl(6.283185307179586477L * i / STEPS) - 1)) / STEPS;
        CU_ASSERT_DOUBLE_EQUAL((double)(1 / mean) / ratios[r], 1, 1e-10);
    }
}

static void test_a_day_has_its_peak_and_its_mean(void)
{
    static const double ratios[] = {1, 1.09, 2, 7, 100, 1000};
    for (size_t r = 0; r < COUNTOF(ratios); r++) {
        sim_time at = 15 * SIM_HOUR + 123456789;
        struct rate_shape shape = day(40, 40 * ratios[r], at);
        CU_ASSERT_DOUBLE_EQUAL(rate_shape_at(&shape, at) / (40 * ratios[r]), 1, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(rate_shape_at(&shape, at + 3 * SIM_DAY) / (40 * ratios[r]), 1,
                               1e-12);
        CU_ASSERT_DOUBLE_EQUAL(rate_shape_total(&shape, SIM_DAY) / (40 * 86400.0), 1, 1e-9);
        CU_ASSERT_DOUBLE_EQUAL(rate_shape_total(&shape, 10 * SIM_DAY) / (400 * 86400.0), 1, 1e-9);
        for (sim_time t = 0; t < SIM_DAY; t += 17 * SIM_MINUTE)
            CU_ASSERT_TRUE(rate_shape_at(&shape, t) <= 40 * ratios[r] * (1 + 1e-12));
    }
}

/* A source of one request a year still gets its turn, and quickly. */
static void test_rare_traffic_skips_whole_days(void)
{
    struct arena *arena = arena_new();
    struct rate_shape shape = day(1 / (365 * 86400.0), 3 / (365 * 86400.0), 0);
    struct arrivals *arrivals = arrivals_new(arena, &shape, even, STREAM, 0, SIM_NEVER);
    for (int year = 1; year <= 100; year++) {
        sim_time t = arrivals_next(arrivals);
        CU_ASSERT_TRUE(llabs(t - year * 365 * SIM_DAY) < SIM_SECOND);
    }
    CU_ASSERT_EQUAL(arrivals_next(arrivals), SIM_NEVER);
    shape = constant(1e-300);
    CU_ASSERT_EQUAL(arrivals_next(arrivals_new(arena, &shape, poisson, STREAM, 0, SIM_NEVER)),
                    SIM_NEVER);
    shape = constant(0);
    CU_ASSERT_EQUAL(arrivals_next(arrivals_new(arena, &shape, poisson, STREAM, 0, SIM_NEVER)),
                    SIM_NEVER);
    shape = day(0, 0, 0);
    CU_ASSERT_EQUAL(arrivals_next(arrivals_new(arena, &shape, poisson, STREAM, 0, SIM_NEVER)),
                    SIM_NEVER);
    arena_free(arena);
}

static void test_a_late_start_costs_nothing(void)
{
    struct arena *arena = arena_new();
    static const struct rate_stage states[] = {{SIM_US, 1e6}, {SIM_US, 0}};
    struct rate_shape shapes[] = {
        constant(1e9),
        day(1e8, 2e8, 0),
        {.kind = RATE_MMPP, .stages = states, .count = 2},
        {.kind = RATE_BURST, .n = 1, .at = 0, .every = 1},
    };
    sim_time start = 36000 * SIM_DAY;
    for (size_t i = 0; i < COUNTOF(shapes); i++) {
        struct arrivals *arrivals =
            arrivals_new(arena, &shapes[i], poisson, STREAM, start, SIM_NEVER);
        sim_time t = arrivals_next(arrivals);
        CU_ASSERT_TRUE(start <= t && t < start + SIM_SECOND);
    }
    struct err err = {0};
    struct arrival_law gaps = {ARRIVALS_GAPS, dist_constant(arena, 1, &err)};
    CU_ASSERT_EQUAL(arrivals_next(arrivals_new(arena, NULL, gaps, STREAM, start, SIM_NEVER)),
                    start + 1);
    arena_free(arena);
}

static void test_mmpp_spends_its_time_as_asked(void)
{
    static const struct rate_stage states[] = {{20 * SIM_SECOND, 2}, {5 * SIM_SECOND, 100}};
    struct rate_shape shape = {.kind = RATE_MMPP, .stages = states, .count = 2};
    CU_ASSERT_DOUBLE_EQUAL(rate_shape_at(&shape, 0), 540.0 / 25, 1e-12);

    enum { MINUTES = 20000 };
    static int64_t counts[MINUTES];
    struct arena *arena = arena_new();
    count_windows(arrivals_new(arena, &shape, poisson, STREAM, 0, SIM_NEVER), SIM_MINUTE, counts,
                  MINUTES);
    double sum = 0, squares = 0;
    for (int i = 0; i < MINUTES; i++) {
        sum += (double)counts[i];
        squares += (double)counts[i] * (double)counts[i];
    }
    double mean = sum / MINUTES, variance = squares / MINUTES - mean * mean;
    CU_ASSERT_TRUE(fabs(mean / (60 * 540.0 / 25) - 1) < 4 * sqrt(variance / MINUTES) / mean * 1.5);
    CU_ASSERT_TRUE(variance > 20 * mean); /* far from a Poisson process, where it would be 1 x */
    arena_free(arena);
}

/* Whatever the rates, the states change at the same instants: with everything else at 0/s both
 * sources are silent in the same stretches. */
static void test_mmpp_stays_do_not_depend_on_the_rates(void)
{
    struct arena *arena = arena_new();
    struct rate_stage thin[] = {{SIM_MINUTE, 50}, {SIM_MINUTE, 0}};
    struct rate_stage thick[] = {{SIM_MINUTE, 5000}, {SIM_MINUTE, 0}};
    struct rate_shape a = {.kind = RATE_MMPP, .stages = thin, .count = 2};
    struct rate_shape b = {.kind = RATE_MMPP, .stages = thick, .count = 2};
    enum { SECONDS = 3600 };
    static int64_t few[SECONDS], many[SECONDS];
    count_windows(arrivals_new(arena, &a, poisson, STREAM, 0, SIM_NEVER), SIM_SECOND, few, SECONDS);
    count_windows(arrivals_new(arena, &b, poisson, STREAM, 0, SIM_NEVER), SIM_SECOND, many,
                  SECONDS);
    for (int i = 0; i < SECONDS; i++) {
        CU_ASSERT_TRUE(few[i] == 0 || many[i] > 0);
        CU_ASSERT_TRUE(many[i] < 4000 || few[i] > 15);
    }
    arena_free(arena);
}

static void test_bursts_come_together_and_again(void)
{
    struct arena *arena = arena_new();
    struct rate_shape shape = {
        .kind = RATE_BURST, .n = 100, .at = 3 * SIM_SECOND, .every = 10 * SIM_SECOND};
    CU_ASSERT_EQUAL(rate_shape_total(&shape, 3 * SIM_SECOND), 0);
    CU_ASSERT_EQUAL(rate_shape_total(&shape, 3 * SIM_SECOND + 1), 100);
    CU_ASSERT_EQUAL(rate_shape_total(&shape, 33 * SIM_SECOND), 300);
    CU_ASSERT_EQUAL(rate_shape_at(&shape, 13 * SIM_SECOND + SIM_MS), 100);
    struct arrivals *a = arrivals_new(arena, &shape, poisson, STREAM, 0, 33 * SIM_SECOND);
    for (int i = 0; i < 300; i++)
        CU_ASSERT_EQUAL(arrivals_next(a), (3 + i / 100 * 10) * SIM_SECOND);
    CU_ASSERT_EQUAL(arrivals_next(a), SIM_NEVER);

    a = arrivals_new(arena, &shape, poisson, STREAM, 13 * SIM_SECOND, SIM_NEVER);
    CU_ASSERT_EQUAL(arrivals_next(a), 13 * SIM_SECOND);
    a = arrivals_new(arena, &shape, poisson, STREAM, 13 * SIM_SECOND + 1, SIM_NEVER);
    CU_ASSERT_EQUAL(arrivals_next(a), 23 * SIM_SECOND);

    shape.every = TIME_UNSET;
    a = arrivals_new(arena, &shape, even, STREAM, 0, SIM_NEVER);
    for (int i = 0; i < 100; i++)
        CU_ASSERT_EQUAL(arrivals_next(a), 3 * SIM_SECOND);
    CU_ASSERT_EQUAL(arrivals_next(a), SIM_NEVER);
    arena_free(arena);
}

static const sim_time trace_times[] = {0,        SIM_MINUTE,  2 * SIM_MINUTE, 2 * SIM_MINUTE + 5,
                                       SIM_HOUR, 2 * SIM_HOUR};
static const int64_t trace_counts[] = {1000, 0, 7, 30000, 1};

static struct rate_shape counts_trace(void)
{
    return (struct rate_shape){
        .kind = RATE_TRACE_COUNTS, .times = trace_times, .counts = trace_counts, .count = 5};
}

static void test_a_counts_trace_keeps_every_count(void)
{
    struct arena *arena = arena_new();
    struct rate_shape shape = counts_trace();
    CU_ASSERT_EQUAL(rate_shape_total(&shape, 2 * SIM_HOUR), 31008);
    CU_ASSERT_DOUBLE_EQUAL(rate_shape_total(&shape, 30 * SIM_SECOND), 500, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(rate_shape_at(&shape, 59 * SIM_SECOND), 1000 / 60.0, 1e-9);
    CU_ASSERT_EQUAL(rate_shape_at(&shape, 3 * SIM_HOUR), 0);
    for (int kind = 0; kind < 2; kind++) {
        struct arrivals *a =
            arrivals_new(arena, &shape, kind == 0 ? poisson : even, STREAM, 0, SIM_NEVER);
        double sum_s = 0;
        for (int i = 0; i < 5; i++) {
            for (int64_t k = 0; k < trace_counts[i]; k++) {
                sim_time t = arrivals_next(a);
                CU_ASSERT_TRUE(trace_times[i] <= t && t < trace_times[i + 1]);
                sum_s += i == 0 ? (double)t / 1e9 : 0;
            }
        }
        CU_ASSERT_EQUAL(arrivals_next(a), SIM_NEVER);
        /* spread over the minute: mean 30 s, sd 60/sqrt(12 n) */
        CU_ASSERT_DOUBLE_EQUAL(sum_s / 1000, 30, 4 * 60 / sqrt(12 * 1000.0));
    }
    arena_free(arena);
}

/* Sorted uniform draws: KS distance of 30 000 of them, as above. */
static void test_inside_an_interval_arrivals_are_uniform(void)
{
    struct arena *arena = arena_new();
    struct rate_shape shape = counts_trace();
    sim_time from = trace_times[3], to = trace_times[4];
    struct arrivals *a = arrivals_new(arena, &shape, poisson, STREAM, from, to);
    double worst = 0;
    for (int i = 0; i < 30000; i++) {
        double u = (double)(arrivals_next(a) - from) / (double)(to - from);
        worst = fmax(worst, fabs(u - i / 30000.0));
    }
    CU_ASSERT_TRUE(worst < 1.95 / sqrt(30000.0));
    CU_ASSERT_TRUE(worst > 0.1 / sqrt(30000.0));
    CU_ASSERT_EQUAL(arrivals_next(a), SIM_NEVER);
    arena_free(arena);
}

static void test_an_interval_does_not_depend_on_the_others(void)
{
    struct arena *arena = arena_new();
    int64_t other[] = {5, 8, 7, 30000, 1};
    struct rate_shape a = counts_trace(), b = counts_trace();
    b.counts = other;
    struct arrivals *x = arrivals_new(arena, &a, poisson, STREAM, trace_times[3], SIM_NEVER);
    struct arrivals *y = arrivals_new(arena, &b, poisson, STREAM, 0, SIM_NEVER);
    for (int i = 0; i < 20; i++)
        (void)arrivals_next(y);
    for (int i = 0; i < 30001; i++)
        CU_ASSERT_EQUAL(arrivals_next(x), arrivals_next(y));
    arena_free(arena);
}

static void test_a_times_trace_is_used_as_it_is(void)
{
    static const sim_time times[] = {0, 5, 5, 70, SIM_HOUR};
    struct arena *arena = arena_new();
    struct rate_shape shape = {.kind = RATE_TRACE_TIMES, .times = times, .count = 5};
    CU_ASSERT_EQUAL(rate_shape_total(&shape, 5), 1);
    CU_ASSERT_EQUAL(rate_shape_total(&shape, 6), 3);
    CU_ASSERT_EQUAL(rate_shape_at(&shape, 500 * SIM_MS), 4);
    struct arrivals *a = arrivals_new(arena, &shape, poisson, STREAM, 0, SIM_NEVER);
    for (int i = 0; i < 5; i++)
        CU_ASSERT_EQUAL(arrivals_next(a), times[i]);
    CU_ASSERT_EQUAL(arrivals_next(a), SIM_NEVER);
    a = arrivals_new(arena, &shape, poisson, STREAM, 5, 70);
    CU_ASSERT_EQUAL(arrivals_next(a), 5);
    CU_ASSERT_EQUAL(arrivals_next(a), 5);
    CU_ASSERT_EQUAL(arrivals_next(a), SIM_NEVER);
    arena_free(arena);
}

static void test_gaps_follow_their_own_law(void)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    struct arrival_law law = {ARRIVALS_GAPS, dist_constant(arena, 250e6, &err)};
    struct arrivals *a = arrivals_new(arena, NULL, law, STREAM, SIM_SECOND, 2 * SIM_SECOND);
    for (int i = 4; i < 8; i++)
        CU_ASSERT_EQUAL(arrivals_next(a), i * 250 * SIM_MS);
    CU_ASSERT_EQUAL(arrivals_next(a), SIM_NEVER);

    law.gaps = dist_gamma(arena, 1e9, 0.5, &err);
    a = arrivals_new(arena, NULL, law, STREAM, 0, SIM_NEVER);
    sim_time t = 0;
    for (int i = 0; i < 40000; i++)
        t = arrivals_next(a);
    CU_ASSERT_TRUE(fabs((double)t / 1e9 - 40000) < 4 * 0.5 * sqrt(40000.0));
    CU_ASSERT_TRUE(arrival_law_check(law, &err));
    law.gaps = dist_constant(arena, 0, &err);
    CU_ASSERT_FALSE(arrival_law_check(law, &err));
    arena_free(arena);
}

static void refuse(struct rate_shape shape, const char *what)
{
    struct err err = {0};
    CU_ASSERT_FALSE(rate_shape_check(&shape, &err));
    if (strstr(err.what, what) == NULL)
        printf("\n  got: %s\n", err.what);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, what));
}

static void test_impossible_shapes_are_refused(void)
{
    static const struct rate_stage nothing[] = {{0, 100}, {0, 5}};
    static const struct rate_stage no_stay[] = {{SIM_SECOND, 100}, {0, 5}};
    static const struct rate_stage restless[] = {{1, 1}, {1, 0}};
    static const struct rate_stage aeons[] = {{TIME_MAX, 1}, {TIME_MAX, 0}};
    refuse((struct rate_shape){.kind = RATE_STAGES, .stages = nothing, .count = 2}, "0s in all");
    refuse((struct rate_shape){.kind = RATE_STAGES}, "no stages");
    refuse((struct rate_shape){.kind = RATE_STAGES, .stages = aeons, .count = 2}, "beyond 36500d");
    refuse((struct rate_shape){.kind = RATE_MMPP}, "no states");
    refuse((struct rate_shape){.kind = RATE_MMPP, .stages = no_stay, .count = 2}, "state 2");
    refuse((struct rate_shape){.kind = RATE_MMPP, .stages = restless, .count = 2}, "a million");
    refuse(day(10, 9, 0), "below the mean");
    refuse(day(10, 10001, 0), "1000 times");
    refuse(day(10, NAN, 0), "diurnal: peak");
    refuse(constant(INFINITY), "rate");
    refuse((struct rate_shape){.kind = RATE_BURST, .n = 0, .every = TIME_UNSET}, "n = 0");
    refuse((struct rate_shape){.kind = RATE_BURST, .n = 1, .every = 0}, "every = 0s");
}

CU_TestInfo suite_arrivals[] = {
    TEST(test_even_gaps_are_exactly_even),
    TEST(test_even_gaps_go_on_across_a_late_start),
    TEST(test_poisson_gaps_are_exponential),
    TEST(test_poisson_counts_have_dispersion_one),
    TEST(test_the_mean_rate_is_exact_where_a_gap_is_a_nanosecond),
    TEST(test_twice_the_rate_is_the_same_traffic_in_half_the_time),
    TEST(test_same_stream_same_arrivals_other_stream_others),
    TEST(test_stages_invert_the_ramp_exactly),
    TEST(test_stages_keep_the_last_rate_for_ever),
    TEST(test_windows_hold_what_the_shape_promises),
    TEST(test_kappa_gives_the_ratio_asked_for),
    TEST(test_a_day_has_its_peak_and_its_mean),
    TEST(test_rare_traffic_skips_whole_days),
    TEST(test_a_late_start_costs_nothing),
    TEST(test_mmpp_spends_its_time_as_asked),
    TEST(test_mmpp_stays_do_not_depend_on_the_rates),
    TEST(test_bursts_come_together_and_again),
    TEST(test_a_counts_trace_keeps_every_count),
    TEST(test_inside_an_interval_arrivals_are_uniform),
    TEST(test_an_interval_does_not_depend_on_the_others),
    TEST(test_a_times_trace_is_used_as_it_is),
    TEST(test_gaps_follow_their_own_law),
    TEST(test_impossible_shapes_are_refused),
    CU_TEST_INFO_NULL,
};
