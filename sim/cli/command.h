/* command.h - what a command of tepid is, and what all of them share.
 *
 * A command is a row: its words for --help, its options, its function. main.c finds the row, reads the
 * options and calls the function; the function returns an exit code. Data goes to stdout, everything
 * else to stderr.
 */
#ifndef TEPID_CLI_COMMAND_H
#define TEPID_CLI_COMMAND_H

#include "cli/options.h"

/* CONTRACT 1. ERR_USER, ERR_FILE and ERR_LIMIT have the same numbers. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_SLO_MISSED = 1,
    EXIT_USAGE = 2,
    EXIT_FILE = 3,
    EXIT_LIMIT = 4,
    EXIT_BUG = 70,
    EXIT_INTERRUPTED = 130,
};

struct cli {
    const char *program;     /* argv[0] */
    const _Atomic int *stop; /* not 0 once the user asked to stop */
    int width;               /* columns of the terminal; 80 if there is none */
    bool colour;             /* on stdout */
    bool colour_err;         /* on stderr */
    bool progress;           /* stderr is a terminal */
};

struct command {
    const char *name;
    const char *usage;                 /* what follows the name */
    const char *summary;               /* one line, for the list of commands */
    const char *text;                  /* more, for --help; with an example */
    const struct option_spec *options; /* ends with name == NULL; NULL: any are let through */
    int words_min, words_max;
    int (*run)(const struct cli *cli, const struct command *command, const struct options *options);
};

/* All of them, in the order of the help; ends with NULL. */
extern const struct command *const commands[];
const struct command *command_find(const char *name);

void command_print_help(const struct command *command, FILE *out);

/* Prints the error and returns its exit code. */
int cli_fail(const struct cli *cli, const struct err *err);
/* Writes what was made for stdout; EXIT_DONE, or EXIT_FILE after saying why it could not. */
int cli_print(const struct cli *cli, const char *text);

extern const struct command command_run, command_view, command_check, command_params, command_list,
    command_new, command_explain, command_import, command_version, command_sweep, command_merge,
    command_compare, command_report;
/* cmd_later.c */
extern const struct command command_emulate, command_calibrate;

#define OPTION_NO_COLOR                                                                            \
    {                                                                                              \
        "no-color", 0, NULL, "no colour, also with NO_COLOR set"                                   \
    }

#endif
