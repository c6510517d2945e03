/* handler.c - strands; see handler.h. */
#include "model/handler.h"

#include <string.h>

enum strand_state { STRAND_RUNNING, STRAND_DELAY, STRAND_CALL, STRAND_JOIN, STRAND_BACKOFF };

/* A loop or a try in progress. */
struct frame {
    int32_t pc;        /* its EACH or TRY */
    int32_t attempt;   /* TRY: retries made */
    int64_t left;      /* EACH: iterations left */
    sim_time deadline; /* TRY: of the present attempt */
    sim_time backoff;  /* TRY: the previous delay */
};

struct strand {
    struct pool_head head;
    struct handler *handler;
    uint32_t call;           /* the invocation it belongs to */
    uint32_t parent;         /* strand that waits at the join, or POOL_NONE: the root */
    uint32_t child, sibling; /* live branches of a join */
    uint32_t branches;       /* still running */
    uint64_t key, round;
    int32_t pc;
    uint8_t state, depth;
    bool submitting;         /* inside call_submit: the reply may come at once */
    uint8_t failed;          /* join: enum outcome of the first branch that failed */
    int16_t failed_status;
    sim_time since;          /* the present wait began */
    sim_time deadline;       /* root: of the whole invocation */
    int64_t delay[STAGE_COUNT]; /* time added up and not yet spent: run, wait, back-off */
    int64_t own[STAGE_COUNT], path[STAGE_COUNT];
    struct frame frames[PROGRAM_DEPTH_MAX];
};

static struct strand *strand_at(const struct model *model, uint32_t slot)
{
    return pool_at(&model->strands, slot);
}

static struct svc *svc_of(const struct model *model, const struct strand *strand)
{
    return &model->svcs[call_at(model, strand->call)->svc];
}

static const struct op *ops_of(const struct strand *strand)
{
    return strand->handler->program->ops;
}

static struct draw op_draw(const struct strand *strand, const struct op *op)
{
    return draw_of(strand->key + strand->round * RNG_STEP, op->salt);
}

void handler_bind(struct model *model, struct svc *svc, struct handler *handler,
                  const struct program *program)
{
    handler->program = program;
    if (program == NULL)
        return;
    const struct op *first = program->ops;
    if (program->leaf && (first->code == OP_CPU || first->code == OP_WAIT) &&
        !dist_is_constant(first->dist))
        handler->ahead = ARENA_NEW(model->arena, struct draw_ahead);
    handler->links = ARENA_ARRAY(model->arena, struct op_link, program->count);
    for (int32_t i = 0; i < program->count; i++) {
        const struct op *op = &program->ops[i];
        if (op->code == OP_CALL) {
            uint32_t to = model->svcs[op->target.resource].probe;
            if (op->target.route >= 0)
                to += 1 + (uint32_t)op->target.route;
            handler->links[i].edge = model_edge(model, svc->probe, to);
        }
        if (op->code == OP_TRY)
            retry_budget_init(&handler->links[i].budget, op->retry);
    }
}

size_t handler_strand_bytes(void)
{
    return sizeof(struct strand);
}

/* -- life ------------------------------------------------------------------------------- */

static uint32_t strand_new(struct model *model, struct handler *handler, uint32_t call,
                           uint32_t parent, uint64_t key, int32_t pc)
{
    uint32_t slot = pool_take(&model->strands);
    struct strand *strand = strand_at(model, slot);
    struct pool_head head = strand->head;
    memset(strand, 0, offsetof(struct strand, frames)); /* frames are written when they are pushed */
    strand->head = head;
    strand->handler = handler;
    strand->call = call;
    strand->parent = parent;
    strand->child = strand->sibling = POOL_NONE;
    strand->key = key;
    strand->pc = pc;
    strand->since = model->sim.now;
    strand->deadline = SIM_NEVER;
    return slot;
}

/* Frees a strand and all branches below it; what they wait for will find nobody. */
static void strand_free(struct model *model, uint32_t slot)
{
    for (uint32_t child = strand_at(model, slot)->child, next; child != POOL_NONE; child = next) {
        next = strand_at(model, child)->sibling;
        strand_free(model, child);
    }
    pool_give(&model->strands, slot);
}

static void charge(struct strand *strand, enum stage stage, int64_t ns)
{
    strand->own[stage] += ns;
    strand->path[stage] += ns;
}

