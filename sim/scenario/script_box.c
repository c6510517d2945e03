/* script_box.c - see the header. */
#include "scenario/script_box.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "core/unit.h"

#define BOX_META   "tepid.box"
#define ROUTE_META "tepid.route"

struct maker {
    const char *name;
    enum box_kind kind;
    bool list;             /* its table is a list: no names */
    const char *fields[6]; /* names its table may have */
    int positional;        /* how many of them may be given by position instead */
    const char *example;
};

static const struct maker makers[MAKERS] = {
    [MAKE_LOGNORMAL] = {"lognormal",
                        BOX_DIST,
                        false,
                        {"p50", "p99", "mean", "cv"},
                        0,
                        "lognormal{ p50 = \"90ms\", p99 = \"700ms\" }"},
    [MAKE_EXPONENTIAL] = {"exponential", BOX_DIST, false, {"mean"}, 1, "exponential(\"90ms\")"},
    [MAKE_UNIFORM] =
        {"uniform", BOX_DIST, false, {"low", "high"}, 2, "uniform(\"10ms\", \"30ms\")"},
    [MAKE_NORMAL] =
        {"normal", BOX_DIST, false, {"mean", "sd"}, 0, "normal{ mean = \"90ms\", sd = \"10ms\" }"},
    [MAKE_GAMMA] =
        {"gamma", BOX_DIST, false, {"mean", "cv"}, 0, "gamma{ mean = \"90ms\", cv = 0.5 }"},
    [MAKE_WEIBULL] =
        {"weibull", BOX_DIST, false, {"mean", "cv"}, 0, "weibull{ mean = \"90ms\", cv = 0.5 }"},
    [MAKE_PARETO] =
        {"pareto", BOX_DIST, false, {"min", "alpha"}, 0, "pareto{ min = \"10ms\", alpha = 2.5 }"},
    [MAKE_ERLANG] =
        {"erlang", BOX_DIST, false, {"mean", "k"}, 0, "erlang{ mean = \"90ms\", k = 3 }"},
    [MAKE_MIX] =
        {"mix", BOX_DIST, true, {NULL}, 0, "mix{ {0.9, \"10ms\"}, {0.1, exponential(\"90ms\")} }"},
    [MAKE_PERCENTILES] = {"percentiles",
                          BOX_DIST,
                          true,
                          {NULL},
                          0,
                          "percentiles{ p0 = \"1ms\", p50 = \"5ms\", p100 = \"90ms\" }"},
    [MAKE_EMPIRICAL] = {"empirical", BOX_DIST, false, {"file"}, 1, "empirical \"measured.csv\""},
    [MAKE_STAGES] = {"stages",
                     BOX_SHAPE,
                     true,
                     {NULL},
                     0,
                     "stages{ {\"2min\", \"100/s\"}, {\"5min\", \"100/s\"} }"},
    [MAKE_DIURNAL] = {"diurnal",
                      BOX_SHAPE,
                      false,
                      {"mean", "peak", "peak_at"},
                      0,
                      "diurnal{ mean = \"20/s\", peak = 2.0, peak_at = \"15h\" }"},
    [MAKE_SPIKE] = {"spike",
                    BOX_SHAPE,
                    false,
                    {"base", "peak", "at", "lasts"},
                    0,
                    "spike{ base = \"10/s\", peak = \"100/s\", at = \"5min\", lasts = \"60s\" }"},
    [MAKE_MMPP] =
        {"mmpp", BOX_SHAPE, true, {NULL}, 0, "mmpp{ {\"10/s\", \"5min\"}, {\"90/s\", \"30s\"} }"},
    [MAKE_BURST] = {"burst",
                    BOX_SHAPE,
                    false,
                    {"n", "at", "every"},
                    0,
                    "burst{ n = 5000, at = \"0s\", every = \"1h\" }"},
    [MAKE_TRACE] = {"trace", BOX_SHAPE, false, {"file", "column"}, 2, "trace \"file.csv\""},
    [MAKE_EXPO] = {"expo",
                   BOX_EXPO,
                   false,
                   {"base", "max", "jitter"},
                   1,
                   "expo(\"100ms\", { max = \"20s\", jitter = \"full\" })"},
    [MAKE_ATTR] = {"attr", BOX_ATTR, false, {"name"}, 1, "attr \"tier\""},
    [MAKE_RANGE] = {"range", BOX_RANGE, false, {"from", "to", "step"}, 3, "range(0, 20, 2)"},
    [MAKE_ZIPF] = {"zipf", BOX_KEYS, false, {"n", "s"}, 0, "zipf{ n = 1000, s = 1 }"},
};

