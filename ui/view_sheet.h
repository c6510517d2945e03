/* view_sheet.h - the side sheet of a resource: how it is doing, who calls it, what it calls, its limits, its configuration, and what can be done to it.
 *
 * Poke buttons make a fault at the cursor (session_poke): a burst of requests, calls that fail, calls that take twice as long. What lies before the
 * cursor stays as it was.
 */
#ifndef TEPID_UI_VIEW_SHEET_H
#define TEPID_UI_VIEW_SHEET_H

#include "ui/view.h"

/* Of a node of the record. *node changes when a neighbour is chosen, to -1 when the sheet is closed. */
void sheet_draw(struct view *view, struct rect where, int *node);

#endif
