/* test_text.c - golden pages of a hand-made result at 80 and 120 columns, then the words in them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/quantity.h"
#include "report/text.h"
#include "tests/report/fixture.h"
#include "tests/suite.h"

/* clang-format off */
static const char golden_80[] =
    "hello  What does 50 requests/s cost, and how often do users see a cold start?\n"
    "  1h simulated, seed 42                               180 387 requests in 0.03 s\n"
    "\n"
    "  SLO\n"
    "    ✓ web.latency.p99 < 300ms   50.1ms        6.0x margin\n"
    "    ✓ web.errors < 0.1%         0.00%\n"
    "    ✓ cost < $250/month         $188.20       25% margin\n"
    "    ✗ hello.spill < 1%          –             no data: fails\n"
    "\n"
    "  LATENCY ms                      p50    p90    p95    p99  p99.9    max\n"
    "    web  GET /hello              37.6   43.3   45.4   50.1   57.1    269\n"
    "      hello                      27.6   27.6   27.6   27.6   27.7    230\n"
    "        cold 2 of 180 387 (0.001%)\n"
    "\n"
    "  WHERE THE TIME GOES            mean\n"
    "    hello                      27.6ms  run 27.6ms 100%  init 2us <1%\n"
    "    web GET /hello             37.9ms  downstream 27.6ms 73%\n"
    "                                       overhead 10.3ms 27%\n"
    "\n"
    "  CAPACITY                            mean       max     limit  headroom\n"
    "    hello concurrency                 1.38        10     1 000      100x\n"
    "    web requests/s                    50.1        80    10 000      125x\n"
    "      refused 12 345 by routes' limits, 7 by account limit\n"
    "    hello queue                          0         0      none         –\n"
    "\n"
    "  COST per month (730 h, from 1h simulated)\n"
    "    web  http_api requests                 $131.26   70%  ███████████████▍\n"
    "    hello  lambda compute                   $30.66   16%  ███▋\n"
    "    hello  lambda requests                  $26.28   14%  ███▏\n"
    "    total                                  $188.20  $1.43 per million requests\n"
    "\n"
    "  out/hello-s42/  summary.csv timeseries.csv latency.csv cost.csv slo.csv\n"
    "    insights.csv edges.csv meta.json\n";

static const char golden_120[] =
    "hello  What does 50 requests/s cost, and how often do users see a cold start?\n"
    "  1h simulated, seed 42, 5 replications\n"
    "  counts and costs are means of the 5 replications                                            180 387 requests in 0.03 s\n"
    "\n"
    "  SLO\n"
    "    ✓ web.latency.p99 < 300ms   50.1ms        6.0x margin\n"
    "    ✓ web.errors < 0.1%         0.00%\n"
    "    ✓ cost < $250/month         $188.20       25% margin\n"
    "\n"
    "  LATENCY ms                      p50    p90    p95    p99  p99.9    max\n"
    "    web  GET /hello              37.6   43.3   45.4   50.1   57.1    269\n"
    "      95% interval                                   ±0.50\n"
    "      hello                      27.6   27.6   27.6   27.6   27.7    230  cold 2 of 180 387 (0.001%)\n"
    "\n"
    "  WHERE THE TIME GOES            mean\n"
    "    hello                      27.6ms  run 27.6ms 100%  init 2us <1%\n"
    "    web GET /hello             37.9ms  downstream 27.6ms 73%  overhead 10.3ms 27%\n"
    "\n"
    "  CAPACITY                            mean       max     limit  headroom\n"
    "    hello concurrency                 1.38        10     1 000      100x  account concurrency\n"
    "    web requests/s                    50.1        80    10 000      125x\n"
    "      refused 12 345 by routes' limits, 7 by account limit\n"
    "    hello queue                          0         0      none         –\n"
    "\n"
    "  COST per month (730 h, from 1h simulated)\n"
    "    web  http_api requests                 $131.26   70%  ████████████████████▉\n"
    "    hello  lambda compute                   $30.66   16%  ████▉\n"
    "    hello  lambda requests                  $26.28   14%  ████▎\n"
    "    total                                  $188.20  ±$1.00  $1.43 per million requests\n"
    "\n"
    "  WARNINGS\n"
    "    kv \"orders\" is declared and never used by anything in this scenario, so nothing is billed for it; remove it or use\n"
    "      it\n"
    "\n"
    "  out/hello-s42/  summary.csv timeseries.csv latency.csv cost.csv slo.csv insights.csv edges.csv meta.json\n";

