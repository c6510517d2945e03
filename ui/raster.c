/* raster.c - canvas calls into device pixels: scale, clip, snap, and hand on to the kernels. */
#include "ui/raster.h"

#include <math.h>
#include <string.h>

#include "core/arena.h"
#include "ui/raster_kernels.h"

#define CLIPS_MAX 32

struct raster {
    struct canvas canvas;
    struct fonts *fonts;
    struct pixels *pixels;
    struct kernel_target target;
    struct kernel_mask mask;
    struct pixel_rect clips[CLIPS_MAX];
    int clip_count;
    double *scratch; /* coordinates in device pixels */
    size_t scratch_capacity;
};

static struct raster *of(struct canvas *canvas)
{
    return (struct raster *)canvas;
}

static double nearest(double value)
{
    return floor(value + 0.5);
}

/* Device pixels, kept within an int however far outside. */
static int whole(double value)
{
    return (int)fmin(fmax(nearest(value), -1e6), 1e6);
}

static struct rect scaled(const struct raster *raster, struct rect rect)
{
    double scale = raster->pixels->scale;
    return (struct rect){rect.x * scale, rect.y * scale, rect.w * scale, rect.h * scale};
}

static struct point scaled_point(const struct raster *raster, struct point point)
{
    return (struct point){point.x * raster->pixels->scale, point.y * raster->pixels->scale};
}

static struct pixel_rect snapped(struct rect rect)
{
    int x = whole(rect.x), y = whole(rect.y);
    return (struct pixel_rect){x, y, whole(rect.x + rect.w) - x, whole(rect.y + rect.h) - y};
}

/* Whether anything between these edges, in device pixels, lies within the clip. */
static bool touch(const struct raster *raster, double x0, double y0, double x1, double y1)
{
    double far = 1e6;
    if (!(x0 < far && y0 < far && x1 > -far && y1 > -far))
        return false;
    int x = (int)floor(fmax(x0, -far)), y = (int)floor(fmax(y0, -far));
    struct pixel_rect part = {x, y, (int)ceil(fmin(x1, far)) - x, (int)ceil(fmin(y1, far)) - y};
    part = pixel_rect_both(part, raster->target.clip);
    return !pixel_rect_is_empty(part);
}

static bool touch_rect(const struct raster *raster, struct rect rect)
{
    return touch(raster, rect.x - 1, rect.y - 1, rect.x + rect.w + 1, rect.y + rect.h + 1);
}

static void push_clip(struct canvas *canvas, struct rect rect)
{
    struct raster *raster = of(canvas);
    ASSERT(raster->clip_count < CLIPS_MAX);
    raster->clips[raster->clip_count++] = raster->target.clip;
    raster->target.clip = pixel_rect_both(raster->target.clip, snapped(scaled(raster, rect)));
    if (pixel_rect_is_empty(raster->target.clip))
        raster->target.clip.w = raster->target.clip.h = 0;
}

static void pop_clip(struct canvas *canvas)
{
    struct raster *raster = of(canvas);
    ASSERT(raster->clip_count > 0);
    raster->target.clip = raster->clips[--raster->clip_count];
}

/* A side of four pixels and more, or of just one, stands on whole pixels; others keep their exact length, so that
 * thin bars do not differ by a third. */
static void snap_side(double *at, double *length)
{
    bool hair = *length > 0.74 && *length < 1.26;
    if (*length < 4 && !hair)
        return;
    double from = nearest(*at), to = hair ? from + 1 : nearest(*at + *length);
    *at = from;
    *length = to - from;
}

