/* test_queue_esm.c - the mapping from a queue to its consumer: pollers, batching, throttles, errors.
 *
 * As in test_queue.c, nothing but what a test is about takes time.
 */
#include <stdarg.h>
#include <stdio.h>

#include "model/queue_run.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

#define Q       "delivery = '0s', latency = '0s', "
#define INSTANT "init = '0ms', "
#define FREE    "account { concurrency = 100000, scaling = '1000000/10s', api_rate = '1000000/s' }\n"

static const struct queue *queue_of(const struct play *p, const char *name)
{
    return stage_svc(p, name)->state;
}

__attribute__((format(printf, 1, 2))) static struct play play(const char *format, ...)
{
    char lua[2048];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(lua, sizeof lua, format, args);
    va_end(args);
    CU_ASSERT_FATAL(n > 0 && (size_t)n < sizeof lua);
    return stage_play(lua);
}

/* -- the ramp --------------------------------------------------------------------------------------------- */

static int64_t limit_after(const char *duration, const char *pollers)
{
    struct play p = play(FREE "local f = F('f', { " INSTANT
                              "timeout = '900s', handler = function(r) r:wait '900s' end })\n"
                              "local q = queue 'q' { " Q
                              "consumer = f, batch = 1, visibility = '2h', pollers = %s }\n"
                              "once('t', q, '0s', 20000)\n"
                              "simulate { duration = '%s' }\n",
                         pollers, duration);
    int64_t limit = queue_of(&p, "q")->limit;
    CHECK_VALUE(&p, "f", "concurrency.max", limit);
    stage_end(&p);
    return limit;
}

/* MODEL.md 1.8: 5 + 300 t reaches 1,250 after 4 min 9 s; as before November 2023, 5 + 60 t reaches 1,000 after 16 min 35 s. */
static void test_pollers_grow_while_work_waits(void)
{
    CU_ASSERT_EQUAL(limit_after("0.1s", "nil"), 5);
    CU_ASSERT_EQUAL(limit_after("60.1s", "nil"), 305);
    CU_ASSERT_EQUAL(limit_after("248.999s", "nil"), 1249);
    CU_ASSERT_EQUAL(limit_after("249.001s", "nil"), 1250);
    CU_ASSERT_EQUAL(limit_after("300s", "nil"), 1250);
    CU_ASSERT_EQUAL(limit_after("994.999s", "'2023'"), 999);
    CU_ASSERT_EQUAL(limit_after("995.001s", "'2023'"), 1000);
    CU_ASSERT_EQUAL(limit_after("1100s", "'2023'"), 1000);
}

/* Places open at 0 (five) and then every 0.2 s; each takes a message every 10 s. The last of 10,000 is received when their sum is
 * reached. */
static double last_receive_s(int messages)
{
    int received = 0;
    for (int tick = 0;; tick++) { /* of 0.2 s */
        received += tick == 0 ? 5 : 1;
        for (int before = tick - 50; before >= 0;
             before -= 50) /* places that took one 10, 20 ... s ago */
            received += before == 0 ? 5 : 1;
        if (received >= messages)
            return tick * 0.2;
    }
}

/* SCENARIOS 14: 10,000 messages of 10 s: last receive after 194 s, last delete after 204 s, 975 at once. */
static void test_a_burst_of_ten_thousand(void)
{
    struct play p = play(
        "local f = F('f', { " INSTANT "timeout = '30s', handler = function(r) r:wait '10s' end })\n"
        "local q = queue 'q' { " Q "consumer = f, batch = 1, visibility = '3min' }\n"
        "once('t', q, '0s', 10000)\n"
        "simulate { duration = '204.001s' }\n");
    CU_ASSERT_DOUBLE_EQUAL(last_receive_s(10000), 194, 1e-9);
    CHECK_MS(&p, "q", "age.max", 194000);
    CHECK_VALUE(&p, "q", "deleted", 10000);
    CHECK_VALUE(&p, "f", "concurrency.max", 975);
    CHECK_VALUE(&p, "f", "throttle_count", 0);
    stage_end(&p);
}

