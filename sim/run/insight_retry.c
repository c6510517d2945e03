/* insight_retry.c - tries that make it worse: rules R01 to R04.
 *
 * A dependency with utilisation rho whose callers give up and try again r times gets rho * (1 + r) once it is slow. Above 1 it never catches
 * up: the retries alone keep it busy with work whose callers have left. What ends it is a queue that is short enough to
 * refuse what would be answered too late, a budget for retries, or a breaker (MODEL; SCENARIOS 22).
 */
#include <math.h>
#include <string.h>

#include "core/text.h"
#include "core/unit.h"
#include "model/svc_client.h"
#include "model/svc_external.h"
#include "model/svc_gateway.h"
#include "model/svc_service.h"
#include "run/insight_make.h"

#define LEAST_CALLS    500
#define AMPLIFIED      1.5
#define WINDOW_S       10
#define STORM_SHARE    0.9
#define RECOVERY_S     60
#define BUDGET         "10%"
#define STALL          (8 * SIM_SECOND)
#define STALL_FACTOR   20
#define LEAST_TIMEOUTS 20

/* -- a policy as a user writes it -------------------------------------------------------------------------- */

static void add_codes(struct text *text, const struct retry_policy *retry)
{
    if (retry->on_default)
        return;
    text_add(text, ", on = {");
    for (int i = 0; i < retry->code_count; i++)
        text_addf(text, " %d,", retry->codes[i]);
    text_addf(text, "%s%s%s }", retry->on_error ? " \"error\"," : "",
              retry->on_timeout ? " \"timeout\"," : "", retry->on_throttle ? " \"throttle\"," : "");
}

/* Exactly, and as short as that allows. */
static void add_time(struct text *text, sim_time ns)
{
    static const struct {
        sim_time ns;
        const char *unit;
    } units[] = {{SIM_SECOND, "s"}, {SIM_MS, "ms"}, {1000, "us"}, {1, "ns"}};
    size_t i = 0;
    while (ns % units[i].ns != 0)
        i++;
    text_addf(text, "\"%lld%s\"", (long long)(ns / units[i].ns), units[i].unit);
}

/* The same policy with a budget; NULL for what has no such form (an SDK's profile). */
static const char *with_budget(struct insight_list *list, const struct retry_policy *retry)
{
    static const char *const jitters[] = {[JITTER_FULL] = "full",
                                          [JITTER_EQUAL] = "equal",
                                          [JITTER_DECORRELATED] = "decorrelated",
                                          [JITTER_NONE] = "none"};
    if (retry->sdk || retry->quota.size > 0 || retry->throttle_base > 0)
        return NULL;
    char number[UNIT_TEXT_MAX];
    struct text text = {0};
    text_addf(&text, "{ retries = %d, budget = \"%s\"", retry->retries, BUDGET);
    add_codes(&text, retry);
    if (retry->timeout != TIME_UNSET) {
        text_add(&text, ", timeout = ");
        add_time(&text, retry->timeout);
    }
    text_add(&text, ", backoff = expo(");
    add_time(&text, retry->backoff.base);
    text_add(&text, ", { max = ");
    add_time(&text, retry->backoff.max);
    text_addf(&text, ", jitter = \"%s\" })", jitters[retry->backoff.jitter]);
    if (retry->breaker.window > 0) {
        text_addf(&text, ", breaker = { errors = %s, window = ",
                  unit_exact(number, retry->breaker.errors));
        add_time(&text, retry->breaker.window);
        text_add(&text, ", open = ");
        add_time(&text, retry->breaker.open);
        text_add(&text, " }");
    }
    if (retry->hedge != TIME_UNSET) {
        text_add(&text, ", hedge = ");
        add_time(&text, retry->hedge);
    }
    text_add(&text, " }");
    const char *kept = arena_strdup(list->arena, text.data);
    text_free(&text);
    return kept;
}

/* -- who calls, and how often again --------------------------------------------------------------------------- */

struct callers {
    int32_t retries;  /* of the most persistent without a budget */
    sim_time timeout; /* the shortest; TIME_UNSET: all of them wait for ever */
    int source;       /* the traffic that retries, or -1: a handler does */
    const char *who;
};