static void fill_rect(struct canvas *canvas, struct rect rect, double radius, struct colour colour)
{
    struct raster *raster = of(canvas);
    rect = scaled(raster, rect);
    if (!(rect.w > 0 && rect.h > 0) || colour.a == 0 || !touch_rect(raster, rect))
        return;
    snap_side(&rect.x, &rect.w);
    snap_side(&rect.y, &rect.h);
    bool is_whole = nearest(rect.x) == rect.x && nearest(rect.y) == rect.y &&
                    nearest(rect.w) == rect.w && nearest(rect.h) == rect.h;
    if (radius > 0)
        kernel_round_rect(&raster->target, rect, radius * raster->pixels->scale, 0, colour);
    else if (is_whole)
        kernel_fill(&raster->target, snapped(rect), colour);
    else
        kernel_rect(&raster->target, rect, colour);
}

/* Whole device pixels, at least one; what is thinner becomes fainter. */
static double whole_width(const struct raster *raster, struct stroke *stroke)
{
    double width = stroke->width * raster->pixels->scale;
    if (width < 1)
        stroke->colour = colour_fade(stroke->colour, width > 0 ? width : 0);
    return width < 1.5 ? 1 : nearest(width);
}

/* Stretches of the pattern along [0, length), in device pixels: calls on for each. */
struct dashing {
    double on, off, phase; /* phase: how far into the pattern */
};

static bool dashing_of(const struct raster *raster, const struct stroke *stroke, struct dashing *d)
{
    double scale = raster->pixels->scale;
    const double *pattern = dash_pattern(stroke->dash);
    *d = (struct dashing){0};
    if (pattern == NULL)
        return false;
    d->on = pattern[0] * scale;
    d->off = pattern[1] * scale;
    return true;
}

/* A line parallel to an axis, on whole pixels. */
static void straight(struct raster *raster, struct point from, struct point to,
                     struct stroke stroke)
{
    bool level = from.y == to.y;
    double a = level ? from.x : from.y, b = level ? to.x : to.y, across = level ? from.y : from.x;
    double thick = whole_width(raster, &stroke), side = nearest(across - thick / 2);
    if (a > b) {
        double swap = a;
        a = b, b = swap;
    }
    if (!(level ? touch(raster, a - 1, side, b + 1, side + thick)
                : touch(raster, side, a - 1, side + thick, b + 1)))
        return;
    struct dashing d;
    bool dashed = dashing_of(raster, &stroke, &d);
    double clip_from = level ? raster->target.clip.x : raster->target.clip.y;
    double clip_to = clip_from + (level ? raster->target.clip.w : raster->target.clip.h);
    double period = d.on + d.off, at = a;
    if (dashed && at < clip_from) /* whole periods outside need not be drawn */
        at += floor((clip_from - at) / period) * period;
    for (; at < b && at < clip_to; at += period) {
        double end = dashed && at + d.on < b ? at + d.on : b;
        struct rect part = level ? (struct rect){at, side, end - at, thick}
                                 : (struct rect){side, at, thick, end - at};
        kernel_fill(&raster->target, snapped(part), stroke.colour);
        if (!dashed)
            return;
    }
}

/* A segment, cut by the pattern. Its round ends stick out by half the width, so dashes are that much shorter. */
static void dash_segment(struct raster *raster, struct dashing *d, struct point from,
                         struct point to, double width)
{
    double dx = to.x - from.x, dy = to.y - from.y, length = sqrt(dx * dx + dy * dy);
    double period = d->on + d->off, core = d->on > width ? d->on - width : 0.01, at = 0;
    double shift = (d->on - core) / 2;
    if (length > 0 && length < 1e5)
        for (at = -d->phase; at < length; at += period) {
            double a = at + shift, b = at + shift + core;
            a = a > 0 ? a : 0;
            b = b < length ? b : length;
            if (a < b)
                kernel_stroke_segment(
                    &raster->mask,
                    (struct point){from.x + dx * a / length, from.y + dy * a / length},
                    (struct point){from.x + dx * b / length, from.y + dy * b / length}, width);
        }
    d->phase = fmod(d->phase + length, period);
}

