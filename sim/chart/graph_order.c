/* graph_order.c - the order within layers: as few crossings as some sweeps find.
 *
 * Crossings between two layers are inversions: with the links sorted by their left end, how often a right end stands before one it lies
 * above. A Fenwick tree counts them in n log n. Every sweep sorts each layer by where its neighbours in the one before stand; the best order
 * seen is kept. At the end neighbours are swapped as long as that helps.
 */
#include "chart/graph_parts.h"

#include <string.h>

struct sorter {
    struct layering *g;
    int *fill, *ends, *tree; /* for counting */
    double *key;             /* by vertex: where it would like to stand */
    int *scratch, *best;
};

/* Links times sweeps: bounds the time of graphs that are very dense or deep. */
#define WORK         1500000
#define SWEEPS_MAX   24
#define SWEEPS_MIN   4
#define SWAP_ROUNDS  8
#define SWAP_DEGREES 4096

static int size_of(const struct layering *g, int layer)
{
    return g->layer_first[layer + 1] - g->layer_first[layer];
}

/* -- counting -------------------------------------------------------------------------------------------- */

/* Crossings between `layer` and the next one. */
static int64_t count_between(struct sorter *s, int layer)
{
    struct layering *g = s->g;
    int right = size_of(g, layer + 1), done = 0;
    int64_t crossings = 0;
    const int *order = g->order + g->layer_first[layer];
    /* Each left vertex gets its right ends in ascending order, because these are gone through in order. */
    for (int i = 0; i < size_of(g, layer); i++)
        s->fill[order[i]] = g->right.first[order[i]];
    for (int i = g->layer_first[layer + 1]; i < g->layer_first[layer + 2]; i++) {
        int v = g->order[i];
        for (int k = g->left.first[v]; k < g->left.first[v + 1]; k++)
            s->ends[s->fill[g->left.items[k]]++] = g->pos[v];
    }
    memset(s->tree, 0, ((size_t)right + 1) * sizeof s->tree[0]);
    for (int i = 0; i < size_of(g, layer); i++)
        for (int k = g->right.first[order[i]]; k < g->right.first[order[i] + 1]; k++, done++) {
            int not_below = 0;
            for (int t = s->ends[k] + 1; t > 0; t -= t & -t)
                not_below += s->tree[t];
            crossings += done - not_below;
            for (int t = s->ends[k] + 1; t <= right; t += t & -t)
                s->tree[t]++;
        }
    return crossings;
}

static int count_all(struct sorter *s)
{
    int64_t sum = 0;
    for (int layer = 0; layer + 1 < s->g->layer_count; layer++)
        sum += count_between(s, layer);
    return sum < INT32_MAX ? (int)sum : INT32_MAX;
}

/* -- sorting a layer ------------------------------------------------------------------------------------- */

/* Stable: merges runs from the bottom up. */
static void sort_by_key(const double *key, int *items, int count, int *scratch)
{
    for (int width = 1; width < count; width *= 2) {
        for (int low = 0; low < count; low += 2 * width) {
            int middle = low + width < count ? low + width : count;
            int high = low + 2 * width < count ? low + 2 * width : count;
            for (int at = low, a = low, b = middle; at < high; at++)
                scratch[at] = b >= high || (a < middle && key[items[a]] <= key[items[b]])
                                  ? items[a++]
                                  : items[b++];
        }
        memcpy(items, scratch, (size_t)count * sizeof items[0]);
    }
}

static double mean_place(const struct layering *g, const struct neighbours *list, int v)
{
    int64_t sum = 0;
    int count = list->first[v + 1] - list->first[v];
    for (int k = list->first[v]; k < list->first[v + 1]; k++)
        sum += g->pos[list->items[k]];
    return (double)sum / count;
}

static double median_place(const struct layering *g, const struct neighbours *list, int v,
                           int *scratch)
{
    int count = list->first[v + 1] - list->first[v];
    for (int i = 0; i < count; i++) {
        int pos = g->pos[list->items[list->first[v] + i]], at = i;
        for (; at > 0 && scratch[at - 1] > pos; at--)
            scratch[at] = scratch[at - 1];
        scratch[at] = pos;
    }
    return (scratch[(count - 1) / 2] + scratch[count / 2]) / 2.0;
}

/* The median leaves long edges straight, but takes quadratic time. */
#define MEDIAN_MOST 16

/* A vertex without neighbours on that side keeps its place; the others are sorted into the places that are left. */
static void sort_layer(struct sorter *s, int layer, const struct neighbours *list, bool median)
{
    struct layering *g = s->g;
    int *order = g->order + g->layer_first[layer], count = size_of(g, layer), held = 0;
    int *moving = s->scratch, *merge = s->scratch + g->count;
    for (int i = 0; i < count; i++) {
        int v = order[i], degree = list->first[v + 1] - list->first[v];
        if (degree == 0)
            continue;
        s->key[v] = median && degree <= MEDIAN_MOST ? median_place(g, list, v, merge)
                                                    : mean_place(g, list, v);
        moving[held++] = v;
    }
    sort_by_key(s->key, moving, held, merge);
    for (int i = 0, next = 0; i < count; i++) {
        int v = order[i];
        if (list->first[v + 1] > list->first[v])
            order[i] = moving[next++];
        g->pos[order[i]] = i;
    }
}

