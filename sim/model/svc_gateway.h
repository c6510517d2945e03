/* svc_gateway.h - the settings of `http_api` and `rest_api`; behaviour in svc_gateway.c.
 */
#ifndef TEPID_MODEL_SVC_GATEWAY_H
#define TEPID_MODEL_SVC_GATEWAY_H

#include "model/key_law.h"
#include "model/program.h"
#include "model/svc.h"

/* `authorizer = fn` or `{ fn, ttl=, keys= }`: asked before the target, unless its verdict on the request's token is
 * still known. */
struct authorizer_spec {
    struct target fn;
    int64_t ttl; /* ns; TIME_UNSET: the platform's */
    struct key_law keys;
};

/* `cache = { hit= }` or `{ ttl=, keys= }` of a REST API's route: responses kept at the gateway. */
struct route_cache_spec {
    double hit;  /* share, or NAN */
    int64_t ttl; /* ns; TIME_UNSET: the platform's */
    struct key_law keys;
};

struct route {
    const char *name;     /* "GET /hello" */
    struct target target; /* a fn, service, external or workflow */
    const char *target_name;
    double limit;    /* requests/s or NAN */
    int64_t burst;   /* TIME_UNSET: the limit's own second, at least 1 */
    int64_t timeout; /* ns; TIME_UNSET: the gateway's own maximum */
    const struct authorizer_spec *authorizer; /* NULL: none */
    const struct route_cache_spec *cache;     /* NULL: none */
    int line;
};

struct route_list {
    const struct route *routes;
    int32_t count;
};

struct gateway_config {
    double limit;  /* stage limit, requests/s or NAN */
    int64_t burst; /* TIME_UNSET: as for a route */
    const struct dist *overhead;
    struct route_list routes;
};

/* A route's `cache` is a table of these. */
extern const struct param_table route_cache_table;

extern const struct svc_class svc_http_api_class;
extern const struct svc_class svc_rest_api_class;

#endif
