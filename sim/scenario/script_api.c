/* script_api.c - see the header. */
#include "scenario/script_api.h"

#include <lauxlib.h>
#include <string.h>

#include "core/text.h"
#include "scenario/script_files.h"
#include "scenario/script_read.h"
#include "scenario/script_recorder.h"
#include "scenario/script_sandbox.h"

#define NAME_BYTES_MAX 64

/* live(function): handlers that run for every request. */
static int verb_live(lua_State *lua)
{
    struct load *load = load_of(lua);
    err_set(load->err, "live is not in this version yet");
    err_help(load->err, "handlers are recorded once; what they do per request is said with "
                        "r:maybe, r:choose and r:when");
    script_raise(load);
}

static const luaL_Reg verbs[] = {
    {"scenario", script_verb_scenario}, {"param", script_verb_param},
    {"variant", script_verb_variant},   {"sweep", script_verb_sweep},
    {"slo", script_verb_slo},           {"at", script_verb_at},
    {"pricing", script_verb_pricing},   {"simulate", script_verb_simulate},
    {"insights", script_verb_insights}, {"account", script_verb_account},
    {"require", script_require},        {"live", verb_live},
    {NULL, NULL}};

/* Words of other tools. */
static const struct {
    const char *word, *meant;
} other_words[] = {
    {"func", "fn"},
    {"lambda_function", "fn"},
    {"def", "fn"},
    {"gateway", "http_api"},
    {"api_gateway", "http_api"},
    {"apigateway", "http_api"},
    {"apigw", "http_api"},
    {"http", "http_api"},
    {"rest", "rest_api"},
    {"client", "traffic"},
    {"clients", "traffic"},
    {"users", "traffic"},
    {"workload", "traffic"},
    {"source", "traffic"},
    {"simulation", "simulate"},
    {"options", "simulate"},
    {"thresholds", "slo"},
    {"objective", "slo"},
    {"fault", "at"},
    {"chaos", "at"},
    {"parameter", "param"},
    {"variable", "param"},
    {"arg", "param"},
    {"price", "pricing"},
    {"prices", "pricing"},
    {"constant", "uniform"},
    {"backoff", "expo"},
    {"import", "require"},
    {"include", "require"},
    {"ramp", "stages"},
};

/* -- words ------------------------------------------------------------------------------------ */

const char *script_api_nearest(struct load *load, const char *name)
{
    lua_State *lua = load->lua;
    lua_getfield(lua, LUA_REGISTRYINDEX, SCRIPT_WORDS);
    int words = lua_gettop(lua), count = 0;
    for (size_t i = 0; i < COUNTOF(other_words); i++)
        if (strcmp(other_words[i].word, name) == 0)
            return other_words[i].meant;
    for (lua_pushnil(lua); lua_next(lua, words) != 0; count++)
        lua_pop(lua, 1);
    const char **names = ARENA_ARRAY(load->arena, const char *, count + 1);
    count = 0;
    for (lua_pushnil(lua); lua_next(lua, words) != 0; lua_pop(lua, 1))
        names[count++] = lua_tostring(lua, -2);
    for (int i = 1; i < count;
         i++) { /* in a fixed order: of two equally near words the first wins */
        const char *word = names[i];
        int at = i;
        for (; at > 0 && strcmp(names[at - 1], word) > 0; at--)
            names[at] = names[at - 1];
        names[at] = word;
    }
    lua_pop(lua, 1);
    return text_nearest(name, names);
}

/* -- names
 * -------------------------------------------------------------------------------------- */

bool script_check_name(struct load *load, const char *what, const char *name)
{
    size_t length = strlen(name);
    const char *wrong = NULL;
    if (length == 0)
        wrong = "is empty";
    else if (length > NAME_BYTES_MAX)
        wrong = "is longer than 64 bytes";
    else if (!text_is_utf8(name, length))
        wrong = "is not UTF-8";
    else if (strpbrk(name, "\".*") != NULL)
        wrong = "contains \", . or *";
    for (const unsigned char *at = (const unsigned char *)name; *at != '\0' && wrong == NULL; at++)
        if (*at < 0x20 || *at == 0x7F || (at[0] == 0xC2 && at[1] >= 0x80 && at[1] < 0xA0))
            wrong = "contains a control character";
    if (wrong == NULL)
        return true;
    err_set(load->err, "%s: the name '%.80s' %s", what, name, wrong);
    return err_help(load->err,
                    "a name is 1 to 64 bytes of UTF-8 without control characters, \", . or *");
}

void script_outside_handler(struct load *load, const char *verb)
{
    if (load->recording == NULL)
        return;
    err_set(load->err, "%s stands inside a handler", verb);
    err_help(load->err, "declare it outside, and use its handle or its name in the handler");
    script_raise(load);
}

void script_once(struct load *load, const char *verb, struct spot *first)
{
    script_check_memory(load);
    script_outside_handler(load, verb);
    if (first->file != NULL) {
        err_set(load->err, "%s is given twice", verb);
        err_help(load->err, "the other one is at %s:%d", first->file, first->line);
        script_raise(load);
    }
    *first = script_here(load);
}

/* The name at 1, checked; the rules are those of resources for everything that is named. */
static const char *read_name(lua_State *lua, const char *verb)
{
    struct load *load = load_of(lua);
    if (lua_type(lua, 1) != LUA_TSTRING) {
        err_set(load->err, "%s needs a name", verb);
        err_help(load->err, "write %s \"name\" { … }", verb);
        script_raise(load);
    }
    size_t length;
    const char *name = lua_tolstring(lua, 1, &length);
    if (strlen(name) != length) {
        err_set(load->err, "%s: the name contains a NUL byte", verb);
        script_raise(load);
    }
    return arena_strdup(load->arena, name);
}

