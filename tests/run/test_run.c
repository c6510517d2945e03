/* test_run.c - replications over threads: the same result however many there are, limits, and being broken off. */
#include "run/run.h"

#include <math.h>
#include <string.h>

#include "tests/model/stage.h"
#include "tests/suite.h"

static const char app_text[] = "local g = F('g', { keep_alive = '2s', handler = function(r) "
                               "r:wait(exponential '20ms') end })\n"
                               "local f = F('f', { handler = function(r)\n"
                               "  r:try(function(b) b:call(g) end, { timeout = '60ms', retries = 1 "
                               "}) r:cpu(uniform('1ms', '9ms')) end })\n"
                               "local web = http_api 'web' { ['GET /a'] = f }\n"
                               "traffic 't' { to = web 'GET /a', rate = '50/s' }\n"
                               "traffic 'u' { to = f, clients = 3, think = exponential '200ms' }\n"
                               "slo { 't.latency.p99 < 1s', 'errors < 1%' }\n"
                               "simulate { duration = '30s', warmup = '5s', reps = ";

static struct play load_app(const char *reps)
{
    char text[2048];
    (void)snprintf(text, sizeof text, "%s%s }", app_text, reps);
    return stage_load(text);
}

static struct run_options options_of(int jobs)
{
    return (struct run_options){
        .jobs = jobs,
        .limits = {.max_wall = SIM_NEVER, .max_events = UINT64_MAX, .max_memory = INT64_MAX}};
}

static struct result *run_one(const struct play *stage, const struct run_options *options)
{
    struct run_item item = {stage->scenario, NULL};
    struct result *result = NULL;
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(run_all(&item, 1, options, &result, &err));
    return result;
}

