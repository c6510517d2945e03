/* theory_flow.c - what reaches each resource: rates, and whether arrivals are Poisson.
 *
 * Rates are linear in what the sources send, so they are found by passing everything on again and again until nothing changes, which takes as
 * many rounds as the longest way through the scenario is long.
 */
#include <math.h>
#include <string.h>

#include "model/svc_alb.h"
#include "model/svc_client.h"
#include "model/svc_function.h"
#include "model/svc_gateway.h"
#include "model/svc_queue.h"
#include "model/svc_service.h"
#include "model/svc_topic.h"
#include "model/svc_workflow.h"
#include "run/theory_parts.h"

#define ROUNDS_MAX 40
#define CELLS_MAX  4000000 /* of `most` */

struct pass {
    struct theory_maker *maker;
    int roots;               /* targets of sources: what a request begins with */
    float *most, *most_next; /* [root][resource]: visits of one request, at most */
    struct theory_flow *next;
    bool again; /* something changed */
};

/* -- sources -------------------------------------------------------------------------------------------------------- */

static const char *shape_name(const struct rate_shape *rate)
{
    switch (rate->kind) {
    case RATE_STAGES:
        return "the rate moves in stages";
    case RATE_DIURNAL:
        return "the rate follows the day";
    case RATE_SPIKE:
        return "the rate has a spike";
    case RATE_MMPP:
        return "arrivals are not Poisson: the rate changes at random (mmpp)";
    case RATE_BURST:
        return "arrivals are not Poisson: bursts";
    default:
        return "arrivals are not Poisson: replayed trace";
    }
}

static struct theory_flow flow_of_gaps(const struct dist *gaps)
{
    struct theory_flow flow = {.rate_per_s = 1e9 / dist_mean(gaps)};
    if (gaps->kind != DIST_EXPONENTIAL)
        flow.why_poisson = "arrivals are not Poisson: gaps of another law";
    if (!isfinite(flow.rate_per_s) || flow.rate_per_s <= 0)
        flow.why_rate = "gaps between arrivals have no finite mean";
    return flow;
}

static struct theory_flow flow_of_source(const struct theory_maker *maker,
                                         const struct client_config *client)
{
    const struct simulate_config *simulate = &maker->scenario->simulate;
    struct theory_flow flow = {0};
    if (client->clients != TIME_UNSET)
        return (struct theory_flow){.why_rate =
                                        "arrivals are not Poisson: clients wait for their answers"};
    if (client->start > simulate->warmup ||
        (client->stop != TIME_UNSET && client->stop < simulate->duration))
        return (struct theory_flow){.why_rate = "its traffic starts or stops during the run"};
    if (client->arrivals.kind == ARRIVALS_GAPS) {
        flow = flow_of_gaps(client->arrivals.gaps);
    } else if (client->rate == NULL || client->rate->kind != RATE_CONSTANT) {
        flow.why_rate = client->rate == NULL ? "it has no rate" : shape_name(client->rate);
    } else {
        flow.rate_per_s = client->rate->per_s;
        if (client->arrivals.kind == ARRIVALS_UNIFORM)
            flow.why_poisson = "arrivals are not Poisson: even gaps";
    }
    if (flow.why_rate == NULL && client->retry != NULL &&
        (client->retry->retries > 0 || client->retry->hedge != TIME_UNSET))
        flow.why_rate = "requests that fail are sent again, how often is not known beforehand";
    return flow;
}

/* -- passing on ------------------------------------------------------------------------------------------------------- */

static void add_flow(struct theory_flow *to, const struct theory_flow *from, double share,
                     const char *why_rate, const char *why_poisson)
{
    if (why_rate == NULL)
        why_rate = from->why_rate;
    if (why_poisson == NULL)
        why_poisson = from->why_poisson;
    if (why_rate != NULL && to->why_rate == NULL)
        to->why_rate = why_rate;
    if (why_poisson != NULL && to->why_poisson == NULL)
        to->why_poisson = why_poisson;
    if (why_rate == NULL)
        to->rate_per_s += from->rate_per_s * share;
}

/* From `caller`, or from source target `root` (caller -1). */
static void add_most(struct pass *pass, int caller, int root, int to, double most)
{
    int count = pass->maker->scenario->resource_count;
    for (int r = 0; r < pass->roots; r++) {
        float here =
            caller >= 0 ? pass->most[(size_t)r * (size_t)count + (size_t)caller] : r == root;
        pass->most_next[(size_t)r * (size_t)count + (size_t)to] += here * (float)most;
    }
}

