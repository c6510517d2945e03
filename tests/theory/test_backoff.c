/* test_backoff.c - retries against published and exact results: the jitter table, hedging, quotas, amplification. */
#include <math.h>
#include <stdio.h>

#include "core/arena.h"
#include "model/retry.h"
#include "tests/suite.h"
#include "tests/theory/lab.h"

/* -- the jitter table -----------------------------------------------------------------------------
 *
 * "Exponential Backoff And Jitter" (Brooker, AWS 2015) and its simulator: n clients contend with optimistic concurrency
 * control for one row. A client reads the version, writes with it, and if another was faster waits and starts over; it is
 * done after one write that succeeds. Every message takes |Normal(10, 2)| ms. Before retry k = 1, 2 ... it waits what the policy says
 * for min(cap, base 2^k), base 5 ms, cap 2 s. Counted are all writes. The reference columns are 40 trials each of the
 * published program; ours are 200 with backoff_delay. */
enum { CLIENTS_MAX = 190, TRIALS = 200 };

enum step { READ_AT_SERVER, VERSION_AT_CLIENT, WRITE_AT_SERVER, RESULT_AT_CLIENT };

struct note {
    sim_time when;
    int client;
    enum step step;
    int version;
    bool ok;
};

/* Few notes are under way at once (one a client): the earliest is found by looking at all. */
struct contest {
    struct note notes[CLIENTS_MAX];
    bool live[CLIENTS_MAX];
    int attempt[CLIENTS_MAX];
    sim_time previous[CLIENTS_MAX];
    uint64_t draws, key;
    int clients, version, writes;
    sim_time done;
};

static struct draw next_draw(struct contest *contest)
{
    return draw_of(stream_at(contest->key, contest->draws++), 0);
}

static sim_time network(struct contest *contest)
{
    struct draw draw = next_draw(contest);
    return (sim_time)(fabs(10 + 2 * draw_normal(&draw)) * 1e6);
}

static void send(struct contest *contest, struct note note, sim_time pause)
{
    note.when += pause + network(contest);
    contest->notes[note.client] = note;
    contest->live[note.client] = true;
}

/* jitter < 0: no delay at all. */
static sim_time pause_of(struct contest *contest, int client, int jitter)
{
    if (jitter < 0)
        return 0;
    struct backoff backoff = {5 * SIM_MS, 2 * SIM_SECOND, (enum jitter)jitter};
    contest->previous[client] = backoff_delay(&backoff, ++contest->attempt[client],
                                              contest->previous[client], next_draw(contest));
    return contest->previous[client];
}

static void step(struct contest *contest, struct note note, int jitter)
{
    switch (note.step) {
    case READ_AT_SERVER:
        note.version = contest->version;
        note.step = VERSION_AT_CLIENT;
        send(contest, note, 0);
        return;
    case VERSION_AT_CLIENT:
        note.step = WRITE_AT_SERVER;
        send(contest, note, 0);
        return;
    case WRITE_AT_SERVER:
        contest->writes++;
        note.ok = note.version == contest->version;
        contest->version += note.ok;
        note.step = RESULT_AT_CLIENT;
        send(contest, note, 0);
        return;
    case RESULT_AT_CLIENT:
        contest->live[note.client] = false;
        contest->done = note.when;
        note.step = READ_AT_SERVER;
        if (!note.ok)
            send(contest, note, pause_of(contest, note.client, jitter));
        return;
    }
}

static void play(struct contest *contest, int clients, int jitter, uint64_t trial)
{
    *contest = (struct contest){.clients = clients, .key = stream_at(7, trial)};
    for (int i = 0; i < clients; i++)
        send(contest, (struct note){.client = i, .step = READ_AT_SERVER}, 0);
    for (;;) {
        int first = -1;
        for (int i = 0; i < clients; i++)
            if (contest->live[i] &&
                (first < 0 || contest->notes[i].when < contest->notes[first].when))
                first = i;
        if (first < 0)
            return;
        step(contest, contest->notes[first], jitter);
    }
}

