/* header.c - see the header. */
#include "ui/header.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/action.h"
#include "ui/panel_data.h"

#define BUTTON 28.0
#define PAD    11.0 /* beside the words of a button */
#define GAP    12.0
#define NEAR   4.0

struct header {
    struct app *app;
    struct rect where;
    double x; /* where the next thing begins */
};

static double button_width(const struct app *app, const char *label)
{
    return ceil(canvas_measure(app->screen->canvas, TYPE_BODY, label) + 2 * PAD * app->k);
}

static struct rect place(struct header *header, double width, double gap)
{
    double height = BUTTON * header->app->k;
    struct rect rect = {header->x, header->where.y + (header->where.h - height) / 2, width, height};
    header->x += width + gap * header->app->k;
    return rect;
}

/* A button for an action, with its key as a hint. */
static void action_button(struct header *header, const char *id, const char *label,
                          const char *shown, double gap)
{
    struct app *app = header->app;
    const struct action *action = action_find(id);
    bool chosen = action->chosen != NULL && action->chosen(app, action->argument);
    struct rect rect = place(header, button_width(app, shown), gap);
    char hint[128];
    bool fired = ui_button(app->ui, id, label, rect, chosen ? UI_CHOSEN : UI_PLAIN);
    (void)snprintf(hint, sizeof hint, action->keys ? "%s\nKey: %s" : "%s", action->label,
                   action->keys ? action->keys : "");
    ui_hint(app->ui, rect, hint);
    if (fired)
        action->run(app, action->argument);
}

static const char *const speed_ids[PLAYER_SPEEDS] = {"speed-1",  "speed-10",  "speed-100",
                                                     "speed-1k", "speed-10k", "speed-max"};

static double speeds_width(const struct app *app)
{
    double width = 0;
    for (int i = 0; i < PLAYER_SPEEDS; i++)
        width += button_width(app, player_speeds[i].label) + NEAR * app->k;
    return width + (GAP - NEAR) * app->k;
}

static void draw_speeds(struct header *header, bool menu)
{
    struct app *app = header->app;
    if (menu) {
        char label[32];
        (void)snprintf(label, sizeof label, "Speed %s", player_speeds[app->player.speed].label);
        struct rect rect = place(header, button_width(app, "Speed 100x"), GAP);
        if (ui_button(app->ui, "speed", label, rect, UI_PLAIN))
            app_open_menu(app, MENU_SPEED, "speed.menu", rect);
        return;
    }
    for (int i = 0; i < PLAYER_SPEEDS; i++)
        action_button(header, speed_ids[i], player_speeds[i].label, player_speeds[i].label,
                      i + 1 < PLAYER_SPEEDS ? NEAR : GAP);
}

static void show_rate(char *text, size_t size, double per_s)
{
    if (per_s >= 1e6)
        (void)snprintf(text, size, "%.1f M ev/s", per_s / 1e6);
    else if (per_s >= 1e3)
        (void)snprintf(text, size, "%.0f k ev/s", per_s / 1e3);
    else
        text[0] = '\0';
}

/* "00:11:00", with days where the run has them. */
static void show_time(char *text, size_t size, const struct player *player)
{
    int64_t s = (int64_t)(player->time.cursor_s + 1e-6), days = s / 86400;
    int n = 0;
    if (player->duration_s > 86400)
        n = snprintf(text, size, "%dd ", (int)days);
    else
        days = 0;
    (void)snprintf(text + n, size - (size_t)n, "%02d:%02d:%02d", (int)((s - days * 86400) / 3600),
                   (int)(s / 60 % 60), (int)(s % 60));
}

/* Right to left, as far as there is room. */
static void draw_facts(struct app *app, struct rect where, double from_x, const struct record *run)
{
    char facts[3][48] = {"", "", ""};
    static const char *const ids[] = {"clock", "seed", "events"};
    static const char *const labels[] = {"Clock", "Seed", "Events per second of wall clock"};
    struct canvas *canvas = app->screen->canvas;
    const double numbers[] = {app->player.time.cursor_s, (double)record_info(run)->seed,
                              app->events_per_s};
    double width[3], right = where.x + where.w - 16 * app->k, gap = 14 * app->k;
    show_time(facts[0], sizeof facts[0], &app->player);
    (void)snprintf(facts[1], sizeof facts[1], "seed %llu",
                   (unsigned long long)record_info(run)->seed);
    show_rate(facts[2], sizeof facts[2], app->events_per_s);
    int shown = 0;
    double needs = 0;
    for (int i = 0; i < 3; i++) {
        width[i] = canvas_measure(canvas, TYPE_MONO, facts[i]);
        if (facts[i][0] == '\0' || right - needs - width[i] - gap < from_x)
            break;
        needs += width[i] + gap;
        shown = i + 1;
    }
    double x = right - needs + gap;
    for (int i = 0; i < shown; i++) {
        struct rect at = {x, where.y, width[i], where.h};
        struct colour colour = i == 0 ? app->theme->strong : app->theme->muted;
        app_text(app, at, ALIGN_LEFT, TYPE_MONO, colour, facts[i]);
        (void)ui_register(app->ui, UI_LABEL, ids[i], labels[i], at, facts[i], numbers[i]);
        ui_hint(app->ui, at, labels[i]);
        x += width[i] + gap;
    }
}

