/* screen.h - where a frame goes: one canvas for all of it, cut into parts, each with a picture behind it that stands still.
 *
 * A frame is drawn part by part: header, side bar, each tile, each panel. What is drawn belongs to the part that was begun last. A part may
 * have a still picture, kept as pixels: `still` is asked for a canvas with the key of all that picture depends on, and answers NULL while the kept
 * one is good. A backend with pixels (compose.h) repaints only the parts that look different than in the frame before; one without (a
 * recorder, a file) answers its one canvas each time and knows no parts.
 */
#ifndef TEPID_UI_SCREEN_H
#define TEPID_UI_SCREEN_H

#include "chart/canvas.h"

/* Which parts there are. What is drawn into a later one lies above; the overlay above all, wherever it reaches. */
enum screen_slot {
    SCREEN_BACK,
    SCREEN_CONTENT,
    SCREEN_TILES,
    SCREEN_PANELS = SCREEN_TILES + 8,
    SCREEN_FULL = SCREEN_PANELS + 32,
    SCREEN_BANNER,
    SCREEN_HEADER,
    SCREEN_SIDE,
    SCREEN_SCRUBBER,
    SCREEN_OVERLAY,
    SCREEN_SLOTS
};

struct screen {
    struct canvas *canvas;
    /* What follows belongs to `slot` and is seen within `where`. */
    void (*part)(struct screen *screen, enum screen_slot slot, struct rect where);
    /* The picture behind a part that was begun. */
    struct canvas *(*still)(struct screen *screen, enum screen_slot slot, uint64_t key);
    void (*still_end)(struct screen *screen, enum screen_slot slot); /* after a canvas was given */
};

/* One canvas for everything. */
void screen_plain(struct screen *screen, struct canvas *canvas);

#endif
