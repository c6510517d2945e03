/* test_workflow_starts.c - who waits for an execution, which limits it meets, what it costs. */
#include "tests/model/workflow_play.h"

static int64_t meter(const struct play *stage, const char *workflow, enum workflow_meter which)
{
    return stage_svc(stage, workflow)->meters[which];
}

/* -- who waits ---------------------------------------------------------------------------------------- */

/* f does `how` with w, whose executions take 10 + 50 ms and fail if asked to. */
static struct play play_start(const char *kind, const char *how, const char *states)
{
    char text[2048];
    (void)snprintf(
        text, sizeof text,
        "local g = F('g', { init = '0ms', handler = function(r) r:wait '50ms' end })\n"
        "local bad = F('bad', { init = '0ms', handler = function(r) r:wait '50ms' r:fail() end })\n"
        "local w = workflow 'w' { kind = '%s', " TIMES " states = { %s } }\n"
        "local f = F('f', { init = '0ms', handler = function(r) %s end })\n"
        "once('t', f, '1s') simulate { duration = '1min' }",
        kind, states, how);
    return stage_play(text);
}

static const struct edge *edge_to(const struct play *stage, const char *from, const char *to)
{
    const struct model *model = &stage->world->model;
    for (size_t i = 0; i < model->edge_count; i++)
        if (model->edges[i].from == stage_svc(stage, from)->probe &&
            model->edges[i].to == stage_svc(stage, to)->probe)
            return &model->edges[i];
    return NULL;
}

/* A starter waits for the acknowledgement only, and an execution counts once. */
static void check_started(const char *kind, const char *how, const char *states, int failed)
{
    struct play stage = play_start(kind, how, states);
    CHECK_MS(&stage, "f", "latency.max", 3);
    CHECK_MS(&stage, "f", "stage_downstream.mean", 3);
    CHECK_VALUE(&stage, "f", "error_count", 0);
    CHECK_VALUE(&stage, "w", "requests", 1);
    CHECK_MS(&stage, "w", "latency.max", 60);
    CHECK_VALUE(&stage, "w", "error_count", failed);
    const struct edge *edge = edge_to(&stage, "f", "w");
    CU_ASSERT_EQUAL(edge->calls, 1);
    CU_ASSERT_EQUAL(edge->errors, 0);
    CU_ASSERT_EQUAL(edge->latency.count, 1);
    CU_ASSERT_EQUAL(edge->latency.max, 3 * SIM_MS);
    stage_end(&stage);
}

static void check_waited(const char *how, const char *states, int failed)
{
    struct play stage = play_start("express", how, states);
    CHECK_MS(&stage, "f", "latency.max", 60);
    CHECK_VALUE(&stage, "f", "error_count", failed);
    CHECK_VALUE(&stage, "w", "requests", 1);
    CHECK_MS(&stage, "w", "latency.max", 60);
    CHECK_VALUE(&stage, "w", "error_count", failed);
    const struct edge *edge = edge_to(&stage, "f", "w");
    CU_ASSERT_EQUAL(edge->calls, 1);
    CU_ASSERT_EQUAL(edge->errors, failed);
    CU_ASSERT_EQUAL(edge->latency.max, 60 * SIM_MS);
    stage_end(&stage);
}

static void test_a_start_is_acknowledged_and_runs_on(void)
{
    check_started("standard", "r:start(w)", "{ task = g }", 0);
    check_started("express", "r:start(w)", "{ task = g }", 0);
    check_started("standard", "r:call(w)", "{ task = g }", 0);
    check_started("standard", "r:start(w)", "{ task = bad }", 1);
    check_started("express", "r:start(w)", "{ task = bad }", 1);
}

static void test_a_call_of_an_express_workflow_waits_for_its_end(void)
{
    check_waited("r:call(w)", "{ task = g }", 0);
    check_waited("r:call(w)", "{ task = bad }", 1);
}

/* The task of a workflow waits for the workflow it names, whatever its kind (.sync). */
static void test_a_task_waits_for_a_nested_execution(void)
{
    struct play stage = stage_play(
        "local inner = workflow 'inner' { " TIMES " states = { {wait='1s'} } }\n"
        "local outer = workflow 'outer' { kind = 'express', " TIMES " states = { {task=inner} } }\n"
        "once('t', outer, '1s') simulate { duration = '1min' }");
    CHECK_MS(&stage, "inner", "latency.max", 10 + 1000);
    CHECK_MS(&stage, "t", "latency.max", 10 + 10 + 1000);
    stage_end(&stage);
}

