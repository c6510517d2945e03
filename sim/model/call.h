/* call.h - one hop: someone submits a call, the service answers it exactly once.
 *
 * A call knows who waits for it (its owner: a record of another service), the chance key all its
 * draws derive from, and the request it belongs to. On the way back it carries its path: how much
 * of its latency was spent in which stage, everything below it included. Most calls spend
 * their time in one stage after an optional init; those need no path array, only the name of the stage.
 *
 * The owner may stop waiting (a timeout): then the call runs on, and its answer finds nobody, because the owner's
 * generation has moved on. Its work and cost count all the same.
 */
#ifndef TEPID_MODEL_CALL_H
#define TEPID_MODEL_CALL_H

#include "model/model.h"
#include "model/program.h"

enum {
    CALL_MEASURED = 1, /* arrived in the measured interval */
    CALL_PATH = 2,     /* paths[slot] is in use */
    CALL_COLD = 4,
    CALL_PROVISIONED = 8,
    CALL_RESET = 16,      /* the instance is lost: timeout or crash */
    CALL_QUEUED = 32,     /* init_ns was spent in a queue, not in an init */
    CALL_UNRESERVED = 64, /* counts against the account's unreserved concurrency */
    CALL_ANSWERED = 128,  /* nobody waits: its owner was acknowledged, or there is none */
};

struct call {
    struct pool_head head;
    uint64_t key;
    uint64_t root_key;   /* of the request: attributes */
    sim_time root_start; /* when the request began: marks */
    sim_time arrived;
    sim_time begun;  /* it counts as concurrency since */
    int64_t init_ns; /* time it waited, after begun, for an init or in a queue (CALL_QUEUED) */
    uint32_t owner, owner_generation; /* record of owner_svc that waits */
    uint32_t owner_svc;
    uint32_t svc;
    uint32_t source; /* service index of the traffic it comes from */
    uint32_t edge;
    uint32_t probe;    /* node of the callee: a service or a route */
    uint32_t instance; /* function: instance, or the next call in its queue; gateway: route */
    uint16_t status;
    uint8_t outcome;
    uint8_t stage; /* without CALL_PATH: where all time after init went */
    uint8_t flags;
    uint8_t hops;  /* rounds of an asynchronous cycle so far (loop.h) */
    uint16_t args; /* of the operation: call_args */
};

/* Who asks for a call. */
struct caller {
    uint32_t svc;
    uint32_t owner, generation; /* of its record */
    uint32_t edge;
    uint64_t key;     /* chance key of the new call */
    uint64_t subject; /* the same for all tries of what is asked; 0: as key */
    uint64_t root_key;
    sim_time root_start;
    uint32_t source;
    uint16_t args; /* model_args of what is asked, or 0 */
    uint8_t hops;
};

/* What comes back. `path` sums to `latency`, unless the call was throttled. */
struct reply {
    uint32_t owner, generation;
    uint32_t edge;
    enum outcome outcome;
    int status;
    sim_time latency;
    enum stage stage;    /* where all of it went, if it was one; else STAGE_COUNT */
    const int64_t *path; /* NULL where `stage` says it all */
    uint64_t root_key;
};

/* Adds the stages of an answer to `into`. */
static inline void reply_add_path(const struct reply *reply, int64_t into[STAGE_COUNT])
{
    if (reply->path == NULL) {
        into[reply->stage] += reply->latency;
        return;
    }
    for (int i = 0; i < STAGE_COUNT; i++)
        into[i] += reply->path[i];
}

/* What a submit returns is the latest instant at which the answer comes, so that a caller with a later deadline needs
 * no timer; or one of these. */
#define DUE_ANSWERED 0 /* it came already */
#define DUE_UNKNOWN  SIM_NEVER

/* Submits a call to a resource (and route, or -1). Returns when the answer comes at the latest. The owner's
 * on_reply may run before this returns. */
sim_time call_submit(struct model *model, const struct caller *caller, struct target target);

/* Work a service takes on by itself, for a message it accepted: a call of its own that counts at its node, but on no edge, and that
 * nobody waits for. What is to be done with it is the service's to do: submit is not called. */
struct call *call_own(struct model *model, const struct caller *caller, struct target target);

static inline struct call *call_at(const struct model *model, uint32_t slot)
{
    return pool_at(&model->calls, slot);
}

static inline uint32_t call_slot(const struct model *model, const struct call *call)
{
    return (uint32_t)(((const char *)call - model->calls.items) / sizeof(struct call));
}

static inline bool call_measured(const struct call *call)
{
    return (call->flags & CALL_MEASURED) != 0;
}

/* What the operation asks for; never NULL, all fields 0 where the caller gave none. */
static inline const struct op_args *call_args(const struct model *model, const struct call *call)
{
    return model->args[call->args];
}

/* The index by which calls carry these arguments. Only while services start. Equal arguments share one. */
uint16_t model_args(struct model *model, const struct op_args *args);

/* Serves a call for `duration` ns from now, times the fault's factor; then svc_class.complete is called, with
 * outcome and status as given here (or a fault's error). All its time is charged to `stage`; time spent before now to
 * the queue. Returns when it ends. */
sim_time call_serve(struct model *model, struct svc *svc, struct call *call, int64_t duration,
                    enum stage stage, enum outcome outcome, int status);

/* The same without an end: the service calls its `complete` itself when it knows. */
void call_serve_open(struct model *model, struct svc *svc, struct call *call, enum stage stage,
                     enum outcome outcome, int status);

/* The usual svc_class.complete: concurrency goes down, the call is answered as call_serve was told. */
void call_finish_served(struct model *model, struct svc *svc, struct call *call);

/* Event handler of EVENT_CALL_DONE. */
void call_on_done(struct sim *sim, uint32_t slot, uint32_t generation);

/* The stage that init_ns belongs to. */
static inline enum stage call_wait_stage(const struct call *call)
{
    return (call->flags & CALL_QUEUED) ? STAGE_QUEUE : STAGE_INIT;
}

/* Answers a call all of whose time after init_ns was spent in call->stage. Frees it. */
void call_answer(struct model *model, struct call *call, enum outcome outcome, int status);

/* Answers a call with its own stages (for its node) and its path (for the caller); each sums to the latency. */
void call_answer_staged(struct model *model, struct call *call, enum outcome outcome, int status,
                        const int64_t own[STAGE_COUNT], const int64_t path[STAGE_COUNT]);

/* Gives the owner its answer now, for work that was only begun: all it waited is charged to `stage`. The call goes on for
 * nobody, and is to be answered like any other when its work is done. Its class `acknowledges`. May move the pool of calls. */
void call_acknowledge(struct model *model, struct call *call, int status, enum stage stage);

/* Refuses a call: throttled, nothing done. Frees it. */
void call_refuse(struct model *model, struct call *call, int status);

/* False: the caller has given up; the answer will find nobody. */
bool call_is_awaited(const struct model *model, const struct call *call);
/* The same after some time, which `path` says how it was spent: the refusal came from further down. */
void call_refuse_late(struct model *model, struct call *call, int status,
                      const int64_t path[STAGE_COUNT]);

/* Service begins and ends: concurrency, and the integral that Little's law compares. */
static inline void call_begin(struct model *model, struct svc *svc, struct call *call)
{
    call->begun = model->sim.now;
    level_change(&svc->concurrency, 1, model->sim.now);
}

static inline void call_end(struct model *model, struct svc *svc, const struct call *call)
{
    level_change(&svc->concurrency, -1, model->sim.now);
    svc->served_ns += model->sim.now - call->begun;
}

#endif
