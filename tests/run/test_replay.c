/* test_replay.c - a published trace, imported, loaded and run: every invocation of it arrives once.
 *
 * The traces lie outside the project; TEPID_TRACES names their folder. Conservation is asserted inside every run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/import_azure.h"
#include "run/run.h"
#include "scenario/script.h"
#include "tests/suite.h"

static double value_of(const struct result *result, const char *node, enum metric_id metric)
{
    double value = -1;
    int index = result_find_node(result, node);
    (void)(index >= 0 &&
           result_value(result, index, metric, (struct statistic){STAT_SUM, 0}, &value, NULL));
    return value;
}

/* Sums over all functions. */
static double sum_of(const struct result *result, enum metric_id metric)
{
    double sum = 0;
    for (int i = 0; i < result->node_count; i++)
        if (strcmp(result->nodes[i].kind, "fn") == 0)
            sum += value_of(result, result->nodes[i].name, metric);
    return sum;
}

static void check_result(const struct result *result, double total)
{
    CU_ASSERT_EQUAL(value_of(result, "*", METRIC_REQUESTS), total);
    CU_ASSERT_EQUAL(sum_of(result, METRIC_REQUESTS), total);
    CU_ASSERT_EQUAL(sum_of(result, METRIC_THROTTLE_COUNT), 0);
    CU_ASSERT_TRUE(sum_of(result, METRIC_COLD_STARTS) > 0);
    uint64_t edges = 0;
    for (int i = 0; i < result->edge_count; i++)
        edges += result->edges[i].calls;
    CU_ASSERT_EQUAL((double)edges, total);
}

static void replay(const char *lua, double total)
{
    struct err err = {0};
    struct catalog *catalog = catalog_load("assets", NULL, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(catalog);
    struct load_options load = {.limits = load_limits_default, .trusted = true};
    struct scenario *scenario = script_load(lua, catalog, &load, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    struct run_item item = {scenario, NULL};
    struct run_options options = {
        .jobs = 1, .reps = 1, .limits = {SIM_NEVER, UINT64_MAX, INT64_MAX}};
    struct result *result = NULL;
    CU_ASSERT_TRUE_FATAL(run_all(&item, 1, &options, &result, &err));
    check_result(result, total);
    result_free(result);
    scenario_free(scenario);
    catalog_free(catalog);
}

static void import_and_replay(const char *traces, const char *name, double total)
{
    static const char *const parts[] = {"invocations", "durations", "memory"};
    char folder[] = "/tmp/tepid-replay-XXXXXX", files[3][512], lua[64], csv[64];
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    for (int i = 0; i < 3; i++)
        snprintf(files[i], sizeof files[i], "%s/%s/%s.csv", traces, name, parts[i]);
    snprintf(lua, sizeof lua, "%s/t.lua", folder);
    snprintf(csv, sizeof csv, "%s/t.csv", folder);
    struct import_azure_options options = {files[0], files[1], files[2], lua};
    struct import_summary summary;
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(import_azure(&options, &summary, &err));
    replay(lua, total);
    unlink(lua);
    unlink(csv);
    rmdir(folder);
}

static void test_every_invocation_of_a_published_trace_arrives_once(void)
{
    const char *traces = getenv("TEPID_TRACES");
    if (traces == NULL) {
        printf("\nskipped: no trace (TEPID_TRACES names their folder)\n");
        return;
    }
    import_and_replay(traces, "azure2019-100fn-8h", 339657);
    import_and_replay(traces, "azure2019-500fn-8h", 3037902);
}

CU_TestInfo suite_replay[] = {
    TEST(test_every_invocation_of_a_published_trace_arrives_once),
    CU_TEST_INFO_NULL,
};
