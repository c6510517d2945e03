/* session.c - see session.h. The threads are in session_worker.c, what the sliders say in session_wish.c, the log in session_log.c. */
#include "run/session.h"

#include <math.h>
#include <string.h>
#include <time.h>
#include <uv.h>

#include "core/path.h"
#include "run/session_log.h"
#include "run/session_parts.h"
#include "run/session_wish.h"
#include "run/watch.h"

#define BURST_MIN     100
#define BURST_SECONDS 10 /* of ordinary traffic, all at once */

struct session {
    struct worker *worker;
    struct wish wish;
    struct session_log log;
    struct shared_study *study; /* of the file as it was loaded last; NULL: to be opened */
    uint64_t newest;            /* number of the order given last */
    uint64_t fresh_from; /* orders before this one are of another file, or of the file as it was */
    bool loading;        /* the newest order has neither begun nor failed */
    uint64_t running;    /* order that has begun and not ended; 0: none */
    struct record *incoming; /* begun, without a frame yet */
    struct record *current, *ghost, *baseline;
    uint64_t incoming_order, current_order;
    struct err err;
    bool failed;
    int64_t traces;   /* of every run that lands */
    uint64_t tracing; /* order whose traces are still to come; 0: none */
    struct watch *watch;
    struct text watched[WATCH_FILES_MAX];
    int watched_count;
    _Atomic bool saved; /* a file was */
    void (*wake)(void *context);
    void *wake_context;
    double given_s, first_s, landed_s; /* wall clock of the newest order; NAN: not yet */

    /* for who waits */
    uv_mutex_t lock;
    uv_cond_t arrived;
    bool news;
};

static double wall_now(void)
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

/* -- records ---------------------------------------------------------------------------------------- */

/* A record may be current and baseline at once. */
static void drop(const struct session *session, struct record *record)
{
    if (record != session->current && record != session->ghost && record != session->baseline)
        record_free(record);
}

static void set_slot(struct session *session, struct record **slot, struct record *record)
{
    struct record *old = *slot;
    *slot = record;
    if (old != record)
        drop(session, old);
}

/* Curves of different nodes do not lie over each other. */
static bool is_comparable(const struct record *a, const struct record *b)
{
    if (a->info->node_count != b->info->node_count)
        return false;
    for (int i = 0; i < a->info->node_count; i++)
        if (strcmp(a->info->nodes[i].name, b->info->nodes[i].name) != 0)
            return false;
    return true;
}

/* The first frame is here: what was on screen becomes the ghost, unless it never got whole. */
static void show_incoming(struct session *session)
{
    struct record *old = session->current;
    session->current = session->incoming;
    session->current_order = session->incoming_order;
    session->incoming = NULL;
    if (old != NULL && old->result != NULL)
        set_slot(session, &session->ghost, old);
    else if (old != NULL)
        drop(session, old);
    if (session->ghost != NULL && !is_comparable(session->ghost, session->current))
        set_slot(session, &session->ghost, NULL);
    if (session->newest == session->current_order)
        session->first_s = wall_now();
}

/* -- orders ------------------------------------------------------------------------------------------- */

/* The wish has changed. A study that is unset has to be opened again: it is another file, or the file is another. */
static void give_order(struct session *session)
{
    struct order *order = order_new(++session->newest);
    wish_put(&session->wish, order);
    order->study = shared_study_keep(session->study);
    order->traces = session->traces;
    order->given_s = epoch_s();
    session->loading = true;
    session->given_s = wall_now();
    session->first_s = session->landed_s = NAN;
    worker_order(session->worker, order);
}

static void forget_study(struct session *session)
{
    shared_study_release(session->study);
    session->study = NULL;
    session->fresh_from = session->newest + 1;
}

/* -- files that are watched ----------------------------------------------------------------------------- */

static void add_watched(struct session *session, const char *path)
{
    bool known = path[0] == '\0' || session->watched_count == WATCH_FILES_MAX;
    for (int i = 0; i < session->watched_count; i++)
        known |= strcmp(session->watched[i].data, path) == 0;
    if (!known)
        text_add(&session->watched[session->watched_count++], path);
}

static void clear_watched(struct session *session)
{
    for (int i = 0; i < session->watched_count; i++)
        text_free(&session->watched[i]);
    session->watched_count = 0;
}

static void watch_again(struct session *session, double since_s)
{
    const char *paths[WATCH_FILES_MAX];
    if (session->watch == NULL)
        return;
    for (int i = 0; i < session->watched_count; i++)
        paths[i] = session->watched[i].data;
    watch_files(session->watch, paths, session->watched_count, since_s);
}

