/* window.c - see the header. */
#include "ui/window.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/text.h"
#include "cost/catalog.h"
#include "ui/export.h"
#include "ui/icon.h"
#include "ui/start_page.h"

#define FRAME_S (1.0 / 60)

/* The picture beside the title and in the bar; a desktop without one draws its own. */
static void show_icon(struct platform *platform, const char *program)
{
    struct err ignored = {0};
    struct pixels icon;
    struct text path = {0};
    char *assets = catalog_find_assets(program, &ignored);
    if (assets != NULL)
        text_addf(&path, "%s/icon/tepid-64.png", assets);
    if (assets != NULL && export_read_png(path.data, &icon)) {
        platform_set_icon(platform, &icon);
        pixels_free(&icon);
    }
    text_free(&path);
    mem_free(assets);
}

bool window_open(struct window *window, const struct window_setup *setup, struct err *err)
{
    *window = (struct window){0};
    frame_input_init(&window->frame);
    /* The scenario is loaded and simulated by its own threads while the window opens. */
    window->app = app_new(&setup->app, err);
    if (window->app == NULL)
        return false;
    window->platform = platform_open(&setup->platform, err);
    window->fonts = window->platform == NULL ? NULL : fonts_new(err);
    if (window->fonts == NULL) {
        window_close(window);
        return false;
    }
    if (!setup->platform.headless)
        show_icon(window->platform, setup->app.session.study.program);
    window->compose = compose_new(window->fonts);
    struct pixels icon = icon_make(window->fonts, 64);
    platform_set_icon(window->platform, &icon);
    pixels_free(&icon);
    struct ui_clipboard clipboard = platform_clipboard(window->platform);
    ui_set_clipboard(window->app->ui, &clipboard);
    return true;
}

void window_close(struct window *window)
{
    app_free(window->app);
    compose_free(window->compose);
    fonts_free(window->fonts);
    platform_close(window->platform);
    *window = (struct window){0};
}

bool window_gather(struct window *window, int wait_ms)
{
    bool any = false;
    for (;;) {
        if (!window->has_event) {
            if (!platform_next(window->platform, any ? 0 : wait_ms, &window->event))
                return any;
            window->has_event = true;
        }
        if (!frame_input_add(&window->frame, &window->event))
            return true;
        window->has_event = false;
        any = true;
    }
}

/* -- a frame -- */

static void name_window(struct window *window)
{
    const struct record *run = app_run(window->app);
    if (run == window->app->seen && window->drawn)
        return;
    char title[160];
    if (run != NULL)
        (void)snprintf(title, sizeof title, "%s - tepid", record_info(run)->scenario);
    else
        (void)snprintf(title, sizeof title, "tepid");
    platform_set_title(window->platform, title);
}

/* A name that is not taken: "hello-latency.png", "hello-latency-2.png" ... */
static void free_name(char *path, size_t size, const char *stem, const char *end)
{
    (void)snprintf(path, size, "%s.%s", stem, end);
    for (int i = 2; access(path, F_OK) == 0 && i < 10000; i++)
        (void)snprintf(path, size, "%s-%d.%s", stem, i, end);
}

static const char *part_name(const struct app *app, int panel)
{
    if (panel >= 0)
        return panels[panel].id;
    return app->page >= 0 ? pages[app->page].id : app->page == PAGE_START ? "stories" : "dashboard";
}

static void save_as_wished(struct window *window)
{
    static const char *const ends[] = {"png", "svg", "pdf", "csv"};
    struct app *app = window->app;
    struct save_wish wish = app->save;
    char stem[200], path[256];
    struct err err = {0};
    if (!wish.wanted)
        return;
    app->save.wanted = false;
    const struct record *run = app_run(app);
    (void)snprintf(stem, sizeof stem, "%.80s-%.80s",
                   run != NULL ? record_info(run)->scenario : "tepid", part_name(app, wish.panel));
    for (char *at = stem; *at != '\0'; at++)
        if (*at == '/' || *at == ' ')
            *at = '-';
    free_name(path, sizeof path, stem, ends[wish.format]);
    bool saved = wish.format == SAVE_PNG && wish.panel < 0
                     ? window_shot(window, path, &err)
                     : window_save(window, wish.format, wish.panel, path, &err);
    if (saved)
        app_toast(app, false, "Saved %s", path);
    else
        app_toast(app, true, "%s", err.what);
}

void window_frame_always(struct window *window, double wall_s)
{
    struct app *app = window->app;
    bool full = app->wants_full_window;
    window->wall_s = wall_s;
    (void)app_poll(app, wall_s);
    struct pixels *pixels = platform_pixels(window->platform);
    if (pixels->width > 0) {
        app_resize(app, pixels->width / pixels->scale, pixels->height / pixels->scale);
        if (window->frame.exposed || window->frame.resized)
            compose_forget(window->compose);
        struct screen *screen = compose_begin(window->compose, pixels);
        app_draw(app, screen, &window->frame.input);
        window->part_count = compose_end(window->compose, window->parts);
        platform_present(window->platform, window->parts, window->part_count);
        platform_set_pointer(window->platform, ui_pointer(app->ui));
        name_window(window);
        window->drawn = true;
    }
    if (app->wants_full_window != full)
        platform_fullscreen(window->platform, app->wants_full_window);
    save_as_wished(window);
    frame_input_next(&window->frame);
}

