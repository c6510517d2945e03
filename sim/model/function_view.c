/* function_view.c - what is seen of a function: levels, limits, lines of the bill. See function_run.h. */
#include <math.h>

#include "model/async.h"
#include "model/function_run.h"

static bool is_provisioned(const struct svc *svc)
{
    return ((const struct function_config *)svc->config)->provisioned.count != TIME_UNSET;
}

uint64_t function_metrics(const struct svc *svc)
{
    uint64_t has = METRICS_CALLS | METRICS_STAGES | METRICS_COLD | METRICS_COST |
                   METRIC_BIT(METRIC_DURATION) | METRIC_BIT(METRIC_INIT) |
                   METRIC_BIT(METRIC_CONCURRENCY) | METRIC_BIT(METRIC_INSTANCES) |
                   METRIC_BIT(METRIC_IDLE_INSTANCES) | METRIC_BIT(METRIC_IDLE_GB_S) |
                   METRIC_BIT(METRIC_BILLED_GB_S);
    if (is_provisioned(svc))
        has |= METRICS_SPILL | METRIC_BIT(METRIC_UTILISATION);
    if (((const struct function *)svc->state)->async != NULL)
        has |= ASYNC_METRICS;
    return has;
}

/* Provisioned instances alive, over the measured interval. */
static double provisioned_mean(const struct model *model, struct svc *svc)
{
    struct function *fn = svc->state;
    return level_mean(&fn->units.allocated, model->sim.now, model->sim.now - model->warmup);
}

/* Integrals over the measured interval as means. */
void function_view(struct model *model, struct svc *svc, struct svc_view *view)
{
    const struct function_config *config = svc->config;
    const struct function *fn = svc->state;
    sim_time span = model->sim.now - model->warmup;
    double span_ns = span > 0 ? (double)span : INFINITY; /* no time, no use: all means are 0 */
    double gb = (double)config->memory_mb / 1024;
    double alive_ns = (double)fn->on_demand.alive_ns + (double)fn->provisioned.alive_ns;
    double idle_ns = (double)fn->on_demand.idle_ns + (double)fn->provisioned.idle_ns;
    view->mean[LEVEL_INSTANCES] = alive_ns / span_ns;
    view->mean[LEVEL_IDLE] = idle_ns / span_ns;
    /* While their number is constant, provisioned instances live all along, so the maxima of all instances add up; idle
     * ones of both pools may have their maxima at different times: the sum is what both could reach. */
    const struct provisioning *units = &fn->units;
    int64_t alive = fn->on_demand.alive_max + instance_alive(&fn->provisioned);
    int64_t idle = fn->on_demand.idle_max + fn->provisioned.idle_max;
    view->max[LEVEL_INSTANCES] =
        (double)(alive > units->instances_max ? alive : units->instances_max);
    view->max[LEVEL_IDLE] = (double)(idle > units->idle_max ? idle : units->idle_max);
    view->total[TOTAL_IDLE_GB_S] = idle_ns / 1e9 * gb;
    int64_t billed = 0;
    for (int m = FUNCTION_COMPUTE; m <= FUNCTION_PC_COMPUTE; m++)
        billed += svc->meters[m] - svc->meters_pre[m];
    view->total[TOTAL_BILLED_GB_S] = (double)billed / 1000 / 1024;
    if (fn->async != NULL)
        async_view(model, svc, view);
    if (!is_provisioned(svc))
        return;
    double places = provisioned_mean(model, svc) * (double)config->instance_concurrency;
    double in_use =
        level_mean(&((struct function *)svc->state)->units.in_use, model->sim.now, span);
    view->mean[LEVEL_UTILISATION] = places > 0 ? in_use / places : 0;
    view->max[LEVEL_UTILISATION] = units->peak;
}

void function_sample(struct model *model, struct svc *svc, struct svc_sample *sample)
{
    struct function *fn = svc->state;
    instance_sweep(&fn->on_demand, model->sim.now);
    sample->instances_warm =
        (double)(instance_alive(&fn->on_demand) + instance_alive(&fn->provisioned));
    if (fn->async != NULL)
        async_sample(model, svc, sample);
}

bool function_has_line(const struct model *model, const struct svc *svc, int meter)
{
    const struct function_config *config = svc->config;
    switch (meter) {
    case FUNCTION_PC_COMPUTE:
    case FUNCTION_PC_CAPACITY:
        return function_has_provisioned(config);
    case FUNCTION_SNAP_RESTORE:
    case FUNCTION_SNAP_CACHE:
        return config->snapstart && !config->restore_free;
    case FUNCTION_LOGS:
        return model->logs_bytes > 0;
    default:
        return true;
    }
}

static struct capacity_row concurrency_line(const struct model *model, const struct svc *svc,
                                            const struct svc_view *view)
{
    const struct function_config *config = svc->config;
    const struct function *fn = svc->state;
    bool reserved = config->reserved != TIME_UNSET;
    return (struct capacity_row){
        .resource = svc->name,
        .what = "concurrency",
        .limit_name = reserved ? "reserved" : "account",
        .mean = view->mean[LEVEL_CONCURRENCY],
        .max = view->max[LEVEL_CONCURRENCY],
        .limit = reserved
                     ? (double)config->reserved
                     : fmax((double)model->account.unreserved_limit, 0) + (double)fn->set_aside,
        .refused_by = {"request rate", "concurrency", "scaling rate"},
        .refused = {(double)fn->refused[REFUSED_RATE], (double)fn->refused[REFUSED_CONCURRENCY],
                    (double)fn->refused[REFUSED_SCALING]},
    };
}

int function_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                      double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES])
{
    const struct function_config *config = svc->config;
    (void)rate_mean;
    (void)rate_max;
    rows[0] = concurrency_line(model, svc, view);
    if (!function_has_provisioned(config))
        return 1;
    /* Instances in use; the limit is the most there were. */
    struct function *fn = svc->state;
    double places = (double)config->instance_concurrency;
    rows[1] = (struct capacity_row){
        .resource = svc->name,
        .what = "provisioned",
        .limit_name = "provisioned",
        .mean = view->mean[LEVEL_UTILISATION] * provisioned_mean(model, svc),
        .max = (double)level_max(&fn->units.in_use) / places,
        .limit = (double)level_max(&fn->units.allocated),
    };
    return 2;
}
