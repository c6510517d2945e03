/* sweep_output.h - what tepid sweep shows and keeps while it works: the line on stderr, the folder so far, the runs of --json.
 */
#ifndef TEPID_CLI_SWEEP_OUTPUT_H
#define TEPID_CLI_SWEEP_OUTPUT_H

#include "cli/options.h"
#include "core/text.h"
#include "report/json.h"
#include "run/sweep.h"

struct sweep_output {
    const char *folder;
    const char *scenario;
    int width;
    bool shows, shown; /* progress */
    double wall_s, saved_s; /* since the start */
    struct report_info info;
    char **notes; /* JSON of each point */
    size_t note_count;
};

void sweep_output_begin(struct sweep_output *output, const char *folder, int width, bool shows);
void sweep_output_end(struct sweep_output *output); /* takes the line away */
void sweep_output_free(struct sweep_output *output);

/* Hooks of sweep_options; context is the sweep_output. */
void sweep_output_report(void *context, const struct sweep_progress *progress);
/* Now and then writes the folder as it is, so that little is lost with the process. */
void sweep_output_save(void *context, const struct sweep_table *table,
                       const struct sweep_point *point);
char *sweep_output_note(void *context, const struct result *result);
void sweep_output_keep(void *context, int point, const char *note);

/* {"runs": [...], "sweep": {...}} */
void sweep_output_json(const struct sweep_output *output, const struct sweep_table *table,
                       struct text *out);

/* "tepid sweep hello.lua --sweep memory=256MB,512MB": whatever changes the results, in the words that were given. */
void sweep_command_line(const struct options *options, struct text *out);

#endif
