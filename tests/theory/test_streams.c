/* test_streams.c - a lane of a stream is a single-server queue: its waiting times against exact results.
 *
 * With fan-out, deliveries of no time and batches of one record, a shard with one lane is M/G/1 in order of
 * arrival, and the age of a record at its first hand-over is its waiting time. Keys spread a Poisson stream over
 * shards and lanes into independent Poisson streams, so each of several lanes is an M/G/1 with its share of the
 * rate.
 */
#include <math.h>

#include "tests/suite.h"
#include "tests/theory/lab.h"

/* Pollaczek-Khinchine: mean wait = rho d (1 + cv^2) / (2 (1 - rho)). */
static double mean_wait(double rate, double mean_s, double cv2)
{
    double rho = rate * mean_s;
    return rho * mean_s * (1 + cv2) / (2 * (1 - rho));
}

static void check_lanes(const char *law, double cv2, int lanes, const char *split, double precision)
{
    const double mean_s = 0.1, rate = 7;
    struct lab *lab = lab_run(LAB_REPS,
                              "scenario 'lanes' {}\n"
                              "local f = fn 'f' { init = '0ms', first_run = '0ms', keep_alive = "
                              "'forever', timeout = '900s',\n"
                              "  handler = function(r) r:wait(%s) end }\n"
                              "local s = stream 's' { consumer = f, fan_out = true, latency = "
                              "'0ms', delivery = '0ms', batch = 1, %s }\n"
                              "traffic 't' { to = s, rate = '%d/s' }\n"
                              "simulate { duration = '%ds', warmup = '200s', seed = 5 }\n",
                              law, split, (int)rate * lanes, 40000 / lanes + 200);
    double exact = mean_wait(rate, mean_s, cv2) * 1e9;
    CU_ASSERT_TRUE(
        lab_near(law, lab_value(lab, "s", "age", "mean"), exact, LAB_SIGMAS * precision * exact));
    /* Little's law, of waiting and of service: in flight is the lanes' utilisation */
    CU_ASSERT_TRUE(lab_agrees("  depth", lab_estimate(lab, "s", "depth", "mean"),
                              lanes * rate * exact / 1e9, precision));
    CU_ASSERT_TRUE(lab_agrees("  in flight", lab_estimate(lab, "s", "in_flight", "mean"),
                              lanes * rate * mean_s, 0.002));
    lab_close(lab);
}

static void test_a_lane_is_a_queue_with_one_server(void)
{
    check_lanes("'100ms'", 0, 1, "shards = 1", 0.005);
    check_lanes("exponential('100ms')", 1, 1, "shards = 1", 0.01);
}

/* Waits of M/M/1: P(W > t) = rho e^(-(mu - lambda) t), so the 99th percentile is ln(rho / 0.01) / (mu - lambda) =
 * 1.416 s. */
static void test_the_tail_of_waiting(void)
{
    struct lab *lab =
        lab_run(LAB_REPS, "scenario 'tail' {}\n"
                          "local f = fn 'f' { init = '0ms', first_run = '0ms', keep_alive = "
                          "'forever', timeout = '900s',\n"
                          "  handler = function(r) r:wait(exponential '100ms') end }\n"
                          "local s = stream 's' { consumer = f, fan_out = true, latency = '0ms', "
                          "delivery = '0ms', batch = 1 }\n"
                          "traffic 't' { to = s, rate = '7/s' } simulate { duration = '40200s', "
                          "warmup = '200s', seed = 6 }\n");
    CU_ASSERT_TRUE(
        lab_agrees("p99", lab_estimate(lab, "s", "age", "p99"), log(0.7 / 0.01) / 3 * 1e9, 0.01));
    CU_ASSERT_TRUE(
        lab_agrees("p50", lab_estimate(lab, "s", "age", "p50"), log(0.7 / 0.5) / 3 * 1e9, 0.01));
    lab_close(lab);
}

static void test_keys_split_a_stream_into_independent_queues(void)
{
    check_lanes("'100ms'", 0, 4, "shards = 1, parallel = 4", 0.005);
    check_lanes("'100ms'", 0, 4, "shards = 2, parallel = 2", 0.005);
}

CU_TestInfo suite_streams[] = {
    TEST(test_a_lane_is_a_queue_with_one_server),
    TEST(test_the_tail_of_waiting),
    TEST(test_keys_split_a_stream_into_independent_queues),
    CU_TEST_INFO_NULL,
};
