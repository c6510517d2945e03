/* script_read_dist.c - a constant or a distribution, in the unit of the setting that takes it. */
#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/unit.h"
#include "scenario/script_files.h"
#include "scenario/script_read.h"

#define MIX_DEPTH_MAX 8 /* as dist_mix allows; also ends a mix that contains itself */

/* One distribution being read: its arguments stand at `args`. */
struct dist_reading {
    struct load *load;
    enum box_maker maker;
    int args;
    enum quantity quantity;
    int depth;
};

static bool read_at_depth(struct load *load, int index, enum quantity quantity, const char *label,
                          int depth, const struct dist **dist);

static bool fail_missing(const struct dist_reading *reading, const char *field)
{
    const char *name = script_box_name(reading->maker);
    err_set(reading->load->err, "%s has no %s", name, field);
    switch (reading->maker) {
    case MAKE_LOGNORMAL:
        return err_help(reading->load->err, "write lognormal{ p50 = \"90ms\", p99 = \"700ms\" } or "
                                            "lognormal{ mean = \"90ms\", cv = 0.5 }");
    case MAKE_ERLANG:
        return err_help(reading->load->err, "write erlang{ mean = \"90ms\", k = 3 }");
    default:
        return err_help(reading->load->err, "write %s{ …, %s = … }", name, field);
    }
}

/* An argument in the unit of the setting. A count may be fractional here: a mean of 2.5 calls. */
static bool amount(const struct dist_reading *reading, const char *field, double *value)
{
    struct load *load = reading->load;
    enum quantity quantity = reading->quantity == Q_COUNT ? Q_NUMBER : reading->quantity;
    if (script_field(load->lua, reading->args, field) == LUA_TNIL) {
        lua_pop(load->lua, 1);
        return fail_missing(reading, field);
    }
    bool ok = script_read_real(load, -1, quantity, field, value);
    lua_pop(load->lua, 1);
    return ok;
}

static bool plain(const struct dist_reading *reading, const char *field, double *value)
{
    struct load *load = reading->load;
    if (script_field(load->lua, reading->args, field) == LUA_TNIL) {
        lua_pop(load->lua, 1);
        return fail_missing(reading, field);
    }
    bool ok = script_read_real(load, -1, Q_NUMBER, field, value);
    lua_pop(load->lua, 1);
    return ok;
}

static bool has(const struct dist_reading *reading, const char *field)
{
    bool found = script_field(reading->load->lua, reading->args, field) != LUA_TNIL;
    lua_pop(reading->load->lua, 1);
    return found;
}

static const struct dist *read_lognormal(const struct dist_reading *reading)
{
    struct load *load = reading->load;
    double a = 0, b = 0;
    bool percentiles = has(reading, "p50") || has(reading, "p99");
    if (percentiles && (has(reading, "mean") || has(reading, "cv"))) {
        err_set(load->err, "lognormal has both percentiles and mean or cv");
        (void)err_help(load->err, "write lognormal{ p50 =, p99 = } or lognormal{ mean =, cv = }");
        return NULL;
    }
    if (percentiles)
        return amount(reading, "p50", &a) && amount(reading, "p99", &b)
                   ? dist_lognormal_p50_p99(load->arena, a, b, load->err)
                   : NULL;
    return amount(reading, "mean", &a) && plain(reading, "cv", &b)
               ? dist_lognormal_mean_cv(load->arena, a, b, load->err)
               : NULL;
}

static const struct dist *read_erlang(const struct dist_reading *reading)
{
    struct load *load = reading->load;
    double mean = 0, k = 0;
    if (!amount(reading, "mean", &mean) || !plain(reading, "k", &k))
        return NULL;
    if (!(k >= 1 && k <= 1000) || k != floor(k)) {
        err_set(load->err, "k of erlang is not a whole number from 1 to 1000");
        return NULL;
    }
    return dist_erlang(load->arena, mean, (int64_t)k, load->err);
}

/* One { weight, distribution } of a mix, on top of the stack. */
static bool read_part(const struct dist_reading *reading, double *weight, const struct dist **part)
{
    struct load *load = reading->load;
    if (lua_type(load->lua, -1) != LUA_TTABLE) {
        script_fail_type(load, -1, "a part of mix", "{ weight, distribution }");
        return false;
    }
    int entry = lua_gettop(load->lua);
    lua_rawgeti(load->lua, entry, 1);
    bool ok = script_read_number(load, -1, "weight", 1e12, false, weight);
    lua_rawgeti(load->lua, entry, 2);
    ok = ok && read_at_depth(load, -1, reading->quantity, "mix", reading->depth + 1, part);
    lua_settop(load->lua, entry);
    return ok;
}

static const struct dist *read_mix(const struct dist_reading *reading)
{
    struct load *load = reading->load;
    size_t count = lua_rawlen(load->lua, reading->args);
    double *weights = ARENA_ARRAY(load->arena, double, count + 1);
    const struct dist **parts = ARENA_ARRAY(load->arena, const struct dist *, count + 1);
    if (count == 0 || reading->depth > MIX_DEPTH_MAX) {
        err_set(load->err, count == 0 ? "mix has no parts" : "mix is nested too deeply");
        (void)err_help(load->err, "write mix{ {0.9, \"10ms\"}, {0.1, exponential(\"90ms\")} }");
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(load->lua, reading->args, (lua_Integer)i + 1);
        bool ok = read_part(reading, &weights[i], &parts[i]);
        lua_pop(load->lua, 1);
        if (!ok)
            return NULL;
    }
    return dist_mix(load->arena, count, weights, parts, load->err);
}

struct point {
    double share, value;
};

static int compare_points(const void *left, const void *right)
{
    const struct point *a = left, *b = right;
    return a->share < b->share ? -1 : a->share > b->share;
}

