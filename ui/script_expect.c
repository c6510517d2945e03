/* script_expect.c - what a script checks: widgets by name, text anywhere, figures of the run on screen.
 *
 * Numbers are compared as they are, not as they are shown: `expect tile.p99 == 37.604376936539936` holds to the last digit or not at all.
 */
#include "ui/script_parts.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "chart/recorder.h"
#include "core/unit.h"
#include "ui/param_scale.h"

/* Tells what was wrong, and goes on. */
__attribute__((format(printf, 3, 4))) static bool
disappoint(struct play *play, const struct line *line, const char *format, ...)
{
    va_list args;
    fprintf(stderr, "%s:%d: expected", play->name, line->number);
    for (int i = 1; i < line->count; i++)
        fprintf(stderr, line->quoted[i] ? " \"%s\"" : " %s", line->words[i]);
    fputs(": ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    play->failed++;
    return true;
}

static bool compare(double actual, const char *op, double limit, bool *holds)
{
    if (strcmp(op, "<") == 0)
        *holds = actual < limit;
    else if (strcmp(op, "<=") == 0)
        *holds = actual <= limit;
    else if (strcmp(op, ">") == 0)
        *holds = actual > limit;
    else if (strcmp(op, ">=") == 0)
        *holds = actual >= limit;
    else if (strcmp(op, "==") == 0)
        *holds = actual == limit;
    else if (strcmp(op, "!=") == 0)
        *holds = actual != limit;
    else
        return false;
    return true;
}

static bool wrong_expect(struct err *err)
{
    err_set(err, "that cannot be expected");
    return err_help(
        err,
        "write expect tile.p99 < 500, expect \"Run\" is \"on\", expect banner has \"x.lua:3\", "
        "expect text \"SLO\", expect no banner, expect result web latency p99 == 37.6");
}

/* What the window shows, in words: drawn once more, on a canvas that writes down. */
static bool shows_text(struct play *play, const char *wanted)
{
    struct recorder recorder;
    struct screen screen, *before = play->window->app->screen;
    struct ui_input input = play->window->frame.input;
    recorder_init(&recorder, play->window->app->text_scale);
    screen_plain(&screen, &recorder.canvas);
    app_draw(play->window->app, &screen, &input);
    play->window->app->screen = before;
    bool found = false;
    const char *at = recorder.text.data != NULL ? recorder.text.data : "";
    while (!found && *at != '\0') {
        size_t length = strcspn(at, "\n");
        char row[1024];
        (void)snprintf(row, sizeof row, "%.*s", (int)length, at);
        const char *quote = strstr(row, "text ") != NULL ? strchr(row, '"') : NULL;
        found = quote != NULL && strstr(quote, wanted) != NULL;
        at += length + (at[length] == '\n');
    }
    recorder_free(&recorder);
    return found;
}

static bool no_result(const struct play *play)
{
    struct record *run = app_run(play->window->app);
    return run == NULL || record_result(run) == NULL;
}

static bool expect_result(struct play *play, const struct line *line, struct err *err)
{
    struct record *run = app_run(play->window->app);
    const struct result *result = run == NULL ? NULL : record_result(run);
    double limit;
    bool holds;
    if (line->count != 7 || !play_number(line->words[6], &limit))
        return wrong_expect(err);
    if (result == NULL)
        return disappoint(play, line, "there is no result yet; write wait before");
    for (int i = 0; i < result->row_count; i++) {
        const struct result_row *row = &result->rows[i];
        if (strcmp(row->resource, line->words[2]) != 0 ||
            strcmp(row->metric, line->words[3]) != 0 || strcmp(row->stat, line->words[4]) != 0)
            continue;
        char exact[UNIT_TEXT_MAX];
        if (!compare(row->value, line->words[5], limit, &holds))
            return wrong_expect(err);
        return holds || disappoint(play, line, "it is %s", unit_exact(exact, row->value));
    }
    return disappoint(play, line, "there is no such row");
}

/* A slider is compared by its value, in the unit of its parameter: memory > 1000MB, batch == 10. */
static bool expect_slider(struct play *play, const struct line *line,
                          const struct ui_widget *slider, struct err *err)
{
    struct record *run = app_run(play->window->app);
    const struct record_info *info = run == NULL ? NULL : record_info(run);
    const char *op = line->words[2], *wanted = line->words[3];
    for (int i = 0; info != NULL && i < info->param_count; i++) {
        struct param_scale scale;
        bool holds;
        if (strcmp(info->params[i].name, slider->label) != 0 ||
            !param_scale_make(&scale, &info->params[i]))
            continue;
        double limit = param_scale_number(&scale, wanted);
        if (isnan(limit)) {
            err_set(err, "'%s' cannot be compared with %s, which is %s", wanted, slider->label,
                    slider->value);
            return err_help(err, "write a value with its unit: expect %s %s %s", slider->label, op,
                            slider->value);
        }
        if (!compare(param_scale_number(&scale, slider->value), op, limit, &holds))
            return wrong_expect(err);
        return holds || disappoint(play, line, "it is %s", slider->value);
    }
    return disappoint(play, line, "the run on screen has no such parameter");
}

static bool expect_widget(struct play *play, const struct line *line, struct err *err)
{
    struct ui_widget widget;
    struct err why = {0};
    double limit;
    bool holds;
    const char *op = line->words[2], *wanted = line->words[3];
    bool there = play_find(play, line->words[1], &widget, &why);
    if (!there && strncmp(line->words[1], "tile.", 5) == 0 && no_result(play))
        return disappoint(play, line, "there is no result yet; write wait before");
    if (!there)
        return disappoint(play, line, "%s%s%s", why.what, why.help[0] ? "; " : "", why.help);
    if (line->count == 2)
        return true;
    if (line->count != 4)
        return wrong_expect(err);
    if (strcmp(op, "is") == 0)
        return strcmp(widget.value, wanted) == 0 ||
               disappoint(play, line, "it is \"%s\"", widget.value);
    if (strcmp(op, "has") == 0)
        return strstr(widget.value, wanted) != NULL ||
               (widget.label != NULL && strstr(widget.label, wanted) != NULL) ||
               disappoint(play, line, "it is \"%s\", labelled \"%s\"", widget.value,
                          widget.label != NULL ? widget.label : "");
    if (strncmp(widget.id, "tile.", 5) == 0 && no_result(play))
        return disappoint(play, line, "there is no result yet; write wait before");
    if (widget.role == UI_SLIDER && strncmp(widget.id, "param.", 6) == 0)
        return expect_slider(play, line, &widget, err);
    if (!play_number(wanted, &limit))
        return wrong_expect(err);
    char exact[UNIT_TEXT_MAX];
    if (!compare(widget.number, op, limit, &holds))
        return wrong_expect(err);
    if (isnan(widget.number))
        return disappoint(play, line, "it has no number, and shows \"%s\"", widget.value);
    return holds || disappoint(play, line, "it is %s", unit_exact(exact, widget.number));
}

bool play_expect(struct play *play, const struct line *line, struct err *err)
{
    const char *first = line->words[1];
    bool plain = !line->quoted[1];
    if (plain && strcmp(first, "text") == 0) {
        if (line->count != 3)
            return wrong_expect(err);
        return shows_text(play, line->words[2]) ||
               disappoint(play, line, "it is nowhere on screen");
    }
    if (plain && strcmp(first, "result") == 0)
        return expect_result(play, line, err);
    if (plain && strcmp(first, "no") == 0 && line->count >= 3) {
        struct ui_widget widget;
        struct err why = {0};
        if (strcmp(line->words[2], "text") == 0 && line->count == 4)
            return !shows_text(play, line->words[3]) || disappoint(play, line, "it is on screen");
        if (line->count != 3)
            return wrong_expect(err);
        return !play_find(play, line->words[2], &widget, &why) ||
               disappoint(play, line, "there is one, with \"%s\"", widget.value);
    }
    return expect_widget(play, line, err);
}

bool play_print(struct play *play, const struct line *line, struct err *err)
{
    (void)err;
    struct ui *ui = play->window->app->ui;
    for (int i = 0; i < ui_widget_count(ui); i++) {
        const struct ui_widget *widget = ui_widget_at(ui, i);
        char exact[UNIT_TEXT_MAX];
        if (line->count > 1 && strstr(widget->id, line->words[1]) == NULL)
            continue;
        printf("%s\t%s\t%s\t%s\t%g %g %g %g\n", widget->id, widget->label ? widget->label : "",
               widget->value, isnan(widget->number) ? "" : unit_exact(exact, widget->number),
               widget->rect.x, widget->rect.y, widget->rect.w, widget->rect.h);
    }
    return true;
}
