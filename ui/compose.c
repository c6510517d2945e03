/* compose.c - see the header. */
#include "ui/compose.h"

#include <math.h>
#include <string.h>

#include "core/arena.h"
#include "ui/raster.h"
#include "ui/tape.h"

struct part {
    bool used;
    struct rect where;
    struct tape tape;
    bool has_still;
    uint64_t still_key, still_version; /* of the picture that is kept */
    struct rect still_where;
    /* as painted */
    bool painted;
    uint64_t painted_digest, painted_still;
    struct rect painted_where;
};

struct compose {
    struct screen screen; /* first: it is what the app draws on */
    struct tape_canvas tapes;
    struct raster *front, *back;
    struct pixels *pixels;
    struct pixels still;
    struct part parts[SCREEN_SLOTS];
    struct rect overlay; /* as painted */
    uint64_t versions;
    const uint32_t *seen_data;
    int seen_width, seen_height;
    double seen_scale;
};

static bool same_rect(struct rect a, struct rect b)
{
    return a.x == b.x && a.y == b.y && a.w == b.w && a.h == b.h;
}

/* -- the screen -- */

static void begin_part(struct screen *screen, enum screen_slot slot, struct rect where)
{
    struct compose *compose = (struct compose *)screen;
    struct part *part = &compose->parts[slot];
    if (!part->used) { /* else it goes on with it */
        tape_clear(&part->tape);
        part->has_still = false;
    }
    part->used = true;
    part->where = where;
    compose->tapes.tape = &part->tape;
}

