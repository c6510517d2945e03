/* script_box.h - values a scenario makes before it is known what for.
 *
 * lognormal{…}, diurnal{…}, expo(…), attr "tier", range(…): each call packs its arguments, as
 * written, into a box. Whether "90" is missing a unit depends on where the box is used: the same
 * lognormal{p50=1, p99=9} is wrong as a time and right as a number of calls. So a box is only
 * read when a setting or operation takes it (script_read_dist.c, script_read_model.c).
 *
 * Handles (what kind "name" returns) and routes (web "GET /hello") are here too.
 */
#ifndef TEPID_SCENARIO_SCRIPT_BOX_H
#define TEPID_SCENARIO_SCRIPT_BOX_H

#include "scenario/script_state.h"

enum box_kind { BOX_DIST, BOX_SHAPE, BOX_EXPO, BOX_ATTR, BOX_TEST, BOX_RANGE, BOX_KEYS };

/* What a box was made by, in the order of the table in script_box.c. */
enum box_maker {
    MAKE_LOGNORMAL,
    MAKE_EXPONENTIAL,
    MAKE_UNIFORM,
    MAKE_NORMAL,
    MAKE_GAMMA,
    MAKE_WEIBULL,
    MAKE_PARETO,
    MAKE_ERLANG,
    MAKE_MIX,
    MAKE_PERCENTILES,
    MAKE_EMPIRICAL,
    MAKE_STAGES,
    MAKE_DIURNAL,
    MAKE_SPIKE,
    MAKE_MMPP,
    MAKE_BURST,
    MAKE_TRACE,
    MAKE_EXPO,
    MAKE_ATTR,
    MAKE_RANGE,
    MAKE_ZIPF,
    MAKERS
};

/* User value 1: the table of arguments. */
struct box {
    enum box_kind kind;
    enum box_maker maker;
    enum attr_relation relation; /* BOX_TEST */
};

#define SCRIPT_HANDLE "tepid.handle" /* name of its metatable; script_api adds __call */
struct handle {
    int decl;
};

/* User value 1: the route's text. */
struct route_handle {
    int decl;
};

/* Adds the makers to the table of words at `words`, and the metatables. */
void script_box_open(lua_State *lua, int words);

/* NULL if the value is something else. */
struct box *script_box(lua_State *lua, int index);
struct handle *script_handle(lua_State *lua, int index);
struct route_handle *script_route(lua_State *lua, int index);

const char *script_box_name(enum box_maker maker);
bool script_is_maker(const char *name, size_t length);

void script_push_handle(lua_State *lua, int decl);
void script_push_route(lua_State *lua, int decl, int text_index);

/* A fixed text for a handle, by which pairs can order it. False for anything else. */
bool script_handle_key(lua_State *lua, int index, const char **text);

/* The value in words for messages: 30, "abc", fn 'f', a table; lives in the arena. */
const char *script_describe(struct load *load, int index);

/* True if every key of the table is in `known` (NULL-terminated) or, with `list`, a positive
 * whole number. Else "WHAT has no setting 'x'" with the nearest. */
bool script_known_fields(struct load *load, int index, const char *what, const char *const *known,
                         bool list);

#endif
