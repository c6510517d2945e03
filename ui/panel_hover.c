/* panel_hover.c - what follows the clock and the mouse over a chart (panel_chart.h): the cursor, the crosshair, values at the axes. */
#include "ui/panel_chart.h"

#include "core/unit.h"

#include <math.h>
#include <stdio.h>

/* A small plate with text, so that it reads over whatever lies below. */
static void plate(struct view *view, double x, double middle, enum align align,
                  struct colour colour, const char *text)
{
    double scale = view->canvas->text_scale;
    double wide = canvas_measure(view->canvas, TYPE_SMALL, text) + 2 * SPACE;
    double tall = type_size(TYPE_SMALL) * scale * 1.35;
    double left = align == ALIGN_LEFT ? x : align == ALIGN_RIGHT ? x - wide : x - wide / 2;
    struct rect rect = {floor(left), floor(middle - tall / 2), ceil(wide), ceil(tall)};
    canvas_fill(view->canvas, rect, 3, view->theme->panel);
    canvas_frame(view->canvas, rect, 3, (struct stroke){view->theme->border, 1, DASH_SOLID});
    canvas_text(view->canvas, rect.x + rect.w / 2, middle + type_size(TYPE_SMALL) * scale * 0.36,
                ALIGN_MIDDLE, TYPE_SMALL, colour, text);
}

void chart_cursor(struct chart *chart)
{
    double at = chart->view->time.cursor_s;
    if (!(at > chart->from_s && at < chart->to_s))
        return;
    double x = floor(chart_x(chart, at)) + 0.5;
    canvas_line(chart->view->canvas, x, chart->plot.y, x, chart->plot.y + chart->plot.h,
                (struct stroke){colour_fade(chart->view->theme->strong, 0.75), 1, DASH_SOLID});
}

bool chart_crosshair(struct chart *chart, const struct bins *bins, const char *note)
{
    struct view *view = chart->view;
    double at = view->time.crosshair_s;
    if (!(at >= chart->from_s && at <= chart->to_s))
        return false;
    double x = floor(chart_x(chart, at)) + 0.5;
    canvas_line(view->canvas, x, chart->plot.y, x, chart->plot.y + chart->plot.h,
                (struct stroke){view->theme->muted, 1, DASH_SOLID});
    char clock[32], text[160];
    struct bins bin = bins_at(bins, at);
    (void)snprintf(text, sizeof text, "%s%s%s", show_clock(clock, bin.from_s, bin.step_s),
                   note != NULL ? " · " : "", note != NULL ? note : "");
    double half = canvas_measure(view->canvas, TYPE_SMALL, text) / 2 + SPACE;
    double left = chart->body.x + half, right = chart->body.x + chart->body.w - half;
    double middle = chart->plot.y + chart->plot.h + view_line_height(view, TYPE_SMALL) * 0.75;
    plate(view, fmax(fmin(x, right), left), middle, ALIGN_MIDDLE, view->theme->strong, text);
    return true;
}

/* Kept as labels until all are known, because they may have to make room for each other. */
void chart_value(struct chart *chart, const struct bins *bin, double value, struct colour colour)
{
    double y = chart_y(chart, value);
    double x = chart_x(chart, bin->from_s + bin->step_s / 2);
    if (isnan(y))
        return;
    char text[PLOT_TEXT];
    if (rect_holds(chart->plot, fmax(x, chart->plot.x), y)) {
        struct point at = {x, y};
        chart->view->canvas->ops->discs(chart->view->canvas, &at, 1, 3, colour);
        chart->view->canvas->ops->ring(chart->view->canvas, at, 3.5,
                                       (struct stroke){chart->view->theme->panel, 1, DASH_SOLID});
    }
    chart_label(chart, value, colour, "%s", plot_show(text, chart->unit, value));
}

/* Each beside its value, moved apart where plates would lie over each other; the widest may reach over the curves rather than out of
 * the panel. */
void chart_values_draw(struct chart *chart)
{
    struct view *view = chart->view;
    double apart = ceil(type_size(TYPE_SMALL) * view->canvas->text_scale * 1.35) + 1;
    double y[CHART_LABELS], low = chart->plot.y, high = chart->plot.y + chart->plot.h;
    for (int i = 0; i < chart->label_count; i++)
        y[i] = fmin(fmax(chart_y(chart, chart->labels[i].value), low), high);
    plot_push_apart(y, chart->label_count, apart, low, high);
    for (int i = 0; i < chart->label_count; i++) {
        double wide = canvas_measure(view->canvas, TYPE_SMALL, chart->labels[i].text) + 2 * SPACE;
        double right = fmax(chart->plot.x - SPACE, chart->body.x - 2 * SPACE + wide);
        plate(view, right, y[i], ALIGN_RIGHT, chart->labels[i].colour, chart->labels[i].text);
    }
    chart->label_count = 0;
}
