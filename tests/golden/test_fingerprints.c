/* test_fingerprints.c - every shipped scenario and variant takes the course it took.
 *
 * tests/golden/fingerprints.csv holds, for a run of the given duration, the fingerprint over all events and
 * their number. A change that is not meant to change results leaves it alone. One that is meant to rewrites
 * it, deliberately: TEPID_UPDATE_GOLDENS=1 runs everything, keeps the durations, adds what is new (for one minute) and
 * drops what is gone; the difference of the file is then part of the change.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/csv_in.h"
#include "core/text.h"
#include "core/unit.h"
#include "tests/stories/stories.h"
#include "tests/suite.h"

#define GOLDENS          "tests/golden/fingerprints.csv"
#define HEADER           "scenario,variant,duration,seed,fingerprint,events\n"
#define DEFAULT_DURATION "1min"

enum { COLUMN_SCENARIO, COLUMN_VARIANT, COLUMN_DURATION, COLUMNS = 6 };

struct golden {
    const char *line; /* as in the file */
    const char *field[COLUMNS];
};

struct goldens {
    struct golden *items;
    size_t count, capacity;
};

/* -- the file ------------------------------------------------------------------------------------ */

static void add_field(struct text *line, const char *field)
{
    bool quoted = strchr(field, ',') != NULL; /* names hold no quotes */
    text_addf(line, quoted ? "\"%s\"," : "%s,", field);
}

static struct golden golden_of(struct arena *arena, const char *const *field)
{
    struct golden golden;
    struct text line = {0};
    for (size_t i = 0; i < COLUMNS; i++) {
        golden.field[i] = arena_strdup(arena, field[i]);
        add_field(&line, field[i]);
    }
    line.data[line.length - 1] = '\n';
    golden.line = arena_strdup(arena, line.data);
    text_free(&line);
    return golden;
}

/* A file that is not there holds none: the tests then ask for every line. */
static void read_goldens(struct goldens *goldens, struct arena *arena)
{
    struct err err = {0};
    struct csv_in *csv =
        csv_open(GOLDENS, GOLDENS, (struct csv_limits){CSV_LINE_MAX, 1 << 20}, &err);
    if (csv == NULL)
        return;
    enum csv_status status = csv_next(csv, &err); /* the header */
    while (status == CSV_ROW && (status = csv_next(csv, &err)) == CSV_ROW) {
        if (csv_count(csv) != COLUMNS) {
            stories_fail(GOLDENS, csv_line(csv), "is not a line of %d fields", COLUMNS);
            break;
        }
        goldens->items =
            mem_grow(goldens->items, goldens->count, &goldens->capacity, sizeof *goldens->items);
        goldens->items[goldens->count++] = golden_of(arena, csv_fields(csv));
    }
    CU_ASSERT_NOT_EQUAL(status, CSV_ERROR);
    csv_close(csv);
}

static const struct golden *find_golden(const struct goldens *goldens, const char *scenario,
                                        const char *variant)
{
    for (size_t i = 0; i < goldens->count; i++)
        if (strcmp(goldens->items[i].field[COLUMN_SCENARIO], scenario) == 0 &&
            strcmp(goldens->items[i].field[COLUMN_VARIANT], variant) == 0)
            return &goldens->items[i];
    return NULL;
}

/* -- the runs ------------------------------------------------------------------------------------- */

static void shorten(struct scenario *scenario, const char *duration)
{
    struct err err = {0};
    struct simulate_config *simulate = &scenario->simulate;
    CU_ASSERT_TRUE(unit_read_time(duration, &simulate->duration, &err));
    if (simulate->warmup >= simulate->duration)
        simulate->warmup = 0;
    simulate->sample = TIME_UNSET;
}

