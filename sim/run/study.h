/* study.h - a scenario file that can be loaded again and again, each time with something changed.
 *
 * tepid run loads a file once for each variant; sweeps, insights, comparisons and the sliders of the window load it once for every
 * point they look at. A study remembers all that a load depends on - file, price list, limits, -p and --set, the times of the run
 * - and makes a scenario from it and a list of changes. The first load of a file is tried in a child process (script.h); as
 * long as the file and its requires stay the same, later loads skip that when `trusted` says so.
 *
 * Scenarios refer to the study's catalog: free them first.
 */
#ifndef TEPID_RUN_STUDY_H
#define TEPID_RUN_STUDY_H

#include "scenario/script.h"

struct study_setup {
    const char *program; /* argv[0]: assets are found from it (CONTRACT 6) */
    const char *file;    /* a path, or a name of `tepid list` */
    const char *const
        *params; /* "name=value", as after -p; of a name given twice the last counts */
    int param_count;
    const char *const *overrides; /* "resource.setting=value", as after --set */
    int override_count;
    const char *prices;     /* of --prices, or NULL */
    const char *load_limit; /* of --load-limit, or NULL */
};

struct study;

/* Finds and reads everything that does not depend on the scenario. NULL with err. What setup points to is copied. */
struct study *study_open(const struct study_setup *setup, struct err *err);
void study_close(struct study *study); /* accepts NULL */

const char *study_path(const struct study *study);   /* of the scenario file */
const char *study_assets(const struct study *study); /* folder of the assets */
/* True if the setup gives the parameter a value with -p. */
bool study_sets_param(const struct study *study, const char *name);
/* The --set of the setup, taken apart. */
const struct override *study_overrides(const struct study *study, int *count);

/* Something to change; comes after what the study's own -p and --set say, in order. */
enum change_kind {
    CHANGE_PARAM,   /* name, value: as -p */
    CHANGE_SETTING, /* resource, name, value: as --set (account is a resource here too) */
    CHANGE_LOAD,    /* factor: every rate of every traffic source times this */
    CHANGE_FAULT,   /* resource, at, lasts, what: as `at { }` in the file: a poke of the window */
};
struct change {
    enum change_kind kind;
    const char *resource, *name, *value;
    double factor;
    struct {
        sim_time at, lasts;    /* lasts TIME_UNSET: to the end */
        double latency_factor; /* NAN: unchanged */
        double errors;         /* share that fails; NAN: unchanged */
        bool recycle;
        int64_t burst; /* requests of a traffic source at that instant, beside its own; 0: none */
    } fault;
};

/* What the command line says of the run itself; TIME_UNSET and 0 leave what the scenario says. */
struct study_times {
    sim_time duration, warmup;
    bool has_seed;
    uint64_t seed;
    int64_t reps;
};
extern const struct study_times study_times_default;

/* Puts them into a scenario and checks what the scenario itself would have checked; study_load does it. */
bool study_times_apply(const struct study_times *times, struct scenario *scenario, struct err *err);

struct study_load {
    const char *variant; /* or NULL */
    const struct change *changes;
    int change_count;
    struct study_times times;
    bool trusted; /* this file as it is now was loaded before */
    bool silent;  /* print() of the file says nothing: it did before */
};

/* NULL with err. The caller frees it with scenario_free. May be called from several threads at once when `trusted`;
 * the trial of other loads forks, which a program does best while it has one thread. */
struct scenario *study_load(struct study *study, const struct study_load *load, struct err *err);

#endif
