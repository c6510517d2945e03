/* model.h - one run's services, calls and counts around one clock.
 *
 * `struct sim` comes first, so that an event handler, which is given the clock, can reach the model. All of it is
 * owned by the run: services and nodes in the arena, calls and the like in pools.
 */
#ifndef TEPID_MODEL_MODEL_H
#define TEPID_MODEL_MODEL_H

#include "core/arena.h"
#include "core/pool.h"
#include "core/sim.h"
#include "model/account.h"
#include "model/probe.h"
#include "model/svc.h"
#include "model/token_bucket.h"
#include "stats/level.h"

/* Kinds of events; the handlers are bound in run/world.c. */
enum event_kind {
    EVENT_ARRIVAL,          /* slot: service of the source */
    EVENT_CALL_DONE,        /* call_serve is over; slot: call */
    EVENT_LEAF_DONE,        /* slot: call */
    EVENT_STRAND_WAKE,      /* slot: strand */
    EVENT_STRAND_DEADLINE,  /* slot: strand */
    EVENT_INSTANCE_READY,   /* late binding; slot: instance, generation: service */
    EVENT_GATEWAY_FORWARD,  /* slot: call */
    EVENT_GATEWAY_DEADLINE, /* slot: call */
    EVENT_CLIENT_TRY,       /* slot: request */
    EVENT_CLIENT_DEADLINE,  /* slot: request */
    EVENT_CLIENT_HEDGE,     /* slot: request */
    EVENT_OBSERVE,          /* slot: what to observe, see run/ */
    EVENT_FAULT,            /* slot: index of the fault, generation 0 begin, 1 end */
    EVENT_ASYNC,            /* an asynchronous invocation is due; slot: its record */
    EVENT_KINDS             /* from here on: events of classes, SVC_EVENT */
};

/* The i'th event of a class: `SVC_EVENT(svc_queue_class, 0)`. */
#define SVC_EVENT(class, i) (EVENT_KINDS + ID_##class * SVC_EVENTS_MAX + (i))

/* One configured service in one run. */
struct svc {
    const struct svc_class *class;
    const char *name;
    const void *config; /* in force now: a fault may have exchanged it */
    void *state;
    uint32_t index;
    uint32_t probe;           /* node of this service; its routes' follow */
    const struct route_list *routes; /* of a gateway, else NULL */
    uint32_t route_count;
    bool loop_head;      /* function: counts the rounds of an asynchronous cycle (loop.h) */
    sim_time settled_at; /* usage by the clock is metered up to here */
    struct level concurrency; /* calls in service */
    int128 served_ns;         /* time in service of all calls answered: Little's law, exactly */
    int64_t meters[SVC_METERS_MAX];     /* all use */
    int64_t meters_pre[SVC_METERS_MAX]; /* ... of calls before the measured interval */
    double latency_factor;              /* 1, or what a fault makes of it */
    double error_share;                 /* 0, or a fault's */
    uint64_t fault_salt;
};

/* Where a caller meets a callee. Where it is the only caller, what the callee's node counts is the edge's too, and
 * nothing is counted here. */
struct edge {
    uint32_t from, to;                 /* probes */
    uint64_t calls, errors, throttles; /* of the measured interval */
    uint64_t all_calls, all_errors;    /* of the whole run */
    bool shared;                       /* the callee has other callers too */
    bool async;                        /* carries messages: the caller does not wait */
    struct hist latency;
};

/* What the account's functions and gateways share. */
struct account {
    struct peak concurrency;  /* invocations of all functions */
    int64_t unreserved_limit; /* what reserved and provisioned concurrency leave; may be negative */
    int64_t unreserved_in_use;
    int64_t reserved; /* by all functions: its request rate is theirs */
    struct token_bucket requests; /* 10 per unit of concurrency and second */
    struct token_bucket api;
    struct token_bucket burst; /* new instances, rule burst-2023 */
};

#define MANY_SERVICES 64 /* fewer stay in the nearer caches by themselves */

/* How many requests ahead a service is told that it will be called (svc_class.prefetch). */
enum { PREFETCH_NEAR = 2, PREFETCH_MIDDLE = 5, PREFETCH_FAR = 8, PREFETCH_FIRST = 11 };

struct model {
    struct sim sim;
    struct arena *arena;
    const struct catalog *catalog;
    struct account_config account_config;
    struct account account;
    struct svc *svcs;
    uint32_t svc_count;
    bool many_services; /* at least MANY_SERVICES: what they touch is prefetched */
    struct probe *probes;
    uint32_t *seen_as;       /* by probe: the one that holds its numbers (seen_probe) */
    struct hist_queue later; /* counts put off, where there are many services */
    uint32_t probe_count;
    uint32_t marks; /* first mark's node */
    struct edge *edges;
    size_t edge_count, edge_capacity;
    bool edges_shared; /* some callee has several callers */
    struct pool calls;
    int64_t (*paths)[STAGE_COUNT]; /* by call slot; written only where CALL_PATH is set */
    uint32_t paths_capacity;
    struct pool strands;
    struct pool requests_pool; /* journeys that need a record, of all sources */
    struct pool asyncs;        /* asynchronous invocations under way, see async.h */
    void *shared[SVC_CLASSES]; /* what the services of a class share */
    const struct op_args **args; /* what calls carry, by call.args; [0] is nothing */
    uint32_t arg_count;
    size_t arg_capacity;
    uint64_t seed;
    uint32_t rep;
    sim_time warmup;
    bool measuring;         /* now >= warmup */
    struct seeker *seeker;  /* looks for requests to trace, or NULL */
    struct span_log *spans; /* writes down what chosen requests do, or NULL */
    int64_t logs_bytes;     /* pricing{logs=} per invocation, or 0 */
    int64_t transfer_bytes; /* pricing{transfer=} per answer, or 0 */
    uint64_t requests;      /* journeys begun by traffic */
    /* What the call being submitted is about: as its key, but the same for every try of an operation. Good until submit returns or
     * calls in turn: which key of a store is asked for must not change when the SDK tries again. */
    uint64_t subject;
};

static inline struct model *model_of(struct sim *sim)
{
    return (struct model *)sim;
}

static inline struct probe *svc_probe(struct model *model, const struct svc *svc)
{
    return &model->probes[svc->probe];
}

/* The probe to read for a service. A source whose every journey is one call to one leaf function that nobody else calls
 * would record the same numbers as the function: it records none, and is read from there. */
static inline struct probe *seen_probe(const struct model *model, const struct svc *svc)
{
    return &model->probes[model->seen_as[svc->probe]];
}

/* The set of METRIC_BIT a service shows. */
static inline uint64_t svc_metrics(const struct svc *svc)
{
    return svc->class->metrics != NULL ? svc->class->metrics(svc) : METRICS_CALLS;
}

/* Adds to a meter of a service. */
static inline void svc_meter(struct svc *svc, int meter, int64_t amount, bool measured)
{
    svc->meters[meter] += amount;
    if (!measured)
        svc->meters_pre[meter] += amount;
}

/* What all services of a class share in this run: `model_shared(model, svc_queue_class)`. */
#define model_shared(model, class) ((model)->shared[ID_##class])

/* Meters a service's use by the clock up to now. */
void svc_settle(struct model *model, struct svc *svc);

/* The edge from one node to another, made at first use. Only while services start. */
uint32_t model_edge(struct model *model, uint32_t from, uint32_t to);

#endif
