/* test_provisioned.c - how the number of provisioned instances changes: when, what it costs, whom it takes the room from. Every
 * time is worked out by hand: preparation is a constant of 90 s, 100 instances are allocated in a second. */
#include <math.h>
#include <stdio.h>

#include "tests/model/stage.h"
#include "tests/suite.h"

static const struct provisioning *units_of(const struct play *stage, const char *name)
{
    return &stage_function(stage, name)->units;
}

static int64_t meter(const struct play *stage, const char *name, int which)
{
    return stage_svc(stage, name)->meters[which];
}

/* Unit seconds of capacity metered, times 1000. */
static int64_t capacity_ms(const struct play *stage, const char *name)
{
    const struct function_config *config = stage_svc(stage, name)->config;
    return meter(stage, name, FUNCTION_PC_CAPACITY) / config->memory_mb;
}

/* Instance milliseconds of allocated capacity. */
static int64_t allocated_ms(const struct play *stage, const char *name)
{
    return (int64_t)(units_of(stage, name)->allocated.area / SIM_MS);
}

/* -- allocation ------------------------------------------------------------------------------- */

/* Asked for at 600 s, prepared at 690 s, the 60th instance is there at 690.6 s, and so is the first. */
static void check_first_use(const char *at, int spilled)
{
    char text[512];
    (void)snprintf(text, sizeof text,
                   "local f = F('f', { provisioned = { { at = '10min', n = 60 } },\n"
                   "  provisioning = '90s', handler = function(r) r:wait '10ms' end })\n"
                   "once('t', f, '%s') simulate { duration = '15min' }",
                   at);
    struct play stage = stage_play(text);
    CHECK_VALUE(&stage, "f", "spill_count", spilled);
    CHECK_VALUE(&stage, "f", "cold_starts", spilled);
    CU_ASSERT_EQUAL(stage_function(&stage, "f")->provisioned.created, 60);
    CU_ASSERT_EQUAL(allocated_ms(&stage, "f"), 60 * (900000 - 690600));
    CU_ASSERT_EQUAL(capacity_ms(&stage, "f"), 60 * 300000);
    stage_end(&stage);
}

static void test_none_is_usable_until_all_are_allocated(void)
{
    check_first_use("690300ms", 1);
    check_first_use("690599999us", 1);
    check_first_use("690600ms", 0);
}

/* Two from the beginning, two more at 690.02 s. */
static void test_what_stood_before_serves_on(void)
{
    struct play stage = stage_play(
        "local f = F('f', { provisioned = { { at = '0s', n = 2 }, { at = '10min', n = 4 } },\n"
        "  provisioning = '90s', handler = function(r) r:wait '10ms' end })\n"
        "once('a', f, '1s', 4) once('b', f, '11min', 4) once('c', f, '12min', 4)\n"
        "simulate { duration = '15min' }");
    CHECK_VALUE(&stage, "f", "spill_count", 2 + 2);
    CHECK_VALUE(&stage, "f", "cold_starts", 2); /* those of b find a's instances */
    CU_ASSERT_EQUAL(allocated_ms(&stage, "f"), 2 * 900000 + 2 * (900000 - 690020));
    CHECK_VALUE(&stage, "f", "utilisation.max", 1);
    stage_end(&stage);
}

/* 5 asked for at 60 s, 3 instead at 120 s: ready at 120 + 90 + 0.03 s. The two that left pay their 5 min, the others from the
 * first request on. */
static void test_a_later_request_takes_the_place_of_an_allocation(void)
{
    struct play stage = stage_play(
        "local f = F('f', { provisioned = { { at = '1min', n = 5 }, { at = '2min', n = 3 } },\n"
        "  provisioning = '90s', handler = function(r) r:wait '10ms' end })\n"
        "once('a', f, '200s') once('b', f, '210029999us') once('c', f, '210030ms', 3)\n"
        "simulate { duration = '10min' }");
    CHECK_VALUE(&stage, "f", "spill_count", 2);
    CU_ASSERT_EQUAL(stage_function(&stage, "f")->provisioned.created, 3);
    CU_ASSERT_EQUAL(capacity_ms(&stage, "f"), 2 * 300000 + 3 * 540000);
    stage_end(&stage);
}

