/* view_sheet.c - see the header. */
#include "ui/view_sheet.h"

#include "core/unit.h"
#include "scenario/setting.h"
#include "ui/map_graph.h"
#include "ui/panel_data.h"
#include "ui/panel_frame.h"
#include "ui/view_buttons.h"
#include "ui/view_paragraph.h"
#include "ui/widgets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Rows from the top down; what has a name at the left has a value at the right. */
struct sheet {
    struct view *view;
    struct rect where;
    double y;
    int node, next; /* next: what is to be shown after this frame */
};

static void add_title(struct sheet *sheet, const char *text)
{
    double line = view_line_height(sheet->view, TYPE_STRONG);
    sheet->y += 3 * SPACE;
    canvas_text(sheet->view->canvas, sheet->where.x, sheet->y + line * 0.74, ALIGN_LEFT,
                TYPE_STRONG, sheet->view->theme->strong, text);
    sheet->y += line + SPACE;
}

static void add_row(struct sheet *sheet, const char *name, const char *value)
{
    struct view *view = sheet->view;
    double line = view_line_height(view, TYPE_BODY) + 2, baseline = sheet->y + line * 0.72;
    char cut[256];
    double wide = canvas_fit(view->canvas, TYPE_BODY, value, sheet->where.w * 0.66, cut);
    canvas_text(view->canvas, sheet->where.x + sheet->where.w, baseline, ALIGN_RIGHT, TYPE_BODY,
                view->theme->text, cut);
    (void)canvas_fit(view->canvas, TYPE_BODY, name, sheet->where.w - wide - 2 * SPACE, cut);
    canvas_text(view->canvas, sheet->where.x, baseline, ALIGN_LEFT, TYPE_BODY, view->theme->muted,
                cut);
    sheet->y += line;
}

static void add_words(struct sheet *sheet, const char *text)
{
    struct rect rect = {sheet->where.x, sheet->y, sheet->where.w, 0};
    sheet->y +=
        view_paragraph(sheet->view, rect, TYPE_BODY, sheet->view->theme->muted, text, 4, true);
}

/* -- how it is doing --------------------------------------------------------------------------------------- */

static void add_state(struct sheet *sheet, const struct map_health *health)
{
    char a[UNIT_TEXT_MAX], b[UNIT_TEXT_MAX], text[96];
    add_row(sheet, "calls", unit_show_rate(a, health->rate));
    add_row(sheet, "failed", unit_show_share(a, health->errors));
    add_row(sheet, "throttled", unit_show_share(a, health->throttles));
    if (!isnan(health->p99_ms)) {
        (void)snprintf(text, sizeof text, "%s, %s", unit_show_time(a, health->p50_ms * SIM_MS),
                       unit_show_time(b, health->p99_ms * SIM_MS));
        add_row(sheet, "p50, p99", text);
    }
    if (!isnan(health->warm))
        add_row(sheet, "instances", unit_show_number(a, health->warm));
    if (!isnan(health->depth))
        add_row(sheet, "waiting", unit_show_count(a, health->depth));
    if (!isnan(health->age_s))
        add_row(sheet, "oldest", unit_show_time(a, health->age_s * SIM_SECOND));
}

static void add_limits(struct sheet *sheet, const struct map_health *health)
{
    const struct record_info *info = record_info(sheet->view->run);
    const struct record_node *node = &info->nodes[sheet->node];
    char a[UNIT_TEXT_MAX], b[UNIT_TEXT_MAX], text[128];
    int rows = 0;
    add_title(sheet, "Limits");
    if (isfinite(health->limit) && !isnan(health->in_use)) {
        (void)snprintf(text, sizeof text, "%s of %s%s", unit_show_number(a, health->in_use),
                       unit_show_count(b, health->limit),
                       isfinite(node->limit) ? "" : " (the account's)");
        add_row(sheet, "at once", text);
        rows++;
    }
    if (!isnan(node->capacity_rcu)) {
        add_row(sheet, "read units a second", unit_show_number(a, node->capacity_rcu));
        rows++;
    }
    if (!isnan(node->capacity_wcu)) {
        add_row(sheet, "write units a second", unit_show_number(a, node->capacity_wcu));
        rows++;
    }
    if (rows == 0)
        add_words(sheet, "none of its own");
}

