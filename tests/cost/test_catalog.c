/* test_catalog.c - what ships loads, and says what the world says. */
#include "cost/catalog.h"
#include "tests/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct catalog *shipped(void)
{
    struct err err = {0};
    struct catalog *catalog = catalog_load("assets", NULL, &err);
    if (catalog == NULL)
        printf("\n%s\n", err.what);
    CU_ASSERT_PTR_NOT_NULL_FATAL(catalog);
    return catalog;
}

static void test_shipped_price_list_has_the_documented_prices(void)
{
    struct catalog *catalog = shipped();
    CU_ASSERT_STRING_EQUAL(catalog_price_list_id(catalog), "aws/us-east-1/2026-10");
    CU_ASSERT_STRING_EQUAL(catalog_price_list_date(catalog), "2026-10");

    const struct price *request = catalog_price(catalog, "lambda.request");
    CU_ASSERT_PTR_NOT_NULL_FATAL(request);
    CU_ASSERT_EQUAL(request->tier_count, 1);
    CU_ASSERT_EQUAL(request->tiers[0].usd, 2e-7);
    CU_ASSERT_TRUE(isinf(request->tiers[0].upto));
    CU_ASSERT_EQUAL(request->free_per_month, 1e6);
    CU_ASSERT_TRUE(strlen(request->source) > 10);

    CU_ASSERT_EQUAL(catalog_price(catalog, "logs.ingest")->tiers[0].usd, 0.5);
    CU_ASSERT_EQUAL(catalog_price(catalog, "transfer.internet_out")->tiers[0].usd, 0.09);
    CU_ASSERT_EQUAL(catalog_price(catalog, "apigw.rest.request")->tier_count, 4);
    CU_ASSERT_EQUAL(catalog_price(catalog, "apigw.http.request")->tiers[0].upto, 3e8);
    CU_ASSERT_PTR_NULL(catalog_price(catalog, "lambda.requests"));
    catalog_free(catalog);
}

static void test_free_first_tiers_became_allowances(void)
{
    struct catalog *catalog = shipped();
    const struct price *sqs = catalog_price(catalog, "sqs.standard.request");
    CU_ASSERT_EQUAL(sqs->tiers[0].usd, 4e-7);
    CU_ASSERT_EQUAL(sqs->free_per_month, 1e6);
    CU_ASSERT_EQUAL(catalog_price(catalog, "transfer.internet_out")->tiers[0].upto, 10240);
    CU_ASSERT_STRING_EQUAL(catalog_price(catalog, "lambda.duration.x86")->free_pool,
                           catalog_price(catalog, "lambda.duration.arm64")->free_pool);
    CU_ASSERT_EQUAL(catalog_price(catalog, "lambda.pc.duration.x86")->free_per_month, 0);
    catalog_free(catalog);
}

static void test_limits_are_found_by_key(void)
{
    static const struct {
        const char *key;
        double value;
    } facts[] = {
        {"lambda.mb_per_vcpu", 1769},
        {"lambda.memory_mb.min", 128},
        {"lambda.memory_mb.max", 10240},
        {"lambda.timeout_s.max", 900},
        {"lambda.timeout_s.default", 3},
        {"lambda.account_concurrency", 1000},
        {"lambda.unreserved_min", 100},
        {"lambda.scale.envs_per_10s_per_function", 1000},
        {"lambda.rps_per_concurrency", 10},
        {"lambda.init_timeout_s", 10},
        {"lambda.burst_2023.initial", 3000},
        {"lambda.burst_2023.per_min", 500},
        {"lambda.pc.alloc_per_min", 6000},
        {"lambda.pc.prep_s.min", 60},
        {"lambda.pc.prep_s.max", 120},
        {"lambda.pc.capacity.x86.round_s", 300},
        {"apigw.rate", 10000},
        {"apigw.burst", 5000},
        {"apigw.rest.timeout_ms.min", 50},
        {"apigw.rest.timeout_ms.max", 29000},
        {"apigw.http.timeout_ms", 30000},
        {"lambda.snapstart.cache.min_s", 10800},
        {"sqs.visibility_s.default", 30},
        {"esm.sqs.max", 1250},
        {"aurora.max_conn_by_max_acu.8.mysql", 1000},
    };
    struct catalog *catalog = shipped();
    for (size_t i = 0; i < COUNTOF(facts); i++)
        CU_ASSERT_EQUAL(catalog_limit(catalog, facts[i].key), facts[i].value);
    catalog_free(catalog);
}

