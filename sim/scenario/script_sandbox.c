/* script_sandbox.c - see the header. */
#include "scenario/script_sandbox.h"

#include <lauxlib.h>
#include <lualib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/detmath.h"
#include "core/text.h"
#include "scenario/script_api.h"
#include "scenario/script_order.h"
#include "scenario/script_state.h"

#define HALF_PI 1.57079632679489661923

static const char random_help[] =
    "the engine owns randomness: use a distribution, r:maybe(p, …) or r:choose{…}";

/* -- what is missing, and what to do instead ---------------------------------------------- */

static const struct {
    const char *name, *help;
} removed[] = {
    {"io",
     "a scenario reads no files; traces come from trace \"file.csv\" and empirical \"file.csv\""},
    {"os", "a scenario knows neither clock nor environment; settings come from param(…)"},
    {"debug", "use print(…), which goes to stderr, or tepid check --dump"},
    {"load", "write the code itself, or put it in a file for require \"lib.name\""},
    {"loadstring", "write the code itself, or put it in a file for require \"lib.name\""},
    {"loadfile", "use require \"lib.name\", below the scenario's folder"},
    {"dofile", "use require \"lib.name\", below the scenario's folder"},
    {"package", "use require \"lib.name\", below the scenario's folder"},
    {"pcall", "an error ends the load; test values before they are used"},
    {"xpcall", "an error ends the load; test values before they are used"},
    {"coroutine", "handlers are recorded, not run; use plain functions"},
    {"next", "use pairs, which walks keys in a fixed order"},
    {"collectgarbage", "memory is given back when the load ends"},
    {"_G", "name a word directly; assignments to globals are refused"},
    {"unpack", "use table.unpack"},
};

static int no_global(lua_State *lua)
{
    struct load *load = load_of(lua);
    const char *name = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?";
    for (size_t i = 0; i < COUNTOF(removed); i++) {
        if (strcmp(name, removed[i].name) == 0) {
            err_set(load->err, "%s is not available in a scenario", name);
            err_help(load->err, "%s", removed[i].help);
            script_raise(load);
        }
    }
    err_set(load->err, "undefined name '%.80s'", name);
    const char *near = script_api_nearest(load, name);
    if (near != NULL)
        err_help(load->err, "did you mean '%s'?", near);
    else
        err_help(load->err, "declare it first: local %.80s = …", name);
    script_raise(load);
}

static int no_assignment(lua_State *lua)
{
    struct load *load = load_of(lua);
    const char *name = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?";
    err_set(load->err, "'%.80s' is assigned without local", name);
    err_help(load->err, "write local %.80s = …; a scenario has no globals of its own", name);
    script_raise(load);
}

/* Upvalue 1: the library's name. */
static int no_library_field(lua_State *lua)
{
    struct load *load = load_of(lua);
    const char *library = lua_tostring(lua, lua_upvalueindex(1));
    const char *name = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?";
    err_set(load->err, "%s.%.80s is not available in a scenario", library, name);
    if (strcmp(name, "random") == 0 || strcmp(name, "randomseed") == 0)
        err_help(load->err, "%s", random_help);
    else if (strcmp(name, "pow") == 0)
        err_help(load->err, "write x^y");
    else
        err_help(load->err,
                 "the %s library is that of Lua 5.4, less what would make two loads differ",
                 library);
    script_raise(load);
}

static int no_library_assignment(lua_State *lua)
{
    struct load *load = load_of(lua);
    err_set(load->err, "the table '%s' cannot be changed", lua_tostring(lua, lua_upvalueindex(1)));
    err_help(load->err, "keep your own functions in a local table");
    script_raise(load);
}

/* -- texts without addresses -------------------------------------------------------------- */

const char *script_push_text(lua_State *lua, int index)
{
    struct load *load = load_of(lua);
    if (luaL_callmeta(lua, index, "__tostring") != 0) {
        if (lua_type(lua, -1) != LUA_TSTRING) {
            err_set(load->err, "__tostring must return a string");
            script_raise(load);
        }
        return lua_tostring(lua, -1);
    }
    int type = lua_type(lua, index);
    if (type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TBOOLEAN || type == LUA_TNIL)
        return luaL_tolstring(lua, index, NULL);
    return lua_pushstring(lua, lua_typename(lua, type));
}

