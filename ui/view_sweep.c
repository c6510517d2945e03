/* view_sweep.c - see the header: the page, its buttons and its table. The charts are view_sweep_chart.c. */
#include "ui/view_sweep.h"

#include "core/arena.h"
#include "core/unit.h"
#include "report/csv.h"
#include "ui/panel_frame.h"
#include "ui/sweep_axes.h"
#include "ui/view_buttons.h"
#include "ui/view_sweep_chart.h"
#include "ui/view_table.h"
#include "ui/widgets.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sweep_page {
    struct sweep_job *job; /* NULL: none was started */
    bool chosen[SWEEP_PARAMS_MAX];
    int x_param;       /* of the charts; -1: the first of numbers */
    int seen;          /* how much there was to see at the last call of busy */
    char refused[160]; /* why nothing was started, or "" */
};

void *sweep_page_new(void)
{
    struct sweep_page *page = mem_resize(NULL, sizeof *page);
    *page = (struct sweep_page){.x_param = -1};
    return page;
}

void sweep_page_free(void *state)
{
    struct sweep_page *page = state;
    if (page == NULL)
        return;
    sweep_job_end(page->job);
    mem_free(page);
}

/* -- starting ------------------------------------------------------------------------------------------ */

static const struct sweep_def *file_sweep(const struct view *view)
{
    const struct result *result = record_result(view->run);
    return result != NULL && result->scenario->sweep.given ? &result->scenario->sweep : NULL;
}

static void start(struct sweep_page *page, struct view *view, const struct sweep_ask *ask)
{
    sweep_job_end(page->job);
    page->job = sweep_job_start(view->session, ask);
    page->x_param = -1;
    page->refused[0] = '\0';
}

static void start_file(struct sweep_page *page, struct view *view, const struct sweep_def *sweep)
{
    const char *names[SWEEP_PARAMS_MAX];
    int count = sweep->axis_count < SWEEP_PARAMS_MAX ? sweep->axis_count : SWEEP_PARAMS_MAX;
    for (int i = 0; i < count; i++)
        names[i] = sweep->axes[i].param;
    start(page, view, &(struct sweep_ask){.names = names, .name_count = count});
}

static void start_chosen(struct sweep_page *page, struct view *view)
{
    const struct record_info *info = record_info(view->run);
    struct text texts[SWEEP_PARAMS_MAX] = {{NULL, 0, 0}};
    const char *axes[SWEEP_PARAMS_MAX], *names[SWEEP_PARAMS_MAX];
    int count = 0;
    page->refused[0] = '\0';
    for (int i = 0; i < info->param_count && i < SWEEP_PARAMS_MAX; i++) {
        if (!page->chosen[i])
            continue;
        if (!sweep_axis_of(&info->params[i], &texts[count])) {
            (void)snprintf(page->refused, sizeof page->refused,
                           "%.60s is a word without choices: there is nothing to vary",
                           info->params[i].name);
            continue;
        }
        axes[count] = texts[count].data;
        names[count++] = info->params[i].name;
    }
    if (count > 0)
        start(page, view,
              &(struct sweep_ask){
                  .axes = axes, .axis_count = count, .names = names, .name_count = count});
    for (int i = 0; i < SWEEP_PARAMS_MAX; i++)
        text_free(&texts[i]);
}

static bool any_chosen(const struct sweep_page *page, const struct record_info *info)
{
    for (int i = 0; i < info->param_count && i < SWEEP_PARAMS_MAX; i++)
        if (page->chosen[i])
            return true;
    return false;
}

static void say_progress(struct sweep_page *page, struct button_row *row,
                         const struct job_view *job)
{
    char text[128];
    if (page->refused[0] != '\0')
        buttons_say(row, row->view->theme->fault, page->refused);
    if (job == NULL)
        return;
    if (!job->over) {
        if (buttons_add(row, "sweep.stop", "Stop", false)) {
            sweep_job_end(page->job);
            page->job = NULL;
            return;
        }
        (void)snprintf(text, sizeof text, "%d of %d points", job->done, job->total);
        buttons_say(row, row->view->theme->muted, text);
    }
}

static struct rect draw_toolbar(struct sweep_page *page, struct view *view, struct rect where,
                                const struct job_view *job)
{
    struct button_row row = buttons_begin(view, where);
    const struct record_info *info = record_info(view->run);
    const struct sweep_def *sweep = file_sweep(view);
    if (sweep != NULL && buttons_add(&row, "sweep.file", "Run the scenario's sweep", job == NULL))
        start_file(page, view, sweep);
    for (int i = 0; i < info->param_count && i < SWEEP_PARAMS_MAX; i++) {
        char id[96];
        (void)snprintf(id, sizeof id, "sweep.param.%.64s", info->params[i].name);
        if (buttons_add(&row, id, info->params[i].name, page->chosen[i]))
            page->chosen[i] = !page->chosen[i];
    }
    if (any_chosen(page, info) && buttons_add(&row, "sweep.run", "Sweep what is chosen", false))
        start_chosen(page, view);
    say_progress(page, &row, job);
    return buttons_end(&row);
}

