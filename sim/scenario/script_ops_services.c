/* script_ops_services.c - the operations of a handler that ask a service for something (CONTRACT 2.3): stores,
 * messages, asynchronous invocations; and r:records, which walks a batch.
 *
 * Each becomes a CALL with arguments, inside a TRY with the account's SDK profile unless `retries` says otherwise.
 */
#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "core/text.h"
#include "model/message.h"
#include "scenario/script_api.h"
#include "scenario/script_recorder.h"
#include "scenario/script_recording.h"

/* Fields an operation's table may have. */
enum field {
    FIELD_KEY = 1,
    FIELD_SIZE = 2,
    FIELD_ITEMS = 4,
    FIELD_CONSISTENT = 8,
    FIELD_N = 16,
    FIELD_GROUP = 32,
    FIELD_TIME = 64,
    FIELD_MISS = 128,
};

struct service_op {
    const char *name; /* "r:get" */
    enum use use;
    unsigned fields;
    const char *example;
};

#define KV_FIELDS (FIELD_KEY | FIELD_SIZE | FIELD_CONSISTENT)

static const struct service_op service_ops[] = {
    {"r:get", USE_GET, KV_FIELDS | FIELD_MISS, "r:get(db) or r:get(db, { consistent = true })"},
    {"r:put", USE_PUT, KV_FIELDS, "r:put(db) or r:put(db, { size = \"4KB\" })"},
    {"r:query", USE_QUERY, KV_FIELDS | FIELD_ITEMS, "r:query(db, { items = 20 })"},
    {"r:exec", USE_EXEC, FIELD_TIME, "r:exec(db) or r:exec(db, { time = \"20ms\" })"},
    {"r:read", USE_READ, FIELD_SIZE, "r:read(files, { size = \"120KB\" })"},
    {"r:write", USE_WRITE, FIELD_SIZE, "r:write(files, { size = \"120KB\" })"},
    {"r:send", USE_SEND, FIELD_N | FIELD_SIZE | FIELD_GROUP, "r:send(queue) or r:send(queue, { n = 10 })"},
    {"r:publish", USE_PUBLISH, FIELD_N | FIELD_SIZE | FIELD_GROUP, "r:publish(topic)"},
    {"r:emit", USE_EMIT, FIELD_N | FIELD_SIZE, "r:emit(bus)"},
    {"r:push", USE_PUSH, FIELD_N | FIELD_SIZE | FIELD_KEY, "r:push(stream, { key = zipf{ n = 1000, s = 1 } })"},
    {"r:start", USE_START, 0, "r:start(workflow)"},
};

static const struct {
    const char *name;
    enum field field;
} field_names[] = {
    {"key", FIELD_KEY},     {"size", FIELD_SIZE},   {"items", FIELD_ITEMS},
    {"consistent", FIELD_CONSISTENT}, {"transactional", FIELD_CONSISTENT}, {"n", FIELD_N},
    {"group", FIELD_GROUP}, {"time", FIELD_TIME},   {"miss", FIELD_MISS},
};

static bool check_fields(struct load *load, const struct service_op *op)
{
    const char *known[COUNTOF(field_names) + 2];
    int count = 0;
    for (size_t i = 0; i < COUNTOF(field_names); i++)
        if ((op->fields & field_names[i].field) != 0)
            known[count++] = field_names[i].name;
    known[count++] = "retries";
    known[count] = NULL;
    if (lua_type(load->lua, 3) == LUA_TTABLE)
        return script_known_fields(load, 3, op->name, known, false);
    script_fail_type(load, 3, "the second argument", "a table");
    return err_help(load->err, "write %s", op->example);
}

/* A text or a whole number is one fixed key; zipf{...} draws one. */
static bool read_key(struct load *load, const char *label, struct key_law *key)
{
    lua_State *lua = load->lua;
    if (script_box(lua, -1) != NULL)
        return script_read_keys(load, -1, label, key);
    const char *text = NULL;
    if (lua_type(lua, -1) == LUA_TNUMBER)
        text = script_describe(load, -1);
    else if (!script_read_text(load, -1, label, &text))
        return err_help(load->err, "write %s = \"a\" for one fixed key, or %s = zipf{ n = 1000, s = 1 }", label,
                        label);
    *key = (struct key_law){.kind = KEYS_ONE, .n = 1, .hash = rng_hash_text(0, text)};
    return true;
}

