/* span_log.c - see span_log.h. Messages are in span_message.c. */
#include "model/span_private.h"

#include <string.h>

#include "model/handler.h"
#include "model/svc_gateway.h"

/* -- life -------------------------------------------------------------------------------------------------- */

struct span_log *span_log_new(const struct span_request *requests, uint32_t count, uint32_t most)
{
    struct span_log *log = mem_resize(NULL, sizeof(*log));
    *log = (struct span_log){.request_count = count, .most = most};
    log->requests = mem_resize(NULL, sizeof(*requests) * (count + 1));
    log->private = mem_resize(NULL, sizeof(*log->private));
    memset(log->private, 0, sizeof(*log->private));
    log->private->by.call = POOL_NONE;
    for (uint32_t i = 0; i < count; i++) {
        log->requests[i] = requests[i];
        log->requests[i].root = SPAN_NONE;
        key_map_put(&log->private->by_root, requests[i].key, i);
    }
    return log;
}

void span_log_free(struct span_log *log)
{
    if (log == NULL)
        return;
    key_map_free(&log->private->by_root);
    key_map_free(&log->private->by_message);
    mem_free(log->private->heads);
    mem_free(log->private->active);
    mem_free(log->private->messages);
    mem_free(log->private);
    mem_free(log->requests);
    mem_free(log->spans);
    mem_free(log);
}

bool span_log_is_done(const struct span_log *log)
{
    return log->requests_ended == log->request_count && log->open == 0 && log->waiting == 0;
}

/* -- spans --------------------------------------------------------------------------------------------------- */

uint32_t span_of_root(const struct span_log *log, uint64_t root_key)
{
    uint32_t request = key_map_get(&log->private->by_root, root_key);
    /* Until it has begun it is none: something else could have the key of a request to come only by a chance of 2^-64. */
    return request == SPAN_NONE || log->requests[request].root == SPAN_NONE ? SPAN_NONE : request;
}

uint32_t span_add(struct span_log *log, const struct span *span)
{
    struct span_request *request = &log->requests[span->request];
    if (request->count >= log->most) {
        request->dropped++;
        return SPAN_NONE;
    }
    request->count++;
    log->spans = mem_grow(log->spans, log->count, &log->capacity, sizeof(*log->spans));
    log->spans[log->count] = *span;
    return (uint32_t)log->count++;
}

struct span span_blank(uint32_t request, uint32_t parent, uint32_t svc, const char *op,
                       sim_time start)
{
    return (struct span){.request = request,
                         .parent = parent,
                         .svc = svc,
                         .op = op,
                         .start = start,
                         .end = SIM_NEVER,
                         .instance = UINT64_MAX,
                         .next = SPAN_NONE,
                         .strand = POOL_NONE};
}

void span_log_begin(struct model *model, const struct svc *source, uint64_t key, uint64_t number)
{
    struct span_log *log = model->spans;
    uint32_t index = key_map_get(&log->private->by_root, key);
    if (index == SPAN_NONE || log->requests[index].source != source->index)
        return;
    struct span_request *request = &log->requests[index];
    ASSERT(request->root == SPAN_NONE);
    struct span span = span_blank(index, SPAN_NONE, source->index, "request", model->sim.now);
    request->number = number;
    request->root = span_add(log, &span);
}

void span_log_end(struct model *model, uint64_t key, enum outcome outcome)
{
    struct span_log *log = model->spans;
    uint32_t index = span_of_root(log, key);
    if (index == SPAN_NONE || log->requests[index].ended)
        return;
    struct span *root = &log->spans[log->requests[index].root];
    root->end = model->sim.now;
    root->outcome = (uint8_t)outcome;
    log->requests[index].ended = true;
    log->requests_ended++;
}

void span_log_client(struct model *model, uint64_t key, const char *op, sim_time end,
                     enum outcome outcome)
{
    struct span_log *log = model->spans;
    uint32_t request = span_of_root(log, key);
    if (request == SPAN_NONE)
        return;
    uint32_t root = log->requests[request].root;
    struct span span = span_blank(request, root, log->spans[root].svc, op, model->sim.now);
    span.end = end;
    span.outcome = (uint8_t)outcome;
    span.work = true;
    (void)span_add(log, &span);
}

