/* script_settings.c - tables of settings, read through their param_spec; see script_read.h. */
#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "core/unit.h"
#include "scenario/script_read.h"
#include "scenario/script_recorder.h"

static bool is_number_text(const char *text)
{
    struct err ignored = {0};
    double number;
    return unit_read_number(text, &number, &ignored);
}

static char *show_bound(char buf[UNIT_TEXT_MAX], enum param_kind kind, double value)
{
    switch (kind) {
    case PARAM_TIME:
        return unit_show_time(buf, value);
    case PARAM_SIZE:
        if (value > 1048576 && value <= 1e5 * 1048576) /* "10240MB", as AWS writes it */
            (void)snprintf(buf, UNIT_TEXT_MAX, "%.6gMB", value / 1048576);
        else
            return unit_show_size(buf, value);
        return buf;
    case PARAM_RATE:
        return unit_show_rate(buf, value);
    case PARAM_SHARE:
        return unit_show_share(buf, value);
    default:
        (void)snprintf(buf, UNIT_TEXT_MAX, "%.15g", value);
        return buf;
    }
}

static bool check_bounds(struct load *load, int index, const struct param_spec *spec, double value)
{
    char min[UNIT_TEXT_MAX], max[UNIT_TEXT_MAX], number[UNIT_TEXT_MAX];
    bool low = value<spec->min, high = spec->max> 0 && value > spec->max;
    if (!low && !high)
        return true;
    show_bound(min, spec->kind, spec->min);
    show_bound(max, spec->kind, spec->max);
    const char *written = lua_type(load->lua, index) == LUA_TSTRING
                              ? lua_tostring(load->lua, index)
                              : unit_exact(number, lua_tonumber(load->lua, index));
    bool bare = lua_type(load->lua, index) == LUA_TNUMBER && (spec->flags & PARAM_BARE_MB) != 0;
    if (low && spec->min == 1 && spec->kind == PARAM_TIME)
        return err_set(load->err, "%s = %.60s is not above 0", spec->name, written);
    err_set(load->err, "%s = %.60s%s is %s the %s of %s", spec->name, written, bare ? "MB" : "",
            low ? "below" : "above", low ? "minimum" : "maximum", low ? min : max);
    if (spec->max > 0)
        return err_help(load->err, "%s is %s .. %s", spec->name, min, max);
    return err_help(load->err, "%s is at least %s", spec->name, min);
}

static bool read_size(struct load *load, int index, const struct param_spec *spec, int64_t *value)
{
    lua_State *lua = load->lua;
    bool number = lua_type(lua, index) == LUA_TNUMBER ||
                  (lua_type(lua, index) == LUA_TSTRING && is_number_text(lua_tostring(lua, index)));
    if (!number || (spec->flags & PARAM_BARE_MB) == 0)
        return script_read_whole(load, index, Q_SIZE, spec->name, value);
    double megabytes;
    if (!script_read_number(load, index, spec->name, 1e9, false, &megabytes))
        return false;
    *value = (int64_t)floor(megabytes * 1048576 + 0.5);
    return true;
}

/* A few settings count beyond the contract's 1e9: the seed. */
static bool read_count(struct load *load, int index, const struct param_spec *spec, int64_t *value)
{
    if (!(spec->max > 1e9))
        return script_read_whole(load, index, Q_COUNT, spec->name, value);
    double number;
    if (!script_read_number(load, index, spec->name, spec->max, true, &number))
        return false;
    *value = (int64_t)number;
    return true;
}

static bool read_bounded(struct load *load, int index, const struct param_spec *spec, void *at)
{
    int64_t *whole = at;
    double *real = at;
    switch (spec->kind) {
    case PARAM_TIME:
        return script_read_whole(load, index, Q_TIME, spec->name, whole) &&
               check_bounds(load, index, spec, (double)*whole);
    case PARAM_SIZE:
        return read_size(load, index, spec, whole) &&
               check_bounds(load, index, spec, (double)*whole);
    case PARAM_COUNT:
        return read_count(load, index, spec, whole) &&
               check_bounds(load, index, spec, (double)*whole);
    case PARAM_RATE:
        return script_read_real(load, index, Q_RATE, spec->name, real) &&
               check_bounds(load, index, spec, *real);
    case PARAM_NUMBER:
        return script_read_real(load, index, Q_NUMBER, spec->name, real) &&
               check_bounds(load, index, spec, *real);
    default:
        ASSERT(spec->kind == PARAM_SHARE);
        return script_read_real(load, index, Q_SHARE, spec->name, real) &&
               check_bounds(load, index, spec, *real);
    }
}

