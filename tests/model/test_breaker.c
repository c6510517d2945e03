/* test_breaker.c - when a circuit breaker opens, tries and closes, in a source and in a handler; and when the SDK's quota ends
 * its retries. */
#include "model/breaker.h"

#include <stdio.h>

#include "tests/model/stage.h"
#include "tests/suite.h"

static const struct breaker_spec half = {.errors = 0.5, .window = 10 * SIM_SECOND, .open = 5 * SIM_SECOND};

/* Calls one after another, `gap` apart; the last one's end at the time given. */
static void note_many(struct breaker *breaker, sim_time from, sim_time gap, int count, bool error)
{
    for (int i = 0; i < count; i++)
        breaker_note(breaker, from + i * gap, error);
}

static void test_it_opens_when_the_share_of_errors_is_reached(void)
{
    struct breaker breaker;
    breaker_init(&breaker, &half);
    note_many(&breaker, 0, SIM_MS, 10, false);
    note_many(&breaker, SIM_SECOND, SIM_MS, 9, true); /* 9 of 19 */
    CU_ASSERT_TRUE(breaker_allows(&breaker, SIM_SECOND + 10 * SIM_MS));
    breaker_note(&breaker, SIM_SECOND + 11 * SIM_MS, true); /* 10 of 20 */
    CU_ASSERT_FALSE(breaker_allows(&breaker, SIM_SECOND + 12 * SIM_MS));
    CU_ASSERT_EQUAL(breaker.refused, 1);
}

static void test_a_handful_of_calls_proves_nothing(void)
{
    struct breaker breaker;
    breaker_init(&breaker, &half);
    note_many(&breaker, 0, SIM_MS, BREAKER_CALLS_MIN - 1, true);
    CU_ASSERT_TRUE(breaker_allows(&breaker, SIM_SECOND));
    breaker_note(&breaker, SIM_SECOND, true);
    CU_ASSERT_FALSE(breaker_allows(&breaker, SIM_SECOND));
}

/* Nine errors, then a pause longer than the window: they are forgotten. */
static void test_what_is_older_than_the_window_is_forgotten(void)
{
    struct breaker breaker;
    breaker_init(&breaker, &half);
    note_many(&breaker, 0, SIM_MS, 9, true);
    breaker_note(&breaker, 11 * SIM_SECOND, true);
    CU_ASSERT_TRUE(breaker_allows(&breaker, 11 * SIM_SECOND));
    note_many(&breaker, 12 * SIM_SECOND, SIM_MS, 8, true); /* 9 in the window */
    CU_ASSERT_TRUE(breaker_allows(&breaker, 12 * SIM_SECOND + 20 * SIM_MS));
    breaker_note(&breaker, 13 * SIM_SECOND, true);
    CU_ASSERT_FALSE(breaker_allows(&breaker, 13 * SIM_SECOND));
}

static void test_one_trial_decides(void)
{
    struct breaker breaker;
    breaker_init(&breaker, &half);
    note_many(&breaker, 0, 0, 10, true);
    CU_ASSERT_FALSE(breaker_allows(&breaker, 5 * SIM_SECOND - 1));
    CU_ASSERT_TRUE(breaker_allows(&breaker, 5 * SIM_SECOND)); /* the trial */
    CU_ASSERT_FALSE(breaker_allows(&breaker, 5 * SIM_SECOND));
    breaker_note(&breaker, 5 * SIM_SECOND + 1, true);
    CU_ASSERT_FALSE(breaker_allows(&breaker, 10 * SIM_SECOND));
    CU_ASSERT_TRUE(breaker_allows(&breaker, 10 * SIM_SECOND + 1));
    breaker_note(&breaker, 10 * SIM_SECOND + 2, false);
    CU_ASSERT_TRUE(breaker_allows(&breaker, 10 * SIM_SECOND + 3));
    CU_ASSERT_TRUE(breaker_allows(&breaker, 10 * SIM_SECOND + 3));
}

/* 10 requests/s, evenly, from 0; `f` fails for 60 s from 60 s on. With the breaker (window 10 s, open 5 s): it opens when half of
 * what the last 10 s saw failed, 5 s into the outage; then one trial every 5 s until the outage is over: at 65, 70 ... 120 s
 * f is asked once each; the one at 120 s succeeds. Without: 600 failing calls. */
