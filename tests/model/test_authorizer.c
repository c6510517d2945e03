/* test_authorizer.c - the function a route asks before its target: when it is called, what its answer does, how long that is known.
 * Times worked out by hand; the gateway's overhead is 5 ms. */
#include <stdio.h>

#include "tests/model/stage.h"
#include "tests/suite.h"

/* `check` are settings of the authorizer, `options` those of the route's, `rest` follows. */
static struct play play(const char *gateway, const char *check, const char *options,
                        const char *rest)
{
    char text[2048];
    (void)snprintf(text, sizeof text,
                   "local check = F('check', { %s })\n"
                   "local f = F('f', { handler = function(r) r:wait '10ms' end })\n"
                   "local web = %s 'web' { overhead = '5ms',\n"
                   "  ['GET /a'] = { f, authorizer = { check, %s } } }\n"
                   "%s",
                   check, gateway, options, rest);
    return stage_play(text);
}

static int64_t billed(const struct play *stage)
{
    return stage_svc(stage, "web")->meters[GATEWAY_REQUESTS];
}

/* 5 ms overhead; authorizer 100 + 20 ms; f 100 + 10 ms. Then the token is known: 5 + 10 ms. */
static void test_its_time_comes_before_the_targets(void)
{
    struct play stage = play("http_api", "handler = function(r) r:wait '20ms' end", "keys = 1",
                             "once('a', web 'GET /a', '1s') once('b', web 'GET /a', '2s')\n"
                             "simulate { duration = '9s' }");
    CHECK_MS(&stage, "a", "latency.max", 235);
    CHECK_MS(&stage, "a", "stage_overhead.mean", 5);
    CHECK_MS(&stage, "a", "stage_init.mean", 200);
    CHECK_MS(&stage, "a", "stage_wait.mean", 30);
    CHECK_MS(&stage, "b", "latency.max", 15);
    CHECK_MS(&stage, "web GET /a", "latency.max", 235);
    CHECK_MS(&stage, "web GET /a", "stage_downstream.mean", (230 + 10) / 2.);
    CHECK_MS(&stage, "web GET /a", "stage_overhead.mean", 5);
    CHECK_VALUE(&stage, "check", "requests", 1);
    CHECK_VALUE(&stage, "f", "requests", 2);
    CHECK_VALUE(&stage, "web", "hits.mean", 0.5);
    CU_ASSERT_EQUAL(billed(&stage), 2);
    stage_end(&stage);
}

/* Asked at 1.005 s and answered at once, the verdict holds until 11.005 s. */
static void test_a_verdict_holds_for_its_ttl(void)
{
    static const struct {
        const char *at;
        int asked;
    } rows[] = {{"10999999us", 1}, {"11s", 2}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        char rest[256];
        (void)snprintf(rest, sizeof rest,
                       "once('a', web 'GET /a', '1s') once('b', web 'GET /a', '%s')\n"
                       "simulate { duration = '20s' }",
                       rows[i].at);
        struct play stage = play("http_api", "init = '0ms'", "keys = 1, ttl = '10s'", rest);
        CHECK_VALUE(&stage, "check", "requests", rows[i].asked);
        stage_end(&stage);
    }
}

/* Asked at 0.005 s after 0 s: known until 300.005 s. */
static void test_a_verdict_holds_for_five_minutes_by_default(void)
{
    struct play stage = play("http_api", "init = '0ms'", "keys = 1",
                             "once('a', web 'GET /a', '0s') once('b', web 'GET /a', '299999ms')\n"
                             "once('c', web 'GET /a', '300s') simulate { duration = '10min' }");
    CHECK_VALUE(&stage, "check", "requests", 2);
    stage_end(&stage);
}

static void test_without_keys_or_ttl_every_request_is_asked_about(void)
{
    static const char *const options[] = {"", "keys = 1, ttl = '0s'", "keys = 1000000"};
    for (size_t i = 0; i < COUNTOF(options); i++) {
        struct play stage = play("http_api", "init = '0ms'", options[i],
                                 "once('a', web 'GET /a', '1s', 5) simulate { duration = '9s' }");
        CHECK_VALUE(&stage, "check", "requests", 5);
        CHECK_VALUE(&stage, "web", "hits.mean", 0);
        stage_end(&stage);
    }
}

