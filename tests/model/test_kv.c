/* test_kv.c - a table: what operations cost, whom capacity refuses, where keys lie, how it scales. */
#include <stdio.h>
#include <string.h>

#include "model/kv_run.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

static struct kv *kv_of(const struct play *stage)
{
    return stage_svc(stage, "db")->state;
}

/* -- units: the examples of the documentation, in half units -------------------------------------------- */

static int64_t taken_by(const char *op, enum kv_kind kind)
{
    char text[512];
    (void)snprintf(text, sizeof text,
                   "local db = kv 'db' { item = '1KB' }\n"
                   "local f = F('f', { handler = function(r) %s end })\n"
                   "once('t', f, '1s') simulate { duration = '9s' }",
                   op);
    struct play stage = stage_play(text);
    int64_t taken = kv_of(&stage)->capacity.limit[kind].taken;
    int meter = kind == KV_READ ? KV_METER_RRU : KV_METER_WRU;
    CU_ASSERT_EQUAL(stage_svc(&stage, "db")->meters[meter], taken);
    CHECK_VALUE(&stage, "db", "error_count", 0);
    stage_end(&stage);
    return taken;
}

static void test_reads_cost_by_4_kb_and_consistency(void)
{
    CU_ASSERT_EQUAL(taken_by("r:get(db)", KV_READ), 1);
    CU_ASSERT_EQUAL(taken_by("r:get(db, { consistent = true })", KV_READ), 2);
    CU_ASSERT_EQUAL(taken_by("r:get(db, { transactional = true })", KV_READ), 4);
    CU_ASSERT_EQUAL(taken_by("r:get(db, { size = '4KB', consistent = true })", KV_READ), 2);
    CU_ASSERT_EQUAL(taken_by("r:get(db, { size = '4097B', consistent = true })", KV_READ), 4);
    CU_ASSERT_EQUAL(taken_by("r:get(db, { size = '0B' })", KV_READ), 1); /* what is not there costs, too */
    CU_ASSERT_EQUAL(taken_by("r:get(db, { size = '9MB' })", KV_READ), 100); /* an item has at most 400 KB */
}

static void test_writes_cost_by_1_kb(void)
{
    CU_ASSERT_EQUAL(taken_by("r:put(db)", KV_WRITE), 2);
    CU_ASSERT_EQUAL(taken_by("r:put(db, { size = '1025B' })", KV_WRITE), 4);
    CU_ASSERT_EQUAL(taken_by("r:put(db, { size = '3.5KB', transactional = true })", KV_WRITE), 16);
    CU_ASSERT_EQUAL(taken_by("r:put(db)", KV_READ), 0);
}

/* The sum is rounded, not the items: 10 of 1 KB are 10 KB, 3 units; 2,000 of them are cut at the page of 1 MB, 256 units. */
static void test_a_query_rounds_the_sum_of_its_items(void)
{
    CU_ASSERT_EQUAL(taken_by("r:query(db, { items = 10 })", KV_READ), 3);
    CU_ASSERT_EQUAL(taken_by("r:query(db, { items = 10, consistent = true })", KV_READ), 6);
    CU_ASSERT_EQUAL(taken_by("r:query(db, { items = 0 })", KV_READ), 1);
    CU_ASSERT_EQUAL(taken_by("r:query(db, { items = 40 })", KV_READ), 10);
    CU_ASSERT_EQUAL(taken_by("r:query(db, { items = 2000 })", KV_READ), 256);
}

/* Of 2,000 queries of 8 items uniform on 0 .. 4096 B: the sum has mean 16 KB and sd 3.34 KB; rounding up adds half a unit
 * of 4 KB: 4.5 units, sd 0.87, so their mean is known to 0.02. */
static void test_a_query_draws_its_items(void)
{
    struct play stage = stage_play("local db = kv 'db' { item = uniform('0B', '4KB') }\n"
                                   "local f = F('f', { handler = function(r) r:query(db, { items = 8 }) end })\n"
                                   "traffic 't' { to = f, rate = '200/s', arrivals = 'uniform' }\n"
                                   "simulate { duration = '10.001s' }");
    CU_ASSERT_TRUE(is_near((double)kv_of(&stage)->capacity.limit[KV_READ].taken / 2000, 4.5, 0.08));
    stage_end(&stage);
}

