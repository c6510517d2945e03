/* side_bar.c - see the header. */
#include "ui/side_bar.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/action.h"
#include "ui/panel_data.h"
#include "ui/side_params.h"

#define PAD     16.0
#define SECTION 16.0 /* between two sections */

struct column {
    struct app *app;
    const struct record *run;
    double x, y, width;
};

/* A line of the column, and on to the next. */
static struct rect take_row(struct column *column, double height)
{
    struct rect row = {column->x, column->y, column->width, height};
    column->y += height;
    return row;
}

static struct rect heading(struct column *column, const char *text)
{
    struct app *app = column->app;
    struct rect row = take_row(column, app_line(app, TYPE_STRONG));
    app_text(app, row, ALIGN_LEFT, TYPE_STRONG, app->theme->strong, text);
    column->y += 8 * app->k;
    return row;
}

static void draw_pages(struct column *column)
{
    static const char *const ids[] = {"dashboard", "map", "traces", "compare", "sweep", "insights"};
    struct app *app = column->app;
    double gap = 4, width = (column->width - 2 * gap) / 3, height = 26 * app->k;
    int shown = 0;
    for (size_t i = 0; i < COUNTOF(ids); i++) {
        int page = i == 0 ? PAGE_DASHBOARD : app_page_find(ids[i]);
        if (i > 0 && page == PAGE_DASHBOARD)
            continue; /* there is no such page */
        const struct action *action = action_find(ids[i]);
        struct rect rect = {column->x + shown % 3 * (width + gap),
                            column->y + shown / 3 * (height + gap), width, height};
        bool chosen = app->page == page;
        if (ui_button(app->ui, ids[i], i == 0 ? "Charts" : action->label, rect,
                      chosen ? UI_CHOSEN : UI_PLAIN) &&
            !chosen)
            action->run(app, action->argument);
        char hint[96];
        (void)snprintf(hint, sizeof hint, "%s\nKey: %s", action->label, action->keys);
        ui_hint(app->ui, rect, hint);
        shown++;
    }
    column->y += (shown + 2) / 3 * (height + gap) + (SECTION - gap) * app->k;
}

static void draw_params(struct column *column)
{
    struct app *app = column->app;
    const struct record_info *info = record_info(column->run);
    struct rect row = heading(column, "What if");
    if (app->params_touched) {
        double width = canvas_measure(app->screen->canvas, TYPE_BODY, "Reset") + 16;
        struct rect rect = {row.x + row.w - width + 8, row.y + row.h / 2 - 12, width, 24};
        if (ui_button(app->ui, "reset", "Reset", rect, UI_QUIET))
            action_run(app, "reset");
        ui_hint(app->ui, rect, "All parameters as the file has them\nKey: R");
    }
    for (int i = 0; i < info->param_count; i++)
        column->y += side_param_draw(app, &info->params[i], column->x, column->y, column->width);
    if (info->param_count == 0) {
        app_text(app, take_row(column, app_line(app, TYPE_BODY)), ALIGN_LEFT, TYPE_BODY,
                 app->theme->muted, "no param() in this file");
    }
    column->y += SECTION * app->k;
}

/* A line that can be pressed, the chosen one marked. */
static bool item(struct column *column, const char *id, const char *label, bool chosen)
{
    struct app *app = column->app;
    struct rect row = take_row(column, 26 * app->k);
    struct rect hit = {row.x - 8, row.y, row.w + 16, row.h};
    bool fired = ui_press(app->ui, chosen ? UI_TOGGLE : UI_BUTTON, id, label, hit);
    if (ui_hovered(app->ui, hit) || chosen)
        canvas_fill(app->screen->canvas, hit, 4, app->theme->grid);
    if (chosen)
        canvas_fill(app->screen->canvas, (struct rect){hit.x, hit.y + 5, 2.5, hit.h - 10}, 1,
                    app->theme->accent);
    app_text(app, row, ALIGN_LEFT, TYPE_BODY, chosen ? app->theme->strong : app->theme->text,
             label);
    return fired;
}

