/* script_tasks.h - what becomes of a workflow's tasks once it is known what they name. */
#ifndef TEPID_SCENARIO_SCRIPT_TASKS_H
#define TEPID_SCENARIO_SCRIPT_TASKS_H

#include "scenario/script_read.h"

/* A task that names a service with operations uses the one that hands something over: a queue is sent to, a topic published
 * to, a table written; anything that can be called is called. Warns of calls that only start what they seem to wait for. */
void script_finish_tasks(struct load *load);

/* True if whoever asks `resource` for `use` waits until its program has ended. */
bool script_waits_for(const struct resource *resource, enum use use);

#endif
