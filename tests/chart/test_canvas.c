/* test_canvas.c - text that fits, shapes of health, the scale of heat, and what the recorder writes. */
#include <math.h>
#include <string.h>

#include "chart/fixed.h"
#include "chart/font_widths.h"
#include "chart/recorder.h"
#include "chart/theme.h"
#include "core/text.h"
#include "tests/chart/golden.h"
#include "tests/suite.h"

/* Inter: "0" is 648/1000 em with tabular figures, as is "1"; JetBrains Mono is 600 throughout. */
static void test_widths_are_those_of_the_fonts(void)
{
    CU_ASSERT_DOUBLE_EQUAL(font_width(TYPE_SMALL, "0"), 11 * 0.648, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(font_width(TYPE_SMALL, "1"), 11 * 0.648, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(font_width(TYPE_MONO, "iW0"), 3 * 12.5 * 0.6, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(font_width(TYPE_BODY, "A\u2192"), 12.5 * (0.676 + 0.955), 1e-9);
    CU_ASSERT_TRUE(font_width(TYPE_STRONG, "Latency") > font_width(TYPE_BODY, "Latency"));
    CU_ASSERT_DOUBLE_EQUAL(font_width(TYPE_BODY, "\u6771"), 12.5, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(font_width(TYPE_BODY, "\xff"), 12.5 * 0.6, 1e-9);
}

static void test_text_that_fits_is_left_alone(void)
{
    struct recorder recorder;
    char out[256];
    recorder_init(&recorder, 1);
    double whole = canvas_measure(&recorder.canvas, TYPE_BODY, "orders");
    CU_ASSERT_DOUBLE_EQUAL(canvas_fit(&recorder.canvas, TYPE_BODY, "orders", whole, out), whole,
                           1e-9);
    CU_ASSERT_STRING_EQUAL(out, "orders");
    recorder_free(&recorder);
}

static void test_text_that_does_not_fit_ends_in_an_ellipsis_and_whole_characters(void)
{
    const char *name = "b\u00fcr\u00f6 \u6771\u4eac queue";
    struct recorder recorder;
    char out[256];
    recorder_init(&recorder, 1.5);
    double full = canvas_measure(&recorder.canvas, TYPE_BODY, name);
    for (double width = 0; width < full; width += 0.5) {
        double taken = canvas_fit(&recorder.canvas, TYPE_BODY, name, width, out);
        CU_ASSERT_TRUE(taken <= width);
        CU_ASSERT_TRUE(text_is_utf8(out, strlen(out)));
        size_t length = strlen(out);
        CU_ASSERT_TRUE(length == 0 || strcmp(out + length - 3, "\u2026") == 0);
    }
    recorder_free(&recorder);
}

static void test_fitting_keeps_as_much_as_it_can(void)
{
    struct recorder recorder;
    char out[256], longer[600];
    recorder_init(&recorder, 1);
    double width = canvas_measure(&recorder.canvas, TYPE_BODY, "check\u2026");
    (void)canvas_fit(&recorder.canvas, TYPE_BODY, "checkout", width, out);
    CU_ASSERT_STRING_EQUAL(out, "check\u2026");
    memset(longer, 'i', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    (void)canvas_fit(&recorder.canvas, TYPE_BODY, longer, 1e6, out);
    CU_ASSERT_TRUE(strlen(out) < 256 && strlen(out) > 240);
    recorder_free(&recorder);
}

static void test_a_count_of_one_is_seen_and_the_most_is_the_last_colour(void)
{
    const struct theme *const themes[] = {&theme_dark, &theme_light};
    for (size_t i = 0; i < COUNTOF(themes); i++) {
        const struct theme *theme = themes[i];
        struct colour one = theme_heat(theme, 1, 1e6), most = theme_heat(theme, 1e6, 1e6);
        struct colour last = theme->heat[THEME_HEAT_STOPS - 1];
        CU_ASSERT_EQUAL(theme_heat(theme, 0, 1e6).a, 0);
        CU_ASSERT_TRUE(one.a == 255 && memcmp(&one, &theme->heat[1], sizeof one) == 0);
        CU_ASSERT_TRUE(memcmp(&most, &last, sizeof most) == 0);
        CU_ASSERT_TRUE(memcmp(&most, &one, sizeof most) != 0);
    }
}

static void test_heat_is_logarithmic(void)
{
    /* Steps from 1 to 10 and from 1,000 to 10,000 are as far apart on the scale. */
    int levels[5];
    for (int decade = 0; decade < 5; decade++) {
        struct colour colour = theme_heat(&theme_dark, pow(10, decade), 1e4);
        levels[decade] = -1;
        for (int level = 0; level < THEME_HEAT_LEVELS; level++) {
            struct colour at = theme_heat_level(&theme_dark, level);
            if (memcmp(&at, &colour, sizeof at) == 0)
                levels[decade] = level;
        }
    }
    CU_ASSERT_EQUAL(levels[0], 0);
    CU_ASSERT_EQUAL(levels[4], THEME_HEAT_LEVELS - 1);
    for (int decade = 0; decade < 4; decade++)
        CU_ASSERT_TRUE(fabs(levels[decade + 1] - levels[decade] - 7.75) < 1);
}

static void test_themes_are_found_by_name(void)
{
    CU_ASSERT_PTR_EQUAL(theme_find("dark"), &theme_dark);
    CU_ASSERT_PTR_EQUAL(theme_find("light"), &theme_light);
    CU_ASSERT_PTR_NULL(theme_find("blue"));
}

static void test_coordinates_are_short_and_plain(void)
{
    static const struct {
        double value;
        int decimals;
        const char *text;
    } cases[] = {{0, 1, "0"},
                 {-0.04, 1, "0"},
                 {12.5, 1, "12.5"},
                 {12.04, 1, "12"},
                 {-3.26, 1, "-3.3"},
                 {0.05, 2, "0.05"},
                 {1234567.891, 3, "1234567.891"},
                 {-0.5, 1, "-0.5"},
                 {99.999, 2, "100"},
                 {7.102, 3, "7.102"},
                 {5, 0, "5"}};
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        struct text out = {0};
        fixed_add(&out, cases[i].value, cases[i].decimals);
        CU_ASSERT_STRING_EQUAL(out.data, cases[i].text);
        text_free(&out);
    }
}

/* Every call once, health in all its shapes. */
static void test_the_recorder_writes_every_call(void)
{
    struct recorder recorder;
    struct canvas *canvas = &recorder.canvas;
    struct stroke thin = {theme_dark.grid, 1, DASH_DOTTED};
    struct point points[] = {{0, 10}, {1.26, 12.5}, {NAN, NAN}, {3, -4}};
    double x[] = {0, 10}, tops[] = {5, 6}, bottoms[] = {20, NAN};
    struct colour grid[] = {{1, 2, 3, 255}, {1, 2, 3, 255}, {0, 0, 0, 0},
                            {0, 0, 9, 0},   {1, 2, 3, 255}, {4, 5, 6, 128}};
    recorder_init(&recorder, 1);
    canvas->ops->begin_group(canvas, "Everything");
    canvas_push_clip(canvas, (struct rect){0, 0, 300, 200});
    canvas_fill(canvas, (struct rect){0.04, 0.06, 300, 200}, 6, theme_dark.panel);
    canvas_frame(canvas, (struct rect){0, 0, 300, 200}, 0, thin);
    canvas_line(canvas, 1, 2, 3, 4, (struct stroke){theme_dark.accent, 1.5, DASH_DASHED});
    canvas->ops->polyline(canvas, points, 4, (struct stroke){theme_dark.p99, 2, DASH_SOLID});
    canvas->ops->area(canvas, x, tops, bottoms, 2, colour_fade(theme_dark.accent, 0.2));
    canvas->ops->curve(canvas, (struct point[4]){{0, 0}, {1, 0}, {2, 5}, {3, 5}}, thin);
    canvas->ops->ring(canvas, (struct point){5, 6}, 4, thin);
    canvas->ops->cells(canvas, (struct rect){0, 0, 30, 20}, 3, 2, grid);
    canvas_text(canvas, 10, 20, ALIGN_RIGHT, TYPE_SMALL, theme_dark.muted, "300");
    canvas_text(canvas, 10, 20, ALIGN_LEFT, TYPE_SMALL, theme_dark.muted, "");
    canvas_textf(canvas, 10, 20, ALIGN_MIDDLE, TYPE_TITLE, theme_dark.strong, "p%d %s", 99,
                 "\u2026");
    for (int health = HEALTH_OK; health <= HEALTH_THROTTLE; health++)
        canvas_health(canvas, 20, 20, 10, (enum health)health);
    canvas_pop_clip(canvas);
    canvas->ops->end_group(canvas);
    golden_check("calls.txt", recorder.text.data);
    recorder_free(&recorder);
}

CU_TestInfo suite_canvas[] = {
    TEST(test_widths_are_those_of_the_fonts),
    TEST(test_text_that_fits_is_left_alone),
    TEST(test_text_that_does_not_fit_ends_in_an_ellipsis_and_whole_characters),
    TEST(test_fitting_keeps_as_much_as_it_can),
    TEST(test_a_count_of_one_is_seen_and_the_most_is_the_last_colour),
    TEST(test_heat_is_logarithmic),
    TEST(test_themes_are_found_by_name),
    TEST(test_coordinates_are_short_and_plain),
    TEST(test_the_recorder_writes_every_call),
    CU_TEST_INFO_NULL,
};
