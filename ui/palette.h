/* palette.h - Ctrl+K: type a few letters of anything and press Return.
 *
 * It finds actions, parameters (which get the focus), resources (shown on the map), panels (which fill the window), variants and the shipped
 * stories, by fuzzy search; best fit first, in the order of the tables before anything is typed.
 */
#ifndef TEPID_UI_PALETTE_H
#define TEPID_UI_PALETTE_H

#include "ui/app.h"

void palette_draw(struct app *app, struct rect all);

#endif
