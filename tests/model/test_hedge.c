/* test_hedge.c - a second copy after a while: who wins, what it costs, where the time goes. */
#include <stdio.h>

#include "tests/model/stage.h"
#include "tests/suite.h"

/* The first call of each request takes 1 s, a second one 100 ms: with a hedge after 200 ms the answer comes after 300 ms. The
 * function is asked twice, the slow copy runs on. */
static void test_the_first_answer_wins(void)
{
    struct play stage = stage_play(
        "local slow = F('slow', { handler = function(r) r:choose{ {1, function(b) b:wait '1s' end}, {1, function(b) b:wait '100ms' end} } end })\n"
        "traffic 't' { to = slow, rate = '1/s', arrivals = 'uniform', retry = { hedge = '200ms' } }\n"
        "simulate { duration = '2000s' }");
    double requests = stage_value(&stage, "t", "requests.sum");
    double calls = stage_value(&stage, "slow", "requests.sum");
    /* half of the requests are hedged */
    CU_ASSERT_DOUBLE_EQUAL(calls / requests, 1.5, 0.05);
    CU_ASSERT_DOUBLE_EQUAL(stage_value(&stage, "t", "latency.p60"), 300, 3); /* to the histogram */
    CHECK_MS(&stage, "t", "latency.max", 1000); /* both copies slow: the first one is back sooner */
    stage_end(&stage);
}

/* Two failures fail; one failure waits for the other copy. */
static void test_a_failed_copy_waits_for_the_other(void)
{
    struct play stage = stage_play(
        "local f = F('f', { timeout = '1s', handler = function(r) r:choose{\n"
        "  {1, function(b) b:wait '300ms' b:fail() end}, {1, function(b) b:wait '400ms' end} } end })\n"
        "traffic 't' { to = f, rate = '1/s', arrivals = 'uniform', retry = { hedge = '100ms' } }\n"
        "simulate { duration = '4000s' }");
    /* both copies fail: 1/4 */
    CU_ASSERT_DOUBLE_EQUAL(stage_value(&stage, "t", "errors.mean"), 0.25, 0.03);
    CHECK_MS(&stage, "t", "latency.max", 500);
    stage_end(&stage);
}

/* In a handler: the try's body is copied, and the stages still add up to the latency. */
static void test_a_try_sends_its_body_twice(void)
{
    struct play stage = stage_play(
        "local f = F('f', { handler = function(r) r:choose{ {1, function(b) b:wait '1s' end}, {1, function(b) b:wait '100ms' end} } end })\n"
        "local g = F('g', { timeout = '10s', handler = function(r)\n"
        "  r:try(function(t) t:call(f) end, { hedge = '200ms' }) r:wait '10ms' end })\n"
        "traffic 't' { to = g, rate = '1/s', arrivals = 'uniform' }\n"
        "simulate { duration = '2000s' }");
    double requests = stage_value(&stage, "g", "requests.sum");
    CU_ASSERT_DOUBLE_EQUAL(stage_value(&stage, "f", "requests.sum") / requests, 1.5, 0.05);
    CU_ASSERT_DOUBLE_EQUAL(stage_value(&stage, "g", "duration.p60"), 310, 3);
    CHECK_MS(&stage, "g", "duration.max", 1010);
    double stages = 0;
    static const char *const names[] = {"queue", "init", "run", "wait", "downstream", "backoff", "overhead"};
    for (size_t i = 0; i < COUNTOF(names); i++) {
        char metric[64];
        (void)snprintf(metric, sizeof metric, "stage_%s.mean", names[i]);
        stages += stage_value(&stage, "t", metric);
    }
    CU_ASSERT_DOUBLE_EQUAL(stages, stage_value(&stage, "t", "latency.mean"), 1);
    stage_end(&stage);
}

CU_TestInfo suite_hedge[] = {
    TEST(test_the_first_answer_wins),
    TEST(test_a_failed_copy_waits_for_the_other),
    TEST(test_a_try_sends_its_body_twice),
    CU_TEST_INFO_NULL,
};
