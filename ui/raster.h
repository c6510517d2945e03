/* raster.h - the canvas of the window: chart calls become pixels.
 *
 * Everything is drawn by own kernels (raster_kernels.h) whose results are equal to the bit in every build; text by FreeType. What is
 * parallel to the axes and at least half a pixel wide stands on whole device pixels, so that grid lines and boxes are crisp at any scale;
 * curves and small marks have exact edges.
 *
 * Clips are whole device pixels. A raster draws into one picture at a time and belongs to one thread.
 */
#ifndef TEPID_UI_RASTER_H
#define TEPID_UI_RASTER_H

#include "ui/fonts.h"
#include "ui/pixels.h"

struct raster;

struct raster *raster_new(struct fonts *fonts);
void raster_free(struct raster *raster); /* accepts NULL */

/* Draws into `pixels` from now on, within `part` only (NULL: all of it). The canvas is the same
 * every time. */
struct canvas *raster_begin(struct raster *raster, struct pixels *pixels,
                            const struct pixel_rect *part, double text_scale);
struct canvas *raster_canvas(struct raster *raster);

/* Sets every pixel of a part, also where it was transparent. */
void pixels_fill(struct pixels *pixels, struct pixel_rect part, struct colour colour);

#endif
