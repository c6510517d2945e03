/* call_queue.h - calls that wait for capacity, first come, first served.
 *
 * Linked through call->instance, which a waiting call has no other use for: joining and leaving cost the same however many wait,
 * and nothing is allocated. Who waits has not begun service yet: it counts in `depth`, not in the service's concurrency.
 */
#ifndef TEPID_MODEL_CALL_QUEUE_H
#define TEPID_MODEL_CALL_QUEUE_H

#include "model/call.h"

struct call_queue {
    uint32_t head, tail; /* slots of calls, POOL_NONE: empty */
    struct level depth;
};

static inline void call_queue_init(struct call_queue *queue)
{
    *queue = (struct call_queue){.head = POOL_NONE, .tail = POOL_NONE};
}

static inline bool call_queue_is_empty(const struct call_queue *queue)
{
    return queue->head == POOL_NONE;
}

static inline void call_queue_join(struct model *model, struct call_queue *queue, struct call *call)
{
    uint32_t slot = call_slot(model, call);
    call->instance = POOL_NONE;
    if (queue->tail == POOL_NONE)
        queue->head = slot;
    else
        call_at(model, queue->tail)->instance = slot;
    queue->tail = slot;
    level_change(&queue->depth, 1, model->sim.now);
}

/* The call that waited longest leaves; there must be one. */
static inline struct call *call_queue_next(struct model *model, struct call_queue *queue)
{
    struct call *call = call_at(model, queue->head);
    queue->head = call->instance;
    if (queue->head == POOL_NONE)
        queue->tail = POOL_NONE;
    level_change(&queue->depth, -1, model->sim.now);
    return call;
}

/* How long the first in line has waited; 0 if nobody does. */
static inline sim_time call_queue_age(const struct model *model, const struct call_queue *queue)
{
    return queue->head == POOL_NONE ? 0 : model->sim.now - call_at(model, queue->head)->arrived;
}

/* At the end: as many are linked as were counted. */
static inline void call_queue_check(const struct model *model, const struct call_queue *queue)
{
    int64_t count = 0;
    for (uint32_t slot = queue->head; slot != POOL_NONE; slot = call_at(model, slot)->instance) {
        ASSERT(pool_is_live(&model->calls, slot) && call_at(model, slot)->begun == SIM_NEVER);
        count++;
    }
    ASSERT(count == queue->depth.value);
}

/* Answers a call that leaves the queue unserved: all its time was spent waiting. */
static inline void call_queue_give_up(struct model *model, struct call *call, enum outcome outcome,
                                      int status)
{
    call->stage = STAGE_QUEUE;
    call_answer(model, call, outcome, status);
}

#endif
