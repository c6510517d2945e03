/* script_ops.c - the operations of a handler (CONTRACT 2.3): each checks its arguments and
 * appends to the program in the layout program.h describes. */
#include <lauxlib.h>
#include <string.h>

#include "core/text.h"
#include "scenario/script_api.h"
#include "scenario/script_recorder.h"
#include "scenario/script_recording.h"

/* -- plain operations -------------------------------------------------------------------------- */

static int record_amount(lua_State *lua, const char *op, enum op_code code, enum quantity quantity,
                         const char *example)
{
    struct recording *recording = recording_begin(lua, op);
    const struct dist *dist = NULL;
    if (lua_isnone(lua, 2))
        recording_fail_usage(recording, op, "needs an argument", example);
    if (!script_read_dist(recording->load, 2, quantity, op, &dist))
        recording_fail(recording, op);
    int at = recording_add(recording, code);
    recording->ops.items[at].dist = dist;
    return 0;
}

static int op_cpu(lua_State *lua)
{
    return record_amount(lua, "r:cpu", OP_CPU, Q_TIME, "r:cpu \"8ms\"");
}

static int op_wait(lua_State *lua)
{
    return record_amount(lua, "r:wait", OP_WAIT, Q_TIME, "r:wait \"30ms\"");
}

static int op_memory(lua_State *lua)
{
    return record_amount(lua, "r:memory", OP_MEMORY, Q_SIZE, "r:memory \"300MB\"");
}

/* -- nesting: parallel branches, loops, tries
 * -------------------------------------------------------- */


/* r:call(x), or r:call(x, { retries = 2 }), which is a try around it. */
static int op_call(lua_State *lua)
{
    struct recording *recording = recording_begin(lua, "r:call");
    struct load *load = recording->load;
    struct ref ref = {.use = USE_CALL, .what = "r:call"};
    const struct retry_policy *retry = NULL;
    if (lua_isnone(lua, 2))
        recording_fail_usage(recording, "r:call", "needs a resource", "r:call(other)");
    if (!script_read_ref(load, 2, "r:call", &ref))
        recording_fail(recording, "r:call");
    if (!lua_isnoneornil(lua, 3) && !script_read_retry(load, 3, "r:call", NULL, &retry))
        recording_fail(recording, "r:call");
    ref.spot = script_here(load);
    int attempt = retry == NULL ? -1 : recording_open_try(recording, retry, "r:call");
    int at = recording_add(recording, OP_CALL);
    recording->leaf = false;
    struct op_ref *slot =
        list_room(load->arena, (void **)&recording->refs.items, &recording->refs.count,
                  &recording->refs.capacity, sizeof *slot);
    *slot = (struct op_ref){at, ref};
    if (retry != NULL)
        recording_close_try(recording, attempt);
    return 0;
}

static int op_respond(lua_State *lua)
{
    struct recording *recording = recording_begin(lua, "r:respond");
    double code = 200;
    if (!lua_isnone(lua, 2) &&
        !script_read_number(recording->load, 2, "r:respond", 599, true, &code))
        recording_fail(recording, "r:respond");
    if (code < 100)
        recording_fail_usage(recording, "r:respond", "needs an HTTP status from 100 to 599",
                   "r:respond(202)");
    int at = recording_add(recording, OP_RESPOND);
    recording->ops.items[at].a = (int32_t)code;
    return 0;
}

static int op_fail(lua_State *lua)
{
    static const char *const kinds[] = {"error", "timeout", "throttle", "crash", NULL};
    struct recording *recording = recording_begin(lua, "r:fail");
    int kind = FAIL_ERROR;
    if (!lua_isnone(lua, 2) && !script_read_choice(recording->load, 2, kinds, "r:fail", &kind))
        recording_fail(recording, "r:fail");
    int at = recording_add(recording, OP_FAIL);
    recording->ops.items[at].a = kind;
    return 0;
}

