/* study.c - see study.h. What changes do to a loaded scenario is in study_changes.c. */
#include "run/study.h"

#include <string.h>
#include <uv.h>

#include "core/path.h"
#include "core/text.h"
#include "core/unit.h"
#include "run/study_changes.h"
#include "scenario/shipped.h"

#define COMMAND_LINE "command line"

struct study {
    struct arena *arena;
    char *assets;
    const char *path; /* of the scenario file */
    const char *traces_dir;
    struct load_limits limits;
    struct assignment *params; /* each name once */
    int param_count;
    struct override *overrides;
    int override_count;
    struct catalog *catalog;
    bool prices_given; /* --prices */
    /* Loads may run side by side; the price list of the file is read by the first that asks for it. */
    uv_mutex_t own_lock;
    struct catalog *own_prices; /* of pricing{ list = }, or NULL */
    const char *own_list;
};

const struct study_times study_times_default = {.duration = TIME_UNSET, .warmup = TIME_UNSET};

/* -- opening ------------------------------------------------------------------------------------ */

/* A file of that name comes first, then a scenario that ships. */
static bool find_file(struct study *study, const char *file, struct err *err)
{
    study->path = arena_strdup(study->arena, file);
    if (path_kind(file) == PATH_FILE)
        return true;
    struct shipped_list list;
    shipped_read(&list, study->assets, study->arena);
    const struct shipped *shipped = strchr(file, '/') == NULL ? shipped_find(&list, file) : NULL;
    if (shipped != NULL) {
        study->path = shipped->path;
        return true;
    }
    if (path_kind(file) == PATH_FOLDER)
        err_file(err, "%s is a directory, not a scenario file", file);
    else
        err_file(err, "no such file: %s", file);
    const char *nearest = shipped_neighbour(file, study->arena);
    if (nearest == NULL)
        nearest = shipped_nearest(&list, file, study->arena);
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

/* Of a name given twice the last counts. */
static int put_param(struct assignment *params, int count, const char *name, const char *value)
{
    int at = 0;
    while (at < count && strcmp(params[at].name, name) != 0)
        at++;
    params[at] = (struct assignment){name, {.kind = VALUE_TEXT, .text = value}};
    return at == count ? count + 1 : count;
}

/* -p name=value. */
static bool read_param(struct study *study, const char *given, struct err *err)
{
    const char *equals = strchr(given, '=');
    if (equals == NULL || equals == given) {
        err_set(err, "-p %s: %s", given, equals == NULL ? "has no value" : "has no name");
        err_place(err, COMMAND_LINE, 0);
        return err_help(err, "write -p name=value, as in -p memory=512MB");
    }
    study->param_count =
        put_param(study->params, study->param_count, copy_part(study->arena, given, equals),
                  arena_strdup(study->arena, equals + 1));
    return true;
}

/* --set resource.setting=value. A name holds no '.', so the first one ends it; a value may. */
static bool read_override(struct study *study, const char *given, struct override *override,
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
        .resource = copy_part(study->arena, given, dot),
        .setting = copy_part(study->arena, dot + 1, equals),
        .value = arena_strdup(study->arena, equals + 1),
    };
    return true;
}

static bool read_given(struct study *study, const struct study_setup *setup, struct err *err)
{
    study->params = ARENA_ARRAY(study->arena, struct assignment, setup->param_count + 1);
    study->overrides = ARENA_ARRAY(study->arena, struct override, setup->override_count + 1);
    for (int i = 0; i < setup->param_count; i++)
        if (!read_param(study, setup->params[i], err))
            return false;
    for (int i = 0; i < setup->override_count; i++)
        if (!read_override(study, setup->overrides[i], &study->overrides[i], err))
            return false;
    study->override_count = setup->override_count;
    study->limits = load_limits_default;
    if (setup->load_limit == NULL || load_limits_read(setup->load_limit, &study->limits, err))
        return true;
    err_context(err, "--load-limit %s", setup->load_limit);
    return err_place(err, COMMAND_LINE, 0);
}

static bool open_files(struct study *study, const struct study_setup *setup, struct err *err)
{
    study->assets = catalog_find_assets(setup->program, err);
    if (study->assets == NULL || !find_file(study, setup->file, err))
        return false;
    study->traces_dir = arena_printf(study->arena, "%s/traces", study->assets);
    study->prices_given = setup->prices != NULL;
    study->catalog = catalog_load(study->assets, setup->prices, err);
    return study->catalog != NULL;
}

struct study *study_open(const struct study_setup *setup, struct err *err)
{
    struct arena *arena = arena_new();
    struct study *study = ARENA_NEW(arena, struct study);
    study->arena = arena;
    ASSERT(uv_mutex_init(&study->own_lock) == 0);
    if (read_given(study, setup, err) && open_files(study, setup, err))
        return study;
    study_close(study);
    return NULL;
}

