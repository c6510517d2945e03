/* pixels.h - a rectangle of memory that is a picture: 32 bits a pixel, 0xAARRGGBB, colours multiplied by alpha.
 *
 * `scale` is the number of device pixels to a pixel at 100 %: charts know only the latter.
 */
#ifndef TEPID_UI_PIXELS_H
#define TEPID_UI_PIXELS_H

#include "chart/canvas.h"

struct pixels {
    uint32_t *data;
    int width, height; /* in device pixels */
    int stride;        /* in device pixels: data[y * stride + x] */
    double scale;      /* 1, 2; any number from 0.5 to 4 */
};

/* In device pixels. */
struct pixel_rect {
    int x, y, w, h;
};

static inline bool pixel_rect_is_empty(struct pixel_rect rect)
{
    return rect.w <= 0 || rect.h <= 0;
}

/* What both have; empty (w or h <= 0) if nothing. */
struct pixel_rect pixel_rect_both(struct pixel_rect a, struct pixel_rect b);
/* The smallest that holds both; an empty one adds nothing. */
struct pixel_rect pixel_rect_around(struct pixel_rect a, struct pixel_rect b);
/* All device pixels that `rect` touches, inside the picture. */
struct pixel_rect pixels_touched(const struct pixels *pixels, struct rect rect);

/* Memory of its own, transparent; released with pixels_free, which accepts a zeroed struct. */
struct pixels pixels_new(int width, int height, double scale);
void pixels_free(struct pixels *pixels);

/* Copies a part to the same place of a picture at least as large. */
void pixels_copy(struct pixels *to, const struct pixels *from, struct pixel_rect part);

/* FNV-1a over what is seen: equal pictures have equal sums on every machine. */
uint64_t pixels_sum(const struct pixels *pixels);

#endif
