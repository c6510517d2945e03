/* svc_topic.h - the settings of `topic` (alias `sns`); behaviour in topic_run.h.
 */
#ifndef TEPID_MODEL_SVC_TOPIC_H
#define TEPID_MODEL_SVC_TOPIC_H

#include "model/svc_bus.h"

/* What is not given of latency, delivery and limit, check() takes from the catalog. */
struct topic_config {
    struct target_refs subscribers; /* each gets every message */
    struct bus_rules filtered;      /* each gets the messages its rule matches */
    const struct dist *latency;     /* ns: of the call that publishes */
    const struct dist *delivery; /* ns: from there to a subscriber without an asynchronous queue */
    double limit;                /* messages published per second */
    int64_t size;                /* bytes of a message where the operation gives none */
    int jitter;                  /* enum jitter */
    struct target dlq;           /* resource -1: none */
};

extern const struct svc_class svc_topic_class;

#endif
