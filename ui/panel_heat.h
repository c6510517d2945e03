/* panel_heat.h - how many requests took how long, when: a heat map on logarithmic scales.
 *
 * A click on a cell asks for the requests behind it (WISH_TRACES). The application drops that wish when the click was the end of a drag.
 */
#ifndef TEPID_UI_PANEL_HEAT_H
#define TEPID_UI_PANEL_HEAT_H

#include "ui/view.h"

struct wish panel_heat_draw(struct view *view, struct rect where);
void panel_heat_csv(struct view *view, struct text *out);

#endif
