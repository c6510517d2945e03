/* handover.h - things handed from one thread to another without a lock: nothing is lost, nobody waits.
 *
 * Givers push onto a list; the taker takes the whole list at once and gets it in the order of giving. Neither ever waits
 * for the other, so a window that draws and a simulation that runs cannot hold each other up. What is handed over
 * begins with a struct handed and belongs to whoever holds it.
 */
#ifndef TEPID_RUN_HANDOVER_H
#define TEPID_RUN_HANDOVER_H

#include <stdatomic.h>
#include <stddef.h>

struct handed {
    struct handed *next;
};

/* Starts as {0}. */
struct handover {
    _Atomic(struct handed *) newest;
};

void handover_give(struct handover *handover, struct handed *thing);

/* Everything given since, oldest first; NULL: nothing. */
struct handed *handover_take(struct handover *handover);

#endif
