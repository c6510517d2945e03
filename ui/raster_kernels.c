/* raster_kernels.c - rectangles, discs, glyphs, cells. Strokes and areas are in kernels_*.c. */
#include "ui/raster_kernels.h"

#include <math.h>
#include <string.h>
#include <wchar.h>

#include "core/arena.h"

/* One colour and coverage over many pixels: kernel_mix channel by channel in 16 bits, which compilers do eight at a time. */
static void fade_row(uint32_t *row, int count, uint32_t solid, uint32_t a)
{
    uint8_t colour[4], *at = (uint8_t *)row;
    uint16_t own[16];
    uint8_t rest = (uint8_t)(255 - a);
    memcpy(colour, &solid, sizeof colour);
    for (int k = 0; k < 16; k++)
        own[k] = (uint16_t)(colour[k & 3] * a + 128);
    for (; count >= 4; count -= 4, at += 16)
        for (int k = 0; k < 16; k++) {
            uint16_t sum = (uint16_t)(own[k] + at[k] * rest);
            at[k] = (uint8_t)((uint16_t)(sum + (sum >> 8)) >> 8);
        }
    for (row = (uint32_t *)(void *)at; count > 0; count--, row++)
        *row = kernel_mix(*row, solid, a);
}

static void fill_row(uint32_t *row, int count, uint32_t solid, uint32_t a)
{
    if (a == 0 || count <= 0)
        return;
    if (a < 255 && count >= 16)
        fade_row(row, count, solid, a);
    else if (a < 255)
        for (int i = 0; i < count; i++)
            row[i] = kernel_mix(row[i], solid, a);
    else if (count < 32)
        for (int i = 0; i < count; i++)
            row[i] = solid;
    else /* the widest stores that the machine has */
        (void)wmemset((wchar_t *)row, (wchar_t)solid, (size_t)count);
}
_Static_assert(sizeof(wchar_t) == sizeof(uint32_t), "wmemset fills pixels");

void kernel_fill(const struct kernel_target *target, struct pixel_rect part, struct colour colour)
{
    part = pixel_rect_both(part, target->clip);
    if (pixel_rect_is_empty(part) || colour.a == 0)
        return;
    for (int y = part.y; y < part.y + part.h; y++)
        fill_row(target->data + (ptrdiff_t)y * target->stride + part.x, part.w,
                 kernel_solid(colour), colour.a);
}

/* The part of the clip that a shape within these edges can touch. */
static struct pixel_rect reach(const struct kernel_target *target, double x0, double y0, double x1,
                               double y1)
{
    double far = 1e6;
    if (!(x1 > -far && y1 > -far && x0 < far && y0 < far))
        return (struct pixel_rect){0};
    int xa = (int)floor(fmax(x0, -far)), ya = (int)floor(fmax(y0, -far));
    int xb = (int)ceil(fmin(x1, far)), yb = (int)ceil(fmin(y1, far));
    return pixel_rect_both((struct pixel_rect){xa, ya, xb - xa, yb - ya}, target->clip);
}

/* How much of the pixel that begins at `at` lies between two edges. */
static double overlap(int at, double from, double to)
{
    double a = from > at ? from : at, b = to < at + 1 ? to : at + 1;
    return b > a ? b - a : 0;
}

void kernel_rect(const struct kernel_target *target, struct rect rect, struct colour colour)
{
    double x1 = rect.x + rect.w, y1 = rect.y + rect.h;
    struct pixel_rect part = reach(target, rect.x, rect.y, x1, y1);
    uint32_t solid = kernel_solid(colour);
    if (pixel_rect_is_empty(part))
        return;
    for (int y = part.y; y < part.y + part.h; y++) {
        double across = overlap(y, rect.y, y1) * colour.a;
        uint32_t *row = target->data + (ptrdiff_t)y * target->stride;
        for (int x = part.x; x < part.x + part.w; x++) {
            uint32_t a = (uint32_t)(overlap(x, rect.x, x1) * across + 0.5);
            row[x] = kernel_mix(row[x], solid, a);
        }
    }
}

/* A rounded box (width 0), or its frame. */
struct box {
    double cx, cy, half_w, half_h, radius, width;
    uint32_t solid;
    double alpha;
};

/* Distance of a point, relative to the middle, from the edge: negative inside. */
static double box_distance(const struct box *box, double x, double y)
{
    double qx = fabs(x) - box->half_w + box->radius, qy = fabs(y) - box->half_h + box->radius;
    double out_x = qx > 0 ? qx : 0, out_y = qy > 0 ? qy : 0;
    double inside = qx > qy ? qx : qy;
    return sqrt(out_x * out_x + out_y * out_y) + (inside < 0 ? inside : 0) - box->radius;
}

static double within(double value)
{
    return value < 0 ? 0 : value > 1 ? 1 : value;
}

static double box_coverage(const struct box *box, double x, double y)
{
    double d = box_distance(box, x, y);
    return within(0.5 - d) - (box->width > 0 ? within(0.5 - d - box->width) : 0);
}