static const char golden_variants[] =
    "hello  What does 50 requests/s cost, and how often do users see a cold start?\n"
    "  1h simulated, seed 42                               360 774 requests in 0.03 s\n"
    "\n"
    "  variant             p50      p99   errors     $/month   change   SLO\n"
    "  normal day       37.6ms   50.1ms    0.00%     $188.20        –   3/3 ✓\n"
    "  sale day, wide   37.6ms   50.1ms    0.00%   $4 070.00      22x   3/4 ✗\n"
    "        hello.spill\n"
    "\n"
    "  SLO                            normal day  sale day, wide\n"
    "    web.latency.p99 < 300ms        50.1ms ✓        50.1ms ✓\n"
    "    web.errors < 0.1%               0.00% ✓         0.00% ✓\n"
    "    cost < $250/month             $188.20 ✓       $188.20 ✓\n"
    "    hello.spill < 1%                    –         no data ✗\n"
    "\n"
    "  out/hello-s42/  variants.csv\n";
/* clang-format on */

static void check_page(const struct text *out, const char *expected)
{
    CU_ASSERT_STRING_EQUAL(out->data, expected);
    if (strcmp(out->data, expected) != 0)
        printf("\n--- is\n%s--- should be\n%s", out->data, expected);
}

static void miss_an_slo(struct fixture *fixture)
{
    fixture->result.slo_count++; /* the fixture keeps one that failed behind the others */
    fixture->result.slos_passed = false;
}

static void test_summary_at_80_columns(void)
{
    struct fixture *fixture = fixture_new();
    struct text out = {0};
    miss_an_slo(fixture);
    text_write_run(&fixture->result,
                   &(struct text_options){.width = 80, .colour = false, .folder = "out/hello-s42"},
                   &out);
    check_page(&out, golden_80);
    text_free(&out);
    fixture_free(fixture);
}

static void test_summary_at_120_columns_with_replications_and_warnings(void)
{
    static const char *const warnings[] = {
        "kv \"orders\" is declared and never used by anything in this scenario, so nothing is "
        "billed for it; remove it or use it"};
    struct fixture *fixture = fixture_new();
    struct text out = {0};
    fixture->scenario.warnings = warnings;
    fixture->scenario.warning_count = 1;
    fixture->result.reps = 5;
    fixture_set_ci(fixture, "web GET /hello", "latency", "p99", 50, 51);
    fixture_set_ci(fixture, "*", "cost_month", "sum", 187, 189);
    text_write_run(&fixture->result,
                   &(struct text_options){.width = 120, .colour = false, .folder = "out/hello-s42"},
                   &out);
    check_page(&out, golden_120);
    text_free(&out);
    fixture_free(fixture);
}

static void test_variants_stand_side_by_side(void)
{
    struct fixture *a = fixture_new(), *b = fixture_new();
    struct text out = {0};
    a->result.variant = "normal day";
    b->result.variant = "sale day, wide";
    b->result.bill.cost_month_usd = 4070;
    miss_an_slo(b);
    text_write_variants(
        (struct result *const[]){&a->result, &b->result}, 2,
        &(struct text_options){.width = 80, .colour = false, .folder = "out/hello-s42"}, &out);
    check_page(&out, golden_variants);
    text_free(&out);
    fixture_free(a);
    fixture_free(b);
}

