/* test_keep_alive.c - how often a call meets a cold start, where the answer is known.
 *
 * Init and first run are 0 ms, so that a cold call lasts as long as a warm one: it counts as cold all the same.
 * Standard errors are those of 20 replications (lab.h); each begins with an empty pool, so the first part of a
 * run, several keep-alives long, is left out.
 */
#include <math.h>

#include "tests/suite.h"
#include "tests/theory/lab.h"
#include "tests/theory/reference.h"

#define PER_REP 250000.

/* `calls` measured calls a replication at `rate_per_s`, after ten times `settle_s`. */
static struct lab *run_pool(const char *settings, const char *service, double rate_per_s,
                            double settle_s, double calls)
{
    double warmup_s = ceil(10 * settle_s);
    return lab_run(LAB_REPS,
                   "scenario 'pool' {}\n"
                   "account { concurrency = 100000 }\n"
                   "local work = fn 'work' { init = '0ms', first_run = '0ms', timeout = '900s',\n"
                   "  %s, handler = function(r) r:wait(%s) end }\n"
                   "traffic 'calls' { to = work, rate = '%.17g/s' }\n"
                   "simulate { duration = '%.0fs', warmup = '%.0fs', seed = 5 }\n",
                   settings, service, rate_per_s, warmup_s + ceil(calls / rate_per_s), warmup_s);
}

/* -- one environment is enough ---------------------------------------------------------------- */

/* Calls of no length: cold is who comes later than the keep-alive after the last. */
static void test_calls_of_no_length(void)
{
    struct lab *lab = run_pool("keep_alive = '600s'", "'0ms'", 1. / 300, 600, PER_REP);
    CU_ASSERT_TRUE(
        lab_agrees("S = 0: P(cold)", lab_estimate(lab, "work", "cold", "mean"), exp(-2), 0.002));
    CU_ASSERT_EQUAL(lab_count(lab, "work", "instances", "max"), 1);
    lab_close(lab);
}

/* One environment serves all at once: cold is who finds nobody within service + keep-alive, which is M/G/inf with
 * that service, empty. */
static void check_shared_environment(const char *name, const char *service, double rate_per_s,
                                     double service_s, double keep_alive_s)
{
    char settings[128];
    (void)snprintf(settings, sizeof settings, "instance_concurrency = 1000, keep_alive = '%.17gs'",
                   keep_alive_s);
    struct lab *lab = run_pool(settings, service, rate_per_s, service_s + keep_alive_s, PER_REP);
    double cold = exp(-rate_per_s * (service_s + keep_alive_s));
    CU_ASSERT_TRUE(lab_agrees(name, lab_estimate(lab, "work", "cold", "mean"), cold, 0.01));
    CU_ASSERT_EQUAL(lab_count(lab, "work", "instances", "max"), 1);
    lab_close(lab);
}

static void test_one_environment_for_all(void)
{
    check_shared_environment("shared, constant S", "'2s'", 0.01, 2, 300);
    check_shared_environment("shared, exponential S", "exponential('2s')", 0.01, 2, 300);
    check_shared_environment("shared and busy", "exponential('1s')", 3, 1, 0.5);
}

/* -- the ends of the scale ---------------------------------------------------------------------- */

static void test_without_keep_alive_every_call_is_cold(void)
{
    struct lab *lab = run_pool("keep_alive = 'none'", "exponential('1s')", 10, 1, 10000);
    CU_ASSERT_EQUAL(lab_value(lab, "work", "cold", "mean"), 1);
    CU_ASSERT_EQUAL(lab_value(lab, "work", "idle_instances", "max"), 0);
    lab_close(lab);
}

/* With every environment kept, a new one is needed only when more calls run than ever before. No warm-up here: the
 * record is that of the whole run. */
static void test_forever_only_records_are_cold(void)
{
    struct lab *lab = lab_run(1, "scenario 'records' {}\n"
                                 "local work = fn 'work' { init = '0ms', first_run = '0ms', "
                                 "keep_alive = 'forever', timeout = '900s',\n"
                                 "  handler = function(r) r:wait(exponential('1s')) end }\n"
                                 "traffic 'calls' { to = work, rate = '100/s' }\n"
                                 "simulate { duration = '10000s', seed = 5 }\n");
    int64_t record = lab_count(lab, "work", "concurrency", "max");
    CU_ASSERT_TRUE(record > 130);
    CU_ASSERT_EQUAL(lab_count(lab, "work", "cold_starts", "sum"), record);
    CU_ASSERT_EQUAL(lab_count(lab, "work", "instances", "max"), record);
    lab_close(lab);
}

