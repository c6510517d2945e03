/* client_run.c - see client_run.h. */
#include "model/client_run.h"

#include "model/seeker.h"
#include "model/span_log.h"

/* A closed-loop client that was answered in no time waits this long before it sends again, or the clock would stand
 * still. */
#define CLIENT_PAUSE SIM_MS

struct request {
    struct pool_head head;
    uint32_t svc;    /* its source */
    uint32_t client; /* closed loop: which client */
    uint64_t turn;   /* closed loop: requests this client sent before */
    uint64_t key;
    sim_time start, try_start;
    sim_time backoff; /* the previous delay */
    int32_t attempt;
    int32_t target;
    int16_t cost;        /* quota tokens the last retry took */
    uint8_t copies;      /* of this try on their way: two of a hedged one */
    bool measured, idle; /* idle: a client that thinks */
    bool once;           /* of a burst: belongs to no client of the closed loop */
    int64_t path[STAGE_COUNT];
};

/* Requests of bursts are numbered from here on, apart from the others of their source. */
#define BURST_FIRST (UINT64_C(1) << 40)

/* All sources share one pool of requests in the model, so that an event names one by slot and generation alone. */
static struct request *request_at(const struct model *model, uint32_t slot)
{
    return pool_at(&model->requests_pool, slot);
}

/* Walker's alias method: one draw picks a target in constant time, however many there are. */
static void make_alias(struct model *model, struct client *client, const struct target_list *to)
{
    int32_t n = to->count, small_count = 0, large_count = 0;
    double total = 0;
    for (int32_t i = 0; i < n; i++)
        total += to->targets[i].weight;
    int32_t *small = ARENA_ARRAY(model->arena, int32_t, n);
    int32_t *large = ARENA_ARRAY(model->arena, int32_t, n);
    for (int32_t i = 0; i < n; i++) {
        client->targets[i].keep = to->targets[i].weight / total * n;
        client->targets[i].other = i;
        if (client->targets[i].keep < 1)
            small[small_count++] = i;
        else
            large[large_count++] = i;
    }
    while (small_count > 0 && large_count > 0) {
        int32_t poor = small[--small_count], rich = large[large_count - 1];
        client->targets[poor].other = rich;
        client->targets[rich].keep -= 1 - client->targets[poor].keep;
        if (client->targets[rich].keep < 1) {
            large_count--;
            small[small_count++] = rich;
        }
    }
    /* What rounding leaves over keeps itself. */
    while (small_count > 0)
        client->targets[small[--small_count]].keep = 1;
}

static uint32_t target_probe(const struct model *model, struct target target)
{
    uint32_t probe = model->svcs[target.resource].probe;
    return target.route < 0 ? probe : probe + 1 + (uint32_t)target.route;
}

static void start_closed_loop(struct model *model, struct svc *svc);

void client_start(struct model *model, struct svc *svc)
{
    const struct client_config *config = svc->config;
    struct client *client = svc->state;
    client->stream = stream_named(model->seed, model->rep, svc->name, "requests");
    client->salt_pick = rng_hash_text(1, svc->name);
    client->salt_think = rng_hash_text(2, svc->name);
    client->salt_backoff = rng_hash_text(3, svc->name);
    if (config->retry != NULL) {
        retry_budget_init(&client->budget, config->retry);
        breaker_init(&client->breaker, &config->retry->breaker);
    }
    client->targets = ARENA_ARRAY(model->arena, struct client_target, config->to.count);
    for (int32_t i = 0; i < config->to.count; i++)
        client->targets[i].edge =
            model_edge(model, svc->probe, target_probe(model, config->to.targets[i].target));
    make_alias(model, client, &config->to);
    bool closed = config->clients != TIME_UNSET;
    client->tracked = closed || config->timeout != TIME_UNSET || config->retry != NULL;
    if (closed) {
        start_closed_loop(model, svc);
        return;
    }
    uint64_t gaps = stream_named(model->seed, model->rep, svc->name, "arrivals");
    sim_time stop = config->stop == TIME_UNSET ? SIM_NEVER : config->stop;
    client->arrivals =
        arrivals_new(model->arena, config->rate, config->arrivals, gaps, config->start, stop);
    sim_time first = arrivals_next(client->arrivals);
    if (first < model->sim.horizon)
        sim_arrival_at(&model->sim, first, EVENT_ARRIVAL, svc->index);
}

