/* test_stories.c - every shipped scenario shows the figures it promises.
 *
 * scenarios/expect/<name>.csv holds them, one a row: which run (variant, settings; simulate.duration and simulate.warmup
 * are settings too), which figure (resource, metric, stat as in summary.csv, in its units), what it must be, within which
 * tolerance (relative or absolute), averaged over how many seeds, and where the figure comes from. Metric `bill` is a line
 * of the bill in dollars per month, its stat the line item. Rows of the same run that stand together share it.
 *
 * TEPID_SHOW_STORIES=1 prints every row with what came out; TEPID_STORY=name checks that story alone.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/csv_in.h"
#include "core/text.h"
#include "tests/stories/stories.h"
#include "tests/suite.h"

static const char *const columns[] = {"variant",  "settings",  "resource", "metric", "stat",
                                      "expected", "tolerance", "kind",     "seeds",  "source"};

struct row {
    const char *variant, *settings, *resource, *metric, *stat;
    double expected, tolerance;
    bool relative;
    int64_t seeds;
    int line;
    double sum; /* over the seeds run so far */
};

struct table {
    struct arena *arena;
    const char *path;
    struct row *rows;
    size_t count, capacity;
};

/* -- reading ------------------------------------------------------------------------------------ */

static bool read_header(const struct table *table, struct csv_in *csv, struct err *err)
{
    if (csv_next(csv, err) != CSV_ROW || csv_count(csv) != COUNTOF(columns))
        return err_set(err, "%s: no header", table->path);
    for (size_t i = 0; i < COUNTOF(columns); i++)
        if (strcmp(csv_field(csv, i), columns[i]) != 0)
            return csv_fault(csv, err, "column %zu is not '%s'", i + 1, columns[i]);
    return true;
}

static bool read_row(struct table *table, struct csv_in *csv, struct err *err)
{
    if (csv_count(csv) != COUNTOF(columns))
        return csv_fault(csv, err, "has %zu fields, not %zu", csv_count(csv), COUNTOF(columns));
    const char *field[COUNTOF(columns)];
    for (size_t i = 0; i < COUNTOF(columns); i++)
        field[i] = arena_strdup(table->arena, csv_field(csv, i));
    struct row row = {.variant = field[0],
                      .settings = field[1],
                      .resource = field[2],
                      .metric = field[3],
                      .stat = field[4],
                      .relative = strcmp(field[7], "relative") == 0,
                      .line = csv_line(csv)};
    if (!csv_read_decimal(field[5], &row.expected) || !csv_read_decimal(field[6], &row.tolerance) ||
        !csv_read_whole(field[8], 1000, &row.seeds) || row.seeds < 1 || field[9][0] == '\0' ||
        (!row.relative && strcmp(field[7], "absolute") != 0))
        return csv_fault(csv, err, "is not a figure with its tolerance, kind, seeds and source");
    table->rows = mem_grow(table->rows, table->count, &table->capacity, sizeof row);
    table->rows[table->count++] = row;
    return true;
}

static bool read_table(struct table *table, struct err *err)
{
    const struct csv_limits limits = {CSV_LINE_MAX, 1 << 20};
    struct csv_in *csv = csv_open(table->path, table->path, limits, err);
    if (csv == NULL)
        return false;
    bool ok = read_header(table, csv, err);
    enum csv_status status = CSV_END;
    while (ok && (status = csv_next(csv, err)) == CSV_ROW)
        ok = read_row(table, csv, err);
    csv_close(csv);
    return ok && status == CSV_END && (table->count > 0 || err_set(err, "expects nothing"));
}

/* -- running ------------------------------------------------------------------------------------- */

static bool bill_value(const struct bill *bill, const struct row *row, double *value)
{
    bool found = false;
    *value = 0;
    for (int i = 0; i < bill->count; i++)
        if (strcmp(bill->lines[i].resource, row->resource) == 0 &&
            strcmp(bill->lines[i].line_item, row->stat) == 0) {
            *value += bill->lines[i].cost_month_usd;
            found = true;
        }
    return found;
}

static bool value_of(const struct result *result, const struct row *row, double *value)
{
    if (strcmp(row->metric, "bill") == 0)
        return bill_value(&result->bill, row, value);
    for (int i = 0; i < result->row_count; i++) {
        const struct result_row *at = &result->rows[i];
        if (strcmp(at->resource, row->resource) == 0 && strcmp(at->metric, row->metric) == 0 &&
            strcmp(at->stat, row->stat) == 0) {
            *value = at->value;
            return true;
        }
    }
    return false;
}

static bool same_run(const struct row *a, const struct row *b)
{
    return a->seeds == b->seeds && strcmp(a->variant, b->variant) == 0 &&
           strcmp(a->settings, b->settings) == 0;
}

