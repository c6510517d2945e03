/* panel_latency.c - see the header. */
#include "ui/panel_latency.h"

#include "core/unit.h"
#include "ui/panel_chart.h"
#include "ui/view_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PERCENTILES 3

static const struct {
    const char *name;
    double least; /* requests it takes: 100 / (1 - p) */
    enum record_series series;
    const char *column;
} percentiles[PERCENTILES] = {
    {"p50", 200, RECORD_P50_MS, "latency_p50_ms"},
    {"p95", 2000, RECORD_P95_MS, "latency_p95_ms"},
    {"p99", 10000, RECORD_P99_MS, "latency_p99_ms"},
};

static struct colour colour_of(const struct view *view, int p)
{
    return p == 0 ? view->theme->p50 : p == 1 ? view->theme->p95 : view->theme->p99;
}

static bool is_shown(const struct view *view, int p)
{
    return p == 0 ? view->show_p50 : p == 1 ? view->show_p95 : view->show_p99;
}

/* Half way to the colour of what is beside the point: still told apart, but not to be relied on. */
static struct colour greyed(const struct view *view, struct colour colour)
{
    struct colour grey = view->theme->muted;
    return (struct colour){(uint8_t)((colour.r + grey.r) / 2), (uint8_t)((colour.g + grey.g) / 2),
                           (uint8_t)((colour.b + grey.b) / 2), 255};
}

/* -- data ------------------------------------------------------------------------------------------------ */

struct latency_data {
    struct bins bins;
    struct quantile_bin cells[BINS_MAX];
};

static void read_latency(struct record *record, const struct bins *bins, struct quantile_bin *cells)
{
    record_quantiles(record, bins->from_s, bins_to_s(bins), bins->count, cells);
}

static double cell_value(const struct quantile_bin *cell, int p)
{
    return cell->n > 0 ? cell->value_ms[p] : (double)NAN;
}

static void values_of(const struct latency_data *data, int p, double *values)
{
    for (int i = 0; i < data->bins.count; i++)
        values[i] = cell_value(&data->cells[i], p);
}

static bool is_weak(const struct latency_data *data, int i, int p)
{
    return (double)data->cells[i].n < percentiles[p].least;
}

/* The typical number of requests in a bin: of the middle one that has any. */
static uint64_t typical_n(const struct latency_data *data)
{
    uint64_t sum = 0, cells = 0;
    for (int i = 0; i < data->bins.count; i++)
        if (data->cells[i].n > 0) {
            sum += data->cells[i].n;
            cells++;
        }
    return cells > 0 ? sum / cells : 0;
}

/* -- the objective ---------------------------------------------------------------------------------------- */

struct objective {
    const struct slo_def *slo;
    int node;
    int p; /* index of the percentile, or -1: not one of which there are samples */
    double limit_ms;
};

static int node_named(const struct record_info *info, const char *name)
{
    for (int i = 0; i < info->node_count; i++)
        if (strcmp(info->nodes[i].name, name) == 0)
            return i;
    return -1;
}

/* The first objective on a latency that an upper limit bounds; of the application if there is one. */
static bool find_objective(const struct view *view, struct objective *found)
{
    const struct record_info *info = record_info(view->run);
    *found = (struct objective){NULL, -1, -1, (double)NAN};
    for (int i = 0; i < info->slo_count; i++) {
        const struct slo_def *slo = &info->slos[i];
        if (slo->metric != METRIC_LATENCY || slo->op == SLO_GT || slo->op == SLO_GE ||
            slo->stat.kind != STAT_PERCENTILE)
            continue;
        bool whole = strcmp(slo->resource, "*") == 0;
        if (found->slo == NULL || whole) {
            *found = (struct objective){slo, whole ? 0 : node_named(info, slo->resource), -1,
                                        slo->limit / SIM_MS};
            const double percentile = slo->stat.percentile;
            found->p = percentile == 50 ? 0 : percentile == 95 ? 1 : percentile == 99 ? 2 : -1;
            if (whole)
                return true;
        }
    }
    return found->slo != NULL;
}

/* How many samples with data there were in each bin, and how many of them were above the limit. */
struct breaches {
    double all[BINS_MAX], over[BINS_MAX];
    double
        share; /* of all of them; NAN: none had data, or there are no samples of that percentile */
};

