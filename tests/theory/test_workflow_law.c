/* test_workflow_law.c - workflows against a second interpreter, and their bills against the price page.
 *
 * The reference evaluates a tree of states recursively, with the time as an argument: a list is a sum, a parallel state a maximum (or, when
 * a branch fails, the first failure), a map a schedule of items onto places, a retry a loop. It keeps the instants at
 * which states are entered, and strikes out those after an instant at which everything around them was broken off. It shares
 * nothing with the interpreter of programs: no jumps, no events, no strands.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model/svc_workflow.h"
#include "tests/model/stage.h"
#include "tests/suite.h"
#include "tests/theory/lab.h"

/* -- a random tree of states ------------------------------------------------------------------------------ */

#define LIST_MAX  4
#define NODES_MAX 4000
#define US        INT64_C(1000)
#define FOREVER   INT64_MAX

struct list;

struct state {
    enum state_kind kind;
    int64_t ns;     /* task, wait: how long */
    int function;   /* task: which; odd ones fail */
    int count;      /* parallel: branches; choice: arms */
    int taken;      /* choice: the arm with the weight */
    int64_t n, max; /* map */
    struct list *parts[LIST_MAX];
    bool has_try;
    int retries;
    int64_t backoff, timeout; /* timeout 0: none */
    struct list *caught;      /* NULL: no catch */
};

struct list {
    int count;
    struct state states[LIST_MAX];
};

struct tree {
    struct list lists[NODES_MAX];
    int used;
    int64_t function_ns[8];
    int64_t overhead, delivery;
};

static int64_t time_us(struct test_rng *rng, int64_t most_ms)
{
    return (1 + test_rng_below(rng, most_ms * 1000)) * US;
}

static struct list *grow_list(struct tree *tree, struct test_rng *rng, int depth);

static void grow_kind(struct tree *tree, struct test_rng *rng, struct state *state, bool first,
                      int depth)
{
    int64_t dice = test_rng_below(rng, depth > 0 ? 20 : 11);
    state->kind = dice < 7    ? STATE_TASK
                  : dice < 10 ? STATE_WAIT
                  : dice < 11 ? STATE_FAIL
                  : dice < 13 ? STATE_CHOICE
                  : dice < 17 ? STATE_PARALLEL
                              : STATE_MAP;
    if (state->kind == STATE_FAIL && test_rng_below(rng, 3) > 0)
        state->kind = STATE_WAIT;
    state->ns = time_us(rng, 900);
    if (state->kind == STATE_FAIL &&
        first) /* at once after a fork it would meet its neighbours' first states */
        state->kind = STATE_WAIT;
    /* Mostly functions that do not fail. */
    state->function = 2 * (int)test_rng_below(rng, 4) + (test_rng_below(rng, 5) == 0);
    if (state->kind == STATE_TASK)
        state->ns = tree->function_ns[state->function];
    if (state->kind < STATE_CHOICE || state->kind == STATE_FAIL)
        return;
    state->count = state->kind == STATE_MAP ? 1 : 1 + (int)test_rng_below(rng, 3);
    for (int i = 0; i < state->count; i++)
        state->parts[i] = grow_list(tree, rng, depth - 1);
    state->taken = (int)test_rng_below(rng, state->count);
    state->n = test_rng_below(rng, 8);
    state->max = 1 + test_rng_below(rng, 4);
}

static void grow_state(struct tree *tree, struct test_rng *rng, struct state *state, bool first,
                       int depth)
{
    *state = (struct state){0};
    grow_kind(tree, rng, state, first, depth);
    bool may_fail =
        state->kind == STATE_TASK || state->kind == STATE_PARALLEL || state->kind == STATE_MAP;
    if (!may_fail || test_rng_below(rng, 5) < 2)
        return;
    state->has_try = true;
    state->retries = (int)test_rng_below(rng, 3);
    state->backoff = time_us(rng, 300);
    state->timeout = test_rng_below(rng, 3) == 0 ? time_us(rng, 2000) : 0;
    if (depth > 0 && test_rng_below(rng, 2) == 0)
        state->caught = grow_list(tree, rng, depth - 1);
}

static struct list *grow_list(struct tree *tree, struct test_rng *rng, int depth)
{
    CU_ASSERT_FATAL(tree->used < NODES_MAX);
    struct list *list = &tree->lists[tree->used++];
    list->count = 1 + (int)test_rng_below(rng, depth > 0 ? 3 : 2);
    for (int i = 0; i < list->count; i++)
        grow_state(tree, rng, &list->states[i], i == 0, depth);
    return list;
}

/* -- the reference ------------------------------------------------------------------------------------------ */

#define ENTRIES_MAX 200000