static void sweep(struct sorter *s, int number)
{
    struct layering *g = s->g;
    bool median = number / 2 % 2 == 1;
    if (number % 2 == 0)
        for (int layer = 1; layer < g->layer_count; layer++)
            sort_layer(s, layer, &g->left, median);
    else
        for (int layer = g->layer_count - 1; layer-- > 0;)
            sort_layer(s, layer, &g->right, median);
}

/* -- swapping neighbours --------------------------------------------------------------------------------- */

/* Crossings of the links of u and v on one side while u stands above v, less those while it stands below. */
static int gain(const struct layering *g, const struct neighbours *list, int u, int v)
{
    int sum = 0;
    for (int i = list->first[u]; i < list->first[u + 1]; i++)
        for (int k = list->first[v]; k < list->first[v + 1]; k++) {
            int a = g->pos[list->items[i]], b = g->pos[list->items[k]];
            sum += (a > b) - (a < b);
        }
    return sum;
}

static bool few_pairs(const struct neighbours *list, int u, int v)
{
    int64_t pairs =
        (int64_t)(list->first[u + 1] - list->first[u]) * (list->first[v + 1] - list->first[v]);
    return pairs <= SWAP_DEGREES;
}

static bool swap_in(struct layering *g, int layer)
{
    int *order = g->order + g->layer_first[layer];
    bool better = false;
    for (int i = 0; i + 1 < size_of(g, layer); i++) {
        int u = order[i], v = order[i + 1];
        if (!few_pairs(&g->left, u, v) || !few_pairs(&g->right, u, v) ||
            gain(g, &g->left, u, v) + gain(g, &g->right, u, v) <= 0)
            continue;
        order[i] = v;
        order[i + 1] = u;
        g->pos[v] = i;
        g->pos[u] = i + 1;
        better = true;
    }
    return better;
}

static void swap_all(struct layering *g)
{
    bool better = true;
    for (int round = 0; better && round < SWAP_ROUNDS; round++) {
        better = false;
        for (int layer = 0; layer < g->layer_count; layer++)
            better = swap_in(g, layer) || better;
    }
}

/* -- the search ------------------------------------------------------------------------------------------ */

/* Vertices in the order in which a walk from the left meets them: what belongs together begins together. */
static void order_by_walk(struct sorter *s)
{
    struct layering *g = s->g;
    bool *seen = ARENA_ARRAY(g->arena, bool, g->count + 1);
    int *stack = ARENA_ARRAY(g->arena, int, g->link_count + g->count + 1), depth = 0;
    int *filled = ARENA_ARRAY(g->arena, int, g->layer_count + 1);
    for (int i = 0; i < g->count; i++) {
        int root = s->best[i]; /* the order so far, from the left */
        if (!seen[root])
            stack[depth++] = root;
        while (depth > 0) {
            int v = stack[--depth];
            if (seen[v])
                continue;
            seen[v] = true;
            g->pos[v] = filled[g->layer[v]]++;
            g->order[g->layer_first[g->layer[v]] + g->pos[v]] = v;
            for (int k = g->right.first[v + 1]; k-- > g->right.first[v];)
                if (!seen[g->right.items[k]])
                    stack[depth++] = g->right.items[k];
        }
    }
}

static void keep(struct sorter *s, int crossings, int *least)
{
    if (crossings >= *least)
        return;
    *least = crossings;
    memcpy(s->best, s->g->order, (size_t)s->g->count * sizeof s->best[0]);
}

static void restore(struct sorter *s)
{
    struct layering *g = s->g;
    memcpy(g->order, s->best, (size_t)g->count * sizeof g->order[0]);
    for (int layer = 0; layer < g->layer_count; layer++)
        for (int i = g->layer_first[layer]; i < g->layer_first[layer + 1]; i++)
            g->pos[g->order[i]] = i - g->layer_first[layer];
}

int graph_improve_order(struct layering *g, int *before)
{
    size_t vertices = (size_t)g->count + 2;
    struct sorter s = {
        .g = g,
        .fill = ARENA_ARRAY(g->arena, int, vertices),
        .ends = ARENA_ARRAY(g->arena, int, g->link_count + 1),
        .tree = ARENA_ARRAY(g->arena, int, vertices),
        .key = ARENA_ARRAY(g->arena, double, vertices),
        .scratch = ARENA_ARRAY(g->arena, int, 2 * vertices + MEDIAN_MOST),
        .best = ARENA_ARRAY(g->arena, int, vertices),
    };
    int least = INT32_MAX, sweeps = WORK / (g->link_count + 1);
    sweeps = sweeps > SWEEPS_MAX ? SWEEPS_MAX : sweeps < SWEEPS_MIN ? SWEEPS_MIN : sweeps;
    memcpy(s.best, g->order, (size_t)g->count * sizeof s.best[0]);
    *before = count_all(&s);
    keep(&s, *before, &least);
    order_by_walk(&s);
    keep(&s, count_all(&s), &least);
    for (int number = 0; number < sweeps && least > 0; number++) {
        sweep(&s, number);
        keep(&s, count_all(&s), &least);
    }
    restore(&s);
    swap_all(g);
    return count_all(&s);
}
