/* script_recorder.c - see the header. */
#include "scenario/script_recorder.h"

#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "scenario/script_condition.h"
#include "scenario/script_recording.h"

#define ABSENT_META "tepid.absent" /* what an operation returns while it is recorded */
#define METHODS     "tepid.methods"

const char *const script_operations[] = {
    "cpu",    "wait",    "call",    "maybe", "choose", "when",  "all",   "map",  "each", "try",
    "memory", "respond", "fail",    "mark",  "get",    "put",   "query", "exec", "read", "write",
    "invoke", "send",    "publish", "emit",  "push",   "start", "records", "lua", NULL};

/* Words of other tools, and what is meant here. */
static const struct {
    const char *word, *help;
} other_words[] = {
    {"sleep", "time that passes without work is r:wait \"30ms\""},
    {"delay", "time that passes without work is r:wait \"30ms\""},
    {"pause", "time that passes without work is r:wait \"30ms\""},
    {"log", "r:mark \"name\" records when a request comes by; a log costs no time"},
    {"print", "r:mark \"name\" records when a request comes by; print(…) works at load"},
    {"trace", "r:mark \"name\" records when a request comes by"},
    {"compute", "work on the processor is r:cpu \"8ms\""},
    {"work", "work on the processor is r:cpu \"8ms\""},
    {"burn", "work on the processor is r:cpu \"8ms\""},
    {"run", "work on the processor is r:cpu \"8ms\""},
    {"fetch", "another service is called with r:call(x)"},
    {"http", "another service is called with r:call(x)"},
    {"request", "another service is called with r:call(x)"},
    {"invoke_sync", "another function is called with r:call(f)"},
    {"if_", "chances are r:maybe(p, f, g), attributes r:when(attr \"x\":is(v), f, g)"},
    {"random", "chances are r:maybe(p, f, g) and r:choose{ {w, f}, … }"},
    {"parallel", "branches in parallel are r:all{ f, … } or r:map(n, f)"},
    {"loop", "repeat with r:each(n, f), or in parallel with r:map(n, f)"},
    {"for_each", "repeat with r:each(n, f), or in parallel with r:map(n, f)"},
    {"retry", "tries are r:try(f, { retries = 2 })"},
    {"return_", "the handler ends with r:respond(200)"},
    {"error", "the handler fails with r:fail()"},
    {"throw", "the handler fails with r:fail()"},
    {"abort", "the handler fails with r:fail()"},
    {"alloc", "memory is asked for with r:memory \"300MB\""},
};

/* -- building ------------------------------------------------------------------------------- */

int recording_add(struct recording *recording, enum op_code code)
{
    struct load *load = recording->load;
    if (recording->ops.count >= PROGRAM_OPS_MAX) {
        err_set(load->err, "the handler of '%s' records more than %d operations",
                recording->resource, PROGRAM_OPS_MAX);
        err_help(load->err, "repeat with r:each(n, f) or r:map(n, f) in place of a loop in Lua");
        script_raise(load);
    }
    struct op *op = list_room(load->arena, (void **)&recording->ops.items, &recording->ops.count,
                              &recording->ops.capacity, sizeof *op);
    op->code = (uint8_t)code;
    op->line = script_here(load).line;
    op->target = (struct target){-1, -1};
    return recording->ops.count - 1;
}

void recording_block(struct recording *recording, int index, const char *what)
{
    struct load *load = recording->load;
    lua_State *lua = load->lua;
    if (lua_type(lua, index) != LUA_TFUNCTION) {
        script_fail_type(load, index, what, "a function");
        err_help(load->err, "write function(b) b:cpu \"1ms\" end");
        script_raise(load);
    }
    if (recording->blocks >= RECORD_BLOCKS_MAX) {
        err_set(load->err, "blocks are nested more than %d deep", RECORD_BLOCKS_MAX);
        script_raise(load);
    }
    script_condition_check(load, index);
    recording->blocks++;
    luaL_checkstack(lua, 8, "handler");
    lua_pushvalue(lua, index);
    lua_pushvalue(lua, 1); /* every operation has its recorder there */
    lua_call(lua, 1, 0);
    recording->blocks--;
}

/* -- one recording --------------------------------------------------------------------------- */

/* Runs the handler at `index` against a new recorder. */
static struct recording *record_once(struct load *load, int index, const char *resource)
{
    lua_State *lua = load->lua;
    struct recording *recording = ARENA_NEW(load->arena, struct recording);
    *recording = (struct recording){.load = load, .resource = resource, .leaf = true};
    struct recorder *recorder = lua_newuserdatauv(lua, sizeof *recorder, 0);
    recorder->recording = recording;
    luaL_setmetatable(lua, SCRIPT_RECORDER);

    load->recording = recording;
    lua_pushvalue(lua, index);
    lua_pushvalue(lua, -2);
    lua_call(lua, 1, 0);
    load->recording = NULL;
    recorder->recording = NULL;
    lua_pop(lua, 1);
    int end = recording_add(recording, OP_END);
    recording->ops.items[end].line = end > 0 ? recording->ops.items[end - 1].line : 0;
    return recording;
}

