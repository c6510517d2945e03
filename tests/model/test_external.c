/* test_external.c - a service outside: how long, how many at once, how many wait, who is refused. */
#include <math.h>
#include <stdio.h>

#include "model/external_run.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

static struct play play_external(const char *settings, const char *rest)
{
    char text[1024];
    (void)snprintf(text, sizeof text, "local x = external 'x' { %s }\n%s", settings, rest);
    return stage_play(text);
}

/* Latency 100 ms and 10 ms for each in service, itself included: the i-th of three takes 100 + 10 i ms. */
static void test_calls_in_service_slow_each_other_down(void)
{
    struct play stage = play_external("latency = '100ms', contention = '10ms'",
                                      "once('three', x, '1s', 3) once('alone', x, '2s')\n"
                                      "simulate { duration = '5s' }");
    CHECK_MS(&stage, "three", "latency.max", 130);
    CHECK_MS(&stage, "three", "latency.mean", 120);
    CHECK_MS(&stage, "alone", "latency.max", 110);
    CHECK_MS(&stage, "x", "stage_downstream.mean", (110 + 120 + 130 + 110) / 4.);
    CHECK_VALUE(&stage, "x", "concurrency.max", 3);
    stage_end(&stage);
}

/* Two places, five calls of 100 ms: two at once, so waits are 0 0 100 100 200 ms, and 5 x 100 ms of service are a
 * utilisation of 0.5 s / (2 x 5 s). */
static void test_calls_wait_in_order_for_a_place(void)
{
    struct play stage = play_external("latency = '100ms', concurrency = 2",
                                      "once('t', x, '1s', 5) simulate { duration = '5s' }");
    CHECK_MS(&stage, "t", "latency.max", 300);
    CHECK_MS(&stage, "t", "latency.mean", 180);
    CHECK_MS(&stage, "x", "stage_queue.mean", 80);
    CHECK_MS(&stage, "x", "stage_downstream.mean", 100);
    CHECK_VALUE(&stage, "x", "concurrency.max", 2);
    CHECK_VALUE(&stage, "x", "depth.max", 3);
    CHECK_VALUE(&stage, "x", "depth.mean", 0.4 / 5); /* area: 3 x 0.1 s + 1 x 0.1 s */
    CHECK_VALUE(&stage, "x", "utilisation.mean", 0.05);
    CHECK_VALUE(&stage, "x", "utilisation.max", 1);
    stage_end(&stage);
}

/* A handler that calls twice goes to the back of the queue for its second call: with one place its two calls of 100 ms enclose
 * the other caller's. */
static void test_nobody_overtakes(void)
{
    struct play stage = play_external(
        "latency = '100ms', concurrency = 1",
        "local f = F('f', { init = '0ms', handler = function(r) r:call(x) r:call(x) end })\n"
        "once('twice', f, '1s') once('other', x, '1050ms') simulate { duration = '5s' }");
    CHECK_MS(&stage, "other", "latency.max", 150);
    CHECK_MS(&stage, "twice", "latency.max", 300);
    stage_end(&stage);
}

static void test_a_full_queue_answers_503(void)
{
    struct play stage =
        play_external("latency = '100ms', concurrency = 1, queue = 2",
                      "traffic 't' { to = x, rate = burst{ n = 5, at = '1s' },\n"
                      "  retry = { retries = 1, on = { 503 }, backoff = expo('1s', "
                      "{ jitter = 'none' }) } }\n"
                      "traffic 'u' { to = x, rate = burst{ n = 5, at = '3s' },\n"
                      "  retry = { retries = 1, on = { 429 } } } simulate { duration = '5s' }");
    CHECK_VALUE(&stage, "t", "error_count", 0); /* the two refused came again */
    CHECK_VALUE(&stage, "u", "error_count", 2);
    CHECK_VALUE(&stage, "x", "throttle_count", 4);
    CHECK_VALUE(&stage, "x", "requests", 12);
    CHECK_VALUE(&stage, "x", "depth.max", 2);
    CHECK_MS(&stage, "u", "latency.max", 300);
    stage_end(&stage);
}

/* No place to wait at all: a loss system. */
static void test_no_queue(void)
{
    struct play stage = play_external("latency = '100ms', concurrency = 2, queue = 0",
                                      "once('t', x, '1s', 5) simulate { duration = '5s' }");
    CHECK_VALUE(&stage, "x", "throttle_count", 3);
    CHECK_MS(&stage, "x", "latency.max", 100);
    CHECK_VALUE(&stage, "x", "depth.max", 0);
    stage_end(&stage);
}

/* A bucket of 5 and 10/s: of 7 at once two are refused; 200 ms later two more pass. */
static void test_the_limit_answers_429(void)
{
    struct play stage = play_external("limit = '10/s', burst = 5",
                                      "once('seven', x, '1s', 7) once('three', x, '1200ms', 3)\n"
                                      "simulate { duration = '5s' }");
    CHECK_VALUE(&stage, "seven", "throttle_count", 2);
    CHECK_VALUE(&stage, "three", "throttle_count", 1);
    stage_end(&stage);
    stage = play_external("limit = '10/s'", "once('t', x, '1s', 12) simulate { duration = '5s' }");
    CHECK_VALUE(&stage, "t", "throttle_count", 2); /* one second's worth may come at once */
    stage_end(&stage);
}

