/* test_sql.c - a database: its connections and who holds them, a proxy, capacity, pauses, the bill. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/sql_run.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

/* Queries of 10 ms, 5 ms to connect, and no end of processors, unless the test says otherwise: the later of two equal keys holds. */
static struct play play_sql(const char *settings, const char *rest)
{
    char text[2048];
    (void)snprintf(text, sizeof text,
                   "local function D(t)\n"
                   "  t.latency = t.latency or '10ms'\n"
                   "  t.connect = t.connect or '5ms'\n"
                   "  if t.instance and not t.per_vcpu then t.per_vcpu = 1000 end\n"
                   "  return sql 'db' (t)\n"
                   "end\n"
                   "local function G(name, t)\n"
                   "  t = t or {}\n"
                   "  t.init = '0ms'\n"
                   "  t.handler = t.handler or function(r) r:exec 'db' end\n"
                   "  return F(name, t)\n"
                   "end\n"
                   "local db = D { %s }\n%s",
                   settings, rest);
    return stage_play(text);
}

#define MICRO "instance = 'db.t4g.micro'"

static const struct sql *sql_of(const struct play *stage)
{
    return stage_svc(stage, "db")->state;
}

static int64_t meter_of(const struct play *stage, enum sql_meter meter)
{
    return stage_svc(stage, "db")->meters[meter];
}

/* -- a query ---------------------------------------------------------------------------------- */

/* Only the first of an instance connects. */
static void test_the_first_query_of_an_instance_connects(void)
{
    struct play stage = play_sql(
        MICRO,
        "local f = G 'f' once('first', f, '1s') once('second', f, '2s')\n"
        "local g = G('g', { handler = function(r) r:exec(db, { time = '40ms' }) r:exec(db) end })\n"
        "once('gt', g, '3s') simulate { duration = '5s' }");
    CHECK_MS(&stage, "first", "latency.max", 15);
    CHECK_MS(&stage, "second", "latency.max", 10);
    CHECK_MS(&stage, "gt", "latency.max", 55);
    CHECK_MS(&stage, "db", "stage_downstream.mean", (15 + 10 + 45 + 10) / 4.);
    CHECK_VALUE(&stage, "db", "connections.max", 2);
    CHECK_VALUE(&stage, "db", "requests", 4);
    stage_end(&stage);
}

/* Two run at full speed (2 processors, one each), so four at once run at half of it. */
static void test_beyond_full_speed_queries_share(void)
{
    struct play stage = play_sql(MICRO ", per_vcpu = 1, connect = '0ms'",
                                 "once('t', G 'f', '1s', 4) simulate { duration = '5s' }");
    CHECK_MS(&stage, "db", "latency.mean", 20);
    CHECK_MS(&stage, "db", "latency.max", 20);
    CHECK_VALUE(&stage, "db", "utilisation.max", 1);
    CHECK_VALUE(&stage, "db", "utilisation.mean", 0.02 / 5);
    stage_end(&stage);
}

/* One at full speed. A (100 ms) is half done when B (100 ms) comes at 50 ms; they share until A is done at 150 ms, B then has 50 ms left: 200
 * ms. C (10 ms), at 60 ms, takes a third of the time of each from then on: it is done at 90 ms, and has cost the others 10 ms. */
static void test_who_comes_and_goes_changes_the_pace(void)
{
    static const char *const with[] = {"", "once('c', q('fc', '10ms'), '1060ms')"};
    for (int i = 0; i < 2; i++) {
        char rest[512];
        (void)snprintf(
            rest, sizeof rest,
            "local function q(name, time)\n"
            "  return G(name, { handler = function(r) r:exec(db, { time = time }) end }) end\n"
            "once('a', q('fa', '100ms'), '1s') once('b', q('fb', '100ms'), '1050ms')\n"
            "%s simulate { duration = '5s' }",
            with[i]);
        struct play stage = play_sql(MICRO ", per_vcpu = 0.5, connect = '0ms'", rest);
        CU_ASSERT_TRUE(is_near(stage_value(&stage, "a", "latency.max"), 150 + 10 * i, 1e-5));
        CU_ASSERT_TRUE(is_near(stage_value(&stage, "b", "latency.max"), 150 + 10 * i, 1e-5));
        if (i == 1)
            CU_ASSERT_TRUE(is_near(stage_value(&stage, "c", "latency.max"), 30, 1e-5));
        stage_end(&stage);
    }
}

