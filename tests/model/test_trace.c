/* test_trace.c - both headers by example; every refusal says which line and what would be right. */
#include "model/trace.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/suite.h"

static char path[64];

static void write_file(const char *text)
{
    strcpy(path, "/tmp/tepid-trace-XXXXXX");
    int fd = mkstemp(path);
    CU_ASSERT_TRUE_FATAL(fd >= 0);
    CU_ASSERT_EQUAL(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static bool read_text(struct rate_shape *shape, struct arena *arena, const char *text,
                      const char *column, struct err *err)
{
    write_file(text);
    bool ok = trace_read(shape, arena, path, "t.csv", column, err);
    unlink(path);
    CU_ASSERT_EQUAL(ok, err->kind == ERR_NONE);
    return ok;
}

static void test_single_arrivals_are_sorted(void)
{
    struct arena *arena = arena_new();
    struct rate_shape shape;
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(
        read_text(&shape, arena, "time_s\n3\n0.5\r\n86400.000000001\n0.5\n1e1", NULL, &err));
    CU_ASSERT_EQUAL(shape.kind, RATE_TRACE_TIMES);
    CU_ASSERT_EQUAL(shape.count, 5);
    static const sim_time sorted[] = {SIM_SECOND / 2, SIM_SECOND / 2, 3 * SIM_SECOND,
                                      10 * SIM_SECOND, SIM_DAY + 1};
    CU_ASSERT_EQUAL(memcmp(shape.times, sorted, sizeof sorted), 0);
    CU_ASSERT_STRING_EQUAL(shape.source, "t.csv");
    CU_ASSERT_TRUE(rate_shape_check(&shape, &err));
    arena_free(arena);
}

static void test_sorting_agrees_with_counting(void)
{
    enum { ROWS = 20000, SPAN = 5000 };
    static char text[ROWS * 24];
    static int seen[SPAN];
    struct test_rng rng = {.state = 3};
    size_t length = (size_t)sprintf(text, "time_s\n");
    for (int i = 0; i < ROWS; i++) {
        int64_t s = test_rng_below(&rng, SPAN);
        seen[s]++;
        length += (size_t)sprintf(text + length, "%lld.000001\n", (long long)s * 600000);
    }
    struct arena *arena = arena_new();
    struct rate_shape shape;
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(read_text(&shape, arena, text, NULL, &err));
    size_t at = 0;
    for (int64_t s = 0; s < SPAN; s++)
        for (int k = 0; k < seen[s]; k++, at++)
            CU_ASSERT_EQUAL(shape.times[at], s * 600000 * SIM_SECOND + 1000);
    CU_ASSERT_EQUAL(at, shape.count);
    arena_free(arena);
}

static void test_intervals_end_where_the_next_begins(void)
{
    struct arena *arena = arena_new();
    struct rate_shape shape;
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(
        read_text(&shape, arena, "interval_s,count\n0,5\n60,0\n90,7\n", NULL, &err));
    CU_ASSERT_EQUAL(shape.kind, RATE_TRACE_COUNTS);
    CU_ASSERT_EQUAL(shape.count, 3);
    static const sim_time starts[] = {0, 60 * SIM_SECOND, 90 * SIM_SECOND, 120 * SIM_SECOND};
    CU_ASSERT_EQUAL(memcmp(shape.times, starts, sizeof starts), 0);
    CU_ASSERT_EQUAL(shape.counts[0] + shape.counts[1] + shape.counts[2], 12);
    CU_ASSERT_EQUAL(rate_shape_total(&shape, SIM_HOUR), 12);

    CU_ASSERT_TRUE_FATAL(read_text(&shape, arena, "interval_s,count\n30,5", NULL, &err));
    CU_ASSERT_EQUAL(shape.times[1], 90 * SIM_SECOND); /* a lone interval lasts a minute */
    arena_free(arena);
}

static void test_a_column_is_picked_by_name(void)
{
    struct arena *arena = arena_new();
    struct rate_shape shape;
    struct err err = {0};
    const char *text = "interval_s,\"shop, main\",fn-2\n0,1,2\n60,3,4.0\n";
    CU_ASSERT_TRUE_FATAL(read_text(&shape, arena, text, "fn-2", &err));
    CU_ASSERT_EQUAL(shape.counts[1], 4);
    CU_ASSERT_TRUE_FATAL(read_text(&shape, arena, text, "shop, main", &err));
    CU_ASSERT_EQUAL(shape.counts[1], 3);
    arena_free(arena);
}

static void refuse(const char *text, const char *column, int line, const char *what,
                   const char *help)
{
    struct arena *arena = arena_new();
    struct rate_shape shape;
    struct err err = {0};
    CU_ASSERT_FALSE(read_text(&shape, arena, text, column, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_USER);
    CU_ASSERT_EQUAL(err.line, line);
    if (strstr(err.what, what) == NULL || strstr(err.help, help) == NULL)
        printf("\n  got: %s (help: %s)\n", err.what, err.help);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, what));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.help, help));
    arena_free(arena);
}

