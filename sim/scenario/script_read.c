/* script_read.c - scalars: numbers with units, texts, choices; see the header. */
#include "scenario/script_read.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "core/unit.h"

const char *owner_show(struct load *load, const struct owner *owner)
{
    return owner->name == NULL ? owner->kind
                               : arena_printf(load->arena, "%s '%s'", owner->kind, owner->name);
}

int script_field(lua_State *lua, int index, const char *name)
{
    index = lua_absindex(lua, index);
    lua_pushstring(lua, name);
    return lua_rawget(lua, index);
}

bool script_fail_type(struct load *load, int index, const char *label, const char *what)
{
    if (strncmp(label, "r:", 2) == 0)
        return err_set(load->err, "%s: %s is not %s", label, script_describe(load, index), what);
    return err_set(load->err, "%s is %s, not %s", label, script_describe(load, index), what);
}

/* -- numbers with units --------------------------------------------------------------------- */

static const char *const quantity_names[] = {
    [Q_TIME] = "a time", [Q_SIZE] = "a size",   [Q_COUNT] = "a whole number",
    [Q_RATE] = "a rate", [Q_SHARE] = "a share", [Q_NUMBER] = "a number",
};
static const char *const quantity_help[] = {
    [Q_TIME] = "write \"30ms\", \"30s\" or \"30min\"",
    [Q_SIZE] = "write \"512B\", \"4KB\", \"512MB\" or \"1.5GB\"",
    [Q_COUNT] = "write a number, as 40",
    [Q_RATE] = "write \"50/s\", \"300/min\" or \"1000/day\"",
    [Q_SHARE] = "write \"0.5%\" or a number from 0 to 1",
    [Q_NUMBER] = "write a number, as 0.5",
};

/* `written` is a plain number where a unit is needed: repeat it with units that fit. */
static bool fail_unit(struct load *load, enum quantity quantity, const char *label,
                      const char *written)
{
    err_set(load->err, "%s%s %.60s has no unit", label, strncmp(label, "r:", 2) == 0 ? "" : " =",
            written);
    if (quantity == Q_TIME)
        return err_help(load->err, "write \"%.60sms\", \"%.60ss\" or \"%.60smin\"", written,
                        written, written);
    if (quantity == Q_SIZE)
        return err_help(load->err, "write \"%.60sB\", \"%.60sKB\" or \"%.60sMB\"", written, written,
                        written);
    return err_help(load->err, "write \"%.60s/s\", \"%.60s/min\" or \"%.60s/h\"", written, written,
                    written);
}

static bool is_number_text(const char *text)
{
    struct err ignored = {0};
    double number;
    return unit_read_number(text, &number, &ignored);
}

static bool read_quantity_text(struct load *load, const char *text, enum quantity quantity,
                               const char *label, int64_t *whole, double *real)
{
    bool needs_unit = quantity == Q_TIME || quantity == Q_SIZE || quantity == Q_RATE;
    if (needs_unit && text[0] != '-' && is_number_text(text))
        return fail_unit(load, quantity, label, text);
    bool ok = false;
    switch (quantity) {
    case Q_TIME:
        ok = unit_read_time(text, whole, load->err);
        break;
    case Q_SIZE:
        ok = unit_read_size(text, whole, load->err);
        break;
    case Q_COUNT:
        ok = unit_read_count(text, whole, load->err);
        break;
    case Q_RATE:
        ok = unit_read_rate(text, real, load->err);
        break;
    case Q_SHARE:
        ok = unit_read_share(text, real, load->err);
        break;
    case Q_NUMBER:
        ok = unit_read_number(text, real, load->err);
        break;
    }
    return ok || err_context(load->err, "%s", label);
}

/* A number of Lua, in the form a text would have. The exact text keeps whole numbers whole. */
static bool read_quantity(struct load *load, int index, enum quantity quantity, const char *label,
                          int64_t *whole, double *real)
{
    char number[UNIT_TEXT_MAX];
    int type = lua_type(load->lua, index);
    if (type == LUA_TSTRING)
        return read_quantity_text(load, lua_tostring(load->lua, index), quantity, label, whole,
                                  real);
    if (type != LUA_TNUMBER) {
        script_fail_type(load, index, label, quantity_names[quantity]);
        return err_help(load->err, "%s", quantity_help[quantity]);
    }
    double value = lua_tonumber(load->lua, index);
    if (!isfinite(value)) {
        err_set(load->err, "%s is not a finite number", label);
        return err_help(load->err, "%s", quantity_help[quantity]);
    }
    return read_quantity_text(load, unit_exact(number, value), quantity, label, whole, real);
}

