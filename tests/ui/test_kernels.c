/* test_kernels.c - coverage against what geometry says, and against a sampler too simple to be wrong. */
#include <math.h>
#include <string.h>

#include "tests/suite.h"
#include "ui/raster_kernels.h"

#define SIDE 64

static uint32_t page[SIDE * SIDE];

static struct kernel_target blank(void)
{
    memset(page, 0, sizeof page);
    return (struct kernel_target){page, SIDE, {0, 0, SIDE, SIDE}};
}

static int alpha_at(int x, int y)
{
    return (int)(page[y * SIDE + x] >> 24);
}

/* The sum of coverage in pixels. */
static double covered(void)
{
    double sum = 0;
    for (int i = 0; i < SIDE * SIDE; i++)
        sum += page[i] >> 24;
    return sum / 255;
}

static void test_mixing_is_exact_at_the_ends_and_keeps_opaque_opaque(void)
{
    CU_ASSERT_EQUAL(kernel_mix(0xFF123456U, 0xFFABCDEFU, 0), 0xFF123456U);
    CU_ASSERT_EQUAL(kernel_mix(0xFF123456U, 0xFFABCDEFU, 255), 0xFFABCDEFU);
    for (uint32_t a = 0; a < 256; a++) {
        uint32_t mixed = kernel_mix(0xFF000000U, 0xFFFFFFFFU, a);
        CU_ASSERT_EQUAL(mixed, 0xFF000000U | a << 16 | a << 8 | a);
    }
}

static void test_a_rectangle_covers_its_area(void)
{
    struct kernel_target target = blank();
    kernel_rect(&target, (struct rect){3.25, 4.5, 10.5, 3.25}, COLOUR(0xFFFFFF));
    CU_ASSERT_DOUBLE_EQUAL(covered(), 10.5 * 3.25, 0.1);
    CU_ASSERT_EQUAL(alpha_at(5, 5), 255);
    CU_ASSERT_EQUAL(alpha_at(3, 5), 191); /* three quarters */
    CU_ASSERT_EQUAL(alpha_at(5, 4), 128); /* a half */
}

static void test_nothing_is_drawn_outside_of_the_clip(void)
{
    struct kernel_target target = blank();
    struct kernel_mask mask = {0};
    double x[] = {-20, 90}, top[] = {-5, 3}, bottom[] = {90, 70};
    target.clip = (struct pixel_rect){10, 20, 7, 9};
    kernel_fill(&target, (struct pixel_rect){-5, -5, 200, 200}, COLOUR(0xFFFFFF));
    kernel_rect(&target, (struct rect){-5.5, -5.5, 200, 200}, COLOUR(0xFFFFFF));
    kernel_round_rect(&target, (struct rect){-5, -5, 100, 100}, 9, 3, COLOUR(0xFFFFFF));
    kernel_disc(&target, (struct point){13, 24}, 30, 0, COLOUR(0xFFFFFF));
    kernel_area(&mask, &target, x, top, bottom, 2, COLOUR(0xFFFFFF));
    kernel_stroke_begin(&mask, &target);
    kernel_stroke_segment(&mask, (struct point){-50, 22}, (struct point){90, 27}, 9);
    kernel_stroke_paint(&mask, &target, COLOUR(0xFFFFFF));
    CU_ASSERT_DOUBLE_EQUAL(covered(), 63, 0);
    kernel_mask_free(&mask);
}

static void test_a_disc_covers_pi_r_squared(void)
{
    for (double radius = 2.5; radius < 12; radius += 1.7) {
        struct kernel_target target = blank();
        kernel_disc(&target, (struct point){30.3, 30.7}, radius, 0, COLOUR(0xFFFFFF));
        CU_ASSERT_DOUBLE_EQUAL(covered() / (3.14159265 * radius * radius), 1, 0.02);
    }
}

