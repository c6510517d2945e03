/* test_sweep.c - sweeps that are simulated: held against single runs of the same points, against themselves on other threads, and
 * against what is in a folder already. */
#include <math.h>
#include <stdlib.h>

#include "model/svc_client.h"
#include "report/sweep_files.h"
#include "report/text_sweep.h"
#include "run/sweep.h"
#include "run/sweep_merge.h"
#include "tests/run/study_text.h"
#include "tests/suite.h"

static const char file[] =
    "scenario 'sizing' { question = 'How much?' }\n"
    "local memory = param('memory', '512MB', { min = '128MB', max = '4GB' })\n"
    "local rate = param('rate', '20/s', { max = '400/s' })\n"
    "local units = param('units', 0, { max = 50 })\n"
    "local f = fn 'f' { memory = memory, provisioned = units > 0 and units or nil,\n"
    "  handler = function(r) r:cpu '30ms' r:wait(exponential '50ms') end }\n"
    "local web = http_api 'web' { ['GET /x'] = f }\n"
    "traffic 'users' { to = web 'GET /x', rate = rate }\n"
    "slo { 'web.latency.p99 < 380ms', 'errors < 1%', 'users.rate.max < 90/s' }\n"
    "sweep { memory = { '256MB', '512MB', '1GB' }, units = { 0, 2 } }\n"
    "simulate { duration = '4min', warmup = '30s', seed = 11 }\n";

static struct sweep *open_sweep(struct study_text *text, const struct sweep_setup *given)
{
    struct sweep_setup setup = *given;
    setup.study = text->study;
    if (setup.times.duration == 0)
        setup.times = study_times_default;
    setup.version = "1.2.3";
    text->err = (struct err){0};
    return sweep_open(&setup, &text->err);
}

