/* test_topic.c - a topic: who gets what, when a delivery is tried again, what is billed. */
#include <math.h>
#include <stdio.h>

#include "model/topic_run.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

static const struct topic *topic_of(const struct play *stage, const char *name)
{
    return stage_svc(stage, name)->state;
}

static int64_t publishes(const struct play *stage, const char *name)
{
    return stage_svc(stage, name)->meters[TOPIC_PUBLISHES];
}

/* -- who gets what --------------------------------------------------------------------------------- */

static void test_every_subscriber_gets_every_message(void)
{
    struct play stage = stage_play("local function sub(name) return F(name, { init = '0ms', "
                                   "handler = function(r) r:wait '1ms' "
                                   "end }) end\n"
                                   "local t1 = topic 'news' { latency = '0ms', delivery = '20ms', "
                                   "subscribers = { sub 'a', sub 'b', topic 'c' { } } }\n"
                                   "once('t', t1, '1s', 1000) simulate { duration = '1min' }");
    CHECK_VALUE(&stage, "news", "requests.sum", 1000);
    CHECK_VALUE(&stage, "news", "sent.sum", 3000);
    CHECK_VALUE(&stage, "news", "deleted.sum", 3000);
    CHECK_VALUE(&stage, "a", "requests.sum", 1000);
    CHECK_VALUE(&stage, "b", "requests.sum", 1000);
    CHECK_VALUE(&stage, "c", "requests.sum", 1000);
    CHECK_VALUE(&stage, "news", "depth.max", 1000); /* on their way to c */
    stage_end(&stage);
}

/* r:publish{ n = } sends so many. */
static void test_one_call_publishes_several(void)
{
    struct play stage = stage_play("local a = F('a', { init = '0ms', handler = function(r) end })\n"
                                   "local news = topic 'news' { subscribers = { a } }\n"
                                   "local f = F('f', { init = '0ms', handler = function(r) "
                                   "r:publish(news, { n = 25 }) end })\n"
                                   "once('t', f, '1s', 4) simulate { duration = '1min' }");
    CHECK_VALUE(&stage, "news", "requests.sum", 4);
    CHECK_VALUE(&stage, "a", "sent.sum", 100);
    stage_end(&stage);
}

