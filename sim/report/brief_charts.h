/* brief_charts.h - the four charts of a report page, with the chart code of the window.
 *
 *   latency      percentiles over time; of several runs the p99 of each
 *   concurrency  the largest in each sample over time, by resource or by run, with the limits that are near
 *   time         what a request's mean latency consists of, by resource or by run
 *   cost         the bill of a month, by line or by run
 */
#ifndef TEPID_REPORT_BRIEF_CHARTS_H
#define TEPID_REPORT_BRIEF_CHARTS_H

#include "chart/svg.h"
#include "report/brief.h"

enum brief_chart { BRIEF_LATENCY, BRIEF_CONCURRENCY, BRIEF_TIME, BRIEF_COST, BRIEF_CHARTS };

extern const char *const brief_chart_files[BRIEF_CHARTS]; /* "report-latency.svg" ... */

/* Adds the drawing to `svg`, and to `caption` a sentence on what it shows. Follows the reader's colour scheme. */
void brief_draw(const struct brief *brief, enum brief_chart chart, enum svg_use use,
                struct text *svg, struct text *caption);

/* brief_series.c: a column of timeseries.csv as so many values of equal width from 0 to the end of the longest run. */
#define BRIEF_COLUMNS 160
enum brief_how { BRIEF_MAX, BRIEF_SUM };
struct brief_curve {
    double y[BRIEF_COLUMNS]; /* NAN: nothing there */
    double most;             /* NAN: nothing anywhere */
};
void brief_read_curve(const struct brief *brief, int run, const char *resource, const char *column,
                      enum brief_how how, struct brief_curve *curve);
/* Middles of the columns, in seconds. */
void brief_times(const struct brief *brief, double x[BRIEF_COLUMNS]);
double brief_column_s(const struct brief *brief);

#endif
