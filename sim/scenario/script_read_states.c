/* script_read_states.c - the states of a workflow, made into a program.
 *
 * A list of states runs in order. Every state begins with an OP_STATE; where it has retries or a catch, both lie in a TRY, so
 * that each try enters the state again:
 *
 *   { task = x, retry = r, catch = { … } }     TRY  STATE CALL  TRY_END  [catch  JUMP after]
 *   { wait = d }                               STATE WAIT
 *   { choice = { {w, { … }}, … } }             STATE CHOOSE  arm JUMP after …
 *   { parallel = { { … }, … } }                STATE ALL  branch BRANCH_END …
 *   { map = { n =, max =, states = { … } } }   STATE MAP  states BRANCH_END
 *   { fail = "error" }                         STATE FAIL
 *
 * Lua does not tell where a value was written, so the file is followed beside the tables, entry by entry, as far as it shows a
 * table where the value is one; where it does not (a variable), the last line known is as near as messages can say.
 */
#include <lauxlib.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "model/handler.h"
#include "model/svc_workflow.h"
#include "scenario/script_read.h"
#include "scenario/script_recording.h"

#define STATES_DEPTH_MAX 32 /* lists within lists */
#define ITEMS_AT_ONCE    HANDLER_MAP_MAX
#define WITHIN_MAX       200 /* bytes of a message that still takes an outer part */

/* Where in the file a value stands. */
struct place {
    struct source at;
    bool known; /* `at` is a reader before it */
    int line;
};

struct compiler {
    struct load *load;
    struct recording *recording;
    const struct owner *owner;
    struct spot spot; /* of `states` */
    int depth;
};

/* The entry `key`, or the item'th without one, of the table at a place. */
static struct place place_in(struct place place, const char *key, int item)
{
    place.known = place.known && source_enter(&place.at, key, item);
    if (place.known) {
        struct source at = place.at;
        place.line = source_next(&at).line;
    }
    return place;
}

static bool fail_at(const struct compiler *c, struct place place)
{
    return err_place(c->load->err, c->spot.file, place.line);
}

/* Which part of the whole an error is about; of lists in lists only the inner ones, for a message has so much room. */
__attribute__((format(printf, 2, 3))) static bool within(const struct compiler *c,
                                                         const char *format, ...)
{
    char part[64];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(part, sizeof part, format, args);
    va_end(args);
    return strlen(c->load->err->what) < WITHIN_MAX && err_context(c->load->err, "%s", part);
}

static struct op *add_op(struct compiler *c, enum op_code code, struct place place)
{
    int at = recording_add(c->recording, code);
    c->recording->ops.items[at].line = place.line;
    return &c->recording->ops.items[at];
}

static int here(const struct compiler *c)
{
    return c->recording->ops.count;
}

static struct op *op_at(const struct compiler *c, int at)
{
    return &c->recording->ops.items[at];
}

/* The table at `index` as a list that is not empty: how many entries, or 0 with an error. */
static int list_length(struct compiler *c, int index, const char *label, const char *what)
{
    static const char *const none[] = {NULL};
    lua_State *lua = c->load->lua;
    if (lua_type(lua, index) != LUA_TTABLE) {
        script_fail_type(c->load, index, label, what);
        return 0;
    }
    if (!script_known_fields(c->load, index, label, none, true))
        return 0;
    size_t length = lua_rawlen(lua, index);
    if (length == 0)
        err_set(c->load->err, "%s is empty", label);
    return length < PROGRAM_OPS_MAX ? (int)length : PROGRAM_OPS_MAX;
}

static bool is_empty_table(lua_State *lua, int index)
{
    if (lua_type(lua, index) != LUA_TTABLE)
        return false;
    lua_pushnil(lua);
    if (lua_next(lua, index) == 0)
        return true;
    lua_pop(lua, 2);
    return false;
}

static bool read_state(struct compiler *c, int index, struct place place);

/* A list of states, which may be empty where it is a branch or a catch. */
static bool read_list(struct compiler *c, int index, const char *label, struct place place)
{
    lua_State *lua = c->load->lua;
    if (c->depth > 0 && is_empty_table(lua, index))
        return true;
    int length = list_length(c, index, label, "a list of states");
    if (length == 0)
        return err_help(c->load->err, "write %s = { { task = f }, { wait = \"5s\" } }", label) ||
               fail_at(c, place);
    if (++c->depth > STATES_DEPTH_MAX) {
        err_set(c->load->err, "states are nested more than %d deep", STATES_DEPTH_MAX);
        return fail_at(c, place);
    }
    luaL_checkstack(lua, 12, "states");
    for (int i = 1; i <= length; i++) {
        struct place item = place_in(place, NULL, i);
        lua_rawgeti(lua, index, i);
        bool ok = read_state(c, lua_gettop(lua), item);
        lua_pop(lua, 1);
        if (!ok) {
            (void)within(c, "state %d", i);
            return fail_at(c, item);
        }
    }
    c->depth--;
    return true;
}

