/* sweep_point.h - from replications to a point of a sweep. Private to run/. */
#ifndef TEPID_RUN_SWEEP_POINT_H
#define TEPID_RUN_SWEEP_POINT_H

#include "run/outcome_set.h"
#include "run/sweep_table.h"
#include "scenario/slo.h"

/* What a finished point says; owned by the caller until it is put into a table. */
struct sweep_finding {
    struct sweep_row all, *rows; /* mem_resize'd: rows, missed, note */
    int reps;
    double objective, utilisation, interval[2];
    int slos_met;
    char *missed, *note;
    uint64_t requests;
};
void sweep_finding_free(struct sweep_finding *finding);

/* Reduces the replications of a point; takes the outcomes over. `result` is for the caller's note and freed by it. NULL with err. */
struct result *sweep_point_reduce(const struct scenario *scenario, const char *variant,
                                  struct rep_outcome **outcomes, int reps,
                                  const struct metric_path *objective,
                                  struct sweep_finding *finding, struct err *err);

/* Copies a finding into the table's point, which is then done. */
void sweep_point_put(struct sweep_table *table, struct sweep_point *point,
                     const struct sweep_finding *finding);

#endif
