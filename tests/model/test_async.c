/* test_async.c - asynchronous invocation: what is tried again, when, and where events go that are over.
 *
 * Events come through a topic without latency, and deliveries take no time, so that every instant can be worked out by hand
 * (MODEL.md 1.7: errors wait 60 s and 120 s, throttles 1 s, 2 s, 4 s ... 300 s).
 */
#include <math.h>
#include <stdio.h>

#include "tests/model/stage.h"
#include "tests/suite.h"

/* One event or more at 1 s for f, whose settings and handler are given. What f's events come to goes to `lost` and `won`, which
 * mark the age of the request; `more` comes before f. */
static struct play play_events(int count, const char *more, const char *settings,
                               const char *handler, const char *duration)
{
    char text[4096];
    (void)snprintf(
        text, sizeof text,
        "local dead = F('dead', { init = '0ms', delivery = '0ms', handler = function(r) r:mark "
        "'dead' end })\n"
        "local failed = F('failed', { init = '0ms', delivery = '0ms', handler = function(r) r:mark "
        "'failed' end })\n"
        "local won = F('won', { init = '0ms', delivery = '0ms', handler = function(r) r:mark 'won' "
        "end })\n"
        "local letters = topic 'letters' { latency = '0ms', subscribers = { dead } }\n"
        "%s\n"
        "local f = F('f', { init = '0ms', delivery = '0ms', timeout = '900s', on_success = won, "
        "%s\n"
        "  handler = function(r) %s end })\n"
        "local events = topic 'events' { latency = '0ms', subscribers = { f } }\n"
        "once('t', events, '1s', %d)\n"
        "simulate { duration = '%s' }",
        more, settings, handler, count, duration);
    return stage_play(text);
}

static void check_ends(const struct play *stage, int won, int dead, int lost)
{
    CHECK_VALUE(stage, "f", "deleted.sum", won);
    CHECK_VALUE(stage, "f", "dead_letters.sum", dead);
    CHECK_VALUE(stage, "f", "expired.sum", lost);
}

/* -- errors ------------------------------------------------------------------------------------- */

/* Golden: an event that always fails leaves for the dead letters after 3 attempts, 180 s + 3 x its duration. */
static void test_an_event_that_always_fails_leaves_after_three_attempts(void)
{
    struct play stage = play_events(1, "", "dlq = letters,", "r:wait '1500ms' r:fail()", "10min");
    CHECK_VALUE(&stage, "f", "requests.sum", 3);
    CHECK_VALUE(&stage, "f", "error_count.sum", 3);
    CHECK_VALUE(&stage, "f", "sent.sum", 1);
    CHECK_VALUE(&stage, "f", "received.sum", 3);
    check_ends(&stage, 0, 1, 0);
    CHECK_MS(&stage, "mark dead", "latency.max", 180000 + 3 * 1500);
    /* It waits for 180 s of the 600 and is in service for 4.5. */
    CU_ASSERT_DOUBLE_EQUAL(stage_value(&stage, "f", "depth.mean"), 180. / 600, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(stage_value(&stage, "f", "in_flight.mean"), 4.5 / 600, 1e-9);
    stage_end(&stage);
}

static void test_async_retries_say_how_often(void)
{
    static const double waited_ms[] = {0, 60000, 180000};
    for (int retries = 0; retries <= 2; retries++) {
        char settings[64];
        (void)snprintf(settings, sizeof settings, "dlq = letters, async_retries = %d,", retries);
        struct play stage = play_events(1, "", settings, "r:wait '1s' r:fail()", "10min");
        CHECK_VALUE(&stage, "f", "requests.sum", retries + 1);
        CHECK_MS(&stage, "mark dead", "latency.max", waited_ms[retries] + 1000. * (retries + 1));
        stage_end(&stage);
    }
}

/* A timeout is the function's error too: it is tried again at the instants of an error. */
static void test_a_timeout_is_an_error(void)
{
    struct play stage =
        play_events(1, "", "dlq = letters, timeout = '5s',", "r:wait '9s'", "10min");
    CHECK_VALUE(&stage, "f", "timeout_count.sum", 3);
    CHECK_MS(&stage, "mark dead", "latency.max", 180000 + 3 * 5000);
    stage_end(&stage);
}

/* Each attempt draws afresh. With p = 1/2 an event is lost with p^3 = 1/8 and tried 1 + p + p^2 = 1.75 times, with a
 * variance of (1/2)1 + (1/4)4 + (1/4)9 - 1.75^2 = 0.6875. Of 4,000 events: 500 lost, 4 sigma = 4 sqrt(4000 x 7/64) = 84; 7,000
 * attempts, 4 sigma = 4 sqrt(4000 x 0.6875) = 210. */
static void test_every_attempt_is_drawn_afresh(void)
{
    struct play stage =
        play_events(4000, "account { concurrency = 5000, scaling = '5000/10s' }", "dlq = letters,",
                    "r:maybe(0.5, function(b) b:fail() end)", "10min");
    double dead = stage_value(&stage, "f", "dead_letters.sum");
    CU_ASSERT_TRUE(is_near(dead, 500, 84));
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "f", "requests.sum"), 7000, 210));
    CHECK_VALUE(&stage, "f", "deleted.sum", 4000 - dead);
    CHECK_VALUE(&stage, "mark dead", "requests.sum", dead);
    CHECK_VALUE(&stage, "mark won", "requests.sum", 4000 - dead);
    stage_end(&stage);
}

