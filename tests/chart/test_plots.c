/* test_plots.c - the charts keep their rules, whatever they show; goldens of each. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart/plot_bars.h"
#include "chart/plot_difference.h"
#include "chart/plot_heat.h"
#include "chart/plot_lines.h"
#include "chart/plot_parts.h"
#include "chart/plot_stack.h"
#include "chart/plot_sweep.h"
#include "chart/recorder.h"
#include "chart/svg.h"
#include "tests/chart/gallery.h"
#include "tests/chart/golden.h"
#include "tests/chart/well_formed.h"
#include "tests/suite.h"

static const struct rect whole = {0, 0, GALLERY_W, GALLERY_H};

static void test_charts_are_drawn_as_before(void)
{
    for (const struct exhibit *exhibit = gallery; exhibit->name != NULL; exhibit++) {
        struct recorder recorder;
        char name[64];
        recorder_init(&recorder, 1);
        struct plot_frame frame = gallery_draw(exhibit, &recorder.canvas, &theme_dark, whole);
        CU_ASSERT_TRUE(frame.rect.w > 0 && frame.rect.h > 0);
        CU_ASSERT_TRUE(recorder.depth == 0 && recorder.clips == 0);
        (void)snprintf(name, sizeof name, "%s.txt", exhibit->name);
        golden_check(name, recorder.text.data);
        recorder_free(&recorder);
    }
}

static void write_picture(const char *directory, const struct exhibit *exhibit,
                          const struct theme *theme, const char *text)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s-%s.svg", directory, exhibit->name, theme->name);
    FILE *file = fopen(path, "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fputs(text, file);
    CU_ASSERT_EQUAL(fclose(file), 0);
}

static void test_charts_are_valid_svg_in_all_themes(void)
{
    const struct theme *const themes[] = {&theme_dark, &theme_light, &theme_auto};
    for (const struct exhibit *exhibit = gallery; exhibit->name != NULL; exhibit++)
        for (size_t i = 0; i < COUNTOF(themes); i++) {
            struct text out = {0};
            struct svg svg;
            svg_begin(&svg, &out,
                      &(struct svg_options){
                          .width = GALLERY_W, .height = GALLERY_H, .title = exhibit->title});
            (void)gallery_draw(exhibit, &svg.canvas, themes[i], whole);
            svg_end(&svg);
            CU_ASSERT_PTR_NULL(xml_fault(out.data, NULL));
            /* No key of theme_auto gets out as a colour. */
            CU_ASSERT_PTR_NULL(strstr(out.data, "#0102"));
            CU_ASSERT_PTR_NULL(strstr(out.data, "#0103"));
            CU_ASSERT_PTR_NULL(strstr(out.data, "nan"));
            if (getenv("TEPID_PICTURES") != NULL)
                write_picture(getenv("TEPID_PICTURES"), exhibit, themes[i], out.data);
            text_free(&out);
        }
}

/* -- texts of a recording -------------------------------------------------------------------------------- */

struct written {
    struct rect rect;
    bool beside; /* right of the plot: a direct label */
    char text[128];
};

/* All texts of a recording with the room they take. */
static int texts_of(const struct recorder *recorder, struct written *out, int most)
{
    static const char *const styles[] = {"small", "body", "strong", "title", "figure", "mono"};
    int count = 0;
    for (const char *at = strstr(recorder->text.data, "text "); at != NULL && count < most;
         at = strstr(at + 1, " text ")) {
        double x = 0, y = 0;
        char first[16], second[16];
        at += *at == ' ';
        CU_ASSERT_EQUAL_FATAL(sscanf(at, "text %lf %lf %15s %15s", &x, &y, first, second), 4);
        bool aligned = strcmp(first, "right") == 0 || strcmp(first, "middle") == 0;
        const char *style = aligned ? second : first;
        const char *from = strchr(at, '"') + 1, *to = strstr(from, "\"\n");
        int s = 0;
        while (strcmp(styles[s], style) != 0)
            s++;
        struct written *w = &out[count++];
        (void)snprintf(w->text, sizeof w->text, "%.*s", (int)(to - from), from);
        double scale = recorder->canvas.text_scale, size = type_size((enum type_style)s) * scale;
        double width = canvas_measure((struct canvas *)(uintptr_t)&recorder->canvas,
                                      (enum type_style)s, w->text);
        double left = strcmp(first, "right") == 0    ? x - width
                      : strcmp(first, "middle") == 0 ? x - width / 2
                                                     : x;
        w->rect = (struct rect){left, y - 0.73 * size, width, 0.73 * size};
    }
    return count;
}