/* n running at c / n of full speed end at c / L a second: 2 / 10 ms = 200/s, however many ask. */
static void test_throughput_is_bounded_by_the_capacity(void)
{
    static const char *const clients[] = {"10", "100"};
    for (size_t i = 0; i < COUNTOF(clients); i++) {
        char rest[256];
        (void)snprintf(rest, sizeof rest,
                       "traffic 't' { to = G 'f', clients = %s }\n"
                       "simulate { duration = '110s', warmup = '10s' }",
                       clients[i]);
        struct play stage = play_sql(MICRO ", per_vcpu = 1", rest);
        CU_ASSERT_TRUE(is_near(stage_value(&stage, "db", "rate.mean"), 200, 2));
        CU_ASSERT_TRUE(is_near(stage_value(&stage, "db", "utilisation.mean"), 1, 1e-9));
        stage_end(&stage);
    }
}

static void test_contention_counts_each_query_that_runs(void)
{
    struct play stage = play_sql(MICRO ", contention = '2ms', connect = '0ms'",
                                 "once('t', G 'f', '1s', 3) simulate { duration = '5s' }");
    CHECK_MS(&stage, "db", "latency.mean", 14); /* 12, 14, 16 */
    stage_end(&stage);
}

/* -- connections ------------------------------------------------------------------------------ */

/* MODEL.md 8.7: 1,000 instances at once against 1 GiB of PostgreSQL. A refusal takes as long as connecting, is an error and no
 * throttle. The same instances come again: those that have a connection use it, the others are refused again. */
static void test_a_thousand_instances_meet_112_connections(void)
{
    struct play stage = play_sql(
        MICRO,
        "local f = G 'f' once('t', f, '1s', 1000) once('again', f, '30s', 1000)\n"
        "account { concurrency = 2000, scaling = '10000/10s' } simulate { duration = '60s' }");
    CHECK_VALUE(&stage, "t", "error_count", 888);
    CHECK_VALUE(&stage, "again", "error_count", 888);
    CHECK_VALUE(&stage, "db", "error_count", 2 * 888);
    CHECK_VALUE(&stage, "db", "throttle_count", 0);
    CHECK_VALUE(&stage, "db", "connections.max", 112);
    CHECK_MS(&stage, "db", "latency.p50", 5);
    struct capacity_row *rows;
    int count = world_capacities(stage.world, &rows);
    CU_ASSERT_EQUAL_FATAL(count, 2); /* the function's comes second */
    CU_ASSERT_STRING_EQUAL(rows[0].what, "connections");
    CU_ASSERT_EQUAL(rows[0].refused[0], 2 * 888);
    stage_end(&stage);
}

static void check_default_connections(const char *settings, int64_t expected)
{
    char text[256];
    (void)snprintf(text, sizeof text, "sql 'db' { %s }", settings);
    struct play stage = stage_load(text);
    const struct sql_config *config = stage.scenario->resources[0].config;
    if (config->max_connections != expected)
        printf("\n    %s: %lld, not %lld", settings, (long long)config->max_connections,
               (long long)expected);
    CU_ASSERT_EQUAL(config->max_connections, expected);
    stage_end(&stage);
}

/* MODEL.md 5: the figures AWS gives by class and by capacity, and PostgreSQL's cap with a minimum of 0 or 0.5. 2 ACU lies a third
 * of the way from 1 to 4: 189 + (823 - 189) / 3 = 400.3. */
static void test_default_connections_are_those_of_the_documents(void)
{
    check_default_connections("instance = 'db.t4g.micro'", 112);
    check_default_connections("instance = 'db.t4g.small'", 225);
    check_default_connections("instance = 'db.t4g.micro', engine = 'mysql'", 85);
    check_default_connections("instance = 'db.x9.huge', memory = '512GB', vcpu = 64", 5000);
    check_default_connections("max_acu = 1", 189);
    check_default_connections("max_acu = 1, engine = 'mysql'", 90);
    check_default_connections("max_acu = 4, min_acu = 1", 823);
    check_default_connections("max_acu = 2, min_acu = 1", 400);
    check_default_connections("max_acu = 8, engine = 'mysql'", 1000);
    check_default_connections("max_acu = 16, min_acu = 1", 3360);
    check_default_connections("max_acu = 16", 2000);
    check_default_connections("max_acu = 16, engine = 'mysql'", 2000);
    check_default_connections("max_acu = 256, min_acu = 1", 5000);
    check_default_connections("max_acu = 192, engine = 'mysql'", 6000);
    check_default_connections("max_acu = 256, engine = 'mysql'", 6000);
    check_default_connections("", 400);
}

