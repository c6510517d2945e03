/* test_record.c - what a record answers at any zoom, held against plain loops over what was handed to it, and against the result. */
#include <math.h>
#include <string.h>

#include "run/outcome_set.h"
#include "run/record_parts.h"
#include "stats/hist.h"
#include "tests/scenario/load_text.h"
#include "tests/suite.h"

/* A run that was looked at: everything that was seen, flat, beside the record made of it. */
struct seen {
    struct loaded files;
    struct world *world;
    struct record *record;
    struct chunk all;  /* the samples as they came */
    struct chunk some; /* for the record, a few at a time */
    const struct blueprint *blueprint;
};

static void on_begin(void *context, struct world *world)
{
    struct seen *seen = context;
    struct blueprint *blueprint = blueprint_new(world, NULL);
    seen->blueprint = blueprint;
    seen->record = record_new(blueprint);
}

static void on_sample(void *context, const struct sample_seen *sample)
{
    struct seen *seen = context;
    int edges = seen->blueprint->info.edge_count;
    chunk_add(&seen->all, sample, seen->blueprint->edge_of, edges);
    chunk_add(&seen->some, sample, seen->blueprint->edge_of, edges);
    if (seen->some.sample_count < 7)
        return;
    record_append(seen->record, &seen->some);
    chunk_clear(&seen->some);
}

static const struct run_limits no_limits = {SIM_NEVER, UINT64_MAX, INT64_MAX};

/* In place: the observer knows where `seen` is. */
static void run_seen(struct seen *seen, const char *text)
{
    *seen = (struct seen){.files = loaded_begin()};
    bool loaded = loaded_text(&seen->files, text);
    if (!loaded)
        err_print(&seen->files.err, "error", stdout, false);
    CU_ASSERT_TRUE_FATAL(loaded);
    struct observer observer = {on_begin, on_sample, seen};
    seen->world = world_new(seen->files.scenario, 0, true, true);
    world_observe(seen->world, &observer);
    world_run(seen->world, &no_limits, NULL, NULL);
    record_append(seen->record, &seen->some);
}

static void free_seen(struct seen *seen)
{
    record_free(seen->record);
    world_free(seen->world);
    chunk_free(&seen->all);
    chunk_free(&seen->some);
    loaded_end(&seen->files);
}

static const char busy[] =
    "local g = fn 'g' { reserved = 3, handler = function(r) r:cpu '30ms' end }\n"
    "local f = fn 'f' { handler = function(r) r:cpu '8ms' r:call(g) end }\n"
    "local web = http_api 'web' { ['GET /x'] = f, ['GET /y'] = g }\n"
    "traffic 'users' { to = web 'GET /x', rate = '20/s' }\n"
    "traffic 'others' { to_mix = { { 1, web 'GET /y' }, { 2, f } }, rate = '9/s' }\n"
    "simulate { duration = '203500ms', sample = '1s', seed = 5 }\n";

/* -- series ------------------------------------------------------------------------------------------ */

