/* test_compare.c - differences of two results: paired where they can be, and honest where not. */
#include "run/compare.h"

#include <math.h>
#include <string.h>

#include "run/run.h"
#include "stats/estimate.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

struct ran {
    struct play stage;
    struct result *result;
};

static struct ran run_text(const char *wait, const char *simulate, double precision, int jobs)
{
    char text[600];
    (void)snprintf(text, sizeof text,
                   "local f = F('f', { handler = function(r) r:wait(lognormal{ p50 = '%s', p99 = "
                   "'400ms' }) end })\n"
                   "traffic 't' { to = f, rate = '40/s' }\n"
                   "slo { 'latency.p99 < 1s', 'f.latency.p90 < 1s' }\n"
                   "simulate { %s }",
                   wait, simulate);
    struct ran ran = {.stage = stage_load(text)};
    struct run_item item = {ran.stage.scenario, NULL};
    struct run_options options = {
        .jobs = jobs, .precision = precision, .limits = {SIM_NEVER, UINT64_MAX, INT64_MAX}};
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(run_all(&item, 1, &options, &ran.result, &err));
    return ran;
}

static void ran_end(struct ran *ran)
{
    result_free(ran->result);
    stage_end(&ran->stage);
}

static struct comparison compare(const struct ran *a, const struct ran *b, struct arena *arena)
{
    struct compare_input left = compare_input_of(a->result), right = compare_input_of(b->result);
    struct comparison comparison;
    compare_rows(&comparison, &left, &right, arena);
    return comparison;
}

#define FIVE "duration = '40s', reps = 5"

static void test_a_design_does_not_differ_from_itself(void)
{
    struct arena *arena = arena_new();
    struct ran a = run_text("50ms", FIVE, 0, 1), b = run_text("50ms", FIVE, 0, 2);
    struct comparison comparison = compare(&a, &b, arena);
    CU_ASSERT_TRUE(comparison.identical);
    CU_ASSERT_EQUAL(comparison.count, a.result->row_count);
    for (int i = 0; i < comparison.count; i++) {
        CU_ASSERT_EQUAL(comparison.rows[i].change, 0);
        CU_ASSERT_FALSE(comparison.rows[i].significant);
    }
    const struct difference *p99 = compare_find(&comparison, "*", "latency", "p99");
    CU_ASSERT_PTR_NOT_NULL_FATAL(p99);
    CU_ASSERT_EQUAL(p99->basis, COMPARE_REPLICATIONS);
    CU_ASSERT_EQUAL(p99->low, 0);
    CU_ASSERT_EQUAL(p99->high, 0);
    ran_end(&a);
    ran_end(&b);
    arena_free(arena);
}

/* Against the arithmetic done by hand on the values that the rows keep. */
static void test_the_interval_is_that_of_the_paired_differences(void)
{
    struct arena *arena = arena_new();
    struct ran a = run_text("50ms", FIVE, 0, 2), b = run_text("51ms", FIVE, 0, 2);
    struct comparison comparison = compare(&a, &b, arena);
    const struct difference *mean = compare_find(&comparison, "f", "latency", "mean");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mean);
    double x[5], y[5], sum = 0, squares = 0;
    for (int i = 0; i < a.result->row_count; i++) {
        const struct result_row *row = &a.result->rows[i], *other = &b.result->rows[i];
        if (strcmp(row->resource, "f") != 0 || strcmp(row->metric, "latency") != 0 ||
            strcmp(row->stat, "mean") != 0)
            continue;
        CU_ASSERT_EQUAL_FATAL(row->value_count, 5);
        memcpy(x, row->values, sizeof x);
        memcpy(y, other->values, sizeof y);
    }
    for (int i = 0; i < 5; i++)
        sum += y[i] - x[i];
    for (int i = 0; i < 5; i++)
        squares += (y[i] - x[i] - sum / 5) * (y[i] - x[i] - sum / 5);
    double half = 2.7764451052 * sqrt(squares / 4 / 5); /* t, 4 degrees of freedom, .975 */
    CU_ASSERT_DOUBLE_EQUAL((mean->high - mean->low) / 2, half, 1e-9 * half);
    CU_ASSERT_DOUBLE_EQUAL((mean->high + mean->low) / 2, mean->change, 1e-9);
    CU_ASSERT_EQUAL(mean->n, 5);
    ran_end(&a);
    ran_end(&b);
    arena_free(arena);
}

