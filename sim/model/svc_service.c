/* svc_service.c - `service`: its settings, what they may be, what they cost. What it does in a run is in service_run.c. */
#include "model/svc_service.h"

#include "model/service_run.h"

#define GB        INT64_C(1073741824)
#define HALF_GB   (GB / 2)
#define AT(field) offsetof(struct service_config, field)

/* Sizes of a Fargate task, MODEL.md 5. */
static const char *const vcpus[] = {"0.25", "0.5", "1", "2", "4", "8", "16", NULL};
static const int64_t cpu_thousandths[] = {250, 500, 1000, 2000, 4000, 8000, 16000};
static const char *const arches[] = {"x86_64", "arm64", NULL};
static const char *const aliases[] = {"container", "fargate", NULL};

static const struct param_spec params[] = {
    {"vcpu", PARAM_ENUM, AT(vcpu), "1", 0, 0, vcpus,
     "processor of a task; what its requests compute shares it", PARAM_SETTABLE},
    {"memory", PARAM_SIZE, AT(memory), NULL, 512. * 1048576, 120. * 1073741824, NULL,
     "memory of a task; default 2GB, or the least its vcpu may have", PARAM_BARE_MB},
    {"arch", PARAM_ENUM, AT(arch), "x86_64", 0, 0, arches, "processor architecture", 0},
    {"tasks", PARAM_COUNT, AT(tasks), NULL, 1, 5000, NULL,
     "tasks to start with; default 1, with autoscale its min", PARAM_SETTABLE},
    {"autoscale", PARAM_AUTOSCALE, AT(autoscale), NULL, 0, 0, NULL,
     "target tracking of the tasks' cpu utilisation", 0},
    {"start", PARAM_TIME_DIST, AT(start), NULL, 0, 0, NULL,
     "time until a new task runs; default from the catalog", PARAM_SETTABLE},
    {"health", PARAM_TIME, AT(health), NULL, 0, 0, NULL,
     "time until a running task has passed its health check; default from the catalog",
     PARAM_SETTABLE},
    {"workers", PARAM_COUNT, AT(workers), "64", 1, 10000, NULL, "requests a task works on at once",
     PARAM_SETTABLE},
    {"queue", PARAM_COUNT, AT(queue), "1000", 0, 1e9, NULL,
     "requests that may wait for a free worker, in all; more are answered 503", PARAM_SETTABLE},
    {"timeout", PARAM_TIME, AT(timeout), NULL, 1e6, 0, NULL,
     "a request is ended after this long on its worker; default never", PARAM_SETTABLE},
    {"handler", PARAM_HANDLER, AT(handler), NULL, 0, 0, NULL, "function(r): what a request does",
     0},
    {0},
};

static const struct meter_spec meters[] = {
    [SERVICE_VCPU] = {"vcpu", NULL, "vcpu_hour", 1000. * 3600 * 1000},
    [SERVICE_MEMORY] = {"memory", NULL, "gb_hour", 2. * 3600 * 1000},
    {0},
};

static const char *price_of(const void *config, int meter)
{
    bool arm = ((const struct service_config *)config)->arch == CATALOG_ARM64;
    if (meter == SERVICE_VCPU)
        return arm ? "fargate.arm64.vcpu_hour" : "fargate.x86.vcpu_hour";
    return arm ? "fargate.arm64.gb_hour" : "fargate.x86.gb_hour";
}

/* -- memory that goes with a vcpu ------------------------------------------------------------- */

static double memory_limit(const struct check_context *context, int vcpu, const char *which)
{
    const char *key =
        arena_printf(context->arena, "fargate.vcpu_%s.memory_gb.%s", vcpus[vcpu], which);
    return catalog_limit(context->catalog, key);
}

/* A whole number of steps within the bounds, or the least itself: 0.25 vCPU has 0.5, 1 or 2 GB. */
static bool check_memory(struct service_config *service, struct check_context *context,
                         struct err *err)
{
    double least = memory_limit(context, service->vcpu, "min");
    double most = memory_limit(context, service->vcpu, "max");
    double step = memory_limit(context, service->vcpu, "step");
    if (service->memory == TIME_UNSET)
        service->memory = least > 2 ? (int64_t)(least * (double)GB) : 2 * GB;
    int64_t step_bytes = (int64_t)(step * (double)GB);
    double gb = (double)service->memory / (double)GB;
    bool whole = service->memory % step_bytes == 0 || gb == least;
    service->half_gb = service->memory / HALF_GB;
    if (whole && least <= gb && gb <= most)
        return true;
    err_set(err, "memory = %.6gGB does not go with vcpu = %s", gb, vcpus[service->vcpu]);
    if (least < step)
        return err_help(err,
                        "with vcpu = %s a task has %.6gGB, or %.6gGB .. %.6gGB in steps of %.6gGB",
                        vcpus[service->vcpu], least, step, most, step);
    return err_help(err, "with vcpu = %s a task has %.6gGB .. %.6gGB in steps of %.6gGB",
                    vcpus[service->vcpu], least, most, step);
}

