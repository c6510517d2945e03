/* script_recording.c - a program under construction: what all operations need; see script_recording.h. */
#include "scenario/script_recording.h"

#include <lauxlib.h>
#include <string.h>

#include "scenario/script_recorder.h"

/* The recording behind argument 1, or an error that says how to call an operation. */
struct recording *recording_begin(lua_State *lua, const char *op)
{
    struct load *load = load_of(lua);
    struct recorder *recorder = luaL_testudata(lua, 1, SCRIPT_RECORDER);
    script_check_memory(load);
    if (recorder == NULL) {
        err_set(load->err, "%s was not called on the recorder", op);
        err_help(load->err, "write r:%s(…), with a colon", op + 2);
        script_raise(load);
    }
    if (recorder->recording == NULL) {
        err_set(load->err, "%s: this recorder's handler has been recorded already", op);
        err_help(load->err, "use the argument of the function that is being recorded");
        script_raise(load);
    }
    luaL_checkstack(lua, 10, "handler");
    return recorder->recording;
}

/* Raises load->err, which one of the readers has filled, with the operation in front. */
_Noreturn void recording_fail(struct recording *recording, const char *op)
{
    struct err *err = recording->load->err;
    if (strncmp(err->what, op, strlen(op)) != 0)
        err_context(err, "%s", op);
    script_raise(recording->load);
}

_Noreturn void recording_fail_usage(struct recording *recording, const char *op, const char *what,
                                    const char *example)
{
    err_set(recording->load->err, "%s %s", op, what);
    err_help(recording->load->err, "write %s", example);
    script_raise(recording->load);
}

void recording_enter(struct recording *recording, const char *op)
{
    if (++recording->nesting <= PROGRAM_DEPTH_MAX)
        return;
    err_set(recording->load->err, "%s: each, try, all and map are nested more than %d deep", op,
            PROGRAM_DEPTH_MAX);
    script_raise(recording->load);
}

/* A loop or try takes a place on its strand; a parallel branch is a strand of its own. */
void recording_enter_strand(struct recording *recording, const char *op)
{
    recording_enter(recording, op);
    if (++recording->strand > recording->strand_max)
        recording->strand_max = recording->strand;
}

/* Opens and closes a try: TRY ... TRY_END. */
int recording_open_try(struct recording *recording, const struct retry_policy *retry, const char *what)
{
    int at = recording_add(recording, OP_TRY);
    recording->ops.items[at].retry = retry;
    recording->ops.items[at].a = -1;
    recording->leaf = false;
    recording_enter_strand(recording, what);
    return at;
}

void recording_close_try(struct recording *recording, int at)
{
    recording->strand--;
    recording->nesting--;
    (void)recording_add(recording, OP_TRY_END);
    recording->ops.items[at].b = recording->ops.count;
}

