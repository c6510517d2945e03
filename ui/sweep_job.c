/* sweep_job.c - see the header. */
#include "ui/sweep_job.h"

#include "core/arena.h"
#include "run/sweep.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

struct sweep_job {
    pthread_t thread;
    pthread_mutex_t lock; /* of `next` and the points behind it */
    _Atomic int stop;
    struct arena
        *arena; /* of the thread's own, until it is over; then of what the views point to */
    struct arena *shown; /* of copies, under the lock */
    struct study_setup setup;
    struct study_load load;
    const char *const *axes;
    int axis_count;
    struct job_view next; /* what the thread has told */
    struct job_point *points;
    size_t capacity;
    struct job_view view; /* what the page looks at */
    struct job_point *seen;
};

/* -- what to simulate ---------------------------------------------------------------------------------- */

static bool is_swept(const struct sweep_ask *ask, const char *name)
{
    for (int i = 0; i < ask->name_count; i++)
        if (strcmp(ask->names[i], name) == 0)
            return true;
    return false;
}

static bool assigns(const char *text, const char *name)
{
    size_t n = strlen(name);
    return strncmp(text, name, n) == 0 && text[n] == '=';
}

/* "name=value" of the command line, less those of swept parameters. */
static int keep_params(struct sweep_job *job, const struct sweep_ask *ask, const char **params)
{
    int count = 0;
    for (int i = 0; i < job->setup.param_count; i++) {
        bool swept = false;
        for (int k = 0; k < ask->name_count; k++)
            swept = swept || assigns(job->setup.params[i], ask->names[k]);
        if (!swept)
            params[count++] = job->setup.params[i];
    }
    return count;
}

/* A sweep knows nothing of changes, so they become what -p and --set would say. */
static void fold_changes(struct sweep_job *job, const struct sweep_ask *ask)
{
    int most = job->load.change_count;
    const char **params = ARENA_ARRAY(job->arena, const char *, job->setup.param_count + most + 1);
    const char **overrides =
        ARENA_ARRAY(job->arena, const char *, job->setup.override_count + most + 1);
    int param_count = keep_params(job, ask, params), override_count = 0;
    for (; override_count < job->setup.override_count; override_count++)
        overrides[override_count] = job->setup.overrides[override_count];
    for (int i = 0; i < most; i++) {
        const struct change *change = &job->load.changes[i];
        if (change->kind == CHANGE_PARAM && !is_swept(ask, change->name))
            params[param_count++] = arena_printf(job->arena, "%s=%s", change->name, change->value);
        if (change->kind == CHANGE_SETTING)
            overrides[override_count++] =
                arena_printf(job->arena, "%s.%s=%s", change->resource, change->name, change->value);
    }
    job->setup.params = params;
    job->setup.param_count = param_count;
    job->setup.overrides = overrides;
    job->setup.override_count = override_count;
}

/* -- thread ------------------------------------------------------------------------------------------------ */

static void take_grid(struct sweep_job *job, const struct sweep_table *table)
{
    struct job_view *next = &job->next;
    pthread_mutex_lock(&job->lock);
    next->param_count = table->grid.param_count;
    for (int i = 0; i < table->grid.param_count; i++) {
        next->params[i] = arena_strdup(job->shown, table->grid.params[i].name);
        next->numeric[i] = table->grid.params[i].numeric;
        if (table->grid.params[i].unit != NULL)
            next->units[i] = arena_strdup(job->shown, table->grid.params[i].unit);
    }
    next->objective = arena_strdup(job->shown, table->objective);
    next->unit = arena_strdup(job->shown, table->objective_unit);
    next->judged = table->slo_count > 0;
    next->total = (int)table->grid.points;
    pthread_mutex_unlock(&job->lock);
}

static void choose(struct job_view *view, const struct job_point *points)
{
    view->cheapest = view->best = -1;
    for (int i = 0; i < view->point_count; i++) {
        if (isnan(points[i].objective))
            continue;
        if (view->cheapest < 0 || points[i].objective < points[view->cheapest].objective)
            view->cheapest = i;
        if (points[i].passed &&
            (view->best < 0 || points[i].objective < points[view->best].objective))
            view->best = i;
    }
}

