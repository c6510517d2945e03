/* test_traces.c - traces as files: columns, and JSON that other tools will take; read back with another library. */
#include "report/traces.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "report/text.h"
#include "run/run.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

static const char text[] =
    "local db = external 'db,x' { latency = exponential '8ms', errors = 0.2 }\n"
    "local q = queue 'q' { consumer = F('late', { handler = function(r) r:records(function(m) "
    "m:cpu '2ms' end) end }) }\n"
    "local f = F('f', { keep_alive = '2s', instance_concurrency = 3, handler = function(r)\n"
    "  r:all { function(b) b:cpu '2ms' b:call(db) end, function(b) b:wait '3ms' end }\n"
    "  r:maybe(0.3, function(b) b:send(q) end) end })\n"
    "local web = http_api 'web' { ['GET /a'] = f }\n"
    "traffic 't,1' { to = web 'GET /a', rate = '50/s' }\n"
    "simulate { duration = '10s' }";

struct traced {
    struct play stage;
    struct result *result;
};

static struct traced trace(void)
{
    struct traced traced = {.stage = stage_load(text)};
    struct trace_ask ask = {.requests = 50, .from = SIM_NEVER};
    struct run_options options = {
        .jobs = 1,
        .limits = {.max_wall = SIM_NEVER, .max_events = UINT64_MAX, .max_memory = INT64_MAX},
        .traces = &ask};
    struct run_item item = {traced.stage.scenario, NULL};
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(run_all(&item, 1, &options, &traced.result, &err));
    CU_ASSERT_TRUE_FATAL(traced.result->traces != NULL &&
                         traced.result->traces->request_count == 50);
    return traced;
}

static void end(struct traced *traced)
{
    result_free(traced->result);
    stage_end(&traced->stage);
}

static cJSON *parse(const struct text *out)
{
    cJSON *json = cJSON_Parse(out->data);
    CU_ASSERT_PTR_NOT_NULL_FATAL(json);
    return json;
}

static const char *string_of(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    CU_ASSERT_TRUE_FATAL(cJSON_IsString(item));
    return item->valuestring;
}

static double number_of(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    CU_ASSERT_TRUE_FATAL(cJSON_IsNumber(item));
    return item->valuedouble;
}

/* The section TRACES of a run's summary; the caller frees it. */
static char *section_of(const char *scenario)
{
    struct play stage = stage_load(scenario);
    struct trace_ask ask = {.requests = 3, .from = SIM_NEVER};
    struct run_options options = {
        .jobs = 1,
        .limits = {.max_wall = SIM_NEVER, .max_events = UINT64_MAX, .max_memory = INT64_MAX},
        .traces = &ask};
    struct run_item item = {stage.scenario, NULL};
    struct text_options plain = {.width = 100, .folder = "x"};
    struct result *result;
    struct text out = {0};
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(run_all(&item, 1, &options, &result, &err));
    text_write_run(result, &plain, &out);
    char *found = strstr(out.data, "TRACES  the slowest of 3");
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    CU_ASSERT_PTR_NOT_NULL(strstr(found, "traces.otlp.json"));
    *strstr(found, "\n\n") = '\0';
    found = strdup(found);
    text_free(&out);
    result_free(result);
    stage_end(&stage);
    return found;
}

/* 150 ms are a wait of f, then 300 the slower of two branches; the queue's message is not waited for. */
static void test_the_summary_says_where_the_slowest_spent_most(void)
{
    char *section = section_of(
        "local slow = external 'slow' { latency = '300ms' }\n"
        "local q = queue 'q' { consumer = F('late', { handler = function(r) r:wait '9s' end }), visibility = '9min' }\n"
        "local f = F('f', { init = '0ms', first_run = '0ms', handler = function(r) r:send(q) r:wait '150ms'\n"
        "  r:all { function(b) b:call(slow) end, function(b) b:wait '250ms' end } end })\n"
        "once('t', f, '1s', 3) simulate { duration = '9s' }");
    const char *row = strstr(section, "slow call 6");
    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    CU_ASSERT_PTR_NOT_NULL(strstr(row, ", f wait 3"));
    CU_ASSERT_PTR_NULL(strstr(section, "late"));
    free(section);
}

