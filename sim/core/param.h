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
    PARAM_NUMBER,    /* double without a unit: 0.5 */
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
    PARAM_TARGET,    /* struct target: a resource that may be called */
    PARAM_CONSUMER,  /* struct target: takes batches */
    PARAM_MESSAGE,   /* struct target: takes messages */
    PARAM_MESSAGES,  /* struct target_refs: a list of those */
    PARAM_DLQ,       /* struct target: takes dead letters */
    PARAM_KEYS,      /* struct key_law: a number of keys, or zipf{n=,s=} */
    PARAM_AUTHORIZER, /* struct authorizer_spec *, NULL if not given */
    PARAM_AUTOSCALE, /* struct autoscale_spec */
    PARAM_TABLE,     /* pointer to a struct of its own, NULL if not given; detail: struct param_table */
    PARAM_RULES,     /* struct bus_rules */
    PARAM_STATES,    /* const struct program *: the states of a workflow */
    PARAM_ROUTE_ALL, /* the PARAM_ROUTES before it, as one resource behind every path; also written as [1] */
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
    double min, max; /* bounds in the base unit, both inclusive; max 0: only the contract's own;
                        PARAM_NUMBER has bounds of its own always */
    const void *detail; /* PARAM_ENUM: its choices, const char *const[], NULL-terminated; PARAM_TABLE; PARAM_ROUTES,
                           PARAM_ROUTE_ALL: the enum use their targets must have, NULL: USE_ROUTE */
    const char *doc;            /* one line for `tepid params` and messages, without a final stop */
    unsigned flags;
};

/* What a PARAM_TABLE holds: settings like any other, in a struct of their own. */
struct param_table {
    const struct param_spec *fields;
    size_t bytes;
    const char *form; /* how it is written, for messages: "proxy = true or …" */
    bool flag;        /* true alone gives it, every field by default */
};

/* The choices of a PARAM_ENUM. */
static inline const char *const *param_choices(const struct param_spec *spec)
{
    return spec->detail;
}

#endif
