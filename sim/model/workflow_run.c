/* workflow_run.c - see workflow_run.h. */
#include "model/workflow_run.h"

#include <math.h>

#include "model/loop.h"

/* The first event of the class. */
#define EVENT_ACKNOWLEDGE SVC_EVENT(svc_workflow_class, 0)

/* -- a bucket one waits at --------------------------------------------------------------------------- */

void token_line_init(struct token_line *line, struct token_limit limit)
{
    token_bucket_init(&line->bucket, limit, 0);
    line->granted = 0;
}

/* The bucket is only ever asked at instants that do not step back: now, or, behind a line, when the last in it is served.
 * There it says when the next token comes. So a million who wait cost one number. */
sim_time token_line_take(struct token_line *line, sim_time now)
{
    sim_time from = line->granted > now ? line->granted : now;
    sim_time wait = token_bucket_wait(&line->bucket, 1, from);
    line->granted = from + wait;
    bool taken = token_bucket_take(&line->bucket, 1, line->granted);
    ASSERT(taken);
    return line->granted - now;
}

/* -- quotas ------------------------------------------------------------------------------------------ */

static struct token_limit quota(const struct model *model, const char *refill, const char *burst)
{
    return token_limit_of(catalog_limit(model->catalog, refill),
                          (int64_t)catalog_limit(model->catalog, burst));
}

static struct workflow_quotas *account_quotas(struct model *model)
{
    struct workflow_quotas *quotas = model_shared(model, svc_workflow_class);
    if (quotas->ready)
        return quotas;
    quotas->ready = true;
    token_bucket_init(
        &quotas->starts[WORKFLOW_STANDARD],
        quota(model, "sfn.standard.start_bucket.refill_per_s", "sfn.standard.start_bucket.burst"),
        0);
    token_bucket_init(
        &quotas->starts[WORKFLOW_EXPRESS],
        quota(model, "sfn.express.start_bucket.refill_per_s", "sfn.express.start_bucket.burst"), 0);
    token_line_init(&quotas->transitions,
                    quota(model, "sfn.standard.transition_bucket.refill_per_s",
                          "sfn.standard.transition_bucket.burst"));
    return quotas;
}

/* -- an execution ------------------------------------------------------------------------------------ */

/* The interpreter enters a state: what it waits for a transition, and what entering takes. call->instance counts the states
 * entered, so that the first, whose time `delivery` holds, is known. */
static void enter_state(struct model *model, struct svc *svc, uint32_t slot, struct draw draw,
                        int64_t delay[STAGE_COUNT])
{
    const struct workflow_config *config = svc->config;
    struct workflow *workflow = svc->state;
    struct call *call = call_at(model, slot);
    bool first = call->instance++ == 0;
    if (workflow->transitions != NULL) {
        svc_meter(svc, WORKFLOW_TRANSITIONS, 1, call_measured(call));
        sim_time wait = token_line_take(workflow->transitions, model->sim.now);
        workflow->queued += wait > 0 && model->measuring;
        delay[STAGE_QUEUE] += wait;
    }
    if (!first)
        delay[STAGE_OVERHEAD] +=
            time_round((double)dist_draw(config->overhead, draw) * svc->latency_factor);
}

static int64_t ceil_to(int64_t value, int64_t unit)
{
    return (value + unit - 1) / unit * unit;
}

/* From the first state to the end. */
static void meter_duration(struct model *model, struct svc *svc, const struct call *call)
{
    const struct workflow_config *config = svc->config;
    const struct workflow *workflow = svc->state;
    if (config->kind != WORKFLOW_EXPRESS)
        return;
    int64_t ns = model->sim.now - call->arrived - call->init_ns;
    int64_t billed_ms = ceil_to(ns, workflow->chunk_ms * SIM_MS) / SIM_MS;
    svc_meter(svc, WORKFLOW_DURATION, billed_ms * config->billed_mb, call_measured(call));
}

static void on_done(struct model *model, struct svc *svc, uint32_t slot, struct handler_end end)
{
    struct workflow *workflow = svc->state;
    struct call *call = call_at(model, slot);
    int64_t own[STAGE_COUNT], path[STAGE_COUNT];
    for (int i = 0; i < STAGE_COUNT; i++) {
        own[i] = end.own[i];
        path[i] = end.path[i];
    }
    own[STAGE_OVERHEAD] += call->init_ns;
    path[STAGE_OVERHEAD] += call->init_ns;
    meter_duration(model, svc, call);
    workflow->ended++;
    call_end(model, svc, call);
    call_answer_staged(model, call, end.outcome, end.status, own, path);
}

static int64_t draw_time(const struct svc *svc, const struct dist *dist, uint64_t key,
                         uint64_t salt)
{
    return time_round((double)dist_draw(dist, draw_of(key, salt)) * svc->latency_factor);
}

