/* banner.h - what the window has to say: a scenario's error above the content, for as long as it stands, and toasts that pass.
 */
#ifndef TEPID_UI_BANNER_H
#define TEPID_UI_BANNER_H

#include "ui/app.h"

/* Draws the banner, if there is one, and returns what is left of `where` below it. */
struct rect banner_draw(struct app *app, struct rect where);
void toasts_draw(struct app *app);

#endif
