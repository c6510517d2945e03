/* test_err.c - the first failure wins, and messages look as CLI.md shows them. */
#include "core/err.h"
#include "core/text.h"
#include "tests/suite.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What err_print writes, to be released with free. */
static char *printed(const struct err *err, const char *label)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    CU_ASSERT_FATAL(out != NULL);
    err_print(err, label, out, false);
    fclose(out);
    return text;
}

static void test_setting_returns_false_and_keeps_the_kind(void)
{
    struct err user = {0}, file = {0}, limit = {0};
    CU_ASSERT_FALSE(err_set(&user, "a %d", 1));
    CU_ASSERT_FALSE(err_file(&file, "b"));
    CU_ASSERT_FALSE(err_limit(&limit, "c"));
    CU_ASSERT_EQUAL(user.kind, ERR_USER);
    CU_ASSERT_EQUAL(file.kind, ERR_FILE);
    CU_ASSERT_EQUAL(limit.kind, ERR_LIMIT);
    CU_ASSERT_STRING_EQUAL(user.what, "a 1");
}

static void test_the_first_failure_wins(void)
{
    struct err err = {0};
    err_set(&err, "first");
    err_place(&err, "a.lua", 3);
    err_help(&err, "help 1");
    err_file(&err, "second");
    err_place(&err, "b.lua", 4);
    err_help(&err, "help 2");
    CU_ASSERT_EQUAL(err.kind, ERR_USER);
    CU_ASSERT_STRING_EQUAL(err.what, "first");
    CU_ASSERT_STRING_EQUAL(err.file, "a.lua");
    CU_ASSERT_EQUAL(err.line, 3);
    CU_ASSERT_STRING_EQUAL(err.help, "help 1");
}

static void test_context_goes_in_front(void)
{
    struct err err = {0};
    err_set(&err, "'64' has no unit");
    err_context(&err, "memory");
    err_context(&err, "fn '%s'", "api");
    CU_ASSERT_STRING_EQUAL(err.what, "fn 'api': memory: '64' has no unit");
}

static void test_nobody_has_to_listen(void)
{
    CU_ASSERT_FALSE(err_set(NULL, "a"));
    CU_ASSERT_FALSE(err_context(NULL, "a"));
    CU_ASSERT_FALSE(err_place(NULL, "a", 1));
    CU_ASSERT_FALSE(err_help(NULL, "a"));
}

static void test_long_messages_are_cut_at_a_character(void)
{
    char longest[3000];
    for (size_t i = 0; i + 3 < sizeof longest; i += 3)
        memcpy(longest + i, "\xE2\x82\xAC", 4);
    for (size_t shift = 0; shift < 3; shift++) {
        struct err err = {0};
        err_set(&err, "%.*s%s", (int)shift, "ab", longest);
        err_context(&err, "%s", "context");
        err_place(&err, longest, 1);
        err_help(&err, "%s", longest);
        CU_ASSERT_TRUE(text_is_utf8(err.what, strlen(err.what)));
        CU_ASSERT_TRUE(text_is_utf8(err.file, strlen(err.file)));
        CU_ASSERT_TRUE(text_is_utf8(err.help, strlen(err.help)));
        CU_ASSERT_TRUE(strlen(err.what) > sizeof err.what - 5);
        CU_ASSERT_PTR_NULL(strchr(err.what, '?'));
    }
}

static void test_prints_the_source_line(void)
{
    char path[] = "/tmp/tepid-test-XXXXXX";
    int file = mkstemp(path);
    CU_ASSERT_FATAL(file >= 0);
    CU_ASSERT_EQUAL(write(file, "first\n  memory = \"64MB\",\n", 25), 25);
    close(file);

    struct err err = {0};
    err_set(&err, "memory is too small");
    err_place(&err, path, 2);
    err_help(&err, "memory is 128MB .. 10240MB");
    char expected[200];
    (void)snprintf(expected, sizeof expected,
                   "error: memory is too small\n  --> %s:2\n    2 |   memory = \"64MB\",\n"
                   "  help: memory is 128MB .. 10240MB\n",
                   path);
    char *text = printed(&err, "error");
    CU_ASSERT_STRING_EQUAL(text, expected);
    free(text);
    unlink(path);
}

static void test_prints_without_a_readable_line(void)
{
    struct err err = {0};
    err_set(&err, "-p memori: no such parameter");
    err_place(&err, "command line", 0);
    char *text = printed(&err, "error");
    CU_ASSERT_STRING_EQUAL(text, "error: -p memori: no such parameter\n  --> command line\n");
    free(text);

    struct err other = {0};
    err_set(&other, "odd");
    err_place(&other, "/dev/zero", 7);
    text = printed(&other, "warning");
    CU_ASSERT_STRING_EQUAL(text, "warning: odd\n  --> /dev/zero:7\n");
    free(text);
}

static void test_quoted_input_cannot_steer_the_terminal(void)
{
    struct err err = {0};
    err_set(&err, "no resource named '%s'", "\x1B[2J\n\x9B");
    CU_ASSERT_STRING_EQUAL(err.what, "no resource named '?[2J ?'");
}

CU_TestInfo suite_err[] = {
    TEST(test_setting_returns_false_and_keeps_the_kind),
    TEST(test_the_first_failure_wins),
    TEST(test_context_goes_in_front),
    TEST(test_nobody_has_to_listen),
    TEST(test_long_messages_are_cut_at_a_character),
    TEST(test_prints_the_source_line),
    TEST(test_prints_without_a_readable_line),
    TEST(test_quoted_input_cannot_steer_the_terminal),
    CU_TEST_INFO_NULL,
};
