/* svc_url.c - `url`, a function URL: an address of one function, without a price of its own. What it does in a run is
 * in alb_run.c. */
#include "model/alb_run.h"
#include "model/svc_alb.h"

#include <math.h>

#define AT(field) offsetof(struct alb_config, field)

static const enum use functions_only = USE_INVOKE;

static const struct param_spec params[] = {
    {"routes", PARAM_ROUTES, AT(routes), NULL, 0, 0, &functions_only,
     "[\"METHOD /path\"] = fn: the same function for each", 0},
    {"to", PARAM_ROUTE_ALL, AT(routes), NULL, 0, 0, &functions_only, "the function it belongs to",
     0},
    {"overhead", PARAM_TIME_DIST, AT(overhead), NULL, 0, 0, NULL,
     "the URL's own time per request; default from the catalog", PARAM_SETTABLE},
    {0},
};

static const struct meter_spec meters[] = {
    [URL_TRANSFER] = {"transfer", "transfer.internet_out", "gb", 1073741824},
    {0},
};

static bool check_route(const struct route *route, const struct route *first, struct err *err)
{
    if (!isnan(route->limit) || route->burst != TIME_UNSET || route->timeout != TIME_UNSET) {
        err_set(err, "route \"%s\": a function URL has no limit, burst or timeout", route->name);
        return err_help(err, "the function's own reserved concurrency and timeout hold");
    }
    if (route->authorizer != NULL || route->cache != NULL) {
        err_set(err, "route \"%s\": a function URL has no %s", route->name,
                route->authorizer != NULL ? "authorizers" : "cache");
        return err_help(err, "authorizer and cache are settings of API gateways: use rest_api");
    }
    if (route->target.resource == first->target.resource)
        return true;
    err_set(err, "a function URL belongs to one function, but its routes lead to '%s' and '%s'",
            first->target_name, route->target_name);
    return err_help(err, "give each function a url of its own, or use http_api or alb");
}

static bool check(void *config, struct check_context *context, struct err *err)
{
    struct alb_config *url = config;
    if (url->routes.count == 0) {
        err_set(err, "a function URL without a function answers nothing");
        return err_help(err, "write url \"u\" { hello }");
    }
    for (int32_t i = 0; i < url->routes.count; i++)
        if (!check_route(&url->routes.routes[i], &url->routes.routes[0], err))
            return false;
    if (url->overhead == NULL)
        url->overhead = catalog_time_law(context->catalog, context->arena, "latency.url");
    url->timeout = TIME_UNSET;
    url->per_connection = 1;
    return true;
}

static bool has_line(const struct model *model, const struct svc *svc, int meter)
{
    (void)svc;
    (void)meter;
    return model->transfer_bytes > 0;
}

const struct svc_class svc_url_class = {
    .kind = "url",
    .service = "function url",
    .summary = "a function URL: an address of one function, without a price of its own",
    .params = params,
    .config_bytes = sizeof(struct alb_config),
    .takes = TAKES(USE_CALL) | TAKES(USE_TRAFFIC) | TAKES(USE_TASK) | TAKES(USE_FAULT),
    .usage = "a function URL is called with r:call(u)",
    .check = check,
    .state_bytes = sizeof(struct alb),
    .meters = meters,
    .start = alb_start,
    .submit = alb_submit,
    .expect = alb_expect,
    .on_reply = alb_on_reply,
    .apply = alb_apply,
    .has_line = has_line,
    .events = {[ALB_EVENT_FORWARD] = alb_on_forward, [ALB_EVENT_DEADLINE] = alb_on_deadline},
    .metrics = alb_metrics,
};
