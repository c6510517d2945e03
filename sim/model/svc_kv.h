/* svc_kv.h - the settings of `kv`, a table of items by key; what it does in a run is in kv_run.h. */
#ifndef TEPID_MODEL_SVC_KV_H
#define TEPID_MODEL_SVC_KV_H

#include "model/key_law.h"
#include "model/kv_partition.h"
#include "model/kv_stream.h"
#include "model/svc.h"
#include "model/target_tracking.h"

enum kv_mode { KV_ON_DEMAND, KV_PROVISIONED }; /* `mode`, in this order */

struct kv_config {
    int mode;
    int64_t rcu, wcu; /* provisioned units per second, or TIME_UNSET */
    struct autoscale_spec autoscale;
    sim_time scaling_delay; /* from the point that asks for a change to the change */
    const struct dist *item; /* bytes */
    struct key_law keys;
    const struct dist *latency; /* of all operations, or NULL */
    int64_t partitions;         /* TIME_UNSET: derived */
    sim_time split_after, burst;
    int64_t warm_rcu, warm_wcu; /* units per second ready at the start, or TIME_UNSET */
    int64_t max_rcu, max_wcu;   /* on demand: quota, units per second */
    int64_t storage;            /* bytes billed, or TIME_UNSET */
    const struct kv_stream_config *stream;

    /* derived by check */
    const struct dist *get_latency, *put_latency;
    int64_t unit_bytes[KV_KINDS]; /* one unit reads or writes so much */
    int64_t item_max, page_max;   /* bytes of an item, of what a query reads */
    int64_t partition_rate[KV_KINDS];
    int64_t first_rate[KV_KINDS]; /* units/s at the start */
    int64_t first_partitions;
};

extern const struct svc_class svc_kv_class;

#endif
