/* test_bucket.c - objects: time, limits of a prefix, events after writes, the bill. */
#include <stdio.h>

#include "model/bucket_run.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

/* 100 ms to the first byte, then 10 MB at 50 MB/s. */
static void test_time_is_latency_and_size_over_throughput(void)
{
    struct play stage = stage_play("local b = bucket 'b' { latency = '100ms', throughput = '50MB', object = '5MB' }\n"
                                   "local f = F('f', { timeout = '9s', handler = function(r) r:write(b, { size = '10MB' }) end })\n"
                                   "local g = F('g', { timeout = '9s', handler = function(r) r:read(b) end })\n"
                                   "once('w', f, '1s') once('r', g, '1s')\n"
                                   "simulate { duration = '9s' }");
    CHECK_MS(&stage, "w", "stage_downstream.mean", 300);
    CHECK_MS(&stage, "r", "stage_downstream.mean", 200);
    CHECK_MS(&stage, "b", "latency.max", 300);
    stage_end(&stage);
}

/* Small objects: 100 .. 200 ms as documented, evenly: mean 150, sd 28.9 over 4,000 draws. */
static void test_small_objects_take_what_is_documented(void)
{
    struct play stage = stage_play("local b = bucket 'b' { object = '0B' }\n"
                                   "local f = F('f', { handler = function(r) r:read(b) end })\n"
                                   "traffic 't' { to = f, rate = '100/s', arrivals = 'uniform' }\n"
                                   "simulate { duration = '40s' }");
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "b", "latency.mean"), 150, 2));
    CU_ASSERT_TRUE(stage_value(&stage, "b", "latency.p0") >= 100);
    CU_ASSERT_TRUE(stage_value(&stage, "b", "latency.max") <= 200);
    stage_end(&stage);
}

static struct play play_at_once(int prefixes, const char *op, int n, const char *more)
{
    char text[640];
    (void)snprintf(text, sizeof text,
                   "account { concurrency = 100000, scaling = '100000/10s' }\n"
                   "local b = bucket 'b' { prefixes = %d }\n"
                   "local f = F('f', { init = '0ms', timeout = '60s', handler = function(r) r:%s(b, { %s }) end })\n"
                   "once('t', f, '1s', %d) simulate { duration = '90s' }",
                   prefixes, op, more, n);
    return stage_play(text);
}

/* 10,000 at one instant: of one prefix 3,500 are written or 5,500 read, of more prefixes all fit. */
static void test_a_prefix_takes_so_much_a_second(void)
{
    struct play stage = play_at_once(1, "write", 10000, "retries = 0");
    CHECK_VALUE(&stage, "b", "throttle_count", 6500);
    CHECK_VALUE(&stage, "t", "error_count", 6500);
    CU_ASSERT_EQUAL(stage_svc(&stage, "b")->meters[BUCKET_METER_WRITES], 3500);
    stage_end(&stage);
    stage = play_at_once(1, "read", 10000, "retries = 0");
    CHECK_VALUE(&stage, "b", "throttle_count", 4500);
    stage_end(&stage);
    stage = play_at_once(4, "write", 10000, "retries = 0");
    CHECK_VALUE(&stage, "b", "throttle_count", 0);
    stage_end(&stage);
}

/* 5,000/s to one prefix: 1,500/s are refused, 30 %; reads and writes have limits of their own. */
static void test_constant_overload_is_refused(void)
{
    struct play stage = stage_play("account { concurrency = 20000, scaling = '100000/10s' }\n"
                                   "local b = bucket 'b' { }\n"
                                   "local w = F('w', { init = '0ms', handler = function(r) r:write(b, { retries = 0 }) end })\n"
                                   "local v = F('v', { init = '0ms', handler = function(r) r:read(b, { retries = 0 }) end })\n"
                                   "traffic 't' { to = w, rate = '5000/s', arrivals = 'uniform' }\n"
                                   "traffic 'u' { to = v, rate = '5000/s', arrivals = 'uniform' }\n"
                                   "simulate { duration = '12s', warmup = '4s' }");
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "t", "errors.mean"), 0.3, 1e-3));
    CHECK_VALUE(&stage, "u", "error_count", 0);
    stage_end(&stage);
}

/* What is refused is tried again by the SDK, and gets through when the second is over. */
static void test_slow_down_is_tried_again(void)
{
    struct play stage = play_at_once(1, "write", 4000, "retries = 20");
    CU_ASSERT_TRUE(stage_value(&stage, "b", "throttle_count") >= 500);
    CHECK_VALUE(&stage, "t", "error_count", 0);
    stage_end(&stage);
}

