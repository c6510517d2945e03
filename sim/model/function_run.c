/* function_run.c - see function_run.h. */
#include "model/function_run.h"

#include "model/async.h"
#include "model/connection_pool.h"
#include "model/span_log.h"

/* -- the end of an invocation ------------------------------------------------------------ */

/* What an init takes: `before` the invocation, and `inside` it, where it counts toward the timeout. */
struct init_time {
    int64_t before, inside;
};

static sim_time begin(struct model *model, struct svc *svc, uint32_t slot, uint32_t instance,
                      struct init_time init);

/* Late binding: an instance serves the call that waits longest. What it waited counts as init if the instance is new,
 * else as queueing, which is not billed. */
static void serve_waiting(struct model *model, struct svc *svc, uint32_t instance, bool is_new)
{
    struct function *fn = svc->state;
    uint32_t slot = fn->waiting_head;
    struct call *call = call_at(model, slot);
    fn->waiting_head = call->instance;
    if (fn->waiting_head == POOL_NONE)
        fn->waiting_tail = POOL_NONE;
    call->flags |= is_new ? CALL_COLD : CALL_QUEUED;
    call->init_ns = model->sim.now - call->arrived;
    (void)begin(model, svc, slot, instance, (struct init_time){0, 0});
}

static sim_time expiry(struct function *fn, const struct function_config *config,
                       const struct call *call, sim_time now)
{
    if (config->keep_alive.forever)
        return SIM_NEVER;
    int64_t keep = dist_draw(config->keep_alive.dist, draw_of(call->key, fn->salt_keep));
    /* Whoever waits for an instance takes this one before it is gone (offer_free). */
    if (UNLIKELY(keep == 0 && fn->waiting_head != POOL_NONE))
        keep = 1;
    return now + keep;
}

static void release(struct model *model, struct svc *svc, const struct call *call)
{
    const struct function_config *config = svc->config;
    struct function *fn = svc->state;
    sim_time now = model->sim.now;
    peak_down(&model->account.concurrency);
    if (UNLIKELY(call->flags & CALL_PROVISIONED)) {
        provisioning_release(model, svc, call);
        return;
    }
    fn->in_use--;
    if (call->flags & CALL_UNRESERVED) /* as it began: a fault may reserve meanwhile */
        model->account.unreserved_in_use--;
    function_release_instance(model, &fn->on_demand, call, expiry(fn, config, call, now));
}

/* Billed: init and duration together, in whole milliseconds, times memory (MODEL.md A6). An init
 * on a provisioned instance happened before the run, unless the instance was reset. */
static void bill(struct model *model, struct svc *svc, const struct call *call)
{
    const struct function_config *config = svc->config;
    bool measured = call_measured(call);
    bool provisioned = (call->flags & CALL_PROVISIONED) != 0;
    int64_t queued = (call->flags & CALL_QUEUED) ? call->init_ns : 0;
    int64_t billed_ms = (model->sim.now - call->begun - queued + SIM_MS - 1) / SIM_MS;
    svc_meter(svc, provisioned ? FUNCTION_PC_COMPUTE : FUNCTION_COMPUTE,
              billed_ms * config->memory_mb, measured);
}

static void end_invocation(struct model *model, struct svc *svc, struct call *call)
{
    bill(model, svc, call);
    call_end(model, svc, call);
    release(model, svc, call);
}

/* An init longer than the platform's limit is broken off and done again inside the first
 * invocation; both count as waiting for the init. */
static struct init_time draw_init(const struct svc *svc, const struct call *call)
{
    const struct function_config *config = svc->config;
    const struct function *fn = svc->state;
    int64_t init = dist_draw(config->init, draw_of(call->key, fn->salt_init));
    if (UNLIKELY(init > config->init_limit))
        return (struct init_time){config->init_limit, init};
    return (struct init_time){init, 0};
}

/* After a reset the init is done inside the invocation, whatever it takes. */
static struct init_time draw_init_again(const struct svc *svc, const struct call *call)
{
    const struct function_config *config = svc->config;
    const struct function *fn = svc->state;
    return (struct init_time){0, dist_draw(config->init, draw_of(call->key, fn->salt_init))};
}

/* After the answer: whoever waits may have what came free. An instance that was lost initialises first, and then
 * serves whoever waits longest. */
