/* progress.h - one line on stderr while a run takes its time.
 *
 * Nothing is shown in the first half second, since most runs are over by then, and nothing stays behind.
 */
#ifndef TEPID_CLI_PROGRESS_H
#define TEPID_CLI_PROGRESS_H

#include "core/text.h"
#include "run/run.h"

struct progress {
    const char *scenario, *variant; /* variant: NULL for none, or several */
    int width;
    bool shown;
};

/* A run_report; `context` is a struct progress. */
void progress_report(void *context, const struct run_progress *now);

/* Takes the line away. */
void progress_clear(struct progress *progress);

/* The line itself, for the test. */
void progress_line(const struct progress *progress, const struct run_progress *now,
                   struct text *out);

#endif
