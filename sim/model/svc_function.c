/* svc_function.c - `fn`: its settings, what they may be, what they cost. What it does in a run
 * is in function_run.c, whom an invocation goes to in instance_pool.c. */
#include "model/svc_function.h"

#include <math.h>
#include <string.h>

#include "core/unit.h"
#include "model/async.h"
#include "model/function_run.h"

#define MB        INT64_C(1048576)
#define AT(field) offsetof(struct function_config, field)

static const char *const packages[] = {"zip", "image", NULL};
static const char *const arches[] = {"x86_64", "arm64", NULL};
static const char *const reuses[] = {"mru", "lru", "random", NULL};
static const char *const bindings[] = {"strict", "late", NULL};
static const char *const jitters[] = {[JITTER_FULL] = "full",
                                      [JITTER_EQUAL] = "equal",
                                      [JITTER_DECORRELATED] = "decorrelated",
                                      [JITTER_NONE] = "none",
                                      NULL};
static const char *const loops[] = {"terminate", "allow", NULL};
static const char *const aliases[] = {"lambda", NULL};

/* Bounds: AWS Lambda quotas, assets/catalog/limits-aws.json (lambda.memory_mb, lambda.timeout_s). */
static const struct param_spec params[] = {
    {"memory", PARAM_SIZE, AT(memory), "128MB", 128. * MB, 10240. * MB, NULL,
     "memory of an instance; cpu follows it, one vCPU at 1769MB", PARAM_BARE_MB | PARAM_SETTABLE},
    {"runtime", PARAM_TEXT, AT(runtime), "nodejs22", 0, 0, NULL,
     "language runtime; decides init and first run", 0},
    {"arch", PARAM_ENUM, AT(arch), "x86_64", 0, 0, arches, "processor architecture", 0},
    {"timeout", PARAM_TIME, AT(timeout), "3s", 1e9, 900e9, NULL,
     "an invocation is ended after this long and its instance reset", PARAM_SETTABLE},
    {"init", PARAM_TIME_DIST, AT(init), NULL, 0, 0, NULL,
     "time a new instance takes to initialise; default from runtime, package and arch",
     PARAM_SETTABLE},
    {"first_run", PARAM_TIME_DIST, AT(first_run), NULL, 0, 0, NULL,
     "added to the first run after an init; default from the runtime", 0},
    {"package", PARAM_ENUM, AT(package), "zip", 0, 0, packages, "how the code is deployed", 0},
    {"keep_alive", PARAM_KEEP_ALIVE, AT(keep_alive), NULL, 0, 0, NULL,
     "how long an idle instance lives: a time, a distribution or a preset", 0},
    {"max_lifetime", PARAM_TIME, AT(max_lifetime), NULL, 1e6, 0, NULL,
     "an on-demand instance older than this takes no new work", 0},
    {"reuse", PARAM_ENUM, AT(reuse), "mru", 0, 0, reuses, "which idle instance is taken", 0},
    {"cold_binding", PARAM_ENUM, AT(cold_binding), "strict", 0, 0, bindings,
     "strict: a call waits for the instance it started; late: it takes the first that frees up", 0},
    {"instance_concurrency", PARAM_COUNT, AT(instance_concurrency), "1", 1, 1000, NULL,
     "invocations an instance serves at once", 0},
    {"reserved", PARAM_COUNT, AT(reserved), NULL, 0, 1e9, NULL,
     "reserved concurrency: guarantee and limit; 0 switches the function off", PARAM_SETTABLE},
    {"provisioned", PARAM_PROVISIONED, AT(provisioned), NULL, 0, 1e6, NULL,
     "instances kept initialised: n, { { at=, n= }, …, every= } or { min=, max=, target=, "
     "statistic= }",
     0},
    {"provisioning", PARAM_TIME_DIST, AT(provisioning), NULL, 0, 0, NULL,
     "preparation before more provisioned instances are allocated; default from the catalog, 1 to "
     "2 min",
     0},
    {"snapstart", PARAM_BOOL, AT(snapstart), "false", 0, 0, NULL,
     "restore a snapshot instead of initialising", 0},
    {"async_retries", PARAM_COUNT, AT(async_retries), "2", 0, 2, NULL,
     "how often an asynchronous invocation that failed is tried again", 0},
    {"max_event_age", PARAM_TIME, AT(max_event_age), "6h", 60e9, 21600e9, NULL,
     "an asynchronous event older than this is given up", 0},
    {"dlq", PARAM_DLQ, AT(dlq), NULL, 0, 0, NULL,
     "queue or topic that gets asynchronous events that were given up", 0},
    {"on_failure", PARAM_MESSAGE, AT(on_failure), NULL, 0, 0, NULL,
     "destination of asynchronous events that were given up", 0},
    {"on_success", PARAM_MESSAGE, AT(on_success), NULL, 0, 0, NULL,
     "destination of asynchronous events that were handled", 0},
    {"delivery", PARAM_TIME_DIST, AT(delivery), NULL, 0, 0, NULL,
     "asynchronous events: from acceptance to the first invocation, but for those of a bus, whose own "
     "delivery covers it; default from the catalog",
     0},
    {"async_jitter", PARAM_ENUM, AT(async_jitter), "none", 0, 0, jitters,
     "asynchronous events that were throttled: how their back-off of 1 s, 2 s, 4 s ... 5 min is spread", 0},
    {"recursive_loop", PARAM_ENUM, AT(recursive_loop), "terminate", 0, 0, loops,
     "what becomes of a chain of events that comes by for the 16th time", 0},
    {"handler", PARAM_HANDLER, AT(handler), NULL, 0, 0, NULL,
     "function(r): what an invocation does", 0},
    {0},
};

