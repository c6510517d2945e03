/* test_async_herd.c - many events at once against a quota, and events that go round: the figures of the stories cron_herd and
 * runaway_loop.
 */
#include <math.h>

#include "tests/suite.h"
#include "tests/theory/lab.h"

#define JOBS  5000
#define QUOTA 1000
#define JOB_S 60
#define HERDS 10 /* of the reference: its walks take long */

static struct lab *run_herd(int seed, const char *jitter)
{
    return lab_run(
        1,
        "scenario 'herd' {}\n"
        "account { concurrency = %d }\n"
        "local job = fn 'job' { memory = 1769, init = '0ms', first_run = '0ms', delivery = "
        "'0ms', timeout = '900s', async_jitter = '%s',\n"
        "  handler = function(r) r:wait '%ds' r:mark 'done' end }\n"
        "local clock = topic 'clock' { latency = '0ms', subscribers = { job } }\n"
        "traffic 'hour' { to = clock, rate = burst{ n = %d, at = '0s' } }\n"
        "simulate { duration = '20min', seed = %d }\n",
        QUOTA, jitter, JOB_S, JOBS, seed);
}

/* All that are refused come again together, at 1, 3, 7, 15, 31, 63, 127, 255 and 511 s. Capacity is free for 1,000 of them from 0,
 * 60, 123 s ...: they start at 0, 63, 127, 255 and 511 s, and the last are done at 571 s. A perfect queue would need
 * five waves of 60 s, 300 s. */
static void test_a_herd_without_jitter_takes_571_s(void)
{
    struct lab *lab = run_herd(1, "none");
    CU_ASSERT_TRUE(
        lab_near("last done", lab_value(lab, "mark done", "latency", "max") / 1e9, 571, 1e-9));
    CU_ASSERT_EQUAL(lab_count(lab, "job", "deleted", "sum"), JOBS);
    CU_ASSERT_EQUAL(lab_count(lab, "job", "expired", "sum"), 0);
    /* Refusals: 4,000 at 0, 1, 3, 7, 15 and 31 s, 3,000 at 63, 2,000 at 127, 1,000 at 255 s. */
    CU_ASSERT_EQUAL(lab_count(lab, "job", "throttle_count", "sum"), 6 * 4000 + 3000 + 2000 + 1000);
    CU_ASSERT_EQUAL(lab_count(lab, "job", "concurrency", "max"), QUOTA);
    lab_close(lab);
}

/* The same herd told without any of our code: next tries in a plain array, the earliest looked for by walking. Uniform delays
 * up to 1, 2, 4 ... 300 s. Returns when the last job is done. */
static double reference_herd(struct test_rng *rng)
{
    static double next_s[JOBS], busy_until_s[QUOTA];
    static int tries[JOBS];
    for (int i = 0; i < JOBS; i++)
        next_s[i] = tries[i] = 0;
    for (int i = 0; i < QUOTA; i++)
        busy_until_s[i] = 0;
    double last_s = 0;
    for (int left = JOBS, at = 0; left > 0;) {
        int job = 0;
        for (int i = 1; i < JOBS; i++)
            job = next_s[i] < next_s[job] ? i : job;
        /* Jobs start in order of time and all take as long, so units come free in the order they were taken. */
        if (busy_until_s[at] <= next_s[job]) {
            busy_until_s[at] = last_s = next_s[job] + JOB_S;
            at = (at + 1) % QUOTA;
            next_s[job] = INFINITY;
            left--;
            continue;
        }
        double longest_s = fmin(ldexp(1, tries[job]++), 300);
        next_s[job] += longest_s * (double)test_rng_below(rng, 1 << 30) / (1 << 30);
    }
    return last_s;
}

/* With full jitter about 530 s. Ours with 10 seeds, the reference in 10 runs of its own: the means must agree within 4
 * standard errors of their difference. */
static void test_a_herd_with_full_jitter_takes_530_s(void)
{
    struct test_rng rng = {.state = 25};
    double ours[HERDS], values[HERDS];
    for (int i = 0; i < HERDS; i++) {
        struct lab *lab = run_herd(i + 1, "full");
        ours[i] = lab_value(lab, "mark done", "latency", "max") / 1e9;
        CU_ASSERT_EQUAL(lab_count(lab, "job", "deleted", "sum"), JOBS);
        lab_close(lab);
        values[i] = reference_herd(&rng);
    }
    struct estimate found = estimate_of(ours, HERDS);
    struct estimate reference = estimate_of(values, HERDS);
    double error = sqrt(found.error * found.error + reference.error * reference.error);
    CU_ASSERT_TRUE(lab_near("last done", found.mean, reference.mean, LAB_SIGMAS * error));
    CU_ASSERT_TRUE(lab_near("about 530 s", found.mean, 530, 15));
}

