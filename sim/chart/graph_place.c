/* graph_place.c - heights: every vertex as near to its neighbours as the order and the distances allow.
 *
 * For one layer with its neighbours held this is least squares under "not nearer than", which pooling solves exactly: with the distances taken
 * off, heights may not descend, and neighbours that would are pooled at their weighted mean. Layers are gone through to and fro. Pieces of long
 * edges weigh more, so that these run straight.
 */
#include "chart/graph_parts.h"

#define SWEEPS      12
#define BEND_WEIGHT 8.0 /* of a link between two bends */
#define HALF_WEIGHT 2.0 /* between a bend and a node */
#define BEND_GAP    0.6 /* between bends, of the gap between cards */

struct pools {
    double *mean, *weight;
    int *size;
};

static double link_weight(const struct layering *g, int a, int b)
{
    int bends = is_bend(g, a) + is_bend(g, b);
    return bends == 2 ? BEND_WEIGHT : bends == 1 ? HALF_WEIGHT : 1;
}

/* From the middle of one to that of the next one below it. */
static double distance(const struct layering *g, int above, int below)
{
    double height = g->graph->card_h / 2;
    double gap =
        is_bend(g, above) && is_bend(g, below) ? BEND_GAP * g->graph->gap_y : g->graph->gap_y;
    return (is_bend(g, above) ? 0 : height) + (is_bend(g, below) ? 0 : height) + gap;
}

static void add_wishes(const struct layering *g, const struct neighbours *list, int v, double *sum,
                       double *weight)
{
    for (int k = list->first[v]; k < list->first[v + 1]; k++) {
        double w = link_weight(g, v, list->items[k]);
        *sum += w * g->y[list->items[k]];
        *weight += w;
    }
}

/* What is bound to nothing stays, lightly. */
#define LOOSE 0.01

static void place_layer(struct layering *g, int layer, bool left, bool right, struct pools *pools)
{
    double offset = 0;
    int blocks = 0, first = g->layer_first[layer], end = g->layer_first[layer + 1];
    for (int i = first; i < end; i++) {
        int v = g->order[i];
        double sum = LOOSE * g->y[v], weight = LOOSE;
        offset += i > first ? distance(g, g->order[i - 1], v) : 0;
        if (left)
            add_wishes(g, &g->left, v, &sum, &weight);
        if (right)
            add_wishes(g, &g->right, v, &sum, &weight);
        pools->mean[blocks] = sum / weight - offset;
        pools->weight[blocks] = weight;
        pools->size[blocks++] = 1;
        for (; blocks > 1 && pools->mean[blocks - 2] > pools->mean[blocks - 1]; blocks--) {
            double *m = &pools->mean[blocks - 2], *w = &pools->weight[blocks - 2];
            m[0] = (m[0] * w[0] + m[1] * w[1]) / (w[0] + w[1]);
            w[0] += w[1];
            pools->size[blocks - 2] += pools->size[blocks - 1];
        }
    }
    offset = 0;
    for (int block = 0, i = first; block < blocks; block++)
        for (int k = 0; k < pools->size[block]; k++, i++) {
            offset += i > first ? distance(g, g->order[i - 1], g->order[i]) : 0;
            g->y[g->order[i]] = pools->mean[block] + offset;
        }
}

/* Every layer as dense as may be, its middle at 0. */
static void place_densely(struct layering *g)
{
    for (int layer = 0; layer < g->layer_count; layer++) {
        int first = g->layer_first[layer], end = g->layer_first[layer + 1];
        double y = 0;
        for (int i = first; i < end; i++) {
            y += i > first ? distance(g, g->order[i - 1], g->order[i]) : 0;
            g->y[g->order[i]] = y;
        }
        for (int i = first; i < end; i++)
            g->y[g->order[i]] -= y / 2;
    }
}

void graph_find_places(struct layering *g)
{
    struct pools pools = {ARENA_ARRAY(g->arena, double, g->count + 1),
                          ARENA_ARRAY(g->arena, double, g->count + 1),
                          ARENA_ARRAY(g->arena, int, g->count + 1)};
    place_densely(g);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        bool both = sweep >= SWEEPS / 2; /* first the rough shape from one side, then the balance */
        bool rightwards = sweep % 2 == 0;
        for (int i = 0; i < g->layer_count; i++)
            place_layer(g, rightwards ? i : g->layer_count - 1 - i, both || rightwards,
                        both || !rightwards, &pools);
    }
}