static uint32_t root_of(const struct model *model, uint32_t slot)
{
    while (strand_at(model, slot)->parent != POOL_NONE)
        slot = strand_at(model, slot)->parent;
    return slot;
}

/* Ends the whole invocation from any of its strands. */
static void finish(struct model *model, uint32_t slot, enum outcome outcome, int status, bool crash)
{
    int64_t own[STAGE_COUNT] = {0}, path[STAGE_COUNT] = {0};
    for (uint32_t at = slot; at != POOL_NONE; at = strand_at(model, at)->parent) {
        for (int i = 0; i < STAGE_COUNT; i++) {
            own[i] += strand_at(model, at)->own[i];
            path[i] += strand_at(model, at)->path[i];
        }
    }
    struct strand *strand = strand_at(model, slot);
    struct handler *handler = strand->handler;
    uint32_t call = strand->call;
    struct svc *svc = svc_of(model, strand);
    strand_free(model, root_of(model, slot));
    struct handler_end end = {
        .outcome = outcome, .status = status, .crash = crash, .own = own, .path = path};
    if (svc->error_share > 0 && outcome == OUTCOME_OK) {
        struct draw draw = draw_of(call_at(model, call)->key, svc->fault_salt);
        if (draw_chance(&draw, svc->error_share)) {
            end.outcome = OUTCOME_ERROR;
            end.status = 500;
        }
    }
    handler->done(model, svc, call, end);
}

/* -- waiting ---------------------------------------------------------------------------- */

/* The first deadline that ends what this strand does. A branch need not know those of its parents: they
 * hold timers of their own. */
static sim_time deadline_of(const struct strand *strand)
{
    sim_time deadline = strand->deadline;
    for (int i = 0; i < strand->depth; i++)
        if (strand->frames[i].deadline < deadline)
            deadline = strand->frames[i].deadline;
    return deadline;
}

/* The strand waits from now on; `until` is when it will end, if that is known (then it is woken by whoever ends it,
 * unless `wake`). */
static void wait_until(struct model *model, uint32_t slot, enum strand_state state, sim_time until,
                       bool wake)
{
    struct strand *strand = strand_at(model, slot);
    strand->state = (uint8_t)state;
    strand->since = model->sim.now;
    sim_time deadline = deadline_of(strand);
    if (until <= deadline) {
        if (wake)
            sim_at(&model->sim, until, SIM_COMPLETION, EVENT_STRAND_WAKE, slot,
                   strand->head.generation);
        if (wake || deadline == SIM_NEVER || until != DUE_UNKNOWN)
            return;
    }
    sim_at(&model->sim, deadline > model->sim.now ? deadline : model->sim.now, SIM_EXPIRY,
           EVENT_STRAND_DEADLINE, slot, strand->head.generation);
}

/* True if the time added up ends beyond a deadline: there is no point in walking a long loop to its end. */
static bool is_late(const struct model *model, const struct strand *strand)
{
    sim_time left = deadline_of(strand) - model->sim.now;
    return strand->delay[STAGE_RUN] + strand->delay[STAGE_WAIT] > left;
}

/* Spends the time added up so far; true if the strand now waits. */
static bool spend_delay(struct model *model, uint32_t slot)
{
    struct strand *strand = strand_at(model, slot);
    int64_t total = strand->delay[STAGE_RUN] + strand->delay[STAGE_WAIT];
    if (total == 0)
        return false;
    wait_until(model, slot, STRAND_DELAY, model->sim.now + total, true);
    return true;
}

/* Charges what was waited for: all of a delay, or what of it fits into the time that passed. */
static void charge_wait(struct model *model, struct strand *strand)
{
    int64_t left = model->sim.now - strand->since;
    if (strand->state == STRAND_CALL) {
        charge(strand, STAGE_DOWNSTREAM, left);
        return;
    }
    for (int i = 0; i < STAGE_COUNT; i++) {
        int64_t part = strand->delay[i] < left ? strand->delay[i] : left;
        charge(strand, (enum stage)i, part);
        strand->delay[i] = 0;
        left -= part;
    }
}

/* -- failing ---------------------------------------------------------------------------- */

static void run(struct model *model, uint32_t slot);
static void end_strand(struct model *model, uint32_t slot, enum outcome outcome, int status,
                       bool own);

