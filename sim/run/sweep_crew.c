/* sweep_crew.c - see the header. */
#include "run/sweep_crew.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>
#include <uv.h>

#include "core/text.h"
#include "model/svc_client.h"
#include "run/crew.h"

#define POLL_NS 100000000 /* how soon a waiting thread sees that it shall stop */

/* A point under way. */
struct job {
    struct sweep_order order;
    struct scenario *scenario; /* NULL: being loaded */
    struct rep_outcome **outcomes;
    int next, wanted, done; /* replications */
    struct job *after;
};

/* What a thread is at; its own apart from what the waiting thread reads. */
struct worker {
    struct world_progress progress;
    _Atomic int64_t horizon; /* 0: idle */
    _Atomic int wanted;      /* replications of its point */
};

struct sweep_crew {
    struct sweep_plan plan;
    uv_mutex_t lock;
    uv_cond_t news;
    struct job *jobs;
    struct worker *workers;
    int threads;
    _Atomic int halt; /* what the simulations look at */
    enum run_end end;
    bool failed;
    struct err err;
    double done_share; /* of points under way: replications that are over */
    _Atomic uint64_t requests;
    uint64_t started_ns;
    void (*report)(void *context, double wall_s);
    void *report_context;
};

struct sweep_crew *sweep_crew_new(const struct sweep_plan *plan)
{
    struct sweep_crew *crew = mem_resize(NULL, sizeof *crew);
    memset(crew, 0, sizeof *crew);
    crew->plan = *plan;
    crew->threads = plan->options->jobs;
    crew->workers = mem_resize(NULL, sizeof *crew->workers * (size_t)crew->threads);
    memset(crew->workers, 0, sizeof *crew->workers * (size_t)crew->threads);
    ASSERT(uv_mutex_init(&crew->lock) == 0 && uv_cond_init(&crew->news) == 0);
    return crew;
}

void sweep_crew_free(struct sweep_crew *crew)
{
    if (crew == NULL)
        return;
    ASSERT(crew->jobs == NULL);
    uv_mutex_destroy(&crew->lock);
    uv_cond_destroy(&crew->news);
    mem_free(crew->workers);
    mem_free(crew);
}

void sweep_crew_lock(struct sweep_crew *crew)
{
    uv_mutex_lock(&crew->lock);
}

void sweep_crew_unlock(struct sweep_crew *crew)
{
    uv_mutex_unlock(&crew->lock);
}

void sweep_crew_wake(struct sweep_crew *crew)
{
    uv_cond_broadcast(&crew->news);
}

static void halt_locked(struct sweep_crew *crew, enum run_end end)
{
    if (crew->end == RUN_COMPLETE)
        crew->end = end;
    crew->halt = 1;
    uv_cond_broadcast(&crew->news);
}

void sweep_crew_halt(struct sweep_crew *crew, enum run_end end)
{
    uv_mutex_lock(&crew->lock);
    halt_locked(crew, end);
    uv_mutex_unlock(&crew->lock);
}

enum run_end sweep_crew_end(struct sweep_crew *crew)
{
    uv_mutex_lock(&crew->lock);
    enum run_end end = crew->end;
    uv_mutex_unlock(&crew->lock);
    return end;
}

static void fail_locked(struct sweep_crew *crew, const struct err *err)
{
    if (!crew->failed)
        crew->err = *err;
    crew->failed = true;
    halt_locked(crew, RUN_INTERRUPTED);
}

void sweep_crew_fail(struct sweep_crew *crew, const struct err *err)
{
    uv_mutex_lock(&crew->lock);
    fail_locked(crew, err);
    uv_mutex_unlock(&crew->lock);
}

/* -- loading -------------------------------------------------------------------------------------- */

struct scenario *sweep_plan_load(const struct sweep_plan *plan, const char *const *values,
                                 struct err *err)
{
    struct change changes[SWEEP_PARAMS_MAX];
    struct text name = {0};
    for (int i = 0; i < plan->grid->param_count; i++) {
        const char *param = plan->grid->params[i].name;
        changes[i] = (struct change){.kind = CHANGE_PARAM, .name = param, .value = values[i]};
        text_addf(&name, "%s%s=%s", i > 0 ? ", " : "", param, values[i]);
    }
    struct study_load load = {
        .variant = plan->variant,
        .changes = changes,
        .change_count = plan->grid->param_count,
        .times = plan->times,
        .trusted = true,
        .silent = true,
    };
    struct scenario *scenario = study_load(plan->study, &load, err);
    if (scenario == NULL)
        err_context(err, "at %.160s", name.data);
    text_free(&name);
    return scenario;
}

/* -- jobs ------------------------------------------------------------------------------------------ */

