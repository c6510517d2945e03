/* message_groups.h - messages that wait in groups: the store of a FIFO queue.
 *
 * Each group is a list of its own in the order of sending. While a message of a group is in flight the group is locked: none of it is
 * handed over, and what comes back stands at its front again. Groups that may be received from stand in one line, in the order in
 * which they became ready. A group exists while it has messages, waiting or in flight, so there may be any number of group names;
 * they are found by hash. All waiting messages also form one list by age, for retention.
 *
 * When a group's first message may be received is its owner's to know: it asks with group_is_free and says group_make_ready.
 */
#ifndef TEPID_MODEL_MESSAGE_GROUPS_H
#define TEPID_MODEL_MESSAGE_GROUPS_H

#include "core/pool.h"
#include "model/message_store.h"

/* What all queues of a run share. */
struct group_pools {
    struct pool messages, groups;
};

struct grouped_message {
    struct pool_head head;
    struct stored_message message;
    uint32_t group;        /* slot */
    uint32_t next;         /* in its group */
    uint32_t older, newer; /* among all */
};

enum group_state {
    GROUP_RESTING, /* locked, empty, or not yet told */
    GROUP_DUE,     /* its owner's event makes it ready */
    GROUP_READY    /* in the line */
};

struct message_group {
    struct pool_head head;
    uint64_t id;
    uint32_t owner; /* service index */
    uint32_t first, last;
    uint32_t in_flight;     /* locked while > 0 */
    uint32_t same_hash;     /* next in its bucket */
    uint32_t before, after; /* in the line of ready ones */
    enum group_state state;
};

struct message_groups {
    struct group_pools *pools;
    uint32_t owner;
    uint32_t *buckets; /* first group of each */
    uint32_t bucket_count, count;
    uint32_t oldest, newest;          /* messages */
    uint32_t ready_first, ready_last; /* groups */
    int64_t waiting;
};

void group_pools_init(struct group_pools *pools);
void group_pools_free(struct group_pools *pools);
void groups_init(struct message_groups *groups, struct group_pools *pools, uint32_t owner);
void groups_free(struct message_groups *groups);

static inline struct grouped_message *grouped_at(const struct message_groups *groups, uint32_t slot)
{
    return pool_at(&groups->pools->messages, slot);
}

static inline struct message_group *group_at(const struct message_groups *groups, uint32_t slot)
{
    return pool_at(&groups->pools->groups, slot);
}

/* The slot of the group with this id, made if there is none. */
uint32_t groups_find(struct message_groups *groups, uint64_t id);

/* At the end of its group; at the front (it came back). Returns the group. */
uint32_t groups_append(struct message_groups *groups, uint64_t id,
                       const struct stored_message *message);
uint32_t groups_prepend(struct message_groups *groups, uint64_t id,
                        const struct stored_message *message);

/* Takes out the first message of a group. */
void groups_drop_first(struct message_groups *groups, uint32_t group);

/* True if nothing of it is in flight, something waits, and nobody has told when it will be ready. */
static inline bool group_is_free(const struct message_group *group)
{
    return group->in_flight == 0 && group->first != POOL_NONE && group->state == GROUP_RESTING;
}

/* To the end of the line of ready groups; back to its front; out of it. */
void group_make_ready(struct message_groups *groups, uint32_t group);
void group_make_next(struct message_groups *groups, uint32_t group);
void group_make_resting(struct message_groups *groups, uint32_t group);

/* Forgets a group that has no messages any more. */
void groups_forget(struct message_groups *groups, uint32_t group);

#endif
