/* test_csv_in.c - what is read, what is refused, and that nothing crashes it. */
#include "core/csv_in.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "tests/suite.h"

static const struct csv_limits small = {.line_max = 4096, .bytes_max = 1 << 20};

/* A file with these bytes; the caller unlinks it. */
static const char *file_of(const char *bytes, size_t count)
{
    static char path[64];
    strcpy(path, "/tmp/tepid-csv-XXXXXX");
    int fd = mkstemp(path);
    CU_ASSERT_TRUE_FATAL(fd >= 0);
    CU_ASSERT_EQUAL(write(fd, bytes, count), (ssize_t)count);
    close(fd);
    return path;
}

/* All rows of `text` as "a|b;c|d;", or the message of the failure. */
static const char *rows_of(const char *text, size_t length, struct err *err)
{
    static char out[16384];
    const char *path = file_of(text, length);
    struct csv_in *csv = csv_open(path, "x.csv", small, err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(csv);
    size_t at = 0;
    enum csv_status status;
    while ((status = csv_next(csv, err)) == CSV_ROW) {
        for (size_t i = 0; i < csv_count(csv); i++)
            at += (size_t)snprintf(out + at, sizeof out - at, "%s%s", i == 0 ? "" : "|",
                                   csv_field(csv, i));
        CU_ASSERT_PTR_NULL(csv_fields(csv)[csv_count(csv)]);
        at += (size_t)snprintf(out + at, sizeof out - at, ";");
    }
    out[at] = '\0';
    if (status == CSV_ERROR)
        snprintf(out, sizeof out, "%s:%d: %s", err->file, err->line, err->what);
    csv_close(csv);
    unlink(path);
    return out;
}

static void check_rows(const char *text, const char *expected)
{
    struct err err = {0};
    const char *rows = rows_of(text, strlen(text), &err);
    if (strcmp(rows, expected) != 0)
        printf("\n  got %s, not %s\n", rows, expected);
    CU_ASSERT_STRING_EQUAL(rows, expected);
}

static void test_plain_rows(void)
{
    check_rows("a,b\nc,d\n", "a|b;c|d;");
    check_rows("a,,\n,\n", "a||;|;");
    check_rows("alone\n", "alone;");
    check_rows("", "");
    check_rows("a,b", "a|b;"); /* the last line without its break */
}

static void test_line_ends_marks_and_blank_lines(void)
{
    check_rows("a,b\r\nc,d\r\n", "a|b;c|d;");
    check_rows("\xEF\xBB\xBF"
               "a,b\n",
               "a|b;");
    check_rows("\n\na\n\r\n\nb\n\n", "a;b;");
    check_rows("a\r", "a;");
}

static void test_quoted_fields(void)
{
    check_rows("\"a\",\"b,c\"\n", "a|b,c;");
    check_rows("\"a\"\"b\",\"\"\n", "a\"b|;");
    check_rows("\"two\nlines\",x\r\ny,z\n", "two\nlines|x;y|z;");
    check_rows("\"a\"", "a;");
    check_rows("x,\"\",\n", "x||;");
    check_rows("5\"\"x,b\n", "5\"\"x|b;"); /* quotes inside a plain field are text */
}

static void test_broken_quotes_name_their_line(void)
{
    check_rows("a\nb,\"c\nd\n", "x.csv:2: a quote is opened and never closed");
    check_rows("a\n\"b\"c,d\n", "x.csv:2: field 1 does not end with its closing quote");
    check_rows("a\"b,\"c\n", "x.csv:1: field 2 does not end with its closing quote");
}

static void test_binary_files_are_refused(void)
{
    struct err err = {0};
    rows_of("a,b\n\0c\n", 7, &err);
    CU_ASSERT_EQUAL(err.kind, ERR_USER);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, "zero byte"));
}

static void test_long_lines_are_refused_before_they_are_read(void)
{
    static char text[100000];
    memset(text, 'x', sizeof text);
    struct err err = {0};
    CU_ASSERT_PTR_NOT_NULL(strstr(rows_of(text, sizeof text, &err), "longer than 4 KB"));

    /* A quote that swallows many short lines is a long record, too, and found in linear time. */
    err = (struct err){0};
    memset(text, '\n', sizeof text);
    text[0] = '"';
    CU_ASSERT_PTR_NOT_NULL(strstr(rows_of(text, sizeof text, &err), "longer than 4 KB"));
}

static void test_what_is_no_file_is_refused(void)
{
    struct err err = {0};
    CU_ASSERT_PTR_NULL(csv_open("/tmp", "day.csv", small, &err));
    CU_ASSERT_STRING_EQUAL(err.what, "cannot read 'day.csv': it is a folder");
    CU_ASSERT_EQUAL(err.kind, ERR_FILE);
    err = (struct err){0};
    CU_ASSERT_PTR_NULL(csv_open("/dev/zero", "zero.csv", small, &err));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, "no regular file"));
    err = (struct err){0};
    CU_ASSERT_PTR_NULL(csv_open("/nowhere/x.csv", "x.csv", small, &err));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, "cannot read 'x.csv'"));
    err = (struct err){0};
    const char *path = file_of("12345678", 8);
    struct csv_limits tiny = {.line_max = 100, .bytes_max = 7};
    CU_ASSERT_PTR_NULL(csv_open(path, "x.csv", tiny, &err));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, "larger than"));
    unlink(path);
}

