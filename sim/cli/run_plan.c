/* run_plan.c - see the header. */
#include "cli/run_plan.h"

#include <inttypes.h>
#include <string.h>

#include "core/text.h"
#include "report/folder.h"

static void make_room(struct run_plan *plan, int count)
{
    plan->items = ARENA_ARRAY(plan->arena, struct run_item, count);
    plan->scenarios = ARENA_ARRAY(plan->arena, struct scenario *, count);
    plan->folders = ARENA_ARRAY(plan->arena, const char *, count);
}

static void add_run(struct run_plan *plan, struct scenario *scenario, const char *variant)
{
    plan->scenarios[plan->count] = scenario;
    plan->items[plan->count] =
        (struct run_item){scenario, variant == NULL ? NULL : arena_strdup(plan->arena, variant)};
    plan->count++;
}

/* The file as it stands knows the variants; each of them is then a load of its own. */
static bool load_all(struct run_plan *plan, struct study *study,
                     const struct run_settings *settings, struct err *err)
{
    struct scenario *base = input_load(study, NULL, &settings->times, err);
    if (base == NULL)
        return false;
    make_room(plan, base->variant_count > 0 ? base->variant_count : 1);
    if (base->variant_count == 0) {
        add_run(plan, base, NULL);
        return true;
    }

    bool ok = true;
    for (int i = 0; i < base->variant_count && ok; i++) {
        struct scenario *scenario =
            input_load(study, base->variants[i].name, &settings->times, err);
        ok = scenario != NULL;
        if (ok)
            add_run(plan, scenario, base->variants[i].name);
        else
            err_context(err, "variant '%s'", base->variants[i].name);
    }
    scenario_free(base);
    return ok;
}

bool run_plan_load(struct run_plan *plan, struct study *study, const char *variant,
                   const struct run_settings *settings, struct err *err)
{
    *plan = (struct run_plan){.arena = arena_new()};
    if (variant != NULL && strcmp(variant, "all") == 0)
        return load_all(plan, study, settings, err);
    struct scenario *scenario = input_load(study, variant, &settings->times, err);
    if (scenario == NULL)
        return false;
    make_room(plan, 1);
    add_run(plan, scenario, variant);
    return true;
}

void run_plan_free(struct run_plan *plan)
{
    for (int i = 0; i < plan->count; i++)
        scenario_free(plan->scenarios[i]);
    if (plan->arena != NULL)
        arena_free(plan->arena);
}

/* out/<scenario>[-<variant>]-s<seed>, CONTRACT 5. */
static const char *default_folder(struct run_plan *plan, int item, const char *variant)
{
    const struct scenario *scenario = plan->scenarios[item];
    struct text path = {0};
    text_add(&path, "out/");
    folder_add_name(&path, scenario->name);
    if (variant != NULL) {
        text_add(&path, "-");
        folder_add_name(&path, variant);
    }
    text_addf(&path, "-s%" PRIu64, scenario->simulate.seed);
    const char *folder = arena_strdup(plan->arena, path.data);
    text_free(&path);
    return folder;
}

static const char *variant_folder(struct run_plan *plan, const char *out, const char *variant)
{
    struct text path = {0};
    text_addf(&path, "%s/", out);
    folder_add_name(&path, variant);
    const char *folder = arena_strdup(plan->arena, path.data);
    text_free(&path);
    return folder;
}

static void choose_folders(struct run_plan *plan, const char *out)
{
    bool several = plan->count > 1;
    if (several)
        plan->table_folder = out != NULL ? out : default_folder(plan, 0, NULL);
    for (int i = 0; i < plan->count; i++) {
        const char *variant = plan->items[i].variant;
        if (out == NULL)
            plan->folders[i] = default_folder(plan, i, variant);
        else
            plan->folders[i] = several ? variant_folder(plan, out, variant) : out;
    }
}

/* Variants whose names differ only in what a path cannot hold. */
static bool check_distinct(const struct run_plan *plan, struct err *err)
{
    for (int i = 0; i < plan->count; i++)
        for (int j = 0; j < i; j++)
            if (strcmp(plan->folders[i], plan->folders[j]) == 0) {
                err_set(err, "variants '%s' and '%s' would write the same folder %s",
                        plan->items[j].variant, plan->items[i].variant, plan->folders[i]);
                err_place(err, plan->scenarios[i]->file, 0);
                return err_help(err, "let their names differ in letters, digits, _ or -");
            }
    return true;
}

bool run_plan_folders(struct run_plan *plan, const char *out, struct err *err)
{
    choose_folders(plan, out);
    if (!check_distinct(plan, err))
        return false;
    if (plan->table_folder != NULL && !folder_prepare(plan->table_folder, err))
        return false;
    for (int i = 0; i < plan->count; i++)
        if (!folder_prepare(plan->folders[i], err))
            return false;
    return true;
}
