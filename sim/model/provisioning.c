/* provisioning.c - see provisioning.h. */
#include "model/provisioning.h"

#include <math.h>

#include "model/function_run.h"

static struct function *function_of(const struct svc *svc)
{
    return svc->state;
}

/* -- maxima of both pools ------------------------------------------------------------------ */

/* Between two changes of the number allocated that number is constant, so the maximum of all instances is it plus the
 * maximum of those on demand: at a change one period is closed and the next is opened. */
static void close_period(struct function *fn, sim_time now)
{
    struct provisioning *units = &fn->units;
    instance_sweep(&fn->on_demand, now);
    int64_t alive = fn->on_demand.alive_max + instance_alive(&fn->provisioned);
    int64_t idle = fn->on_demand.idle_max + fn->provisioned.idle_max;
    units->instances_max = alive > units->instances_max ? alive : units->instances_max;
    units->idle_max = idle > units->idle_max ? idle : units->idle_max;
}

static void open_period(struct function *fn, sim_time now)
{
    fn->on_demand.alive_max = instance_alive(&fn->on_demand);
    fn->on_demand.idle_max = fn->on_demand.idle;
    fn->provisioned.idle_max = fn->provisioned.idle;
    int64_t alive = instance_alive(&fn->provisioned);
    level_change(&fn->units.allocated, alive - fn->units.allocated.value, now);
}

/* -- what it costs ------------------------------------------------------------------------- */

static void push_layer(struct provisioning *units, int64_t count, sim_time now)
{
    if (count == 0)
        return;
    units->layers =
        mem_grow(units->layers, units->layer_count, &units->layer_capacity, sizeof(*units->layers));
    units->layers[units->layer_count++] = (struct provisioned_layer){now, count};
}

/* The youngest `count` units leave. Their time so far is metered as it went by (function_settle); here the
 * rest of the period they are in. */
static void pop_layers(struct model *model, struct svc *svc, int64_t count, sim_time now)
{
    const struct function_config *config = svc->config;
    struct provisioning *units = &function_of(svc)->units;
    int64_t period_ms = units->period / SIM_MS;
    while (count > 0) {
        struct provisioned_layer *layer = &units->layers[units->layer_count - 1];
        int64_t leave = layer->units < count ? layer->units : count;
        int64_t into_ms = (now / SIM_MS - layer->since / SIM_MS) % period_ms;
        int64_t rest_ms = into_ms == 0 ? 0 : period_ms - into_ms;
        svc_meter(svc, FUNCTION_PC_CAPACITY, config->memory_mb * leave * rest_ms, model->measuring);
        layer->units -= leave;
        count -= leave;
        units->layer_count -= layer->units == 0;
    }
}

/* Every new instance initialises; longer than the limit it may not. */
static void bill_inits(struct model *model, struct svc *svc, int64_t count)
{
    const struct function_config *config = svc->config;
    struct function *fn = svc->state;
    int64_t ms = 0;
    for (int64_t i = 0; i < count; i++) {
        uint64_t key = stream_at(fn->units.stream, ++fn->units.drawn);
        int64_t init = dist_draw(config->init, draw_of(key, fn->salt_init));
        init = init < config->init_limit_provisioned ? init : config->init_limit_provisioned;
        ms += (init + SIM_MS - 1) / SIM_MS;
    }
    svc_meter(svc, FUNCTION_PC_COMPUTE, ms * config->memory_mb, model->measuring);
}

/* -- changes ------------------------------------------------------------------------------- */

static void set_ready(struct model *model, struct svc *svc, int64_t ready)
{
    struct function *fn = svc->state;
    sim_time now = model->sim.now;
    struct token_limit limit = function_request_limit(model, ready);
    /* A bucket for a pool that was not there before starts full. */
    if (fn->units.ready == 0)
        token_bucket_init(&fn->provisioned_requests, limit, now);
    else
        token_bucket_set(&fn->provisioned_requests, limit, now);
    fn->units.ready = ready;
}

static void release_units(struct model *model, struct svc *svc, int64_t count)
{
    struct function *fn = svc->state;
    sim_time now = model->sim.now;
    close_period(fn, now);
    fn->units.leaving += instance_retire(&fn->provisioned, count, now);
    open_period(fn, now);
    set_ready(model, svc, fn->units.ready - count);
}

static void start_allocation(struct model *model, struct svc *svc, int64_t count)
{
    const struct function_config *config = svc->config;
    struct provisioning *units = &function_of(svc)->units;
    uint64_t key = stream_at(units->stream, ++units->drawn);
    int64_t prepare = dist_draw(config->provisioning, draw_of(key, 0));
    int64_t per_min = (int64_t)catalog_limit(model->catalog, "lambda.pc.alloc_per_min");
    sim_time build = (count * SIM_MINUTE + per_min - 1) / per_min;
    units->allocating = true;
    sim_at(&model->sim, model->sim.now + prepare + build, SIM_COMPLETION,
           SVC_EVENT(svc_function_class, PROVISIONING_READY), svc->index, units->change);
}

