/* queue_batch.c - see queue_batch.h. */
#include "model/queue_batch.h"

#include "model/queue_run.h"
#include "model/span_log.h"

/* -- blocks ----------------------------------------------------------------------------------------- */

void batch_pools_init(struct batch_pools *pools)
{
    pool_init(&pools->batches, sizeof(struct batch));
    for (int i = 0; i < BATCH_CLASSES; i++)
        pool_init(&pools->blocks[i], sizeof(struct pool_head) + (sizeof(struct received) << i));
}

void batch_pools_free(struct batch_pools *pools)
{
    pool_free(&pools->batches);
    for (int i = 0; i < BATCH_CLASSES; i++)
        pool_free(&pools->blocks[i]);
}

static uint8_t class_for(int64_t room)
{
    return (uint8_t)(room <= 1 ? 0 : 64 - __builtin_clzll((uint64_t)room - 1));
}

static struct batch_pools *pools_of(const struct svc *svc)
{
    return &((const struct queue *)svc->state)->shared->in_flight;
}

struct batch *batch_at(const struct svc *svc, uint32_t slot)
{
    return pool_at(&pools_of(svc)->batches, slot);
}

struct received *batch_messages(const struct svc *svc, const struct batch *batch)
{
    char *block = pool_at(&pools_of(svc)->blocks[batch->block_class], batch->block);
    return (struct received *)(block + sizeof(struct pool_head));
}

int64_t batch_room(const struct batch *batch)
{
    return INT64_C(1) << batch->block_class;
}

void batch_shrink(struct svc *svc, uint32_t slot)
{
    struct batch_pools *pools = pools_of(svc);
    struct batch *batch = batch_at(svc, slot);
    uint8_t class = class_for(batch->count), old_class = batch->block_class;
    if (class >= old_class)
        return;
    uint32_t old = batch->block;
    const struct received *from = batch_messages(svc, batch);
    batch->block =
        pool_take(&pools->blocks[class]); /* of another pool: the old block stays where it is */
    batch->block_class = class;
    struct received *to = batch_messages(svc, batch);
    for (int32_t i = 0; i < batch->count; i++)
        to[i] = from[i];
    pool_give(&pools->blocks[old_class], old);
}

/* -- the list in order of deadlines -------------------------------------------------------------------- */

static void schedule_visible(struct model *model, struct svc *svc)
{
    struct queue *queue = svc->state;
    if (queue->visible_due || queue->oldest == POOL_NONE)
        return;
    queue->visible_due = true;
    sim_at(&model->sim, batch_at(svc, queue->oldest)->deadline, SIM_EXPIRY,
           SVC_EVENT(svc_queue_class, QUEUE_VISIBLE), svc->index, 0);
}

uint32_t batch_open(struct model *model, struct svc *svc, int64_t room)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    struct batch_pools *pools = pools_of(svc);
    uint8_t class = class_for(room);
    uint32_t block = pool_take(&pools->blocks[class]);
    uint32_t slot = pool_take(&pools->batches);
    struct batch *batch = batch_at(svc, slot);
    struct pool_head head = batch->head;
    *batch = (struct batch){.head = head,
                            .svc = svc->index,
                            .older = queue->newest,
                            .newer = POOL_NONE,
                            .block = block,
                            .block_class = class,
                            .deadline = model->sim.now + config->visibility};
    if (queue->newest == POOL_NONE)
        queue->oldest = slot;
    else
        batch_at(svc, queue->newest)->newer = slot;
    queue->newest = slot;
    schedule_visible(model, svc);
    return slot;
}

static void unlink_batch(struct svc *svc, const struct batch *batch)
{
    struct queue *queue = svc->state;
    if (batch->older == POOL_NONE)
        queue->oldest = batch->newer;
    else
        batch_at(svc, batch->older)->newer = batch->newer;
    if (batch->newer == POOL_NONE)
        queue->newest = batch->older;
    else
        batch_at(svc, batch->newer)->older = batch->older;
}