static void pass_to(struct pass *pass, int caller, struct target to, const struct theory_flow *from,
                    double share, const char *why_rate, const char *why_poisson, double most)
{
    if (to.resource < 0)
        return;
    add_flow(&pass->next[to.resource], from, share, why_rate, why_poisson);
    if (to.route >= 0 && pass->maker->routes[to.resource] != NULL)
        add_flow(&pass->maker->routes[to.resource][to.route], from, share, why_rate, why_poisson);
    if (caller >= 0)
        add_most(pass, caller, -1, to.resource, most);
}

static void pass_sources(struct pass *pass)
{
    const struct scenario *scenario = pass->maker->scenario;
    int root = 0;
    for (int i = 0; i < scenario->resource_count; i++) {
        if (scenario->resources[i].class != &svc_client_class)
            continue;
        const struct client_config *client = scenario->resources[i].config;
        struct theory_flow flow = flow_of_source(pass->maker, client);
        double weights = 0;
        pass->next[i] = flow;
        for (int t = 0; t < client->to.count; t++)
            weights += client->to.targets[t].weight;
        for (int t = 0; t < client->to.count; t++) {
            struct target to = client->to.targets[t].target;
            pass_to(pass, -1, to, &flow, client->to.targets[t].weight / weights, NULL, NULL, 1);
            if (to.resource >= 0)
                add_most(pass, -1, root, to.resource, 1);
            root++;
        }
    }
}

static bool is_api(const struct resource *resource)
{
    return resource->class == &svc_http_api_class || resource->class == &svc_rest_api_class;
}

static double rate_of_apis(const struct theory_maker *maker)
{
    double sum = 0;
    for (int i = 0; i < maker->scenario->resource_count; i++)
        if (is_api(&maker->scenario->resources[i]) && maker->flows[i].why_rate == NULL)
            sum += maker->flows[i].rate_per_s;
    return sum;
}

bool theory_gateway_bites(const struct theory_maker *maker, int resource, int route)
{
    const struct resource *gateway = &maker->scenario->resources[resource];
    const struct route *path = &resource_routes(gateway)->routes[route];
    double rate = maker->flows[resource].rate_per_s,
           part = maker->routes[resource][route].rate_per_s;
    const struct account_config *account = &maker->scenario->account;
    if (!is_api(gateway))
        return false;
    const struct gateway_config *config = gateway->config;
    if (!isnan(path->limit) &&
        theory_limit_bites(part, path->limit,
                           path->burst == TIME_UNSET ? path->limit : (double)path->burst))
        return true;
    if (!isnan(config->limit) &&
        theory_limit_bites(rate, config->limit,
                           config->burst == TIME_UNSET ? config->limit : (double)config->burst))
        return true;
    return theory_limit_bites(rate_of_apis(maker), account->api_rate, (double)account->api_burst);
}

static void pass_routes(struct pass *pass, int resource)
{
    struct theory_maker *maker = pass->maker;
    const struct resource *gateway = &maker->scenario->resources[resource];
    const struct route_list *routes = resource_routes(gateway);
    for (int i = 0; i < routes->count; i++) {
        const struct route *route = &routes->routes[i];
        const struct theory_flow *flow = &maker->routes[resource][i];
        double share = 1;
        const char *why = NULL;
        if (flow->why_rate == NULL && theory_gateway_bites(maker, resource, i))
            why = arena_printf(maker->arena, "a limit of '%s' refuses some of what reaches it",
                               gateway->name);
        if (route->cache != NULL && isnan(route->cache->hit))
            why = "a route's cache answers some of its calls, how many has no closed form here";
        else if (route->cache != NULL)
            share = 1 - route->cache->hit;
        if (route->authorizer != NULL)
            pass_to(pass, resource, route->authorizer->fn, flow, 1,
                    "it is asked for verdicts that are not known any more", NULL, 1);
        pass_to(pass, resource, route->target, flow, share, why, NULL, 1);
    }
}

/* Where calls wait or are refused, what comes out is another process than what went in. */
static const char *holds_back(const struct theory_maker *maker, int resource)
{
    const struct resource *at = &maker->scenario->resources[resource];
    if (at->class == &svc_service_class)
        return arena_printf(maker->arena, "requests may wait in '%s' before", at->name);
    if (at->class != &svc_function_class)
        return NULL;
    double refused = theory_refused(maker, resource);
    if (refused < 1e-6)
        return NULL;
    if (isnan(refused))
        return arena_printf(maker->arena, "whether '%s' refuses calls is not known", at->name);
    return arena_printf(maker->arena, "the limit of '%s' refuses some, and not at random",
                        at->name);
}