static bool overlap(struct rect a, struct rect b)
{
    return a.x + 0.5 < b.x + b.w && b.x + 0.5 < a.x + a.w && a.y + 0.5 < b.y + b.h &&
           b.y + 0.5 < a.y + a.h;
}

/* At 100, 150 and 200 %, in wide, narrow and low boxes. */
static void test_texts_neither_overlap_nor_leave_the_chart(void)
{
    static const struct rect boxes[] = {
        {0, 0, 400, 320}, {0, 0, 260, 180}, {0, 0, 900, 260}, {0, 0, 300, 600}};
    static struct written all[200];
    for (const struct exhibit *exhibit = gallery; exhibit->name != NULL; exhibit++)
        for (size_t b = 0; b < COUNTOF(boxes); b++)
            for (double scale = 1; scale <= 2; scale += 0.5) {
                struct recorder recorder;
                recorder_init(&recorder, scale);
                (void)gallery_draw(exhibit, &recorder.canvas, &theme_light, boxes[b]);
                int count = texts_of(&recorder, all, (int)COUNTOF(all));
                for (int i = 0; i < count; i++) {
                    struct rect r = all[i].rect;
                    bool inside = r.x >= -0.5 && r.y >= -0.5 && r.x + r.w <= boxes[b].w + 0.5 &&
                                  r.y + r.h <= boxes[b].h + 0.5;
                    CU_ASSERT_TRUE(inside);
                    if (!inside)
                        printf("\n%s %g at %g: '%s' leaves (%g %g %g)\n", exhibit->name, boxes[b].w,
                               scale, all[i].text, r.x, r.y, r.w);
                    for (int k = 0; k < i; k++) {
                        CU_ASSERT_FALSE(overlap(r, all[k].rect));
                        if (overlap(r, all[k].rect))
                            printf("\n%s %gx%g at %g: '%s' on '%s'\n", exhibit->name, boxes[b].w,
                                   boxes[b].h, scale, all[i].text, all[k].text);
                    }
                }
                recorder_free(&recorder);
            }
}

/* Sizes from nothing up, no data, data that is not there: nothing may break. */
static void test_charts_bear_any_size(void)
{
    for (const struct exhibit *exhibit = gallery; exhibit->name != NULL; exhibit++)
        for (double w = 0; w < 300; w += 23)
            for (double h = 0; h < 200; h += 31) {
                struct recorder recorder;
                recorder_init(&recorder, 1);
                struct plot_frame frame =
                    gallery_draw(exhibit, &recorder.canvas, &theme_dark, (struct rect){5, 5, w, h});
                CU_ASSERT_TRUE(frame.rect.w >= 0 && frame.rect.h >= 0);
                CU_ASSERT_TRUE(recorder.depth == 0 && recorder.clips == 0);
                recorder_free(&recorder);
            }
}

