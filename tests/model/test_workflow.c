/* test_workflow.c - executions of state machines: how long they take, what they enter, who waits for them.
 *
 * Unless a test is about them, starts take 10 ms to the first state, every later state 1 ms to enter, and a start that nobody waits for is
 * acknowledged after 3 ms, so that each part of a sum can be told from the others.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/workflow_run.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

#define TIMES "delivery = '10ms', overhead = '1ms', acknowledge = '3ms', "

/* One request to the workflow w, express unless `settings` give its kind; f takes 30 ms, g 50 ms, bad fails after 20 ms. */
static struct play play_states(const char *settings, const char *states)
{
    char text[4096];
    (void)snprintf(text, sizeof text,
                   "local f = F('f', { init = '0ms', handler = function(r) r:wait '30ms' end })\n"
                   "local g = F('g', { init = '0ms', handler = function(r) r:wait '50ms' end })\n"
                   "local bad = F('bad', { init = '0ms', handler = function(r) r:wait '20ms' r:fail() end })\n"
                   "local w = workflow 'w' { %s" TIMES "%s states = { %s } }\n"
                   "once('t', w, '1s') simulate { duration = '2h' }",
                   strstr(settings, "kind") == NULL ? "kind = 'express', " : "", settings, states);
    return stage_play(text);
}

static void check_latency(const char *states, double ms, int errors)
{
    struct play stage = play_states("", states);
    CHECK_MS(&stage, "w", "latency.max", ms);
    CHECK_MS(&stage, "t", "latency.max", ms);
    CHECK_VALUE(&stage, "w", "error_count", errors);
    CHECK_VALUE(&stage, "t", "error_count", errors);
    stage_end(&stage);
}

static int64_t meter(const struct play *stage, const char *workflow, enum workflow_meter which)
{
    return stage_svc(stage, workflow)->meters[which];
}

/* -- time -------------------------------------------------------------------------------------------- */

/* delivery + sum of the states + one entry for each but the first. */
static void test_states_in_order_add_up(void)
{
    check_latency("{ task = f }", 10 + 30, 0);
    check_latency("{ task = f }, { wait = '7ms' }, { task = g }", 10 + 30 + 1 + 7 + 1 + 50, 0);
}

static void test_parallel_takes_as_long_as_its_slowest_branch(void)
{
    /* Entering the parallel state is the first state; then 31 + 31 in one branch against 51 in the other. */
    check_latency("{ parallel = { { {task=f}, {task=f} }, { {task=g} } } }", 10 + 62, 0);
    check_latency("{ parallel = { { {task=f} }, { {task=g} }, {} } }, { wait = '2ms' }", 10 + 51 + 1 + 2, 0);
    check_latency("{ parallel = { {}, {} } }", 10, 0);
}

static void test_choice_takes_one_arm(void)
{
    check_latency("{ choice = { { 0, { {task=g} } }, { 1, { {task=f} } }, { 0, {} } } }", 10 + 31, 0);
    check_latency("{ choice = { { 0, { {task=g} } }, { 1, {} } } }, { wait = '2ms' }", 10 + 3, 0);
}

/* n equal items, max at once: ceil(n / max) rounds of entry and task. */
static void test_a_map_runs_in_rounds(void)
{
    static const struct {
        int n, max;
    } rows[] = {{1, 1}, {5, 1}, {5, 2}, {6, 3}, {7, 3}, {7, 7}, {7, 100}, {1000, 30}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        char states[128];
        int rounds = (rows[i].n + rows[i].max - 1) / rows[i].max;
        (void)snprintf(states, sizeof states, "{ map = { n = %d, max = %d, states = { {task=f} } } }",
                       rows[i].n, rows[i].max);
        struct play stage = play_states("", states);
        CHECK_MS(&stage, "w", "latency.max", 10 + 31. * rounds);
        CHECK_MS(&stage, "w", "stage_downstream.mean", 30. * rounds);
        CHECK_MS(&stage, "w", "stage_overhead.mean", 10 + 1. * rounds);
        CHECK_VALUE(&stage, "f", "requests", rows[i].n);
        CHECK_VALUE(&stage, "f", "concurrency.max", rows[i].n < rows[i].max ? rows[i].n : rows[i].max);
        stage_end(&stage);
    }
    check_latency("{ map = { n = 40, states = { {task=f} } } }", 10 + 31, 0);
    check_latency("{ map = { n = 0, states = { {task=f} } } }, { task = g }", 10 + 51, 0);
}

