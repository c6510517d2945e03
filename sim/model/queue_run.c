/* queue_run.c - sending to a queue, waiting in it, and the ways out that are no delete; see queue_run.h. */
#include "model/queue_run.h"

#include "model/span_log.h"

/* -- life ------------------------------------------------------------------------------------------ */

/* A message on its way to a poller. */
struct arriving {
    struct pool_head head;
    uint32_t svc;
    struct stored_message message;
};

void queue_open(void *shared)
{
    struct queue_shared *all = shared;
    pool_init(&all->arriving, sizeof(struct arriving));
    batch_pools_init(&all->in_flight);
    group_pools_init(&all->grouped);
}

void queue_close(void *shared)
{
    struct queue_shared *all = shared;
    stock_free(&all->stock);
    pool_free(&all->arriving);
    batch_pools_free(&all->in_flight);
    group_pools_free(&all->grouped);
}

void queue_start(struct model *model, struct svc *svc)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    ASSERT(model->svc_count <= STORED_SOURCES_MAX);
    queue->shared = model_shared(model, svc_queue_class);
    queue->salt_delivery = rng_hash_text(1, svc->name);
    queue->salt_latency = rng_hash_text(2, svc->name);
    queue->salt_dead = rng_hash_text(3, svc->name);
    queue->salt_batch = rng_hash_text(4, svc->name);
    queue->salt_backoff = rng_hash_text(5, svc->name);
    queue->salt_group = rng_hash_text(6, svc->name);
    queue->expires_at = queue->wakes_at = SIM_NEVER;
    queue->oldest = queue->newest = queue->group = POOL_NONE;
    groups_init(&queue->groups, &queue->shared->grouped, svc->index);
    if (config->dlq.resource >= 0)
        queue->dlq_edge = message_link(model, svc->probe, config->dlq);
    queue_esm_start(model, svc);
}

void queue_free(struct svc *svc)
{
    struct queue *queue = svc->state;
    line_free(&queue->line);
    line_free(&queue->again);
    groups_free(&queue->groups);
    hist_free(&queue->age);
}

/* -- the calls of senders --------------------------------------------------------------------------- */

struct api_calls api_calls_of(const struct queue_config *config)
{
    return (struct api_calls){.of_messages = config->per_call, .chunk = config->chunk_bytes};
}

void api_calls_add(struct api_calls *calls, int64_t bytes)
{
    calls->bytes += bytes;
    if (++calls->in_call == calls->of_messages)
        api_calls_end(calls);
}

void api_calls_end(struct api_calls *calls)
{
    if (calls->in_call == 0)
        return;
    calls->calls++;
    calls->requests +=
        calls->bytes <= calls->chunk ? 1 : (calls->bytes + calls->chunk - 1) / calls->chunk;
    calls->in_call = calls->bytes = 0;
}

sim_time queue_pace_wait(sim_time until, sim_time now)
{
    return until - now > SIM_SECOND ? until - now - SIM_SECOND : 0;
}

sim_time queue_pace_after(sim_time until, sim_time now, int64_t count, int64_t per_s)
{
    return (until > now ? until : now) + count * SIM_SECOND / per_s;
}

/* FIFO queues: so many calls a second. False: throttled. */
static bool may_send(const struct svc *svc, int64_t messages, sim_time now)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    if (config->calls_per_s == 0)
        return true;
    if (queue_pace_wait(queue->sends_until, now) > 0)
        return false;
    queue->sends_until =
        queue_pace_after(queue->sends_until, now,
                         (messages + config->per_call - 1) / config->per_call, config->calls_per_s);
    return true;
}

/* True if one of the messages is larger than the service takes. */
static bool is_too_large(const struct model *model, const struct svc *svc, const struct call *call,
                         int64_t count)
{
    const struct queue_config *config = svc->config;
    const struct dist *size = call_args(model, call)->size;
    if (size == NULL || count == 0)
        return false;
    if (dist_is_constant(size))
        return size->constant > config->message_max;
    for (int64_t i = 0; i < count; i++)
        if (message_of_call(model, call, i, MESSAGE_BYTES).bytes > config->message_max)
            return true;
    return false;
}

