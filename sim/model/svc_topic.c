/* svc_topic.c - `topic`: its settings, what they may be, what they cost. What it does in a run is in topic_run.c. */
#include "model/svc_topic.h"

#include <math.h>

#include "model/topic_run.h"

#define AT(field) offsetof(struct topic_config, field)

static const char *const aliases[] = {"sns", NULL};
static const char *const jitters[] = {[JITTER_FULL] = "full",
                                      [JITTER_EQUAL] = "equal",
                                      [JITTER_DECORRELATED] = "decorrelated",
                                      [JITTER_NONE] = "none",
                                      NULL};

/* `size`: sns.message_max_bytes. */
static const struct param_spec params[] = {
    {"subscribers", PARAM_MESSAGES, AT(subscribers), NULL, 0, 0, NULL,
     "who gets every message: functions, queues and whatever else takes messages", 0},
    {"filtered", PARAM_RULES, AT(filtered), NULL, 0, 0, NULL,
     "who gets the messages that match: { { match = { tier = \"gold\" }, to = vip }, ... }", 0},
    {"latency", PARAM_TIME_DIST, AT(latency), NULL, 0, 0, NULL,
     "time a call takes to publish; default from the catalog", PARAM_SETTABLE},
    {"delivery", PARAM_TIME_DIST, AT(delivery), NULL, 0, 0, NULL,
     "time from there to a subscriber other than a function; default from the catalog",
     PARAM_SETTABLE},
    {"limit", PARAM_RATE, AT(limit), NULL, 1e-6, 1e9, NULL,
     "messages that may be published per second; default the account's quota", PARAM_SETTABLE},
    {"size", PARAM_SIZE, AT(size), "1KB", 1, 262144, NULL,
     "size of a message where r:publish gives none", PARAM_SETTABLE},
    {"jitter", PARAM_ENUM, AT(jitter), "equal", 0, 0, jitters,
     "how the delays between tries of a refused delivery are spread", 0},
    {"dlq", PARAM_DLQ, AT(dlq), NULL, 0, 0, NULL,
     "queue or topic that gets deliveries that were given up", 0},
    {0},
};

static const struct meter_spec meters[] = {
    [TOPIC_PUBLISHES] = {"publishes", "sns.publish", "request", 1},
    {0},
};

static bool check_count(const struct topic_config *topic, struct check_context *context,
                        struct err *err)
{
    double most = catalog_limit(context->catalog, "sns.filtered_max");
    if (topic->filtered.count > most) {
        err_set(err, "filtered has %d rules, more than %.0f", (int)topic->filtered.count, most);
        return err_help(err, "a topic has at most %.0f filter policies; filter in the subscribers",
                        most);
    }
    if (topic->subscribers.count == 0 && topic->filtered.count == 0)
        context->warn(context->warnings,
                      arena_printf(context->arena,
                                   "topic '%s' has no subscribers: its messages go nowhere",
                                   context->name));
    return true;
}

static bool check(void *config, struct check_context *context, struct err *err)
{
    struct topic_config *topic = config;
    if (topic->latency == NULL)
        topic->latency = catalog_time_law(context->catalog, context->arena, "latency.sns_publish");
    if (topic->delivery == NULL)
        topic->delivery = catalog_time_law(context->catalog, context->arena, "latency.sns_sqs");
    if (isnan(topic->limit))
        topic->limit = catalog_limit(context->catalog, "sns.publish_per_s");
    return check_count(topic, context, err);
}

const struct svc_class svc_topic_class = {
    .kind = "topic",
    .aliases = aliases,
    .service = "sns",
    .summary = "a topic: every message published goes to every subscriber",
    .params = params,
    .config_bytes = sizeof(struct topic_config),
    .takes = TAKES(USE_PUBLISH) | TAKES(USE_TRAFFIC) | TAKES(USE_MESSAGE) | TAKES(USE_DLQ) |
             TAKES(USE_TASK) | TAKES(USE_FAULT),
    .usage = "topics are published to with r:publish(t)",
    .loop_guard = true,
    .check = check,
    .state_bytes = sizeof(struct topic),
    .meters = meters,
    .start = topic_start,
    .submit = topic_submit,
    .complete = topic_complete,
    .apply = topic_apply,
    .accept = topic_accept,
    .events = {topic_on_due},
    .shared_bytes = sizeof(struct courier_pool),
    .open = courier_pool_open,
    .close = courier_pool_close,
    .metrics = topic_metrics,
    .begin = courier_begin,
    .view = courier_view,
    .sample = courier_sample,
    .capacity = topic_capacity,
    .audit = courier_audit,
    .finish = courier_finish,
    .free = courier_free,
};
