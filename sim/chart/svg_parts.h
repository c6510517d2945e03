/* svg_parts.h - what the two files of the SVG canvas share. */
#ifndef TEPID_CHART_SVG_PARTS_H
#define TEPID_CHART_SVG_PARTS_H

#include "chart/svg.h"

/* ` fill="#..."`, or the class of a token of theme_auto; and for lines ` fill="none" stroke="#..."`. */
void svg_add_fill(struct svg *svg, struct colour colour);
void svg_add_line(struct svg *svg, struct colour colour);

void svg_cells(struct canvas *canvas, struct rect rect, int columns, int rows,
               const struct colour *cells);

/* A path in tenths of a pixel: where it is, and what it last wrote. */
struct svg_path {
    struct text *out;
    int64_t x, y;
    char last; /* command */
};
void svg_path_move(struct svg_path *path, int64_t x, int64_t y);
void svg_path_line(struct svg_path *path, int64_t x, int64_t y);

#endif