static bool may_retry(struct strand *strand, const struct frame *frame, const struct op *op,
                      enum outcome outcome, int status)
{
    return frame->attempt < op->retry->retries && retry_wants(op->retry, outcome, status) &&
           retry_budget_take(&strand->handler->links[frame->pc].budget);
}

static void back_off(struct model *model, uint32_t slot, struct frame *frame, const struct op *op)
{
    struct strand *strand = strand_at(model, slot);
    strand->round++;
    frame->backoff = backoff_delay(&op->retry->backoff, frame->attempt, frame->backoff,
                                   op_draw(strand, op));
    frame->attempt++;
    frame->deadline = SIM_NEVER;
    strand->delay[STAGE_BACKOFF] = frame->backoff;
    strand->pc = frame->pc + 1;
    wait_until(model, slot, STRAND_BACKOFF, model->sim.now + frame->backoff, true);
}

/* An operation failed: the innermost try with retries left tries again; one without hands over to its
 * on_error; with none left the strand ends. True if the strand goes on running now. */
static bool fail(struct model *model, uint32_t slot, enum outcome outcome, int status, bool own)
{
    struct strand *strand = strand_at(model, slot);
    memset(strand->delay, 0, sizeof(strand->delay));
    while (strand->depth > 0) {
        struct frame *frame = &strand->frames[strand->depth - 1];
        const struct op *op = &ops_of(strand)[frame->pc];
        if (op->code == OP_TRY && may_retry(strand, frame, op, outcome, status)) {
            back_off(model, slot, frame, op);
            return false;
        }
        strand->depth--;
        if (op->code == OP_TRY && op->a >= 0) {
            strand->pc = op->a;
            strand->state = STRAND_RUNNING;
            return true;
        }
    }
    end_strand(model, slot, outcome, status, own);
    return false;
}

/* A deadline passed while the strand waited. The outermost one counts. */
static void time_out(struct model *model, uint32_t slot)
{
    struct strand *strand = strand_at(model, slot);
    sim_time now = model->sim.now;
    if (strand->state == STRAND_JOIN) {
        charge(strand, STAGE_DOWNSTREAM, now - strand->since);
        for (uint32_t child = strand->child, next; child != POOL_NONE; child = next) {
            next = strand_at(model, child)->sibling;
            strand_free(model, child);
        }
        strand->child = POOL_NONE;
    } else {
        charge_wait(model, strand);
    }
    strand->head.generation++;
    if (strand->deadline <= now) {
        finish(model, slot, OUTCOME_TIMEOUT, 504, true);
        return;
    }
    int outermost = 0;
    while (strand->frames[outermost].deadline > now)
        outermost++;
    strand->depth = (uint8_t)(outermost + 1);
    if (fail(model, slot, OUTCOME_TIMEOUT, 504, false))
        run(model, slot);
}

/* -- joins ------------------------------------------------------------------------------ */

static void start_branch(struct model *model, uint32_t slot, uint64_t index, int32_t pc,
                         const struct op *op)
{
    struct strand *parent = strand_at(model, slot);
    uint64_t key = rng_mix(parent->key + parent->round * RNG_STEP + op->salt) + index * RNG_STEP;
    uint32_t branch = strand_new(model, parent->handler, parent->call, slot, rng_mix(key), pc);
    parent = strand_at(model, slot); /* the pool may have moved */
    strand_at(model, branch)->sibling = parent->child;
    parent->child = branch;
    parent->branches++;
    sim_at(&model->sim, model->sim.now, SIM_COMPLETION, EVENT_STRAND_WAKE, branch,
           strand_at(model, branch)->head.generation);
}

/* Starts all branches; each begins with an event of its own, in order. False if there are none. */
static bool fork(struct model *model, uint32_t slot, const struct op *op)
{
    struct strand *strand = strand_at(model, slot);
    int32_t pc = strand->pc;
    int64_t n = op->count;
    if (op->code == OP_MAP) {
        n = dist_draw(op->dist, op_draw(strand, op));
        n = n < HANDLER_MAP_MAX ? n : HANDLER_MAP_MAX;
    }
    strand->failed = OUTCOME_OK;
    strand->branches = 0;
    for (int64_t i = 0; i < n; i++)
        start_branch(model, slot, (uint64_t)i, op->code == OP_MAP ? pc + 1 : op->arms[i].pc, op);
    if (n <= 0)
        return false;
    wait_until(model, slot, STRAND_JOIN, DUE_UNKNOWN, false);
    return true;
}

