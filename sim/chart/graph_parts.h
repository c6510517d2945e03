/* graph_parts.h - the graph while it is laid out. Each step fills in what the next one needs. */
#ifndef TEPID_CHART_GRAPH_PARTS_H
#define TEPID_CHART_GRAPH_PARTS_H

#include "chart/graph.h"

/* Lists of neighbours, one after the other: those of v are items[first[v]] .. items[first[v + 1] - 1]. */
struct neighbours {
    int *first, *items;
};

/* Vertices 0 .. node_count - 1 are the nodes; the others are bends, the places of long edges in the layers they pass. */
struct layering {
    struct arena *arena; /* for the time of the layout */
    const struct graph *graph;
    bool *turned; /* by edge */
    int count;    /* of vertices */
    int layer_count;
    int *layer;      /* by vertex */
    int *bend_first; /* by edge: its first bend; the others follow, in the direction of layers */
    int link_count;  /* pieces of edges between neighbouring layers */
    struct neighbours left, right;
    int *layer_first; /* places of a layer in `order`; layer_count + 1 of them */
    int *order;       /* vertices, layer by layer, from the top down */
    int *pos;         /* by vertex: its place in its layer */
    double *y;        /* by vertex: the middle */
};

static inline bool is_bend(const struct layering *g, int vertex)
{
    return vertex >= g->graph->node_count;
}

/* turned, layer, layer_count. */
void graph_find_layers(struct layering *g);
/* Vertices of long edges, links, and an order: nodes by number, then bends by edge. */
void graph_add_bends(struct layering *g);
/* A better order; returns its crossings. *before: those of the order it was given. */
int graph_improve_order(struct layering *g, int *before);
/* y. */
void graph_find_places(struct layering *g);

#endif
