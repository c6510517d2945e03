/* header.h - the line at the top: scenario, run or pause, speed, A/B, export; clock, seed, events a second.
 *
 * What does not fit is left out or folded, least important first: the rate of events, the seed, the row of speeds (a menu then), the name.
 */
#ifndef TEPID_UI_HEADER_H
#define TEPID_UI_HEADER_H

#include "ui/app.h"

void header_draw(struct app *app, struct rect where, bool folded);

#endif