static void unlink_branch(struct model *model, struct strand *parent, uint32_t slot)
{
    uint32_t *link = &parent->child;
    while (*link != slot)
        link = &strand_at(model, *link)->sibling;
    *link = strand_at(model, slot)->sibling;
}

/* The last branch ended: the parent follows its stages. */
static void join(struct model *model, uint32_t slot)
{
    struct strand *strand = strand_at(model, slot);
    const struct op *op = &ops_of(strand)[strand->pc];
    strand->head.generation++;
    strand->state = STRAND_RUNNING;
    strand->round++; /* what follows must not repeat the branches' draws */
    if (strand->failed == OUTCOME_OK)
        strand->pc = op->b;
    else if (!fail(model, slot, (enum outcome)strand->failed, strand->failed_status,
                   false))
        return;
    run(model, slot);
}

static void end_branch(struct model *model, uint32_t slot, enum outcome outcome, int status)
{
    struct strand *branch = strand_at(model, slot);
    uint32_t up = branch->parent;
    struct strand *parent = strand_at(model, up);
    if (outcome != OUTCOME_OK && parent->failed == OUTCOME_OK) {
        parent->failed = (uint8_t)outcome;
        parent->failed_status = (int16_t)status;
    }
    bool last = --parent->branches == 0;
    for (int i = 0; last && i < STAGE_COUNT; i++) {
        parent->own[i] += branch->own[i];
        parent->path[i] += branch->path[i];
    }
    unlink_branch(model, parent, slot);
    strand_free(model, slot);
    if (last)
        join(model, up);
}

/* Inside the handler an operation's failure keeps its kind, for the tries around it. To whoever called the handler it is a
 * handler that failed: the refusal or timeout was the callee's, not this one's. Unless it is the handler's `own` word. */
static void end_strand(struct model *model, uint32_t slot, enum outcome outcome, int status,
                       bool own)
{
    if (strand_at(model, slot)->parent != POOL_NONE)
        end_branch(model, slot, outcome, status);
    else if (own || outcome == OUTCOME_OK)
        finish(model, slot, outcome, status, false);
    else
        finish(model, slot, OUTCOME_ERROR, 500, false);
}

/* -- operations ------------------------------------------------------------------------- */

/* Capped, so that absurd times still add up; long before that the handler has timed out. */
static void add_time(struct model *model, struct strand *strand, const struct op *op)
{
    double factor = svc_of(model, strand)->latency_factor;
    double drawn = (double)dist_draw(op->dist, op_draw(strand, op));
    bool cpu = op->code == OP_CPU;
    int64_t *delay = &strand->delay[cpu ? STAGE_RUN : STAGE_WAIT];
    *delay += time_round(drawn * (cpu ? strand->handler->cpu_factor * factor : factor));
    if (UNLIKELY(*delay > TIME_MAX / 2))
        *delay = TIME_MAX / 2;
}

static void push_frame(struct strand *strand, struct frame frame)
{
    ASSERT(strand->depth < PROGRAM_DEPTH_MAX);
    strand->frames[strand->depth++] = frame;
}

static void begin_each(struct strand *strand, const struct op *op)
{
    int64_t n = dist_draw(op->dist, op_draw(strand, op));
    if (n <= 0) {
        strand->pc = op->b;
        return;
    }
    push_frame(strand, (struct frame){.pc = strand->pc,
                                      .left = n < HANDLER_EACH_MAX ? n : HANDLER_EACH_MAX,
                                      .deadline = SIM_NEVER});
    strand->pc++;
}

static void end_each(struct strand *strand)
{
    struct frame *frame = &strand->frames[strand->depth - 1];
    strand->round++;
    if (--frame->left > 0) {
        strand->pc = frame->pc + 1;
        return;
    }
    strand->depth--;
    strand->pc = ops_of(strand)[frame->pc].b;
}

static sim_time try_deadline(const struct model *model, const struct op *op)
{
    return op->retry->timeout == TIME_UNSET ? SIM_NEVER : model->sim.now + op->retry->timeout;
}

static void begin_try(struct model *model, struct strand *strand, const struct op *op)
{
    retry_budget_first_try(&strand->handler->links[strand->pc].budget);
    push_frame(strand, (struct frame){.pc = strand->pc, .deadline = try_deadline(model, op)});
    strand->pc++;
}

