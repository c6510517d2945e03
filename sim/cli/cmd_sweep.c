/* cmd_sweep.c - tepid sweep: every combination of some parameters, and what follows from them. */
#include <stdlib.h>
#include <string.h>

#include "cli/input.h"
#include "cli/run_settings.h"
#include "cli/shard.h"
#include "cli/sweep_output.h"
#include "cli/version.h"
#include "core/text.h"
#include "report/folder.h"
#include "report/sweep_files.h"
#include "report/text_sweep.h"

static const struct option_spec options_of_sweep[] = {
    {"sweep", 0, "name=v1,v2|a..b[:step]",
     "values of a parameter; may be repeated; replaces the "
     "file's sweep { }"},
    OPTION_PARAM,
    OPTION_SET,
    {"variant", 0, "NAME", "a variant of the scenario"},
    {"refine", 0, NULL, "then looks closer around the optimum and the edge of the SLOs"},
    {"find", 0, "PARAM", "searches the edge of the SLOs along a parameter, by bisection"},
    {"until", 0, "slo", "what --find looks for"},
    {"reps", 0, "N", "independent replications of each point"},
    {"precision", 0, "P", "replications until every figure is this exact, as in 1%"},
    {"duration", 0, "D", "simulated time; instead of the scenario's"},
    {"warmup", 0, "D", "its beginning that is not measured"},
    {"seed", 0, "N", "another course of chance, the same for all points"},
    {"jobs", 0, "N", "threads [as many as cores]; changes no result"},
    {"out", 0, "DIR", "results folder [out/<scenario>-sweep]"},
    {"shard", 0, "i/n", "only every nth point, from the ith on; 'tepid merge' joins them"},
    {"resume", 0, NULL, "keeps the points that are in the folder already"},
    {"json", 0, NULL, "one JSON object on stdout: a run for each point"},
    {"quiet", 'q', NULL, "nothing on stdout"},
    {"no-fail", 0, NULL, "exit 0 although no point meets the SLOs"},
    {"max-wall", 0, "D", "stop after this much real time"},
    {"max-events", 0, "N", "stop a replication after this many events"},
    {"rank-silence", 0, "D",
     "with mpirun: gives a rank up that is not heard of for so long [10s]"},
    {"max-memory", 0, "SIZE", "stop when the program holds more than this"},
    OPTION_PRICES,
    OPTION_LOAD_LIMIT,
    OPTION_NO_COLOR,
    {0},
};

/* What one run of the command holds. */
struct command_sweep {
    const struct cli *cli;
    const struct options *options;
    struct run_settings settings;
    struct shard shard;
    struct study *study;
    struct sweep *sweep;
    struct sweep_table *known; /* of --resume */
    struct text folder;
    struct sweep_output output;
    struct cluster *cluster;
};

/* -- what is asked for ----------------------------------------------------------------------------------- */

static bool refuse(struct err *err, const char *what, const char *help)
{
    err_set(err, "%s", what);
    err_place(err, "command line", 0);
    return err_help(err, "%s", help);
}

static bool check_options(const struct options *options, struct err *err)
{
    const char *until = option_value(options, "until");
    if (until != NULL && strcmp(until, "slo") != 0) {
        err_set(err, "--until %.60s: no such goal", until);
        err_place(err, "command line", 0);
        return err_help(err, "write --find rate --until slo");
    }
    if (until != NULL && !option_is_given(options, "find"))
        return refuse(err, "--until without --find", "write --find rate --until slo");
    if (option_is_given(options, "resume") && option_is_given(options, "json"))
        return refuse(err, "--resume and --json: points of an earlier run have no summary here",
                      "leave one of them out; sweep.csv has all rows");
    return true;
}

static bool open_sweep(struct command_sweep *command, struct err *err)
{
    const struct options *options = command->options;
    struct arena *arena = arena_new();
    int axes = option_count(options, "sweep");
    const char **values = ARENA_ARRAY(arena, const char *, axes + 1);
    for (int i = 0; i < axes; i++)
        values[i] = option_nth(options, "sweep", i);
    struct sweep_setup setup = {
        .study = command->study,
        .variant = option_value(options, "variant"),
        .times = command->settings.times,
        .axes = values,
        .axis_count = axes,
        .refine = option_is_given(options, "refine"),
        .find = option_value(options, "find"),
        .shard = command->shard.index,
        .shards = command->shard.count,
        .precision = command->settings.precision,
        .version = TEPID_VERSION,
    };
    struct text line = {0};
    sweep_command_line(options, &line);
    setup.command = line.data;
    command->sweep = sweep_open(&setup, err);
    text_free(&line);
    arena_free(arena);
    return command->sweep != NULL;
}