static void test_an_item_above_400_kb_is_an_error_that_is_not_tried_again(void)
{
    struct play stage = stage_play("local db = kv 'db' { latency = '5ms' }\n"
                                   "local f = F('f', { handler = function(r) r:put(db, { size = '401KB' }) end })\n"
                                   "once('t', f, '1s') simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "db", "requests", 1);
    CHECK_VALUE(&stage, "db", "error_count", 1);
    CHECK_VALUE(&stage, "t", "error_count", 1);
    CHECK_VALUE(&stage, "db", "throttle_count", 0);
    CU_ASSERT_EQUAL(kv_of(&stage)->capacity.limit[KV_WRITE].taken, 0);
    stage_end(&stage);
}

/* -- time and faults ------------------------------------------------------------------------------------ */

static void test_latency_is_the_callers_downstream(void)
{
    struct play stage = stage_play("local db = kv 'db' { latency = '5ms' }\n"
                                   "local f = F('f', { handler = function(r) r:get(db) r:put(db) end })\n"
                                   "once('t', f, '1s') simulate { duration = '9s' }");
    CHECK_MS(&stage, "db", "latency.max", 5);
    CHECK_MS(&stage, "t", "stage_downstream.mean", 10);
    CHECK_MS(&stage, "t", "latency.max", 110);
    stage_end(&stage);
}

static void test_faults_slow_it_down_fail_it_and_take_capacity_away(void)
{
    struct play stage = stage_play(
        "local db = kv 'db' { mode = 'provisioned', rcu = 10, wcu = 100, latency = '5ms', burst = '0s' }\n"
        "local f = F('f', { init = '0ms', handler = function(r) r:put(db, { retries = 0 }) end })\n"
        "once('slow', f, '2s') once('failed', f, '5s') once('less', f, '8s', 50) once('again', f, '12s', 50)\n"
        "at '1s' { target = db, latency = 'x3', lasts = '2s' }\n"
        "at '4s' { target = db, errors = '100%', lasts = '2s' }\n"
        "at '7s' { target = db, set = { wcu = 20 }, lasts = '2s' }\n"
        "simulate { duration = '20s' }");
    CHECK_MS(&stage, "slow", "stage_downstream.mean", 15);
    CHECK_VALUE(&stage, "failed", "error_count", 1);
    CHECK_VALUE(&stage, "less", "error_count", 30);
    CHECK_VALUE(&stage, "again", "error_count", 0);
    CHECK_VALUE(&stage, "db", "throttle_count", 30);
    /* 20 s at 100 units, less 2 s at 20 */
    CU_ASSERT_EQUAL(stage_svc(&stage, "db")->meters[KV_METER_WCU], 18 * 1000 * 100 + 2 * 1000 * 20);
    stage_end(&stage);
}

/* -- capacity ---------------------------------------------------------------------------------------------- */

/* Refused operations of 500 writes at once: a table of 100 holds one second's worth at first, 100; ten seconds later credits make up for it. */
static void test_a_new_table_has_one_second_of_capacity_and_saves_up_more(void)
{
    struct play stage = stage_play("local db = kv 'db' { mode = 'provisioned', rcu = 10, wcu = 100 }\n"
                                   "local f = F('f', { init = '0ms', handler = function(r) r:put(db, { retries = 0 }) end })\n"
                                   "once('a', f, '0s', 500) once('b', f, '5.1s', 600)\n"
                                   "simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "a", "error_count", 400);
    CHECK_VALUE(&stage, "b", "error_count", 90); /* 510 saved up since */
    CHECK_VALUE(&stage, "db", "throttle_count", 490);
    stage_end(&stage);
}

/* With credits for 10 s, 1,000 writes are the most that ever pass at once. */
static void test_credits_end_at_burst(void)
{
    struct play stage = stage_play("local db = kv 'db' { mode = 'provisioned', rcu = 10, wcu = 100, burst = '10s' }\n"
                                   "local f = F('f', { handler = function(r) r:put(db, { retries = 0, key = zipf{ n = "
                                   "1e6, s = 0 } }) end })\n"
                                   "once('a', f, '60s', 1500) simulate { duration = '70s' }");
    CHECK_VALUE(&stage, "a", "error_count", 500);
    stage_end(&stage);
}

/* -- partitions --------------------------------------------------------------------------------------------- */

static int64_t partitions_of(const char *settings)
{
    char text[256];
    (void)snprintf(text, sizeof text, "kv 'db' { %s } simulate { duration = '1s' }", settings);
    struct play stage = stage_play(text);
    int64_t count = kv_of(&stage)->capacity.partitions.count;
    stage_end(&stage);
    return count;
}

static void test_partitions_follow_from_capacity_and_size(void)
{
    CU_ASSERT_EQUAL(partitions_of(""), 4); /* 12,000 / 3,000 and 4,000 / 1,000 */
    CU_ASSERT_EQUAL(partitions_of("mode = 'provisioned', rcu = 10, wcu = 10"), 1);
    CU_ASSERT_EQUAL(partitions_of("mode = 'provisioned', rcu = 7500, wcu = 3000"), 6); /* 2.5 + 3 */
    CU_ASSERT_EQUAL(partitions_of("mode = 'provisioned', rcu = 1, wcu = 5000"), 6);
    CU_ASSERT_EQUAL(partitions_of("warm_wcu = 10500"), 11);
    CU_ASSERT_EQUAL(partitions_of("storage = '95GB'"), 10);
    CU_ASSERT_EQUAL(partitions_of("keys = 10000000, item = '20KB'"), 20); /* 191 GB */
    CU_ASSERT_EQUAL(partitions_of("partitions = 77"), 77);
}

/* -- tries ---------------------------------------------------------------------------------------------------- */

static int64_t units_written(int wcu, bool *refused)
{
    char text[640];
    (void)snprintf(text, sizeof text,
                   "local db = kv 'db' { mode = 'provisioned', rcu = 1, wcu = %d, item = uniform('0B', '64KB'),\n"
                   "  burst = '1s' }\n"
                   "local f = F('f', { timeout = '900s', handler = function(r)\n"
                   "  r:each(3, function(r) r:try(function(r) r:put(db, { retries = 0 }) end,\n"
                   "    { retries = 1000, backoff = expo('1s', { max = '2s' }) }) end) end })\n"
                   "once('t', f, '1s', 20) simulate { duration = '800s' }",
                   wcu);
    struct play stage = stage_play(text);
    int64_t taken = kv_of(&stage)->capacity.limit[KV_WRITE].taken;
    CHECK_VALUE(&stage, "t", "error_count", 0);
    *refused = stage_value(&stage, "db", "throttle_count") > 0;
    stage_end(&stage);
    return taken;
}

/* A try again writes the same item: a table that refuses much writes, in the end, exactly what one with room for all writes. */
static void test_another_try_is_about_the_same_item(void)
{
    bool refused;
    int64_t roomy = units_written(100000, &refused);
    CU_ASSERT_FALSE(refused);
    CU_ASSERT_EQUAL(units_written(80, &refused), roomy);
    CU_ASSERT_TRUE(refused);
}

/* -- autoscaling --------------------------------------------------------------------------------------------------- */

static int64_t writes_after(const char *duration, const char *traffic)
{
    char text[640];
    (void)snprintf(text, sizeof text,
                   "local db = kv 'db' { mode = 'provisioned', rcu = 100, wcu = 100,\n"
                   "  autoscale = { target = '70%%', min = 10, max = 1000 } }\n"
                   "local f = F('f', { init = '0ms', handler = function(r) r:put(db, { retries = 0 }) end })\n"
                   "traffic 't' { to = f, arrivals = 'uniform', %s }\n"
                   "simulate { duration = '%s' }",
                   traffic, duration);
    struct play stage = stage_play(text);
    int64_t rate = kv_of(&stage)->capacity.limit[KV_WRITE].rate;
    CU_ASSERT_EQUAL(kv_of(&stage)->capacity.limit[KV_READ].rate, 100); /* no reads, no points */
    stage_end(&stage);
    return rate;
}

/* 90/s of 100 from minute 1: points at 120 s and 180 s; ceil(100 * 0.9 / 0.7) = 129, in force 180 s later. */
static void test_scales_out_after_two_points_and_the_delay(void)
{
    static const char up[] = "rate = '90/s', start = '59.999s'";
    CU_ASSERT_EQUAL(writes_after("359.9s", up), 100);
    CU_ASSERT_EQUAL(writes_after("360.1s", up), 129);
    CU_ASSERT_EQUAL(writes_after("30min", up), 129);
}

/* 15 points at 49.98 of 100 units: below 50 %, 20 points below the target; 50 is not. ceil(100 * 0.49983 / 0.7) = 72. */
static void test_scales_in_after_fifteen_points_20_points_below_the_target(void)
{
    CU_ASSERT_EQUAL(writes_after("1079s", "rate = '2999/min', start = '1ms'"), 100);
    CU_ASSERT_EQUAL(writes_after("1081s", "rate = '2999/min', start = '1ms'"), 72);
    CU_ASSERT_EQUAL(writes_after("1h", "rate = '3001/min', start = '1ms'"), 100);
}

static void test_stays_where_nothing_is_asked_for(void)
{
    CU_ASSERT_EQUAL(writes_after("1h", "rate = '40/s', stop = '10min'"), 100);
}

/* Credits let a minute use more than the capacity: 300/s of 100 wants ceil(300 / 0.7) = 429 in one step. */
static void test_consumption_above_capacity_is_seen(void)
{
    struct play stage = stage_play("local db = kv 'db' { mode = 'provisioned', rcu = 100, wcu = 100,\n"
                                   "  autoscale = { target = '70%', min = 10, max = 1000 } }\n"
                                   "local f = F('f', { init = '0ms', handler = function(r) r:put(db, { retries = 0 }) end })\n"
                                   "traffic 't' { to = f, arrivals = 'uniform', rate = '300/s', start = '299.999s', stop = '420s' }\n"
                                   "simulate { duration = '20min' }");
    CU_ASSERT_EQUAL(kv_of(&stage)->capacity.limit[KV_WRITE].rate, 429);
    CU_ASSERT_EQUAL(kv_of(&stage)->scaling.changes, 1);
    /* 600 s at 100 (point at 420 s, 180 s of delay), 600 s at 429 */
    CU_ASSERT_EQUAL(stage_svc(&stage, "db")->meters[KV_METER_WCU], 600 * 1000 * (100 + 429));
    stage_end(&stage);
}

/* -- what is seen ------------------------------------------------------------------------------------------------------ */

/* 40 writes of 2 KB a second: 80 units of 160; half of the run is warm-up with twice as many. */
static void test_consumption_and_utilisation_cover_the_measured_interval(void)
{
    struct play stage = stage_play("local db = kv 'db' { mode = 'provisioned', rcu = 160, wcu = 160 }\n"
                                   "local f = F('f', { init = '0ms', handler = function(r) r:put(db, { size = '2KB' }) end })\n"
                                   "traffic 'a' { to = f, rate = '40/s', arrivals = 'uniform' }\n"
                                   "traffic 'b' { to = f, rate = '40/s', arrivals = 'uniform', stop = '60s' }\n"
                                   "simulate { duration = '120s', warmup = '60s' }");
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "db", "consumed_wcu.mean"), 80, 0.1));
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "db", "consumed_wcu.max"), 80, 4.1));
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "db", "utilisation.mean"), 0.5, 0.001));
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "db", "utilisation.max"), 0.5, 0.03));
    CHECK_VALUE(&stage, "db", "consumed_rcu.mean", 0);
    stage_end(&stage);
}

