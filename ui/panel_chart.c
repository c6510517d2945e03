/* panel_chart.c - see the header: scales, grid, curves and labels. What follows the mouse is panel_hover.c. */
#include "ui/panel_chart.h"

#include "ui/view_table.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#define SHRINK_AFTER_S 3.0

/* -- scales -------------------------------------------------------------------------------------------- */

/* Grows at once, shrinks later. */
static void settle_scale(struct chart *chart, struct panel_memory *memory,
                         const struct chart_range *range)
{
    /* A little air above a linear curve, so that its top is seen. */
    struct plot_axis fits =
        plot_axis_over(chart->unit, range->low < 0 || range->log ? range->low : 0,
                       range->high * (range->log ? 1 : 1.02), range->log);
    double low = fits.low, high = fits.high;
    bool fresh = memory->plot.w <= 0 || memory->y_log != range->log || chart->view->wall_s == 0 ||
                 !isfinite(memory->y_high);
    bool shrinks = !fresh && (high < memory->y_high || low > memory->y_low);
    if (!shrinks) {
        memory->shrinks_at_s = (double)NAN;
    } else if (isnan(memory->shrinks_at_s)) {
        memory->shrinks_at_s = chart->view->wall_s + SHRINK_AFTER_S;
    } else if (chart->view->wall_s >= memory->shrinks_at_s) {
        memory->shrinks_at_s = (double)NAN;
        shrinks = false;
    }
    memory->y_low = shrinks ? fmin(low, memory->y_low) : low;
    memory->y_high = shrinks ? fmax(high, memory->y_high) : high;
    memory->y_log = range->log;
}

static struct plot_axis value_axis(const struct chart *chart)
{
    return (struct plot_axis){chart->unit, chart->low, chart->high, chart->log};
}

static void value_ticks(const struct chart *chart, struct plot_ticks *ticks)
{
    struct plot_axis axis = value_axis(chart);
    bool clock = chart->unit == PLOT_SECOND && !chart->log && chart->high >= 120;
    if (clock) /* minutes and hours as people count them, not thousands of seconds */
        axis.unit = PLOT_CLOCK;
    plot_ticks(ticks, &axis, chart->log ? PLOT_TICKS_LOG : PLOT_TICKS_LINEAR);
    for (int i = 0; clock && i < ticks->count; i++)
        (void)plot_show(ticks->text[i], PLOT_SECOND, ticks->at[i]);
}

static double widest_tick(const struct chart *chart)
{
    struct plot_ticks ticks;
    double widest = 0;
    value_ticks(chart, &ticks);
    for (int i = 0; i < ticks.count; i++)
        widest = fmax(widest, canvas_measure(chart->view->canvas, TYPE_SMALL, ticks.text[i]));
    return widest;
}

static struct panel_memory *memory_of(const struct view *view, enum panel_id panel)
{
    return view->memory != NULL ? &view->memory->panels[panel] : NULL;
}

static void take_scale(struct chart *chart, const struct panel_memory *memory)
{
    chart->plot = memory->plot;
    chart->from_s = memory->from_s;
    chart->to_s = memory->to_s;
    chart->low = memory->y_low;
    chart->high = memory->y_high;
    chart->log = memory->y_log;
}

static void draw_grid(struct chart *chart);

bool chart_begin(struct chart *chart, struct view *view, enum panel_id panel, struct rect body,
                 enum plot_unit unit, const struct chart_range *range)
{
    struct panel_memory alone = {.shrinks_at_s = (double)NAN}, *memory = memory_of(view, panel);
    return chart_begin_in(chart, view, memory != NULL ? memory : &alone, body, unit, range);
}