static bool read_handler(struct load *load, int index, const struct param_spec *spec,
                         const struct owner *owner, const struct program **program)
{
    if (lua_type(load->lua, index) != LUA_TFUNCTION || lua_iscfunction(load->lua, index)) {
        script_fail_type(load, index, spec->name, "a function");
        return err_help(load->err, "write %s = function(r) r:cpu \"8ms\" end", spec->name);
    }
    *program = script_record(load, index, owner->name);
    return true;
}

/* What the targets of routes must be fit for. */
static enum use route_use(const struct param_spec *spec)
{
    return spec->detail != NULL ? *(const enum use *)spec->detail : USE_ROUTE;
}

bool script_read_setting(struct load *load, int index, const struct param_spec *spec,
                         const struct owner *owner, void *config)
{
    void *at = (char *)config + spec->offset;
    index = lua_absindex(load->lua, index);
    switch (spec->kind) {
    case PARAM_BOOL:
        return script_read_bool(load, index, spec->name, at);
    case PARAM_ENUM:
        return script_read_choice(load, index, param_choices(spec), spec->name, at);
    case PARAM_TEXT:
        return script_read_text(load, index, spec->name, at);
    case PARAM_TIME_DIST:
        return script_read_dist(load, index, Q_TIME, spec->name, at);
    case PARAM_SIZE_DIST:
        return script_read_dist(load, index, Q_SIZE, spec->name, at);
    case PARAM_HANDLER:
        return read_handler(load, index, spec, owner, at);
    case PARAM_KEEP_ALIVE:
        return script_read_keep_alive(load, index, spec->name, at);
    case PARAM_PROVISIONED:
        return script_read_provisioned(load, index, owner, spec->name, at) &&
               check_bounds(load, index, spec, (double)((struct provisioned_spec *)at)->count);
    case PARAM_RETRY:
        return script_read_retry(load, index, spec->name, NULL, at);
    case PARAM_RATE_SHAPE:
        return script_read_shape(load, index, spec->name, at);
    case PARAM_ARRIVALS:
        return script_read_arrivals(load, index, spec->name, at);
    case PARAM_TARGETS:
        return script_read_targets(load, index, owner, spec->name, at);
    case PARAM_ATTRS:
        return script_read_attrs(load, index, owner->spot, at);
    case PARAM_SCALING:
        return script_read_scaling(load, index, spec->name, at);
    case PARAM_TARGET:
        return script_read_target(load, index, owner, spec->name, USE_CALL, at);
    case PARAM_CONSUMER:
        return script_read_target(load, index, owner, spec->name, USE_CONSUMER, at);
    case PARAM_MESSAGE:
        return script_read_target(load, index, owner, spec->name, USE_MESSAGE, at);
    case PARAM_DLQ:
        return script_read_target(load, index, owner, spec->name, USE_DLQ, at);
    case PARAM_MESSAGES:
        return script_read_target_refs(load, index, owner, spec->name, USE_MESSAGE, at);
    case PARAM_KEYS:
        return script_read_keys(load, index, spec->name, at);
    case PARAM_AUTHORIZER:
        return script_read_authorizer(load, index, owner, spec->name, at);
    case PARAM_AUTOSCALE:
        return script_read_autoscale(load, index, owner, spec->name, at);
    case PARAM_TABLE:
        return script_read_table(load, index, owner, spec, at);
    case PARAM_RULES:
        return script_read_rules(load, index, owner, spec->name, at);
    case PARAM_STATES:
        return script_read_states(load, index, owner, spec->name, at);
    case PARAM_ROUTE_ALL:
        return script_read_route_all(load, index, owner, spec->name, route_use(spec), at);
    case PARAM_ROUTES:
        ASSERT(!"routes are read from the whole table");
        return false;
    default:
        return read_bounded(load, index, spec, at);
    }
}

