/* test_handler.c - every operation of a handler, by what its caller waits and where that time is charged. */
#include <math.h>
#include <stdio.h>

#include "tests/model/stage.h"
#include "tests/suite.h"

/* One request to f, whose handler is `body`, beside g, which waits 30 ms; both without init. */
static struct play play_body(const char *settings, const char *body)
{
    char text[2048];
    (void)snprintf(
        text, sizeof text,
        "local g = F('g', { init = '0ms', handler = function(r) r:wait '30ms' end })\n"
        "local bad = F('bad', { init = '0ms', handler = function(r) r:wait '10ms' r:fail() end })\n"
        "local slow = F('slow', { init = '0ms', timeout = '30s', handler = function(r) r:wait '5s' "
        "end })\n"
        "local f = F('f', { init = '0ms', timeout = '20s', %s handler = function(r)\n%s\nend })\n"
        "once('t', f, '1s') simulate { duration = '60s' }",
        settings, body);
    return stage_play(text);
}

/* Latency of f in ms, and which part of it is what. */
struct split {
    double latency, run, wait, downstream, backoff;
};

static void check_split(const struct play *stage, struct split expected)
{
    CHECK_MS(stage, "f", "latency.max", expected.latency);
    CHECK_MS(stage, "f", "stage_run.mean", expected.run);
    CHECK_MS(stage, "f", "stage_wait.mean", expected.wait);
    CHECK_MS(stage, "f", "stage_downstream.mean", expected.downstream);
    CHECK_MS(stage, "f", "stage_backoff.mean", expected.backoff);
}

static void check_body(const char *body, struct split expected, int errors)
{
    struct play stage = play_body("", body);
    check_split(&stage, expected);
    CHECK_VALUE(&stage, "f", "error_count", errors);
    CHECK_VALUE(&stage, "t", "error_count", errors);
    CHECK_MS(&stage, "*", "latency.max", expected.latency);
    stage_end(&stage);
}

/* -- time ------------------------------------------------------------------------------------- */

static void test_cpu_scales_with_memory_up_to_one_vcpu_and_waiting_does_not(void)
{
    static const struct {
        int memory_mb;
        double run_ms;
    } rows[] = {
        {128, 10. * 1769 / 128}, {885, 10. * 1769 / 885}, {1769, 10}, {3538, 10}, {10240, 10}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        char settings[32];
        (void)snprintf(settings, sizeof settings, "memory = %d,", rows[i].memory_mb);
        struct play stage = play_body(settings, "r:cpu '10ms' r:wait '7ms'");
        check_split(&stage, (struct split){rows[i].run_ms + 7, rows[i].run_ms, 7, 0, 0});
        stage_end(&stage);
    }
}

static void test_each_repeats_one_after_another(void)
{
    check_body("r:each(3, function(b) b:wait '10ms' b:each(2, function(c) c:cpu '1ms' end) end)",
               (struct split){36, 6, 30, 0, 0}, 0);
    check_body("r:each(0, function(b) b:wait '10ms' end) r:cpu '1ms'",
               (struct split){1, 1, 0, 0, 0}, 0);
    check_body("r:each(3, function(b) b:call(g) end)", (struct split){90, 0, 0, 90, 0}, 0);
}

static void test_map_runs_all_at_once_and_waits_for_the_slowest(void)
{
    check_body("r:map(4, function(b) b:wait '10ms' end)", (struct split){10, 0, 10, 0, 0}, 0);
    check_body("r:map(0, function(b) b:wait '10ms' end) r:cpu '1ms'", (struct split){1, 1, 0, 0, 0},
               0);

    /* 200 even draws from 100 .. 200 ms: the slowest of them is close to 200. */
    struct play stage =
        play_body("", "r:map(200, function(b) b:wait(uniform('100ms', '200ms')) end)");
    double latency = stage_value(&stage, "f", "latency.max");
    CU_ASSERT_TRUE(latency > 195 && latency <= 200);
    stage_end(&stage);
}

/* The middle branch ends last: its 20 ms of run and 30 ms of call are the critical path. */
static void test_all_follows_its_critical_path(void)
{
    check_body("r:cpu '5ms' r:all{ function(b) b:wait '40ms' end, function(b) b:cpu '20ms' "
               "b:call(g) end,\n"
               "  function(b) b:wait '1ms' end } r:wait '2ms'",
               (struct split){57, 25, 2, 30, 0}, 0);
}

