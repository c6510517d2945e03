/* script_study.c - how to simulate and what to expect: scenario, slo, at, pricing, simulate,
 * insights, account. */
#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "core/text.h"
#include "core/unit.h"
#include "model/account.h"
#include "scenario/script_api.h"
#include "scenario/script_files.h"
#include "scenario/script_read.h"
#include "scenario/slo.h"
#include "scenario/source.h"

#define SEED_MAX        0x1p53
#define SAMPLE_ROWS_MAX 20e6 /* of timeseries.csv */

/* The table at 1, or an error that says how to write it. */
static void need_table(lua_State *lua, const char *verb, const char *example)
{
    struct load *load = load_of(lua);
    if (lua_type(lua, 1) == LUA_TTABLE)
        return;
    err_set(load->err, "%s needs a table", verb);
    err_help(load->err, "write %s", example);
    script_raise(load);
}

/* -- scenario
 * ------------------------------------------------------------------------------------- */

static void read_scenario(struct load *load, int index, int table)
{
    static const char *const known[] = {"question", NULL};
    (void)index;
    if (!script_known_fields(load, table, "scenario", known, false))
        script_raise(load);
    if (script_field(load->lua, table, "question") != LUA_TNIL &&
        !script_read_text(load, -1, "question", &load->scenario->question))
        script_raise_at(load, script_key_spot(load, script_here(load), "question"));
    lua_pop(load->lua, 1);
}

int script_verb_scenario(lua_State *lua)
{
    struct load *load = load_of(lua);
    script_once(load, "scenario", &load->scenario_spot);
    (void)script_declare(lua, "scenario", NULL, read_scenario);
    const struct decl *decl = &load->decls.items[load->decls.count - 1];
    if (!script_check_name(load, "scenario", decl->name))
        script_raise(load);
    load->scenario->name = decl->name;
    return 1;
}

/* -- slo
 * ------------------------------------------------------------------------------------------ */

/* The line of the call, or the one below it where this text stands. */
static struct spot text_spot(struct load *load, struct spot spot, const char *text)
{
    struct source source = script_tokens(load, spot);
    for (struct token token = source_next(&source); token.kind != TOKEN_END;
         token = source_next(&source)) {
        if (token.kind == TOKEN_TEXT && token.length == strlen(text) &&
            memcmp(token.start, text, token.length) == 0) {
            spot.line = token.line;
            return spot;
        }
        if (token_is(&token, "}"))
            break;
    }
    return spot;
}

static void add_slo(struct load *load, int index)
{
    const char *text = NULL;
    struct slo_def slo = {0};
    struct spot here = script_here(load);
    if (!script_read_text(load, index, "an SLO", &text)) {
        err_help(load->err, "write slo { \"web.latency.p99 < 300ms\", \"errors < 0.1%%\" }");
        script_raise(load);
    }
    struct spot spot = text_spot(load, here, text);
    if (!slo_read(load->arena, text, &slo, load->err))
        script_raise_at(load, spot);
    slo.line = spot.line;
    struct slo_def *slot = LIST_ADD(load, slos);
    *slot = slo;
}

int script_verb_slo(lua_State *lua)
{
    static const char *const none[] = {NULL};
    struct load *load = load_of(lua);
    script_check_memory(load);
    script_outside_handler(load, "slo");
    if (lua_type(lua, 1) == LUA_TSTRING) {
        add_slo(load, 1);
        return 0;
    }
    need_table(lua, "slo", "slo { \"web.latency.p99 < 300ms\", \"errors < 0.1%%\" }");
    if (!script_known_fields(load, 1, "slo", none, true)) {
        load->err->help[0] = '\0';
        err_help(load->err, "an SLO is a text: \"web.latency.p99 < 300ms\"");
        script_raise(load);
    }
    for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(lua, 1); i++) {
        lua_rawgeti(lua, 1, i);
        add_slo(load, lua_gettop(lua));
        lua_pop(lua, 1);
    }
    return 0;
}

/* -- simulate, pricing, account: settings like any other
 * ----------------------------------------------- */