static void test_the_published_jitter_table(void)
{
    static const struct {
        int clients, jitter;
        double writes, completion_ms;
    } rows[] = {
        {50, -1, 689, 1146},
        {50, JITTER_NONE, 628, 36379},
        {50, JITTER_EQUAL, 348, 4243},
        {50, JITTER_FULL, 332, 2760},
        {50, JITTER_DECORRELATED, 377, 2236},
        {100, -1, 2427, 2033},
        {100, JITTER_NONE, 1847, 62446},
        {100, JITTER_EQUAL, 812, 6720},
        {100, JITTER_FULL, 797, 4877},
        {100, JITTER_DECORRELATED, 1000, 4672},
    };
    for (size_t r = 0; r < COUNTOF(rows); r++) {
        double writes = 0, completion = 0;
        int trials = rows[r].jitter == JITTER_NONE || rows[r].jitter < 0 ? TRIALS / 4 : TRIALS;
        for (int trial = 0; trial < trials; trial++) {
            static struct contest contest;
            play(&contest, rows[r].clients, rows[r].jitter, (uint64_t)trial);
            writes += contest.writes;
            completion += (double)contest.done / 1e6;
        }
        /* The mean of 40 reference trials is itself good to about 2 % in writes; completion is the slowest of all clients, whose
         * mean scatters more. */
        CU_ASSERT_DOUBLE_EQUAL(writes / trials, rows[r].writes, 0.06 * rows[r].writes);
        CU_ASSERT_DOUBLE_EQUAL(completion / trials, rows[r].completion_ms,
                               0.15 * rows[r].completion_ms);
#ifdef LAB_SHOW
        printf("jitter %2d, %3d clients: %.0f writes (%.0f), %.0f ms (%.0f)\n", rows[r].jitter,
               rows[r].clients, writes / trials, rows[r].writes, completion / trials,
               rows[r].completion_ms);
#endif
    }
}

/* -- hedging
 *
 * Answers take exponential times of mean m; after h a second copy goes out. P(T > t) = e^(-t/m) for t < h, else e^(-t/m) e^(-(t-h)/m).
 * Mean: m (1 - e^(-h/m)) + e^(-h/m) m / 2. A share e^(-h/m) is sent twice. With m = 100 ms, h = 100 ms: mean 81.606 ms, load 1.36788;
 * p99: e^(-(2t-h)/m) = 0.01 => t = (h + m ln 100) / 2 = 280.26 ms, against 460.5 ms without. */
static void check_hedge(const char *source, const char *target)
{
    struct lab *lab = lab_run(LAB_REPS,
                              "local f = fn 'f' { memory = 1769, init = '0ms', first_run = '0ms', "
                              "keep_alive = 'forever', timeout = '900s',\n"
                              "  handler = function(r) r:wait(exponential '100ms') end }\n"
                              "account { concurrency = 100000, scaling = '100000/10s' }\n%s\n"
                              "simulate { duration = '1000s', warmup = '10s' }",
                              source);
    const double m = 100e6, h = 100e6;
    double twice = exp(-h / m);
    double mean = lab_value(lab, target, "latency", "mean");
    double p99 = lab_value(lab, target, "latency", "p99");
    double load = lab_value(lab, "f", "requests", "sum") / lab_value(lab, target, "requests", "sum");
    CU_ASSERT_DOUBLE_EQUAL(mean, m * (1 - twice) + twice * m / 2, 0.3e6);
    CU_ASSERT_DOUBLE_EQUAL(p99, (h + m * log(100)) / 2, 4e6);
    CU_ASSERT_DOUBLE_EQUAL(load, 1 + twice, 0.003);
    lab_close(lab);
}

static void test_a_hedged_source_against_the_formula(void)
{
    check_hedge("traffic 't' { to = f, rate = '100/s', retry = { hedge = '100ms' } }", "t");
}

static void test_a_hedged_try_against_the_formula(void)
{
    check_hedge("local g = fn 'g' { memory = 1769, init = '0ms', first_run = '0ms', keep_alive = 'forever', timeout = '900s',\n"
                "  handler = function(r) r:try(function(t) t:call(f) end, { hedge = '100ms' }) end }\n"
                "traffic 't' { to = g, rate = '100/s' }",
                "g");
}

/* -- the SDKs' quota
 *
 * Three attempts, each failing with probability p. Tokens per request: + 1 for a success at the first try (1-p); nothing for a
 * success at the second try, whose cost is given back; a success at the third gives back only the last cost, so the first retry's stays
 * taken: c p^2 (1-p); all three failing takes 2c: 2 c p^3. The bucket drains in the long run where
 * (1-p) < c p^2 (1-p) + 2 c p^3: p = 0.215 for c = 14, 0.321 for c = 5 (the "~22 % / ~32 %" of AWS's documentation). */
