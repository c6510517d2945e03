/* crew.h - numbered tasks over threads of our own.
 *
 * Each thread takes the next number and runs it; what a task finds belongs into a slot of its own, so that neither the number of
 * threads nor who is first can be seen in the results. libuv starts the threads, wakes the waiting
 * one and keeps its timer (not its thread pool, which others share).
 */
#ifndef TEPID_RUN_CREW_H
#define TEPID_RUN_CREW_H

#include "core/err.h"

struct crew_job {
    int tasks;                            /* numbered 0 .. tasks - 1 */
    int threads;                          /* >= 1 */
    void (*run)(void *context, int task); /* on any thread */
    void (*report)(void *context, int done,
                   double wall_s); /* on the waiting thread, ten times a second; may be NULL */
    void *context;
};

/* Returns when all tasks are done. */
bool crew_run(const struct crew_job *job, struct err *err);

#endif
