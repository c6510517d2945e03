/* app.c - the life of the window and what its actions do; app_frame.c draws it. */
#include "ui/app.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "ui/action.h"
#include "ui/side_params.h"
#include "ui/start_page.h"

#define TOAST_S       4.0
#define TOAST_WRONG_S 8.0

static const char *const *copy_words(struct arena *arena, const char *const *words, int count)
{
    const char **copy = ARENA_ARRAY(arena, const char *, count + 1);
    for (int i = 0; i < count; i++)
        copy[i] = arena_strdup(arena, words[i]);
    return copy;
}

static const char *copy_word(struct arena *arena, const char *word)
{
    return word == NULL ? NULL : arena_strdup(arena, word);
}

static void keep_setup(struct app *app, const struct app_setup *setup)
{
    app->setup = *setup;
    struct study_setup *study = &app->setup.session.study;
    study->program = copy_word(app->arena, study->program);
    study->file = copy_word(app->arena, study->file);
    study->params = copy_words(app->arena, study->params, study->param_count);
    study->overrides = copy_words(app->arena, study->overrides, study->override_count);
    study->prices = copy_word(app->arena, study->prices);
    study->load_limit = copy_word(app->arena, study->load_limit);
    app->setup.session.variant = copy_word(app->arena, setup->session.variant);
}

struct app *app_new(const struct app_setup *setup, struct err *err)
{
    struct app *app = mem_resize(NULL, sizeof *app);
    *app = (struct app){
        .arena = arena_new(),
        .ui = ui_new(),
        .theme = setup->theme,
        .text_scale = setup->text_scale,
        .width = setup->width,
        .height = setup->height,
        .reduced_motion = setup->reduced_motion,
        .page = PAGE_START,
        .full_panel = -1,
        .log_scale = true,
        .show_p50 = true,
        .show_p95 = true,
        .show_p99 = true,
        .pan_panel = -1,
        .brush_from_s = (double)NAN,
        .clock_asked = !isnan(setup->at_s),
    };
    keep_setup(app, setup);
    player_reset(&app->player, 3600, 1);
    if (app->setup.session.study.file == NULL)
        return app;
    app->session = session_new(&app->setup.session, err);
    if (app->session == NULL) {
        app_free(app);
        return NULL;
    }
    app_set_page(app, setup->page != NULL ? app_page_find(setup->page) : PAGE_DASHBOARD);
    return app;
}

void app_free(struct app *app)
{
    if (app == NULL)
        return;
    for (int i = 0; pages[i].id != NULL && i < APP_PAGES; i++)
        if (app->page_states[i] != NULL)
            pages[i].state_free(app->page_states[i]);
    start_page_free(app->start);
    session_free(app->session);
    ui_free(app->ui);
    arena_free(app->arena);
    mem_free(app);
}

struct record *app_run(const struct app *app)
{
    return app->session == NULL ? NULL : session_current(app->session);
}

/* -- time passes -- */

static double reached(const struct app *app)
{
    struct record *run = app_run(app);
    return run == NULL ? 0 : record_reached_s(run);
}

static void remember_file(struct app *app, const char *file)
{
    char whole[STATE_PATH_MAX], here[STATE_PATH_MAX / 2];
    struct ui_state state;
    if (file[0] == '/' || getcwd(here, sizeof here) == NULL)
        here[0] = '\0';
    (void)snprintf(whole, sizeof whole, "%s%s%.500s", here, here[0] ? "/" : "", file);
    app_remember(app, &state);
    ui_state_add_recent(&state, whole);
    memcpy(app->recent, state.recent, sizeof app->recent);
    app->remembers++;
}

/* Another record is on screen: what does not exist in it is forgotten. */
static void on_new_run(struct app *app, const struct record *run)
{
    const struct record_info *info = record_info(run);
    bool other = strcmp(app->seen_file, info->file) != 0;
    app->seen = run;
    if (!other) {
        player_change_run(&app->player, info->duration_s, info->sample_s);
        return;
    }
    (void)snprintf(app->seen_file, sizeof app->seen_file, "%s", info->file);
    remember_file(app, info->file);
    side_params_forget(app);
    player_reset(&app->player, info->duration_s, info->sample_s);
    app->memory = app->full_memory = (struct view_memory){0};
    if (app->clock_asked)
        player_scrub(&app->player, app->setup.at_s);
    app->clock_asked = false;
}

static bool drop_old_toasts(struct app *app)
{
    int kept = 0;
    for (int i = 0; i < app->toast_count; i++)
        if (app->toasts[i].until_s > app->wall_s)
            app->toasts[kept++] = app->toasts[i];
    bool dropped = kept < app->toast_count;
    app->toast_count = kept;
    return dropped;
}

