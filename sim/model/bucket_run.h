/* bucket_run.h - what a bucket does in a run (MODEL.md 5).
 *
 * A request takes the latency to the first byte and then its size over the throughput of one connection. Each prefix
 * takes so many reads and writes a second, a token bucket of one second for each; what is more is refused with 503 Slow Down, and the
 * caller's SDK tries again. Objects are spread evenly over the prefixes: a request keeps its prefix in every try.
 *
 * After a write each resource of on_put gets an event, `delivery` later. One that is refused there is offered again after 1 s,
 * 2 s and so on up to 5 min, 50 times in all; then it is lost and counted as expired. Conservation: events sent = taken + lost + on
 * their way.
 */
#ifndef TEPID_MODEL_BUCKET_RUN_H
#define TEPID_MODEL_BUCKET_RUN_H

#include "model/message.h"
#include "model/svc_bucket.h"

#define BUCKET_EVENT_BYTES 1024 /* a notification, not the object */
#define BUCKET_OFFERS      50
#define BUCKET_OFFER_FIRST SIM_SECOND
#define BUCKET_OFFER_LAST  (5 * SIM_MINUTE)

/* An event on its way. */
struct bucket_event {
    struct pool_head head;
    struct message message;
    uint32_t svc;
    int32_t receiver; /* index into on_put */
    int32_t offers;   /* made so far */
};

/* Of all buckets. */
struct bucket_shared {
    struct pool events;
};

struct bucket {
    struct token_bucket *prefixes[BUCKET_KINDS];
    uint32_t *edges; /* by receiver */
    uint64_t salt_latency, salt_size, salt_prefix, salt_event, salt_delivery;
    uint64_t refused[BUCKET_KINDS]; /* in the measured interval */
    uint64_t asked[BUCKET_KINDS], asked_before[BUCKET_KINDS], asked_sampled[BUCKET_KINDS];
    double rate_max[BUCKET_KINDS]; /* per second, over samples of the measured interval */
    sim_time sampled_at, sample_width;
    int64_t sent, taken, lost, waiting; /* events */
    int64_t sent_before, lost_before;   /* ... before the measured interval */
};

enum bucket_meter { BUCKET_METER_READS, BUCKET_METER_WRITES, BUCKET_METER_STORAGE };

void bucket_open(void *shared);
void bucket_close(void *shared);
void bucket_start(struct model *model, struct svc *svc);
sim_time bucket_submit(struct model *model, struct svc *svc, struct call *call);
void bucket_complete(struct model *model, struct svc *svc, struct call *call);
bool bucket_has_line(const struct model *model, const struct svc *svc, int meter);
uint64_t bucket_metrics(const struct svc *svc);
void bucket_begin(struct model *model, struct svc *svc);
void bucket_view(struct model *model, struct svc *svc, struct svc_view *view);
void bucket_sample(struct model *model, struct svc *svc, struct svc_sample *sample);
int bucket_capacity(struct model *model, struct svc *svc, const struct svc_view *view, double rate_mean,
                    double rate_max, struct capacity_row rows[CAPACITY_LINES]);
void bucket_settle(struct model *model, struct svc *svc, sim_time from, sim_time to);
void bucket_audit(struct model *model, struct svc *svc);

/* The event of the class: one on its way is due. */
void bucket_on_event(struct sim *sim, uint32_t slot, uint32_t generation);

#endif