/* "Unset", as core/param.h defines it for each kind. */
static void unset(const struct param_spec *spec, void *config)
{
    void *at = (char *)config + spec->offset;
    switch (spec->kind) {
    case PARAM_TIME:
    case PARAM_SIZE:
    case PARAM_COUNT:
        *(int64_t *)at = TIME_UNSET;
        break;
    case PARAM_RATE:
    case PARAM_SHARE:
    case PARAM_NUMBER:
        *(double *)at = (double)NAN;
        break;
    case PARAM_PROVISIONED:
        ((struct provisioned_spec *)at)->count = TIME_UNSET;
        break;
    case PARAM_TARGET:
    case PARAM_CONSUMER:
    case PARAM_MESSAGE:
    case PARAM_DLQ:
        *(struct target *)at = (struct target){-1, -1};
        break;
    case PARAM_AUTOSCALE:
        ((struct autoscale_spec *)at)->max = TIME_UNSET;
        break;
    default:
        break; /* zeroed memory */
    }
}

/* Words people bring from consoles and other tools. */
static const struct {
    const char *word, *setting;
} setting_words[] = {
    {"mem", "memory"},
    {"memory_size", "memory"},
    {"memorysize", "memory"},
    {"architecture", "arch"},
    {"reserved_concurrency", "reserved"},
    {"concurrency", "reserved"},
    {"provisioned_concurrency", "provisioned"},
    {"rps", "rate"},
    {"qps", "rate"},
    {"vus", "clients"},
    {"users", "clients"},
    {"think_time", "think"},
    {"target", "to"},
    {"url", "to"},
    {"retries", "retry"},
    {"code", "handler"},
    {"run", "handler"},
    {"throttle", "limit"},
    {"rate_limit", "limit"},
    {"latency", "overhead"},
    {"seconds", "duration"},
    {"batch_size", "batch"},
    {"batching_window", "window"},
    {"visibility_timeout", "visibility"},
    {"max_receive_count", "max_receive"},
    {"maxreceivecount", "max_receive"},
    {"dead_letter_queue", "dlq"},
    {"dead_letters", "dlq"},
    {"message_retention", "retention"},
    {"maximum_concurrency", "max_concurrency"},
    {"parallelization_factor", "parallel"},
    {"shard_count", "shards"},
    {"read_capacity", "rcu"},
    {"write_capacity", "wcu"},
    {"billing_mode", "mode"},
    {"itemsize", "item"},
    {"item_size", "item"},
    {"attributes", "attrs"},
    {"error_rate", "errors"},
    {"failure_rate", "errors"},
    {"cpu", "vcpu"},
    {"replicas", "tasks"},
    {"desired_count", "tasks"},
    {"hit_ratio", "hit"},
    {"hit_rate", "hit"},
    {"targets", "subscribers"},
    {"steps", "states"},
};

static const char *other_word(const char *word, const char *const *names)
{
    for (size_t i = 0; i < COUNTOF(setting_words); i++)
        if (strcmp(setting_words[i].word, word) == 0)
            for (const char *const *name = names; *name != NULL; name++)
                if (strcmp(*name, setting_words[i].setting) == 0)
                    return *name;
    return text_nearest(word, names);
}

/* The names a user may write, NULL-terminated. */
static const char **setting_names(struct load *load, const struct param_spec *params)
{
    int count = 0;
    while (params[count].name != NULL)
        count++;
    const char **names = ARENA_ARRAY(load->arena, const char *, count + 1);
    int used = 0;
    for (int i = 0; i < count; i++)
        if (params[i].kind != PARAM_ROUTES)
            names[used++] = params[i].name;
    return names;
}

static bool has_kind(const struct param_spec *params, enum param_kind kind)
{
    for (; params->name != NULL; params++)
        if (params->kind == kind)
            return true;
    return false;
}

static bool is_name(const char *key, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strcmp(key, *names) == 0)
            return true;
    return false;
}

