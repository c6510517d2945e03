/* handover.c - see handover.h. The taker empties the list in one exchange, so no thing is ever popped alone and the list has no ABA problem. */
#include "run/handover.h"

void handover_give(struct handover *handover, struct handed *thing)
{
    thing->next = atomic_load_explicit(&handover->newest, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&handover->newest, &thing->next, thing,
                                                  memory_order_release, memory_order_relaxed))
        continue;
}

struct handed *handover_take(struct handover *handover)
{
    struct handed *newest = atomic_exchange_explicit(&handover->newest, NULL, memory_order_acquire);
    struct handed *oldest = NULL;
    while (newest != NULL) {
        struct handed *next = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    return oldest;
}
