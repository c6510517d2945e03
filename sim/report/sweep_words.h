/* sweep_words.h - what a sweep says, in words: the answer, what stayed the same, which columns matter.
 *
 * The terminal, report.md and the window say the same sentences. A column matters where an SLO or the objective speaks of it, or where it
 * differs between points by more than anyone would call the same; what does not is said once, in a note.
 */
#ifndef TEPID_REPORT_SWEEP_WORDS_H
#define TEPID_REPORT_SWEEP_WORDS_H

#include "core/text.h"
#include "run/sweep_table.h"

enum sweep_column {
    SWEEP_P50,
    SWEEP_P99,
    SWEEP_ERRORS,
    SWEEP_COLD,
    SWEEP_SPILL,
    SWEEP_UTIL,
    SWEEP_OBJECTIVE, /* where it is not the cost */
    SWEEP_COST,      /* of the measured time, where that is about a month */
    SWEEP_MONTH,     /* else the month it makes */
    SWEEP_CHANGE,    /* of the objective against the first point */
    SWEEP_COLUMNS
};

/* A set of 1 << sweep_column. */
unsigned sweep_columns(const struct sweep_table *table);
/* "spill %", "cost USD"; NULL for SWEEP_CHANGE, whose heading names the first point. */
const char *sweep_column_name(enum sweep_column column);
/* "27.7", "157.54", "-6.6%", "–". Returns buf. */
char *sweep_cell(char buf[UNIT_TEXT_MAX], const struct sweep_table *table,
                 const struct sweep_point *point, enum sweep_column column);

/* "← cheapest", "← best with SLO", or ""; of a search "← largest that meets the SLO" at the answer. */
const char *sweep_mark(const struct sweep_table *table, const struct sweep_answers *answers,
                       const struct sweep_point *point);

/* "15 units meet the SLO ..." without a final stop. */
void sweep_answer(const struct sweep_table *table, struct text *out);
/* What stays the same in all points; nothing if nothing does. */
void sweep_note(const struct sweep_table *table, struct text *out);

/* The objective with its unit: "$157.54", "35.2ms". Returns buf. */
char *sweep_show_objective(char buf[UNIT_TEXT_MAX], const struct sweep_table *table, double value);

#endif
