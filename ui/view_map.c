/* view_map.c - see the header. */
#include "ui/view_map.h"

#include "core/arena.h"
#include "core/unit.h"
#include "ui/map_graph.h"
#include "ui/panel_frame.h"
#include "ui/panel_map.h"
#include "ui/view_buttons.h"
#include "ui/view_sheet.h"
#include "ui/widgets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DOTS_MOST     400
#define COMPACT_ABOVE 40 /* cards */
#define ZOOM_LEAST    0.08
#define ZOOM_MOST     4.0
#define GAP_MOST      80.0 /* between cards of a layer */
#define NEAR_EDGE     7.0  /* pixels */
#define LEGIBLE       0.6  /* least zoom to begin with */
#define TEXT_LEAST    0.52 /* zoom below which no text is drawn */

struct map_page {
    struct map_graph graph;
    uint64_t fitted_key; /* of the layout whose gaps fill the page */
    double gap_y, aspect;
    bool moved; /* by the user; else all of it is shown */
    struct map_place place;
    struct rect shown; /* where it was drawn last */
    bool dragging;
    double grab_x, grab_y;
    char chosen
        [128]; /* name of the resource with the sheet; "": none. A name outlives the record. */
};

void *map_page_new(void)
{
    struct map_page *page = mem_resize(NULL, sizeof *page);
    memset(page, 0, sizeof *page);
    return page;
}

void map_page_free(void *state)
{
    struct map_page *page = state;
    if (page == NULL)
        return;
    map_graph_free(&page->graph);
    mem_free(page);
}

static void choose(struct map_page *page, const struct record_info *info, int node)
{
    if (node < 0)
        page->chosen[0] = '\0';
    else
        (void)snprintf(page->chosen, sizeof page->chosen, "%s", info->nodes[node].name);
}

void map_page_show(struct view *view, void *state, const struct wish *wish)
{
    if (wish->what == WISH_NODE)
        choose(state, record_info(view->run), wish->node);
}

static int chosen_node(const struct map_page *page, const struct record_info *info)
{
    for (int i = 0; i < info->node_count && page->chosen[0] != '\0'; i++)
        if (info->nodes[i].resource >= 0 && info->nodes[i].parent < 0 &&
            strncmp(info->nodes[i].name, page->chosen, sizeof page->chosen - 1) == 0)
            return i;
    return -1;
}

/* -- place ------------------------------------------------------------------------------------------------ */

/* Many cards are one line each, and folded where they would not fit the page. */
static struct map_shape card_shape(const struct view *view, struct rect where)
{
    if (map_card_count(view->run) > COMPACT_ABOVE)
        return (struct map_shape){116, 22, 40, 6, floor(where.w), floor(where.h)};
    return (struct map_shape){136, 46, 58, 22, 0, 0};
}

/* Cards stand as far apart as fills the height, so that a long chain is not a thin line. */
static void update_graph(struct map_page *page, struct view *view, struct rect where)
{
    struct map_shape shape = card_shape(view, where);
    if (page->graph.arena != NULL && page->aspect == where.h / where.w && shape.page_w == 0)
        shape.gap_y = page->gap_y;
    map_graph_update(&page->graph, view->run, &shape);
    const struct graph_layout *layout = &page->graph.layout;
    double wanted = layout->width * where.h / fmax(where.w, 1), had = shape.gap_y;
    if (page->graph.key == page->fitted_key || page->graph.count == 0 || layout->height <= 0 ||
        shape.page_w > 0)
        return;
    double rows = layout->height / (shape.card_h + had);
    double more = (wanted * 0.9 - layout->height) / fmax(rows, 1);
    page->gap_y = fmin(fmax(had + more, had), GAP_MOST);
    page->aspect = where.h / where.w;
    shape.gap_y = page->gap_y;
    map_graph_update(&page->graph, view->run, &shape);
    page->fitted_key = page->graph.key;
}

static void zoom_at(struct map_page *page, double x, double y, double factor)
{
    double zoom = fmin(fmax(page->place.zoom_x * factor, ZOOM_LEAST), ZOOM_MOST);
    factor = zoom / page->place.zoom_x;
    page->place.x = x - (x - page->place.x) * factor;
    page->place.y = y - (y - page->place.y) * factor;
    page->place.zoom_x = page->place.zoom_y = zoom;
    page->moved = true;
}