static int mark_index(struct load *load, const char *name)
{
    for (int i = 0; i < load->marks.count; i++)
        if (strcmp(load->marks.items[i], name) == 0)
            return i;
    const char **slot = LIST_ADD(load, marks);
    *slot = name;
    return load->marks.count - 1;
}

static int op_mark(lua_State *lua)
{
    struct recording *recording = recording_begin(lua, "r:mark");
    struct load *load = recording->load;
    const char *name = NULL;
    if (lua_isnone(lua, 2))
        recording_fail_usage(recording, "r:mark", "needs a name", "r:mark \"shipped\"");
    if (!script_read_text(load, 2, "r:mark", &name) || !script_check_name(load, "r:mark", name))
        recording_fail(recording, "r:mark");
    int at = recording_add(recording, OP_MARK);
    recording->ops.items[at].a = mark_index(load, name);
    return 0;
}

/* -- branches
 * ------------------------------------------------------------------------------------ */

/* After a MAYBE or WHEN at `at`: the block at stack index 3 and, if given, the other at 4. */
static void record_branches(lua_State *lua, struct recording *recording, int at, const char *op)
{
    recording_block(recording, 3, op);
    if (lua_isnoneornil(lua, 4)) {
        recording->ops.items[at].b = recording->ops.count;
        return;
    }
    int jump = recording_add(recording, OP_JUMP);
    recording->ops.items[at].b = recording->ops.count;
    recording_block(recording, 4, op);
    recording->ops.items[jump].a = recording->ops.count;
}

static int op_maybe(lua_State *lua)
{
    struct recording *recording = recording_begin(lua, "r:maybe");
    double p = 0;
    if (lua_gettop(lua) < 3)
        recording_fail_usage(recording, "r:maybe", "needs a share and a function",
                   "r:maybe(0.1, function(b) b:cpu \"1ms\" end)");
    if (!script_read_real(recording->load, 2, Q_SHARE, "r:maybe", &p))
        recording_fail(recording, "r:maybe");
    int at = recording_add(recording, OP_MAYBE);
    recording->ops.items[at].p = p;
    record_branches(lua, recording, at, "r:maybe");
    return 0;
}

static const struct attr_test *read_test(struct load *load, int index)
{
    lua_State *lua = load->lua;
    struct box *box = script_box(lua, index);
    if (box == NULL || box->kind != BOX_TEST)
        return NULL;
    struct attr_test *test = ARENA_NEW(load->arena, struct attr_test);
    test->relation = box->relation;
    lua_getiuservalue(lua, index, 1);
    int args = lua_gettop(lua);
    script_field(lua, args, "name");
    bool ok = script_read_text(load, -1, "attr", &test->name);
    if (script_field(lua, args, "value") == LUA_TNUMBER)
        test->number = lua_tonumber(lua, -1);
    else
        ok = ok && script_read_text(load, -1, "attr", &test->text);
    lua_settop(lua, args - 1);
    if (!ok)
        script_raise(load);
    if (test->text != NULL && (test->relation == ATTR_GT || test->relation == ATTR_LT)) {
        err_set(load->err, "r:when: :gt and :lt compare with numbers, not \"%.60s\"", test->text);
        script_raise(load);
    }
    test->attr = script_attr(load, test->name, false, script_here(load), "r:when");
    return test;
}

static int op_when(lua_State *lua)
{
    struct recording *recording = recording_begin(lua, "r:when");
    const struct attr_test *test = read_test(recording->load, 2);
    if (test == NULL || lua_gettop(lua) < 3)
        recording_fail_usage(recording, "r:when", "needs a test and a function",
                   "r:when(attr \"tier\":is \"gold\", function(b) b:cpu \"1ms\" end)");
    int at = recording_add(recording, OP_WHEN);
    recording->ops.items[at].test = test;
    record_branches(lua, recording, at, "r:when");
    return 0;
}

