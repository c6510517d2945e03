/* gateway_run.h - what a gateway does in a run (MODEL.md B3).
 *
 * A request passes the token buckets of its route, of the gateway and of the account, in that order, or is answered
 * 429 at once. Then the gateway's overhead passes, then the target is called; the overhead as a whole comes before
 * the call, so that the answer needs no event of its own. A target slower than the integration timeout is answered for (504, HTTP API 503)
 * while it runs on. A throttled function reaches the caller as 503. Refused requests are not billed.
 */
#ifndef TEPID_MODEL_GATEWAY_RUN_H
#define TEPID_MODEL_GATEWAY_RUN_H

#include "model/call.h"
#include "model/draw_ahead.h"
#include "model/svc_gateway.h"

struct gateway_route {
    bool limited;
    struct token_bucket bucket;
    uint32_t edge;
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
    uint64_t salt_overhead, salt_child;
    uint64_t refused_stage, refused_account;
};

enum gateway_meter { GATEWAY_REQUESTS, GATEWAY_TRANSFER };

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
int gateway_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                     double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES]);

/* Event handlers. */
void gateway_on_forward(struct sim *sim, uint32_t slot, uint32_t generation);
void gateway_on_deadline(struct sim *sim, uint32_t slot, uint32_t generation);

#endif