#define SIMULATE(field) offsetof(struct simulate_config, field)
static const struct param_spec simulate_params[] = {
    {"duration", PARAM_TIME, SIMULATE(duration), "1h", 1, 0, NULL,
     "simulated time, warm-up included", 0},
    {"warmup", PARAM_TIME, SIMULATE(warmup), "0s", 0, 0, NULL,
     "its beginning, which is not measured", 0},
    {"seed", PARAM_COUNT, SIMULATE(seed), "42", 0, SEED_MAX, NULL, "of all random draws", 0},
    {"reps", PARAM_COUNT, SIMULATE(reps), "1", 1, 10000, NULL, "independent replications", 0},
    {"sample", PARAM_TIME, SIMULATE(sample), NULL, 1e6, 0, NULL,
     "time between rows of timeseries.csv", 0},
    {0},
};

#define PRICING(field) offsetof(struct pricing_config, field)
static const struct param_spec pricing_params[] = {
    {"list", PARAM_TEXT, PRICING(list), NULL, 0, 0, NULL, "file of a price list", 0},
    {"region", PARAM_TEXT, PRICING(region), NULL, 0, 0, NULL, "region of the price list", 0},
    {"free_tier", PARAM_BOOL, PRICING(free_tier), "false", 0, 0, NULL, "take the free tier off", 0},
    {"logs", PARAM_SIZE, PRICING(logs), NULL, 0, 0, NULL, "bytes logged per invocation", 0},
    {"transfer", PARAM_SIZE, PRICING(transfer), NULL, 0, 0, NULL, "bytes sent out per answer", 0},
    {0},
};

static void read_once(lua_State *lua, const char *verb, const char *example, struct spot *spot,
                      const struct param_spec *params, void *config)
{
    struct load *load = load_of(lua);
    script_once(load, verb, spot);
    need_table(lua, verb, example);
    struct owner owner = {verb, NULL, *spot};
    if (!script_read_settings(load, 1, params, &owner, config))
        script_raise_at(load, *spot);
}

int script_verb_simulate(lua_State *lua)
{
    struct load *load = load_of(lua);
    read_once(lua, "simulate", "simulate { duration = \"1h\", seed = 42 }", &load->simulate_spot,
              simulate_params, &load->scenario->simulate);
    return 0;
}

int script_verb_pricing(lua_State *lua)
{
    struct load *load = load_of(lua);
    read_once(lua, "pricing", "pricing { logs = \"2KB\" }", &load->pricing_spot, pricing_params,
              &load->scenario->pricing);
    return 0;
}

int script_verb_account(lua_State *lua)
{
    struct load *load = load_of(lua);
    read_once(lua, "account", "account { concurrency = 1000 }", &load->account_spot, account_params,
              &load->scenario->account);
    return 0;
}

/* -- insights
 * ---------------------------------------------------------------------------------------- */

static const char *const rules[] = {
#define RULE(id, look, title, when, why, act, source) id,
#include "scenario/insight_rules.def"
#undef RULE
    NULL};

static bool is_rule(const char *text)
{
    for (int i = 0; rules[i] != NULL; i++)
        if (strcmp(rules[i], text) == 0)
            return true;
    return false;
}

static void add_rule_off(struct load *load)
{
    const char *rule = NULL;
    if (!script_read_text(load, -1, "insights: off", &rule))
        script_raise(load);
    if (!is_rule(rule)) {
        err_set(load->err, "insights: '%.40s' is not the name of a rule", rule);
        const char *near = text_nearest(rule, rules);
        if (near != NULL)
            err_help(load->err, "did you mean '%s'? tepid explain RULE tells about one", near);
        else
            err_help(load->err, "rules are called L01, A04, …; tepid explain rules lists them");
        script_raise(load);
    }
    const char **slot = LIST_ADD(load, insights_off);
    *slot = rule;
}

int script_verb_insights(lua_State *lua)
{
    static const char *const known[] = {"off", NULL};
    static const char *const none[] = {NULL};
    struct load *load = load_of(lua);
    script_check_memory(load);
    script_outside_handler(load, "insights");
    need_table(lua, "insights", "insights { off = { \"L09\" } }");
    if (!script_known_fields(load, 1, "insights", known, false))
        script_raise(load);
    int type = script_field(lua, 1, "off");
    if (type == LUA_TNIL)
        return 0;
    if (type != LUA_TTABLE) {
        err_set(load->err, "insights: off is not a list");
        err_help(load->err, "write insights { off = { \"L09\" } }");
        script_raise(load);
    }
    if (!script_known_fields(load, 2, "off", none, true))
        script_raise(load);
    for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(lua, 2); i++) {
        lua_rawgeti(lua, 2, i);
        add_rule_off(load);
        lua_pop(lua, 1);
    }
    return 0;
}

