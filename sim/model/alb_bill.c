/* alb_bill.c - hours and capacity units of a load balancer; see alb_run.h. */
#include "model/alb_run.h"

#define GB       1073741824.
#define PER_HOUR 3600

void alb_start_units(struct model *model, struct svc *svc)
{
    const struct alb_config *config = svc->config;
    struct alb *alb = svc->state;
    const struct catalog *catalog = model->catalog;
    double per_s = catalog_limit(catalog, "alb.lcu_hour.new_conn_per_s");
    double active = catalog_limit(catalog, "alb.lcu_hour.active_conn");
    double evaluations = catalog_limit(catalog, "alb.lcu_hour.rule_eval_per_s");
    alb->unit = (struct alb_unit){
        .connections = (int64_t)(per_s * PER_HOUR) * config->per_connection,
        .evaluations = (int64_t)(evaluations * PER_HOUR),
        .bytes = (int64_t)(catalog_limit(catalog, "alb.lcu_hour.gb_per_hour") * GB),
        .function_bytes = (int64_t)(catalog_limit(catalog, "alb.lcu_hour.gb_per_hour_lambda") * GB),
        .active_ns = (int128)active * SIM_HOUR,
    };
    alb->hour.ends = SIM_HOUR;
}

static int128 larger(int128 a, int128 b)
{
    return a > b ? a : b;
}

/* Of the hour so far, when connections add up to `active_ns`. */
static int64_t units(const struct alb *alb, const struct alb_config *config, int128 active_ns)
{
    const struct alb_hour *hour = &alb->hour;
    const struct alb_unit *unit = &alb->unit;
    int128 one = ALB_LCU_HOUR;
    int64_t others = hour->requests - hour->function_requests;
    int128 bytes = one * others * config->size / unit->bytes +
                   one * hour->function_requests * config->size / unit->function_bytes;
    int128 most = one * hour->requests / unit->connections;
    most = larger(most, one * active_ns / unit->active_ns);
    most = larger(most, bytes);
    most = larger(most, one * hour->evaluations / unit->evaluations);
    return (int64_t)most;
}

/* Up to `at`, which lies in the hour, with the concurrency as it has been since it last changed. */
static void meter(struct model *model, struct svc *svc, sim_time at)
{
    struct alb *alb = svc->state;
    const struct level *level = &svc->concurrency;
    int128 area = level->area + (int128)level->value * (at - level->as_of);
    int64_t now = units(alb, svc->config, area - alb->hour.connections_before);
    svc_meter(svc, ALB_LCU, now - alb->hour.metered, model->measuring);
    alb->hour.metered = now;
    if (at == alb->hour.ends)
        alb->hour = (struct alb_hour){.ends = at + SIM_HOUR, .connections_before = area};
}

void alb_turn_hour(struct model *model, struct svc *svc)
{
    const struct alb *alb = svc->state;
    while (alb->hour.ends <= model->sim.now)
        meter(model, svc, alb->hour.ends);
}

void alb_settle(struct model *model, struct svc *svc, sim_time from, sim_time to)
{
    svc_meter(svc, ALB_HOURS, to / SIM_MS - from / SIM_MS, model->measuring);
    alb_turn_hour(model, svc);
    meter(model, svc, to);
}

bool alb_has_line(const struct model *model, const struct svc *svc, int meter)
{
    (void)svc;
    return meter != ALB_TRANSFER || model->transfer_bytes > 0;
}