static void note_caller(struct callers *callers, const char *who, int source,
                        const struct retry_policy *retry, sim_time timeout)
{
    if (timeout != TIME_UNSET && (callers->timeout == TIME_UNSET || timeout < callers->timeout))
        callers->timeout = timeout;
    bool free_to_retry = retry != NULL && isnan(retry->budget) && retry->breaker.window == 0 &&
                         (retry->on_default || retry->on_timeout);
    if (!free_to_retry || retry->retries <= callers->retries)
        return;
    callers->retries = retry->retries;
    callers->source = source;
    callers->who = who;
}

static bool client_calls(const struct client_config *client, int resource)
{
    for (int i = 0; i < client->to.count; i++)
        if (client->to.targets[i].target.resource == resource)
            return true;
    return false;
}

/* Tries of a handler around a call of the resource. */
static void note_tries(const struct facts *facts, struct callers *callers, int from, int resource)
{
    const struct program *program = resource_program(&facts->scenario->resources[from]);
    for (int i = 0; program != NULL && i < program->count; i++) {
        const struct op *op = &program->ops[i];
        if (op->code != OP_TRY)
            continue;
        for (int j = i + 1; j < op->b && j < program->count; j++)
            if (program->ops[j].code == OP_CALL && program->ops[j].target.resource == resource)
                note_caller(callers, facts_name(facts, from), -1, op->retry, op->retry->timeout);
    }
}

static struct callers callers_of(const struct facts *facts, int resource)
{
    struct callers callers = {.timeout = TIME_UNSET, .source = -1};
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        note_tries(facts, &callers, i, resource);
        if (!facts_is(facts, i, &svc_client_class))
            continue;
        const struct client_config *client = facts->scenario->resources[i].config;
        if (!client_calls(client, resource))
            continue;
        sim_time timeout = client->timeout;
        if (client->retry != NULL && client->retry->timeout != TIME_UNSET)
            timeout = client->retry->timeout;
        note_caller(&callers, facts_name(facts, i), i, client->retry, timeout);
    }
    return callers;
}

/* -- dependencies with places and a queue without bound ----------------------------------------------------------- */

struct dependency {
    double places, used;  /* used: mean concurrency while it was served */
    double per_s;         /* what it can do */
    const char *setting;  /* that bounds its queue */
};

static bool dependency_of(const struct facts *facts, int resource, struct dependency *dependency)
{
    if (!facts_is(facts, resource, &svc_external_class))
        return false;
    const struct external_config *external = facts->scenario->resources[resource].config;
    if (external->concurrency == TIME_UNSET || external->concurrency == 0 ||
        external->queue != TIME_UNSET || external->abandoned == ABANDONED_DROP)
        return false;
    double each_s = dist_mean(external->latency) / 1e9;
    int node = facts->node_of[resource];
    *dependency = (struct dependency){.places = (double)external->concurrency,
                                      .per_s = (double)external->concurrency / each_s,
                                      .setting = "queue"};
    struct facts_series arrivals = FACTS_SERIES(facts, node, arrivals);
    /* The median second: a stall of the run itself does not count as load. */
    dependency->used = facts_series_median(&arrivals) / arrivals.width_s * each_s;
    return isfinite(dependency->per_s) && facts_count(facts, node, METRIC_REQUESTS) >= LEAST_CALLS;
}

/* As many places as are served in half of the time for which callers wait: who stands further back would be answered too late. */
static double fair_bound(const struct dependency *dependency, const struct callers *callers)
{
    return fmax(1, floor(dependency->per_s * (double)callers->timeout / 1e9 / 2));
}

/* -- R02: it stays down ---------------------------------------------------------------------------------------------- */

/* Goodput as a share of what came, between two instants, the warm-up included: what was before a fault often lies in it. */
static double goodput(const struct facts *facts, double from_s, double to_s)
{
    const struct result *result = facts->result;
    double width_s = (double)result->sample / 1e9, good = 0, all = 0;
    for (int64_t i = 0; i < result->sample_count; i++) {
        const struct sample_row *row = &result->samples[i];
        if (row->node != 0 || row->time_s - width_s < from_s - 1e-9 || row->time_s > to_s + 1e-9)
            continue;
        good += row->goodput;
        all += row->arrivals;
    }
    return all >= 100 ? good / all : NAN;
}

