/* insight_time.c - runs that end badly or nearly so, and what went wrong: rules L10 to L12 and L26. */
#include <math.h>
#include <string.h>

#include "model/svc_client.h"
#include "model/svc_gateway.h"
#include "run/insight_make.h"

#define LEAST_CALLS    500
#define LEAST_TIMEOUTS 10
#define NEAR           0.95 /* Datadog: duration above 95 % of the timeout */
#define ERRORS_MANY    0.01
#define ERRORS_TOO_MANY 0.10
#define LONG_NS        (5. * 60 * 1e9)
#define TIMEOUT_MOST   900 /* s, AWS Lambda */

/* Whoever a function waits for longest at the 99th percentile, or -1. */
static int slowest_callee(const struct facts *facts, int resource, double *p99_ns)
{
    int slowest = -1;
    *p99_ns = 0;
    for (const struct op *op = facts_next_op(facts, resource, NULL); op != NULL;
         op = facts_next_op(facts, resource, op)) {
        const struct edge_row *edge =
            op->code == OP_CALL ? facts_edge(facts, resource, op->target.resource) : NULL;
        if (edge == NULL || !(edge->latency_p99_ms * 1e6 > *p99_ns))
            continue;
        *p99_ns = edge->latency_p99_ms * 1e6;
        slowest = op->target.resource;
    }
    return slowest;
}

void insight_l10(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct function_config *fn = facts_function(facts, i);
        int node = facts->node_of[i];
        double timeouts = fn == NULL ? 0 : facts_count(facts, node, METRIC_TIMEOUT_COUNT);
        if (timeouts < LEAST_TIMEOUTS)
            continue;
        const char *name = facts_name(facts, i);
        double share = timeouts / facts_count(facts, node, METRIC_REQUESTS), p99;
        int callee = slowest_callee(facts, i, &p99);
        struct insight *insight = insight_add(
            list, share > ERRORS_TOO_MANY ? INSIGHT_CRITICAL : INSIGHT_WARNING, name, share,
            "%s of %s's runs (%s) end at its timeout of %s; it computes for %s and waits for %s",
            say_share(list, share), name, say_count(list, timeouts),
            say_time(list, (double)fn->timeout),
            say_time(list, facts_value(facts, node, METRIC_STAGE_RUN, "mean")),
            callee < 0 ? "nobody"
                       : arena_printf(list->arena, "%s (p99 %s)", facts_name(facts, callee),
                                      say_time(list, p99)));
        if (callee >= 0 && p99 > 0.5 * (double)fn->timeout)
            insight_advise(list, insight, "give the call of %s a timeout of its own first",
                           facts_name(facts, callee));
        insight_set(list, insight, name, "timeout", "%.0fs",
                    fmin(ceil(2 * (double)fn->timeout / 1e9), TIMEOUT_MOST));
        insight_watch(insight, name, METRIC_TIMEOUTS, "mean");
    }
}

void insight_l11(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct function_config *fn = facts_function(facts, i);
        int node = facts->node_of[i];
        if (fn == NULL || facts_count(facts, node, METRIC_TIMEOUT_COUNT) > 0 ||
            result_count(facts->result, node, METRIC_DURATION) < LEAST_CALLS)
            continue;
        double longest = facts_value(facts, node, METRIC_DURATION, "max");
        if (!(longest > NEAR * (double)fn->timeout))
            continue;
        struct insight *insight = insight_add(
            list, INSIGHT_WARNING, facts_name(facts, i), longest / (double)fn->timeout,
            "%s's longest run took %s of its timeout of %s; none was ended yet",
            facts_name(facts, i), say_share(list, longest / (double)fn->timeout),
            say_time(list, (double)fn->timeout));
        insight_set(list, insight, facts_name(facts, i), "timeout", "%.0fs",
                    fmin(ceil(1.5 * (double)fn->timeout / 1e9), TIMEOUT_MOST));
        insight_advise(list, insight, "or give its calls shorter timeouts");
        insight_precaution(insight);
    }
}

/* -- errors: whose they are ------------------------------------------------------------------------------- */

/* Errors of a resource's own: those its callees did not give it. Each is counted where it began. */
static double own_errors(const struct facts *facts, int resource)
{
    double errors = facts_count(facts, facts->node_of[resource], METRIC_ERROR_COUNT);
    const struct route_list *routes = resource_routes(&facts->scenario->resources[resource]);
    for (int r = 0; routes != NULL && r < routes->count; r++)
        errors -= facts_count(facts, facts->node_of[routes->routes[r].target.resource],
                              METRIC_ERROR_COUNT);
    for (int i = 0; i < facts->result->edge_count; i++)
        if (strcmp(facts->result->edges[i].from, facts_name(facts, resource)) == 0)
            errors -= (double)facts->result->edges[i].errors / facts->result->reps;
    return errors;
}

/* Has a rule already said what is wrong there? */
static bool is_explained(const struct insight_list *list, const char *resource)
{
    for (int i = 0; i < list->count; i++)
        if (list->items[i].severity > INSIGHT_INFO &&
            strcmp(list->items[i].resource, resource) == 0)
            return true;
    return false;
}

void insight_l12(const struct facts *facts, struct insight_list *list)
{
    double share = facts_value(facts, 0, METRIC_ERRORS, "mean"), most = 0;
    double requests = facts_count(facts, 0, METRIC_REQUESTS);
    int guilty = -1;
    if (!(share > ERRORS_MANY) || requests < LEAST_CALLS)
        return;
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        double own = facts_is(facts, i, &svc_client_class) || facts->node_of[i] < 0
                         ? 0
                         : own_errors(facts, i);
        if (own > most) {
            most = own;
            guilty = i;
        }
    }
    const char *name = guilty < 0 ? "*" : facts_name(facts, guilty);
    if (guilty < 0 && (insight_has(list, "R02", NULL) || insight_has(list, "R04", NULL)))
        return; /* the callers give up, and it has been said why */
    if (is_explained(list, name))
        return;
    double throttles =
        guilty < 0 ? 0 : facts_count(facts, facts->node_of[guilty], METRIC_THROTTLE_COUNT);
    double timeouts = guilty < 0 ? facts_count(facts, 0, METRIC_TIMEOUT_COUNT)
                                 : facts_count(facts, facts->node_of[guilty], METRIC_TIMEOUT_COUNT);
    struct insight *insight = insight_add(
        list, share > ERRORS_TOO_MANY ? INSIGHT_CRITICAL : INSIGHT_WARNING, name, share,
        "%s of %s requests fail; %s: %s calls refused, %s timed out", say_share(list, share),
        say_count(list, requests),
        guilty < 0 ? "their callers give up"
                   : arena_printf(list->arena, "most begin at %s", name),
        say_count(list, throttles), say_count(list, timeouts));
    insight_advise(list, insight, "edges.csv counts errors of every caller and callee");
}

void insight_l26(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        double p99 = facts_function(facts, i) == NULL
                         ? NAN
                         : facts_value(facts, facts->node_of[i], METRIC_DURATION, "p99");
        if (!(p99 > LONG_NS))
            continue;
        struct insight *insight = insight_add(
            list, INSIGHT_INFO, facts_name(facts, i), p99 / (TIMEOUT_MOST * 1e9),
            "%s runs for %s at p99; a function may run for 15 min and is paid by the millisecond",
            facts_name(facts, i), say_time(list, p99));
        insight_advise(list, insight,
                       "split the work into steps of a workflow, or let a container do it");
    }
}
