/* side_params.h - the sliders and choices of the side bar: one for each parameter of the scenario.
 */
#ifndef TEPID_UI_SIDE_PARAMS_H
#define TEPID_UI_SIDE_PARAMS_H

#include "ui/app.h"

/* Draws the control of a parameter at (x, y), `width` wide; returns its height. */
double side_param_draw(struct app *app, const struct record_param *param, double x, double y,
                       double width);
/* Sets a parameter as a user writes it; a toast says what is wrong with it. */
void side_param_set(struct app *app, const char *name, const char *value);
/* Forgets what was set and is not on screen yet. */
void side_params_forget(struct app *app);

#endif
