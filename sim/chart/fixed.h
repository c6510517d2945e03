/* fixed.h - coordinates as decimal text with the same bytes everywhere: no locale, no exponent, no trailing zeros, no "-0".
 */
#ifndef TEPID_CHART_FIXED_H
#define TEPID_CHART_FIXED_H

#include "core/text.h"

/* `value` to at most `decimals` (0 .. 3) decimals, halves away from zero: "12.5", "-3", "0". |value| < 1e12. */
void fixed_add(struct text *out, double value, int decimals);

/* The integer that stands for it: value * 10^decimals, rounded in the same way. */
int64_t fixed_of(double value, int decimals);

/* Writes fixed_of's integer. */
void fixed_add_scaled(struct text *out, int64_t scaled, int decimals);

#endif
