/* run_settings.c - see the header. */
#include "cli/run_settings.h"

#include <unistd.h>

#include "core/unit.h"

#define COMMAND_LINE "command line"
#define RANK_SILENCE (10 * SIM_SECOND)
#define SEED_MAX     ((uint64_t)INT64_MAX) /* as far as a scenario can write one */

/* Adds which option it was to what the reader of a unit said. */
static bool blame(const char *name, struct err *err)
{
    err_context(err, "--%s", name);
    return err_place(err, COMMAND_LINE, 0);
}

static bool read_time(const struct options *options, const char *name, bool zero_allowed,
                      sim_time *ns, struct err *err)
{
    const char *text = option_value(options, name);
    if (text == NULL)
        return true;
    if (!unit_read_time(text, ns, err))
        return blame(name, err);
    if (*ns > 0 || zero_allowed)
        return true;
    err_set(err, "--%s %s: must be longer than nothing", name, text);
    err_place(err, COMMAND_LINE, 0);
    return err_help(err, "write --%s 10min", name);
}

static bool read_count(const struct options *options, const char *name, uint64_t max,
                       uint64_t *count, struct err *err)
{
    const char *text = option_value(options, name);
    char shown[40];
    (void)snprintf(shown, sizeof shown, "--%s", name);
    if (text == NULL)
        return true;
    if (!option_read_whole(shown, text, max, count, err))
        return false;
    if (*count > 0)
        return true;
    err_set(err, "--%s 0: must be at least 1", name);
    return err_place(err, COMMAND_LINE, 0);
}

static bool read_limits(struct run_limits *limits, const struct options *options, struct err *err)
{
    *limits = (struct run_limits){SIM_NEVER, UINT64_MAX, INT64_MAX};
    const char *memory = option_value(options, "max-memory");
    if (memory != NULL && !unit_read_size(memory, &limits->max_memory, err))
        return blame("max-memory", err);
    if (limits->max_memory <= 0) {
        err_set(err, "--max-memory %s: must be more than nothing", memory);
        return err_place(err, COMMAND_LINE, 0);
    }
    return read_time(options, "max-wall", false, &limits->max_wall, err) &&
           read_count(options, "max-events", INT64_MAX, &limits->max_events, err);
}

/* Half widths wider than half the value are no precision. */
static bool read_precision(const struct options *options, double *precision, struct err *err)
{
    const char *text = option_value(options, "precision");
    if (text == NULL)
        return true;
    if (!unit_read_share(text, precision, err))
        return blame("precision", err);
    if (*precision > 0 && *precision <= 0.5)
        return true;
    err_set(err, "--precision %s: not above 0 and up to 50%%", text);
    err_place(err, COMMAND_LINE, 0);
    return err_help(err, "write --precision 1%%");
}

/* Ranks speak twice a second. */
static bool read_silence(const struct options *options, sim_time *silence, struct err *err)
{
    *silence = RANK_SILENCE;
    if (!read_time(options, "rank-silence", false, silence, err))
        return false;
    if (*silence >= SIM_SECOND)
        return true;
    err_set(err, "--rank-silence %s: less than 1s", option_value(options, "rank-silence"));
    err_place(err, COMMAND_LINE, 0);
    return err_help(err, "write --rank-silence 10s");
}

static int default_jobs(void)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : online > RUN_JOBS_MAX ? RUN_JOBS_MAX : (int)online;
}

bool run_settings_read(struct run_settings *settings, const struct options *options,
                       struct err *err)
{
    uint64_t reps = 0, traces = 0, jobs = (uint64_t)default_jobs();
    const char *seed = option_value(options, "seed");
    *settings = (struct run_settings){.times = study_times_default};
    struct study_times *times = &settings->times;
    if (!read_time(options, "duration", false, &times->duration, err) ||
        !read_time(options, "warmup", true, &times->warmup, err) ||
        !read_count(options, "reps", RUN_REPS_MAX, &reps, err) ||
        !read_count(options, "jobs", RUN_JOBS_MAX, &jobs, err) ||
        !read_count(options, "traces", RUN_TRACES_MAX, &traces, err) ||
        !read_precision(options, &settings->precision, err) ||
        !read_limits(&settings->limits, options, err))
        return false;
    if (seed != NULL && !option_read_whole("--seed", seed, SEED_MAX, &times->seed, err))
        return false;
    times->has_seed = seed != NULL;
    times->reps = (int64_t)reps;
    settings->jobs = (int)jobs;
    settings->traces = (int64_t)traces;
    return read_silence(options, &settings->rank_silence, err);
}
