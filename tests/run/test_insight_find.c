/* test_insight_find.c - the house rules of the insights: quiet on little, never two opinions, never a queue where somebody waits. */
#include <math.h>
#include <uv.h>

#include "tests/run/insight_lab.h"
#include "tests/suite.h"

#define FOLDER "tests/run/insights/"

/* -- which are measured ----------------------------------------------------------------------------------- */

#define BUSY                                                                                       \
    "fn 'f' { memory = '512MB', handler = function(r) r:cpu '8ms' end }\n"                         \
    "traffic 'users' { to = 'f', rate = '20/s' }\n"

static void test_looking_alone_simulates_nothing(void)
{
    struct seen seen = see_text(BUSY "simulate { duration = '1min' }", NULL);
    struct insight_options options = options_of(&seen, INSIGHT_DETECT);
    struct insight_list *list = find(&seen, &options);
    CU_ASSERT_PTR_NOT_NULL_FATAL(of_rule(list, "L09"));
    for (int i = 0; i < list->count; i++) {
        CU_ASSERT_EQUAL(list->items[i].state, INSIGHT_NOT_RUN);
        CU_ASSERT_TRUE(isnan(list->items[i].saving_usd_month));
    }
    insight_free(list);
    seen_end(&seen);
}

/* Which findings are simulated depends on counted events: a run of three million measures nothing by itself, and says how to. */
static void test_a_long_run_is_not_simulated_again_unasked(void)
{
    struct seen seen = see_text(BUSY "simulate { duration = '1min' }", NULL);
    struct insight_options options = options_of(&seen, INSIGHT_AUTO);
    struct insight_list *list = find(&seen, &options);
    CU_ASSERT_EQUAL(of_rule(list, "L09")->state, INSIGHT_MEASURED);
    CU_ASSERT_EQUAL(list->unmeasured, 0);
    insight_free(list);

    seen.result->events = INSIGHT_AUTO_EVENTS + 1;
    list = find(&seen, &options);
    CU_ASSERT_EQUAL(of_rule(list, "L09")->state, INSIGHT_NOT_RUN);
    CU_ASSERT_PTR_NOT_NULL(strstr(of_rule(list, "L09")->why_not, "--insights full"));
    CU_ASSERT_EQUAL(list->unmeasured, 2); /* L09 and L24 */
    insight_free(list);
    seen_end(&seen);
}

/* -- when they keep quiet ------------------------------------------------------------------------------------- */

static void test_a_rule_that_is_off_keeps_quiet(void)
{
    struct seen seen = see_text(
        BUSY "insights { off = { 'L09', 'R06', 'R07' } } simulate { duration = '1min' }", NULL);
    struct insight_options options = options_of(&seen, INSIGHT_FULL);
    struct insight_list *list = find(&seen, &options);
    CU_ASSERT_PTR_NULL(of_rule(list, "L09"));
    CU_ASSERT_PTR_NULL(of_rule(list, "R06"));
    CU_ASSERT_PTR_NULL(of_rule(list, "R07"));
    CU_ASSERT_PTR_NOT_NULL(of_rule(list, "L24"));
    insight_free(list);
    seen_end(&seen);
}

/* The same troubles in a run too short to tell. */
static void test_rules_keep_quiet_on_small_samples(void)
{
    static const struct {
        const char *rule;
        int seconds;
    } cases[] = {{"L01", 600}, {"L02", 600}, {"L09", 5},  {"L10", 5}, {"L12", 5}, {"L13", 2},
                 {"L19", 5},   {"L20", 5},   {"L23", 60}, {"Q01", 10}, {"Q06", 2}, {"A02", 1},
                 {"A04", 5},   {"D04", 10},  {"R01", 2},  {"R04", 3},  {"D02", 1}};
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        char path[100];
        struct study_load how = {.times = study_times_default};
        how.times.duration = cases[i].seconds * SIM_SECOND;
        (void)snprintf(path, sizeof path, FOLDER "%s.fire.lua", cases[i].rule);
        struct seen seen = see_with(path, NULL, 0, &how);
        struct insight_options options = options_of(&seen, INSIGHT_DETECT);
        struct insight_list *list = find(&seen, &options);
        if (of_rule(list, cases[i].rule) != NULL)
            fprintf(stderr, "\n    %s speaks after %d s\n", cases[i].rule, cases[i].seconds);
        CU_ASSERT_PTR_NULL(of_rule(list, cases[i].rule));
        insight_free(list);
        seen_end(&seen);
    }
}