static void test_a_request_for_what_stands_stops_an_allocation(void)
{
    struct play stage = stage_play(
        "local f = F('f', { provisioned = { { at = '0s', n = 1 }, { at = '1min', n = 5 },\n"
        "  { at = '2min', n = 1 } }, provisioning = '90s' })\n"
        "simulate { duration = '10min' }");
    CU_ASSERT_EQUAL(stage_function(&stage, "f")->provisioned.created, 1);
    CU_ASSERT_FALSE(units_of(&stage, "f")->allocating);
    CU_ASSERT_EQUAL(capacity_ms(&stage, "f"), 600000 + 4 * 300000);
    stage_end(&stage);
}

/* Sixty functions ask at 1 min: each is ready at 1 min + U(60, 120) s + 10 ms. The mean of 60 such is known to 17.32/sqrt 60 =
 * 2.24 s; four times that is allowed. */
static void test_preparation_takes_one_to_two_minutes_unless_told_otherwise(void)
{
    struct play stage = stage_play(
        "for i = 1, 60 do F('f' .. i, { provisioned = { { at = '1min', n = 1 } } }) end\n"
        "simulate { duration = '10min' }");
    double sum = 0, least = INFINITY, most = 0;
    for (int i = 1; i <= 60; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "f%d", i);
        double alive_s = (double)units_of(&stage, name)->allocated.area / 1e9;
        double prepare_s = 600 - alive_s - 60 - 0.01;
        sum += prepare_s;
        least = fmin(least, prepare_s);
        most = fmax(most, prepare_s);
    }
    CU_ASSERT_TRUE(is_near(sum / 60, 90, 4 * 2.24));
    CU_ASSERT_TRUE(60 <= least && least < 65);
    CU_ASSERT_TRUE(115 < most && most <= 120);
    stage_end(&stage);
}

/* -- release ------------------------------------------------------------------------------------ */

/* Three are busy from 50 to 80 s; from 60 s on there shall be one. It and the two that leave serve to the end; at 70 s nothing
 * is free, at 81 s one instance. */
static void test_busy_instances_leave_after_their_call(void)
{
    struct play stage = stage_play(
        "local f = F('f', { provisioned = { { at = '0s', n = 3 }, { at = '1min', n = 1 } },\n"
        "  handler = function(r) r:wait '30s' end, timeout = '60s' })\n"
        "once('a', f, '50s', 3) once('b', f, '70s') once('c', f, '81s', 2)\n"
        "simulate { duration = '10min' }");
    CHECK_VALUE(&stage, "f", "spill_count", 1 + 1);
    CU_ASSERT_EQUAL(stage_function(&stage, "f")->provisioned.created, 3);
    CU_ASSERT_EQUAL(stage_function(&stage, "f")->provisioned.reclaimed, 2);
    CU_ASSERT_EQUAL(units_of(&stage, "f")->leaving, 0);
    CU_ASSERT_EQUAL(allocated_ms(&stage, "f"), 600000 + 2 * 80000);
    CHECK_VALUE(&stage, "f", "utilisation.mean", (3 * 30. + 30) / (600 + 160));
    CHECK_VALUE(&stage, "f", "utilisation.max", 1);
    stage_end(&stage);
}

/* One of three is busy: the idle two go at once. */
static void test_idle_instances_leave_first(void)
{
    struct play stage = stage_play(
        "local f = F('f', { provisioned = { { at = '0s', n = 3 }, { at = '1min', n = 1 } },\n"
        "  handler = function(r) r:wait '30s' end, timeout = '60s' })\n"
        "once('a', f, '50s') once('b', f, '80s') simulate { duration = '10min' }");
    CHECK_VALUE(&stage, "f", "spill_count", 0);
    CU_ASSERT_EQUAL(allocated_ms(&stage, "f"), 600000 + 2 * 60000);
    stage_end(&stage);
}

/* Two places each. a, b on the first instance, c on the second; d would find the place beside c, but that instance is leaving.
 * A leaving instance is gone when both its calls are over, at 45 s + 60 s. */
