/* scrubber.c - see the header. */
#include "ui/scrubber.h"

#include <math.h>
#include <stdio.h>

#include "ui/panel_data.h"

#define EDGE    5.0 /* pixels to either side in which an edge can be taken */
#define COLUMNS 600

enum scrub_part { SCRUB_BRUSH, SCRUB_FROM, SCRUB_TO, SCRUB_PAN, SCRUB_CLOCK };

static double x_of(const struct app *app, struct rect track, double at_s)
{
    return track.x + at_s / app->player.duration_s * track.w;
}

static double time_of(const struct app *app, struct rect track, double x)
{
    double share = fmin(fmax((x - track.x) / track.w, 0), 1);
    return share * app->player.duration_s;
}

static enum scrub_part part_under(const struct app *app, struct rect track, double x)
{
    const struct time_window *time = &app->player.time;
    double from = x_of(app, track, time->from_s), to = x_of(app, track, time->to_s);
    if (fabs(x - x_of(app, track, time->cursor_s)) <= EDGE)
        return SCRUB_CLOCK;
    if (player_is_fit(&app->player))
        return SCRUB_BRUSH;
    if (fabs(x - from) <= EDGE)
        return SCRUB_FROM;
    if (fabs(x - to) <= EDGE)
        return SCRUB_TO;
    return x > from && x < to ? SCRUB_PAN : SCRUB_BRUSH;
}

static void on_drag(struct app *app, struct rect track, const struct ui_drag *drag)
{
    struct player *player = &app->player;
    double at = time_of(app, track, drag->x);
    if (drag->begun) {
        app->scrub_part = (int)part_under(app, track, drag->from_x);
        app->scrub_from_s = player->time.from_s;
        app->scrub_to_s = player->time.to_s;
        if (drag->clicks == 2)
            player_fit(player);
    }
    if (drag->ended && !drag->moved) {
        player_scrub(player, at);
        return;
    }
    if (!drag->moved)
        return;
    switch ((enum scrub_part)app->scrub_part) {
    case SCRUB_BRUSH:
        player_show(player, time_of(app, track, drag->from_x), at);
        break;
    case SCRUB_FROM:
        player_show(player, fmin(at, app->scrub_to_s), app->scrub_to_s);
        break;
    case SCRUB_TO:
        player_show(player, app->scrub_from_s, fmax(at, app->scrub_from_s));
        break;
    case SCRUB_PAN:
        player_show(player, app->scrub_from_s, app->scrub_to_s);
        player_pan(player, at - time_of(app, track, drag->from_x));
        break;
    case SCRUB_CLOCK:
        player_scrub(player, at);
        break;
    }
}

static void on_keys(struct app *app)
{
    const struct ui_input *input = ui_input_of(app->ui);
    if (!ui_focused(app->ui, "scrubber") || input->ctrl)
        return;
    double step = app->player.duration_s / 200 * (input->shift ? 10 : input->alt ? 0.1 : 1);
    if (input->key == UI_KEY_LEFT)
        player_scrub(&app->player, app->player.time.cursor_s - step);
    else if (input->key == UI_KEY_RIGHT)
        player_scrub(&app->player, app->player.time.cursor_s + step);
    else
        return;
    ui_take_key(app->ui);
}

/* Traffic as an area from the bottom of the track, in the part that has been simulated. */
static void draw_traffic(struct app *app, struct record *run, struct rect track)
{
    static const double room = 0.86;
    struct bin bins[COLUMNS];
    double x[COLUMNS], tops[COLUMNS], bottoms[COLUMNS], most = 0;
    struct canvas *canvas = app->screen->canvas;
    int count = (int)fmin(COLUMNS, fmax(track.w / 2, 2));
    record_bins(run, NODE_APPLICATION, RECORD_ARRIVALS, 0, app->player.duration_s, count, bins);
    for (int i = 0; i < count; i++)
        if (bins[i].n > 0)
            most = fmax(most, bins[i].sum / (double)bins[i].n);
    struct point line[COLUMNS];
    for (int i = 0; i < count; i++) {
        double rate = bins[i].n > 0 ? bins[i].sum / (double)bins[i].n : (double)NAN;
        x[i] = track.x + (i + 0.5) / count * track.w;
        tops[i] = track.y + track.h - (most > 0 ? rate / most : rate * 0) * track.h * room;
        bottoms[i] = track.y + track.h;
        line[i] = (struct point){x[i], tops[i]};
    }
    canvas->ops->area(canvas, x, tops, bottoms, count, colour_fade(app->theme->muted, 0.28));
    canvas->ops->polyline(canvas, line, count, (struct stroke){app->theme->muted, 1.2, DASH_SOLID});
}

