/* panel_frame.c - see the header. */
#include "ui/panel_frame.h"

#include "ui/widgets.h"

#include <math.h>
#include <stdio.h>

double view_line_height(const struct view *view, enum type_style style)
{
    return ceil(type_size(style) * 1.35 * view->canvas->text_scale);
}

/* Cuts the title first, then the subtitle, to what room there is; a subtitle of which little would be left is dropped. */
static void draw_titles(struct view *view, struct rect where, const char *title,
                        const char *subtitle, double reserved)
{
    struct canvas *canvas = view->canvas;
    char cut[256];
    double room = where.w - 2 * PANEL_PADDING - reserved;
    double baseline = where.y + PANEL_PADDING + view_line_height(view, TYPE_STRONG) * 0.68;
    double taken = canvas_fit(canvas, TYPE_STRONG, title, room, cut);
    canvas_text(canvas, where.x + PANEL_PADDING, baseline, ALIGN_LEFT, TYPE_STRONG,
                view->theme->strong, cut);
    room -= taken + 2 * SPACE;
    if (subtitle == NULL || room < 40 * canvas->text_scale)
        return;
    (void)canvas_fit(canvas, TYPE_SMALL, subtitle, room, cut);
    canvas_text(canvas, where.x + PANEL_PADDING + taken + 2 * SPACE, baseline, ALIGN_LEFT,
                TYPE_SMALL, view->theme->muted, cut);
}

static struct rect body_of(const struct view *view, struct rect where, bool titled)
{
    double top =
        titled ? PANEL_PADDING + view_line_height(view, TYPE_STRONG) + SPACE : PANEL_PADDING;
    return (struct rect){where.x + PANEL_PADDING, where.y + top, where.w - 2 * PANEL_PADDING,
                         fmax(where.h - top - PANEL_PADDING + SPACE, 0)};
}

struct rect view_box(struct view *view, struct rect where, const char *title, const char *subtitle)
{
    canvas_fill(view->canvas, where, PANEL_RADIUS, view->theme->panel);
    canvas_frame(view->canvas, where, PANEL_RADIUS,
                 (struct stroke){view->theme->border, 1, DASH_SOLID});
    if (title != NULL)
        draw_titles(view, where, title, subtitle, 0);
    return body_of(view, where, title != NULL);
}

struct rect panel_frame(struct view *view, enum panel_id panel, struct rect where,
                        const char *subtitle, double reserved)
{
    const struct panel *self = &panels[panel];
    if (view_still(view)) {
        (void)view_box(view, where, NULL, NULL);
        draw_titles(view, where, self->title, subtitle, reserved);
    }
    if (view_moving(view) && view->ui != NULL) {
        char id[64];
        (void)snprintf(id, sizeof id, "panel.%s", self->id);
        (void)ui_register(view->ui, UI_PANEL, id, self->title, where, subtitle ? subtitle : "",
                          (double)NAN);
    }
    return body_of(view, where, true);
}

void view_empty(struct view *view, struct rect body, const char *why)
{
    char cut[256];
    (void)canvas_fit(view->canvas, TYPE_BODY, why, body.w, cut);
    canvas_text(view->canvas, body.x + body.w / 2, body.y + body.h / 2, ALIGN_MIDDLE, TYPE_BODY,
                view->theme->muted, cut);
}

void panel_empty(struct view *view, struct rect body, const char *why)
{
    if (view_still(view))
        view_empty(view, body, why);
}