/* Pixels [from, to) of a row of a rounded box, one by one. */
static void box_pixels(const struct kernel_target *target, int y, int from, int to,
                       const struct box *box, double py)
{
    uint32_t *row = target->data + (ptrdiff_t)y * target->stride;
    for (int x = from; x < to; x++) {
        double covered = box_coverage(box, x + 0.5 - box->cx, py);
        row[x] = kernel_mix(row[x], box->solid, (uint32_t)(covered * box->alpha + 0.5));
    }
}

/* Rows [from, to) between the corners, which are all alike: the sides are worked out once. */
static void box_sides(const struct kernel_target *target, struct pixel_rect part, int from, int to,
                      const struct box *box, int inner_from, int inner_to)
{
    uint32_t level = (uint32_t)(box_coverage(box, 0, from + 0.5 - box->cy) * box->alpha + 0.5);
    int end = part.x + part.w;
    for (int x = part.x; x < end; x++) {
        if (x == inner_from && inner_to > x) {
            for (int y = from; y < to; y++)
                fill_row(target->data + (ptrdiff_t)y * target->stride + x, inner_to - x, box->solid,
                         level);
            x = inner_to;
            if (x >= end)
                return;
        }
        double covered = box_coverage(box, x + 0.5 - box->cx, from + 0.5 - box->cy);
        uint32_t a = (uint32_t)(covered * box->alpha + 0.5), *at = target->data + x;
        for (int y = from; a > 0 && y < to; y++)
            at[(ptrdiff_t)y * target->stride] =
                kernel_mix(at[(ptrdiff_t)y * target->stride], box->solid, a);
    }
}

static int clamp(int value, int least, int most)
{
    return value < least ? least : value > most ? most : value;
}

void kernel_round_rect(const struct kernel_target *target, struct rect rect, double radius,
                       double width, struct colour colour)
{
    struct box box = {rect.x + rect.w / 2,
                      rect.y + rect.h / 2,
                      rect.w / 2,
                      rect.h / 2,
                      radius,
                      width,
                      kernel_solid(colour),
                      colour.a};
    double most = box.half_w < box.half_h ? box.half_w : box.half_h;
    box.radius = radius < 0 ? 0 : radius < most ? radius : most;
    struct pixel_rect part = reach(target, rect.x, rect.y, rect.x + rect.w, rect.y + rect.h);
    if (pixel_rect_is_empty(part))
        return;
    double rim = 1 + (box.radius > width ? box.radius : width);
    int right = part.x + part.w, bottom = part.y + part.h;
    /* Rows and columns between the corners; beyond the sides only the height counts. */
    int calm_from = clamp((int)ceil(rect.y + rim), part.y, bottom);
    int calm_to = clamp((int)floor(rect.y + rect.h - rim), calm_from, bottom);
    int mid_from = clamp((int)ceil(rect.x + rim), part.x, right);
    int mid_to = clamp((int)floor(rect.x + rect.w - rim), mid_from, right);
    for (int y = part.y; y < bottom; y++) {
        if (y == calm_from && calm_to > y) {
            int inner_from = clamp((int)ceil(rect.x + width + 1), part.x, right);
            int inner_to = clamp((int)floor(rect.x + rect.w - width - 1), inner_from, right);
            box_sides(target, part, y, calm_to, &box, inner_from, inner_to);
            y = calm_to;
            if (y >= bottom)
                return;
        }
        double py = y + 0.5 - box.cy;
        box_pixels(target, y, part.x, mid_from, &box, py);
        fill_row(target->data + (ptrdiff_t)y * target->stride + mid_from, mid_to - mid_from,
                 box.solid, (uint32_t)(box_coverage(&box, 0, py) * box.alpha + 0.5));
        box_pixels(target, y, mid_to, right, &box, py);
    }
}

void kernel_disc(const struct kernel_target *target, struct point centre, double radius,
                 double width, struct colour colour)
{
    double half = width > 0 ? width / 2 : 0, edge = radius + half + 0.5;
    struct pixel_rect part =
        reach(target, centre.x - edge, centre.y - edge, centre.x + edge, centre.y + edge);
    if (pixel_rect_is_empty(part))
        return;
    uint32_t solid = kernel_solid(colour);
    /* What is thinner than a pixel never covers one whole. */
    double most = width > 0 ? (width < 1 ? width : 1) : 1;
    double inner = width > 0 ? radius - half - 0.5 : 0, inner2 = inner > 0 ? inner * inner : 0;
    for (int y = part.y; y < part.y + part.h; y++) {
        uint32_t *row = target->data + (ptrdiff_t)y * target->stride;
        double py = y + 0.5 - centre.y;
        for (int x = part.x; x < part.x + part.w; x++) {
            double px = x + 0.5 - centre.x, d2 = px * px + py * py;
            if (d2 >= edge * edge || d2 < inner2)
                continue;
            double d = sqrt(d2) - radius;
            double covered = width > 0 ? half + 0.5 - fabs(d) : 0.5 - d;
            covered = covered < 0 ? 0 : covered < most ? covered : most;
            row[x] = kernel_mix(row[x], solid, (uint32_t)(covered * colour.a + 0.5));
        }
    }
}

