/* base.c - see the header. The pointer below is one of the two mutable statics of the
 * project: an assertion has no other way to learn which run it stopped. */
#include "core/base.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static _Thread_local const struct base_run *current_run;

void base_set_run(const struct base_run *run)
{
    current_run = run;
}

_Noreturn void base_assert_failed(const char *cond, const char *file, int line)
{
    fprintf(stderr, "tepid: internal error: %s:%d: %s does not hold\n", file, line, cond);
    const struct base_run *run = current_run;
    if (run != NULL)
        fprintf(stderr,
                "  at simulated time %" PRId64 " ns, seed %" PRIu64 ", replication %" PRIu32 "\n",
                run->now != NULL ? *run->now : 0, run->seed, run->rep);
    fprintf(stderr,
            "  this is a fault in tepid, not in the scenario; please report it with both\n");
    abort();
}
