/* layers.h - what stands still is kept as pixels; a frame draws only what moves, and presents only what changed.
 *
 * The window is made of parts (panels, a page, the header), each with a rectangle and a key that says what its still pass depends on. A frame:
 *
 *     layers_begin(...)                     which parts are stale?
 *     for each stale part: the still pass   into the still layer
 *     layers_moving(...)                    takes back what the last frame drew on top
 *     the moving pass of everything         on top; every call marks the tiles it touched
 *     layers_end(...)                       what to present
 *
 * So a frame in which a crosshair moves costs the crosshair. If a part comes, goes or moves, or the size, scale, background or text
 * scale changes, all parts are stale. Between parts is the background.
 */
#ifndef TEPID_UI_LAYERS_H
#define TEPID_UI_LAYERS_H

#include "ui/raster.h"

#define LAYER_PARTS_MAX 48

struct layer_part {
    struct rect where;
    uint64_t key;
};

struct layers;

struct layers *layers_new(struct fonts *fonts);
void layers_free(struct layers *layers); /* accepts NULL */

/* `pixels` are the window's and stay in place until layers_end. */
void layers_begin(struct layers *layers, struct pixels *pixels, struct colour background,
                  double text_scale, const struct layer_part *parts, int count);

/* Whether the still pass of a part must be drawn. */
bool layers_stale(const struct layers *layers, int part);
/* The canvas for it: the part is background, and nothing is drawn outside of it. */
struct canvas *layers_still(struct layers *layers, int part);

/* The canvas of the moving pass; after all stale parts were drawn. */
struct canvas *layers_moving(struct layers *layers);
/* The same canvas without preparing anything: for measuring before layers_begin. */
struct canvas *layers_canvas(struct layers *layers);

/* What differs from what was presented last: rectangles that do not overlap, to be given to platform_present. */
int layers_end(struct layers *layers, struct pixel_rect parts[DAMAGE_PARTS_MAX]);

/* The window lost what was presented: layers_end gives all of it next time. */
void layers_expose(struct layers *layers);
/* Everything is drawn again. */
void layers_reset(struct layers *layers);

#endif