static void request(struct model *model, struct svc *svc, int64_t wanted)
{
    struct provisioning *units = &function_of(svc)->units;
    sim_time now = model->sim.now;
    if (wanted == units->wanted)
        return;
    svc_settle(model, svc);
    if (wanted > units->wanted)
        push_layer(units, wanted - units->wanted, now);
    else
        pop_layers(model, svc, units->wanted - wanted, now);
    units->wanted = wanted;
    units->change++;
    units->allocating = false;
    if (wanted > units->ready)
        start_allocation(model, svc, wanted - units->ready);
    else if (wanted < units->ready)
        release_units(model, svc, units->ready - wanted);
    function_set_aside(model, svc);
}

void provisioning_on_ready(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct svc *svc = &model->svcs[slot];
    struct function *fn = svc->state;
    struct provisioning *units = &fn->units;
    if (!units->allocating || (units->change & SIM_GENERATION_MASK) != generation)
        return; /* another request took its place */
    units->allocating = false;
    int64_t count = units->wanted - units->ready;
    bill_inits(model, svc, count);
    close_period(fn, sim->now);
    for (int64_t i = 0; i < count; i++)
        instance_create(&fn->provisioned, sim->now, sim->now, false);
    open_period(fn, sim->now);
    set_ready(model, svc, units->wanted);
    function_set_aside(model, svc);
}

/* -- who asks ------------------------------------------------------------------------------ */

static void expect_step(struct model *model, struct svc *svc)
{
    const struct provisioned_spec *spec =
        &((const struct function_config *)svc->config)->provisioned;
    struct provisioning *units = &function_of(svc)->units;
    if (units->next_step == spec->step_count) {
        if (spec->every == TIME_UNSET)
            return;
        units->next_step = 0;
        units->cycle += spec->every;
    }
    sim_time when = units->cycle + spec->steps[units->next_step].at;
    if (when < model->sim.horizon)
        sim_at(&model->sim, when, SIM_EXPIRY, SVC_EVENT(svc_function_class, PROVISIONING_STEP),
               svc->index, 0);
}

void provisioning_on_step(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct svc *svc = &model->svcs[slot];
    const struct provisioned_spec *spec =
        &((const struct function_config *)svc->config)->provisioned;
    (void)generation;
    request(model, svc, spec->steps[function_of(svc)->units.next_step++].count);
    expect_step(model, svc);
}

static sim_time point_period(const struct model *model)
{
    return (sim_time)(catalog_limit(model->catalog, "lambda.pc.aas_alarm.period_s") * 1e9);
}

static void expect_minute(struct model *model, struct svc *svc)
{
    sim_at(&model->sim, model->sim.now + point_period(model), SIM_EXPIRY,
           SVC_EVENT(svc_function_class, PROVISIONING_MINUTE), svc->index, 0);
}

/* The utilisation of the time since the last point, NAN if no call was in service in it. */
static double take_point(struct model *model, struct svc *svc)
{
    const struct function_config *config = svc->config;
    struct provisioning *units = &function_of(svc)->units;
    sim_time now = model->sim.now, width = point_period(model);
    double in_use, allocated, peak = units->minute_peak;
    int64_t in_use_max, ignored;
    level_sample(&units->in_use, now, width, &in_use, &in_use_max);
    level_sample(&units->allocated, now, width, &allocated, &ignored);
    double places = (double)config->instance_concurrency;
    units->minute_peak = (double)units->in_use.value / (places * (double)units->allocated.value);
    if (in_use_max == 0)
        return NAN;
    return config->provisioned.statistic == STATISTIC_MAXIMUM ? peak
                                                              : in_use / (places * allocated);
}

void provisioning_on_minute(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct svc *svc = &model->svcs[slot];
    struct provisioning *units = &function_of(svc)->units;
    (void)generation;
    double metric = take_point(model, svc);
    if (units->allocating)
        tracking_note(&units->tracking, metric);
    else
        request(model, svc, tracking_point(&units->tracking, metric, units->wanted, sim->now));
    expect_minute(model, svc);
}

/* -- calls --------------------------------------------------------------------------------- */

void provisioning_occupy(struct model *model, struct svc *svc)
{
    const struct function_config *config = svc->config;
    struct provisioning *units = &function_of(svc)->units;
    level_change(&units->in_use, 1, model->sim.now);
    double share = (double)units->in_use.value /
                   (double)(units->allocated.value * config->instance_concurrency);
    units->peak = share > units->peak ? share : units->peak;
    units->minute_peak = share > units->minute_peak ? share : units->minute_peak;
}

