/* session.c - see session.h: life cycle, commands and questions; session_parts.h says what is elsewhere. */
#include "run/session.h"

#include <math.h>
#include <string.h>
#include <time.h>
#include <uv.h>

#include "run/session_parts.h"

double session_wall_now(void)
{
    return (double)uv_hrtime() / 1e9;
}

/* By the clock that stamps files, which goes by ticks: a save after this is never stamped before it. */
static double epoch_s(void)
{
    struct timespec now;
    ASSERT(clock_gettime(CLOCK_REALTIME_COARSE, &now) == 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* -- orders ------------------------------------------------------------------------------------------- */

void session_give_order(struct session *session)
{
    struct order *order = order_new(++session->newest);
    wish_put(&session->wish, order);
    order->study = shared_study_keep(session->study);
    order->traces = session->traces;
    order->asked = ++session->asks;
    order->given_s = epoch_s();
    session->loading = true;
    session->given_s = session_wall_now();
    session->first_s = session->landed_s = NAN;
    worker_order(session->worker, order);
}

void session_forget_study(struct session *session)
{
    shared_study_release(session->study);
    session->study = NULL;
    session->fresh_from = session->newest + 1;
}

/* -- waiting --------------------------------------------------------------------------------------------- */

static void on_delivery(void *context)
{
    struct session *session = context;
    uv_mutex_lock(&session->lock);
    session->news = true;
    uv_cond_signal(&session->arrived);
    uv_mutex_unlock(&session->lock);
    if (session->wake != NULL)
        session->wake(session->wake_context);
}

static void on_saved(void *context)
{
    struct session *session = context;
    atomic_store(&session->saved, true);
    on_delivery(session);
}

bool session_wait(struct session *session, double timeout_s)
{
    double until = session_wall_now() + timeout_s;
    for (;;) {
        session_poll(session);
        if (session_state(session) == SESSION_IDLE && session->tracing == 0 &&
            session->beside_order == 0)
            return !session->failed && session->current != NULL;
        double left = until - session_wall_now();
        if (!(left > 0))
            return false;
        uv_mutex_lock(&session->lock);
        if (!session->news)
            (void)uv_cond_timedwait(&session->arrived, &session->lock, (uint64_t)(left * 1e9));
        session->news = false;
        uv_mutex_unlock(&session->lock);
    }
}

/* -- life cycle --------------------------------------------------------------------------------------------- */

struct session *session_new(const struct session_setup *setup, struct err *err)
{
    struct study *study = study_open(&setup->study, err);
    if (study == NULL)
        return NULL;
    struct session *session = mem_resize(NULL, sizeof *session);
    *session = (struct session){
        .study = shared_study_new(study),
        .traces = setup->traces,
        .wake = setup->wake,
        .wake_context = setup->wake_context,
    };
    ASSERT(uv_mutex_init(&session->lock) == 0);
    ASSERT(uv_cond_init(&session->arrived) == 0);
    wish_init(&session->wish, setup);
    session_log_begin(&session->log, &session->wish);
    if (setup->watch)
        session->watch = watch_new(on_saved, session, err);
    session->worker = worker_new(on_delivery, session);
    if (setup->watch && session->watch == NULL) {
        session_free(session);
        return NULL;
    }
    session_add_watched(session, study_path(study));
    session_watch_again(session, INFINITY);
    session_give_order(session);
    return session;
}

void session_free(struct session *session)
{
    if (session == NULL)
        return;
    watch_free(session->watch);
    worker_free(session->worker);
    session_clear_watched(session);
    record_free(session->incoming);
    record_free(session->beside);
    session_set_slot(session, &session->ghost, NULL);
    session_set_slot(session, &session->baseline, NULL);
    session_set_slot(session, &session->current, NULL);
    shared_study_release(session->study);
    wish_free(&session->wish);
    session_log_end(&session->log);
    uv_cond_destroy(&session->arrived);
    uv_mutex_destroy(&session->lock);
    mem_free(session);
}

/* -- questions ------------------------------------------------------------------------------------------- */

struct record *session_current(struct session *session)
{
    return session->current;
}

struct record *session_ghost(struct session *session)
{
    return session->ghost;
}

struct record *session_baseline(struct session *session)
{
    return session->baseline;
}

const struct err *session_error(const struct session *session)
{
    return session->failed ? &session->err : NULL;
}

enum session_state session_state(const struct session *session)
{
    return session->loading        ? SESSION_LOADING
           : session->running != 0 ? SESSION_RUNNING
                                   : SESSION_IDLE;
}

void session_timing(const struct session *session, double *first_s, double *landed_s)
{
    *first_s = session->first_s - session->given_s;
    *landed_s = session->landed_s - session->given_s;
}

const char *session_log(struct session *session)
{
    return session_log_text(&session->log);
}

void session_recipe(const struct session *session, struct arena *arena, struct study_setup *setup,
                    struct study_load *load)
{
    struct order copy = {.arena = arena};
    wish_put(&session->wish, &copy);
    *setup = copy.setup;
    *load = copy.load;
}

/* -- commands ------------------------------------------------------------------------------------------------ */

static const struct record_info *info_of(const struct session *session)
{
    const struct record *record = session->current != NULL ? session->current : session->incoming;
    return record == NULL ? NULL : record->info;
}

static bool has_param(const struct record_info *info, const char *name)
{
    for (int i = 0; i < info->param_count; i++)
        if (strcmp(info->params[i].name, name) == 0)
            return true;
    return false;
}

bool session_set_param(struct session *session, const char *name, const char *value,
                       struct err *err)
{
    const struct record_info *info = info_of(session);
    if (info != NULL && session->study != NULL && !has_param(info, name))
        return err_set(err, "the scenario has no parameter '%s'", name);
    wish_set(&session->wish, NULL, name, value);
    session_log_set(&session->log, NULL, name, value);
    session_give_order(session);
    return true;
}

void session_reset_params(struct session *session)
{
    wish_reset_params(&session->wish);
    session_log_add(&session->log, "reset");
    session_give_order(session);
}

void session_set_override(struct session *session, const char *resource, const char *setting,
                          const char *value)
{
    wish_set(&session->wish, resource, setting, value);
    session_log_set(&session->log, resource, setting, value);
    session_give_order(session);
}

void session_set_variant(struct session *session, const char *variant)
{
    wish_variant(&session->wish, variant);
    session_log_variant(&session->log, variant);
    session_give_order(session);
}

void session_set_seed(struct session *session, uint64_t seed)
{
    session->wish.times.has_seed = true;
    session->wish.times.seed = seed;
    session_log_seed(&session->log, seed);
    session_give_order(session);
}

void session_rerun(struct session *session)
{
    session_give_order(session);
}

static void start_over(struct session *session)
{
    session_log_begin(&session->log, &session->wish);
    session_forget_study(session);
    session_give_order(session);
}

bool session_start(struct session *session, const char *const *words, int count, struct err *err)
{
    if (!wish_start(&session->wish, words, count, err))
        return false;
    start_over(session);
    return true;
}

void session_open(struct session *session, const char *file)
{
    wish_open(&session->wish, file);
    start_over(session);
}

/* -- A/B ----------------------------------------------------------------------------------------------------------- */

/* Whatever was to become the baseline no longer does. */
static void forget_beside(struct session *session)
{
    worker_drop_aside(session->worker);
    record_free(session->beside);
    session->beside = NULL;
    session->beside_order = 0;
}

void session_set_baseline_of(struct session *session, const char *file, const char *variant)
{
    struct order *order = order_new(SESSION_ASIDE + ++session->asides);
    session_log_baseline(&session->log, file, variant);
    forget_beside(session);
    wish_put_beside(&session->wish, file, variant, order);
    order->study = file == NULL ? shared_study_keep(session->study) : NULL;
    order->given_s = epoch_s();
    session->beside_order = order->number;
    worker_order_aside(session->worker, order);
}

void session_set_baseline(struct session *session)
{
    forget_beside(session);
    session_log_add(&session->log, "baseline");
    session_set_slot(session, &session->baseline, session->current);
}

void session_clear_baseline(struct session *session)
{
    forget_beside(session);
    session_log_add(&session->log, "unbaseline");
    session_set_slot(session, &session->baseline, NULL);
}

/* -- traces ----------------------------------------------------------------------------------------------------------- */

void session_trace(struct session *session, const struct trace_ask *ask)
{
    const struct record *record = session->current;
    if (record == NULL || record->result == NULL)
        return;
    struct order *order = order_new(session->current_order);
    order->traced = shared_run_keep(record->owner);
    order->ask = *ask;
    order->asked = session->tracing = ++session->asks;
    worker_trace(session->worker, order);
}