static void follow_mouse(struct map_page *page, struct view *view, struct rect where)
{
    const struct ui_input *input = ui_input_of(view->ui);
    bool over = ui_hovered(view->ui, where);
    if (over && input->wheel_y != 0)
        zoom_at(page, input->x, input->y, pow(1.15, input->wheel_y));
    if (input->pressed && over) {
        page->dragging = true;
        page->grab_x = input->x - page->place.x;
        page->grab_y = input->y - page->place.y;
    }
    if (!input->down)
        page->dragging = false;
    if (page->dragging &&
        (input->x - page->grab_x != page->place.x || input->y - page->grab_y != page->place.y)) {
        page->place.x = input->x - page->grab_x;
        page->place.y = input->y - page->grab_y;
        page->moved = true;
    }
}

/* All of it, unless that could not be read: then as much as can be, around the chosen card or from the left. */
static struct map_place first_place(const struct map_page *page, const struct view *view,
                                    struct rect where, int chosen)
{
    double scale = view->canvas->text_scale;
    struct rect inner = rect_inset(where, 12);
    struct map_place place = map_fit(&page->graph, inner, 1.5 * scale, false);
    double least = fmin(LEGIBLE * fmax(scale, 1), 1.2);
    if (place.zoom_x >= least || page->graph.shape.page_w > 0)
        return place;
    place.zoom_x = place.zoom_y = least;
    struct rect card = page->graph.layout.cards[chosen >= 0 ? page->graph.cards[chosen] : 0];
    double wide = page->graph.layout.width * least, high = page->graph.layout.height * least;
    place.x = inner.x + inner.w / 2 - (card.x + card.w / 2) * least;
    place.y = inner.y + inner.h / 2 - (card.y + card.h / 2) * least;
    /* No emptiness at an edge while something is cut off at the other. */
    place.x = wide > inner.w ? fmin(fmax(place.x, inner.x + inner.w - wide), inner.x)
                             : inner.x + (inner.w - wide) / 2;
    place.y = high > inner.h ? fmin(fmax(place.y, inner.y + inner.h - high), inner.y)
                             : inner.y + (inner.h - high) / 2;
    return place;
}

static void set_place(struct map_page *page, const struct view *view, struct rect where, int chosen)
{
    bool resized = page->shown.w != where.w || page->shown.h != where.h;
    if (!page->moved)
        page->place = first_place(page, view, where, chosen);
    else if (resized) { /* what was in the middle stays there */
        page->place.x += where.x + where.w / 2 - page->shown.x - page->shown.w / 2;
        page->place.y += where.y + where.h / 2 - page->shown.y - page->shown.h / 2;
    }
    page->shown = where;
}

/* -- edges -------------------------------------------------------------------------------------------------- */

static double distance_to(const struct map_graph *graph, const struct map_place *place, int edge,
                          double x, double y)
{
    double nearest = INFINITY;
    enum { STEPS = 40 };
    struct point before = map_point(place, graph_path_at(&graph->layout.paths[edge], 0));
    for (int i = 1; i <= STEPS; i++) {
        struct point at =
            map_point(place, graph_path_at(&graph->layout.paths[edge], (double)i / STEPS));
        double dx = at.x - before.x, dy = at.y - before.y, size = dx * dx + dy * dy;
        double share = size > 0 ? ((x - before.x) * dx + (y - before.y) * dy) / size : 0;
        share = fmin(fmax(share, 0), 1);
        nearest = fmin(nearest, hypot(x - before.x - share * dx, y - before.y - share * dy));
        before = at;
    }
    return nearest;
}

static int edge_under_mouse(const struct map_page *page, struct view *view, struct rect where)
{
    const struct ui_input *input = ui_input_of(view->ui);
    const struct record_info *info = record_info(view->run);
    int found = -1;
    double nearest = NEAR_EDGE;
    if (!ui_hovered(view->ui, where) || page->dragging)
        return -1;
    for (int i = 0; i < info->edge_count; i++) {
        double distance = distance_to(&page->graph, &page->place, i, input->x, input->y);
        if (distance < nearest) {
            nearest = distance;
            found = i;
        }
    }
    return found;
}

static void edge_tip(struct view *view, int edge)
{
    const struct record_info *info = record_info(view->run);
    const struct record_edge *self = &info->edges[edge];
    struct edge_flow flow = map_flow(view, edge);
    struct map_health to = map_health_at(view->run, self->to, view->time.cursor_s);
    char rate[UNIT_TEXT_MAX], failed[UNIT_TEXT_MAX], p50[UNIT_TEXT_MAX], p99[UNIT_TEXT_MAX];
    char tip[400];
    size_t n = (size_t)snprintf(
        tip, sizeof tip, "%s → %s%s\n%s, %s failed", info->nodes[self->from].name,
        info->nodes[self->to].name, self->async ? " (nobody waits)" : "",
        unit_show_rate(rate, flow.calls_per_s), unit_show_share(failed, flow.failed_share));
    if (!isnan(to.p99_ms))
        (void)snprintf(tip + n, sizeof tip - n, "\n%s answers in p50 %s, p99 %s",
                       info->nodes[self->to].name, unit_show_time(p50, to.p50_ms * SIM_MS),
                       unit_show_time(p99, to.p99_ms * SIM_MS));
    ui_tooltip(view->ui, tip);
}

