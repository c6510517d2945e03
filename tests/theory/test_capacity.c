/* test_capacity.c - tables beside the figures of the documentation and of the price list (MODEL.md 4, 8.8).
 *
 * Arrivals are even, so that fluid formulas hold to a request or two: a table of C units a second that has saved up W and
 * is asked for lambda > C refuses nothing for W / (lambda - C) seconds and lambda - C a second from then on.
 */
#include <string.h>

#include "tests/suite.h"
#include "tests/theory/lab.h"

#define WORLD "account { concurrency = 20000, scaling = '100000/10s' }\n"
#define FN    "init = '0ms', first_run = '0ms', keep_alive = 'forever', timeout = '900s'"

/* The operation `op` on table `settings`, `rate` of them a second from `start` on. */
static struct lab *run(const char *settings, const char *op, int rate, const char *start, const char *simulate)
{
    return lab_run(1,
                   "scenario 'capacity' {}\n" WORLD "local db = kv 'db' { %s }\n"
                   "local f = fn 'f' { " FN ", handler = function(r) %s end }\n"
                   "traffic 't' { to = f, rate = '%d/s', arrivals = 'uniform', start = '%s' }\n"
                   "simulate { %s }\n",
                   settings, op, rate, start, simulate);
}

static void check_refused(const char *what, struct lab *lab, double expected, double allowed)
{
    CU_ASSERT_TRUE(lab_near(what, (double)lab_count(lab, "db", "throttle_count", "sum"), expected, allowed));
    lab_close(lab);
}

/* AWS's own example: 150 read units, idle for 5 min, save up 45,000: enough for 900 s at 200/s. */
static void test_five_idle_minutes_are_burst_credits(void)
{
    static const char db[] = "mode = 'provisioned', rcu = 150, wcu = 1";
    static const char op[] = "r:get(db, { consistent = true, retries = 0 })";
    check_refused("900 s at 200/s", run(db, op, 200, "300s", "duration = '1199s'"), 0, 0);
    check_refused("  100 s more", run(db, op, 200, "300s", "duration = '1300s'"), 5000, 2);
    /* Eventually consistent reads cost half: 400/s are the same load. */
    static const char half[] = "r:get(db, { retries = 0 })";
    check_refused("  half as dear", run(db, half, 400, "300s", "duration = '1300s'"), 10000, 4);
    /* Longer idling saves up no more; half as long, half as much: 450 s, less what the first second gives. */
    check_refused("after an hour", run(db, op, 200, "1h", "duration = '4600s'"), 5000, 2);
    check_refused("after 150 s", run(db, op, 200, "150s", "duration = '700s'"), 50 * (550 - 453), 2);
}

/* 100 write units, idle, then 1,000/s: 30,000 saved up last 33.3 s. */
static void test_credits_of_writes_last_a_third_of_a_minute(void)
{
    static const char db[] = "mode = 'provisioned', rcu = 1, wcu = 100, partitions = 50";
    static const char op[] = "r:put(db, { retries = 0 })";
    check_refused("33.3 s", run(db, op, 1000, "301s", "duration = '334.3s'"), 0, 0);
    check_refused("  27 s more", run(db, op, 1000, "301s", "duration = '361.333s'"), 900 * 27, 4);
}

/* In the long run the share 1 - C / lambda is refused, whatever there was to begin with. */
static void test_constant_overload(void)
{
    static const double overload[] = {1.1, 2, 5};
    for (size_t i = 0; i < COUNTOF(overload); i++) {
        int rate = (int)(100 * overload[i] + 0.5);
        struct lab *lab = run("mode = 'provisioned', rcu = 1, wcu = 100", "r:put(db, { retries = 0 })", rate, "0s",
                              "duration = '30min', warmup = '10min'");
        CU_ASSERT_TRUE(
            lab_near("1 - C / lambda", lab_value(lab, "db", "throttles", "mean"), 1 - 100. / rate, 1e-4));
        CU_ASSERT_TRUE(lab_near("  consumed", lab_value(lab, "db", "consumed_wcu", "mean"), 100, 0.01));
        CU_ASSERT_TRUE(lab_near("  utilisation", lab_value(lab, "db", "utilisation", "mean"), 1, 1e-4));
        lab_close(lab);
    }
}

