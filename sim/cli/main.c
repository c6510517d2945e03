/* main.c - tepid: finds the command, reads its options, runs it, returns its exit code.
 *
 * The interrupt flag is the one variable a signal handler may touch. The first SIGINT or SIGTERM asks the
 * run to stop and keep what it has; the second ends the program at once.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/command.h"
#include "core/text.h"

#define COMMANDS_MAX 32

static _Atomic int interrupted;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    if (interrupted)
        _exit(EXIT_INTERRUPTED);
    interrupted = 1;
}

/* A failed ASSERT has said what it knows; only the exit code is left to set. */
static void on_abort(int signal_number)
{
    (void)signal_number;
    _exit(EXIT_BUG);
}

static void install(int signal_number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};
    (void)sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    (void)sigaction(signal_number, &action, NULL); /* cannot fail for these signals */
}

static int terminal_width(void)
{
    struct winsize size = {0};
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

static struct cli make_cli(const char *program)
{
    const char *no_color = getenv("NO_COLOR");
    bool wanted = no_color == NULL || no_color[0] == '\0';
    return (struct cli){
        .program = program,
        .stop = &interrupted,
        .width = terminal_width(),
        .colour = wanted && isatty(STDOUT_FILENO),
        .colour_err = wanted && isatty(STDERR_FILENO),
        .progress = isatty(STDERR_FILENO),
    };
}

static void print_overview(FILE *out)
{
    fputs("tepid - a wind tunnel for serverless designs\n\n"
          "Usage: tepid COMMAND [ARGUMENTS]\n\nCommands:\n",
          out);
    for (const struct command *const *at = commands; *at != NULL; at++)
        fprintf(out, "  %-10s  %s\n", (*at)->name, (*at)->summary);
    fputs("\nEvery command has --help. A first run:\n"
          "  tepid list\n"
          "  tepid run hello\n",
          out);
}

static int refuse_command(const struct cli *cli, const char *name)
{
    struct err err = {0};
    const char *names[COMMANDS_MAX + 1] = {0};
    for (size_t i = 0; commands[i] != NULL && i < COMMANDS_MAX; i++)
        names[i] = commands[i]->name;
    err_set(&err, name[0] == '-' ? "unknown option %s" : "unknown command %s", name);
    err_place(&err, "command line", 0);
    const char *nearest = text_nearest(name, names);
    if (nearest != NULL)
        err_help(&err, "did you mean 'tepid %s'?", nearest);
    err_help(&err, "tepid --help lists the commands");
    return cli_fail(cli, &err);
}

static bool check_words(const struct command *command, const struct options *options,
                        struct err *err)
{
    if (options->word_count >= command->words_min && options->word_count <= command->words_max)
        return true;
    if (options->word_count < command->words_min)
        err_set(err, "tepid %s: something is missing", command->name);
    else
        err_set(err, "tepid %s: '%s' is one word too many", command->name,
                options->words[command->words_max]);
    err_place(err, "command line", 0);
    return err_help(err, "usage: tepid %s %s", command->name, command->usage);
}

static bool asks_for_help(int argc, char *const *argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static int run_command(struct cli *cli, const struct command *command, int argc, char *const *argv)
{
    static const struct option_spec none[] = {{0}};
    struct err err = {0};
    struct options options = {0};
    struct arena *arena = arena_new();
    bool any = command->options == NULL; /* a command of a later version */
    int code = EXIT_DONE;

    if (asks_for_help(argc, argv)) {
        command_print_help(command, stdout);
        code = cli_print(cli, "");
    } else if (!options_parse(&options, any ? none : command->options, any ? 0 : argc, argv, arena,
                              &err) ||
               !check_words(command, &options, &err)) {
        code = cli_fail(cli, &err);
    } else {
        if (option_is_given(&options, "no-color"))
            cli->colour = cli->colour_err = false;
        code = command->run(cli, command, &options);
    }
    arena_free(arena);
    return code;
}

int main(int argc, char **argv)
{
    struct cli cli = make_cli(argc > 0 ? argv[0] : "tepid");
    install(SIGINT, on_interrupt);
    install(SIGTERM, on_interrupt);
    install(SIGABRT, on_abort);
    install(SIGXFSZ, SIG_IGN); /* a file that may not grow is a failed write, which is reported */

    if (argc < 2) {
        print_overview(stderr);
        return EXIT_USAGE;
    }
    const char *name = argv[1];
    bool help = strcmp(name, "help") == 0;
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || (help && argc == 2)) {
        print_overview(stdout);
        return cli_print(&cli, "");
    }
    if (strcmp(name, "--version") == 0)
        name = "version";
    const struct command *command = command_find(help ? argv[2] : name);
    if (command == NULL)
        return refuse_command(&cli, help ? argv[2] : name);
    if (help) {
        command_print_help(command, stdout);
        return cli_print(&cli, "");
    }
    return run_command(&cli, command, argc - 2, argv + 2);
}