const char *script_box_name(enum box_maker maker)
{
    return makers[maker].name;
}

bool script_is_maker(const char *name, size_t length)
{
    for (int i = 0; i < MAKERS; i++)
        if (strlen(makers[i].name) == length && memcmp(makers[i].name, name, length) == 0)
            return true;
    return false;
}

struct box *script_box(lua_State *lua, int index)
{
    return luaL_testudata(lua, index, BOX_META);
}

struct handle *script_handle(lua_State *lua, int index)
{
    return luaL_testudata(lua, index, SCRIPT_HANDLE);
}

struct route_handle *script_route(lua_State *lua, int index)
{
    return luaL_testudata(lua, index, ROUTE_META);
}

void script_push_handle(lua_State *lua, int decl)
{
    struct handle *handle = lua_newuserdatauv(lua, sizeof *handle, 0);
    handle->decl = decl;
    luaL_setmetatable(lua, SCRIPT_HANDLE);
}

void script_push_route(lua_State *lua, int decl, int text_index)
{
    text_index = lua_absindex(lua, text_index);
    struct route_handle *route = lua_newuserdatauv(lua, sizeof *route, 1);
    route->decl = decl;
    lua_pushvalue(lua, text_index);
    lua_setiuservalue(lua, -2, 1);
    luaL_setmetatable(lua, ROUTE_META);
}

bool script_handle_key(lua_State *lua, int index, const char **text)
{
    struct handle *handle = script_handle(lua, index);
    if (handle == NULL)
        return false;
    *text = load_of(lua)->decls.items[handle->decl].name;
    return true;
}

static struct box *push_box(lua_State *lua, enum box_kind kind, enum box_maker maker, int table)
{
    table = lua_absindex(lua, table);
    struct box *box = lua_newuserdatauv(lua, sizeof *box, 1);
    *box = (struct box){.kind = kind, .maker = maker};
    lua_pushvalue(lua, table);
    lua_setiuservalue(lua, -2, 1);
    luaL_setmetatable(lua, BOX_META);
    return box;
}

/* -- what a value is, in words --------------------------------------------------------------- */

static const char *describe_userdata(struct load *load, int index)
{
    lua_State *lua = load->lua;
    struct handle *handle = script_handle(lua, index);
    struct route_handle *route = script_route(lua, index);
    struct box *box = script_box(lua, index);
    if (handle != NULL) {
        const struct decl *decl = &load->decls.items[handle->decl];
        return arena_printf(load->arena, "%s '%s'", decl->verb, decl->name);
    }
    if (route != NULL) {
        lua_getiuservalue(lua, index, 1);
        const char *text = arena_printf(load->arena, "route \"%s %s\"",
                                        load->decls.items[route->decl].name, lua_tostring(lua, -1));
        lua_pop(lua, 1);
        return text;
    }
    if (box != NULL)
        return arena_printf(load->arena, "%s(…)", makers[box->maker].name);
    return "the result of an operation";
}

