/* run_settings.h - what the command line says about a run: how long, how often, within which limits.
 */
#ifndef TEPID_CLI_RUN_SETTINGS_H
#define TEPID_CLI_RUN_SETTINGS_H

#include "cli/options.h"
#include "run/run.h"

struct run_settings {
    sim_time duration, warmup; /* TIME_UNSET: as the scenario says */
    bool has_seed;
    uint64_t seed;
    int64_t reps; /* 0: as the scenario says */
    int jobs;
    struct run_limits limits;
};

#define RUN_REPS_MAX 10000
#define RUN_JOBS_MAX 256

bool run_settings_read(struct run_settings *settings, const struct options *options,
                       struct err *err);

/* Puts them into a loaded scenario and checks what the scenario itself would have checked. */
bool run_settings_apply(const struct run_settings *settings, struct scenario *scenario,
                        struct err *err);

#endif
