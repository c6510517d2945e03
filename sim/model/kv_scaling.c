/* kv_scaling.c - see kv_scaling.h. */
#include "model/kv_scaling.h"

#include <math.h>

static void remember(struct kv_scaling *scaling, const struct kv_capacity *capacity)
{
    for (int kind = 0; kind < KV_KINDS; kind++)
        scaling->taken[kind] = capacity->limit[kind].taken;
}

void kv_scaling_init(struct kv_scaling *scaling, const struct catalog *catalog, const struct autoscale_spec *spec,
                     sim_time delay, const struct kv_capacity *capacity)
{
    sim_time cooldown = (sim_time)(catalog_limit(catalog, "aas.cooldown_s.ddb") * 1e9);
    double gap = catalog_limit(catalog, "ddb.aas.in_gap");
    struct tracking_rule rule = {
        .out_points = (int)catalog_limit(catalog, "ddb.aas.out_points"),
        .in_points = (int)catalog_limit(catalog, "ddb.aas.in_points"),
        /* A target at or near the gap itself would never scale in: then half of it. */
        .in_below = fmax(spec->target - gap, spec->target / 2) / spec->target,
        .cooldown_out = cooldown,
        .cooldown_in = cooldown,
    };
    *scaling = (struct kv_scaling){
        .period = (sim_time)(catalog_limit(catalog, "ddb.aas.period_s") * 1e9),
        .delay = delay,
        .at_will = (int64_t)catalog_limit(catalog, "ddb.decreases.at_will"),
        .spacing = (sim_time)(catalog_limit(catalog, "ddb.decreases.spacing_s") * 1e9),
        .decreased_at = SIM_NEVER,
    };
    for (int kind = 0; kind < KV_KINDS; kind++)
        tracking_init(&scaling->tracking[kind], &rule, spec);
    remember(scaling, capacity);
}

/* What the minute took beside the capacity in force now, as the alarms do: their thresholds are numbers of units that
 * change with the capacity. NAN: no traffic, no point. */
static double utilisation(const struct kv_scaling *scaling, const struct kv_limit *limit, int kind)
{
    double taken = (double)(limit->taken - scaling->taken[kind]) / 2;
    return taken == 0 ? (double)NAN : taken / ((double)scaling->period / 1e9) / (double)limit->rate;
}

static bool may_decrease(struct kv_scaling *scaling, sim_time now)
{
    if (now / SIM_DAY != scaling->day) {
        scaling->day = now / SIM_DAY;
        scaling->decreases = 0;
    }
    return scaling->decreases < scaling->at_will || now - scaling->decreased_at >= scaling->spacing;
}

bool kv_scaling_point(struct kv_scaling *scaling, const struct kv_capacity *capacity, sim_time now)
{
    bool up = false, down = false, decrease = may_decrease(scaling, now);
    for (int kind = 0; kind < KV_KINDS; kind++) {
        const struct kv_limit *limit = &capacity->limit[kind];
        struct tracking *tracking = &scaling->tracking[kind];
        /* What may not be done now is put off as a cooldown is: points count on meanwhile. */
        sim_time not_now = now < scaling->updating_until ? now + 1 : 0;
        if (tracking->out_after < not_now)
            tracking->out_after = not_now;
        if (tracking->in_after < not_now)
            tracking->in_after = not_now;
        if (!decrease && tracking->in_after <= now)
            tracking->in_after = now + 1;
        int64_t wanted = tracking_point(tracking, utilisation(scaling, limit, kind), limit->rate, now);
        up |= wanted > limit->rate;
        down |= wanted < limit->rate;
        scaling->wanted[kind] = not_now == 0 ? wanted : scaling->wanted[kind];
    }
    remember(scaling, capacity);
    if (now < scaling->updating_until || (!up && !down))
        return false;
    if (down) {
        scaling->decreases++;
        scaling->decreased_at = now;
    }
    scaling->changes++;
    scaling->updating_until = now + scaling->delay;
    return true;
}
