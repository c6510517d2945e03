/* svc_queue.c - `queue`: its settings, what they may be, what they cost. What it does in a run is in queue_run.h. */
#include "model/svc_queue.h"

#include <math.h>

#include "model/queue_run.h"
#include "model/svc_function.h"

#define AT(field) offsetof(struct queue_config, field)
#define MINUTE_S  60.
#define SECONDS   1e9
#define MEGABYTE  1048576

static const char *const aliases[] = {"sqs", NULL};
static const char *const poller_rules[] = {"2026", "2023", NULL};

#define POLLERS_AT(field) offsetof(struct poller_spec, field)

/* Bounds: assets/catalog/limits-aws.json (esm.sqs.provisioned). The first field may be written alone: pollers = "2023". */
static const struct param_spec poller_params[] = {
    {"rule", PARAM_ENUM, POLLERS_AT(rule), "2026", 0, 0, poller_rules,
     "how fast unprovisioned pollers grow: +300/min to 1250, or as before November 2023 +60/min to "
     "1000",
     0},
    {"min", PARAM_COUNT, POLLERS_AT(min), NULL, 2, 200, NULL, "provisioned pollers, always kept",
     0},
    {"max", PARAM_COUNT, POLLERS_AT(max), NULL, 2, 10000, NULL, "provisioned pollers, at most", 0},
    {0},
};
static const struct param_table poller_table = {poller_params, sizeof(struct poller_spec)};

/* Bounds: assets/catalog/limits-aws.json (sqs.*, esm.sqs.*). */
static const struct param_spec params[] = {
    {"consumer", PARAM_CONSUMER, AT(consumer), NULL, 0, 0, NULL,
     "function that is invoked with batches of messages", 0},
    {"batch", PARAM_COUNT, AT(batch), "10", 1, 10000, NULL, "messages of one invocation, at most",
     PARAM_SETTABLE},
    {"window", PARAM_TIME, AT(window), "0s", 0, 300e9, NULL,
     "how long a batch is gathered that is not full", PARAM_SETTABLE},
    {"visibility", PARAM_TIME, AT(visibility), "30s", 0, 43200e9, NULL,
     "a message that was received and not deleted is visible again after this long", 0},
    {"max_receive", PARAM_COUNT, AT(max_receive), NULL, 1, 1000, NULL,
     "receives of a message before it goes to the dlq; default 10", 0},
    {"dlq", PARAM_DLQ, AT(dlq), NULL, 0, 0, NULL, "queue for messages received too often", 0},
    {"max_concurrency", PARAM_COUNT, AT(max_concurrency), NULL, 2, 1000, NULL,
     "batches with the consumer at once, at most", PARAM_SETTABLE},
    {"partial_batch", PARAM_BOOL, AT(partial_batch), "false", 0, 0, NULL,
     "records that fail inside r:records are reported alone; the others are deleted", 0},
    {"fifo", PARAM_BOOL, AT(fifo), "false", 0, 0, NULL, "keeps the order within each message group",
     0},
    {"high_throughput", PARAM_BOOL, AT(high_throughput), "false", 0, 0, NULL,
     "fifo: the quota of high-throughput mode instead of 300 calls per second", 0},
    {"groups", PARAM_KEYS, AT(groups), NULL, 0, 0, NULL,
     "fifo: message groups: a number of them or zipf{...}; default one for all", 0},
    {"delay", PARAM_TIME, AT(delay), "0s", 0, 900e9, NULL,
     "a message is visible this long after it was sent", 0},
    {"retention", PARAM_TIME, AT(retention), "4d", 60e9, 1209600e9, NULL,
     "a message older than this is lost", 0},
    {"pollers", PARAM_TABLE, AT(pollers), NULL, 0, 0, &poller_table,
     "how the pollers grow: \"2026\", \"2023\", or { min = 2, max = 200 } provisioned ones", 0},
    {"delivery", PARAM_TIME_DIST, AT(delivery), NULL, 0, 0, NULL,
     "from send to handler when a poller waits; default from the catalog", PARAM_SETTABLE},
    {"latency", PARAM_TIME_DIST, AT(latency), NULL, 0, 0, NULL,
     "of a send; default from the catalog", PARAM_SETTABLE},
    {"receive_wait", PARAM_TIME, AT(receive_wait), "20s", 1e9, 20e9, NULL,
     "how long an idle poller's receive waits before it ends empty, and is billed", 0},
    {0},
};