static void offer_free(struct model *model, struct svc *svc)
{
    struct function *fn = svc->state;
    sim_time now = model->sim.now;
    if (LIKELY(fn->waiting_head == POOL_NONE))
        return;
    const struct call *call = call_at(model, fn->waiting_head);
    uint32_t slot = instance_take(&fn->on_demand, now, draw_of(call->key, fn->salt_pick));
    if (slot == POOL_NONE)
        return;
    struct instance *instance = instance_at(&fn->on_demand, slot);
    if (LIKELY(!instance->reset)) {
        serve_waiting(model, svc, slot, false);
        return;
    }
    instance->reset = false;
    instance->since = now + draw_init_again(svc, call).inside;
    sim_at(&model->sim, instance->since, SIM_COMPLETION, EVENT_INSTANCE_READY, slot, svc->index);
}

void function_on_leaf_done(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct call *call = call_at(model, slot);
    (void)generation;
    struct svc *svc = &model->svcs[call->svc];
    end_invocation(model, svc, call);
    enum outcome outcome = (enum outcome)call->outcome;
    int status = call->status;
    if (UNLIKELY(call->flags & CALL_PATH)) {
        int64_t path[STAGE_COUNT];
        for (int i = 0; i < STAGE_COUNT; i++)
            path[i] = model->paths[slot][i];
        call_answer_staged(model, call, outcome, status, path, path);
    } else {
        call_answer(model, call, outcome, status);
    }
    offer_free(model, svc);
}

/* The interpreter's word that a handler with strands ended. */
void function_on_handler_done(struct model *model, struct svc *svc, uint32_t slot,
                              struct handler_end end)
{
    struct call *call = call_at(model, slot);
    int64_t own[STAGE_COUNT], path[STAGE_COUNT];
    for (int i = 0; i < STAGE_COUNT; i++) {
        own[i] = end.own[i];
        path[i] = end.path[i];
    }
    own[call_wait_stage(call)] += call->init_ns;
    path[call_wait_stage(call)] += call->init_ns;
    if (end.crash)
        call->flags |= CALL_RESET;
    end_invocation(model, svc, call);
    call_answer_staged(model, call, end.outcome, end.status, own, path);
    offer_free(model, svc);
}

/* -- the start of an invocation ---------------------------------------------------------- */

/* Time of the first run after an init on top of the handler's own. */
static int64_t first_run_ns(const struct svc *svc, const struct call *call)
{
    const struct function_config *config = svc->config;
    const struct function *fn = svc->state;
    int64_t extra = dist_draw(config->first_run, draw_of(call->key, fn->salt_first));
    extra += time_round(config->first_run_cpu_ns * config->cpu_factor);
    return extra < TIME_MAX ? extra : TIME_MAX;
}

static void keep_path(struct model *model, uint32_t slot, struct call *call, struct handler_end end)
{
    call->flags |= CALL_PATH;
    int64_t *path = model->paths[slot];
    for (int i = 0; i < STAGE_COUNT; i++)
        path[i] = 0;
    path[call_wait_stage(call)] = call->init_ns;
    path[STAGE_RUN] = end.run;
    path[STAGE_WAIT] = end.wait;
}

COLD static void show_first_run(struct model *model, uint32_t slot, sim_time start, int64_t extra)
{
    if (extra > 0)
        span_log_work(model, &(struct span_work){.call = slot,
                                                 .strand = POOL_NONE,
                                                 .op = "first run",
                                                 .start = start,
                                                 .end = start + extra});
}

/* `left` of the timeout at the start, of which `extra` passes before the handler's first operation. */
static sim_time start_leaf(struct model *model, struct svc *svc, uint32_t slot, sim_time start,
                           int64_t extra, sim_time left)
{
    struct function *fn = svc->state;
    struct call *call = call_at(model, slot);
    extra = extra < left ? extra : left;
    if (UNLIKELY(model->spans != NULL))
        show_first_run(model, slot, start, extra);
    struct handler_end end =
        handler_leaf(model, svc, &fn->handler, call, start + extra, left - extra);
    end.run += extra;
    call->outcome = (uint8_t)end.outcome;
    call->status = (uint16_t)end.status;
    call->flags |= end.crash ? CALL_RESET : 0;
    if (end.run != 0 && end.wait != 0)
        keep_path(model, slot, call, end);
    else
        call->stage = end.wait != 0 ? STAGE_WAIT : STAGE_RUN;
    sim_time due = start + end.run + end.wait;
    sim_at(&model->sim, due, SIM_COMPLETION, EVENT_LEAF_DONE, slot, call->head.generation);
    return due;
}

