/* sweep_mail.h - what the ranks of a sweep say to each other. Private to run/.
 *
 * Messages are structs as they lie in memory: the machines are taken to be of one kind, running one program.
 */
#ifndef TEPID_RUN_SWEEP_MAIL_H
#define TEPID_RUN_SWEEP_MAIL_H

#include <uv.h>

#include "run/cluster.h"
#include "run/sweep_crew.h"

#define RANK_START_S 60 /* before the first word; afterwards options->rank_silence */

enum sweep_mail {
    MAIL_HELLO = 1, /* struct mail_hello */
    MAIL_HUNGRY,    /* a thread has nothing to do */
    MAIL_AT,        /* struct mail_at */
    MAIL_FINDING,   /* a point, and what was found */
    MAIL_FAILED,    /* struct err */
    MAIL_ENDED,     /* enum run_end: a limit was reached, or it was stopped */
    MAIL_ORDER,     /* from rank 0: a point and its values */
    MAIL_STOP,      /* from rank 0: there is nothing more */
};

struct mail_at {
    uint64_t requests;
    double under_way;
};

struct mail_hello {
    uint64_t digest; /* of what it read */
    char host[80];
};

struct text;

void sweep_mail_pack_finding(struct text *out, int point, const struct sweep_finding *finding);
/* The point; the caller owns the finding. */
int sweep_mail_unpack_finding(const struct cluster_message *message, struct sweep_finding *finding);

void sweep_mail_pack_order(struct text *out, const struct sweep_order *order, int params);
/* The values point into `*text`, which the caller frees. */
void sweep_mail_unpack_order(const struct cluster_message *message, struct sweep_order *order,
                             const char *values[SWEEP_PARAMS_MAX], char **text);

double sweep_mail_clock_s(void);
/* Between two looks for messages: a look takes time from the simulation. */
void sweep_mail_pause(void);

/* The crew in a thread of its own: MPI belongs to the first one. */
struct sweep_crew_thread {
    struct sweep_crew *crew;
    uv_thread_t id;
    _Atomic bool over;
    bool ok;
    struct err err;
};
bool sweep_crew_thread_start(struct sweep_crew_thread *thread, struct sweep_crew *crew,
                             struct err *err);

#endif
