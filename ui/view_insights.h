/* view_insights.h - the page of insights: what the run shows, why, what to change, and what that change was measured to do.
 *
 * The run on screen is looked at in the background (insight_job.h) as soon as it has landed and this page is open. "Try it" makes the run on screen the
 * baseline and puts the change into the session, so that both can be compared.
 */
#ifndef TEPID_UI_VIEW_INSIGHTS_H
#define TEPID_UI_VIEW_INSIGHTS_H

#include "ui/view.h"

/* As struct page wants them. */
void *insights_page_new(void);
void insights_page_free(void *state); /* accepts NULL; stops what runs */
struct wish insights_page_draw(struct view *view, void *state, struct rect where);
void insights_page_csv(struct view *view, void *state, struct text *out);
bool insights_page_busy(void *state, bool *news);

#endif
