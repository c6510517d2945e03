/* test_study.c - a file loaded again and again with something changed. Loads are held against totals of the shapes they scale. */
#include <math.h>

#include "model/rate_shape.h"
#include "model/svc_client.h"
#include "model/svc_function.h"
#include "run/run.h"
#include "tests/run/study_text.h"
#include "tests/suite.h"

static const char plain[] =
    "scenario 'plain' { question = 'Which?' }\n"
    "local memory = param('memory', '512MB', { one_of = { '512MB', '1GB', '2GB' } })\n"
    "local rate = param('rate', '50/s')\n"
    "local f = fn 'f' { memory = memory, handler = function(r) r:cpu '8ms' end }\n"
    "traffic 'users' { to = f, rate = rate }\n"
    "variant 'big' { memory = '2GB' }\n"
    "simulate { duration = '10min', warmup = '1min', seed = 7 }\n";

static struct scenario *load_with(struct study_text *fixture, const struct change *changes,
                                  int count)
{
    struct study_load load = {
        .changes = changes, .change_count = count, .times = study_times_default, .trusted = true};
    fixture->err = (struct err){0};
    return study_load(fixture->study, &load, &fixture->err);
}

static int64_t memory_of(const struct scenario *scenario)
{
    const struct function_config *config = scenario->resources[scenario_find(scenario, "f")].config;
    return config->memory;
}

static void test_changes_come_after_what_the_study_was_given(void)
{
    static const char *const params[] = {"memory=512MB", "rate=10/s", "memory=1GB"};
    struct study_text fixture = study_text_open(plain, params, 3);
    struct scenario *base = load_with(&fixture, NULL, 0);
    struct change changes[] = {
        {.kind = CHANGE_PARAM, .name = "memory", .value = "2GB"},
        {.kind = CHANGE_SETTING, .resource = "f", .name = "timeout", .value = "9s"},
        {.kind = CHANGE_SETTING, .resource = "account", .name = "concurrency", .value = "17"},
    };
    struct scenario *changed = load_with(&fixture, changes, COUNTOF(changes));
    CU_ASSERT_PTR_NOT_NULL_FATAL(base);
    CU_ASSERT_PTR_NOT_NULL_FATAL(changed);
    CU_ASSERT_EQUAL(memory_of(base), INT64_C(1) << 30);
    CU_ASSERT_EQUAL(memory_of(changed), INT64_C(2) << 30);
    CU_ASSERT_EQUAL(changed->account.concurrency, 17);
    const struct function_config *config = changed->resources[scenario_find(changed, "f")].config;
    CU_ASSERT_EQUAL(config->timeout, 9 * SIM_SECOND);
    CU_ASSERT_NOT_EQUAL(base->digest, changed->digest);
    scenario_free(base);
    scenario_free(changed);
    study_text_close(&fixture);
}

