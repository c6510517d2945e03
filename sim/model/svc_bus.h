/* svc_bus.h - the settings of `bus` (alias `eventbridge`) and its rules; behaviour in bus_run.h.
 */
#ifndef TEPID_MODEL_SVC_BUS_H
#define TEPID_MODEL_SVC_BUS_H

#include "model/program.h"
#include "model/svc.h"

/* One attribute of the request, and the values that match: any of them. */
struct bus_match {
    const struct attr_test *any;
    int32_t count;
};

/* A rule matches by the request's attributes, every one of them; or by chance. Shares are relative weights: of the rules of one
 * service that have one, each event takes exactly one. A rule with neither takes all events. */
struct bus_rule {
    bool by_share;
    double share;     /* as given */
    double low, high; /* takes the event whose draw u lies in [low, high) */
    const struct bus_match *matches;
    int32_t match_count;
    struct target_refs to; /* each gets the event */
};

struct bus_rules {
    const struct bus_rule *rules;
    int32_t count;
};

/* What is not given of the first four after the rules, check() takes from the catalog. */
struct bus_config {
    struct bus_rules rules;
    const struct dist *latency;  /* ns: of the call that puts events */
    const struct dist *delivery; /* ns: from there to the target */
    double limit;                /* calls per second that put events */
    double invocations;          /* deliveries per second */
    int64_t size;                /* bytes of an event where the operation gives none */
    int64_t retries;             /* of a delivery that was refused, 0..185 */
    int64_t max_age;             /* ns, 60 s..24 h */
    int jitter;                  /* enum jitter */
    struct target dlq;           /* resource -1: none */
};

extern const struct svc_class svc_bus_class;

#endif
