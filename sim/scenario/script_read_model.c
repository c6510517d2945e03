/* script_read_model.c - compound values: rate shapes, retries, keep-alive, attributes. */
#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/unit.h"
#include "scenario/script_files.h"
#include "scenario/script_read.h"

/* Reads field `name` of the table at `index` with `quantity`; false and err if it is missing and
 * needed. */
static bool field_real(struct load *load, int index, const char *what, const char *name,
                       enum quantity quantity, double *value)
{
    bool given = script_field(load->lua, index, name) != LUA_TNIL;
    bool ok = given ? script_read_real(load, -1, quantity, name, value)
                    : err_set(load->err, "%s has no %s", what, name);
    lua_pop(load->lua, 1);
    return ok;
}

static bool field_time(struct load *load, int index, const char *what, const char *name,
                       sim_time *value, bool optional)
{
    bool given = script_field(load->lua, index, name) != LUA_TNIL;
    bool ok = given ? script_read_whole(load, -1, Q_TIME, name, value)
                    : optional || err_set(load->err, "%s has no %s", what, name);
    lua_pop(load->lua, 1);
    return ok;
}

/* -- rate shapes ------------------------------------------------------------------------------ */

/* The two values of entry `i`: a time and a rate, in the order `time_first` says. */
static bool read_pair(struct load *load, int args, size_t i, const char *what, bool time_first,
                      struct rate_stage *stage)
{
    lua_State *lua = load->lua;
    int top = lua_gettop(lua);
    if (lua_rawgeti(lua, args, (lua_Integer)i + 1) != LUA_TTABLE || lua_rawlen(lua, -1) != 2) {
        lua_settop(lua, top);
        err_set(load->err, "entry %zu of %s is not a pair", i + 1, what);
        return err_help(load->err, "%s",
                        time_first ? "write stages{ {\"2min\", \"100/s\"}, {\"5min\", \"100/s\"} }"
                                   : "write mmpp{ {\"10/s\", \"5min\"}, {\"90/s\", \"30s\"} }");
    }
    lua_rawgeti(lua, top + 1, time_first ? 1 : 2);
    lua_rawgeti(lua, top + 1, time_first ? 2 : 1);
    bool ok = script_read_whole(load, top + 2, Q_TIME, "time", &stage->lasts) &&
              script_read_real(load, top + 3, Q_RATE, "rate", &stage->per_s);
    lua_settop(lua, top);
    return ok || err_context(load->err, "entry %zu of %s", i + 1, what);
}

static bool read_stages(struct load *load, int args, bool time_first, struct rate_shape *shape)
{
    const char *what = time_first ? "stages" : "mmpp";
    shape->kind = time_first ? RATE_STAGES : RATE_MMPP;
    shape->count = lua_rawlen(load->lua, args);
    struct rate_stage *stages = ARENA_ARRAY(load->arena, struct rate_stage, shape->count + 1);
    shape->stages = stages;
    for (size_t i = 0; i < shape->count; i++)
        if (!read_pair(load, args, i, what, time_first, &stages[i]))
            return false;
    static const char *const none[] = {NULL};
    return script_known_fields(load, args, what, none, true);
}

/* `peak` is a rate, or a bare number of times the mean. */
static bool read_diurnal(struct load *load, int args, struct rate_shape *shape)
{
    shape->kind = RATE_DIURNAL;
    if (!field_real(load, args, "diurnal", "mean", Q_RATE, &shape->per_s))
        return false;
    int type = script_field(load->lua, args, "peak");
    struct err ignored = {0};
    double times = 0;
    bool bare =
        type == LUA_TNUMBER ||
        (type == LUA_TSTRING && unit_read_number(lua_tostring(load->lua, -1), &times, &ignored));
    lua_pop(load->lua, 1);
    if (bare) {
        if (!field_real(load, args, "diurnal", "peak", Q_NUMBER, &times))
            return false;
        shape->peak_per_s = shape->per_s * times;
    } else if (!field_real(load, args, "diurnal", "peak", Q_RATE, &shape->peak_per_s)) {
        return false;
    }
    return field_time(load, args, "diurnal", "peak_at", &shape->at, true);
}

static bool read_spike(struct load *load, int args, struct rate_shape *shape)
{
    shape->kind = RATE_SPIKE;
    return field_real(load, args, "spike", "base", Q_RATE, &shape->per_s) &&
           field_real(load, args, "spike", "peak", Q_RATE, &shape->peak_per_s) &&
           field_time(load, args, "spike", "at", &shape->at, false) &&
           field_time(load, args, "spike", "lasts", &shape->lasts, false);
}

static bool read_burst(struct load *load, int args, struct rate_shape *shape)
{
    double n = 0;
    shape->kind = RATE_BURST;
    shape->every = TIME_UNSET;
    if (!field_real(load, args, "burst", "n", Q_COUNT, &n))
        return false;
    shape->n = (int64_t)n;
    return field_time(load, args, "burst", "at", &shape->at, true) &&
           field_time(load, args, "burst", "every", &shape->every, true);
}

