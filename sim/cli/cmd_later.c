/* cmd_later.c - commands that are promised and not in this version: they say what they will do. */
#include "cli/command.h"

static int refuse(const struct cli *cli, const struct command *command,
                  const struct options *options)
{
    (void)options;
    struct err err = {0};
    err_set(&err, "tepid %s is not in this version", command->name);
    err_place(&err, "command line", 0);
    err_help(&err,
             "'tepid %s --help' says what it will do; 'tepid run' and 'tepid check' are there",
             command->name);
    return cli_fail(cli, &err);
}

#define NOT_YET "Not in this version: running it says so and exits 2."

const struct command command_emulate = {
    "emulate",
    "FILE",
    "serves a scenario over HTTP (reserved)",
    "Will answer real HTTP requests with the latencies and errors of a scenario. Reserved for a\n"
    "later version. " NOT_YET "\n\n"
    "Example:\n  tepid emulate hello.lua",
    NULL,
    0,
    99,
    refuse,
};

const struct command command_calibrate = {
    "calibrate",
    "LOG",
    "fits a scenario to measured times (reserved)",
    "Will fit the distributions of a scenario to the logs of a running application. Reserved for "
    "a\n"
    "later version. " NOT_YET "\n\n"
    "Example:\n  tepid calibrate cloudwatch.log",
    NULL,
    0,
    99,
    refuse,
};
