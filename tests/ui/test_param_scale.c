/* test_param_scale.c - sliders: what a parameter's value means, which values a slider reaches, how they are written. */
#include "ui/param_scale.h"

#include <math.h>
#include <string.h>

#include "tests/suite.h"

static bool make(struct param_scale *scale, const char *value, double min, double max)
{
    struct record_param param = {
        .name = "p", .value = value, .fallback = value, .min = min, .max = max};
    return param_scale_make(scale, &param);
}

static const char *write(const struct param_scale *scale, double share)
{
    static char text[PARAM_TEXT_MAX];
    param_scale_write(scale, share, text);
    return text;
}

static void test_the_unit_tells_what_a_value_is(void)
{
    static const struct {
        const char *value;
        enum param_unit unit;
        double number;
    } cases[] = {
        {"512MB", UNIT_SIZE, 512.0 * 1024 * 1024},
        {"50/s", UNIT_RATE, 50},
        {"86400/day", UNIT_RATE, 1},
        {"250ms", UNIT_TIME, 250e6},
        {"0.5%", UNIT_SHARE, 0.005},
        {"40", UNIT_WHOLE, 40},
        {"0.25", UNIT_PLAIN, 0.25},
        {"$20/month", UNIT_MONEY, 20},
    };
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        struct param_scale scale;
        CU_ASSERT_TRUE_FATAL(make(&scale, cases[i].value, NAN, NAN));
        CU_ASSERT_EQUAL(scale.unit, cases[i].unit);
        CU_ASSERT_DOUBLE_EQUAL(param_scale_number(&scale, cases[i].value), cases[i].number, 1e-9);
    }
}

static void test_what_has_no_number_has_no_scale(void)
{
    struct param_scale scale;
    CU_ASSERT_FALSE(make(&scale, "none", NAN, NAN));
    CU_ASSERT_FALSE(make(&scale, "true", NAN, NAN));
}

static void test_the_ends_are_the_bounds(void)
{
    struct param_scale scale;
    CU_ASSERT_TRUE_FATAL(make(&scale, "10/s", 0.1, 280));
    CU_ASSERT_STRING_EQUAL(write(&scale, 0), "0.1/s");
    CU_ASSERT_STRING_EQUAL(write(&scale, 1), "280/s");
    CU_ASSERT_TRUE(scale.log);
    CU_ASSERT_TRUE_FATAL(make(&scale, "5", 1, 10));
    CU_ASSERT_FALSE(scale.log);
    CU_ASSERT_STRING_EQUAL(write(&scale, 0.5), "6");
}

static void test_memory_reaches_what_functions_may_have(void)
{
    struct param_scale scale;
    CU_ASSERT_TRUE_FATAL(make(&scale, "512MB", NAN, NAN));
    CU_ASSERT_STRING_EQUAL(write(&scale, 0), "128MB");
    CU_ASSERT_STRING_EQUAL(write(&scale, 1), "10240MB");
}

/* Every place of every slider writes a value that reads back as itself, within the bounds, and the place of what was written is near. */
static void test_what_is_written_can_be_typed(void)
{
    static const struct {
        const char *value;
        double min, max;
    } cases[] = {
        {"512MB", NAN, NAN},
        {"50/s", NAN, NAN},
        {"5000000/day", NAN, NAN},
        {"300s", NAN, NAN},
        {"100ms", 21e6, 10e9},
        {"2.5%", NAN, NAN},
        {"0", 0, 500},
        {"1", 0.001, 1000},
        {"6min", NAN, NAN},
        {"$200/month", NAN, NAN},
        {"1000", 1, 1e6},
        {"24", 2.4, 24},
        {"7d", 86400e9, 31 * 86400e9},
    };
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        struct param_scale scale;
        CU_ASSERT_TRUE_FATAL(make(&scale, cases[i].value, cases[i].min, cases[i].max));
        double before = -INFINITY;
        for (int step = 0; step <= 200; step++) {
            double share = step / 200.0, number = param_scale_number(&scale, write(&scale, share));
            CU_ASSERT_TRUE_FATAL(!isnan(number));
            CU_ASSERT_TRUE_FATAL(number >= scale.low && number <= scale.high);
            CU_ASSERT_TRUE_FATAL(number >= before);
            before = number;
            double place = param_scale_share(&scale, number);
            CU_ASSERT_TRUE(fabs(place - share) < 0.12);
        }
    }
}

static void test_an_arrow_always_moves_a_whole_number(void)
{
    struct param_scale scale;
    CU_ASSERT_TRUE_FATAL(make(&scale, "40", 2, 1000));
    double share = 0;
    char before[PARAM_TEXT_MAX] = "2";
    for (int i = 0; i < 50; i++) {
        share = param_scale_nudge(&scale, share, share + 0.0001);
        CU_ASSERT_STRING_NOT_EQUAL_FATAL(write(&scale, share), before);
        memcpy(before, write(&scale, share), sizeof before);
    }
}

static void test_typing_may_leave_the_unit_out(void)
{
    static const struct {
        const char *file, *typed, *value;
    } cases[] = {
        {"512MB", "700", "700MB"}, {"512MB", "1GB", "1GB"}, {"50/day", "70", "70/day"},
        {"30ms", "45", "45ms"},    {"1%", "5", "5%"},       {"$20/month", "30", "$30/month"},
        {"40", "41", "41"},
    };
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        struct param_scale scale;
        char value[PARAM_TEXT_MAX];
        CU_ASSERT_TRUE_FATAL(make(&scale, cases[i].file, NAN, NAN));
        param_scale_typed(&scale, cases[i].typed, value);
        CU_ASSERT_STRING_EQUAL(value, cases[i].value);
    }
}

CU_TestInfo suite_param_scale[] = {
    TEST(test_the_unit_tells_what_a_value_is), TEST(test_what_has_no_number_has_no_scale),
    TEST(test_the_ends_are_the_bounds),        TEST(test_memory_reaches_what_functions_may_have),
    TEST(test_what_is_written_can_be_typed),   TEST(test_an_arrow_always_moves_a_whole_number),
    TEST(test_typing_may_leave_the_unit_out),  CU_TEST_INFO_NULL,
};
