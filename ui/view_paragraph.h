/* view_paragraph.h - text that wraps.
 */
#ifndef TEPID_UI_VIEW_PARAGRAPH_H
#define TEPID_UI_VIEW_PARAGRAPH_H

#include "ui/view.h"

/* Draws `text` from the top of `where`, broken between words (within them where one is wider than a line), over at most `most` lines, the
 * last one cut. Returns the height it takes, whatever where.h is; with `draw` false it only measures. */
double view_paragraph(struct view *view, struct rect where, enum type_style style,
                      struct colour colour, const char *text, int most, bool draw);

#endif
