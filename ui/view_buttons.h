/* view_buttons.h - rows of buttons at the top of a page, which wrap where the window is narrow.
 */
#ifndef TEPID_UI_VIEW_BUTTONS_H
#define TEPID_UI_VIEW_BUTTONS_H

#include "ui/view.h"

struct button_row {
    struct view *view;
    struct rect where;
    double x, y, h;
};

struct button_row buttons_begin(struct view *view, struct rect where);
/* True when pressed. */
bool buttons_add(struct button_row *row, const char *id, const char *label, bool chosen);
/* A text field of about this width. */
bool buttons_field(struct button_row *row, const char *id, const char *placeholder, double width,
                   char *text, size_t size);
/* A wider gap between groups. */
void buttons_gap(struct button_row *row);
/* Plain words between them. */
void buttons_say(struct button_row *row, struct colour colour, const char *text);
/* What is left below the row. */
struct rect buttons_end(const struct button_row *row);

#endif