/* Runs one variant and adds its line; `seen` counts the lines that stay as they are. */
static void run_variant(struct stories *stories, const struct shipped *shipped, const char *variant,
                        const struct goldens *goldens, struct text *file, size_t *seen)
{
    const struct golden *golden = find_golden(goldens, shipped->name, variant);
    const char *duration = golden != NULL ? golden->field[COLUMN_DURATION] : DEFAULT_DURATION;
    struct scenario *scenario = stories_load(stories, shipped->path, variant, "");
    if (scenario == NULL)
        return;
    shorten(scenario, duration);
    struct result *result = stories_run(scenario, variant, scenario->simulate.seed);
    struct text line = {0};
    add_field(&line, shipped->name);
    add_field(&line, variant);
    text_addf(&line, "%s,%" PRIu64 ",%016" PRIx64 ",%" PRIu64 "\n", duration, result->seed,
              result->fingerprint, result->events);
    text_add(file, line.data);
    if (golden != NULL && strcmp(golden->line, line.data) == 0)
        ++*seen;
    else if (getenv("TEPID_UPDATE_GOLDENS") == NULL)
        stories_fail(GOLDENS, 0, "is '%s', was '%s'; TEPID_UPDATE_GOLDENS=1 if that is meant",
                     line.data, golden != NULL ? golden->line : "nothing");
    text_free(&line);
    result_free(result);
    scenario_free(scenario);
}

static void run_scenario(struct stories *stories, const struct shipped *shipped,
                         const struct goldens *goldens, struct text *file, size_t *seen)
{
    run_variant(stories, shipped, "", goldens, file, seen);
    struct scenario *base = stories_load(stories, shipped->path, "", "");
    for (int i = 0; base != NULL && i < base->variant_count; i++)
        run_variant(stories, shipped, base->variants[i].name, goldens, file, seen);
    scenario_free(base);
}

static void write_goldens(const struct text *text)
{
    FILE *file = fopen(GOLDENS, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(fwrite(text->data, 1, text->length, file), text->length);
    CU_ASSERT_EQUAL(fclose(file), 0);
    printf("\n    %s is written anew", GOLDENS);
}

static void test_shipped_scenarios_take_the_course_they_took(void)
{
    struct stories stories;
    struct goldens goldens = {0};
    struct text file = {0};
    size_t seen = 0;
    if (!stories_open(&stories))
        return;
    read_goldens(&goldens, stories.arena);
    text_add(&file, HEADER);
    for (size_t i = 0; i < stories.list.count; i++)
        run_scenario(&stories, &stories.list.items[i], &goldens, &file, &seen);
    if (getenv("TEPID_UPDATE_GOLDENS") != NULL)
        write_goldens(&file);
    else
        CU_ASSERT_EQUAL(seen, goldens.count); /* nothing in the file that no longer ships */
    text_free(&file);
    mem_free(goldens.items);
    stories_close(&stories);
}

/* A fingerprint that chance cannot move would be worth nothing. */
static void test_another_seed_takes_another_course(void)
{
    struct stories stories;
    if (!stories_open(&stories))
        return;
    const struct shipped *hello = shipped_find(&stories.list, "hello");
    CU_ASSERT_PTR_NOT_NULL_FATAL(hello);
    struct scenario *scenario = stories_load(&stories, hello->path, "", "");
    CU_ASSERT_PTR_NOT_NULL_FATAL(scenario);
    shorten(scenario, "1min");
    struct result *one = stories_run(scenario, "", 1), *again = stories_run(scenario, "", 1);
    struct result *two = stories_run(scenario, "", 2);
    CU_ASSERT_EQUAL(one->fingerprint, again->fingerprint);
    CU_ASSERT_NOT_EQUAL(one->fingerprint, two->fingerprint);
    result_free(one);
    result_free(again);
    result_free(two);
    scenario_free(scenario);
    stories_close(&stories);
}

CU_TestInfo suite_fingerprints[] = {
    TEST(test_shipped_scenarios_take_the_course_they_took),
    TEST(test_another_seed_takes_another_course),
    CU_TEST_INFO_NULL,
};