static void draw_variants(struct column *column)
{
    struct app *app = column->app;
    const struct record_info *info = record_info(column->run);
    char id[128];
    if (info->variant_count == 0)
        return;
    (void)heading(column, "Variants");
    if (item(column, "variant", "as the file stands", info->variant == NULL)) {
        side_params_forget(app);
        session_set_variant(app->session, NULL);
    }
    for (int i = 0; i < info->variant_count; i++) {
        const char *name = info->variants[i];
        bool chosen = info->variant != NULL && strcmp(info->variant, name) == 0;
        (void)snprintf(id, sizeof id, "variant.%s", name);
        if (item(column, id, name, chosen) && !chosen) {
            side_params_forget(app);
            session_set_variant(app->session, name);
        }
    }
    column->y += SECTION * app->k;
}

/* -- A and B ---------------------------------------------------------------------------------------------- */

/* What tells the run from the other one: variant, then the parameters that differ. */
static void describe(char *text, size_t size, const struct record_info *one,
                     const struct record_info *other)
{
    size_t n = 0;
    text[0] = '\0';
    if (strcmp(one->file, other->file) != 0) {
        const char *slash = strrchr(one->file, '/');
        n += (size_t)snprintf(text, size, "%s", slash != NULL ? slash + 1 : one->file);
    }
    if (one->variant != NULL && n < size)
        n += (size_t)snprintf(text + n, size - n, "%s%s", n ? ", " : "", one->variant);
    for (int i = 0; i < one->param_count && n < size; i++)
        for (int j = 0; j < other->param_count && n < size; j++)
            if (strcmp(one->params[i].name, other->params[j].name) == 0 &&
                strcmp(one->params[i].value, other->params[j].value) != 0)
                n += (size_t)snprintf(text + n, size - n, "%s%s %s", n ? ", " : "",
                                      one->params[i].name, one->params[i].value);
    if (one->seed != other->seed && n < size)
        n += (size_t)snprintf(text + n, size - n, "%sseed %llu", n ? ", " : "",
                              (unsigned long long)one->seed);
    if (n == 0)
        (void)snprintf(text, size, "as it stands");
}

static double row_of(const struct result *result, const char *metric, const char *stat)
{
    for (int i = 0; result != NULL && i < result->row_count; i++)
        if (strcmp(result->rows[i].resource, "*") == 0 &&
            strcmp(result->rows[i].metric, metric) == 0 && strcmp(result->rows[i].stat, stat) == 0)
            return result->rows[i].value;
    return (double)NAN;
}

static void add_change(struct text *out, const char *label, double a, double b)
{
    if (isnan(a) || isnan(b) || a == 0)
        return;
    double change = 100 * (b / a - 1);
    const char *sign = change > 0.05 ? "+" : change < -0.05 ? "−" : "±";
    text_addf(out, "%s%s %s%.*f %%", out->length ? "   " : "", label, sign,
              fabs(change) < 10 ? 1 : 0, fabs(change));
}

static void draw_compare(struct column *column)
{
    struct app *app = column->app;
    struct record *baseline = session_baseline(app->session);
    double line = app_line(app, TYPE_BODY) + 4 * app->k;
    char text[256];
    if (baseline == NULL)
        return;
    (void)heading(column, "Compare");
    const struct record_info *a = record_info(baseline), *b = record_info(column->run);
    const struct record_info *one[] = {a, b}, *other[] = {b, a};
    const struct colour colours[] = {app->theme->a, app->theme->b};
    for (int i = 0; i < 2; i++) {
        struct rect row = take_row(column, line);
        describe(text, sizeof text, one[i], other[i]);
        app_text(app, row, ALIGN_LEFT, TYPE_STRONG, colours[i], i == 0 ? "A" : "B");
        row.x += 16 * app->k;
        row.w -= 16 * app->k;
        app_text(app, row, ALIGN_LEFT, TYPE_BODY, colours[i], text);
        (void)ui_register(app->ui, UI_LABEL, i == 0 ? "compare.a" : "compare.b", text, row, text,
                          (double)NAN);
        ui_hint(app->ui, row, text);
    }
    const struct result *ra = record_result(baseline), *rb = record_result(column->run);
    struct text change = {0};
    add_change(&change, "p99", row_of(ra, "latency", "p99"), row_of(rb, "latency", "p99"));
    add_change(&change, "cost", row_of(ra, "cost_month", "sum"), row_of(rb, "cost_month", "sum"));
    add_change(&change, "thr.", row_of(ra, "throttles", "mean"), row_of(rb, "throttles", "mean"));
    struct rect row = take_row(column, line);
    const char *shown = change.data != NULL ? change.data : "simulating ...";
    app_text(app, row, ALIGN_LEFT, TYPE_SMALL, app->theme->muted, shown);
    ui_hint(app->ui, row, shown);
    text_free(&change);
    column->y += SECTION * app->k;
}

