/* courier.h - brings messages to their receivers, and tries again: what topics and buses have in common.
 *
 * A delivery is one message on its way to one receiver. It waits for the delivery latency, is offered, and if it is refused
 * waits for the next try, as the owner's schedule says, until it is taken, the schedule ends or it is too old. What is given
 * up goes to the dead-letter target; without one, or if that refuses too, it is lost.
 *
 * Conservation: offered = delivered + dead-lettered + lost + pending.
 *
 * A message to an asynchronous queue (svc_class.async_queue) is told by `prompt` whether the delivery latency was spent here.
 * What is delivered without any delay leaves no record.
 */
#ifndef TEPID_MODEL_COURIER_H
#define TEPID_MODEL_COURIER_H

#include "model/message.h"

/* What a class's services share: the deliveries under way. The class gives these as shared_bytes, open and close, and
 * binds an event to courier_on_due by a function of its own that knows its event's number. */
struct courier_pool {
    struct pool deliveries;
};
void courier_pool_open(void *shared);
void courier_pool_close(void *shared);

/* How a service tries again. */
struct courier_plan {
    /* The delay before retry `i` (0-based); false: no more. `draw` is that retry's own. */
    bool (*delay)(const struct svc *svc, int32_t i, struct draw draw, sim_time *delay);
    sim_time max_age;  /* since the message was taken; SIM_NEVER: none */
    struct target dlq; /* resource -1: none */
};

struct courier_counts {
    uint64_t offered, delivered, dead, lost;
};

/* Of one service; the first thing in its state. */
struct courier {
    struct courier_pool *pool;
    struct courier_plan plan;
    unsigned event;
    uint32_t dlq_edge;
    uint64_t salt_retry, salt_dlq;
    struct level pending;
    struct courier_counts all, pre; /* pre: before the measured interval */
    struct hist age;                /* from sending to the receiver's acceptance */
};

/* What a courier's service shows besides its calls. */
#define COURIER_METRICS                                                                            \
    (METRIC_BIT(METRIC_DEPTH) | METRIC_BIT(METRIC_AGE) | METRIC_BIT(METRIC_SENT) |                 \
     METRIC_BIT(METRIC_DELETED) | METRIC_BIT(METRIC_DEAD_LETTERS) | METRIC_BIT(METRIC_EXPIRED))

/* In svc_class.start. `event`: of the class, bound to courier_on_due. */
void courier_start(struct model *model, struct svc *svc, struct courier_pool *pool, unsigned event,
                   struct courier_plan plan);

/* Delivers a message, whose edge leads to `target`, after `delay` ns. */
void courier_send(struct model *model, struct svc *svc, struct target target,
                  const struct message *message, sim_time delay);

/* Gives a message up without an attempt: the recursion guard stopped it. */
void courier_stop(struct model *model, struct svc *svc, const struct message *message);

/* The event of a delivery that is due. */
void courier_on_due(struct model *model, struct courier_pool *pool, uint32_t slot);

/* svc_class hooks. */
void courier_begin(struct model *model, struct svc *svc);
void courier_view(struct model *model, struct svc *svc, struct svc_view *view);
void courier_sample(struct model *model, struct svc *svc, struct svc_sample *sample);
void courier_audit(struct model *model, struct svc *svc);
void courier_finish(struct model *model, struct svc *svc);
void courier_free(struct svc *svc);

#endif
