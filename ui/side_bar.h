/* side_bar.h - the left column: pages, a slider or a choice for each parameter, variants, the comparison in words, events.
 *
 * What was set shows at once and is held until the run that has it is on screen, so a slider never jumps back under the hand.
 */
#ifndef TEPID_UI_SIDE_BAR_H
#define TEPID_UI_SIDE_BAR_H

#include "ui/app.h"

void side_bar_draw(struct app *app, struct rect where);
/* The same above the content, where the window is narrow: modal, closed by a press beside it. */
void side_bar_draw_over(struct app *app, struct rect where);

#endif
