/* chart_mouse.c - see the header. */
#include "ui/chart_mouse.h"

#include <math.h>
#include <stdio.h>

#define WHEEL_ZOOM 0.8 /* of a notch */
#define WHEEL_PAN  0.1 /* of the window */

static double time_at(const struct panel_memory *memory, double x)
{
    double share = fmin(fmax((x - memory->plot.x) / memory->plot.w, 0), 1);
    return memory->from_s + share * (memory->to_s - memory->from_s);
}

static double x_at(const struct panel_memory *memory, double at_s)
{
    double share = (at_s - memory->from_s) / (memory->to_s - memory->from_s);
    return memory->plot.x + fmin(fmax(share, 0), 1) * memory->plot.w;
}

static bool has_time(const struct panel_memory *memory)
{
    return memory->plot.w > 0 && memory->to_s > memory->from_s;
}

void chart_mouse_begin(struct app *app)
{
    app->player.time.crosshair_s = (double)NAN;
    if (app->pan_panel < 0)
        app->dragged_chart = false;
}

static void on_wheel(struct app *app, struct rect plot, double at_s)
{
    bool scrolls = ui_input_of(app->ui)->shift;
    double notches = scrolls ? 0 : ui_take_wheel(app->ui, plot);
    double sideways = ui_take_wheel_x(app->ui, plot);
    if (notches != 0)
        player_zoom(&app->player, at_s, pow(WHEEL_ZOOM, notches));
    if (sideways != 0)
        player_pan(&app->player,
                   sideways * WHEEL_PAN * (app->player.time.to_s - app->player.time.from_s));
}

/* Dragging moves what was under the mouse along with it; the window at the start of the drag is what counts. */
static void on_drag(struct app *app, int panel, const struct panel_memory *memory,
                    const struct ui_drag *drag)
{
    if (drag->begun) {
        app->pan_panel = panel;
        app->pan_from_s = app->player.time.from_s;
        app->pan_to_s = app->player.time.to_s;
        app->brush_from_s =
            ui_input_of(app->ui)->shift ? time_at(memory, drag->from_x) : (double)NAN;
    }
    if (drag->moved) {
        double per_pixel = (app->pan_to_s - app->pan_from_s) / memory->plot.w;
        app->dragged_chart = true;
        if (!isnan(app->brush_from_s)) {
            app->brush_to_s = time_at(memory, drag->x);
        } else {
            player_show(&app->player, app->pan_from_s, app->pan_to_s);
            player_pan(&app->player, (drag->from_x - drag->x) * per_pixel);
        }
    }
    if (!drag->ended)
        return;
    if (!isnan(app->brush_from_s) && drag->moved)
        player_show(&app->player, app->brush_from_s, app->brush_to_s);
    app->brush_from_s = (double)NAN;
    app->pan_panel = -1;
}

void chart_mouse(struct app *app, int panel, const struct panel_memory *memory, struct rect where,
                 struct rect seen)
{
    char id[64];
    struct ui_drag drag;
    if (ui_double(app->ui, rect_cut(where, seen))) {
        if (has_time(memory) && !player_is_fit(&app->player) &&
            ui_hovered(app->ui, rect_cut(memory->plot, seen)))
            player_fit(&app->player);
        else
            app->full_panel = app->full_panel == panel ? -1 : panel;
        app->dragged_chart = true; /* its second click means nothing else */
        return;
    }
    if (!has_time(memory))
        return;
    struct rect plot = rect_cut(memory->plot, seen);
    (void)snprintf(id, sizeof id, "plot.%s", panels[panel].id);
    if (ui_drag_area(app->ui, id, plot, &drag))
        on_drag(app, panel, memory, &drag);
    if (!ui_hovered(app->ui, plot))
        return;
    const struct ui_input *input = ui_input_of(app->ui);
    app->player.time.crosshair_s = time_at(memory, input->x);
    ui_want_pointer(app->ui, plot, UI_CROSS);
    on_wheel(app, plot, app->player.time.crosshair_s);
}

void chart_brush_draw(struct app *app, const struct panel_memory *memory)
{
    if (isnan(app->brush_from_s) || !app->dragged_chart || !has_time(memory))
        return;
    double a = x_at(memory, app->brush_from_s), b = x_at(memory, app->brush_to_s);
    struct rect band = {fmin(a, b), memory->plot.y, fabs(a - b), memory->plot.h};
    canvas_fill(app->screen->canvas, band, 0, colour_fade(app->theme->accent, 0.18));
}