static bool box_of(const struct raster *raster, const struct point *points, int count, double width,
                   double box[4])
{
    double half = width / 2 + 1;
    bool any = false;
    box[0] = box[1] = box[2] = box[3] = 0;
    for (int i = 0; i < count; i++) {
        if (isnan(points[i].x) || isnan(points[i].y))
            continue;
        struct point p = scaled_point(raster, points[i]);
        box[0] = !any || p.x - half < box[0] ? p.x - half : box[0];
        box[1] = !any || p.y - half < box[1] ? p.y - half : box[1];
        box[2] = !any || p.x + half > box[2] ? p.x + half : box[2];
        box[3] = !any || p.y + half > box[3] ? p.y + half : box[3];
        any = true;
    }
    return any;
}

static void polyline(struct canvas *canvas, const struct point *points, int count,
                     struct stroke stroke)
{
    struct raster *raster = of(canvas);
    double width = stroke.width * raster->pixels->scale, box[4];
    if (!box_of(raster, points, count, width, box) ||
        !touch(raster, box[0], box[1], box[2], box[3]))
        return;
    struct dashing d;
    bool dashed = dashing_of(raster, &stroke, &d), before = false;
    struct point last = {0};
    /* Only the box needs a mask. */
    struct kernel_target target = raster->target;
    target.clip = pixel_rect_both(
        target.clip, (struct pixel_rect){whole(box[0]) - 1, whole(box[1]) - 1,
                                         whole(box[2] - box[0]) + 3, whole(box[3] - box[1]) + 3});
    if (pixel_rect_is_empty(target.clip))
        return;
    kernel_stroke_begin(&raster->mask, &target);
    for (int i = 0; i < count; i++) {
        bool here = !isnan(points[i].x) && !isnan(points[i].y);
        struct point p = here ? scaled_point(raster, points[i]) : last;
        bool alone =
            here && !before && (i + 1 == count || isnan(points[i + 1].x) || isnan(points[i + 1].y));
        if (here && before && dashed)
            dash_segment(raster, &d, last, p, width);
        else if (here && (before || alone))
            kernel_stroke_segment(&raster->mask, before ? last : p, p, width);
        if (!here)
            d.phase = 0;
        before = here;
        last = p;
    }
    kernel_stroke_paint(&raster->mask, &target, stroke.colour);
}

static void line(struct canvas *canvas, struct point from, struct point to, struct stroke stroke)
{
    struct raster *raster = of(canvas);
    if (from.x == to.x || from.y == to.y)
        straight(raster, scaled_point(raster, from), scaled_point(raster, to), stroke);
    else
        polyline(canvas, (struct point[]){from, to}, 2, stroke);
}

static void stroke_rect(struct canvas *canvas, struct rect rect, double radius,
                        struct stroke stroke)
{
    struct raster *raster = of(canvas);
    if (!(rect.w > 0 && rect.h > 0))
        return;
    if (stroke.dash != DASH_SOLID) {
        struct rect in = rect_inset(rect, stroke.width / 2);
        struct point corner[] = {
            {in.x, in.y}, {in.x + in.w, in.y}, {in.x + in.w, in.y + in.h}, {in.x, in.y + in.h}};
        for (int i = 0; i < 4; i++)
            line(canvas, corner[i], corner[(i + 1) % 4], stroke);
        return;
    }
    struct rect box = scaled(raster, rect);
    if (!touch_rect(raster, box))
        return;
    struct pixel_rect edge = snapped(box);
    box = (struct rect){edge.x, edge.y, edge.w > 1 ? edge.w : 1, edge.h > 1 ? edge.h : 1};
    double width = whole_width(raster, &stroke);
    kernel_round_rect(&raster->target, box, radius * raster->pixels->scale, width, stroke.colour);
}

static double *scratch(struct raster *raster, size_t count)
{
    if (count > raster->scratch_capacity) {
        raster->scratch = mem_resize(raster->scratch, count * sizeof(double));
        raster->scratch_capacity = count;
    }
    return raster->scratch;
}

