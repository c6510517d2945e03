/* test_text.c - growing strings, files, nearest words and UTF-8. */
#include "core/text.h"
#include "tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const settings[] = {"memory", "timeout", "runtime", "reserved", "provisioned",
                                       "init",   "ttl",     "Latency", NULL};

static void test_grows_by_all_three_ways(void)
{
    struct text text = {0};
    text_add(&text, "ab");
    text_add_bytes(&text, "c\0d", 3);
    text_addf(&text, "%d%s", 12, "x");
    CU_ASSERT_EQUAL(text.length, 8);
    CU_ASSERT_EQUAL(memcmp(text.data, "abc\0d12x", 9), 0);
    text_free(&text);
    CU_ASSERT_PTR_NULL(text.data);
}

static void test_long_formats_fit(void)
{
    struct text text = {0};
    for (int i = 0; i < 100; i++)
        text_addf(&text, "%*d", i * 37, i);
    CU_ASSERT_EQUAL(text.length, strlen(text.data));
    CU_ASSERT_EQUAL(text.length, 1 + 37 * 99 * 100 / 2);
    text_free(&text);
}

static void test_nearest_is_the_word_meant(void)
{
    CU_ASSERT_STRING_EQUAL(text_nearest("memroy", settings), "memory");
    CU_ASSERT_STRING_EQUAL(text_nearest("MEMORY", settings), "memory");
    CU_ASSERT_STRING_EQUAL(text_nearest("memori", settings), "memory");
    CU_ASSERT_STRING_EQUAL(text_nearest("tiemot", settings), "timeout");
    CU_ASSERT_STRING_EQUAL(text_nearest("tl", settings), "ttl");
    CU_ASSERT_STRING_EQUAL(text_nearest("latency", settings), "Latency");
}

static void test_nearest_takes_a_unique_prefix_only(void)
{
    CU_ASSERT_STRING_EQUAL(text_nearest("prov", settings), "provisioned");
    CU_ASSERT_PTR_NULL(text_nearest("t", settings));
    CU_ASSERT_PTR_NULL(text_nearest("", settings));
}

static void test_nearest_does_not_guess_wildly(void)
{
    CU_ASSERT_PTR_NULL(text_nearest("colour", settings));
    CU_ASSERT_PTR_NULL(text_nearest("xyz", settings));
    char longest[300];
    memset(longest, 'm', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    CU_ASSERT_PTR_NULL(text_nearest(longest, settings));
}

static void test_utf8_is_told_from_other_bytes(void)
{
    static const char *const good[] = {"", "abc", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
    static const char *const bad[] = {"\x80",         "\xC3",         "\xC0\x80",
                                      "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                      "\xFF",         "\xE2\x82"};
    for (size_t i = 0; i < COUNTOF(good); i++)
        CU_ASSERT_TRUE(text_is_utf8(good[i], strlen(good[i])));
    for (size_t i = 0; i < COUNTOF(bad); i++)
        CU_ASSERT_FALSE(text_is_utf8(bad[i], strlen(bad[i])));
    CU_ASSERT_EQUAL(text_columns("a\xC3\xA9\xE2\x82\xAC"), 3);
}

static void test_clean_leaves_nothing_a_terminal_obeys(void)
{
    char text[] = "a\tb\x1B[31m\x80\xC3\xA9\xC2\x9B.\n\x7F";
    text_clean(text);
    CU_ASSERT_STRING_EQUAL(text, "a b?[31m?\xC3\xA9??. ?");
}

/* Property: cleaning any bytes gives valid UTF-8 of the same length, and cleaning again nothing new. */
static void test_clean_settles_any_bytes(void)
{
    struct test_rng rng = {.state = 3};
    for (int i = 0; i < 20000; i++) {
        char text[17] = {0}, again[17];
        for (size_t j = 0; j < 16; j++)
            text[j] = (char)(1 + test_rng_below(&rng, 255));
        text_clean(text);
        memcpy(again, text, sizeof text);
        text_clean(again);
        CU_ASSERT_EQUAL(strlen(text), 16);
        CU_ASSERT_TRUE(text_is_utf8(text, 16));
        CU_ASSERT_STRING_EQUAL(text, again);
    }
}

static void test_reads_whole_files_up_to_a_limit(void)
{
    char path[] = "/tmp/tepid-test-XXXXXX";
    int file = mkstemp(path);
    CU_ASSERT_FATAL(file >= 0);
    CU_ASSERT_EQUAL(write(file, "line\n\0x", 7), 7);
    close(file);

    struct text text = {0};
    struct err err = {0};
    CU_ASSERT_TRUE(text_read_file(&text, path, 7, &err));
    CU_ASSERT_EQUAL(text.length, 7);
    text_free(&text);
    CU_ASSERT_FALSE(text_read_file(&text, path, 6, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_FILE);
    text_free(&text);
    unlink(path);
}

static void test_refuses_what_is_no_regular_file(void)
{
    static const char *const paths[] = {"/tmp", "/dev/zero", "/no/such/file", ""};
    for (size_t i = 0; i < COUNTOF(paths); i++) {
        struct text text = {0};
        struct err err = {0};
        CU_ASSERT_FALSE(text_read_file(&text, paths[i], 1000, &err));
        CU_ASSERT_EQUAL(err.kind, ERR_FILE);
        text_free(&text);
    }
}

CU_TestInfo suite_text[] = {
    TEST(test_grows_by_all_three_ways),
    TEST(test_long_formats_fit),
    TEST(test_nearest_is_the_word_meant),
    TEST(test_nearest_takes_a_unique_prefix_only),
    TEST(test_nearest_does_not_guess_wildly),
    TEST(test_utf8_is_told_from_other_bytes),
    TEST(test_clean_leaves_nothing_a_terminal_obeys),
    TEST(test_clean_settles_any_bytes),
    TEST(test_reads_whole_files_up_to_a_limit),
    TEST(test_refuses_what_is_no_regular_file),
    CU_TEST_INFO_NULL,
};