/* -- opening a point ---------------------------------------------------------------------------------------- */

static struct wish open_point(struct view *view, const struct job_view *job, int at)
{
    struct wish wish = {.what = WISH_RUN_POINT, .index = job->points[at].index};
    for (int i = 0; i < job->param_count; i++) {
        struct err err = {.kind = ERR_NONE};
        /* A parameter that is gone since the sweep (another file) is left out: the rest still makes sense. */
        (void)session_set_param(view->session, job->params[i], job->points[at].values[i], &err);
    }
    return wish;
}

/* -- table ---------------------------------------------------------------------------------------------------- */

static char *show_unit(char buf[UNIT_TEXT_MAX], const char *unit, double value)
{
    if (isnan(value))
        (void)snprintf(buf, UNIT_TEXT_MAX, "–");
    else if (strcmp(unit, "usd") == 0 && value > 0 && value < 1) {
        char digits[UNIT_TEXT_MAX]; /* cents would make neighbours look the same */
        (void)snprintf(buf, UNIT_TEXT_MAX, "$%.30s", unit_show_number(digits, value));
    } else if (strcmp(unit, "usd") == 0)
        (void)unit_show_money(buf, value);
    else if (strcmp(unit, "ms") == 0)
        (void)unit_show_time(buf, value * SIM_MS);
    else if (strcmp(unit, "ratio") == 0)
        (void)unit_show_share(buf, value);
    else
        (void)unit_show_number(buf, value);
    return buf;
}

static void point_name(const struct job_view *job, const struct job_point *point, char *out,
                       size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    for (int i = 0; i < job->param_count && n < size; i++)
        n += (size_t)snprintf(out + n, size - n, "%s%s = %s", n > 0 ? ", " : "", job->params[i],
                              point->values[i]);
}

