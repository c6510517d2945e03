/* insight_limits.c - limits that refuse calls, and who is to blame: rules L13 to L18, A01 and A02.
 *
 * The lines of the summary's CAPACITY section say which limit refused how many calls. How much a limit should be follows from
 * the load offered: erlangs for places (Erlang B, one call in ten thousand lost), calls per second for rates.
 */
#include <math.h>
#include <string.h>

#include "model/svc_gateway.h"
#include "run/insight_make.h"

#define LEAST_REFUSED   20
#define MANY_REFUSED    0.10 /* critical, as Datadog has it for errors */
#define LOST            1e-4
#define PLACES_MOST     100000
#define NEAR_QUOTA      0.80
#define VERY_NEAR_QUOTA 0.90
#define HOG_SHARE       0.50
#define RATE_PER_PLACE  10.0 /* AWS: ten requests a second for each unit of concurrency */
#define SPARE           1.1

static bool is_reserved(const struct function_config *fn)
{
    return fn->reserved != TIME_UNSET;
}

static double share_of(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

static const struct capacity_row *places_of(const struct facts *facts, int resource)
{
    return facts_capacity(facts, facts_name(facts, resource), "concurrency");
}

/* Do queues alone invoke it? Then what is refused is tried again, and Q03 has a word to say. */
static bool is_consumer_only(const struct facts *facts, int resource)
{
    return !facts->waits[resource];
}

/* Places the function needs for what is offered to it in its busiest minute, and for its own request rate. */
static int places_needed(const struct facts *facts, int resource)
{
    int node = facts->node_of[resource];
    int by_load = facts_places(facts_load(facts, resource), LOST, PLACES_MOST);
    double rate = facts_value(facts, node, METRIC_RATE, "max");
    int by_rate = (int)ceil(rate * SPARE / RATE_PER_PLACE);
    return by_load > by_rate ? by_load : by_rate;
}

/* -- L13: which limit ------------------------------------------------------------------------------------ */

static void own_limit(const struct facts *facts, struct insight_list *list, int resource)
{
    const struct function_config *fn = facts_function(facts, resource);
    const char *name = facts_name(facts, resource);
    double refused = facts_refused(places_of(facts, resource), "concurrency");
    double share = share_of(refused, facts_count(facts, facts->node_of[resource], METRIC_REQUESTS));
    if (refused < LEAST_REFUSED || is_consumer_only(facts, resource))
        return;
    struct insight *insight =
        insight_add(list, share > MANY_REFUSED ? INSIGHT_CRITICAL : INSIGHT_WARNING, name, share,
                    "%s's reserved concurrency of %s refuses %s of its calls (%s); %s erlangs are "
                    "offered to it",
                    name, say_count(list, (double)fn->reserved), say_share(list, share),
                    say_count(list, refused), say_number(list, facts_load(facts, resource)));
    insight_set(list, insight, name, "reserved", "%d", places_needed(facts, resource));
    insight_watch(insight, name, METRIC_THROTTLES, "mean");
}

/* All functions without a reserve share the account's: what it refuses is one finding. */
static void account_limit(const struct facts *facts, struct insight_list *list)
{
    double refused = 0, calls = 0, load = 0, reserved = 0, worst = 0;
    int victim = -1;
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct function_config *fn = facts_function(facts, i);
        if (fn == NULL)
            continue;
        if (is_reserved(fn)) {
            reserved += (double)fn->reserved;
            continue;
        }
        double own = facts_refused(places_of(facts, i), "concurrency");
        refused += own;
        calls += facts_count(facts, facts->node_of[i], METRIC_REQUESTS);
        load += facts_load(facts, i);
        if (own > worst && !is_consumer_only(facts, i)) {
            worst = own;
            victim = i;
        }
    }
    if (refused < LEAST_REFUSED || victim < 0)
        return;
    double share = share_of(refused, calls);
    struct insight *insight = insight_add(
        list, share > MANY_REFUSED ? INSIGHT_CRITICAL : INSIGHT_WARNING,
        facts_name(facts, victim), share,
        "the account's concurrency of %s refuses %s of all invocations, most of them of %s (%s); "
        "%s erlangs are offered",
        say_count(list, (double)facts->scenario->account.concurrency), say_share(list, share),
        facts_name(facts, victim), say_count(list, worst), say_number(list, load));
    insight_set(list, insight, "account", "concurrency", "%.0f",
                reserved + facts_places(load, LOST, PLACES_MOST));
    insight_watch(insight, facts_name(facts, victim), METRIC_THROTTLES, "mean");
}

