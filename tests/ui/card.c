/* card.c - see card.h. */
#include "tests/ui/card.h"

#include <math.h>
#include <stdio.h>

#include "tests/suite.h"

#define POINTS 300

static double noise(struct test_rng *rng)
{
    return (double)test_rng_below(rng, 1000) / 1000 - 0.5;
}

/* A noisy series with a peak and a gap, as the window is full of. */
static void curve_points(struct rect where, double base, uint64_t seed, struct point *points)
{
    struct test_rng rng = {seed};
    for (int i = 0; i < POINTS; i++) {
        double t = (double)i / (POINTS - 1), away = (t - 0.4) * 12;
        double y = base - 0.4 / (1 + away * away) + 0.06 * noise(&rng);
        points[i] = (struct point){where.x + t * where.w, where.y + y * where.h};
        if (i > 200 && i < 215)
            points[i].y = NAN;
    }
}

static void draw_series(struct canvas *canvas, const struct theme *theme, struct rect where)
{
    struct point points[POINTS];
    const struct colour colours[] = {theme->p99, theme->p95, theme->p50};
    canvas_push_clip(canvas, where);
    for (int tick = 0; tick <= 4; tick++)
        canvas_line(canvas, where.x, where.y + where.h * tick / 4, where.x + where.w,
                    where.y + where.h * tick / 4, (struct stroke){theme->grid, 1, DASH_SOLID});
    for (int s = 0; s < 3; s++) {
        curve_points(where, 0.55 + 0.2 * s, (uint64_t)s + 1, points);
        canvas->ops->polyline(canvas, points, POINTS,
                              (struct stroke){colours[s], 1.5, (enum dash)s});
    }
    canvas->ops->polyline(canvas, &points[10], 1, (struct stroke){theme->text, 5, DASH_SOLID});
    canvas_pop_clip(canvas);
    canvas_frame(canvas, where, 0, (struct stroke){theme->border, 1, DASH_SOLID});
}

static void draw_areas(struct canvas *canvas, const struct theme *theme, struct rect where)
{
    double x[POINTS], edge[4][POINTS];
    struct test_rng rng = {7};
    for (int i = 0; i < POINTS; i++) {
        x[i] = where.x + where.w * i / (POINTS - 1);
        edge[0][i] = where.y + where.h;
        for (int k = 1; k < 4; k++)
            edge[k][i] = edge[k - 1][i] - where.h * (0.2 + 0.1 * noise(&rng));
    }
    for (int k = 1; k < 4; k++)
        canvas->ops->area(canvas, x, edge[k], edge[k - 1], POINTS,
                          colour_fade(theme->category[k], k == 2 ? 0.4 : 1));
    canvas_frame(canvas, where, 0, (struct stroke){theme->border, 1, DASH_SOLID});
}

static void draw_heat(struct canvas *canvas, const struct theme *theme, struct rect where,
                      int columns, int rows)
{
    static struct colour cells[128 * 64];
    for (int row = 0; row < rows; row++)
        for (int column = 0; column < columns; column++) {
            double away = (row - rows * (0.6 - 0.3 * column / columns)) * 10 / rows;
            cells[row * columns + column] =
                theme_heat(theme, floor(400 / (1 + away * away * away * away)), 400);
        }
    canvas->ops->cells(canvas, where, columns, rows, cells);
}

static void draw_marks(struct canvas *canvas, const struct theme *theme, double x, double y)
{
    struct point dots[40];
    struct point bow[4] = {{x, y + 40}, {x + 80, y + 40}, {x + 60, y + 90}, {x + 150, y + 90}};
    for (int i = 0; i < 4; i++)
        canvas_health(canvas, x + 10 + 26 * i, y + 12, 14, (enum health)i);
    canvas->ops->ring(canvas, (struct point){x + 120.3, y + 12.2}, 7,
                      (struct stroke){theme->accent, 2, DASH_SOLID});
    canvas->ops->ring(canvas, (struct point){x + 144, y + 12}, 7,
                      (struct stroke){theme->muted, 1, DASH_DASHED});
    canvas->ops->curve(canvas, bow, (struct stroke){theme->border, 1.5, DASH_SOLID});
    for (int i = 0; i < 40; i++)
        dots[i] = (struct point){x + 3.7 * i, y + 60 + 0.06 * (i - 20) * (i - 20) - 12};
    canvas->ops->discs(canvas, dots, 40, 2.5, theme->accent);
    canvas->ops->polygon(canvas,
                         (struct point[]){{x + 100, y + 30}, {x + 148, y + 44}, {x + 110, y + 52}},
                         3, colour_fade(theme->fault, 0.6));
}

