/* panel_heat.c - see the header. */
#include "ui/panel_heat.h"

#include "core/arena.h"
#include "core/unit.h"
#include "report/csv.h"
#include "ui/panel_chart.h"
#include "ui/view_table.h"
#include "ui/widgets.h"

#include <math.h>
#include <stdio.h>

#define CELL_W      3 /* pixels, about */
#define CELL_H      4
#define CSV_COLUMNS 240
#define CSV_ROWS    40

struct heat {
    struct bins bins;
    int rows;
    double low_ms, high_ms;
    uint32_t most;
    uint32_t
        *counts; /* [row][column], row 0 the fastest; to be freed with mem_free; NULL: not read */
};

static struct heat heat_grid(const struct view *view, double width, double height)
{
    struct heat heat = {.rows = (int)fmin(fmax(height / CELL_H, 4), 120)};
    int most = (int)fmin(fmax(width / CELL_W, 2), BINS_MAX);
    heat.bins = bins_over(&view->time, record_info(view->run)->sample_s, most);
    return heat;
}

static void heat_read(struct heat *heat, struct record *record)
{
    size_t cells = (size_t)heat->bins.count * (size_t)heat->rows;
    heat->counts = mem_resize(NULL, cells * sizeof *heat->counts);
    heat->most = record_heat(record, heat->bins.from_s, bins_to_s(&heat->bins), heat->bins.count,
                             heat->rows, heat->low_ms, heat->high_ms, heat->counts);
}

/* Row r holds [edge(r), edge(r + 1)). */
static double row_edge(const struct heat *heat, int row)
{
    return heat->low_ms * pow(heat->high_ms / heat->low_ms, (double)row / heat->rows);
}

static struct rect grid_rect(const struct chart *chart, const struct bins *bins)
{
    double left = chart_x(chart, bins->from_s), right = chart_x(chart, bins_to_s(bins));
    return (struct rect){left, chart->plot.y, right - left, chart->plot.h};
}

/* -- still ------------------------------------------------------------------------------------------------ */

static void draw_cells(struct chart *chart, const struct heat *heat)
{
    struct view *view = chart->view;
    size_t cells = (size_t)heat->bins.count * (size_t)heat->rows;
    struct colour *colours = mem_resize(NULL, cells * sizeof *colours);
    for (int row = 0; row < heat->rows; row++)
        for (int column = 0; column < heat->bins.count; column++) {
            uint32_t count = heat->counts[row * heat->bins.count + column];
            colours[(heat->rows - 1 - row) * heat->bins.count + column] =
                count > 0 ? theme_heat(view->theme, count, heat->most)
                          : (struct colour){0, 0, 0, 0};
        }
    canvas_push_clip(view->canvas, chart->plot);
    view->canvas->ops->cells(view->canvas, grid_rect(chart, &heat->bins), heat->bins.count,
                             heat->rows, colours);
    canvas_pop_clip(view->canvas);
    mem_free(colours);
}

/* The scale of colours, from 1 at the bottom to the largest count. */
static void draw_key(struct chart *chart, uint32_t most)
{
    struct view *view = chart->view;
    enum { STEPS = 24 };
    struct colour colours[STEPS];
    for (int i = 0; i < STEPS; i++)
        colours[i] = theme_heat(view->theme, pow(fmax(most, 2), (STEPS - 1 - i) / (STEPS - 1.0)),
                                fmax(most, 2));
    double tall = fmin(chart->plot.h * 0.45, 120), small = type_size(TYPE_SMALL);
    struct rect bar = {chart->plot.x + chart->plot.w + 2 * SPACE,
                       chart->plot.y + chart->plot.h - tall, 8, tall};
    view->canvas->ops->cells(view->canvas, bar, 1, STEPS, colours);
    char text[PLOT_TEXT];
    double x = bar.x + bar.w + SPACE;
    canvas_text(view->canvas, x, bar.y + small * view->canvas->text_scale * 0.8, ALIGN_LEFT,
                TYPE_SMALL, view->theme->muted, plot_show(text, PLOT_COUNT, most));
    canvas_text(view->canvas, x, bar.y + bar.h, ALIGN_LEFT, TYPE_SMALL, view->theme->muted, "1");
}

