/* script_sweep.c - sweep: which values of which parameters are tried. */
#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "core/text.h"
#include "scenario/script_api.h"
#include "scenario/script_params.h"
#include "scenario/script_read.h"
#include "scenario/slo.h"

#define AXIS_VALUES_MAX  10000
#define SWEEP_POINTS_MAX 1000000.0

int script_verb_sweep(lua_State *lua)
{
    struct load *load = load_of(lua);
    script_once(load, "sweep", &load->sweep_spot);
    if (lua_type(lua, 1) != LUA_TTABLE) {
        err_set(load->err, "sweep needs a table");
        err_help(load->err, "write sweep { memory = { \"256MB\", \"512MB\" } }");
        script_raise(load);
    }
    lua_settop(lua, 1);
    load->sweep_table = luaL_ref(lua, LUA_REGISTRYINDEX); /* its parameters may come later */
    return 0;
}

static _Noreturn void fail_axis(struct load *load, const char *name)
{
    err_help(load->err, "write %s = { 1, 2, 4 } or %s = range(0, 20, 2)", name, name);
    script_raise_at(load, script_key_spot(load, load->sweep_spot, name));
}

static void add_axis_value(struct load *load, const struct param_def *param,
                           const struct value *given, struct value *slot)
{
    if (param_take(load, param, given, slot))
        return;
    err_context(load->err, "sweep");
    script_raise_at(load, script_key_spot(load, load->sweep_spot, param->name));
}

/* range(a, b, step): both ends belong to it. Computed by index, so that steps do not add up
 * errors. */
static void read_range(struct load *load, const struct param_def *param, struct sweep_axis *axis)
{
    lua_State *lua = load->lua;
    double bound[3] = {0, 0, 1};
    static const char *const names[] = {"from", "to", "step"};
    lua_getiuservalue(lua, -1, 1);
    for (int i = 0; i < 3; i++) {
        bool given = script_field(lua, -1, names[i]) != LUA_TNIL;
        bool ok = given ? script_read_real(load, -1, Q_NUMBER, "range", &bound[i])
                        : i == 2 || err_set(load->err, "range needs two ends");
        lua_pop(lua, 1);
        if (!ok)
            fail_axis(load, param->name);
    }
    lua_pop(lua, 1);
    double steps = (bound[1] - bound[0]) / bound[2];
    if (!(steps >= 0 && steps < AXIS_VALUES_MAX)) {
        err_set(load->err, "sweep: the range of '%s' has no values, or more than %d", param->name,
                AXIS_VALUES_MAX);
        fail_axis(load, param->name);
    }
    axis->count = (int)floor(steps + 1e-9) + 1;
    struct value *values = ARENA_ARRAY(load->arena, struct value, axis->count);
    for (int i = 0; i < axis->count; i++) {
        struct value one = {.kind = VALUE_NUMBER, .number = bound[0] + i * bound[2]};
        add_axis_value(load, param, &one, &values[i]);
    }
    axis->values = values;
}

static void read_list(struct load *load, const struct param_def *param, struct sweep_axis *axis)
{
    lua_State *lua = load->lua;
    size_t count = lua_rawlen(lua, -1);
    static const char *const none[] = {NULL};
    if (!script_known_fields(load, -1, arena_printf(load->arena, "sweep: %s", param->name), none,
                             true))
        fail_axis(load, param->name);
    if (count == 0 || count > AXIS_VALUES_MAX) {
        err_set(load->err, "sweep: '%s' has %s values", param->name,
                count == 0 ? "no" : "too many");
        fail_axis(load, param->name);
    }
    struct value *values = ARENA_ARRAY(load->arena, struct value, count);
    for (size_t i = 0; i < count; i++) {
        struct value one;
        lua_rawgeti(lua, -1, (lua_Integer)i + 1);
        if (!script_read_value(load, -1, param->name, &one))
            fail_axis(load, param->name);
        lua_pop(lua, 1);
        add_axis_value(load, param, &one, &values[i]);
    }
    axis->values = values;
    axis->count = (int)count;
}

static void read_axis(struct load *load, const struct param_def *param, struct sweep_axis *axis)
{
    struct box *box = script_box(load->lua, -1);
    axis->param = param->name;
    if (box != NULL && box->kind == BOX_RANGE) {
        read_range(load, param, axis);
    } else if (lua_type(load->lua, -1) == LUA_TTABLE) {
        read_list(load, param, axis);
    } else {
        err_set(load->err, "sweep: %s is %s, not a list", param->name, script_describe(load, -1));
        fail_axis(load, param->name);
    }
}

static bool read_objective(struct load *load, struct sweep_def *sweep)
{
    static const char *const known[] = {"minimise", "subject_to", NULL};
    lua_State *lua = load->lua;
    const char *subject = NULL;
    int table = lua_gettop(lua);
    if (lua_type(lua, table) != LUA_TTABLE)
        return script_fail_type(load, table, "objective", "a table");
    if (!script_known_fields(load, table, "objective", known, false))
        return false;
    struct metric_path path;
    if (script_field(lua, table, "minimise") != LUA_TNIL &&
        (!script_read_text(load, -1, "minimise", &sweep->minimise) ||
         !metric_path_read(load->arena, sweep->minimise, &path, load->err)))
        return err_context(load->err, "minimise");
    if (script_field(lua, table, "subject_to") != LUA_TNIL) {
        if (!script_read_text(load, -1, "subject_to", &subject))
            return false;
        if (strcmp(subject, "slo") != 0)
            return err_set(load->err, "subject_to = \"%.60s\" is not \"slo\"", subject);
        sweep->subject_to_slo = true;
    }
    lua_settop(lua, table);
    return true;
}

/* Every key of the sweep but `objective` is a parameter. */
static void check_sweep_keys(struct load *load, int table)
{
    const char **known = ARENA_ARRAY(load->arena, const char *, load->params.count + 2);
    int count = 0;
    for (; count < load->params.count; count++)
        known[count] = load->params.items[count].name;
    known[count] = "objective";
    if (script_known_fields(load, table, "sweep", known, false))
        return;
    script_raise_at(load, load->sweep_spot);
}

void script_finish_sweep(struct load *load)
{
    lua_State *lua = load->lua;
    struct sweep_def *sweep = &load->scenario->sweep;
    if (load->sweep_table == LUA_NOREF)
        return;
    lua_rawgeti(lua, LUA_REGISTRYINDEX, load->sweep_table);
    int table = lua_gettop(lua);
    *sweep = (struct sweep_def){.given = true, .line = load->sweep_spot.line};
    check_sweep_keys(load, table);
    struct sweep_axis *axes = ARENA_ARRAY(load->arena, struct sweep_axis, load->params.count + 1);
    sweep->axes = axes;
    double points = 1;
    for (int i = 0; i < load->params.count; i++) {
        const struct param_def *param = &load->params.items[i];
        if (script_field(lua, table, param->name) != LUA_TNIL) {
            read_axis(load, param, &axes[sweep->axis_count]);
            points *= axes[sweep->axis_count++].count;
        }
        lua_settop(lua, table);
    }
    if (points > SWEEP_POINTS_MAX) {
        err_set(load->err, "sweep has %.0f points, more than %.0f", points, SWEEP_POINTS_MAX);
        script_raise_at(load, load->sweep_spot);
    }
    if (script_field(lua, table, "objective") != LUA_TNIL && !read_objective(load, sweep))
        script_raise_at(load, script_key_spot(load, load->sweep_spot, "objective"));
    lua_settop(lua, table - 1);
}
