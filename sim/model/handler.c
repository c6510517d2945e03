/* handler.c - walks recorded programs; see handler.h. Waiting and failing are in strand.c. */
#include "model/handler.h"

#include "model/message.h"
#include "model/span_log.h"
#include "model/strand.h"

static void bind_try(struct model *model, struct op_link *link, const struct retry_policy *retry)
{
    retry_budget_init(&link->budget, retry);
    if (retry->breaker.window == 0)
        return;
    link->breaker = ARENA_NEW(model->arena, struct breaker);
    breaker_init(link->breaker, &retry->breaker);
}

static void bind_call(struct model *model, struct svc *svc, struct op_link *link,
                      const struct op *op)
{
    uint32_t to = model->svcs[op->target.resource].probe;
    if (op->target.route >= 0)
        to += 1 + (uint32_t)op->target.route;
    link->edge = model_edge(model, svc->probe, to);
    link->args = model_args(model, op->args);
}

void handler_bind(struct model *model, struct svc *svc, struct handler *handler,
                  const struct program *program)
{
    handler->program = program;
    handler->salt = rng_hash_text(UINT64_C(0x4EC), svc->name);
    if (program == NULL)
        return;
    const struct op *first = program->ops;
    if (program->leaf && (first->code == OP_CPU || first->code == OP_WAIT) &&
        !dist_is_constant(first->dist))
        handler->ahead = ARENA_NEW(model->arena, struct draw_ahead);
    handler->links = ARENA_ARRAY(model->arena, struct op_link, program->count);
    for (int32_t i = 0; i < program->count; i++) {
        const struct op *op = &program->ops[i];
        if (op->code == OP_CALL)
            bind_call(model, svc, &handler->links[i], op);
        if (op->code == OP_INVOKE)
            handler->links[i].edge = message_link(model, svc->probe, op->target);
        if (op->code == OP_TRY)
            bind_try(model, &handler->links[i], op->retry);
    }
}

size_t handler_strand_bytes(void)
{
    return sizeof(struct strand);
}

/* -- operations ------------------------------------------------------------------------- */

/* Capped, so that absurd times still add up; long before that the handler has timed out. */
static void add_time(struct model *model, struct strand *strand, const struct op *op)
{
    bool clock = strand->handler->state != NULL; /* a state machine waits by the clock */
    double factor = clock ? 1 : strand_svc(model, strand)->latency_factor;
    double drawn = (double)dist_draw(op->dist, strand_draw(strand, op));
    bool cpu = op->code == OP_CPU;
    int64_t *delay = &strand->delay[cpu ? STAGE_RUN : STAGE_WAIT];
    int64_t time = time_round(drawn * (cpu ? strand->handler->cpu_factor * factor : factor));
    if (UNLIKELY(model->spans != NULL))
        strand_show(model, strand, cpu ? "cpu" : "wait", op->line, time, OUTCOME_OK);
    *delay += time;
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
    int64_t n = dist_draw(op->dist, strand_draw(strand, op));
    if (n <= 0) {
        strand->pc = op->b;
        return;
    }
    push_frame(strand, (struct frame){.pc = strand->pc,
                                      .left = n < HANDLER_EACH_MAX ? n : HANDLER_EACH_MAX,
                                      .deadline = SIM_NEVER});
    strand->pc++;
}

static void begin_records(const struct model *model, struct strand *strand, const struct op *op)
{
    int32_t n = handler_record_count(model, call_at(model, strand->call));
    if (n <= 0) {
        strand->pc = op->b;
        return;
    }
    push_frame(strand, (struct frame){.pc = strand->pc, .left = n, .deadline = SIM_NEVER});
    strand_enter_record(model, strand, 0);
    strand->pc++;
}

/* True if the strand goes on. */
static bool begin_try(struct model *model, uint32_t slot, const struct op *op)
{
    struct strand *strand = strand_at(model, slot);
    retry_budget_first_try(&strand->handler->links[strand->pc].budget);
    push_frame(strand,
               (struct frame){.pc = strand->pc, .turn = strand->turn, .deadline = strand_try_deadline(model, op)});
    return strand_begin_attempt(model, slot);
}

/* True if the strand goes on. */
static bool end_try(struct model *model, uint32_t slot)
{
    struct strand *strand = strand_at(model, slot);
    if (strand->depth == 0) { /* a copy of a hedged try */
        strand_end(model, slot, OUTCOME_OK, 200, true);
        return false;
    }
    strand_end_try(model, strand);
    return true;
}

