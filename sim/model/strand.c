/* strand.c - see strand.h. */
#include "model/strand.h"

#include <string.h>

#include "model/span_log.h"

/* -- life */

uint32_t strand_new(struct model *model, struct handler *handler, uint32_t call, uint32_t parent,
                    uint64_t key, int32_t pc)
{
    uint32_t slot = pool_take(&model->strands);
    struct strand *strand = strand_at(model, slot);
    struct pool_head head = strand->head;
    memset(strand, 0,
           offsetof(struct strand, frames)); /* frames are written when they are pushed */
    strand->head = head;
    strand->handler = handler;
    strand->call = call;
    strand->parent = parent;
    strand->child = strand->sibling = strand->newer = POOL_NONE;
    strand->key = key;
    strand->subject = key;
    strand->pc = pc;
    strand->record = -1;
    strand->since = model->sim.now;
    strand->deadline = SIM_NEVER;
    return slot;
}

/* -- records of a batch */

struct record strand_origin(const struct model *model, const struct strand *strand)
{
    return handler_record(model, call_at(model, strand->call), strand->record);
}

void strand_enter_record(const struct model *model, struct strand *strand, int32_t index)
{
    if (strand->record < 0) {
        strand->key_outside = strand->key;
        strand->subject_outside = strand->subject;
    }
    strand->record = index;
    struct record record = strand_origin(model, strand);
    strand->key = strand->subject = rng_mix(record.key + strand->handler->salt);
}

void strand_leave_records(struct strand *strand)
{
    strand->record = -1;
    strand->key = strand->key_outside;
    strand->subject = strand->subject_outside;
}

void strand_next_turn(const struct model *model, struct strand *strand)
{
    struct frame *frame = &strand->frames[strand->depth - 1];
    bool records = strand_ops(strand)[frame->pc].code == OP_RECORDS;
    strand->round++;
    strand->turn++;
    if (--frame->left > 0 && strand->round < HANDLER_ROUNDS_MAX) {
        if (records)
            strand_enter_record(model, strand, strand->record + 1);
        strand->pc = frame->pc + 1;
        return;
    }
    if (records)
        strand_leave_records(strand);
    strand->depth--;
    strand->pc = strand_ops(strand)[frame->pc].b;
}

/* -- for traces */

void strand_show_at(struct model *model, const struct strand *strand, const char *op, int32_t line,
                    sim_time start, int64_t time, enum outcome outcome)
{
    uint64_t root = strand->record >= 0 ? strand_origin(model, strand).root_key : 0;
    uint32_t slot =
        (uint32_t)((size_t)((const char *)strand - model->strands.items) / sizeof(*strand));
    span_log_work(model, &(struct span_work){.call = strand->call,
                                             .root = root,
                                             .strand = slot,
                                             .op = op,
                                             .line = line,
                                             .start = start,
                                             .end = time < SIM_NEVER - start ? start + time : SIM_NEVER,
                                             .outcome = outcome});
}

void strand_show(struct model *model, const struct strand *strand, const char *op, int32_t line,
                 int64_t time, enum outcome outcome)
{
    strand_show_at(model, strand, op, line, model->sim.now + strand_planned(strand), time, outcome);
}

COLD static void cut_plans(struct model *model, const struct strand *strand)
{
    span_log_cut(model, (uint32_t)((size_t)((const char *)strand - model->strands.items) / sizeof(*strand)));
}

static void strand_free(struct model *model, uint32_t slot);

static void free_branches(struct model *model, uint32_t up)
{
    for (uint32_t child = strand_at(model, up)->child, next; child != POOL_NONE; child = next) {
        next = strand_at(model, child)->sibling;
        strand_free(model, child);
    }
    strand_at(model, up)->child = POOL_NONE;
}

/* Frees a strand and all branches below it; what they wait for will find nobody. */
static void strand_free(struct model *model, uint32_t slot)
{
    free_branches(model, slot);
    if (UNLIKELY(model->spans != NULL))
        span_log_cut(model, slot);
    pool_give(&model->strands, slot);
}

