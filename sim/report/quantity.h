/* quantity.h - figures of a result in the words of the summary.
 *
 * core/unit.h knows how a time or a sum of money reads; this knows which of them a metric is, and the few
 * forms that only a summary needs: table columns in ms, spans of simulated time, margins of an SLO.
 */
#ifndef TEPID_REPORT_QUANTITY_H
#define TEPID_REPORT_QUANTITY_H

#include "core/unit.h"
#include "run/result.h"

/* A value in the base unit of its dimension: "50.1ms", "0.10%", "$187.95". */
char *quantity_show(char buf[UNIT_TEXT_MAX], double value, enum metric_dimension dimension);

/* Three digits without a unit, zeros kept, for columns: "37.6", "50.0", "269"; "–" for NAN. */
char *quantity_show_column(char buf[UNIT_TEXT_MAX], double value);

/* A span of simulated time as one would say it: "1h", "10min", "31d", "17h02m". */
char *quantity_show_span(char buf[UNIT_TEXT_MAX], sim_time span);

/* "6.0x margin", "25% margin", "12x the limit", "8% over", or "" where there is nothing to say. */
char *quantity_show_margin(char buf[UNIT_TEXT_MAX], const struct slo_result *slo);

/* "999x", "1.5x": how far `value` is from `limit`; "–" where there is no limit or no use. */
char *quantity_show_headroom(char buf[UNIT_TEXT_MAX], double value, double limit);

/* "+5.6%", "-0.3%", "0%": from one value to another; "–" where that means nothing. */
char *quantity_show_change(char buf[UNIT_TEXT_MAX], double from, double to);

#endif