static void test_refusals_say_what_would_be_right(void)
{
    refuse("", NULL, 0, "'t.csv' is empty", "time_s");
    refuse("time_s\n", NULL, 1, "no rows", "");
    refuse("interval_s,count\n", NULL, 1, "no rows", "");
    refuse("zeit\n1\n", NULL, 1, "'zeit' is not the header of a trace", "interval_s,count");
    refuse("1.5\n2\n", NULL, 1, "'1.5' is not the header", "time_s");
    refuse("time_s,x\n1,2\n", NULL, 1, "not the header", "time_s");
    refuse("time_s\n1\n-2\n", NULL, 3, "'-2' is not a time", "decimal seconds");
    refuse("time_s\nnan\n", NULL, 2, "'nan' is not a time", "decimal seconds");
    refuse("time_s\n1e300\n", NULL, 2, "not a time", "3153600000");
    refuse("time_s\n1\n2,3\n", NULL, 3, "this line has 2", "");
    refuse("interval_s\n1\n", NULL, 1, "names no column", "interval_s,count");
    refuse("interval_s,a,b\n0,1,2\n", NULL, 1, "2 columns", "trace(\"file.csv\", \"a\")");
    refuse("interval_s,fn-10,b\n0,1,2\n", "fn-11", 1, "no column 'fn-11'", "did you mean 'fn-10'");
    refuse("interval_s,a,a\n0,1,2\n", "a", 1, "two columns 'a'", "");
    refuse("time_s\n1\n", "a", 1, "no column 'a'", "trace \"t.csv\"");
    refuse("interval_s,count\n60,1\n60,2\n", NULL, 3, "does not come after", "rise");
    refuse("interval_s,count\n0,1\n\n60,-2\n", NULL, 4, "'-2' is not a number of requests",
           "whole numbers");
    refuse("interval_s,count\n0,1.5\n", NULL, 2, "'1.5' is not a number", "whole numbers");
    refuse("interval_s,count\n0,2000000000\n", NULL, 2, "not a number of requests", "1000000000");
    refuse("interval_s,count\n0,1\n60", NULL, 3, "the header has 2 fields, this line has 1",
           "cut off");
}

static void test_files_that_are_none_are_the_scenarios_fault(void)
{
    struct arena *arena = arena_new();
    struct rate_shape shape;
    struct err err = {0};
    CU_ASSERT_FALSE(trace_read(&shape, arena, "/nowhere/t.csv", "t.csv", NULL, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_USER);
    CU_ASSERT_STRING_EQUAL(err.help, ""); /* the caller says where it looked */
    err = (struct err){0};
    CU_ASSERT_FALSE(trace_read(&shape, arena, "/tmp", "t.csv", NULL, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_USER);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, "folder"));
    arena_free(arena);
}

static void check_values(const char *text, bool size, const double *expected, size_t count)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    double *values = NULL;
    size_t got = 0;
    write_file(text);
    CU_ASSERT_TRUE_FATAL(trace_read_values(arena, path, "v.csv", size, &values, &got, &err));
    unlink(path);
    CU_ASSERT_EQUAL_FATAL(got, count);
    for (size_t i = 0; i < count; i++)
        CU_ASSERT_DOUBLE_EQUAL(values[i], expected[i], 1e-6);
    arena_free(arena);
}

static void test_values_are_in_the_unit_of_their_header(void)
{
    check_values("1.5\n2\n", false, (double[]){1.5e6, 2e6}, 2);
    check_values("latency\n1.5\n", false, (double[]){1.5e6}, 1);
    check_values("latency_us\n1.5\n", false, (double[]){1500}, 1);
    check_values("duration_s\r\n1.5\r\n0\r\n", false, (double[]){1.5e9, 0}, 2);
    check_values("ns\n7\n", false, (double[]){7}, 1);
    check_values("100\n", true, (double[]){100}, 1);
    check_values("size_kb\n2\n", true, (double[]){2048}, 1);
}

static void refuse_values(const char *text, bool size, int line, const char *what)
{
    struct arena *arena = arena_new();
    struct err err = {0};
    double *values = NULL;
    size_t count = 0;
    write_file(text);
    CU_ASSERT_FALSE(trace_read_values(arena, path, "v.csv", size, &values, &count, &err));
    unlink(path);
    CU_ASSERT_EQUAL(err.kind, ERR_USER);
    CU_ASSERT_EQUAL(err.line, line);
    if (strstr(err.what, what) == NULL)
        printf("\n  got: %s\n", err.what);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, what));
    arena_free(arena);
}

static void test_wrong_values_are_refused(void)
{
    refuse_values("", false, 0, "no values");
    refuse_values("latency_ms\n", false, 0, "no values");
    refuse_values("latency_ms\nfast\n", false, 2, "'fast' is not a number");
    refuse_values("1\n-3\n", false, 2, "-3 is negative");
    refuse_values("1\ninf\n", false, 2, "not a number");
    refuse_values("duration_s\n1e10\n", false, 2, "too large");
    refuse_values("size_bytes\n1\n", false, 1, "speaks of sizes");
    refuse_values("latency_ms\n1\n", true, 1, "speaks of times");
    refuse_values("latency_furlong\n1\n", false, 1, "does not end in a unit");
    refuse_values("a_ms,b_ms\n1,2\n", false, 1, "this line has 2");
    refuse_values("1\n2,3\n", false, 2, "2 fields");
}

CU_TestInfo suite_trace[] = {
    TEST(test_single_arrivals_are_sorted),
    TEST(test_sorting_agrees_with_counting),
    TEST(test_intervals_end_where_the_next_begins),
    TEST(test_a_column_is_picked_by_name),
    TEST(test_refusals_say_what_would_be_right),
    TEST(test_files_that_are_none_are_the_scenarios_fault),
    TEST(test_values_are_in_the_unit_of_their_header),
    TEST(test_wrong_values_are_refused),
    CU_TEST_INFO_NULL,
};
