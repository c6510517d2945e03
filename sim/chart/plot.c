/* plot.c - see the headers. */
#include "chart/plot.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "chart/plot_parts.h"

/* -- places and values ----------------------------------------------------------------------------------- */

/* What is far outside stays a coordinate that any canvas can hold. */
#define FAR_OUT 1e6

static double bounded(double pixel)
{
    return pixel > FAR_OUT ? FAR_OUT : pixel < -FAR_OUT ? -FAR_OUT : pixel;
}

double plot_x(const struct plot_frame *frame, double value)
{
    return bounded(frame->rect.x + plot_axis_place(&frame->x, value) * frame->rect.w);
}

double plot_y(const struct plot_frame *frame, double value)
{
    return bounded(frame->rect.y + (1 - plot_axis_place(&frame->y, value)) * frame->rect.h);
}

double plot_x_value(const struct plot_frame *frame, double x)
{
    return plot_axis_value(&frame->x, (x - frame->rect.x) / frame->rect.w);
}

double plot_y_value(const struct plot_frame *frame, double y)
{
    return plot_axis_value(&frame->y, 1 - (y - frame->rect.y) / frame->rect.h);
}

double plot_line_height(const struct canvas *canvas, enum type_style style)
{
    return ceil(type_size(style) * 1.35 * canvas->text_scale);
}

/* Figures are 0.73 em high. */
double plot_baseline(const struct canvas *canvas, enum type_style style, double y)
{
    return y + 0.364 * type_size(style) * canvas->text_scale;
}

/* -- boxes ----------------------------------------------------------------------------------------------- */

struct rect plot_box(const struct plot *plot, const char *title, const char *subtitle)
{
    struct canvas *canvas = plot->canvas;
    struct rect where = plot->where;
    char cut[256];
    double left = where.x + PANEL_PADDING, room = where.w - 2 * PANEL_PADDING;
    double height = plot_line_height(canvas, TYPE_STRONG);
    double baseline = plot_baseline(canvas, TYPE_STRONG, where.y + PANEL_PADDING + height / 2);
    canvas_fill(canvas, where, PANEL_RADIUS, plot->theme->panel);
    canvas_frame(canvas, where, PANEL_RADIUS, (struct stroke){plot->theme->border, 1, DASH_SOLID});
    double taken = canvas_fit(canvas, TYPE_STRONG, title, room, cut);
    canvas_text(canvas, left, baseline, ALIGN_LEFT, TYPE_STRONG, plot->theme->strong, cut);
    room -= taken + 2 * SPACE;
    if (subtitle != NULL && room > 40 * canvas->text_scale) {
        (void)canvas_fit(canvas, TYPE_SMALL, subtitle, room, cut);
        canvas_text(canvas, left + taken + 2 * SPACE, baseline, ALIGN_LEFT, TYPE_SMALL,
                    plot->theme->muted, cut);
    }
    double top = PANEL_PADDING + height + 2 * SPACE;
    return (struct rect){left, where.y + top, where.w - 2 * PANEL_PADDING,
                         fmax(where.h - top - PANEL_PADDING + SPACE, 0)};
}

void plot_empty(const struct plot *plot, const char *why)
{
    char cut[256];
    (void)canvas_fit(plot->canvas, TYPE_BODY, why, plot->where.w, cut);
    canvas_text(plot->canvas, plot->where.x + plot->where.w / 2,
                plot_baseline(plot->canvas, TYPE_BODY, plot->where.y + plot->where.h / 2),
                ALIGN_MIDDLE, TYPE_BODY, plot->theme->muted, cut);
}

/* -- axes ------------------------------------------------------------------------------------------------ */

static int most_ticks(const struct plot_frame *frame)
{
    return frame->y.log ? PLOT_TICKS_LOG : PLOT_TICKS_LINEAR;
}

/* Fewer where the plot is low. */
static void y_ticks(const struct plot *plot, const struct plot_frame *frame, double height,
                    struct plot_ticks *ticks)
{
    int fit = (int)(height / (1.6 * plot_line_height(plot->canvas, TYPE_SMALL)));
    plot_ticks(ticks, &frame->y, fit < most_ticks(frame) ? fit : most_ticks(frame));
}

