/* script_params.c - what can be varied: param and variant, and the values they may take. */
#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "core/text.h"
#include "core/unit.h"
#include "scenario/script_api.h"
#include "scenario/script_params.h"
#include "scenario/script_read.h"

static const struct spot command_line = {.file = "command line", .source = -1};

static const char *show(struct load *load, const struct value *value)
{
    struct text text = {0};
    value_show(value, &text);
    const char *kept = arena_strdup(load->arena, text.data != NULL ? text.data : "");
    text_free(&text);
    return kept;
}

/* -- comparing values
 * --------------------------------------------------------------------------- */

/* Reads both as the same kind of quantity; false if they have none in common. */
static bool both_as(const char *a, const char *b, int kind, double *x, double *y)
{
    struct err ignored = {0};
    sim_time s = 0, t = 0;
    enum money_per per_a = MONEY_ONCE, per_b = MONEY_ONCE;
    switch (kind) {
    case 0:
        return unit_read_number(a, x, &ignored) && unit_read_number(b, y, &ignored);
    case 1:
    case 2:
        if (kind == 1 ? !unit_read_time(a, &s, &ignored) || !unit_read_time(b, &t, &ignored)
                      : !unit_read_size(a, &s, &ignored) || !unit_read_size(b, &t, &ignored))
            return false;
        *x = (double)s;
        *y = (double)t;
        return true;
    case 3:
        return unit_read_rate(a, x, &ignored) && unit_read_rate(b, y, &ignored);
    case 4:
        return unit_read_share(a, x, &ignored) && unit_read_share(b, y, &ignored);
    default:
        return unit_read_money(a, x, &per_a, &ignored) && unit_read_money(b, y, &per_b, &ignored) &&
               per_a == per_b;
    }
}

/* Quantities compare by value: "1GB" is "1024MB". */
static bool both_numbers(struct load *load, const struct value *a, const struct value *b, double *x,
                         double *y)
{
    if (a->kind == VALUE_NUMBER && b->kind == VALUE_NUMBER) {
        *x = a->number;
        *y = b->number;
        return true;
    }
    if (a->kind == VALUE_BOOL || b->kind == VALUE_BOOL)
        return false;
    for (int kind = 0; kind <= 5; kind++)
        if (both_as(show(load, a), show(load, b), kind, x, y))
            return true;
    return false;
}

static bool same_value(struct load *load, const struct value *a, const struct value *b)
{
    double x, y;
    if (a->kind == VALUE_BOOL && b->kind == VALUE_BOOL)
        return a->boolean == b->boolean;
    if (a->kind == VALUE_TEXT && b->kind == VALUE_TEXT && strcmp(a->text, b->text) == 0)
        return true;
    return both_numbers(load, a, b, &x, &y) && x == y;
}

/* -- values against their parameter
 * ---------------------------------------------------------------- */

static bool check_bound(struct load *load, const struct param_def *param, const struct value *value,
                        const struct value *bound, bool is_min)
{
    double x, y;
    if (bound->kind == VALUE_NIL)
        return true;
    if (!both_numbers(load, value, bound, &x, &y)) {
        err_set(load->err, "param '%s': '%s' cannot be compared with its %s of %s", param->name,
                show(load, value), is_min ? "minimum" : "maximum", show(load, bound));
        return err_help(load->err, "write it in the same unit, as in %s=%s", param->name,
                        show(load, &param->fallback));
    }
    if (is_min ? x >= y : x <= y)
        return true;
    err_set(load->err, "param '%s' = %s is %s the %s of %s", param->name, show(load, value),
            is_min ? "below" : "above", is_min ? "minimum" : "maximum", show(load, bound));
    if (param->min.kind != VALUE_NIL && param->max.kind != VALUE_NIL)
        return err_help(load->err, "%s is %s .. %s", param->name, show(load, &param->min),
                        show(load, &param->max));
    return false;
}

static bool check_one_of(struct load *load, const struct param_def *param,
                         const struct value *value)
{
    struct text list = {0};
    const char **names = ARENA_ARRAY(load->arena, const char *, param->one_of_count + 1);
    for (int i = 0; i < param->one_of_count; i++) {
        if (same_value(load, value, &param->one_of[i])) {
            text_free(&list);
            return true;
        }
        names[i] = show(load, &param->one_of[i]);
        text_addf(&list, "%s%s", i == 0 ? "" : ", ", names[i]);
    }
    err_set(load->err, "param '%s' = %s is not one of %s", param->name, show(load, value),
            list.data != NULL ? list.data : "nothing");
    text_free(&list);
    const char *near = text_nearest(show(load, value), names);
    return near != NULL && err_help(load->err, "did you mean '%s'?", near);
}

