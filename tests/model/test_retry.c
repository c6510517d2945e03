/* test_retry.c - the jitter formulas at their edges, then their means; who is tried again. */
#include "model/retry.h"

#include <math.h>

#include "tests/suite.h"

static const enum jitter jitters[] = {JITTER_FULL, JITTER_EQUAL, JITTER_DECORRELATED, JITTER_NONE};

static struct draw nth(uint64_t i)
{
    return draw_of(stream_at(42, i), 7);
}

static void test_without_jitter_delays_double_up_to_the_maximum(void)
{
    struct backoff backoff = {100 * SIM_MS, 20 * SIM_SECOND, JITTER_NONE};
    CU_ASSERT_EQUAL(backoff_delay(&backoff, 0, 0, nth(0)), 100 * SIM_MS);
    CU_ASSERT_EQUAL(backoff_delay(&backoff, 3, 0, nth(0)), 800 * SIM_MS);
    CU_ASSERT_EQUAL(backoff_delay(&backoff, 7, 0, nth(0)), 12800 * SIM_MS);
    CU_ASSERT_EQUAL(backoff_delay(&backoff, 8, 0, nth(0)), 20 * SIM_SECOND);
    CU_ASSERT_EQUAL(backoff_delay(&backoff, 999, 0, nth(0)), 20 * SIM_SECOND);
}

/* Over many draws: within the bounds, near both of them, and with the mean of a uniform law. */
static void check_law(struct backoff backoff, int i, sim_time previous, double low, double high)
{
    enum { DRAWS = 20000 };
    double sum = 0, least = INFINITY, most = 0;
    for (uint64_t k = 0; k < DRAWS; k++) {
        double delay = (double)backoff_delay(&backoff, i, previous, nth(k));
        CU_ASSERT_TRUE(low <= delay && delay <= high);
        sum += delay;
        least = fmin(least, delay);
        most = fmax(most, delay);
    }
    double width = high - low;
    CU_ASSERT_TRUE(least < low + width / 500 && most > high - width / 500);
    CU_ASSERT_DOUBLE_EQUAL(sum / DRAWS, (low + high) / 2, 4 * width / sqrt(12.0 * DRAWS));
}

static void test_full_and_equal_jitter_are_uniform(void)
{
    struct backoff full = {100 * SIM_MS, 20 * SIM_SECOND, JITTER_FULL};
    struct backoff equal = {100 * SIM_MS, 20 * SIM_SECOND, JITTER_EQUAL};
    check_law(full, 0, 0, 0, 100e6);
    check_law(full, 4, 0, 0, 1600e6);
    check_law(full, 30, 0, 0, 20e9);
    check_law(equal, 0, 0, 50e6, 100e6);
    check_law(equal, 4, 0, 800e6, 1600e6);
    check_law(equal, 30, 0, 10e9, 20e9);
}

static void test_decorrelated_jitter_grows_from_the_previous_delay(void)
{
    struct backoff backoff = {100 * SIM_MS, 20 * SIM_SECOND, JITTER_DECORRELATED};
    check_law(backoff, 0, 0, 100e6, 300e6);
    check_law(backoff, 1, 250 * SIM_MS, 100e6, 750e6);
    check_law(backoff, 7, 6 * SIM_SECOND, 100e6, 18e9);
    int capped = 0; /* of uniform(0.1, 60) s two thirds lie above 20 s */
    for (uint64_t k = 0; k < 10000; k++) {
        sim_time delay = backoff_delay(&backoff, 9, 20 * SIM_SECOND, nth(k));
        CU_ASSERT_TRUE(100 * SIM_MS <= delay && delay <= 20 * SIM_SECOND);
        capped += delay == 20 * SIM_SECOND;
    }
    CU_ASSERT_DOUBLE_EQUAL(capped / 1e4, 40.0 / 59.9, 0.02);
}

static void test_extremes_stay_in_range(void)
{
    for (size_t j = 0; j < COUNTOF(jitters); j++) {
        struct backoff huge = {TIME_MAX, TIME_MAX, jitters[j]};
        struct backoff zero = {0, 20 * SIM_SECOND, jitters[j]};
        struct backoff inverted = {20 * SIM_SECOND, SIM_SECOND, jitters[j]};
        for (int i = 0; i <= 1000; i += 50) {
            sim_time delay = backoff_delay(&huge, i, TIME_MAX, nth((uint64_t)i));
            CU_ASSERT_TRUE(0 <= delay && delay <= TIME_MAX);
            CU_ASSERT_EQUAL(backoff_delay(&zero, i, 0, nth((uint64_t)i)), 0);
            CU_ASSERT_TRUE(backoff_delay(&inverted, i, 0, nth((uint64_t)i)) <= SIM_SECOND);
        }
    }
}

