/* action.c - see the header. */
#include "ui/action.h"

#include <math.h>
#include <string.h>

#include "ui/side_params.h"

#define ZOOM_STEP 0.7
#define PAN_STEP  0.2 /* of the window */

/* -- the clock -- */

static void run_pause(struct app *app, int argument)
{
    (void)argument;
    player_toggle(&app->player);
}

static bool is_running(const struct app *app, int argument)
{
    (void)argument;
    struct record *run = app_run(app);
    return run != NULL && player_moves(&app->player, record_info(run)->duration_s);
}

static void step(struct app *app, int samples)
{
    player_step(&app->player, samples);
}

static void speed(struct app *app, int index)
{
    player_set_speed(&app->player, index);
}

static bool has_speed(const struct app *app, int index)
{
    return app->player.speed == index;
}

static void to_end(struct app *app, int which)
{
    player_scrub(&app->player, which == 0 ? 0 : app->player.duration_s);
}

/* -- the window of time -- */

static double middle_of(const struct app *app)
{
    const struct time_window *time = &app->player.time;
    if (!isnan(time->crosshair_s))
        return time->crosshair_s;
    bool seen = time->cursor_s >= time->from_s && time->cursor_s <= time->to_s;
    return seen ? time->cursor_s : (time->from_s + time->to_s) / 2;
}

static void zoom(struct app *app, int way)
{
    player_zoom(&app->player, middle_of(app), way > 0 ? ZOOM_STEP : 1 / ZOOM_STEP);
}

static void pan(struct app *app, int way)
{
    player_pan(&app->player, way * PAN_STEP * (app->player.time.to_s - app->player.time.from_s));
}

static void fit(struct app *app, int argument)
{
    (void)argument;
    player_fit(&app->player);
}

/* -- pages and panels -- */

static void show_dashboard(struct app *app, int argument)
{
    (void)argument;
    app->full_panel = -1;
    app_set_page(app, PAGE_DASHBOARD);
}

static const char *const page_ids[] = {"map", "traces", "compare", "sweep", "insights"};

static void show_page(struct app *app, int which)
{
    int page = app_page_find(page_ids[which]);
    if (page == PAGE_DASHBOARD)
        return;
    bool back = app->page == page && app->full_panel < 0;
    app->full_panel = -1;
    app_set_page(app, back ? PAGE_DASHBOARD : page);
}

static bool on_page(const struct app *app, int which)
{
    return app->page >= 0 && app->page == app_page_find(page_ids[which]);
}

static void heat_map(struct app *app, int argument)
{
    (void)argument;
    int heat = app_panel_find("heat");
    bool back = app->full_panel == heat && app->page == PAGE_DASHBOARD;
    app_set_page(app, PAGE_DASHBOARD);
    app->full_panel = back ? -1 : heat;
}

static void log_scale(struct app *app, int argument)
{
    (void)argument;
    app->log_scale = !app->log_scale;
}

static bool is_log(const struct app *app, int argument)
{
    (void)argument;
    return app->log_scale;
}

/* All three, the tail alone, the median and the tail. */
static void percentiles(struct app *app, int argument)
{
    (void)argument;
    bool all = app->show_p50 && app->show_p95;
    bool tail = !app->show_p50 && !app->show_p95;
    app->show_p99 = true;
    app->show_p50 = !all;
    app->show_p95 = !all && !tail;
}

static void one_percentile(struct app *app, int which)
{
    bool *shown = which == 50 ? &app->show_p50 : which == 95 ? &app->show_p95 : &app->show_p99;
    *shown = !*shown;
}

static bool has_percentile(const struct app *app, int which)
{
    return which == 50 ? app->show_p50 : which == 95 ? app->show_p95 : app->show_p99;
}

static void table(struct app *app, int argument)
{
    (void)argument;
    app->table = !app->table;
}

static bool is_table(const struct app *app, int argument)
{
    (void)argument;
    return app->table;
}

/* -- comparing -- */

static void baseline(struct app *app, int set)
{
    if (app->session == NULL || app_run(app) == NULL)
        return;
    if (set) {
        session_set_baseline(app->session);
        app_toast(app, false, "This run is the baseline now: A. Move a slider to see B beside it.");
    } else {
        session_clear_baseline(app->session);
    }
}

static bool has_baseline(const struct app *app, int argument)
{
    (void)argument;
    return app->session != NULL && session_baseline(app->session) != NULL;
}

static void toggle_baseline(struct app *app, int argument)
{
    baseline(app, !has_baseline(app, argument));
}

static void reset_params(struct app *app, int argument)
{
    (void)argument;
    if (app->session == NULL)
        return;
    side_params_forget(app);
    session_reset_params(app->session);
}

static void clear_pokes(struct app *app, int argument)
{
    (void)argument;
    if (app->session != NULL)
        session_clear_pokes(app->session);
}

static void rerun(struct app *app, int argument)
{
    (void)argument;
    if (app->session != NULL)
        session_rerun(app->session);
}

