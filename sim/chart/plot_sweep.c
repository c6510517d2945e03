/* plot_sweep.c - see the header. */
#include "chart/plot_sweep.h"

#include <math.h>
#include <stdio.h>

#include "chart/plot_parts.h"
#include "core/arena.h"

struct chart {
    const struct plot *plot;
    const struct plot_sweep *what;
    struct plot_frame frame;
    struct plot_labels labels;
    struct plot_notes notes;
    struct point
        *points; /* of all curves, in pixels; NAN where there is none, and after each curve */
    int point_count;
};

#define NO_PLACE    1e6
#define X_TICKS_MAX 12 /* values of the parameter that may all be ticks */

static struct colour colour_of(const struct chart *chart, int curve)
{
    const struct theme *theme = chart->plot->theme;
    return curve < THEME_CATEGORIES ? theme->category[curve] : theme->other;
}

/* -- scales ---------------------------------------------------------------------------------------------- */

/* Points do not sit on the edge. */
static struct plot_axis x_axis(const struct plot_sweep *what)
{
    double low = (double)NAN, high = (double)NAN;
    for (int c = 0; c < what->curve_count; c++)
        for (int i = 0; i < what->curves[c].count; i++)
            plot_extend(&what->curves[c].points[i].x, 1, what->x_log, &low, &high);
    if (isnan(low))
        low = high = 1;
    if (!(high > low))
        high = low + (low > 0 ? low : 1);
    struct plot_axis tight = {what->x_unit, low, high, what->x_log};
    return (struct plot_axis){what->x_unit, plot_axis_value(&tight, -0.04),
                              plot_axis_value(&tight, 1.04), what->x_log};
}

static struct plot_axis y_axis(const struct plot_sweep *what)
{
    double low = (double)NAN, high = (double)NAN;
    for (int c = 0; c < what->curve_count; c++)
        for (int i = 0; i < what->curves[c].count; i++) {
            const struct plot_point *point = &what->curves[c].points[i];
            plot_extend(&point->y, 1, what->y_log, &low, &high);
            plot_extend(&point->low, 1, what->y_log, &low, &high);
            plot_extend(&point->high, 1, what->y_log, &low, &high);
        }
    if (what->limit_label != NULL && (isnan(high) || what->limit <= 4 * high))
        plot_extend(&what->limit, 1, what->y_log, &low, &high);
    return plot_axis_over(what->y_unit, low, high, what->y_log);
}

/* The values of the parameter are its ticks, where they are few. */
static void draw_x(const struct chart *chart)
{
    const struct plot_sweep *what = chart->what;
    double at[X_TICKS_MAX];
    char texts[X_TICKS_MAX][PLOT_TEXT];
    const char *words[X_TICKS_MAX];
    int count = 0;
    for (int c = 0; c < what->curve_count; c++)
        for (int i = 0; i < what->curves[c].count; i++) {
            double x = what->curves[c].points[i].x;
            int place = 0;
            while (place < count && at[place] < x)
                place++;
            if (place < count && at[place] == x)
                continue;
            if (count == X_TICKS_MAX) {
                plot_draw_x(chart->plot, &chart->frame);
                return;
            }
            for (int k = count++; k > place; k--)
                at[k] = at[k - 1];
            at[place] = x;
        }
    for (int i = 0; i < count; i++)
        words[i] = plot_show(texts[i], what->x_unit, at[i]);
    plot_draw_x_at(chart->plot, &chart->frame, at, words, count);
}

static void draw_x_label(const struct chart *chart)
{
    struct canvas *canvas = chart->plot->canvas;
    const struct rect *rect = &chart->frame.rect;
    double line = plot_line_height(canvas, TYPE_SMALL);
    double middle = rect->y + rect->h + 2 * SPACE + line * 1.5;
    if (chart->what->x_label != NULL)
        canvas_text(canvas, rect->x + rect->w / 2, plot_baseline(canvas, TYPE_SMALL, middle),
                    ALIGN_MIDDLE, TYPE_SMALL, chart->plot->theme->muted, chart->what->x_label);
}

/* -- what meets the SLOs --------------------------------------------------------------------------------- */

/* From the middle between the last that does not and the first that does; at the ends, to the end. */
static double edge(const struct chart *chart, const struct plot_curve *curve, int out, int in)
{
    const struct rect *rect = &chart->frame.rect;
    if (out < 0)
        return rect->x;
    if (out >= curve->count)
        return rect->x + rect->w;
    return (plot_x(&chart->frame, curve->points[out].x) +
            plot_x(&chart->frame, curve->points[in].x)) /
           2;
}

