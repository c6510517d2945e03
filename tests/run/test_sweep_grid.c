/* test_sweep_grid.c - which points a sweep has, and which it looks at next. The searches are led by functions whose answer an
 * exhaustive scan knows. */
#include <math.h>

#include "run/sweep_search.h"
#include "tests/scenario/load_text.h"
#include "tests/suite.h"

static const char file[] =
    "local units = param('units', 0, { min = 0, max = 200 })\n"
    "local memory = param('memory', '512MB', { min = '128MB', max = '10240MB' })\n"
    "local rate = param('rate', '50/s')\n"
    "local share = param('share', 0.5, { min = 0, max = 1 })\n"
    "local arch = param('arch', 'arm64')\n"
    "local wait = param('wait', '30ms')\n"
    "local f = fn 'f' { memory = memory, arch = arch, provisioned = units,\n"
    "  handler = function(r) r:maybe(share, function(r) r:wait(wait) end) end }\n"
    "traffic 'users' { to = f, rate = rate }\n"
    "sweep { memory = { '256MB', '1GB' }, units = range(0, 4, 2) }\n";

static bool nothing_pinned(void *context, const char *name)
{
    (void)context;
    (void)name;
    return false;
}

static bool memory_pinned(void *context, const char *name)
{
    (void)context;
    return strcmp(name, "memory") == 0;
}

static struct loaded load(void)
{
    struct loaded loaded = loaded_begin();
    CU_ASSERT_TRUE_FATAL(loaded_text(&loaded, file));
    return loaded;
}

static bool read_grid(const struct loaded *loaded, struct sweep_grid *grid,
                      const char *const *given, int count, struct err *err)
{
    *err = (struct err){0};
    return sweep_grid_read(grid, loaded->scenario->arena, loaded->scenario, given, count,
                           nothing_pinned, NULL, err);
}

static void test_ranges_speak_in_the_unit_of_their_ends(void)
{
    static const struct {
        const char *given, *values;
    } cases[] = {
        {"units=0..5", "0 1 2 3 4 5"},
        {"units=0..20:5", "0 5 10 15 20"},
        {"units=0..22:5", "0 5 10 15 20"},
        {"units=7..7", "7"},
        {"units=1,2,4", "1 2 4"},
        {"units=1,10..12", "1 10 11 12"},
        {"units=0..200", "0 10 20 30 40 50 60 70 80 90 100 110 120 130 140 150 160 170 180 190 "
                         "200"},
        {"memory=256MB,1GB", "256MB 1GB"},
        {"memory=128MB..1024MB:128MB", "128MB 256MB 384MB 512MB 640MB 768MB 896MB 1024MB"},
        {"memory=128..512:128", "128MB 256MB 384MB 512MB"},
        {"memory=128..512MB:128", "128MB 256MB 384MB 512MB"},
        {"memory=512MB..2GB:512MB", "512MB 1024MB 1536MB 2048MB"},
        {"memory=1GB..2GB:256MB", "1024MB 1280MB 1536MB 1792MB 2048MB"},
        {"memory=128MB..1024MB", "128MB 192MB 256MB 320MB 384MB 448MB 512MB 576MB 640MB 704MB "
                                 "768MB 832MB 896MB 960MB 1024MB"},
        {"rate=10/s..100/s:30/s", "10/s 40/s 70/s 100/s"},
        {"rate=10..30/s:10", "10/s 20/s 30/s"},
        {"rate=1/s..2/s", "1/s 1.05/s 1.1/s 1.15/s 1.2/s 1.25/s 1.3/s 1.35/s 1.4/s 1.45/s 1.5/s "
                          "1.55/s 1.6/s 1.65/s 1.7/s 1.75/s 1.8/s 1.85/s 1.9/s 1.95/s 2/s"},
        {"share=0.1..0.5:0.1", "0.1 0.2 0.3 0.4 0.5"},
        {"wait=10ms..1s:330ms", "10ms 340ms 670ms 1000ms"},
        {"arch=arm64,x86_64", "arm64 x86_64"},
    };
    struct loaded loaded = load();
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        struct sweep_grid grid;
        struct err err;
        struct text values = {0};
        CU_ASSERT_TRUE(read_grid(&loaded, &grid, &cases[i].given, 1, &err));
        for (int v = 0; v < grid.params[0].count; v++)
            text_addf(&values, "%s%s", v > 0 ? " " : "", grid.params[0].values[v]);
        if (strcmp(values.data, cases[i].values) != 0)
            printf("%s: %s\n", cases[i].given, values.data);
        CU_ASSERT_STRING_EQUAL(values.data, cases[i].values);
        CU_ASSERT_EQUAL(grid.points, grid.params[0].count);
        text_free(&values);
    }
    loaded_end(&loaded);
}

