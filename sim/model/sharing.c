/* sharing.c - see sharing.h. */
#include "model/sharing.h"

#include "core/arena.h"

#define ONE ((int128)1 << 48) /* a ns of work */

void sharing_free(struct sharing *sharing)
{
    mem_free(sharing->heap);
    sharing->heap = NULL;
    sharing->count = sharing->capacity = 0;
}

static void advance(struct sharing *sharing, sim_time now)
{
    sharing->attained += (int128)(now - sharing->as_of) * (int128)sharing->rate;
    sharing->as_of = now;
}

/* min(1, c / n), rounded down. */
static void set_rate(struct sharing *sharing)
{
    int128 wanted = (int128)sharing->count * 1000;
    bool alone = sharing->full >= wanted;
    sharing->rate = (uint64_t)(sharing->count == 0 ? 0
                               : alone             ? ONE
                                                   : sharing->full * ONE / wanted);
}

void sharing_set(struct sharing *sharing, int64_t full, sim_time now)
{
    advance(sharing, now);
    sharing->full = full;
    set_rate(sharing);
}

static bool is_before(const struct sharing_job *a, const struct sharing_job *b)
{
    return a->mark != b->mark ? a->mark < b->mark : a->order < b->order;
}

static void sift_up(struct sharing_job *heap, size_t at, struct sharing_job job)
{
    while (at > 0 && is_before(&job, &heap[(at - 1) / 2])) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = job;
}

static void sift_down(struct sharing_job *heap, size_t count, struct sharing_job job)
{
    size_t at = 0;
    for (size_t child = 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && is_before(&heap[child + 1], &heap[child]))
            child++;
        if (!is_before(&heap[child], &job))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = job;
}

void sharing_add(struct sharing *sharing, uint64_t id, int64_t work, sim_time now)
{
    advance(sharing, now);
    sharing->heap =
        mem_grow(sharing->heap, sharing->count, &sharing->capacity, sizeof(*sharing->heap));
    struct sharing_job job = {
        .mark = sharing->attained + work * ONE, .order = sharing->added++, .id = id};
    sift_up(sharing->heap, sharing->count++, job);
    set_rate(sharing);
}

sim_time sharing_due(const struct sharing *sharing)
{
    if (sharing->count == 0)
        return SIM_NEVER;
    int128 left = sharing->heap[0].mark - sharing->attained;
    if (left <= 0)
        return sharing->as_of;
    if (sharing->rate == 0)
        return SIM_NEVER;
    int128 ns = (left + (int128)sharing->rate - 1) / (int128)sharing->rate;
    return ns < TIME_MAX - sharing->as_of ? sharing->as_of + (sim_time)ns : SIM_NEVER;
}

bool sharing_take(struct sharing *sharing, sim_time now, uint64_t *id)
{
    advance(sharing, now);
    if (sharing->count == 0 || sharing->heap[0].mark > sharing->attained)
        return false;
    *id = sharing->heap[0].id;
    sharing->count--;
    if (sharing->count > 0)
        sift_down(sharing->heap, sharing->count, sharing->heap[sharing->count]);
    set_rate(sharing);
    return true;
}
