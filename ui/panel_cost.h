/* panel_cost.h - what the load costs a month, line by line of the bill, as bars.
 *
 * Where there is a baseline, a mark on each bar says what that line cost there.
 */
#ifndef TEPID_UI_PANEL_COST_H
#define TEPID_UI_PANEL_COST_H

#include "ui/view.h"

struct wish panel_cost_draw(struct view *view, struct rect where);
void panel_cost_csv(struct view *view, struct text *out);

#endif
