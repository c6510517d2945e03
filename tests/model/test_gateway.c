/* test_gateway.c - what lies between a caller and a function: buckets, overhead, the integration timeout. */
#include <stdio.h>
#include <string.h>

#include "tests/model/stage.h"
#include "tests/suite.h"

static const struct gateway *gateway_of(const struct play *stage, const char *name)
{
    return stage_svc(stage, name)->state;
}

/* Route a lets 1 pass at once, the gateway 2. Three come for a, then three for b: what a's own bucket refuses never
 * reaches the gateway's, or b would get nothing. */
static void test_the_routes_bucket_is_asked_before_the_gateways(void)
{
    struct play stage =
        stage_play("local f = F('f', { handler = function(r) r:wait '1ms' end })\n"
                   "local web = http_api 'web' { ['GET /a'] = { f, limit = '1/h', burst = 1 },\n"
                   "  ['GET /b'] = f, limit = '1/h', burst = 2 }\n"
                   "once('a', web 'GET /a', '1s', 3) once('b', web 'GET /b', '2s', 3)\n"
                   "simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "web GET /a", "throttle_count", 2);
    CHECK_VALUE(&stage, "web GET /b", "throttle_count", 2);
    CHECK_VALUE(&stage, "web", "requests", 6);
    CHECK_VALUE(&stage, "web", "throttle_count", 4);
    CU_ASSERT_EQUAL(gateway_of(&stage, "web")->refused_stage, 2);
    CU_ASSERT_EQUAL(gateway_of(&stage, "web")->refused_account, 0);
    uint64_t route =
        gateway_of(&stage, "web")->routes[0].refused + gateway_of(&stage, "web")->routes[1].refused;
    CU_ASSERT_EQUAL(route, 2);
    stage_end(&stage);
}

/* Of 6 requests 3 are for a, and 2 of those are refused by its own limit; route b has none. */
static void test_a_routes_own_limit_is_a_line_of_capacity(void)
{
    struct play stage =
        stage_play("local f = F('f', { handler = function(r) r:wait '1ms' end })\n"
                   "local web = http_api 'web' { ['GET /a'] = { f, limit = '1/h', burst = 1 },\n"
                   "  ['GET /b'] = f }\n"
                   "once('a', web 'GET /a', '1s', 3) once('b', web 'GET /b', '2s', 3)\n"
                   "simulate { duration = '9s' }");
    struct capacity_row *rows, *route = NULL, *gateway = NULL;
    int count = world_capacities(stage.world, &rows), of_web = 0;
    for (int i = 0; i < count; i++) {
        of_web += strncmp(rows[i].resource, "web", 3) == 0;
        if (strcmp(rows[i].resource, "web GET /a") == 0)
            route = &rows[i];
        if (strcmp(rows[i].resource, "web") == 0)
            gateway = &rows[i];
    }
    CU_ASSERT_EQUAL(of_web, 2);
    CU_ASSERT_PTR_NOT_NULL_FATAL(route);
    CU_ASSERT_PTR_NOT_NULL_FATAL(gateway);
    CU_ASSERT_DOUBLE_EQUAL(route->limit, 1 / 3600.0, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(route->mean, 3 / 9.0, 1e-9);
    CU_ASSERT_EQUAL(route->max, 3);
    CU_ASSERT_EQUAL(route->refused[0], 2);
    CU_ASSERT_EQUAL(gateway->max, 3);
    CU_ASSERT_EQUAL(gateway->refused[0] + gateway->refused[1], 0);
    stage_end(&stage);
}

static void test_all_gateways_share_the_accounts_bucket(void)
{
    struct play stage =
        stage_play("account { api_rate = '1/h', api_burst = 3 }\n"
                   "local f = F('f', {})\n"
                   "local web = http_api 'web' { ['GET /a'] = f }\n"
                   "local rest = rest_api 'rest' { ['GET /a'] = f }\n"
                   "once('a', web 'GET /a', '1s', 2) once('b', rest 'GET /a', '2s', 2)\n"
                   "simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "*", "throttle_count", 1);
    CU_ASSERT_EQUAL(gateway_of(&stage, "rest")->refused_account, 1);
    stage_end(&stage);
}

static void test_refused_requests_are_not_billed(void)
{
    struct play stage =
        stage_play("local f = F('f', {})\n"
                   "local web = http_api 'web' { ['GET /a'] = f, limit = '1/h', burst = 2 }\n"
                   "once('a', web 'GET /a', '1s', 5) simulate { duration = '9s' }");
    CU_ASSERT_EQUAL(stage_svc(&stage, "web")->meters[GATEWAY_REQUESTS], 2);
    CHECK_VALUE(&stage, "f", "requests", 2);
    CHECK_VALUE(&stage, "a", "throttle_count", 3);
    stage_end(&stage);
}

/* 5 ms overhead, then 100 ms init and 10 ms work. */
static void test_overhead_is_a_stage_of_the_route_and_of_the_journey(void)
{
    struct play stage =
        stage_play("local f = F('f', { handler = function(r) r:cpu '10ms' end })\n"
                   "local web = http_api 'web' { ['GET /a'] = f, overhead = '5ms' }\n"
                   "once('a', web 'GET /a', '1s') simulate { duration = '9s' }");
    CHECK_MS(&stage, "*", "latency.max", 115);
    CHECK_MS(&stage, "*", "stage_overhead.mean", 5);
    CHECK_MS(&stage, "*", "stage_init.mean", 100);
    CHECK_MS(&stage, "*", "stage_run.mean", 10);
    CHECK_MS(&stage, "web GET /a", "stage_overhead.mean", 5);
    CHECK_MS(&stage, "web GET /a", "stage_downstream.mean", 110);
    CHECK_MS(&stage, "web", "latency.max", 115);
    stage_end(&stage);
}

/* The status can be told by who retries on it: only a client that names it sends a second request. */
static struct play play_status(const char *gateway, const char *route, const char *function,
                               int status)
{
    char text[1024];
    (void)snprintf(text, sizeof text,
                   "local f = F('f', { init = '0ms', %s })\n"
                   "local web = %s 'web' { ['GET /a'] = { f, %s }, overhead = '5ms' }\n"
                   "once('a', web 'GET /a', '1s', 1, { retry = { retries = 1, on = { %d },\n"
                   "  backoff = expo('10s', { jitter = 'none' }) } })\n"
                   "simulate { duration = '60s' }",
                   function, gateway, route, status);
    return stage_play(text);
}

static void check_status(const char *gateway, const char *route, const char *function, int status)
{
    struct play stage = play_status(gateway, route, function, status);
    CHECK_VALUE(&stage, "web", "requests", 2);
    stage_end(&stage);
    stage = play_status(gateway, route, function, 599);
    CHECK_VALUE(&stage, "web", "requests", 1);
    CHECK_VALUE(&stage, "a", "error_count", 1);
    stage_end(&stage);
}

static void test_a_slow_integration_is_answered_for(void)
{
    static const char slow[] = "handler = function(r) r:wait '2s' end";
    check_status("http_api", "timeout = '1s'", slow, 503);
    check_status("rest_api", "timeout = '1s'", slow, 504);
}

static void test_failures_of_the_function_reach_the_caller_as_5xx(void)
{
    check_status("http_api", "", "reserved = 0", 503);
    check_status("http_api", "", "timeout = '1s', handler = function(r) r:wait '2s' end", 502);
    check_status("http_api", "", "handler = function(r) r:fail() end", 500);
    check_status("http_api", "", "handler = function(r) r:respond(501) end", 501);
}

/* Overhead 5 ms, 1 s at the gateway; the function ends after 2 s, is billed for them and knows no timeout. */
static void test_a_function_runs_on_after_the_integration_timeout(void)
{
    struct play stage =
        play_status("http_api", "timeout = '1s'", "handler = function(r) r:wait '2s' end", 599);
    CHECK_MS(&stage, "a", "latency.max", 1005);
    CHECK_VALUE(&stage, "web", "timeout_count", 1);
    CHECK_VALUE(&stage, "web", "error_count", 1);
    CHECK_VALUE(&stage, "f", "error_count", 0);
    CHECK_MS(&stage, "f", "latency.max", 2000);
    CU_ASSERT_EQUAL(stage_svc(&stage, "f")->meters[FUNCTION_COMPUTE], 2000 * 1769);
    stage_end(&stage);
}

static void test_an_answer_at_the_integration_timeout_is_in_time(void)
{
    struct play stage =
        play_status("http_api", "timeout = '1s'", "handler = function(r) r:wait '1s' end", 599);
    CHECK_VALUE(&stage, "web", "error_count", 0);
    CHECK_MS(&stage, "a", "latency.max", 1005);
    stage_end(&stage);
}

static void test_a_throttled_function_is_an_error_not_a_throttle(void)
{
    struct play stage = play_status("http_api", "", "reserved = 0", 599);
    CHECK_VALUE(&stage, "f", "throttle_count", 1);
    CHECK_VALUE(&stage, "web GET /a", "throttle_count", 0);
    CHECK_VALUE(&stage, "web GET /a", "error_count", 1);
    CHECK_VALUE(&stage, "*", "throttle_count", 0);
    CU_ASSERT_EQUAL(stage_svc(&stage, "web")->meters[GATEWAY_REQUESTS], 1);
    stage_end(&stage);
}

/* 500 at once from a bucket of 100 refilled at 100/s, then 50/s: as many pass as there are tokens. */
static void test_a_limit_without_burst_saves_up_one_second(void)
{
    struct play stage =
        stage_play("local f = F('f', {})\n"
                   "local web = http_api 'web' { ['GET /a'] = f, limit = '100/s' }\n"
                   "once('a', web 'GET /a', '1s', 500) once('b', web 'GET /a', '1500ms', 500)\n"
                   "simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "a", "throttle_count", 400);
    CHECK_VALUE(&stage, "b", "throttle_count", 450);
    stage_end(&stage);
}

CU_TestInfo suite_gateway[] = {
    TEST(test_the_routes_bucket_is_asked_before_the_gateways),
    TEST(test_a_routes_own_limit_is_a_line_of_capacity),
    TEST(test_all_gateways_share_the_accounts_bucket),
    TEST(test_refused_requests_are_not_billed),
    TEST(test_overhead_is_a_stage_of_the_route_and_of_the_journey),
    TEST(test_a_slow_integration_is_answered_for),
    TEST(test_failures_of_the_function_reach_the_caller_as_5xx),
    TEST(test_a_function_runs_on_after_the_integration_timeout),
    TEST(test_an_answer_at_the_integration_timeout_is_in_time),
    TEST(test_a_throttled_function_is_an_error_not_a_throttle),
    TEST(test_a_limit_without_burst_saves_up_one_second),
    CU_TEST_INFO_NULL,
};
