/* async.c - see async.h. */
#include "model/async.h"

#include "model/function_run.h"
#include "model/loop.h"
#include "model/span_log.h"

#define KB INT64_C(1024)

/* One event. Where it waits, one EVENT_ASYNC names it; where it is being invoked, one call does. */
struct async_event {
    struct pool_head head;
    struct message message;
    sim_time accepted;
    uint32_t svc;
    uint32_t older, newer; /* events of the same function, in order of acceptance */
    uint32_t attempts;
    uint32_t throttles; /* in a row */
    uint8_t errors;     /* of the function */
    bool running;       /* being invoked, else waiting */
    bool taken;         /* the function took this attempt */
    bool begun;         /* ... or one before */
    bool expires;       /* what it waits for is its end */
};

struct async_counts {
    uint64_t accepted, begun, succeeded, dead, lost;
};

/* Of one function. */
struct async_queue {
    struct async_counts all, pre; /* pre: before the measured interval */
    struct level waiting, running;
    uint32_t oldest, newest;
    uint64_t salt_delivery, salt_attempt, salt_backoff, salt_destination[ASYNC_DESTINATIONS];
    sim_time error_delay[2];
    struct backoff backoff;
    int64_t free_bytes, chunk_bytes, most_bytes; /* what one request pays for */
    struct hist age;
};

size_t async_record_bytes(void)
{
    return sizeof(struct async_event);
}

static struct async_queue *queue_of(const struct svc *svc)
{
    return ((const struct function *)svc->state)->async;
}

static struct async_event *event_at(const struct model *model, uint32_t slot)
{
    return pool_at(&model->asyncs, slot);
}

static struct target destination(const struct svc *svc, enum async_destination which)
{
    const struct function_config *config = svc->config;
    return which == ASYNC_DLQ          ? config->dlq
           : which == ASYNC_ON_FAILURE ? config->on_failure
                                       : config->on_success;
}

/* -- how it starts ------------------------------------------------------------------------------ */

void async_start(struct model *model, struct svc *svc)
{
    struct function *fn = svc->state;
    for (int i = 0; i < ASYNC_DESTINATIONS; i++) {
        struct target to = destination(svc, (enum async_destination)i);
        if (to.resource >= 0)
            fn->destination_edges[i] = message_link(model, svc->probe, to);
    }
}

static sim_time seconds(const struct model *model, const char *key)
{
    return (sim_time)(catalog_limit(model->catalog, key) * 1e9);
}

static int64_t kilobytes(const struct model *model, const char *key)
{
    return (int64_t)catalog_limit(model->catalog, key) * KB;
}

void async_attach(struct model *model, struct svc *svc)
{
    struct function *fn = svc->state;
    const struct function_config *config = svc->config;
    if (fn->async != NULL)
        return;
    struct async_queue *queue = ARENA_NEW(model->arena, struct async_queue);
    fn->async = queue;
    queue->oldest = queue->newest = POOL_NONE;
    queue->salt_delivery = rng_hash_text(0xA1, svc->name);
    queue->salt_attempt = rng_hash_text(0xA2, svc->name);
    queue->salt_backoff = rng_hash_text(0xA3, svc->name);
    for (int i = 0; i < ASYNC_DESTINATIONS; i++)
        queue->salt_destination[i] = rng_hash_text(0xA4 + (uint64_t)i, svc->name);
    queue->error_delay[0] = seconds(model, "lambda.async.retry_delay_s.first");
    queue->error_delay[1] = seconds(model, "lambda.async.retry_delay_s.second");
    queue->backoff = (struct backoff){
        .base = seconds(model, "lambda.async.throttle_backoff_s.first"),
        .max = seconds(model, "lambda.async.throttle_backoff_s.max"),
        .jitter = (enum jitter)config->async_jitter,
    };
    queue->free_bytes = kilobytes(model, "lambda.async_request_base_kb.base_kb");
    queue->chunk_bytes = kilobytes(model, "lambda.async_request_base_kb.extra_request_per_kb");
    queue->most_bytes = kilobytes(model, "lambda.async_request_base_kb.max_kb");
}

