/* traces.c - traces.csv and the Chrome trace; see traces.h. */
#include "report/traces.h"

#include <inttypes.h>
#include <string.h>

#include "report/json_out.h"
#include "report/rows.h"

const char *const traces_names[] = {"traces.csv", "traces.chrome.json", "traces.otlp.json", NULL};

static const char *resource_name(const struct result *result, int32_t resource)
{
    return result->scenario->resources[resource].name;
}

void traces_request_name(const struct result *result, const struct trace_request *request,
                         struct text *out)
{
    out->length = 0;
    text_addf(out, "%s-%" PRIu64, resource_name(result, request->source), request->id);
}

/* -- traces.csv ------------------------------------------------------------------------------------ */

static const char *const csv_columns[] = {
    "request_id",  "span_id", "parent_id", "resource", "op",   "start_s",
    "duration_ms", "wait_ms", "cold",      "outcome",  "line", "async",
    "instance",    "reason",  "cause",     NULL,
};

/* Of a span's part in its request's failure. */
static const char *cause_of(const struct trace_request *request, uint32_t index)
{
    if (request->cause_span >= 0 && (uint32_t)request->cause_span == index)
        return trace_cause_word(request->cause);
    if (request->blame_span >= 0 && (uint32_t)request->blame_span == index)
        return "was waited for";
    return NULL;
}

static void add_row(struct rows *rows, const struct result *result, const char *name,
                    const struct trace_request *request, uint32_t index)
{
    const struct trace_span *span = &result->traces->spans[request->first_span + index];
    rows_text(rows, name);
    rows_whole(rows, span->span_id);
    if (span->parent_id == 0)
        rows_empty(rows);
    else
        rows_whole(rows, span->parent_id);
    rows_text(rows, resource_name(result, span->resource));
    rows_text(rows, span->op);
    rows_number(rows, (double)span->start / 1e9);
    rows_number(rows, (double)span->duration / 1e6);
    rows_number(rows, (double)span->wait / 1e6);
    rows_whole(rows, span->cold);
    rows_text(rows, trace_span_outcome(span));
    if (span->line > 0)
        rows_whole(rows, (uint64_t)span->line);
    else
        rows_empty(rows);
    rows_whole(rows, span->async);
    if (span->instance != UINT32_MAX)
        rows_whole(rows, span->instance);
    else
        rows_empty(rows);
    rows_text(rows, index == 0 ? trace_reason_word(request->reason) : NULL);
    rows_text(rows, cause_of(request, index));
}

void traces_write_csv(const struct result *result, struct text *out)
{
    const struct trace_set *set = result->traces;
    struct rows rows;
    struct text name = {0};
    rows_begin_csv(&rows, csv_columns, out);
    for (uint32_t i = 0; i < set->request_count; i++) {
        traces_request_name(result, &set->requests[i], &name);
        for (uint32_t j = 0; j < set->requests[i].span_count; j++)
            add_row(&rows, result, name.data, &set->requests[i], j);
    }
    rows_end(&rows);
    text_free(&name);
}

/* -- traces.chrome.json: processes and threads ---------------------------------------------------------- */

/* Slices of a thread must lie within each other or beside each other. An environment that serves several calls at once, or whose handler
 * runs branches, needs more than one thread: the first on which a slice fits takes it. */
#define LANE_DEPTH_MAX 64

struct lane {
    uint32_t resource, instance, number; /* number: of the lanes of its environment */
    uint32_t tid;
    int depth;
    sim_time ends[LANE_DEPTH_MAX]; /* of the slices that are open, outermost first */
};

struct lanes {
    struct lane *items;
    size_t count, capacity;
    uint32_t *tids; /* by resource: threads so far */
};

static bool fits(struct lane *lane, sim_time start, sim_time end)
{
    while (lane->depth > 0 && lane->ends[lane->depth - 1] <= start)
        lane->depth--;
    return lane->depth == 0 || (lane->depth < LANE_DEPTH_MAX && end <= lane->ends[lane->depth - 1]);
}

static struct lane *lane_for(struct lanes *lanes, const struct trace_span *span)
{
    sim_time end = span->start + span->duration;
    uint32_t number = 0;
    for (size_t i = 0; i < lanes->count; i++) {
        struct lane *lane = &lanes->items[i];
        if (lane->resource != (uint32_t)span->resource || lane->instance != span->instance)
            continue;
        number++;
        if (fits(lane, span->start, end)) {
            lane->ends[lane->depth++] = end;
            return lane;
        }
    }
    lanes->items = mem_grow(lanes->items, lanes->count, &lanes->capacity, sizeof(*lanes->items));
    struct lane *lane = &lanes->items[lanes->count++];
    *lane = (struct lane){.resource = (uint32_t)span->resource,
                          .instance = span->instance,
                          .number = number,
                          .tid = ++lanes->tids[span->resource],
                          .depth = 1};
    lane->ends[0] = end;
    return lane;
}