/* What is legal but unwise is said at load. */
static void test_unwise_settings_are_warned_of(void)
{
    static const struct {
        const char *settings, *word;
    } rows[] = {
        {"mode = 'provisioned', rcu = 1, wcu = 50000", "default quota of 40000"},
        {"mode = 'provisioned', rcu = 1, wcu = 1, item = '350KB'", "takes 350 units"},
        {"stream = { consumer = 'f', bisect = true, batch = 1 }", "bisect does nothing"},
        {"mode = 'provisioned', rcu = 40000, wcu = 1, item = '300KB'", NULL},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        char text[256];
        (void)snprintf(text, sizeof text, "kv 'db' { %s }\nF('f', {}) once('t', 'f', '1s')\nsimulate { duration = '2s' }",
                       rows[i].settings);
        struct play stage = stage_load(text);
        CU_ASSERT_EQUAL(stage.scenario->warning_count, rows[i].word != NULL);
        if (rows[i].word != NULL && stage.scenario->warning_count > 0)
            CU_ASSERT_PTR_NOT_NULL(strstr(stage.scenario->warnings[0], rows[i].word));
        stage_end(&stage);
    }
}

/* -- the stream of changes ------------------------------------------------------------------------------------------------ */

/* 3 x 20 writes leave 60 records, reads none; each reaches the consumer within the poll's 250 ms and the delivery. */
static void test_writes_feed_the_stream(void)
{
    struct play stage = stage_play("local g = F('g', { init = '0ms', handler = function(r)\n"
                                   "  r:records(function(m) m:mark 'seen' end) end })\n"
                                   "local db = kv 'db' { latency = '5ms', keys = 10, stream = { consumer = g, batch = 7 } }\n"
                                   "local f = F('f', { init = '0ms', handler = function(r)\n"
                                   "  r:get(db) r:each(3, function(e) e:put(db) end) end })\n"
                                   "traffic 't' { to = f, rate = '20/s', arrivals = 'uniform', stop = '999ms' }\n"
                                   "simulate { duration = '60s' }");
    double sent = 3 * stage_value(&stage, "t", "requests");
    CHECK_VALUE(&stage, "db", "sent", sent);
    CHECK_VALUE(&stage, "db", "deleted", sent);
    CHECK_VALUE(&stage, "db", "duplicates", 0);
    CHECK_VALUE(&stage, "mark seen", "requests", sent);
    CU_ASSERT_TRUE(stage_value(&stage, "g", "requests") < sent);
    CU_ASSERT_TRUE(stage_value(&stage, "g", "requests") >= sent / 7);
    CU_ASSERT_TRUE(stage_value(&stage, "db", "age.max") < 3000);
    CU_ASSERT_EQUAL(kv_of(&stage)->reader.lane_count, 4);
    stage_end(&stage);
}