static void test_a_stroke_is_as_wide_as_it_should_be(void)
{
    struct kernel_mask mask = {0};
    const double widths[] = {0.5, 1, 1.5, 3};
    for (int w = 0; w < 4; w++)
        for (int dy = 0; dy <= 40; dy += 8) {
            struct kernel_target target = blank();
            kernel_stroke_begin(&mask, &target);
            kernel_stroke_segment(&mask, (struct point){10.3, 10.6},
                                  (struct point){50.3, 10.6 + dy}, widths[w]);
            kernel_stroke_paint(&mask, &target, COLOUR(0xFFFFFF));
            double length = sqrt(1600 + dy * dy), caps = 3.14159265 / 4 * widths[w] * widths[w];
            CU_ASSERT_DOUBLE_EQUAL(covered() / (length * widths[w] + caps), 1,
                                   widths[w] < 1 ? 0.09 : 0.05);
        }
    kernel_mask_free(&mask);
}

/* Joints of a translucent line are no darker than the line. */
static void test_what_segments_share_counts_once(void)
{
    struct kernel_mask mask = {0};
    struct kernel_target target = blank();
    kernel_stroke_begin(&mask, &target);
    for (int i = 0; i < 40; i++)
        kernel_stroke_segment(&mask, (struct point){10 + i, 20.5}, (struct point){11 + i, 20.5}, 3);
    kernel_stroke_paint(&mask, &target, colour_fade(COLOUR(0xFFFFFF), 0.5));
    for (int x = 10; x < 50; x++)
        CU_ASSERT_EQUAL(alpha_at(x, 20), 128);
    for (size_t i = 0; i < mask.capacity; i++)
        CU_ASSERT_EQUAL_FATAL(mask.coverage[i], 0); /* ready for the next line */
    kernel_mask_free(&mask);
}

static double height_at(const double *x, const double *y, int count, double at)
{
    for (int i = 0; i + 1 < count; i++)
        if (at <= x[i + 1])
            return y[i] + (y[i + 1] - y[i]) * (at - x[i]) / (x[i + 1] - x[i]);
    return y[count - 1];
}

/* What 64 x 64 points in a pixel say. */
static double sampled(const double *x, const double *tops, const double *bottoms, int count, int px,
                      int py)
{
    int hits = 0;
    for (int i = 0; i < 64; i++) {
        double at = px + (i + 0.5) / 64;
        if (at < x[0] || at > x[count - 1])
            continue;
        double top = height_at(x, tops, count, at), bottom = height_at(x, bottoms, count, at);
        for (int k = 0; k < 64; k++) {
            double y = py + (k + 0.5) / 64;
            hits += y >= top && y < bottom;
        }
    }
    return hits / 4096.0;
}

static void test_areas_have_exact_coverage(void)
{
    enum { COUNT = 30 };
    double x[COUNT], tops[COUNT], bottoms[COUNT];
    struct kernel_target target = blank();
    struct kernel_mask mask = {0};
    struct test_rng rng = {3};
    for (int i = 0; i < COUNT; i++) {
        x[i] = (i == 0 ? 2.3 : x[i - 1]) + 0.2 + (double)test_rng_below(&rng, 300) / 100;
        tops[i] = 8 + (double)test_rng_below(&rng, 2000) / 100;
        bottoms[i] = tops[i] + (double)test_rng_below(&rng, 2000) / 100;
    }
    kernel_area(&mask, &target, x, tops, bottoms, COUNT, COLOUR(0xFFFFFF));
    for (int py = 5; py < 55; py++)
        for (int px = 0; px < SIDE; px++)
            CU_ASSERT_DOUBLE_EQUAL(alpha_at(px, py) / 255.0,
                                   sampled(x, tops, bottoms, COUNT, px, py), 0.02);
    kernel_mask_free(&mask);
}

static void test_an_area_has_gaps_where_values_are_missing(void)
{
    double x[] = {0, 10, 20, 30, 40}, tops[] = {10, 10, NAN, 10, 10},
           bottoms[] = {20, 20, 20, 20, 20};
    struct kernel_target target = blank();
    struct kernel_mask mask = {0};
    kernel_area(&mask, &target, x, tops, bottoms, 5, COLOUR(0xFFFFFF));
    CU_ASSERT_DOUBLE_EQUAL(covered(), 200, 0.01);
    CU_ASSERT_EQUAL(alpha_at(20, 15), 0);
    kernel_mask_free(&mask);
}