static struct runtime_row row_of(const struct catalog *catalog, const char *name, int64_t memory_mb)
{
    struct runtime_row row = {0};
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(
        catalog_runtime(catalog, name, CATALOG_ZIP, CATALOG_X86_64, memory_mb, &row, &err));
    return row;
}

/* Medians measured: nodejs22 141 ms, rust 16, python3.13 85, java21 239 (at 512 MB). */
static void test_init_laws_have_the_measured_medians(void)
{
    struct catalog *catalog = shipped();
    static const struct {
        const char *name;
        double p50_ms;
    } facts[] = {{"nodejs22", 141}, {"rust", 15.8}, {"python3.13", 84.8}, {"java21", 239}};
    for (size_t i = 0; i < COUNTOF(facts); i++) {
        struct runtime_row row = row_of(catalog, facts[i].name, 512);
        CU_ASSERT_EQUAL(row.init->kind, DIST_LOGNORMAL);
        CU_ASSERT_DOUBLE_EQUAL(exp(row.init->a) / 1e6 / facts[i].p50_ms, 1, 0.12);
    }
    catalog_free(catalog);
}

static void test_names_of_the_provider_mean_the_same_runtime(void)
{
    struct catalog *catalog = shipped();
    static const char *const pairs[][2] = {
        {"nodejs22.x", "nodejs22"},
        {"provided.al2023", "go"},
        {"java8.al2", "java8"},
        {"swift6.2", "swift"},
        {"c++", "cpp"},
        {"provided.al2", "go-al2"},
    };
    for (size_t i = 0; i < COUNTOF(pairs); i++) {
        struct runtime_row a = row_of(catalog, pairs[i][0], 512);
        struct runtime_row b = row_of(catalog, pairs[i][1], 512);
        CU_ASSERT_STRING_EQUAL(a.name, pairs[i][1]);
        CU_ASSERT_PTR_EQUAL(a.init, b.init);
    }
    catalog_free(catalog);
}

static void test_the_nearest_measured_memory_is_taken(void)
{
    struct catalog *catalog = shipped();
    CU_ASSERT_PTR_EQUAL(row_of(catalog, "nodejs22", 1).init, row_of(catalog, "nodejs22", 128).init);
    CU_ASSERT_PTR_EQUAL(row_of(catalog, "nodejs22", 640).init,
                        row_of(catalog, "nodejs22", 512).init);
    CU_ASSERT_PTR_EQUAL(row_of(catalog, "nodejs22", 10240).init,
                        row_of(catalog, "nodejs22", 1024).init);
    CU_ASSERT_PTR_NOT_EQUAL(row_of(catalog, "nodejs22", 256).init,
                            row_of(catalog, "nodejs22", 512).init);
    catalog_free(catalog);
}

/* MODEL: dotnet8 715 / 354 / 164 / 74 ms at 128 / 256 / 512 / 1024 MB; rust and python flat. */
static void test_first_runs_scale_where_they_were_seen_to(void)
{
    struct catalog *catalog = shipped();
    struct runtime_row dotnet = row_of(catalog, "dotnet8", 512);
    CU_ASSERT_DOUBLE_EQUAL(dotnet.first_run_cpu_ns / 1e6 / (512 / 1769.0), 164, 10);
    CU_ASSERT_EQUAL(dist_mean(dotnet.first_run), 0);
    struct runtime_row rust = row_of(catalog, "rust", 512);
    CU_ASSERT_EQUAL(rust.first_run_cpu_ns, 0);
    CU_ASSERT_DOUBLE_EQUAL(dist_mean(rust.first_run) / 1e6, 0.33, 0.1);
    catalog_free(catalog);
}

