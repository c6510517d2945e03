/* insight_cost.c - money that buys nothing: rules L19, L22, A04, A05 and R08.
 *
 * These findings ask for another design, which no setting makes: their figures come from this run and the price list, and
 * nothing is simulated again.
 */
#include <math.h>
#include <string.h>

#include "model/svc_client.h"
#include "model/svc_gateway.h"
#include "model/svc_kv.h"
#include "model/svc_service.h"
#include "model/svc_sql.h"
#include "run/insight_make.h"

#define LEAST_CALLS    500
#define WAITED_SHARE   0.20
#define GATEWAY_SHARE  0.50
#define SHORT_HOP_NS   20e6
#define HOPS           3
#define UNUSED_USD     1.0 /* a month */

/* -- L19: waiting on other billed compute ------------------------------------------------------------------- */

static bool is_billed_by_time(const struct facts *facts, int resource)
{
    return facts_function(facts, resource) != NULL;
}

/* GB-seconds that a function pays for while another works for it; the callee that takes most of it. */
static double waited_gb_s(const struct facts *facts, int resource, int *callee)
{
    const struct function_config *fn = facts_function(facts, resource);
    double gb = (double)fn->memory_mb / 1024, sum = 0, most = 0;
    *callee = -1;
    for (const struct op *op = facts_next_op(facts, resource, NULL); op != NULL;
         op = facts_next_op(facts, resource, op)) {
        int to = op->target.resource;
        const struct edge_row *edge = facts_edge(facts, resource, to);
        if (op->code != OP_CALL || !is_billed_by_time(facts, to) || edge == NULL)
            continue;
        double each_s = facts_value(facts, facts->node_of[to], METRIC_LATENCY, "mean") / 1e9;
        double waited = (double)edge->calls / facts->result->reps * each_s * gb;
        if (waited > most) {
            most = waited;
            *callee = to;
        }
        sum = fmax(sum, most); /* calls in parallel are waited for at once: the longest counts */
    }
    return sum;
}

/* Called by nobody else: then one function could do the work of both. */
static bool is_called_once(const struct facts *facts, int resource)
{
    int callers = 0;
    for (int i = 0; i < facts->scenario->resource_count; i++)
        for (const struct op *op = facts_next_op(facts, i, NULL); op != NULL;
             op = facts_next_op(facts, i, op))
            callers += op->target.resource == resource;
    return callers <= 1;
}

void insight_l19(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        int callee, node = facts->node_of[i];
        if (facts_function(facts, i) == NULL ||
            facts_count(facts, node, METRIC_REQUESTS) < LEAST_CALLS)
            continue;
        double waited = waited_gb_s(facts, i, &callee);
        double own = facts_value(facts, node, METRIC_BILLED_GB_S, "sum");
        if (callee < 0 || !(waited > WAITED_SHARE * own))
            continue;
        const char *name = facts_name(facts, i), *other = facts_name(facts, callee);
        double share = fmin(waited / own, 1);
        double month = facts_bill(facts, name, "compute") * share;
        struct insight *insight = insight_add(
            list, INSIGHT_WARNING, name, share,
            "double billing: %s pays for %s of its time while %s works for it: %s GB-seconds, %s a "
            "month",
            name, say_share(list, share), other, say_number(list, waited), say_money(list, month));
        double each = (double)facts_edge(facts, i, callee)->calls / facts->result->reps /
                      facts_count(facts, node, METRIC_REQUESTS);
        if (each > 1.5) { /* many at a time: one function could not do them side by side */
            insight_advise(list, insight,
                           "%s only waits for many of %s: give it less memory, or let a workflow's "
                           "map call them",
                           name, other);
            continue;
        }
        /* A queue between the two would make the caller of the caller wait for an answer that does not come. */
        if (facts->waits[i])
            insight_advise(list, insight, "%s",
                           is_called_once(facts, callee)
                               ? "merge the two: nobody else calls it"
                               : "merge them, or let a workflow call one after the other");
        else
            insight_advise(list, insight,
                           "hand the work over by a queue instead of waiting: nobody waits for %s", name);
    }
}

/* -- L22: a chain of short hops --------------------------------------------------------------------------------- */

static double own_work(const struct facts *facts, int resource)
{
    int node = facts->node_of[resource];
    double duration = facts_value(facts, node, METRIC_DURATION, "mean");
    return duration - facts_value(facts, node, METRIC_STAGE_DOWNSTREAM, "mean");
}

/* Hops from here on that are functions with little work of their own, along the longest chain. */
static int short_hops(const struct facts *facts, int resource, int depth)
{
    int longest = 0;
    if (facts_function(facts, resource) == NULL || !(own_work(facts, resource) < SHORT_HOP_NS) ||
        depth > 16)
        return 0;
    for (const struct op *op = facts_next_op(facts, resource, NULL); op != NULL;
         op = facts_next_op(facts, resource, op)) {
        int hops = op->code == OP_CALL ? short_hops(facts, op->target.resource, depth + 1) : 0;
        longest = hops > longest ? hops : longest;
    }
    return longest + 1;
}