/* Pollers are kept while there is work now and then, and given up after 5 minutes without: then the ramp starts anew. */
static void test_pollers_rest_without_work(void)
{
    static const char *const text = FREE
        "local f = F('f', { " INSTANT "timeout = '30s', handler = function(r) r:wait '10s' end })\n"
        "local q = queue 'q' { " Q "consumer = f, batch = 1 }\n"
        "once('a', q, '0s', 1000)\n"
        "once('b', q, '%s', 100000)\n"
        "simulate { duration = '%s', warmup = '%s' }\n";
    struct play p = play(text, "200s", "201s", "199.9s");
    CU_ASSERT_TRUE(stage_value(&p, "f", "concurrency.max") > 200);
    stage_end(&p);
    p = play(text, "600s", "600.1s", "599.9s");
    CHECK_VALUE(&p, "f", "concurrency.max", 5);
    stage_end(&p);
}

/* -- delivery --------------------------------------------------------------------------------------------- */

/* With a poller waiting, a message meets its handler after the delivery latency, and no place is held meanwhile: 10/s of 20 ms
 * work are 0.2 at once. Batches are of one. */
static void test_delivery_takes_its_time_and_no_place(void)
{
    struct play p = play("local f = F('f', { " INSTANT
                         "handler = function(r) r:mark 'seen' r:wait '20ms' end })\n"
                         "local q = queue 'q' { consumer = f, latency = '0s' }\n"
                         "traffic 't' { to = q, rate = '10/s' }\n"
                         "simulate { duration = '2h' }\n");
    double n = stage_value(&p, "q", "received");
    CU_ASSERT_TRUE(n > 71000);
    CHECK_VALUE(&p, "f", "requests",
                n); /* with window 0 and little traffic, the mean batch is 1.0 */
    CU_ASSERT_TRUE(is_near(stage_value(&p, "mark seen", "latency.p50"), 16.2, 0.3));
    CU_ASSERT_TRUE(is_near(stage_value(&p, "mark seen", "latency.p99"), 105, 5));
    CU_ASSERT_TRUE(is_near(stage_value(&p, "f", "concurrency.mean"), 0.2, 0.004));
    struct queue *queue = stage_svc(&p, "q")->state;
    CU_ASSERT_TRUE(is_near(level_mean(&queue->busy, 2 * SIM_HOUR, 2 * SIM_HOUR), 0.2, 0.004));
    stage_end(&p);
}

/* Behind a backlog it costs nothing: 100 messages, 10 s on their way, 5 at a time for 1 s each, are done after 10 + 20 s. */
static void test_delivery_costs_nothing_behind_a_backlog(void)
{
    struct play p = play("local f = F('f', { " INSTANT "handler = function(r) r:wait '1s' end })\n"
                         "local q = queue 'q' { latency = '0s', delivery = '10s', consumer = f, "
                         "batch = 1, max_concurrency = 5 }\n"
                         "once('t', q, '0s', 100)\n"
                         "simulate { duration = '30.001s' }\n");
    CHECK_VALUE(&p, "q", "deleted", 100);
    CHECK_MS(&p, "q", "age.max", 29000);
    stage_end(&p);
}

/* Two places are taken from 10 to 15 s; a message sent at 12 s waits behind them, and is not there before 22 s. */
static void test_no_message_is_received_before_it_arrived(void)
{
    struct play p = play("local f = F('f', { " INSTANT
                         "timeout = '6s', handler = function(r) r:mark 'seen' r:wait '5s' end })\n"
                         "local q = queue 'q' { latency = '0s', delivery = '10s', consumer = f, "
                         "batch = 1, max_concurrency = 2 }\n"
                         "once('a', q, '0s', 2)\n"
                         "once('b', q, '12s')\n"
                         "simulate { duration = '1min' }\n");
    CHECK_MS(&p, "q", "age.p0", 10000);
    CHECK_MS(&p, "mark seen", "latency.max", 10000);
    stage_end(&p);
}

