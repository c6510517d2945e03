/* insight_job.h - insights behind the window: the session's run looked at, and its proposed changes simulated, on a thread of its own.
 *
 * The record of a window may go while its run is being looked at, so the job simulates the same run once more for itself (the same bits come
 * out) and gives run/insight that result. Findings are copied out whenever there are more; the page looks at copies and never waits.
 */
#ifndef TEPID_UI_INSIGHT_JOB_H
#define TEPID_UI_INSIGHT_JOB_H

#include "run/insight.h"
#include "run/session.h"

struct insight_job;

/* `all`: measures every finding, not the most important ones alone. */
struct insight_job *insight_job_start(const struct session *session, bool all);
void insight_job_end(struct insight_job *job); /* stops it and waits for its thread; accepts NULL */

struct insight_view {
    bool over;
    struct err err;              /* over, and kind is not ERR_NONE: why it came to nothing */
    bool found;                  /* the run was looked at; false: it is being simulated */
    int measured, total;         /* of the changes to be simulated */
    int unmeasured;              /* findings that `all` would measure */
    const struct insight *items; /* most important first; texts live until the next look */
    const char *const
        *changes; /* of each item as typed: "--set work.provisioned=7", "" without one */
    int count;
    int version; /* moves on with every change */
};
/* Good until the next call or the end of the job. */
const struct insight_view *insight_job_look(struct insight_job *job);

#endif
