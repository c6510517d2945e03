/* test_result.c - what a finished run answers when asked, and the intervals around it. */
#include "run/result.h"

#include <math.h>
#include <string.h>

#include "run/run.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

struct asked {
    struct play stage;
    struct result *result;
};

static struct asked ask(const char *text)
{
    struct asked asked = {.stage = stage_load(text)};
    struct run_item item = {asked.stage.scenario, NULL};
    struct run_options options = {
        .jobs = 2,
        .limits = {.max_wall = SIM_NEVER, .max_events = UINT64_MAX, .max_memory = INT64_MAX}};
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(run_all(&item, 1, &options, &asked.result, &err));
    return asked;
}

static void asked_end(struct asked *asked)
{
    result_free(asked->result);
    stage_end(&asked->stage);
}

static double value_of(const struct asked *asked, const char *node, enum metric_id metric,
                       const char *stat_name, double ci[2])
{
    struct statistic stat;
    double value = NAN;
    CU_ASSERT_TRUE(stat_read(stat_name, &stat));
    int index = result_find_node(asked->result, node);
    CU_ASSERT_TRUE_FATAL(index >= 0);
    return result_value(asked->result, index, metric, stat, &value, ci) ? value : NAN;
}

static const struct result_row *row_of(const struct asked *asked, const char *resource,
                                       const char *metric, const char *stat)
{
    for (int i = 0; i < asked->result->row_count; i++) {
        const struct result_row *row = &asked->result->rows[i];
        if (strcmp(row->resource, resource) == 0 && strcmp(row->metric, metric) == 0 &&
            strcmp(row->stat, stat) == 0)
            return row;
    }
    return NULL;
}

/* Twenty calls at even gaps, all the same. */
static const char even_text[] =
    "local g = F('g', { init = '0ms', handler = function(r) r:wait '30ms' end })\n"
    "local f = F('f', { init = '0ms', memory = 1024, handler = function(r) r:mark 'm' r:call(g) "
    "end })\n"
    "local web = http_api 'web' { ['GET /a'] = f, overhead = '5ms' }\n"
    "traffic 't' { to = web 'GET /a', rate = '2/s', arrivals = 'uniform' }\n"
    "once('u', g, '3s', 4)\n"
    "slo { 't.latency.p99 < 35.1ms', 't.latency.max < 35ms', 'web.errors <= 0%', '\"web GET "
    "/a\".latency.p50 < 1s',\n"
    "  'g.init.p99 < 1h', 'f.throttles < 1%', '\"mark m\".latency.max < 6ms', 'cost < $100/month' "
    "}\n"
    "simulate { duration = '10250ms' }";

static void test_nodes_are_the_application_resources_routes_and_marks(void)
{
    static const char *const names[] = {"*", "g", "f", "web", "web GET /a", "t", "u", "mark m"};
    struct asked asked = ask(even_text);
    CU_ASSERT_EQUAL_FATAL(asked.result->node_count, (int)COUNTOF(names));
    for (size_t i = 0; i < COUNTOF(names); i++) {
        CU_ASSERT_STRING_EQUAL(asked.result->nodes[i].name, names[i]);
        CU_ASSERT_EQUAL(result_find_node(asked.result, names[i]), (int)i);
    }
    CU_ASSERT_EQUAL(asked.result->nodes[4].parent, 3);
    CU_ASSERT_EQUAL(result_find_node(asked.result, "nobody"), -1);
    asked_end(&asked);
}

static void test_rows_repeat_the_values_in_the_units_of_files(void)
{
    struct asked asked = ask(even_text);
    CU_ASSERT_EQUAL(value_of(&asked, "t", METRIC_LATENCY, "p99", NULL), 35e6);
    const struct result_row *row = row_of(&asked, "t", "latency", "p99");
    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    CU_ASSERT_EQUAL(row->value, 35);
    CU_ASSERT_STRING_EQUAL(row->unit, "ms");
    CU_ASSERT_EQUAL(row_of(&asked, "*", "requests", "sum")->value, 24);
    CU_ASSERT_EQUAL(row_of(&asked, "g", "requests", "sum")->value, 24);
    CU_ASSERT_EQUAL(row_of(&asked, "f", "requests", "sum")->value, 20);
    CU_ASSERT_EQUAL(result_count(asked.result, result_find_node(asked.result, "t"), METRIC_LATENCY),
                    20);
    CU_ASSERT_PTR_NULL(row_of(&asked, "f", "spill", "mean"));
    CU_ASSERT_PTR_NULL(row_of(&asked, "t", "cost", "sum"));
    asked_end(&asked);
}