static void count_begin(struct model *model, struct svc *svc, const struct call *call)
{
    const struct function_config *config = svc->config;
    struct probe *probe = &model->probes[call->probe];
    bool measured = call_measured(call);
    bool cold = (call->flags & CALL_COLD) != 0;
    bool spill = config->provisioned.count != TIME_UNSET && (call->flags & CALL_PROVISIONED) == 0;
    probe->all.invocations++;
    probe->all.cold += cold;
    probe->all.spill += spill;
    if (measured) {
        if (cold)
            hist_add(&probe->init, call->init_ns);
    } else {
        probe->pre.invocations++;
        probe->pre.cold += cold;
        probe->pre.spill += spill;
    }
    svc_meter(svc, FUNCTION_REQUESTS, 1, measured);
    if (model->logs_bytes > 0)
        svc_meter(svc, FUNCTION_LOGS, model->logs_bytes, measured);
}

/* The call counts from now on: in service, or waiting for its own init. */
static void occupy(struct model *model, struct svc *svc, struct call *call)
{
    const struct function_config *config = svc->config;
    struct function *fn = svc->state;
    call_begin(model, svc, call);
    peak_up(&model->account.concurrency);
    if (UNLIKELY(call->flags & CALL_PROVISIONED)) {
        provisioning_occupy(model, svc);
        return;
    }
    fn->in_use++;
    if (config->reserved == TIME_UNSET) {
        call->flags |= CALL_UNRESERVED;
        model->account.unreserved_in_use++;
    }
}

/* The init inside the invocation takes longer than the invocation may: it has timed out before its handler began. */
static sim_time fail_init(struct model *model, uint32_t slot, sim_time due)
{
    struct call *call = call_at(model, slot);
    call->outcome = OUTCOME_TIMEOUT;
    call->status = 504;
    call->flags |= CALL_RESET;
    sim_at(&model->sim, due, SIM_COMPLETION, EVENT_LEAF_DONE, slot, call->head.generation);
    return due;
}

/* For traces: which environment it is, of all there ever were. */
COLD static void show_instance(struct model *model, struct svc *svc, const struct call *call)
{
    const struct function *fn = svc->state;
    bool provisioned = (call->flags & CALL_PROVISIONED) != 0;
    const struct instance_pool *pool = provisioned ? &fn->provisioned : &fn->on_demand;
    uint64_t generation = instance_at(pool, call->instance)->head.generation;
    span_log_instance(model, call,
                      (uint64_t)provisioned << 63 | (generation & INT32_MAX) << 32 | call->instance);
}

/* The call has its instance; its handler starts after the init. Returns when it will be answered at the latest. */
static sim_time begin(struct model *model, struct svc *svc, uint32_t slot, uint32_t instance,
                      struct init_time init)
{
    const struct function_config *config = svc->config;
    struct function *fn = svc->state;
    struct call *call = call_at(model, slot);
    call->instance = instance;
    count_begin(model, svc, call);
    if (UNLIKELY(model->spans != NULL))
        show_instance(model, svc, call);
    sim_time start = model->sim.now + init.before + init.inside;
    sim_time left = config->timeout - init.inside;
    int64_t extra = 0;
    if (UNLIKELY(call->flags & CALL_COLD)) {
        if (left < 0)
            return fail_init(model, slot, start + left);
        extra = first_run_ns(svc, call);
    }
    if (LIKELY(fn->handler.program == NULL || fn->handler.program->leaf))
        return start_leaf(model, svc, slot, start, extra, left);
    handler_start(model, svc, &fn->handler, slot, start, extra, start + left);
    return start + left; /* at the latest */
}

/* The same for a call that did not wait in a queue: init, if any, comes first. */
static sim_time begin_now(struct model *model, struct svc *svc, struct call *call,
                          uint32_t instance, struct init_time init)
{
    const struct function_config *config = svc->config;
    call->init_ns =
        init.before + (LIKELY(init.inside <= config->timeout) ? init.inside : config->timeout);
    occupy(model, svc, call);
    return begin(model, svc, call_slot(model, call), instance, init);
}