/* -- throttles ------------------------------------------------------------------------------------ */

/* Of two events one must wait for the other's 100 s: it is refused at 0, 1, 3, 7, 15, 31 and 63 s, and taken at 127 s. */
static void test_throttles_back_off_by_doubling(void)
{
    struct play stage = play_events(2, "", "reserved = 1,", "r:wait '100s'", "10min");
    CHECK_VALUE(&stage, "f", "throttle_count.sum", 7);
    CHECK_VALUE(&stage, "f", "requests.sum", 9);
    CHECK_VALUE(&stage, "f", "received.sum", 2);
    CHECK_MS(&stage, "f", "age.max", 127000);
    CHECK_MS(&stage, "mark won", "latency.max", 227000);
    check_ends(&stage, 2, 0, 0);
    stage_end(&stage);
}

/* Others keep f busy for 2700 s from the event's coming. It is refused at 0, 1, 3, 7 ... 255 s, nine times, and after a delay of
 * 256 s at 511 s; from then on every 300 s, at 811 ... 2611 s. It is taken at 2911 s. */
static void test_the_back_off_ends_at_five_minutes(void)
{
    struct play stage = stage_play(
        "local f = F('f', { init = '0ms', delivery = '0ms', timeout = '900s', reserved = 1, "
        "handler = function(r) r:wait '900s' end })\n"
        "local events = topic 'events' { latency = '0ms', subscribers = { f } }\n"
        "once('a', f, '1s') once('b', f, '901s') once('c', f, '1801s')\n"
        "once('t', events, '1s') simulate { duration = '2h' }");
    CHECK_MS(&stage, "f", "age.max", 2911000);
    CHECK_VALUE(&stage, "f", "throttle_count.sum", 9 + 8);
    stage_end(&stage);
}

/* With full jitter every delay lies between nothing and its length, so the second event comes sooner or later, but never
 * beyond the 127 s and the next delay of 64 s, and not before the first is done. */
static void test_jitter_stays_within_the_delays(void)
{
    struct play stage =
        play_events(2, "", "reserved = 1, async_jitter = 'full',", "r:wait '100s'", "10min");
    double age_ms = stage_value(&stage, "f", "age.max");
    CU_ASSERT_TRUE(100000 <= age_ms && age_ms <= 255000 && fabs(age_ms - 127000) > 1);
    check_ends(&stage, 2, 0, 0);
    stage_end(&stage);
}