/* A filter sees the attributes that handlers see: the gold ones, exactly, and any of a list. */
static void test_filters_match_the_attributes_of_the_request(void)
{
    struct play stage = stage_play(
        "local function sub(name) return F(name, { init = '0ms', delivery = '0ms', handler = "
        "function(r) end }) end\n"
        "local news = topic 'news' { latency = '0ms', subscribers = { sub 'all' }, filtered = {\n"
        "  { match = { tier = 'gold' }, to = sub 'gold' },\n"
        "  { match = { tier = { 'gold', 'silver' }, zone = 2 }, to = { sub 'both', sub 'too' } } } "
        "}\n"
        "local f = F('f', { init = '0ms', timeout = '9s', handler = function(r)\n"
        "  r:when(attr 'tier':is 'gold', function(b) b:mark 'gold' end)\n"
        "  r:when(attr 'zone':is(2), function(b) b:when(attr 'tier':isnt 'free', function(c) "
        "c:mark "
        "'both' end) end)\n"
        "  r:publish(news) end })\n"
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
    CHECK_VALUE(&stage, "all", "requests.sum", stage_value(&stage, "f", "requests.sum"));
    stage_end(&stage);
}

/* -- time ------------------------------------------------------------------------------------------- */

/* 8 ms to publish, 70 ms to the function's handler, 20 ms to another topic. The publisher waits for the first only. */
static void test_the_age_of_a_request_grows_by_every_hop(void)
{
    struct play stage = stage_play("local a = F('a', { init = '0ms', delivery = '70ms', handler = "
                                   "function(r) r:mark 'a' end })\n"
                                   "local b = F('b', { init = '0ms', delivery = '5ms', handler = "
                                   "function(r) r:mark 'b' end })\n"
                                   "local far = topic 'far' { subscribers = { b } }\n"
                                   "local news = topic 'news' { latency = '8ms', delivery = "
                                   "'20ms', subscribers = { a, far } }\n"
                                   "local f = F('f', { init = '0ms', handler = function(r) r:cpu "
                                   "'2ms' r:publish(news) end })\n"
                                   "once('t', f, '1s') simulate { duration = '1min' }");
    CHECK_MS(&stage, "f", "latency.max", 10);
    CHECK_MS(&stage, "f", "stage_downstream.mean", 8);
    CHECK_MS(&stage, "mark a", "latency.max", 2 + 8 + 70);
    CHECK_MS(&stage, "mark b", "latency.max", 2 + 8 + 20 + 5);
    CHECK_MS(&stage, "news", "age.max", 20);
    stage_end(&stage);
}

static void test_a_fault_slows_publishing_and_delivery(void)
{
    struct play stage =
        stage_play("local b = F('b', { init = '0ms', delivery = '0ms', handler = function(r) "
                   "r:mark 'b' end })\n"
                   "local far = topic 'far' { subscribers = { b } }\n"
                   "topic 'news' { latency = '8ms', delivery = '20ms', subscribers = { far } }\n"
                   "once('t', 'news', '2s') at '1s' { target = 'news', latency = 'x10' }\n"
                   "simulate { duration = '1min' }");
    CHECK_MS(&stage, "mark b", "latency.max", 280);
    stage_end(&stage);
}

/* -- retries ---------------------------------------------------------------------------------------- */

/* As documented: 3 at once, 2 after 1 s, 10 from 1 s to 20 s, 100,000 every 20 s: 100,015 tries in 23 days. */
static void test_the_schedule_is_the_documented_one(void)
{
    struct err err = {0};
    struct catalog *catalog = catalog_load("assets", NULL, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(catalog);
    struct topic_schedule schedule = topic_schedule_from(catalog);
    for (int32_t i = 0; i < 5; i++)
        CU_ASSERT_EQUAL(topic_retry_delay(&schedule, i), i < 3 ? 0 : SIM_SECOND);
    CU_ASSERT_EQUAL(topic_retry_delay(&schedule, 5), SIM_SECOND);
    CU_ASSERT_EQUAL(topic_retry_delay(&schedule, 14), 20 * SIM_SECOND);
    for (int32_t i = 5; i < 14; i++) { /* nine equal factors from 1 to 20 */
        double factor =
            (double)topic_retry_delay(&schedule, i + 1) / (double)topic_retry_delay(&schedule, i);
        CU_ASSERT_DOUBLE_EQUAL(factor, 1.39495079, 1e-7);
    }
    double total_s = 0;
    int32_t tries = 0;
    for (; topic_retry_delay(&schedule, tries) != SIM_NEVER; tries++)
        total_s += (double)topic_retry_delay(&schedule, tries) / 1e9;
    CU_ASSERT_EQUAL(tries, 100015);
    CU_ASSERT_EQUAL((int)(total_s / 86400), 23);
    catalog_free(catalog);
}

/* The receiver fails for `seconds`; the sender has no jitter unless `settings` says otherwise. */
static struct play play_broken(const char *seconds, const char *settings, const char *duration)
{
    char text[1024];
    (void)snprintf(
        text, sizeof text,
        "local dead = F('dead', { init = '0ms', delivery = '0ms', handler = function(r) r:mark "
        "'dead' end })\n"
        "local letters = topic 'letters' { subscribers = { dead } }\n"
        "local far = topic 'far' { }\n"
        "topic 'news' { latency = '0ms', delivery = '0ms', subscribers = { far }, %s }\n"
        "once('t', 'news', '1s') at '0s' { target = 'far', errors = 1, lasts = '%s' }\n"
        "simulate { duration = '%s' }",
        settings, seconds, duration);
    return stage_play(text);
}

/* Tries at 0, 0, 0, 0, 1, 2, 3, then after delays of 20^(i/9) s for i = 1, 2 ... The receiver is well again 29 s after the
 * first: the sum passes 29 s with i = 7. */
static void test_a_delivery_that_is_refused_is_tried_again(void)
{
    double at_s = 3;
    int tries = 7;
    for (int i = 1; at_s < 29; i++, tries++)
        at_s += pow(20, i / 9.);
    struct play stage = play_broken("30s", "jitter = 'none'", "10min");
    CHECK_VALUE(&stage, "far", "requests.sum", tries);
    CHECK_VALUE(&stage, "far", "throttle_count.sum", tries - 1);
    CHECK_VALUE(&stage, "news", "deleted.sum", 1);
    CU_ASSERT_DOUBLE_EQUAL(stage_value(&stage, "news", "age.max"), at_s * 1e3, 1e-4);
    CU_ASSERT_DOUBLE_EQUAL(stage_value(&stage, "news", "depth.mean"), at_s / 600, 1e-9);
    stage_end(&stage);
}

/* Equal jitter leaves each delay between half of it and the whole. */
static void test_jitter_spreads_the_tries(void)
{
    struct play stage = play_broken("30s", "jitter = 'equal'", "10min");
    double tries = stage_value(&stage, "far", "requests.sum");
    double age_ms = stage_value(&stage, "news", "age.max"), longest_s = 2;
    for (int i = 0; i < (int)tries - 6; i++)
        longest_s += pow(20, i / 9.);
    CU_ASSERT_TRUE(29e3 <= age_ms && age_ms <= longest_s * 1e3 && longest_s * 500 <= age_ms);
    CU_ASSERT_TRUE(tries >= 14);
    stage_end(&stage);
}

/* Nobody ever takes it: after 100,016 tries, on the 24th day, it is a dead letter. The delays sum to 2 + sum of 20^(i/9) for i =
 * 0 ... 9 + 2,000,000 s. */
static void test_after_23_days_a_delivery_is_given_up(void)
{
    double total_s = 2 + 100000 * 20.;
    for (int i = 0; i < 10; i++)
        total_s += pow(20, i / 9.);
    struct play stage = play_broken("30d", "jitter = 'none', dlq = letters", "30d");
    CHECK_VALUE(&stage, "far", "requests.sum", 100016);
    CHECK_VALUE(&stage, "news", "dead_letters.sum", 1);
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "mark dead", "latency.max"), total_s * 1e3, 1e-2));
    stage_end(&stage);
    stage = play_broken("30d", "jitter = 'none'", "30d");
    CHECK_VALUE(&stage, "news", "expired.sum", 1);
    CHECK_VALUE(&stage, "dead", "requests.sum", 0);
    stage_end(&stage);
}

