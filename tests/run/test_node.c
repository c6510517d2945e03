/* test_node.c - which metrics a node has, what they say, and how replications become one. */
#include "tests/model/stage.h"

#include <math.h>
#include <string.h>

#include "tests/suite.h"

static double value_of(const struct node_stats *node, enum metric_id metric, const char *stat_name)
{
    struct statistic stat;
    CU_ASSERT_TRUE(stat_read(stat_name, &stat));
    return node_value(node, metric, stat);
}

/* What a function shows. */
static const uint64_t function_set =
    METRICS_CALLS | METRICS_STAGES | METRICS_COLD | METRICS_COST | METRIC_BIT(METRIC_DURATION) |
    METRIC_BIT(METRIC_INIT) | METRIC_BIT(METRIC_CONCURRENCY) | METRIC_BIT(METRIC_IDLE_GB_S);

/* A function over 10 s: `count` calls of `latency` each, one in four an error, one in ten cold. */
static struct node_stats node_of(int count, int64_t latency)
{
    struct node_stats node;
    node_init(&node, NODE_SERVICE, function_set);
    node.span_s = 10;
    node.counters.arrivals = node.counters.answered = node.counters.invocations = (uint64_t)count;
    node.counters.errors = (uint64_t)count / 4;
    node.counters.cold = (uint64_t)count / 10;
    for (int i = 0; i < count; i++) {
        hist_add(&node.latency, latency);
        hist_add(&node.duration, latency);
        if (i % 2 == 0)
            hist_add(&node.stage[STAGE_WAIT], latency);
        else
            node.stage_zeros[STAGE_WAIT]++;
    }
    node.level_mean[LEVEL_CONCURRENCY] = count / 100.;
    node.level_max[LEVEL_CONCURRENCY] = count / 10.;
    node.rate_max = count;
    node.total[TOTAL_IDLE_GB_S] = 1;
    node.cost = 0.5;
    node.cost_month = 100;
    return node;
}

static void test_a_function_says_what_its_counters_and_histograms_hold(void)
{
    struct node_stats node = node_of(100, 20 * SIM_MS);
    CU_ASSERT_EQUAL(value_of(&node, METRIC_REQUESTS, "sum"), 100);
    CU_ASSERT_EQUAL(value_of(&node, METRIC_RATE, "mean"), 10);
    CU_ASSERT_EQUAL(value_of(&node, METRIC_RATE, "max"), 100);
    CU_ASSERT_EQUAL(value_of(&node, METRIC_LATENCY, "p99"), 20e6);
    CU_ASSERT_EQUAL(value_of(&node, METRIC_ERRORS, "mean"), 0.25);
    CU_ASSERT_EQUAL(value_of(&node, METRIC_ERROR_COUNT, "sum"), 25);
    CU_ASSERT_EQUAL(value_of(&node, METRIC_COLD, "mean"), 0.1);
    CU_ASSERT_EQUAL(value_of(&node, METRIC_STAGE_WAIT, "mean"), 10e6); /* zeros included */
    CU_ASSERT_EQUAL(value_of(&node, METRIC_STAGE_WAIT, "p99"), 20e6);
    CU_ASSERT_EQUAL(value_of(&node, METRIC_CONCURRENCY, "max"), 10);
    CU_ASSERT_EQUAL(node_count(&node, METRIC_LATENCY), 100);
    node_free(&node);
}

static void test_a_statistic_that_makes_no_sense_has_no_value(void)
{
    struct node_stats node = node_of(100, 20 * SIM_MS);
    CU_ASSERT_TRUE(isnan(value_of(&node, METRIC_REQUESTS, "p99")));
    CU_ASSERT_TRUE(isnan(value_of(&node, METRIC_ERRORS, "max")));
    CU_ASSERT_TRUE(isnan(value_of(&node, METRIC_CONCURRENCY, "p50")));
    CU_ASSERT_TRUE(isnan(value_of(&node, METRIC_INIT, "mean"))); /* nothing recorded */
    node_free(&node);
}