static void draw_boxes(struct canvas *canvas, const struct theme *theme, double x, double y)
{
    canvas_fill(canvas, (struct rect){x, y, 84, 26}, 4, theme->accent);
    canvas_frame(canvas, (struct rect){x + 92, y, 84, 26}, 4,
                 (struct stroke){theme->border, 1, DASH_SOLID});
    canvas_frame(canvas, (struct rect){x + 184, y, 40, 26}, 0,
                 (struct stroke){theme->accent, 1, DASH_DASHED});
    for (int i = 0; i < 24; i++)
        canvas_fill(canvas, (struct rect){x + 3.3 * i, y + 36 + 20 - 0.8 * i, 2.4, 0.8 * i + 4}, 0,
                    theme->category[2]);
    canvas_line(canvas, x + 100, y + 36, x + 180, y + 60,
                (struct stroke){theme->b, 1.5, DASH_DASHED});
    canvas_line(canvas, x + 100, y + 42, x + 180, y + 66,
                (struct stroke){theme->a, 0.5, DASH_SOLID});
    canvas_line(canvas, x + 190.4, y + 32, x + 190.4, y + 66,
                (struct stroke){theme->strong, 1, DASH_DOTTED});
    canvas_line(canvas, x + 200, y + 40.4, x + 224, y + 40.4,
                (struct stroke){theme->fault, 2, DASH_DASHED});
}

static void draw_words(struct canvas *canvas, const struct theme *theme, double x, double y)
{
    static const char *const words[TYPE_STYLES] = {
        "Small 0123456789 p99 of 10 s, n = 12 431",
        "Body: AVATAR Wo \u2026 \u00b5s \u2264 \u00b1 \u2192",
        "Strong: Where time goes",
        "Title: Latency 307 ms",
        "$989/mo 44 ms",
        "00:11:00 -> {x != y} \u2713\u2717",
    };
    for (int i = 0; i < TYPE_STYLES; i++) {
        y += i == TYPE_FIGURE ? 30 : 21;
        canvas_text(canvas, x, y, ALIGN_LEFT, (enum type_style)i,
                    i % 2 == 0 ? theme->muted : theme->strong, words[i]);
        double width = canvas_measure(canvas, (enum type_style)i, words[i]);
        canvas_fill(canvas, (struct rect){x + width, y - 8, 1, 8}, 0, theme->accent);
    }
}

static void draw_clipped(struct canvas *canvas, const struct theme *theme, const char *words)
{
    canvas_push_clip(canvas, (struct rect){12, 340, 100, 30});
    canvas_push_clip(canvas, (struct rect){40, 330, 200, 30});
    canvas_fill(canvas, (struct rect){0, 300, 300, 100}, 20, theme->category[4]);
    canvas_text(canvas, 30, 356, ALIGN_LEFT, TYPE_TITLE, theme->bg, words);
    canvas_pop_clip(canvas);
    canvas_pop_clip(canvas);
}

void card_draw_shapes(struct canvas *canvas, const struct theme *theme)
{
    canvas_fill(canvas, (struct rect){0, 0, CARD_WIDTH, CARD_HEIGHT}, 0, theme->bg);
    canvas_fill(canvas, (struct rect){8, 8, 304, 196}, 6, theme->panel);
    canvas_frame(canvas, (struct rect){8, 8, 304, 196}, 6,
                 (struct stroke){theme->border, 1, DASH_SOLID});
    canvas->ops->begin_group(canvas, "series");
    draw_series(canvas, theme, (struct rect){22, 20, 276, 170});
    canvas->ops->end_group(canvas);
    draw_areas(canvas, theme, (struct rect){328, 16.5, 140.5, 90});
    draw_heat(canvas, theme, (struct rect){484, 16, 140, 90}, 40, 24);
    draw_heat(canvas, theme, (struct rect){484, 116, 60, 30}, 128, 64);
    draw_marks(canvas, theme, 328, 116);
    draw_boxes(canvas, theme, 12, 216);
    draw_clipped(canvas, theme, "");
}

void card_draw(struct canvas *canvas, const struct theme *theme)
{
    card_draw_shapes(canvas, theme);
    draw_words(canvas, theme, 328, 212);
    canvas_text(canvas, 54, 233, ALIGN_MIDDLE, TYPE_STRONG, theme->bg, "100\u00d7");
    canvas_text(canvas, 146, 233, ALIGN_MIDDLE, TYPE_BODY, theme->text, "Export");
    canvas_textf(canvas, 300, 310, ALIGN_RIGHT, TYPE_SMALL, theme->muted, "right %d", 310);
    canvas_text(canvas, 12, 320, ALIGN_LEFT, TYPE_BODY, theme->text,
                "\u041f\u0440\u0438\u0432\u0435\u0442, \u03b1\u03b2\u03b3, caf\u00e9, e\u0301");
    draw_clipped(canvas, theme, "clipped by two");
}