/* -- limits and money -------------------------------------------------------------------------------- */

/* A bucket of one second: of 25 at once 10 pass, and one more every 100 ms. */
static void test_publishing_is_limited(void)
{
    struct play stage = stage_play(
        "topic 'news' { limit = '10/s' }\n"
        "once('t', 'news', '1s', 25) once('u', 'news', '1099ms') once('v', 'news', '1200ms')\n"
        "simulate { duration = '10s' }");
    CHECK_VALUE(&stage, "t", "error_count.sum", 15);
    CHECK_VALUE(&stage, "u", "error_count.sum", 1);
    CHECK_VALUE(&stage, "v", "error_count.sum", 0);
    CHECK_VALUE(&stage, "news", "throttle_count.sum", 16);
    CU_ASSERT_EQUAL(topic_of(&stage, "news")->refused, 16);
    CU_ASSERT_EQUAL(publishes(&stage, "news"), 11);
    stage_end(&stage);
}

/* A request is 64 KB of up to ten messages published together. */
static void test_what_is_published_is_billed_by_64_kb(void)
{
    static const struct {
        const char *args;
        int requests;
    } rows[] = {
        {"{ }", 1},
        {"{ size = '64KB' }", 1},
        {"{ size = '65KB' }", 2},
        {"{ size = '256KB' }", 4},
        {"{ n = 10 }", 1},
        {"{ n = 25 }", 3},
        {"{ n = 10, size = '20KB' }", 4},
        {"{ n = 11, size = '20KB' }", 5},
    };
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        char text[512];
        (void)snprintf(text, sizeof text,
                       "local news = topic 'news' { }\n"
                       "local f = F('f', { handler = function(r) r:publish(news, %s) end })\n"
                       "once('t', f, '1s') simulate { duration = '10s' }",
                       rows[i].args);
        struct play stage = stage_play(text);
        CU_ASSERT_EQUAL(publishes(&stage, "news"), rows[i].requests);
        stage_end(&stage);
    }
}