static void test_what_is_no_range_is_refused_with_its_reason(void)
{
    static const struct {
        const char *given, *what;
    } cases[] = {
        {"units", "has no values"},
        {"=3", "has no name"},
        {"units=", "an empty value"},
        {"units=1,,2", "an empty value"},
        {"units=5..1", "ends below where it begins"},
        {"units=0..10:0", "a step of nothing"},
        {"units=a..b", "no number with a unit"},
        {"units=1,1", "stands there twice"},
        {"units=0..100000:1", "more than 10000 values"},
        {"memory=1MB..2s", "not of one kind"},
        {"memory=1MB..2MB:1s", "not of one kind"},
        {"unit=3", "no such parameter"},
    };
    struct loaded loaded = load();
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        struct sweep_grid grid;
        struct err err;
        CU_ASSERT_FALSE(read_grid(&loaded, &grid, &cases[i].given, 1, &err));
        if (strstr(err.what, cases[i].what) == NULL)
            printf("%s: %s\n", cases[i].given, err.what);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.what, cases[i].what));
        CU_ASSERT_EQUAL(err.kind, ERR_USER);
        CU_ASSERT_TRUE(err.help[0] != '\0');
    }
    loaded_end(&loaded);
}

static void test_points_are_nested_loops(void)
{
    struct loaded loaded = load();
    static const char *const given[] = {"units=0..3", "memory=1GB,2GB", "rate=1/s,2/s,5/s"};
    struct sweep_grid grid;
    struct err err;
    CU_ASSERT_TRUE_FATAL(read_grid(&loaded, &grid, given, 3, &err));
    CU_ASSERT_EQUAL_FATAL(grid.points, 4 * 2 * 3);
    int64_t point = 0;
    for (int a = 0; a < 4; a++)
        for (int b = 0; b < 2; b++)
            for (int c = 0; c < 3; c++) {
                int at[SWEEP_PARAMS_MAX];
                sweep_grid_at(&grid, point++, at);
                CU_ASSERT_TRUE(at[0] == a && at[1] == b && at[2] == c);
            }
    loaded_end(&loaded);
}

static void test_without_sweep_the_file_says_what(void)
{
    struct loaded loaded = load();
    struct sweep_grid grid;
    struct err err;
    CU_ASSERT_TRUE_FATAL(read_grid(&loaded, &grid, NULL, 0, &err));
    CU_ASSERT_EQUAL_FATAL(grid.param_count, 2);
    CU_ASSERT_EQUAL(grid.points, 6);
    CU_ASSERT_STRING_EQUAL(grid.params[sweep_grid_find(&grid, "units")].values[2], "4");
    CU_ASSERT_STRING_EQUAL(grid.params[sweep_grid_find(&grid, "memory")].values[1], "1GB");
    /* -p of one of its parameters leaves the others. */
    CU_ASSERT_TRUE(sweep_grid_read(&grid, loaded.scenario->arena, loaded.scenario, NULL, 0,
                                   memory_pinned, NULL, &err));
    CU_ASSERT_EQUAL(grid.points, 3);
    CU_ASSERT_STRING_EQUAL(grid.params[sweep_grid_find(&grid, "memory")].values[0], "512MB");
    static const char *const twice[] = {"units=1", "units=2"}, *const memory[] = {"memory=1GB"};
    CU_ASSERT_FALSE(read_grid(&loaded, &grid, twice, 2, &err));
    CU_ASSERT_FALSE(sweep_grid_read(&grid, loaded.scenario->arena, loaded.scenario, memory, 1,
                                    memory_pinned, NULL, &err));
    loaded_end(&loaded);
}