static void test_a_delay_is_a_function_of_its_draw(void)
{
    struct backoff backoff = {100 * SIM_MS, 20 * SIM_SECOND, JITTER_FULL};
    CU_ASSERT_EQUAL(backoff_delay(&backoff, 3, 0, nth(5)), backoff_delay(&backoff, 3, 0, nth(5)));
    CU_ASSERT_NOT_EQUAL(backoff_delay(&backoff, 3, 0, nth(5)),
                        backoff_delay(&backoff, 3, 0, nth(6)));
}

static void test_by_default_everything_but_answers_is_tried_again(void)
{
    struct retry_policy policy = {.retries = 3, .on_default = true, .budget = NAN};
    CU_ASSERT_TRUE(retry_wants(&policy, OUTCOME_ERROR, 500));
    CU_ASSERT_TRUE(retry_wants(&policy, OUTCOME_ERROR, 0));
    CU_ASSERT_TRUE(retry_wants(&policy, OUTCOME_TIMEOUT, 0));
    CU_ASSERT_TRUE(retry_wants(&policy, OUTCOME_THROTTLE, 429));
    CU_ASSERT_TRUE(retry_wants(&policy, OUTCOME_OK, 429));
    CU_ASSERT_FALSE(retry_wants(&policy, OUTCOME_OK, 200));
    CU_ASSERT_FALSE(retry_wants(&policy, OUTCOME_OK, 404));
}

static void test_a_list_names_all_that_is_tried_again(void)
{
    struct retry_policy policy = {
        .retries = 3, .on_timeout = true, .code_count = 2, .codes = {429, 503}, .budget = NAN};
    CU_ASSERT_TRUE(retry_wants(&policy, OUTCOME_ERROR, 503));
    CU_ASSERT_FALSE(retry_wants(&policy, OUTCOME_ERROR, 500));
    CU_ASSERT_FALSE(retry_wants(&policy, OUTCOME_ERROR, 0));
    CU_ASSERT_TRUE(retry_wants(&policy, OUTCOME_THROTTLE, 429));
    CU_ASSERT_TRUE(retry_wants(&policy, OUTCOME_THROTTLE, 0)); /* a throttle is a 429 */
    CU_ASSERT_TRUE(retry_wants(&policy, OUTCOME_THROTTLE, 503));
    CU_ASSERT_TRUE(retry_wants(&policy, OUTCOME_TIMEOUT, 0));
    CU_ASSERT_FALSE(retry_wants(&policy, OUTCOME_OK, 200));

    policy = (struct retry_policy){.on_throttle = true, .code_count = 1, .codes = {404}};
    CU_ASSERT_TRUE(retry_wants(&policy, OUTCOME_OK, 404)); /* asked for by its number */
    CU_ASSERT_TRUE(retry_wants(&policy, OUTCOME_THROTTLE, 503));
    CU_ASSERT_FALSE(retry_wants(&policy, OUTCOME_TIMEOUT, 0));
    policy = (struct retry_policy){.on_error = true};
    CU_ASSERT_TRUE(retry_wants(&policy, OUTCOME_ERROR, 502));
    CU_ASSERT_FALSE(retry_wants(&policy, OUTCOME_THROTTLE, 429));
}

/* An outage: every try fails. The budget lets 10 retries through and then a tenth of the first
 * tries. */
static void test_a_budget_bounds_retries_by_first_tries(void)
{
    struct retry_policy policy = {.retries = 3, .on_default = true, .budget = 0.1};
    struct retry_budget budget;
    retry_budget_init(&budget, &policy);
    for (int i = 0; i < 1000; i++)
        retry_budget_first_try(&budget); /* quiet times save nothing up */
    int retries = 0;
    for (int i = 0; i < 1000; i++) {
        retry_budget_first_try(&budget);
        retries += retry_budget_take(&budget);
    }
    CU_ASSERT_TRUE(108 <= retries && retries <= 110);

    policy.budget = NAN;
    retry_budget_init(&budget, &policy);
    for (int i = 0; i < 1000; i++)
        CU_ASSERT_TRUE(retry_budget_take(&budget));
    policy.budget = 0;
    retry_budget_init(&budget, &policy);
    for (int i = 0; i < 10; i++)
        CU_ASSERT_TRUE(retry_budget_take(&budget));
    retry_budget_first_try(&budget);
    CU_ASSERT_FALSE(retry_budget_take(&budget));
}

CU_TestInfo suite_retry[] = {
    TEST(test_without_jitter_delays_double_up_to_the_maximum),
    TEST(test_full_and_equal_jitter_are_uniform),
    TEST(test_decorrelated_jitter_grows_from_the_previous_delay),
    TEST(test_extremes_stay_in_range),
    TEST(test_a_delay_is_a_function_of_its_draw),
    TEST(test_by_default_everything_but_answers_is_tried_again),
    TEST(test_a_list_names_all_that_is_tried_again),
    TEST(test_a_budget_bounds_retries_by_first_tries),
    CU_TEST_INFO_NULL,
};
