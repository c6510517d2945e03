/* test_client.c - traffic: what a journey counts, its timeouts and retries, and the closed loop. */
#include <math.h>
#include <stdio.h>

#include "tests/model/stage.h"
#include "tests/suite.h"

#define FIXED "backoff = expo('100ms', { jitter = 'none' })"

/* One request with `settings` to f, whose handler is `body`. */
static struct play play_client(const char *body, const char *settings)
{
    char text[1024];
    (void)snprintf(
        text, sizeof text,
        "local f = F('f', { init = '0ms', timeout = '10s', handler = function(r) %s end })\n"
        "once('t', f, '1s', 1, { %s }) simulate { duration = '60s' }",
        body, settings);
    return stage_play(text);
}

static void check_client(const char *body, const char *settings, double latency_ms, int calls,
                         int errors)
{
    struct play stage = play_client(body, settings);
    CHECK_MS(&stage, "*", "latency.max", latency_ms);
    CHECK_VALUE(&stage, "*", "requests", 1);
    CHECK_VALUE(&stage, "t", "requests", 1);
    CHECK_VALUE(&stage, "f", "requests", calls);
    CHECK_VALUE(&stage, "*", "error_count", errors);
    stage_end(&stage);
}

static void test_a_request_is_sent_once_unless_told_otherwise(void)
{
    check_client("r:wait '10ms' r:fail()", "", 10, 1, 1);
}

/* 10 + 100 + 10 + 200 + 10: the whole journey, one request. */
static void test_retries_belong_to_the_journey(void)
{
    check_client("r:wait '10ms' r:fail()", "retry = { retries = 2, " FIXED " }", 330, 3, 1);
    struct play stage = play_client("r:wait '10ms' r:fail()", "retry = { retries = 2, " FIXED " }");
    CHECK_MS(&stage, "*", "stage_backoff.mean", 300);
    CHECK_MS(&stage, "*", "stage_wait.mean", 30);
    CHECK_VALUE(&stage, "f", "error_count", 3);
    stage_end(&stage);
}

static void test_what_is_tried_again_is_what_the_policy_names(void)
{
    check_client("r:wait '10ms' r:respond(503)", "retry = { retries = 1, on = { 503 }, " FIXED " }",
                 120, 2, 1);
    check_client("r:wait '10ms' r:respond(503)", "retry = { retries = 1, on = { 500 }, " FIXED " }",
                 10, 1, 1);
    check_client("r:wait '10ms' r:respond(404)", "retry = { retries = 1, " FIXED " }", 10, 1, 0);
    check_client("r:wait '10ms' r:respond(429)", "retry = { retries = 1, " FIXED " }", 120, 2, 0);
    check_client("r:wait '10ms' r:respond(404)", "retry = { retries = 1, on = { 404 }, " FIXED " }",
                 120, 2, 0);
    check_client("r:wait '10ms' r:fail 'timeout'",
                 "retry = { retries = 1, on = { 'error' }, " FIXED " }", 10, 1, 1);
    check_client("r:wait '10ms' r:fail 'timeout'",
                 "retry = { retries = 1, on = { 'timeout' }, " FIXED " }", 120, 2, 1);
}

/* f is switched off: all tries are refused, the journey is a throttle and not timed. */
static void test_a_throttled_journey_counts_once_and_is_not_timed(void)
{
    struct play stage = stage_play(
        "local f = F('f', { reserved = 0 })\n"
        "once('t', f, '1s', 1, { retry = { retries = 2, on = { 'throttle' }, " FIXED " } })\n"
        "simulate { duration = '60s' }");
    CHECK_VALUE(&stage, "f", "requests", 3);
    CHECK_VALUE(&stage, "*", "throttle_count", 1);
    CHECK_VALUE(&stage, "*", "error_count", 1);
    CU_ASSERT_EQUAL(stage_node(&stage, "*")->latency.count, 0);
    stage_end(&stage);
}

