/* test_unit.c - what CONTRACT 2.1 takes and refuses, the words it is refused with, and how
 * quantities are shown. */
#include "core/unit.h"
#include "tests/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t time_of(const char *text)
{
    sim_time ns = -1;
    struct err err = {0};
    return unit_read_time(text, &ns, &err) && err.kind == ERR_NONE ? ns : -1;
}

static int64_t size_of(const char *text)
{
    int64_t bytes = -1;
    struct err err = {0};
    return unit_read_size(text, &bytes, &err) ? bytes : -1;
}

static double rate_of(const char *text)
{
    double per_s = -1;
    struct err err = {0};
    return unit_read_rate(text, &per_s, &err) ? per_s : -1;
}

static double share_of(const char *text)
{
    double share = -1;
    struct err err = {0};
    return unit_read_share(text, &share, &err) ? share : -1;
}

static int64_t count_of(const char *text)
{
    int64_t count = -1;
    struct err err = {0};
    return unit_read_count(text, &count, &err) ? count : -1;
}

static void test_times_in_every_unit(void)
{
    CU_ASSERT_EQUAL(time_of("7ns"), 7);
    CU_ASSERT_EQUAL(time_of("250us"), 250000);
    CU_ASSERT_EQUAL(time_of("30ms"), 30 * SIM_MS);
    CU_ASSERT_EQUAL(time_of("3s"), 3 * SIM_SECOND);
    CU_ASSERT_EQUAL(time_of("10min"), 600 * SIM_SECOND);
    CU_ASSERT_EQUAL(time_of("2h"), 2 * SIM_HOUR);
    CU_ASSERT_EQUAL(time_of("7d"), 7 * SIM_DAY);
    CU_ASSERT_EQUAL(time_of("0ms"), 0);
}

static void test_times_in_every_number_form(void)
{
    CU_ASSERT_EQUAL(time_of("1.5s"), 1500 * SIM_MS);
    CU_ASSERT_EQUAL(time_of(".5s"), 500 * SIM_MS);
    CU_ASSERT_EQUAL(time_of("1e3us"), SIM_MS);
    CU_ASSERT_EQUAL(time_of("1E-3s"), SIM_MS);
    CU_ASSERT_EQUAL(time_of("  30 ms "), 30 * SIM_MS);
    CU_ASSERT_EQUAL(time_of("1.5ns"), 2);
    CU_ASSERT_EQUAL(time_of("0.1s"), 100 * SIM_MS);
}

static void test_times_reach_a_hundred_years(void)
{
    CU_ASSERT_EQUAL(time_of("36500d"), TIME_MAX);
    CU_ASSERT_EQUAL(time_of("876000h"), TIME_MAX);
    CU_ASSERT_EQUAL(time_of("36500.1d"), -1);
    CU_ASSERT_EQUAL(time_of("1e300s"), -1);
}

static void test_sizes_are_powers_of_1024(void)
{
    CU_ASSERT_EQUAL(size_of("512B"), 512);
    CU_ASSERT_EQUAL(size_of("4KB"), 4096);
    CU_ASSERT_EQUAL(size_of("512MB"), INT64_C(512) << 20);
    CU_ASSERT_EQUAL(size_of("1.5GB"), INT64_C(1536) << 20);
    CU_ASSERT_EQUAL(size_of("1000000TB"), UNIT_SIZE_MAX);
    CU_ASSERT_EQUAL(size_of("1000001TB"), -1);
}

static void test_rates_are_per_second(void)
{
    CU_ASSERT_EQUAL(rate_of("50/s"), 50);
    CU_ASSERT_EQUAL(rate_of("300/min"), 5);
    CU_ASSERT_EQUAL(rate_of("10/h"), 10.0 / 3600);
    CU_ASSERT_EQUAL(rate_of("1000/day"), 1000.0 / 86400);
    CU_ASSERT_EQUAL(rate_of("1000/d"), rate_of("1000/day"));
    CU_ASSERT_EQUAL(rate_of("0.25/s"), 0.25);
    CU_ASSERT_EQUAL(rate_of("1e3/s"), 1000);
    CU_ASSERT_EQUAL(rate_of("1e9/s"), 1e9);
    CU_ASSERT_EQUAL(rate_of("1.1e9/s"), -1);
}

static void test_shares_in_percent_or_plain(void)
{
    CU_ASSERT_EQUAL(share_of("0.5%"), 0.005);
    CU_ASSERT_EQUAL(share_of("0.5"), 0.5);
    CU_ASSERT_EQUAL(share_of("100%"), 1);
    CU_ASSERT_EQUAL(share_of("1"), 1);
    CU_ASSERT_EQUAL(share_of("101%"), -1);
    CU_ASSERT_EQUAL(share_of("2"), -1);
}

