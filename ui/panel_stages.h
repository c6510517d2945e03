/* panel_stages.h - where the time of a request goes: the mean time in each stage, stacked.
 */
#ifndef TEPID_UI_PANEL_STAGES_H
#define TEPID_UI_PANEL_STAGES_H

#include "ui/view.h"

struct wish panel_stages_draw(struct view *view, struct rect where);
void panel_stages_csv(struct view *view, struct text *out);

#endif