static void shade_region(const struct chart *chart)
{
    const struct plot_curve *curve = &chart->what->curves[0];
    const struct rect *rect = &chart->frame.rect;
    if (!chart->what->judged || chart->what->curve_count != 1)
        return;
    for (int from = 0; from < curve->count; from++) {
        int to = from;
        while (to < curve->count && curve->points[to].passed)
            to++;
        if (to == from)
            continue;
        double left = edge(chart, curve, from - 1, from), right = edge(chart, curve, to, to - 1);
        canvas_fill(chart->plot->canvas, (struct rect){left, rect->y, right - left, rect->h}, 0,
                    colour_fade(chart->plot->theme->ok, 0.12));
        from = to;
    }
}

static void draw_limit(struct chart *chart)
{
    const struct plot_sweep *what = chart->what;
    const struct rect *rect = &chart->frame.rect;
    char text[112], value[PLOT_TEXT], note[256];
    double y = plot_y(&chart->frame, what->limit);
    if (what->limit_label == NULL || y < rect->y || y > rect->y + rect->h)
        return;
    (void)snprintf(text, sizeof text, "%.60s %s", what->limit_label,
                   plot_say(value, what->y_unit, what->limit));
    canvas_line(chart->plot->canvas, rect->x, y, rect->x + rect->w, y,
                (struct stroke){chart->plot->theme->fault, 1, DASH_DASHED});
    const char *const texts[] = {text, NULL};
    double width = plot_fit_note(chart->plot, &chart->frame, texts, note);
    struct point place = plot_quiet_place(chart->plot, &chart->frame, &chart->notes, y, width,
                                          chart->points, chart->point_count);
    plot_note(chart->plot, &chart->notes, place, chart->plot->theme->fault, note);
}

/* -- points ---------------------------------------------------------------------------------------------- */

static void draw_interval(const struct chart *chart, const struct plot_point *point, double x,
                          struct colour colour)
{
    if (!isfinite(point->low) || !isfinite(point->high) || point->low == point->high)
        return;
    canvas_line(chart->plot->canvas, x, plot_y(&chart->frame, point->low), x,
                plot_y(&chart->frame, point->high),
                (struct stroke){colour_fade(colour, 0.5), 1, DASH_SOLID});
}

static void draw_point(const struct chart *chart, const struct plot_point *point, struct point at,
                       struct colour colour, double radius)
{
    struct canvas *canvas = chart->plot->canvas;
    if (!isfinite(at.x) || !isfinite(at.y))
        return;
    if (point->name != NULL)
        canvas->ops->begin_group(canvas, point->name);
    draw_interval(chart, point, at.x, colour);
    if (point->passed || !chart->what->judged) {
        canvas->ops->discs(canvas, &at, 1, radius, colour);
    } else {
        canvas->ops->discs(canvas, &at, 1, radius, chart->plot->theme->panel);
        canvas->ops->ring(canvas, at, radius - 0.75, (struct stroke){colour, 1.5, DASH_SOLID});
    }
    if (point->name != NULL)
        canvas->ops->end_group(canvas);
}

/* Curves differ by more than their colours. */
static enum dash dash_of(int curve)
{
    return (enum dash)(curve % DASH_KINDS);
}

static void draw_curves(struct chart *chart)
{
    const struct plot_sweep *what = chart->what;
    struct canvas *canvas = chart->plot->canvas;
    double radius = chart->point_count > 200 ? 2.5 : 4;
    int first = 0;
    for (int c = 0; c < what->curve_count && what->joined; c++) {
        canvas->ops->polyline(canvas, chart->points + first, what->curves[c].count,
                              (struct stroke){colour_of(chart, c), 1.5, dash_of(c)});
        first += what->curves[c].count + 1;
    }
    first = 0;
    for (int c = 0; c < what->curve_count; c++) {
        for (int i = 0; i < what->curves[c].count; i++)
            draw_point(chart, &what->curves[c].points[i], chart->points[first + i],
                       colour_of(chart, c), radius);
        first += what->curves[c].count + 1;
    }
}

/* What a mark would cover: leaving the plot and other notes are worst, then curves. */
static double mark_cost(const struct chart *chart, struct rect box)
{
    double cost = plot_is_free(&chart->frame, &chart->notes, box) ? 0 : NO_PLACE;
    for (int i = 0; i + 1 < chart->point_count; i++)
        cost += plot_touches(rect_inset(box, -2), chart->points[i], chart->points[i + 1]);
    return cost;
}

