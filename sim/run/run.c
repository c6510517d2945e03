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
    bool first;                  /* of the first item */
    const struct trace_ask *ask; /* or NULL */
    struct trace_set *traces;
    struct rep_outcome *outcome;
    struct world_progress progress;
    _Atomic int state; /* 0 waiting, 1 running, 2 done */
};

struct plan {
    const struct run_options *options;
    struct task **tasks; /* of this round */
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

static bool is_stopped(const struct run_options *options)
{
    return options->stop != NULL && *options->stop != 0;
}

static void run_task(void *context, int index)
{
    const struct plan *plan = context;
    struct task *task = plan->tasks[index];
    if (plan->options->whole_only && is_stopped(plan->options))
        return;
    task->state = 1;
    struct world *world = world_new(task->scenario, task->rep, task->sampling, task->batching);
    const struct run_options *options = plan->options;
    struct trace_search *search = NULL;
    bool first = task->first;
    if (first && options->observer != NULL)
        world_observe(world, options->observer);
    if (task->ask != NULL)
        search = trace_search_new(task->scenario, task->ask);
    struct trace_search *riding = search == NULL && first ? options->search : search;
    if (riding != NULL)
        trace_search_watch(riding, world);
    world_run(world, &options->limits, options->stop, &task->progress);
    enum run_end end = world->end;
    if (!options->whole_only || end != RUN_INTERRUPTED)
        task->outcome = rep_outcome_take(world);
    if (riding != NULL)
        trace_search_end(riding, world);
    world_free(world);
    /* A run that was told to stop must not begin another one. */
    if (search != NULL && (end == RUN_COMPLETE || end == RUN_MAX_EVENTS))
        task->traces = trace_capture(search, task->scenario, task->rep, options->stop);
    trace_search_free(search);
    task->state = 2;
}

static void report(void *context, int done, double wall_s)
{
    const struct plan *plan = context;
    struct run_progress progress = {.done = done, .total = plan->task_count, .wall_s = wall_s};
    bool found = false;
    for (int i = 0; i < plan->task_count; i++) {
        const struct task *task = plan->tasks[i];
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
bool run_is_stationary(const struct scenario *scenario)
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

/* One item: its replications so far, in order. */
struct sample {
    struct task *tasks; /* of all rounds */
    int done, wanted, most;
    struct precision_report precision;
};

static struct task *add_tasks(struct sample *sample, const struct run_item *item,
                              const struct trace_ask *ask, bool alone)
{
    size_t bytes = sizeof(*sample->tasks) * (size_t)(sample->wanted > 0 ? sample->wanted : 1);
    sample->tasks = mem_resize(sample->tasks, bytes);
    struct task *first = sample->tasks + sample->done;
    memset(first, 0, sizeof(*first) * (size_t)(sample->wanted - sample->done));
    for (int r = sample->done; r < sample->wanted; r++) {
        struct task *task = &sample->tasks[r];
        task->scenario = item->scenario;
        task->rep = (uint32_t)r;
        task->sampling = r == 0;
        task->ask = r == 0 ? ask : NULL;
        task->batching = alone && run_is_stationary(item->scenario);
    }
    return first;
}

/* Where a run was broken off, replications that were not finished are left out, unless none was. */
static struct result *reduce(const struct run_item *item, struct sample *sample, struct err *err)
{
    struct task *tasks = sample->tasks;
    int reps = sample->done;
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
    if (result != NULL) {
        result->traces = tasks[0].traces;
        tasks[0].traces = NULL;
        result->end = end;
        result->precision = sample->precision;
        warmup_check(&result->settling, result);
    }
    mem_free(outcomes);
    return result;
}

/* Decides whether an item needs another round. A run that was broken off does not. */
static bool decide(const struct run_item *item, const struct run_options *options,
                   struct sample *sample, struct err *err)
{
    if (options->precision <= 0)
        return true;
    struct rep_outcome **outcomes =
        mem_resize(NULL, sizeof(*outcomes) * (size_t)(sample->done > 0 ? sample->done : 1));
    bool complete = true, ok = true;
    for (int r = 0; r < sample->done; r++) {
        outcomes[r] = sample->tasks[r].outcome;
        complete &= outcomes[r]->end == RUN_COMPLETE;
        ok = ok && rep_outcome_price(outcomes[r], item->scenario, err);
    }
    if (ok) {
        precision_judge(item->scenario, outcomes, sample->done, options->precision,
                        &sample->precision);
        if (complete && !sample->precision.reached)
            sample->wanted = precision_next(sample->done, sample->most);
    }
    mem_free(outcomes);
    return ok;
}

/* Runs what is wanted and not done, of all items side by side. */
static bool run_round(const struct run_item *items, int count, const struct run_options *options,
                      struct sample *samples, struct err *err)
{
    struct plan plan = {.options = options};
    for (int i = 0; i < count; i++)
        plan.task_count += samples[i].wanted - samples[i].done;
    struct task **tasks = mem_resize(NULL, sizeof(struct task *) * (size_t)(plan.task_count + 1));
    int at = 0;
    for (int i = 0; i < count; i++) {
        bool alone = options->precision <= 0 && samples[i].wanted == 1;
        struct task *first = add_tasks(&samples[i], &items[i], options->traces, alone);
        for (int r = samples[i].done; r < samples[i].wanted; r++)
            tasks[at++] = first++;
    }
    if (samples[0].done == 0 && samples[0].wanted > 0)
        samples[0].tasks[0].first = true;
    plan.tasks = tasks;
    struct crew_job job = {.tasks = plan.task_count,
                           .threads = options->jobs,
                           .run = run_task,
                           .report = options->report == NULL ? NULL : report,
                           .context = &plan};
    bool ok = crew_run(&job, err);
    mem_free(tasks);
    for (int i = 0; ok && i < count; i++)
        samples[i].done = samples[i].wanted;
    return ok;
}

static bool run_rounds(const struct run_item *items, int count, const struct run_options *options,
                       struct sample *samples, struct err *err)
{
    bool ok = true, more = true;
    while (ok && more) {
        ok = run_round(items, count, options, samples, err);
        if (options->whole_only && is_stopped(options))
            return ok;
        more = false;
        for (int i = 0; ok && i < count; i++) {
            ok = decide(&items[i], options, &samples[i], err);
            more |= samples[i].wanted > samples[i].done;
        }
    }
    return ok;
}

bool run_all(const struct run_item *items, int count, const struct run_options *options,
             struct result **results, struct err *err)
{
    size_t bytes = sizeof(struct sample) * (size_t)(count > 0 ? count : 1);
    struct sample *samples = mem_resize(NULL, bytes);
    memset(samples, 0, bytes);
    for (int i = 0; i < count; i++) {
        samples[i].wanted = samples[i].most = reps_of(&items[i], options);
        if (options->precision > 0) {
            samples[i].most = options->reps > 0 ? (int)options->reps : PRECISION_REPS_MOST;
            samples[i].wanted = precision_next(0, samples[i].most);
        }
    }
    bool ok = run_rounds(items, count, options, samples, err);
    bool drop = options->whole_only && is_stopped(options);
    for (int i = 0; drop && i < count; i++) {
        results[i] = NULL;
        for (int r = 0; r < samples[i].done; r++)
            rep_outcome_free(samples[i].tasks[r].outcome);
    }
    for (int i = 0; ok && !drop && i < count; i++) {
        results[i] = reduce(&items[i], &samples[i], err);
        ok = results[i] != NULL;
    }
    for (int i = 0; i < count; i++) {
        if (samples[i].done > 0)
            trace_set_free(samples[i].tasks[0].traces);
        mem_free(samples[i].tasks);
    }
    mem_free(samples);
    return ok;
}
