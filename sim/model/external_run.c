/* external_run.c - see external_run.h. */
#include "model/external_run.h"

#include <math.h>

static int64_t places_of(const struct external_config *config)
{
    return config->concurrency == TIME_UNSET ? INT64_MAX : config->concurrency;
}

void external_start(struct model *model, struct svc *svc)
{
    const struct external_config *config = svc->config;
    struct external *external = svc->state;
    (void)model;
    call_queue_init(&external->waiting);
    external->has_places = config->concurrency != TIME_UNSET;
    external->has_limit = external->limited = !isnan(config->limit);
    if (external->limited)
        token_bucket_init(&external->rate, token_limit_of(config->limit, config->burst), 0);
    if (external->has_places)
        level_change(&external->places, config->concurrency, 0);
    external->salt_latency = rng_hash_text(1, svc->name);
    external->salt_errors = rng_hash_text(2, svc->name);
}

/* -- service ------------------------------------------------------------------------------------ */

static void note_share(const struct svc *svc, struct external *external)
{
    if (external->places.value <= 0)
        return;
    double share = (double)svc->concurrency.value / (double)external->places.value;
    external->busiest = fmax(external->busiest, share);
}

static sim_time serve(struct model *model, struct svc *svc, struct call *call)
{
    const struct external_config *config = svc->config;
    struct external *external = svc->state;
    double in_service = (double)(svc->concurrency.value + 1);
    int64_t latency = dist_draw(config->latency, draw_of(call->key, external->salt_latency));
    if (config->contention > 0)
        latency = time_round((double)latency + (double)config->contention * in_service);
    struct draw draw = draw_of(call->key, external->salt_errors);
    bool fails = config->errors > 0 && draw_chance(&draw, config->errors);
    sim_time due = call_serve(model, svc, call, latency, STAGE_DOWNSTREAM,
                              fails ? OUTCOME_ERROR : OUTCOME_OK, fails ? 500 : 200);
    note_share(svc, external);
    return due;
}

static bool has_room(const struct svc *svc)
{
    return svc->concurrency.value < places_of(svc->config);
}

/* Whoever waits takes what came free, in order. */
static void serve_waiting(struct model *model, struct svc *svc)
{
    const struct external_config *config = svc->config;
    struct external *external = svc->state;
    while (!call_queue_is_empty(&external->waiting) && has_room(svc)) {
        struct call *call = call_queue_next(model, &external->waiting);
        if (config->abandoned == ABANDONED_DROP && !call_is_awaited(model, call))
            call_queue_give_up(model, call, OUTCOME_TIMEOUT, 504);
        else
            (void)serve(model, svc, call);
    }
}

static sim_time refuse(struct model *model, struct call *call, uint64_t *counter, int status)
{
    *counter += call_measured(call);
    call_refuse(model, call, status);
    return DUE_ANSWERED;
}

sim_time external_submit(struct model *model, struct svc *svc, struct call *call)
{
    const struct external_config *config = svc->config;
    struct external *external = svc->state;
    if (external->limited && !token_bucket_take_one(&external->rate, model->sim.now))
        return refuse(model, call, &external->refused_rate, 429);
    if (has_room(svc))
        return serve(model, svc, call);
    if (config->queue != TIME_UNSET && external->waiting.depth.value >= config->queue)
        return refuse(model, call, &external->refused_queue, 503);
    call_queue_join(model, &external->waiting, call);
    return DUE_UNKNOWN;
}

/* The next in line is served before the answer goes out, lest the caller's next call overtake it. */
void external_complete(struct model *model, struct svc *svc, struct call *call)
{
    call_end(model, svc, call);
    serve_waiting(model, svc);
    call_answer(model, call, (enum outcome)call->outcome, call->status);
}

void external_apply(struct model *model, struct svc *svc)
{
    const struct external_config *config = svc->config;
    struct external *external = svc->state;
    bool was_limited = external->limited;
    external->limited = !isnan(config->limit);
    if (external->limited) {
        struct token_limit limit = token_limit_of(config->limit, config->burst);
        if (was_limited)
            token_bucket_set(&external->rate, limit, model->sim.now);
        else
            token_bucket_init(&external->rate, limit, model->sim.now);
    }
    int64_t places = config->concurrency == TIME_UNSET ? 0 : config->concurrency;
    level_change(&external->places, places - external->places.value, model->sim.now);
    serve_waiting(model, svc);
}

/* -- what is seen ------------------------------------------------------------------------------- */

uint64_t external_metrics(const struct svc *svc)
{
    const struct external *external = svc->state;
    uint64_t has = METRICS_CALLS | METRIC_BIT(METRIC_CONCURRENCY) | METRIC_BIT(METRIC_DEPTH) |
                   METRIC_BIT(METRIC_STAGE_QUEUE) | METRIC_BIT(METRIC_STAGE_DOWNSTREAM);
    return external->has_places ? has | METRIC_BIT(METRIC_UTILISATION) : has;
}

void external_begin(struct model *model, struct svc *svc)
{
    struct external *external = svc->state;
    level_begin(&external->waiting.depth, model->sim.now);
    level_begin(&external->places, model->sim.now);
    external->busiest = 0;
    note_share(svc, external);
}

void external_view(struct model *model, struct svc *svc, struct svc_view *view)
{
    struct external *external = svc->state;
    sim_time now = model->sim.now, width = now - model->warmup;
    view->mean[LEVEL_DEPTH] = level_mean(&external->waiting.depth, now, width);
    view->max[LEVEL_DEPTH] = (double)level_max(&external->waiting.depth);
    if (!external->has_places)
        return;
    double places = level_mean(&external->places, now, width);
    view->mean[LEVEL_UTILISATION] = places > 0 ? view->mean[LEVEL_CONCURRENCY] / places : 0;
    view->max[LEVEL_UTILISATION] = external->busiest;
}

void external_sample(struct model *model, struct svc *svc, struct svc_sample *sample)
{
    const struct external *external = svc->state;
    sample->queue_depth = (double)external->waiting.depth.value;
    sample->queue_age_s = (double)call_queue_age(model, &external->waiting) / 1e9;
}

int external_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                      double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES])
{
    const struct external_config *config = svc->config;
    const struct external *external = svc->state;
    int count = 0;
    (void)model;
    if (external->has_places) {
        rows[count] = (struct capacity_row){
            .resource = svc->name,
            .what = "concurrency",
            .limit_name = "own",
            .mean = view->mean[LEVEL_CONCURRENCY],
            .max = view->max[LEVEL_CONCURRENCY],
            .limit = (double)config->concurrency,
        };
        if (config->queue != TIME_UNSET) {
            rows[count].refused_by[0] = "full queue";
            rows[count].refused[0] = (double)external->refused_queue;
        }
        count++;
    }
    if (external->has_limit)
        rows[count++] = (struct capacity_row){
            .resource = svc->name,
            .what = "requests/s",
            .limit_name = "own",
            .mean = rate_mean,
            .max = rate_max,
            .limit = config->limit,
            .refused_by = {"own limit"},
            .refused = {(double)external->refused_rate},
        };
    return count;
}

/* Nobody waits while there is room. */
void external_audit(struct model *model, struct svc *svc)
{
    const struct external *external = svc->state;
    (void)model;
    ASSERT(call_queue_is_empty(&external->waiting) == (external->waiting.depth.value == 0));
    ASSERT(call_queue_is_empty(&external->waiting) || !has_room(svc));
}

void external_finish(struct model *model, struct svc *svc)
{
    const struct external *external = svc->state;
    external_audit(model, svc);
    call_queue_check(model, &external->waiting);
}
