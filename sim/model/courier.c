/* courier.c - see courier.h. */
#include "model/courier.h"

#include "model/loop.h"

/* On its way: an event of the class names it. */
struct delivery {
    struct pool_head head;
    struct message message;
    sim_time since;
    struct target target;
    uint32_t svc;
    int32_t tries; /* refused so far */
    bool expires;  /* what it waits for is its end */
};

void courier_pool_open(void *shared)
{
    struct courier_pool *pool = shared;
    pool_init(&pool->deliveries, sizeof(struct delivery));
}

void courier_pool_close(void *shared)
{
    struct courier_pool *pool = shared;
    pool_free(&pool->deliveries);
}

static struct delivery *delivery_at(const struct courier *courier, uint32_t slot)
{
    return pool_at(&courier->pool->deliveries, slot);
}

void courier_start(struct model *model, struct svc *svc, struct courier_pool *pool, unsigned event,
                   struct courier_plan plan)
{
    struct courier *courier = svc->state;
    courier->pool = pool;
    courier->event = event;
    courier->plan = plan;
    courier->salt_retry = rng_hash_text(0xC1, svc->name);
    courier->salt_dlq = rng_hash_text(0xC2, svc->name);
    if (plan.dlq.resource >= 0)
        courier->dlq_edge = message_link(model, svc->probe, plan.dlq);
}

/* -- the end ------------------------------------------------------------------------------------- */

static void note_delivered(struct model *model, struct courier *courier, sim_time since)
{
    courier->all.delivered++;
    if (model->measuring)
        hist_add(&courier->age, model->sim.now - since);
}

static void give_up(struct model *model, struct courier *courier, const struct message *message)
{
    bool kept = false;
    if (courier->plan.dlq.resource >= 0) {
        struct message letter =
            message_forward(model, message, courier->salt_dlq, courier->dlq_edge);
        kept = message_offer(model, courier->plan.dlq, &letter);
    }
    *(kept ? &courier->all.dead : &courier->all.lost) += 1;
}

void courier_stop(struct model *model, struct svc *svc, const struct message *message)
{
    struct courier *courier = svc->state;
    struct message stopped = *message;
    courier->all.offered++;
    if (message->hops == LOOP_STOPPED) {
        courier->all.lost++;
        return;
    }
    stopped.hops = LOOP_STOPPED;
    give_up(model, courier, &stopped);
}

/* Ends a delivery; what is left of it is its message. */
static struct message remove_delivery(struct model *model, struct courier *courier, uint32_t slot)
{
    struct message message = delivery_at(courier, slot)->message;
    level_change(&courier->pending, -1, model->sim.now);
    pool_give(&courier->pool->deliveries, slot);
    return message;
}

/* -- on its way ------------------------------------------------------------------------------------ */

static uint32_t add_delivery(struct model *model, struct svc *svc, struct target target,
                             const struct message *message)
{
    struct courier *courier = svc->state;
    uint32_t slot = pool_take(&courier->pool->deliveries);
    struct delivery *delivery = delivery_at(courier, slot);
    struct pool_head head = delivery->head;
    *delivery = (struct delivery){.head = head,
                                  .message = *message,
                                  .since = model->sim.now,
                                  .target = target,
                                  .svc = svc->index};
    level_change(&courier->pending, 1, model->sim.now);
    return slot;
}

/* The next try is in `delay` ns, or never, because the message is too old before that. */
static void wait_for_try(struct model *model, struct courier *courier, uint32_t slot,
                         sim_time delay)
{
    struct delivery *delivery = delivery_at(courier, slot);
    sim_time max_age = courier->plan.max_age, due = model->sim.now + delay;
    delivery->expires = max_age != SIM_NEVER && due > delivery->since + max_age;
    if (delivery->expires)
        due = delivery->since + max_age;
    sim_at(&model->sim, due, delivery->expires ? SIM_EXPIRY : SIM_ARRIVAL, courier->event, slot,
           delivery->head.generation);
}

