/* kv_capacity.h - what a table may read and write: its own limits, and those of its partitions (MODEL.md 4).
 *
 * An operation takes its units from two token buckets, the table's and that of the partition its key lies in, or is
 * refused and takes nothing. Since all partitions draw on the table's one bucket, capacity that one leaves unused is there for
 * another at once: adaptive capacity needs no mechanism of its own.
 *
 * Provisioned: the table's bucket gains its capacity every second and holds `burst` of it (300 s): burst credits.
 * A table begins with one second's worth, as if it had just been made; after an idle spell of t it holds t + 1 seconds' worth. Under a
 * constant overload lambda > C the share 1 - C / lambda is throttled once the credits are gone, W / (lambda - C) seconds after W were saved.
 *
 * On demand: the bucket gains max(initial, 2 x previous peak) units a second, at most the quota, and holds one second of it. The
 * previous peak is the highest mean of a minute that ended at least 30 min ago, so traffic that grows beyond twice its peak inside 30 min is
 * throttled, and demand above it all is met by doubling every 31 min. Table capacity that the partitions could not carry
 * splits them.
 *
 * Everything is worked out when someone asks: no events, nothing per second. Units are halves (kv_partition.h).
 */
#ifndef TEPID_MODEL_KV_CAPACITY_H
#define TEPID_MODEL_KV_CAPACITY_H

#include "model/kv_partition.h"

#define KV_PEAK_WINDOWS 64 /* most peak windows (1 min) in the time that makes a peak a previous one (30 min) */

/* The previous peak of a table's traffic. */
struct kv_peak {
    sim_time window; /* length of one */
    int64_t windows; /* so many make a peak a previous one, <= KV_PEAK_WINDOWS */
    int64_t now;     /* index of the present window */
    int64_t taken;   /* half units in it */
    int64_t recent[KV_PEAK_WINDOWS];
    int64_t before; /* the highest older one */
};

struct kv_limit {
    int64_t rate; /* units per second in force */
    struct token_bucket bucket;
    int64_t taken;  /* half units */
    int128 granted; /* half units x 1e9: what came into the bucket and could have, by `as_of` */
    sim_time as_of;
    /* on demand */
    int64_t initial, most; /* units per second */
    struct kv_peak peak;
};

enum kv_verdict { KV_TAKEN, KV_NO_TABLE, KV_NO_PARTITION, KV_VERDICTS };

struct kv_capacity {
    bool on_demand;
    sim_time burst; /* provisioned: seconds' worth of unused capacity kept; at least one */
    int64_t partition_rate[KV_KINDS];
    struct kv_limit limit[KV_KINDS];
    struct kv_partitions partitions;
};

struct kv_capacity_spec {
    bool on_demand;
    int64_t rate[KV_KINDS];           /* provisioned: units/s; on demand: what it can do at first */
    int64_t most[KV_KINDS];           /* on demand: quota, units/s */
    int64_t partition_rate[KV_KINDS]; /* units/s of one partition */
    int64_t partitions;               /* at first */
    sim_time burst, split_after;
    sim_time peak_window, peak_age; /* on demand: 1 min, 30 min */
};

void kv_capacity_init(struct kv_capacity *capacity, const struct kv_capacity_spec *spec, sim_time now);
void kv_capacity_free(struct kv_capacity *capacity);

/* Takes the units an operation on a key costs, or says which limit refuses. */
enum kv_verdict kv_capacity_take(struct kv_capacity *capacity, enum kv_kind kind, int64_t half_units,
                                 uint64_t hash, sim_time now);

/* Provisioned: another capacity from now on. Credits stay, cut at the new most. */
void kv_capacity_set(struct kv_capacity *capacity, enum kv_kind kind, int64_t rate, sim_time now);

/* Brings `granted`, and on demand the rate in force, up to date. */
void kv_capacity_touch(struct kv_capacity *capacity, sim_time now);

/* The partitions a capacity needs. Sum: provisioned, where reads and writes add up; else the busier of the two. */
int64_t kv_partitions_needed(const int64_t rate[KV_KINDS], const int64_t partition_rate[KV_KINDS], bool sum);

#endif