/* More than ARRIVING_MAX at one instant: those beyond it have no event of their own, and are delivered all the same. */
static void test_a_flood_is_delivered_in_time(void)
{
    struct play p = play(FREE "local f = F('f', { " INSTANT "handler = function(r) end })\n"
                              "local q = queue 'q' { latency = '0s', delivery = '1s', consumer = "
                              "f, batch = 10000, window = '1s' }\n"
                              "once('t', q, '0s', 200000)\n"
                              "simulate { duration = '10s' }\n");
    CHECK_VALUE(&p, "q", "deleted", 200000);
    CHECK_MS(&p, "q", "age.max", 1000);
    stage_end(&p);
}

/* -- batches ------------------------------------------------------------------------------------------------ */

/* A window waits for a full batch: at 100/s, ten are there after 0.1 s. Where one message comes in 10 s, it waits for all of it. */
static void test_a_window_gathers(void)
{
    struct play p =
        play("local f = F('f', { " INSTANT "handler = function(r) r:mark 'seen' end })\n"
             "local q = queue 'q' { " Q "consumer = f, window = '1s' }\n"
             "traffic 't' { to = q, rate = '100/s', arrivals = 'uniform', stop = '100.005s' }\n"
             "simulate { duration = '110s' }\n");
    CHECK_VALUE(&p, "q", "sent", 10000);
    CHECK_VALUE(&p, "f", "requests", 1000);
    CHECK_MS(&p, "mark seen", "latency.max", 90);
    stage_end(&p);
    p = play("local f = F('f', { " INSTANT "handler = function(r) r:mark 'seen' end })\n"
             "local q = queue 'q' { " Q "consumer = f, window = '5s' }\n"
             "traffic 't' { to = q, rate = '6/min', arrivals = 'uniform', stop = '100.005s' }\n"
             "simulate { duration = '110s' }\n");
    CHECK_VALUE(&p, "f", "requests", 10);
    CHECK_MS(&p, "mark seen", "latency.p50", 5000);
    stage_end(&p);
}

/* A batch holds no more than the 6 MB an invocation takes: 100 messages of 1 MB make 17 batches of 6. */
static void test_a_batch_is_bounded_by_its_payload(void)
{
    struct play p = play("local f = F('f', { " INSTANT "handler = function(r) end })\n"
                         "local q = queue 'q' { " Q "consumer = f, batch = 100, window = '1s' }\n"
                         "local p = F('p', { " INSTANT
                         "handler = function(r) r:send(q, { n = 100, size = '1MB' }) end })\n"
                         "once('t', p, '0s')\n"
                         "simulate { duration = '10s' }\n");
    CHECK_VALUE(&p, "q", "deleted", 100);
    CHECK_VALUE(&p, "f", "requests", 17);
    stage_end(&p);
}

/* Every record fails with probability 0.3. Alone: it is received again, the others are deleted: 1/0.7 receives in the mean, variance
 * 0.3/0.49. As a whole: a batch of ten succeeds with probability 0.7^10 = 0.028. */
static void test_partial_batches_return_what_failed(void)
{
    static const char *const text =
        "local f = F('f', { " INSTANT "handler = function(r)\n"
        "  r:records(function(m) m:maybe(0.3, function(b) b:fail() end) end) end })\n"
        "local q = queue 'q' { " Q "consumer = f, window = '1s', partial_batch = %s }\n"
        "once('t', q, '0s', 1000)\n"
        "simulate { duration = '%s' }\n";
    struct play p = play(text, "true", "1h");
    CHECK_VALUE(&p, "q", "deleted", 1000);
    CHECK_VALUE(&p, "f", "error_count", 0);
    CU_ASSERT_TRUE(is_near(stage_value(&p, "q", "received"), 1428.6, 99));
    stage_end(&p);
    p = play(text, "false", "10s");
    CHECK_VALUE(&p, "f", "requests", 100);
    CU_ASSERT_TRUE(is_near(stage_value(&p, "f", "errors.mean"), 1 - 0.0282, 0.066));
    stage_end(&p);
}