static bool may_scale(struct model *model, struct svc *svc)
{
    struct function *fn = svc->state;
    bool burst = model->account_config.scaling.rule == SCALING_BURST_2023;
    return token_bucket_take(burst ? &model->account.burst : &fn->scaling, 1, model->sim.now);
}

static sim_time refuse(struct model *model, struct svc *svc, struct call *call, enum refusal why)
{
    struct function *fn = svc->state;
    fn->refused[why] += call_measured(call);
    call_refuse(model, call, 429);
    return DUE_ANSWERED;
}

/* What the provider charges for starting from a snapshot. */
static void meter_restore(struct svc *svc, const struct call *call)
{
    const struct function_config *config = svc->config;
    if (config->snapstart && !config->restore_free)
        svc_meter(svc, FUNCTION_SNAP_RESTORE, config->memory_mb, call_measured(call));
}

static void wait_for_instance(struct model *model, struct function *fn, uint32_t slot)
{
    struct call *call = call_at(model, slot);
    call->instance = POOL_NONE;
    if (fn->waiting_tail == POOL_NONE)
        fn->waiting_head = slot;
    else
        call_at(model, fn->waiting_tail)->instance = slot;
    fn->waiting_tail = slot;
}

/* A new instance. Strict binding: the call waits for it; late: it joins the queue and takes what
 * comes first. An init of 0 makes the call cold all the same. */
static sim_time start_new(struct model *model, struct svc *svc, struct call *call)
{
    const struct function_config *config = svc->config;
    struct function *fn = svc->state;
    sim_time now = model->sim.now;
    struct init_time init = draw_init(svc, call);
    sim_time ready = now + init.before + init.inside;
    meter_restore(svc, call);
    uint32_t instance = instance_create(&fn->on_demand, now, ready, true);
    if (config->cold_binding == BINDING_STRICT) {
        call->flags |= CALL_COLD;
        return begin_now(model, svc, call, instance, init);
    }
    occupy(model, svc, call);
    wait_for_instance(model, fn, call_slot(model, call));
    sim_at(&model->sim, ready, SIM_COMPLETION, EVENT_INSTANCE_READY, instance, svc->index);
    return DUE_UNKNOWN;
}

/* Late binding: an instance is ready; it serves the call that waits longest, or idles. */
void function_on_ready(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct svc *svc = &model->svcs[generation];
    const struct function_config *config = svc->config;
    struct function *fn = svc->state;
    if (fn->waiting_head != POOL_NONE) {
        serve_waiting(model, svc, slot, true);
        return;
    }
    const struct instance *instance = instance_at(&fn->on_demand, slot);
    struct draw draw = draw_of(rng_mix((uint64_t)instance->born + slot), fn->salt_keep);
    sim_time keep =
        config->keep_alive.forever ? TIME_MAX : dist_draw(config->keep_alive.dist, draw);
    instance_release(&fn->on_demand, slot, sim->now, sim->now + keep, false);
}

/* What a call waits on an instance it was given: init again after a reset, or the rest of the init
 * of an instance with several places. */
static struct init_time init_left(struct model *model, const struct svc *svc, struct call *call,
                                  struct instance *instance)
{
    sim_time now = model->sim.now;
    if (LIKELY(!instance->reset && instance->since <= now))
        return (struct init_time){0, 0};
    call->flags |= CALL_COLD;
    if (!instance->reset)
        return (struct init_time){instance->since - now, 0};
    instance->reset = false;
    struct init_time init = draw_init_again(svc, call);
    instance->since = now + init.inside;
    return init;
}

/* An idle provisioned instance, if there is one and the pool's own request rate allows; else POOL_NONE. */
static uint32_t take_provisioned(struct model *model, struct svc *svc, struct call *call)
{
    struct function *fn = svc->state;
    sim_time now = model->sim.now;
    if (LIKELY(fn->provisioned.slab.live == 0) ||
        token_bucket_level(&fn->provisioned_requests, now) < 1)
        return POOL_NONE;
    struct draw draw = draw_of(call->key, fn->salt_pick);
    uint32_t slot = instance_take(&fn->provisioned, now, draw);
    if (slot != POOL_NONE)
        token_bucket_take(&fn->provisioned_requests, 1, now);
    return slot;
}