bool script_read_whole(struct load *load, int index, enum quantity quantity, const char *label,
                       int64_t *value)
{
    double unused;
    ASSERT(quantity == Q_TIME || quantity == Q_SIZE || quantity == Q_COUNT);
    return read_quantity(load, index, quantity, label, value, &unused);
}

bool script_read_real(struct load *load, int index, enum quantity quantity, const char *label,
                      double *value)
{
    int64_t whole = 0;
    if (quantity == Q_TIME || quantity == Q_SIZE || quantity == Q_COUNT) {
        if (!script_read_whole(load, index, quantity, label, &whole))
            return false;
        *value = (double)whole;
        return true;
    }
    return read_quantity(load, index, quantity, label, &whole, value);
}

bool script_read_number(struct load *load, int index, const char *label, double max, bool whole,
                        double *value)
{
    char show[UNIT_TEXT_MAX];
    if (!script_read_real(load, index, Q_NUMBER, label, value))
        return false;
    if (*value >= 0 && *value <= max && (!whole || *value == floor(*value)))
        return true;
    err_set(load->err, "%s = %s is not a %s from 0 to %.0f", label, unit_exact(show, *value),
            whole ? "whole number" : "number", max);
    return false;
}

/* -- other scalars --------------------------------------------------------------------------- */

bool script_read_bool(struct load *load, int index, const char *label, bool *value)
{
    const char *text =
        lua_type(load->lua, index) == LUA_TSTRING ? lua_tostring(load->lua, index) : "";
    if (lua_type(load->lua, index) == LUA_TBOOLEAN)
        *value = lua_toboolean(load->lua, index) != 0;
    else if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
        *value = text[0] == 't';
    else {
        script_fail_type(load, index, label, "true or false");
        return err_help(load->err, "write %s = true", label);
    }
    return true;
}

bool script_read_text(struct load *load, int index, const char *label, const char **value)
{
    if (lua_type(load->lua, index) != LUA_TSTRING)
        return script_fail_type(load, index, label, "a text");
    size_t length;
    const char *text = lua_tolstring(load->lua, index, &length);
    if (strlen(text) != length || !text_is_utf8(text, length))
        return err_set(load->err, "%s is not UTF-8 text", label);
    *value = arena_strdup(load->arena, text);
    return true;
}

static const char *choice_list(struct load *load, const char *const *choices)
{
    struct text list = {0};
    for (int i = 0; choices[i] != NULL; i++)
        text_addf(&list, "%s\"%s\"", i == 0 ? "" : ", ", choices[i]);
    const char *kept = arena_strdup(load->arena, list.data);
    text_free(&list);
    return kept;
}

bool script_read_choice(struct load *load, int index, const char *const *choices, const char *label,
                        int *value)
{
    const char *text = NULL;
    char number[UNIT_TEXT_MAX];
    int type = lua_type(load->lua, index);
    if (type == LUA_TNUMBER && choices[0][0] >= '0' && choices[0][0] <= '9')
        text = unit_exact(number, lua_tonumber(load->lua, index)); /* vcpu = 0.5 */
    else if (type != LUA_TSTRING)
        return err_set(load->err, "%s is %s, not one of %s", label, script_describe(load, index),
                       choice_list(load, choices));
    else if (!script_read_text(load, index, label, &text))
        return false;
    for (int i = 0; choices[i] != NULL; i++) {
        if (strcmp(choices[i], text) == 0) {
            *value = i;
            return true;
        }
    }
    err_set(load->err, "%s = \"%.60s\" is not one of %s", label, text, choice_list(load, choices));
    const char *near = text_nearest(text, choices);
    return near != NULL && err_help(load->err, "did you mean \"%s\"?", near);
}

bool script_read_value(struct load *load, int index, const char *label, struct value *value)
{
    *value = (struct value){0};
    switch (lua_type(load->lua, index)) {
    case LUA_TBOOLEAN:
        value->kind = VALUE_BOOL;
        value->boolean = lua_toboolean(load->lua, index) != 0;
        return true;
    case LUA_TNUMBER:
        value->kind = VALUE_NUMBER;
        value->number = lua_tonumber(load->lua, index);
        return isfinite(value->number) || err_set(load->err, "%s is not a finite number", label);
    case LUA_TSTRING:
        value->kind = VALUE_TEXT;
        return script_read_text(load, index, label, &value->text);
    default:
        return script_fail_type(load, index, label, "a number, a text or true / false");
    }
}