static bool prepare_folder(struct command_sweep *command, struct err *err)
{
    struct text *folder = &command->folder;
    sweep_folder_name(sweep_table(command->sweep), option_value(command->options, "out"), folder);
    return folder_prepare(folder->data == NULL ? "" : folder->data, err);
}

/* What is in the folder already; a folder without a sweep is as good as an empty one. */
static bool read_known(struct command_sweep *command, struct err *err)
{
    const char *folder = command->folder.data;
    if (!option_is_given(command->options, "resume") || !sweep_files_are_there(folder))
        return true;
    command->known = sweep_files_read(folder, err);
    if (command->known == NULL)
        return false;
    if (strcmp(command->known->version, TEPID_VERSION) != 0) {
        err_set(err, "--resume: the points in %s are of tepid %s, this is %s", folder,
                command->known->version, TEPID_VERSION);
        return err_help(err, "choose another --out, or leave --resume out to begin anew");
    }
    if (sweep_resume(command->sweep, command->known, err))
        return true;
    err_context(err, "--resume: the points in %s cannot be taken", folder);
    return err_help(err, "choose another --out, or leave --resume out to begin anew");
}

/* -- how it ends --------------------------------------------------------------------------------------------- */

static int report_end(const struct command_sweep *command, const struct sweep_table *table)
{
    static const char *const limits[] = {
        [RUN_MAX_WALL] = "max-wall",
        [RUN_MAX_EVENTS] = "max-events",
        [RUN_MAX_MEMORY] = "max-memory",
    };
    const char *folder = command->folder.data;
    int done = sweep_table_done(table);
    if (table->end == RUN_INTERRUPTED) {
        fprintf(stderr,
                "interrupted after %d of %zu points: they are in %s, marked partial; --resume goes "
                "on\n",
                done, table->point_count, folder);
        return EXIT_INTERRUPTED;
    }
    struct err err = {0};
    err_limit(&err, "--%s %s was reached after %d of %zu points", limits[table->end],
              option_value(command->options, limits[table->end]), done, table->point_count);
    err_help(&err, "they are in %s, marked partial; raise the limit and add --resume to go on",
             folder);
    return cli_fail(command->cli, &err);
}

/* A shard alone cannot tell whether any point meets the SLOs. */
static int outcome(const struct command_sweep *command, const struct sweep_table *table)
{
    struct sweep_answers answers;
    if (table->end != RUN_COMPLETE)
        return report_end(command, table);
    sweep_answers(table, &answers);
    bool passed = table->find.param >= 0 ? table->find.found : answers.passed > 0;
    return passed || table->shards > 1 || option_is_given(command->options, "no-fail")
               ? EXIT_DONE
               : EXIT_SLO_MISSED;
}

static int show(const struct command_sweep *command, const struct sweep_table *table)
{
    const struct cli *cli = command->cli;
    struct text out = {0};
    if (option_is_given(command->options, "quiet"))
        return EXIT_DONE;
    if (option_is_given(command->options, "json")) {
        sweep_output_json(&command->output, table, &out);
    } else {
        struct text_sweep_info info = {.jobs = command->settings.jobs,
                                       .ranks = cluster_size(command->cluster),
                                       .wall_s = command->output.wall_s,
                                       .scenario = sweep_scenario(command->sweep)};
        struct text_options how = {
            .width = cli->width, .colour = cli->colour, .folder = command->folder.data};
        text_write_sweep(table, &info, &how, &out);
    }
    int code = cli_print(cli, out.data);
    text_free(&out);
    return code;
}

