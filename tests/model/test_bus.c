/* test_bus.c - an event bus: which rule takes what, what waits, what is tried again and given up. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/bus_run.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

/* -- the rate that delays ---------------------------------------------------------------------------- */

/* Against a model too simple to be wrong: a line of waiting, and a bucket that gains one token a tick. At 1,000/s a tick is 1 ms. */
static void test_a_pacer_agrees_with_a_tick_by_tick_model(void)
{
    enum { BURST = 7, TICKS = 20000 };
    struct pacer pacer;
    struct test_rng rng = {.state = 7};
    pacer_init(&pacer, (struct token_limit){INT64_C(1000) * 1000000, BURST}, 0);
    int64_t tokens = BURST, waiting = 0; /* waiting: taken, but not yet served */
    for (int64_t tick = 0; tick < TICKS; tick++) {
        if (waiting > 0)
            waiting--; /* the token of this tick goes to whoever waits longest */
        else if (tick > 0 && tokens < BURST)
            tokens++;
        int64_t comers = test_rng_below(&rng, 10) == 0 ? test_rng_below(&rng, 20) : 0;
        for (int64_t i = 0; i < comers; i++) {
            int64_t expected_ms = 0;
            if (tokens > 0)
                tokens--;
            else
                expected_ms = ++waiting;
            CU_ASSERT_EQUAL(pacer_take(&pacer, tick * SIM_MS), expected_ms * SIM_MS);
        }
    }
}

/* 100 at once, then 100/s: of 300 events the last waits 2 s, and on average (0 + ... 10 ms x k for k = 1 ... 200)/300 = 670
 * ms; each then takes 50 ms. None is lost. */
static void test_deliveries_beyond_the_quota_wait(void)
{
    struct play stage = stage_play("local far = topic 'far' { }\n"
                                   "local b = bus 'b' { latency = '0ms', delivery = '50ms', "
                                   "invocations = '100/s', rules = { { to "
                                   "= far } } }\n"
                                   "once('t', b, '1s', 300) simulate { duration = '1min' }");
    CHECK_VALUE(&stage, "b", "error_count.sum", 0);
    CHECK_VALUE(&stage, "far", "requests.sum", 300);
    CHECK_MS(&stage, "b", "age.max", 2050);
    struct svc_view view = {.age = NULL};
    courier_view(&stage.world->model, stage_svc(&stage, "b"), &view);
    CU_ASSERT_DOUBLE_EQUAL(hist_mean(view.age) / 1e6, 670 + 50, 1e-6);
    stage_end(&stage);
}

/* -- rules -------------------------------------------------------------------------------------------- */

/* Shares are relative weights: of 20,000 events each takes one of the rules with a share, 5 : 3 : 0, within 4 standard
 * deviations; a rule without takes all. */
static void test_shares_are_relative_weights(void)
{
    struct play stage =
        stage_play("local function sub(name) return F(name, { init = '0ms', delivery = '0ms', "
                   "handler = function(r) "
                   "end }) end\n"
                   "local b = bus 'b' { rules = { { share = 5, to = sub 'x' }, { share = 3, "
                   "to = sub 'y' },\n"
                   "  { share = 0, to = sub 'none' }, { to = sub 'all' } } }\n"
                   "traffic 't' { to = b, rate = '200/s', arrivals = 'uniform', stop = '100s' }\n"
                   "simulate { duration = '110s' }");
    double n = stage_value(&stage, "all", "requests.sum");
    CU_ASSERT_TRUE(is_near(n, 20000, 1));
    CU_ASSERT_TRUE(
        is_near(stage_value(&stage, "x", "requests.sum"), n * 5 / 8, 4 * sqrt(n * 15 / 64)));
    CU_ASSERT_EQUAL(stage_value(&stage, "x", "requests.sum") + stage_value(&stage, "y", "requests.sum"), n);
    CHECK_VALUE(&stage, "none", "requests.sum", 0);
    stage_end(&stage);
}