/* The unknown key of the table that comes first by byte, or NULL. */
static const char *unknown_key(struct load *load, int index, const char *const *names, bool routes,
                               bool first)
{
    lua_State *lua = load->lua;
    const char *unknown = NULL;
    for (lua_pushnil(lua); lua_next(lua, index) != 0;) {
        lua_pop(lua, 1);
        bool text = lua_type(lua, -1) == LUA_TSTRING;
        const char *key = text ? lua_tostring(lua, -1) : NULL;
        if (text && (is_name(key, names) || (routes && script_is_route(key))))
            continue;
        if (first && lua_type(lua, -1) == LUA_TNUMBER && lua_tonumber(lua, -1) == 1)
            continue;
        if (!text)
            key = arena_printf(load->arena, "[%s]", script_describe(load, -1));
        if (unknown == NULL || strcmp(key, unknown) < 0)
            unknown = arena_strdup(load->arena, key);
    }
    return unknown;
}

static bool check_keys(struct load *load, int index, const struct param_spec *params,
                       const struct owner *owner)
{
    const char **names = setting_names(load, params);
    bool routes = has_kind(params, PARAM_ROUTES);
    const char *key = unknown_key(load, index, names, routes, has_kind(params, PARAM_ROUTE_ALL));
    if (key == NULL)
        return true;
    err_set(load->err, "%s has no setting '%.80s'", owner_show(load, owner), key);
    const char *near = other_word(key, names);
    if (routes && (strchr(key, ' ') != NULL || strchr(key, '/') != NULL))
        err_help(load->err, "a route is written [\"GET /path\"]: GET, POST, PUT, PATCH, DELETE, "
                            "HEAD, OPTIONS or ANY, a space, and a path");
    else if (key[0] == '[')
        err_help(load->err, "settings have names: %s = …", names[0]);
    else if (near != NULL)
        err_help(load->err, "did you mean '%s'?", near);
    else if (svc_class_find(owner->kind) != NULL)
        err_help(load->err, "tepid explain %s lists its settings", owner->kind);
    else
        err_help(load->err, "tepid explain lists what there is");
    struct spot spot = script_key_spot(load, owner->spot, key);
    return err_place(load->err, spot.file, spot.line);
}

static bool same_resource(const char *given, const char *name)
{
    size_t length = strlen(given);
    if (length >= 2 && given[0] == '"' && given[length - 1] == '"')
        return strlen(name) == length - 2 && memcmp(given + 1, name, length - 2) == 0;
    return strcmp(given, name) == 0;
}

const char *script_override(struct load *load, const char *resource, const char *setting)
{
    const char *value = NULL;
    for (int i = 0; i < load->options->override_count; i++) {
        const struct override *set = &load->options->overrides[i];
        if (strcmp(set->setting, setting) == 0 && same_resource(set->resource, resource)) {
            load->override_used[i] = true;
            value = set->value;
        }
    }
    return value;
}

/* What the text stands for, as Lua code. */
static void push_code(struct load *load, const char *text)
{
    const char *code = arena_printf(load->arena, "return %s", text);
    if (luaL_loadbufferx(load->lua, code, strlen(code), "=-", "t") != LUA_OK) {
        err_set(load->err, "'%.80s' is not a valid value", text);
        err_place(load->err, "command line", 0);
        script_raise(load);
    }
    lua_call(load->lua, 0, 1);
}

/* The text of a fallback or --set may be a quantity or an expression, lognormal{…}. */
bool script_push_expression(struct load *load, const char *text)
{
    size_t word = strspn(text, "abcdefghijklmnopqrstuvwxyz_");
    const char *next = text + word + strspn(text + word, " ");
    if (word == 0 || *next == '\0' || strchr("{(\"'", *next) == NULL ||
        !script_is_maker(text, word))
        return false;
    push_code(load, text);
    return true;
}

static bool read_from_text(struct load *load, const char *text, const struct param_spec *spec,
                           const struct owner *owner, void *config)
{
    if (text[0] == '{')
        push_code(load, text); /* a table, as the file writes it: --set 'f.provisioned={ min = 1, max = 9 }' */
    else if (!script_push_expression(load, text))
        lua_pushstring(load->lua, text);
    bool ok = script_read_setting(load, -1, spec, owner, config);
    lua_pop(load->lua, 1);
    return ok;
}