static void test_an_instance_of_several_places_takes_no_new_calls_once_it_leaves(void)
{
    struct play stage = stage_play(
        "local f = F('f', { provisioned = { { at = '0s', n = 2 }, { at = '1min', n = 0 } },\n"
        "  instance_concurrency = 2, handler = function(r) r:wait '1min' end, timeout = '90s' })\n"
        "once('abc', f, '45s', 3) once('d', f, '61s') simulate { duration = '10min' }");
    CHECK_VALUE(&stage, "f", "spill_count", 1);
    CU_ASSERT_EQUAL(allocated_ms(&stage, "f"), 2 * 105000);
    CHECK_VALUE(&stage, "f", "utilisation.max", 0.75);
    stage_end(&stage);
}

/* -- what it costs ---------------------------------------------------------------------------------- */

/* 2 from 0 s, 5 from 420 s, 1 from 960 s to the end at 1200 s. Four leave at 960 s: the three youngest after 540 s, which pay 60 s
 * more each; and one after 960 s, which pays 240 s more. Three were allocated: 3 x 100 ms of init. */
static void test_capacity_is_paid_from_the_request_on_in_periods_of_five_minutes(void)
{
    struct play stage =
        stage_play("local f = F('f', { memory = 1024, provisioned = { { at = '0s', n = 2 },\n"
                   "  { at = '7min', n = 5 }, { at = '16min', n = 1 } } })\n"
                   "simulate { duration = '20min' }");
    CU_ASSERT_EQUAL(capacity_ms(&stage, "f"),
                    1000 * (2 * 420 + 5 * 540 + 1 * 240 + 3 * 60 + 1 * 240));
    CU_ASSERT_EQUAL(meter(&stage, "f", FUNCTION_PC_COMPUTE), 3 * 100 * 1024);
    CU_ASSERT_EQUAL(meter(&stage, "f", FUNCTION_COMPUTE), 0);
    stage_end(&stage);
}

/* Samples, batches and the warm-up look at the meter at odd times; nothing is lost by it. */
static void test_looking_at_the_meter_changes_nothing(void)
{
    struct play stage =
        stage_play("local f = F('f', { memory = 1024, provisioned = { { at = '0s', n = 2 },\n"
                   "  { at = '420123456us', n = 5 } } })\n"
                   "simulate { duration = '20min', warmup = '33333ms', sample = '7777777us' }");
    const struct svc *svc = stage_svc(&stage, "f");
    CU_ASSERT_EQUAL(svc->meters[FUNCTION_PC_CAPACITY], INT64_C(1024) * (5 * 1200000 - 3 * 420123));
    CU_ASSERT_EQUAL(svc->meters_pre[FUNCTION_PC_CAPACITY], 1024 * 2 * 33333);
    stage_end(&stage);
}

/* MODEL 1.6: an init ahead of all calls may take max(130 s, timeout), no longer. */
static void test_an_init_ahead_is_cut_at_its_own_limit(void)
{
    static const struct {
        const char *init, *timeout;
        int64_t billed_ms;
    } rows[] = {{"50s", "3s", 50000}, {"200s", "3s", 130000}, {"200s", "180s", 180000}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        char text[512];
        (void)snprintf(text, sizeof text,
                       "F('f', { memory = 1024, provisioned = { { at = '1min', n = 2 } },\n"
                       "  init = '%s', timeout = '%s' }) simulate { duration = '20min' }",
                       rows[i].init, rows[i].timeout);
        struct play stage = stage_play(text);
        CU_ASSERT_EQUAL(meter(&stage, "f", FUNCTION_PC_COMPUTE), 2 * 1024 * rows[i].billed_ms);
        stage_end(&stage);
    }
}

/* -- schedules that repeat ---------------------------------------------------------------------------- */

/* Each hour: 3 from :10 on, 1 from :40 on; before the first entry what held before it. The two that leave had 30 min, whole
 * periods. */