static void watch_loaded(struct session *session, const struct blueprint *blueprint, double since_s)
{
    clear_watched(session);
    for (int i = 0; i < blueprint->file_count; i++)
        add_watched(session, blueprint->files[i]);
    watch_again(session, since_s);
}

/* -- what comes back ------------------------------------------------------------------------------------ */

static void take_begun(struct session *session, struct delivery *delivery)
{
    record_free(session->incoming);
    session->incoming = record_new(delivery->blueprint);
    /* Whoever remembers what he drew by record and version must not take a new record at an old address for the old one. */
    session->incoming->version = delivery->order << 32;
    session->incoming_order = session->running = delivery->order;
    for (int i = 0; i < delivery->dropped_count; i++)
        wish_drop(&session->wish, &delivery->dropped[i]);
    const struct blueprint *blueprint = delivery->blueprint;
    delivery->blueprint = NULL;
    if (delivery->order < session->fresh_from)
        return;
    shared_study_release(session->study);
    session->study = delivery->study;
    delivery->study = NULL;
    watch_loaded(session, blueprint, delivery->given_s);
    if (delivery->order == session->newest)
        session->loading = session->failed = false;
}

static struct record *record_of(struct session *session, uint64_t order)
{
    if (session->incoming != NULL && session->incoming_order == order)
        return session->incoming;
    return session->current != NULL && session->current_order == order ? session->current : NULL;
}

static bool take_chunk(struct session *session, const struct delivery *delivery)
{
    struct record *record = record_of(session, delivery->order);
    if (record == NULL)
        return false;
    record_append(record, &delivery->chunk);
    if (record == session->incoming)
        show_incoming(session);
    return true;
}

static bool take_landed(struct session *session, struct delivery *delivery)
{
    struct record *record = record_of(session, delivery->order);
    if (record == NULL)
        return false;
    if (record == session->incoming)
        show_incoming(session);
    record_land(record, delivery->result, shared_run_release, delivery->run);
    delivery->result = NULL;
    delivery->run = NULL;
    session->tracing = session->traces > 0 ? delivery->order : 0;
    set_slot(session, &session->ghost, NULL);
    session->running = 0;
    if (delivery->order == session->newest)
        session->landed_s = wall_now();
    return true;
}

static bool take_traced(struct session *session, struct delivery *delivery)
{
    struct record *record = record_of(session, delivery->order);
    if (session->tracing == delivery->order)
        session->tracing = 0;
    if (record == NULL || delivery->traces == NULL)
        return false;
    record_set_traces(record, delivery->traces);
    delivery->traces = NULL;
    return true;
}

static bool take_failed(struct session *session, const struct delivery *delivery)
{
    if (delivery->order == session->running)
        session->running = 0;
    if (delivery->order < session->newest)
        return false;
    session->err = delivery->err;
    session->failed = true;
    session->loading = false;
    add_watched(session, delivery->path);
    if (path_kind(delivery->err.file) == PATH_FILE)
        add_watched(session, delivery->err.file);
    watch_again(session, delivery->given_s);
    return true;
}

static bool take(struct session *session, struct delivery *delivery)
{
    switch (delivery->kind) {
    case DELIVERY_BEGUN:
        take_begun(session, delivery);
        return false; /* nothing to see yet */
    case DELIVERY_CHUNK:
        return take_chunk(session, delivery);
    case DELIVERY_LANDED:
        return take_landed(session, delivery);
    case DELIVERY_TRACED:
        return take_traced(session, delivery);
    case DELIVERY_FAILED:
        return take_failed(session, delivery);
    }
    return false;
}

