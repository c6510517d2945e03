/* test_observe.c - the measured interval, the samples of the time series, the batches. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/model/stage.h"
#include "tests/suite.h"

/* -- the measured interval ----------------------------------------------------------------------- */

/* Even gaps of 100 ms: arrivals at 1.0, 1.1 ... 1.9 s belong to [1 s, 2 s). */
static void test_a_call_at_the_very_end_of_the_warm_up_is_measured(void)
{
    struct play stage = stage_play("local f = F('f', { init = '0ms' })\n"
                                   "traffic 't' { to = f, rate = '10/s', arrivals = 'uniform' }\n"
                                   "simulate { duration = '2s', warmup = '1s' }");
    CHECK_VALUE(&stage, "f", "requests", 10);
    CHECK_VALUE(&stage, "*", "requests", 10);
    CHECK_VALUE(&stage, "*", "rate.mean", 10);
    stage_end(&stage);
}

/* f calls g at the end of the warm-up for a request that came before: g's call is measured, f's is not. */
static void test_every_call_belongs_to_the_interval_by_its_own_arrival(void)
{
    struct play stage = stage_play(
        "local g = F('g', { init = '0ms', handler = function(r) r:wait '1ms' end })\n"
        "local f = F('f', { init = '0ms', handler = function(r) r:wait '1s' r:call(g) end })\n"
        "once('t', f, '1s') simulate { duration = '9s', warmup = '2s' }");
    CHECK_VALUE(&stage, "f", "requests", 0);
    CHECK_VALUE(&stage, "g", "requests", 1);
    stage_end(&stage);
}

/* What came before 10 s neither counts nor costs nor is a maximum, but its instances are warm. */
static void test_the_warm_up_is_left_out_of_statistics_not_of_the_simulation(void)
{
    struct play stage = stage_play("local f = F('f', { handler = function(r) r:wait '10ms' end })\n"
                                   "once('before', f, '1s', 50) once('after', f, '11s', 2)\n"
                                   "simulate { duration = '20s', warmup = '10s' }");
    CHECK_VALUE(&stage, "f", "requests", 2);
    CHECK_VALUE(&stage, "f", "cold_starts", 0);
    CHECK_VALUE(&stage, "f", "concurrency.max", 2);
    CHECK_VALUE(&stage, "f", "concurrency.mean", 0.002);
    CHECK_VALUE(&stage, "f", "instances.mean", 50);
    CHECK_VALUE(&stage, "f", "billed_gb_s", 20 * 1769 / 1024. / 1000);
    CHECK_MS(&stage, "f", "latency.max", 10);
    CU_ASSERT_TRUE(isnan(stage_value(&stage, "before", "latency.mean")));
    stage_end(&stage);
}

/* A call that began before and ends after the warm-up is not measured, but its concurrency is there. */
static void test_a_call_across_the_end_of_the_warm_up_is_concurrency_only(void)
{
    struct play stage =
        stage_play("local f = F('f', { init = '0ms', handler = function(r) r:wait '2s' end })\n"
                   "once('t', f, '9s', 3) simulate { duration = '20s', warmup = '10s' }");
    CHECK_VALUE(&stage, "f", "requests", 0);
    CHECK_VALUE(&stage, "f", "concurrency.max", 3);
    CHECK_VALUE(&stage, "f", "concurrency.mean", 3 * 1. / 10);
    CHECK_VALUE(&stage, "f", "billed_gb_s", 0);
    stage_end(&stage);
}

/* -- samples ------------------------------------------------------------------------------------------ */

/* Sums of the rows of a node that end after `from`. */
static struct sample_row sum_rows(const struct play *stage, const char *name, double from)
{
    struct sample_row sum = {0};
    for (int64_t i = 0; i < stage->world->sample_count; i++) {
        const struct sample_row *row = &stage->world->samples[i];
        if (strcmp(world_node_name(stage->world, row->node).name, name) != 0 || row->time_s <= from)
            continue;
        sum.arrivals += row->arrivals;
        sum.completed += row->completed;
        sum.errors += row->errors;
        sum.throttles += row->throttles;
        sum.timeouts += row->timeouts;
        sum.goodput += row->goodput;
        sum.cold_starts += isnan(row->cold_starts) ? 0 : row->cold_starts;
        sum.cost_usd += isnan(row->cost_usd) ? 0 : row->cost_usd;
        sum.concurrency_max = fmax(sum.concurrency_max, row->concurrency_max);
        sum.concurrency_mean += row->concurrency_mean;
    }
    return sum;
}

