/* damage.h - which parts of a picture were drawn on, in tiles.
 *
 * A frame restores what the last one drew on and presents what either did. Tiles are coarse enough to be cheap to mark (a curve marks
 * its box) and fine enough that a crosshair through all charts costs a narrow column.
 */
#ifndef TEPID_UI_DAMAGE_H
#define TEPID_UI_DAMAGE_H

#include "ui/pixels.h"

#define DAMAGE_TILE_W    32
#define DAMAGE_TILE_H    16
#define DAMAGE_PARTS_MAX 48

struct damage {
    int width, height, columns, rows;
    uint8_t *tiles; /* 1: drawn on */
};

/* Nothing marked; keeps its memory from size to size. Start with {0}, end with damage_free. */
void damage_reset(struct damage *damage, int width, int height);
void damage_free(struct damage *damage);

void damage_mark(struct damage *damage, struct pixel_rect part);    /* clipped to the picture */
void damage_add(struct damage *damage, const struct damage *other); /* of the same size */

/* The marked tiles as at most DAMAGE_PARTS_MAX rectangles that do not overlap (if there would be more: one around them all). */
int damage_parts(const struct damage *damage, struct pixel_rect parts[DAMAGE_PARTS_MAX]);

#endif
