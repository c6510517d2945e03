/* sql_view.c - what is seen of a database, and what it costs by the clock. See sql_run.h. */
#include <math.h>

#include "model/sql_run.h"

bool sql_has_line(const struct model *model, const struct svc *svc, int meter)
{
    const struct sql_config *config = svc->config;
    (void)model;
    switch (meter) {
    case SQL_ACU:
        return config->serverless;
    case SQL_INSTANCE:
        return !config->serverless && config->price != NULL;
    case SQL_PROXY_ACU:
        return config->proxy != NULL && config->serverless;
    case SQL_PROXY_VCPU:
        return config->proxy != NULL && !config->serverless;
    default:
        return config->io > 0 && !config->io_optimized;
    }
}

static int64_t at_least(int64_t value, int64_t least)
{
    return value > least ? value : least;
}

/* In whole milliseconds since time 0, so that parts add up to the whole. */
void sql_settle(struct model *model, struct svc *svc, sim_time from, sim_time to)
{
    const struct sql_config *config = svc->config;
    const struct sql *sql = svc->state;
    int64_t ms = to / SIM_MS - from / SIM_MS, halves = sql->scaling.halves.value;
    bool measured = model->measuring;
    if (config->serverless)
        svc_meter(svc, SQL_ACU, halves * ms, measured);
    else
        svc_meter(svc, SQL_INSTANCE, config->nodes * ms, measured);
    if (config->proxy == NULL)
        return;
    if (config->serverless)
        svc_meter(svc, SQL_PROXY_ACU, at_least(halves, config->proxy_least) * ms, measured);
    else
        svc_meter(svc, SQL_PROXY_VCPU, at_least(config->vcpus, config->proxy_least) * ms, measured);
}

uint64_t sql_metrics(const struct svc *svc)
{
    (void)svc;
    return METRICS_CALLS | METRICS_COST | METRIC_BIT(METRIC_CONCURRENCY) |
           METRIC_BIT(METRIC_CONNECTIONS) | METRIC_BIT(METRIC_UTILISATION) |
           METRIC_BIT(METRIC_DEPTH) | METRIC_BIT(METRIC_STAGE_QUEUE) |
           METRIC_BIT(METRIC_STAGE_DOWNSTREAM);
}

static double load_now(const struct sql *sql)
{
    return sql->full.value > 0 ? (double)sql->busy.value / (double)sql->full.value : 0;
}

void sql_begin(struct model *model, struct svc *svc)
{
    struct sql *sql = svc->state;
    sim_time now = model->sim.now;
    level_begin(&sql->waiting.depth, now);
    level_begin(&sql->connections, now);
    level_begin(&sql->full, now);
    level_begin(&sql->busy, now);
    level_begin(&sql->scaling.halves, now);
    sql->busiest = load_now(sql);
}

void sql_view(struct model *model, struct svc *svc, struct svc_view *view)
{
    struct sql *sql = svc->state;
    sim_time now = model->sim.now, width = now - model->warmup;
    double full = level_mean(&sql->full, now, width);
    view->mean[LEVEL_CONNECTIONS] = level_mean(&sql->connections, now, width);
    view->max[LEVEL_CONNECTIONS] = (double)level_max(&sql->connections);
    view->mean[LEVEL_UTILISATION] = full > 0 ? level_mean(&sql->busy, now, width) / full : 0;
    view->max[LEVEL_UTILISATION] = sql->busiest;
    view->mean[LEVEL_DEPTH] = level_mean(&sql->waiting.depth, now, width);
    view->max[LEVEL_DEPTH] = (double)level_max(&sql->waiting.depth);
}

void sql_sample(struct model *model, struct svc *svc, struct svc_sample *sample)
{
    const struct sql *sql = svc->state;
    sample->queue_depth = (double)sql->waiting.depth.value;
    sample->queue_age_s = (double)call_queue_age(model, &sql->waiting) / 1e9;
}

int sql_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                 double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES])
{
    const struct sql_config *config = svc->config;
    struct sql *sql = svc->state;
    struct level *halves = &sql->scaling.halves;
    bool proxied = config->proxy != NULL;
    (void)rate_mean;
    (void)rate_max;
    rows[0] = (struct capacity_row){
        .resource = svc->name,
        .what = "connections",
        .limit_name = "max_connections",
        .mean = view->mean[LEVEL_CONNECTIONS],
        .max = view->max[LEVEL_CONNECTIONS],
        .limit = (double)config->max_connections,
        .refused_by = {proxied ? "borrow timeout" : "max_connections"},
        .refused = {(double)(proxied ? sql->borrow_timeouts : sql->refused)},
    };
    if (!config->serverless)
        return 1;
    sim_time now = model->sim.now;
    rows[1] = (struct capacity_row){
        .resource = svc->name,
        .what = "ACU",
        .limit_name = "max_acu",
        .mean = level_mean(halves, now, now - model->warmup) / 2,
        .max = (double)level_max(halves) / 2,
        .limit = config->max_acu,
    };
    return 2;
}

/* Every query has a connection; every connection is lent, kept or somebody's own. */
void sql_audit(struct model *model, struct svc *svc)
{
    const struct sql_config *config = svc->config;
    const struct sql *sql = svc->state;
    (void)model;
    ASSERT((size_t)sql->running == sql->sharing.count);
    ASSERT(0 <= sql->running && sql->running <= sql->connections.value);
    ASSERT(config->proxy == NULL || sql->connections.value == sql->running + sql->idle);
    ASSERT(sql->scaling.power == SQL_RUNNING || sql->connections.value == 0);
    ASSERT(call_queue_is_empty(&sql->waiting) == (sql->waiting.depth.value == 0));
    ASSERT(call_queue_is_empty(&sql->waiting) || config->proxy != NULL ||
           sql->scaling.power == SQL_RESUMING);
}

void sql_finish(struct model *model, struct svc *svc)
{
    const struct sql_config *config = svc->config;
    const struct sql *sql = svc->state;
    sql_audit(model, svc);
    call_queue_check(model, &sql->waiting);
    ASSERT(config->proxy != NULL ||
           sql->connections.value == sql->own + connections_count(model, svc));
}
