/* theory_laws.c - places with a line before them: externals, services whose handlers only wait, queues with a consumer. And gateways. */
#include <math.h>

#include "model/svc_alb.h"
#include "model/svc_external.h"
#include "model/svc_function.h"
#include "model/svc_gateway.h"
#include "model/svc_queue.h"
#include "model/svc_service.h"
#include "run/theory_parts.h"
#include "stats/queueing.h"

#define LINE_MAX 1000000 /* states of M/M/c/K */

/* -- a station: places, a line, times -------------------------------------------------------------------------------------- */

struct station {
    const char *name;
    const struct theory_flow *flow;
    const struct theory_time *time;
    int64_t places, line; /* INT64_MAX: any number */
};

static const char *why_unstable(struct theory_maker *maker, double share)
{
    return arena_printf(maker->arena,
                        "%.3g times as much arrives as can be served: it waits longer and longer",
                        share);
}

/* Nobody waits. */
static void put_crowd(struct theory_maker *maker, const struct station *at, double load)
{
    const char *law = at->flow->why_poisson == NULL ? "M/G/inf" : "Little";
    theory_add(maker, at->name, METRIC_LATENCY, "mean", at->time->mean_ns, law, NULL);
    theory_add(maker, at->name, METRIC_CONCURRENCY, "mean", load, law, NULL);
}

/* Whoever finds no place goes away. */
static void put_loss(struct theory_maker *maker, const struct station *at, double load)
{
    double lost = queueing_erlang_b(at->places, load);
    theory_add(maker, at->name, METRIC_LATENCY, "mean", at->time->mean_ns, "Erlang B", NULL);
    theory_add(maker, at->name, METRIC_THROTTLES, "mean", lost, "Erlang B", NULL);
    theory_add(maker, at->name, METRIC_CONCURRENCY, "mean", load * (1 - lost), "Erlang B, Little",
               NULL);
}

static void put_wait(struct theory_maker *maker, const struct station *at, double load,
                     double wait_ns, const char *law)
{
    theory_add(maker, at->name, METRIC_LATENCY, "mean", wait_ns + at->time->mean_ns, law, NULL);
    theory_add(maker, at->name, METRIC_STAGE_QUEUE, "mean", wait_ns, law, NULL);
    if (at->time->exponential)
        theory_add(maker, at->name, METRIC_STAGE_QUEUE, "p99",
                   queueing_mmc_wait_at(at->places, load, at->time->mean_ns, 0.99), law, NULL);
    theory_add(maker, at->name, METRIC_DEPTH, "mean", at->flow->rate_per_s * wait_ns / 1e9,
               "Little", NULL);
}

/* A line so long that it never fills: in heavy traffic it is longer than n with probability exp(-2 n (1 - share) / (1 + cv2)). */
static bool never_fills(const struct station *at, double share)
{
    double cv2 = isnan(at->time->cv2) ? 1 : at->time->cv2;
    return at->line == INT64_MAX || 2 * (double)at->line * (1 - share) / (1 + cv2) > 40;
}

static void put_bounded(struct theory_maker *maker, const struct station *at, double load)
{
    struct queueing_bounded found = queueing_mmck(at->places, at->line, load);
    double served_per_s = at->flow->rate_per_s * (1 - found.lost);
    double wait_ns = found.depth / served_per_s * 1e9, busy = load * (1 - found.lost);
    const char *law = "M/M/c/K";
    theory_add(maker, at->name, METRIC_LATENCY, "mean", wait_ns + at->time->mean_ns, law, NULL);
    theory_add(maker, at->name, METRIC_STAGE_QUEUE, "mean", wait_ns, law, NULL);
    theory_add(maker, at->name, METRIC_THROTTLES, "mean", found.lost, law, NULL);
    theory_add(maker, at->name, METRIC_CONCURRENCY, "mean", busy, law, NULL);
    theory_add(maker, at->name, METRIC_UTILISATION, "mean", busy / (double)at->places, law, NULL);
    theory_add(maker, at->name, METRIC_DEPTH, "mean", found.depth, law, NULL);
}

