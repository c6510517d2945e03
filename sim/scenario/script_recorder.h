/* script_recorder.h - runs a handler function once, at load, and keeps what it did.
 *
 * The handler gets a recorder, whose methods (r:cpu, r:call …) append operations to a flat
 * program; functions passed to r:maybe, r:try and the like run at once and record their block.
 * The answer of an operation does not exist yet, so what a method returns raises an error
 * whatever is done with it; script_condition.h finds the uses Lua would let pass.
 *
 * Everything is recorded twice. A handler that decides by something other than its arguments (a
 * counter, say) records differently and is refused: it would look as if it ran for each request.
 */
#ifndef TEPID_SCENARIO_SCRIPT_RECORDER_H
#define TEPID_SCENARIO_SCRIPT_RECORDER_H

#include "scenario/script_state.h"

void script_recorder_open(lua_State *lua);

/* Records the function at `index` for the resource named; raises on errors. */
const struct program *script_record(struct load *load, int index, const char *resource);

/* Every operation's name, those of later versions included; NULL-terminated. */
extern const char *const script_operations[];

#endif