/* Neither writes that were refused nor those that failed are changes. */
static void test_what_was_not_written_is_no_change(void)
{
    struct play stage = stage_play("local g = F('g', {})\n"
                                   "local db = kv 'db' { mode = 'provisioned', rcu = 1, wcu = 5, stream = { consumer = g } }\n"
                                   "local f = F('f', { init = '0ms', handler = function(r) r:put(db, { retries = 0 }) end })\n"
                                   "once('t', f, '0s', 12) once('u', f, '10s', 2)\n"
                                   "at '5s' { target = db, errors = '100%' } simulate { duration = '60s' }");
    CHECK_VALUE(&stage, "db", "throttle_count", 7);
    CHECK_VALUE(&stage, "db", "error_count", 9);
    CHECK_VALUE(&stage, "db", "sent", 5);
    stage_end(&stage);
}

/* Producer to handler as measured: median 213 ms, 552 ms at 99 % (MODEL.md 2), the put's own time included there. */
static void test_changes_arrive_in_the_measured_time(void)
{
    struct play stage = stage_play("local g = F('g', { init = '0ms' })\n"
                                   "local db = kv 'db' { partitions = 2000, stream = { consumer = g } }\n"
                                   "local f = F('f', { init = '0ms', handler = function(r) r:put(db) end })\n"
                                   "traffic 't' { to = f, rate = '100/s' } simulate { duration = '5min' }");
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "db", "age.p50"), 213 - 4, 8));
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "db", "age.p99"), 552 - 4, 40));
    stage_end(&stage);
}