/* 100 events go round, 3 s at 1 GB a round: 2,000 a minute, 2.88 million a day, 8.64 million GB-s: $144.00 a day for compute at
 * $0.0000166667, and $0.576 for requests at $0.20 a million. Measured for an hour and a moment: 1,200 rounds, and one that has begun. Publishing costs its own. */
static void test_a_runaway_loop_costs_144_dollars_a_day(void)
{
    struct lab *lab =
        lab_run(1, "scenario 'runaway' {}\n"
                   "local f = fn 'f' { memory = '1GB', init = '0ms', first_run = '0ms', "
                   "delivery = '0ms', timeout = '10s',\n"
                   "  recursive_loop = 'allow', handler = function(r) r:wait '3s' "
                   "r:publish 'circle' end }\n"
                   "topic 'circle' { latency = '0ms', subscribers = { f } }\n"
                   "traffic 't' { to = 'circle', rate = burst{ n = 100, at = '0s' } }\n"
                   "simulate { duration = '3600001ms' }\n");
    CU_ASSERT_EQUAL(lab_count(lab, "f", "requests", "sum"), 120000 + 100);
    CU_ASSERT_TRUE(lab_near("a day", lab_value(lab, "f", "cost", "sum") * 24, 144.58, 0.005));
    CU_ASSERT_TRUE(lab_near("compute", lab_value(lab, "f", "billed_gb_s", "sum") * 24 * 16.6667e-6,
                            144.00, 0.005));
    lab_close(lab);
}

/* With the guard the same file ends by itself: 1,600 invocations, 4,800 GB-s, $0.08. */
static void test_the_guard_ends_a_runaway_loop(void)
{
    struct lab *lab =
        lab_run(1, "scenario 'guarded' {}\n"
                   "local f = fn 'f' { memory = '1GB', init = '0ms', first_run = '0ms', "
                   "delivery = '0ms', timeout = '10s',\n"
                   "  handler = function(r) r:wait '3s' r:publish 'circle' end }\n"
                   "topic 'circle' { latency = '0ms', subscribers = { f } }\n"
                   "traffic 't' { to = 'circle', rate = burst{ n = 100, at = '1s' } }\n"
                   "simulate { duration = '1h' }\n");
    CU_ASSERT_EQUAL(lab_count(lab, "f", "requests", "sum"), 1600);
    CU_ASSERT_TRUE(lab_near("in all", lab_value(lab, "f", "cost", "sum"),
                            4800 * 16.6667e-6 + 1600 * 0.2e-6, 1e-6));
    lab_close(lab);
}

/* Events to a function without limits form an M/G/infinity queue: deliveries of mean 0.1 s at 50/s and jobs of mean 0.4 s leave
 * 5 waiting and 20 running on average, both Poisson. 2 h in 20 replications; the standard error of a mean level L is about
 * sqrt(2 L D / T) with D the mean stay: 0.012 and 0.047 for one run. */
static void test_waiting_and_running_events_are_poisson(void)
{
    struct lab *lab = lab_run(
        LAB_REPS, "scenario 'levels' {}\n"
                  "local f = fn 'f' { memory = 1769, init = '0ms', first_run = '0ms', timeout = "
                  "'60s', keep_alive = 'forever',\n"
                  "  delivery = exponential '100ms', handler = function(r) r:wait(exponential "
                  "'400ms') end }\n"
                  "local events = topic 'events' { latency = '0ms', subscribers = { f } }\n"
                  "traffic 't' { to = events, rate = '50/s' }\n"
                  "simulate { duration = '31min', warmup = '1min' }\n");
    CU_ASSERT_TRUE(lab_agrees("waiting", lab_estimate(lab, "f", "depth", "mean"), 5, 0.01));
    CU_ASSERT_TRUE(lab_agrees("running", lab_estimate(lab, "f", "in_flight", "mean"), 20, 0.01));
    lab_close(lab);
}

CU_TestInfo suite_async_herd[] = {
    TEST(test_a_herd_without_jitter_takes_571_s),
    TEST(test_a_herd_with_full_jitter_takes_530_s),
    TEST(test_a_runaway_loop_costs_144_dollars_a_day),
    TEST(test_the_guard_ends_a_runaway_loop),
    TEST(test_waiting_and_running_events_are_poisson),
    CU_TEST_INFO_NULL,
};