static double drain_per_request(double p, enum outcome outcome, const struct retry_policy *policy)
{
    enum { REQUESTS = 400000 };
    int64_t level = 0; /* without bounds, so that the drift can be seen */
    for (int i = 0; i < REQUESTS; i++) {
        struct draw draw = draw_of(stream_at(42, (uint64_t)i), 1);
        uint16_t used = 30000;
        int16_t cost = 0;
        int attempt = 0;
        bool failed = draw_chance(&draw, p);
        while (failed && attempt < policy->retries) {
            cost = retry_quota_cost(policy, outcome, 500);
            used = (uint16_t)(used + cost);
            attempt++;
            failed = draw_chance(&draw, p);
        }
        if (!failed)
            retry_quota_refund(&used, attempt > 0 ? cost : 0);
        level += used - 30000;
    }
    return (double)level / REQUESTS;
}

static void test_where_the_quota_begins_to_drain(void)
{
    struct lab *lab = lab_load("fn 'f' { }");
    struct retry_policy policy = {.retries = -1};
    retry_sdk_fill(&policy, lab_scenario(lab)->catalog, SDK_2026_11, false);
    CU_ASSERT_EQUAL(policy.retries, 2);
    CU_ASSERT_TRUE(drain_per_request(0.205, OUTCOME_ERROR, &policy) < 0);
    CU_ASSERT_TRUE(drain_per_request(0.225, OUTCOME_ERROR, &policy) > 0);
    CU_ASSERT_TRUE(drain_per_request(0.311, OUTCOME_THROTTLE, &policy) < 0);
    CU_ASSERT_TRUE(drain_per_request(0.331, OUTCOME_THROTTLE, &policy) > 0);
    lab_close(lab);
}

static void test_the_quota_stops_retries_and_comes_back(void)
{
    struct lab *lab = lab_load("fn 'f' { }");
    struct retry_policy policy = {.retries = -1};
    uint16_t used = 0;
    retry_sdk_fill(&policy, lab_scenario(lab)->catalog, SDK_2026_11, false);
    int retries = 0;
    while (retry_quota_take(&policy, &used, retry_quota_cost(&policy, OUTCOME_ERROR, 500)))
        retries++;
    CU_ASSERT_EQUAL(retries, 35); /* 500 / 14 */
    for (int i = 0; i < 4; i++)
        retry_quota_refund(&used, 0);
    CU_ASSERT_TRUE(retry_quota_take(&policy, &used, 14));
    lab_close(lab);
}

/* -- amplification: three layers that each try three times ask the last one 27 times when it always fails. */
static void test_retries_multiply_by_layer(void)
{
    struct lab *lab = lab_run(
        1, "account { concurrency = 100000, scaling = '100000/10s' }\n"
           "local function layer(name, body) return fn(name) { memory = 1769, init = '0ms', timeout = '900s', handler = body } end\n"
           "local c = layer('c', function(r) r:fail() end)\n"
           "local b = layer('b', function(r) r:call(c, { retries = 2, backoff = expo('1ms') }) end)\n"
           "local a = layer('a', function(r) r:call(b, { retries = 2, backoff = expo('1ms') }) end)\n"
           "traffic 't' { to = a, rate = burst{ n = 100, at = '1s' }, retry = { retries = 2, backoff = expo('1ms') } }\n"
           "simulate { duration = '1h' }");
    CU_ASSERT_EQUAL(lab_count(lab, "a", "requests", "sum"), 300);
    CU_ASSERT_EQUAL(lab_count(lab, "b", "requests", "sum"), 900);
    CU_ASSERT_EQUAL(lab_count(lab, "c", "requests", "sum"), 2700);
    lab_close(lab);
}

CU_TestInfo suite_backoff[] = {
    TEST(test_the_published_jitter_table),
    TEST(test_a_hedged_source_against_the_formula),
    TEST(test_a_hedged_try_against_the_formula),
    TEST(test_where_the_quota_begins_to_drain),
    TEST(test_the_quota_stops_retries_and_comes_back),
    TEST(test_retries_multiply_by_layer),
    CU_TEST_INFO_NULL,
};
