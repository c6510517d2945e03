/* message_store.c - see message_store.h. */
#include "model/message_store.h"

_Static_assert(sizeof(struct stored_message) == 40, "a hundred million messages in 4 GB");

static void *take_chunk(struct chunk_stock *stock)
{
    void *chunk = stock->free;
    if (chunk == NULL)
        return mem_resize(NULL, LINE_CHUNK * sizeof(struct stored_message));
    stock->free = *(void **)chunk;
    return chunk;
}

static void give_chunk(struct chunk_stock *stock, void *chunk)
{
    *(void **)chunk = stock->free;
    stock->free = chunk;
}

/* The ring is full when the chunk to come would lie where the first one is. */
static void widen(struct message_line *line, uint64_t first, uint64_t next)
{
    size_t capacity = line->capacity == 0 ? 4 : line->capacity * 2;
    struct stored_message **chunks = mem_resize(NULL, capacity * sizeof(*chunks));
    for (uint64_t i = first; i < next; i++)
        chunks[i & (capacity - 1)] = line->chunks[i & (line->capacity - 1)];
    mem_free((void *)line->chunks);
    line->chunks = chunks;
    line->capacity = capacity;
}

void line_grow(struct message_line *line, struct chunk_stock *stock)
{
    uint64_t first = line->head / LINE_CHUNK, next = line->tail / LINE_CHUNK;
    if (next - first >= line->capacity)
        widen(line, first, next);
    line->chunks[next & (line->capacity - 1)] = take_chunk(stock);
}

void line_give(struct message_line *line, struct chunk_stock *stock)
{
    uint64_t done = line->head / LINE_CHUNK - 1;
    give_chunk(stock, line->chunks[done & (line->capacity - 1)]);
}

void line_free(struct message_line *line)
{
    uint64_t last = (line->tail + LINE_CHUNK - 1) / LINE_CHUNK;
    for (uint64_t i = line->head / LINE_CHUNK; i < last; i++)
        mem_free(line->chunks[i & (line->capacity - 1)]);
    mem_free((void *)line->chunks);
    *line = (struct message_line){0};
}

void stock_free(struct chunk_stock *stock)
{
    while (stock->free != NULL) {
        void *chunk = stock->free;
        stock->free = *(void **)chunk;
        mem_free(chunk);
    }
}