/* 20/s through one reserved unit, 10 ms each: synchronous calls may come 10 times a second, events as they like. */
static void test_events_are_not_limited_in_rate(void)
{
    struct play stage = stage_play(
        "local f = F('f', { init = '0ms', delivery = '0ms', reserved = 1, handler = function(r) "
        "r:wait '10ms' end })\n"
        "local g = F('g', { init = '0ms', reserved = 1, handler = function(r) r:wait '10ms' end "
        "})\n"
        "local events = topic 'events' { latency = '0ms', subscribers = { f } }\n"
        "traffic 'a' { to = events, rate = '20/s', arrivals = 'uniform' }\n"
        "traffic 's' { to = g, rate = '20/s', arrivals = 'uniform' }\n"
        "simulate { duration = '20s', warmup = '10s' }");
    CHECK_VALUE(&stage, "f", "throttle_count.sum", 0);
    CHECK_VALUE(&stage, "g", "throttle_count.sum", 100);
    stage_end(&stage);
}

/* -- age ------------------------------------------------------------------------------------------- */

/* Refused at 0, 1, 3, 7, 15 and 31 s; the next try would be at 63 s, but at 60 s the event is too old. */
static void test_too_old_an_event_is_given_up_at_its_age(void)
{
    struct play stage =
        play_events(2, "", "reserved = 1, max_event_age = '60s', on_failure = failed,",
                    "r:wait '100s'", "10min");
    CHECK_VALUE(&stage, "f", "throttle_count.sum", 6);
    check_ends(&stage, 1, 1, 0);
    CHECK_MS(&stage, "mark failed", "latency.max", 60000);
    stage_end(&stage);
}

/* An error at 1 s would be tried again at 61 s. */
static void test_a_retry_beyond_the_age_is_not_waited_for(void)
{
    struct play stage = play_events(1, "", "max_event_age = '60s', dlq = letters,",
                                    "r:wait '1s' r:fail()", "10min");
    CHECK_VALUE(&stage, "f", "requests.sum", 1);
    CHECK_MS(&stage, "mark dead", "latency.max", 60000);
    stage_end(&stage);
}

static void test_what_is_switched_off_sends_new_events_to_its_dead_letters(void)
{
    struct play stage = play_events(3, "", "reserved = 0, dlq = letters,", "r:wait '1s'", "10min");
    CHECK_VALUE(&stage, "f", "requests.sum", 0);
    check_ends(&stage, 0, 3, 0);
    CHECK_MS(&stage, "mark dead", "latency.max", 0);
    stage_end(&stage);
}

/* -- destinations ------------------------------------------------------------------------------------ */

static void test_both_destinations_get_what_is_given_up(void)
{
    struct play stage = play_events(2, "", "async_retries = 0, dlq = letters, on_failure = failed,",
                                    "r:wait '1s' r:fail()", "1min");
    check_ends(&stage, 0, 2, 0);
    CHECK_VALUE(&stage, "mark dead", "requests.sum", 2);
    CHECK_VALUE(&stage, "mark failed", "requests.sum", 2);
    CHECK_VALUE(&stage, "won", "requests.sum", 0);
    stage_end(&stage);
}

static void test_without_a_destination_an_event_is_lost(void)
{
    struct play stage = play_events(2, "", "async_retries = 0,", "r:wait '1s' r:fail()", "1min");
    check_ends(&stage, 0, 0, 2);
    stage_end(&stage);
}

static void test_successes_go_on_with_the_age_of_their_request(void)
{
    struct play stage = play_events(5, "", "dlq = letters,", "r:wait '250ms'", "1min");
    check_ends(&stage, 5, 0, 0);
    CHECK_VALUE(&stage, "mark won", "requests.sum", 5);
    CHECK_MS(&stage, "mark won", "latency.mean", 250);
    CHECK_VALUE(&stage, "dead", "requests.sum", 0);
    stage_end(&stage);
}

/* -- what travels along ------------------------------------------------------------------------------ */

