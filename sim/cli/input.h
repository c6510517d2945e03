/* input.h - what every command that reads a scenario needs: assets, price list, the file, its overrides.
 *
 * Opening finds and checks everything that does not depend on the scenario; loading may then be done several
 * times, once for each variant. Scenarios refer to the catalog, so they are freed before the input is closed.
 */
#ifndef TEPID_CLI_INPUT_H
#define TEPID_CLI_INPUT_H

#include "cli/command.h"
#include "cli/shipped.h"
#include "scenario/script.h"

struct input {
    char *assets;
    struct catalog *catalog;
    bool prices_given;          /* --prices */
    struct catalog *own_prices; /* of pricing{ list = }, or NULL */
    const char *own_list;
    const char *path; /* of the scenario file */
    struct load_options load;
    struct arena *arena;
};

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

/* `file` is a path or a name from 'tepid list'. To be closed whatever it returns. */
bool input_open(struct input *input, const struct cli *cli, const struct options *options,
                const char *file, struct err *err);
void input_close(struct input *input);

/* `variant` may be NULL. NULL and err if it cannot be loaded; the caller frees it. */
struct scenario *input_load(struct input *input, const char *variant, struct err *err);

#endif