static const char outage[] =
    "local f = F('f', { handler = function(r) r:wait '1ms' end })\n"
    "traffic 't' { to = f, rate = '10/s', arrivals = 'uniform', retry = { %s } }\n"
    "at '1min' { target = f, errors = 1, lasts = '1min' }\n"
    "simulate { duration = '3min' }";

static struct play play_outage(const char *retry)
{
    char text[600];
    (void)snprintf(text, sizeof text, outage, retry);
    return stage_play(text);
}

static void test_a_source_stops_asking_during_an_outage(void)
{
    struct play without = play_outage("retries = 0");
    struct play with =
        play_outage("retries = 0, breaker = { errors = '50%', window = '10s', open = '5s' }");
    CU_ASSERT_DOUBLE_EQUAL(stage_value(&without, "f", "error_count.sum"), 600, 1);
    double asked = stage_value(&with, "f", "error_count.sum");
    CU_ASSERT_DOUBLE_EQUAL(asked, 50 + 11, 4);
    /* Nobody gets an answer either way, and a second or so later all is well again. */
    CU_ASSERT_DOUBLE_EQUAL(stage_value(&without, "t", "error_count.sum"), 600, 1);
    double failed = stage_value(&with, "t", "error_count.sum");
    CU_ASSERT_TRUE(600 <= failed && failed <= 600 + 51);
    CU_ASSERT_DOUBLE_EQUAL(stage_value(&with, "t", "requests.sum"), 1800, 1);
    stage_end(&without);
    stage_end(&with);
}

/* The same inside a handler: the breaker belongs to the try, for all instances of the function. */
static void test_a_handlers_breaker_guards_what_it_calls(void)
{
    struct play stage = stage_play(
        "local f = F('f', { handler = function(r) r:wait '1ms' end })\n"
        "local g = F('g', { handler = function(r)\n"
        "  r:try(function(t) t:call(f) end, { breaker = { errors = '50%', window = '10s', open = '5s' },\n"
        "    on_error = function(e) e:wait '2ms' end })\n"
        "end })\n"
        "traffic 't' { to = g, rate = '10/s', arrivals = 'uniform' }\n"
        "at '1min' { target = f, errors = 1, lasts = '1min' }\n"
        "simulate { duration = '3min' }");
    CU_ASSERT_DOUBLE_EQUAL(stage_value(&stage, "f", "error_count.sum"), 50 + 11, 4);
    CHECK_VALUE(&stage, "t", "error_count.sum", 0); /* on_error answers */
    stage_end(&stage);
}

/* -- the SDK's retry quota of one client: 500 tokens, 14 a retry after an error. A table that always fails is asked 100 times; 35
 * retries empty the quota, which nothing refills. One instance of a function is one client, and so is one task. */
static void check_quota(const char *caller)
{
    char text[700];
    (void)snprintf(text, sizeof text,
                   "local db = kv 'db' { }\n%s\n"
                   "traffic 't' { to = 'c', rate = '1/min', arrivals = 'uniform', stop = '100min' }\n"
                   "at '0s' { target = db, errors = 1 }\n"
                   "simulate { duration = '110min' }",
                   caller);
    struct play stage = stage_play(text);
    double asked = stage_value(&stage, "c", "requests.sum");
    CU_ASSERT_DOUBLE_EQUAL(asked, 100, 1);
    CHECK_VALUE(&stage, "db", "requests.sum", asked + 35);
    stage_end(&stage);
}

static void test_an_instance_and_a_task_are_clients_with_a_quota(void)
{
    check_quota("F('c', { handler = function(r) r:put(db) end })");
    check_quota("service 'c' { handler = function(r) r:put(db) end }");
}

CU_TestInfo suite_breaker[] = {
    TEST(test_it_opens_when_the_share_of_errors_is_reached),
    TEST(test_a_handful_of_calls_proves_nothing),
    TEST(test_what_is_older_than_the_window_is_forgotten),
    TEST(test_one_trial_decides),
    TEST(test_a_source_stops_asking_during_an_outage),
    TEST(test_a_handlers_breaker_guards_what_it_calls),
    TEST(test_an_instance_and_a_task_are_clients_with_a_quota),
    CU_TEST_INFO_NULL,
};
