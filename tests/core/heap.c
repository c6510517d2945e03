/* heap.c - see the header. */
#include "tests/core/heap.h"

#include "core/arena.h"

struct node {
    struct fel_entry entry;
    uint64_t sequence;
};

struct heap {
    struct node *nodes;
    size_t count, capacity;
    uint64_t pushed;
};

struct heap *heap_new(void)
{
    struct heap *heap = mem_resize(NULL, sizeof *heap);
    *heap = (struct heap){0};
    return heap;
}

void heap_free(struct heap *heap)
{
    if (heap == NULL)
        return;
    mem_free(heap->nodes);
    mem_free(heap);
}

static bool before(const struct node *a, const struct node *b)
{
    if (a->entry.key != b->entry.key)
        return a->entry.key < b->entry.key;
    return a->sequence < b->sequence;
}

void heap_push(struct heap *heap, uint64_t key, uint64_t id)
{
    heap->nodes = mem_grow(heap->nodes, heap->count, &heap->capacity, sizeof heap->nodes[0]);
    struct node node = {.entry = {key, id}, .sequence = heap->pushed++};
    size_t at = heap->count++;
    while (at > 0 && before(&node, &heap->nodes[(at - 1) / 2])) {
        heap->nodes[at] = heap->nodes[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap->nodes[at] = node;
}

uint64_t heap_peek(const struct heap *heap)
{
    return heap->count > 0 ? heap->nodes[0].entry.key : UINT64_MAX;
}

bool heap_pop(struct heap *heap, struct fel_entry *out)
{
    if (heap->count == 0)
        return false;
    *out = heap->nodes[0].entry;
    struct node last = heap->nodes[--heap->count];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < heap->count; at = child) {
        if (child + 1 < heap->count && before(&heap->nodes[child + 1], &heap->nodes[child]))
            child++;
        if (!before(&heap->nodes[child], &last))
            break;
        heap->nodes[at] = heap->nodes[child];
    }
    heap->nodes[at] = last;
    return true;
}

size_t heap_count(const struct heap *heap)
{
    return heap->count;
}
