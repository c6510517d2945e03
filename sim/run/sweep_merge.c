/* sweep_merge.c - see the header. */
#include "run/sweep_merge.h"

#include <string.h>

#include "core/text.h"

static bool same_text(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

static bool fits(const struct sweep_table *a, const struct sweep_table *b, const char *name_a,
                 const char *name_b, struct err *err)
{
    if (!same_text(a->version, b->version)) {
        err_set(err, "%s is of tepid %s, %s of %s", name_a, a->version, name_b, b->version);
        return err_help(err, "run all shards with the same version");
    }
    if (!same_text(a->scenario, b->scenario))
        return err_set(err, "%s is of scenario '%s', %s of '%s'", name_a, a->scenario, name_b,
                       b->scenario);
    if (a->digest != b->digest) {
        err_set(err, "%s and %s are of different files, settings, seeds or lengths", name_a,
                name_b);
        return err_help(err, "digests %016llx and %016llx", (unsigned long long)a->digest,
                        (unsigned long long)b->digest);
    }
    if (sweep_table_grid_digest(a) != sweep_table_grid_digest(b))
        return err_set(err, "%s and %s sweep different values", name_a, name_b);
    if (a->shards != b->shards)
        return err_set(err, "%s is one of %d shards, %s one of %d", name_a, a->shards, name_b,
                       b->shards);
    return true;
}

static bool is_complete(const struct sweep_table *shard, const char *name, struct err *err)
{
    int wanted = 0, done = 0;
    for (size_t i = 0; i < shard->point_count; i++) {
        bool ours = (int)(i % (size_t)shard->shards) == shard->shard - 1;
        wanted += ours;
        done += ours && shard->points[i]->done;
    }
    if (done == wanted && shard->end == RUN_COMPLETE)
        return true;
    err_set(err, "%s is not complete: %d of %d points", name, done, wanted);
    return err_help(err, "run that shard again with --resume");
}

/* Every shard once; of[i] is the one with index i + 1. */
static bool arrange(struct sweep_table *const *shards, const char *const *names, int count, int *of,
                    struct err *err)
{
    int total = shards[0]->shards;
    for (int i = 0; i < total; i++)
        of[i] = -1;
    for (int i = 0; i < count; i++) {
        int *slot = &of[shards[i]->shard - 1];
        if (*slot >= 0) {
            err_set(err, "%s and %s are both shard %d of %d", names[*slot], names[i],
                    shards[i]->shard, total);
            return err_help(err, "give each shard once");
        }
        *slot = i;
    }
    struct text gaps = {0};
    for (int i = 0; i < total && gaps.length < 100; i++)
        if (of[i] < 0)
            text_addf(&gaps, "%s%d", gaps.length > 0 ? ", " : "", i + 1);
    bool whole = gaps.length == 0;
    if (!whole) {
        err_set(err, "shard %s of %d is missing", gaps.data, total);
        err_help(err, "give the folders of all of them");
    }
    text_free(&gaps);
    return whole;
}

static const char *copy(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_strdup(arena, text);
}

static void copy_grid(struct sweep_table *into, const struct sweep_table *from)
{
    into->grid = from->grid;
    for (int p = 0; p < from->grid.param_count; p++) {
        struct sweep_param *param = &into->grid.params[p];
        const char **values = ARENA_ARRAY(into->arena, const char *, param->count);
        for (int v = 0; v < param->count; v++)
            values[v] = arena_strdup(into->arena, from->grid.params[p].values[v]);
        param->name = arena_strdup(into->arena, param->name);
        param->values = values;
        sweep_param_numbers(param, into->arena);
    }
}

static struct sweep_table *copy_terms(const struct sweep_table *from)
{
    struct sweep_table *table = sweep_table_new();
    struct arena *arena = table->arena;
    *table = (struct sweep_table){
        .arena = arena,
        .scenario = copy(arena, from->scenario),
        .question = copy(arena, from->question),
        .variant = copy(arena, from->variant),
        .version = copy(arena, from->version),
        .command = copy(arena, from->command),
        .objective = copy(arena, from->objective),
        .objective_unit = copy(arena, from->objective_unit),
        .slo_count = from->slo_count,
        .digest = from->digest,
        .seed = from->seed,
        .duration = from->duration,
        .warmup = from->warmup,
        .reps = from->reps,
        .precision = from->precision,
        .prices = copy(arena, from->prices),
        .prices_date = copy(arena, from->prices_date),
        .shard = 1,
        .shards = 1,
        .find = {.param = -1, .passes = -1, .fails = -1},
    };
    const char **slos = ARENA_ARRAY(arena, const char *, from->slo_count);
    for (int i = 0; i < from->slo_count; i++)
        slos[i] = arena_strdup(arena, from->slos[i]);
    table->slos = slos;
    copy_grid(table, from);
    return table;
}

static struct sweep_table *join(struct sweep_table *const *shards, const int *of)
{
    struct sweep_table *table = copy_terms(shards[0]);
    for (size_t i = 0; i < shards[0]->point_count; i++) {
        const struct sweep_table *shard = shards[of[i % (size_t)shards[0]->shards]];
        const struct sweep_point *from = shard->points[i];
        sweep_point_copy(table, sweep_table_add(table, from->values, from->origin), from);
    }
    return table;
}

struct sweep_table *sweep_merge(struct sweep_table *const *shards, const char *const *names,
                                int count, struct err *err)
{
    ASSERT(count > 0);
    for (int i = 1; i < count; i++)
        if (!fits(shards[0], shards[i], names[0], names[i], err))
            return NULL;
    int *of = mem_resize(NULL, sizeof *of * (size_t)shards[0]->shards);
    bool ok = arrange(shards, names, count, of, err);
    for (int i = 0; ok && i < count; i++)
        ok = is_complete(shards[i], names[i], err);
    struct sweep_table *table = ok ? join(shards, of) : NULL;
    mem_free(of);
    return table;
}