static void test_metrics_exist_where_they_apply(void)
{
    struct play stage = stage_play(
        "local f = F('f', { handler = function(r) r:mark 'm' end })\n"
        "local g = F('g', { provisioned = 0 })\n"
        "local w = http_api 'w' { ['GET /a'] = f }\n"
        "once('s', w 'GET /a', '1s') once('t', g, '2s') simulate { duration = '1min' }");
    const struct node_stats *node = stage_node(&stage, "f");
    CU_ASSERT_FALSE(node_has(node, METRIC_SPILL));
    CU_ASSERT_FALSE(node_has(node, METRIC_UTILISATION));
    node = stage_node(&stage, "g");
    CU_ASSERT_TRUE(node_has(node, METRIC_SPILL));
    CU_ASSERT_TRUE(node_has(node, METRIC_UTILISATION));
    node = stage_node(&stage, "s");
    CU_ASSERT_TRUE(node_has(node, METRIC_LATENCY));
    CU_ASSERT_FALSE(node_has(node, METRIC_COST));
    CU_ASSERT_FALSE(node_has(node, METRIC_CONCURRENCY));
    node = stage_node(&stage, "mark m");
    CU_ASSERT_TRUE(node_has(node, METRIC_LATENCY));
    CU_ASSERT_FALSE(node_has(node, METRIC_ERRORS));
    node = stage_node(&stage, "w GET /a");
    CU_ASSERT_FALSE(node_has(node, METRIC_COST));
    CU_ASSERT_TRUE(node_has(node, METRIC_STAGE_OVERHEAD));
    CU_ASSERT_TRUE(node_has(stage_node(&stage, "w"), METRIC_COST));
    node = stage_node(&stage, "*");
    CU_ASSERT_TRUE(node_has(node, METRIC_SPILL));
    CU_ASSERT_FALSE(node_has(node, METRIC_INSTANCES));
    CU_ASSERT_FALSE(node_has(node, METRIC_DURATION));
    stage_end(&stage);
}

/* 100 and 300 calls: sums become means, shares stand on all calls, percentiles on the merged histogram, maxima are the
 * highest. */
static void test_replications_merge_into_means_shares_and_maxima(void)
{
    struct node_stats a = node_of(100, 20 * SIM_MS), b = node_of(300, 60 * SIM_MS), both;
    b.counters.errors = 0;
    node_init(&both, NODE_SERVICE, function_set);
    both.reps = 0;
    node_merge(&both, &a);
    node_merge(&both, &b);
    CU_ASSERT_EQUAL(both.reps, 2);
    CU_ASSERT_EQUAL(value_of(&both, METRIC_REQUESTS, "sum"), 200);
    CU_ASSERT_EQUAL(value_of(&both, METRIC_RATE, "mean"), 20);
    CU_ASSERT_EQUAL(value_of(&both, METRIC_ERRORS, "mean"), 25. / 400);
    CU_ASSERT_EQUAL(value_of(&both, METRIC_LATENCY, "mean"), 50e6);
    CU_ASSERT_EQUAL(value_of(&both, METRIC_LATENCY, "p10"), 20e6);
    CU_ASSERT_TRUE(fabs(value_of(&both, METRIC_LATENCY, "p50") - 60e6) < 0.6e6);
    CU_ASSERT_EQUAL(value_of(&both, METRIC_CONCURRENCY, "mean"), 2);
    CU_ASSERT_EQUAL(value_of(&both, METRIC_CONCURRENCY, "max"), 30);
    CU_ASSERT_EQUAL(value_of(&both, METRIC_COST, "sum"), 0.5);
    CU_ASSERT_TRUE(isnan(value_of(&both, METRIC_INSTANCES, "mean"))); /* unset stays unset */
    node_free(&a);
    node_free(&b);
    node_free(&both);
}