static int base_tostring(lua_State *lua)
{
    luaL_checkany(lua, 1);
    script_push_text(lua, 1);
    return 1;
}

static int base_print(lua_State *lua)
{
    struct load *load = load_of(lua);
    int count = lua_gettop(lua);
    for (int i = 1; i <= count; i++) {
        const char *text = script_push_text(lua, i);
        if (!load->silent)
            fprintf(stderr, "%s%s", i > 1 ? "\t" : "", text);
        lua_pop(lua, 1);
    }
    if (!load->silent)
        fputc('\n', stderr);
    return 0;
}

/* Upvalue 1: Lua's own. What only an address could show is turned into text first. */
static int string_format(lua_State *lua)
{
    struct load *load = load_of(lua);
    const char *format = luaL_checkstring(lua, 1);
    for (const char *at = format; (at = strchr(at, '%')) != NULL; at++) {
        at += 1 + strspn(at + 1, "-+ #0123456789.");
        if (*at == 'p') {
            err_set(load->err, "string.format does not know '%%p' in a scenario");
            err_help(load->err, "addresses differ from load to load; print a name instead");
            script_raise(load);
        }
        if (*at == '\0')
            break;
    }
    int count = lua_gettop(lua);
    for (int i = 2; i <= count; i++) {
        int type = lua_type(lua, i);
        if (type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TUSERDATA ||
            type == LUA_TTHREAD || type == LUA_TLIGHTUSERDATA) {
            script_push_text(lua, i);
            lua_replace(lua, i);
        }
    }
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, count, 1);
    return 1;
}

/* Upvalue 1: Lua's own. Refuses at once what would not fit, and repeats of nothing, which loop
 * without any memory; the line is then known. */
static int string_rep(lua_State *lua)
{
    struct load *load = load_of(lua);
    size_t length, gap = 0;
    luaL_checklstring(lua, 1, &length);
    lua_Integer times = luaL_checkinteger(lua, 2);
    luaL_optlstring(lua, 3, "", &gap);
    if (times <= 0 || length + gap == 0) {
        lua_pushliteral(lua, "");
        return 1;
    }
    if ((double)times * (double)(length + gap) > (double)load->options->limits.memory)
        script_raise_memory(load);
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, lua_gettop(lua) - 1, 1);
    return 1;
}

/* -- errors, metatables, raw access -------------------------------------------------------- */

static int base_error(lua_State *lua)
{
    struct load *load = load_of(lua);
    luaL_checkany(lua, 1);
    err_set(load->err, "%s", script_push_text(lua, 1));
    lua_Integer level = luaL_optinteger(lua, 2, 1);
    lua_Debug ar;
    if (level > 1 && level < 200 && lua_getstack(lua, (int)level, &ar) != 0) {
        lua_getinfo(lua, "Sl", &ar);
        if (ar.currentline > 0 && ar.source[0] == '=') {
            int source = atoi(ar.source + 1);
            err_place(load->err, load->sources.items[source].shown, ar.currentline);
        }
    }
    script_raise(load);
}

static int base_assert(lua_State *lua)
{
    struct load *load = load_of(lua);
    luaL_checkany(lua, 1);
    if (lua_toboolean(lua, 1))
        return lua_gettop(lua);
    err_set(load->err, "%s",
            lua_isnoneornil(lua, 2) ? "assertion failed" : script_push_text(lua, 2));
    script_raise(load);
}

/* Upvalue 1: Lua's own. A finaliser would run at a time nobody can tell. */
static int base_setmetatable(lua_State *lua)
{
    struct load *load = load_of(lua);
    if (lua_type(lua, 2) == LUA_TTABLE) {
        lua_pushliteral(lua, "__gc");
        if (lua_rawget(lua, 2) != LUA_TNIL) {
            err_set(load->err, "a metatable with __gc is refused in a scenario");
            err_help(load->err, "when a finaliser runs would depend on memory, not on the file");
            script_raise(load);
        }
        lua_pop(lua, 1);
    }
    lua_settop(lua, 2);
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, 2, 1);
    return 1;
}

