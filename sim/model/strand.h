/* strand.h - the threads of control of a handler: how they wait, fail, branch and join. Private to the interpreter.
 *
 * A strand runs until it waits: for time to pass (a delay, a back-off), for an answer, for its branches. Its generation names
 * that wait; whatever comes for an older one is dropped. handler.c walks the operations and calls
 * these; when a wait is over they call strand_run in turn.
 */
#ifndef TEPID_MODEL_STRAND_H
#define TEPID_MODEL_STRAND_H

#include "model/handler.h"
#include "model/message.h"

enum strand_state {
    STRAND_RUNNING,
    STRAND_DELAY,
    STRAND_CALL,
    STRAND_JOIN,
    STRAND_BACKOFF,
    STRAND_CPU,   /* its share of a processor */
    STRAND_HEDGE, /* for the first of two copies of a try's body */
};

/* A loop or a try in progress. */
struct frame {
    int32_t pc;        /* its EACH, RECORDS or TRY */
    int32_t attempt;   /* TRY: retries made */
    int16_t cost;      /* TRY: quota tokens the last retry took */
    uint64_t turn;     /* TRY: strand.turn when it began */
    int64_t left;      /* EACH, RECORDS: iterations left */
    sim_time deadline; /* TRY: of the present attempt */
    sim_time backoff;  /* TRY: the previous delay */
};

struct strand {
    struct pool_head head;
    struct handler *handler;
    uint32_t call;           /* the invocation it belongs to */
    uint32_t parent;         /* strand that waits at the join, or POOL_NONE: the root */
    uint32_t child;          /* live branches of a join: the newest; they are linked both ways, */
    uint32_t sibling, newer; /* so that each leaves in one step, however many there are */
    uint32_t branches;       /* still running */
    uint32_t forked, wanted; /* branches started so far, and in all */
    uint64_t key, round;
    uint64_t subject, turn; /* as key and round, but the same in every try: what calls are about */
    uint64_t key_outside, subject_outside; /* in r:records: before and after */
    int32_t record;       /* in r:records: which one, else -1 */
    int32_t pc;
    uint8_t state, depth;
    bool submitting; /* inside call_submit: the reply may come at once */
    uint8_t failed;  /* join: enum outcome of the first branch that failed */
    int16_t failed_status;
    sim_time since;             /* the present wait began */
    sim_time deadline;          /* root: of the whole invocation */
    int64_t delay[STAGE_COUNT]; /* time added up and not yet spent: run, wait, back-off */
    int64_t own[STAGE_COUNT], path[STAGE_COUNT];
    struct frame frames[PROGRAM_DEPTH_MAX];
};

static inline struct strand *strand_at(const struct model *model, uint32_t slot)
{
    return pool_at(&model->strands, slot);
}

/* The service whose handler it runs. */
static inline struct svc *strand_svc(const struct model *model, const struct strand *strand)
{
    return &model->svcs[call_at(model, strand->call)->svc];
}

static inline const struct op *strand_ops(const struct strand *strand)
{
    return strand->handler->program->ops;
}

static inline struct draw strand_draw(const struct strand *strand, const struct op *op)
{
    return draw_of(strand->key + strand->round * RNG_STEP, op->salt);
}

/* Time added up and not yet spent. */
static inline int64_t strand_planned(const struct strand *strand)
{
    return strand->delay[STAGE_QUEUE] + strand->delay[STAGE_RUN] + strand->delay[STAGE_WAIT] +
           strand->delay[STAGE_OVERHEAD];
}

/* For traces: what the strand does for `time` ns (SIM_NEVER: until it is cut), once the time added up so far is over. */
COLD void strand_show(struct model *model, const struct strand *strand, const char *op, int32_t line,
                 int64_t time, enum outcome outcome);
COLD void strand_show_at(struct model *model, const struct strand *strand, const char *op, int32_t line,
                    sim_time start, int64_t time, enum outcome outcome);

/* What the call of an operation is about. */
static inline uint64_t strand_subject(const struct strand *strand, const struct op *op)
{
    return rng_mix(strand->subject + strand->turn * RNG_STEP + op->salt);
}

/* Whose request this is: of the record at hand, or of the invocation. */
struct record strand_origin(const struct model *model, const struct strand *strand);

/* r:records: goes to record `index`; its draws derive from its own key. */
void strand_enter_record(const struct model *model, struct strand *strand, int32_t index);
void strand_leave_records(struct strand *strand);
/* The body of a RECORDS or EACH is over: once more, or on after it. */
void strand_next_turn(const struct model *model, struct strand *strand);

/* A new strand at `pc`; parent POOL_NONE: the root of an invocation. */
uint32_t strand_new(struct model *model, struct handler *handler, uint32_t call, uint32_t parent,
                    uint64_t key, int32_t pc);

/* Charges time to a stage, of its own and of its path. */
void strand_charge(struct strand *strand, enum stage stage, int64_t ns);

/* An attempt of the innermost try begins: the breaker is asked, a hedged body is started as a branch. True if the strand goes
 * on by itself. */
bool strand_begin_attempt(struct model *model, uint32_t slot);
/* The second copy of a hedged try's body. */
void strand_send_copy(struct model *model, uint32_t slot);
/* The body of the innermost try succeeded. */
void strand_end_try(struct model *model, struct strand *strand);

/* The first deadline that ends what this strand does: of a try, or of the invocation. */
sim_time strand_deadline(const struct strand *strand);
/* The deadline of an attempt of a try that begins now. */
sim_time strand_try_deadline(const struct model *model, const struct op *op);

/* The strand waits from now on until `until` at the latest (DUE_UNKNOWN: who knows); `wake`: an event of its own ends the wait. */
void strand_wait_until(struct model *model, uint32_t slot, enum strand_state state, sim_time until,
                       bool wake);
/* Spends the time added up so far; true if the strand now waits. */
bool strand_spend_delay(struct model *model, uint32_t slot);
/* True if the time added up ends beyond a deadline. */
bool strand_is_late(const struct model *model, const struct strand *strand);
/* A wait is over, or broken off: charges what passed. */
void strand_charge_wait(struct model *model, struct strand *strand);

/* An operation failed. True if the strand goes on running now (an on_error). `own`: the handler said so itself. */
bool strand_fail(struct model *model, uint32_t slot, enum outcome outcome, int status, bool own);
/* A deadline passed while it waited. */
void strand_time_out(struct model *model, uint32_t slot);

/* Starts the branches of an ALL or MAP; false if there are none. */
bool strand_fork(struct model *model, uint32_t slot, const struct op *op);

/* The strand reached its end, or cannot go on. */
void strand_end(struct model *model, uint32_t slot, enum outcome outcome, int status, bool own);
/* Ends the whole invocation from any of its strands. */
void strand_finish(struct model *model, uint32_t slot, enum outcome outcome, int status,
                   bool crash);

/* handler.c: walks until the strand waits or ends. */
void strand_run(struct model *model, uint32_t slot);

#endif