static void test_requests_and_data_are_billed(void)
{
    struct play stage = stage_play("local b = bucket 'b' { storage = '10GB' }\n"
                                   "local f = F('f', { timeout = '9s', handler = function(r) r:write(b) r:read(b) r:read(b) end })\n"
                                   "once('w', f, '1s', 7) simulate { duration = '9s' }");
    const struct svc *svc = stage_svc(&stage, "b");
    CU_ASSERT_EQUAL(svc->meters[BUCKET_METER_WRITES], 7);
    CU_ASSERT_EQUAL(svc->meters[BUCKET_METER_READS], 14);
    CU_ASSERT_EQUAL(svc->meters[BUCKET_METER_STORAGE], 10 * 1024 * 9);
    stage_end(&stage);
}

/* -- events: a receiver of the test's own, that refuses the first so many ---------------------------------- */

static struct receiver {
    int refuse, offers;
    sim_time taken_at, root_start;
} receiver;

static bool accept(struct model *model, struct svc *svc, const struct message *message)
{
    message_count(model, svc, receiver.offers >= receiver.refuse);
    receiver.root_start = message->root_start;
    if (receiver.offers++ < receiver.refuse)
        return false;
    receiver.taken_at = model->sim.now;
    return true;
}

static struct play play_events(int refuse, const char *faults)
{
    static const struct run_limits limits = {
        .max_wall = SIM_NEVER, .max_events = UINT64_MAX, .max_memory = INT64_MAX};
    static struct svc_class class;
    char text[640];
    (void)snprintf(text, sizeof text,
                   "local g = F('g', {})\n"
                   "local b = bucket 'b' { latency = '100ms', object = '0B', delivery = '700ms', on_put = { g } }\n"
                   "local f = F('f', { handler = function(r) r:write(b, { retries = 0 }) r:read(b, { retries = 0 }) end })\n"
                   "once('t', f, '1s') %s simulate { duration = '6h' }",
                   faults);
    struct play stage = stage_load(text);
    receiver = (struct receiver){.refuse = refuse};
    stage.world = world_new(stage.scenario, 0, true, true);
    class = svc_function_class;
    class.accept = accept;
    stage_svc(&stage, "g")->class = &class;
    world_run(stage.world, &limits, NULL, NULL);
    stage_svc(&stage, "g")->class = &svc_function_class;
    return stage;
}

/* Written at 1 s + 100 ms init + 100 ms; told 700 ms later; of the request that began at 1 s. A read tells nobody. */
static void test_a_write_is_told(void)
{
    struct play stage = play_events(0, "");
    const struct bucket *bucket = stage_svc(&stage, "b")->state;
    CU_ASSERT_EQUAL(receiver.offers, 1);
    CU_ASSERT_EQUAL(receiver.taken_at, 1900 * SIM_MS);
    CU_ASSERT_EQUAL(receiver.root_start, SIM_SECOND);
    CU_ASSERT_EQUAL(bucket->sent, 1);
    CU_ASSERT_EQUAL(bucket->taken, 1);
    stage_end(&stage);
}

static void test_a_write_that_failed_is_not_told(void)
{
    struct play stage = play_events(0, "at '0s' { target = b, errors = '100%' }");
    CU_ASSERT_EQUAL(receiver.offers, 0);
    stage_end(&stage);
}

/* Refused 10 times: waits of 1, 2, 4 ... 256 s and one of 300 s: 511 + 300 s later. */
static void test_a_refused_event_is_offered_again(void)
{
    struct play stage = play_events(10, "");
    CU_ASSERT_EQUAL(receiver.taken_at, 1900 * SIM_MS + 811 * SIM_SECOND);
    CU_ASSERT_EQUAL(receiver.offers, 11);
    stage_end(&stage);
}

static void test_an_event_nobody_takes_is_lost(void)
{
    struct play stage = play_events(1000, "");
    const struct bucket *bucket = stage_svc(&stage, "b")->state;
    CU_ASSERT_EQUAL(receiver.offers, BUCKET_OFFERS);
    CU_ASSERT_EQUAL(bucket->lost, 1);
    CU_ASSERT_EQUAL(bucket->waiting, 0);
    stage_end(&stage);
}

CU_TestInfo suite_bucket[] = {
    TEST(test_time_is_latency_and_size_over_throughput),
    TEST(test_small_objects_take_what_is_documented),
    TEST(test_a_prefix_takes_so_much_a_second),
    TEST(test_constant_overload_is_refused),
    TEST(test_slow_down_is_tried_again),
    TEST(test_requests_and_data_are_billed),
    TEST(test_a_write_is_told),
    TEST(test_a_write_that_failed_is_not_told),
    TEST(test_a_refused_event_is_offered_again),
    TEST(test_an_event_nobody_takes_is_lost),
    CU_TEST_INFO_NULL,
};
