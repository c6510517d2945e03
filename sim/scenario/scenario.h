/* scenario.h - what a scenario file says, as plain data.
 *
 * script.h makes one from a Lua file and is done with Lua before this is handed over. All of it
 * lives in one arena and is read-only afterwards; runs share it. References between resources
 * are indices into `resources`, which stands in order of declaration.
 */
#ifndef TEPID_SCENARIO_SCENARIO_H
#define TEPID_SCENARIO_SCENARIO_H

#include "cost/catalog.h"
#include "model/metric.h"
#include "model/svc.h"

struct resource {
    const char *name;
    const struct svc_class *class;
    void *config; /* class->config_bytes */
    const char *file;
    int line;
};

enum value_kind { VALUE_NIL, VALUE_BOOL, VALUE_NUMBER, VALUE_TEXT };
struct value {
    enum value_kind kind;
    bool boolean;
    double number;
    const char *text;
};

struct param_def {
    const char *name;
    struct value value;    /* in force for this load */
    struct value fallback; /* as in the file */
    struct value min, max; /* VALUE_NIL: none */
    const struct value *one_of;
    int one_of_count;
    const char *doc;
    int line;
};

struct assignment {
    const char *name;
    struct value value;
};

struct variant_def {
    const char *name;
    const struct assignment *assignments;
    int count;
    int line;
};

enum slo_op { SLO_LT, SLO_LE, SLO_GT, SLO_GE };
struct slo_def {
    const char *text;     /* as written */
    const char *resource; /* "*" for the application; "web GET /x" for a route; "mark shipped" */
    enum metric_id metric;
    struct statistic stat;
    enum slo_op op;
    double limit;   /* base unit: ns, ratio, count, per_s, GB-s, USD */
    bool per_month; /* cost: compares cost_month */
    int line;
};

/* at "25min" { target=, latency="x20", errors=, set={}, recycle=true, lasts= } */
struct fault_def {
    sim_time at;
    sim_time lasts; /* TIME_UNSET: to the end */
    int32_t resource;
    double latency_factor; /* NAN: unchanged */
    double errors;         /* share of calls that fail; NAN: unchanged */
    bool recycle;
    int64_t burst; /* requests of a source of traffic at that instant, beside its own; 0: none */
    const struct assignment
        *set; /* values parsed by the class's table when applied: see `patched` */
    int set_count;
    const void *patched; /* the config as it is while the fault lasts, or NULL */
    int line;
};

struct pricing_config {
    const char *list; /* file of the price list as written, or NULL: the shipped one */
    const char
        *list_path;     /* where it is: beside the scenario or below; for catalog_load's `prices` */
    const char *region; /* or NULL */
    bool free_tier;
    int64_t logs;     /* bytes logged per invocation, or TIME_UNSET: logs are not billed */
    int64_t transfer; /* bytes sent out per answered request of traffic, or TIME_UNSET */
};

struct simulate_config {
    sim_time duration; /* > warmup */
    sim_time warmup;
    uint64_t seed;
    int64_t reps;    /* 1..10000 */
    sim_time sample; /* TIME_UNSET: chosen by the run */
};

struct sweep_axis {
    const char *param;
    const struct value *values;
    int count;
};
struct sweep_def {
    bool given;
    const struct sweep_axis *axes;
    int axis_count;
    const char *minimise; /* a metric path such as "cost", or NULL */
    bool subject_to_slo;
    int line;
};

struct scenario {
    struct arena *arena;
    const struct catalog *catalog; /* not owned */
    const char *file;
    const char *name, *question; /* name: of scenario "name", else the file's stem */
    struct resource *resources;
    int resource_count;
    const struct param_def *params;
    int param_count;
    const struct variant_def *variants;
    int variant_count;
    const struct slo_def *slos;
    int slo_count;
    const struct fault_def *faults;
    int fault_count;
    const char *const *marks; /* names of r:mark */
    int mark_count;
    const char *const *attrs; /* attribute names */
    int attr_count;
    struct account_config account;
    struct pricing_config pricing;
    struct simulate_config simulate;
    struct sweep_def sweep;
    const char *const *insights_off;
    int insights_off_count;
    const char *const *warnings; /* of `check`: unwise but legal */
    int warning_count;
    const char *const *files; /* every one that was read: itself, modules, traces */
    int file_count;
    uint64_t digest; /* of every source file read and the parameters in force */
};

void scenario_free(struct scenario *scenario); /* accepts NULL */

/* The routes of a gateway, or NULL: the resource has none. */
struct route_list;
const struct route_list *resource_routes(const struct resource *resource);

/* The program of a resource, recorded from its handler or made of its states, or NULL. */
struct program;
const struct program *resource_program(const struct resource *resource);

/* Index of a resource by name, or -1. */
int scenario_find(const struct scenario *scenario, const char *name);

/* Lists the recorded program of every handler, for `tepid check --dump`: one operation a line. */
struct text;
void scenario_dump(const struct scenario *scenario, struct text *out);
/* The same of one resource; without `places`, file and lines are left out: equal programs give equal texts. */
void scenario_dump_resource(const struct scenario *scenario, const struct resource *resource,
                            bool places, struct text *out);

/* A value as the user would write it. */
void value_show(const struct value *value, struct text *out);

#endif
