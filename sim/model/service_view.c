/* service_view.c - what is seen of a service: levels, limits, conservation. See service_run.h. */
#include <math.h>

#include "model/service_run.h"

uint64_t service_metrics(const struct svc *svc)
{
    (void)svc;
    return METRICS_CALLS | METRICS_STAGES | METRICS_COST | METRIC_BIT(METRIC_DURATION) |
           METRIC_BIT(METRIC_CONCURRENCY) | METRIC_BIT(METRIC_INSTANCES) |
           METRIC_BIT(METRIC_UTILISATION) | METRIC_BIT(METRIC_DEPTH);
}

void service_view(struct model *model, struct svc *svc, struct svc_view *view)
{
    struct service *service = svc->state;
    sim_time now = model->sim.now, span = now - model->warmup;
    double places = level_mean(&service->places, now, span);
    view->mean[LEVEL_INSTANCES] = level_mean(&service->alive, now, span);
    view->max[LEVEL_INSTANCES] = (double)level_max(&service->alive);
    view->mean[LEVEL_DEPTH] = level_mean(&service->waiting, now, span);
    view->max[LEVEL_DEPTH] = (double)level_max(&service->waiting);
    view->mean[LEVEL_UTILISATION] = places > 0 ? view->mean[LEVEL_CONCURRENCY] / places : 0;
    view->max[LEVEL_UTILISATION] = (double)service->busiest / (double)service->busiest_of;
}

void service_sample(struct model *model, struct svc *svc, struct svc_sample *sample)
{
    const struct service *service = svc->state;
    sample->instances_warm = (double)(service->serving_count + service->draining_count);
    sample->queue_depth = (double)service->waiting.value;
    sample->queue_age_s = 0;
    if (service->waiting_head != POOL_NONE) {
        sim_time oldest = call_at(model, service->waiting_head)->arrived;
        sample->queue_age_s = (double)(model->sim.now - oldest) / 1e9;
    }
}

/* Workers, vCPUs and, with autoscaling, tasks; against what the service may grow to. */
int service_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                     double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES])
{
    const struct service_config *config = svc->config;
    struct service *service = svc->state;
    sim_time now = model->sim.now, span = now - model->warmup;
    bool scales = autoscale_given(&config->autoscale);
    double most = (double)(scales ? config->autoscale.max : config->tasks);
    const char *limit_name = scales ? "autoscale max" : "tasks";
    (void)rate_mean;
    (void)rate_max;
    rows[0] = (struct capacity_row){
        .resource = svc->name,
        .what = "workers",
        .limit_name = limit_name,
        .mean = view->mean[LEVEL_CONCURRENCY],
        .max = view->max[LEVEL_CONCURRENCY],
        .limit = most * (double)config->workers,
        .refused_by = {"queue"},
        .refused = {(double)service->refused},
    };
    rows[1] = (struct capacity_row){
        .resource = svc->name,
        .what = "cpu",
        .limit_name = limit_name,
        .mean = level_mean(&service->cpu_used, now, span) / 1000,
        .max = (double)level_max(&service->cpu_used) / 1000,
        .limit = most * (double)config->cpu_thousandths / 1000,
    };
    if (!scales)
        return 2;
    rows[2] = (struct capacity_row){
        .resource = svc->name,
        .what = "tasks",
        .limit_name = limit_name,
        .mean = view->mean[LEVEL_INSTANCES],
        .max = view->max[LEVEL_INSTANCES],
        .limit = most,
    };
    return 3;
}

/* The tasks in the lists, one by one. */
static bool lists_add_up(const struct model *model, const struct service *service)
{
    int64_t count = 0;
    int32_t lowest = service->workers + 1;
    for (int32_t load = service->workers; load >= 0; load--) {
        uint32_t slot = service->by_load[load].head;
        lowest = slot != POOL_NONE ? load : lowest;
        for (; slot != POOL_NONE; slot = task_at(model, slot)->next) {
            const struct task *task = task_at(model, slot);
            int32_t expected = task->in_work < service->workers ? task->in_work : service->workers;
            if (task->load != load || expected != load || task->state != TASK_SERVING)
                return false;
            count++;
        }
    }
    return count == service->serving_count && lowest == service->lowest;
}

/* Conservation of tasks and requests; nobody waits while a worker is free; no more is used than there is. */
void service_audit(struct model *model, struct svc *svc)
{
    struct service *service = svc->state;
    int64_t running = service->serving_count + service->draining_count;
    ASSERT(service->tasks_started ==
           service->tasks_ended + (uint64_t)(service->starting_count + running));
    ASSERT(service->alive.value == service->starting_count + running);
    ASSERT(service->wanted == service->starting_count + service->serving_count);
    ASSERT(service->places.value == running * service->workers);
    ASSERT(service->requests_begun == service->requests_ended + (uint64_t)svc->concurrency.value);
    ASSERT(service->waiting.value == 0 || !service_has_free_worker(service));
    ASSERT(service->cpu_used.value >= 0 && service->cpu_used.value <= service->cpu_size.value);
    ASSERT_SLOW(lists_add_up(model, service));
    (void)model;
    (void)lists_add_up;
}
