/* function_life.c - a function before, between and after its calls: how it starts, what a fault changes, what it cost to stand
 * ready. What a call does is in function_run.c. */
#include "model/function_run.h"

#include <math.h>

#include "model/async.h"
#include "model/connection_pool.h"

/* Requests per second and unit of concurrency (lambda.rps_per_concurrency) times a bucket of one second. */
struct token_limit function_request_limit(const struct model *model, int64_t concurrency)
{
    double per_unit = catalog_limit(model->catalog, "lambda.rps_per_concurrency");
    double rate = fmin(fmax((double)concurrency, 0) * per_unit, 1e9);
    return token_limit_of(rate, TIME_UNSET);
}

static struct token_limit scaling_limit(const struct model *model)
{
    const struct scaling_spec *scaling = &model->account_config.scaling;
    if (scaling->rule == SCALING_BURST_2023)
        return (struct token_limit){0, 1}; /* not asked: the account's bucket is */
    double rate = (double)scaling->count / ((double)scaling->per / 1e9);
    return token_limit_of(fmin(rate, 1e9), scaling->count > 0 ? scaling->count : 1);
}

void function_set_aside(struct model *model, struct svc *svc)
{
    const struct function_config *config = svc->config;
    struct function *fn = svc->state;
    int64_t aside =
        config->reserved != TIME_UNSET ? config->reserved : provisioning_aside(&fn->units);
    model->account.unreserved_limit += fn->set_aside - aside;
    fn->set_aside = aside;
}

/* What is reserved has a request rate of its own, which the others' shared one lacks. */
static void reserve(struct model *model, struct svc *svc, int64_t reserved)
{
    struct function *fn = svc->state;
    if (reserved == fn->reserved)
        return;
    model->account.reserved += reserved - fn->reserved;
    fn->reserved = reserved;
    int64_t shared = model->account_config.concurrency - model->account.reserved;
    struct token_limit limit = function_request_limit(model, shared);
    limit.rate_micro_per_s = limit.rate_micro_per_s > 0 ? limit.rate_micro_per_s : 1000000;
    token_bucket_set(&model->account.requests, limit, model->sim.now);
}

void function_start(struct model *model, struct svc *svc)
{
    const struct function_config *config = svc->config;
    struct function *fn = svc->state;
    sim_time lifetime = config->max_lifetime == TIME_UNSET ? SIM_NEVER : config->max_lifetime;
    sim_time horizon = model->sim.horizon;
    uint16_t places = (uint16_t)config->instance_concurrency;
    instance_pool_init(&fn->on_demand, config->reuse, places, lifetime, model->warmup, horizon);
    instance_pool_init(&fn->provisioned, PICK_MRU, places, SIM_NEVER, model->warmup, horizon);
    fn->waiting_head = fn->waiting_tail = POOL_NONE;
    fn->salt_init = rng_hash_text(1, svc->name);
    fn->salt_first = rng_hash_text(2, svc->name);
    fn->salt_keep = rng_hash_text(3, svc->name);
    fn->salt_pick = rng_hash_text(4, svc->name);
    token_bucket_init(&fn->scaling, scaling_limit(model), 0);
    token_bucket_init(&fn->requests, function_request_limit(model, config->reserved), 0);
    provisioning_start(model, svc);
    handler_bind(model, svc, &fn->handler, config->handler);
    async_start(model, svc);
    function_apply(model, svc);
}

void function_apply(struct model *model, struct svc *svc)
{
    const struct function_config *config = svc->config;
    struct function *fn = svc->state;
    fn->handler.cpu_factor = config->cpu_factor;
    fn->handler.memory_bytes = config->memory;
    fn->handler.done = function_on_handler_done;
    function_set_aside(model, svc);
    reserve(model, svc, config->reserved == TIME_UNSET ? 0 : config->reserved);
    if (config->reserved == TIME_UNSET)
        return;
    /* A bucket for a reservation that was not there before starts full. */
    struct token_limit limit = function_request_limit(model, config->reserved);
    if (fn->requests.limit.rate_micro_per_s == 0)
        token_bucket_init(&fn->requests, limit, model->sim.now);
    else
        token_bucket_set(&fn->requests, limit, model->sim.now);
}

void function_begin(struct model *model, struct svc *svc)
{
    struct function *fn = svc->state;
    sim_time now = model->sim.now;
    instance_pool_begin(&fn->on_demand, now);
    instance_pool_begin(&fn->provisioned, now);
    provisioning_begin(model, svc);
    async_begin(model, svc);
}

/* Connections of instances without work are closed with them; those at work lose theirs when they end. */
static void disconnect_idle(struct model *model, struct instance_pool *pool)
{
    for (uint32_t slot = 0; slot < pool->slab.used; slot++) {
        if (!pool_is_live(&pool->slab, slot))
            continue;
        struct instance *instance = instance_at(pool, slot);
        uint32_t holds = instance->holds;
        if (instance->in_use > 0 || holds == POOL_NONE)
            continue;
        instance->holds = POOL_NONE;
        connections_end(model, holds);
    }
}

void function_recycle(struct model *model, struct svc *svc)
{
    const struct function_config *config = svc->config;
    struct function *fn = svc->state;
    disconnect_idle(model, &fn->on_demand);
    disconnect_idle(model, &fn->provisioned);
    instance_recycle(&fn->on_demand, model->sim.now);
    for (uint32_t slot = 0; function_has_provisioned(config) && slot < fn->provisioned.slab.used;
         slot++)
        instance_at(&fn->provisioned, slot)->reset = true;
}

/* Capacity kept ready, snapshots kept. */
void function_settle(struct model *model, struct svc *svc, sim_time from, sim_time to)
{
    const struct function_config *config = svc->config;
    int64_t ms = to / SIM_MS - from / SIM_MS;
    bool measured = model->measuring;
    const struct function *fn = svc->state;
    if (fn->units.wanted > 0)
        svc_meter(svc, FUNCTION_PC_CAPACITY, config->memory_mb * fn->units.wanted * ms, measured);
    if (config->snapstart && !config->restore_free)
        svc_meter(svc, FUNCTION_SNAP_CACHE, config->memory_mb * ms, measured);
}

void function_finish(struct model *model, struct svc *svc)
{
    struct function *fn = svc->state;
    instance_pool_finish(&fn->on_demand, model->sim.now);
    instance_pool_finish(&fn->provisioned, model->sim.now);
    async_finish(model, svc);
    provisioning_finish(model, svc);
}

void function_audit(struct model *model, struct svc *svc)
{
    provisioning_audit(svc);
    async_audit(model, svc);
}

void function_free(struct svc *svc)
{
    struct function *fn = svc->state;
    instance_pool_free(&fn->on_demand);
    instance_pool_free(&fn->provisioned);
    async_free(svc);
    provisioning_free(svc);
}
