/* function_holds.c - what belongs to an instance of a function and lives as long as it: connections to databases (connection_pool.h),
 * the retry quota of its SDK client. */
#include "model/async.h"
#include "model/connection_pool.h"
#include "model/function_run.h"

/* What the instance holds elsewhere lives as long as it does, and is lost with its state. */
void function_release_instance(struct model *model, struct instance_pool *pool,
                               const struct call *call, sim_time expires)
{
    uint32_t slot = call->instance;
    struct instance *instance = instance_at(pool, slot);
    uint32_t holds = instance->holds;
    instance_release(pool, slot, model->sim.now, expires, (call->flags & CALL_RESET) != 0);
    if (LIKELY(holds == POOL_NONE))
        return;
    bool alive = pool_is_live(&pool->slab, slot);
    if (alive && !instance->reset) {
        if (instance->in_use == 0)
            connections_idle(model, holds, instance->expires);
        return;
    }
    if (alive)
        instance->holds = POOL_NONE;
    connections_end(model, holds);
}

/* Each environment has an SDK client of its own. */
uint16_t *function_retry_quota(struct model *model, struct svc *svc, const struct call *call)
{
    struct function *fn = svc->state;
    (void)model;
    struct instance_pool *pool =
        (call->flags & CALL_PROVISIONED) ? &fn->provisioned : &fn->on_demand;
    return &instance_at(pool, call->instance)->quota_used;
}

bool function_awaits(const struct model *model, const struct svc *svc, uint32_t owner,
                     uint32_t generation)
{
    return (owner & ASYNC_OWNER) != 0 || handler_awaits(model, svc, owner, generation);
}

/* -- what instances hold elsewhere ------------------------------------------------------- */

bool function_holder(const struct model *model, const struct svc *svc, uint32_t owner,
                     uint32_t generation, struct holder *holder)
{
    const struct function *fn = svc->state;
    if ((owner & ASYNC_OWNER) != 0 || !handler_awaits(model, svc, owner, generation))
        return false;
    const struct call *call = handler_call(model, owner);
    bool provisioned = (call->flags & CALL_PROVISIONED) != 0;
    const struct instance *instance =
        instance_at(provisioned ? &fn->provisioned : &fn->on_demand, call->instance);
    *holder = (struct holder){svc->index, call->instance, instance->head.generation, provisioned};
    return true;
}

uint32_t *function_holds(const struct model *model, const struct svc *svc,
                         const struct holder *holder, sim_time *until)
{
    const struct function *fn = svc->state;
    const struct instance_pool *pool = holder->pool ? &fn->provisioned : &fn->on_demand;
    (void)model;
    if (!pool_is_live(&pool->slab, holder->slot))
        return NULL;
    struct instance *instance = instance_at(pool, holder->slot);
    if (instance->head.generation != holder->generation)
        return NULL;
    *until = instance->in_use > 0 ? SIM_NEVER : instance->expires;
    return &instance->holds;
}
