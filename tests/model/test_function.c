/* test_function.c - the life of instances as calls meet it: who is cold, what it costs. Times worked out by hand. */
#include <stdio.h>

#include "tests/model/stage.h"
#include "tests/suite.h"

static int64_t meter(const struct play *stage, const char *name, int which)
{
    return stage_svc(stage, name)->meters[which];
}

/* -- reuse -------------------------------------------------------------------------------- */

/* Two instances from 1 s on; single calls at 3, 5 ... 13 s. The recent end keeps one of them busy and lets the other
 * expire at 6.11 s; the other end takes them in turn, each idle for 4 s only. */
static const char reuse_text[] =
    "local f = F('f', { reuse = '%s', keep_alive = '5s', handler = function(r) r:wait '10ms' end "
    "})\n"
    "once('two', f, '1s', 2)\n"
    "traffic 'ones' { to = f, rate = burst{ n = 1, at = '3s', every = '2s' } }\n"
    "simulate { duration = '14s' }";

static void play_reuse(const char *reuse, uint64_t reclaimed)
{
    char text[512];
    (void)snprintf(text, sizeof text, reuse_text, reuse);
    struct play stage = stage_play(text);
    CHECK_VALUE(&stage, "f", "cold_starts", 2);
    CHECK_VALUE(&stage, "f", "requests", 8);
    CU_ASSERT_EQUAL(stage_function(&stage, "f")->on_demand.created, 2);
    CU_ASSERT_EQUAL(stage_function(&stage, "f")->on_demand.reclaimed, reclaimed);
    stage_end(&stage);
}

static void test_mru_lets_the_surplus_expire(void)
{
    play_reuse("mru", 1);
}

static void test_lru_keeps_all_instances_warm(void)
{
    play_reuse("lru", 0);
}

/* Ends at 1.11 s, so the instance idles until 11.11 s. */
static void test_an_idle_instance_is_gone_at_exactly_its_keep_alive(void)
{
    static const char text[] =
        "local f = F('f', { keep_alive = '10s', handler = function(r) r:wait '10ms' end })\n"
        "once('a', f, '1s') once('b', f, '%s')\n"
        "simulate { duration = '20s' }";
    static const struct {
        const char *at;
        int cold;
    } rows[] = {{"11109999us", 1}, {"11110ms", 2}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        char full[512];
        (void)snprintf(full, sizeof full, text, rows[i].at);
        struct play stage = stage_play(full);
        CHECK_VALUE(&stage, "f", "cold_starts", rows[i].cold);
        stage_end(&stage);
    }
}

