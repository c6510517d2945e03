/* message.c - see message.h. */
#include "model/message.h"

#include "model/span_log.h"

#include <math.h>

#define SALT_BYTES UINT64_C(0x5A17B17E)
#define SALT_GROUP UINT64_C(0x5A17960F)
#define SALT_COUNT UINT64_C(0x5A17C087)

int64_t message_count_of_call(const struct model *model, const struct call *call)
{
    const struct dist *n = call_args(model, call)->n;
    int64_t count = n == NULL ? 1 : dist_draw(n, draw_of(call->key, SALT_COUNT));
    count = count < MESSAGES_OF_CALL_MAX ? count : MESSAGES_OF_CALL_MAX;
    return count < 0 ? 0 : count;
}

uint64_t message_key(uint64_t call_key, int64_t index)
{
    return rng_mix(call_key + SALT_COUNT + (uint64_t)(index + 1) * RNG_STEP);
}

struct message message_of_call(const struct model *model, const struct call *call, int64_t index,
                               int64_t bytes)
{
    const struct op_args *args = call_args(model, call);
    uint64_t key = message_key(call->key, index);
    if (args->size != NULL)
        bytes = dist_draw(args->size, draw_of(key, SALT_BYTES));
    uint64_t group = 0;
    if (args->key.kind != KEYS_NONE)
        group = key_law_draw(&args->key, draw_of(key, SALT_GROUP));
    return (struct message){
        .key = key,
        .root_key = call->root_key,
        .root_start = call->root_start,
        .group = group,
        .source = call->source,
        .edge = call->edge,
        .bytes = (int32_t)(bytes < INT32_MAX ? bytes : INT32_MAX),
        .hops = call->hops,
        .measured = call_measured(call),
    };
}

struct message message_forward(struct model *model, const struct message *from, uint64_t salt,
                               uint32_t edge)
{
    struct message message = *from;
    message.key = rng_mix(from->key + salt);
    message.edge = edge;
    message.measured = model->measuring;
    message.prompt = false;
    if (UNLIKELY(model->spans != NULL))
        span_log_sent_on(model, from->key, from->root_key, message.key, NULL);
    return message;
}

bool message_offer(struct model *model, struct target target, const struct message *message)
{
    struct svc *svc = &model->svcs[target.resource];
    bool accepted = svc->class->accept(model, svc, message);
    struct edge *edge = &model->edges[message->edge];
    if (UNLIKELY(model->spans != NULL) && accepted)
        span_log_arrived(model, message->key, svc);
    if (!edge->shared || svc->class->async_queue)
        return accepted;
    edge->all_calls++;
    edge->all_errors += !accepted;
    if (model->measuring) {
        edge->calls++;
        edge->errors += !accepted;
        edge->throttles += !accepted;
    }
    return accepted;
}

uint32_t message_link(struct model *model, uint32_t from, struct target target)
{
    struct svc *svc = &model->svcs[target.resource];
    if (svc->class->attach != NULL)
        svc->class->attach(model, svc);
    uint32_t edge = model_edge(model, from, svc->probe);
    model->edges[edge].async = true;
    return edge;
}

void message_count(struct model *model, struct svc *svc, bool accepted)
{
    struct probe *probe = svc_probe(model, svc);
    bool measured = model->measuring;
    probe_arrival(probe, measured);
    if (!accepted) {
        probe_refusal(probe, measured);
        return;
    }
    probe_outcome(&probe->all, OUTCOME_OK);
    if (!measured)
        probe_outcome(&probe->pre, OUTCOME_OK);
}
