/* svc_gateway.c - `http_api` and `rest_api`: settings. What they do in a run is in gateway_run.c. */
#include "model/svc_gateway.h"

#include "model/gateway_run.h"

#define AT(field) offsetof(struct gateway_config, field)

/* `overhead`: MODEL.md B3 says p99 < 10 ms for HTTP APIs and up to 60 % less than REST. */
#define GATEWAY_PARAMS(overhead_default)                                                           \
    {                                                                                              \
        {"routes",   PARAM_ROUTES,                                                                 \
         AT(routes), NULL,                                                                         \
         0,          0,                                                                            \
         NULL,       "[\"METHOD /path\"] = fn, or { fn, limit=, burst=, timeout= }",               \
         0},                                                                                       \
            {"limit",       PARAM_RATE, AT(limit), NULL,                                           \
             1e-6,          1e9,        NULL,      "requests per second the gateway lets through", \
             PARAM_SETTABLE},                                                                      \
            {"burst",   PARAM_COUNT,                                                               \
             AT(burst), NULL,                                                                      \
             1,         1e9,                                                                       \
             NULL,      "size of the limit's token bucket; default one second of the limit",       \
             0},                                                                                   \
            {"overhead",                                                                           \
             PARAM_TIME_DIST,                                                                      \
             AT(overhead),                                                                         \
             overhead_default,                                                                     \
             0,                                                                                    \
             0,                                                                                    \
             NULL,                                                                                 \
             "the gateway's own time per request",                                                 \
             PARAM_SETTABLE},                                                                      \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }

static const struct param_spec http_params[] =
    GATEWAY_PARAMS("lognormal{p50=\"4ms\",p99=\"10ms\"}");
static const struct param_spec rest_params[] =
    GATEWAY_PARAMS("lognormal{p50=\"10ms\",p99=\"25ms\"}");

static const struct meter_spec http_meters[] = {
    [GATEWAY_REQUESTS] = {"requests", "apigw.http.request", "request", 1},
    [GATEWAY_TRANSFER] = {"transfer", "transfer.internet_out", "gb", 1073741824},
    {0},
};
static const struct meter_spec rest_meters[] = {
    [GATEWAY_REQUESTS] = {"requests", "apigw.rest.request", "request", 1},
    [GATEWAY_TRANSFER] = {"transfer", "transfer.internet_out", "gb", 1073741824},
    {0},
};

static bool check_routes(const struct gateway_config *gateway, sim_time least, sim_time most,
                         struct err *err)
{
    if (gateway->routes.count == 0) {
        err_set(err, "a gateway without routes answers nothing");
        return err_help(err, "write [\"GET /hello\"] = hello");
    }
    for (int i = 0; i < gateway->routes.count; i++) {
        const struct route *route = &gateway->routes.routes[i];
        if (route->timeout != TIME_UNSET && (route->timeout < least || route->timeout > most)) {
            err_set(err, "route \"%s\": timeout = %.6gs is out of range", route->name,
                    (double)route->timeout / 1e9);
            return err_help(err, "an integration timeout is %.6gs .. %.6gs", (double)least / 1e9,
                            (double)most / 1e9);
        }
    }
    return true;
}

static bool check_http(void *config, struct check_context *context, struct err *err)
{
    double least_ms = catalog_limit(context->catalog, "apigw.rest.timeout_ms.min");
    double most_ms = catalog_limit(context->catalog, "apigw.http.timeout_ms");
    return check_routes(config, (sim_time)(least_ms * 1e6), (sim_time)(most_ms * 1e6), err);
}

#define REST_TIMEOUT_MOST                                                                          \
    (300 * SIM_SECOND) /* our own bound: raised quotas are agreed case by case */

/* REST APIs: 29 s by default; raisable for regional APIs since June 2024, so longer is not refused. */
static bool check_rest(void *config, struct check_context *context, struct err *err)
{
    double least_ms = catalog_limit(context->catalog, "apigw.rest.timeout_ms.min");
    return check_routes(config, (sim_time)(least_ms * 1e6), REST_TIMEOUT_MOST, err);
}

const struct svc_class svc_http_api_class = {
    .kind = "http_api",
    .service = "http api",
    .summary = "an HTTP API gateway: routes, token buckets, integration timeout",
    .params = http_params,
    .config_bytes = sizeof(struct gateway_config),
    .takes = TAKES(USE_CALL) | TAKES(USE_TRAFFIC) | TAKES(USE_TASK) | TAKES(USE_FAULT),
    .usage = "a gateway's route is called with r:call(web \"GET /path\")",
    .check = check_http,
    .state_bytes = sizeof(struct gateway),
    .meters = http_meters,
    .start = gateway_start_http,
    .submit = gateway_submit,
    .expect = gateway_expect,
    .on_reply = gateway_on_reply,
    .awaits = gateway_awaits,
    .apply = gateway_apply,
    .has_line = gateway_has_line,
    .metrics = gateway_metrics,
    .capacity = gateway_capacity,
};

const struct svc_class svc_rest_api_class = {
    .kind = "rest_api",
    .service = "rest api",
    .summary = "a REST API gateway: routes, token buckets, integration timeout",
    .params = rest_params,
    .config_bytes = sizeof(struct gateway_config),
    .takes = TAKES(USE_CALL) | TAKES(USE_TRAFFIC) | TAKES(USE_TASK) | TAKES(USE_FAULT),
    .usage = "a gateway's route is called with r:call(web \"GET /path\")",
    .check = check_rest,
    .state_bytes = sizeof(struct gateway),
    .meters = rest_meters,
    .start = gateway_start_rest,
    .submit = gateway_submit,
    .expect = gateway_expect,
    .on_reply = gateway_on_reply,
    .awaits = gateway_awaits,
    .apply = gateway_apply,
    .has_line = gateway_has_line,
    .metrics = gateway_metrics,
    .capacity = gateway_capacity,
};
