/* banner.c - see the header. */
#include "ui/banner.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Of a path only its end; the whole is a hint. */
static void show_place(char *text, size_t size, const struct err *err)
{
    const char *slash = strrchr(err->file, '/');
    const char *file = slash != NULL ? slash + 1 : err->file;
    if (err->file[0] == '\0')
        text[0] = '\0';
    else if (err->line > 0)
        (void)snprintf(text, size, "%s:%d", file, err->line);
    else
        (void)snprintf(text, size, "%s", file);
}

struct rect banner_draw(struct app *app, struct rect where)
{
    const struct err *err = app->session == NULL ? NULL : session_error(app->session);
    if (err == NULL)
        return where;
    struct canvas *canvas = app->screen->canvas;
    bool help = err->help[0] != '\0';
    double line = app_line(app, TYPE_BODY), pad = 10 * app->k;
    struct rect box = {where.x, where.y, where.w, (help ? 2 : 1) * line + 2 * pad};
    app_part(app, SCREEN_BANNER, box);
    char place[256], value[800], hint[512];
    show_place(place, sizeof place, err);
    (void)snprintf(value, sizeof value, "%s%s%s", place, place[0] ? ": " : "", err->what);
    canvas_fill(canvas, box, 0, app->theme->panel);
    canvas_fill(canvas, box, 0, colour_fade(app->theme->fault, 0.16));
    canvas_fill(canvas, (struct rect){box.x, box.y, 3, box.h}, 0, app->theme->fault);
    canvas_fill(canvas, (struct rect){box.x, box.y + box.h - 1, box.w, 1}, 0, app->theme->border);
    struct rect row = {box.x + 40 * app->k, box.y + pad, box.w - 56 * app->k, line};
    canvas_health(canvas, box.x + 22 * app->k, row.y + line / 2, 10 * app->k, HEALTH_FAULT);
    app_text(app, row, ALIGN_LEFT, TYPE_STRONG, app->theme->strong, value);
    row.y += line;
    if (help)
        app_text(app, row, ALIGN_LEFT, TYPE_BODY, app->theme->text, err->help);
    if (app_run(app) != NULL) {
        row.y = box.y + pad;
        app_text(app, row, ALIGN_RIGHT, TYPE_SMALL, app->theme->muted,
                 canvas_measure(canvas, TYPE_STRONG, value) + 240 * app->k < row.w
                     ? "the run before stays on screen"
                     : "");
    }
    (void)ui_register(app->ui, UI_BANNER, "banner", value, box, place, (double)NAN);
    (void)snprintf(hint, sizeof hint, "%s\n%.200s", err->file, err->what);
    ui_hint(app->ui, box, hint);
    return (struct rect){where.x, where.y + box.h, where.w, where.h - box.h};
}

void toasts_draw(struct app *app)
{
    struct canvas *canvas = app->screen->canvas;
    double line = app_line(app, TYPE_BODY), bottom = app->height - (SCRUBBER + 12) * app->k;
    for (int i = app->toast_count - 1; i >= 0; i--) {
        const struct toast *toast = &app->toasts[i];
        char cut[256], id[32];
        double mark = toast->wrong ? 20 * app->k : 0;
        double width = canvas_fit(canvas, TYPE_BODY, toast->text, app->width * 0.6, cut);
        struct rect box = {0, bottom - line - 20 * app->k, width + mark + 28 * app->k,
                           line + 18 * app->k};
        box.x = app->width - box.w - 14 * app->k;
        (void)snprintf(id, sizeof id, "toast.%d", i);
        ui_push_layer(app->ui, box, false);
        canvas_fill(canvas, (struct rect){box.x, box.y + 3, box.w, box.h}, PANEL_RADIUS,
                    (struct colour){0, 0, 0, app->theme->dark ? 110 : 40});
        canvas_fill(canvas, box, PANEL_RADIUS,
                    app->theme->dark ? app->theme->grid : app->theme->strong);
        struct colour ink = app->theme->dark ? app->theme->strong : app->theme->panel;
        if (toast->wrong)
            canvas_health(canvas, box.x + 20 * app->k, box.y + box.h / 2, 9 * app->k, HEALTH_FAULT);
        app_text(app, (struct rect){box.x + 14 * app->k + mark, box.y, width + 2, box.h},
                 ALIGN_LEFT, TYPE_BODY, ink, cut);
        (void)ui_register(app->ui, UI_LABEL, id, toast->text, box, toast->text, (double)NAN);
        ui_pop_layer(app->ui);
        bottom = box.y - 8;
    }
}