bool plot_lay_out(const struct plot *plot, struct plot_frame *frame, double right)
{
    struct canvas *canvas = plot->canvas;
    double line = plot_line_height(canvas, TYPE_SMALL), widest = 0;
    double top = ceil(line / 2), below = line + 2 * SPACE;
    double height = plot->where.h - top - below;
    struct plot_ticks ticks;
    frame->rect = (struct rect){0};
    if (height < 3 * line)
        return false;
    y_ticks(plot, frame, height, &ticks);
    for (int i = 0; i < ticks.count; i++)
        widest = fmax(widest, canvas_measure(canvas, TYPE_SMALL, ticks.text[i]));
    double left = ceil(widest) + 2 * SPACE;
    double width = plot->where.w - left - ceil(right);
    if (width < 6 * SPACE)
        return false;
    frame->rect = (struct rect){plot->where.x + left, plot->where.y + top, width, height};
    return true;
}

void plot_draw_y(const struct plot *plot, const struct plot_frame *frame)
{
    const struct rect *rect = &frame->rect;
    struct plot_ticks ticks;
    y_ticks(plot, frame, rect->h, &ticks);
    for (int i = 0; i < ticks.count; i++) {
        double y = plot_y(frame, ticks.at[i]);
        bool zero = ticks.at[i] == 0 && !frame->y.log;
        /* On whole pixels a hair line stays one. */
        canvas_line(plot->canvas, rect->x, floor(y) + 0.5, rect->x + rect->w, floor(y) + 0.5,
                    (struct stroke){zero ? plot->theme->border : plot->theme->grid, 1, DASH_SOLID});
        canvas_text(plot->canvas, rect->x - 2 * SPACE, plot_baseline(plot->canvas, TYPE_SMALL, y),
                    ALIGN_RIGHT, TYPE_SMALL, plot->theme->muted, ticks.text[i]);
    }
}

/* Draws the text of a tick unless it would run into the one before it, which ended at *taken. */
static void draw_x_text(const struct plot *plot, const struct plot_frame *frame, double x,
                        const char *text, double *taken)
{
    struct canvas *canvas = plot->canvas;
    double width = canvas_measure(canvas, TYPE_SMALL, text);
    double right = plot->where.x + plot->where.w;
    double left = fmin(fmax(x - width / 2, plot->where.x), right - width);
    if (left < *taken)
        return;
    double line = plot_line_height(canvas, TYPE_SMALL);
    double middle = frame->rect.y + frame->rect.h + 1.5 * SPACE + line / 2;
    canvas_text(canvas, left, plot_baseline(canvas, TYPE_SMALL, middle), ALIGN_LEFT, TYPE_SMALL,
                plot->theme->muted, text);
    *taken = left + width + 2 * SPACE;
}

void plot_draw_x(const struct plot *plot, const struct plot_frame *frame)
{
    double room = 64 * plot->canvas->text_scale, taken = plot->where.x;
    struct plot_ticks ticks;
    plot_ticks(&ticks, &frame->x, (int)(frame->rect.w / room) + 1);
    for (int i = 0; i < ticks.count; i++)
        draw_x_text(plot, frame, plot_x(frame, ticks.at[i]), ticks.text[i], &taken);
}

void plot_draw_x_at(const struct plot *plot, const struct plot_frame *frame, const double *at,
                    const char *const *texts, int count)
{
    double taken = plot->where.x;
    for (int i = 0; i < count; i++)
        draw_x_text(plot, frame, plot_x(frame, at[i]), texts[i], &taken);
}

void plot_clip(const struct plot *plot, const struct plot_frame *frame)
{
    canvas_push_clip(plot->canvas, rect_inset(frame->rect, -1));
}

/* -- labels ---------------------------------------------------------------------------------------------- */

/* Isotonic regression by pooling: with `apart` taken off for each place, positions may not descend; neighbours that would are
 * pooled at their mean. */
static void pool(double *at, int count, double apart, double low, double high)
{
    double mean[PLOT_LABELS];
    int size[PLOT_LABELS], blocks = 0;
    for (int i = 0; i < count; i++) {
        mean[blocks] = at[i] - i * apart;
        size[blocks++] = 1;
        for (; blocks > 1 && mean[blocks - 2] > mean[blocks - 1]; blocks--) {
            int all = size[blocks - 2] + size[blocks - 1];
            mean[blocks - 2] =
                (mean[blocks - 2] * size[blocks - 2] + mean[blocks - 1] * size[blocks - 1]) / all;
            size[blocks - 2] = all;
        }
    }
    for (int block = 0, i = 0; block < blocks; block++)
        for (int k = 0; k < size[block]; k++, i++)
            at[i] = fmax(low, fmin(mean[block], high - (count - 1) * apart)) + i * apart;
}

