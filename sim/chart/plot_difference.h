/* plot_difference.h - the strip below a comparison: B minus A over time, with its interval.
 *
 * The band is the interval, the line the difference; both are strong where the interval leaves 0 out and grey where it does not. Where it
 * never does, the strip says so.
 */
#ifndef TEPID_CHART_PLOT_DIFFERENCE_H
#define TEPID_CHART_PLOT_DIFFERENCE_H

#include "chart/plot.h"

struct plot_difference {
    const double *x; /* ascending */
    const double *difference, *low,
        *high; /* NAN: a gap; low, high NULL: there are no intervals, and nothing is said about them */
    int count;
    enum plot_unit x_unit, y_unit;
    const struct plot_axis *x_axis, *y_axis; /* NULL: fitted; the value axis holds 0 */
    const char *label;                       /* "B \u2212 A" */
};

struct plot_frame plot_difference(const struct plot *plot, const struct plot_difference *what);

#endif
