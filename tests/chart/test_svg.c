/* test_svg.c - drawings are valid, small, the same bytes each time, and follow the reader's theme. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart/svg.h"
#include "chart/xml.h"
#include "tests/chart/golden.h"
#include "tests/chart/well_formed.h"
#include "tests/suite.h"

static const char *const hostile = "a<b>&\"c'\x01\xff\xef\xbf\xbf \u00b5s";

/* Every call once. */
static void draw_everything(struct canvas *canvas, const struct theme *theme)
{
    struct stroke thin = {theme->grid, 1, DASH_DOTTED};
    struct point points[] = {{0, 10}, {10, 10}, {1.26, 12.5}, {NAN, NAN}, {3, 40}};
    struct point dots[] = {{50, 50}, {60.25, 50}};
    double x[] = {0, 10, 20}, tops[] = {5, 6, 7}, bottoms[] = {20, NAN, 20};
    canvas->ops->begin_group(canvas, hostile);
    canvas_push_clip(canvas, (struct rect){0, 0, 300, 200});
    canvas_fill(canvas, (struct rect){0, 0, 300, 200}, 6, theme->panel);
    canvas_frame(canvas, (struct rect){0, 0, 300, 200}, 6, thin);
    canvas_line(canvas, 1, 2, 3, 4, (struct stroke){theme->accent, 1.5, DASH_DASHED});
    canvas->ops->polyline(canvas, points, 5, (struct stroke){theme->p99, 2, DASH_SOLID});
    canvas->ops->area(canvas, x, tops, bottoms, 3, colour_fade(theme->accent, 0.2));
    canvas->ops->curve(canvas, (struct point[4]){{0, 0}, {1, 0}, {2, 5}, {3, 5}}, thin);
    canvas->ops->ring(canvas, (struct point){5, 6}, 4, thin);
    canvas->ops->discs(canvas, dots, 2, 3, theme->ok);
    canvas_text(canvas, 10, 20, ALIGN_RIGHT, TYPE_SMALL, theme->muted, hostile);
    canvas_text(canvas, 10, 20, ALIGN_MIDDLE, TYPE_MONO, theme->strong, "0:05");
    for (int health = HEALTH_OK; health <= HEALTH_THROTTLE; health++)
        canvas_health(canvas, 20, 20, 10, (enum health)health);
    canvas_pop_clip(canvas);
    canvas->ops->end_group(canvas);
}

static void write_everything(struct text *out, const struct theme *theme, enum svg_use use)
{
    struct svg svg;
    svg_begin(&svg, out,
              &(struct svg_options){.use = use, .width = 300, .height = 200, .title = hostile});
    draw_everything(&svg.canvas, theme);
    svg_end(&svg);
}

static void test_every_call_is_valid_svg(void)
{
    const struct theme *const themes[] = {&theme_dark, &theme_light, &theme_auto};
    for (size_t i = 0; i < COUNTOF(themes); i++)
        for (int use = SVG_FILE; use <= SVG_INLINE; use++) {
            struct text out = {0};
            int elements = 0;
            write_everything(&out, themes[i], (enum svg_use)use);
            const char *fault = xml_fault(out.data, &elements);
            if (fault != NULL)
                printf("\n%s in\n%s", fault, out.data);
            CU_ASSERT_PTR_NULL(fault);
            CU_ASSERT_TRUE(elements >= 19);
            text_free(&out);
        }
}

static void test_a_drawing_is_the_same_bytes_as_before(void)
{
    struct text out = {0};
    write_everything(&out, &theme_auto, SVG_FILE);
    golden_check("calls.svg", out.data);
    text_free(&out);
}

