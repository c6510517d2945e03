/* topic_run.h - what a topic does in a run: a published message goes to every subscriber (MODEL.md 2).
 *
 * A call that publishes takes `latency`; when it is over its messages set out. Functions get theirs as asynchronous events, at
 * once: the time from publishing to the handler is the function's `delivery`. Others get theirs after the topic's
 * `delivery`. Functions' errors never come back here.
 *
 * A delivery that is refused is tried again as SNS does for AWS's own endpoints: 3 times at once, 2 times after 1 s, 10
 * times after delays that grow from 1 s to 20 s by equal factors, then every 20 s, 100,000 times: 23 days in all. The
 * growth between the two documented ends is ours. Delays are spread by `jitter`.
 *
 * Publishing more than `limit` messages per second is throttled. Billed are requests of 64 KB, of up to 10 messages
 * published together; deliveries to functions and queues are free.
 */
#ifndef TEPID_MODEL_TOPIC_RUN_H
#define TEPID_MODEL_TOPIC_RUN_H

#include "model/courier.h"
#include "model/fan_out.h"
#include "model/svc_topic.h"

enum topic_meter { TOPIC_PUBLISHES };

struct topic_schedule {
    int32_t immediate, early, growing, late; /* retries of each kind */
    sim_time early_delay, late_delay;
    sim_time growing_delay[16];
};

struct topic {
    struct courier courier; /* first: courier.h */
    struct topic_schedule schedule;
    struct token_bucket bucket;
    struct fan_out_branch *subscribers;
    struct fan_out_branch **filtered; /* by rule */
    uint64_t salt_latency;
    int64_t chunk_bytes, batch;
    uint64_t refused; /* calls and messages of the measured interval that the limit refused */
};

void topic_start(struct model *model, struct svc *svc);
void topic_apply(struct model *model, struct svc *svc);
sim_time topic_submit(struct model *model, struct svc *svc, struct call *call);
void topic_complete(struct model *model, struct svc *svc, struct call *call);
bool topic_accept(struct model *model, struct svc *svc, const struct message *message);
uint64_t topic_metrics(const struct svc *svc);
int topic_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                   double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES]);

/* Event handler: a delivery is due. */
void topic_on_due(struct sim *sim, uint32_t slot, uint32_t generation);

/* The delay before retry `i` (0-based) without jitter; SIM_NEVER: no more. */
sim_time topic_retry_delay(const struct topic_schedule *schedule, int32_t i);
struct topic_schedule topic_schedule_from(const struct catalog *catalog);

#endif
