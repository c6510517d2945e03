/* options.h - reads a command line against a table.
 *
 * Each command has one table of its options; the parser, --help, completion and the "did you mean" all read
 * it. Forms: --name value, --name=value, -p value, -pvalue; `--` ends the options; options and words may mix.
 * --help is understood everywhere. What is given twice counts as given last, unless the command asks for all
 * of them with option_nth.
 */
#ifndef TEPID_CLI_OPTIONS_H
#define TEPID_CLI_OPTIONS_H

#include "core/arena.h"
#include "core/err.h"

struct option_spec {
    const char *name;  /* "variant", without the dashes */
    char letter;       /* 'p', or 0 */
    const char *value; /* what follows, for the help: "NAME|all"; NULL: nothing */
    const char *doc;   /* one line */
};

struct option_given {
    const struct option_spec *spec;
    const char *value; /* NULL for a flag */
};

struct options {
    struct option_given *given; /* in order */
    int given_count;
    const char **words; /* what is no option, in order */
    int word_count;
    bool help;
};

/* `specs` ends with name == NULL. Everything is kept in `arena` or points into argv. */
bool options_parse(struct options *options, const struct option_spec *specs, int argc,
                   char *const *argv, struct arena *arena, struct err *err);

bool option_is_given(const struct options *options, const char *name);
/* The last value given, or NULL. */
const char *option_value(const struct options *options, const char *name);
int option_count(const struct options *options, const char *name);
const char *option_nth(const struct options *options, const char *name, int n);

/* The lines of --help. */
void options_print(const struct option_spec *specs, FILE *out);

/* A whole number in plain digits, at most `max`; `what` is named in the message ("--seed"). */
bool option_read_whole(const char *what, const char *text, uint64_t max, uint64_t *value,
                       struct err *err);

#endif