/* A table whose metatable says __metatable = false is the sandbox's own. */
static int base_rawset(lua_State *lua)
{
    struct load *load = load_of(lua);
    luaL_checktype(lua, 1, LUA_TTABLE);
    luaL_checkany(lua, 2);
    luaL_checkany(lua, 3);
    if (luaL_getmetafield(lua, 1, "__metatable") == LUA_TBOOLEAN) {
        err_set(load->err, "this table cannot be changed");
        err_help(load->err, "keep your own values in a local table");
        script_raise(load);
    }
    lua_settop(lua, 3);
    lua_rawset(lua, 1);
    return 1;
}

/* -- mathematics that is the same everywhere ------------------------------------------------ */

static int math_exp(lua_State *lua)
{
    lua_pushnumber(lua, det_exp(luaL_checknumber(lua, 1)));
    return 1;
}

/* log base b; exact where x is a whole power of b. */
static double log_base(double x, double base)
{
    double estimate = det_log(x) / det_log(base);
    double whole = det_floor(estimate + 0.5);
    double power = 1;
    if (!(fabs(whole) <= 1024))
        return estimate;
    for (int i = 0; i < (int)fabs(whole); i++)
        power *= base;
    return (whole < 0 ? 1 / power : power) == x ? whole : estimate;
}

static int math_log(lua_State *lua)
{
    double x = luaL_checknumber(lua, 1);
    lua_pushnumber(lua,
                   lua_isnoneornil(lua, 2) ? det_log(x) : log_base(x, luaL_checknumber(lua, 2)));
    return 1;
}

/* Near 0 by its series, so that sin(0) is 0; elsewhere by the cosine. */
static double det_sin(double x)
{
    if (fabs(x) > 0.5)
        return det_cos(x - HALF_PI);
    double square = x * x, term = x, sum = x;
    for (int n = 2; n <= 18; n += 2) {
        term *= -square / (n * (n + 1));
        sum += term;
    }
    return sum;
}

static double angle(lua_State *lua)
{
    double x = luaL_checknumber(lua, 1);
    luaL_argcheck(lua, fabs(x) <= 1e6, 1, "angle must be within -1e6 .. 1e6");
    return x;
}

static int math_sin(lua_State *lua)
{
    lua_pushnumber(lua, det_sin(angle(lua)));
    return 1;
}

static int math_cos(lua_State *lua)
{
    lua_pushnumber(lua, det_cos(angle(lua)));
    return 1;
}

static int math_tan(lua_State *lua)
{
    double x = angle(lua);
    lua_pushnumber(lua, det_sin(x) / det_cos(x));
    return 1;
}

/* -- putting it together -------------------------------------------------------------------- */

static const char *const base_kept[] = {"ipairs", "select",   "tonumber", "type", "getmetatable",
                                        "rawget", "rawequal", "rawlen",   NULL};
static const char *const string_kept[] = {"byte",  "char",  "find",     "gmatch",  "gsub",
                                          "len",   "lower", "match",    "reverse", "sub",
                                          "upper", "pack",  "packsize", "unpack",  NULL};
static const char *const math_kept[] = {
    "abs",        "ceil",       "floor", "fmod", "modf", "max",       "min",
    "sqrt",       "huge",       "pi",    "type", "ult",  "asin",      "acos",
    "maxinteger", "mininteger", "deg",   "rad",  "atan", "tointeger", NULL};
static const char *const table_kept[] = {"concat", "insert", "move", "pack",
                                         "remove", "unpack", NULL};
static const char *const utf8_kept[] = {"char", "charpattern", "codepoint", "codes",
                                        "len",  "offset",      NULL};

static const luaL_Reg string_own[] = {{"format", string_format}, {"rep", string_rep}, {NULL, NULL}};
static const luaL_Reg math_own[] = {{"exp", math_exp}, {"log", math_log}, {"sin", math_sin},
                                    {"cos", math_cos}, {"tan", math_tan}, {NULL, NULL}};
static const luaL_Reg table_own[] = {{"sort", script_sort}, {NULL, NULL}};
static const luaL_Reg none_own[] = {{NULL, NULL}};

/* Copies the fields named from the table at `from` to the one at `to`. */
static void copy_fields(lua_State *lua, int from, int to, const char *const *names)
{
    for (; *names != NULL; names++) {
        lua_getfield(lua, from, *names);
        lua_setfield(lua, to, *names);
    }
}