/* 1,500 writes a second of one key: its partition takes 1,000, a third is refused, however large the table. */
static void test_a_hot_key_is_throttled_at_its_partitions_rate(void)
{
    static const char op[] = "r:put(db, { key = 'shop', retries = 0 })";
    static const char *const tables[] = {"mode = 'provisioned', rcu = 1, wcu = 5000",
                                         "mode = 'provisioned', rcu = 1, wcu = 40000", "mode = 'on_demand'"};
    for (size_t i = 0; i < COUNTOF(tables); i++) {
        struct lab *lab = run(tables[i], op, 1500, "0s", "duration = '11min', warmup = '10s'");
        CU_ASSERT_TRUE(lab_near("one key", lab_value(lab, "db", "throttles", "mean"), 1 / 3., 1e-5));
        lab_close(lab);
    }
    struct lab *lab = run("mode = 'provisioned', rcu = 10000, wcu = 1", "r:get(db, { key = 'a', retries = 0 })", 8000,
                          "0s", "duration = '1min', warmup = '10s'");
    CU_ASSERT_TRUE(lab_near("reads: 3,000 units", lab_value(lab, "db", "throttles", "mean"), 1 / 4., 1e-4));
    lab_close(lab);
}

/* Sharded N ways the key takes N x 1,000: on a table of many partitions at once (that two of the shards share one is
 * unlikely), on one of few as soon as heat has split them apart. */
static void test_sharding_a_hot_key(void)
{
    for (int shards = 1; shards <= 4; shards++) {
        char op[96], db[128];
        (void)snprintf(op, sizeof op, "r:put(db, { key = zipf{ n = %d, s = 0 }, retries = 0 })", shards);
        for (int many = 0; many <= 1; many++) {
            (void)snprintf(db, sizeof db, "mode = 'provisioned', rcu = 1, wcu = 9000%s, split_after = '10s'",
                           many ? ", partitions = 5000" : "");
            struct lab *lab = run(db, op, 1500 * shards, "0s", "duration = '130s', warmup = '2min'");
            CU_ASSERT_TRUE(lab_near("writes/s", lab_value(lab, "db", "consumed_wcu", "mean"), 1000. * shards, 1));
            lab_close(lab);
        }
    }
}

/* A table that is used evenly takes all it has: whatever its partitions leave to each other (adaptive capacity). Poisson
 * requests to 400 units/s in 4 partitions, all to one key: 150/s are served although a quarter of the table is 100. */
static void test_capacity_goes_where_it_is_needed(void)
{
    struct lab *lab = lab_run(1, "scenario 'capacity' {}\n" WORLD
                                 "local db = kv 'db' { mode = 'provisioned', rcu = 1, wcu = 400, partitions = 4 }\n"
                                 "local hot = fn 'hot' { " FN
                                 ", handler = function(r) r:put(db, { key = 'a', retries = 0 }) end }\n"
                                 "local rest = fn 'rest' { " FN
                                 ", handler = function(r) r:put(db, { retries = 0 }) end }\n"
                                 "traffic 'h' { to = hot, rate = '150/s' }\n"
                                 "traffic 'r' { to = rest, rate = '225/s' }\n"
                                 "simulate { duration = '20min' }\n");
    CU_ASSERT_EQUAL(lab_count(lab, "db", "throttle_count", "sum"), 0);
    lab_close(lab);
}

/* -- bills ------------------------------------------------------------------------------------------------------ */

static double line(const struct lab *lab, const char *item)
{
    const struct bill *bill = &lab_result(lab)->bill;
    double usd = 0;
    for (int i = 0; i < bill->count; i++)
        if (strcmp(bill->lines[i].resource, "db") == 0 && strcmp(bill->lines[i].line_item, item) == 0)
            usd += bill->lines[i].cost_month_usd;
    return usd;
}

