/* run.c - see run.h. */
#include "run/run.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "model/svc_client.h"
#include "run/crew.h"
#include "run/outcome_set.h"

/* One replication of one item. */
struct task {
    const struct scenario *scenario;
    uint32_t rep;
    bool sampling, batching;
    struct rep_outcome *outcome;
    struct world_progress progress;
    _Atomic int state; /* 0 waiting, 1 running, 2 done */
};

struct plan {
    const struct run_options *options;
    struct task *tasks;
    int task_count;
};

int64_t run_resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long pages = 0;
    if (file == NULL)
        return 0;
    if (fscanf(file, "%*s %ld", &pages) != 1)
        pages = 0;
    fclose(file);
    return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

int64_t run_peak_resident_bytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (int64_t)usage.ru_maxrss * 1024;
}

static void run_task(void *context, int index)
{
    const struct plan *plan = context;
    struct task *task = &plan->tasks[index];
    task->state = 1;
    struct world *world = world_new(task->scenario, task->rep, task->sampling, task->batching);
    world_run(world, &plan->options->limits, plan->options->stop, &task->progress);
    task->outcome = rep_outcome_take(world);
    world_free(world);
    task->state = 2;
}

static void report(void *context, int done, double wall_s)
{
    const struct plan *plan = context;
    struct run_progress progress = {.done = done, .total = plan->task_count, .wall_s = wall_s};
    bool found = false;
    for (int i = 0; i < plan->task_count; i++) {
        const struct task *task = &plan->tasks[i];
        progress.requests += task->progress.requests;
        if (!found && task->state == 1) {
            found = true;
            progress.now = task->progress.now;
            progress.horizon = task->scenario->simulate.duration;
        }
    }
    plan->options->report(plan->options->context, &progress);
}

/* -- items and tasks ----------------------------------------------------------------------------------- */

static int reps_of(const struct run_item *item, const struct run_options *options)
{
    return (int)(options->reps > 0 ? options->reps : item->scenario->simulate.reps);
}

/* Batch means measure chance only where nothing else changes with time: constant rates all along and no faults. On a day with
 * a rush hour they would measure the time of day. */
static bool is_stationary(const struct scenario *scenario)
{
    bool stationary = scenario->fault_count == 0;
    for (int i = 0; i < scenario->resource_count; i++) {
        if (scenario->resources[i].class != &svc_client_class)
            continue;
        const struct client_config *client = scenario->resources[i].config;
        bool all_along =
            client->start <= scenario->simulate.warmup &&
            (client->stop == TIME_UNSET || client->stop >= scenario->simulate.duration);
        bool constant = client->rate == NULL || client->rate->kind == RATE_CONSTANT ||
                        client->rate->kind == RATE_MMPP;
        stationary = stationary && all_along && constant;
    }
    return stationary;
}

static void make_tasks(struct plan *plan, const struct run_item *items, int count)
{
    for (int i = 0; i < count; i++)
        plan->task_count += reps_of(&items[i], plan->options);
    size_t bytes = sizeof(*plan->tasks) * (size_t)(plan->task_count > 0 ? plan->task_count : 1);
    plan->tasks = mem_resize(NULL, bytes);
    memset(plan->tasks, 0, bytes);
    struct task *task = plan->tasks;
    for (int i = 0; i < count; i++) {
        int reps = reps_of(&items[i], plan->options);
        for (int r = 0; r < reps; r++, task++) {
            task->scenario = items[i].scenario;
            task->rep = (uint32_t)r;
            task->sampling = r == 0;
            task->batching = reps == 1 && is_stationary(items[i].scenario);
        }
    }
}

/* Where a run was broken off, replications that were not finished are left out, unless none was. */
static struct result *reduce(const struct run_item *item, struct task *tasks, int reps,
                             struct err *err)
{
    struct rep_outcome **outcomes = mem_resize(NULL, sizeof(*outcomes) * (size_t)reps);
    enum run_end end = RUN_COMPLETE;
    int complete = 0;
    for (int r = 0; r < reps; r++) {
        if (tasks[r].outcome->end == RUN_COMPLETE)
            outcomes[complete++] = tasks[r].outcome;
        else if (end == RUN_COMPLETE)
            end = tasks[r].outcome->end;
    }
    int first_dropped = 0;
    if (complete == 0) {
        outcomes[complete++] = tasks[0].outcome;
        first_dropped = 1;
    }
    for (int r = first_dropped; r < reps; r++)
        if (tasks[r].outcome->end != RUN_COMPLETE)
            rep_outcome_free(tasks[r].outcome);
    struct result *result = result_reduce(item->scenario, item->variant, outcomes, complete, err);
    if (result != NULL)
        result->end = end;
    mem_free(outcomes);
    return result;
}

bool run_all(const struct run_item *items, int count, const struct run_options *options,
             struct result **results, struct err *err)
{
    struct plan plan = {.options = options};
    make_tasks(&plan, items, count);
    struct crew_job job = {.tasks = plan.task_count,
                           .threads = options->jobs,
                           .run = run_task,
                           .report = options->report == NULL ? NULL : report,
                           .context = &plan};
    bool ok = crew_run(&job, err);
    struct task *task = plan.tasks;
    for (int i = 0; ok && i < count; i++) {
        int reps = reps_of(&items[i], options);
        results[i] = reduce(&items[i], task, reps, err);
        ok = results[i] != NULL;
        task += reps;
    }
    mem_free(plan.tasks);
    return ok;
}
