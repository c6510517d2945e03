/* panel_data.h - what a chart over time shows, apart from how: a few series in aligned bins.
 *
 * The same definitions feed the chart, its table, its CSV and the values at the crosshair, so that these cannot disagree. Bins are whole
 * numbers of samples (1, 2, 5, 10 ... of them) and begin at multiples of their width, so a curve does not shimmer while it is panned and no
 * bin holds one sample more than its neighbour. What a bin shows is an exact extreme or an exact mean of its samples; ratios are
 * sums over sums.
 */
#ifndef TEPID_UI_PANEL_DATA_H
#define TEPID_UI_PANEL_DATA_H

#include "ui/view.h"

struct bins {
    double from_s, step_s; /* bin i covers [from + i step, from + (i + 1) step) */
    int count;
};
#define BINS_MAX 640

/* At most `most` bins (2 .. BINS_MAX) over what is shown. */
struct bins bins_over(const struct time_window *time, double sample_s, int most);
/* The bin that holds an instant alone: count 1. */
struct bins bins_at(const struct bins *bins, double at_s);
static inline double bins_to_s(const struct bins *bins)
{
    return bins->from_s + bins->step_s * bins->count;
}

enum series_how {
    SERIES_MAX,   /* largest sample of the bin */
    SERIES_MEAN,  /* mean of its samples */
    SERIES_RATE,  /* a count per sample, as a rate per second */
    SERIES_SHARE, /* sum of `series` over sum of `over` */
};

struct series_def {
    const char *label;  /* beside the curve: "used" */
    const char *column; /* in CSV: "concurrency_max" */
    int node;
    enum record_series series, over; /* over: SERIES_SHARE only */
    enum series_how how;
    struct colour colour;
    enum dash dash;
    bool fill; /* the area below it is filled */
};

/* values[bins->count]; NAN where there is nothing. */
void series_values(struct record *record, const struct series_def *def, const struct bins *bins,
                   double *values);

/* Sample by sample over the window: time_s (end of the sample, as in timeseries.csv), then a column a series. */
void series_csv(struct view *view, const struct series_def *defs, int count, struct text *out);

/* Index of the node of the application, "*". */
#define NODE_APPLICATION 0

/* Whether any node, or one node, ever had a value of this series that is neither missing nor 0. */
bool series_any(struct record *record, int node, enum record_series series);

/* Up to `most` nodes (resources that are no sources, and no routes) with the largest maximum of a series in the window, largest first. */
int series_top_nodes(struct view *view, enum record_series series, int *nodes, int most);

/* The node whose concurrency the limit of a node bounds: itself, but of a queue or stream the function it feeds. -1: none, or no limit. */
int limited_node(const struct record *record, int node);

/* A time of the run as on a clock: "0:05", "11:00", "1:02:00", "3d 4:00"; with a fraction where the step asks for it. */
char *show_clock(char buf[32], double at_s, double step_s);

#endif
