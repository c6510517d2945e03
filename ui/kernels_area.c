/* kernels_area.c - areas between two lines, and polygons: exact coverage.
 *
 * A pixel's coverage is the sum over all edges of what lies below them, edges to the right counting plus and to the left minus. Along a
 * column this is gathered as differences from row to row, sixteen columns at a time, and summed up downwards: the columns are
 * independent, so a compiler may do them together without changing a bit.
 */
#include <math.h>
#include <string.h>

#include "core/arena.h"
#include "ui/raster_kernels.h"

#define STRIP 16

/* Columns [x, x + width) of the clip, and which rows hold differences. */
struct strip {
    float *sums; /* [row * STRIP + column], one row more than the clip */
    int x, width, top, rows;
    int low, high; /* rows touched: [low, high) */
};

/* A piece of an edge within one pixel column; heights at its two ends. */
struct piece {
    double width, y0, y1;
};

/* The area below the piece and above the height `edge` (y grows downwards). */
static double area_to(const struct piece *piece, double edge)
{
    double a = edge - piece->y0, b = edge - piece->y1;
    if (a <= 0 && b <= 0)
        return 0;
    if (a >= 0 && b >= 0)
        return piece->width * (a + b) / 2;
    double deep = a > 0 ? a : b, span = fabs(piece->y1 - piece->y0);
    return piece->width * deep * deep / span / 2;
}

static int row_of(const struct strip *strip, double y)
{
    double row = y - strip->top;
    return row < 0 ? 0 : row > strip->rows ? strip->rows : (int)row;
}

static void add_piece(struct strip *strip, int column, const struct piece *piece, double sign)
{
    double high = piece->y0 < piece->y1 ? piece->y0 : piece->y1;
    double deep = piece->y0 < piece->y1 ? piece->y1 : piece->y0;
    int from = row_of(strip, floor(high)), to = row_of(strip, ceil(deep));
    float *at = strip->sums + (ptrdiff_t)from * STRIP + column;
    double before = 0, above = from < to ? area_to(piece, strip->top + from) : 0;
    for (int row = from; row < to; row++, at += STRIP) {
        double below = area_to(piece, strip->top + row + 1.0);
        at[0] += (float)(sign * (below - above - before));
        before = below - above;
        above = below;
    }
    at[0] += (float)(sign * (piece->width - before)); /* all of it in every row further down */
    strip->low = from < strip->low ? from : strip->low;
    strip->high = to + 1 > strip->high ? to + 1 : strip->high;
}

/* An edge, cut at the borders of columns; `sign` as if it ran to the right. */
static void add_edge(struct strip *strip, struct point from, struct point to, double sign)
{
    if (from.x > to.x) {
        struct point swap = from;
        from = to, to = swap;
        sign = -sign;
    }
    double left = from.x > strip->x ? from.x : strip->x;
    double right = to.x < strip->x + strip->width ? to.x : strip->x + strip->width;
    if (!(left < right))
        return;
    double slope = (to.y - from.y) / (to.x - from.x);
    double x = left, y = from.y + (left - from.x) * slope;
    for (int column = (int)left - strip->x; x < right; column++) {
        double next = strip->x + column + 1.0;
        next = next < right ? next : right;
        struct piece piece = {next - x, y, from.y + (next - from.x) * slope};
        add_piece(strip, column, &piece, sign);
        x = next;
        y = piece.y1;
    }
}

static void paint_row(uint32_t *row, const float *sum, int width, struct colour colour)
{
    uint32_t a[STRIP], any = 0, all = 255, solid = kernel_solid(colour);
    float alpha = colour.a;
    for (int i = 0; i < STRIP; i++) {
        float covered = fabsf(sum[i]);
        covered = covered > 1 ? 1 : covered;
        a[i] = (uint32_t)(int)(covered * alpha + 0.5F);
    }
    for (int i = 0; i < STRIP; i++) {
        any |= a[i];
        all &= a[i];
    }
    if (any == 0)
        return;
    if (all == 255)
        for (int i = 0; i < width; i++)
            row[i] = solid;
    else
        for (int i = 0; i < width; i++)
            row[i] = kernel_mix(row[i], solid, a[i]);
}