static bool read_trace(struct load *load, int args, struct rate_shape *shape)
{
    const char *name = NULL, *column = NULL;
    script_field(load->lua, args, "file");
    bool ok = script_read_text(load, -1, "trace", &name);
    if (ok && script_field(load->lua, args, "column") != LUA_TNIL)
        ok = script_read_text(load, -1, "column", &column);
    lua_settop(load->lua, args);
    const struct rate_shape *trace = ok ? script_trace(load, name, column) : NULL;
    if (trace == NULL)
        return false;
    *shape = *trace;
    return true;
}

static bool read_shape_box(struct load *load, const struct box *box, int args,
                           struct rate_shape *shape)
{
    switch (box->maker) {
    case MAKE_STAGES:
        return read_stages(load, args, true, shape);
    case MAKE_MMPP:
        return read_stages(load, args, false, shape);
    case MAKE_DIURNAL:
        return read_diurnal(load, args, shape);
    case MAKE_SPIKE:
        return read_spike(load, args, shape);
    case MAKE_BURST:
        return read_burst(load, args, shape);
    default:
        ASSERT(box->maker == MAKE_TRACE);
        return read_trace(load, args, shape);
    }
}

/* The whole shape, where a field of it is missing. */
static void help_missing(struct load *load, enum box_maker maker)
{
    if (maker == MAKE_DIURNAL)
        err_help(load->err, "write diurnal{ mean = \"20/s\", peak = 3, peak_at = \"20h\" }");
    else if (maker == MAKE_SPIKE)
        err_help(load->err, "write spike{ base = \"50/s\", peak = \"500/s\", at = \"10min\", "
                            "lasts = \"2min\" }");
    else if (maker == MAKE_BURST)
        err_help(load->err, "write burst{ n = 500, at = \"1min\", every = \"1h\" }");
}

bool script_read_shape(struct load *load, int index, const char *label,
                       const struct rate_shape **shape)
{
    struct rate_shape *read = ARENA_NEW(load->arena, struct rate_shape);
    struct box *box = script_box(load->lua, index);
    *shape = read;
    if (box == NULL) {
        read->kind = RATE_CONSTANT;
        return script_read_real(load, index, Q_RATE, label, &read->per_s);
    }
    if (box->kind != BOX_SHAPE) {
        script_fail_type(load, index, label, "a rate");
        return err_help(load->err, "write \"50/s\", stages{…}, diurnal{…}, spike{…}, mmpp{…}, "
                                   "burst{…} or trace \"file.csv\"; gaps go to arrivals =");
    }
    lua_getiuservalue(load->lua, index, 1);
    int args = lua_gettop(load->lua);
    bool ok = read_shape_box(load, box, args, read) && rate_shape_check(read, load->err);
    lua_settop(load->lua, args - 1);
    if (!ok && strstr(load->err->what, " has no ") != NULL)
        help_missing(load, box->maker);
    if (!ok && load->err->file[0] == '\0') /* else it is about the trace's own file */
        err_context(load->err, "%s", label);
    return ok;
}

bool script_read_arrivals(struct load *load, int index, const char *label, struct arrival_law *law)
{
    static const char *const names[] = {"poisson", "uniform", NULL};
    struct box *box = script_box(load->lua, index);
    if (box != NULL && box->kind == BOX_DIST) {
        law->kind = ARRIVALS_GAPS;
        return script_read_dist(load, index, Q_TIME, label, &law->gaps);
    }
    int kind = 0;
    bool ok = script_read_choice(load, index, names, label, &kind);
    law->kind = kind == 0 ? ARRIVALS_POISSON : ARRIVALS_UNIFORM;
    return ok ||
           err_help(load->err, "arrivals is \"poisson\", \"uniform\" or a distribution of gaps");
}

/* -- functions and account
 * ----------------------------------------------------------------------- */

