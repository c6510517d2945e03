/* heap.h - the twin of the future event list: a binary heap ordered by (key, sequence).
 *
 * Too simple to be wrong, and wrong in other ways if it were: order on equal keys comes from an
 * explicit sequence number here, and from stable moves there. Same five functions.
 */
#ifndef TEPID_TESTS_CORE_HEAP_H
#define TEPID_TESTS_CORE_HEAP_H

#include "core/fel.h"

struct heap;

struct heap *heap_new(void);
void heap_free(struct heap *heap); /* accepts NULL */

void heap_push(struct heap *heap, uint64_t key, uint64_t id);
/* The earliest entry's key, or UINT64_MAX when empty. */
uint64_t heap_peek(const struct heap *heap);
/* Removes the earliest entry; false when empty. */
bool heap_pop(struct heap *heap, struct fel_entry *out);
size_t heap_count(const struct heap *heap);

#endif