/* An idle instance holds its connection to the instant it expires: idle from 1.015 s, for 60 s. Another function's query is refused just
 * before and finds a place then: expiries come before arrivals. */
static void test_idle_instances_hold_connections_until_they_expire(void)
{
    static const struct {
        const char *at;
        double errors;
    } cases[] = {{"30s", 1}, {"61014999us", 1}, {"61015ms", 0}};
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        char rest[256];
        (void)snprintf(
            rest, sizeof rest,
            "once('t', G('f', { keep_alive = '60s' }), '1s', 5) once('late', G 'g', '%s')\n"
            "simulate { duration = '100s' }",
            cases[i].at);
        struct play stage = play_sql(MICRO ", max_connections = 5", rest);
        CHECK_VALUE(&stage, "late", "error_count", cases[i].errors);
        stage_end(&stage);
    }
}

static void test_an_instance_that_is_used_again_keeps_its_connection(void)
{
    struct play stage = play_sql(
        MICRO,
        "local f = G('f', { keep_alive = '10s' })\n"
        "once('a', f, '1s') once('b', f, '9s') once('c', f, '18s') simulate { duration = '50s' }");
    CHECK_MS(&stage, "c", "latency.max", 10);
    CHECK_VALUE(&stage, "db", "connections.max", 1);
    CHECK_VALUE(&stage, "db", "connections.mean", (28.01 - 1) / 50);
    stage_end(&stage);
}

/* Where every call asks the database at once, there are as many connections as instances, at every moment, though instances are
 * counted when they are met and connections by looks: the areas under both are the same. Keep-alive is drawn anew at each
 * use, so an instance often expires sooner than it was going to. */
static void check_as_many_as_instances(const char *function)
{
    char rest[512];
    (void)snprintf(rest, sizeof rest,
                   "traffic 't' { to = G('f', { %s }), rate = '3/s' }\n"
                   "simulate { duration = '2000s', warmup = '100s' }",
                   function);
    struct play stage =
        play_sql(MICRO ", max_connections = 1000, latency = exponential('400ms')", rest);
    double instances = stage_value(&stage, "f", "instances.mean");
    CU_ASSERT_TRUE(instances > 1);
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "db", "connections.mean"), instances, 1e-9));
    CHECK_VALUE(&stage, "db", "connections.max", stage_value(&stage, "f", "instances.max"));
    stage_end(&stage);
}

static void test_there_are_as_many_connections_as_instances(void)
{
    check_as_many_as_instances("keep_alive = uniform('0s', '60s'), timeout = '60s'");
    check_as_many_as_instances("keep_alive = '2s', timeout = '60s', reuse = 'lru'");
    check_as_many_as_instances("keep_alive = exponential('5s'), timeout = '60s', reuse = 'random'");
    check_as_many_as_instances("keep_alive = '20s', timeout = '60s', max_lifetime = '45s'");
    check_as_many_as_instances("keep_alive = 'none', timeout = '60s'");
}

/* The instance is lost at 2 s, its query runs until 4.005 s and holds the connection so long; the next call at 3 s connects anew. */
static void test_a_reset_instance_loses_its_connection(void)
{
    struct play stage =
        play_sql(MICRO ", latency = '3s'",
                 "local f = G('f', { timeout = '1s', handler = function(r) r:exec(db) end })\n"
                 "local g = G('g', { handler = function(r) r:exec(db, { time = '10ms' }) r:fail "
                 "'crash' end })\n"
                 "once('t', f, '1s') once('gt', g, '6s') once('gt again', g, '7s') simulate { "
                 "duration = '10s' }");
    CHECK_VALUE(&stage, "t", "timeout_count", 1);
    CHECK_VALUE(&stage, "db", "connections.mean", (3.005 + 2 * 0.015) / 10);
    CHECK_VALUE(&stage, "db", "connections.max", 1);
    CU_ASSERT_EQUAL(sql_of(&stage)->connections.value, 0);
    stage_end(&stage);
}

