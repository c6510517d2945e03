/* test_alb.c - load balancers and function URLs: what passes through them, what comes back, what it costs. */
#include "core/text.h"
#include "model/alb_run.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

static double units_of(const struct play *stage, const char *name)
{
    return (double)stage_svc(stage, name)->meters[ALB_LCU] / ALB_LCU_HOUR;
}

/* -- the way through ---------------------------------------------------------------------------- */

static void test_overhead_then_the_target(void)
{
    struct play stage = stage_play(
        "local s = service 's' { handler = function(r) r:cpu '10ms' end }\n"
        "local f = F('f', { handler = function(r) r:wait '10ms' end })\n"
        "local lb = alb 'lb' { ['GET /s'] = s, ['GET /f'] = f, overhead = '2ms' }\n"
        "local u = url 'u' { f, overhead = '3ms' }\n"
        "once('a', lb 'GET /s', '1s', 1) once('b', lb 'GET /f', '2s', 1) once('c', u, '3s', 1)\n"
        "simulate { duration = '9s' }");
    CHECK_MS(&stage, "lb GET /s", "latency.max", 12);
    CHECK_MS(&stage, "lb GET /s", "stage_overhead.mean", 2);
    CHECK_MS(&stage, "lb GET /s", "stage_downstream.mean", 10);
    CHECK_MS(&stage, "lb GET /f", "latency.max", 112); /* cold */
    CHECK_MS(&stage, "u ANY /", "latency.max", 13);
    CHECK_MS(&stage, "u", "concurrency.max", 1);
    stage_end(&stage);
}

/* One resource behind every path: [1] or `to`, from the file or --set. */
static void test_one_target_may_stand_alone(void)
{
    static const char *const ways[] = {"{ f }", "{ to = f }", "{ to = 'f' }", "{ ['ANY /'] = f }"};
    for (size_t i = 0; i < COUNTOF(ways); i++) {
        struct text text = {0};
        text_addf(&text,
                  "local f = F('f', {}) local lb = alb 'lb' %s local u = url 'u' %s\n"
                  "once('a', lb, '1s', 2) once('b', u, '2s', 3) simulate { duration = '9s' }",
                  ways[i], ways[i]);
        struct play stage = stage_play(text.data);
        CHECK_VALUE(&stage, "lb ANY /", "requests", 2);
        CHECK_VALUE(&stage, "u ANY /", "requests", 3);
        CHECK_VALUE(&stage, "f", "requests", 5);
        stage_end(&stage);
        text_free(&text);
    }
}

/* -- what comes back ------------------------------------------------------------------------------ */

/* A retry on exactly one status: the second try shows that it was this one. */
static void check_status(const char *target, const char *front, int status, const char *more)
{
    struct text text = {0};
    text_addf(
        &text,
        "local x = %s\nlocal front = %s\n"
        "once('a', front, '1s', 1, { retry = { retries = 1, on = { %d },\n"
        "  backoff = expo('1s', { jitter = 'none' }) } })\n%s\nsimulate { duration = '5min' }",
        target, front, status, more);
    struct play stage = stage_play(text.data);
    CHECK_VALUE(&stage, "front", "requests", 2);
    CHECK_VALUE(&stage, "a", "error_count", 1);
    stage_end(&stage);
    text_free(&text);
}

#define ALB "alb 'front' { x, overhead = '1ms' }"
#define URL "url 'front' { x, overhead = '1ms' }"

static void test_statuses(void)
{
    check_status("F('x', { reserved = 0 })", ALB, 502, "");
    check_status("F('x', { reserved = 0 })", URL, 429, "");
    check_status("F('x', { timeout = '2s', handler = function(r) r:wait '3s' end })", ALB, 502, "");
    check_status("F('x', { timeout = '2s', handler = function(r) r:wait '3s' end })", URL, 502, "");
    check_status("service 'x' { workers = 1, queue = 0, handler = function(r) r:wait '100s' end }",
                 ALB, 503, "once('b', x, '0s', 1)");
    check_status("service 'x' { timeout = '2s', handler = function(r) r:wait '3s' end }", ALB, 504,
                 "");
    check_status("service 'x' { handler = function(r) r:wait '70s' end }", ALB, 504, "");
    check_status("service 'x' { handler = function(r) r:fail() end }", ALB, 500, "");
}