bool session_poll(struct session *session)
{
    bool changed = false;
    if (atomic_exchange(&session->saved, false)) {
        forget_study(session);
        give_order(session);
    }
    struct delivery *delivery = worker_take(session->worker);
    while (delivery != NULL) {
        struct delivery *next = delivery_next(delivery);
        changed |= take(session, delivery);
        if (delivery->kind == DELIVERY_CHUNK)
            worker_return(session->worker, delivery);
        else
            delivery_free(delivery);
        delivery = next;
    }
    return changed;
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
    double until = wall_now() + timeout_s;
    for (;;) {
        session_poll(session);
        if (session_state(session) == SESSION_IDLE && session->tracing == 0)
            return !session->failed && session->current != NULL;
        double left = until - wall_now();
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
    add_watched(session, study_path(study));
    watch_again(session, INFINITY);
    give_order(session);
    return session;
}

void session_free(struct session *session)
{
    if (session == NULL)
        return;
    watch_free(session->watch);
    worker_free(session->worker);
    clear_watched(session);
    record_free(session->incoming);
    set_slot(session, &session->ghost, NULL);
    set_slot(session, &session->baseline, NULL);
    set_slot(session, &session->current, NULL);
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
    give_order(session);
    return true;
}

void session_reset_params(struct session *session)
{
    wish_reset_params(&session->wish);
    session_log_add(&session->log, "reset");
    give_order(session);
}

void session_set_override(struct session *session, const char *resource, const char *setting,
                          const char *value)
{
    wish_set(&session->wish, resource, setting, value);
    session_log_set(&session->log, resource, setting, value);
    give_order(session);
}

void session_set_variant(struct session *session, const char *variant)
{
    wish_variant(&session->wish, variant);
    session_log_variant(&session->log, variant);
    give_order(session);
}

void session_set_seed(struct session *session, uint64_t seed)
{
    session->wish.times.has_seed = true;
    session->wish.times.seed = seed;
    session_log_seed(&session->log, seed);
    give_order(session);
}

void session_rerun(struct session *session)
{
    give_order(session);
}

static void start_over(struct session *session)
{
    session_log_begin(&session->log, &session->wish);
    forget_study(session);
    give_order(session);
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

/* -- pokes ----------------------------------------------------------------------------------------------------- */

static int32_t node_of_resource(const struct record_info *info, int32_t resource)
{
    for (int32_t i = 0; i < info->node_count; i++)
        if (info->nodes[i].resource == resource && info->nodes[i].parent < 0)
            return i;
    return -1;
}

/* As many requests as come in ten seconds otherwise, all at once. */
static int64_t burst_of(struct record *record, int node)
{
    struct bin all;
    double reached = record_reached_s(record);
    record_bins(record, node, RECORD_ARRIVALS, 0, reached, 1, &all);
    double rate = all.n > 0 && reached > 0 ? all.sum / reached : 0;
    return (int64_t)fmax(BURST_MIN, round(rate * BURST_SECONDS));
}

/* Marks the nodes from which `to` can be reached. */
static void find_callers(const struct record_info *info, int32_t to, bool *reaches)
{
    reaches[to] = true;
    for (bool more = true; more;) {
        more = false;
        for (int e = 0; e < info->edge_count; e++) {
            const struct record_edge *edge = &info->edges[e];
            more |= reaches[edge->to] && !reaches[edge->from];
            reaches[edge->from] |= reaches[edge->to];
        }
    }
}

void session_poke_named(struct session *session, const char *resource, enum poke poke, sim_time at,
                        int64_t burst)
{
    wish_poke(&session->wish, resource, poke, at, burst);
    session_log_poke(&session->log, resource, poke, at, burst);
    give_order(session);
}

static void poke_node(struct session *session, int32_t node, enum poke poke, sim_time at)
{
    const char *name = session->current->info->nodes[node].name;
    int64_t burst = poke == POKE_BURST ? burst_of(session->current, node) : 0;
    session_poke_named(session, name, poke, at, burst);
}

/* A burst comes from outside: that of a service comes from all traffic that ends there. */
void session_poke(struct session *session, int32_t resource, enum poke poke, sim_time at)
{
    const struct record_info *info = session->current == NULL ? NULL : session->current->info;
    int32_t node = info == NULL ? -1 : node_of_resource(info, resource);
    if (node < 0)
        return;
    if (poke != POKE_BURST) {
        poke_node(session, node, poke, at);
        return;
    }
    bool *reaches = mem_resize(NULL, (size_t)info->node_count);
    memset(reaches, 0, (size_t)info->node_count);
    find_callers(info, node, reaches);
    for (int32_t i = 0; i < info->node_count; i++)
        if (reaches[i] && info->nodes[i].source)
            poke_node(session, i, poke, at);
    mem_free(reaches);
}

void session_clear_pokes(struct session *session)
{
    wish_clear_pokes(&session->wish);
    session_log_add(&session->log, "unpoke");
    give_order(session);
}

/* -- A/B ----------------------------------------------------------------------------------------------------------- */

void session_set_baseline(struct session *session)
{
    session_log_add(&session->log, "baseline");
    set_slot(session, &session->baseline, session->current);
}

void session_clear_baseline(struct session *session)
{
    session_log_add(&session->log, "unbaseline");
    set_slot(session, &session->baseline, NULL);
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
    session->tracing = order->number;
    worker_trace(session->worker, order);
}
