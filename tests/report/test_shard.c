/* test_shard.c - which shard a process is, from the command line and from the environments of three schedulers. */
#include <string.h>

#include "cli/shard.h"
#include "core/base.h"
#include "tests/suite.h"

/* One environment at a time: "NAME=value NAME=value". */
static const char *environment;

static char *env(const char *name)
{
    static char value[40];
    size_t length = strlen(name);
    for (const char *at = environment; *at != '\0'; at += strcspn(at, " "), at += *at == ' ')
        if (strncmp(at, name, length) == 0 && at[length] == '=') {
            size_t bytes = strcspn(at + length + 1, " ");
            memcpy(value, at + length + 1, bytes);
            value[bytes] = '\0';
            return value;
        }
    return NULL;
}

static void test_a_shard_is_what_its_job_says(void)
{
    static const struct {
        const char *given, *environment;
        int index, count; /* 0: refused */
    } cases[] = {
        {NULL, "", 1, 1},
        {"1/1", "", 1, 1},
        {"2/8", "", 2, 8},
        {"8/8", "", 8, 8},
        {"9/8", "", 0, 0},
        {"0/8", "", 0, 0},
        {"1/0", "", 0, 0},
        {"-1/8", "", 0, 0},
        {"/8", "", 0, 0},
        {"2/", "", 0, 0},
        {"2/8/3", "", 0, 0},
        {"x", "", 0, 0},
        {"8", "", 0, 0},
        {"0", "JOB_COMPLETION_INDEX=0", 0, 0},
        {"2/8", "SLURM_ARRAY_TASK_ID=5 SLURM_ARRAY_TASK_COUNT=6", 2, 8},
        {"1/1", "AWS_BATCH_JOB_ARRAY_INDEX=1 AWS_BATCH_JOB_ARRAY_SIZE=2", 1, 1},
        {NULL, "SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_COUNT=6", 1, 6},
        {NULL, "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=6", 3, 6},
        {NULL, "SLURM_ARRAY_TASK_ID=6 SLURM_ARRAY_TASK_COUNT=6", 0, 0},
        {NULL, "SLURM_ARRAY_TASK_ID=2", 0, 0},
        {NULL, "SLURM_ARRAY_TASK_ID=two SLURM_ARRAY_TASK_COUNT=6", 0, 0},
        {NULL, "AWS_BATCH_JOB_ARRAY_INDEX=9 AWS_BATCH_JOB_ARRAY_SIZE=10", 10, 10},
        {NULL, "JOB_COMPLETION_INDEX=1", 0, 0},
        {NULL, "JOB_COMPLETION_INDEX=1 JOB_COMPLETIONS=3", 2, 3},
        {"3", "JOB_COMPLETION_INDEX=2", 3, 3},
        {"2", "JOB_COMPLETION_INDEX=2", 0, 0},
    };
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        struct shard shard;
        struct err err = {0};
        environment = cases[i].environment;
        bool ok = shard_read(&shard, cases[i].given, env, &err);
        CU_ASSERT_EQUAL(ok, cases[i].count > 0);
        if (ok) {
            CU_ASSERT_EQUAL(shard.index, cases[i].index);
            CU_ASSERT_EQUAL(shard.count, cases[i].count);
        } else {
            CU_ASSERT_TRUE(err.kind == ERR_USER && err.help[0] != '\0');
        }
    }
}

CU_TestInfo suite_shard[] = {
    TEST(test_a_shard_is_what_its_job_says),
    CU_TEST_INFO_NULL,
};