bool chart_begin_in(struct chart *chart, struct view *view, struct panel_memory *memory,
                    struct rect body, enum plot_unit unit, const struct chart_range *range)
{
    *chart = (struct chart){.view = view, .unit = unit, .body = body};
    settle_scale(chart, memory, range);
    memory->from_s = view->time.from_s;
    memory->to_s = fmax(view->time.to_s, view->time.from_s + 1e-9);
    take_scale(chart, memory);
    double line = view_line_height(view, TYPE_SMALL);
    double left = ceil(widest_tick(chart)) + 2 * SPACE;
    double right = fmin(range->labels, body.w * 0.32);
    memory->plot = (struct rect){body.x + left, body.y + line / 2, floor(body.w - left - right),
                                 floor(body.h - 1.5 * line - SPACE)};
    if (memory->plot.w < 24 || memory->plot.h < 24) {
        memory->plot.w = 0;
        return false;
    }
    chart->plot = memory->plot;
    draw_grid(chart);
    return true;
}

bool chart_recall(struct chart *chart, struct view *view, enum panel_id panel, struct rect body,
                  enum plot_unit unit)
{
    const struct panel_memory *memory = memory_of(view, panel);
    if (memory == NULL || memory->plot.w <= 0)
        return false;
    chart_recall_in(chart, view, memory, body, unit);
    return true;
}

void chart_recall_in(struct chart *chart, struct view *view, const struct panel_memory *memory,
                     struct rect body, enum plot_unit unit)
{
    *chart = (struct chart){.view = view, .unit = unit, .body = body};
    take_scale(chart, memory);
}

double chart_x(const struct chart *chart, double at_s)
{
    return chart->plot.x + chart->plot.w * (at_s - chart->from_s) / (chart->to_s - chart->from_s);
}

double chart_y(const struct chart *chart, double value)
{
    struct plot_axis axis = value_axis(chart);
    double share = plot_axis_place(&axis, value);
    if (isnan(share))
        return share;
    share = fmin(fmax(share, -1), 2);
    return chart->plot.y + chart->plot.h * (1 - share);
}

int chart_bins(struct rect body)
{
    double bins = body.w / 2;
    return bins > BINS_MAX ? BINS_MAX : bins < 2 ? 2 : (int)bins;
}

/* -- grid ---------------------------------------------------------------------------------------------- */

static void draw_time_axis(struct chart *chart)
{
    struct view *view = chart->view;
    struct plot_axis axis = {PLOT_CLOCK, chart->from_s, chart->to_s, false};
    struct plot_ticks ticks;
    double room = 58 * view->canvas->text_scale, most = chart->plot.w / room + 1;
    double baseline = chart->plot.y + chart->plot.h + view_line_height(view, TYPE_SMALL);
    double edge = chart->plot.x + chart->plot.w;
    plot_ticks(&ticks, &axis, most < PLOT_TICKS ? (int)most : PLOT_TICKS);
    for (int i = 0; i < ticks.count; i++) {
        double half = canvas_measure(view->canvas, TYPE_SMALL, ticks.text[i]) / 2;
        double x = fmin(fmax(chart_x(chart, ticks.at[i]), chart->plot.x + half - 2 * SPACE),
                        edge - half + 2 * SPACE);
        canvas_text(view->canvas, x, baseline, ALIGN_MIDDLE, TYPE_SMALL, view->theme->muted,
                    ticks.text[i]);
    }
}

static void draw_grid(struct chart *chart)
{
    struct view *view = chart->view;
    struct plot_ticks ticks;
    value_ticks(chart, &ticks);
    double middle = type_size(TYPE_SMALL) * view->canvas->text_scale * 0.36;
    double apart = ticks.count > 1 ? fabs(chart_y(chart, ticks.at[0]) - chart_y(chart, ticks.at[1]))
                                   : chart->plot.h;
    int every = (int)ceil(view_line_height(view, TYPE_SMALL) * 1.1 / fmax(apart, 1));
    for (int i = 0; i<ticks.count; i += every> 1 ? every : 1) {
        double y = floor(chart_y(chart, ticks.at[i])) + 0.5;
        canvas_line(view->canvas, chart->plot.x, y, chart->plot.x + chart->plot.w, y,
                    (struct stroke){view->theme->grid, 1, DASH_SOLID});
        canvas_text(view->canvas, chart->plot.x - 2 * SPACE, y + middle, ALIGN_RIGHT, TYPE_SMALL,
                    view->theme->muted, ticks.text[i]);
    }
    draw_time_axis(chart);
}

