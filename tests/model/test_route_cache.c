/* test_route_cache.c - responses kept by a REST API. Times worked out by hand; the gateway's overhead is 5 ms. */
#include <stdio.h>

#include "tests/model/stage.h"
#include "tests/suite.h"

static struct play play(const char *handler, const char *cache, const char *rest)
{
    char text[1024];
    (void)snprintf(
        text, sizeof text,
        "local f = F('f', { init = '0ms', handler = function(r) %s end })\n"
        "local web = rest_api 'web' { overhead = '5ms', ['GET /a'] = { f, cache = %s } }\n"
        "%s",
        handler, cache, rest);
    return stage_play(text);
}

/* A hit is the gateway's overhead and a request on the bill, no more. */
static void test_a_hit_is_answered_by_the_gateway(void)
{
    struct play stage = play("r:wait '100ms'", "{ hit = 1 }",
                             "once('a', web 'GET /a', '1s', 7) simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "f", "requests", 0);
    CHECK_VALUE(&stage, "a", "error_count", 0);
    CHECK_VALUE(&stage, "web", "hits.mean", 1);
    CHECK_MS(&stage, "a", "latency.max", 5);
    CHECK_MS(&stage, "a", "stage_overhead.mean", 5);
    CHECK_MS(&stage, "web GET /a", "stage_downstream.mean", 0);
    CU_ASSERT_EQUAL(stage_svc(&stage, "web")->meters[GATEWAY_REQUESTS], 7);
    stage_end(&stage);
}

/* 10,000 requests: sqrt(.8 * .2 / 10,000) = 0.4 points; four of these. */
static void test_a_share_of_requests_hits(void)
{
    struct play stage =
        play("r:wait '1ms'", "{ hit = '80%' }",
             "traffic 't' { to = web 'GET /a', rate = burst{ n = 10000, at = '1s' } }\n"
             "account { concurrency = 10000, api_burst = 10000, scaling = '10000/10s' }\n"
             "simulate { duration = '9s' }");
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "web", "hits.mean"), 0.8, 0.016));
    double reached = stage_value(&stage, "f", "requests");
    CU_ASSERT_DOUBLE_EQUAL(reached, 10000 * (1 - stage_value(&stage, "web", "hits.mean")), 1e-6);
    stage_end(&stage);
}

/* Answered at 1.105 s, kept for 10 s: until 11.105 s, when a request that came at 11.1 s looks. */
static void test_a_response_is_kept_for_its_ttl(void)
{
    static const struct {
        const char *at;
        int calls;
    } rows[] = {{"1099ms", 2}, {"1100ms", 1}, {"11099999us", 1}, {"11100ms", 2}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        char rest[256];
        (void)snprintf(rest, sizeof rest,
                       "once('a', web 'GET /a', '1s') once('b', web 'GET /a', '%s')\n"
                       "simulate { duration = '20s' }",
                       rows[i].at);
        struct play stage = play("r:wait '100ms'", "{ ttl = '10s', keys = 1 }", rest);
        CHECK_VALUE(&stage, "f", "requests", rows[i].calls);
        stage_end(&stage);
    }
}

static void test_a_response_is_kept_for_five_minutes_by_default(void)
{
    struct play stage = play("", "{ keys = 1 }",
                             "once('a', web 'GET /a', '0s') once('b', web 'GET /a', '299999ms')\n"
                             "once('c', web 'GET /a', '300s') simulate { duration = '10min' }");
    CHECK_VALUE(&stage, "f", "requests", 2);
    stage_end(&stage);
}

static void test_failures_and_refusals_are_not_kept(void)
{
    static const char *const handlers[] = {"r:fail()", "r:respond(404)", "r:respond(500)"};
    for (size_t i = 0; i < COUNTOF(handlers); i++) {
        struct play stage = play(handlers[i], "{ keys = 1 }",
                                 "once('a', web 'GET /a', '1s') once('b', web 'GET /a', '2s')\n"
                                 "simulate { duration = '9s' }");
        CHECK_VALUE(&stage, "f", "requests", 2);
        stage_end(&stage);
    }
}

/* Each route keeps its own: a's response is none of b's. */
static void test_every_route_has_a_cache_of_its_own(void)
{
    struct play stage =
        stage_play("local f = F('f', {})\n"
                   "local web = rest_api 'web' { ['GET /a'] = { f, cache = { keys = 1 } },\n"
                   "  ['GET /b'] = { f, cache = { keys = 1 } }, ['GET /c'] = f }\n"
                   "once('a', web 'GET /a', '1s') once('b', web 'GET /b', '2s') once('c', web 'GET "
                   "/c', '3s')\n"
                   "once('d', web 'GET /b', '4s') simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "f", "requests", 3);
    CHECK_VALUE(&stage, "web", "hits.mean", 1. / 3); /* c looks nowhere */
    stage_end(&stage);
}

/* First the authorizer, then the cache: 5 + 20 ms for a stranger, though the response is at hand. */
static void test_the_authorizer_is_asked_before_the_cache(void)
{
    struct play stage = stage_play(
        "local check = F('check', { init = '0ms', handler = function(r) r:wait '20ms' end })\n"
        "local f = F('f', { init = '0ms', handler = function(r) r:wait '100ms' end })\n"
        "local web = rest_api 'web' { overhead = '5ms',\n"
        "  ['GET /a'] = { f, authorizer = check, cache = { keys = 1 } } }\n"
        "once('a', web 'GET /a', '1s') once('b', web 'GET /a', '2s') simulate { duration = '9s' }");
    CHECK_MS(&stage, "a", "latency.max", 125);
    CHECK_MS(&stage, "b", "latency.max", 25);
    CHECK_MS(&stage, "b", "stage_wait.mean", 20);
    CHECK_VALUE(&stage, "f", "requests", 1);
    CHECK_VALUE(&stage, "web", "hits.mean", 0.25);
    stage_end(&stage);
}

CU_TestInfo suite_route_cache[] = {
    TEST(test_a_hit_is_answered_by_the_gateway),
    TEST(test_a_share_of_requests_hits),
    TEST(test_a_response_is_kept_for_its_ttl),
    TEST(test_a_response_is_kept_for_five_minutes_by_default),
    TEST(test_failures_and_refusals_are_not_kept),
    TEST(test_every_route_has_a_cache_of_its_own),
    TEST(test_the_authorizer_is_asked_before_the_cache),
    CU_TEST_INFO_NULL,
};
