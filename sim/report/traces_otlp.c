/* traces_otlp.c - OpenTelemetry's JSON: one ExportTraceServiceRequest; see traces.h. */
#include <inttypes.h>
#include <string.h>

#include "core/rng.h"
#include "report/json_out.h"
#include "report/traces.h"

/* opentelemetry-proto, trace/v1: enum SpanKind and Status.StatusCode. */
enum { KIND_INTERNAL = 1, KIND_SERVER, KIND_CLIENT, KIND_PRODUCER, KIND_CONSUMER };
#define STATUS_ERROR 2

#define ID_TEXT 36

/* Ids are made of the request's name: the same request has the same id in every run of the seed. Never all zero, which would be none. */
static uint64_t request_hash(const struct result *result, const struct trace_request *request)
{
    const char *source = result->scenario->resources[request->source].name;
    return rng_mix(rng_hash_text(result->seed + 1, source) + request->id * RNG_STEP);
}

static void trace_id(char text[ID_TEXT], uint64_t hash)
{
    (void)snprintf(text, ID_TEXT, "%016" PRIx64 "%016" PRIx64, hash | 1, rng_mix(hash + RNG_GAMMA));
}

static void span_id(char text[ID_TEXT], uint64_t hash, uint32_t id)
{
    uint64_t word = rng_mix(hash + id * RNG_STEP);
    (void)snprintf(text, ID_TEXT, "%016" PRIx64, word != 0 ? word : 1);
}

/* -- attributes ------------------------------------------------------------------------------------------ */

static void begin_attribute(struct json *json, const char *key)
{
    json_open_object(json, NULL, JSON_INLINE);
    json_add_text(json, "key", key);
    json_open_object(json, "value", JSON_INLINE);
}

static void end_attribute(struct json *json)
{
    json_close(json);
    json_close(json);
}

static void add_text(struct json *json, const char *key, const char *value)
{
    begin_attribute(json, key);
    json_add_text(json, "stringValue", value);
    end_attribute(json);
}

/* 64-bit integers are strings in proto3's JSON. */
static void add_whole(struct json *json, const char *key, uint64_t value)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRIu64, value);
    begin_attribute(json, key);
    json_add_text(json, "intValue", text);
    end_attribute(json);
}

static void add_attributes(struct json *json, const struct result *result,
                           const struct trace_request *request, const struct trace_span *span)
{
    json_open_array(json, "attributes", JSON_INLINE);
    add_text(json, "tepid.outcome", trace_span_outcome(span));
    if (span->parent_id == 0) {
        struct text name = {0};
        traces_request_name(result, request, &name);
        add_text(json, "tepid.request", name.data);
        add_text(json, "tepid.reason", trace_reason_word(request->reason));
        text_free(&name);
    }
    if (span->wait > 0)
        add_whole(json, "tepid.wait_ns", (uint64_t)span->wait);
    if (span->instance != UINT32_MAX && !span->work) {
        add_whole(json, "faas.instance", span->instance);
        begin_attribute(json, "faas.coldstart");
        json_add_bool(json, "boolValue", span->cold);
        end_attribute(json);
    }
    if (span->line > 0)
        add_whole(json, "code.line.number", (uint64_t)span->line);
    json_close(json);
}

/* -- spans --------------------------------------------------------------------------------------------------- */

static int kind_of(const struct trace_span *span)
{
    if (span->parent_id == 0)
        return KIND_CLIENT;
    if (span->work)
        return KIND_INTERNAL;
    if (strcmp(span->op, "message") == 0)
        return KIND_PRODUCER;
    return span->async ? KIND_CONSUMER : KIND_SERVER;
}

static void add_time(struct json *json, const char *key, sim_time at)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRId64, at);
    json_add_text(json, key, text);
}

