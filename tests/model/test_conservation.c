/* test_conservation.c - the laws every run obeys, on scenarios nobody would think of.
 *
 * Two hundred random applications: functions that call functions through every operation there is, with timeouts,
 * retries, limits, gateways, faults, open and closed loops. A run checks conservation and Little's law itself and aborts where
 * they fail (world.c); here the stages of every node must sum to its latency, to the nanosecond.
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

static const char *one_of(struct test_rng *rng, const char *const *words, size_t count)
{
    return words[test_rng_below(rng, (int64_t)count)];
}

#define ONE_OF(rng, ...)                                                                           \
    one_of((rng), (const char *const[]){__VA_ARGS__}, COUNTOF(((const char *const[]){__VA_ARGS__})))

static void put_block(struct text_out *out, struct test_rng *rng, int callees, int depth);

static void put_retry(struct text_out *out, struct test_rng *rng)
{
    put(out, "retries = %d, backoff = expo('%s', { jitter = '%s' })", (int)test_rng_below(rng, 4),
        ONE_OF(rng, "0ms", "20ms", "100ms"), ONE_OF(rng, "full", "equal", "decorrelated", "none"));
    if (test_rng_below(rng, 2) == 0)
        put(out, ", timeout = '%s'", ONE_OF(rng, "1ms", "30ms", "200ms", "2s"));
    if (test_rng_below(rng, 3) == 0)
        put(out, ", budget = '20%%'");
}

/* An operation with blocks inside. */
static void put_nested(struct text_out *out, struct test_rng *rng, int callees, int depth)
{
    static const char *const heads[] = {
        "b:maybe(0.4, function(b) ",
        "b:when(attr 'tier':is 'gold', function(b) ",
        "b:each(uniform(0, 3), function(b) ",
        "b:map(uniform(0, 4), function(b) ",
        "b:all{ function(b) ",
        "b:choose{ {1, function(b) ",
        "b:try(function(b) ",
    };
    int64_t which = test_rng_below(rng, COUNTOF(heads));
    put(out, "%s", heads[which]);
    put_block(out, rng, callees, depth - 1);
    put(out, " end");
    if (which <= 1 && test_rng_below(rng, 2) == 0) {
        put(out, ", function(b) ");
        put_block(out, rng, callees, depth - 1);
        put(out, " end");
    }
    if (which == 4 || which == 5) {
        put(out, which == 4 ? ", function(b) " : "}, {2, function(b) ");
        put_block(out, rng, callees, depth - 1);
        put(out, which == 4 ? " end }" : " end} }");
        return;
    }
    if (which == 6) {
        put(out, ", { ");
        put_retry(out, rng);
        if (test_rng_below(rng, 2) == 0) {
            put(out, ", on_error = function(b) ");
            put_block(out, rng, callees, depth - 1);
            put(out, " end");
        }
        put(out, " }");
    }
    put(out, ")");
}

static void put_ending(struct text_out *out, struct test_rng *rng)
{
    put(out, "b:maybe(0.15, function(b) b:%s end) ",
        ONE_OF(rng, "fail()", "fail 'timeout'", "fail 'throttle'", "fail 'crash'", "respond(200)",
               "respond(404)", "respond(429)", "respond(503)", "memory '2GB'"));
}

static void put_block(struct text_out *out, struct test_rng *rng, int callees, int depth)
{
    for (int64_t n = 1 + test_rng_below(rng, 3); n > 0; n--) {
        int64_t what = test_rng_below(rng, 10);
        if (what < 3)
            put(out, "b:%s(%s) ", ONE_OF(rng, "cpu", "wait"),
                ONE_OF(rng, "'0ms'", "'3ms'", "exponential '20ms'", "uniform('1ms','80ms')",
                       "'1s'"));
        else if (what < 6 && callees > 0)
            put(out, "b:call(f%d) ", (int)test_rng_below(rng, callees));
        else if (what < 7)
            put_ending(out, rng);
        else if (what < 8)
            put(out, "b:mark '%s' ", ONE_OF(rng, "one", "two"));
        else if (depth > 0)
            put_nested(out, rng, callees, depth), put(out, " ");
    }
}

static void put_function(struct text_out *out, struct test_rng *rng, int index)
{
    put(out, "local f%d = F('f%d', { init = '%s', timeout = '%s', keep_alive = '%s'", index, index,
        ONE_OF(rng, "0ms", "50ms", "300ms"), ONE_OF(rng, "1s", "3s", "20s"),
        ONE_OF(rng, "none", "500ms", "5s", "forever"));
    put(out, ", reuse = '%s'", ONE_OF(rng, "mru", "lru", "random"));
    int64_t what = test_rng_below(rng, 7);
    if (what == 0)
        put(out, ", reserved = %d", (int)test_rng_below(rng, 5));
    if (what == 1)
        put(out, ", provisioned = %d", (int)test_rng_below(rng, 4));
    if (what == 2)
        put(out, ", instance_concurrency = 3");
    if (what == 3)
        put(out, ", cold_binding = 'late'");
    if (what == 4)
        put(out, ", max_lifetime = '4s'");
    put(out, ",\n  handler = function(b) ");
    put_block(out, rng, index, index == 0 ? 2 : 3);
    put(out, " end })\n");
}