static void draw_still(struct view *view, struct rect body)
{
    double low, high;
    if (!record_latency_range(view->run, &low, &high)) {
        panel_empty(view, body, "no request was answered here");
        if (view->memory != NULL)
            view->memory->panels[PANEL_HEAT].plot.w = 0;
        return;
    }
    struct chart chart;
    struct chart_range range = {low, high, true, 0};
    range.labels = chart_label_width(view, (const char *const[]){"9 999", NULL}) + 8 + SPACE;
    if (!chart_begin(&chart, view, PANEL_HEAT, body, PLOT_MS, &range))
        return;
    struct heat heat = heat_grid(view, chart.plot.w, chart.plot.h);
    heat.low_ms = chart.low;
    heat.high_ms = chart.high;
    heat_read(&heat, view->run);
    if (heat.most > 0) {
        draw_cells(&chart, &heat);
        draw_key(&chart, heat.most);
    } else {
        panel_empty(view, chart.plot, "no request was answered here");
    }
    chart_events(&chart);
    mem_free(heat.counts);
}

/* -- moving ------------------------------------------------------------------------------------------------ */

static struct wish draw_cell(struct chart *chart, const struct ui_input *input, bool clicked)
{
    struct view *view = chart->view;
    struct heat heat = heat_grid(view, chart->plot.w, chart->plot.h);
    struct wish wish = {WISH_NOTHING};
    heat.low_ms = chart->low;
    heat.high_ms = chart->high;
    struct rect grid = grid_rect(chart, &heat.bins);
    int column = (int)((input->x - grid.x) / grid.w * heat.bins.count);
    int row = (int)((grid.y + grid.h - input->y) / grid.h * heat.rows);
    if (column < 0 || column >= heat.bins.count || row < 0 || row >= heat.rows)
        return wish;
    struct rect cell = {grid.x + grid.w * column / heat.bins.count,
                        grid.y + grid.h * (heat.rows - 1 - row) / heat.rows,
                        grid.w / heat.bins.count, grid.h / heat.rows};
    canvas_frame(view->canvas, rect_inset(cell, -1), 0,
                 (struct stroke){view->theme->strong, 1, DASH_SOLID});
    double from_s = heat.bins.from_s + column * heat.bins.step_s;
    double to_s = from_s + heat.bins.step_s;
    double low_ms = row_edge(&heat, row), high_ms = row_edge(&heat, row + 1);
    heat.bins = (struct bins){from_s, heat.bins.step_s, 1};
    heat_read(&heat, view->run);
    uint32_t count = heat.counts[row];
    mem_free(heat.counts);
    char a[32], b[32], low[UNIT_TEXT_MAX], high[UNIT_TEXT_MAX], n[UNIT_TEXT_MAX], tip[256];
    (void)snprintf(tip, sizeof tip, "%s requests took %s to %s\n%s – %s%s",
                   unit_show_count(n, count), unit_show_time(low, low_ms * SIM_MS),
                   unit_show_time(high, high_ms * SIM_MS), show_clock(a, from_s, heat.bins.step_s),
                   show_clock(b, to_s, heat.bins.step_s),
                   count > 0 ? "\nclick: what they did" : "");
    ui_tooltip(view->ui, tip);
    if (clicked && count > 0)
        wish = (struct wish){.what = WISH_TRACES,
                             .from_s = from_s,
                             .to_s = to_s,
                             .low_ms = row == 0 ? 0 : low_ms,
                             .high_ms = row == heat.rows - 1 ? INFINITY : high_ms};
    return wish;
}

static struct wish draw_moving(struct view *view, struct rect body)
{
    struct wish wish = {WISH_NOTHING};
    struct chart chart;
    if (!chart_recall(&chart, view, PANEL_HEAT, body, PLOT_MS))
        return wish;
    chart_cursor(&chart);
    struct heat heat = heat_grid(view, chart.plot.w, chart.plot.h);
    (void)chart_crosshair(&chart, &heat.bins, NULL);
    if (view->ui == NULL)
        return wish;
    bool clicked = ui_register(view->ui, UI_ITEM, "heat.cells", "cells of the heat map", chart.plot,
                               NULL, (double)NAN);
    if (ui_hovered(view->ui, chart.plot))
        wish = draw_cell(&chart, ui_input_of(view->ui), clicked);
    return wish;
}

