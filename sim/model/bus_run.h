/* bus_run.h - what an event bus does in a run: an event goes to the targets of every rule it matches (MODEL.md 2).
 *
 * A call that puts events takes `latency`; when it is over its events are matched and set out. They reach their targets after the
 * bus's `delivery`, which was measured from the event to the handler: a function gets its event without further
 * delay. Deliveries beyond `invocations` per second wait for their turn, as documented: delayed, not dropped.
 *
 * A delivery that is refused is tried again with exponential back-off from 1 s to 10 min, up to `retries` times
 * and until it is `max_age` old. The two ends of the back-off are ours: AWS publishes 185 tries in 24 hours, 467 s
 * apart on average.
 *
 * Putting events more often than `limit` per second is throttled; a call puts up to 10 at once. Billed are events of
 * 64 KB; deliveries are free. Rules do not know of each other: an event may match none, one or several.
 */
#ifndef TEPID_MODEL_BUS_RUN_H
#define TEPID_MODEL_BUS_RUN_H

#include "model/courier.h"
#include "model/fan_out.h"
#include "model/pacer.h"
#include "model/svc_bus.h"

enum bus_meter { BUS_EVENTS };

struct bus {
    struct courier courier; /* first: courier.h */
    struct backoff backoff;
    struct token_bucket puts;
    struct pacer invocations;
    struct fan_out_branch **branches; /* by rule */
    uint64_t salt_latency;
    int64_t chunk_bytes, batch;
    uint64_t refused; /* puts of the measured interval that the limit refused */
};

void bus_start(struct model *model, struct svc *svc);
void bus_apply(struct model *model, struct svc *svc);
sim_time bus_submit(struct model *model, struct svc *svc, struct call *call);
void bus_complete(struct model *model, struct svc *svc, struct call *call);
bool bus_accept(struct model *model, struct svc *svc, const struct message *message);
uint64_t bus_metrics(const struct svc *svc);
int bus_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                 double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES]);

/* Event handler: a delivery is due. */
void bus_on_due(struct sim *sim, uint32_t slot, uint32_t generation);

#endif