static sim_time begin_provisioned(struct model *model, struct svc *svc, struct call *call,
                                  uint32_t slot)
{
    struct function *fn = svc->state;
    call->flags |= CALL_PROVISIONED;
    struct init_time init = init_left(model, svc, call, instance_at(&fn->provisioned, slot));
    return begin_now(model, svc, call, slot, init);
}

/* Concurrency left for an on-demand instance. */
static bool has_room(const struct model *model, const struct svc *svc)
{
    const struct function_config *config = svc->config;
    const struct function *fn = svc->state;
    if (config->reserved != TIME_UNSET)
        return fn->in_use < config->reserved - provisioning_aside(&fn->units);
    return model->account.unreserved_in_use < model->account.unreserved_limit;
}

/* The request rate is limited for synchronous calls only (MODEL.md 1.5): an event's own queue calls without tokens. */
static bool is_event(const struct svc *svc, const struct call *call)
{
    return call->owner_svc == svc->index && (call->owner & ASYNC_OWNER) != 0;
}

sim_time function_submit(struct model *model, struct svc *svc, struct call *call)
{
    const struct function_config *config = svc->config;
    struct function *fn = svc->state;
    sim_time now = model->sim.now;
    bool reserved = config->reserved != TIME_UNSET;
    bool counted = !is_event(svc, call);
    if (reserved &&
        (config->reserved == 0 || (counted && !token_bucket_take_one(&fn->requests, now))))
        return refuse(model, svc, call, REFUSED_RATE);
    uint32_t slot = take_provisioned(model, svc, call);
    if (UNLIKELY(slot != POOL_NONE))
        return begin_provisioned(model, svc, call, slot);
    /* Provisioned capacity has a rate of its own, so only what spills counts against the account's. */
    if (!reserved && counted && !token_bucket_take_one(&model->account.requests, now))
        return refuse(model, svc, call, REFUSED_RATE);
    if (!has_room(model, svc))
        return refuse(model, svc, call, REFUSED_CONCURRENCY);

    slot = instance_take(&fn->on_demand, now, draw_of(call->key, fn->salt_pick));
    if (slot != POOL_NONE) {
        struct init_time init = init_left(model, svc, call, instance_at(&fn->on_demand, slot));
        return begin_now(model, svc, call, slot, init);
    }
    if (!may_scale(model, svc))
        return refuse(model, svc, call, REFUSED_SCALING);
    return start_new(model, svc, call);
}

void function_expect(struct model *model, struct svc *svc, const uint64_t *keys, int count)
{
    struct function *fn = svc->state;
    (void)model;
    if (fn->handler.ahead != NULL)
        handler_expect(&fn->handler, keys, count);
}

static void prefetch_lines(const void *from, size_t bytes)
{
    for (size_t at = 0; at < bytes; at += 64)
        __builtin_prefetch((const char *)from + at);
}

/* First what the service's own addresses lead to; then, once that has come, what it points to in turn. */
void function_prefetch(const struct model *model, const struct svc *svc, int turns)
{
    const struct function *fn = svc->state;
    if (turns == PREFETCH_FAR) {
        prefetch_lines(svc, offsetof(struct svc, latency_factor));
        prefetch_lines(fn, offsetof(struct function, provisioned));
        prefetch_lines(svc->config, sizeof(struct function_config));
        __builtin_prefetch(&model->probes[svc->probe].all);
        return;
    }
    const struct program *program = fn->handler.program;
    if (turns == PREFETCH_MIDDLE) {
        if (fn->on_demand.newest != POOL_NONE)
            __builtin_prefetch(instance_at(&fn->on_demand, fn->on_demand.newest));
        __builtin_prefetch(program);
        return;
    }
    if (program != NULL)
        prefetch_lines(program->ops, 2 * sizeof(struct op));
}

void function_on_reply(struct model *model, struct svc *svc, const struct reply *reply)
{
    if (reply->owner & ASYNC_OWNER)
        async_on_reply(model, svc, reply);
    else
        handler_on_reply(model, svc, reply);
}
