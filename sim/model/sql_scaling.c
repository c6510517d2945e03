/* sql_scaling.c - see sql_scaling.h. */
#include "model/sql_scaling.h"

#include <math.h>

#include "model/sql_run.h"

static struct sql_scaling *scaling_of(const struct svc *svc)
{
    return &((struct sql *)svc->state)->scaling;
}

static void later(struct model *model, const struct svc *svc, sim_time when, enum sim_phase phase,
                  enum sql_event event)
{
    sim_at(&model->sim, when, phase, SVC_EVENT(svc_sql_class, event), svc->index, 0);
}

/* The least it runs with. */
static int64_t least_halves(const struct sql_config *config)
{
    return config->min_halves > 0 ? config->min_halves : 1;
}

static void set_halves(struct model *model, struct svc *svc, int64_t halves)
{
    const struct sql_config *config = svc->config;
    struct level *level = &scaling_of(svc)->halves;
    if (halves == level->value)
        return;
    svc_settle(model, svc);
    level_change(level, halves - level->value, model->sim.now);
    sql_set_capacity(model, svc, llround(config->per_acu * 500 * (double)halves));
}

/* -- following the load --------------------------------------------------------------------------- */

#define SHRINK_BELOW                                                                               \
    0.9 /* of the target, with the capacity there would be: or it would grow again at once */

int64_t sql_scaling_next(const struct sql_scaling_rule *rule, int64_t halves, double utilisation)
{
    double step = (double)halves * rule->step;
    if (utilisation > rule->target) {
        int64_t more = halves + (int64_t)fmax(1, ceil(step));
        return more < rule->most ? more : rule->most;
    }
    int64_t less = halves - (int64_t)fmax(1, floor(step / 2));
    less = less > rule->least ? less : rule->least;
    double then = utilisation * (double)halves / (double)less;
    return then < SHRINK_BELOW * rule->target ? less : halves;
}

static void begin_tick(struct model *model, struct svc *svc)
{
    const struct sql_config *config = svc->config;
    struct sql *sql = svc->state;
    level_touch(&sql->busy, model->sim.now);
    level_touch(&sql->full, model->sim.now);
    sql->scaling.busy_area = sql->busy.area;
    sql->scaling.full_area = sql->full.area;
    sql->scaling.ticking = true;
    later(model, svc, model->sim.now + config->scale_every, SIM_COMPLETION, SQL_EVENT_SCALE);
}

void sql_scaling_tick(struct model *model, struct svc *svc)
{
    const struct sql_config *config = svc->config;
    if (config->serverless && !scaling_of(svc)->ticking &&
        least_halves(config) < config->max_halves)
        begin_tick(model, svc);
}

void sql_on_scale(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct svc *svc = &model->svcs[slot];
    const struct sql_config *config = svc->config;
    struct sql *sql = svc->state;
    struct sql_scaling *scaling = &sql->scaling;
    (void)generation;
    level_touch(&sql->busy, sim->now);
    level_touch(&sql->full, sim->now);
    double busy = (double)(sql->busy.area - scaling->busy_area);
    double full = (double)(sql->full.area - scaling->full_area);
    scaling->ticking = false;
    if (scaling->power != SQL_RUNNING || full <= 0)
        return;
    struct sql_scaling_rule rule = {least_halves(config), config->max_halves, config->scale_target,
                                    config->scale_step};
    set_halves(model, svc, sql_scaling_next(&rule, scaling->halves.value, busy / full));
    if (busy > 0 || sql->running > 0 || scaling->halves.value > rule.least)
        begin_tick(model, svc);
}

/* -- pausing -------------------------------------------------------------------------------------- */

static void expect_pause(struct model *model, struct svc *svc)
{
    const struct sql_config *config = svc->config;
    struct sql_scaling *scaling = scaling_of(svc);
    if (!sql_may_pause(config) || scaling->pause_pending)
        return;
    scaling->pause_pending = true;
    later(model, svc, scaling->idle_since + config->pause_after, SIM_EXPIRY, SQL_EVENT_PAUSE);
}

void sql_scaling_idle(struct model *model, struct svc *svc)
{
    scaling_of(svc)->idle_since = model->sim.now;
    expect_pause(model, svc);
}

void sql_on_pause(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct svc *svc = &model->svcs[slot];
    const struct sql_config *config = svc->config;
    const struct sql *sql = svc->state;
    struct sql_scaling *scaling = scaling_of(svc);
    (void)generation;
    scaling->pause_pending = false;
    if (scaling->power != SQL_RUNNING || sql->connections.value > 0 || sql->running > 0)
        return; /* sql_scaling_idle will come */
    if (scaling->idle_since + config->pause_after > sim->now) {
        expect_pause(model, svc);
        return;
    }
    scaling->power = SQL_PAUSED;
    scaling->paused_at = sim->now;
    set_halves(model, svc, 0);
}

void sql_scaling_resume(struct model *model, struct svc *svc)
{
    const struct sql_config *config = svc->config;
    struct sql_scaling *scaling = scaling_of(svc);
    if (scaling->power != SQL_PAUSED)
        return;
    bool is_long = model->sim.now - scaling->paused_at > config->long_pause;
    sim_time takes = config->resume != TIME_UNSET ? config->resume
                     : is_long                    ? config->resume_long
                                                  : config->resume_short;
    scaling->power = SQL_RESUMING;
    later(model, svc, model->sim.now + takes, SIM_COMPLETION, SQL_EVENT_RESUMED);
}

void sql_on_resumed(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct svc *svc = &model->svcs[slot];
    struct sql *sql = svc->state;
    (void)generation;
    sql->scaling.power = SQL_RUNNING;
    set_halves(model, svc, least_halves(svc->config));
    sql_wake(model, svc);
    if (sql->connections.value == 0)
        sql_scaling_idle(model, svc);
}

void sql_scaling_start(struct model *model, struct svc *svc)
{
    const struct sql_config *config = svc->config;
    if (!config->serverless) {
        sql_set_capacity(model, svc, config->full_speed);
        return;
    }
    set_halves(model, svc, least_halves(config));
    expect_pause(model, svc);
}
