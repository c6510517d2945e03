/* font_widths.h - how wide text is, without a font library: a table of advance widths of the typefaces of UI.md 4.
 *
 * For canvases that write text down instead of drawing it. Figures are tabular, kerning is not counted, so a width is within about
 * one per cent of what a reader's screen shows where the fonts are Inter and JetBrains Mono. What the table does not know (a few
 * hundred characters of Latin, punctuation, arrows and shapes; see scripts/make_font_widths.py) is taken as 0.6 em
 * wide, East Asian characters and emoji as one em, combining marks as nothing.
 */
#ifndef TEPID_CHART_FONT_WIDTHS_H
#define TEPID_CHART_FONT_WIDTHS_H

#include "chart/canvas.h"

/* Width in pixels at 100 % of UTF-8 text in the size and face of `style`. A byte that is no UTF-8 counts as one character. */
double font_width(enum type_style style, const char *text);

#endif
