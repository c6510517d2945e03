/* slo.h - service level objectives as people write them (CONTRACT 3):
 *
 *     RESOURCE.METRIC[.STAT] OP VALUE        "web GET /hello".latency.p99 < 300ms
 *
 * Reading checks everything but whether the resource exists, which only the finished
 * scenario knows. Names hold no dots, so the first dot ends the resource, unless what stands
 * before it is a metric and what follows a statistic: `latency.p99 < 1s` is the application's.
 */
#ifndef TEPID_SCENARIO_SLO_H
#define TEPID_SCENARIO_SLO_H

#include "scenario/scenario.h"

/* What stands before the operator. */
struct metric_path {
    const char *resource; /* "*": the application */
    enum metric_id metric;
    struct statistic stat;
};

bool metric_path_read(struct arena *arena, const char *text, struct metric_path *path,
                      struct err *err);

/* Messages begin with: SLO "text". `slo->line` is left to the caller. */
bool slo_read(struct arena *arena, const char *text, struct slo_def *slo, struct err *err);

/* actual OP limit */
bool slo_holds(enum slo_op op, double actual, double limit);

#endif
