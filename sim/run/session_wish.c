/* session_wish.c - see session_wish.h. */
#include "run/session_wish.h"

#include <math.h>
#include <string.h>

#include "core/unit.h"

/* How long a poke lasts, and how much slower "slow" is (UI.md: slow x2). */
#define POKE_LASTS       (60 * SIM_SECOND)
#define POKE_SLOW_FACTOR 2

static char *keep(const char *text)
{
    if (text == NULL)
        return NULL;
    size_t bytes = strlen(text) + 1;
    return memcpy(mem_resize(NULL, bytes), text, bytes);
}

static const char *const *copy_list(struct arena *arena, const char *const *list, int count)
{
    const char **copy = ARENA_ARRAY(arena, const char *, count + 1);
    for (int i = 0; i < count; i++)
        copy[i] = arena_strdup(arena, list[i]);
    return copy;
}

static struct study_setup copy_setup(struct arena *arena, const struct study_setup *setup)
{
    struct study_setup copy = *setup;
    copy.program = arena_strdup(arena, setup->program);
    copy.file = arena_strdup(arena, setup->file);
    copy.params = copy_list(arena, setup->params, setup->param_count);
    copy.overrides = copy_list(arena, setup->overrides, setup->override_count);
    copy.prices = setup->prices == NULL ? NULL : arena_strdup(arena, setup->prices);
    copy.load_limit = setup->load_limit == NULL ? NULL : arena_strdup(arena, setup->load_limit);
    return copy;
}

void wish_init(struct wish *wish, const struct session_setup *setup)
{
    struct arena *arena = arena_new();
    *wish = (struct wish){.arena = arena,
                          .setup = copy_setup(arena, &setup->study),
                          .times = setup->times,
                          .variant = keep(setup->variant)};
}

static void free_change(struct wish_change *change)
{
    mem_free(change->resource);
    mem_free(change->name);
    mem_free(change->value);
}

static void clear(struct wish *wish)
{
    for (int i = 0; i < wish->change_count; i++)
        free_change(&wish->changes[i]);
    wish->change_count = 0;
    wish_clear_pokes(wish);
    wish_variant(wish, NULL);
}

void wish_free(struct wish *wish)
{
    clear(wish);
    mem_free(wish->changes);
    mem_free(wish->pokes);
    arena_free(wish->arena);
}

static void start_over(struct wish *wish, const struct study_setup *setup,
                       const struct study_times *times)
{
    struct arena *arena = arena_new();
    struct study_setup copy = copy_setup(arena, setup);
    clear(wish);
    arena_free(wish->arena);
    wish->arena = arena;
    wish->setup = copy;
    wish->times = *times;
}

void wish_open(struct wish *wish, const char *file)
{
    struct study_setup setup = {.program = wish->setup.program,
                                .file = file,
                                .prices = wish->setup.prices,
                                .load_limit = wish->setup.load_limit};
    start_over(wish, &setup, &study_times_default);
}

/* -- the words of a command line ---------------------------------------------------------------------- */

static bool read_seed(const char *text, uint64_t *seed)
{
    uint64_t value = 0;
    for (const char *c = text; *c != '\0'; c++) {
        if (*c < '0' || *c > '9' || value > (UINT64_MAX - (uint64_t)(*c - '0')) / 10)
            return false;
        value = value * 10 + (uint64_t)(*c - '0');
    }
    *seed = value;
    return *text != '\0';
}

static bool read_time_option(const char *option, const char *value, struct study_times *times,
                             bool *known, struct err *err)
{
    *known = true;
    if (strcmp(option, "--duration") == 0)
        return unit_read_time(value, &times->duration, err);
    if (strcmp(option, "--warmup") == 0)
        return unit_read_time(value, &times->warmup, err);
    if (strcmp(option, "--reps") == 0)
        return unit_read_count(value, &times->reps, err);
    *known = strcmp(option, "--seed") == 0;
    times->has_seed |= *known;
    return !*known || read_seed(value, &times->seed) || err_set(err, "--seed %s: no number", value);
}

static bool read_option(const char *option, const char *value, struct study_setup *setup,
                        const char **params, const char **overrides, const char **variant,
                        struct err *err)
{
    if (strcmp(option, "-p") == 0)
        params[setup->param_count++] = value;
    else if (strcmp(option, "--set") == 0)
        overrides[setup->override_count++] = value;
    else if (strcmp(option, "--variant") == 0)
        *variant = value;
    else if (strcmp(option, "--prices") == 0)
        setup->prices = value;
    else if (strcmp(option, "--load-limit") == 0)
        setup->load_limit = value;
    else
        return err_set(err, "%s: no option of a session", option);
    return true;
}

bool wish_start(struct wish *wish, const char *const *words, int count, struct err *err)
{
    if (count % 2 != 1)
        return err_set(err, "not of the form: tepid run FILE -p name=value --seed 7");
    struct arena *arena = arena_new();
    const char **params = ARENA_ARRAY(arena, const char *, count);
    const char **overrides = ARENA_ARRAY(arena, const char *, count);
    const char *variant = NULL;
    struct study_setup setup = {
        .program = wish->setup.program, .file = words[0], .params = params, .overrides = overrides};
    struct study_times times = study_times_default;
    bool ok = true;
    for (int i = 1; ok && i < count; i += 2) {
        bool known;
        ok = read_time_option(words[i], words[i + 1], &times, &known, err) &&
             (known ||
              read_option(words[i], words[i + 1], &setup, params, overrides, &variant, err));
    }
    if (ok) {
        start_over(wish, &setup, &times);
        wish_variant(wish, variant);
    }
    arena_free(arena);
    return ok;
}