/* The same for a handler that calls others while it walks its records. */
static void test_partial_batches_of_handlers_that_call(void)
{
    struct play p = play(
        "local e = F('e', { " INSTANT "handler = function(r) r:wait '1ms' end })\n"
        "local f = F('f', { " INSTANT "handler = function(r)\n"
        "  r:records(function(m) m:call(e) m:maybe(0.3, function(b) b:fail() end) end) end })\n"
        "local q = queue 'q' { " Q "consumer = f, window = '1s', partial_batch = true }\n"
        "once('t', q, '0s', 1000)\n"
        "simulate { duration = '1h' }\n");
    CHECK_VALUE(&p, "q", "deleted", 1000);
    CHECK_VALUE(&p, "f", "error_count", 0);
    CHECK_VALUE(&p, "e", "requests", stage_value(&p, "q", "received"));
    CU_ASSERT_TRUE(is_near(stage_value(&p, "q", "received"), 1428.6, 99));
    stage_end(&p);
}

/* -- throttles and errors ------------------------------------------------------------------------------------- */

/* SCENARIOS 12, MODEL.md 8.6. With max_concurrency = 5: 500 messages of 3 s by fives, 300 s, nothing refused. */
static void test_max_concurrency_receives_nothing_ahead(void)
{
    struct play p =
        play("local f = F('f', { " INSTANT
             "reserved = 5, timeout = '5s', handler = function(r) r:wait '3s' end })\n"
             "local dlq = queue 'dlq' { }\n"
             "local q = queue 'q' { " Q
             "consumer = f, batch = 1, max_concurrency = 5, dlq = dlq, max_receive = 1 }\n"
             "once('t', q, '0s', 500)\n"
             "simulate { duration = '300.001s' }\n");
    CHECK_VALUE(&p, "f", "throttle_count", 0);
    CHECK_VALUE(&p, "q", "dead_letters", 0);
    CHECK_VALUE(&p, "q", "deleted", 500);
    CHECK_VALUE(&p, "f", "concurrency.max", 5);
    stage_end(&p);
}

/* Without it the pollers receive ahead of a reserved concurrency of 5. What is refused until its visibility ends was received in
 * vain, and with max_receive = 1 once is too often, though nothing failed. Every message is received once; it is accepted, or a
 * dead letter when its visibility ends. Those that were accepted but not done by then are both: duplicates. */
static void test_receiving_ahead_makes_dead_letters_of_good_messages(void)
{
    struct play p =
        play("local f = F('f', { " INSTANT
             "reserved = 5, timeout = '5s', handler = function(r) r:wait '3s' end })\n"
             "local dlq = queue 'dlq' { }\n"
             "local q = queue 'q' { " Q "consumer = f, batch = 1, dlq = dlq, max_receive = 1 }\n"
             "once('t', q, '0s', 500)\n"
             "simulate { duration = '30min' }\n");
    double accepted = stage_value(&p, "f", "requests") - stage_value(&p, "f", "throttle_count");
    CHECK_VALUE(&p, "q", "received", 500);
    double late = stage_value(&p, "q", "duplicates");
    CHECK_VALUE(&p, "q", "deleted", accepted - late);
    CHECK_VALUE(&p, "q", "dead_letters", 500 - accepted + late);
    CHECK_VALUE(&p, "dlq", "depth.max", 500 - accepted + late);
    CHECK_VALUE(&p, "f", "error_count", stage_value(&p, "f", "throttle_count"));
    CU_ASSERT_TRUE(stage_value(&p, "q", "dead_letters") > 100);
    stage_end(&p);
}