static void add_status(struct json *json, const struct trace_request *request, uint32_t index,
                       const struct trace_span *span)
{
    if (span->outcome == OUTCOME_OK)
        return;
    bool cause = request->cause_span >= 0 && (uint32_t)request->cause_span == index;
    json_open_object(json, "status", JSON_INLINE);
    json_add_whole(json, "code", STATUS_ERROR);
    json_add_text(json, "message",
                  cause ? trace_cause_word(request->cause) : trace_span_outcome(span));
    json_close(json);
}

static void add_span(struct json *json, const struct result *result, const struct trace_span *span)
{
    const struct trace_request *request = &result->traces->requests[span->request];
    uint64_t hash = request_hash(result, request);
    char id[ID_TEXT];
    json_open_object(json, NULL, JSON_INLINE);
    trace_id(id, hash);
    json_add_text(json, "traceId", id);
    span_id(id, hash, span->span_id);
    json_add_text(json, "spanId", id);
    if (span->parent_id != 0) {
        span_id(id, hash, span->parent_id);
        json_add_text(json, "parentSpanId", id);
    }
    json_add_text(json, "name", span->op);
    json_add_whole(json, "kind", (uint64_t)kind_of(span));
    add_time(json, "startTimeUnixNano", span->start);
    add_time(json, "endTimeUnixNano", span->start + span->duration);
    add_attributes(json, result, request, span);
    uint32_t index = (uint32_t)(span - result->traces->spans) - request->first_span;
    add_status(json, request, index, span);
    json_close(json);
}

/* Spans by resource, in their order: order[first[r] .. first[r + 1]). */
static uint32_t *by_resource(const struct result *result, uint32_t *first)
{
    const struct trace_set *set = result->traces;
    int resources = result->scenario->resource_count;
    uint32_t *order = mem_resize(NULL, sizeof(*order) * ((size_t)set->span_count + 1));
    memset(first, 0, sizeof(*first) * ((size_t)resources + 2));
    for (uint32_t i = 0; i < set->span_count; i++)
        first[set->spans[i].resource + 2]++;
    for (int r = 0; r < resources; r++)
        first[r + 2] += first[r + 1];
    for (uint32_t i = 0; i < set->span_count; i++)
        order[first[set->spans[i].resource + 1]++] = i;
    return order;
}

static void add_resource(struct json *json, const struct result *result, int resource,
                         const char *version, const uint32_t *spans, uint32_t count)
{
    json_open_object(json, NULL, JSON_LINES);
    json_open_object(json, "resource", JSON_LINES);
    json_open_array(json, "attributes", JSON_LINES);
    add_text(json, "service.name", result->scenario->resources[resource].name);
    add_text(json, "service.namespace", result->scenario->name);
    json_close(json);
    json_close(json);
    json_open_array(json, "scopeSpans", JSON_LINES);
    json_open_object(json, NULL, JSON_LINES);
    json_open_object(json, "scope", JSON_INLINE);
    json_add_text(json, "name", "tepid");
    json_add_text(json, "version", version);
    json_close(json);
    json_open_array(json, "spans", JSON_LINES);
    for (uint32_t i = 0; i < count; i++)
        add_span(json, result, &result->traces->spans[spans[i]]);
    json_close(json);
    json_close(json);
    json_close(json);
    json_close(json);
}

void traces_write_otlp(const struct result *result, const char *version, struct text *out)
{
    int resources = result->scenario->resource_count;
    uint32_t *first = mem_resize(NULL, sizeof(*first) * ((size_t)resources + 2));
    uint32_t *order = by_resource(result, first);
    struct json json;
    json_begin(&json, out);
    json_open_object(&json, NULL, JSON_LINES);
    json_open_array(&json, "resourceSpans", JSON_LINES);
    for (int r = 0; r < resources; r++)
        if (first[r + 1] > first[r])
            add_resource(&json, result, r, version, order + first[r], first[r + 1] - first[r]);
    json_close(&json);
    json_close(&json);
    json_end(&json);
    mem_free(order);
    mem_free(first);
}
