/* test_paired.c - common random numbers: what did not change, changes nothing.
 *
 * Every comparison of two variants rests on this. A draw belongs to who asks and to the number of the request,
 * never to the order of events; so equal variants differ by exactly 0, and a change shows its own effect only.
 */
#include <math.h>
#include <string.h>

#include "tests/suite.h"
#include "tests/theory/lab.h"

/* Two functions, each with its own traffic, and one behind a gateway with retries and a limit that bites. */
static struct lab *run_shop(int reps, int seed, const char *memory_of_a, const char *rate_of_a)
{
    return lab_run(
        reps,
        "scenario 'shop' {}\n"
        "local a = fn 'a' { memory = '%s', timeout = '30s', handler = function(r)\n"
        "  r:cpu(lognormal{ p50 = '20ms', p99 = '90ms' }) r:maybe(0.2, function(b) "
        "b:wait(exponential('300ms')) end) end }\n"
        "local b = fn 'b' { memory = '512MB', reserved = 12, handler = function(r)\n"
        "  r:cpu(uniform('2ms', '30ms')) r:wait(gamma{ mean = '80ms', cv = 0.7 }) end }\n"
        "local api = http_api 'api' { ['GET /b'] = b }\n"
        "traffic 'users of a' { to = a, rate = '%s' }\n"
        "traffic 'users of b' { to = api 'GET /b', rate = '60/s', timeout = '2s',\n"
        "  retry = { retries = 2, backoff = expo('50ms') } }\n"
        "simulate { duration = '20min', warmup = '1min', seed = %d }\n",
        memory_of_a, rate_of_a, seed);
}

/* Rows of `node`, or of all nodes, that are not the same in both; -1 if there are none to compare. */
static int rows_that_differ(const struct lab *left, const struct lab *right, const char *node)
{
    const struct result *a = lab_result(left), *b = lab_result(right);
    int compared = 0, different = 0;
    if (a->row_count != b->row_count)
        return -1;
    for (int i = 0; i < a->row_count; i++) {
        const struct result_row *x = &a->rows[i], *y = &b->rows[i];
        if (node != NULL && strcmp(x->resource, node) != 0)
            continue;
        compared++;
        different += strcmp(x->resource, y->resource) != 0 || strcmp(x->metric, y->metric) != 0 ||
                     strcmp(x->stat, y->stat) != 0 || x->value - y->value != 0 ||
                     x->has_ci != y->has_ci || x->ci_low != y->ci_low || x->ci_high != y->ci_high;
    }
    return compared > 0 ? different : -1;
}

static void test_equal_variants_differ_by_exactly_nothing(void)
{
    struct lab *one = run_shop(3, 1, "512MB", "40/s");
    struct lab *other = run_shop(3, 1, "512MB", "40/s");
    CU_ASSERT_EQUAL(rows_that_differ(one, other, NULL), 0);
    CU_ASSERT_EQUAL(lab_result(one)->fingerprint, lab_result(other)->fingerprint);
    CU_ASSERT_TRUE(lab_value(one, "b", "throttle_count", "sum") > 100);
    lab_close(one);
    lab_close(other);
}

static void test_another_seed_is_another_run(void)
{
    struct lab *one = run_shop(1, 1, "512MB", "40/s");
    struct lab *other = run_shop(1, 2, "512MB", "40/s");
    CU_ASSERT_NOT_EQUAL(rows_that_differ(one, other, "b"), 0);
    lab_close(one);
    lab_close(other);
}

static void check_others_unmoved(const struct lab *one, const struct lab *other)
{
    static const char *const others[] = {"b", "api", "api GET /b", "users of b"};
    for (size_t i = 0; i < COUNTOF(others); i++)
        CU_ASSERT_EQUAL(rows_that_differ(one, other, others[i]), 0);
}

static void test_a_change_to_one_function_leaves_the_others_draws(void)
{
    struct lab *one = run_shop(1, 1, "512MB", "40/s");
    struct lab *other = run_shop(1, 1, "1024MB", "40/s");
    check_others_unmoved(one, other);
    CU_ASSERT_TRUE(lab_value(other, "a", "duration", "mean") <
                   0.75 * lab_value(one, "a", "duration", "mean"));
    CU_ASSERT_EQUAL(lab_count(one, "a", "requests", "sum"),
                    lab_count(other, "a", "requests", "sum"));
    lab_close(one);
    lab_close(other);
}