/* Rows that straddle the 64 KB blocks come out whole. */
static void test_rows_cross_block_borders(void)
{
    enum { ROWS = 40000 };
    static char text[ROWS * 12];
    size_t length = 0;
    for (int i = 0; i < ROWS; i++)
        length += (size_t)sprintf(text + length, "%d,\"%d\"\n", i, i % 7);
    const char *path = file_of(text, length);
    struct err err = {0};
    struct csv_in *csv = csv_open(path, "x.csv", small, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(csv);
    for (int i = 0; i < ROWS; i++) {
        int64_t value;
        CU_ASSERT_EQUAL_FATAL(csv_next(csv, &err), CSV_ROW);
        CU_ASSERT_EQUAL(csv_count(csv), 2);
        CU_ASSERT_EQUAL(csv_line(csv), i + 1);
        CU_ASSERT_TRUE(csv_read_whole(csv_field(csv, 0), ROWS, &value) && value == i);
        CU_ASSERT_TRUE(csv_read_whole(csv_field(csv, 1), ROWS, &value) && value == i % 7);
    }
    CU_ASSERT_EQUAL(csv_next(csv, &err), CSV_END);
    CU_ASSERT_EQUAL(csv_next(csv, &err), CSV_END);
    csv_close(csv);
    unlink(path);
}

static void test_columns_are_found_without_regard_to_case(void)
{
    const char *path = file_of("HashOwner,hashapp\n", 18);
    struct err err = {0};
    struct csv_in *csv = csv_open(path, "x.csv", small, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(csv);
    CU_ASSERT_EQUAL(csv_next(csv, &err), CSV_ROW);
    CU_ASSERT_EQUAL(csv_find(csv, "HashApp"), 1);
    CU_ASSERT_EQUAL(csv_find(csv, "Trigger"), -1);
    csv_close(csv);
    unlink(path);
}

static void test_whole_numbers(void)
{
    int64_t value = 0;
    CU_ASSERT_TRUE(csv_read_whole("0", 10, &value) && value == 0);
    CU_ASSERT_TRUE(csv_read_whole(" 10 ", 10, &value) && value == 10);
    CU_ASSERT_TRUE(csv_read_whole("7.00", 10, &value) && value == 7);
    CU_ASSERT_TRUE(csv_read_whole("9223372036854775807", INT64_MAX, &value) && value == INT64_MAX);
    CU_ASSERT_TRUE(csv_read_whole("0", 0, &value) && value == 0);
    CU_ASSERT_FALSE(csv_read_whole("1", 0, &value));
    static const char *const wrong[] = {
        "", "-1", "11", "1.5", "1e3", "x", "1x", "0x1", "99999999999999999999", "+1", "NaN", "."};
    for (size_t i = 0; i < COUNTOF(wrong); i++)
        CU_ASSERT_FALSE(csv_read_whole(wrong[i], 10, &value));
}

static void test_seconds_are_exact_to_the_nanosecond(void)
{
    sim_time ns = 0;
    CU_ASSERT_TRUE(csv_read_seconds("12.345678901", &ns) && ns == 12345678901);
    CU_ASSERT_TRUE(csv_read_seconds("0.1", &ns) && ns == 100 * SIM_MS);
    CU_ASSERT_TRUE(csv_read_seconds("86399.9999999995", &ns) && ns == 86400 * SIM_SECOND);
    CU_ASSERT_TRUE(csv_read_seconds("0.00000000049999", &ns) && ns == 0);
    CU_ASSERT_TRUE(csv_read_seconds("1e3", &ns) && ns == 1000 * SIM_SECOND);
    CU_ASSERT_TRUE(csv_read_seconds("3153600000", &ns) && ns == TIME_MAX);
    static const char *const wrong[] = {"",   "-1",  "3153600000.1", "1e10", "inf",
                                        "1s", "1,5", "nan",          "1..2", "12:30"};
    for (size_t i = 0; i < COUNTOF(wrong); i++)
        CU_ASSERT_FALSE(csv_read_seconds(wrong[i], &ns));
}

/* Any bytes at all: an answer, never a crash. Chosen so that quotes, commas and breaks are frequent. */
static void test_random_bytes_do_no_harm(void)
{
    static const char alphabet[] = "a1,,\"\"\n\r \xEF\xBB\xBF.";
    struct test_rng rng = {.state = 11};
    for (int round = 0; round < 300; round++) {
        char text[200];
        size_t length = (size_t)test_rng_below(&rng, sizeof text);
        for (size_t i = 0; i < length; i++)
            text[i] = alphabet[test_rng_below(&rng, sizeof alphabet - 1)];
        struct err err = {0};
        CU_ASSERT_PTR_NOT_NULL(rows_of(text, length, &err));
    }
}

CU_TestInfo suite_csv_in[] = {
    TEST(test_plain_rows),
    TEST(test_line_ends_marks_and_blank_lines),
    TEST(test_quoted_fields),
    TEST(test_broken_quotes_name_their_line),
    TEST(test_binary_files_are_refused),
    TEST(test_long_lines_are_refused_before_they_are_read),
    TEST(test_what_is_no_file_is_refused),
    TEST(test_rows_cross_block_borders),
    TEST(test_columns_are_found_without_regard_to_case),
    TEST(test_whole_numbers),
    TEST(test_seconds_are_exact_to_the_nanosecond),
    TEST(test_random_bytes_do_no_harm),
    CU_TEST_INFO_NULL,
};