static void test_recycled_instances_lose_their_connections(void)
{
    struct play stage = play_sql(
        MICRO ", latency = '1s', connect = '0ms'",
        "local f = G('f') local p = G('p', { provisioned = 2 })\n"
        "once('a', f, '1s', 2) once('b', p, '1s', 2) once('busy', f, '5s')\n"
        "at '5500ms' { target = f, recycle = true } at '8s' { target = p, recycle = true }\n"
        "simulate { duration = '10s' }");
    /* 4 from 1 s; f's idle one goes at 5.5 s, its busy one at 6 s; p's two at 8 s */
    CHECK_VALUE(&stage, "db", "connections.mean", (4.5 + 5 + 2 * 7) / 10);
    stage_end(&stage);
}

/* One instance with ten places: ten at once need ten connections, five more later find them free. So do branches of r:all. */
static void test_an_instance_has_a_connection_for_each_query_at_once(void)
{
    struct play stage = play_sql(
        MICRO, "local f = G('f', { instance_concurrency = 10 })\n"
               "once('ten', f, '1s', 10) once('five', f, '2s', 5) simulate { duration = '5s' }");
    CHECK_VALUE(&stage, "f", "instances.max", 1);
    CHECK_VALUE(&stage, "db", "connections.max", 10);
    CHECK_MS(&stage, "five", "latency.max", 10);
    stage_end(&stage);
    stage = play_sql(
        MICRO,
        "local f = G('f', { handler = function(r)\n"
        "  r:all{ function(b) b:exec(db) end, function(b) b:exec(db) end } r:exec(db) end })\n"
        "once('t', f, '1s') simulate { duration = '5s' }");
    CHECK_VALUE(&stage, "db", "connections.max", 2);
    CHECK_MS(&stage, "t", "latency.max", 25);
    stage_end(&stage);
}

/* Each database counts its own, and all functions that ask it count there. */
static void test_databases_and_functions_mix(void)
{
    struct play stage = play_sql(
        MICRO ", max_connections = 3",
        "local other = sql 'other' { instance = 'db.t4g.micro', latency = '10ms', connect = '5ms' "
        "}\n"
        "local both = G('both', { keep_alive = '20s', handler = function(r) r:exec(db) "
        "r:exec(other) end })\n"
        "once('t', both, '1s', 2) once('gt', G 'g', '5s', 2) simulate { duration = '50s' }");
    CHECK_VALUE(&stage, "gt", "error_count", 1);
    CHECK_VALUE(&stage, "other", "connections.max", 2);
    CHECK_VALUE(&stage, "other", "connections.mean", 2 * (21.03 - 1.015) / 50);
    CHECK_VALUE(&stage, "db", "connections.mean", (2 * 20.03 + 45) / 50);
    stage_end(&stage);
}

static void test_a_driver_tries_once(void)
{
    struct play stage =
        play_sql(MICRO ", max_connections = 1",
                 "local f = G('f', { handler = function(r) r:exec(db) end })\n"
                 "local g = G('g', { handler = function(r) r:exec(db, { retries = 2 }) end })\n"
                 "once('ft', f, '1s', 2) once('gt', g, '5s') simulate { duration = '60s' }");
    CHECK_VALUE(&stage, "db", "requests", 2 + 3);
    stage_end(&stage);
}

/* -- a proxy ---------------------------------------------------------------------------------- */

/* 1,000 queries of 1 s over 112 connections: nine rounds, none refused. What is left open is half of what may be. */
static void test_a_proxy_queues_what_a_database_would_refuse(void)
{
    struct play stage = play_sql(
        MICRO ", proxy = true, latency = '1s', connect = '0ms'",
        "once('t', G('f', { timeout = '60s' }), '1s', 1000)\n"
        "account { concurrency = 2000, scaling = '10000/10s' } simulate { duration = '60s' }");
    CHECK_VALUE(&stage, "*", "error_count", 0);
    CHECK_MS(&stage, "t", "latency.max", 9000);
    CHECK_VALUE(&stage, "db", "connections.max", 112);
    CHECK_VALUE(&stage, "db", "depth.max", 888);
    /* 888 wait 1 s, 776 the second ... 104 the eighth: (888 + 104) / 2 * 8 / 1000 */
    CHECK_MS(&stage, "db", "stage_queue.mean", 3968);
    CU_ASSERT_EQUAL(sql_of(&stage)->connections.value, 56);
    CU_ASSERT_EQUAL(sql_of(&stage)->idle, 56);
    stage_end(&stage);
}