void kernel_coverage(const struct kernel_target *target, const uint8_t *coverage, int width,
                     int height, int left, int top, struct colour colour)
{
    struct pixel_rect part =
        pixel_rect_both((struct pixel_rect){left, top, width, height}, target->clip);
    if (pixel_rect_is_empty(part))
        return;
    uint32_t solid = kernel_solid(colour);
    for (int y = part.y; y < part.y + part.h; y++) {
        uint32_t *row = target->data + (ptrdiff_t)y * target->stride;
        const uint8_t *from = coverage + (ptrdiff_t)(y - top) * width - left;
        for (int x = part.x; x < part.x + part.w; x++) {
            uint32_t c = from[x];
            if (c == 0)
                continue;
            uint32_t a = c * colour.a + 128;
            row[x] = kernel_mix(row[x], solid, (a + (a >> 8)) >> 8);
        }
    }
}

/* Cells [*from, *to) lie under pixel `at` of `count` cells over [begin, begin + length). */
static void cells_under(int at, double begin, double length, int count, int *from, int *to)
{
    double cell = length / count;
    int a = (int)floor((at + 0.5 - begin) / cell), b = a + 1;
    if (cell < 1) {
        a = (int)floor((at - begin) / cell);
        b = (int)ceil((at + 1 - begin) / cell);
    }
    *from = a < 0 ? 0 : a < count ? a : count - 1;
    *to = b > count ? count : b > *from ? b : *from + 1;
}

static struct colour average(const struct colour *cells, int columns, int x0, int x1, int y0,
                             int y1)
{
    uint32_t r = 0, g = 0, b = 0, a = 0, count = (uint32_t)((x1 - x0) * (y1 - y0));
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++) {
            struct colour cell = cells[(ptrdiff_t)y * columns + x];
            r += (uint32_t)cell.r * cell.a, g += (uint32_t)cell.g * cell.a;
            b += (uint32_t)cell.b * cell.a, a += cell.a;
        }
    if (a == 0)
        return (struct colour){0};
    return (struct colour){(uint8_t)((r + a / 2) / a), (uint8_t)((g + a / 2) / a),
                           (uint8_t)((b + a / 2) / a), (uint8_t)((a + count / 2) / count)};
}

/* The first pixel whose centre lies at or beyond the beginning of a cell. */
static int cell_edge(int cell, double begin, double length, int count)
{
    double edge = ceil(begin + cell * length / count - 0.5);
    return edge < -1e6  ? -1000000
           : edge > 1e6 ? 1000000
                        : (int)edge; /* far outside, in a deep zoom */
}

/* Cells of a pixel and more, `from` being the first of a row of them. */
static void wide_cells(uint32_t *row, struct pixel_rect part, struct rect whole, int columns,
                       const struct colour *from)
{
    int end = part.x + part.w, at = part.x;
    int cell = clamp((int)((at + 0.5 - whole.x) * columns / whole.w), 0, columns - 1);
    for (; cell < columns && at < end; cell++) {
        int next = clamp(cell_edge(cell + 1, whole.x, whole.w, columns), at, end);
        fill_row(row + at, next - at, kernel_solid(from[cell]), from[cell].a);
        at = next;
    }
}

static void narrow_cells(uint32_t *row, struct pixel_rect part, struct rect whole, int columns,
                         const struct colour *cells, int y0, int y1)
{
    for (int x = part.x; x < part.x + part.w; x++) {
        int x0, x1;
        cells_under(x, whole.x, whole.w, columns, &x0, &x1);
        struct colour cell = average(cells, columns, x0, x1, y0, y1);
        if (cell.a != 0)
            row[x] = kernel_mix(row[x], kernel_solid(cell), cell.a);
    }
}

void kernel_cells(const struct kernel_target *target, struct rect rect, int columns, int rows,
                  const struct colour *cells)
{
    struct rect whole = {floor(rect.x + 0.5), floor(rect.y + 0.5), 0, 0};
    whole.w = floor(rect.x + rect.w + 0.5) - whole.x;
    whole.h = floor(rect.y + rect.h + 0.5) - whole.y;
    if (columns <= 0 || rows <= 0 || !(whole.w > 0 && whole.h > 0))
        return;
    struct pixel_rect part = reach(target, whole.x, whole.y, whole.x + whole.w, whole.y + whole.h);
    for (int y = part.y; part.w > 0 && y < part.y + part.h; y++) {
        uint32_t *row = target->data + (ptrdiff_t)y * target->stride;
        int y0, y1;
        cells_under(y, whole.y, whole.h, rows, &y0, &y1);
        if (whole.w >= columns && y1 - y0 == 1)
            wide_cells(row, part, whole, columns, cells + (ptrdiff_t)y0 * columns);
        else
            narrow_cells(row, part, whole, columns, cells, y0, y1);
    }
}
