/* test_axis.c - ticks where people look for them, and values as they read. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart/axis.h"
#include "core/text.h"
#include "tests/suite.h"

/* The texts of the ticks of an axis, joined by spaces. */
static void check_ticks(struct plot_axis axis, int most, const char *expected)
{
    struct plot_ticks ticks;
    struct text all = {0};
    plot_ticks(&ticks, &axis, most);
    for (int i = 0; i < ticks.count; i++)
        text_addf(&all, "%s%s", i > 0 ? " | " : "", ticks.text[i]);
    CU_ASSERT_STRING_EQUAL(all.data == NULL ? "" : all.data, expected);
    if (all.data != NULL && strcmp(all.data, expected) != 0)
        printf("\n  is %s, not %s\n", all.data, expected);
    text_free(&all);
}

static void test_value_axes_have_few_round_ticks(void)
{
    check_ticks(plot_axis_over(PLOT_COUNT, 3, 812, false), 5, "0 | 200 | 400 | 600 | 800");
    check_ticks(plot_axis_over(PLOT_COUNT, 0, 1.2e6, false), 5, "0 | 500k | 1M");
    check_ticks(plot_axis_over(PLOT_USD, 0, 12, false), 5, "$0 | $5 | $10");
    check_ticks(plot_axis_over(PLOT_USD, 0, 0.31, false), 5, "$0 | $0.10 | $0.20 | $0.30");
    check_ticks(plot_axis_over(PLOT_SHARE, 0, 0.034, false), 5, "0 % | 1 % | 2 % | 3 %");
    check_ticks(plot_axis_over(PLOT_COUNT, -35, 80, false), 5, "-50 | 0 | 50 | 100");
    check_ticks(plot_axis_over(PLOT_COUNT, (double)NAN, (double)NAN, false), 5, "0 | 0.5 | 1");
}

static void test_logarithmic_axes_step_by_1_3_10(void)
{
    check_ticks(plot_axis_over(PLOT_MS, 14, 2100, true), 6, "10 | 30 | 100 | 300 | 1 s | 3 s");
    check_ticks(plot_axis_over(PLOT_MS, 0.4, 99000, true), 6, "1 | 10 | 100 | 1 s | 10 s | 100 s");
    check_ticks(plot_axis_over(PLOT_MS, 50, 50, true), 6, "30 | 100 | 300");
    check_ticks(plot_axis_over(PLOT_COUNT, 1, 1e9, true), 6, "1 | 100 | 10k | 1M | 100M");
}

/* Whatever the range: at most five, ascending, inside, and the axis holds the values. */
static void test_ticks_stay_few_and_inside(void)
{
    struct test_rng rng = {.state = 5};
    for (int round = 0; round < 4000; round++) {
        double scale = pow(10, (double)test_rng_below(&rng, 16) - 4);
        double high = (double)(1 + test_rng_below(&rng, 9999)) * scale;
        bool negative = round % 3 == 0, log = round % 2 == 0 && !negative;
        double low = high * (double)test_rng_below(&rng, 1000) / (negative ? -1000 : 1000);
        int most = log ? PLOT_TICKS_LOG : PLOT_TICKS_LINEAR;
        struct plot_axis axis = plot_axis_over(PLOT_COUNT, low, high, log);
        struct plot_ticks ticks;
        plot_ticks(&ticks, &axis, most);
        CU_ASSERT_TRUE(ticks.count >= 2 && ticks.count <= most);
        CU_ASSERT_TRUE(plot_axis_place(&axis, high) <= 1 + 1e-9);
        CU_ASSERT_TRUE(plot_axis_place(&axis, log && low <= 0 ? high : low) >= -1e-9);
        if (!log || high > 10 * low) /* and does not waste the room */
            CU_ASSERT_TRUE(plot_axis_place(&axis, high) > 0.3);
        for (int i = 0; i < ticks.count; i++) {
            double place = plot_axis_place(&axis, ticks.at[i]);
            CU_ASSERT_TRUE(place > -1e-6 && place < 1 + 1e-6);
            CU_ASSERT_TRUE(i == 0 || ticks.at[i] > ticks.at[i - 1]);
        }
    }
}