static const struct fault_def *last_fault(const struct facts *facts)
{
    const struct fault_def *last = NULL;
    for (int i = 0; i < facts->scenario->fault_count; i++) {
        const struct fault_def *fault = &facts->scenario->faults[i];
        if (fault->lasts == TIME_UNSET)
            return NULL;
        if (last == NULL || fault->at + fault->lasts > last->at + last->lasts)
            last = fault;
    }
    return last;
}

static bool propose_cure(const struct facts *facts, struct insight_list *list,
                         struct insight *insight, int resource)
{
    struct callers callers = callers_of(facts, resource);
    struct dependency dependency;
    if (dependency_of(facts, resource, &dependency) && callers.timeout != TIME_UNSET) {
        insight_set(list, insight, facts_name(facts, resource), dependency.setting, "%.0f",
                    fair_bound(&dependency, &callers));
        return true;
    }
    if (callers.source < 0 || callers.retries == 0)
        return false;
    const struct client_config *client = facts->scenario->resources[callers.source].config;
    const char *policy = with_budget(list, client->retry);
    if (policy != NULL)
        insight_set(list, insight, callers.who, "retry", "%s", policy);
    return policy != NULL;
}

void insight_r02(const struct facts *facts, struct insight_list *list)
{
    const struct fault_def *fault = last_fault(facts);
    if (fault == NULL)
        return;
    double begin_s = (double)fault->at / 1e9, over_s = (double)(fault->at + fault->lasts) / 1e9;
    double end_s = (double)facts->result->reached / 1e9;
    double before = goodput(facts, 0, begin_s), after = goodput(facts, over_s + RECOVERY_S / 2., end_s);
    if (end_s - over_s < RECOVERY_S || !(after < STORM_SHARE * before))
        return;
    const char *name = facts_name(facts, fault->resource);
    struct insight *insight = insight_add(
        list, INSIGHT_CRITICAL, name, 1,
        "%s was disturbed for %s and has not recovered %s later: %s of the requests are answered "
        "well, %s were before",
        name, say_time(list, (double)fault->lasts), say_time(list, (end_s - over_s) * 1e9),
        say_share(list, after), say_share(list, before));
    if (!propose_cure(facts, list, insight, fault->resource))
        insight_advise(list, insight, "bound the queue in front of it, or give retries a budget");
    insight_watch(insight, "*", METRIC_ERRORS, "mean");
}

/* -- R03: it would ------------------------------------------------------------------------------------------------------ */

void insight_r03(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        struct dependency dependency;
        if (!dependency_of(facts, i, &dependency) || insight_has(list, "R02", facts_name(facts, i)))
            continue;
        struct callers callers = callers_of(facts, i);
        double rho = dependency.used / dependency.places;
        sim_time at = facts->result->warmup + (facts->result->duration - facts->result->warmup) / 4;
        bool room = facts->result->duration - at > 4 * STALL;
        if (callers.timeout == TIME_UNSET || callers.retries == 0 || !(rho < 1) ||
            !(rho * (1 + callers.retries) > 1) || !room)
            continue;
        const char *name = facts_name(facts, i);
        struct insight *insight = insight_add(
            list, INSIGHT_WARNING, name, fmin(rho * (1 + callers.retries) / 4, 1),
            "a retry storm waits to happen: %s is %s busy, its queue has no bound, and %s tries %d "
            "times again after %s: once slow it gets %sx what it can do and never recovers",
            name, say_share(list, rho), callers.who, callers.retries,
            say_time(list, (double)callers.timeout),
            say_number(list, rho * (1 + callers.retries)));
        insight_advise(list, insight, "both runs stop %s for %s, to see which of them comes back",
                       name, say_time(list, (double)STALL));
        (void)propose_cure(facts, list, insight, i);
        insight->stress[0] = (struct change){
            .kind = CHANGE_FAULT,
            .resource = arena_strdup(list->arena, name),
            .fault = {.at = at, .lasts = STALL, .latency_factor = STALL_FACTOR, .errors = NAN}};
        insight->stress_count = 1;
        insight_watch(insight, "*", METRIC_ERRORS, "mean");
    }
}

/* -- R01: more tries than requests ------------------------------------------------------------------------------------------ */