static void test_a_change_to_one_rate_leaves_the_others_draws(void)
{
    struct lab *one = run_shop(1, 1, "512MB", "40/s");
    struct lab *other = run_shop(1, 1, "512MB", "55/s");
    check_others_unmoved(one, other);
    CU_ASSERT_TRUE(lab_value(other, "a", "requests", "sum") >
                   1.3 * lab_value(one, "a", "requests", "sum"));
    lab_close(one);
    lab_close(other);
}

/* Arrivals are the same unit gaps at any rate, and a request's service goes by its number: a rate k times as high
 * has in a k-th of the time the same requests with the same services. All are answered before the end. */
static struct lab *run_scaled(int rate, int stop_s)
{
    return lab_run(1,
                   "scenario 'scaled' {}\n"
                   "local work = fn 'work' { init = '0ms', first_run = '0ms',\n"
                   "  handler = function(r) r:wait(gamma{ mean = '100ms', cv = 0.5 }) end }\n"
                   "traffic 'calls' { to = work, rate = '%d/s', stop = '%ds' }\n"
                   "simulate { duration = '%ds', seed = 3 }\n",
                   rate, stop_s, stop_s + 10);
}

static void test_another_rate_is_the_same_requests_closer_together(void)
{
    struct lab *slow = run_scaled(10, 6000);
    for (int factor = 2; factor <= 5; factor += 3) {
        struct lab *fast = run_scaled(10 * factor, 6000 / factor);
        CU_ASSERT_EQUAL(lab_count(fast, "work", "requests", "sum"),
                        lab_count(slow, "work", "requests", "sum"));
        CU_ASSERT_EQUAL(lab_value(fast, "work", "duration", "mean"),
                        lab_value(slow, "work", "duration", "mean"));
        CU_ASSERT_EQUAL(lab_value(fast, "work", "duration", "p99.9"),
                        lab_value(slow, "work", "duration", "p99.9"));
        CU_ASSERT_EQUAL(lab_value(fast, "work", "duration", "max"),
                        lab_value(slow, "work", "duration", "max"));
        lab_close(fast);
    }
    lab_close(slow);
}

/* The point of it all: the effect of some more memory is seen far more sharply in pairs than between runs of
 * their own. It is known, too: work of mean E at one vCPU, m MB taking 1769 / m times as long, with E = 20 ms
 * exp(sigma^2 / 2) and sigma = ln(90 / 20) / 2.326348 (what lies below the 99th percentile). */
static void test_pairs_tell_more_than_runs(void)
{
    enum { PAIRS = 12 };
    double alone[PAIRS], difference[PAIRS];
    for (int seed = 0; seed < PAIRS; seed++) {
        struct lab *less = run_shop(1, seed, "512MB", "40/s");
        struct lab *more = run_shop(1, seed, "540MB", "40/s");
        alone[seed] = lab_value(less, "a", "latency", "mean");
        difference[seed] = lab_value(more, "a", "latency", "mean") - alone[seed];
        lab_close(less);
        lab_close(more);
    }
    struct estimate runs = estimate_of(alone, PAIRS), pairs = estimate_of(difference, PAIRS);
    double sigma = log(90. / 20) / 2.326348;
    double work_ns = 20e6 * exp(sigma * sigma / 2);
    double effect_ns = (1769. / 540 - 1769. / 512) * work_ns;
    CU_ASSERT_TRUE(lab_agrees("effect of 28 MB, ns", pairs, effect_ns, 0.01));
    /* Runs of their own would give sqrt(2) times the error of one. */
    CU_ASSERT_TRUE(
        lab_near("  error of a pair, beside 0", pairs.error, 0, runs.error * sqrt(2) / 10));
}

CU_TestInfo suite_paired[] = {
    TEST(test_equal_variants_differ_by_exactly_nothing),
    TEST(test_another_seed_is_another_run),
    TEST(test_a_change_to_one_function_leaves_the_others_draws),
    TEST(test_a_change_to_one_rate_leaves_the_others_draws),
    TEST(test_another_rate_is_the_same_requests_closer_together),
    TEST(test_pairs_tell_more_than_runs),
    CU_TEST_INFO_NULL,
};