/* -- at: something breaks
 * -------------------------------------------------------------------------------- */

/* "x20" or a bare factor. */
static bool read_factor(struct load *load, int index, double *factor)
{
    struct err ignored = {0};
    const char *text =
        lua_type(load->lua, index) == LUA_TSTRING ? lua_tostring(load->lua, index) : "";
    bool ok = lua_type(load->lua, index) == LUA_TNUMBER
                  ? script_read_real(load, index, Q_NUMBER, "latency", factor)
                  : text[0] == 'x' && unit_read_number(text + 1, factor, &ignored);
    if (ok && *factor >= 0 && *factor <= 1e9)
        return true;
    err_set(load->err, "latency = %s is not a factor", script_describe(load, index));
    return err_help(load->err, "write latency = \"x20\"");
}

/* The texts of set { … }, for reports; the values themselves are read when the target is known. */
static void note_assignments(struct load *load, int table, struct fault_def *fault)
{
    lua_State *lua = load->lua;
    int count = 0;
    for (lua_pushnil(lua); lua_next(lua, table) != 0; lua_pop(lua, 1))
        count++;
    struct assignment *list = ARENA_ARRAY(load->arena, struct assignment, count + 1);
    count = 0;
    for (lua_pushnil(lua); lua_next(lua, table) != 0; lua_pop(lua, 1)) {
        struct assignment one = {0};
        if (lua_type(lua, -2) != LUA_TSTRING) {
            err_set(load->err, "set has a value without a name");
            err_help(load->err, "write set = { reserved = 10 }");
            script_raise(load);
        }
        one.name = script_text(load, -2);
        int type = lua_type(lua, -1);
        if (type != LUA_TNUMBER && type != LUA_TSTRING && type != LUA_TBOOLEAN)
            one.value = (struct value){.kind = VALUE_TEXT, .text = script_describe(load, -1)};
        else if (!script_read_value(load, -1, one.name, &one.value))
            script_raise(load);
        int at = count++;
        for (; at > 0 && strcmp(list[at - 1].name, one.name) > 0; at--)
            list[at] = list[at - 1];
        list[at] = one;
    }
    fault->set = list;
    fault->set_count = count;
}

/* Reads one optional field into place; the caller has checked the names. */
static bool read_fault_fields(struct load *load, int table, struct fault_def *fault)
{
    lua_State *lua = load->lua;
    bool ok = true;
    if (script_field(lua, table, "latency") != LUA_TNIL)
        ok = ok && read_factor(load, -1, &fault->latency_factor);
    if (script_field(lua, table, "errors") != LUA_TNIL)
        ok = ok && script_read_real(load, -1, Q_SHARE, "errors", &fault->errors);
    if (script_field(lua, table, "recycle") != LUA_TNIL)
        ok = ok && script_read_bool(load, -1, "recycle", &fault->recycle);
    if (script_field(lua, table, "lasts") != LUA_TNIL)
        ok = ok && script_read_whole(load, -1, Q_TIME, "lasts", &fault->lasts);
    lua_settop(lua, table);
    return ok;
}

static int keep_set(struct load *load, int table, struct fault_def *fault)
{
    lua_State *lua = load->lua;
    int type = script_field(lua, table, "set");
    if (type == LUA_TNIL) {
        lua_pop(lua, 1);
        return LUA_NOREF;
    }
    if (type != LUA_TTABLE) {
        err_set(load->err, "set is %s, not a table", script_describe(load, -1));
        err_help(load->err, "write set = { reserved = 10 }");
        script_raise(load);
    }
    note_assignments(load, lua_gettop(lua), fault);
    return luaL_ref(lua, LUA_REGISTRYINDEX);
}

