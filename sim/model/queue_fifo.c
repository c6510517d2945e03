/* queue_fifo.c - FIFO queues: their messages wait in groups. See queue_run.h and message_groups.h. */
#include "model/queue_run.h"

static const struct stored_message *first_of(const struct queue *queue, uint32_t group)
{
    return &grouped_at(&queue->groups, group_at(&queue->groups, group)->first)->message;
}

/* A free group becomes ready as soon as its first message has arrived; an empty one is forgotten. */
static void refresh(struct model *model, struct svc *svc, uint32_t slot)
{
    struct queue *queue = svc->state;
    struct message_group *group = group_at(&queue->groups, slot);
    if (group->first == POOL_NONE && group->in_flight == 0) {
        group_make_resting(&queue->groups, slot);
        groups_forget(&queue->groups, slot);
        return;
    }
    if (!group_is_free(group))
        return;
    sim_time when = queue_arrival(svc, first_of(queue, slot));
    if (when <= model->sim.now) {
        group_make_ready(&queue->groups, slot);
        return;
    }
    group->state = GROUP_DUE;
    sim_at(&model->sim, when, SIM_ARRIVAL, SVC_EVENT(svc_queue_class, QUEUE_GROUP_DUE), slot,
           group->head.generation);
}

void queue_on_group_due(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct queue_shared *shared = model_shared(model, svc_queue_class);
    if (!pool_is_live(&shared->grouped.groups, slot))
        return;
    const struct message_group *group = pool_at(&shared->grouped.groups, slot);
    if ((group->head.generation & SIM_GENERATION_MASK) != generation || group->state != GROUP_DUE)
        return;
    struct svc *svc = &model->svcs[group->owner];
    struct queue *queue = svc->state;
    group_make_ready(&queue->groups, slot);
    queue_hand_over(model, svc);
}

void queue_fifo_put(struct model *model, struct svc *svc, uint64_t id,
                    const struct stored_message *message)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    uint32_t group = groups_append(&queue->groups, id, message);
    if (!queue_has_consumer(config))
        return;
    refresh(model, svc, group);
    queue_hand_over(model, svc);
}

/* The first message of a group that may be received, past what must not be. False: none. */
static bool clear_first(struct model *model, struct svc *svc, uint32_t slot)
{
    struct queue *queue = svc->state;
    while (group_at(&queue->groups, slot)->first != POOL_NONE) {
        struct stored_message message = *first_of(queue, slot);
        bool over = queue_is_over(svc, &message, model->sim.now);
        if (!over && !queue_is_dead(svc, &message))
            return queue_arrival(svc, first_of(queue, slot)) <= model->sim.now;
        groups_drop_first(&queue->groups, slot);
        if (over)
            queue_count_expired(model, svc);
        else
            queue_bury(model, svc, &message, group_at(&queue->groups, slot)->id);
    }
    return false;
}

/* As many as there are from one group, then from the next. */
const struct stored_message *queue_fifo_peek(struct model *model, struct svc *svc)
{
    struct queue *queue = svc->state;
    for (;;) {
        if (queue->group != POOL_NONE) {
            uint32_t group = queue->group;
            if (clear_first(model, svc, group))
                return first_of(queue, group);
            queue->group = POOL_NONE;
            refresh(model, svc, group);
        }
        if (queue->groups.ready_first == POOL_NONE)
            return NULL;
        queue->group = queue->groups.ready_first;
        group_make_resting(&queue->groups, queue->group);
    }
}

struct received queue_fifo_take(struct svc *svc)
{
    struct queue *queue = svc->state;
    struct message_group *group = group_at(&queue->groups, queue->group);
    struct received received = {.message = *first_of(queue, queue->group), .group = group->id};
    groups_drop_first(&queue->groups, queue->group);
    group->in_flight++;
    return received;
}

/* A group of which nothing was taken keeps its turn. */
void queue_fifo_stop_taking(struct svc *svc)
{
    struct queue *queue = svc->state;
    if (queue->group != POOL_NONE && group_at(&queue->groups, queue->group)->in_flight == 0)
        group_make_next(&queue->groups, queue->group);
    queue->group = POOL_NONE;
}

void queue_fifo_return(struct svc *svc, const struct received *received)
{
    struct queue *queue = svc->state;
    (void)groups_prepend(&queue->groups, received->group, &received->message);
}

void queue_fifo_unlock(struct model *model, struct svc *svc, uint64_t id)
{
    struct queue *queue = svc->state;
    uint32_t slot = groups_find(&queue->groups, id);
    struct message_group *group = group_at(&queue->groups, slot);
    ASSERT(group->in_flight > 0);
    if (--group->in_flight == 0)
        refresh(model, svc, slot);
}

/* The oldest of all is the first of its group: groups keep their order, and what comes back is put before what waited. */
const struct stored_message *queue_fifo_drop_expired(struct model *model, struct svc *svc)
{
    struct queue *queue = svc->state;
    while (queue->groups.oldest != POOL_NONE) {
        const struct grouped_message *oldest = grouped_at(&queue->groups, queue->groups.oldest);
        if (!queue_is_over(svc, &oldest->message, model->sim.now))
            return &oldest->message;
        uint32_t slot = oldest->group;
        ASSERT(group_at(&queue->groups, slot)->first == queue->groups.oldest);
        group_make_resting(&queue->groups, slot);
        groups_drop_first(&queue->groups, slot);
        queue_count_expired(model, svc);
        if (queue_has_consumer(svc->config))
            refresh(model, svc, slot);
    }
    return NULL;
}
