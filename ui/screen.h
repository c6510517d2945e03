/* screen.h - where a frame goes: a canvas for what moves, and behind it one for each part that stands still.
 *
 * The parts of a frame that change only now and then (a panel's axes and curves) are kept as pixels. `still` is asked for a canvas with
 * the key of all that the part depends on; while the key of a slot stays the same it puts the kept pixels back and answers NULL, and the part need not be drawn.
 * A backend without pixels (a recorder, a file) answers its one canvas each time.
 */
#ifndef TEPID_UI_SCREEN_H
#define TEPID_UI_SCREEN_H

#include "chart/canvas.h"

struct screen {
    struct canvas *canvas;
    struct canvas *(*still)(struct screen *screen, int slot, struct rect where, uint64_t key);
    void (*still_end)(struct screen *screen, int slot); /* after a canvas was given */
};

/* One canvas for everything. */
void screen_plain(struct screen *screen, struct canvas *canvas);

#endif
