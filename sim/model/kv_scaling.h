/* kv_scaling.h - a provisioned table follows its traffic: Application Auto Scaling (MODEL.md 4).
 *
 * Reads and writes are tracked each by themselves, once a minute, by target_tracking.h: out after 2 points above the target, in
 * after 15 points 20 percentage points below it; a minute without traffic is no point, so an idle table keeps its capacity. A
 * change is in force `delay` after the point that asked for it (alarm lag and UpdateTable); until then the table
 * is being updated and nothing else is asked for. Decreases are rationed: 4 a day at any time, and one more whenever the last hour
 * saw none (27 a day). Midnight is time 0.
 *
 * Consumption may exceed capacity while there are burst credits, so a step may more than double it.
 */
#ifndef TEPID_MODEL_KV_SCALING_H
#define TEPID_MODEL_KV_SCALING_H

#include "cost/catalog.h"
#include "model/kv_capacity.h"
#include "model/target_tracking.h"

struct kv_scaling {
    struct tracking tracking[KV_KINDS];
    int64_t taken[KV_KINDS]; /* when the minute began */
    int64_t wanted[KV_KINDS]; /* units/s once the update is done */
    sim_time period, delay;
    sim_time updating_until; /* an update is under way until then */
    int64_t at_will;         /* decreases a day at any time */
    sim_time spacing;        /* one more after this long without any */
    int64_t day, decreases;  /* of this day */
    sim_time decreased_at;   /* last; SIM_NEVER: never */
    int64_t changes;         /* updates asked for */
};

void kv_scaling_init(struct kv_scaling *scaling, const struct catalog *catalog, const struct autoscale_spec *spec,
                     sim_time delay, const struct kv_capacity *capacity);

/* A minute is over. True if an update begins: it is done at updating_until, then scaling->wanted is to be set. */
bool kv_scaling_point(struct kv_scaling *scaling, const struct kv_capacity *capacity, sim_time now);

#endif