/* Rounds begin after 0, 1 and 2 s; who waits 2 s is served at that instant, everybody else fails then. */
static void test_waiting_for_a_proxy_ends(void)
{
    struct play stage = play_sql(
        MICRO ", proxy = { borrow_timeout = '2s' }, latency = '1s', connect = '0ms'",
        "once('t', G('f', { timeout = '60s' }), '1s', 1000)\n"
        "account { concurrency = 2000, scaling = '10000/10s' } simulate { duration = '60s' }");
    CHECK_VALUE(&stage, "t", "error_count", 1000 - 3 * 112);
    CHECK_VALUE(&stage, "db", "timeout_count", 1000 - 3 * 112);
    CHECK_MS(&stage, "db", "latency.max", 3000);
    CU_ASSERT_EQUAL(sql_of(&stage)->borrow_timeouts, 1000 - 3 * 112);
    stage_end(&stage);
}

/* The time of each runs from its own arrival. */
static void test_each_waits_as_long_for_a_proxy(void)
{
    struct play stage =
        play_sql(MICRO ", max_connections = 1, proxy = { borrow_timeout = '2s' }, latency = '10s', "
                       "connect = '0ms'",
                 "local f = G('f', { timeout = '60s' })\n"
                 "once('a', f, '1s') once('b', f, '2s') once('c', f, '3s') once('d', f, '10s')\n"
                 "simulate { duration = '60s' }");
    CHECK_MS(&stage, "b", "latency.max", 2000);
    CHECK_MS(&stage, "c", "latency.max", 2000);
    CHECK_MS(&stage, "d", "latency.max", 11000);
    stage_end(&stage);
}

/* max_percent = 50 % of 112. Who gave up (after 1 s, in the second round) is passed over: no third round. */
static void test_a_proxy_passes_over_who_gave_up(void)
{
    struct play stage =
        play_sql(MICRO ", proxy = { max_percent = '50%' }, latency = '900ms', connect = '0ms'",
                 "once('t', G('f', { timeout = '1s' }), '1s', 200) simulate { duration = '60s' }");
    CHECK_VALUE(&stage, "db", "connections.max", 56);
    CHECK_VALUE(&stage, "t", "error_count", 200 - 56);
    CHECK_VALUE(&stage, "db", "timeout_count", 200 - 2 * 56);
    stage_end(&stage);
}

/* A second query of the same handler goes behind who waits. */
static void test_nobody_overtakes_at_a_proxy(void)
{
    struct play stage = play_sql(
        MICRO ", max_connections = 1, proxy = true, latency = '100ms', connect = '0ms'",
        "local f = G('f', { handler = function(r) r:exec(db) r:exec(db) end })\n"
        "once('twice', f, '1s') once('other', G 'g', '1050ms') simulate { duration = '5s' }");
    CHECK_MS(&stage, "other", "latency.max", 150);
    CHECK_MS(&stage, "twice", "latency.max", 300);
    stage_end(&stage);
}

/* A fault lowers and raises what may be lent: 2, then 1 from 5 s, then 2 again from 10 s. */
static void test_a_fault_takes_connections_away(void)
{
    struct play stage =
        play_sql(MICRO ", max_connections = 2, proxy = true, latency = '1s', connect = '0ms'",
                 "local f = G('f', { timeout = '60s' })\n"
                 "once('a', f, '1s', 4) once('b', f, '6s', 8)\n"
                 "at '5s' { target = db, set = { max_connections = 1 }, lasts = '5s' }\n"
                 "simulate { duration = '60s' }");
    CHECK_MS(&stage, "a", "latency.max", 2000);
    CHECK_MS(&stage, "b", "latency.max", 6000); /* four by 10 s, then two a second */
    stage_end(&stage);
    stage = play_sql(MICRO ", max_connections = 5",
                     "once('a', G('f', { keep_alive = '2s' }), '1s', 5) once('b', G 'g', '6s', 5)\n"
                     "at '5s' { target = db, latency = 'x10', set = { max_connections = 2 } }\n"
                     "simulate { duration = '60s' }");
    CHECK_VALUE(&stage, "a", "error_count", 0);
    CHECK_VALUE(&stage, "b", "error_count", 3);
    CHECK_MS(&stage, "db", "latency.max", 150);
    stage_end(&stage);
}

/* -- pausing ---------------------------------------------------------------------------------- */

