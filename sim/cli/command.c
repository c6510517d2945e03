/* command.c - see the header. */
#include "cli/command.h"

#include <errno.h>
#include <string.h>

#include "core/text.h"

const struct command *const commands[] = {
    &command_run,     &command_sweep,     &command_compare, &command_view,
    &command_check,   &command_params,    &command_list,    &command_new,
    &command_explain, &command_report,    &command_import,  &command_merge,
    &command_emulate, &command_calibrate, &command_version, NULL,
};

const struct command *command_find(const char *name)
{
    for (const struct command *const *at = commands; *at != NULL; at++)
        if (strcmp((*at)->name, name) == 0)
            return *at;
    return NULL;
}

void command_print_help(const struct command *command, FILE *out)
{
    fprintf(out, "Usage: tepid %s%s%s\n\n%s\n\n", command->name,
            command->usage[0] != '\0' ? " " : "", command->usage, command->text);
    static const struct option_spec none[] = {{0}};
    options_print(command->options != NULL ? command->options : none, out);
}

int cli_fail(const struct cli *cli, const struct err *err)
{
    ASSERT(err->kind != ERR_NONE);
    err_print(err, "error", stderr, cli->colour_err);
    return (int)err->kind;
}

int cli_print(const struct cli *cli, const char *text)
{
    if (fputs(text, stdout) >= 0 && fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_DONE;
    struct err err = {0};
    err_file(&err, "cannot write to stdout: %s", strerror(errno));
    return cli_fail(cli, &err);
}