static int32_t pick_target(const struct svc *svc, uint64_t key)
{
    const struct client_config *config = svc->config;
    const struct client *client = svc->state;
    if (config->to.count == 1)
        return 0;
    struct draw draw = draw_of(key, client->salt_pick);
    double at = draw_unit(&draw) * config->to.count;
    int32_t i = (int32_t)at;
    return at - i < client->targets[i].keep ? i : client->targets[i].other;
}

static sim_time submit(struct model *model, struct svc *svc, int32_t target, uint32_t owner,
                       uint32_t generation, uint64_t root_key, uint64_t key, sim_time root_start)
{
    const struct client_config *config = svc->config;
    const struct client *client = svc->state;
    struct caller caller = {
        .svc = svc->index,
        .owner = owner,
        .generation = generation,
        .edge = client->targets[target].edge,
        .key = key,
        .root_key = root_key,
        .root_start = root_start,
        .source = svc->index,
    };
    return call_submit(model, &caller, config->to.targets[target].target);
}

/* -- journeys without a record ----------------------------------------------------------- */

/* `stage` is where all of the latency went, or STAGE_COUNT. */
static void record(struct probe *probe, bool measured, enum outcome outcome, sim_time latency,
                   enum stage stage, const int64_t *path)
{
    if (outcome == OUTCOME_THROTTLE)
        probe_refusal(probe, measured);
    else if (stage < STAGE_COUNT)
        probe_answer_pure(probe, measured, outcome, stage, latency);
    else
        probe_answer(probe, measured, outcome, latency, path);
}

/* For traces: a journey is over. */
__attribute__((noinline)) static void tell_seeker(struct model *model, const struct svc *svc,
                                                  uint64_t key, sim_time latency,
                                                  enum outcome outcome, bool measured,
                                                  int64_t init)
{
    struct journey journey = {.key = key,
                              .source = svc->index,
                              .end = model->sim.now,
                              .latency = latency,
                              .outcome = outcome,
                              .measured = measured,
                              .waited_for_init = init > 0};
    seeker_note(model->seeker, &journey);
}

/* -- journeys with a record -------------------------------------------------------------- */

static uint32_t new_request(struct model *model, struct svc *svc)
{
    uint32_t slot = pool_take(&model->requests_pool);
    struct request *request = request_at(model, slot);
    struct pool_head head = request->head;
    *request = (struct request){.head = head, .svc = svc->index};
    ((struct client *)svc->state)->in_flight++;
    return slot;
}

/* Of a request within its source, as it begins. */
static uint64_t number_of(const struct client_config *config, const struct client *client,
                          const struct request *request)
{
    if (request->once)
        return BURST_FIRST + client->bursts - 1;
    if (config->clients == TIME_UNSET)
        return client->count - 1;
    return request->turn * (uint64_t)config->clients + request->client;
}

static void begin_journey(struct model *model, struct svc *svc, struct request *request,
                          uint64_t key)
{
    const struct client_config *config = svc->config;
    struct client *client = svc->state;
    request->key = key;
    request->start = model->sim.now;
    request->backoff = 0;
    request->attempt = 0;
    request->target = pick_target(svc, key);
    request->measured = model->measuring;
    request->idle = false;
    for (int i = 0; i < STAGE_COUNT; i++)
        request->path[i] = 0;
    model->requests++;
    probe_arrival(svc_probe(model, svc), model->measuring);
    if (config->retry != NULL)
        retry_budget_first_try(&client->budget);
    if (UNLIKELY(model->spans != NULL))
        span_log_begin(model, svc, key, number_of(config, client, request));
}

static void end_journey(struct model *model, struct svc *svc, uint32_t slot, enum outcome outcome);

static uint64_t try_key(const struct request *request)
{
    return request->attempt == 0 ? request->key
                                 : rng_mix(request->key + (uint64_t)request->attempt * RNG_STEP);
}

static bool has_breaker(const struct client_config *config)
{
    return config->retry != NULL && config->retry->breaker.window > 0;
}

static void send_try(struct model *model, struct svc *svc, uint32_t slot)
{
    const struct client_config *config = svc->config;
    struct client *client = svc->state;
    struct request *request = request_at(model, slot);
    uint32_t generation = request->head.generation;
    if (UNLIKELY(has_breaker(config)) && !breaker_allows(&client->breaker, model->sim.now)) {
        end_journey(model, svc, slot, OUTCOME_ERROR);
        return;
    }
    request->try_start = model->sim.now;
    request->copies = 1;
    sim_time timeout = config->timeout;
    if (config->retry != NULL && config->retry->timeout != TIME_UNSET)
        timeout = config->retry->timeout;
    sim_time deadline = timeout == TIME_UNSET ? SIM_NEVER : model->sim.now + timeout;
    sim_time due = submit(model, svc, request->target, slot, generation, request->key,
                          try_key(request), request->start);
    if (due > deadline)
        sim_at(&model->sim, deadline, SIM_EXPIRY, EVENT_CLIENT_DEADLINE, slot, generation);
    if (config->retry == NULL || config->retry->hedge == TIME_UNSET || due == DUE_ANSWERED)
        return;
    sim_time hedge = model->sim.now + config->retry->hedge;
    if (due > hedge)
        sim_at(&model->sim, hedge, SIM_EXPIRY, EVENT_CLIENT_HEDGE, slot, generation);
}