static void next_seed(struct app *app, int by)
{
    struct record *run = app_run(app);
    if (run == NULL)
        return;
    bool pending = app->seed_given != 0 && session_state(app->session) != SESSION_IDLE;
    uint64_t seed = pending ? app->seed_given : record_info(run)->seed;
    if (by < 0 && seed <= 1)
        return;
    app->seed_given = by > 0 ? seed + 1 : seed - 1;
    session_set_seed(app->session, app->seed_given);
}

/* -- the window -- */

static void palette(struct app *app, int argument)
{
    (void)argument;
    app->dialog = app->dialog == DIALOG_PALETTE ? DIALOG_NONE : DIALOG_PALETTE;
    app->palette = (struct palette){.last_typed = "\x01"};
}

static void key_sheet(struct app *app, int argument)
{
    (void)argument;
    app->dialog = app->dialog == DIALOG_KEYS ? DIALOG_NONE : DIALOG_KEYS;
}

static void start_page(struct app *app, int argument)
{
    (void)argument;
    app_set_page(app, app->page == PAGE_START ? PAGE_DASHBOARD : PAGE_START);
}

static void theme(struct app *app, int argument)
{
    (void)argument;
    app_set_theme(app, app->theme->dark ? &theme_light : &theme_dark);
}

static void text_size(struct app *app, int way)
{
    app_set_text_scale(app, way == 0 ? 1 : app->text_scale + way * 0.1);
}

static void motion(struct app *app, int argument)
{
    (void)argument;
    app->reduced_motion = !app->reduced_motion;
}

static bool is_reduced(const struct app *app, int argument)
{
    (void)argument;
    return app->reduced_motion;
}

static void full_window(struct app *app, int argument)
{
    (void)argument;
    app->wants_full_window = !app->wants_full_window;
}

static void quit(struct app *app, int argument)
{
    (void)argument;
    app->quits = true;
}

static void export_as(struct app *app, int format)
{
    app->save = (struct save_wish){true, (enum save_format)format, app->full_panel};
}

static void export_menu(struct app *app, int argument)
{
    (void)argument;
    const struct ui_widget *button = ui_find(app->ui, "export");
    struct rect from = button != NULL ? button->rect : (struct rect){app->width / 2, 48, 0, 0};
    app_open_menu(app, MENU_EXPORT, "export.menu", from);
}

static void escape(struct app *app, int argument)
{
    (void)argument;
    app_escape(app);
}

#define CLOCK   "Clock"
#define CHARTS  "Charts"
#define PAGES   "Pages"
#define COMPARE "What if"
#define WINDOW  "Window"

