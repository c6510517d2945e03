/* fixture.c - see the header. */
#include "tests/report/fixture.h"

#include <math.h>
#include <string.h>

#define ROWS_MAX 200

static struct result_node nodes[] = {
    {"*", "application", -1, -1},      {"hello", "fn", 0, -1},      {"web", "http_api", 1, -1},
    {"web GET /hello", "route", 1, 2}, {"users", "traffic", 2, -1},
};

static const char *const stats[] = {"mean", "p50", "p90", "p95", "p99", "p99.9", "max"};

static void add_percentiles(struct fixture *fixture, const char *resource, const char *metric,
                            const double values[7])
{
    for (size_t i = 0; i < COUNTOF(stats); i++)
        fixture_set(fixture, resource, metric, stats[i], values[i], "ms");
}

static const struct result_row *find(const struct fixture *fixture, const char *resource,
                                     const char *metric, const char *stat)
{
    for (int i = 0; i < fixture->result.row_count; i++) {
        const struct result_row *row = &fixture->result.rows[i];
        if (strcmp(row->resource, resource) == 0 && strcmp(row->metric, metric) == 0 &&
            strcmp(row->stat, stat) == 0)
            return row;
    }
    return NULL;
}

void fixture_set(struct fixture *fixture, const char *resource, const char *metric,
                 const char *stat, double value, const char *unit)
{
    struct result_row *row = (struct result_row *)find(fixture, resource, metric, stat);
    if (row == NULL) {
        ASSERT(fixture->result.row_count < ROWS_MAX);
        row = &fixture->result.rows[fixture->result.row_count++];
    }
    *row = (struct result_row){
        .resource = resource, .metric = metric, .stat = stat, .unit = unit, .value = value};
}

void fixture_set_ci(struct fixture *fixture, const char *resource, const char *metric,
                    const char *stat, double low, double high)
{
    struct result_row *row = (struct result_row *)find(fixture, resource, metric, stat);
    ASSERT(row != NULL);
    row->has_ci = true;
    row->ci_low = low;
    row->ci_high = high;
}

static void fill_rows(struct fixture *fixture)
{
    static const double route_ms[] = {37.9, 37.6, 43.3, 45.4, 50.1, 57.1, 269};
    static const double hello_ms[] = {27.6, 27.6, 27.6, 27.6, 27.6, 27.7, 230};
    fixture_set(fixture, "*", "requests", "sum", 180387, "count");
    add_percentiles(fixture, "*", "latency", route_ms);
    fixture_set(fixture, "*", "errors", "mean", 0, "ratio");
    fixture_set(fixture, "*", "cost", "sum", 0.2578, "usd");
    fixture_set(fixture, "*", "cost_month", "sum", 188.2, "usd");
    fixture_set(fixture, "hello", "requests", "sum", 180387, "count");
    add_percentiles(fixture, "hello", "latency", hello_ms);
    fixture_set(fixture, "hello", "stage_init", "mean", 0.002, "ms");
    fixture_set(fixture, "hello", "stage_run", "mean", 27.6, "ms");
    fixture_set(fixture, "hello", "cold", "mean", 2.0 / 180387, "ratio");
    fixture_set(fixture, "hello", "cold_starts", "sum", 2, "count");
    add_percentiles(fixture, "web", "latency", route_ms);
    add_percentiles(fixture, "web GET /hello", "latency", route_ms);
    fixture_set(fixture, "web GET /hello", "stage_downstream", "mean", 27.6, "ms");
    fixture_set(fixture, "web GET /hello", "stage_overhead", "mean", 10.3, "ms");
    add_percentiles(fixture, "users", "latency", route_ms);
}

