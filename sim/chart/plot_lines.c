/* plot_lines.c - see the header. */
#include "chart/plot_lines.h"

#include <math.h>
#include <stdio.h>

#include "chart/plot_parts.h"
#include "core/arena.h"

/* A chart while it is drawn; the arrays have room for a curve with its crossings. */
struct chart {
    const struct plot *plot;
    const struct plot_lines *what;
    struct plot_frame frame;
    struct plot_labels labels;
    struct plot_notes notes;
    struct point *points;
    double *x, *tops, *bottoms;
};

#define GHOST_ALPHA  0.4
#define THIN_ALPHA   0.6
#define FILL_ALPHA   0.15
#define BREACH_ALPHA 0.25
#define FAR_LIMIT    4 /* a limit beyond so many times the largest value would flatten the curves */

/* -- scales ---------------------------------------------------------------------------------------------- */

static struct plot_axis value_axis(const struct plot_lines *what)
{
    double low = (double)NAN, high = (double)NAN;
    for (int i = 0; i < what->line_count; i++)
        plot_extend(what->lines[i].y, what->count, what->y_log, &low, &high);
    for (int i = 0; i < what->limit_count; i++)
        if (what->y_log || isnan(high) || what->limits[i].value <= FAR_LIMIT * high)
            plot_extend(&what->limits[i].value, 1, what->y_log, &low, &high);
    if (what->slo.label != NULL && (isnan(high) || what->slo.value <= FAR_LIMIT * high))
        plot_extend(&what->slo.value, 1, what->y_log, &low, &high);
    return plot_axis_over(what->y_unit, low, high, what->y_log);
}

static struct plot_axis time_axis(const struct plot_lines *what)
{
    double first = what->count > 0 ? what->x[0] : 0;
    double last = what->count > 0 ? what->x[what->count - 1] : 1;
    return (struct plot_axis){what->x_unit, first, last > first ? last : first + 1, false};
}

/* -- curves ---------------------------------------------------------------------------------------------- */

static bool is_thin(const struct plot_line *line, int i)
{
    return line->n != NULL && !(line->n[i] >= line->n_least);
}

static double bounded_y(const struct chart *chart, double value)
{
    double y = plot_y(&chart->frame, value), h = chart->frame.rect.h, top = chart->frame.rect.y;
    return isnan(y) ? y : fmin(fmax(y, top - h), top + 2 * h);
}

/* Parts that rest on too few observations are one polyline in grey, the others one in the curve's colour; a piece between
 * two points is grey if either is. */
static void draw_curve(struct chart *chart, const struct plot_line *line, bool thin)
{
    const struct plot_lines *what = chart->what;
    const struct theme *theme = chart->plot->theme;
    struct colour colour = thin ? theme->muted : line->colour;
    bool any = false;
    for (int i = 0; i < what->count; i++) {
        bool here = is_thin(line, i);
        bool near =
            (i > 0 && is_thin(line, i - 1)) || (i + 1 < what->count && is_thin(line, i + 1));
        bool wanted = thin ? here || near : !here;
        wanted = wanted && isfinite(line->y[i]);
        any = any || wanted;
        chart->points[i] =
            wanted ? (struct point){plot_x(&chart->frame, what->x[i]), bounded_y(chart, line->y[i])}
                   : (struct point){(double)NAN, (double)NAN};
    }
    struct stroke stroke = {colour_fade(colour, line->ghost ? GHOST_ALPHA
                                                : thin      ? THIN_ALPHA
                                                            : 1),
                            line->width > 0 ? line->width : 1.5, line->dash};
    if (any)
        chart->plot->canvas->ops->polyline(chart->plot->canvas, chart->points, what->count, stroke);
}

static void draw_fill(struct chart *chart, const struct plot_line *line)
{
    const struct plot_lines *what = chart->what;
    double bottom = chart->frame.rect.y + chart->frame.rect.h;
    for (int i = 0; i < what->count; i++) {
        chart->x[i] = plot_x(&chart->frame, what->x[i]);
        chart->tops[i] = isfinite(line->y[i]) ? bounded_y(chart, line->y[i]) : (double)NAN;
        chart->bottoms[i] = bottom;
    }
    chart->plot->canvas->ops->area(chart->plot->canvas, chart->x, chart->tops, chart->bottoms,
                                   what->count, colour_fade(line->colour, FILL_ALPHA));
}

static void draw_line(struct chart *chart, const struct plot_line *line)
{
    if (line->fill)
        draw_fill(chart, line);
    if (line->n != NULL)
        draw_curve(chart, line, true);
    draw_curve(chart, line, false);
}

/* Ghosts lie behind. */
static void draw_curves(struct chart *chart)
{
    const struct plot_lines *what = chart->what;
    for (int ghost = 1; ghost >= 0; ghost--)
        for (int i = 0; i < what->line_count; i++)
            if (what->lines[i].ghost == (ghost == 1))
                draw_line(chart, &what->lines[i]);
}