/* Refused once more. */
static void try_again(struct model *model, struct svc *svc, uint32_t slot)
{
    struct courier *courier = svc->state;
    struct delivery *delivery = delivery_at(courier, slot);
    struct draw draw =
        draw_of(delivery->message.key, courier->salt_retry + (uint64_t)delivery->tries * RNG_STEP);
    sim_time delay = 0;
    if (courier->plan.delay(svc, delivery->tries, draw, &delay)) {
        delivery->tries++;
        wait_for_try(model, courier, slot, delay);
        return;
    }
    struct message message = remove_delivery(model, courier, slot);
    give_up(model, courier, &message);
}

void courier_send(struct model *model, struct svc *svc, struct target target,
                  const struct message *message, sim_time delay)
{
    struct courier *courier = svc->state;
    courier->all.offered++;
    if (delay > 0) {
        wait_for_try(model, courier, add_delivery(model, svc, target, message), delay);
        return;
    }
    if (message_offer(model, target, message))
        note_delivered(model, courier, model->sim.now);
    else
        try_again(model, svc, add_delivery(model, svc, target, message));
}

void courier_on_due(struct model *model, struct courier_pool *pool, uint32_t slot)
{
    const struct delivery *delivery = pool_at(&pool->deliveries, slot);
    struct svc *svc = &model->svcs[delivery->svc];
    struct courier *courier = svc->state;
    if (delivery->expires) {
        struct message message = remove_delivery(model, courier, slot);
        give_up(model, courier, &message);
        return;
    }
    /* A copy: the receiver may send on, and deliveries move. */
    struct message message = delivery->message;
    sim_time since = delivery->since;
    if (message_offer(model, delivery->target, &message)) {
        (void)remove_delivery(model, courier, slot);
        note_delivered(model, courier, since);
    } else {
        try_again(model, svc, slot);
    }
}

/* -- what is seen ------------------------------------------------------------------------------------ */

void courier_begin(struct model *model, struct svc *svc)
{
    struct courier *courier = svc->state;
    courier->pre = courier->all;
    level_begin(&courier->pending, model->sim.now);
}

void courier_view(struct model *model, struct svc *svc, struct svc_view *view)
{
    struct courier *courier = svc->state;
    const struct courier_counts *all = &courier->all, *pre = &courier->pre;
    sim_time now = model->sim.now;
    view->mean[LEVEL_DEPTH] = level_mean(&courier->pending, now, now - model->warmup);
    view->max[LEVEL_DEPTH] = (double)level_max(&courier->pending);
    view->total[TOTAL_SENT] = (double)(all->offered - pre->offered);
    view->total[TOTAL_DELETED] = (double)(all->delivered - pre->delivered);
    view->total[TOTAL_DEAD_LETTERS] = (double)(all->dead - pre->dead);
    view->total[TOTAL_EXPIRED] = (double)(all->lost - pre->lost);
    view->age = &courier->age;
}

void courier_sample(struct model *model, struct svc *svc, struct svc_sample *sample)
{
    const struct courier *courier = svc->state;
    (void)model;
    sample->queue_depth = (double)courier->pending.value;
}

/* Every delivery offered is over or on its way. */
void courier_audit(struct model *model, struct svc *svc)
{
    const struct courier *courier = svc->state;
    const struct courier_counts *all = &courier->all;
    (void)model;
    ASSERT(courier->pending.value >= 0);
    ASSERT(all->offered ==
           all->delivered + all->dead + all->lost + (uint64_t)courier->pending.value);
}

/* The same against the records themselves, of all services of the class: too much for every run. */
static int64_t count_pending(const struct courier *courier, uint32_t svc)
{
    const struct pool *pool = &courier->pool->deliveries;
    int64_t pending = 0;
    for (uint32_t slot = 0; slot < pool->used; slot++)
        pending += pool_is_live(pool, slot) && delivery_at(courier, slot)->svc == svc;
    return pending;
}

void courier_finish(struct model *model, struct svc *svc)
{
    ASSERT_SLOW(count_pending(svc->state, svc->index) ==
                ((const struct courier *)svc->state)->pending.value);
    courier_audit(model, svc);
}

void courier_free(struct svc *svc)
{
    hist_free(&((struct courier *)svc->state)->age);
}
