/* map_graph.c - see the header. */
#include "ui/map_graph.h"

#include "core/unit.h"
#include "ui/map_fold.h"
#include "ui/panel_data.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LOOK_BACK    10    /* samples a figure rests on */
#define BAD_SHARE    0.01  /* of calls: more, and the card says so */
#define TRAVEL_S     1.4   /* of the wall clock that a dot takes along an edge */
#define DOTS_AN_EDGE 12.0  /* on the average; more would be a line */
#define DOTS_BELOW   100.0 /* simulated seconds a second; faster, and only widths can be read */

/* -- layout ---------------------------------------------------------------------------------------------- */

static bool is_card(const struct record_node *node)
{
    return node->resource >= 0 && node->parent < 0;
}

int map_card_count(const struct record *record)
{
    const struct record_info *info = record_info(record);
    int count = 0;
    for (int i = 0; i < info->node_count; i++)
        count += is_card(&info->nodes[i]);
    return count;
}

static uint64_t mix(uint64_t key, uint64_t value)
{
    key = (key ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return key ^ key >> 29;
}

static uint64_t topology_key(const struct record_info *info, const struct map_shape *shape)
{
    uint64_t key = mix(1, (uint64_t)info->node_count);
    for (int i = 0; i < info->node_count; i++) {
        for (const char *c = info->nodes[i].name; *c != '\0'; c++)
            key = mix(key, (unsigned char)*c);
        key = mix(key, is_card(&info->nodes[i]));
    }
    for (int i = 0; i < info->edge_count; i++)
        key = mix(key, (uint64_t)info->edges[i].from << 32 | (uint32_t)info->edges[i].to);
    key = mix(key, (uint64_t)(shape->card_w * 16) << 32 | (uint64_t)(shape->card_h * 16));
    key = mix(key, (uint64_t)shape->page_w << 32 | (uint64_t)shape->page_h);
    return mix(key, (uint64_t)(shape->gap_x * 16) << 32 | (uint64_t)(shape->gap_y * 16)) | 1;
}

void map_graph_free(struct map_graph *graph)
{
    arena_free(graph->arena);
    *graph = (struct map_graph){.arena = NULL};
}

void map_graph_update(struct map_graph *graph, const struct record *record,
                      const struct map_shape *shape)
{
    const struct record_info *info = record_info(record);
    uint64_t key = topology_key(info, shape);
    if (graph->arena != NULL && graph->key == key)
        return;
    map_graph_free(graph);
    graph->arena = arena_new();
    graph->key = key;
    graph->shape = *shape;
    graph->nodes = ARENA_ARRAY(graph->arena, int, info->node_count + 1);
    graph->cards = ARENA_ARRAY(graph->arena, int, info->node_count + 1);
    for (int i = 0; i < info->node_count; i++) {
        graph->cards[i] = is_card(&info->nodes[i]) ? graph->count : -1;
        if (is_card(&info->nodes[i]))
            graph->nodes[graph->count++] = i;
    }
    struct graph_edge *edges = ARENA_ARRAY(graph->arena, struct graph_edge, info->edge_count + 1);
    for (int i = 0; i < info->edge_count; i++) {
        edges[i] =
            (struct graph_edge){graph->cards[info->edges[i].from], graph->cards[info->edges[i].to]};
        ASSERT(edges[i].from >= 0 && edges[i].to >= 0);
    }
    struct graph ask = {.node_count = graph->count,
                        .edges = edges,
                        .edge_count = info->edge_count,
                        .card_w = shape->card_w,
                        .card_h = shape->card_h,
                        .gap_x = shape->gap_x,
                        .gap_y = shape->gap_y};
    graph->layout = graph_lay_out(graph->arena, &ask);
    if (shape->page_w > 0)
        map_fold(graph->arena, &ask, &graph->layout, shape->page_w, shape->page_h);
}

struct point map_point(const struct map_place *place, struct point at)
{
    return (struct point){place->x + at.x * place->zoom_x, place->y + at.y * place->zoom_y};
}

struct rect map_rect(const struct map_place *place, struct rect rect)
{
    return (struct rect){place->x + rect.x * place->zoom_x, place->y + rect.y * place->zoom_y,
                         rect.w * place->zoom_x, rect.h * place->zoom_y};
}

struct map_place map_fit(const struct map_graph *graph, struct rect where, double most,
                         bool stretch)
{
    double wide = fmax(graph->layout.width, 1), high = fmax(graph->layout.height, 1);
    struct map_place place = {.zoom_x = fmin(where.w / wide, most),
                              .zoom_y = fmin(where.h / high, most)};
    if (!stretch)
        place.zoom_x = place.zoom_y = fmin(place.zoom_x, place.zoom_y);
    place.x = where.x + (where.w - wide * place.zoom_x) / 2;
    place.y = where.y + (where.h - high * place.zoom_y) / 2;
    return place;
}

/* -- how a resource is doing -------------------------------------------------------------------------------- */

static struct bin look_back(struct record *record, int node, enum record_series series, double at_s)
{
    struct bin bin;
    double sample_s = record_info(record)->sample_s;
    double to_s = (floor(fmax(at_s, 0) / sample_s + 1e-9) + 1) * sample_s;
    record_bins(record, node, series, fmax(to_s - LOOK_BACK * sample_s, 0), to_s, 1, &bin);
    return bin;
}

static double sum_of(struct record *record, int node, enum record_series series, double at_s)
{
    struct bin bin = look_back(record, node, series, at_s);
    return bin.n > 0 ? bin.sum : 0;
}

static double most_of(struct record *record, int node, enum record_series series, double at_s)
{
    struct bin bin = look_back(record, node, series, at_s);
    return bin.n > 0 ? bin.max : (double)NAN;
}

/* Against its own limit, a function without one against the account's, a table against its capacity. */
static void find_utilisation(struct map_health *health, struct record *record, int node,
                             double at_s)
{
    const struct record_info *info = record_info(record);
    const struct record_node *self = &info->nodes[node];
    int bounded = limited_node(record, node);
    health->in_use = most_of(record, bounded >= 0 ? bounded : node, RECORD_CONCURRENCY_MAX, at_s);
    health->limit = bounded >= 0 ? self->limit : INFINITY;
    if (!isfinite(health->limit) && strcmp(self->kind, "fn") == 0)
        health->limit = info->account_concurrency;
    health->utilisation =
        isfinite(health->limit) && health->limit > 0 ? health->in_use / health->limit : (double)NAN;
    double reads = most_of(record, node, RECORD_RCU, at_s) / self->capacity_rcu;
    double writes = most_of(record, node, RECORD_WCU, at_s) / self->capacity_wcu;
    double units = fmax(reads, writes); /* passes over NAN */
    if (!isnan(units))
        health->utilisation = units;
}

struct map_health map_health_at(struct record *record, int node, double at_s)
{
    struct map_health health = {.shape = HEALTH_OK};
    struct bin calls = look_back(record, node, RECORD_ARRIVALS, at_s);
    double sample_s = record_info(record)->sample_s;
    health.rate = calls.n > 0 ? calls.sum / ((double)calls.n * sample_s) : 0;
    double answered = fmax(sum_of(record, node, RECORD_COMPLETED, at_s), 1);
    double errors =
        sum_of(record, node, RECORD_ERRORS, at_s) + sum_of(record, node, RECORD_TIMEOUTS, at_s);
    health.errors = fmin(errors / answered, 1);
    double throttles = sum_of(record, node, RECORD_THROTTLES, at_s);
    health.throttles = throttles / (answered + throttles);
    health.p50_ms = most_of(record, node, RECORD_P50_MS, at_s);
    health.p99_ms = most_of(record, node, RECORD_P99_MS, at_s);
    health.depth = most_of(record, node, RECORD_QUEUE_DEPTH, at_s);
    health.age_s = most_of(record, node, RECORD_QUEUE_AGE_S, at_s);
    health.warm = most_of(record, node, RECORD_INSTANCES_WARM, at_s);
    find_utilisation(&health, record, node, at_s);
    if (health.throttles > BAD_SHARE)
        health.shape = HEALTH_THROTTLE;
    if (health.errors > BAD_SHARE && health.errors > health.throttles)
        health.shape = HEALTH_FAULT;
    return health;
}

void map_figure(const struct record_node *node, const struct map_health *health, char *out,
                size_t size)
{
    char text[UNIT_TEXT_MAX];
    bool queue = strcmp(node->kind, "queue") == 0 || strcmp(node->kind, "stream") == 0;
    if (queue && !isnan(health->age_s))
        (void)snprintf(out, size, "age %s", unit_show_time(text, health->age_s * SIM_SECOND));
    else if (!node->source && !isnan(health->p99_ms))
        (void)snprintf(out, size, "p99 %s", unit_show_time(text, health->p99_ms * SIM_MS));
    else if (health->rate > 0)
        (void)snprintf(out, size, "%s", unit_show_rate(text, health->rate));
    else
        (void)snprintf(out, size, "idle");
}

/* -- edges and dots ---------------------------------------------------------------------------------------------- */

void map_draw_path(struct view *view, const struct map_graph *graph, const struct map_place *place,
                   int edge, struct stroke stroke)
{
    const struct graph_path *path = &graph->layout.paths[edge];
    for (int i = 0; i < path->curves; i++) {
        struct point points[4];
        for (int k = 0; k < 4; k++)
            points[k] = map_point(place, path->points[3 * i + k]);
        view->canvas->ops->curve(view->canvas, points, stroke);
    }
}

struct edge_flow map_flow(const struct view *view, int edge)
{
    double sample_s = record_info(view->run)->sample_s;
    double at_s = fmin(view->time.cursor_s, record_reached_s(view->run) - sample_s / 2);
    struct edge_flow mean = {0, 0};
    double failed = 0;
    int samples = 0;
    for (; samples < LOOK_BACK && at_s - samples * sample_s > 0; samples++) {
        struct edge_flow flow = record_flow(view->run, edge, at_s - samples * sample_s);
        mean.calls_per_s += flow.calls_per_s;
        failed += flow.calls_per_s * flow.failed_share;
    }
    if (mean.calls_per_s > 0)
        mean.failed_share = failed / mean.calls_per_s;
    mean.calls_per_s /= samples > 0 ? samples : 1;
    return mean;
}

double map_flow_width(double calls_per_s)
{
    return calls_per_s > 0 ? fmin(1 + 1.3 * log10(1 + calls_per_s), 8) : 1;
}

/* Simulated seconds a dot is on its way. */
static double travel_s(const struct view *view)
{
    return TRAVEL_S * fmax(view->speed, 1);
}

double map_dot_size(const struct view *view, int most)
{
    if (view->speed > DOTS_BELOW)
        return 0;
    const struct record_info *info = record_info(view->run);
    double alive = 0;
    for (int i = 0; i < info->edge_count; i++)
        alive += map_flow(view, i).calls_per_s;
    alive *= travel_s(view);
    double size = 1, least = fmin(most, DOTS_AN_EDGE * (double)info->edge_count);
    static const double factor[] = {2, 2.5, 2};
    for (int i = 0; alive / size > least && least > 0; i++)
        size *= factor[i % 3];
    return size;
}

/* Where dot number `index` of an edge began, in travels: the golden ratio spreads any number of them evenly, and a dot stays where it
 * is when others join. */
static double dot_phase(int edge, int index)
{
    double phase = (double)index * 0.61803398874989485 + (double)edge * 0.7548776662466927;
    return phase - floor(phase);
}

void map_draw_dots(struct view *view, const struct map_graph *graph, const struct map_place *place,
                   double dot_size, double radius)
{
    enum { BATCH = 512 };
    struct point good[BATCH], bad[BATCH];
    int goods = 0, bads = 0;
    const struct record_info *info = record_info(view->run);
    double travels = view->time.cursor_s / travel_s(view);
    if (dot_size <= 0)
        return;
    for (int e = 0; e < info->edge_count; e++) {
        struct edge_flow flow = map_flow(view, e);
        double alive = flow.calls_per_s * travel_s(view) / dot_size;
        int dots = (int)alive;
        if (dot_phase(e, 7919) < alive - dots) /* a rare flow has a dot now and then */
            dots++;
        for (int i = 0; i < dots && goods < BATCH && bads < BATCH; i++) {
            double share = travels + dot_phase(e, i);
            struct point at =
                map_point(place, graph_path_at(&graph->layout.paths[e], share - floor(share)));
            if (dot_phase(e + 31, i * 7 + 3) < flow.failed_share)
                bad[bads++] = at;
            else
                good[goods++] = at;
        }
    }
    if (goods > 0)
        view->canvas->ops->discs(view->canvas, good, goods, radius, view->theme->accent);
    if (bads > 0)
        view->canvas->ops->discs(view->canvas, bad, bads, radius, view->theme->throttle);
}
