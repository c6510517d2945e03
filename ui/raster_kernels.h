/* raster_kernels.h - the inner loops: coverage of pixels by shapes, worked out so that every build gets the same bits.
 *
 * Coordinates are device pixels; pixel (x, y) is the square from (x, y) to (x + 1, y + 1). Floating point is IEEE without
 * contraction or reassociation (the flags of the Makefile), and every result depends on its own pixel alone or on sums in a fixed
 * order, so vectorising compilers, -O0 and sanitizers agree.
 *
 * A stroke is the set of points within half its width of the line: its coverage falls off over one pixel. What several segments of one
 * line cover counts once, so a translucent line has no darker joints. Areas and polygons have exact coverage.
 */
#ifndef TEPID_UI_RASTER_KERNELS_H
#define TEPID_UI_RASTER_KERNELS_H

#include "ui/pixels.h"

/* Where kernels draw: within `clip`, which lies within the pixels. */
struct kernel_target {
    uint32_t *data;
    int stride;
    struct pixel_rect clip;
};

/* One pixel of a colour over another, `a` of 255. */
static inline uint32_t kernel_mix(uint32_t under, uint32_t solid, uint32_t a)
{
    uint32_t rb = (solid & 0xFF00FF) * a + (under & 0xFF00FF) * (255 - a) + 0x800080;
    uint32_t ag = (solid >> 8 & 0xFF00FF) * a + (under >> 8 & 0xFF00FF) * (255 - a) + 0x800080;
    rb = (rb + (rb >> 8 & 0xFF00FF)) >> 8 & 0xFF00FF;
    ag = (ag + (ag >> 8 & 0xFF00FF)) & 0xFF00FF00;
    return ag | rb;
}

static inline uint32_t kernel_solid(struct colour colour)
{
    return 0xFF000000U | (uint32_t)colour.r << 16 | (uint32_t)colour.g << 8 | colour.b;
}

/* Whole pixels, clipped. */
void kernel_fill(const struct kernel_target *target, struct pixel_rect part, struct colour colour);

/* A rectangle with exact edges. */
void kernel_rect(const struct kernel_target *target, struct rect rect, struct colour colour);

/* A rectangle with round corners, filled (width 0) or a frame of `width` inside its edge. */
void kernel_round_rect(const struct kernel_target *target, struct rect rect, double radius,
                       double width, struct colour colour);

/* A disc (width 0), or a ring of `width` around the circle. */
void kernel_disc(const struct kernel_target *target, struct point centre, double radius,
                 double width, struct colour colour);

/* Coverage of one picture, gathered before it is painted. Start with {0}, end with kernel_mask_free. Between uses all of it is zero. */
struct kernel_mask {
    uint8_t *coverage; /* of the clip */
    int width, height;
    int *from, *to; /* of each row: what is not zero */
    size_t capacity, rows_capacity;
    float *sums; /* of areas */
    size_t sums_capacity;
    struct pixel_rect clip;
};
void kernel_mask_free(struct kernel_mask *mask);

/* A line of segments with round ends and joints: begin, any number of segments, paint. */
void kernel_stroke_begin(struct kernel_mask *mask, const struct kernel_target *target);
void kernel_stroke_segment(struct kernel_mask *mask, struct point from, struct point to,
                           double width);
void kernel_stroke_paint(struct kernel_mask *mask, const struct kernel_target *target,
                         struct colour colour);

/* Between tops[i] and bottoms[i] over ascending x, which may cross; a NAN is a gap. */
void kernel_area(struct kernel_mask *mask, const struct kernel_target *target, const double *x,
                 const double *tops, const double *bottoms, int count, struct colour colour);

/* A polygon that does not cross itself. */
void kernel_polygon(struct kernel_mask *mask, const struct kernel_target *target,
                    const struct point *points, int count, struct colour colour);

/* Coverage as bytes, `left` and `top` in pixels: a glyph. */
void kernel_coverage(const struct kernel_target *target, const uint8_t *coverage, int width,
                     int height, int left, int top, struct colour colour);

/* A grid of colours over a rectangle. Cells of a pixel and more begin and end on whole pixels; smaller ones are averaged. */
void kernel_cells(const struct kernel_target *target, struct rect rect, int columns, int rows,
                  const struct colour *cells);

#endif