static void put_station(struct theory_maker *maker, const struct station *at)
{
    double load = at->flow->rate_per_s * at->time->mean_ns / 1e9;
    double share = load / (double)at->places;
    if (at->places == INT64_MAX) {
        put_crowd(maker, at, load);
        return;
    }
    if (at->flow->why_poisson == NULL && at->line == 0) {
        put_loss(maker, at, load);
        return;
    }
    bool endless = never_fills(at, share);
    if (!endless && at->flow->why_poisson == NULL && at->time->exponential &&
        at->line <= LINE_MAX) {
        put_bounded(maker, at, load);
        return;
    }
    const char *why = at->flow->why_poisson;
    if (share >= 1 && at->line == INT64_MAX)
        why = why_unstable(maker, share);
    else if (!endless)
        why = "its line is bounded, and times are not exponential";
    if (endless && share < 1) { /* whatever the laws */
        theory_add(maker, at->name, METRIC_CONCURRENCY, "mean", load, "Little", NULL);
        theory_add(maker, at->name, METRIC_UTILISATION, "mean", share, "Little", NULL);
    }
    if (why == NULL && at->places == 1 && !isnan(at->time->cv2))
        put_wait(maker, at, load, queueing_mg1_wait(load, at->time->mean_ns, at->time->cv2),
                 at->time->exponential ? "M/M/1" : "Pollaczek-Khinchine");
    else if (why == NULL && at->time->exponential)
        put_wait(maker, at, load, queueing_mmc_wait(at->places, load, at->time->mean_ns),
                 "Erlang C");
    else
        theory_add_gap(maker, at->name, "waiting",
                       why != NULL ? why : "several places, and times that are not exponential");
}

/* -- externals, services ---------------------------------------------------------------------------------------------------- */

void theory_external(struct theory_maker *maker, int resource)
{
    const struct resource *external = &maker->scenario->resources[resource];
    struct theory_flow *flow = &maker->flows[resource];
    if (external->class == &svc_service_class) {
        const struct service_config *service = external->config;
        const struct theory_time *time = &maker->programs[resource].time;
        const char *why = time->why;
        if (autoscale_given(&service->autoscale))
            why = "its tasks come and go (autoscale)";
        else if (service->timeout != TIME_UNSET)
            why = "requests may reach its timeout";
        if (why != NULL)
            theory_add_gap(maker, external->name, "all but its rate", why);
        else
            put_station(maker, &(struct station){
                                   external->name, flow, time, service->tasks * service->workers,
                                   service->queue == TIME_UNSET ? INT64_MAX : service->queue});
        return;
    }
    const struct external_config *config = external->config;
    struct theory_time time = theory_time_of(config->latency, 1);
    const char *why = time.why;
    if (config->contention > 0)
        why = "its latency grows with the calls in flight (contention)";
    else if (!isnan(config->limit) &&
             theory_limit_bites(flow->rate_per_s, config->limit,
                                config->burst == TIME_UNSET ? config->limit
                                                            : (double)config->burst))
        why = "its limit refuses some";
    else if (config->concurrency == 0)
        why = "it stands still (concurrency = 0)";
    if (why != NULL) {
        theory_add_gap(maker, external->name, "all but its rate", why);
        return;
    }
    if (config->errors > 0)
        theory_add(maker, external->name, METRIC_ERRORS, "mean", config->errors, "as given", NULL);
    put_station(maker, &(struct station){external->name, flow, &time,
                                         config->concurrency == TIME_UNSET ? INT64_MAX
                                                                           : config->concurrency,
                                         config->queue == TIME_UNSET ? INT64_MAX : config->queue});
}

/* -- queues ----------------------------------------------------------------------------------------------------------------- */

static const char *why_no_line(struct theory_maker *maker, const struct queue_config *queue,
                               const struct resource *consumer)
{
    const struct theory_program *program = &maker->programs[queue->consumer.resource];
    if (queue->batch > 1)
        return "messages are handled in batches";
    if (queue->fifo)
        return "groups keep their order (fifo)";
    if (queue->delay > 0)
        return "messages are delayed";
    if (consumer->class != &svc_function_class)
        return "its consumer is no function";
    if (program->time.why != NULL)
        return program->time.why;
    if (program->fail_share != 0)
        return "messages that fail come back";
    if (queue->max_concurrency == TIME_UNSET)
        return "as many work on it as are needed (no max_concurrency): they come and go";
    return NULL;
}

