/* plot.h - what all charts have in common: where they draw, the scales they drew on, and their rules.
 *
 * A chart is a function from plain arrays to calls on a canvas: plot_lines, plot_stack, plot_bars, plot_heat, plot_sweep,
 * plot_difference. The window's panels and the reports use the same ones, so they look the same. Each returns the frame it plotted in, with
 * which a view finds the value under the mouse or draws a crosshair on top.
 *
 * The rules (UI.md 4): direct labels at the end of curves, moved apart where they would overlap, in place of legends; horizontal grid only;
 * one value axis, from 0 unless it is logarithmic; at most five ticks; the unit stands in the subtitle; grey where a figure rests on too
 * few observations. Charts do not look at their colours, so theme_auto works in all of them. They keep nothing between calls. All
 * measures grow with the canvas's text scale. Where there is no room (about 80 x 60 pixels at 100 %) nothing is drawn.
 */
#ifndef TEPID_CHART_PLOT_H
#define TEPID_CHART_PLOT_H

#include "chart/axis.h"
#include "chart/theme.h"

/* Where and with what a chart is drawn. */
struct plot {
    struct canvas *canvas;
    const struct theme *theme;
    struct rect where;
};

/* Where it plotted: `rect` is spanned by the ranges of the axes. rect.w == 0: there was no room. */
struct plot_frame {
    struct rect rect;
    struct plot_axis x, y;
};

/* Pixels of a value, at most a million away, and the value at a pixel. NAN stays. */
double plot_x(const struct plot_frame *frame, double value);
double plot_y(const struct plot_frame *frame, double value);
double plot_x_value(const struct plot_frame *frame, double x);
double plot_y_value(const struct plot_frame *frame, double y);

/* The box of a chart in a report: panel, border, title and (or NULL) subtitle, which says the unit. Returns the body for a chart. */
struct rect plot_box(const struct plot *plot, const char *title, const char *subtitle);

/* One honest line in the middle of where a chart would be. */
void plot_empty(const struct plot *plot, const char *why);

/* Height of a line of type. */
double plot_line_height(const struct canvas *canvas, enum type_style style);
/* The baseline of text whose figures are centred at `y`. */
double plot_baseline(const struct canvas *canvas, enum type_style style, double y);

/* Moves positions apart so that neighbours are at least `apart` from each other and all lie in low .. high, moving each as little
 * as possible (least squares); their order stays, equal ones by index. Where there is no room for all they are evenly spread. */
void plot_push_apart(double *at, int count, double apart, double low, double high);
#define PLOT_LABELS 32 /* at most so many at once */

/* A percentile needs at least this many observations (UI.md 4): 100 / (1 - share); p99: 10 000. */
static inline double plot_enough(double share)
{
    return 100 / (1 - share);
}

#endif
