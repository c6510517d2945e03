/* sweep_value.h - values of a parameter as numbers of a unit: "128MB" is 128 of "MB".
 *
 * Ranges step from value to value and searches halve the way between two, but a scenario is only ever given texts. Here a text is
 * taken apart and put together again. A number is rounded to twelve digits on the way, so that 0.1 .. 0.5 in steps of 0.1 holds
 * 0.3 and not 0.30000000000000004.
 */
#ifndef TEPID_RUN_SWEEP_VALUE_H
#define TEPID_RUN_SWEEP_VALUE_H

#include "core/unit.h"

enum sweep_dimension { SWEEP_NUMBER, SWEEP_TIME, SWEEP_SIZE, SWEEP_RATE, SWEEP_SHARE };

#define SWEEP_UNIT_MAX 12

struct sweep_value {
    enum sweep_dimension dimension;
    double count;              /* 128 */
    char unit[SWEEP_UNIT_MAX]; /* "MB"; "" for a bare number */
    double factor;             /* of the unit in its base unit: 1048576 */
};

/* False for what is no number of a unit: "arm64", "lognormal{...}", "$3/h". */
bool sweep_value_read(const char *text, struct sweep_value *value);

/* The text of so many of a unit. Returns buf. */
char *sweep_value_show(char buf[UNIT_TEXT_MAX], double count, const char *unit);

/* Twelve significant digits. */
double sweep_value_round(double count);

#endif
