/* tracing.h - what single requests did: spans of a sample of them.
 *
 * Recording every request would cost more than simulating it. But a run replays exactly, so the interesting requests
 * are found in one run (the slowest, failed, cold ones, and a random few of every second) and only those are written
 * down in a second one. Both passes give the same results, with or without traces.
 */
#ifndef TEPID_RUN_TRACING_H
#define TEPID_RUN_TRACING_H

#include "core/base.h"
#include "model/outcome.h"

enum trace_reason {
    TRACE_SLOWEST,
    TRACE_FAILED,
    TRACE_COLD,
    TRACE_RANDOM,
    TRACE_ASKED,
    TRACE_REASONS
};

/* Which requests to trace. */
struct trace_ask {
    int64_t requests; /* at most so many in all, >= 1; shared among the reasons */
    /* Instead: requests that began in [from, to) and took [latency_min, latency_max) - a cell of the heat map. from == SIM_NEVER: not asked. */
    sim_time from, to;
    int64_t latency_min, latency_max;
};

struct trace_span {
    uint32_t request;   /* index into requests */
    uint32_t span_id;   /* 1.. within the request */
    uint32_t parent_id; /* 0: the root */
    int32_t resource;   /* index into the scenario */
    const char *op;     /* "call", "put", "receive" ... static text */
    sim_time start;
    int64_t duration; /* ns */
    int64_t wait;     /* ns of it spent waiting for capacity (queue and init) before work began */
    bool cold;
    enum outcome outcome;
    int32_t line;      /* of the scenario file; 0: none */
    uint32_t instance; /* of a function: a number for its execution environment; UINT32_MAX: none */
};

struct trace_request {
    uint64_t id;    /* number of the request within its source */
    int32_t source; /* resource */
    enum trace_reason reason;
    sim_time start;
    int64_t latency; /* ns; of the whole journey */
    bool cold;
    enum outcome outcome;
    uint32_t first_span,
        span_count; /* spans of a request stand together, parents before children, by start */
    int32_t
        cause_span; /* of a failed request: index (from first_span) of the span that failed first, deepest; -1: none */
};

struct trace_set {
    struct trace_request *requests; /* by start */
    uint32_t request_count;
    struct trace_span *spans;
    uint32_t span_count;
};

#endif