/* The order of the sweep: points come in as they are done. */
static void order_points(const struct job_view *job, int *order)
{
    for (int i = 0; i < job->point_count; i++) {
        int at = i;
        for (; at > 0 && job->points[order[at - 1]].index > job->points[i].index; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

static void draw_row(struct view *view, const struct job_view *job, const struct table *table,
                     int row, int at)
{
    const struct job_point *point = &job->points[at];
    char text[256];
    point_name(job, point, text, sizeof text);
    table_cell(view, table, row, 0, at == job->best ? TYPE_STRONG : TYPE_BODY, view->theme->text,
               text);
    table_cell(view, table, row, 1, TYPE_BODY, view->theme->strong,
               show_unit(text, job->unit, point->objective));
    table_cell(view, table, row, 2, TYPE_BODY, view->theme->text,
               show_unit(text, "ms", point->p99_ms));
    table_cell(view, table, row, 3, TYPE_BODY, view->theme->text,
               show_unit(text, "ratio", point->errors));
    const char *word = at == job->best ? "cheapest that meets the SLOs"
                       : !job->judged  ? at == job->cheapest ? "cheapest" : ""
                       : point->passed ? "meets the SLOs"
                       : point->missed ? point->missed
                                       : "misses an SLO";
    struct colour ink = at == job->best ? view->theme->accent
                        : point->passed ? view->theme->text
                                        : view->theme->muted;
    (void)snprintf(text, sizeof text, "%s%s", point->missed && !point->passed ? "misses " : "",
                   word);
    table_cell(view, table, row, 4, TYPE_BODY, ink, text);
}

static struct wish draw_points(struct view *view, const struct job_view *job, struct rect where)
{
    struct wish wish = {WISH_NOTHING};
    struct rect body = view_box(view, where, "Points", "click one to open that run");
    const struct table_column columns[] = {{"setting", ALIGN_LEFT, 2.6},
                                           {job->objective, ALIGN_RIGHT, 1},
                                           {"p99", ALIGN_RIGHT, 0.8},
                                           {"errors", ALIGN_RIGHT, 0.8},
                                           {"", ALIGN_LEFT, 2.8}};
    body.w -= 3 * SPACE; /* of the scroll bar */
    struct table table = table_make(view, body, columns, COUNTOF(columns));
    table_head(view, &table);
    int *order = mem_resize(NULL, sizeof *order * (size_t)(job->point_count + 1));
    order_points(job, order);
    struct rect part = {body.x, body.y + table.row_height, body.w + 3 * SPACE,
                        fmax(body.h - table.row_height, 0)};
    double offset =
        ui_scroll_begin(view->ui, "sweep.points", part, job->point_count * table.row_height);
    struct table moved = table;
    moved.where.y -= offset;
    for (int row = 0; row < job->point_count; row++) {
        struct rect line = table_row(&moved, row);
        if (line.y + line.h < part.y || line.y > part.y + part.h)
            continue;
        char id[40], label[256];
        (void)snprintf(id, sizeof id, "sweep.point.%d", job->points[order[row]].index);
        point_name(job, &job->points[order[row]], label, sizeof label);
        if (order[row] == job->best || ui_hovered(view->ui, line))
            canvas_fill(view->canvas, line, 3, colour_fade(view->theme->accent, 0.14));
        if (ui_press(view->ui, UI_ITEM, id, label, line))
            wish = open_point(view, job, order[row]);
        draw_row(view, job, &moved, row, order[row]);
    }
    ui_scroll_end(view->ui);
    mem_free(order);
    return wish;
}

/* -- answer ------------------------------------------------------------------------------------------------------ */

static double draw_answer(struct view *view, const struct job_view *job, struct rect where)
{
    char text[600], name[200], amount[UNIT_TEXT_MAX], cut[256];
    int at = job->judged ? job->best : job->cheapest;
    if (at >= 0) {
        point_name(job, &job->points[at], name, sizeof name);
        (void)snprintf(text, sizeof text, "%s%s: %s, %s %s",
                       job->judged ? "Cheapest that meets the SLOs" : "Cheapest",
                       job->over ? "" : " so far", name, job->objective,
                       show_unit(amount, job->unit, job->points[at].objective));
    } else if (job->over && job->err.kind == ERR_NONE && job->point_count > 0) {
        (void)snprintf(text, sizeof text, "No point meets the SLOs.");
    } else {
        (void)snprintf(text, sizeof text, "%s", job->err.kind != ERR_NONE ? job->err.what : "…");
    }
    double line = view_line_height(view, TYPE_STRONG) + SPACE;
    (void)canvas_fit(view->canvas, TYPE_STRONG, text, where.w, cut);
    canvas_text(view->canvas, where.x, where.y + line * 0.7, ALIGN_LEFT, TYPE_STRONG,
                job->err.kind != ERR_NONE ? view->theme->fault : view->theme->strong, cut);
    return line + SPACE;
}

static void draw_start(struct view *view, struct rect where)
{
    const struct sweep_def *sweep = file_sweep(view);
    struct rect body =
        view_box(view, where, "Sweep", "one run for each setting, same random numbers");
    view_empty(view, body,
               sweep != NULL
                   ? "run the scenario's sweep, or choose parameters above and sweep those"
               : record_info(view->run)->param_count > 0
                   ? "choose one or more parameters above, then sweep them"
                   : "this scenario has no param(...) to sweep");
}

bool sweep_page_busy(void *state, bool *news)
{
    struct sweep_page *page = state;
    if (page->job == NULL)
        return false;
    const struct job_view *job = sweep_job_look(page->job);
    int seen = 2 * job->point_count + job->over;
    *news = *news || seen != page->seen;
    page->seen = seen;
    return !job->over;
}

struct wish sweep_page_draw(struct view *view, void *state, struct rect where)
{
    struct sweep_page *page = state;
    struct wish wish = {WISH_NOTHING};
    if (!view_moving(view))
        return wish;
    const struct job_view *job = page->job != NULL ? sweep_job_look(page->job) : NULL;
    struct rect rest = draw_toolbar(page, view, where, job);
    job = page->job != NULL ? sweep_job_look(page->job) : NULL; /* a button may have changed it */
    if (job == NULL) {
        draw_start(view, rest);
        return wish;
    }
    double used = draw_answer(view, job, rest);
    rest.y += used;
    rest.h = fmax(rest.h - used, 0);
    if (job->point_count == 0)
        return wish;
    bool low = rest.h <
               420 * view->canvas->text_scale; /* charts need their height more than a table does */
    double charts = floor(rest.h * (low ? 0.64 : 0.52));
    int opened = -1;
    sweep_charts_draw(view, job, (struct rect){rest.x, rest.y, rest.w, charts - PANEL_GAP},
                      &page->x_param, &opened);
    if (opened >= 0)
        wish = open_point(view, job, opened);
    struct wish clicked =
        draw_points(view, job, (struct rect){rest.x, rest.y + charts, rest.w, rest.h - charts});
    return clicked.what != WISH_NOTHING ? clicked : wish;
}

void sweep_page_csv(struct view *view, void *state, struct text *out)
{
    (void)view;
    struct sweep_page *page = state;
    if (page->job == NULL) {
        text_add(out, "point,objective,cost_month_usd,p99_ms,errors,slo_passed\n");
        return;
    }
    const struct job_view *job = sweep_job_look(page->job);
    text_add(out, "point");
    for (int i = 0; i < job->param_count; i++) {
        text_add(out, ",");
        csv_add_text(out, job->params[i]);
    }
    text_add(out, ",objective,cost_month_usd,p99_ms,errors,slo_passed\n");
    int *order = mem_resize(NULL, sizeof *order * (size_t)(job->point_count + 1));
    order_points(job, order);
    for (int row = 0; row < job->point_count; row++) {
        const struct job_point *point = &job->points[order[row]];
        const double numbers[] = {point->objective, point->cost_month_usd, point->p99_ms,
                                  point->errors};
        text_addf(out, "%d", point->index);
        for (int i = 0; i < job->param_count; i++) {
            text_add(out, ",");
            csv_add_text(out, point->values[i]);
        }
        for (size_t k = 0; k < COUNTOF(numbers); k++) {
            text_add(out, ",");
            csv_add_number(out, numbers[k]);
        }
        text_addf(out, ",%s\n", point->passed ? "true" : "false");
    }
    mem_free(order);
}