static void test_the_callers_path_takes_over_the_callees_stages(void)
{
    struct play stage = play_body("", "r:cpu '5ms' r:call(g)");
    check_split(&stage, (struct split){35, 5, 0, 30, 0});
    CHECK_MS(&stage, "*", "stage_run.mean", 5);
    CHECK_MS(&stage, "*", "stage_wait.mean", 30);
    CHECK_MS(&stage, "*", "stage_downstream.mean", 0);
    stage_end(&stage);
}

/* -- branches of chance ---------------------------------------------------------------------------- */

#define MANY 10000

/* True if a count of MANY draws with probability p lies within four standard deviations. */
static bool is_share(double count, double p)
{
    return is_near(count, MANY * p, 4 * sqrt(MANY * p * (1 - p)));
}

static const char shares_text[] =
    "local g = F('g', { handler = function(r) %s\n"
    "  r:when(attr 'tier':is 'gold', function(b) b:mark 'g gold' end, function(b) b:mark 'g else' "
    "end) end })\n"
    "local f = F('f', { handler = function(r)\n"
    "  r:maybe(0.3, function(b) b:mark 'yes' end, function(b) b:mark 'no' end)\n"
    "  r:choose{ {1, function(b) b:mark 'one' end}, {3, function(b) b:mark 'three' end} }\n"
    "  r:when(attr 'tier':isnt 'gold', function(b) b:mark 'f else' end)\n"
    "  r:when(attr 'size':gt(5), function(b) b:mark 'big' end)\n"
    "  r:when(attr 'size':lt(5), function(b) b:mark 'small' end)\n"
    "  %s r:call(g) end })\n"
    "traffic 't' { to = f, rate = '1000/s', arrivals = 'uniform', stop = '10s',\n"
    "  attrs = { tier = { gold = 0.1, silver = 0.9 }, size = { [1] = 1, [5] = 1, [9] = 2 } } }\n"
    "simulate { duration = '10500ms' }";

/* Once with g a leaf and once with strands: they must draw alike. */
static void play_shares(const char *in_g, const char *in_f)
{
    char text[2048];
    (void)snprintf(text, sizeof text, shares_text, in_g, in_f);
    struct play stage = stage_play(text);
    double n = stage_value(&stage, "f", "requests");
    double scale = MANY / n;
    CU_ASSERT_EQUAL(stage_value(&stage, "mark yes", "requests") +
                        stage_value(&stage, "mark no", "requests"),
                    n);
    CU_ASSERT_TRUE(is_share(stage_value(&stage, "mark yes", "requests") * scale, 0.3));
    CU_ASSERT_TRUE(is_share(stage_value(&stage, "mark one", "requests") * scale, 0.25));
    CU_ASSERT_TRUE(is_share(stage_value(&stage, "mark g gold", "requests") * scale, 0.1));
    CU_ASSERT_TRUE(is_share(stage_value(&stage, "mark big", "requests") * scale, 0.5));
    CU_ASSERT_TRUE(is_share(stage_value(&stage, "mark small", "requests") * scale, 0.25));
    /* A request keeps its attributes from one function to the next. */
    CU_ASSERT_EQUAL(stage_value(&stage, "mark f else", "requests"),
                    stage_value(&stage, "mark g else", "requests"));
    stage_end(&stage);
}

static void test_branches_are_taken_in_their_shares_and_attributes_stay(void)
{
    play_shares("", "");
    play_shares("r:all{ function(b) end }", "r:all{ function(b) b:cpu '1ms' end }");
}

static void test_an_attribute_nobody_draws_is_not_anything(void)
{
    struct play stage = stage_play(
        "local f = F('f', { handler = function(r)\n"
        "  r:when(attr 'tier':is 'gold', function(b) b:wait '1ms' end)\n"
        "  r:when(attr 'tier':isnt 'gold', function(b) b:wait '2ms' end)\n"
        "  r:when(attr 'tier':gt(0), function(b) b:wait '4ms' end) end })\n"
        "once('other', f, '1s') once('gold', f, '5s', 1, { attrs = { tier = { gold = 1 } } })\n"
        "simulate { duration = '9s' }");
    CHECK_MS(&stage, "other", "stage_wait.mean", 2);
    CHECK_MS(&stage, "gold", "stage_wait.mean", 1);
    stage_end(&stage);
}

/* -- failing and trying again ------------------------------------------------------------------------ */