/* A difference of 2 % drowns in the noise of either design, and stands out under common draws. */
static void test_common_draws_show_what_independent_runs_cannot(void)
{
    struct arena *arena = arena_new();
    struct ran a = run_text("50ms", FIVE ", seed = 3", 0, 2);
    struct ran b = run_text("51ms", FIVE ", seed = 3", 0, 2);
    struct ran other = run_text("51ms", FIVE ", seed = 4", 0, 2);
    struct comparison paired = compare(&a, &b, arena), apart = compare(&a, &other, arena);
    const struct difference *x = compare_find(&paired, "*", "latency", "p50");
    const struct difference *y = compare_find(&apart, "*", "latency", "p50");
    CU_ASSERT_PTR_NOT_NULL_FATAL(x);
    CU_ASSERT_PTR_NOT_NULL_FATAL(y);
    CU_ASSERT_TRUE(x->significant);
    CU_ASSERT_TRUE(x->low > 0.5 && x->high < 1.6);
    CU_ASSERT_EQUAL(y->basis, COMPARE_UNPAIRED);
    CU_ASSERT_TRUE(y->high - y->low > 3 * (x->high - x->low));
    const struct difference *requests = compare_find(&paired, "*", "requests", "sum");
    CU_ASSERT_PTR_NOT_NULL_FATAL(requests);
    CU_ASSERT_EQUAL(requests->change, 0);
    ran_end(&a);
    ran_end(&b);
    ran_end(&other);
    arena_free(arena);
}

static void test_single_runs_are_paired_by_batches(void)
{
    struct arena *arena = arena_new();
    struct ran a = run_text("50ms", "duration = '200s'", 0, 1);
    struct ran b = run_text("60ms", "duration = '200s'", 0, 1);
    struct comparison comparison = compare(&a, &b, arena);
    const struct difference *mean = compare_find(&comparison, "*", "latency", "mean");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mean);
    CU_ASSERT_EQUAL(mean->basis, COMPARE_BATCHES);
    CU_ASSERT_EQUAL(mean->n, 20);
    CU_ASSERT_TRUE(mean->significant && mean->low > 0);
    const struct difference *max = compare_find(&comparison, "*", "latency", "max");
    CU_ASSERT_PTR_NOT_NULL_FATAL(max);
    CU_ASSERT_EQUAL(max->basis, COMPARE_NOTHING);
    CU_ASSERT_FALSE(max->significant);
    ran_end(&a);
    ran_end(&b);
    arena_free(arena);
}

static void test_what_one_side_lacks_is_listed(void)
{
    struct arena *arena = arena_new();
    struct ran a = run_text("50ms", FIVE, 0, 1);
    struct result_row extra[1] = {
        {.resource = "x", .metric = "latency", .stat = "p50", .unit = "ms", .value = 7}};
    struct compare_input left = compare_input_of(a.result), right = {.rows = extra, .count = 1};
    struct comparison comparison;
    compare_rows(&comparison, &left, &right, arena);
    CU_ASSERT_EQUAL(comparison.count, a.result->row_count + 1);
    CU_ASSERT_FALSE(comparison.identical);
    CU_ASSERT_TRUE(isnan(comparison.rows[0].b) && isnan(comparison.rows[0].change));
    CU_ASSERT_TRUE(isnan(comparison.rows[comparison.count - 1].a));
    CU_ASSERT_EQUAL(comparison.rows[comparison.count - 1].b, 7);
    ran_end(&a);
    arena_free(arena);
}

/* -- precision ------------------------------------------------------------------------------------------- */

static void test_rounds_double(void)
{
    CU_ASSERT_EQUAL(precision_next(0, 1000), 5);
    CU_ASSERT_EQUAL(precision_next(5, 1000), 10);
    CU_ASSERT_EQUAL(precision_next(640, 1000), 1000);
    CU_ASSERT_EQUAL(precision_next(0, 3), 3);
}

