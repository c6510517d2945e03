/* connection_pool.c - see connection_pool.h. */
#include "model/connection_pool.h"

#include "model/sql_run.h"

static struct pool *sessions_of(const struct model *model)
{
    return &((struct connection_pool *)model_shared(model, svc_sql_class))->sessions;
}

static struct session *session_at(const struct model *model, uint32_t slot)
{
    return pool_at(sessions_of(model), slot);
}

void connection_pool_open(void *shared)
{
    pool_init(&((struct connection_pool *)shared)->sessions, sizeof(struct session));
}

void connection_pool_close(void *shared)
{
    pool_free(&((struct connection_pool *)shared)->sessions);
}

/* The list of what a holder has; NULL: it is gone. */
static uint32_t *list_of(const struct model *model, const struct holder *holder, sim_time *until)
{
    const struct svc *svc = &model->svcs[holder->svc];
    return svc->class->holds(model, svc, holder, until);
}

/* -- while the instance works ------------------------------------------------------------------- */

static bool find_holder(const struct model *model, const struct call *call, struct holder *holder)
{
    const struct svc *svc = &model->svcs[call->owner_svc];
    return svc->class->holder != NULL &&
           svc->class->holder(model, svc, call->owner, call->owner_generation, holder);
}

static uint32_t find_session(const struct model *model, const struct svc *svc, uint32_t slot)
{
    while (slot != POOL_NONE && session_at(model, slot)->svc != svc->index)
        slot = session_at(model, slot)->next;
    return slot;
}

static uint32_t new_session(struct model *model, const struct svc *svc, const struct holder *holder,
                            uint32_t *list)
{
    uint32_t slot = pool_take(sessions_of(model));
    struct session *session = session_at(model, slot);
    struct pool_head head = session->head;
    *session = (struct session){
        .head = head, .svc = svc->index, .next = *list, .holder = *holder, .look_at = SIM_NEVER};
    *list = slot;
    return slot;
}

enum connection connection_take(struct model *model, const struct svc *svc, struct call *call,
                                bool has_room)
{
    struct holder holder;
    sim_time until;
    uint32_t *list = find_holder(model, call, &holder) ? list_of(model, &holder, &until) : NULL;
    uint32_t slot = list == NULL ? POOL_NONE : find_session(model, svc, *list);
    if (slot != POOL_NONE && session_at(model, slot)->in_use < session_at(model, slot)->open) {
        session_at(model, slot)->in_use++;
        call->instance = slot;
        return CONNECTION_FREE;
    }
    call->instance = CONNECTION_REFUSED;
    if (!has_room)
        return CONNECTION_DENIED;
    if (list != NULL && slot == POOL_NONE)
        slot = new_session(model, svc, &holder, list);
    call->instance = slot == POOL_NONE ? CONNECTION_OWN : slot;
    if (slot != POOL_NONE) {
        session_at(model, slot)->open++;
        session_at(model, slot)->in_use++;
    }
    return CONNECTION_NEW;
}

int connection_give(struct model *model, const struct call *call)
{
    if (call->instance == CONNECTION_OWN)
        return 1;
    struct session *session = session_at(model, call->instance);
    ASSERT(session->in_use > 0);
    session->in_use--;
    if (!session->ended)
        return 0;
    session->open--;
    if (session->open == 0)
        pool_give(sessions_of(model), call->instance);
    return 1;
}

/* -- its end -------------------------------------------------------------------------------------- */

static void look_at(struct model *model, uint32_t slot, sim_time when)
{
    struct session *session = session_at(model, slot);
    if (when >= session->look_at)
        return;
    session->look_at = when;
    sim_at(&model->sim, when, SIM_EXPIRY, SVC_EVENT(svc_sql_class, SQL_EVENT_LOOK), slot,
           session->head.generation);
}

void connections_idle(struct model *model, uint32_t first, sim_time expires)
{
    for (uint32_t slot = first; slot != POOL_NONE; slot = session_at(model, slot)->next)
        look_at(model, slot, expires);
}

/* Nobody links to it any more. */
static void end_session(struct model *model, uint32_t slot)
{
    struct session *session = session_at(model, slot);
    struct svc *svc = &model->svcs[session->svc];
    int32_t closed = session->open - session->in_use;
    session->ended = true;
    session->open = session->in_use;
    if (session->open == 0)
        pool_give(sessions_of(model), slot);
    sql_connections_closed(model, svc, closed);
}

void connections_end(struct model *model, uint32_t first)
{
    for (uint32_t slot = first, next; slot != POOL_NONE; slot = next) {
        next = session_at(model, slot)->next;
        end_session(model, slot);
    }
}

static void unlink_session(struct model *model, uint32_t *list, uint32_t slot)
{
    uint32_t *link = list;
    while (*link != slot)
        link = &session_at(model, *link)->next;
    *link = session_at(model, slot)->next;
}

void connection_on_look(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    if (!pool_is_live(sessions_of(model), slot))
        return;
    struct session *session = session_at(model, slot);
    if ((session->head.generation & SIM_GENERATION_MASK) != generation || session->ended ||
        session->look_at != sim->now)
        return;
    session->look_at = SIM_NEVER;
    sim_time until = SIM_NEVER;
    uint32_t *list = list_of(model, &session->holder, &until);
    if (list != NULL && until > sim->now) {
        look_at(model, slot, until); /* used meanwhile; while it works, SIM_NEVER: no look */
        return;
    }
    if (list != NULL)
        unlink_session(model, list, slot);
    end_session(model, slot);
}

int64_t connections_count(const struct model *model, const struct svc *svc)
{
    const struct pool *sessions = sessions_of(model);
    int64_t count = 0;
    for (uint32_t slot = 0; slot < sessions->used; slot++)
        if (pool_is_live(sessions, slot) && session_at(model, slot)->svc == svc->index)
            count += session_at(model, slot)->open;
    return count;
}
