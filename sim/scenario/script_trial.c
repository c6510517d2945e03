/* script_trial.c - see the header. */
#define _DEFAULT_SOURCE /* RLIMIT_AS */
#include "scenario/script_trial.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/unit.h"

/* The child stops itself when its time is over, in Lua code; the parent waits a little longer,
 * so that this message, which knows the line, is the one that is shown. */
#define GRACE_NS (100 * SIM_MS)

/* What the child writes into the pipe: less than PIPE_BUF, so all or nothing. */
struct verdict {
    enum trial trial;
    struct err err;
};

static int64_t clock_ns(void)
{
    struct timespec now;
    ASSERT(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * SIM_SECOND + now.tv_nsec;
}

/* Should the parent die, the child must not live on. Address space is a backstop only: the load
 * counts its memory itself. Sanitizers reserve terabytes and would not start under a limit. */
static void limit_child(const struct load_limits *limits)
{
    struct rlimit cpu, none = {0, 0};
    cpu.rlim_cur = (rlim_t)(limits->wall / SIM_SECOND) + 2;
    cpu.rlim_max = cpu.rlim_cur + 1;
    (void)setrlimit(RLIMIT_CPU, &cpu); /* without it the parent's kill remains */
    (void)setrlimit(RLIMIT_CORE, &none);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    struct rlimit space;
    rlim_t most = (rlim_t)limits->memory * 4 + ((rlim_t)4 << 30);
    if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_max > most) {
        space.rlim_cur = most;
        (void)setrlimit(RLIMIT_AS, &space);
    }
#endif
}

static _Noreturn void run_child(int pipe_end, const struct load_limits *limits,
                                enum trial (*attempt)(void *data, struct err *err), void *data)
{
    struct verdict verdict = {.trial = TRIAL_FAILED};
    limit_child(limits);
    verdict.trial = attempt(data, &verdict.err);
    ssize_t written = write(pipe_end, &verdict, sizeof verdict);
    _exit(written == (ssize_t)sizeof verdict ? 0 : 1);
}

/* Reads the verdict; false when the time is over first. `*complete`: it arrived. */
static bool await(int pipe_end, int64_t deadline_ns, struct verdict *verdict, bool *complete)
{
    *complete = false;
    for (;;) {
        int64_t left_ms = (deadline_ns - clock_ns()) / SIM_MS + 1;
        if (left_ms <= 0)
            return false;
        struct pollfd waiting = {.fd = pipe_end, .events = POLLIN};
        int ready = poll(&waiting, 1, left_ms < 60000 ? (int)left_ms : 60000);
        if (ready < 0 && errno != EINTR)
            return true;
        if (ready <= 0)
            continue;
        ssize_t got = read(pipe_end, verdict, sizeof *verdict);
        if (got < 0 && errno == EINTR)
            continue;
        *complete = got == (ssize_t)sizeof *verdict;
        return true;
    }
}

/* Whoever handles SIGCHLD may have collected the child before us; then nothing is known. */
static int collect(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return 0;
    return status;
}

static bool fail_time(const struct load_limits *limits, struct err *err)
{
    char show[UNIT_TEXT_MAX];
    err_set(err, "the load took longer than %s", unit_show_time(show, (double)limits->wall));
    return err_help(err,
                    "a function of Lua's library does not end here: a pattern that backtracks, "
                    "or a table with a wrong length; --load-limit 20s allows more");
}

static bool judge(const struct verdict *verdict, bool complete, int status,
                  const struct load_limits *limits, struct err *err)
{
    if (complete && verdict->trial == TRIAL_LIMIT) {
        *err = verdict->err;
        return false;
    }
    if (complete || !WIFSIGNALED(status))
        return true;
    if (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL)
        return fail_time(limits, err);
    err_set(err, "loading the scenario ended with signal %d", WTERMSIG(status));
    return err_help(err, "this is a mistake in tepid; please report the file");
}

bool script_trial(const struct load_limits *limits,
                  enum trial (*attempt)(void *data, struct err *err), void *data, struct err *err)
{
    int ends[2];
    if (pipe(ends) != 0)
        return true; /* without processes or files to spare, load with the in-process limits alone */
    fflush(NULL);    /* the child must not print our buffers again */
    pid_t child = fork();
    if (child == 0) {
        (void)close(ends[0]);
        run_child(ends[1], limits, attempt, data);
    }
    (void)close(ends[1]);
    if (child < 0) {
        (void)close(ends[0]);
        return true;
    }
    struct verdict verdict = {.trial = TRIAL_FAILED};
    bool complete,
        in_time = await(ends[0], clock_ns() + limits->wall + GRACE_NS, &verdict, &complete);
    if (!in_time)
        (void)kill(child, SIGKILL);
    int status = collect(child);
    (void)close(ends[0]);
    return in_time ? judge(&verdict, complete, status, limits, err) : fail_time(limits, err);
}
