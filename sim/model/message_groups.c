/* message_groups.c - see message_groups.h. */
#include "model/message_groups.h"

#include "core/rng.h"

void group_pools_init(struct group_pools *pools)
{
    pool_init(&pools->messages, sizeof(struct grouped_message));
    pool_init(&pools->groups, sizeof(struct message_group));
}

void group_pools_free(struct group_pools *pools)
{
    pool_free(&pools->messages);
    pool_free(&pools->groups);
}

void groups_init(struct message_groups *groups, struct group_pools *pools, uint32_t owner)
{
    *groups = (struct message_groups){.pools = pools,
                                      .owner = owner,
                                      .oldest = POOL_NONE,
                                      .newest = POOL_NONE,
                                      .ready_first = POOL_NONE,
                                      .ready_last = POOL_NONE};
}

void groups_free(struct message_groups *groups)
{
    mem_free(groups->buckets);
    groups->buckets = NULL;
}

/* -- by name ------------------------------------------------------------------------------------ */

static uint32_t *bucket_of(const struct message_groups *groups, uint64_t id)
{
    return &groups->buckets[rng_mix(id) & (groups->bucket_count - 1)];
}

static void rehash(struct message_groups *groups)
{
    uint32_t old_count = groups->bucket_count, *old = groups->buckets;
    groups->bucket_count = old_count == 0 ? 64 : old_count * 2;
    groups->buckets = mem_resize(NULL, groups->bucket_count * sizeof(uint32_t));
    for (uint32_t i = 0; i < groups->bucket_count; i++)
        groups->buckets[i] = POOL_NONE;
    for (uint32_t i = 0; i < old_count; i++) {
        for (uint32_t at = old[i], next; at != POOL_NONE; at = next) {
            struct message_group *group = group_at(groups, at);
            uint32_t *bucket = bucket_of(groups, group->id);
            next = group->same_hash;
            group->same_hash = *bucket;
            *bucket = at;
        }
    }
    mem_free(old);
}

uint32_t groups_find(struct message_groups *groups, uint64_t id)
{
    if (groups->count >= groups->bucket_count)
        rehash(groups);
    uint32_t *bucket = bucket_of(groups, id);
    for (uint32_t at = *bucket; at != POOL_NONE; at = group_at(groups, at)->same_hash)
        if (group_at(groups, at)->id == id)
            return at;
    uint32_t slot = pool_take(&groups->pools->groups);
    struct message_group *group = group_at(groups, slot);
    struct pool_head head = group->head;
    *group = (struct message_group){.head = head,
                                    .id = id,
                                    .owner = groups->owner,
                                    .first = POOL_NONE,
                                    .last = POOL_NONE,
                                    .same_hash = *bucket,
                                    .before = POOL_NONE,
                                    .after = POOL_NONE};
    *bucket = slot;
    groups->count++;
    return slot;
}

void groups_forget(struct message_groups *groups, uint32_t slot)
{
    struct message_group *group = group_at(groups, slot);
    ASSERT(group->first == POOL_NONE && group->in_flight == 0 && group->state != GROUP_READY);
    uint32_t *link = bucket_of(groups, group->id);
    while (*link != slot)
        link = &group_at(groups, *link)->same_hash;
    *link = group->same_hash;
    groups->count--;
    pool_give(&groups->pools->groups, slot);
}

/* -- messages ------------------------------------------------------------------------------------- */

static uint32_t take(struct message_groups *groups, uint32_t group,
                     const struct stored_message *message)
{
    uint32_t slot = pool_take(&groups->pools->messages);
    struct grouped_message *grouped = grouped_at(groups, slot);
    grouped->message = *message;
    grouped->group = group;
    grouped->next = grouped->older = grouped->newer = POOL_NONE;
    groups->waiting++;
    return slot;
}

uint32_t groups_append(struct message_groups *groups, uint64_t id,
                       const struct stored_message *message)
{
    uint32_t found = groups_find(groups, id), slot = take(groups, found, message);
    struct message_group *group = group_at(groups, found);
    if (group->last == POOL_NONE)
        group->first = slot;
    else
        grouped_at(groups, group->last)->next = slot;
    group->last = slot;
    grouped_at(groups, slot)->older = groups->newest;
    if (groups->newest == POOL_NONE)
        groups->oldest = slot;
    else
        grouped_at(groups, groups->newest)->newer = slot;
    groups->newest = slot;
    return found;
}

/* Among all it stands first: it is older than most, and retention only looks at the first. */
uint32_t groups_prepend(struct message_groups *groups, uint64_t id,
                        const struct stored_message *message)
{
    uint32_t found = groups_find(groups, id), slot = take(groups, found, message);
    struct message_group *group = group_at(groups, found);
    grouped_at(groups, slot)->next = group->first;
    if (group->first == POOL_NONE)
        group->last = slot;
    group->first = slot;
    grouped_at(groups, slot)->newer = groups->oldest;
    if (groups->oldest == POOL_NONE)
        groups->newest = slot;
    else
        grouped_at(groups, groups->oldest)->older = slot;
    groups->oldest = slot;
    return found;
}

void groups_drop_first(struct message_groups *groups, uint32_t of)
{
    struct message_group *group = group_at(groups, of);
    uint32_t slot = group->first;
    struct grouped_message *grouped = grouped_at(groups, slot);
    group->first = grouped->next;
    if (group->first == POOL_NONE)
        group->last = POOL_NONE;
    if (grouped->older == POOL_NONE)
        groups->oldest = grouped->newer;
    else
        grouped_at(groups, grouped->older)->newer = grouped->newer;
    if (grouped->newer == POOL_NONE)
        groups->newest = grouped->older;
    else
        grouped_at(groups, grouped->newer)->older = grouped->older;
    pool_give(&groups->pools->messages, slot);
    groups->waiting--;
}

/* -- the line of ready groups ---------------------------------------------------------------------- */

void group_make_ready(struct message_groups *groups, uint32_t slot)
{
    struct message_group *group = group_at(groups, slot);
    ASSERT(group->state != GROUP_READY);
    group->state = GROUP_READY;
    group->before = groups->ready_last;
    group->after = POOL_NONE;
    if (groups->ready_last == POOL_NONE)
        groups->ready_first = slot;
    else
        group_at(groups, groups->ready_last)->after = slot;
    groups->ready_last = slot;
}

void group_make_next(struct message_groups *groups, uint32_t slot)
{
    struct message_group *group = group_at(groups, slot);
    ASSERT(group->state != GROUP_READY);
    group->state = GROUP_READY;
    group->before = POOL_NONE;
    group->after = groups->ready_first;
    if (groups->ready_first == POOL_NONE)
        groups->ready_last = slot;
    else
        group_at(groups, groups->ready_first)->before = slot;
    groups->ready_first = slot;
}

void group_make_resting(struct message_groups *groups, uint32_t slot)
{
    struct message_group *group = group_at(groups, slot);
    if (group->state == GROUP_READY) {
        if (group->before == POOL_NONE)
            groups->ready_first = group->after;
        else
            group_at(groups, group->before)->after = group->after;
        if (group->after == POOL_NONE)
            groups->ready_last = group->before;
        else
            group_at(groups, group->after)->before = group->before;
    }
    group->state = GROUP_RESTING;
    group->head.generation++; /* an event on its way is for the state before */
}
