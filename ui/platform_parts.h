/* platform_parts.h - what the two kinds of platform share. Nobody else includes this. */
#ifndef TEPID_UI_PLATFORM_PARTS_H
#define TEPID_UI_PLATFORM_PARTS_H

#include "ui/platform.h"

struct platform_ops {
    void (*close)(struct platform *platform);
    void (*refresh)(struct platform *platform); /* makes the pixels anew where they are stale */
    bool (*next)(struct platform *platform, int wait_ms, struct event *event);
    void (*wake)(struct platform *platform);
    void (*present)(struct platform *platform, const struct pixel_rect *parts, int count);
    void (*resize)(struct platform *platform, int width, int height);
    void (*fullscreen)(struct platform *platform, bool on);
    void (*set_title)(struct platform *platform, const char *title);
    void (*set_icon)(struct platform *platform, const struct pixels *icon);
    void (*set_pointer)(struct platform *platform, enum ui_pointer pointer);
    struct ui_clipboard (*clipboard)(struct platform *platform);
};

/* First member of both. */
struct platform {
    const struct platform_ops *ops;
    const char *driver;
    bool texture;
    struct pixels pixels;
    struct event *sent; /* by platform_send: a queue */
    size_t sent_first, sent_count, sent_capacity;
};

struct platform *platform_desktop_open(const struct platform_options *options, struct err *err);
struct platform *platform_headless_open(const struct platform_options *options);

#endif