/* "p99.9" -> 0.999; the key is on the stack below its value. */
static bool read_point(const struct dist_reading *reading, struct point *point)
{
    struct load *load = reading->load;
    struct err ignored = {0};
    const char *key = lua_type(load->lua, -2) == LUA_TSTRING ? lua_tostring(load->lua, -2)
                                                             : script_describe(load, -2);
    double percent = 0;
    if (key[0] != 'p' || !unit_read_number(key + 1, &percent, &ignored) || percent < 0 ||
        percent > 100) {
        err_set(load->err, "percentiles has a key '%.40s'", key);
        return err_help(load->err, "keys are p0 … p100, and [\"p99.9\"] in brackets");
    }
    point->share = percent / 100;
    enum quantity quantity = reading->quantity == Q_COUNT ? Q_NUMBER : reading->quantity;
    return script_read_real(load, -1, quantity, key, &point->value);
}

static const struct dist *read_percentiles(const struct dist_reading *reading)
{
    struct load *load = reading->load;
    lua_State *lua = load->lua;
    size_t count = 0, at = 0;
    for (lua_pushnil(lua); lua_next(lua, reading->args) != 0; count++)
        lua_pop(lua, 1);
    struct point *points = ARENA_ARRAY(load->arena, struct point, count + 1);
    for (lua_pushnil(lua); lua_next(lua, reading->args) != 0; at++) {
        bool ok = read_point(reading, &points[at]);
        lua_pop(lua, 1);
        if (!ok) {
            lua_pop(lua, 1);
            return NULL;
        }
    }
    qsort(points, count, sizeof *points, compare_points);
    double *shares = ARENA_ARRAY(load->arena, double, count + 1);
    double *values = ARENA_ARRAY(load->arena, double, count + 1);
    for (size_t i = 0; i < count; i++) {
        shares[i] = points[i].share;
        values[i] = points[i].value;
    }
    return dist_percentiles(load->arena, count, shares, values, load->err);
}

static const struct dist *read_empirical(const struct dist_reading *reading)
{
    struct load *load = reading->load;
    const char *name = NULL;
    if (reading->quantity != Q_TIME && reading->quantity != Q_SIZE) {
        err_set(load->err, "empirical holds times or sizes, not counts");
        return NULL;
    }
    script_field(load->lua, reading->args, "file");
    bool ok = script_read_text(load, -1, "empirical", &name);
    lua_pop(load->lua, 1);
    return ok ? script_empirical(load, name, reading->quantity == Q_SIZE) : NULL;
}

static const struct dist *read_box(const struct dist_reading *reading)
{
    struct arena *arena = reading->load->arena;
    struct err *err = reading->load->err;
    double a = 0, b = 0;
    switch (reading->maker) {
    case MAKE_LOGNORMAL:
        return read_lognormal(reading);
    case MAKE_EXPONENTIAL:
        return amount(reading, "mean", &a) ? dist_exponential(arena, a, err) : NULL;
    case MAKE_UNIFORM:
        return amount(reading, "low", &a) && amount(reading, "high", &b)
                   ? dist_uniform(arena, a, b, err)
                   : NULL;
    case MAKE_NORMAL:
        return amount(reading, "mean", &a) && amount(reading, "sd", &b)
                   ? dist_normal(arena, a, b, err)
                   : NULL;
    case MAKE_GAMMA:
        return amount(reading, "mean", &a) && plain(reading, "cv", &b)
                   ? dist_gamma(arena, a, b, err)
                   : NULL;
    case MAKE_WEIBULL:
        return amount(reading, "mean", &a) && plain(reading, "cv", &b)
                   ? dist_weibull(arena, a, b, err)
                   : NULL;
    case MAKE_PARETO:
        return amount(reading, "min", &a) && plain(reading, "alpha", &b)
                   ? dist_pareto(arena, a, b, err)
                   : NULL;
    case MAKE_ERLANG:
        return read_erlang(reading);
    case MAKE_MIX:
        return read_mix(reading);
    case MAKE_PERCENTILES:
        return read_percentiles(reading);
    default:
        ASSERT(reading->maker == MAKE_EMPIRICAL);
        return read_empirical(reading);
    }
}

static bool read_boxed(struct load *load, int index, const struct box *box, enum quantity quantity,
                       int depth, const struct dist **dist)
{
    lua_getiuservalue(load->lua, index, 1);
    luaL_checkstack(load->lua, 12, "distribution");
    struct dist_reading reading = {load, box->maker, lua_gettop(load->lua), quantity, depth};
    *dist = read_box(&reading);
    lua_settop(load->lua, reading.args - 1);
    if (*dist != NULL)
        return true;
    if (load->err->file[0] == '\0' && strstr(load->err->what, "has no unit") == NULL &&
        strstr(load->err->what, script_box_name(box->maker)) == NULL)
        err_context(load->err, "%s", script_box_name(box->maker));
    return false;
}

static bool read_at_depth(struct load *load, int index, enum quantity quantity, const char *label,
                          int depth, const struct dist **dist)
{
    struct box *box = script_box(load->lua, index);
    if (box != NULL && box->kind == BOX_DIST)
        return read_boxed(load, index, box, quantity, depth, dist);
    if (box != NULL)
        return script_fail_type(load, index, label, "a distribution");
    double value = 0;
    if (!script_read_real(load, index, quantity, label, &value))
        return false;
    *dist = dist_constant(load->arena, value, load->err);
    return *dist != NULL || err_context(load->err, "%s", label);
}

bool script_read_dist(struct load *load, int index, enum quantity quantity, const char *label,
                      const struct dist **dist)
{
    return read_at_depth(load, lua_absindex(load->lua, index), quantity, label, 1, dist);
}