static void test_a_run_that_was_broken_off_shows_nothing(void)
{
    struct seen seen = see_text(BUSY "simulate { duration = '1min' }", NULL);
    seen.result->end = RUN_INTERRUPTED;
    struct insight_options options = options_of(&seen, INSIGHT_ALL);
    struct insight_list *list = find(&seen, &options);
    CU_ASSERT_EQUAL(list->count, 0);
    insight_free(list);
    seen_end(&seen);
}

/* -- one opinion -------------------------------------------------------------------------------------------------- */

static bool same_setting(const struct change *a, const struct change *b)
{
    return a->kind == b->kind && strcmp(a->name, b->name) == 0 &&
           (a->resource == NULL || strcmp(a->resource, b->resource) == 0);
}

static void check_one_opinion(const struct insight_list *list)
{
    for (int i = 0; i < list->count; i++)
        for (int j = 0; j < i; j++)
            for (int x = 0; x < list->items[i].change_count; x++)
                for (int y = 0; y < list->items[j].change_count; y++) {
                    const struct change *a = &list->items[i].changes[x];
                    const struct change *b = &list->items[j].changes[y];
                    CU_ASSERT_TRUE(!same_setting(a, b) || strcmp(a->value, b->value) == 0);
                }
}

/* The function runs into its timeout (L10 would double it) while its caller has long given up (R04 would cut it). */
static void test_no_two_findings_set_one_setting_differently(void)
{
    struct seen seen = see_text(
        "fn 'f' { timeout = '3s', handler = function(r) r:wait(lognormal { p50 = '500ms', p99 = '6s' "
        "}) end }\n"
        "traffic 'users' { to = 'f', rate = '20/s', timeout = '1s' }\n"
        "insights { off = { 'R06', 'R07' } } simulate { duration = '1min' }",
        NULL);
    for (int effort = INSIGHT_DETECT; effort <= INSIGHT_ALL; effort++) {
        struct insight_options options = options_of(&seen, (enum insight_effort)effort);
        struct insight_list *list = find(&seen, &options);
        CU_ASSERT_TRUE(of_rule(list, "L10") != NULL || of_rule(list, "R04") != NULL);
        CU_ASSERT_TRUE(of_rule(list, "L10") == NULL || of_rule(list, "R04") == NULL);
        check_one_opinion(list);
        insight_free(list);
    }
    seen_end(&seen);
}

static void test_findings_stand_in_order(void)
{
    struct seen seen = see(FOLDER "L15.fire.lua", NULL, 0);
    struct insight_options options = options_of(&seen, INSIGHT_ALL);
    struct insight_list *list = find(&seen, &options);
    CU_ASSERT_TRUE_FATAL(list->count >= 4);
    int last = INSIGHT_CRITICAL;
    for (int i = 0; i < list->count; i++) {
        const char *rule = list->items[i].rule->id;
        bool outlook = strcmp(rule, "R06") == 0 || strcmp(rule, "R07") == 0;
        CU_ASSERT_TRUE(outlook || (int)list->items[i].severity <= last);
        last = outlook ? -1 : (int)list->items[i].severity; /* nothing but outlooks behind one */
    }
    insight_free(list);
    seen_end(&seen);
}

/* -- never a queue where somebody waits --------------------------------------------------------------------------------- */

#define CHAIN                                                                                      \
    "fn 'inner' { handler = function(r) r:wait '200ms' end }\n"                                    \
    "fn 'outer' { handler = function(r) r:wait '50ms' r:call 'inner' end }\n"

static const char *advice_on(const char *front, char buf[200])
{
    char text[800];
    (void)snprintf(text, sizeof text, CHAIN "%s\nsimulate { duration = '1min' }", front);
    struct seen seen = see_text(text, NULL);
    struct insight_options options = options_of(&seen, INSIGHT_DETECT);
    struct insight_list *list = find(&seen, &options);
    const struct insight *insight = of_rule(list, "L19");
    CU_ASSERT_PTR_NOT_NULL_FATAL(insight);
    (void)snprintf(buf, 200, "%s", insight->advice);
    insight_free(list);
    seen_end(&seen);
    return buf;
}