/* -- waiting -------------------------------------------------------------------------------------- */

static void link_newest(struct model *model, struct async_queue *queue, uint32_t slot)
{
    struct async_event *event = event_at(model, slot);
    event->older = queue->newest;
    event->newer = POOL_NONE;
    if (queue->newest == POOL_NONE)
        queue->oldest = slot;
    else
        event_at(model, queue->newest)->newer = slot;
    queue->newest = slot;
}

static void unlink_event(struct model *model, struct async_queue *queue,
                         const struct async_event *event)
{
    if (event->older == POOL_NONE)
        queue->oldest = event->newer;
    else
        event_at(model, event->older)->newer = event->newer;
    if (event->newer == POOL_NONE)
        queue->newest = event->older;
    else
        event_at(model, event->newer)->older = event->older;
}

/* The next attempt is in `delay` ns, or never, because the event is too old before that. */
static void wait_for_attempt(struct model *model, struct svc *svc, uint32_t slot, sim_time delay)
{
    const struct function_config *config = svc->config;
    struct async_event *event = event_at(model, slot);
    sim_time limit = event->accepted + config->max_event_age;
    sim_time due = model->sim.now + delay;
    event->expires = due > limit;
    sim_at(&model->sim, event->expires ? limit : due, event->expires ? SIM_EXPIRY : SIM_ARRIVAL,
           EVENT_ASYNC, slot, event->head.generation);
}

/* More than what an event has free counts as requests of their own. */
static void meter_size(const struct model *model, struct svc *svc, int64_t bytes)
{
    const struct async_queue *queue = queue_of(svc);
    bytes = bytes < queue->most_bytes ? bytes : queue->most_bytes;
    if (bytes > queue->free_bytes)
        svc_meter(svc, FUNCTION_REQUESTS,
                  (bytes - queue->free_bytes + queue->chunk_bytes - 1) / queue->chunk_bytes,
                  model->measuring);
}

bool async_accept(struct model *model, struct svc *svc, const struct message *message)
{
    const struct function_config *config = svc->config;
    struct async_queue *queue = queue_of(svc);
    sim_time now = model->sim.now;
    uint32_t slot = pool_take(&model->asyncs);
    struct async_event *event = event_at(model, slot);
    struct pool_head head = event->head;
    *event =
        (struct async_event){.head = head, .message = *message, .accepted = now, .svc = svc->index};
    link_newest(model, queue, slot);
    level_change(&queue->waiting, 1, now);
    queue->all.accepted++;
    meter_size(model, svc, message->bytes);
    struct draw draw = draw_of(message->key, queue->salt_delivery);
    wait_for_attempt(model, svc, slot, message->prompt ? 0 : dist_draw(config->delivery, draw));
    return true;
}

/* -- the end -------------------------------------------------------------------------------------- */

/* Takes the event out of the queue; what is left of it is its message. */
static struct message remove_event(struct model *model, struct svc *svc, uint32_t slot)
{
    struct async_queue *queue = queue_of(svc);
    const struct async_event *event = event_at(model, slot);
    struct message message = event->message;
    level_change(event->running ? &queue->running : &queue->waiting, -1, model->sim.now);
    unlink_event(model, queue, event);
    pool_give(&model->asyncs, slot);
    return message;
}

static bool send_to(struct model *model, const struct svc *svc, const struct message *message,
                    enum async_destination which)
{
    const struct function *fn = svc->state;
    struct target to = destination(svc, which);
    if (to.resource < 0)
        return false;
    struct message forward = message_forward(model, message, fn->async->salt_destination[which],
                                             fn->destination_edges[which]);
    return message_offer(model, to, &forward);
}

static void give_up(struct model *model, struct svc *svc, uint32_t slot)
{
    struct async_queue *queue = queue_of(svc);
    struct message message = remove_event(model, svc, slot);
    bool kept = send_to(model, svc, &message, ASYNC_DLQ);
    kept |= send_to(model, svc, &message, ASYNC_ON_FAILURE);
    *(kept ? &queue->all.dead : &queue->all.lost) += 1;
}

