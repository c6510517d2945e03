/* sweep_table.h - what a sweep found: its points, and what follows from them.
 *
 * A point has one value of each parameter. Behind it stand a row for each replication (sweep.csv) and what all replications
 * say together, as `tepid run` would say it: percentiles of the merged histograms, SLOs judged on the whole. Everything that is told
 * about a sweep - text, chart, report, exit code - is a function of this table, and the table can be written and read back; so
 * a sweep that was cut into shards, or taken up again, tells the same in the same bytes.
 *
 * Answers hold the first point as the measure: it is where the user stands today.
 */
#ifndef TEPID_RUN_SWEEP_TABLE_H
#define TEPID_RUN_SWEEP_TABLE_H

#include "run/result.h"
#include "run/sweep_grid.h"

/* Of the application; NAN without data or where it does not apply. */
struct sweep_row {
    double cost_usd, cost_month_usd, p50_ms, p99_ms, errors, cold, spill;
    bool slo_passed;
};

enum sweep_origin { SWEEP_GRID, SWEEP_REFINED, SWEEP_SEARCHED };

struct sweep_point {
    int index;
    enum sweep_origin origin;
    bool done;
    const char *const *values; /* of each parameter */
    const double *counts;      /* the same as numbers (sweep_param); NAN: none */
    struct sweep_row all;      /* of all replications together */
    const struct sweep_row *rows;
    int reps;
    double objective;   /* in the unit of summary.csv; NAN without data */
    double utilisation; /* the highest mean of a resource; NAN: none has any */
    double interval[2]; /* of the objective over replications; NAN: none */
    int slos_met;
    const char *missed; /* "web.latency.p99 < 300ms; cost < $250/month", or NULL */
    uint64_t requests;  /* simulated, all replications */
};

struct sweep_find { /* --find */
    int param;      /* index, -1: none */
    bool found;
    bool largest;      /* the values up to `passes` meet the SLOs, else those from it on */
    bool open;         /* no value tried misses them: there is no bracket */
    bool gaps;         /* some value between two that pass misses: not one boundary */
    int passes, fails; /* points at both sides of the boundary; -1: none */
};

struct sweep_table {
    struct arena *arena;                       /* holds the table itself */
    const char *scenario, *question, *variant; /* question, variant: may be NULL */
    const char *version, *command;             /* of tepid; what gives this table again; or NULL */
    const char *objective;                     /* path of what is minimised: "cost" */
    const char *objective_unit;                /* of summary.csv: "usd", "ms", "ratio" ... */
    struct sweep_grid grid;
    const char *const *slos; /* as written */
    int slo_count;
    uint64_t
        digest; /* of all that a point depends on but its values: file, -p, --set, times, seed, prices */
    uint64_t seed;
    sim_time duration, warmup;
    int reps;         /* of each point; with a precision: at most */
    double precision; /* 0: none */
    const char *prices, *prices_date;
    int shard, shards; /* 1 of 1: whole */
    struct sweep_point **points;
    size_t point_count, point_capacity;
    bool refined;
    struct sweep_find find;
    enum run_end end; /* anything but RUN_COMPLETE: some points are missing */
};

struct text;
struct sweep_table *sweep_table_new(void);
void sweep_table_free(struct sweep_table *table); /* accepts NULL */

/* A new point with these values (copied), not done. */
struct sweep_point *sweep_table_add(struct sweep_table *table, const char *const *values,
                                    enum sweep_origin origin);
/* Every point of the grid, in order. */
void sweep_table_add_grid(struct sweep_table *table);
/* A point with these values, or NULL; it is looked for at index `near` first. */
struct sweep_point *sweep_table_find(const struct sweep_table *table, const char *const *values,
                                     size_t near);

/* What another table knows of a point; the place in this one stays. */
void sweep_point_copy(struct sweep_table *table, struct sweep_point *point,
                      const struct sweep_point *from);

int sweep_table_done(const struct sweep_table *table);
/* Every parameter and its values, in order: equal for sweeps of the same grid. */
uint64_t sweep_table_grid_digest(const struct sweep_table *table);

/* "memory=512MB, units=3" */
void sweep_point_name(const struct sweep_table *table, const struct sweep_point *point,
                      struct text *out);
bool sweep_point_passed(const struct sweep_table *table, const struct sweep_point *point);

/* Indices of points; -1: none. */
struct sweep_answers {
    int first;    /* the first point, if it is done */
    int cheapest; /* smallest objective */
    int best;     /* smallest objective of those that meet all SLOs */
    int passed;   /* how many do */
    /* Along a single parameter of numbers, in the order of its values: */
    int break_even; /* the last point cheaper than the first one, if dearer ones follow */
    int knee; /* where more stops to help `knee_of`: the point farthest from the chord of its curve */
    const char *knee_of; /* "spill" or "p99" */
};
void sweep_answers(const struct sweep_table *table, struct sweep_answers *answers);

/* Points of a table with a single parameter of numbers that are done, in the order of its values; the caller frees with mem_free. */
const struct sweep_point **sweep_table_ordered(const struct sweep_table *table, size_t *count);

#endif