void strand_charge(struct strand *strand, enum stage stage, int64_t ns)
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
void strand_finish(struct model *model, uint32_t slot, enum outcome outcome, int status, bool crash)
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
    struct svc *svc = strand_svc(model, strand);
    strand_free(model, root_of(model, slot));
    struct handler_end end = {
        .outcome = outcome, .status = status, .crash = crash, .own = own, .path = path};
    if (svc->error_share > 0 && outcome == OUTCOME_OK) {
        struct draw draw = draw_of(call_at(model, call)->key, svc->fault_salt);
        if (draw_chance(&draw, svc->error_share)) {
            end.outcome = OUTCOME_ERROR;
            end.status = 500;
            if (UNLIKELY(model->spans != NULL))
                span_log_fault(model, call_at(model, call));
        }
    }
    handler->done(model, svc, call, end);
}

/* -- waiting */

/* The first deadline that ends what this strand does. A branch need not know those of its parents: they
 * hold timers of their own. */
sim_time strand_deadline(const struct strand *strand)
{
    sim_time deadline = strand->deadline;
    for (int i = 0; i < strand->depth; i++)
        if (strand->frames[i].deadline < deadline)
            deadline = strand->frames[i].deadline;
    return deadline;
}

/* The strand waits from now on; `until` is when it will end, if that is known (then it is woken by whoever ends it,
 * unless `wake`). */
void strand_wait_until(struct model *model, uint32_t slot, enum strand_state state, sim_time until,
                       bool wake)
{
    struct strand *strand = strand_at(model, slot);
    strand->state = (uint8_t)state;
    strand->since = model->sim.now;
    sim_time deadline = strand_deadline(strand);
    if (until <= deadline) {
        if (wake)
            sim_at(&model->sim, until, SIM_COMPLETION, EVENT_STRAND_WAKE, slot,
                   strand->head.generation);
        if (wake || deadline == SIM_NEVER || until != DUE_UNKNOWN)
            return;
    }
    /* Beyond the horizon nobody would see it; and an execution of a year would leave one for every wait. */
    if (deadline < model->sim.horizon)
        sim_at(&model->sim, deadline > model->sim.now ? deadline : model->sim.now, SIM_EXPIRY,
               EVENT_STRAND_DEADLINE, slot, strand->head.generation);
}

/* True if the time added up ends beyond a deadline: there is no point in walking a long loop to its end. */
bool strand_is_late(const struct model *model, const struct strand *strand)
{
    sim_time left = strand_deadline(strand) - model->sim.now;
    return strand->delay[STAGE_RUN] + strand->delay[STAGE_WAIT] > left;
}

/* Spends the time added up so far; true if the strand now waits. */
bool strand_spend_delay(struct model *model, uint32_t slot)
{
    struct strand *strand = strand_at(model, slot);
    int64_t total = strand_planned(strand);
    if (total == 0)
        return false;
    strand_wait_until(model, slot, STRAND_DELAY, model->sim.now + total, true);
    return true;
}

/* Charges what was waited for: all of a delay, or what of it fits into the time that passed. */
void strand_charge_wait(struct model *model, struct strand *strand)
{
    int64_t left = model->sim.now - strand->since;
    if (UNLIKELY(model->spans != NULL))
        cut_plans(model, strand);
    if (strand->state == STRAND_CALL || strand->state == STRAND_CPU) {
        strand_charge(strand, strand->state == STRAND_CPU ? STAGE_RUN : STAGE_DOWNSTREAM, left);
        return;
    }
    for (int i = 0; i < STAGE_COUNT; i++) {
        int64_t part = strand->delay[i] < left ? strand->delay[i] : left;
        strand_charge(strand, (enum stage)i, part);
        strand->delay[i] = 0;
        left -= part;
    }
}

sim_time strand_try_deadline(const struct model *model, const struct op *op)
{
    return op->retry->timeout == TIME_UNSET ? SIM_NEVER : model->sim.now + op->retry->timeout;
}

/* -- failing */

/* Inside strand_fail: the innermost try's breaker did not let the call through. */
#define STATUS_BREAKER_OPEN (-1)

/* What is used up of the SDK's retry quota of whoever runs the handler, if the policy and the service have one. */
static uint16_t *quota_of(struct model *model, struct strand *strand,
                          const struct retry_policy *policy)
{
    struct svc *svc = strand_svc(model, strand);
    if (policy->quota.size == 0 || svc->class->retry_quota == NULL)
        return NULL;
    return svc->class->retry_quota(model, svc, call_at(model, strand->call));
}