static bool may_retry(struct svc *svc, struct request *request, enum outcome outcome, int status)
{
    const struct client_config *config = svc->config;
    struct client *client = svc->state;
    const struct retry_policy *policy = config->retry;
    if (policy == NULL || request->attempt >= policy->retries ||
        !retry_wants(policy, outcome, status) || !retry_budget_take(&client->budget))
        return false;
    if (policy->quota.size == 0)
        return true;
    request->cost = retry_quota_cost(policy, outcome, status);
    return retry_quota_take(policy, &client->quota_used, request->cost);
}

/* What a try's end tells breaker and quota. */
static void note_end(struct model *model, struct svc *svc, const struct request *request,
                     enum outcome outcome, int status)
{
    const struct client_config *config = svc->config;
    struct client *client = svc->state;
    bool error = outcome != OUTCOME_OK || status == 429;
    if (has_breaker(config))
        breaker_note(&client->breaker, model->sim.now, error);
    if (!error && config->retry->quota.size > 0)
        retry_quota_refund(&client->quota_used, request->attempt > 0 ? request->cost : 0);
}

static void think(struct model *model, struct svc *svc, uint32_t slot, bool instantly)
{
    const struct client_config *config = svc->config;
    const struct client *client = svc->state;
    struct request *request = request_at(model, slot);
    request->turn++;
    request->idle = true;
    request->head.generation++;
    int64_t pause = 0;
    if (config->think != NULL)
        pause = dist_draw(config->think, draw_of(request->key, client->salt_think));
    if (pause == 0 && instantly)
        pause = CLIENT_PAUSE;
    sim_time when = model->sim.now + pause;
    sim_time stop = config->stop == TIME_UNSET ? SIM_NEVER : config->stop;
    if (when < stop)
        sim_at(&model->sim, when, SIM_ARRIVAL, EVENT_CLIENT_TRY, slot, request->head.generation);
}

static void end_journey(struct model *model, struct svc *svc, uint32_t slot, enum outcome outcome)
{
    const struct client_config *config = svc->config;
    const struct request *request = request_at(model, slot);
    sim_time latency = model->sim.now - request->start;
    record(svc_probe(model, svc), request->measured, outcome, latency, STAGE_COUNT, request->path);
    if (UNLIKELY(model->seeker != NULL))
        tell_seeker(model, svc, request->key, latency, outcome, request->measured,
                    request->path[STAGE_INIT]);
    if (UNLIKELY(model->spans != NULL))
        span_log_end(model, request->key, outcome);
    if (config->clients != TIME_UNSET && !request->once) {
        think(model, svc, slot, latency == 0);
        return;
    }
    ((struct client *)svc->state)->in_flight--;
    pool_give(&model->requests_pool, slot);
}

/* A try ended: again, or that was the journey. */
static void end_try(struct model *model, struct svc *svc, uint32_t slot, enum outcome outcome,
                    int status)
{
    const struct client_config *config = svc->config;
    const struct client *client = svc->state;
    struct request *request = request_at(model, slot);
    request->head.generation++; /* what comes for this try from now on is late */
    if (config->retry != NULL)
        note_end(model, svc, request, outcome, status);
    if (!may_retry(svc, request, outcome, status)) {
        end_journey(model, svc, slot, outcome);
        return;
    }
    struct draw draw =
        draw_of(request->key + (uint64_t)request->attempt * RNG_STEP, client->salt_backoff);
    request->backoff =
        retry_delay(config->retry, outcome, status, request->attempt, request->backoff, draw);
    request->attempt++;
    request->path[STAGE_BACKOFF] += request->backoff;
    if (UNLIKELY(model->spans != NULL))
        span_log_client(model, request->key, "backoff", model->sim.now + request->backoff,
                        OUTCOME_OK);
    sim_at(&model->sim, model->sim.now + request->backoff, SIM_ARRIVAL, EVENT_CLIENT_TRY, slot,
           request->head.generation);
}