static bool check_value(struct load *load, const struct param_def *param, const struct value *value)
{
    return check_bound(load, param, value, &param->min, true) &&
           check_bound(load, param, value, &param->max, false) &&
           (param->one_of == NULL || check_one_of(load, param, value));
}

/* Turns a value into the kind of the parameter's default: -p brings texts. A text is copied, because a
 * variant's lives in the preview pass, which ends before the scenario does. */
static bool convert(struct load *load, const struct param_def *param, const struct value *given,
                    struct value *value)
{
    enum value_kind kind = param->fallback.kind;
    struct err ignored = {0};
    *value = *given;
    if (given->kind == VALUE_TEXT)
        value->text = arena_strdup(load->arena, given->text);
    if (given->kind == kind)
        return true;
    if (kind == VALUE_TEXT) {
        *value = (struct value){.kind = VALUE_TEXT, .text = show(load, given)};
        return true;
    }
    if (kind == VALUE_NUMBER && given->kind == VALUE_TEXT &&
        unit_read_number(given->text, &value->number, &ignored)) {
        value->kind = VALUE_NUMBER;
        return true;
    }
    if (kind == VALUE_BOOL && given->kind == VALUE_TEXT &&
        (strcmp(given->text, "true") == 0 || strcmp(given->text, "false") == 0)) {
        value->kind = VALUE_BOOL;
        value->boolean = given->text[0] == 't';
        return true;
    }
    err_set(load->err, "param '%s' = %s is not %s", param->name, show(load, given),
            kind == VALUE_NUMBER ? "a number" : "true or false");
    return err_help(load->err, "its default is %s", show(load, &param->fallback));
}

bool param_take(struct load *load, const struct param_def *param, const struct value *given,
                struct value *value)
{
    return convert(load, param, given, value) && check_value(load, param, value);
}

/* -- param
 * ------------------------------------------------------------------------------------------- */

static void read_one_of(struct load *load, struct param_def *param)
{
    lua_State *lua = load->lua;
    if (script_field(lua, 3, "one_of") != LUA_TNIL) {
        int list = lua_gettop(lua);
        int count = lua_type(lua, list) == LUA_TTABLE ? (int)lua_rawlen(lua, list) : 0;
        struct value *values = ARENA_ARRAY(load->arena, struct value, count + 1);
        if (count == 0) {
            err_set(load->err, "param '%s': one_of is not a list of values", param->name);
            err_help(load->err, "write one_of = { \"a\", \"b\" }");
            script_raise(load);
        }
        for (int i = 0; i < count; i++) {
            lua_rawgeti(lua, list, i + 1);
            if (!script_read_value(load, -1, "one_of", &values[i]))
                script_raise(load);
            lua_pop(lua, 1);
        }
        param->one_of = values;
        param->one_of_count = count;
    }
    lua_pop(lua, 1);
}

static void read_bound(struct load *load, const char *name, struct value *bound)
{
    if (script_field(load->lua, 3, name) != LUA_TNIL && !script_read_value(load, -1, name, bound))
        script_raise(load);
    lua_pop(load->lua, 1);
}

static void read_param_options(struct load *load, struct param_def *param)
{
    static const char *const known[] = {"min", "max", "one_of", "doc", NULL};
    lua_State *lua = load->lua;
    if (lua_isnoneornil(lua, 3))
        return;
    const char *what = arena_printf(load->arena, "param '%s'", param->name);
    if (lua_type(lua, 3) != LUA_TTABLE) {
        err_set(load->err, "%s: the third argument is %s, not a table", what,
                script_describe(load, 3));
        err_help(load->err, "write param(\"%s\", default, { min = 1, max = 100 })", param->name);
        script_raise(load);
    }
    if (!script_known_fields(load, 3, what, known, false))
        script_raise(load);
    read_bound(load, "min", &param->min);
    read_bound(load, "max", &param->max);
    read_one_of(load, param);
    if (script_field(lua, 3, "doc") != LUA_TNIL && !script_read_text(load, -1, "doc", &param->doc))
        script_raise(load);
    lua_pop(lua, 1);
}

/* The value asked for on the command line, else by the variant; NULL: neither. */
static const struct value *asked_for(struct load *load, const char *name, bool *by_user)
{
    const struct value *value = NULL;
    *by_user = false;
    for (int i = 0; i < load->variant_count; i++)
        if (strcmp(load->variant[i].name, name) == 0)
            value = &load->variant[i].value;
    for (int i = 0; i < load->options->param_count; i++) {
        if (strcmp(load->options->params[i].name, name) == 0) {
            load->param_used[i] = true;
            value = &load->options->params[i].value;
            *by_user = true;
        }
    }
    return value;
}

