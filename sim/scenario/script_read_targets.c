/* script_read_targets.c - who is called: handles, names not yet declared, mixes, routes. */
#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "scenario/script_read.h"

bool script_read_ref(struct load *load, int index, const char *label, struct ref *ref)
{
    lua_State *lua = load->lua;
    struct handle *handle = script_handle(lua, index);
    struct route_handle *route = script_route(lua, index);
    if (handle != NULL) {
        const struct decl *decl = &load->decls.items[handle->decl];
        if (decl->class == NULL)
            return script_fail_type(load, index, label, "a resource");
        ref->resource = decl->resource;
        ref->decl = handle->decl;
        return true;
    }
    if (route != NULL) {
        ref->resource = load->decls.items[route->decl].resource;
        ref->decl = route->decl;
        lua_getiuservalue(lua, index, 1);
        bool ok = script_read_text(load, -1, label, &ref->route);
        lua_pop(lua, 1);
        return ok;
    }
    if (lua_type(lua, index) == LUA_TSTRING)
        return script_read_text(load, index, label, &ref->name);
    script_fail_type(load, index, label, "a resource");
    return err_help(load->err, "give what fn \"name\" { … } returned, or the name as a text, which "
                               "may stand before the declaration");
}

void script_add_ref(struct load *load, struct ref ref, struct target *target)
{
    *target = (struct target){-1, -1};
    ref.target = target;
    struct ref *slot = LIST_ADD(load, refs);
    *slot = ref;
}

/* As messages and results call it. */
static const char *ref_show(struct load *load, const struct ref *ref)
{
    if (ref->name != NULL)
        return ref->name;
    const char *name = load->decls.items[ref->decl].name;
    return ref->route == NULL ? name : arena_printf(load->arena, "%s %s", name, ref->route);
}

/* -- to and to_mix ---------------------------------------------------------------------------- */

static bool read_target(struct load *load, int index, const struct owner *owner, const char *label,
                        struct weighted_target *target)
{
    struct ref ref = {.use = USE_TRAFFIC, .what = owner_show(load, owner)};
    if (!script_read_ref(load, index, label, &ref))
        return false;
    ref.spot = script_key_spot(load, owner->spot, label);
    target->name = ref_show(load, &ref);
    target->line = ref.spot.line;
    script_add_ref(load, ref, &target->target);
    return true;
}

/* `entry`, counted from 1, is for messages. */
static bool read_weighted(struct load *load, int index, const struct owner *owner,
                          const char *label, int entry, struct weighted_target *target)
{
    lua_State *lua = load->lua;
    int top = lua_gettop(lua);
    if (lua_type(lua, index) != LUA_TTABLE || lua_rawlen(lua, index) != 2) {
        if (lua_type(lua, index) != LUA_TTABLE)
            err_set(load->err, "%s: entry %d is %s, not { weight, target }", label, entry,
                    script_describe(load, index));
        else
            err_set(load->err, "%s: entry %d has %s", label, entry,
                    lua_rawlen(lua, index) == 0   ? "neither weight nor target"
                    : lua_rawlen(lua, index) == 1 ? "no target after its weight"
                                                  : "more than a weight and a target");
        return err_help(load->err,
                        "write to_mix = { {0.9, web \"GET /a\"}, {0.1, web \"GET /b\"} }");
    }
    lua_rawgeti(lua, index, 1);
    lua_rawgeti(lua, index, 2);
    bool ok = script_read_number(load, top + 1, "weight", 1e12, false, &target->weight) &&
              read_target(load, top + 2, owner, label, target);
    lua_settop(lua, top);
    return ok;
}

static bool read_mix(struct load *load, int index, const struct owner *owner, const char *label,
                     struct target_list *list)
{
    lua_State *lua = load->lua;
    static const char *const none[] = {NULL};
    if (!script_known_fields(load, index, label, none, true))
        return false;
    int count = (int)lua_rawlen(lua, index);
    struct weighted_target *targets = ARENA_ARRAY(load->arena, struct weighted_target, count + 1);
    double total = 0;
    for (int i = 0; i < count; i++) {
        lua_rawgeti(lua, index, i + 1);
        bool ok = read_weighted(load, lua_gettop(lua), owner, label, i + 1, &targets[i]);
        lua_pop(lua, 1);
        if (!ok)
            return false;
        total += targets[i].weight;
    }
    *list = (struct target_list){targets, count};
    return total > 0 || err_set(load->err, "%s has no target with a weight above 0", label);
}

bool script_read_targets(struct load *load, int index, const struct owner *owner, const char *label,
                         struct target_list *list)
{
    if (lua_type(load->lua, index) == LUA_TTABLE)
        return read_mix(load, lua_absindex(load->lua, index), owner, label, list);
    struct weighted_target *target = ARENA_NEW(load->arena, struct weighted_target);
    target->weight = 1;
    *list = (struct target_list){target, 1};
    return read_target(load, index, owner, label, target);
}

