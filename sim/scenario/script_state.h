/* script_state.h - one load in progress: the Lua state, its limits, and what the file has
 * declared so far.
 *
 * Everything lives in the scenario's arena, because an error leaves Lua by longjmp: a binding
 * that holds nothing has nothing to release. An error is written into load->err and then raised
 * with the load itself as error value, so that no message is ever taken apart again; messages of
 * Lua's own are translated where they arise, with the stack still standing.
 *
 * The instruction hook and the allocator enforce the limits. A limit that was hit stays hit.
 */
#ifndef TEPID_SCENARIO_SCRIPT_STATE_H
#define TEPID_SCENARIO_SCRIPT_STATE_H

#include <lua.h>

#include "model/program.h"
#include "scenario/script.h"
#include "scenario/source.h"

/* A line of a file that was read; source indexes load->sources, -1: none. */
struct spot {
    const char *file;
    int line;
    int source;
};

struct source_file {
    const char *shown; /* as messages call it */
    const char *text;
    size_t length;
    const uint32_t *line_starts; /* offset of line i + 1 */
    int line_count;
};

struct load;

/* Something named with kind "name", complete once it got its settings. */
struct decl {
    const char *verb;
    const char *name;
    const struct svc_class *class; /* NULL: variant and the like */
    void (*read)(struct load *load, int decl,
                 int table); /* reads the settings at stack index `table`, or raises */
    void *config;
    struct spot spot;
    int resource; /* index among the resources; -1 if class is NULL */
    bool complete;
};

/* A name to be resolved when everything is declared. */
struct ref {
    struct target *target; /* where the answer goes */
    const char *name;      /* "web", "web GET /hello"; NULL: `resource` is known */
    int resource;
    int decl;          /* of `resource`, unless there is a name */
    const char *route; /* of a route handle, or NULL */
    enum use use;
    const char *what; /* who asks: "r:call", "traffic 'users'" */
    struct spot spot;
};

/* An attribute name, and whether some traffic draws it. */
struct attr_name {
    const char *name;
    bool drawn;
    struct spot spot;
    const char *what; /* who asks for it first, for messages: "r:when" */
};

enum load_stop { STOP_NONE, STOP_WALL, STOP_MEMORY, STOP_INSTRUCTIONS };

/* What a load has used up; a load in two passes shares one. */
struct load_meter {
    int64_t instructions;
    int64_t deadline_ns; /* on the monotonic clock */
    enum load_stop stop;
};

/* Grows by doubling inside the arena; `count` and `capacity` stand beside each array. */
#define LIST(type, name)                                                                           \
    struct {                                                                                       \
        type *items;                                                                               \
        int count, capacity;                                                                       \
    } name

struct recording;
struct file_cache;

struct load {
    lua_State *lua;
    struct arena *arena;
    struct scenario *scenario;
    const struct load_options *options;
    struct load_meter *meter;
    struct err *err;
    const char *folder; /* of the scenario file, real path, ends in '/' */
    bool silent;        /* print() says nothing */
    int64_t lua_bytes;
    struct spot last; /* a line the file was seen at lately */
    uint64_t digest;

    const struct assignment *variant; /* assignments of the chosen variant */
    int variant_count;
    bool *param_used;
    bool *override_used;

    LIST(struct source_file, sources);
    LIST(struct decl, decls);
    LIST(struct ref, refs);
    LIST(struct attr_name, attrs);
    LIST(const char *, marks);
    LIST(struct param_def, params);
    LIST(struct variant_def, variants);
    LIST(struct slo_def, slos);
    LIST(struct fault_def, faults);
    LIST(int, fault_sets); /* one a fault: registry index of its set table, or LUA_NOREF */
    LIST(struct target *, fault_targets);
    LIST(const char *, warnings);
    LIST(const char *, insights_off);
    LIST(struct file_cache *, files); /* CSV files read */
    LIST(const char *, paths);        /* of every file read */
    int resource_count;
    int *decl_of;    /* resource -> declaration; when all are declared */
    int sweep_table; /* registry index, or LUA_NOREF */
    struct spot account_spot, pricing_spot, simulate_spot, sweep_spot, scenario_spot;
    struct recording *recording; /* of the handler being recorded, or NULL */
};

/* Room for one more, zeroed; the list may move. */
void *list_room(struct arena *arena, void **items, int *count, int *capacity, size_t bytes);
#define LIST_ADD(load, list)                                                                       \
    list_room((load)->arena, (void **)&(load)->list.items, &(load)->list.count,                    \
              &(load)->list.capacity, sizeof *(load)->list.items)

struct load *load_of(lua_State *lua);

/* Runs body(L) with the load's Lua state open and limited, and closes it again. False with
 * load->err filled. */
bool script_state_run(struct load *load, lua_CFunction body);

/* Compiles and runs a source already in load->sources; leaves its one result on the stack. */
void script_run_source(struct load *load, int source);

/* The innermost line of the scenario on the call stack; the file as a whole if there is none. */
struct spot script_here(struct load *load);

/* Tokens from the spot's line on; none if it has no source. */
struct source script_tokens(const struct load *load, struct spot spot);

/* The line where `key` is set in the table constructor of the call at `spot`. */
struct spot script_key_spot(struct load *load, struct spot spot, const char *key);

/* Raise load->err (already filled) from the place it names, else from the given or the innermost
 * line. */
_Noreturn void script_raise(struct load *load);
_Noreturn void script_raise_at(struct load *load, struct spot spot);

/* Raises when memory of arena and Lua together is beyond the limit; called by every verb. */
void script_check_memory(struct load *load);
_Noreturn void script_raise_memory(struct load *load);

/* A Lua string as it is, copied into the arena. */
const char *script_text(struct load *load, int index);

#endif