/* -- table, file ---------------------------------------------------------------------------------------------- */

static bool heat_of_view(struct view *view, struct heat *heat, int columns, int rows)
{
    double low, high;
    if (!record_latency_range(view->run, &low, &high))
        return false;
    struct plot_axis axis = plot_axis_over(PLOT_MS, low, high, true);
    low = axis.low;
    high = axis.high;
    *heat = heat_grid(view, columns * CELL_W, rows * CELL_H);
    heat->rows = rows;
    heat->low_ms = low;
    heat->high_ms = high;
    heat_read(heat, view->run);
    return true;
}

/* Latency bands down, time across, counts in the cells. */
static void draw_table(struct view *view, struct rect body)
{
    struct table_column columns[9] = {{"ms", ALIGN_LEFT, 1.6}};
    char heads[8][PLOT_TEXT];
    for (int i = 0; i < 8; i++)
        columns[i + 1] = (struct table_column){heads[i], ALIGN_RIGHT, 1};
    struct table table = table_make(view, body, columns, COUNTOF(columns));
    struct heat heat;
    int rows = table_rows(&table) < 24 ? table_rows(&table) : 24;
    if (rows < 2 || !heat_of_view(view, &heat, 8, rows))
        return;
    int shown = heat.bins.count < 8 ? heat.bins.count : 8;
    for (int i = 0; i < 8; i++)
        if (i < shown)
            (void)show_clock(heads[i], heat.bins.from_s + i * heat.bins.step_s, heat.bins.step_s);
        else
            heads[i][0] = '\0';
    table_head(view, &table);
    for (int row = 0; row < heat.rows; row++) {
        char low[PLOT_TEXT], high[PLOT_TEXT], text[2 * PLOT_TEXT + 8];
        int band = heat.rows - 1 - row;
        (void)snprintf(text, sizeof text, "%s – %s", plot_show(low, PLOT_MS, row_edge(&heat, band)),
                       plot_show(high, PLOT_MS, row_edge(&heat, band + 1)));
        table_cell(view, &table, row, 0, TYPE_BODY, view->theme->muted, text);
        for (int i = 0; i < shown; i++) {
            uint32_t count = heat.counts[band * heat.bins.count + i];
            table_cell(view, &table, row, i + 1, TYPE_BODY, view->theme->text,
                       count > 0 ? plot_show(text, PLOT_COUNT, count) : "");
        }
    }
    mem_free(heat.counts);
}

struct wish panel_heat_draw(struct view *view, struct rect where)
{
    struct wish wish = {WISH_NOTHING};
    struct rect body = panel_frame(view, PANEL_HEAT, where, "requests per cell · ms, log scale", 0);
    if (view->table) {
        if (view_still(view))
            draw_table(view, body);
        return wish;
    }
    if (view_still(view))
        draw_still(view, body);
    return view_moving(view) ? draw_moving(view, body) : wish;
}

void panel_heat_csv(struct view *view, struct text *out)
{
    struct heat heat;
    text_add(out, "from_s,to_s,ge_ms,lt_ms,requests\n");
    if (!heat_of_view(view, &heat, CSV_COLUMNS, CSV_ROWS))
        return;
    for (int column = 0; column < heat.bins.count; column++)
        for (int row = 0; row < heat.rows; row++) {
            uint32_t count = heat.counts[row * heat.bins.count + column];
            if (count == 0)
                continue;
            csv_add_number(out, heat.bins.from_s + column * heat.bins.step_s);
            text_add(out, ",");
            csv_add_number(out, heat.bins.from_s + (column + 1) * heat.bins.step_s);
            text_add(out, ",");
            csv_add_number(out, row_edge(&heat, row));
            text_add(out, ",");
            csv_add_number(out, row_edge(&heat, row + 1));
            text_addf(out, ",%u\n", count);
        }
    mem_free(heat.counts);
}