#define ZERO "min_acu = 0, max_acu = 4, per_acu = 1000"

/* The instance of the first call expires 10 s after 1.015 s; five minutes later, at 311.015 s, the database pauses. The call at 400 s resumes
 * it and waits 15 s, the one at 405 s the last 10 of them, the next nothing. Half an ACU runs until 311.015 s and
 * from 415 s. */
static void test_a_pause_and_its_end(void)
{
    struct play stage = play_sql(
        ZERO, "local f = G('f', { keep_alive = '10s', timeout = '60s' })\n"
              "once('a', f, '1s') once('b', f, '400s') once('c', f, '405s') once('d', f, '420s')\n"
              "simulate { duration = '500s' }");
    CHECK_MS(&stage, "a", "latency.max", 15);
    CHECK_MS(&stage, "b", "latency.max", 15015);
    CHECK_MS(&stage, "c", "latency.max", 10015);
    CHECK_MS(&stage, "d", "latency.max", 10);
    CHECK_MS(&stage, "db", "stage_queue.mean", 25000 / 4.);
    CHECK_VALUE(&stage, "db", "depth.max", 2);
    CU_ASSERT_EQUAL(meter_of(&stage, SQL_ACU), 311015 + 85000);
    stage_end(&stage);
}

/* It pauses at 600 s; a day later to the nanosecond is not more than a day. */
static void test_a_long_pause_takes_longer_to_end(void)
{
    static const struct {
        const char *settings, *at;
        double latency_ms;
    } cases[] = {{ZERO ", pause_after = '10min'", "87000s", 15015},
                 {ZERO ", pause_after = '10min'", "87000000001us", 30015},
                 {ZERO ", pause_after = '10min', resume = '4s'", "90000s", 4015}};
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        char rest[160];
        (void)snprintf(rest, sizeof rest,
                       "once('t', G('f', { timeout = '60s' }), '%s') simulate { duration = '26h' }",
                       cases[i].at);
        struct play stage = play_sql(cases[i].settings, rest);
        CHECK_MS(&stage, "t", "latency.max", cases[i].latency_ms);
        stage_end(&stage);
    }
}

/* Connections of frozen instances and of a proxy keep it awake. */
static void test_open_connections_keep_it_awake(void)
{
    static const char *const settings[] = {ZERO, ZERO ", proxy = true"};
    for (size_t i = 0; i < COUNTOF(settings); i++) {
        struct play stage =
            play_sql(settings[i], "local f = G('f') once('a', f, '1s') once('b', f, '3000s')\n"
                                  "simulate { duration = '4000s' }");
        CHECK_MS(&stage, "b", "latency.max", 10);
        CU_ASSERT_EQUAL(meter_of(&stage, SQL_ACU), 4000000);
        stage_end(&stage);
    }
}

/* Who gives up while it resumes asks nothing; the database wakes up all the same, and goes to sleep again after five minutes. */
static void test_who_gave_up_during_a_pause_asks_nothing(void)
{
    struct play stage = play_sql(
        ZERO, "once('t', G('f', { timeout = '3s' }), '1000s') simulate { duration = '2000s' }");
    CHECK_VALUE(&stage, "t", "timeout_count", 1);
    CHECK_VALUE(&stage, "db", "timeout_count", 1);
    CHECK_VALUE(&stage, "db", "connections.max", 0);
    CU_ASSERT_EQUAL(meter_of(&stage, SQL_ACU), 600000);
    stage_end(&stage);
}

/* They connect when it is over, and then the limit holds: 189 of 400. */
static void test_those_who_waited_meet_the_limit(void)
{
    struct play stage = play_sql(
        "min_acu = 0, max_acu = 1, per_acu = 1000",
        "once('t', G('f', { timeout = '60s' }), '1000s', 400) simulate { duration = '1100s' }");
    CHECK_VALUE(&stage, "db", "error_count", 400 - 189);
    CHECK_VALUE(&stage, "db", "connections.max", 189);
    stage_end(&stage);
}

/* -- scaling ---------------------------------------------------------------------------------- */

