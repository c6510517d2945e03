/* test_golden_bills.c - whole runs whose bills were worked out by hand.
 *
 * Arrivals are even and stop before the end, so that the number of calls is exact and every call is answered; init
 * and first run take no time. What is left is metering, rounding and prices: the bill must be right to a
 * millionth of a dollar, not within some noise. Prices: us-east-1, 2026-10.
 */
#include <string.h>

#include "tests/suite.h"
#include "tests/theory/lab.h"

#define FUNCTION "init = '0ms', first_run = '0ms', keep_alive = 'forever', timeout = '900s'"
#define EXACTLY  1e-6

static double line(const struct lab *lab, const char *resource, const char *item)
{
    const struct bill *bill = &lab_result(lab)->bill;
    double usd = 0;
    for (int i = 0; i < bill->count; i++)
        if (strcmp(bill->lines[i].resource, resource) == 0 &&
            strcmp(bill->lines[i].line_item, item) == 0)
            usd += bill->lines[i].cost_usd;
    return usd;
}

/* The provider's own example: 1 GB, 1,000 units for 2 hours, 1.2 M calls of 1 s: 30.00 + 0.24 + 11.67. */
static void test_provisioned_example_of_the_price_page(void)
{
    struct lab *lab = lab_run(
        1,
        "scenario 'bill' {}\n"
        "local work = fn 'work' { memory = '1024MB', provisioned = 1000, " FUNCTION ",\n"
        "  handler = function(r) r:wait '1s' end }\n"
        "traffic 'calls' { to = work, rate = '200/s', arrivals = 'uniform', stop = '6000.001s' }\n"
        "simulate { duration = '2h' }\n");
    CU_ASSERT_EQUAL(lab_count(lab, "work", "requests", "sum"), 1200000);
    CU_ASSERT_EQUAL(lab_count(lab, "work", "spill_count", "sum"), 0);
    CU_ASSERT_TRUE(lab_near("capacity", line(lab, "work", "provisioned capacity"),
                            1000 * 7200 * 0.0000041667, EXACTLY));
    CU_ASSERT_TRUE(lab_near("calls", line(lab, "work", "requests"), 0.24, EXACTLY));
    CU_ASSERT_TRUE(lab_near("compute", line(lab, "work", "provisioned compute"),
                            1200000 * 0.0000097222, EXACTLY));
    CU_ASSERT_TRUE(lab_near("$41.91", lab_value(lab, "*", "cost", "sum"), 41.91, 0.005));
    lab_close(lab);
}

/* 3 M calls of 120 ms at 1.5 GB are 540,000 GB-s; 400,000 and 1 M calls are free. */
static void test_a_month_with_the_free_tier(void)
{
    struct lab *lab = lab_run(
        1,
        "scenario 'bill' {}\n"
        "local work = fn 'work' { memory = '1536MB', " FUNCTION ",\n"
        "  handler = function(r) r:wait '120ms' end }\n"
        "traffic 'calls' { to = work, rate = '1.2/s', arrivals = 'uniform', stop = '2500000.1s' }\n"
        "pricing { free_tier = true }\n"
        "simulate { duration = '730h' }\n");
    CU_ASSERT_EQUAL(lab_count(lab, "work", "requests", "sum"), 3000000);
    CU_ASSERT_TRUE(
        lab_near("compute", line(lab, "work", "compute"), 140000 * 0.0000166667, EXACTLY));
    CU_ASSERT_TRUE(lab_near("calls", line(lab, "work", "requests"), 0.40, EXACTLY));
    CU_ASSERT_TRUE(lab_near("$2.73", lab_value(lab, "*", "cost", "sum"), 2.73, 0.005));
    CU_ASSERT_TRUE(
        lab_near("  a month of it", lab_value(lab, "*", "cost_month", "sum"), 2.73, 0.005));
    lab_close(lab);
}

/* A million calls of `wait` at 1 GB. */
static struct lab *run_million(const char *arch, const char *wait)
{
    return lab_run(
        1,
        "scenario 'bill' {}\n"
        "local work = fn 'work' { memory = '1024MB', arch = '%s', " FUNCTION ",\n"
        "  handler = function(r) r:wait '%s' end }\n"
        "traffic 'calls' { to = work, rate = '2000/s', arrivals = 'uniform', stop = '500.0001s' }\n"
        "simulate { duration = '510s' }\n",
        arch, wait);
}

static void check_million(const char *arch, const char *wait, double usd)
{
    struct lab *lab = run_million(arch, wait);
    CU_ASSERT_EQUAL(lab_count(lab, "work", "requests", "sum"), 1000000);
    CU_ASSERT_TRUE(lab_near(arch, lab_value(lab, "work", "cost", "sum"), usd, EXACTLY));
    lab_close(lab);
}

static void test_a_million_calls(void)
{
    check_million("x86_64", "200ms", 0.20 + 200000 * 0.0000166667); /* $3.53 */
    check_million("arm64", "200ms", 0.20 + 200000 * 0.0000133334);  /* $2.87 */
}

