/* session_parts.h - the inside of a session, for the files that make it up. Private to run/.
 *
 * session.c has its life and its commands, session_take.c what comes back of them, session_poke.c pokes, session_replay.c the log done
 * again. All of it belongs to the window's thread but for what is marked.
 */
#ifndef TEPID_RUN_SESSION_PARTS_H
#define TEPID_RUN_SESSION_PARTS_H

#include <uv.h>

#include "run/session.h"
#include "run/session_log.h"
#include "run/session_wish.h"
#include "run/watch.h"

/* Numbers of orders that stand aside: from here on. */
#define SESSION_ASIDE (UINT64_C(1) << 31)

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
    struct record *beside; /* on its way to be the baseline */
    uint64_t beside_order; /* its order; 0: none */
    uint64_t asides;       /* orders given of that kind */
    uint64_t incoming_order, current_order;
    struct err err;
    bool failed;
    int64_t traces;   /* of every run that lands */
    uint64_t asks;    /* for traces, so far */
    uint64_t tracing; /* the one that is still to be answered; 0: none */
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

/* Starts over with the words behind "tepid run". */
bool session_start(struct session *session, const char *const *words, int count, struct err *err);

/* A poke of one resource; `burst`: requests of a POKE_BURST, of a source of traffic. */
void session_poke_named(struct session *session, const char *resource, enum poke poke, sim_time at,
                        int64_t burst);

/* The wish has changed. */
void session_give_order(struct session *session);
/* The study has to be opened again: it is another file, or the file is another. */
void session_forget_study(struct session *session);

/* Exchanges one of the session's records; the old one is freed unless it is another one of them. */
void session_set_slot(struct session *session, struct record **slot, struct record *record);

/* Files that are watched: more of them, none; and so from now on. */
void session_add_watched(struct session *session, const char *path);
void session_clear_watched(struct session *session);
void session_watch_again(struct session *session, double since_s);

double session_wall_now(void);

#endif
