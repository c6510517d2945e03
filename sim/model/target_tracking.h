/* target_tracking.h - autoscaling by target tracking, as CloudWatch alarms and Application Auto Scaling do it.
 *
 * Once a minute there is a point of a metric, a utilisation. When `out_points` points in a row lie above the target, capacity becomes
 * ceil(capacity * metric / target); when `in_points` in a row lie below in_below * target, the same
 * formula takes it down. A minute without data breaks both rows (INSUFFICIENT_DATA): nothing scales in while there is no
 * traffic to measure. After a change in one direction that direction rests for its cooldown. Since a utilisation cannot be measured above
 * 100 %, one step grows by at most 1 / target.
 *
 * Sources: MODEL.md 1.6 (provisioned concurrency), 4 (DynamoDB), 5 (ECS).
 */
#ifndef TEPID_MODEL_TARGET_TRACKING_H
#define TEPID_MODEL_TARGET_TRACKING_H

#include "core/base.h"

/* `autoscale = { target = "70%", min = 1, max = 10 }`; given by autoscale.max != TIME_UNSET */
struct autoscale_spec {
    double target; /* share */
    int64_t min, max;
};

struct tracking_rule {
    int out_points, in_points;
    double in_below; /* share of the target */
    sim_time cooldown_out, cooldown_in;
};

struct tracking {
    struct tracking_rule rule;
    struct autoscale_spec spec;
    int above, below; /* points in a row */
    sim_time out_after, in_after; /* cooldowns end */
};

static inline bool autoscale_given(const struct autoscale_spec *spec)
{
    return spec->max != TIME_UNSET;
}

void tracking_init(struct tracking *tracking, const struct tracking_rule *rule,
                   const struct autoscale_spec *spec);

/* A point: the metric's mean of the last minute, NAN without data. Returns the capacity wanted from now on, within min..max; equal to
 * `capacity` when nothing is to change. */
int64_t tracking_point(struct tracking *tracking, double metric, int64_t capacity, sim_time now);

/* A point taken while a change is still under way: it counts in the rows, nothing is asked for. */
void tracking_note(struct tracking *tracking, double metric);

#endif
