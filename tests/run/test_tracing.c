/* test_tracing.c - what single requests did: which are picked, how their spans fit together, and why the failed ones failed. */
#include "run/tracing.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "run/run.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

struct traced {
    struct play stage;
    struct result *result;
    const struct trace_set *set; /* of the result */
};

static struct result *run(const struct play *stage, int64_t requests, int jobs)
{
    struct trace_ask ask = {.requests = requests, .from = SIM_NEVER};
    struct run_options options = {
        .jobs = jobs,
        .limits = {.max_wall = SIM_NEVER, .max_events = UINT64_MAX, .max_memory = INT64_MAX},
        .traces = requests > 0 ? &ask : NULL};
    struct run_item item = {stage->scenario, NULL};
    struct result *result = NULL;
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(run_all(&item, 1, &options, &result, &err));
    return result;
}

static struct traced trace(const char *text, int64_t requests)
{
    struct traced traced = {.stage = stage_load(text)};
    traced.result = run(&traced.stage, requests, 1);
    traced.set = traced.result->traces;
    CU_ASSERT_PTR_NOT_NULL_FATAL(traced.set);
    return traced;
}

static void end(struct traced *traced)
{
    result_free(traced->result);
    stage_end(&traced->stage);
}

static const struct trace_span *span_at(const struct traced *traced, uint32_t request, int index)
{
    return &traced->set->spans[traced->set->requests[request].first_span + (uint32_t)index];
}

/* The only span of a request with this operation. */
static const struct trace_span *find(const struct traced *traced, uint32_t request, const char *op)
{
    const struct trace_span *found = NULL;
    for (uint32_t i = 0; i < traced->set->requests[request].span_count; i++) {
        const struct trace_span *span = span_at(traced, request, (int)i);
        if (strcmp(span->op, op) != 0)
            continue;
        CU_ASSERT_PTR_NULL(found);
        found = span;
    }
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    return found;
}

static const char *name_of(const struct traced *traced, const struct trace_span *span)
{
    return traced->stage.scenario->resources[span->resource].name;
}

static sim_time end_of(const struct trace_span *span)
{
    return span->start + span->duration;
}

/* What the run says, in base units: "f", METRIC_REQUESTS. */
static double value_of(const struct traced *traced, const char *node, enum metric_id metric,
                       enum stat_kind stat)
{
    double value = NAN;
    int index = result_find_node(traced->result, node);
    CU_ASSERT_TRUE(result_value(traced->result, index, metric, (struct statistic){.kind = stat},
                                &value, NULL));
    return value;
}

/* -- two passes, one run --------------------------------------------------------------------------- */

static const char busy_text[] =
    "local db = external 'db' { latency = exponential '8ms', limit = '40/s', errors = 0.02 }\n"
    "local q = queue 'q' { consumer = F('late', { handler = function(r) r:records(function(m) "
    "m:cpu '2ms' end) end }) }\n"
    "local f = F('f', { keep_alive = '2s', handler = function(r)\n"
    "  r:cpu(uniform('1ms', '9ms'))\n"
    "  r:try(function(b) b:call(db) end, { timeout = '30ms', retries = 2 })\n"
    "  r:maybe(0.3, function(b) b:send(q) end) end })\n"
    "local web = http_api 'web' { ['GET /a'] = f }\n"
    "traffic 't' { to = web 'GET /a', rate = '50/s' }\n"
    "traffic 'u' { to = f, clients = 3, think = exponential '200ms', timeout = '40ms', "
    "retry = { retries = 1 } }\n"
    "simulate { duration = '20s', warmup = '4s', reps = 2 }";