const char *script_describe(struct load *load, int index)
{
    lua_State *lua = load->lua;
    char number[UNIT_TEXT_MAX];
    switch (lua_type(lua, index)) {
    case LUA_TNUMBER:
        return arena_strdup(load->arena, unit_exact(number, lua_tonumber(lua, index)));
    case LUA_TSTRING:
        return arena_printf(load->arena, "\"%.60s\"", lua_tostring(lua, index));
    case LUA_TBOOLEAN:
        return lua_toboolean(lua, index) ? "true" : "false";
    case LUA_TTABLE:
        return "a table";
    case LUA_TFUNCTION:
        return lua_iscfunction(lua, index) ? "a word of the language" : "a function";
    case LUA_TUSERDATA:
        return describe_userdata(load, index);
    default:
        return "nil";
    }
}

/* -- fields ---------------------------------------------------------------------------------- */

static bool is_known(lua_State *lua, const char *const *known, bool list)
{
    if (lua_type(lua, -1) == LUA_TNUMBER)
        return list && lua_isinteger(lua, -1) && lua_tointeger(lua, -1) > 0;
    if (lua_type(lua, -1) != LUA_TSTRING)
        return false;
    for (; *known != NULL; known++)
        if (strcmp(lua_tostring(lua, -1), *known) == 0)
            return true;
    return false;
}

/* Of several unknown keys always the same one is named: the first by byte. */
bool script_known_fields(struct load *load, int index, const char *what, const char *const *known,
                         bool list)
{
    lua_State *lua = load->lua;
    const char *unknown = NULL;
    index = lua_absindex(lua, index);
    for (lua_pushnil(lua); lua_next(lua, index) != 0;) {
        lua_pop(lua, 1);
        if (is_known(lua, known, list))
            continue;
        const char *name =
            lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1) : script_describe(load, -1);
        if (unknown == NULL || strcmp(name, unknown) < 0)
            unknown = arena_strdup(load->arena, name);
    }
    if (unknown == NULL)
        return true;
    err_set(load->err, "%s has no setting '%.80s'", what, unknown);
    const char *near = text_nearest(unknown, known);
    if (near != NULL)
        return err_help(load->err, "did you mean '%s'?", near);
    struct text names = {0};
    for (const char *const *name = known; *name != NULL && names.length < 180; name++)
        text_addf(&names, "%s%s", names.length != 0 ? ", " : "", *name);
    if (names.length != 0)
        err_help(load->err, "it has: %s", names.data);
    text_free(&names);
    return false;
}

/* -- making boxes ----------------------------------------------------------------------------- */

/* Copies names and positions of the table at `from` into the arguments at `to`. */
static void merge_table(lua_State *lua, const struct maker *maker, int from, int to)
{
    struct load *load = load_of(lua);
    if (!maker->list) {
        if (!script_known_fields(load, from, maker->name, maker->fields, maker->positional > 0))
            script_raise(load);
        for (const char *const *field = maker->fields; *field != NULL; field++) {
            lua_pushstring(lua, *field);
            if (lua_rawget(lua, from) == LUA_TNIL)
                lua_pop(lua, 1);
            else
                lua_setfield(lua, to, *field);
        }
        for (int i = 0; i < maker->positional; i++) {
            if (lua_rawgeti(lua, from, i + 1) == LUA_TNIL)
                lua_pop(lua, 1);
            else
                lua_setfield(lua, to, maker->fields[i]);
        }
    }
}

static _Noreturn void fail_arguments(struct load *load, const struct maker *maker)
{
    err_set(load->err, "%s was not given what it needs", maker->name);
    err_help(load->err, "write %s", maker->example);
    script_raise(load);
}

/* Upvalue 1: which maker. Positions first, a table of names last, or a list alone. */
static int make_box(lua_State *lua)
{
    struct load *load = load_of(lua);
    script_check_memory(load);
    enum box_maker which = (enum box_maker)lua_tointeger(lua, lua_upvalueindex(1));
    const struct maker *maker = &makers[which];
    int count = lua_gettop(lua);
    bool table = count > 0 && lua_type(lua, count) == LUA_TTABLE;
    if (maker->list) {
        if (count != 1 || !table)
            fail_arguments(load, maker);
        push_box(lua, maker->kind, which, 1);
        return 1;
    }
    int positions = count - (table ? 1 : 0);
    if (count == 0 || positions > maker->positional)
        fail_arguments(load, maker);
    lua_newtable(lua);
    for (int i = 0; i < positions; i++) {
        lua_pushvalue(lua, i + 1);
        lua_setfield(lua, count + 1, maker->fields[i]);
    }
    if (table)
        merge_table(lua, maker, count, count + 1);
    push_box(lua, maker->kind, which, count + 1);
    return 1;
}

