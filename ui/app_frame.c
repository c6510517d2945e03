/* app_frame.c - one frame of the window: where its parts lie, and what lies above what. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/action.h"
#include "ui/banner.h"
#include "ui/dashboard.h"
#include "ui/header.h"
#include "ui/key_sheet.h"
#include "ui/menus.h"
#include "ui/palette.h"
#include "ui/panel_frame.h"
#include "ui/scrubber.h"
#include "ui/side_bar.h"
#include "ui/start_page.h"

#define FOLDS_BELOW 1100.0

struct layout {
    struct rect header, side, content, scrubber;
    bool folded; /* no side bar beside the content */
};

static struct layout lay_out(const struct app *app)
{
    double k = app->k, w = app->width, h = app->height;
    struct layout at = {.folded = w < FOLDS_BELOW * k};
    double header = HEADER * k, scrubber = SCRUBBER * k, side = at.folded ? 0 : SIDE_BAR * k;
    at.header = (struct rect){0, 0, w, header};
    at.side = (struct rect){0, header, side, h - header - scrubber};
    at.content = (struct rect){side, header, w - side, h - header - scrubber};
    at.scrubber = (struct rect){0, h - scrubber, w, scrubber};
    return at;
}

static void draw_page(struct app *app, struct rect where)
{
    const struct page *page = &pages[app->page];
    void *state = app->page_states[app->page];
    struct rect inner = rect_inset(where, PANEL_GAP);
    struct view view = app_view(app, app->screen->canvas, PASS_MOVING, &app->full_memory);
    view.memory = NULL;
    view.pass = PASS_BOTH;
    if (page->still_key != NULL) {
        struct screen *screen = app->screen;
        uint64_t key = page->still_key(&view, state, inner) * 31 + (uint64_t)app->page;
        struct canvas *canvas = screen->still(screen, SCREEN_CONTENT, key);
        if (canvas != NULL) {
            struct view still = view;
            still.canvas = canvas;
            still.pass = PASS_STILL;
            canvas->text_scale = app->text_scale;
            canvas_fill(canvas, where, 0, app->theme->bg);
            (void)page->draw(&still, state, inner);
            screen->still_end(screen, SCREEN_CONTENT);
        }
    } else {
        canvas_fill(view.canvas, where, 0, app->theme->bg);
    }
    view.pass = PASS_MOVING;
    struct wish wish = page->draw(&view, state, inner);
    app_grant(app, &wish);
}

static void draw_waiting(struct app *app, struct rect where)
{
    const struct err *err = app->session == NULL ? NULL : session_error(app->session);
    canvas_fill(app->screen->canvas, where, 0, app->theme->bg);
    struct rect row = {where.x, where.y + where.h / 2 - app_line(app, TYPE_TITLE), where.w,
                       app_line(app, TYPE_TITLE)};
    app_text(app, row, ALIGN_MIDDLE, TYPE_TITLE, app->theme->strong,
             err != NULL ? "This scenario cannot be run as it stands" : "Loading ...");
    row.y += row.h + 8;
    if (err != NULL)
        app_text(app, row, ALIGN_MIDDLE, TYPE_BODY, app->theme->muted,
                 "Mend the file and save it: it is loaded again by itself.");
}

static void draw_content(struct app *app, struct rect where)
{
    app_part(app, SCREEN_CONTENT, where);
    if (app->page == PAGE_START)
        start_page_draw(app, where);
    else if (app_run(app) == NULL)
        draw_waiting(app, where);
    else if (app->page == PAGE_DASHBOARD)
        dashboard_draw(app, where);
    else
        draw_page(app, where);
}

static void draw_dialogs(struct app *app, const struct layout *at)
{
    struct rect all = {0, 0, app->width, app->height};
    app_part(app, SCREEN_OVERLAY, all);
    switch (app->dialog) {
    case DIALOG_NONE:
        break;
    case DIALOG_PALETTE:
        palette_draw(app, all);
        break;
    case DIALOG_KEYS:
        key_sheet_draw(app, all);
        break;
    case DIALOG_MENU:
        menus_draw(app);
        break;
    case DIALOG_SIDE_BAR: {
        struct rect bar = {0, at->header.h, SIDE_BAR * app->k,
                           app->height - at->header.h - at->scrubber.h};
        if (at->folded && app->page != PAGE_START)
            side_bar_draw_over(app, bar);
        else
            app->dialog = DIALOG_NONE;
        break;
    }
    }
}

/* A second press of the key that opened a dialog closes it; but what is typed into a field stays there. */
static void on_keys(struct app *app)
{
    const struct ui_input *input = ui_input_of(app->ui);
    if (input->key == 0 && input->text[0] == '\0')
        return;
    if (ui_typing(app->ui) && !input->ctrl && input->key != UI_KEY_F11)
        return;
    bool blocked = app->dialog == DIALOG_PALETTE || app->dialog == DIALOG_KEYS;
    if (blocked && !input->ctrl && input->key != UI_KEY_ESCAPE && input->key != '?' &&
        input->key != '/' && input->text[0] != '?')
        return;
    if (action_key(app, input))
        ui_take_key(app->ui);
}

static void on_drop(struct app *app, const struct ui_input *input)
{
    if (input->dropped != NULL)
        (void)app_open(app, input->dropped);
    if (app->opens[0] != '\0') {
        char file[sizeof app->opens];
        memcpy(file, app->opens, sizeof file);
        app->opens[0] = '\0';
        (void)app_open(app, file);
    }
}

void app_draw(struct app *app, struct screen *screen, const struct ui_input *input)
{
    app->screen = screen;
    app->k = fmax(1, app->text_scale);
    screen->canvas->text_scale = app->text_scale;
    app->quits = app->quits || input->quit;
    struct layout at = lay_out(app);
    app->content = at.content;
    ui_begin(app->ui, screen->canvas, app->theme, input);
    if (!at.content.w || !input->inside)
        app->player.time.crosshair_s = (double)NAN;
    app_part(app, SCREEN_HEADER, at.header);
    header_draw(app, at.header, at.folded);
    app_part(app, SCREEN_SIDE, at.side);
    if (at.side.w > 0 && app->page != PAGE_START)
        side_bar_draw(app, at.side);
    else
        at.content = (struct rect){0, at.content.y, app->width, at.content.h};
    if (app->page == PAGE_START)
        at.content.h = app->height - at.content.y;
    app->content = banner_draw(app, at.content);
    draw_content(app, app->content);
    app_part(app, SCREEN_SCRUBBER, at.scrubber);
    if (app->page != PAGE_START)
        scrubber_draw(app, at.scrubber);
    draw_dialogs(app, &at);
    toasts_draw(app);
    on_keys(app);
    ui_end(app->ui);
    on_drop(app, input);
}
