/* cmd_compare.c - tepid compare: two designs or more under the same traffic, and which differences are real. */
#include <string.h>

#include "cli/compare_parts.h"
#include "cli/progress.h"
#include "report/compare_files.h"
#include "report/folder.h"
#include "report/heading.h"
#include "report/quantity.h"
#include "report/text_compare.h"

static const struct option_spec options_of_compare[] = {
    {"variant", 0, "NAME|all", "variants of one file to compare; of several files, one for each"},
    {"with", 0, "name=value,...",
     "the file against itself with parameters or settings changed; may be repeated"},
    OPTION_PARAM,
    OPTION_SET,
    {"reps", 0, "N", "independent replications [by length: 10, 5 or 3]"},
    {"precision", 0, "P",
     "replications until every interval is within P of its value, as in 1%; at most --reps"},
    {"duration", 0, "D", "simulated time; instead of the scenario's"},
    {"warmup", 0, "D", "its beginning that is not measured"},
    {"seed", 0, "N", "another course of chance, the same for all"},
    {"jobs", 0, "N", "threads [as many as cores]; changes no result"},
    {"out", 0, "DIR", "writes compare.csv and settings.csv with every figure"},
    {"json", 0, NULL, "one JSON object on stdout, with every figure"},
    {"quiet", 'q', NULL, "nothing on stdout"},
    {"no-fail", 0, NULL, "exit 0 although an SLO is missed"},
    {"max-wall", 0, "D", "stop after this much real time"},
    {"max-events", 0, "N", "stop each replication after this many events"},
    {"max-memory", 0, "SIZE", "stop when the program holds more than this"},
    OPTION_PRICES,
    OPTION_LOAD_LIMIT,
    OPTION_NO_COLOR,
    {0},
};

struct command_compare {
    const struct cli *cli;
    const struct options *options;
    struct run_settings settings;
    struct compare_parts parts;
    struct run_item items[COMPARE_PARTS_MAX];
    struct result *results[COMPARE_PARTS_MAX]; /* of the items */
    int item_count;
    bool chosen_reps; /* here, from the length of a first run */
};

/* -- simulating ------------------------------------------------------------------------------------------ */

/* Enough to tell a few per cent apart within seconds: Student's t asks for a second look from 3 replications on, and
 * long runs vary little. */
static int64_t reps_for(uint64_t requests)
{
    return requests <= 1000000 ? 10 : requests <= 4000000 ? 5 : 3;
}

static void drop_results(struct command_compare *state)
{
    for (int i = 0; i < state->item_count; i++) {
        result_free(state->results[i]);
        state->results[i] = NULL;
    }
}

static bool simulate_once(struct command_compare *state, int64_t reps, struct err *err)
{
    const struct cli *cli = state->cli;
    struct progress progress = {.scenario = state->items[0].scenario->name, .width = cli->width};
    struct run_options how = {
        .jobs = state->settings.jobs,
        .reps = reps,
        .precision = state->settings.precision,
        .limits = state->settings.limits,
        .stop = cli->stop,
        .report = cli->progress && !option_is_given(state->options, "quiet") ? progress_report
                                                                             : NULL,
        .context = &progress,
    };
    bool ok = run_all(state->items, state->item_count, &how, state->results, err);
    progress_clear(&progress);
    return ok;
}

static bool all_complete(const struct command_compare *state)
{
    for (int i = 0; i < state->item_count; i++)
        if (state->results[i]->end != RUN_COMPLETE)
            return false;
    return true;
}

/* All sides get the same number of replications, or they could not be paired. Where nobody says how many, the length
 * of a first run decides, so that the number depends on the scenarios alone. */
static bool simulate(struct command_compare *state, struct err *err)
{
    int64_t reps = state->settings.times.reps;
    for (int i = 0; i < state->item_count && state->settings.times.reps == 0; i++)
        if (state->items[i].scenario->simulate.reps > reps)
            reps = state->items[i].scenario->simulate.reps;
    if (state->item_count == 0)
        return true;
    if (state->settings.precision > 0)
        return simulate_once(state, state->settings.times.reps, err);
    if (!simulate_once(state, reps, err))
        return false;
    if (state->settings.times.reps > 0 || reps > 1 || !all_complete(state))
        return true;
    uint64_t requests = 0;
    for (int i = 0; i < state->item_count; i++)
        if (state->results[i]->requests > requests)
            requests = state->results[i]->requests;
    drop_results(state);
    state->chosen_reps = true;
    return simulate_once(state, reps_for(requests), err);
}

/* -- showing --------------------------------------------------------------------------------------------- */

static void make_sides(struct command_compare *state, struct side *sides, struct arena *arena)
{
    int item = 0;
    for (int i = 0; i < state->parts.count; i++) {
        struct compare_part *part = &state->parts.list[i];
        if (part->scenario == NULL) {
            side_of_folder(&sides[i], &part->folder);
            continue;
        }
        int count;
        const struct override *overrides = study_overrides(part->study, &count);
        side_of_result(&sides[i], part->title, state->results[item++], overrides, count, arena);
    }
}

static void write_text(const struct command_compare *state, const struct compared *pairs, int count,
                       struct text *out)
{
    const char *folder = option_value(state->options, "out");
    struct text_options how = {.width = state->cli->width, .colour = state->cli->colour};
    struct page page;
    page_begin(&page, out, how.width, how.colour);
    if (state->item_count > 0) /* all sides are of the same length */
        heading_day_part(&page, state->items[0].scenario, state->results[0]->warmup,
                         state->results[0]->reached);
    for (int i = 0; i < count; i++) {
        struct text_compare_info info = {
            .a_letter = 'A', .b_letter = (char)('B' + i), .chosen_reps = state->chosen_reps};
        text_write_comparison(pairs[i].a, pairs[i].b, pairs[i].comparison, &info, &how, out);
    }
    page_begin(&page, out, how.width, how.colour);
    heading_folder(&page, folder, compare_files_names);
}