/* The first call after a long silence starts an environment whatever the keep-alive. */
static void test_rare_calls_are_all_cold(void)
{
    struct lab *lab = run_pool("keep_alive = '60s'", "exponential('1s')", 1e-6, 60, 2000);
    CU_ASSERT_TRUE(lab_near("rare calls", lab_value(lab, "work", "cold", "mean"), exp(-61e-6),
                            4 * sqrt(61e-6 / (2000. * LAB_REPS))));
    lab_close(lab);
}

/* -- the theorem of the most recently used environment ------------------------------------------ */

struct row {
    struct keep_alive_case given;
    double cold, idle; /* as derived and printed before this was written */
    double calls;      /* a replication: enough for the standard error below */
};

#define THEOREM_ERROR 0.01 /* of either figure, relative */

static const struct row rows[] = {
    {{0.1, 2, 60, 0}, 0.07613311, 1.48231, 100000},
    {{1, 1, 10, 0}, 0.07737383, 2.27808, 100000},
    {{0.9, 1.991, 600, 0}, 0.00132931, 5.90003, 1500000},
    {{10, 1, 10, 0}, 0.01908503, 7.18401, 300000},
    {{10, 1, 60, 0}, 0.00258654, 10.28637, 1000000},
    {{1, 10, 60, 0}, 0.03275523, 6.19216, 400000},
    {{100, 1, 60, 0}, 0.00069897, 31.14371, 1600000},
    {{10, 1, 10, 12}, 0.00020085, 3.194, 5500000},
};

static void check_row(const struct row *row)
{
    char settings[128], service[64], name[64], limit[64] = "";
    const struct keep_alive_case *given = &row->given;
    if (given->limit > 0)
        (void)snprintf(limit, sizeof limit, "reserved = %d, ", given->limit);
    (void)snprintf(settings, sizeof settings, "%skeep_alive = '%gs'", limit, given->keep_alive_s);
    (void)snprintf(service, sizeof service, "exponential('%gs')", given->service_s);
    (void)snprintf(name, sizeof name, "%g/s %gs %gs limit %d", given->rate_per_s, given->service_s,
                   given->keep_alive_s, given->limit);
    struct lab *lab = run_pool(settings, service, given->rate_per_s,
                               given->keep_alive_s + given->service_s, row->calls);
    struct keep_alive_exact exact = keep_alive_exact(*given);
    CU_ASSERT_TRUE(
        lab_agrees(name, lab_estimate(lab, "work", "cold", "mean"), exact.cold, THEOREM_ERROR));
    CU_ASSERT_TRUE(lab_agrees("  idle", lab_estimate(lab, "work", "idle_instances", "mean"),
                              exact.idle, THEOREM_ERROR));
    if (given->limit > 0)
        CU_ASSERT_TRUE(lab_agrees("  refused", lab_estimate(lab, "work", "throttles", "mean"),
                                  erlang_b(given->limit, given->rate_per_s * given->service_s),
                                  THEOREM_ERROR));
    lab_close(lab);
}

static void test_most_recently_used_environments(void)
{
    for (size_t i = 0; i < COUNTOF(rows); i++)
        check_row(&rows[i]);
}

static void test_the_theorem_gives_the_known_values(void)
{
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        struct keep_alive_exact exact = keep_alive_exact(rows[i].given);
        CU_ASSERT_DOUBLE_EQUAL(exact.cold, rows[i].cold, 5.1e-9);
        CU_ASSERT_DOUBLE_EQUAL(exact.idle, rows[i].idle, rows[i].given.limit > 0 ? 5e-4 : 5.1e-6);
    }
}

CU_TestInfo suite_keep_alive[] = {
    TEST(test_the_theorem_gives_the_known_values),
    TEST(test_calls_of_no_length),
    TEST(test_one_environment_for_all),
    TEST(test_without_keep_alive_every_call_is_cold),
    TEST(test_forever_only_records_are_cold),
    TEST(test_rare_calls_are_all_cold),
    TEST(test_most_recently_used_environments),
    CU_TEST_INFO_NULL,
};
