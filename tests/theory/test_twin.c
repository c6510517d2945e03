/* test_twin.c - the closed-form twin against the simulator: every row it has for a scenario of each kind.
 *
 * Rows that leave inits aside are met by scenarios without any. Rows that say they are near, and what is counted in histograms'
 * steps, may be off by a stated share besides the noise.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "run/theory.h"
#include "tests/suite.h"
#include "tests/theory/lab.h"

#define REPS 10

/* The standard error of `REPS` replications is one of few, so 5 of them; and what a row may be off by construction. */
static bool agrees(const struct lab *lab, const struct theory_row *row)
{
    double unit = strcmp(row->unit, "ms") == 0 ? 1e6 : 1;
    struct estimate found = lab_estimate(lab, row->resource, row->metric, row->stat);
    bool percentile = row->stat[0] == 'p';
    bool near = row->aside != NULL && strstr(row->aside, "near") != NULL;
    double exact = row->value * unit;
    double allowed = 5 * found.error + fabs(exact) * (percentile ? 0.03 : near ? 0.1 : 1e-4);
    if (fabs(found.mean - exact) <= allowed && found.error <= 0.05 * fabs(exact) + 1e-12)
        return true;
    printf("%s %s %s: simulated %g +- %g, by %s %g\n", row->resource, row->metric, row->stat,
           found.mean, found.error, row->law, exact);
    return false;
}

/* `rows` is how many there must be at least: a twin that knows nothing agrees with everything. */
static void check(int rows, const char *text)
{
    struct lab *lab = lab_run(REPS,
                              "account { concurrency = 5000, scaling = '100000/10s' }\n"
                              "local function pool(name, t) t.init = '0ms' t.first_run = '0ms' "
                              "t.timeout = t.timeout or '900s' return fn(name)(t) end\n"
                              "%s\n",
                              text);
    struct theory *theory = theory_make(lab_scenario(lab));
    if (theory->row_count < rows)
        printf("%d rows, not %d: %s\n", theory->row_count, rows, text);
    CU_ASSERT_TRUE(theory->row_count >= rows);
    for (int i = 0; i < theory->row_count; i++)
        CU_ASSERT_TRUE(agrees(lab, &theory->rows[i]));
    theory_free(theory);
    lab_close(lab);
}

static void test_loss(void)
{
    check(9, "pool('f', { reserved = 10, handler = function(r) r:wait(lognormal { mean = '1s', cv "
             "= 2 }) end })\n"
             "traffic 't' { to = 'f', rate = '8/s' }\n"
             "simulate { duration = '3500s', warmup = '100s', seed = 1 }\n");
}

static void test_units(void)
{
    check(10,
          "pool('f', { provisioned = 7, handler = function(r) r:wait(uniform('1s', '3s')) end })\n"
          "traffic 't' { to = 'f', rate = '3.7336/s' }\n"
          "simulate { duration = '5h', warmup = '5min', seed = 1 }\n");
}

static void test_keep_alive(void)
{
    check(10,
          "pool('f', { keep_alive = '10s', handler = function(r) r:wait(exponential '1s') end })\n"
          "traffic 't' { to = 'f', rate = '3/s' }\n"
          "simulate { duration = '2h', warmup = '5min', seed = 1 }\n");
    check(10, "pool('f', { keep_alive = '20s', handler = function(r) r:wait '1s' end })\n"
              "traffic 't' { to = 'f', rate = '2/s' }\n"
              "simulate { duration = '3h', warmup = '5min', seed = 1 }\n");
    check(6, "pool('f', { keep_alive = '10s', instance_concurrency = 500, handler = function(r) "
             "r:wait '1s' end })\n"
             "traffic 't' { to = 'f', rate = '0.2/s' }\n"
             "simulate { duration = '20h', warmup = '5min', seed = 1 }\n");
}

static void test_lines(void)
{
    check(8, "external 'e' { latency = exponential '1s', concurrency = 5 }\n"
             "traffic 't' { to = 'e', rate = '4/s' }\n"
             "simulate { duration = '3h', warmup = '5min', seed = 1 }\n");
    check(8, "external 'e' { latency = exponential '1s', concurrency = 2, queue = 4 }\n"
             "traffic 't' { to = 'e', rate = '2.5/s' }\n"
             "simulate { duration = '2h', warmup = '5min', seed = 1 }\n");
    check(6, "service 's' { vcpu = 1, memory = '2GB', tasks = 1, workers = 1,\n"
             "  handler = function(r) r:maybe(0.25, function(b) b:wait '300ms' end) "
             "r:wait(exponential '25ms') end }\n"
             "traffic 't' { to = 's', rate = '6/s' }\n"
             "simulate { duration = '2h', warmup = '5min', seed = 1 }\n");
    check(5, "external 'e' { latency = uniform('1s', '3s'), errors = '3%' }\n"
             "traffic 't' { to = 'e', rate = '5/s' }\n"
             "simulate { duration = '1h', warmup = '1min', seed = 1 }\n");
}

static void test_queue(void)
{
    check(12,
          "pool('f', { keep_alive = '1h', handler = function(r) r:wait(exponential '1s') end })\n"
          "queue 'q' { consumer = 'f', batch = 1, max_concurrency = 6, visibility = '2h', delivery "
          "= '0ms' }\n"
          "traffic 't' { to = 'q', rate = '5.4/s' }\n"
          "simulate { duration = '4h', warmup = '20min', seed = 1 }\n");
}

/* Through a gateway, a mix, a choice, a call of another function; bills of all of them. */
static void test_a_whole_application(void)
{
    check(28, "external 'far' { latency = lognormal { p50 = '20ms', p99 = '60ms' } }\n"
              "pool('leaf', { handler = function(r) r:wait '40ms' end })\n"
              "pool('a', { handler = function(r) r:wait '10ms' r:maybe(0.4, function(m) m:call "
              "'leaf' end) end })\n"
              "pool('b', { handler = function(r) r:call 'far' r:wait '5ms' end })\n"
              "http_api 'web' { ['GET /a'] = 'a', ['GET /b'] = 'b' }\n"
              "traffic 't' { to_mix = { {1, 'web GET /a'}, {2, 'web GET /b'} }, rate = '30/s' }\n"
              "simulate { duration = '20min', warmup = '1min', seed = 1 }\n");
}

CU_TestInfo suite_twin[] = {
    TEST(test_loss),   TEST(test_units), TEST(test_keep_alive),
    TEST(test_lines),  TEST(test_queue), TEST(test_a_whole_application),
    CU_TEST_INFO_NULL,
};
