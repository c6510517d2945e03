/* queue_batch.h - messages in flight, by the batches they were received in.
 *
 * The messages of a batch lie together in a block of 1, 2, 4 ... places, so that its consumer finds any record at once; a batch that
 * shrinks (part of it was deleted) moves to a smaller block. The visibility timeout is the same for all, so batches whose
 * messages wait for it form a list in order of their deadlines: in at the end, out anywhere, one event for the first.
 * A batch gathered over a window is received message by message, but ends as one: its visibility runs from its first message.
 *
 * When the timeout ends, the messages go back to wait under a new key (a redelivery draws anew). If the consumer is still at it,
 * the batch stays as LATE: its messages are copies, for the consumer to look at. A late success deletes those that nobody received
 * since (in a standard queue the latest receipt stays good; a FIFO queue refuses it); the others were processed once more than needed:
 * duplicates.
 */
#ifndef TEPID_MODEL_QUEUE_BATCH_H
#define TEPID_MODEL_QUEUE_BATCH_H

#include "core/pool.h"
#include "model/message_store.h"

#define BATCH_CLASSES 15 /* blocks of 1 .. 16384 messages */

struct model;
struct svc;

/* A message in flight. */
struct received {
    struct stored_message message;
    uint64_t group; /* fifo: its group's id */
};

enum batch_state {
    BATCH_GATHERING, /* a window is open */
    BATCH_INVOKED,   /* with its consumer */
    BATCH_REFUSED,   /* throttled: to be tried again */
    BATCH_RESTING,   /* failed: waits for its visibility to end */
    BATCH_LATE,      /* with its consumer, but no longer in flight */
};

struct batch {
    struct pool_head head;
    uint32_t svc;
    uint32_t older, newer; /* in order of deadlines */
    uint32_t block;
    uint8_t block_class;
    uint8_t state; /* enum batch_state */
    uint8_t hops;  /* most of any message */
    int32_t count; /* messages in the block */
    int32_t tries; /* of invoking its consumer, so far */
    int64_t bytes;
    uint64_t key; /* of its invocation */
    sim_time deadline;
    sim_time backoff; /* before the latest try */
    uint64_t again;   /* LATE: number of its first message in queue.again */
};

struct batch_pools {
    struct pool batches;
    struct pool blocks[BATCH_CLASSES];
};

void batch_pools_init(struct batch_pools *pools);
void batch_pools_free(struct batch_pools *pools);

struct batch *batch_at(const struct svc *svc, uint32_t slot);
/* Good until a batch is opened or shrunk. */
struct received *batch_messages(const struct svc *svc, const struct batch *batch);

/* An empty batch with room for `room` messages; its visibility runs from now. */
uint32_t batch_open(struct model *model, struct svc *svc, int64_t room);
/* Messages it has room for. */
int64_t batch_room(const struct batch *batch);
void batch_add(struct svc *svc, uint32_t slot, const struct received *received);
/* Moves to a smaller block if half of it would do. */
void batch_shrink(struct svc *svc, uint32_t slot);
/* Forgets a batch and what is in it. */
void batch_drop(struct svc *svc, uint32_t slot);

/* Its consumer is done: deletes all but those reported as failed. The batch is gone, or rests. */
void batch_delete(struct model *model, struct svc *svc, uint32_t slot);
/* The same for a late one; the batch is gone. */
void batch_delete_late(struct model *model, struct svc *svc, uint32_t slot);
/* A late consumer failed: nothing is left to do for it. */
void batch_forget_late(struct svc *svc, uint32_t slot);

/* For svc_class. */
int32_t queue_record_count(const struct model *model, const struct svc *svc, uint32_t owner);
struct record queue_record(const struct model *model, const struct svc *svc, uint32_t owner,
                           int32_t index);
bool queue_record_failed(struct model *model, struct svc *svc, uint32_t owner, int32_t index);

#endif
