/* trace_cause.c - why a traced request failed.
 *
 * From the request downwards: of the calls a span waited for, the failed one that ended when the span did is why the span failed; then the same
 * for that call, down to the span that failed by itself. Failures that were tried again or caught ended before, and
 * are no reason. Only where branches run side by side a failed one may have ended earlier: the join waits for the others.
 * A span whose time was over may have waited for another one that was still at it: that one is to blame, though it did not fail.
 */
#include "run/trace_private.h"

/* The spans of one request. */
struct family {
    const struct trace_span *spans;
    uint32_t count;
    const bool *faults;
};

static sim_time end_of(const struct trace_span *span)
{
    return span->start + span->duration;
}

static bool is_failed_child(const struct trace_span *span, const struct trace_span *parent)
{
    return span->parent_id == parent->span_id && span->outcome != OUTCOME_OK && !span->unfinished &&
           end_of(span) <= end_of(parent);
}

/* The failed child that ended last; of those that ended together a call rather than the operation that passed its failure on. */
static int32_t failed_child(const struct family *family, const struct trace_span *parent)
{
    int32_t found = -1;
    for (uint32_t i = 0; i < family->count; i++) {
        const struct trace_span *span = &family->spans[i];
        if (!is_failed_child(span, parent))
            continue;
        if (found < 0 || end_of(span) > end_of(&family->spans[found]) ||
            (end_of(span) == end_of(&family->spans[found]) && !span->work))
            found = (int32_t)i;
    }
    return found;
}

/* The call below a span that began last of those that were not over at an instant, or -1. */
static int32_t running_child(const struct family *family, uint32_t parent_id, sim_time at)
{
    for (uint32_t i = family->count; i-- > 0;) {
        const struct trace_span *span = &family->spans[i];
        if (span->parent_id == parent_id && !span->work && span->start <= at &&
            (span->unfinished || end_of(span) > at))
            return (int32_t)i;
    }
    return -1;
}

/* The deepest call that was still at it when the time of `parent` was over. */
static int32_t still_running(const struct family *family, uint32_t parent_id, sim_time at)
{
    int32_t found = -1, next = running_child(family, parent_id, at);
    while (next >= 0) {
        found = next;
        next = running_child(family, family->spans[found].span_id, at);
    }
    return found;
}

static void judge(const struct family *family, struct trace_request *request, int32_t at)
{
    const struct trace_span *span = &family->spans[at];
    request->cause_span = at;
    request->blame_span = -1;
    if (family->faults[at]) {
        request->cause = TRACE_CAUSE_FAULT;
    } else if (span->outcome == OUTCOME_THROTTLE) {
        request->cause = TRACE_CAUSE_THROTTLE;
    } else if (span->outcome == OUTCOME_ERROR) {
        request->cause = TRACE_CAUSE_ERROR;
    } else {
        /* A timeout inside a handler is a span without length: what it waited for stands beside it. */
        uint32_t waiting = span->work ? span->parent_id : span->span_id;
        request->blame_span = still_running(family, waiting, end_of(span));
        request->cause =
            request->blame_span >= 0 ? TRACE_CAUSE_TIMEOUT_DOWNSTREAM : TRACE_CAUSE_TIMEOUT;
    }
}

void trace_find_cause(const struct trace_set *set, struct trace_request *request,
                      const bool *faults)
{
    struct family family = {set->spans + request->first_span, request->span_count,
                            faults + request->first_span};
    request->cause_span = request->blame_span = -1;
    request->cause = TRACE_CAUSE_NONE;
    if (request->outcome == OUTCOME_OK || family.count == 0)
        return;
    int32_t at = 0;
    for (;;) {
        const struct trace_span *span = &family.spans[at];
        if (family.faults[at])
            break;
        int32_t child = failed_child(&family, span);
        if (child < 0)
            break;
        /* Its own time was over: a failure that ended before is not why. */
        if (span->outcome == OUTCOME_TIMEOUT && end_of(&family.spans[child]) < end_of(span))
            break;
        at = child;
    }
    judge(&family, request, at);
}
