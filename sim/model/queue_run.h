/* queue_run.h - what a queue does in a run (MODEL.md 1.8, 2).
 *
 * A message is sent, waits until a poller of the consumer's mapping is free, is received as part of a batch, and is deleted when the
 * consumer is done with it. In between it is in flight: invisible until its visibility timeout ends, counted from the
 * receive. What is not deleted by then is visible again. A receive that would be one too many moves the message to the dead-letter
 * queue instead; who stays longer than the retention is lost. Always, in whole messages:
 *
 *   sent = deleted + dead letters + expired + waiting (visible, delayed, on their way) + in flight.
 *
 * Waiting. Messages stand in one line, first come, first served; those that came back stand in a second line that is served first,
 * for they are older. The latency of delivery is drawn for each message (it derives from its key, so it need not be kept):
 * a message may be handed over that long after it was sent. While a poller is free, messages on their way have an event each, up
 * to ARRIVING_MAX; behind a backlog nobody asks before they have long arrived, and it costs nothing.
 *
 * queue_run.c   sending, waiting, retention, dead letters
 * queue_fifo.c  the same for FIFO queues, whose messages wait in groups (message_groups.h)
 * queue_batch.c batches in flight: visibility, deletes
 * queue_esm.c   the mapping: pollers, batching, invoking the consumer
 * queue_view.c  what is seen
 */
#ifndef TEPID_MODEL_QUEUE_RUN_H
#define TEPID_MODEL_QUEUE_RUN_H

#include "model/draw_ahead.h"
#include "model/message.h"
#include "model/message_groups.h"
#include "model/message_store.h"
#include "model/queue_batch.h"
#include "model/svc_queue.h"

#define ARRIVING_MAX  65536
#define MESSAGE_BYTES 1024 /* of a message whose sender gives no size */

enum queue_event {
    QUEUE_ARRIVED,     /* the delivery latency is over; slot: record */
    QUEUE_GROUP_DUE,   /* fifo: of a group's first message; slot: group */
    QUEUE_VISIBLE,     /* a visibility timeout ends; slot: service */
    QUEUE_EXPIRES,     /* a retention ends; slot: service */
    QUEUE_WINDOW_OVER, /* slot: batch */
    QUEUE_TRY_AGAIN,   /* after a throttle; slot: batch */
    QUEUE_SCALES,      /* slot: service, generation: enum queue_scaling */
    QUEUE_WAKES,       /* a delay or the pace of receives; slot: service */
};
enum queue_scaling { QUEUE_GROWS, QUEUE_RESTS };

enum queue_total {
    QUEUE_SENT,
    QUEUE_RECEIVED,
    QUEUE_DELETED,
    QUEUE_DEAD,
    QUEUE_DUPLICATES,
    QUEUE_EXPIRED,
    QUEUE_TOTALS
};

/* What all queues of a run share. */
struct queue_shared {
    struct chunk_stock stock;
    struct pool arriving; /* messages on their way */
    struct batch_pools in_flight;
    struct group_pools grouped;
};

/* Draws made ahead for a source that says what comes (draw_ahead.h): of sends, which come in order, and of deliveries, which are
 * asked for when the sends are done, in whatever order: so those are found by key. */
#define DELIVERIES_AHEAD 512
struct queue_ahead {
    struct draw_ahead sends;
    uint64_t keys[DELIVERIES_AHEAD];
    int64_t deliveries[DELIVERIES_AHEAD];
};

struct queue {
    struct queue_shared *shared;
    struct queue_ahead *ahead; /* NULL: nobody says */
    /* waiting */
    struct message_line line; /* in the order of sending */
    struct message_line
        again;         /* may be received at once: arrived while no poller was free, or came back */
    uint32_t arriving; /* on their way, in neither line */
    struct message_groups groups; /* fifo: instead of all three */
    uint32_t group;               /* fifo: the one being received from, or POOL_NONE */
    struct level depth;
    uint64_t salt_delivery, salt_latency, salt_dead, salt_batch, salt_backoff, salt_group;
    sim_time expires_at; /* when the event for it comes; SIM_NEVER: none is on its way */
    sim_time wakes_at;
    /* in flight */
    uint32_t oldest, newest; /* batches in order of their deadlines */
    bool visible_due;        /* the event for the oldest is on its way */
    struct level in_flight;  /* messages */
    /* the mapping, see queue_esm.c */
    uint32_t edge, dlq_edge;
    int64_t limit; /* invocations at once it dares to make now */
    struct level
        busy; /* batches that hold a place: gathered, invoked, refused and to be tried again */
    uint32_t gathering; /* batch, or POOL_NONE */
    bool handing_over;
    bool growth_due, rest_due; /* their events are on their way */
    sim_time waiting_since;    /* work waits for a place; SIM_NEVER: none does */
    sim_time growth;           /* part of the next step it has waited through before */
    sim_time idle_since;       /* busy fell to 0 */
    sim_time polled_at;        /* idle pollers began their present receives */
    sim_time paced_until;      /* receives so far, at the pace allowed, end then; see queue_esm.c */
    sim_time sends_until;      /* fifo: the same for sends */
    uint64_t throttled;        /* invocations refused, of the measured interval */
    uint64_t looped;           /* batches stopped by the loop guard */

    int64_t totals[QUEUE_TOTALS],
        totals_before[QUEUE_TOTALS]; /* all; before the measured interval */
    struct hist age;
};