struct diary {
    int64_t at[ENTRIES_MAX];
    int count;
    int doubtful; /* of them at the very instant of a breaking off: which came first is not the reference's to say */
    bool entered; /* a state was: later ones take the overhead */
};

struct end {
    int64_t at;
    bool ok;
};

static struct end eval_list(const struct tree *tree, const struct list *list, int64_t at,
                            struct diary *diary);

/* Nothing that was written since `from` happened after `until`. */
static void strike_out(struct diary *diary, int from, int64_t until)
{
    int kept = from;
    for (int i = from; i < diary->count; i++) {
        if (diary->at[i] > until)
            continue;
        diary->doubtful += diary->at[i] == until;
        diary->at[kept++] = diary->at[i];
    }
    diary->count = kept;
}

static struct end eval_parallel(const struct tree *tree, const struct state *state, int64_t at,
                                struct diary *diary)
{
    struct end end = {at, true};
    int from = diary->count;
    for (int i = 0; i < state->count; i++) {
        struct end branch = eval_list(tree, state->parts[i], at, diary);
        if (end.ok ? !branch.ok || branch.at > end.at : !branch.ok && branch.at < end.at)
            end = branch;
    }
    strike_out(diary, from, end.at);
    return end;
}

/* Items in order, each onto the place that is free first. */
static struct end eval_map(const struct tree *tree, const struct state *state, int64_t at,
                           struct diary *diary)
{
    struct end places[LIST_MAX];
    int busy = 0, from = diary->count;
    int64_t started = 0, now = at;
    for (;;) {
        while (started < state->n && busy < state->max) {
            places[busy++] = eval_list(tree, state->parts[0], now, diary);
            started++;
        }
        if (busy == 0)
            return (struct end){now, true};
        int first = 0;
        for (int i = 1; i < busy; i++)
            if (places[i].at < places[first].at)
                first = i;
        now = places[first].at;
        if (!places[first].ok) {
            strike_out(diary, from, now);
            return (struct end){now, false};
        }
        places[first] = places[--busy];
    }
}

static struct end eval_once(const struct tree *tree, const struct state *state, int64_t at,
                            struct diary *diary)
{
    CU_ASSERT_FATAL(diary->count < ENTRIES_MAX);
    diary->at[diary->count++] = at;
    at += diary->entered ? tree->overhead : 0;
    diary->entered = true;
    switch (state->kind) {
    case STATE_TASK:
        return (struct end){at + state->ns, state->function % 2 == 0};
    case STATE_WAIT:
        return (struct end){at + state->ns, true};
    case STATE_CHOICE:
        return eval_list(tree, state->parts[state->taken], at, diary);
    case STATE_PARALLEL:
        return eval_parallel(tree, state, at, diary);
    case STATE_MAP:
        return eval_map(tree, state, at, diary);
    default:
        return (struct end){at, false};
    }
}

static struct end eval_state(const struct tree *tree, const struct state *state, int64_t at,
                             struct diary *diary)
{
    for (int attempt = 0;; attempt++) {
        int from = diary->count;
        int64_t deadline = state->timeout == 0 ? FOREVER : at + state->timeout;
        struct end end = eval_once(tree, state, at, diary);
        if (end.at > deadline) {
            end = (struct end){deadline, false};
            strike_out(diary, from, deadline);
        }
        if (end.ok || !state->has_try)
            return end;
        if (attempt == state->retries)
            return state->caught == NULL ? end : eval_list(tree, state->caught, end.at, diary);
        at = end.at + (state->backoff << attempt);
    }
}

static struct end eval_list(const struct tree *tree, const struct list *list, int64_t at,
                            struct diary *diary)
{
    struct end end = {at, true};
    for (int i = 0; i < list->count && end.ok; i++)
        end = eval_state(tree, &list->states[i], end.at, diary);
    return end;
}

/* -- the same as a scenario --------------------------------------------------------------------------------- */

struct text_out {
    char text[400000];
    size_t length;
};

__attribute__((format(printf, 2, 3))) static void put(struct text_out *out, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(out->text + out->length, sizeof out->text - out->length, format, args);
    va_end(args);
    CU_ASSERT_FATAL(n >= 0 && (size_t)n < sizeof out->text - out->length);
    out->length += (size_t)n;
}

static void put_list(struct text_out *out, const struct list *list);