static void paint(struct strip *strip, const struct kernel_target *target, struct colour colour)
{
    float sum[STRIP] = {0};
    for (int row = strip->low; row < strip->high; row++) {
        float *at = strip->sums + (ptrdiff_t)row * STRIP;
        for (int i = 0; i < STRIP; i++) {
            sum[i] += at[i];
            at[i] = 0;
        }
        if (row < strip->rows)
            paint_row(target->data + (ptrdiff_t)(strip->top + row) * target->stride + strip->x, sum,
                      strip->width, colour);
    }
}

static struct strip strip_new(struct kernel_mask *mask, const struct kernel_target *target)
{
    size_t need = ((size_t)target->clip.h + 2) * STRIP;
    if (need > mask->sums_capacity) {
        mask->sums = mem_resize(mask->sums, need * sizeof(float));
        memset(mask->sums, 0, need * sizeof(float));
        mask->sums_capacity = need;
    }
    return (struct strip){.sums = mask->sums, .top = target->clip.y, .rows = target->clip.h};
}

/* Where a strip begins; false beyond the clip. */
static bool strip_at(struct strip *strip, const struct kernel_target *target, int x)
{
    int left = target->clip.x + target->clip.w - x;
    strip->x = x;
    strip->width = left < STRIP ? left : STRIP;
    strip->low = strip->rows + 1;
    strip->high = 0;
    return left > 0;
}

/* From the first to the last of `count` points without a gap. */
static void area_part(struct kernel_mask *mask, const struct kernel_target *target, const double *x,
                      const double *tops, const double *bottoms, int count, struct colour colour)
{
    struct strip strip = strip_new(mask, target);
    double begin = fmax(floor(x[0]), target->clip.x);
    if (!(begin < target->clip.x + target->clip.w))
        return;
    int first = 0;
    for (int at = (int)begin; strip_at(&strip, target, at) && at < x[count - 1]; at += STRIP) {
        while (first + 1 < count && x[first + 1] <= at)
            first++;
        for (int i = first; i + 1 < count && x[i] < at + STRIP; i++) {
            add_edge(&strip, (struct point){x[i], tops[i]}, (struct point){x[i + 1], tops[i + 1]},
                     1);
            add_edge(&strip, (struct point){x[i], bottoms[i]},
                     (struct point){x[i + 1], bottoms[i + 1]}, -1);
        }
        paint(&strip, target, colour);
    }
}

void kernel_area(struct kernel_mask *mask, const struct kernel_target *target, const double *x,
                 const double *tops, const double *bottoms, int count, struct colour colour)
{
    if (pixel_rect_is_empty(target->clip))
        return;
    for (int from = 0; from < count;) {
        int to = from;
        while (to < count && !isnan(x[to] + tops[to] + bottoms[to]))
            to++;
        if (to - from > 1)
            area_part(mask, target, x + from, tops + from, bottoms + from, to - from, colour);
        from = to + (to < count);
    }
}

void kernel_polygon(struct kernel_mask *mask, const struct kernel_target *target,
                    const struct point *points, int count, struct colour colour)
{
    if (count < 3 || pixel_rect_is_empty(target->clip))
        return;
    double left = points[0].x, right = points[0].x;
    for (int i = 0; i < count; i++) {
        left = points[i].x < left ? points[i].x : left;
        right = points[i].x > right ? points[i].x : right;
    }
    struct strip strip = strip_new(mask, target);
    double begin = fmax(floor(left), target->clip.x);
    if (!(begin < target->clip.x + target->clip.w))
        return;
    for (int at = (int)begin; strip_at(&strip, target, at) && at < right; at += STRIP) {
        for (int i = 0; i < count; i++)
            add_edge(&strip, points[i], points[(i + 1) % count], 1);
        paint(&strip, target, colour);
    }
}
