/* outcome.h - how a call ended, and where its time went.
 */
#ifndef TEPID_MODEL_OUTCOME_H
#define TEPID_MODEL_OUTCOME_H

#include "core/base.h"

/* An HTTP-like status goes with it: OK 100..499 (a 4xx other than 429 is an answer), ERROR 5xx. */
enum outcome { OUTCOME_OK, OUTCOME_ERROR, OUTCOME_THROTTLE, OUTCOME_TIMEOUT };

/* The stages a call's time is charged to; on the critical path they sum to its latency. */
enum stage {
    STAGE_QUEUE,      /* waiting for capacity */
    STAGE_INIT,       /* waiting for an instance to initialise */
    STAGE_RUN,        /* cpu */
    STAGE_WAIT,       /* r:wait */
    STAGE_DOWNSTREAM, /* waiting for another service's answer */
    STAGE_BACKOFF,    /* between two tries */
    STAGE_OVERHEAD,   /* the gateway's own time */
    STAGE_COUNT
};

#endif