static bool same_number(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static void test_results_are_the_same_with_and_without_traces(void)
{
    struct traced with = trace(busy_text, 100);
    struct result *without = run(&with.stage, 0, 1);
    CU_ASSERT_PTR_NULL(without->traces);
    CU_ASSERT_EQUAL(with.result->fingerprint, without->fingerprint);
    CU_ASSERT_EQUAL(with.result->events, without->events);
    CU_ASSERT_EQUAL_FATAL(with.result->row_count, without->row_count);
    for (int i = 0; i < without->row_count; i++)
        CU_ASSERT_TRUE(same_number(with.result->rows[i].value, without->rows[i].value));
    result_free(without);
    end(&with);
}

static bool same_spans(const struct trace_set *a, const struct trace_set *b)
{
    bool same = a->request_count == b->request_count && a->span_count == b->span_count;
    for (uint32_t i = 0; same && i < a->span_count; i++) {
        const struct trace_span *x = &a->spans[i], *y = &b->spans[i];
        same = x->request == y->request && x->span_id == y->span_id &&
               x->parent_id == y->parent_id && x->resource == y->resource &&
               strcmp(x->op, y->op) == 0 && x->start == y->start && x->duration == y->duration &&
               x->wait == y->wait && x->cold == y->cold && x->outcome == y->outcome &&
               x->line == y->line && x->instance == y->instance && x->async == y->async;
    }
    return same;
}

static void test_traces_do_not_depend_on_the_number_of_threads(void)
{
    struct traced one = trace(busy_text, 60);
    struct result *two = run(&one.stage, 60, 3);
    CU_ASSERT_TRUE(same_spans(one.set, two->traces));
    CU_ASSERT_EQUAL(one.set->request_count, 60);
    result_free(two);
    end(&one);
}

/* Parents before children, by start; a child lies within its parent unless that did not wait for it. */
static void test_spans_lie_within_their_parents(void)
{
    struct traced traced = trace(busy_text, 400);
    uint32_t calls = 0, messages = 0;
    for (uint32_t i = 0; i < traced.set->request_count; i++) {
        const struct trace_request *request = &traced.set->requests[i];
        const struct trace_span *root = span_at(&traced, i, 0);
        CU_ASSERT_EQUAL(root->parent_id, 0);
        CU_ASSERT_TRUE(root->start == request->start && root->duration == request->latency &&
                       root->outcome == request->outcome && root->resource == request->source);
        for (uint32_t j = 1; j < request->span_count; j++) {
            const struct trace_span *span = span_at(&traced, i, (int)j);
            CU_ASSERT_TRUE_FATAL(span->parent_id >= 1 && span->parent_id < span->span_id);
            CU_ASSERT_EQUAL(span->span_id, j + 1);
            CU_ASSERT_TRUE(span->start >= span[-1].start);
            const struct trace_span *parent = span_at(&traced, i, (int)span->parent_id - 1);
            CU_ASSERT_TRUE(span->start >= parent->start);
            CU_ASSERT_TRUE(span->async || end_of(span) <= end_of(parent));
            CU_ASSERT_TRUE(span->wait >= 0 && span->wait <= span->duration);
            calls += !span->async && !span->work;
            messages += strcmp(span->op, "message") == 0;
        }
    }
    CU_ASSERT_TRUE(calls > 400 && messages > 20);
    end(&traced);
}

/* -- times ---------------------------------------------------------------------------------------------- */

/* What a handler does one after another fills its invocation: the wait for its init, then its spans end to end. */
static void test_a_serial_handler_is_filled_by_its_spans(void)
{
    struct traced traced =
        trace("local db = external 'db' { latency = exponential '5ms' }\n"
              "local f = F('f', { first_run = '7ms', handler = function(r)\n"
              "  r:cpu(exponential '3ms') r:wait '2ms'\n"
              "  r:each(3, function(b) b:call(db) b:cpu '1ms' end) end })\n"
              "traffic 't' { to = f, rate = '20/s', stop = '9s' } simulate { duration = '10s' }",
              1000);
    uint32_t invocations = 0, cold = 0;
    for (uint32_t i = 0; i < traced.set->request_count; i++) {
        const struct trace_span *call = span_at(&traced, i, 1);
        CU_ASSERT_STRING_EQUAL(name_of(&traced, call), "f");
        CU_ASSERT_EQUAL(call->duration, traced.set->requests[i].latency);
        sim_time at = call->start + call->wait;
        for (uint32_t j = 2; j < traced.set->requests[i].span_count; j++) {
            const struct trace_span *span = span_at(&traced, i, (int)j);
            CU_ASSERT_EQUAL(span->parent_id, call->span_id);
            CU_ASSERT_EQUAL(span->start, at);
            CU_ASSERT_EQUAL(span->cold, false);
            at = end_of(span);
        }
        CU_ASSERT_EQUAL(at, end_of(call));
        CU_ASSERT_EQUAL(call->wait, call->cold ? 100 * SIM_MS : 0);
        CU_ASSERT_EQUAL(traced.set->requests[i].cold, call->cold);
        invocations++;
        cold += call->cold;
    }
    CU_ASSERT_EQUAL((double)invocations, value_of(&traced, "f", METRIC_REQUESTS, STAT_SUM));
    CU_ASSERT_TRUE(cold >= 1 && cold < invocations);
    end(&traced);
}

/* Every request traced: what the spans of a kind add up to is what the run says of the stage. */
static void test_spans_sum_to_the_stages_of_the_run(void)
{
    struct traced traced =
        trace("local db = external 'db' { latency = exponential '5ms', errors = 0.3 }\n"
              "local f = F('f', { handler = function(r) r:cpu(exponential '3ms')\n"
              "  r:try(function(b) b:call(db) b:wait '2ms' end, { retries = 3, backoff = "
              "expo('10ms', { jitter = 'full' }) }) end })\n"
              "traffic 't' { to = f, rate = '20/s', stop = '9s' } simulate { duration = '10s' }",
              1000);
    static const struct {
        const char *op;
        enum metric_id metric;
    } kinds[] = {
        {"cpu", METRIC_STAGE_RUN}, {"wait", METRIC_STAGE_WAIT}, {"backoff", METRIC_STAGE_BACKOFF}};
    double requests = value_of(&traced, "t", METRIC_REQUESTS, STAT_SUM);
    CU_ASSERT_EQUAL((double)traced.set->request_count, requests);
    for (size_t k = 0; k < COUNTOF(kinds); k++) {
        double sum = 0;
        for (uint32_t i = 0; i < traced.set->span_count; i++)
            if (strcmp(traced.set->spans[i].op, kinds[k].op) == 0)
                sum += (double)traced.set->spans[i].duration;
        double mean = value_of(&traced, "t", kinds[k].metric, STAT_MEAN);
        CU_ASSERT_TRUE(mean > 0.5e6);
        CU_ASSERT_DOUBLE_EQUAL(sum / requests, mean, 1e-9 * mean);
    }
    end(&traced);
}

static void test_spans_name_their_lines(void)
{
    struct traced traced = trace("local g = F('g', { handler = function(r) r:wait '2ms' end })\n"
                                 "local f = F('f', { handler = function(r)\n"
                                 "  r:cpu '1ms'\n"
                                 "  r:call(g)\n"
                                 "end })\n"
                                 "once('t', f, '1s') simulate { duration = '10s' }",
                                 1);
    const int32_t prelude = find(&traced, 0, "wait")->line - 1; /* lines before the text */
    CU_ASSERT_TRUE(prelude > 0);
    CU_ASSERT_EQUAL(find(&traced, 0, "cpu")->line, prelude + 3);
    CU_ASSERT_EQUAL(span_at(&traced, 0, 3)->line, prelude + 4);
    CU_ASSERT_STRING_EQUAL(name_of(&traced, span_at(&traced, 0, 3)), "g");
    end(&traced);
}

/* -- which requests ------------------------------------------------------------------------------------------ */

static void test_the_slowest_request_is_the_slowest_of_the_run(void)
{
    struct traced traced = trace(busy_text, 8);
    int64_t longest = 0;
    uint32_t slowest = 0;
    for (uint32_t i = 0; i < traced.set->request_count; i++) {
        const struct trace_request *request = &traced.set->requests[i];
        slowest += request->reason == TRACE_SLOWEST;
        if (request->reason == TRACE_SLOWEST && request->latency > longest)
            longest = request->latency;
    }
    CU_ASSERT_EQUAL(slowest, 2); /* a quarter */
    /* One replication: the result of two merges both. */
    traced.stage.scenario->simulate.reps = 1;
    result_free(traced.result);
    traced.result = run(&traced.stage, 0, 1);
    CU_ASSERT_EQUAL((double)longest, value_of(&traced, "*", METRIC_LATENCY, STAT_MAX));
    end(&traced);
}

static void test_each_reason_has_its_share(void)
{
    struct traced traced = trace(busy_text, 40);
    int count[TRACE_REASONS] = {0};
    int64_t slow = INT64_MAX;
    for (uint32_t i = 0; i < traced.set->request_count; i++) {
        const struct trace_request *request = &traced.set->requests[i];
        count[request->reason]++;
        CU_ASSERT_TRUE(request->start >= 4 * SIM_SECOND); /* of the measured interval */
        if (request->reason == TRACE_SLOWEST && request->latency < slow)
            slow = request->latency;
    }
    for (uint32_t i = 0; i < traced.set->request_count; i++) {
        const struct trace_request *request = &traced.set->requests[i];
        if (request->reason == TRACE_FAILED)
            CU_ASSERT_NOT_EQUAL(request->outcome, OUTCOME_OK);
        if (request->reason == TRACE_COLD)
            CU_ASSERT_TRUE(request->cold);
        if (request->reason != TRACE_SLOWEST)
            CU_ASSERT_TRUE(request->latency <= slow);
    }
    /* Some cold ones are among the slowest; what they leave others take. */
    CU_ASSERT_TRUE(count[TRACE_SLOWEST] >= 10 && count[TRACE_FAILED] >= 10 &&
                   count[TRACE_RANDOM] >= 10);
    CU_ASSERT_TRUE(count[TRACE_COLD] > 0);
    CU_ASSERT_EQUAL(traced.set->request_count, 40);
    end(&traced);
}

/* Random ones come from all over the run: no eighth of it is left out. */
static void test_random_requests_are_spread_over_the_run(void)
{
    struct traced traced = trace("local f = F('f', { handler = function(r) r:cpu '1ms' end })\n"
                                 "traffic 't' { to = f, rate = '100/s' }\n"
                                 "simulate { duration = '40s', warmup = '8s' }",
                                 64);
    int eighths[8] = {0};
    for (uint32_t i = 0; i < traced.set->request_count; i++)
        if (traced.set->requests[i].reason == TRACE_RANDOM)
            eighths[(traced.set->requests[i].start - 8 * SIM_SECOND) / (4 * SIM_SECOND)]++;
    for (int i = 0; i < 8; i++)
        CU_ASSERT_TRUE(eighths[i] >= 2);
    end(&traced);
}

static void test_a_cell_of_the_heat_map_gives_its_requests(void)
{
    struct play stage = stage_load(busy_text);
    struct trace_ask all = {
        .requests = 2000, .from = 0, .to = 20 * SIM_SECOND, .latency_max = SIM_NEVER};
    struct trace_ask cell = {.requests = 2000,
                             .from = 6 * SIM_SECOND,
                             .to = 7 * SIM_SECOND,
                             .latency_min = 5 * SIM_MS,
                             .latency_max = 15 * SIM_MS};
    struct trace_set *every = trace_find(stage.scenario, 0, &all, NULL);
    struct trace_set *some = trace_find(stage.scenario, 0, &cell, NULL);
    uint32_t expected = 0;
    for (uint32_t i = 0; i < every->request_count; i++) {
        const struct trace_request *request = &every->requests[i];
        sim_time answered = request->start + request->latency;
        expected += answered >= cell.from && answered < cell.to &&
                    request->latency >= cell.latency_min && request->latency < cell.latency_max;
    }
    CU_ASSERT_TRUE(expected > 3);
    CU_ASSERT_EQUAL(some->request_count, expected);
    for (uint32_t i = 0; i < some->request_count; i++)
        CU_ASSERT_EQUAL(some->requests[i].reason, TRACE_ASKED);
    trace_set_free(every);
    trace_set_free(some);
    stage_end(&stage);
}

static void test_nothing_found_is_an_empty_set_and_stop_is_none(void)
{
    struct play stage = stage_load(busy_text);
    struct trace_ask cell = {
        .requests = 5, .from = SIM_SECOND, .to = SIM_SECOND, .latency_max = SIM_NEVER};
    _Atomic int stop = 0;
    struct trace_set *none = trace_find(stage.scenario, 0, &cell, &stop);
    CU_ASSERT_PTR_NOT_NULL_FATAL(none);
    CU_ASSERT_EQUAL(none->request_count, 0);
    trace_set_free(none);
    cell.to = 9 * SIM_SECOND;
    stop = 1;
    CU_ASSERT_PTR_NULL(trace_find(stage.scenario, 0, &cell, &stop));
    stage_end(&stage);
}

/* -- shapes ----------------------------------------------------------------------------------------------------- */

/* request > send > message > receive > cpu: each below the one that caused it. */
static void test_messages_hang_below_what_sent_them(void)
{
    struct traced traced = trace(
        "local w = F('w', { handler = function(r) r:records(function(m) m:cpu '4ms' end) end })\n"
        "local q = queue 'q' { consumer = w, delay = '3s' }\n"
        "local f = F('f', { handler = function(r) r:cpu '1ms' r:send(q) end })\n"
        "once('t', f, '1s') simulate { duration = '20s' }",
        1);
    const struct trace_span *send = find(&traced, 0, "send"),
                            *message = find(&traced, 0, "message"),
                            *receive = find(&traced, 0, "receive");
    CU_ASSERT_STRING_EQUAL(name_of(&traced, send), "q");
    CU_ASSERT_EQUAL(message->parent_id, send->span_id);
    CU_ASSERT_STRING_EQUAL(name_of(&traced, message), "q");
    CU_ASSERT_EQUAL(message->start, end_of(send));
    CU_ASSERT_TRUE(message->async && message->duration >= 3 * SIM_SECOND);
    CU_ASSERT_EQUAL(receive->parent_id, message->span_id);
    CU_ASSERT_STRING_EQUAL(name_of(&traced, receive), "w");
    CU_ASSERT_EQUAL(receive->start, end_of(message));
    CU_ASSERT_TRUE(receive->async && receive->cold);
    const struct trace_span *work =
        span_at(&traced, 0, (int)traced.set->requests[0].span_count - 1);
    CU_ASSERT_EQUAL(work->parent_id, receive->span_id);
    CU_ASSERT_EQUAL(work->duration, 4 * SIM_MS);
    CU_ASSERT_EQUAL(end_of(work), end_of(receive));
    end(&traced);
}

/* A message that fails twice is received three times; each receive hangs below its message, which hangs below the one before. */
static void test_redeliveries_and_dead_letters_are_a_chain(void)
{
    struct traced traced =
        trace("local q = queue 'q' { consumer = F('w', { handler = function(r) r:fail() end }),\n"
              "  visibility = '4s', max_receive = 3, dlq = queue 'dead' {} }\n"
              "once('t', q, '1s') simulate { duration = '60s' }",
              1);
    uint32_t received = 0, buried = 0;
    for (uint32_t i = 0; i < traced.set->span_count; i++) {
        const struct trace_span *span = span_at(&traced, 0, (int)i);
        received += strcmp(span->op, "receive") == 0 && span->outcome == OUTCOME_ERROR;
        if (span->unfinished) {
            buried++;
            CU_ASSERT_STRING_EQUAL(name_of(&traced, span), "dead");
            CU_ASSERT_EQUAL(end_of(span), 60 * SIM_SECOND);
        }
    }
    CU_ASSERT_EQUAL(received, 3);
    CU_ASSERT_EQUAL(buried, 1);
    end(&traced);
}

/* Records of one batch that belong to different requests: each sees the batch's invocation, and its own record's work alone. */
static void test_a_batch_shows_in_each_of_its_requests(void)
{
    struct traced traced = trace("local w = F('w', { handler = function(r) r:cpu '1ms'\n"
                                 "  r:records(function(m) m:wait '4ms' end) end })\n"
                                 "local q = queue 'q' { consumer = w, batch = 5, window = '2s' }\n"
                                 "once('t', q, '1s', 5) simulate { duration = '20s' }",
                                 5);
    CU_ASSERT_EQUAL_FATAL(traced.set->request_count, 5);
    sim_time start = find(&traced, 0, "receive")->start;
    for (uint32_t i = 0; i < 5; i++) {
        const struct trace_span *receive = find(&traced, i, "receive"),
                                *wait = find(&traced, i, "wait");
        CU_ASSERT_EQUAL(receive->start, start);
        CU_ASSERT_EQUAL(receive->instance, 0);
        CU_ASSERT_EQUAL(wait->duration, 4 * SIM_MS);
        CU_ASSERT_EQUAL(find(&traced, i, "cpu")->duration, SIM_MS);
        CU_ASSERT_EQUAL(receive->duration, 121 * SIM_MS); /* init, cpu and five records */
    }
    end(&traced);
}

static void test_tries_of_a_client_stand_side_by_side(void)
{
    struct traced traced =
        trace("local x = external 'x' { latency = '50ms' }\n"
              "once('t', x, '1s', 1, { timeout = '20ms', retry = { retries = 2, backoff = "
              "expo('100ms', { jitter = 'none' }) } })\n"
              "simulate { duration = '20s' }",
              1);
    const struct trace_request *request = &traced.set->requests[0];
    sim_time tries[8], pauses[8];
    int try_count = 0, pause_count = 0;
    for (uint32_t i = 1; i < request->span_count; i++) {
        const struct trace_span *span = span_at(&traced, 0, (int)i);
        CU_ASSERT_EQUAL(span->parent_id, 1);
        if (strcmp(span->op, "call") == 0) {
            CU_ASSERT_TRUE(span->async && span->duration == 50 * SIM_MS);
            tries[try_count++] = span->start;
        } else if (strcmp(span->op, "backoff") == 0) {
            pauses[pause_count++] = span->start;
        }
    }
    CU_ASSERT_EQUAL_FATAL(try_count, 3);
    CU_ASSERT_EQUAL_FATAL(pause_count, 2);
    CU_ASSERT_EQUAL(pauses[0], tries[0] + 20 * SIM_MS);
    CU_ASSERT_EQUAL(tries[1], pauses[0] + 100 * SIM_MS);
    CU_ASSERT_EQUAL(tries[2], pauses[1] + 200 * SIM_MS);
    CU_ASSERT_EQUAL(request->latency, 360 * SIM_MS);
    CU_ASSERT_EQUAL(request->cause, TRACE_CAUSE_TIMEOUT_DOWNSTREAM);
    CU_ASSERT_STRING_EQUAL(name_of(&traced, span_at(&traced, 0, request->blame_span)), "x");
    end(&traced);
}

/* The branches of a map are calls of the state machine that overlap; the start is over long before. */
static void test_a_state_machine_maps_below_its_start(void)
{
    struct traced traced = trace(
        "local w = F('w', { handler = function(r) r:cpu '30ms' end })\n"
        "local wf = workflow 'wf' { states = { { wait = '1s' }, { map = { n = 4, max = 2, states = "
        "{ { task = w } } } } } }\n"
        "local f = F('f', { handler = function(r) r:start(wf) end })\n"
        "once('t', f, '1s') simulate { duration = '30s' }",
        1);
    const struct trace_span *start = find(&traced, 0, "start");
    uint32_t tasks = 0, transitions = 0;
    CU_ASSERT_TRUE(start->async && start->duration > SIM_SECOND);
    CU_ASSERT_TRUE(traced.set->requests[0].latency < SIM_SECOND);
    for (uint32_t i = 0; i < traced.set->span_count; i++) {
        const struct trace_span *span = span_at(&traced, 0, (int)i);
        if (strcmp(name_of(&traced, span), "w") == 0 && !span->work) {
            tasks++;
            CU_ASSERT_EQUAL(span->parent_id, start->span_id);
        }
        transitions += strcmp(span->op, "transition") == 0;
    }
    CU_ASSERT_EQUAL(tasks, 4);
    CU_ASSERT_TRUE(transitions >= 5);
    end(&traced);
}

/* Each way a request can set something going: the span of the resource hangs below that of another. */
static void check_chain(const struct traced *traced, const char *resource, const char *op,
                        const char *parent, const char *parent_op)
{
    const struct trace_request *request = &traced->set->requests[0];
    for (uint32_t i = 1; i < request->span_count; i++) {
        const struct trace_span *span = span_at(traced, 0, (int)i);
        const struct trace_span *above = span_at(traced, 0, (int)span->parent_id - 1);
        if (strcmp(name_of(traced, span), resource) == 0 && strcmp(span->op, op) == 0 &&
            strcmp(name_of(traced, above), parent) == 0 && strcmp(above->op, parent_op) == 0)
            return;
    }
    printf("no %s %s below %s %s\n", resource, op, parent, parent_op);
    CU_ASSERT_TRUE(false);
}

static void test_everything_hangs_below_its_cause(void)
{
    struct traced traced = trace(
        "local function C(n) return F(n, { handler = function(r) r:cpu '1ms' end }) end\n"
        "local q = queue 'q' { consumer = C 'rec', batch = 4, window = '1s' }\n"
        "local t = topic 't' { subscribers = { q, C 'sub' } }\n"
        "local b = bus 'b' { rules = { { share = 1, to = C 'ruled' } } }\n"
        "local st = stream 'st' { shards = 2, consumer = C 'shardee', batch = 10 }\n"
        "local db = kv 'db' { stream = { consumer = C 'changes', batch = 5 } }\n"
        "local bk = bucket 'bk' { on_put = C 'putted' }\n"
        "local sink = C 'sink'\n"
        "local wf = workflow 'wf' { kind = 'express', states = { { task = sink } } }\n"
        "local box = service 'box' { vcpu = 1, memory = '2GB', tasks = 2, workers = 4, handler = "
        "function(r) r:cpu '4ms' end }\n"
        "local flaky = F('flaky', { async_retries = 1, dlq = queue 'dead' {}, handler = "
        "function(r) "
        "r:fail() end })\n"
        "local api = F('api', { handler = function(r) r:call(box) r:put(db) r:write(bk) "
        "r:push(st)\n"
        "  r:publish(t) r:emit(b) r:start(wf) r:invoke(flaky) end })\n"
        "local web = rest_api 'web' { ['GET /a'] = { api, authorizer = C 'auth' } }\n"
        "once('users', web 'GET /a', '1s') simulate { duration = '5min' }",
        1);
    static const char *const chains[][4] = {
        {"web", "GET /a", "users", "request"},
        {"auth", "authorize", "web", "GET /a"},
        {"api", "call", "web", "GET /a"},
        {"box", "call", "api", "call"},
        {"box", "cpu", "box", "call"},
        {"db", "message", "db", "put"},
        {"changes", "receive", "db", "message"},
        {"putted", "message", "bk", "write"},
        {"putted", "invoke", "putted", "message"},
        {"st", "message", "st", "push"},
        {"shardee", "receive", "st", "message"},
        {"q", "message", "t", "publish"},
        {"rec", "receive", "q", "message"},
        {"sub", "message", "t", "publish"},
        {"sub", "invoke", "sub", "message"},
        {"ruled", "message", "b", "emit"},
        {"ruled", "invoke", "ruled", "message"},
        {"sink", "call", "wf", "start"},
        {"flaky", "message", "api", "call"},
        {"flaky", "invoke", "flaky", "message"},
        {"dead", "message", "flaky", "message"},
    };
    for (size_t i = 0; i < COUNTOF(chains); i++)
        check_chain(&traced, chains[i][0], chains[i][1], chains[i][2], chains[i][3]);
    CU_ASSERT_EQUAL(traced.set->requests[0].spans_dropped, 0);
    end(&traced);
}

static void test_spans_of_one_request_are_bounded(void)
{
    struct traced traced = trace("local f = F('f', { timeout = '15min', handler = function(r)\n"
                                 "  r:each(9000, function(b) b:wait '1ms' end) end })\n"
                                 "once('t', f, '1s') simulate { duration = '60s' }",
                                 1);
    CU_ASSERT_EQUAL(traced.set->requests[0].span_count, TRACE_SPANS_MAX);
    CU_ASSERT_EQUAL(traced.set->requests[0].spans_dropped, 9002 - TRACE_SPANS_MAX);
    end(&traced);
}

/* -- why a request failed -------------------------------------------------------------------------------------------- */

static void check_cause(const char *text, enum trace_cause cause, const char *who, const char *op,
                        const char *blamed)
{
    struct traced traced = trace(text, 1);
    CU_ASSERT_EQUAL_FATAL(traced.set->request_count, 1);
    const struct trace_request *request = &traced.set->requests[0];
    CU_ASSERT_NOT_EQUAL(request->outcome, OUTCOME_OK);
    CU_ASSERT_EQUAL(request->cause, cause);
    CU_ASSERT_TRUE_FATAL(request->cause_span >= 0);
    const struct trace_span *span = span_at(&traced, 0, request->cause_span);
    CU_ASSERT_STRING_EQUAL(name_of(&traced, span), who);
    CU_ASSERT_STRING_EQUAL(span->op, op);
    if (blamed == NULL) {
        CU_ASSERT_EQUAL(request->blame_span, -1);
    } else {
        CU_ASSERT_TRUE_FATAL(request->blame_span >= 0);
        CU_ASSERT_STRING_EQUAL(name_of(&traced, span_at(&traced, 0, request->blame_span)), blamed);
    }
    end(&traced);
}

#define WEB(handler)                                                                               \
    "local f = F('f', { timeout = '3s', handler = function(r) " handler " end })\n"                \
    "local web = http_api 'web' { ['GET /a'] = f }\n"                                              \
    "once('t', web 'GET /a', '1s') simulate { duration = '60s' }"

static void test_own_timeouts(void)
{
    check_cause(WEB("r:wait '5s'"), TRACE_CAUSE_TIMEOUT, "f", "call", NULL);
    check_cause("local x = external 'x' { latency = '20s' }\n"
                "local g = F('g', { timeout = '1min', handler = function(r) r:call(x) end })\n" WEB(
                    "r:call(g)"),
                TRACE_CAUSE_TIMEOUT_DOWNSTREAM, "f", "call", "x");
    check_cause("local x = external 'x' { latency = '20s' }\n" WEB(
                    "r:try(function(b) b:call(x) end, { timeout = '100ms', retries = 1 })"),
                TRACE_CAUSE_TIMEOUT_DOWNSTREAM, "f", "timeout", "x");
}

static void test_refusals_further_down(void)
{
    check_cause("local g = F('g', { reserved = 0, handler = function(r) r:cpu '1ms' end })\n"
                "local h = F('h', { handler = function(r) r:call(g, { retries = 2 }) end })\n" WEB(
                    "r:cpu '1ms' r:call(h)"),
                TRACE_CAUSE_THROTTLE, "g", "call", NULL);
    check_cause("local x = external 'x' { latency = '2s', concurrency = 1, queue = 0 }\n" WEB(
                    "r:all { function(b) b:call(x) end, function(b) b:wait '1s' b:call(x) end }"),
                TRACE_CAUSE_THROTTLE, "x", "call", NULL);
}

static void test_faults(void)
{
    check_cause("local x = external 'x' { latency = '1ms' }\n"
                "at '0s' { target = x, errors = 1 }\n" WEB("r:call(x) r:wait '1ms'"),
                TRACE_CAUSE_FAULT, "x", "call", NULL);
    check_cause("local g = F('g', { handler = function(r) r:cpu '1ms' end })\n"
                "at '0s' { target = g, errors = 1 }\n" WEB("r:call(g)"),
                TRACE_CAUSE_FAULT, "g", "call", NULL);
}

/* A failure that was caught is no reason; what the handler says itself is. */
static void test_errors_of_the_handler(void)
{
    check_cause("local x = external 'x' { latency = '1ms', errors = 1 }\n" WEB(
                    "r:try(function(b) b:call(x) end, { on_error = function(b) b:wait '1ms' end }) "
                    "r:wait '2ms' r:fail()"),
                TRACE_CAUSE_ERROR, "f", "fail", NULL);
    check_cause("local x = external 'x' { latency = '1ms', errors = 1 }\n" WEB("r:call(x)"),
                TRACE_CAUSE_ERROR, "x", "call", NULL);
    check_cause(WEB("r:cpu '1ms' r:respond(503)"), TRACE_CAUSE_ERROR, "f", "respond", NULL);
}

/* A branch that failed early is why the join failed, though the others took longer. */
static void test_a_failed_branch_is_the_cause_of_its_join(void)
{
    check_cause("local x = external 'x' { latency = '1ms', errors = 1 }\n"
                "local y = external 'y' { latency = '50ms' }\n" WEB(
                    "r:all { function(b) b:call(x) end, function(b) b:call(y) end }"),
                TRACE_CAUSE_ERROR, "x", "call", NULL);
}

CU_TestInfo suite_tracing[] = {
    TEST(test_results_are_the_same_with_and_without_traces),
    TEST(test_traces_do_not_depend_on_the_number_of_threads),
    TEST(test_spans_lie_within_their_parents),
    TEST(test_a_serial_handler_is_filled_by_its_spans),
    TEST(test_spans_sum_to_the_stages_of_the_run),
    TEST(test_spans_name_their_lines),
    TEST(test_the_slowest_request_is_the_slowest_of_the_run),
    TEST(test_each_reason_has_its_share),
    TEST(test_random_requests_are_spread_over_the_run),
    TEST(test_a_cell_of_the_heat_map_gives_its_requests),
    TEST(test_nothing_found_is_an_empty_set_and_stop_is_none),
    TEST(test_messages_hang_below_what_sent_them),
    TEST(test_redeliveries_and_dead_letters_are_a_chain),
    TEST(test_a_batch_shows_in_each_of_its_requests),
    TEST(test_tries_of_a_client_stand_side_by_side),
    TEST(test_a_state_machine_maps_below_its_start),
    TEST(test_everything_hangs_below_its_cause),
    TEST(test_spans_of_one_request_are_bounded),
    TEST(test_own_timeouts),
    TEST(test_refusals_further_down),
    TEST(test_faults),
    TEST(test_errors_of_the_handler),
    TEST(test_a_failed_branch_is_the_cause_of_its_join),
    CU_TEST_INFO_NULL,
};
