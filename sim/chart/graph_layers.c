/* graph_layers.c - which edges are turned round, which layer each node is in, and where long edges bend. */
#include "chart/graph_parts.h"

static int tail(const struct layering *g, int edge)
{
    return g->turned[edge] ? g->graph->edges[edge].to : g->graph->edges[edge].from;
}

static int head(const struct layering *g, int edge)
{
    return g->turned[edge] ? g->graph->edges[edge].from : g->graph->edges[edge].to;
}

static bool is_loop(const struct layering *g, int edge)
{
    return g->graph->edges[edge].from == g->graph->edges[edge].to;
}

/* Edges by the node they leave or enter; items are numbers of edges, in their order. */
static struct neighbours edges_by(const struct layering *g,
                                  int (*end)(const struct layering *, int))
{
    int nodes = g->graph->node_count, edges = g->graph->edge_count;
    struct neighbours by = {ARENA_ARRAY(g->arena, int, nodes + 2),
                            ARENA_ARRAY(g->arena, int, edges + 1)};
    for (int e = 0; e < edges; e++)
        if (!is_loop(g, e))
            by.first[end(g, e) + 2]++;
    for (int v = 0; v < nodes; v++)
        by.first[v + 2] += by.first[v + 1];
    /* Now first[v + 1] is where v's list begins; filling moves it to where it ends, which is where the next begins. */
    for (int e = 0; e < edges; e++)
        if (!is_loop(g, e))
            by.items[by.first[end(g, e) + 1]++] = e;
    return by;
}

/* -- cycles ---------------------------------------------------------------------------------------------- */

struct walk {
    struct neighbours out;
    uint8_t *seen; /* 1: on the way, 2: done */
    int *stack, *next;
};

/* Depth first: an edge back to where the walk came through closes a cycle. */
static void walk_from(struct layering *g, struct walk *walk, int root)
{
    int depth = 0;
    walk->stack[depth++] = root;
    walk->seen[root] = 1;
    walk->next[root] = walk->out.first[root];
    while (depth > 0) {
        int v = walk->stack[depth - 1];
        if (walk->next[v] == walk->out.first[v + 1]) {
            walk->seen[v] = 2;
            depth--;
            continue;
        }
        int edge = walk->out.items[walk->next[v]++], to = g->graph->edges[edge].to;
        if (walk->seen[to] == 1)
            g->turned[edge] = true;
        if (walk->seen[to] != 0)
            continue;
        walk->seen[to] = 1;
        walk->next[to] = walk->out.first[to];
        walk->stack[depth++] = to;
    }
}

/* Walks begin at nodes that nobody calls, so that what is turned is a call back, not the way in. */
static void break_cycles(struct layering *g)
{
    int nodes = g->graph->node_count;
    struct neighbours in = edges_by(g, head);
    struct walk walk = {edges_by(g, tail), ARENA_ARRAY(g->arena, uint8_t, nodes + 1),
                        ARENA_ARRAY(g->arena, int, nodes + 1),
                        ARENA_ARRAY(g->arena, int, nodes + 1)};
    for (int pass = 0; pass < 2; pass++)
        for (int v = 0; v < nodes; v++)
            if (walk.seen[v] == 0 && (pass == 1 || in.first[v] == in.first[v + 1]))
                walk_from(g, &walk, v);
}

/* -- layers ---------------------------------------------------------------------------------------------- */

/* One layer right of the rightmost that leads to it. */
static void longest_paths(struct layering *g, const struct neighbours *in,
                          const struct neighbours *out)
{
    int nodes = g->graph->node_count, ready = 0;
    int *waits = ARENA_ARRAY(g->arena, int, nodes + 1);
    int *queue = ARENA_ARRAY(g->arena, int, nodes + 1);
    for (int v = 0; v < nodes; v++) {
        waits[v] = in->first[v + 1] - in->first[v];
        if (waits[v] == 0)
            queue[ready++] = v;
    }
    for (int i = 0; i < ready; i++)
        for (int k = out->first[queue[i]]; k < out->first[queue[i] + 1]; k++) {
            int to = head(g, out->items[k]);
            if (g->layer[to] < g->layer[queue[i]] + 1)
                g->layer[to] = g->layer[queue[i]] + 1;
            if (--waits[to] == 0)
                queue[ready++] = to;
        }
    ASSERT(ready == nodes); /* no cycles are left */
}

/* Where a node may stand: right of all that lead to it, left of all it leads to. */
static void room_of(const struct layering *g, const struct neighbours *in,
                    const struct neighbours *out, int v, int *low, int *high)
{
    *low = 0;
    *high = g->layer_count - 1;
    for (int k = in->first[v]; k < in->first[v + 1]; k++)
        if (g->layer[tail(g, in->items[k])] + 1 > *low)
            *low = g->layer[tail(g, in->items[k])] + 1;
    for (int k = out->first[v]; k < out->first[v + 1]; k++)
        if (g->layer[head(g, out->items[k])] - 1 < *high)
            *high = g->layer[head(g, out->items[k])] - 1;
}

