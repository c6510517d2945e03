/* processor_sharing.c - see processor_sharing.h. */
#include "model/processor_sharing.h"

#include "core/arena.h"

#define FRACTION_BITS 32

static int128 to_virtual(int64_t ns)
{
    return (int128)ns << FRACTION_BITS;
}

void processor_init(struct processor *processor, int64_t size, sim_time now)
{
    ASSERT(1 <= size && size <= PROCESSOR_SIZE_MAX);
    *processor = (struct processor){.size = size, .as_of = now};
}

void processor_free(struct processor *processor)
{
    mem_free(processor->jobs);
    *processor = (struct processor){.size = processor->size};
}

/* -- virtual time ----------------------------------------------------------------------------- */

/* Products fit: 2^62 ns, 2^10 quarters and 2^32 units an ns make 2^104. */
static void advance(struct processor *processor, sim_time now)
{
    int128 passed = to_virtual(now - processor->as_of);
    int64_t wanted = (int64_t)processor->count * PROCESSOR_VCPU;
    processor->as_of = now;
    if (passed == 0 || wanted == 0)
        return;
    processor->attained += wanted <= processor->size ? passed : passed * processor->size / wanted;
}

/* Rounded up, so that at this instant the job has had its work: advance() rounds down, but what is left is whole. */
sim_time processor_due(struct processor *processor, sim_time now)
{
    advance(processor, now);
    if (processor->count == 0)
        return SIM_NEVER;
    int128 left = processor->jobs[0].finish - processor->attained;
    if (left <= 0)
        return now;
    int64_t wanted = (int64_t)processor->count * PROCESSOR_VCPU;
    int128 unit = (int128)1 << FRACTION_BITS;
    if (wanted > processor->size) {
        left *= wanted;
        unit *= processor->size;
    }
    int128 wait = (left + unit - 1) / unit;
    return wait < TIME_MAX ? now + (sim_time)wait : SIM_NEVER;
}

void processor_resize(struct processor *processor, int64_t size, sim_time now)
{
    ASSERT(1 <= size && size <= PROCESSOR_SIZE_MAX);
    advance(processor, now);
    processor->size = size;
}

/* -- the heap --------------------------------------------------------------------------------- */

static bool goes_before(const struct sharing_job *a, const struct sharing_job *b)
{
    return a->finish != b->finish ? a->finish < b->finish : a->order < b->order;
}

static void sift_up(struct sharing_job *jobs, size_t at)
{
    struct sharing_job job = jobs[at];
    while (at > 0 && goes_before(&job, &jobs[(at - 1) / 2])) {
        jobs[at] = jobs[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    jobs[at] = job;
}

static void sift_down(struct sharing_job *jobs, size_t count, struct sharing_job job)
{
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && goes_before(&jobs[child + 1], &jobs[child]))
            child++;
        if (!goes_before(&jobs[child], &job))
            break;
        jobs[at] = jobs[child];
    }
    jobs[at] = job;
}

void processor_add(struct processor *processor, int64_t work, uint32_t owner, uint32_t generation,
                   sim_time now)
{
    ASSERT(work > 0);
    advance(processor, now);
    if (processor->count == 0)
        processor->attained = 0; /* nobody remembers: small numbers divide faster */
    processor->jobs =
        mem_grow(processor->jobs, processor->count, &processor->capacity, sizeof(*processor->jobs));
    processor->jobs[processor->count++] =
        (struct sharing_job){processor->attained + to_virtual(work < TIME_MAX ? work : TIME_MAX),
                             processor->orders++, owner, generation};
    sift_up(processor->jobs, processor->count - 1);
}

bool processor_take_done(struct processor *processor, sim_time now, struct sharing_job *job)
{
    advance(processor, now);
    if (processor->count == 0 || processor->jobs[0].finish > processor->attained)
        return false;
    *job = processor->jobs[0];
    struct sharing_job last = processor->jobs[--processor->count];
    if (processor->count > 0)
        sift_down(processor->jobs, processor->count, last);
    return true;
}
