/* test_queues.c - queues and their consumers against queueing theory and worked-out bills.
 */
#include <math.h>
#include <string.h>

#include "tests/suite.h"
#include "tests/theory/lab.h"
#include "tests/theory/reference.h"

#define INSTANT "init = '0ms', first_run = '0ms', keep_alive = 'forever'"
#define AT_ONCE "delivery = '0s', latency = '0s'"

/* -- M/M/c ------------------------------------------------------------------------------------------------ */

/* Poisson messages, one to an invocation, exponential work, c places. Erlang C: a share C(c, a) waits, those who do for an
 * exponential time of mean 1 / (c mu - lambda); so by Little the mean number waiting is C * rho / (1 - rho), and the wait exceeds t
 * with probability C e^(-(c mu - lambda) t), which gives its percentiles. 20 replications of 20,000 s after a
 * warm-up; places beyond the first five open within seconds of it. */
static void check_mmc(int places, double rate_per_s, double precision)
{
    struct lab *lab = lab_run(LAB_REPS,
                              "scenario 'mmc' {}\n"
                              "local f = fn 'f' { memory = 1769, " INSTANT ", timeout = '900s',\n"
                              "  handler = function(r) r:wait(exponential '1s') end }\n"
                              "local q = queue 'q' { consumer = f, batch = 1, max_concurrency = "
                              "%d, visibility = '2h', " AT_ONCE " }\n"
                              "traffic 't' { to = q, rate = '%.17g/s' }\n"
                              "simulate { duration = '21000s', warmup = '1000s', seed = 11 }\n",
                              places, rate_per_s);
    double rho = rate_per_s / places;
    double waits = erlang_c(places, rate_per_s);
    double p99 = log(waits / 0.01) / (places - rate_per_s);
    CU_ASSERT_TRUE(lab_agrees("waiting", lab_estimate(lab, "q", "depth", "mean"),
                              waits * rho / (1 - rho), precision));
    CU_ASSERT_TRUE(
        lab_agrees("wait p99", lab_estimate(lab, "q", "age", "p99"), p99 * 1e9, precision));
    CU_ASSERT_TRUE(
        lab_agrees("busy", lab_estimate(lab, "f", "concurrency", "mean"), rate_per_s, precision));
    lab_close(lab);
}

static void test_a_queue_with_c_consumers_is_mmc(void)
{
    check_mmc(2, 1.4, 0.03);
    check_mmc(5, 4, 0.03);
    check_mmc(20, 18, 0.03);
}

/* -- bills -------------------------------------------------------------------------------------------------- */

/* Dollars for a million messages, function and queue. */
static double usd_per_million(const struct lab *lab, const char *function)
{
    double usd = lab_value(lab, function, "cost", "sum") + lab_value(lab, "q", "cost", "sum");
    return usd / lab_value(lab, "q", "sent", "sum") * 1e6;
}

/* SCENARIOS 13: 100 messages/s, 256 MB, 20 ms a batch and 5 ms a message. Batch 1: 25 ms x 0.25 GB = $0.10417/M, an invocation $0.20/M,
 * three calls to the queue $1.20/M. Batch 10: 70 ms for ten messages, a tenth of an invocation, 1.2 calls. The last
 * figure: without a window nobody waits for company, whatever the batch. */
static void test_batching_saves_calls(void)
{
    static const struct {
        int batch;
        const char *window;
        double expected;
    } cases[] = {
        {1, "0s", 0.25 * 0.025 * 16.6667 + 0.20 + 1.20},
        {10, "200ms", 0.25 * 0.070 * 16.6667 / 10 + 0.02 + 0.48},
        {10, "0s", 0.25 * 0.025 * 16.6667 + 0.20 + 1.20},
    };
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        struct lab *lab = lab_run(
            1,
            "scenario 'batching' {}\n"
            "local f = fn 'f' { memory = '256MB', " INSTANT ", handler = function(r)\n"
            "  r:wait '20ms' r:records(function(m) m:wait '5ms' end) end }\n"
            "local q = queue 'q' { consumer = f, batch = %d, window = '%s', " AT_ONCE " }\n"
            "traffic 't' { to = q, rate = '100/s', arrivals = 'uniform', stop = '1000.005s' }\n"
            "simulate { duration = '1010s' }\n",
            cases[i].batch, cases[i].window);
        CU_ASSERT_TRUE(lab_near("$/M", usd_per_million(lab, "f"), cases[i].expected, 1e-6));
        lab_close(lab);
    }
    CU_ASSERT_DOUBLE_EQUAL(cases[0].expected, 1.50, 0.005);
    CU_ASSERT_DOUBLE_EQUAL(cases[1].expected, 0.53, 0.005);
}

/* SCENARIOS 28: 60 ms of 1 GB a message are $1.00/M, by fives: $0.04 of invocations, and 1 + 2/5 calls: $1.60/M. */
static void test_what_a_queue_adds(void)
{
    struct lab *lab = lab_run(
        1, "scenario 'surcharge' {}\n"
           "local f = fn 'f' { memory = '1024MB', " INSTANT ", handler = function(r)\n"
           "  r:records(function(m) m:wait '60ms' end) end }\n"
           "local q = queue 'q' { consumer = f, batch = 5, window = '1s', " AT_ONCE " }\n"
           "traffic 't' { to = q, rate = '100/s', arrivals = 'uniform', stop = '1000.005s' }\n"
           "simulate { duration = '1010s' }\n");
    CU_ASSERT_TRUE(lab_near("$/M", usd_per_million(lab, "f"), 1.60, 0.0001));
    lab_close(lab);
}

