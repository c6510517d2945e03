/* gateway_run.h - what a gateway does in a run (MODEL.md B3).
 *
 * A request passes the token buckets of its route, of the gateway and of the account, in that order, or is answered
 * 429 at once. Then the gateway's overhead passes, then the target is called; the overhead as a whole comes before
 * the call, so that the answer needs no event of its own. A target slower than the integration timeout is answered for (504, HTTP API 503)
 * while it runs on. A throttled function reaches the caller as 503. Refused requests are not billed.
 *
 * Where a route has an authorizer, that function is called before the target, and its time is downstream time like the target's; unless
 * the verdict on the request's token is still known (answer_cache.h). It lets a request in with any answer below 400. 401
 * is answered 401 and forgotten, other answers from 400 on are answered 403 and kept. An authorizer that fails, is
 * throttled or too slow (HTTP API 10 s, REST API 29 s) makes it 500. Only requests let in are billed. Routes of a gateway
 * that name the same function, ttl and keys have one authorizer and share its verdicts.
 *
 * Where a route of a REST API has a cache, a hit is answered 200 in place of the target: a share of requests, or those whose
 * response of less than 400 is still kept. A hit is billed like any request.
 */
#ifndef TEPID_MODEL_GATEWAY_RUN_H
#define TEPID_MODEL_GATEWAY_RUN_H

#include "model/answer_cache.h"
#include "model/call.h"
#include "model/draw_ahead.h"
#include "model/svc_gateway.h"

struct gateway_route {
    bool limited;
    struct token_bucket bucket;
    uint32_t edge;
    uint32_t authorizer_edge;
    struct answer_cache *verdicts;  /* NULL: no authorizer */
    struct answer_cache *responses; /* NULL: none, or a share */
    sim_time timeout;
    uint64_t refused; /* by its own limit, in the measured interval */
};

struct gateway {
    struct gateway_route *routes;
    bool limited;
    struct token_bucket bucket; /* of the whole gateway */
    sim_time timeout;           /* of routes that give none */
    int timeout_status;
    struct draw_ahead overhead; /* drawn ahead */
    uint64_t salt_overhead, salt_child, salt_authorizer, salt_hit;
    sim_time authorizer_timeout;
    bool caches;            /* some route has an authorizer or a cache */
    uint64_t lookups, hits; /* of the measured interval */
    uint64_t refused_stage, refused_account;
};

enum gateway_meter { GATEWAY_REQUESTS, GATEWAY_TRANSFER };

/* The i'th event of either class. */
enum { GATEWAY_AUTHORIZER_DEADLINE };

/* Owners of calls to authorizers have this bit, so that their replies are told from the targets'. */
#define AUTHORIZER_OWNER UINT32_C(0x80000000)

void gateway_start_http(struct model *model, struct svc *svc);
void gateway_start_rest(struct model *model, struct svc *svc);
sim_time gateway_submit(struct model *model, struct svc *svc, struct call *call);
void gateway_expect(struct model *model, struct svc *svc, const uint64_t *keys, int count);
void gateway_on_reply(struct model *model, struct svc *svc, const struct reply *reply);
bool gateway_awaits(const struct model *model, const struct svc *svc, uint32_t owner,
                    uint32_t generation);
void gateway_apply(struct model *model, struct svc *svc);
bool gateway_has_line(const struct model *model, const struct svc *svc, int meter);
uint64_t gateway_metrics(const struct svc *svc);
void gateway_view(struct model *model, struct svc *svc, struct svc_view *view);
int gateway_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                     double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES]);
bool gateway_route_capacity(const struct svc *svc, uint32_t route, struct capacity_row *row);

/* Event handlers. */
void gateway_on_forward(struct sim *sim, uint32_t slot, uint32_t generation);
void gateway_on_deadline(struct sim *sim, uint32_t slot, uint32_t generation);
void gateway_on_authorizer_deadline(struct sim *sim, uint32_t slot, uint32_t generation);

#endif
