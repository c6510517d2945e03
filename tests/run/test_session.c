/* test_session.c - the simulations behind a window, held against `tepid run` on the same file: same numbers, whatever happened before. */
#include <math.h>
#include <string.h>
#include <time.h>

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
static void check_series(const struct record *record, const struct result *result)
{
    int64_t wrong = 0;
    for (int64_t i = 0; i < result->sample_count; i++) {
        const struct sample_row *row = &result->samples[i];
        const double *columns = &row->arrivals;
        for (int s = 0; s < RECORD_SERIES; s++)
            wrong += !same_number(
                record_value(record, row->node, (enum record_series)s, row->time_s - 1e-4),
                columns[s]);
    }
    CU_ASSERT_EQUAL(wrong, 0);
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

/* -- restarts -------------------------------------------------------------------------------------- */

/* Twenty moves in a row, looked at in between or not: what lands is the last, and nothing is left of the others. */
static void test_only_the_newest_of_many_moves_lands(void)
{
    struct fixture fixture = open_text(shop);
    struct err err = {0};
    char value[16];
    for (int i = 1; i <= 20; i++) {
        (void)snprintf(value, sizeof value, "%d/s", 10 * i);
        CU_ASSERT_TRUE(session_set_param(fixture.session, "rate", value, &err));
        if (i % 3 == 0)
            session_poll(fixture.session);
    }
    struct change last = {.kind = CHANGE_PARAM, .name = "rate", .value = "200/s"};
    struct study_load load = {.changes = &last, .change_count = 1, .times = study_times_default};
    check_landed(&fixture, &load);
    CU_ASSERT_STRING_EQUAL(session_log(fixture.session) +
                               strcspn(session_log(fixture.session), "\n"),
                           "\n-p rate=200/s\n");
    close_fixture(&fixture);
}

/* What was on screen stays, as the ghost, until the new run has landed. A machine that was too busy to look in between has shown nothing: again. */
static void test_the_old_curve_stays_until_the_new_one_has_landed(void)
{
    struct fixture fixture = open_text(shop);
    struct err err = {0};
    bool grew = false;
    for (int attempt = 0; attempt < 20 && !grew; attempt++) {
        CU_ASSERT_TRUE_FATAL(session_wait(fixture.session, PATIENCE_S));
        const struct record *old = session_current(fixture.session);
        const char *rate = attempt % 2 == 0 ? "200/s" : "199/s";
        CU_ASSERT_TRUE(session_set_param(fixture.session, "rate", rate, &err));
        CU_ASSERT_EQUAL(session_state(fixture.session), SESSION_LOADING);
        while (session_state(fixture.session) != SESSION_IDLE) {
            session_poll(fixture.session);
            const struct record *current = session_current(fixture.session);
            if (current == old || record_result(current) != NULL)
                continue;
            grew |= record_reached_s(current) > 0;
            CU_ASSERT_PTR_EQUAL(session_ghost(fixture.session), old);
            CU_ASSERT_EQUAL(record_reached_s(session_ghost(fixture.session)), 600);
        }
        CU_ASSERT_PTR_NULL(session_ghost(fixture.session));
    }
    CU_ASSERT_TRUE(grew);
    close_fixture(&fixture);
}

/* One of the things a user does, at random. */
static void do_something(struct session *session, struct test_rng *rng)
{
    static const char *const sizes[] = {"512MB", "1GB", "2GB"};
    struct err err = {0};
    char rate[16];
    switch (test_rng_below(rng, 12)) {
    case 0:
        session_set_variant(session, test_rng_below(rng, 2) ? "big" : NULL);
        break;
    case 1:
        session_set_seed(session, (uint64_t)test_rng_below(rng, 9));
        break;
    case 2:
        session_poke(session, 0, (enum poke)test_rng_below(rng, 3),
                     test_rng_below(rng, 600) * SIM_SECOND);
        break;
    case 3:
        session_clear_pokes(session);
        break;
    case 4:
        session_set_baseline(session);
        break;
    case 5:
        session_set_baseline_of(session, NULL, "big");
        break;
    case 6:
        session_clear_baseline(session);
        break;
    case 7:
        session_reset_params(session);
        break;
    case 8:
        (void)session_wait(session, 0.001 * (double)test_rng_below(rng, 9));
        break;
    case 9:
        (void)session_set_param(session, "memory", sizes[test_rng_below(rng, 3)], &err);
        break;
    case 10:
        (void)session_set_param(session, "rate", "9999/s", &err); /* is refused */
        break;
    default:
        (void)snprintf(rate, sizeof rate, "%d/s", 1 + (int)test_rng_below(rng, 100));
        (void)session_set_param(session, "rate", rate, &err);
        break;
    }
    if (test_rng_below(rng, 3) == 0)
        session_poll(session);
}

/* Whatever was done and broken off before: what lands is what the sliders say. */
static void test_a_storm_of_commands_ends_with_the_last_ones_result(void)
{
    struct fixture fixture = open_text(shop);
    struct test_rng rng = {20};
    for (int round = 0; round < 4; round++) {
        struct arena *arena = arena_new();
        struct err err = {0};
        struct study_setup setup;
        struct study_load load;
        for (int i = 0; i < 60; i++)
            do_something(fixture.session, &rng);
        CU_ASSERT_TRUE(session_set_param(fixture.session, "rate", "33/s", &err));
        CU_ASSERT_TRUE_FATAL(session_wait(fixture.session, PATIENCE_S));
        session_recipe(fixture.session, arena, &setup, &load);
        check_landed(&fixture, &load);
        arena_free(arena);
    }
    close_fixture(&fixture);
}

static void test_a_session_may_be_freed_at_any_time(void)
{
    for (int i = 0; i < 6; i++) {
        struct fixture fixture = open_text(shop);
        struct err err = {0};
        for (int k = 0; k < i; k++) {
            (void)session_wait(fixture.session, 0.002 * k);
            CU_ASSERT_TRUE(
                session_set_param(fixture.session, "rate", k % 2 ? "9/s" : "99/s", &err));
        }
        session_set_baseline(fixture.session);
        close_fixture(&fixture);
    }
}

static void test_the_baseline_stays_what_it_was(void)
{
    struct fixture fixture = open_text(shop);
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(session_wait(fixture.session, PATIENCE_S));
    struct record *first = session_current(fixture.session);
    session_set_baseline(fixture.session);
    session_set_variant(fixture.session, "big");
    CU_ASSERT_TRUE_FATAL(session_wait(fixture.session, PATIENCE_S));
    CU_ASSERT_PTR_EQUAL(session_baseline(fixture.session), first);
    CU_ASSERT_PTR_NOT_EQUAL(session_current(fixture.session), first);
    CU_ASSERT_PTR_NULL(record_info(first)->variant);
    CU_ASSERT_TRUE(session_set_param(fixture.session, "rate", "20/s", &err));
    session_clear_baseline(fixture.session);
    CU_ASSERT_PTR_NULL(session_baseline(fixture.session));
    CU_ASSERT_TRUE(session_wait(fixture.session, PATIENCE_S));
    close_fixture(&fixture);
}

/* Another design beside the current one, whatever happens to that meanwhile. */
static void test_a_variant_or_a_file_may_be_the_baseline(void)
{
    struct fixture fixture = open_text(shop), again;
    struct err err = {0};
    struct study_load load = {.variant = "big", .times = study_times_default};
    struct twin twin = run_twin(&fixture, &load);
    session_set_baseline_of(fixture.session, NULL, "big");
    for (int i = 0; i < 8; i++)
        CU_ASSERT_TRUE(session_set_param(fixture.session, "rate", i % 2 ? "9/s" : "99/s", &err));
    CU_ASSERT_TRUE_FATAL(session_wait(fixture.session, PATIENCE_S));
    CU_ASSERT_PTR_NOT_NULL_FATAL(session_baseline(fixture.session));
    check_same(record_result(session_baseline(fixture.session)), twin.result);
    CU_ASSERT_PTR_NULL(record_info(session_current(fixture.session))->variant);
    again = open_text("scenario 'other' {}\n");
    CU_ASSERT_TRUE(session_replay(again.session, session_log(fixture.session), &err));
    CU_ASSERT_TRUE_FATAL(session_wait(again.session, PATIENCE_S));
    check_same(record_result(session_baseline(again.session)), twin.result);
    session_set_baseline_of(fixture.session, "hello", NULL);
    CU_ASSERT_TRUE_FATAL(session_wait(fixture.session, PATIENCE_S));
    CU_ASSERT_STRING_EQUAL(record_info(session_baseline(fixture.session))->scenario, "hello");
    session_set_baseline_of(fixture.session, NULL, "no such variant");
    CU_ASSERT_FALSE(session_wait(fixture.session, PATIENCE_S));
    CU_ASSERT_STRING_EQUAL(record_info(session_baseline(fixture.session))->scenario, "hello");
    session_set_baseline_of(fixture.session, NULL, NULL);
    session_clear_baseline(fixture.session);
    CU_ASSERT_PTR_NULL(session_baseline(fixture.session));
    free_twin(&twin);
    close_fixture(&again);
    close_fixture(&fixture);
}

/* -- what goes wrong --------------------------------------------------------------------------------- */

static void test_an_error_says_where_and_leaves_the_old_run(void)
{
    struct fixture fixture = open_text(shop);
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(session_wait(fixture.session, PATIENCE_S));
    struct record *old = session_current(fixture.session);
    CU_ASSERT_TRUE(session_set_param(fixture.session, "rate", "900/s", &err));
    CU_ASSERT_FALSE(session_wait(fixture.session, PATIENCE_S));
    const struct err *said = session_error(fixture.session);
    CU_ASSERT_PTR_NOT_NULL_FATAL(said);
    CU_ASSERT_STRING_EQUAL(said->what,
                           "-p rate=900/s: param 'rate' = 900/s is above the maximum of 200/s");
    CU_ASSERT_PTR_EQUAL(session_current(fixture.session), old);
    CU_ASSERT_TRUE(session_set_param(fixture.session, "rate", "90/s", &err));
    CU_ASSERT_TRUE(session_wait(fixture.session, PATIENCE_S));
    CU_ASSERT_PTR_NULL(session_error(fixture.session));
    close_fixture(&fixture);
}

static bool ends_with(const char *text, const char *tail)
{
    size_t length = strlen(text), of_tail = strlen(tail);
    return length >= of_tail && strcmp(text + length - of_tail, tail) == 0;
}

static void test_a_file_with_an_error_gives_a_session_that_says_so(void)
{
    struct fixture fixture = open_text("scenario 'broken' {}\nlocal x = fnn 'x' {}\n");
    CU_ASSERT_FALSE(session_wait(fixture.session, PATIENCE_S));
    CU_ASSERT_PTR_NULL(session_current(fixture.session));
    const struct err *said = session_error(fixture.session);
    CU_ASSERT_PTR_NOT_NULL_FATAL(said);
    CU_ASSERT_TRUE(ends_with(said->file, "s.lua"));
    CU_ASSERT_EQUAL(said->line, 2);
    session_open(fixture.session, "hello");
    CU_ASSERT_TRUE_FATAL(session_wait(fixture.session, PATIENCE_S));
    CU_ASSERT_STRING_EQUAL(record_info(session_current(fixture.session))->scenario, "hello");
    CU_ASSERT_PTR_NULL(session_error(fixture.session));
    session_open(fixture.session, "no such file");
    CU_ASSERT_FALSE(session_wait(fixture.session, PATIENCE_S));
    CU_ASSERT_EQUAL(session_error(fixture.session)->kind, ERR_FILE);
    CU_ASSERT_STRING_EQUAL(record_info(session_current(fixture.session))->scenario, "hello");
    close_fixture(&fixture);
    struct session_setup setup = {.study = {.program = "build/tepid", .file = "no such file"}};
    struct err err = {0};
    CU_ASSERT_PTR_NULL(session_new(&setup, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_FILE);
}

/* -- pokes --------------------------------------------------------------------------------------------- */

/* Samples that end before `at_s` of two results are the same, bit for bit; how many. */
static int64_t same_before(const struct result *a, const struct result *b, double at_s)
{
    int64_t same = 0;
    while (same < a->sample_count && a->samples[same].time_s <= at_s) {
        CU_ASSERT_EQUAL_FATAL(memcmp(&a->samples[same], &b->samples[same], sizeof *a->samples), 0);
        same++;
    }
    return same;
}

static double arrivals_at(const struct record *record, const char *node, double at_s)
{
    const struct record_info *info = record_info(record);
    for (int i = 0; i < info->node_count; i++)
        if (strcmp(info->nodes[i].name, node) == 0)
            return record_value(record, i, RECORD_ARRIVALS, at_s);
    return NAN;
}

static void test_a_poke_changes_nothing_before_it(void)
{
    static const enum poke pokes[] = {POKE_FAIL, POKE_SLOW, POKE_BURST};
    struct fixture fixture = open_text(shop);
    struct study_load load = {.times = study_times_default};
    struct twin twin = run_twin(&fixture, &load);
    CU_ASSERT_TRUE_FATAL(session_wait(fixture.session, PATIENCE_S));
    for (size_t i = 0; i < COUNTOF(pokes); i++) {
        session_poke(fixture.session, 0, pokes[i], 300 * SIM_SECOND + 1);
        CU_ASSERT_TRUE_FATAL(session_wait(fixture.session, PATIENCE_S));
        const struct record *record = session_current(fixture.session);
        const struct result *poked = record_result(record);
        int64_t same = same_before(twin.result, poked, 300);
        CU_ASSERT_EQUAL(same, twin.result->sample_count / 2);
        CU_ASSERT_NOT_EQUAL(memcmp(twin.result->samples, poked->samples,
                                   sizeof *poked->samples * (size_t)poked->sample_count),
                            0);
        CU_ASSERT_EQUAL(record_info(record)->event_count, 1);
        CU_ASSERT_TRUE(record_info(record)->events[0].poke);
        CU_ASSERT_DOUBLE_EQUAL(record_info(record)->events[0].at_s, 300, 1e-6);
        if (pokes[i] == POKE_BURST)
            CU_ASSERT_EQUAL(arrivals_at(record, "users", 300.5), arrivals_at(record, "f", 300.5));
        session_clear_pokes(fixture.session);
    }
    CU_ASSERT_TRUE_FATAL(session_wait(fixture.session, PATIENCE_S));
    check_same(record_result(session_current(fixture.session)), twin.result);
    free_twin(&twin);
    close_fixture(&fixture);
}

/* -- the log --------------------------------------------------------------------------------------------- */

static void test_a_log_replays_the_session_exactly(void)
{
    struct fixture fixture = open_text(shop), again = open_text("scenario 'other' {}\n");
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(session_wait(fixture.session, PATIENCE_S));
    session_set_baseline(fixture.session);
    CU_ASSERT_TRUE(session_set_param(fixture.session, "memory", "1GB", &err));
    CU_ASSERT_TRUE(session_set_param(fixture.session, "rate", "80/s", &err));
    session_set_override(fixture.session, "f", "timeout", "5s");
    session_set_seed(fixture.session, 123);
    CU_ASSERT_TRUE_FATAL(session_wait(fixture.session, PATIENCE_S));
    session_poke(fixture.session, 0, POKE_BURST, 200 * SIM_SECOND + 5);
    session_poke(fixture.session, 0, POKE_SLOW, 400 * SIM_SECOND);
    CU_ASSERT_TRUE_FATAL(session_wait(fixture.session, PATIENCE_S));
    char expected[512];
    (void)snprintf(expected, sizeof expected,
                   "tepid run %s\nbaseline\n-p memory=1GB\n-p rate=80/s\n--set f.timeout=5s\n"
                   "--seed 123\npoke users burst 800 at 200000000005ns\n"
                   "poke f slow at 400000000000ns\n",
                   fixture.path);
    CU_ASSERT_STRING_EQUAL(session_log(fixture.session), expected);
    CU_ASSERT_TRUE(session_replay(again.session, session_log(fixture.session), &err));
    CU_ASSERT_TRUE_FATAL(session_wait(again.session, PATIENCE_S));
    check_same(record_result(session_current(again.session)),
               record_result(session_current(fixture.session)));
    check_same(record_result(session_baseline(again.session)),
               record_result(session_baseline(fixture.session)));
    CU_ASSERT_STRING_EQUAL(session_log(again.session), session_log(fixture.session));
    close_fixture(&again);
    close_fixture(&fixture);
}

static void test_a_wrong_line_of_a_log_is_named(void)
{
    static const char *const bad[] = {"fly away",       "poke f",        "poke f slow at noon",
                                      "-p memory",      "--seed x",      "-p 'memory=1GB",
                                      "tepid run a -p", "--set a=b",     "poke f burst 5 at",
                                      "reset now",      "tepid run a b", "-p colour=red"};
    struct fixture fixture = open_text(shop);
    CU_ASSERT_TRUE_FATAL(session_wait(fixture.session, PATIENCE_S));
    for (size_t i = 0; i < COUNTOF(bad); i++) {
        struct err err = {0};
        char log[128];
        (void)snprintf(log, sizeof log, "-p rate=60/s\n\n%s\n", bad[i]);
        CU_ASSERT_FALSE(session_replay(fixture.session, log, &err));
        CU_ASSERT_EQUAL(err.kind, ERR_USER);
        CU_ASSERT_EQUAL(err.line, 3);
    }
    close_fixture(&fixture);
}

/* -- files that are saved -------------------------------------------------------------------------- */

static const char parts[] = "local m = require 'm'\n"
                            "local rate = param('rate', '20/s')\n"
                            "local f = fn 'f' { memory = m.memory }\n"
                            "traffic 't' { to = f, rate = rate }\n"
                            "simulate { duration = '1min' }\n";

static void open_watched(struct fixture *fixture)
{
    struct err err = {0};
    static const char module[] = "return { memory = '512MB' }\n";
    *fixture = (struct fixture){.files = loaded_begin()};
    loaded_file(&fixture->files, "s.lua", parts, strlen(parts));
    loaded_file(&fixture->files, "m.lua", module, strlen(module));
    (void)snprintf(fixture->path, sizeof fixture->path, "%s/s.lua", fixture->files.folder);
    struct session_setup setup = setup_of(fixture);
    setup.watch = true;
    fixture->session = session_new(&setup, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fixture->session);
    CU_ASSERT_TRUE_FATAL(session_wait(fixture->session, PATIENCE_S));
}

static void save(const struct fixture *fixture, const char *name, const char *text)
{
    char from[160], to[160];
    loaded_file(&fixture->files, "saving.tmp", text, strlen(text));
    (void)snprintf(from, sizeof from, "%s/saving.tmp", fixture->files.folder);
    (void)snprintf(to, sizeof to, "%s/%s", fixture->files.folder, name);
    CU_ASSERT_EQUAL_FATAL(rename(from, to), 0);
}

/* Until the file was loaded again, well or badly. */
static bool wait_for_reload(struct session *session)
{
    const struct timespec a_while = {0, 2000000};
    for (int i = 0; i < 5000 && session_state(session) == SESSION_IDLE; i++) {
        session_poll(session);
        (void)nanosleep(&a_while, NULL);
    }
    return session_wait(session, PATIENCE_S);
}

static int param_count(const struct fixture *fixture)
{
    return record_info(session_current(fixture->session))->param_count;
}

static void test_a_saved_file_or_module_is_simulated_anew(void)
{
    struct fixture fixture;
    struct study_load load = {.times = study_times_default};
    open_watched(&fixture);
    save(&fixture, "m.lua", "return { memory = '2GB' }\n");
    CU_ASSERT_TRUE_FATAL(wait_for_reload(fixture.session));
    check_landed(&fixture, &load);
    save(&fixture, "s.lua",
         "local f = fn 'f' { }\ntraffic 't' { to = f, rate = '9/s' }\n"
         "simulate { duration = '1min' }\n");
    CU_ASSERT_TRUE_FATAL(wait_for_reload(fixture.session));
    check_landed(&fixture, &load);
    CU_ASSERT_EQUAL(param_count(&fixture), 0);
    close_fixture(&fixture);
}

static void test_a_file_saved_with_an_error_leaves_the_old_run_until_it_is_mended(void)
{
    struct fixture fixture;
    open_watched(&fixture);
    struct record *old = session_current(fixture.session);
    save(&fixture, "m.lua", "return {\n  memory = = '2GB' }\n");
    CU_ASSERT_FALSE(wait_for_reload(fixture.session));
    const struct err *err = session_error(fixture.session);
    CU_ASSERT_PTR_NOT_NULL_FATAL(err);
    CU_ASSERT_TRUE(ends_with(err->file, "m.lua"));
    CU_ASSERT_EQUAL(err->line, 2);
    CU_ASSERT_PTR_EQUAL(session_current(fixture.session), old);
    save(&fixture, "m.lua", "return {\n  memory = '2GB' }\n");
    CU_ASSERT_TRUE(wait_for_reload(fixture.session));
    CU_ASSERT_PTR_NULL(session_error(fixture.session));
    close_fixture(&fixture);
}

/* A slider whose parameter is gone does not keep the rest from loading; the others keep their values. */
static void test_a_parameter_that_is_gone_is_forgotten(void)
{
    struct fixture fixture;
    struct err err = {0};
    open_watched(&fixture);
    CU_ASSERT_TRUE(session_set_param(fixture.session, "rate", "30/s", &err));
    session_set_override(fixture.session, "f", "timeout", "7s");
    CU_ASSERT_TRUE_FATAL(session_wait(fixture.session, PATIENCE_S));
    static const char without[] = "local f = fn 'f' { }\ntraffic 't' { to = f, rate = '9/s' }\n"
                                  "simulate { duration = '1min' }\n";
    save(&fixture, "s.lua", without);
    CU_ASSERT_TRUE_FATAL(wait_for_reload(fixture.session));
    struct change timeout = {
        .kind = CHANGE_SETTING, .resource = "f", .name = "timeout", .value = "7s"};
    struct study_load load = {.changes = &timeout, .change_count = 1, .times = study_times_default};
    check_landed(&fixture, &load);
    session_rerun(fixture.session);
    check_landed(&fixture, &load);
    close_fixture(&fixture);
}

/* -- traces ---------------------------------------------------------------------------------------- */

static void test_a_landed_run_has_its_traces_and_more_when_asked(void)
{
    struct fixture fixture = {.files = loaded_begin()};
    struct err err = {0};
    loaded_file(&fixture.files, "s.lua", shop, strlen(shop));
    (void)snprintf(fixture.path, sizeof fixture.path, "%s/s.lua", fixture.files.folder);
    struct session_setup setup = setup_of(&fixture);
    setup.traces = 12;
    fixture.session = session_new(&setup, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fixture.session);
    CU_ASSERT_TRUE_FATAL(session_wait(fixture.session, PATIENCE_S));
    struct record *record = session_current(fixture.session);
    CU_ASSERT_PTR_NOT_NULL_FATAL(record_traces(record));
    CU_ASSERT_EQUAL(record_traces(record)->request_count, 12);
    struct trace_ask ask = {.requests = 5,
                            .from = 100 * SIM_SECOND,
                            .to = 110 * SIM_SECOND,
                            .latency_min = 0,
                            .latency_max = INT64_MAX};
    session_trace(fixture.session, &ask);
    CU_ASSERT_TRUE_FATAL(session_wait(fixture.session, PATIENCE_S));
    const struct trace_set *cell = record_traces(record);
    CU_ASSERT_EQUAL_FATAL(cell->request_count, 5);
    for (uint32_t i = 0; i < cell->request_count; i++)
        CU_ASSERT_TRUE(cell->requests[i].start >= ask.from && cell->requests[i].start < ask.to);
    close_fixture(&fixture);
}

/* -- odd runs --------------------------------------------------------------------------------------------- */

static void test_runs_without_traffic_and_of_a_month_are_records_too(void)
{
    static const char *const texts[] = {
        "fn 'alone' { }\nsimulate { duration = '1min' }\n",
        "local f = fn 'f' { }\ntraffic 't' { to = f, rate = '1/h' }\nsimulate { duration = '31d' "
        "}\n",
        "local f = fn 'f' { }\ntraffic 't' { to = f, rate = '5/s' }\n"
        "simulate { duration = '2min', reps = 3 }\n",
    };
    for (size_t i = 0; i < COUNTOF(texts); i++) {
        struct fixture fixture = open_text(texts[i]);
        struct study_load load = {.times = study_times_default};
        check_landed(&fixture, &load);
        close_fixture(&fixture);
    }
}

CU_TestInfo suite_session[] = {
    TEST(test_a_session_finds_what_a_run_finds),
    TEST(test_variants_params_settings_and_seeds_are_those_of_a_run),
    TEST(test_only_the_newest_of_many_moves_lands),
    TEST(test_the_old_curve_stays_until_the_new_one_has_landed),
    TEST(test_a_storm_of_commands_ends_with_the_last_ones_result),
    TEST(test_a_session_may_be_freed_at_any_time),
    TEST(test_the_baseline_stays_what_it_was),
    TEST(test_a_variant_or_a_file_may_be_the_baseline),
    TEST(test_an_error_says_where_and_leaves_the_old_run),
    TEST(test_a_file_with_an_error_gives_a_session_that_says_so),
    TEST(test_a_poke_changes_nothing_before_it),
    TEST(test_a_log_replays_the_session_exactly),
    TEST(test_a_wrong_line_of_a_log_is_named),
    TEST(test_a_saved_file_or_module_is_simulated_anew),
    TEST(test_a_file_saved_with_an_error_leaves_the_old_run_until_it_is_mended),
    TEST(test_a_parameter_that_is_gone_is_forgotten),
    TEST(test_a_landed_run_has_its_traces_and_more_when_asked),
    TEST(test_runs_without_traffic_and_of_a_month_are_records_too),
    CU_TEST_INFO_NULL,
};
