/* sweep_merge.h - shards of a sweep joined.
 *
 * Shards fit when they are all the parts of one sweep: the same version of tepid, the same scenario with the same settings, seed and
 * length, the same values, cut into the same number of parts, each of them once and complete. What the whole sweep would have written is
 * then written, byte for byte.
 */
#ifndef TEPID_RUN_SWEEP_MERGE_H
#define TEPID_RUN_SWEEP_MERGE_H

#include "run/sweep_table.h"

/* `names` are what messages call them. NULL with err. The caller frees it; the shards stay as they are. */
struct sweep_table *sweep_merge(struct sweep_table *const *shards, const char *const *names,
                                int count, struct err *err);

#endif