/* The client gives up at 1 s; f runs on to 5 s and is billed. */
static void test_a_timeout_answers_the_client_while_the_function_runs_on(void)
{
    struct play stage = play_client("r:wait '5s'", "timeout = '1s'");
    CHECK_MS(&stage, "*", "latency.max", 1000);
    CHECK_MS(&stage, "*", "stage_downstream.mean", 1000);
    CHECK_VALUE(&stage, "*", "timeout_count", 1);
    CHECK_VALUE(&stage, "f", "error_count", 0);
    CHECK_MS(&stage, "f", "latency.max", 5000);
    CU_ASSERT_EQUAL(stage_svc(&stage, "f")->meters[FUNCTION_COMPUTE], 5000 * 1769);
    stage_end(&stage);
    check_client("r:wait '1s'", "timeout = '1s'", 1000, 1, 0);
}

static void test_every_try_has_the_timeout_anew(void)
{
    check_client("r:wait '5s'", "timeout = '1s', retry = { retries = 1, " FIXED " }", 2100, 2, 1);
    check_client("r:wait '5s'",
                 "timeout = '3s', retry = { retries = 1, timeout = '2s', " FIXED " }", 4100, 2, 1);
}

/* As in test_handler.c: 19 + 10 retries of 40 failing requests. */
static void test_a_budget_bounds_retries_of_a_source(void)
{
    struct play stage =
        stage_play("local f = F('f', { init = '0ms', handler = function(r) r:fail() end })\n"
                   "traffic 't' { to = f, rate = '1/s', arrivals = 'uniform',\n"
                   "  retry = { retries = 1, budget = '50%', backoff = expo('1ms') } }\n"
                   "simulate { duration = '40500ms' }");
    CHECK_VALUE(&stage, "*", "requests", 40);
    CHECK_VALUE(&stage, "f", "requests", 40 + 19 + 10);
    stage_end(&stage);
}

/* -- the closed loop ------------------------------------------------------------------------------ */

/* Ten clients, each a request a second from 0.9 s on: 100 each in 100 s. */
static void test_a_closed_loop_sends_clients_over_think_plus_latency(void)
{
    struct play stage =
        stage_play("local f = F('f', { init = '0ms', handler = function(r) r:wait '100ms' end })\n"
                   "traffic 't' { to = f, clients = 10, think = '900ms' }\n"
                   "simulate { duration = '100s' }");
    CHECK_VALUE(&stage, "*", "requests", 1000);
    CHECK_VALUE(&stage, "f", "concurrency.max", 10);
    CHECK_VALUE(&stage, "f", "concurrency.mean", 1);
    stage_end(&stage);
}

/* Random times: N = X (R + Z), the interactive response time law. */
static void test_a_closed_loop_obeys_the_response_time_law(void)
{
    struct play stage =
        stage_play("local f = F('f', { init = '0ms', handler = function(r) r:wait(exponential "
                   "'100ms') end })\n"
                   "traffic 't' { to = f, clients = 20, think = exponential '400ms' }\n"
                   "simulate { duration = '2000s' }");
    double rate = stage_value(&stage, "*", "rate.mean");
    double cycle_s = (stage_value(&stage, "*", "latency.mean") + 400) / 1000;
    CU_ASSERT_TRUE(is_near(rate * cycle_s, 20, 0.2));
    stage_end(&stage);
}

static void test_clients_answered_in_no_time_pause(void)
{
    struct play stage =
        stage_play("local f = F('f', { init = '0ms' })\n"
                   "traffic 't' { to = f, clients = 1 } simulate { duration = '1s' }");
    CHECK_VALUE(&stage, "*", "requests", 1000);
    stage_end(&stage);
}

/* From 2 s until 5 s: at 2.9, 3.9 and 4.9 s; a client whose first think ends after `stop` sends nothing. */
static void test_a_closed_loop_keeps_to_start_and_stop(void)
{
    static const char text[] =
        "local f = F('f', { init = '0ms', handler = function(r) r:wait '100ms' end })\n"
        "traffic 't' { to = f, clients = 2, think = '%s', start = '2s', stop = '5s' }\n"
        "simulate { duration = '60s' }";
    char full[512];
    (void)snprintf(full, sizeof full, text, "900ms");
    struct play stage = stage_play(full);
    CHECK_VALUE(&stage, "*", "requests", 2 * 3);
    stage_end(&stage);
    (void)snprintf(full, sizeof full, text, "3s");
    stage = stage_play(full);
    CHECK_VALUE(&stage, "*", "requests", 0);
    stage_end(&stage);
}

