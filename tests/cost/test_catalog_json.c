/* test_catalog_json.c - a price list of one's own is read; what is broken is refused by name. */
#include "cost/catalog_json.h"
#include "tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"
#include "cost/catalog.h"

/* A temporary file with `text` in it, to be loaded as the price list. */
static struct catalog *load_price_text(const char *text, struct err *err)
{
    char path[] = "/tmp/tepid-prices-XXXXXX";
    int fd = mkstemp(path);
    CU_ASSERT_TRUE_FATAL(fd >= 0);
    size_t length = strlen(text);
    CU_ASSERT_EQUAL(write(fd, text, length), (ssize_t)length);
    close(fd);
    *err = (struct err){0};
    struct catalog *catalog = catalog_load("assets", path, err);
    CU_ASSERT_TRUE(catalog != NULL || err->kind == ERR_USER);
    CU_ASSERT_TRUE(catalog != NULL || strncmp(err->what, path, strlen(path)) == 0);
    unlink(path);
    return catalog;
}

#define LIST(entries)                                                                              \
    "{\"format\": \"tepid-prices/1\", \"id\": \"mine\", \"date\": \"2026-11\", \"prices\": "       \
    "{" entries "}}"
#define FACTS "\"unit\": \"request\", \"as_of\": \"2026-11\", \"source\": \"contract\""

static void test_a_price_list_of_ones_own_replaces_the_shipped_one(void)
{
    struct err err;
    struct catalog *catalog = load_price_text(
        LIST("\"b\": {\"usd\": 2, " FACTS "}, \"a\": {\"tiers\": [[10, 3], [null, 1]], " FACTS "}"),
        &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(catalog);
    CU_ASSERT_STRING_EQUAL(catalog_price_list_id(catalog), "mine");
    CU_ASSERT_EQUAL(catalog_price(catalog, "a")->tiers[0].upto, 10);
    CU_ASSERT_EQUAL(catalog_price(catalog, "a")->tiers[1].usd, 1);
    CU_ASSERT_EQUAL(catalog_price(catalog, "b")->tiers[0].usd, 2);
    CU_ASSERT_PTR_NULL(catalog_price(catalog, "lambda.request"));
    CU_ASSERT_EQUAL(catalog_limit(catalog, "lambda.mb_per_vcpu"), 1769);
    catalog_free(catalog);
}

static void test_broken_price_lists_are_refused_by_name(void)
{
    static const char *const cases[][2] = {
        {"", "not valid JSON"},
        {"{\"format\": \"tepid-prices/1\",\n\"id\": ", ":2: not valid JSON"},
        {"[]", "not a JSON object"},
        {"\xff\xfe", "UTF-8"},
        {"{} trailing", "not valid JSON"},
        {"{}", "format is missing"},
        {"{\"format\": \"tepid-prices/1\", \"id\": \"x\", \"date\": \"2026\", \"prices\": []}",
         "prices must be an object"},
        {"{\"format\": \"tepid-prices/9\", \"id\": \"x\", \"date\": \"2026\", \"prices\": {}}",
         "format is not 'tepid-prices/1'"},
        {LIST(""), "not a single price"},
        {LIST("\"a\": {" FACTS "}"), "price 'a': usd is missing"},
        {LIST("\"a\": 3"), "price 'a': must be an object"},
        {LIST("\"a\": {\"usd\": -1, " FACTS "}"), "price 'a': usd must be a number, 0 or more"},
        {LIST("\"a\": {\"usd\": 1e999, " FACTS "}"), "price 'a': usd must be a number"},
        {LIST("\"a\": {\"usd\": NaN, " FACTS "}"), "not valid JSON"},
        {LIST("\"a\": {\"usd\": \"1\", " FACTS "}"), "price 'a': usd must be a number"},
        {LIST("\"a\": {\"usd\": 1, \"unit\": \"x\", \"as_of\": \"2026-11\"}"),
         "price 'a': source is missing"},
        {LIST("\"a\": {\"usd\": 1, \"unit\": \"x\", \"as_of\": \"today\", \"source\": \"s\"}"),
         "price 'a': as_of must be a date"},
        {LIST("\"a\": {\"usd\": 1, \"usd\": 2, " FACTS "}"), "price 'a': usd is given twice"},
        {LIST("\"a\": {\"usd\": 1, " FACTS "}, \"b\": {\"usd\": 1, " FACTS
              "}, \"a\": {\"usd\": 2, " FACTS "}"),
         "price 'a' is given twice"},
        {LIST("\"a\": {\"usd\": 1, \"pirce\": 2, " FACTS "}"), "price 'a': 'pirce' is not known"},
        {LIST("\"a\": {\"usd\": 1, \"tiers\": [[null, 1]], " FACTS "}"), "both given"},
        {LIST("\"a\": {\"tiers\": [], " FACTS "}"), "price 'a': tiers are not graduated"},
        {LIST("\"a\": {\"tiers\": [[10, 1]], " FACTS "}"), "tiers are not graduated"},
        {LIST("\"a\": {\"tiers\": [[null, 1], [null, 2]], " FACTS "}"), "tiers are not graduated"},
        {LIST("\"a\": {\"tiers\": [[10, 1], [5, 1], [null, 2]], " FACTS "}"), "not graduated"},
        {LIST("\"a\": {\"tiers\": [[null, -1]], " FACTS "}"), "tiers are not graduated"},
        {LIST("\"a\": {\"tiers\": [3], " FACTS "}"), "tiers are not graduated"},
        {LIST("\"a\\u001b[2J\": {\"usd\": 1, " FACTS "}"), "price number 1: its key"},
        {LIST("\"a\": {\"usd\": 1, \"unit\": \"\\u001b\", \"as_of\": \"2026\", \"source\": \"s\"}"),
         "price 'a': unit must be text"},
        {LIST("\"a\": {\"usd\": 1, \"free_per_month\": 1, \"free_pool\": \"p\", " FACTS
              "}, \"b\": {\"usd\": 1, \"free_per_month\": 2, \"free_pool\": \"p\", " FACTS "}"),
         "same free_pool"},
    };
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        struct err err;
        struct catalog *catalog = load_price_text(cases[i][0], &err);
        CU_ASSERT_PTR_NULL(catalog);
        CU_ASSERT_TRUE(strstr(err.what, cases[i][1]) != NULL);
        if (strstr(err.what, cases[i][1]) == NULL)
            printf("\n  case %zu: %s\n", i, err.what);
        catalog_free(catalog);
    }
}