static void test_a_started_millisecond_is_a_whole_one(void)
{
    check_million("x86_64", "200.001ms", 0.20 + 201000 * 0.0000166667);
    check_million("x86_64", "1us", 0.20 + 1000 * 0.0000166667);
}

/* Init is billed with the first call: 100 environments at once, 350 ms of init, 50 ms of work. */
static void test_init_is_billed(void)
{
    struct lab *lab = lab_run(
        1, "scenario 'bill' {}\n"
           "local work = fn 'work' { memory = '1024MB', init = '350ms', first_run = '0ms',\n"
           "  handler = function(r) r:wait '50ms' end }\n"
           "traffic 'calls' { to = work, rate = burst{ n = 100, at = '1s' } }\n"
           "simulate { duration = '10s' }\n");
    CU_ASSERT_EQUAL(lab_count(lab, "work", "cold_starts", "sum"), 100);
    CU_ASSERT_TRUE(lab_near("init", line(lab, "work", "compute"), 40 * 0.0000166667, 1e-9));
    lab_close(lab);
}

/* 5 M requests a day are 152.08 M in a month of 730 h: $152.08 through an HTTP API, $532.29 through a REST API. */
static void check_gateway(const char *kind, double usd_per_million)
{
    struct lab *lab = lab_run(
        1,
        "scenario 'bill' {}\n"
        "local work = fn 'work' { " FUNCTION ", handler = function(r) r:wait '10ms' end }\n"
        "local api = %s 'api' { ['GET /x'] = work }\n"
        "traffic 'calls' { to = api 'GET /x', rate = '5000000/day', arrivals = 'uniform' }\n"
        "simulate { duration = '144min' }\n",
        kind);
    double requests = lab_value(lab, "api", "requests", "sum");
    CU_ASSERT_TRUE(lab_near("a tenth of a day", requests, 500000, 1));
    CU_ASSERT_TRUE(lab_near(kind, lab_value(lab, "api", "cost", "sum"),
                            requests * usd_per_million * 1e-6, EXACTLY));
    CU_ASSERT_TRUE(lab_near("  a month", lab_value(lab, "api", "cost_month", "sum"),
                            152.0833333 * usd_per_million, 0.005));
    lab_close(lab);
}

static void test_gateways(void)
{
    check_gateway("http_api", 1.00);
    check_gateway("rest_api", 3.50);
}

/* 50/s through an HTTP API to 8 ms of work at 512 MB: 27.6 ms, 28 billed; 131.4 M a month. */
static void test_the_first_example(void)
{
    struct lab *lab = lab_run(1, "scenario 'bill' {}\n"
                                 "local hello = fn 'hello' { memory = '512MB', " FUNCTION ",\n"
                                 "  handler = function(r) r:cpu '8ms' end }\n"
                                 "local web = http_api 'web' { ['GET /hello'] = hello }\n"
                                 "traffic 'users' { to = web 'GET /hello', rate = '50/s', arrivals "
                                 "= 'uniform', stop = '7200.001s' }\n"
                                 "simulate { duration = '2h' }\n");
    CU_ASSERT_TRUE(lab_near("27.6 ms", lab_value(lab, "hello", "duration", "p50"), 27640625, 1));
    CU_ASSERT_TRUE(
        lab_near("$188.34 a month", lab_value(lab, "*", "cost_month", "sum"), 188.34, 0.005));
    lab_close(lab);
}

/* The measured interval holds its first instant and not its last: what comes at the very end of the warm-up counts. */
static void test_calls_at_the_end_of_the_warm_up_are_billed(void)
{
    struct lab *lab = lab_run(
        1, "scenario 'bill' {}\n"
           "local work = fn 'work' { memory = '1024MB', " FUNCTION ",\n"
           "  handler = function(r) r:wait '50ms' end }\n"
           "traffic 'calls' { to = work, rate = burst{ n = 100, at = '1min', every = '1min' } }\n"
           "simulate { duration = '3min', warmup = '1min', sample = '7s' }\n");
    CU_ASSERT_EQUAL(lab_count(lab, "work", "requests", "sum"), 200); /* at 1 and 2 min, not at 3 */
    CU_ASSERT_EQUAL(lab_count(lab, "work", "concurrency", "max"), 100);
    CU_ASSERT_TRUE(lab_near("compute", line(lab, "work", "compute"), 10 * 0.0000166667, 1e-9));
    lab_close(lab);
}

CU_TestInfo suite_golden_bills[] = {
    TEST(test_provisioned_example_of_the_price_page),
    TEST(test_a_month_with_the_free_tier),
    TEST(test_a_million_calls),
    TEST(test_a_started_millisecond_is_a_whole_one),
    TEST(test_init_is_billed),
    TEST(test_gateways),
    TEST(test_the_first_example),
    TEST(test_calls_at_the_end_of_the_warm_up_are_billed),
    CU_TEST_INFO_NULL,
};
