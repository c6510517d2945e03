/* handler_leaf.c - leaf programs, worked out at their start; see handler.h. */
#include <string.h>

#include "model/handler.h"
#include "model/span_log.h"
#include "model/svc_client.h"

/* State of one walk. */
struct walk {
    struct model *model;
    struct svc *svc;
    const struct handler *handler;
    const struct call *call;
    sim_time start, timeout;
    uint64_t key;    /* what draws derive from: the call's, or that of a record */
    int32_t record;  /* in r:records: which one, else -1 */
    uint64_t round; /* moves every draw's block on from one iteration to the next */
    int64_t run, wait;
    struct {
        int32_t pc;
        int64_t left;
    } loops[PROGRAM_DEPTH_MAX];
    int depth;
};

static struct draw op_draw(const struct walk *walk, const struct op *op)
{
    return draw_of(walk->key + walk->round * RNG_STEP, op->salt);
}

static const struct attr_def *find_attr(const struct client_config *client, int32_t attr)
{
    for (int32_t i = 0; i < client->attrs.count; i++)
        if (client->attrs.attrs[i].attr == attr)
            return &client->attrs.attrs[i];
    return NULL;
}

static const struct attr_value *draw_attr(const struct attr_def *def, uint64_t root_key)
{
    struct draw draw = draw_of(root_key, rng_hash_text(UINT64_C(0xA77), def->name));
    double total = 0, at = 0;
    for (int32_t i = 0; i < def->count; i++)
        total += def->values[i].weight;
    double wanted = draw_unit(&draw) * total;
    for (int32_t i = 0; i < def->count - 1; i++) {
        at += def->values[i].weight;
        if (wanted < at)
            return &def->values[i];
    }
    return &def->values[def->count - 1];
}

static bool is_same(const struct attr_value *value, const struct attr_test *test)
{
    if (test->text != NULL)
        return value->text != NULL && strcmp(value->text, test->text) == 0;
    return value->text == NULL && value->number == test->number;
}

bool attr_holds(const struct model *model, uint32_t source, uint64_t root_key,
                const struct attr_test *test)
{
    const struct client_config *client = model->svcs[source].config;
    const struct attr_def *def = find_attr(client, test->attr);
    if (def == NULL) /* a source that does not draw it: only "is not" holds */
        return test->relation == ATTR_ISNT;
    const struct attr_value *value = draw_attr(def, root_key);
    switch (test->relation) {
    case ATTR_IS:
        return is_same(value, test);
    case ATTR_ISNT:
        return !is_same(value, test);
    case ATTR_GT:
        return value->text == NULL && value->number > test->number;
    default:
        return value->text == NULL && value->number < test->number;
    }
}

static int64_t draw_time(struct walk *walk, const struct op *op)
{
    struct draw_ahead *ahead = walk->handler->ahead;
    if (ahead != NULL && op == walk->handler->program->ops && walk->round == 0)
        return draw_ahead_take(ahead, op->dist, op->salt, walk->key);
    return dist_draw(op->dist, op_draw(walk, op));
}

void handler_expect(struct handler *handler, const uint64_t *keys, int count)
{
    const struct op *op = handler->program->ops;
    if (handler->ahead != NULL)
        draw_ahead_fill(handler->ahead, op->dist, op->salt, keys, count);
}

/* For traces: what the handler will do, cut where its time ends. */
COLD static void show(const struct walk *walk, const char *op, int32_t line, int64_t from, int64_t to,
                 enum outcome outcome)
{
    sim_time start = walk->start + (from < walk->timeout ? from : walk->timeout);
    sim_time end = walk->start + (to < walk->timeout ? to : walk->timeout);
    uint64_t root =
        walk->record < 0 ? 0 : handler_record(walk->model, walk->call, walk->record).root_key;
    span_log_work(walk->model, &(struct span_work){.call = call_slot(walk->model, walk->call),
                                                   .root = root,
                                                   .strand = POOL_NONE,
                                                   .op = op,
                                                   .line = line,
                                                   .start = start,
                                                   .end = end,
                                                   .outcome = outcome});
}

/* Of operations that fail. */
COLD static void show_failure(const struct walk *walk, const char *op, int32_t line, bool timeout)
{
    if (walk->model->spans != NULL)
        show(walk, op, line, walk->run + walk->wait, walk->run + walk->wait,
             timeout ? OUTCOME_TIMEOUT : OUTCOME_ERROR);
}

