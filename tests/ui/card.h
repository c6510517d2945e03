/* card.h - the test card: every call of a canvas, in places where mistakes show. */
#ifndef TEPID_TESTS_UI_CARD_H
#define TEPID_TESTS_UI_CARD_H

#include "chart/theme.h"

#define CARD_WIDTH  640
#define CARD_HEIGHT 420

/* Without a letter: its pixels depend on no font. */
void card_draw_shapes(struct canvas *canvas, const struct theme *theme);
void card_draw(struct canvas *canvas, const struct theme *theme);

#endif