/* A throttled batch is tried again and keeps its place; with time enough nothing is lost, and every message is received once. */
static void test_throttled_batches_are_tried_again(void)
{
    struct play p = play("local f = F('f', { " INSTANT
                         "reserved = 1, handler = function(r) r:wait '1s' end })\n"
                         "local q = queue 'q' { " Q "consumer = f, batch = 1, visibility = '1h' }\n"
                         "once('t', q, '0s', 20)\n"
                         "simulate { duration = '1h' }\n");
    CU_ASSERT_TRUE(stage_value(&p, "f", "throttle_count") > 20);
    CHECK_VALUE(&p, "q", "deleted", 20);
    CHECK_VALUE(&p, "q", "received", 20);
    stage_end(&p);
}

/* Each failed invocation takes one of the places, down to two; with partial batches none. */
static void test_errors_take_pollers_away(void)
{
    static const char *const text =
        "local f = F('f', { " INSTANT "handler = function(r) r:fail() end })\n"
        "local q = queue 'q' { " Q "consumer = f, batch = 1, partial_batch = %s }\n"
        "once('t', q, '0s', %d)\n"
        "simulate { duration = '1s' }\n";
    struct play p = play(text, "false", 2);
    CU_ASSERT_EQUAL(queue_of(&p, "q")->limit, 3);
    stage_end(&p);
    p = play(text, "false", 50);
    CU_ASSERT_EQUAL(queue_of(&p, "q")->limit, 2);
    stage_end(&p);
    p = play(text, "true", 50);
    CU_ASSERT_EQUAL(queue_of(&p, "q")->limit, 5);
    stage_end(&p);
}

/* A function that feeds its own queue is stopped after 16 rounds; the 17th batch is received in vain until it is a dead letter. */
static void test_a_loop_is_stopped(void)
{
    struct play p = play("local dlq = queue 'dlq' { }\n"
                         "local f = F('f', { " INSTANT "handler = function(r) r:send 'q' end })\n"
                         "local q = queue 'q' { " Q "consumer = f, dlq = dlq, max_receive = 3 }\n"
                         "once('t', q, '0s')\n"
                         "simulate { duration = '10min' }\n");
    CHECK_VALUE(&p, "f", "requests", 16);
    CHECK_VALUE(&p, "q", "sent", 17);
    CHECK_VALUE(&p, "q", "received", 16 + 3);
    CHECK_VALUE(&p, "q", "dead_letters", 1);
    stage_end(&p);
}

/* -- what idle and provisioned pollers cost ----------------------------------------------------------------------- */

/* MODEL.md 1.8: 5 pollers x 3 receives a minute x 60 x 730 = 657,000 a month. */
static void test_idle_pollers_receive_nothing_for_money(void)
{
    struct play p = play("local f = F('f', { " INSTANT "handler = function(r) end })\n"
                         "local q = queue 'q' { " Q "consumer = f }\n"
                         "simulate { duration = '730h' }\n");
    CU_ASSERT_EQUAL(stage_svc(&p, "q")->meters[QUEUE_EMPTY_RECEIVES], 657000);
    stage_end(&p);
    p = play("local f = F('f', { " INSTANT "handler = function(r) end })\n"
             "local q = queue 'q' { " Q "consumer = f }\n"
             "traffic 't' { to = q, rate = '1/s', arrivals = 'uniform' }\n"
             "simulate { duration = '1h' }\n");
    CU_ASSERT_EQUAL(stage_svc(&p, "q")->meters[QUEUE_EMPTY_RECEIVES], 0);
    stage_end(&p);
}

/* Two to ten pollers make 20 to 100 invocations at once, 1,000 a minute more: 80 more after 4.8 s. Then one is paid less than five
 * minutes after the work is done: 10 pollers for so long, 2 before and after. */