/* -- kinds of states ------------------------------------------------------------------------------------ */

static bool read_task(struct compiler *c, int index, struct place place)
{
    struct load *load = c->load;
    struct ref ref = {.use = USE_TASK,
                      .what = arena_printf(load->arena, "%s: task", owner_show(load, c->owner))};
    if (!script_read_ref(load, index, "task", &ref))
        return false;
    ref.spot = (struct spot){c->spot.file, place.line, c->spot.source};
    int at = here(c);
    struct op_args *args = ARENA_NEW(load->arena, struct op_args);
    args->use = USE_TASK;
    add_op(c, OP_CALL, place)->args = args;
    struct op_ref *slot =
        list_room(load->arena, (void **)&c->recording->refs.items, &c->recording->refs.count,
                  &c->recording->refs.capacity, sizeof *slot);
    *slot = (struct op_ref){at, ref};
    return true;
}

static bool read_wait(struct compiler *c, int index, struct place place)
{
    const struct dist *dist = NULL;
    if (!script_read_dist(c->load, index, Q_TIME, "wait", &dist))
        return false;
    add_op(c, OP_WAIT, place)->dist = dist;
    return true;
}

static bool read_fail(struct compiler *c, int index, struct place place)
{
    static const char *const words[] = {"error", "timeout", "throttle",
                                        NULL}; /* as enum fail_kind */
    int kind = FAIL_ERROR;
    if (!script_read_choice(c->load, index, words, "fail", &kind))
        return err_help(c->load->err, "write { fail = \"error\" }");
    add_op(c, OP_FAIL, place)->a = kind;
    return true;
}

static const char choice_example[] =
    "write { choice = { {0.9, { {task = f} }}, {0.1, { {task = g} }} } }";

/* The arm at the top of the stack: { weight, states }. Leaves its states on the stack. */
static bool read_arm_weight(struct compiler *c, int arm, double *weight)
{
    lua_State *lua = c->load->lua;
    int top = lua_gettop(lua);
    if (lua_type(lua, top) != LUA_TTABLE || lua_rawlen(lua, top) != 2) {
        err_set(c->load->err, "choice: arm %d is not { weight, states }", arm);
        return err_help(c->load->err, "%s", choice_example);
    }
    lua_rawgeti(lua, top, 1);
    bool ok = script_read_number(c->load, -1, "weight", 1e12, false, weight);
    lua_settop(lua, top);
    if (!ok)
        return within(c, "choice: arm %d", arm) || err_help(c->load->err, "%s", choice_example);
    lua_rawgeti(lua, top, 2);
    return true;
}

/* Weights become cumulative shares; the last that has any is exactly 1. */
static bool share_out(struct compiler *c, struct op_arm *arms, int count)
{
    double total = arms[count - 1].upto;
    if (!(total > 0)) {
        err_set(c->load->err, "choice has no weight above 0");
        return err_help(c->load->err, "%s", choice_example);
    }
    for (int i = count - 1; i >= 0; i--)
        arms[i].upto = arms[i].upto >= total ? 1 : arms[i].upto / total;
    return true;
}

static bool read_choice(struct compiler *c, int index, struct place place)
{
    struct load *load = c->load;
    lua_State *lua = load->lua;
    int count = list_length(c, index, "choice", "a list of { weight, states }");
    if (count == 0)
        return err_help(load->err, "%s", choice_example);
    struct op_arm *arms = ARENA_ARRAY(load->arena, struct op_arm, count);
    int *jumps = ARENA_ARRAY(load->arena, int, count);
    int at = here(c);
    double total = 0;
    struct op *choose = add_op(c, OP_CHOOSE, place);
    choose->count = (uint16_t)count;
    choose->arms = arms;
    for (int i = 0; i < count; i++) {
        struct place arm = place_in(place, NULL, i + 1);
        double weight = 0;
        arms[i].pc = here(c);
        int top = lua_gettop(lua);
        lua_rawgeti(lua, index, i + 1);
        bool ok = read_arm_weight(c, i + 1, &weight);
        if (ok && !read_list(c, lua_gettop(lua), "an arm", place_in(arm, NULL, 2)))
            ok = within(c, "arm %d of choice", i + 1);
        lua_settop(lua, top);
        if (!ok)
            return fail_at(c, arm);
        arms[i].upto = total += weight;
        jumps[i] = here(c);
        (void)add_op(c, OP_JUMP, place);
    }
    op_at(c, at)->b = here(c);
    for (int i = 0; i < count; i++)
        op_at(c, jumps[i])->a = here(c);
    return share_out(c, arms, count);
}