/* Tries per request in the worst ten seconds: arrivals of a source's target, where nobody else calls it. */
static double amplification(const struct facts *facts, int source, int target)
{
    struct facts_series requests = FACTS_SERIES(facts, facts->node_of[source], arrivals);
    struct facts_series tries = FACTS_SERIES(facts, facts->node_of[target], arrivals);
    int window = (int)ceil(WINDOW_S / requests.width_s);
    double worst = 0, asked = 0, tried = 0;
    for (int i = 0; i < requests.count && i < tries.count; i++) {
        asked += requests.values[i];
        tried += tries.values[i];
        if (i >= window) {
            asked -= requests.values[i - window];
            tried -= tries.values[i - window];
        }
        if (i + 1 >= window && asked >= 100)
            worst = fmax(worst, tried / asked);
    }
    return worst;
}

static bool is_only_caller(const struct facts *facts, int source, int target)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        if (i == source)
            continue;
        if (facts_is(facts, i, &svc_client_class) &&
            client_calls(facts->scenario->resources[i].config, target))
            return false;
        const struct route_list *routes = resource_routes(&facts->scenario->resources[i]);
        for (int r = 0; routes != NULL && r < routes->count; r++)
            if (routes->routes[r].target.resource == target)
                return false;
        for (const struct op *op = facts_next_op(facts, i, NULL); op != NULL;
             op = facts_next_op(facts, i, op))
            if (op->target.resource == target)
                return false;
    }
    return true;
}

void insight_r01(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        if (!facts_is(facts, i, &svc_client_class))
            continue;
        const struct client_config *client = facts->scenario->resources[i].config;
        int target = client->to.count == 1 ? client->to.targets[0].target.resource : -1;
        if (target < 0 || client->retry == NULL || client->retry->retries == 0 ||
            !isnan(client->retry->budget) || !is_only_caller(facts, i, target))
            continue;
        double times = amplification(facts, i, target);
        const char *policy = with_budget(list, client->retry);
        if (!(times > AMPLIFIED))
            continue;
        const char *name = facts_name(facts, i);
        struct insight *insight = insight_add(
            list, INSIGHT_WARNING, name, times / (1 + client->retry->retries),
            "%s sends %s tries for every request to %s in its worst ten seconds (%d retries, no "
            "budget): trouble multiplies the load",
            name, say_number(list, times), facts_name(facts, target), client->retry->retries);
        if (policy != NULL)
            insight_set(list, insight, name, "retry", "%s", policy);
        else
            insight_advise(list, insight, "give its retries a budget of %s", BUDGET);
        insight_watch(insight, facts_name(facts, target), METRIC_REQUESTS, "sum");
        insight_watch(insight, "*", METRIC_ERRORS, "mean");
    }
}

/* -- R04: who gives up first -------------------------------------------------------------------------------------------------- */

void insight_r04(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct function_config *fn = facts_function(facts, i);
        struct callers callers = {.timeout = TIME_UNSET};
        if (fn == NULL)
            continue;
        callers = callers_of(facts, i);
        double calls = (double)result_count(facts->result, facts->node_of[i], METRIC_LATENCY);
        if (callers.timeout == TIME_UNSET || callers.timeout >= fn->timeout || calls < LEAST_CALLS)
            continue;
        double late = facts_share_above(facts, facts->node_of[i], (double)callers.timeout) * calls;
        if (late < LEAST_TIMEOUTS)
            continue;
        const char *name = facts_name(facts, i);
        double seconds = floor((double)callers.timeout / 1e9);
        struct insight *insight = insight_add(
            list, INSIGHT_WARNING, name, late / calls,
            "%s runs on after its caller has given up: the caller waits %s, %s may run %s; %s runs "
            "(%s) were for nobody and are paid for",
            name, say_time(list, (double)callers.timeout), name, say_time(list, (double)fn->timeout),
            say_count(list, late), say_share(list, late / calls));
        if (seconds < 1) { /* the least a function can have */
            insight_advise(list, insight, "give its own calls timeouts below the caller's");
            continue;
        }
        insight_set(list, insight, name, "timeout", "%.0fs", seconds);
        insight_watch(insight, name, METRIC_COST_MONTH, "sum");
    }
}