/* Behind a route: 202-like for standard, the result for express. */
static void test_routes_and_traffic(void)
{
    struct play stage = stage_play(
        "local s = workflow 's' { " TIMES " states = { {wait='1s'} } }\n"
        "local e = workflow 'e' { kind = 'express', " TIMES " states = { {wait='1s'} } }\n"
        "local web = http_api 'web' { overhead = '5ms', ['GET /s'] = s, ['GET /e'] = e }\n"
        "once('a', web 'GET /s', '1s') once('b', web 'GET /e', '1s') once('c', s, '2s')\n"
        "simulate { duration = '1min' }");
    CHECK_MS(&stage, "a", "latency.max", 5 + 3);
    CHECK_MS(&stage, "b", "latency.max", 5 + 1010);
    CHECK_MS(&stage, "c", "latency.max", 3);
    CHECK_VALUE(&stage, "s", "requests", 2);
    stage_end(&stage);
}

/* Nothing takes time: the acknowledgement still comes before the end. */
static void test_an_execution_never_ends_before_it_is_acknowledged(void)
{
    struct play stage =
        stage_play("local w = workflow 'w' { delivery = '0ms', acknowledge = '7ms', states = { "
                   "{wait='0ms'} } }\n"
                   "local v = workflow 'v' { delivery = '0ms', acknowledge = '0ms', states = { "
                   "{wait='0ms'} } }\n"
                   "once('t', w, '1s') once('u', v, '1s') simulate { duration = '1min' }");
    CHECK_MS(&stage, "t", "latency.max", 7);
    CHECK_MS(&stage, "w", "latency.max", 7);
    CHECK_MS(&stage, "u", "latency.max", 0);
    CHECK_VALUE(&stage, "v", "error_count", 0);
    stage_end(&stage);
}

/* A caller that gives up before the acknowledgement; the execution runs on. */
static void test_a_starter_may_give_up(void)
{
    struct play stage = play_start(
        "standard", "r:try(function(t) t:start(w, { retries = 0 }) end, { timeout = '2ms' })",
        "{ task = g }");
    CHECK_MS(&stage, "f", "latency.max", 2);
    CHECK_VALUE(&stage, "w", "requests", 1);
    CHECK_MS(&stage, "w", "latency.max", 60);
    stage_end(&stage);
}

/* -- messages ------------------------------------------------------------------------------------------ */

/* Three messages, before the clock starts, to a workflow whose bucket holds two. */
static void test_messages_start_executions(void)
{
    static const struct run_limits limits = {
        .max_wall = SIM_NEVER, .max_events = UINT64_MAX, .max_memory = INT64_MAX};
    struct play stage =
        stage_load("local w = workflow 'w' { " TIMES
                   " start_rate = '1/s', start_burst = 2, states = { {wait='1s'} } }\n"
                   "traffic 't' { to = w, rate = '0/s' } simulate { duration = '1min' }");
    stage.world = world_new(stage.scenario, 0, true, true);
    struct model *model = &stage.world->model;
    struct svc *svc = stage_svc(&stage, "w");
    struct message message = {.key = 1,
                              .edge = (uint32_t)(edge_to(&stage, "t", "w") - model->edges)};
    bool taken[3];
    for (int i = 0; i < 3; i++)
        taken[i] = svc->class->accept(model, svc, &message);
    CU_ASSERT_TRUE(taken[0] && taken[1] && !taken[2]);
    world_run(stage.world, &limits, NULL, NULL);
    struct counters counters = probe_measured(svc_probe(model, svc));
    CU_ASSERT_EQUAL(counters.arrivals, 3);
    CU_ASSERT_EQUAL(counters.answered, 3);
    CU_ASSERT_EQUAL(counters.throttles, 1);
    CU_ASSERT_EQUAL(svc_probe(model, svc)->latency.max, 1010 * SIM_MS);
    CU_ASSERT_EQUAL(model->edges[message.edge].calls,
                    0); /* whoever offers a message counts it on its edge */
    stage_end(&stage);
}

