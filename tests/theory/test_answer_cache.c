/* test_answer_cache.c - how often an answer is still known, against the formula.
 *
 * Poisson requests at rate r for one key, answered at once and kept for T: after a miss all requests of the next T hit, r T on average,
 * then one misses. So r T / (1 + r T) of them hit. With many keys, of which key k gets the share p_k of all
 * requests at rate R, the hits are the sum of p_k * (R p_k T) / (1 + R p_k T). Nothing here takes time, so no request comes
 * while another is asked about.
 *
 * Where r T is large a key misses almost like a clock, every T + 1/r; all keys begin at 0, so intervals are
 * chosen to hold many such rounds: a cut one is 1/100 of the misses.
 */
#include "tests/suite.h"
#include "tests/theory/lab.h"

static double known(double rate_per_s, double ttl_s)
{
    return rate_per_s * ttl_s / (1 + rate_per_s * ttl_s);
}

static struct lab *run_cache(const char *route, double rate_per_s, double warmup_s,
                             double duration_s)
{
    return lab_run(LAB_REPS,
                   "local check = fn 'check' { init = '0ms', first_run = '0ms' }\n"
                   "local f = fn 'f' { init = '0ms', first_run = '0ms' }\n"
                   "local web = rest_api 'web' { overhead = '0ms', ['GET /'] = { f, %s } }\n"
                   "traffic 't' { to = web 'GET /', rate = '%.17g/s' }\n"
                   "simulate { duration = '%.0fs', warmup = '%.0fs', sample = '1h', seed = 3 }\n",
                   route, rate_per_s, duration_s, warmup_s);
}

/* The golden figure: users at 0.1/s each and a ttl of 300 s: 96.8 %; of 100/s, 3.2/s are left. Here with 20 users, for 100 rounds of
 * 310 s. */
static void test_users_at_one_request_in_ten_seconds(void)
{
    struct lab *lab =
        run_cache("authorizer = { check, ttl = '300s', keys = 20 }", 2, 3100, 3100 + 31000);
    double exact = known(0.1, 300);
    CU_ASSERT_DOUBLE_EQUAL(exact, 0.968, 0.0005);
    CU_ASSERT_DOUBLE_EQUAL(100 * (1 - exact), 3.2, 0.05);
    CU_ASSERT_TRUE(
        lab_agrees("hits, users", lab_estimate(lab, "web", "hits", "mean"), exact, 0.001));
    CU_ASSERT_TRUE(
        lab_agrees("asked", lab_estimate(lab, "check", "rate", "mean"), 2 * (1 - exact), 0.01));
    lab_close(lab);
}

static void test_rare_users(void)
{
    struct lab *lab =
        run_cache("authorizer = { check, ttl = '30s', keys = 100 }", 10, 600, 600 + 7200);
    CU_ASSERT_TRUE(lab_agrees("hits, rare users", lab_estimate(lab, "web", "hits", "mean"),
                              known(0.1, 30), 0.002));
    lab_close(lab);
}

static void test_responses_of_unequal_popularity(void)
{
    const int n = 50;
    double total = 0, exact = 0;
    for (int k = 1; k <= n; k++)
        total += 1. / k;
    for (int k = 1; k <= n; k++)
        exact += 1. / k / total * known(10 * (1. / k / total), 20);
    struct lab *lab =
        run_cache("cache = { ttl = '20s', keys = zipf{ n = 50, s = 1 } }", 10, 600, 600 + 7200);
    CU_ASSERT_TRUE(
        lab_agrees("hits, popular", lab_estimate(lab, "web", "hits", "mean"), exact, 0.002));
    CU_ASSERT_TRUE(
        lab_agrees("reached", lab_estimate(lab, "f", "rate", "mean"), 10 * (1 - exact), 0.01));
    lab_close(lab);
}

CU_TestInfo suite_answer_cache[] = {
    TEST(test_users_at_one_request_in_ten_seconds),
    TEST(test_rare_users),
    TEST(test_responses_of_unequal_popularity),
    CU_TEST_INFO_NULL,
};