static void area(struct canvas *canvas, const double *x, const double *tops, const double *bottoms,
                 int count, struct colour colour)
{
    struct raster *raster = of(canvas);
    double scale = raster->pixels->scale, low = INFINITY, high = -INFINITY;
    if (count < 2 || colour.a == 0)
        return;
    double *at = scratch(raster, 3 * (size_t)count), *top = at + count, *bottom = top + count;
    for (int i = 0; i < count; i++) {
        at[i] = x[i] * scale;
        top[i] = tops[i] * scale;
        bottom[i] = bottoms[i] * scale;
        low = fmin(low, fmin(top[i], bottom[i])); /* fmin and fmax pass over a NAN */
        high = fmax(high, fmax(top[i], bottom[i]));
    }
    if (touch(raster, at[0], low, at[count - 1], high))
        kernel_area(&raster->mask, &raster->target, at, top, bottom, count, colour);
}

static void polygon(struct canvas *canvas, const struct point *points, int count,
                    struct colour colour)
{
    struct raster *raster = of(canvas);
    double box[4];
    if (count < 3 || !box_of(raster, points, count, 0, box) ||
        !touch(raster, box[0], box[1], box[2], box[3]))
        return;
    struct point *at = (struct point *)scratch(raster, 2 * (size_t)count);
    for (int i = 0; i < count; i++)
        at[i] = scaled_point(raster, points[i]);
    kernel_polygon(&raster->mask, &raster->target, at, count, colour);
}

static double distance(struct point from, struct point to)
{
    double dx = to.x - from.x, dy = to.y - from.y;
    return sqrt(dx * dx + dy * dy);
}

/* As a polyline, in steps of some three device pixels. */
static void curve(struct canvas *canvas, const struct point points[4], struct stroke stroke)
{
    struct point at[65];
    double length = 0;
    for (int i = 0; i < 3; i++)
        length += distance(points[i], points[i + 1]);
    int steps = (int)fmin(fmax(length * of(canvas)->pixels->scale / 3, 4), COUNTOF(at) - 1);
    for (int i = 0; i <= steps; i++) {
        double t = (double)i / steps, u = 1 - t;
        double a = u * u * u, b = 3 * u * u * t, c = 3 * u * t * t, d = t * t * t;
        at[i].x = a * points[0].x + b * points[1].x + c * points[2].x + d * points[3].x;
        at[i].y = a * points[0].y + b * points[1].y + c * points[2].y + d * points[3].y;
    }
    polyline(canvas, at, steps + 1, stroke);
}

static void discs(struct canvas *canvas, const struct point *centres, int count, double radius,
                  struct colour colour)
{
    struct raster *raster = of(canvas);
    radius *= raster->pixels->scale;
    for (int i = 0; i < count; i++) {
        struct point p = scaled_point(raster, centres[i]);
        if (touch(raster, p.x - radius - 1, p.y - radius - 1, p.x + radius + 1, p.y + radius + 1))
            kernel_disc(&raster->target, p, radius, 0, colour);
    }
}

static void ring(struct canvas *canvas, struct point centre, double radius, struct stroke stroke)
{
    struct raster *raster = of(canvas);
    struct point p = scaled_point(raster, centre);
    double width = stroke.width * raster->pixels->scale, r = radius * raster->pixels->scale;
    double edge = r + width / 2 + 1;
    if (stroke.dash != DASH_SOLID) {
        struct point at[49];
        for (int i = 0; i < (int)COUNTOF(at); i++) {
            double angle = i * 6.283185307179586 / (COUNTOF(at) - 1);
            at[i] = (struct point){centre.x + radius * cos(angle), centre.y + radius * sin(angle)};
        }
        polyline(canvas, at, COUNTOF(at), stroke);
    } else if (touch(raster, p.x - edge, p.y - edge, p.x + edge, p.y + edge)) {
        kernel_disc(&raster->target, p, r, width, stroke.colour);
    }
}

