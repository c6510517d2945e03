/* script_read_rules.c - rules: who gets which messages of a bus, or of a topic's filtered subscriptions.
 *
 *   rules = { { share = 1, to = audit }, { match = { tier = "gold", region = { "eu", "us" } }, to = { vip, log } } }
 *
 * A rule has `to`, one receiver or a list, and may have `share` or `match`; without either it takes all.
 */
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "model/svc_bus.h"
#include "scenario/script_read.h"

static const char list_example[] =
    "{ share = 9, to = shop }, { share = 1, to = audit }";
static const char example[] =
    "{ share = 1, to = audit } or { match = { tier = \"gold\" }, to = vip }";

static bool read_value(struct load *load, int index, const char *name, struct attr_test *test)
{
    int type = lua_type(load->lua, index);
    test->relation = ATTR_IS;
    if (type == LUA_TNUMBER) {
        test->number = lua_tonumber(load->lua, index);
        return true;
    }
    if (type == LUA_TSTRING)
        return script_read_text(load, index, name, &test->text);
    script_fail_type(load, index, arena_printf(load->arena, "match: %s", name),
                     "a text or a number, or a list of those");
    return err_help(
        load->err,
        "write match = { tier = \"gold\" } or match = { tier = { \"gold\", \"silver\" } }");
}