static void spend(struct walk *walk, const struct op *op)
{
    double factor = walk->svc->latency_factor;
    int64_t before = walk->run + walk->wait;
    int64_t drawn = draw_time(walk, op);
    if (op->code == OP_CPU)
        walk->run += time_round((double)drawn * (walk->handler->cpu_factor * factor));
    else
        walk->wait += factor == 1 ? drawn : time_round((double)drawn * factor);
    if (UNLIKELY(walk->model->spans != NULL))
        show(walk, op->code == OP_CPU ? "cpu" : "wait", op->line, before, walk->run + walk->wait,
             OUTCOME_OK);
}

/* -- records of a batch */

int32_t handler_record_count(const struct model *model, const struct call *call)
{
    const struct svc *source = &model->svcs[call->owner_svc];
    if (source->class->record_count == NULL)
        return 1;
    return source->class->record_count(model, source, call->owner);
}

struct record handler_record(const struct model *model, const struct call *call, int32_t index)
{
    const struct svc *source = &model->svcs[call->owner_svc];
    if (index < 0 || source->class->record == NULL)
        return (struct record){.key = call->key,
                               .root_key = call->root_key,
                               .root_start = call->root_start,
                               .source = call->source,
                               .hops = call->hops};
    return source->class->record(model, source, call->owner, index);
}

void handler_mark(struct model *model, const struct call *call, int32_t index, int32_t mark,
                  sim_time at)
{
    struct probe *probe = &model->probes[model->marks + (uint32_t)mark];
    bool measured = call_measured(call);
    int32_t count = index >= 0 ? 1 : handler_record_count(model, call);
    for (int32_t i = 0; i < count; i++) {
        struct record record = handler_record(model, call, index >= 0 ? index : i);
        probe_time(probe, measured, at - record.root_start);
    }
}

static void enter_record(struct walk *walk, int32_t index)
{
    walk->record = index;
    walk->key = rng_mix(handler_record(walk->model, walk->call, index).key + walk->handler->salt);
}

static int32_t begin_records(struct walk *walk, const struct op *op, int32_t pc)
{
    int32_t n = handler_record_count(walk->model, walk->call);
    if (n <= 0)
        return op->b;
    ASSERT(walk->depth < PROGRAM_DEPTH_MAX);
    walk->loops[walk->depth].pc = pc;
    walk->loops[walk->depth++].left = n;
    enter_record(walk, 0);
    return pc + 1;
}

/* A record failed: true if it is reported alone; then the walk goes on with the next one. */
static bool report_record(struct walk *walk)
{
    struct svc *source = &walk->model->svcs[walk->call->owner_svc];
    if (walk->record < 0 || source->class->record_failed == NULL ||
        !source->class->record_failed(walk->model, source, walk->call->owner, walk->record))
        return false;
    while (walk->handler->program->ops[walk->loops[walk->depth - 1].pc].code != OP_RECORDS)
        walk->depth--;
    return true;
}

static void mark(struct walk *walk, const struct op *op)
{
    int64_t spent = walk->run + walk->wait;
    sim_time at = walk->start + spent;
    if (spent <= walk->timeout && at < walk->model->sim.horizon)
        handler_mark(walk->model, walk->call, walk->record, op->a, at);
}

static int32_t choose(struct walk *walk, const struct op *op)
{
    struct draw draw = op_draw(walk, op);
    double at = draw_unit(&draw);
    for (int i = 0; i < op->count - 1; i++)
        if (at < op->arms[i].upto)
            return op->arms[i].pc;
    return op->arms[op->count - 1].pc;
}

static bool happens(struct walk *walk, const struct op *op)
{
    if (op->code == OP_WHEN) {
        struct record origin = handler_record(walk->model, walk->call, walk->record);
        return attr_holds(walk->model, origin.source, origin.root_key, op->test);
    }
    struct draw draw = op_draw(walk, op);
    return draw_chance(&draw, op->p);
}

static int32_t begin_loop(struct walk *walk, const struct op *op, int32_t pc)
{
    int64_t n = dist_draw(op->dist, op_draw(walk, op));
    if (n <= 0)
        return op->b;
    ASSERT(walk->depth < PROGRAM_DEPTH_MAX);
    walk->loops[walk->depth].pc = pc;
    walk->loops[walk->depth++].left = n < HANDLER_EACH_MAX ? n : HANDLER_EACH_MAX;
    return pc + 1;
}

static int32_t end_loop(struct walk *walk, const struct op *ops)
{
    int32_t pc = walk->loops[walk->depth - 1].pc;
    bool records = ops[pc].code == OP_RECORDS;
    walk->round++;
    if (--walk->loops[walk->depth - 1].left > 0 && walk->round < HANDLER_ROUNDS_MAX) {
        if (records)
            enter_record(walk, walk->record + 1);
        return pc + 1;
    }
    if (records) {
        walk->record = -1;
        walk->key = walk->call->key;
    }
    walk->depth--;
    return ops[pc].b;
}

