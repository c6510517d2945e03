/* cmd_view.c - tepid view: the window, which is a program of its own so that tepid needs no display library.
 *
 * The command line is read here, so that mistakes are said by tepid, and handed on word by word; the process then becomes tepid-ui. It is looked for
 * beside this program, links resolved, and then along PATH.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/view_options.h"
#include "core/path.h"
#include "core/text.h"

#define WINDOW "tepid-ui"

/* "FOLDER/tepid-ui", if there is such a program. */
static char *in_folder(const char *folder, size_t length, struct arena *arena)
{
    char *path = arena_printf(arena, "%.*s/" WINDOW, (int)length, folder);
    return path_kind(path) == PATH_FILE && access(path, X_OK) == 0 ? path : NULL;
}

static char *beside(const char *program, struct arena *arena)
{
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self);
    if (length > 0 && length < (ssize_t)sizeof self)
        self[length] = '\0';
    const char *path = length > 0 && length < (ssize_t)sizeof self ? self : program;
    const char *slash = strrchr(path, '/');
    return slash == NULL ? NULL : in_folder(path, (size_t)(slash - path), arena);
}

static char *along_path(struct arena *arena)
{
    char *found = NULL;
    for (const char *at = getenv("PATH"); at != NULL && found == NULL;) {
        size_t length = strcspn(at, ":");
        found = length > 0 ? in_folder(at, length, arena) : in_folder(".", 1, arena);
        at = at[length] == ':' ? at + length + 1 : NULL;
    }
    return found;
}

/* The command line of tepid-ui: every option as one word, then "--" and the file. */
static char **words_for(char *program, const struct options *options, struct arena *arena)
{
    int count = 0;
    char **words = ARENA_ARRAY(arena, char *, options->given_count + options->word_count + 3);
    words[count++] = program;
    for (int i = 0; i < options->given_count; i++) {
        const struct option_given *given = &options->given[i];
        words[count++] = given->value != NULL
                             ? arena_printf(arena, "--%s=%s", given->spec->name, given->value)
                             : arena_printf(arena, "--%s", given->spec->name);
    }
    words[count++] = arena_strdup(arena, "--");
    for (int i = 0; i < options->word_count; i++)
        words[count++] = arena_strdup(arena, options->words[i]);
    words[count] = NULL;
    return words;
}

static int run(const struct cli *cli, const struct command *command, const struct options *options)
{
    (void)command;
    struct err err = {0};
    struct arena *arena = arena_new();
    char *program = beside(cli->program, arena);
    if (program == NULL)
        program = along_path(arena);
    if (program != NULL) {
        (void)execv(program, words_for(program, options, arena)); /* returns only if it failed */
        err_file(&err, "cannot start '%s': %s", program, strerror(errno));
    } else {
        err_file(&err, "the window is a program of its own, " WINDOW
                       ", and it is neither beside tepid nor in PATH");
    }
    err_help(&err, "'make' builds both, 'make install' puts both in place");
    arena_free(arena);
    return cli_fail(cli, &err);
}

const struct command command_view = {
    "view",
    "[FILE] [-p name=value]... [--headless --screenshot PNG --at TIME]",
    "the window",
    "Opens the window (tepid-ui): watch a day go by, change a setting, see what it does. FILE may\n"
    "be a name from 'tepid list'; without one the window shows what there is. With --headless no\n"
    "display is needed.\n\n"
    "Examples:\n  tepid view hello -p memory=1024MB\n"
    "  tepid view shipping --headless --screenshot shipping.png --at 12h",
    view_options,
    0,
    1,
    run,
};