static void test_subtracting_a_state_leaves_what_came_since(void)
{
    struct node_stats later = node_of(100, 20 * SIM_MS), earlier = node_of(40, 20 * SIM_MS);
    node_subtract(&later, &earlier);
    CU_ASSERT_EQUAL(later.counters.arrivals, 60);
    CU_ASSERT_EQUAL(later.counters.errors, 15);
    CU_ASSERT_EQUAL(later.latency.count, 60);
    CU_ASSERT_EQUAL(later.stage[STAGE_WAIT].count + later.stage_zeros[STAGE_WAIT], 60);
    node_free(&later);
    node_free(&earlier);
}

static struct node_row row_of(enum metric_id metric, const char *stat)
{
    struct node_row row = {.metric = metric, .stat_name = stat};
    CU_ASSERT_TRUE(stat_read(stat, &row.stat));
    return row;
}

/* 100 values: five of them lie beyond the 95th percentile, one beyond the 99th. */
static void test_a_batch_speaks_only_on_enough_values(void)
{
    static const struct {
        enum metric_id metric;
        const char *stat;
        int least; /* values it needs; 0: never known by batch */
    } rows[] = {
        {METRIC_LATENCY, "mean", 20},    {METRIC_LATENCY, "p50", 20}, {METRIC_LATENCY, "p95", 100},
        {METRIC_LATENCY, "p99", 500},    {METRIC_LATENCY, "max", 0},  {METRIC_ERRORS, "mean", 20},
        {METRIC_CONCURRENCY, "mean", 0}, {METRIC_COST, "sum", 0},
    };
    for (int count = 10; count <= 500; count += 10) {
        struct node_stats node = node_of(count, 20 * SIM_MS);
        for (size_t i = 0; i < COUNTOF(rows); i++) {
            struct node_row row = row_of(rows[i].metric, rows[i].stat);
            bool speaks = rows[i].least > 0 && count >= rows[i].least;
            CU_ASSERT_EQUAL(!isnan(node_batch_value(&node, &row)), speaks);
        }
        node_free(&node);
    }
}

static void test_rows_are_in_the_order_of_the_table_and_all_known(void)
{
    struct node_stats node;
    struct node_row rows[NODE_ROWS_MAX];
    node_init(&node, NODE_SERVICE, (UINT64_C(1) << METRIC_COUNT) - 1);
    int count = node_rows(&node, rows);
    CU_ASSERT_TRUE(count > METRIC_COUNT);
    for (int i = 0; i < count; i++)
        CU_ASSERT_TRUE(i == 0 || rows[i].metric >= rows[i - 1].metric);
    node_free(&node);
}

/* The two lists of statistics say the same. */
static void test_names_and_values_of_statistics_agree(void)
{
    for (int stats = STATS_S; stats <= STATS_A; stats++) {
        const char *const *names = metric_stat_names((enum metric_stats)stats);
        const struct statistic *values = metric_stat_values((enum metric_stats)stats);
        for (int i = 0; names[i] != NULL; i++) {
            struct statistic read;
            CU_ASSERT_TRUE(stat_read(names[i], &read));
            CU_ASSERT_EQUAL(read.kind, values[i].kind);
            CU_ASSERT_EQUAL(read.percentile, values[i].percentile);
        }
    }
}

CU_TestInfo suite_node[] = {
    TEST(test_names_and_values_of_statistics_agree),
    TEST(test_a_function_says_what_its_counters_and_histograms_hold),
    TEST(test_a_statistic_that_makes_no_sense_has_no_value),
    TEST(test_metrics_exist_where_they_apply),
    TEST(test_replications_merge_into_means_shares_and_maxima),
    TEST(test_subtracting_a_state_leaves_what_came_since),
    TEST(test_a_batch_speaks_only_on_enough_values),
    TEST(test_rows_are_in_the_order_of_the_table_and_all_known),
    CU_TEST_INFO_NULL,
};
