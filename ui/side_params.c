/* side_params.c - see the header. */
#include "ui/side_params.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/param_scale.h"

#define SHORT_CHOICES 3

static struct held_param *find_held(struct app *app, const char *name)
{
    for (int i = 0; i < app->held_count; i++)
        if (strcmp(app->held[i].name, name) == 0)
            return &app->held[i];
    return NULL;
}

static void hold(struct app *app, const char *name, const char *value)
{
    struct held_param *held = find_held(app, name);
    if (held == NULL)
        held = &app->held[app->held_count < HELD_PARAMS ? app->held_count++ : 0];
    (void)snprintf(held->name, sizeof held->name, "%s", name);
    (void)snprintf(held->value, sizeof held->value, "%s", value);
    held->since = app->changes;
}

void side_params_forget(struct app *app)
{
    app->held_count = 0;
    app->params_touched = false;
}

static void drop(struct app *app, struct held_param *held)
{
    *held = app->held[--app->held_count];
}

/* As set, until the run on screen has it; a value that was refused stays, below the banner that says why. */
static const char *value_of(struct app *app, const struct record_param *param)
{
    struct held_param *held = find_held(app, param->name);
    if (held == NULL)
        return param->value;
    bool landed = session_state(app->session) == SESSION_IDLE &&
                  session_error(app->session) == NULL && app->changes > held->since;
    if (landed || strcmp(held->value, param->value) == 0) {
        drop(app, held);
        return param->value;
    }
    return held->value;
}

void side_param_set(struct app *app, const char *name, const char *value)
{
    struct err err = {0};
    app->params_touched = true;
    if (session_set_param(app->session, name, value, &err))
        hold(app, name, value);
    else
        app_toast(app, true, "%s", err.what);
}

/* -- kinds of control ------------------------------------------------------------------------------------ */

static double mark_of(struct app *app, const struct record_param *param,
                      const struct param_scale *scale)
{
    struct record *baseline = session_baseline(app->session);
    const char *value = param->fallback;
    if (baseline != NULL) {
        const struct record_info *info = record_info(baseline);
        for (int i = 0; i < info->param_count; i++)
            if (strcmp(info->params[i].name, param->name) == 0)
                value = info->params[i].value;
    }
    return param_scale_share(scale, param_scale_number(scale, value));
}

static double draw_slider(struct app *app, const struct record_param *param, const char *id,
                          const struct param_scale *scale, struct rect row)
{
    const char *value = value_of(app, param);
    char text[PARAM_TEXT_MAX], typed[256];
    double share, now = param_scale_share(scale, param_scale_number(scale, value));
    struct ui_slider slider = {.id = id,
                               .label = param->name,
                               .value = value,
                               .share = now,
                               .mark = mark_of(app, param, scale),
                               .step = 0.01};
    row.h = app_line(app, TYPE_BODY) + HIT_TARGET;
    bool key = ui_input_of(app->ui)->key != 0;
    if (ui_slider(app->ui, &slider, row, &share)) {
        if (key && share > 0 && share < 1)
            share = param_scale_nudge(scale, now, share);
        param_scale_write(scale, share, text);
        if (strcmp(text, value) != 0)
            side_param_set(app, param->name, text);
    }
    if (ui_entered(app->ui, id, typed, sizeof typed)) {
        param_scale_typed(scale, typed, text);
        if (strcmp(text, value) != 0)
            side_param_set(app, param->name, text);
    }
    return row.h + 6 * app->k;
}

static void label_line(struct app *app, const struct record_param *param, struct rect row)
{
    app_text(app, row, ALIGN_LEFT, TYPE_BODY, app->theme->text, param->name);
}

/* Side by side where they fit, else a button with a menu. */
static double draw_choices(struct app *app, const struct record_param *param, const char *id,
                           const char *const *choices, int count, struct rect row)
{
    const char *value = value_of(app, param);
    double line = app_line(app, TYPE_BODY), height = 26 * app->k, needs = 0;
    char name[128];
    for (int i = 0; i < count; i++)
        needs = fmax(needs, canvas_measure(app->screen->canvas, TYPE_BODY, choices[i]) + 12);
    row.h = line;
    label_line(app, param, row);
    row.y += line + 3;
    row.h = height;
    if (count <= SHORT_CHOICES && needs * count + 4 * (count - 1) <= row.w) {
        double width = (row.w - 4 * (count - 1)) / count;
        for (int i = 0; i < count; i++) {
            struct rect rect = {row.x + i * (width + 4), row.y, width, height};
            bool chosen = strcmp(choices[i], value) == 0;
            (void)snprintf(name, sizeof name, "%s.%s", id, choices[i]);
            if (ui_button(app->ui, name, choices[i], rect, chosen ? UI_CHOSEN : UI_PLAIN) &&
                !chosen)
                side_param_set(app, param->name, choices[i]);
        }
        (void)ui_register(app->ui, UI_LABEL, id, param->name,
                          (struct rect){row.x, row.y - line - 3, row.w, line}, value, (double)NAN);
        return line + height + 12 * app->k;
    }
    struct point tip[3]; /* something hangs below */
    double x = row.x + row.w - 14 * app->k, y = row.y + row.h / 2, half = 3.5 * app->k;
    bool pressed = ui_button(app->ui, id, value, row, UI_PLAIN);
    tip[0] = (struct point){x - half, y - half / 2};
    tip[1] = (struct point){x + half, y - half / 2};
    tip[2] = (struct point){x, y + half / 2 + 1};
    struct canvas *canvas = app->screen->canvas;
    canvas->ops->polygon(canvas, tip, 3, app->theme->muted);
    if (pressed) {
        (void)snprintf(name, sizeof name, "%s.menu", id);
        app_open_menu(app, MENU_CHOICES, name, row);
    }
    return line + height + 12 * app->k;
}

static double draw_typed(struct app *app, const struct record_param *param, const char *id,
                         struct rect row)
{
    double line = app_line(app, TYPE_BODY);
    char text[PARAM_TEXT_MAX], typed[256];
    row.h = line;
    label_line(app, param, row);
    row.y += line + 3;
    row.h = 26 * app->k;
    (void)snprintf(text, sizeof text, "%s", value_of(app, param));
    (void)ui_field(app->ui, id, param->fallback, row, text, sizeof text);
    if (ui_entered(app->ui, id, typed, sizeof typed) && strcmp(typed, value_of(app, param)) != 0)
        side_param_set(app, param->name, typed);
    return line + row.h + 12 * app->k;
}

double side_param_draw(struct app *app, const struct record_param *param, double x, double y,
                       double width)
{
    struct param_scale scale;
    const char *choices[PARAM_CHOICES + 1];
    char id[96];
    struct rect row = {x, y, width, 0};
    double height;
    (void)snprintf(id, sizeof id, "param.%s", param->name);
    int count = param_choices_of(param, choices);
    if (count > 0)
        height = draw_choices(app, param, id, choices, count, row);
    else if (param_scale_make(&scale, param))
        height = draw_slider(app, param, id, &scale, row);
    else
        height = draw_typed(app, param, id, row);
    if (param->doc != NULL && param->doc[0] != '\0') {
        char hint[256];
        (void)snprintf(hint, sizeof hint, "%s\n%s\nin the file: %s", param->name, param->doc,
                       param->fallback);
        ui_hint(app->ui, (struct rect){x, y, width * 0.6, app_line(app, TYPE_BODY)}, hint);
    }
    return height;
}