/* Edges get shorter by each move of a node towards the side on which it has more of them, so this ends. */
static void tighten(struct layering *g, const struct neighbours *in, const struct neighbours *out)
{
    bool moved = true;
    for (int pass = 0; moved && pass < g->graph->node_count; pass++) {
        moved = false;
        for (int v = g->graph->node_count; v-- > 0;) {
            int before = in->first[v + 1] - in->first[v], after = out->first[v + 1] - out->first[v];
            int low, high;
            room_of(g, in, out, v, &low, &high);
            int layer = after > before ? high : before > after ? low : g->layer[v];
            moved = moved || layer != g->layer[v];
            g->layer[v] = layer;
        }
    }
}

void graph_find_layers(struct layering *g)
{
    int nodes = g->graph->node_count;
    g->turned = ARENA_ARRAY(g->arena, bool, g->graph->edge_count + 1);
    g->layer = ARENA_ARRAY(g->arena, int, nodes + 1);
    break_cycles(g);
    struct neighbours in = edges_by(g, head), out = edges_by(g, tail);
    longest_paths(g, &in, &out);
    for (int v = 0; v < nodes; v++)
        if (g->layer[v] + 1 > g->layer_count)
            g->layer_count = g->layer[v] + 1;
    tighten(g, &in, &out);
}

/* -- bends ----------------------------------------------------------------------------------------------- */

struct link {
    int left, right;
};

/* An edge from vertex to vertex, layer by layer. */
static struct link *add_links(struct layering *g)
{
    const struct graph *graph = g->graph;
    struct link *links = ARENA_ARRAY(g->arena, struct link, g->link_count + 1);
    int at = 0;
    for (int e = 0; e < graph->edge_count; e++) {
        if (is_loop(g, e))
            continue;
        int from = tail(g, e), span = g->layer[head(g, e)] - g->layer[from];
        for (int i = 1; i <= span; i++) {
            int to = i == span ? head(g, e) : g->bend_first[e] + i - 1;
            links[at++] = (struct link){from, to};
            from = to;
        }
    }
    ASSERT(at == g->link_count);
    return links;
}

static struct neighbours list_links(const struct layering *g, const struct link *links, bool right)
{
    struct neighbours list = {ARENA_ARRAY(g->arena, int, g->count + 2),
                              ARENA_ARRAY(g->arena, int, g->link_count + 1)};
    for (int i = 0; i < g->link_count; i++)
        list.first[(right ? links[i].left : links[i].right) + 2]++;
    for (int v = 0; v < g->count; v++)
        list.first[v + 2] += list.first[v + 1];
    for (int i = 0; i < g->link_count; i++)
        list.items[list.first[(right ? links[i].left : links[i].right) + 1]++] =
            right ? links[i].right : links[i].left;
    return list;
}

static void number_bends(struct layering *g)
{
    const struct graph *graph = g->graph;
    int *layer = g->layer;
    g->bend_first = ARENA_ARRAY(g->arena, int, graph->edge_count + 1);
    g->count = graph->node_count;
    for (int e = 0; e < graph->edge_count; e++) {
        g->bend_first[e] = g->count;
        if (is_loop(g, e))
            continue;
        int span = layer[head(g, e)] - layer[tail(g, e)];
        ASSERT(span >= 1);
        g->count += span - 1;
        g->link_count += span;
    }
    g->layer = ARENA_ARRAY(g->arena, int, g->count + 1);
    for (int v = 0; v < graph->node_count; v++)
        g->layer[v] = layer[v];
    for (int e = 0; e < graph->edge_count; e++)
        for (int i = 1; !is_loop(g, e) && i < layer[head(g, e)] - layer[tail(g, e)]; i++)
            g->layer[g->bend_first[e] + i - 1] = layer[tail(g, e)] + i;
}

void graph_add_bends(struct layering *g)
{
    number_bends(g);
    const struct link *links = add_links(g);
    g->left = list_links(g, links, false);
    g->right = list_links(g, links, true);
    g->layer_first = ARENA_ARRAY(g->arena, int, g->layer_count + 2);
    g->order = ARENA_ARRAY(g->arena, int, g->count + 1);
    g->pos = ARENA_ARRAY(g->arena, int, g->count + 1);
    g->y = ARENA_ARRAY(g->arena, double, g->count + 1);
    for (int v = 0; v < g->count; v++)
        g->layer_first[g->layer[v] + 2]++;
    for (int i = 0; i < g->layer_count; i++)
        g->layer_first[i + 2] += g->layer_first[i + 1];
    for (int v = 0; v < g->count; v++)
        g->order[g->layer_first[g->layer[v] + 1]++] = v;
    for (int i = 0; i < g->count; i++)
        g->pos[g->order[i]] = i - g->layer_first[g->layer[g->order[i]]];
}