static bool is_about(const struct wish_change *change, const char *resource, const char *name)
{
    bool same_resource = resource == NULL || change->resource == NULL
                             ? resource == change->resource
                             : strcmp(resource, change->resource) == 0;
    return same_resource && strcmp(change->name, name) == 0;
}

void wish_set(struct wish *wish, const char *resource, const char *name, const char *value)
{
    int at = 0;
    while (at < wish->change_count && !is_about(&wish->changes[at], resource, name))
        at++;
    struct wish_change change = {keep(resource), keep(name), keep(value)};
    if (at == wish->change_count)
        wish->changes = mem_resize(wish->changes, sizeof change * (size_t)(++wish->change_count));
    else
        free_change(&wish->changes[at]);
    wish->changes[at] = change;
}

void wish_reset_params(struct wish *wish)
{
    int kept = 0;
    for (int i = 0; i < wish->change_count; i++) {
        if (wish->changes[i].resource == NULL)
            free_change(&wish->changes[i]);
        else
            wish->changes[kept++] = wish->changes[i];
    }
    wish->change_count = kept;
}

void wish_variant(struct wish *wish, const char *variant)
{
    char *kept = keep(variant);
    mem_free(wish->variant);
    wish->variant = kept;
}

void wish_poke(struct wish *wish, const char *resource, enum poke poke, sim_time at, int64_t burst)
{
    size_t bytes = sizeof *wish->pokes * (size_t)(wish->poke_count + 1);
    wish->pokes = mem_resize(wish->pokes, bytes);
    wish->pokes[wish->poke_count++] = (struct wish_poke){keep(resource), poke, at, burst};
}

void wish_clear_pokes(struct wish *wish)
{
    for (int i = 0; i < wish->poke_count; i++)
        mem_free(wish->pokes[i].resource);
    wish->poke_count = 0;
}

static void drop_poke(struct wish *wish, const struct change *change)
{
    int kept = 0;
    for (int i = 0; i < wish->poke_count; i++) {
        struct wish_poke *poke = &wish->pokes[i];
        if (poke->at == change->fault.at && strcmp(poke->resource, change->resource) == 0)
            mem_free(poke->resource);
        else
            wish->pokes[kept++] = *poke;
    }
    wish->poke_count = kept;
}

void wish_drop(struct wish *wish, const struct change *change)
{
    int kept = 0;
    if (change->kind == CHANGE_FAULT) {
        drop_poke(wish, change);
        return;
    }
    for (int i = 0; i < wish->change_count; i++) {
        if (is_about(&wish->changes[i], change->resource, change->name))
            free_change(&wish->changes[i]);
        else
            wish->changes[kept++] = wish->changes[i];
    }
    wish->change_count = kept;
}

/* -- orders --------------------------------------------------------------------------------------- */

static struct change change_of(struct arena *arena, const struct wish_change *change)
{
    bool setting = change->resource != NULL;
    return (struct change){
        .kind = setting ? CHANGE_SETTING : CHANGE_PARAM,
        .resource = setting ? arena_strdup(arena, change->resource) : NULL,
        .name = arena_strdup(arena, change->name),
        .value = arena_strdup(arena, change->value),
    };
}

static struct change fault_of(struct arena *arena, const struct wish_poke *poke)
{
    struct change change = {.kind = CHANGE_FAULT, .resource = arena_strdup(arena, poke->resource)};
    change.fault.at = poke->at;
    change.fault.lasts = poke->poke == POKE_BURST ? 0 : POKE_LASTS;
    change.fault.latency_factor = poke->poke == POKE_SLOW ? POKE_SLOW_FACTOR : NAN;
    change.fault.errors = poke->poke == POKE_FAIL ? 1 : NAN;
    change.fault.burst = poke->poke == POKE_BURST ? poke->burst : 0;
    return change;
}

void wish_put(const struct wish *wish, struct order *order)
{
    struct arena *arena = order->arena;
    int count = wish->change_count + wish->poke_count;
    struct change *changes = ARENA_ARRAY(arena, struct change, count + 1);
    for (int i = 0; i < wish->change_count; i++)
        changes[i] = change_of(arena, &wish->changes[i]);
    for (int i = 0; i < wish->poke_count; i++)
        changes[wish->change_count + i] = fault_of(arena, &wish->pokes[i]);
    order->setup = copy_setup(arena, &wish->setup);
    order->load = (struct study_load){
        .variant = wish->variant == NULL ? NULL : arena_strdup(arena, wish->variant),
        .changes = changes,
        .change_count = count,
        .times = wish->times,
    };
}

void wish_put_beside(const struct wish *wish, const char *file, const char *variant,
                     struct order *order)
{
    struct wish other = *wish;
    other.change_count = 0;
    other.variant = (char *)variant; /* only to be copied */
    if (file != NULL) {
        other.setup = (struct study_setup){.program = wish->setup.program,
                                           .file = file,
                                           .prices = wish->setup.prices,
                                           .load_limit = wish->setup.load_limit};
        other.poke_count = 0; /* of resources it may not have */
    }
    wish_put(&other, order);
}
