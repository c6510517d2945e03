/* dashboard.c - see the header. */
#include "ui/dashboard.h"

#include <math.h>
#include <stdio.h>

#include "ui/chart_mouse.h"
#include "ui/tiles.h"

#define PANEL_WIDTH_MIN  330.0
#define PANEL_HEIGHT_MIN 180.0
#define GOOD_SHAPE       1.2  /* width over height */
#define HIDDEN_ROW       0.35 /* what a row out of sight counts against a shape */
#define MENU_BUTTON      24.0

struct grid {
    int columns, rows;
    double width, height, content;
    struct rect where; /* what is seen of it */
};

static struct grid make_grid(const struct app *app, struct rect where, int count)
{
    struct grid best = {.columns = 1, .rows = count, .where = where};
    double best_score = INFINITY;
    int fit_columns = (int)((where.w + PANEL_GAP) / (PANEL_WIDTH_MIN * app->k + PANEL_GAP));
    int fit_rows = (int)((where.h + PANEL_GAP) / (PANEL_HEIGHT_MIN * app->k + PANEL_GAP));
    for (int columns = 1; columns == 1 || (columns <= fit_columns && columns <= count); columns++) {
        int rows = (count + columns - 1) / columns;
        for (int seen = 1; seen == 1 || (seen <= fit_rows && seen <= rows); seen++) {
            double width = (where.w - (columns - 1) * PANEL_GAP) / columns;
            double height = (where.h - (seen - 1) * PANEL_GAP) / seen;
            double score =
                fabs(log(width / fmax(height, 1) / GOOD_SHAPE)) + HIDDEN_ROW * (rows - seen);
            if (score >= best_score)
                continue;
            best_score = score;
            best.columns = columns;
            best.rows = rows;
            best.width = width;
            best.height = fmax(height, PANEL_HEIGHT_MIN * app->k);
        }
    }
    best.content = best.rows * (best.height + PANEL_GAP) - PANEL_GAP;
    return best;
}

static struct rect cell(const struct grid *grid, int index, double scrolled)
{
    int column = index % grid->columns, row = index / grid->columns;
    double x = round(grid->where.x + column * (grid->width + PANEL_GAP));
    double y = round(grid->where.y + row * (grid->height + PANEL_GAP) - scrolled);
    return (struct rect){
        x, y, round(grid->where.x + column * (grid->width + PANEL_GAP) + grid->width) - x,
        round(grid->height)};
}

/* -- a panel ------------------------------------------------------------------------------------------- */

static void draw_menu_button(struct app *app, int panel, struct rect where)
{
    struct canvas *canvas = app->screen->canvas;
    char id[64], label[64];
    struct rect rect = {where.x + where.w - (MENU_BUTTON + 6) * app->k, where.y + 7 * app->k,
                        MENU_BUTTON * app->k, MENU_BUTTON * app->k};
    (void)snprintf(id, sizeof id, "panel.%s.menu", panels[panel].id);
    (void)snprintf(label, sizeof label, "Menu of %s", panels[panel].title);
    bool pressed = ui_press(app->ui, UI_BUTTON, id, label, rect);
    bool over = ui_hovered(app->ui, rect);
    if (pressed) {
        app->panel_at = panel;
        app_open_menu(app, MENU_PANEL, id, rect);
    }
    if (!over && !ui_hovered(app->ui, where) && !ui_focused(app->ui, id))
        return;
    if (over)
        canvas_fill(canvas, rect, 4, app->theme->grid);
    struct point dots[3];
    for (int i = 0; i < 3; i++)
        dots[i] = (struct point){rect.x + rect.w / 2 + (i - 1) * 5 * app->k, rect.y + rect.h / 2};
    canvas->ops->discs(canvas, dots, 3, 1.5 * app->k,
                       over ? app->theme->strong : app->theme->muted);
}

