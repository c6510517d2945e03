/* script_read_retry.c - `retry` of traffic and the options of r:try: one table, or the name of an SDK's profile. */
#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "core/text.h"
#include "scenario/script_read.h"

#define RETRIES_MAX 1000
#define BACKOFF_DEFAULT                                                                            \
    {                                                                                              \
        .base = 100 * SIM_MS, .max = 20 * SIM_SECOND, .jitter = JITTER_FULL                        \
    }

static bool read_time(struct load *load, int index, const char *name, sim_time *value)
{
    bool given = script_field(load->lua, index, name) != LUA_TNIL;
    bool ok = !given || script_read_whole(load, -1, Q_TIME, name, value);
    lua_pop(load->lua, 1);
    return ok;
}

static bool read_backoff(struct load *load, int index, struct backoff *backoff)
{
    static const char *const jitters[] = {"full", "equal", "decorrelated", "none", NULL};
    lua_State *lua = load->lua;
    struct box *box = script_box(lua, index);
    if (box == NULL || box->kind != BOX_EXPO) {
        script_fail_type(load, index, "backoff", "made by expo");
        return err_help(load->err, "write backoff = expo(\"100ms\", { max = \"20s\", jitter = "
                                   "\"full\" })");
    }
    lua_getiuservalue(lua, index, 1);
    int args = lua_gettop(lua), jitter = JITTER_FULL;
    bool ok = read_time(load, args, "base", &backoff->base) &&
              read_time(load, args, "max", &backoff->max);
    if (ok && script_field(lua, args, "jitter") != LUA_TNIL)
        ok = script_read_choice(load, -1, jitters, "jitter", &jitter);
    backoff->jitter = (enum jitter)jitter;
    lua_settop(lua, args - 1);
    if (ok && backoff->max < backoff->base)
        return err_set(load->err, "backoff: max is below the first delay");
    return ok;
}

static bool add_code(struct load *load, int index, struct retry_policy *retry)
{
    double code = 0;
    if (!script_read_number(load, index, "a code in on", 599, true, &code))
        return false;
    if (code < 100)
        return err_set(load->err, "on: %d is not an HTTP status from 100 to 599", (int)code);
    if (retry->code_count == RETRY_CODES_MAX)
        return err_set(load->err, "on lists more than %d codes", RETRY_CODES_MAX);
    retry->codes[retry->code_count++] = (int16_t)code;
    return true;
}

static bool add_reason(struct load *load, int index, struct retry_policy *retry)
{
    static const char *const words[] = {"timeout", "error", "throttle", NULL};
    int word = 0;
    if (lua_type(load->lua, index) == LUA_TNUMBER)
        return add_code(load, index, retry);
    if (!script_read_choice(load, index, words, "on", &word))
        return err_help(load->err, "write on = { 429, 503, \"timeout\" }");
    retry->on_timeout |= word == 0;
    retry->on_error |= word == 1;
    retry->on_throttle |= word == 2;
    return true;
}

static bool read_on(struct load *load, int index, struct retry_policy *retry)
{
    static const char *const none[] = {NULL};
    lua_State *lua = load->lua;
    retry->on_default = false;
    if (lua_type(lua, index) != LUA_TTABLE)
        return add_reason(load, index, retry);
    index = lua_absindex(lua, index);
    if (!script_known_fields(load, index, "on", none, true))
        return false;
    for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(lua, index); i++) {
        lua_rawgeti(lua, index, i);
        bool ok = add_reason(load, -1, retry);
        lua_pop(lua, 1);
        if (!ok)
            return false;
    }
    return lua_rawlen(lua, index) != 0 || err_set(load->err, "on = {} would never retry");
}

static bool read_budget(struct load *load, int index, double *budget)
{
    if (lua_type(load->lua, index) == LUA_TSTRING &&
        strcmp(lua_tostring(load->lua, index), "none") == 0)
        return true;
    return script_read_real(load, index, Q_SHARE, "budget", budget) ||
           err_help(load->err, "budget is a share of first tries, as \"10%%\", or \"none\"");
}

static const char breaker_example[] =
    "breaker = { errors = \"50%\", window = \"10s\", open = \"5s\" }";

static const struct param_spec breaker_params[] = {
    {"errors", PARAM_SHARE, offsetof(struct breaker_spec, errors), "50%", 0.001, 1, NULL,
     "share of errors that opens it", 0},
    {"window", PARAM_TIME, offsetof(struct breaker_spec, window), "10s", 1e6, 0, NULL,
     "over which the share is taken", 0},
    {"open", PARAM_TIME, offsetof(struct breaker_spec, open), "5s", 1e6, 0, NULL,
     "how long it stays open before a trial", 0},
    {0},
};