static void note_mark(struct model *model, struct strand *strand, const struct op *op)
{
    sim_time at = model->sim.now + strand->delay[STAGE_RUN] + strand->delay[STAGE_WAIT];
    if (at < model->sim.horizon && at <= strand_deadline(strand))
        handler_mark(model, call_at(model, strand->call), strand->record, op->a, at);
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
        .subject = strand_subject(strand, op),
        .root_key = call->root_key,
        .root_start = call->root_start,
        .source = call->source,
        .args = strand->handler->links[strand->pc].args,
        .hops = call->hops,
    };
    if (strand->record >= 0) {
        struct record record = strand_origin(model, strand);
        caller.root_key = record.root_key;
        caller.root_start = record.root_start;
        caller.source = record.source;
    }
    strand->state = STRAND_CALL;
    strand->since = model->sim.now;
    strand->submitting = true;
    if (UNLIKELY(model->spans != NULL))
        span_log_by(model, strand->call, strand->record >= 0 ? caller.root_key : 0, NULL, op->line);
    sim_time due = call_submit(model, &caller, op->target);
    strand = strand_at(model, slot);
    strand->submitting = false;
    if (strand->state != STRAND_CALL)
        return false; /* answered at once; on_reply left the result */
    strand_wait_until(model, slot, STRAND_CALL, due, false);
    return true;
}

static int32_t choose_arm(struct strand *strand, const struct op *op)
{
    struct draw draw = strand_draw(strand, op);
    double at = draw_unit(&draw);
    int i = 0;
    while (i < op->count - 1 && at >= op->arms[i].upto)
        i++;
    return op->arms[i].pc;
}

static bool happens(const struct model *model, struct strand *strand, const struct op *op)
{
    if (op->code == OP_WHEN) {
        struct record origin = strand_origin(model, strand);
        return attr_holds(model, origin.source, origin.root_key, op->test);
    }
    struct draw draw = strand_draw(strand, op);
    return draw_chance(&draw, op->p);
}

static bool outgrows_memory(struct strand *strand, const struct op *op)
{
    return strand->handler->memory_bytes > 0 &&
           dist_draw(op->dist, strand_draw(strand, op)) > strand->handler->memory_bytes;
}

/* FAIL: a crash ends the invocation, anything else fails like a call. True if the strand goes on. */
static bool fail_op(struct model *model, uint32_t slot, const struct op *op)
{
    if (UNLIKELY(model->spans != NULL))
        strand_show(model, strand_at(model, slot), op->a == FAIL_CRASH ? "crash" : "fail", op->line, 0,
                    op->a == FAIL_TIMEOUT ? OUTCOME_TIMEOUT : OUTCOME_ERROR);
    if (op->a == FAIL_CRASH) {
        strand_finish(model, slot, OUTCOME_ERROR, 500, true);
        return false;
    }
    enum outcome outcome = op->a == FAIL_TIMEOUT ? OUTCOME_TIMEOUT : OUTCOME_ERROR;
    int status = op->a == FAIL_THROTTLE ? 429 : op->a == FAIL_TIMEOUT ? 504 : 500;
    return strand_fail(model, slot, outcome, status, true);
}

static void invoke(struct model *model, struct strand *strand, const struct op *op)
{
    const struct call *call = call_at(model, strand->call);
    struct record origin = strand_origin(model, strand);
    struct message message = {
        .key = rng_mix(strand->key + strand->round * RNG_STEP + op->salt),
        .root_key = origin.root_key,
        .root_start = origin.root_start,
        .source = origin.source,
        .edge = strand->handler->links[strand->pc].edge,
        .hops = call->hops,
        .measured = call_measured(call),
    };
    if (UNLIKELY(model->spans != NULL))
        span_log_sent(model, call, message.root_key, message.key, NULL);
    (void)message_offer(model, op->target, &message); /* an asynchronous queue takes all */
    strand->pc++;
}

/* Work on a processor that is shared; it says when it is done. True if the strand goes on. */
static bool share_cpu(struct model *model, uint32_t slot, const struct op *op)
{
    struct strand *strand = strand_at(model, slot);
    struct svc *svc = strand_svc(model, strand);
    int64_t work = dist_draw(op->dist, strand_draw(strand, op));
    if (svc->latency_factor != 1)
        work = time_round((double)work * svc->latency_factor);
    strand->pc++;
    if (work == 0)
        return true;
    if (UNLIKELY(model->spans != NULL))
        strand_show(model, strand, "cpu", op->line, SIM_NEVER, OUTCOME_OK);
    strand_wait_until(model, slot, STRAND_CPU, DUE_UNKNOWN, false);
    strand->handler->cpu(model, svc, strand->call, slot, strand->head.generation, work);
    return false;
}

void handler_on_cpu_done(struct model *model, uint32_t slot, uint32_t generation)
{
    if (!pool_is_live(&model->strands, slot) ||
        strand_at(model, slot)->head.generation != generation)
        return;
    struct strand *strand = strand_at(model, slot);
    strand_charge_wait(model, strand);
    strand->head.generation++;
    strand->state = STRAND_RUNNING;
    strand_run(model, slot);
}

