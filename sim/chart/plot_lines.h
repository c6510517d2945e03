/* plot_lines.h - curves over time: percentiles, concurrency with its limits, A over B.
 *
 * Each curve is named at its end, with its last value. A limit is a line across the chart with its name among these. An SLO is a dashed
 * line; where the curve it judges is over it the area between them is shaded, and the line says for how much of the time.
 */
#ifndef TEPID_CHART_PLOT_LINES_H
#define TEPID_CHART_PLOT_LINES_H

#include "chart/plot.h"

struct plot_line {
    const char *label; /* "p99"; NULL: it has none, as a ghost has */
    const double *y;   /* a value for each x; NAN: a gap */
    const double *
        n; /* observations behind each value, grey where fewer than n_least; NULL: all are enough */
    double n_least; /* plot_enough(0.99) */
    struct colour colour;
    double width; /* 0: 1.5 pixels */
    enum dash dash;
    bool fill;  /* the area below it, lightly */
    bool ghost; /* faint and behind the others: what was before, a baseline */
};

struct plot_limit {
    const char *label; /* "limit" */
    double value;
    enum dash dash;
};

struct plot_slo {
    const char *label; /* "SLO p99"; NULL: there is none */
    double value;
    int line; /* the one it judges */
};

struct plot_event {
    double x;
    const char *label; /* "throttle" */
};

struct plot_lines {
    const double *x; /* ascending; middles of bins */
    int count;
    enum plot_unit x_unit, y_unit;
    bool y_log;
    const struct plot_line *lines;
    int line_count;
    const struct plot_limit *limits;
    int limit_count;
    struct plot_slo slo;
    const struct plot_event *events;
    int event_count;
    const struct plot_axis *x_axis, *y_axis; /* NULL: fitted to what is shown */
};

struct plot_frame plot_lines(const struct plot *plot, const struct plot_lines *what);

/* The share of the numbers of an array that are over a value; NAN: there are none. */
double plot_share_over(const double *values, int count, double over);

#endif