static int calls_into(const struct record_info *info, int node)
{
    int count = 0;
    for (int i = 0; i < info->edge_count; i++)
        count += info->edges[i].to == node;
    return count;
}

/* The rate of the only edge into a card stands where it ends, others in the middle. */
static void draw_rate(const struct map_page *page, struct view *view, int edge,
                      const struct edge_flow *flow)
{
    char text[UNIT_TEXT_MAX];
    const struct record_info *info = record_info(view->run);
    const struct graph_path *path = &page->graph.layout.paths[edge];
    bool alone = calls_into(info, info->edges[edge].to) == 1;
    struct point at = map_point(&page->place, graph_path_at(path, alone ? 1 : 0.5));
    if (alone)
        at.x -= 22 * view->canvas->text_scale;
    at.y -= 9;
    (void)unit_show_rate(text, flow->calls_per_s);
    double wide = canvas_measure(view->canvas, TYPE_SMALL, text) + 6;
    double tall = type_size(TYPE_SMALL) * view->canvas->text_scale * 1.25;
    canvas_fill(view->canvas, (struct rect){at.x - wide / 2, at.y - tall / 2, wide, tall}, 3,
                colour_fade(view->theme->bg, 0.85));
    canvas_text(view->canvas, at.x, at.y + tall * 0.29, ALIGN_MIDDLE, TYPE_SMALL,
                view->theme->muted, text);
}

static void draw_edges(const struct map_page *page, struct view *view, bool widths, int hovered,
                       int chosen)
{
    const struct record_info *info = record_info(view->run);
    for (int i = 0; i < info->edge_count; i++) {
        struct edge_flow flow = map_flow(view, i);
        bool near = info->edges[i].from == chosen || info->edges[i].to == chosen;
        struct stroke stroke = {view->theme->border, 1.5,
                                info->edges[i].async ? DASH_DASHED : DASH_SOLID};
        if (widths) {
            stroke.colour = colour_fade(view->theme->accent, 0.38);
            stroke.width = map_flow_width(flow.calls_per_s);
            stroke.dash = DASH_SOLID;
        }
        if (flow.failed_share > 0.01)
            stroke.colour = colour_fade(view->theme->fault, 0.7);
        if (near)
            stroke.colour = colour_fade(view->theme->accent, 0.9);
        if (i == hovered)
            stroke = (struct stroke){view->theme->strong, fmax(stroke.width, 2), stroke.dash};
        map_draw_path(view, &page->graph, &page->place, i, stroke);
    }
}

static void draw_rates(const struct map_page *page, struct view *view)
{
    const struct record_info *info = record_info(view->run);
    if (page->place.zoom_x < 0.75 || page->graph.count > COMPACT_ABOVE)
        return;
    for (int i = 0; i < info->edge_count; i++) {
        struct edge_flow flow = map_flow(view, i);
        if (flow.calls_per_s > 0)
            draw_rate(page, view, i, &flow);
    }
}

/* -- cards ---------------------------------------------------------------------------------------------------- */

static struct colour edge_colour(const struct view *view, enum health health)
{
    return health == HEALTH_FAULT      ? view->theme->fault
           : health == HEALTH_THROTTLE ? view->theme->throttle
                                       : view->theme->border;
}

static void card_tip(struct view *view, const struct record_node *node,
                     const struct map_health *health)
{
    char tip[500], a[UNIT_TEXT_MAX], b[UNIT_TEXT_MAX];
    size_t n = (size_t)snprintf(tip, sizeof tip, "%s  %s\n%s", node->name, node->kind,
                                unit_show_rate(a, health->rate));
    if (health->errors > 0 || health->throttles > 0)
        n += (size_t)snprintf(tip + n, sizeof tip - n, ", %s failed, %s throttled",
                              unit_show_share(a, health->errors),
                              unit_show_share(b, health->throttles));
    if (!isnan(health->p99_ms))
        n += (size_t)snprintf(tip + n, sizeof tip - n, "\np50 %s, p99 %s",
                              unit_show_time(a, health->p50_ms * SIM_MS),
                              unit_show_time(b, health->p99_ms * SIM_MS));
    if (!isnan(health->in_use))
        n += (size_t)snprintf(tip + n, sizeof tip - n, "\nin use %s%s%s",
                              unit_show_number(a, health->in_use),
                              isfinite(health->limit) ? " of " : "",
                              isfinite(health->limit) ? unit_show_count(b, health->limit) : "");
    if (!isnan(health->depth))
        (void)snprintf(tip + n, sizeof tip - n, "\n%s waiting", unit_show_count(a, health->depth));
    ui_tooltip(view->ui, tip);
}

