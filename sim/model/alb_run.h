/* alb_run.h - what a load balancer and a function URL do in a run (MODEL.md 3).
 *
 * A request waits for the overhead, all of it before the target is called, then for the answer. Neither has limits of its
 * own. What is wrong behind them reaches the caller so:
 *
 *                                alb                       url
 *   function throttled           502                       429, a throttle
 *   service's queue full         503                       -
 *   target's own timeout         function 502, else 504    502
 *   answer later than `timeout`  504, a timeout            -
 *
 * A load balancer costs by the hour and by capacity units (LCU): in each hour the largest of new connections / 25 per
 * second, active connections / 3,000, bytes / 1 GB (0.4 GB where the target is a function) and rule evaluations / 1,000
 * per second; an hour's means, as the provider takes them. Hours are those of the clock from 0, so what an
 * hour has added up to so far never falls, and is metered as it grows. A connection is active while it has a request.
 * Rules are evaluated in the order of their names; the first 10 are free.
 */
#ifndef TEPID_MODEL_ALB_RUN_H
#define TEPID_MODEL_ALB_RUN_H

#include "model/call.h"
#include "model/draw_ahead.h"
#include "model/svc_alb.h"

#define ALB_LCU_HOUR 1000000000 /* of a meter count in one */

enum alb_event { ALB_EVENT_FORWARD, ALB_EVENT_DEADLINE }; /* slot: call */

struct alb_route {
    uint32_t edge;
    sim_time timeout;  /* SIM_NEVER: none */
    bool is_function;  /* what stands behind it */
    int64_t evaluated; /* rules a request passes beyond the free ones */
};

/* What an hour has seen so far. */
struct alb_hour {
    sim_time ends;
    int64_t requests, function_requests, evaluations;
    int128 connections_before; /* area of the concurrency when it began */
    int64_t metered;           /* of its capacity units */
};

/* How much of each makes one capacity unit for an hour. */
struct alb_unit {
    int64_t connections, evaluations;
    int64_t bytes, function_bytes;
    int128 active_ns;
};

struct alb {
    struct alb_route *routes;
    struct draw_ahead overhead; /* drawn ahead */
    uint64_t salt_overhead, salt_child;
    unsigned forward, deadline; /* kinds of its class's events */
    bool is_url;
    struct alb_unit unit;
    struct alb_hour hour;
};

void alb_start(struct model *model, struct svc *svc);
sim_time alb_submit(struct model *model, struct svc *svc, struct call *call);
void alb_expect(struct model *model, struct svc *svc, const uint64_t *keys, int count);
void alb_on_reply(struct model *model, struct svc *svc, const struct reply *reply);
void alb_apply(struct model *model, struct svc *svc);
bool alb_has_line(const struct model *model, const struct svc *svc, int meter);
uint64_t alb_metrics(const struct svc *svc);
void alb_settle(struct model *model, struct svc *svc, sim_time from, sim_time to);

void alb_on_forward(struct sim *sim, uint32_t slot, uint32_t generation);
void alb_on_deadline(struct sim *sim, uint32_t slot, uint32_t generation);

/* alb_bill.c: capacity units. */
void alb_start_units(struct model *model, struct svc *svc);
/* Closes the hours that are over; before anything of a new one is counted or the concurrency changes. */
void alb_turn_hour(struct model *model, struct svc *svc);

#endif