static void repeat(struct text *text, const char *what, int times)
{
    for (int i = 0; i < times; i++)
        text_add(text, what);
}

static void test_deep_and_crowded_files_are_refused(void)
{
    struct err err;
    struct text deep = {0}, crowd = {0}, huge = {0};
    repeat(&deep, "{\"a\":", 100000);
    CU_ASSERT_PTR_NULL(load_price_text(deep.data, &err));
    CU_ASSERT_TRUE(strstr(err.what, "not valid JSON") != NULL);

    text_add(&crowd, "[0");
    repeat(&crowd, ",0", 1000000);
    text_add(&crowd, "]");
    CU_ASSERT_PTR_NULL(load_price_text(crowd.data, &err));
    CU_ASSERT_TRUE(strstr(err.what, "more than 200000 values") != NULL);

    text_add(&huge,
             "{\"format\": \"tepid-prices/1\", \"id\": \"m\", \"date\": \"2026\", \"prices\": {");
    for (int i = 0; i < 3000; i++)
        text_addf(&huge, "%s\"p%d\": {}", i == 0 ? "" : ",", i);
    text_add(&huge, "}}");
    CU_ASSERT_PTR_NULL(load_price_text(huge.data, &err));
    CU_ASSERT_TRUE(strstr(err.what, "more than 2000 entries") != NULL);
    text_free(&deep);
    text_free(&crowd);
    text_free(&huge);
}

static void test_a_missing_file_is_no_fault_of_the_scenario(void)
{
    struct err err = {0};
    CU_ASSERT_PTR_NULL(catalog_load("assets", "/nowhere/prices.json", &err));
    CU_ASSERT_EQUAL(err.kind, ERR_FILE);
    CU_ASSERT_TRUE(strstr(err.what, "/nowhere/prices.json") != NULL);
    err = (struct err){0};
    CU_ASSERT_PTR_NULL(catalog_load("/nowhere", NULL, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_FILE);
}

static const char *const shipped_files[] = {"prices-aws-us-east-1.json", "limits-aws.json",
                                            "runtimes.json", "keep-alive.json"};

static void write_file(const char *path, const char *data, size_t length)
{
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(fwrite(data, 1, length, file), length);
    CU_ASSERT_EQUAL(fclose(file), 0);
}

/* Loads a copy of the shipped assets with the first `from` in one file replaced; a `to` of NULL
 * cuts the file there. */
static bool load_altered(int which, const char *from, const char *to, struct err *err)
{
    char dir[] = "/tmp/tepid-assets-XXXXXX", path[128];
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(dir));
    (void)snprintf(path, sizeof(path), "%s/catalog", dir);
    CU_ASSERT_EQUAL(mkdir(path, 0700), 0);
    for (int i = 0; i < 4; i++) {
        struct text text = {0}, altered = {0};
        (void)snprintf(path, sizeof(path), "assets/catalog/%s", shipped_files[i]);
        CU_ASSERT_TRUE_FATAL(text_read_file(&text, path, 8 << 20, err));
        char *at = i == which ? strstr(text.data, from) : text.data + text.length;
        CU_ASSERT_PTR_NOT_NULL_FATAL(at);
        text_add_bytes(&altered, text.data, (size_t)(at - text.data));
        if (i == which && to != NULL) {
            text_add(&altered, to);
            text_add(&altered, at + strlen(from));
        }
        (void)snprintf(path, sizeof(path), "%s/catalog/%s", dir, shipped_files[i]);
        write_file(path, altered.data, altered.length);
        text_free(&text);
        text_free(&altered);
    }
    struct catalog *catalog = catalog_load(dir, NULL, err);
    bool loaded = catalog != NULL;
    catalog_free(catalog);
    for (int i = 0; i < 4; i++) {
        (void)snprintf(path, sizeof(path), "%s/catalog/%s", dir, shipped_files[i]);
        unlink(path);
    }
    (void)snprintf(path, sizeof(path), "%s/catalog", dir);
    rmdir(path);
    rmdir(dir);
    return loaded;
}

