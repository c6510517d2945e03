/* client_run.h - what a traffic source does in a run.
 *
 * Open loop: requests come when they come (arrivals.h). Without timeout and retry a request
 * needs no record: its call carries all there is to know. Closed loop: each client sends, waits for the answer, thinks,
 * sends again. A request that times out stops waiting; its call runs on. The source's node counts whole journeys, retries included; their
 * sum over all sources is the application, "*".
 */
#ifndef TEPID_MODEL_CLIENT_RUN_H
#define TEPID_MODEL_CLIENT_RUN_H

#include "model/call.h"
#include "model/draw_ahead.h"
#include "model/svc_client.h"

struct client_target {
    double keep; /* alias table (Walker 1977): this one, or `other` */
    int32_t other;
    uint32_t edge;
};

struct client {
    struct arrivals *arrivals;
    uint64_t stream;            /* keys of requests */
    uint64_t count;             /* open loop: requests begun */
    uint64_t bursts;            /* requests of client_burst */
    uint64_t keys[DRAW_AHEAD];  /* of the batch of requests that holds the next one */
    int32_t picked[DRAW_AHEAD]; /* and their targets */
    uint64_t salt_pick, salt_think, salt_backoff;
    struct client_target *targets;
    bool tracked;       /* requests need a record */
    bool mirrored;      /* its target's node says all there is to say */
    uint64_t in_flight; /* journeys on their way; closed loop: clients */
    struct retry_budget budget;
    struct breaker breaker;
    uint16_t quota_used; /* a source is one client of the SDK */
};

void client_start(struct model *model, struct svc *svc);
bool client_awaits(const struct model *model, const struct svc *svc, uint32_t owner,
                   uint32_t generation);
void client_on_reply(struct model *model, struct svc *svc, const struct reply *reply);
void client_finish(struct model *model, struct svc *svc);
uint64_t client_metrics(const struct svc *svc);

/* `n` requests at this instant, beside those that come anyway: whose keys, and so whose draws, stay as they are. Each is sent once, in
 * a closed loop too. */
void client_burst(struct model *model, struct svc *svc, int64_t n);

/* Journeys begun and not ended. */
uint64_t client_in_flight(const struct model *model, const struct svc *svc);

/* Size of a request's record, for the model's pool of them. */
size_t client_request_bytes(void);

/* Event handlers. */
void client_on_arrival(struct sim *sim, uint32_t slot, uint32_t generation);
void client_on_try(struct sim *sim, uint32_t slot, uint32_t generation);
void client_on_deadline(struct sim *sim, uint32_t slot, uint32_t generation);
void client_on_hedge(struct sim *sim, uint32_t slot, uint32_t generation);

#endif