CU_TestInfo suite_kv[] = {
    TEST(test_reads_cost_by_4_kb_and_consistency),
    TEST(test_writes_cost_by_1_kb),
    TEST(test_a_query_rounds_the_sum_of_its_items),
    TEST(test_a_query_draws_its_items),
    TEST(test_an_item_above_400_kb_is_an_error_that_is_not_tried_again),
    TEST(test_latency_is_the_callers_downstream),
    TEST(test_faults_slow_it_down_fail_it_and_take_capacity_away),
    TEST(test_a_new_table_has_one_second_of_capacity_and_saves_up_more),
    TEST(test_credits_end_at_burst),
    TEST(test_partitions_follow_from_capacity_and_size),
    TEST(test_another_try_is_about_the_same_item),
    TEST(test_scales_out_after_two_points_and_the_delay),
    TEST(test_scales_in_after_fifteen_points_20_points_below_the_target),
    TEST(test_stays_where_nothing_is_asked_for),
    TEST(test_consumption_above_capacity_is_seen),
    TEST(test_consumption_and_utilisation_cover_the_measured_interval),
    TEST(test_unwise_settings_are_warned_of),
    TEST(test_writes_feed_the_stream),
    TEST(test_what_was_not_written_is_no_change),
    TEST(test_changes_arrive_in_the_measured_time),
    CU_TEST_INFO_NULL,
};
