/* compose.h - the screen of the window: parts become pixels, and only those that look different are painted and presented.
 *
 * Each part of a frame is taped (tape.h) and has, behind the tape, the still picture that was asked for last; both live in pictures as large as
 * the window. At the end of a frame a part is painted again if its tape, its still picture or its place differ from the last frame, or if
 * something above it (a menu, a tooltip) came, went or changed there. Everything else stays as it is, in memory and on the display.
 */
#ifndef TEPID_UI_COMPOSE_H
#define TEPID_UI_COMPOSE_H

#include "ui/fonts.h"
#include "ui/pixels.h"
#include "ui/screen.h"

#define COMPOSE_PARTS (2 * SCREEN_SLOTS)

struct compose;

struct compose *compose_new(struct fonts *fonts);
void compose_free(struct compose *compose); /* accepts NULL */

/* The screen of a frame on these pixels; where they are new, all of it will be painted. Draw, then compose_end: it fills `parts` with what changed and
 * returns their number. */
struct screen *compose_begin(struct compose *compose, struct pixels *pixels);
int compose_end(struct compose *compose, struct pixel_rect parts[COMPOSE_PARTS]);
/* The next frame is painted whole. */
void compose_forget(struct compose *compose);
void compose_forget_part(struct compose *compose, enum screen_slot slot);

#endif
