/* test_bill.c - published and hand-made sums to the cent, then the laws every bill obeys. */
#include "cost/bill.h"
#include "tests/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CENT 0.005

/* A bill of up to 8 usages, with what they need. */
struct sheet {
    struct arena *arena;
    struct catalog *catalog;
    struct usage usage[8];
    int count;
    struct bill bill;
};

static void setup(struct sheet *sheet)
{
    struct err err = {0};
    *sheet = (struct sheet){.arena = arena_new()};
    sheet->catalog = catalog_load("assets", NULL, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(sheet->catalog);
}

static void teardown(struct sheet *sheet)
{
    catalog_free(sheet->catalog);
    arena_free(sheet->arena);
}

/* `units` priced units, metered in thousandths. */
static void use(struct sheet *sheet, const char *price, double units)
{
    sheet->usage[sheet->count++] = (struct usage){
        .resource = "r",
        .service = "s",
        .line_item = price,
        .price = price,
        .unit = "unit",
        .amount = (int128)(units * 1000 + 0.5),
        .per_unit = 1000,
    };
}

static void make(struct sheet *sheet, int64_t measured_ns, bool free_tier)
{
    struct err err = {0};
    bool made = bill_make(&sheet->bill, sheet->arena, sheet->usage, sheet->count, sheet->catalog,
                          measured_ns, free_tier, &err);
    CU_ASSERT_TRUE_FATAL(made);
}

/* One resource, one price, one month: the sum. */
static double month_of(const char *price, double units)
{
    struct sheet sheet;
    setup(&sheet);
    use(&sheet, price, units);
    make(&sheet, BILL_MONTH_NS, false);
    double usd = sheet.bill.cost_month_usd;
    teardown(&sheet);
    return usd;
}

/* AWS price page: 1 GB x 1,000 provisioned for 2 h, 1.2 M executions of 1 s = 41.91. */
static void test_provisioned_concurrency_example_of_the_price_page(void)
{
    struct sheet sheet;
    setup(&sheet);
    use(&sheet, "lambda.pc.capacity.x86", 1000.0 * 7200);
    use(&sheet, "lambda.request", 1.2e6);
    use(&sheet, "lambda.pc.duration.x86", 1.2e6);
    make(&sheet, 2 * SIM_HOUR, false);
    CU_ASSERT_EQUAL(sheet.bill.count, 3);
    CU_ASSERT_DOUBLE_EQUAL(sheet.bill.lines[0].cost_usd, 30.00, CENT);
    CU_ASSERT_DOUBLE_EQUAL(sheet.bill.lines[1].cost_usd, 0.24, CENT);
    CU_ASSERT_DOUBLE_EQUAL(sheet.bill.lines[2].cost_usd, 11.67, CENT);
    CU_ASSERT_DOUBLE_EQUAL(sheet.bill.cost_usd, 41.91, CENT);
    teardown(&sheet);
}

/* 3 M x 120 ms x 1,536 MB with the free tier: 2.33 + 0.40 = 2.73. */
static void test_free_tier_example_of_the_price_page(void)
{
    struct sheet sheet;
    setup(&sheet);
    use(&sheet, "lambda.duration.x86", 540000);
    use(&sheet, "lambda.request", 3e6);
    make(&sheet, BILL_MONTH_NS, true);
    CU_ASSERT_EQUAL(sheet.bill.count, 4);
    CU_ASSERT_EQUAL(sheet.bill.lines[0].quantity, 400000);
    CU_ASSERT_EQUAL(sheet.bill.lines[0].unit_price_usd, 0);
    CU_ASSERT_DOUBLE_EQUAL(sheet.bill.lines[1].cost_usd, 2.33, CENT);
    CU_ASSERT_DOUBLE_EQUAL(sheet.bill.lines[3].cost_usd, 0.40, CENT);
    CU_ASSERT_DOUBLE_EQUAL(sheet.bill.cost_usd, 2.73, CENT);
    teardown(&sheet);
}

/* 1,024 MB x 200 ms: 3.53 a million, 2.87 on arm. */
static void test_a_million_invocations(void)
{
    CU_ASSERT_DOUBLE_EQUAL(
        month_of("lambda.duration.x86", 200000) + month_of("lambda.request", 1e6), 3.53, CENT);
    CU_ASSERT_DOUBLE_EQUAL(
        month_of("lambda.duration.arm64", 200000) + month_of("lambda.request", 1e6), 2.87, CENT);
}

/* 50/s for 730 h, billed 28 ms at 512 MB, behind an HTTP API. */
static void test_hello_world_for_a_month(void)
{
    const double requests = 50.0 * 730 * 3600;
    CU_ASSERT_DOUBLE_EQUAL(month_of("lambda.request", requests), 26.28, CENT);
    CU_ASSERT_DOUBLE_EQUAL(month_of("lambda.duration.x86", requests * 0.028 * 0.5), 30.66, CENT);
    CU_ASSERT_DOUBLE_EQUAL(month_of("apigw.http.request", requests), 131.40, CENT);
}

static void test_gateways(void)
{
    CU_ASSERT_DOUBLE_EQUAL(month_of("apigw.rest.request", 150e6), 525, CENT);
    CU_ASSERT_DOUBLE_EQUAL(month_of("apigw.http.request", 150e6), 150, CENT);
    CU_ASSERT_DOUBLE_EQUAL(month_of("apigw.rest.request", 5e6 / 24 * 730), 532.29, CENT);
    CU_ASSERT_DOUBLE_EQUAL(month_of("apigw.http.request", 5e6 / 24 * 730), 152.08, CENT);
}

static void test_each_tier_used_is_a_line(void)
{
    struct sheet sheet;
    setup(&sheet);
    use(&sheet, "apigw.rest.request", 400e6);
    make(&sheet, BILL_MONTH_NS, false);
    CU_ASSERT_EQUAL(sheet.bill.count, 2);
    CU_ASSERT_EQUAL(sheet.bill.lines[0].quantity, 333e6);
    CU_ASSERT_EQUAL(sheet.bill.lines[0].unit_price_usd, 3.5e-6);
    CU_ASSERT_DOUBLE_EQUAL(sheet.bill.lines[0].cost_usd, 1165.50, CENT);
    CU_ASSERT_EQUAL(sheet.bill.lines[1].quantity, 67e6);
    CU_ASSERT_DOUBLE_EQUAL(sheet.bill.lines[1].cost_usd, 187.60, CENT);
    CU_ASSERT_DOUBLE_EQUAL(sheet.bill.cost_month_usd, 1353.10, CENT);
    teardown(&sheet);
}

/* 1 M requests in an hour are 730 M in the month: tiers are those of the month. */
static void test_tiers_apply_to_the_months_quantity(void)
{
    struct sheet sheet;
    setup(&sheet);
    use(&sheet, "apigw.rest.request", 1e6);
    make(&sheet, SIM_HOUR, false);
    CU_ASSERT_EQUAL(sheet.bill.count, 2);
    CU_ASSERT_DOUBLE_EQUAL(sheet.bill.lines[0].quantity, 333e6 / 730, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(sheet.bill.lines[1].quantity, 397e6 / 730, 1e-6);
    CU_ASSERT_EQUAL(sheet.bill.lines[0].quantity + sheet.bill.lines[1].quantity, 1e6);
    CU_ASSERT_DOUBLE_EQUAL(sheet.bill.cost_month_usd, 333 * 3.5 + 397 * 2.8, CENT);
    CU_ASSERT_DOUBLE_EQUAL(sheet.bill.cost_usd * 730, sheet.bill.cost_month_usd, 1e-9);
    teardown(&sheet);
}

static void test_resources_fill_tiers_in_order(void)
{
    struct sheet sheet;
    setup(&sheet);
    use(&sheet, "apigw.rest.request", 300e6);
    use(&sheet, "apigw.http.request", 10e6);
    use(&sheet, "apigw.rest.request", 100e6);
    make(&sheet, BILL_MONTH_NS, false);
    CU_ASSERT_EQUAL(sheet.bill.count, 4);
    CU_ASSERT_EQUAL(sheet.bill.lines[0].unit_price_usd, 3.5e-6);
    CU_ASSERT_EQUAL(sheet.bill.lines[1].unit_price_usd, 1e-6);
    CU_ASSERT_EQUAL(sheet.bill.lines[2].quantity, 33e6);
    CU_ASSERT_EQUAL(sheet.bill.lines[2].unit_price_usd, 3.5e-6);
    CU_ASSERT_EQUAL(sheet.bill.lines[3].quantity, 67e6);
    CU_ASSERT_EQUAL(sheet.bill.lines[3].unit_price_usd, 2.8e-6);
    teardown(&sheet);
}

static void test_a_tier_filled_to_the_brim_has_no_successor(void)
{
    struct sheet sheet;
    setup(&sheet);
    use(&sheet, "apigw.rest.request", 333e6);
    use(&sheet, "apigw.rest.request", 1);
    make(&sheet, BILL_MONTH_NS, false);
    CU_ASSERT_EQUAL(sheet.bill.count, 2);
    CU_ASSERT_EQUAL(sheet.bill.lines[1].unit_price_usd, 2.8e-6);
    teardown(&sheet);
}

static void test_architectures_share_one_allowance(void)
{
    struct sheet sheet;
    setup(&sheet);
    use(&sheet, "lambda.duration.x86", 300000);
    use(&sheet, "lambda.duration.arm64", 300000);
    make(&sheet, BILL_MONTH_NS, true);
    CU_ASSERT_EQUAL(sheet.bill.count, 3);
    CU_ASSERT_EQUAL(sheet.bill.lines[0].cost_usd, 0);
    CU_ASSERT_EQUAL(sheet.bill.lines[1].quantity, 100000);
    CU_ASSERT_EQUAL(sheet.bill.lines[2].quantity, 200000);
    teardown(&sheet);
}

static void test_no_free_tier_unless_asked(void)
{
    CU_ASSERT_DOUBLE_EQUAL(month_of("lambda.request", 1e6), 0.20, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(month_of("sqs.standard.request", 1e6), 0.40, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(month_of("transfer.internet_out", 100), 9.00, 1e-9);
}

static void test_no_usage_is_a_line_of_nothing(void)
{
    struct sheet sheet;
    setup(&sheet);
    use(&sheet, "apigw.rest.request", 0);
    make(&sheet, SIM_HOUR, true);
    CU_ASSERT_EQUAL(sheet.bill.count, 1);
    CU_ASSERT_EQUAL(sheet.bill.lines[0].quantity, 0);
    CU_ASSERT_EQUAL(sheet.bill.lines[0].cost_usd, 0);
    CU_ASSERT_EQUAL(sheet.bill.lines[0].unit_price_usd, 3.5e-6);
    sheet.count = 0;
    make(&sheet, SIM_HOUR, false);
    CU_ASSERT_EQUAL(sheet.bill.count, 0);
    CU_ASSERT_EQUAL(sheet.bill.cost_usd, 0);
    teardown(&sheet);
}

static void test_a_price_the_list_lacks_is_named(void)
{
    struct sheet sheet;
    setup(&sheet);
    use(&sheet, "lambda.gold", 1);
    struct err err = {0};
    CU_ASSERT_FALSE(
        bill_make(&sheet.bill, sheet.arena, sheet.usage, 1, sheet.catalog, SIM_HOUR, false, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_USER);
    CU_ASSERT_TRUE(strstr(err.what, "'lambda.gold'") != NULL);
    CU_ASSERT_TRUE(strstr(err.what, "aws/us-east-1/2026-10") != NULL);
    teardown(&sheet);
}

/* Memory times time in MB-ms of a busy month does not fit 64 bits; amounts have 128. */
static void test_amounts_beyond_64_bits(void)
{
    struct sheet sheet;
    setup(&sheet);
    use(&sheet, "lambda.duration.x86", 0);
    sheet.usage[0].amount = (int128)1 << 70;
    sheet.usage[0].per_unit = 0x1p60;
    make(&sheet, BILL_MONTH_NS, false);
    CU_ASSERT_EQUAL(sheet.bill.lines[0].quantity, 1024);
    teardown(&sheet);
}

/* Graduated price of a month's quantity, read straight off the list. */
static double graduated(const struct price *price, double quantity)
{
    double usd = 0, from = 0;
    for (int i = 0; i < price->tier_count; i++) {
        if (quantity > from)
            usd += (fmin(quantity, price->tiers[i].upto) - from) * price->tiers[i].usd;
        from = price->tiers[i].upto;
    }
    return usd;
}

/* Property: however a month's usage is split over resources, the sum is the graduated price of
 * the total, quantities add up to what was counted, and month and interval differ by 730 h /
 * measured. */
static void test_splitting_usage_changes_nothing_in_the_sum(void)
{
    struct test_rng rng = {.state = 5};
    for (int trial = 0; trial < 200; trial++) {
        struct sheet sheet;
        setup(&sheet);
        sheet.count = 0;
        int64_t hours = 1 + test_rng_below(&rng, 900);
        double total = 0;
        for (int i = 0; i < 5; i++) {
            double units = (double)test_rng_below(&rng, 2000000000);
            use(&sheet, "apigw.rest.request", units);
            total += units;
        }
        make(&sheet, hours * SIM_HOUR, false);
        double month = 730.0 / (double)hours, quantity = 0, sum = 0;
        for (int i = 0; i < sheet.bill.count; i++) {
            quantity += sheet.bill.lines[i].quantity;
            sum += sheet.bill.lines[i].cost_month_usd;
        }
        double expected =
            graduated(catalog_price(sheet.catalog, "apigw.rest.request"), total * month);
        CU_ASSERT_DOUBLE_EQUAL(sheet.bill.cost_month_usd / expected, 1, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(sum / expected, 1, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(quantity / total, 1, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(sheet.bill.cost_usd * month / expected, 1, 1e-12);
        teardown(&sheet);
    }
}

CU_TestInfo suite_bill[] = {
    TEST(test_provisioned_concurrency_example_of_the_price_page),
    TEST(test_free_tier_example_of_the_price_page),
    TEST(test_a_million_invocations),
    TEST(test_hello_world_for_a_month),
    TEST(test_gateways),
    TEST(test_each_tier_used_is_a_line),
    TEST(test_tiers_apply_to_the_months_quantity),
    TEST(test_resources_fill_tiers_in_order),
    TEST(test_a_tier_filled_to_the_brim_has_no_successor),
    TEST(test_architectures_share_one_allowance),
    TEST(test_no_free_tier_unless_asked),
    TEST(test_no_usage_is_a_line_of_nothing),
    TEST(test_a_price_the_list_lacks_is_named),
    TEST(test_amounts_beyond_64_bits),
    TEST(test_splitting_usage_changes_nothing_in_the_sum),
    CU_TEST_INFO_NULL,
};
