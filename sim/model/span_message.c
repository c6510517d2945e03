/* span_message.c - messages of watched requests: from being sent to being received. See span_log.h. */
#include "model/span_private.h"

static struct span_message *message_of(const struct span_log *log, uint64_t key)
{
    uint32_t index = key_map_get(&log->private->by_message, key);
    return index == SPAN_NONE ? NULL : &log->private->messages[index];
}

static void add_message(struct model *model, uint32_t request, uint32_t parent, uint64_t key,
                        const struct svc *to)
{
    struct span_log *log = model->spans;
    struct span_private *p = log->private;
    if (key_map_get(&p->by_message, key) != SPAN_NONE || p->message_count >= SPAN_NONE - 1)
        return;
    p->messages =
        mem_grow(p->messages, p->message_count, &p->message_capacity, sizeof(*p->messages));
    p->messages[p->message_count] =
        (struct span_message){.request = request,
                              .parent = parent,
                              .span = SPAN_NONE,
                              .svc = to == NULL ? UINT32_MAX : to->index,
                              .sent = model->sim.now};
    key_map_put(&p->by_message, key, (uint32_t)p->message_count++);
    log->waiting++;
}

static void leave(struct span_log *log, struct span_message *message)
{
    if (!message->gone)
        log->waiting--;
    message->gone = true;
}

void span_log_sent(struct model *model, const struct call *call, uint64_t root_key, uint64_t key,
                   const struct svc *to)
{
    struct span_log *log = model->spans;
    uint32_t request = span_of_root(log, root_key);
    if (request == SPAN_NONE)
        return;
    uint32_t parent = span_of_call(model, call_slot(model, call), request);
    add_message(model, request, parent != SPAN_NONE ? parent : log->requests[request].root, key,
                to);
}

void span_log_sent_on(struct model *model, uint64_t from, uint64_t root_key, uint64_t key,
                      const struct svc *to)
{
    struct span_log *log = model->spans;
    uint32_t request = span_of_root(log, root_key);
    if (request == SPAN_NONE)
        return;
    uint32_t parent = log->requests[request].root;
    struct span_message *message = message_of(log, from);
    if (message != NULL) {
        parent = message->span != SPAN_NONE ? message->span : message->parent;
        leave(log, message);
    }
    add_message(model, request, parent, key, to);
}

void span_log_arrived(struct model *model, uint64_t key, const struct svc *at)
{
    struct span_message *message = message_of(model->spans, key);
    if (message != NULL)
        message->svc = at->index;
}

void span_log_by_message(struct model *model, uint64_t key)
{
    model->spans->private->by = (struct span_by){.call = POOL_NONE, .message = key};
}

/* The span of a message: from being sent to its first receive. What it waited at `svc` ends now. */
static uint32_t receive(struct model *model, struct span_message *message, uint32_t svc)
{
    struct span_log *log = model->spans;
    if (message->span != SPAN_NONE)
        return message->span;
    struct span span = span_blank(message->request, message->parent, svc, "message", message->sent);
    span.end = model->sim.now;
    span.wait = span.end - span.start;
    span.async = true;
    message->span = span_add(log, &span);
    leave(log, message);
    return message->span;
}

void span_open_message(struct model *model, uint64_t key, uint32_t request, const struct call *call,
                       const char *op)
{
    struct span_log *log = model->spans;
    struct span_message *message = message_of(log, key);
    uint32_t parent = log->requests[request].root;
    if (message != NULL && message->request == request) {
        uint32_t svc = message->svc != UINT32_MAX ? message->svc : call->svc;
        parent = receive(model, message, svc);
        if (parent == SPAN_NONE) /* dropped: there were too many */
            return;
    }
    span_open(model, call, request, parent, op, 0, true);
}

/* One span for each request, below the first of its messages. */
void span_open_batch(struct model *model, const struct svc *owner, const struct caller *caller,
                     const struct call *call)
{
    struct span_log *log = model->spans;
    uint32_t slot = call_slot(model, call);
    int32_t count = owner->class->record_count(model, owner, caller->owner);
    for (int32_t i = 0; i < count; i++) {
        struct record record = owner->class->record(model, owner, caller->owner, i);
        uint32_t request = span_of_root(log, record.root_key);
        if (request == SPAN_NONE)
            continue;
        struct span_message *message = message_of(log, record.key);
        uint32_t parent = log->requests[request].root;
        if (message != NULL)
            parent = receive(model, message, owner->index);
        if (parent != SPAN_NONE && span_of_call(model, slot, request) == SPAN_NONE)
            span_open(model, call, request, parent, "receive", 0, true);
    }
}

void span_log_finish(struct model *model)
{
    struct span_log *log = model->spans;
    for (size_t i = 0; i < log->private->message_count; i++) {
        const struct span_message *message = &log->private->messages[i];
        if (message->gone || message->svc == UINT32_MAX)
            continue;
        struct span span =
            span_blank(message->request, message->parent, message->svc, "message", message->sent);
        span.async = true;
        (void)span_add(log, &span);
    }
}
