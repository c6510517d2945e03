/* test_token_bucket.c - worked examples first, then the properties they sample. */
#include "model/token_bucket.h"
#include "tests/suite.h"

static void test_starts_full(void)
{
    struct token_bucket tb;
    token_bucket_init(&tb, (struct token_limit){.rate_micro_per_s = 10000000, .burst = 5}, 0);
    CU_ASSERT_EQUAL(token_bucket_level(&tb, 0), 5);
}

static void test_take_is_all_or_nothing(void)
{
    struct token_bucket tb;
    token_bucket_init(&tb, (struct token_limit){.rate_micro_per_s = 0, .burst = 5}, 0);
    CU_ASSERT_TRUE(token_bucket_take(&tb, 3, 0));
    CU_ASSERT_FALSE(token_bucket_take(&tb, 3, 0));
    CU_ASSERT_EQUAL(token_bucket_level(&tb, 0), 2);
}

static void test_refills_at_rate_and_stops_at_burst(void)
{
    struct token_bucket tb;
    token_bucket_init(&tb, (struct token_limit){.rate_micro_per_s = 10000000, .burst = 5}, 0);
    CU_ASSERT_TRUE(token_bucket_take(&tb, 5, 0));
    CU_ASSERT_EQUAL(token_bucket_level(&tb, 100 * SIM_MS - 1), 0);
    CU_ASSERT_EQUAL(token_bucket_level(&tb, 100 * SIM_MS), 1);
    CU_ASSERT_EQUAL(token_bucket_level(&tb, 60 * SIM_SECOND), 5);
}

/* Once at a rate that divides a second evenly, once at one where rounding would show. */
static void test_wait_names_the_first_instant_that_works(void)
{
    for (int64_t rate = 2; rate <= 3; rate++) {
        struct token_bucket tb;
        token_bucket_init(&tb, (struct token_limit){.rate_micro_per_s = rate * 1000000, .burst = 4},
                          0);
        CU_ASSERT_EQUAL(token_bucket_wait(&tb, 4, 0), 0);
        CU_ASSERT_TRUE(token_bucket_take(&tb, 4, 0));

        sim_time wait = token_bucket_wait(&tb, 1, 0);
        CU_ASSERT_FALSE(token_bucket_take(&tb, 1, wait - 1));
        CU_ASSERT_TRUE(token_bucket_take(&tb, 1, wait));
    }
}

static void test_impossible_takes_wait_forever(void)
{
    struct token_bucket tb;
    token_bucket_init(&tb, (struct token_limit){.rate_micro_per_s = 10000000, .burst = 2}, 0);
    CU_ASSERT_FALSE(token_bucket_take(&tb, INT64_MAX, 0));
    CU_ASSERT_EQUAL(token_bucket_wait(&tb, 3, 0), SIM_NEVER);

    token_bucket_init(&tb, (struct token_limit){.rate_micro_per_s = 0, .burst = 2}, 0);
    CU_ASSERT_EQUAL(token_bucket_wait(&tb, 2, 0), 0);
    CU_ASSERT_TRUE(token_bucket_take(&tb, 2, 0));
    CU_ASSERT_EQUAL(token_bucket_wait(&tb, 1, 0), SIM_NEVER);
}

static void test_centuries_of_idling_do_not_overflow(void)
{
    struct token_bucket tb;
    token_bucket_init(&tb,
                      (struct token_limit){.rate_micro_per_s = TOKEN_BUCKET_RATE_MAX,
                                           .burst = TOKEN_BUCKET_BURST_MAX},
                      0);
    CU_ASSERT_TRUE(token_bucket_take(&tb, TOKEN_BUCKET_BURST_MAX, 0));
    CU_ASSERT_EQUAL(token_bucket_level(&tb, SIM_NEVER - 1), TOKEN_BUCKET_BURST_MAX);
}

/* Property: random takes get the answers of a model too simple to be wrong, one that
 * adds `rate` milli-tokens per millisecond tick and clips at the burst. */
static void test_agrees_with_a_tick_by_tick_model(void)
{
    const int64_t rate = 7, burst = 20;
    struct token_bucket tb;
    token_bucket_init(&tb, (struct token_limit){.rate_micro_per_s = rate * 1000000, .burst = burst},
                      0);
    int64_t model_milli = burst * 1000;

    struct test_rng rng = {.state = 1};
    for (int64_t now_ms = 0; now_ms < 200000;) {
        for (int64_t ticks = test_rng_below(&rng, 2000); ticks > 0; ticks--, now_ms++)
            model_milli = model_milli + rate < burst * 1000 ? model_milli + rate : burst * 1000;
        int64_t count = 1 + test_rng_below(&rng, burst);
        bool expected = model_milli >= count * 1000;
        model_milli -= expected ? count * 1000 : 0;

        CU_ASSERT_EQUAL(token_bucket_take(&tb, count, now_ms * SIM_MS), expected);
        CU_ASSERT_EQUAL(token_bucket_level(&tb, now_ms * SIM_MS), model_milli / 1000);
    }
}

/* A fraction of a token per second, as in rate = "10/h". */
static void test_slow_rates_are_exact(void)
{
    struct token_bucket tb;
    token_bucket_init(&tb, token_limit_of(0.25, 1), 0);
    CU_ASSERT_TRUE(token_bucket_take(&tb, 1, 0));
    CU_ASSERT_FALSE(token_bucket_take(&tb, 1, 4 * SIM_SECOND - 1));
    CU_ASSERT_TRUE(token_bucket_take(&tb, 1, 4 * SIM_SECOND));
}

/* AWS: 12,000 requests/s against 10,000/s with a burst of 5,000 (MODEL.md B3): the bucket loses 2,000
 * a second, so it is empty, and the first 429 comes, after 2.5 s. */
static void test_first_refusal_after_two_and_a_half_seconds(void)
{
    struct token_bucket tb;
    token_bucket_init(&tb, token_limit_of(10000, 5000), 0);
    int64_t refused = 0;
    sim_time first = SIM_NEVER;
    for (int64_t i = 1; i <= 12000 * 10; i++) {
        sim_time now = i * SIM_SECOND / 12000;
        if (token_bucket_take(&tb, 1, now))
            continue;
        first = first == SIM_NEVER ? now : first;
        refused++;
    }
    CU_ASSERT_TRUE(first >= 2499 * SIM_MS && first <= 2502 * SIM_MS);
    CU_ASSERT_TRUE(refused >= 14998 && refused <= 15002);
}

CU_TestInfo suite_token_bucket[] = {
    TEST(test_starts_full),
    TEST(test_take_is_all_or_nothing),
    TEST(test_refills_at_rate_and_stops_at_burst),
    TEST(test_wait_names_the_first_instant_that_works),
    TEST(test_impossible_takes_wait_forever),
    TEST(test_centuries_of_idling_do_not_overflow),
    TEST(test_agrees_with_a_tick_by_tick_model),
    TEST(test_slow_rates_are_exact),
    TEST(test_first_refusal_after_two_and_a_half_seconds),
    CU_TEST_INFO_NULL,
};