/* SCENARIOS 8: A (50 ms) waits for B (200 ms), both 512 MB: $4.15/M. Through a queue, by tens: A pays for its own 50 ms, B for ten
 * at a time, and the queue for 1.2 calls: a third less. */
static void test_a_queue_instead_of_waiting(void)
{
    static const char *const text =
        "scenario 'double' {}\n"
        "local b = fn 'b' { memory = '512MB', timeout = '5s', " INSTANT ", handler = function(r)\n"
        "  r:records(function(m) m:wait '200ms' end) end }\n"
        "local q = queue 'q' { consumer = b, window = '1s', " AT_ONCE " }\n"
        "local a = fn 'a' { memory = '512MB', " INSTANT
        ", handler = function(r) r:wait '50ms' %s end }\n"
        "traffic 't' { to = a, rate = '100/s', arrivals = 'uniform', stop = '1000.005s' }\n"
        "simulate { duration = '1010s' }\n";
    struct lab *sync = lab_run(1, text, "r:call(b)");
    struct lab *queued = lab_run(1, text, "r:send(q)");
    double million = 100000 / 1e6;
    double waiting =
        (lab_value(sync, "a", "cost", "sum") + lab_value(sync, "b", "cost", "sum")) / million;
    double apart = lab_value(queued, "*", "cost", "sum") / million;
    CU_ASSERT_TRUE(lab_near("waiting", waiting, 0.45 * 0.5 * 16.6667 + 0.40, 1e-6));
    CU_ASSERT_TRUE(lab_near("queued", apart, 0.25 * 0.5 * 16.6667 + 0.20 + 0.02 + 0.48, 1e-6));
    CU_ASSERT_TRUE(lab_near("ratio", apart / waiting, 0.67, 0.005));
    lab_close(sync);
    lab_close(queued);
}

/* MODEL.md 1.8: idle for a month, 657,000 empty receives: $0.26. */
static void test_an_idle_mapping_for_a_month(void)
{
    struct lab *lab = lab_run(1, "scenario 'idle' {}\n"
                                 "local f = fn 'f' { " INSTANT ", handler = function(r) end }\n"
                                 "local q = queue 'q' { consumer = f }\n"
                                 "simulate { duration = '730h' }\n");
    CU_ASSERT_TRUE(lab_near("$", lab_value(lab, "q", "cost", "sum"), 0.657 * 0.40, 1e-9));
    lab_close(lab);
}

/* Provisioned: two pollers for a month, $0.185 an hour each; before a run's measured part nothing is counted. */
static void test_provisioned_pollers_for_a_month(void)
{
    struct lab *lab =
        lab_run(1, "scenario 'provisioned' {}\n"
                   "local f = fn 'f' { " INSTANT ", handler = function(r) end }\n"
                   "local q = queue 'q' { consumer = f, pollers = { min = 2, max = 20 } }\n"
                   "simulate { duration = '731h', warmup = '1h' }\n");
    double pollers = 2 * 730 * 0.185, receives = 2 * 3 * 60 * 730 * 0.4e-6;
    CU_ASSERT_TRUE(lab_near("$", lab_value(lab, "q", "cost", "sum"), pollers + receives, 1e-6));
    lab_close(lab);
}

/* -- common random numbers ------------------------------------------------------------------------------------ */

/* What the pollers may do changes when messages are handled, not how long each takes: the work done is the same. */
static void test_a_change_of_pollers_leaves_the_work_alone(void)
{
    double billed[2];
    for (int i = 0; i < 2; i++) {
        struct lab *lab =
            lab_run(1,
                    "scenario 'paired' {}\n"
                    "local f = fn 'f' { " INSTANT ", timeout = '60s', handler = function(r)\n"
                    "  r:wait(lognormal{ p50 = '200ms', p99 = '2s' }) end }\n"
                    "local q = queue 'q' { consumer = f, batch = 1, visibility = '10min', "
                    "max_concurrency = %d }\n"
                    "traffic 't' { to = q, rate = '20/s', stop = '300s' }\n"
                    "simulate { duration = '1h' }\n",
                    i == 0 ? 5 : 50);
        billed[i] = lab_value(lab, "f", "billed_gb_s", "sum");
        lab_close(lab);
    }
    CU_ASSERT_DOUBLE_EQUAL(billed[0], billed[1], 1e-9);
}

CU_TestInfo suite_queues[] = {
    TEST(test_a_queue_with_c_consumers_is_mmc),
    TEST(test_batching_saves_calls),
    TEST(test_what_a_queue_adds),
    TEST(test_a_queue_instead_of_waiting),
    TEST(test_an_idle_mapping_for_a_month),
    TEST(test_provisioned_pollers_for_a_month),
    TEST(test_a_change_of_pollers_leaves_the_work_alone),
    CU_TEST_INFO_NULL,
};