/* The recursion guard stopped it; for the second time where the dead letters lead back here. */
static void stop(struct model *model, struct svc *svc, uint32_t slot)
{
    uint8_t *hops = &event_at(model, slot)->message.hops;
    if (*hops == LOOP_STOPPED) {
        (void)remove_event(model, svc, slot);
        queue_of(svc)->all.lost++;
        return;
    }
    *hops = LOOP_STOPPED;
    give_up(model, svc, slot);
}

static void succeed(struct model *model, struct svc *svc, uint32_t slot)
{
    struct message message = remove_event(model, svc, slot);
    queue_of(svc)->all.succeeded++;
    (void)send_to(model, svc, &message, ASYNC_ON_SUCCESS); /* a success nobody hears of is one */
}

/* -- attempts --------------------------------------------------------------------------------------- */

/* The function took the event, at the instant of the attempt. Noted once an attempt; the age at the first. */
static void note_taken(struct model *model, struct async_queue *queue, struct async_event *event)
{
    if (event->taken)
        return;
    event->taken = true;
    queue->all.begun++;
    if (!event->begun && model->measuring)
        hist_add(&queue->age, model->sim.now - event->accepted);
    event->begun = true;
}

static void invoke(struct model *model, struct svc *svc, uint32_t slot)
{
    struct async_queue *queue = queue_of(svc);
    struct async_event *event = event_at(model, slot);
    const struct message *message = &event->message;
    sim_time now = model->sim.now;
    uint32_t generation = event->head.generation;
    struct caller caller = {
        .svc = svc->index,
        .owner = slot | ASYNC_OWNER,
        .generation = generation,
        .edge = message->edge,
        .key = rng_mix(message->key + queue->salt_attempt + event->attempts * RNG_STEP),
        .root_key = message->root_key,
        .root_start = message->root_start,
        .source = message->source,
        .hops = message->hops,
    };
    event->attempts++;
    event->running = true;
    event->taken = false;
    level_change(&queue->waiting, -1, now);
    level_change(&queue->running, 1, now);
    if (UNLIKELY(model->spans != NULL))
        span_log_by_message(model, message->key);
    (void)call_submit(model, &caller, (struct target){(int32_t)svc->index, -1});
    event =
        event_at(model, slot); /* the pool may have moved; a throttle has been answered already */
    if (event->head.generation == generation && event->running)
        note_taken(model, queue, event);
}

void async_on_due(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct async_event *event = event_at(model, slot);
    struct svc *svc = &model->svcs[event->svc];
    ASSERT(!event->running && (event->head.generation & SIM_GENERATION_MASK) == generation);
    const struct function_config *config = svc->config;
    bool is_new = event->attempts == 0;
    if (event->expires)
        give_up(model, svc, slot);
    else if (is_new && !loop_may_enter(model, svc, &event->message.hops))
        stop(model, svc, slot);
    else if (is_new && config->reserved == 0)
        give_up(model, svc, slot);
    else
        invoke(model, svc, slot);
}

/* Back to the queue. */
static void stop_running(struct model *model, struct async_queue *queue, struct async_event *event)
{
    event->running = false;
    level_change(&queue->running, -1, model->sim.now);
    level_change(&queue->waiting, 1, model->sim.now);
}

static void on_throttle(struct model *model, struct svc *svc, uint32_t slot)
{
    struct async_queue *queue = queue_of(svc);
    struct async_event *event = event_at(model, slot);
    struct draw draw =
        draw_of(event->message.key, queue->salt_backoff + event->attempts * RNG_STEP);
    sim_time delay = backoff_delay(&queue->backoff, (int)event->throttles, 0, draw);
    event->throttles++;
    stop_running(model, queue, event);
    wait_for_attempt(model, svc, slot, delay);
}

static void on_error(struct model *model, struct svc *svc, uint32_t slot)
{
    const struct function_config *config = svc->config;
    struct async_queue *queue = queue_of(svc);
    struct async_event *event = event_at(model, slot);
    if (event->errors >= config->async_retries) {
        give_up(model, svc, slot);
        return;
    }
    sim_time delay = queue->error_delay[event->errors++];
    event->throttles = 0;
    stop_running(model, queue, event);
    wait_for_attempt(model, svc, slot, delay);
}