static void find_breaches(struct view *view, const struct objective *objective,
                          const struct bins *bins, struct breaches *found)
{
    memset(found, 0, sizeof *found);
    found->share = (double)NAN;
    if (objective->node < 0 || objective->p < 0)
        return;
    double over = 0, all = 0, sample_s = record_info(view->run)->sample_s;
    double to_s = fmin(view->time.to_s, record_reached_s(view->run));
    double first = floor(fmax(view->time.from_s, 0) / sample_s + 1e-9);
    for (double at = first; at * sample_s < to_s - 1e-9 * sample_s; at++) {
        double at_s = (at + 0.5) * sample_s;
        double value =
            record_value(view->run, objective->node, percentiles[objective->p].series, at_s);
        int bin = (int)((at_s - bins->from_s) / bins->step_s);
        if (isnan(value) || bin < 0 || bin >= bins->count)
            continue;
        all++;
        found->all[bin]++;
        over += value > objective->limit_ms;
        found->over[bin] += value > objective->limit_ms;
    }
    if (all > 0)
        found->share = over / all;
}

/* Bands where the objective was missed, the deeper the more of their samples missed it. */
static void shade_breaches(struct chart *chart, const struct bins *bins,
                           const struct breaches *found)
{
    for (int i = 0; i < bins->count; i++) {
        double left = fmax(chart_x(chart, bins->from_s + i * bins->step_s), chart->plot.x);
        double right = fmin(chart_x(chart, bins->from_s + (i + 1) * bins->step_s),
                            chart->plot.x + chart->plot.w);
        if (found->over[i] > 0 && right > left)
            canvas_fill(chart->view->canvas,
                        (struct rect){left, chart->plot.y, right - left, chart->plot.h}, 0,
                        colour_fade(chart->view->theme->fault,
                                    0.04 + 0.12 * found->over[i] / found->all[i]));
    }
}

static void draw_objective(struct chart *chart, const struct objective *objective, double share)
{
    struct view *view = chart->view;
    chart_limit(chart, objective->limit_ms, view->theme->fault, DASH_DASHED);
    char text[160], limit[UNIT_TEXT_MAX], stat[16], over[UNIT_TEXT_MAX];
    size_t n = (size_t)snprintf(
        text, sizeof text, "SLO %s%.40s%s < %s",
        objective->node == 0 ? "" : objective->slo->resource, objective->node == 0 ? "" : " ",
        stat_show(stat, objective->slo->stat), unit_show_time(limit, objective->slo->limit));
    if (share > 0)
        (void)snprintf(text + n, sizeof text - n, " · over %s of the time",
                       unit_show_share(over, share));
    else if (share == 0)
        (void)snprintf(text + n, sizeof text - n, " · never over");
    char cut[256];
    double y = chart_y(chart, objective->limit_ms);
    double baseline = y - SPACE;
    if (baseline - type_size(TYPE_SMALL) * view->canvas->text_scale < chart->plot.y)
        baseline = y + type_size(TYPE_SMALL) * view->canvas->text_scale + SPACE;
    double wide = canvas_fit(view->canvas, TYPE_SMALL, text, chart->plot.w - 2 * SPACE, cut);
    struct rect behind = {chart->plot.x + 1,
                          baseline - type_size(TYPE_SMALL) * view->canvas->text_scale, wide + 6,
                          type_size(TYPE_SMALL) * view->canvas->text_scale * 1.3};
    canvas_fill(view->canvas, behind, 2, colour_fade(view->theme->panel, 0.8));
    canvas_text(view->canvas, chart->plot.x + SPACE, baseline, ALIGN_LEFT, TYPE_SMALL,
                view->theme->dark ? view->theme->p95 : view->theme->fault, cut);
}

/* -- curves ------------------------------------------------------------------------------------------------- */