static struct slo_def slos[] = {
    {"web.latency.p99 < 300ms",
     "web",
     METRIC_LATENCY,
     {STAT_PERCENTILE, 99},
     SLO_LT,
     300e6,
     false,
     7},
    {"web.errors < 0.1%", "web", METRIC_ERRORS, {STAT_MEAN, 0}, SLO_LT, 0.001, false, 7},
    {"cost < $250/month", "*", METRIC_COST, {STAT_SUM, 0}, SLO_LT, 250, true, 7},
    {"hello.spill < 1%", "hello", METRIC_SPILL, {STAT_MEAN, 0}, SLO_LT, 0.01, false, 7},
};
static const struct slo_result slo_results[] = {
    {&slos[0], true, 50.1e6, true, 0.833},
    {&slos[1], true, 0, true, 1},
    {&slos[2], true, 188.2, true, 0.2472},
};
static struct bill_line lines[] = {
    {"hello", "lambda", "requests", "request", 180387, 2e-7, 0.036, 26.28},
    {"hello", "lambda", "compute", "gb_s", 2525.4, 1.66667e-5, 0.042, 30.66},
    {"web", "http_api", "requests", "request", 180387, 1e-6, 0.18, 131.26},
};
static struct capacity_row capacities[] = {
    {"hello", "concurrency", "account concurrency", 1.38, 10, 1000, {"a", "b", "c"}, {0, 0, 0}},
    {"web",
     "requests/s",
     "requests/s",
     50.1,
     80,
     10000,
     {"routes' limits", "own limit", "account limit"},
     {12345, 0, 7}},
    {"hello", "queue", NULL, 0, 0, INFINITY, {NULL}, {0}},
};
static struct edge_row edges[] = {
    {"users", "web GET /hello", 180387, 0, 0, 37.6, 50.1},
    {"web GET /hello", "hello", 180387, 0, 0, 27.6, NAN},
};
static struct latency_row latencies[] = {
    {0, 40, 150000}, {0, 300, 30387}, {1, 28, 180387}, {3, 40, 150000}, {3, 300, 30387},
};
static struct sample_row samples[] = {
    {1, 0, 50, 49, 0, 0, 0, 1, NAN, NAN, NAN, NAN, NAN, 37.5, 45, 50, NAN, NAN, 7e-5, 49},
    {1, 1, 50, 49, 0, 0, 0, 1, 1.4, 3, 4, NAN, NAN, 27.6, NAN, 27.6, NAN, NAN, 1e-5, 49},
};
static const struct param_def params[] = {
    {.name = "memory", .value = {.kind = VALUE_TEXT, .text = "512MB"}},
    {.name = "units", .value = {.kind = VALUE_NUMBER, .number = 0.1}},
    {.name = "fast", .value = {.kind = VALUE_BOOL, .boolean = true}},
};

struct fixture *fixture_new(void)
{
    struct arena *arena = arena_new();
    struct fixture *fixture = ARENA_NEW(arena, struct fixture);
    fixture->arena = arena;
    fixture->info = (struct report_info){.version = "0.0.0"};
    fixture->scenario = (struct scenario){
        .file = "/some/where/hello.lua",
        .name = "hello",
        .question = "What does 50 requests/s cost, and how often do users see a cold start?",
        .params = params,
        .param_count = COUNTOF(params),
        .digest = 0x1234,
    };
    fixture->result = (struct result){
        .scenario = &fixture->scenario,
        .seed = 42,
        .reps = 1,
        .duration = SIM_HOUR,
        .sample = SIM_SECOND,
        .reached = SIM_HOUR,
        .nodes = nodes,
        .node_count = COUNTOF(nodes),
        .rows = ARENA_ARRAY(arena, struct result_row, ROWS_MAX),
        .samples = samples,
        .sample_count = COUNTOF(samples),
        .latencies = latencies,
        .latency_count = COUNTOF(latencies),
        .edges = edges,
        .edge_count = COUNTOF(edges),
        .slos = ARENA_ARRAY(arena, struct slo_result, COUNTOF(slo_results) + 1),
        .slo_count = COUNTOF(slo_results),
        .slos_passed = true,
        .capacities = capacities,
        .capacity_count = COUNTOF(capacities),
        .bill = {lines, COUNTOF(lines), 0.2578, 188.2},
        .requests = 180387,
        .events = 541161,
        .fingerprint = UINT64_C(0xfeedfacecafebeef),
        .ended_s = 0.03,
        .wall_s = 0.03,
    };
    memcpy(fixture->result.slos, slo_results, sizeof slo_results);
    fixture->result.slos[COUNTOF(slo_results)] =
        (struct slo_result){&slos[3], false, NAN, false, NAN};
    fill_rows(fixture);
    return fixture;
}

void fixture_free(struct fixture *fixture)
{
    arena_free(fixture->arena);
}
