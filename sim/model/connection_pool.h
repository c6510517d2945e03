/* connection_pool.h - the connections that instances of functions hold at databases.
 *
 * An instance opens a connection when one of its calls needs one and it has none free; it keeps it for as long as it lives, idle and
 * frozen too, which is how a thousand instances come to fill a database that a hundred could use (MODEL.md 8.7). Calls of who
 * has no instances get a connection each while they run, as from a pool.
 *
 * What an instance has at one database is a session. Nobody tells when an idle instance expires (instance_pool.h): it
 * carries the instant, and a session looks then. At most one look is pending, unless an instance comes to expire sooner than it
 * was to before; who was used meanwhile is looked at again at its new instant. An instance that is lost with its state, or given
 * up on the spot, ends its sessions at once. A query of an ended session runs to its end, and holds its connection until then.
 *
 * A service whose instances hold connections has svc_class.holder and .holds, keeps a list head for each instance (POOL_NONE at
 * first), and calls connections_idle and connections_end.
 */
#ifndef TEPID_MODEL_CONNECTION_POOL_H
#define TEPID_MODEL_CONNECTION_POOL_H

#include "model/call.h"

struct session {
    struct pool_head head;
    uint32_t svc;  /* the database */
    uint32_t next; /* of the same instance, at another database */
    struct holder holder;
    int32_t open, in_use;
    bool ended;
    sim_time look_at; /* the earliest look pending; SIM_NEVER: none */
};

/* What the databases of a run share. */
struct connection_pool {
    struct pool sessions;
};

/* call->instance of a call at a database: a session, or one of these. */
#define CONNECTION_OWN     POOL_NONE       /* a connection of the call alone */
#define CONNECTION_REFUSED (POOL_NONE - 1) /* none */

enum connection { CONNECTION_FREE, CONNECTION_NEW, CONNECTION_DENIED };

/* Takes a connection for a call: a free one of its instance's, else a new one if the database has room. Notes it in the call. */
enum connection connection_take(struct model *model, const struct svc *svc, struct call *call,
                                bool has_room);

/* A call is done with its connection. Returns how many that closes: 0 or 1. */
int connection_give(struct model *model, const struct call *call);

/* An instance with these sessions works no more and will be given up at `expires`. */
void connections_idle(struct model *model, uint32_t first, sim_time expires);

/* An instance with these sessions is gone, or has lost its state. The caller forgets the list. */
void connections_end(struct model *model, uint32_t first);

/* Connections open in the sessions of a database: walks all. */
int64_t connections_count(const struct model *model, const struct svc *svc);

void connection_pool_open(void *shared);
void connection_pool_close(void *shared);

/* Event handler: a session looks after its instance. */
void connection_on_look(struct sim *sim, uint32_t slot, uint32_t generation);

#endif