static void test_an_instance_freed_at_an_instant_serves_an_arrival_at_it(void)
{
    struct play stage =
        stage_play("local f = F('f', { init = '0ms', handler = function(r) r:wait '1s' end })\n"
                   "once('a', f, '1s') once('b', f, '2s')\n"
                   "simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "f", "cold_starts", 1);
    CHECK_VALUE(&stage, "f", "instances.max", 1);
    stage_end(&stage);
}

/* Born at 1 s with 5 s to live: calls at 1 ... 11 s are cold at 1, 6 and 11. */
static void test_a_busy_instance_lives_no_longer_than_max_lifetime(void)
{
    struct play stage = stage_play(
        "local f = F('f', { max_lifetime = '5s', handler = function(r) r:wait '10ms' end })\n"
        "traffic 't' { to = f, rate = '1/s', arrivals = 'uniform' }\n"
        "simulate { duration = '12s' }");
    CHECK_VALUE(&stage, "f", "requests", 11);
    CHECK_VALUE(&stage, "f", "cold_starts", 3);
    CHECK_VALUE(&stage, "f", "instances.max", 1);
    stage_end(&stage);
}

static void test_keep_alive_none_makes_every_call_cold(void)
{
    struct play stage = stage_play(
        "local f = F('f', { keep_alive = 'none', handler = function(r) r:wait '10ms' end })\n"
        "traffic 't' { to = f, rate = '1/s', arrivals = 'uniform' }\n"
        "simulate { duration = '12s' }");
    CHECK_VALUE(&stage, "f", "cold.mean", 1);
    CHECK_VALUE(&stage, "f", "idle_instances.max", 0);
    stage_end(&stage);
}

/* -- init ------------------------------------------------------------------------------------ */

/* 100 ms init + 50 ms first run + 10 ms; then 10 ms. */
static void test_the_first_run_after_an_init_is_slower(void)
{
    struct play stage = stage_play(
        "local f = F('f', { first_run = '50ms', handler = function(r) r:cpu '10ms' end })\n"
        "once('a', f, '1s') once('b', f, '2s')\n"
        "simulate { duration = '9s' }");
    CHECK_MS(&stage, "f", "latency.max", 160);
    CHECK_MS(&stage, "f", "latency.min", 10);
    CHECK_MS(&stage, "f", "duration.max", 60);
    CHECK_MS(&stage, "f", "init.mean", 100);
    stage_end(&stage);
}

/* 10 s are lost, then 12 s inside the invocation, of whose timeout they leave 48 s. */
static void test_an_init_beyond_ten_seconds_is_done_twice(void)
{
    struct play stage = stage_play("local f = F('f', { init = '12s', timeout = '60s', handler = "
                                   "function(r) r:cpu '10ms' end })\n"
                                   "once('a', f, '1s') simulate { duration = '60s' }");
    CHECK_MS(&stage, "f", "init.max", 22000);
    CHECK_MS(&stage, "f", "latency.max", 22010);
    CU_ASSERT_EQUAL(meter(&stage, "f", FUNCTION_COMPUTE), 22010 * 1769);
    stage_end(&stage);
}

/* An init of 12 s and 2 s of work, alone or as branches. Within 14 s both fit; within 13 s the handler is cut after 1 s; within 11 s
 * the init is, and so is the next one, which the second call pays inside its invocation. */
static const char long_init_text[] =
    "local f = F('f', { init = '12s', timeout = '%s', handler = function(r)\n"
    "  %s end })\n"
    "once('a', f, '1s') once('b', f, '1min') simulate { duration = '2min' }";

static void check_long_init(const char *timeout, const char *work, double first_ms,
                            double second_ms, int timeouts)
{
    char text[512];
    (void)snprintf(text, sizeof text, long_init_text, timeout, work);
    struct play stage = stage_play(text);
    CHECK_MS(&stage, "a", "latency.max", first_ms);
    CHECK_MS(&stage, "b", "latency.max", second_ms);
    CHECK_VALUE(&stage, "f", "timeout_count", timeouts);
    CHECK_VALUE(&stage, "f", "cold_starts", timeouts > 0 ? 2 : 1);
    CU_ASSERT_EQUAL(meter(&stage, "f", FUNCTION_COMPUTE), (int64_t)(first_ms + second_ms) * 1769);
    CU_ASSERT_EQUAL(stage_function(&stage, "f")->on_demand.created, 1);
    stage_end(&stage);
}

static void test_the_repeated_init_counts_toward_the_timeout(void)
{
    static const char *const works[] = {
        "r:wait '2s'", "r:all{ function(x) x:wait '2s' end, function(x) x:wait '1s' end }"};
    for (size_t i = 0; i < COUNTOF(works); i++) {
        check_long_init("14s", works[i], 24000, 2000, 0);
        check_long_init("13s", works[i], 23000, 13000, 2);
        check_long_init("11s", works[i], 21000, 11000, 2);
    }
}

static void test_a_cut_init_is_init_and_not_duration(void)
{
    struct play stage = stage_play("local f = F('f', { init = '12s', timeout = '3s', handler = "
                                   "function(r) r:wait '2s' end })\n"
                                   "once('a', f, '1s') simulate { duration = '2min' }");
    CHECK_MS(&stage, "f", "init.max", 13000);
    CHECK_MS(&stage, "f", "stage_init.mean", 13000);
    CHECK_MS(&stage, "f", "duration.max", 0);
    stage_end(&stage);
}

/* A snapshot is restored ahead of the invocation, like an init of provisioned instances: max(130 s, timeout) are allowed. */
static void test_a_long_restore_is_not_done_twice(void)
{
    struct play stage =
        stage_play("local f = F('f', { init = '12s', runtime = 'java21', snapstart = "
                   "true, handler = function(r) r:cpu '10ms' end })\n"
                   "once('a', f, '1s') simulate { duration = '60s' }");
    CHECK_MS(&stage, "f", "latency.max", 12010);
    CHECK_VALUE(&stage, "f", "timeout_count", 0);
    stage_end(&stage);
}

/* A crash after 200 ms; the next call pays the init of 900 ms inside its second and has 100 ms left for 150 ms of work. */
static void test_an_init_after_a_reset_counts_toward_the_timeout(void)
{
    struct play stage =
        stage_play("local f = F('f', { timeout = '1s', init = '900ms', handler = function(r)\n"
                   "  r:when(attr 'kind':is 'bad', function(b) b:wait '200ms' b:fail 'crash' end)\n"
                   "  r:wait '150ms' end })\n"
                   "once('bad', f, '1s', 1, { attrs = { kind = { bad = 1 } } })\n"
                   "once('good', f, '5s', 1, { attrs = { kind = { good = 1 } } })\n"
                   "simulate { duration = '9s' }");
    CHECK_MS(&stage, "bad", "latency.max", 1100);
    CHECK_MS(&stage, "good", "latency.max", 1000);
    CHECK_VALUE(&stage, "f", "timeout_count", 1);
    stage_end(&stage);
}

static void test_an_init_of_nothing_is_cold_all_the_same(void)
{
    struct play stage =
        stage_play("local f = F('f', { init = '0ms', handler = function(r) r:wait '1ms' end })\n"
                   "once('a', f, '1s', 3) simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "f", "cold_starts", 3);
    CHECK_MS(&stage, "f", "latency.max", 1);
    CHECK_MS(&stage, "f", "init.max", 0);
    stage_end(&stage);
}

/* -- losing an instance ------------------------------------------------------------------------ */

/* The first request does `what` on a fresh instance, a well-behaved one follows at 5 s on the same instance. */
static struct play play_loss(const char *what)
{
    char text[1024];
    (void)snprintf(text, sizeof text,
                   "local f = F('f', { timeout = '1s', handler = function(r)\n"
                   "  r:when(attr 'kind':is 'bad', function(b) %s end)\n"
                   "  r:cpu '10ms' end })\n"
                   "once('bad', f, '1s', 1, { attrs = { kind = { bad = 1 } } })\n"
                   "once('good', f, '5s', 1, { attrs = { kind = { good = 1 } } })\n"
                   "simulate { duration = '9s' }",
                   what);
    return stage_play(text);
}

static void check_loss(const struct play *stage, double bad_ms, int billed_ms)
{
    CHECK_MS(stage, "bad", "latency.max", bad_ms);
    CHECK_MS(stage, "good", "latency.max", 110); /* pays init again, in the same instance */
    CHECK_VALUE(stage, "f", "cold_starts", 2);
    CHECK_VALUE(stage, "f", "error_count", 1);
    CU_ASSERT_EQUAL(stage_function(stage, "f")->on_demand.created, 1);
    CU_ASSERT_EQUAL(meter(stage, "f", FUNCTION_COMPUTE), billed_ms * 1769);
}

/* 100 ms init, then the whole timeout of 1 s; the second call 100 + 10. */
static void test_a_timeout_resets_the_instance_and_is_billed(void)
{
    struct play stage = play_loss("b:wait '5s'");
    check_loss(&stage, 1100, 1100 + 110);
    CHECK_VALUE(&stage, "f", "timeout_count", 1);
    stage_end(&stage);
}

static void test_a_handler_that_ends_at_its_timeout_is_in_time(void)
{
    struct play stage = play_loss("b:wait '990ms'");
    CHECK_MS(&stage, "bad", "latency.max", 1100);
    CHECK_VALUE(&stage, "f", "timeout_count", 0);
    CHECK_VALUE(&stage, "f", "cold_starts", 1);
    stage_end(&stage);
}

static void test_a_crash_resets_the_instance(void)
{
    struct play stage = play_loss("b:wait '200ms' b:fail 'crash'");
    check_loss(&stage, 300, 300 + 110);
    CHECK_VALUE(&stage, "f", "timeout_count", 0);
    stage_end(&stage);
}

static void test_memory_beyond_the_limit_crashes(void)
{
    struct play stage = play_loss("b:wait '200ms' b:memory '1770MB'");
    check_loss(&stage, 300, 300 + 110);
    stage_end(&stage);
    stage = play_loss("b:wait '200ms' b:memory '1769MB'");
    CHECK_VALUE(&stage, "f", "error_count", 0);
    stage_end(&stage);
}

static void test_an_ordinary_error_keeps_the_instance(void)
{
    struct play stage = play_loss("b:wait '200ms' b:fail()");
    CHECK_MS(&stage, "good", "latency.max", 10);
    CHECK_VALUE(&stage, "f", "cold_starts", 1);
    CHECK_VALUE(&stage, "f", "error_count", 1);
    stage_end(&stage);
}

/* The same where handlers are walked by strands. */
static void test_strands_lose_instances_too(void)
{
    struct play stage =
        play_loss("b:all{ function(x) x:wait '5s' end, function(x) x:wait '20ms' end }");
    check_loss(&stage, 1100, 1100 + 110);
    CHECK_VALUE(&stage, "f", "timeout_count", 1);
    stage_end(&stage);
    stage = play_loss("b:try(function(x) x:wait '200ms' x:memory '2GB' end, { retries = 3 })");
    check_loss(&stage, 300, 300 + 110);
    stage_end(&stage);
}

/* -- binding ------------------------------------------------------------------------------------ */

static struct play play_binding(const char *binding, const char *first)
{
    char text[1024];
    (void)snprintf(text, sizeof text,
                   "local f = F('f', { init = '1s', cold_binding = '%s', handler = function(r)\n"
                   "  r:when(attr 'kind':is 'first', function(b) %s end)\n"
                   "  r:wait '100ms' end })\n"
                   "once('a', f, '1s', 1, { attrs = { kind = { first = 1 } } })\n"
                   "once('b', f, '1500ms') simulate { duration = '9s' }",
                   binding, first);
    return stage_play(text);
}

static void test_strict_binding_waits_for_its_own_instance(void)
{
    struct play stage = play_binding("strict", "");
    CHECK_MS(&stage, "b", "latency.max", 1100);
    CHECK_VALUE(&stage, "f", "cold_starts", 2);
    stage_end(&stage);
}

/* a's instance is ready at 2 s and free at 2.1 s, b's is ready at 2.5 s: b is served from 2.1 to 2.2 s. What it waited
 * is queueing and not billed. */
static void test_late_binding_takes_what_frees_first(void)
{
    struct play stage = play_binding("late", "");
    CHECK_MS(&stage, "a", "latency.max", 1100);
    CHECK_MS(&stage, "b", "latency.max", 700);
    CHECK_MS(&stage, "b", "stage_queue.mean", 600);
    CHECK_MS(&stage, "f", "duration.max", 100); /* neither init nor queue */
    CHECK_VALUE(&stage, "f", "cold_starts", 1);
    CHECK_VALUE(&stage, "f", "instances.max", 2);
    CU_ASSERT_EQUAL(meter(&stage, "f", FUNCTION_COMPUTE), (1100 + 100) * 1769);
    stage_end(&stage);
}

/* a's instance is lost at 2 s and would be ready again at 3 s; b's own is ready at 2.5 s. */
static void test_late_binding_does_not_use_a_lost_instance(void)
{
    struct play stage = play_binding("late", "b:fail 'crash'");
    CHECK_MS(&stage, "a", "latency.max", 1000);
    CHECK_MS(&stage, "b", "latency.max", 1100);
    CHECK_MS(&stage, "b", "stage_init.mean", 1000);
    CHECK_VALUE(&stage, "f", "cold_starts", 2);
    stage_end(&stage);
}

/* Nothing is kept, but b waits: a's instance, free at 2.1 s, serves b before it is gone. Then b's own comes, at 2.5 s, and nobody
 * waits any more. */
static void test_late_binding_hands_over_what_is_not_kept(void)
{
    struct play stage =
        stage_play("local f = F('f', { init = '1s', cold_binding = 'late', keep_alive = 'none',\n"
                   "  handler = function(r) r:wait '100ms' end })\n"
                   "once('a', f, '1s') once('b', f, '1500ms') simulate { duration = '9s' }");
    CHECK_MS(&stage, "b", "latency.max", 700);
    CHECK_VALUE(&stage, "f", "cold_starts", 1);
    CHECK_VALUE(&stage, "f", "idle_gb_s", 0);
    CU_ASSERT_EQUAL(stage_function(&stage, "f")->on_demand.reclaimed, 2);
    stage_end(&stage);
}

/* b joins a's instance 40 ms into its init of 100 ms; c finds both places taken. */
static void test_several_places_share_an_instance_and_its_init(void)
{
    struct play stage = stage_play(
        "local f = F('f', { instance_concurrency = 2, handler = function(r) r:wait '10ms' end })\n"
        "once('a', f, '1s') once('b', f, '1040ms') once('c', f, '1050ms') once('d', f, '2s', 2)\n"
        "simulate { duration = '9s' }");
    CHECK_MS(&stage, "a", "latency.max", 110);
    CHECK_MS(&stage, "b", "latency.max", 70);
    CHECK_MS(&stage, "c", "latency.max", 110);
    CHECK_MS(&stage, "d", "latency.max", 10);
    CHECK_VALUE(&stage, "f", "cold_starts", 3);
    CHECK_VALUE(&stage, "f", "instances.max", 2);
    CHECK_VALUE(&stage, "f", "concurrency.max", 3);
    stage_end(&stage);
}

/* -- billing -------------------------------------------------------------------------------------- */

/* Ten calls, far apart. The first: 0.9 + 1.2 = 2.1 ms, 3 billed; nine of 1.2 ms, 2 billed. */
static void test_billing_rounds_init_and_run_together_up_to_a_millisecond(void)
{
    struct play stage = stage_play("local f = F('f', { init = '900us', memory = 2048, handler = "
                                   "function(r) r:wait '1200us' end })\n"
                                   "traffic 't' { to = f, rate = '1/s', arrivals = 'uniform' }\n"
                                   "simulate { duration = '10500ms' }");
    CU_ASSERT_EQUAL(meter(&stage, "f", FUNCTION_REQUESTS), 10);
    CU_ASSERT_EQUAL(meter(&stage, "f", FUNCTION_COMPUTE), (3 + 9 * 2) * 2048);
    CHECK_VALUE(&stage, "f", "billed_gb_s", 21 * 2 / 1000.);
    stage_end(&stage);
}

/* One instance from 1 s on, busy 10 x 10 ms; init 100 ms is neither busy nor idle. */
static void test_idle_time_is_what_lies_between_calls(void)
{
    struct play stage =
        stage_play("local f = F('f', { memory = 1024, handler = function(r) r:wait '10ms' end })\n"
                   "traffic 't' { to = f, rate = '1/s', arrivals = 'uniform' }\n"
                   "simulate { duration = '11s' }");
    CHECK_VALUE(&stage, "f", "idle_gb_s", 10 - 0.1 - 0.1);
    CHECK_VALUE(&stage, "f", "instances.mean", 10. / 11);
    CHECK_VALUE(&stage, "f", "idle_instances.mean", 9.8 / 11);
    CHECK_VALUE(&stage, "f", "concurrency.mean", 0.2 / 11);
    stage_end(&stage);
}

/* -- runtimes --------------------------------------------------------------------------------------- */

static const struct function_config *config_of(const struct play *stage, const char *name)
{
    return stage->scenario->resources[scenario_find(stage->scenario, name)].config;
}

static struct runtime_row row_of(const struct play *stage, const char *runtime, int package,
                                 int arch)
{
    struct runtime_row row = {0};
    struct err err = {0};
    CU_ASSERT_TRUE(catalog_runtime(stage->catalog, runtime, package, arch, 1024, &row, &err));
    return row;
}

static void test_init_comes_from_the_row_of_package_and_processor(void)
{
    struct play stage =
        stage_load("fn 'zip' { memory = 1024, runtime = 'python3.13' }\n"
                   "fn 'arm' { memory = 1024, runtime = 'python3.13', arch = 'arm64' }\n"
                   "fn 'image' { memory = 1024, runtime = 'python3.13', package = 'image' }");
    double zip = dist_mean(config_of(&stage, "zip")->init);
    double arm = dist_mean(config_of(&stage, "arm")->init);
    double image = dist_mean(config_of(&stage, "image")->init);
    CU_ASSERT_EQUAL(zip, dist_mean(row_of(&stage, "python3.13", PACKAGE_ZIP, ARCH_X86_64).init));
    CU_ASSERT_EQUAL(arm, dist_mean(row_of(&stage, "python3.13", PACKAGE_ZIP, ARCH_ARM64).init));
    CU_ASSERT_EQUAL(image,
                    dist_mean(row_of(&stage, "python3.13", PACKAGE_IMAGE, ARCH_X86_64).init));
    CU_ASSERT_TRUE(arm < zip && zip < image);
    stage_end(&stage);
}

static void test_snapstart_restores_in_place_of_init(void)
{
    struct play stage = stage_play("local p = fn 'py' { memory = 1024, runtime = 'python3.13', "
                                   "snapstart = true, keep_alive = 'none' }\n"
                                   "local j = fn 'java' { memory = 1024, runtime = 'java21', "
                                   "snapstart = true, keep_alive = 'none' }\n"
                                   "traffic 'p' { to = p, rate = '1/s', arrivals = 'uniform' }\n"
                                   "traffic 'j' { to = j, rate = '1/s', arrivals = 'uniform' }\n"
                                   "simulate { duration = '200500ms' }");
    struct runtime_row java = row_of(&stage, "java21", PACKAGE_ZIP, ARCH_X86_64);
    double restore_ms = dist_mean(java.restore) / 1e6;
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "java", "init.mean"), restore_ms, 0.1 * restore_ms));
    CU_ASSERT_EQUAL(meter(&stage, "py", FUNCTION_SNAP_RESTORE), 200 * 1024);
    CU_ASSERT_EQUAL(meter(&stage, "py", FUNCTION_SNAP_CACHE), INT64_C(200500) * 1024);
    CU_ASSERT_EQUAL(meter(&stage, "java", FUNCTION_SNAP_RESTORE), 0);
    stage_end(&stage);
}

