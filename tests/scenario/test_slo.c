/* test_slo.c - objectives as people write them. */
#include "scenario/slo.h"
#include "tests/suite.h"

#include <string.h>

static struct slo_def read_good(struct arena *arena, const char *text)
{
    struct slo_def slo = {0};
    struct err err = {0};
    bool ok = slo_read(arena, text, &slo, &err);
    if (!ok)
        fprintf(stderr, "\n%s: %s\n", text, err.what);
    CU_ASSERT_TRUE(ok);
    return slo;
}

static void test_a_latency_objective(void)
{
    struct arena *arena = arena_new();
    struct slo_def slo = read_good(arena, "web.latency.p99 < 300ms");
    CU_ASSERT_STRING_EQUAL(slo.text, "web.latency.p99 < 300ms");
    CU_ASSERT_STRING_EQUAL(slo.resource, "web");
    CU_ASSERT_EQUAL(slo.metric, METRIC_LATENCY);
    CU_ASSERT_EQUAL(slo.stat.kind, STAT_PERCENTILE);
    CU_ASSERT_EQUAL(slo.stat.percentile, 99);
    CU_ASSERT_EQUAL(slo.op, SLO_LT);
    CU_ASSERT_EQUAL(slo.limit, 300e6);
    arena_free(arena);
}

static void test_resources_routes_marks_and_the_application(void)
{
    static const struct {
        const char *text, *resource;
        enum metric_id metric;
        double percentile;
    } rows[] = {
        {"\"web GET /v1.2/x\".latency.p99.9 < 1s", "web GET /v1.2/x", METRIC_LATENCY, 99.9},
        {"mark shipped.latency.p95 <= 1s", "mark shipped", METRIC_LATENCY, 95},
        {"latency.p50 < 1s", "*", METRIC_LATENCY, 50},
        {"latency < 1s", "*", METRIC_LATENCY, 99},
        {"to label.age.p100 < 5min", "to label", METRIC_AGE, 100},
        {"*.latency.p90<1s", "*", METRIC_LATENCY, 90},
        {"latency.latency.p90 < 1s", "latency", METRIC_LATENCY, 90},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        struct slo_def slo = read_good(arena, rows[i].text);
        CU_ASSERT_STRING_EQUAL(slo.resource, rows[i].resource);
        CU_ASSERT_EQUAL(slo.metric, rows[i].metric);
        CU_ASSERT_EQUAL(slo.stat.percentile, rows[i].percentile);
    }
    arena_free(arena);
}

static void test_values_take_the_unit_of_their_metric(void)
{
    struct arena *arena = arena_new();
    CU_ASSERT_EQUAL(read_good(arena, "errors < 0.1%").limit, 0.001);
    CU_ASSERT_EQUAL(read_good(arena, "errors < 0.1").limit, 0.1);
    CU_ASSERT_EQUAL(read_good(arena, "q.depth.max < 1").limit, 1);
    CU_ASSERT_EQUAL(read_good(arena, "rate >= 60/min").limit, 1);
    CU_ASSERT_EQUAL(read_good(arena, "rate > 3").op, SLO_GT);
    CU_ASSERT_EQUAL(read_good(arena, "cost < $2").limit, 2);
    CU_ASSERT_FALSE(read_good(arena, "cost < $2").per_month);
    CU_ASSERT_TRUE(read_good(arena, "cost < $250/month").per_month);
    CU_ASSERT_EQUAL(read_good(arena, "cost < $2/h").limit, 1460);
    CU_ASSERT_EQUAL(read_good(arena, "work.spill < 1%").stat.kind, STAT_MEAN);
    CU_ASSERT_EQUAL(read_good(arena, "f.cold_starts < 5").stat.kind, STAT_SUM);
    arena_free(arena);
}

static void test_wrong_objectives(void)
{
    static const char *const rows[][2] = {
        {"", "no < or > in it"},
        {"web.latency.p99", "no < or > in it"},
        {"web.latency.p99 <", "no value after the operator"},
        {"< 5", "nothing is named"},
        {"web.latncy < 5s", "no metric 'latncy'"},
        {"web.latency.p101 < 5s", "latency has no statistic 'p101'"},
        {"web.latency.median < 5s", "latency has no statistic 'median'"},
        {"web.errors.p99 < 5%", "errors has no statistic 'p99'"},
        {"web.latency < 5", "'5' has no unit"},
        {"web.latency < 5%", "unknown unit"},
        {"web.errors < 5s", "unknown unit"},
        {"errors < 150%", "above 100%"},
        {"cost < 5", "has no currency"},
        {"depth < -1", "out of range"},
        {"depth < nan", "not a finite"},
        {"\"web GET /x.latency < 5s", "no < or > in it"},
        {"\"web\" latency < 5s", "quoted name"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        struct slo_def slo;
        struct err err = {0};
        bool ok = slo_read(arena, rows[i][0], &slo, &err);
        bool as_expected =
            !ok && strncmp(err.what, "SLO \"", 5) == 0 && strstr(err.what, rows[i][1]) != NULL;
        if (!as_expected)
            fprintf(stderr, "\n%s gave: %s\n", rows[i][0], err.what);
        CU_ASSERT_TRUE(as_expected);
    }
    arena_free(arena);
}

CU_TestInfo suite_slo[] = {
    TEST(test_a_latency_objective),
    TEST(test_resources_routes_marks_and_the_application),
    TEST(test_values_take_the_unit_of_their_metric),
    TEST(test_wrong_objectives),
    CU_TEST_INFO_NULL,
};