/* Either way round, and cut by the edge of the page. */
static void test_a_polygon_covers_its_area(void)
{
    struct kernel_mask mask = {0};
    struct point triangle[] = {{10.5, 10}, {50, 20.25}, {20, 55.5}};
    struct point other[] = {triangle[2], triangle[1], triangle[0]};
    double area = fabs((50 - 10.5) * (55.5 - 10) - (20 - 10.5) * (20.25 - 10)) / 2;
    for (int turn = 0; turn < 2; turn++) {
        struct kernel_target target = blank();
        kernel_polygon(&mask, &target, turn ? other : triangle, 3, COLOUR(0xFFFFFF));
        CU_ASSERT_DOUBLE_EQUAL(covered(), area, 1);
        target = blank();
        target.clip = (struct pixel_rect){20, 20, 10, 10};
        kernel_polygon(&mask, &target, turn ? other : triangle, 3, COLOUR(0xFFFFFF));
        CU_ASSERT_DOUBLE_EQUAL(covered(), 100, 0.01);
    }
    kernel_mask_free(&mask);
}

static void test_a_frame_is_hollow_and_its_sides_are_crisp(void)
{
    struct kernel_target target = blank();
    kernel_round_rect(&target, (struct rect){4, 4, 40, 30}, 6, 1, COLOUR(0xFFFFFF));
    for (int x = 12; x < 36; x++) {
        CU_ASSERT_EQUAL(alpha_at(x, 4), 255);
        CU_ASSERT_EQUAL(alpha_at(x, 5), 0);
        CU_ASSERT_EQUAL(alpha_at(x, 33), 255);
        CU_ASSERT_EQUAL(alpha_at(x, 3), 0);
    }
    CU_ASSERT_EQUAL(alpha_at(4, 4), 0);
    target = blank();
    kernel_round_rect(&target, (struct rect){4, 4, 40, 30}, 6, 0, COLOUR(0xFFFFFF));
    CU_ASSERT_DOUBLE_EQUAL(covered(), 40 * 30 - (4 - 3.14159265) * 36, 2);
}

static void test_cells_meet_without_seams_and_small_ones_are_averaged(void)
{
    enum { COLUMNS = 7 };
    struct kernel_target target = blank();
    struct colour cells[COLUMNS], fine[256];
    for (int i = 0; i < COLUMNS; i++)
        cells[i] = COLOUR(0xFF0000);
    kernel_cells(&target, (struct rect){1.3, 2.6, 50.4, 10}, COLUMNS, 1, cells);
    for (int x = 1; x < 52; x++)
        CU_ASSERT_EQUAL(page[5 * SIDE + x], 0xFFFF0000U);
    CU_ASSERT_EQUAL(alpha_at(52, 5), 0);
    target = blank(); /* far zoomed in: a cell of the middle fills the page */
    cells[3] = COLOUR(0x00FF00);
    kernel_cells(&target, (struct rect){-3.3e11, -1e12, 7e11, 2e12}, COLUMNS, 1, cells);
    for (int x = 0; x < SIDE; x++)
        CU_ASSERT_EQUAL(page[5 * SIDE + x], 0xFF00FF00U);
    for (int i = 0; i < 256; i++)
        fine[i] = i % 4 == 0 ? COLOUR(0xFF0000) : (struct colour){0};
    target = blank();
    kernel_cells(&target, (struct rect){0, 0, 64, 4}, 256, 1, fine);
    for (int x = 0; x < 64; x++)
        CU_ASSERT_EQUAL(alpha_at(x, 0), 64);
}

CU_TestInfo suite_kernels[] = {
    TEST(test_mixing_is_exact_at_the_ends_and_keeps_opaque_opaque),
    TEST(test_a_rectangle_covers_its_area),
    TEST(test_nothing_is_drawn_outside_of_the_clip),
    TEST(test_a_disc_covers_pi_r_squared),
    TEST(test_a_stroke_is_as_wide_as_it_should_be),
    TEST(test_what_segments_share_counts_once),
    TEST(test_areas_have_exact_coverage),
    TEST(test_an_area_has_gaps_where_values_are_missing),
    TEST(test_a_polygon_covers_its_area),
    TEST(test_a_frame_is_hollow_and_its_sides_are_crisp),
    TEST(test_cells_meet_without_seams_and_small_ones_are_averaged),
    CU_TEST_INFO_NULL,
};