void plot_push_apart(double *at, int count, double apart, double low, double high)
{
    int order[PLOT_LABELS];
    double sorted[PLOT_LABELS];
    ASSERT(count <= PLOT_LABELS);
    for (int i = 0; i < count; i++) {
        int place = i;
        for (; place > 0 && at[order[place - 1]] > at[i]; place--)
            order[place] = order[place - 1];
        order[place] = i;
    }
    if ((count - 1) * apart > high - low)
        apart = fmax(high - low, 0) / (count - 1);
    for (int i = 0; i < count; i++)
        sorted[i] = at[order[i]];
    pool(sorted, count, apart, low, high);
    for (int i = 0; i < count; i++)
        at[order[i]] = sorted[i];
}

void plot_label_add(struct plot_labels *labels, double y, struct colour colour, const char *format,
                    ...)
{
    if (!isfinite(y) || labels->count == PLOT_LABELS)
        return;
    struct plot_label *label = &labels->items[labels->count++];
    va_list args;
    label->y = y;
    label->colour = colour;
    va_start(args, format);
    (void)vsnprintf(label->text, sizeof label->text, format, args); /* longer ones are cut */
    va_end(args);
}

/* A chart gives labels at most a third of its width. */
static double labels_room(const struct plot *plot)
{
    return plot->where.w / 3;
}

double plot_labels_width(const struct plot *plot, const struct plot_labels *labels)
{
    double widest = 0;
    for (int i = 0; i < labels->count; i++)
        widest = fmax(widest, canvas_measure(plot->canvas, TYPE_SMALL, labels->items[i].text));
    return widest > 0 ? fmin(widest, labels_room(plot)) + 2 * SPACE : 2 * SPACE;
}

void plot_labels_draw(const struct plot *plot, const struct plot_frame *frame,
                      const struct plot_labels *labels)
{
    struct canvas *canvas = plot->canvas;
    double at[PLOT_LABELS], line = plot_line_height(canvas, TYPE_SMALL);
    double top = frame->rect.y, bottom = frame->rect.y + frame->rect.h;
    double edge = frame->rect.x + frame->rect.w;
    /* Where not all have room, the last ones give way. */
    int fit = (int)((bottom - top) / line) + 1;
    int count = labels->count < fit ? labels->count : fit;
    for (int i = 0; i < count; i++)
        at[i] = fmin(fmax(labels->items[i].y, top), bottom);
    plot_push_apart(at, count, line, top, bottom);
    for (int i = 0; i < count; i++) {
        const struct plot_label *label = &labels->items[i];
        double end = fmin(fmax(label->y, top), bottom);
        char cut[256];
        (void)canvas_fit(canvas, TYPE_SMALL, label->text, labels_room(plot), cut);
        if (fabs(at[i] - end) > line / 2)
            canvas_line(canvas, edge + 1, end, edge + 2 * SPACE - 2, at[i],
                        (struct stroke){colour_fade(label->colour, 0.6), 1, DASH_SOLID});
        canvas_text(canvas, edge + 2 * SPACE, plot_baseline(canvas, TYPE_SMALL, at[i]), ALIGN_LEFT,
                    TYPE_SMALL, label->colour, cut);
    }
}

/* -- notes inside the plot ------------------------------------------------------------------------------- */

struct rect plot_note_rect(const struct plot *plot, struct point at, double width)
{
    double height = plot_line_height(plot->canvas, TYPE_SMALL);
    return (struct rect){at.x - 2, at.y - height / 2, width + 4, height};
}

static bool apart(struct rect a, struct rect b)
{
    return a.x >= b.x + b.w || b.x >= a.x + a.w || a.y >= b.y + b.h || b.y >= a.y + a.h;
}

bool plot_is_free(const struct plot_frame *frame, const struct plot_notes *notes, struct rect rect)
{
    struct rect all = rect_inset(frame->rect, -2);
    for (int i = 0; i < notes->count; i++)
        if (!apart(notes->items[i], rect))
            return false;
    return rect.x >= all.x && rect.x + rect.w <= all.x + all.w && rect.y >= all.y &&
           rect.y + rect.h <= all.y + all.h;
}