static void draw_bar(struct view *view, struct rect bar, double share)
{
    canvas_fill(view->canvas, bar, bar.h / 2, view->theme->grid);
    double wide = fmax(bar.w * fmin(fmax(share, 0), 1), bar.h);
    canvas_fill(view->canvas, (struct rect){bar.x, bar.y, wide, bar.h}, bar.h / 2,
                share > 0.8 ? view->theme->fault : view->theme->accent);
}

/* Everything in a card grows with the zoom, its text too: the canvas is told so for the while. */
static void draw_face(struct view *view, struct rect rect, const struct record_node *node,
                      const struct map_health *health, double zoom)
{
    struct canvas *canvas = view->canvas;
    const struct theme *theme = view->theme;
    bool tall = rect.h / zoom > 30;
    double mark = 9 * zoom, pad = 9 * zoom, x = rect.x + pad;
    double first = rect.y + rect.h * (tall ? 0.32 : 0.5);
    canvas_health(canvas, x + mark / 2, first, mark, health->shape);
    x += mark + 6 * zoom;
    if (zoom < TEXT_LEAST)
        return;
    char cut[256], figure[64];
    double before = canvas->text_scale;
    canvas->text_scale = zoom; /* card sizes do not follow the text size: the zoom does */
    double right = rect.x + rect.w - pad;
    map_figure(node, health, figure, sizeof figure);
    double small = type_size(TYPE_SMALL) * zoom * 0.36;
    if (!tall) {
        bool room = canvas_measure(canvas, TYPE_SMALL, node->name) +
                        canvas_measure(canvas, TYPE_SMALL, figure) + 8 * zoom <
                    right - x;
        double reserved = room ? canvas_measure(canvas, TYPE_SMALL, figure) + 8 * zoom : 0;
        (void)canvas_fit(canvas, TYPE_SMALL, node->name, right - x - reserved, cut);
        canvas_text(canvas, x, first + small, ALIGN_LEFT, TYPE_SMALL, theme->strong, cut);
        if (room)
            canvas_text(canvas, right, first + small, ALIGN_RIGHT, TYPE_SMALL, theme->muted,
                        figure);
    } else {
        double second = rect.y + rect.h * 0.71;
        (void)canvas_fit(canvas, TYPE_STRONG, node->name, right - x, cut);
        canvas_text(canvas, x, first + type_size(TYPE_STRONG) * zoom * 0.36, ALIGN_LEFT,
                    TYPE_STRONG, theme->strong, cut);
        bool bar = !isnan(health->utilisation);
        (void)canvas_fit(canvas, TYPE_SMALL, figure, right - x - (bar ? 34 * zoom : 0), cut);
        canvas_text(canvas, x, second + small, ALIGN_LEFT, TYPE_SMALL, theme->muted, cut);
        if (bar)
            draw_bar(view, (struct rect){right - 30 * zoom, second - 2 * zoom, 30 * zoom, 4 * zoom},
                     health->utilisation);
    }
    canvas->text_scale = before;
}

static bool is_seen(struct rect rect, struct rect where)
{
    return rect.x < where.x + where.w && rect.x + rect.w > where.x && rect.y < where.y + where.h &&
           rect.y + rect.h > where.y;
}

/* Hit boxes are at least HIT_TARGET each way, however small a card is drawn. */
static struct rect hit_rect(struct rect rect, struct rect where)
{
    double w = fmax(rect.w, HIT_TARGET), h = fmax(rect.h, HIT_TARGET);
    struct rect hit = {rect.x + (rect.w - w) / 2, rect.y + (rect.h - h) / 2, w, h};
    double x0 = fmax(hit.x, where.x), y0 = fmax(hit.y, where.y);
    double x1 = fmin(hit.x + hit.w, where.x + where.w);
    double y1 = fmin(hit.y + hit.h, where.y + where.h);
    return (struct rect){x0, y0, fmax(x1 - x0, 0), fmax(y1 - y0, 0)};
}