/* -- calls ----------------------------------------------------------------------------------------------------- */

void span_log_by(struct model *model, uint32_t slot, uint64_t root, const char *op, int32_t line)
{
    model->spans->private->by =
        (struct span_by){.call = slot, .root = root, .op = op, .line = line};
}

uint32_t *span_head(struct model *model, uint32_t slot)
{
    struct span_private *p = model->spans->private;
    if (p->head_count < model->calls.capacity) {
        size_t count = model->calls.capacity;
        p->heads = mem_resize(p->heads, count * sizeof(*p->heads));
        for (size_t i = p->head_count; i < count; i++)
            p->heads[i] = SPAN_NONE;
        p->head_count = count;
    }
    return &p->heads[slot];
}

uint32_t span_of_call(struct model *model, uint32_t slot, uint32_t request)
{
    const struct span_log *log = model->spans;
    uint32_t at = *span_head(model, slot);
    while (at != SPAN_NONE && log->spans[at].request != request)
        at = log->spans[at].next;
    return at;
}

static const char *op_word(const struct model *model, const struct svc *svc,
                           const struct call *call)
{
    static const char *const words[USES] = {
        [USE_CALL] = "call",   [USE_GET] = "get",   [USE_PUT] = "put",
        [USE_QUERY] = "query", [USE_EXEC] = "exec", [USE_READ] = "read",
        [USE_WRITE] = "write", [USE_SEND] = "send", [USE_PUBLISH] = "publish",
        [USE_EMIT] = "emit",   [USE_PUSH] = "push", [USE_START] = "start",
    };
    if (svc->routes != NULL && call->instance < svc->route_count)
        return svc->routes->routes[call->instance].name;
    const char *word = words[call_args(model, call)->use];
    return word != NULL ? word : "call";
}

void span_open(struct model *model, const struct call *call, uint32_t request, uint32_t parent,
               const char *op, int32_t line, bool async)
{
    struct span_log *log = model->spans;
    uint32_t *head = span_head(model, call_slot(model, call));
    struct span span = span_blank(request, parent, call->svc, op, model->sim.now);
    span.line = line;
    span.async = async;
    span.next = *head;
    uint32_t index = span_add(log, &span);
    if (index == SPAN_NONE)
        return;
    *head = index;
    log->open++;
}

/* A call of a handler or gateway: one span in each request that its invocation belongs to. */
static void open_below(struct model *model, const struct span_by *by, const struct call *call,
                       const char *op)
{
    const struct span_log *log = model->spans;
    uint32_t at = *span_head(model, by->call);
    while (at != SPAN_NONE) {
        uint32_t next = log->spans[at].next, request = log->spans[at].request;
        if (by->root == 0 || log->requests[request].key == by->root)
            span_open(model, call, request, at, op, by->line, false);
        at = next;
    }
}

void span_log_open(struct model *model, const struct caller *caller, const struct call *call)
{
    struct span_log *log = model->spans;
    struct span_by by = log->private->by;
    const struct svc *owner = &model->svcs[caller->svc], *svc = &model->svcs[call->svc];
    log->private->by = (struct span_by){.call = POOL_NONE};
    *span_head(model, call_slot(model, call)) = SPAN_NONE;
    if (by.call != POOL_NONE) {
        open_below(model, &by, call, by.op != NULL ? by.op : op_word(model, svc, call));
        return;
    }
    if (owner->class->record_count != NULL) {
        span_open_batch(model, owner, caller, call);
        return;
    }
    uint32_t request = span_of_root(log, caller->root_key);
    if (request == SPAN_NONE)
        return;
    if (by.message != 0) {
        span_open_message(model, by.message, request, call, "invoke");
    } else if (caller->svc == caller->source) {
        span_open(model, call, request, log->requests[request].root, op_word(model, svc, call), 0,
                  false);
    } else {
        span_open_message(model, caller->key, request, call, "start");
    }
}

