/* svc_bus.c - `bus`: its settings, what they may be, what they cost. What it does in a run is in bus_run.c. */
#include "model/svc_bus.h"

#include <math.h>

#include "model/bus_run.h"

#define AT(field) offsetof(struct bus_config, field)

static const char *const aliases[] = {"eventbridge", NULL};
static const char *const jitters[] = {[JITTER_FULL] = "full",
                                      [JITTER_EQUAL] = "equal",
                                      [JITTER_DECORRELATED] = "decorrelated",
                                      [JITTER_NONE] = "none",
                                      NULL};

/* `retries`, `max_age`: eb.classic.retry.*, the least of eb.v2.retry.*; `size`: eb.event_max_bytes. */
static const struct param_spec params[] = {
    {"rules", PARAM_RULES, AT(rules), NULL, 0, 0, NULL,
     "who gets which events: { { match = { tier = \"gold\" }, to = vip }, { share = 1, to = audit }, "
     "... }",
     0},
    {"latency", PARAM_TIME_DIST, AT(latency), NULL, 0, 0, NULL,
     "time a call takes to put events; default from the catalog", PARAM_SETTABLE},
    {"delivery", PARAM_TIME_DIST, AT(delivery), NULL, 0, 0, NULL,
     "time from there to the targets; default from the catalog", PARAM_SETTABLE},
    {"limit", PARAM_RATE, AT(limit), NULL, 1e-6, 1e9, NULL,
     "calls per second that may put events; default the account's quota", PARAM_SETTABLE},
    {"invocations", PARAM_RATE, AT(invocations), NULL, 1e-6, 1e9, NULL,
     "deliveries per second, others wait; default the account's quota", PARAM_SETTABLE},
    {"size", PARAM_SIZE, AT(size), "1KB", 1, 1048576, NULL,
     "size of an event where r:emit gives none", PARAM_SETTABLE},
    {"retries", PARAM_COUNT, AT(retries), "185", 0, 185, NULL,
     "how often a delivery that was refused is tried again", 0},
    {"max_age", PARAM_TIME, AT(max_age), "24h", 60e9, 86400e9, NULL,
     "a delivery older than this is given up", 0},
    {"jitter", PARAM_ENUM, AT(jitter), "equal", 0, 0, jitters,
     "how the back-off between tries of a refused delivery is spread", 0},
    {"dlq", PARAM_DLQ, AT(dlq), NULL, 0, 0, NULL,
     "queue or topic that gets deliveries that were given up", 0},
    {0},
};

static const struct meter_spec meters[] = {
    [BUS_EVENTS] = {"events", "eventbridge.custom_event", "event", 1},
    {0},
};

static bool check_rules(const struct bus_config *bus, struct check_context *context,
                        struct err *err)
{
    double rules = catalog_limit(context->catalog, "eb.rules_per_bus");
    double targets = catalog_limit(context->catalog, "eb.targets_per_rule");
    if (bus->rules.count > rules) {
        err_set(err, "rules: there are %d of them, more than %.0f", (int)bus->rules.count, rules);
        return err_help(err, "a bus has at most %.0f rules; use a second bus", rules);
    }
    for (int32_t i = 0; i < bus->rules.count; i++) {
        int count = bus->rules.rules[i].to.count;
        if (count <= targets)
            continue;
        err_set(err, "rules: rule %d has %d targets, more than %.0f", (int)i + 1, count, targets);
        return err_help(err,
                        "a rule has at most %.0f targets; write a second rule with the same match",
                        targets);
    }
    if (bus->rules.count == 0)
        context->warn(context->warnings,
                      arena_printf(context->arena, "bus '%s' has no rules: its events go nowhere",
                                   context->name));
    return true;
}

static bool check(void *config, struct check_context *context, struct err *err)
{
    struct bus_config *bus = config;
    if (bus->latency == NULL)
        bus->latency =
            catalog_time_law(context->catalog, context->arena, "latency.eventbridge_put");
    if (bus->delivery == NULL)
        bus->delivery = catalog_time_law(context->catalog, context->arena, "latency.eventbridge");
    if (isnan(bus->limit))
        bus->limit = catalog_limit(context->catalog, "eb.put_tps");
    if (isnan(bus->invocations))
        bus->invocations = catalog_limit(context->catalog, "eb.invocations_tps");
    return check_rules(bus, context, err);
}

const struct svc_class svc_bus_class = {
    .kind = "bus",
    .aliases = aliases,
    .service = "eventbridge",
    .summary = "an event bus: rules decide which targets an event goes to",
    .params = params,
    .config_bytes = sizeof(struct bus_config),
    .takes = TAKES(USE_EMIT) | TAKES(USE_TRAFFIC) | TAKES(USE_MESSAGE) | TAKES(USE_TASK) |
             TAKES(USE_FAULT),
    .usage = "events are put on a bus with r:emit(b)",
    .loop_guard = true,
    .check = check,
    .state_bytes = sizeof(struct bus),
    .meters = meters,
    .start = bus_start,
    .submit = bus_submit,
    .complete = bus_complete,
    .apply = bus_apply,
    .accept = bus_accept,
    .events = {bus_on_due},
    .shared_bytes = sizeof(struct courier_pool),
    .open = courier_pool_open,
    .close = courier_pool_close,
    .metrics = bus_metrics,
    .begin = courier_begin,
    .view = courier_view,
    .sample = courier_sample,
    .capacity = bus_capacity,
    .audit = courier_audit,
    .finish = courier_finish,
    .free = courier_free,
};