static bool may_retry(struct model *model, struct strand *strand, struct frame *frame,
                      const struct op *op, enum outcome outcome, int status)
{
    const struct retry_policy *policy = op->retry;
    if (frame->attempt >= policy->retries || !retry_wants(policy, outcome, status) ||
        !retry_budget_take(&strand->handler->links[frame->pc].budget))
        return false;
    uint16_t *used = quota_of(model, strand, policy);
    frame->cost = retry_quota_cost(policy, outcome, status);
    return used == NULL || retry_quota_take(policy, used, frame->cost);
}

static void back_off(struct model *model, uint32_t slot, struct frame *frame, const struct op *op,
                     enum outcome outcome, int status)
{
    struct strand *strand = strand_at(model, slot);
    strand->round++;
    strand->turn = frame->turn;
    frame->backoff = retry_delay(op->retry, outcome, status, frame->attempt, frame->backoff,
                                 strand_draw(strand, op));
    frame->attempt++;
    frame->deadline = SIM_NEVER;
    if (UNLIKELY(model->spans != NULL))
        strand_show(model, strand, "backoff", op->line, frame->backoff, OUTCOME_OK);
    strand->delay[STAGE_BACKOFF] = frame->backoff;
    strand->pc = frame->pc + 1;
    strand_wait_until(model, slot, STRAND_BACKOFF, model->sim.now + frame->backoff, true);
}

void strand_end_try(struct model *model, struct strand *strand)
{
    const struct frame *frame = &strand->frames[strand->depth - 1];
    const struct op *op = &strand_ops(strand)[frame->pc];
    struct breaker *breaker = strand->handler->links[frame->pc].breaker;
    uint16_t *used = quota_of(model, strand, op->retry);
    if (UNLIKELY(breaker != NULL))
        breaker_note(breaker, model->sim.now, false);
    if (used != NULL)
        retry_quota_refund(used, frame->attempt > 0 ? frame->cost : 0);
    strand->pc = op->b;
    strand->depth--;
}

/* Only where the batch's source takes back single records. */
static bool handler_record_failed(struct model *model, const struct strand *strand)
{
    const struct call *call = call_at(model, strand->call);
    struct svc *source = &model->svcs[call->owner_svc];
    return source->class->record_failed != NULL &&
           source->class->record_failed(model, source, call->owner, strand->record);
}

/* An operation failed: the innermost try with retries left tries again; one without hands over to its
 * on_error; a record of a batch is reported alone; with none left the strand ends. True if the strand goes on running now. */
bool strand_fail(struct model *model, uint32_t slot, enum outcome outcome, int status, bool own)
{
    struct strand *strand = strand_at(model, slot);
    memset(strand->delay, 0, sizeof(strand->delay));
    while (strand->depth > 0) {
        struct frame *frame = &strand->frames[strand->depth - 1];
        const struct op *op = &strand_ops(strand)[frame->pc];
        struct breaker *breaker =
            op->code == OP_TRY ? strand->handler->links[frame->pc].breaker : NULL;
        if (UNLIKELY(breaker != NULL) && status != STATUS_BREAKER_OPEN)
            breaker_note(breaker, model->sim.now, true);
        if (op->code == OP_TRY && status != STATUS_BREAKER_OPEN &&
            may_retry(model, strand, frame, op, outcome, status)) {
            back_off(model, slot, frame, op, outcome, status);
            return false;
        }
        if (op->code == OP_TRY && status == STATUS_BREAKER_OPEN)
            status = 503; /* to what is around it an error like any other */
        if (op->code == OP_RECORDS) {
            if (handler_record_failed(model, strand)) {
                strand->state = STRAND_RUNNING;
                strand_next_turn(model, strand);
                return true;
            }
            strand_leave_records(strand);
        }
        strand->depth--;
        if (op->code == OP_TRY && op->a >= 0) {
            strand->pc = op->a;
            strand->state = STRAND_RUNNING;
            return true;
        }
    }
    strand_end(model, slot, outcome, status, own);
    return false;
}

