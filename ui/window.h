/* window.h - the app on a platform: events become input, a frame becomes pixels, what is saved becomes files.
 *
 * One struct for the three ways to drive it: the loop of a desktop window (main.c), the script runner and the bench. Time is given with every
 * frame, so that headless runs need no clock.
 */
#ifndef TEPID_UI_WINDOW_H
#define TEPID_UI_WINDOW_H

#include "ui/app.h"
#include "ui/compose.h"
#include "ui/platform.h"

struct window {
    struct platform *platform;
    struct fonts *fonts;
    struct compose *compose;
    struct app *app;
    struct frame_input frame;
    bool has_event; /* `event` waits for the next frame */
    struct event event;
    double wall_s;
    double mouse_x, mouse_y; /* of the frame before */
    bool mouse_inside;
    bool drawn; /* the last frame was: its input was not empty, or something moved */
    struct pixel_rect parts[COMPOSE_PARTS]; /* presented by the last frame */
    int part_count;
};

struct window_setup {
    struct app_setup app;
    struct platform_options platform;
};

/* False with err: no display, no font, no such scenario. */
bool window_open(struct window *window, const struct window_setup *setup, struct err *err);
void window_close(struct window *window); /* accepts a zeroed struct */

/* Gathers the input of a frame, waiting at most so long for the first event. True if there was any. */
bool window_gather(struct window *window, int wait_ms);
/* Draws, if there was input or something moved, and presents; then the input is used up. */
void window_frame(struct window *window, double wall_s);
/* The same whether or not anything moved. */
void window_frame_always(struct window *window, double wall_s);

/* Until the page has all that it computes behind the window, and shows it; at most so many seconds by the clock of this machine. Frames
 * are drawn a 60th of a second apart from `wall_s` on, as few as it takes. True if the page is done. */
bool window_finish_page(struct window *window, double *wall_s, double seconds);

/* What is on screen, as it is. */
bool window_shot(struct window *window, const char *path, struct err *err);
/* A panel (-1: what fills the content) or the whole window in a format; writes to `path`. */
bool window_save(struct window *window, enum save_format format, int panel, const char *path,
                 struct err *err);

#endif