static void draw_events(struct app *app, const struct record_info *info, struct rect track)
{
    for (int i = 0; i < info->event_count; i++) {
        double x = round(x_of(app, track, info->events[i].at_s)) + 0.5;
        canvas_line(app->screen->canvas, x, track.y, x, track.y + track.h,
                    (struct stroke){colour_fade(app->theme->text, 0.5), 1, DASH_DASHED});
    }
}

static void draw_window(struct app *app, struct rect track)
{
    struct canvas *canvas = app->screen->canvas;
    const struct time_window *time = &app->player.time;
    double from = x_of(app, track, time->from_s), to = x_of(app, track, time->to_s);
    if (!player_is_fit(&app->player)) {
        canvas_fill(canvas, (struct rect){from, track.y, to - from, track.h}, 0,
                    colour_fade(app->theme->accent, 0.25));
        canvas_fill(canvas, (struct rect){from - 1, track.y, 2, track.h}, 1, app->theme->accent);
        canvas_fill(canvas, (struct rect){to - 1, track.y, 2, track.h}, 1, app->theme->accent);
    }
    if (!isnan(time->crosshair_s)) {
        double x = x_of(app, track, time->crosshair_s);
        canvas_line(canvas, x, track.y, x, track.y + track.h,
                    (struct stroke){colour_fade(app->theme->muted, 0.8), 1, DASH_SOLID});
    }
    double x = x_of(app, track, time->cursor_s);
    canvas_fill(canvas, (struct rect){x - 0.75, track.y - 3, 1.5, track.h + 3}, 0,
                app->theme->strong);
    struct point knob = {x, track.y - 3};
    canvas->ops->discs(canvas, &knob, 1, 4 * app->k, app->theme->strong);
}

static void draw_label(struct app *app, struct rect where)
{
    char from[32], to[32], range[80];
    const struct time_window *time = &app->player.time;
    double step = time->to_s - time->from_s < 10 ? 0.1 : 1;
    (void)snprintf(range, sizeof range, "%s–%s", show_clock(from, time->from_s, step),
                   show_clock(to, time->to_s, step));
    app_text(app, where, ALIGN_LEFT, TYPE_SMALL, app->theme->muted, "Time");
    app_text(app, where, ALIGN_RIGHT, TYPE_MONO, app->theme->strong, range);
    (void)ui_register(app->ui, UI_LABEL, "window", "Time shown", where, range,
                      time->to_s - time->from_s);
}

void scrubber_draw(struct app *app, struct rect where)
{
    struct canvas *canvas = app->screen->canvas;
    struct record *run = app_run(app);
    double k = app->k, label = fmin(SIDE_BAR * k, where.w * 0.3);
    canvas_fill(canvas, where, 0, app->theme->panel);
    canvas_fill(canvas, (struct rect){where.x, where.y, where.w, 1}, 0, app->theme->border);
    if (run == NULL)
        return;
    draw_label(app, (struct rect){where.x + 16 * k, where.y, label - 32 * k, where.h});
    struct rect track = {where.x + label + 12, where.y + 12 * k, where.w - label - 24,
                         where.h - 22 * k};
    struct rect hit = {track.x - EDGE, where.y + 2, track.w + 2 * EDGE, where.h - 4};
    struct ui_drag drag;
    enum scrub_part under = part_under(app, track, ui_input_of(app->ui)->x);
    bool edge = under == SCRUB_FROM || under == SCRUB_TO || under == SCRUB_CLOCK;
    if (ui_drag(app->ui, UI_SLIDER, "scrubber", "Scrubber", hit, edge ? UI_MOVE_X : UI_HAND, &drag))
        on_drag(app, track, &drag);
    double wheel = ui_take_wheel(app->ui, hit);
    if (wheel != 0)
        player_zoom(&app->player, time_of(app, track, ui_input_of(app->ui)->x), pow(0.8, wheel));
    on_keys(app);
    canvas_fill(canvas, track, 3, colour_fade(app->theme->grid, 0.5));
    draw_traffic(app, run, track);
    draw_events(app, record_info(run), track);
    draw_window(app, track);
}