/* -- searches ------------------------------------------------------------------------------------------ */

/* A table over one parameter, whose points a function answers. */
struct oracle {
    double (*cost)(double x);
    bool (*passes)(double x, double edge);
    double edge;
};

static bool at_most(double x, double edge)
{
    return x <= edge;
}

static bool at_least(double x, double edge)
{
    return x >= edge;
}

static double bowl(double x)
{
    return (x - 37.3) * (x - 37.3);
}

static struct sweep_table *table_of(const struct loaded *loaded, const char *given)
{
    struct sweep_table *table = sweep_table_new();
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(sweep_grid_read(&table->grid, table->arena, loaded->scenario, &given, 1,
                                         nothing_pinned, NULL, &err));
    table->slo_count = 1;
    for (int i = 0; i < table->grid.params[0].count; i++)
        (void)sweep_table_add(table, &table->grid.params[0].values[i], SWEEP_GRID);
    return table;
}

static void answer(struct sweep_table *table, const struct oracle *oracle)
{
    for (size_t i = 0; i < table->point_count; i++) {
        struct sweep_point *point = table->points[i];
        double x = point->counts[0];
        point->done = true;
        point->objective = oracle->cost(x);
        point->slos_met = oracle->passes(x, oracle->edge);
    }
}

/* Searches to the end; returns the rounds it took. */
static int lead(struct sweep_search *search, struct sweep_table *table, const struct oracle *oracle)
{
    int rounds = 0;
    do {
        answer(table, oracle);
        rounds++;
    } while (sweep_search_more(search, table) > 0 && rounds < 1000);
    return rounds;
}

static void check_find(const struct loaded *loaded, const char *given, const struct oracle *oracle,
                       double low, double high, bool bounded)
{
    struct sweep_table *table = table_of(loaded, given);
    struct sweep_search search = {.find = 0, .bounded = bounded};
    bool largest = oracle->passes == at_most;
    double expected = NAN; /* by trying every whole number */
    for (double x = low; x <= high; x++)
        if (oracle->passes(x, oracle->edge) && (largest || isnan(expected)))
            expected = x;
    CU_ASSERT_TRUE(lead(&search, table, oracle) < 40);
    const struct sweep_find *find = &table->find;
    CU_ASSERT_EQUAL(find->found, !isnan(expected));
    if (!isnan(expected)) {
        double found = table->points[find->passes]->counts[0];
        if (!find->open && found != expected)
            printf("%s, edge %g: %g, not %g\n", given, oracle->edge, found, expected);
        CU_ASSERT_TRUE(find->open || found == expected);
        CU_ASSERT_TRUE(find->open || find->largest == largest);
        CU_ASSERT_TRUE(find->open || fabs(table->points[find->fails]->counts[0] - expected) == 1);
    }
    CU_ASSERT_TRUE(table->point_count < 80);
    sweep_table_free(table);
}

static void test_find_agrees_with_a_scan(void)
{
    struct loaded loaded = load();
    for (int edge = 0; edge <= 200; edge++) {
        struct oracle most = {bowl, at_most, edge}, least = {bowl, at_least, edge};
        check_find(&loaded, "units=0,200", &most, 0, 200, true);
        check_find(&loaded, "units=0,200", &least, 0, 200, true);
        check_find(&loaded, "units=0..200:50", &most, 0, 200, true);
        check_find(&loaded, "units=8", &least, 0, 200, false);
        check_find(&loaded, "units=8", &most, 0, 200, false);
    }
    loaded_end(&loaded);
}

static void test_find_comes_within_a_percent(void)
{
    struct loaded loaded = load();
    for (double edge = 0.37; edge < 5000; edge *= 1.7) {
        struct oracle oracle = {bowl, at_most, edge};
        struct sweep_table *table = table_of(&loaded, "rate=50/s");
        struct sweep_search search = {.find = 0};
        (void)lead(&search, table, &oracle);
        CU_ASSERT_TRUE_FATAL(table->find.found && !table->find.open);
        double below = table->points[table->find.passes]->counts[0];
        double above = table->points[table->find.fails]->counts[0];
        CU_ASSERT_TRUE(below <= edge && edge < above && above - below <= 0.01 * above);
        sweep_table_free(table);
    }
    loaded_end(&loaded);
}