static void put_in_force(struct load *load, struct param_def *param)
{
    bool by_user;
    const struct value *asked = asked_for(load, param->name, &by_user);
    param->value = param->fallback;
    if (!check_value(load, param, &param->fallback))
        script_raise(load);
    if (asked == NULL ||
        (convert(load, param, asked, &param->value) && check_value(load, param, &param->value)))
        return;
    if (by_user) {
        err_context(load->err, "-p %s=%s", param->name, show(load, asked));
        script_raise_at(load, command_line);
    }
    script_raise(load);
}

static void push_value(lua_State *lua, const struct value *value)
{
    switch (value->kind) {
    case VALUE_BOOL:
        lua_pushboolean(lua, value->boolean);
        break;
    case VALUE_NUMBER:
        if (value->number == floor(value->number) && fabs(value->number) < 0x1p53)
            lua_pushinteger(lua, (lua_Integer)value->number);
        else
            lua_pushnumber(lua, value->number);
        break;
    default:
        lua_pushstring(lua, value->text);
        break;
    }
}

const struct param_def *param_find(const struct load *load, const char *name)
{
    for (int i = 0; i < load->params.count; i++)
        if (strcmp(load->params.items[i].name, name) == 0)
            return &load->params.items[i];
    return NULL;
}

static void check_param_name(struct load *load, const char *name)
{
    if (!script_check_name(load, "param", name))
        script_raise(load);
    if (strpbrk(name, "=,") != NULL) {
        err_set(load->err, "param: the name '%s' contains = or a comma", name);
        err_help(load->err, "it could not be written after -p");
        script_raise(load);
    }
    const struct param_def *other = param_find(load, name);
    if (other != NULL) {
        err_set(load->err, "param '%s' is declared twice", name);
        err_help(load->err, "the other one is in line %d", other->line);
        script_raise(load);
    }
}

int script_verb_param(lua_State *lua)
{
    struct load *load = load_of(lua);
    struct param_def param = {.line = script_here(load).line};
    script_check_memory(load);
    script_outside_handler(load, "param");
    if (lua_type(lua, 1) != LUA_TSTRING || lua_isnoneornil(lua, 2)) {
        err_set(load->err, "param needs a name and a default");
        err_help(load->err, "write param(\"memory\", \"512MB\")");
        script_raise(load);
    }
    if (!script_read_text(load, 1, "param", &param.name))
        script_raise(load);
    check_param_name(load, param.name);
    if (!script_read_value(load, 2, arena_printf(load->arena, "param '%s'", param.name),
                           &param.fallback))
        script_raise(load);
    read_param_options(load, &param);
    put_in_force(load, &param);
    struct param_def *slot = LIST_ADD(load, params);
    *slot = param;
    push_value(lua, &param.value);
    return 1;
}

/* -- variant
 * ----------------------------------------------------------------------------------------- */

static int compare_assignments(const struct assignment *a, const struct assignment *b)
{
    return strcmp(a->name, b->name);
}

/* Reads { name = value, … } in the order of the names. */
static struct assignment *read_assignments(struct load *load, int table, const char *what,
                                           int *count)
{
    lua_State *lua = load->lua;
    *count = 0;
    for (lua_pushnil(lua); lua_next(lua, table) != 0; lua_pop(lua, 1))
        ++*count;
    struct assignment *list = ARENA_ARRAY(load->arena, struct assignment, *count + 1);
    int used = 0;
    for (lua_pushnil(lua); lua_next(lua, table) != 0; lua_pop(lua, 1)) {
        struct assignment one;
        if (lua_type(lua, -2) != LUA_TSTRING) {
            err_set(load->err, "%s has a value without a name", what);
            err_help(load->err, "write { parameter = value }");
            script_raise(load);
        }
        if (!script_read_text(load, -2, what, &one.name) ||
            !script_read_value(load, -1, one.name, &one.value))
            script_raise(load);
        int at = used++;
        for (; at > 0 && compare_assignments(&list[at - 1], &one) > 0; at--)
            list[at] = list[at - 1];
        list[at] = one;
    }
    return list;
}

static void read_variant(struct load *load, int index, int table)
{
    const struct decl *decl = &load->decls.items[index];
    int count = 0;
    const char *what = arena_printf(load->arena, "variant '%s'", decl->name);
    struct variant_def def = {.name = decl->name, .line = script_here(load).line};
    def.assignments = read_assignments(load, table, what, &count);
    def.count = count;
    struct variant_def *slot = LIST_ADD(load, variants);
    *slot = def;
}

