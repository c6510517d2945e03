/* svc_alb.c - `alb`: its settings, what they may be, what they cost. What it does in a run is in alb_run.c. */
#include "model/svc_alb.h"

#include <math.h>

#include "model/alb_run.h"

#define AT(field) offsetof(struct alb_config, field)

static const struct param_spec params[] = {
    {"routes", PARAM_ROUTES, AT(routes), NULL, 0, 0, NULL,
     "[\"METHOD /path\"] = fn or service, or { fn, timeout= }", 0},
    {"to", PARAM_ROUTE_ALL, AT(routes), NULL, 0, 0, NULL,
     "fn or service behind every path, in place of routes", 0},
    {"overhead", PARAM_TIME_DIST, AT(overhead), NULL, 0, 0, NULL,
     "the load balancer's own time per request; default from the catalog", PARAM_SETTABLE},
    {"timeout", PARAM_TIME, AT(timeout), NULL, 1e9, 4000e9, NULL,
     "idle timeout: an answer that takes longer is a 504; default from the catalog", 0},
    {"size", PARAM_SIZE, AT(size), "2KB", 0, 1073741824., NULL,
     "bytes of a request and its answer together, for the bill", 0},
    {"per_connection", PARAM_COUNT, AT(per_connection), "1", 1, 1e6, NULL,
     "requests that come over one connection, for the bill", 0},
    {0},
};

static const struct meter_spec meters[] = {
    [ALB_HOURS] = {"hours", "alb.hour", "hour", 3600. * 1000},
    [ALB_LCU] = {"capacity units", "alb.lcu_hour", "lcu_hour", ALB_LCU_HOUR},
    [ALB_TRANSFER] = {"transfer", "transfer.internet_out", "gb", 1073741824},
    {0},
};

static bool check_route(const struct route *route, double least_s, double most_s, struct err *err)
{
    if (!isnan(route->limit) || route->burst != TIME_UNSET) {
        err_set(err, "route \"%s\": a load balancer limits no rates", route->name);
        return err_help(err, "limit and burst are settings of http_api and rest_api");
    }
    if (route->authorizer != NULL || route->cache != NULL) {
        err_set(err, "route \"%s\": a load balancer has no %s", route->name,
                route->authorizer != NULL ? "authorizers" : "cache");
        return err_help(err, "authorizer and cache are settings of API gateways: use rest_api");
    }
    double timeout_s = (double)route->timeout / 1e9;
    if (route->timeout == TIME_UNSET || (least_s <= timeout_s && timeout_s <= most_s))
        return true;
    err_set(err, "route \"%s\": timeout = %.6gs is out of range", route->name, timeout_s);
    return err_help(err, "an idle timeout is %.6gs .. %.6gs", least_s, most_s);
}

static bool check(void *config, struct check_context *context, struct err *err)
{
    struct alb_config *alb = config;
    double least_s = catalog_limit(context->catalog, "alb.idle_timeout_s.min");
    double most_s = catalog_limit(context->catalog, "alb.idle_timeout_s.max");
    if (alb->routes.count == 0) {
        err_set(err, "a load balancer without targets answers nothing");
        return err_help(err, "write alb \"lb\" { shop }, or [\"GET /hello\"] = hello");
    }
    for (int32_t i = 0; i < alb->routes.count; i++)
        if (!check_route(&alb->routes.routes[i], least_s, most_s, err))
            return false;
    if (alb->overhead == NULL)
        alb->overhead = catalog_time_law(context->catalog, context->arena, "latency.alb");
    if (alb->timeout == TIME_UNSET)
        alb->timeout =
            (int64_t)(catalog_limit(context->catalog, "alb.idle_timeout_s.default") * 1e9);
    return true;
}

const struct svc_class svc_alb_class = {
    .kind = "alb",
    .service = "alb",
    .summary = "an application load balancer: routes, idle timeout, capacity units",
    .params = params,
    .config_bytes = sizeof(struct alb_config),
    .takes = TAKES(USE_CALL) | TAKES(USE_TRAFFIC) | TAKES(USE_TASK) | TAKES(USE_FAULT),
    .usage = "a load balancer is called with r:call(lb), or r:call(lb \"GET /path\")",
    .check = check,
    .state_bytes = sizeof(struct alb),
    .meters = meters,
    .start = alb_start,
    .submit = alb_submit,
    .expect = alb_expect,
    .on_reply = alb_on_reply,
    .apply = alb_apply,
    .has_line = alb_has_line,
    .events = {[ALB_EVENT_FORWARD] = alb_on_forward, [ALB_EVENT_DEADLINE] = alb_on_deadline},
    .metrics = alb_metrics,
    .settle = alb_settle,
};
