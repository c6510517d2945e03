/* svc_workflow.c - `workflow`: its settings, what they may be, what they cost. What it does in a run is in workflow_run.c. */
#include "model/svc_workflow.h"

#include <math.h>

#include "model/workflow_run.h"

#define MB        INT64_C(1048576)
#define AT(field) offsetof(struct workflow_config, field)

static const char *const kinds[] = {"standard", "express", NULL};
static const char *const aliases[] = {"step_functions", NULL};

const char *const workflow_state_names[] = {"task", "wait", "choice", "parallel",
                                            "map",  "fail", NULL};

static const struct param_spec params[] = {
    {"kind", PARAM_ENUM, AT(kind), "standard", 0, 0, kinds,
     "standard: billed by transition, up to a year; express: billed by time, up to 5 minutes", 0},
    {"states", PARAM_STATES, AT(states), NULL, 0, 0, NULL,
     "what an execution does, in order: { task=x, retry=, catch= }, { wait=d }, { choice= }, { "
     "parallel= }, { map= }",
     PARAM_REQUIRED},
    {"memory", PARAM_SIZE, AT(memory), "64MB", 1. * MB, 10240. * MB, NULL,
     "express: memory an execution is billed for, in whole chunks of 64MB",
     PARAM_BARE_MB | PARAM_SETTABLE},
    {"timeout", PARAM_TIME, AT(timeout), NULL, 1e9, 0, NULL,
     "an execution is ended after this long; default 365d, express 5min", PARAM_SETTABLE},
    {"delivery", PARAM_TIME_DIST, AT(delivery), NULL, 0, 0, NULL,
     "from a start to the first state's work; default from the catalog, by kind and by whether the "
     "starter waits",
     PARAM_SETTABLE},
    {"overhead", PARAM_TIME_DIST, AT(overhead), NULL, 0, 0, NULL,
     "time to enter each state after the first; default 20ms, express 5ms", PARAM_SETTABLE},
    {"acknowledge", PARAM_TIME_DIST, AT(acknowledge), NULL, 0, 0, NULL,
     "time to answer a start that nobody waits for; default from the catalog", PARAM_SETTABLE},
    {"start_rate", PARAM_RATE, AT(start_rate), NULL, 1e-6, 1e9, NULL,
     "a quota of its own on starts; default the account's: standard 300/s, express 6000/s",
     PARAM_SETTABLE},
    {"start_burst", PARAM_COUNT, AT(start_burst), NULL, 1, 1e9, NULL,
     "size of start_rate's bucket; default one second of it", PARAM_SETTABLE},
    {"transition_rate", PARAM_RATE, AT(transition_rate), NULL, 1, 1e9, NULL,
     "standard: a quota of its own on state transitions; default the account's 5000/s",
     PARAM_SETTABLE},
    {"transition_burst", PARAM_COUNT, AT(transition_burst), NULL, 1, 1e9, NULL,
     "size of transition_rate's bucket; default one second of it", PARAM_SETTABLE},
    {0},
};

static const struct meter_spec meters[] = {
    [WORKFLOW_TRANSITIONS] = {"transitions", "sfn.standard.transition", "transition", 1},
    [WORKFLOW_REQUESTS] = {"requests", "sfn.express.request", "request", 1},
    [WORKFLOW_DURATION] = {"duration", "sfn.express.duration", "gb_s", 1024. * 1000},
    {0},
};

bool workflow_is_waited_for(const struct workflow_config *config, enum use use)
{
    return use == USE_TASK || (use != USE_START && config->kind == WORKFLOW_EXPRESS);
}

/* -- what may be ------------------------------------------------------------------------------------- */

static bool check_timeout(struct workflow_config *config, struct check_context *context,
                          struct err *err)
{
    bool express = config->kind == WORKFLOW_EXPRESS;
    double most_s =
        catalog_limit(context->catalog, express ? "sfn.express.max_s" : "sfn.standard.max_s");
    sim_time most = (sim_time)(most_s * 1e9);
    config->longest = config->timeout == TIME_UNSET ? most : config->timeout;
    if (config->longest <= most)
        return true;
    err_set(err, "timeout is longer than %s workflow may take",
            express ? "an express" : "a standard");
    if (express)
        return err_help(err,
                        "an express execution ends after 5min; kind = \"standard\" may take 365d");
    return err_help(err, "an execution ends after 365d");
}

