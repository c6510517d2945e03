/* test_coverage.c - a 95 % interval holds the true value in 95 of 100 runs.
 *
 * The true value is known: the mean time in an M/M/1 queue, 1 / (mu - lambda). Each of some hundred experiments gets an
 * interval of its own from ten replications, as `--reps 10` prints it, and the intervals that hold the value are counted.
 * With 600 experiments the count of a right interval lies within 93 .. 97 % except once in 40 seeds; the seeds are fixed.
 */
#include <math.h>

#include "tests/suite.h"
#include "tests/theory/lab.h"

#define EXPERIMENTS 600
#define LOAD        0.6
#define SERVICE_MS  10.0

static bool interval_holds(int seed, double exact_ms)
{
    struct lab *lab = lab_run(10,
                              "external 'desk' { latency = exponential '%gms', concurrency = 1 }\n"
                              "traffic 'people' { to = 'desk', rate = '%g/s' }\n"
                              "simulate { duration = '25s', warmup = '2s', seed = %d }\n",
                              SERVICE_MS, LOAD * 1000 / SERVICE_MS, seed);
    const struct result *result = lab_result(lab);
    double value, ci[2];
    int node = result_find_node(result, "desk");
    bool found = node >= 0 && result_value(result, node, METRIC_LATENCY,
                                           (struct statistic){STAT_MEAN, 0}, &value, ci);
    bool holds = found && ci[0] / 1e6 <= exact_ms && exact_ms <= ci[1] / 1e6;
    CU_ASSERT_TRUE(found && ci[0] < ci[1]);
    lab_close(lab);
    return holds;
}

static void test_intervals_of_replications_hold_the_mean(void)
{
    double exact_ms = SERVICE_MS / (1 - LOAD);
    int held = 0;
    for (int i = 0; i < EXPERIMENTS; i++)
        held += interval_holds(1000 + i, exact_ms);
    double coverage = (double)held / EXPERIMENTS;
#ifdef LAB_SHOW
    printf("coverage %.3f\n", coverage);
#endif
    CU_ASSERT_TRUE(0.93 <= coverage && coverage <= 0.97);
}

CU_TestInfo suite_coverage[] = {
    TEST(test_intervals_of_replications_hold_the_mean),
    CU_TEST_INFO_NULL,
};
