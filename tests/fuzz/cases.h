/* cases.h - runs many cases of which any may crash, and names the ones that did.
 *
 * The cases run in a child process; when it dies or hangs, the case it was at has failed, and a new child goes
 * on with the next one. A crash, a failed ASSERT, a sanitizer's report and a case that takes too long all
 * end the child, so nothing has to be caught. A case depends on the seed and its number alone: to see one
 * again, give its number as the third argument; then it runs alone and in this process.
 */
#ifndef TEPID_TESTS_FUZZ_CASES_H
#define TEPID_TESTS_FUZZ_CASES_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base.h"

#define CASE_SECONDS_MAX 20

/* False when the case was answered wrongly, after saying how on stderr. */
typedef bool (*fuzz_case)(void *context, uint64_t seed, uint64_t number);

struct fuzz_args {
    uint64_t count, seed;
    uint64_t only; /* the case to run alone, or UINT64_MAX */
};

static inline bool fuzz_args_read(struct fuzz_args *args, int argc, char **argv)
{
    uint64_t *const values[] = {&args->count, &args->seed, &args->only};
    *args = (struct fuzz_args){2000, 1, UINT64_MAX};
    for (int i = 1; i < argc; i++) {
        char *end;
        if (i > (int)COUNTOF(values) || argv[i][0] < '0' || argv[i][0] > '9')
            return false;
        *values[i - 1] = strtoull(argv[i], &end, 10);
        if (*end != '\0')
            return false;
    }
    return true;
}

/* What the child reports through the pipe about each case, before and after. */
struct case_step {
    uint64_t number;
    int begun, failed;
};

static inline void tell(int pipe_end, uint64_t number, int begun, int failed)
{
    struct case_step step = {number, begun, failed};
    if (write(pipe_end, &step, sizeof step) != (ssize_t)sizeof step)
        _exit(EXIT_FAILURE);
}

static inline void run_cases(int pipe_end, fuzz_case run, void *context,
                             const struct fuzz_args *args, uint64_t from)
{
    for (uint64_t i = from; i < args->count; i++) {
        tell(pipe_end, i, 1, 0);
        (void)alarm(CASE_SECONDS_MAX);
        bool ok = run(context, args->seed, i);
        (void)alarm(0);
        tell(pipe_end, i, 0, !ok);
    }
}

/* One child, from case `from` on. Returns the number of the next case to run. */
static inline uint64_t watch_cases(fuzz_case run, void *context, const struct fuzz_args *args,
                                   uint64_t from, uint64_t *failed)
{
    int ends[2], status = 0;
    struct case_step step = {0};
    uint64_t next = from;
    fflush(NULL);
    if (pipe(ends) != 0)
        abort();
    pid_t child = fork();
    if (child == 0) {
        (void)close(ends[0]);
        run_cases(ends[1], run, context, args, from);
        exit(EXIT_SUCCESS); /* not _exit: the leak check runs at exit */
    }
    (void)close(ends[1]);
    while (read(ends[0], &step, sizeof step) == (ssize_t)sizeof step) {
        next = step.number + 1;
        *failed += (uint64_t)step.failed;
        if (step.failed)
            printf("FAIL case %" PRIu64 "\n", step.number);
    }
    (void)close(ends[0]);
    if (child < 0 || waitpid(child, &status, 0) != child)
        abort();
    if (status == 0)
        return args->count;
    *failed += 1;
    printf("FAIL case %" PRIu64 "%s: the process ended with %s %d\n", step.number,
           step.begun ? "" : " or one before it", WIFSIGNALED(status) ? "signal" : "exit code",
           WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return next;
}

static inline int fuzz_cases(fuzz_case run, void *context, const struct fuzz_args *args)
{
    if (args->only != UINT64_MAX)
        return run(context, args->seed, args->only) ? EXIT_SUCCESS : EXIT_FAILURE;
    uint64_t failed = 0;
    for (uint64_t next = 0; next < args->count;)
        next = watch_cases(run, context, args, next, &failed);
    printf("%" PRIu64 " passed, %" PRIu64 " failed\n",
           args->count > failed ? args->count - failed : 0, failed);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
