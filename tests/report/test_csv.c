/* test_csv.c - fields by the rules of RFC 4180, then whole tables. */
#include <math.h>
#include <string.h>

#include "report/csv.h"
#include "report/tables.h"
#include "tests/report/fixture.h"
#include "tests/suite.h"

static void check_field(const char *field, const char *expected)
{
    struct text out = {0};
    text_add(&out, "");
    csv_add_text(&out, field);
    CU_ASSERT_STRING_EQUAL(out.data, expected);
    text_free(&out);
}

static void check_number(double number, const char *expected)
{
    struct text out = {0};
    text_add(&out, "");
    csv_add_number(&out, number);
    CU_ASSERT_STRING_EQUAL(out.data, expected);
    text_free(&out);
}

static void test_quotes_only_what_has_to_be(void)
{
    check_field("web GET /hello", "web GET /hello");
    check_field("", "");
    check_field(NULL, "");
    check_field("a,b", "\"a,b\"");
    check_field("say \"hi\"", "\"say \"\"hi\"\"\"");
    check_field("two\nlines", "\"two\nlines\"");
}

static void test_numbers_are_the_shortest_exact_text(void)
{
    check_number(0.1, "0.1");
    check_number(180387, "180387");
    check_number(1.0 / 3, "0.3333333333333333");
    check_number(-0.0, "0");
}

static void test_what_is_not_finite_is_empty(void)
{
    check_number(NAN, "");
    check_number(INFINITY, "");
}

static const struct table *find_table(const char *file)
{
    const struct table *table = report_tables;
    while (strcmp(table->file, file) != 0)
        table++;
    return table;
}

static void check_table(const char *file, const char *expected)
{
    struct fixture *fixture = fixture_new();
    struct text out = {0};
    table_write_csv(find_table(file), &fixture->result, &out);
    CU_ASSERT_STRING_EQUAL(out.data, expected);
    text_free(&out);
    fixture_free(fixture);
}

static void test_cost_table(void)
{
    check_table("cost.csv",
                "resource,service,line_item,quantity,unit,unit_price_usd,cost_usd,cost_month_usd\n"
                "hello,lambda,requests,180387,request,2e-07,0.036,26.28\n"
                "hello,lambda,compute,2525.4,gb_s,1.66667e-05,0.042,30.66\n"
                "web,http_api,requests,180387,request,1e-06,0.18,131.26\n");
}

static void test_slo_times_are_in_ms(void)
{
    check_table("slo.csv", "slo,actual,limit,unit,passed,margin_ratio\n"
                           "web.latency.p99 < 300ms,50.1,300,ms,1,0.833\n"
                           "web.errors < 0.1%,0,0.001,ratio,1,1\n"
                           "cost < $250/month,188.2,250,usd,1,0.2472\n");
}

static void test_columns_that_do_not_apply_are_empty(void)
{
    check_table("edges.csv", "from,to,calls,errors,throttles,latency_p50_ms,latency_p99_ms\n"
                             "users,web GET /hello,180387,0,0,37.6,50.1\n"
                             "web GET /hello,hello,180387,0,0,27.6,\n");
}

static void test_insights_have_their_header(void)
{
    check_table("insights.csv", "rule,severity,resource,message,change,saving_usd_month,effect_"
                                "metric,before,after\n");
}

static void test_an_interval_fills_two_columns(void)
{
    struct fixture *fixture = fixture_new();
    struct text out = {0};
    fixture_set_ci(fixture, "*", "cost", "sum", 0.25, 0.26);
    table_write_csv(find_table("summary.csv"), &fixture->result, &out);
    CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "\n*,cost,sum,0.2578,usd,0.25,0.26\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "\n*,errors,mean,0,ratio,,\n"));
    text_free(&out);
    fixture_free(fixture);
}

static void test_variants_have_a_row_each(void)
{
    struct fixture *a = fixture_new(), *b = fixture_new();
    struct text out = {0};
    a->result.variant = "small";
    b->result.variant = "large, odd";
    b->result.slos_passed = false;
    table_write_variants((struct result *const[]){&a->result, &b->result}, 2, &out);
    CU_ASSERT_STRING_EQUAL(
        out.data, "memory,units,fast,cost_usd,cost_month_usd,latency_p50_ms,latency_p99_ms,"
                  "errors_ratio,cold_ratio,spill_ratio,slo_passed,seed,rep,variant\n"
                  "512MB,0.1,true,0.2578,188.2,37.6,50.1,0,,,1,42,0,small\n"
                  "512MB,0.1,true,0.2578,188.2,37.6,50.1,0,,,0,42,0,\"large, odd\"\n");
    text_free(&out);
    fixture_free(a);
    fixture_free(b);
}

/* Independent: a reader that counts fields by the rules finds as many in every row as in the header. */
static int count_fields(const char **at)
{
    int fields = 1;
    bool quoted = false;
    for (; **at != '\0' && (quoted || **at != '\n'); (*at)++) {
        quoted ^= **at == '"';
        fields += !quoted && **at == ',';
    }
    *at += **at == '\n';
    return fields;
}

static void test_every_row_has_as_many_fields_as_the_header(void)
{
    struct fixture *fixture = fixture_new();
    fixture_set(fixture, "a,\"b\"\nc", "requests", "sum", 1, "count");
    for (const struct table *table = report_tables; table->file != NULL; table++) {
        struct text out = {0};
        table_write_csv(table, &fixture->result, &out);
        const char *at = out.data;
        int header = count_fields(&at);
        while (*at != '\0')
            CU_ASSERT_EQUAL(count_fields(&at), header);
        CU_ASSERT_EQUAL(out.data[out.length - 1], '\n');
        text_free(&out);
    }
    fixture_free(fixture);
}

CU_TestInfo suite_csv[] = {
    TEST(test_quotes_only_what_has_to_be),
    TEST(test_numbers_are_the_shortest_exact_text),
    TEST(test_what_is_not_finite_is_empty),
    TEST(test_cost_table),
    TEST(test_slo_times_are_in_ms),
    TEST(test_columns_that_do_not_apply_are_empty),
    TEST(test_insights_have_their_header),
    TEST(test_an_interval_fills_two_columns),
    TEST(test_variants_have_a_row_each),
    TEST(test_every_row_has_as_many_fields_as_the_header),
    CU_TEST_INFO_NULL,
};