/* 60/s against 80/s, evenly: 20/s are refused once the bucket is empty (60 tokens last 3 s). */
static void test_a_limit_holds_in_the_long_run(void)
{
    struct play stage = play_external(
        "limit = '60/s'", "traffic 't' { to = x, rate = '80/s', arrivals = 'uniform' }\n"
                          "simulate { duration = '110s', warmup = '10s' }");
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "x", "throttle_count"), 2000, 1));
    stage_end(&stage);
}

/* An error takes its time; 10000 calls with a share of 20 %: sd sqrt(10000 x 0.2 x 0.8) = 40. */
static void test_a_share_of_answers_are_errors(void)
{
    struct play stage =
        play_external("latency = '10ms', errors = '20%'",
                      "traffic 't' { to = x, rate = '1000/s', arrivals = 'uniform' }\n"
                      "simulate { duration = '10s' }");
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "x", "error_count"), 2000, 4 * 40));
    CHECK_VALUE(&stage, "x", "throttle_count", 0);
    CHECK_MS(&stage, "x", "latency.mean", 10);
    stage_end(&stage);
}

/* Which calls fail does not depend on how long they take or wait: common random numbers. */
static void test_variants_share_their_errors(void)
{
    double errors[2];
    static const char *const settings[] = {"latency = '1ms', errors = '20%'",
                                           "latency = '7ms', errors = '20%', concurrency = 5"};
    for (int i = 0; i < 2; i++) {
        struct play stage =
            play_external(settings[i], "traffic 't' { to = x, rate = '100/s', stop = '9s' }\n"
                                       "simulate { duration = '10s' }");
        errors[i] = stage_value(&stage, "t", "error_count");
        stage_end(&stage);
    }
    CU_ASSERT_EQUAL(errors[0], errors[1]);
    CU_ASSERT_TRUE(errors[0] > 0);
}

/* A full stop from 1 s to 9 s: what is in service ends, what comes waits; at 9 s all that wait are served in order. */
static void test_a_full_stop(void)
{
    struct play stage =
        play_external("latency = '100ms', concurrency = 1",
                      "once('before', x, '950ms') once('a', x, '2s') once('b', x, '3s') "
                      "once('after', x, '9500ms')\n"
                      "at '1s' { target = x, set = { concurrency = 0 }, lasts = '8s' }\n"
                      "simulate { duration = '20s' }");
    CHECK_MS(&stage, "before", "latency.max", 100);
    CHECK_MS(&stage, "a", "latency.max", 7100);
    CHECK_MS(&stage, "b", "latency.max", 6200);
    CHECK_MS(&stage, "after", "latency.max", 100);
    CHECK_VALUE(&stage, "x", "utilisation.mean", 0.4 / 12); /* of the time there was a place */
    stage_end(&stage);
}

/* The same for one that serves all at once: at its end all that wait begin together. */
static void test_a_full_stop_without_places(void)
{
    struct play stage =
        play_external("latency = '100ms'", "once('a', x, '2s', 3) simulate { duration = '20s' }\n"
                                           "at '1s' { target = x, set = { concurrency = 0 }, "
                                           "lasts = '8s' }");
    CHECK_MS(&stage, "a", "latency.mean", 7100);
    CHECK_MS(&stage, "x", "stage_queue.mean", 7000);
    CHECK_VALUE(&stage, "x", "depth.max", 3);
    CHECK_VALUE(&stage, "x", "concurrency.max", 3);
    stage_end(&stage);
}

/* One place, 1 s a call, patience 1.5 s, three at once: the second is given up at 1.5 s while it is served, the third
 * at 1.5 s while it waits. Served all the same, it keeps a call at 2.6 s waiting until 4 s; dropped, until 3 s. */
static void test_abandoned_calls_are_served_or_dropped(void)
{
    static const struct {
        const char *word;
        double late_ms, timeouts, utilisation;
    } cases[] = {{"serve", 2400, 0, 0.4}, {"drop", 1400, 1, 0.3}};
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        char settings[128];
        (void)snprintf(settings, sizeof settings,
                       "latency = '1s', concurrency = 1, abandoned = '%s'", cases[i].word);
        struct play stage =
            play_external(settings, "once('t', x, '1s', 3, { timeout = '1500ms' })\n"
                                    "once('late', x, '2600ms')\n"
                                    "simulate { duration = '10s' }");
        CHECK_VALUE(&stage, "t", "timeout_count", 2);
        CHECK_MS(&stage, "late", "latency.max", cases[i].late_ms);
        CHECK_VALUE(&stage, "x", "timeout_count", cases[i].timeouts);
        CHECK_VALUE(&stage, "x", "utilisation.mean", cases[i].utilisation);
        stage_end(&stage);
    }
}

