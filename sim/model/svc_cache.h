/* svc_cache.h - the settings of `cache`, a store in memory beside a slower one; what it does in a run is in cache_run.h. */
#ifndef TEPID_MODEL_SVC_CACHE_H
#define TEPID_MODEL_SVC_CACHE_H

#include "model/key_law.h"
#include "model/svc.h"

enum cache_engine { CACHE_VALKEY, CACHE_REDIS }; /* `engine`, in this order */

struct cache_config {
    double hit;  /* share of gets, or NAN */
    int64_t ttl; /* ns, or TIME_UNSET */
    struct key_law keys;
    const struct dist *latency; /* NULL: from the catalog */
    const struct dist *item;    /* bytes */
    int64_t storage;            /* bytes kept, or TIME_UNSET */
    int engine;

    /* derived by check */
    int64_t unit_bytes;  /* of an ECPU */
    int64_t storage_min; /* bytes billed at least */
    int64_t item_mean;   /* bytes, at least 1 */
};

extern const struct svc_class svc_cache_class;

#endif