static void draw_events(struct column *column)
{
    struct app *app = column->app;
    const struct record_info *info = record_info(column->run);
    char id[32], clock[32];
    bool pokes = false;
    if (info->event_count == 0)
        return;
    (void)heading(column, "Events");
    for (int i = 0; i < info->event_count; i++) {
        const struct record_event *event = &info->events[i];
        struct rect row = take_row(column, 24 * app->k);
        struct rect hit = {row.x - 8, row.y, row.w + 16, row.h};
        (void)snprintf(id, sizeof id, "event.%d", i);
        (void)show_clock(clock, event->at_s, 1);
        if (ui_press(app->ui, UI_BUTTON, id, event->label, hit))
            player_scrub(&app->player, event->at_s);
        if (ui_hovered(app->ui, hit))
            canvas_fill(app->screen->canvas, hit, 4, app->theme->grid);
        double width =
            fmax(canvas_measure(app->screen->canvas, TYPE_MONO, clock) + 10 * app->k, 46 * app->k);
        bool past = event->at_s <= app->player.time.cursor_s;
        app_text(app, row, ALIGN_LEFT, TYPE_MONO, past ? app->theme->text : app->theme->muted,
                 clock);
        row.x += width;
        row.w -= width;
        app_text(app, row, ALIGN_LEFT, TYPE_BODY, past ? app->theme->text : app->theme->muted,
                 event->label);
        ui_hint(app->ui, hit, event->label);
        pokes = pokes || event->poke;
    }
    if (pokes && item(column, "clear-pokes", "Take back all pokes", false))
        action_run(app, "clear-pokes");
    column->y += SECTION * app->k;
}

/* What the scenario asks, broken at spaces. */
static void draw_question(struct column *column)
{
    struct app *app = column->app;
    const char *text = record_info(column->run)->question;
    char line[256];
    if (text == NULL || text[0] == '\0')
        return;
    (void)heading(column, "The question");
    while (*text != '\0') {
        size_t taken = 0, length = strlen(text);
        for (size_t at = 1; at <= length && at < sizeof line; at++) {
            if (text[at] != ' ' && text[at] != '\0')
                continue;
            (void)snprintf(line, sizeof line, "%.*s", (int)at, text);
            if (taken > 0 && canvas_measure(app->screen->canvas, TYPE_SMALL, line) > column->width)
                break;
            taken = at;
        }
        taken = taken > 0 ? taken : length;
        (void)snprintf(line, sizeof line, "%.*s", (int)taken, text);
        app_text(app, take_row(column, app_line(app, TYPE_SMALL) + 1), ALIGN_LEFT, TYPE_SMALL,
                 app->theme->muted, line);
        text += taken;
        while (*text == ' ')
            text++;
    }
    column->y += SECTION * app->k;
}

void side_bar_draw(struct app *app, struct rect where)
{
    struct canvas *canvas = app->screen->canvas;
    canvas_fill(canvas, where, 0, app->theme->panel);
    canvas_fill(canvas, (struct rect){where.x + where.w - 1, where.y, 1, where.h}, 0,
                app->theme->border);
    const struct record *run = app_run(app);
    if (run == NULL)
        return;
    struct rect inner = {where.x, where.y, where.w - 1, where.h};
    double scrolled = ui_scroll_begin(app->ui, "side-bar.scroll", inner, app->side_height);
    struct column column = {app, run, where.x + PAD * app->k, where.y + 14 * app->k - scrolled,
                            where.w - 2 * PAD * app->k};
    double top = where.y - scrolled;
    draw_pages(&column);
    draw_params(&column);
    draw_variants(&column);
    draw_compare(&column);
    draw_events(&column);
    draw_question(&column);
    app->side_height = column.y - top;
    ui_scroll_end(app->ui);
}

void side_bar_draw_over(struct app *app, struct rect where)
{
    const struct ui_input *input = ui_input_of(app->ui);
    ui_push_layer(app->ui, where, true);
    canvas_fill(app->screen->canvas, (struct rect){where.x + where.w, where.y, 6, where.h}, 0,
                (struct colour){0, 0, 0, app->theme->dark ? 90 : 30});
    side_bar_draw(app, where);
    ui_pop_layer(app->ui);
    if (input->pressed && !rect_holds(where, input->x, input->y) && input->y > where.y)
        app->dialog = DIALOG_NONE;
}
