/* fan_out.c - see fan_out.h. */
#include "model/fan_out.h"

#include "model/handler.h"

struct fan_out_branch *fan_out_link(struct model *model, const struct svc *svc,
                                    const struct target_refs *targets, uint64_t salt)
{
    struct fan_out_branch *branches =
        ARENA_ARRAY(model->arena, struct fan_out_branch, targets->count + 1);
    for (int32_t i = 0; i < targets->count; i++) {
        const struct svc *to = &model->svcs[targets->targets[i].resource];
        branches[i] = (struct fan_out_branch){
            .target = targets->targets[i],
            .edge = message_link(model, svc->probe, targets->targets[i]),
            .async = to->class->async_queue,
            .salt_message = rng_hash_text(salt + 1, to->name),
            .salt_delivery = rng_hash_text(salt + 2, to->name),
        };
    }
    return branches;
}

uint64_t fan_out_rule_salt(const struct svc *svc, int32_t index)
{
    return rng_hash_text(UINT64_C(0xB000) + (uint64_t)index, svc->name);
}

static bool holds(const struct model *model, const struct bus_match *match,
                  const struct message *message)
{
    for (int32_t i = 0; i < match->count; i++)
        if (attr_holds(model, message->source, message->root_key, &match->any[i]))
            return true;
    return false;
}

bool fan_out_matches(const struct model *model, const struct svc *svc, const struct bus_rule *rule,
                     const struct message *message)
{
    if (rule->by_share) {
        struct draw draw = draw_of(message->key, svc->fault_salt + RNG_GAMMA);
        double at = draw_unit(&draw); /* the same for all rules of the service */
        return rule->low <= at && at < rule->high;
    }
    for (int32_t i = 0; i < rule->match_count; i++)
        if (!holds(model, &rule->matches[i], message))
            return false;
    return true;
}
