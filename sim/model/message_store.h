/* message_store.h - messages that wait: lines of compact records, a hundred million of them in 4 GB.
 *
 * A line is first in, first out. Its records lie in chunks of a thousand; a ring of pointers finds a chunk, so every record has a
 * number, counted from the first one ever pushed, that stays good until it is popped. So whoever knows its number can take a
 * record out of the middle: it is marked, and skipped when it comes to the head. Empty chunks go back to a stock that all lines
 * of a run share: in the steady state nothing is allocated.
 */
#ifndef TEPID_MODEL_MESSAGE_STORE_H
#define TEPID_MODEL_MESSAGE_STORE_H

#include "core/arena.h"
#include "core/base.h"

#define STORED_RECEIVES_MAX 1023
#define STORED_BYTES_MAX    ((1 << 21) - 1)
#define STORED_SOURCES_MAX  (1 << 23)

/* 40 bytes. */
struct stored_message {
    uint64_t key; /* what its draws derive from; another one after each return */
    uint64_t root_key;
    sim_time root_start;
    sim_time sent; /* the first time: a dead letter keeps it */
    uint64_t bytes : 21;
    uint64_t receives : 10; /* so far; stays at STORED_RECEIVES_MAX */
    uint64_t hops : 8;
    uint64_t source : 23;
    uint64_t gone : 1;   /* in a line: deleted; in a late batch: its time was over */
    uint64_t failed : 1; /* in a batch: its consumer said so */
};

#define LINE_CHUNK 1024 /* records */

struct chunk_stock {
    void *free; /* each begins with a pointer to the next */
};

struct message_line {
    struct stored_message **chunks; /* ring, by number of the chunk */
    size_t capacity;                /* of the ring: a power of 2 */
    uint64_t head, tail;            /* numbers of the first record and of the one to come */
};

/* A line starts as {0}. */
void line_free(struct message_line *line);
void stock_free(struct chunk_stock *stock);

/* Makes the chunk of `tail`; called by line_push only. */
void line_grow(struct message_line *line, struct chunk_stock *stock);
/* Gives back the chunk that ends before `head`; called by line_pop only. */
void line_give(struct message_line *line, struct chunk_stock *stock);

static inline bool line_is_empty(const struct message_line *line)
{
    return line->head == line->tail;
}

static inline struct stored_message *line_at(const struct message_line *line, uint64_t number)
{
    return &line->chunks[(number / LINE_CHUNK) & (line->capacity - 1)][number % LINE_CHUNK];
}

static inline struct stored_message *line_head(const struct message_line *line)
{
    return line_at(line, line->head);
}

/* Returns the record's number. */
static inline uint64_t line_push(struct message_line *line, struct chunk_stock *stock,
                                 const struct stored_message *message)
{
    if (UNLIKELY(line->tail % LINE_CHUNK == 0))
        line_grow(line, stock);
    *line_at(line, line->tail) = *message;
    return line->tail++;
}

static inline void line_pop(struct message_line *line, struct chunk_stock *stock)
{
    if (UNLIKELY(++line->head % LINE_CHUNK == 0))
        line_give(line, stock);
}

#endif
