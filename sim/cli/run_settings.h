/* run_settings.h - what the command line says about a run: how long, how often, within which limits.
 */
#ifndef TEPID_CLI_RUN_SETTINGS_H
#define TEPID_CLI_RUN_SETTINGS_H

#include "cli/options.h"
#include "run/run.h"
#include "run/study.h"

struct run_settings {
    struct study_times times;
    int jobs;
    struct run_limits limits;
    double precision;      /* --precision; 0: none */
    sim_time rank_silence; /* --rank-silence */
    int64_t traces;        /* --traces; 0: none */
};

#define RUN_REPS_MAX 10000
#define RUN_JOBS_MAX 256
#define RUN_TRACES_MAX 100000

bool run_settings_read(struct run_settings *settings, const struct options *options,
                       struct err *err);

#endif