/* Where the results of a variant go: runs of bytes other than A-Za-z0-9_- become one '-'. */
static char *path_form(struct load *load, const char *name)
{
    char *form = arena_strdup(load->arena, name), *to = form;
    bool in_run = false;
    for (const char *at = name; *at != '\0'; at++) {
        bool kept = (*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z') ||
                    (*at >= '0' && *at <= '9') || *at == '_' || *at == '-';
        if (kept)
            *to++ = *at;
        else if (!in_run)
            *to++ = '-';
        in_run = !kept;
    }
    *to = '\0';
    return form;
}

static void check_variant_name(struct load *load, const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length > 64 || !text_is_utf8(name, length) || strchr(name, '"') != NULL) {
        err_set(load->err, "variant: '%.80s' is no name", name);
        err_help(load->err, "a name is 1 to 64 bytes of UTF-8 without quotes");
        script_raise(load);
    }
    if (strcmp(name, "all") == 0) {
        err_set(load->err, "variant 'all': the name stands for all variants");
        err_help(load->err, "choose another; --variant all runs every one");
        script_raise(load);
    }
    for (int i = 0; i < load->decls.count; i++) {
        const struct decl *other = &load->decls.items[i];
        if (strcmp(other->verb, "variant") != 0 ||
            strcmp(path_form(load, other->name), path_form(load, name)) != 0)
            continue;
        if (strcmp(other->name, name) == 0)
            err_set(load->err, "variant '%s' is declared twice", name);
        else
            err_set(load->err, "variants '%s' and '%s' would write to the same folder '%s'",
                    other->name, name, path_form(load, name));
        err_help(load->err, "the other one is at %s:%d", other->spot.file, other->spot.line);
        script_raise(load);
    }
}

int script_verb_variant(lua_State *lua)
{
    struct load *load = load_of(lua);
    if (lua_type(lua, 1) == LUA_TSTRING)
        check_variant_name(load, script_text(load, 1));
    return script_declare(lua, "variant", NULL, read_variant);
}

bool script_find_variant(struct load *load, const char *name, struct variant_def *found)
{
    const char **names = ARENA_ARRAY(load->arena, const char *, load->variants.count + 1);
    for (int i = 0; i < load->variants.count; i++) {
        names[i] = load->variants.items[i].name;
        if (strcmp(names[i], name) == 0) {
            *found = load->variants.items[i];
            return true;
        }
    }
    err_set(load->err, "--variant %.80s: no such variant", name);
    err_place(load->err, "command line", 0);
    const char *near = text_nearest(name, names);
    if (near != NULL)
        return err_help(load->err, "did you mean '%s'?", near);
    struct text list = {0};
    for (int i = 0; i < load->variants.count && list.length < 180; i++)
        text_addf(&list, "%s\"%s\"", i == 0 ? "" : ", ", names[i]);
    if (load->variants.count == 0)
        err_help(load->err, "the file has none");
    else
        err_help(load->err, "the file has %s", list.data);
    text_free(&list);
    return false;
}

/* -- at the end of the file
 * ------------------------------------------------------------------------------ */

static const char **param_names(struct load *load)
{
    const char **names = ARENA_ARRAY(load->arena, const char *, load->params.count + 1);
    for (int i = 0; i < load->params.count; i++)
        names[i] = load->params.items[i].name;
    return names;
}

static void help_params(struct load *load, const char *word)
{
    const char **names = param_names(load);
    const char *near = text_nearest(word, names);
    if (near != NULL) {
        err_help(load->err, "did you mean '%s'?", near);
        return;
    }
    struct text list = {0};
    for (int i = 0; names[i] != NULL && list.length < 180; i++)
        text_addf(&list, "%s%s", i == 0 ? "" : ", ", names[i]);
    if (list.length == 0)
        err_help(load->err, "the file has none");
    else
        err_help(load->err, "the file has %s", list.data);
    text_free(&list);
}

static void check_variants(struct load *load)
{
    for (int i = 0; i < load->variants.count; i++) {
        const struct variant_def *variant = &load->variants.items[i];
        for (int j = 0; j < variant->count; j++) {
            const struct assignment *set = &variant->assignments[j];
            const struct param_def *param = param_find(load, set->name);
            struct value value;
            if (param != NULL && param_take(load, param, &set->value, &value))
                continue;
            err_set(load->err, "no parameter '%.80s'", set->name);
            err_context(load->err, "variant '%s'", variant->name);
            help_params(load, set->name);
            struct spot spot = load->decls.items[0].spot;
            for (int k = 0; k < load->decls.count; k++)
                if (load->decls.items[k].class == NULL &&
                    strcmp(load->decls.items[k].name, variant->name) == 0)
                    spot = load->decls.items[k].spot;
            script_raise_at(load, script_key_spot(load, spot, set->name));
        }
    }
}

void script_finish_params(struct load *load)
{
    for (int i = 0; i < load->options->param_count; i++) {
        if (load->param_used[i])
            continue;
        const char *name = load->options->params[i].name;
        err_set(load->err, "-p %.80s: no such parameter", name);
        help_params(load, name);
        script_raise_at(load, command_line);
    }
    check_variants(load);
    script_finish_sweep(load);
}