static void forget(struct svc *svc, uint32_t slot)
{
    const struct batch *batch = batch_at(svc, slot);
    pool_give(&pools_of(svc)->blocks[batch->block_class], batch->block);
    pool_give(&pools_of(svc)->batches, slot);
}

void batch_drop(struct svc *svc, uint32_t slot)
{
    unlink_batch(svc, batch_at(svc, slot));
    forget(svc, slot);
}

void batch_add(struct svc *svc, uint32_t slot, const struct received *received)
{
    struct batch *batch = batch_at(svc, slot);
    struct received *into = &batch_messages(svc, batch)[batch->count++];
    *into = *received;
    if (into->message.receives < STORED_RECEIVES_MAX)
        into->message.receives++;
    batch->bytes += (int64_t)received->message.bytes;
    if (received->message.hops > batch->hops)
        batch->hops = (uint8_t)received->message.hops;
}

/* -- visibility ends ------------------------------------------------------------------------------------- */

/* As it goes back to wait: a redelivery draws anew. */
static struct received afresh(struct model *model, const struct svc *svc,
                              const struct received *received)
{
    struct received again = *received;
    again.message.key = rng_mix(again.message.key + RNG_STEP);
    again.message.failed = 0;
    if (UNLIKELY(model->spans != NULL) && !received->message.gone)
        span_log_sent_on(model, received->message.key, received->message.root_key,
                         again.message.key, svc);
    return again;
}

/* Back to front, so that those of a group stand in their order again. */
static void return_grouped(struct model *model, struct svc *svc, const struct batch *batch)
{
    const struct received *messages = batch_messages(svc, batch);
    for (int32_t i = batch->count - 1; i >= 0; i--) {
        struct received again = afresh(model, svc, &messages[i]);
        if (!messages[i].message.gone)
            queue_fifo_return(svc, &again);
    }
    for (int32_t i = 0; i < batch->count; i++)
        queue_fifo_unlock(model, svc, messages[i].group);
}

static void return_line(struct model *model, struct svc *svc, struct batch *batch)
{
    struct queue *queue = svc->state;
    const struct received *messages = batch_messages(svc, batch);
    batch->again = queue->again.tail;
    for (int32_t i = 0; i < batch->count; i++) {
        struct received again = afresh(model, svc, &messages[i]);
        if (!messages[i].message.gone)
            (void)line_push(&queue->again, &queue->shared->stock, &again.message);
    }
}

/* All that is left in a batch is visible again; what is over by now is lost. */
static void return_messages(struct model *model, struct svc *svc, struct batch *batch)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    struct received *messages = batch_messages(svc, batch);
    sim_time now = model->sim.now;
    int32_t lost = 0;
    for (int32_t i = 0; i < batch->count; i++) {
        bool over = queue_is_over(svc, &messages[i].message, now);
        messages[i].message.gone = over;
        lost += over;
    }
    queue_count(queue, QUEUE_EXPIRED, lost);
    level_change(&queue->in_flight, -batch->count, now);
    level_change(&queue->depth, batch->count - lost, now);
    if (config->fifo)
        return_grouped(model, svc, batch);
    else
        return_line(model, svc, batch);
}

/* The visibility of one batch ended. */
static void end_visibility(struct model *model, struct svc *svc, uint32_t slot)
{
    struct queue *queue = svc->state;
    struct batch *batch = batch_at(svc, slot);
    unlink_batch(svc, batch);
    return_messages(model, svc, batch);
    switch ((enum batch_state)batch->state) {
    case BATCH_INVOKED:
        batch->state = BATCH_LATE;
        return;
    case BATCH_GATHERING:
        queue->gathering = POOL_NONE;
        queue_release(model, svc);
        break;
    case BATCH_REFUSED:
        queue_release(model, svc);
        break;
    default:
        break;
    }
    forget(svc, slot);
}