#define FIXED "backoff = expo('100ms', { jitter = 'none' })"

/* 10 + 100 + 10 + 200 + 10. */
static void test_a_try_waits_between_its_tries(void)
{
    check_body("r:try(function(b) b:call(bad) end, { retries = 2, " FIXED " })",
               (struct split){330, 0, 0, 30, 300}, 1);
    struct play stage =
        play_body("", "r:try(function(b) b:call(bad) end, { retries = 2, " FIXED " })");
    CHECK_VALUE(&stage, "bad", "requests", 3);
    stage_end(&stage);
}

/* The same as a setting of the call itself. */
static void test_a_call_may_be_tried_again_by_itself(void)
{
    struct play stage = play_body("", "r:call(bad, { retries = 2, " FIXED " })");
    CHECK_VALUE(&stage, "bad", "requests", 3);
    check_split(&stage, (struct split){330, 0, 0, 30, 300});
    stage_end(&stage);
}

static void test_on_error_takes_over_when_no_retry_is_left(void)
{
    check_body("r:try(function(b) b:call(bad) end, { retries = 1, " FIXED
               ", on_error = function(e) e:cpu '3ms' end })\n"
               "r:wait '1ms'",
               (struct split){10 + 100 + 10 + 3 + 1, 3, 1, 20, 100}, 0);
}

static void test_a_retry_only_happens_on_what_the_policy_names(void)
{
    check_body("r:try(function(b) b:call(bad) end, { retries = 1, " FIXED ", on = { 'timeout' } })",
               (struct split){10, 0, 0, 10, 0}, 1);
    check_body("r:try(function(b) b:call(bad) end, { retries = 1, " FIXED ", on = { 500 } })",
               (struct split){120, 0, 0, 20, 100}, 1);
}

/* The caller goes on at 1 s; the callee is billed for its 5 s. */
static void test_a_trys_timeout_ends_the_wait_but_not_the_callee(void)
{
    struct play stage = play_body("", "r:try(function(b) b:call(slow) end, { timeout = '1s', "
                                      "on_error = function(e) e:wait '2ms' end })");
    check_split(&stage, (struct split){1002, 0, 2, 1000, 0});
    CHECK_VALUE(&stage, "f", "error_count", 0);
    CHECK_VALUE(&stage, "slow", "error_count", 0);
    CHECK_MS(&stage, "slow", "latency.max", 5000);
    CU_ASSERT_EQUAL(stage_svc(&stage, "slow")->meters[FUNCTION_COMPUTE], 5000 * 1769);
    stage_end(&stage);
}

static void test_a_trys_timeout_cuts_a_wait_short_and_fails_the_handler(void)
{
    check_body("r:try(function(b) b:cpu '300ms' b:wait '5s' end, { timeout = '1s' })",
               (struct split){1000, 300, 700, 0, 0}, 1);
    check_body("r:try(function(b) b:wait '1s' end, { timeout = '1s' })",
               (struct split){1000, 0, 1000, 0, 0}, 0);
}

/* Each try has the timeout anew: 1000 + 100 + 1000. */
static void test_every_try_has_its_own_deadline(void)
{
    check_body("r:try(function(b) b:call(slow) end, { timeout = '1s', retries = 1, " FIXED " })",
               (struct split){2100, 0, 0, 2000, 100}, 1);
}

/* The inner would try for ever; the outer ends it at 250 ms: in the second back-off, at 10 + 100 + 10 + 130. */
static void test_an_outer_deadline_ends_inner_retries(void)
{
    check_body("r:try(function(o) o:try(function(b) b:call(bad) end, { retries = 9, " FIXED
               " }) end,\n"
               "  { timeout = '250ms', on_error = function(e) e:cpu '1ms' end })",
               (struct split){251, 1, 0, 20, 230}, 0);
}

/* Every request spends half a retry more than the budget gains: from 10, each takes 1 and gains 1/2, as long as a
 * whole one is there: requests 1 to 19, then every second one of 21 to 39. */
static void test_a_budget_bounds_retries(void)
{
    struct play stage =
        stage_play("local bad = F('bad', { init = '0ms', handler = function(r) r:fail() end })\n"
                   "local f = F('f', { handler = function(r)\n"
                   "  r:try(function(b) b:call(bad) end, { retries = 1, budget = '50%', backoff = "
                   "expo('1ms') }) end })\n"
                   "traffic 't' { to = f, rate = '1/s', arrivals = 'uniform' }\n"
                   "simulate { duration = '40500ms' }");
    CHECK_VALUE(&stage, "f", "requests", 40);
    CHECK_VALUE(&stage, "bad", "requests", 40 + 19 + 10);
    stage_end(&stage);
}

