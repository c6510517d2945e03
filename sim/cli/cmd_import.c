/* cmd_import.c - tepid import: a published trace becomes a scenario. */
#include <string.h>

#include "cli/command.h"
#include "cli/import_azure.h"
#include "core/text.h"
#include "core/unit.h"

static bool refuse(struct err *err, const char *what, const char *help)
{
    err_set(err, "tepid import: %s", what);
    err_place(err, "command line", 0);
    return err_help(err, "%s", help);
}

static bool check_request(const struct options *options, struct err *err)
{
    static const char *const sources[] = {"azure-trace", NULL};
    const char *source = options->words[0];
    const char *out = option_value(options, "out");
    if (strcmp(source, sources[0]) != 0) {
        err_set(err, "tepid import: no such kind of trace: %s", source);
        err_place(err, "command line", 0);
        return err_help(err, "%s 'azure-trace'",
                        text_nearest(source, sources) != NULL ? "did you mean" : "there is");
    }
    if (options->word_count < 2)
        return refuse(err, "the file with the invocations is missing",
                      "write tepid import azure-trace INVOCATIONS --out FILE.lua");
    size_t length = out == NULL ? 0 : strlen(out);
    if (length <= 4 || strcmp(out + length - 4, ".lua") != 0)
        return refuse(err, out == NULL ? "where to is missing" : "--out must name a .lua file",
                      "write --out FILE.lua");
    return true;
}

/* Rows whose count is 0 say nothing and are left out. */
static void add_count(struct text *out, int64_t count, const char *what)
{
    char number[UNIT_TEXT_MAX];
    if (count > 0)
        text_addf(out, "  %s %s\n", unit_show_count(number, (double)count), what);
}

static void write_summary(const struct import_summary *summary, const char *file, struct text *out)
{
    char functions[UNIT_TEXT_MAX], invocations[UNIT_TEXT_MAX];
    text_addf(out, "%s: %s functions, %s invocations in %d min\n", file,
              unit_show_count(functions, (double)summary->functions),
              unit_show_count(invocations, (double)summary->invocations), (int)summary->minutes);
    add_count(out, summary->without_duration, "functions without durations: the trace's median");
    add_count(out, summary->without_memory, "functions without memory: the trace's median");
    add_count(out, summary->merged_rows, "rows of a function that had one already: added to it");
    add_count(out, summary->unused_rows,
              "rows of durations or memory of functions without invocations: left out");
    add_count(out, summary->cut_durations, "functions with runs above 900 s: cut to 900 s");
    add_count(out, summary->cut_memory, "functions above 10240 MB: cut to 10240 MB");
    text_addf(out, "  next: tepid run %s\n", file);
}

static int run(const struct cli *cli, const struct command *command, const struct options *options)
{
    (void)command;
    struct err err = {0};
    if (!check_request(options, &err))
        return cli_fail(cli, &err);
    struct import_summary summary = {0};
    struct import_azure_options request = {
        .invocations = options->words[1],
        .durations = options->word_count > 2 ? options->words[2] : NULL,
        .memory = options->word_count > 3 ? options->words[3] : NULL,
        .out = option_value(options, "out"),
    };
    if (!import_azure(&request, &summary, &err))
        return cli_fail(cli, &err);
    struct text out = {0};
    write_summary(&summary, request.out, &out);
    int code = cli_print(cli, out.data);
    text_free(&out);
    return code;
}

static const struct option_spec options_of_import[] = {
    {"out", 0, "FILE.lua", "the scenario to write; its traffic goes beside it as CSV"},
    OPTION_NO_COLOR,
    {0},
};

const struct command command_import = {
    "import",
    "azure-trace INVOCATIONS [DURATIONS] [MEMORY] --out FILE.lua",
    "turns a published trace into a scenario",
    "Reads the Azure Functions trace of 2019 (invocations per minute, optionally durations and\n"
    "memory; CSV as published) and writes a scenario with a function and a traffic source for\n"
    "each row.\n\n"
    "Example:\n"
    "  tepid import azure-trace invocations.csv durations.csv memory.csv --out azure.lua",
    options_of_import,
    1,
    4,
    run,
};