static void read_fault(struct load *load, int index, int table)
{
    static const char *const known[] = {"target",  "latency", "errors", "set",
                                        "recycle", "lasts",   NULL};
    struct spot spot = script_here(load);
    const char *when = load->decls.items[index].name;
    const char *what = arena_printf(load->arena, "at \"%.40s\"", when);
    struct fault_def fault = {.lasts = TIME_UNSET,
                              .resource = -1,
                              .latency_factor = (double)NAN,
                              .errors = (double)NAN,
                              .line = spot.line};
    struct ref ref = {.use = USE_FAULT, .what = what};
    if (!script_known_fields(load, table, what, known, false))
        script_raise(load);
    if (!unit_read_time(when, &fault.at, load->err) || !read_fault_fields(load, table, &fault)) {
        err_context(load->err, "%s", what);
        script_raise_at(load, spot);
    }
    int set = keep_set(load, table, &fault);
    if (script_field(load->lua, table, "target") == LUA_TNIL) {
        err_set(load->err, "%s has no target", what);
        err_help(load->err, "write target = a handle, or a name");
        script_raise_at(load, spot);
    }
    if (!script_read_ref(load, -1, "target", &ref))
        script_raise_at(load, spot);
    lua_pop(load->lua, 1);
    if (isnan(fault.latency_factor) && isnan(fault.errors) && !fault.recycle && set == LUA_NOREF) {
        err_set(load->err, "%s changes nothing", what);
        err_help(load->err,
                 "give latency = \"x20\", errors = \"50%%\", set = { … } or recycle = true");
        script_raise_at(load, spot);
    }
    ref.spot = spot;
    struct fault_def *slot = LIST_ADD(load, faults);
    *slot = fault;
    int *kept = LIST_ADD(load, fault_sets);
    *kept = set;
    struct target **target = LIST_ADD(load, fault_targets);
    *target = ARENA_NEW(load->arena, struct target);
    script_add_ref(load, ref, *target);
}

int script_verb_at(lua_State *lua)
{
    return script_declare(lua, "at", NULL, read_fault);
}

static const struct param_spec *find_settable(struct load *load, const struct resource *resource,
                                              const char *name)
{
    const char *names[64];
    int count = 0;
    for (const struct param_spec *spec = resource->class->params; spec->name != NULL; spec++) {
        bool settable = (spec->flags & PARAM_SETTABLE) != 0;
        if (strcmp(spec->name, name) == 0 && settable)
            return spec;
        if (settable && count < (int)COUNTOF(names) - 1)
            names[count++] = spec->name;
        if (strcmp(spec->name, name) == 0)
            err_set(load->err, "set: %s of %s%s cannot change during a run", name,
                    svc_class_article(resource->class), resource->class->kind);
    }
    names[count] = NULL;
    err_set(load->err, "set: %s '%s' has no setting '%.80s'", resource->class->kind, resource->name,
            name);
    const char *near = text_nearest(name, names);
    if (near != NULL)
        err_help(load->err, "did you mean '%s'?", near);
    struct text list = {0};
    for (int i = 0; i < count; i++)
        text_addf(&list, "%s%s", i == 0 ? "" : ", ", names[i]);
    err_help(load->err, "what can change: %s", count == 0 ? "nothing" : list.data);
    text_free(&list);
    return NULL;
}

/* The config as it is while the fault lasts. */
static bool patch(struct load *load, struct fault_def *fault, int set)
{
    const struct resource *resource = &load->scenario->resources[fault->resource];
    lua_State *lua = load->lua;
    struct owner owner = {resource->class->kind, resource->name, script_here(load)};
    void *config = arena_copy(load->arena, resource->config, resource->class->config_bytes);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, set);
    for (int i = 0; i < fault->set_count; i++) {
        const char *name = fault->set[i].name;
        const struct param_spec *spec = find_settable(load, resource, name);
        if (spec == NULL)
            return false;
        script_field(lua, -1, name);
        if (!script_read_setting(load, -1, spec, &owner, config))
            return err_context(load->err, "set");
        lua_pop(lua, 1);
    }
    lua_pop(lua, 1);
    fault->patched = config;
    return true;
}