#define GB_S (1024. * 1000) /* MB ms in a GB-second */

static const struct meter_spec meters[] = {
    [FUNCTION_REQUESTS] = {"requests", "lambda.request", "request", 1},
    [FUNCTION_COMPUTE] = {"compute", NULL, "gb_s", GB_S},
    [FUNCTION_PC_COMPUTE] = {"provisioned compute", NULL, "gb_s", GB_S},
    [FUNCTION_PC_CAPACITY] = {"provisioned capacity", NULL, "gb_s", GB_S},
    [FUNCTION_SNAP_RESTORE] = {"snapshot restore", "lambda.snapstart.restore", "gb", 1024},
    [FUNCTION_SNAP_CACHE] = {"snapshot cache", "lambda.snapstart.cache", "gb_s", GB_S},
    [FUNCTION_LOGS] = {"logs", "logs.ingest", "gb", 1073741824},
    {0},
};

static const char *price_of(const void *config, int meter)
{
    bool arm = ((const struct function_config *)config)->arch == ARCH_ARM64;
    switch (meter) {
    case FUNCTION_COMPUTE:
        return arm ? "lambda.duration.arm64" : "lambda.duration.x86";
    case FUNCTION_PC_COMPUTE:
        return arm ? "lambda.pc.duration.arm64" : "lambda.pc.duration.x86";
    default:
        ASSERT(meter == FUNCTION_PC_CAPACITY);
        return arm ? "lambda.pc.capacity.arm64" : "lambda.pc.capacity.x86";
    }
}

static bool check_keep_alive(struct function_config *fn, struct check_context *context,
                             struct err *err)
{
    struct keep_alive_spec *keep = &fn->keep_alive;
    if (keep->dist == NULL && keep->preset == NULL && !keep->forever)
        keep->preset = "aws-2021";
    if (keep->preset == NULL)
        return true;
    keep->forever = false;
    if (!catalog_keep_alive(context->catalog, keep->preset, &keep->dist, err))
        return false;
    keep->forever = keep->dist == NULL;
    return true;
}