static void test_a_function_alone_is_an_authorizer(void)
{
    struct play stage =
        stage_play("local f, check = F('f', {}), F('check', {})\n"
                   "local web = http_api 'web' { ['GET /a'] = { f, authorizer = check } }\n"
                   "once('a', web 'GET /a', '1s', 5) simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "check", "requests", 5);
    stage_end(&stage);
}

/* Three come within the authorizer's 120 ms: nothing is known yet. The fourth finds it. */
static void test_requests_during_the_first_are_asked_about_too(void)
{
    struct play stage = play("http_api", "handler = function(r) r:wait '20ms' end", "keys = 1",
                             "once('a', web 'GET /a', '1s', 3) once('b', web 'GET /a', '2s')\n"
                             "simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "check", "requests", 3);
    CHECK_VALUE(&stage, "f", "requests", 4);
    stage_end(&stage);
}

/* -- refusal ------------------------------------------------------------------------------------ */

/* Only a client that names the status sends a second request; it comes after 10 s. `asked`: by both of them. */
static void check_refusal(const char *check, int status, int errors, int asked)
{
    static const int others[] = {401, 403, 500, 503};
    for (size_t i = 0; i < COUNTOF(others); i++) {
        char rest[512];
        bool same = others[i] == status;
        (void)snprintf(rest, sizeof rest,
                       "once('a', web 'GET /a', '1s', 1, { retry = { retries = 1, on = { %d },\n"
                       "  backoff = expo('10s', { jitter = 'none' }) } })\n"
                       "simulate { duration = '60s' }",
                       others[i]);
        struct play stage = play("rest_api", check, "keys = 1", rest);
        CHECK_VALUE(&stage, "web", "requests", same ? 2 : 1);
        CHECK_VALUE(&stage, "web", "error_count", same ? 2 * errors : errors);
        CHECK_VALUE(&stage, "check", "requests", same ? asked : 1);
        CHECK_VALUE(&stage, "f", "requests", 0);
        CU_ASSERT_EQUAL(billed(&stage), 0);
        stage_end(&stage);
    }
}

/* A refusal is an answer, not an error. "Forbidden" is kept, "unauthorized" is not. */
static void test_a_refused_request_goes_no_further(void)
{
    check_refusal("handler = function(r) r:respond(403) end", 403, 0, 1);
    check_refusal("handler = function(r) r:respond(404) end", 403, 0, 1);
    check_refusal("handler = function(r) r:respond(401) end", 401, 0, 2);
}

static void test_an_authorizer_that_fails_makes_it_an_error_of_the_gateway(void)
{
    check_refusal("handler = function(r) r:fail() end", 500, 1, 2);
    check_refusal("reserved = 0", 500, 1, 2);
    check_refusal("timeout = '1s', handler = function(r) r:wait '2s' end", 500, 1, 2);
}

/* 5 ms overhead and 100 ms init + 20 ms, as downstream time, and nothing else. */
static void test_a_refusal_takes_its_time(void)
{
    struct play stage = play(
        "http_api", "handler = function(r) r:wait '20ms' r:respond(403) end", "keys = 1",
        "once('a', web 'GET /a', '1s') once('b', web 'GET /a', '2s') simulate { duration = '9s' }");
    CHECK_MS(&stage, "a", "latency.max", 125);
    CHECK_MS(&stage, "b", "latency.max", 5);
    CHECK_VALUE(&stage, "check", "requests", 1);
    stage_end(&stage);
}

/* The gateway waits 10 s (REST: 29 s) for an authorizer, which then answers nobody: the next request asks again. */
static void check_slow(const char *gateway, const char *wait, double latency_ms)
{
    char check[256];
    (void)snprintf(check, sizeof check, "timeout = '60s', handler = function(r) r:wait '%s' end",
                   wait);
    struct play stage =
        play(gateway, check, "keys = 1",
             "once('a', web 'GET /a', '1s') once('b', web 'GET /a', '1min') simulate { duration "
             "= '3min' }");
    CHECK_MS(&stage, "a", "latency.max", latency_ms);
    CHECK_VALUE(&stage, "web", "timeout_count", 2);
    CHECK_VALUE(&stage, "check", "requests", 2);
    CHECK_VALUE(&stage, "check", "error_count", 0);
    CHECK_VALUE(&stage, "f", "requests", 0);
    CU_ASSERT_EQUAL(billed(&stage), 0);
    stage_end(&stage);
}

static void test_a_slow_authorizer_is_not_waited_for(void)
{
    check_slow("http_api", "12s", 10005);
    check_slow("rest_api", "31s", 29005);
}

/* The authorizer might take 15 s and takes 2, the target 12 more: the deadline of the one is none of the other. */
static void test_the_authorizers_deadline_ends_with_its_answer(void)
{
    struct play stage =
        stage_play("local check = F('check', { timeout = '15s', handler = function(r)\n"
                   "  r:all{ function(x) x:wait '2s' end, function(x) x:wait '1s' end } end })\n"
                   "local f = F('f', { timeout = '20s', handler = function(r) r:wait '12s' end })\n"
                   "local web = http_api 'web' { overhead = '5ms',\n"
                   "  ['GET /a'] = { f, authorizer = { check, keys = 1 } } }\n"
                   "once('a', web 'GET /a', '1s') simulate { duration = '1min' }");
    CHECK_MS(&stage, "a", "latency.max", 5 + 2100 + 12100);
    CHECK_VALUE(&stage, "a", "error_count", 0);
    stage_end(&stage);
}

/* 2 s of authorizer do not count toward the integration timeout of 1 s. */
static void test_the_integration_timeout_begins_after_the_authorizer(void)
{
    struct play stage = stage_play(
        "local check = F('check', { timeout = '15s', handler = function(r) r:wait '2s' end })\n"
        "local f = F('f', { init = '0ms', handler = function(r) r:wait '900ms' end })\n"
        "local web = http_api 'web' { overhead = '5ms',\n"
        "  ['GET /a'] = { f, timeout = '1s', authorizer = { check, keys = 1 } } }\n"
        "once('a', web 'GET /a', '1s') simulate { duration = '1min' }");
    CHECK_MS(&stage, "a", "latency.max", 5 + 2100 + 900);
    CHECK_VALUE(&stage, "a", "error_count", 0);
    stage_end(&stage);
}

/* -- whose verdict it is ---------------------------------------------------------------------------- */

static void check_sharing(const char *second, int asked)
{
    char text[1024];
    (void)snprintf(
        text, sizeof text,
        "local f, check = F('f', {}), F('check', {})\n"
        "local web = http_api 'web' { ['GET /a'] = { f, authorizer = { check, keys = 1 } },\n"
        "  ['GET /b'] = { f, authorizer = { check, %s } } }\n"
        "once('a', web 'GET /a', '1s') once('b', web 'GET /b', '2s')\n"
        "simulate { duration = '9s' }",
        second);
    struct play stage = stage_play(text);
    CHECK_VALUE(&stage, "check", "requests", asked);
    stage_end(&stage);
}

static void test_routes_with_one_authorizer_share_its_verdicts(void)
{
    check_sharing("keys = 1", 1);
    check_sharing("keys = 1, ttl = '1min'", 2);
}

/* Ten users, each known after its first request; one more request of each can be told by the same root key: a retry. */
static void test_a_retry_is_the_same_user(void)
{
    struct play stage =
        stage_play("local check = F('check', { init = '0ms' })\n"
                   "local f = F('f', { init = '0ms', handler = function(r) r:fail() end })\n"
                   "local web = http_api 'web' { ['GET /a'] = { f, authorizer = { check, keys = "
                   "1000000 } } }\n"
                   "once('a', web 'GET /a', '1s', 10, { retry = { retries = 1, on = { 500 },\n"
                   "  backoff = expo('1s', { jitter = 'none' }) } })\n"
                   "simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "web", "requests", 20);
    CHECK_VALUE(&stage, "check", "requests", 10);
    stage_end(&stage);
}

CU_TestInfo suite_authorizer[] = {
    TEST(test_its_time_comes_before_the_targets),
    TEST(test_a_verdict_holds_for_its_ttl),
    TEST(test_a_verdict_holds_for_five_minutes_by_default),
    TEST(test_without_keys_or_ttl_every_request_is_asked_about),
    TEST(test_a_function_alone_is_an_authorizer),
    TEST(test_requests_during_the_first_are_asked_about_too),
    TEST(test_a_refused_request_goes_no_further),
    TEST(test_an_authorizer_that_fails_makes_it_an_error_of_the_gateway),
    TEST(test_a_refusal_takes_its_time),
    TEST(test_a_slow_authorizer_is_not_waited_for),
    TEST(test_the_authorizers_deadline_ends_with_its_answer),
    TEST(test_the_integration_timeout_begins_after_the_authorizer),
    TEST(test_routes_with_one_authorizer_share_its_verdicts),
    TEST(test_a_retry_is_the_same_user),
    CU_TEST_INFO_NULL,
};
