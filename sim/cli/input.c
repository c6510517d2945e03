/* input.c - see the header. */
#include "cli/input.h"

/* Every value given to an option, in order. */
static const char *const *values_of(const struct options *options, const char *name,
                                    struct arena *arena, int *count)
{
    *count = option_count(options, name);
    const char **values = ARENA_ARRAY(arena, const char *, *count + 1);
    for (int i = 0; i < *count; i++)
        values[i] = option_nth(options, name, i);
    return values;
}

struct study *input_open(const struct cli *cli, const struct options *options, const char *file,
                         struct err *err)
{
    struct arena *arena = arena_new();
    struct study_setup setup = {
        .program = cli->program,
        .file = file,
        .prices = option_value(options, "prices"),
        .load_limit = option_value(options, "load-limit"),
    };
    setup.params = values_of(options, "param", arena, &setup.param_count);
    setup.overrides = values_of(options, "set", arena, &setup.override_count);
    struct study *study = study_open(&setup, err);
    arena_free(arena);
    return study;
}

struct scenario *input_load(struct study *study, const char *variant,
                            const struct study_times *times, struct err *err)
{
    struct study_load load = {.variant = variant, .times = *times};
    return study_load(study, &load, err);
}