void study_close(struct study *study)
{
    if (study == NULL)
        return;
    uv_mutex_destroy(&study->own_lock);
    catalog_free(study->catalog);
    catalog_free(study->own_prices);
    mem_free(study->assets);
    arena_free(study->arena);
}

const char *study_path(const struct study *study)
{
    return study->path;
}

const char *study_assets(const struct study *study)
{
    return study->assets;
}

bool study_sets_param(const struct study *study, const char *name)
{
    for (int i = 0; i < study->param_count; i++)
        if (strcmp(study->params[i].name, name) == 0)
            return true;
    return false;
}

const struct override *study_overrides(const struct study *study, int *count)
{
    *count = study->override_count;
    return study->overrides;
}

/* -- loading -------------------------------------------------------------------------------------- */

/* pricing{ list = } of the file: its price list takes the place of the shipped one, unless --prices does. Variants that
 * name different lists are refused, since one bill could not be held against another. */
static bool use_own_prices(struct study *study, struct scenario *scenario, struct err *err)
{
    const char *list = scenario->pricing.list_path;
    if (list == NULL || study->prices_given)
        return true;
    uv_mutex_lock(&study->own_lock);
    bool same = study->own_prices == NULL || strcmp(list, study->own_list) == 0;
    if (study->own_prices == NULL) {
        study->own_list = arena_strdup(study->arena, list);
        study->own_prices = catalog_load(study->assets, list, err);
    }
    scenario->catalog = study->own_prices;
    uv_mutex_unlock(&study->own_lock);
    if (!same)
        return err_set(err, "pricing: variants name different price lists");
    return scenario->catalog != NULL;
}

/* The study's own values, then those of the changes. */
static void collect(const struct study *study, const struct study_load *load, struct arena *arena,
                    struct load_options *options)
{
    int params = study->param_count, overrides = study->override_count;
    struct assignment *assignments =
        ARENA_ARRAY(arena, struct assignment, params + load->change_count + 1);
    struct override *sets = ARENA_ARRAY(arena, struct override, overrides + load->change_count + 1);
    memcpy(assignments, study->params, sizeof *assignments * (size_t)params);
    memcpy(sets, study->overrides, sizeof *sets * (size_t)overrides);
    for (int i = 0; i < load->change_count; i++) {
        const struct change *change = &load->changes[i];
        if (change->kind == CHANGE_PARAM)
            params = put_param(assignments, params, change->name, change->value);
        else if (change->kind == CHANGE_SETTING)
            sets[overrides++] = (struct override){change->resource, change->name, change->value};
    }
    options->params = assignments;
    options->param_count = params;
    options->overrides = sets;
    options->override_count = overrides;
}

static bool check_times(const struct simulate_config *simulate, struct err *err)
{
    char duration[UNIT_TEXT_MAX], warmup[UNIT_TEXT_MAX], better[UNIT_TEXT_MAX];
    if (simulate->duration > simulate->warmup)
        return true;
    unit_show_span(duration, simulate->duration);
    unit_show_span(warmup, simulate->warmup);
    err_set(err, "a duration of %s is not longer than the warm-up of %s", duration, warmup);
    err_place(err, COMMAND_LINE, 0);
    unit_show_span(better, simulate->duration / 10);
    return err_help(err, "give both, as in --duration %s --warmup %s", duration, better);
}

bool study_times_apply(const struct study_times *times, struct scenario *scenario, struct err *err)
{
    struct simulate_config *simulate = &scenario->simulate;
    if (times->duration != TIME_UNSET)
        simulate->duration = times->duration;
    if (times->warmup != TIME_UNSET)
        simulate->warmup = times->warmup;
    if (times->has_seed)
        simulate->seed = times->seed;
    if (times->reps > 0)
        simulate->reps = times->reps;
    /* A shorter run keeps the scenario's samples as long as one of them fits. */
    if (times->duration != TIME_UNSET && simulate->sample > simulate->duration)
        simulate->sample = TIME_UNSET;
    return check_times(simulate, err);
}

struct scenario *study_load(struct study *study, const struct study_load *load, struct err *err)
{
    struct arena *arena = arena_new();
    struct load_options options = {
        .variant = load->variant,
        .limits = study->limits,
        .traces_dir = study->traces_dir,
        .trusted = load->trusted,
        .silent = load->silent,
    };
    collect(study, load, arena, &options);
    struct scenario *scenario = script_load(study->path, study->catalog, &options, err);
    if (scenario != NULL &&
        (!use_own_prices(study, scenario, err) || !study_times_apply(&load->times, scenario, err) ||
         !study_changes_apply(load->changes, load->change_count, scenario, err))) {
        scenario_free(scenario);
        scenario = NULL;
    }
    arena_free(arena);
    return scenario;
}
