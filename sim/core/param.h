/* param.h - one setting of a service, described once.
 *
 * A service class lists its settings in a constant table of these. The Lua constructor,
 * `--set`, `tepid params`, error messages and (later) sliders all read the table, so a setting exists in all
 * of them or in none. The values land in the class's config struct at `offset`, as the C type named
 * beside each kind. What was not given and has no fallback is "unset": TIME_UNSET for
 * whole numbers, NAN for doubles, NULL for pointers, -1 for references.
 */
#ifndef TEPID_CORE_PARAM_H
#define TEPID_CORE_PARAM_H

#include "core/base.h"

enum param_kind {
    PARAM_TIME,      /* int64_t nanoseconds */
    PARAM_SIZE,      /* int64_t bytes; a bare number is MB only where PARAM_BARE_MB is set */
    PARAM_COUNT,     /* int64_t */
    PARAM_RATE,      /* double, per second */
    PARAM_SHARE,     /* double 0..1 */
    PARAM_BOOL,      /* bool */
    PARAM_ENUM,      /* int: index into choices */
    PARAM_TEXT,      /* const char * */
    PARAM_TIME_DIST, /* const struct dist *, nanoseconds */
    PARAM_SIZE_DIST, /* const struct dist *, bytes */
    PARAM_HANDLER,   /* const struct program *, recorded from a Lua function */
    /* compound values of the model, read by scenario/script_read_*.c */
    PARAM_KEEP_ALIVE,  /* struct keep_alive_spec */
    PARAM_PROVISIONED, /* struct provisioned_spec */
    PARAM_RETRY,       /* const struct retry_policy * */
    PARAM_RATE_SHAPE,  /* const struct rate_shape * */
    PARAM_ARRIVALS,    /* struct arrival_law */
    PARAM_TARGETS,     /* struct target_list: `to` or `to_mix` */
    PARAM_ATTRS,       /* struct attr_list */
    PARAM_SCALING,     /* struct scaling_spec */
    PARAM_ROUTES,      /* struct route_list: every key "METHOD /path" */
    PARAM_LATER,       /* a setting of a later version: refused with a clear "not yet" */
};

enum {
    PARAM_BARE_MB = 1,
    PARAM_REQUIRED = 2,
    PARAM_SETTABLE = 4 /* may be changed by a fault's set{} */
};

struct param_spec {
    const char *name;
    enum param_kind kind;
    size_t offset;
    const char *fallback; /* default as a user would write it ("128MB", "3s"); NULL: unset */
    double min, max; /* bounds in the base unit, both inclusive; max 0: only the contract's own */
    const char *const *choices; /* PARAM_ENUM, NULL-terminated */
    const char *doc;            /* one line for `tepid params` and messages, without a final stop */
    unsigned flags;
};

#endif