static void test_snapstart_is_free_for_java_and_absent_elsewhere(void)
{
    struct catalog *catalog = shipped();
    struct runtime_row java = row_of(catalog, "java21", 512);
    CU_ASSERT_TRUE(java.snapstart && java.snapstart_free);
    CU_ASSERT_PTR_NOT_NULL_FATAL(java.restore);
    CU_ASSERT_DOUBLE_EQUAL(exp(java.restore->a) / 1e6, 712, 1);
    struct runtime_row python = row_of(catalog, "python3.12", 512);
    CU_ASSERT_TRUE(python.snapstart && !python.snapstart_free);
    CU_ASSERT_FALSE(row_of(catalog, "python3.11", 512).snapstart);
    CU_ASSERT_FALSE(row_of(catalog, "java8", 512).snapstart);
    CU_ASSERT_PTR_NULL(row_of(catalog, "nodejs22", 512).restore);
    catalog_free(catalog);
}

static void test_every_name_has_a_row_somewhere(void)
{
    struct catalog *catalog = shipped();
    int count = 0;
    for (const char *const *name = catalog_runtime_names(catalog); *name != NULL; name++) {
        count++;
        for (int cell = 0; cell < 4; cell++) {
            struct runtime_row row;
            struct err err = {0};
            bool found = catalog_runtime(catalog, *name, cell / 2, cell % 2, 512, &row, &err);
            CU_ASSERT_TRUE(found ? dist_mean(row.init) > 1e6
                                 : strstr(err.what, "has no measured init") != NULL);
        }
    }
    CU_ASSERT_EQUAL(count, 40);
    catalog_free(catalog);
}

