/* session_worker.h - the two threads behind a window: one loads scenarios, one simulates them. Private to run/.
 *
 * What is to be simulated is an order. Only the newest counts: an order that is given while another waits takes its
 * place, so a slider that moves sixty times a second never leaves a queue behind. The loader makes a scenario of the order while the
 * runner may still be busy with the one before, which is stopped (within a few thousand events) once the new one has been loaded:
 * a file or a value that turns out to be wrong leaves the old run alone.
 *
 * What comes of an order is delivered through a lock-free list (handover.h): BEGUN with a blueprint, CHUNKs of samples, at most
 * 60 a second, LANDED with the result; or FAILED. Chunks that were read go back and are filled again.
 */
#ifndef TEPID_RUN_SESSION_WORKER_H
#define TEPID_RUN_SESSION_WORKER_H

#include "run/record_parts.h"
#include "run/run.h"
#include "run/study.h"

/* A study that orders and records share; the last one closes it. */
struct shared_study {
    _Atomic int users;
    struct study *study;
    bool trusted; /* loaded before, as it is now; the loader's business */
};
struct shared_study *shared_study_new(struct study *study);
struct shared_study *
shared_study_keep(struct shared_study *shared); /* one user more; accepts NULL */
void shared_study_release(void *shared);        /* accepts NULL */

/* What a result refers to: shared by its record and whoever traces requests of it. */
struct shared_run {
    _Atomic int users;
    struct scenario *scenario;
    struct shared_study *study;
};
struct shared_run *shared_run_new(struct scenario *scenario, struct shared_study *study);
struct shared_run *shared_run_keep(struct shared_run *shared);
void shared_run_release(void *shared); /* accepts NULL */

/* To simulate a scenario, or to trace requests of one that was simulated (`traced`). */
struct order {
    _Atomic int
        stop; /* not 0: nobody waits for it any more; of one that stands aside, 1: something else comes first */
    bool aside;      /* to stand beside: waits until nothing else is to be simulated */
    uint64_t number; /* 1, 2, ... as they are given */
    struct arena *arena;
    struct shared_study *study; /* NULL: to be opened from `setup` */
    struct study_setup setup;
    struct study_load load;    /* of what stands in the arena */
    double given_s;            /* wall clock, seconds of the epoch */
    struct scenario *scenario; /* loaded; the runner's */
    struct change *dropped;    /* changes that a file saved anew no longer takes */
    int dropped_count;
    int64_t traces;            /* requests to trace when it has landed; 0: none */
    struct shared_run *traced; /* or NULL */
    struct trace_ask ask;
    uint64_t asked; /* number of the ask, to know its answer by */
};
struct order *order_new(uint64_t number);
void order_free(struct order *order); /* accepts NULL */
/* Opens its study and loads its scenario. */
bool order_load(struct order *order, struct err *err);

enum delivery_kind {
    DELIVERY_BEGUN,
    DELIVERY_CHUNK,
    DELIVERY_LANDED,
    DELIVERY_TRACED,
    DELIVERY_FAILED
};
struct delivery {
    struct handed handed; /* first */
    enum delivery_kind kind;
    uint64_t order;
    struct blueprint *blueprint; /* BEGUN */
    struct shared_study *study;  /* BEGUN: that of the order */
    double given_s;              /* BEGUN, FAILED: when it was ordered */
    struct change *dropped;      /* BEGUN: see struct order; in the blueprint's arena */
    int dropped_count;
    struct chunk chunk;       /* CHUNK */
    struct result *result;    /* LANDED */
    struct shared_run *run;   /* LANDED: what the result refers to */
    struct trace_set *traces; /* TRACED; NULL: it was broken off */
    uint64_t asked;  /* LANDED, TRACED: number of the ask that is to be, or was, answered */
    struct err err;  /* FAILED */
    char path[1024]; /* FAILED: of the scenario's file, or empty */
};
void delivery_free(struct delivery *delivery); /* with what it still holds */

struct worker;
/* `notify` is called from its threads whenever something was delivered. */
struct worker *worker_new(void (*notify)(void *context), void *context);
void worker_free(struct worker *worker); /* stops everything and waits; accepts NULL */

/* Takes over the order. */
void worker_order(struct worker *worker, struct order *order);
/* The same of one that stands aside. Of these, too, only the newest counts. */
void worker_order_aside(struct worker *worker, struct order *order);
void worker_drop_aside(struct worker *worker); /* nobody waits for it any more */
/* The same of one to trace: its number is that of the run. It waits until nothing is to be simulated. */
void worker_trace(struct worker *worker, struct order *order);

/* What was delivered since, oldest first; the caller owns it. */
struct delivery *worker_take(struct worker *worker);
struct delivery *delivery_next(const struct delivery *delivery);
/* A chunk that was read. */
void worker_return(struct worker *worker, struct delivery *delivery);

#endif