static void test_latency_buckets_count_every_call_once(void)
{
    struct asked asked = ask(even_text);
    for (int i = 0; i < asked.result->node_count; i++) {
        uint64_t count = 0;
        double last = -1;
        for (int64_t l = 0; l < asked.result->latency_count; l++) {
            const struct latency_row *row = &asked.result->latencies[l];
            if (row->node != i)
                continue;
            CU_ASSERT_TRUE(row->le_ms > last && row->count > 0);
            last = row->le_ms;
            count += row->count;
        }
        CU_ASSERT_EQUAL(count, result_count(asked.result, i, METRIC_LATENCY));
    }
    asked_end(&asked);
}

/* g is called by f and by u: its edges count for themselves; web's is f's only caller. */
static void test_edges_tell_callers_apart(void)
{
    static const struct {
        const char *from, *to;
        uint64_t calls;
        double p50_ms;
    } rows[] = {{"f", "g", 20, 30},
                {"u", "g", 4, 30},
                {"web GET /a", "f", 20, 30},
                {"t", "web GET /a", 20, 35}};
    struct asked asked = ask(even_text);
    CU_ASSERT_EQUAL(asked.result->edge_count, (int)COUNTOF(rows));
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        bool found = false;
        for (int e = 0; e < asked.result->edge_count; e++) {
            const struct edge_row *edge = &asked.result->edges[e];
            if (strcmp(edge->from, rows[i].from) != 0 || strcmp(edge->to, rows[i].to) != 0)
                continue;
            found = true;
            CU_ASSERT_EQUAL(edge->calls, rows[i].calls);
            CU_ASSERT_DOUBLE_EQUAL(edge->latency_p50_ms, rows[i].p50_ms, 1e-9);
        }
        CU_ASSERT_TRUE(found);
    }
    asked_end(&asked);
}

