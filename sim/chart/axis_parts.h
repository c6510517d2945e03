/* axis_parts.h - what the two files of axes share. */
#ifndef TEPID_CHART_AXIS_PARTS_H
#define TEPID_CHART_AXIS_PARTS_H

#include "chart/axis.h"

/* The smallest of 1, 2, 5 times a power of ten that is at least `least` > 0. */
double axis_step(double least);

void axis_clock_ticks(struct plot_ticks *ticks, const struct plot_axis *axis, int most);

#endif