/* The join waits for the branches that still run; then it fails as the first that failed. */
static void test_a_failed_branch_lets_the_others_finish(void)
{
    check_body("r:all{ function(b) b:wait '10ms' b:fail 'timeout' end, function(b) b:wait '40ms' "
               "end } r:cpu '1s'",
               (struct split){40, 0, 40, 0, 0}, 1);
    check_body(
        "r:try(function(t) t:all{ function(b) b:fail() end, function(b) b:wait '40ms' end } end,\n"
        "  { on_error = function(e) e:cpu '1ms' end })",
        (struct split){41, 1, 40, 0, 0}, 0);
}

static void test_kinds_of_failure(void)
{
    static const struct {
        const char *kind;
        int errors, timeouts, throttles;
    } rows[] = {
        {"error", 1, 0, 0}, {"timeout", 1, 1, 0}, {"throttle", 1, 0, 0}, {"crash", 1, 0, 0}};
    for (size_t i = 0; i < 2 * COUNTOF(rows); i++) {
        char body[128];
        const char *kind = rows[i / 2].kind;
        const char *strands = i % 2 ? "r:all{ function(b) b:wait '5ms' end }" : "r:wait '5ms'";
        (void)snprintf(body, sizeof body, "%s r:fail '%s' r:wait '1s'", strands, kind);
        struct play stage = play_body("", body);
        CHECK_MS(&stage, "f", "latency.max", 5);
        CHECK_VALUE(&stage, "f", "error_count", rows[i / 2].errors);
        CHECK_VALUE(&stage, "f", "timeout_count", rows[i / 2].timeouts);
        CHECK_VALUE(&stage, "f", "throttle_count", rows[i / 2].throttles);
        stage_end(&stage);
    }
}

/* -- ending ------------------------------------------------------------------------------------------ */

static void test_respond_ends_the_handler_from_a_branch(void)
{
    check_body("r:all{ function(b) b:wait '10ms' b:respond(200) end, function(b) b:wait '1s' end } "
               "r:wait '1s'",
               (struct split){10, 0, 10, 0, 0}, 0);
    check_body("r:cpu '2ms' r:respond(404) r:wait '1s'", (struct split){2, 2, 0, 0, 0}, 0);
    check_body("r:cpu '2ms' r:respond(503)", (struct split){2, 2, 0, 0, 0}, 1);
}

static void test_the_functions_timeout_ends_a_join(void)
{
    struct play stage =
        play_body("timeout = '1s',", "r:wait '300ms' r:all{ function(b) b:call(slow) end }");
    CHECK_MS(&stage, "f", "latency.max", 1000);
    CHECK_MS(&stage, "f", "stage_wait.mean", 300);
    CHECK_MS(&stage, "f", "stage_downstream.mean", 700);
    CHECK_VALUE(&stage, "f", "timeout_count", 1);
    CHECK_MS(&stage, "slow", "latency.max", 5000);
    stage_end(&stage);
}

/* -- marks ------------------------------------------------------------------------------------------- */

/* 5 + 30 ms (g) + 2, also inside branches and callees. */
static void test_a_mark_is_the_age_of_the_request(void)
{
    struct play stage = stage_play(
        "local g = F('g', { handler = function(r) r:wait '30ms' r:mark 'in g' end })\n"
        "local f = F('f', { handler = function(r) r:cpu '5ms' r:mark 'early' r:call(g)\n"
        "  r:all{ function(b) b:wait '2ms' b:mark 'in branch' b:wait '2ms' end } end })\n"
        "once('t', f, '1s') simulate { duration = '9s' }");
    CHECK_MS(&stage, "mark early", "latency.max", 105);
    CHECK_MS(&stage, "mark in g", "latency.max", 235);
    CHECK_MS(&stage, "mark in branch", "latency.max", 237);
    stage_end(&stage);
}