/* Fewer at once changes when an item runs, not what it draws: the sum of 50 drawn waits, one after another, is their sum whatever
 * the bound; and with all at once the slowest of the same 50. */
static void test_a_bound_changes_no_draws(void)
{
    struct play one = play_states("timeout = '5min',", "{ map = { n = 50, max = 1, states = { "
                                                       "{wait = exponential '1s'} } } }");
    struct play two = play_states("", "{ map = { n = 50, max = 2, states = { {wait = exponential '1s'} } } }");
    struct play all = play_states("", "{ map = { n = 50, states = { {wait = exponential '1s'} } } }");
    double sum = stage_value(&one, "w", "stage_wait.mean"), half = stage_value(&two, "w", "stage_wait.mean");
    double most = stage_value(&all, "w", "stage_wait.mean");
    CU_ASSERT_TRUE(sum > 25000 && sum < 80000);
    /* Two places that are never idle before the last item begins: the longer is above half, by one item at most. */
    CU_ASSERT_TRUE(half >= sum / 2 - 1e-3 && half <= (sum + most) / 2 + 1e-3);
    CU_ASSERT_TRUE(most < half && most > 2000);
    stage_end(&one);
    stage_end(&two);
    stage_end(&all);
}

/* The stages of an execution follow its critical path, through branches and rounds of a map, and sum to its latency. */
static void test_stages_follow_the_critical_path(void)
{
    struct play stage =
        play_states("", "{ wait = '5ms' },"
                        "{ parallel = { { {task=f}, {wait='100ms'} }, { {task=g} } } },"
                        "{ map = { n = 5, max = 2, states = { {task=g}, {wait='4ms'} } } }");
    /* Entries on the path: parallel, f, wait, map, 3 rounds of two. */
    CHECK_MS(&stage, "w", "stage_overhead.mean", 10 + 4 + 6);
    CHECK_MS(&stage, "w", "stage_wait.mean", 5 + 100 + 3 * 4);
    CHECK_MS(&stage, "w", "stage_downstream.mean", 30 + 3 * 50);
    CHECK_MS(&stage, "w", "latency.max", 20 + 117 + 180);
    CHECK_MS(&stage, "w", "duration.max", 20 + 117 + 180);
    /* To the client it is the functions' waiting. */
    CHECK_MS(&stage, "*", "stage_wait.mean", 117 + 180);
    CHECK_MS(&stage, "*", "stage_downstream.mean", 0);
    stage_end(&stage);
}

/* Catalog: 20 ms and 5 ms; delivery log-normal with the measured medians, 99 and 142 ms, 77 and 118 ms. */
static void test_default_times_are_the_catalogs(void)
{
    static const struct {
        const char *kind, *how;
        double overhead, delivery;
    } rows[] = {{"standard", "r:start(w)", 20, 142},
                {"express", "r:start(w)", 5, 118},
                {"express", "r:call(w)", 5, 77}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        char text[1024];
        (void)snprintf(text, sizeof text,
                       "local w = workflow 'w' { kind = '%s', states = { {wait='0ms'}, {wait='0ms'}, {wait='0ms'} } }\n"
                       "local f = F('f', { init = '0ms', handler = function(r) %s end })\n"
                       "traffic 't' { to = f, rate = '50/s', arrivals = 'uniform' } simulate { duration = '200s' }",
                       rows[i].kind, rows[i].how);
        struct play stage = stage_play(text);
        double median = stage_value(&stage, "w", "latency.p50") - 2 * rows[i].overhead;
        /* 10,000 draws; the widest law has sigma 0.49 (77 to 241 ms): 1.25 sigma / 100 of the median, four times. */
        CU_ASSERT_TRUE(is_near(median, rows[i].delivery, rows[i].delivery * 0.025));
        stage_end(&stage);
    }
}

/* -- failing ----------------------------------------------------------------------------------------- */

static void test_a_failed_task_fails_the_execution(void)
{
    check_latency("{ task = f }, { task = bad }, { task = g }", 10 + 30 + 1 + 20, 1);
}