/* A word beside its point: where it covers least, or none where it has no place. It counts as a note, so the next mark keeps off. */
static void draw_mark(struct chart *chart, struct point at, const char *mark)
{
    const struct plot *plot = chart->plot;
    const struct rect *rect = &chart->frame.rect;
    char cut[256];
    double width = canvas_fit(plot->canvas, TYPE_STRONG, mark, rect->w, cut);
    double height = plot_line_height(plot->canvas, TYPE_STRONG), least = (double)INFINITY;
    struct rect best = {at.x, at.y, width, height};
    for (int place = 0; place < 10; place++) {
        static const double along[] = {0, 1, 0.5, 0.25,
                                       0.75}; /* how much of it is left of the point */
        double side = along[place / 2], gap = side == 0 ? 10 : side == 1 ? -10 : 0;
        double y = (place % 2 == 0 ? -1 : 1) * (height / 2 + (gap == 0 ? 9 : 5));
        double x = fmin(fmax(at.x + gap - side * width, rect->x), rect->x + rect->w - width);
        struct rect box = {x, at.y + y - height / 2, width, height};
        double cost = mark_cost(chart, box);
        if (cost >= least || cost >= NO_PLACE)
            continue;
        least = cost;
        best = box;
    }
    plot->canvas->ops->ring(plot->canvas, at, 7,
                            (struct stroke){plot->theme->strong, 1.5, DASH_SOLID});
    if (least >= NO_PLACE)
        return;
    canvas_text(plot->canvas, best.x, plot_baseline(plot->canvas, TYPE_STRONG, best.y + height / 2),
                ALIGN_LEFT, TYPE_STRONG, plot->theme->strong, cut);
    if (chart->notes.count < PLOT_NOTES)
        chart->notes.items[chart->notes.count++] = best;
}

static void draw_marks(struct chart *chart)
{
    int at = 0;
    for (int c = 0; c < chart->what->curve_count; c++, at++)
        for (int i = 0; i < chart->what->curves[c].count; i++, at++) {
            const char *mark = chart->what->curves[c].points[i].mark;
            if (mark != NULL && isfinite(chart->points[at].x) && isfinite(chart->points[at].y))
                draw_mark(chart, chart->points[at], mark);
        }
}

/* -- the chart ------------------------------------------------------------------------------------------- */

static void label_curves(struct chart *chart)
{
    for (int c = 0; c < chart->what->curve_count; c++) {
        const struct plot_curve *curve = &chart->what->curves[c];
        int end = curve->count;
        while (end > 0 && !isfinite(curve->points[end - 1].y))
            end--;
        chart->point_count += curve->count + 1;
        if (curve->label != NULL && end > 0)
            plot_label_add(&chart->labels, curve->points[end - 1].y, colour_of(chart, c), "%s",
                           curve->label);
    }
}

static void place_points(struct chart *chart)
{
    int at = 0;
    chart->points = mem_resize(NULL, ((size_t)chart->point_count + 1) * sizeof chart->points[0]);
    for (int c = 0; c < chart->what->curve_count; c++) {
        for (int i = 0; i < chart->what->curves[c].count; i++) {
            const struct plot_point *point = &chart->what->curves[c].points[i];
            double y = chart->what->y_log && point->y <= 0 ? (double)NAN : point->y;
            chart->points[at++] =
                (struct point){plot_x(&chart->frame, point->x),
                               isfinite(y) ? plot_y(&chart->frame, y) : (double)NAN};
        }
        chart->points[at++] = (struct point){(double)NAN, (double)NAN};
    }
    for (int i = 0; i < chart->labels.count; i++)
        chart->labels.items[i].y = plot_y(&chart->frame, chart->labels.items[i].y);
}

struct plot_frame plot_sweep(const struct plot *plot, const struct plot_sweep *what)
{
    struct plot inner = *plot;
    struct chart chart = {.plot = &inner, .what = what};
    chart.frame.x = x_axis(what);
    chart.frame.y = y_axis(what);
    if (what->x_label != NULL)
        inner.where.h -= plot_line_height(plot->canvas, TYPE_SMALL) + 2;
    label_curves(&chart);
    if (!plot_lay_out(&inner, &chart.frame, plot_labels_width(&inner, &chart.labels)))
        return chart.frame;
    place_points(&chart);
    shade_region(&chart);
    plot_draw_y(&inner, &chart.frame);
    draw_x(&chart);
    draw_x_label(&chart);
    draw_limit(&chart);
    draw_curves(&chart);
    draw_marks(&chart);
    plot_labels_draw(&inner, &chart.frame, &chart.labels);
    mem_free(chart.points);
    return chart.frame;
}