static void test_charts_bear_no_data(void)
{
    struct recorder recorder;
    recorder_init(&recorder, 1);
    struct plot plot = {&recorder.canvas, &theme_dark, whole};
    double nothing[3] = {(double)NAN, (double)NAN, (double)NAN}, x[3] = {1, 2, 3};
    struct plot_line line = {.label = "p99", .y = nothing, .colour = theme_dark.p99};
    struct plot_layer layer = {"run", nothing, theme_dark.p50};
    struct plot_lines lines = {
        .x = x, .count = 3, .lines = &line, .line_count = 1, .slo = {"SLO", 5, 0}};
    struct plot_stack stack = {.x = x, .count = 3, .layers = &layer, .layer_count = 1};
    struct plot_difference difference = {
        .x = x, .difference = nothing, .low = nothing, .high = nothing, .count = 3};
    for (int count = 0; count <= 3; count += 3) {
        lines.count = stack.count = difference.count = count;
        CU_ASSERT_TRUE(plot_lines(&plot, &lines).rect.w > 0);
        CU_ASSERT_TRUE(plot_stack(&plot, &stack).rect.w > 0);
        CU_ASSERT_TRUE(plot_difference(&plot, &difference).rect.w > 0);
    }
    CU_ASSERT_TRUE(plot_bars(&plot, &(struct plot_bars){0}).rect.w == 0);
    CU_ASSERT_TRUE(plot_heat(&plot, &(struct plot_heat){.x = {PLOT_CLOCK, 0, 1, false},
                                                        .y = {PLOT_MS, 1, 10, true}})
                       .rect.w > 0);
    CU_ASSERT_TRUE(plot_sweep(&plot, &(struct plot_sweep){0}).rect.w > 0);
    CU_ASSERT_PTR_NULL(strstr(recorder.text.data, "\"p99"));
    recorder_free(&recorder);
}

/* A second of a century, and values of any size: what is not in sight does no harm. */
static void test_charts_bear_a_deep_zoom(void)
{
    double x[] = {0, 1e9, 2e9, 3e9}, y[] = {1e14, 1e-9, 0, -1e14};
    struct plot_axis time = {PLOT_CLOCK, 1e9, 1e9 + 1, false}, value = {PLOT_MS, 1, 10, true};
    struct plot_line line = {.label = "p99", .y = y, .colour = theme_dark.p99, .fill = true};
    struct recorder recorder;
    recorder_init(&recorder, 1);
    struct plot plot = {&recorder.canvas, &theme_dark, whole};
    struct plot_frame frame = plot_lines(&plot, &(struct plot_lines){.x = x,
                                                                     .count = 4,
                                                                     .x_unit = PLOT_CLOCK,
                                                                     .lines = &line,
                                                                     .line_count = 1,
                                                                     .slo = {"SLO", 5, 0},
                                                                     .x_axis = &time,
                                                                     .y_axis = &value});
    CU_ASSERT_TRUE(frame.rect.w > 0);
    CU_ASSERT_EQUAL(plot_x(&frame, 3e9), 1e6);
    recorder_free(&recorder);
}

/* -- rules ----------------------------------------------------------------------------------------------- */

