/* axis.h - the scales of charts: where values stand, where ticks stand, and how values read at them.
 *
 * A value axis has at most five ticks on 1-2-5, a logarithmic one at most six on 1-3-10 (whole powers of ten where these are
 * too many). A time axis counts seconds of simulated time and reads as a clock: "2:30" (minutes and seconds) within an hour,
 * "06:00" (hours and minutes) beyond, "3d" at midnights. Values read with at most three significant digits and the unit that reads best, a space
 * before it: "3 s", "1 250", "12k", "25 %", "$1.2k", "512 MB". All of it is integer or exact decimal arithmetic: the same
 * text on every machine.
 */
#ifndef TEPID_CHART_AXIS_H
#define TEPID_CHART_AXIS_H

#include "core/base.h"

enum plot_unit {
    PLOT_NUMBER,
    PLOT_COUNT, /* "0.5", "1 250", "12k", "3M" */
    PLOT_RATE,  /* counts a second; the subtitle says so */
    PLOT_MS,    /* milliseconds: "0.5", "30"; beyond a second with its unit: "3 s", "5 min" */
    PLOT_SECOND,
    PLOT_SHARE, /* 0 .. 1: "25 %" */
    PLOT_USD,
    PLOT_BYTE,
    PLOT_CLOCK, /* seconds since the run began */
};

#define PLOT_TEXT  32
#define PLOT_TICKS 32

struct plot_axis {
    enum plot_unit unit;
    double low, high; /* low < high; with log, 0 < low */
    bool log;
};

/* A value as it stands at a tick or beside a curve. NAN or infinity: an en dash. */
char *plot_show(char buf[PLOT_TEXT], enum plot_unit unit, double value);
/* The same with a unit for every value, for words: "300 ms", "1 250/s". */
char *plot_say(char buf[PLOT_TEXT], enum plot_unit unit, double value);

/* The ends of an axis that holds low .. high: from 0 (or below it, where values are negative) to a half step of its ticks; with log,
 * steps of 1-3-10 at least a factor of ten apart. NAN: nothing to hold. */
struct plot_axis plot_axis_over(enum plot_unit unit, double low, double high, bool log);

/* 0 at low, 1 at high; beyond them outside 0 .. 1. A value that a logarithmic axis cannot hold is far below 0. NAN stays. */
double plot_axis_place(const struct plot_axis *axis, double value);
/* The value at a place: the inverse. */
double plot_axis_value(const struct plot_axis *axis, double place);

struct plot_ticks {
    double at[PLOT_TICKS];
    char text[PLOT_TICKS][PLOT_TEXT];
    int count;
    double step; /* between ticks; 0 with log */
};

/* Ticks within the axis, at most `most` of them; ascending. For PLOT_CLOCK on seconds, minutes, hours and days as people count them. */
void plot_ticks(struct plot_ticks *ticks, const struct plot_axis *axis, int most);

/* The usual numbers of ticks of a value axis. */
#define PLOT_TICKS_LINEAR 5
#define PLOT_TICKS_LOG    6

/* An instant as it stands at a tick of an axis that ends at `high_s`; the `first` tick names its day. */
char *plot_clock(char buf[PLOT_TEXT], double at_s, double step_s, double high_s, bool first);

#endif