/* r:invoke takes its own time in the caller, then the event the delivery's. The gold ones are the same in every hop. */
static void test_events_carry_attributes_and_the_age_of_the_request(void)
{
    struct play stage = stage_play(
        "local function gold(name) return function(r)\n"
        "  r:when(attr 'tier':is 'gold', function(b) b:mark(name) end) r:mark(name .. ' all') end "
        "end\n"
        "local last = F('last', { init = '0ms', delivery = '40ms', handler = gold 'last' })\n"
        "local f = F('f', { init = '0ms', delivery = '30ms', on_success = last, handler = gold 'f' "
        "})\n"
        "local g = F('g', { init = '0ms', handler = function(r) r:invoke(f)\n"
        "  r:when(attr 'tier':is 'gold', function(b) b:mark 'g' end) r:mark 'g all' end })\n"
        "traffic 't' { to = g, rate = '50/s', attrs = { tier = { gold = 0.3, silver = 0.7 } } }\n"
        "simulate { duration = '100s' }");
    double gold = stage_value(&stage, "mark g", "requests.sum");
    double all = stage_value(&stage, "mark g all", "requests.sum");
    CU_ASSERT_TRUE(is_near(gold, all * 0.3, 4 * sqrt(all * 0.21)));
    /* Only the events of the last moments are still on their way. */
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "mark f", "requests.sum"), gold, 8));
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "mark last", "requests.sum"), gold, 8));
    double g_ms = stage_value(&stage, "mark g all", "latency.mean");
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "mark f all", "latency.mean"), g_ms + 30, 0.1));
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "mark last all", "latency.mean"), g_ms + 70, 0.1));
    stage_end(&stage);
}

/* The latency from a topic to a handler is as measured (MODEL.md 2): SNS to Lambda p50 73 ms, p99 225 ms. 40,000 events: a
 * log-normal with sigma = ln(225/73)/2.326 = 0.484 gives the median a standard error of 73 x 0.484 x 1.2533/200 = 0.22 ms and the
 * p99 one of 225 x 0.484 x sqrt(0.0099)/0.02665/200 = 2.0 ms. */
static void test_the_delivery_latency_is_as_measured(void)
{
    struct play stage = stage_play(
        "local f = F('f', { init = '0ms', handler = function(r) r:mark 'handler' end })\n"
        "local events = topic 'events' { latency = '0ms', subscribers = { f } }\n"
        "traffic 't' { to = events, rate = '100/s' } simulate { duration = '400s' }");
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "mark handler", "latency.p50"), 73, 0.9));
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "mark handler", "latency.p99"), 225, 8));
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "f", "age.p50"), 73, 0.9));
    stage_end(&stage);
}

/* The first 256 KB are one request, then each 64 KB begun one more: 1 MB is 1 + 12. */
static void test_large_events_cost_more_requests(void)
{
    static const struct {
        const char *size;
        int requests;
    } rows[] = {{"1KB", 1}, {"256KB", 1}, {"257KB", 2}, {"320KB", 2}, {"321KB", 3}, {"1MB", 13}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        char text[512];
        (void)snprintf(text, sizeof text,
                       "local f = F('f', { init = '0ms', handler = function(r) end })\n"
                       "local b = bus 'b' { size = '%s', rules = { { to = f } } }\n"
                       "once('t', b, '1s') simulate { duration = '10s' }",
                       rows[i].size);
        struct play stage = stage_play(text);
        CU_ASSERT_EQUAL(stage_svc(&stage, "f")->meters[FUNCTION_REQUESTS], rows[i].requests);
        CHECK_VALUE(&stage, "f", "requests.sum", 1);
        stage_end(&stage);
    }
}

