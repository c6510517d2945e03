/* side_params.h - the sliders and choices of the side bar: one for each parameter of the scenario.
 */
#ifndef TEPID_UI_SIDE_PARAMS_H
#define TEPID_UI_SIDE_PARAMS_H

#include "ui/app.h"

/* Draws the control of a parameter at (x, y), `width` wide; returns its height. */
double side_param_draw(struct app *app, const struct record_param *param, double x, double y,
                       double width);
/* Whether any parameter differs from what the file says. */
bool side_params_differ(const struct record_info *info);
/* Forgets what was set and is not on screen yet. */
void side_params_forget(struct app *app);

#endif