/* A throttled function is a throttle of the URL, an error of the load balancer. */
static void test_a_refusal_from_behind_keeps_its_time(void)
{
    struct play stage =
        stage_play("local f = F('f', { reserved = 0 }) local u = url 'u' { f, overhead = '3ms' }\n"
                   "local lb = alb 'lb' { f, overhead = '3ms' }\n"
                   "once('a', u, '1s', 1, { retry = { retries = 1, backoff = expo('10ms', { jitter "
                   "= 'none' }) } })\n"
                   "once('b', lb, '2s', 1) simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "u", "throttle_count", 2);
    CHECK_VALUE(&stage, "u", "error_count", 2);
    CHECK_VALUE(&stage, "a", "throttle_count", 1);
    CHECK_VALUE(&stage, "lb", "throttle_count", 0);
    CHECK_VALUE(&stage, "lb", "error_count", 1);
    CHECK_MS(&stage, "lb", "latency.max", 3);
    stage_end(&stage);
}

/* The function is switched off for the first try and back for the second: 3 ms, 1 s of back-off, 3 ms, 100 ms of init. */
static void test_the_stages_of_a_journey_with_a_refusal_add_up(void)
{
    struct play stage = stage_play(
        "local f = F('f', { reserved = 0 }) local u = url 'u' { f, overhead = '3ms' }\n"
        "once('a', u, '1s', 1, { retry = { retries = 1, backoff = expo('1s', { jitter = 'none' }) "
        "} })\n"
        "at '1500ms' { target = f, set = { reserved = 5 } } simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "a", "error_count", 0);
    CHECK_MS(&stage, "a", "latency.max", 1106);
    CHECK_MS(&stage, "a", "stage_overhead.mean", 6);
    CHECK_MS(&stage, "a", "stage_backoff.mean", 1000);
    CHECK_MS(&stage, "a", "stage_init.mean", 100);
    stage_end(&stage);
}

/* 60 s by default; what is behind runs on. */
static void test_the_idle_timeout_answers_504(void)
{
    struct play stage =
        stage_play("local s = service 's' { handler = function(r) r:wait '100s' end }\n"
                   "local lb = alb 'lb' { ['GET /a'] = s, ['GET /b'] = { s, timeout = '5s' }, "
                   "overhead = '0ms' }\n"
                   "once('a', lb 'GET /a', '1s', 1) once('b', lb 'GET /b', '2s', 1) simulate { "
                   "duration = '5min' }");
    CHECK_VALUE(&stage, "lb", "timeout_count", 2);
    CHECK_MS(&stage, "a", "latency.max", 60000);
    CHECK_MS(&stage, "b", "latency.max", 5000);
    CHECK_MS(&stage, "s", "latency.max", 100000);
    CHECK_VALUE(&stage, "s", "error_count", 0);
    stage_end(&stage);
}

static void test_faults_hold_at_the_load_balancer(void)
{
    struct play stage =
        stage_play("local s = service 's' {} local lb = alb 'lb' { s, overhead = '2ms' }\n"
                   "once('a', lb, '10s', 1) once('b', lb, '20s', 1) once('c', lb, '30s', 1)\n"
                   "at '9s' { target = lb, latency = 'x3', lasts = '2s' }\n"
                   "at '19s' { target = lb, errors = '100%', lasts = '2s' }\n"
                   "at '29s' { target = lb, set = { overhead = '7ms' }, lasts = '2s' } simulate { "
                   "duration = '1min' }");
    CHECK_MS(&stage, "a", "latency.max", 6);
    CHECK_VALUE(&stage, "b", "error_count", 1);
    CHECK_MS(&stage, "c", "latency.max", 7);
    CHECK_VALUE(&stage, "s", "requests", 2);
    stage_end(&stage);
}

/* -- money -------------------------------------------------------------------------------------- */

/* Capacity units of an hour and a half of even traffic. */
static double units(const char *target, const char *settings, const char *handler, const char *rate)
{
    struct text text = {0};
    text_addf(&text,
              "local s = %s('s', { handler = function(r) %s end })\n"
              "local lb = alb 'lb' { s, overhead = '0ms', %s }\n"
              "traffic 't' { to = lb, rate = '%s', arrivals = 'uniform' }\n"
              "simulate { duration = '90min' }",
              target, handler, settings, rate);
    struct play stage = stage_play(text.data);
    double found = units_of(&stage, "lb");
    CU_ASSERT_EQUAL(stage_svc(&stage, "lb")->meters[ALB_HOURS], 90 * 60 * 1000);
    stage_end(&stage);
    text_free(&text);
    return found;
}

#define SERVICE "(function(name, t) t.workers = 1000 return service(name)(t) end)"

/* Each of the four once the largest, over 1.5 h at 5/s: connections, bytes (0.4 GB a unit where a function
 * answers), active connections; rule evaluations below. */
static void test_the_largest_of_four_is_billed(void)
{
    double hours = 1.5, hour_s = 3600;
    CU_ASSERT_DOUBLE_EQUAL(units(SERVICE, "size = '2KB'", "r:cpu '1ms'", "5/s"), 0.2 * hours, 1e-4);
    CU_ASSERT_DOUBLE_EQUAL(units(SERVICE, "per_connection = 10", "r:cpu '1ms'", "5/s"),
                           hours * 5 * hour_s * 2048 / 1073741824, 1e-4);
    CU_ASSERT_DOUBLE_EQUAL(units("F", "size = '2KB', per_connection = 100", "r:cpu '1ms'", "5/s"),
                           hours * 5 * hour_s * 2048 / 1073741824 / 0.4, 1e-4);
    CU_ASSERT_DOUBLE_EQUAL(units(SERVICE, "size = '1MB'", "r:cpu '1ms'", "5/s"),
                           hours * 5 * hour_s / 1024, 1e-3);
    /* 5/s x 50 s are 250 of 3,000, after 50 s in which they build up. */
    CU_ASSERT_DOUBLE_EQUAL(
        units(SERVICE, "per_connection = 100, size = '0B'", "r:wait '50s'", "5/s"),
        250. / 3000 * (hours - 25 / hour_s), 1e-4);
}

/* 30 routes, the first ten free: requests on the 30th in order of names evaluate 20 rules. 100/s: 2,000 a second are 2 units,
 * 4 of new connections; with ten requests a connection, 0.4. */
static void test_rules_beyond_ten_are_evaluated(void)
{
    struct play stage =
        stage_play("local s = service 's' {} local t = { per_connection = 10 }\n"
                   "for i = 1, 30 do t[string.format('GET /%02d', i)] = s end\n"
                   "local lb = alb 'lb' (t)\n"
                   "traffic 't' { to = lb 'GET /30', rate = '100/s', arrivals = 'uniform' }\n"
                   "simulate { duration = '1h' }");
    CU_ASSERT_DOUBLE_EQUAL(units_of(&stage, "lb"), 2, 1e-3);
    stage_end(&stage);
}

/* Hours are those of the clock: an hour of many connections and one of many bytes add up, each at its own largest. 100/s for an
 * hour are 4 units; then none. A maximum over the whole would be another. */
static void test_each_hour_has_its_own_largest(void)
{
    struct play stage = stage_play(
        "local s = service 's' { handler = function(r) r:wait '59s' end, workers = 10000, tasks = "
        "50 }\n"
        "local fast = service 'fast' {}\n"
        "local lb = alb 'lb' { ['GET /a'] = s, ['GET /b'] = fast, overhead = '0ms', per_connection "
        "= 1000, size = '0B' }\n"
        "local lc = alb 'lc' { fast, overhead = '0ms', size = '0B' }\n"
        "traffic 't' { to = lb 'GET /a', rate = '50/s', arrivals = 'uniform', stop = '10min' }\n"
        "traffic 'v' { to = lb 'GET /b', rate = '1000/s', arrivals = 'uniform', start = '2h', stop "
        "= '130min' }\n"
        "traffic 'w' { to = lc, rate = '100/s', arrivals = 'uniform', stop = '1h' }\n"
        "simulate { duration = '4h', sample = '2h' }");
    /* first hour: 50 x 59 s x 600 s of connections; third: 600,000 requests on 600 connections */
    double first = 50. * 600 * 59 / 3600 / 3000, third = 600. / 3600 / 25;
    CU_ASSERT_DOUBLE_EQUAL(units_of(&stage, "lb"), first + third, 1e-4);
    CU_ASSERT_DOUBLE_EQUAL(units_of(&stage, "lc"), 4, 1e-4);
    stage_end(&stage);
}

/* However often it is looked at. */
static void test_units_do_not_depend_on_who_looks(void)
{
    static const char *const samples[] = {"50ms", "30min"};
    int64_t seen[2];
    for (size_t i = 0; i < COUNTOF(samples); i++) {
        struct text text = {0};
        text_addf(
            &text,
            "local s = service 's' { handler = function(r) r:cpu '1ms' end } local lb = alb 'lb' { "
            "s }\n"
            "traffic 't' { to = lb, rate = '3/s' } simulate { duration = '70min', sample = '%s' }",
            samples[i]);
        struct play stage = stage_play(text.data);
        seen[i] = stage_svc(&stage, "lb")->meters[ALB_LCU];
        stage_end(&stage);
        text_free(&text);
    }
    CU_ASSERT_EQUAL(seen[0], seen[1]);
}

static void test_a_url_has_no_price_of_its_own(void)
{
    struct play stage = stage_play("local f = F('f', {}) local u = url 'u' { f }\n"
                                   "once('a', u, '1s', 5) simulate { duration = '1h' }");
    struct usage *usage;
    int count = world_usage(stage.world, &usage);
    for (int i = 0; i < count; i++)
        CU_ASSERT_STRING_EQUAL(usage[i].resource, "f");
    stage_end(&stage);
}

CU_TestInfo suite_alb[] = {
    TEST(test_overhead_then_the_target),
    TEST(test_one_target_may_stand_alone),
    TEST(test_statuses),
    TEST(test_a_refusal_from_behind_keeps_its_time),
    TEST(test_the_stages_of_a_journey_with_a_refusal_add_up),
    TEST(test_the_idle_timeout_answers_504),
    TEST(test_faults_hold_at_the_load_balancer),
    TEST(test_the_largest_of_four_is_billed),
    TEST(test_rules_beyond_ten_are_evaluated),
    TEST(test_each_hour_has_its_own_largest),
    TEST(test_units_do_not_depend_on_who_looks),
    TEST(test_a_url_has_no_price_of_its_own),
    CU_TEST_INFO_NULL,
};