/* False: who made the call has given up meanwhile, though its own time may not be over. */
static bool is_awaited(const struct model *model, const struct call *call)
{
    const struct svc *owner = &model->svcs[call->owner_svc];
    if ((call->flags & CALL_ANSWERED) != 0)
        return false;
    if (owner->class->on_reply == handler_on_reply)
        return handler_awaits(model, owner, call->owner, call->owner_generation);
    return call_is_awaited(model, call);
}

void span_log_close(struct model *model, const struct call *call, enum outcome outcome)
{
    struct span_log *log = model->spans;
    uint32_t *head = span_head(model, call_slot(model, call));
    bool async = *head != SPAN_NONE && !is_awaited(model, call);
    for (uint32_t at = *head; at != SPAN_NONE; at = log->spans[at].next) {
        struct span *span = &log->spans[at];
        span->async |= async;
        span->end = model->sim.now;
        span->outcome = (uint8_t)outcome;
        span->cold = (call->flags & CALL_COLD) != 0;
        sim_time all = span->end - span->start;
        bool unserved = call->begun == SIM_NEVER && outcome != OUTCOME_THROTTLE;
        span->wait = unserved || call->init_ns > all ? all : call->init_ns;
        if (outcome == OUTCOME_THROTTLE)
            span->wait = 0;
        log->open--;
    }
    *head = SPAN_NONE;
}

void span_log_acknowledge(struct model *model, const struct call *call)
{
    struct span_log *log = model->spans;
    for (uint32_t at = *span_head(model, call_slot(model, call)); at != SPAN_NONE;
         at = log->spans[at].next)
        log->spans[at].async = true;
}

void span_log_fault(struct model *model, const struct call *call)
{
    struct span_log *log = model->spans;
    for (uint32_t at = *span_head(model, call_slot(model, call)); at != SPAN_NONE;
         at = log->spans[at].next)
        log->spans[at].fault = true;
}

void span_log_instance(struct model *model, const struct call *call, uint64_t instance)
{
    struct span_log *log = model->spans;
    for (uint32_t at = *span_head(model, call_slot(model, call)); at != SPAN_NONE;
         at = log->spans[at].next)
        log->spans[at].instance = instance;
}

/* -- work ----------------------------------------------------------------------------------------------------------- */

static void keep_active(struct span_log *log, uint32_t index)
{
    struct span_private *p = log->private;
    p->active = mem_grow(p->active, p->active_count, &p->active_capacity, sizeof(*p->active));
    p->active[p->active_count++] = index;
}

void span_log_work(struct model *model, const struct span_work *work)
{
    struct span_log *log = model->spans;
    if (work->end <= work->start && work->outcome == OUTCOME_OK)
        return;
    for (uint32_t at = *span_head(model, work->call), next; at != SPAN_NONE; at = next) {
        next = log->spans[at].next;
        uint32_t request = log->spans[at].request;
        if (work->root != 0 && log->requests[request].key != work->root)
            continue;
        struct span span = span_blank(request, at, log->spans[at].svc, work->op, work->start);
        span.end = work->end;
        span.outcome = (uint8_t)work->outcome;
        span.line = work->line;
        span.strand = work->strand;
        span.instance = log->spans[at].instance;
        span.work = true;
        uint32_t index = span_add(log, &span);
        if (index != SPAN_NONE && work->strand != POOL_NONE && work->end > model->sim.now)
            keep_active(log, index);
    }
}

/* Forgets what is over, too. */
void span_log_cut(struct model *model, uint32_t strand)
{
    struct span_log *log = model->spans;
    struct span_private *p = log->private;
    sim_time now = model->sim.now;
    size_t kept = 0;
    for (size_t i = 0; i < p->active_count; i++) {
        struct span *span = &log->spans[p->active[i]];
        if (span->strand == strand && span->end > now) {
            span->end = now;
            if (span->start > now)
                span->op = NULL; /* it never came to that */
        }
        if (span->end > now)
            p->active[kept++] = p->active[i];
    }
    p->active_count = kept;
}