/* Samples of [from_s, to_s) one after another: whose middle lies in it; the one that holds the middle if the stretch is too short for one. */
static struct bin plain_bin(const struct seen *seen, int node, int series, double from_s,
                            double to_s)
{
    struct bin bin = {NAN, NAN, NAN, NAN, 0};
    double width = seen->blueprint->info.sample_s, begin = 0;
    bool none = true;
    size_t each = seen->all.row_count / seen->all.sample_count;
    for (int pass = 0; pass < 2 && none; pass++) {
        begin = 0;
        for (size_t i = 0; i < seen->all.sample_count; i++) {
            double end = (double)seen->all.samples[i].to / 1e9, middle = (begin + end) / 2;
            double centre = (from_s + to_s) / 2;
            bool in = pass == 0 ? middle >= from_s && middle < to_s
                                : to_s - from_s < width && begin <= centre && centre < end;
            begin = end;
            if (!in)
                continue;
            none = false;
            const struct sample_row *row = &seen->all.rows[i * each];
            while (row->node != node)
                row++;
            double value = (&row->arrivals)[series];
            if (isnan(value))
                continue;
            bin.min = bin.n == 0 ? value : fmin(bin.min, value);
            bin.max = bin.n == 0 ? value : fmax(bin.max, value);
            bin.sum = bin.n == 0 ? value : bin.sum + value;
            bin.last = value;
            bin.n++;
        }
    }
    return bin;
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool same_bin(const struct bin *a, const struct bin *b)
{
    bool sums = same(a->sum, b->sum) || fabs(a->sum - b->sum) <= 1e-9 * fabs(b->sum);
    return same(a->min, b->min) && same(a->max, b->max) && same(a->last, b->last) && sums &&
           a->n == b->n;
}

/* Ends of stretches that fall on sample bounds are left to rounding; these do not. */
static double some_time(struct test_rng *rng)
{
    return (double)test_rng_below(rng, 230000) / 1000 + 0.0003137;
}

static void test_any_zoom_shows_exact_extremes(void)
{
    enum { MOST = 40 };
    static struct seen seen;
    struct test_rng rng = {11};
    struct bin bins[MOST];
    run_seen(&seen, busy);
    int wrong = 0;
    for (int i = 0; i < 400; i++) {
        int node = (int)test_rng_below(&rng, seen.blueprint->info.node_count);
        enum record_series series = (enum record_series)test_rng_below(&rng, RECORD_SERIES);
        int columns = 1 + (int)test_rng_below(&rng, MOST);
        double from_s = some_time(&rng), to_s = from_s + 0.01 + some_time(&rng) / (1 + i % 50);
        record_bins(seen.record, node, series, from_s, to_s, columns, bins);
        for (int c = 0; c < columns; c++) {
            double width = (to_s - from_s) / columns;
            struct bin plain =
                plain_bin(&seen, node, series, from_s + width * c, from_s + width * (c + 1));
            wrong += !same_bin(&bins[c], &plain);
        }
    }
    CU_ASSERT_EQUAL(wrong, 0);
    free_seen(&seen);
}

/* More levels than a run of minutes has. */
static void test_a_pyramid_of_many_samples_is_exact(void)
{
    enum { SAMPLES = 9000 };
    static double values[SAMPLES];
    struct pyramid pyramid = {0};
    struct test_rng rng = {3};
    int wrong = 0;
    for (int i = 0; i < SAMPLES; i++) {
        values[i] = i < 100 ? 7 : i % 91 == 0 ? NAN : (double)test_rng_below(&rng, 1000000);
        pyramid_push(&pyramid, i, values[i]);
    }
    for (int i = 0; i < 300; i++) {
        int64_t first = test_rng_below(&rng, SAMPLES), end = first + test_rng_below(&rng, SAMPLES);
        end = end > SAMPLES ? SAMPLES : end;
        struct bin bin = pyramid_range(&pyramid, first, end), plain = {NAN, NAN, NAN, NAN, 0};
        for (int64_t k = first; k < end; k++) {
            if (isnan(values[k]))
                continue;
            plain.min = plain.n == 0 ? values[k] : fmin(plain.min, values[k]);
            plain.max = plain.n == 0 ? values[k] : fmax(plain.max, values[k]);
            plain.sum = plain.n == 0 ? values[k] : plain.sum + values[k];
            plain.last = values[k];
            plain.n++;
        }
        wrong += !same_bin(&bin, &plain);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    pyramid_free(&pyramid);
}

static void test_a_series_that_never_changes_takes_no_memory(void)
{
    struct pyramid pyramid = {0};
    for (int i = 0; i < 5000; i++)
        pyramid_push(&pyramid, i, 4);
    CU_ASSERT_PTR_NULL(pyramid.values);
    struct bin bin = pyramid_range(&pyramid, 10, 4010);
    CU_ASSERT_EQUAL(bin.min, 4);
    CU_ASSERT_EQUAL(bin.max, 4);
    CU_ASSERT_EQUAL(bin.sum, 16000);
    CU_ASSERT_EQUAL(bin.n, 4000);
    pyramid_push(&pyramid, 5000, 5);
    CU_ASSERT_EQUAL(pyramid_at(&pyramid, 4999), 4);
    CU_ASSERT_EQUAL(pyramid_range(&pyramid, 4990, 5001).max, 5);
    pyramid_free(&pyramid);
}

/* -- latencies --------------------------------------------------------------------------------------------- */

/* Adds the latencies of the samples whose middle lies in [from_s, to_s). */
static uint64_t plain_latencies(const struct seen *seen, double from_s, double to_s,
                                struct hist *hist)
{
    const struct bucket_count *at = seen->all.latency;
    uint64_t total = 0;
    double begin = 0;
    for (size_t i = 0; i < seen->all.sample_count; i++) {
        const struct chunk_sample *sample = &seen->all.samples[i];
        double middle = (begin + (double)sample->to / 1e9) / 2;
        begin = (double)sample->to / 1e9;
        for (int k = 0; k < sample->latency_count; k++, at++)
            for (uint32_t n = 0; n < at->count && middle >= from_s && middle < to_s; n++) {
                hist_count(hist, at->bucket);
                total++;
            }
    }
    return total;
}

static void test_quantiles_are_those_of_the_merged_histograms(void)
{
    static struct seen seen;
    struct test_rng rng = {17};
    struct quantile_bin bins[8];
    run_seen(&seen, busy);
    int wrong = 0;
    for (int i = 0; i < 60; i++) {
        double from_s = some_time(&rng) / 2, to_s = from_s + 16 + some_time(&rng);
        record_quantiles(seen.record, from_s, to_s, 8, bins);
        for (int c = 0; c < 8; c++) {
            static const double q[] = {0.50, 0.95, 0.99};
            double width = (to_s - from_s) / 8, ns[3] = {NAN, NAN, NAN};
            struct hist hist = {0};
            uint64_t total =
                plain_latencies(&seen, from_s + width * c, from_s + width * (c + 1), &hist);
            if (total > 0)
                hist_count_quantiles(&hist, total, 3, q, ns);
            wrong += bins[c].n != total;
            for (int k = 0; k < 3; k++)
                wrong += !same(bins[c].value_ms[k], ns[k] / 1e6);
            hist_free(&hist);
        }
    }
    CU_ASSERT_EQUAL(wrong, 0);
    free_seen(&seen);
}

/* The whole run's counts are its latency histogram, bucket by bucket. */
static void test_all_latencies_together_are_those_of_the_result(void)
{
    static struct seen seen;
    struct node_stats all;
    struct hist hist = {0};
    run_seen(&seen, busy);
    world_node(seen.world, 0, &all);
    uint64_t total = plain_latencies(&seen, -1, 1e9, &hist);
    CU_ASSERT_EQUAL(total, all.latency.count);
    struct quantile_bin whole;
    record_quantiles(seen.record, 0, 1000, 1, &whole);
    CU_ASSERT_EQUAL(whole.n, all.latency.count);
    double p99 = hist_quantile(&all.latency, 0.99, 0) / 1e6;
    CU_ASSERT_DOUBLE_EQUAL(whole.value_ms[2], p99, 0.008 * p99);
    double low, high;
    CU_ASSERT_TRUE(record_latency_range(seen.record, &low, &high));
    CU_ASSERT_TRUE(low <= (double)all.latency.min / 1e6 && low >= (double)all.latency.min / 1.01e6);
    CU_ASSERT_TRUE(high >= (double)all.latency.max / 1e6 &&
                   high <= (double)all.latency.max / 0.99e6);
    hist_free(&hist);
    node_free(&all);
    free_seen(&seen);
}

static void test_a_heat_map_loses_no_call(void)
{
    enum { COLUMNS = 30, ROWS = 12 };
    static struct seen seen;
    uint32_t counts[COLUMNS * ROWS], largest = 0;
    run_seen(&seen, busy);
    uint32_t said = record_heat(seen.record, 0, 210, COLUMNS, ROWS, 20, 200, counts);
    for (int c = 0; c < COLUMNS; c++) {
        struct hist hist = {0};
        uint64_t total = plain_latencies(&seen, 7 * c, 7 * (c + 1), &hist), below = 0, sum = 0;
        for (uint32_t b = hist.first; b < hist.first + hist.size; b++)
            if (((double)hist_bucket_low(b) + (double)hist_bucket_high(b)) / 2e6 <
                20 * pow(10, 1. / ROWS))
                below += hist.counts[b - hist.first];
        for (int r = 0; r < ROWS; r++) {
            uint32_t count = counts[r * COLUMNS + c];
            sum += count;
            largest = count > largest ? count : largest;
        }
        CU_ASSERT_EQUAL(sum, total);
        CU_ASSERT_EQUAL(counts[c], below);
        hist_free(&hist);
    }
    CU_ASSERT_EQUAL(said, largest);
    CU_ASSERT_TRUE(largest > 0);
    free_seen(&seen);
}

/* -- stages, edges, costs --------------------------------------------------------------------------------- */

static void test_stages_add_up_to_those_of_the_result(void)
{
    static struct seen seen;
    double mean[4][STAGE_COUNT];
    struct node_stats all;
    run_seen(&seen, busy);
    world_node(seen.world, 0, &all);
    record_stages(seen.record, 0, 210, 1, mean);
    for (int k = 0; k < STAGE_COUNT; k++) {
        double calls = (double)(all.stage[k].count + all.stage_zeros[k]);
        CU_ASSERT_DOUBLE_EQUAL(mean[0][k], (double)all.stage[k].sum / calls / 1e6, 1e-6);
    }
    record_stages(seen.record, 300, 400, 4, mean);
    CU_ASSERT_TRUE(isnan(mean[2][STAGE_RUN]));
    node_free(&all);
    free_seen(&seen);
}

static double edge_calls(const struct seen *seen, const char *from, const char *to, double *failed)
{
    const struct record_info *info = &seen->blueprint->info;
    double calls = 0;
    *failed = 0;
    for (int e = 0; e < info->edge_count; e++) {
        if (strcmp(info->nodes[info->edges[e].from].name, from) != 0 ||
            strcmp(info->nodes[info->edges[e].to].name, to) != 0)
            continue;
        for (double t = 0.5; t < 204; t++) {
            struct edge_flow flow = record_flow(seen->record, e, t < 203 ? t : 203.25);
            double width = t < 203 ? 1 : 0.5;
            calls += flow.calls_per_s * width;
            *failed += flow.failed_share * flow.calls_per_s * width;
        }
    }
    return calls;
}

/* Of edges to a callee with several callers, and of others; routes belong to their gateway. */
static void test_flows_add_up_to_the_edges_of_the_result(void)
{
    static struct seen seen;
    double failed;
    run_seen(&seen, busy);
    struct rep_outcome *outcome = rep_outcome_take(seen.world);
    double to_g = 0, from_web = 0;
    for (uint32_t e = 0; e < outcome->edge_count; e++) {
        const struct edge_outcome *edge = &outcome->edges[e];
        const char *from = outcome->nodes[edge->from].name, *to = outcome->nodes[edge->to].name;
        to_g += strcmp(from, "f") == 0 && strcmp(to, "g") == 0 ? (double)edge->calls : 0;
        from_web += strncmp(from, "web", 3) == 0 && strcmp(to, "f") == 0 ? (double)edge->calls : 0;
    }
    CU_ASSERT_TRUE(to_g > 3000 && from_web > 3000);
    CU_ASSERT_DOUBLE_EQUAL(edge_calls(&seen, "f", "g", &failed), to_g, 1e-6);
    CU_ASSERT_TRUE(failed > 0);
    CU_ASSERT_DOUBLE_EQUAL(edge_calls(&seen, "web", "f", &failed), from_web, 1e-6);
    rep_outcome_free(outcome);
    free_seen(&seen);
}

static void test_costs_so_far_become_the_bill(void)
{
    static struct seen seen;
    struct record_cost costs[3];
    struct record_totals totals;
    struct err err = {0};
    run_seen(&seen, busy);
    record_totals(seen.record, &totals);
    int count = record_costs(seen.record, costs, 3);
    CU_ASSERT_EQUAL_FATAL(count, 3);
    CU_ASSERT_TRUE(costs[0].month_usd >= costs[1].month_usd && costs[1].month_usd > 0);
    CU_ASSERT_PTR_NULL(costs[2].resource);
    CU_ASSERT_DOUBLE_EQUAL(costs[0].month_usd + costs[1].month_usd + costs[2].month_usd,
                           totals.cost_month_usd, 1e-6);
    struct rep_outcome *outcome = rep_outcome_take(seen.world);
    struct result *result = result_reduce(seen.files.scenario, NULL, &outcome, 1, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(result);
    CU_ASSERT_DOUBLE_EQUAL(totals.cost_usd, result->bill.cost_usd, 0.01 * totals.cost_usd);
    CU_ASSERT_EQUAL(totals.requests, result->requests);
    record_land(seen.record, result, NULL, NULL);
    record_totals(seen.record, &totals);
    CU_ASSERT_EQUAL(totals.cost_month_usd, result->bill.cost_month_usd);
    free_seen(&seen);
}

/* 525 million requests a month reach the second price of the gateway: still one line. */
static void test_tiers_of_a_price_are_one_cost(void)
{
    static struct seen seen;
    struct record_cost costs[64];
    struct err err = {0};
    run_seen(&seen, "local f = fn 'f' { handler = function(r) r:cpu '1ms' end }\n"
                    "local web = http_api 'web' { ['GET /x'] = f }\n"
                    "traffic 'users' { to = web 'GET /x', rate = '200/s' }\n"
                    "simulate { duration = '20s', sample = '1s' }\n");
    struct rep_outcome *outcome = rep_outcome_take(seen.world);
    struct result *result = result_reduce(seen.files.scenario, NULL, &outcome, 1, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(result);
    record_land(seen.record, result, NULL, NULL);
    int billed = 0, shown = 0;
    double sum = 0, bar = 0;
    for (int i = 0; i < result->bill.count; i++)
        if (strcmp(result->bill.lines[i].resource, "web") == 0) {
            billed++;
            sum += result->bill.lines[i].cost_month_usd;
        }
    int count = record_costs(seen.record, costs, 64);
    for (int i = 0; i < count; i++)
        if (strcmp(costs[i].resource, "web") == 0) {
            shown++;
            bar = costs[i].month_usd;
        }
    CU_ASSERT_EQUAL(billed, 2);
    CU_ASSERT_EQUAL(shown, 1);
    CU_ASSERT_EQUAL(bar, sum);
    free_seen(&seen);
}

/* What came before the measured interval is drawn too: where its time went, and what it called. */
static void test_the_warm_up_is_drawn_too(void)
{
    static struct seen seen;
    double mean[2][STAGE_COUNT], failed;
    char text[sizeof busy + 64];
    (void)snprintf(text, sizeof text, "%s", busy);
    char *simulate = strstr(text, "simulate");
    (void)snprintf(
        simulate, sizeof text - (size_t)(simulate - text),
        "simulate { duration = '203500ms', warmup = '100s', sample = '1s', seed = 5 }\n");
    run_seen(&seen, busy);
    double calls = edge_calls(&seen, "f", "g", &failed), before[2][STAGE_COUNT];
    record_stages(seen.record, 0, 200, 2, before);
    free_seen(&seen);
    run_seen(&seen, text);
    CU_ASSERT_EQUAL(edge_calls(&seen, "f", "g", &failed), calls);
    record_stages(seen.record, 0, 200, 2, mean);
    for (int k = 0; k < STAGE_COUNT; k++) {
        CU_ASSERT_DOUBLE_EQUAL(mean[0][k], before[0][k], 1e-6);
        CU_ASSERT_DOUBLE_EQUAL(mean[1][k], before[1][k], 1e-6);
    }
    free_seen(&seen);
}

/* -- more samples than a record keeps -------------------------------------------------------------------- */

/* Ten nodes and 100 001 samples of a tenth of a second: three at a time, held against a loop over the rows of the run. */
static void test_a_run_with_too_many_samples_is_shown_several_at_a_time(void)
{
    static struct seen seen;
    run_seen(&seen, "local f = fn 'f' { handler = function(r) r:cpu '8ms' end }\n"
                    "fn 'b' {} fn 'c' {} fn 'd' {} fn 'e' {} fn 'g' {} fn 'h' {} fn 'i' {}\n"
                    "traffic 'users' { to = f, rate = '1/s' }\n"
                    "simulate { duration = '10000100ms', sample = '100ms', seed = 5 }\n");
    const struct record_info *info = record_info(seen.record);
    const struct world *world = seen.world;
    CU_ASSERT_EQUAL_FATAL(info->node_count, 10);
    CU_ASSERT_DOUBLE_EQUAL(info->sample_s, 0.3, 1e-12);
    CU_ASSERT_EQUAL(record_reached_s(seen.record), 10000.1);
    int64_t samples = world->sample_count / 10;
    CU_ASSERT_EQUAL(samples, 100001);
    int wrong = 0;
    for (int64_t first = 0; first < samples; first += 3) {
        int64_t end = first + 3 < samples ? first + 3 : samples;
        double arrivals = 0, mean = 0, max = 0, p99 = NAN;
        for (int64_t i = first; i < end; i++) {
            const struct sample_row *row = &world->samples[i * 10 + 1];
            CU_ASSERT_EQUAL_FATAL(row->node, 1);
            arrivals += row->arrivals;
            mean += row->concurrency_mean / (double)(end - first);
            max = fmax(max, row->concurrency_max);
            p99 = fmax(p99, row->latency_p99_ms);
        }
        double at_s = (double)first / 10 + 0.05;
        wrong += record_value(seen.record, 1, RECORD_ARRIVALS, at_s) != arrivals;
        wrong += fabs(record_value(seen.record, 1, RECORD_CONCURRENCY_MEAN, at_s) - mean) > 1e-9;
        wrong += record_value(seen.record, 1, RECORD_CONCURRENCY_MAX, at_s) != max;
        wrong += !same(record_value(seen.record, 1, RECORD_P99_MS, at_s), p99);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    struct quantile_bin whole;
    record_quantiles(seen.record, 0, 20000, 1, &whole);
    CU_ASSERT_EQUAL(whole.n, world->model.probes[world->model.seen_as[8]].all.answered);
    free_seen(&seen);
}

/* -- looking changes nothing -------------------------------------------------------------------------------- */

static void test_a_run_that_is_looked_at_is_the_same_to_the_byte(void)
{
    static struct seen seen;
    run_seen(&seen, busy);
    struct world *alone = world_new(seen.files.scenario, 0, true, true);
    world_run(alone, &no_limits, NULL, NULL);
    CU_ASSERT_EQUAL(alone->model.sim.fingerprint, seen.world->model.sim.fingerprint);
    CU_ASSERT_EQUAL_FATAL(alone->sample_count, seen.world->sample_count);
    CU_ASSERT_EQUAL(memcmp(alone->samples, seen.world->samples,
                           sizeof *alone->samples * (size_t)alone->sample_count),
                    0);
    for (int n = 0; n < world_node_count(alone); n++)
        CU_ASSERT_EQUAL(memcmp(alone->rows[n].values, seen.world->rows[n].values,
                               sizeof(double) * (size_t)(alone->rows[n].rows * WORLD_BATCHES)),
                        0);
    world_free(alone);
    free_seen(&seen);
}

static void test_names_limits_and_parameters_are_kept(void)
{
    static struct seen seen;
    run_seen(&seen,
             "local m = param('memory', '512MB', { min = '128MB', max = '1GB', doc = 'of f' })\n"
             "local c = param('colour', 'red', { one_of = { 'red', 'blue' } })\n"
             "local t = kv 't' { mode = 'provisioned', rcu = 40, wcu = 20 }\n"
             "local f = fn 'f' { memory = m, reserved = 7,\n"
             "  handler = function(r) r:get(t) end }\n"
             "local web = http_api 'web' { ['GET /x'] = f }\n"
             "traffic 'users' { to = web 'GET /x', rate = '2/s' }\n"
             "at '30s' { target = f, latency = 'x3', lasts = '10s' }\n"
             "variant 'blue' { colour = 'blue' }\n"
             "slo { 'f.latency.p99 < 1s' }\n"
             "simulate { duration = '1min' }\n");
    const struct record_info *info = record_info(seen.record);
    CU_ASSERT_EQUAL(info->node_count, 6);
    CU_ASSERT_EQUAL(info->param_count, 2);
    CU_ASSERT_STRING_EQUAL(info->params[0].value, "512MB");
    CU_ASSERT_EQUAL(info->params[0].number, 512 << 20);
    CU_ASSERT_EQUAL(info->params[0].max, 1 << 30);
    CU_ASSERT_STRING_EQUAL(info->params[0].doc, "of f");
    CU_ASSERT_TRUE(isnan(info->params[1].number));
    CU_ASSERT_EQUAL(info->params[1].one_of_count, 2);
    CU_ASSERT_STRING_EQUAL(info->params[1].one_of[1], "blue");
    CU_ASSERT_STRING_EQUAL(info->variants[0], "blue");
    CU_ASSERT_EQUAL(info->slo_count, 1);
    CU_ASSERT_EQUAL(info->event_count, 1);
    CU_ASSERT_EQUAL(info->events[0].until_s, 40);
    CU_ASSERT_FALSE(info->events[0].poke);
    CU_ASSERT_STRING_EQUAL(info->events[0].label, "f 3x slower");
    for (int i = 0; i < info->node_count; i++) {
        const struct record_node *node = &info->nodes[i];
        bool f = strcmp(node->name, "f") == 0, t = strcmp(node->name, "t") == 0;
        CU_ASSERT_EQUAL(node->limit, f ? 7 : INFINITY);
        CU_ASSERT_TRUE(t ? node->capacity_rcu == 40 && node->capacity_wcu == 20
                         : isnan(node->capacity_rcu));
        CU_ASSERT_EQUAL(node->source, strcmp(node->name, "users") == 0);
        CU_ASSERT_EQUAL(node->line > 0, node->resource >= 0);
    }
    CU_ASSERT_EQUAL(info->edge_count, 3); /* users-web, web-f, f-t */
    free_seen(&seen);
}

CU_TestInfo suite_record[] = {
    TEST(test_any_zoom_shows_exact_extremes),
    TEST(test_a_pyramid_of_many_samples_is_exact),
    TEST(test_a_series_that_never_changes_takes_no_memory),
    TEST(test_quantiles_are_those_of_the_merged_histograms),
    TEST(test_all_latencies_together_are_those_of_the_result),
    TEST(test_a_heat_map_loses_no_call),
    TEST(test_stages_add_up_to_those_of_the_result),
    TEST(test_flows_add_up_to_the_edges_of_the_result),
    TEST(test_costs_so_far_become_the_bill),
    TEST(test_tiers_of_a_price_are_one_cost),
    TEST(test_the_warm_up_is_drawn_too),
    TEST(test_a_run_with_too_many_samples_is_shown_several_at_a_time),
    TEST(test_a_run_that_is_looked_at_is_the_same_to_the_byte),
    TEST(test_names_limits_and_parameters_are_kept),
    CU_TEST_INFO_NULL,
};