static bool check_snapstart(const struct function_config *fn, const struct runtime_row *row,
                            struct err *err)
{
    if (!fn->snapstart)
        return true;
    if (!row->snapstart || row->restore == NULL) {
        err_set(err, "snapstart is not available for runtime \"%s\"", fn->runtime);
        return err_help(
            err, "SnapStart exists for Java 11 and later, Python 3.12 and later, .NET 8 and later");
    }
    if (function_has_provisioned(fn)) {
        err_set(err, "snapstart and provisioned exclude each other");
        return err_help(
            err,
            "AWS refuses SnapStart on versions with provisioned concurrency: drop one of the two");
    }
    return true;
}

/* Init and first run from the catalog where the file does not give them. */
static bool check_runtime(struct function_config *fn, struct check_context *context,
                          struct err *err)
{
    struct runtime_row row = {0};
    if (!catalog_runtime(context->catalog, fn->runtime, fn->package, fn->arch, fn->memory_mb, &row,
                         err) ||
        !check_snapstart(fn, &row, err))
        return false;
    if (fn->init == NULL)
        fn->init = fn->snapstart ? row.restore : row.init;
    fn->first_run_cpu_ns = 0;
    if (fn->first_run == NULL) {
        /* A snapshot was taken after init: its first run is slow all the same. */
        fn->first_run = row.first_run;
        fn->first_run_cpu_ns = row.first_run_cpu_ns;
    }
    fn->restore_free = row.snapstart_free;
    return true;
}

static void warn(struct check_context *context, const char *what)
{
    context->warn(context->warnings,
                  arena_printf(context->arena, "fn '%s': %s", context->name, what));
}

/* The most that `provisioned` may come to, as the file calls it. */
static const char *show_most(const struct provisioned_spec *spec, struct arena *arena)
{
    long long most = (long long)spec->most;
    char at[UNIT_TEXT_MAX];
    if (spec->kind == PROVISIONED_TRACKING)
        return arena_printf(arena, "provisioned: max = %lld", most);
    for (int i = 0; i < spec->step_count; i++)
        if (spec->steps[i].count == spec->most)
            return arena_printf(arena, "provisioned: n = %lld at %s", most,
                                unit_show_time(at, (double)spec->steps[i].at));
    return arena_printf(arena, "provisioned = %lld", most);
}

static bool check_provisioned(const struct function_config *fn, struct check_context *context,
                              struct err *err)
{
    const struct provisioned_spec *spec = &fn->provisioned;
    if (!function_has_provisioned(fn))
        return true;
    if (fn->reserved != TIME_UNSET && spec->most > fn->reserved) {
        err_set(err, "%s exceeds reserved = %lld", show_most(spec, context->arena),
                (long long)fn->reserved);
        return err_help(
            err, "provisioned instances come out of the reserved concurrency: raise reserved");
    }
    if (spec->most > context->account->concurrency) {
        err_set(err, "%s exceeds the account's concurrency of %lld",
                show_most(spec, context->arena), (long long)context->account->concurrency);
        return err_help(err, "raise it: account { concurrency = %lld }",
                        (long long)spec->most + 100);
    }
    if (fn->max_lifetime != TIME_UNSET)
        warn(context, "max_lifetime holds for on-demand instances; provisioned ones stay");
    if (fn->reserved == spec->most && spec->kind != PROVISIONED_FIXED)
        warn(context,
             "provisioned may take all of reserved: while it is allocated, nothing is left "
             "to run on demand");
    return true;
}

static bool check_limits(const struct function_config *fn, struct check_context *context,
                         struct err *err)
{
    if (!check_provisioned(fn, context, err))
        return false;
    if (fn->instance_concurrency > 1 && fn->cold_binding == BINDING_LATE) {
        err_set(err, "cold_binding = \"late\" needs instance_concurrency = 1");
        return err_help(err,
                        "an instance that serves several at once takes waiting calls as it is");
    }
    return true;
}