static void pass_program(struct pass *pass, int resource)
{
    struct theory_maker *maker = pass->maker;
    const struct theory_program *program = &maker->programs[resource];
    const struct theory_flow *flow = &maker->flows[resource];
    const char *holds = flow->why_rate == NULL ? holds_back(maker, resource) : NULL;
    double refused = holds == NULL ? 0 : theory_refused(maker, resource);
    for (int i = 0; i < program->visit_count; i++) {
        const struct theory_visit *visit = &program->visits[i];
        const char *why =
            visit->most > 1 ? "arrivals are not Poisson: a request calls several times" : holds;
        const char *why_rate = visit->why != NULL ? visit->why : isnan(refused) ? holds : NULL;
        pass_to(pass, resource, visit->target, flow,
                visit->share * (1 - (isnan(refused) ? 0 : refused)), why_rate, why, visit->most);
    }
}

/* What comes through services of which this knows no more. */
static void pass_unknown(struct pass *pass, int resource)
{
    const struct resource *from = &pass->maker->scenario->resources[resource];
    const struct theory_flow *flow = &pass->maker->flows[resource];
    const char *why = arena_printf(pass->maker->arena, "what reaches it comes through %s '%s'",
                                   from->class->kind, from->name);
    for (const struct param_spec *spec = from->class->params; spec->name != NULL; spec++) {
        const void *field = (const char *)from->config + spec->offset;
        const struct target_refs *list = field;
        if (spec->kind == PARAM_TARGET || spec->kind == PARAM_CONSUMER ||
            spec->kind == PARAM_MESSAGE || spec->kind == PARAM_DLQ)
            pass_to(pass, resource, *(const struct target *)field, flow, 1, why, NULL, 1);
        if (spec->kind == PARAM_MESSAGES)
            for (int i = 0; i < list->count; i++)
                pass_to(pass, resource, list->targets[i], flow, 1, why, NULL, 1);
        const struct bus_rules *rules = field;
        if (spec->kind == PARAM_RULES)
            for (int i = 0; i < rules->count; i++)
                for (int t = 0; t < rules->rules[i].to.count; t++)
                    pass_to(pass, resource, rules->rules[i].to.targets[t], flow, 1, why, NULL, 1);
    }
}

static void pass_queue(struct pass *pass, int resource)
{
    const struct resource *at = &pass->maker->scenario->resources[resource];
    const struct queue_config *queue = at->config;
    struct arena *arena = pass->maker->arena;
    const char *why = NULL;
    if (queue->batch > 1)
        why = arena_printf(arena, "what reaches it comes in batches of queue '%s'", at->name);
    pass_to(pass, resource, queue->consumer, &pass->maker->flows[resource], 1, why,
            arena_printf(arena, "queue '%s' hands a message over when there is a place", at->name),
            1);
    pass_to(pass, resource, queue->dlq, &pass->maker->flows[resource], 1,
            "it gets what could not be handled", NULL, 1);
}

static void pass_on(struct pass *pass, int resource)
{
    const struct scenario *scenario = pass->maker->scenario;
    const struct resource *at = &scenario->resources[resource];
    const struct theory_flow *flow = &pass->maker->flows[resource];
    if (at->class == &svc_client_class || (flow->rate_per_s == 0 && flow->why_rate == NULL))
        return;
    if (resource_routes(at) != NULL) {
        pass_routes(pass, resource);
    } else if (at->class == &svc_function_class || at->class == &svc_service_class) {
        pass_program(pass, resource);
        pass_unknown(pass, resource); /* its destinations */
    } else if (at->class == &svc_queue_class) {
        pass_queue(pass, resource);
    } else if (at->class == &svc_topic_class) {
        const struct topic_config *topic = at->config;
        for (int i = 0; i < topic->subscribers.count; i++)
            pass_to(pass, resource, topic->subscribers.targets[i], flow, 1, NULL, NULL, 1);
        if (topic->filtered.count > 0)
            pass_unknown(pass, resource);
    } else {
        pass_unknown(pass, resource);
        if (at->class == &svc_workflow_class)
            for (int i = 0; i < pass->maker->programs[resource].visit_count; i++)
                pass_to(pass, resource, pass->maker->programs[resource].visits[i].target, flow, 1,
                        arena_printf(pass->maker->arena,
                                     "what reaches it comes through workflow '%s'", at->name),
                        NULL, 1);
    }
}

/* -- rounds ------------------------------------------------------------------------------------------------------------ */

