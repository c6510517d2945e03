/* section_traces.c - the slowest of the traced requests, and where each spent most of its time.
 *
 * Its time is shared out along the path that was waited for: walking back from the answer, each moment belongs to the deepest span that
 * ended last before it; what no child covers is the span's own. So the parts of a request add up to its latency, however much
 * ran side by side. What nobody waited for has no part in it.
 */
#include <string.h>

#include "core/unit.h"
#include "report/section.h"
#include "report/traces.h"

#define SLOWEST   5
#define PARTS_MOST 64 /* resources and operations of one request; what is beyond is small and left out */

struct part {
    int32_t resource;
    const char *op;
    int64_t ns;
};

struct share_out {
    const struct trace_span *spans; /* of the request, parents before children */
    const sim_time *ends;
    uint32_t count;
    struct part parts[PARTS_MOST];
    int part_count;
};

static void add_part(struct share_out *out, const struct trace_span *span, const char *op, int64_t ns)
{
    int i = 0;
    while (i < out->part_count && (out->parts[i].resource != span->resource ||
                                   strcmp(out->parts[i].op, op) != 0))
        i++;
    if (i == PARTS_MOST || ns <= 0)
        return;
    if (i == out->part_count)
        out->parts[out->part_count++] = (struct part){span->resource, op, 0};
    out->parts[i].ns += ns;
}

/* Until when its caller waited for each span; 0: not at all. A call given up runs on unwatched: it was waited for until the mark
 * "timeout" that its caller has then. */
static sim_time *find_ends(const struct trace_span *spans, uint32_t count)
{
    sim_time *ends = mem_resize(NULL, (count + 1) * sizeof(*ends));
    for (uint32_t i = 0; i < count; i++)
        ends[i] = spans[i].async ? 0 : spans[i].start + spans[i].duration;
    for (uint32_t m = 0; m < count; m++) {
        const struct trace_span *mark = &spans[m];
        if (mark->duration != 0 || mark->outcome != OUTCOME_TIMEOUT ||
            strcmp(mark->op, "timeout") != 0)
            continue;
        for (uint32_t i = 0; i < m; i++)
            if (spans[i].async && ends[i] == 0 && spans[i].parent_id == mark->parent_id &&
                mark->start > spans[i].start && mark->start <= spans[i].start + spans[i].duration)
                ends[i] = mark->start;
    }
    return ends;
}

/* The child that was waited for last before `limit`, and until when; -1: none. */
static int last_child(const struct share_out *out, uint32_t parent, sim_time limit, sim_time *end)
{
    int found = -1;
    for (uint32_t i = parent + 1; i < out->count; i++) {
        const struct trace_span *span = &out->spans[i];
        if (span->parent_id != out->spans[parent].span_id || span->start >= limit ||
            span->duration <= 0)
            continue;
        sim_time until = out->ends[i];
        if (span->async && (until == 0 || until > limit))
            continue;
        until = until < limit ? until : limit;
        if (found >= 0 && until < *end)
            continue;
        found = (int)i;
        *end = until;
    }
    return found;
}

/* Shares out [start of the span, `to`). A span waits for capacity before all else it does. */
static void share_out(struct share_out *out, uint32_t index, sim_time to)
{
    const struct trace_span *span = &out->spans[index];
    sim_time end = to;
    int child;
    while ((child = last_child(out, index, to, &end)) >= 0) {
        add_part(out, span, span->op, to - end);
        share_out(out, (uint32_t)child, end);
        to = out->spans[child].start;
    }
    int64_t rest = to - span->start, wait = span->wait < rest ? span->wait : rest;
    add_part(out, span, span->cold ? "init and wait" : "wait", wait);
    add_part(out, span, span->op, rest - wait);
}

/* The largest part not yet told, or NULL. */
static struct part *take_part(struct share_out *out)
{
    struct part *largest = NULL;
    for (int i = 0; i < out->part_count; i++)
        if (out->parts[i].ns > (largest == NULL ? 0 : largest->ns))
            largest = &out->parts[i];
    return largest;
}

static void put_trace(const struct section *section, const struct trace_request *request)
{
    struct page *page = section->page;
    struct text text = {0};
    char time[UNIT_TEXT_MAX];
    struct share_out out = {.spans = &section->result->traces->spans[request->first_span],
                            .count = request->span_count};
    traces_request_name(section->result, request, &text);
    page_to(page, SECTION_MARGIN);
    page_cell(page, PAGE_PLAIN, text.data, SECTION_NUMBERS - SECTION_MARGIN - 8);
    page_until(page, PAGE_PLAIN, unit_show_time(time, (double)request->latency), SECTION_NUMBERS);
    text.length = 0;
    if (request->outcome != OUTCOME_OK)
        text_addf(&text, "%s, ", trace_cause_word(request->cause));
    sim_time *ends = find_ends(out.spans, out.count);
    out.ends = ends;
    if (out.count > 0)
        share_out(&out, 0, out.spans[0].start + out.spans[0].duration);
    mem_free(ends);
    for (int i = 0; i < 2; i++) { /* the first says where, the second how lonely it is */
        struct part *part = take_part(&out);
        double share = part == NULL ? 0 : (double)part->ns / (double)out.spans[0].duration;
        if (share < 0.01)
            break;
        text_addf(&text, "%s%s %s %.0f%%", i > 0 ? ", " : "",
                  section->result->scenario->resources[part->resource].name, part->op, 100 * share);
        part->ns = 0;
    }
    page_to(page, SECTION_NUMBERS + 2);
    page_wrap(page, PAGE_PLAIN, text.length > 0 ? text.data : "–", SECTION_NUMBERS + 2);
    page_line(page);
    text_free(&text);
}

/* The slowest that is faster than `before`, in the order of starts where equal; NULL: none is left. */
static const struct trace_request *next_slowest(const struct trace_set *set,
                                                const struct trace_request *before)
{
    const struct trace_request *found = NULL;
    for (uint32_t i = 0; i < set->request_count; i++) {
        const struct trace_request *request = &set->requests[i];
        bool later = before == NULL || request->latency < before->latency ||
                     (request->latency == before->latency && request > before);
        if (later && (found == NULL || request->latency > found->latency))
            found = request;
    }
    return found;
}

void section_traces(const struct section *section)
{
    const struct trace_set *set = section->result->traces;
    if (set == NULL || set->request_count == 0)
        return;
    section_heading(section, "TRACES");
    page_to(section->page, page_column(section->page) + 2);
    page_putf(section->page, PAGE_DIM, "the slowest of %u, and where they spent most", set->request_count);
    page_line(section->page);
    const struct trace_request *request = NULL;
    for (int i = 0; i < SLOWEST && (request = next_slowest(set, request)) != NULL; i++)
        put_trace(section, request);
    page_line(section->page);
}
