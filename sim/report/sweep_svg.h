/* sweep_svg.h - the curves of a sweep: what is minimised over the first parameter of numbers, and below it what the money buys.
 *
 * A curve for each combination of the other parameters, eight at most, drawn by chart/plot_sweep as in the window. A full dot meets the SLOs, a ring does not; the cheapest
 * and the best point are named. Dark or light as the reader's screen is; text is text.
 */
#ifndef TEPID_REPORT_SWEEP_SVG_H
#define TEPID_REPORT_SWEEP_SVG_H

#include "core/text.h"
#include "run/sweep_table.h"

void sweep_write_svg(const struct sweep_table *table, struct text *out);

#endif