void queue_expect(struct model *model, struct svc *svc, const uint64_t *keys, int count)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    uint64_t messages[DRAW_AHEAD];
    int64_t deliveries[DRAW_AHEAD];
    if (queue->ahead == NULL)
        queue->ahead = ARENA_NEW(model->arena, struct queue_ahead);
    draw_ahead_fill(&queue->ahead->sends, config->latency, queue->salt_latency, keys, count);
    if (!queue_has_consumer(config))
        return;
    for (int i = 0; i < count; i++)
        messages[i] = message_key(keys[i], 0);
    dist_draw_many(config->delivery, messages, queue->salt_delivery, (size_t)count, deliveries);
    for (int i = 0; i < count; i++) {
        queue->ahead->keys[messages[i] % DELIVERIES_AHEAD] = messages[i];
        queue->ahead->deliveries[messages[i] % DELIVERIES_AHEAD] = deliveries[i];
    }
}

static int64_t draw_send(const struct svc *svc, uint64_t key)
{
    const struct queue_config *config = svc->config;
    const struct queue *queue = svc->state;
    if (queue->ahead != NULL)
        return draw_ahead_take(&queue->ahead->sends, config->latency, queue->salt_latency, key);
    return dist_draw(config->latency, draw_of(key, queue->salt_latency));
}

static int64_t draw_delivery(const struct svc *svc, uint64_t key)
{
    const struct queue_config *config = svc->config;
    const struct queue *queue = svc->state;
    uint64_t at = key % DELIVERIES_AHEAD;
    if (queue->ahead != NULL && queue->ahead->keys[at] == key)
        return queue->ahead->deliveries[at];
    return dist_draw(config->delivery, draw_of(key, queue->salt_delivery));
}

sim_time queue_submit(struct model *model, struct svc *svc, struct call *call)
{
    int64_t count = message_count_of_call(model, call);
    if (UNLIKELY(!may_send(svc, count, model->sim.now))) {
        call_refuse(model, call, 429);
        return DUE_ANSWERED;
    }
    bool refused = is_too_large(model, svc, call, count);
    return call_serve(model, svc, call, draw_send(svc, call->key), STAGE_DOWNSTREAM,
                      refused ? OUTCOME_ERROR : OUTCOME_OK, refused ? 400 : 200);
}

static void put(struct model *model, struct svc *svc, const struct message *message, sim_time sent);

/* The service answered: now the messages are there. */
void queue_complete(struct model *model, struct svc *svc, struct call *call)
{
    uint32_t slot = call_slot(model, call);
    if (LIKELY(call->outcome == OUTCOME_OK)) {
        int64_t count = message_count_of_call(model, call);
        struct api_calls calls = api_calls_of(svc->config);
        for (int64_t i = 0; i < count; i++) {
            struct message message = message_of_call(model, call_at(model, slot), i, MESSAGE_BYTES);
            api_calls_add(&calls, message.bytes);
            if (UNLIKELY(model->spans != NULL))
                span_log_sent(model, call_at(model, slot), message.root_key, message.key, svc);
            put(model, svc, &message, model->sim.now);
        }
        api_calls_end(&calls);
        svc_meter(svc, QUEUE_REQUESTS, calls.requests, call_measured(call_at(model, slot)));
    }
    call_finish_served(model, svc, call_at(model, slot));
}

bool queue_accept(struct model *model, struct svc *svc, const struct message *message)
{
    bool accepted = may_send(svc, 1, model->sim.now);
    message_count(model, svc, accepted);
    if (!accepted)
        return false;
    struct api_calls calls = api_calls_of(svc->config);
    api_calls_add(&calls, message->bytes);
    api_calls_end(&calls);
    svc_meter(svc, QUEUE_REQUESTS, calls.requests, model->measuring);
    put(model, svc, message, model->sim.now);
    return true;
}

/* -- waiting ------------------------------------------------------------------------------------------ */

static void expire_at(struct model *model, struct svc *svc, sim_time when)
{
    struct queue *queue = svc->state;
    if (LIKELY(when >= queue->expires_at))
        return;
    queue->expires_at = when > model->sim.now ? when : model->sim.now;
    sim_at(&model->sim, queue->expires_at, SIM_EXPIRY, SVC_EVENT(svc_queue_class, QUEUE_EXPIRES),
           svc->index, 0);
}

void queue_wake_at(struct model *model, struct svc *svc, sim_time when)
{
    struct queue *queue = svc->state;
    if (when >= queue->wakes_at)
        return;
    queue->wakes_at = when;
    sim_at(&model->sim, when, SIM_ARRIVAL, SVC_EVENT(svc_queue_class, QUEUE_WAKES), svc->index, 0);
}

void queue_on_wakes(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct svc *svc = &model->svcs[slot];
    struct queue *queue = svc->state;
    (void)generation;
    if (sim->now < queue->wakes_at)
        return;
    queue->wakes_at = SIM_NEVER;
    queue_hand_over(model, svc);
}

