/* target_tracking.c - see target_tracking.h. */
#include "model/target_tracking.h"

#include <math.h>

void tracking_init(struct tracking *tracking, const struct tracking_rule *rule,
                   const struct autoscale_spec *spec)
{
    *tracking = (struct tracking){.rule = *rule, .spec = *spec};
}

static int64_t within(const struct autoscale_spec *spec, double wanted)
{
    if (wanted <= (double)spec->min)
        return spec->min;
    return wanted >= (double)spec->max ? spec->max : (int64_t)wanted;
}

void tracking_note(struct tracking *tracking, double metric)
{
    double target = tracking->spec.target;
    bool data = !isnan(metric);
    tracking->above = data && metric > target ? tracking->above + 1 : 0;
    tracking->below = data && metric < target * tracking->rule.in_below ? tracking->below + 1 : 0;
}

int64_t tracking_point(struct tracking *tracking, double metric, int64_t capacity, sim_time now)
{
    const struct autoscale_spec *spec = &tracking->spec;
    const struct tracking_rule *rule = &tracking->rule;
    bool data = !isnan(metric);
    tracking_note(tracking, metric);
    if (capacity < spec->min)
        return spec->min;
    /* The hair keeps 60 % of 10 units at a target of 60 % from asking for 11. */
    double wanted = data ? ceil((double)capacity * metric / spec->target - 1e-9) : (double)capacity;
    if (tracking->above >= rule->out_points && now >= tracking->out_after) {
        int64_t to = within(spec, wanted);
        if (to <= capacity)
            return capacity;
        tracking->above = 0;
        tracking->out_after = now + rule->cooldown_out;
        return to;
    }
    if (tracking->below >= rule->in_points && now >= tracking->in_after) {
        int64_t to = within(spec, wanted);
        if (to >= capacity)
            return capacity;
        tracking->below = 0;
        tracking->in_after = now + rule->cooldown_in;
        return to;
    }
    return capacity;
}
