/* sql_run.h - what a database does in a run (MODEL.md 5, 8.7).
 *
 * A query needs a connection. Without a proxy it is one of its instance's own (connection_pool.h); beyond max_connections a new one
 * is refused, an error (500) after the time it takes to be told so. A proxy has connections of its own and lends one for each
 * query; queries wait for one in order, up to borrow_timeout (then 504). Who has given up by its turn is passed over.
 *
 * A query alone takes `latency`, or r:exec's own time, and to open a connection comes before. `contention` comes on top: so much
 * for each query that runs when it begins, itself included. The capacity law: `per_acu` queries an ACU, `per_vcpu` a vCPU of an
 * instance, run at full speed; with more than these c, all n get on at c / n of it (sharing.h). So the database does at most
 * c / latency queries a second, however many it is given, and those that run get faster when capacity comes. Utilisation is
 * min(n, c) / c.
 */
#ifndef TEPID_MODEL_SQL_RUN_H
#define TEPID_MODEL_SQL_RUN_H

#include "model/call_queue.h"
#include "model/connection_pool.h"
#include "model/sharing.h"
#include "model/sql_scaling.h"
#include "model/svc_sql.h"

enum sql_event {
    SQL_EVENT_LOOK,   /* slot: session */
    SQL_EVENT_BORROW, /* the rest, slot: service */
    SQL_EVENT_SCALE,
    SQL_EVENT_PAUSE,
    SQL_EVENT_RESUMED,
    SQL_EVENT_DONE, /* a query is done; generation: sql.due_generation */
};

struct sql {
    struct call_queue waiting; /* for a connection of the proxy, or for the end of a pause */
    struct level connections;  /* open at the database */
    struct level full, busy; /* thousandths of queries: at full speed, and how much of it is used */
    struct sharing sharing;  /* of the queries that run */
    sim_time due;            /* the look at them that counts; SIM_NEVER: none */
    uint32_t due_generation;
    int64_t running;     /* queries */
    int64_t own;         /* connections of single calls */
    int64_t idle;        /* proxy: connections not lent */
    double busiest;      /* largest utilisation measured */
    bool borrow_pending; /* a look at the longest waiting is scheduled */
    struct sql_scaling scaling;
    uint64_t salt_latency, salt_connect;
    uint64_t refused, borrow_timeouts; /* of the measured interval */
};

void sql_start(struct model *model, struct svc *svc);
sim_time sql_submit(struct model *model, struct svc *svc, struct call *call);
void sql_complete(struct model *model, struct svc *svc, struct call *call);
void sql_apply(struct model *model, struct svc *svc);

/* Sessions ended: so many connections fewer. */
void sql_connections_closed(struct model *model, struct svc *svc, int64_t count);

/* The capacity is another now: thousandths of queries at full speed. */
void sql_set_capacity(struct model *model, struct svc *svc, int64_t full_speed);

/* The pause is over: whoever waited connects. */
void sql_wake(struct model *model, struct svc *svc);

/* Event handlers; slot: the service. */
void sql_on_done(struct sim *sim, uint32_t slot, uint32_t generation);
void sql_on_borrow(struct sim *sim, uint32_t slot, uint32_t generation);

/* sql_view.c: what is seen of it, and what it costs. */
bool sql_has_line(const struct model *model, const struct svc *svc, int meter);
void sql_settle(struct model *model, struct svc *svc, sim_time from, sim_time to);
uint64_t sql_metrics(const struct svc *svc);
void sql_begin(struct model *model, struct svc *svc);
void sql_view(struct model *model, struct svc *svc, struct svc_view *view);
void sql_sample(struct model *model, struct svc *svc, struct svc_sample *sample);
int sql_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                 double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES]);
void sql_audit(struct model *model, struct svc *svc);
void sql_finish(struct model *model, struct svc *svc);
void sql_free(struct svc *svc);

#endif
