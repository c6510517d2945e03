/* script.h - from a Lua file to a scenario; the only door to Lua.
 *
 * A load: a fresh Lua state in a sandbox (CONTRACT 2.1, 2.5), the file runs once, handlers are
 * recorded twice, everything is wired and checked, Lua is closed. The load always ends:
 * instruction, memory and wall-clock limits hold in Lua code through a hook and the allocator;
 * and because Lua's own C functions can loop where no hook reaches, a load is tried first in a
 * child process with a time limit (loading is deterministic).
 */
#ifndef TEPID_SCENARIO_SCRIPT_H
#define TEPID_SCENARIO_SCRIPT_H

#include "scenario/scenario.h"

struct load_limits {
    sim_time wall;        /* default 5 s */
    int64_t memory;       /* default 256 MB */
    int64_t instructions; /* default 200 million */
};
extern const struct load_limits load_limits_default;
/* "5s,256MB" or one of the two. */
bool load_limits_read(const char *text, struct load_limits *limits, struct err *err);

/* resource.setting = value, from --set. */
struct override {
    const char *resource, *setting, *value;
};

struct load_options {
    const struct assignment *params; /* -p name=value (VALUE_TEXT) and a variant's assignments */
    int param_count;
    const struct override *overrides;
    int override_count;
    const char *variant; /* applied under -p; NULL: none */
    struct load_limits limits;
    const char *traces_dir; /* the shipped assets/traces, or NULL */
    bool trusted;           /* skip the child process (it was tried already) */
    bool silent;            /* print() of the file says nothing */
};

/* NULL and err (ERR_USER or ERR_FILE) when it cannot be loaded. The scenario keeps `catalog` by
 * reference unless pricing{list=} names another. print() of the file goes to stderr (not in the
 * child). */
struct scenario *script_load(const char *path, const struct catalog *catalog,
                             const struct load_options *options, struct err *err);

#endif