/* The call is an execution from now on. Returns when its caller has its answer. An execution that nobody waits for begins no
 * sooner than its start is acknowledged, so the call outlives the acknowledgement. */
static sim_time begin(struct model *model, struct svc *svc, struct call *call, bool waited_for)
{
    const struct workflow_config *config = svc->config;
    struct workflow *workflow = svc->state;
    sim_time now = model->sim.now;
    uint32_t slot = call_slot(model, call);
    const struct dist *law = waited_for ? config->deliver_called : config->deliver_started;
    int64_t delivery = draw_time(svc, law, call->key, workflow->salt_delivery);
    sim_time due = DUE_UNKNOWN;
    call_begin(model, svc, call);
    call->instance = 0;
    workflow->begun++;
    if (config->kind == WORKFLOW_EXPRESS)
        svc_meter(svc, WORKFLOW_REQUESTS, 1, call_measured(call));
    if (!waited_for && (call->flags & CALL_ANSWERED) == 0) {
        int64_t acknowledge =
            draw_time(svc, config->acknowledge, call->key, workflow->salt_acknowledge);
        delivery = delivery > acknowledge ? delivery : acknowledge;
        due = now + acknowledge;
        sim_at(&model->sim, due, SIM_COMPLETION, EVENT_ACKNOWLEDGE, slot, call->head.generation);
    }
    call->init_ns = delivery;
    sim_time start = now + delivery;
    handler_start(model, svc, &workflow->handler, slot, start, 0, start + config->longest);
    return due;
}

/* The first to be scheduled at its instant, so the call is still what it was. */
void workflow_on_acknowledge(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct call *call = call_at(model, slot);
    ASSERT(pool_is_live(&model->calls, slot));
    ASSERT((call->head.generation & SIM_GENERATION_MASK) == generation);
    call_acknowledge(model, call, 200, STAGE_DOWNSTREAM);
}

static bool may_start(struct model *model, struct workflow *workflow, bool measured)
{
    if (LIKELY(token_bucket_take_one(workflow->starts, model->sim.now)))
        return true;
    workflow->refused += measured;
    return false;
}

sim_time workflow_submit(struct model *model, struct svc *svc, struct call *call)
{
    if (!may_start(model, svc->state, call_measured(call))) {
        call_refuse(model, call, 429);
        return DUE_ANSWERED;
    }
    if (!loop_may_enter(model, svc, &call->hops)) {
        call_answer(model, call, OUTCOME_ERROR, 508);
        return DUE_ANSWERED;
    }
    return begin(model, svc, call,
                 workflow_is_waited_for(svc->config, call_args(model, call)->use));
}

/* A message starts an execution that nobody waits for. One that a loop brought round too often ends at once. */
bool workflow_accept(struct model *model, struct svc *svc, const struct message *message)
{
    if (!may_start(model, svc->state, model->measuring)) {
        message_count(model, svc, false);
        return false;
    }
    struct caller caller = {
        .svc = svc->index,
        .owner = POOL_NONE,
        .edge = message->edge,
        .key = message->key,
        .root_key = message->root_key,
        .root_start = message->root_start,
        .source = message->source,
        .hops = message->hops,
    };
    struct call *call = call_own(model, &caller, (struct target){(int32_t)svc->index, -1});
    if (!loop_may_enter(model, svc, &call->hops))
        call_answer(model, call, OUTCOME_ERROR, 508);
    else
        (void)begin(model, svc, call, false);
    return true;
}

/* -- a run ------------------------------------------------------------------------------------------- */

/* Own quotas begin full when they are first given. */
static void set_quotas(struct model *model, struct svc *svc)
{
    const struct workflow_config *config = svc->config;
    struct workflow *workflow = svc->state;
    struct workflow_quotas *quotas = account_quotas(model);
    sim_time now = model->sim.now;
    bool had_starts = workflow->starts == &workflow->own_starts;
    workflow->starts =
        isnan(config->start_rate) ? &quotas->starts[config->kind] : &workflow->own_starts;
    if (!isnan(config->start_rate)) {
        struct token_limit limit = token_limit_of(config->start_rate, config->start_burst);
        if (had_starts)
            token_bucket_set(&workflow->own_starts, limit, now);
        else
            token_bucket_init(&workflow->own_starts, limit, now);
    }
    if (config->kind == WORKFLOW_EXPRESS)
        return;
    bool had_line = workflow->transitions == &workflow->own_transitions;
    workflow->transitions =
        isnan(config->transition_rate) ? &quotas->transitions : &workflow->own_transitions;
    if (isnan(config->transition_rate))
        return;
    struct token_limit limit = token_limit_of(config->transition_rate, config->transition_burst);
    struct token_line *line = &workflow->own_transitions;
    if (!had_line) {
        token_line_init(line, limit);
        return;
    }
    /* Who waits already has a date; the new rate is for those who come. */
    token_bucket_set(&line->bucket, limit, line->granted > now ? line->granted : now);
}