static void test_catch_takes_over_and_the_next_state_follows(void)
{
    check_latency("{ task = bad, catch = { {wait='5ms'}, {task=f} } }, { wait = '2ms' }",
                  10 + 20 + 1 + 5 + 1 + 30 + 1 + 2, 0);
    check_latency("{ task = bad, catch = {} }, { task = f }", 10 + 20 + 1 + 30, 0);
    check_latency("{ task = f, catch = { {wait='5ms'} } }", 10 + 30, 0);
    /* A state of the catch that fails is not caught again. */
    check_latency("{ task = bad, catch = { {task=bad} } }, { task = f }", 10 + 20 + 1 + 20, 1);
}

/* Three retries after 100, 200, 400 ms; every try enters the state. */
static void test_retries_enter_the_state_again(void)
{
    struct play stage = play_states(
        "", "{ task = bad, retry = { retries = 3, backoff = expo('100ms', { jitter = 'none' }) } }");
    CHECK_MS(&stage, "w", "latency.max", 10 + 4 * 20 + 3 * 1 + 700);
    CHECK_MS(&stage, "w", "stage_backoff.mean", 700);
    CHECK_MS(&stage, "w", "stage_overhead.mean", 10 + 3);
    CHECK_VALUE(&stage, "bad", "requests", 4);
    CHECK_VALUE(&stage, "w", "error_count", 1);
    stage_end(&stage);
}

/* A parallel state as a whole is tried again, and its time-out is its own. */
static void test_retries_of_parallel_and_map(void)
{
    check_latency("{ parallel = { { {task=bad} }, { {wait='5s'} } },"
                  "  retry = { retries = 1, backoff = expo('100ms', { jitter = 'none' }) }, catch = { {task=f} } }",
                  10 + 21 + 100 + 1 + 21 + 31, 0);
    check_latency("{ map = { n = 3, states = { {task=g} } }, retry = { timeout = '40ms' }, catch = {} }", 10 + 40, 0);
}

/* As the Amazon States Language has it: a branch that fails stops the others, at once. */
static void test_a_failed_branch_stops_the_others(void)
{
    struct play stage = play_states("", "{ parallel = { { {wait='60s'} }, { {task=bad} }, "
                                        "{ {task=g}, {task=f} } } }");
    CHECK_MS(&stage, "w", "latency.max", 10 + 21);
    CHECK_VALUE(&stage, "w", "error_count", 1);
    CHECK_VALUE(&stage, "g", "requests", 1); /* it ran on for nobody, */
    CHECK_VALUE(&stage, "f", "requests", 0); /* and what would have come after it did not */
    stage_end(&stage);

    /* Of 6 items, 2 at once, the first pair fails: no other begins. */
    stage = play_states("", "{ map = { n = 6, max = 2, states = { {task=bad} } } }");
    CHECK_MS(&stage, "w", "latency.max", 10 + 21);
    CHECK_VALUE(&stage, "bad", "requests", 2);
    stage_end(&stage);
}

/* A function's r:map goes on instead; the bound is a workflow's, so it does not matter there. */
static void test_branches_of_a_handler_still_finish(void)
{
    struct play stage = stage_play(
        "local bad = F('bad', { init = '0ms', handler = function(r) r:wait '20ms' r:fail() end })\n"
        "local f = F('f', { init = '0ms', handler = function(r) r:all{ function(b) b:call(bad) end, function(b) b:wait '1s' end } end })\n"
        "once('t', f, '1s') simulate { duration = '1min' }");
    CHECK_MS(&stage, "f", "latency.max", 1000);
    CHECK_VALUE(&stage, "f", "error_count", 1);
    stage_end(&stage);
}

static void test_fail_ends_the_execution(void)
{
    check_latency("{ task = f }, { fail = 'error' }, { task = g }", 10 + 30 + 1, 1);
    check_latency("{ task = bad, catch = { { fail = 'timeout' } } }, { task = g }", 10 + 20 + 1, 1);
    check_latency("{ parallel = { { {fail = 'error'} }, { {task=g} } }, catch = {} }, { task = f }", 10 + 1 + 31, 0);
}