/* 500 writes a second all month: $821.25 by request, $339 for capacity at 70 % utilisation (500 / 0.7 = 715 units). */
static void test_flat_traffic_is_cheaper_provisioned(void)
{
    static const char op[] = "r:put(db, { retries = 0 })";
    struct lab *demand = run("", op, 500, "0s", "duration = '10min'");
    CU_ASSERT_TRUE(lab_near("on demand", line(demand, "writes"), 500 * 730 * 3600. * 0.625e-6, 0.01));
    struct lab *capacity = run("mode = 'provisioned', rcu = 1, wcu = 715", op, 500, "0s", "duration = '10min'");
    CU_ASSERT_TRUE(lab_near("provisioned", line(capacity, "write capacity"), 339.27, 0.005));
    CU_ASSERT_EQUAL(lab_count(capacity, "db", "throttle_count", "sum"), 0);
    CU_ASSERT_TRUE(lab_near("  utilisation", lab_value(capacity, "db", "utilisation", "mean"), 500. / 715, 0.002));
    lab_close(demand);
    lab_close(capacity);
}

/* 50 a second on average, 1,000 at the peak: $82.13 by request, $678 for capacity that bears the peak at 70 %. */
static void test_peaky_traffic_is_cheaper_on_demand(void)
{
    static const char peaky[] =
        "scenario 'capacity' {}\n" WORLD "local db = kv 'db' { %s }\n"
        "local f = fn 'f' { " FN ", handler = function(r) r:put(db, { retries = 0 }) end }\n"
        "traffic 't' { to = f, arrivals = 'uniform', rate = stages{ {'0s','0/s'}, {'570s','0/s'}, {'0s','1000/s'},\n"
        "  {'30s','1000/s'} } }\n"
        "simulate { duration = '10min' }\n";
    struct lab *demand = lab_run(1, peaky, "");
    struct lab *capacity = lab_run(1, peaky, "mode = 'provisioned', rcu = 1, wcu = 1429");
    CU_ASSERT_EQUAL(lab_count(demand, "db", "throttle_count", "sum"), 0);
    CU_ASSERT_EQUAL(lab_count(capacity, "db", "throttle_count", "sum"), 0);
    CU_ASSERT_TRUE(lab_near("on demand", line(demand, "writes"), 82.125, 0.01));
    CU_ASSERT_TRUE(lab_near("provisioned", line(capacity, "write capacity"), 678.06, 0.005));
    lab_close(demand);
    lab_close(capacity);
}

/* Equal at a utilisation of 0.00065 / 3600 / 0.625e-6 = 28.9 %, the same for reads: 1,000 units, 289 used. */
static void test_break_even(void)
{
    struct lab *writes = run("", "r:put(db)", 289, "0s", "duration = '10min'");
    struct lab *reads = run("", "r:get(db, { consistent = true })", 289, "0s", "duration = '10min'");
    CU_ASSERT_TRUE(lab_near("writes", line(writes, "writes") / (1000 * 730 * 0.00065), 1, 0.001));
    CU_ASSERT_TRUE(lab_near("reads", line(reads, "reads") / (1000 * 730 * 0.00013), 1, 0.001));
    lab_close(writes);
    lab_close(reads);
}

/* Provisioned capacity is billed by time, used or not, and what is kept with it. */
static void test_an_idle_table_is_billed(void)
{
    struct lab *lab = run("mode = 'provisioned', rcu = 100, wcu = 10, storage = '40GB'", "r:put(db)", 1, "9min",
                          "duration = '7min', warmup = '150ms'");
    CU_ASSERT_TRUE(lab_near("reads", line(lab, "read capacity"), 100 * 730 * 0.00013, 1e-6));
    CU_ASSERT_TRUE(lab_near("writes", line(lab, "write capacity"), 10 * 730 * 0.00065, 1e-6));
    CU_ASSERT_TRUE(lab_near("storage", line(lab, "storage"), 40 * 0.25, 0.01));
    lab_close(lab);
}

CU_TestInfo suite_capacity[] = {
    TEST(test_five_idle_minutes_are_burst_credits),
    TEST(test_credits_of_writes_last_a_third_of_a_minute),
    TEST(test_constant_overload),
    TEST(test_a_hot_key_is_throttled_at_its_partitions_rate),
    TEST(test_sharding_a_hot_key),
    TEST(test_capacity_goes_where_it_is_needed),
    TEST(test_flat_traffic_is_cheaper_provisioned),
    TEST(test_peaky_traffic_is_cheaper_on_demand),
    TEST(test_break_even),
    TEST(test_an_idle_table_is_billed),
    CU_TEST_INFO_NULL,
};