void plot_note(const struct plot *plot, struct plot_notes *notes, struct point at,
               struct colour colour, const char *text)
{
    struct canvas *canvas = plot->canvas;
    struct rect rect = plot_note_rect(plot, at, canvas_measure(canvas, TYPE_SMALL, text));
    canvas_fill(canvas, rect, 2, colour_fade(plot->theme->panel, 0.8));
    canvas_text(canvas, at.x, plot_baseline(canvas, TYPE_SMALL, at.y), ALIGN_LEFT, TYPE_SMALL,
                colour, text);
    if (notes->count < PLOT_NOTES)
        notes->items[notes->count++] = rect;
}

/* Liang and Barsky: what is left of the piece after each of the four sides. */
bool plot_touches(struct rect rect, struct point a, struct point b)
{
    double from = 0, to = 1;
    double step[] = {a.x - b.x, b.x - a.x, a.y - b.y, b.y - a.y};
    double room[] = {a.x - rect.x, rect.x + rect.w - a.x, a.y - rect.y, rect.y + rect.h - a.y};
    for (int side = 0; side < 4; side++) {
        if (step[side] == 0) {
            if (!(room[side] >= 0))
                return false;
        } else if (step[side] < 0) {
            from = fmax(from, room[side] / step[side]);
        } else {
            to = fmin(to, room[side] / step[side]);
        }
    }
    return from <= to;
}

/* Pieces of curves under the rectangle; those left or right of it are passed over quickly. */
static int hidden(struct rect rect, const struct point *points, int count)
{
    double right = rect.x + rect.w;
    int sum = 0;
    for (int i = 0; i + 1 < count; i++)
        if (points[i].x <= right && points[i + 1].x >= rect.x)
            sum += plot_touches(rect, points[i], points[i + 1]);
    return sum;
}

#define QUIET_PLACES 9
#define QUIET_ROWS   4

struct point plot_quiet_place(const struct plot *plot, const struct plot_frame *frame,
                              const struct plot_notes *notes, double y, double width,
                              const struct point *points, int count)
{
    double height = plot_line_height(plot->canvas, TYPE_SMALL);
    double room = fmax(frame->rect.w - width - 2 * SPACE, 0), least = (double)INFINITY;
    double end = frame->rect.y + frame->rect.h - height / 2;
    struct point best = {frame->rect.x + SPACE, fmin(fmax(y - height / 2 - 2, frame->rect.y), end)};
    for (int row = 0; row < QUIET_ROWS; row++) {
        /* Above, below, and a line further away. */
        double away = (height / 2 + 2) + (row / 2) * height;
        double middle = row % 2 == 0 ? y - away : y + away;
        for (int i = 0; i < QUIET_PLACES; i++) {
            struct point at = {frame->rect.x + SPACE + room * i / (QUIET_PLACES - 1), middle};
            if (!plot_is_free(frame, notes, plot_note_rect(plot, at, width)))
                continue;
            double cost = hidden(plot_note_rect(plot, at, width), points, count) + 2 * (row / 2);
            if (cost >= least)
                continue;
            least = cost;
            best = at;
        }
    }
    return best;
}

double plot_fit_note(const struct plot *plot, const struct plot_frame *frame,
                     const char *const *texts, char *out)
{
    double room = frame->rect.w - 2 * SPACE;
    for (int i = 0;; i++)
        if (texts[i + 1] == NULL || canvas_measure(plot->canvas, TYPE_SMALL, texts[i]) <= room)
            return canvas_fit(plot->canvas, TYPE_SMALL, texts[i], room, out);
}

/* -- values ---------------------------------------------------------------------------------------------- */

void plot_extend(const double *values, int count, bool log, double *low, double *high)
{
    for (int i = 0; i < count; i++) {
        if (!isfinite(values[i]) || (log && values[i] <= 0))
            continue;
        *low = isnan(*low) || values[i] < *low ? values[i] : *low;
        *high = isnan(*high) || values[i] > *high ? values[i] : *high;
    }
}

double plot_last(const double *values, int count)
{
    while (count > 0 && !isfinite(values[count - 1]))
        count--;
    return count > 0 ? values[count - 1] : (double)NAN;
}