sim_time queue_arrival(const struct svc *svc, const struct stored_message *message)
{
    const struct queue_config *config = svc->config;
    int64_t latency = draw_delivery(svc, message->key);
    if (UNLIKELY(svc->latency_factor != 1))
        latency = time_round((double)latency * svc->latency_factor);
    return message->sent + config->delay + latency;
}

/* A poller waits for it: it arrives when its latency is over. False: it is there already. */
static bool let_arrive(struct model *model, struct svc *svc, const struct stored_message *message)
{
    struct queue *queue = svc->state;
    sim_time when = queue_arrival(svc, message);
    if (when <= model->sim.now)
        return false;
    uint32_t slot = pool_take(&queue->shared->arriving);
    struct arriving *arriving = pool_at(&queue->shared->arriving, slot);
    arriving->svc = svc->index;
    arriving->message = *message;
    queue->arriving++;
    sim_at(&model->sim, when, SIM_ARRIVAL, SVC_EVENT(svc_queue_class, QUEUE_ARRIVED), slot,
           arriving->head.generation);
    return true;
}

void queue_on_arrived(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct queue_shared *shared = model_shared(model, svc_queue_class);
    const struct arriving *arriving = pool_at(&shared->arriving, slot);
    struct svc *svc = &model->svcs[arriving->svc];
    struct queue *queue = svc->state;
    (void)generation;
    (void)line_push(&queue->again, &shared->stock, &arriving->message);
    pool_give(&shared->arriving, slot);
    queue->arriving--;
    queue_hand_over(model, svc);
}

static uint64_t group_of(const struct svc *svc, const struct message *message)
{
    const struct queue_config *config = svc->config;
    const struct queue *queue = svc->state;
    if (message->group != 0)
        return message->group;
    if (config->groups.kind == KEYS_NONE)
        return 1; /* all in one */
    return key_law_draw(&config->groups, draw_of(message->key, queue->salt_group));
}

static void put_standard(struct model *model, struct svc *svc, const struct stored_message *stored)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    bool straight = queue_can_receive(queue) && config->delay == 0 && line_is_empty(&queue->line) &&
                    queue->arriving < ARRIVING_MAX;
    if (straight && let_arrive(model, svc, stored))
        return;
    (void)line_push(&queue->line, &queue->shared->stock, stored);
    if (queue_has_consumer(config))
        queue_hand_over(model, svc);
}

/* A message is in the queue from now on. */
static void put(struct model *model, struct svc *svc, const struct message *message, sim_time sent)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    struct stored_message stored = {
        .key = message->key,
        .root_key = message->root_key,
        .root_start = message->root_start,
        .sent = sent,
        .bytes = (uint64_t)(message->bytes < STORED_BYTES_MAX ? message->bytes : STORED_BYTES_MAX) &
                 STORED_BYTES_MAX,
        .hops = message->hops,
        .source = message->source & (STORED_SOURCES_MAX - 1),
    };
    queue_count(queue, QUEUE_SENT, 1);
    level_change(&queue->depth, 1, model->sim.now);
    expire_at(model, svc, sent + config->retention);
    if (UNLIKELY(config->fifo))
        queue_fifo_put(model, svc, group_of(svc, message), &stored);
    else
        put_standard(model, svc, &stored);
}

/* -- receiving ------------------------------------------------------------------------------------------ */

/* The head of a line must not be received: it leaves. */
static void clear_head(struct model *model, struct svc *svc, struct message_line *line)
{
    struct queue *queue = svc->state;
    struct stored_message message = *line_head(line);
    line_pop(line, &queue->shared->stock);
    if (message.gone)
        return;
    if (queue_is_over(svc, &message, model->sim.now))
        queue_count_expired(model, svc);
    else
        queue_bury(model, svc, &message, 0);
}

/* The head of a line, past those that must not be received; NULL: nothing is left. */
static const struct stored_message *clear_line(struct model *model, struct svc *svc,
                                               struct message_line *line)
{
    while (!line_is_empty(line)) {
        const struct stored_message *head = line_head(line);
        if (LIKELY(!head->gone && !queue_is_over(svc, head, model->sim.now) &&
                   !queue_is_dead(svc, head)))
            return head;
        clear_head(model, svc, line);
    }
    return NULL;
}

