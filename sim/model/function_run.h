/* function_run.h - what a function does in a run (MODEL.md A5).
 *
 * An invocation takes an idle provisioned instance, else an idle on-demand one, else a new one, else it is throttled. Limits,
 * in the order they are asked: the request rate (10 per unit of concurrency and second; reserved functions have their
 * own bucket), concurrency (reserved, or what the account leaves unreserved), and the rate
 * of new instances. A timeout or a crash resets the instance: its next call pays init again.
 *
 * Init comes before the invocation and does not count toward its timeout, with two exceptions that do: an init longer than the
 * platform's limit is broken off and repeated inside the invocation, and an instance that was reset initialises inside its next
 * one. What does not fit into the timeout is cut, and the invocation has timed out.
 */
#ifndef TEPID_MODEL_FUNCTION_RUN_H
#define TEPID_MODEL_FUNCTION_RUN_H

#include "model/handler.h"
#include "model/instance_pool.h"
#include "model/provisioning.h"
#include "model/svc_function.h"

/* Why calls were refused, for the summary and insights. */
enum refusal { REFUSED_RATE, REFUSED_CONCURRENCY, REFUSED_SCALING, REFUSAL_KINDS };

/* What every invocation touches comes first, so that it lies in a few cache lines (function_prefetch). */
struct function {
    struct instance_pool on_demand;
    struct handler handler;
    int64_t in_use; /* calls on on-demand instances */
    uint64_t salt_init, salt_first, salt_keep, salt_pick;
    uint32_t waiting_head, waiting_tail; /* late binding: calls in order */

    struct instance_pool provisioned;
    struct token_bucket requests; /* reserved functions: 10 per unit */
    struct token_bucket provisioned_requests;
    struct token_bucket scaling; /* rule per-function */
    struct provisioning units;
    int64_t set_aside;               /* of the account's concurrency, for this function alone */
    int64_t reserved;                /* in force: 0 where there is none */
    uint64_t refused[REFUSAL_KINDS]; /* of the measured interval */
    struct async_queue *async;       /* asynchronous events, or NULL: none ever come (async.c) */
    uint32_t destination_edges[3];   /* by enum async_destination */
};

void function_start(struct model *model, struct svc *svc);
sim_time function_submit(struct model *model, struct svc *svc, struct call *call);
void function_expect(struct model *model, struct svc *svc, const uint64_t *keys, int count);
void function_prefetch(const struct model *model, const struct svc *svc, int turns);
uint16_t *function_retry_quota(struct model *model, struct svc *svc, const struct call *call);
void function_on_reply(struct model *model, struct svc *svc, const struct reply *reply);
bool function_awaits(const struct model *model, const struct svc *svc, uint32_t owner,
                     uint32_t generation);
bool function_holder(const struct model *model, const struct svc *svc, uint32_t owner,
                     uint32_t generation, struct holder *holder);
uint32_t *function_holds(const struct model *model, const struct svc *svc,
                         const struct holder *holder, sim_time *until);
void function_finish(struct model *model, struct svc *svc);
void function_apply(struct model *model, struct svc *svc);

/* True if there are provisioned instances, or may come to be. */
static inline bool function_has_provisioned(const struct function_config *config)
{
    return config->provisioned.count != TIME_UNSET && config->provisioned.most > 0;
}

/* Requests per second and unit of concurrency, as a bucket of one second. */
struct token_limit function_request_limit(const struct model *model, int64_t concurrency);

/* Brings what this function keeps from the others up to date: its reservation, else its provisioned instances. */
void function_set_aside(struct model *model, struct svc *svc);

/* The interpreter's word that a handler with strands ended. */
void function_on_handler_done(struct model *model, struct svc *svc, uint32_t slot,
                              struct handler_end end);

void function_audit(struct model *model, struct svc *svc);
void function_begin(struct model *model, struct svc *svc);
void function_recycle(struct model *model, struct svc *svc);
void function_settle(struct model *model, struct svc *svc, sim_time from, sim_time to);
void function_free(struct svc *svc);

/* A call ends on an instance; what the instance holds elsewhere lives as long as it does. */
void function_release_instance(struct model *model, struct instance_pool *pool,
                               const struct call *call, sim_time expires);

/* function_view.c: what is seen of it. */
bool function_has_line(const struct model *model, const struct svc *svc, int meter);
uint64_t function_metrics(const struct svc *svc);
void function_view(struct model *model, struct svc *svc, struct svc_view *view);
void function_sample(struct model *model, struct svc *svc, struct svc_sample *sample);
int function_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                      double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES]);

/* Event handlers. */
void function_on_leaf_done(struct sim *sim, uint32_t slot, uint32_t generation);
void function_on_ready(struct sim *sim, uint32_t slot, uint32_t generation);

#endif
