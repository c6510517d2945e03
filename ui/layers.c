/* layers.c - the still layer, and the account of what lies on top of it. */
#include "ui/layers.h"

#include <string.h>

#include "core/arena.h"

struct layers {
    struct fonts *fonts;
    struct raster *still_raster, *moving_raster;
    struct pixels still;
    struct pixels *window;
    const uint32_t *window_data; /* a window that got other pixels has lost its content */
    struct damage before, now;   /* drawn on top in the last frame, in this one */
    struct damage changed;       /* to be presented */
    struct layer_part parts[LAYER_PARTS_MAX];
    bool stale[LAYER_PARTS_MAX];
    int count;
    struct colour background;
    double text_scale;
    bool exposed, forget;
};

struct layers *layers_new(struct fonts *fonts)
{
    struct layers *layers = mem_resize(NULL, sizeof *layers);
    memset(layers, 0, sizeof *layers);
    layers->fonts = fonts;
    layers->still_raster = raster_new(fonts);
    layers->moving_raster = raster_new(fonts);
    return layers;
}

void layers_free(struct layers *layers)
{
    if (layers == NULL)
        return;
    raster_free(layers->still_raster);
    raster_free(layers->moving_raster);
    pixels_free(&layers->still);
    damage_free(&layers->before);
    damage_free(&layers->now);
    damage_free(&layers->changed);
    mem_free(layers);
}

static bool same_rect(struct rect a, struct rect b)
{
    return a.x == b.x && a.y == b.y && a.w == b.w && a.h == b.h;
}

static bool same_layout(const struct layers *layers, struct colour background, double text_scale,
                        const struct layer_part *parts, int count)
{
    const struct colour *old = &layers->background;
    if (layers->forget || count != layers->count || text_scale != layers->text_scale ||
        background.r != old->r || background.g != old->g || background.b != old->b)
        return false;
    for (int i = 0; i < count; i++)
        if (!same_rect(parts[i].where, layers->parts[i].where))
            return false;
    return true;
}

static bool same_window(const struct layers *layers, const struct pixels *window)
{
    return window->width == layers->still.width && window->height == layers->still.height &&
           window->scale == layers->still.scale && window->data == layers->window_data;
}

static struct pixel_rect whole(const struct pixels *pixels)
{
    return (struct pixel_rect){0, 0, pixels->width, pixels->height};
}

/* Nothing of the last frame is of use. */
static void start_over(struct layers *layers, struct colour background)
{
    const struct pixels *window = layers->window;
    if (window->width != layers->still.width || window->height != layers->still.height) {
        pixels_free(&layers->still);
        layers->still = pixels_new(window->width, window->height, window->scale);
    }
    layers->still.scale = window->scale;
    pixels_fill(&layers->still, whole(window), background);
    damage_reset(&layers->before, window->width, window->height);
    damage_mark(&layers->before, whole(window));
}

void layers_begin(struct layers *layers, struct pixels *pixels, struct colour background,
                  double text_scale, const struct layer_part *parts, int count)
{
    ASSERT(count >= 0 && count <= LAYER_PARTS_MAX && pixels->width > 0);
    bool all =
        !same_window(layers, pixels) || !same_layout(layers, background, text_scale, parts, count);
    layers->window = pixels;
    layers->window_data = pixels->data;
    layers->background = background;
    layers->text_scale = text_scale;
    layers->forget = false;
    layers->count = count;
    if (all)
        start_over(layers, background);
    damage_reset(&layers->changed, pixels->width, pixels->height);
    damage_reset(&layers->now, pixels->width, pixels->height);
    for (int i = 0; i < count; i++) {
        layers->stale[i] = all || parts[i].key != layers->parts[i].key;
        layers->parts[i] = parts[i];
    }
    (void)raster_begin(layers->moving_raster, pixels, NULL, &layers->now, text_scale);
}

bool layers_stale(const struct layers *layers, int part)
{
    ASSERT(part >= 0 && part < layers->count);
    return layers->stale[part];
}

struct canvas *layers_still(struct layers *layers, int part)
{
    ASSERT(part >= 0 && part < layers->count);
    struct pixel_rect at = pixels_touched(&layers->still, layers->parts[part].where);
    pixels_fill(&layers->still, at, layers->background);
    damage_mark(&layers->before, at);
    layers->stale[part] = false;
    return raster_begin(layers->still_raster, &layers->still, &at, NULL, layers->text_scale);
}

struct canvas *layers_moving(struct layers *layers)
{
    struct pixel_rect parts[DAMAGE_PARTS_MAX];
    int count = damage_parts(&layers->before, parts);
    for (int i = 0; i < count; i++)
        pixels_copy(layers->window, &layers->still, parts[i]);
    damage_add(&layers->changed, &layers->before);
    return raster_canvas(layers->moving_raster);
}

struct canvas *layers_canvas(struct layers *layers)
{
    return raster_canvas(layers->moving_raster);
}

int layers_end(struct layers *layers, struct pixel_rect parts[DAMAGE_PARTS_MAX])
{
    damage_add(&layers->changed, &layers->now);
    struct damage swap = layers->before;
    layers->before = layers->now;
    layers->now = swap;
    if (layers->exposed)
        damage_mark(&layers->changed, whole(layers->window));
    layers->exposed = false;
    return damage_parts(&layers->changed, parts);
}

void layers_expose(struct layers *layers)
{
    layers->exposed = true;
}

void layers_reset(struct layers *layers)
{
    layers->forget = true;
}