/* Where there were too few requests the curve is grey; both parts meet in the point between them. */
static void draw_percentile(struct chart *chart, const struct latency_data *data, int p)
{
    double strong[BINS_MAX], weak[BINS_MAX];
    int count = data->bins.count;
    for (int i = 0; i < count; i++) {
        double value = cell_value(&data->cells[i], p);
        bool here = is_weak(data, i, p);
        bool beside =
            (i > 0 && is_weak(data, i - 1, p)) || (i + 1 < count && is_weak(data, i + 1, p));
        strong[i] = here ? (double)NAN : value;
        weak[i] = here || beside ? value : (double)NAN;
    }
    struct colour colour = colour_of(chart->view, p);
    double width = p == 2 ? 1.75 : 1.5;
    chart_curve(chart, &data->bins, weak,
                (struct stroke){greyed(chart->view, colour), 1.25, DASH_SOLID});
    chart_curve(chart, &data->bins, strong, (struct stroke){colour, width, DASH_SOLID});
}

static void draw_other(struct chart *chart, struct record *record, const struct bins *bins,
                       double alpha, enum dash dash)
{
    static const double width = 1.25;
    struct latency_data data = {.bins = *bins};
    if (record == NULL)
        return;
    read_latency(record, bins, data.cells);
    for (int p = 0; p < PERCENTILES; p++) {
        double values[BINS_MAX];
        if (!is_shown(chart->view, p))
            continue;
        values_of(&data, p, values);
        chart_curve(chart, bins, values,
                    (struct stroke){colour_fade(colour_of(chart->view, p), alpha), width, dash});
    }
}

static struct chart_range range_of(const struct view *view, const struct latency_data *data,
                                   const struct objective *objective)
{
    struct chart_range range = {INFINITY, -INFINITY, view->log_scale, 0};
    for (int p = 0; p < PERCENTILES; p++) {
        double values[BINS_MAX];
        if (!is_shown(view, p))
            continue;
        values_of(data, p, values);
        chart_extend(values, data->bins.count, &range.low, &range.high);
    }
    if (!(range.high >= range.low))
        range.low = range.high = (double)NAN;
    if (objective->slo != NULL && range.high > 0) {
        range.high = fmax(range.high, objective->limit_ms);
        range.low = fmin(range.low, objective->limit_ms);
    }
    char value[PLOT_TEXT],
        widest[PLOT_TEXT + 8]; /* what the highest value would take, if that is wide */
    (void)snprintf(widest, sizeof widest, "p99 %s", plot_show(value, PLOT_MS, range.high));
    range.labels = chart_label_width(view, (const char *const[]){widest, "p99 0.999", NULL});
    return range;
}

static void draw_still(struct view *view, struct rect body, const struct latency_data *data)
{
    struct objective objective;
    (void)find_objective(view, &objective);
    struct chart chart;
    struct chart_range range = range_of(view, data, &objective);
    if (!chart_begin(&chart, view, PANEL_LATENCY, body, PLOT_MS, &range))
        return;
    if (isnan(range.high)) {
        panel_empty(view, chart.plot, "no request was answered here");
        return;
    }
    struct breaches breaches;
    if (objective.slo != NULL) {
        find_breaches(view, &objective, &data->bins, &breaches);
        shade_breaches(&chart, &data->bins, &breaches);
    }
    draw_other(&chart, view->ghost, &data->bins, 0.35, DASH_SOLID);
    draw_other(&chart, view->baseline, &data->bins, 0.75, DASH_DASHED);
    for (int p = 0; p < PERCENTILES; p++)
        if (is_shown(view, p))
            draw_percentile(&chart, data, p);
    chart_events(&chart);
    if (objective.slo != NULL)
        draw_objective(&chart, &objective, breaches.share);
    for (int p = 0; p < PERCENTILES; p++) {
        double values[BINS_MAX];
        char text[PLOT_TEXT];
        values_of(data, p, values);
        double last = chart_last(values, data->bins.count);
        if (is_shown(view, p))
            chart_label(&chart, last, colour_of(view, p), "%s %s", percentiles[p].name,
                        plot_show(text, PLOT_MS, last));
    }
    chart_labels_draw(&chart);
}

