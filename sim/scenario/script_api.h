/* script_api.h - the verbs of the scenario language.
 *
 * script_api.c has what declares resources, and the list of all words; script_params.c param,
 * variant and sweep; script_study.c what says how to simulate and what to expect. Words that
 * are reserved for later versions are verbs too, which say so.
 */
#ifndef TEPID_SCENARIO_SCRIPT_API_H
#define TEPID_SCENARIO_SCRIPT_API_H

#include "scenario/script_state.h"

#define SCRIPT_NAMES "tepid.names" /* registry: resource name -> index of its declaration */

/* Adds every verb to the words of the sandbox. */
void script_api_open(lua_State *lua);

/* The word a user who wrote `name` most likely meant, or NULL. */
const char *script_api_nearest(struct load *load, const char *name);

/* A name by the rules of CONTRACT 2.1; `what` is who is named. */
bool script_check_name(struct load *load, const char *what, const char *name);

/* Begins `verb "name"`: pushes its handle, and reads the settings at 2 if they are there
 * already. */
int script_declare(lua_State *lua, const char *verb, const struct svc_class *class,
                   void (*read)(struct load *, int, int));

/* Raises when a verb is used inside a handler. */
void script_outside_handler(struct load *load, const char *verb);

/* Raises VERB is given twice, unless `first` is empty; then keeps the place. */
void script_once(struct load *load, const char *verb, struct spot *first);

/* script_params.c */
int script_verb_param(lua_State *lua);
int script_verb_variant(lua_State *lua);
int script_verb_sweep(lua_State *lua);
void script_finish_params(
    struct load *load); /* raises: -p without parameter, wrong variants and sweeps */
bool script_find_variant(struct load *load, const char *name, struct variant_def *found);

/* script_study.c */
int script_verb_scenario(lua_State *lua);
int script_verb_slo(lua_State *lua);
int script_verb_at(lua_State *lua);
int script_verb_pricing(lua_State *lua);
int script_verb_simulate(lua_State *lua);
int script_verb_insights(lua_State *lua);
int script_verb_account(lua_State *lua);
void script_finish_study(struct load *load);  /* defaults of what was not given; raises */
void script_finish_faults(struct load *load); /* after names are resolved */
void script_check_cycles(struct load *load);  /* script_cycles.c */

/* script_wire.c: names to indices, checks over all resources. */
void script_wire(struct load *load);

#endif
