/* panel_cost.c - see the header. */
#include "ui/panel_cost.h"

#include "core/arena.h"
#include "core/unit.h"
#include "report/csv.h"
#include "ui/panel_chart.h"
#include "ui/view_table.h"
#include "ui/widgets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LINES_MOST 16
#define CSV_LINES  1000

static void line_name(char *buf, size_t size, const struct record_cost *cost)
{
    if (cost->resource == NULL)
        (void)snprintf(buf, size, "%s", cost->line_item);
    else
        (void)snprintf(buf, size, "%s · %s", cost->resource, cost->line_item);
}

static bool same_line(const struct record_cost *a, const struct record_cost *b)
{
    if (strcmp(a->line_item, b->line_item) != 0 || (a->resource == NULL) != (b->resource == NULL))
        return false;
    return a->resource == NULL || strcmp(a->resource, b->resource) == 0;
}

static double find_line(const struct record_cost *costs, int count, const struct record_cost *line)
{
    for (int i = 0; i < count; i++)
        if (same_line(&costs[i], line))
            return costs[i].month_usd;
    return (double)NAN;
}

struct bars {
    struct record_cost costs[LINES_MOST], before[64];
    int count, before_count;
    double most;
    double names, values; /* widths */
    double row;
};

static struct bars read_bars(struct view *view, struct rect body)
{
    struct bars bars = {.row = fmax(view_line_height(view, TYPE_BODY) + 2 * SPACE, 22)};
    int rows = (int)(body.h / bars.row);
    rows = rows > LINES_MOST ? LINES_MOST : rows;
    if (rows > 0)
        bars.count = record_costs(view->run, bars.costs, rows);
    while (bars.count > 0 && !(bars.costs[bars.count - 1].month_usd > 0))
        bars.count--; /* what costs nothing needs no bar */
    if (bars.count > 0)
        bars.row = fmin(fmin(body.h / bars.count, bars.row * 2), bars.row * 2);
    if (view->baseline != NULL)
        bars.before_count = record_costs(view->baseline, bars.before, (int)COUNTOF(bars.before));
    for (int i = 0; i < bars.count; i++) {
        char name[160], text[UNIT_TEXT_MAX];
        line_name(name, sizeof name, &bars.costs[i]);
        double before = find_line(bars.before, bars.before_count, &bars.costs[i]);
        bars.most = fmax(fmax(bars.most, bars.costs[i].month_usd), before);
        bars.names = fmax(bars.names, canvas_measure(view->canvas, TYPE_BODY, name));
        bars.values =
            fmax(bars.values, canvas_measure(view->canvas, TYPE_BODY,
                                             unit_show_money(text, bars.costs[i].month_usd)));
    }
    bars.names = fmin(ceil(bars.names) + 2 * SPACE, body.w * 0.42);
    bars.values = ceil(bars.values) + 3 * SPACE;
    return bars;
}

static void draw_bar(struct view *view, const struct bars *bars, struct rect body, int i)
{
    const struct theme *theme = view->theme;
    double middle = body.y + (i + 0.5) * bars->row;
    double baseline = middle + type_size(TYPE_BODY) * view->canvas->text_scale * 0.36;
    double room = fmax(body.w - bars->names - bars->values, 0);
    char name[160], cut[256], text[UNIT_TEXT_MAX];
    line_name(name, sizeof name, &bars->costs[i]);
    (void)canvas_fit(view->canvas, TYPE_BODY, name, bars->names - 2 * SPACE, cut);
    canvas_text(view->canvas, body.x, baseline, ALIGN_LEFT, TYPE_BODY, theme->text, cut);
    double tall = fmin(bars->row * 0.6, 18);
    double wide = fmax(room * bars->costs[i].month_usd / bars->most, 1);
    struct rect bar = {body.x + bars->names, floor(middle - tall / 2), wide, floor(tall)};
    canvas_fill(view->canvas, bar, 2, i == 0 ? theme->accent : theme->muted);
    canvas_text(view->canvas, bar.x + bar.w + 2 * SPACE, baseline, ALIGN_LEFT, TYPE_BODY,
                theme->strong, unit_show_money(text, bars->costs[i].month_usd));
    double before = find_line(bars->before, bars->before_count, &bars->costs[i]);
    if (isnan(before))
        return;
    double x = floor(bar.x + room * before / bars->most) + 0.5;
    canvas_line(view->canvas, x, bar.y - 3, x, bar.y + bar.h + 3,
                (struct stroke){theme->b, 2, DASH_SOLID});
}

