/* sweep_search.c - see the header. */
#include "run/sweep_search.h"

#include <math.h>
#include <string.h>

/* -- between two values ----------------------------------------------------------------------------- */

/* The value at `share` of the way, on a number that is no longer than it has to be; NAN if there is none in between. */
static double between(const struct sweep_param *param, double a, double b, double share)
{
    double middle = a + (b - a) * share, gap = b - a;
    if (param->whole)
        middle = floor(middle);
    else if (gap <= SWEEP_FIND_GAP * fmax(fabs(a), fabs(b)))
        return NAN;
    else {
        double digit = pow(10, floor(log10(gap)) - 1);
        middle = sweep_value_round(floor(middle / digit + 0.5) * digit);
    }
    return middle > a && middle < b ? middle : NAN;
}

/* A point like `like` but for one parameter, unless there is one. */
static int add_at(struct sweep_table *table, const struct sweep_point *like, int param,
                  double count, enum sweep_origin origin)
{
    const char *values[SWEEP_PARAMS_MAX];
    char buf[UNIT_TEXT_MAX];
    if (isnan(count))
        return 0;
    for (int i = 0; i < table->grid.param_count; i++)
        values[i] = like->values[i];
    values[param] = sweep_value_show(buf, count, table->grid.params[param].unit);
    if (sweep_table_find(table, values, 0) != NULL)
        return 0;
    (void)sweep_table_add(table, values, origin);
    return 1;
}

/* -- refining ----------------------------------------------------------------------------------------- */

static bool on_line(const struct sweep_table *table, const struct sweep_point *a,
                    const struct sweep_point *b, int param)
{
    for (int i = 0; i < table->grid.param_count; i++)
        if (i != param && strcmp(a->values[i], b->values[i]) != 0)
            return false;
    return true;
}

/* The nearest done points on a parameter's line through `point`: below, above; NULL: none. */
static void neighbours(const struct sweep_table *table, const struct sweep_point *point, int param,
                       const struct sweep_point *nearest[2])
{
    double at = point->counts[param];
    nearest[0] = nearest[1] = NULL;
    for (size_t i = 0; i < table->point_count; i++) {
        const struct sweep_point *other = table->points[i];
        double there = other->counts[param];
        if (!other->done || there == at || !on_line(table, point, other, param))
            continue;
        const struct sweep_point **side = &nearest[there > at];
        if (*side == NULL || fabs(there - at) < fabs((*side)->counts[param] - at))
            *side = other;
    }
}

/* Halves the gaps beside a point, or only those across which the SLOs change. */
static int halve_beside(struct sweep_table *table, const struct sweep_point *point, int param,
                        bool edges_only, int most)
{
    const struct sweep_point *nearest[2];
    int added = 0;
    neighbours(table, point, param, nearest);
    for (int side = 0; side < 2 && added < most; side++) {
        if (nearest[side] == NULL)
            continue;
        bool edge = sweep_point_passed(table, point) != sweep_point_passed(table, nearest[side]);
        double low = fmin(point->counts[param], nearest[side]->counts[param]);
        double high = fmax(point->counts[param], nearest[side]->counts[param]);
        if (edge || !edges_only)
            added += add_at(table, point, param,
                            between(&table->grid.params[param], low, high, 0.5), SWEEP_REFINED);
    }
    return added;
}

static int refine(struct sweep_search *search, struct sweep_table *table)
{
    struct sweep_answers answers;
    sweep_answers(table, &answers);
    const int centres[] = {answers.best, answers.cheapest};
    int added = 0;
    for (size_t c = 0; c < COUNTOF(centres); c++) {
        if (centres[c] < 0)
            continue;
        const struct sweep_point *centre = table->points[centres[c]];
        for (int p = 0; p < table->grid.param_count; p++) {
            if (!table->grid.params[p].numeric)
                continue;
            size_t before = table->point_count;
            for (size_t i = 0; i < before; i++) {
                const struct sweep_point *point = table->points[i];
                int most = SWEEP_REFINE_POINTS - search->added - added;
                if (point->done && on_line(table, centre, point, p))
                    added += halve_beside(table, point, p, point != centre, most);
            }
        }
    }
    return added;
}