static void test_money_once_or_per_time(void)
{
    static const struct {
        const char *text;
        double usd;
        enum money_per per;
    } cases[] = {
        {"$250/month", 250, MONEY_PER_MONTH},
        {"$3/h", 3, MONEY_PER_HOUR},
        {"$0.2", 0.2, MONEY_ONCE},
        {"$1/day", 1, MONEY_PER_DAY},
        {"$1/d", 1, MONEY_PER_DAY},
        {"$1e12", 1e12, MONEY_ONCE},
    };
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        double usd = -1;
        enum money_per per = MONEY_ONCE;
        struct err err = {0};
        CU_ASSERT_TRUE(unit_read_money(cases[i].text, &usd, &per, &err));
        CU_ASSERT_EQUAL(usd, cases[i].usd);
        CU_ASSERT_EQUAL(per, cases[i].per);
    }
}

static void test_counts_are_whole_and_bounded(void)
{
    CU_ASSERT_EQUAL(count_of("0"), 0);
    CU_ASSERT_EQUAL(count_of("1e9"), 1000000000);
    CU_ASSERT_EQUAL(count_of("1.5"), -1);
    CU_ASSERT_EQUAL(count_of("1000000001"), -1);
    CU_ASSERT_EQUAL(count_of("-1"), -1);
    CU_ASSERT_EQUAL(count_of("5s"), -1);
}

static void test_numbers_may_be_negative(void)
{
    double number = 0;
    struct err err = {0};
    CU_ASSERT_TRUE(unit_read_number("-2.5e1", &number, &err));
    CU_ASSERT_EQUAL(number, -25);
    CU_ASSERT_TRUE(unit_read_number(" +3 ", &number, &err));
    CU_ASSERT_EQUAL(number, 3);
    CU_ASSERT_FALSE(unit_read_number("--3", &number, &err));
}

static void test_a_count_per_any_time(void)
{
    int64_t count = 0;
    sim_time per = 0;
    struct err err = {0};
    CU_ASSERT_TRUE(unit_read_count_per("1000/10s", &count, &per, &err));
    CU_ASSERT_EQUAL(count, 1000);
    CU_ASSERT_EQUAL(per, 10 * SIM_SECOND);
    CU_ASSERT_TRUE(unit_read_count_per("60/min", &count, &per, &err));
    CU_ASSERT_EQUAL(per, SIM_MINUTE);
    CU_ASSERT_FALSE(unit_read_count_per("1000/0s", &count, &per, &err));
    CU_ASSERT_FALSE(unit_read_count_per("1000", &count, &per, &(struct err){0}));
}

/* Each refusal names what was written and the way out. */
static void test_refusals_name_the_way_out(void)
{
    static const struct {
        const char *text, *what, *help;
    } cases[] = {
        {"30", "'30' has no unit", "write \"30ms\", \"30s\" or \"30min\""},
        {"30sec", "'30sec' has an unknown unit 'sec'", "did you mean \"30s\"?"},
        {"2 hours", "'2 hours' has an unknown unit 'hours'", "did you mean \"2h\"?"},
        {"5MS", "'5MS' has an unknown unit 'MS'", "did you mean \"5ms\"?"},
        {"5m", "'5m' has an unknown unit 'm'", "did you mean \"5min\" or \"5ms\"?"},
        {"-3s", "'-3s' is negative", "a time may not be below 0"},
        {"0x10s", "'0x10s' is hexadecimal", "write numbers in decimal"},
        {"40000d", "'40000d' is above the maximum of 36500d", "it may be at most 36500d"},
    };
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        sim_time ns = 77;
        struct err err = {0};
        CU_ASSERT_FALSE(unit_read_time(cases[i].text, &ns, &err));
        CU_ASSERT_EQUAL(ns, 77);
        CU_ASSERT_EQUAL(err.kind, ERR_USER);
        CU_ASSERT_STRING_EQUAL(err.what, cases[i].what);
        CU_ASSERT_STRING_EQUAL(err.help, cases[i].help);
    }
    int64_t bytes;
    struct err err = {0};
    CU_ASSERT_FALSE(unit_read_size("512mb", &bytes, &err));
    CU_ASSERT_STRING_EQUAL(err.help, "did you mean \"512MB\"?");
}