static void put_kind(struct text_out *out, const struct state *state)
{
    switch (state->kind) {
    case STATE_TASK:
        put(out, "task = f%d", state->function);
        return;
    case STATE_WAIT:
        put(out, "wait = '%lldus'", (long long)(state->ns / US));
        return;
    case STATE_MAP:
        put(out, "map = { n = %d, max = %d, states = ", (int)state->n, (int)state->max);
        put_list(out, state->parts[0]);
        put(out, " }");
        return;
    case STATE_FAIL:
        put(out, "fail = 'error'");
        return;
    default:
        put(out, "%s = {", workflow_state_names[state->kind]);
        for (int i = 0; i < state->count; i++) {
            put(out, state->kind == STATE_CHOICE ? "{ %d," : " ", i == state->taken);
            put_list(out, state->parts[i]);
            put(out, state->kind == STATE_CHOICE ? "}, " : ", ");
        }
        put(out, "}");
    }
}

static void put_state(struct text_out *out, const struct state *state)
{
    put(out, "{ ");
    put_kind(out, state);
    if (state->has_try) {
        put(out,
            ", retry = { retries = %d, backoff = expo('%lldus', { max = '1h', jitter = 'none' })",
            state->retries, (long long)(state->backoff / US));
        if (state->timeout != 0)
            put(out, ", timeout = '%lldus'", (long long)(state->timeout / US));
        put(out, " }");
    }
    if (state->caught != NULL) {
        put(out, ", catch = ");
        put_list(out, state->caught);
    }
    put(out, " }");
}

static void put_list(struct text_out *out, const struct list *list)
{
    put(out, "{ ");
    for (int i = 0; i < list->count; i++) {
        put_state(out, &list->states[i]);
        put(out, ",\n");
    }
    put(out, " }");
}

static void put_scenario(struct text_out *out, const struct tree *tree, const struct list *root)
{
    out->length = 0;
    for (int i = 0; i < 8; i++)
        put(out,
            "local f%d = F('f%d', { init = '0ms', handler = function(r) r:wait '%lldus' %s end "
            "})\n",
            i, i, (long long)(tree->function_ns[i] / US), i % 2 == 0 ? "" : "r:fail()");
    put(out,
        "local w = workflow 'w' { delivery = '%lldus', overhead = '%lldus', acknowledge = '0ms', "
        "states = ",
        (long long)(tree->delivery / US), (long long)(tree->overhead / US));
    put_list(out, root);
    put(out, " }\nonce('t', w, '1s') simulate { duration = '30d', sample = '1d' }\n");
}

static void check_stages(const struct play *stage)
{
    const struct node_stats *node = stage_node(stage, "w");
    int128 sum = 0;
    for (int s = 0; s < STAGE_COUNT; s++)
        sum += node->stage[s].sum;
    CU_ASSERT_TRUE(sum == node->latency.sum);
}

static void grow_tree(struct tree *tree, struct test_rng *rng)
{
    tree->used = 0;
    tree->overhead = test_rng_below(rng, 4) == 0 ? 0 : time_us(rng, 40);
    tree->delivery = time_us(rng, 200);
    for (int i = 0; i < 8; i++)
        tree->function_ns[i] = time_us(rng, 900);
}

static void test_random_states_against_a_recursive_reference(void)
{
    static struct tree tree;
    static struct diary diary;
    static struct text_out out;
    struct test_rng rng = {.state = 31};
    int failed = 0, long_ones = 0, exact = 0, wrong = 0;
    for (int i = 0; i < 400; i++) {
        grow_tree(&tree, &rng);
        const struct list *root = grow_list(&tree, &rng, 3);
        put_scenario(&out, &tree, root);
        diary.count = diary.doubtful = 0;
        diary.entered = false;
        struct end end = eval_list(&tree, root, 0, &diary);
        struct play stage = stage_play(out.text);
        int64_t transitions = stage_svc(&stage, "w")->meters[WORKFLOW_TRANSITIONS];
        bool fine = stage_node(&stage, "w")->latency.max == tree.delivery + end.at &&
                    stage_value(&stage, "w", "error_count") == !end.ok &&
                    transitions <= diary.count && transitions >= diary.count - diary.doubtful;
        CU_ASSERT_TRUE(fine);
        if (!fine && wrong++ < 3)
            fprintf(stderr,
                    "\n%s\nwanted %lld ns, ok %d, %d transitions; got %lld, %g errors, %lld\n",
                    out.text, (long long)(tree.delivery + end.at), end.ok, diary.count,
                    (long long)stage_node(&stage, "w")->latency.max,
                    stage_value(&stage, "w", "error_count"), (long long)transitions);
        check_stages(&stage);
        failed += !end.ok;
        long_ones += diary.count >= 20;
        exact += diary.doubtful == 0;
        stage_end(&stage);
    }
    /* The mix must be one where much goes well, much goes wrong, and there is something to walk. */
    CU_ASSERT_TRUE(failed > 100 && failed < 300 && long_ones > 50 && exact > 320);
}