void client_on_reply(struct model *model, struct svc *svc, const struct reply *reply)
{
    const struct client *client = svc->state;
    if (LIKELY(!client->tracked)) {
        ((struct client *)svc->state)->in_flight--;
        if (UNLIKELY(model->seeker != NULL))
            tell_seeker(model, svc, reply->root_key, reply->latency, reply->outcome,
                        reply->owner != 0,
                        reply->path != NULL ? reply->path[STAGE_INIT] : reply->stage == STAGE_INIT);
        if (UNLIKELY(model->spans != NULL))
            span_log_end(model, reply->root_key, reply->outcome);
        if (client->mirrored)
            return;
        record(svc_probe(model, svc), reply->owner != 0, reply->outcome, reply->latency,
               reply->stage, reply->path);
        return;
    }
    if (!pool_is_live(&model->requests_pool, reply->owner))
        return;
    struct request *request = request_at(model, reply->owner);
    if (request->head.generation != reply->generation)
        return;
    if (UNLIKELY(request->copies > 1) && (reply->outcome != OUTCOME_OK || reply->status == 429)) {
        request->copies--; /* the other copy may do better */
        return;
    }
    reply_add_path(reply, request->path);
    /* A second copy began later: until then the first was waited for. */
    request->path[STAGE_DOWNSTREAM] += model->sim.now - request->try_start - reply->latency;
    end_try(model, svc, reply->owner, reply->outcome, reply->status);
}

bool client_awaits(const struct model *model, const struct svc *svc, uint32_t owner,
                   uint32_t generation)
{
    const struct client *client = svc->state;
    return !client->tracked || (pool_is_live(&model->requests_pool, owner) &&
                                request_at(model, owner)->head.generation == generation);
}

/* -- events -------------------------------------------------------------------------------- */

/* Keys and targets of the next batch; an only target is told the keys (draw_ahead.h). */
static void next_batch(struct model *model, struct svc *svc)
{
    const struct client_config *config = svc->config;
    struct client *client = svc->state;
    for (uint64_t i = 0; i < DRAW_AHEAD; i++) {
        client->keys[i] = stream_at(client->stream, client->count + i);
        client->picked[i] = pick_target(svc, client->keys[i]);
    }
    struct svc *target = &model->svcs[config->to.targets[0].target.resource];
    if (config->to.count == 1 && target->class->expect != NULL)
        target->class->expect(model, target, client->keys, DRAW_AHEAD);
}

/* With many services, none of them is in the cache when its turn comes, unless it is fetched before. Beyond the end of
 * a batch the hint goes astray, which costs nothing. */
static void prefetch_targets(const struct model *model, const struct svc *svc, uint64_t at)
{
    static const int turns[] = {PREFETCH_FAR, PREFETCH_MIDDLE, PREFETCH_NEAR};
    const struct client_config *config = svc->config;
    const struct client *client = svc->state;
    int32_t first = client->picked[(at + PREFETCH_FIRST) % DRAW_AHEAD];
    __builtin_prefetch(&model->svcs[config->to.targets[first].target.resource]);
    for (size_t i = 0; i < COUNTOF(turns); i++) {
        int32_t picked = client->picked[(at + (uint64_t)turns[i]) % DRAW_AHEAD];
        const struct svc *target = &model->svcs[config->to.targets[picked].target.resource];
        if (target->class->prefetch != NULL)
            target->class->prefetch(model, target, turns[i]);
    }
}

static void arrive(struct model *model, struct svc *svc, uint64_t key, uint64_t number,
                   int32_t picked)
{
    struct client *client = svc->state;
    model->requests++;
    client->in_flight++;
    if (!client->mirrored)
        probe_arrival(svc_probe(model, svc), model->measuring);
    if (UNLIKELY(model->spans != NULL))
        span_log_begin(model, svc, key, number);
    (void)submit(model, svc, picked, model->measuring, 0, key, key, model->sim.now);
}

static void arrive_tracked(struct model *model, struct svc *svc, uint64_t key, bool once)
{
    uint32_t slot = new_request(model, svc);
    request_at(model, slot)->once = once;
    begin_journey(model, svc, request_at(model, slot), key);
    send_try(model, svc, slot);
}

void client_burst(struct model *model, struct svc *svc, int64_t n)
{
    struct client *client = svc->state;
    uint64_t stream = stream_named(model->seed, model->rep, svc->name, "bursts");
    for (int64_t i = 0; i < n; i++) {
        uint64_t number = client->bursts++, key = stream_at(stream, number);
        if (client->tracked)
            arrive_tracked(model, svc, key, true);
        else
            arrive(model, svc, key, BURST_FIRST + number, pick_target(svc, key));
    }
}

