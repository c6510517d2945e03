/* test_import_azure.c - small made-up traces in the header variants found on the net; with
 * TEPID_TRACES naming a folder of published samples, their known totals.
 */
#include "cli/import_azure.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/csv_in.h"
#include "core/text.h"
#include "model/trace.h"
#include "tests/suite.h"

/* A folder of its own for each test. */
static char folder[64];
static char paths[4][128]; /* invocations, durations, memory, out */

static void begin(void)
{
    static const char *const names[] = {"inv.csv", "dur.csv", "mem.csv", "t.lua"};
    strcpy(folder, "/tmp/tepid-azure-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    for (int i = 0; i < 4; i++)
        snprintf(paths[i], sizeof paths[i], "%s/%s", folder, names[i]);
}

static const char *in_folder(const char *name)
{
    static char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void end(void)
{
    static const char *const names[] = {"inv.csv", "dur.csv", "mem.csv",
                                        "t.lua",   "t.csv",   "t-2.csv"};
    for (size_t i = 0; i < COUNTOF(names); i++)
        unlink(in_folder(names[i]));
    CU_ASSERT_EQUAL(rmdir(folder), 0); /* nothing else was left behind */
}

static void put(int which, const char *text)
{
    FILE *file = fopen(paths[which], "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(text, file);
    fclose(file);
}

static bool import(bool durations, bool memory, struct import_summary *summary, struct err *err)
{
    struct import_azure_options options = {
        .invocations = paths[0],
        .durations = durations ? paths[1] : NULL,
        .memory = memory ? paths[2] : NULL,
        .out = paths[3],
    };
    *err = (struct err){0};
    bool ok = import_azure(&options, summary, err);
    if (ok != (err->kind == ERR_NONE) || (!ok && err->what[0] == '\0'))
        CU_FAIL("result and message disagree");
    return ok;
}

static void import_well(bool durations, bool memory, struct import_summary *summary)
{
    struct err err;
    if (!import(durations, memory, summary, &err)) {
        printf("\n  %s:%d: %s\n", err.file, err.line, err.what);
        CU_FAIL_FATAL("import failed");
    }
}

static void check_file(const char *name, const char *expected)
{
    struct text text = {0};
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(text_read_file(&text, in_folder(name), 1 << 24, &err));
    CU_ASSERT_STRING_EQUAL(text.data, expected);
    text_free(&text);
}

static void check_contains(const char *name, const char *expected)
{
    struct text text = {0};
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(text_read_file(&text, in_folder(name), 1 << 24, &err));
    if (strstr(text.data, expected) == NULL)
        printf("\n  not in %s: %s\n", name, expected);
    CU_ASSERT_PTR_NOT_NULL(strstr(text.data, expected));
    text_free(&text);
}

static void test_three_files_are_joined(void)
{
    begin();
    put(0, "HashOwner,HashApp,HashFunction,Trigger,480,481,482\n"
           "o1,a1,f1,http,1,2,3\n"
           "o1,a1,f2,timer,0,1,0\n");
    put(1, "HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,"
           "percentile_Average_1,percentile_Average_25,percentile_Average_50,percentile_Average_75,"
           "percentile_Average_99,percentile_Average_100\n"
           "o1,a1,f2,71,288,0.0,1458.0,0,1,2.5,2,40,1265,1458\n"
           "o1,a1,f1,9,1,1,9,1,1,5,6,7,8,9e6\n"
           "o9,a1,f1,9,1,1,9,1,1,5,6,7,8,9\n");
    put(2, "HashFunction,HashOwner,HashApp,SampleCount,AverageAllocatedMb,"
           "AverageAllocatedMb_pct99,AverageAllocatedMb_pct100\n"
           "f1,o1,a1,5,9.4,10,300.2\n"
           "f2,o1,a1,5,9.4,10,10.67\n");
    struct import_summary summary;
    import_well(true, true, &summary);
    CU_ASSERT_EQUAL(summary.functions, 2);
    CU_ASSERT_EQUAL(summary.invocations, 7);
    CU_ASSERT_EQUAL(summary.minutes, 3);
    CU_ASSERT_EQUAL(summary.without_duration + summary.without_memory + summary.merged_rows, 0);
    CU_ASSERT_EQUAL(summary.unused_rows, 1);
    CU_ASSERT_EQUAL(summary.cut_durations, 1);
    check_file("t.csv", "interval_s,fn-0001,fn-0002\n0,1,0\n60,2,1\n120,3,0\n");
    check_contains("t.lua", "{ \"fn-0001\", 301, 1, 1, 5, 6, 7, 8, 900000 }, -- http f1\n");
    check_contains("t.lua", "{ \"fn-0002\", 128, 0, 1, 2.5, 2.5, 40, 1265, 1458 }, -- timer f2\n");
    check_contains("t.lua", "local files = { \"t.csv\" }");
    check_contains("t.lua", "simulate { duration = \"3min\", seed = 42 }");
    check_contains("t.lua", "480 to 482");
    check_contains("t.lua", "CC-BY 4.0");
    end();
}

/* No owner, no trigger, other case, minutes in any order with one missing, memory per application. */
static void test_header_variants(void)
{
    begin();
    put(0, "hashapp,hashfunction,12,10,13\n"
           "a1,f1,5,6,7\n"
           "a2,f2,1,1,1\n");
    put(1, "HashOwner,HashApp,HashFunction,Average\n"
           "o1,a2,f2,12.5\n");
    put(2, "HashOwner,HashApp,SampleCount,AverageAllocatedMb\n"
           "o1,a1,5,512\n");
    struct import_summary summary;
    import_well(true, true, &summary);
    CU_ASSERT_EQUAL(summary.minutes, 4);
    CU_ASSERT_EQUAL(summary.invocations, 21);
    CU_ASSERT_EQUAL(summary.without_duration, 1);
    CU_ASSERT_EQUAL(summary.without_memory, 1);
    check_file("t.csv", "interval_s,fn-0001,fn-0002\n0,6,1\n60,0,0\n120,5,1\n180,7,1\n");
    check_contains("t.lua", "{ \"fn-0001\", 512, 787, 787, 787, 787, 787, 787, 787 }, "
                            "-- f1, no durations\n");
    check_contains("t.lua", "12.5, 12.5, 12.5, 12.5 }, -- f2, no memory\n");
    end();
}

static void test_other_files_are_optional_and_double_rows_are_added_up(void)
{
    begin();
    put(0, "HashFunction,1,1440\nf1,1,2\nf2,0,0\nf1,10,20\n");
    struct import_summary summary;
    import_well(false, false, &summary);
    CU_ASSERT_EQUAL(summary.functions, 2);
    CU_ASSERT_EQUAL(summary.invocations, 33);
    CU_ASSERT_EQUAL(summary.minutes, 1440);
    CU_ASSERT_EQUAL(summary.merged_rows, 1);
    CU_ASSERT_EQUAL(summary.without_duration, 2);
    check_contains("t.csv", "interval_s,fn-0001,fn-0002\n0,11,0\n60,0,0\n");
    check_contains("t.csv", "\n86340,22,0\n");
    end();
}

static void test_more_than_500_functions_take_several_files(void)
{
    begin();
    struct text text = {0};
    text_add(&text, "HashApp,HashFunction,1,2\n");
    for (int i = 0; i < 777; i++)
        text_addf(&text, "a%d,f%d,%d,1\n", i % 10, i, i);
    put(0, text.data);
    text_free(&text);
    struct import_summary summary;
    import_well(false, false, &summary);
    CU_ASSERT_EQUAL(summary.csv_files, 2);
    check_contains("t.lua", "local files = { \"t.csv\", \"t-2.csv\" }");

    struct arena *arena = arena_new();
    struct rate_shape shape;
    struct err err = {0};
    CU_ASSERT_TRUE(trace_read(&shape, arena, in_folder("t-2.csv"), "t-2.csv", "fn-0777", &err));
    CU_ASSERT_EQUAL(shape.counts[0], 776);
    CU_ASSERT_TRUE(trace_read(&shape, arena, in_folder("t.csv"), "t.csv", "fn-0500", &err));
    CU_ASSERT_EQUAL(shape.counts[0], 499);
    arena_free(arena);
    end();
}

static void test_text_from_a_file_cannot_become_lua(void)
{
    begin();
    put(0, "HashFunction,Trigger,1\n\"f\n} os.exit()\",\"]] --\",4\n");
    struct import_summary summary;
    import_well(false, false, &summary);
    check_contains("t.lua", "787 }, -- ----- f---os-exit-, no durations, no memory\n");
    end();
}

static void refuse(const char *invocations, const char *durations, int line, const char *what)
{
    begin();
    put(0, invocations);
    if (durations != NULL)
        put(1, durations);
    struct import_summary summary;
    struct err err;
    CU_ASSERT_FALSE(import(durations != NULL, false, &summary, &err));
    if (strstr(err.what, what) == NULL || err.line != line)
        printf("\n  got: %s:%d: %s\n", err.file, err.line, err.what);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, what));
    CU_ASSERT_EQUAL(err.line, line);
    CU_ASSERT_NOT_EQUAL(access(paths[3], F_OK), 0); /* nothing is written by halves */
    end();
}

static void test_wrong_files_are_refused(void)
{
    refuse("", NULL, 0, "empty");
    refuse("a,b\n1,2\n", NULL, 1, "no column HashFunction");
    refuse("HashFunction,Trigger\nf,http\n", NULL, 1, "no column of a minute");
    refuse("HashFunction,5,5\nf,1,1\n", NULL, 1, "two columns for minute 5");
    refuse("HashFunction,1,2\n", NULL, 1, "no rows");
    refuse("HashFunction,1,2\nf,1,2\ng,1\n", NULL, 3, "this line has 2");
    refuse("HashFunction,1,2\nf,1,-2\n", NULL, 2, "minute 2: '-2'");
    refuse("HashFunction,1,2\nf,1.5,2\n", NULL, 2, "minute 1: '1.5'");
    refuse("HashFunction,1\nf,1000000000\nf,1\n", NULL, 3, "not a number of invocations");
    refuse("HashFunction,1\nf,1\n", "HashFunction,Count\nf,1\n", 1, "no column Average");
    refuse("HashFunction,1\nf,1\n", "HashFunction,Average\nf,x\n", 2, "'x' is not a number");
}

static void test_outputs_are_named_well(void)
{
    begin();
    put(0, "HashFunction,1\nf,1\n");
    struct import_summary summary;
    struct err err = {0};
    struct import_azure_options options = {.invocations = paths[0], .out = "t.csv"};
    CU_ASSERT_FALSE(import_azure(&options, &summary, &err));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, "does not name a .lua file"));

    char clash[160]; /* would write inv.csv over what is read */
    snprintf(clash, sizeof clash, "%s", in_folder("inv.lua"));
    options.out = clash;
    err = (struct err){0};
    CU_ASSERT_FALSE(import_azure(&options, &summary, &err));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, "one of the files read"));

    options.out = "/nowhere/t.lua";
    err = (struct err){0};
    CU_ASSERT_FALSE(import_azure(&options, &summary, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_FILE);

    options.out = paths[3];
    options.durations = "/nowhere/dur.csv";
    err = (struct err){0};
    CU_ASSERT_FALSE(import_azure(&options, &summary, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_FILE);
    end();
}

/* Adds up every cell of the CSV written. */
static int64_t sum_of_csv(const char *path)
{
    struct err err = {0};
    struct csv_limits limits = {.line_max = CSV_LINE_MAX, .bytes_max = 1 << 30};
    struct csv_in *csv = csv_open(path, path, limits, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(csv);
    CU_ASSERT_EQUAL(csv_next(csv, &err), CSV_ROW);
    int64_t sum = 0;
    while (csv_next(csv, &err) == CSV_ROW) {
        for (size_t i = 1; i < csv_count(csv); i++) {
            int64_t count = -1;
            CU_ASSERT_TRUE(csv_read_whole(csv_field(csv, i), INT64_MAX, &count));
            sum += count;
        }
    }
    CU_ASSERT_EQUAL(err.kind, ERR_NONE);
    csv_close(csv);
    return sum;
}

static void check_published(const char *traces, const char *name, int64_t functions, int64_t total)
{
    static const char *const parts[] = {"invocations", "durations", "memory"};
    char files[3][512];
    for (int i = 0; i < 3; i++)
        snprintf(files[i], sizeof files[i], "%s/%s/%s.csv", traces, name, parts[i]);
    begin();
    struct import_azure_options options = {files[0], files[1], files[2], paths[3]};
    struct import_summary summary;
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(import_azure(&options, &summary, &err));
    CU_ASSERT_EQUAL(summary.functions, functions);
    CU_ASSERT_EQUAL(summary.invocations, total);
    CU_ASSERT_EQUAL(summary.minutes, 480);
    CU_ASSERT_EQUAL(summary.without_duration + summary.without_memory + summary.unused_rows, 0);
    CU_ASSERT_EQUAL(sum_of_csv(in_folder("t.csv")), total);
    end();
}

static void test_published_samples_keep_their_totals(void)
{
    const char *traces = getenv("TEPID_TRACES");
    if (traces == NULL) {
        printf("\n  skipped: no trace (TEPID_TRACES names their folder)\n");
        return;
    }
    check_published(traces, "azure2019-100fn-8h", 100, 339657);
    check_published(traces, "azure2019-500fn-8h", 500, 3037902);
}

CU_TestInfo suite_import_azure[] = {
    TEST(test_three_files_are_joined),
    TEST(test_header_variants),
    TEST(test_other_files_are_optional_and_double_rows_are_added_up),
    TEST(test_more_than_500_functions_take_several_files),
    TEST(test_text_from_a_file_cannot_become_lua),
    TEST(test_wrong_files_are_refused),
    TEST(test_outputs_are_named_well),
    TEST(test_published_samples_keep_their_totals),
    CU_TEST_INFO_NULL,
};
