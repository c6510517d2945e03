/* key_sheet.c - see the header. */
#include "ui/key_sheet.h"

#include <math.h>
#include <string.h>

#include "ui/action.h"

#define COLUMNS 3

/* What has no row among the actions. */
static const struct {
    const char *group, *what, *keys;
} others[] = {
    {"Mouse and focus", "Zoom at the mouse", "Wheel"},
    {"Mouse and focus", "Pan", "Drag a chart"},
    {"Mouse and focus", "Zoom to a stretch", "Shift+drag"},
    {"Mouse and focus", "Fit, or fill the window", "Double click"},
    {"Mouse and focus", "Next control", "Tab"},
    {"Mouse and focus", "Move a slider", "Arrows"},
    {"Mouse and focus", "... ten times, a tenth", "Shift, Alt"},
    {"Mouse and focus", "Type a slider's value", "Return"},
};

struct sheet {
    struct app *app;
    double x, y, width, row;
};

static void line(struct sheet *sheet, const char *what, const char *keys)
{
    struct app *app = sheet->app;
    struct rect at = {sheet->x, sheet->y, sheet->width, sheet->row};
    double taken = canvas_measure(app->screen->canvas, TYPE_MONO, keys) + 8;
    app_text(app, (struct rect){at.x, at.y, at.w - taken, at.h}, ALIGN_LEFT, TYPE_BODY,
             app->theme->text, what);
    app_text(app, at, ALIGN_RIGHT, TYPE_MONO, app->theme->strong, keys);
    sheet->y += sheet->row;
}

static void heading(struct sheet *sheet, const char *text)
{
    struct app *app = sheet->app;
    app_text(app, (struct rect){sheet->x, sheet->y, sheet->width, sheet->row}, ALIGN_LEFT,
             TYPE_STRONG, app->theme->accent, text);
    sheet->y += sheet->row;
}

static void draw_group(struct sheet *sheet, const char *group)
{
    heading(sheet, group);
    for (const struct action *at = actions; at->id != NULL; at++)
        if (at->keys != NULL && strcmp(at->group, group) == 0)
            line(sheet, at->label, at->keys);
    sheet->y += sheet->row * 0.6;
}

static void draw_others(struct sheet *sheet)
{
    heading(sheet, others[0].group);
    for (size_t i = 0; i < COUNTOF(others); i++)
        line(sheet, others[i].what, others[i].keys);
    sheet->y += sheet->row * 0.6;
}

void key_sheet_draw(struct app *app, struct rect all)
{
    struct canvas *canvas = app->screen->canvas;
    const struct ui_input *input = ui_input_of(app->ui);
    double pad = 24 * app->k, gap = 36 * app->k, row = app_line(app, TYPE_BODY) + 3 * app->k;
    double width = fmin(980 * app->k, all.w - 32), tall = fmax(app->sheet_height + 16, 20 * row);
    double height = fmin(tall, all.h - 16);
    struct rect box = {all.x + (all.w - width) / 2, all.y + fmax((all.h - height) / 2, 8), width,
                       height};
    ui_push_layer(app->ui, all, true);
    canvas_fill(canvas, all, 0, (struct colour){0, 0, 0, 90});
    canvas_fill(canvas, (struct rect){box.x - 1, box.y + 6, box.w + 2, box.h + 2}, 10,
                (struct colour){0, 0, 0, app->theme->dark ? 130 : 45});
    canvas_fill(canvas, box, 8, app->theme->panel);
    canvas_frame(canvas, box, 8, (struct stroke){app->theme->border, 1, DASH_SOLID});
    (void)ui_register(app->ui, UI_LABEL, "keys.sheet", "All keys", box, "", (double)NAN);
    struct rect inner = rect_inset(box, 8);
    double column = (width - 2 * pad - (COLUMNS - 1) * gap) / COLUMNS;
    double scrolled = ui_scroll_begin(app->ui, "keys.scroll", inner, app->sheet_height);
    struct sheet sheet = {app, box.x + pad, box.y + pad - scrolled, column, row};
    double top = sheet.y, lowest = top;
    static const char *const groups[COLUMNS][2] = {
        {"Clock", "What if"}, {"Charts", "Pages"}, {"Window", NULL}};
    for (int i = 0; i < COLUMNS; i++) {
        sheet.y = top;
        sheet.x = box.x + pad + i * (column + gap);
        draw_group(&sheet, groups[i][0]);
        if (groups[i][1] != NULL)
            draw_group(&sheet, groups[i][1]);
        else
            draw_others(&sheet);
        lowest = fmax(lowest, sheet.y);
    }
    app->sheet_height = lowest - top + 2 * pad - 16;
    ui_scroll_end(app->ui);
    ui_pop_layer(app->ui);
    if (input->pressed)
        app->dialog = DIALOG_NONE;
}