static bool read_breaker(struct load *load, int index, struct breaker_spec *breaker)
{
    struct owner owner = {"breaker", NULL, script_here(load)};
    if (lua_type(load->lua, index) != LUA_TTABLE) {
        script_fail_type(load, index, "breaker", "a table");
        return err_help(load->err, "write %s", breaker_example);
    }
    return script_read_settings(load, index, breaker_params, &owner, breaker);
}

/* The value of each field is on top of the stack. */
static bool read_retry_field(struct load *load, int field, struct retry_policy *retry)
{
    double retries = 0;
    switch (field) {
    case 0:
        if (!script_read_number(load, -1, "retries", RETRIES_MAX, true, &retries))
            return false;
        retry->retries = (int32_t)retries;
        return true;
    case 1:
        return read_on(load, -1, retry);
    case 2:
        return (script_read_whole(load, -1, Q_TIME, "timeout", &retry->timeout) &&
                (retry->timeout > 0 ||
                 err_set(load->err, "timeout = 0 gives up before it began"))) ||
               err_help(load->err, "leave timeout out for none");
    case 3:
        return read_backoff(load, lua_gettop(load->lua), &retry->backoff);
    case 4:
        return read_budget(load, -1, &retry->budget);
    case 5:
        return read_breaker(load, lua_gettop(load->lua), &retry->breaker);
    default:
        return script_read_whole(load, -1, Q_TIME, "hedge", &retry->hedge) &&
               (retry->hedge > 0 || err_set(load->err, "hedge = 0 would send everything twice at once"));
    }
}

/* "sdk-2026-11": the profile by name. */
static bool read_named(struct load *load, int index, const char *label, struct retry_policy *retry)
{
    const char *names[8];
    const char *text = lua_tostring(load->lua, index);
    int count = 0;
    for (; sdk_profile_names[count] != NULL; count++)
        names[count] = arena_printf(load->arena, "sdk-%s", sdk_profile_names[count]);
    names[count] = NULL;
    for (int i = 0; i < count; i++) {
        if (strcmp(text, names[i]) != 0)
            continue;
        retry->retries = -1;
        retry_sdk_fill(retry, load->scenario->catalog, (enum sdk_profile)i, false);
        return true;
    }
    err_set(load->err, "%s: there is no policy \"%.60s\"", label, text);
    const char *near = text_nearest(text, names);
    if (near != NULL)
        return err_help(load->err, "did you mean \"%s\"?", near);
    return err_help(load->err, "write \"sdk-2026-11\", \"sdk-before-2026-11\", \"sdk-legacy\", or "
                               "a table { retries = 3 }");
}

bool script_read_retry(struct load *load, int index, const char *label, const char *const *extra,
                       const struct retry_policy **policy)
{
    static const char *const fields[] = {"retries", "on",      "timeout", "backoff",
                                         "budget",  "breaker", "hedge",   NULL};
    const char *known[16];
    int count = 0;
    for (; fields[count] != NULL; count++)
        known[count] = fields[count];
    for (; extra != NULL && *extra != NULL; extra++)
        known[count++] = *extra;
    known[count] = NULL;
    struct retry_policy *retry = ARENA_NEW(load->arena, struct retry_policy);
    *retry = (struct retry_policy){.timeout = TIME_UNSET,
                                   .backoff = BACKOFF_DEFAULT,
                                   .budget = (double)NAN,
                                   .hedge = TIME_UNSET,
                                   .on_default = true};
    *policy = retry;
    if (lua_type(load->lua, index) == LUA_TSTRING)
        return read_named(load, index, label, retry);
    if (lua_type(load->lua, index) != LUA_TTABLE) {
        script_fail_type(load, index, label, "a table");
        return err_help(load->err, "write %s = { retries = 3, on = { 429, 503, \"timeout\" } }",
                        label);
    }
    index = lua_absindex(load->lua, index);
    if (!script_known_fields(load, index, label, known, false))
        return false;
    for (int i = 0; fields[i] != NULL; i++) {
        bool ok = script_field(load->lua, index, fields[i]) == LUA_TNIL ||
                  read_retry_field(load, i, retry);
        lua_pop(load->lua, 1);
        if (!ok)
            return strstr(load->err->what, "has no unit") != NULL
                       ? false
                       : err_context(load->err, "%s", label);
    }
    return true;
}