/* Keeps the name of a resource; it must be new. */
static void claim_name(struct load *load, const char *verb, const char *name, int decl)
{
    lua_State *lua = load->lua;
    luaL_getsubtable(lua, LUA_REGISTRYINDEX, SCRIPT_NAMES);
    if (lua_getfield(lua, -1, name) != LUA_TNIL) {
        const struct decl *other = &load->decls.items[lua_tointeger(lua, -1)];
        err_set(load->err, "%s: the name '%s' is declared twice", verb, name);
        err_help(load->err, "it is %s '%s' at %s:%d", other->verb, name, other->spot.file,
                 other->spot.line);
        script_raise(load);
    }
    lua_pop(lua, 1);
    lua_pushinteger(lua, decl);
    lua_setfield(lua, -2, name);
    lua_pop(lua, 1);
}

/* -- declarations
 * --------------------------------------------------------------------------------- */

static void complete(struct load *load, int index, int table)
{
    struct decl *decl = &load->decls.items[index];
    if (decl->complete) {
        err_set(load->err, "%s '%s' was given settings before", decl->verb, decl->name);
        err_help(load->err, "it is declared at %s:%d", decl->spot.file, decl->spot.line);
        script_raise(load);
    }
    decl->complete = true;
    decl->read(load, index, table);
}

int script_declare(lua_State *lua, const char *verb, const struct svc_class *class,
                   void (*read)(struct load *, int, int))
{
    struct load *load = load_of(lua);
    script_check_memory(load);
    script_outside_handler(load, verb);
    const char *name = read_name(lua, verb);
    int index = load->decls.count;
    if (class != NULL) {
        if (!script_check_name(load, verb, name))
            script_raise(load);
        claim_name(load, verb, name, index);
    }
    struct decl *decl = LIST_ADD(load, decls);
    *decl = (struct decl){.verb = verb,
                          .name = name,
                          .class = class,
                          .read = read,
                          .spot = script_here(load),
                          .resource = class != NULL ? load->resource_count++ : -1};
    bool settings = lua_type(lua, 2) == LUA_TTABLE;
    script_push_handle(lua, index);
    if (settings)
        complete(load, index, 2);
    return 1;
}

static void read_resource(struct load *load, int index, int table)
{
    struct decl *decl = &load->decls.items[index];
    const struct svc_class *class = decl->class;
    struct owner owner = {decl->verb, decl->name, script_here(load)};
    void *config = arena_alloc(load->arena, class->config_bytes);
    decl->config = config;
    if (!script_read_settings(load, table, class->params, &owner, config))
        script_raise_at(load, owner.spot);
}

/* Upvalue 1: the class. */
static int verb_kind(lua_State *lua)
{
    const struct svc_class *class = lua_touserdata(lua, lua_upvalueindex(1));
    return script_declare(lua, class->kind, class, read_resource);
}

static bool is_gateway(const struct svc_class *class)
{
    for (const struct param_spec *spec = class != NULL ? class->params : NULL;
         spec != NULL && spec->name != NULL; spec++)
        if (spec->kind == PARAM_ROUTES)
            return true;
    return false;
}

/* kind "name" { settings }, or web "GET /hello". */
static int call_handle(lua_State *lua)
{
    struct load *load = load_of(lua);
    script_check_memory(load);
    int index = script_handle(lua, 1)->decl;
    const struct decl *decl = &load->decls.items[index];
    int type = lua_type(lua, 2);
    if (type == LUA_TTABLE) {
        script_outside_handler(load, decl->verb);
        complete(load, index, 2);
        lua_settop(lua, 1);
        return 1;
    }
    if (type == LUA_TSTRING && is_gateway(decl->class)) {
        script_push_route(lua, index, 2);
        return 1;
    }
    err_set(load->err, "%s '%s' is called with %s", decl->verb, decl->name,
            script_describe(load, 2));
    if (is_gateway(decl->class))
        err_help(load->err, "write %s \"GET /path\" for one of its routes", decl->name);
    else if (type == LUA_TSTRING)
        err_help(load->err, "only gateways have routes; use the handle alone");
    else
        err_help(load->err, "settings are a table: %s \"%s\" { … }", decl->verb, decl->name);
    script_raise(load);
}

/* -- opening
 * ----------------------------------------------------------------------------------------- */

static void add_kind(lua_State *lua, int words, const struct svc_class *class, const char *word)
{
    lua_pushlightuserdata(lua, (void *)class); /* Lua keeps it, nobody writes */
    lua_pushcclosure(lua, verb_kind, 1);
    lua_setfield(lua, words, word);
}

static void add_kinds(lua_State *lua, int words)
{
    for (const struct svc_class *const *class = svc_classes; *class != NULL; class ++) {
        add_kind(lua, words, *class, (*class)->kind);
        for (const char *const *alias = (*class)->aliases; alias != NULL && *alias != NULL; alias++)
            add_kind(lua, words, *class, *alias);
    }
}

void script_api_open(lua_State *lua)
{
    lua_getfield(lua, LUA_REGISTRYINDEX, SCRIPT_WORDS);
    int words = lua_gettop(lua);
    luaL_setfuncs(lua, verbs, 0);
    add_kinds(lua, words);
    script_box_open(lua, words);
    script_recorder_open(lua);
    luaL_getmetatable(lua, SCRIPT_HANDLE);
    lua_pushcfunction(lua, call_handle);
    lua_setfield(lua, -2, "__call");
    lua_settop(lua, words - 1);
}