/* The caller gives up after 1 s of 5: that second is the function's, not the caller's own. */
static void test_a_call_given_up_was_waited_for(void)
{
    char *section = section_of(
        "local f = F('f', { init = '0ms', first_run = '0ms', handler = function(r) r:wait '5s' end })\n"
        "traffic 't' { to = f, rate = '1/s', timeout = '1s' } simulate { duration = '9s' }");
    CU_ASSERT_PTR_NOT_NULL(strstr(section, "f wait 100%"));
    free(section);
}

static void test_csv_has_a_row_per_span(void)
{
    struct traced traced = trace();
    struct text out = {0};
    static const char head[] =
        "request_id,span_id,parent_id,resource,op,start_s,duration_ms,wait_ms,cold,outcome,line,";
    traces_write_csv(traced.result, &out);
    CU_ASSERT_EQUAL(strncmp(out.data, head, sizeof head - 1), 0);
    uint32_t lines = 0;
    for (const char *at = out.data; *at != '\0'; at++)
        lines += *at == '\n';
    CU_ASSERT_EQUAL(lines, traced.result->traces->span_count + 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "\"t,1-"));
    CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "\"db,x\",call,"));
    text_free(&out);
    end(&traced);
}

/* Slices of one thread lie within each other or beside each other, and come in the order of their start. */
struct open_slices {
    double pid, tid, ends[32];
    int depth;
};

static void check_slice(const cJSON *event, struct open_slices *threads, int *count)
{
    double pid = number_of(event, "pid"), tid = number_of(event, "tid");
    double start = number_of(event, "ts"), stop = start + number_of(event, "dur");
    int at = 0;
    while (at < *count && (threads[at].pid != pid || threads[at].tid != tid))
        at++;
    CU_ASSERT_TRUE_FATAL(at < 64);
    if (at == *count)
        threads[(*count)++] = (struct open_slices){.pid = pid, .tid = tid};
    struct open_slices *thread = &threads[at];
    while (thread->depth > 0 && thread->ends[thread->depth - 1] <= start + 1e-4)
        thread->depth--;
    CU_ASSERT_TRUE(thread->depth == 0 || stop <= thread->ends[thread->depth - 1] + 1e-4);
    CU_ASSERT_TRUE_FATAL(thread->depth < 32);
    thread->ends[thread->depth++] = stop;
}

static int by_start(const void *a, const void *b)
{
    double x = number_of(*(cJSON *const *)a, "ts"), y = number_of(*(cJSON *const *)b, "ts");
    double p = number_of(*(cJSON *const *)a, "dur"), q = number_of(*(cJSON *const *)b, "dur");
    return x != y ? (x < y ? -1 : 1) : p > q ? -1 : p < q;
}

static void test_chrome_slices_nest_and_async_events_pair(void)
{
    struct traced traced = trace();
    struct text out = {0};
    static struct open_slices threads[64];
    int thread_count = 0, slices = 0, begun = 0, ended = 0, requests = 0, names = 0;
    traces_write_chrome(traced.result, &out);
    cJSON *json = parse(&out);
    const cJSON *events = cJSON_GetObjectItemCaseSensitive(json, "traceEvents"), *event;
    const cJSON **sorted = calloc((size_t)cJSON_GetArraySize(events) + 1, sizeof(cJSON *));
    cJSON_ArrayForEach(event, events)
    {
        const char *phase = string_of(event, "ph");
        (void)string_of(event, "name");
        (void)number_of(event, "pid");
        names += *phase == 'M';
        begun += *phase == 'b';
        ended += *phase == 'e';
        requests += *phase == 'b' && strcmp(string_of(event, "cat"), "request") == 0;
        if (*phase == 'X')
            sorted[slices++] = event;
        if (*phase == 'b' || *phase == 'e')
            CU_ASSERT_EQUAL(strncmp(string_of(event, "id"), "0x", 2), 0);
    }
    qsort(sorted, (size_t)slices, sizeof(*sorted), by_start);
    for (int i = 0; i < slices; i++)
        check_slice(sorted[i], threads, &thread_count);
    CU_ASSERT_EQUAL((uint32_t)(slices + begun), traced.result->traces->span_count);
    CU_ASSERT_EQUAL(begun, ended);
    CU_ASSERT_EQUAL(requests, 50);
    CU_ASSERT_TRUE(slices > 50 && thread_count > 1 &&
                   names >= traced.stage.scenario->resource_count);
    free(sorted);
    cJSON_Delete(json);
    text_free(&out);
    end(&traced);
}

