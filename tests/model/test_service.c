/* test_service.c - tasks, workers and the processor they share; scaling; what it costs. */
#include "model/service_run.h"

#include "core/text.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

static const struct service *service_of(const struct play *stage, const char *name)
{
    return stage_svc(stage, name)->state;
}

/* -- who works where -------------------------------------------------------------------------- */

/* Three at once on one vCPU take three times as long; on three tasks they do not meet. */
static void test_requests_of_a_task_share_its_processor(void)
{
    struct play stage = stage_play(
        "local one = service 'one' { handler = function(r) r:cpu '10ms' end }\n"
        "local many = service 'many' { tasks = 3, handler = function(r) r:cpu '10ms' end }\n"
        "local wide = service 'wide' { vcpu = 2, memory = '4GB',\n"
        "  handler = function(r) r:cpu '10ms' end }\n"
        "local small = service 'small' { vcpu = 0.25,\n"
        "  handler = function(r) r:cpu '10ms' end }\n"
        "once('a', one, '1s', 3) once('b', many, '2s', 3) once('c', wide, '3s', 3)\n"
        "once('d', small, '4s', 1) simulate { duration = '9s' }");
    CHECK_MS(&stage, "one", "latency.max", 30);
    CHECK_MS(&stage, "one", "latency.min", 30);
    CHECK_MS(&stage, "one", "stage_run.mean", 30);
    CHECK_MS(&stage, "one", "stage_queue.mean", 0);
    CHECK_MS(&stage, "many", "latency.max", 10);
    CHECK_MS(&stage, "wide", "latency.max", 15);
    CHECK_MS(&stage, "small", "latency.max", 40);
    stage_end(&stage);
}

static void test_waiting_takes_no_processor(void)
{
    struct play stage =
        stage_play("local s = service 's' { handler = function(r) r:wait '10ms' r:cpu '2ms' r:wait "
                   "'3ms' end }\n"
                   "once('a', s, '1s', 1) once('b', s, '1005ms', 1) simulate { duration = '9s' }");
    CHECK_MS(&stage, "s", "latency.max", 15);
    CHECK_MS(&stage, "s", "stage_wait.mean", 13);
    CHECK_MS(&stage, "s", "stage_run.mean", 2);
    stage_end(&stage);
}

/* 5 requests for 2 tasks of 2 workers: 2 and 2, the fifth waits. In each task two share one vCPU: 20 ms; then the fifth
 * runs alone. */
static void test_a_request_goes_where_least_is_to_do_or_waits(void)
{
    struct play stage = stage_play("local s = service 's' { tasks = 2, workers = 2,\n"
                                   "  handler = function(r) r:cpu '10ms' end }\n"
                                   "once('a', s, '1s', 5) simulate { duration = '9s' }");
    CHECK_MS(&stage, "s", "latency.min", 20);
    CHECK_MS(&stage, "s", "latency.max", 30);
    CHECK_MS(&stage, "s", "stage_queue.mean", 20. / 5);
    CHECK_VALUE(&stage, "s", "depth.max", 1);
    CHECK_VALUE(&stage, "s", "depth.mean", 0.020 / 9);
    CHECK_VALUE(&stage, "s", "concurrency.max", 4);
    CHECK_VALUE(&stage, "s", "utilisation.max", 1);
    CHECK_VALUE(&stage, "s", "utilisation.mean", (4 * 0.020 + 0.010) / (4 * 9));
    CHECK_VALUE(&stage, "s", "instances.max", 2);
    stage_end(&stage);
}

/* A's task is busy when B and C come: B goes to the other, C to the one that is less busy by then. */
static void test_least_outstanding_looks_at_requests_not_at_turns(void)
{
    struct play stage =
        stage_play("local s = service 's' { tasks = 2,\n"
                   "  handler = function(r) r:choose{ {1, function(b) b:cpu '100ms' end} } end }\n"
                   "once('a', s, '1s', 1) once('b', s, '1010ms', 1) once('c', s, '1105ms', 1)\n"
                   "simulate { duration = '9s' }");
    CHECK_MS(&stage, "a", "latency.max", 100); /* done at 1100: its task is free for c */
    CHECK_MS(&stage, "b", "latency.max", 100);
    CHECK_MS(&stage, "c", "latency.max", 100);
    stage_end(&stage);
}