static void test_unknown_runtimes_are_answered_with_the_nearest(void)
{
    struct catalog *catalog = shipped();
    struct runtime_row row;
    struct err err = {0};
    CU_ASSERT_FALSE(
        catalog_runtime(catalog, "nodejs2", CATALOG_ZIP, CATALOG_X86_64, 512, &row, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_USER);
    CU_ASSERT_STRING_EQUAL(err.what, "there is no runtime 'nodejs2'");
    CU_ASSERT_TRUE(strstr(err.help, "nodejs2") != NULL);

    err = (struct err){0};
    CU_ASSERT_FALSE(
        catalog_runtime(catalog, "cobol74-unheard", CATALOG_ZIP, CATALOG_X86_64, 512, &row, &err));
    CU_ASSERT_TRUE(strstr(err.help, "runtimes are nodejs24, ") != NULL);

    err = (struct err){0};
    CU_ASSERT_FALSE(
        catalog_runtime(catalog, "quarkus", CATALOG_ZIP, CATALOG_ARM64, 512, &row, &err));
    CU_ASSERT_STRING_EQUAL(err.what, "runtime 'quarkus' has no measured init as zip on arm64");
    CU_ASSERT_STRING_EQUAL(err.help, "measured are zip on x86_64, image on x86_64");
    catalog_free(catalog);
}

static const struct dist *preset_of(const struct catalog *catalog, const char *name)
{
    const struct dist *dist = NULL;
    struct err err = {0};
    CU_ASSERT_TRUE(catalog_keep_alive(catalog, name, &dist, &err));
    return dist;
}

static void test_keep_alive_presets_are_the_published_ones(void)
{
    struct catalog *catalog = shipped();
    const struct dist *law = preset_of(catalog, "aws-2021");
    CU_ASSERT_EQUAL(law->kind, DIST_UNIFORM);
    CU_ASSERT_EQUAL(law->a, 5.0 * SIM_MINUTE);
    CU_ASSERT_EQUAL(law->b, 7.0 * SIM_MINUTE);
    CU_ASSERT_EQUAL(dist_mean(preset_of(catalog, "aws-2020")), 10.0 * SIM_MINUTE);
    CU_ASSERT_DOUBLE_EQUAL(dist_mean(preset_of(catalog, "aws-2019")), 45.5 * SIM_MINUTE, 1);
    CU_ASSERT_EQUAL(dist_mean(preset_of(catalog, "gcf-2021")), 15.0 * SIM_MINUTE);
    CU_ASSERT_EQUAL(preset_of(catalog, "none")->constant, 0);
    CU_ASSERT_PTR_NULL(preset_of(catalog, "forever"));

    struct err err = {0};
    CU_ASSERT_FALSE(catalog_keep_alive(catalog, "aws-2022", &law, &err));
    CU_ASSERT_STRING_EQUAL(err.what, "there is no keep-alive preset 'aws-2022'");
    CU_ASSERT_TRUE(strstr(err.help, "aws-202") != NULL);
    int count = 0;
    for (const char *const *name = catalog_keep_alive_names(catalog); *name != NULL; name++)
        count++;
    CU_ASSERT_EQUAL(count, 7);
    catalog_free(catalog);
}

/* Azure, measured 2021-01: 0.21 cold at 20 min, 0.5 at 22, 0.76 at 23, 0.94 at 30. */
static void test_azure_keep_alive_follows_the_measured_curve(void)
{
    struct catalog *catalog = shipped();
    const struct dist *law = preset_of(catalog, "azure-2021");
    const double curve[][2] = {{20, 0.213}, {22, 0.5}, {23, 0.7609}, {30, 0.9413}};
    int64_t below[4] = {0};
    const int draws = 40000;
    for (int i = 0; i < draws; i++) {
        int64_t ns = dist_draw(law, draw_of(stream_at(7, (uint64_t)i), 0));
        for (size_t k = 0; k < COUNTOF(curve); k++)
            below[k] += ns <= (int64_t)(curve[k][0] * 60e9);
    }
    for (size_t k = 0; k < COUNTOF(curve); k++)
        CU_ASSERT_DOUBLE_EQUAL((double)below[k] / draws, curve[k][1], 0.01);
    catalog_free(catalog);
}

/* The program must be up in 20 ms; the catalog may take 5 of them in a release build. Processor
 * time, and the best of several, because a busy machine proves nothing. */
static void test_loading_takes_milliseconds(void)
{
    double best_ms = INFINITY;
    for (int i = 0; i < 5; i++) {
        clock_t start = clock();
        catalog_free(shipped());
        best_ms = fmin(best_ms, (double)(clock() - start) * 1e3 / CLOCKS_PER_SEC);
    }
    CU_ASSERT_TRUE(best_ms < 50);
}

static void test_the_variable_names_the_assets(void)
{
    struct err err = {0};
    CU_ASSERT_EQUAL(setenv("TEPID_ASSETS", "assets", 1), 0);
    char *found = catalog_find_assets("tepid", &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    CU_ASSERT_STRING_EQUAL(found, "assets");
    mem_free(found);

    CU_ASSERT_EQUAL(setenv("TEPID_ASSETS", "/nowhere", 1), 0);
    CU_ASSERT_PTR_NULL(catalog_find_assets("tepid", &err));
    CU_ASSERT_EQUAL(err.kind, ERR_FILE);
    CU_ASSERT_TRUE(strstr(err.what, "/nowhere") != NULL);
    CU_ASSERT_EQUAL(unsetenv("TEPID_ASSETS"), 0);
}

/* The test program lies in build/NAME/, two levels below the assets. */
static void test_assets_are_found_from_the_program(void)
{
    struct err err = {0};
    char *found = catalog_find_assets("tepid", &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    CU_ASSERT_TRUE(strlen(found) > 7 && strcmp(found + strlen(found) - 7, "/assets") == 0);
    struct catalog *catalog = catalog_load(found, NULL, &err);
    CU_ASSERT_PTR_NOT_NULL(catalog);
    catalog_free(catalog);
    mem_free(found);
}

CU_TestInfo suite_catalog[] = {
    TEST(test_shipped_price_list_has_the_documented_prices),
    TEST(test_free_first_tiers_became_allowances),
    TEST(test_limits_are_found_by_key),
    TEST(test_init_laws_have_the_measured_medians),
    TEST(test_names_of_the_provider_mean_the_same_runtime),
    TEST(test_the_nearest_measured_memory_is_taken),
    TEST(test_first_runs_scale_where_they_were_seen_to),
    TEST(test_snapstart_is_free_for_java_and_absent_elsewhere),
    TEST(test_every_name_has_a_row_somewhere),
    TEST(test_unknown_runtimes_are_answered_with_the_nearest),
    TEST(test_keep_alive_presets_are_the_published_ones),
    TEST(test_azure_keep_alive_follows_the_measured_curve),
    TEST(test_loading_takes_milliseconds),
    TEST(test_the_variable_names_the_assets),
    TEST(test_assets_are_found_from_the_program),
    CU_TEST_INFO_NULL,
};