/* -- tasks -------------------------------------------------------------------------------------- */

static bool check_autoscale(struct service_config *service, struct check_context *context,
                            struct err *err)
{
    const struct autoscale_spec *scale = &service->autoscale;
    double most = catalog_limit(context->catalog, "ecs.tasks_per_service");
    if (scale->min < 1) {
        err_set(err, "autoscale: min = 0 would leave no task whose utilisation could be measured");
        return err_help(err, "target tracking never starts a first task: min is at least 1");
    }
    if ((double)scale->max > most) {
        err_set(err, "autoscale: max = %lld exceeds the %.6g tasks of a service",
                (long long)scale->max, most);
        return err_help(err, "max is at most %.6g", most);
    }
    if (service->tasks == TIME_UNSET)
        service->tasks = scale->min;
    if (service->tasks < scale->min || service->tasks > scale->max) {
        err_set(err, "tasks = %lld lies outside autoscale's min = %lld and max = %lld",
                (long long)service->tasks, (long long)scale->min, (long long)scale->max);
        return err_help(err, "start with %lld .. %lld tasks, or leave tasks out to start with min",
                        (long long)scale->min, (long long)scale->max);
    }
    return true;
}

static bool uses_cpu(const struct program *program)
{
    for (int32_t i = 0; program != NULL && i < program->count; i++)
        if (program->ops[i].code == OP_CPU)
            return true;
    return false;
}

static void warn_unwise(const struct service_config *service, struct check_context *context)
{
    if (!autoscale_given(&service->autoscale))
        return;
    if (!uses_cpu(service->handler))
        context->warn(context->warnings,
                      arena_printf(context->arena,
                                   "service '%s': autoscale follows cpu utilisation, but the "
                                   "handler uses none: it will only scale in",
                                   context->name));
    else if (service->autoscale.target > 0.9)
        context->warn(context->warnings,
                      arena_printf(context->arena,
                                   "service '%s': autoscale grows by at most 1 / target a step: "
                                   "above 90%% it hardly grows",
                                   context->name));
}

static bool check(void *config, struct check_context *context, struct err *err)
{
    struct service_config *service = config;
    service->cpu_thousandths = cpu_thousandths[service->vcpu];
    service->billed_min_s = (int64_t)catalog_limit(context->catalog, "fargate.x86.vcpu_hour.min_s");
    if (service->start == NULL) {
        double low = catalog_limit(context->catalog, "fargate.start_s.min");
        double high = catalog_limit(context->catalog, "fargate.start_s.max");
        service->start = dist_uniform(context->arena, low * 1e9, high * 1e9, err);
    }
    if (service->health == TIME_UNSET)
        service->health = (int64_t)(catalog_limit(context->catalog, "ecs.health_check_s") * 1e9);
    if (!check_memory(service, context, err))
        return false;
    if (autoscale_given(&service->autoscale) && !check_autoscale(service, context, err))
        return false;
    if (service->tasks == TIME_UNSET)
        service->tasks = 1;
    warn_unwise(service, context);
    return true;
}

const struct svc_class svc_service_class = {
    .kind = "service",
    .aliases = aliases,
    .service = "fargate",
    .summary = "containers: tasks that share their vCPUs among requests, with autoscaling",
    .params = params,
    .config_bytes = sizeof(struct service_config),
    .takes = TAKES(USE_CALL) | TAKES(USE_TRAFFIC) | TAKES(USE_ROUTE) | TAKES(USE_TASK) |
             TAKES(USE_FAULT),
    .usage = "services are called with r:call(s), or stand behind a route",
    .has_instances = true,
    .check = check,
    .state_bytes = sizeof(struct service),
    .meters = meters,
    .price_of = price_of,
    .start = service_start,
    .submit = service_submit,
    .on_reply = handler_on_reply,
    .retry_quota = service_retry_quota,
    .apply = service_apply,
    .recycle = service_recycle,
    .events = {[SERVICE_EVENT_READY] = service_on_ready,
               [SERVICE_EVENT_CPU] = service_on_cpu,
               [SERVICE_EVENT_POINT] = service_on_point},
    .shared_bytes = sizeof(struct service_shared),
    .open = service_open,
    .close = service_close,
    .metrics = service_metrics,
    .begin = service_begin,
    .view = service_view,
    .sample = service_sample,
    .capacity = service_capacity,
    .settle = service_settle,
    .audit = service_audit,
    .finish = service_audit,
};
