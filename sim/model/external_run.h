/* external_run.h - what a service outside does in a run.
 *
 * A call passes the rate limit or is answered 429. Then it is served, if fewer than `concurrency` are; else it waits, first
 * come first served; with `queue` calls waiting already it is answered 503. Being served takes
 * latency + contention * (calls in service, itself included), worked out when it begins (M. Brooker's model of collapse,
 * simple_collapse_sim), and a share of calls fails at the end of it.
 *
 * A caller that gives up takes nothing back: its call keeps its place and is served like any other, so that a queue longer than
 * the callers' patience does only useless work (MODEL.md 8.1, SCENARIOS.md 22). abandoned = "drop" is the
 * cure: such a call is dropped when its turn comes. A full stop is concurrency = 0, in the set{} of a fault.
 *
 * Waiting calls are linked through call->instance; nothing is allocated.
 */
#ifndef TEPID_MODEL_EXTERNAL_RUN_H
#define TEPID_MODEL_EXTERNAL_RUN_H

#include "model/call.h"
#include "model/call_queue.h"
#include "model/svc_external.h"

struct external {
    struct call_queue waiting;
    struct level places; /* concurrency in force; 0 where it is not bounded */
    double busiest;      /* largest share of the places taken, measured */
    bool limited;
    bool has_places, has_limit; /* by the file: which metrics and lines there are */
    struct token_bucket rate;
    uint64_t salt_latency, salt_errors;
    uint64_t refused_rate, refused_queue; /* of the measured interval */
};

void external_start(struct model *model, struct svc *svc);
sim_time external_submit(struct model *model, struct svc *svc, struct call *call);
void external_complete(struct model *model, struct svc *svc, struct call *call);
void external_apply(struct model *model, struct svc *svc);
uint64_t external_metrics(const struct svc *svc);
void external_begin(struct model *model, struct svc *svc);
void external_view(struct model *model, struct svc *svc, struct svc_view *view);
void external_sample(struct model *model, struct svc *svc, struct svc_sample *sample);
int external_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                      double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES]);
void external_audit(struct model *model, struct svc *svc);
void external_finish(struct model *model, struct svc *svc);

#endif