void workflow_start(struct model *model, struct svc *svc)
{
    const struct workflow_config *config = svc->config;
    struct workflow *workflow = svc->state;
    workflow->salt_delivery = rng_hash_text(1, svc->name);
    workflow->salt_acknowledge = rng_hash_text(2, svc->name);
    workflow->chunk_ms = (int64_t)catalog_limit(model->catalog, "sfn.express.duration.round_ms");
    handler_bind(model, svc, &workflow->handler, config->states);
    workflow->handler.cpu_factor = 1;
    workflow->handler.done = on_done;
    workflow->handler.state = enter_state;
    set_quotas(model, svc);
}

void workflow_apply(struct model *model, struct svc *svc)
{
    set_quotas(model, svc);
}

/* Every execution that began has ended or is there. */
void workflow_audit(struct model *model, struct svc *svc)
{
    const struct workflow *workflow = svc->state;
    (void)model;
    ASSERT(workflow->begun == workflow->ended + (uint64_t)svc->concurrency.value);
}

/* -- what is seen ------------------------------------------------------------------------------------ */

static bool is_express(const struct svc *svc)
{
    return ((const struct workflow_config *)svc->config)->kind == WORKFLOW_EXPRESS;
}

bool workflow_has_line(const struct model *model, const struct svc *svc, int meter)
{
    (void)model;
    return (meter != WORKFLOW_TRANSITIONS) == is_express(svc);
}

uint64_t workflow_metrics(const struct svc *svc)
{
    uint64_t has = METRICS_CALLS | METRICS_STAGES | METRICS_COST |
                   METRIC_BIT(METRIC_STAGE_OVERHEAD) | METRIC_BIT(METRIC_DURATION) |
                   METRIC_BIT(METRIC_CONCURRENCY);
    return is_express(svc) ? has | METRIC_BIT(METRIC_BILLED_GB_S) : has;
}

void workflow_view(struct model *model, struct svc *svc, struct svc_view *view)
{
    int64_t billed = svc->meters[WORKFLOW_DURATION] - svc->meters_pre[WORKFLOW_DURATION];
    (void)model;
    if (is_express(svc))
        view->total[TOTAL_BILLED_GB_S] = (double)billed / 1000 / 1024;
}

void workflow_begin(struct model *model, struct svc *svc)
{
    struct workflow *workflow = svc->state;
    workflow->transitions_sampled = svc->meters[WORKFLOW_TRANSITIONS];
    workflow->sampled_at = model->sim.now;
    workflow->transitions_max = 0;
}

void workflow_sample(struct model *model, struct svc *svc, struct svc_sample *sample)
{
    struct workflow *workflow = svc->state;
    sim_time width = model->sim.now - workflow->sampled_at;
    int64_t count = svc->meters[WORKFLOW_TRANSITIONS] - workflow->transitions_sampled;
    (void)sample; /* no column of the series is a workflow's alone */
    if (width <= 0)
        return;
    workflow->transitions_max =
        fmax(workflow->transitions_max, (double)count / ((double)width / 1e9));
    workflow->transitions_sampled = svc->meters[WORKFLOW_TRANSITIONS];
    workflow->sampled_at = model->sim.now;
}

int workflow_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                      double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES])
{
    const struct workflow_config *config = svc->config;
    const struct workflow *workflow = svc->state;
    double span_s = (double)(model->sim.now - model->warmup) / 1e9;
    int64_t transitions = svc->meters[WORKFLOW_TRANSITIONS] - svc->meters_pre[WORKFLOW_TRANSITIONS];
    (void)view;
    rows[0] = (struct capacity_row){
        .resource = svc->name,
        .what = "starts/s",
        .limit_name = isnan(config->start_rate) ? "account" : "own",
        .mean = rate_mean,
        .max = rate_max,
        .limit = (double)workflow->starts->limit.rate_micro_per_s / 1e6,
        .refused_by = {"start rate"},
        .refused = {(double)workflow->refused},
    };
    if (is_express(svc))
        return 1;
    rows[1] = (struct capacity_row){
        .resource = svc->name,
        .what = "transitions/s",
        .limit_name = isnan(config->transition_rate) ? "account" : "own",
        .mean = span_s > 0 ? (double)transitions / span_s : 0,
        .max = workflow->transitions_max,
        .limit = (double)workflow->transitions->bucket.limit.rate_micro_per_s / 1e6,
    };
    return 2;
}