/* -- neighbours ---------------------------------------------------------------------------------------------- */

static void add_neighbours(struct sheet *sheet, const char *title, bool callers)
{
    struct view *view = sheet->view;
    const struct record_info *info = record_info(view->run);
    int rows = 0;
    add_title(sheet, title);
    for (int i = 0; i < info->edge_count; i++) {
        const struct record_edge *edge = &info->edges[i];
        if ((callers ? edge->to : edge->from) != sheet->node)
            continue;
        int other = callers ? edge->from : edge->to;
        struct edge_flow flow = map_flow(view, i);
        char id[128], rate[UNIT_TEXT_MAX], failed[UNIT_TEXT_MAX], text[128];
        (void)snprintf(id, sizeof id, "sheet.%s.%.90s", callers ? "from" : "to",
                       info->nodes[other].name);
        double line = fmax(view_line_height(view, TYPE_BODY) + 2, HIT_TARGET);
        struct rect rect = {sheet->where.x - 2 * SPACE, sheet->y, sheet->where.w + 4 * SPACE, line};
        if (ui_hovered(view->ui, rect))
            canvas_fill(view->canvas, rect, 3, view->theme->grid);
        if (ui_press(view->ui, UI_ITEM, id, info->nodes[other].name, rect))
            sheet->next = other;
        (void)snprintf(text, sizeof text, "%s%s%s", unit_show_rate(rate, flow.calls_per_s),
                       flow.failed_share > 0 ? ", failed " : "",
                       flow.failed_share > 0 ? unit_show_share(failed, flow.failed_share) : "");
        double middle =
            rect.y + rect.h / 2 + type_size(TYPE_BODY) * view->canvas->text_scale * 0.36;
        char cut[256];
        double wide = canvas_measure(view->canvas, TYPE_BODY, text);
        canvas_text(view->canvas, sheet->where.x + sheet->where.w, middle, ALIGN_RIGHT, TYPE_BODY,
                    view->theme->muted, text);
        (void)canvas_fit(view->canvas, TYPE_BODY, info->nodes[other].name,
                         sheet->where.w - wide - 2 * SPACE, cut);
        canvas_text(view->canvas, sheet->where.x, middle, ALIGN_LEFT, TYPE_BODY, view->theme->text,
                    cut);
        sheet->y += line;
        rows++;
    }
    if (rows == 0)
        add_words(sheet, callers ? "nobody" : "nothing");
}

/* -- configuration --------------------------------------------------------------------------------------------- */

static void add_configuration(struct sheet *sheet)
{
    const struct result *result = record_result(sheet->view->run);
    const struct record_info *info = record_info(sheet->view->run);
    int32_t index = info->nodes[sheet->node].resource;
    char title[64] = "Configuration";
    if (info->nodes[sheet->node].line > 0)
        (void)snprintf(title, sizeof title, "Configuration, line %d",
                       (int)info->nodes[sheet->node].line);
    add_title(sheet, title);
    if (result == NULL || index < 0 || index >= result->scenario->resource_count) {
        add_words(sheet, "known when the run is over");
        return;
    }
    const struct resource *resource = &result->scenario->resources[index];
    int rows = 0;
    for (const struct param_spec *spec = resource->class->params; spec->name != NULL; spec++) {
        struct text value = {NULL, 0, 0};
        if (setting_show(spec, resource->config, &value)) {
            add_row(sheet, spec->name, value.data);
            rows++;
        }
        text_free(&value);
    }
    if (rows == 0)
        add_words(sheet, "nothing but what it is called by");
}

/* -- pokes ------------------------------------------------------------------------------------------------------- */