/* A bus draws anew for what another bus passes on: 25 % of 60 % of the events arrive. */
static void test_rules_of_two_buses_multiply(void)
{
    struct play stage = stage_play(
        "local y = F('y', { init = '0ms', handler = function(r) end })\n"
        "local rest = F('rest', { init = '0ms', handler = function(r) end })\n"
        "local second = bus 'second' { rules = { { share = 0.6, to = y }, { share = 0.4, to = rest } } }\n"
        "local first = bus 'first' { rules = { { share = 0.25, to = second }, { share = 0.75, to = rest } } }\n"
        "traffic 't' { to = first, rate = '200/s', arrivals = 'uniform', stop = '100s' }\n"
        "simulate { duration = '110s' }");
    double n = 20000, p = 0.15;
    CU_ASSERT_TRUE(
        is_near(stage_value(&stage, "y", "requests.sum"), n * p, 4 * sqrt(n * p * (1 - p))));
    stage_end(&stage);
}

/* Exactly those requests whose attribute a handler would see: gold ones to one, gold and silver of zone 2 to two. */
static void test_matches_are_exact(void)
{
    struct play stage = stage_play(
        "local function sub(name) return F(name, { init = '0ms', delivery = '0ms', handler = "
        "function(r) "
        "end }) end\n"
        "local b = bus 'b' { latency = '0ms', delivery = '0ms', rules = {\n"
        "  { match = { tier = 'gold' }, to = sub 'gold' },\n"
        "  { match = { tier = { 'gold', 'silver' }, zone = 2 }, to = { sub 'both', sub 'too' } },\n"
        "  { match = { tier = 'gold', zone = 'two' }, to = sub 'never' } } }\n"
        "local f = F('f', { init = '0ms', timeout = '9s', handler = function(r)\n"
        "  r:when(attr 'tier':is 'gold', function(m) m:mark 'gold' end)\n"
        "  r:when(attr 'zone':is(2), function(m) m:when(attr 'tier':isnt 'free', function(c) "
        "c:mark "
        "'both' end) end)\n"
        "  r:emit(b) end })\n"
        "traffic 't' { to = f, rate = '50/s', stop = '90s',\n"
        "  attrs = { tier = { gold = 0.2, silver = 0.3, free = 0.5 }, zone = { [1] = 1, [2] = 1 } "
        "} }\n"
        "simulate { duration = '100s' }");
    double gold = stage_value(&stage, "mark gold", "requests.sum");
    double both = stage_value(&stage, "mark both", "requests.sum");
    CU_ASSERT_TRUE(800 < gold && gold < 1000 && 1000 < both && both < 1250);
    CHECK_VALUE(&stage, "gold", "requests.sum", gold);
    CHECK_VALUE(&stage, "both", "requests.sum", both);
    CHECK_VALUE(&stage, "too", "requests.sum", both);
    CHECK_VALUE(&stage, "never", "requests.sum", 0);
    stage_end(&stage);
}

/* A source that does not draw the attribute matches nothing. */
static void test_a_source_without_the_attribute_matches_nothing(void)
{
    struct play stage = stage_play(
        "local b = bus 'b' { rules = { { match = { tier = 'gold' }, to = F('f', {}) } } }\n"
        "once('t', b, '1s', 10) once('u', b, '1s', 10, { attrs = { tier = { gold = 1 } } })\n"
        "simulate { duration = '10s' }");
    CHECK_VALUE(&stage, "f", "sent.sum", 10);
    stage_end(&stage);
}

/* -- time, quota, money --------------------------------------------------------------------------------- */

/* A function's own delivery latency is part of the bus's, which was measured to the handler: p50 50 ms, p99 117 ms. */
static void test_a_function_behind_a_bus_waits_for_the_bus_only(void)
{
    struct play stage =
        stage_play("local f = F('f', { init = '0ms', delivery = '70ms', handler = function(r) "
                   "r:mark 'f' end })\n"
                   "bus 'b' { latency = '8ms', delivery = '50ms', rules = { { to = f } } }\n"
                   "once('t', 'b', '1s') simulate { duration = '10s' }");
    CHECK_MS(&stage, "mark f", "latency.max", 58);
    CHECK_MS(&stage, "b", "latency.max", 8);
    stage_end(&stage);
    stage = stage_play("local f = F('f', { init = '0ms', handler = function(r) r:mark 'f' end })\n"
                       "bus 'b' { latency = '0ms', rules = { { to = f } } }\n"
                       "traffic 't' { to = 'b', rate = '100/s' } simulate { duration = '400s' }");
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "mark f", "latency.p50"), 50, 0.6));
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "mark f", "latency.p99"), 117, 4));
    stage_end(&stage);
}