static void test_a_schedule_repeats(void)
{
    struct play stage = stage_play(
        "local f = F('f', { provisioned = { { at = '10min', n = 3 }, { at = '40min', n = 1 },\n"
        "  every = '1h' }, provisioning = '90s' })\n"
        "simulate { duration = '3h' }");
    CU_ASSERT_EQUAL(capacity_ms(&stage, "f"), 3 * 1000 * (3600 + 2 * 1800));
    CU_ASSERT_EQUAL(stage_function(&stage, "f")->provisioned.created, 1 + 3 * 2);
    CU_ASSERT_EQUAL(stage_function(&stage, "f")->provisioned.reclaimed, 3 * 2);
    stage_end(&stage);
}

/* -- target tracking ------------------------------------------------------------------------------------ */

static struct play play_tracking(const char *settings, const char *traffic, const char *duration)
{
    char text[1024];
    (void)snprintf(
        text, sizeof text,
        "local f = F('f', { provisioned = { target = '70%%', %s }, provisioning = '90s',\n"
        "  handler = function(r) r:wait '1s' end })\n"
        "%s simulate { duration = '%s' }",
        settings, traffic, duration);
    return stage_play(text);
}

/* 20 busy from minute 5 to 15, 10 units at first. Points above 70 % at 6:00, 7:00, 8:00: all are in use, so ceil(10 / .7) = 15 are
 * asked for at 8:00 and stand at 8:00 + 90 s + 50 ms. 9:00, 10:00, 11:00: ceil(15 / .7) = 22, at 12:30.07. 12:00, 13:00,
 * 14:00, when 20 of 22 are in use all minute long: ceil(22 * (20 / 22) / .7) = 29, at 15:30.07. Then nobody comes: no
 * data, and all 29 stand to the end. */
static void test_tracking_follows_a_burst_of_ten_minutes(void)
{
    struct play stage = play_tracking("min = 10, max = 100",
                                      "traffic 't' { to = f, rate = '20/s', arrivals = 'uniform', "
                                      "start = '5min', stop = '15min' }",
                                      "1h");
    const struct provisioning *units = units_of(&stage, "f");
    CU_ASSERT_EQUAL(units->wanted, 29);
    CU_ASSERT_EQUAL(units->ready, 29);
    CU_ASSERT_EQUAL(capacity_ms(&stage, "f"),
                    1000 * (10 * 480 + 15 * 180 + 22 * 180 + 29 * (3600 - 840)));
    CU_ASSERT_EQUAL(allocated_ms(&stage, "f"), 10 * 570050 + 15 * (750070 - 570050) +
                                                   22 * (930070 - 750070) +
                                                   29 * (3600000 - 930070));
    stage_end(&stage);
}

static void test_tracking_misses_a_burst_of_a_minute(void)
{
    struct play stage = play_tracking("min = 10, max = 100",
                                      "traffic 't' { to = f, rate = '20/s', arrivals = 'uniform', "
                                      "start = '5min', stop = '6min' }",
                                      "1h");
    CU_ASSERT_EQUAL(units_of(&stage, "f")->change, 0);
    CU_ASSERT_EQUAL(capacity_ms(&stage, "f"), 10 * 3600000);
    stage_end(&stage);
}

static void test_tracking_stops_at_its_maximum(void)
{
    struct play stage = play_tracking(
        "min = 10, max = 17",
        "traffic 't' { to = f, rate = '40/s', arrivals = 'uniform', start = '5min' }", "1h");
    CU_ASSERT_EQUAL(units_of(&stage, "f")->wanted, 17);
    CU_ASSERT_EQUAL(capacity_ms(&stage, "f"), 1000 * (10 * 480 + 15 * 180 + 17 * (3600 - 660)));
    stage_end(&stage);
}

/* 8 busy until 30:00: 80 % of 10 units, so 12 are asked for at 3:00, and then 66.7 % are in use: neither above 70 % nor below 63 %.
 * From 30:00 on b alone. The points from 31:00 on lie below 63 % of 12; at the fifteenth, 45:00, ceil(b / .7) are asked for, 10 at
 * least. Who leaves came at 3:00: 42 min are eight periods and two minutes, so three minutes more are paid. */
