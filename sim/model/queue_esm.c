/* queue_esm.c - the mapping from a queue to its consumer: pollers, batching, invoking (MODEL.md 1.8).
 *
 * The mapping dares to have `limit` batches with the consumer at once. It starts with `initial` and, while work waits for a place,
 * grows by one every `step` (300 a minute), up to `most` or max_concurrency. A failed invocation takes one away, unless
 * partial_batch. After `rest` without any work it starts anew. A place is held from the first message of a batch until the consumer's
 * answer, also while a throttled batch waits to be tried again: so a mapping that may do more than its consumer receives ahead of it,
 * and what is still refused when its visibility ends was received in vain.
 *
 * Idle pollers receive nothing again and again; those calls are metered when someone looks. All of them begin anew with every
 * receive that found something: exact where messages are rare, and where they are so frequent that no receive ends empty.
 */
#include "model/loop.h"
#include "model/queue_run.h"

void queue_esm_start(struct model *model, struct svc *svc)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    queue->gathering = POOL_NONE;
    queue->waiting_since = SIM_NEVER;
    if (!queue_has_consumer(config))
        return;
    queue->limit = config->initial;
    queue->edge = model_edge(model, svc->probe, model->svcs[config->consumer.resource].probe);
}

int64_t queue_pollers(const struct svc *svc)
{
    const struct queue_config *config = svc->config;
    const struct queue *queue = svc->state;
    return config->provisioned ? (queue->limit + config->per_poller - 1) / config->per_poller : 0;
}

/* -- empty receives ----------------------------------------------------------------------------------- */

static int64_t idle_pollers(const struct svc *svc)
{
    const struct queue_config *config = svc->config;
    const struct queue *queue = svc->state;
    int64_t idle = config->initial - queue->busy.value;
    if (config->provisioned)
        idle =
            queue_pollers(svc) - (queue->busy.value + config->per_poller - 1) / config->per_poller;
    return idle > 0 ? idle : 0;
}

/* Meters the empty receives that ended since anyone looked. */
static void meter_polls(struct model *model, struct svc *svc)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    sim_time passed = model->sim.now - queue->polled_at;
    if (LIKELY(passed < config->receive_wait))
        return;
    int64_t polls = passed / config->receive_wait;
    queue->polled_at += polls * config->receive_wait;
    svc_meter(svc, QUEUE_EMPTY_RECEIVES, polls * idle_pollers(svc), model->measuring);
}

void queue_settle(struct model *model, struct svc *svc, sim_time from, sim_time to)
{
    const struct queue_config *config = svc->config;
    if (!queue_has_consumer(config))
        return;
    meter_polls(model, svc);
    if (config->provisioned)
        svc_meter(svc, QUEUE_POLLERS, (to / SIM_US - from / SIM_US) * queue_pollers(svc),
                  model->measuring);
}

/* -- how many at once --------------------------------------------------------------------------------- */

static int64_t most_of(const struct queue_config *config)
{
    return config->max_concurrency != TIME_UNSET && config->max_concurrency < config->most
               ? config->max_concurrency
               : config->most;
}

static void scale_at(struct model *model, const struct svc *svc, sim_time when,
                     enum queue_scaling what)
{
    sim_at(&model->sim, when, SIM_EXPIRY, SVC_EVENT(svc_queue_class, QUEUE_SCALES), svc->index,
           what);
}

static void set_limit(struct model *model, struct svc *svc, int64_t limit)
{
    struct queue *queue = svc->state;
    svc_settle(model, svc); /* provisioned pollers are paid by the clock */
    queue->limit = limit;
}

/* Growth is looked at when work will have waited for a whole step. */
static void expect_growth(struct model *model, struct svc *svc)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    if (queue->waiting_since == SIM_NEVER || queue->growth_due || queue->limit >= most_of(config))
        return;
    sim_time left = config->step - queue->growth;
    queue->growth_due = true;
    scale_at(model, svc, model->sim.now + (left > SIM_MS ? left : SIM_MS), QUEUE_GROWS);
}

