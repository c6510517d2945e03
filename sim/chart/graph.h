/* graph.h - where the cards of a map stand and how its edges run: a layered layout, from left to right.
 *
 * Sugiyama's method. Edges that close a cycle are turned round; every node gets a layer right of all that call it, as near to its
 * neighbours as that allows; edges that pass over layers are given a place in each of them; within layers the order is
 * improved by barycentres, medians and swaps of neighbours until few edges cross; then places are found that bring neighbours as
 * near to one height as their order and distances allow (least squares, layer by layer). Cards never overlap and no edge runs under a card.
 *
 * The same graph gives the same layout, bit by bit. A thousand nodes with two thousand edges take 7 ms (`make bench ONLY=chart`).
 */
#ifndef TEPID_CHART_GRAPH_H
#define TEPID_CHART_GRAPH_H

#include "chart/canvas.h"
#include "core/arena.h"

struct graph_edge {
    int from, to; /* nodes; equal: a loop */
};

struct graph {
    int node_count;
    const struct graph_edge *edges;
    int edge_count;
    double card_w, card_h; /* all cards are of one size */
    double gap_x, gap_y;   /* between layers, and between cards of a layer, at least; > 0 */
};

/* An edge as cubic Bezier curves that follow each other: curve i has the points 3 i .. 3 i + 3. It begins where the edge begins. */
struct graph_path {
    const struct point *points; /* 3 curves + 1 of them */
    int curves;
    bool backward; /* it was turned round: it runs from right to left */
};

struct graph_layout {
    const struct rect *cards;       /* by node, at whole heights; none is left of 0 or above it */
    const struct graph_path *paths; /* by edge */
    const int *layers;              /* by node, 0 the leftmost */
    int layer_count;
    double width, height; /* all cards are within */
    int crossings;        /* of edges, in the spaces between layers */
    int crossings_before; /* with the nodes of each layer in the order of their numbers */
};

/* What it returns lives in `arena`. */
struct graph_layout graph_lay_out(struct arena *arena, const struct graph *graph);

/* A point of a path, for dots that move along it: `share` 0 is its beginning, 1 its end; every curve takes an equal part. */
struct point graph_path_at(const struct graph_path *path, double share);

#endif