static bool same_number(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static bool same_rows(const struct result *a, const struct result *b)
{
    bool same = a->row_count == b->row_count;
    for (int i = 0; same && i < a->row_count; i++) {
        const struct result_row *x = &a->rows[i], *y = &b->rows[i];
        same = strcmp(x->resource, y->resource) == 0 && strcmp(x->metric, y->metric) == 0 &&
               strcmp(x->stat, y->stat) == 0 && same_number(x->value, y->value) &&
               x->has_ci == y->has_ci && same_number(x->ci_low, y->ci_low) &&
               same_number(x->ci_high, y->ci_high);
    }
    return same;
}

/* Rows hold doubles and two integers without padding between. */
static bool same_samples(const struct result *a, const struct result *b)
{
    bool same = a->sample_count == b->sample_count;
    for (int64_t i = 0; same && i < a->sample_count; i++) {
        const struct sample_row *x = &a->samples[i], *y = &b->samples[i];
        same = x->node == y->node && same_number(x->time_s, y->time_s) &&
               same_number(x->arrivals, y->arrivals) && same_number(x->completed, y->completed) &&
               same_number(x->concurrency_mean, y->concurrency_mean) &&
               same_number(x->concurrency_max, y->concurrency_max) &&
               same_number(x->latency_p99_ms, y->latency_p99_ms) &&
               same_number(x->cost_usd, y->cost_usd) && same_number(x->goodput, y->goodput);
    }
    return same;
}

static void test_results_do_not_depend_on_the_number_of_threads(void)
{
    static const int jobs[] = {1, 2, 7};
    struct play stage = load_app("6");
    struct result *results[COUNTOF(jobs)];
    for (size_t i = 0; i < COUNTOF(jobs); i++) {
        struct run_options options = options_of(jobs[i]);
        results[i] = run_one(&stage, &options);
        CU_ASSERT_TRUE(same_rows(results[0], results[i]));
        CU_ASSERT_TRUE(same_samples(results[0], results[i]));
        CU_ASSERT_EQUAL(results[0]->fingerprint, results[i]->fingerprint);
        CU_ASSERT_EQUAL(results[0]->bill.cost_usd, results[i]->bill.cost_usd);
        CU_ASSERT_EQUAL(results[i]->reps, 6);
    }
    for (size_t i = 0; i < COUNTOF(jobs); i++)
        result_free(results[i]);
    stage_end(&stage);
}

/* The seed and the number of the replication make the draws, nothing else. */
static void test_replications_differ_and_the_first_is_the_single_run(void)
{
    struct play six = load_app("6"), one = load_app("1");
    struct run_options options = options_of(2);
    struct result *many = run_one(&six, &options), *single = run_one(&one, &options);
    CU_ASSERT_TRUE(same_samples(many, single));
    CU_ASSERT_NOT_EQUAL(many->fingerprint, single->fingerprint);
    CU_ASSERT_TRUE(many->requests > 5 * single->requests && many->requests < 7 * single->requests);
    result_free(many);
    result_free(single);
    stage_end(&six);
    stage_end(&one);
}

/* Common random numbers: a change to one function leaves every other draw alone, so the requests stay the same to the
 * nanosecond; and without a change nothing at all differs. */
static void test_a_change_to_one_resource_leaves_all_other_draws_alone(void)
{
    static const char text[] =
        "local g = F('g', { memory = %d, handler = function(r) r:cpu(exponential '20ms') end })\n"
        "local f = F('f', { handler = function(r) r:wait(exponential '20ms') end })\n"
        "traffic 't' { to = f, rate = '50/s' } traffic 'u' { to_mix = { {1, g}, {2, f} }, rate = "
        "'20/s' }\n"
        "simulate { duration = '30s' }";
    static const int memories_mb[] = {1769, 1769, 256};
    struct run_options options = options_of(1);
    struct result *results[COUNTOF(memories_mb)];
    struct play stages[COUNTOF(memories_mb)];
    for (size_t i = 0; i < COUNTOF(memories_mb); i++) {
        char full[1024];
        (void)snprintf(full, sizeof full, text, memories_mb[i]);
        stages[i] = stage_load(full);
        results[i] = run_one(&stages[i], &options);
    }
    CU_ASSERT_EQUAL(results[0]->fingerprint, results[1]->fingerprint);
    CU_ASSERT_TRUE(same_rows(results[0], results[1]));
    CU_ASSERT_FALSE(same_rows(results[0], results[2]));
    int f = result_find_node(results[0], "f");
    const struct node_stats *a = &results[0]->stats[f], *b = &results[2]->stats[f];
    CU_ASSERT_TRUE(a->latency.count == b->latency.count && a->latency.sum == b->latency.sum);
    for (size_t i = 0; i < COUNTOF(memories_mb); i++) {
        result_free(results[i]);
        stage_end(&stages[i]);
    }
}

static void test_several_items_keep_their_places(void)
{
    struct play stage = load_app("2");
    struct play idle =
        stage_load("local f = F('f', {}) once('t', f, '1s', 3) simulate { duration = '9s' }");
    struct run_item items[] = {{stage.scenario, "a"}, {idle.scenario, "b"}, {stage.scenario, "c"}};
    struct result *results[COUNTOF(items)];
    struct run_options options = options_of(2);
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(run_all(items, COUNTOF(items), &options, results, &err));
    CU_ASSERT_TRUE(same_rows(results[0], results[2]));
    CU_ASSERT_STRING_EQUAL(results[1]->variant, "b");
    CU_ASSERT_EQUAL(results[1]->requests, 3);
    for (size_t i = 0; i < COUNTOF(items); i++)
        result_free(results[i]);
    stage_end(&stage);
    stage_end(&idle);
}

static void test_a_limit_of_events_ends_a_run_there(void)
{
    struct play stage = load_app("1");
    struct run_options options = options_of(1);
    options.limits.max_events = 1000;
    struct result *result = run_one(&stage, &options);
    CU_ASSERT_EQUAL(result->end, RUN_MAX_EVENTS);
    CU_ASSERT_EQUAL(result->events, 1000);
    CU_ASSERT_TRUE(result->reached < 30 * SIM_SECOND);
    result_free(result);
    stage_end(&stage);
}

static void test_loops_within_loops_end(void)
{
    struct play stage = stage_load(
        "local f = F('f', { init = '0ms', handler = function(r)\n"
        "  r:each(1e6, function(b) b:each(1e6, function(c) c:each(1e6, function() end) end) end) end })\n"
        "local g = F('g', { init = '0ms', handler = function(r)\n"
        "  r:each(1e6, function(b) b:each(1e6, function() end) end) r:call(f) end })\n"
        "traffic 't' { to = g, rate = '3/s' } simulate { duration = '1s' }");
    struct run_options options = options_of(1);
    struct result *result = run_one(&stage, &options);
    CU_ASSERT_EQUAL(result->end, RUN_COMPLETE);
    result_free(result);
    stage_end(&stage);
}

/* All clients start at 0: a limit may be reached before any time has gone by, and then nothing has a rate. */
static void test_a_run_that_ends_at_its_beginning_has_no_rate(void)
{
    struct play stage = stage_load("local f = F('f', { handler = function(r) r:wait '1ms' end })\n"
                                   "traffic 't' { to = f, clients = 100000 }");
    struct run_options options = options_of(1);
    options.limits.max_events = 1000;
    struct result *result = run_one(&stage, &options);
    CU_ASSERT_EQUAL(result->reached, 0);
    CU_ASSERT_TRUE(result->row_count > 0);
    for (int i = 0; i < result->row_count; i++)
        CU_ASSERT_TRUE(isfinite(result->rows[i].value));
    result_free(result);
    stage_end(&stage);
}

static void test_a_stop_leaves_a_partial_result(void)
{
    _Atomic int stop = 1;
    struct play stage =
        stage_load("local f = F('f', { init = '0ms', handler = function(r) r:wait '1ms' end })\n"
                   "traffic 't' { to = f, rate = '1000/s' } simulate { duration = '1h' }");
    struct run_options options = options_of(1);
    options.stop = &stop;
    struct result *result = run_one(&stage, &options);
    CU_ASSERT_EQUAL(result->end, RUN_INTERRUPTED);
    CU_ASSERT_TRUE(result->reached < SIM_HOUR);
    result_free(result);
    stage_end(&stage);
}

static void test_a_memory_limit_ends_a_run(void)
{
    struct play stage =
        stage_load("local f = F('f', { init = '0ms', handler = function(r) r:wait '1ms' end })\n"
                   "traffic 't' { to = f, rate = '1000/s' } simulate { duration = '10min' }");
    struct run_options options = options_of(1);
    options.limits.max_memory = 1;
    struct result *result = run_one(&stage, &options);
    CU_ASSERT_EQUAL(result->end, RUN_MAX_MEMORY);
    result_free(result);
    stage_end(&stage);
}

CU_TestInfo suite_run[] = {
    TEST(test_results_do_not_depend_on_the_number_of_threads),
    TEST(test_replications_differ_and_the_first_is_the_single_run),
    TEST(test_a_change_to_one_resource_leaves_all_other_draws_alone),
    TEST(test_several_items_keep_their_places),
    TEST(test_a_limit_of_events_ends_a_run_there),
    TEST(test_a_run_that_ends_at_its_beginning_has_no_rate),
    TEST(test_loops_within_loops_end),
    TEST(test_a_stop_leaves_a_partial_result),
    TEST(test_a_memory_limit_ends_a_run),
    CU_TEST_INFO_NULL,
};