/* Work waits for a place, or does no longer. */
static void note_waiting(struct model *model, struct svc *svc)
{
    struct queue *queue = svc->state;
    sim_time now = model->sim.now;
    bool waits = queue->busy.value >= queue->limit && queue_has_work(model, svc);
    if (waits && queue->waiting_since == SIM_NEVER) {
        queue->waiting_since = now;
    } else if (!waits && queue->waiting_since != SIM_NEVER) {
        queue->growth += now - queue->waiting_since;
        queue->waiting_since = SIM_NEVER;
    }
    expect_growth(model, svc);
}

/* One more if work has waited for a whole step in all, however often it was interrupted. */
static void grow(struct model *model, struct svc *svc)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    sim_time now = model->sim.now;
    queue->growth_due = false;
    if (queue->waiting_since != SIM_NEVER) {
        queue->growth += now - queue->waiting_since;
        queue->waiting_since = now;
    }
    if (queue->growth >= config->step && queue->limit < most_of(config)) {
        queue->growth = 0;
        set_limit(model, svc, queue->limit + 1);
        queue_hand_over(model, svc);
    }
    expect_growth(model, svc);
}

/* Fewer from now on; growth begins anew. */
static void lower(struct model *model, struct svc *svc, int64_t limit)
{
    struct queue *queue = svc->state;
    set_limit(model, svc, limit);
    queue->growth = 0;
    if (queue->waiting_since != SIM_NEVER)
        queue->waiting_since = model->sim.now;
}

/* A failed invocation; see above. */
static void shrink(struct model *model, struct svc *svc)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    if (!config->partial_batch && !config->provisioned && queue->limit > config->floor)
        lower(model, svc, queue->limit - 1);
}

static void rest(struct model *model, struct svc *svc)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    queue->rest_due = false;
    if (queue->busy.value > 0 || queue->limit == config->initial)
        return;
    if (model->sim.now - queue->idle_since >= config->rest) {
        lower(model, svc, config->initial < most_of(config) ? config->initial : most_of(config));
        return;
    }
    queue->rest_due = true;
    scale_at(model, svc, queue->idle_since + config->rest, QUEUE_RESTS);
}

void queue_on_scales(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    if (generation == QUEUE_GROWS)
        grow(model, &model->svcs[slot]);
    else
        rest(model, &model->svcs[slot]);
}

static void occupy(struct model *model, struct svc *svc)
{
    struct queue *queue = svc->state;
    meter_polls(model, svc);
    queue->polled_at = model->sim.now;
    level_change(&queue->busy, 1, model->sim.now);
}

void queue_release(struct model *model, struct svc *svc)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    meter_polls(model, svc);
    level_change(&queue->busy, -1, model->sim.now);
    if (queue->busy.value > 0)
        return;
    queue->idle_since = model->sim.now;
    if (queue->rest_due || queue->limit == config->initial)
        return;
    queue->rest_due = true;
    scale_at(model, svc, model->sim.now + config->rest, QUEUE_RESTS);
}

/* -- receiving ------------------------------------------------------------------------------------------ */

/* What a batch's receives take of the pace allowed: calls of ten messages, and provisioned pollers' bytes. */
static sim_time pace_of(const struct queue_config *config, int64_t pollers, int64_t calls,
                        int64_t bytes)
{
    sim_time pace = config->calls_per_s == 0 ? 0 : calls * SIM_SECOND / config->calls_per_s;
    if (!config->provisioned)
        return pace;
    sim_time polls = calls * SIM_SECOND / (config->polls_per_s * pollers);
    sim_time load = (sim_time)((int128)bytes * SIM_SECOND / (config->bytes_per_s * pollers));
    pace = polls > pace ? polls : pace;
    return load > pace ? load : pace;
}

/* Only FIFO queues and provisioned pollers have a pace. */
static bool may_receive(struct model *model, struct svc *svc)
{
    const struct queue_config *config = svc->config;
    const struct queue *queue = svc->state;
    if (LIKELY(config->calls_per_s == 0 && !config->provisioned))
        return true;
    sim_time wait = queue_pace_wait(queue->paced_until, model->sim.now);
    if (wait == 0)
        return true;
    queue_wake_at(model, svc, model->sim.now + wait);
    return false;
}