/* The number of entries of the list at 2, whose keys must be 1..n. */
static int list_count(struct recording *recording, const char *op, const char *example)
{
    static const char *const none[] = {NULL};
    lua_State *lua = recording->load->lua;
    if (lua_type(lua, 2) != LUA_TTABLE || lua_rawlen(lua, 2) == 0)
        recording_fail_usage(recording, op, "needs a list that is not empty", example);
    if (!script_known_fields(recording->load, 2, op, none, true))
        recording_fail(recording, op);
    size_t count = lua_rawlen(lua, 2);
    if (count > PROGRAM_OPS_MAX)
        recording_fail_usage(recording, op, "has too many branches", "fewer branches, or r:map(n, f)");
    return (int)count;
}

static const char choose_example[] =
    "r:choose{ {0.9, function(b) … end}, {0.1, function(b) … end} }";

/* Reads the weights of r:choose into cumulative shares; the last is exactly 1. */
static struct op_arm *read_weights(struct recording *recording, int count)
{
    struct load *load = recording->load;
    lua_State *lua = load->lua;
    struct op_arm *arms = ARENA_ARRAY(load->arena, struct op_arm, count);
    double total = 0;
    for (int i = 0; i < count; i++) {
        double weight = 0;
        if (lua_rawgeti(lua, 2, i + 1) != LUA_TTABLE || lua_rawlen(lua, -1) != 2)
            recording_fail_usage(recording, "r:choose", "takes { weight, function } pairs", choose_example);
        lua_rawgeti(lua, -1, 1);
        if (!script_read_number(load, -1, "weight", 1e12, false, &weight))
            recording_fail(recording, "r:choose");
        lua_pop(lua, 2);
        total += weight;
        arms[i].upto = total;
    }
    if (!(total > 0))
        recording_fail_usage(recording, "r:choose", "has no weight above 0", choose_example);
    for (int i = 0; i < count; i++)
        arms[i].upto /= total;
    for (int i = count - 1; i >= 0 && arms[i].upto >= arms[count - 1].upto; i--)
        arms[i].upto = 1;
    return arms;
}

static int op_choose(lua_State *lua)
{
    struct recording *recording = recording_begin(lua, "r:choose");
    int count = list_count(recording, "r:choose", choose_example);
    struct op_arm *arms = read_weights(recording, count);
    int at = recording_add(recording, OP_CHOOSE);
    recording->ops.items[at].count = (uint16_t)count;
    recording->ops.items[at].arms = arms;
    int *jumps = ARENA_ARRAY(recording->load->arena, int, count);
    for (int i = 0; i < count; i++) {
        arms[i].pc = recording->ops.count;
        lua_rawgeti(lua, 2, i + 1);
        lua_rawgeti(lua, -1, 2);
        recording_block(recording, lua_gettop(lua), "a branch of r:choose");
        lua_pop(lua, 2);
        jumps[i] = recording_add(recording, OP_JUMP);
    }
    recording->ops.items[at].b = recording->ops.count;
    for (int i = 0; i < count; i++)
        recording->ops.items[jumps[i]].a = recording->ops.count;
    return 0;
}

static void record_branch(struct recording *recording, int index, const char *op)
{
    int strand = recording->strand;
    recording->strand = 0;
    recording_block(recording, index, op);
    recording->strand = strand;
    (void)recording_add(recording, OP_BRANCH_END);
}

static int op_all(lua_State *lua)
{
    struct recording *recording = recording_begin(lua, "r:all");
    int count = list_count(recording, "r:all", "r:all{ function(b) … end, function(b) … end }");
    struct op_arm *arms = ARENA_ARRAY(recording->load->arena, struct op_arm, count);
    int at = recording_add(recording, OP_ALL);
    recording->ops.items[at].count = (uint16_t)count;
    recording->ops.items[at].arms = arms;
    recording->leaf = false;
    recording_enter(recording, "r:all");
    for (int i = 0; i < count; i++) {
        arms[i] = (struct op_arm){1, recording->ops.count};
        lua_rawgeti(lua, 2, i + 1);
        record_branch(recording, lua_gettop(lua), "a branch of r:all");
        lua_pop(lua, 1);
    }
    recording->nesting--;
    recording->ops.items[at].b = recording->ops.count;
    return 0;
}