bool script_read_keep_alive(struct load *load, int index, const char *label,
                            struct keep_alive_spec *keep)
{
    *keep = (struct keep_alive_spec){0};
    const char *text =
        lua_type(load->lua, index) == LUA_TSTRING ? lua_tostring(load->lua, index) : "";
    bool letter = (text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z');
    if (!letter)
        return script_read_dist(load, index, Q_TIME, label, &keep->dist);

    const char *const *names = catalog_keep_alive_names(load->scenario->catalog);
    keep->forever = strcmp(text, "forever") == 0;
    keep->preset = arena_strdup(load->arena, text);
    for (const char *const *name = names; *name != NULL; name++)
        if (strcmp(*name, text) == 0)
            return true;
    if (keep->forever || strcmp(text, "none") == 0)
        return true;
    err_set(load->err, "%s: no preset \"%.60s\"", label, text);
    const char *near = text_nearest(text, names);
    if (near != NULL)
        return err_help(load->err, "did you mean \"%s\"?", near);
    struct text list = {0};
    for (const char *const *name = names; *name != NULL; name++)
        text_addf(&list, "%s\"%s\"", list.length != 0 ? ", " : "", *name);
    err_help(load->err, "write a time as \"10min\", a distribution, or one of %s", list.data);
    text_free(&list);
    return false;
}

bool script_read_scaling(struct load *load, int index, const char *label,
                         struct scaling_spec *scaling)
{
    const char *text = NULL;
    if (!script_read_text(load, index, label, &text))
        return err_help(load->err, "write scaling = \"1000/10s\" or \"burst-2023\"");
    *scaling = (struct scaling_spec){.rule = SCALING_PER_FUNCTION};
    if (strcmp(text, "burst-2023") == 0) {
        scaling->rule = SCALING_BURST_2023;
        return true;
    }
    if (!unit_read_count_per(text, &scaling->count, &scaling->per, load->err)) {
        err_context(load->err, "%s", label);
        return err_help(load->err, "write \"1000/10s\" or \"burst-2023\"");
    }
    if (scaling->count > 0)
        return true;
    err_set(load->err, "%s: no function could ever start an instance", label);
    return err_help(load->err, "the count is at least 1");
}

/* -- attributes
 * ------------------------------------------------------------------------------------ */

int script_attr(struct load *load, const char *name, bool drawn, struct spot spot, const char *what)
{
    for (int i = 0; i < load->attrs.count; i++) {
        if (strcmp(load->attrs.items[i].name, name) == 0) {
            load->attrs.items[i].drawn |= drawn;
            return i;
        }
    }
    struct attr_name *attr = LIST_ADD(load, attrs);
    *attr = (struct attr_name){arena_strdup(load->arena, name), drawn, spot, what};
    return load->attrs.count - 1;
}

static int compare_values(const void *left, const void *right)
{
    const struct attr_value *a = left, *b = right;
    if ((a->text == NULL) != (b->text == NULL))
        return a->text == NULL ? -1 : 1;
    if (a->text != NULL)
        return strcmp(a->text, b->text);
    return a->number < b->number ? -1 : a->number > b->number;
}

/* The key below the top is a value of the attribute, the top its weight. */
static bool read_attr_value(struct load *load, const char *name, struct attr_value *value)
{
    if (lua_type(load->lua, -2) == LUA_TNUMBER)
        value->number = lua_tonumber(load->lua, -2);
    else if (!script_read_text(load, -2, "a value of an attribute", &value->text))
        return false;
    return script_read_number(load, -1, "weight", 1e12, false, &value->weight) ||
           err_context(load->err, "attrs.%s", name);
}

static bool read_attr_values(struct load *load, int table, struct attr_def *def)
{
    lua_State *lua = load->lua;
    int count = 0, top = lua_gettop(lua);
    double total = 0;
    for (lua_pushnil(lua); lua_next(lua, table) != 0; count++)
        lua_pop(lua, 1);
    struct attr_value *values = ARENA_ARRAY(load->arena, struct attr_value, count + 1);
    count = 0;
    for (lua_pushnil(lua); lua_next(lua, table) != 0; lua_pop(lua, 1)) {
        if (!read_attr_value(load, def->name, &values[count])) {
            lua_settop(lua, top);
            return false;
        }
        total += values[count++].weight;
    }
    qsort(values, (size_t)count, sizeof *values, compare_values);
    def->values = values;
    def->count = count;
    if (total > 0)
        return true;
    err_set(load->err, "attrs.%s has no value with a weight above 0", def->name);
    return err_help(load->err, "write attrs = { tier = { gold = 0.1, silver = 0.9 } }");
}

static int compare_attrs(const void *left, const void *right)
{
    return strcmp(((const struct attr_def *)left)->name, ((const struct attr_def *)right)->name);
}

/* The name stands below the top, its values on it. */
static bool read_attr(struct load *load, struct attr_def *def)
{
    if (lua_type(load->lua, -2) != LUA_TSTRING || lua_type(load->lua, -1) != LUA_TTABLE) {
        err_set(load->err, "attrs does not hold named tables of weights");
        return err_help(load->err, "write attrs = { tier = { gold = 0.1, silver = 0.9 } }");
    }
    return script_read_text(load, -2, "the name of an attribute", &def->name) &&
           read_attr_values(load, lua_gettop(load->lua), def);
}

bool script_read_attrs(struct load *load, int index, struct spot spot, struct attr_list *attrs)
{
    lua_State *lua = load->lua;
    int count = 0, top = lua_gettop(lua);
    if (lua_type(lua, index) != LUA_TTABLE) {
        script_fail_type(load, index, "attrs", "a table");
        return err_help(load->err, "write attrs = { tier = { gold = 0.1, silver = 0.9 } }");
    }
    index = lua_absindex(lua, index);
    for (lua_pushnil(lua); lua_next(lua, index) != 0; count++)
        lua_pop(lua, 1);
    struct attr_def *defs = ARENA_ARRAY(load->arena, struct attr_def, count + 1);
    count = 0;
    for (lua_pushnil(lua); lua_next(lua, index) != 0; lua_pop(lua, 1)) {
        if (!read_attr(load, &defs[count++])) {
            lua_settop(lua, top);
            return false;
        }
    }
    qsort(defs, (size_t)count, sizeof *defs, compare_attrs);
    for (int i = 0; i < count; i++)
        defs[i].attr = script_attr(load, defs[i].name, true, spot, "attrs");
    *attrs = (struct attr_list){defs, count};
    return true;
}
