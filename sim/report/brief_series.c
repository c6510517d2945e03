/* brief_series.c - columns of timeseries.csv for charts; see brief_charts.h. */
#include <math.h>
#include <string.h>

#include "report/brief_charts.h"

double brief_column_s(const struct brief *brief)
{
    double longest = 0;
    for (int i = 0; i < brief->count; i++)
        longest = fmax(longest, brief->runs[i].in.meta.duration_s);
    return (longest > 0 ? longest : 1) / BRIEF_COLUMNS;
}

void brief_times(const struct brief *brief, double x[BRIEF_COLUMNS])
{
    double width = brief_column_s(brief);
    for (int i = 0; i < BRIEF_COLUMNS; i++)
        x[i] = width * (i + 0.5);
}

/* A sample belongs to the column its middle lies in. Where samples are wider than columns, those between two of them show the first. */
static void fill_gaps(struct brief_curve *curve, double sample_s, double width)
{
    int reach = (int)ceil(sample_s / width) - 1;
    int last = -1;
    for (int i = 0; i < BRIEF_COLUMNS; i++) {
        if (!isnan(curve->y[i]))
            last = i;
        else if (last >= 0 && i - last <= reach)
            curve->y[i] = curve->y[last];
    }
}

void brief_read_curve(const struct brief *brief, int run, const char *resource, const char *column,
                      enum brief_how how, struct brief_curve *curve)
{
    const struct folder_table *table = &brief->runs[run].series;
    int time = folder_column(table, "time_s"), who = folder_column(table, "resource");
    int what = folder_column(table, column);
    double width = brief_column_s(brief), before = 0, sample = 0;
    for (int i = 0; i < BRIEF_COLUMNS; i++)
        curve->y[i] = NAN;
    curve->most = NAN;
    for (int row = 0; row < table->row_count; row++) {
        if (strcmp(folder_cell(table, row, who), resource) != 0)
            continue;
        double at = folder_number(table, row, time), value = folder_number(table, row, what);
        double middle = (at + before) / 2;
        sample = fmax(sample, at - before);
        before = at;
        if (isnan(value) || !(middle >= 0))
            continue;
        int bin = (int)fmin(middle / width, BRIEF_COLUMNS - 1);
        double *y = &curve->y[bin];
        *y = isnan(*y) ? value : how == BRIEF_SUM ? *y + value : fmax(*y, value);
        curve->most = isnan(curve->most) ? value : fmax(curve->most, value);
    }
    fill_gaps(curve, sample, width);
}
