/* tape.c - see the header. A call is a code, its arguments as they are in memory, and the arrays they point to. */
#include "ui/tape.h"

#include <math.h>
#include <string.h>

#include "core/arena.h"

enum call {
    CALL_PUSH_CLIP,
    CALL_POP_CLIP,
    CALL_FILL_RECT,
    CALL_STROKE_RECT,
    CALL_LINE,
    CALL_POLYLINE,
    CALL_AREA,
    CALL_POLYGON,
    CALL_CURVE,
    CALL_DISCS,
    CALL_RING,
    CALL_CELLS,
    CALL_TEXT
};

/* Padding is part of what is compared, so it is cleared before fields are set. */
struct args {
    int32_t call, count, columns, rows, style, align;
    struct colour colour;
    struct stroke stroke;
    struct rect rect;
    struct point from, to;
    double radius;
};

void tape_free(struct tape *tape)
{
    mem_free(tape->data);
    *tape = (struct tape){0};
}

void tape_clear(struct tape *tape)
{
    tape->length = 0;
    tape->clips = 0;
    tape->bounds = (struct rect){0, 0, 0, 0};
}

/* Eight bytes at a time: every entry is padded to that. */
uint64_t tape_digest(const struct tape *tape)
{
    uint64_t hash = UINT64_C(0x9E3779B97F4A7C15) ^ tape->length;
    for (size_t i = 0; i + 8 <= tape->length; i += 8) {
        uint64_t word;
        memcpy(&word, tape->data + i, 8);
        hash = (hash ^ word) * UINT64_C(0xD6E8FEB86659FD93);
        hash ^= hash >> 32;
    }
    return hash;
}

static void *add(struct tape *tape, size_t bytes)
{
    size_t padded = (bytes + 7) / 8 * 8;
    if (tape->length + padded > tape->capacity) {
        tape->capacity = 2 * (tape->length + padded) + 1024;
        tape->data = mem_resize(tape->data, tape->capacity);
    }
    uint8_t *at = tape->data + tape->length;
    memset(at + bytes / 8 * 8, 0, padded - bytes / 8 * 8);
    tape->length += padded;
    return at;
}

static void add_copy(struct tape *tape, const void *from, size_t bytes)
{
    if (bytes > 0)
        memcpy(add(tape, bytes), from, bytes);
}

static struct args *begin(struct canvas *canvas, enum call call)
{
    struct tape *tape = ((struct tape_canvas *)canvas)->tape;
    struct args *args = add(tape, sizeof *args);
    memset(args, 0, sizeof *args);
    args->call = call;
    return args;
}

static void reach(struct canvas *canvas, double x, double y, double w, double h)
{
    struct rect *all = &((struct tape_canvas *)canvas)->tape->bounds;
    if (all->w <= 0) {
        *all = (struct rect){x, y, fmax(w, 1), fmax(h, 1)};
        return;
    }
    double right = fmax(all->x + all->w, x + w), bottom = fmax(all->y + all->h, y + h);
    all->x = fmin(all->x, x);
    all->y = fmin(all->y, y);
    all->w = right - all->x;
    all->h = bottom - all->y;
}

static void reach_points(struct canvas *canvas, const struct point *points, int count, double by)
{
    for (int i = 0; i < count; i++)
        if (!isnan(points[i].x) && !isnan(points[i].y))
            reach(canvas, points[i].x - by, points[i].y - by, 2 * by, 2 * by);
}

static struct tape *tape_of(struct canvas *canvas)
{
    return ((struct tape_canvas *)canvas)->tape;
}

/* Field by field: padding stays cleared. */
static void set_stroke(struct args *args, struct stroke stroke)
{
    args->stroke.colour = stroke.colour;
    args->stroke.width = stroke.width;
    args->stroke.dash = stroke.dash;
}

/* -- recording -- */

static void push_clip(struct canvas *canvas, struct rect rect)
{
    begin(canvas, CALL_PUSH_CLIP)->rect = rect;
    tape_of(canvas)->clips++;
}

static void pop_clip(struct canvas *canvas)
{
    (void)begin(canvas, CALL_POP_CLIP);
    tape_of(canvas)->clips--;
}

