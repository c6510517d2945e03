/* script_state.c - see the header. */
#include "scenario/script_state.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/text.h"
#include "core/unit.h"
#include "scenario/script_api.h"
#include "scenario/script_sandbox.h"
#include "scenario/source.h"

#define HOOK_EVERY 1000 /* instructions between two looks at the limits */

void *list_room(struct arena *arena, void **items, int *count, int *capacity, size_t bytes)
{
    if (*count == *capacity) {
        int wanted = *capacity < 8 ? 8 : *capacity * 2;
        void *moved = arena_alloc(arena, bytes * (size_t)wanted);
        if (*count != 0)
            memcpy(moved, *items, bytes * (size_t)*count);
        *items = moved;
        *capacity = wanted;
    }
    return (char *)*items + bytes * (size_t)(*count)++;
}

struct load *load_of(lua_State *lua)
{
    return *(struct load **)lua_getextraspace(lua);
}

/* -- limits ------------------------------------------------------------------------------ */

static int64_t clock_ns(void)
{
    struct timespec now;
    ASSERT(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * SIM_SECOND + now.tv_nsec;
}

static void set_stop(struct load *load, enum load_stop stop)
{
    char show[UNIT_TEXT_MAX];
    load->meter->stop = stop;
    *load->err = (struct err){0}; /* the limit is the news, whatever was going on */
    const struct load_limits *limits = &load->options->limits;
    if (stop == STOP_WALL) {
        err_set(load->err, "the load took longer than %s",
                unit_show_time(show, (double)limits->wall));
        err_help(load->err, "a scenario describes, it does not compute: look for a loop without "
                            "end; --load-limit 20s allows more");
    } else if (stop == STOP_MEMORY) {
        err_set(load->err, "the load needed more than %s of memory",
                unit_show_size(show, (double)limits->memory));
        err_help(load->err, "look for a table or a text that only grows; --load-limit 1GB allows "
                            "more");
    } else {
        err_set(load->err, "the load ran more than %lld million Lua instructions",
                (long long)(limits->instructions / 1000000));
        err_help(load->err, "the file runs once, before the clock starts: look for a loop without "
                            "end; --load-limit 20s allows more");
    }
}

static void on_count(lua_State *lua, lua_Debug *ar)
{
    struct load *load = load_of(lua);
    (void)ar;
    load->last = script_here(load);
    load->meter->instructions += HOOK_EVERY;
    if (load->meter->instructions > load->options->limits.instructions)
        set_stop(load, STOP_INSTRUCTIONS);
    else if (clock_ns() > load->meter->deadline_ns)
        set_stop(load, STOP_WALL);
    else
        return;
    script_raise_at(load, load->last);
}

static bool fits(const struct load *load, int64_t more)
{
    return load->lua_bytes + (int64_t)arena_bytes(load->arena) + more <=
           load->options->limits.memory;
}

static void *on_alloc(void *data, void *old, size_t old_bytes, size_t bytes)
{
    struct load *load = data;
    int64_t before = old != NULL ? (int64_t)old_bytes : 0; /* without a block it is a type tag */
    if (bytes == 0) {
        load->lua_bytes -= before;
        mem_free(old);
        return NULL;
    }
    if (bytes > (size_t)INT64_MAX / 2 ||
        ((int64_t)bytes > before && !fits(load, (int64_t)bytes - before)))
        return NULL;
    load->lua_bytes += (int64_t)bytes - before;
    return mem_resize(old, bytes);
}

void script_raise_memory(struct load *load)
{
    set_stop(load, STOP_MEMORY);
    script_raise(load);
}

void script_check_memory(struct load *load)
{
    if (!fits(load, 0))
        script_raise_memory(load);
}

/* -- places and errors ------------------------------------------------------------------- */

/* Chunks are named "=0", "=1" ... after their source, which keeps Lua's own messages short and
 * easy to take apart, however long the path. */
static struct spot spot_of(const struct load *load, const char *chunk, int line)
{
    int source = chunk[0] == '=' && chunk[1] >= '0' && chunk[1] <= '9' ? atoi(chunk + 1) : -1;
    if (source < 0 || source >= load->sources.count)
        return (struct spot){.file = "command line", .source = -1};
    return (struct spot){load->sources.items[source].shown, line, source};
}

struct spot script_here(struct load *load)
{
    lua_Debug ar;
    for (int level = 0; lua_getstack(load->lua, level, &ar) != 0; level++) {
        lua_getinfo(load->lua, "Sl", &ar);
        if (ar.currentline > 0)
            return spot_of(load, ar.source, ar.currentline);
    }
    return spot_of(load, "=0", 0);
}

struct source script_tokens(const struct load *load, struct spot spot)
{
    static const char nothing[] = "";
    struct source source = {nothing, nothing, spot.line};
    if (spot.source < 0 || spot.line < 1)
        return source;
    const struct source_file *file = &load->sources.items[spot.source];
    source.at = source.end = file->text + file->length;
    if (spot.line <= file->line_count)
        source.at = file->text + file->line_starts[spot.line - 1];
    return source;
}

struct spot script_key_spot(struct load *load, struct spot spot, const char *key)
{
    if (spot.source >= 0 && spot.line > 0)
        spot.line = source_key_line(script_tokens(load, spot), key);
    return spot;
}

void script_raise_at(struct load *load, struct spot spot)
{
    ASSERT(load->err->kind != ERR_NONE);
    err_place(load->err, spot.file, spot.line);
    lua_pushlightuserdata(load->lua, load);
    (void)lua_error(load->lua);
    abort(); /* lua_error does not return; its header does not say so */
}

void script_raise(struct load *load)
{
    script_raise_at(load, script_here(load));
}

/* What follows "0:12: ". */
static const char *without_place(const char *message)
{
    const char *at = message + strspn(message, "0123456789");
    if (at == message || *at != ':')
        return message;
    const char *line = at + 1;
    at = line + strspn(line, "0123456789");
    return at > line && at[0] == ':' && at[1] == ' ' ? at + 2 : message;
}

/* A message Lua made itself: about the running line, or an arithmetic accident, or a full stack. */
static int on_message(lua_State *lua)
{
    struct load *load = load_of(lua);
    if (lua_touserdata(lua, 1) == load)
        return 1; /* one of ours, complete */
    const char *message = lua_type(lua, 1) == LUA_TSTRING ? lua_tostring(lua, 1) : "unknown error";
    message = without_place(message);
    if (strncmp(message, "stack overflow", 14) == 0 ||
        strstr(message, "C stack overflow") != NULL) {
        err_set(load->err, "functions call each other too deeply");
        err_help(load->err, "look for a function that calls itself without end");
    } else {
        err_set(load->err, "%s", message);
        if (strstr(message, "arithmetic on a string value") != NULL ||
            strstr(message, "compare number with string") != NULL ||
            strstr(message, "compare string with number") != NULL)
            err_help(load->err, "a quantity is text: write param(\"rate\", 40) and rate .. \"/s\"");
    }
    struct spot spot = script_here(load);
    err_place(load->err, spot.file, spot.line);
    lua_pushlightuserdata(lua, load);
    return 1;
}

/* Commas, and no byte that a line of Lua with commas would hardly do without. */
static bool looks_like_csv(const struct source_file *file)
{
    size_t commas = 0, length = 0;
    for (; length < file->length && file->text[length] != '\n'; length++) {
        char c = file->text[length];
        /* A blank that follows no comma stands between words, as in "local a, b". */
        bool between = c == ' ' && (length == 0 || file->text[length - 1] != ',');
        if (between || strchr("(){}[]=\"'", c) != NULL)
            return false;
        commas += c == ',';
    }
    const char *dot = strrchr(file->shown, '.');
    return commas > 0 || (dot != NULL && strcmp(dot, ".csv") == 0);
}

/* "0:3: '}' expected (to close '{' at line 1) near <eof>" */
static void fail_syntax(struct load *load, const char *message, int source)
{
    if (looks_like_csv(&load->sources.items[source])) {
        err_set(load->err, "this is a table of comma-separated values, not a scenario");
        err_help(load->err, "in a scenario, rate = trace \"file.csv\" takes arrivals from it; "
                            "'tepid import' turns published traces into one");
        err_place(load->err, load->sources.items[source].shown, 1);
        return;
    }
    const char *rest = without_place(message);
    const char *colon = rest != message ? strchr(message, ':') : NULL;
    err_set(load->err, "%s", rest);
    err_help(load->err, "the file is not valid Lua 5.4 here");
    err_place(load->err, load->sources.items[source].shown, colon != NULL ? atoi(colon + 1) : 0);
}

void script_run_source(struct load *load, int source)
{
    lua_State *lua = load->lua;
    struct source_file file = load->sources.items[source];
    char chunk[16];
    (void)snprintf(chunk, sizeof chunk, "=%d", source);
    int status = luaL_loadbufferx(lua, file.text, file.length, chunk, "t");
    if (status == LUA_ERRMEM)
        script_raise_memory(load);
    if (status != LUA_OK) {
        fail_syntax(load, lua_tostring(lua, -1), source);
        script_raise(load);
    }
    lua_call(lua, 0, 1);
}

/* -- the state --------------------------------------------------------------------------- */

static int protected_body(lua_State *lua)
{
    lua_CFunction body = lua_tocfunction(lua, 1);
    script_sandbox_open(lua);
    script_api_open(lua);
    lua_sethook(lua, on_count, LUA_MASKCOUNT, HOOK_EVERY);
    return body(lua);
}

/* Names what went wrong where no message handler could. */
static void finish_error(struct load *load, int status)
{
    if (status == LUA_ERRMEM && load->meter->stop == STOP_NONE)
        set_stop(load, STOP_MEMORY);
    else
        err_set(load->err, "the scenario failed while it reported an error");
    err_place(load->err, load->last.file, load->last.line);
}

bool script_state_run(struct load *load, lua_CFunction body)
{
    load->last = spot_of(load, "=0", 0);
    load->lua = lua_newstate(on_alloc, load);
    if (load->lua == NULL) {
        finish_error(load, LUA_ERRMEM);
        return false;
    }
    *(struct load **)lua_getextraspace(load->lua) = load;
    lua_pushcfunction(load->lua, on_message);
    lua_pushcfunction(load->lua, protected_body);
    lua_pushcfunction(load->lua, body);
    int status = lua_pcall(load->lua, 1, 0, 1);
    if (status != LUA_OK)
        finish_error(load, status);
    lua_close(load->lua);
    load->lua = NULL;
    ASSERT((status == LUA_OK) == (load->err->kind == ERR_NONE));
    return status == LUA_OK;
}

const char *script_text(struct load *load, int index)
{
    size_t length;
    const char *text = lua_tolstring(load->lua, index, &length);
    return arena_copy(load->arena, text, length + 1);
}
