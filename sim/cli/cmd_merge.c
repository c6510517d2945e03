/* cmd_merge.c - tepid merge: the shards of a sweep become one. */
#include <string.h>

#include "cli/command.h"
#include "core/text.h"
#include "report/folder.h"
#include "report/sweep_files.h"
#include "report/text_sweep.h"
#include "run/sweep_merge.h"

#define SHARDS_MERGED_MAX 100000

static const struct option_spec options_of_merge[] = {
    {"out", 0, "DIR", "results folder [out/<scenario>-sweep]"},
    {"quiet", 'q', NULL, "nothing on stdout"},
    {"no-fail", 0, NULL, "exit 0 although no point meets the SLOs"},
    OPTION_NO_COLOR,
    {0},
};

static int show(const struct cli *cli, const struct options *options,
                const struct sweep_table *table, const char *folder)
{
    struct text out = {0};
    if (option_is_given(options, "quiet"))
        return EXIT_DONE;
    struct text_options how = {.width = cli->width, .colour = cli->colour, .folder = folder};
    text_write_sweep(table, &(struct text_sweep_info){0}, &how, &out);
    int code = cli_print(cli, out.data);
    text_free(&out);
    return code;
}

static int write_merged(const struct cli *cli, const struct options *options,
                        const struct sweep_table *table)
{
    struct err err = {0};
    struct text folder = {0};
    struct sweep_answers answers;
    int code;
    sweep_folder_name(table, option_value(options, "out"), &folder);
    if (!folder_prepare(folder.data == NULL ? "" : folder.data, &err) ||
        !sweep_files_write(folder.data, table, &err))
        code = cli_fail(cli, &err);
    else
        code = show(cli, options, table, folder.data);
    text_free(&folder);
    sweep_answers(table, &answers);
    if (code == EXIT_DONE && answers.passed == 0 && !option_is_given(options, "no-fail"))
        return EXIT_SLO_MISSED;
    return code;
}

static int run(const struct cli *cli, const struct command *command, const struct options *options)
{
    struct err err = {0};
    int count = options->word_count, read = 0, code;
    struct sweep_table *merged = NULL, **shards;
    (void)command;
    shards = mem_resize(NULL, sizeof(struct sweep_table *) * (size_t)count);
    while (read < count && (shards[read] = sweep_files_read(options->words[read], &err)) != NULL)
        read++;
    if (read == count)
        merged = sweep_merge(shards, options->words, count, &err);
    code = merged == NULL ? cli_fail(cli, &err) : write_merged(cli, options, merged);
    sweep_table_free(merged);
    for (int i = 0; i < read; i++)
        sweep_table_free(shards[i]);
    mem_free(shards);
    return code;
}

const struct command command_merge = {
    "merge",
    "DIR... [--out DIR]",
    "joins the shards of a sweep",
    "Joins the folders that 'tepid sweep --shard i/n' wrote, on however many machines, into the "
    "one\n"
    "that the whole sweep would have written, byte for byte. Refuses gaps, duplicates, shards "
    "that\n"
    "are not complete, and shards of another scenario, other settings or another version.\n\n"
    "Exit code: 0 a point meets every SLO, 1 none does, 2 the shards do not fit, 3 a file cannot "
    "be\n"
    "read or written.\n\n"
    "Example:\n  tepid merge out/sizing-1of4 out/sizing-2of4 out/sizing-3of4 out/sizing-4of4 --out "
    "out/sizing",
    options_of_merge,
    1,
    SHARDS_MERGED_MAX,
    run,
};