static void label_curves(struct chart *chart)
{
    const struct plot_lines *what = chart->what;
    for (int i = 0; i < what->line_count; i++) {
        const struct plot_line *line = &what->lines[i];
        double last = plot_last(line->y, what->count);
        char value[PLOT_TEXT];
        if (line->label != NULL)
            plot_label_add(&chart->labels, last, line->colour, "%s %s", line->label,
                           plot_show(value, what->y_unit, last));
    }
}

/* -- limits ---------------------------------------------------------------------------------------------- */

/* A limit that is out of sight is named at the top, with an arrow. */
static void label_limits(struct chart *chart)
{
    const struct plot_lines *what = chart->what;
    for (int i = 0; i < what->limit_count; i++) {
        const struct plot_limit *limit = &what->limits[i];
        char value[PLOT_TEXT];
        bool beyond = plot_axis_place(&chart->frame.y, limit->value) > 1;
        plot_label_add(&chart->labels, limit->value, chart->plot->theme->muted, "%s %s%s",
                       limit->label, plot_show(value, what->y_unit, limit->value),
                       beyond ? " \u2191" : "");
    }
}

static void draw_across(struct chart *chart, double value, struct stroke stroke)
{
    const struct rect *rect = &chart->frame.rect;
    double y = plot_y(&chart->frame, value);
    if (y >= rect->y - 1 && y <= rect->y + rect->h + 1)
        canvas_line(chart->plot->canvas, rect->x, y, rect->x + rect->w, y, stroke);
}

static void draw_limits(struct chart *chart)
{
    for (int i = 0; i < chart->what->limit_count; i++) {
        const struct plot_limit *limit = &chart->what->limits[i];
        draw_across(chart, limit->value,
                    (struct stroke){chart->plot->theme->muted, 1, limit->dash});
    }
}

/* -- the SLO --------------------------------------------------------------------------------------------- */

double plot_share_over(const double *values, int count, double over)
{
    int numbers = 0, above = 0;
    for (int i = 0; i < count; i++) {
        numbers += isfinite(values[i]);
        above += isfinite(values[i]) && values[i] > over;
    }
    return numbers > 0 ? (double)above / numbers : (double)NAN;
}

static int add_breach(struct chart *chart, int at, double x, double y, double limit)
{
    chart->x[at] = x;
    chart->tops[at] = fmin(y, limit);
    chart->bottoms[at] = limit;
    return at + 1;
}

/* The curve where it is over the line, with the points at which it crosses it. */
static void shade_breach(struct chart *chart, const struct plot_line *line, double limit)
{
    const struct plot_lines *what = chart->what;
    int count = 0;
    double was_x = (double)NAN, was_y = (double)NAN;
    for (int i = 0; i < what->count; i++) {
        double x = plot_x(&chart->frame, what->x[i]), y = bounded_y(chart, line->y[i]);
        if ((was_y < limit && y > limit) || (was_y > limit && y < limit))
            count = add_breach(chart, count, was_x + (x - was_x) * (limit - was_y) / (y - was_y),
                               limit, limit);
        count = add_breach(chart, count, x, isfinite(line->y[i]) ? y : (double)NAN, limit);
        if (!isfinite(line->y[i])) /* fmin knows no NAN */
            chart->tops[count - 1] = (double)NAN;
        was_x = x;
        was_y = y;
    }
    chart->plot->canvas->ops->area(chart->plot->canvas, chart->x, chart->tops, chart->bottoms,
                                   count, colour_fade(chart->plot->theme->fault, BREACH_ALPHA));
}

static bool judged(const struct plot_lines *what)
{
    return what->slo.line >= 0 && what->slo.line < what->line_count;
}

static void draw_slo_line(struct chart *chart)
{
    const struct plot_slo *slo = &chart->what->slo;
    double y = plot_y(&chart->frame, slo->value);
    if (judged(chart->what) && y > chart->frame.rect.y)
        shade_breach(chart, &chart->what->lines[slo->line], y);
    draw_across(chart, slo->value, (struct stroke){chart->plot->theme->fault, 1, DASH_DASHED});
}

/* All points of all curves, with a gap after each curve. */
static int gather_points(struct chart *chart)
{
    const struct plot_lines *what = chart->what;
    int count = 0;
    for (int i = 0; i < what->line_count; i++) {
        for (int k = 0; k < what->count && !what->lines[i].ghost; k++)
            chart->points[count++] = (struct point){plot_x(&chart->frame, what->x[k]),
                                                    bounded_y(chart, what->lines[i].y[k])};
        chart->points[count++] = (struct point){(double)NAN, (double)NAN};
    }
    return count;
}