CU_TestInfo suite_function[] = {
    TEST(test_mru_lets_the_surplus_expire),
    TEST(test_lru_keeps_all_instances_warm),
    TEST(test_an_idle_instance_is_gone_at_exactly_its_keep_alive),
    TEST(test_an_instance_freed_at_an_instant_serves_an_arrival_at_it),
    TEST(test_a_busy_instance_lives_no_longer_than_max_lifetime),
    TEST(test_keep_alive_none_makes_every_call_cold),
    TEST(test_the_first_run_after_an_init_is_slower),
    TEST(test_an_init_beyond_ten_seconds_is_done_twice),
    TEST(test_the_repeated_init_counts_toward_the_timeout),
    TEST(test_a_cut_init_is_init_and_not_duration),
    TEST(test_a_long_restore_is_not_done_twice),
    TEST(test_an_init_after_a_reset_counts_toward_the_timeout),
    TEST(test_an_init_of_nothing_is_cold_all_the_same),
    TEST(test_a_timeout_resets_the_instance_and_is_billed),
    TEST(test_a_handler_that_ends_at_its_timeout_is_in_time),
    TEST(test_a_crash_resets_the_instance),
    TEST(test_memory_beyond_the_limit_crashes),
    TEST(test_an_ordinary_error_keeps_the_instance),
    TEST(test_strands_lose_instances_too),
    TEST(test_strict_binding_waits_for_its_own_instance),
    TEST(test_late_binding_takes_what_frees_first),
    TEST(test_late_binding_does_not_use_a_lost_instance),
    TEST(test_late_binding_hands_over_what_is_not_kept),
    TEST(test_several_places_share_an_instance_and_its_init),
    TEST(test_billing_rounds_init_and_run_together_up_to_a_millisecond),
    TEST(test_idle_time_is_what_lies_between_calls),
    TEST(test_init_comes_from_the_row_of_package_and_processor),
    TEST(test_snapstart_restores_in_place_of_init),
    CU_TEST_INFO_NULL,
};
