/* session_poke.c - pokes: what they do to whom; see session.h. */
#include <math.h>
#include <string.h>

#include "run/session_parts.h"

#define BURST_MIN     100
#define BURST_SECONDS 10 /* of ordinary traffic, all at once */

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
    session_give_order(session);
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
    session_give_order(session);
}