void script_finish_faults(struct load *load)
{
    for (int i = 0; i < load->faults.count; i++) {
        struct fault_def *fault = &load->faults.items[i];
        fault->resource = load->fault_targets.items[i]->resource;
        const struct resource *resource = &load->scenario->resources[fault->resource];
        struct spot spot = {load->sources.items[0].shown, fault->line, 0};
        bool traffic = (resource->class->takes & TAKES(USE_FAULT)) == 0;
        if (traffic && (!isnan(fault->latency_factor) || !isnan(fault->errors) || fault->recycle)) {
            err_set(load->err, "at: '%s' is %s, which has no latency, errors or instances",
                    resource->name, resource->class->kind);
            err_help(load->err, "name the service that breaks");
            script_raise_at(load, spot);
        }
        if (fault->recycle && !resource->class->has_instances) {
            err_set(load->err, "at: '%s' has no instances to recycle", resource->name);
            err_help(load->err,
                     "name a fn or service; any other resource's trouble is latency = \"x20\" or errors = \"50%%\"");
            script_raise_at(load, spot);
        }
        if (load->fault_sets.items[i] != LUA_NOREF &&
            !patch(load, fault, load->fault_sets.items[i]))
            script_raise_at(load, spot);
    }
}

/* -- at the end of the file
 * -------------------------------------------------------------------------------- */

static void read_defaults(struct load *load, const char *verb, const struct spot *spot,
                          const struct param_spec *params, void *config)
{
    struct owner owner = {verb, NULL, {.file = load->sources.items[0].shown, .source = -1}};
    if (spot->file == NULL && !script_read_settings(load, 0, params, &owner, config))
        script_raise_at(load, owner.spot);
}

static struct spot simulate_spot(struct load *load, const char *key)
{
    if (load->simulate_spot.file == NULL)
        return (struct spot){load->sources.items[0].shown, 0, 0};
    return script_key_spot(load, load->simulate_spot, key);
}

static void check_simulate(struct load *load)
{
    const struct simulate_config *simulate = &load->scenario->simulate;
    char warmup[UNIT_TEXT_MAX], duration[UNIT_TEXT_MAX];
    unit_show_time(warmup, (double)simulate->warmup);
    unit_show_time(duration, (double)simulate->duration);
    if (simulate->warmup >= simulate->duration) {
        err_set(load->err, "warmup = %s leaves nothing of duration = %s to measure", warmup,
                duration);
        err_help(load->err, "duration is the whole run, the warm-up included");
        script_raise_at(load, simulate_spot(load, "warmup"));
    }
    if (simulate->sample == TIME_UNSET)
        return;
    double rows =
        (double)simulate->duration / (double)simulate->sample * (load->resource_count + 1);
    if (rows <= SAMPLE_ROWS_MAX)
        return;
    char sample[UNIT_TEXT_MAX];
    err_set(load->err, "sample = %s would write %.0f million rows of timeseries.csv",
            unit_show_time(sample, (double)simulate->sample), rows / 1e6);
    err_help(load->err, "take a coarser sample; at most 20 million rows are written");
    script_raise_at(load, simulate_spot(load, "sample"));
}

/* The list is looked for like any other file of the scenario; whoever runs it loads it. */
static void check_pricing(struct load *load)
{
    struct pricing_config *pricing = &load->scenario->pricing;
    if (pricing->list != NULL) {
        pricing->list_path = script_find_file(load, pricing->list, false, "pricing: list");
        if (pricing->list_path == NULL)
            script_raise_at(load, script_key_spot(load, load->pricing_spot, "list"));
    } else if (pricing->region != NULL) {
        const char *id = catalog_price_list_id(load->scenario->catalog);
        if (strstr(id, arena_printf(load->arena, "/%s/", pricing->region)) != NULL)
            return;
        err_set(load->err, "pricing: region \"%.60s\" is not in the price list %s", pricing->region,
                id);
        err_help(load->err, "give a list of your own: pricing { list = \"prices.json\" }");
        script_raise_at(load, script_key_spot(load, load->pricing_spot, "region"));
    }
}

void script_finish_study(struct load *load)
{
    struct scenario *scenario = load->scenario;
    read_defaults(load, "simulate", &load->simulate_spot, simulate_params, &scenario->simulate);
    read_defaults(load, "pricing", &load->pricing_spot, pricing_params, &scenario->pricing);
    read_defaults(load, "account", &load->account_spot, account_params, &scenario->account);
    check_simulate(load);
    check_pricing(load);
}