/* Runs a sweep on some threads; its table lives as long as the sweep. */
static const struct sweep_table *run_sweep(struct sweep *sweep, int jobs)
{
    struct err err = {0};
    struct sweep_options options = {.jobs = jobs, .limits = {SIM_NEVER, UINT64_MAX, INT64_MAX}};
    CU_ASSERT_TRUE_FATAL(sweep_run(sweep, &options, &err));
    return sweep_table(sweep);
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static double value_of(const struct result *result, const char *metric, const char *stat)
{
    for (int i = 0; i < result->row_count; i++)
        if (strcmp(result->rows[i].resource, "*") == 0 &&
            strcmp(result->rows[i].metric, metric) == 0 && strcmp(result->rows[i].stat, stat) == 0)
            return result->rows[i].value;
    return NAN;
}

/* What `tepid run -p memory=... -p units=...` says of the point. */
static struct result *run_alone(struct study_text *text, const struct sweep_table *table,
                                const struct sweep_point *point, int reps,
                                struct scenario **scenario)
{
    struct change changes[SWEEP_PARAMS_MAX];
    struct study_load load = {.changes = changes, .times = study_times_default, .trusted = true};
    for (int p = 0; p < table->grid.param_count; p++)
        changes[load.change_count++] = (struct change){
            .kind = CHANGE_PARAM, .name = table->grid.params[p].name, .value = point->values[p]};
    *scenario = study_load(text->study, &load, &text->err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(*scenario);
    struct run_item item = {.scenario = *scenario};
    struct run_options options = {
        .jobs = 1, .reps = reps, .limits = {SIM_NEVER, UINT64_MAX, INT64_MAX}};
    struct result *result = NULL;
    CU_ASSERT_TRUE_FATAL(run_all(&item, 1, &options, &result, &text->err));
    return result;
}

static void check_row(const struct sweep_row *row, const struct result *result)
{
    CU_ASSERT_TRUE(same(row->cost_usd, value_of(result, "cost", "sum")));
    CU_ASSERT_TRUE(same(row->cost_month_usd, value_of(result, "cost_month", "sum")));
    CU_ASSERT_TRUE(same(row->p50_ms, value_of(result, "latency", "p50")));
    CU_ASSERT_TRUE(same(row->p99_ms, value_of(result, "latency", "p99")));
    CU_ASSERT_TRUE(same(row->errors, value_of(result, "errors", "mean")));
    CU_ASSERT_TRUE(same(row->cold, value_of(result, "cold", "mean")));
    CU_ASSERT_TRUE(same(row->spill, value_of(result, "spill", "mean")));
    CU_ASSERT_EQUAL(row->slo_passed, result->slos_passed);
}

static void test_a_point_is_what_a_run_of_it_says(void)
{
    struct study_text text = study_text_open(file, NULL, 0);
    for (int reps = 1; reps <= 3; reps += 2) {
        struct sweep_setup setup = {.times = study_times_default};
        setup.times.reps = reps;
        struct sweep *sweep = open_sweep(&text, &setup);
        CU_ASSERT_PTR_NOT_NULL_FATAL(sweep);
        const struct sweep_table *table = run_sweep(sweep, 2);
        CU_ASSERT_EQUAL_FATAL(table->point_count, 6);
        for (size_t i = 0; i < table->point_count; i++) {
            const struct sweep_point *point = table->points[i];
            struct scenario *scenario;
            struct result *result = run_alone(&text, table, point, reps, &scenario);
            CU_ASSERT_TRUE_FATAL(point->done && point->reps == reps);
            check_row(&point->all, result);
            CU_ASSERT_EQUAL(point->objective, value_of(result, "cost", "sum"));
            CU_ASSERT_EQUAL(point->requests, result->requests);
            if (reps == 1)
                check_row(&point->rows[0], result);
            result_free(result);
            scenario_free(scenario);
        }
        sweep_close(sweep);
    }
    study_text_close(&text);
}

static void test_rows_of_replications_average_to_the_whole(void)
{
    struct study_text text = study_text_open(file, NULL, 0);
    struct sweep_setup setup = {.times = study_times_default};
    setup.times.reps = 4;
    struct sweep *sweep = open_sweep(&text, &setup);
    const struct sweep_table *table = run_sweep(sweep, 3);
    for (size_t i = 0; i < table->point_count; i++) {
        const struct sweep_point *point = table->points[i];
        double cost = 0;
        for (int r = 0; r < 4; r++)
            cost += point->rows[r].cost_usd / 4;
        CU_ASSERT_DOUBLE_EQUAL(cost, point->all.cost_usd, 1e-12);
        CU_ASSERT_TRUE(point->rows[0].p99_ms != point->rows[1].p99_ms);
        CU_ASSERT_TRUE(point->interval[0] < point->objective &&
                       point->objective < point->interval[1]);
    }
    sweep_close(sweep);
    study_text_close(&text);
}

/* Everything a table says, as the files have it. */
static char *written(const struct sweep_table *table)
{
    struct text text = {0};
    sweep_write_rows(table, &text);
    sweep_write_points(table, &text);
    sweep_write_report(table, &text);
    return text.data;
}

static void test_threads_change_no_byte(void)
{
    struct study_text text = study_text_open(file, NULL, 0);
    static const char *const axes[] = {"rate=10/s..80/s:10/s", "units=0,3"};
    char *first = NULL;
    for (int jobs = 1; jobs <= 5; jobs += 2) {
        struct sweep_setup setup = {.axes = axes, .axis_count = 2, .refine = true};
        struct sweep *sweep = open_sweep(&text, &setup);
        CU_ASSERT_PTR_NOT_NULL_FATAL(sweep);
        char *one = written(run_sweep(sweep, jobs));
        if (first == NULL)
            first = one;
        else {
            CU_ASSERT_STRING_EQUAL(one, first);
            mem_free(one);
        }
        sweep_close(sweep);
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(first, "refined"));
    mem_free(first);
    study_text_close(&text);
}

static void test_precision_is_a_number_of_replications(void)
{
    struct study_text text = study_text_open(file, NULL, 0);
    static const char *const axes[] = {"memory=256MB,1GB"};
    struct sweep_setup setup = {
        .axes = axes, .axis_count = 1, .precision = 0.05, .times = study_times_default};
    setup.times.reps = 40;
    struct sweep *sweep = open_sweep(&text, &setup);
    CU_ASSERT_PTR_NOT_NULL_FATAL(sweep);
    const struct sweep_table *table = run_sweep(sweep, 3);
    for (size_t i = 0; i < table->point_count; i++) {
        struct scenario *scenario;
        const struct sweep_point *point = table->points[i];
        CU_ASSERT_TRUE(point->reps == 5 || point->reps == 10 || point->reps == 20 ||
                       point->reps == 40);
        struct result *result = run_alone(&text, table, point, point->reps, &scenario);
        check_row(&point->all, result);
        result_free(result);
        scenario_free(scenario);
    }
    sweep_close(sweep);
    study_text_close(&text);
}

/* The largest rate, found by bisection and by trying them all. */
static void test_find_agrees_with_trying_them_all(void)
{
    struct study_text text = study_text_open(file, NULL, 0);
    static const char *const range[] = {"rate=40/s,100/s"}, *const all[] = {"rate=40/s..100/s:1/s"};
    struct sweep_setup setup = {.axes = range, .axis_count = 1, .find = "rate"};
    struct sweep *sweep = open_sweep(&text, &setup);
    CU_ASSERT_PTR_NOT_NULL_FATAL(sweep);
    const struct sweep_table *table = run_sweep(sweep, 2);
    CU_ASSERT_TRUE_FATAL(table->find.found && table->find.largest && !table->find.open);
    double passes = table->points[table->find.passes]->counts[0];
    double fails = table->points[table->find.fails]->counts[0];
    sweep_close(sweep);

    setup = (struct sweep_setup){.axes = all, .axis_count = 1};
    sweep = open_sweep(&text, &setup);
    table = run_sweep(sweep, 2);
    double edge = 0; /* up to here everything passes */
    while (edge < 61 && sweep_point_passed(table, table->points[(int)edge]))
        edge++;
    CU_ASSERT_TRUE(edge > 2 && edge < 60);
    CU_ASSERT_TRUE(passes < 40 + edge + 3 && fails > 40 + edge - 3 && fails - passes < 1);
    sweep_close(sweep);
    study_text_close(&text);
}

/* -- taken up again ------------------------------------------------------------------------------------- */

static void test_known_points_are_not_simulated_again(void)
{
    struct study_text text = study_text_open(file, NULL, 0);
    static const char *const few[] = {"rate=10/s,30/s"}, *const more[] = {"rate=10/s,20/s,30/s"};
    struct sweep_setup setup = {.axes = few, .axis_count = 1};
    struct sweep *first = open_sweep(&text, &setup);
    struct sweep_table *known = (struct sweep_table *)run_sweep(first, 1);
    double cost = known->points[0]->objective;
    known->points[1]->objective = 123; /* nothing that a simulation would say */
    setup.axes = more;
    struct sweep *second = open_sweep(&text, &setup);
    CU_ASSERT_TRUE(sweep_resume(second, known, &text.err));
    const struct sweep_table *table = run_sweep(second, 2);
    CU_ASSERT_EQUAL(table->points[0]->objective, cost);
    CU_ASSERT_TRUE(table->points[1]->done && table->points[1]->objective < 1);
    CU_ASSERT_EQUAL(table->points[2]->objective, 123);
    sweep_close(second);

    setup.times = study_times_default;
    setup.times.has_seed = true;
    setup.times.seed = 12;
    second = open_sweep(&text, &setup);
    CU_ASSERT_FALSE(sweep_resume(second, known, &text.err));
    sweep_close(second);
    sweep_close(first);
    study_text_close(&text);
}

static void test_what_was_written_reads_back(void)
{
    struct study_text text = study_text_open(file, NULL, 0);
    struct sweep_setup setup = {.times = study_times_default};
    setup.times.reps = 2;
    struct sweep *sweep = open_sweep(&text, &setup);
    const struct sweep_table *table = run_sweep(sweep, 2);
    char *expected = written(table);
    CU_ASSERT_TRUE_FATAL(sweep_files_write(text.files.folder, table, &text.err));
    struct sweep_table *back = sweep_files_read(text.files.folder, &text.err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(back);
    char *got = written(back);
    CU_ASSERT_STRING_EQUAL(got, expected);
    CU_ASSERT_EQUAL(back->digest, table->digest);
    CU_ASSERT_EQUAL(sweep_table_grid_digest(back), sweep_table_grid_digest(table));
    mem_free(got);
    mem_free(expected);
    sweep_table_free(back);
    /* A point without its rows is damage. */
    loaded_file(&text.files, "sweep.csv", "memory\n256MB\n", 13);
    text.err = (struct err){0};
    CU_ASSERT_PTR_NULL(sweep_files_read(text.files.folder, &text.err));
    CU_ASSERT_PTR_NOT_NULL(strstr(text.err.what, "sweep.csv"));
    sweep_close(sweep);
    study_text_close(&text);
}

/* -- shards ---------------------------------------------------------------------------------------------- */

#define SHARDS 4

struct parts {
    struct sweep *sweeps[SHARDS];
    struct sweep_table *tables[SHARDS];
};

static struct parts run_parts(struct study_text *text, const char *const *axes, int count)
{
    struct parts parts;
    for (int i = 0; i < SHARDS; i++) {
        struct sweep_setup setup = {
            .axes = axes, .axis_count = count, .shard = i + 1, .shards = SHARDS};
        parts.sweeps[i] = open_sweep(text, &setup);
        parts.tables[i] = (struct sweep_table *)run_sweep(parts.sweeps[i], 1);
    }
    return parts;
}

static void free_parts(struct parts *parts)
{
    for (int i = 0; i < SHARDS; i++)
        sweep_close(parts->sweeps[i]);
}

static const char *const names[] = {"one", "two", "three", "four", "five"};

static void test_shards_join_to_the_whole(void)
{
    struct study_text text = study_text_open(file, NULL, 0);
    static const char *const axes[] = {"rate=10/s..50/s:10/s", "memory=256MB,1GB"};
    struct sweep_setup setup = {.axes = axes, .axis_count = 2};
    struct sweep *whole = open_sweep(&text, &setup);
    char *expected = written(run_sweep(whole, 2));
    struct parts parts = run_parts(&text, axes, 2);
    int done = 0;
    for (int i = 0; i < SHARDS; i++)
        done += sweep_table_done(parts.tables[i]);
    CU_ASSERT_EQUAL(done, 10); /* each point once */
    struct sweep_table *mixed[] = {parts.tables[2], parts.tables[0], parts.tables[3],
                                   parts.tables[1]};
    struct sweep_table *merged = sweep_merge(mixed, names, SHARDS, &text.err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(merged);
    char *got = written(merged);
    CU_ASSERT_STRING_EQUAL(got, expected);
    mem_free(got);
    mem_free(expected);
    sweep_table_free(merged);
    free_parts(&parts);
    sweep_close(whole);
    study_text_close(&text);
}

static void check_refused(struct sweep_table *const *shards, int count, const char *what)
{
    struct err err = {0};
    struct sweep_table *merged = sweep_merge(shards, names, count, &err);
    CU_ASSERT_PTR_NULL(merged);
    if (strstr(err.what, what) == NULL)
        printf("%s, not: %s\n", err.what, what);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, what));
    CU_ASSERT_EQUAL(err.kind, ERR_USER);
    sweep_table_free(merged);
}

static void test_shards_that_do_not_fit_are_refused(void)
{
    struct study_text text = study_text_open(file, NULL, 0);
    static const char *const axes[] = {"rate=10/s..50/s:10/s"}, *const other[] = {
                                                                    "rate=10/s..60/s:10/s"};
    struct parts parts = run_parts(&text, axes, 1), others = run_parts(&text, other, 1);
    struct sweep_table **t = parts.tables;
    check_refused((struct sweep_table *[]){t[0], t[1], t[3]}, 3, "shard 3 of 4 is missing");
    check_refused((struct sweep_table *[]){t[0], t[3]}, 2, "shard 2, 3 of 4 is missing");
    check_refused((struct sweep_table *[]){t[0], t[1], t[2], t[3], t[1]}, 5,
                  "two and five are both shard 2 of 4");
    check_refused((struct sweep_table *[]){t[0], others.tables[1], t[2], t[3]}, 4,
                  "sweep different values");
    uint64_t digest = t[2]->digest;
    t[2]->digest++;
    check_refused(t, 4, "different files, settings, seeds or lengths");
    t[2]->digest = digest;
    t[3]->version = "9.9.9";
    check_refused(t, 4, "one is of tepid 1.2.3, four of 9.9.9");
    t[3]->version = t[0]->version;
    t[1]->points[1]->done = false;
    check_refused(t, 4, "two is not complete: 0 of 1 points");
    t[1]->points[1]->done = true;
    t[1]->shards = 5;
    check_refused(t, 4, "one is one of 4 shards, two one of 5");
    t[1]->shards = 4;
    struct err err = {0};
    struct sweep_table *merged = sweep_merge(t, names, 4, &err); /* and as they were they fit */
    CU_ASSERT_PTR_NOT_NULL(merged);
    sweep_table_free(merged);
    free_parts(&parts);
    free_parts(&others);
    study_text_close(&text);
}

/* -- on a terminal ---------------------------------------------------------------------------------------- */

static void check_width(const char *text, size_t width)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        char line[1000];
        CU_ASSERT_TRUE_FATAL(length < sizeof line);
        memcpy(line, text, length);
        line[length] = '\0';
        if (text_columns(line) > width)
            printf("%zu columns: %s\n", text_columns(line), line);
        CU_ASSERT_TRUE(text_columns(line) <= width);
        CU_ASSERT_TRUE(length == 0 || line[length - 1] != ' ');
        text += length + (text[length] == '\n');
    }
}

