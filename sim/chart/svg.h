/* svg.h - a canvas that writes SVG: text stays text, numbers have no locale, the same calls give the same bytes.
 *
 * Two uses. A file stands alone: it names its fonts and, with theme_auto, carries a style sheet of the colours it uses, dark where the reader
 * prefers dark. Inline SVG is part of an HTML page: with theme_auto its shapes have classes of the style sheet that svg_add_style
 * writes once for the whole page, in which every colour of the theme is a custom property by its name (--p99); a page may use
 * these for its own text. With theme_dark or theme_light colours are literal in both uses.
 *
 * Clips are nested svg elements, so nothing needs an id and many drawings fit one page. Groups carry a <title>. Paths hold relative
 * coordinates in steps of 0.1 pixel. A grid of cells becomes one path a colour, its runs merged along rows or columns,
 * whichever are fewer; a cell takes 6 to 8 bytes at worst.
 */
#ifndef TEPID_CHART_SVG_H
#define TEPID_CHART_SVG_H

#include "chart/theme.h"
#include "core/text.h"

enum svg_use { SVG_FILE, SVG_INLINE };

struct svg_options {
    enum svg_use use;
    double width, height; /* pixels at 100 %, > 0; a page may show it at any size */
    const char *title;    /* what a screen reader says; NULL: none */
    double text_scale;    /* 0: 1 */
};

/* Begin with svg_begin, draw on &svg.canvas, finish with svg_end; `out` is then complete. */
struct svg {
    struct canvas canvas; /* first, as in every backend */
    struct text *out;
    struct svg_options options;
    int depth;             /* elements that are open */
    uint64_t fills, lines; /* tokens of theme_auto that were used */
};

void svg_begin(struct svg *svg, struct text *out, const struct svg_options *options);
void svg_end(struct svg *svg); /* all clips and groups are closed by now */

/* The style sheet (without <style>) of a page with inline SVGs in theme_auto. */
void svg_add_style(struct text *out);

/* ":root{--bg:#f4f6f8;...}" and its dark twin under prefers-color-scheme alone. */
void svg_add_properties(struct text *out);

#endif