static void test_no_queue_where_a_caller_waits(void)
{
    char advice[200];
    static const char *const waiting[] = {
        "traffic 'users' { to = 'outer', rate = '20/s' }",
        "http_api 'web' { ['GET /x'] = 'outer' } traffic 'users' { to = 'web GET /x', rate = '20/s' }",
        "fn 'first' { handler = function(r) r:call 'outer' end } traffic 'users' { to = 'first', rate "
        "= '20/s' }",
    };
    for (size_t i = 0; i < COUNTOF(waiting); i++) {
        CU_ASSERT_PTR_NULL(strstr(advice_on(waiting[i], advice), "queue"));
        CU_ASSERT_PTR_NOT_NULL(strstr(advice, "merge"));
    }
    advice_on("queue 'jobs' { consumer = 'outer', batch = 1 } traffic 'users' { to = 'jobs', rate = "
              "'20/s' }",
              advice);
    CU_ASSERT_PTR_NOT_NULL(strstr(advice, "queue"));
}

/* -- changes that do not help ---------------------------------------------------------------------------------------------- */

/* Nothing comes back in less than an hour: twice the timeout changes nothing but the bill. */
static void test_a_change_that_does_not_help_is_not_proposed(void)
{
    struct seen seen = see_text("external 'dead' { latency = '1h' }\n"
                                "fn 'f' { timeout = '1s', handler = function(r) r:call 'dead' end }\n"
                                "traffic 'users' { to = 'f', rate = '5/s' }\n"
                                "simulate { duration = '1min' }",
                                NULL);
    struct insight_options options = options_of(&seen, INSIGHT_ALL);
    options.only = "L10";
    struct insight_list *list = find(&seen, &options);
    const struct insight *insight = of_rule(list, "L10");
    CU_ASSERT_PTR_NOT_NULL_FATAL(insight); /* the trouble stays true */
    CU_ASSERT_EQUAL(insight->change_count, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(insight->advice, "does not help"));
    insight_free(list);
    seen_end(&seen);
}

/* -- the same on any number of threads, and interrupted ----------------------------------------------------------------------- */

static void check_same(const struct insight_list *a, const struct insight_list *b)
{
    CU_ASSERT_EQUAL_FATAL(a->count, b->count);
    for (int i = 0; i < a->count; i++) {
        const struct insight *x = &a->items[i], *y = &b->items[i];
        CU_ASSERT_PTR_EQUAL(x->rule, y->rule);
        CU_ASSERT_STRING_EQUAL(x->message, y->message);
        CU_ASSERT_EQUAL_FATAL(x->effect_count, y->effect_count);
        for (int e = 0; e < x->effect_count; e++)
            CU_ASSERT_EQUAL(memcmp(&x->effects[e].before, &y->effects[e].before, sizeof(double)) +
                                memcmp(&x->effects[e].after, &y->effects[e].after, sizeof(double)),
                            0);
    }
}

static void test_threads_change_nothing(void)
{
    struct seen seen = see(FOLDER "L15.fire.lua", NULL, 0);
    struct insight_options options = options_of(&seen, INSIGHT_ALL);
    struct insight_list *one = find(&seen, &options);
    options.jobs = 3;
    struct insight_list *three = find(&seen, &options);
    check_same(one, three);
    insight_free(one);
    insight_free(three);
    seen_end(&seen);
}

struct worker {
    const struct seen *seen;
    struct insight_options options;
    struct insight_list *list;
    int calls, last_done, last_total;
};

static void note_changed(void *context, const struct insight_list *list, int done, int total)
{
    struct worker *worker = context;
    CU_ASSERT_PTR_NOT_NULL(list);
    CU_ASSERT_TRUE(worker->calls == 0 || done > worker->last_done);
    worker->calls++;
    worker->last_done = done;
    worker->last_total = total;
}

static void run_worker(void *context)
{
    struct worker *worker = context;
    struct err err = {0};
    worker->list =
        insight_find(worker->seen->study, worker->seen->result, &worker->options, &err);
}