static void judge(const struct table *table, const struct row *row)
{
    double actual = row->sum / (double)row->seeds;
    double room = row->tolerance * (row->relative ? fabs(row->expected) : 1);
    double off = actual - row->expected;
    if (getenv("TEPID_SHOW_STORIES") != NULL)
        printf("\n    %s:%d %s %s %s.%s.%s %.6g, expected %.6g: %.0f %% of the tolerance",
               table->path, row->line, row->variant, row->settings, row->resource, row->metric,
               row->stat, actual, row->expected, room > 0 ? 100 * fabs(off) / room : 0);
    if (fabs(off) > room)
        stories_fail(table->path, row->line, "%s %s: %s.%s.%s is %.7g, not %.7g within %.3g",
                     row->variant, row->settings, row->resource, row->metric, row->stat, actual,
                     row->expected, room);
}

/* One seed of a run, and what it adds to each row of the run. */
static bool add_seed(const struct table *table, struct row *rows, size_t count,
                     struct scenario *scenario, uint64_t seed)
{
    struct result *result = stories_run(scenario, rows->variant, seed);
    bool ok = result != NULL;
    for (size_t i = 0; ok && i < count; i++) {
        double value;
        ok = value_of(result, &rows[i], &value);
        if (ok)
            rows[i].sum += value;
        else
            stories_fail(table->path, rows[i].line, "there is no %s.%s.%s", rows[i].resource,
                         rows[i].metric, rows[i].stat);
    }
    result_free(result);
    return ok;
}

static void check_run(struct stories *stories, const struct table *table, const char *file,
                      struct row *rows, size_t count)
{
    struct scenario *scenario = stories_load(stories, file, rows->variant, rows->settings);
    bool ok = scenario != NULL;
    for (int64_t seed = 1; ok && seed <= rows->seeds; seed++)
        ok = add_seed(table, rows, count, scenario, (uint64_t)seed);
    for (size_t i = 0; ok && i < count; i++)
        judge(table, &rows[i]);
    scenario_free(scenario);
}

static void check_story(struct stories *stories, const struct shipped *shipped)
{
    struct err err = {0};
    struct table table = {
        .arena = stories->arena,
        .path = arena_printf(stories->arena, "scenarios/expect/%s.csv", shipped->name)};
    if (!read_table(&table, &err))
        stories_fail(table.path, err.line, "%s", err.what);
    for (size_t from = 0, to; err.kind == ERR_NONE && from < table.count; from = to) {
        for (to = from + 1; to < table.count && same_run(&table.rows[from], &table.rows[to]);)
            to++;
        check_run(stories, &table, shipped->path, &table.rows[from], to - from);
    }
    mem_free(table.rows);
}

static bool is_wanted(const struct shipped *shipped)
{
    const char *name = getenv("TEPID_STORY");
    return name == NULL || strcmp(name, shipped->name) == 0;
}

static void test_every_shipped_scenario_shows_its_figures(void)
{
    struct stories stories;
    if (!stories_open(&stories))
        return;
    for (size_t i = 0; i < stories.list.count; i++)
        if (is_wanted(&stories.list.items[i]))
            check_story(&stories, &stories.list.items[i]);
    stories_close(&stories);
}

/* A header of five comment lines, a question, and a word on every parameter. */
static void check_manners(struct stories *stories, const struct shipped *shipped)
{
    struct err err = {0};
    struct text source = {0};
    CU_ASSERT_TRUE(text_read_file(&source, shipped->path, 1 << 20, &err));
    const char *at = source.data;
    for (int line = 1; at != NULL && line <= 5; line++) {
        if (strncmp(at, "--", 2) != 0)
            stories_fail(shipped->path, line, "the header has five lines of comment");
        at = strchr(at, '\n');
        at = at == NULL ? NULL : at + 1;
    }
    text_free(&source);
    struct scenario *scenario = stories_load(stories, shipped->path, "", "");
    if (scenario == NULL)
        return;
    CU_ASSERT_PTR_NOT_NULL(scenario->question);
    /* shipping gives its carrier three tries on purpose, below the five that AWS advises. */
    CU_ASSERT_EQUAL(scenario->warning_count, strcmp(shipped->name, "shipping") == 0 ? 1 : 0);
    for (int i = 0; i < scenario->param_count; i++)
        if (scenario->params[i].doc == NULL && strcmp(shipped->name, "hello") != 0)
            stories_fail(shipped->path, scenario->params[i].line, "param '%s' has no doc",
                         scenario->params[i].name);
    scenario_free(scenario);
}

static void test_every_shipped_scenario_introduces_itself(void)
{
    struct stories stories;
    if (!stories_open(&stories))
        return;
    for (size_t i = 0; i < stories.list.count; i++)
        if (is_wanted(&stories.list.items[i]))
            check_manners(&stories, &stories.list.items[i]);
    stories_close(&stories);
}

CU_TestInfo suite_stories[] = {
    TEST(test_every_shipped_scenario_introduces_itself),
    TEST(test_every_shipped_scenario_shows_its_figures),
    CU_TEST_INFO_NULL,
};