void insight_l13(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++)
        if (facts_function(facts, i) != NULL && is_reserved(facts_function(facts, i)))
            own_limit(facts, list, i);
    account_limit(facts, list);
}

/* -- the account's quota, near and shared ------------------------------------------------------------------ */

void insight_l14(const struct facts *facts, struct insight_list *list)
{
    const struct capacity_row *row = facts_capacity(facts, "account", "concurrency");
    for (int i = 0; row == NULL && i < facts->result->capacity_count; i++) {
        /* A single function has no line of the account beside its own. */
        const struct capacity_row *own = &facts->result->capacities[i];
        if (own->limit_name != NULL && strcmp(own->limit_name, "account") == 0 &&
            strcmp(own->what, "concurrency") == 0)
            row = own;
    }
    if (row == NULL || !(row->max > NEAR_QUOTA * row->limit) || insight_has(list, "L13", NULL))
        return;
    double used = row->max / row->limit;
    struct insight *insight = insight_add(
        list, used > VERY_NEAR_QUOTA ? INSIGHT_WARNING : INSIGHT_INFO, row->resource, used,
        "at its peak %s of the account's concurrency of %s are in use (mean %s)",
        say_count(list, row->max), say_count(list, row->limit), say_number(list, row->mean));
    insight_advise(list, insight,
                   "ask for a quota of %s now, and reserve places for what must not be refused",
                   say_count(list, 2 * row->limit));
}

/* The function that holds most of the shared places, or -1. */
static int hog(const struct facts *facts, double *share)
{
    double sum = 0, most = 0;
    int found = -1;
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct function_config *fn = facts_function(facts, i);
        if (fn == NULL || is_reserved(fn))
            continue;
        double held = facts_value(facts, facts->node_of[i], METRIC_CONCURRENCY, "mean");
        sum += isnan(held) ? 0 : held;
        if (held > most) {
            most = held;
            found = i;
        }
    }
    *share = share_of(most, sum);
    return found;
}

void insight_l15(const struct facts *facts, struct insight_list *list)
{
    double share = 0;
    int neighbour = hog(facts, &share);
    for (int i = 0; neighbour >= 0 && i < facts->scenario->resource_count; i++) {
        const struct function_config *fn = facts_function(facts, i);
        if (fn == NULL || i == neighbour || is_reserved(fn) || !(share > HOG_SHARE) ||
            is_consumer_only(facts, i))
            continue;
        double refused = facts_refused(places_of(facts, i), "concurrency");
        double lost = share_of(refused, facts_count(facts, facts->node_of[i], METRIC_REQUESTS));
        if (refused < LEAST_REFUSED)
            continue;
        const char *name = facts_name(facts, i);
        struct insight *insight =
            insight_add(list, lost > MANY_REFUSED ? INSIGHT_CRITICAL : INSIGHT_WARNING, name, lost,
                        "%s holds %s of the shared concurrency, and %s is refused %s of its calls "
                        "(%s) though it needs %s places",
                        facts_name(facts, neighbour), say_share(list, share), name,
                        say_share(list, lost), say_count(list, refused),
                        say_number(list, facts_load(facts, i)));
        insight_set(list, insight, name, "reserved", "%d", places_needed(facts, i));
        insight_watch(insight, name, METRIC_THROTTLES, "mean");
    }
}