/* 10,000/s: of 15,000 at once 5,000 are throttled. Ten events go in one call. */
static void test_putting_events_is_limited(void)
{
    struct play stage = stage_play("bus 'b' { } once('t', 'b', '1s', 15000)\n"
                                   "simulate { duration = '10s' }");
    CHECK_VALUE(&stage, "t", "throttle_count.sum", 5000);
    CHECK_VALUE(&stage, "b", "throttle_count.sum", 5000);
    stage_end(&stage);
    stage = stage_play(
        "local b = bus 'b' { limit = '3/s' }\n"
        "local f = F('f', { handler = function(r) r:emit(b, { n = 30, retries = 0 }) end "
        "})\n"
        "once('t', f, '1s', 2) simulate { duration = '10s' }");
    CHECK_VALUE(&stage, "b", "throttle_count.sum", 1);
    CU_ASSERT_EQUAL(stage_svc(&stage, "b")->meters[BUS_EVENTS], 30);
    stage_end(&stage);
}

static void test_events_are_billed_by_64_kb_each(void)
{
    static const struct {
        const char *args;
        int events;
    } rows[] = {{"{ }", 1},
                {"{ size = '64KB' }", 1},
                {"{ size = '65KB' }", 2},
                {"{ n = 10 }", 10},
                {"{ n = 3, size = '200KB' }", 12}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        char text[512];
        (void)snprintf(text, sizeof text,
                       "local b = bus 'b' { }\n"
                       "local f = F('f', { handler = function(r) r:emit(b, %s) end })\n"
                       "once('t', f, '1s') simulate { duration = '10s' }",
                       rows[i].args);
        struct play stage = stage_play(text);
        CU_ASSERT_EQUAL(stage_svc(&stage, "b")->meters[BUS_EVENTS], rows[i].events);
        stage_end(&stage);
    }
}

/* -- retries ---------------------------------------------------------------------------------------------- */

/* Events for a receiver that fails for `seconds`. */
static struct play play_broken(int events, const char *seconds, const char *settings,
                               const char *duration)
{
    char text[1024];
    (void)snprintf(
        text, sizeof text,
        "local dead = F('dead', { init = '0ms', delivery = '0ms', handler = function(r) r:mark "
        "'dead' end })\n"
        "local letters = topic 'letters' { subscribers = { dead } }\n"
        "local far = topic 'far' { }\n"
        "bus 'b' { latency = '0ms', delivery = '0ms', rules = { { to = far } }, %s }\n"
        "once('t', 'b', '1s', %d) at '0s' { target = 'far', errors = 1, lasts = '%s' }\n"
        "simulate { duration = '%s' }",
        settings, events, seconds, duration);
    return stage_play(text);
}

/* Tries at 0, 1, 3, 7, 15, 31 s: taken at the first one after the receiver is well again, 20 s after the first. */
static void test_a_delivery_that_is_refused_backs_off(void)
{
    struct play stage = play_broken(1, "21s", "jitter = 'none'", "10min");
    CHECK_VALUE(&stage, "far", "requests.sum", 6);
    CHECK_MS(&stage, "b", "age.max", 31000);
    CHECK_VALUE(&stage, "b", "deleted.sum", 1);
    stage_end(&stage);
}