static bool draw_cards(struct map_page *page, struct view *view, struct rect where, int chosen)
{
    const struct record_info *info = record_info(view->run);
    double zoom = page->place.zoom_x;
    bool over = false;
    for (int i = 0; i < page->graph.count; i++) {
        int node = page->graph.nodes[i];
        struct rect rect = map_rect(&page->place, page->graph.layout.cards[i]);
        if (!is_seen(rect, where))
            continue;
        struct map_health health = map_health_at(view->run, node, view->time.cursor_s);
        struct rect hit = hit_rect(rect, where);
        char id[96];
        (void)snprintf(id, sizeof id, "card.%.80s", info->nodes[node].name);
        bool hovered = ui_hovered(view->ui, hit);
        over = over || hovered;
        struct stroke frame = {edge_colour(view, health.shape),
                               health.shape == HEALTH_OK ? 1 : 1.75, DASH_SOLID};
        if (node == chosen)
            frame = (struct stroke){view->theme->accent, 2, DASH_SOLID};
        else if (hovered)
            frame.colour = view->theme->muted;
        canvas_fill(view->canvas, rect, fmin(PANEL_RADIUS * zoom, rect.h / 2), view->theme->panel);
        canvas_frame(view->canvas, rect, fmin(PANEL_RADIUS * zoom, rect.h / 2), frame);
        draw_face(view, rect, &info->nodes[node], &health, zoom);
        if (ui_press(view->ui, UI_CARD, id, info->nodes[node].name, hit))
            choose(page, info, node == chosen ? -1 : node);
        if (hovered && !page->dragging)
            card_tip(view, &info->nodes[node], &health);
    }
    return over;
}

/* -- page -------------------------------------------------------------------------------------------------------- */

static void draw_tools(struct map_page *page, struct view *view, struct rect where, double dot)
{
    double k = fmax(view->canvas->text_scale, 1), side = 28 * k;
    struct rect button = {where.x + where.w - side, where.y, side, side};
    if (ui_button(view->ui, "map.in", "+", button, UI_PLAIN))
        zoom_at(page, where.x + where.w / 2, where.y + where.h / 2, 1.25);
    button.x -= side + SPACE;
    if (ui_button(view->ui, "map.out", "−", button, UI_PLAIN))
        zoom_at(page, where.x + where.w / 2, where.y + where.h / 2, 0.8);
    button.w = 44 * k;
    button.x -= button.w + SPACE;
    if (ui_button(view->ui, "map.fit", "Fit", button, page->moved ? UI_PLAIN : UI_QUIET))
        page->moved = false;
    char text[96], n[UNIT_TEXT_MAX];
    if (dot > 0)
        (void)snprintf(text, sizeof text, "1 dot = %s request%s", unit_show_count(n, dot),
                       dot > 1 ? "s" : "");
    else
        (void)snprintf(text, sizeof text, "width: calls a second (dots up to 100x)");
    canvas_text(view->canvas, where.x, where.y + where.h - SPACE, ALIGN_LEFT, TYPE_SMALL,
                view->theme->muted, text);
}

struct wish map_page_draw(struct view *view, void *state, struct rect where)
{
    struct map_page *page = state;
    struct wish wish = {WISH_NOTHING};
    if (!view_moving(view))
        return wish;
    const struct record_info *info = record_info(view->run);
    int chosen = chosen_node(page, info);
    struct rect map = where;
    double sheet = fmin(330 * fmax(view->canvas->text_scale, 1), where.w * 0.5);
    if (chosen >= 0)
        map.w -= sheet + PANEL_GAP;
    update_graph(page, view, where);
    if (page->graph.count == 0) {
        view_empty(view, where, "this scenario has no resources");
        return wish;
    }
    set_place(page, view, map, chosen);
    follow_mouse(page, view, map);
    double dot = map_dot_size(view, DOTS_MOST);
    int hovered = edge_under_mouse(page, view, map);
    canvas_push_clip(view->canvas, map);
    draw_edges(page, view, dot <= 0, hovered, chosen);
    map_draw_dots(view, &page->graph, &page->place, dot,
                  fmin(fmax(2.6 * page->place.zoom_x, 1.5), 4));
    draw_rates(page, view);
    bool over_card = draw_cards(page, view, map, chosen);
    canvas_pop_clip(view->canvas);
    if (hovered >= 0 && !over_card)
        edge_tip(view, hovered);
    draw_tools(page, view, map, dot);
    if (chosen >= 0) {
        int now = chosen;
        sheet_draw(view, (struct rect){where.x + where.w - sheet, where.y, sheet, where.h}, &now);
        if (now != chosen)
            choose(page, info, now);
    }
    return wish;
}

void map_page_csv(struct view *view, void *state, struct text *out)
{
    (void)state;
    map_csv(view, out);
}
