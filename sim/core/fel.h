/* fel.h - the future event list: what happens next.
 *
 * A radix ladder. Keys are uint64; `base` is the start of the block in the sorted bottom. A
 * key lives at level (63 - clz(key ^ base)) / 4, in the bucket of its digit there; each bucket
 * is a list of chunks in push order and keeps its minimum; one bit mask names the levels in use and
 * one per level the buckets. Pop on an empty bottom takes the lowest bucket: a small one is
 * insertion-sorted into the bottom, a large one is redistributed below, so that each entry
 * moves about log16 N times, always sequentially. A push into the bottom's block is inserted
 * there; a bottom grown too large is spilled back. Peek never moves `base`.
 *
 * Invariants: pushes are never before the last pop and keys are below UINT64_MAX (asserted). Equal keys leave in push
 * order without any sequence number, because equal keys share a bucket and every move is
 * stable. A binary heap with explicit sequence numbers (tests/core/heap.h) is its twin in
 * the differential fuzz test (tests/core/fel_duel.h).
 */
#ifndef TEPID_CORE_FEL_H
#define TEPID_CORE_FEL_H

#include "core/base.h"

struct fel_entry {
    uint64_t key;
    uint64_t id;
};

struct fel; /* see fel.c; use fel_new / fel_free */

struct fel *fel_new(void);
void fel_free(struct fel *fel); /* accepts NULL */

void fel_push(struct fel *fel, uint64_t key, uint64_t id);
/* The earliest entry's key, or UINT64_MAX when empty. Changes nothing anyone can see. */
uint64_t fel_peek(struct fel *fel);
/* Removes the earliest entry; false when empty. */
bool fel_pop(struct fel *fel, struct fel_entry *out);
size_t fel_count(const struct fel *fel);

/* Hints for prefetching, given while at least `from` entries are pending: `far` for an entry whose turn comes within some
 * tens of pops, `near` for one within a dozen or two. Either may be given twice, or not at all. */
struct fel_watch {
    void (*far)(void *context, struct fel_entry entry);
    void (*near)(void *context, struct fel_entry entry);
    void *context;
    size_t from;
};
void fel_set_watch(struct fel *fel, struct fel_watch watch);

#endif