/* Only the last part of the path, as in a tab. */
static const char *name_of(const struct app *app)
{
    const struct record *run = app_run(app);
    const char *file = run != NULL ? record_info(run)->file : app->setup.session.study.file;
    if (file == NULL)
        return "";
    const char *slash = strrchr(file, '/');
    return slash != NULL ? slash + 1 : file;
}

static void draw_names(struct header *header)
{
    struct app *app = header->app;
    struct rect rect = {header->x, header->where.y, 0, header->where.h};
    rect.w = canvas_measure(app->screen->canvas, TYPE_TITLE, "tepid");
    struct rect hit = {rect.x - 6, rect.y + 10, rect.w + 12, rect.h - 20};
    if (ui_press(app->ui, UI_BUTTON, "start", "Stories and recent scenarios", hit))
        action_run(app, "start");
    ui_hint(app->ui, hit, "Stories and recent scenarios\nKey: Ctrl+O");
    app_text(app, rect, ALIGN_LEFT, TYPE_TITLE, app->theme->strong, "tepid");
    header->x += rect.w + 14 * app->k;
    if (app->page == PAGE_START)
        return;
    char cut[256];
    double room = app->width < 1200 * app->k ? 110 * app->k : 200 * app->k;
    rect.x = header->x;
    rect.w = canvas_fit(app->screen->canvas, TYPE_BODY, name_of(app), room, cut);
    app_text(app, rect, ALIGN_LEFT, TYPE_BODY, app->theme->muted, cut);
    (void)ui_register(app->ui, UI_LABEL, "scenario", name_of(app), rect, name_of(app), (double)NAN);
    header->x += fmax(rect.w + 18 * app->k, 100 * app->k);
}

/* While something is loaded or simulated: how far it is, along the lower edge. */
static void draw_progress(struct app *app, struct rect where)
{
    const struct record *run = app_run(app);
    if (app->session == NULL || session_state(app->session) == SESSION_IDLE)
        return;
    double share = run != NULL && record_result(run) == NULL
                       ? record_reached_s(run) / record_info(run)->duration_s
                       : 0;
    struct rect bar = {where.x, where.y + where.h - 2, where.w * fmax(share, 0.02), 2};
    canvas_fill(app->screen->canvas, bar, 0, app->theme->accent);
    (void)ui_register(app->ui, UI_LABEL, "progress", "Simulated so far", bar, "", share);
}

void header_draw(struct app *app, struct rect where, bool folded)
{
    struct canvas *canvas = app->screen->canvas;
    const struct record *run = app_run(app);
    struct header header = {app, where, where.x + 16 * app->k};
    canvas_fill(canvas, where, 0, app->theme->panel);
    canvas_fill(canvas, (struct rect){where.x, where.y + where.h - 1, where.w, 1}, 0,
                app->theme->border);
    draw_progress(app, where);
    draw_names(&header);
    if (app->page == PAGE_START) {
        if (app->session != NULL)
            action_button(&header, "dashboard", "Back", "Back", GAP);
        return;
    }
    if (folded) {
        struct rect rect = place(&header, button_width(app, "What if"), GAP);
        bool open = app->dialog == DIALOG_SIDE_BAR;
        if (ui_button(app->ui, "side-bar", "What if", rect, open ? UI_CHOSEN : UI_PLAIN))
            app->dialog = open ? DIALOG_NONE : DIALOG_SIDE_BAR;
    }
    if (run == NULL)
        return;
    bool moves = player_moves(&app->player, record_info(run)->duration_s);
    struct rect rect = place(&header, button_width(app, "Pause"), GAP);
    if (ui_button(app->ui, "run", moves ? "Pause" : "Run", rect, UI_PLAIN))
        action_run(app, "run");
    ui_hint(app->ui, rect, "Run or pause the clock\nKey: Space");
    double others = button_width(app, "A/B") + button_width(app, "Export") + 2 * GAP * app->k;
    double clock = canvas_measure(canvas, TYPE_MONO, "00:00:00") + 32 * app->k;
    bool menu = header.x + speeds_width(app) + others + clock > where.x + where.w;
    draw_speeds(&header, menu);
    action_button(&header, "ab", "A/B", "A/B", NEAR);
    action_button(&header, "export", "Export", "Export", GAP);
    draw_facts(app, where, header.x, run);
}
