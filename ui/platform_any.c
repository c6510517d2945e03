/* platform_any.c - what is the same for both kinds of platform: the queue of what was sent, and clocks. */
#include <time.h>

#include "core/arena.h"
#include "ui/platform_parts.h"

struct platform *platform_open(const struct platform_options *options, struct err *err)
{
    return options->headless ? platform_headless_open(options)
                             : platform_desktop_open(options, err);
}

void platform_close(struct platform *platform)
{
    if (platform == NULL)
        return;
    mem_free(platform->sent);
    platform->ops->close(platform);
}

bool platform_next(struct platform *platform, int wait_ms, struct event *event)
{
    if (platform->sent_first < platform->sent_count) {
        *event = platform->sent[platform->sent_first++];
        return true;
    }
    platform->sent_first = platform->sent_count = 0;
    return platform->ops->next(platform, wait_ms, event);
}

void platform_wake(struct platform *platform)
{
    platform->ops->wake(platform);
}

void platform_send(struct platform *platform, const struct event *event)
{
    platform->sent = mem_grow(platform->sent, platform->sent_count, &platform->sent_capacity,
                              sizeof *platform->sent);
    platform->sent[platform->sent_count++] = *event;
}

struct pixels *platform_pixels(struct platform *platform)
{
    platform->ops->refresh(platform);
    return &platform->pixels;
}

void platform_present(struct platform *platform, const struct pixel_rect *parts, int count)
{
    platform->ops->present(platform, parts, count);
}

void platform_resize(struct platform *platform, int width, int height)
{
    platform->ops->resize(platform, width > PLATFORM_MIN_WIDTH ? width : PLATFORM_MIN_WIDTH,
                          height > PLATFORM_MIN_HEIGHT ? height : PLATFORM_MIN_HEIGHT);
}

void platform_fullscreen(struct platform *platform, bool on)
{
    platform->ops->fullscreen(platform, on);
}

void platform_set_title(struct platform *platform, const char *title)
{
    platform->ops->set_title(platform, title);
}

void platform_set_icon(struct platform *platform, const struct pixels *icon)
{
    platform->ops->set_icon(platform, icon);
}

void platform_set_pointer(struct platform *platform, enum ui_pointer pointer)
{
    platform->ops->set_pointer(platform, pointer);
}

struct ui_clipboard platform_clipboard(struct platform *platform)
{
    return platform->ops->clipboard(platform);
}

const char *platform_driver(const struct platform *platform)
{
    return platform->driver;
}

bool platform_uses_texture(const struct platform *platform)
{
    return platform->texture;
}

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;
    ASSERT(clock_gettime(clock, &now) == 0);
    return (int64_t)now.tv_sec * SIM_SECOND + now.tv_nsec;
}

int64_t platform_now_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t platform_cpu_ns(void)
{
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}
