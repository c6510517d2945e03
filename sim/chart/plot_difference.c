/* plot_difference.c - see the header. */
#include "chart/plot_difference.h"

#include <math.h>

#include "chart/plot_parts.h"
#include "core/arena.h"

struct chart {
    const struct plot *plot;
    const struct plot_difference *what;
    struct plot_frame frame;
    struct point *points;
    double *x, *tops, *bottoms;
};

static bool has_interval(const struct plot_difference *what, int i)
{
    return what->low != NULL && isfinite(what->low[i]) && isfinite(what->high[i]);
}

static bool is_clear(const struct plot_difference *what, int i)
{
    return has_interval(what, i) && (what->low[i] > 0 || what->high[i] < 0);
}

static bool any_clear(const struct plot_difference *what)
{
    for (int i = 0; i < what->count; i++)
        if (is_clear(what, i))
            return true;
    return false;
}

static void choose_axes(struct chart *chart)
{
    const struct plot_difference *what = chart->what;
    double low = (double)NAN, high = (double)NAN;
    double first = what->count > 0 ? what->x[0] : 0;
    double last = what->count > 0 ? what->x[what->count - 1] : 1;
    plot_extend(what->difference, what->count, false, &low, &high);
    if (what->low != NULL) {
        plot_extend(what->low, what->count, false, &low, &high);
        plot_extend(what->high, what->count, false, &low, &high);
    }
    chart->frame.x =
        what->x_axis != NULL
            ? *what->x_axis
            : (struct plot_axis){what->x_unit, first, last > first ? last : first + 1, false};
    chart->frame.y =
        what->y_axis != NULL ? *what->y_axis : plot_axis_over(what->y_unit, low, high, false);
}

/* Clear and unclear parts are drawn apart; a piece between two points is clear if both are. Without intervals all is plain. */
static bool in_part(const struct plot_difference *what, int i, bool clear)
{
    if (clear)
        return is_clear(what, i);
    return !is_clear(what, i) || (i > 0 && !is_clear(what, i - 1)) ||
           (i + 1 < what->count && !is_clear(what, i + 1));
}

static void draw_band(struct chart *chart, bool clear, struct colour colour)
{
    const struct plot_difference *what = chart->what;
    for (int i = 0; i < what->count; i++) {
        bool wanted = has_interval(what, i) && in_part(what, i, clear);
        chart->x[i] = plot_x(&chart->frame, what->x[i]);
        chart->tops[i] = wanted ? plot_y(&chart->frame, what->high[i]) : (double)NAN;
        chart->bottoms[i] = wanted ? plot_y(&chart->frame, what->low[i]) : (double)NAN;
    }
    chart->plot->canvas->ops->area(chart->plot->canvas, chart->x, chart->tops, chart->bottoms,
                                   what->count, colour_fade(colour, 0.25));
}

static void draw_line(struct chart *chart, bool clear, struct colour colour)
{
    const struct plot_difference *what = chart->what;
    for (int i = 0; i < what->count; i++) {
        bool wanted = isfinite(what->difference[i]) && in_part(what, i, clear);
        chart->points[i] = wanted ? (struct point){plot_x(&chart->frame, what->x[i]),
                                                   plot_y(&chart->frame, what->difference[i])}
                                  : (struct point){(double)NAN, (double)NAN};
    }
    chart->plot->canvas->ops->polyline(chart->plot->canvas, chart->points, what->count,
                                       (struct stroke){colour, 1.5, DASH_SOLID});
}

/* The word for a strip in which every interval holds 0. */
static void say(struct chart *chart)
{
    static const char *const texts[] = {"no significant difference", NULL};
    const struct plot *plot = chart->plot;
    struct plot_notes notes = {.count = 0};
    char text[256];
    double width = plot_fit_note(plot, &chart->frame, texts, text);
    struct point place = plot_quiet_place(plot, &chart->frame, &notes, plot_y(&chart->frame, 0),
                                          width, chart->points, chart->what->count);
    plot_note(plot, &notes, place, plot->theme->text, text);
}

static void draw(struct chart *chart)
{
    const struct plot *plot = chart->plot;
    const struct plot_difference *what = chart->what;
    struct colour plain = what->low == NULL ? plot->theme->accent : plot->theme->muted;
    double zero = floor(plot_y(&chart->frame, 0)) + 0.5;
    plot_draw_y(plot, &chart->frame);
    plot_draw_x(plot, &chart->frame);
    canvas_line(plot->canvas, chart->frame.rect.x, zero, chart->frame.rect.x + chart->frame.rect.w,
                zero, (struct stroke){plot->theme->muted, 1, DASH_SOLID});
    plot_clip(plot, &chart->frame);
    if (what->low != NULL) {
        draw_band(chart, false, plot->theme->muted);
        draw_band(chart, true, plot->theme->accent);
    }
    if (any_clear(what)) {
        draw_line(chart, false, plain);
        draw_line(chart, true, plot->theme->accent);
    } else {
        draw_line(chart, false, plain);
    }
    canvas_pop_clip(plot->canvas);
    if (what->low != NULL && !any_clear(what) && what->count > 0)
        say(chart);
}

struct plot_frame plot_difference(const struct plot *plot, const struct plot_difference *what)
{
    struct chart chart = {.plot = plot, .what = what};
    struct plot_labels labels = {.count = 0};
    double last = plot_last(what->difference, what->count);
    size_t each = (size_t)what->count + 1;
    char value[PLOT_TEXT];
    choose_axes(&chart);
    if (what->label != NULL)
        plot_label_add(&labels, last, plot->theme->text, "%s %s%s", what->label,
                       last > 0 ? "+" : "", plot_show(value, what->y_unit, last));
    if (!plot_lay_out(plot, &chart.frame, plot_labels_width(plot, &labels)))
        return chart.frame;
    chart.points = mem_resize(NULL, each * sizeof chart.points[0]);
    chart.x = mem_resize(NULL, 3 * each * sizeof chart.x[0]);
    chart.tops = chart.x + each;
    chart.bottoms = chart.tops + each;
    draw(&chart);
    for (int i = 0; i < labels.count; i++)
        labels.items[i].y = plot_y(&chart.frame, labels.items[i].y);
    plot_labels_draw(plot, &chart.frame, &labels);
    mem_free(chart.points);
    mem_free(chart.x);
    return chart.frame;
}
