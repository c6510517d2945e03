/* test_insights_text.c - how findings read in the summary, in insights.csv and in --json. */
#include <math.h>
#include <string.h>

#include "report/section.h"
#include "report/tables.h"
#include "run/insight.h"
#include "tests/suite.h"

/* One measured finding and one that takes a redesign, as a result would carry them. */
struct lab {
    struct insight items[2];
    struct insight_list list;
    struct result result;
};

static void lab_make(struct lab *lab)
{
    memset(lab, 0, sizeof *lab);
    lab->items[0] = (struct insight){
        .rule = insight_rule_find("L03"),
        .severity = INSIGHT_WARNING,
        .resource = "work",
        .message = "work keeps 50 instances ready, which cost $1 273.75 a month",
        .changes = {{.kind = CHANGE_SETTING, .resource = "work", .name = "provisioned", .value = "15"}},
        .change_count = 1,
        .state = INSIGHT_MEASURED,
        .effects = {{"*", "cost_month", "sum", "usd", 1371.19, 179.99, -1200, -1180, true, true},
                    {"work", "spill", "mean", "ratio", 0, 0.0047, NAN, NAN, false, false},
                    {"*", "latency", "p99", "ms", 2000, 2000, -1, 1, true, false},
                    {"*", "errors", "mean", "ratio", 0.012, 0.011, -0.01, 0.01, true, false}},
        .effect_count = 4,
        .saving_usd_month = 1191.2,
        .slos_known = true,
        .slos_before = 1,
        .slos_after = 2,
    };
    lab->items[1] = (struct insight){
        .rule = insight_rule_find("L19"),
        .severity = INSIGHT_CRITICAL,
        .resource = "outer",
        .message = "double billing, \"twice\"",
        .advice = "merge the two",
        .saving_usd_month = NAN,
        .why_not = "it takes a change of the design",
    };
    lab->list = (struct insight_list){.items = lab->items, .count = 2};
    lab->result.insights = &lab->list;
}

static void test_a_finding_says_what_it_does_and_how(void)
{
    struct lab lab;
    struct text out = {0};
    struct page page;
    lab_make(&lab);
    page_begin(&page, &out, 100, false);
    section_insight(&page, &lab.items[0]);
    section_insight(&page, &lab.items[1]);
    CU_ASSERT_STRING_EQUAL(
        out.data,
        "    L03 warning   work keeps 50 instances ready, which cost $1\u00a0273.75 a month\n"
        "                  re-run: cost $1\u00a0371.19\u00a0→\u00a0$179.99/month (±$10.00), work spill 0.00%\u00a0→\u00a00.47%, errors\n"
        "                  1.20%\u00a0→\u00a01.10% (no significant difference); SLOs met 1 → 2\n"
        "                  try: --set work.provisioned=15\n"
        "    L19 critical  double billing, \"twice\"\n"
        "                  try: merge the two\n");
    text_free(&out);
}

static void test_csv_has_a_row_for_each(void)
{
    struct lab lab;
    struct text out = {0};
    lab_make(&lab);
    for (const struct table *table = report_tables; table->file != NULL; table++)
        if (strcmp(table->file, "insights.csv") == 0)
            table_write_csv(table, &lab.result, &out);
    CU_ASSERT_STRING_EQUAL(
        out.data,
        "rule,severity,resource,message,change,saving_usd_month,effect_metric,before,after\n"
        "L03,warning,work,\"work keeps 50 instances ready, which cost $1 273.75 a month\","
        "--set work.provisioned=15,1191.2,*.cost_month.sum,1371.19,179.99\n"
        "L19,critical,outer,\"double billing, \"\"twice\"\"\",merge the two,,,,\n");
    text_free(&out);
}

static void test_nobody_looked_nothing_is_said(void)
{
    struct lab lab;
    struct text out = {0};
    struct page page;
    lab_make(&lab);
    lab.result.insights = NULL;
    page_begin(&page, &out, 100, false);
    struct section section = {.page = &page, .result = &lab.result};
    section_insights(&section);
    CU_ASSERT_EQUAL(out.length, 0);
    text_free(&out);
}

CU_TestInfo suite_insights_text[] = {
    TEST(test_a_finding_says_what_it_does_and_how),
    TEST(test_csv_has_a_row_for_each),
    TEST(test_nobody_looked_nothing_is_said),
    CU_TEST_INFO_NULL,
};
