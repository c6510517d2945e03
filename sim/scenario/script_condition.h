/* script_condition.h - finds operations whose answer a handler wants to use.
 *
 * `if r:call(x) then` would be decided once, at load: an answer does not exist while a handler
 * is recorded. Lua lets a test of any value pass, so the function's own lines are read again: a
 * known operation on one of its recorders (the first parameter of a function in it) that does
 * not stand as a statement is refused. `return r:respond(200)` is allowed.
 */
#ifndef TEPID_SCENARIO_SCRIPT_CONDITION_H
#define TEPID_SCENARIO_SCRIPT_CONDITION_H

#include "scenario/script_state.h"
#include "scenario/source.h"

/* Raises if the Lua function at `index` uses the answer of an operation. */
void script_condition_check(struct load *load, int index);

/* Fills err: the result of r:OP() does not exist … */
void script_fail_absent(struct load *load, const char *op);

/* The first use of an operation's answer from where the reader stands to the end of `last_line`;
 * false if there is none. */
bool condition_find(struct source source, int last_line, const char *const *operations,
                    struct token *op);

#endif