/* -- marks -------------------------------------------------------------------------------------------------- */

/* Curves go from middle to middle of the bins, but reach the edges of a bin that stands alone. */
static double bin_x(const struct chart *chart, const struct bins *bins, int i)
{
    return chart_x(chart, bins->from_s + (i + 0.5) * bins->step_s);
}

void chart_curve(struct chart *chart, const struct bins *bins, const double *values,
                 struct stroke stroke)
{
    struct point points[BINS_MAX];
    for (int i = 0; i < bins->count; i++)
        points[i] = (struct point){bin_x(chart, bins, i), chart_y(chart, values[i])};
    const struct canvas *canvas = chart->view->canvas;
    canvas_push_clip(chart->view->canvas, chart->plot);
    canvas->ops->polyline(chart->view->canvas, points, bins->count, stroke);
    for (int i = 0; i < bins->count; i++) { /* what has no neighbour would not be seen */
        bool left = i > 0 && !isnan(values[i - 1]);
        bool right = i + 1 < bins->count && !isnan(values[i + 1]);
        if (!isnan(values[i]) && !left && !right)
            canvas->ops->discs(chart->view->canvas, &points[i], 1, 1.5, stroke.colour);
    }
    canvas_pop_clip(chart->view->canvas);
}

void chart_area(struct chart *chart, const struct bins *bins, const double *tops,
                const double *bottoms, struct colour colour)
{
    double x[BINS_MAX], top[BINS_MAX], bottom[BINS_MAX];
    for (int i = 0; i < bins->count; i++) {
        x[i] = bin_x(chart, bins, i);
        top[i] = chart_y(chart, tops[i]);
        bottom[i] = chart_y(chart, bottoms != NULL ? bottoms[i] : 0);
    }
    canvas_push_clip(chart->view->canvas, chart->plot);
    chart->view->canvas->ops->area(chart->view->canvas, x, top, bottom, bins->count, colour);
    canvas_pop_clip(chart->view->canvas);
}

void chart_limit(struct chart *chart, double value, struct colour colour, enum dash dash)
{
    double y = floor(chart_y(chart, value)) + 0.5;
    if (!rect_holds(chart->plot, chart->plot.x, y))
        return;
    canvas_line(chart->view->canvas, chart->plot.x, y, chart->plot.x + chart->plot.w, y,
                (struct stroke){colour, 1, dash});
}

void chart_events(struct chart *chart)
{
    struct view *view = chart->view;
    const struct record_info *info = record_info(view->run);
    double taken = -INFINITY;
    for (int i = 0; i < info->event_count; i++) {
        const struct record_event *event = &info->events[i];
        if (event->at_s < chart->from_s || event->at_s > chart->to_s)
            continue;
        double x = floor(chart_x(chart, event->at_s)) + 0.5;
        canvas_line(view->canvas, x, chart->plot.y, x, chart->plot.y + chart->plot.h,
                    (struct stroke){view->theme->muted, 1, DASH_DASHED});
        char cut[256];
        double room = chart->plot.x + chart->plot.w - x - SPACE;
        double wide = canvas_fit(view->canvas, TYPE_SMALL, event->label,
                                 fmin(room, 120 * view->canvas->text_scale), cut);
        if (x < taken || room < 24)
            continue;
        double tall = type_size(TYPE_SMALL) * view->canvas->text_scale;
        canvas_fill(view->canvas,
                    (struct rect){x + 1, chart->plot.y, wide + 1.5 * SPACE, tall * 1.3}, 2,
                    colour_fade(view->theme->panel, 0.8));
        canvas_text(view->canvas, x + SPACE, chart->plot.y + tall, ALIGN_LEFT, TYPE_SMALL,
                    view->theme->muted, cut);
        taken = x + SPACE + wide;
    }
}

/* -- labels -------------------------------------------------------------------------------------------------- */