/* How long an init may take. One that happens ahead of all invocations has at least 130 s, and more with a longer timeout. */
static void find_init_limits(struct function_config *fn, const struct catalog *catalog)
{
    double least = catalog_limit(catalog, "lambda.init_timeout_pc_snap_s.min") * 1e9;
    double most = catalog_limit(catalog, "lambda.init_timeout_pc_snap_s.max") * 1e9;
    double ahead = fmin(fmax(least, (double)fn->timeout), most);
    fn->init_limit_provisioned = (sim_time)ahead;
    fn->init_limit = fn->snapstart
                         ? fn->init_limit_provisioned
                         : (sim_time)(catalog_limit(catalog, "lambda.init_timeout_s") * 1e9);
}

/* What the catalog says where the file does not. */
static void find_laws(struct function_config *fn, struct check_context *context)
{
    struct err ignored = {0};
    if (fn->delivery == NULL)
        fn->delivery = catalog_time_law(context->catalog, context->arena, "latency.sns");
    if (fn->provisioning != NULL)
        return;
    double low = catalog_limit(context->catalog, "lambda.pc.prep_s.min") * 1e9;
    double high = catalog_limit(context->catalog, "lambda.pc.prep_s.max") * 1e9;
    fn->provisioning = dist_uniform(context->arena, low, high, &ignored);
    ASSERT(fn->provisioning != NULL);
}

static bool check(void *config, struct check_context *context, struct err *err)
{
    struct function_config *fn = config;
    fn->memory_mb = fn->memory / MB;
    if (fn->memory % MB != 0) {
        err_set(err, "memory is not a whole number of MB");
        return err_help(err, "memory is 128MB .. 10240MB in steps of 1MB");
    }
    double mb_per_vcpu = catalog_limit(context->catalog, "lambda.mb_per_vcpu");
    fn->cpu_factor = fmax(1, mb_per_vcpu / (double)fn->memory_mb);
    find_init_limits(fn, context->catalog);
    find_laws(fn, context);
    return check_keep_alive(fn, context, err) && check_runtime(fn, context, err) &&
           check_limits(fn, context, err);
}

const struct svc_class svc_function_class = {
    .kind = "fn",
    .aliases = aliases,
    .service = "lambda",
    .summary = "a function: instances that start on demand and live while they are used",
    .params = params,
    .config_bytes = sizeof(struct function_config),
    .takes = TAKES(USE_CALL) | TAKES(USE_INVOKE) | TAKES(USE_TRAFFIC) | TAKES(USE_ROUTE) |
             TAKES(USE_CONSUMER) | TAKES(USE_MESSAGE) | TAKES(USE_TASK) | TAKES(USE_FAULT),
    .usage = "functions are invoked with r:call(f), or r:invoke(f) without waiting",
    .has_instances = true,
    .async_queue = true,
    .check = check,
    .state_bytes = sizeof(struct function),
    .meters = meters,
    .price_of = price_of,
    .start = function_start,
    .submit = function_submit,
    .expect = function_expect,
    .prefetch = function_prefetch,
    .on_reply = function_on_reply,
    .awaits = function_awaits,
    .holder = function_holder,
    .holds = function_holds,
    .apply = function_apply,
    .retry_quota = function_retry_quota,
    .recycle = function_recycle,
    .attach = async_attach,
    .accept = async_accept,
    .has_line = function_has_line,
    .metrics = function_metrics,
    .begin = function_begin,
    .view = function_view,
    .sample = function_sample,
    .capacity = function_capacity,
    .settle = function_settle,
    .audit = function_audit,
    .events = {[PROVISIONING_STEP] = provisioning_on_step,
               [PROVISIONING_READY] = provisioning_on_ready,
               [PROVISIONING_MINUTE] = provisioning_on_minute},
    .finish = function_finish,
    .free = function_free,
};