static void check_scale_in(const char *a_rate, const char *b_rate, int64_t to)
{
    char traffic[256];
    (void)snprintf(traffic, sizeof traffic,
                   "traffic 'a' { to = f, rate = '%s', arrivals = 'uniform', stop = '30min' }\n"
                   "traffic 'b' { to = f, rate = '%s', arrivals = 'uniform' }",
                   a_rate, b_rate);
    struct play stage = play_tracking("min = 10, max = 100", traffic, "50min");
    CU_ASSERT_EQUAL(units_of(&stage, "f")->wanted, to);
    CU_ASSERT_EQUAL(capacity_ms(&stage, "f"),
                    1000 * (10 * 180 + 12 * 2520 + to * 300 + (12 - to) * 180));
    stage_end(&stage);
}

static void test_tracking_scales_in_after_fifteen_low_points(void)
{
    check_scale_in("6/s", "2/s", 10);
    check_scale_in("0.5/s", "7.5/s", 11);
    check_scale_in("0.4/s", "7.6/s", 12); /* 63.3 %: high enough */
}

/* Ten calls of 1 s at the beginning of each minute, ten units: in use for 1/60 on average, all of them at most. */
static void test_the_statistic_may_be_the_maximum(void)
{
    static const char burst[] =
        "traffic 't' { to = f, rate = burst{ n = 10, at = '1s', every = '1min' } }";
    struct play stage = play_tracking("min = 10, max = 100", burst, "10min");
    CU_ASSERT_EQUAL(units_of(&stage, "f")->wanted, 10);
    stage_end(&stage);
    /* 3:00: 15. Then 10 of 15 at most: 66.7 %. */
    stage = play_tracking("min = 10, max = 100, statistic = 'maximum'", burst, "10min");
    CU_ASSERT_EQUAL(units_of(&stage, "f")->wanted, 15);
    CU_ASSERT_EQUAL(capacity_ms(&stage, "f"), 1000 * (10 * 180 + 15 * 420));
    stage_end(&stage);
}

/* -- whose room it is ------------------------------------------------------------------------------------- */

/* 50 of 110 are set aside from 1 min on, not from 2:30. g may have 110, then 60, and 110 again. */
static void test_the_account_makes_room_from_the_request_on(void)
{
    struct play stage = stage_play(
        "account { concurrency = 110 }\n"
        "local f = F('f', { provisioned = { { at = '1min', n = 50 }, { at = '5min', n = 0 } },\n"
        "  provisioning = '90s', handler = function(r) r:wait '1s' end })\n"
        "local g = F('g', { handler = function(r) r:wait '1s' end })\n"
        "once('g1', g, '30s', 200) once('g2', g, '61s', 200) once('g3', g, '3min', 200)\n"
        "once('f3', f, '3min', 50) once('g4', g, '6min', 200) simulate { duration = '10min' }");
    CHECK_VALUE(&stage, "g1", "throttle_count", 90);
    CHECK_VALUE(&stage, "g2", "throttle_count", 140);
    CHECK_VALUE(&stage, "g3", "throttle_count", 140);
    CHECK_VALUE(&stage, "f3", "throttle_count", 0);
    CHECK_VALUE(&stage, "f", "spill_count", 0);
    CHECK_VALUE(&stage, "g4", "throttle_count", 90);
    CHECK_VALUE(&stage, "*", "concurrency.max", 110);
    stage_end(&stage);
}

/* Calls on instances that leave hold their room until they end: at 61 s the ten of f are still busy. */
static void test_what_leaves_keeps_its_room_until_it_is_gone(void)
{
    struct play stage = stage_play(
        "account { concurrency = 110 }\n"
        "local f = F('f', { provisioned = { { at = '0s', n = 10 }, { at = '1min', n = 0 } },\n"
        "  handler = function(r) r:wait '30s' end, timeout = '60s' })\n"
        "local g = F('g', { handler = function(r) r:wait '1s' end })\n"
        "once('f1', f, '50s', 10) once('g1', g, '61s', 200) once('g2', g, '81s', 200)\n"
        "simulate { duration = '10min' }");
    CHECK_VALUE(&stage, "g1", "throttle_count", 100);
    CHECK_VALUE(&stage, "g2", "throttle_count", 90);
    CHECK_VALUE(&stage, "*", "concurrency.max", 110);
    stage_end(&stage);
}

