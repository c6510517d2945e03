/* sql_run.c - see sql_run.h. */
#include "model/sql_run.h"

#include <math.h>

void sql_start(struct model *model, struct svc *svc)
{
    struct sql *sql = svc->state;
    call_queue_init(&sql->waiting);
    sql->due = SIM_NEVER;
    sql->salt_latency = rng_hash_text(1, svc->name);
    sql->salt_connect = rng_hash_text(2, svc->name);
    sql_scaling_start(model, svc);
}

/* -- capacity ------------------------------------------------------------------------------------- */

static void note_load(struct model *model, struct sql *sql)
{
    int64_t wanted = 1000 * sql->running;
    int64_t busy = wanted < sql->full.value ? wanted : sql->full.value;
    level_change(&sql->busy, busy - sql->busy.value, model->sim.now);
    if (sql->full.value > 0)
        sql->busiest = fmax(sql->busiest, (double)busy / (double)sql->full.value);
}

/* Looks when the first query will be done, unless a look is to come at that very instant. */
static void expect_done(struct model *model, struct svc *svc)
{
    struct sql *sql = svc->state;
    sim_time due = sharing_due(&sql->sharing);
    if (due == sql->due)
        return;
    sql->due = due;
    sql->due_generation++;
    if (due != SIM_NEVER)
        sim_at(&model->sim, due, SIM_COMPLETION, SVC_EVENT(svc_sql_class, SQL_EVENT_DONE),
               svc->index, sql->due_generation);
}

void sql_set_capacity(struct model *model, struct svc *svc, int64_t full_speed)
{
    struct sql *sql = svc->state;
    level_change(&sql->full, full_speed - sql->full.value, model->sim.now);
    note_load(model, sql);
    sharing_set(&sql->sharing, full_speed, model->sim.now);
    expect_done(model, svc);
}

void sql_free(struct svc *svc)
{
    sharing_free(&((struct sql *)svc->state)->sharing);
}

/* -- a query -------------------------------------------------------------------------------------- */

static int64_t connect_time(const struct svc *svc, const struct call *call)
{
    const struct sql_config *config = svc->config;
    const struct sql *sql = svc->state;
    return dist_draw(config->connect, draw_of(call->key, sql->salt_connect));
}

/* It has its connection; `connecting` is what that takes first. */
static sim_time run(struct model *model, struct svc *svc, struct call *call, int64_t connecting)
{
    const struct sql_config *config = svc->config;
    struct sql *sql = svc->state;
    const struct dist *law = call_args(model, call)->time;
    law = law != NULL ? law : config->latency;
    double work = (double)dist_draw(law, draw_of(call->key, sql->salt_latency));
    sql->running++;
    note_load(model, sql);
    sql_scaling_tick(model, svc);
    work += (double)connecting + (double)config->contention * (double)sql->running;
    if (config->io > 0)
        svc_meter(svc, SQL_IO, config->io, call_measured(call));
    call_serve_open(model, svc, call, STAGE_DOWNSTREAM, OUTCOME_OK, 200);
    sharing_add(&sql->sharing, call_slot(model, call), time_round(work * svc->latency_factor),
                model->sim.now);
    expect_done(model, svc);
    return DUE_UNKNOWN;
}

/* All that are done at this instant; what they lead to may change when the next is. */
void sql_on_done(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct svc *svc = &model->svcs[slot];
    struct sql *sql = svc->state;
    uint64_t call;
    if (generation != (sql->due_generation & SIM_GENERATION_MASK))
        return;
    sql->due = SIM_NEVER;
    while (sharing_take(&sql->sharing, sim->now, &call))
        sql_complete(model, svc, call_at(model, (uint32_t)call));
    expect_done(model, svc);
}

static void count_connections(struct model *model, struct svc *svc, int64_t change)
{
    struct sql *sql = svc->state;
    if (change == 0)
        return;
    level_change(&sql->connections, change, model->sim.now);
    if (sql->connections.value == 0)
        sql_scaling_idle(model, svc);
}

void sql_connections_closed(struct model *model, struct svc *svc, int64_t count)
{
    count_connections(model, svc, -count);
}

/* -- without a proxy ------------------------------------------------------------------------------ */

static sim_time refuse(struct model *model, struct svc *svc, struct call *call)
{
    struct sql *sql = svc->state;
    sql->refused += call_measured(call);
    return call_serve(model, svc, call, connect_time(svc, call), STAGE_DOWNSTREAM, OUTCOME_ERROR,
                      500);
}

/* Who has no instance takes an open connection from a pool of its own: that costs no time. */
static sim_time connect(struct model *model, struct svc *svc, struct call *call)
{
    const struct sql_config *config = svc->config;
    struct sql *sql = svc->state;
    bool has_room = sql->connections.value < config->max_connections;
    enum connection connection = connection_take(model, svc, call, has_room);
    if (connection == CONNECTION_DENIED)
        return refuse(model, svc, call);
    if (connection == CONNECTION_FREE)
        return run(model, svc, call, 0);
    bool own = call->instance == CONNECTION_OWN;
    sql->own += own;
    count_connections(model, svc, 1);
    return run(model, svc, call, own ? 0 : connect_time(svc, call));
}

