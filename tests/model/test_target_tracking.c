/* test_target_tracking.c - the rule as the provider documents it, point by point. */
#include "model/target_tracking.h"

#include <math.h>

#include "tests/suite.h"

/* As for ECS: 3 points out, 15 in, 300 s of rest each way. */
static struct tracking ecs(double target, int64_t min, int64_t max)
{
    const struct tracking_rule rule = {.out_points = 3,
                                       .in_points = 15,
                                       .in_below = 0.9,
                                       .cooldown_out = 300 * SIM_SECOND,
                                       .cooldown_in = 300 * SIM_SECOND};
    const struct autoscale_spec spec = {.target = target, .min = min, .max = max};
    struct tracking tracking;
    tracking_init(&tracking, &rule, &spec);
    return tracking;
}

/* Plays a metric, one point a minute; the capacity after them. */
static int64_t play(struct tracking *tracking, int *minute, int points, double metric,
                    int64_t capacity)
{
    for (int i = 0; i < points; i++)
        capacity = tracking_point(tracking, metric, capacity, ++*minute * SIM_MINUTE);
    return capacity;
}

static void test_three_points_above_scale_out_in_proportion(void)
{
    struct tracking t = ecs(0.6, 1, 100);
    int minute = 0;
    CU_ASSERT_EQUAL(play(&t, &minute, 2, 0.9, 4), 4);
    CU_ASSERT_EQUAL(play(&t, &minute, 1, 0.9, 4), 6); /* 4 x 0.9 / 0.6 */
}

static void test_a_point_at_the_target_breaks_the_row(void)
{
    struct tracking t = ecs(0.6, 1, 100);
    int minute = 0;
    CU_ASSERT_EQUAL(play(&t, &minute, 2, 0.9, 4), 4);
    CU_ASSERT_EQUAL(play(&t, &minute, 1, 0.6, 4), 4);
    CU_ASSERT_EQUAL(play(&t, &minute, 2, 0.9, 4), 4);
    CU_ASSERT_EQUAL(play(&t, &minute, 1, 0.9, 4), 6);
}

/* 10 units at exactly 60 % want 10, not 11 by rounding. */
static void test_rounding_asks_for_no_unit_too_many(void)
{
    for (int64_t n = 1; n <= 1000; n++) {
        struct tracking t = ecs(0.7, 1, 5000);
        int minute = 0;
        CU_ASSERT_EQUAL(play(&t, &minute, 3, 0.7 * 2, n), 2 * n);
    }
}

/* A utilisation is at most 1, so a step grows by at most 1 / target. */
static void test_one_step_grows_by_at_most_one_over_target(void)
{
    struct tracking t = ecs(0.7, 1, 5000);
    int minute = 0;
    CU_ASSERT_EQUAL(play(&t, &minute, 3, 1.0, 700), 1000);
}

static void test_scaling_out_rests_for_its_cooldown(void)
{
    struct tracking t = ecs(0.5, 1, 1000);
    int minute = 0;
    CU_ASSERT_EQUAL(play(&t, &minute, 3, 1.0, 10), 20); /* minute 3: rests until minute 8 */
    CU_ASSERT_EQUAL(play(&t, &minute, 4, 1.0, 20), 20); /* ... 7 */
    CU_ASSERT_EQUAL(play(&t, &minute, 1, 1.0, 20), 40);
}

static void test_fifteen_points_below_nine_tenths_scale_in(void)
{
    struct tracking t = ecs(0.6, 1, 100);
    int minute = 0;
    CU_ASSERT_EQUAL(play(&t, &minute, 100, 0.55, 10), 10); /* not below 0.54 */
    CU_ASSERT_EQUAL(play(&t, &minute, 14, 0.30, 10), 10);
    CU_ASSERT_EQUAL(play(&t, &minute, 1, 0.30, 10), 5);
}

static void test_a_minute_without_data_breaks_both_rows(void)
{
    struct tracking t = ecs(0.6, 1, 100);
    int minute = 0;
    CU_ASSERT_EQUAL(play(&t, &minute, 14, 0.30, 10), 10);
    CU_ASSERT_EQUAL(play(&t, &minute, 1, (double)NAN, 10), 10);
    CU_ASSERT_EQUAL(play(&t, &minute, 14, 0.30, 10), 10);
    CU_ASSERT_EQUAL(play(&t, &minute, 1, 0.30, 10), 5);
    CU_ASSERT_EQUAL(play(&t, &minute, 100, (double)NAN, 5), 5);
    CU_ASSERT_EQUAL(play(&t, &minute, 2, 0.9, 5), 5);
    CU_ASSERT_EQUAL(play(&t, &minute, 1, (double)NAN, 5), 5);
    CU_ASSERT_EQUAL(play(&t, &minute, 2, 0.9, 5), 5);
}

static void test_bounds_hold(void)
{
    struct tracking t = ecs(0.5, 4, 12);
    int minute = 0;
    CU_ASSERT_EQUAL(play(&t, &minute, 3, 1.0, 10), 12);
    CU_ASSERT_EQUAL(play(&t, &minute, 30, 1.0, 12), 12);
    CU_ASSERT_EQUAL(play(&t, &minute, 15, 0.01, 12), 4);
    CU_ASSERT_EQUAL(play(&t, &minute, 60, 0.0, 4), 4);
    CU_ASSERT_EQUAL(play(&t, &minute, 1, 0.5, 2), 4); /* less than min is put right at once */
}

/* What could not be done, because the bound is reached, starts no cooldown. */
static void test_a_step_not_taken_costs_no_rest(void)
{
    struct tracking t = ecs(0.5, 1, 10);
    int minute = 0;
    CU_ASSERT_EQUAL(play(&t, &minute, 3, 1.0, 10), 10);
    t.spec.max = 100;
    CU_ASSERT_EQUAL(play(&t, &minute, 1, 1.0, 10), 20);
}

CU_TestInfo suite_target_tracking[] = {
    TEST(test_three_points_above_scale_out_in_proportion),
    TEST(test_a_point_at_the_target_breaks_the_row),
    TEST(test_rounding_asks_for_no_unit_too_many),
    TEST(test_one_step_grows_by_at_most_one_over_target),
    TEST(test_scaling_out_rests_for_its_cooldown),
    TEST(test_fifteen_points_below_nine_tenths_scale_in),
    TEST(test_a_minute_without_data_breaks_both_rows),
    TEST(test_bounds_hold),
    TEST(test_a_step_not_taken_costs_no_rest),
    CU_TEST_INFO_NULL,
};