static void test_the_checker_refuses_what_is_not_well_formed(void)
{
    const char *const bad[] = {"<a><b></a></b>", "<a x=1/>",   "<a x=\"1\" x=\"2\"/>",
                               "<a>&nbsp;</a>",  "<a>",        "<a/><b/>",
                               "<a x=\"<\"/>",   "",           "x<a/>",
                               "<a>\xff</a>",    "<a>\x01</a>"};
    for (size_t i = 0; i < COUNTOF(bad); i++)
        CU_ASSERT_PTR_NOT_NULL(xml_fault(bad[i], NULL));
    CU_ASSERT_PTR_NULL(xml_fault("<a x=\"1\" y=\"&lt;\"><b/>t &amp; u</a>\n", NULL));
}

static void test_text_is_escaped(void)
{
    struct text out = {0};
    xml_add(&out, hostile);
    CU_ASSERT_STRING_EQUAL(out.data,
                           "a&lt;b&gt;&amp;&quot;c&#39; \uFFFD\uFFFD\uFFFD\uFFFD \u00b5s");
    text_free(&out);
}

static struct text heat_map(int columns, int rows, const struct colour *cells)
{
    struct svg svg;
    struct text out = {0};
    svg_begin(&svg, &out, &(struct svg_options){.width = 600, .height = 240});
    svg.canvas.ops->cells(&svg.canvas, (struct rect){0, 0, 600, 240}, columns, rows, cells);
    svg_end(&svg);
    return out;
}

/* Two modes, noise, a spike: as the look of UI.md has it. */
static void test_a_heat_map_of_200_by_48_is_small(void)
{
    static struct colour cells[48 * 200];
    const struct theme *const themes[] = {&theme_dark, &theme_auto};
    for (size_t t = 0; t < COUNTOF(themes); t++) {
        struct test_rng rng = {.state = 7};
        for (int row = 0; row < 48; row++)
            for (int column = 0; column < 200; column++) {
                double low = (row - 38) / 3.0, high = (row - 18) / 6.0;
                double mean = 4000 * exp(-low * low) + 60 * exp(-high * high);
                double count = floor(mean * (0.6 + (double)test_rng_below(&rng, 800) / 1000));
                cells[row * 200 + column] = theme_heat(themes[t], count, 5600);
            }
        struct text out = heat_map(200, 48, cells);
        CU_ASSERT_TRUE(out.length < 60000);
        CU_ASSERT_PTR_NULL(xml_fault(out.data, NULL));
        text_free(&out);
    }
}

/* Reads the paths back: every cell has its colour, and none is painted twice. */
static int painted(const char *svg, int columns, int *grid)
{
    int cells = 0, colour = 0;
    for (const char *path = strstr(svg, "stroke=\"#"); path != NULL;
         path = strstr(path, "stroke=\"#")) {
        path += strlen("stroke=\"#");
        colour = (int)strtol(path, NULL, 16);
        char *at = strstr(path, " d=\"");
        int x = 0, y = 0;
        for (at += 4; *at == 'M' || *at == 'm';) {
            x += (int)strtol(at + 1, &at, 10);
            y += (int)strtol(at, &at, 10);
            bool down = *at == 'v';
            for (int n = (int)strtol(at + 1, &at, 10); n > 0; n--, cells++) {
                grid[y * columns + x] += colour;
                x += down ? 0 : 1;
                y += down ? 1 : 0;
            }
        }
    }
    return cells;
}

static void check_painting(int columns, int rows, const struct colour *cells)
{
    int *grid = calloc((size_t)(columns * rows), sizeof *grid), wanted = 0;
    struct text out = heat_map(columns, rows, cells);
    int count = painted(out.data, columns, grid);
    for (int i = 0; i < columns * rows; i++) {
        int colour = cells[i].a == 0 ? 0 : cells[i].r << 16 | cells[i].g << 8 | cells[i].b;
        wanted += cells[i].a != 0;
        CU_ASSERT_EQUAL(grid[i], colour);
    }
    CU_ASSERT_EQUAL(count, wanted);
    text_free(&out);
    free(grid);
}