/* $0.50 per million; deliveries to functions are free, so there is no other line. */
static void test_a_million_messages_cost_half_a_dollar(void)
{
    struct play stage = stage_play(
        "local a = F('a', { init = '0ms', handler = function(r) end })\n"
        "local news = topic 'news' { subscribers = { a } }\n"
        "traffic 't' { to = news, rate = '200/s', stop = '90s' } simulate { duration = '100s' }");
    struct usage *usage;
    int count = world_usage(stage.world, &usage), lines = 0;
    for (int i = 0; i < count; i++) {
        if (usage[i].service[0] != 's')
            continue;
        lines++;
        double usd = (double)usage[i].amount / usage[i].per_unit *
                     catalog_price(stage.catalog, usage[i].price)->tiers[0].usd;
        CU_ASSERT_DOUBLE_EQUAL(usd, stage_value(&stage, "t", "requests.sum") * 0.5e-6, 1e-12);
    }
    CU_ASSERT_EQUAL(lines, 1);
    stage_end(&stage);
}

/* While the topic fails nothing is sent; the publisher is told. */
static void test_a_publish_that_fails_sends_nothing(void)
{
    struct play stage = stage_play(
        "local a = F('a', { init = '0ms', handler = function(r) end })\n"
        "local news = topic 'news' { subscribers = { a } }\n"
        "local f = F('f', { handler = function(r) r:publish(news, { retries = 0 }) end })\n"
        "once('t', f, '1s', 10) at '0s' { target = news, errors = 1 } simulate { duration = '10s' "
        "}");
    CHECK_VALUE(&stage, "t", "error_count.sum", 10);
    CHECK_VALUE(&stage, "a", "sent.sum", 0);
    CU_ASSERT_EQUAL(publishes(&stage, "news"), 0);
    stage_end(&stage);
}

/* One more subscriber changes no draw of the others. */
static void test_one_more_subscriber_changes_nothing_for_the_others(void)
{
    double mean[2];
    for (int more = 0; more < 2; more++) {
        char text[512];
        (void)snprintf(text, sizeof text,
                       "local a = F('a', { init = '0ms', handler = function(r) r:mark 'a' end })\n"
                       "local far = topic 'far' { subscribers = { a } }\n"
                       "local news = topic 'news' { subscribers = { %s far } }\n"
                       "traffic 't' { to = news, rate = '50/s' } simulate { duration = '100s' }",
                       more ? "F('b', { handler = function(r) end })," : "");
        struct play stage = stage_play(text);
        mean[more] = stage_value(&stage, "mark a", "latency.mean");
        stage_end(&stage);
    }
    CU_ASSERT_EQUAL(mean[0], mean[1]);
}

CU_TestInfo suite_topic[] = {
    TEST(test_every_subscriber_gets_every_message),
    TEST(test_one_call_publishes_several),
    TEST(test_filters_match_the_attributes_of_the_request),
    TEST(test_the_age_of_a_request_grows_by_every_hop),
    TEST(test_a_fault_slows_publishing_and_delivery),
    TEST(test_the_schedule_is_the_documented_one),
    TEST(test_a_delivery_that_is_refused_is_tried_again),
    TEST(test_jitter_spreads_the_tries),
    TEST(test_after_23_days_a_delivery_is_given_up),
    TEST(test_publishing_is_limited),
    TEST(test_what_is_published_is_billed_by_64_kb),
    TEST(test_a_million_messages_cost_half_a_dollar),
    TEST(test_a_publish_that_fails_sends_nothing),
    TEST(test_one_more_subscriber_changes_nothing_for_the_others),
    CU_TEST_INFO_NULL,
};