static void test_what_is_no_quantity_is_refused_by_all(void)
{
    static const char *const bad[] = {"",       " ",          "s",   "abc",   "inf",   "infs",
                                      "nan",    "-",          "+5s", ".",     ".s",    "e5s",
                                      "1e400s", "1..5s",      "5s5", "0x1p3", "1,000", "1_0s",
                                      "-inf",   "1e99999999", "\x80"};
    for (size_t i = 0; i < COUNTOF(bad); i++) {
        double number;
        int64_t whole;
        enum money_per per;
        CU_ASSERT_EQUAL(time_of(bad[i]), -1);
        CU_ASSERT_EQUAL(size_of(bad[i]), -1);
        CU_ASSERT_EQUAL(rate_of(bad[i]), -1);
        CU_ASSERT_EQUAL(share_of(bad[i]), -1);
        CU_ASSERT_EQUAL(count_of(bad[i]), -1);
        CU_ASSERT_FALSE(unit_read_number(bad[i], &number, &(struct err){0}));
        CU_ASSERT_FALSE(unit_read_money(bad[i], &number, &per, &(struct err){0}));
        CU_ASSERT_FALSE(unit_read_count_per(bad[i], &whole, &whole, &(struct err){0}));
    }
}

static void test_very_long_input_is_refused(void)
{
    char text[5000];
    memset(text, '9', sizeof text);
    memcpy(text + sizeof text - 2, "s", 2);
    CU_ASSERT_EQUAL(time_of(text), -1);
    memset(text + 1, 'x', sizeof text - 2);
    CU_ASSERT_EQUAL(time_of(text), -1);
}

static void test_times_are_shown_to_three_digits(void)
{
    static const struct {
        double ns;
        const char *text;
    } cases[] = {
        {0, "0"},
        {1, "1ns"},
        {250e3, "250us"},
        {999.7e3, "1ms"},
        {27.6e6, "27.6ms"},
        {133.4e6, "133ms"},
        {0.77e9, "0.77s"},
        {3e9, "3s"},
        {90e9, "90s"},
        {600e9, "10min"},
        {186e9, "3.1min"},
        {7.1 * 3600e9, "7.1h"},
        {7 * 86400e9, "7d"},
        {-27.6e6, "-27.6ms"},
        {INFINITY, "inf"},
        {NAN, "-"},
    };
    char buf[UNIT_TEXT_MAX];
    for (size_t i = 0; i < COUNTOF(cases); i++)
        CU_ASSERT_STRING_EQUAL(unit_show_time(buf, cases[i].ns), cases[i].text);
}

static void test_other_quantities_are_shown_readably(void)
{
    char buf[UNIT_TEXT_MAX];
    CU_ASSERT_STRING_EQUAL(unit_show_size(buf, 512 * 0x1p20), "512MB");
    CU_ASSERT_STRING_EQUAL(unit_show_size(buf, 1769 * 0x1p20), "1769MB");
    CU_ASSERT_STRING_EQUAL(unit_show_size(buf, 1536 * 0x1p20), "1.5GB");
    CU_ASSERT_STRING_EQUAL(unit_show_size(buf, 0), "0B");
    CU_ASSERT_STRING_EQUAL(unit_show_count(buf, 180387), "180 387");
    CU_ASSERT_STRING_EQUAL(unit_show_count(buf, 999), "999");
    CU_ASSERT_STRING_EQUAL(unit_show_count(buf, -1234567), "-1 234 567");
    CU_ASSERT_STRING_EQUAL(unit_show_money(buf, 187.95), "$187.95");
    CU_ASSERT_STRING_EQUAL(unit_show_money(buf, 1250), "$1 250.00");
    CU_ASSERT_STRING_EQUAL(unit_show_money(buf, -14.63), "-$14.63");
    CU_ASSERT_STRING_EQUAL(unit_show_money(buf, 2e-7), "$0.00000020");
    CU_ASSERT_STRING_EQUAL(unit_show_share(buf, 0.001), "0.10%");
    CU_ASSERT_STRING_EQUAL(unit_show_share(buf, 0), "0.00%");
    CU_ASSERT_STRING_EQUAL(unit_show_share(buf, 2.0 / 180387), "0.001%");
    CU_ASSERT_STRING_EQUAL(unit_show_share(buf, 1), "100%");
    CU_ASSERT_STRING_EQUAL(unit_show_rate(buf, 50), "50.0/s");
    CU_ASSERT_STRING_EQUAL(unit_show_rate(buf, 10000), "10 000/s");
    CU_ASSERT_STRING_EQUAL(unit_show_number(buf, 0.12345), "0.123");
    CU_ASSERT_STRING_EQUAL(unit_show_number(buf, 123456), "123456");
}

static void test_nothing_shown_overruns_its_buffer(void)
{
    static const double values[] = {1e308, -1e308, 5e-324, 1e15, 9.99e14, INFINITY, -INFINITY, NAN};
    char *(*const shows[])(char buf[UNIT_TEXT_MAX], double) = {
        unit_show_time, unit_show_size,  unit_show_count, unit_show_number,
        unit_show_rate, unit_show_share, unit_show_money, unit_exact};
    char buf[UNIT_TEXT_MAX];
    for (size_t s = 0; s < COUNTOF(shows); s++)
        for (size_t v = 0; v < COUNTOF(values); v++)
            CU_ASSERT_TRUE(strlen(shows[s](buf, values[v])) < UNIT_TEXT_MAX);
}