/* -- bills -------------------------------------------------------------------------------------------------- */

/* $25 a million: 40,000 executions of 25 transitions (5 states, one of them tried three times, and a map of 3 by 6). */
static void test_a_million_transitions_cost_25_dollars(void)
{
    struct lab *lab = lab_run(
        1, "scenario 'bill' {}\n"
           "local bad = fn 'bad' { init = '0ms', first_run = '0ms', handler = function(r) r:fail() "
           "end }\n"
           "local w = workflow 'w' { overhead = '0ms', states = {\n"
           "  { wait = '1s' }, { task = bad, retry = { retries = 2 }, catch = {} }, { choice = { { "
           "1, {} } } },\n"
           "  { wait = '1s' }, { map = { n = 3, states = { {wait='1s'}, {wait='1s'}, {wait='1s'}, "
           "{wait='1s'}, {wait='1s'},\n"
           "    {wait='1s'} } } } } }\n"
           "traffic 't' { to = w, rate = '200/s', arrivals = 'uniform', stop = '200.001s' }\n"
           "simulate { duration = '10min' }\n");
    CU_ASSERT_EQUAL(lab_count(lab, "w", "requests", "sum"), 40000);
    CU_ASSERT_EQUAL(lab_count(lab, "w", "error_count", "sum"), 0);
    CU_ASSERT_TRUE(lab_near("$25.00", lab_value(lab, "w", "cost", "sum"), 25, 1e-6));
    lab_close(lab);
}

/* k states without surprises: k x $0.000025 each. */
static void test_a_state_costs_a_fortieth_of_a_thousandth(void)
{
    for (int k = 1; k <= 10; k += 3) {
        char states[400] = "";
        for (int i = 0; i < k; i++)
            strcat(states, "{ wait = '10ms' },");
        struct lab *lab = lab_run(
            1,
            "scenario 'bill' {}\n"
            "local w = workflow 'w' { states = { %s } }\n"
            "traffic 't' { to = w, rate = '100/s', arrivals = 'uniform', stop = '100.001s' }\n"
            "simulate { duration = '2min' }\n",
            states);
        CU_ASSERT_TRUE(
            lab_near("k states", lab_value(lab, "w", "cost", "sum"), 10000 * k * 0.000025, 1e-6));
        lab_close(lab);
    }
}

/* The example of the price page, a tenth of it, in a month: 100,000 executions of 30 s in 64 MB are 187,500 GB-s:
 * 0.10 + 187,500 x 0.00001667 = 3.2256. */
static void test_express_example_of_the_price_page(void)
{
    struct lab *lab = lab_run(
        1, "scenario 'bill' {}\n"
           "local w = workflow 'w' { kind = 'express', delivery = '10ms', states = { { wait = "
           "'30s' } } }\n"
           "traffic 't' { to = w, rate = '0.05/s', arrivals = 'uniform', stop = '2000001s' }\n"
           "simulate { duration = '730h', sample = '1h' }\n");
    CU_ASSERT_EQUAL(lab_count(lab, "w", "requests", "sum"), 100000);
    CU_ASSERT_TRUE(lab_near("GB-s", lab_value(lab, "w", "billed_gb_s", "sum"), 187500, 1e-6));
    CU_ASSERT_TRUE(
        lab_near("$3.2256", lab_value(lab, "w", "cost", "sum"), 0.1 + 187500 * 0.00001667, 1e-6));
    lab_close(lab);

    /* Above 1,000 GB-hours (3.6 M GB-s) the next price holds: 20,000 executions of 250 s at 1 GB are 5 M GB-s. */
    lab = lab_run(1,
                  "scenario 'bill' {}\n"
                  "local w = workflow 'w' { kind = 'express', memory = '1GB', delivery = '10ms', "
                  "states = { { wait = '250s' } } }\n"
                  "traffic 't' { to = w, rate = '100/h', arrivals = 'uniform', stop = '720001s' }\n"
                  "simulate { duration = '730h', sample = '1h' }\n");
    CU_ASSERT_EQUAL(lab_count(lab, "w", "requests", "sum"), 20000);
    CU_ASSERT_TRUE(lab_near("tiers", lab_value(lab, "w", "cost", "sum"),
                            0.02 + 3600000 * 0.00001667 + 1400000 * 0.00000833, 1e-5));
    lab_close(lab);
}

CU_TestInfo suite_workflow_law[] = {
    TEST(test_random_states_against_a_recursive_reference),
    TEST(test_a_million_transitions_cost_25_dollars),
    TEST(test_a_state_costs_a_fortieth_of_a_thousandth),
    TEST(test_express_example_of_the_price_page),
    CU_TEST_INFO_NULL,
};