/* -- the open loop ----------------------------------------------------------------------------------- */

/* Even gaps of 100 ms from 2 s on, the last before 5 s. */
static void test_an_open_loop_keeps_to_start_and_stop(void)
{
    struct play stage = stage_play("local f = F('f', { init = '0ms' })\n"
                                   "traffic 't' { to = f, rate = '10/s', arrivals = 'uniform',\n"
                                   "  start = '2050ms', stop = '4950ms' }\n"
                                   "simulate { duration = '60s' }");
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "*", "requests"), 29, 1));
    stage_end(&stage);
}

#define MANY 20000

static void test_a_mix_is_sent_in_its_shares(void)
{
    struct play stage = stage_play("local a, b, c = F('a', {}), F('b', {}), F('c', {})\n"
                                   "local web = http_api 'web' { ['GET /a'] = a }\n"
                                   "traffic 't' { to_mix = { {5, web 'GET /a'}, {3, b}, {2, c} }, "
                                   "rate = '2000/s', arrivals = 'uniform' }\n"
                                   "simulate { duration = '10s' }");
    static const struct {
        const char *node;
        double share;
    } rows[] = {{"web GET /a", 0.5}, {"b", 0.3}, {"c", 0.2}};
    double sum = 0;
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        double count = stage_value(&stage, rows[i].node, "requests");
        sum += count;
        CU_ASSERT_TRUE(is_near(count, MANY * rows[i].share,
                               4 * sqrt(MANY * rows[i].share * (1 - rows[i].share))));
    }
    CU_ASSERT_EQUAL(sum, stage_value(&stage, "*", "requests"));
    stage_end(&stage);
}

/* -- the end of the run --------------------------------------------------------------------------------- */

static void test_what_is_in_flight_at_the_end_stays_unanswered(void)
{
    static const char *const settings[] = {"", "timeout = '5s'"};
    for (size_t i = 0; i < COUNTOF(settings); i++) {
        char text[512];
        (void)snprintf(text, sizeof text,
                       "local f = F('f', { init = '0ms', handler = function(r) r:wait '2s' end })\n"
                       "once('t', f, '1s', 3, { %s }) once('late', f, '8s', 2, { %s }) simulate { "
                       "duration = '9s' }",
                       settings[i], settings[i]);
        struct play stage = stage_play(text);
        CHECK_VALUE(&stage, "*", "requests", 5);
        CU_ASSERT_EQUAL(stage_node(&stage, "*")->counters.answered, 3);
        CU_ASSERT_EQUAL(stage_node(&stage, "*")->latency.count, 3);
        stage_end(&stage);
    }
}

CU_TestInfo suite_client[] = {
    TEST(test_a_request_is_sent_once_unless_told_otherwise),
    TEST(test_retries_belong_to_the_journey),
    TEST(test_what_is_tried_again_is_what_the_policy_names),
    TEST(test_a_throttled_journey_counts_once_and_is_not_timed),
    TEST(test_a_timeout_answers_the_client_while_the_function_runs_on),
    TEST(test_every_try_has_the_timeout_anew),
    TEST(test_a_budget_bounds_retries_of_a_source),
    TEST(test_a_closed_loop_sends_clients_over_think_plus_latency),
    TEST(test_a_closed_loop_obeys_the_response_time_law),
    TEST(test_clients_answered_in_no_time_pause),
    TEST(test_a_closed_loop_keeps_to_start_and_stop),
    TEST(test_an_open_loop_keeps_to_start_and_stop),
    TEST(test_a_mix_is_sent_in_its_shares),
    TEST(test_what_is_in_flight_at_the_end_stays_unanswered),
    CU_TEST_INFO_NULL,
};