/* All of the session that can be seen: whoever asked it last, and whatever it was that changed. */
static uint64_t look_of(const struct app *app)
{
    const struct record *records[3];
    uint64_t look = 0;
    if (app->session == NULL)
        return 0;
    records[0] = session_current(app->session);
    records[1] = session_ghost(app->session);
    records[2] = session_baseline(app->session);
    for (int i = 0; i < 3; i++) {
        look = (look ^ (uintptr_t)records[i]) * UINT64_C(0x9E3779B97F4A7C15);
        if (records[i] != NULL)
            look = (look ^ record_version(records[i])) * UINT64_C(0x9E3779B97F4A7C15);
    }
    look ^= (uint64_t)session_state(app->session) << 1 ^
            (uint64_t)(session_error(app->session) != NULL) << 8;
    return look * UINT64_C(0x9E3779B97F4A7C15);
}

static void note_rate(struct app *app, const struct record *run)
{
    struct record_totals totals;
    record_totals(run, &totals);
    if (totals.events_per_s > 0 && !app->setup.steady)
        app->events_per_s = totals.events_per_s;
}

bool app_poll(struct app *app, double wall_s)
{
    /* After a pause the clock does not jump. */
    app->frame_s = fmin(fmax(wall_s - app->wall_s, 0), 0.25);
    app->wall_s = wall_s;
    bool changed = app->session != NULL && session_poll(app->session);
    const struct record *run = app_run(app);
    if (run != NULL && run != app->seen)
        on_new_run(app, run);
    uint64_t look = look_of(app);
    changed = changed || look != app->seen_look;
    app->seen_look = look;
    if (run != NULL && changed)
        note_rate(app, run);
    app->changes += changed;
    bool moved = run != NULL && app->page != PAGE_START &&
                 player_tick(&app->player, app->frame_s, reached(app));
    bool gone = drop_old_toasts(app);
    bool start = app->page == PAGE_START && start_page_poll(app);
    bool news = false;
    (void)app_page_busy(app, &news);
    return changed || moved || gone || start || news || app_is_lively(app);
}

bool app_page_busy(struct app *app, bool *news)
{
    if (app->page < 0 || pages[app->page].busy == NULL)
        return false;
    return pages[app->page].busy(app->page_states[app->page], news);
}

/* A scale that is about to shrink (panel_memory) has to be looked at again when it may. */
static bool scale_waits(const struct app *app)
{
    const struct view_memory *memory = app->full_panel >= 0 ? &app->full_memory : &app->memory;
    for (int i = 0; i < VIEW_PANELS; i++) {
        const struct panel_memory *panel = &memory->panels[i];
        if (panel->plot.w > 0 && !isnan(panel->shrinks_at_s) && panel->shrinks_at_s > 0 &&
            panel->shrinks_at_s <= app->wall_s)
            return true;
    }
    return false;
}

bool app_is_lively(const struct app *app)
{
    if (ui_restless(app->ui) || ui_stirred(app->ui) || scale_waits(app))
        return true;
    return app->page != PAGE_START && app_run(app) != NULL &&
           player_moves(&app->player, reached(app));
}

void app_resize(struct app *app, double width, double height)
{
    app->width = width;
    app->height = height;
}

/* -- what actions do -- */

void app_toast(struct app *app, bool wrong, const char *format, ...)
{
    va_list args;
    if (app->toast_count == TOASTS) {
        memmove(app->toasts, app->toasts + 1, (TOASTS - 1) * sizeof app->toasts[0]);
        app->toast_count--;
    }
    struct toast *toast = &app->toasts[app->toast_count++];
    *toast = (struct toast){.wrong = wrong};
    toast->until_s = app->wall_s + (wrong ? TOAST_WRONG_S : TOAST_S);
    va_start(args, format);
    (void)vsnprintf(toast->text, sizeof toast->text, format, args);
    va_end(args);
}

bool app_open(struct app *app, const char *file)
{
    struct err err = {0};
    if (app->session == NULL) {
        struct session_setup setup = app->setup.session;
        setup.study.file = file;
        app->session = session_new(&setup, &err);
        if (app->session == NULL) {
            app_toast(app, true, "%s", err.what);
            return false;
        }
    } else {
        session_open(app->session, file);
    }
    app->full_panel = -1;
    app->dialog = DIALOG_NONE;
    app_set_page(app, PAGE_DASHBOARD);
    return true;
}

int app_page_find(const char *id)
{
    for (int i = 0; pages[i].id != NULL && i < APP_PAGES; i++)
        if (strcmp(pages[i].id, id) == 0)
            return i;
    return PAGE_DASHBOARD;
}

int app_panel_find(const char *id)
{
    for (int i = 0; panels[i].id != NULL; i++)
        if (strcmp(panels[i].id, id) == 0)
            return i;
    return -1;
}

void app_set_page(struct app *app, int page)
{
    if (page == PAGE_DASHBOARD && app->session == NULL)
        page = PAGE_START;
    if (page >= 0 && app->page_states[page] == NULL && pages[page].state_new != NULL)
        app->page_states[page] = pages[page].state_new();
    app->page = page;
    app->player.time.crosshair_s = (double)NAN;
}