static void test_runs_paint_every_cell_once(void)
{
    static struct colour cells[12 * 9];
    struct test_rng rng = {.state = 3};
    for (int round = 0; round < 40; round++) {
        for (int i = 0; i < 12 * 9; i++) {
            /* Rounds of rows, of columns and of noise. */
            int of = round % 3 == 0 ? i / 12 : round % 3 == 1 ? i % 12 : 0;
            int value = (of + (int)test_rng_below(&rng, 2 + round % 5)) % 4;
            cells[i] =
                value == 0 ? (struct colour){0, 0, 0, 0} : theme_heat_level(&theme_dark, value);
        }
        check_painting(12, 9, cells);
    }
}

static void test_a_heat_map_of_nothing_is_nothing(void)
{
    struct colour cells[4] = {{0, 0, 0, 0}};
    struct text out = heat_map(2, 2, cells);
    CU_ASSERT_PTR_NULL(strstr(out.data, "<path"));
    CU_ASSERT_PTR_NULL(xml_fault(out.data, NULL));
    text_free(&out);
}

/* Every colour of theme_auto stands for its own token, faded or not, and levels of heat for theirs. */
static void test_colours_that_follow_the_reader_are_named(void)
{
    char name[THEME_NAME_MAX];
    for (int token = 0; token < THEME_TOKENS; token++) {
        CU_ASSERT_EQUAL(theme_token_of(theme_token(&theme_auto, token)), token);
        CU_ASSERT_EQUAL(theme_token_of(colour_fade(theme_token(&theme_auto, token), 0.3)), token);
        CU_ASSERT_EQUAL(theme_token_of(theme_token(&theme_dark, token)), -1);
        CU_ASSERT_EQUAL(theme_token_of(theme_token(&theme_light, token)), -1);
    }
    CU_ASSERT_STRING_EQUAL(theme_token_name(name, theme_token_of(theme_auto.p99)), "p99");
    CU_ASSERT_STRING_EQUAL(theme_token_name(name, theme_token_of(theme_auto.throttle)), "throttle");
    CU_ASSERT_STRING_EQUAL(theme_token_name(name, theme_token_of(theme_heat(&theme_auto, 1, 9))),
                           "level-0");
    CU_ASSERT_STRING_EQUAL(theme_token_name(name, theme_token_of(theme_heat(&theme_auto, 9, 9))),
                           "level-31");
}

static void test_one_style_sheet_serves_all_drawings_of_a_page(void)
{
    struct text style = {0}, out = {0};
    svg_add_style(&style);
    write_everything(&out, &theme_auto, SVG_INLINE);
    CU_ASSERT_PTR_NOT_NULL(strstr(style.data, "--p99:#4a0a12;"));
    const char *dark = strstr(style.data, "@media(prefers-color-scheme:dark)");
    CU_ASSERT_PTR_NOT_NULL_FATAL(dark);
    CU_ASSERT_PTR_NOT_NULL(strstr(dark, "--p99:#ffe08a;"));
    CU_ASSERT_PTR_NOT_NULL(strstr(style.data, ".s-p99{fill:none;stroke:var(--p99)}"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "<path class=\"s-p99\""));
    CU_ASSERT_PTR_NULL(strstr(out.data, "<style>"));
    CU_ASSERT_PTR_NULL(strstr(out.data, "#0102"));
    text_free(&style);
    text_free(&out);
}

CU_TestInfo suite_svg[] = {
    TEST(test_every_call_is_valid_svg),
    TEST(test_a_drawing_is_the_same_bytes_as_before),
    TEST(test_the_checker_refuses_what_is_not_well_formed),
    TEST(test_text_is_escaped),
    TEST(test_a_heat_map_of_200_by_48_is_small),
    TEST(test_runs_paint_every_cell_once),
    TEST(test_a_heat_map_of_nothing_is_nothing),
    TEST(test_colours_that_follow_the_reader_are_named),
    TEST(test_one_style_sheet_serves_all_drawings_of_a_page),
    CU_TEST_INFO_NULL,
};
