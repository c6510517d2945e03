/* platform.h - the window on the desktop, or one of plain memory for scripts and tests: the only door to SDL.
 *
 * A platform owns the pixels that are drawn into, hands out what happens to the window as struct event, and presents the parts of the
 * pixels that changed. On X11 the pixels are those of the window itself (shared memory, no OpenGL behind it); where the display
 * has no such thing (Wayland) they are memory that is uploaded into a texture. Headless, nothing of SDL is started.
 *
 * All of it belongs to the thread that opened it, but for platform_wake.
 */
#ifndef TEPID_UI_PLATFORM_H
#define TEPID_UI_PLATFORM_H

#include "core/err.h"
#include "ui/event.h"
#include "ui/pixels.h"

#define PLATFORM_MIN_WIDTH  960
#define PLATFORM_MIN_HEIGHT 600
#define PLATFORM_WAIT_LONG  (-1)

struct platform_options {
    const char *title;
    bool headless;
    int width, height; /* in pixels at 100 %; 0: 1440 x 900, or less on a smaller screen */
    double scale;      /* device pixels to a pixel at 100 %; 0: as the desktop says */
    bool texture; /* present through a texture even where the window has pixels: to try it out */
};

struct platform;

/* NULL and why (ERR_FILE) if there is no display. */
struct platform *platform_open(const struct platform_options *options, struct err *err);
void platform_close(struct platform *platform); /* accepts NULL */

/* The next event, waiting at most `wait_ms` (0: not at all, PLATFORM_WAIT_LONG: until one comes). False: none came. */
bool platform_next(struct platform *platform, int wait_ms, struct event *event);
/* From any thread: the waiting one gets EVENT_WAKE, once however often this is called before. */
void platform_wake(struct platform *platform);
/* As if it had happened: platform_next returns it before anything else. Headless, this is how a script drives the window. */
void platform_send(struct platform *platform, const struct event *event);

/* Where to draw. Stays valid until platform_next returns; after EVENT_RESIZE it is another one. Width 0: nothing can be drawn now. */
struct pixels *platform_pixels(struct platform *platform);
/* Shows what changed: parts of the pixels, clipped to them. */
void platform_present(struct platform *platform, const struct pixel_rect *parts, int count);

/* In pixels at 100 %, at least the minimum. Followed by EVENT_RESIZE. */
void platform_resize(struct platform *platform, int width, int height);
void platform_fullscreen(struct platform *platform, bool on);
void platform_set_title(struct platform *platform, const char *title);
void platform_set_icon(struct platform *platform, const struct pixels *icon);
void platform_set_pointer(struct platform *platform, enum ui_pointer pointer);
/* For ui_set_clipboard; good as long as the platform is open. */
struct ui_clipboard platform_clipboard(struct platform *platform);

/* "x11", "wayland", "offscreen", "headless", for --bench and messages. */
const char *platform_driver(const struct platform *platform);
bool platform_uses_texture(const struct platform *platform);

/* Time that only moves forward, for pacing; CPU time of this thread, for measuring. In nanoseconds. */
int64_t platform_now_ns(void);
int64_t platform_cpu_ns(void);

#endif
