/* script_order.c - see the header. */
#include "scenario/script_order.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/script_box.h"
#include "scenario/script_state.h"

struct key {
    bool is_text;
    bool is_integer;
    lua_Integer integer;
    double number;
    const char *text; /* lives as long as the key stands in the list of keys */
    size_t length;
    int slot; /* in the list of keys */
};

static int compare_numbers(const struct key *a, const struct key *b)
{
    if (a->is_integer && b->is_integer)
        return a->integer < b->integer ? -1 : a->integer > b->integer;
    double x = a->is_integer ? (double)a->integer : a->number;
    double y = b->is_integer ? (double)b->integer : b->number;
    return x < y ? -1 : x > y;
}

static int compare_keys(const void *left, const void *right)
{
    const struct key *a = left, *b = right;
    if (a->is_text != b->is_text)
        return a->is_text ? 1 : -1;
    if (!a->is_text)
        return compare_numbers(a, b);
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->text, b->text, shorter);
    return order != 0 ? order : (a->length < b->length ? -1 : a->length > b->length);
}

/* The key on top of the stack. Others than numbers and strings could only be ordered by address,
 * except handles and booleans, which show a fixed text. */
static struct key describe_key(lua_State *lua, int slot)
{
    struct load *load = load_of(lua);
    struct key key = {.slot = slot};
    int type = lua_type(lua, -1);
    if (type == LUA_TNUMBER) {
        key.is_integer = lua_isinteger(lua, -1) != 0;
        key.integer = key.is_integer ? lua_tointeger(lua, -1) : 0;
        key.number = lua_tonumber(lua, -1);
        return key;
    }
    key.is_text = true;
    if (type == LUA_TSTRING) {
        key.text = lua_tolstring(lua, -1, &key.length);
    } else if (type == LUA_TBOOLEAN) {
        key.text = lua_toboolean(lua, -1) ? "true" : "false";
    } else if (!script_handle_key(lua, -1, &key.text)) {
        err_set(load->err, "pairs: a %s as key has no fixed place in the order",
                lua_typename(lua, type));
        err_help(load->err, "use strings or numbers as keys");
        script_raise(load);
    }
    if (type != LUA_TSTRING)
        key.length = strlen(key.text);
    return key;
}

/* Pushes an array of the keys of the table at 1, in order. */
static void push_sorted_keys(lua_State *lua)
{
    lua_newtable(lua);
    int list = lua_gettop(lua), count = 0;
    for (lua_pushnil(lua); lua_next(lua, 1) != 0;) {
        lua_pop(lua, 1);
        lua_pushvalue(lua, -1);
        lua_rawseti(lua, list, ++count);
    }
    struct key *keys = lua_newuserdatauv(lua, sizeof *keys * (size_t)(count + 1), 0);
    for (int i = 0; i < count; i++) {
        lua_rawgeti(lua, list, i + 1);
        keys[i] = describe_key(lua, i + 1);
        lua_pop(lua, 1);
    }
    qsort(keys, (size_t)count, sizeof *keys, compare_keys);
    lua_createtable(lua, count, 0);
    for (int i = 0; i < count; i++) {
        lua_rawgeti(lua, list, keys[i].slot);
        lua_rawseti(lua, -2, i + 1);
    }
}

/* Upvalues: the keys, how many were handed out. Keys removed on the way are passed over. */
static int pairs_step(lua_State *lua)
{
    lua_Integer at = lua_tointeger(lua, lua_upvalueindex(2));
    for (;;) {
        if (lua_rawgeti(lua, lua_upvalueindex(1), ++at) == LUA_TNIL)
            return 1;
        lua_pushvalue(lua, -1);
        if (lua_rawget(lua, 1) != LUA_TNIL)
            break;
        lua_pop(lua, 2);
    }
    lua_pushinteger(lua, at);
    lua_replace(lua, lua_upvalueindex(2));
    return 2;
}

int script_pairs(lua_State *lua)
{
    luaL_checkany(lua, 1);
    if (luaL_getmetafield(lua, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(lua, 1);
        lua_call(lua, 1, 3);
        return 3;
    }
    luaL_checktype(lua, 1, LUA_TTABLE);
    push_sorted_keys(lua);
    lua_pushinteger(lua, 0);
    lua_pushcclosure(lua, pairs_step, 2);
    lua_pushvalue(lua, 1);
    lua_pushnil(lua);
    return 3;
}

/* -- sort ---------------------------------------------------------------------------------- */

/* True if the value at `a` comes before the one at `b`; the comparison function stands at 2. */
static bool comes_before(lua_State *lua, int a, int b)
{
    if (lua_isnil(lua, 2))
        return lua_compare(lua, a, b, LUA_OPLT) != 0;
    lua_pushvalue(lua, 2);
    lua_pushvalue(lua, a);
    lua_pushvalue(lua, b);
    lua_call(lua, 2, 1);
    bool before = lua_toboolean(lua, -1) != 0;
    lua_pop(lua, 1);
    return before;
}

/* Merges [low, middle) and [middle, high) of the array at `from` into the one at `to`. */
static void merge(lua_State *lua, int from, int to, lua_Integer low, lua_Integer middle,
                  lua_Integer high)
{
    lua_Integer left = low, right = middle;
    for (lua_Integer at = low; at < high; at++) {
        bool take_right = left == middle;
        if (left < middle && right < high) {
            lua_rawgeti(lua, from, right);
            lua_rawgeti(lua, from, left);
            int top = lua_gettop(lua);
            take_right = comes_before(lua, top - 1, top);
            lua_pop(lua, 2);
        }
        lua_rawgeti(lua, from, take_right ? right++ : left++);
        lua_rawseti(lua, to, at);
    }
}

int script_sort(lua_State *lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    if (!lua_isnoneornil(lua, 2))
        luaL_checktype(lua, 2, LUA_TFUNCTION);
    lua_settop(lua, 2);
    lua_Integer count = luaL_len(lua, 1);
    lua_newtable(lua);
    lua_newtable(lua);
    int from = 3, to = 4;
    for (lua_Integer i = 1; i <= count; i++) {
        lua_geti(lua, 1, i);
        lua_rawseti(lua, from, i);
    }
    for (lua_Integer width = 1; width < count; width *= 2) {
        for (lua_Integer low = 1; low <= count; low += 2 * width) {
            lua_Integer end = count + 1;
            lua_Integer middle = low + width < end ? low + width : end;
            merge(lua, from, to, low, middle, low + 2 * width < end ? low + 2 * width : end);
        }
        int swap = from;
        from = to;
        to = swap;
    }
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(lua, from, i);
        lua_seti(lua, 1, i);
    }
    return 0;
}
