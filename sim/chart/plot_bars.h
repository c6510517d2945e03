/* plot_bars.h - horizontal bars from 0, each with its name and value: cost by line item, a figure by variant.
 *
 * A bar may consist of parts, which then are named above the first bar. The largest bar has the accent colour and the others are grey, unless they have
 * colours of their own. Bars that have no room are added up in a last one, "7 more".
 */
#ifndef TEPID_CHART_PLOT_BARS_H
#define TEPID_CHART_PLOT_BARS_H

#include "chart/plot.h"

#define PLOT_PARTS 8

struct plot_bar {
    const char *label;
    const double *parts; /* one value >= 0 for each part; NAN counts as 0 */
    const char *text;    /* what stands behind it; NULL: its sum */
    double was;          /* a mark where it ended before; NAN or 0: none */
};

struct plot_part {
    const char *label;
    struct colour colour;
};

struct plot_bars {
    const struct plot_bar *bars; /* in the order in which they are shown */
    int count;
    enum plot_unit unit;
    const struct plot_part *parts; /* NULL: bars have one part, and no names for it */
    int part_count;                /* at most PLOT_PARTS */
};

/* The x axis of the frame is that of the values; y counts the bars shown from the top, bar i being i .. i + 1. */
struct plot_frame plot_bars(const struct plot *plot, const struct plot_bars *what);

#endif