void queue_open(void *shared);
void queue_close(void *shared);
void queue_start(struct model *model, struct svc *svc);
void queue_free(struct svc *svc);
void queue_apply(struct model *model, struct svc *svc);

sim_time queue_submit(struct model *model, struct svc *svc, struct call *call);
void queue_expect(struct model *model, struct svc *svc, const uint64_t *keys, int count);
void queue_complete(struct model *model, struct svc *svc, struct call *call);
bool queue_accept(struct model *model, struct svc *svc, const struct message *message);

/* -- waiting: queue_run.c, queue_fifo.c */

/* When a message may be handed to a poller. */
sim_time queue_arrival(const struct svc *svc, const struct stored_message *message);

static inline bool queue_is_over(const struct svc *svc, const struct stored_message *message,
                                 sim_time now)
{
    const struct queue_config *config = svc->config;
    return now - message->sent >= config->retention;
}

/* True if the present receive would be one too many. */
static inline bool queue_is_dead(const struct svc *svc, const struct stored_message *message)
{
    const struct queue_config *config = svc->config;
    return (int64_t)message->receives >= config->receives_max;
}

/* The message that would be received now, or NULL; drops what is over and moves what is dead on the way. The pointer is good
 * until anything else happens to any queue. */
const struct stored_message *queue_peek(struct model *model, struct svc *svc);
/* Takes it. */
struct received queue_take(struct svc *svc);
/* No more will be taken for now. */
void queue_stop_taking(struct svc *svc);

/* True if something waits that a poller could receive. */
bool queue_has_work(const struct model *model, const struct svc *svc);

/* Counts. */
static inline void queue_count(struct queue *queue, enum queue_total total, int64_t by)
{
    queue->totals[total] += by;
}

/* A message leaves the store because its time is over, or for the dead-letter queue. `group` 0: none. */
void queue_count_expired(struct model *model, struct svc *svc);
void queue_bury(struct model *model, struct svc *svc, const struct stored_message *message,
                uint64_t group);

/* An event at `when` looks for work again. */
void queue_wake_at(struct model *model, struct svc *svc, sim_time when);

const struct stored_message *queue_fifo_peek(struct model *model, struct svc *svc);
struct received queue_fifo_take(struct svc *svc);
void queue_fifo_stop_taking(struct svc *svc);
void queue_fifo_put(struct model *model, struct svc *svc, uint64_t group,
                    const struct stored_message *message);
void queue_fifo_return(struct svc *svc, const struct received *received);
/* A message of the group is no longer in flight. */
void queue_fifo_unlock(struct model *model, struct svc *svc, uint64_t group);
/* Drops what is over among the oldest; returns the oldest left, or NULL. */
const struct stored_message *queue_fifo_drop_expired(struct model *model, struct svc *svc);

/* -- the mapping: queue_esm.c */

/* A poller is free, or gathers. */
static inline bool queue_can_receive(const struct queue *queue)
{
    return queue->busy.value < queue->limit || queue->gathering != POOL_NONE;
}

/* Something may be received, or a place came free: hands over what can be. */
void queue_hand_over(struct model *model, struct svc *svc);
void queue_esm_start(struct model *model, struct svc *svc);
/* A batch gives up its place. */
void queue_release(struct model *model, struct svc *svc);
void queue_on_reply(struct model *model, struct svc *svc, const struct reply *reply);
/* Provisioned pollers kept now; else 0. */
int64_t queue_pollers(const struct svc *svc);

/* Requests for a number of messages: calls of ten at most, each billed by chunks of 64 KB. */
struct api_calls {
    int64_t of_messages, chunk; /* at most in a call; bytes of a billed request */
    int64_t calls, requests;
    int64_t in_call, bytes; /* of the call being filled */
};
struct api_calls api_calls_of(const struct queue_config *config);
void api_calls_add(struct api_calls *calls, int64_t bytes);
void api_calls_end(struct api_calls *calls);

/* A pace of `per_s` with a second's worth of burst: how long until a call may begin; and that `count` were made. */
sim_time queue_pace_wait(sim_time until, sim_time now);
sim_time queue_pace_after(sim_time until, sim_time now, int64_t count, int64_t per_s);

/* -- seen: queue_view.c */
uint64_t queue_metrics(const struct svc *svc);
bool queue_has_line(const struct model *model, const struct svc *svc, int meter);
void queue_begin(struct model *model, struct svc *svc);
void queue_view(struct model *model, struct svc *svc, struct svc_view *view);
void queue_sample(struct model *model, struct svc *svc, struct svc_sample *sample);
int queue_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                   double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES]);
void queue_settle(struct model *model, struct svc *svc, sim_time from, sim_time to);
void queue_audit(struct model *model, struct svc *svc);

/* Event handlers. */
void queue_on_arrived(struct sim *sim, uint32_t slot, uint32_t generation);
void queue_on_group_due(struct sim *sim, uint32_t slot, uint32_t generation);
void queue_on_visible(struct sim *sim, uint32_t slot, uint32_t generation);
void queue_on_expires(struct sim *sim, uint32_t slot, uint32_t generation);
void queue_on_window_over(struct sim *sim, uint32_t slot, uint32_t generation);
void queue_on_try_again(struct sim *sim, uint32_t slot, uint32_t generation);
void queue_on_scales(struct sim *sim, uint32_t slot, uint32_t generation);
void queue_on_wakes(struct sim *sim, uint32_t slot, uint32_t generation);

#endif
