/* panel_stages.c - see the header. */
#include "ui/panel_stages.h"

#include "report/csv.h"
#include "ui/panel_chart.h"
#include "ui/view_table.h"

#include <math.h>
#include <stdio.h>

/* From the bottom of the stack: what is work first, what could be saved on top. Colours are the theme's categories by number. */
static const struct {
    enum stage stage;
    const char *name, *column;
    int category; /* -1: other */
} stages[STAGE_COUNT] = {
    {STAGE_DOWNSTREAM, "downstream", "downstream_ms", 0},
    {STAGE_RUN, "run", "run_ms", 2},
    {STAGE_WAIT, "wait", "wait_ms", 1},
    {STAGE_OVERHEAD, "gateway", "overhead_ms", -1},
    {STAGE_INIT, "init", "init_ms", 3},
    {STAGE_QUEUE, "queue", "queue_ms", 5},
    {STAGE_BACKOFF, "back-off", "backoff_ms", 4},
};

static struct colour colour_of(const struct view *view, int layer)
{
    int category = stages[layer].category;
    return category < 0 ? view->theme->other : view->theme->category[category];
}

struct stage_data {
    struct bins bins;
    double mean[BINS_MAX][STAGE_COUNT];
    double tops[STAGE_COUNT][BINS_MAX]; /* of the stack, by layer */
    bool any[STAGE_COUNT];
};

static void read_stages(struct view *view, const struct bins *bins, struct stage_data *data)
{
    data->bins = *bins;
    record_stages(view->run, bins->from_s, bins_to_s(bins), bins->count, data->mean);
    for (int layer = 0; layer < STAGE_COUNT; layer++) {
        data->any[layer] = false;
        for (int i = 0; i < bins->count; i++) {
            double value = data->mean[i][stages[layer].stage];
            data->any[layer] = data->any[layer] || value > 0;
            double below = layer > 0 ? data->tops[layer - 1][i] : 0;
            data->tops[layer][i] = below + value;
        }
    }
}

/* Half a per cent of the whole is less than a pixel: no name for it. */
static bool is_seen(const struct stage_data *data, int layer, int bin)
{
    return data->mean[bin][stages[layer].stage] > 0.005 * data->tops[STAGE_COUNT - 1][bin];
}

/* A name stands in the middle of its layer at the right end; the thickest first, in case there is no room for all. */
static void label_layers(struct chart *chart, const struct stage_data *data)
{
    int last = data->bins.count - 1, order[STAGE_COUNT];
    while (last >= 0 && isnan(data->tops[STAGE_COUNT - 1][last]))
        last--;
    for (int layer = 0; layer < STAGE_COUNT && last >= 0; layer++) {
        int at = layer;
        double value = data->mean[last][stages[layer].stage];
        for (; at > 0 && data->mean[last][stages[order[at - 1]].stage] < value; at--)
            order[at] = order[at - 1];
        order[at] = layer;
    }
    for (int i = 0; i < STAGE_COUNT && last >= 0; i++) {
        int layer = order[i];
        double value = data->mean[last][stages[layer].stage];
        if (!is_seen(data, layer, last))
            continue;
        char text[PLOT_TEXT];
        chart_label(chart, data->tops[layer][last] - value / 2, colour_of(chart->view, layer),
                    "%s %s", stages[layer].name, plot_show(text, PLOT_MS, value));
    }
}

static void draw_still(struct view *view, struct rect body)
{
    struct stage_data data;
    struct bins bins = bins_over(&view->time, record_info(view->run)->sample_s, chart_bins(body));
    read_stages(view, &bins, &data);
    double low = INFINITY, high = -INFINITY;
    chart_extend(data.tops[STAGE_COUNT - 1], bins.count, &low, &high);
    bool any = high >= low;
    struct chart chart;
    struct chart_range range = {
        0, any ? high : (double)NAN, false,
        chart_label_width(view, (const char *const[]){"downstream 44.44", NULL})};
    if (!chart_begin(&chart, view, PANEL_STAGES, body, PLOT_MS, &range))
        return;
    if (!any) {
        panel_empty(view, chart.plot, "no request was answered here");
        return;
    }
    for (int layer = 0; layer < STAGE_COUNT; layer++)
        if (data.any[layer])
            chart_area(&chart, &bins, data.tops[layer], layer > 0 ? data.tops[layer - 1] : NULL,
                       colour_fade(colour_of(view, layer), 0.78));
    chart_events(&chart);
    label_layers(&chart, &data);
    chart_labels_draw(&chart);
}