static const char busy_text[] =
    "account { concurrency = 30 }\n"
    "local g = F('g', { timeout = '1s', handler = function(r)\n"
    "  r:maybe(0.1, function(b) b:fail() end) r:maybe(0.1, function(b) b:wait '2s' end) r:wait "
    "'20ms' end })\n"
    "local f = F('f', { handler = function(r) r:cpu '10ms' r:call(g) end })\n"
    "local web = http_api 'web' { ['GET /a'] = f, ['GET /b'] = { g, limit = '10/s' } }\n"
    "traffic 't' { to_mix = { {1, web 'GET /a'}, {1, web 'GET /b'} }, rate = '50/s',\n"
    "  timeout = '500ms', retry = { retries = 1 } }\n"
    "simulate { duration = '60s', sample = '%s' }";

/* Whatever the width of a sample, also where the last is cut short. */
static void test_sums_of_the_samples_are_the_counters(void)
{
    static const char *const widths[] = {"1s", "700ms", "13s", "60s", "100s"};
    static const char *const nodes[] = {"*", "f", "g", "t", "web", "web GET /a", "web GET /b"};
    for (size_t w = 0; w < COUNTOF(widths); w++) {
        char text[1024];
        (void)snprintf(text, sizeof text, busy_text, widths[w]);
        struct play stage = stage_play(text);
        for (size_t n = 0; n < COUNTOF(nodes); n++) {
            const struct counters *c = &stage_node(&stage, nodes[n])->counters;
            struct sample_row sum = sum_rows(&stage, nodes[n], 0);
            CU_ASSERT_EQUAL(sum.arrivals, (double)c->arrivals);
            CU_ASSERT_EQUAL(sum.errors, (double)c->errors);
            CU_ASSERT_EQUAL(sum.throttles, (double)c->throttles);
            CU_ASSERT_EQUAL(sum.timeouts, (double)c->timeouts);
            CU_ASSERT_EQUAL(sum.completed, (double)(c->answered - c->throttles));
            CU_ASSERT_EQUAL(sum.goodput, (double)(c->answered - c->errors));
            if (n < 3)
                CU_ASSERT_EQUAL(sum.cold_starts, (double)c->cold);
        }
        stage_end(&stage);
    }
}

static void test_the_highest_sample_is_the_maximum(void)
{
    static const char *const nodes[] = {"*", "f", "g", "web"};
    char text[1024];
    (void)snprintf(text, sizeof text, busy_text, "1s");
    struct play stage = stage_play(text);
    for (size_t n = 0; n < COUNTOF(nodes); n++) {
        struct sample_row sum = sum_rows(&stage, nodes[n], 0);
        CU_ASSERT_EQUAL(sum.concurrency_max, stage_value(&stage, nodes[n], "concurrency.max"));
        CU_ASSERT_TRUE(is_near(sum.concurrency_mean / 60,
                               stage_value(&stage, nodes[n], "concurrency.mean"), 1e-9));
    }
    stage_end(&stage);
}

/* A peak of 1 ms between two samples of 1 s is seen; and one in the warm-up's part of a sample in that sample's row, but
 * not among the measured. */
static void test_maxima_are_true_between_samples(void)
{
    struct play stage =
        stage_play("local f = F('f', { init = '0ms', handler = function(r) r:wait '1ms' end })\n"
                   "once('a', f, '2300ms', 9) once('b', f, '5500ms', 7)\n"
                   "simulate { duration = '9s', warmup = '2500ms', sample = '1s' }");
    CHECK_VALUE(&stage, "f", "concurrency.max", 7);
    CHECK_VALUE(&stage, "*", "concurrency.max", 7);
    CU_ASSERT_EQUAL(sum_rows(&stage, "f", 0).concurrency_max, 9);
    CU_ASSERT_EQUAL(sum_rows(&stage, "*", 0).concurrency_max, 9);
    CU_ASSERT_EQUAL(sum_rows(&stage, "f", 3).concurrency_max, 7);
    stage_end(&stage);
}

/* 20 in the second from 3 to 4 s, else 10/s, and 50 in a second of the warm-up. */
static void test_the_highest_rate_is_that_of_a_measured_sample(void)
{
    struct play stage = stage_play("local f = F('f', { init = '0ms' })\n"
                                   "traffic 't' { to = f, rate = '10/s', arrivals = 'uniform' }\n"
                                   "once('a', f, '1500ms', 50) once('b', f, '3500ms', 10)\n"
                                   "simulate { duration = '9s', warmup = '2s', sample = '1s' }");
    CHECK_VALUE(&stage, "f", "rate.max", 20);
    CHECK_VALUE(&stage, "*", "rate.max", 20);
    stage_end(&stage);
}

