/* test_json.c - the writer, then the objects; what is written is read back with another library. */
#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "report/json.h"
#include "tests/report/fixture.h"
#include "tests/suite.h"

static void test_containers_and_commas(void)
{
    struct json json;
    struct text out = {0};
    json_begin(&json, &out);
    json_open_object(&json, NULL, JSON_LINES);
    json_add_whole(&json, "a", 1);
    json_open_array(&json, "b", JSON_INLINE);
    json_add_bool(&json, NULL, true);
    json_add_null(&json, NULL);
    json_close(&json);
    json_open_object(&json, "c", JSON_LINES);
    json_close(&json);
    json_close(&json);
    json_end(&json);
    CU_ASSERT_STRING_EQUAL(out.data, "{\n  \"a\": 1,\n  \"b\": [true, null],\n  \"c\": {}\n}\n");
    text_free(&out);
}

static void check_text(const char *text, const char *expected)
{
    struct json json;
    struct text out = {0};
    json_begin(&json, &out);
    json_add_text(&json, NULL, text);
    CU_ASSERT_STRING_EQUAL(out.data, expected);
    text_free(&out);
}

static void test_text_is_escaped(void)
{
    check_text("plain é", "\"plain é\"");
    check_text("a\"b\\c\n\x01", "\"a\\\"b\\\\c\\n\\u0001\"");
    check_text(NULL, "null");
}

static void test_text_that_is_no_utf8_is_replaced(void)
{
    check_text("a\xFFz", "\"a\xEF\xBF\xBDz\"");
    check_text("cut \xC3", "\"cut \xEF\xBF\xBD\"");
}

static void test_what_is_not_finite_is_null(void)
{
    struct json json;
    struct text out = {0};
    json_begin(&json, &out);
    json_add_number(&json, NULL, NAN);
    CU_ASSERT_STRING_EQUAL(out.data, "null");
    text_free(&out);
}

static cJSON *run_object(struct fixture *fixture, int count)
{
    struct text out = {0};
    struct result *const results[] = {&fixture->result, &fixture->result};
    json_write_runs(results, count, &fixture->info, &out);
    cJSON *object = cJSON_Parse(out.data);
    text_free(&out);
    return object;
}

static double number_at(const cJSON *object, const char *key)
{
    return cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static const char *text_at(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
    return text == NULL ? "" : text;
}

static void test_one_run_is_one_object(void)
{
    static const char *const arrays[] = {"summary", "cost", "slo", "insights"};
    struct fixture *fixture = fixture_new();
    cJSON *object = run_object(fixture, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(object);
    for (size_t i = 0; i < COUNTOF(arrays); i++)
        CU_ASSERT_TRUE(cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(object, arrays[i])));
    const cJSON *summary = cJSON_GetObjectItemCaseSensitive(object, "summary");
    CU_ASSERT_EQUAL(cJSON_GetArraySize(summary), fixture->result.row_count);
    CU_ASSERT_EQUAL(number_at(cJSON_GetArrayItem(summary, 0), "value"), 180387);
    const cJSON *performance = cJSON_GetObjectItemCaseSensitive(object, "performance");
    CU_ASSERT_EQUAL(number_at(performance, "events"), 541161);
    CU_ASSERT_DOUBLE_EQUAL(number_at(performance, "requests_per_s"), 180387 / 0.03, 1);
    cJSON_Delete(object);
    fixture_free(fixture);
}

static void test_several_runs_are_an_array(void)
{
    struct fixture *fixture = fixture_new();
    cJSON *object = run_object(fixture, 2);
    CU_ASSERT_EQUAL(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(object, "runs")), 2);
    cJSON_Delete(object);
    fixture_free(fixture);
}

static cJSON *meta_object(const struct fixture *fixture)
{
    struct text out = {0};
    json_write_meta(&fixture->result, &fixture->info, &out);
    CU_ASSERT_PTR_NULL(strstr(out.data, "/some/where"));
    CU_ASSERT_PTR_NULL(strstr(out.data, "wall"));
    cJSON *object = cJSON_Parse(out.data);
    text_free(&out);
    return object;
}

static void test_meta_says_how_to_get_the_same_again(void)
{
    struct fixture *fixture = fixture_new();
    const struct override override = {"hello", "timeout", "5s"};
    fixture->info.overrides = &override;
    fixture->info.override_count = 1;
    cJSON *meta = meta_object(fixture);
    CU_ASSERT_PTR_NOT_NULL_FATAL(meta);
    CU_ASSERT_STRING_EQUAL(text_at(meta, "file"), "hello.lua");
    CU_ASSERT_STRING_EQUAL(text_at(meta, "fingerprint"), "feedfacecafebeef");
    CU_ASSERT_EQUAL(number_at(meta, "seed"), 42);
    const cJSON *parameters = cJSON_GetObjectItemCaseSensitive(meta, "parameters");
    CU_ASSERT_STRING_EQUAL(text_at(parameters, "memory"), "512MB");
    CU_ASSERT_EQUAL(number_at(parameters, "units"), 0.1);
    const cJSON *settings = cJSON_GetObjectItemCaseSensitive(meta, "settings");
    CU_ASSERT_STRING_EQUAL(text_at(settings, "hello.timeout"), "5s");
    CU_ASSERT_TRUE(cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(meta, "partial")));
    cJSON_Delete(meta);
    fixture_free(fixture);
}

static void test_meta_marks_what_is_partial(void)
{
    struct fixture *fixture = fixture_new();
    fixture->result.end = RUN_MAX_EVENTS;
    fixture->result.reached = 90 * SIM_SECOND;
    cJSON *meta = meta_object(fixture);
    CU_ASSERT_TRUE(cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(meta, "partial")));
    CU_ASSERT_STRING_EQUAL(text_at(meta, "ended"), "max_events");
    CU_ASSERT_EQUAL(number_at(meta, "reached_s"), 90);
    cJSON_Delete(meta);
    fixture_free(fixture);
}

CU_TestInfo suite_json[] = {
    TEST(test_containers_and_commas),
    TEST(test_text_is_escaped),
    TEST(test_text_that_is_no_utf8_is_replaced),
    TEST(test_what_is_not_finite_is_null),
    TEST(test_one_run_is_one_object),
    TEST(test_several_runs_are_an_array),
    TEST(test_meta_says_how_to_get_the_same_again),
    TEST(test_meta_marks_what_is_partial),
    CU_TEST_INFO_NULL,
};