static void remove_job(struct sweep_crew *crew, struct job *job)
{
    struct job **at = &crew->jobs;
    while (*at != job)
        at = &(*at)->after;
    *at = job->after;
}

static void free_job(struct job *job)
{
    scenario_free(job->scenario);
    mem_free(job->outcomes);
    mem_free(job);
}

static void grow_job(struct job *job, int wanted)
{
    size_t bytes = sizeof(struct rep_outcome *) * (size_t)wanted;
    job->outcomes = mem_resize(job->outcomes, bytes);
    for (int r = job->wanted; r < wanted; r++)
        job->outcomes[r] = NULL;
    job->wanted = wanted;
}

/* Adds a job for an order; its scenario comes later, without the lock. */
static struct job *add_job(struct sweep_crew *crew, const struct sweep_order *order)
{
    struct job *job = mem_resize(NULL, sizeof *job);
    *job = (struct job){.order = *order};
    int reps = crew->plan.reps;
    grow_job(job, crew->plan.precision > 0 ? precision_next(0, reps) : reps);
    struct job **last = &crew->jobs;
    while (*last != NULL)
        last = &(*last)->after;
    *last = job;
    return job;
}

static bool over_time(const struct sweep_crew *crew)
{
    sim_time most = crew->plan.options->limits.max_wall;
    return most != SIM_NEVER && (sim_time)(uv_hrtime() - crew->started_ns) > most;
}

/* The next thing to do: a replication of a job, or with *rep < 0 a job to load. NULL: nothing any more. Under the lock. */
static struct job *pick(struct sweep_crew *crew, int *rep)
{
    for (;;) {
        struct sweep_order order;
        if (over_time(crew))
            halt_locked(crew, RUN_MAX_WALL);
        if (crew->halt)
            return NULL;
        for (struct job *job = crew->jobs; job != NULL; job = job->after)
            if (job->scenario != NULL && job->next < job->wanted) {
                *rep = job->next++;
                return job;
            }
        *rep = -1;
        enum sweep_next next = crew->plan.source.next(crew->plan.source.context, &order);
        if (next == SWEEP_ORDER)
            return add_job(crew, &order);
        if (next == SWEEP_OVER && crew->jobs == NULL) {
            uv_cond_broadcast(&crew->news);
            return NULL;
        }
        uv_cond_timedwait(&crew->news, &crew->lock, POLL_NS);
    }
}

/* -- work -------------------------------------------------------------------------------------------- */

static void load(struct sweep_crew *crew, struct job *job)
{
    struct err err = {0};
    struct scenario *scenario = sweep_plan_load(&crew->plan, job->order.values, &err);
    uv_mutex_lock(&crew->lock);
    job->scenario = scenario;
    if (scenario == NULL) {
        fail_locked(crew, &err);
        remove_job(crew, job);
        free_job(job);
    }
    uv_cond_broadcast(&crew->news);
    uv_mutex_unlock(&crew->lock);
}

/* The highest rate is found in the samples; nothing else that a sweep asks for is. */
static bool needs_samples(const struct sweep_plan *plan, const struct scenario *scenario)
{
    bool needs = plan->objective->metric == METRIC_RATE;
    for (int i = 0; i < scenario->slo_count; i++)
        needs = needs || scenario->slos[i].metric == METRIC_RATE;
    return needs;
}

static struct rep_outcome *simulate(struct sweep_crew *crew, const struct job *job, int rep,
                                    struct worker *worker)
{
    const struct sweep_plan *plan = &crew->plan;
    bool whole = plan->options->note != NULL;
    bool sampling = rep == 0 && (whole || needs_samples(plan, job->scenario));
    bool batching =
        whole && plan->precision <= 0 && plan->reps == 1 && run_is_stationary(job->scenario);
    struct run_limits limits = plan->options->limits;
    if (limits.max_wall != SIM_NEVER)
        limits.max_wall -= (sim_time)(uv_hrtime() - crew->started_ns);
    worker->progress.now = 0;
    worker->progress.requests = 0;
    worker->wanted = job->wanted;
    worker->horizon = job->scenario->simulate.duration;
    struct world *world = world_new(job->scenario, (uint32_t)rep, sampling, batching);
    world_run(world, &limits, &crew->halt, &worker->progress);
    struct rep_outcome *outcome = rep_outcome_take(world);
    world_free(world);
    worker->horizon = 0;
    worker->progress.requests = 0;
    crew->requests += outcome->requests;
    return outcome;
}

/* True if the job needs another round of replications. */
static bool wants_more(struct sweep_crew *crew, struct job *job, struct err *err)
{
    const struct sweep_plan *plan = &crew->plan;
    struct precision_report report;
    if (plan->precision <= 0)
        return false;
    for (int r = 0; r < job->done; r++)
        if (!rep_outcome_price(job->outcomes[r], job->scenario, err))
            return false;
    precision_judge(job->scenario, job->outcomes, job->done, plan->precision, &report);
    return !report.reached && precision_next(job->done, plan->reps) > job->done;
}

