/* sample_group.h - several samples as one, for an observer of a run with more samples than anybody can look at. Private to run/.
 *
 * A file may ask for a sample a second of a month. timeseries.csv then has them all; who looks on is shown so many at a time that a record
 * stays small. Counts and costs are summed up, means and rates weighted by time, maxima are maxima, gauges those of the fullest sample,
 * latencies of the application merged; the percentiles of other nodes, which are known by sample only, are those of the worst.
 */
#ifndef TEPID_RUN_SAMPLE_GROUP_H
#define TEPID_RUN_SAMPLE_GROUP_H

#include "run/observer.h"
#include "stats/hist.h"

struct sample_group {
    int every; /* samples in a group, at least 1 */
    int held;
    double held_s;
    sim_time from;
    struct sample_row *rows; /* one a node */
    int row_count;
    struct hist latency; /* counts only */
    uint64_t calls;
};

/* Adds what was seen of one sample. */
void sample_group_add(struct sample_group *group, const struct sample_seen *seen);
/* All that is held as one sample; the group is empty afterwards, but its memory is good until the next one is added. `latency` has room for
 * all its buckets. */
void sample_group_take(struct sample_group *group, struct sample_seen *seen,
                       struct bucket_count *latency);
void sample_group_free(struct sample_group *group);

#endif