/* A deadline passed while the strand waited. The outermost one counts. */
void strand_time_out(struct model *model, uint32_t slot)
{
    struct strand *strand = strand_at(model, slot);
    sim_time now = model->sim.now;
    if (strand->state == STRAND_JOIN || strand->state == STRAND_HEDGE) {
        strand_charge(strand, STAGE_DOWNSTREAM, now - strand->since);
        free_branches(model, slot);
    } else {
        strand_charge_wait(model, strand);
    }
    strand->head.generation++;
    if (strand->deadline <= now) {
        strand_finish(model, slot, OUTCOME_TIMEOUT, 504, true);
        return;
    }
    int outermost = 0;
    while (strand->frames[outermost].deadline > now)
        outermost++;
    strand->depth = (uint8_t)(outermost + 1);
    if (UNLIKELY(model->spans != NULL))
        strand_show(model, strand, "timeout", strand_ops(strand)[strand->frames[outermost].pc].line, 0,
                    OUTCOME_TIMEOUT);
    if (strand_fail(model, slot, OUTCOME_TIMEOUT, 504, false))
        strand_run(model, slot);
}

/* -- joins */

/* The next branch of the join at `slot`; it begins with an event of its own. */
static uint32_t start_branch(struct model *model, uint32_t slot, const struct op *op)
{
    struct strand *parent = strand_at(model, slot);
    uint64_t index = parent->forked++;
    int32_t pc = op->code == OP_ALL ? op->arms[index].pc : parent->pc + 1;
    uint64_t key = rng_mix(parent->key + parent->round * RNG_STEP + op->salt) + index * RNG_STEP;
    uint32_t branch = strand_new(model, parent->handler, parent->call, slot, rng_mix(key), pc);
    parent = strand_at(model, slot); /* the pool may have moved */
    strand_at(model, branch)->subject = rng_mix(strand_subject(parent, op) + index * RNG_STEP);
    strand_at(model, branch)->record = parent->record;
    strand_at(model, branch)->key_outside = parent->key_outside;
    strand_at(model, branch)->subject_outside = parent->subject_outside;
    strand_at(model, branch)->sibling = parent->child;
    if (parent->child != POOL_NONE)
        strand_at(model, parent->child)->newer = branch;
    parent->child = branch;
    parent->branches++;
    sim_at(&model->sim, model->sim.now, SIM_COMPLETION, EVENT_STRAND_WAKE, branch,
           strand_at(model, branch)->head.generation);
    return branch;
}

/* Starts the branches, or, of a map with a bound, as many as may run at once; in order. False if there are none. */
bool strand_fork(struct model *model, uint32_t slot, const struct op *op)
{
    struct strand *strand = strand_at(model, slot);
    bool bounded = op->code == OP_MAP && op->a > 0;
    int64_t n = op->count;
    if (op->code == OP_MAP) {
        int64_t most = bounded ? HANDLER_ITEMS_MAX : HANDLER_MAP_MAX;
        n = dist_draw(op->dist, strand_draw(strand, op));
        n = n < most ? n : most;
    }
    if (n <= 0)
        return false;
    strand->failed = OUTCOME_OK;
    strand->branches = strand->forked = 0;
    strand->wanted = (uint32_t)n;
    int64_t at_once = bounded && op->a < n ? op->a : n;
    int64_t room = HANDLER_STRANDS_MAX - (int64_t)model->strands.live;
    if (UNLIKELY(at_once > room))
        at_once = room > 1 ? room : 1;
    for (; at_once > 0; at_once--)
        (void)start_branch(model, slot, op);
    strand_wait_until(model, slot, STRAND_JOIN, DUE_UNKNOWN, false);
    return true;
}

/* -- attempts of a try, hedged ones too */

bool strand_begin_attempt(struct model *model, uint32_t slot)
{
    struct strand *strand = strand_at(model, slot);
    const struct frame *frame = &strand->frames[strand->depth - 1];
    const struct op *op = &strand_ops(strand)[frame->pc];
    struct breaker *breaker = strand->handler->links[frame->pc].breaker;
    int32_t body = frame->pc + 1;
    strand->pc = body;
    if (UNLIKELY(breaker != NULL) && !breaker_allows(breaker, model->sim.now))
        return strand_fail(model, slot, OUTCOME_ERROR, STATUS_BREAKER_OPEN, false);
    if (LIKELY(op->retry->hedge == TIME_UNSET))
        return true;
    strand->pc = body - 1; /* as at a join: the op it waits at */
    strand->failed = OUTCOME_OK;
    strand->branches = strand->forked = strand->wanted = 0;
    (void)start_branch(model, slot, op);
    strand = strand_at(model, slot);
    strand_wait_until(model, slot, STRAND_HEDGE, DUE_UNKNOWN, false);
    sim_at(&model->sim, model->sim.now + op->retry->hedge, SIM_EXPIRY, EVENT_STRAND_WAKE, slot,
           strand->head.generation);
    return false;
}