/* A workflow whose task starts it again: 16 executions, then the start is an error; the SDK tries it twice more. */
static void test_the_loop_guard_stops_workflows_that_start_themselves(void)
{
    struct play stage =
        stage_play("local f = F('f', { init = '0ms', handler = function(r) r:start 'w' end })\n"
                   "workflow 'w' { " TIMES " states = { { task = f } } }\n"
                   "once('t', f, '1s') simulate { duration = '10min' }");
    const struct workflow *workflow = stage_svc(&stage, "w")->state;
    CU_ASSERT_EQUAL(workflow->begun, 16);
    CHECK_VALUE(&stage, "w", "requests", 16 + 3);
    stage_end(&stage);
}

/* -- limits --------------------------------------------------------------------------------------------- */

/* The account's buckets (MODEL.md 3): of 1,500 standard starts at one instant 1,300 go; a second later 300 more; all workflows of a
 * kind share them. Express: 6,000. */
static void test_starts_are_throttled_by_the_accounts_bucket(void)
{
    struct play stage = stage_play(
        "local a = workflow 'a' { states = { {wait='1s'} } }\n"
        "local b = workflow 'b' { states = { {wait='1s'} } }\n"
        "local e = workflow 'e' { kind = 'express', states = { {wait='1s'} } }\n"
        "once('ta', a, '10s', 1500) once('tb', b, '11s', 500) once('te', e, '10s', 6100)\n"
        "simulate { duration = '1min' }");
    CHECK_VALUE(&stage, "a", "throttle_count", 200);
    CHECK_VALUE(&stage, "b", "throttle_count", 200);
    CHECK_VALUE(&stage, "e", "throttle_count", 100);
    CHECK_VALUE(&stage, "ta", "throttle_count", 200);
    CU_ASSERT_EQUAL(meter(&stage, "a", WORKFLOW_TRANSITIONS), 1300);
    CU_ASSERT_EQUAL(meter(&stage, "e", WORKFLOW_REQUESTS),
                    6000); /* what is throttled costs nothing */
    stage_end(&stage);
}

static void test_a_quota_of_its_own(void)
{
    struct play stage = stage_play(
        "local w = workflow 'w' { start_rate = '2/s', start_burst = 5, states = { {wait='1s'} } }\n"
        "local v = workflow 'v' { start_rate = '7/s', states = { {wait='1s'} } }\n"
        "once('a', w, '10s', 20) once('b', w, '12s', 20) once('c', v, '10s', 20) simulate { "
        "duration = '1min' }");
    CHECK_VALUE(&stage, "a", "throttle_count", 15);
    CHECK_VALUE(&stage, "b", "throttle_count", 16);
    CHECK_VALUE(&stage, "c", "throttle_count", 13);
    stage_end(&stage);
}

/* A bucket of 5 tokens and 10/s, 25 executions of one state at one instant: the i-th waits max(0, i - 5) / 10 s. Sum 21 s. */
static void test_transitions_wait_in_line(void)
{
    struct play stage = stage_play("local w = workflow 'w' { delivery = '1s', transition_rate = "
                                   "'10/s', transition_burst = 5, states = { {wait='1s'} } }\n"
                                   "once('t', w, '10s', 25) simulate { duration = '1min' }");
    CHECK_MS(&stage, "w", "stage_queue.mean", 21000. / 25);
    CHECK_MS(&stage, "w", "latency.max", 1000 + 2000 + 1000);
    CHECK_MS(&stage, "w", "duration.max", 2000); /* without waiting */
    CHECK_VALUE(&stage, "w", "error_count", 0);
    const struct workflow *workflow = stage_svc(&stage, "w")->state;
    CU_ASSERT_EQUAL(workflow->queued, 20);
    stage_end(&stage);
}

/* Two workflows share the account's line; express ones have none. A map of 6,000 items enters 6,001 states at once: 5,000 tokens are
 * there, the rest come at 5,000/s, the last after 1,001 / 5,000 s. */