/* A reserve that nobody needs takes places from all others. */
void insight_l16(const struct facts *facts, struct insight_list *list)
{
    double refused = 0;
    int victim = -1;
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct function_config *fn = facts_function(facts, i);
        if (fn == NULL || is_reserved(fn))
            continue;
        double own = facts_refused(places_of(facts, i), "concurrency");
        victim = own > refused ? i : victim;
        refused = fmax(refused, own);
    }
    for (int i = 0; victim >= 0 && refused >= LEAST_REFUSED && i < facts->scenario->resource_count;
         i++) {
        const struct function_config *fn = facts_function(facts, i);
        if (fn == NULL || !is_reserved(fn))
            continue;
        double peak = facts_value(facts, facts->node_of[i], METRIC_CONCURRENCY, "max");
        double needed = fmax(ceil(peak * 1.2), places_needed(facts, i));
        if (!(needed < 0.7 * (double)fn->reserved))
            continue;
        const char *name = facts_name(facts, i);
        struct insight *insight = insight_add(
            list, INSIGHT_WARNING, name, 1 - needed / (double)fn->reserved,
            "%s has %s places reserved and never uses more than %s, while %s is refused %s calls",
            name, say_count(list, (double)fn->reserved), say_count(list, peak),
            facts_name(facts, victim), say_count(list, refused));
        insight_set(list, insight, name, "reserved", "%.0f", needed);
        insight_watch(insight, facts_name(facts, victim), METRIC_THROTTLES, "mean");
    }
}

void insight_l17(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct function_config *fn = facts_function(facts, i);
        double refused = fn == NULL ? 0 : facts_refused(places_of(facts, i), "scaling rate");
        if (refused < LEAST_REFUSED || is_consumer_only(facts, i))
            continue;
        const char *name = facts_name(facts, i);
        const struct scaling_spec *scaling = &facts->scenario->account.scaling;
        double lost = share_of(refused, facts_count(facts, facts->node_of[i], METRIC_REQUESTS));
        int ready = facts_places(facts_load(facts, i) / (double)fn->instance_concurrency, 0.01,
                                 PLACES_MOST);
        struct insight *insight = insight_add(
            list, lost > MANY_REFUSED ? INSIGHT_CRITICAL : INSIGHT_WARNING, name, lost,
            "%s's load rises faster than instances may start (%s in %s): %s calls are refused (%s)",
            name, say_count(list, (double)scaling->count), say_time(list, (double)scaling->per),
            say_share(list, lost), say_count(list, refused));
        insight_advise(list, insight, "keep them ready only around the rise, with a schedule: "
                                      "provisioned = { { at = ..., n = ... }, ... }");
        insight_set(list, insight, name, "provisioned", "%d", ready);
        insight_watch(insight, name, METRIC_THROTTLES, "mean");
    }
}

/* Short calls hit the request rate, ten a second for each unit of concurrency, long before they fill the places. */
void insight_l18(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct function_config *fn = facts_function(facts, i);
        const struct capacity_row *row = fn == NULL ? NULL : places_of(facts, i);
        double refused = facts_refused(row, "request rate");
        if (refused < LEAST_REFUSED || is_consumer_only(facts, i))
            continue;
        const char *name = facts_name(facts, i);
        double rate = facts_value(facts, facts->node_of[i], METRIC_RATE, "max");
        double lost = share_of(refused, facts_count(facts, facts->node_of[i], METRIC_REQUESTS));
        struct insight *insight = insight_add(
            list, lost > MANY_REFUSED ? INSIGHT_CRITICAL : INSIGHT_WARNING, name, lost,
            "%s of %s's calls (%s) are refused by its request rate: %s come, %s are let in, ten for "
            "each of %s places, of which %s are in use",
            say_share(list, lost), name, say_count(list, refused), say_rate(list, rate),
            say_rate(list, RATE_PER_PLACE * row->limit), say_count(list, row->limit),
            say_number(list, row->max));
        if (is_reserved(fn))
            insight_set(list, insight, name, "reserved", "%d", places_needed(facts, i));
        else
            insight_set(list, insight, "account", "concurrency", "%.0f",
                        ceil((double)facts->scenario->account.concurrency - row->limit) +
                            ceil(rate * SPARE / RATE_PER_PLACE));
        insight_watch(insight, name, METRIC_THROTTLES, "mean");
    }
}

/* -- gateways -------------------------------------------------------------------------------------------------- */

static int route_node(const struct facts *facts, int gateway, int route)
{
    return facts->node_of[gateway] + 1 + route;
}

static double route_count(const struct facts *facts, int gateway, int route, enum metric_id metric)
{
    return facts_count(facts, route_node(facts, gateway, route), metric);
}

