/* loop.h - asynchronous cycles, and the guard that stops them.
 *
 * A function that sends to the queue it consumes would run for ever. AWS stops a chain at about 16 invocations of one function
 * (MODEL.md 1.7). Rounds are counted where a cycle must pass: at start, one function of each cycle of the graph
 * of calls and messages is made a loop head (svc.loop_head); of a cycle without functions (a bus whose rule leads back to
 * it), one of the services that ask (svc_class.loop_guard). So every cycle has one. A chain that is only long is
 * never stopped. A cycle through a workflow is counted at the workflow's starts.
 */
#ifndef TEPID_MODEL_LOOP_H
#define TEPID_MODEL_LOOP_H

#include "model/model.h"

/* After all services have started: finds the loop heads. */
void loop_find_heads(struct model *model);

/* `hops` of a message that the guard stopped once. It goes to the dead letters; where it is stopped again, because
 * those lead back into a circle, it is lost. */
#define LOOP_STOPPED UINT8_MAX

/* An asynchronous event or batch with `hops` rounds behind it is about to invoke `svc`, an execution to begin, or a message to
 * pass through. False: the guard stops it. `hops` becomes the number it carries on. */
bool loop_may_enter(const struct model *model, const struct svc *svc, uint8_t *hops);

#endif
