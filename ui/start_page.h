/* start_page.h - what a window without a scenario shows: the stories that ship, each with a small picture, and what was open lately.
 *
 * The pictures are drawn from real runs: while the page is seen, one story after another is loaded and simulated for at most a second or two, and what
 * its traffic and its latency did is kept as a few points.
 */
#ifndef TEPID_UI_START_PAGE_H
#define TEPID_UI_START_PAGE_H

#include "scenario/shipped.h"
#include "ui/app.h"

struct start_page;

void start_page_free(struct start_page *page); /* accepts NULL */

/* Once a frame while the page is seen; true if a picture is new. */
bool start_page_poll(struct app *app);
/* Whether there are pictures still to come. */
bool start_page_busy(struct app *app);
void start_page_draw(struct app *app, struct rect where);

/* A story by number, or NULL beyond the last. The list is read once, when first asked for. */
const struct shipped *start_page_story(struct app *app, int index);

#endif
