/* shard.h - which part of a sweep this process is to do: --shard, or the index of an array job.
 *
 * --shard 2/8 is the second of eight. --shard 8 takes the index from the environment, and with no --shard at all an array job says
 * both: Slurm (SLURM_ARRAY_TASK_ID, _MIN, _COUNT), AWS Batch (AWS_BATCH_JOB_ARRAY_INDEX, _SIZE), Kubernetes (JOB_COMPLETION_INDEX, whose
 * count it does not tell: --shard 8, or JOB_COMPLETIONS). --shard 1/1 does all of it wherever it runs.
 */
#ifndef TEPID_CLI_SHARD_H
#define TEPID_CLI_SHARD_H

#include "core/err.h"

#define SHARDS_MAX 100000

struct shard {
    int index, count; /* 1 .. count */
    const char *from; /* the variable that named it, or NULL */
};

/* `given` is the value of --shard, or NULL; `env` is getenv, or a test's. */
bool shard_read(struct shard *shard, const char *given, char *(*env)(const char *name),
                struct err *err);

#endif
