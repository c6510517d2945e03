/* view_traces.h - the page of traced requests: a list to choose from, and the waterfall of the one chosen.
 *
 * Which requests are traced is decided by the run (tracing.h): the slowest, failed and cold ones and a random few; or those behind a
 * cell of the heat map, when the page was pointed at one. The list is sorted and filtered here, by index, whenever the set, the order or the
 * filter changes, and not once a frame.
 */
#ifndef TEPID_UI_VIEW_TRACES_H
#define TEPID_UI_VIEW_TRACES_H

#include "ui/view.h"

/* As struct page wants them (view.h); the state is made by traces_page_new. */
void *traces_page_new(void);
void traces_page_free(void *state); /* accepts NULL */

/* WISH_TRACES: requests that began in [from_s, to_s) and took [low_ms, high_ms); the list is restricted to them, and the session traces them. */
void traces_page_ask(struct view *view, void *state, const struct wish *wish);

struct wish traces_page_draw(struct view *view, void *state, struct rect where);

/* The listed requests, a row each. */
void traces_page_csv(struct view *view, void *state, struct text *out);

#endif
