/* session_take.c - what the threads hand over, put where the window looks for it; see session.h. */
#include <string.h>

#include "core/path.h"
#include "run/session_parts.h"

/* -- records ---------------------------------------------------------------------------------------- */

/* A record may be current and baseline at once. */
static void drop(const struct session *session, struct record *record)
{
    if (record != session->current && record != session->ghost && record != session->baseline)
        record_free(record);
}

void session_set_slot(struct session *session, struct record **slot, struct record *record)
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
        session_set_slot(session, &session->ghost, old);
    else if (old != NULL)
        drop(session, old);
    if (session->ghost != NULL && !is_comparable(session->ghost, session->current))
        session_set_slot(session, &session->ghost, NULL);
    if (session->newest == session->current_order)
        session->first_s = session_wall_now();
}

/* -- files that are watched ----------------------------------------------------------------------------- */

void session_add_watched(struct session *session, const char *path)
{
    bool known = path[0] == '\0' || session->watched_count == WATCH_FILES_MAX;
    for (int i = 0; i < session->watched_count; i++)
        known |= strcmp(session->watched[i].data, path) == 0;
    if (!known)
        text_add(&session->watched[session->watched_count++], path);
}

void session_clear_watched(struct session *session)
{
    for (int i = 0; i < session->watched_count; i++)
        text_free(&session->watched[i]);
    session->watched_count = 0;
}

void session_watch_again(struct session *session, double since_s)
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
    session_clear_watched(session);
    for (int i = 0; i < blueprint->file_count; i++)
        session_add_watched(session, blueprint->files[i]);
    session_watch_again(session, since_s);
}

/* -- what comes back ------------------------------------------------------------------------------------ */

/* Of an order that stands aside, only the newest counts; it begins again when something came in between. */
static bool take_beside(struct session *session, struct delivery *delivery)
{
    if (delivery->order != session->beside_order)
        return false;
    switch (delivery->kind) {
    case DELIVERY_BEGUN:
        record_free(session->beside);
        session->beside = record_new(delivery->blueprint);
        session->beside->version = delivery->order << 32;
        delivery->blueprint = NULL;
        return false;
    case DELIVERY_CHUNK:
        record_append(session->beside, &delivery->chunk);
        return false;
    case DELIVERY_LANDED:
        record_land(session->beside, delivery->result, shared_run_release, delivery->run);
        delivery->result = NULL;
        delivery->run = NULL;
        session_set_slot(session, &session->baseline, session->beside);
        session->beside = NULL;
        session->beside_order = 0;
        return true;
    case DELIVERY_FAILED:
        session->beside_order = 0;
        session->err = delivery->err;
        session->failed = true;
        return true;
    case DELIVERY_TRACED:
        break;
    }
    return false;
}

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
    session->tracing = session->traces > 0 ? delivery->asked : 0;
    session_set_slot(session, &session->ghost, NULL);
    session->running = 0;
    if (delivery->order == session->newest)
        session->landed_s = session_wall_now();
    return true;
}

static bool take_traced(struct session *session, struct delivery *delivery)
{
    struct record *record = record_of(session, delivery->order);
    if (session->tracing == delivery->asked)
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
    session_add_watched(session, delivery->path);
    if (path_kind(delivery->err.file) == PATH_FILE)
        session_add_watched(session, delivery->err.file);
    session_watch_again(session, delivery->given_s);
    return true;
}

static bool take(struct session *session, struct delivery *delivery)
{
    if (delivery->order >= SESSION_ASIDE)
        return take_beside(session, delivery);
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
        session_forget_study(session);
        session_give_order(session);
        changed = true; /* it says that it loads */
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
