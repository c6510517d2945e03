/* svc_queue.h - the settings of `queue` (alias `sqs`) and of the mapping to its consumer; behaviour in queue_run.h.
 */
#ifndef TEPID_MODEL_SVC_QUEUE_H
#define TEPID_MODEL_SVC_QUEUE_H

#include "model/key_law.h"
#include "model/svc.h"

/* How the pollers of a mapping grow. */
enum poller_rule { POLLERS_2026, POLLERS_2023 };

/* `pollers = "2023"`, or { min = 2, max = 200 }: provisioned pollers. */
struct poller_spec {
    int rule;
    int64_t min, max; /* either given: provisioned; the other is filled in by check() */
};

struct queue_config {
    struct target consumer; /* resource -1: none, the queue only holds */
    int64_t batch;
    int64_t window;      /* ns */
    int64_t visibility;  /* ns */
    int64_t max_receive; /* TIME_UNSET: 10 with a dlq, else unlimited */
    struct target dlq;
    int64_t max_concurrency; /* TIME_UNSET: none */
    bool partial_batch;
    bool fifo;
    bool high_throughput;        /* fifo */
    struct key_law groups;       /* fifo */
    int64_t delay;               /* ns */
    int64_t retention;           /* ns */
    struct poller_spec *pollers; /* NULL: POLLERS_2026 */
    const struct dist *
        delivery; /* ns from send to handler, when a poller waits; NULL: from the catalog, filled in by check() */
    const struct dist *latency; /* ns of a send; NULL: likewise */
    int64_t receive_wait;       /* ns: length of an idle poller's empty receive */

    /* Derived by check(). */
    int64_t receives_max; /* INT64_MAX: unlimited */
    int64_t in_flight_max;
    int64_t payload_max;   /* bytes of a batch */
    int64_t message_max;   /* bytes */
    int64_t per_call;      /* messages of an API call, at most */
    int64_t chunk_bytes;   /* of payload in a billed request */
    int64_t calls_per_s;   /* of each kind of API call; 0: unlimited (standard) */
    int64_t initial, most; /* invocations at once: to start with, at most */
    int64_t floor;         /* errors take it no further down */
    sim_time step;         /* one more after so long with work waiting */
    sim_time rest;         /* back to `initial` after so long without */
    bool provisioned;
    int64_t per_poller; /* provisioned: invocations at once, polls and bytes per second of each */
    int64_t polls_per_s, bytes_per_s;
    sim_time backoff_first, backoff_most; /* between two tries of a batch that was throttled */
};

static inline bool queue_has_consumer(const struct queue_config *config)
{
    return config->consumer.resource >= 0;
}

/* Rows of the class's meter table. */
enum queue_meter {
    QUEUE_REQUESTS,
    QUEUE_EMPTY_RECEIVES,
    QUEUE_POLLERS, /* us of provisioned pollers */
};

extern const struct svc_class svc_queue_class;

#endif
