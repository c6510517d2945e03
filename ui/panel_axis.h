/* panel_axis.h - where the ticks of a panel's axes stand, and how values read on them.
 */
#ifndef TEPID_UI_PANEL_AXIS_H
#define TEPID_UI_PANEL_AXIS_H

#include "core/base.h"

/* What a value axis counts: decides how numbers read. */
enum axis_unit {
    AXIS_MS,     /* 0.5, 30, "3 s", "5 min" */
    AXIS_SECOND, /* "3 s", "5 min", "2 h" */
    AXIS_COUNT,  /* "1 250", "12k", "3M" */
    AXIS_RATE,   /* counts a second */
    AXIS_SHARE,  /* 0 .. 1 as "25 %" */
    AXIS_USD,
};

#define AXIS_TEXT  32
#define AXIS_TICKS 32

/* A value as it stands at a tick, or beside the end of a curve. NAN: an en dash. */
char *axis_show(char buf[AXIS_TEXT], enum axis_unit unit, double value);

/* Ticks of a value axis: at most five on 1-2-5, on a logarithmic one on 1-3-10. */
struct axis_ticks {
    double at[AXIS_TICKS];
    int count;
};
void axis_ticks(struct axis_ticks *ticks, double low, double high, bool log);

/* The smallest round end of an axis from 0 that holds `most`: half steps of its ticks. */
double axis_round_up(double most);
/* Ends of a logarithmic axis, on 1-3-10; at least a factor of 10 apart. */
void axis_round_log(double *low, double *high);

/* Ticks of a time axis with at least `room` pixels between them; returns their distance in seconds. */
double axis_time_step(double span_s, double width, double room);
/* "2:30", "6h", "1h30", "3d"; with milliseconds below a second. */
char *axis_show_time(char buf[AXIS_TEXT], double at_s, double step_s);

#endif