static void on_point(void *context, const struct sweep_table *table,
                     const struct sweep_point *point)
{
    struct sweep_job *job = context;
    pthread_mutex_lock(&job->lock);
    job->points =
        mem_grow(job->points, (size_t)job->next.point_count, &job->capacity, sizeof *job->points);
    struct job_point *copy = &job->points[job->next.point_count++];
    *copy = (struct job_point){.index = point->index,
                               .objective = point->objective,
                               .cost_month_usd = point->all.cost_month_usd,
                               .p99_ms = point->all.p99_ms,
                               .errors = point->all.errors,
                               .interval = {point->interval[0], point->interval[1]},
                               .passed = sweep_point_passed(table, point)};
    if (point->missed != NULL)
        copy->missed = arena_strdup(job->shown, point->missed);
    for (int i = 0; i < table->grid.param_count; i++) {
        copy->values[i] = arena_strdup(job->shown, point->values[i]);
        copy->numbers[i] = point->counts[i];
    }
    choose(&job->next, job->points);
    pthread_mutex_unlock(&job->lock);
}

static void on_progress(void *context, const struct sweep_progress *progress)
{
    struct sweep_job *job = context;
    pthread_mutex_lock(&job->lock);
    job->next.done = progress->done;
    job->next.total = progress->total;
    pthread_mutex_unlock(&job->lock);
}

static bool sweep_it(struct sweep_job *job, struct err *err)
{
    struct study *study = study_open(&job->setup, err);
    if (study == NULL)
        return false;
    struct sweep_setup setup = {.study = study,
                                .variant = job->load.variant,
                                .times = job->load.times,
                                .axes = job->axes,
                                .axis_count = job->axis_count};
    struct sweep *sweep = sweep_open(&setup, err);
    bool good = sweep != NULL;
    if (good) {
        struct sweep_options options = {.jobs = 1,
                                        .limits = {SIM_NEVER, UINT64_MAX, INT64_MAX},
                                        .stop = &job->stop,
                                        .report = on_progress,
                                        .on_point = on_point,
                                        .context = job};
        take_grid(job, sweep_table(sweep));
        good = sweep_run(sweep, &options, err);
    }
    sweep_close(sweep);
    study_close(study);
    return good;
}

static void *thread_main(void *context)
{
    struct sweep_job *job = context;
    struct err err = {.kind = ERR_NONE};
    bool good = sweep_it(job, &err);
    pthread_mutex_lock(&job->lock);
    job->next.over = true;
    job->next.done = job->next.point_count;
    if (!good)
        job->next.err = err;
    pthread_mutex_unlock(&job->lock);
    return NULL;
}

/* -- life cycle ------------------------------------------------------------------------------------------------ */

struct sweep_job *sweep_job_start(const struct session *session, const struct sweep_ask *ask)
{
    struct sweep_job *job = mem_resize(NULL, sizeof *job);
    *job = (struct sweep_job){.arena = arena_new(), .shown = arena_new()};
    job->next.cheapest = job->next.best = -1;
    job->view = job->next;
    session_recipe(session, job->arena, &job->setup, &job->load);
    fold_changes(job, ask);
    const char **axes = ARENA_ARRAY(job->arena, const char *, ask->axis_count + 1);
    for (int i = 0; i < ask->axis_count; i++)
        axes[i] = arena_strdup(job->arena, ask->axes[i]);
    job->axes = axes;
    job->axis_count = ask->axis_count;
    ASSERT(pthread_mutex_init(&job->lock, NULL) == 0);
    ASSERT(pthread_create(&job->thread, NULL, thread_main, job) == 0);
    return job;
}

void sweep_job_end(struct sweep_job *job)
{
    if (job == NULL)
        return;
    job->stop = 1;
    pthread_join(job->thread, NULL);
    pthread_mutex_destroy(&job->lock);
    arena_free(job->arena);
    arena_free(job->shown);
    mem_free(job->points);
    mem_free(job->seen);
    mem_free(job);
}

const struct job_view *sweep_job_look(struct sweep_job *job)
{
    pthread_mutex_lock(&job->lock);
    bool more = job->next.point_count != job->view.point_count;
    job->view = job->next;
    if (more || job->seen == NULL) {
        size_t bytes = (size_t)(job->next.point_count + 1) * sizeof *job->seen;
        job->seen = mem_resize(job->seen, bytes);
        if (job->next.point_count > 0)
            memcpy(job->seen, job->points, (size_t)job->next.point_count * sizeof *job->seen);
    }
    job->view.points = job->seen;
    pthread_mutex_unlock(&job->lock);
    return &job->view;
}
