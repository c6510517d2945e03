/* plot_heat.h - a heat map: how many observations fell into each cell of time and value.
 *
 * Colours count logarithmically, one observation is visible, none shows the ground. A key at the right says what the colours mean.
 */
#ifndef TEPID_CHART_PLOT_HEAT_H
#define TEPID_CHART_PLOT_HEAT_H

#include "chart/plot.h"

#define PLOT_HEAT_CELLS 1000000

struct plot_heat {
    const double *counts; /* counts[row * columns + column]; row 0 is the lowest, at the bottom */
    int columns, rows;    /* at most PLOT_HEAT_CELLS in all */
    struct plot_axis x,
        y; /* ends of the grid; rows are equally high on the axis as it is, linear or logarithmic */
};

struct plot_frame plot_heat(const struct plot *plot, const struct plot_heat *what);

#endif