void provisioning_release(struct model *model, struct svc *svc, const struct call *call)
{
    uint32_t slot = call->instance;
    struct function *fn = svc->state;
    sim_time now = model->sim.now;
    const struct instance *instance = instance_at(&fn->provisioned, slot);
    level_change(&fn->units.in_use, -1, now);
    if (LIKELY(instance->expires > now || instance->in_use > 1)) {
        function_release_instance(model, &fn->provisioned, call, SIM_NEVER);
        return;
    }
    close_period(fn, now);
    function_release_instance(model, &fn->provisioned, call, SIM_NEVER);
    open_period(fn, now);
    fn->units.leaving--;
    function_set_aside(model, svc);
}

/* -- the run ------------------------------------------------------------------------------- */

static void start_tracking(struct model *model, struct svc *svc)
{
    const struct function_config *config = svc->config;
    const struct catalog *catalog = model->catalog;
    sim_time cooldown = (sim_time)(catalog_limit(catalog, "lambda.pc.aas_alarm.cooldown_s") * 1e9);
    struct tracking_rule rule = {
        .out_points = (int)catalog_limit(catalog, "lambda.pc.aas_alarm.high_points"),
        .in_points = (int)catalog_limit(catalog, "lambda.pc.aas_alarm.low_points"),
        .in_below = catalog_limit(catalog, "lambda.pc.aas_alarm.low_fraction_of_target"),
        .cooldown_out = cooldown,
        .cooldown_in = cooldown,
    };
    tracking_init(&function_of(svc)->units.tracking, &rule, &config->provisioned.autoscale);
    expect_minute(model, svc);
}

static void start_schedule(struct model *model, struct svc *svc)
{
    const struct provisioned_spec *spec =
        &((const struct function_config *)svc->config)->provisioned;
    struct provisioning *units = &function_of(svc)->units;
    if (spec->steps[0].at == 0) /* it stands ready */
        units->next_step = 1;
    expect_step(model, svc);
}

void provisioning_start(struct model *model, struct svc *svc)
{
    const struct function_config *config = svc->config;
    const struct provisioned_spec *spec = &config->provisioned;
    struct function *fn = svc->state;
    struct provisioning *units = &fn->units;
    bool arm = config->arch == ARCH_ARM64;
    units->period =
        (sim_time)(catalog_limit(model->catalog, arm ? "lambda.pc.capacity.arm64.round_s"
                                                     : "lambda.pc.capacity.x86.round_s") *
                   1e9);
    if (spec->count == TIME_UNSET)
        return;
    units->stream = stream_named(model->seed, model->rep, svc->name, "provisioning");
    units->wanted = spec->count;
    push_layer(units, spec->count, 0);
    for (int64_t i = 0; i < spec->count; i++)
        instance_create(&fn->provisioned, 0, 0, false);
    open_period(fn, 0);
    set_ready(model, svc, spec->count);
    if (spec->kind == PROVISIONED_SCHEDULE)
        start_schedule(model, svc);
    else if (spec->kind == PROVISIONED_TRACKING)
        start_tracking(model, svc);
}

void provisioning_begin(struct model *model, struct svc *svc)
{
    const struct function_config *config = svc->config;
    struct provisioning *units = &function_of(svc)->units;
    double places = (double)(units->allocated.value * config->instance_concurrency);
    level_begin(&units->in_use, model->sim.now);
    level_begin(&units->allocated, model->sim.now);
    units->peak = places > 0 ? (double)units->in_use.value / places : 0;
    units->instances_max = units->idle_max = 0;
}

/* The pool charges every instance for itself, the level counts them all: two ways to one area. And where an instance has one
 * place, all time it is not idle is a call's. */
void provisioning_finish(struct model *model, struct svc *svc)
{
    const struct function *fn = svc->state;
    const struct instance_pool *pool = &fn->provisioned;
    struct provisioning *units = &function_of(svc)->units;
    level_touch(&units->in_use, model->sim.now);
    level_touch(&units->allocated, model->sim.now);
    if (!model->measuring)
        return;
    int128 alive_ns = units->allocated.area - units->allocated.area_begin;
    int128 in_use_ns = units->in_use.area - units->in_use.area_begin;
    ASSERT(alive_ns == pool->alive_ns);
    ASSERT(pool->places > 1 || alive_ns == pool->idle_ns + in_use_ns);
}

void provisioning_audit(const struct svc *svc)
{
    const struct function *fn = svc->state;
    const struct provisioning *units = &fn->units;
    int64_t alive = instance_alive(&fn->provisioned), in_layers = 0;
    for (size_t i = 0; i < units->layer_count; i++)
        in_layers += units->layers[i].units;
    ASSERT(fn->provisioned.created == fn->provisioned.reclaimed + (uint64_t)alive);
    ASSERT(alive == units->ready + units->leaving && alive == units->allocated.value);
    ASSERT(units->allocating ? units->wanted > units->ready : units->wanted == units->ready);
    ASSERT(in_layers == units->wanted);
    ASSERT(0 <= units->in_use.value && units->in_use.value <= alive * fn->provisioned.places);
}

void provisioning_free(struct svc *svc)
{
    mem_free(function_of(svc)->units.layers);
}
