/* map_graph.h - the resources of a run as a graph: where they stand, how they are, what flows between them.
 *
 * The page of the map, its side sheet and the small map of the dashboard draw from it. The layout is worked out when the topology is another one,
 * not once a frame. How a resource is doing is read from the record at an instant, over the ten samples up to it: one sample is noise.
 */
#ifndef TEPID_UI_MAP_GRAPH_H
#define TEPID_UI_MAP_GRAPH_H

#include "chart/graph.h"
#include "ui/view.h"

struct map_shape {
    double card_w, card_h, gap_x, gap_y;
    double page_w, page_h; /* layers too tall for such a page are folded (map_fold.h); 0: never */
};

struct map_graph {
    struct arena *arena; /* NULL: none made yet */
    uint64_t key;
    int count;
    int *nodes; /* by card: the node of the record */
    int *cards; /* by node of the record: the card, or -1 */
    struct map_shape shape;
    struct graph_layout layout; /* paths by edge of the record */
};

/* Starts as {0}. Makes the layout unless it stands already. */
void map_graph_update(struct map_graph *graph, const struct record *record,
                      const struct map_shape *shape);
void map_graph_free(struct map_graph *graph);
/* How many cards a record would have: resources and sources; no routes, marks or the application. */
int map_card_count(const struct record *record);

/* Layout to screen. */
struct map_place {
    double x, y, zoom_x, zoom_y;
};
struct point map_point(const struct map_place *place, struct point at);
struct rect map_rect(const struct map_place *place, struct rect rect);
/* All of the layout in the middle of `where`, no larger than `most`; with `stretch`, wide and high by themselves. */
struct map_place map_fit(const struct map_graph *graph, struct rect where, double most,
                         bool stretch);

/* How a resource is doing at an instant. */
struct map_health {
    enum health shape;
    double rate;              /* calls a second */
    double errors, throttles; /* shares of what was answered */
    double p50_ms, p99_ms;    /* NAN: no data */
    double in_use, limit;     /* concurrency, units of capacity or messages; NAN, INFINITY */
    double utilisation;       /* NAN: nothing limits it */
    double depth, age_s;      /* of a queue; NAN */
    double warm;              /* instances; NAN */
};
struct map_health map_health_at(struct record *record, int node, double at_s);
/* "p99 96ms", "age 1.8s", "1 200/s": what matters most of it. */
void map_figure(const struct record_node *node, const struct map_health *health, char *out,
                size_t size);

/* -- drawing that both maps share --------------------------------------------------------------------------- */

void map_draw_path(struct view *view, const struct map_graph *graph, const struct map_place *place,
                   int edge, struct stroke stroke);

/* What an edge carries at the cursor: the mean of the samples up to it. */
struct edge_flow map_flow(const struct view *view, int edge);

/* How many requests a dot stands for, so that no more than `most` (and a dozen an edge) are on their way: 1, 2, 5, 10 ...; 0: no dots at this speed, the flow
 * is drawn as width. */
double map_dot_size(const struct view *view, int most);
/* Dots of all edges at the cursor. */
void map_draw_dots(struct view *view, const struct map_graph *graph, const struct map_place *place,
                   double dot_size, double radius);
/* Width of an edge that carries so many calls a second. */
double map_flow_width(double calls_per_s);

#endif
