/* axis_clock.c - time axes: ticks where people look for them, and clocks. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "chart/axis_parts.h"

#define DAY 86400

/* Steps of less than a second are on 1-2-5, steps of more than a fortnight on 1-2-5 days. */
static double clock_step(double least)
{
    static const int steps[] = {1,     2,     5,   10,      15,      30,      60,      120,
                                150,   300,   600, 900,     1800,    3600,    7200,    10800,
                                21600, 43200, DAY, 2 * DAY, 5 * DAY, 7 * DAY, 14 * DAY};
    if (least <= 0.5)
        return axis_step(least > 0.001 ? least : 0.001);
    for (size_t i = 0; i < COUNTOF(steps); i++)
        if (steps[i] >= least * (1 - 1e-9))
            return steps[i];
    return axis_step(least / DAY) * DAY;
}

/* Tenths, hundredths or thousandths: as many as the step needs. */
static void show_fraction(char buf[PLOT_TEXT], const char *clock, int ms, double step_s)
{
    int digits = step_s >= 0.1 * (1 - 1e-9) ? 1 : step_s >= 0.01 * (1 - 1e-9) ? 2 : 3;
    char thousandths[16];
    (void)snprintf(thousandths, sizeof thousandths, "%03d", ms);
    (void)snprintf(buf, PLOT_TEXT, "%.24s.%.*s", clock, digits, thousandths);
}

char *plot_clock(char buf[PLOT_TEXT], double at_s, double step_s, double high_s, bool first)
{
    int64_t ms = at_s > 0 ? (int64_t)(at_s * 1000 + 0.5) : 0;
    int64_t s = ms / 1000, day = s / DAY, h = s / 3600 % 24, m = s / 60 % 60;
    char clock[PLOT_TEXT];
    if (step_s >= DAY || (day > 0 && s % DAY == 0 && ms % 1000 == 0 && high_s > DAY)) {
        (void)snprintf(buf, PLOT_TEXT, "%" PRId64 "d", day);
        return buf;
    }
    if (s == DAY && high_s <= DAY) /* the end of the only day */
        h = 24;
    if (high_s < 3600)
        (void)snprintf(clock, sizeof clock, "%" PRId64 ":%02" PRId64, m, s % 60);
    else if (step_s >= 60)
        (void)snprintf(clock, sizeof clock, "%02" PRId64 ":%02" PRId64, h, m);
    else
        (void)snprintf(clock, sizeof clock, "%" PRId64 ":%02" PRId64 ":%02" PRId64, h, m, s % 60);
    if (step_s < 1 * (1 - 1e-9))
        show_fraction(buf, clock, (int)(ms % 1000), step_s);
    else if (first && day > 0 && h < 24)
        (void)snprintf(buf, PLOT_TEXT, "%dd %.16s", (int)day, clock);
    else
        (void)snprintf(buf, PLOT_TEXT, "%s", clock);
    return buf;
}

void axis_clock_ticks(struct plot_ticks *ticks, const struct plot_axis *axis, int most)
{
    double step = clock_step((axis->high - axis->low) / (most + 1));
    double first, last;
    for (;; step = clock_step(step * 1.01)) {
        first = ceil(axis->low / step - 1e-6);
        last = floor(axis->high / step + 1e-6);
        if (last - first + 1 <= most)
            break;
    }
    ticks->step = step;
    for (double i = first; i <= last; i++) {
        ticks->at[ticks->count] = i * step;
        (void)plot_clock(ticks->text[ticks->count], i * step, step, axis->high, i == first);
        ticks->count++;
    }
}