static const struct meter_spec meters[] = {
    [QUEUE_REQUESTS] = {"requests", NULL, "request", 1},
    [QUEUE_EMPTY_RECEIVES] = {"empty receives", NULL, "request", 1},
    [QUEUE_POLLERS] = {"provisioned pollers", "lambda.esm_provisioned.epu_hour", "poller_h", 3.6e9},
    {0},
};

static const char *price_of(const void *config, int meter)
{
    (void)meter;
    return ((const struct queue_config *)config)->fifo ? "sqs.fifo.request"
                                                       : "sqs.standard.request";
}

/* -- rules ------------------------------------------------------------------------------------------ */

static bool check_fifo(const struct queue_config *queue, struct check_context *context,
                       struct err *err)
{
    double most = catalog_limit(context->catalog, "esm.sqs.batch.max_fifo");
    if (!queue->fifo) {
        if (queue->groups.kind == KEYS_NONE && !queue->high_throughput)
            return true;
        err_set(err, "%s needs fifo = true",
                queue->groups.kind == KEYS_NONE ? "high_throughput" : "groups");
        return err_help(err,
                        "a standard queue keeps no order, so it has no message groups to lock");
    }
    if ((double)queue->batch > most) {
        err_set(err, "batch = %lld is above the maximum of %.0f of a FIFO queue",
                (long long)queue->batch, most);
        return err_help(err, "batch is 1 .. %.0f where fifo = true", most);
    }
    if (queue->window > 0) {
        err_set(err, "window is not available for FIFO queues");
        return err_help(
            err, "Lambda gathers batches over a window from standard queues only: drop window");
    }
    if (queue->groups.kind == KEYS_NONE && queue_has_consumer(queue))
        context->warn(
            context->warnings,
            arena_printf(context->arena,
                         "queue '%s': fifo without groups: unless senders name groups, all "
                         "messages are in one, and one batch is in flight at a time",
                         context->name));
    return true;
}

static bool check_batch(const struct queue_config *queue, struct check_context *context,
                        struct err *err)
{
    double usual = catalog_limit(context->catalog, "esm.sqs.batch.default");
    if ((double)queue->batch <= usual || queue->window >= SIM_SECOND)
        return true;
    err_set(err, "batch = %lld needs a window of at least 1s", (long long)queue->batch);
    return err_help(
        err, "one receive brings %.0f messages at most: write window = \"1s\", or batch = %.0f",
        usual, usual);
}

/* The queue's dead letters go to another queue of its type, from which no way leads back. */
static bool check_dlq(struct queue_config *queue, struct check_context *context, struct err *err)
{
    queue->receives_max = INT64_MAX;
    if (queue->dlq.resource < 0) {
        if (queue->max_receive == TIME_UNSET)
            return true;
        err_set(err, "max_receive needs a dlq");
        return err_help(err, "without a dead-letter queue a message is received until it is %s",
                        "deleted or its retention is over: write dlq = queue \"name\" { }");
    }
    queue->receives_max = queue->max_receive != TIME_UNSET
                              ? queue->max_receive
                              : (int64_t)catalog_limit(context->catalog, "sqs.max_receive.default");
    struct check_peer peer = context->peer(context->warnings, queue->dlq.resource);
    if (peer.class != &svc_queue_class) {
        err_set(err, "dlq = '%s' is a %s, not a queue", peer.name, peer.class->kind);
        return err_help(err, "a queue's dead letters go to a queue");
    }
    const struct queue_config *dlq = peer.config;
    if (dlq->fifo != queue->fifo) {
        err_set(err, "dlq = '%s' is a %s queue", peer.name, dlq->fifo ? "FIFO" : "standard");
        return err_help(err,
                        "a %s queue's dead letters go to a %s queue: fifo must be the same in both",
                        queue->fifo ? "FIFO" : "standard", queue->fifo ? "FIFO" : "standard");
    }
    if (!queue->fifo && dlq->retention < queue->retention)
        context->warn(
            context->warnings,
            arena_printf(context->arena,
                         "queue '%s': its dlq '%s' has a shorter retention, which counts from "
                         "the first send: dead letters may be lost at once",
                         context->name, peer.name));
    return true;
}

