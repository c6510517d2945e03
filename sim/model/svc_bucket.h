/* svc_bucket.h - the settings of `bucket`, a store of objects; what it does in a run is in bucket_run.h. */
#ifndef TEPID_MODEL_SVC_BUCKET_H
#define TEPID_MODEL_SVC_BUCKET_H

#include "model/program.h"
#include "model/svc.h"

enum bucket_kind { BUCKET_READ, BUCKET_WRITE, BUCKET_KINDS };

struct bucket_config {
    const struct dist *latency;   /* to the first byte; NULL: from the catalog */
    const struct dist *object;    /* bytes, where the operation gives none */
    int64_t throughput;           /* bytes per second of one request; TIME_UNSET: from the catalog */
    int64_t prefixes;
    struct target_refs on_put;
    const struct dist *delivery; /* from a write to its event; NULL: from the catalog */
    int64_t storage;             /* bytes billed, or TIME_UNSET */

    /* derived by check */
    int64_t rate[BUCKET_KINDS]; /* requests/s of one prefix */
};

extern const struct svc_class svc_bucket_class;

#endif
