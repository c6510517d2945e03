/* plot_sweep.h - a figure over a parameter: one curve for each setting of the others, and what meets the SLOs.
 *
 * A full dot meets the SLOs, a ring does not. Where there is one curve, the stretch of the parameter that meets them is shaded. A limit is a dashed
 * line with its name; marked points ("cheapest") have a word beside them. Each point is a group with a title, so a reader of the SVG sees its
 * name and value under the mouse.
 */
#ifndef TEPID_CHART_PLOT_SWEEP_H
#define TEPID_CHART_PLOT_SWEEP_H

#include "chart/plot.h"

struct plot_point {
    double x, y;      /* y NAN: not drawn */
    double low, high; /* interval of y; NAN: none */
    bool passed;
    const char *name; /* "memory = 512 MB: $12.40"; NULL: none */
    const char *mark; /* "cheapest"; NULL: not marked */
};

struct plot_curve {
    const char *label;               /* at its end; NULL: none */
    const struct plot_point *points; /* ascending x */
    int count;
};

struct plot_sweep {
    const struct plot_curve *curves; /* coloured in turn: six categories, then grey */
    int curve_count;
    bool joined; /* a line through the points of a curve; else they are scattered */
    bool judged; /* `passed` means something; else all dots are full and nothing is shaded */
    enum plot_unit x_unit, y_unit;
    bool x_log, y_log;
    const char *x_label;     /* "memory", below the axis; NULL: none */
    const char *limit_label; /* "SLO p99"; NULL: no limit */
    double limit;
};

struct plot_frame plot_sweep(const struct plot *plot, const struct plot_sweep *what);

#endif
