/* test_level.c - areas, means and maxima of numbers that go up and down. */
#include "stats/level.h"

#include "tests/suite.h"

/* 0 until 10, 2 until 30, 1 until 40: area 2 x 20 + 10. */
static void test_mean_and_maximum_worked_by_hand(void)
{
    struct level level = {0};
    level_change(&level, 2, 10);
    level_change(&level, -1, 30);
    CU_ASSERT_EQUAL(level_mean(&level, 40, 40), 50. / 40);
    CU_ASSERT_EQUAL(level_max(&level), 2);
    CU_ASSERT_TRUE(level.area == 50);
}

static void test_what_came_before_the_measured_interval_does_not_count(void)
{
    struct level level = {0};
    level_change(&level, 9, 0);
    level_change(&level, -8, 5);
    level_begin(&level, 10);
    level_change(&level, 2, 20);
    CU_ASSERT_EQUAL(level_mean(&level, 30, 20), (1. * 10 + 3. * 10) / 20);
    CU_ASSERT_EQUAL(level_max(&level), 3);
}

static void test_a_level_that_never_changes_is_its_own_mean_and_maximum(void)
{
    struct level level = {0};
    level_change(&level, 4, 0);
    level_begin(&level, 10);
    CU_ASSERT_EQUAL(level_mean(&level, 30, 20), 4);
    CU_ASSERT_EQUAL(level_max(&level), 4);
}

/* The sample from 0 to 20 saw the 9 of its first half, though the measured interval began in between and did not. */
static void test_a_sample_keeps_its_maximum_across_the_end_of_the_warm_up(void)
{
    struct level level = {0};
    double mean;
    int64_t max;
    level_change(&level, 9, 0);
    level_change(&level, -8, 5);
    level_begin(&level, 10);
    level_sample(&level, 20, 20, &mean, &max);
    CU_ASSERT_EQUAL(max, 9);
    CU_ASSERT_EQUAL(mean, (9. * 5 + 15) / 20);
    CU_ASSERT_EQUAL(level_max(&level), 1);
    level_sample(&level, 30, 10, &mean, &max);
    CU_ASSERT_EQUAL(max, 1);

    struct peak peak = {0};
    for (int i = 0; i < 9; i++)
        peak_up(&peak);
    for (int i = 0; i < 8; i++)
        peak_down(&peak);
    peak_begin(&peak);
    CU_ASSERT_EQUAL(peak_sample(&peak), 9);
    CU_ASSERT_EQUAL(peak_max(&peak), 1);
    CU_ASSERT_EQUAL(peak_sample(&peak), 1);
}

/* Random steps against plain sums over every unit of time. */
static void test_random_steps_agree_with_a_sum_over_time(void)
{
    enum { SPAN = 5000, BEGIN = 1700, SAMPLE = 300 };
    struct test_rng rng = {.state = 5};
    struct level level = {0};
    struct peak peak = {0};
    int64_t value = 0, area = 0, max = 0, sample_area = 0, sample_max = 0;
    for (sim_time now = 0; now < SPAN; now++) {
        if (now == BEGIN) {
            level_begin(&level, now);
            peak_begin(&peak);
            area = 0;
            max = value;
        }
        if (now % SAMPLE == 0 && now > 0) {
            double mean;
            int64_t seen;
            level_sample(&level, now, SAMPLE, &mean, &seen);
            CU_ASSERT_EQUAL(mean, (double)sample_area / SAMPLE);
            CU_ASSERT_EQUAL(seen, sample_max);
            CU_ASSERT_EQUAL(peak_sample(&peak), sample_max);
            sample_area = 0;
            sample_max = value;
        }
        for (int64_t n = test_rng_below(&rng, 3); n > 0; n--) {
            bool up = value == 0 || test_rng_below(&rng, 2) == 0;
            value += up ? 1 : -1;
            level_change(&level, up ? 1 : -1, now);
            if (up)
                peak_up(&peak);
            else
                peak_down(&peak);
            max = value > max ? value : max;
            sample_max = value > sample_max ? value : sample_max;
        }
        area += value;
        sample_area += value;
    }
    CU_ASSERT_EQUAL(level_mean(&level, SPAN, SPAN - BEGIN), (double)area / (SPAN - BEGIN));
    CU_ASSERT_EQUAL(level_max(&level), max);
    CU_ASSERT_EQUAL(peak_max(&peak), max);
}

CU_TestInfo suite_level[] = {
    TEST(test_mean_and_maximum_worked_by_hand),
    TEST(test_what_came_before_the_measured_interval_does_not_count),
    TEST(test_a_level_that_never_changes_is_its_own_mean_and_maximum),
    TEST(test_a_sample_keeps_its_maximum_across_the_end_of_the_warm_up),
    TEST(test_random_steps_agree_with_a_sum_over_time),
    CU_TEST_INFO_NULL,
};
