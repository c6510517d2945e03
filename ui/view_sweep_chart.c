/* view_sweep_chart.c - see the header. */
#include "ui/view_sweep_chart.h"

#include "chart/plot_sweep.h"
#include "core/arena.h"
#include "core/unit.h"
#include "ui/panel_frame.h"
#include "ui/view_buttons.h"
#include "ui/widgets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CURVES_MOST 24

struct layout {
    int x_param, count;
    int *order; /* positions of points: by curve, then by x */
    int *curve; /* of each of `order` */
    int curves;
    char labels[CURVES_MOST][64];
    double x_low, x_high;
};

/* -- which point belongs to which curve ------------------------------------------------------------------ */

static bool same_curve(const struct job_view *job, int x_param, int a, int b)
{
    for (int i = 0; i < job->param_count; i++)
        if (i != x_param && strcmp(job->points[a].values[i], job->points[b].values[i]) != 0)
            return false;
    return true;
}

static void name_curve(const struct job_view *job, struct layout *layout, int at)
{
    char *out = layout->labels[layout->curves];
    size_t n = 0, size = sizeof layout->labels[0];
    out[0] = '\0';
    for (int i = 0; i < job->param_count && n < size; i++)
        if (i != layout->x_param)
            n += (size_t)snprintf(out + n, size - n, "%s%s %s", n > 0 ? ", " : "", job->params[i],
                                  job->points[at].values[i]);
}

static void insert_sorted(const struct job_view *job, struct layout *layout, int at, int curve)
{
    double x = job->points[at].numbers[layout->x_param];
    int to = layout->count++;
    for (; to > 0; to--) {
        int before = layout->order[to - 1], c = layout->curve[to - 1];
        if (c < curve || (c == curve && job->points[before].numbers[layout->x_param] <= x))
            break;
        layout->order[to] = before;
        layout->curve[to] = c;
    }
    layout->order[to] = at;
    layout->curve[to] = curve;
}

/* The first point of each curve names it; what goes beyond CURVES_MOST is in the table only. */
static void lay_out(const struct job_view *job, int x_param, struct layout *layout)
{
    int first[CURVES_MOST];
    *layout = (struct layout){.x_param = x_param, .x_low = INFINITY, .x_high = -INFINITY};
    layout->order = mem_resize(NULL, sizeof *layout->order * 2 * (size_t)(job->point_count + 1));
    layout->curve = layout->order + job->point_count + 1;
    for (int i = 0; i < job->point_count; i++) {
        int curve = 0;
        while (curve < layout->curves && !same_curve(job, x_param, first[curve], i))
            curve++;
        if (curve == CURVES_MOST)
            continue;
        if (curve == layout->curves) {
            first[curve] = i;
            name_curve(job, layout, i);
            layout->curves++;
        }
        insert_sorted(job, layout, i, curve);
        layout->x_low = fmin(layout->x_low, job->points[i].numbers[x_param]);
        layout->x_high = fmax(layout->x_high, job->points[i].numbers[x_param]);
    }
}

/* -- one chart ---------------------------------------------------------------------------------------------- */

struct figure {
    const char *id, *title;
    enum plot_unit unit;
    bool p99; /* else what is minimised */
    const struct slo_def *slo;
};

static double value_of(const struct figure *figure, const struct job_point *point)
{
    return figure->p99 ? point->p99_ms : point->objective;
}

static void fill_point(const struct figure *figure, const struct job_view *job,
                       const struct layout *layout, int at, struct plot_point *out)
{
    const struct job_point *point = &job->points[at];
    *out = (struct plot_point){.x = point->numbers[layout->x_param],
                               .y = value_of(figure, point),
                               .low = figure->p99 ? (double)NAN : point->interval[0],
                               .high = figure->p99 ? (double)NAN : point->interval[1],
                               .passed = point->passed};
    if (at == job->best || (!job->judged && at == job->cheapest))
        out->mark = figure->p99 ? NULL : "cheapest";
}

static void tell(struct view *view, const struct job_view *job, const struct job_point *point)
{
    char tip[500], p99[UNIT_TEXT_MAX], value[PLOT_TEXT];
    size_t n = 0;
    for (int i = 0; i < job->param_count && n < sizeof tip; i++)
        n += (size_t)snprintf(tip + n, sizeof tip - n, "%s%s = %s", n > 0 ? ", " : "",
                              job->params[i], point->values[i]);
    enum plot_unit unit = strcmp(job->unit, "usd") == 0 ? PLOT_USD : PLOT_NUMBER;
    if (n < sizeof tip)
        n += (size_t)snprintf(tip + n, sizeof tip - n, "\n%s %s · p99 %s\n%s%s", job->objective,
                              plot_say(value, unit, point->objective),
                              isnan(point->p99_ms) ? "–"
                                                   : unit_show_time(p99, point->p99_ms * SIM_MS),
                              point->missed != NULL ? "misses " : "",
                              point->missed != NULL ? point->missed
                              : job->judged         ? "meets the SLOs"
                                                    : "");
    if (n < sizeof tip)
        (void)snprintf(tip + n, sizeof tip - n, "\nclick: open this run");
    ui_tooltip(view->ui, tip);
}

