/* recorder.c - see the header for the form of a line. */
#include "chart/recorder.h"

#include "chart/fixed.h"
#include "chart/font_widths.h"

static struct recorder *of(struct canvas *canvas)
{
    return (struct recorder *)canvas;
}

/* -- pieces of a line ------------------------------------------------------------------------------------ */

static struct text *begin(struct canvas *canvas, const char *call)
{
    struct recorder *recorder = of(canvas);
    for (int i = 0; i < recorder->depth; i++)
        text_add(&recorder->text, "  ");
    text_add(&recorder->text, call);
    return &recorder->text;
}

static void add_number(struct text *out, double value)
{
    text_add(out, " ");
    fixed_add(out, value, 1);
}

static void add_rect(struct text *out, struct rect rect)
{
    add_number(out, rect.x);
    add_number(out, rect.y);
    add_number(out, rect.w);
    add_number(out, rect.h);
}

static void add_radius(struct text *out, double radius)
{
    if (radius > 0) {
        text_add(out, " r");
        fixed_add(out, radius, 1);
    }
}

static void add_colour(struct text *out, struct colour colour)
{
    text_addf(out, " #%02x%02x%02x", colour.r, colour.g, colour.b);
    if (colour.a != 255)
        text_addf(out, "%02x", colour.a);
}

static void add_stroke(struct text *out, struct stroke stroke)
{
    static const char *const names[DASH_KINDS] = {
        [DASH_SOLID] = "", [DASH_DASHED] = " dashed", [DASH_DOTTED] = " dotted"};
    add_colour(out, stroke.colour);
    add_number(out, stroke.width);
    text_add(out, names[stroke.dash]);
}

static void add_pair(struct text *out, double x, double y)
{
    add_number(out, x);
    text_add(out, ",");
    fixed_add(out, y, 1);
}

static void add_points(struct text *out, const struct point *points, int count)
{
    text_addf(out, " %d:", count);
    for (int i = 0; i < count; i++)
        if (points[i].x == points[i].x && points[i].y == points[i].y)
            add_pair(out, points[i].x, points[i].y);
        else
            text_add(out, " gap");
    text_add(out, "\n");
}

/* -- the calls ------------------------------------------------------------------------------------------- */

static void push_clip(struct canvas *canvas, struct rect rect)
{
    add_rect(begin(canvas, "clip"), rect);
    text_add(&of(canvas)->text, "\n");
    of(canvas)->clips++;
}

static void pop_clip(struct canvas *canvas)
{
    ASSERT(of(canvas)->clips > 0);
    of(canvas)->clips--;
    text_add(begin(canvas, "unclip"), "\n");
}

static void fill_rect(struct canvas *canvas, struct rect rect, double radius, struct colour colour)
{
    struct text *out = begin(canvas, "fill");
    add_rect(out, rect);
    add_radius(out, radius);
    add_colour(out, colour);
    text_add(out, "\n");
}

static void stroke_rect(struct canvas *canvas, struct rect rect, double radius,
                        struct stroke stroke)
{
    struct text *out = begin(canvas, "frame");
    add_rect(out, rect);
    add_radius(out, radius);
    add_stroke(out, stroke);
    text_add(out, "\n");
}

static void line(struct canvas *canvas, struct point from, struct point to, struct stroke stroke)
{
    struct text *out = begin(canvas, "line");
    add_rect(out, (struct rect){from.x, from.y, to.x, to.y});
    add_stroke(out, stroke);
    text_add(out, "\n");
}

static void polyline(struct canvas *canvas, const struct point *points, int count,
                     struct stroke stroke)
{
    struct text *out = begin(canvas, "polyline");
    add_stroke(out, stroke);
    add_points(out, points, count);
}

static void area(struct canvas *canvas, const double *x, const double *tops, const double *bottoms,
                 int count, struct colour colour)
{
    struct text *out = begin(canvas, "area");
    add_colour(out, colour);
    text_addf(out, " %d:", count);
    for (int i = 0; i < count; i++) {
        if (x[i] != x[i] || tops[i] != tops[i] || bottoms[i] != bottoms[i]) {
            text_add(out, " gap");
            continue;
        }
        add_pair(out, x[i], tops[i]);
        text_add(out, ",");
        fixed_add(out, bottoms[i], 1);
    }
    text_add(out, "\n");
}

