/* loop.h - asynchronous cycles, and the guard that stops them.
 *
 * A function that sends to the queue it consumes would run for ever. AWS stops a chain at about 16 invocations of one function
 * (MODEL.md 1.7). Rounds are counted where a cycle must pass: at start, one function of each cycle of the graph
 * of calls and messages is made a loop head (svc.loop_head), so that every cycle with a function in it has one. A chain
 * that is only long is never stopped. A cycle through a workflow is counted at the workflow's starts.
 */
#ifndef TEPID_MODEL_LOOP_H
#define TEPID_MODEL_LOOP_H

#include "model/model.h"

/* After all services have started: finds the loop heads. */
void loop_find_heads(struct model *model);

/* An asynchronous event or batch with `hops` rounds behind it is about to invoke `svc`, or an execution of a workflow to begin. False: the guard stops it. `hops` becomes the
 * number the invocation carries on. */
bool loop_may_enter(const struct model *model, const struct svc *svc, uint8_t *hops);

#endif