static int count_of(const char *text, const char *word)
{
    int count = 0;
    for (; (text = strstr(text, word)) != NULL; text += strlen(word))
        count++;
    return count;
}

/* Independent of the layout: no line is wider than the page or ends in a blank. */
static void check_lines(const char *page, size_t width)
{
    while (*page != '\0') {
        struct text line = {0};
        size_t length = strcspn(page, "\n");
        text_add_bytes(&line, page, length);
        CU_ASSERT_TRUE(text_columns(line.data) <= width);
        CU_ASSERT_TRUE(length == 0 || page[length - 1] != ' ');
        text_free(&line);
        page += length + 1;
    }
}

static void test_lines_fit_whatever_the_names(void)
{
    static char name[] =
        "a-function-with-a-very-long-name-that-nobody-would-type-at-a-prompt-twice";
    struct fixture *fixture = fixture_new();
    for (int width = 40; width <= 200; width += 20) {
        struct text out = {0};
        fixture->scenario.name = name;
        fixture->result.nodes[4].name = name;
        fixture->result.bill.lines[0].resource = name;
        text_write_run(&fixture->result,
                       &(struct text_options){.width = width, .colour = false, .folder = NULL},
                       &out);
        check_lines(out.data, width < 80 ? 80 : width > 120 ? 120 : (size_t)width);
        text_free(&out);
    }
    fixture->result.nodes[4].name = "users";
    fixture->result.bill.lines[0].resource = "hello";
    fixture_free(fixture);
}

/* Nine columns do not fit: the rows are repeated, and no variant is left out. */
static void test_slos_of_many_variants_stand_in_blocks(void)
{
    enum { VARIANTS = 9 };
    static char names[VARIANTS][24];
    struct fixture *fixtures[VARIANTS];
    struct result *results[VARIANTS];
    struct text out = {0};
    for (int v = 0; v < VARIANTS; v++) {
        (void)snprintf(names[v], sizeof names[v], "variant of number %d", v);
        fixtures[v] = fixture_new();
        fixtures[v]->result.variant = names[v];
        results[v] = &fixtures[v]->result;
    }
    text_write_variants(results, VARIANTS,
                        &(struct text_options){.width = 80, .colour = false, .folder = NULL}, &out);
    check_lines(out.data, 80);
    CU_ASSERT_EQUAL(count_of(out.data, "50.1ms ✓"), VARIANTS);
    CU_ASSERT_TRUE(count_of(out.data, "web.latency.p99 < 300ms") > 1);
    text_free(&out);
    for (int v = 0; v < VARIANTS; v++)
        fixture_free(fixtures[v]);
}

static void test_long_slos_keep_the_columns(void)
{
    struct fixture *fixture = fixture_new();
    struct slo_def slo = *fixture->result.slos[0].slo;
    struct text out = {0};
    slo.text = "\"a gateway of a long name POST /and/a/long/path\".latency.p99 < 300ms";
    fixture->result.slos[0].slo = &slo;
    text_write_run(&fixture->result,
                   &(struct text_options){.width = 80, .colour = false, .folder = NULL}, &out);
    CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "    ✓ \"a gateway of a long name POST /and/a/lon…  "
                                            "50.1ms        6.0x margin\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "    ✓ web.errors < 0.1%                         "
                                            "  0.00%\n"));
    text_free(&out);
    fixture_free(fixture);
}

static void test_colour_changes_nothing_but_escapes(void)
{
    struct fixture *fixture = fixture_new();
    struct text plain = {0}, coloured = {0}, stripped = {0};
    text_write_run(&fixture->result,
                   &(struct text_options){.width = 80, .colour = false, .folder = NULL}, &plain);
    text_write_run(&fixture->result,
                   &(struct text_options){.width = 80, .colour = true, .folder = NULL}, &coloured);
    CU_ASSERT_PTR_NULL(strchr(plain.data, '\033'));
    for (const char *at = coloured.data; *at != '\0'; at++) {
        if (*at == '\033')
            at += strcspn(at, "m");
        else
            text_add_bytes(&stripped, at, 1);
    }
    CU_ASSERT_STRING_EQUAL(stripped.data, plain.data);
    text_free(&plain);
    text_free(&coloured);
    text_free(&stripped);
    fixture_free(fixture);
}