static void test_a_load_has_its_variant_and_its_times(void)
{
    struct study_text fixture = study_text_open(plain, NULL, 0);
    struct study_load load = {.variant = "big", .times = study_times_default, .trusted = true};
    load.times.duration = 20 * SIM_MINUTE;
    load.times.has_seed = true;
    load.times.seed = 0;
    struct scenario *scenario = study_load(fixture.study, &load, &fixture.err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    CU_ASSERT_EQUAL(memory_of(scenario), INT64_C(2) << 30);
    CU_ASSERT_EQUAL(scenario->simulate.duration, 20 * SIM_MINUTE);
    CU_ASSERT_EQUAL(scenario->simulate.warmup, SIM_MINUTE);
    CU_ASSERT_EQUAL(scenario->simulate.seed, 0);
    scenario_free(scenario);
    load.times.duration = SIM_MINUTE;
    CU_ASSERT_PTR_NULL(study_load(fixture.study, &load, &fixture.err));
    CU_ASSERT_PTR_NOT_NULL(strstr(fixture.err.what, "not longer than the warm-up"));
    study_text_close(&fixture);
}

/* -- more load --------------------------------------------------------------------------------- */

static const struct rate_shape *shape_of(const struct scenario *scenario, const char *source)
{
    const struct client_config *client =
        scenario->resources[scenario_find(scenario, source)].config;
    return client->rate;
}

static void check_load(struct study_text *fixture, struct scenario *base, double factor)
{
    static const char *const sources[] = {"a", "b", "c", "d", "e", "f1", "g", "h"};
    struct change change = {.kind = CHANGE_LOAD, .factor = factor};
    struct scenario *scaled = load_with(fixture, &change, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(scaled);
    for (size_t i = 0; i < COUNTOF(sources); i++) {
        const struct rate_shape *was = shape_of(base, sources[i]);
        const struct rate_shape *is = shape_of(scaled, sources[i]);
        for (sim_time t = 0; t <= 1200 * SIM_SECOND; t += 100 * SIM_SECOND) {
            double expected = factor * rate_shape_total(was, t), got = rate_shape_total(is, t);
            double slack = was->kind >= RATE_BURST ? 1.5 : 1e-9 * expected + 1e-9;
            if (fabs(got - expected) > slack)
                printf("%s x%g at %gs: %g, not %g\n", sources[i], factor, (double)t / 1e9, got,
                       expected);
            CU_ASSERT_DOUBLE_EQUAL(got, expected, slack);
        }
    }
    scenario_free(scaled);
}

static void test_every_shape_of_traffic_takes_more_load_or_less(void)
{
    static const char text[] =
        "local f = fn 'f' { }\n"
        "traffic 'a' { to = f, rate = '50/s' }\n"
        "traffic 'b' { to = f, rate = stages{ {'2min','100/s'}, {'5min','10/s'} } }\n"
        "traffic 'c' { to = f, rate = diurnal{ mean = '20/s', peak = 2, peak_at = '15h' } }\n"
        "traffic 'd' { to = f, rate = spike{ base='1/s', peak='90/s', at='5min', lasts='60s' } }\n"
        "traffic 'e' { to = f, rate = mmpp{ {'10/s','5min'}, {'90/s','30s'} } }\n"
        "traffic 'f1' { to = f, rate = burst{ n = 800, at = '0s' } }\n"
        "traffic 'g' { to = f, rate = trace 'times.csv' }\n"
        "traffic 'h' { to = f, rate = trace 'counts.csv' }\n"
        "traffic 'i' { to = f, clients = 10, think = '1s' }\n"
        "traffic 'j' { to = f, arrivals = exponential '2s' }\n";
    struct study_text fixture = {0};
    struct text times = {0}, counts = {0};
    text_add(&times, "time_s\n");
    for (int i = 0; i < 1000; i++)
        text_addf(&times, "%d.%d\n", i, i % 7);
    text_add(&counts, "interval_s,count\n");
    for (int i = 0; i < 1200; i += 10)
        text_addf(&counts, "%d,%d\n", i, i % 13);
    fixture = study_text_open(text, NULL, 0);
    loaded_file(&fixture.files, "times.csv", times.data, times.length);
    loaded_file(&fixture.files, "counts.csv", counts.data, counts.length);
    struct scenario *base = load_with(&fixture, NULL, 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(base);
    static const double factors[] = {0.25, 1, 1.7, 3};
    for (size_t i = 0; i < COUNTOF(factors); i++)
        check_load(&fixture, base, factors[i]);

    struct change twice = {.kind = CHANGE_LOAD, .factor = 2};
    struct scenario *doubled = load_with(&fixture, &twice, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(doubled);
    const struct client_config *closed = doubled->resources[scenario_find(doubled, "i")].config;
    const struct client_config *gaps = doubled->resources[scenario_find(doubled, "j")].config;
    CU_ASSERT_EQUAL(closed->clients, 20);
    CU_ASSERT_DOUBLE_EQUAL(dist_mean(gaps->arrivals.gaps), 1e9, 1);
    const struct rate_shape *trace = shape_of(doubled, "g");
    for (size_t i = 1; i < trace->count; i++)
        CU_ASSERT_TRUE(trace->times[i] >= trace->times[i - 1]);
    scenario_free(doubled);
    scenario_free(base);
    text_free(&times);
    text_free(&counts);
    study_text_close(&fixture);
}

static void test_a_load_beyond_what_a_rate_can_be_is_refused(void)
{
    struct study_text fixture = study_text_open(plain, NULL, 0);
    static const double bad[] = {0, -1, NAN, INFINITY, 1e8};
    for (size_t i = 0; i < COUNTOF(bad); i++) {
        struct change change = {.kind = CHANGE_LOAD, .factor = bad[i]};
        CU_ASSERT_PTR_NULL(load_with(&fixture, &change, 1));
        CU_ASSERT_EQUAL(fixture.err.kind, ERR_USER);
    }
    study_text_close(&fixture);
}

/* -- faults ---------------------------------------------------------------------------------------- */

static void test_a_fault_joins_those_of_the_file(void)
{
    struct study_text fixture = study_text_open(plain, NULL, 0);
    struct change change = {
        .kind = CHANGE_FAULT,
        .resource = "f",
        .fault = {
            .at = 90 * SIM_SECOND, .lasts = TIME_UNSET, .latency_factor = NAN, .errors = 0.25}};
    struct scenario *scenario = load_with(&fixture, &change, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    CU_ASSERT_EQUAL_FATAL(scenario->fault_count, 1);
    CU_ASSERT_EQUAL(scenario->faults[0].at, 90 * SIM_SECOND);
    CU_ASSERT_EQUAL(scenario->faults[0].resource, scenario_find(scenario, "f"));
    CU_ASSERT_EQUAL(scenario->faults[0].errors, 0.25);
    scenario_free(scenario);
    change.resource = "nobody";
    CU_ASSERT_PTR_NULL(load_with(&fixture, &change, 1));
    change.resource = "f";
    change.fault.errors = 1.5;
    CU_ASSERT_PTR_NULL(load_with(&fixture, &change, 1));
    study_text_close(&fixture);
}

/* Requests of the application with a burst of so many at 30 s. */
static uint64_t requests_with(struct study_text *fixture, const char *source, int64_t burst)
{
    struct change change = {.kind = CHANGE_FAULT,
                            .resource = source,
                            .fault = {.at = 30 * SIM_SECOND,
                                      .lasts = 0,
                                      .latency_factor = NAN,
                                      .errors = NAN,
                                      .burst = burst}};
    struct scenario *scenario = load_with(fixture, &change, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    struct run_item item = {scenario, NULL};
    struct run_options options = {.jobs = 1, .limits = {SIM_NEVER, UINT64_MAX, INT64_MAX}};
    struct result *result = NULL;
    CU_ASSERT_TRUE_FATAL(run_all(&item, 1, &options, &result, &fixture->err));
    uint64_t requests = result->requests;
    result_free(result);
    scenario_free(scenario);
    return requests;
}

/* The clients of a closed loop send no more for it afterwards. */
static void test_a_burst_comes_on_top_and_once(void)
{
    static const char text[] = "local f = fn 'f' { handler = function(r) r:wait '10ms' end }\n"
                               "traffic 'open' { to = f, rate = '5/s' }\n"
                               "traffic 'tracked' { to = f, rate = '5/s', timeout = '1s' }\n"
                               "traffic 'closed' { to = f, clients = 2, think = '2s' }\n"
                               "simulate { duration = '1min' }\n";
    static const char *const sources[] = {"open", "tracked", "closed"};
    struct study_text fixture = study_text_open(text, NULL, 0);
    uint64_t alone = requests_with(&fixture, "open", 0);
    for (size_t i = 0; i < COUNTOF(sources); i++)
        CU_ASSERT_EQUAL(requests_with(&fixture, sources[i], 70), alone + 70);
    struct change change = {
        .kind = CHANGE_FAULT,
        .resource = "f",
        .fault = {.at = 0, .lasts = 0, .latency_factor = NAN, .errors = NAN, .burst = 5}};
    CU_ASSERT_PTR_NULL(load_with(&fixture, &change, 1));
    CU_ASSERT_STRING_EQUAL(fixture.err.what, "a burst of 'f': only traffic comes in bursts");
    study_text_close(&fixture);
}

static void test_a_name_of_a_shipped_scenario_will_do(void)
{
    struct err err = {0};
    struct study_setup setup = {.program = "build/tepid", .file = "hello"};
    struct study *study = study_open(&setup, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(study);
    CU_ASSERT_PTR_NOT_NULL(strstr(study_path(study), "scenarios/hello.lua"));
    study_close(study);
    setup.file = "helo";
    CU_ASSERT_PTR_NULL(study_open(&setup, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_FILE);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.help, "hello"));
}

CU_TestInfo suite_study[] = {
    TEST(test_changes_come_after_what_the_study_was_given),
    TEST(test_a_load_has_its_variant_and_its_times),
    TEST(test_every_shape_of_traffic_takes_more_load_or_less),
    TEST(test_a_load_beyond_what_a_rate_can_be_is_refused),
    TEST(test_a_fault_joins_those_of_the_file),
    TEST(test_a_burst_comes_on_top_and_once),
    TEST(test_a_name_of_a_shipped_scenario_will_do),
    CU_TEST_INFO_NULL,
};
