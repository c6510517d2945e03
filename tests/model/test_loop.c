/* test_loop.c - the recursion guard: asynchronous cycles stop after 16 rounds, chains that are only long do not. */
#include <stdio.h>

#include "tests/model/stage.h"
#include "tests/suite.h"

#define ROUNDS 16 /* lambda.recursion_limit */

/* 100 events circle through a function and a topic: each invokes f 16 times, then the guard stops it. */
static void test_a_circle_through_a_topic_stops_after_16_rounds(void)
{
    struct play stage = stage_play(
        "local f = F('f', { init = '0ms', delivery = '0ms', timeout = '10s', handler = function(r) "
        "r:wait '3s' r:publish 'circle' end })\n"
        "topic 'circle' { latency = '0ms', subscribers = { f } }\n"
        "once('t', 'circle', '1s', 100) simulate { duration = '10min' }");
    CHECK_VALUE(&stage, "f", "requests.sum", 100 * ROUNDS);
    CHECK_VALUE(&stage, "f", "deleted.sum", 100 * ROUNDS);
    CHECK_VALUE(&stage, "f", "expired.sum", 100);
    CHECK_VALUE(&stage, "circle", "requests.sum", 100 * (ROUNDS + 1));
    stage_end(&stage);
}

/* What is stopped goes where failures go, once, and is not tried again. */
static void test_what_is_stopped_goes_to_the_dead_letters(void)
{
    struct play stage = stage_play(
        "local last = F('last', { delivery = '0ms', init = '0ms', handler = function(r) r:mark "
        "'stopped' end })\n"
        "local f = F('f', { init = '0ms', delivery = '0ms', on_failure = last, handler = "
        "function(r) r:wait '1s' r:publish 'circle' end })\n"
        "topic 'circle' { latency = '0ms', subscribers = { f } }\n"
        "once('t', 'circle', '1s') simulate { duration = '10min' }");
    CHECK_VALUE(&stage, "f", "dead_letters.sum", 1);
    CHECK_VALUE(&stage, "f", "error_count.sum", 0);
    CHECK_MS(&stage, "mark stopped", "latency.max", 1000. * ROUNDS);
    stage_end(&stage);
}

static void test_a_function_that_invokes_itself_is_stopped(void)
{
    struct play stage = stage_play("local f = F('f', { delivery = '10ms', init = '0ms', handler = "
                                   "function(r) r:invoke 'f' end "
                                   "})\n"
                                   "once('t', f, '1s') simulate { duration = '10min' }");
    /* The synchronous call is not a round of it. */
    CHECK_VALUE(&stage, "f", "requests.sum", 1 + ROUNDS);
    CHECK_VALUE(&stage, "f", "expired.sum", 1);
    stage_end(&stage);
}

/* Where the circle is wide, only one function of it counts: a goes 16 rounds, and so does b. */
static void test_a_wide_circle_goes_16_rounds(void)
{
    struct play stage = stage_play(
        "local a = F('a', { delivery = '10ms', init = '0ms', handler = function(r) r:publish 'p' "
        "end })\n"
        "local b = F('b', { delivery = '10ms', init = '0ms', handler = function(r) r:emit 'q' end "
        "})\n"
        "topic 'p' { subscribers = { b } } bus 'q' { rules = { { to = a } } }\n"
        "once('t', 'p', '1s') simulate { duration = '10min' }");
    CHECK_VALUE(&stage, "a", "requests.sum", ROUNDS);
    CHECK_VALUE(&stage, "b", "requests.sum", ROUNDS + 1);
    CHECK_VALUE(&stage, "a", "expired.sum", 1);
    stage_end(&stage);
}

/* on_success that leads back is a circle like any other. */
static void test_destinations_are_part_of_a_circle(void)
{
    struct play stage =
        stage_play("local f = F('f', { delivery = '10ms', init = '0ms', on_success = 'f', handler "
                   "= function(r) "
                   "end })\n"
                   "local g = F('g', { init = '0ms', handler = function(r) r:invoke(f) end })\n"
                   "once('t', g, '1s') simulate { duration = '10min' }");
    CHECK_VALUE(&stage, "f", "requests.sum", ROUNDS);
    CHECK_VALUE(&stage, "f", "sent.sum", ROUNDS + 1);
    stage_end(&stage);
}