/* In the order of even_text: which hold, and that one without data fails. */
static void test_slos_are_judged_by_the_values(void)
{
    static const bool passed[] = {true, false, true, true, true, true, true, true};
    struct asked asked = ask(even_text);
    CU_ASSERT_EQUAL_FATAL(asked.result->slo_count, (int)COUNTOF(passed));
    for (size_t i = 0; i < COUNTOF(passed); i++)
        CU_ASSERT_EQUAL(asked.result->slos[i].passed, passed[i]);
    CU_ASSERT_FALSE(asked.result->slos_passed);
    CU_ASSERT_DOUBLE_EQUAL(asked.result->slos[0].margin_ratio, 0.1 / 35.1, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(asked.result->slos[1].margin_ratio, 0, 1e-9);
    asked_end(&asked);

    asked =
        ask("local f = F('f', { reserved = 0 }) once('t', f, '1s') slo { 'f.latency.p99 < 1h' }\n"
            "simulate { duration = '9s' }");
    CU_ASSERT_FALSE(asked.result->slos[0].has_data);
    CU_ASSERT_FALSE(asked.result->slos[0].passed);
    asked_end(&asked);
}

/* Costs of resources are the lines of the bill; the application's are their sum. */
static void test_costs_are_the_lines_of_the_bill(void)
{
    struct asked asked = ask(even_text);
    double sum = 0;
    static const char *const names[] = {"g", "f", "web"};
    for (size_t i = 0; i < COUNTOF(names); i++) {
        double cost = 0;
        for (int l = 0; l < asked.result->bill.count; l++)
            if (strcmp(asked.result->bill.lines[l].resource, names[i]) == 0)
                cost += asked.result->bill.lines[l].cost_usd;
        CU_ASSERT_TRUE(cost > 0);
        CU_ASSERT_DOUBLE_EQUAL(value_of(&asked, names[i], METRIC_COST, "sum", NULL), cost, 1e-15);
        sum += cost;
    }
    CU_ASSERT_DOUBLE_EQUAL(value_of(&asked, "*", METRIC_COST, "sum", NULL), sum, 1e-15);
    double month = value_of(&asked, "*", METRIC_COST_MONTH, "sum", NULL);
    CU_ASSERT_DOUBLE_EQUAL(month, sum * 730 * 3600 / 10.25, 1e-9 * month);
    asked_end(&asked);
}

/* -- intervals ------------------------------------------------------------------------------------------ */

static const char noisy_text[] =
    "local f = F('f', { init = '0ms', handler = function(r) r:wait(exponential '20ms') end })\n"
    "traffic 't' { to = f, rate = '200/s' } simulate { duration = '%s', reps = %d }";

/* The mean of exponentials is known: 20 ms. A 95 % interval must hold it most of the time; both kinds are
 * centred on the value and have some width. */
static void check_intervals(const char *duration, int reps, int least)
{
    int held = 0;
    for (int i = 0; i < 20; i++) {
        char text[512];
        int n = snprintf(text, sizeof text, noisy_text, duration, reps);
        (void)snprintf(text + n - 2, sizeof text - (size_t)n, ", seed = %d }", i);
        struct asked asked = ask(text);
        double ci[2], value = value_of(&asked, "f", METRIC_LATENCY, "mean", ci);
        CU_ASSERT_TRUE(ci[0] < value && value < ci[1]);
        CU_ASSERT_DOUBLE_EQUAL(ci[1] - value, value - ci[0], 1);
        held += ci[0] <= 20e6 && 20e6 <= ci[1];
        asked_end(&asked);
    }
    CU_ASSERT_TRUE(held >= least);
}

static void test_replications_give_intervals_that_hold_the_truth(void)
{
    check_intervals("10s", 5, 16);
}

static void test_batches_of_one_run_give_intervals_that_hold_the_truth(void)
{
    check_intervals("60s", 1, 16);
}

static void test_too_short_a_run_has_no_interval(void)
{
    struct asked asked = ask(even_text);
    double ci[2];
    CU_ASSERT_EQUAL(value_of(&asked, "t", METRIC_LATENCY, "p99", ci), 35e6);
    CU_ASSERT_TRUE(ci[0] > ci[1]);
    CU_ASSERT_FALSE(row_of(&asked, "t", "latency", "p99")->has_ci);
    asked_end(&asked);
}

/* A mean per replication, with the interval around it; maxima have none. */
static void test_counts_of_replications_are_means(void)
{
    char text[512];
    (void)snprintf(text, sizeof text, noisy_text, "10s", 4);
    struct asked asked = ask(text);
    double ci[2], requests = value_of(&asked, "f", METRIC_REQUESTS, "sum", ci);
    CU_ASSERT_EQUAL(requests, (double)asked.result->requests / 4);
    CU_ASSERT_TRUE(ci[0] < requests && requests < ci[1]);
    CU_ASSERT_STRING_EQUAL(asked.result->bill.lines[0].line_item, "requests");
    CU_ASSERT_DOUBLE_EQUAL(asked.result->bill.lines[0].quantity, requests, 1e-9 * requests);
    (void)value_of(&asked, "f", METRIC_CONCURRENCY, "max", ci);
    CU_ASSERT_TRUE(ci[0] > ci[1]);
    asked_end(&asked);
}

/* Of 25 at once, the request rate of one reserved unit lets ten in, and nine of those find the one place taken. The same in
 * each of two replications, so the mean is that, too. */
static void test_capacity_tells_which_limit_refused(void)
{
    struct asked asked =
        ask("local f = F('f', { reserved = 1, handler = function(r) r:wait '1s' end })\n"
            "once('users', f, '1s', 25)\n"
            "simulate { duration = '10s', reps = 2 }\n");
    const struct capacity_row *row = &asked.result->capacities[0];
    CU_ASSERT_STRING_EQUAL(row->resource, "f");
    CU_ASSERT_STRING_EQUAL(row->refused_by[0], "request rate");
    CU_ASSERT_STRING_EQUAL(row->refused_by[1], "concurrency");
    CU_ASSERT_EQUAL(row->refused[0], 15);
    CU_ASSERT_EQUAL(row->refused[1], 9);
    CU_ASSERT_EQUAL(row->refused[2], 0);
    asked_end(&asked);
}

/* Lines of CAPACITY are those of what is declared, so that replications agree on them: here one uses no provisioned
 * instance at all before it ends. */
static void test_capacity_has_a_line_for_unused_provisioned_instances(void)
{
    struct asked asked =
        ask("local f = F('f', { provisioned = 2, handler = function(r) r:wait '1s' end })\n"
            "traffic 'users' { to = f, rate = '0.1/s' }\n"
            "simulate { duration = '10s', reps = 20 }\n");
    CU_ASSERT_EQUAL_FATAL(asked.result->capacity_count, 2);
    CU_ASSERT_STRING_EQUAL(asked.result->capacities[1].what, "provisioned");
    asked_end(&asked);
}

CU_TestInfo suite_result[] = {
    TEST(test_capacity_tells_which_limit_refused),
    TEST(test_capacity_has_a_line_for_unused_provisioned_instances),
    TEST(test_nodes_are_the_application_resources_routes_and_marks),
    TEST(test_rows_repeat_the_values_in_the_units_of_files),
    TEST(test_latency_buckets_count_every_call_once),
    TEST(test_edges_tell_callers_apart),
    TEST(test_slos_are_judged_by_the_values),
    TEST(test_costs_are_the_lines_of_the_bill),
    TEST(test_replications_give_intervals_that_hold_the_truth),
    TEST(test_batches_of_one_run_give_intervals_that_hold_the_truth),
    TEST(test_too_short_a_run_has_no_interval),
    TEST(test_counts_of_replications_are_means),
    CU_TEST_INFO_NULL,
};
