/* script_advice.h - what may be written and is seldom meant, where two resources together make it so.
 *
 * What one resource can say of itself or of a resource it names, its class says in check(); here is what follows from who
 * calls whom. Only warnings: a wind tunnel is there to try the unwise.
 */
#ifndef TEPID_SCENARIO_SCRIPT_ADVICE_H
#define TEPID_SCENARIO_SCRIPT_ADVICE_H

#include "scenario/script_state.h"

/* After the resources were checked. `say` gets each warning once. */
void script_advise(struct load *load, void (*say)(void *data, const char *text), void *data);

#endif
