/* test_workflow.c - states: how long they take, what they enter, how they fail. */
#include "tests/model/workflow_play.h"

static void check_latency(const char *states, double ms, int errors)
{
    struct play stage = play_states("", states);
    CHECK_MS(&stage, "w", "latency.max", ms);
    CHECK_MS(&stage, "t", "latency.max", ms);
    CHECK_VALUE(&stage, "w", "error_count", errors);
    CHECK_VALUE(&stage, "t", "error_count", errors);
    stage_end(&stage);
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
    check_latency("{ parallel = { { {task=f} }, { {task=g} }, {} } }, { wait = '2ms' }",
                  10 + 51 + 1 + 2, 0);
    check_latency("{ parallel = { {}, {} } }", 10, 0);
}

static void test_choice_takes_one_arm(void)
{
    check_latency("{ choice = { { 0, { {task=g} } }, { 1, { {task=f} } }, { 0, {} } } }", 10 + 31,
                  0);
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
        (void)snprintf(states, sizeof states,
                       "{ map = { n = %d, max = %d, states = { {task=f} } } }", rows[i].n,
                       rows[i].max);
        struct play stage = play_states("", states);
        CHECK_MS(&stage, "w", "latency.max", 10 + 31. * rounds);
        CHECK_MS(&stage, "w", "stage_downstream.mean", 30. * rounds);
        CHECK_MS(&stage, "w", "stage_overhead.mean", 10 + 1. * rounds);
        CHECK_VALUE(&stage, "f", "requests", rows[i].n);
        CHECK_VALUE(&stage, "f", "concurrency.max",
                    rows[i].n < rows[i].max ? rows[i].n : rows[i].max);
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
    struct play two =
        play_states("", "{ map = { n = 50, max = 2, states = { {wait = exponential '1s'} } } }");
    struct play all =
        play_states("", "{ map = { n = 50, states = { {wait = exponential '1s'} } } }");
    double sum = stage_value(&one, "w", "stage_wait.mean"),
           half = stage_value(&two, "w", "stage_wait.mean");
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
                       "local w = workflow 'w' { kind = '%s', states = { {wait='0ms'}, "
                       "{wait='0ms'}, {wait='0ms'} } }\n"
                       "local f = F('f', { init = '0ms', handler = function(r) %s end })\n"
                       "traffic 't' { to = f, rate = '50/s', arrivals = 'uniform' } simulate { "
                       "duration = '200s' }",
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
        "",
        "{ task = bad, retry = { retries = 3, backoff = expo('100ms', { jitter = 'none' }) } }");
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
                  "  retry = { retries = 1, backoff = expo('100ms', { jitter = 'none' }) }, catch "
                  "= { {task=f} } }",
                  10 + 21 + 100 + 1 + 21 + 31, 0);
    check_latency(
        "{ map = { n = 3, states = { {task=g} } }, retry = { timeout = '40ms' }, catch = {} }",
        10 + 40, 0);
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
        "local f = F('f', { init = '0ms', handler = function(r) r:all{ function(b) b:call(bad) "
        "end, function(b) b:wait '1s' end } end })\n"
        "once('t', f, '1s') simulate { duration = '1min' }");
    CHECK_MS(&stage, "f", "latency.max", 1000);
    CHECK_VALUE(&stage, "f", "error_count", 1);
    stage_end(&stage);
}

static void test_fail_ends_the_execution(void)
{
    check_latency("{ task = f }, { fail = 'error' }, { task = g }", 10 + 30 + 1, 1);
    check_latency("{ task = bad, catch = { { fail = 'timeout' } } }, { task = g }", 10 + 20 + 1, 1);
    check_latency("{ parallel = { { {fail = 'error'} }, { {task=g} } }, catch = {} }, { task = f }",
                  10 + 1 + 31, 0);
}

static void test_an_execution_ends_at_its_timeout(void)
{
    struct play stage = play_states("timeout = '2s',", "{ task = f }, { wait = '1h' }");
    CHECK_MS(&stage, "w", "latency.max", 10 + 2000);
    CHECK_VALUE(&stage, "w", "timeout_count", 1);
    stage_end(&stage);
    stage =
        play_states("", "{ parallel = { { {wait='1h'} }, { {task=f} } } }"); /* express: 5 min */
    CHECK_MS(&stage, "w", "latency.max", 10 + 300000);
    CHECK_VALUE(&stage, "w", "timeout_count", 1);
    stage_end(&stage);
    stage = play_states("kind = 'standard',", "{ wait = '30s' }, { wait = '1h' }");
    CHECK_MS(&stage, "w", "latency.max", 10 + 30000 + 1 + 3600000);
    CHECK_VALUE(&stage, "w", "error_count", 0);
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
    CU_TEST_INFO_NULL,
};
