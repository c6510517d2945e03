/* record_chunk.c - samples on their way from the simulation to the window; see record_parts.h. */
#include <string.h>

#include "run/record_parts.h"

void chunk_clear(struct chunk *chunk)
{
    chunk->sample_count = chunk->row_count = chunk->latency_count = chunk->edge_count = 0;
    chunk->cost_count = 0;
}

void chunk_free(struct chunk *chunk)
{
    mem_free(chunk->samples);
    mem_free(chunk->rows);
    mem_free(chunk->latency);
    mem_free(chunk->edges);
    mem_free(chunk->cost_usd);
    *chunk = (struct chunk){0};
}

/* Room for `more` elements behind the first `count`. */
static void *room(void *array, size_t count, size_t more, size_t *capacity, size_t bytes)
{
    size_t wanted = *capacity == 0 ? 64 : *capacity;
    while (wanted < count + more)
        wanted *= 2;
    if (wanted == *capacity)
        return array;
    *capacity = wanted;
    return mem_resize(array, wanted * bytes);
}

static void add_edges(struct chunk *chunk, const struct sample_seen *seen, const int32_t *edge_of,
                      int record_edges)
{
    size_t bytes = sizeof *chunk->edges;
    chunk->edges =
        room(chunk->edges, chunk->edge_count, (size_t)record_edges, &chunk->edge_capacity, bytes);
    struct edge_count *edges = chunk->edges + chunk->edge_count;
    memset(edges, 0, bytes * (size_t)record_edges);
    for (int i = 0; i < seen->edge_count; i++) {
        edges[edge_of[i]].calls += seen->edges[i].calls;
        edges[edge_of[i]].failed += seen->edges[i].failed;
    }
    chunk->edge_count += (size_t)record_edges;
}

static void set_costs(struct chunk *chunk, const struct sample_seen *seen)
{
    if (seen->cost_count > chunk->cost_capacity) {
        chunk->cost_capacity = seen->cost_count;
        chunk->cost_usd =
            mem_resize(chunk->cost_usd, sizeof(double) * (size_t)chunk->cost_capacity);
    }
    chunk->cost_count = seen->cost_count;
    if (seen->cost_count > 0)
        memcpy(chunk->cost_usd, seen->cost_usd, sizeof(double) * (size_t)seen->cost_count);
}

void chunk_add(struct chunk *chunk, const struct sample_seen *seen, const int32_t *edge_of,
               int record_edges)
{
    size_t rows = (size_t)seen->row_count, buckets = (size_t)seen->latency_count;
    chunk->samples = room(chunk->samples, chunk->sample_count, 1, &chunk->sample_capacity,
                          sizeof *chunk->samples);
    chunk->rows =
        room(chunk->rows, chunk->row_count, rows, &chunk->row_capacity, sizeof *chunk->rows);
    chunk->latency = room(chunk->latency, chunk->latency_count, buckets, &chunk->latency_capacity,
                          sizeof *chunk->latency);
    struct chunk_sample *sample = &chunk->samples[chunk->sample_count++];
    *sample = (struct chunk_sample){
        .to = seen->to, .latency_count = seen->latency_count, .staged = seen->staged};
    memcpy(sample->stage_ns, seen->stage_ns, sizeof sample->stage_ns);
    memcpy(chunk->rows + chunk->row_count, seen->rows, sizeof *chunk->rows * rows);
    chunk->row_count += rows;
    if (buckets > 0)
        memcpy(chunk->latency + chunk->latency_count, seen->latency,
               sizeof *chunk->latency * buckets);
    chunk->latency_count += buckets;
    if (record_edges > 0)
        add_edges(chunk, seen, edge_of, record_edges);
    set_costs(chunk, seen);
    chunk->requests = seen->requests;
    chunk->events = seen->events;
}