static bool has_input(const struct frame_input *frame)
{
    const struct ui_input *input = &frame->input;
    return input->pressed || input->released || input->right_pressed || input->key != 0 ||
           input->text[0] != '\0' || input->wheel_x != 0 || input->wheel_y != 0 || input->quit ||
           input->dropped != NULL || frame->resized || frame->exposed;
}

void window_frame(struct window *window, double wall_s)
{
    struct app *app = window->app;
    const struct ui_input *input = &window->frame.input;
    bool moved = input->x != window->mouse_x || input->y != window->mouse_y ||
                 input->inside != window->mouse_inside;
    window->mouse_x = input->x;
    window->mouse_y = input->y;
    window->mouse_inside = input->inside;
    window->wall_s = wall_s;
    bool due = app_poll(app, wall_s);
    if (window->frame.visible && (due || moved || !window->drawn || has_input(&window->frame)))
        window_frame_always(window, wall_s);
    else if (input->quit)
        app->quits = true;
    else
        frame_input_next(&window->frame);
}

static bool is_busy(struct app *app)
{
    bool news = false;
    return app->page == PAGE_START ? start_page_busy(app) : app_page_busy(app, &news);
}

bool window_finish_page(struct window *window, double *wall_s, double seconds)
{
    struct app *app = window->app;
    int64_t until_ns = platform_now_ns() + (int64_t)(seconds * 1e9);
    for (;;) {
        /* What a page computes is begun by the frame that shows the page. */
        window_frame_always(window, *wall_s += FRAME_S);
        if (!is_busy(app))
            return true;
        while (is_busy(app)) {
            if (platform_now_ns() > until_ns)
                return false;
            (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
            if (app->page == PAGE_START)
                (void)app_poll(app, *wall_s);
        }
    }
}

/* -- files -- */

bool window_shot(struct window *window, const char *path, struct err *err)
{
    return export_png(path, platform_pixels(window->platform), err);
}

struct drawing {
    struct app *app;
    int panel;
};

static void draw_panel(void *context, struct canvas *canvas, struct rect where)
{
    const struct drawing *drawing = context;
    struct view view = app_view(drawing->app, canvas, PASS_BOTH, NULL);
    view.ui = NULL;
    view.time.crosshair_s = (double)NAN;
    canvas_fill(canvas, where, 0, view.theme->bg);
    (void)panels[drawing->panel].draw(&view, where);
}

/* The window as it is, but with nothing under the mouse. Widgets of this frame see no input. */
static void draw_window(void *context, struct canvas *canvas, struct rect where)
{
    const struct drawing *drawing = context;
    struct app *app = drawing->app;
    struct screen screen;
    struct ui_input nothing = {.x = -1, .y = -1};
    screen_plain(&screen, canvas);
    canvas_fill(canvas, where, 0, app->theme->bg);
    app_draw(app, &screen, &nothing);
}

static bool save_csv(struct window *window, int panel, const char *path, struct err *err)
{
    struct app *app = window->app;
    struct text csv = {0};
    if (app_run(app) == NULL)
        return err_set(err, "there is no run to save yet");
    struct view view = app_view(app, app->screen->canvas, PASS_BOTH, NULL);
    if (panel >= 0) {
        panels[panel].csv(&view, &csv);
    } else if (app->page >= 0) {
        pages[app->page].csv(&view, app->page_states[app->page], &csv);
    } else { /* the dashboard: panel by panel, each below its name */
        for (int i = 0; panels[i].id != NULL; i++) {
            if (panels[i].applies != NULL && !panels[i].applies(view.run))
                continue;
            text_addf(&csv, "%s# %s\n", i > 0 ? "\n" : "", panels[i].id);
            panels[i].csv(&view, &csv);
        }
    }
    bool ok = export_bytes(path, csv.data != NULL ? csv.data : "", csv.length, err);
    text_free(&csv);
    return ok;
}

bool window_save(struct window *window, enum save_format format, int panel, const char *path,
                 struct err *err)
{
    struct app *app = window->app;
    static const enum export_kind kinds[] = {EXPORT_PNG, EXPORT_SVG, EXPORT_PDF};
    if (format == SAVE_CSV)
        return save_csv(window, panel, path, err);
    if (panel >= 0 && app_run(app) == NULL)
        return err_set(err, "there is no run to save yet");
    struct drawing drawing = {app, panel};
    struct export_options options = {
        .width = panel >= 0 ? 720 : app->width,
        .height = panel >= 0 ? 450 : app->height,
        .scale = panel >= 0 ? 2 : platform_pixels(window->platform)->scale,
        .text_scale = app->text_scale,
        .title = panel >= 0 ? panels[panel].title : "tepid",
        .background = app->theme->bg,
    };
    return export_drawing(kinds[format], path, window->fonts, &options,
                          panel >= 0 ? draw_panel : draw_window, &drawing, err);
}