/* Ten arrivals in the last 50 ms are no 200/s, unless there was nothing else to tell a rate by. */
static void test_a_sample_cut_short_tells_no_rate_beside_whole_ones(void)
{
    static const char text[] =
        "local f = F('f', { init = '0ms' })\n"
        "local web = http_api 'web' { ['GET /a'] = f }\n"
        "once('a', web 'GET /a', '3500ms', 12) once('b', web 'GET /a', '9010ms', 10)\n"
        "simulate { duration = '9050ms', sample = '%s' }";
    static const struct {
        const char *sample;
        double rate;
    } rows[] = {{"1s", 12}, {"100s", 22 / 9.05}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        char full[512];
        (void)snprintf(full, sizeof full, text, rows[i].sample);
        struct play stage = stage_play(full);
        CHECK_VALUE(&stage, "*", "rate.max", rows[i].rate);
        CHECK_VALUE(&stage, "web", "rate.max", rows[i].rate);
        CHECK_VALUE(&stage, "web GET /a", "rate.max", rows[i].rate);
        stage_end(&stage);
    }
}

static void test_default_samples_are_few_enough_to_read(void)
{
    static const struct {
        const char *duration;
        int64_t width_s;
    } rows[] = {{"1min", 1}, {"1h", 1}, {"2h", 2}, {"1d", 30}, {"7d", 300}, {"365d", 10800}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        char text[256];
        (void)snprintf(text, sizeof text,
                       "local f = F('f', {}) once('t', f, '1s') simulate { duration = '%s' }",
                       rows[i].duration);
        struct play stage = stage_load(text);
        CU_ASSERT_EQUAL(world_sample_width(stage.scenario, 3), rows[i].width_s * SIM_SECOND);
        stage_end(&stage);
    }
}

/* -- batches -------------------------------------------------------------------------------------------- */

/* A count's values over all batches sum to the whole count, whatever is cold or rare. */
static void test_batches_together_are_the_measured_interval(void)
{
    static const char *const rates[] = {"1/min", "10/min", "30/s"};
    for (size_t i = 0; i < COUNTOF(rates); i++) {
        char text[512];
        (void)snprintf(
            text, sizeof text,
            "local f = F('f', { keep_alive = '30s', handler = function(r)\n"
            "  r:maybe(0.5, function(b) b:cpu '10ms' end, function(b) b:wait '10ms' end) end })\n"
            "traffic 't' { to = f, rate = '%s' }\n"
            "simulate { duration = '20min', warmup = '1min' }",
            rates[i]);
        struct play stage = stage_play(text);
        const struct node_stats *node = stage_node(&stage, "f");
        struct node_row rows[NODE_ROWS_MAX];
        int count = node_rows(node, rows);
        CU_ASSERT_EQUAL(stage.world->batches, WORLD_BATCHES);
        const struct node_row_values *values = &stage.world->rows[1];
        CU_ASSERT_EQUAL(values->rows, count);
        double sum = 0;
        for (int b = 0; b < WORLD_BATCHES; b++)
            sum += values->values[b * count]; /* the first row: requests */
        if (i == 2)
            CU_ASSERT_EQUAL(sum, stage_value(&stage, "f", "requests"));
        stage_end(&stage);
    }
}

CU_TestInfo suite_observe[] = {
    TEST(test_a_call_at_the_very_end_of_the_warm_up_is_measured),
    TEST(test_every_call_belongs_to_the_interval_by_its_own_arrival),
    TEST(test_the_warm_up_is_left_out_of_statistics_not_of_the_simulation),
    TEST(test_a_call_across_the_end_of_the_warm_up_is_concurrency_only),
    TEST(test_sums_of_the_samples_are_the_counters),
    TEST(test_the_highest_sample_is_the_maximum),
    TEST(test_maxima_are_true_between_samples),
    TEST(test_the_highest_rate_is_that_of_a_measured_sample),
    TEST(test_a_sample_cut_short_tells_no_rate_beside_whole_ones),
    TEST(test_default_samples_are_few_enough_to_read),
    TEST(test_batches_together_are_the_measured_interval),
    CU_TEST_INFO_NULL,
};