/* The first of the line of those sent, once it has arrived; lets arrive what stands before it. */
static const struct stored_message *first_arrived(struct model *model, struct svc *svc)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    sim_time now = model->sim.now;
    const struct stored_message *head;
    while ((head = clear_line(model, svc, &queue->line)) != NULL) {
        if (head->sent + config->delay > now) {
            queue_wake_at(model, svc, head->sent + config->delay);
            return NULL;
        }
        if (queue->arriving >= ARRIVING_MAX)
            return queue_arrival(svc, head) <= now ? head : NULL;
        if (!let_arrive(model, svc, head))
            return head;
        line_pop(&queue->line, &queue->shared->stock);
    }
    return NULL;
}

const struct stored_message *queue_peek(struct model *model, struct svc *svc)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    if (UNLIKELY(config->fifo))
        return queue_fifo_peek(model, svc);
    const struct stored_message *back = clear_line(model, svc, &queue->again);
    return back != NULL ? back : first_arrived(model, svc);
}

/* After a peek: the head of `again`, or else of the line. */
struct received queue_take(struct svc *svc)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    if (UNLIKELY(config->fifo))
        return queue_fifo_take(svc);
    struct message_line *line = line_is_empty(&queue->again) ? &queue->line : &queue->again;
    struct received received = {.message = *line_head(line)};
    line_pop(line, &queue->shared->stock);
    return received;
}

void queue_stop_taking(struct svc *svc)
{
    const struct queue_config *config = svc->config;
    if (UNLIKELY(config->fifo))
        queue_fifo_stop_taking(svc);
}

bool queue_has_work(const struct model *model, const struct svc *svc)
{
    const struct queue_config *config = svc->config;
    const struct queue *queue = svc->state;
    if (config->fifo)
        return queue->groups.ready_first != POOL_NONE;
    if (!line_is_empty(&queue->again))
        return true;
    return !line_is_empty(&queue->line) &&
           line_head(&queue->line)->sent + config->delay <= model->sim.now;
}

/* -- ways out that are no delete ---------------------------------------------------------------------- */

void queue_count_expired(struct model *model, struct svc *svc)
{
    struct queue *queue = svc->state;
    level_change(&queue->depth, -1, model->sim.now);
    queue_count(queue, QUEUE_EXPIRED, 1);
}

/* Dead letters keep the time they were sent, so that their retention does not begin anew; those of a FIFO queue do not. */
void queue_bury(struct model *model, struct svc *svc, const struct stored_message *dead,
                uint64_t group)
{
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    struct svc *grave = &model->svcs[config->dlq.resource];
    struct edge *edge = &model->edges[queue->dlq_edge];
    struct message message = {
        .key = rng_mix(dead->key + queue->salt_dead),
        .root_key = dead->root_key,
        .root_start = dead->root_start,
        .group = group,
        .source = (uint32_t)dead->source,
        .edge = queue->dlq_edge,
        .bytes = (int32_t)dead->bytes,
        .hops = (uint8_t)dead->hops,
        .measured = model->measuring,
    };
    if (UNLIKELY(model->spans != NULL))
        span_log_sent_on(model, dead->key, dead->root_key, message.key, grave);
    level_change(&queue->depth, -1, model->sim.now);
    queue_count(queue, QUEUE_DEAD, 1);
    message_count(model, grave, true);
    edge->all_calls += edge->shared;
    edge->calls += edge->shared && model->measuring;
    put(model, grave, &message, config->fifo ? model->sim.now : dead->sent);
}

/* The oldest message of a line, past those whose time is over; NULL: none. */
static const struct stored_message *drop_expired(struct model *model, struct svc *svc,
                                                 struct message_line *line)
{
    struct queue *queue = svc->state;
    while (!line_is_empty(line)) {
        const struct stored_message *head = line_head(line);
        if (!head->gone && !queue_is_over(svc, head, model->sim.now))
            return head;
        if (!head->gone)
            queue_count_expired(model, svc);
        line_pop(line, &queue->shared->stock);
    }
    return NULL;
}

/* Retention is looked at where a line begins: a message that was overtaken by older ones that came back is given up when it
 * gets there. */
void queue_on_expires(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct svc *svc = &model->svcs[slot];
    const struct queue_config *config = svc->config;
    struct queue *queue = svc->state;
    (void)generation;
    if (sim->now < queue->expires_at)
        return;
    queue->expires_at = SIM_NEVER;
    const struct stored_message *heads[] = {NULL, NULL};
    if (config->fifo) {
        heads[0] = queue_fifo_drop_expired(model, svc);
    } else {
        heads[0] = drop_expired(model, svc, &queue->line);
        heads[1] = drop_expired(model, svc, &queue->again);
    }
    for (size_t i = 0; i < COUNTOF(heads); i++)
        if (heads[i] != NULL)
            expire_at(model, svc, heads[i]->sent + config->retention);
}
