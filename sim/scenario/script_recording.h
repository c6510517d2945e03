/* script_recording.h - a handler while it is being recorded: the program under construction.
 *
 * Shared by script_recorder.c (life cycle, comparison of two recordings) and script_ops.c (what
 * each operation appends).
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

/* Adds the table of methods' functions to the table at `methods`. */
void script_ops_open(lua_State *lua, int methods);

#endif