static bool never(double x, double edge)
{
    return x < edge && x > edge;
}

static void test_what_cannot_be_found_is_not(void)
{
    struct loaded loaded = load();
    struct oracle oracle = {bowl, never, 0};
    struct sweep_table *table = table_of(&loaded, "units=8");
    struct sweep_search search = {.find = 0};
    CU_ASSERT_TRUE(lead(&search, table, &oracle) < 40);
    CU_ASSERT_FALSE(table->find.found);
    for (size_t i = 0; i < table->point_count; i++) /* within the bounds of the parameter */
        CU_ASSERT_TRUE(table->points[i]->counts[0] >= 0 && table->points[i]->counts[0] <= 200);
    sweep_table_free(table);
    loaded_end(&loaded);
}

static void test_refining_finds_the_bottom_between_points(void)
{
    struct loaded loaded = load();
    for (int edge = 0; edge <= 100; edge += 7) {
        struct oracle oracle = {bowl, at_least, edge};
        struct sweep_table *table = table_of(&loaded, "units=0..100:20");
        struct sweep_search search = {.refine = true, .find = -1};
        struct sweep_answers grid, refined;
        answer(table, &oracle);
        sweep_answers(table, &grid);
        size_t before = table->point_count;
        (void)lead(&search, table, &oracle);
        sweep_answers(table, &refined);
        CU_ASSERT_TRUE(table->point_count - before <= SWEEP_REFINE_POINTS);
        CU_ASSERT_EQUAL_FATAL(grid.best >= 0, refined.best >= 0);
        CU_ASSERT_TRUE(table->points[refined.cheapest]->objective <=
                       table->points[grid.cheapest]->objective);
        CU_ASSERT_EQUAL(table->points[refined.cheapest]->counts[0], 37);
        double best = edge <= 37 ? 37 : edge; /* the bowl's bottom, or the edge of the SLO */
        if (refined.best >= 0)
            CU_ASSERT_EQUAL(table->points[refined.best]->counts[0], best);
        sweep_table_free(table);
    }
    loaded_end(&loaded);
}

static void test_answers_of_a_curve(void)
{
    struct loaded loaded = load();
    struct oracle oracle = {bowl, at_least, 60};
    struct sweep_table *table = table_of(&loaded, "units=20..100:10");
    struct sweep_answers answers;
    answer(table, &oracle);
    for (size_t i = 0; i < table->point_count; i++)
        table->points[i]->all =
            (struct sweep_row){.spill = exp(-table->points[i]->counts[0] / 10), .p99_ms = NAN};
    sweep_answers(table, &answers);
    CU_ASSERT_STRING_EQUAL(table->points[answers.cheapest]->values[0], "40");
    CU_ASSERT_STRING_EQUAL(table->points[answers.best]->values[0], "60");
    CU_ASSERT_STRING_EQUAL(table->points[answers.break_even]->values[0], "50"); /* 161 < 299 */
    CU_ASSERT_EQUAL(answers.passed, 5);
    /* Farthest from the chord of exp(-x/10) between 20 and 100: where its slope is the chord's. */
    double slope = (exp(-2) - exp(-10)) / 80, at = -10 * log(10 * slope);
    CU_ASSERT_DOUBLE_EQUAL(table->points[answers.knee]->counts[0], at, 5);
    CU_ASSERT_STRING_EQUAL(answers.knee_of, "spill");
    sweep_table_free(table);
    loaded_end(&loaded);
}

CU_TestInfo suite_sweep_grid[] = {
    TEST(test_ranges_speak_in_the_unit_of_their_ends),
    TEST(test_what_is_no_range_is_refused_with_its_reason),
    TEST(test_points_are_nested_loops),
    TEST(test_without_sweep_the_file_says_what),
    TEST(test_find_agrees_with_a_scan),
    TEST(test_find_comes_within_a_percent),
    TEST(test_what_cannot_be_found_is_not),
    TEST(test_refining_finds_the_bottom_between_points),
    TEST(test_answers_of_a_curve),
    CU_TEST_INFO_NULL,
};
