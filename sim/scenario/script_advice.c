/* script_advice.c - see the header. */
#include "scenario/script_advice.h"

#include <stdio.h>
#include <string.h>

#include "model/svc_function.h"
#include "model/svc_gateway.h"
#include "model/svc_sql.h"

/* What the advice is written with. */
struct advice {
    struct load *load;
    void (*say)(void *data, const char *text);
    void *data;
};

static const struct function_config *function_at(const struct scenario *scenario, int32_t index)
{
    const struct resource *resource = index >= 0 ? &scenario->resources[index] : NULL;
    return resource != NULL && resource->class == &svc_function_class ? resource->config : NULL;
}

/* -- gateways ----------------------------------------------------------------------------------- */

/* A function that may run on after its gateway has answered in its place. */
static void advise_gateway(const struct advice *advice, const struct resource *gateway)
{
    const struct scenario *scenario = advice->load->scenario;
    const struct route_list *routes = resource_routes(gateway);
    bool http = gateway->class == &svc_http_api_class;
    double most_ms = catalog_limit(scenario->catalog,
                                   http ? "apigw.http.timeout_ms" : "apigw.rest.timeout_ms.max");
    for (int32_t i = 0; i < routes->count; i++) {
        const struct route *route = &routes->routes[i];
        const struct function_config *fn = function_at(scenario, route->target.resource);
        double gives_up_s = (route->timeout != TIME_UNSET ? (double)route->timeout : most_ms * 1e6) / 1e9;
        if (fn == NULL || (double)fn->timeout <= gives_up_s * 1e9)
            continue;
        advice->say(advice->data,
                    arena_printf(advice->load->arena,
                                 "route '%s %s': the gateway gives up after %.6gs, '%s' may run for "
                                 "%.6gs: what it does after that is billed, and nobody gets it",
                                 gateway->name, route->name, gives_up_s,
                                 scenario->resources[route->target.resource].name,
                                 (double)fn->timeout / 1e9));
    }
}

/* -- connections -------------------------------------------------------------------------------- */

static bool queries(const struct resource *resource, int32_t database)
{
    const struct program *program = resource_program(resource);
    for (int32_t i = 0; program != NULL && i < program->count; i++)
        if (program->ops[i].code == OP_CALL && program->ops[i].target.resource == database)
            return true;
    return false;
}

/* Every instance keeps a connection of its own, so as many as may run are held at once. */
static void advise_connections(const struct advice *advice, int32_t database)
{
    const struct scenario *scenario = advice->load->scenario;
    const struct resource *resource = &scenario->resources[database];
    const struct sql_config *sql = resource->config;
    double instances = 0, account = (double)scenario->account.concurrency;
    const char *caller = NULL;
    for (int32_t i = 0; i < scenario->resource_count && sql->proxy == NULL; i++) {
        const struct function_config *fn = function_at(scenario, i);
        if (fn == NULL || !queries(&scenario->resources[i], database))
            continue;
        instances += fn->reserved != TIME_UNSET ? (double)fn->reserved : account;
        caller = scenario->resources[i].name;
    }
    instances = instances < account ? instances : account;
    if (instances <= (double)sql->max_connections)
        return;
    advice->say(advice->data,
                arena_printf(advice->load->arena,
                             "sql '%s': it has %lld connections, but up to %.0f instances such as those of '%s' "
                             "may each hold one: a reserved concurrency or proxy = true prevents it",
                             resource->name, (long long)sql->max_connections, instances, caller));
}

void script_advise(struct load *load, void (*say)(void *data, const char *text), void *data)
{
    const struct advice advice = {load, say, data};
    const struct scenario *scenario = load->scenario;
    for (int32_t i = 0; i < scenario->resource_count; i++) {
        const struct resource *resource = &scenario->resources[i];
        const struct function_config *fn = function_at(scenario, i);
        if (fn != NULL && fn->reserved == 0)
            say(data, arena_printf(load->arena,
                                   "fn '%s': reserved = 0 switches it off: every invocation is throttled",
                                   resource->name));
        if (resource->class == &svc_http_api_class || resource->class == &svc_rest_api_class)
            advise_gateway(&advice, resource);
        if (resource->class == &svc_sql_class)
            advise_connections(&advice, i);
    }
}
