/* provisioning.h - a function's provisioned instances: how many there are, and how their number changes (MODEL.md 1.6).
 *
 * What the file asks for stands ready at time 0. Afterwards a change upwards is an allocation: 1-2 min of preparation
 * (a draw of `provisioning`), then the new instances at 6,000 a minute. None of them can be used until the last is there; those
 * that stood before serve on. A change downwards takes effect at once: idle instances are reclaimed, the longest unused
 * first, busy ones take no new work and go when their calls are over. A request that comes while an allocation is under way
 * takes its place and begins to prepare anew.
 *
 * Who asks: a schedule, at its instants; or target tracking, once a minute, by the utilisation of the minute (in use over
 * allocated, as areas under both, or the highest ratio met; no data where no call was in service). While an allocation is
 * under way the minute's point is noted, and nothing new is asked for.
 *
 * What is asked for is paid and set aside from the account (or the function's reservation) from that instant, whether it can
 * be used yet or not; instances that finish their last call count as long as they live. An instance's time is
 * paid in whole periods of 5 min: who leaves (the youngest first) pays the rest of his. Init is
 * billed for every instance allocated.
 *
 * Invariants: instances alive = ready + leaving; wanted = ready unless allocating; the layers hold `wanted` units.
 */
#ifndef TEPID_MODEL_PROVISIONING_H
#define TEPID_MODEL_PROVISIONING_H

#include "model/model.h"
#include "model/svc_function.h"

/* Units asked for at one instant, and still there. */
struct provisioned_layer {
    sim_time since;
    int64_t units;
};

struct provisioning {
    int64_t wanted;  /* asked for: paid and set aside */
    int64_t ready;   /* may be used */
    int64_t leaving; /* busy with their last calls */
    uint32_t change; /* counts requests; names the allocation under way */
    bool allocating;
    struct level in_use;    /* calls on provisioned instances */
    struct level allocated; /* instances alive */
    double peak;            /* highest share in use met in the measured interval */
    double minute_peak;     /* ... in this minute */
    struct tracking tracking;
    int32_t next_step;                /* of the schedule */
    sim_time cycle;                   /* start of the schedule's present round */
    uint64_t stream, drawn;           /* chance of allocations */
    struct provisioned_layer *layers; /* oldest first */
    size_t layer_count, layer_capacity;
    sim_time period; /* capacity is paid in whole ones */
    int64_t instances_max,
        idle_max; /* of both pools together, before the last change of `allocated` */
};

/* Events of the class, SVC_EVENT(svc_function_class, …); slot: service. */
enum { PROVISIONING_STEP, PROVISIONING_READY, PROVISIONING_MINUTE };

void provisioning_start(struct model *model, struct svc *svc);
void provisioning_begin(struct model *model, struct svc *svc); /* the measured interval */
void provisioning_finish(struct model *model, struct svc *svc);
void provisioning_audit(const struct svc *svc);
void provisioning_free(struct svc *svc);

/* A call takes a place on a provisioned instance, and gives it back. */
void provisioning_occupy(struct model *model, struct svc *svc);
void provisioning_release(struct model *model, struct svc *svc, const struct call *call);

/* Units that others may not have. */
static inline int64_t provisioning_aside(const struct provisioning *units)
{
    int64_t alive = units->allocated.value;
    return units->wanted > alive ? units->wanted : alive;
}

/* Event handlers. */
void provisioning_on_step(struct sim *sim, uint32_t slot, uint32_t generation);
void provisioning_on_ready(struct sim *sim, uint32_t slot, uint32_t generation);
void provisioning_on_minute(struct sim *sim, uint32_t slot, uint32_t generation);

#endif