static bool read_count(struct load *load, struct op_args *args)
{
    if (!script_read_dist(load, -1, Q_COUNT, "n", &args->n))
        return false;
    if (!dist_is_constant(args->n) || args->n->constant <= MESSAGES_OF_CALL_MAX)
        return true;
    err_set(load->err, "n = %lld is above the maximum of %d", (long long)args->n->constant,
            MESSAGES_OF_CALL_MAX);
    return err_help(load->err, "more messages come from more requests, or from r:each(k, function(b) … end)");
}

static bool read_fields(struct load *load, struct op_args *args)
{
    lua_State *lua = load->lua;
    int top = lua_gettop(lua);
    bool ok = true;
    if (script_field(lua, 3, "key") != LUA_TNIL)
        ok = read_key(load, "key", &args->key);
    if (ok && script_field(lua, 3, "group") != LUA_TNIL)
        ok = read_key(load, "group", &args->key);
    if (ok && script_field(lua, 3, "size") != LUA_TNIL)
        ok = script_read_dist(load, -1, Q_SIZE, "size", &args->size);
    if (ok && script_field(lua, 3, "items") != LUA_TNIL)
        ok = script_read_dist(load, -1, Q_COUNT, "items", &args->items);
    if (ok && script_field(lua, 3, "n") != LUA_TNIL)
        ok = read_count(load, args);
    if (ok && script_field(lua, 3, "time") != LUA_TNIL)
        ok = script_read_dist(load, -1, Q_TIME, "time", &args->time);
    if (ok && script_field(lua, 3, "consistent") != LUA_TNIL)
        ok = script_read_bool(load, -1, "consistent", &args->consistent);
    if (ok && script_field(lua, 3, "transactional") != LUA_TNIL)
        ok = script_read_bool(load, -1, "transactional", &args->transactional);
    lua_settop(lua, top);
    return ok;
}

/* `retries`: a number in place of the profile's own. NULL: tries once. */
static bool read_retries(struct load *load, const struct service_op *op,
                         const struct retry_policy **policy)
{
    lua_State *lua = load->lua;
    double retries = -1;
    bool ok = true;
    if (lua_type(lua, 3) == LUA_TTABLE) {
        if (script_field(lua, 3, "retries") != LUA_TNIL)
            ok = script_read_number(load, -1, "retries", 1000, true, &retries);
        lua_pop(lua, 1);
    }
    *policy = NULL;
    if (retries < 0 && op->use == USE_EXEC)
        retries = 0; /* a database driver tries once; the SDK has no part in it */
    if (!ok || retries == 0)
        return ok;
    struct retry_policy *made = ARENA_NEW(load->arena, struct retry_policy);
    *made = (struct retry_policy){.retries = (int32_t)retries,
                                  .timeout = TIME_UNSET,
                                  .budget = NAN,
                                  .hedge = TIME_UNSET,
                                  .sdk = true,
                                  .on_default = true};
    *policy = made;
    return true;
}

static void add_call(struct recording *recording, const struct ref *ref, const struct op_args *args)
{
    struct load *load = recording->load;
    int at = recording_add(recording, OP_CALL);
    recording->ops.items[at].args = args;
    recording->leaf = false;
    struct op_ref *slot =
        list_room(load->arena, (void **)&recording->refs.items, &recording->refs.count,
                  &recording->refs.capacity, sizeof *slot);
    *slot = (struct op_ref){at, *ref};
}

/* r:get(cache, { miss = function(m) ... end }) */
static void record_miss(lua_State *lua, struct recording *recording)
{
    if (script_field(lua, 3, "miss") != LUA_TNIL) {
        int at = recording_add(recording, OP_MISS);
        recording_block(recording, lua_gettop(lua), "miss");
        recording->ops.items[at].b = recording->ops.count;
    }
    lua_pop(lua, 1);
}