/* -- a resource where a setting names one --------------------------------------------------- */

bool script_read_target(struct load *load, int index, const struct owner *owner, const char *label,
                        enum use use, struct target *target)
{
    struct ref ref = {.use = use,
                      .what = arena_printf(load->arena, "%s: %s", owner_show(load, owner), label)};
    if (!script_read_ref(load, index, label, &ref))
        return false;
    ref.spot = script_key_spot(load, owner->spot, label);
    script_add_ref(load, ref, target);
    return true;
}

bool script_read_target_refs(struct load *load, int index, const struct owner *owner,
                             const char *label, enum use use, struct target_refs *list)
{
    lua_State *lua = load->lua;
    static const char *const none[] = {NULL};
    bool table = lua_type(lua, index) == LUA_TTABLE;
    index = lua_absindex(lua, index);
    if (table && !script_known_fields(load, index, label, none, true))
        return false;
    int count = table ? (int)lua_rawlen(lua, index) : 1;
    struct target *targets = ARENA_ARRAY(load->arena, struct target, count + 1);
    for (int i = 0; i < count; i++) {
        if (table)
            lua_rawgeti(lua, index, i + 1);
        else
            lua_pushvalue(lua, index);
        bool ok = script_read_target(load, lua_gettop(lua), owner, label, use, &targets[i]);
        lua_pop(lua, 1);
        if (!ok)
            return false;
    }
    *list = (struct target_refs){targets, count};
    return true;
}

/* -- routes ----------------------------------------------------------------------------------- */

bool script_is_route(const char *key)
{
    static const char *const methods[] = {"GET",    "POST", "PUT",     "PATCH",
                                          "DELETE", "HEAD", "OPTIONS", "ANY"};
    for (size_t i = 0; i < COUNTOF(methods); i++) {
        size_t length = strlen(methods[i]);
        if (strncmp(key, methods[i], length) == 0 && key[length] == ' ' && key[length + 1] == '/')
            return true;
    }
    return false;
}

/* The options of a route are settings like any other. `struct route` has no room for what is read
 * elsewhere, so this table names only these. */
static const struct param_spec route_params[] = {
    {"limit", PARAM_RATE, offsetof(struct route, limit), NULL, 1e-6, 1e9, NULL, "", 0},
    {"burst", PARAM_COUNT, offsetof(struct route, burst), NULL, 1, 1e9, NULL, "", 0},
    {"timeout", PARAM_TIME, offsetof(struct route, timeout), NULL, 1e6, 0, NULL, "", 0},
    {"authorizer", PARAM_AUTHORIZER, offsetof(struct route, authorizer), NULL, 0, 0, NULL, "", 0},
    {"cache", PARAM_TABLE, offsetof(struct route, cache), NULL, 0, 0, &route_cache_table, "", 0},
    {0},
};

/* A copy of the table at the top without its [1], for the reader of settings; pushed. */
static void push_options(lua_State *lua, int index)
{
    lua_newtable(lua);
    int copy = lua_gettop(lua);
    for (lua_pushnil(lua); lua_next(lua, index) != 0;) {
        bool target = lua_type(lua, -2) == LUA_TNUMBER && lua_tonumber(lua, -2) == 1;
        lua_pushvalue(lua, -2);
        lua_insert(lua, -2);
        if (target)
            lua_pop(lua, 2);
        else
            lua_rawset(lua, copy);
    }
}

static const struct param_spec authorizer_params[] = {
    {"ttl", PARAM_TIME, offsetof(struct authorizer_spec, ttl), NULL, 0, 0, NULL, "", 0},
    {"keys", PARAM_KEYS, offsetof(struct authorizer_spec, keys), NULL, 0, 0, NULL, "", 0},
    {0},
};

/* Only functions can be invoked, so that is the use asked for. */
bool script_read_authorizer(struct load *load, int index, const struct owner *owner,
                            const char *label, const struct authorizer_spec **authorizer)
{
    lua_State *lua = load->lua;
    int top = lua_gettop(lua), options = 0;
    struct authorizer_spec *spec = ARENA_NEW(load->arena, struct authorizer_spec);
    static const char *const known[] = {"ttl", "keys", NULL};
    struct owner part = {label, NULL, script_key_spot(load, owner->spot, label)};
    index = lua_absindex(lua, index);
    *authorizer = spec;
    if (lua_type(lua, index) == LUA_TTABLE) {
        push_options(lua, index);
        options = lua_gettop(lua);
        lua_rawgeti(lua, index, 1);
    } else {
        lua_pushvalue(lua, index);
    }
    bool named = !lua_isnil(lua, -1);
    bool ok = named && script_read_target(load, lua_gettop(lua), owner, label, USE_INVOKE, &spec->fn);
    ok = ok && (options == 0 || script_known_fields(load, options, label, known, false)) &&
         script_read_settings(load, options, authorizer_params, &part, spec);
    lua_settop(lua, top);
    if (ok)
        return true;
    if (!named)
        err_set(load->err, "%s names no function", label);
    if (load->err->help[0] == '\0')
        err_help(load->err, "write %s = check, or %s = { check, ttl = \"5min\", keys = 1000 }", label,
                 label);
    return false;
}