static double widest(const struct result *result)
{
    static const char *const stats[] = {"mean", "p50", "p90", "p95", "p99", "p99.9"};
    double worst = 0;
    for (int i = 0; i < result->row_count; i++) {
        const struct result_row *row = &result->rows[i];
        if (strcmp(row->resource, "*") != 0 || strcmp(row->metric, "latency") != 0 || !row->has_ci)
            continue;
        for (size_t s = 0; s < COUNTOF(stats); s++)
            if (strcmp(row->stat, stats[s]) == 0)
                worst = fmax(worst, (row->ci_high - row->ci_low) / 2 / row->value);
    }
    return worst;
}

/* The widest interval of the rows is what it says, and one round less would not have done. */
static void test_replications_go_on_until_the_target_is_met(void)
{
    struct ran wide = run_text("50ms", "duration = '60s'", 0.10, 2);
    struct ran narrow = run_text("50ms", "duration = '60s'", 0.02, 2);
    CU_ASSERT_TRUE(wide.result->precision.reached && narrow.result->precision.reached);
    CU_ASSERT_TRUE(narrow.result->reps > wide.result->reps);
    CU_ASSERT_TRUE(widest(narrow.result) <=
                   0.02 * 1.05); /* merged percentiles are a trifle off their mean */
    CU_ASSERT_TRUE(narrow.result->precision.worst <= 0.02);
    CU_ASSERT_TRUE(narrow.result->precision.figures >= 8);
    char simulate[64];
    (void)snprintf(simulate, sizeof simulate, "duration = '60s', reps = %d",
                   narrow.result->reps / 2);
    struct ran half = run_text("50ms", simulate, 0, 2);
    CU_ASSERT_TRUE(widest(half.result) > 0.02);
    ran_end(&wide);
    ran_end(&narrow);
    ran_end(&half);
}

/* The number of replications does not depend on threads, and the result is that of so many replications. */
static void test_precision_is_only_a_number_of_replications(void)
{
    struct ran one = run_text("50ms", "duration = '60s'", 0.03, 1);
    struct ran three = run_text("50ms", "duration = '60s'", 0.03, 3);
    char simulate[64];
    (void)snprintf(simulate, sizeof simulate, "duration = '60s', reps = %d", one.result->reps);
    struct ran plain = run_text("50ms", simulate, 0, 2);
    CU_ASSERT_EQUAL(one.result->reps, three.result->reps);
    CU_ASSERT_TRUE(one.result->fingerprint == three.result->fingerprint);
    CU_ASSERT_TRUE(one.result->fingerprint == plain.result->fingerprint);
    struct arena *arena = arena_new();
    CU_ASSERT_TRUE(compare(&one, &plain, arena).identical);
    arena_free(arena);
    ran_end(&one);
    ran_end(&three);
    ran_end(&plain);
}

static void test_precision_out_of_reach_says_so(void)
{
    struct play stage =
        stage_load("local f = F('f', { handler = function(r) r:wait(exponential '50ms') end })\n"
                   "traffic 't' { to = f, rate = '40/s' }\n"
                   "simulate { duration = '10s' }");
    struct run_item item = {stage.scenario, NULL};
    struct run_options options = {
        .jobs = 2, .reps = 12, .precision = 1e-6, .limits = {SIM_NEVER, UINT64_MAX, INT64_MAX}};
    struct result *result = NULL;
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(run_all(&item, 1, &options, &result, &err));
    CU_ASSERT_EQUAL(result->reps, 12);
    CU_ASSERT_FALSE(result->precision.reached);
    CU_ASSERT_TRUE(result->precision.worst > 1e-6);
    CU_ASSERT_TRUE(result->precision.worst_path[0] != '\0');
    result_free(result);
    stage_end(&stage);
}

CU_TestInfo suite_compare[] = {
    TEST(test_a_design_does_not_differ_from_itself),
    TEST(test_the_interval_is_that_of_the_paired_differences),
    TEST(test_common_draws_show_what_independent_runs_cannot),
    TEST(test_single_runs_are_paired_by_batches),
    TEST(test_what_one_side_lacks_is_listed),
    TEST(test_rounds_double),
    TEST(test_replications_go_on_until_the_target_is_met),
    TEST(test_precision_is_only_a_number_of_replications),
    TEST(test_precision_out_of_reach_says_so),
    CU_TEST_INFO_NULL,
};
