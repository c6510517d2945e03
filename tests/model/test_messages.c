/* test_messages.c - the laws of messages, on scenarios nobody would think of.
 *
 * Twenty random applications of functions, topics and buses that lead anywhere, circles included, with errors, limits,
 * reservations, faults and destinations. A run checks its conservation laws itself and aborts where they fail; here the sums of the
 * whole run are checked from outside, and that a second run takes the same course.
 */
#include <stdarg.h>
#include <stdio.h>

#include "tests/model/stage.h"
#include "tests/suite.h"

struct text_out {
    char text[16384];
    size_t length;
};

__attribute__((format(printf, 2, 3))) static void put(struct text_out *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(out->text + out->length, sizeof out->text - out->length, format, args);
    va_end(args);
    CU_ASSERT_FATAL(n >= 0 && (size_t)n < sizeof out->text - out->length);
    out->length += (size_t)n;
}

enum { NODES = 9 }; /* three of each kind: f, t and b, 0 .. 2 */

static bool chance(struct test_rng *rng, int percent)
{
    return test_rng_below(rng, 100) < percent;
}

static const char *any_node(struct test_rng *rng)
{
    static const char *const names[NODES] = {"f0", "f1", "f2", "t0", "t1", "t2", "b0", "b1", "b2"};
    return names[test_rng_below(rng, NODES)];
}

static void put_function(struct text_out *out, struct test_rng *rng, int i)
{
    static const char *const deliveries[] = {"'0ms'", "'40ms'", "exponential '200ms'"};
    put(out, "F('f%d', { delivery = %s, async_retries = %d, max_event_age = '%dmin',\n", i,
        deliveries[test_rng_below(rng, 3)], (int)test_rng_below(rng, 3),
        1 + (int)test_rng_below(rng, 5));
    if (chance(rng, 40))
        put(out, "  reserved = %d,\n", (int)test_rng_below(rng, 4));
    if (chance(rng, 40))
        put(out, "  dlq = 't%d',\n", (int)test_rng_below(rng, 3));
    if (chance(rng, 40))
        put(out, "  on_failure = '%s',\n", any_node(rng));
    if (chance(rng, 40))
        put(out, "  on_success = '%s',\n", any_node(rng));
    put(out, "  async_jitter = '%s', handler = function(r) r:wait(exponential '%dms')\n",
        chance(rng, 50) ? "full" : "none", 1 + (int)test_rng_below(rng, 500));
    if (chance(rng, 50))
        put(out, "  r:maybe(0.%d, function(m) m:fail() end)\n", 1 + (int)test_rng_below(rng, 8));
    switch (test_rng_below(rng, 4)) {
    case 0:
        put(out, "  r:publish('t%d', { n = 2 })\n", (int)test_rng_below(rng, 3));
        break;
    case 1:
        put(out, "  r:emit('b%d')\n", (int)test_rng_below(rng, 3));
        break;
    case 2:
        put(out, "  r:invoke('f%d')\n", (int)test_rng_below(rng, 3));
        break;
    default:
        break;
    }
    put(out, "end })\n");
}

static void put_topic(struct text_out *out, struct test_rng *rng, int i)
{
    put(out, "topic 't%d' { subscribers = { '%s' },", i, any_node(rng));
    if (chance(rng, 50))
        put(out, " filtered = { { match = { tier = 'gold' }, to = '%s' } },", any_node(rng));
    if (chance(rng, 40))
        put(out, " limit = '%d/s',", 1 + (int)test_rng_below(rng, 20));
    if (chance(rng, 30))
        put(out, " dlq = 't%d',", (int)test_rng_below(rng, 3));
    put(out, " }\n");
}

static void put_bus(struct text_out *out, struct test_rng *rng, int i)
{
    put(out, "bus 'b%d' { rules = { { share = 0.7, to = '%s' }, { share = 0.3, to = '%s' } },", i,
        any_node(rng), any_node(rng));
    put(out, " retries = %d, max_age = '%dmin',", (int)test_rng_below(rng, 20),
        1 + (int)test_rng_below(rng, 10));
    if (chance(rng, 40))
        put(out, " limit = '%d/s',", 1 + (int)test_rng_below(rng, 20));
    if (chance(rng, 40))
        put(out, " invocations = '%d/s',", 1 + (int)test_rng_below(rng, 20));
    if (chance(rng, 40))
        put(out, " delivery = '0ms', latency = '0ms',");
    put(out, " }\n");
}

static void put_scenario(struct text_out *out, struct test_rng *rng)
{
    static const char *const targets[] = {"t0", "b0", "f0"};
    for (int i = 0; i < 3; i++) {
        put_function(out, rng, i);
        put_topic(out, rng, i);
        put_bus(out, rng, i);
    }
    for (int i = 0; i < 3; i++)
        put(out,
            "traffic 'u%d' { to = '%s', rate = '%d/s', stop = '8s', attrs = { tier = { gold = 1, "
            "silver = 2 } } }\n",
            i, targets[i], 1 + (int)test_rng_below(rng, 5));
    put(out, "at '3s' { target = '%s', errors = 0.5, lasts = '8s' }\n", any_node(rng));
    put(out, "simulate { duration = '40s', warmup = '0s', seed = %d }\n",
        (int)test_rng_below(rng, 1000));
}

/* sent = deleted + dead letters + expired + what is still on its way. */
static void check_sums(const struct play *stage, const char *name, bool function)
{
    if (!node_has(stage_node(stage, name), METRIC_SENT))
        return;
    double over = stage_value(stage, name, "deleted.sum") +
                  stage_value(stage, name, "dead_letters.sum") +
                  stage_value(stage, name, "expired.sum");
    double left = stage_value(stage, name, "sent.sum") - over;
    struct svc_sample gauges = {0};
    struct svc *svc = stage_svc(stage, name);
    svc->class->sample(&stage->world->model, svc, &gauges);
    CU_ASSERT_TRUE(function ? left >= gauges.queue_depth : left == gauges.queue_depth);
    if (function)
        CU_ASSERT_TRUE(left - gauges.queue_depth <= (double)svc->concurrency.value);
}

static void test_messages_are_conserved(void)
{
    struct test_rng rng = {.state = 99};
    uint64_t messages = 0;
    for (int round = 0; round < 20; round++) {
        struct text_out out = {.length = 0};
        put_scenario(&out, &rng);
        struct play stage = stage_play(out.text);
        for (int i = 0; i < 3; i++) {
            char name[3] = {'f', (char)('0' + i), '\0'};
            check_sums(&stage, name, true);
            name[0] = 't';
            check_sums(&stage, name, false);
            messages += (uint64_t)stage_value(&stage, name, "sent.sum");
            name[0] = 'b';
            check_sums(&stage, name, false);
            messages += (uint64_t)stage_value(&stage, name, "sent.sum");
        }
        uint64_t fingerprint = stage.world->model.sim.fingerprint;
        stage_end(&stage);
        if (round % 5 != 0)
            continue;
        stage = stage_play(out.text);
        CU_ASSERT_EQUAL(stage.world->model.sim.fingerprint, fingerprint);
        stage_end(&stage);
    }
    CU_ASSERT_TRUE(messages > 10000); /* the scenarios are not empty */
}

CU_TestInfo suite_messages[] = {
    TEST(test_messages_are_conserved),
    CU_TEST_INFO_NULL,
};
