/* sweep_job.h - a sweep behind the window: what the session simulates, at many values of its parameters, on a thread of its own.
 *
 * The job opens its own study of the same file with everything the sliders have changed (but the swept parameters themselves; pokes
 * are left out) and runs run/sweep over it on one thread, so that the window and the session keep theirs. Points are copied out as they are
 * done; the page looks at copies and never waits. Ending a job stops it within a few thousand events.
 */
#ifndef TEPID_UI_SWEEP_JOB_H
#define TEPID_UI_SWEEP_JOB_H

#include "run/session.h"
#include "run/sweep_grid.h"

struct sweep_job;

/* `axes` as after --sweep; none: what the file's sweep { } says, whose parameters are `names`, so that what the sliders say of
 * them is left out. */
struct sweep_ask {
    const char *const *axes;
    int axis_count;
    const char *const *names;
    int name_count;
};

struct sweep_job *sweep_job_start(const struct session *session, const struct sweep_ask *ask);
void sweep_job_end(struct sweep_job *job); /* stops it and waits for its thread; accepts NULL */

/* A done point, as the page shows it. */
struct job_point {
    int index;                            /* in the sweep's own order */
    const char *values[SWEEP_PARAMS_MAX]; /* as written; live as long as the job */
    double numbers[SWEEP_PARAMS_MAX];     /* NAN: no number */
    double objective, cost_month_usd, p99_ms, errors;
    double interval[2]; /* of the objective; NAN: none */
    bool passed;
    const char *missed; /* the SLOs it misses, or NULL */
};

/* What is known now. Everything it points to lives as long as the job. */
struct job_view {
    bool over;
    struct err err; /* over, and kind is none of ERR_NONE: why it came to nothing */
    int done, total;
    int param_count;
    const char *params[SWEEP_PARAMS_MAX];
    const char *units[SWEEP_PARAMS_MAX]; /* of its numbers: "MB"; NULL or "": none */
    bool numeric[SWEEP_PARAMS_MAX];
    const char *objective, *unit; /* "cost", "usd"; NULL: not known yet */
    bool judged;                  /* the scenario has SLOs */
    int cheapest,
        best; /* positions in `points`; -1: none. best: the cheapest that meets all SLOs */
    const struct job_point *points; /* in order of completion */
    int point_count;
};
/* Takes the lock; the view is good until the next call or the end of the job. */
const struct job_view *sweep_job_look(struct sweep_job *job);

#endif