static void note_mark(struct model *model, struct strand *strand, const struct op *op)
{
    const struct call *call = call_at(model, strand->call);
    sim_time at = model->sim.now + strand->delay[STAGE_RUN] + strand->delay[STAGE_WAIT];
    if (at < model->sim.horizon && at <= deadline_of(strand))
        probe_time(&model->probes[model->marks + (uint32_t)op->a], call_measured(call),
                   at - call->root_start);
}

/* Makes the call of the op at pc. True if the strand now waits. */
static bool make_call(struct model *model, uint32_t slot, const struct op *op)
{
    struct strand *strand = strand_at(model, slot);
    const struct call *call = call_at(model, strand->call);
    struct caller caller = {
        .svc = call->svc,
        .owner = slot,
        .generation = strand->head.generation,
        .edge = strand->handler->links[strand->pc].edge,
        .key = rng_mix(strand->key + strand->round * RNG_STEP + op->salt),
        .root_key = call->root_key,
        .root_start = call->root_start,
        .source = call->source,
    };
    strand->state = STRAND_CALL;
    strand->since = model->sim.now;
    strand->submitting = true;
    sim_time due = call_submit(model, &caller, op->target);
    strand = strand_at(model, slot);
    strand->submitting = false;
    if (strand->state != STRAND_CALL)
        return false; /* answered at once; on_reply left the result */
    wait_until(model, slot, STRAND_CALL, due, false);
    return true;
}

static int32_t choose_arm(struct strand *strand, const struct op *op)
{
    struct draw draw = op_draw(strand, op);
    double at = draw_unit(&draw);
    int i = 0;
    while (i < op->count - 1 && at >= op->arms[i].upto)
        i++;
    return op->arms[i].pc;
}

static bool happens(const struct model *model, struct strand *strand, const struct op *op)
{
    if (op->code == OP_WHEN)
        return attr_holds(model, call_at(model, strand->call), op->test);
    struct draw draw = op_draw(strand, op);
    return draw_chance(&draw, op->p);
}

static bool outgrows_memory(struct strand *strand, const struct op *op)
{
    return strand->handler->memory_bytes > 0 &&
           dist_draw(op->dist, op_draw(strand, op)) > strand->handler->memory_bytes;
}

/* FAIL: a crash ends the invocation, anything else fails like a call. True if the strand goes on. */
static bool fail_op(struct model *model, uint32_t slot, const struct op *op)
{
    if (op->a == FAIL_CRASH) {
        finish(model, slot, OUTCOME_ERROR, 500, true);
        return false;
    }
    enum outcome outcome = op->a == FAIL_TIMEOUT ? OUTCOME_TIMEOUT : OUTCOME_ERROR;
    int status = op->a == FAIL_THROTTLE ? 429 : op->a == FAIL_TIMEOUT ? 504 : 500;
    return fail(model, slot, outcome, status, true);
}

/* Operations that others could see; the time before them has been spent. True if the strand goes on. */
static bool step_visible(struct model *model, uint32_t slot, const struct op *op)
{
    struct strand *strand = strand_at(model, slot);
    switch (op->code) {
    case OP_CALL:
        if (make_call(model, slot, op))
            return false;
        strand = strand_at(model, slot);
        if (strand->failed != OUTCOME_OK)
            return fail(model, slot, (enum outcome)strand->failed, strand->failed_status,
                   false);
        strand->pc++;
        return true;
    case OP_ALL:
    case OP_MAP:
        if (fork(model, slot, op))
            return false;
        strand_at(model, slot)->pc = op->b;
        return true;
    case OP_TRY:
        begin_try(model, strand, op);
        return true;
    case OP_TRY_END:
        strand->pc = ops_of(strand)[strand->frames[strand->depth - 1].pc].b;
        strand->depth--;
        return true;
    case OP_RESPOND:
        finish(model, slot, op->a >= 500 ? OUTCOME_ERROR : OUTCOME_OK, op->a, false);
        return false;
    case OP_FAIL:
        return fail_op(model, slot, op);
    case OP_MEMORY:
        finish(model, slot, OUTCOME_ERROR, 500, true);
        return false;
    default:
        ASSERT(op->code == OP_END || op->code == OP_BRANCH_END);
        end_strand(model, slot, OUTCOME_OK, 200, true);
        return false;
    }
}

