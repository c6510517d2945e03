/* day_part.c - see the header. */
#include "run/day_part.h"

#include "model/svc_client.h"

#define DAYS_ENOUGH 10
#define WARMUP_MOST (3 * 3600 * SIM_SECOND)
#define ROUNDING    (60 * SIM_SECOND)

static bool is_whole_days(sim_time span, sim_time warmup)
{
    sim_time over = span % DAY_PART_DAY, missing = (DAY_PART_DAY - over) % DAY_PART_DAY;
    sim_time most = warmup < WARMUP_MOST ? warmup : WARMUP_MOST;
    return span > DAYS_ENOUGH * DAY_PART_DAY || missing <= most + ROUNDING ||
           (span > DAY_PART_DAY && over <= ROUNDING);
}

const char *day_part_source(const struct scenario *scenario, sim_time from, sim_time to,
                            const struct rate_shape **day)
{
    const struct rate_shape *most = NULL;
    const char *name = NULL;
    if (to <= from || is_whole_days(to - from, from))
        return NULL;
    for (int i = 0; i < scenario->resource_count; i++) {
        const struct resource *resource = &scenario->resources[i];
        if (resource->class != &svc_client_class)
            continue;
        const struct rate_shape *rate = ((const struct client_config *)resource->config)->rate;
        if (rate == NULL || rate->kind != RATE_DIURNAL || !(rate->per_s > 0) ||
            (most != NULL && rate->per_s <= most->per_s))
            continue;
        most = rate;
        name = resource->name;
    }
    if (day != NULL)
        *day = most;
    return name;
}

int64_t day_part_hours(sim_time span)
{
    return 24 * ((span + DAY_PART_DAY - 1) / DAY_PART_DAY);
}