/* The key of the still pass; where a scale may shrink by now, one that was never there before. */
static uint64_t still_key(const struct app *app, const struct view *view, int panel,
                          struct rect where)
{
    const struct panel_memory *memory = &view->memory->panels[panel];
    uint64_t key = view_still_key(view, where) * 31 + (uint64_t)panel;
    bool due = memory->shrinks_at_s > 0 && memory->shrinks_at_s <= app->wall_s;
    return due ? key ^ (uint64_t)(app->wall_s * 1e6) : key;
}

/* `seen`: what of the page is not scrolled away. */
static void draw_panel(struct app *app, int panel, struct rect where, struct rect seen, bool full)
{
    struct screen *screen = app->screen;
    struct view_memory *memory = full ? &app->full_memory : &app->memory;
    enum screen_slot slot = full ? SCREEN_FULL : SCREEN_PANELS + (enum screen_slot)panel;
    app_part(app, slot, rect_cut(where, seen));
    struct view view = app_view(app, screen->canvas, PASS_STILL, memory);
    struct canvas *canvas = screen->still(screen, slot, still_key(app, &view, panel, where));
    if (canvas != NULL) {
        view.canvas = canvas;
        canvas->text_scale = app->text_scale;
        canvas_fill(canvas, where, 0, app->theme->bg); /* beside round corners */
        (void)panels[panel].draw(&view, where);
        screen->still_end(screen, slot);
    }
    view = app_view(app, screen->canvas, PASS_MOVING, memory);
    struct wish wish = panels[panel].draw(&view, where);
    chart_brush_draw(app, &memory->panels[panel]);
    draw_menu_button(app, panel, where);
    if (!app->dragged_chart)
        app_grant(app, &wish);
}

/* Those that have something to say about this scenario. */
static int shown_panels(const struct app *app, int shown[VIEW_PANELS])
{
    int count = 0;
    for (int i = 0; panels[i].id != NULL && i < VIEW_PANELS; i++)
        if (panels[i].applies == NULL || panels[i].applies(app_run(app)))
            shown[count++] = i;
    return count;
}

static void draw_grid(struct app *app, struct rect where)
{
    int shown[VIEW_PANELS], count = shown_panels(app, shown);
    if (count == 0)
        return;
    struct grid grid = make_grid(app, where, count);
    struct rect clip = {where.x - 6, where.y - 6, where.w + 12, where.h + 12};
    chart_mouse_begin(app);
    for (int i = 0; i < count; i++)
        chart_mouse(app, shown[i], &app->memory.panels[shown[i]],
                    cell(&grid, i, app->dashboard_scroll), where);
    app_part(app, SCREEN_CONTENT, app->content); /* clips are pushed and popped in one part */
    app->dashboard_scroll = ui_scroll_begin(app->ui, "dashboard.scroll", clip, grid.content + 12);
    for (int i = 0; i < count; i++) {
        struct rect at = cell(&grid, i, app->dashboard_scroll);
        if (at.y + at.h <= where.y || at.y >= where.y + where.h) {
            app->memory.panels[shown[i]].plot.w = 0; /* out of sight: no mouse there */
            /* It is still in the order of focus: what gets the focus scrolls into sight. */
            app_part(app, SCREEN_CONTENT, app->content);
            draw_menu_button(app, shown[i], at);
            continue;
        }
        draw_panel(app, shown[i], at, clip, false);
    }
    app_part(app, SCREEN_CONTENT, app->content);
    ui_scroll_end(app->ui);
}

void dashboard_draw(struct app *app, struct rect where)
{
    app_part(app, SCREEN_CONTENT, where);
    canvas_fill(app->screen->canvas, where, 0, app->theme->bg);
    struct rect inner = rect_inset(where, PANEL_GAP);
    double tiles = tiles_height(app);
    tiles_draw(app, (struct rect){inner.x, inner.y, inner.w, tiles});
    inner.y += tiles + PANEL_GAP;
    inner.h -= tiles + PANEL_GAP;
    if (app->full_panel >= 0) {
        chart_mouse_begin(app);
        chart_mouse(app, app->full_panel, &app->full_memory.panels[app->full_panel], inner, inner);
        draw_panel(app, app->full_panel, inner, inner, true);
    } else {
        draw_grid(app, inner);
    }
}