/* A strand of its own: what is nested outside takes no place on it. */
static bool read_branch(struct compiler *c, int index, const char *label, struct place place)
{
    int strand = c->recording->strand;
    c->recording->strand = 0;
    bool ok = read_list(c, index, label, place);
    c->recording->strand = strand;
    if (ok)
        (void)add_op(c, OP_BRANCH_END, place);
    return ok;
}

static bool read_parallel(struct compiler *c, int index, struct place place)
{
    struct load *load = c->load;
    lua_State *lua = load->lua;
    int count = list_length(c, index, "parallel", "a list of branches");
    if (count == 0)
        return err_help(load->err, "write { parallel = { { {task = f} }, { {task = g} } } }");
    struct op_arm *arms = ARENA_ARRAY(load->arena, struct op_arm, count);
    int at = here(c);
    struct op *all = add_op(c, OP_ALL, place);
    all->count = (uint16_t)count;
    all->arms = arms;
    recording_enter(c->recording, "parallel");
    for (int i = 0; i < count; i++) {
        struct place branch = place_in(place, NULL, i + 1);
        arms[i] = (struct op_arm){1, here(c)};
        lua_rawgeti(lua, index, i + 1);
        bool ok = read_branch(c, lua_gettop(lua), "a branch", branch);
        lua_pop(lua, 1);
        if (!ok)
            return within(c, "branch %d of parallel", i + 1) || fail_at(c, branch);
    }
    c->recording->nesting--;
    op_at(c, at)->b = here(c);
    return true;
}

static bool read_map_numbers(struct compiler *c, int index, struct place place,
                             const struct dist **n, double *max)
{
    static const char *const fields[] = {"n", "max", "states", NULL};
    struct load *load = c->load;
    lua_State *lua = load->lua;
    int top = lua_gettop(lua);
    if (lua_type(lua, index) != LUA_TTABLE)
        return script_fail_type(load, index, "map", "a table");
    bool ok = script_known_fields(load, index, "map", fields, false);
    if (ok && script_field(lua, index, "n") == LUA_TNIL)
        ok = err_set(load->err, "map has no n");
    ok = ok && (script_read_dist(load, -1, Q_COUNT, "n", n) || fail_at(c, place_in(place, "n", 0)));
    if (ok && dist_is_constant(*n) && (*n)->constant > HANDLER_ITEMS_MAX)
        ok = err_set(load->err, "map: n = %lld is above the maximum of %d",
                     (long long)(*n)->constant, HANDLER_ITEMS_MAX);
    if (ok && script_field(lua, index, "max") != LUA_TNIL) {
        ok = script_read_number(load, -1, "max", ITEMS_AT_ONCE, true, max);
        if (ok && *max < 1)
            ok = err_set(load->err, "max = 0 lets nothing run");
        if (!ok) {
            err_help(load->err, "at most %d run at once; leave max out for that many",
                     ITEMS_AT_ONCE);
            (void)fail_at(c, place_in(place, "max", 0));
        }
    }
    lua_settop(lua, top);
    return ok;
}

static bool read_map(struct compiler *c, int index, struct place place)
{
    struct load *load = c->load;
    lua_State *lua = load->lua;
    const struct dist *n = NULL;
    double max = ITEMS_AT_ONCE;
    if (!read_map_numbers(c, index, place, &n, &max))
        return err_help(load->err,
                        "write { map = { n = 100, max = 10, states = { {task = f} } } }");
    int at = here(c);
    struct op *map = add_op(c, OP_MAP, place);
    map->dist = n;
    map->a = (int32_t)max;
    recording_enter(c->recording, "map");
    struct place inner = place_in(place, "states", 0);
    (void)script_field(lua, index, "states");
    bool ok = read_branch(c, lua_gettop(lua), "states", inner);
    lua_pop(lua, 1);
    if (!ok)
        return within(c, "map") || fail_at(c, inner);
    c->recording->nesting--;
    op_at(c, at)->b = here(c);
    return true;
}

/* -- a state ---------------------------------------------------------------------------------------------- */

/* By enum state_kind. */
static const struct {
    bool (*read)(struct compiler *c, int index, struct place place);
    bool may_fail; /* takes retry and catch */
} kinds[STATE_KINDS] = {
    [STATE_TASK] = {read_task, true},      [STATE_WAIT] = {read_wait, false},
    [STATE_CHOICE] = {read_choice, false}, [STATE_PARALLEL] = {read_parallel, true},
    [STATE_MAP] = {read_map, true},        [STATE_FAIL] = {read_fail, false},
};

static bool has_field(lua_State *lua, int index, const char *name)
{
    bool has = script_field(lua, index, name) != LUA_TNIL;
    lua_pop(lua, 1);
    return has;
}