static void enter_state(struct model *model, struct strand *strand, const struct op *op)
{
    int64_t before = strand_planned(strand);
    strand->handler->state(model, strand_svc(model, strand), strand->call, strand_draw(strand, op),
                           strand->delay);
    if (UNLIKELY(model->spans != NULL))
        strand_show_at(model, strand, "transition", op->line, model->sim.now + before,
                       strand_planned(strand) - before, OUTCOME_OK);
    strand->pc++;
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
            return strand_fail(model, slot, (enum outcome)strand->failed, strand->failed_status,
                               false);
        strand->pc++;
        return true;
    case OP_CPU:
        return share_cpu(model, slot, op);
    case OP_INVOKE:
        invoke(model, strand, op);
        return true;
    case OP_STATE:
        enter_state(model, strand, op);
        return true;
    case OP_ALL:
    case OP_MAP:
        if (strand_fork(model, slot, op))
            return false;
        strand_at(model, slot)->pc = op->b;
        return true;
    case OP_TRY:
        return begin_try(model, slot, op);
    case OP_TRY_END:
        return end_try(model, slot);
    case OP_RESPOND:
        if (UNLIKELY(model->spans != NULL) && op->a >= 500)
            strand_show(model, strand, "respond", op->line, 0, OUTCOME_ERROR);
        strand_finish(model, slot, op->a >= 500 ? OUTCOME_ERROR : OUTCOME_OK, op->a, false);
        return false;
    case OP_FAIL:
        return fail_op(model, slot, op);
    case OP_MEMORY:
        if (UNLIKELY(model->spans != NULL))
            strand_show(model, strand, "out of memory", op->line, 0, OUTCOME_ERROR);
        strand_finish(model, slot, OUTCOME_ERROR, 500, true);
        return false;
    default:
        ASSERT(op->code == OP_END || op->code == OP_BRANCH_END);
        strand_end(model, slot, OUTCOME_OK, 200, true);
        return false;
    }
}

/* Walks until the strand waits or ends. */
void strand_run(struct model *model, uint32_t slot)
{
    for (;;) {
        struct strand *strand = strand_at(model, slot);
        const struct op *op = &strand_ops(strand)[strand->pc];
        switch (op->code) {
        case OP_CPU:
            if (UNLIKELY(strand->handler->cpu != NULL))
                break;
            add_time(model, strand, op);
            strand->pc++;
            continue;
        case OP_WAIT:
            add_time(model, strand, op);
            strand->pc++;
            continue;
        case OP_MISS:
            strand->pc = strand->failed_status == 404 ? strand->pc + 1 : op->b;
            continue;
        case OP_RECORDS:
            begin_records(model, strand, op);
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
            strand_next_turn(model, strand);
            if (UNLIKELY(strand_is_late(model, strand)) && strand_spend_delay(model, slot))
                return;
            continue;
        case OP_JUMP:
            strand->pc = op->a;
            continue;
        case OP_MARK:
            /* What ends a branch from outside is not known here: a mark there is noted when it is reached. */
            if (strand->parent != POOL_NONE && strand_spend_delay(model, slot))
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
        if (strand_spend_delay(model, slot) || !step_visible(model, slot, op))
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
    if (UNLIKELY(model->spans != NULL) && extra > 0)
        span_log_work(model, &(struct span_work){.call = call,
                                                 .strand = slot,
                                                 .op = "first run",
                                                 .start = start,
                                                 .end = start + extra});
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
    if (strand->state == STRAND_HEDGE) { /* it goes on waiting, for either copy */
        strand_send_copy(model, slot);
        return;
    }
    strand->head.generation++;
    if (strand->state == STRAND_BACKOFF) {
        strand_charge_wait(model, strand);
        struct frame *frame = &strand->frames[strand->depth - 1];
        frame->deadline = strand_try_deadline(model, &strand_ops(strand)[frame->pc]);
        strand->state = STRAND_RUNNING;
        if (strand_begin_attempt(model, slot))
            strand_run(model, slot);
        return;
    } else if (strand->state == STRAND_DELAY) {
        strand_charge_wait(model, strand);
    }
    strand->state = STRAND_RUNNING;
    strand_run(model, slot);
}

void handler_on_deadline(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    if (is_current(model, slot, generation))
        strand_time_out(model, slot);
}

bool handler_awaits(const struct model *model, const struct svc *svc, uint32_t strand,
                    uint32_t generation)
{
    (void)svc;
    return pool_is_live(&model->strands, strand) &&
           strand_at(model, strand)->head.generation == generation;
}

const struct call *handler_call(const struct model *model, uint32_t strand)
{
    return call_at(model, strand_at(model, strand)->call);
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
    strand->failed = (uint8_t)(answer                         ? OUTCOME_OK
                               : reply->outcome == OUTCOME_OK ? OUTCOME_ERROR
                                                              : reply->outcome);
    strand->failed_status = (int16_t)reply->status;
    if (strand->submitting)
        return; /* make_call goes on from here */
    if (strand->failed != OUTCOME_OK) {
        if (!strand_fail(model, reply->owner, (enum outcome)strand->failed, strand->failed_status,
                         false))
            return;
    } else {
        strand->pc++;
    }
    strand_run(model, reply->owner);
}