void async_on_reply(struct model *model, struct svc *svc, const struct reply *reply)
{
    uint32_t slot = reply->owner & ~ASYNC_OWNER;
    struct async_event *event = event_at(model, slot);
    ASSERT(pool_is_live(&model->asyncs, slot) && event->running &&
           event->head.generation == reply->generation);
    if (reply->outcome != OUTCOME_THROTTLE)
        note_taken(model, queue_of(svc), event);
    switch (reply->outcome) {
    case OUTCOME_OK:
        succeed(model, svc, slot);
        break;
    case OUTCOME_THROTTLE:
        on_throttle(model, svc, slot);
        break;
    default:
        on_error(model, svc, slot);
    }
}

/* -- what is seen ------------------------------------------------------------------------------------ */

void async_begin(struct model *model, struct svc *svc)
{
    struct async_queue *queue = queue_of(svc);
    if (queue == NULL)
        return;
    queue->pre = queue->all;
    level_begin(&queue->waiting, model->sim.now);
    level_begin(&queue->running, model->sim.now);
}

void async_view(struct model *model, struct svc *svc, struct svc_view *view)
{
    struct async_queue *queue = queue_of(svc);
    const struct async_counts *all = &queue->all, *pre = &queue->pre;
    sim_time now = model->sim.now, span = now - model->warmup;
    view->mean[LEVEL_DEPTH] = level_mean(&queue->waiting, now, span);
    view->max[LEVEL_DEPTH] = (double)level_max(&queue->waiting);
    view->mean[LEVEL_IN_FLIGHT] = level_mean(&queue->running, now, span);
    view->max[LEVEL_IN_FLIGHT] = (double)level_max(&queue->running);
    view->total[TOTAL_SENT] = (double)(all->accepted - pre->accepted);
    view->total[TOTAL_RECEIVED] = (double)(all->begun - pre->begun);
    view->total[TOTAL_DELETED] = (double)(all->succeeded - pre->succeeded);
    view->total[TOTAL_DEAD_LETTERS] = (double)(all->dead - pre->dead);
    view->total[TOTAL_EXPIRED] = (double)(all->lost - pre->lost);
    view->age = &queue->age;
}

void async_sample(struct model *model, struct svc *svc, struct svc_sample *sample)
{
    const struct async_queue *queue = queue_of(svc);
    sample->queue_depth = (double)queue->waiting.value;
    sample->queue_age_s = 0;
    if (queue->oldest != POOL_NONE)
        sample->queue_age_s =
            (double)(model->sim.now - event_at(model, queue->oldest)->accepted) / 1e9;
}

/* Every event accepted is over, waits, or is being invoked. */
void async_audit(struct model *model, struct svc *svc)
{
    const struct async_queue *queue = queue_of(svc);
    (void)model;
    if (queue == NULL)
        return;
    const struct async_counts *all = &queue->all;
    uint64_t over = all->succeeded + all->dead + all->lost;
    ASSERT(queue->waiting.value >= 0 && queue->running.value >= 0);
    ASSERT(all->accepted == over + (uint64_t)(queue->waiting.value + queue->running.value));
}

/* The same against the records themselves. */
void async_finish(struct model *model, struct svc *svc)
{
    const struct async_queue *queue = queue_of(svc);
    int64_t waiting = 0, running = 0;
    if (queue == NULL)
        return;
    for (uint32_t slot = queue->oldest; slot != POOL_NONE; slot = event_at(model, slot)->newer) {
        const struct async_event *event = event_at(model, slot);
        ASSERT(pool_is_live(&model->asyncs, slot) && event->svc == svc->index);
        running += event->running;
        waiting += !event->running;
    }
    ASSERT(waiting == queue->waiting.value && running == queue->running.value);
    async_audit(model, svc);
}

void async_free(struct svc *svc)
{
    if (queue_of(svc) != NULL)
        hist_free(&queue_of(svc)->age);
}