static void draw_moving(struct view *view, struct rect body)
{
    struct chart chart;
    if (!chart_recall(&chart, view, PANEL_STAGES, body, PLOT_MS))
        return;
    chart_cursor(&chart);
    struct bins bins = bins_over(&view->time, record_info(view->run)->sample_s, chart_bins(body));
    if (!chart_crosshair(&chart, &bins, NULL))
        return;
    struct bins bin = bins_at(&bins, view->time.crosshair_s);
    struct stage_data data;
    read_stages(view, &bin, &data);
    /* The number of a layer stands at its middle, as its name does; plates move apart by themselves. */
    for (int layer = 0; layer < STAGE_COUNT; layer++) {
        double value = data.mean[0][stages[layer].stage];
        char text[PLOT_TEXT];
        if (is_seen(&data, layer, 0))
            chart_label(&chart, data.tops[layer][0] - value / 2, colour_of(view, layer), "%s",
                        plot_show(text, PLOT_MS, value));
    }
    chart_values_draw(&chart);
}

static void draw_table(struct view *view, struct rect body)
{
    struct table_column columns[STAGE_COUNT + 1] = {{"time", ALIGN_LEFT, 1}};
    for (int layer = 0; layer < STAGE_COUNT; layer++)
        columns[layer + 1] = (struct table_column){stages[layer].name, ALIGN_RIGHT, 1};
    struct table table = table_make(view, body, columns, COUNTOF(columns));
    int rows = table_rows(&table);
    if (rows < 2)
        return;
    struct bins bins =
        bins_over(&view->time, record_info(view->run)->sample_s, rows < BINS_MAX ? rows : BINS_MAX);
    struct stage_data data;
    read_stages(view, &bins, &data);
    table_head(view, &table);
    for (int i = 0; i < bins.count; i++) {
        char text[PLOT_TEXT];
        table_cell(view, &table, i, 0, TYPE_BODY, view->theme->muted,
                   show_clock(text, bins.from_s + i * bins.step_s, bins.step_s));
        for (int layer = 0; layer < STAGE_COUNT; layer++)
            table_cell(view, &table, i, layer + 1, TYPE_BODY, view->theme->text,
                       plot_show(text, PLOT_MS, data.mean[i][stages[layer].stage]));
    }
}

struct wish panel_stages_draw(struct view *view, struct rect where)
{
    struct rect body = panel_frame(view, PANEL_STAGES, where, "mean ms a request", 0);
    if (view->table && view_still(view))
        draw_table(view, body);
    if (!view->table && view_still(view))
        draw_still(view, body);
    if (!view->table && view_moving(view))
        draw_moving(view, body);
    return (struct wish){WISH_NOTHING};
}

void panel_stages_csv(struct view *view, struct text *out)
{
    struct bins bins = bins_over(&view->time, record_info(view->run)->sample_s, BINS_MAX);
    struct stage_data data;
    read_stages(view, &bins, &data);
    text_add(out, "from_s,to_s");
    for (int layer = 0; layer < STAGE_COUNT; layer++)
        text_addf(out, ",%s", stages[layer].column);
    text_add(out, "\n");
    for (int i = 0; i < bins.count; i++) {
        csv_add_number(out, bins.from_s + i * bins.step_s);
        text_add(out, ",");
        csv_add_number(out, bins.from_s + (i + 1) * bins.step_s);
        for (int layer = 0; layer < STAGE_COUNT; layer++) {
            text_add(out, ",");
            csv_add_number(out, data.mean[i][stages[layer].stage]);
        }
        text_add(out, "\n");
    }
}