static void say_slo(struct chart *chart)
{
    const struct plot_lines *what = chart->what;
    const struct plot_slo *slo = &what->slo;
    const struct rect *rect = &chart->frame.rect;
    double y = plot_y(&chart->frame, slo->value);
    double over =
        judged(what) ? plot_share_over(what->lines[slo->line].y, what->count, slo->value) : 0;
    char value[PLOT_TEXT], share[PLOT_TEXT], name[112], text[192], brief[64], note[256];
    (void)snprintf(name, sizeof name, "%.60s %s", slo->label,
                   plot_say(value, what->y_unit, slo->value));
    (void)snprintf(brief, sizeof brief, "over SLO %s of the time",
                   plot_show(share, PLOT_SHARE, over));
    (void)snprintf(text, sizeof text, "%s \u00b7 %s", name, brief);
    const char *const breached[] = {text, brief, NULL}, *const met[] = {name, NULL};
    double width = plot_fit_note(chart->plot, &chart->frame, over > 0 ? breached : met, note);
    y = y < rect->y ? rect->y : fmin(y, rect->y + rect->h); /* out of sight, but said */
    struct point place = plot_quiet_place(chart->plot, &chart->frame, &chart->notes, y, width,
                                          chart->points, gather_points(chart));
    plot_note(chart->plot, &chart->notes, place, chart->plot->theme->fault, note);
}

/* -- events ---------------------------------------------------------------------------------------------- */

/* Names stand at the top, right of their line or, where there is no room, left of it; or they are left out. */
static void name_event(struct chart *chart, const struct plot_event *event, double x)
{
    const struct plot *plot = chart->plot;
    double width = canvas_measure(plot->canvas, TYPE_SMALL, event->label);
    double y = chart->frame.rect.y + plot_line_height(plot->canvas, TYPE_SMALL) / 2;
    struct point right = {x + SPACE, y}, left = {x - SPACE - width, y};
    if (plot_is_free(&chart->frame, &chart->notes, plot_note_rect(plot, right, width)))
        plot_note(plot, &chart->notes, right, plot->theme->muted, event->label);
    else if (plot_is_free(&chart->frame, &chart->notes, plot_note_rect(plot, left, width)))
        plot_note(plot, &chart->notes, left, plot->theme->muted, event->label);
}

static void draw_events(struct chart *chart)
{
    const struct plot *plot = chart->plot;
    const struct rect *rect = &chart->frame.rect;
    for (int i = 0; i < chart->what->event_count; i++) {
        const struct plot_event *event = &chart->what->events[i];
        double x = plot_x(&chart->frame, event->x);
        if (!(x >= rect->x && x <= rect->x + rect->w))
            continue;
        canvas_line(plot->canvas, x, rect->y, x, rect->y + rect->h,
                    (struct stroke){colour_fade(plot->theme->muted, 0.7), 1, DASH_DASHED});
        name_event(chart, event, x);
    }
}

/* -- the chart ------------------------------------------------------------------------------------------- */

/* Labels are made in values, since their width decides where the plot ends. */
static void place_labels(struct chart *chart)
{
    for (int i = 0; i < chart->labels.count; i++) {
        struct plot_label *label = &chart->labels.items[i];
        label->y = bounded_y(chart, label->y);
    }
}

static void draw(struct chart *chart)
{
    plot_draw_y(chart->plot, &chart->frame);
    plot_draw_x(chart->plot, &chart->frame);
    plot_clip(chart->plot, &chart->frame);
    draw_curves(chart);
    draw_limits(chart);
    if (chart->what->slo.label != NULL)
        draw_slo_line(chart);
    canvas_pop_clip(chart->plot->canvas);
    draw_events(chart);
    if (chart->what->slo.label != NULL)
        say_slo(chart);
    place_labels(chart);
    plot_labels_draw(chart->plot, &chart->frame, &chart->labels);
}

struct plot_frame plot_lines(const struct plot *plot, const struct plot_lines *what)
{
    struct chart chart = {.plot = plot, .what = what};
    size_t each = 2 * (size_t)what->count + 2, all = each * (size_t)(what->line_count + 1);
    chart.frame.x = what->x_axis != NULL ? *what->x_axis : time_axis(what);
    chart.frame.y = what->y_axis != NULL ? *what->y_axis : value_axis(what);
    label_curves(&chart);
    label_limits(&chart);
    if (!plot_lay_out(plot, &chart.frame, plot_labels_width(plot, &chart.labels)))
        return chart.frame;
    chart.points = mem_resize(NULL, all * sizeof chart.points[0]);
    chart.x = mem_resize(NULL, 3 * each * sizeof chart.x[0]);
    chart.tops = chart.x + each;
    chart.bottoms = chart.tops + each;
    draw(&chart);
    mem_free(chart.points);
    mem_free(chart.x);
    return chart.frame;
}