static void test_the_queue_is_first_come_first_served(void)
{
    struct play stage = stage_play(
        "local s = service 's' { workers = 1, handler = function(r) r:wait '10ms' end }\n"
        "once('a', s, '1s', 1) once('b', s, '1001ms', 1) once('c', s, '1002ms', 1)\n"
        "simulate { duration = '9s' }");
    CHECK_MS(&stage, "a", "latency.max", 10);
    CHECK_MS(&stage, "b", "latency.max", 19);
    CHECK_MS(&stage, "c", "latency.max", 28);
    CHECK_MS(&stage, "c", "stage_queue.mean", 18);
    CHECK_MS(&stage, "s", "duration.max", 10);
    stage_end(&stage);
}

/* 'on = 503' tries again only if that was the answer. */
static void test_a_full_queue_answers_503(void)
{
    struct play stage = stage_play(
        "local s = service 's' { workers = 1, queue = 1, handler = function(r) r:wait '1s' end }\n"
        "local t = service 't' { workers = 1, queue = 0, handler = function(r) r:wait '1s' end }\n"
        "once('a', s, '1s', 3, { retry = { retries = 1, on = { 503 }, backoff = expo('1ms', { "
        "jitter = 'none' }) } })\n"
        "once('b', t, '1s', 2) simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "s", "requests", 4);
    CHECK_VALUE(&stage, "s", "throttle_count", 2);
    CHECK_VALUE(&stage, "a", "error_count", 1);
    CHECK_VALUE(&stage, "t", "throttle_count", 1);
    CU_ASSERT_EQUAL(service_of(&stage, "s")->refused, 2);
    stage_end(&stage);
}

static void test_a_service_without_a_handler_answers_at_once(void)
{
    struct play stage =
        stage_play("local s = service 's' {} once('a', s, '1s', 7) simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "s", "requests", 7);
    CHECK_VALUE(&stage, "s", "error_count", 0);
    CHECK_MS(&stage, "s", "latency.max", 0);
    stage_end(&stage);
}

static void test_a_timeout_ends_the_request_but_not_its_work(void)
{
    struct play stage = stage_play(
        "local s = service 's' { timeout = '15ms', handler = function(r) r:cpu '10ms' end }\n"
        "once('a', s, '1s', 2) once('b', s, '1016ms', 1) simulate { duration = '9s' }");
    CHECK_VALUE(&stage, "a", "error_count", 2);
    CHECK_MS(&stage, "a", "latency.max", 15);
    CHECK_MS(&stage, "a", "latency.min", 15);
    /* At 16 ms each of the first two has 8 of 10 ms; with the third they get a third each: they are done 6 ms later, at
     * 22, when it has 2 of its 10; alone it is done at 30: after 14. */
    CHECK_MS(&stage, "b", "latency.max", 14);
    CHECK_VALUE(&stage, "b", "error_count", 0);
    CU_ASSERT_EQUAL(service_of(&stage, "s")->cpu_used.value, 0);
    stage_end(&stage);
}

/* r:all: two branches of one request share the processor like two requests. */
static void test_branches_share_too(void)
{
    struct play stage =
        stage_play("local s = service 's' { handler = function(r) r:all{ function(b) b:cpu '10ms' "
                   "end, function(b) b:cpu '30ms' end } end }\n"
                   "once('a', s, '1s', 1) simulate { duration = '9s' }");
    CHECK_MS(&stage, "s", "latency.max", 40);
    stage_end(&stage);
}

/* A request that is answered makes its caller send the next at the same instant: it comes after those who waited. */
static void test_who_waits_is_not_overtaken(void)
{
    struct play stage = stage_play(
        "local s = service 's' { workers = 1, handler = function(r) r:wait '10ms' end }\n"
        "local twice = F('twice', { handler = function(r) r:call(s) r:call(s) end })\n"
        "once('a', twice, '1s', 1) once('b', s, '1105ms', 1) simulate { duration = '9s' }");
    /* a's first call holds the worker from 1100 to 1110; b, who came at 1105, is next; a's second waits for it. */
    CHECK_MS(&stage, "b", "latency.max", 15);
    CHECK_MS(&stage, "a", "latency.max", 100 + 30);
    stage_end(&stage);
}

/* -- tasks come and go -------------------------------------------------------------------------- */

#define QUICK "start = '5s', health = '2s'"

/* All tasks are replaced at 10 s: nobody serves until 17 s; what is in work is finished. */
static void test_recycle_restarts_all_tasks(void)
{
    struct play stage = stage_play(
        "local s = service 's' { tasks = 2, " QUICK ", handler = function(r) r:wait '100ms' end }\n"
        "once('a', s, '9950ms', 2) once('b', s, '11s', 1)\n"
        "at '10s' { target = s, recycle = true } simulate { duration = '1min' }");
    CHECK_MS(&stage, "a", "latency.max", 100);
    CHECK_MS(&stage, "b", "latency.max", 6000 + 100);
    CHECK_MS(&stage, "b", "stage_queue.max", 6000);
    CU_ASSERT_EQUAL(service_of(&stage, "s")->tasks_started, 4);
    CU_ASSERT_EQUAL(service_of(&stage, "s")->tasks_ended, 2);
    CHECK_VALUE(&stage, "s", "instances.max", 4);
    stage_end(&stage);
}

static void test_a_crash_replaces_its_task_and_spares_the_others(void)
{
    struct play stage = stage_play("local s = service 's' { " QUICK
                                   ", handler = function(r) r:wait '10ms' r:fail 'crash' end }\n"
                                   "local m = service 'm' { " QUICK
                                   ", handler = function(r) r:memory '3GB' r:wait '10ms' end }\n"
                                   "once('a', s, '1s', 1) once('b', s, '2s', 1) once('c', m, '1s', "
                                   "1) simulate { duration = '1min' }");
    CHECK_VALUE(&stage, "s", "error_count", 2);
    CHECK_MS(&stage, "b", "latency.max", 6010 + 10); /* the new task takes requests at 8.01 s */
    CU_ASSERT_EQUAL(service_of(&stage, "s")->tasks_ended, 2);
    CU_ASSERT_EQUAL(service_of(&stage, "m")->tasks_ended, 1);
    stage_end(&stage);
}

static void test_faults_change_size_workers_and_tasks(void)
{
    struct play stage =
        stage_play("local s = service 's' { " QUICK ", handler = function(r) r:cpu '100ms' end }\n"
                   "local w = service 'w' { workers = 1, handler = function(r) r:wait '1s' end }\n"
                   "once('a', s, '10s', 1) once('b', s, '19950ms', 1) once('c', s, '41s', 4) "
                   "once('d', w, '10s', 3)\n"
                   "at '9s' { target = s, set = { vcpu = '0.25' }, lasts = '11s' }\n"
                   "at '30s' { target = s, set = { tasks = 4 }, lasts = '20s' }\n"
                   "at '10500ms' { target = w, set = { workers = 2 } }\n"
                   "simulate { duration = '2min' }");
    CHECK_MS(&stage, "a", "latency.max", 400);
    /* 50 ms at a quarter make 12.5; the other 87.5 at full speed. */
    CHECK_MS(&stage, "b", "latency.max", 50 + 87.5);
    CHECK_MS(&stage, "c", "latency.max", 100); /* four tasks since 37 s */
    CHECK_VALUE(&stage, "s", "instances.max", 4);
    CU_ASSERT_EQUAL(service_of(&stage, "s")->alive.value, 1);
    /* 10 - 11 s, 10.5 - 11.5 s, 11 - 12 s */
    CHECK_MS(&stage, "d", "latency.max", 2000);
    CHECK_MS(&stage, "d", "latency.min", 1000);
    CHECK_MS(&stage, "d", "latency.mean", (1000 + 1500 + 2000) / 3.);
    stage_end(&stage);
}

static void test_latency_and_error_faults_hold(void)
{
    struct play stage =
        stage_play("local s = service 's' { handler = function(r) r:cpu '10ms' r:wait '5ms' end }\n"
                   "once('a', s, '10s', 1) once('b', s, '30s', 1)\n"
                   "at '9s' { target = s, latency = 'x3', lasts = '5s' } at '29s' { target = s, "
                   "errors = '100%' }\n"
                   "simulate { duration = '1min' }");
    CHECK_MS(&stage, "a", "latency.max", 45);
    CHECK_VALUE(&stage, "b", "error_count", 1);
    stage_end(&stage);
}

/* -- scaling ------------------------------------------------------------------------------------ */

static const struct sample_row *sample_at(const struct play *stage, const char *name, double time_s)
{
    const struct world *world = stage->world;
    int node = (int)stage_svc(stage, name)->probe + 1;
    for (int64_t i = 0; i < world->sample_count; i++)
        if (world->samples[i].node == node && world->samples[i].time_s == time_s)
            return &world->samples[i];
    return NULL;
}

static int tasks_at(const struct play *stage, double time_s)
{
    return (int)sample_at(stage, "s", time_s)->instances_warm;
}

/* 0.3 of a vCPU until 10 min, 1.8 from then on (a step at a minute's boundary), on 2 tasks; target 60 %. Points
 * at 11, 12 and 13 min lie at 90 %: 2 x 0.9 / 0.6 = 3 tasks, usable 30 .. 60 s + 30 s after the third: 240 .. 270 s after
 * the step, MODEL.md 5's 4-5 minutes. Then 60 % again, and no more. */
static void test_a_load_step_has_new_tasks_after_four_to_five_minutes(void)
{
    struct play stage = stage_play(
        "local s = service 's' { tasks = 2, autoscale = { target = '60%', min = 2, max = 10 },\n"
        "  handler = function(r) r:cpu '30ms' end }\n"
        "traffic 'low' { to = s, rate = '10/s', arrivals = 'uniform', stop = '10min' }\n"
        "traffic 'high' { to = s, rate = '60/s', arrivals = 'uniform', start = '10min' }\n"
        "simulate { duration = '30min', sample = '1s' }");
    CU_ASSERT_EQUAL(tasks_at(&stage, 600 + 239), 2);
    CU_ASSERT_EQUAL(tasks_at(&stage, 600 + 271), 3);
    CU_ASSERT_EQUAL(tasks_at(&stage, 1800), 3);
    CU_ASSERT_EQUAL(service_of(&stage, "s")->tasks_started, 3);
    /* utilisation is of workers: 60 % of 3 vCPUs busy does not make workers busy */
    CU_ASSERT_TRUE(stage_value(&stage, "s", "utilisation.mean") < 0.05);
    stage_end(&stage);
}

/* From 60 % on 10 tasks down to 6 %: 15 points below 54 % later, at 10 + 15 min, 1 task is wanted. The requests of 100 s that
 * the others still have in work are finished. */
static void test_scale_in_drains(void)
{
    struct play stage = stage_play(
        "local s = service 's' { autoscale = { target = '60%', min = 1, max = 10 }, tasks = 10,\n"
        "  handler = function(r) r:cpu '60ms' end }\n"
        "local slow = service 'slow' { autoscale = { target = '60%', min = 1, max = 4 }, tasks = "
        "4,\n"
        "  handler = function(r) r:cpu '1ms' r:wait '100s' end }\n"
        "traffic 'high' { to = s, rate = '100/s', arrivals = 'uniform', stop = '10min' }\n"
        "traffic 'low' { to = s, rate = '10/s', arrivals = 'uniform', start = '10min' }\n"
        "once('x', slow, '899s', 4) simulate { duration = '40min', sample = '1s' }");
    CU_ASSERT_EQUAL(tasks_at(&stage, 25 * 60 - 1), 10);
    CU_ASSERT_EQUAL(tasks_at(&stage, 25 * 60 + 1), 1);
    CHECK_VALUE(&stage, "s", "error_count", 0);
    /* `slow` is idle for 15 points: at 900 s three tasks drain until their requests end at 999 s. */
    CHECK_VALUE(&stage, "x", "error_count", 0);
    CHECK_MS(&stage, "x", "latency.max", 100001);
    CU_ASSERT_EQUAL((int)sample_at(&stage, "slow", 950)->instances_warm, 4);
    CU_ASSERT_EQUAL((int)sample_at(&stage, "slow", 1000)->instances_warm, 1);
    stage_end(&stage);
}

/* Overload: 10 vCPUs wanted, 1 there. Each step grows by at most 1 / 0.5, with 5 minutes in between: 1, 2, 4, 8, 16 is cut to 12. */
static void test_growth_is_bounded_by_one_over_target_and_max(void)
{
    struct play stage =
        stage_play("local s = service 's' { queue = 0, workers = 20, autoscale = { target = '50%', "
                   "min = 1, max = 12 },\n"
                   "  start = '10s', health = '0s', handler = function(r) r:cpu '100ms' end }\n"
                   "traffic 't' { to = s, rate = '200/s', arrivals = 'uniform' } simulate { "
                   "duration = '40min', sample = '1s' }");
    CU_ASSERT_EQUAL(tasks_at(&stage, 180), 1);
    CU_ASSERT_EQUAL(tasks_at(&stage, 190), 2);
    CU_ASSERT_EQUAL(tasks_at(&stage, 480), 2); /* 180 + 300 */
    CU_ASSERT_EQUAL(tasks_at(&stage, 490), 4);
    CU_ASSERT_EQUAL(tasks_at(&stage, 790), 8);
    CU_ASSERT_EQUAL(tasks_at(&stage, 1090), 12);
    CU_ASSERT_EQUAL(tasks_at(&stage, 2400), 12);
    stage_end(&stage);
}

/* -- money -------------------------------------------------------------------------------------- */

/* 2 tasks of 1/2 vCPU and 3 GB for an hour. */
static void test_tasks_are_billed_by_the_clock(void)
{
    struct play stage = stage_play("local s = service 's' { vcpu = 0.5, memory = '3GB', tasks = 2 "
                                   "} simulate { duration = '1h' }");
    const struct svc *svc = stage_svc(&stage, "s");
    const struct meter_spec *meters = svc->class->meters;
    CU_ASSERT_DOUBLE_EQUAL((double)svc->meters[SERVICE_VCPU] / meters[SERVICE_VCPU].per_unit, 1, 0);
    CU_ASSERT_DOUBLE_EQUAL((double)svc->meters[SERVICE_MEMORY] / meters[SERVICE_MEMORY].per_unit, 6,
                           0);
    CU_ASSERT_STRING_EQUAL(svc->class->price_of(svc->config, SERVICE_VCPU),
                           "fargate.x86.vcpu_hour");
    stage_end(&stage);
}

/* One task all along, with a request that keeps it from being given up: 1000 s. A second one from 100 s to 110.5 s: a minute at least. A third from 200.0001 s to 290.5 s: 90.4999
 * are 91 seconds. A fourth is still there at the end, from 990 s on: 10 s. In all 1161 s of 1,000 thousandths. */
static void test_a_task_is_billed_in_whole_seconds_and_at_least_a_minute(void)
{
    struct play stage =
        stage_play("local s = service 's' { start = '3s', health = '0s', handler = function(r) "
                   "r:wait '1h' end }\n"
                   "at '100s' { target = s, set = { tasks = 2 }, lasts = '10500ms' }\n"
                   "at '200000100us' { target = s, set = { tasks = 2 }, lasts = '90499900us' }\n"
                   "at '990s' { target = s, set = { tasks = 2 } }\n"
                   "once('a', s, '1s', 1) simulate { duration = '1000s' }");
    const struct svc *svc = stage_svc(&stage, "s");
    CU_ASSERT_EQUAL(svc->meters[SERVICE_VCPU], INT64_C(1000) * 1000 * (1000 + 60 + 91 + 10));
    CU_ASSERT_EQUAL(svc->meters[SERVICE_MEMORY], INT64_C(4) * 1000 * (1000 + 60 + 91 + 10));
    stage_end(&stage);
}

/* Looked at often or once, the same to the millisecond; the warm-up is left out. */
static void test_the_bill_does_not_depend_on_who_looks(void)
{
    static const char *const samples[] = {"7ms", "1min"};
    for (size_t i = 0; i < COUNTOF(samples); i++) {
        struct text text = {0};
        text_addf(&text,
                  "local s = service 's' { tasks = 3 } once('a', s, '1s', 1)\n"
                  "simulate { duration = '100s', warmup = '33333333us', sample = '%s' }",
                  samples[i]);
        struct play stage = stage_play(text.data);
        const struct svc *svc = stage_svc(&stage, "s");
        CU_ASSERT_EQUAL(svc->meters[SERVICE_VCPU], INT64_C(1000) * 3 * 100000);
        CU_ASSERT_EQUAL(svc->meters_pre[SERVICE_VCPU], INT64_C(1000) * 3 * 33333);
        stage_end(&stage);
        text_free(&text);
    }
}

/* -- settings ----------------------------------------------------------------------------------- */

static int64_t memory_of(const char *settings)
{
    struct text text = {0};
    text_addf(&text,
              "local s = service 's' { %s } once('a', s, '1s', 1) simulate { duration = '2s' }",
              settings);
    struct play stage = stage_load(text.data);
    int64_t mb = ((const struct service_config *)stage.scenario->resources[0].config)->memory >> 20;
    stage_end(&stage);
    text_free(&text);
    return mb;
}

static void test_memory_follows_the_vcpu_unless_given(void)
{
    CU_ASSERT_EQUAL(memory_of(""), 2048);
    CU_ASSERT_EQUAL(memory_of("vcpu = 0.25"), 2048);
    CU_ASSERT_EQUAL(memory_of("vcpu = 0.25, memory = 512"), 512);
    CU_ASSERT_EQUAL(memory_of("vcpu = '2'"), 4096);
    CU_ASSERT_EQUAL(memory_of("vcpu = 8"), 16384);
    CU_ASSERT_EQUAL(memory_of("vcpu = 8, memory = '20GB'"), 20480);
    CU_ASSERT_EQUAL(memory_of("vcpu = 16, memory = '120GB'"), 122880);
}

static int warnings_of(const char *settings)
{
    struct text text = {0};
    text_addf(&text,
              "local s = service 's' { %s } once('a', s, '1s', 1) simulate { duration = '2s' }",
              settings);
    struct play stage = stage_load(text.data);
    int count = stage.scenario->warning_count;
    stage_end(&stage);
    text_free(&text);
    return count;
}

#define WORK "handler = function(r) r:cpu '1ms' end"

static void test_autoscaling_on_nothing_is_warned_of(void)
{
    CU_ASSERT_EQUAL(warnings_of("autoscale = { target = '60%', min = 1, max = 2 }, " WORK), 0);
    CU_ASSERT_EQUAL(warnings_of("autoscale = { target = '95%', min = 1, max = 2 }, " WORK), 1);
    CU_ASSERT_EQUAL(warnings_of("autoscale = { target = '60%', min = 1, max = 2 }"), 1);
}

CU_TestInfo suite_service[] = {
    TEST(test_requests_of_a_task_share_its_processor),
    TEST(test_waiting_takes_no_processor),
    TEST(test_a_request_goes_where_least_is_to_do_or_waits),
    TEST(test_least_outstanding_looks_at_requests_not_at_turns),
    TEST(test_the_queue_is_first_come_first_served),
    TEST(test_a_full_queue_answers_503),
    TEST(test_a_service_without_a_handler_answers_at_once),
    TEST(test_a_timeout_ends_the_request_but_not_its_work),
    TEST(test_branches_share_too),
    TEST(test_who_waits_is_not_overtaken),
    TEST(test_recycle_restarts_all_tasks),
    TEST(test_a_crash_replaces_its_task_and_spares_the_others),
    TEST(test_faults_change_size_workers_and_tasks),
    TEST(test_latency_and_error_faults_hold),
    TEST(test_a_load_step_has_new_tasks_after_four_to_five_minutes),
    TEST(test_scale_in_drains),
    TEST(test_growth_is_bounded_by_one_over_target_and_max),
    TEST(test_tasks_are_billed_by_the_clock),
    TEST(test_a_task_is_billed_in_whole_seconds_and_at_least_a_minute),
    TEST(test_the_bill_does_not_depend_on_who_looks),
    TEST(test_memory_follows_the_vcpu_unless_given),
    TEST(test_autoscaling_on_nothing_is_warned_of),
    CU_TEST_INFO_NULL,
};
