/* faults.c - `at "25min" { ... }`: what happens to a resource on the time line.
 *
 * A fault multiplies latencies, makes a share of calls fail, exchanges settings or recycles instances, from its
 * instant until `lasts` is over; a burst is requests of a source, all at that instant. Overlapping faults of one resource do not add up: the last begun counts,
 * and when it ends the resource is as the file says.
 */
#include <math.h>

#include "model/client_run.h"
#include "run/world.h"

enum { FAULT_BEGINS, FAULT_ENDS, FAULT_BURSTS };

void world_start_faults(struct world *world)
{
    const struct scenario *scenario = world->scenario;
    for (int i = 0; i < scenario->fault_count; i++) {
        const struct fault_def *fault = &scenario->faults[i];
        if (fault->at >= scenario->simulate.duration)
            continue;
        if (fault->burst > 0)
            sim_at(&world->model.sim, fault->at, SIM_ARRIVAL, EVENT_FAULT, (uint32_t)i,
                   FAULT_BURSTS);
        sim_at(&world->model.sim, fault->at, SIM_EXPIRY, EVENT_FAULT, (uint32_t)i, FAULT_BEGINS);
        if (fault->lasts != TIME_UNSET && fault->lasts < scenario->simulate.duration - fault->at)
            sim_at(&world->model.sim, fault->at + fault->lasts, SIM_EXPIRY, EVENT_FAULT,
                   (uint32_t)i, FAULT_ENDS);
    }
}

static void exchange_config(struct model *model, struct svc *svc, const void *config)
{
    svc_settle(model, svc);
    svc->config = config;
    if (svc->class->apply != NULL)
        svc->class->apply(model, svc);
}

static void begin_fault(struct model *model, struct svc *svc, const struct fault_def *fault)
{
    if (!isnan(fault->latency_factor))
        svc->latency_factor = fault->latency_factor;
    if (!isnan(fault->errors))
        svc->error_share = fault->errors;
    if (fault->patched != NULL)
        exchange_config(model, svc, fault->patched);
    if (fault->recycle && svc->class->recycle != NULL)
        svc->class->recycle(model, svc);
}

static void end_fault(struct world *world, struct svc *svc, const struct fault_def *fault)
{
    if (!isnan(fault->latency_factor))
        svc->latency_factor = 1;
    if (!isnan(fault->errors))
        svc->error_share = 0;
    if (fault->patched != NULL)
        exchange_config(&world->model, svc, world->scenario->resources[svc->index].config);
}

void world_on_fault(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct world *world = (struct world *)sim;
    const struct fault_def *fault = &world->scenario->faults[slot];
    struct svc *svc = &world->model.svcs[fault->resource];
    if (generation == FAULT_BEGINS)
        begin_fault(&world->model, svc, fault);
    else if (generation == FAULT_BURSTS)
        client_burst(&world->model, svc, fault->burst);
    else
        end_fault(world, svc, fault);
}
