/* test_account.c - the limits functions share or have for themselves, and who is refused at them. */
#include <stdio.h>

#include "tests/model/stage.h"
#include "tests/suite.h"

/* -- concurrency ---------------------------------------------------------------------------- */

static void test_reserved_concurrency_is_a_limit(void)
{
    struct play stage =
        stage_play("local f = F('f', { reserved = 2, handler = function(r) r:wait '1s' end })\n"
                   "once('t', f, '1s', 5) simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "f", "requests", 5);
    CHECK_VALUE(&stage, "f", "throttle_count", 3);
    CHECK_VALUE(&stage, "t", "throttle_count", 3);
    CHECK_VALUE(&stage, "f", "concurrency.max", 2);
    CU_ASSERT_EQUAL(stage_function(&stage, "f")->refused[REFUSED_CONCURRENCY], 3);
    /* Refused calls are not billed and not timed. */
    CU_ASSERT_EQUAL(stage_svc(&stage, "f")->meters[FUNCTION_REQUESTS], 2);
    CU_ASSERT_EQUAL(stage_node(&stage, "f")->latency.count, 2);
    stage_end(&stage);
}

static void test_reserved_zero_switches_a_function_off(void)
{
    struct play stage = stage_play("local f = F('f', { reserved = 0 })\n"
                                   "once('t', f, '1s', 5) simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "f", "throttles.mean", 1);
    CHECK_VALUE(&stage, "f", "errors.mean", 1);
    CHECK_VALUE(&stage, "f", "instances.max", 0);
    stage_end(&stage);
}

/* 110 in all, 10 of them f's: g gets 100 of its 200, and f its 10 all the same. */
static void test_reserved_concurrency_is_a_guarantee(void)
{
    struct play stage = stage_play(
        "account { concurrency = 110 }\n"
        "local f = F('f', { reserved = 10, handler = function(r) r:wait '1s' end })\n"
        "local g = F('g', { handler = function(r) r:wait '2s' end })\n"
        "once('g1', g, '1s', 200) once('f1', f, '1500ms', 10) simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "g", "throttle_count", 100);
    CHECK_VALUE(&stage, "f", "throttle_count", 0);
    CHECK_VALUE(&stage, "*", "concurrency.max", 110);
    stage_end(&stage);
}

static void test_functions_share_the_accounts_concurrency(void)
{
    struct play stage = stage_play("account { concurrency = 5 }\n"
                                   "local f = F('f', { handler = function(r) r:wait '1s' end })\n"
                                   "local g = F('g', { handler = function(r) r:wait '1s' end })\n"
                                   "once('t', f, '1s', 4) once('u', g, '1s', 4)\n"
                                   "simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "*", "throttle_count", 3);
    CHECK_VALUE(&stage, "*", "concurrency.max", 5);
    stage_end(&stage);
}

/* Ten requests a second and unit: 100 at once, then 100/s; 200/s come for 10 s. */
static void test_a_concurrency_limit_limits_requests_to_ten_times_as_many(void)
{
    struct play stage =
        stage_play("account { concurrency = 10 }\n"
                   "local f = F('f', { init = '0ms', handler = function(r) r:wait '1ms' end })\n"
                   "traffic 't' { to = f, rate = '200/s', arrivals = 'uniform' }\n"
                   "simulate { duration = '10s' }");
    CHECK_VALUE(&stage, "f", "requests", 1999);
    double served = 1999 - stage_value(&stage, "f", "throttle_count");
    CU_ASSERT_TRUE(is_near(served, 100 + 100 * 10, 2));
    CU_ASSERT_TRUE(stage_value(&stage, "f", "concurrency.max") < 10);
    stage_end(&stage);
}

/* 100 units: 1000 requests at once. While 60 are reserved for f, the others' 40 take 400. Calls take no time, so that only the rate
 * counts. */
static void test_a_reservation_takes_its_request_rate_from_the_others(void)
{
    struct play stage =
        stage_play("account { concurrency = 100 }\n"
                   "local f = F('f', { init = '0ms' })\n"
                   "local g = F('g', { init = '0ms' })\n"
                   "at '1min' { target = f, set = { reserved = 60 }, lasts = '1min' }\n"
                   "once('a', g, '30s', 2000) once('b', g, '90s', 2000) once('c', f, '90s', 2000)\n"
                   "once('d', g, '150s', 2000) simulate { duration = '3min' }");
    CHECK_VALUE(&stage, "a", "throttle_count", 1000);
    CHECK_VALUE(&stage, "b", "throttle_count", 1600);
    CHECK_VALUE(&stage, "c", "throttle_count", 1400);
    CHECK_VALUE(&stage, "d", "throttle_count", 1000);
    stage_end(&stage);
}

/* A fault that reserves concurrency while calls are under way must not make the account forget or
 * invent any of it: afterwards five fit again, no fewer and no more. */
static void test_reserving_during_a_run_loses_no_account_concurrency(void)
{
    static const char text[] =
        "account { concurrency = 5 }\n"
        "local f = F('f', { handler = function(r) r:wait '1s' end })\n"
        "once('a', f, '1s', 5) once('b', f, '%s', 4) once('c', f, '20s', 8)\n"
        "at '1500ms' { target = f, set = { reserved = 4 }, lasts = '%s' }\n"
        "simulate { duration = '30s' }";
    static const char *const rows[][2] = {{"3s", "10s"}, {"3s", "2s"}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        char full[512];
        (void)snprintf(full, sizeof full, text, rows[i][0], rows[i][1]);
        struct play stage = stage_play(full);
        CHECK_VALUE(&stage, "c", "throttle_count", 3);
        CU_ASSERT_EQUAL(stage.world->model.account.unreserved_in_use, 0);
        stage_end(&stage);
    }
}

/* -- provisioned ------------------------------------------------------------------------------ */

static void test_the_third_call_spills_over_two_provisioned_instances(void)
{
    struct play stage =
        stage_play("local f = F('f', { provisioned = 2, handler = function(r) r:wait '1s' end })\n"
                   "once('t', f, '1s', 3) simulate { duration = '10s' }");
    CHECK_VALUE(&stage, "f", "spill_count", 1);
    CHECK_VALUE(&stage, "f", "cold_starts", 1);
    CHECK_VALUE(&stage, "f", "instances.max", 3);
    CHECK_VALUE(&stage, "f", "utilisation.max", 1);
    CHECK_VALUE(&stage, "f", "utilisation.mean", 0.1);
    CU_ASSERT_EQUAL(stage_svc(&stage, "f")->meters[FUNCTION_PC_COMPUTE], 2000 * 1769);
    CU_ASSERT_EQUAL(stage_svc(&stage, "f")->meters[FUNCTION_COMPUTE], 1100 * 1769);
    CU_ASSERT_EQUAL(stage_svc(&stage, "f")->meters[FUNCTION_PC_CAPACITY], 2 * 10000 * 1769);
    stage_end(&stage);
}

/* Two provisioned instances serve 20 requests at once and 20/s; 40/s come for 10 s. */
static void test_provisioned_capacity_spills_by_request_rate_too(void)
{
    struct play stage =
        stage_play("local f = F('f', { provisioned = 2, handler = function(r) r:wait '1ms' end })\n"
                   "traffic 't' { to = f, rate = '40/s', arrivals = 'uniform' }\n"
                   "simulate { duration = '10s' }");
    double provisioned = 399 - stage_value(&stage, "f", "spill_count");
    CU_ASSERT_TRUE(is_near(provisioned, 20 + 20 * 10, 2));
    CHECK_VALUE(&stage, "f", "throttle_count", 0);
    stage_end(&stage);
}

static void test_provisioned_capacity_counts_against_the_account_unused(void)
{
    struct play stage = stage_play("account { concurrency = 100 }\n"
                                   "local f = F('f', { provisioned = 90 })\n"
                                   "local g = F('g', { handler = function(r) r:wait '1s' end })\n"
                                   "once('t', g, '1s', 50) simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "g", "throttle_count", 40);
    stage_end(&stage);
}

/* The account's request rate is that of all 100, wherever they are: 500/s fit into 1000/s. */
static void test_provisioned_capacity_takes_no_request_rate_away(void)
{
    struct play stage = stage_play(
        "account { concurrency = 100 }\n"
        "local f = F('f', { provisioned = 90, handler = function(r) r:wait '1ms' end })\n"
        "traffic 't' { to = f, rate = '500/s', arrivals = 'uniform' }\n"
        "simulate { duration = '10s' }");
    CHECK_VALUE(&stage, "f", "throttle_count", 0);
    CHECK_VALUE(&stage, "f", "spill_count", 0);
    stage_end(&stage);
}

static void test_provisioned_instances_come_out_of_the_reserved(void)
{
    struct play stage = stage_play("local f = F('f', { reserved = 3, provisioned = 2, handler = "
                                   "function(r) r:wait '1s' end })\n"
                                   "once('t', f, '1s', 5) simulate { duration = '10s' }");
    CHECK_VALUE(&stage, "f", "throttle_count", 2);
    CHECK_VALUE(&stage, "f", "spill_count", 1);
    stage_end(&stage);
}

static void test_provisioned_given_as_zero_spills_everything(void)
{
    struct play stage = stage_play("local f = F('f', { provisioned = 0 })\n"
                                   "once('t', f, '1s', 3) simulate { duration = '10s' }");
    CHECK_VALUE(&stage, "f", "spill.mean", 1);
    CHECK_VALUE(&stage, "*", "spill.mean", 1);
    stage_end(&stage);
}

/* -- new instances ------------------------------------------------------------------------------ */

/* 5 at once for each function, one more every 2 s: 5 of 8, then 5 warm and 3 of the 5 regained. */
static void test_the_scaling_rate_holds_for_each_function(void)
{
    struct play stage =
        stage_play("account { scaling = '5/10s' }\n"
                   "local f = F('f', { handler = function(r) r:wait '1s' end })\n"
                   "local g = F('g', { handler = function(r) r:wait '1s' end })\n"
                   "once('f1', f, '1s', 8) once('g1', g, '1s', 8) once('f2', f, '11s', 8)\n"
                   "once('f3', f, '1100ms', 1) once('f4', f, '3s', 6)\n"
                   "simulate { duration = '30s' }");
    CHECK_VALUE(&stage, "f1", "throttle_count", 3);
    CHECK_VALUE(&stage, "g1", "throttle_count", 3);
    CHECK_VALUE(&stage, "f3", "throttle_count", 1);
    CHECK_VALUE(&stage, "f4", "throttle_count", 0); /* 5 warm and the one regained by 3 s */
    CHECK_VALUE(&stage, "f2", "throttle_count", 0);
    CHECK_VALUE(&stage, "f", "cold_starts", 8);
    CU_ASSERT_EQUAL(stage_function(&stage, "f")->refused[REFUSED_SCALING], 4);
    stage_end(&stage);
}

static void test_the_old_burst_rule_holds_for_the_account(void)
{
    struct play stage = stage_play(
        "account { concurrency = 10000, scaling = 'burst-2023' }\n"
        "local f = F('f', { handler = function(r) r:wait '5s' end })\n"
        "local g = F('g', { handler = function(r) r:wait '5s' end })\n"
        "once('t', f, '1s', 2000) once('u', g, '1s', 2000) simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "*", "throttle_count", 1000);
    stage_end(&stage);
}

CU_TestInfo suite_account[] = {
    TEST(test_a_reservation_takes_its_request_rate_from_the_others),
    TEST(test_reserved_concurrency_is_a_limit),
    TEST(test_reserved_zero_switches_a_function_off),
    TEST(test_reserved_concurrency_is_a_guarantee),
    TEST(test_functions_share_the_accounts_concurrency),
    TEST(test_a_concurrency_limit_limits_requests_to_ten_times_as_many),
    TEST(test_reserving_during_a_run_loses_no_account_concurrency),
    TEST(test_the_third_call_spills_over_two_provisioned_instances),
    TEST(test_provisioned_capacity_spills_by_request_rate_too),
    TEST(test_provisioned_capacity_counts_against_the_account_unused),
    TEST(test_provisioned_capacity_takes_no_request_rate_away),
    TEST(test_provisioned_instances_come_out_of_the_reserved),
    TEST(test_provisioned_given_as_zero_spills_everything),
    TEST(test_the_scaling_rate_holds_for_each_function),
    TEST(test_the_old_burst_rule_holds_for_the_account),
    CU_TEST_INFO_NULL,
};