static int simulate(struct command_sweep *command)
{
    const struct cli *cli = command->cli;
    struct err err = {0};
    bool json = option_is_given(command->options, "json");
    struct sweep_output *output = &command->output;
    sweep_output_begin(output, command->folder.data, cli->width,
                       cli->progress && !option_is_given(command->options, "quiet"));
    output->info = (struct report_info){.version = TEPID_VERSION};
    output->info.overrides = study_overrides(command->study, &output->info.override_count);
    struct sweep_options how = {
        .jobs = command->settings.jobs,
        .limits = command->settings.limits,
        .stop = cli->stop,
        .report = sweep_output_report,
        .on_point = sweep_output_save,
        .note = json ? sweep_output_note : NULL,
        .on_note = json ? sweep_output_keep : NULL,
        .context = output,
        .cluster = command->cluster,
        .rank_silence = command->settings.rank_silence,
    };
    bool ok = sweep_run(command->sweep, &how, &err);
    sweep_output_end(output);
    if (cluster_rank(command->cluster) > 0)
        return EXIT_DONE; /* rank 0 speaks for all */
    const struct sweep_table *table = sweep_table(command->sweep);
    if (!ok || !sweep_files_write(command->folder.data, table, &err))
        return cli_fail(cli, &err);
    int code = show(command, table);
    return code == EXIT_DONE ? outcome(command, table) : code;
}

/* Everything up to the first event, in all ranks; the folder is rank 0's. */
static bool prepare(struct command_sweep *command, struct err *err)
{
    const struct options *options = command->options;
    if (!check_options(options, err) || !run_settings_read(&command->settings, options, err) ||
        !shard_read(&command->shard, option_value(options, "shard"), getenv, err))
        return false;
    bool ranks = cluster_size(command->cluster) > 1;
    if (ranks && !option_is_given(options, "jobs"))
        command->settings.jobs = 1; /* a rank a core */
    command->study = input_open(command->cli, options, options->words[0], err);
    if (command->study == NULL || !open_sweep(command, err))
        return false;
    return cluster_rank(command->cluster) > 0 ||
           (prepare_folder(command, err) && read_known(command, err));
}

static int work(struct command_sweep *command)
{
    struct err err = {0};
    bool speaks = cluster_rank(command->cluster) == 0;
    bool ready = prepare(command, &err);
    if (speaks && command->shard.from != NULL)
        fprintf(stderr, "shard %d of %d, by %s\n", command->shard.index, command->shard.count,
                command->shard.from);
    if (ready && !*command->cli->stop)
        return simulate(command);
    if (ready) /* stopped while loading: there is nothing to keep */
        err_set(&err, "interrupted");
    sweep_dismiss(command->cluster, &err);
    if (ready || !speaks)
        return ready ? EXIT_INTERRUPTED : EXIT_DONE;
    return cli_fail(command->cli, &err);
}

static int run(const struct cli *cli, const struct command *command, const struct options *options)
{
    (void)command;
    struct err err = {0};
    struct command_sweep state = {.cli = cli, .options = options};
    state.cluster = cluster_join(&err);
    if (state.cluster == NULL)
        return cli_fail(cli, &err);
    int code = work(&state);
    sweep_close(state.sweep);
    sweep_table_free(state.known);
    study_close(state.study);
    sweep_output_free(&state.output);
    text_free(&state.folder);
    cluster_leave(state.cluster, code);
    return code;
}

const struct command command_sweep = {
    "sweep",
    "FILE [--sweep name=v1,v2,...|a..b[:step]]... [options]",
    "every combination of some parameters: the cheapest, and the best that meets the SLOs",
    "Simulates every combination of the swept parameters with common random numbers, and names\n"
    "the cheapest point and the best that meets the SLOs. What to minimise is the file's\n"
    "sweep { objective = { minimise = \"cost\" } }; cost unless it says otherwise.\n"
    "--find rate --until slo searches the largest (or smallest) value that meets the SLOs.\n\n"
    "Values have their units, ranges both ends: 128MB..1024MB:128MB, 10/s..100/s:10/s, 0..20.\n"
    "The folder has sweep.csv (a row a point and replication), points.csv (a row a point),\n"
    "report.md and meta.json. Shards, ranks and threads change none of their bytes.\n\n"
    "Exit code: 0 a point meets every SLO, 1 none does, 2 wrong usage or scenario, 3 a file "
    "cannot\n"
    "be read or written, 4 a limit reached, 130 interrupted (--resume goes on). A shard is 0 when\n"
    "it is done.\n\n"
    "Examples:\n"
    "  tepid sweep provisioned_sizing.lua\n"
    "  tepid sweep hello --sweep memory=256MB,512MB,1GB --sweep rate=10/s..100/s:10/s --refine\n"
    "  tepid sweep hello --find rate --until slo\n"
    "  tepid sweep shipping.lua --sweep label_concurrency=10..100 --shard 2/8 --out part2",
    options_of_sweep,
    1,
    1,
    run,
};