static bool same_flow(const struct theory_flow *a, const struct theory_flow *b)
{
    return fabs(a->rate_per_s - b->rate_per_s) <= 1e-12 * a->rate_per_s &&
           (a->why_rate == NULL) == (b->why_rate == NULL) &&
           (a->why_poisson == NULL) == (b->why_poisson == NULL);
}

static void clear_routes(struct theory_maker *maker)
{
    for (int i = 0; i < maker->scenario->resource_count; i++)
        if (maker->routes[i] != NULL)
            memset(maker->routes[i], 0,
                   sizeof(struct theory_flow) *
                       (size_t)resource_routes(&maker->scenario->resources[i])->count);
}

/* Everything once more, from what the last round found; routes are read while they are made anew, so they go by copy. */
static void round_once(struct pass *pass)
{
    struct theory_maker *maker = pass->maker;
    const struct scenario *scenario = maker->scenario;
    size_t count = (size_t)scenario->resource_count;
    struct theory_flow **old = ARENA_ARRAY(maker->arena, struct theory_flow *, count);
    for (size_t i = 0; i < count; i++)
        if (maker->routes[i] != NULL)
            old[i] = arena_copy(maker->arena, maker->routes[i],
                                sizeof(struct theory_flow) *
                                    (size_t)resource_routes(&scenario->resources[i])->count);
    memset(pass->next, 0, sizeof *pass->next * count);
    memset(pass->most_next, 0, sizeof(float) * count * (size_t)pass->roots);
    struct theory_flow **fresh = ARENA_ARRAY(maker->arena, struct theory_flow *, count);
    memcpy(fresh, maker->routes, sizeof *fresh * count);
    clear_routes(maker);
    pass_sources(pass);
    for (size_t i = 0; i < count; i++) {
        maker->routes[i] = old[i]; /* what it passes on is what reached it */
        pass_on(pass, (int)i);
        maker->routes[i] = fresh[i];
    }
    pass->again = false;
    for (size_t i = 0; i < count; i++)
        pass->again |= !same_flow(&pass->next[i], &maker->flows[i]);
    memcpy(maker->flows, pass->next, sizeof *pass->next * count);
    float *most = pass->most;
    pass->most = pass->most_next;
    pass->most_next = most;
}

/* A request that gets somewhere on two ways makes two arrivals that know of each other. */
static void find_twice(struct pass *pass)
{
    struct theory_maker *maker = pass->maker;
    int count = maker->scenario->resource_count;
    for (int r = 0; r < pass->roots; r++)
        for (int i = 0; i < count; i++)
            if (pass->most[(size_t)r * (size_t)count + (size_t)i] > 1 &&
                maker->flows[i].why_poisson == NULL)
                maker->flows[i].why_poisson =
                    "arrivals are not Poisson: a request comes by several times";
}

static int count_roots(const struct scenario *scenario)
{
    int roots = 0;
    for (int i = 0; i < scenario->resource_count; i++)
        if (scenario->resources[i].class == &svc_client_class)
            roots += ((const struct client_config *)scenario->resources[i].config)->to.count;
    return roots;
}

static void explain_rest(struct theory_maker *maker, const char *why_all)
{
    for (int i = 0; i < maker->scenario->resource_count; i++) {
        struct theory_flow *flow = &maker->flows[i];
        if (why_all != NULL)
            *flow = (struct theory_flow){.why_rate = why_all};
        else if (flow->rate_per_s == 0 && flow->why_rate == NULL)
            flow->why_rate = "no traffic reaches it";
    }
}

void theory_follow(struct theory_maker *maker)
{
    const struct scenario *scenario = maker->scenario;
    size_t count = (size_t)scenario->resource_count;
    struct pass pass = {.maker = maker, .roots = count_roots(scenario)};
    if (scenario->fault_count > 0) {
        explain_rest(maker, "faults change the scenario during the run");
        return;
    }
    if (count * (size_t)pass.roots > CELLS_MAX) {
        explain_rest(maker, "the scenario has too many parts to follow its flows");
        return;
    }
    pass.next = mem_resize(NULL, sizeof *pass.next * (count + 1));
    pass.most = mem_resize(NULL, sizeof(float) * (count * (size_t)pass.roots + 1));
    pass.most_next = mem_resize(NULL, sizeof(float) * (count * (size_t)pass.roots + 1));
    memset(pass.most, 0, sizeof(float) * count * (size_t)pass.roots);
    int rounds = 0;
    do
        round_once(&pass);
    while (pass.again && ++rounds < ROUNDS_MAX);
    find_twice(&pass);
    explain_rest(maker, pass.again ? "events come round and cause themselves again" : NULL);
    mem_free(pass.next);
    mem_free(pass.most);
    mem_free(pass.most_next);
}
