/* test_steady.c - series made to settle, to drift, or to be at rest. */
#include "stats/steady.h"

#include <math.h>

#include "core/arena.h"
#include "tests/suite.h"

#define COUNT 2000

/* Noise with memory, as queues have: x' = 0.8 x + e. */
static void make(double *values, uint64_t seed, double start, double decay, double slope)
{
    struct test_rng rng = {seed};
    double noise = 0;
    for (int i = 0; i < COUNT; i++) {
        double u = (double)test_rng_below(&rng, 1000000) / 1e6 - 0.5;
        noise = 0.8 * noise + u;
        values[i] = 10 + start * exp(-i / decay) + slope * i + noise;
    }
}

/* A beginning that dies away with a time constant of 60 samples: after 5 of them e^-5 = 0.7 % of it is left. */
static void test_a_beginning_is_found(void)
{
    double values[COUNT];
    for (uint64_t seed = 1; seed <= 20; seed++) {
        make(values, seed, -8, 60, 0);
        struct steady steady = steady_find(values, COUNT);
        CU_ASSERT_EQUAL(steady.verdict, STEADY_LATE);
        CU_ASSERT_TRUE(steady.discard >= 60 && steady.discard <= 420);
        CU_ASSERT_DOUBLE_EQUAL(steady.late, 10, 0.3);
        CU_ASSERT_TRUE(steady.early < 9.5);
    }
}

static void test_rest_is_left_alone(void)
{
    double values[COUNT];
    int alarms = 0;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        make(values, seed, 0, 1, 0);
        alarms += steady_find(values, COUNT).verdict != STEADY_SETTLED;
    }
    CU_ASSERT_TRUE(alarms <= 1);
}

static void test_drift_never_settles(void)
{
    double values[COUNT];
    for (uint64_t seed = 1; seed <= 20; seed++) {
        make(values, seed, 0, 1, 0.01);
        struct steady steady = steady_find(values, COUNT);
        CU_ASSERT_EQUAL(steady.verdict, STEADY_NEVER);
        CU_ASSERT_TRUE(steady.late > steady.early + 5);
    }
}

static void test_little_says_nothing(void)
{
    double values[COUNT];
    make(values, 3, -8, 60, 0);
    CU_ASSERT_EQUAL(steady_find(values, STEADY_SAMPLES_MIN - 1).verdict, STEADY_UNKNOWN);
    CU_ASSERT_EQUAL(steady_find(values, 0).verdict, STEADY_UNKNOWN);
    for (int i = 0; i < COUNT; i++)
        values[i] = 4;
    CU_ASSERT_EQUAL(steady_find(values, COUNT).verdict, STEADY_SETTLED);
}

CU_TestInfo suite_steady[] = {
    TEST(test_a_beginning_is_found),
    TEST(test_rest_is_left_alone),
    TEST(test_drift_never_settles),
    TEST(test_little_says_nothing),
    CU_TEST_INFO_NULL,
};