/* -- finding -------------------------------------------------------------------------------------------- */

/* Beyond the lowest and the highest value so far, as far as the parameter's own bounds and patience go. */
static int widen(struct sweep_search *search, struct sweep_table *table,
                 const struct sweep_point *low, const struct sweep_point *high)
{
    const struct sweep_param *param = &table->grid.params[search->find];
    double top = high->counts[search->find], bottom = low->counts[search->find];
    double up = top > 0 ? 2 * top : 1, down = param->whole ? floor(bottom / 2) : bottom / 2;
    int added = 0;
    up = fmin(up, param->high);
    down = fmax(down, param->low);
    if (up > top && high->requests < SWEEP_FIND_REQUESTS)
        added += add_at(table, high, search->find, sweep_value_round(up), SWEEP_SEARCHED);
    if (down < bottom && bottom > 0 && search->rounds < 12)
        added += add_at(table, low, search->find, sweep_value_round(down), SWEEP_SEARCHED);
    return added;
}

/* The edge among ordered points: index of the point below it; -1: all pass or all miss. */
static int find_edge(const struct sweep_table *table, const struct sweep_point *const *points,
                     int count, struct sweep_find *find)
{
    int edge = -1, edges = 0;
    bool low_passes = sweep_point_passed(table, points[0]);
    for (int i = 0; i + 1 < count; i++) {
        bool here = sweep_point_passed(table, points[i]);
        bool next = sweep_point_passed(table, points[i + 1]);
        if (here == next)
            continue;
        edges++;
        /* Passing from the lowest value on: the first edge. Else the last one, where it begins to hold; or, where it does not
         * hold at the end either, the last where it stops. */
        if (!low_passes || edge < 0)
            edge = i;
    }
    if (edge < 0)
        return -1;
    find->largest = sweep_point_passed(table, points[edge]);
    find->gaps = edges > 1;
    find->found = true;
    find->passes = points[find->largest ? edge : edge + 1]->index;
    find->fails = points[find->largest ? edge + 1 : edge]->index;
    return edge;
}

static int narrow(struct sweep_search *search, struct sweep_table *table,
                  const struct sweep_point *low, const struct sweep_point *high)
{
    const struct sweep_param *param = &table->grid.params[search->find];
    double a = low->counts[search->find], b = high->counts[search->find];
    int added = 0;
    for (int quarter = 1; quarter <= 3; quarter++)
        added +=
            add_at(table, low, search->find, between(param, a, b, quarter / 4.0), SWEEP_SEARCHED);
    if (added == 0 && param->whole && b - a > 1) /* floor left one out */
        added += add_at(table, low, search->find, a + 1, SWEEP_SEARCHED);
    return added;
}

static int find(struct sweep_search *search, struct sweep_table *table)
{
    size_t count;
    int added = 0;
    const struct sweep_point **points = sweep_table_ordered(table, &count);
    struct sweep_find found = {.param = search->find, .passes = -1, .fails = -1};
    if (count > 0) {
        const struct sweep_point *low = points[0], *high = points[count - 1];
        int edge = find_edge(table, points, (int)count, &found);
        if (edge >= 0) {
            added = narrow(search, table, points[edge], points[edge + 1]);
        } else {
            bool passes = sweep_point_passed(table, low);
            found.open = found.found = passes;
            found.largest = true;
            found.passes = passes ? high->index : -1;
            found.fails = passes ? -1 : low->index;
            if (!search->bounded)
                added = widen(search, table, low, high);
        }
    }
    table->find = found;
    mem_free(points);
    return added;
}

int sweep_search_more(struct sweep_search *search, struct sweep_table *table)
{
    int added = 0;
    if (search->find >= 0)
        added = search->rounds < SWEEP_FIND_ROUNDS ? find(search, table) : 0;
    else if (search->refine && search->rounds < SWEEP_REFINE_ROUNDS &&
             search->added < SWEEP_REFINE_POINTS)
        added = refine(search, table);
    search->rounds++;
    search->added += added;
    return added;
}
