/* service_scaling.c - target tracking of a service's cpu utilisation; see target_tracking.h.
 *
 * A point is the share of the vCPUs of all running tasks that was in use in the last minute, draining tasks included, new ones
 * from the moment they take requests. Tasks are always measured, traffic or not: without traffic the utilisation is 0 and the
 * service scales in. Only a minute without a running task has no point.
 */
#include <math.h>

#include "model/service_run.h"

static void next_point(struct model *model, const struct svc *svc)
{
    const struct service *service = svc->state;
    sim_at(&model->sim, model->sim.now + service->point_width, SIM_OBSERVATION,
           SVC_EVENT(svc_service_class, SERVICE_EVENT_POINT), svc->index, 0);
}

void service_start_scaling(struct model *model, struct svc *svc)
{
    const struct service_config *config = svc->config;
    struct service *service = svc->state;
    const struct catalog *catalog = model->catalog;
    sim_time cooldown = (sim_time)(catalog_limit(catalog, "aas.cooldown_s.ecs") * 1e9);
    struct tracking_rule rule = {
        .out_points = (int)catalog_limit(catalog, "ecs.aas.out_points"),
        .in_points = (int)catalog_limit(catalog, "ecs.aas.in_points"),
        .in_below = catalog_limit(catalog, "ecs.aas.low_fraction_of_target"),
        .cooldown_out = cooldown,
        .cooldown_in = cooldown,
    };
    service->point_width = (sim_time)(catalog_limit(catalog, "ecs.aas.period_s") * 1e9);
    tracking_init(&service->tracking, &rule, &config->autoscale);
    next_point(model, svc);
}

/* What the level added up to since the last point. */
static double since_point(struct level *level, int128 *at_point, sim_time now)
{
    level_touch(level, now);
    double area = (double)(level->area - *at_point);
    *at_point = level->area;
    return area;
}

void service_on_point(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct svc *svc = &model->svcs[slot];
    struct service *service = svc->state;
    (void)generation;
    double used = since_point(&service->cpu_used, &service->used_at_point, sim->now);
    double size = since_point(&service->cpu_size, &service->size_at_point, sim->now);
    double utilisation = size > 0 ? used / size : NAN;
    int64_t wanted = tracking_point(&service->tracking, utilisation, service->wanted, sim->now);
    if (wanted != service->wanted)
        service_want(model, svc, wanted);
    next_point(model, svc);
}
