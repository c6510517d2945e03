/* trace_private.h - what the files behind tracing.h share. */
#ifndef TEPID_RUN_TRACE_PRIVATE_H
#define TEPID_RUN_TRACE_PRIVATE_H

#include "model/seeker.h"
#include "run/tracing.h"
#include "run/world.h"

#define TRACE_REQUESTS_MAX 100000

/* A request to write down. */
struct trace_pick {
    struct journey journey;
    enum trace_reason reason;
};

struct trace_search {
    struct seeker seeker;
    uint32_t wanted;
    struct trace_pick *picks; /* once the world has run */
    uint32_t pick_count;
    uint64_t events; /* the first pass was ended after so many: the second must not go beyond; else UINT64_MAX */
};

/* Finds out why a failed request failed: cause_span, cause, blame_span. `faults`, by span of the set: a fault made it
 * fail. */
void trace_find_cause(const struct trace_set *set, struct trace_request *request,
                      const bool *faults);

#endif
