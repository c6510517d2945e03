/* input.c - see the header. */
#include "cli/input.h"

#include <string.h>

#include "cli/path.h"
#include "core/text.h"

#define COMMAND_LINE "command line"

/* A file of that name comes first, then a scenario that ships. */
static bool find_file(struct input *input, const char *file, struct err *err)
{
    input->path = file;
    if (path_kind(file) == PATH_FILE)
        return true;
    struct shipped_list list;
    shipped_read(&list, input->assets, input->arena);
    const struct shipped *shipped = strchr(file, '/') == NULL ? shipped_find(&list, file) : NULL;
    if (shipped != NULL) {
        input->path = shipped->path;
        return true;
    }
    if (path_kind(file) == PATH_FOLDER)
        err_file(err, "%s is a directory, not a scenario file", file);
    else
        err_file(err, "no such file: %s", file);
    const char *nearest = shipped_neighbour(file, input->arena);
    if (nearest == NULL)
        nearest = shipped_nearest(&list, file, input->arena);
    if (nearest != NULL)
        return err_help(err, "did you mean '%s'? 'tepid list' names the scenarios that ship",
                        nearest);
    return err_help(err, "'tepid list' names the scenarios that ship");
}

static char *copy_part(struct arena *arena, const char *start, const char *end)
{
    char *part = arena_alloc(arena, (size_t)(end - start) + 1);
    memcpy(part, start, (size_t)(end - start));
    return part;
}

/* -p name=value; of a name given twice the last counts. */
static bool read_param(struct input *input, const char *given, struct assignment *params,
                       struct err *err)
{
    const char *equals = strchr(given, '=');
    if (equals == NULL || equals == given) {
        err_set(err, "-p %s: %s", given, equals == NULL ? "has no value" : "has no name");
        err_place(err, COMMAND_LINE, 0);
        return err_help(err, "write -p name=value, as in -p memory=512MB");
    }
    const char *name = copy_part(input->arena, given, equals);
    int at = 0;
    while (at < input->load.param_count && strcmp(params[at].name, name) != 0)
        at++;
    params[at] = (struct assignment){name, {.kind = VALUE_TEXT, .text = equals + 1}};
    if (at == input->load.param_count)
        input->load.param_count++;
    return true;
}

/* --set resource.setting=value. A name holds no '.', so the first one ends it; a value may. */
static bool read_override(struct input *input, const char *given, struct override *override,
                          struct err *err)
{
    const char *dot = strchr(given, '.');
    const char *equals = dot == NULL ? NULL : strchr(dot, '=');
    if (dot == NULL || equals == NULL || dot == given || equals == dot + 1) {
        err_set(err, "--set %s: not of the form resource.setting=value", given);
        err_place(err, COMMAND_LINE, 0);
        return err_help(err,
                        "write --set hello.memory=1GB; 'tepid params FILE' lists the settings");
    }
    *override = (struct override){
        .resource = copy_part(input->arena, given, dot),
        .setting = copy_part(input->arena, dot + 1, equals),
        .value = equals + 1,
    };
    return true;
}

static bool read_overrides(struct input *input, const struct options *options, struct err *err)
{
    int params = option_count(options, "param"), sets = option_count(options, "set");
    struct assignment *assignments = ARENA_ARRAY(input->arena, struct assignment, params + 1);
    struct override *overrides = ARENA_ARRAY(input->arena, struct override, sets + 1);
    input->load.params = assignments;
    input->load.overrides = overrides;
    input->load.override_count = sets;
    for (int i = 0; i < params; i++)
        if (!read_param(input, option_nth(options, "param", i), assignments, err))
            return false;
    for (int i = 0; i < sets; i++)
        if (!read_override(input, option_nth(options, "set", i), &overrides[i], err))
            return false;
    return true;
}

static bool read_load_limit(struct input *input, const struct options *options, struct err *err)
{
    const char *limit = option_value(options, "load-limit");
    input->load.limits = load_limits_default;
    if (limit == NULL || load_limits_read(limit, &input->load.limits, err))
        return true;
    err_context(err, "--load-limit %s", limit);
    return err_place(err, COMMAND_LINE, 0);
}

bool input_open(struct input *input, const struct cli *cli, const struct options *options,
                const char *file, struct err *err)
{
    *input = (struct input){.arena = arena_new()};
    if (!read_overrides(input, options, err) || !read_load_limit(input, options, err))
        return false;
    input->assets = catalog_find_assets(cli->program, err);
    if (input->assets == NULL || !find_file(input, file, err))
        return false;
    input->load.traces_dir = arena_printf(input->arena, "%s/traces", input->assets);
    const char *prices = option_value(options, "prices");
    input->prices_given = prices != NULL;
    input->catalog = catalog_load(input->assets, prices, err);
    return input->catalog != NULL;
}

void input_close(struct input *input)
{
    catalog_free(input->catalog);
    catalog_free(input->own_prices);
    mem_free(input->assets);
    arena_free(input->arena);
}

/* pricing{ list = } of the file: its price list takes the place of the shipped one, unless --prices does. Variants that
 * name different lists are refused, since one bill could not be held against another. */
static bool use_own_prices(struct input *input, struct scenario *scenario, struct err *err)
{
    const char *list = scenario->pricing.list_path;
    if (list == NULL || input->prices_given)
        return true;
    if (input->own_prices != NULL && strcmp(list, input->own_list) != 0)
        return err_set(err, "pricing: variants name different price lists");
    if (input->own_prices == NULL) {
        input->own_list = arena_strdup(input->arena, list);
        input->own_prices = catalog_load(input->assets, list, err);
    }
    scenario->catalog = input->own_prices;
    return input->own_prices != NULL;
}

struct scenario *input_load(struct input *input, const char *variant, struct err *err)
{
    struct load_options load = input->load;
    load.variant = variant;
    struct scenario *scenario = script_load(input->path, input->catalog, &load, err);
    if (scenario == NULL || use_own_prices(input, scenario, err))
        return scenario;
    scenario_free(scenario);
    return NULL;
}