static uint64_t hash_double(uint64_t hash, double number)
{
    return rng_hash(hash, &number, sizeof number);
}

/* Of measured values, which are read once and shared, the ends tell enough. */
static uint64_t hash_dist(uint64_t hash, const struct dist *dist)
{
    if (dist == NULL)
        return rng_hash_text(hash, "none");
    hash = rng_hash(hash, &dist->kind, sizeof dist->kind);
    hash = hash_double(hash_double(hash, dist->a), dist->b);
    hash = rng_hash(hash, &dist->count, sizeof dist->count);
    if (dist->kind == DIST_EMPIRICAL)
        return hash_double(hash_double(hash, dist->y[0]), dist->y[dist->count - 1]);
    for (size_t i = 0; i < dist->count; i++) {
        if (dist->x != NULL)
            hash = hash_double(hash, dist->x[i]);
        if (dist->y != NULL)
            hash = hash_double(hash, dist->y[i]);
        if (dist->parts != NULL)
            hash = hash_dist(hash, dist->parts[i]);
    }
    return hash;
}

static uint64_t hash_retry(uint64_t hash, const struct retry_policy *retry)
{
    if (retry == NULL)
        return rng_hash_text(hash, "none");
    int64_t words[] = {retry->retries,     retry->timeout,        retry->backoff.base,
                       retry->backoff.max, retry->backoff.jitter, retry->on_default,
                       retry->on_error,    retry->on_timeout,     retry->on_throttle,
                       retry->code_count};
    hash = rng_hash(hash, words, sizeof words);
    int64_t more[] = {retry->sdk, retry->hedge, retry->breaker.window, retry->breaker.open};
    hash = hash_double(rng_hash(hash, more, sizeof more), retry->breaker.errors);
    hash = isnan(retry->budget) ? hash : hash_double(hash, retry->budget);
    return rng_hash(hash, retry->codes, sizeof retry->codes[0] * (size_t)retry->code_count);
}

static uint64_t hash_args(uint64_t hash, const struct op_args *args)
{
    int64_t words[] = {args->use, args->consistent, args->transactional, args->key.kind, args->key.n};
    hash = rng_hash(hash, words, sizeof words);
    hash = rng_hash(hash, &args->key.hash, sizeof args->key.hash);
    hash = hash_double(hash, args->key.s);
    hash = hash_dist(hash_dist(hash, args->n), args->size);
    return hash_dist(hash_dist(hash, args->items), args->time);
}

static uint64_t hash_op(uint64_t hash, const struct op *op)
{
    int64_t words[] = {op->code, op->count, op->line, op->a, op->b};
    hash = hash_double(rng_hash(hash, words, sizeof words), op->p);
    hash = hash_retry(hash_dist(hash, op->dist), op->retry);
    for (int i = 0; op->arms != NULL && i < op->count; i++)
        hash =
            rng_hash(hash_double(hash, op->arms[i].upto), &op->arms[i].pc, sizeof op->arms[i].pc);
    if (op->args != NULL)
        hash = hash_args(hash, op->args);
    if (op->test != NULL) {
        hash = rng_hash_text(hash_double(hash, op->test->number), op->test->name);
        hash = rng_hash(hash, &op->test->relation, sizeof op->test->relation);
        hash = rng_hash_text(hash, op->test->text != NULL ? op->test->text : "");
    }
    return hash;
}

static uint64_t hash_recording(const struct recording *recording)
{
    uint64_t hash = rng_hash(0, &recording->ops.count, sizeof recording->ops.count);
    for (int i = 0; i < recording->ops.count; i++)
        hash = hash_op(hash, &recording->ops.items[i]);
    for (int i = 0; i < recording->refs.count; i++) {
        const struct ref *ref = &recording->refs.items[i].ref;
        hash = rng_hash(hash, &ref->resource, sizeof ref->resource);
        hash = rng_hash_text(hash, ref->name != NULL ? ref->name : "");
        hash = rng_hash_text(hash, ref->route != NULL ? ref->route : "");
    }
    return hash;
}

/* -- the program ------------------------------------------------------------------------------- */

static uint64_t op_salt(struct load *load, const char *resource, int index, int code)
{
    return rng_hash_text(0, arena_printf(load->arena, "%s/%d/%d", resource, index, code));
}

const struct program *recording_finish(struct recording *recording, struct spot spot)
{
    struct load *load = recording->load;
    int count = recording->ops.count;
    struct op *ops = arena_copy(load->arena, recording->ops.items, sizeof *ops * (size_t)count);
    for (int i = 0; i < count; i++)
        ops[i].salt = op_salt(load, recording->resource, i, ops[i].code);
    for (int i = 0; i < recording->refs.count; i++)
        script_add_ref(load, recording->refs.items[i].ref,
                       &ops[recording->refs.items[i].op].target);

    struct program *program = ARENA_NEW(load->arena, struct program);
    *program = (struct program){.ops = ops,
                                .count = count,
                                .file = spot.file,
                                .line = spot.line,
                                .leaf = recording->leaf,
                                .depth = (uint16_t)recording->strand_max};
    return program;
}

