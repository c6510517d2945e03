/* fan_out.h - which receivers get a message: rules on the request's attributes, and chance.
 *
 * The rules of a bus and the filtered subscriptions of a topic are the same thing. Rules do not know of each other: a message
 * may match none, one or several. Attributes are the request's own (struct attr_list of the traffic), so that the same request
 * matches in every hop; of rules with a `share` one is drawn for each message.
 */
#ifndef TEPID_MODEL_FAN_OUT_H
#define TEPID_MODEL_FAN_OUT_H

#include "model/message.h"
#include "model/svc_bus.h"

/* One receiver of one rule, as a run knows it. */
struct fan_out_branch {
    struct target target;
    uint32_t edge;
    bool async;             /* it has an asynchronous queue (svc_class.async_queue) */
    uint64_t salt_message;  /* for the key of its copy */
    uint64_t salt_delivery; /* for the time it takes */
};

/* The branches of a list of receivers; `salt` tells lists of one service apart. Receivers are told by name, so that one more
 * changes no draw of the others. Only while services start. */
struct fan_out_branch *fan_out_link(struct model *model, const struct svc *svc,
                                    const struct target_refs *targets, uint64_t salt);

/* The salt of rule `index` of a service. */
uint64_t fan_out_rule_salt(const struct svc *svc, int32_t index);

/* True if the rule of a service lets the message through. */
bool fan_out_matches(const struct model *model, const struct svc *svc, const struct bus_rule *rule,
                     const struct message *message);

#endif