static int record_repeat(lua_State *lua, const char *op, enum op_code code, const char *example)
{
    struct recording *recording = recording_begin(lua, op);
    const struct dist *dist = NULL;
    if (lua_gettop(lua) < 3)
        recording_fail_usage(recording, op, "needs a number and a function", example);
    if (!script_read_dist(recording->load, 2, Q_COUNT, op, &dist))
        recording_fail(recording, op);
    int at = recording_add(recording, code);
    recording->ops.items[at].dist = dist;
    if (code == OP_MAP) {
        recording->leaf = false;
        recording_enter(recording, op);
        record_branch(recording, 3, op);
    } else {
        recording_enter_strand(recording, op);
        recording_block(recording, 3, op);
        recording->strand--;
        int loop = recording_add(recording, OP_LOOP);
        recording->ops.items[loop].a = at;
    }
    recording->nesting--;
    recording->ops.items[at].b = recording->ops.count;
    return 0;
}

static int op_map(lua_State *lua)
{
    return record_repeat(lua, "r:map", OP_MAP, "r:map(8, function(b) b:call(f) end)");
}

static int op_each(lua_State *lua)
{
    return record_repeat(lua, "r:each", OP_EACH, "r:each(8, function(b) b:call(f) end)");
}

static const struct retry_policy *read_try_options(lua_State *lua, struct recording *recording)
{
    static const char *const extra[] = {"on_error", NULL};
    const struct retry_policy *retry = NULL;
    if (lua_isnoneornil(lua, 3)) {
        lua_settop(lua, 2);
        lua_newtable(lua); /* the same reader supplies the defaults */
    }
    if (!script_read_retry(recording->load, 3, "r:try", extra, &retry))
        recording_fail(recording, "r:try");
    return retry;
}

static int op_try(lua_State *lua)
{
    struct recording *recording = recording_begin(lua, "r:try");
    if (lua_gettop(lua) < 2)
        recording_fail_usage(recording, "r:try", "needs a function",
                   "r:try(function(t) t:call(f) end, { retries = 2, timeout = \"5s\" })");
    const struct retry_policy *retry = read_try_options(lua, recording);
    int at = recording_open_try(recording, retry, "r:try");
    recording_block(recording, 2, "r:try");
    recording_close_try(recording, at);
    bool table = lua_type(lua, 3) == LUA_TTABLE; /* else the name of a policy */
    if (table && script_field(lua, 3, "on_error") != LUA_TNIL) {
        recording->ops.items[at].a = recording->ops.count;
        recording_block(recording, lua_gettop(lua), "on_error");
        int jump = recording_add(recording, OP_JUMP);
        recording->ops.items[jump].a = recording->ops.count;
    }
    recording->ops.items[at].b = recording->ops.count;
    return 0;
}

/* -- later versions
 * ------------------------------------------------------------------------------- */

static int op_lua(lua_State *lua)
{
    struct recording *recording = recording_begin(lua, "r:lua");
    err_set(recording->load->err, "r:lua is not in this version yet");
    err_help(recording->load->err, "handlers are recorded once; what they do per request is said "
                                   "with r:maybe, r:choose and r:when");
    script_raise(recording->load);
}

void script_ops_open(lua_State *lua, int methods)
{
    static const luaL_Reg functions[] = {
        {"cpu", op_cpu},   {"wait", op_wait},     {"call", op_call},     {"maybe", op_maybe},
        {"choose", op_choose}, {"when", op_when}, {"all", op_all},       {"map", op_map},
        {"each", op_each}, {"try", op_try},       {"memory", op_memory}, {"respond", op_respond},
        {"fail", op_fail}, {"mark", op_mark},     {"lua", op_lua},       {NULL, NULL}};
    lua_pushvalue(lua, methods);
    luaL_setfuncs(lua, functions, 0);
    lua_pop(lua, 1);
    script_ops_services_open(lua, methods);
}
