/* sharing.h - jobs that share processors: egalitarian processor sharing, exactly.
 *
 * With n jobs where c run at full speed, each gets on by min(1, c / n) of a second every second. All get on alike, so one number,
 * what a job that was there from the beginning has attained, grows at that rate; a job that comes when it is V and has
 * work W is done when it is V + W, whatever comes and goes in between. A heap holds these marks; a change of n or c changes the rate, and
 * with it when the first is due, nothing else.
 *
 * This is the M/G/PS queue of the textbooks; its mean response S / (1 - rho) depends on the mean of the work alone (Kleinrock 1976,
 * vol. 2, 4.4).
 *
 * What is attained is counted in 2^-48 ns, in 128 bits, so that jobs that share nothing end to the nanosecond and the rest is rounded up
 * to one. Equal marks leave in order of arrival.
 */
#ifndef TEPID_MODEL_SHARING_H
#define TEPID_MODEL_SHARING_H

#include "core/base.h"

struct sharing_job {
    int128 mark; /* attained, when it is done */
    uint64_t order;
    uint64_t id; /* the owner's */
};

struct sharing {
    struct sharing_job *heap; /* the first to be done on top */
    size_t count, capacity;
    uint64_t added;
    int64_t full; /* thousandths of jobs at full speed */
    int128 attained;
    sim_time as_of;
    uint64_t rate; /* attained in a ns, while there are jobs */
};

void sharing_free(struct sharing *sharing);

/* So many thousandths of jobs run at full speed from now on; 0: all stand still. */
void sharing_set(struct sharing *sharing, int64_t full, sim_time now);

/* A job of `work` ns, as if alone. */
void sharing_add(struct sharing *sharing, uint64_t id, int64_t work, sim_time now);

/* When the first job is done if nothing changes; SIM_NEVER: none ever. */
sim_time sharing_due(const struct sharing *sharing);

/* Takes out a job that is done at `now`; false: none is. */
bool sharing_take(struct sharing *sharing, sim_time now, uint64_t *id);

/* Thousandths in use: min(jobs, full). */
static inline int64_t sharing_in_use(const struct sharing *sharing)
{
    int64_t wanted = (int64_t)sharing->count * 1000;
    return wanted < sharing->full ? wanted : sharing->full;
}

#endif