static void disconnect(struct model *model, struct svc *svc, const struct call *call)
{
    struct sql *sql = svc->state;
    sql->own -= call->instance == CONNECTION_OWN;
    count_connections(model, svc, -connection_give(model, call));
}

/* -- with a proxy --------------------------------------------------------------------------------- */

static int64_t lendable(const struct sql_config *config)
{
    int64_t count = (int64_t)((double)config->max_connections * config->proxy->max_percent);
    return count > 1 ? count : 1;
}

static void expect_borrow_timeout(struct model *model, struct svc *svc)
{
    const struct sql_config *config = svc->config;
    struct sql *sql = svc->state;
    if (sql->borrow_pending || call_queue_is_empty(&sql->waiting))
        return;
    sql->borrow_pending = true;
    sim_time arrived = call_at(model, sql->waiting.head)->arrived;
    sim_at(&model->sim, arrived + config->proxy->borrow_timeout, SIM_EXPIRY,
           SVC_EVENT(svc_sql_class, SQL_EVENT_BORROW), svc->index, 0);
}

/* All wait equally long, so the first in line is the first whose time is over. */
void sql_on_borrow(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct svc *svc = &model->svcs[slot];
    const struct sql_config *config = svc->config;
    struct sql *sql = svc->state;
    (void)generation;
    sql->borrow_pending = false;
    while (!call_queue_is_empty(&sql->waiting)) {
        struct call *call = call_at(model, sql->waiting.head);
        if (call->arrived + config->proxy->borrow_timeout > sim->now)
            break;
        call = call_queue_next(model, &sql->waiting);
        sql->borrow_timeouts += call_measured(call);
        call_queue_give_up(model, call, OUTCOME_TIMEOUT, 504);
    }
    expect_borrow_timeout(model, svc);
}

static sim_time borrow(struct model *model, struct svc *svc, struct call *call)
{
    struct sql *sql = svc->state;
    if (sql->idle > 0) {
        sql->idle--;
        return run(model, svc, call, 0);
    }
    if (sql->connections.value < lendable(svc->config)) {
        count_connections(model, svc, 1);
        return run(model, svc, call, connect_time(svc, call));
    }
    call_queue_join(model, &sql->waiting, call);
    expect_borrow_timeout(model, svc);
    return DUE_UNKNOWN;
}

/* The next in line that still waits, or NULL. */
static struct call *next_waiting(struct model *model, struct sql *sql)
{
    while (!call_queue_is_empty(&sql->waiting)) {
        struct call *call = call_queue_next(model, &sql->waiting);
        if (call_is_awaited(model, call))
            return call;
        call_queue_give_up(model, call, OUTCOME_TIMEOUT, 504);
    }
    return NULL;
}

/* A connection comes back: to the next in line, else it stays open while the proxy keeps no more than it wants. */
static void take_back(struct model *model, struct svc *svc)
{
    const struct sql_config *config = svc->config;
    struct sql *sql = svc->state;
    int64_t most = lendable(config);
    if (sql->connections.value <= most) {
        struct call *next = next_waiting(model, sql);
        if (next != NULL) {
            (void)run(model, svc, next, 0);
            return;
        }
        if ((double)sql->idle < (double)most * config->idle_percent) {
            sql->idle++;
            return;
        }
    }
    count_connections(model, svc, -1);
}

/* -- from outside --------------------------------------------------------------------------------- */

static sim_time admit(struct model *model, struct svc *svc, struct call *call)
{
    const struct sql_config *config = svc->config;
    return config->proxy != NULL ? borrow(model, svc, call) : connect(model, svc, call);
}

sim_time sql_submit(struct model *model, struct svc *svc, struct call *call)
{
    struct sql *sql = svc->state;
    if (LIKELY(sql->scaling.power == SQL_RUNNING))
        return admit(model, svc, call);
    call_queue_join(model, &sql->waiting, call);
    sql_scaling_resume(model, svc);
    return DUE_UNKNOWN;
}

void sql_wake(struct model *model, struct svc *svc)
{
    struct call *call;
    while ((call = next_waiting(model, svc->state)) != NULL)
        (void)admit(model, svc, call);
}

/* What it had goes to the next in line before the answer goes out, lest the caller's next query overtake that. */
void sql_complete(struct model *model, struct svc *svc, struct call *call)
{
    const struct sql_config *config = svc->config;
    struct sql *sql = svc->state;
    call_end(model, svc, call);
    if (config->proxy != NULL || call->instance != CONNECTION_REFUSED) {
        sql->running--;
        note_load(model, sql);
        if (config->proxy != NULL)
            take_back(model, svc);
        else
            disconnect(model, svc, call);
    }
    call_answer(model, call, (enum outcome)call->outcome, call->status);
}

/* A fault may have raised or lowered what a proxy may lend; connections above it are closed as they come back. */
void sql_apply(struct model *model, struct svc *svc)
{
    const struct sql_config *config = svc->config;
    struct sql *sql = svc->state;
    struct call *call = NULL;
    if (config->proxy == NULL)
        return;
    while (sql->idle > 0 && sql->connections.value > lendable(config)) {
        sql->idle--;
        count_connections(model, svc, -1);
    }
    while (sql->connections.value < lendable(config) && (call = next_waiting(model, sql)) != NULL)
        (void)borrow(model, svc, call);
}