/* Upvalue 1: the relation. attr "tier":is "gold" */
static int make_test(lua_State *lua)
{
    struct load *load = load_of(lua);
    struct box *attr = script_box(lua, 1);
    int type = lua_type(lua, 2);
    if (attr == NULL || attr->kind != BOX_ATTR || (type != LUA_TSTRING && type != LUA_TNUMBER)) {
        err_set(load->err, "a test needs a value: a text or a number");
        err_help(load->err, "write attr \"tier\":is \"gold\" or attr \"items\":gt(3)");
        script_raise(load);
    }
    lua_getiuservalue(lua, 1, 1);
    lua_getfield(lua, -1, "name");
    lua_newtable(lua);
    lua_pushvalue(lua, -2);
    lua_setfield(lua, -2, "name");
    lua_pushvalue(lua, 2);
    lua_setfield(lua, -2, "value");
    struct box *test = push_box(lua, BOX_TEST, MAKE_ATTR, -1);
    test->relation = (enum attr_relation)lua_tointeger(lua, lua_upvalueindex(1));
    return 1;
}

static int box_index(lua_State *lua)
{
    static const char *const relations[] = {"is", "isnt", "gt", "lt", NULL};
    struct load *load = load_of(lua);
    struct box *box = script_box(lua, 1);
    const char *key = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?";
    if (box != NULL && box->kind == BOX_ATTR) {
        for (int i = 0; relations[i] != NULL; i++) {
            if (strcmp(key, relations[i]) == 0) {
                lua_pushinteger(lua, i);
                lua_pushcclosure(lua, make_test, 1);
                return 1;
            }
        }
        err_set(load->err, "attr has no test '%.60s'", key);
        err_help(load->err, "it has :is(v) :isnt(v) :gt(n) :lt(n)");
        script_raise(load);
    }
    err_set(load->err, "%s has no field '%.60s'", script_describe(load, 1), key);
    script_raise(load);
}

static int text_of_userdata(lua_State *lua)
{
    lua_pushstring(lua, script_describe(load_of(lua), 1));
    return 1;
}

static int handle_index(lua_State *lua)
{
    struct load *load = load_of(lua);
    const char *key = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?";
    err_set(load->err, "%s has no field '%.60s'", script_describe(load, 1), key);
    err_help(load->err,
             "a handle only says which resource is meant; keep values in local variables");
    script_raise(load);
}

/* `shown` is what Lua's own messages call such a value. */
static void open_metatable(lua_State *lua, const char *name, const char *shown, lua_CFunction index)
{
    luaL_newmetatable(lua, name);
    lua_pushstring(lua, shown);
    lua_setfield(lua, -2, "__name");
    lua_pushcfunction(lua, index);
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, text_of_userdata);
    lua_setfield(lua, -2, "__tostring");
    lua_pushboolean(lua, 0);
    lua_setfield(lua, -2, "__metatable");
    lua_pop(lua, 1);
}

void script_box_open(lua_State *lua, int words)
{
    open_metatable(lua, BOX_META, "distribution or shape", box_index);
    open_metatable(lua, SCRIPT_HANDLE, "handle", handle_index);
    open_metatable(lua, ROUTE_META, "route", handle_index);
    for (int i = 0; i < MAKERS; i++) {
        lua_pushinteger(lua, i);
        lua_pushcclosure(lua, make_box, 1);
        lua_setfield(lua, words, makers[i].name);
    }
}