static bool check_dlq_cycle(const struct queue_config *queue, struct check_context *context,
                            struct err *err)
{
    const struct queue_config *at = queue;
    for (int32_t hops = 0; at->dlq.resource >= 0; hops++) {
        struct check_peer peer = context->peer(context->warnings, at->dlq.resource);
        if (peer.class != &svc_queue_class)
            return true; /* refused where it stands */
        bool back = peer.config == queue || peer.name == context->name;
        if (back && hops == 0) {
            err_set(err, "dlq is the queue itself");
            return err_help(err,
                            "dead letters need a queue of their own: dlq = queue \"%s-dlq\" { }",
                            context->name);
        }
        if (back || hops > 1000) {
            err_set(err, "dlq leads back to the queue it comes from");
            return err_help(
                err,
                "dead letters would go round in circles: end the chain at a queue without dlq");
        }
        at = peer.config;
    }
    return true;
}

static bool check_receives(const struct queue_config *queue, struct check_context *context)
{
    double advised = catalog_limit(context->catalog, "esm.sqs.max_receive_min_recommended");
    if (queue_has_consumer(queue) && (double)queue->receives_max < advised)
        context->warn(
            context->warnings,
            arena_printf(context->arena,
                         "queue '%s': max_receive = %lld: AWS advises at least %.0f, because a "
                         "throttled delivery counts as a receive",
                         context->name, (long long)queue->receives_max, advised));
    return true;
}

/* What belongs to the mapping means nothing without one. */
static bool check_alone(const struct queue_config *queue, struct err *err)
{
    const char *setting = queue->max_concurrency != TIME_UNSET ? "max_concurrency"
                          : queue->pollers != NULL             ? "pollers"
                          : queue->partial_batch               ? "partial_batch"
                          : queue->window > 0                  ? "window"
                                                               : NULL;
    if (setting == NULL)
        return true;
    err_set(err, "%s needs a consumer", setting);
    return err_help(err, "nobody receives from this queue: write consumer = f");
}

/* -- the mapping ---------------------------------------------------------------------------------------- */

static bool check_pollers(struct queue_config *queue, struct check_context *context,
                          struct err *err)
{
    struct poller_spec *pollers = queue->pollers;
    const struct catalog *catalog = context->catalog;
    queue->provisioned =
        pollers != NULL && (pollers->min != TIME_UNSET || pollers->max != TIME_UNSET);
    if (!queue->provisioned)
        return true;
    if (queue->max_concurrency != TIME_UNSET) {
        err_set(err, "max_concurrency and provisioned pollers exclude each other");
        return err_help(
            err,
            "Lambda refuses both: bound the pollers with max instead, each makes up to %.0f "
            "invocations at once",
            catalog_limit(catalog, "esm.sqs.provisioned.per_poller.invokes"));
    }
    if (pollers->min == TIME_UNSET)
        pollers->min = (int64_t)catalog_limit(catalog, "esm.sqs.provisioned.min_pollers.default");
    if (pollers->max == TIME_UNSET) {
        pollers->max = (int64_t)catalog_limit(catalog, "esm.sqs.provisioned.max_pollers.default");
        pollers->max = pollers->max > pollers->min ? pollers->max : pollers->min;
    }
    if (pollers->min > pollers->max) {
        err_set(err, "pollers: min = %lld is above max = %lld", (long long)pollers->min,
                (long long)pollers->max);
        return err_help(err, "write pollers = { min = 2, max = 200 }");
    }
    return true;
}