void app_set_theme(struct app *app, const struct theme *theme)
{
    app->theme = theme;
    app->remembers++;
}

void app_recall(struct app *app, const struct ui_state *state)
{
    memcpy(app->recent, state->recent, sizeof app->recent);
}

void app_remember(const struct app *app, struct ui_state *state)
{
    ui_state_init(state);
    state->width = (int)app->width;
    state->height = (int)app->height;
    (void)snprintf(state->theme, sizeof state->theme, "%s", app->theme->name);
    state->text_scale = app->text_scale;
    state->reduced_motion = app->reduced_motion;
    memcpy(state->recent, app->recent, sizeof state->recent);
}

void app_set_text_scale(struct app *app, double scale)
{
    app->text_scale = fmin(fmax(round(scale * 10) / 10, TEXT_SCALE_MIN), TEXT_SCALE_MAX);
    app->remembers++;
}

static void show_on_page(struct app *app, const char *id, const struct wish *wish)
{
    int page = app_page_find(id);
    if (page == PAGE_DASHBOARD)
        return;
    app->full_panel = -1;
    app_set_page(app, page);
    if (pages[page].show == NULL)
        return;
    struct view view = app_view(app, app->screen->canvas, PASS_MOVING, &app->full_memory);
    pages[page].show(&view, app->page_states[page], wish);
}

void app_grant(struct app *app, const struct wish *wish)
{
    switch (wish->what) {
    case WISH_NOTHING:
        break;
    case WISH_TRACES:
        show_on_page(app, "traces", wish);
        break;
    case WISH_NODE:
        show_on_page(app, "map", wish);
        break;
    case WISH_ZOOM:
        player_show(&app->player, wish->from_s, wish->to_s);
        break;
    case WISH_PANEL:
        app->full_panel = wish->index;
        app_set_page(app, PAGE_DASHBOARD);
        break;
    case WISH_RUN_POINT: /* the page has told the session itself */
        app->full_panel = -1;
        app_set_page(app, PAGE_DASHBOARD);
        break;
    }
}

void app_escape(struct app *app)
{
    if (app->dialog != DIALOG_NONE)
        app->dialog = DIALOG_NONE;
    else if (app->full_panel >= 0)
        app->full_panel = -1;
    else if (app->page >= 0 || (app->page == PAGE_START && app->session != NULL))
        app_set_page(app, PAGE_DASHBOARD);
    else if (!player_is_fit(&app->player))
        player_fit(&app->player);
    else
        app->toast_count = 0;
}

void app_open_menu(struct app *app, enum app_menu menu, const char *id, struct rect from)
{
    app->dialog = DIALOG_MENU;
    app->menu = menu;
    app->menu_from = from;
    (void)snprintf(app->menu_id, sizeof app->menu_id, "%s", id);
}

/* -- what parts draw with -- */

struct view app_view(struct app *app, struct canvas *canvas, enum view_pass pass,
                     struct view_memory *memory)
{
    struct record *run = app_run(app);
    ASSERT(run != NULL);
    return (struct view){
        .pass = pass,
        .memory = memory,
        .canvas = canvas,
        .theme = app->theme,
        .ui = app->ui,
        .session = app->session,
        .run = run,
        .ghost = session_ghost(app->session),
        .baseline = session_baseline(app->session),
        .time = app->player.time,
        .wall_s = app->reduced_motion ? 0 : app->wall_s,
        .log_scale = app->log_scale,
        .show_p50 = app->show_p50,
        .show_p95 = app->show_p95,
        .show_p99 = app->show_p99,
        .table = app->table,
        .speed = player_pace(&app->player, record_reached_s(run)),
    };
}

struct rect rect_cut(struct rect a, struct rect b)
{
    double x0 = fmax(a.x, b.x), y0 = fmax(a.y, b.y);
    double x1 = fmin(a.x + a.w, b.x + b.w), y1 = fmin(a.y + a.h, b.y + b.h);
    return (struct rect){x0, y0, fmax(x1 - x0, 0), fmax(y1 - y0, 0)};
}

void app_part(struct app *app, enum screen_slot slot, struct rect where)
{
    app->screen->part(app->screen, slot, where);
}

double app_line(const struct app *app, enum type_style style)
{
    return ceil(type_size(style) * 1.35 * app->text_scale);
}

void app_text(struct app *app, struct rect row, enum align align, enum type_style style,
              struct colour colour, const char *text)
{
    struct canvas *canvas = app->screen->canvas;
    double x = align == ALIGN_LEFT    ? row.x
               : align == ALIGN_RIGHT ? row.x + row.w
                                      : row.x + row.w / 2;
    double size = type_size(style) * canvas->text_scale;
    char cut[256];
    (void)canvas_fit(canvas, style, text, fmax(row.w, 0), cut);
    canvas_text(canvas, x, row.y + row.h / 2 + size * 0.36, align, style, colour, cut);
}