/* A function nobody sends events to shows no rows of a queue, whatever it sends itself. */
static void test_rows_appear_only_where_events_come(void)
{
    struct play stage = play_events(1, "", "", "r:wait '1s'", "1min");
    CU_ASSERT_FALSE(isnan(stage_value(&stage, "f", "depth.max")));
    stage_end(&stage);
    stage = stage_play("local f = F('f', { on_success = F('g', {}), handler = function(r) end })\n"
                       "once('t', f, '1s') simulate { duration = '10s' }");
    CU_ASSERT_FALSE(node_has(stage_node(&stage, "f"), METRIC_DEPTH));
    CU_ASSERT_FALSE(node_has(stage_node(&stage, "f"), METRIC_SENT));
    CU_ASSERT_TRUE(node_has(stage_node(&stage, "g"), METRIC_DEPTH));
    CHECK_VALUE(&stage, "g", "sent.sum", 0);
    stage_end(&stage);
}

/* An edge counts attempts, whoever they come from: 5 events that fail three times each are 15 calls of the topic's. */
static void test_edges_count_attempts(void)
{
    struct play stage = stage_play(
        "local f = F('f', { init = '0ms', handler = function(r) r:wait '1ms' r:fail() end })\n"
        "local events = topic 'events' { subscribers = { f } }\n"
        "once('a', events, '1s', 5) once('b', f, '1s', 4) simulate { duration = '10min' }");
    const struct model *model = &stage.world->model;
    uint32_t f = stage_svc(&stage, "f")->probe, events = stage_svc(&stage, "events")->probe;
    uint64_t calls = 0, errors = 0;
    for (size_t i = 0; i < model->edge_count; i++) {
        const struct edge *edge = &model->edges[i];
        if (edge->from != events || edge->to != f)
            continue;
        calls += edge->calls;
        errors += edge->errors;
    }
    CU_ASSERT_EQUAL(calls, 15);
    CU_ASSERT_EQUAL(errors, 15);
    CHECK_VALUE(&stage, "f", "requests.sum", 19);
    stage_end(&stage);
}

/* What came before the measured interval is left out; what was on its way then counts where it ends. */
static void test_totals_cover_the_measured_interval(void)
{
    struct play stage = stage_play(
        "local f = F('f', { init = '0ms', delivery = '0ms', handler = function(r) r:wait '1s' end "
        "})\n"
        "local events = topic 'events' { latency = '0ms', subscribers = { f } }\n"
        "once('a', events, '1s', 4) once('b', events, '9500ms', 2) once('c', events, '12s', 3)\n"
        "simulate { duration = '20s', warmup = '10s' }");
    CHECK_VALUE(&stage, "f", "sent.sum", 3);
    CHECK_VALUE(&stage, "f", "deleted.sum", 5);
    CHECK_VALUE(&stage, "f", "in_flight.max", 3);
    stage_end(&stage);
}

CU_TestInfo suite_async[] = {
    TEST(test_an_event_that_always_fails_leaves_after_three_attempts),
    TEST(test_async_retries_say_how_often),
    TEST(test_a_timeout_is_an_error),
    TEST(test_every_attempt_is_drawn_afresh),
    TEST(test_throttles_back_off_by_doubling),
    TEST(test_the_back_off_ends_at_five_minutes),
    TEST(test_jitter_stays_within_the_delays),
    TEST(test_events_are_not_limited_in_rate),
    TEST(test_too_old_an_event_is_given_up_at_its_age),
    TEST(test_a_retry_beyond_the_age_is_not_waited_for),
    TEST(test_what_is_switched_off_sends_new_events_to_its_dead_letters),
    TEST(test_both_destinations_get_what_is_given_up),
    TEST(test_without_a_destination_an_event_is_lost),
    TEST(test_successes_go_on_with_the_age_of_their_request),
    TEST(test_events_carry_attributes_and_the_age_of_the_request),
    TEST(test_the_delivery_latency_is_as_measured),
    TEST(test_large_events_cost_more_requests),
    TEST(test_rows_appear_only_where_events_come),
    TEST(test_edges_count_attempts),
    TEST(test_totals_cover_the_measured_interval),
    CU_TEST_INFO_NULL,
};
