/* message.h - what travels between services when nobody waits for the answer.
 *
 * A message belongs to the request that caused it: it carries that request's key and start, so that attributes and marks work
 * across asynchronous hops and redeliveries. Its own key is what its draws derive from. Who takes
 * messages has svc_class.accept: queues keep them, topics and buses pass them on, functions put them into their
 * asynchronous queue (async.h), workflows start.
 */
#ifndef TEPID_MODEL_MESSAGE_H
#define TEPID_MODEL_MESSAGE_H

#include "model/call.h"

struct message {
    uint64_t key;
    uint64_t root_key;
    sim_time root_start;
    uint64_t group;  /* hash of its message group or partition key; 0: none given */
    uint32_t source; /* service index of the traffic */
    uint32_t edge;   /* sender to receiver */
    int32_t bytes;
    uint8_t hops;  /* rounds of an asynchronous cycle so far (loop.h) */
    bool measured; /* sent in the measured interval */
    bool prompt;   /* its sender's delivery time covers that of an asynchronous queue (svc_class.async_queue) */
};

/* One record of a batch, as its consumer's handler sees it. */
struct record {
    uint64_t key, root_key;
    sim_time root_start;
    uint32_t source;
    uint8_t hops;
};

/* The key of message `index` of a call with this key. */
uint64_t message_key(uint64_t call_key, int64_t index);

/* Message `index` of those a call sends (r:send{n=}): size and group are drawn as the operation says. `bytes` is what the
 * receiver assumes where the operation gives no size. */
struct message message_of_call(const struct model *model, const struct call *call, int64_t index,
                               int64_t bytes);

/* They are sent in one event, which nothing can interrupt: more than these are cut (a drawn number has no bound of
 * its own). */
#define MESSAGES_OF_CALL_MAX 100000

/* How many messages a call sends: r:send{n=}, else 1. */
int64_t message_count_of_call(const struct model *model, const struct call *call);

/* A message passed on by `from` (topic to subscriber, queue to dead letters): the same request, a key of its own made
 * with `salt`. */
struct message message_forward(struct model *model, const struct message *from, uint64_t salt,
                               uint32_t edge);

/* Offers a message to a resource; false: refused now. Counts it on the edge. */
bool message_offer(struct model *model, struct target target, const struct message *message);

/* Tells a resource at start that messages will come from `from` (a probe); returns the edge. */
uint32_t message_link(struct model *model, uint32_t from, struct target target);

/* For svc_class.accept: counts a message that came without a call at the receiver's node. */
void message_count(struct model *model, struct svc *svc, bool accepted);

#endif
