/* panel_chart.h - the chart of a panel over time: its scales, grid, curves, limits, labels and crosshair.
 *
 * A panel makes a chart in its body, which fits the scale to what has to be seen, and draws onto it. In the still pass the place and
 * the scales go into the panel's memory, so that the moving pass finds the same ones without looking at the data again. A
 * scale grows at once and shrinks three seconds of the wall clock after what it was made for has gone, so that a
 * curve that is dragged about does not make the axis jump.
 *
 * Labels stand at the right end of their curves, moved apart where they would overlap.
 */
#ifndef TEPID_UI_PANEL_CHART_H
#define TEPID_UI_PANEL_CHART_H

#include "chart/plot.h"
#include "ui/panel_data.h"
#include "ui/panel_frame.h"

#define CHART_LABELS 16

struct chart_label {
    double value;
    struct colour colour;
    char text[64];
};

struct chart {
    struct view *view;
    enum plot_unit unit;
    struct rect body, plot;
    double from_s, to_s, low, high;
    bool log;
    struct chart_label labels[CHART_LABELS];
    int label_count;
};

/* What the still pass knows before it can lay out. */
struct chart_range {
    double low,
        high; /* of all values to be seen; NAN: there are none. A linear axis begins at 0. */
    bool log;
    double labels; /* width of the widest label at the right; 0: none */
};

/* Still pass: fits, remembers, draws the grid and the axes. False if there is no room for a chart. */
bool chart_begin(struct chart *chart, struct view *view, enum panel_id panel, struct rect body,
                 enum plot_unit unit, const struct chart_range *range);
/* The same for a page, which keeps the memory itself. */
bool chart_begin_in(struct chart *chart, struct view *view, struct panel_memory *memory,
                    struct rect body, enum plot_unit unit, const struct chart_range *range);
void chart_recall_in(struct chart *chart, struct view *view, const struct panel_memory *memory,
                     struct rect body, enum plot_unit unit);
/* Moving pass: as it was remembered. False: no chart there. */
bool chart_recall(struct chart *chart, struct view *view, enum panel_id panel, struct rect body,
                  enum plot_unit unit);

double chart_x(const struct chart *chart, double at_s);
double chart_y(const struct chart *chart, double value); /* NAN stays; clamped to twice the plot */

/* How many bins a chart of this width shows: one every other pixel. */
int chart_bins(struct rect body);

/* values[bins->count], drawn from the middle of bin to the middle of bin. */
void chart_curve(struct chart *chart, const struct bins *bins, const double *values,
                 struct stroke stroke);
/* Between two stacked curves; bottoms NULL: from 0. */
void chart_area(struct chart *chart, const struct bins *bins, const double *tops,
                const double *bottoms, struct colour colour);
/* A limit: a thin line across, in `dash`, and its label. */
void chart_limit(struct chart *chart, double value, struct colour colour, enum dash dash);
__attribute__((format(printf, 4, 5))) void
chart_label(struct chart *chart, double value, struct colour colour, const char *format, ...);
void chart_labels_draw(struct chart *chart);
/* Width of the widest label, with its gap, for chart_range; texts end with NULL. */
double chart_label_width(const struct view *view, const char *const *texts);

/* The last value that is one; NAN if none is. */
double chart_last(const double *values, int count);
/* Widens *low, *high by values. */
void chart_extend(const double *values, int count, double *low, double *high);

/* Faults and pokes: a dashed line and a name where each begins (still pass). */
void chart_events(struct chart *chart);

/* -- moving pass ------------------------------------------------------------------------------------------ */

/* The clock. */
void chart_cursor(struct chart *chart);
/* The crosshair, with its time at the axis below. `note` (or NULL) follows the time: "n = 12 431". False: it is not over this chart's time. */
bool chart_crosshair(struct chart *chart, const struct bins *bins, const char *note);
/* A curve's value under the crosshair: a dot on it, and its number at the value axis. Call for each curve, then chart_values_draw. */
void chart_value(struct chart *chart, const struct bins *bin, double value, struct colour colour);
void chart_values_draw(struct chart *chart);

/* -- instead of a chart ------------------------------------------------------------------------------------- */

/* Rows of time, a column for each series of `defs` (still pass): what the chart shows, in as many bins as there are rows. */
void chart_table(struct view *view, struct rect body, const struct series_def *defs, int count,
                 enum plot_unit unit);

#endif
