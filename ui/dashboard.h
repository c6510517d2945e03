/* dashboard.h - the tiles and the grid of panels, or one panel alone; and what mouse and wheel do over a chart.
 *
 * The grid takes as many columns as make panels of a good shape, and scrolls where there are more rows than fit. Over a chart the wheel zooms at
 * the mouse, a drag pans, a drag with Shift marks a stretch to zoom to, a double click fits the whole run again or, when that is on screen, fills
 * the window with the panel. Every panel has a menu at its corner, which the keyboard reaches too.
 */
#ifndef TEPID_UI_DASHBOARD_H
#define TEPID_UI_DASHBOARD_H

#include "ui/app.h"

void dashboard_draw(struct app *app, struct rect where);

#endif