static void touch_points(struct view *view, const struct job_view *job, const struct figure *figure,
                         const struct layout *layout, const struct plot_frame *frame, int *opened)
{
    double half = HIT_TARGET / 2.0;
    for (int i = 0; i < layout->count; i++) {
        const struct job_point *point = &job->points[layout->order[i]];
        double x = plot_x(frame, point->numbers[layout->x_param]);
        double y = plot_y(frame, value_of(figure, point));
        if (isnan(x) || isnan(y))
            continue;
        char id[64];
        struct rect rect = {x - half, y - half, 2 * half, 2 * half};
        (void)snprintf(id, sizeof id, "%s.%d", figure->id, point->index);
        if (ui_press(view->ui, UI_ITEM, id, id, rect))
            *opened = layout->order[i];
        if (ui_hovered(view->ui, rect))
            tell(view, job, point);
    }
}

static void draw_figure(struct view *view, const struct job_view *job, const struct layout *layout,
                        const struct figure *figure, struct rect where, int *opened)
{
    struct rect body = view_box(view, where, figure->title,
                                job->judged ? "full: meets the SLOs · ring: does not" : NULL);
    struct plot_point *points = mem_resize(NULL, sizeof *points * (size_t)(layout->count + 1));
    struct plot_curve curves[CURVES_MOST] = {{.label = NULL}};
    for (int i = 0; i < layout->count; i++) {
        int curve = layout->curve[i];
        if (curves[curve].count == 0)
            curves[curve] = (struct plot_curve){
                .label = layout->curves > 1 ? layout->labels[curve] : NULL, .points = &points[i]};
        curves[curve].count++;
        fill_point(figure, job, layout, layout->order[i], &points[i]);
    }
    char label[128];
    const char *unit = job->units[layout->x_param];
    (void)snprintf(label, sizeof label, "%s%s%s", job->params[layout->x_param],
                   unit != NULL && unit[0] != '\0' ? ", " : "", unit != NULL ? unit : "");
    struct plot_sweep what = {.curves = curves,
                              .curve_count = layout->curves,
                              .joined = true,
                              .judged = job->judged,
                              .x_unit = PLOT_NUMBER,
                              .y_unit = figure->unit,
                              .x_log = layout->x_low > 0 && layout->x_high >= 16 * layout->x_low,
                              .x_label = label};
    char slo[96];
    if (figure->slo != NULL) {
        bool whole = strcmp(figure->slo->resource, "*") == 0;
        (void)snprintf(slo, sizeof slo, "SLO %.60s%sp99", whole ? "" : figure->slo->resource,
                       whole ? "" : " ");
        what.limit_label = slo;
        what.limit = figure->slo->limit / SIM_MS;
    }
    struct plot plot = {view->canvas, view->theme, body};
    struct plot_frame frame = plot_sweep(&plot, &what);
    if (frame.rect.w > 0)
        touch_points(view, job, figure, layout, &frame, opened);
    mem_free(points);
}

/* -- both -------------------------------------------------------------------------------------------------------- */

static const struct slo_def *p99_objective(const struct record_info *info)
{
    for (int i = 0; i < info->slo_count; i++) {
        const struct slo_def *slo = &info->slos[i];
        if (slo->metric == METRIC_LATENCY && slo->stat.kind == STAT_PERCENTILE &&
            slo->stat.percentile == 99 && (slo->op == SLO_LT || slo->op == SLO_LE))
            return slo;
    }
    return NULL;
}

static enum plot_unit unit_of(const char *unit)
{
    return strcmp(unit, "usd") == 0     ? PLOT_USD
           : strcmp(unit, "ms") == 0    ? PLOT_MS
           : strcmp(unit, "ratio") == 0 ? PLOT_SHARE
                                        : PLOT_NUMBER;
}

static int pick_param(const struct job_view *job, int wanted)
{
    if (wanted >= 0 && wanted < job->param_count && job->numeric[wanted])
        return wanted;
    for (int i = 0; i < job->param_count; i++)
        if (job->numeric[i])
            return i;
    return -1;
}

static struct rect choose_param(struct view *view, const struct job_view *job, struct rect where,
                                int *x_param)
{
    int numbers = 0;
    for (int i = 0; i < job->param_count; i++)
        numbers += job->numeric[i];
    if (numbers < 2)
        return where;
    struct button_row row = buttons_begin(view, where);
    buttons_say(&row, view->theme->muted, "along");
    for (int i = 0; i < job->param_count; i++) {
        char id[96];
        (void)snprintf(id, sizeof id, "sweep.along.%.64s", job->params[i]);
        if (job->numeric[i] && buttons_add(&row, id, job->params[i], i == *x_param))
            *x_param = i;
    }
    return buttons_end(&row);
}

void sweep_charts_draw(struct view *view, const struct job_view *job, struct rect where,
                       int *x_param, int *opened)
{
    *x_param = pick_param(job, *x_param);
    if (*x_param < 0) {
        struct rect body = view_box(view, where, "Sweep", NULL);
        view_empty(view, body, "no parameter of numbers: the table has the points");
        return;
    }
    where = choose_param(view, job, where, x_param);
    struct layout layout;
    lay_out(job, *x_param, &layout);
    struct figure minimised = {
        .id = "sweep.cost", .title = job->objective, .unit = unit_of(job->unit)};
    struct figure p99 = {.id = "sweep.p99",
                         .title = "p99 of the application",
                         .unit = PLOT_MS,
                         .p99 = true,
                         .slo = p99_objective(record_info(view->run))};
    double half = floor((where.w - PANEL_GAP) / 2);
    draw_figure(view, job, &layout, &minimised, (struct rect){where.x, where.y, half, where.h},
                opened);
    draw_figure(
        view, job, &layout, &p99,
        (struct rect){where.x + half + PANEL_GAP, where.y, where.w - half - PANEL_GAP, where.h},
        opened);
    mem_free(layout.order);
}