void chart_label(struct chart *chart, double value, struct colour colour, const char *format, ...)
{
    if (chart->label_count == CHART_LABELS || isnan(value))
        return;
    struct chart_label *label = &chart->labels[chart->label_count++];
    *label = (struct chart_label){.value = value, .colour = colour};
    va_list args;
    va_start(args, format);
    (void)vsnprintf(label->text, sizeof label->text, format, args);
    va_end(args);
}

double chart_label_width(const struct view *view, const char *const *texts)
{
    double widest = 0;
    for (; *texts != NULL; texts++)
        widest = fmax(widest, canvas_measure(view->canvas, TYPE_SMALL, *texts));
    return ceil(widest) + 2 * SPACE;
}

/* Order from top to bottom. */
static void order_labels(struct chart_label *labels, int count)
{
    for (int i = 1; i < count; i++) {
        struct chart_label label = labels[i];
        int at = i;
        for (; at > 0 && labels[at - 1].value < label.value; at--)
            labels[at] = labels[at - 1];
        labels[at] = label;
    }
}

void chart_labels_draw(struct chart *chart)
{
    struct view *view = chart->view;
    double y[CHART_LABELS], x = chart->plot.x + chart->plot.w + 2 * SPACE;
    double scale = view->canvas->text_scale, height = type_size(TYPE_SMALL) * scale * 1.2;
    double room = chart->body.x + chart->body.w - x;
    int fits = (int)((chart->plot.h + height) / height);
    if (chart->label_count > fits)
        chart->label_count = fits; /* the first are the most important */
    order_labels(chart->labels, chart->label_count);
    for (int i = 0; i < chart->label_count; i++)
        y[i] = chart_y(chart, chart->labels[i].value);
    plot_push_apart(y, chart->label_count, height, chart->plot.y, chart->plot.y + chart->plot.h);
    for (int i = 0; i < chart->label_count; i++) {
        char cut[256];
        (void)canvas_fit(view->canvas, TYPE_SMALL, chart->labels[i].text, room, cut);
        canvas_text(view->canvas, x, y[i] + type_size(TYPE_SMALL) * scale * 0.36, ALIGN_LEFT,
                    TYPE_SMALL, chart->labels[i].colour, cut);
    }
}

double chart_last(const double *values, int count)
{
    for (int i = count - 1; i >= 0; i--)
        if (!isnan(values[i]))
            return values[i];
    return (double)NAN;
}

void chart_extend(const double *values, int count, double *low, double *high)
{
    for (int i = 0; i < count; i++) {
        *low = fmin(*low, values[i]); /* fmin passes over NAN */
        *high = fmax(*high, values[i]);
    }
}

/* -- tables ---------------------------------------------------------------------------------------------------- */

void chart_table(struct view *view, struct rect body, const struct series_def *defs, int count,
                 enum plot_unit unit)
{
    struct table_column columns[CHART_LABELS] = {{"time", ALIGN_LEFT, 1}};
    ASSERT(count < CHART_LABELS);
    for (int i = 0; i < count; i++)
        columns[i + 1] = (struct table_column){defs[i].label, ALIGN_RIGHT, 1};
    struct table table = table_make(view, body, columns, count + 1);
    int rows = table_rows(&table);
    if (rows < 2)
        return;
    struct bins bins =
        bins_over(&view->time, record_info(view->run)->sample_s, rows < BINS_MAX ? rows : BINS_MAX);
    table_head(view, &table);
    for (int row = 0; row < bins.count; row++) {
        char text[PLOT_TEXT];
        double at = bins.from_s + row * bins.step_s;
        table_cell(view, &table, row, 0, TYPE_BODY, view->theme->muted,
                   show_clock(text, at, bins.step_s));
    }
    for (int i = 0; i < count; i++) {
        double values[BINS_MAX];
        series_values(view->run, &defs[i], &bins, values);
        for (int row = 0; row < bins.count; row++) {
            char text[PLOT_TEXT];
            table_cell(view, &table, row, i + 1, TYPE_BODY, view->theme->text,
                       plot_show(text, unit, values[row]));
        }
    }
}