/* Adds functions of ours; each has Lua's own of the same name as its upvalue. */
static void add_own(lua_State *lua, int from, int to, const luaL_Reg *own)
{
    for (; own->name != NULL; own++) {
        lua_getfield(lua, from, own->name);
        lua_pushcclosure(lua, own->func, 1);
        lua_setfield(lua, to, own->name);
    }
}

/* Pushes an empty table before the one on the stack's top (which it replaces): reading goes
 * through, writing is refused. Upvalue of the refusals: the library's name. */
static void lock_table(lua_State *lua, const char *name)
{
    lua_newtable(lua);
    lua_newtable(lua);
    lua_pushvalue(lua, -3);
    lua_setfield(lua, -2, "__index");
    lua_pushstring(lua, name);
    lua_pushcclosure(lua, no_library_assignment, 1);
    lua_setfield(lua, -2, "__newindex");
    lua_pushboolean(lua, 0);
    lua_setfield(lua, -2, "__metatable");
    lua_setmetatable(lua, -2);
    lua_replace(lua, -2);
}

/* Opens a library and leaves our selection of it, complete with the refusal of what is missing. */
static void push_library(lua_State *lua, const char *name, lua_CFunction open,
                         const char *const *kept, const luaL_Reg *own)
{
    lua_pushcfunction(lua, open);
    lua_pushstring(lua, name);
    lua_call(lua, 1, 1);
    int from = lua_gettop(lua);
    lua_newtable(lua);
    copy_fields(lua, from, from + 1, kept);
    add_own(lua, from, from + 1, own);
    lua_newtable(lua);
    lua_pushstring(lua, name);
    lua_pushcclosure(lua, no_library_field, 1);
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, from + 1);
    lua_replace(lua, from);
}

static void add_libraries(lua_State *lua, int words)
{
    static const struct {
        const char *name;
        lua_CFunction open;
        const char *const *kept;
        const luaL_Reg *own;
    } libraries[] = {
        {"string", luaopen_string, string_kept, string_own},
        {"math", luaopen_math, math_kept, math_own},
        {"table", luaopen_table, table_kept, table_own},
        {"utf8", luaopen_utf8, utf8_kept, none_own},
    };
    for (size_t i = 0; i < COUNTOF(libraries); i++) {
        push_library(lua, libraries[i].name, libraries[i].open, libraries[i].kept,
                     libraries[i].own);
        if (i == 0) { /* methods of strings: ("x"):rep(3) */
            lua_pushliteral(lua, "");
            lua_newtable(lua);
            lua_pushvalue(lua, -3);
            lua_setfield(lua, -2, "__index");
            lua_pushboolean(lua, 0);
            lua_setfield(lua, -2, "__metatable");
            lua_setmetatable(lua, -2);
            lua_pop(lua, 1);
        }
        lock_table(lua, libraries[i].name);
        lua_setfield(lua, words, libraries[i].name);
    }
}

static void add_base(lua_State *lua, int words)
{
    static const luaL_Reg own[] = {{"tostring", base_tostring}, {"print", base_print},
                                   {"error", base_error},       {"assert", base_assert},
                                   {"rawset", base_rawset},     {"setmetatable", base_setmetatable},
                                   {"pairs", script_pairs},     {NULL, NULL}};
    luaL_requiref(lua, "_G", luaopen_base, 0);
    int base = lua_gettop(lua);
    copy_fields(lua, base, words, base_kept);
    add_own(lua, base, words, own);
    lua_pop(lua, 1);
}

void script_sandbox_open(lua_State *lua)
{
    lua_newtable(lua);
    int words = lua_gettop(lua);
    add_base(lua, words);
    add_libraries(lua, words);
    lua_newtable(lua);
    lua_pushcfunction(lua, no_global);
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, words);

    lua_newtable(lua); /* what chunks see as _ENV: empty, in front of the words */
    lua_newtable(lua);
    lua_pushvalue(lua, words);
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, no_assignment);
    lua_setfield(lua, -2, "__newindex");
    lua_pushboolean(lua, 0);
    lua_setfield(lua, -2, "__metatable");
    lua_setmetatable(lua, -2);
    lua_rawseti(lua, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushvalue(lua, words);
    lua_setfield(lua, LUA_REGISTRYINDEX, SCRIPT_WORDS);
    lua_settop(lua, words - 1);
}