static void derive_scaling(struct queue_config *queue, const struct catalog *catalog)
{
    double per_min, invokes = 1;
    if (queue->provisioned) {
        invokes = catalog_limit(catalog, "esm.sqs.provisioned.per_poller.invokes");
        queue->initial = queue->pollers->min * (int64_t)invokes;
        queue->most = queue->pollers->max * (int64_t)invokes;
        per_min = catalog_limit(catalog, "esm.sqs.provisioned.ramp_per_min");
    } else {
        bool old = queue->pollers != NULL && queue->pollers->rule == POLLERS_2023;
        queue->initial = (int64_t)catalog_limit(catalog, "esm.sqs.initial");
        queue->most = (int64_t)catalog_limit(catalog, old ? "esm.sqs_2023.max" : "esm.sqs.max");
        per_min =
            catalog_limit(catalog, old ? "esm.sqs_2023.ramp_per_min" : "esm.sqs.ramp_per_min");
    }
    if (queue->max_concurrency != TIME_UNSET && queue->max_concurrency < queue->initial)
        queue->initial = queue->max_concurrency;
    queue->floor = (int64_t)catalog_limit(catalog, "esm.sqs.idle_min");
    queue->step = time_round(MINUTE_S * SECONDS / per_min);
    queue->rest = time_round(catalog_limit(catalog, "esm.sqs.rest_s") * SECONDS);
    queue->per_poller = (int64_t)invokes;
    queue->polls_per_s =
        (int64_t)catalog_limit(catalog, "esm.sqs.provisioned.per_poller.polls_per_s");
    queue->bytes_per_s =
        (int64_t)catalog_limit(catalog, "esm.sqs.provisioned.per_poller.mb_per_s") * MEGABYTE;
    queue->backoff_first =
        time_round(catalog_limit(catalog, "esm.sqs.throttle_backoff_s.first") * SECONDS);
    queue->backoff_most =
        time_round(catalog_limit(catalog, "esm.sqs.throttle_backoff_s.max") * SECONDS);
}

static void warn_about_visibility(const struct queue_config *queue, struct check_context *context,
                                  sim_time timeout)
{
    double multiple = catalog_limit(context->catalog, "esm.sqs.visibility_multiple");
    double advised = multiple * (double)timeout + (double)queue->window;
    if ((double)queue->visibility >= advised)
        return;
    context->warn(
        context->warnings,
        arena_printf(
            context->arena,
            "queue '%s': visibility = %.6gs: AWS advises %.0f times the consumer's timeout "
            "plus the window, %.6gs, so that a throttled batch can be tried again in time",
            context->name, (double)queue->visibility / SECONDS, multiple, advised / SECONDS));
}

static void warn_about_reserved(const struct queue_config *queue, struct check_context *context,
                                const struct function_config *fn, const char *name)
{
    double pollers =
        queue->max_concurrency != TIME_UNSET ? (double)queue->max_concurrency : (double)queue->most;
    if (fn->reserved == TIME_UNSET || (double)fn->reserved >= pollers)
        return;
    context->warn(
        context->warnings,
        arena_printf(
            context->arena,
            "queue '%s': its pollers may invoke %.0f at once, '%s' has reserved = %lld: what "
            "is refused was received in vain; max_concurrency = %lld prevents it",
            context->name, pollers, name, (long long)fn->reserved,
            (long long)(fn->reserved > 2 ? fn->reserved : 2)));
}

static bool check_consumer(struct queue_config *queue, struct check_context *context,
                           struct err *err)
{
    struct check_peer peer = context->peer(context->warnings, queue->consumer.resource);
    derive_scaling(queue, context->catalog);
    if (peer.class != &svc_function_class)
        return true;
    const struct function_config *fn = peer.config;
    if (queue->visibility < fn->timeout) {
        double seconds = (double)fn->timeout / SECONDS;
        err_set(err, "visibility = %.6gs is below the timeout of %.6gs of its consumer '%s'",
                (double)queue->visibility / SECONDS, seconds, peer.name);
        return err_help(
            err,
            "Lambda refuses such a mapping: messages would come back while they are worked on; "
            "visibility is at least %.6gs, better %.6gs",
            seconds,
            catalog_limit(context->catalog, "esm.sqs.visibility_multiple") * seconds +
                (double)queue->window / SECONDS);
    }
    warn_about_visibility(queue, context, fn->timeout);
    warn_about_reserved(queue, context, fn, peer.name);
    return true;
}

