/* script_params.h - the values a parameter may take.
 *
 * Shared by param, variant, -p and sweep: whatever a value comes from, it is turned into the kind
 * of the parameter's default and held against min, max and one_of. Quantities compare by value:
 * "1GB" is "1024MB".
 */
#ifndef TEPID_SCENARIO_SCRIPT_PARAMS_H
#define TEPID_SCENARIO_SCRIPT_PARAMS_H

#include "scenario/script_state.h"

/* The parameter of this name declared so far, or NULL. */
const struct param_def *param_find(const struct load *load, const char *name);

/* Turns `given` into a value of the parameter; false with load->err filled if it may not take
 * it. */
bool param_take(struct load *load, const struct param_def *param, const struct value *given,
                struct value *value);

/* Reads the table given to sweep, now that all parameters are known; raises. */
void script_finish_sweep(struct load *load);

#endif
