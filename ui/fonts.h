/* fonts.h - text becomes glyphs: which font, which glyph, where; and the pixels of a glyph.
 *
 * Inter for words, JetBrains Mono for clocks and code, DejaVu where these lack a character, and behind that whatever
 * fontconfig finds. HarfBuzz shapes (tabular figures on), in ems and without hinting, so that a text is exactly as wide at 2x as at 1x and
 * what is measured is what is drawn. FreeType renders each glyph at a quarter-pixel place, hinted only upwards, so that letters stand evenly.
 *
 * HarfBuzz reads the font files by itself and never sees FreeType's faces: rendering at one size cannot disturb shaping. Shaped runs and
 * rendered glyphs are kept; both stores are bounded, and emptied when full.
 *
 * Belongs to one thread.
 */
#ifndef TEPID_UI_FONTS_H
#define TEPID_UI_FONTS_H

#include "chart/canvas.h"
#include "core/err.h"

#define FONT_FACES_MAX 12 /* six by name, and what is found for other characters */

struct fonts;

/* NULL and why (ERR_FILE) if there is no font at all. */
struct fonts *fonts_new(struct err *err);
void fonts_free(struct fonts *fonts); /* accepts NULL */

/* Width in pixels at 100 % of type `text_scale` times its size. */
double fonts_measure(struct fonts *fonts, enum type_style style, double text_scale,
                     const char *text);

/* A glyph of a shaped line; x and y (upwards) in ems from where the line begins. */
struct font_glyph {
    int face;
    uint32_t glyph;
    double x, y;
};
struct font_line {
    const struct font_glyph *glyphs;
    int count;
    double width; /* in ems */
};
/* Good until the next call with these fonts. */
struct font_line fonts_shape(struct fonts *fonts, enum type_style style, const char *text);

/* A rendered glyph: coverage[row * width + column], its top left pixel `left` right of and `top` above the origin. */
struct font_image {
    const uint8_t *coverage;
    int width, height, left, top;
};
#define FONT_STEPS 4 /* places of a glyph within a pixel */
/* `size` in device pixels; `step` of FONT_STEPS to the right. Good until the next call. */
struct font_image fonts_render(struct fonts *fonts, const struct font_glyph *glyph, double size,
                               int step);

/* The file of a face, for whoever draws glyphs otherwise (PDF). */
const char *fonts_file(const struct fonts *fonts, int face, int *index);

/* A digest of the font files in use and the versions of FreeType and HarfBuzz: what the pixels of a text depend on. */
uint64_t fonts_digest(const struct fonts *fonts);
/* "Inter, Inter Semi Bold, JetBrains Mono, DejaVu Sans; FreeType 2.12.1, HarfBuzz 6.0.0" */
char *fonts_describe(const struct fonts *fonts, char *buf, size_t size);

#endif
