/* panel_map.c - see the header. */
#include "ui/panel_map.h"

#include "core/unit.h"
#include "report/csv.h"
#include "ui/map_graph.h"
#include "ui/panel_frame.h"
#include "ui/view_table.h"
#include "ui/widgets.h"

#include <math.h>
#include <stdio.h>

#define DOTS_MOST  150
#define NAME_GAP   2  /* around a name */
#define NAMED_MOST 28 /* cards; more, and names would lie over each other */

bool panel_map_applies(const struct record *record)
{
    return record_info(record)->edge_count > 0;
}

static struct colour health_colour(const struct theme *theme, enum health health)
{
    switch (health) {
    case HEALTH_OK:
        return theme->ok;
    case HEALTH_CLIENT_ERROR:
        return theme->client_error;
    case HEALTH_FAULT:
        return theme->fault;
    case HEALTH_THROTTLE:
        break;
    }
    return theme->throttle;
}

struct small_map {
    struct map_graph graph;
    struct map_place place;
    double radius;
    bool named;
};

/* Rings stand in the middle of cards that leave room for a name below. */
static void lay_out(struct small_map *map, struct view *view, struct rect body)
{
    double scale = view->canvas->text_scale;
    map->named = map_card_count(view->run) <= NAMED_MOST;
    struct map_shape shape = {14, 14 * scale + 20, 56, 14, 0, 0};
    if (!map->named)
        shape = (struct map_shape){10, 10, 40, 8, floor(body.w), floor(body.h)};
    map->graph = (struct map_graph){.arena = NULL};
    map_graph_update(&map->graph, view->run, &shape);
    double side = map->named ? 34 * scale : 10;
    struct rect inner = {body.x + side, body.y + 4, fmax(body.w - 2 * side, 1),
                         fmax(body.h - 8, 1)};
    map->place = map_fit(&map->graph, inner, 4, true);
    map->radius = map->named ? 6 : 4;
}

static struct point middle(const struct small_map *map, int card)
{
    struct rect rect = map_rect(&map->place, map->graph.layout.cards[card]);
    return (struct point){rect.x + rect.w / 2, rect.y + rect.h / 2};
}

static void draw_edges(struct view *view, const struct small_map *map, bool widths)
{
    const struct record_info *info = record_info(view->run);
    for (int i = 0; i < info->edge_count; i++) {
        double width = 1;
        if (widths)
            width = map_flow_width(map_flow(view, i).calls_per_s) / 2;
        map_draw_path(
            view, &map->graph, &map->place, i,
            (struct stroke){widths ? colour_fade(view->theme->accent, 0.4) : view->theme->border,
                            fmax(width, 1), DASH_SOLID});
    }
}

/* What a name must not lie over: rings and names that are there already. */
struct taken {
    struct rect rects[2 * NAMED_MOST];
    int count;
};

static bool is_free(const struct taken *taken, struct rect rect, int but)
{
    for (int i = 0; i < taken->count; i++) {
        const struct rect *other = &taken->rects[i];
        if (i != but && rect.x < other->x + other->w && other->x < rect.x + rect.w &&
            rect.y < other->y + other->h && other->y < rect.y + rect.h)
            return false;
    }
    return true;
}