static void cells(struct canvas *canvas, struct rect rect, int columns, int rows,
                  const struct colour *colours)
{
    struct raster *raster = of(canvas);
    rect = scaled(raster, rect);
    if (touch_rect(raster, rect))
        kernel_cells(&raster->target, rect, columns, rows, colours);
}

static double measure(struct canvas *canvas, enum type_style style, const char *text)
{
    return fonts_measure(of(canvas)->fonts, style, canvas->text_scale, text);
}

static void text(struct canvas *canvas, struct point at, enum align align, enum type_style style,
                 struct colour colour, const char *words)
{
    struct raster *raster = of(canvas);
    double size = type_size(style) * canvas->text_scale * raster->pixels->scale;
    struct font_line shaped = fonts_shape(raster->fonts, style, words);
    struct point pen = scaled_point(raster, at);
    double width = shaped.width * size;
    pen.x -= align == ALIGN_MIDDLE ? width / 2 : align == ALIGN_RIGHT ? width : 0;
    /* Accents and italics reach beyond their advance by less than half an em. */
    if (!touch(raster, pen.x - size / 2, pen.y - 1.25 * size, pen.x + width + size / 2,
               pen.y + size / 2))
        return;
    int base = whole(pen.y);
    for (int i = 0; i < shaped.count; i++) {
        const struct font_glyph *glyph = &shaped.glyphs[i];
        int place = whole((pen.x + glyph->x * size) * FONT_STEPS);
        int step = place & (FONT_STEPS - 1);
        struct font_image image = fonts_render(raster->fonts, glyph, size, step);
        kernel_coverage(&raster->target, image.coverage, image.width, image.height,
                        (place - step) / FONT_STEPS + image.left,
                        base - whole(glyph->y * size) - image.top, colour);
    }
}

static void group(struct canvas *canvas, const char *name)
{
    (void)canvas, (void)name; /* pixels have no names */
}

static void end_group(struct canvas *canvas)
{
    (void)canvas;
}

static const struct canvas_ops raster_ops = {
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
    .begin_group = group,
    .end_group = end_group,
};

struct raster *raster_new(struct fonts *fonts)
{
    struct raster *raster = mem_resize(NULL, sizeof *raster);
    memset(raster, 0, sizeof *raster);
    raster->canvas = (struct canvas){&raster_ops, 1};
    raster->fonts = fonts;
    return raster;
}

void raster_free(struct raster *raster)
{
    if (raster == NULL)
        return;
    kernel_mask_free(&raster->mask);
    mem_free(raster->scratch);
    mem_free(raster);
}

struct canvas *raster_begin(struct raster *raster, struct pixels *pixels,
                            const struct pixel_rect *part, double text_scale)
{
    struct pixel_rect all = {0, 0, pixels->width, pixels->height};
    raster->pixels = pixels;
    raster->clip_count = 0;
    raster->target = (struct kernel_target){pixels->data, pixels->stride,
                                            part != NULL ? pixel_rect_both(all, *part) : all};
    if (pixel_rect_is_empty(raster->target.clip))
        raster->target.clip = (struct pixel_rect){0};
    raster->canvas.text_scale = text_scale;
    return &raster->canvas;
}

struct canvas *raster_canvas(struct raster *raster)
{
    return &raster->canvas;
}

void pixels_fill(struct pixels *pixels, struct pixel_rect part, struct colour colour)
{
    part = pixel_rect_both(part, (struct pixel_rect){0, 0, pixels->width, pixels->height});
    uint32_t solid = kernel_mix(0, kernel_solid(colour), colour.a);
    for (int y = part.y; part.w > 0 && y < part.y + part.h; y++)
        for (int x = part.x; x < part.x + part.w; x++)
            pixels->data[(ptrdiff_t)y * pixels->stride + x] = solid;
}