/* A caller that still waits is never taken for one that gave up: whoever it is. */
static void test_nobody_who_waits_is_dropped(void)
{
    struct play stage = play_external(
        "latency = '100ms', concurrency = 1, abandoned = 'drop'",
        "local f = F('f', { init = '0ms', handler = function(r) r:call(x) end })\n"
        "local web = http_api 'web' { ['GET /x'] = x, overhead = '0ms' }\n"
        "once('direct', x, '1s', 2) once('patient', x, '1s', 2, { timeout = '60s' })\n"
        "once('handler', f, '1s', 2) once('route', web 'GET /x', '1s', 2)\n"
        "simulate { duration = '10s' }");
    CHECK_VALUE(&stage, "*", "error_count", 0);
    CHECK_VALUE(&stage, "x", "requests", 8);
    CHECK_MS(&stage, "x", "latency.max", 800);
    stage_end(&stage);
}

/* A handler that gives up inside r:try, a gateway at its timeout: theirs are dropped. */
static void test_those_who_gave_up_are_dropped(void)
{
    struct play stage = play_external(
        "latency = '1s', concurrency = 1, abandoned = 'drop'",
        "local f = F('f', { init = '0ms', handler = function(r)\n"
        "  r:try(function(t) t:call(x) end, { timeout = '500ms' }) end })\n"
        "local web = http_api 'web' { ['GET /x'] = { x, timeout = '700ms' }, overhead = '0ms' }\n"
        "once('first', x, '1s') once('handler', f, '1100ms') once('route', web 'GET /x', "
        "'1200ms')\n"
        "simulate { duration = '10s' }");
    CHECK_VALUE(&stage, "x", "timeout_count", 2);
    CHECK_VALUE(&stage, "x", "utilisation.mean", 0.1);
    stage_end(&stage);
}

static void test_a_faults_factor_counts_for_all_of_the_latency(void)
{
    struct play stage =
        play_external("latency = '10ms', contention = '5ms'",
                      "once('a', x, '1s') once('b', x, '3s') once('c', x, '5s')\n"
                      "at '2s' { target = x, latency = 'x20', lasts = '2s' }\n"
                      "at '4500ms' { target = x, set = { latency = '30ms', contention = '0s' } }\n"
                      "simulate { duration = '9s' }");
    CHECK_MS(&stage, "a", "latency.max", 15);
    CHECK_MS(&stage, "b", "latency.max", 300);
    CHECK_MS(&stage, "c", "latency.max", 30);
    stage_end(&stage);
}

/* Levels know nothing of the warm-up but what still waits when it ends. */
static void test_the_warm_up_is_left_out(void)
{
    struct play stage = play_external("latency = '1s', concurrency = 1",
                                      "once('early', x, '1s', 6) once('t', x, '8s', 2)\n"
                                      "simulate { duration = '15s', warmup = '5s' }");
    CHECK_VALUE(&stage, "x", "depth.max",
                2); /* the fifth and sixth: at 5 s the interval begins first */
    CHECK_VALUE(&stage, "x", "utilisation.mean", 0.4); /* 5 s to 7 s, 8 s to 10 s, of 10 s */
    CHECK_VALUE(&stage, "x", "requests", 2);
    stage_end(&stage);
}

static void test_the_summary_says_what_refused(void)
{
    struct play stage =
        play_external("latency = '100ms', concurrency = 1, queue = 2, limit = '10/s', burst = 5",
                      "once('t', x, '1s', 7) simulate { duration = '5s' }");
    struct capacity_row *rows;
    int count = world_capacities(stage.world, &rows);
    CU_ASSERT_EQUAL_FATAL(count, 2);
    CU_ASSERT_EQUAL(rows[0].limit, 1);
    CU_ASSERT_STRING_EQUAL(rows[0].refused_by[0], "full queue");
    CU_ASSERT_EQUAL(rows[0].refused[0], 2);
    CU_ASSERT_EQUAL(rows[1].limit, 10);
    CU_ASSERT_EQUAL(rows[1].refused[0], 2);
    stage_end(&stage);
}

CU_TestInfo suite_external[] = {
    TEST(test_calls_in_service_slow_each_other_down),
    TEST(test_calls_wait_in_order_for_a_place),
    TEST(test_nobody_overtakes),
    TEST(test_a_full_queue_answers_503),
    TEST(test_no_queue),
    TEST(test_the_limit_answers_429),
    TEST(test_a_limit_holds_in_the_long_run),
    TEST(test_a_share_of_answers_are_errors),
    TEST(test_variants_share_their_errors),
    TEST(test_a_full_stop),
    TEST(test_a_full_stop_without_places),
    TEST(test_abandoned_calls_are_served_or_dropped),
    TEST(test_nobody_who_waits_is_dropped),
    TEST(test_those_who_gave_up_are_dropped),
    TEST(test_a_faults_factor_counts_for_all_of_the_latency),
    TEST(test_the_warm_up_is_left_out),
    TEST(test_the_summary_says_what_refused),
    CU_TEST_INFO_NULL,
};
