/* insight.h - what a run shows that nobody asked about, what to change, and what the change does.
 *
 * A rule is one function and one row of insight_rules.def: it looks at a finished run (facts.h) and reports findings: the
 * evidence in figures of this run, and a change as settings a user can type. What the change is worth is not estimated: the
 * scenario is loaded again with it and simulated with the same streams of chance, and the two results are compared in pairs
 * (compare.h). The figures are those that a run of one's own with that change gives, to the bit.
 *
 * Detection reads one result and costs microseconds; measuring costs a simulation for each finding. How many are made depends on
 * what was asked for and on events counted, never on the clock, so the same command gives the same bytes on every machine.
 *
 * The house rules: a rule keeps quiet where the sample is too small to tell; none proposes a queue where a caller waits for the
 * answer; two findings never set one setting to different values (the more severe one stays, the other goes); a change
 * that turns out to do nothing, or harm, is not proposed.
 *
 * May be used on any thread: everything it needs is in its arguments, and it forks nothing when the scenario was loaded before.
 */
#ifndef TEPID_RUN_INSIGHT_H
#define TEPID_RUN_INSIGHT_H

#include "run/compare.h"
#include "run/run.h"
#include "run/study.h"

enum insight_severity { INSIGHT_INFO, INSIGHT_WARNING, INSIGHT_CRITICAL };
extern const char *const insight_severities[]; /* "info", "warning", "critical" */

struct facts;
struct insight_list;

/* A row of the table. */
struct insight_rule {
    const char *id; /* "L03" */
    void (*look)(const struct facts *facts, struct insight_list *list);
    const char *title;
    const char *when;   /* the condition, with its thresholds */
    const char *why;    /* what it means, and the formula behind the change */
    const char *act;    /* how to act on it */
    const char *source; /* where the threshold or the formula comes from */
};
extern const struct insight_rule insight_rules[]; /* ends with id == NULL */
const struct insight_rule *insight_rule_find(const char *id);

/* A figure before and after the change. */
struct insight_effect {
    const char *resource, *metric, *stat, *unit; /* as in summary.csv */
    double before, after;                        /* NAN: that run has no such row */
    double low, high;                            /* 95 % interval of the difference; NAN: none */
    bool has_interval, significant;              /* the interval leaves out 0 */
};

enum insight_state {
    INSIGHT_NOT_RUN,  /* `why_not` says why */
    INSIGHT_MEASURED, /* the effects are those of a run with the change */
    INSIGHT_WAITING,  /* will be measured: seen by the callback only */
};

#define INSIGHT_EFFECTS_MAX 4
#define INSIGHT_CHANGES_MAX 6

struct insight {
    const struct insight_rule *rule;
    enum insight_severity severity;
    const char *resource; /* a node of the result, or "*" */
    const char *message;  /* what is the case, with the figures of this run */
    const char *advice;   /* what to do where no setting does it, or NULL */
    struct change changes[INSIGHT_CHANGES_MAX]; /* what was, or would be, simulated */
    int change_count;                           /* 0: it takes a redesign, or there is nothing to change */
    /* Changes that both sides of the comparison get: more load, a fault. */
    struct change stress[2];
    int stress_count;
    enum insight_state state;
    const char *why_not;
    /* [0] is what the rule is about; then latency and cost of the application. */
    struct insight_effect effects[INSIGHT_EFFECTS_MAX];
    int effect_count;
    double saving_usd_month; /* cost_month before - after; NAN: not measured */
    int slos_before, slos_after; /* SLOs met */
    bool slos_known;
    bool precaution; /* nothing has gone wrong yet: a simulation would show no difference, so none is made */
    double weight; /* how much it matters among its severity before it is measured, 0 .. 1 */
};

struct insight_list {
    struct arena *arena; /* holds the list itself */
    struct insight *items; /* most important first */
    int count, capacity;
    int unmeasured; /* findings whose change could be measured by asking for more */
    const struct insight_rule *rule; /* whose turn it is, while rules look */
};

enum insight_effort {
    INSIGHT_DETECT, /* nothing is simulated again */
    INSIGHT_AUTO,   /* the most important findings, while they cost few events (INSIGHT_AUTO_EVENTS) */
    INSIGHT_FULL,   /* the INSIGHT_TOP most important ones, what breaks first, the biggest lever */
    INSIGHT_ALL,    /* all of them */
};

#define INSIGHT_TOP         5
#define INSIGHT_AUTO_EVENTS 3000000 /* half a second on one core */

struct insight_options {
    enum insight_effort effort;
    struct study_load load;   /* how the result's scenario was loaded: variant, changes, times */
    int jobs;                 /* threads, >= 1 */
    struct run_limits limits; /* of each simulation */
    const _Atomic int *stop;  /* non-zero: leave off; what is known stays. NULL: never */
    const char *only; /* findings of this rule alone, e.g. to measure one that was clicked; NULL: of all */
    /* Called on the calling thread when the findings are known and after every few measured ones; may be NULL. The list is
     * still growing: look at it, keep nothing of it. */
    void (*changed)(void *context, const struct insight_list *list, int done, int total);
    void *context;
    run_report report; /* of the simulations, as in run_options; may be NULL */
    void *report_context;
};

/* Looks at a complete result. NULL with err only when the simulation itself cannot be run (threads); a change that the scenario
 * refuses is a finding without an effect. The caller frees with insight_free. */
struct insight_list *insight_find(struct study *study, const struct result *result,
                                  const struct insight_options *options, struct err *err);
void insight_free(struct insight_list *list); /* accepts NULL */

/* The change as a user types it: "--set work.provisioned=7", "-p rate=20/s"; several with blanks between. "" without one. */
const char *insight_change_text(const struct insight *insight, struct arena *arena);

#endif