/* Reserved 10: 2 provisioned and 8 on demand, later 8 and 2. */
static void test_provisioned_instances_come_out_of_the_reservation(void)
{
    struct play stage =
        stage_play("local f = F('f', { reserved = 10, provisioned = { { at = '0s', n = 2 },\n"
                   "  { at = '1min', n = 8 } }, provisioning = '90s', handler = function(r) r:wait "
                   "'1s' end })\n"
                   "once('a', f, '1s', 20) once('b', f, '61s', 20) once('c', f, '3min', 20)\n"
                   "simulate { duration = '10min' }");
    CHECK_VALUE(&stage, "a", "throttle_count", 10);
    CHECK_VALUE(&stage, "b", "throttle_count", 16); /* 2 and what 8 leave of 10 */
    CHECK_VALUE(&stage, "c", "throttle_count", 10);
    CHECK_VALUE(&stage, "f", "spill_count", 8 + 2 + 2);
    stage_end(&stage);
}

/* 2 units take 20 requests a second, 4 take 40: 100 calls of no length come at one instant. */
static void test_the_units_request_rate_follows_their_number(void)
{
    struct play stage = stage_play(
        "local f = F('f', { init = '0ms', provisioned = { { at = '0s', n = 2 },\n"
        "  { at = '1min', n = 4 } }, provisioning = '90s' })\n"
        "once('a', f, '1s', 100) once('b', f, '3min', 100) simulate { duration = '10min' }");
    CHECK_VALUE(&stage, "f", "spill_count", 80 + 60);
    stage_end(&stage);
}

/* -- maxima ------------------------------------------------------------------------------------------------ */

/* 2 and 6 on demand at first, 6 and 1 later: never more than 8. Each pool's maximum is 6. */
static void test_the_maximum_of_instances_is_that_of_both_pools_at_one_time(void)
{
    struct play stage = stage_play(
        "local f = F('f', { keep_alive = '10s', provisioned = { { at = '0s', n = 2 },\n"
        "  { at = '1min', n = 6 } }, provisioning = '90s', handler = function(r) r:wait '1s' end "
        "})\n"
        "once('a', f, '10s', 8) once('b', f, '3min', 7) simulate { duration = '10min' }");
    CHECK_VALUE(&stage, "f", "instances.max", 8);
    CHECK_VALUE(&stage, "f", "idle_instances.max", 8);
    /* on demand: 6 x 11.1 s and 11.1 s */
    CHECK_VALUE(&stage, "f", "instances.mean", (2 * 600 + 4 * 449.96 + 7 * 11.1) / 600);
    stage_end(&stage);
}

CU_TestInfo suite_provisioning[] = {
    TEST(test_none_is_usable_until_all_are_allocated),
    TEST(test_what_stood_before_serves_on),
    TEST(test_a_later_request_takes_the_place_of_an_allocation),
    TEST(test_a_request_for_what_stands_stops_an_allocation),
    TEST(test_preparation_takes_one_to_two_minutes_unless_told_otherwise),
    TEST(test_busy_instances_leave_after_their_call),
    TEST(test_idle_instances_leave_first),
    TEST(test_an_instance_of_several_places_takes_no_new_calls_once_it_leaves),
    TEST(test_capacity_is_paid_from_the_request_on_in_periods_of_five_minutes),
    TEST(test_looking_at_the_meter_changes_nothing),
    TEST(test_an_init_ahead_is_cut_at_its_own_limit),
    TEST(test_a_schedule_repeats),
    TEST(test_tracking_follows_a_burst_of_ten_minutes),
    TEST(test_tracking_misses_a_burst_of_a_minute),
    TEST(test_tracking_stops_at_its_maximum),
    TEST(test_tracking_scales_in_after_fifteen_low_points),
    TEST(test_the_statistic_may_be_the_maximum),
    TEST(test_the_account_makes_room_from_the_request_on),
    TEST(test_what_leaves_keeps_its_room_until_it_is_gone),
    TEST(test_provisioned_instances_come_out_of_the_reservation),
    TEST(test_the_units_request_rate_follows_their_number),
    TEST(test_the_maximum_of_instances_is_that_of_both_pools_at_one_time),
    CU_TEST_INFO_NULL,
};
