/* svc_external.h - the settings of `external`: a service outside, known only by how it answers. Behaviour in
 * external_run.c.
 */
#ifndef TEPID_MODEL_SVC_EXTERNAL_H
#define TEPID_MODEL_SVC_EXTERNAL_H

#include "core/dist.h"
#include "model/svc.h"

enum { ABANDONED_SERVE, ABANDONED_DROP };

struct external_config {
    const struct dist *latency; /* ns, of a call alone */
    int64_t contention;         /* ns added for each call in service, the call itself included */
    double errors;              /* share of calls that fail after their latency */
    double limit;               /* requests/s or NAN; beyond it 429 */
    int64_t burst;              /* TIME_UNSET: one second of the limit */
    int64_t concurrency;        /* calls served at once; TIME_UNSET: all; 0: a full stop */
    int64_t queue;              /* calls that may wait; TIME_UNSET: any number; beyond it 503 */
    int abandoned;              /* ABANDONED_*: calls whose caller gave up while they waited */
};

extern const struct svc_class svc_external_class;

#endif
