/* graph.c - the steps in order, then cards and curves. */
#include "chart/graph.h"

#include <math.h>

#include "chart/graph_parts.h"

static double layer_x(const struct graph *graph, int layer)
{
    return layer * (graph->card_w + graph->gap_x);
}

/* Whole pixels, so that edges of cards are sharp; what is highest is at 0. */
static double settle(struct layering *g)
{
    double top = (double)INFINITY, bottom = 0, half = g->graph->card_h / 2;
    for (int v = 0; v < g->count; v++)
        top = fmin(top, g->y[v] - (is_bend(g, v) ? 0 : half));
    for (int v = 0; v < g->count; v++) {
        g->y[v] = floor(g->y[v] - top + 0.5);
        bottom = fmax(bottom, g->y[v] + (is_bend(g, v) ? 0 : half));
    }
    return bottom;
}

static const struct rect *make_cards(struct arena *arena, const struct layering *g)
{
    const struct graph *graph = g->graph;
    struct rect *cards = ARENA_ARRAY(arena, struct rect, graph->node_count + 1);
    for (int v = 0; v < graph->node_count; v++)
        cards[v] = (struct rect){layer_x(graph, g->layer[v]), g->y[v] - graph->card_h / 2,
                                 graph->card_w, graph->card_h};
    return cards;
}

/* -- curves ---------------------------------------------------------------------------------------------- */

static void add_curve(struct point *points, int *count, struct point to, double pull)
{
    struct point from = points[*count - 1];
    points[(*count)++] = (struct point){from.x + (to.x - from.x) * pull, from.y};
    points[(*count)++] = (struct point){to.x - (to.x - from.x) * pull, to.y};
    points[(*count)++] = to;
}

/* Out at the right, over the card and in at the left. */
static void draw_loop(const struct layering *g, int v, struct graph_path *path,
                      struct point *points)
{
    const struct graph *graph = g->graph;
    double left = layer_x(graph, g->layer[v]), right = left + graph->card_w, y = g->y[v];
    double out = graph->gap_x / 3, over = y - graph->card_h / 2 - graph->gap_y / 2;
    struct point ends[] = {
        {right, y},          {right + out, y},   {right + out, over}, {right - out, over},
        {right - out, over}, {left + out, over}, {left + out, over},  {left - out, over},
        {left - out, y},     {left, y}};
    for (int i = 0; i < 10; i++)
        points[i] = ends[i];
    path->curves = 3;
}

/* From the right of one layer to the left of the next; straight across the layers between. */
static void draw_edge(const struct layering *g, int edge, struct graph_path *path,
                      struct point *points)
{
    const struct graph *graph = g->graph;
    int from = graph->edges[edge].from, to = graph->edges[edge].to, count = 0;
    if (g->turned[edge]) {
        int swap = from;
        from = to;
        to = swap;
    }
    points[count++] = (struct point){layer_x(graph, g->layer[from]) + graph->card_w, g->y[from]};
    for (int layer = g->layer[from] + 1; layer <= g->layer[to]; layer++) {
        bool last = layer == g->layer[to];
        int v = last ? to : g->bend_first[edge] + layer - g->layer[from] - 1;
        double x = layer_x(graph, layer);
        add_curve(points, &count, (struct point){x, g->y[v]}, 0.5);
        if (!last)
            add_curve(points, &count, (struct point){x + graph->card_w, g->y[v]}, 1.0 / 3);
    }
    path->curves = (count - 1) / 3;
    for (int i = 0; g->turned[edge] && i < count / 2; i++) {
        struct point swap = points[i];
        points[i] = points[count - 1 - i];
        points[count - 1 - i] = swap;
    }
}

static const struct graph_path *make_paths(struct arena *arena, const struct layering *g)
{
    const struct graph *graph = g->graph;
    struct graph_path *paths = ARENA_ARRAY(arena, struct graph_path, graph->edge_count + 1);
    for (int e = 0; e < graph->edge_count; e++) {
        int from = graph->edges[e].from, to = graph->edges[e].to;
        int span = g->layer[to] > g->layer[from] ? g->layer[to] - g->layer[from]
                                                 : g->layer[from] - g->layer[to];
        struct point *points =
            ARENA_ARRAY(arena, struct point, from == to ? 10 : 3 * (2 * span - 1) + 1);
        paths[e] = (struct graph_path){.points = points, .backward = g->turned[e]};
        if (from == to)
            draw_loop(g, from, &paths[e], points);
        else
            draw_edge(g, e, &paths[e], points);
    }
    return paths;
}

struct graph_layout graph_lay_out(struct arena *arena, const struct graph *graph)
{
    struct layering g = {.arena = arena_new(), .graph = graph};
    struct graph_layout layout = {0};
    graph_find_layers(&g);
    graph_add_bends(&g);
    layout.crossings = graph_improve_order(&g, &layout.crossings_before);
    graph_find_places(&g);
    layout.height = settle(&g);
    layout.cards = make_cards(arena, &g);
    layout.paths = make_paths(arena, &g);
    layout.layers = arena_copy(arena, g.layer, ((size_t)graph->node_count + 1) * sizeof g.layer[0]);
    layout.layer_count = g.layer_count;
    layout.width = g.layer_count > 0 ? layer_x(graph, g.layer_count - 1) + graph->card_w : 0;
    arena_free(g.arena);
    return layout;
}

struct point graph_path_at(const struct graph_path *path, double share)
{
    double place = fmin(fmax(share, 0), 1) * path->curves;
    int curve = place < path->curves ? (int)place : path->curves - 1;
    const struct point *p = path->points + 3 * curve;
    double t = place - curve, s = 1 - t;
    double a = s * s * s, b = 3 * s * s * t, c = 3 * s * t * t, d = t * t * t;
    return (struct point){a * p[0].x + b * p[1].x + c * p[2].x + d * p[3].x,
                          a * p[0].y + b * p[1].y + c * p[2].y + d * p[3].y};
}