void client_on_arrival(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct svc *svc = &model->svcs[slot];
    struct client *client = svc->state;
    (void)generation;
    sim_time next = arrivals_next(client->arrivals);
    if (next < sim->horizon)
        sim_arrival_at(sim, next, EVENT_ARRIVAL, slot);
    uint64_t at = client->count % DRAW_AHEAD;
    if (UNLIKELY(at == 0))
        next_batch(model, svc);
    client->count++;
    if (UNLIKELY(model->many_services))
        prefetch_targets(model, svc, at);
    uint64_t key = client->keys[at];
    if (UNLIKELY(client->tracked))
        arrive_tracked(model, svc, key, false);
    else
        arrive(model, svc, key, client->count - 1, client->picked[at]);
}

static bool is_current(const struct model *model, uint32_t slot, uint32_t generation)
{
    return pool_is_live(&model->requests_pool, slot) &&
           (request_at(model, slot)->head.generation & SIM_GENERATION_MASK) == generation;
}

/* Keys of a closed loop's requests are made of client and turn, so that a slower answer to one does not
 * exchange the draws of another. */
static uint64_t turn_key(const struct client *client, const struct request *request)
{
    return stream_at(client->stream, (uint64_t)request->client << 40 | request->turn);
}

void client_on_try(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    if (!is_current(model, slot, generation))
        return;
    struct request *request = request_at(model, slot);
    struct svc *svc = &model->svcs[request->svc];
    if (request->idle)
        begin_journey(model, svc, request, turn_key(svc->state, request));
    send_try(model, svc, slot);
}

void client_on_deadline(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    if (!is_current(model, slot, generation))
        return;
    struct request *request = request_at(model, slot);
    request->path[STAGE_DOWNSTREAM] += sim->now - request->try_start;
    if (UNLIKELY(model->spans != NULL))
        span_log_client(model, request->key, "timeout", sim->now, OUTCOME_TIMEOUT);
    end_try(model, &model->svcs[request->svc], slot, OUTCOME_TIMEOUT, 504);
}

void client_on_hedge(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    if (!is_current(model, slot, generation))
        return;
    struct request *request = request_at(model, slot);
    struct svc *svc = &model->svcs[request->svc];
    request->copies++;
    uint64_t key = rng_mix(try_key(request) + RNG_GAMMA);
    (void)submit(model, svc, request->target, slot, request->head.generation, request->key, key,
                 request->start);
}

/* Every client begins with a think, so that they do not all send at once, unless there is none. */
static void start_closed_loop(struct model *model, struct svc *svc)
{
    const struct client_config *config = svc->config;
    const struct client *client = svc->state;
    sim_time stop = config->stop == TIME_UNSET ? SIM_NEVER : config->stop;
    for (int64_t i = 0; i < config->clients; i++) {
        uint32_t slot = new_request(model, svc);
        struct request *request = request_at(model, slot);
        request->client = (uint32_t)i;
        request->idle = true;
        uint64_t key = stream_at(client->stream, ~(uint64_t)i);
        int64_t pause =
            config->think == NULL ? 0 : dist_draw(config->think, draw_of(key, client->salt_think));
        if (config->start + pause < stop)
            sim_at(&model->sim, config->start + pause, SIM_ARRIVAL, EVENT_CLIENT_TRY, slot,
                   request->head.generation);
    }
}

size_t client_request_bytes(void)
{
    return sizeof(struct request);
}

uint64_t client_in_flight(const struct model *model, const struct svc *svc)
{
    const struct client_config *config = svc->config;
    const struct client *client = svc->state;
    if (config->clients == TIME_UNSET)
        return client->in_flight;
    uint64_t busy = 0;
    for (uint32_t slot = 0; slot < model->requests_pool.used; slot++)
        busy += pool_is_live(&model->requests_pool, slot) &&
                request_at(model, slot)->svc == svc->index && !request_at(model, slot)->idle;
    return busy;
}

uint64_t client_metrics(const struct svc *svc)
{
    (void)svc;
    return METRICS_CALLS | METRICS_STAGES | METRIC_BIT(METRIC_STAGE_OVERHEAD);
}

/* Conservation: every journey begun was ended or is on its way. */
void client_finish(struct model *model, struct svc *svc)
{
    const struct counters *all = &seen_probe(model, svc)->all;
    ASSERT(all->arrivals == all->answered + client_in_flight(model, svc));
}
