/* script_sandbox.h - what a scenario may use of Lua's own library (CONTRACT 2.1, 2.5).
 *
 * Left out is what reaches outside (io, os, package, load ...), what would make two loads differ
 * (math.random, addresses in texts, the order of `next`) and what could hide an error (pcall).
 * Reading a name that is not there is an error with a hint, and the library's tables cannot be
 * changed: a scenario sees a locked, empty table before each.
 *
 * exp, log and their kin come from detmath. The operator `x^y` is the VM's own and calls the C
 * library's pow; what it feeds is rounded to whole nanoseconds, bytes and counts.
 */
#ifndef TEPID_SCENARIO_SCRIPT_SANDBOX_H
#define TEPID_SCENARIO_SCRIPT_SANDBOX_H

#include <lua.h>

/* Opens the library and makes the environment of chunks. Leaves the table of words (verbs are
 * added to it by script_api) in the registry under SCRIPT_WORDS. */
void script_sandbox_open(lua_State *lua);
#define SCRIPT_WORDS "tepid.words"

/* Pushes what tostring() gives: never an address. */
const char *script_push_text(lua_State *lua, int index);

#endif