static void test_the_accounts_transitions(void)
{
    struct play stage =
        stage_play("local w = workflow 'w' { delivery = '1s', overhead = '0ms', states = { { map = "
                   "{ n = 6000, states = { {wait='0ms'} } } } } }\n"
                   "local v = workflow 'v' { delivery = '1s', states = { {wait='0ms'} } }\n"
                   "local e = workflow 'e' { kind = 'express', overhead = '0ms', delivery = '1s', "
                   "  states = { { map = { n = 6000, states = { {wait='0ms'} } } } } }\n"
                   "once('a', w, '10s') once('b', v, '10001ms') once('c', e, '10s') simulate { "
                   "duration = '1min' }");
    CHECK_MS(&stage, "w", "latency.max", 1000 + 200.2);
    CHECK_MS(&stage, "w", "stage_queue.mean", 200.2);
    CHECK_MS(&stage, "v", "stage_queue.mean", 200.2 - 1 + 0.2);
    CHECK_MS(&stage, "e", "stage_queue.mean", 0);
    stage_end(&stage);
}

/* Against a model too simple to be wrong: tokens that drip one by one, and a list of who waits. Tokens exist at k / 8 s after the
 * bucket was last full; here everything happens on a grid of 1/8 s, so that counting suffices. */
static void test_the_line_agrees_with_a_list(void)
{
    const int64_t step = SIM_SECOND / 8;
    struct token_line line;
    struct test_rng rng = {.state = 5};
    int64_t tokens = 20, waiting = 0;
    token_line_init(&line, token_limit_of(8, 20));
    for (int64_t now = 0; now < 20000; now++) {
        if (now > 0 && waiting > 0)
            waiting--; /* the new token is taken */
        else if (now > 0 && tokens < 20)
            tokens++;
        int64_t arrivals = test_rng_below(&rng, 40) == 0 ? test_rng_below(&rng, 80) : 0;
        for (; arrivals > 0; arrivals--) {
            sim_time expected = 0;
            if (tokens > 0)
                tokens--;
            else
                expected = ++waiting * step;
            CU_ASSERT_EQUAL(token_line_take(&line, now * step), expected);
        }
    }
}

/* -- bills ----------------------------------------------------------------------------------------------- */

static int64_t transitions_of(const char *states)
{
    struct play stage = play_states("kind = 'standard',", states);
    int64_t count = meter(&stage, "w", WORKFLOW_TRANSITIONS);
    CU_ASSERT_EQUAL(meter(&stage, "w", WORKFLOW_REQUESTS), 0);
    CU_ASSERT_EQUAL(meter(&stage, "w", WORKFLOW_DURATION), 0);
    stage_end(&stage);
    return count;
}

static void test_every_state_entered_is_a_transition(void)
{
    CU_ASSERT_EQUAL(transitions_of("{task=f}"), 1);
    CU_ASSERT_EQUAL(transitions_of("{task=f}, {wait='1s'}, {task=g}"), 3);
    CU_ASSERT_EQUAL(transitions_of("{choice={ {0, { {task=f} }}, {1, { {task=f}, {task=g} }} }}"),
                    3);
    CU_ASSERT_EQUAL(
        transitions_of("{parallel={ { {task=f} }, { {task=g}, {task=g} } }}, {wait='1s'}"), 5);
    CU_ASSERT_EQUAL(transitions_of("{map={ n=7, max=2, states={ {task=f}, {wait='1s'} } }}"),
                    1 + 14);
    CU_ASSERT_EQUAL(transitions_of("{task=bad, retry={ retries=3 }, catch={ {task=f} }}, {task=f}"),
                    4 + 2);
    CU_ASSERT_EQUAL(transitions_of("{task=bad}, {task=f}"), 1);
}

/* An express execution of `states` with `memory`: MB ms billed. */
static int64_t billed_mb_ms(const char *memory, const char *states)
{
    char settings[64];
    (void)snprintf(settings, sizeof settings, "memory = '%s',", memory);
    struct play stage = play_states(settings, states);
    int64_t billed = meter(&stage, "w", WORKFLOW_DURATION);
    CU_ASSERT_EQUAL(meter(&stage, "w", WORKFLOW_REQUESTS), 1);
    CU_ASSERT_EQUAL(meter(&stage, "w", WORKFLOW_TRANSITIONS), 0);
    CU_ASSERT_DOUBLE_EQUAL(stage_value(&stage, "w", "billed_gb_s.sum"),
                           (double)billed / 1024 / 1000, 1e-12);
    stage_end(&stage);
    return billed;
}

