/* cmd_run.c - tepid run: load, simulate, write, print, and an exit code that says how it went. */
#include <string.h>

#include "cli/run_insights.h"
#include "cli/run_make.h"
#include "cli/version.h"
#include "report/text.h"

static const struct option_spec options_of_run[] = {
    OPTION_PARAM,
    OPTION_SET,
    {"variant", 0, "NAME|all", "a variant of the scenario, or each of them in turn"},
    {"duration", 0, "D", "simulated time, as in 10min; instead of the scenario's"},
    {"warmup", 0, "D", "its beginning that is not measured"},
    {"seed", 0, "N", "another course of chance"},
    {"reps", 0, "N", "independent replications; gives intervals"},
    {"precision", 0, "P",
     "replications until every interval is within P of its value, as in 1%; at most --reps"},
    {"jobs", 0, "N", "threads [as many as cores]; changes no result"},
    {"out", 0, "DIR", "results folder [out/<scenario>[-<variant>]-s<seed>]"},
    {"traces", 0, "N", "spans of N requests: slowest, failed, cold, random ones; traces.*"},
    {"theory", 0, NULL,
     "exact results beside the simulated ones, where queueing theory has any; --json always does"},
    {"json", 0, NULL, "one JSON object on stdout instead of the summary"},
    {"quiet", 'q', NULL, "nothing on stdout"},
    {"no-fail", 0, NULL, "exit 0 although an SLO is missed"},
    {"insights", 0, "full|off", "full: simulates more load, levers and the first findings' changes"},
    {"all-insights", 0, NULL, "simulates the change of every finding"},
    {"max-wall", 0, "D", "stop after this much real time"},
    {"max-events", 0, "N", "stop each replication after this many events"},
    {"max-memory", 0, "SIZE", "stop when the program holds more than this"},
    OPTION_PRICES,
    OPTION_LOAD_LIMIT,
    OPTION_NO_COLOR,
    {0},
};

static int print_results(const struct cli *cli, const struct options *options,
                         const struct run_plan *plan, struct result *const *results,
                         const struct report_info *info)
{
    struct text out = {0};
    struct text_options how = {.width = cli->width, .colour = cli->colour,
                               .theory = option_is_given(options, "theory")};
    if (option_is_given(options, "quiet"))
        return EXIT_DONE;
    if (option_is_given(options, "json")) {
        json_write_runs(results, plan->count, info, &out);
    } else if (plan->count > 1) {
        how.folder = plan->table_folder;
        how.folders = plan->folders;
        text_write_variants(results, plan->count, &how, &out);
    } else {
        how.folder = plan->folders[0];
        text_write_run(results[0], &how, &out);
    }
    int code = cli_print(cli, out.data);
    text_free(&out);
    return code;
}

static int simulate_and_report(const struct cli *cli, const struct options *options,
                               struct study *study, const struct run_plan *plan,
                               const struct run_settings *settings,
                               const struct run_insights *insights)
{
    struct err err = {0};
    struct result **results = ARENA_ARRAY(plan->arena, struct result *, plan->count);
    struct report_info info = {
        .version = TEPID_VERSION,
    };
    info.overrides = study_overrides(study, &info.override_count);
    int code;
    bool show = cli->progress && !option_is_given(options, "quiet");
    if (!run_simulate(cli, options, plan, settings, results, &err) ||
        !run_insights_find(insights, cli, show, study, plan, settings, results, &err)) {
        code = cli_fail(cli, &err);
    } else {
        info.peak_rss_bytes = run_peak_resident_bytes();
        bool written = run_write_files(plan, results, &info, &err);
        code = print_results(cli, options, plan, results, &info);
        if (!written)
            code = cli_fail(cli, &err);
        else if (code == EXIT_DONE)
            code = run_outcome(cli, options, plan, results);
    }
    run_insights_free(results, plan->count);
    for (int i = 0; i < plan->count; i++)
        result_free(results[i]);
    return code;
}

static int run(const struct cli *cli, const struct command *command, const struct options *options)
{
    (void)command;
    struct err err = {0};
    struct run_settings settings;
    struct run_insights insights;
    struct run_plan plan = {0};
    int code;
    if (!run_insights_read(&insights, options, &err) ||
        !run_settings_read(&settings, options, &err))
        return cli_fail(cli, &err);
    struct study *study = input_open(cli, options, options->words[0], &err);
    if (study == NULL ||
        !run_plan_load(&plan, study, option_value(options, "variant"), &settings, &err) ||
        !run_plan_folders(&plan, option_value(options, "out"), &err))
        code = cli_fail(cli, &err);
    else if (*cli->stop)
        code = EXIT_INTERRUPTED; /* while loading: there is nothing to keep */
    else
        code = simulate_and_report(cli, options, study, &plan, &settings, &insights);
    run_plan_free(&plan);
    study_close(study);
    return code;
}

const struct command command_run = {
    "run",
    "FILE [options]",
    "simulates a scenario, prints the summary, writes the files",
    "Simulates a scenario, prints the summary and writes the results folder. FILE is a Lua file "
    "or\n"
    "a name from 'tepid list'. The same file, parameters and seed give the same bytes.\n\n"
    "Exit code: 0 every SLO met, 1 an SLO missed, 2 wrong usage or scenario, 3 a file cannot be\n"
    "read or written, 4 a limit reached, 130 interrupted (what was computed is kept).\n\n"
    "Examples:\n"
    "  tepid run hello.lua\n"
    "  tepid run hello.lua -p memory=1024MB --set hello.timeout=5s --reps 10\n"
    "  tepid run hello.lua --precision 1%\n"
    "  tepid run shipping --variant all --out results",
    options_of_run,
    1,
    1,
    run,
};