static void test_steps_grow_with_the_capacity(void)
{
    static const int64_t up[] = {1, 2, 3, 5, 8, 12, 18, 27, 32, 32};
    static const int64_t down[] = {32, 24, 18, 14, 11, 9, 7, 6, 5, 4, 3, 2, 1, 1};
    const struct sql_scaling_rule rule = {1, 32, 0.7, 0.5};
    for (size_t i = 0; i + 1 < COUNTOF(up); i++)
        CU_ASSERT_EQUAL(sql_scaling_next(&rule, up[i], 1), up[i + 1]);
    for (size_t i = 0; i + 1 < COUNTOF(down); i++)
        CU_ASSERT_EQUAL(sql_scaling_next(&rule, down[i], 0), down[i + 1]);
}

/* At the target it stays; so it does where less would bring it above nine tenths of the target: 20 halves at 50 % are 15 at 66.7 %. */
static void test_capacity_does_not_swing(void)
{
    const struct sql_scaling_rule rule = {1, 32, 0.7, 0.5};
    CU_ASSERT_EQUAL(sql_scaling_next(&rule, 20, 0.7), 20);
    CU_ASSERT_EQUAL(sql_scaling_next(&rule, 20, 0.71), 30);
    CU_ASSERT_EQUAL(sql_scaling_next(&rule, 20, 0.5), 20);
    CU_ASSERT_EQUAL(sql_scaling_next(&rule, 20, 0.47), 15);
    for (int64_t halves = 1; halves <= 32; halves++)
        for (double load = 0; load < 40; load += 0.1) {
            int64_t next = sql_scaling_next(&rule, halves, fmin(load / (double)halves, 1));
            if (next < halves)
                CU_ASSERT_EQUAL(sql_scaling_next(&rule, next, fmin(load / (double)next, 1)) > next,
                                false);
        }
}

/* A hundred queries without end from 10 s on: looks at 40 s, 70 s ... find all busy, so halves are 1 2 3 5 8 12 18 27 32 for 40, 30, 30 ...
 * and the last 10 s: 2,610 half-ACU seconds. */
static void test_a_ramp_is_billed_exactly(void)
{
    struct play stage =
        play_sql("max_acu = 16",
                 "once('t', G('f', { handler = function(r) r:exec(db, { time = '1h' }) end }), "
                 "'10s', 100) simulate { duration = '260s' }");
    CU_ASSERT_EQUAL(meter_of(&stage, SQL_ACU), 2610000);
    CU_ASSERT_EQUAL(sql_of(&stage)->scaling.halves.value, 32);
    CU_ASSERT_TRUE(is_near(stage_value(&stage, "db", "utilisation.mean"), (2610 - 10) / 2610.,
                           1e-9)); /* idle for the first 10 s at half an ACU */
    stage_end(&stage);
}

/* When the load is over it goes back to the minimum, and then nothing ticks any more. */
static void test_it_comes_to_rest(void)
{
    struct play stage = play_sql(
        "min_acu = 1, max_acu = 16, scale_every = '10s'",
        "traffic 't' { to = G 'f', rate = '2000/s', stop = '100s' } simulate { duration = '1h' }");
    const struct sql *sql = sql_of(&stage);
    CU_ASSERT_TRUE(level_max(&sql->scaling.halves) == 32);
    CU_ASSERT_EQUAL(sql->scaling.halves.value, 2);
    CU_ASSERT_FALSE(sql->scaling.ticking);
    stage_end(&stage);
}

/* 10 ms at 300/s are 3 at once, 3 ACU's worth: capacity settles where that is between 0.63 and 0.7 at the least or below, and stays. */
static void test_capacity_settles_under_a_steady_load(void)
{
    struct play stage =
        play_sql("max_acu = 16, max_connections = 1000",
                 "traffic 't' { to = G 'f', rate = '300/s', arrivals = 'uniform' }\n"
                 "simulate { duration = '2h', warmup = '1h' }");
    const struct sql *sql = sql_of(&stage);
    CU_ASSERT_EQUAL(level_max(&sql->scaling.halves), sql->scaling.halves.value);
    double utilisation = stage_value(&stage, "db", "utilisation.mean");
    CU_ASSERT_TRUE(0.4 < utilisation && utilisation <= 0.7);
    stage_end(&stage);
}

/* -- the bill --------------------------------------------------------------------------------- */

static const struct usage *usage_of(const struct play *stage, const char *item)
{
    struct usage *usage;
    int count = world_usage(stage->world, &usage);
    for (int i = 0; i < count; i++)
        if (strcmp(usage[i].resource, "db") == 0 && strcmp(usage[i].line_item, item) == 0)
            return &usage[i];
    return NULL;
}

