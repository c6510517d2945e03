/* view_sweep.h - the page of sweeps: what a parameter does to cost and latency, and the cheapest setting that meets the SLOs.
 *
 * The scenario's sweep { }, or any parameters chosen here, run in the background (sweep_job.h). A full dot meets the SLOs, a ring does not.
 * Clicking a point or its row puts its values into the session, so that the window shows that run (WISH_RUN_POINT).
 */
#ifndef TEPID_UI_VIEW_SWEEP_H
#define TEPID_UI_VIEW_SWEEP_H

#include "ui/view.h"

/* As struct page wants them. */
void *sweep_page_new(void);
void sweep_page_free(void *state); /* accepts NULL; stops what runs */
struct wish sweep_page_draw(struct view *view, void *state, struct rect where);
bool sweep_page_busy(void *state, bool *news);
/* The points that are done, in the sweep's order. */
void sweep_page_csv(struct view *view, void *state, struct text *out);

#endif