static bool read_override(struct load *load, const char *text, const struct param_spec *spec,
                          const struct owner *owner, void *config)
{
    if (strcmp(text, "nil") == 0)
        return true; /* not set */
    if (read_from_text(load, text, spec, owner, config))
        return true;
    err_context(load->err, "--set %s.%s=%.60s", owner->name != NULL ? owner->name : owner->kind,
                spec->name, text);
    return err_place(load->err, "command line", 0);
}

static bool read_from_table(struct load *load, int index, const struct param_spec *spec,
                            const struct owner *owner, void *config)
{
    bool ok = spec->kind == PARAM_ROUTES
                  ? script_read_routes(load, index, owner, route_use(spec),
                                       (struct route_list *)((char *)config + spec->offset))
                  : script_read_setting(load, -1, spec, owner, config);
    if (ok)
        return true;
    if (owner->name != NULL && spec->kind != PARAM_ROUTES &&
        load->err->file[0] == '\0' && strstr(load->err->what, "has no unit") == NULL)
        err_context(load->err, "%s", owner_show(load, owner));
    struct spot spot = script_key_spot(load, owner->spot, spec->name);
    return err_place(load->err, spot.file, spot.line);
}

/* `to_mix` of the file gives way to `--set x.to=`: both write one field. */
static bool twin_overridden(struct load *load, const struct param_spec *params,
                            const struct param_spec *spec, const struct owner *owner)
{
    const char *resource = owner->name != NULL ? owner->name : owner->kind;
    for (; params->name != NULL; params++)
        if (params != spec && params->kind == spec->kind &&
            params->offset == spec->offset && script_override(load, resource, params->name) != NULL)
            return true;
    return false;
}

static bool read_one(struct load *load, int index, const struct param_spec *params,
                     const struct param_spec *spec, const struct owner *owner, void *config)
{
    const char *set =
        script_override(load, owner->name != NULL ? owner->name : owner->kind, spec->name);
    if (set != NULL)
        return read_override(load, set, spec, owner, config);
    int type = LUA_TNIL;
    if (twin_overridden(load, params, spec, owner))
        return true;
    if (index != 0)
        type = spec->kind == PARAM_ROUTES ? LUA_TTABLE : script_field(load->lua, index, spec->name);
    if (index != 0 && type == LUA_TNIL && spec->kind == PARAM_ROUTE_ALL) {
        lua_pop(load->lua, 1);
        type = lua_rawgeti(load->lua, index, 1);
    }
    bool ok = true;
    if (type != LUA_TNIL)
        ok = read_from_table(load, index, spec, owner, config);
    else if (spec->fallback != NULL)
        ok = read_from_text(load, spec->fallback, spec, owner, config);
    else if ((spec->flags & PARAM_REQUIRED) != 0)
        ok = err_set(load->err, "%s needs %s", owner_show(load, owner), spec->name);
    if (index != 0 && spec->kind != PARAM_ROUTES)
        lua_pop(load->lua, 1);
    return ok;
}

/* `to` and `to_mix` write the same field: two settings of one field are never both given. */
static bool check_twins(struct load *load, int index, const struct param_spec *params,
                        const struct owner *owner)
{
    for (const struct param_spec *one = params; one->name != NULL; one++) {
        const struct param_spec *two = one + 1;
        if (two->name == NULL || two->kind != one->kind ||
            two->offset != one->offset)
            continue;
        int top = lua_gettop(load->lua);
        bool both = script_field(load->lua, index, one->name) != LUA_TNIL &&
                    script_field(load->lua, index, two->name) != LUA_TNIL;
        lua_settop(load->lua, top);
        if (both)
            return err_set(load->err, "%s has both %s and %s", owner_show(load, owner), one->name,
                           two->name);
    }
    return true;
}

bool script_read_settings(struct load *load, int index, const struct param_spec *params,
                          const struct owner *owner, void *config)
{
    if (index != 0) {
        index = lua_absindex(load->lua, index);
        if (!check_keys(load, index, params, owner) || !check_twins(load, index, params, owner))
            return false;
    }
    for (const struct param_spec *spec = params; spec->name != NULL; spec++)
        unset(spec, config);
    for (const struct param_spec *spec = params; spec->name != NULL; spec++)
        if (!read_one(load, index, params, spec, owner, config))
            return false;
    return true;
}
