/* insight_job.c - see the header. */
#include "ui/insight_job.h"

#include "core/arena.h"

#include <pthread.h>

/* One state of the findings, whole; each look takes the newest and gives back the one before. */
struct copy {
    struct arena *arena;
    struct insight_view view;
};

struct insight_job {
    pthread_t thread;
    pthread_mutex_t lock; /* of `next` and what it points to */
    _Atomic int stop;
    bool all;
    struct arena *arena; /* of setup and load */
    struct study_setup setup;
    struct study_load load;
    struct copy next, seen;
};

/* -- copies ---------------------------------------------------------------------------------------------- */

static const char *copy_text(struct arena *arena, const char *text)
{
    return text != NULL ? arena_strdup(arena, text) : NULL;
}

static void copy_item(struct arena *arena, struct insight *to, const struct insight *from)
{
    *to = *from;
    to->resource = copy_text(arena, from->resource);
    to->message = copy_text(arena, from->message);
    to->advice = copy_text(arena, from->advice);
    to->why_not = copy_text(arena, from->why_not);
    for (int i = 0; i < from->change_count; i++) {
        to->changes[i].resource = copy_text(arena, from->changes[i].resource);
        to->changes[i].name = copy_text(arena, from->changes[i].name);
        to->changes[i].value = copy_text(arena, from->changes[i].value);
    }
    for (int i = 0; i < from->effect_count; i++) {
        to->effects[i].resource = copy_text(arena, from->effects[i].resource);
        to->effects[i].metric = copy_text(arena, from->effects[i].metric);
        to->effects[i].stat = copy_text(arena, from->effects[i].stat);
        to->effects[i].unit = copy_text(arena, from->effects[i].unit);
    }
}

static void publish(struct insight_job *job, const struct insight_list *list, int measured,
                    int total)
{
    struct copy fresh = {.arena = arena_new()};
    struct insight *items = ARENA_ARRAY(fresh.arena, struct insight, list->count + 1);
    const char **changes = ARENA_ARRAY(fresh.arena, const char *, list->count + 1);
    for (int i = 0; i < list->count; i++) {
        copy_item(fresh.arena, &items[i], &list->items[i]);
        changes[i] = insight_change_text(&list->items[i], fresh.arena);
    }
    pthread_mutex_lock(&job->lock);
    struct copy old = job->next;
    fresh.view = (struct insight_view){.found = true,
                                       .measured = measured,
                                       .total = total,
                                       .unmeasured = list->unmeasured,
                                       .items = items,
                                       .changes = changes,
                                       .count = list->count,
                                       .version = old.view.version + 1};
    job->next = fresh;
    pthread_mutex_unlock(&job->lock);
    arena_free(old.arena);
}

static void on_changed(void *context, const struct insight_list *list, int done, int total)
{
    publish(context, list, done, total);
}

/* -- thread ------------------------------------------------------------------------------------------------ */

static struct result *run_again(struct insight_job *job, const struct scenario *scenario,
                                struct err *err)
{
    struct run_item item = {scenario, job->load.variant};
    struct run_options options = {
        .jobs = 1, .limits = {SIM_NEVER, UINT64_MAX, INT64_MAX}, .stop = &job->stop};
    struct result *result = NULL;
    return run_all(&item, 1, &options, &result, err) ? result : NULL;
}

static bool look(struct insight_job *job, struct err *err)
{
    struct study *study = study_open(&job->setup, err);
    struct scenario *scenario = study != NULL ? study_load(study, &job->load, err) : NULL;
    struct result *result = scenario != NULL ? run_again(job, scenario, err) : NULL;
    struct insight_list *list = NULL;
    bool good = result != NULL;
    if (good && job->stop == 0) {
        struct insight_options options = {.effort = job->all ? INSIGHT_ALL : INSIGHT_FULL,
                                          .load = job->load,
                                          .jobs = 1,
                                          .limits = {SIM_NEVER, UINT64_MAX, INT64_MAX},
                                          .stop = &job->stop,
                                          .changed = on_changed,
                                          .context = job};
        options.load.trusted = true; /* it has just been loaded */
        options.load.silent = true;
        list = insight_find(study, result, &options, err);
        good = list != NULL;
        if (good)
            publish(job, list, job->next.view.total, job->next.view.total);
    }
    insight_free(list);
    result_free(result);
    scenario_free(scenario);
    study_close(study);
    return good;
}

static void *thread_main(void *context)
{
    struct insight_job *job = context;
    struct err err = {.kind = ERR_NONE};
    bool good = look(job, &err);
    pthread_mutex_lock(&job->lock);
    job->next.view.over = true;
    job->next.view.version++;
    if (!good)
        job->next.view.err = err;
    pthread_mutex_unlock(&job->lock);
    return NULL;
}

/* -- life cycle ------------------------------------------------------------------------------------------------ */

struct insight_job *insight_job_start(const struct session *session, bool all)
{
    struct insight_job *job = mem_resize(NULL, sizeof *job);
    *job = (struct insight_job){.arena = arena_new(), .all = all};
    session_recipe(session, job->arena, &job->setup, &job->load);
    ASSERT(pthread_mutex_init(&job->lock, NULL) == 0);
    ASSERT(pthread_create(&job->thread, NULL, thread_main, job) == 0);
    return job;
}

void insight_job_end(struct insight_job *job)
{
    if (job == NULL)
        return;
    job->stop = 1;
    pthread_join(job->thread, NULL);
    pthread_mutex_destroy(&job->lock);
    arena_free(job->next.arena);
    arena_free(job->seen.arena);
    arena_free(job->arena);
    mem_free(job);
}

const struct insight_view *insight_job_look(struct insight_job *job)
{
    pthread_mutex_lock(&job->lock);
    if (job->next.arena != NULL) {
        arena_free(job->seen.arena);
        job->seen = job->next;
        job->next.arena = NULL; /* the thread publishes another one or nothing */
    }
    job->seen.view.over = job->next.view.over;
    job->seen.view.err = job->next.view.err;
    job->seen.view.version = job->next.view.version;
    pthread_mutex_unlock(&job->lock);
    return &job->seen.view;
}