/* 24 functions, each invoked by the one before. */
static void test_a_long_chain_is_not_stopped(void)
{
    char text[4096];
    int at = snprintf(
        text, sizeof text,
        "local next = F('f0', { init = '0ms', handler = function(r) r:mark 'end' end })\n"
        "for i = 1, 23 do local to = next\n"
        "  next = F('f' .. i, { init = '0ms', handler = function(r) r:invoke(to) end }) end\n"
        "once('t', next, '1s', 5) simulate { duration = '10min' }");
    CU_ASSERT_FATAL(at > 0 && (size_t)at < sizeof text);
    struct play stage = stage_play(text);
    CHECK_VALUE(&stage, "mark end", "requests.sum", 5);
    stage_end(&stage);
}

/* Allowed, an event goes round for as long as the run lasts: one round in 3 s. */
static void test_a_loop_that_is_allowed_runs_on(void)
{
    struct play stage = stage_play(
        "local f = F('f', { init = '0ms', delivery = '0ms', timeout = '10s', recursive_loop = "
        "'allow', handler = function(r) r:wait '3s' r:publish 'circle' end })\n"
        "topic 'circle' { latency = '0ms', subscribers = { f } }\n"
        "once('t', 'circle', '0s', 100) simulate { duration = '10min' }");
    CHECK_VALUE(&stage, "f", "requests.sum", 100 * 200);
    CHECK_VALUE(&stage, "f", "expired.sum", 0);
    stage_end(&stage);
}

/* Without a function in the circle the bus itself counts: it passes an event on 16 times. */
static void test_a_bus_that_feeds_itself_is_stopped(void)
{
    struct play stage =
        stage_play("bus 'a' { latency = '0ms', delivery = '0ms', rules = { { to = 'b' } } }\n"
                   "topic 'b' { subscribers = { 'a' }, delivery = '0ms' }\n"
                   "once('t', 'a', '1s', 10) simulate { duration = '1min' }");
    CHECK_VALUE(&stage, "b", "requests.sum", 10 * ROUNDS);
    CHECK_VALUE(&stage, "a", "requests.sum", 10 * (ROUNDS + 1));
    CHECK_VALUE(&stage, "a", "expired.sum", 10);
    stage_end(&stage);
}

/* Dead letters that lead back: each is stopped once more, and then lost. A function that is switched off, whose dead letters
 * come back to it at the same instant, passes 16 of them on, and one more that was stopped. */
static void test_dead_letters_that_lead_back_end(void)
{
    struct play stage = stage_play(
        "topic 'a' { subscribers = { 'a' }, dlq = 'a', latency = '0ms', delivery = '1ms' }\n"
        "once('t', 'a', '1s', 5) simulate { duration = '1min' }");
    CHECK_VALUE(&stage, "a", "deleted.sum", 5 * ROUNDS);
    CHECK_VALUE(&stage, "a", "dead_letters.sum", 5);
    CHECK_VALUE(&stage, "a", "expired.sum", 5);
    stage_end(&stage);
    stage = stage_play("local f = F('f', { reserved = 0, delivery = '0ms', dlq = 'a', handler = "
                       "function(r) end })\n"
                       "topic 'a' { subscribers = { f }, latency = '0ms' }\n"
                       "once('t', 'a', '1s', 5) simulate { duration = '1min' }");
    CHECK_VALUE(&stage, "f", "requests.sum", 0);
    CHECK_VALUE(&stage, "f", "dead_letters.sum", 5 * (ROUNDS + 1));
    CHECK_VALUE(&stage, "f", "expired.sum", 5);
    stage_end(&stage);
}

CU_TestInfo suite_loop[] = {
    TEST(test_a_circle_through_a_topic_stops_after_16_rounds),
    TEST(test_what_is_stopped_goes_to_the_dead_letters),
    TEST(test_a_function_that_invokes_itself_is_stopped),
    TEST(test_a_wide_circle_goes_16_rounds),
    TEST(test_destinations_are_part_of_a_circle),
    TEST(test_a_long_chain_is_not_stopped),
    TEST(test_a_loop_that_is_allowed_runs_on),
    TEST(test_a_bus_that_feeds_itself_is_stopped),
    TEST(test_dead_letters_that_lead_back_end),
    CU_TEST_INFO_NULL,
};
