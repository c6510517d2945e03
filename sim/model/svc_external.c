/* svc_external.c - `external`: its settings. What it does in a run is in external_run.c. */
#include "model/svc_external.h"

#include <math.h>

#include "model/external_run.h"

#define AT(field) offsetof(struct external_config, field)

static const char *const abandoned_words[] = {"serve", "drop", NULL};

/* Every bound here is the contract's own or what a count means: nobody publishes limits of services in general. */
static const struct param_spec params[] = {
    {"latency", PARAM_TIME_DIST, AT(latency), "100ms", 0, 0, NULL,
     "time it takes to answer a call that is alone", PARAM_SETTABLE},
    {"contention", PARAM_TIME, AT(contention), "0s", 0, 0, NULL,
     "added to the latency for each call in service, the call itself included", PARAM_SETTABLE},
    {"errors", PARAM_SHARE, AT(errors), "0", 0, 1, NULL,
     "share of calls it answers with an error (500), after their latency", PARAM_SETTABLE},
    {"limit", PARAM_RATE, AT(limit), NULL, 1e-6, 1e9, NULL,
     "requests per second it lets through; the rest is answered 429", PARAM_SETTABLE},
    {"burst", PARAM_COUNT, AT(burst), NULL, 1, 1e9, NULL,
     "size of the limit's token bucket; default one second of the limit", 0},
    {"concurrency", PARAM_COUNT, AT(concurrency), NULL, 0, 1e9, NULL,
     "calls it serves at once, the others wait in order; 0 stops it", PARAM_SETTABLE},
    {"queue", PARAM_COUNT, AT(queue), NULL, 0, 1e9, NULL,
     "calls that may wait, the rest is answered 503; default any number", PARAM_SETTABLE},
    {"abandoned", PARAM_ENUM, AT(abandoned), "serve", 0, 0, abandoned_words,
     "what becomes of a waiting call whose caller has given up", PARAM_SETTABLE},
    {0},
};

static bool check(void *config, struct check_context *context, struct err *err)
{
    const struct external_config *external = config;
    if (external->burst != TIME_UNSET && isnan(external->limit)) {
        err_set(err, "burst belongs to a limit, but there is no limit");
        return err_help(err, "write limit = \"60/s\", burst = %lld", (long long)external->burst);
    }
    if (external->concurrency != TIME_UNSET)
        return true;
    if (external->queue != TIME_UNSET) {
        err_set(err, "queue = %lld bounds nothing: without concurrency no call ever waits",
                (long long)external->queue);
        return err_help(err, "write concurrency = 10, queue = %lld", (long long)external->queue);
    }
    if (external->abandoned == ABANDONED_DROP)
        context->warn(
            context->warnings,
            arena_printf(context->arena,
                         "external '%s': abandoned = \"drop\" needs concurrency: without it "
                         "no call ever waits",
                         context->name));
    return true;
}

const struct svc_class svc_external_class = {
    .kind = "external",
    .service = "external",
    .summary = "a service outside: latency, errors, a rate limit, a queue before it",
    .params = params,
    .config_bytes = sizeof(struct external_config),
    .takes = TAKES(USE_CALL) | TAKES(USE_TRAFFIC) | TAKES(USE_ROUTE) | TAKES(USE_TASK) |
             TAKES(USE_FAULT),
    .usage = "an external service is called with r:call(x)",
    .check = check,
    .state_bytes = sizeof(struct external),
    .start = external_start,
    .submit = external_submit,
    .complete = external_complete,
    .apply = external_apply,
    .metrics = external_metrics,
    .begin = external_begin,
    .view = external_view,
    .sample = external_sample,
    .capacity = external_capacity,
    .audit = external_audit,
    .finish = external_finish,
};
