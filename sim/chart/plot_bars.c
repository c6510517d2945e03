/* plot_bars.c - see the header. */
#include "chart/plot_bars.h"

#include <math.h>
#include <stdio.h>

#include "chart/plot_parts.h"

struct chart {
    const struct plot *plot;
    const struct plot_bars *what;
    struct plot_frame frame;
    int shown;      /* bars with a row of their own */
    int rows;       /* one more where others are added up */
    double row;     /* height of a row */
    double largest; /* sum of a bar */
};

#define ROW_MIN 20.0
#define ROW_MAX 42.0

static int part_count(const struct plot_bars *what)
{
    return what->parts == NULL ? 1 : what->part_count;
}

static double part_of(const struct plot_bar *bar, int part)
{
    return bar->parts[part] > 0 ? bar->parts[part] : 0;
}

static double sum_of(const struct plot_bars *what, int bar)
{
    double sum = 0;
    for (int part = 0; part < part_count(what); part++)
        sum += part_of(&what->bars[bar], part);
    return sum;
}

/* What is added up in the last row. */
static double rest_of(const struct chart *chart)
{
    double sum = 0;
    for (int bar = chart->shown; bar < chart->what->count; bar++)
        sum += sum_of(chart->what, bar);
    return sum;
}

static const char *text_of(const struct plot_bars *what, int bar, char buf[PLOT_TEXT])
{
    if (what->bars[bar].text != NULL)
        return what->bars[bar].text;
    return plot_show(buf, what->unit, sum_of(what, bar));
}

static double head_height(const struct canvas *canvas, const struct plot_bars *what)
{
    return what->parts == NULL ? 0 : plot_line_height(canvas, TYPE_SMALL) + SPACE;
}

/* -- layout ---------------------------------------------------------------------------------------------- */

static bool choose_rows(struct chart *chart)
{
    const struct plot *plot = chart->plot;
    double scale = plot->canvas->text_scale;
    double height = plot->where.h - head_height(plot->canvas, chart->what);
    int fit = (int)(height / (ROW_MIN * scale));
    if (chart->what->count <= 0 || fit < 1)
        return false;
    chart->rows = chart->what->count <= fit ? chart->what->count : fit;
    chart->shown = chart->what->count <= fit ? chart->what->count : fit - 1;
    chart->row = fmin(height / chart->rows, ROW_MAX * scale);
    return true;
}

/* Names get what the longest needs, but at most two fifths of the width; values what the widest needs. */
static bool choose_columns(struct chart *chart)
{
    const struct plot *plot = chart->plot;
    double names = 0, values = 0, scale = plot->canvas->text_scale;
    char buf[PLOT_TEXT];
    for (int i = 0; i < chart->shown; i++) {
        names = fmax(names, canvas_measure(plot->canvas, TYPE_BODY, chart->what->bars[i].label));
        values =
            fmax(values, canvas_measure(plot->canvas, TYPE_BODY, text_of(chart->what, i, buf)));
        chart->largest =
            fmax(chart->largest, fmax(sum_of(chart->what, i), chart->what->bars[i].was));
    }
    if (chart->rows > chart->shown) {
        names = fmax(names, 64 * scale);
        chart->largest = fmax(chart->largest, rest_of(chart));
        values = fmax(values, canvas_measure(plot->canvas, TYPE_BODY,
                                             plot_show(buf, chart->what->unit, rest_of(chart))));
    }
    names = ceil(fmin(names, 0.4 * plot->where.w)) + 3 * SPACE;
    values = ceil(values) + 3 * SPACE;
    double head = head_height(plot->canvas, chart->what), width = plot->where.w - names - values;
    if (width < 6 * SPACE)
        return false;
    chart->frame.rect =
        (struct rect){plot->where.x + names, plot->where.y + head, width, chart->row * chart->rows};
    chart->frame.x =
        (struct plot_axis){chart->what->unit, 0, chart->largest > 0 ? chart->largest : 1, false};
    chart->frame.y = (struct plot_axis){PLOT_COUNT, chart->rows, 0, false};
    return true;
}

/* -- drawing --------------------------------------------------------------------------------------------- */

static struct colour colour_of(const struct chart *chart, int bar, int part)
{
    const struct plot_bars *what = chart->what;
    if (what->parts != NULL)
        return what->parts[part].colour;
    for (int i = 0; i < chart->shown; i++)
        if (sum_of(what, i) > sum_of(what, bar) ||
            (i < bar && sum_of(what, i) == sum_of(what, bar)))
            return chart->plot->theme->other;
    return chart->plot->theme->accent;
}