static void check_bill(const char *settings, const char *item, const char *price, double quantity)
{
    struct play stage = play_sql(settings, "simulate { duration = '10h', warmup = '1h' }");
    const struct usage *usage = usage_of(&stage, item);
    CU_ASSERT_PTR_NOT_NULL_FATAL(usage);
    CU_ASSERT_STRING_EQUAL(usage->price, price);
    CU_ASSERT_DOUBLE_EQUAL((double)usage->amount / usage->per_unit, quantity, 1e-12);
    stage_end(&stage);
}

/* Nine hours measured. A proxy of capacity units is billed for 8 at least, one of an instance for 2 vCPU at least. */
static void test_hours_are_billed(void)
{
    check_bill("min_acu = 2, max_acu = 4", "capacity units", "aurora.sv2.acu_hour", 18);
    check_bill("min_acu = 2, io_optimized = true", "capacity units", "aurora.sv2.io_opt.acu_hour",
               18);
    check_bill("min_acu = 2, max_acu = 4, proxy = true", "proxy", "rds.proxy.sv2_acu_hour", 72);
    check_bill("min_acu = 9, max_acu = 10, proxy = true", "proxy", "rds.proxy.sv2_acu_hour", 81);
    check_bill(MICRO, "instance", "rds.mysql.single_az.db.t4g.micro", 9);
    check_bill(MICRO ", engine = 'mysql', multi_az = true", "instance",
               "rds.mysql.single_az.db.t4g.micro", 18);
    check_bill(MICRO ", multi_az = true", "instance", "rds.postgres.multi_az.db.t4g.micro", 9);
    check_bill("instance = 'db.r7g.xlarge'", "instance", "aurora.db.r7g.xlarge", 9);
    check_bill("instance = 'db.r7g.xlarge', proxy = true", "proxy", "rds.proxy.vcpu_hour", 36);
}

static void test_io_is_billed_by_query(void)
{
    struct play stage =
        play_sql("io = 3", "once('t', G 'f', '1s', 7) simulate { duration = '9s' }");
    const struct usage *usage = usage_of(&stage, "i/o");
    CU_ASSERT_PTR_NOT_NULL_FATAL(usage);
    CU_ASSERT_EQUAL(usage->amount, 21);
    CU_ASSERT_PTR_NULL(usage_of(&stage, "instance"));
    stage_end(&stage);
}

CU_TestInfo suite_sql[] = {
    TEST(test_the_first_query_of_an_instance_connects),
    TEST(test_beyond_full_speed_queries_share),
    TEST(test_who_comes_and_goes_changes_the_pace),
    TEST(test_throughput_is_bounded_by_the_capacity),
    TEST(test_contention_counts_each_query_that_runs),
    TEST(test_a_thousand_instances_meet_112_connections),
    TEST(test_default_connections_are_those_of_the_documents),
    TEST(test_idle_instances_hold_connections_until_they_expire),
    TEST(test_an_instance_that_is_used_again_keeps_its_connection),
    TEST(test_there_are_as_many_connections_as_instances),
    TEST(test_a_reset_instance_loses_its_connection),
    TEST(test_recycled_instances_lose_their_connections),
    TEST(test_an_instance_has_a_connection_for_each_query_at_once),
    TEST(test_databases_and_functions_mix),
    TEST(test_a_driver_tries_once),
    TEST(test_a_proxy_queues_what_a_database_would_refuse),
    TEST(test_waiting_for_a_proxy_ends),
    TEST(test_each_waits_as_long_for_a_proxy),
    TEST(test_a_proxy_passes_over_who_gave_up),
    TEST(test_nobody_overtakes_at_a_proxy),
    TEST(test_a_fault_takes_connections_away),
    TEST(test_a_pause_and_its_end),
    TEST(test_a_long_pause_takes_longer_to_end),
    TEST(test_open_connections_keep_it_awake),
    TEST(test_who_gave_up_during_a_pause_asks_nothing),
    TEST(test_those_who_waited_meet_the_limit),
    TEST(test_steps_grow_with_the_capacity),
    TEST(test_capacity_does_not_swing),
    TEST(test_a_ramp_is_billed_exactly),
    TEST(test_it_comes_to_rest),
    TEST(test_capacity_settles_under_a_steady_load),
    TEST(test_hours_are_billed),
    TEST(test_io_is_billed_by_query),
    CU_TEST_INFO_NULL,
};
