/* script_order.h - pairs and table.sort with one order on every machine (CONTRACT 2.1).
 *
 * `pairs` walks integer keys ascending, then strings by byte; Lua's own walks by hash, and the
 * hash is seeded with addresses. table.sort is a stable merge sort, because Lua's own picks
 * pivots by the clock when a partition degenerates, which shows among equal elements.
 */
#ifndef TEPID_SCENARIO_SCRIPT_ORDER_H
#define TEPID_SCENARIO_SCRIPT_ORDER_H

#include <lua.h>

int script_pairs(lua_State *lua);
int script_sort(lua_State *lua);

#endif