static void test_provisioned_pollers_are_paid_by_the_hour(void)
{
    static const char *const text = FREE
        "local f = F('f', { " INSTANT "timeout = '60s', handler = function(r) r:wait '%s' end })\n"
        "local q = queue 'q' { " Q
        "consumer = f, batch = 1, visibility = '10min', pollers = { min = 2, max = 10 } }\n"
        "%s\n"
        "simulate { duration = '%s' }\n";
    struct play p = play(text, "1s", "", "1h");
    CU_ASSERT_EQUAL(stage_svc(&p, "q")->meters[QUEUE_POLLERS], 2 * INT64_C(3600000000));
    stage_end(&p);
    p = play(text, "60s", "once('t', q, '0s', 1000)", "4.801s");
    CU_ASSERT_EQUAL(queue_of(&p, "q")->limit, 100);
    stage_end(&p);
    p = play(text, "60s", "once('t', q, '0s', 1000)", "4.799s");
    CU_ASSERT_EQUAL(queue_of(&p, "q")->limit, 99);
    stage_end(&p);
}

/* Each poller makes 10 receives of up to 10 messages a second, with a second's worth at once: two of them 20 * 41 in 40 s and one more
 * at its end. The first 20 find one message each, for messages come one after another. */
static void test_provisioned_pollers_have_a_pace(void)
{
    struct play p =
        play(FREE "local f = F('f', { " INSTANT "handler = function(r) r:wait '100ms' end })\n"
                  "local q = queue 'q' { " Q "consumer = f, pollers = { min = 2, max = 2 } }\n"
                  "once('t', q, '0s', 100000)\n"
                  "simulate { duration = '40.001s' }\n");
    CU_ASSERT_TRUE(is_near(stage_value(&p, "q", "received"), 20 + 801 * 10, 1));
    stage_end(&p);
}

/* A FIFO queue answers 300 receives a second, and a second's worth at once: 300 * 11 in 10 s and one more at its end. */
static void test_fifo_receives_have_a_pace(void)
{
    struct play p = play(
        FREE "local f = F('f', { " INSTANT "handler = function(r) end })\n"
             "local q = queue 'q' { " Q "consumer = f, batch = 1, fifo = true, groups = 1000000 }\n"
             "local p = F('p', { " INSTANT "handler = function(r) r:send(q, { n = 9000 }) end })\n"
             "once('t', p, '0s')\n"
             "simulate { duration = '10.001s' }\n");
    CU_ASSERT_TRUE(is_near(stage_value(&p, "q", "received"), 300 * 11 + 1, 1));
    stage_end(&p);
}

/* Each poller carries 1 MB a second: 2 pollers, messages of 512 KB by tens: 4 a second and those of the first second. */
static void test_provisioned_pollers_carry_so_many_bytes(void)
{
    struct play p =
        play(FREE "local f = F('f', { " INSTANT "handler = function(r) end })\n"
                  "local q = queue 'q' { " Q
                  "consumer = f, batch = 1, pollers = { min = 2, max = 2 } }\n"
                  "local p = F('p', { " INSTANT
                  "handler = function(r) r:send(q, { n = 1000, size = '512KB' }) end })\n"
                  "once('t', p, '0s')\n"
                  "simulate { duration = '100.001s' }\n");
    CU_ASSERT_TRUE(is_near(stage_value(&p, "q", "received"), 4 * 101 + 1, 1));
    stage_end(&p);
}

/* -- a backlog --------------------------------------------------------------------------------------------------------- */

/* SCENARIOS 11: 100/s, 1,000/s from 300 to 360 s, a consumer of 200/s (20 at once, 100 ms each). Depth grows by 800/s for 60 s:
 * 48,000; it falls by 100/s for 480 s; the last message of the spike waits for 48,000 / 200 = 240 s. */
