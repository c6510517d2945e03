/* processor_sharing.h - the vCPUs of one machine, shared evenly by the work on it.
 *
 * n jobs on v vCPUs each advance at min(1, v / n) of one vCPU: a job is one thread, so it cannot use more than one, and the
 * scheduler is fair. This is the M/G/PS queue of the textbooks; its mean response S / (1 - rho) depends on the mean of
 * the work alone (Kleinrock 1976, vol. 2, 4.4).
 *
 * Virtual time makes a change cost O(log n) instead of O(n): it advances as fast as each job does, so a job that
 * comes at virtual time V with work w is done at V + w, whoever comes and goes meanwhile. Jobs stand in a heap by that
 * instant. Virtual time is an integer in units of 2^-32 ns: what rounding loses in a change is less than one unit. A job
 * is done at the first whole nanosecond at which it has had its work.
 *
 * A processor schedules nothing. Its owner asks when the next job is done, and keeps an event for that instant.
 *
 * Sizes are in quarters of a vCPU, the smallest there is.
 */
#ifndef TEPID_MODEL_PROCESSOR_SHARING_H
#define TEPID_MODEL_PROCESSOR_SHARING_H

#include "core/base.h"

#define PROCESSOR_VCPU     4    /* quarters in one */
#define PROCESSOR_SIZE_MAX 1024 /* quarters */

/* Work on a processor; owner and generation are the caller's. */
struct sharing_job {
    int128 finish;  /* virtual time at which it has had its work */
    uint64_t order; /* of arrival: settles ties */
    uint32_t owner, generation;
};

struct processor {
    struct sharing_job *jobs; /* heap, by finish and order */
    size_t count, capacity;
    int64_t size;    /* quarters of a vCPU, 1..PROCESSOR_SIZE_MAX */
    int128 attained; /* virtual time: what a job got that was there all along; 2^-32 ns */
    sim_time as_of;
    uint64_t orders;
};

void processor_init(struct processor *processor, int64_t size, sim_time now);
void processor_free(struct processor *processor);

/* Another size from now on. */
void processor_resize(struct processor *processor, int64_t size, sim_time now);

/* `work` > 0: ns of one vCPU. */
void processor_add(struct processor *processor, int64_t work, uint32_t owner, uint32_t generation,
                   sim_time now);

/* Takes off a job that is done by now, the first to be so; false: there is none. */
bool processor_take_done(struct processor *processor, sim_time now, struct sharing_job *job);

/* When the next job is done if nothing changes: now or later, SIM_NEVER if there is none. */
sim_time processor_due(struct processor *processor, sim_time now);

/* Quarters in use: min(jobs, vCPUs). */
static inline int64_t processor_in_use(const struct processor *processor)
{
    int64_t wanted = (int64_t)processor->count * PROCESSOR_VCPU;
    return wanted < processor->size ? wanted : processor->size;
}

#endif