/* The value of an attribute stands at the top: one, or a list of which any may be. */
static bool read_match(struct load *load, const char *name, struct spot spot, const char *what,
                       struct bus_match *match)
{
    lua_State *lua = load->lua;
    static const char *const none[] = {NULL};
    int index = lua_gettop(lua);
    bool list = lua_type(lua, index) == LUA_TTABLE;
    const char *label = arena_printf(load->arena, "match: %s", name);
    if (list && !script_known_fields(load, index, label, none, true))
        return false;
    int count = list ? (int)lua_rawlen(lua, index) : 1;
    if (count == 0) {
        err_set(load->err, "%s has no value to match", label);
        return err_help(load->err, "leave the attribute out, if any value will do");
    }
    struct attr_test *any = ARENA_ARRAY(load->arena, struct attr_test, count);
    int attr = script_attr(load, name, false, spot, what);
    for (int i = 0; i < count; i++) {
        any[i].name = name;
        any[i].attr = attr;
        if (list)
            lua_rawgeti(lua, index, i + 1);
        bool ok = read_value(load, lua_gettop(lua), name, &any[i]);
        if (list)
            lua_pop(lua, 1);
        if (!ok)
            return false;
    }
    *match = (struct bus_match){any, count};
    return true;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* `match` stands at the top. Attributes are taken in the order of their names: a table has no other order. */
static bool read_matches(struct load *load, struct spot spot, const char *what,
                         struct bus_rule *rule)
{
    lua_State *lua = load->lua;
    int index = lua_gettop(lua), count = 0;
    if (lua_type(lua, index) != LUA_TTABLE) {
        script_fail_type(load, index, "match", "a table of attributes");
        return err_help(load->err, "write match = { tier = \"gold\" }");
    }
    for (lua_pushnil(lua); lua_next(lua, index) != 0; lua_pop(lua, 1))
        count++;
    const char **names = ARENA_ARRAY(load->arena, const char *, count + 1);
    count = 0;
    for (lua_pushnil(lua); lua_next(lua, index) != 0; lua_pop(lua, 1)) {
        if (lua_type(lua, -2) != LUA_TSTRING) {
            err_set(load->err, "match names no attribute");
            lua_pop(lua, 2);
            return err_help(load->err, "write match = { tier = \"gold\" }");
        }
        if (!script_read_text(load, -2, "the name of an attribute", &names[count++])) {
            lua_pop(lua, 2);
            return false;
        }
    }
    qsort(names, (size_t)count, sizeof *names, compare_names);
    struct bus_match *matches = ARENA_ARRAY(load->arena, struct bus_match, count + 1);
    for (int i = 0; i < count; i++) {
        script_field(lua, index, names[i]);
        bool ok = read_match(load, names[i], spot, what, &matches[i]);
        lua_pop(lua, 1);
        if (!ok)
            return false;
    }
    rule->matches = matches;
    rule->match_count = count;
    return true;
}

static bool read_to(struct load *load, const struct owner *owner, struct bus_rule *rule)
{
    lua_State *lua = load->lua;
    int index = lua_gettop(lua);
    bool missing = lua_isnil(lua, index) ||
                   (lua_type(lua, index) == LUA_TTABLE && lua_rawlen(lua, index) == 0);
    if (!missing)
        return script_read_target_refs(load, index, owner, "to", USE_MESSAGE, &rule->to);
    err_set(load->err, "it has no receiver: `to` is missing");
    return err_help(load->err, "write %s", example);
}

/* A weight, or a share such as "60%". */
static bool read_share(struct load *load, struct bus_rule *rule)
{
    rule->by_share = true;
    if (lua_type(load->lua, -1) == LUA_TNUMBER)
        return script_read_number(load, -1, "share", 1e12, false, &rule->share);
    return script_read_real(load, -1, Q_SHARE, "share", &rule->share);
}

/* Weights to intervals of one draw; the last one that is not 0 ends at 1. */
static bool set_intervals(struct load *load, struct bus_rule *rules, int count)
{
    double total = 0, at = 0;
    struct bus_rule *last = NULL;
    bool any = false;
    for (int i = 0; i < count; i++) {
        any |= rules[i].by_share;
        total += rules[i].share;
    }
    if (any && !(total > 0))
        return err_set(load->err, "no rule has a share above 0");
    for (int i = 0; i < count; i++) {
        if (!rules[i].by_share)
            continue;
        rules[i].low = at / total;
        at += rules[i].share;
        rules[i].high = at / total;
        last = rules[i].share > 0 ? &rules[i] : last;
    }
    if (last != NULL)
        last->high = 1;
    return true;
}

/* The rule stands at the top. */
static bool read_rule(struct load *load, const struct owner *owner, struct spot spot,
                      const char *what, struct bus_rule *rule)
{
    lua_State *lua = load->lua;
    static const char *const known[] = {"share", "match", "to", NULL};
    int index = lua_gettop(lua);
    bool ok = true;
    if (lua_type(lua, index) != LUA_TTABLE) {
        err_set(load->err, "it is %s, not a table", script_describe(load, index));
        return err_help(load->err, "write %s", example);
    }
    ok = script_known_fields(load, index, "it", known, false);
    if (ok && script_field(lua, index, "share") != LUA_TNIL)
        ok = read_share(load, rule);
    if (ok && script_field(lua, index, "match") != LUA_TNIL)
        ok = read_matches(load, spot, what, rule);
    if (ok && rule->by_share && rule->match_count > 0) {
        err_set(load->err, "it has both share and match");
        ok = err_help(load->err, "shares are weights among the rules that have one; write %s", list_example);
    }
    if (ok) {
        script_field(lua, index, "to");
        ok = read_to(load, owner, rule);
    }
    lua_settop(lua, index);
    return ok;
}

bool script_read_rules(struct load *load, int index, const struct owner *owner, const char *label,
                       struct bus_rules *rules)
{
    lua_State *lua = load->lua;
    static const char *const none[] = {NULL};
    index = lua_absindex(lua, index);
    if (lua_type(lua, index) != LUA_TTABLE) {
        script_fail_type(load, index, label, "a list of rules");
        return err_help(load->err, "write %s = { %s }", label, list_example);
    }
    if (!script_known_fields(load, index, label, none, true))
        return err_help(load->err, "write %s = { %s }", label, list_example);
    int count = (int)lua_rawlen(lua, index);
    struct bus_rule *read = ARENA_ARRAY(load->arena, struct bus_rule, count + 1);
    struct spot spot = script_key_spot(load, owner->spot, label);
    const char *what = arena_printf(load->arena, "%s: %s", owner_show(load, owner), label);
    for (int i = 0; i < count; i++) {
        lua_rawgeti(lua, index, i + 1);
        bool ok = read_rule(load, owner, spot, what, &read[i]);
        lua_pop(lua, 1);
        if (!ok)
            return err_context(load->err, "%s: rule %d", label, i + 1);
    }
    *rules = (struct bus_rules){read, count};
    return set_intervals(load, read, count) || err_context(load->err, "%s", label);
}
