/* test_session.c - the simulations behind a window, held against `tepid run` on the same file: same numbers, whatever happened before. */
#include <math.h>
#include <string.h>

#include "run/run.h"
#include "run/session.h"
#include "tests/run/study_text.h"
#include "tests/suite.h"

#define PATIENCE_S 60

static const char shop[] =
    "scenario 'shop' { question = 'Which?' }\n"
    "local memory = param('memory', '512MB', { one_of = { '512MB', '1GB', '2GB' } })\n"
    "local rate = param('rate', '50/s', { min = '1/s', max = '200/s', doc = 'visitors' })\n"
    "local f = fn 'f' { memory = memory, handler = function(r) r:cpu '8ms' end }\n"
    "local web = http_api 'web' { ['GET /x'] = f }\n"
    "traffic 'users' { to = web 'GET /x', rate = rate }\n"
    "variant 'big' { memory = '2GB' }\n"
    "slo { 'web.latency.p99 < 300ms' }\n"
    "simulate { duration = '10min', warmup = '1min', seed = 7 }\n";

struct fixture {
    struct loaded files;
    char path[128];
    struct session *session;
};

static struct session_setup setup_of(const struct fixture *fixture)
{
    return (struct session_setup){
        .study = {.program = "build/tepid", .file = fixture->path},
        .times = study_times_default,
    };
}

static struct fixture open_text(const char *text)
{
    struct fixture fixture = {.files = loaded_begin()};
    struct err err = {0};
    loaded_file(&fixture.files, "s.lua", text, strlen(text));
    (void)snprintf(fixture.path, sizeof fixture.path, "%s/s.lua", fixture.files.folder);
    struct session_setup setup = setup_of(&fixture);
    fixture.session = session_new(&setup, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fixture.session);
    return fixture;
}

static void close_fixture(struct fixture *fixture)
{
    session_free(fixture->session);
    loaded_end(&fixture->files);
}

/* -- the same numbers as tepid run ---------------------------------------------------------------- */

struct twin {
    struct study *study;
    struct scenario *scenario;
    struct result *result;
};

static struct twin run_twin(const struct fixture *fixture, const struct study_load *load)
{
    struct study_setup setup = {.program = "build/tepid", .file = fixture->path};
    struct err err = {0};
    struct twin twin = {.study = study_open(&setup, &err)};
    CU_ASSERT_PTR_NOT_NULL_FATAL(twin.study);
    twin.scenario = study_load(twin.study, load, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(twin.scenario);
    struct run_item item = {twin.scenario, load->variant};
    struct run_options options = {.jobs = 1, .limits = {SIM_NEVER, UINT64_MAX, INT64_MAX}};
    CU_ASSERT_TRUE_FATAL(run_all(&item, 1, &options, &twin.result, &err));
    return twin;
}

static void free_twin(struct twin *twin)
{
    result_free(twin->result);
    scenario_free(twin->scenario);
    study_close(twin->study);
}

static bool same_number(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static void check_same(const struct result *a, const struct result *b)
{
    CU_ASSERT_EQUAL(a->fingerprint, b->fingerprint);
    CU_ASSERT_EQUAL_FATAL(a->row_count, b->row_count);
    for (int i = 0; i < a->row_count; i++) {
        CU_ASSERT_STRING_EQUAL(a->rows[i].metric, b->rows[i].metric);
        CU_ASSERT_TRUE(same_number(a->rows[i].value, b->rows[i].value));
        CU_ASSERT_TRUE(same_number(a->rows[i].ci_low, b->rows[i].ci_low));
    }
    CU_ASSERT_EQUAL_FATAL(a->sample_count, b->sample_count);
    CU_ASSERT_EQUAL(memcmp(a->samples, b->samples, sizeof *a->samples * (size_t)a->sample_count),
                    0);
    CU_ASSERT_TRUE(same_number(a->bill.cost_month_usd, b->bill.cost_month_usd));
}

/* The record holds the rows of timeseries.csv, every value of them. */
static void check_series(struct record *record, const struct result *result)
{
    for (int64_t i = 0; i < result->sample_count; i++) {
        const struct sample_row *row = &result->samples[i];
        const double *columns = &row->arrivals;
        for (int s = 0; s < RECORD_SERIES; s++)
            CU_ASSERT_TRUE(same_number(
                record_value(record, row->node, (enum record_series)s, row->time_s - 1e-4),
                columns[s]));
    }
}

static void check_landed(const struct fixture *fixture, const struct study_load *load)
{
    CU_ASSERT_TRUE_FATAL(session_wait(fixture->session, PATIENCE_S));
    struct record *record = session_current(fixture->session);
    CU_ASSERT_PTR_NOT_NULL_FATAL(record);
    CU_ASSERT_PTR_NOT_NULL_FATAL(record_result(record));
    struct twin twin = run_twin(fixture, load);
    check_same(record_result(record), twin.result);
    check_series(record, twin.result);
    free_twin(&twin);
}

static void test_a_session_finds_what_a_run_finds(void)
{
    struct fixture fixture = open_text(shop);
    struct study_load load = {.times = study_times_default};
    check_landed(&fixture, &load);
    struct record *record = session_current(fixture.session);
    CU_ASSERT_EQUAL(session_state(fixture.session), SESSION_IDLE);
    CU_ASSERT_PTR_NULL(session_ghost(fixture.session));
    CU_ASSERT_EQUAL(record_reached_s(record), 600);
    double first, landed;
    session_timing(fixture.session, &first, &landed);
    CU_ASSERT_TRUE(first > 0 && first <= landed);
    close_fixture(&fixture);
}

static void test_variants_params_settings_and_seeds_are_those_of_a_run(void)
{
    struct fixture fixture = open_text(shop);
    struct err err = {0};
    struct change changes[] = {
        {.kind = CHANGE_PARAM, .name = "rate", .value = "120/s"},
        {.kind = CHANGE_SETTING, .resource = "f", .name = "timeout", .value = "9s"},
    };
    struct study_load load = {.variant = "big", .times = study_times_default};
    session_set_variant(fixture.session, "big");
    check_landed(&fixture, &load);
    load.changes = changes;
    load.change_count = 2;
    load.times.has_seed = true;
    load.times.seed = 99;
    CU_ASSERT_TRUE(session_set_param(fixture.session, "rate", "120/s", &err));
    session_set_override(fixture.session, "f", "timeout", "9s");
    session_set_seed(fixture.session, 99);
    check_landed(&fixture, &load);
    CU_ASSERT_STRING_EQUAL(record_info(session_current(fixture.session))->variant, "big");
    CU_ASSERT_FALSE(session_set_param(fixture.session, "colour", "red", &err));
    CU_ASSERT_STRING_EQUAL(err.what, "the scenario has no parameter 'colour'");
    close_fixture(&fixture);
}

CU_TestInfo suite_session[] = {
    TEST(test_a_session_finds_what_a_run_finds),
    TEST(test_variants_params_settings_and_seeds_are_those_of_a_run),
    CU_TEST_INFO_NULL,
};