static void derive_limits(struct queue_config *queue, struct check_context *context)
{
    const struct catalog *catalog = context->catalog;
    queue->in_flight_max = (int64_t)catalog_limit(catalog, queue->fifo ? "sqs.inflight.fifo"
                                                                       : "sqs.inflight.standard");
    queue->payload_max = (int64_t)catalog_limit(catalog, "lambda.payload.sync_bytes");
    queue->message_max = (int64_t)catalog_limit(catalog, "sqs.message_max_bytes");
    queue->per_call = (int64_t)catalog_limit(catalog, "sqs.batch_max");
    queue->chunk_bytes =
        1024 * (int64_t)catalog_limit(catalog, queue->fifo ? "sqs.fifo.request.chunk_kb"
                                                           : "sqs.standard.request.chunk_kb");
    queue->calls_per_s = 0;
    if (queue->fifo)
        queue->calls_per_s =
            (int64_t)catalog_limit(catalog, queue->high_throughput ? "sqs.fifo.ht_tps_us_east_1"
                                                                   : "sqs.fifo.tps_per_partition");
    if (queue->delivery == NULL)
        queue->delivery = catalog_time_law(catalog, context->arena,
                                           queue->fifo ? "latency.sqs_fifo" : "latency.sqs");
    if (queue->latency == NULL)
        queue->latency = catalog_time_law(catalog, context->arena, "latency.sqs_send");
}

static bool check(void *config, struct check_context *context, struct err *err)
{
    struct queue_config *queue = config;
    derive_limits(queue, context);
    if (!check_fifo(queue, context, err) || !check_batch(queue, context, err) ||
        !check_dlq(queue, context, err) || !check_dlq_cycle(queue, context, err))
        return false;
    if (!queue_has_consumer(queue))
        return check_alone(queue, err);
    return check_pollers(queue, context, err) && check_consumer(queue, context, err) &&
           check_receives(queue, context);
}

const struct svc_class svc_queue_class = {
    .kind = "queue",
    .aliases = aliases,
    .service = "sqs",
    .summary =
        "a queue: messages wait until a consumer takes them in batches; dead letters, FIFO groups",
    .params = params,
    .config_bytes = sizeof(struct queue_config),
    .takes = TAKES(USE_SEND) | TAKES(USE_TRAFFIC) | TAKES(USE_MESSAGE) | TAKES(USE_DLQ) |
             TAKES(USE_TASK) | TAKES(USE_FAULT),
    .usage = "queues are written with r:send(q)",
    .check = check,
    .state_bytes = sizeof(struct queue),
    .meters = meters,
    .price_of = price_of,
    .has_line = queue_has_line,
    .start = queue_start,
    .submit = queue_submit,
    .expect = queue_expect,
    .complete = queue_complete,
    .on_reply = queue_on_reply,
    .apply = queue_apply,
    .accept = queue_accept,
    .record_count = queue_record_count,
    .record = queue_record,
    .record_failed = queue_record_failed,
    .events =
        {
            [QUEUE_ARRIVED] = queue_on_arrived,
            [QUEUE_GROUP_DUE] = queue_on_group_due,
            [QUEUE_VISIBLE] = queue_on_visible,
            [QUEUE_EXPIRES] = queue_on_expires,
            [QUEUE_WINDOW_OVER] = queue_on_window_over,
            [QUEUE_TRY_AGAIN] = queue_on_try_again,
            [QUEUE_SCALES] = queue_on_scales,
            [QUEUE_WAKES] = queue_on_wakes,
        },
    .shared_bytes = sizeof(struct queue_shared),
    .open = queue_open,
    .close = queue_close,
    .metrics = queue_metrics,
    .begin = queue_begin,
    .view = queue_view,
    .sample = queue_sample,
    .capacity = queue_capacity,
    .settle = queue_settle,
    .audit = queue_audit,
    .free = queue_free,
};