/* Three retries: at 1, 3 and 7 s; then it is a dead letter, or lost. The newer buses' 5 retries end after 31 s. */
static void test_retries_are_counted(void)
{
    struct play stage = play_broken(1, "1h", "jitter = 'none', retries = 3, dlq = letters", "1h");
    CHECK_VALUE(&stage, "far", "requests.sum", 4);
    CHECK_VALUE(&stage, "b", "dead_letters.sum", 1);
    CHECK_MS(&stage, "mark dead", "latency.max", 7000);
    stage_end(&stage);
    stage = play_broken(1, "1h", "jitter = 'none', retries = 5, max_age = '300s'", "1h");
    CHECK_VALUE(&stage, "far", "requests.sum", 6);
    CHECK_VALUE(&stage, "b", "expired.sum", 1);
    stage_end(&stage);
    stage = play_broken(1, "1h", "retries = 0, dlq = letters", "1h");
    CHECK_VALUE(&stage, "far", "requests.sum", 1);
    CHECK_MS(&stage, "mark dead", "latency.max", 0);
    stage_end(&stage);
}

/* Without jitter 24 hours end before 185 retries: 10 retries in 1 + 2 + ... + 512 = 1,023 s, then one every 600 s, of
 * which (86,400 - 1,023)/600 = 142.3, so 142, fit. It is given up at exactly 24 h. */
static void test_after_24_hours_a_delivery_is_given_up(void)
{
    struct play stage = play_broken(1, "30h", "jitter = 'none', dlq = letters", "30h");
    CHECK_VALUE(&stage, "far", "requests.sum", 1 + 10 + 142);
    CHECK_MS(&stage, "mark dead", "latency.max", 86400e3);
    stage_end(&stage);
}

/* With jitter each delay is between half of it and the whole: 185 retries then take 22 of the 24 hours: on average (1,023 + 175 x
 * 600) x 3/4 = 79,517 s, with a standard deviation of sqrt(175 x 300^2 / 12) = 1,150 s and a little: every delay is drawn anew. */
static void test_with_jitter_185_retries_fit_into_24_hours(void)
{
    struct play stage = play_broken(20, "30h", "dlq = letters", "30h");
    CHECK_VALUE(&stage, "far", "requests.sum", 20 * 186);
    double mean_s = stage_value(&stage, "mark dead", "latency.mean") / 1e3;
    double min_s = stage_value(&stage, "mark dead", "latency.min") / 1e3;
    double max_s = stage_value(&stage, "mark dead", "latency.max") / 1e3;
    CU_ASSERT_TRUE(is_near(mean_s, 79517, 4 * 1160 / sqrt(20)));
    CU_ASSERT_TRUE(is_near(min_s, 79517, 4 * 1160) && is_near(max_s, 79517, 4 * 1160));
    stage_end(&stage);
}

/* A receiver that fails half of the time costs one more try on average, and loses nothing. Tries of 2,000 events: 4,000, variance of
 * a geometric law with p = 1/2 is 2: 4 sigma = 4 sqrt(2000 x 2) = 253. */
static void test_every_try_meets_a_fault_anew(void)
{
    struct play stage = stage_play("local far = topic 'far' { }\n"
                                   "local b = bus 'b' { rules = { { to = far } } }\n"
                                   "once('t', b, '1s', 2000) at '0s' { target = far, errors = 0.5 "
                                   "} simulate { duration = '2h' }");
    CHECK_VALUE(&stage, "b", "deleted.sum", 2000);
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "far", "requests.sum"), 4000, 253));
    stage_end(&stage);
}

CU_TestInfo suite_bus[] = {
    TEST(test_a_pacer_agrees_with_a_tick_by_tick_model),
    TEST(test_deliveries_beyond_the_quota_wait),
    TEST(test_shares_are_relative_weights),
    TEST(test_rules_of_two_buses_multiply),
    TEST(test_matches_are_exact),
    TEST(test_a_source_without_the_attribute_matches_nothing),
    TEST(test_a_function_behind_a_bus_waits_for_the_bus_only),
    TEST(test_putting_events_is_limited),
    TEST(test_events_are_billed_by_64_kb_each),
    TEST(test_a_delivery_that_is_refused_backs_off),
    TEST(test_retries_are_counted),
    TEST(test_after_24_hours_a_delivery_is_given_up),
    TEST(test_with_jitter_185_retries_fit_into_24_hours),
    TEST(test_every_try_meets_a_fault_anew),
    CU_TEST_INFO_NULL,
};