static void test_damaged_assets_are_refused_by_name(void)
{
    static const struct {
        int file;
        const char *from, *to, *said;
    } cases[] = {
        {1, "\"apigw.rate\"", NULL, "limits-aws.json:"},
        {1, "\"apigw.rate\": {\"value\": 10000", "\"apigw.rate\": {\"value\": -1",
         "limits-aws.json: limit 'apigw.rate': value must be a number"},
        {1, "\"unit\"", "\"units\"", "'units' is not known here"},
        {2, "\"nodejs24\", \"measured_as\"", "\"nodejs22\", \"measured_as\"",
         "runtimes.json: runtime 'nodejs22' is given twice"},
        {2, "\"zip\"", "\"tar\"", "package is zip or image"},
        {2, "\"snapstart\": \"paid\"", "\"snapstart\": \"maybe\"", "snapstart must be none"},
        {2, "[[128, ", "[[256, ", "memory must rise"},
        {2, "[[128, ", "[[", "row 1 must be 7 numbers"},
        {2, "\"nodejs24.x\": \"nodejs24\"", "\"nodejs24.x\": \"nodejs99\"", "alias 'nodejs24.x'"},
        {2, "\"python3.14\": {\"p50", "\"python2.7\": {\"p50", "restore 'python2.7'"},
        {3, "\"uniform\"", "\"uniformly\"", "keep-alive.json: preset 'aws-2021': law must be"},
        {3, "\"low_s\": 300", "\"low_s\": 500", "preset 'aws-2021'"},
        {3, "\"low_s\": 300, ", "", "preset 'aws-2021': low_s is missing"},
        {3, "\"shares\": [0, ", "\"shares\": [", "preset 'azure-2021': shares and values_s"},
        {3, "\"shares\": [0, 0.0796", "\"shares\": [0, 0.9", "preset 'azure-2021'"},
    };
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        struct err err = {0};
        CU_ASSERT_FALSE(load_altered(cases[i].file, cases[i].from, cases[i].to, &err));
        CU_ASSERT_EQUAL(err.kind, ERR_USER);
        CU_ASSERT_TRUE(strstr(err.what, cases[i].said) != NULL);
        if (strstr(err.what, cases[i].said) == NULL)
            printf("\n  case %zu: %s\n", i, err.what);
    }
}

/* Property: whatever byte is damaged, loading says yes or says why. */
static void test_no_damaged_byte_crashes_the_loader(void)
{
    struct test_rng rng = {.state = 11};
    struct text text = {0};
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(
        text_read_file(&text, "assets/catalog/prices-aws-us-east-1.json", 8 << 20, &err));
    for (int trial = 0; trial < 150; trial++) {
        size_t at = (size_t)test_rng_below(&rng, (int64_t)text.length);
        char before = text.data[at];
        text.data[at] = "\"{}[],:0-e\\n"[test_rng_below(&rng, 12)];
        catalog_free(load_price_text(text.data, &err));
        text.data[at] = before;
    }
    text_free(&text);
}

CU_TestInfo suite_catalog_json[] = {
    TEST(test_a_price_list_of_ones_own_replaces_the_shipped_one),
    TEST(test_broken_price_lists_are_refused_by_name),
    TEST(test_deep_and_crowded_files_are_refused),
    TEST(test_a_missing_file_is_no_fault_of_the_scenario),
    TEST(test_damaged_assets_are_refused_by_name),
    TEST(test_no_damaged_byte_crashes_the_loader),
    CU_TEST_INFO_NULL,
};
