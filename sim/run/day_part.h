/* day_part.h - whether what is measured is a part of a day.
 *
 * Where a source follows a day (`diurnal`, a period of 24 h), means and the cost per month are those of the hours measured: whole days
 * say what a month is like, a night does not. What the warm-up takes from the first day is let pass up to 3 h, and beyond ten
 * days a part of one more moves a mean by less than a tenth.
 */
#ifndef TEPID_RUN_DAY_PART_H
#define TEPID_RUN_DAY_PART_H

#include "model/rate_shape.h"
#include "scenario/scenario.h"

#define DAY_PART_DAY (24 * 3600 * SIM_SECOND)

/* The source that follows a day and brings most, where [from, to) is not whole days; `from` is the end of the warm-up. Its name, and
 * its rate in *day (may be NULL). NULL: nothing to warn of. */
const char *day_part_source(const struct scenario *scenario, sim_time from, sim_time to,
                            const struct rate_shape **day);

/* Whole hours that make whole days of a span. */
int64_t day_part_hours(sim_time span);

#endif
