/* map_fold.c - see the header. */
#include "ui/map_fold.h"

#include <math.h>

#define ROWS_LEAST 6

struct fold {
    const struct graph *graph;
    const struct graph_layout *layout;
    int *sizes;   /* of layers */
    int *ordered; /* cards by layer, then from top to bottom */
    double step_x, step_y, layer_gap;
};

static int columns_of(const struct fold *fold, int layer, int rows)
{
    return (fold->sizes[layer] + rows - 1) / rows;
}

static double width_of(const struct fold *fold, int rows)
{
    double width = 0;
    for (int l = 0; l < fold->layout->layer_count; l++)
        width += columns_of(fold, l, rows) * fold->step_x + fold->layer_gap;
    return width;
}

/* How much larger than life all of it may be drawn with so many rows. */
static double zoom_of(const struct fold *fold, int rows, double width, double height)
{
    return fmin(width / width_of(fold, rows), height / (rows * fold->step_y));
}

static void order_cards(struct fold *fold)
{
    int n = fold->graph->node_count;
    const struct graph_layout *layout = fold->layout;
    for (int i = 0; i < n; i++) {
        int at = i;
        for (; at > 0; at--) {
            int before = fold->ordered[at - 1];
            bool later = layout->layers[before] > layout->layers[i] ||
                         (layout->layers[before] == layout->layers[i] &&
                          layout->cards[before].y > layout->cards[i].y);
            if (!later)
                break;
            fold->ordered[at] = before;
        }
        fold->ordered[at] = i;
        fold->sizes[layout->layers[i]]++;
    }
}

/* A layer that needs fewer rows than there are keeps its heights, in proportion, as far as cards do not meet. */
static void place_layer(const struct fold *fold, const int *cards, int layer, int rows, double left,
                        struct rect *out)
{
    int count = fold->sizes[layer], columns = columns_of(fold, layer, rows);
    int own = (count + columns - 1) / columns;
    double scale = rows * fold->step_y / fmax(fold->layout->height, 1), least = 0;
    for (int row = 0; row < own; row++) {
        double wanted = fold->layout->cards[cards[row * columns]].y * scale;
        double most = (rows - (own - row)) * fold->step_y;
        double y = floor(fmin(fmax(wanted, least), most));
        least = y + fold->step_y;
        for (int k = 0; k < columns && row * columns + k < count; k++)
            out[cards[row * columns + k]] =
                (struct rect){left + k * fold->step_x, y, fold->graph->card_w, fold->graph->card_h};
    }
}

static struct graph_path make_path(struct arena *arena, const struct rect *from,
                                   const struct rect *to)
{
    struct point *p = ARENA_ARRAY(arena, struct point, 4);
    bool backward = to->x <= from->x;
    p[0] = (struct point){from->x + from->w, from->y + from->h / 2};
    p[3] = (struct point){to->x, to->y + to->h / 2};
    double bend = fmax(fabs(p[3].x - p[0].x) / 2, 24);
    p[1] = (struct point){p[0].x + bend, p[0].y};
    p[2] = (struct point){p[3].x - bend, p[3].y};
    return (struct graph_path){.points = p, .curves = 1, .backward = backward};
}

void map_fold(struct arena *arena, const struct graph *graph, struct graph_layout *layout,
              double width, double height)
{
    if (graph->node_count == 0 || layout->layer_count == 0)
        return;
    struct fold fold = {graph,
                        layout,
                        ARENA_ARRAY(arena, int, layout->layer_count),
                        ARENA_ARRAY(arena, int, graph->node_count),
                        graph->card_w + graph->gap_x * 0.3,
                        graph->card_h + graph->gap_y,
                        graph->gap_x * 0.7};
    order_cards(&fold);
    int rows = 0, most = 0;
    double best = fmin(width / fmax(layout->width, 1), height / fmax(layout->height, 1)) * 1.1;
    for (int l = 0; l < layout->layer_count; l++)
        most = fold.sizes[l] > most ? fold.sizes[l] : most;
    for (int r = ROWS_LEAST; r <= most; r++)
        if (zoom_of(&fold, r, width, height) > best) {
            best = zoom_of(&fold, r, width, height);
            rows = r;
        }
    if (rows == 0)
        return;
    struct rect *cards = ARENA_ARRAY(arena, struct rect, graph->node_count);
    double left = 0;
    for (int l = 0, first = 0; l < layout->layer_count; first += fold.sizes[l], l++) {
        place_layer(&fold, fold.ordered + first, l, rows, left, cards);
        left += columns_of(&fold, l, rows) * fold.step_x + fold.layer_gap;
    }
    struct graph_path *paths = ARENA_ARRAY(arena, struct graph_path, graph->edge_count + 1);
    for (int i = 0; i < graph->edge_count; i++)
        paths[i] = make_path(arena, &cards[graph->edges[i].from], &cards[graph->edges[i].to]);
    layout->cards = cards;
    layout->paths = paths;
    layout->width = left - fold.layer_gap - graph->gap_x * 0.3;
    layout->height = rows * fold.step_y - graph->gap_y;
}
