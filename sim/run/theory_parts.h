/* theory_parts.h - what the files of theory.h share. Private to run/.
 */
#ifndef TEPID_RUN_THEORY_PARTS_H
#define TEPID_RUN_THEORY_PARTS_H

#include "model/program.h"
#include "run/theory.h"

/* How long something takes. */
struct theory_time {
    double mean_ns;
    double cv2; /* squared coefficient of variation; NAN: not known */
    bool exponential, constant;
    const char *why; /* the mean is not known: why; else NULL */
};

/* A resource that a handler turns to. */
struct theory_visit {
    struct target target;
    enum use use;
    double share;    /* visits a run of the handler, on average */
    double most;     /* at most */
    const char *why; /* the share is not known: why; else NULL */
};

struct theory_program {
    struct theory_time time;
    struct theory_visit *visits;
    int visit_count;
    bool read;
    bool crashes;      /* r:fail "crash" resets instances */
    double fail_share; /* of its runs that end in r:fail; NAN: not known */
};

/* What reaches a resource. */
struct theory_flow {
    double rate_per_s;
    const char *why_rate;    /* the rate is not known: why */
    const char *why_poisson; /* it is no Poisson process: why */
};

/* Of the measured interval, and of a month. */
struct theory_cost {
    bool known;
    double usd, month_usd;
    const char *aside;
    const char *why; /* it is not known: why; both unset: it costs nothing */
};

struct theory_maker {
    struct theory *theory;
    const struct scenario *scenario;
    struct arena *arena;
    struct theory_program *programs; /* by resource; of those with a handler */
    struct theory_flow *flows;       /* by resource */
    struct theory_flow **routes;     /* by resource, then route; NULL: no gateway */
    struct theory_cost *costs;       /* by resource; one more for all together */
    size_t row_capacity, gap_capacity;
};

/* theory_program.c: reads it if it has not been. All zero where there is no handler. */
const struct theory_program *theory_program_of(struct theory_maker *maker, int resource);
struct theory_time theory_time_of(const struct dist *dist, double factor);

/* theory_flow.c */
void theory_follow(struct theory_maker *maker);
/* Does a limit of the gateway refuse requests of a route? Its own, the stage's, or the account's, which all gateways share. */
bool theory_gateway_bites(const struct theory_maker *maker, int resource, int route);

/* theory_laws.c, theory_function.c */
void theory_external(struct theory_maker *maker, int resource);
void theory_queue(struct theory_maker *maker, int resource);
void theory_gateway(struct theory_maker *maker, int resource);
void theory_function(struct theory_maker *maker, int resource);

/* What inits add to a run of a function on average, where their share of it is known and shows; 0: nothing is added. */
struct theory_inits {
    double init_ns, first_ns; /* waiting for the init; what the first run afterwards takes more */
    const char *aside;        /* what is to be said of it; NULL: there are no inits */
};
struct theory_inits theory_inits(const struct theory_maker *maker, int resource);

/* The load of a function in erlangs, inits aside, and the places it has: reserved, or what the account leaves. NAN, -1: not known. */
double theory_load(const struct theory_maker *maker, int resource);
int64_t theory_places(const struct theory_maker *maker, int resource);
/* The share of a function's calls that its limit refuses; NAN: not known. */
double theory_refused(const struct theory_maker *maker, int resource);

/* theory_bill.c: fills in `costs`. */
void theory_bill(struct theory_maker *maker);

/* theory.c: values in the base unit of the metric (ns, ratio, count, per_s, usd). */
void theory_add(struct theory_maker *maker, const char *resource, enum metric_id metric,
                const char *stat, double value, const char *law, const char *aside);
void theory_add_gap(struct theory_maker *maker, const char *resource, const char *about,
                    const char *why);

/* May a bucket of `burst` tokens, refilled at `limit` per second, run empty under Poisson arrivals? In heavy traffic it does with
 * probability exp(-2 burst (limit - rate) / rate). */
bool theory_limit_bites(double rate_per_s, double limit_per_s, double burst);

#endif
