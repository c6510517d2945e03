/* script_recording.h - a handler while it is being recorded: the program under construction.
 *
 * Shared by script_recorder.c (life cycle, comparison of two recordings), script_ops.c (what
 * each operation appends) and script_read_states.c (what each state of a workflow appends).
 */
#ifndef TEPID_SCENARIO_SCRIPT_RECORDING_H
#define TEPID_SCENARIO_SCRIPT_RECORDING_H

#include "scenario/script_read.h"

#define RECORD_BLOCKS_MAX                                                                          \
    64 /* functions within functions; well inside Lua's own limit on C calls */

struct op_ref {
    int op;
    struct ref ref;
};

struct recording {
    struct load *load;
    const char *resource;
    LIST(struct op, ops);
    LIST(struct op_ref, refs);
    int recorder; /* stack index of the recorder */
    int blocks;   /* functions open */
    int nesting;  /* each, try, all, map open */
    int strand;   /* each, try open on this strand */
    int strand_max;
    bool records; /* inside r:records */
    bool leaf;
};

struct recorder {
    struct recording *recording; /* NULL: over */
};

#define SCRIPT_RECORDER "tepid.recorder"

/* Appends an operation and returns its index. */
int recording_add(struct recording *recording, enum op_code code);

/* Runs the function at stack index `index`, which records its block into the open program. */
void recording_block(struct recording *recording, int index, const char *what);

/* The recording behind argument 1, or an error that says how to call an operation. */
struct recording *recording_begin(lua_State *lua, const char *op);

/* Raises load->err, which one of the readers has filled, with the operation in front. */
_Noreturn void recording_fail(struct recording *recording, const char *op);
_Noreturn void recording_fail_usage(struct recording *recording, const char *op, const char *what,
                                    const char *example);

/* A block that is walked again or in parallel begins; raises where nesting gets too deep. `nesting--` when it ends. */
void recording_enter(struct recording *recording, const char *op);
/* The same for one that takes a place on its strand: each, try, records. `strand--` and `nesting--` when it ends. */
void recording_enter_strand(struct recording *recording, const char *op);

/* Opens and closes a try: TRY ... TRY_END. */
int recording_open_try(struct recording *recording, const struct retry_policy *retry,
                       const char *what);
void recording_close_try(struct recording *recording, int at);

/* The program, bound to names later; `spot` is where it stands. */
const struct program *recording_finish(struct recording *recording, struct spot spot);

/* Add the operations' functions to the table at `methods`. */
void script_ops_open(lua_State *lua, int methods);
void script_ops_services_open(lua_State *lua, int methods);

#endif