/* What many edges meet in comes first; else in the order of the file. Importance does not move with the clock, so names stand still. */
static void sort_cards(const struct view *view, const struct map_graph *graph,
                       int order[NAMED_MOST])
{
    const struct record_info *info = record_info(view->run);
    int degree[NAMED_MOST] = {0};
    for (int i = 0; i < info->edge_count; i++) {
        int from = graph->cards[info->edges[i].from], to = graph->cards[info->edges[i].to];
        if (from >= 0)
            degree[from]++;
        if (to >= 0)
            degree[to]++;
    }
    for (int i = 0; i < graph->count; i++) {
        int at = i;
        for (; at > 0 && degree[order[at - 1]] < degree[i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

/* Below its ring, else above it; shorter where neither is free, and not at all where nothing readable would be left: the name is told
 * under the mouse. */
static void draw_name(struct view *view, const struct small_map *map, struct rect body, int card,
                      struct taken *taken)
{
    const char *name = record_info(view->run)->nodes[map->graph.nodes[card]].name;
    struct point at = middle(map, card);
    double size = type_size(TYPE_SMALL) * view->canvas->text_scale, high = size * 1.2;
    double wide = canvas_measure(view->canvas, TYPE_SMALL, name);
    double most = 2 * fmin(at.x - body.x, body.x + body.w - at.x) - 2 * NAME_GAP;
    char cut[256];
    for (double room = fmin(wide, most); room >= 3 * size || room == wide; room -= size) {
        for (int above = 0; above < 2; above++) {
            double y = above ? at.y - map->radius - 2 - high : at.y + map->radius + 2;
            (void)canvas_fit(view->canvas, TYPE_SMALL, name, room, cut);
            double w = canvas_measure(view->canvas, TYPE_SMALL, cut);
            struct rect rect = {at.x - w / 2 - NAME_GAP, y, w + 2 * NAME_GAP, high};
            if (y < body.y || y + high > body.y + body.h || !is_free(taken, rect, card))
                continue;
            taken->rects[taken->count++] = rect;
            canvas_fill(view->canvas, rect_inset(rect, 1), 2,
                        colour_fade(view->theme->panel, 0.7));
            canvas_text(view->canvas, at.x, y + size - 1, ALIGN_MIDDLE, TYPE_SMALL,
                        view->theme->text, cut);
            return;
        }
    }
}

static void draw_names(struct view *view, const struct small_map *map, struct rect body)
{
    struct taken taken = {.count = 0};
    int order[NAMED_MOST];
    double half = map->radius + 1;
    sort_cards(view, &map->graph, order);
    for (int i = 0; i < map->graph.count; i++) {
        struct point at = middle(map, i);
        taken.rects[taken.count++] = (struct rect){at.x - half, at.y - half, 2 * half, 2 * half};
    }
    for (int i = 0; i < map->graph.count; i++)
        draw_name(view, map, body, order[i], &taken);
}

static struct wish draw_rings(struct view *view, const struct small_map *map)
{
    const struct record_info *info = record_info(view->run);
    struct wish wish = {WISH_NOTHING};
    for (int i = 0; i < map->graph.count; i++) {
        int node = map->graph.nodes[i];
        struct point at = middle(map, i);
        struct map_health health = map_health_at(view->run, node, view->time.cursor_s);
        view->canvas->ops->discs(view->canvas, &at, 1, map->radius, view->theme->panel);
        view->canvas->ops->ring(
            view->canvas, at, map->radius,
            (struct stroke){health_colour(view->theme, health.shape), 2, DASH_SOLID});
        if (view->ui == NULL)
            continue;
        double half = HIT_TARGET / 2.0;
        char id[96];
        struct rect hit = {at.x - half, at.y - half, 2 * half, 2 * half};
        (void)snprintf(id, sizeof id, "map.%.80s", info->nodes[node].name);
        if (ui_press(view->ui, UI_CARD, id, info->nodes[node].name, hit))
            wish = (struct wish){.what = WISH_NODE, .node = node};
        if (ui_hovered(view->ui, hit)) {
            char figure[64], tip[200];
            map_figure(&info->nodes[node], &health, figure, sizeof figure);
            (void)snprintf(tip, sizeof tip, "%s\n%s", info->nodes[node].name, figure);
            ui_tooltip(view->ui, tip);
        }
    }
    return wish;
}

static const char *dots_words(const struct view *view, char *buf, size_t size)
{
    double dot = map_dot_size(view, DOTS_MOST);
    char n[UNIT_TEXT_MAX];
    if (dot <= 0)
        (void)snprintf(buf, size, "width: calls a second");
    else
        (void)snprintf(buf, size, "1 dot = %s request%s", unit_show_count(n, dot),
                       dot > 1 ? "s" : "");
    return buf;
}

static void draw_table(struct view *view, struct rect body)
{
    static const struct table_column columns[] = {{"resource", ALIGN_LEFT, 2.2},
                                                  {"calls/s", ALIGN_RIGHT, 1},
                                                  {"errors", ALIGN_RIGHT, 1},
                                                  {"p99", ALIGN_RIGHT, 1},
                                                  {"in use", ALIGN_RIGHT, 0.9}};
    const struct record_info *info = record_info(view->run);
    struct table table = table_make(view, body, columns, COUNTOF(columns));
    int rows = table_rows(&table), row = 0;
    table_head(view, &table);
    for (int i = 0; i < info->node_count && row < rows; i++) {
        if (info->nodes[i].resource < 0 || info->nodes[i].parent >= 0)
            continue;
        char text[UNIT_TEXT_MAX];
        struct map_health health = map_health_at(view->run, i, view->time.cursor_s);
        table_cell(view, &table, row, 0, TYPE_BODY, view->theme->text, info->nodes[i].name);
        table_cell(view, &table, row, 1, TYPE_BODY, view->theme->text,
                   unit_show_number(text, health.rate));
        table_cell(view, &table, row, 2, TYPE_BODY, view->theme->text,
                   unit_show_share(text, health.errors));
        table_cell(view, &table, row, 3, TYPE_BODY, view->theme->text,
                   isnan(health.p99_ms) ? "–" : unit_show_time(text, health.p99_ms * SIM_MS));
        table_cell(view, &table, row, 4, TYPE_BODY, view->theme->text,
                   isnan(health.in_use) ? "–" : unit_show_number(text, health.in_use));
        row++;
    }
}

struct wish panel_map_draw(struct view *view, struct rect where)
{
    struct wish wish = {WISH_NOTHING};
    char words[64];
    struct rect body = panel_frame(view, PANEL_MAP, where, NULL, 0);
    if (!view_moving(view))
        return wish;
    /* What it shows is that of the cursor, which moves: so are its words, right of the title. */
    double at = where.x + PANEL_PADDING +
                canvas_measure(view->canvas, TYPE_STRONG, panels[PANEL_MAP].title) + 2 * SPACE;
    double baseline = where.y + PANEL_PADDING + view_line_height(view, TYPE_STRONG) * 0.68;
    if (view->table) {
        draw_table(view, body);
        return wish;
    }
    canvas_text(view->canvas, at, baseline, ALIGN_LEFT, TYPE_SMALL, view->theme->muted,
                dots_words(view, words, sizeof words));
    struct small_map map;
    lay_out(&map, view, body);
    double dot = map_dot_size(view, DOTS_MOST);
    canvas_push_clip(view->canvas, body);
    draw_edges(view, &map, dot <= 0);
    map_draw_dots(view, &map.graph, &map.place, dot, 2);
    wish = draw_rings(view, &map);
    if (map.named)
        draw_names(view, &map, body);
    canvas_pop_clip(view->canvas);
    map_graph_free(&map.graph);
    return wish;
}

void map_csv(struct view *view, struct text *out)
{
    const struct record_info *info = record_info(view->run);
    text_add(out, "resource,kind,calls_per_s,errors,throttles,p50_ms,p99_ms,in_use,limit,"
                  "queue_depth,queue_age_s\n");
    for (int i = 0; i < info->node_count; i++) {
        if (info->nodes[i].resource < 0 || info->nodes[i].parent >= 0)
            continue;
        struct map_health h = map_health_at(view->run, i, view->time.cursor_s);
        const double numbers[] = {h.rate,   h.errors, h.throttles, h.p50_ms, h.p99_ms,
                                  h.in_use, h.limit,  h.depth,     h.age_s};
        csv_add_text(out, info->nodes[i].name);
        text_add(out, ",");
        csv_add_text(out, info->nodes[i].kind);
        for (size_t k = 0; k < COUNTOF(numbers); k++) {
            text_add(out, ",");
            csv_add_number(out, numbers[k]);
        }
        text_add(out, "\n");
    }
}

void panel_map_csv(struct view *view, struct text *out)
{
    map_csv(view, out);
}