static void polygon(struct canvas *canvas, const struct point *points, int count,
                    struct colour colour)
{
    struct text *out = begin(canvas, "polygon");
    add_colour(out, colour);
    add_points(out, points, count);
}

static void curve(struct canvas *canvas, const struct point points[4], struct stroke stroke)
{
    struct text *out = begin(canvas, "curve");
    add_stroke(out, stroke);
    add_points(out, points, 4);
}

static void discs(struct canvas *canvas, const struct point *centres, int count, double radius,
                  struct colour colour)
{
    struct text *out = begin(canvas, "discs");
    add_radius(out, radius);
    add_colour(out, colour);
    add_points(out, centres, count);
}

static void ring(struct canvas *canvas, struct point centre, double radius, struct stroke stroke)
{
    struct text *out = begin(canvas, "ring");
    add_number(out, centre.x);
    add_number(out, centre.y);
    add_radius(out, radius);
    add_stroke(out, stroke);
    text_add(out, "\n");
}

/* Row by row; runs of one colour as "colour*length", nothing there as "-". */
static void cells(struct canvas *canvas, struct rect rect, int columns, int rows,
                  const struct colour *colours)
{
    struct text *out = begin(canvas, "cells");
    add_rect(out, rect);
    text_addf(out, " %dx%d\n", columns, rows);
    for (int row = 0; row < rows; row++) {
        const struct colour *at = colours + (size_t)row * (size_t)columns;
        text_add(begin(canvas, "  row"), "");
        for (int from = 0, to; from < columns; from = to) {
            struct colour first = at[from];
            for (to = from + 1; to < columns; to++)
                if (first.a != 0 ? at[to].r != first.r || at[to].g != first.g ||
                                       at[to].b != first.b || at[to].a != first.a
                                 : at[to].a != 0)
                    break;
            if (first.a == 0)
                text_add(out, " -");
            else
                add_colour(out, first);
            if (to - from > 1)
                text_addf(out, "*%d", to - from);
        }
        text_add(out, "\n");
    }
}

static void text(struct canvas *canvas, struct point at, enum align align, enum type_style style,
                 struct colour colour, const char *words)
{
    static const char *const aligns[] = {
        [ALIGN_LEFT] = "", [ALIGN_MIDDLE] = " middle", [ALIGN_RIGHT] = " right"};
    static const char *const styles[TYPE_STYLES] = {
        [TYPE_SMALL] = " small", [TYPE_BODY] = " body",     [TYPE_STRONG] = " strong",
        [TYPE_TITLE] = " title", [TYPE_FIGURE] = " figure", [TYPE_MONO] = " mono"};
    struct text *out = begin(canvas, "text");
    add_number(out, at.x);
    add_number(out, at.y);
    text_add(out, aligns[align]);
    text_add(out, styles[style]);
    add_colour(out, colour);
    text_addf(out, " \"%s\"\n", words);
}

static double measure(struct canvas *canvas, enum type_style style, const char *words)
{
    return font_width(style, words) * canvas->text_scale;
}

static void begin_group(struct canvas *canvas, const char *name)
{
    text_addf(begin(canvas, "group"), " %s\n", name);
    of(canvas)->depth++;
}

static void end_group(struct canvas *canvas)
{
    ASSERT(of(canvas)->depth > 0);
    of(canvas)->depth--;
    text_add(begin(canvas, "end"), "\n");
}

void recorder_init(struct recorder *recorder, double text_scale)
{
    static const struct canvas_ops ops = {
        .push_clip = push_clip,
        .pop_clip = pop_clip,
        .fill_rect = fill_rect,
        .stroke_rect = stroke_rect,
        .line = line,
        .polyline = polyline,
        .area = area,
        .polygon = polygon,
        .curve = curve,
        .discs = discs,
        .ring = ring,
        .cells = cells,
        .text = text,
        .measure = measure,
        .begin_group = begin_group,
        .end_group = end_group,
    };
    *recorder = (struct recorder){.canvas = {.ops = &ops, .text_scale = text_scale}};
}

void recorder_free(struct recorder *recorder)
{
    text_free(&recorder->text);
}
