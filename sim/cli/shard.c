/* shard.c - see the header. */
#include "cli/shard.h"

#include <string.h>

#include "core/base.h"
#include "core/csv_in.h"

#define COMMAND_LINE "command line"

/* How the schedulers call them. */
static const struct scheduler {
    const char *index, *first, *count; /* first: the lowest index, where it is not 0 */
} schedulers[] = {
    {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_COUNT"},
    {"AWS_BATCH_JOB_ARRAY_INDEX", NULL, "AWS_BATCH_JOB_ARRAY_SIZE"},
    {"JOB_COMPLETION_INDEX", NULL, "JOB_COMPLETIONS"},
};

static bool read_variable(char *(*env)(const char *name), const char *name, int64_t *value,
                          struct err *err)
{
    const char *text = env(name);
    if (csv_read_whole(text, INT32_MAX, value))
        return true;
    err_set(err, "%s=%.40s: not a whole number", name, text);
    err_place(err, "environment", 0);
    return err_help(err, "--shard 2/8 says it on the command line");
}

static bool check(const struct shard *shard, const char *what, struct err *err)
{
    if (shard->count >= 1 && shard->count <= SHARDS_MAX && shard->index >= 1 &&
        shard->index <= shard->count)
        return true;
    err_set(err, "%s: shard %d of %d does not exist", what, shard->index, shard->count);
    err_place(err, shard->from != NULL ? "environment" : COMMAND_LINE, 0);
    return err_help(err, "shards are 1/n .. n/n, n at most %d", SHARDS_MAX);
}

/* The index of the array job this is; `count` > 0 is known already. */
static bool read_array(struct shard *shard, const struct scheduler *scheduler, int64_t count,
                       char *(*env)(const char *name), struct err *err)
{
    int64_t index, first = 0;
    if (!read_variable(env, scheduler->index, &index, err))
        return false;
    if (scheduler->first != NULL && env(scheduler->first) != NULL &&
        !read_variable(env, scheduler->first, &first, err))
        return false;
    if (count == 0 && env(scheduler->count) == NULL) {
        err_set(err, "%s says which shard this is, but not of how many", scheduler->index);
        err_place(err, "environment", 0);
        return err_help(err, "write --shard N with their number, or --shard 1/1 for all of it");
    }
    if (count == 0 && !read_variable(env, scheduler->count, &count, err))
        return false;
    *shard = (struct shard){(int)(index - first) + 1, (int)count, scheduler->index};
    return check(shard, scheduler->index, err);
}

static bool read_environment(struct shard *shard, int64_t count, char *(*env)(const char *name),
                             bool *found, struct err *err)
{
    for (size_t i = 0; i < COUNTOF(schedulers); i++)
        if (env(schedulers[i].index) != NULL) {
            *found = true;
            return read_array(shard, &schedulers[i], count, env, err);
        }
    return true;
}

/* i/n */
static bool read_pair(struct shard *shard, const char *given, const char *slash, struct err *err)
{
    char first[12] = "";
    int64_t index, count;
    size_t length = (size_t)(slash - given);
    if (length < sizeof first)
        memcpy(first, given, length);
    if (!csv_read_whole(first, INT32_MAX, &index) ||
        !csv_read_whole(slash + 1, INT32_MAX, &count)) {
        err_set(err, "--shard %.40s: not of the form i/n", given);
        err_place(err, COMMAND_LINE, 0);
        return err_help(err, "write --shard 2/8 for the second of eight");
    }
    *shard = (struct shard){(int)index, (int)count, NULL};
    return check(shard, "--shard", err);
}

bool shard_read(struct shard *shard, const char *given, char *(*env)(const char *name),
                struct err *err)
{
    int64_t count = 0;
    bool found = false;
    const char *slash = given == NULL ? NULL : strchr(given, '/');
    *shard = (struct shard){1, 1, NULL};
    if (slash != NULL)
        return read_pair(shard, given, slash, err);
    if (given != NULL && (!csv_read_whole(given, SHARDS_MAX, &count) || count < 1)) {
        err_set(err, "--shard %.40s: not of the form i/n", given);
        err_place(err, COMMAND_LINE, 0);
        return err_help(err, "write --shard 2/8 for the second of eight");
    }
    if (!read_environment(shard, count, env, &found, err))
        return false;
    if (found || given == NULL)
        return true;
    err_set(err, "--shard %s: no array job says which of them this is", given);
    err_place(err, COMMAND_LINE, 0);
    return err_help(err, "write --shard 2/%s", given);
}
