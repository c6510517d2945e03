/* raster_bench.h - what drawing costs, call by call: the own kernels beside Cairo doing the same. */
#ifndef TEPID_UI_RASTER_BENCH_H
#define TEPID_UI_RASTER_BENCH_H

#include "core/text.h"
#include "ui/fonts.h"

/* A row: `what` drawn with `count` units (segments, points, dots, cells, letters) a call. */
struct raster_figure {
    const char *what, *unit;
    int count;
    double own_ns, cairo_ns; /* CPU time a unit: the least of many calls */
};
#define RASTER_FIGURES 8

/* Takes about `seconds` in all. */
void raster_measure(struct fonts *fonts, double seconds,
                    struct raster_figure figures[RASTER_FIGURES]);

/* The same as a table for --bench. */
void raster_bench(struct fonts *fonts, double seconds, struct text *out);

#endif