static bool is_id(const char *id, size_t length)
{
    bool zero = true;
    for (const char *at = id; *at != '\0'; at++) {
        if (strchr("0123456789abcdef", *at) == NULL)
            return false;
        zero = zero && *at == '0';
    }
    return strlen(id) == length && !zero;
}

static void check_otlp_span(const cJSON *span, const char **ids, int *count)
{
    CU_ASSERT_TRUE(is_id(string_of(span, "traceId"), 32));
    CU_ASSERT_TRUE(is_id(string_of(span, "spanId"), 16));
    const cJSON *parent = cJSON_GetObjectItemCaseSensitive(span, "parentSpanId");
    if (parent != NULL)
        CU_ASSERT_TRUE(is_id(parent->valuestring, 16));
    ids[(*count)++] = string_of(span, "spanId");
    long long start = atoll(string_of(span, "startTimeUnixNano"));
    CU_ASSERT_TRUE(start >= 0 && atoll(string_of(span, "endTimeUnixNano")) >= start);
    CU_ASSERT_TRUE(number_of(span, "kind") >= 1 && number_of(span, "kind") <= 5);
    (void)string_of(span, "name");
    const cJSON *attribute;
    cJSON_ArrayForEach(attribute, cJSON_GetObjectItemCaseSensitive(span, "attributes"))
    {
        (void)string_of(attribute, "key");
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(attribute, "value");
        CU_ASSERT_EQUAL(cJSON_GetArraySize(value), 1);
        if (cJSON_GetObjectItemCaseSensitive(value, "intValue") != NULL)
            (void)string_of(value, "intValue"); /* 64 bits travel as text */
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void test_otlp_is_what_the_protocol_wants(void)
{
    struct traced traced = trace();
    struct text out = {0};
    traces_write_otlp(traced.result, "1.2.3", &out);
    cJSON *json = parse(&out);
    const cJSON *resource, *span;
    const char **ids = calloc(traced.result->traces->span_count + 1, sizeof(*ids));
    int count = 0;
    cJSON_ArrayForEach(resource, cJSON_GetObjectItemCaseSensitive(json, "resourceSpans"))
    {
        const cJSON *attributes = cJSON_GetObjectItemCaseSensitive(
            cJSON_GetObjectItemCaseSensitive(resource, "resource"), "attributes");
        CU_ASSERT_STRING_EQUAL(string_of(cJSON_GetArrayItem(attributes, 0), "key"), "service.name");
        const cJSON *scope =
            cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(resource, "scopeSpans"), 0);
        CU_ASSERT_STRING_EQUAL(
            string_of(cJSON_GetObjectItemCaseSensitive(scope, "scope"), "version"), "1.2.3");
        cJSON_ArrayForEach(span, cJSON_GetObjectItemCaseSensitive(scope, "spans"))
            check_otlp_span(span, ids, &count);
    }
    CU_ASSERT_EQUAL_FATAL((uint32_t)count, traced.result->traces->span_count);
    qsort(ids, (size_t)count, sizeof(*ids), by_text);
    for (int i = 1; i < count; i++)
        CU_ASSERT_STRING_NOT_EQUAL(ids[i], ids[i - 1]);
    /* Every parent is there. */
    cJSON_ArrayForEach(resource, cJSON_GetObjectItemCaseSensitive(json, "resourceSpans"))
    {
        const cJSON *scope =
            cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(resource, "scopeSpans"), 0);
        cJSON_ArrayForEach(span, cJSON_GetObjectItemCaseSensitive(scope, "spans"))
        {
            const cJSON *parent = cJSON_GetObjectItemCaseSensitive(span, "parentSpanId");
            if (parent != NULL)
                CU_ASSERT_PTR_NOT_NULL(
                    bsearch(&parent->valuestring, ids, (size_t)count, sizeof(*ids), by_text));
        }
    }
    free(ids);
    cJSON_Delete(json);
    text_free(&out);
    end(&traced);
}

CU_TestInfo suite_traces[] = {
    TEST(test_the_summary_says_where_the_slowest_spent_most),
    TEST(test_a_call_given_up_was_waited_for),
    TEST(test_csv_has_a_row_per_span),
    TEST(test_chrome_slices_nest_and_async_events_pair),
    TEST(test_otlp_is_what_the_protocol_wants),
    CU_TEST_INFO_NULL,
};
