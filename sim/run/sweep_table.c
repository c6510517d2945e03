/* sweep_table.c - see the header. */
#include "run/sweep_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "core/text.h"

#define KNEE_MIN                                                                                   \
    0.1 /* distance from the chord of the unit square, below which a curve counts as straight */

struct sweep_table *sweep_table_new(void)
{
    struct arena *arena = arena_new();
    struct sweep_table *table = ARENA_NEW(arena, struct sweep_table);
    table->arena = arena;
    table->shard = table->shards = 1;
    table->find.param = table->find.passes = table->find.fails = -1;
    return table;
}

void sweep_table_free(struct sweep_table *table)
{
    if (table == NULL)
        return;
    mem_free(table->points);
    arena_free(table->arena);
}

static double count_of(const struct sweep_param *param, const char *text)
{
    struct sweep_value value, unit;
    char one[UNIT_TEXT_MAX];
    if (!param->numeric || !sweep_value_read(text, &value) ||
        !sweep_value_read(sweep_value_show(one, 1, param->unit), &unit) ||
        value.dimension != unit.dimension)
        return NAN;
    return value.count * value.factor / unit.factor;
}

struct sweep_point *sweep_table_add(struct sweep_table *table, const char *const *values,
                                    enum sweep_origin origin)
{
    int params = table->grid.param_count;
    struct sweep_point *point = ARENA_NEW(table->arena, struct sweep_point);
    const char **texts = ARENA_ARRAY(table->arena, const char *, params);
    double *counts = ARENA_ARRAY(table->arena, double, params);
    for (int i = 0; i < params; i++) {
        texts[i] = arena_strdup(table->arena, values[i]);
        counts[i] = count_of(&table->grid.params[i], values[i]);
    }
    *point = (struct sweep_point){.index = (int)table->point_count,
                                  .origin = origin,
                                  .values = texts,
                                  .counts = counts,
                                  .objective = NAN,
                                  .utilisation = NAN,
                                  .interval = {NAN, NAN}};
    table->points = mem_grow(table->points, table->point_count, &table->point_capacity,
                             sizeof(struct sweep_point *));
    table->points[table->point_count++] = point;
    return point;
}

void sweep_table_add_grid(struct sweep_table *table)
{
    const char *values[SWEEP_PARAMS_MAX];
    int at[SWEEP_PARAMS_MAX];
    for (int64_t i = 0; i < table->grid.points; i++) {
        sweep_grid_at(&table->grid, i, at);
        for (int p = 0; p < table->grid.param_count; p++)
            values[p] = table->grid.params[p].values[at[p]];
        (void)sweep_table_add(table, values, SWEEP_GRID);
    }
}

static bool has_values(const struct sweep_table *table, const struct sweep_point *point,
                       const char *const *values)
{
    for (int p = 0; p < table->grid.param_count; p++)
        if (strcmp(point->values[p], values[p]) != 0)
            return false;
    return true;
}

struct sweep_point *sweep_table_find(const struct sweep_table *table, const char *const *values,
                                     size_t near)
{
    if (near < table->point_count && has_values(table, table->points[near], values))
        return table->points[near];
    for (size_t i = 0; i < table->point_count; i++)
        if (has_values(table, table->points[i], values))
            return table->points[i];
    return NULL;
}

void sweep_point_copy(struct sweep_table *table, struct sweep_point *point,
                      const struct sweep_point *from)
{
    struct sweep_point own = *point;
    *point = *from;
    point->index = own.index;
    point->origin = own.origin;
    point->values = own.values;
    point->counts = own.counts;
    point->rows = arena_copy(table->arena, from->rows, sizeof *from->rows * (size_t)from->reps);
    point->missed = from->missed == NULL ? NULL : arena_strdup(table->arena, from->missed);
}

int sweep_table_done(const struct sweep_table *table)
{
    int done = 0;
    for (size_t i = 0; i < table->point_count; i++)
        done += table->points[i]->done;
    return done;
}

uint64_t sweep_table_grid_digest(const struct sweep_table *table)
{
    uint64_t digest = 0;
    for (int i = 0; i < table->grid.param_count; i++) {
        const struct sweep_param *param = &table->grid.params[i];
        digest = rng_hash_text(digest, param->name);
        for (int v = 0; v < param->count; v++)
            digest = rng_hash_text(digest, param->values[v]);
    }
    return digest;
}

