/* kv_run.h - what a table does in a run.
 *
 * An operation costs units by what it reads or writes (MODEL.md 4): a strong read 1 for each started 4 KB, an eventual one
 * half, a transactional one twice as much; a write 1 for each started KB, transactional 2. A query reads several items,
 * rounds up their sum and reads at most 1 MB: more is another query. Units are taken from the table's capacity (kv_capacity.h)
 * or the operation is refused with 429, at once and for free; the caller's SDK tries again. What is admitted takes the
 * store's latency. A write of more than 400 KB is an error 400.
 *
 * Which key an operation is about is drawn from the call's subject, so that another try asks for the same key.
 */
#ifndef TEPID_MODEL_KV_RUN_H
#define TEPID_MODEL_KV_RUN_H

#include "model/call.h"
#include "model/kv_capacity.h"
#include "model/kv_scaling.h"
#include "model/svc_kv.h"

/* A query of more items than this draws the sizes of so many, and takes the others to be like them. */
#define KV_ITEMS_DRAWN 32

struct kv {
    struct kv_capacity capacity;
    struct kv_scaling scaling;
    bool scales;
    struct shard_consumer reader; /* of its stream */
    int64_t rcu, wcu; /* as set last: a fault that changes something else leaves the capacity alone */
    uint64_t salt_latency, salt_key, salt_size, salt_items, salt_hash, salt_record;
    uint64_t served, refused, invalid;               /* calls of the whole run */
    uint64_t refused_by[KV_KINDS][KV_VERDICTS];      /* in the measured interval */
    int64_t taken_begin[KV_KINDS];                   /* when the measured interval began */
    int128 granted_begin[KV_KINDS];
    int64_t taken_sample[KV_KINDS]; /* at the last sample */
    int128 granted_sample[KV_KINDS];
    sim_time sampled_at, sample_width;
    double rate_max[KV_KINDS]; /* units/s, over samples */
    double utilisation_max;
};

enum kv_meter { KV_METER_RRU, KV_METER_WRU, KV_METER_RCU, KV_METER_WCU, KV_METER_STORAGE };

void kv_start(struct model *model, struct svc *svc);
sim_time kv_submit(struct model *model, struct svc *svc, struct call *call);
void kv_complete(struct model *model, struct svc *svc, struct call *call);
void kv_apply(struct model *model, struct svc *svc);
bool kv_has_line(const struct model *model, const struct svc *svc, int meter);
uint64_t kv_metrics(const struct svc *svc);
void kv_begin(struct model *model, struct svc *svc);
void kv_view(struct model *model, struct svc *svc, struct svc_view *view);
void kv_sample(struct model *model, struct svc *svc, struct svc_sample *sample);
int kv_show_capacity(struct model *model, struct svc *svc, const struct svc_view *view, double rate_mean,
                     double rate_max, struct capacity_row rows[CAPACITY_LINES]);
void kv_settle(struct model *model, struct svc *svc, sim_time from, sim_time to);
void kv_audit(struct model *model, struct svc *svc);
void kv_free(struct svc *svc);

/* Events of the class. */
enum kv_event { KV_EVENT_POINT, KV_EVENT_UPDATED, KV_EVENT_LANE };
void kv_on_point(struct sim *sim, uint32_t slot, uint32_t generation);
void kv_on_updated(struct sim *sim, uint32_t slot, uint32_t generation);

#endif
