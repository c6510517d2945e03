/* platform_headless.c - a window of plain memory: what is sent to it happens, what is presented is in its pixels. */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "core/arena.h"
#include "ui/platform_parts.h"

struct headless {
    struct platform base;
    pthread_mutex_t lock;
    pthread_cond_t stirred;
    bool woken;
    char *clipboard;
};

static struct headless *of(struct platform *platform)
{
    return (struct headless *)platform;
}

static void close_headless(struct platform *platform)
{
    struct headless *headless = of(platform);
    pixels_free(&platform->pixels);
    mem_free(headless->clipboard);
    ASSERT(pthread_cond_destroy(&headless->stirred) == 0);
    ASSERT(pthread_mutex_destroy(&headless->lock) == 0);
    mem_free(headless);
}

static void refresh(struct platform *platform)
{
    (void)platform; /* never stale */
}

static struct timespec in_ms(int wait_ms)
{
    struct timespec at;
    ASSERT(clock_gettime(CLOCK_MONOTONIC, &at) == 0);
    at.tv_sec += wait_ms / 1000;
    at.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_nsec -= 1000000000;
        at.tv_sec++;
    }
    return at;
}

static bool next(struct platform *platform, int wait_ms, struct event *event)
{
    struct headless *headless = of(platform);
    struct timespec until = in_ms(wait_ms > 0 ? wait_ms : 0);
    int rc = 0;
    ASSERT(pthread_mutex_lock(&headless->lock) == 0);
    while (!headless->woken && rc == 0 && wait_ms != 0)
        rc = wait_ms < 0 ? pthread_cond_wait(&headless->stirred, &headless->lock)
                         : pthread_cond_timedwait(&headless->stirred, &headless->lock, &until);
    bool woken = headless->woken;
    headless->woken = false;
    ASSERT(pthread_mutex_unlock(&headless->lock) == 0);
    ASSERT(rc == 0 || rc == ETIMEDOUT);
    *event = (struct event){.kind = EVENT_WAKE};
    return woken;
}

static void wake(struct platform *platform)
{
    struct headless *headless = of(platform);
    ASSERT(pthread_mutex_lock(&headless->lock) == 0);
    headless->woken = true;
    ASSERT(pthread_cond_signal(&headless->stirred) == 0);
    ASSERT(pthread_mutex_unlock(&headless->lock) == 0);
}

static void present(struct platform *platform, const struct pixel_rect *parts, int count)
{
    (void)platform, (void)parts, (void)count; /* the pixels are all there is */
}

static void resize(struct platform *platform, int width, int height)
{
    double scale = platform->pixels.scale;
    pixels_free(&platform->pixels);
    platform->pixels = pixels_new((int)lround(width * scale), (int)lround(height * scale), scale);
    platform_send(platform, &(struct event){.kind = EVENT_RESIZE});
}

static void fullscreen(struct platform *platform, bool on)
{
    (void)platform, (void)on; /* there is no screen to fill; platform_any.c keeps the state */
}

static void set_title(struct platform *platform, const char *title)
{
    (void)platform, (void)title; /* nobody would see it, nor the icon, nor the pointer */
}

static void set_icon(struct platform *platform, const struct pixels *icon)
{
    (void)platform, (void)icon;
}

static void set_pointer(struct platform *platform, enum ui_pointer pointer)
{
    (void)platform, (void)pointer;
}

static char *copy_text(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(mem_resize(NULL, bytes), text, bytes);
}

static void clipboard_set(void *context, const char *text)
{
    struct headless *headless = context;
    char *copy = copy_text(text);
    mem_free(headless->clipboard);
    headless->clipboard = copy;
}

static char *clipboard_get(void *context)
{
    struct headless *headless = context;
    return headless->clipboard == NULL ? NULL : copy_text(headless->clipboard);
}

static void clipboard_put_back(void *context, char *text)
{
    (void)context;
    mem_free(text);
}

static struct ui_clipboard clipboard(struct platform *platform)
{
    return (struct ui_clipboard){platform, clipboard_set, clipboard_get, clipboard_put_back};
}

static const struct platform_ops headless_ops = {
    .close = close_headless,
    .refresh = refresh,
    .next = next,
    .wake = wake,
    .present = present,
    .resize = resize,
    .fullscreen = fullscreen,
    .set_title = set_title,
    .set_icon = set_icon,
    .set_pointer = set_pointer,
    .clipboard = clipboard,
};

struct platform *platform_headless_open(const struct platform_options *options)
{
    struct headless *headless = mem_resize(NULL, sizeof *headless);
    memset(headless, 0, sizeof *headless);
    pthread_condattr_t attributes;
    ASSERT(pthread_mutex_init(&headless->lock, NULL) == 0);
    ASSERT(pthread_condattr_init(&attributes) == 0);
    ASSERT(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
    ASSERT(pthread_cond_init(&headless->stirred, &attributes) == 0);
    ASSERT(pthread_condattr_destroy(&attributes) == 0);
    double scale = options->scale > 0 ? options->scale : 1;
    int width = options->width > 0 ? options->width : 1440;
    int height = options->height > 0 ? options->height : 900;
    headless->base.ops = &headless_ops;
    headless->base.driver = "headless";
    headless->base.pixels =
        pixels_new((int)lround(width * scale), (int)lround(height * scale), scale);
    return &headless->base;
}
