/* tape.h - a canvas that keeps the calls, so that they can be compared with those of the frame before and, if need be, played.
 *
 * Asking widgets to draw themselves is cheap; making pixels is not. A tape answers measurements from the canvas it stands for, keeps every
 * other call as bytes and a digest of them: a part of the window whose tape has the digest of the last frame need not be painted at all.
 */
#ifndef TEPID_UI_TAPE_H
#define TEPID_UI_TAPE_H

#include "chart/canvas.h"

/* The calls of one part. Begin with {0}, end with tape_free. */
struct tape {
    uint8_t *data;
    size_t length, capacity;
    struct rect bounds; /* of what was drawn, about; w == 0: nothing */
    int clips;          /* pushed and not popped */
};

void tape_free(struct tape *tape);
void tape_clear(struct tape *tape);
uint64_t tape_digest(const struct tape *tape);
void tape_play(const struct tape *tape, struct canvas *canvas);

/* Writes to whichever tape is set; measures with `real`. */
struct tape_canvas {
    struct canvas canvas; /* first, as in every backend */
    struct canvas *real;
    struct tape *tape;
};
void tape_canvas_init(struct tape_canvas *tape_canvas, struct canvas *real);

#endif