/* A name may be cut; under the mouse it is whole, with its part of the bill. */
static void tell_bar(struct view *view, const struct bars *bars, struct rect body, double total)
{
    for (int i = 0; i < bars->count; i++) {
        struct rect row = {body.x, body.y + i * bars->row, body.w, bars->row};
        if (!ui_hovered(view->ui, row))
            continue;
        char name[160], text[UNIT_TEXT_MAX], share[UNIT_TEXT_MAX], tip[400];
        line_name(name, sizeof name, &bars->costs[i]);
        size_t n = (size_t)snprintf(tip, sizeof tip, "%s\n%s a month", name,
                                    unit_show_money(text, bars->costs[i].month_usd));
        if (total > 0)
            n += (size_t)snprintf(tip + n, sizeof tip - n, ", %s of the bill",
                                  unit_show_share(share, bars->costs[i].month_usd / total));
        double before = find_line(bars->before, bars->before_count, &bars->costs[i]);
        if (!isnan(before))
            (void)snprintf(tip + n, sizeof tip - n, "\nbaseline: %s",
                           unit_show_money(text, before));
        ui_tooltip(view->ui, tip);
    }
}

static void draw_table(struct view *view, struct rect body)
{
    static const struct table_column columns[] = {
        {"resource", ALIGN_LEFT, 2}, {"line item", ALIGN_LEFT, 2.4}, {"$/month", ALIGN_RIGHT, 1.2}};
    struct table table = table_make(view, body, columns, COUNTOF(columns));
    struct record_cost costs[64];
    int rows = table_rows(&table) < 64 ? table_rows(&table) : 64;
    int count = rows > 0 ? record_costs(view->run, costs, rows) : 0;
    table_head(view, &table);
    for (int i = 0; i < count; i++) {
        char text[UNIT_TEXT_MAX];
        table_cell(view, &table, i, 0, TYPE_BODY, view->theme->text,
                   costs[i].resource != NULL ? costs[i].resource : "");
        table_cell(view, &table, i, 1, TYPE_BODY, view->theme->muted, costs[i].line_item);
        table_cell(view, &table, i, 2, TYPE_BODY, view->theme->strong,
                   unit_show_money(text, costs[i].month_usd));
    }
}

struct wish panel_cost_draw(struct view *view, struct rect where)
{
    struct rect body =
        panel_frame(view, PANEL_COST, where,
                    view->baseline != NULL ? "$ a month at this load · mark: the baseline"
                                           : "$ a month at this load",
                    0);
    if (view->table) {
        if (view_still(view))
            draw_table(view, body);
        return (struct wish){WISH_NOTHING};
    }
    bool hovered = view_moving(view) && view->ui != NULL && ui_hovered(view->ui, body);
    if (!view_still(view) && !hovered)
        return (struct wish){WISH_NOTHING};
    struct bars bars = read_bars(view, body);
    if (bars.count == 0)
        panel_empty(view, body, "nothing has cost anything yet");
    for (int i = 0; i < bars.count && view_still(view); i++)
        draw_bar(view, &bars, body, i);
    if (hovered) {
        struct record_totals totals;
        record_totals(view->run, &totals);
        tell_bar(view, &bars, body, totals.cost_month_usd);
    }
    return (struct wish){WISH_NOTHING};
}

void panel_cost_csv(struct view *view, struct text *out)
{
    struct record_cost *costs = mem_resize(NULL, CSV_LINES * sizeof *costs);
    int count = record_costs(view->run, costs, CSV_LINES);
    text_add(out, "resource,line_item,usd_per_month\n");
    for (int i = 0; i < count; i++) {
        csv_add_text(out, costs[i].resource);
        text_add(out, ",");
        csv_add_text(out, costs[i].line_item);
        text_add(out, ",");
        csv_add_number(out, costs[i].month_usd);
        text_add(out, "\n");
    }
    mem_free(costs);
}