static void test_places_and_values_are_inverse(void)
{
    struct plot_axis axes[] = {{PLOT_MS, 10, 3000, true}, {PLOT_COUNT, -50, 200, false}};
    for (size_t i = 0; i < COUNTOF(axes); i++)
        for (double place = 0; place <= 1; place += 0.05)
            CU_ASSERT_DOUBLE_EQUAL(plot_axis_place(&axes[i], plot_axis_value(&axes[i], place)),
                                   place, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(plot_axis_value(&axes[0], 1), 3000, 1e-9);
    CU_ASSERT_TRUE(plot_axis_place(&axes[0], 0) < -1);
    CU_ASSERT_TRUE(isnan(plot_axis_place(&axes[0], (double)NAN)));
}

static void test_time_axes_read_as_clocks(void)
{
    check_ticks((struct plot_axis){PLOT_CLOCK, 0, 600, false}, 6,
                "0:00 | 2:00 | 4:00 | 6:00 | 8:00 | 10:00");
    check_ticks((struct plot_axis){PLOT_CLOCK, 0, 86400, false}, 6,
                "00:00 | 06:00 | 12:00 | 18:00 | 24:00");
    check_ticks((struct plot_axis){PLOT_CLOCK, 0, 2 * 86400, false}, 6,
                "00:00 | 12:00 | 1d | 12:00 | 2d");
    check_ticks((struct plot_axis){PLOT_CLOCK, 0, 7 * 86400, false}, 8,
                "0d | 1d | 2d | 3d | 4d | 5d | 6d | 7d");
    check_ticks((struct plot_axis){PLOT_CLOCK, 3.2 * 86400, 3.8 * 86400, false}, 4,
                "3d 06:00 | 12:00 | 18:00");
    check_ticks((struct plot_axis){PLOT_CLOCK, 0, 5400, false}, 4, "00:00 | 00:30 | 01:00 | 01:30");
    check_ticks((struct plot_axis){PLOT_CLOCK, 5000, 5040, false}, 5,
                "1:23:20 | 1:23:30 | 1:23:40 | 1:23:50 | 1:24:00");
    check_ticks((struct plot_axis){PLOT_CLOCK, 1.9, 2.41, false}, 6,
                "0:01.9 | 0:02.0 | 0:02.1 | 0:02.2 | 0:02.3 | 0:02.4");
    check_ticks((struct plot_axis){PLOT_CLOCK, 0, 31 * 86400, false}, 7,
                "0d | 5d | 10d | 15d | 20d | 25d | 30d");
}

static void test_values_read_as_people_say_them(void)
{
    static const struct {
        enum plot_unit unit;
        double value;
        const char *show, *say;
    } cases[] = {
        {PLOT_MS, 307.4, "307", "307 ms"},
        {PLOT_MS, 1900, "1.9 s", "1.9 s"},
        {PLOT_MS, 0.125, "0.125", "0.125 ms"},
        {PLOT_SECOND, 0.02, "20 ms", "20 ms"},
        {PLOT_SECOND, 200, "3.33 min", "3.33 min"},
        {PLOT_COUNT, 1250, "1 250", "1 250"},
        {PLOT_COUNT, 12431, "12.4k", "12.4k"},
        {PLOT_RATE, 50, "50", "50/s"},
        {PLOT_SHARE, 0.0321, "3.21 %", "3.21 %"},
        {PLOT_USD, 415.08, "$415.08", "$415.08"},
        {PLOT_USD, 98712, "$98.7k", "$98.7k"},
        {PLOT_USD, 0.0004, "$0.00040", "$0.00040"},
        {PLOT_USD, -3.5, "-$3.50", "-$3.50"},
        {PLOT_BYTE, 1769.0 * 1048576, "1769 MB", "1769 MB"},
        {PLOT_CLOCK, 65, "1:05", "1:05"},
        {PLOT_CLOCK, 90000, "1d 1:00:00", "1d 1:00:00"},
        {PLOT_COUNT, (double)NAN, "\u2013", "\u2013"},
        {PLOT_COUNT, 0, "0", "0"},
    };
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        char buf[PLOT_TEXT];
        CU_ASSERT_STRING_EQUAL(plot_show(buf, cases[i].unit, cases[i].value), cases[i].show);
        if (strcmp(buf, cases[i].show) != 0)
            printf("\n  is %s, not %s\n", buf, cases[i].show);
        CU_ASSERT_STRING_EQUAL(plot_say(buf, cases[i].unit, cases[i].value), cases[i].say);
    }
}

CU_TestInfo suite_axis[] = {
    TEST(test_value_axes_have_few_round_ticks),
    TEST(test_logarithmic_axes_step_by_1_3_10),
    TEST(test_ticks_stay_few_and_inside),
    TEST(test_places_and_values_are_inverse),
    TEST(test_time_axes_read_as_clocks),
    TEST(test_values_read_as_people_say_them),
    CU_TEST_INFO_NULL,
};