static void test_exact_text_reads_back(void)
{
    char buf[UNIT_TEXT_MAX];
    CU_ASSERT_STRING_EQUAL(unit_exact(buf, 0.1), "0.1");
    CU_ASSERT_STRING_EQUAL(unit_exact(buf, 1e-9), "1e-09");
    CU_ASSERT_STRING_EQUAL(unit_exact(buf, 5e-324), "5e-324");
    CU_ASSERT_STRING_EQUAL(unit_exact(buf, 1.0 / 3), "0.3333333333333333");
    struct test_rng rng = {.state = 1};
    for (int i = 0; i < 20000; i++) {
        double number = ldexp((double)test_rng_below(&rng, INT64_C(1) << 31) / 7,
                              (int)test_rng_below(&rng, 1900) - 950);
        CU_ASSERT_EQUAL(strtod(unit_exact(buf, number), NULL), number);
    }
}

/* Property: every whole number of every unit means that many of it. */
static void test_agrees_with_multiplication(void)
{
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {{"ns", 1},           {"us", SIM_US},  {"ms", SIM_MS}, {"s", SIM_SECOND},
                 {"min", SIM_MINUTE}, {"h", SIM_HOUR}, {"d", SIM_DAY}};
    struct test_rng rng = {.state = 2};
    for (int i = 0; i < 5000; i++) {
        size_t u = (size_t)test_rng_below(&rng, COUNTOF(units));
        int64_t n = test_rng_below(&rng, 30000);
        char text[40];
        (void)snprintf(text, sizeof text, "%lld%s", (long long)n, units[u].name);
        CU_ASSERT_EQUAL(time_of(text), n * units[u].ns);
    }
}

/* Property: whatever is typed, readers answer within their bounds or explain themselves. */
static void test_any_text_is_in_bounds_or_explained(void)
{
    static const char alphabet[] = "0123456789..eE+-$%/ \tnusmihdayBKMGTx,\x80\xC2\xB5\x1B";
    struct test_rng rng = {.state = 5};
    for (int i = 0; i < 200000; i++) {
        char text[24];
        size_t length = (size_t)test_rng_below(&rng, 12);
        for (size_t j = 0; j < length; j++)
            text[j] = alphabet[test_rng_below(&rng, sizeof alphabet - 1)];
        text[length] = '\0';
        sim_time ns = 0;
        int64_t whole = 0;
        double number = 0;
        enum money_per per;
        struct err err = {0};
        if (!unit_read_time(text, &ns, &err))
            CU_ASSERT_TRUE(err.kind == ERR_USER && err.what[0] != '\0' && err.help[0] != '\0');
        CU_ASSERT_TRUE(ns >= 0 && ns <= TIME_MAX);
        if (unit_read_size(text, &whole, &(struct err){0}))
            CU_ASSERT_TRUE(whole >= 0 && whole <= UNIT_SIZE_MAX);
        if (unit_read_rate(text, &number, &(struct err){0}))
            CU_ASSERT_TRUE(number >= 0 && number <= UNIT_RATE_MAX);
        if (unit_read_money(text, &number, &per, &(struct err){0}))
            CU_ASSERT_TRUE(number >= 0 && number <= UNIT_MONEY_MAX);
        if (unit_read_number(text, &number, &(struct err){0}))
            CU_ASSERT_TRUE(isfinite(number));
    }
}

CU_TestInfo suite_unit[] = {
    TEST(test_times_in_every_unit),
    TEST(test_times_in_every_number_form),
    TEST(test_times_reach_a_hundred_years),
    TEST(test_sizes_are_powers_of_1024),
    TEST(test_rates_are_per_second),
    TEST(test_shares_in_percent_or_plain),
    TEST(test_money_once_or_per_time),
    TEST(test_counts_are_whole_and_bounded),
    TEST(test_numbers_may_be_negative),
    TEST(test_a_count_per_any_time),
    TEST(test_refusals_name_the_way_out),
    TEST(test_what_is_no_quantity_is_refused_by_all),
    TEST(test_very_long_input_is_refused),
    TEST(test_times_are_shown_to_three_digits),
    TEST(test_other_quantities_are_shown_readably),
    TEST(test_nothing_shown_overruns_its_buffer),
    TEST(test_exact_text_reads_back),
    TEST(test_agrees_with_multiplication),
    TEST(test_any_text_is_in_bounds_or_explained),
    CU_TEST_INFO_NULL,
};