static void finish(struct sweep_crew *crew, struct job *job)
{
    const struct sweep_plan *plan = &crew->plan;
    struct err err = {0};
    if (wants_more(crew, job, &err)) {
        uv_mutex_lock(&crew->lock);
        crew->done_share -= job->done / (double)job->wanted;
        grow_job(job, precision_next(job->done, plan->reps));
        crew->done_share += job->done / (double)job->wanted;
        uv_cond_broadcast(&crew->news);
        uv_mutex_unlock(&crew->lock);
        return;
    }
    struct sweep_finding finding = {0};
    struct result *result = sweep_point_reduce(job->scenario, plan->variant, job->outcomes,
                                               job->done, plan->objective, &finding, &err);
    if (result != NULL && plan->options->note != NULL)
        finding.note = plan->options->note(plan->options->context, result);
    uv_mutex_lock(&crew->lock);
    crew->done_share -= 1;
    if (result == NULL)
        fail_locked(crew, &err);
    else
        plan->source.finished(plan->source.context, &job->order, &finding);
    remove_job(crew, job);
    uv_cond_broadcast(&crew->news);
    uv_mutex_unlock(&crew->lock);
    result_free(result);
    free_job(job);
}

/* Puts a replication where it belongs; the thread that brings the last one finishes the point. */
static void replicate(struct sweep_crew *crew, struct job *job, int rep, struct worker *worker)
{
    struct rep_outcome *outcome = simulate(crew, job, rep, worker);
    uv_mutex_lock(&crew->lock);
    bool broken = outcome->end != RUN_COMPLETE;
    if (broken)
        halt_locked(crew, outcome->end);
    job->outcomes[rep] = outcome;
    job->done++;
    crew->done_share += 1.0 / job->wanted;
    bool last = job->done == job->wanted;
    for (int r = 0; last && r < job->wanted; r++)
        last = job->outcomes[r]->end == RUN_COMPLETE;
    uv_mutex_unlock(&crew->lock);
    if (last)
        finish(crew, job);
}

static void work(void *context, int index)
{
    struct sweep_crew *crew = context;
    for (;;) {
        int rep;
        uv_mutex_lock(&crew->lock);
        struct job *job = pick(crew, &rep);
        uv_mutex_unlock(&crew->lock);
        if (job == NULL)
            return;
        if (rep < 0)
            load(crew, job);
        else
            replicate(crew, job, rep, &crew->workers[index]);
    }
}

static void on_report(void *context, int done, double wall_s)
{
    struct sweep_crew *crew = context;
    (void)done;
    if (crew->plan.options->stop != NULL && *crew->plan.options->stop)
        sweep_crew_halt(crew, RUN_INTERRUPTED);
    if (crew->report != NULL)
        crew->report(crew->report_context, wall_s);
}

/* What was begun and not brought to an end. */
static void drop_jobs(struct sweep_crew *crew)
{
    for (struct job *job = crew->jobs, *after; job != NULL; job = after) {
        after = job->after;
        for (int r = 0; r < job->wanted; r++)
            rep_outcome_free(job->outcomes[r]);
        free_job(job);
    }
    crew->jobs = NULL;
}

bool sweep_crew_run(struct sweep_crew *crew, void (*report)(void *context, double wall_s),
                    void *context, struct err *err)
{
    crew->report = report;
    crew->report_context = context;
    crew->started_ns = uv_hrtime();
    struct crew_job job = {.tasks = crew->threads,
                           .threads = crew->threads,
                           .run = work,
                           .report = on_report,
                           .context = crew};
    bool ok = crew_run(&job, err);
    drop_jobs(crew);
    if (ok && crew->failed)
        *err = crew->err;
    return ok && !crew->failed;
}

uint64_t sweep_crew_requests(struct sweep_crew *crew)
{
    uint64_t requests = crew->requests;
    for (int i = 0; i < crew->threads; i++)
        requests += crew->workers[i].progress.requests;
    return requests;
}

double sweep_crew_under_way(struct sweep_crew *crew)
{
    uv_mutex_lock(&crew->lock);
    double share = crew->done_share;
    uv_mutex_unlock(&crew->lock);
    for (int i = 0; i < crew->threads; i++) {
        const struct worker *worker = &crew->workers[i];
        int64_t horizon = worker->horizon;
        if (horizon > 0)
            share += (double)worker->progress.now / (double)horizon / worker->wanted;
    }
    return share > 0 ? share : 0;
}