static void test_a_partial_run_says_so(void)
{
    struct fixture *fixture = fixture_new();
    struct text out = {0};
    fixture->result.end = RUN_INTERRUPTED;
    fixture->result.reached = 51 * SIM_MINUTE;
    text_write_run(&fixture->result,
                   &(struct text_options){.width = 80, .colour = false, .folder = NULL}, &out);
    CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "PARTIAL: interrupted at 51min of 1h\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "  SLO  partial: 51min of 1h\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "simulated)  partial: 51min of 1h\n"));
    text_free(&out);
    fixture_free(fixture);
}

static void test_few_samples_are_counted(void)
{
    struct fixture *fixture = fixture_new();
    struct latency_row rows[] = {{3, 40, 50}, {3, 300, 7}};
    struct text out = {0};
    fixture->result.latencies = rows;
    fixture->result.latency_count = COUNTOF(rows);
    text_write_run(&fixture->result,
                   &(struct text_options){.width = 80, .colour = false, .folder = NULL}, &out);
    CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "269  n = 57\n"));
    text_free(&out);
    fixture_free(fixture);
}

static void test_spans_read_as_one_would_say_them(void)
{
    char buf[UNIT_TEXT_MAX];
    CU_ASSERT_STRING_EQUAL(quantity_show_span(buf, SIM_HOUR), "1h");
    CU_ASSERT_STRING_EQUAL(quantity_show_span(buf, SIM_DAY), "24h");
    CU_ASSERT_STRING_EQUAL(quantity_show_span(buf, 31 * SIM_DAY), "31d");
    CU_ASSERT_STRING_EQUAL(quantity_show_span(buf, 10 * SIM_MINUTE), "10min");
    CU_ASSERT_STRING_EQUAL(quantity_show_span(buf, 17 * SIM_HOUR + 150 * SIM_SECOND), "17h02m");
    CU_ASSERT_STRING_EQUAL(quantity_show_span(buf, 90 * SIM_SECOND), "90s");
}

static void check_margin(enum slo_op op, double limit, double actual, const char *expected)
{
    char buf[UNIT_TEXT_MAX];
    const struct slo_def def = {.op = op, .limit = limit};
    bool passed = op == SLO_LT ? actual < limit : actual > limit;
    const struct slo_result slo = {&def, true, actual, passed, NAN};
    CU_ASSERT_STRING_EQUAL(quantity_show_margin(buf, &slo), expected);
}

static void test_margins_name_the_distance_to_the_limit(void)
{
    check_margin(SLO_LT, 300, 50, "6.0x margin");
    check_margin(SLO_LT, 250, 187.5, "25% margin");
    check_margin(SLO_LT, 100, 125, "25% over");
    check_margin(SLO_LT, 1, 12, "12x the limit");
    check_margin(SLO_LT, 1, 0, "");
    check_margin(SLO_GT, 100, 150, "50% margin");
    check_margin(SLO_GT, 100, 80, "20% short");
}

CU_TestInfo suite_report_text[] = {
    TEST(test_summary_at_80_columns),
    TEST(test_summary_at_120_columns_with_replications_and_warnings),
    TEST(test_variants_stand_side_by_side),
    TEST(test_slos_of_many_variants_stand_in_blocks),
    TEST(test_long_slos_keep_the_columns),
    TEST(test_lines_fit_whatever_the_names),
    TEST(test_colour_changes_nothing_but_escapes),
    TEST(test_a_partial_run_says_so),
    TEST(test_few_samples_are_counted),
    TEST(test_spans_read_as_one_would_say_them),
    TEST(test_margins_name_the_distance_to_the_limit),
    CU_TEST_INFO_NULL,
};
