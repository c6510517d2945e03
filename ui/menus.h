/* menus.h - the menus that hang from buttons: export, speed, what can be done with a panel, choices of a parameter.
 */
#ifndef TEPID_UI_MENUS_H
#define TEPID_UI_MENUS_H

#include "ui/app.h"

/* The one that is open (app->menu). */
void menus_draw(struct app *app);

#endif