static void fill_rect(struct canvas *canvas, struct rect rect, double radius, struct colour colour)
{
    struct args *args = begin(canvas, CALL_FILL_RECT);
    args->rect = rect;
    args->radius = radius;
    args->colour = colour;
    reach(canvas, rect.x, rect.y, rect.w, rect.h);
}

static void stroke_rect(struct canvas *canvas, struct rect rect, double radius,
                        struct stroke stroke)
{
    struct args *args = begin(canvas, CALL_STROKE_RECT);
    args->rect = rect;
    args->radius = radius;
    set_stroke(args, stroke);
    reach(canvas, rect.x, rect.y, rect.w, rect.h);
}

static void line(struct canvas *canvas, struct point from, struct point to, struct stroke stroke)
{
    struct args *args = begin(canvas, CALL_LINE);
    args->from = from;
    args->to = to;
    set_stroke(args, stroke);
    reach_points(canvas, (struct point[]){from, to}, 2, stroke.width / 2 + 1);
}

static void polyline(struct canvas *canvas, const struct point *points, int count,
                     struct stroke stroke)
{
    struct args *args = begin(canvas, CALL_POLYLINE);
    args->count = count;
    set_stroke(args, stroke);
    add_copy(tape_of(canvas), points, (size_t)count * sizeof *points);
    reach_points(canvas, points, count, stroke.width / 2 + 1);
}

static void area(struct canvas *canvas, const double *x, const double *tops, const double *bottoms,
                 int count, struct colour colour)
{
    struct args *args = begin(canvas, CALL_AREA);
    args->count = count;
    args->colour = colour;
    const double *const arrays[] = {x, tops, bottoms};
    for (int i = 0; i < 3; i++)
        add_copy(tape_of(canvas), arrays[i], (size_t)count * sizeof **arrays);
    for (int i = 0; i < count; i++)
        if (!isnan(tops[i]) && !isnan(bottoms[i]))
            reach(canvas, x[i], fmin(tops[i], bottoms[i]), 1, fabs(tops[i] - bottoms[i]));
}

static void polygon(struct canvas *canvas, const struct point *points, int count,
                    struct colour colour)
{
    struct args *args = begin(canvas, CALL_POLYGON);
    args->count = count;
    args->colour = colour;
    add_copy(tape_of(canvas), points, (size_t)count * sizeof *points);
    reach_points(canvas, points, count, 1);
}

static void curve(struct canvas *canvas, const struct point points[4], struct stroke stroke)
{
    struct args *args = begin(canvas, CALL_CURVE);
    set_stroke(args, stroke);
    add_copy(tape_of(canvas), points, 4 * sizeof *points);
    reach_points(canvas, points, 4, stroke.width / 2 + 1);
}

static void discs(struct canvas *canvas, const struct point *centres, int count, double radius,
                  struct colour colour)
{
    struct args *args = begin(canvas, CALL_DISCS);
    args->count = count;
    args->radius = radius;
    args->colour = colour;
    add_copy(tape_of(canvas), centres, (size_t)count * sizeof *centres);
    reach_points(canvas, centres, count, radius + 1);
}

static void ring(struct canvas *canvas, struct point centre, double radius, struct stroke stroke)
{
    struct args *args = begin(canvas, CALL_RING);
    args->from = centre;
    args->radius = radius;
    set_stroke(args, stroke);
    reach_points(canvas, &centre, 1, radius + stroke.width + 1);
}

static void cells(struct canvas *canvas, struct rect rect, int columns, int rows,
                  const struct colour *colours)
{
    struct args *args = begin(canvas, CALL_CELLS);
    args->rect = rect;
    args->columns = columns;
    args->rows = rows;
    add_copy(tape_of(canvas), colours, (size_t)columns * (size_t)rows * sizeof *colours);
    reach(canvas, rect.x, rect.y, rect.w, rect.h);
}