/* Its stages begin with the wait for the first copy, so that they too sum to the time since the attempt began. */
void strand_send_copy(struct model *model, uint32_t slot)
{
    struct strand *strand = strand_at(model, slot);
    const struct op *op = &strand_ops(strand)[strand->pc];
    if (strand->branches != 1)
        return;
    uint32_t copy = start_branch(model, slot, op);
    strand_charge(strand_at(model, copy), STAGE_DOWNSTREAM,
                  model->sim.now - strand_at(model, slot)->since);
}

static void unlink_branch(struct model *model, struct strand *parent, uint32_t slot)
{
    const struct strand *branch = strand_at(model, slot);
    if (branch->newer == POOL_NONE)
        parent->child = branch->sibling;
    else
        strand_at(model, branch->newer)->sibling = branch->sibling;
    if (branch->sibling != POOL_NONE)
        strand_at(model, branch->sibling)->newer = branch->newer;
}

/* The last branch ended: the parent follows its stages. */
static void join(struct model *model, uint32_t slot)
{
    struct strand *strand = strand_at(model, slot);
    const struct op *op = &strand_ops(strand)[strand->pc];
    strand->head.generation++;
    strand->state = STRAND_RUNNING;
    strand->round++; /* what follows must not repeat the branches' draws */
    if (strand->failed == OUTCOME_OK && op->code == OP_TRY)
        strand_end_try(model, strand);
    else if (strand->failed == OUTCOME_OK)
        strand->pc = op->b;
    else if (!strand_fail(model, slot, (enum outcome)strand->failed, strand->failed_status, false))
        return;
    strand_run(model, slot);
}

static void add_stages(struct strand *to, const struct strand *from)
{
    for (int i = 0; i < STAGE_COUNT; i++) {
        to->own[i] += from->own[i];
        to->path[i] += from->path[i];
    }
}

/* A branch that had to wait for another one's end goes on where that one ended: its stages are on the same path, so that they
 * sum to the time since the fork. */
static void start_after(struct model *model, uint32_t up, uint32_t ended)
{
    struct strand *parent = strand_at(model, up);
    uint32_t next = start_branch(model, up, &strand_ops(parent)[parent->pc]);
    add_stages(strand_at(model, next), strand_at(model, ended));
}

static void end_branch(struct model *model, uint32_t slot, enum outcome outcome, int status)
{
    uint32_t up = strand_at(model, slot)->parent;
    struct strand *parent = strand_at(model, up);
    bool stops = outcome != OUTCOME_OK && parent->handler->state != NULL;
    if (outcome != OUTCOME_OK && parent->failed == OUTCOME_OK) {
        parent->failed = (uint8_t)outcome;
        parent->failed_status = (int16_t)status;
    }
    parent->branches--;
    if (parent->state == STRAND_HEDGE && outcome == OUTCOME_OK) {
        parent->failed = OUTCOME_OK; /* the first answer wins, whatever became of the other copy */
        stops = true;
    }
    if (!stops && parent->forked < parent->wanted)
        start_after(model, up, slot);
    parent = strand_at(model, up); /* the pool may have moved */
    bool last = stops || parent->branches == 0;
    if (last)
        add_stages(parent, strand_at(model, slot));
    unlink_branch(model, parent, slot);
    strand_free(model, slot);
    if (stops)
        free_branches(model, up); /* what the others wait for finds nobody */
    if (last)
        join(model, up);
}

/* Inside the handler an operation's failure keeps its kind, for the tries around it. To whoever called the handler it is a
 * handler that failed: the refusal or timeout was the callee's, not this one's. Unless it is the handler's `own` word. */
void strand_end(struct model *model, uint32_t slot, enum outcome outcome, int status, bool own)
{
    if (strand_at(model, slot)->parent != POOL_NONE)
        end_branch(model, slot, outcome, status);
    else if (own || outcome == OUTCOME_OK)
        strand_finish(model, slot, outcome, status, false);
    else
        strand_finish(model, slot, OUTCOME_ERROR, 500, false);
}