static void add_name(struct json *json, const char *what, uint64_t pid, uint64_t tid,
                     const char *name)
{
    json_open_object(json, NULL, JSON_INLINE);
    json_add_text(json, "name", what);
    json_add_text(json, "ph", "M");
    json_add_whole(json, "pid", pid);
    json_add_whole(json, "tid", tid);
    json_open_object(json, "args", JSON_INLINE);
    json_add_text(json, "name", name);
    json_close(json);
    json_close(json);
}

static void add_processes(struct json *json, const struct result *result)
{
    for (int i = 0; i < result->scenario->resource_count; i++)
        add_name(json, "process_name", (uint64_t)i + 1, 0, resource_name(result, i));
}

static void add_threads(struct json *json, const struct lanes *lanes)
{
    struct text name = {0};
    for (size_t i = 0; i < lanes->count; i++) {
        const struct lane *lane = &lanes->items[i];
        name.length = 0;
        text_addf(&name, "environment %" PRIu32, lane->instance);
        if (lane->number > 0)
            text_addf(&name, " (%" PRIu32 ")", lane->number + 1);
        add_name(json, "thread_name", lane->resource + (uint64_t)1, lane->tid, name.data);
    }
    text_free(&name);
}

/* -- ... and events ------------------------------------------------------------------------------------------ */

static void add_args(struct json *json, const char *request, const struct trace_span *span)
{
    json_open_object(json, "args", JSON_INLINE);
    json_add_text(json, "request", request);
    json_add_text(json, "outcome", trace_span_outcome(span));
    if (span->wait > 0)
        json_add_number(json, "wait_ms", (double)span->wait / 1e6);
    if (span->cold)
        json_add_bool(json, "cold", true);
    if (span->line > 0)
        json_add_whole(json, "line", (uint64_t)span->line);
    json_close(json);
}

static void begin_event(struct json *json, const char *name, const char *category,
                        const char *phase, const struct trace_span *span, sim_time at)
{
    json_open_object(json, NULL, JSON_INLINE);
    json_add_text(json, "name", name);
    json_add_text(json, "cat", category);
    json_add_text(json, "ph", phase);
    json_add_whole(json, "pid", (uint64_t)span->resource + 1);
    json_add_number(json, "ts", (double)at / 1e3);
}

static void add_slice(struct json *json, const char *request, const struct trace_span *span,
                      uint32_t tid)
{
    begin_event(json, span->op, span->work ? "work" : "call", "X", span, span->start);
    json_add_whole(json, "tid", tid);
    json_add_number(json, "dur", (double)span->duration / 1e3);
    add_args(json, request, span);
    json_close(json);
}

/* Two events under an id of their own. */
static void add_async(struct json *json, const char *name, const char *request, uint32_t index,
                      const struct trace_span *span)
{
    const char *category = span->parent_id == 0 ? "request" : span->work ? "work" : "call";
    char id[24];
    (void)snprintf(id, sizeof id, "0x%" PRIx32, index + 1);
    begin_event(json, name, category, "b", span, span->start);
    json_add_whole(json, "tid", 0);
    json_add_text(json, "id", id);
    add_args(json, request, span);
    json_close(json);
    begin_event(json, name, category, "e", span, span->start + span->duration);
    json_add_whole(json, "tid", 0);
    json_add_text(json, "id", id);
    json_close(json);
}

static void add_request(struct json *json, const struct result *result,
                        const struct trace_request *request, struct lanes *lanes, struct text *name)
{
    traces_request_name(result, request, name);
    for (uint32_t i = 0; i < request->span_count; i++) {
        uint32_t index = request->first_span + i;
        const struct trace_span *span = &result->traces->spans[index];
        if (span->instance != UINT32_MAX)
            add_slice(json, name->data, span, lane_for(lanes, span)->tid);
        else
            add_async(json, i == 0 ? name->data : span->op, name->data, index, span);
    }
}

void traces_write_chrome(const struct result *result, struct text *out)
{
    const struct trace_set *set = result->traces;
    struct lanes lanes = {0};
    struct json json;
    struct text name = {0};
    size_t bytes = sizeof(*lanes.tids) * ((size_t)result->scenario->resource_count + 1);
    lanes.tids = mem_resize(NULL, bytes);
    memset(lanes.tids, 0, bytes);
    json_begin(&json, out);
    json_open_object(&json, NULL, JSON_LINES);
    json_add_text(&json, "displayTimeUnit", "ms");
    json_open_array(&json, "traceEvents", JSON_LINES);
    add_processes(&json, result);
    for (uint32_t i = 0; i < set->request_count; i++)
        add_request(&json, result, &set->requests[i], &lanes, &name);
    add_threads(&json, &lanes);
    json_close(&json);
    json_close(&json);
    json_end(&json);
    text_free(&name);
    mem_free(lanes.items);
    mem_free(lanes.tids);
}