static int record_service_op(lua_State *lua, const struct service_op *op)
{
    struct recording *recording = recording_begin(lua, op->name);
    struct load *load = recording->load;
    struct ref ref = {.use = op->use, .what = op->name};
    struct op_args *args = ARENA_NEW(load->arena, struct op_args);
    const struct retry_policy *retry;
    if (lua_isnone(lua, 2))
        recording_fail_usage(recording, op->name, "needs a resource", op->example);
    if (!script_read_ref(load, 2, op->name, &ref))
        recording_fail(recording, op->name);
    bool table = !lua_isnoneornil(lua, 3);
    args->use = op->use;
    if ((table && (!check_fields(load, op) || !read_fields(load, args))) ||
        !read_retries(load, op, &retry))
        recording_fail(recording, op->name);
    ref.spot = script_here(load);
    int attempt = retry == NULL ? -1 : recording_open_try(recording, retry, op->name);
    add_call(recording, &ref, args);
    if (retry != NULL)
        recording_close_try(recording, attempt);
    if (table)
        record_miss(lua, recording);
    return 0;
}

/* An asynchronous invocation: the request to the platform takes its time, then the event is its to deliver. */
static int op_invoke(lua_State *lua)
{
    struct recording *recording = recording_begin(lua, "r:invoke");
    struct load *load = recording->load;
    struct ref ref = {.use = USE_INVOKE, .what = "r:invoke"};
    if (lua_isnone(lua, 2))
        recording_fail_usage(recording, "r:invoke", "needs a function", "r:invoke(f)");
    if (!script_read_ref(load, 2, "r:invoke", &ref))
        recording_fail(recording, "r:invoke");
    ref.spot = script_here(load);
    int wait = recording_add(recording, OP_WAIT);
    recording->ops.items[wait].dist =
        catalog_time_law(load->scenario->catalog, load->arena, "latency.lambda_invoke_async");
    int at = recording_add(recording, OP_INVOKE);
    recording->leaf = false;
    struct op_ref *slot =
        list_room(load->arena, (void **)&recording->refs.items, &recording->refs.count,
                  &recording->refs.capacity, sizeof *slot);
    *slot = (struct op_ref){at, ref};
    return 0;
}

/* r:records(f): f once for each record of the batch that invoked the function, one after another. */
static int op_records(lua_State *lua)
{
    struct recording *recording = recording_begin(lua, "r:records");
    if (lua_gettop(lua) < 2)
        recording_fail_usage(recording, "r:records", "needs a function",
                             "r:records(function(m) m:cpu \"5ms\" end)");
    if (recording->records)
        recording_fail_usage(recording, "r:records", "stands inside r:records", "it once");
    int at = recording_add(recording, OP_RECORDS);
    recording_enter_strand(recording, "r:records");
    recording->records = true;
    recording_block(recording, 2, "r:records");
    recording->records = false;
    recording->strand--;
    recording->nesting--;
    int loop = recording_add(recording, OP_LOOP);
    recording->ops.items[loop].a = at;
    recording->ops.items[at].b = recording->ops.count;
    return 0;
}

#define SERVICE_OP(index, op)                                                                      \
    static int op_##op(lua_State *lua)                                                             \
    {                                                                                              \
        return record_service_op(lua, &service_ops[index]);                                        \
    }
SERVICE_OP(0, get)
SERVICE_OP(1, put)
SERVICE_OP(2, query)
SERVICE_OP(3, exec)
SERVICE_OP(4, read)
SERVICE_OP(5, write)
SERVICE_OP(6, send)
SERVICE_OP(7, publish)
SERVICE_OP(8, emit)
SERVICE_OP(9, push)
SERVICE_OP(10, start)

void script_ops_services_open(lua_State *lua, int methods)
{
    static const luaL_Reg functions[] = {
        {"get", op_get},         {"put", op_put},     {"query", op_query},   {"exec", op_exec},
        {"read", op_read},       {"write", op_write}, {"send", op_send},     {"publish", op_publish},
        {"emit", op_emit},       {"push", op_push},   {"start", op_start},   {"invoke", op_invoke},
        {"records", op_records}, {NULL, NULL}};
    lua_pushvalue(lua, methods);
    luaL_setfuncs(lua, functions, 0);
    lua_pop(lua, 1);
}