static void text(struct canvas *canvas, struct point at, enum align align, enum type_style style,
                 struct colour colour, const char *string)
{
    struct tape_canvas *self = (struct tape_canvas *)canvas;
    struct args *args = begin(canvas, CALL_TEXT);
    args->from = at;
    args->align = (int32_t)align;
    args->style = (int32_t)style;
    args->colour = colour;
    args->count = (int32_t)strlen(string) + 1;
    args->radius = canvas->text_scale;
    add_copy(self->tape, string, (size_t)strlen(string) + 1);
    double size = type_size(style) * canvas->text_scale;
    double width = canvas_measure(canvas, style, string) + 4;
    double left = align == ALIGN_LEFT    ? at.x
                  : align == ALIGN_RIGHT ? at.x - width
                                         : at.x - width / 2;
    reach(canvas, left - 2, at.y - size, width + 2, size * 1.35);
}

static double measure(struct canvas *canvas, enum type_style style, const char *string)
{
    struct tape_canvas *self = (struct tape_canvas *)canvas;
    self->real->text_scale = canvas->text_scale;
    return self->real->ops->measure(self->real, style, string);
}

static void begin_group(struct canvas *canvas, const char *name)
{
    (void)canvas;
    (void)name;
}

static void end_group(struct canvas *canvas)
{
    (void)canvas;
}

static const struct canvas_ops ops = {
    push_clip, pop_clip, fill_rect, stroke_rect, line, polyline, area,        polygon,
    curve,     discs,    ring,      cells,       text, measure,  begin_group, end_group,
};

void tape_canvas_init(struct tape_canvas *tape_canvas, struct canvas *real)
{
    *tape_canvas = (struct tape_canvas){{&ops, 1}, real, NULL};
}

/* -- playing -- */

static size_t padded(size_t bytes)
{
    return (bytes + 7) / 8 * 8;
}

static size_t play_one(const struct args *args, const uint8_t *rest, struct canvas *canvas)
{
    size_t count = (size_t)args->count, points = count * sizeof(struct point);
    const void *data = rest;
    switch ((enum call)args->call) {
    case CALL_PUSH_CLIP:
        canvas->ops->push_clip(canvas, args->rect);
        return 0;
    case CALL_POP_CLIP:
        canvas->ops->pop_clip(canvas);
        return 0;
    case CALL_FILL_RECT:
        canvas->ops->fill_rect(canvas, args->rect, args->radius, args->colour);
        return 0;
    case CALL_STROKE_RECT:
        canvas->ops->stroke_rect(canvas, args->rect, args->radius, args->stroke);
        return 0;
    case CALL_LINE:
        canvas->ops->line(canvas, args->from, args->to, args->stroke);
        return 0;
    case CALL_POLYLINE:
        canvas->ops->polyline(canvas, data, args->count, args->stroke);
        return points;
    case CALL_AREA: {
        const double *numbers = data;
        canvas->ops->area(canvas, numbers, numbers + count, numbers + 2 * count, args->count,
                          args->colour);
        return 3 * count * sizeof *numbers;
    }
    case CALL_POLYGON:
        canvas->ops->polygon(canvas, data, args->count, args->colour);
        return points;
    case CALL_CURVE:
        canvas->ops->curve(canvas, data, args->stroke);
        return 4 * sizeof(struct point);
    case CALL_DISCS:
        canvas->ops->discs(canvas, data, args->count, args->radius, args->colour);
        return points;
    case CALL_RING:
        canvas->ops->ring(canvas, args->from, args->radius, args->stroke);
        return 0;
    case CALL_CELLS:
        canvas->ops->cells(canvas, args->rect, args->columns, args->rows, data);
        return padded((size_t)args->columns * (size_t)args->rows * sizeof(struct colour));
    case CALL_TEXT:
        canvas->text_scale = args->radius;
        canvas->ops->text(canvas, args->from, (enum align)args->align, (enum type_style)args->style,
                          args->colour, data);
        return padded(count);
    }
    return 0;
}

void tape_play(const struct tape *tape, struct canvas *canvas)
{
    size_t at = 0;
    while (at + sizeof(struct args) <= tape->length) {
        const void *args = tape->data + at;
        at += sizeof(struct args);
        at += play_one(args, tape->data + at, canvas);
    }
}