static void test_labels_are_pushed_apart_as_little_as_possible(void)
{
    double none[] = {100, 50, 150}, two[] = {50, 52}, edge[] = {95, 97, 99},
           crowd[] = {10, 10, 10, 10};
    plot_push_apart(none, 3, 15, 0, 200);
    CU_ASSERT_TRUE(none[0] == 100 && none[1] == 50 && none[2] == 150);
    plot_push_apart(two, 2, 10, 0, 100);
    CU_ASSERT_DOUBLE_EQUAL(two[0], 46, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(two[1], 56, 1e-9);
    plot_push_apart(edge, 3, 10, 0, 100);
    CU_ASSERT_DOUBLE_EQUAL(edge[2], 100, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(edge[0], 80, 1e-9);
    plot_push_apart(crowd, 4, 10, 0, 24); /* no room: evenly */
    CU_ASSERT_TRUE(crowd[0] == 0 && crowd[3] == 24 && crowd[1] == 8);
}

/* Against the definition: no arrangement on a fine grid of four labels is nearer in squares. */
static void test_labels_move_least_in_squares(void)
{
    struct test_rng rng = {.state = 9};
    for (int round = 0; round < 30; round++) {
        double wanted[3], at[3], best = 1e9, sum = 0;
        for (int i = 0; i < 3; i++)
            at[i] = wanted[i] = (double)test_rng_below(&rng, 31);
        plot_push_apart(at, 3, 8, 0, 30);
        for (int i = 0; i < 3; i++) {
            sum += (at[i] - wanted[i]) * (at[i] - wanted[i]);
            for (int k = 0; k < i; k++)
                CU_ASSERT_TRUE(fabs(at[i] - at[k]) >= 8 - 1e-9);
            CU_ASSERT_TRUE(at[i] >= -1e-9 && at[i] <= 30 + 1e-9);
        }
        for (double a = 0; a <= 30; a += 0.5)
            for (double b = 0; b <= 30; b += 0.5)
                for (double c = 0; c <= 30; c += 0.5)
                    if (fabs(a - b) >= 8 && fabs(b - c) >= 8 && fabs(a - c) >= 8)
                        best = fmin(best, pow(a - wanted[0], 2) + pow(b - wanted[1], 2) +
                                              pow(c - wanted[2], 2));
        CU_ASSERT_TRUE(sum <= best + 1e-9);
    }
}

static void draw_lines(struct recorder *recorder, const struct plot_lines *what)
{
    recorder_init(recorder, 1);
    struct plot plot = {&recorder->canvas, &theme_dark, whole};
    (void)plot_lines(&plot, what);
}

static void test_an_slo_says_for_how_long_it_was_missed(void)
{
    double x[250], y[250];
    struct recorder recorder;
    for (int i = 0; i < 250; i++) {
        x[i] = i;
        y[i] = i < 8 ? 600 : 300;
    }
    struct plot_line line = {.label = "p99", .y = y, .colour = theme_dark.p99};
    struct plot_lines what = {.x = x,
                              .count = 250,
                              .x_unit = PLOT_CLOCK,
                              .y_unit = PLOT_MS,
                              .lines = &line,
                              .line_count = 1,
                              .slo = {"SLO p99", 500, 0}};
    draw_lines(&recorder, &what);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(recorder.text.data, "\"SLO p99 500 ms \u00b7 over SLO 3.2 % of the time\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(recorder.text.data, "area #d55e00"));
    recorder_free(&recorder);
    what.slo.value = 700;
    draw_lines(&recorder, &what);
    CU_ASSERT_PTR_NOT_NULL(strstr(recorder.text.data, "\"SLO p99 700 ms\""));
    recorder_free(&recorder);
    CU_ASSERT_TRUE(isnan(plot_share_over(y, 0, 1)));
    y[0] = (double)NAN;
    CU_ASSERT_DOUBLE_EQUAL(plot_share_over(y, 250, 500), 7.0 / 249, 1e-12);
}

/* Shading ends where the curve crosses the line, between two points. */
static void test_breach_shading_begins_at_the_crossing(void)
{
    double x[] = {0, 10, 20}, y[] = {0, 100, 0};
    struct plot_axis axis = {PLOT_NUMBER, 0, 100, false};
    struct plot_line line = {.y = y, .colour = theme_dark.p99};
    struct recorder recorder;
    struct plot_lines what = {.x = x,
                              .count = 3,
                              .lines = &line,
                              .line_count = 1,
                              .slo = {"SLO", 50, 0},
                              .y_axis = &axis};
    recorder_init(&recorder, 1);
    struct plot plot = {&recorder.canvas, &theme_dark, {0, 0, 242, 140}};
    struct plot_frame frame = plot_lines(&plot, &what);
    const char *area = strstr(recorder.text.data, "area #d55e00");
    double got[5][3];
    CU_ASSERT_PTR_NOT_NULL_FATAL(area);
    CU_ASSERT_EQUAL_FATAL(sscanf(strstr(area, ": "),
                                 ": %lf,%lf,%lf %lf,%lf,%lf %lf,%lf,%lf %lf,%lf,%lf %lf,%lf,%lf",
                                 &got[0][0], &got[0][1], &got[0][2], &got[1][0], &got[1][1],
                                 &got[1][2], &got[2][0], &got[2][1], &got[2][2], &got[3][0],
                                 &got[3][1], &got[3][2], &got[4][0], &got[4][1], &got[4][2]),
                          15);
    CU_ASSERT_DOUBLE_EQUAL(got[1][0], plot_x(&frame, 5), 0.06);
    CU_ASSERT_DOUBLE_EQUAL(got[2][1], plot_y(&frame, 100), 0.06);
    CU_ASSERT_DOUBLE_EQUAL(got[3][0], plot_x(&frame, 15), 0.06);
    CU_ASSERT_TRUE(got[0][1] == got[0][2] && got[4][1] == got[4][2]); /* nothing below the line */
    recorder_free(&recorder);
}

/* Points of the polylines of a colour; gaps are none. */
static int points_in(const char *recording, const char *colour)
{
    char head[64];
    int points = 0;
    (void)snprintf(head, sizeof head, "polyline %s ", colour);
    for (const char *at = strstr(recording, head); at != NULL; at = strstr(at + 1, head))
        for (const char *p = strchr(at, ':'); *p != '\n'; p++)
            points += *p == ',';
    return points;
}

static void test_what_rests_on_too_little_is_grey(void)
{
    double x[] = {0, 1, 2, 3, 4}, y[] = {5, 6, 7, 8, 9}, n[] = {20000, 20000, 9999, 10000, 20000};
    struct plot_line line = {
        .y = y, .n = n, .n_least = plot_enough(0.99), .colour = theme_dark.p99};
    struct plot_lines what = {.x = x, .count = 5, .lines = &line, .line_count = 1};
    struct recorder recorder;
    CU_ASSERT_DOUBLE_EQUAL(plot_enough(0.99), 10000, 1e-6);
    draw_lines(&recorder, &what);
    CU_ASSERT_EQUAL(points_in(recorder.text.data, "#ffe08a"), 4);
    CU_ASSERT_EQUAL(points_in(recorder.text.data, "#8b96a599"),
                    3); /* the thin one and its neighbours */
    recorder_free(&recorder);
}

/* A limit far above the curve is named at the top, and the curve keeps its height. */
static void test_a_far_limit_does_not_flatten_the_curve(void)
{
    double x[] = {0, 1}, y[] = {5, 8};
    struct plot_line line = {.label = "used", .y = y, .colour = theme_dark.accent};
    struct plot_limit near = {"limit", 20, DASH_SOLID}, far = {"limit", 1000, DASH_SOLID};
    struct plot_lines what = {.x = x,
                              .count = 2,
                              .lines = &line,
                              .line_count = 1,
                              .limits = &near,
                              .limit_count = 1,
                              .y_unit = PLOT_COUNT};
    struct recorder recorder;
    recorder_init(&recorder, 1);
    struct plot plot = {&recorder.canvas, &theme_dark, whole};
    CU_ASSERT_TRUE(plot_lines(&plot, &what).y.high >= 20);
    CU_ASSERT_PTR_NOT_NULL(strstr(recorder.text.data, "\"limit 20\""));
    what.limits = &far;
    CU_ASSERT_TRUE(plot_lines(&plot, &what).y.high <= 10);
    CU_ASSERT_PTR_NOT_NULL(strstr(recorder.text.data, "\"limit 1 000 \u2191\""));
    recorder_free(&recorder);
}

static void test_bars_are_as_long_as_their_values(void)
{
    double values[] = {100, 50, 0.001};
    struct plot_bar bars[] = {{.label = "a", .parts = &values[0]},
                              {.label = "b", .parts = &values[1]},
                              {.label = "c", .parts = &values[2]}};
    struct recorder recorder;
    double x[3], w[3], y, h;
    recorder_init(&recorder, 1);
    struct plot plot = {&recorder.canvas, &theme_dark, whole};
    struct plot_frame frame =
        plot_bars(&plot, &(struct plot_bars){.bars = bars, .count = 3, .unit = PLOT_USD});
    const char *at = recorder.text.data;
    for (int i = 0; i < 3; i++, at++) {
        at = strstr(at, "fill ");
        CU_ASSERT_EQUAL_FATAL(sscanf(at, "fill %lf %lf %lf %lf", &x[i], &y, &w[i], &h), 4);
        CU_ASSERT_DOUBLE_EQUAL(x[i], frame.rect.x, 0.06);
    }
    CU_ASSERT_DOUBLE_EQUAL(w[0], frame.rect.w, 0.06);
    CU_ASSERT_DOUBLE_EQUAL(w[1], frame.rect.w / 2, 0.06);
    CU_ASSERT_DOUBLE_EQUAL(w[2], 1, 0.01);
    recorder_free(&recorder);
}

static void test_bars_without_room_are_added_up(void)
{
    double values[30];
    struct plot_bar bars[30];
    struct recorder recorder;
    for (int i = 0; i < 30; i++) {
        values[i] = 30 - i;
        bars[i] = (struct plot_bar){.label = "item", .parts = &values[i]};
    }
    recorder_init(&recorder, 1);
    struct plot plot = {&recorder.canvas, &theme_dark, {0, 0, 400, 205}};
    (void)plot_bars(&plot, &(struct plot_bars){.bars = bars, .count = 30, .unit = PLOT_COUNT});
    /* Ten rows: nine bars, and 21 + 20 + ... + 1. */
    CU_ASSERT_PTR_NOT_NULL(strstr(recorder.text.data, "\"21 more\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(recorder.text.data, "\"231\""));
    recorder_free(&recorder);
}

static void test_layers_stand_on_each_other(void)
{
    double x[] = {0, 1}, a[] = {10, 20}, b[] = {30, 20};
    struct plot_layer layers[] = {{"a", a, theme_dark.category[0]},
                                  {"b", b, theme_dark.category[1]}};
    struct recorder recorder;
    double first[2][3], second[2][3];
    recorder_init(&recorder, 1);
    struct plot plot = {&recorder.canvas, &theme_dark, whole};
    struct plot_frame frame = plot_stack(
        &plot, &(struct plot_stack){.x = x, .count = 2, .layers = layers, .layer_count = 2});
    const char *at = strstr(recorder.text.data, "area ");
    CU_ASSERT_EQUAL_FATAL(sscanf(strstr(at, ": "), ": %lf,%lf,%lf %lf,%lf,%lf", &first[0][0],
                                 &first[0][1], &first[0][2], &first[1][0], &first[1][1],
                                 &first[1][2]),
                          6);
    at = strstr(at + 1, "area ");
    CU_ASSERT_EQUAL_FATAL(sscanf(strstr(at, ": "), ": %lf,%lf,%lf %lf,%lf,%lf", &second[0][0],
                                 &second[0][1], &second[0][2], &second[1][0], &second[1][1],
                                 &second[1][2]),
                          6);
    CU_ASSERT_DOUBLE_EQUAL(first[0][1], plot_y(&frame, 10), 0.06);
    CU_ASSERT_DOUBLE_EQUAL(first[0][2], plot_y(&frame, 0), 0.06);
    CU_ASSERT_TRUE(second[0][2] == first[0][1] && second[1][2] == first[1][1]);
    CU_ASSERT_DOUBLE_EQUAL(second[0][1], plot_y(&frame, 40), 0.06);
    CU_ASSERT_PTR_NOT_NULL(strstr(recorder.text.data, "\"b 20\""));
    recorder_free(&recorder);
}

static void test_no_difference_is_said_and_a_clear_one_is_not(void)
{
    double x[] = {0, 1, 2}, d[] = {1, 2, 3}, low[] = {-1, -1, -1}, high[] = {4, 4, 6};
    struct plot_difference what = {.x = x, .difference = d, .low = low, .high = high, .count = 3};
    struct recorder recorder;
    recorder_init(&recorder, 1);
    struct plot plot = {&recorder.canvas, &theme_dark, whole};
    struct plot_frame frame = plot_difference(&plot, &what);
    CU_ASSERT_PTR_NOT_NULL(strstr(recorder.text.data, "no significant difference"));
    CU_ASSERT_TRUE(frame.y.low <= -1 && frame.y.high >= 6);
    recorder_free(&recorder);
    recorder_init(&recorder, 1);
    low[1] = 0.5;
    (void)plot_difference(&plot, &what);
    CU_ASSERT_PTR_NULL(strstr(recorder.text.data, "no significant difference"));
    recorder_free(&recorder);
}

static void test_a_sweep_shades_what_meets_its_slos(void)
{
    struct plot_point points[] = {{.x = 0, .y = 5},
                                  {.x = 10, .y = 4, .passed = true},
                                  {.x = 20, .y = 6, .passed = true},
                                  {.x = 30, .y = 7}};
    struct plot_curve curve = {NULL, points, 4};
    struct recorder recorder;
    double x, y, w, h;
    recorder_init(&recorder, 1);
    struct plot plot = {&recorder.canvas, &theme_dark, whole};
    struct plot_frame frame = plot_sweep(
        &plot,
        &(struct plot_sweep){.curves = &curve, .curve_count = 1, .joined = true, .judged = true});
    CU_ASSERT_EQUAL_FATAL(
        sscanf(strstr(recorder.text.data, "fill "), "fill %lf %lf %lf %lf", &x, &y, &w, &h), 4);
    CU_ASSERT_DOUBLE_EQUAL(x, plot_x(&frame, 5), 0.06);
    CU_ASSERT_DOUBLE_EQUAL(x + w, plot_x(&frame, 25), 0.12);
    recorder_free(&recorder);
}

/* What a view asks for the crosshair: pixels and values are inverse. */
static void test_frames_turn_pixels_into_values(void)
{
    struct recorder recorder;
    recorder_init(&recorder, 1);
    struct plot_frame frame = gallery_draw(&gallery[0], &recorder.canvas, &theme_dark, whole);
    CU_ASSERT_DOUBLE_EQUAL(plot_x_value(&frame, plot_x(&frame, 123)), 123, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(plot_y_value(&frame, plot_y(&frame, 500)), 500, 1e-9);
    CU_ASSERT_TRUE(plot_y(&frame, 1000) < plot_y(&frame, 100));
    CU_ASSERT_TRUE(rect_holds(frame.rect, plot_x(&frame, 300), plot_y(&frame, 100)));
    recorder_free(&recorder);
}

CU_TestInfo suite_plots[] = {
    TEST(test_charts_are_drawn_as_before),
    TEST(test_charts_are_valid_svg_in_all_themes),
    TEST(test_texts_neither_overlap_nor_leave_the_chart),
    TEST(test_charts_bear_any_size),
    TEST(test_charts_bear_no_data),
    TEST(test_charts_bear_a_deep_zoom),
    TEST(test_labels_are_pushed_apart_as_little_as_possible),
    TEST(test_labels_move_least_in_squares),
    TEST(test_an_slo_says_for_how_long_it_was_missed),
    TEST(test_breach_shading_begins_at_the_crossing),
    TEST(test_what_rests_on_too_little_is_grey),
    TEST(test_a_far_limit_does_not_flatten_the_curve),
    TEST(test_bars_are_as_long_as_their_values),
    TEST(test_bars_without_room_are_added_up),
    TEST(test_layers_stand_on_each_other),
    TEST(test_no_difference_is_said_and_a_clear_one_is_not),
    TEST(test_a_sweep_shades_what_meets_its_slos),
    TEST(test_frames_turn_pixels_into_values),
    CU_TEST_INFO_NULL,
};