static void put_traffic(struct text_out *out, struct test_rng *rng, int index, int functions)
{
    put(out, "traffic 't%d' { to_mix = { {1, web 'GET /a'}, {1, f%d} }, ", index,
        (int)test_rng_below(rng, functions));
    if (test_rng_below(rng, 3) == 0)
        put(out, "clients = %d, think = exponential '%s'", 1 + (int)test_rng_below(rng, 20),
            ONE_OF(rng, "20ms", "100ms", "1s"));
    else
        put(out, "rate = '%s', arrivals = '%s'", ONE_OF(rng, "2/s", "10/s", "40/s"),
            ONE_OF(rng, "poisson", "uniform"));
    if (test_rng_below(rng, 2) == 0) {
        put(out, ", retry = { ");
        put_retry(out, rng);
        put(out, " }");
    }
    if (test_rng_below(rng, 3) == 0)
        put(out, ", timeout = '%s'", ONE_OF(rng, "10ms", "500ms", "2s"));
    put(out, ", attrs = { tier = { gold = 1, silver = 2 } } }\n");
}

static void put_scenario(struct text_out *out, struct test_rng *rng)
{
    int functions = 2 + (int)test_rng_below(rng, 4);
    out->length = 0;
    put(out, "account { concurrency = %s, scaling = '%s' }\n", ONE_OF(rng, "140", "1000"),
        ONE_OF(rng, "1000/10s", "10/10s"));
    for (int i = 0; i < functions; i++)
        put_function(out, rng, i);
    put(out,
        "local web = %s 'web' { ['GET /a'] = { f%d, timeout = '%s' }, ['GET /b'] = f0, overhead = "
        "'%s'%s }\n",
        ONE_OF(rng, "http_api", "rest_api"), functions - 1, ONE_OF(rng, "50ms", "1s", "20s"),
        ONE_OF(rng, "0ms", "5ms"), ONE_OF(rng, "", ", limit = '5/s'"));
    for (int64_t i = 0; i <= test_rng_below(rng, 2); i++)
        put_traffic(out, rng, (int)i, functions);
    put(out, "at '5s' { target = f%d, %s, lasts = '4s' }\n", (int)test_rng_below(rng, functions),
        ONE_OF(rng, "latency = 'x5'", "errors = '50%'", "recycle = true", "set = { reserved = 3 }",
               "set = { timeout = '1s' }"));
    put(out, "simulate { duration = '20s', warmup = '%s', seed = %d }\n",
        ONE_OF(rng, "0s", "3s", "3333ms"), (int)test_rng_below(rng, 1000));
}

/* Of every node, `*` included; histograms keep their sums exactly. */
static bool stages_sum_to_latency(const struct play *stage)
{
    bool all = true;
    for (int i = 0; i < world_node_count(stage->world); i++) {
        const struct node_stats *node = &stage->nodes[i];
        int128 sum = 0;
        for (int s = 0; s < STAGE_COUNT; s++) {
            sum += node->stage[s].sum;
            all = all && node->stage[s].count + node->stage_zeros[s] == node->latency.count;
        }
        all = all && sum == node->latency.sum;
    }
    return all;
}

static void test_random_applications_obey_the_laws(void)
{
    static struct text_out out;
    struct test_rng rng = {.state = 2026};
    double journeys = 0, errors = 0;
    for (int i = 0; i < 200; i++) {
        put_scenario(&out, &rng);
        struct play stage = stage_play(out.text);
        bool fine = stages_sum_to_latency(&stage);
        CU_ASSERT_TRUE(fine);
        if (!fine)
            fprintf(stderr, "stages do not sum to the latency:\n%s\n", out.text);
        journeys += stage_value(&stage, "*", "requests");
        errors += stage_value(&stage, "*", "error_count");
        stage_end(&stage);
    }
    /* The mix must be one where much goes well and much goes wrong. */
    CU_ASSERT_TRUE(journeys > 50000 && errors > 0.2 * journeys && errors < 0.9 * journeys);
}

/* Two runs of one scenario are alike to the last event. */
static void test_random_applications_repeat_exactly(void)
{
    static struct text_out out;
    struct test_rng rng = {.state = 2027};
    for (int i = 0; i < 20; i++) {
        put_scenario(&out, &rng);
        struct play a = stage_play(out.text), b = stage_play(out.text);
        CU_ASSERT_EQUAL(a.world->model.sim.fingerprint, b.world->model.sim.fingerprint);
        CU_ASSERT_EQUAL(a.world->model.sim.events, b.world->model.sim.events);
        stage_end(&a);
        stage_end(&b);
    }
}

CU_TestInfo suite_conservation[] = {
    TEST(test_random_applications_obey_the_laws),
    TEST(test_random_applications_repeat_exactly),
    CU_TEST_INFO_NULL,
};