static void add_pokes(struct sheet *sheet)
{
    struct view *view = sheet->view;
    const struct record_info *info = record_info(view->run);
    char text[96], clock[32];
    add_title(sheet, "Poke it");
    (void)snprintf(text, sizeof text, "from %s on: what came before stays as it was",
                   show_clock(clock, view->time.cursor_s, 1));
    add_words(sheet, text);
    sheet->y += 2 * SPACE;
    static const struct {
        const char *id, *label, *hint;
        enum poke poke;
    } pokes[] = {
        {"sheet.burst", "Burst", "ten seconds' worth of requests at once", POKE_BURST},
        {"sheet.fail", "Fail", "its calls fail for a while", POKE_FAIL},
        {"sheet.slow", "Slow x2", "its calls take twice as long for a while", POKE_SLOW},
    };
    struct button_row row = buttons_begin(
        view, (struct rect){sheet->where.x, sheet->y, sheet->where.w, sheet->where.h});
    for (size_t i = 0; i < COUNTOF(pokes); i++)
        if (buttons_add(&row, pokes[i].id, pokes[i].label, false))
            session_poke(view->session, info->nodes[sheet->node].resource, pokes[i].poke,
                         time_round(fmax(view->time.cursor_s, 0) * SIM_SECOND));
    bool any = false;
    for (int i = 0; i < info->event_count; i++)
        any = any || info->events[i].poke;
    if (any && buttons_add(&row, "sheet.unpoke", "Undo pokes", false))
        session_clear_pokes(view->session);
    sheet->y = row.y + row.h;
}

/* -- sheet ------------------------------------------------------------------------------------------------------- */

static double draw_head(struct sheet *sheet, const struct map_health *health, int *node)
{
    struct view *view = sheet->view;
    const struct record_node *self = &record_info(view->run)->nodes[sheet->node];
    double line = view_line_height(view, TYPE_TITLE), scale = view->canvas->text_scale;
    double mark = 11 * scale, close = fmax(HIT_TARGET, line);
    char cut[256];
    canvas_health(view->canvas, sheet->where.x + mark / 2, sheet->where.y + line / 2, mark,
                  health->shape);
    (void)canvas_fit(view->canvas, TYPE_TITLE, self->name,
                     sheet->where.w - mark - close - 4 * SPACE, cut);
    canvas_text(view->canvas, sheet->where.x + mark + 2 * SPACE,
                sheet->where.y + line / 2 + type_size(TYPE_TITLE) * scale * 0.36, ALIGN_LEFT,
                TYPE_TITLE, view->theme->strong, cut);
    struct rect button = {sheet->where.x + sheet->where.w - close,
                          sheet->where.y + (line - close) / 2, close, close};
    if (ui_button(view->ui, "sheet.close", "×", button, UI_QUIET))
        *node = -1;
    canvas_text(view->canvas, sheet->where.x,
                sheet->where.y + line + view_line_height(view, TYPE_SMALL), ALIGN_LEFT, TYPE_SMALL,
                view->theme->muted, self->kind);
    return line + view_line_height(view, TYPE_SMALL) + 2 * SPACE;
}

void sheet_draw(struct view *view, struct rect where, int *node)
{
    struct map_health health = map_health_at(view->run, *node, view->time.cursor_s);
    struct rect body = view_box(view, where, NULL, NULL);
    struct sheet sheet = {view, body, 0, *node, *node};
    double head = draw_head(&sheet, &health, node);
    struct rect part = {where.x + 1, body.y + head, where.w - 2,
                        fmax(where.y + where.h - body.y - head - 1, 0)};
    /* How high it is becomes known by drawing it: that of the frame before will do, as it changes with what is chosen alone. */
    const struct ui_widget *end = ui_find(view->ui, "sheet.end");
    const struct ui_widget *top = ui_find(view->ui, "sheet.top");
    double content = end != NULL && top != NULL ? end->rect.y - top->rect.y + PANEL_PADDING : 0;
    sheet.y = part.y - ui_scroll_begin(view->ui, "sheet", part, content);
    (void)ui_register(view->ui, UI_LABEL, "sheet.top", "", (struct rect){part.x, sheet.y, 0, 0},
                      NULL, (double)NAN);
    add_state(&sheet, &health);
    add_pokes(&sheet);
    add_neighbours(&sheet, "Called by", true);
    add_neighbours(&sheet, "Calls", false);
    add_limits(&sheet, &health);
    add_configuration(&sheet);
    (void)ui_register(view->ui, UI_LABEL, "sheet.end", "", (struct rect){part.x, sheet.y, 0, 0},
                      NULL, (double)NAN);
    ui_scroll_end(view->ui);
    if (*node >= 0)
        *node = sheet.next;
}
