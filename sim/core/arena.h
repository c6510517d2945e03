/* arena.h - memory that is given back all at once, and the only malloc of the project.
 *
 * A load owns one arena and a run owns one: whatever they build lives there and goes when
 * they end, well or badly. Arrays that grow (event list, pools, histograms) use
 * mem_resize instead and are released by their owner. Running out of memory aborts.
 */
#ifndef TEPID_CORE_ARENA_H
#define TEPID_CORE_ARENA_H

#include "core/base.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena); /* accepts NULL */

/* `bytes` of zeroed memory, aligned for any type; stays valid until arena_free. */
void *arena_alloc(struct arena *arena, size_t bytes);
void *arena_copy(struct arena *arena, const void *data, size_t bytes);
char *arena_strdup(struct arena *arena, const char *text);
__attribute__((format(printf, 2, 3))) char *arena_printf(struct arena *arena, const char *format,
                                                         ...);

/* Bytes handed out so far. */
size_t arena_bytes(const struct arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count)                                                            \
    ((type *)arena_alloc((arena), sizeof(type) * (size_t)(count)))

/* Resizes to `bytes` (old == NULL: a new block). New bytes are not zeroed. 0 bytes: frees, returns NULL. */
void *mem_resize(void *old, size_t bytes);
void mem_free(void *block); /* accepts NULL */

/* Makes room for one more element in a mem_resize array: doubles `*capacity` when
 * count == *capacity. Returns the (moved) array. */
void *mem_grow(void *array, size_t count, size_t *capacity, size_t element_bytes);

#endif