/* Name at the left, value behind the bar. */
static void draw_texts(const struct chart *chart, int row, double end, const char *name,
                       const char *value)
{
    const struct plot *plot = chart->plot;
    double y = chart->frame.rect.y + (row + 0.5) * chart->row;
    double baseline = plot_baseline(plot->canvas, TYPE_BODY, y);
    char cut[256];
    (void)canvas_fit(plot->canvas, TYPE_BODY, name, chart->frame.rect.x - plot->where.x - 3 * SPACE,
                     cut);
    canvas_text(plot->canvas, plot->where.x, baseline, ALIGN_LEFT, TYPE_BODY, plot->theme->text,
                cut);
    canvas_text(plot->canvas, end + 2 * SPACE, baseline, ALIGN_LEFT, TYPE_BODY, plot->theme->strong,
                value);
}

static struct rect bar_rect(const struct chart *chart, int row, double from, double to)
{
    double thick = fmin(chart->row * 0.5, 14 * chart->plot->canvas->text_scale);
    double x = plot_x(&chart->frame, from), middle = chart->frame.rect.y + (row + 0.5) * chart->row;
    return (struct rect){x, floor(middle - thick / 2), plot_x(&chart->frame, to) - x, ceil(thick)};
}

static void draw_bar(const struct chart *chart, int bar)
{
    const struct plot *plot = chart->plot;
    double sum = 0;
    char buf[PLOT_TEXT];
    for (int part = 0; part < part_count(chart->what); part++) {
        double value = part_of(&chart->what->bars[bar], part);
        struct rect rect = bar_rect(chart, bar, sum, sum + value);
        sum += value;
        if (value > 0) {
            rect.w = fmax(rect.w, 1); /* what is there is seen */
            canvas_fill(plot->canvas, rect, 0, colour_of(chart, bar, part));
        }
    }
    double was = chart->what->bars[bar].was, end = fmax(sum, was > 0 ? was : 0);
    if (was > 0) {
        struct rect rect = bar_rect(chart, bar, 0, was);
        canvas_line(plot->canvas, rect.x + rect.w, rect.y - 3, rect.x + rect.w, rect.y + rect.h + 3,
                    (struct stroke){plot->theme->strong, 1.5, DASH_SOLID});
    }
    draw_texts(chart, bar, plot_x(&chart->frame, end), chart->what->bars[bar].label,
               text_of(chart->what, bar, buf));
}

static void draw_rest(const struct chart *chart)
{
    char name[32], value[PLOT_TEXT];
    double rest = rest_of(chart);
    struct rect rect = bar_rect(chart, chart->shown, 0, rest);
    (void)snprintf(name, sizeof name, "%d more", chart->what->count - chart->shown);
    if (rest > 0)
        canvas_fill(chart->plot->canvas, rect, 0, colour_fade(chart->plot->theme->other, 0.5));
    draw_texts(chart, chart->shown, rect.x + rect.w, name,
               plot_show(value, chart->what->unit, rest));
}

/* Names of parts stand over the middle of their part of the first bar, moved apart. */
static void draw_head(const struct chart *chart)
{
    const struct plot *plot = chart->plot;
    double left = chart->frame.rect.x, right = plot->where.x + plot->where.w, sum = 0;
    double middle = plot->where.y + plot_line_height(plot->canvas, TYPE_SMALL) / 2;
    for (int part = 0; part < chart->what->part_count; part++) {
        double value = part_of(&chart->what->bars[0], part);
        const char *label = chart->what->parts[part].label;
        double width = canvas_measure(plot->canvas, TYPE_SMALL, label);
        double x = plot_x(&chart->frame, sum + value / 2) - width / 2;
        sum += value;
        left = fmax(left, x);
        if (left + width > right)
            break;
        canvas_text(plot->canvas, left, plot_baseline(plot->canvas, TYPE_SMALL, middle), ALIGN_LEFT,
                    TYPE_SMALL, chart->what->parts[part].colour, label);
        left += width + 2 * SPACE;
    }
}

struct plot_frame plot_bars(const struct plot *plot, const struct plot_bars *what)
{
    struct chart chart = {.plot = plot, .what = what};
    ASSERT(what->parts == NULL || (1 <= what->part_count && what->part_count <= PLOT_PARTS));
    if (!choose_rows(&chart) || !choose_columns(&chart))
        return chart.frame;
    if (what->parts != NULL)
        draw_head(&chart);
    for (int bar = 0; bar < chart.shown; bar++)
        draw_bar(&chart, bar);
    if (chart.rows > chart.shown)
        draw_rest(&chart);
    return chart.frame;
}