static void test_an_execution_ends_at_its_timeout(void)
{
    struct play stage = play_states("timeout = '2s',", "{ task = f }, { wait = '1h' }");
    CHECK_MS(&stage, "w", "latency.max", 10 + 2000);
    CHECK_VALUE(&stage, "w", "timeout_count", 1);
    stage_end(&stage);
    stage = play_states("", "{ parallel = { { {wait='1h'} }, { {task=f} } } }"); /* express: 5 min */
    CHECK_MS(&stage, "w", "latency.max", 10 + 300000);
    CHECK_VALUE(&stage, "w", "timeout_count", 1);
    stage_end(&stage);
    stage = play_states("kind = 'standard',", "{ wait = '30s' }, { wait = '1h' }");
    CHECK_MS(&stage, "w", "latency.max", 10 + 30000 + 1 + 3600000);
    CHECK_VALUE(&stage, "w", "error_count", 0);
    stage_end(&stage);
}

/* -- who waits ---------------------------------------------------------------------------------------- */

/* f does `how` with w, whose executions take 10 + 50 ms and fail if asked to. */
static struct play play_start(const char *kind, const char *how, const char *states)
{
    char text[2048];
    (void)snprintf(text, sizeof text,
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
    struct play stage = stage_play(
        "local w = workflow 'w' { delivery = '0ms', acknowledge = '7ms', states = { {wait='0ms'} } }\n"
        "local v = workflow 'v' { delivery = '0ms', acknowledge = '0ms', states = { {wait='0ms'} } }\n"
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
    struct play stage = play_start("standard", "r:try(function(t) t:start(w, { retries = 0 }) end, { timeout = '2ms' })",
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
    struct play stage = stage_load(
        "local w = workflow 'w' { " TIMES " start_rate = '1/s', start_burst = 2, states = { {wait='1s'} } }\n"
        "traffic 't' { to = w, rate = '0/s' } simulate { duration = '1min' }");
    stage.world = world_new(stage.scenario, 0, true, true);
    struct model *model = &stage.world->model;
    struct svc *svc = stage_svc(&stage, "w");
    struct message message = {.key = 1, .edge = (uint32_t)(edge_to(&stage, "t", "w") - model->edges)};
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
    CU_ASSERT_EQUAL(model->edges[message.edge].calls, 0); /* whoever offers a message counts it on its edge */
    stage_end(&stage);
}

/* A workflow whose task starts it again: 16 executions, then the start is an error; the SDK tries it twice more. */
static void test_the_loop_guard_stops_workflows_that_start_themselves(void)
{
    struct play stage = stage_play(
        "local f = F('f', { init = '0ms', handler = function(r) r:start 'w' end })\n"
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
    CU_ASSERT_EQUAL(meter(&stage, "e", WORKFLOW_REQUESTS), 6000); /* what is throttled costs nothing */
    stage_end(&stage);
}

static void test_a_quota_of_its_own(void)
{
    struct play stage = stage_play(
        "local w = workflow 'w' { start_rate = '2/s', start_burst = 5, states = { {wait='1s'} } }\n"
        "local v = workflow 'v' { start_rate = '7/s', states = { {wait='1s'} } }\n"
        "once('a', w, '10s', 20) once('b', w, '12s', 20) once('c', v, '10s', 20) simulate { duration = '1min' }");
    CHECK_VALUE(&stage, "a", "throttle_count", 15);
    CHECK_VALUE(&stage, "b", "throttle_count", 16);
    CHECK_VALUE(&stage, "c", "throttle_count", 13);
    stage_end(&stage);
}

/* A bucket of 5 tokens and 10/s, 25 executions of one state at one instant: the i-th waits max(0, i - 5) / 10 s. Sum 21 s. */
static void test_transitions_wait_in_line(void)
{
    struct play stage = stage_play(
        "local w = workflow 'w' { delivery = '1s', transition_rate = '10/s', transition_burst = 5, states = { {wait='1s'} } }\n"
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
    struct play stage = stage_play(
        "local w = workflow 'w' { delivery = '1s', overhead = '0ms', states = { { map = { n = 6000, states = { {wait='0ms'} } } } } }\n"
        "local v = workflow 'v' { delivery = '1s', states = { {wait='0ms'} } }\n"
        "local e = workflow 'e' { kind = 'express', overhead = '0ms', delivery = '1s', "
        "  states = { { map = { n = 6000, states = { {wait='0ms'} } } } } }\n"
        "once('a', w, '10s') once('b', v, '10001ms') once('c', e, '10s') simulate { duration = '1min' }");
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
    CU_ASSERT_EQUAL(transitions_of("{choice={ {0, { {task=f} }}, {1, { {task=f}, {task=g} }} }}"), 3);
    CU_ASSERT_EQUAL(transitions_of("{parallel={ { {task=f} }, { {task=g}, {task=g} } }}, {wait='1s'}"), 5);
    CU_ASSERT_EQUAL(transitions_of("{map={ n=7, max=2, states={ {task=f}, {wait='1s'} } }}"), 1 + 14);
    CU_ASSERT_EQUAL(transitions_of("{task=bad, retry={ retries=3 }, catch={ {task=f} }}, {task=f}"), 4 + 2);
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
    CU_ASSERT_DOUBLE_EQUAL(stage_value(&stage, "w", "billed_gb_s.sum"), (double)billed / 1024 / 1000, 1e-12);
    stage_end(&stage);
    return billed;
}

/* From the first state to the end, in whole 100 ms, and whole 64 MB. */
static void test_express_executions_are_billed_in_chunks(void)
{
    CU_ASSERT_EQUAL(billed_mb_ms("64MB", "{wait='100ms'}"), 64 * 100);
    CU_ASSERT_EQUAL(billed_mb_ms("64MB", "{wait='100001us'}"), 64 * 200);
    CU_ASSERT_EQUAL(billed_mb_ms("64MB", "{wait='50ms'}, {wait='49ms'}"), 64 * 100); /* 50 + 1 + 49 */
    CU_ASSERT_EQUAL(billed_mb_ms("64MB", "{wait='50ms'}, {wait='50ms'}"), 64 * 200);
    CU_ASSERT_EQUAL(billed_mb_ms("1MB", "{wait='1ms'}"), 64 * 100);
    CU_ASSERT_EQUAL(billed_mb_ms("65MB", "{wait='1ms'}"), 128 * 100);
    CU_ASSERT_EQUAL(billed_mb_ms("1GB", "{wait='1s'}"), 1024 * 1000);
    CU_ASSERT_EQUAL(billed_mb_ms("64MB", "{wait='10min'}"), 64 * 300000); /* ended after 5 minutes */
}

/* -- faults and the rest ---------------------------------------------------------------------------------- */

/* Slower is what the service does itself; a wait is by the clock. */
static void test_a_fault_slows_the_service_and_not_the_clock(void)
{
    struct play stage = stage_play(
        "local w = workflow 'w' { kind = 'express', " TIMES " states = { {wait='1s'}, {wait='2s'} } }\n"
        "local v = workflow 'v' { " TIMES " states = { {wait='1s'} } }\n"
        "at '0s' { target = w, latency = 'x5' } at '0s' { target = v, latency = 'x5' }\n"
        "once('t', w, '1s') once('u', v, '1s') simulate { duration = '1min' }");
    CHECK_MS(&stage, "w", "latency.max", 50 + 1000 + 5 + 2000);
    CHECK_MS(&stage, "u", "latency.max", 15);
    stage_end(&stage);

    stage = stage_play("local w = workflow 'w' { kind = 'express', " TIMES " states = { {wait='1s'} } }\n"
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
    struct play stage = stage_play(
        "local w = workflow 'w' { " TIMES " states = { {wait='1s'} } }\n"
        "traffic 't' { to = w, rate = '100/s', arrivals = 'uniform' } simulate { duration = '60s', warmup = '10s' }");
    CHECK_VALUE(&stage, "w", "concurrency.mean", 101);
    CHECK_VALUE(&stage, "w", "concurrency.max", 101);
    CHECK_VALUE(&stage, "w", "requests", 5000);
    stage_end(&stage);
}

CU_TestInfo suite_workflow[] = {
    TEST(test_states_in_order_add_up),
    TEST(test_parallel_takes_as_long_as_its_slowest_branch),
    TEST(test_choice_takes_one_arm),
    TEST(test_a_map_runs_in_rounds),
    TEST(test_a_bound_changes_no_draws),
    TEST(test_stages_follow_the_critical_path),
    TEST(test_default_times_are_the_catalogs),
    TEST(test_a_failed_task_fails_the_execution),
    TEST(test_catch_takes_over_and_the_next_state_follows),
    TEST(test_retries_enter_the_state_again),
    TEST(test_retries_of_parallel_and_map),
    TEST(test_a_failed_branch_stops_the_others),
    TEST(test_branches_of_a_handler_still_finish),
    TEST(test_fail_ends_the_execution),
    TEST(test_an_execution_ends_at_its_timeout),
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
