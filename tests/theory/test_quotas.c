/* test_quotas.c - the quotas as documented: who is let through, how many, and from when.
 *
 * Arrivals are even or in bursts, so there is no noise: figures are exact but for the events at the edges.
 */
#include <math.h>

#include "tests/suite.h"
#include "tests/theory/lab.h"

#define FUNCTION "init = '0ms', first_run = '0ms', keep_alive = 'forever', timeout = '900s'"

static double served(const struct lab *lab, const char *node)
{
    return lab_value(lab, node, "requests", "sum") - lab_value(lab, node, "throttle_count", "sum");
}

/* -- requests per second: 10 for each unit of concurrency ----------------------------------------- */

/* 10 s, from when the bucket of one second's worth is long empty. */
static struct lab *run_rate(int concurrency, int rate_per_s, const char *wait)
{
    return lab_run(1,
                   "scenario 'rate' {}\n"
                   "account { concurrency = %d, scaling = '100000/10s' }\n"
                   "local work = fn 'work' { " FUNCTION
                   ", handler = function(r) r:wait '%s' end }\n"
                   "traffic 'calls' { to = work, rate = '%d/s', arrivals = 'uniform' }\n"
                   "simulate { duration = '30s', warmup = '20s' }\n",
                   concurrency, wait, rate_per_s);
}

/* 50 ms at 20,000/s would be 1,000 at once, and a quota of 1,000 allows that: but not more than 10,000/s. */
static void test_a_quota_of_1000_serves_10000_a_second(void)
{
    struct lab *lab = run_rate(1000, 20000, "50ms");
    CU_ASSERT_TRUE(lab_near("served in 10 s", served(lab, "work"), 100000, 2));
    CU_ASSERT_TRUE(lab_near("  at once", lab_value(lab, "work", "concurrency", "mean"), 500, 1));
    lab_close(lab);
}

/* 20 ms at 30,000/s are 600 at once; the rate needs a quota of 3,000 all the same. */
static void test_30000_a_second_need_a_quota_of_3000(void)
{
    struct lab *enough = run_rate(3000, 30000, "20ms");
    CU_ASSERT_EQUAL(lab_count(enough, "work", "throttle_count", "sum"), 0);
    CU_ASSERT_TRUE(lab_near("at once", lab_value(enough, "work", "concurrency", "mean"), 600, 1));
    lab_close(enough);

    struct lab *too_few = run_rate(2000, 30000, "20ms");
    CU_ASSERT_TRUE(lab_near("refused in 10 s at quota 2,000",
                            lab_value(too_few, "work", "throttle_count", "sum"), 100000, 2));
    lab_close(too_few);
}

/* Where calls are long, concurrency is what binds: 1,000 at once and 1,000/s of 1 s. */
static void test_long_calls_meet_the_concurrency(void)
{
    struct lab *lab = run_rate(1000, 2000, "1s");
    CU_ASSERT_TRUE(lab_near("served in 10 s", served(lab, "work"), 10000, 2));
    CU_ASSERT_EQUAL(lab_count(lab, "work", "concurrency", "max"), 1000);
    lab_close(lab);
}

/* Ten provisioned units take ten at once or 100/s, whichever is less; the rest spills. */
static void check_spill(const char *wait, int rate_per_s, double spill)
{
    struct lab *lab = lab_run(1,
                              "scenario 'spill' {}\n"
                              "local work = fn 'work' { provisioned = 10, " FUNCTION ",\n"
                              "  handler = function(r) r:wait '%s' end }\n"
                              "traffic 'calls' { to = work, rate = '%d/s', arrivals = 'uniform' }\n"
                              "simulate { duration = '30s', warmup = '20s' }\n",
                              wait, rate_per_s);
    CU_ASSERT_TRUE(lab_near(wait, lab_value(lab, "work", "spill", "mean"), spill, 0.001));
    CU_ASSERT_EQUAL(lab_count(lab, "work", "throttle_count", "sum"), 0);
    lab_close(lab);
}

static void test_ten_units_spill_at_10_or_100_a_second(void)
{
    check_spill("10ms", 200, 0.5); /* 2 at once, but 200/s */
    check_spill("10ms", 100, 0);   /* at the limit */
    check_spill("1s", 20, 0.5);    /* 20 at once, but 20/s */
}

/* -- how fast a function may grow ------------------------------------------------------------------ */

/* The rule up to 2023: 3,000 environments at once for the whole account, then 500 a minute; 10,000 requests in equal
 * batches a minute apart. A batch finds the environments of those before it. */
static void check_old_burst(int batches, int served_in_all, int throttled_in_first)
{
    int size = 10000 / batches;
    struct lab *lab =
        lab_run(1,
                "scenario 'burst' {}\n"
                "account { concurrency = 10000, scaling = 'burst-2023' }\n"
                "local work = fn 'work' { " FUNCTION ", handler = function(r) r:wait '1s' end }\n"
                "traffic 'calls' { to = work, rate = burst{ n = %d, at = '0s', every = '1min' } }\n"
                "simulate { duration = '%dmin', sample = '30s' }\n",
                size, batches);
    CU_ASSERT_EQUAL(lab_count(lab, "work", "requests", "sum"), size * batches);
    CU_ASSERT_TRUE(lab_near("old burst, served", served(lab, "work"), served_in_all, 0));
    CU_ASSERT_TRUE(lab_near("  refused in minute 1", lab_sample(lab, "work", 0)->throttles,
                            throttled_in_first, 0));
    lab_close(lab);
}