/* A route's name is quoted in the file's text, so its own options are looked for from its key
 * on. */
static bool read_route(struct load *load, int index, const struct owner *gateway, enum use use,
                       struct route *route)
{
    lua_State *lua = load->lua;
    int top = lua_gettop(lua);
    const char *name = arena_printf(load->arena, "%s %s", gateway->name, route->name);
    struct owner owner = {"route", name, script_key_spot(load, gateway->spot, route->name)};
    struct ref ref = {.use = use, .what = owner_show(load, &owner), .spot = owner.spot};
    route->line = owner.spot.line;
    int options = 0;
    if (lua_type(lua, index) == LUA_TTABLE) {
        push_options(lua, index);
        options = lua_gettop(lua);
        lua_rawgeti(lua, index, 1);
    } else {
        lua_pushvalue(lua, index);
    }
    bool ok = script_read_ref(load, lua_gettop(lua), "its target", &ref);
    if (!ok)
        err_context(load->err, "%s", owner_show(load, &owner));
    ok = ok && script_read_settings(load, options, route_params, &owner, route);
    lua_settop(lua, top);
    if (!ok)
        return err_place(load->err, owner.spot.file, owner.spot.line);
    route->target_name = ref_show(load, &ref);
    script_add_ref(load, ref, &route->target);
    return true;
}

static int compare_routes(const void *left, const void *right)
{
    return strcmp(((const struct route *)left)->name, ((const struct route *)right)->name);
}

static bool check_route_name(struct load *load, const char *name, const struct owner *owner)
{
    size_t length = strlen(name);
    if (length <= 200 && text_is_utf8(name, length) && strchr(name, '"') == NULL &&
        strpbrk(name, "\n\r\t\033") == NULL)
        return true;
    err_set(load->err, "%s: '%.80s' is no route", owner_show(load, owner), name);
    return err_help(load->err, "a route is at most 200 bytes of UTF-8 without quotes");
}

/* Routes stand in the order of their names: a table has no other order. */
bool script_read_routes(struct load *load, int table, const struct owner *owner, enum use use,
                        struct route_list *list)
{
    lua_State *lua = load->lua;
    int count = 0;
    if (table == 0)
        return true;
    for (lua_pushnil(lua); lua_next(lua, table) != 0; lua_pop(lua, 1))
        count += lua_type(lua, -2) == LUA_TSTRING && script_is_route(lua_tostring(lua, -2));
    struct route *routes = ARENA_ARRAY(load->arena, struct route, count + 1);
    count = 0;
    for (lua_pushnil(lua); lua_next(lua, table) != 0; lua_pop(lua, 1))
        if (lua_type(lua, -2) == LUA_TSTRING && script_is_route(lua_tostring(lua, -2)))
            routes[count++].name = script_text(load, -2);
    qsort(routes, (size_t)count, sizeof *routes, compare_routes);
    *list = (struct route_list){routes, count};
    for (int i = 0; i < count; i++) {
        if (!check_route_name(load, routes[i].name, owner))
            return false;
        script_field(lua, table, routes[i].name);
        bool ok = read_route(load, lua_gettop(lua), owner, use, &routes[i]);
        lua_pop(lua, 1);
        if (!ok)
            return false;
    }
    return true;
}

bool script_read_route_all(struct load *load, int index, const struct owner *owner,
                           const char *label, enum use use, struct route_list *list)
{
    if (list->count > 0) {
        err_set(load->err, "it has both routes and %s", label);
        return err_help(load->err, "give one resource for every path, or a route for each");
    }
    struct route *route = ARENA_NEW(load->arena, struct route);
    struct ref ref = {.use = use,
                      .what = arena_printf(load->arena, "%s: %s", owner_show(load, owner), label)};
    if (!script_read_ref(load, index, label, &ref))
        return false;
    ref.spot = script_key_spot(load, owner->spot, label);
    *route = (struct route){.name = "ANY /",
                            .target_name = ref_show(load, &ref),
                            .limit = (double)NAN,
                            .burst = TIME_UNSET,
                            .timeout = TIME_UNSET,
                            .line = ref.spot.line};
    script_add_ref(load, ref, &route->target);
    *list = (struct route_list){route, 1};
    return true;
}