/* As the window does it: on a thread of its own, told as it goes. */
static void test_works_on_a_thread_of_its_own(void)
{
    struct seen seen = see(FOLDER "L15.fire.lua", NULL, 0);
    struct worker worker = {.seen = &seen, .options = options_of(&seen, INSIGHT_ALL)};
    worker.options.changed = note_changed;
    worker.options.context = &worker;
    uv_thread_t thread;
    CU_ASSERT_EQUAL_FATAL(uv_thread_create(&thread, run_worker, &worker), 0);
    CU_ASSERT_EQUAL(uv_thread_join(&thread), 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(worker.list);
    CU_ASSERT_TRUE(worker.calls >= 2);
    CU_ASSERT_EQUAL(worker.last_done, worker.last_total);
    struct insight_options options = options_of(&seen, INSIGHT_ALL);
    struct insight_list *here = find(&seen, &options);
    check_same(here, worker.list);
    insight_free(here);
    insight_free(worker.list);
    seen_end(&seen);
}

static void test_stopped_it_keeps_what_it_knows(void)
{
    struct seen seen = see(FOLDER "L15.fire.lua", NULL, 0);
    static const _Atomic int stop = 1;
    struct insight_options options = options_of(&seen, INSIGHT_ALL);
    options.stop = &stop;
    struct insight_list *list = find(&seen, &options);
    CU_ASSERT_PTR_NOT_NULL_FATAL(of_rule(list, "L15"));
    for (int i = 0; i < list->count; i++)
        CU_ASSERT_EQUAL(list->items[i].state, INSIGHT_NOT_RUN);
    CU_ASSERT_STRING_EQUAL(of_rule(list, "L15")->why_not, "interrupted");
    insight_free(list);
    seen_end(&seen);
}

/* -- what a user would type ------------------------------------------------------------------------------------------------------ */

static void test_a_parameter_is_named_where_it_drives_the_setting(void)
{
    struct seen seen = see_text(
        "local size = param('size', '512MB')\nlocal other = param('other', '512MB')\n"
        "fn 'g' { memory = other }\n"
        "fn 'f' { memory = size, handler = function(r) r:cpu '8ms' end }\n"
        "traffic 'users' { to = 'f', rate = '20/s' } simulate { duration = '1min' }",
        NULL);
    struct insight_options options = options_of(&seen, INSIGHT_AUTO);
    struct insight_list *list = find(&seen, &options);
    CU_ASSERT_PTR_NOT_NULL_FATAL(of_rule(list, "L09"));
    CU_ASSERT_STRING_EQUAL(insight_change_text(of_rule(list, "L09"), list->arena),
                           "-p size=1769MB");
    insight_free(list);
    seen_end(&seen);
}

/* The changes of whoever loaded the result (the window's sliders) belong to both sides. */
static void test_own_changes_belong_to_both_sides(void)
{
    struct change twice = {.kind = CHANGE_LOAD, .factor = 2};
    struct study_load how = {
        .changes = &twice, .change_count = 1, .times = study_times_default};
    struct seen seen = see_text(BUSY "simulate { duration = '1min' }", &how);
    struct insight_options options = options_of(&seen, INSIGHT_ALL);
    options.only = "L24";
    struct insight_list *list = find(&seen, &options);
    const struct insight *insight = of_rule(list, "L24");
    CU_ASSERT_PTR_NOT_NULL_FATAL(insight);
    CU_ASSERT_EQUAL(insight->effects[0].before, seen.result->bill.cost_month_usd);
    /* A fifth of the compute alone: had the other side half the load, half of everything would be gone. */
    CU_ASSERT_TRUE(insight->effects[0].after > 0.8 * insight->effects[0].before);
    insight_free(list);
    seen_end(&seen);
}

/* Replications that nobody wrote into the file (--precision): both sides have as many, so the difference is paired. */
static void test_both_sides_have_as_many_replications(void)
{
    struct seen seen = see_text(BUSY "simulate { duration = '30s' }", NULL);
    struct run_item item = {seen.scenario, NULL};
    struct run_options how = {.jobs = 1, .reps = 4, .limits = no_limits};
    struct err err = {0};
    result_free(seen.result);
    CU_ASSERT_TRUE_FATAL(run_all(&item, 1, &how, &seen.result, &err));
    struct insight_options options = options_of(&seen, INSIGHT_ALL);
    options.only = "L09";
    struct insight_list *list = find(&seen, &options);
    const struct insight *insight = of_rule(list, "L09");
    CU_ASSERT_PTR_NOT_NULL_FATAL(insight);
    struct study_load with = seen.load;
    with.changes = insight->changes;
    with.change_count = insight->change_count;
    with.times.reps = 4;
    struct scenario *changed = study_load(seen.study, &with, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(changed);
    struct result *after = run_one(changed);
    CU_ASSERT_EQUAL(after->reps, 4);
    CU_ASSERT_EQUAL(insight->saving_usd_month,
                    seen.result->bill.cost_month_usd - after->bill.cost_month_usd);
    result_free(after);
    scenario_free(changed);
    insight_free(list);
    seen_end(&seen);
}

/* -- what breaks first, and the biggest lever ------------------------------------------------------------------------------------- */

static const struct insight *measured(const struct insight_list *list, const char *rule)
{
    for (int i = 0; i < list->count; i++)
        if (strcmp(list->items[i].rule->id, rule) == 0 && list->items[i].state == INSIGHT_MEASURED)
            return &list->items[i];
    return NULL;
}

static struct insight_list *load_more(const struct seen *seen)
{
    struct insight_options options = options_of(seen, INSIGHT_FULL);
    options.only = "R06";
    return find(seen, &options);
}

/* 30/s of 100 ms: 3 places of 12 in use; 12 are reserved, and two gateways' limits lie further away. At 5x it is the reserve. */
static void test_more_load_names_the_limit_that_gives_first(void)
{
    struct seen seen = see_text(
        "fn 'f' { reserved = 12, init = '1ms', first_run = '0ms', handler = function(r) r:wait '100ms' end }\n"
        "http_api 'web' { limit = '5000/s', ['GET /x'] = 'f' }\n"
        "traffic 'users' { to = 'web GET /x', rate = '20/s' } simulate { duration = '30s' }",
        NULL);
    struct insight_list *list = load_more(&seen);
    const struct insight *insight = measured(list, "R06");
    CU_ASSERT_PTR_NOT_NULL_FATAL(insight);
    CU_ASSERT_STRING_EQUAL(insight->resource, "f");
    CU_ASSERT_EQUAL(insight->stress[0].kind, CHANGE_LOAD);
    CU_ASSERT_EQUAL(insight->stress[0].factor, 5);
    CU_ASSERT_PTR_NOT_NULL(strstr(insight->message, "reserved"));
    CU_ASSERT_EQUAL(insight->effects[0].before, 0);
    CU_ASSERT_TRUE(insight->effects[0].after > 0);
    insight_free(list);
    seen_end(&seen);
}

/* At 5x the mail service behind a topic refuses far more deliveries than the route refuses requests, but callers see the route's. */
static void test_more_load_names_what_callers_are_refused_by(void)
{
    struct seen seen = see_text(
        "local ses = external 'ses' { latency = '10ms', limit = '40/s' }\n"
        "fn 'mail' { handler = function(r) r:call(ses, { retries = 2 }) end }\n"
        "local done = topic 'done' { subscribers = { 'mail' } }\n"
        "fn 'f' { handler = function(r) r:publish(done) end }\n"
        "http_api 'web' { ['GET /x'] = { 'f', limit = '85/s', burst = 20 } }\n"
        "traffic 'users' { to = 'web GET /x', rate = '18/s' } simulate { duration = '60s' }",
        NULL);
    struct insight_list *list = load_more(&seen);
    const struct insight *insight = measured(list, "R06");
    CU_ASSERT_PTR_NOT_NULL_FATAL(insight);
    CU_ASSERT_EQUAL(insight->stress[0].factor, 5);
    CU_ASSERT_STRING_EQUAL(insight->resource, "web GET /x");
    CU_ASSERT_PTR_NOT_NULL(strstr(insight->message, "web GET /x requests/s gives"));
    insight_free(list);
    seen_end(&seen);
}

static void test_more_load_finds_a_queue_that_is_left_behind(void)
{
    struct seen seen = see_text(
        "fn 'work' { timeout = '10s', handler = function(r) r:wait '1s' end }\n"
        "queue 'jobs' { consumer = 'work', batch = 1, visibility = '1min', max_concurrency = 10 }\n"
        "traffic 'shop' { to = 'jobs', rate = '6/s' } simulate { duration = '3min' }",
        NULL);
    struct insight_list *list = load_more(&seen);
    const struct insight *insight = measured(list, "R06");
    CU_ASSERT_PTR_NOT_NULL_FATAL(insight);
    CU_ASSERT_STRING_EQUAL(insight->resource, "jobs");
    CU_ASSERT_EQUAL(insight->stress[0].factor, 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(insight->message, "max_concurrency"));
    insight_free(list);
    seen_end(&seen);
}

/* Whole days, with or without the warm-up, and many days: nothing to say. Parts of days, and a warm-up that is one: said. Other shapes
 * have no day. */
static void test_parts_of_a_day_are_told_from_whole_days(void)
{
    static const struct {
        const char *rate, *times;
        bool said;
    } cases[] = {
        {"diurnal { mean = '1/min', peak = 2, peak_at = '19h' }", "duration = '24h'", false},
        {"diurnal { mean = '1/min', peak = 2, peak_at = '19h' }", "duration = '48h'", false},
        {"diurnal { mean = '1/min', peak = 2, peak_at = '19h' }", "duration = '27h', warmup = '3h'", false},
        {"diurnal { mean = '1/min', peak = 2, peak_at = '19h' }", "duration = '49h', warmup = '1h'", false},
        {"diurnal { mean = '1/min', peak = 2, peak_at = '19h' }", "duration = '30h'", true},
        {"diurnal { mean = '1/min', peak = 2, peak_at = '19h' }", "duration = '24h', warmup = '12h'", true},
        {"diurnal { mean = '1/min', peak = 2, peak_at = '19h' }", "duration = '2h', warmup = '1h'", true},
        {"diurnal { mean = '1/h', peak = 2, peak_at = '19h' }", "duration = '250h'", false},
        {"spike { base = '1/min', peak = '5/min', at = '1h', lasts = '5min' }", "duration = '6h'", false},
        {"stages { { '1h', '1/min' } }", "duration = '6h'", false},
    };
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        char text[400];
        (void)snprintf(text, sizeof text,
                       "fn 'f' { handler = function(r) r:wait '20ms' end }\n"
                       "traffic 'users' { to = 'f', rate = %s } simulate { %s }",
                       cases[i].rate, cases[i].times);
        struct seen seen = see_text(text, NULL);
        struct insight_options options = options_of(&seen, INSIGHT_DETECT);
        struct insight_list *list = find(&seen, &options);
        CU_ASSERT_EQUAL(of_rule(list, "T05") != NULL, cases[i].said);
        insight_free(list);
        seen_end(&seen);
    }
}

static void test_levers_leave_the_traffic_alone(void)
{
    struct seen seen = see_text(
        "local memory = param('memory', '512MB')\nlocal rate = param('rate', '20/s')\n"
        "local idle = param('idle', '10min')\n"
        "fn 'f' { memory = memory, keep_alive = idle, handler = function(r) r:cpu '20ms' r:wait '50ms' end }\n"
        "traffic 'users' { to = 'f', rate = rate } simulate { duration = '1min' }",
        NULL);
    struct insight_options options = options_of(&seen, INSIGHT_FULL);
    options.only = "R07";
    struct insight_list *list = find(&seen, &options);
    int levers = 0;
    for (int i = 0; i < list->count; i++) {
        if (list->items[i].change_count == 0)
            continue;
        levers++;
        CU_ASSERT_EQUAL(list->items[i].state, INSIGHT_MEASURED);
        CU_ASSERT_STRING_NOT_EQUAL(list->items[i].changes[0].name, "rate");
        CU_ASSERT_STRING_EQUAL(list->items[i].changes[0].name, "memory");
    }
    CU_ASSERT_EQUAL(levers, 2); /* more of it for latency, less of it for money */
    insight_free(list);
    seen_end(&seen);
}

CU_TestInfo suite_insight_find[] = {
    TEST(test_looking_alone_simulates_nothing),
    TEST(test_a_long_run_is_not_simulated_again_unasked),
    TEST(test_a_rule_that_is_off_keeps_quiet),
    TEST(test_rules_keep_quiet_on_small_samples),
    TEST(test_a_run_that_was_broken_off_shows_nothing),
    TEST(test_no_two_findings_set_one_setting_differently),
    TEST(test_findings_stand_in_order),
    TEST(test_no_queue_where_a_caller_waits),
    TEST(test_a_change_that_does_not_help_is_not_proposed),
    TEST(test_threads_change_nothing),
    TEST(test_works_on_a_thread_of_its_own),
    TEST(test_stopped_it_keeps_what_it_knows),
    TEST(test_a_parameter_is_named_where_it_drives_the_setting),
    TEST(test_own_changes_belong_to_both_sides),
    TEST(test_both_sides_have_as_many_replications),
    TEST(test_more_load_names_the_limit_that_gives_first),
    TEST(test_more_load_names_what_callers_are_refused_by),
    TEST(test_more_load_finds_a_queue_that_is_left_behind),
    TEST(test_parts_of_a_day_are_told_from_whole_days),
    TEST(test_levers_leave_the_traffic_alone),
    CU_TEST_INFO_NULL,
};
