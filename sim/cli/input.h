/* input.h - the options that every command which reads a scenario shares, and the study they open (run/study.h).
 */
#ifndef TEPID_CLI_INPUT_H
#define TEPID_CLI_INPUT_H

#include "cli/command.h"
#include "run/study.h"

/* Rows for the option table of a command that loads a scenario. */
#define OPTION_PARAM                                                                               \
    {                                                                                              \
        "param", 'p', "name=value", "sets a parameter of the scenario; may be repeated"            \
    }
#define OPTION_SET                                                                                 \
    {                                                                                              \
        "set", 0, "resource.setting=value", "sets a setting; may be repeated"                      \
    }
#define OPTION_PRICES                                                                              \
    {                                                                                              \
        "prices", 0, "FILE", "another price list"                                                  \
    }
#define OPTION_LOAD_LIMIT                                                                          \
    {                                                                                              \
        "load-limit", 0, "5s,256MB", "limits of the load: time, memory or both"                    \
    }

/* `file` is a path or a name from 'tepid list'. NULL and err if it cannot be opened. */
struct study *input_open(const struct cli *cli, const struct options *options, const char *file,
                         struct err *err);

/* The file as it stands, or a variant of it. NULL and err if it cannot be loaded; the caller frees it. */
struct scenario *input_load(struct study *study, const char *variant,
                            const struct study_times *times, struct err *err);

#endif