static void test_a_queue_levels_the_load(void)
{
    static const char *const text =
        "local f = F('f', { " INSTANT "handler = function(r) r:wait '100ms' end })\n"
        "local q = queue 'q' { " Q "consumer = f, batch = 1, max_concurrency = 20 }\n"
        "traffic 't' { to = q, rate = spike{ base = '100/s', peak = '1000/s', at = '300s', lasts = "
        "'60s' },\n"
        "  arrivals = 'uniform' }\n"
        "simulate { duration = '%s', warmup = '%s' }\n";
    struct play p = play(text, "839s", "100s");
    CU_ASSERT_TRUE(is_near(stage_value(&p, "q", "depth.max"), 48000, 25));
    CU_ASSERT_TRUE(is_near(stage_value(&p, "q", "age.max"), 240000, 150));
    CU_ASSERT_TRUE(
        is_near((double)queue_of(&p, "q")->depth.value, 100, 25)); /* a second before its end */
    stage_end(&p);
    p = play(text, "842s", "841s");
    CU_ASSERT_TRUE(stage_value(&p, "q", "depth.max") <= 1);
    stage_end(&p);
}

/* A fault may take places away and give them back: 20/s of 1 s work, 2 at once from 100 to 200 s, so 18/s pile up: 1,800, and
 * 18^2 / (2 * 5) = 32 more until the pollers, at 5 more a second, keep up again. */
static void test_a_fault_may_change_max_concurrency(void)
{
    struct play p =
        play("local f = F('f', { " INSTANT "handler = function(r) r:wait '1s' end })\n"
             "local q = queue 'q' { " Q "consumer = f, batch = 1, max_concurrency = 50 }\n"
             "traffic 't' { to = q, rate = '20/s', arrivals = 'uniform' }\n"
             "at '100s' { target = q, set = { max_concurrency = 2 }, lasts = '100s' }\n"
             "simulate { duration = '400s', warmup = '90s' }\n");
    CU_ASSERT_TRUE(is_near(stage_value(&p, "q", "depth.max"), 1832, 30));
    CU_ASSERT_TRUE(queue_of(&p, "q")->depth.value <= 1);
    stage_end(&p);
}

/* Draws made ahead do not outlive the law they were made from: both laws are constant here, so what is not 20 ms is a mistake. */
static void test_a_fault_may_change_the_delivery(void)
{
    struct play p =
        play("local f = F('f', { " INSTANT "handler = function(r) r:mark 'seen' end })\n"
             "local q = queue 'q' { latency = '1ms', delivery = '50ms', consumer = f }\n"
             "traffic 't' { to = q, rate = '20/s' }\n"
             "at '100s' { target = q, set = { delivery = '20ms', latency = '2ms' } }\n"
             "simulate { duration = '200s', warmup = '101s' }\n");
    CHECK_MS(&p, "mark seen", "latency.p0", 22);
    CHECK_MS(&p, "mark seen", "latency.max", 22);
    stage_end(&p);
}

CU_TestInfo suite_queue_esm[] = {
    TEST(test_pollers_grow_while_work_waits),
    TEST(test_a_burst_of_ten_thousand),
    TEST(test_pollers_rest_without_work),
    TEST(test_delivery_takes_its_time_and_no_place),
    TEST(test_delivery_costs_nothing_behind_a_backlog),
    TEST(test_no_message_is_received_before_it_arrived),
    TEST(test_a_flood_is_delivered_in_time),
    TEST(test_a_window_gathers),
    TEST(test_a_batch_is_bounded_by_its_payload),
    TEST(test_partial_batches_return_what_failed),
    TEST(test_partial_batches_of_handlers_that_call),
    TEST(test_max_concurrency_receives_nothing_ahead),
    TEST(test_receiving_ahead_makes_dead_letters_of_good_messages),
    TEST(test_throttled_batches_are_tried_again),
    TEST(test_errors_take_pollers_away),
    TEST(test_a_loop_is_stopped),
    TEST(test_idle_pollers_receive_nothing_for_money),
    TEST(test_provisioned_pollers_are_paid_by_the_hour),
    TEST(test_provisioned_pollers_have_a_pace),
    TEST(test_fifo_receives_have_a_pace),
    TEST(test_provisioned_pollers_carry_so_many_bytes),
    TEST(test_a_queue_levels_the_load),
    TEST(test_a_fault_may_change_max_concurrency),
    TEST(test_a_fault_may_change_the_delivery),
    CU_TEST_INFO_NULL,
};
