/* view_buttons.c - see the header. */
#include "ui/view_buttons.h"

#include "ui/panel_frame.h"
#include "ui/widgets.h"

#include <math.h>

struct button_row buttons_begin(struct view *view, struct rect where)
{
    double h = fmax(HIT_TARGET, view_line_height(view, TYPE_BODY) + 2 * SPACE);
    return (struct button_row){view, where, where.x, where.y, h};
}

static struct rect place(struct button_row *row, double w)
{
    if (row->x > row->where.x && row->x + w > row->where.x + row->where.w) {
        row->x = row->where.x;
        row->y += row->h + 2 * SPACE;
    }
    struct rect rect = {row->x, row->y, fmin(w, row->where.w), row->h};
    row->x += rect.w + 2 * SPACE;
    return rect;
}

bool buttons_add(struct button_row *row, const char *id, const char *label, bool chosen)
{
    double w = ceil(canvas_measure(row->view->canvas, TYPE_BODY, label)) + 5 * SPACE;
    return ui_button(row->view->ui, id, label, place(row, w), chosen ? UI_CHOSEN : UI_PLAIN);
}

bool buttons_field(struct button_row *row, const char *id, const char *placeholder, double width,
                   char *text, size_t size)
{
    return ui_field(row->view->ui, id, placeholder, place(row, width), text, size);
}

void buttons_gap(struct button_row *row)
{
    if (row->x > row->where.x)
        row->x += 2 * SPACE;
}

void buttons_say(struct button_row *row, struct colour colour, const char *text)
{
    char cut[256];
    double w = canvas_fit(row->view->canvas, TYPE_BODY, text, row->where.w, cut);
    struct rect rect = place(row, w);
    double size = type_size(TYPE_BODY) * row->view->canvas->text_scale;
    canvas_text(row->view->canvas, rect.x, rect.y + rect.h / 2 + size * 0.36, ALIGN_LEFT, TYPE_BODY,
                colour, cut);
}

struct rect buttons_end(const struct button_row *row)
{
    double used = row->y + row->h + PANEL_GAP - row->where.y;
    return (struct rect){row->where.x, row->where.y + used, row->where.w,
                         fmax(row->where.h - used, 0)};
}