static void test_it_fits_the_terminal(void)
{
    struct study_text text = study_text_open(file, NULL, 0);
    static const char *const axes[] = {"rate=10/s..80/s:10/s", "units=0..4", "memory=256MB,1GB"};
    for (int count = 1; count <= 3; count++) {
        struct sweep_setup setup = {.axes = axes, .axis_count = count};
        struct sweep *sweep = open_sweep(&text, &setup);
        CU_ASSERT_PTR_NOT_NULL_FATAL(sweep);
        const struct sweep_table *table = run_sweep(sweep, 2);
        for (int width = 80; width <= 120; width += 40) {
            struct text out = {0};
            struct text_sweep_info info = {.jobs = 2, .ranks = 1, .wall_s = 12.3};
            struct text_options how = {.width = width, .folder = "out/sizing-sweep"};
            text_write_sweep(table, &info, &how, &out);
            check_width(out.data, (size_t)width);
            CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "answer: "));
            CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "← "));
            text_free(&out);
        }
        sweep_close(sweep);
    }
    study_text_close(&text);
}

/* -- refusals ----------------------------------------------------------------------------------------------- */

static void check_not_opened(struct study_text *text, const struct sweep_setup *setup,
                             const char *what)
{
    struct sweep *sweep = open_sweep(text, setup);
    CU_ASSERT_PTR_NULL(sweep);
    if (strstr(text->err.what, what) == NULL)
        printf("%s, not: %s\n", text->err.what, what);
    CU_ASSERT_PTR_NOT_NULL(strstr(text->err.what, what));
    sweep_close(sweep);
}

