/* svc_function.h - the settings of `fn` (alias `lambda`); behaviour in svc_function.c.
 */
#ifndef TEPID_MODEL_SVC_FUNCTION_H
#define TEPID_MODEL_SVC_FUNCTION_H

#include "model/program.h"
#include "model/svc.h"
#include "model/target_tracking.h"

/* How long an idle instance lives: a law, or for ever. */
struct keep_alive_spec {
    const char *preset;      /* as written ("aws-2021"), or NULL */
    const struct dist *dist; /* NULL: for ever; resolved from the preset by check() */
    bool forever;
};

/* `provisioned`: a number; a schedule { { at=, n= }, …, every= }; or target tracking { min=, max=, target=, statistic= }.
 * What they do in a run: provisioning.h. */
enum { PROVISIONED_FIXED, PROVISIONED_SCHEDULE, PROVISIONED_TRACKING };
enum { STATISTIC_AVERAGE, STATISTIC_MAXIMUM };

struct provisioned_step {
    sim_time at;
    int64_t count;
};

struct provisioned_spec {
    int64_t count; /* at time 0; TIME_UNSET: not given (then there is no spill metric) */
    int64_t most;  /* the highest it may come to */
    int kind;
    const struct provisioned_step *steps; /* in order of time */
    int32_t step_count;
    sim_time every;                  /* the schedule begins anew after this long; TIME_UNSET: never */
    struct autoscale_spec autoscale; /* PROVISIONED_TRACKING */
    int statistic;
};

enum { PACKAGE_ZIP, PACKAGE_IMAGE };
enum { ARCH_X86_64, ARCH_ARM64 };
enum { REUSE_MRU, REUSE_LRU, REUSE_RANDOM };
enum { BINDING_STRICT, BINDING_LATE };
enum { LOOP_TERMINATE, LOOP_ALLOW };

struct function_config {
    int64_t memory; /* bytes, 128..10240 MB, whole MB */
    const char *runtime;
    int arch;
    int64_t timeout;         /* ns, 1 s..900 s */
    const struct dist *init; /* ns; NULL: from the catalog, filled in by check() */
    const struct dist *
        first_run; /* ns added to the first run after an init; NULL: from the catalog, filled in by check() */
    int package;
    struct keep_alive_spec keep_alive;
    int64_t max_lifetime; /* ns or TIME_UNSET */
    int reuse;
    int cold_binding;
    int64_t instance_concurrency; /* 1..1000 */
    int64_t reserved;             /* TIME_UNSET: none; 0 switches the function off */
    struct provisioned_spec provisioned;
    const struct dist *provisioning; /* ns of preparation before an allocation; filled in by check() */
    bool snapstart;
    int64_t async_retries;     /* 0..2 */
    int64_t max_event_age;     /* ns */
    struct target dlq;         /* resource -1: none; a queue or topic */
    struct target on_failure;  /* resource -1: none */
    struct target on_success;
    const struct dist *delivery; /* ns from an event's acceptance to its first invocation; filled in by check() */
    int async_jitter;            /* enum jitter: of the back-off after throttles */
    int recursive_loop;          /* LOOP_* */
    const struct program *handler;

    /* Derived by check(). */
    double cpu_factor; /* wall time of one unit of cpu work: 1769 MB / memory, at least 1 */
    int64_t memory_mb;
    double first_run_cpu_ns; /* work added to the first run after an init */
    sim_time init_limit; /* an init longer than this is repeated inside the first invocation */
    sim_time init_limit_provisioned; /* ... and where an instance is initialised ahead, broken off */
    bool restore_free;       /* SnapStart costs nothing (Java) */
};

/* Rows of the class's meter table. */
enum function_meter {
    FUNCTION_REQUESTS,
    FUNCTION_COMPUTE,      /* MB ms */
    FUNCTION_PC_COMPUTE,   /* MB ms on provisioned instances */
    FUNCTION_PC_CAPACITY,  /* MB ms provisioned */
    FUNCTION_SNAP_RESTORE, /* MB restored */
    FUNCTION_SNAP_CACHE,   /* MB ms cached */
    FUNCTION_LOGS,         /* bytes; only with pricing{ logs= } */
};

extern const struct svc_class svc_function_class;

#endif