void queue_on_visible(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct svc *svc = &model->svcs[slot];
    struct queue *queue = svc->state;
    (void)generation;
    queue->visible_due = false;
    while (queue->oldest != POOL_NONE && batch_at(svc, queue->oldest)->deadline <= sim->now)
        end_visibility(model, svc, queue->oldest);
    schedule_visible(model, svc);
    queue_hand_over(model, svc);
}

/* -- deletes ------------------------------------------------------------------------------------------------ */

static void count_deleted(struct model *model, struct svc *svc, int32_t count)
{
    const struct queue_config *config = svc->config;
    int64_t calls = (count + config->per_call - 1) / config->per_call;
    queue_count(svc->state, QUEUE_DELETED, count);
    svc_meter(svc, QUEUE_REQUESTS, calls, model->measuring);
}

/* Moves those reported as failed to the front; returns how many. */
static int32_t keep_failed(struct model *model, struct svc *svc, struct batch *batch)
{
    const struct queue_config *config = svc->config;
    struct received *messages = batch_messages(svc, batch);
    int32_t kept = 0;
    for (int32_t i = 0; i < batch->count; i++) {
        if (messages[i].message.failed)
            messages[kept++] = messages[i];
        else if (config->fifo)
            queue_fifo_unlock(model, svc, messages[i].group);
    }
    return kept;
}

void batch_delete(struct model *model, struct svc *svc, uint32_t slot)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    struct batch *batch = batch_at(svc, slot);
    int32_t kept = config->partial_batch || config->fifo ? keep_failed(model, svc, batch) : 0;
    int32_t deleted = batch->count - kept;
    count_deleted(model, svc, deleted);
    level_change(&queue->in_flight, -deleted, model->sim.now);
    if (kept == 0) {
        batch_drop(svc, slot);
        return;
    }
    batch->count = kept;
    batch->state = BATCH_RESTING;
    batch_shrink(svc, slot);
}

/* Those still waiting are deleted where they stand. */
void batch_delete_late(struct model *model, struct svc *svc, uint32_t slot)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    struct batch *batch = batch_at(svc, slot);
    const struct received *messages = batch_messages(svc, batch);
    uint64_t number = batch->again;
    int32_t deleted = 0, duplicates = 0;
    for (int32_t i = 0; i < batch->count; i++) {
        if (messages[i].message.gone)
            continue;
        bool waits = !config->fifo && number >= queue->again.head;
        bool failed = messages[i].message.failed;
        if (waits && !failed)
            line_at(&queue->again, number)->gone = 1;
        number++;
        deleted += waits && !failed;
        duplicates += !waits && !failed;
    }
    if (deleted > 0)
        count_deleted(model, svc, deleted);
    level_change(&queue->depth, -deleted, model->sim.now);
    queue_count(queue, QUEUE_DUPLICATES, duplicates);
    forget(svc, slot);
}

void batch_forget_late(struct svc *svc, uint32_t slot)
{
    forget(svc, slot);
}

/* -- what a consumer sees ------------------------------------------------------------------------------------ */

int32_t queue_record_count(const struct model *model, const struct svc *svc, uint32_t owner)
{
    (void)model;
    return batch_at(svc, owner)->count;
}

struct record queue_record(const struct model *model, const struct svc *svc, uint32_t owner,
                           int32_t index)
{
    const struct batch *batch = batch_at(svc, owner);
    const struct stored_message *message = &batch_messages(svc, batch)[index].message;
    (void)model;
    return (struct record){.key = message->key,
                           .root_key = message->root_key,
                           .root_start = message->root_start,
                           .source = (uint32_t)message->source,
                           .hops = (uint8_t)message->hops};
}

bool queue_record_failed(struct model *model, struct svc *svc, uint32_t owner, int32_t index)
{
    const struct queue_config *config = svc->config;
    const struct batch *batch = batch_at(svc, owner);
    (void)model;
    if (!config->partial_batch)
        return false;
    batch_messages(svc, batch)[index].message.failed = 1;
    return true;
}