static bool check_quotas(const struct workflow_config *config, struct err *err)
{
    if (config->start_burst != TIME_UNSET && isnan(config->start_rate)) {
        err_set(err, "start_burst needs start_rate");
        return err_help(err, "a bucket of its own has a size and a rate: start_rate = \"300/s\"");
    }
    if (config->transition_burst != TIME_UNSET && isnan(config->transition_rate)) {
        err_set(err, "transition_burst needs transition_rate");
        return err_help(err,
                        "a bucket of its own has a size and a rate: transition_rate = \"5000/s\"");
    }
    if (config->kind == WORKFLOW_EXPRESS && !isnan(config->transition_rate)) {
        err_set(err, "transition_rate is for standard workflows");
        return err_help(err,
                        "the transitions of an express workflow are not limited: leave it out");
    }
    return true;
}

/* Defaults that differ by kind. */
static void fill_times(struct workflow_config *config, struct check_context *context)
{
    const struct catalog *catalog = context->catalog;
    struct arena *arena = context->arena;
    bool express = config->kind == WORKFLOW_EXPRESS;
    struct err err = {0};
    config->deliver_started = config->deliver_called = config->delivery;
    if (config->delivery == NULL) {
        config->deliver_started = catalog_time_law(
            catalog, arena, express ? "latency.sfn_express_async" : "latency.sfn_standard_async");
        config->deliver_called = catalog_time_law(
            catalog, arena, express ? "latency.sfn_express_sync" : "latency.sfn_standard_sync");
    }
    if (config->overhead == NULL) {
        double ms =
            catalog_limit(catalog, express ? "sfn.express.state_ms" : "sfn.standard.state_ms");
        config->overhead = dist_constant(arena, ms * 1e6, &err);
    }
    if (config->acknowledge == NULL)
        config->acknowledge = catalog_time_law(catalog, arena, "latency.sfn_start");
}

/* What AWS accepts and nobody can mean. */
static void warn_of(const struct workflow_config *config, struct check_context *context)
{
    if (config->kind == WORKFLOW_STANDARD && config->memory != 64 * MB)
        context->warn(context->warnings,
                      arena_printf(context->arena,
                                   "workflow '%s': memory has no effect on a standard workflow, "
                                   "which is billed by transition",
                                   context->name));
    for (int32_t i = 0; i < config->states->count; i++) {
        const struct op *op = &config->states->ops[i];
        if (op->code != OP_WAIT || !dist_is_constant(op->dist) ||
            op->dist->constant <= config->longest)
            continue;
        context->warn(
            context->warnings,
            arena_printf(context->arena,
                         "workflow '%s': the wait of line %d is longer than the execution may take",
                         context->name, (int)op->line));
        return;
    }
}

static bool check(void *data, struct check_context *context, struct err *err)
{
    struct workflow_config *config = data;
    if (!check_timeout(config, context, err) || !check_quotas(config, err))
        return false;
    fill_times(config, context);
    int64_t chunk =
        (int64_t)catalog_limit(context->catalog, "sfn.express.duration.memory_chunk_mb") * MB;
    config->billed_mb = (config->memory + chunk - 1) / chunk * (chunk / MB);
    warn_of(config, context);
    return true;
}

const struct svc_class svc_workflow_class = {
    .kind = "workflow",
    .aliases = aliases,
    .service = "step functions",
    .summary = "a state machine: tasks, waits, choices, branches in parallel, maps",
    .params = params,
    .config_bytes = sizeof(struct workflow_config),
    .takes = TAKES(USE_CALL) | TAKES(USE_START) | TAKES(USE_TRAFFIC) | TAKES(USE_ROUTE) |
             TAKES(USE_MESSAGE) | TAKES(USE_TASK) | TAKES(USE_FAULT),
    .usage = "workflows are started with r:start(w), or called with r:call(w)",
    .acknowledges = true,
    .check = check,
    .state_bytes = sizeof(struct workflow),
    .shared_bytes = sizeof(struct workflow_quotas),
    .meters = meters,
    .start = workflow_start,
    .submit = workflow_submit,
    .on_reply = handler_on_reply,
    .apply = workflow_apply,
    .accept = workflow_accept,
    .events = {workflow_on_acknowledge},
    .has_line = workflow_has_line,
    .metrics = workflow_metrics,
    .begin = workflow_begin,
    .view = workflow_view,
    .sample = workflow_sample,
    .capacity = workflow_capacity,
    .audit = workflow_audit,
};
