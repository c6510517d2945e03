/* test_fonts.c - what is measured is what is drawn. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/suite.h"
#include "ui/raster.h"

static struct fonts *open_fonts(void)
{
    struct err err = {0};
    struct fonts *fonts = fonts_new(&err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fonts);
    return fonts;
}

/* But for what nobody sees: the 4 of Inter Semi Bold is 0.2 % narrower than its neighbours. */
static void test_figures_are_of_one_width(void)
{
    struct fonts *fonts = open_fonts();
    for (int style = 0; style < TYPE_STYLES; style++)
        for (char digit[] = "1"; digit[0] <= '9'; digit[0]++)
            CU_ASSERT_DOUBLE_EQUAL(fonts_measure(fonts, (enum type_style)style, 1, digit),
                                   fonts_measure(fonts, (enum type_style)style, 1, "0"), 0.03);
    fonts_free(fonts);
}

static void test_width_grows_with_the_text_scale_and_nothing_else(void)
{
    struct fonts *fonts = open_fonts();
    double width = fonts_measure(fonts, TYPE_BODY, 1, "Where time goes");
    CU_ASSERT_TRUE(width > 80 && width < 110);
    CU_ASSERT_DOUBLE_EQUAL(fonts_measure(fonts, TYPE_BODY, 2, "Where time goes"), 2 * width, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(fonts_measure(fonts, TYPE_BODY, 0.8, "Where time goes"), 0.8 * width,
                           1e-9);
    CU_ASSERT_EQUAL(fonts_measure(fonts, TYPE_BODY, 1, ""), 0);
    fonts_free(fonts);
}

/* Ink of a line drawn at `scale`: its leftmost and rightmost pixel, in pixels at 100 %. */
static void ink(struct fonts *fonts, double scale, enum align align, const char *text, double *left,
                double *right)
{
    struct pixels pixels = pixels_new((int)(400 * scale), (int)(40 * scale), scale);
    struct raster *raster = raster_new(fonts);
    struct canvas *canvas = raster_begin(raster, &pixels, NULL, 1);
    canvas_text(canvas, 200, 25, align, TYPE_TITLE, COLOUR(0xFFFFFF), text);
    *left = 400, *right = 0;
    for (int y = 0; y < pixels.height; y++)
        for (int x = 0; x < pixels.width; x++)
            if (pixels.data[y * pixels.stride + x] >> 24 > 128) {
                *left = fmin(*left, x / scale);
                *right = fmax(*right, (x + 1) / scale);
            }
    raster_free(raster);
    pixels_free(&pixels);
}

static void test_what_is_measured_is_what_is_drawn(void)
{
    struct fonts *fonts = open_fonts();
    const char *text = "HIH Latency HIH";
    double width = fonts_measure(fonts, TYPE_TITLE, 1, text), left, right;
    for (double scale = 1; scale <= 2; scale += 0.5) {
        ink(fonts, scale, ALIGN_LEFT, text, &left, &right);
        CU_ASSERT_DOUBLE_EQUAL(left, 200 + 1.5, 1.5); /* an H stands a little away from its edge */
        CU_ASSERT_DOUBLE_EQUAL(right, 200 + width - 1.5, 1.5);
        ink(fonts, scale, ALIGN_RIGHT, text, &left, &right);
        CU_ASSERT_DOUBLE_EQUAL(right, 200 - 1.5, 1.5);
        ink(fonts, scale, ALIGN_MIDDLE, text, &left, &right);
        CU_ASSERT_DOUBLE_EQUAL((left + right) / 2, 200, 1);
    }
    fonts_free(fonts);
}

static void test_other_scripts_find_a_face(void)
{
    struct fonts *fonts = open_fonts();
    const char *text = "p99 \u2713 \u0e40";
    struct font_line line = fonts_shape(fonts, TYPE_BODY, text);
    CU_ASSERT_TRUE(line.count >= 6);
    CU_ASSERT_EQUAL(line.glyphs[0].face, 0);
    CU_ASSERT_NOT_EQUAL(line.glyphs[4].glyph, 0);
    double last = -1;
    for (int i = 0; i < line.count; i++) {
        CU_ASSERT_TRUE(line.glyphs[i].x >= last);
        last = line.glyphs[i].x;
    }
    fonts_free(fonts);
}

static void test_broken_text_is_survived(void)
{
    struct fonts *fonts = open_fonts();
    char line[6000];
    CU_ASSERT_TRUE(fonts_measure(fonts, TYPE_BODY, 1, "a\xff\xfe\xc3") > 0);
    CU_ASSERT_TRUE(fonts_measure(fonts, TYPE_BODY, 1, "\xf0\x9f") > 0);
    memset(line, 'm', sizeof line);
    line[sizeof line - 1] = '\0';
    CU_ASSERT_TRUE(fonts_measure(fonts, TYPE_BODY, 1, line) > 1000);
    fonts_free(fonts);
}

/* More lines and sizes than the stores hold: they are emptied, and answers stay the same. */
static void test_stores_are_bounded(void)
{
    struct fonts *fonts = open_fonts();
    double width = fonts_measure(fonts, TYPE_MONO, 1, "12345");
    for (int i = 0; i < 5000; i++) {
        char text[32];
        (void)snprintf(text, sizeof text, "%05d", i);
        CU_ASSERT_DOUBLE_EQUAL(fonts_measure(fonts, TYPE_MONO, 1, text), width, 1e-9);
    }
    struct font_glyph glyph = fonts_shape(fonts, TYPE_FIGURE, "8").glyphs[0];
    struct font_image image = fonts_render(fonts, &glyph, 24, 1);
    uint8_t first[2048];
    size_t bytes = (size_t)image.width * (size_t)image.height;
    CU_ASSERT_TRUE_FATAL(bytes > 100 && bytes <= sizeof first);
    memcpy(first, image.coverage, bytes);
    for (int i = 0; i < 600; i++) /* some 9 MB */
        (void)fonts_render(fonts, &glyph, 100 + i * 0.25, i & 3);
    image = fonts_render(fonts, &glyph, 24, 1);
    CU_ASSERT_EQUAL(memcmp(first, image.coverage, bytes), 0);
    fonts_free(fonts);
}

CU_TestInfo suite_fonts[] = {
    TEST(test_figures_are_of_one_width),
    TEST(test_width_grows_with_the_text_scale_and_nothing_else),
    TEST(test_what_is_measured_is_what_is_drawn),
    TEST(test_other_scripts_find_a_face),
    TEST(test_broken_text_is_survived),
    TEST(test_stores_are_bounded),
    CU_TEST_INFO_NULL,
};