/* Where the function at `index` begins. */
static struct spot function_spot(struct load *load, int index)
{
    lua_Debug ar;
    lua_pushvalue(load->lua, index);
    lua_getinfo(load->lua, ">S", &ar);
    struct spot spot = script_here(load);
    int source = ar.source[0] == '=' ? atoi(ar.source + 1) : -1;
    if (source >= 0 && source < load->sources.count)
        spot = (struct spot){load->sources.items[source].shown, ar.linedefined, source};
    return spot;
}

const struct program *script_record(struct load *load, int index, const char *resource)
{
    struct spot spot = function_spot(load, index);
    script_condition_check(load, index);
    luaL_checkstack(load->lua, 8, "handler");
    struct recording *first = record_once(load, index, resource);
    struct recording *second = record_once(load, index, resource);
    if (hash_recording(first) != hash_recording(second)) {
        err_set(load->err, "handler of '%s' records different operations each time", resource);
        err_help(load->err, "handlers are recorded once, not run per request; move per-request "
                            "logic to r:maybe / r:when / r:choose");
        script_raise_at(load, spot);
    }
    return recording_finish(first, spot);
}

/* -- what Lua sees
 * ------------------------------------------------------------------------------ */

static int on_unknown_method(lua_State *lua)
{
    struct load *load = load_of(lua);
    const char *name = lua_type(lua, 2) == LUA_TSTRING ? lua_tostring(lua, 2) : "?";
    lua_getfield(lua, LUA_REGISTRYINDEX, METHODS);
    lua_pushvalue(lua, 2);
    if (lua_rawget(lua, -2) != LUA_TNIL)
        return 1;
    err_set(load->err, "there is no operation r:%.60s", name);
    for (size_t i = 0; i < COUNTOF(other_words); i++)
        if (strcmp(other_words[i].word, name) == 0)
            err_help(load->err, "%s", other_words[i].help);
    const char *near = text_nearest(name, script_operations);
    if (near != NULL)
        err_help(load->err, "did you mean 'r:%s'?", near);
    err_help(load->err,
             "there are: cpu wait call maybe choose when all map each try memory respond fail mark; "
             "get put query exec read write; invoke send publish emit push start records");
    script_raise(load);
}

/* Upvalue 1: the operation. */
static int on_absent_used(lua_State *lua)
{
    struct load *load = load_of(lua);
    const char *op = "…";
    for (int i = 1; i <= 2 && i <= lua_gettop(lua); i++) {
        if (luaL_testudata(lua, i, ABSENT_META) != NULL) {
            lua_getiuservalue(lua, i, 1);
            op = lua_tostring(lua, -1);
            break;
        }
    }
    script_fail_absent(load, op);
    script_raise(load);
}

static void open_absent(lua_State *lua)
{
    static const char *const events[] = {
        "__index", "__newindex", "__call", "__add",  "__sub", "__mul",  "__div",      "__mod",
        "__pow",   "__unm",      "__idiv", "__band", "__bor", "__bxor", "__shl",      "__shr",
        "__bnot",  "__concat",   "__len",  "__eq",   "__lt",  "__le",   "__tostring", "__pairs"};
    luaL_newmetatable(lua, ABSENT_META);
    for (size_t i = 0; i < COUNTOF(events); i++) {
        lua_pushcfunction(lua, on_absent_used);
        lua_setfield(lua, -2, events[i]);
    }
    lua_pushboolean(lua, 0);
    lua_setfield(lua, -2, "__metatable");
    lua_pop(lua, 1);
}

/* Wraps an operation's function (upvalue 1), so that it answers with a value that does not exist.
 * Upvalue 2: its name. */
static int run_method(lua_State *lua)
{
    lua_CFunction method = lua_tocfunction(lua, lua_upvalueindex(1));
    (void)method(lua);
    (void)lua_newuserdatauv(lua, 0, 1);
    lua_pushvalue(lua, lua_upvalueindex(2));
    lua_setiuservalue(lua, -2, 1);
    luaL_setmetatable(lua, ABSENT_META);
    return 1;
}

void script_recorder_open(lua_State *lua)
{
    open_absent(lua);
    lua_newtable(lua);
    int plain = lua_gettop(lua);
    script_ops_open(lua, plain);
    lua_newtable(lua);
    for (lua_pushnil(lua); lua_next(lua, plain) != 0;) {
        lua_pushvalue(lua, -2);
        lua_pushcclosure(lua, run_method, 2);
        lua_pushvalue(lua, -2);
        lua_insert(lua, -2);
        lua_rawset(lua, plain + 1);
    }
    lua_setfield(lua, LUA_REGISTRYINDEX, METHODS);
    luaL_newmetatable(lua, SCRIPT_RECORDER);
    lua_pushliteral(lua, "recorder");
    lua_setfield(lua, -2, "__name");
    lua_pushcfunction(lua, on_unknown_method);
    lua_setfield(lua, -2, "__index");
    lua_pushboolean(lua, 0);
    lua_setfield(lua, -2, "__metatable");
    lua_settop(lua, plain - 1);
}
