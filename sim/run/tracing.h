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
    /* Instead: requests answered in [from, to) that took [latency_min, latency_max) - a cell of the heat map, which counts answers.
     * from == SIM_NEVER: not asked. */
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
    bool async; /* its parent did not wait for it, or not to its end: it may end after its parent */
    bool unfinished; /* the run ended first */
    bool work;       /* no call: what its parent does itself, as "cpu" and "backoff" */
};

/* Why a request failed. */
enum trace_cause {
    TRACE_CAUSE_NONE, /* it did not */
    TRACE_CAUSE_ERROR, /* the span at fault failed by itself: an error of the handler, of the service */
    TRACE_CAUSE_FAULT,              /* ... because `at { errors = }` said so */
    TRACE_CAUSE_THROTTLE,           /* it was refused */
    TRACE_CAUSE_TIMEOUT,            /* its own timeout ended its own work */
    TRACE_CAUSE_TIMEOUT_DOWNSTREAM, /* its own timeout ended its wait for another one: `blame_span` */
    TRACE_CAUSES
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
    enum trace_cause cause;
    int32_t
        blame_span; /* index of the span it waited for when its time was over, deepest; -1: none */
    uint32_t spans_dropped; /* beyond TRACE_SPANS_MAX */
};

#define TRACE_SPANS_MAX 4000 /* of one request */

struct trace_set {
    struct trace_request *requests; /* by start */
    uint32_t request_count;
    struct trace_span *spans;
    uint32_t span_count;
    struct arena *arena; /* owns all of it, the set too */
};

struct scenario;
struct world;

void trace_set_free(struct trace_set *set); /* accepts NULL */

/* "slowest", "failed" ...; "own timeout", "throttle" ...: as files and pages say it. */
const char *trace_reason_word(enum trace_reason reason);
const char *trace_cause_word(enum trace_cause cause);
/* "ok", "error", "throttle", "timeout"; "unfinished". */
const char *trace_span_outcome(const struct trace_span *span);

/* -- the first pass: which requests. It may ride on a run that is wanted anyway, of this scenario and replication ---------- */

struct trace_search;
struct trace_search *trace_search_new(const struct scenario *scenario, const struct trace_ask *ask);
void trace_search_free(struct trace_search *search); /* accepts NULL */
/* Looks on from now on; before world_run. */
void trace_search_watch(struct trace_search *search, struct world *world);
/* The world has run as far as it will; before world_free. */
void trace_search_end(struct trace_search *search, const struct world *world);

/* -- the second pass: their spans. Runs the replication again, no further than it must ------------------------------------ */

/* NULL if *stop became non-zero (stop may be NULL). May be called from any thread. */
struct trace_set *trace_capture(const struct trace_search *search, const struct scenario *scenario,
                                uint32_t rep, const _Atomic int *stop);

/* Both passes. NULL if *stop became non-zero. A set without requests is no error: nothing matched. */
struct trace_set *trace_find(const struct scenario *scenario, uint32_t rep,
                             const struct trace_ask *ask, const _Atomic int *stop);

#endif
