/* key_sheet.h - what `?` shows: every key, by group, from the table of actions, and what the mouse does.
 */
#ifndef TEPID_UI_KEY_SHEET_H
#define TEPID_UI_KEY_SHEET_H

#include "ui/app.h"

void key_sheet_draw(struct app *app, struct rect all);

#endif
