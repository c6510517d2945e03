/* test_faults.c - `at "5s" { ... }`: what a fault does while it lasts, and that it ends. */
#include <math.h>
#include <stdio.h>

#include "tests/model/stage.h"
#include "tests/suite.h"

/* Single requests at 1 s, 6 s and 12 s around a fault from 5 s to 10 s. */
static struct play play_fault(const char *settings, const char *body, const char *fault)
{
    char text[1024];
    (void)snprintf(
        text, sizeof text,
        "local f = F('f', { init = '0ms', timeout = '3s', %s handler = function(r) %s end })\n"
        "once('before', f, '1s') once('during', f, '6s') once('after', f, '12s')\n"
        "at '5s' { target = f, %s, lasts = '5s' } simulate { duration = '20s' }",
        settings, body, fault);
    return stage_play(text);
}

static void check_fault(const char *settings, const char *body, const char *fault, double normal_ms,
                        double during_ms)
{
    struct play stage = play_fault(settings, body, fault);
    CHECK_MS(&stage, "before", "latency.max", normal_ms);
    CHECK_MS(&stage, "during", "latency.max", during_ms);
    CHECK_MS(&stage, "after", "latency.max", normal_ms);
    stage_end(&stage);
}

static void test_latency_is_multiplied_while_it_lasts(void)
{
    check_fault("", "r:wait '10ms' r:cpu '5ms'", "latency = 'x20'", 15, 300);
    check_fault("", "r:all{ function(b) b:wait '10ms' end } r:cpu '5ms'", "latency = 'x20'", 15,
                300);
}

static void test_a_gateways_overhead_is_its_latency(void)
{
    struct play stage = stage_play(
        "local f = F('f', { init = '0ms', handler = function(r) r:wait '10ms' end })\n"
        "local web = http_api 'web' { ['GET /a'] = f, overhead = '5ms' }\n"
        "once('before', web 'GET /a', '1s') once('during', web 'GET /a', '6s')\n"
        "at '5s' { target = web, latency = 'x20', lasts = '5s' } simulate { duration = '20s' }");
    CHECK_MS(&stage, "before", "latency.max", 15);
    CHECK_MS(&stage, "during", "latency.max", 110);
    stage_end(&stage);
}

static void test_settings_are_exchanged_while_it_lasts(void)
{
    check_fault("", "r:cpu '10ms'", "set = { memory = 128 }", 10, 10. * 1769 / 128);
    check_fault("", "r:wait '2s'", "set = { timeout = '1s' }", 2000, 1000);
}

static void test_all_calls_fail_at_a_share_of_one(void)
{
    static const char *const bodies[] = {"r:wait '10ms'", "r:all{ function(b) b:wait '10ms' end }"};
    for (size_t i = 0; i < COUNTOF(bodies); i++) {
        struct play stage = play_fault("", bodies[i], "errors = 1");
        CHECK_VALUE(&stage, "before", "error_count", 0);
        CHECK_VALUE(&stage, "during", "error_count", 1);
        CHECK_VALUE(&stage, "after", "error_count", 0);
        CHECK_MS(&stage, "during", "latency.max", 10); /* the work is done all the same */
        stage_end(&stage);
    }
}

/* 10000 requests from 5 s on. */
static void test_a_share_of_errors_is_met(void)
{
    static const char *const targets[] = {"f", "web"};
    for (size_t i = 0; i < COUNTOF(targets); i++) {
        char text[512];
        (void)snprintf(
            text, sizeof text,
            "local f = F('f', { init = '0ms', handler = function(r) r:wait '1ms' end })\n"
            "local web = http_api 'web' { ['GET /a'] = f }\n"
            "traffic 't' { to = web 'GET /a', rate = '1000/s', arrivals = 'uniform' }\n"
            "at '5s' { target = %s, errors = '30%%' } simulate { duration = '15s' }",
            targets[i]);
        struct play stage = stage_play(text);
        double errors = stage_value(&stage, "*", "error_count");
        CU_ASSERT_TRUE(is_near(errors, 3000, 4 * sqrt(10000 * 0.3 * 0.7)));
        stage_end(&stage);
    }
}

/* The instance at work ends what it does and takes no more. */
static void test_recycle_makes_the_next_call_cold(void)
{
    struct play stage = play_fault("", "r:wait '10ms'", "recycle = true");
    CHECK_VALUE(&stage, "f", "cold_starts", 2);
    CHECK_VALUE(&stage, "f", "instances.max", 1);
    stage_end(&stage);
    stage = stage_play("local f = F('f', { handler = function(r) r:wait '1s' end })\n"
                       "once('busy', f, '1s') once('next', f, '3s')\n"
                       "at '1500ms' { target = f, recycle = true } simulate { duration = '9s' }");
    CHECK_MS(&stage, "busy", "latency.max", 1100);
    CHECK_MS(&stage, "next", "latency.max", 1100);
    CHECK_VALUE(&stage, "f", "instances.max", 1);
    stage_end(&stage);
}

static void test_recycle_resets_provisioned_instances_in_place(void)
{
    struct play stage = stage_play(
        "local f = F('f', { provisioned = 1, handler = function(r) r:wait '10ms' end })\n"
        "once('a', f, '1s') once('b', f, '6s')\n"
        "at '5s' { target = f, recycle = true } simulate { duration = '9s' }");
    CHECK_MS(&stage, "a", "latency.max", 10);
    CHECK_MS(&stage, "b", "latency.max", 110);
    CHECK_VALUE(&stage, "f", "spill_count", 0);
    stage_end(&stage);
}

/* A fault and an arrival at one instant: the fault is first (expiries before arrivals). */
static void test_a_fault_holds_for_calls_of_its_own_instant(void)
{
    struct play stage = stage_play(
        "local f = F('f', { init = '0ms', handler = function(r) r:wait '10ms' end })\n"
        "once('a', f, '5s') once('b', f, '10s')\n"
        "at '5s' { target = f, latency = 'x3', lasts = '5s' } simulate { duration = '20s' }");
    CHECK_MS(&stage, "a", "latency.max", 30);
    CHECK_MS(&stage, "b", "latency.max", 10);
    stage_end(&stage);
}

CU_TestInfo suite_faults[] = {
    TEST(test_latency_is_multiplied_while_it_lasts),
    TEST(test_a_gateways_overhead_is_its_latency),
    TEST(test_settings_are_exchanged_while_it_lasts),
    TEST(test_all_calls_fail_at_a_share_of_one),
    TEST(test_a_share_of_errors_is_met),
    TEST(test_recycle_makes_the_next_call_cold),
    TEST(test_recycle_resets_provisioned_instances_in_place),
    TEST(test_a_fault_holds_for_calls_of_its_own_instant),
    CU_TEST_INFO_NULL,
};
