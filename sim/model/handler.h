/* handler.h - runs recorded handlers: the interpreter of program.h.
 *
 * A leaf program (no calls, tries or branches) is worked out in one go when it starts: all it
 * does is add up time, so its end, outcome and stages are known at once and one event closes it.
 *
 * Any other program is walked by strands. A strand is a program counter with a small stack of
 * loops and tries; r:all and r:map start one for each branch and wait for all of them. Time
 * that ops add up is spent in one delay, just before the next thing someone else could see: a call, a
 * branch, a try, the end. While a strand waits, its generation names that wait: whatever
 * comes for an older one is dropped. A try's timeout, or the handler's own, ends the
 * wait at the deadline; calls it had made run on for nobody.
 *
 * Stages: `own` charges calls to downstream as a whole, `path` takes over the stages of the answer. At a
 * join both follow the branch that ended last, so each sums to the time elapsed.
 * A branch that fails lets the others finish; then the join fails. (State machines stop them: see `state` below.)
 */
#ifndef TEPID_MODEL_HANDLER_H
#define TEPID_MODEL_HANDLER_H

#include "model/call.h"
#include "model/draw_ahead.h"
#include "model/message.h"
#include "model/program.h"

/* More iterations than these of one each or map are cut (a drawn count has no bound of its own). */
#define HANDLER_EACH_MAX 100000
#define HANDLER_MAP_MAX  10000
/* Of each within each, all together: they go by in one event, which nothing can interrupt. */
#define HANDLER_ROUNDS_MAX 1000000
/* The same of a map that runs only so many at once. */
#define HANDLER_ITEMS_MAX 1000000
/* Strands alive at once, of all handlers. Beyond it the branches of a join start one after another: maps within maps must not
 * take all memory inside one event. */
#define HANDLER_STRANDS_MAX 2000000

/* What an op needs to know in a run. */
struct op_link {
    uint32_t edge;              /* CALL, INVOKE */
    uint16_t args;              /* CALL: model_args */
    struct retry_budget budget; /* TRY */
    struct breaker *breaker;    /* TRY: shared by all instances of the service; NULL: none */
};

/* How an invocation of a handler ended. */
struct handler_end {
    enum outcome outcome;
    int status;
    bool crash;                /* the instance is lost: crash or the handler's own timeout */
    int64_t run, wait;         /* leaf: time in each; else unused */
    const int64_t *own, *path; /* strands: stages since the handler's start */
};

/* A program as one service runs it. */
struct handler {
    const struct program *program; /* NULL: no handler, answers at once */
    struct op_link *links;
    double cpu_factor;        /* wall time of one unit of cpu work */
    uint64_t salt;            /* of the service, for draws that belong to a record */
    struct draw_ahead *ahead; /* leaf: draws of the first operation, or NULL */
    int64_t memory_bytes;     /* r:memory beyond it is a crash; 0: unlimited */
    void (*done)(struct model *model, struct svc *svc, uint32_t call, struct handler_end end);
    /* Where instances share a processor: does `work` ns of cpu for a strand, and calls handler_on_cpu_done when it is
     * done. NULL: work takes work * cpu_factor, whoever else is there. */
    void (*cpu)(struct model *model, struct svc *svc, uint32_t call, uint32_t strand,
                uint32_t generation, int64_t work);
    /* Workflows: a strand enters a state; adds what that takes to `delay`, by stage. NULL: no states. A program with states
     * is a state machine: when one branch fails, those still running are stopped, and no fault makes its waits longer. */
    void (*state)(struct model *model, struct svc *svc, uint32_t call, struct draw draw,
                  int64_t delay[STAGE_COUNT]);
};

/* A share of the processor was handed out: the strand goes on, unless it gave up meanwhile. */
void handler_on_cpu_done(struct model *model, uint32_t strand, uint32_t generation);

/* Finds the edges of its calls. Only while services start. */
void handler_bind(struct model *model, struct svc *svc, struct handler *handler,
                  const struct program *program);

/* Calls with these keys come next: the first operation's draws may be made ahead. */
void handler_expect(struct handler *handler, const uint64_t *keys, int count);

/* Works out a whole run of a leaf program for a call, as if it began at `start` and were cut at
 * `timeout` ns after it. */
struct handler_end handler_leaf(struct model *model, struct svc *svc, const struct handler *handler,
                                const struct call *call, sim_time start, sim_time timeout);

/* Starts a program that is not a leaf, at `start` >= now, with `extra` ns of run time before its first operation; handler->done
 * is called at its end, at the latest at `deadline`. */
void handler_start(struct model *model, struct svc *svc, struct handler *handler, uint32_t call,
                   sim_time start, int64_t extra, sim_time deadline);

/* A reply to a call made by a strand. */
void handler_on_reply(struct model *model, struct svc *svc, const struct reply *reply);

/* True if the request's attribute passes the test. */
bool attr_holds(const struct model *model, uint32_t source, uint64_t root_key,
                const struct attr_test *test);

/* How many records an invocation was given: 1 unless its caller delivers batches. */
int32_t handler_record_count(const struct model *model, const struct call *call);
/* One of them; index -1: what the invocation as a whole belongs to. */
struct record handler_record(const struct model *model, const struct call *call, int32_t index);
/* Notes a mark `at` for one record, or for each of them (-1). */
void handler_mark(struct model *model, const struct call *call, int32_t index, int32_t mark,
                  sim_time at);

/* Does a strand still wait for the answer to a call it made? (svc_class.awaits) */
bool handler_awaits(const struct model *model, const struct svc *svc, uint32_t strand,
                    uint32_t generation);

/* The invocation a strand belongs to. */
const struct call *handler_call(const struct model *model, uint32_t strand);

/* Size of a strand, for the model's pool of them. */
size_t handler_strand_bytes(void);

/* Event handlers. */
void handler_on_wake(struct sim *sim, uint32_t slot, uint32_t generation);
void handler_on_deadline(struct sim *sim, uint32_t slot, uint32_t generation);

#endif
