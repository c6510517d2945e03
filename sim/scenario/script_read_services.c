/* script_read_services.c - what the settings of services are made of: laws of keys, autoscaling, tables of settings. */
#include <lauxlib.h>
#include <string.h>

#include "core/text.h"
#include "core/unit.h"
#include "scenario/script_read.h"

#define KEYS_MAX 1e9
#define ZIPF_MAX 10.

static bool read_zipf(struct load *load, int index, struct key_law *keys)
{
    lua_State *lua = load->lua;
    int top = lua_gettop(lua);
    lua_getiuservalue(lua, index, 1);
    int args = lua_gettop(lua);
    double n = 0;
    bool ok = true;
    keys->kind = KEYS_ZIPF;
    keys->s = 1;
    if (script_field(lua, args, "n") == LUA_TNIL)
        ok = err_set(load->err, "zipf has no n");
    ok = ok && script_read_number(load, -1, "n", KEYS_MAX, true, &n);
    if (ok && script_field(lua, args, "s") != LUA_TNIL)
        ok = script_read_number(load, -1, "s", ZIPF_MAX, false, &keys->s);
    lua_settop(lua, top);
    keys->n = (int64_t)n;
    if (ok && keys->n >= 1)
        return true;
    if (ok)
        err_set(load->err, "zipf: n is not above 0");
    return err_help(load->err, "write zipf{ n = 1000, s = 1 }: the k-th key is asked for in "
                               "proportion to 1/k^s");
}

bool script_read_keys(struct load *load, int index, const char *label, struct key_law *keys)
{
    struct box *box = script_box(load->lua, index);
    *keys = (struct key_law){.kind = KEYS_UNIFORM};
    if (box != NULL && box->kind == BOX_KEYS) {
        if (!read_zipf(load, lua_absindex(load->lua, index), keys))
            return err_context(load->err, "%s", label);
    } else {
        double n = 0;
        if (box != NULL || lua_type(load->lua, index) == LUA_TTABLE) {
            script_fail_type(load, index, label, "a number of keys or zipf{…}");
            return err_help(load->err, "write %s = 1000 or %s = zipf{ n = 1000, s = 1 }", label,
                            label);
        }
        if (!script_read_number(load, index, label, KEYS_MAX, true, &n) ||
            (n < 1 && !err_set(load->err, "%s = 0 leaves no key to ask for", label)))
            return err_help(load->err, "write %s = 1000 or %s = zipf{ n = 1000, s = 1 }", label,
                            label);
        keys->n = (int64_t)n;
    }
    key_law_prepare(keys);
    return true;
}

static const struct param_spec autoscale_params[] = {
    {"target", PARAM_SHARE, offsetof(struct autoscale_spec, target), NULL, 0.01, 1, NULL,
     "utilisation aimed at", PARAM_REQUIRED},
    {"min", PARAM_COUNT, offsetof(struct autoscale_spec, min), NULL, 0, 1e9, NULL,
     "never fewer than", PARAM_REQUIRED},
    {"max", PARAM_COUNT, offsetof(struct autoscale_spec, max), NULL, 1, 1e9, NULL,
     "never more than", PARAM_REQUIRED},
    {0},
};

bool script_read_autoscale(struct load *load, int index, const struct owner *owner,
                           const char *label, struct autoscale_spec *autoscale)
{
    if (lua_type(load->lua, index) != LUA_TTABLE) {
        script_fail_type(load, index, label, "a table");
        return err_help(load->err, "write %s = { target = \"70%%\", min = 2, max = 20 }", label);
    }
    struct owner part = {label, NULL, script_key_spot(load, owner->spot, label)};
    if (!script_read_settings(load, index, autoscale_params, &part, autoscale)) {
        if (load->err->help[0] == '\0')
            err_help(load->err, "write %s = { target = \"70%%\", min = 2, max = 20 }", label);
        return false;
    }
    if (autoscale->min <= autoscale->max)
        return true;
    return err_set(load->err, "%s: min = %lld is above max = %lld", label,
                   (long long)autoscale->min, (long long)autoscale->max);
}

static bool is_flag(struct load *load, int index)
{
    int type = lua_type(load->lua, index);
    const char *text = type == LUA_TSTRING ? lua_tostring(load->lua, index) : "";
    return type == LUA_TBOOLEAN || strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
}

bool script_read_table(struct load *load, int index, const struct owner *owner,
                       const struct param_spec *spec, void **table)
{
    const struct param_table *fields = spec->detail;
    bool word = lua_type(load->lua, index) == LUA_TSTRING && fields->fields->kind == PARAM_ENUM;
    if (lua_type(load->lua, index) != LUA_TTABLE && !word) {
        bool given = true;
        bool flag = is_flag(load, index) && script_read_bool(load, index, spec->name, &given);
        *table = NULL; /* false takes away what was given elsewhere */
        if (flag && !given)
            return true;
        if (!flag || !fields->flag) {
            script_fail_type(load, index, spec->name,
                             fields->flag ? "true, false or a table of settings"
                                          : "a table of settings");
            return err_help(load->err, "write %s", fields->form);
        }
        index = 0; /* all as they are by default */
    }
    const char *name = arena_printf(load->arena, "%s.%s", owner->name != NULL ? owner->name : owner->kind, spec->name);
    struct owner part = {spec->name, name, script_key_spot(load, owner->spot, spec->name)};
    *table = arena_alloc(load->arena, fields->bytes);
    if (!word)
        return script_read_settings(load, index, fields->fields, &part, *table);
    /* A word alone is the choice the table begins with. */
    return script_read_settings(load, 0, fields->fields, &part, *table) &&
           script_read_choice(load, index, param_choices(fields->fields), spec->name,
                              (int *)((char *)*table + fields->fields->offset));
}