void sweep_point_name(const struct sweep_table *table, const struct sweep_point *point,
                      struct text *out)
{
    for (int i = 0; i < table->grid.param_count; i++)
        text_addf(out, "%s%s=%s", i > 0 ? ", " : "", table->grid.params[i].name, point->values[i]);
}

bool sweep_point_passed(const struct sweep_table *table, const struct sweep_point *point)
{
    return point->done && point->slos_met == table->slo_count;
}

/* -- along one parameter -------------------------------------------------------------------------- */

static int by_count(const void *a, const void *b)
{
    const struct sweep_point *p = *(const struct sweep_point *const *)a;
    const struct sweep_point *q = *(const struct sweep_point *const *)b;
    return (p->counts[0] > q->counts[0]) - (p->counts[0] < q->counts[0]);
}

const struct sweep_point **sweep_table_ordered(const struct sweep_table *table, size_t *count)
{
    const struct sweep_point **points =
        mem_resize(NULL, sizeof(struct sweep_point *) * (table->point_count + 1));
    *count = 0;
    if (table->grid.param_count != 1 || !table->grid.params[0].numeric)
        return points;
    for (size_t i = 0; i < table->point_count; i++)
        if (table->points[i]->done)
            points[(*count)++] = table->points[i];
    qsort(points, *count, sizeof *points, by_count);
    return points;
}

static int find_break_even(const struct sweep_point *const *points, size_t count, double measure)
{
    size_t last = count;
    for (size_t i = 0; i < count; i++)
        if (points[i]->objective < measure)
            last = i;
    for (size_t i = last + 1; last < count && i < count; i++)
        if (points[i]->objective >= measure)
            return points[last]->index;
    return -1;
}

/* The point farthest below the chord between both ends, both axes running from 0 to 1 (Satopaa et al., 2011); only where the curve falls. */
static int find_knee(const struct sweep_point *const *points, size_t count,
                     double (*figure)(const struct sweep_point *point))
{
    if (count < 4)
        return -1;
    double x0 = points[0]->counts[0], x1 = points[count - 1]->counts[0];
    double y0 = figure(points[0]), y1 = figure(points[count - 1]), most = KNEE_MIN;
    int knee = -1;
    if (!(y0 > y1) || !(x1 > x0))
        return -1;
    for (size_t i = 0; i < count; i++) {
        double x = (points[i]->counts[0] - x0) / (x1 - x0),
               y = (figure(points[i]) - y1) / (y0 - y1);
        double below = 1 - x - y;
        if (below > most) {
            most = below;
            knee = points[i]->index;
        }
    }
    return knee;
}

static double spill_of(const struct sweep_point *point)
{
    return point->all.spill;
}

static double p99_of(const struct sweep_point *point)
{
    return point->all.p99_ms;
}

static void answer_along(const struct sweep_table *table, struct sweep_answers *answers)
{
    size_t count;
    const struct sweep_point **points = sweep_table_ordered(table, &count);
    if (answers->first >= 0 && count > 0)
        answers->break_even =
            find_break_even(points, count, table->points[answers->first]->objective);
    answers->knee = find_knee(points, count, spill_of);
    answers->knee_of = "spill";
    if (answers->knee < 0) {
        answers->knee = find_knee(points, count, p99_of);
        answers->knee_of = "p99";
    }
    mem_free(points);
}

void sweep_answers(const struct sweep_table *table, struct sweep_answers *answers)
{
    *answers = (struct sweep_answers){-1, -1, -1, 0, -1, -1, NULL};
    for (size_t i = 0; i < table->point_count; i++) {
        const struct sweep_point *point = table->points[i];
        if (!point->done)
            continue;
        if (point->index == 0)
            answers->first = 0;
        bool passed = sweep_point_passed(table, point);
        answers->passed += passed;
        if (isnan(point->objective))
            continue;
        if (answers->cheapest < 0 || point->objective < table->points[answers->cheapest]->objective)
            answers->cheapest = point->index;
        if (passed &&
            (answers->best < 0 || point->objective < table->points[answers->best]->objective))
            answers->best = point->index;
    }
    answer_along(table, answers);
}