/* Walks until the strand waits or ends. */
static void run(struct model *model, uint32_t slot)
{
    for (;;) {
        struct strand *strand = strand_at(model, slot);
        const struct op *op = &ops_of(strand)[strand->pc];
        switch (op->code) {
        case OP_CPU:
        case OP_WAIT:
            add_time(model, strand, op);
            strand->pc++;
            continue;
        case OP_MAYBE:
        case OP_WHEN:
            strand->pc = happens(model, strand, op) ? strand->pc + 1 : op->b;
            continue;
        case OP_CHOOSE:
            strand->pc = choose_arm(strand, op);
            continue;
        case OP_EACH:
            begin_each(strand, op);
            continue;
        case OP_LOOP:
            end_each(strand);
            if (UNLIKELY(is_late(model, strand)) && spend_delay(model, slot))
                return;
            continue;
        case OP_JUMP:
            strand->pc = op->a;
            continue;
        case OP_MARK:
            /* What ends a branch from outside is not known here: a mark there is noted when it is reached. */
            if (strand->parent != POOL_NONE && spend_delay(model, slot))
                return;
            note_mark(model, strand, op);
            strand->pc++;
            continue;
        case OP_MEMORY:
            if (!outgrows_memory(strand, op)) {
                strand->pc++;
                continue;
            }
            break;
        default:
            break;
        }
        if (spend_delay(model, slot) || !step_visible(model, slot, op))
            return;
    }
}

/* -- events ----------------------------------------------------------------------------- */

void handler_start(struct model *model, struct svc *svc, struct handler *handler, uint32_t call,
                   sim_time start, int64_t extra, sim_time deadline)
{
    (void)svc;
    uint32_t slot = strand_new(model, handler, call, POOL_NONE, call_at(model, call)->key, 0);
    struct strand *strand = strand_at(model, slot);
    strand->deadline = deadline;
    strand->delay[STAGE_RUN] = extra;
    strand->state = STRAND_RUNNING;
    /* An event even when it starts now, so that a handler never runs inside its caller. */
    sim_at(&model->sim, start, SIM_COMPLETION, EVENT_STRAND_WAKE, slot, strand->head.generation);
}

static bool is_current(const struct model *model, uint32_t slot, uint32_t generation)
{
    return pool_is_live(&model->strands, slot) &&
           (strand_at(model, slot)->head.generation & SIM_GENERATION_MASK) == generation;
}

void handler_on_wake(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    if (!is_current(model, slot, generation))
        return;
    struct strand *strand = strand_at(model, slot);
    strand->head.generation++;
    if (strand->state == STRAND_BACKOFF) {
        charge_wait(model, strand);
        struct frame *frame = &strand->frames[strand->depth - 1];
        frame->deadline = try_deadline(model, &ops_of(strand)[frame->pc]);
    } else if (strand->state == STRAND_DELAY) {
        charge_wait(model, strand);
    }
    strand->state = STRAND_RUNNING;
    run(model, slot);
}

void handler_on_deadline(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    if (is_current(model, slot, generation))
        time_out(model, slot);
}

void handler_on_reply(struct model *model, struct svc *svc, const struct reply *reply)
{
    (void)svc;
    if (!pool_is_live(&model->strands, reply->owner) ||
        strand_at(model, reply->owner)->head.generation != reply->generation)
        return; /* it stopped waiting */
    struct strand *strand = strand_at(model, reply->owner);
    strand->own[STAGE_DOWNSTREAM] += reply->latency;
    reply_add_path(reply, strand->path);
    strand->head.generation++;
    strand->state = STRAND_RUNNING;
    bool answer = reply->outcome == OUTCOME_OK && reply->status != 429;
    strand->failed = (uint8_t)(answer ? OUTCOME_OK : reply->outcome == OUTCOME_OK ? OUTCOME_ERROR : reply->outcome);
    strand->failed_status = (int16_t)reply->status;
    if (strand->submitting)
        return; /* make_call goes on from here */
    if (strand->failed != OUTCOME_OK) {
        if (!fail(model, reply->owner, (enum outcome)strand->failed, strand->failed_status,
                   false))
            return;
    } else {
        strand->pc++;
    }
    run(model, reply->owner);
}