static bool is_called_by_function(const struct facts *facts, int resource)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        if (facts_function(facts, i) == NULL)
            continue;
        for (const struct op *op = facts_next_op(facts, i, NULL); op != NULL;
             op = facts_next_op(facts, i, op))
            if (op->code == OP_CALL && op->target.resource == resource)
                return true;
    }
    return false;
}

void insight_l22(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        int node = facts->node_of[i];
        if (facts_function(facts, i) == NULL || is_called_by_function(facts, i) ||
            facts_count(facts, node, METRIC_REQUESTS) < LEAST_CALLS)
            continue;
        int hops = short_hops(facts, i, 0);
        if (hops < HOPS)
            continue;
        struct insight *insight = insight_add(
            list, INSIGHT_INFO, facts_name(facts, i), 0.3,
            "%s is the first of %d functions that call each other, each with less than %s of work of "
            "its own: every hop adds its own cold starts (%s at %s) and is paid for while it waits",
            facts_name(facts, i), hops, say_time(list, SHORT_HOP_NS),
            say_share(list, facts_value(facts, node, METRIC_COLD, "mean")), facts_name(facts, i));
        insight_advise(list, insight, "merge the chain into one function");
    }
}

/* -- A04: the gateway's own price ---------------------------------------------------------------------------------- */

void insight_a04(const struct facts *facts, struct insight_list *list)
{
    double total = facts->result->bill.cost_month_usd;
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        bool rest = facts_is(facts, i, &svc_rest_api_class);
        if (!rest && !facts_is(facts, i, &svc_http_api_class))
            continue;
        const char *name = facts_name(facts, i);
        double own = facts_bill(facts, name, "requests");
        if (!(own > GATEWAY_SHARE * total) ||
            facts_count(facts, facts->node_of[i], METRIC_REQUESTS) < LEAST_CALLS)
            continue;
        double http = own * facts_price(facts, "apigw.http.request") /
                      facts_price(facts, "apigw.rest.request");
        struct insight *insight = insight_add(
            list, INSIGHT_INFO, name, own / total,
            "%s is %s of the bill: %s of %s a month go to the gateway's requests", name,
            say_share(list, own / total), say_money(list, own), say_money(list, total));
        if (rest)
            insight_advise(list, insight,
                           "as an http_api the same requests cost %s a month (no cache, other "
                           "authorizers); a function url has no charge for requests",
                           say_money(list, http));
        else
            insight_advise(list, insight,
                           "a function url has no charge for requests: %s a month less, without "
                           "routes, limits and authorizers",
                           say_money(list, own));
    }
}

/* -- A05: who asks for the same verdict again ---------------------------------------------------------------------------- */

void insight_a05(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct route_list *routes = resource_routes(&facts->scenario->resources[i]);
        for (int r = 0; routes != NULL && r < routes->count; r++) {
            const struct authorizer_spec *authorizer = routes->routes[r].authorizer;
            if (authorizer == NULL || authorizer->keys.kind == KEYS_NONE || authorizer->ttl != 0)
                continue;
            int node = facts->node_of[i] + 1 + r, asked = facts->node_of[authorizer->fn.resource];
            double rate = facts_value(facts, node, METRIC_RATE, "mean");
            double each = rate / (double)authorizer->keys.n * 300;
            if (facts_count(facts, node, METRIC_REQUESTS) < LEAST_CALLS)
                continue;
            struct insight *insight = insight_add(
                list, INSIGHT_INFO, facts->result->nodes[node].name, 0.4,
                "every request of \"%s\" asks %s (%s times, p50 %s) for a verdict that it just gave",
                facts->result->nodes[node].name, facts_name(facts, authorizer->fn.resource),
                say_count(list, facts_count(facts, asked, METRIC_REQUESTS)),
                say_time(list, facts_value(facts, asked, METRIC_LATENCY, "p50")));
            insight_advise(list, insight,
                           "ttl = \"5min\" would answer about %s from memory: with n tokens at rate r "
                           "each, rT / (1 + rT)",
                           say_share(list, each / (1 + each)));
        }
    }
}

/* -- R08: declared, paid for, not used ------------------------------------------------------------------------------------- */

void insight_r08(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const char *name = facts_name(facts, i);
        double month = facts_bill(facts, name, NULL);
        bool stands = facts_function(facts, i) != NULL || facts_is(facts, i, &svc_service_class) ||
                      facts_is(facts, i, &svc_kv_class) || facts_is(facts, i, &svc_sql_class);
        if (!stands || facts_count(facts, facts->node_of[i], METRIC_REQUESTS) > 0 ||
            !(month > UNUSED_USD) || facts_count(facts, 0, METRIC_REQUESTS) < LEAST_CALLS)
            continue;
        struct insight *insight =
            insight_add(list, INSIGHT_INFO, name, month / facts->result->bill.cost_month_usd,
                        "%s was not used once and costs %s a month", name, say_money(list, month));
        insight_advise(list, insight, "remove it, or let it scale to nothing");
    }
}