/* Of four marks only the one at 1 s is reached before its handler ends. */
static void test_a_mark_that_is_not_reached_does_not_count(void)
{
    static const char *const bodies[] = {
        "r:wait '30s' r:mark 'm'",
        "r:try(function(b) b:wait '2s' b:mark 'm' end, { timeout = '1s' })",
        "r:all{ function(b) b:wait '30s' b:mark 'm' end }",
        "r:all{ function(b) b:wait '2s' b:mark 'm' end, function(b) b:wait '1s' b:respond(200) end "
        "}",
        "r:try(function(t) t:all{ function(b) b:wait '2s' b:mark 'm' end } end, { timeout = '1s' "
        "})",
    };
    for (size_t i = 0; i < COUNTOF(bodies); i++) {
        struct play stage = play_body("", bodies[i]);
        CHECK_VALUE(&stage, "mark m", "requests", 0);
        stage_end(&stage);
    }
    struct play stage = play_body(
        "", "r:all{ function(b) b:wait '1s' b:mark 'm' end, function(b) b:wait '2s' end }");
    CHECK_MS(&stage, "mark m", "latency.max", 1000);
    stage_end(&stage);
}

/* Eight requests at once reach `front`, which never refuses; `back` serves one at a time and refuses seven. To the callers of
 * front those are failed requests, with a latency; the refusals are back's alone. */
static void test_a_callees_refusal_is_the_callers_error(void)
{
    struct play stage = stage_play(
        "local back = F('back', { reserved = 1, handler = function(r) r:wait '1s' end })\n"
        "local front = F('front', { handler = function(r) r:cpu '1ms' r:call(back) end })\n"
        "once('users', front, '1s', 8)\n"
        "simulate { duration = '10s' }\n");
    CHECK_VALUE(&stage, "back", "throttle_count.sum", 7);
    CHECK_VALUE(&stage, "front", "throttle_count.sum", 0);
    CHECK_VALUE(&stage, "front", "error_count.sum", 7);
    CHECK_VALUE(&stage, "*", "throttle_count.sum", 0);
    CHECK_VALUE(&stage, "*", "error_count.sum", 7);
    CU_ASSERT_EQUAL(stage_node(&stage, "front")->latency.count, 8);
    stage_end(&stage);
}

/* The same for a callee that is given up: a try's timeout is no timeout of the function. */
static void test_a_tries_timeout_is_the_callers_error(void)
{
    struct play stage =
        stage_play("local back = F('back', { handler = function(r) r:wait '1s' end })\n"
                   "local front = F('front', { handler = function(r)\n"
                   "  r:try(function(t) t:call(back) end, { timeout = '200ms' }) end })\n"
                   "once('users', front, '1s', 3)\n"
                   "simulate { duration = '10s' }\n");
    CHECK_VALUE(&stage, "front", "timeout_count.sum", 0);
    CHECK_VALUE(&stage, "front", "error_count.sum", 3);
    CHECK_VALUE(&stage, "*", "timeout_count.sum", 0);
    stage_end(&stage);
}

CU_TestInfo suite_handler[] = {
    TEST(test_a_callees_refusal_is_the_callers_error),
    TEST(test_a_tries_timeout_is_the_callers_error),
    TEST(test_cpu_scales_with_memory_up_to_one_vcpu_and_waiting_does_not),
    TEST(test_each_repeats_one_after_another),
    TEST(test_map_runs_all_at_once_and_waits_for_the_slowest),
    TEST(test_all_follows_its_critical_path),
    TEST(test_the_callers_path_takes_over_the_callees_stages),
    TEST(test_branches_are_taken_in_their_shares_and_attributes_stay),
    TEST(test_an_attribute_nobody_draws_is_not_anything),
    TEST(test_a_try_waits_between_its_tries),
    TEST(test_a_call_may_be_tried_again_by_itself),
    TEST(test_on_error_takes_over_when_no_retry_is_left),
    TEST(test_a_retry_only_happens_on_what_the_policy_names),
    TEST(test_a_trys_timeout_ends_the_wait_but_not_the_callee),
    TEST(test_a_trys_timeout_cuts_a_wait_short_and_fails_the_handler),
    TEST(test_every_try_has_its_own_deadline),
    TEST(test_an_outer_deadline_ends_inner_retries),
    TEST(test_a_budget_bounds_retries),
    TEST(test_a_failed_branch_lets_the_others_finish),
    TEST(test_kinds_of_failure),
    TEST(test_respond_ends_the_handler_from_a_branch),
    TEST(test_the_functions_timeout_ends_a_join),
    TEST(test_a_mark_is_the_age_of_the_request),
    TEST(test_a_mark_that_is_not_reached_does_not_count),
    CU_TEST_INFO_NULL,
};
