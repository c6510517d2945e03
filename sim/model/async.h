/* async.h - asynchronous invocation: the queue in front of a function (MODEL.md 1.7).
 *
 * An event is accepted at once, waits for the delivery latency, then the function is invoked. An error is tried again async_retries
 * times, after 1 and then 2 minutes. A throttle is tried again with exponential back-off, 1 s, 2 s, 4 s ... 5 min, for
 * as long as the event is not older than max_event_age; at that age it is given up, whatever it waits for. What is given up
 * goes to dlq and on_failure (to both, where both are given), what succeeds to on_success.
 *
 * Also given up, without an attempt: new events while `reserved` is 0, and what the recursion guard stops (loop.h). As
 * documented, neither is tried again.
 *
 * Every attempt has a chance key of its own, made from the event's key and its number, so that a retry draws afresh and a
 * change elsewhere changes nothing here.
 *
 * Conservation: accepted = succeeded + dead-lettered + lost + waiting + being invoked. "Lost" (metric `expired`) is given up
 * with no destination, or none that would take it.
 *
 * Left out: duplicates (the real queue delivers an event twice now and then), and the slowing down of a very long queue.
 */
#ifndef TEPID_MODEL_ASYNC_H
#define TEPID_MODEL_ASYNC_H

#include "model/message.h"

/* Owners of calls made for events have this bit, so that a function tells their replies from those to its own handler. */
#define ASYNC_OWNER UINT32_C(0x80000000)

/* Where an event may go when it is over. */
enum async_destination { ASYNC_DLQ, ASYNC_ON_FAILURE, ASYNC_ON_SUCCESS, ASYNC_DESTINATIONS };

/* What a function shows that gets events. */
#define ASYNC_METRICS                                                                              \
    (METRIC_BIT(METRIC_DEPTH) | METRIC_BIT(METRIC_IN_FLIGHT) | METRIC_BIT(METRIC_AGE) |            \
     METRIC_BIT(METRIC_SENT) | METRIC_BIT(METRIC_DELETED) | METRIC_BIT(METRIC_RECEIVED) |          \
     METRIC_BIT(METRIC_DEAD_LETTERS) | METRIC_BIT(METRIC_EXPIRED))

/* svc_class.start of a function: the edges to its destinations, whether events come or not. */
void async_start(struct model *model, struct svc *svc);
/* svc_class.attach: events will come, so the function has a queue. */
void async_attach(struct model *model, struct svc *svc);
bool async_accept(struct model *model, struct svc *svc, const struct message *message);
void async_on_reply(struct model *model, struct svc *svc, const struct reply *reply);

void async_begin(struct model *model, struct svc *svc);
void async_view(struct model *model, struct svc *svc, struct svc_view *view);
void async_sample(struct model *model, struct svc *svc, struct svc_sample *sample);
void async_audit(struct model *model, struct svc *svc);
void async_finish(struct model *model, struct svc *svc);
void async_free(struct svc *svc);

/* Event handler of EVENT_ASYNC. */
void async_on_due(struct sim *sim, uint32_t slot, uint32_t generation);

/* Size of an event's record, for the model's pool of them. */
size_t async_record_bytes(void);

#endif
