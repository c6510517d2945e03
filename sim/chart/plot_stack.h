/* plot_stack.h - parts of a whole over time, one on the other: where the time of a request goes.
 */
#ifndef TEPID_CHART_PLOT_STACK_H
#define TEPID_CHART_PLOT_STACK_H

#include "chart/plot.h"

#define PLOT_LAYERS 12

struct plot_layer {
    const char *label; /* "queue" */
    const double *y;   /* a value >= 0 for each x; NAN: a gap in all layers */
    struct colour colour;
};

struct plot_stack {
    const double *x; /* ascending; middles of bins */
    int count;
    enum plot_unit x_unit, y_unit;
    const struct plot_layer *layers; /* from the bottom up, at most PLOT_LAYERS */
    int layer_count;
    const struct plot_axis *x_axis, *y_axis; /* NULL: fitted to what is shown */
};

struct plot_frame plot_stack(const struct plot *plot, const struct plot_stack *what);

#endif