static void draw_moving(struct view *view, struct rect body, const struct bins *bins)
{
    struct chart chart;
    if (!chart_recall(&chart, view, PANEL_LATENCY, body, PLOT_MS))
        return;
    chart_cursor(&chart);
    if (isnan(view->time.crosshair_s))
        return;
    struct latency_data data = {.bins = bins_at(bins, view->time.crosshair_s)};
    read_latency(view->run, &data.bins, data.cells);
    char note[80], n[UNIT_TEXT_MAX], width[UNIT_TEXT_MAX];
    (void)snprintf(note, sizeof note, "%s, n = %s",
                   unit_show_span(width, time_round(data.bins.step_s * SIM_SECOND)),
                   unit_show_count(n, (double)data.cells[0].n));
    if (!chart_crosshair(&chart, bins, note))
        return;
    for (int p = 0; p < PERCENTILES; p++)
        if (is_shown(view, p))
            chart_value(&chart, &data.bins, cell_value(&data.cells[0], p),
                        is_weak(&data, 0, p) ? greyed(view, colour_of(view, p))
                                             : colour_of(view, p));
    chart_values_draw(&chart);
}

static const struct series_def *latency_defs(void)
{
    static const struct series_def defs[] = {
        {.label = "p50 ms", .column = "latency_p50_ms", .series = RECORD_P50_MS, .how = SERIES_MAX},
        {.label = "p95 ms", .column = "latency_p95_ms", .series = RECORD_P95_MS, .how = SERIES_MAX},
        {.label = "p99 ms", .column = "latency_p99_ms", .series = RECORD_P99_MS, .how = SERIES_MAX},
        {.label = "n", .column = "completed", .series = RECORD_COMPLETED, .how = SERIES_MAX},
    };
    return defs;
}

/* The table has the percentiles of whole bins, as the chart does. */
static void draw_table(struct view *view, struct rect body)
{
    static const struct table_column columns[] = {{"time", ALIGN_LEFT, 1},
                                                  {"p50", ALIGN_RIGHT, 1},
                                                  {"p95", ALIGN_RIGHT, 1},
                                                  {"p99", ALIGN_RIGHT, 1},
                                                  {"n", ALIGN_RIGHT, 1}};
    struct table table = table_make(view, body, columns, COUNTOF(columns));
    int rows = table_rows(&table);
    if (rows < 2)
        return;
    struct latency_data data = {.bins = bins_over(&view->time, record_info(view->run)->sample_s,
                                                  rows < BINS_MAX ? rows : BINS_MAX)};
    read_latency(view->run, &data.bins, data.cells);
    table_head(view, &table);
    for (int i = 0; i < data.bins.count; i++) {
        char text[UNIT_TEXT_MAX];
        (void)show_clock(text, data.bins.from_s + i * data.bins.step_s, data.bins.step_s);
        table_cell(view, &table, i, 0, TYPE_BODY, view->theme->muted, text);
        for (int p = 0; p < PERCENTILES; p++) {
            double value = cell_value(&data.cells[i], p);
            table_cell(view, &table, i, p + 1, TYPE_BODY,
                       is_weak(&data, i, p) ? view->theme->muted : view->theme->text,
                       isnan(value) ? "–" : unit_show_time(text, value * SIM_MS));
        }
        table_cell(view, &table, i, 4, TYPE_BODY, view->theme->muted,
                   unit_show_count(text, (double)data.cells[i].n));
    }
}

struct wish panel_latency_draw(struct view *view, struct rect where)
{
    struct wish wish = {WISH_NOTHING};
    struct latency_data data = {.bins = bins_over(&view->time, record_info(view->run)->sample_s,
                                                  chart_bins((struct rect){0, 0, where.w, 0}))};
    char subtitle[128] = "", width[UNIT_TEXT_MAX], n[UNIT_TEXT_MAX];
    if (view_still(view)) {
        read_latency(view->run, &data.bins, data.cells);
        (void)snprintf(subtitle, sizeof subtitle, "ms%s · each point: %s, n ≈ %s",
                       view->log_scale ? ", log scale" : "",
                       unit_show_span(width, time_round(data.bins.step_s * SIM_SECOND)),
                       unit_show_count(n, (double)typical_n(&data)));
    }
    struct rect body = panel_frame(view, PANEL_LATENCY, where, subtitle, 0);
    if (view->table) {
        if (view_still(view))
            draw_table(view, body);
        return wish;
    }
    if (view_still(view))
        draw_still(view, body, &data);
    if (view_moving(view))
        draw_moving(view, body, &data.bins);
    return wish;
}

void panel_latency_csv(struct view *view, struct text *out)
{
    series_csv(view, latency_defs(), 4, out);
}