/* A batch is complete: its receives are billed. */
static void count_received(struct model *model, struct svc *svc, const struct batch *batch)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    const struct received *messages = batch_messages(svc, batch);
    struct api_calls calls = api_calls_of(config);
    for (int32_t i = 0; i < batch->count; i++)
        api_calls_add(&calls, (int64_t)messages[i].message.bytes);
    api_calls_end(&calls);
    svc_meter(svc, QUEUE_REQUESTS, calls.requests, model->measuring);
    if (config->calls_per_s == 0 && !config->provisioned)
        return;
    sim_time now = model->sim.now;
    sim_time from = queue->paced_until > now ? queue->paced_until : now;
    int64_t pollers = config->provisioned ? queue_pollers(svc) : 1;
    queue->paced_until = from + pace_of(config, pollers, calls.calls, batch->bytes);
}

/* Receives what is there, `next` first, until the batch is full. True: no more fits. */
static bool fill(struct model *model, struct svc *svc, uint32_t slot,
                 const struct stored_message *next)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    sim_time now = model->sim.now;
    int64_t room = batch_room(batch_at(svc, slot));
    int32_t before = batch_at(svc, slot)->count, count = before;
    int64_t most = config->batch < room ? config->batch : room;
    int64_t allowed = before + config->in_flight_max - queue->in_flight.value;
    most = most < allowed ? most : allowed;
    bool full = false;
    while (next != NULL && !full) {
        full = count > 0 && batch_at(svc, slot)->bytes + (int64_t)next->bytes > config->payload_max;
        if (full)
            break;
        struct received received = queue_take(svc);
        if (received.message.receives == 0 && model->measuring)
            hist_add(&queue->age, now - received.message.sent);
        batch_add(svc, slot, &received);
        full = ++count >= most;
        next = full ? NULL : queue_peek(model, svc);
    }
    queue_stop_taking(svc);
    int32_t taken = count - before;
    queue_count(queue, QUEUE_RECEIVED, taken);
    level_change(&queue->depth, -taken, now);
    level_change(&queue->in_flight, taken, now);
    return full;
}

/* -- with the consumer --------------------------------------------------------------------------------- */

/* Hands a batch to the consumer. The answer may come before this returns. */
static void submit(struct model *model, struct svc *svc, uint32_t slot)
{
    const struct queue_config *config = svc->config;
    const struct queue *queue = svc->state;
    struct batch *batch = batch_at(svc, slot);
    const struct stored_message *first = &batch_messages(svc, batch)->message;
    struct caller caller = {
        .svc = svc->index,
        .owner = slot,
        .generation = batch->head.generation,
        .edge = queue->edge,
        .key = batch->key,
        .root_key = first->root_key,
        .root_start = first->root_start,
        .source = (uint32_t)first->source,
        .hops = batch->hops,
    };
    batch->state = BATCH_INVOKED;
    batch->tries++;
    (void)call_submit(model, &caller, config->consumer);
}

/* The batch is complete. A chain of events that came by too often is not handed on: a receive in vain (MODEL.md 1.7). */
static void invoke(struct model *model, struct svc *svc, uint32_t slot)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    batch_shrink(svc, slot);
    struct batch *batch = batch_at(svc, slot);
    count_received(model, svc, batch);
    batch->key = rng_mix(batch_messages(svc, batch)->message.key + queue->salt_batch);
    if (LIKELY(loop_may_enter(model, &model->svcs[config->consumer.resource], &batch->hops))) {
        submit(model, svc, slot);
        return;
    }
    batch->state = BATCH_RESTING;
    queue->looped += model->measuring;
    queue_release(model, svc);
}

/* Throttled: again after a while, unless its visibility ends before. It keeps its place. */
static void back_off(struct model *model, struct svc *svc, uint32_t slot)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    struct batch *batch = batch_at(svc, slot);
    struct backoff law = {config->backoff_first, config->backoff_most, JITTER_FULL};
    struct draw draw = draw_of(batch->key + (uint64_t)batch->tries * RNG_STEP, queue->salt_backoff);
    int doublings = batch->tries < 32 ? batch->tries - 1 : 31;
    queue->throttled += model->measuring;
    batch->state = BATCH_REFUSED;
    batch->backoff = backoff_delay(&law, doublings, batch->backoff, draw);
    sim_time when = model->sim.now + (batch->backoff > SIM_MS ? batch->backoff : SIM_MS);
    if (when < batch->deadline)
        sim_at(&model->sim, when, SIM_ARRIVAL, SVC_EVENT(svc_queue_class, QUEUE_TRY_AGAIN), slot,
               batch->head.generation);
}

