/* sweep_grid.h - which values of which parameters: what `sweep { }` or --sweep says, as texts and, where they are numbers, as numbers.
 *
 * --sweep name=ITEM,ITEM,... with an item a value ("512MB", "arm64") or a range a..b[:step], both ends included where the step
 * meets them. A range speaks in the unit of its ends, bare ends in the unit of the parameter's default. Without a step one is chosen:
 * whole numbers one by one up to 25 values, else the smallest of 1, 2, 5 times a power of ten that gives no more than 21
 * values (sizes: a power of two, no more than 17), rather one that meets the far end.
 * Points are numbered like nested loops, the last parameter fastest.
 */
#ifndef TEPID_RUN_SWEEP_GRID_H
#define TEPID_RUN_SWEEP_GRID_H

#include "run/sweep_value.h"
#include "scenario/scenario.h"

#define SWEEP_VALUES_MAX 10000   /* of a parameter */
#define SWEEP_POINTS_MAX 1000000 /* of a sweep; as the file's sweep has it */
#define SWEEP_PARAMS_MAX 16

struct sweep_param {
    const char *name;
    const char *const *values; /* as they are given to the scenario */
    int count;
    /* Where all values are numbers of one dimension: */
    bool numeric;
    const char *unit; /* of the first; counts below are of it */
    double *counts;
    bool whole;       /* only whole numbers make sense between them */
    double low, high; /* bounds of the parameter itself; +-INFINITY: none */
};

struct sweep_grid {
    struct sweep_param params[SWEEP_PARAMS_MAX];
    int param_count;
    int64_t points;
    bool from_file;
};

/* Reads --sweep (given_count > 0), else the file's sweep. A parameter of the file's sweep that `pinned` names has only its value in force.
 * ERR_USER: no such parameter, no values, too many. */
bool sweep_grid_read(struct sweep_grid *grid, struct arena *arena, const struct scenario *scenario,
                     const char *const *given, int given_count,
                     bool (*pinned)(void *context, const char *name), void *context,
                     struct err *err);

/* The parameter alone, with its value in force: what --find searches along when nothing gives it a range. */
bool sweep_grid_param(struct sweep_param *param, struct arena *arena,
                      const struct scenario *scenario, const char *name, struct err *err);

/* Finds out whether all values are numbers, without bounds: for a table that was read back. */
void sweep_param_numbers(struct sweep_param *param, struct arena *arena);

/* Index of the parameter, or -1. */
int sweep_grid_find(const struct sweep_grid *grid, const char *name);

/* Which value each parameter has at a point. */
void sweep_grid_at(const struct sweep_grid *grid, int64_t point, int at[SWEEP_PARAMS_MAX]);

#endif