static void test_what_cannot_be_swept_is_said_before_the_first_event(void)
{
    struct study_text text = study_text_open(file, NULL, 0);
    static const char *const high[] = {"units=0..60:10"}, *const two[] = {"units=0,1", "rate=1/s"};
    static const char *const words[] = {"rate=fast,slow"};
    check_not_opened(&text, &(struct sweep_setup){.axes = high, .axis_count = 1},
                     "at units=60: -p units=60: param 'units' = 60 is above the maximum of 50");
    check_not_opened(&text, &(struct sweep_setup){.axes = words, .axis_count = 1}, "at rate=fast");
    check_not_opened(&text, &(struct sweep_setup){.find = "speed"}, "no such parameter");
    check_not_opened(&text, &(struct sweep_setup){.find = "rate", .refine = true}, "one at a time");
    check_not_opened(&text, &(struct sweep_setup){.find = "rate", .axes = two, .axis_count = 2},
                     "searches along rate alone");
    check_not_opened(&text, &(struct sweep_setup){.refine = true, .shard = 1, .shards = 2},
                     "not in shards");
    study_text_close(&text);
}

static void test_a_limit_keeps_what_is_complete(void)
{
    struct study_text text = study_text_open(file, NULL, 0);
    static const char *const axes[] = {"rate=1/s,2/s,300/s"};
    struct sweep_setup setup = {.axes = axes, .axis_count = 1};
    struct sweep *sweep = open_sweep(&text, &setup);
    struct sweep_options options = {.jobs = 1, .limits = {SIM_NEVER, 20000, INT64_MAX}};
    CU_ASSERT_TRUE(sweep_run(sweep, &options, &text.err));
    const struct sweep_table *table = sweep_table(sweep);
    CU_ASSERT_EQUAL(table->end, RUN_MAX_EVENTS);
    CU_ASSERT_TRUE(table->points[0]->done && table->points[1]->done && !table->points[2]->done);
    sweep_close(sweep);
    study_text_close(&text);
}

CU_TestInfo suite_sweep[] = {
    TEST(test_a_point_is_what_a_run_of_it_says),
    TEST(test_rows_of_replications_average_to_the_whole),
    TEST(test_threads_change_no_byte),
    TEST(test_precision_is_a_number_of_replications),
    TEST(test_find_agrees_with_trying_them_all),
    TEST(test_known_points_are_not_simulated_again),
    TEST(test_what_was_written_reads_back),
    TEST(test_shards_join_to_the_whole),
    TEST(test_shards_that_do_not_fit_are_refused),
    TEST(test_it_fits_the_terminal),
    TEST(test_what_cannot_be_swept_is_said_before_the_first_event),
    TEST(test_a_limit_keeps_what_is_complete),
    CU_TEST_INFO_NULL,
};