/* Which kind the table at `index` is; STATE_KINDS with an error if it is none or several. */
static int find_kind(struct compiler *c, int index)
{
    static const char *const fields[] = {"task", "wait",  "choice", "parallel", "map",
                                         "fail", "retry", "catch",  NULL};
    struct load *load = c->load;
    int found = STATE_KINDS;
    if (lua_type(load->lua, index) != LUA_TTABLE) {
        err_set(load->err, "%s is no state", script_describe(load, index));
        err_help(load->err, "a state is a table: { task = f } or { wait = \"5s\" }");
        return STATE_KINDS;
    }
    if (!script_known_fields(load, index, "a state", fields, false))
        return STATE_KINDS;
    for (int kind = 0; kind < STATE_KINDS; kind++) {
        if (!has_field(load->lua, index, workflow_state_names[kind]))
            continue;
        if (found != STATE_KINDS) {
            err_set(load->err, "a state is either %s or %s", workflow_state_names[found],
                    workflow_state_names[kind]);
            err_help(load->err, "write two states, one after the other");
            return STATE_KINDS;
        }
        found = kind;
    }
    if (found == STATE_KINDS) {
        err_set(load->err, "a state says what it does");
        err_help(load->err, "with one of task, wait, choice, parallel, map, fail: { task = f }");
    }
    return found;
}

/* The retry policy of a state with retry or catch; NULL if it has neither. */
static bool read_policy(struct compiler *c, int index, enum state_kind kind, struct place place,
                        const struct retry_policy **policy)
{
    struct load *load = c->load;
    lua_State *lua = load->lua;
    bool retry = has_field(lua, index, "retry"), caught = has_field(lua, index, "catch");
    *policy = NULL;
    if (!retry && !caught)
        return true;
    if (!kinds[kind].may_fail) {
        err_set(load->err, "%s takes no %s", workflow_state_names[kind], retry ? "retry" : "catch");
        return err_help(load->err, "retry and catch belong to task, parallel and map");
    }
    if (retry)
        (void)script_field(lua, index, "retry");
    else
        lua_newtable(lua); /* the same reader supplies the defaults */
    bool ok = script_read_retry(load, lua_gettop(lua), "retry", NULL, policy);
    lua_pop(lua, 1);
    return ok || fail_at(c, place_in(place, "retry", 0));
}

/* The states that run when all tries failed; then the workflow goes on. */
static bool read_catch(struct compiler *c, int index, int attempt, struct place place)
{
    lua_State *lua = c->load->lua;
    if (script_field(lua, index, "catch") != LUA_TNIL) {
        struct place inner = place_in(place, "catch", 0);
        op_at(c, attempt)->a = here(c);
        if (!read_list(c, lua_gettop(lua), "catch", inner))
            return within(c, "catch") || fail_at(c, inner);
        int jump = here(c);
        (void)add_op(c, OP_JUMP, place);
        op_at(c, jump)->a = here(c);
        op_at(c, attempt)->b = here(c);
    }
    lua_pop(lua, 1);
    return true;
}

static bool read_state(struct compiler *c, int index, struct place place)
{
    lua_State *lua = c->load->lua;
    int kind = find_kind(c, index), attempt = -1;
    const struct retry_policy *policy;
    if (kind == STATE_KINDS || !read_policy(c, index, (enum state_kind)kind, place, &policy))
        return false;
    if (policy != NULL) {
        attempt = recording_open_try(c->recording, policy, "retry");
        op_at(c, attempt)->line = place.line;
    }
    add_op(c, OP_STATE, place)->a = kind;
    struct place value = place_in(place, workflow_state_names[kind], 0);
    (void)script_field(lua, index, workflow_state_names[kind]);
    bool ok = kinds[kind].read(c, lua_gettop(lua), value);
    lua_pop(lua, 1);
    if (!ok)
        return fail_at(c, value);
    if (attempt < 0)
        return true;
    recording_close_try(c->recording, attempt);
    op_at(c, here(c) - 1)->line = place.line;
    return read_catch(c, index, attempt, place);
}

bool script_read_states(struct load *load, int index, const struct owner *owner, const char *label,
                        const struct program **program)
{
    struct recording *recording = ARENA_NEW(load->arena, struct recording);
    *recording = (struct recording){.load = load, .resource = owner->name};
    struct compiler compiler = {.load = load,
                                .recording = recording,
                                .owner = owner,
                                .spot = script_key_spot(load, owner->spot, label)};
    struct place place = {script_tokens(load, owner->spot), false, compiler.spot.line};
    place.known = owner->spot.source >= 0 && source_after_key(&place.at, label);
    if (!read_list(&compiler, index, label, place))
        return err_context(load->err, "%s", owner_show(load, owner)) || fail_at(&compiler, place);
    int end = recording_add(recording, OP_END);
    recording->ops.items[end].line = 0;
    *program = recording_finish(recording, compiler.spot);
    return true;
}