static bool overlap(struct rect a, struct rect b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/* There is one picture for all stills: where one is drawn, others that lay there are gone. */
static void forget_below(struct compose *compose, const struct part *part)
{
    for (int i = 0; i < SCREEN_SLOTS; i++) {
        struct part *other = &compose->parts[i];
        if (other != part && other->still_version != 0 && overlap(other->still_where, part->where))
            other->still_version = 0;
    }
}

static struct canvas *still(struct screen *screen, enum screen_slot slot, uint64_t key)
{
    struct compose *compose = (struct compose *)screen;
    struct part *part = &compose->parts[slot];
    part->has_still = true;
    if (part->still_version != 0 && part->still_key == key &&
        same_rect(part->still_where, part->where))
        return NULL;
    forget_below(compose, part);
    part->still_key = key;
    part->still_where = part->where;
    part->still_version = ++compose->versions;
    struct pixel_rect touched = pixels_touched(&compose->still, part->where);
    return raster_begin(compose->back, &compose->still, &touched, screen->canvas->text_scale);
}

static void still_end(struct screen *screen, enum screen_slot slot)
{
    (void)screen;
    (void)slot;
}

struct compose *compose_new(struct fonts *fonts)
{
    struct compose *compose = mem_resize(NULL, sizeof *compose);
    memset(compose, 0, sizeof *compose);
    compose->front = raster_new(fonts);
    compose->back = raster_new(fonts);
    tape_canvas_init(&compose->tapes, raster_canvas(compose->front));
    compose->screen = (struct screen){&compose->tapes.canvas, begin_part, still, still_end};
    return compose;
}

void compose_free(struct compose *compose)
{
    if (compose == NULL)
        return;
    for (int i = 0; i < SCREEN_SLOTS; i++)
        tape_free(&compose->parts[i].tape);
    pixels_free(&compose->still);
    raster_free(compose->front);
    raster_free(compose->back);
    mem_free(compose);
}

void compose_forget_part(struct compose *compose, enum screen_slot slot)
{
    compose->parts[slot].painted = false;
    compose->parts[slot].still_version = 0;
}

void compose_forget(struct compose *compose)
{
    for (int i = 0; i < SCREEN_SLOTS; i++)
        compose_forget_part(compose, (enum screen_slot)i);
}

struct screen *compose_begin(struct compose *compose, struct pixels *pixels)
{
    bool same = compose->seen_data == pixels->data && compose->seen_width == pixels->width &&
                compose->seen_height == pixels->height && compose->seen_scale == pixels->scale;
    compose->pixels = pixels;
    if (!same) {
        if (compose->still.width != pixels->width || compose->still.height != pixels->height ||
            compose->still.scale != pixels->scale) {
            pixels_free(&compose->still);
            compose->still = pixels_new(pixels->width, pixels->height, pixels->scale);
        }
        compose_forget(compose);
    }
    compose->seen_data = pixels->data;
    compose->seen_width = pixels->width;
    compose->seen_height = pixels->height;
    compose->seen_scale = pixels->scale;
    for (int i = 0; i < SCREEN_SLOTS; i++) {
        struct part *part = &compose->parts[i];
        if (!part->used) /* in the frame before: what lay there is another part's now */
            part->painted = false;
        part->used = false;
    }
    struct rect all = {0, 0, pixels->width / pixels->scale, pixels->height / pixels->scale};
    compose->screen.part(&compose->screen, SCREEN_BACK, all);
    return &compose->screen;
}

/* -- the end of a frame -- */

/* A part of the picture that is to be painted: from the lowest part up. */
static void paint(struct compose *compose, struct part *part, struct pixel_rect region)
{
    if (pixel_rect_is_empty(region))
        return;
    if (part->has_still)
        pixels_copy(compose->pixels, &compose->still, region);
    struct canvas *canvas =
        raster_begin(compose->front, compose->pixels, &region, compose->tapes.canvas.text_scale);
    tape_play(&part->tape, canvas);
}

static struct rect overlay_bounds(const struct compose *compose)
{
    const struct part *part = &compose->parts[SCREEN_OVERLAY];
    if (!part->used || part->tape.bounds.w <= 0)
        return (struct rect){0, 0, 0, 0};
    struct rect all = part->tape.bounds;
    return (struct rect){floor(all.x - 2), floor(all.y - 2), ceil(all.w + 5), ceil(all.h + 8)};
}

static bool looks_different(const struct part *part, uint64_t digest)
{
    uint64_t version = part->has_still ? part->still_version : 0;
    return !part->painted || part->painted_digest != digest || part->painted_still != version ||
           !same_rect(part->painted_where, part->where);
}

/* What of the window has to be painted: parts that look different, and where the overlay is or was, if it changed. */
static int find_regions(struct compose *compose, struct pixel_rect regions[COMPOSE_PARTS])
{
    int count = 0;
    struct rect overlay = overlay_bounds(compose);
    for (int i = 0; i < SCREEN_OVERLAY; i++) {
        struct part *part = &compose->parts[i];
        if (!part->used)
            continue;
        ASSERT(part->tape.clips == 0);
        uint64_t digest = tape_digest(&part->tape);
        if (looks_different(part, digest))
            regions[count++] = pixels_touched(compose->pixels, part->where);
        part->painted = true;
        part->painted_digest = digest;
        part->painted_still = part->has_still ? part->still_version : 0;
        part->painted_where = part->where;
    }
    struct part *over = &compose->parts[SCREEN_OVERLAY];
    uint64_t digest = over->used ? tape_digest(&over->tape) : 0;
    if (digest != over->painted_digest || !same_rect(overlay, compose->overlay)) {
        struct pixel_rect now = {0, 0, 0, 0}, before = {0, 0, 0, 0};
        if (overlay.w > 0)
            now = pixels_touched(compose->pixels, overlay);
        if (compose->overlay.w > 0)
            before = pixels_touched(compose->pixels, compose->overlay);
        struct pixel_rect both = pixel_rect_around(now, before);
        if (!pixel_rect_is_empty(both))
            regions[count++] = both;
    }
    over->painted_digest = digest;
    compose->overlay = overlay;
    return count;
}

static bool holds(struct pixel_rect outer, struct pixel_rect inner)
{
    return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.w <= outer.x + outer.w &&
           inner.y + inner.h <= outer.y + outer.h;
}

/* A region within another is not painted twice. */
static int drop_covered(struct pixel_rect *regions, int count)
{
    int kept = 0;
    for (int i = 0; i < count; i++) {
        bool covered = pixel_rect_is_empty(regions[i]);
        for (int j = 0; j < count && !covered; j++)
            covered = j != i && holds(regions[j], regions[i]) &&
                      !(holds(regions[i], regions[j]) && j > i);
        if (!covered)
            regions[kept++] = regions[i];
    }
    return kept;
}

int compose_end(struct compose *compose, struct pixel_rect parts[COMPOSE_PARTS])
{
    int count = drop_covered(parts, find_regions(compose, parts));
    for (int r = 0; r < count; r++) {
        for (int i = 0; i < SCREEN_SLOTS; i++) {
            struct part *part = &compose->parts[i];
            if (!part->used)
                continue;
            struct pixel_rect at = i == SCREEN_OVERLAY
                                       ? pixels_touched(compose->pixels, compose->overlay)
                                       : pixels_touched(compose->pixels, part->where);
            paint(compose, part, pixel_rect_both(at, parts[r]));
        }
    }
    return count;
}