static bool is_current(const struct model *model, uint32_t slot, uint32_t generation)
{
    const struct queue_shared *shared = model_shared(model, svc_queue_class);
    const struct pool *batches = &shared->in_flight.batches;
    return pool_is_live(batches, slot) &&
           (((const struct batch *)pool_at(batches, slot))->head.generation &
            SIM_GENERATION_MASK) == generation;
}

static struct svc *owner_of(const struct model *model, uint32_t slot)
{
    const struct queue_shared *shared = model_shared(model, svc_queue_class);
    return &model->svcs[((const struct batch *)pool_at(&shared->in_flight.batches, slot))->svc];
}

void queue_on_try_again(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    if (is_current(model, slot, generation))
        submit(model, owner_of(model, slot), slot);
}

void queue_on_reply(struct model *model, struct svc *svc, const struct reply *reply)
{
    uint32_t slot = reply->owner;
    struct batch *batch = batch_at(svc, slot);
    bool late = batch->state == BATCH_LATE;
    ASSERT(batch->head.generation == reply->generation);
    if (UNLIKELY(reply->outcome == OUTCOME_THROTTLE && !late)) {
        back_off(model, svc, slot);
        return;
    }
    if (LIKELY(reply->outcome == OUTCOME_OK)) {
        if (UNLIKELY(late))
            batch_delete_late(model, svc, slot);
        else
            batch_delete(model, svc, slot);
    } else {
        shrink(model, svc);
        if (late)
            batch_forget_late(svc, slot);
        else
            batch->state = BATCH_RESTING;
    }
    queue_release(model, svc);
    queue_hand_over(model, svc);
}

/* -- batches begin ---------------------------------------------------------------------------------------- */

/* How large a batch may become that begins now. */
static int64_t room_wanted(const struct svc *svc)
{
    const struct queue_config *config = svc->config;
    const struct queue *queue = svc->state;
    if (config->window > 0 || queue->depth.value > config->batch)
        return config->batch;
    return queue->depth.value > 1 ? queue->depth.value : 1;
}

/* Begins a batch or goes on with the one being gathered. True: it is on its way, and there may be more. */
static bool receive(struct model *model, struct svc *svc)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    if (queue->in_flight.value >= config->in_flight_max || !may_receive(model, svc))
        return false;
    const struct stored_message *next = queue_peek(model, svc);
    if (next == NULL)
        return false;
    uint32_t slot = queue->gathering;
    bool is_new = slot == POOL_NONE;
    if (is_new) {
        slot = batch_open(model, svc, room_wanted(svc));
        batch_at(svc, slot)->state = BATCH_GATHERING;
        occupy(model, svc);
    }
    bool full = fill(model, svc, slot, next);
    if (config->window == 0 || full) {
        queue->gathering = POOL_NONE;
        invoke(model, svc, slot);
        return true;
    }
    if (is_new)
        sim_at(&model->sim, model->sim.now + config->window, SIM_ARRIVAL,
               SVC_EVENT(svc_queue_class, QUEUE_WINDOW_OVER), slot,
               batch_at(svc, slot)->head.generation);
    queue->gathering = slot;
    return false;
}

void queue_hand_over(struct model *model, struct svc *svc)
{
    struct queue *queue = svc->state;
    if (queue->handing_over)
        return; /* whoever does it goes on until nothing is left */
    queue->handing_over = true;
    while (queue_can_receive(queue) && receive(model, svc))
        ;
    queue->handing_over = false;
    note_waiting(model, svc);
}

void queue_on_window_over(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    if (!is_current(model, slot, generation))
        return;
    struct svc *svc = owner_of(model, slot);
    struct queue *queue = svc->state;
    if (queue->gathering != slot)
        return; /* it was full before */
    queue->gathering = POOL_NONE;
    invoke(model, svc, slot);
    queue_hand_over(model, svc);
}

/* A fault changed max_concurrency, batch, window or a latency. */
void queue_apply(struct model *model, struct svc *svc)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    if (queue->ahead != NULL) /* the laws may be others now */
        *queue->ahead = (struct queue_ahead){.keys = {0}};
    if (!queue_has_consumer(config))
        return;
    lower(model, svc, queue->limit < most_of(config) ? queue->limit : most_of(config));
    queue_hand_over(model, svc);
}