const struct action actions[] = {
    {"run", "Run or pause", CLOCK, "Space", ' ', false, run_pause, 0, is_running},
    {"step", "Step one sample", CLOCK, ".", '.', false, step, 1, NULL},
    {"step-back", "Step back one sample", CLOCK, ",", ',', false, step, -1, NULL},
    {"speed-1", "Speed 1x", CLOCK, "1", '1', false, speed, 0, has_speed},
    {"speed-10", "Speed 10x", CLOCK, "2", '2', false, speed, 1, has_speed},
    {"speed-100", "Speed 100x", CLOCK, "3", '3', false, speed, 2, has_speed},
    {"speed-1k", "Speed 1 000x", CLOCK, "4", '4', false, speed, 3, has_speed},
    {"speed-10k", "Speed 10 000x", CLOCK, "5", '5', false, speed, 4, has_speed},
    {"speed-max", "Speed: as fast as it goes", CLOCK, "6", '6', false, speed, 5, has_speed},
    {"to-start", "Clock to the start", CLOCK, "Home", UI_KEY_HOME, false, to_end, 0, NULL},
    {"to-end", "Clock to the end: the whole run", CLOCK, "End", UI_KEY_END, false, to_end, 1, NULL},

    {"zoom-in", "Zoom in", CHARTS, "W", 'w', false, zoom, 1, NULL},
    {"zoom-out", "Zoom out", CHARTS, "S", 's', false, zoom, -1, NULL},
    {"pan-left", "Pan to earlier", CHARTS, "A", 'a', false, pan, -1, NULL},
    {"pan-right", "Pan to later", CHARTS, "D", 'd', false, pan, 1, NULL},
    {"fit", "Fit the whole run", CHARTS, "F", 'f', false, fit, 0, NULL},
    {"log", "Logarithmic latency", CHARTS, "L", 'l', false, log_scale, 0, is_log},
    {"percentiles", "Percentiles: next choice", CHARTS, "P", 'p', false, percentiles, 0, NULL},
    {"p50", "Show p50", CHARTS, NULL, 0, false, one_percentile, 50, has_percentile},
    {"p95", "Show p95", CHARTS, NULL, 0, false, one_percentile, 95, has_percentile},
    {"p99", "Show p99", CHARTS, NULL, 0, false, one_percentile, 99, has_percentile},
    {"table", "Tables in place of charts", CHARTS, "V", 'v', false, table, 0, is_table},
    {"heat", "Latency heat map", CHARTS, "H", 'h', false, heat_map, 0, NULL},

    {"dashboard", "Dashboard", PAGES, "O", 'o', false, show_dashboard, 0, NULL},
    {"map", "Map", PAGES, "G", 'g', false, show_page, 0, on_page},
    {"traces", "Traces", PAGES, "T", 't', false, show_page, 1, on_page},
    {"compare", "Compare", PAGES, "C", 'c', false, show_page, 2, on_page},
    {"sweep", "Sweep", PAGES, "E", 'e', false, show_page, 3, on_page},
    {"insights", "Insights", PAGES, "I", 'i', false, show_page, 4, on_page},
    {"start", "Stories and recent scenarios", PAGES, "Ctrl+O", 'o', true, start_page, 0, NULL},

    {"ab", "Baseline on or off", COMPARE, NULL, 0, false, toggle_baseline, 0, has_baseline},
    {"baseline", "Set this run as the baseline", COMPARE, "B", 'b', false, baseline, 1,
     has_baseline},
    {"clear-baseline", "Clear the baseline", COMPARE, "N", 'n', false, baseline, 0, NULL},
    {"reset", "Reset all parameters", COMPARE, "R", 'r', false, reset_params, 0, NULL},
    {"clear-pokes", "Take back all pokes", COMPARE, "U", 'u', false, clear_pokes, 0, NULL},
    {"rerun", "Simulate again", COMPARE, "Ctrl+R", 'r', true, rerun, 0, NULL},
    {"next-seed", "Next seed", COMPARE, "]", ']', false, next_seed, 1, NULL},
    {"last-seed", "Seed before", COMPARE, "[", '[', false, next_seed, -1, NULL},

    {"palette", "Find a command", WINDOW, "Ctrl+K", 'k', true, palette, 0, NULL},
    {"keys", "All keys", WINDOW, "?", '?', false, key_sheet, 0, NULL},
    {"theme", "Dark or light", WINDOW, "Ctrl+T", 't', true, theme, 0, NULL},
    {"text-larger", "Larger text", WINDOW, "Ctrl++", '+', true, text_size, 1, NULL},
    {"text-smaller", "Smaller text", WINDOW, "Ctrl+-", '-', true, text_size, -1, NULL},
    {"text-normal", "Text at 100 %", WINDOW, "Ctrl+0", '0', true, text_size, 0, NULL},
    {"motion", "Reduced motion", WINDOW, NULL, 0, false, motion, 0, is_reduced},
    {"screenshot", "Screenshot", WINDOW, "Ctrl+S", 's', true, export_as, SAVE_PNG, NULL},
    {"export", "Export ...", WINDOW, "Ctrl+E", 'e', true, export_menu, 0, NULL},
    {"export-png", "Export as PNG", WINDOW, NULL, 0, false, export_as, SAVE_PNG, NULL},
    {"export-svg", "Export as SVG", WINDOW, NULL, 0, false, export_as, SAVE_SVG, NULL},
    {"export-pdf", "Export as PDF", WINDOW, NULL, 0, false, export_as, SAVE_PDF, NULL},
    {"export-csv", "Export as CSV", WINDOW, NULL, 0, false, export_as, SAVE_CSV, NULL},
    {"full-window", "Full screen", WINDOW, "F11", UI_KEY_F11, false, full_window, 0, NULL},
    {"clear", "Close, clear, back", WINDOW, "Esc", UI_KEY_ESCAPE, false, escape, 0, NULL},
    {"quit", "Quit", WINDOW, "Ctrl+Q", 'q', true, quit, 0, NULL},
    {NULL, NULL, NULL, NULL, 0, false, NULL, 0, NULL},
};

const struct action *action_find(const char *id)
{
    for (const struct action *at = actions; at->id != NULL; at++)
        if (strcmp(at->id, id) == 0)
            return at;
    return NULL;
}

void action_run(struct app *app, const char *id)
{
    const struct action *action = action_find(id);
    ASSERT(action != NULL);
    action->run(app, action->argument);
}

/* Layouts differ in where signs lie: they are taken as typed, letters and the rest as keys. */
static int key_of(const struct ui_input *input)
{
    if (input->ctrl)
        return input->key == '=' ? '+' : input->key;
    if (input->text[0] != '\0' && input->text[1] == '\0' && strchr("?.,[]", input->text[0]) != NULL)
        return input->text[0];
    if (input->key == '/' && input->shift)
        return '?';
    return input->key;
}

bool action_key(struct app *app, const struct ui_input *input)
{
    int key = key_of(input);
    if (key == 0 || input->alt)
        return false;
    for (const struct action *at = actions; at->id != NULL; at++) {
        if (at->key != key || at->ctrl != input->ctrl)
            continue;
        at->run(app, at->argument);
        return true;
    }
    return false;
}