static struct handler_end fail_end(enum fail_kind kind)
{
    switch (kind) {
    case FAIL_TIMEOUT:
        return (struct handler_end){.outcome = OUTCOME_TIMEOUT, .status = 504};
    case FAIL_THROTTLE:
        return (struct handler_end){.outcome = OUTCOME_ERROR, .status = 429};
    case FAIL_CRASH:
        return (struct handler_end){.outcome = OUTCOME_ERROR, .status = 500, .crash = true};
    default:
        return (struct handler_end){.outcome = OUTCOME_ERROR, .status = 500};
    }
}

/* Walks to the end, adding up run and wait; or until the timeout, beyond which nothing counts and sums
 * of absurd times would not fit. */
static struct handler_end walk_all(struct walk *walk)
{
    const struct op *ops = walk->handler->program->ops;
    for (int32_t pc = 0;;) {
        const struct op *op = &ops[pc];
        switch (op->code) {
        case OP_CPU:
        case OP_WAIT:
            spend(walk, op);
            if (UNLIKELY(walk->run + walk->wait > walk->timeout))
                return fail_end(FAIL_TIMEOUT);
            pc++;
            break;
        case OP_END:
            return (struct handler_end){.outcome = OUTCOME_OK, .status = 200};
        case OP_MAYBE:
        case OP_WHEN:
            pc = happens(walk, op) ? pc + 1 : op->b;
            break;
        case OP_CHOOSE:
            pc = choose(walk, op);
            break;
        case OP_EACH:
            pc = begin_loop(walk, op, pc);
            break;
        case OP_RECORDS:
            pc = begin_records(walk, op, pc);
            break;
        case OP_LOOP:
            pc = end_loop(walk, ops);
            break;
        case OP_JUMP:
            pc = op->a;
            break;
        case OP_MEMORY:
            if (walk->handler->memory_bytes > 0 &&
                dist_draw(op->dist, op_draw(walk, op)) > walk->handler->memory_bytes) {
                show_failure(walk, "out of memory", op->line, false);
                return fail_end(FAIL_CRASH);
            }
            pc++;
            break;
        case OP_MARK:
            mark(walk, op);
            pc++;
            break;
        case OP_RESPOND:
            if (op->a >= 500)
                show_failure(walk, "respond", op->line, false);
            return (struct handler_end){.outcome = op->a >= 500 ? OUTCOME_ERROR : OUTCOME_OK,
                                        .status = op->a};
        default:
            ASSERT(op->code == OP_FAIL);
            show_failure(walk, op->a == FAIL_CRASH ? "crash" : "fail", op->line, op->a == FAIL_TIMEOUT);
            if (op->a != FAIL_CRASH && report_record(walk)) {
                pc = end_loop(walk, ops);
                break;
            }
            return fail_end((enum fail_kind)op->a);
        }
    }
}

/* Cut at the timeout: what fits is kept, computing first. */
static struct handler_end cut(struct walk *walk)
{
    int64_t run = walk->run < walk->timeout ? walk->run : walk->timeout;
    return (struct handler_end){.outcome = OUTCOME_TIMEOUT,
                                .status = 504,
                                .crash = true,
                                .run = run,
                                .wait = walk->timeout - run};
}

struct handler_end handler_leaf(struct model *model, struct svc *svc, const struct handler *handler,
                                const struct call *call, sim_time start, sim_time timeout)
{
    if (handler->program == NULL)
        return (struct handler_end){.outcome = OUTCOME_OK, .status = 200};
    struct walk walk;
    walk.model = model;
    walk.svc = svc;
    walk.handler = handler;
    walk.call = call;
    walk.start = start;
    walk.timeout = timeout;
    walk.key = call->key;
    walk.record = -1;
    walk.round = 0;
    walk.run = walk.wait = 0;
    walk.depth = 0;
    struct handler_end end = walk_all(&walk);
    if (UNLIKELY(walk.run + walk.wait > timeout))
        return cut(&walk);
    end.run = walk.run;
    end.wait = walk.wait;
    if (UNLIKELY(svc->error_share > 0) && end.outcome == OUTCOME_OK) {
        struct draw draw = draw_of(call->key, svc->fault_salt);
        if (draw_chance(&draw, svc->error_share)) {
            end.outcome = OUTCOME_ERROR;
            end.status = 500;
            if (UNLIKELY(model->spans != NULL))
                span_log_fault(model, call);
        }
    }
    return end;
}
