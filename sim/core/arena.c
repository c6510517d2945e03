/* arena.c - see the header. Chunks double up to a limit, so small arenas stay small and
 * large ones cost few calls; a request too large for the current chunk gets one of its own.
 * Chunks come from calloc, which hands out large blocks as untouched zero pages. */
#include "core/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT   16u
#define CHUNK_FIRST ((size_t)4 << 10)
#define CHUNK_LAST  ((size_t)1 << 20)
#define BYTES_MAX   (SIZE_MAX / 4) /* beyond it, a size is the result of an overflow */

struct chunk {
    struct chunk *older;
    size_t used; /* of `size`, header included */
    size_t size;
};

#define CHUNK_HEADER ((sizeof(struct chunk) + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1))

struct arena {
    struct chunk *newest; /* the one small requests are served from */
    size_t next_size;
    size_t bytes;
};

static _Noreturn void out_of_memory(size_t bytes)
{
    fprintf(stderr, "tepid: out of memory (%zu bytes wanted)\n", bytes);
    abort();
}

static void *mem_zeroed(size_t bytes)
{
    void *block = bytes <= BYTES_MAX ? calloc(1, bytes) : NULL;
    if (block == NULL)
        out_of_memory(bytes);
    return block;
}

struct arena *arena_new(void)
{
    struct arena *arena = mem_zeroed(sizeof *arena);
    arena->next_size = CHUNK_FIRST;
    return arena;
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    for (struct chunk *chunk = arena->newest; chunk != NULL;) {
        struct chunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
    free(arena);
}

static struct chunk *chunk_new(size_t size)
{
    struct chunk *chunk = mem_zeroed(size);
    chunk->used = CHUNK_HEADER;
    chunk->size = size;
    return chunk;
}

/* A large block goes behind the newest chunk, whose remaining room stays in use. */
static void *alloc_large(struct arena *arena, size_t bytes)
{
    struct chunk *chunk = chunk_new(CHUNK_HEADER + bytes);
    chunk->used = chunk->size;
    if (arena->newest == NULL) {
        arena->newest = chunk;
    } else {
        chunk->older = arena->newest->older;
        arena->newest->older = chunk;
    }
    return (char *)chunk + CHUNK_HEADER;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    if (bytes > BYTES_MAX)
        out_of_memory(bytes);
    bytes = ((bytes != 0 ? bytes : 1) + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    arena->bytes += bytes;

    struct chunk *chunk = arena->newest;
    if (chunk == NULL || chunk->size - chunk->used < bytes) {
        if (bytes > arena->next_size / 4)
            return alloc_large(arena, bytes);
        chunk = chunk_new(arena->next_size);
        chunk->older = arena->newest;
        arena->newest = chunk;
        arena->next_size = arena->next_size < CHUNK_LAST ? arena->next_size * 2 : CHUNK_LAST;
    }
    void *block = (char *)chunk + chunk->used;
    chunk->used += bytes;
    return block;
}

void *arena_copy(struct arena *arena, const void *data, size_t bytes)
{
    void *block = arena_alloc(arena, bytes);
    if (bytes != 0)
        memcpy(block, data, bytes);
    return block;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_copy(arena, text, strlen(text) + 1);
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    ASSERT(format != NULL);
    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    ASSERT(length >= 0);

    size_t size = (size_t)length + 1;
    char *text = arena_alloc(arena, size);
    va_start(args, format);
    (void)vsnprintf(text, size, format, args); /* measured just now */
    va_end(args);
    return text;
}

size_t arena_bytes(const struct arena *arena)
{
    return arena->bytes;
}

void *mem_resize(void *old, size_t bytes)
{
    if (bytes == 0) {
        free(old);
        return NULL;
    }
    void *block = bytes <= BYTES_MAX ? realloc(old, bytes) : NULL;
    if (block == NULL)
        out_of_memory(bytes);
    return block;
}

void mem_free(void *block)
{
    free(block);
}

void *mem_grow(void *array, size_t count, size_t *capacity, size_t element_bytes)
{
    ASSERT(count <= *capacity && element_bytes != 0);
    if (count < *capacity)
        return array;
    size_t wanted = *capacity < 8 ? 8 : *capacity * 2;
    if (wanted > BYTES_MAX / element_bytes)
        out_of_memory(BYTES_MAX);
    array = mem_resize(array, wanted * element_bytes);
    *capacity = wanted;
    return array;
}