static void test_the_old_burst_rule(void)
{
    check_old_burst(1, 3000, 7000);
    check_old_burst(2, 3000 + 3500, 2000);
    check_old_burst(3, 3000 + 3333 + 3333, 333);
    check_old_burst(4, 10000, 0);
}

/* Today each function may start 1,000 environments and 100 more a second: 3,000 clients that come at once
 * and try again every 100 ms are all in service after 20 s. */
static void test_a_function_reaches_3000_in_20_seconds(void)
{
    struct lab *lab = lab_run(
        1, "scenario 'growth' {}\n"
           "account { concurrency = 10000 }\n"
           "local work = fn 'work' { " FUNCTION ", handler = function(r) r:wait '60s' end }\n"
           "traffic 'calls' { to = work, rate = burst{ n = 3000, at = '0s' },\n"
           "  retry = { retries = 1000, backoff = expo('100ms', { max = '100ms', jitter = 'none' "
           "}) } }\n"
           "simulate { duration = '30s', sample = '1s' }\n");
    /* At the end of second s 1,000 + 100 s may have begun; tries come every 0.1 s, and the last of them is one of
     * ten environments before that. */
    for (int s = 1; s < 20; s++)
        CU_ASSERT_TRUE(lab_near("in service", lab_sample(lab, "work", s - 1)->concurrency_max,
                                1000 + 100 * s, 10));
    CU_ASSERT_TRUE(lab_near("20 s", lab_sample(lab, "work", 20)->concurrency_max, 3000, 0));
    CU_ASSERT_TRUE(lab_sample(lab, "work", 18)->concurrency_max < 3000);
    CU_ASSERT_EQUAL(lab_count(lab, "calls", "error_count", "sum"), 0);
    lab_close(lab);
}

/* The rule is each function's own: two of them grow side by side. */
static void test_functions_grow_side_by_side(void)
{
    struct lab *lab =
        lab_run(1, "scenario 'growth' {}\n"
                   "account { concurrency = 10000 }\n"
                   "local function one(name)\n"
                   "  return fn(name) { " FUNCTION ", handler = function(r) r:wait '60s' end }\n"
                   "end\n"
                   "traffic 'to a' { to = one 'a', rate = burst{ n = 3000, at = '0s' } }\n"
                   "traffic 'to b' { to = one 'b', rate = burst{ n = 3000, at = '0s' } }\n"
                   "simulate { duration = '10s' }\n");
    CU_ASSERT_EQUAL(lab_count(lab, "a", "throttle_count", "sum"), 2000);
    CU_ASSERT_EQUAL(lab_count(lab, "b", "throttle_count", "sum"), 2000);
    lab_close(lab);
}

/* -- the gateway's bucket --------------------------------------------------------------------------- */

/* 5,000 tokens and 10,000/s against 12,000/s: empty after 5,000 / 2,000 = 2.5 s, then 2,000/s are refused. */
static void test_a_gateway_at_12000_a_second(void)
{
    struct lab *lab = lab_run(
        1, "scenario 'gateway' {}\n"
           "account { concurrency = 5000, scaling = '100000/10s' }\n"
           "local work = fn 'work' { " FUNCTION ", handler = function(r) r:wait '10ms' end }\n"
           "local api = http_api 'api' { ['GET /x'] = work }\n"
           "traffic 'calls' { to = api 'GET /x', rate = '12000/s', arrivals = 'uniform' }\n"
           "simulate { duration = '12.5s', sample = '100ms' }\n");
    for (int tenth = 0; tenth < 24; tenth++)
        CU_ASSERT_EQUAL(lab_sample(lab, "api", tenth)->throttles, 0);
    CU_ASSERT_TRUE(lab_sample(lab, "api", 24)->throttles <= 1); /* the arrival at 2.5 s itself */
    CU_ASSERT_TRUE(
        lab_near("refused in the next 0.1 s", lab_sample(lab, "api", 25)->throttles, 200, 1));
    CU_ASSERT_TRUE(
        lab_near("refused in 10 s", lab_value(lab, "api", "throttle_count", "sum"), 20000, 2));
    CU_ASSERT_EQUAL(lab_count(lab, "work", "throttle_count", "sum"), 0);
    lab_close(lab);
}

CU_TestInfo suite_quotas[] = {
    TEST(test_a_quota_of_1000_serves_10000_a_second),
    TEST(test_30000_a_second_need_a_quota_of_3000),
    TEST(test_long_calls_meet_the_concurrency),
    TEST(test_ten_units_spill_at_10_or_100_a_second),
    TEST(test_the_old_burst_rule),
    TEST(test_a_function_reaches_3000_in_20_seconds),
    TEST(test_functions_grow_side_by_side),
    TEST(test_a_gateway_at_12000_a_second),
    CU_TEST_INFO_NULL,
};