/* Of the routes without a limit of their own the one with most requests, if that is more than half of all. */
static int greedy_route(const struct facts *facts, int gateway, const struct route_list *routes,
                        double *share)
{
    double sum = 0, most = 0;
    int found = -1;
    for (int r = 0; r < routes->count; r++) {
        double requests = route_count(facts, gateway, r, METRIC_REQUESTS);
        sum += requests;
        if (requests > most) {
            most = requests;
            found = isnan(routes->routes[r].limit) ? r : -1;
        }
    }
    *share = share_of(most, sum);
    return found;
}

/* What the greedy route may have: twice what it usually gets, and not what the others need. */
static double fair_limit(const struct facts *facts, int gateway, const struct route_list *routes,
                         int greedy, double limit)
{
    struct facts_series rate = FACTS_SERIES(facts, route_node(facts, gateway, greedy), arrivals);
    double others = 0;
    for (int r = 0; r < routes->count; r++) {
        double peak = facts_value(facts, route_node(facts, gateway, r), METRIC_RATE, "max");
        others += r == greedy || isnan(peak) ? 0 : peak;
    }
    double usual = facts_series_median(&rate) / rate.width_s;
    return fmax(fmin(2 * usual, limit - others * SPARE), 1);
}

static bool is_gateway(const struct facts *facts, int resource)
{
    return facts_is(facts, resource, &svc_http_api_class) ||
           facts_is(facts, resource, &svc_rest_api_class);
}

void insight_a01(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct route_list *routes = resource_routes(&facts->scenario->resources[i]);
        const char *name = facts_name(facts, i);
        const struct capacity_row *row = facts_capacity(facts, name, "requests/s");
        double share;
        if (!is_gateway(facts, i) || routes->count < 2 || row == NULL ||
            facts_refused(row, "own limit") + facts_refused(row, "account limit") < LEAST_REFUSED)
            continue;
        int greedy = greedy_route(facts, i, routes, &share), victim = -1;
        double worst = LEAST_REFUSED;
        for (int r = 0; r < routes->count; r++) {
            double refused = route_count(facts, i, r, METRIC_THROTTLE_COUNT);
            if (r == greedy || refused < worst)
                continue;
            worst = refused;
            victim = r;
        }
        if (greedy < 0 || victim < 0 || !(share > HOG_SHARE))
            continue;
        const char *hungry = facts->result->nodes[route_node(facts, i, greedy)].name;
        const char *hurt = facts->result->nodes[route_node(facts, i, victim)].name;
        double lost = worst / route_count(facts, i, victim, METRIC_REQUESTS);
        struct insight *insight = insight_add(
            list, INSIGHT_CRITICAL, name, lost,
            "\"%s\" takes %s of the requests of %s, which shares a limit of %s: \"%s\" is refused "
            "%s of its requests (%s)",
            hungry, say_share(list, share), name, say_rate(list, row->limit), hurt,
            say_share(list, lost), say_count(list, worst));
        insight_set(list, insight, hungry, "limit", "%.0f/s",
                    ceil(fair_limit(facts, i, routes, greedy, row->limit)));
        insight_watch(insight, hurt, METRIC_THROTTLES, "mean");
    }
}

void insight_a02(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const char *name = facts_name(facts, i);
        const struct capacity_row *row = facts_capacity(facts, name, "requests/s");
        if (!is_gateway(facts, i) || row == NULL || insight_has(list, "A01", name))
            continue;
        double own = facts_refused(row, "own limit"), all = facts_refused(row, "account limit");
        double refused = fmax(own, all);
        double lost = share_of(refused, facts_count(facts, facts->node_of[i], METRIC_REQUESTS));
        if (refused < LEAST_REFUSED || !(lost > 0.01))
            continue;
        bool is_own = own >= all;
        struct insight *insight = insight_add(
            list, lost > MANY_REFUSED ? INSIGHT_CRITICAL : INSIGHT_WARNING, name, lost,
            "%s refuses %s of its requests (%s) with 429: %s at most come, %s are let in (%s)",
            name, say_share(list, lost), say_count(list, refused), say_rate(list, row->max),
            say_rate(list, row->limit), is_own ? "its own limit" : "the account's limit");
        double wanted = ceil(row->max * SPARE);
        if (is_own)
            insight_set(list, insight, name, "limit", "%.0f/s", wanted);
        else
            insight_set(list, insight, "account", "api_rate", "%.0f/s", wanted);
        insight_watch(insight, name, METRIC_THROTTLES, "mean");
    }
}
