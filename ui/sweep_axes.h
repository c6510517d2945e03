/* sweep_axes.h - what to sweep a parameter over when the scenario does not say: its choices, its bounds, or around its value.
 */
#ifndef TEPID_UI_SWEEP_AXES_H
#define TEPID_UI_SWEEP_AXES_H

#include "run/record.h"

#include "core/text.h"

/* Adds "name=value,value,..." as after --sweep; false if the parameter has nothing to vary (a word without choices). */
bool sweep_axis_of(const struct record_param *param, struct text *out);

#endif
