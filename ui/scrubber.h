/* scrubber.h - the whole run at the bottom: its traffic, the window that the charts show, the clock.
 *
 * A click sets the clock. A drag across what is not shown marks a new window; a drag of the window moves it, of one of its edges changes it. A double
 * click shows the whole run. With the focus, arrows move the clock (Shift: ten times as far).
 */
#ifndef TEPID_UI_SCRUBBER_H
#define TEPID_UI_SCRUBBER_H

#include "ui/app.h"

void scrubber_draw(struct app *app, struct rect where);

#endif
