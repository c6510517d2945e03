/* svc_gateway.c - `http_api` and `rest_api`: settings. What they do in a run is in gateway_run.c. */
#include "model/svc_gateway.h"

#include <math.h>
#include <string.h>

#include "model/gateway_run.h"

#define AT(field) offsetof(struct gateway_config, field)

/* `overhead`: MODEL.md B3 says p99 < 10 ms for HTTP APIs and up to 60 % less than REST. */
#define GATEWAY_PARAMS(overhead_default)                                                           \
    {                                                                                              \
        {"routes",   PARAM_ROUTES,                                                                 \
         AT(routes), NULL,                                                                         \
         0,          0,                                                                            \
         NULL,       "[\"METHOD /path\"] = fn, or { fn, limit=, burst=, timeout=, authorizer=, cache= }", \
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

static const struct param_spec cache_params[] = {
    {"hit", PARAM_SHARE, offsetof(struct route_cache_spec, hit), NULL, 0, 1, NULL,
     "share of requests answered from the cache", 0},
    {"ttl", PARAM_TIME, offsetof(struct route_cache_spec, ttl), NULL, 0, 0, NULL,
     "how long a response is kept", 0},
    {"keys", PARAM_KEYS, offsetof(struct route_cache_spec, keys), NULL, 0, 0, NULL,
     "how many different responses there are", 0},
    {0},
};
const struct param_table route_cache_table = {
    cache_params, sizeof(struct route_cache_spec),
    "cache = { hit = \"80%\" } or { ttl = \"5min\", keys = 1000 }", false};

/* How long answers are kept, and how many of them. `what` is the option: "authorizer". */
static bool check_kept(const char *what, int64_t ttl, double ttl_max_s, const struct key_law *keys,
                       struct err *err)
{
    if (ttl != TIME_UNSET && (double)ttl > ttl_max_s * 1e9) {
        err_set(err, "%s: ttl = %.6gs is above the maximum of %.6gs", what, (double)ttl / 1e9,
                ttl_max_s);
        return err_help(err, "ttl is 0s .. %.6gs; 0s keeps nothing", ttl_max_s);
    }
    if (keys->kind != KEYS_NONE && keys->n > ANSWER_KEYS_MAX) {
        err_set(err, "%s: keys = %lld is more than can be kept apart", what, (long long)keys->n);
        return err_help(err, "keys is 1 .. %lld", (long long)ANSWER_KEYS_MAX);
    }
    return true;
}

static bool check_authorizer(const struct authorizer_spec *authorizer,
                             const struct catalog *catalog, struct err *err)
{
    if (authorizer == NULL)
        return true;
    if (authorizer->keys.kind == KEYS_NONE && authorizer->ttl != TIME_UNSET &&
        authorizer->ttl > 0) {
        err_set(err, "authorizer: ttl without keys");
        return err_help(err, "say how many tokens there are: { fn, ttl = \"5min\", keys = 1000 }; "
                             "without keys every request brings another");
    }
    return check_kept("authorizer", authorizer->ttl,
                      catalog_limit(catalog, "apigw.authorizer.ttl_s.max"), &authorizer->keys, err);
}

static bool check_cache(const struct route_cache_spec *cache, const struct catalog *catalog,
                        bool rest, struct err *err)
{
    if (cache == NULL)
        return true;
    if (!rest) {
        err_set(err, "cache: only REST APIs cache");
        return err_help(err, "use rest_api, or keep answers in a cache behind the route");
    }
    bool hit = !isnan(cache->hit), keys = cache->keys.kind != KEYS_NONE;
    if (hit ? keys || cache->ttl != TIME_UNSET : !keys) {
        err_set(err, "cache needs %s", hit ? "hit alone, or ttl and keys" : "hit or keys");
        return err_help(err, "write cache = { hit = \"80%%\" } or { ttl = \"5min\", keys = 1000 }");
    }
    return check_kept("cache", cache->ttl, catalog_limit(catalog, "apigw.rest.cache.ttl_s.max"),
                      &cache->keys, err);
}

/* Legal, but perhaps not what was meant. */
static void warn_of_cache(const struct route *route, bool first, struct check_context *context)
{
    const char *text = NULL;
    if (first)
        text = arena_printf(context->arena,
                            "rest_api '%s': the price list has no price of a cache by the hour; it "
                            "is not billed",
                            context->name);
    if (text != NULL)
        context->warn(context->warnings, text);
    if (strncmp(route->name, "GET ", 4) == 0)
        return;
    text = arena_printf(context->arena,
                        "route '%s %s': a stage caches GET alone unless it is told to cache others",
                        context->name, route->name);
    context->warn(context->warnings, text);
}

static bool check_options(const struct gateway_config *gateway, bool rest,
                          struct check_context *context, struct err *err)
{
    bool first = true;
    for (int i = 0; i < gateway->routes.count; i++) {
        const struct route *route = &gateway->routes.routes[i];
        if (!check_authorizer(route->authorizer, context->catalog, err) ||
            !check_cache(route->cache, context->catalog, rest, err))
            return err_context(err, "route \"%s\"", route->name);
        if (route->cache != NULL)
            warn_of_cache(route, first, context);
        first &= route->cache == NULL;
    }
    return true;
}

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
    return check_routes(config, (sim_time)(least_ms * 1e6), (sim_time)(most_ms * 1e6), err) &&
           check_options(config, false, context, err);
}

#define REST_TIMEOUT_MOST                                                                          \
    (300 * SIM_SECOND) /* our own bound: raised quotas are agreed case by case */

/* REST APIs: 29 s by default; raisable for regional APIs since June 2024, so longer is not refused. */
static bool check_rest(void *config, struct check_context *context, struct err *err)
{
    double least_ms = catalog_limit(context->catalog, "apigw.rest.timeout_ms.min");
    return check_routes(config, (sim_time)(least_ms * 1e6), REST_TIMEOUT_MOST, err) &&
           check_options(config, true, context, err);
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
    .events = {[GATEWAY_AUTHORIZER_DEADLINE] = gateway_on_authorizer_deadline},
    .metrics = gateway_metrics,
    .view = gateway_view,
    .capacity = gateway_capacity,
    .route_capacity = gateway_route_capacity,
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
    .events = {[GATEWAY_AUTHORIZER_DEADLINE] = gateway_on_authorizer_deadline},
    .metrics = gateway_metrics,
    .view = gateway_view,
    .capacity = gateway_capacity,
    .route_capacity = gateway_route_capacity,
};
