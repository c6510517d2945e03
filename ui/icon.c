/* icon.c - see the header. Coordinates are those of the SVG, 128 a side. */
#include "ui/icon.h"

#include <stddef.h>

#include "ui/raster.h"

#define SIDE 128.0

/* A wind line: straight, around what is tried out, straight. */
static const struct wind {
    uint32_t rgb;
    struct point path[8]; /* start, then a straight to the first of two curves, and the end */
} winds[] = {
    {0x4f97d7, {{22, 31}, {38, 31}, {52, 31}, {52, 23}, {64, 23}, {76, 23}, {78, 31}, {92, 31}}},
    {0x56b4e9, {{22, 52}, {30, 52}, {44, 52}, {46, 38}, {64, 38}, {82, 38}, {84, 52}, {98, 52}}},
    {0xf08a4b, {{22, 76}, {30, 76}, {44, 76}, {46, 90}, {64, 90}, {82, 90}, {84, 76}, {98, 76}}},
    {0xffe08a, {{22, 97}, {38, 97}, {52, 97}, {52, 105}, {64, 105}, {76, 105}, {78, 97}, {92, 97}}},
};

static void draw_wind(struct canvas *canvas, const struct wind *wind, double k)
{
    struct point at[8];
    struct stroke stroke = {COLOUR(wind->rgb), 7 * k, DASH_SOLID};
    for (int i = 0; i < 8; i++)
        at[i] = (struct point){wind->path[i].x * k, wind->path[i].y * k};
    struct point end = {106 * k, at[7].y};
    canvas->ops->line(canvas, at[0], at[1], stroke);
    canvas->ops->curve(canvas, at + 1, stroke);
    canvas->ops->curve(canvas, at + 4, stroke);
    canvas->ops->line(canvas, at[7], end, stroke);
    canvas->ops->discs(canvas, (struct point[]){at[0], end}, 2, 3.5 * k, stroke.colour);
}

struct pixels icon_make(struct fonts *fonts, int size)
{
    struct pixels pixels = pixels_new(size, size, 1);
    struct raster *raster = raster_new(fonts);
    struct canvas *canvas = raster_begin(raster, &pixels, NULL, 1);
    double k = size / SIDE;
    canvas_fill(canvas, (struct rect){6 * k, 6 * k, 116 * k, 116 * k}, 24 * k, COLOUR(0x161b22));
    canvas_frame(canvas, (struct rect){6 * k, 6 * k, 116 * k, 116 * k}, 24 * k,
                 (struct stroke){COLOUR(0x3a4452), 3 * k, DASH_SOLID});
    for (size_t i = 0; i < COUNTOF(winds); i++)
        draw_wind(canvas, &winds[i], k);
    canvas->ops->discs(canvas, &(struct point){64 * k, 64 * k}, 1, 15 * k, COLOUR(0xf1f4f8));
    raster_free(raster);
    return pixels;
}
