/* async.h - asynchronous invocation: the queue in front of a function (MODEL.md 1.7).
 *
 * An event waits for the delivery latency, then the function is invoked. An error is tried again async_retries times, after 1 and then 2
 * minutes; a throttle is tried again with exponential back-off from 1 s to 5 min until max_event_age. What is given up
 * goes to on_failure or dlq, what succeeds to on_success.
 */
#ifndef TEPID_MODEL_ASYNC_H
#define TEPID_MODEL_ASYNC_H

#include "model/message.h"

/* Owners of calls made for events have this bit, so that a function tells their replies from those to its own handler. */
#define ASYNC_OWNER UINT32_C(0x80000000)

void async_attach(struct model *model, struct svc *svc);
bool async_accept(struct model *model, struct svc *svc, const struct message *message);
void async_on_reply(struct model *model, struct svc *svc, const struct reply *reply);
void async_on_due(struct sim *sim, uint32_t slot, uint32_t generation);
size_t async_record_bytes(void);

#endif