/* The consumer's places are its servers; the mapping grows to max_concurrency and stays there while there is work. */
void theory_queue(struct theory_maker *maker, int resource)
{
    const struct resource *at = &maker->scenario->resources[resource];
    const struct queue_config *queue = at->config;
    struct theory_flow *flow = &maker->flows[resource];
    if (!queue_has_consumer(queue)) {
        theory_add_gap(maker, at->name, "depth", "nobody takes its messages out");
        return;
    }
    const struct resource *consumer = &maker->scenario->resources[queue->consumer.resource];
    const struct theory_time *time = &maker->programs[queue->consumer.resource].time;
    const char *why = why_no_line(maker, queue, consumer);
    const struct function_config *fn = consumer->config;
    double load = flow->rate_per_s * time->mean_ns / 1e9;
    double share = load / (double)queue->max_concurrency;
    if (why == NULL && flow->why_poisson != NULL)
        why = flow->why_poisson;
    if (why == NULL && fn->reserved != TIME_UNSET && fn->reserved < queue->max_concurrency)
        why = "its consumer refuses batches: reserved is below max_concurrency";
    if (why == NULL && share >= 1)
        why = why_unstable(maker, share);
    if (why == NULL && !time->exponential)
        why = "several places, and times that are not exponential";
    if (why != NULL) {
        theory_add_gap(maker, at->name, "waiting", why);
        return;
    }
    bool at_once = dist_is_constant(queue->delivery) && queue->delivery->constant == 0;
    const char *aside = at_once ? "inits aside" : "inits and delivery aside";
    int64_t places = queue->max_concurrency;
    double wait = queueing_mmc_wait(places, load, time->mean_ns);
    theory_add(maker, at->name, METRIC_DEPTH, "mean", flow->rate_per_s * wait / 1e9,
               "Erlang C, Little", aside);
    theory_add(maker, at->name, METRIC_AGE, "p50",
               queueing_mmc_wait_at(places, load, time->mean_ns, 0.5), "Erlang C", aside);
    theory_add(maker, at->name, METRIC_AGE, "p99",
               queueing_mmc_wait_at(places, load, time->mean_ns, 0.99), "Erlang C", aside);
}

/* -- gateways --------------------------------------------------------------------------------------------------------------- */

static const struct dist *overhead_of(const struct resource *gateway)
{
    if (gateway->class == &svc_http_api_class || gateway->class == &svc_rest_api_class)
        return ((const struct gateway_config *)gateway->config)->overhead;
    return ((const struct alb_config *)gateway->config)->overhead;
}

/* The gateway's own time, then the target's. */
static void put_route(struct theory_maker *maker, const struct resource *gateway, int index)
{
    const struct route *route = &resource_routes(gateway)->routes[index];
    const struct theory_flow *flow = &maker->routes[gateway - maker->scenario->resources][index];
    const char *name = arena_printf(maker->arena, "%s %s", gateway->name, route->name);
    int target = route->target.resource;
    if (flow->rate_per_s == 0 || flow->why_rate != NULL)
        return; /* the gateway says why */
    theory_add(maker, name, METRIC_RATE, "mean", flow->rate_per_s, "arrivals", NULL);
    const char *why = NULL;
    if (route->authorizer != NULL || route->cache != NULL)
        why = "some calls ask its authorizer, or are answered from its cache";
    else if (target < 0 || maker->scenario->resources[target].class != &svc_function_class)
        why = "what stands behind it is no function";
    else if (maker->programs[target].time.why != NULL)
        why = maker->programs[target].time.why;
    else if (maker->flows[target].why_rate != NULL)
        why = maker->flows[target].why_rate;
    else if (!(theory_refused(maker, target) < 1e-9))
        why = "what stands behind it may refuse calls";
    if (why != NULL)
        theory_add_gap(maker, name, "latency", why);
    else
        theory_add(maker, name, METRIC_LATENCY, "mean",
                   dist_mean(overhead_of(gateway)) + maker->programs[target].time.mean_ns,
                   "sum of times", "inits aside");
}

void theory_gateway(struct theory_maker *maker, int resource)
{
    const struct resource *gateway = &maker->scenario->resources[resource];
    const struct route_list *routes = resource_routes(gateway);
    for (int i = 0; i < routes->count; i++)
        put_route(maker, gateway, i);
}