/* From the first state to the end, in whole 100 ms, and whole 64 MB. */
static void test_express_executions_are_billed_in_chunks(void)
{
    CU_ASSERT_EQUAL(billed_mb_ms("64MB", "{wait='100ms'}"), 64 * 100);
    CU_ASSERT_EQUAL(billed_mb_ms("64MB", "{wait='100001us'}"), 64 * 200);
    CU_ASSERT_EQUAL(billed_mb_ms("64MB", "{wait='50ms'}, {wait='49ms'}"),
                    64 * 100); /* 50 + 1 + 49 */
    CU_ASSERT_EQUAL(billed_mb_ms("64MB", "{wait='50ms'}, {wait='50ms'}"), 64 * 200);
    CU_ASSERT_EQUAL(billed_mb_ms("1MB", "{wait='1ms'}"), 64 * 100);
    CU_ASSERT_EQUAL(billed_mb_ms("65MB", "{wait='1ms'}"), 128 * 100);
    CU_ASSERT_EQUAL(billed_mb_ms("1GB", "{wait='1s'}"), 1024 * 1000);
    CU_ASSERT_EQUAL(billed_mb_ms("64MB", "{wait='10min'}"),
                    64 * 300000); /* ended after 5 minutes */
}

/* -- faults and the rest ---------------------------------------------------------------------------------- */

/* Slower is what the service does itself; a wait is by the clock. */
static void test_a_fault_slows_the_service_and_not_the_clock(void)
{
    struct play stage =
        stage_play("local w = workflow 'w' { kind = 'express', " TIMES
                   " states = { {wait='1s'}, {wait='2s'} } }\n"
                   "local v = workflow 'v' { " TIMES " states = { {wait='1s'} } }\n"
                   "at '0s' { target = w, latency = 'x5' } at '0s' { target = v, latency = 'x5' }\n"
                   "once('t', w, '1s') once('u', v, '1s') simulate { duration = '1min' }");
    CHECK_MS(&stage, "w", "latency.max", 50 + 1000 + 5 + 2000);
    CHECK_MS(&stage, "u", "latency.max", 15);
    stage_end(&stage);

    stage = stage_play(
        "local w = workflow 'w' { kind = 'express', " TIMES " states = { {wait='1s'} } }\n"
        "at '5s' { target = w, errors = 1, set = { overhead = '9ms', start_rate = '2/s' } }\n"
        "once('t', w, '6s', 5) once('u', w, '1s') simulate { duration = '1min' }");
    CHECK_VALUE(&stage, "t", "error_count", 5);
    CHECK_VALUE(&stage, "t", "throttle_count", 3);
    CHECK_VALUE(&stage, "u", "error_count", 0);
    stage_end(&stage);
}

/* 100 executions a second of 1.01 s, cut off in the middle: the run checks conservation and Little's law itself. */
static void test_concurrency_obeys_littles_law(void)
{
    struct play stage = stage_play("local w = workflow 'w' { " TIMES " states = { {wait='1s'} } }\n"
                                   "traffic 't' { to = w, rate = '100/s', arrivals = 'uniform' } "
                                   "simulate { duration = '60s', warmup = '10s' }");
    CHECK_VALUE(&stage, "w", "concurrency.mean", 101);
    CHECK_VALUE(&stage, "w", "concurrency.max", 101);
    CHECK_VALUE(&stage, "w", "requests", 5000);
    stage_end(&stage);
}

CU_TestInfo suite_workflow_starts[] = {
    TEST(test_a_start_is_acknowledged_and_runs_on),
    TEST(test_a_call_of_an_express_workflow_waits_for_its_end),
    TEST(test_a_task_waits_for_a_nested_execution),
    TEST(test_routes_and_traffic),
    TEST(test_an_execution_never_ends_before_it_is_acknowledged),
    TEST(test_a_starter_may_give_up),
    TEST(test_messages_start_executions),
    TEST(test_the_loop_guard_stops_workflows_that_start_themselves),
    TEST(test_starts_are_throttled_by_the_accounts_bucket),
    TEST(test_a_quota_of_its_own),
    TEST(test_transitions_wait_in_line),
    TEST(test_the_accounts_transitions),
    TEST(test_the_line_agrees_with_a_list),
    TEST(test_every_state_entered_is_a_transition),
    TEST(test_express_executions_are_billed_in_chunks),
    TEST(test_a_fault_slows_the_service_and_not_the_clock),
    TEST(test_concurrency_obeys_littles_law),
    CU_TEST_INFO_NULL,
};