static int show(const struct command_compare *state, const struct compared *pairs, int count)
{
    struct text out = {0};
    if (option_is_given(state->options, "quiet"))
        return EXIT_DONE;
    if (option_is_given(state->options, "json"))
        compare_write_json(pairs, count, &out);
    else
        write_text(state, pairs, count, &out);
    int code = cli_print(state->cli, out.data);
    text_free(&out);
    return code;
}

/* Half a run is no ground to compare on: nothing is shown or written. */
static int broken_off(const struct command_compare *state)
{
    static const char *const limits[] = {
        [RUN_MAX_WALL] = "max-wall",
        [RUN_MAX_EVENTS] = "max-events",
        [RUN_MAX_MEMORY] = "max-memory",
    };
    enum run_end end = RUN_COMPLETE;
    for (int i = 0; i < state->item_count && end != RUN_INTERRUPTED; i++)
        if (state->results[i]->end != RUN_COMPLETE)
            end = state->results[i]->end;
    if (end == RUN_INTERRUPTED) {
        fprintf(stderr, "interrupted: half a run is no ground to compare on, nothing was written\n");
        return EXIT_INTERRUPTED;
    }
    struct err err = {0};
    err_limit(&err, "--%s %s was reached: half a run is no ground to compare on", limits[end],
              option_value(state->options, limits[end]));
    err_help(&err, "raise the limit or shorten --duration; nothing was written");
    return cli_fail(state->cli, &err);
}

static int outcome(const struct command_compare *state, const struct side *sides)
{
    bool passed = true;
    for (int i = 0; i < state->parts.count; i++)
        passed = passed && sides[i].slos_passed;
    return passed || option_is_given(state->options, "no-fail") ? EXIT_DONE : EXIT_SLO_MISSED;
}

static int compare(struct command_compare *state, struct arena *arena)
{
    struct err err = {0};
    int count = state->parts.count;
    const char *folder = option_value(state->options, "out");
    struct side *sides = ARENA_ARRAY(arena, struct side, count);
    struct compared *pairs = ARENA_ARRAY(arena, struct compared, count);
    make_sides(state, sides, arena);
    for (int i = 1; i < count; i++) {
        struct comparison *comparison = ARENA_ARRAY(arena, struct comparison, 1);
        compare_rows(comparison, &sides[0].figures, &sides[i].figures, arena);
        pairs[i - 1] = (struct compared){&sides[0], &sides[i], comparison};
    }
    if (folder != NULL && !compare_files_write(folder, pairs, count - 1, &err))
        return cli_fail(state->cli, &err);
    int code = show(state, pairs, count - 1);
    return code == EXIT_DONE ? outcome(state, sides) : code;
}

static bool prepare(struct command_compare *state, struct err *err)
{
    const char *folder = option_value(state->options, "out");
    if (!run_settings_read(&state->settings, state->options, err) ||
        !compare_parts_load(&state->parts, state->cli, state->options, &state->settings, err))
        return false;
    for (int i = 0; i < state->parts.count; i++) {
        const struct compare_part *part = &state->parts.list[i];
        if (part->scenario != NULL)
            state->items[state->item_count++] = (struct run_item){part->scenario, part->variant};
    }
    return folder == NULL || folder_prepare(folder, err);
}

static int run(const struct cli *cli, const struct command *command, const struct options *options)
{
    (void)command;
    struct err err = {0};
    struct command_compare *state = mem_resize(NULL, sizeof(*state));
    struct arena *arena = arena_new();
    memset(state, 0, sizeof(*state));
    state->cli = cli;
    state->options = options;
    int code;
    if (!prepare(state, &err))
        code = cli_fail(cli, &err);
    else if (*cli->stop)
        code = EXIT_INTERRUPTED; /* while loading: there is nothing to show */
    else if (!simulate(state, &err))
        code = cli_fail(cli, &err);
    else
        code = all_complete(state) ? compare(state, arena) : broken_off(state);
    drop_results(state);
    compare_parts_free(&state->parts);
    arena_free(arena);
    mem_free(state);
    return code;
}

const struct command command_compare = {
    "compare",
    "A B [...] [options]",
    "the difference between designs, and whether chance could have made it",
    "Shows what differs in the settings of two designs, then the paired difference of their results\n"
    "with confidence intervals, both bills, and where a difference of p99 comes from. A and B are\n"
    "scenario files, names from 'tepid list', or results folders. One file alone: its variants, or\n"
    "what --with changes. With more than two, each is compared with the first.\n\n"
    "Designs meet the same arrivals and the same draws, so a difference of two that behave the same\n"
    "is exactly 0. A difference whose interval holds 0 is said to be not significant.\n\n"
    "Exit code: 0 every SLO met, 1 one of the designs misses one, 2 wrong usage or scenario, 3 a file\n"
    "cannot be read or written, 4 a limit reached, 130 interrupted.\n\n"
    "Examples:\n"
    "  tepid compare shipping --variant \"normal day\" --variant \"sale day\"\n"
    "  tepid compare hello --with memory=1024MB\n"
    "  tepid compare before.lua after.lua --reps 20\n"
    "  tepid compare out/hello-s42 out/hello-s43",
    options_of_compare,
    1,
    99,
    run,
};
