/* brief.h - what a page for a design review says, from results folders: `tepid report`.
 *
 * A page shows one run or several side by side (variants, seeds, versions of a file). Everything on it is read from the folders that
 * `tepid run` wrote, so it says what the files say, and a page of an old folder is as good as one of a run just made. The same
 * folders give the same bytes.
 *
 * brief_html.h and brief_markdown.h write it; brief_charts.h draws its four charts.
 */
#ifndef TEPID_REPORT_BRIEF_H
#define TEPID_REPORT_BRIEF_H

#include "core/unit.h"
#include "report/folder_in.h"

#define BRIEF_RUNS_MAX  24
#define BRIEF_RUNS_SHOW 6 /* in charts and in the tables of latency: more have no room */

struct brief_run {
    const char *title; /* "sale day": the variant, else the folder */
    struct folder_in in;
    struct folder_table series, insights;
};

struct brief {
    struct arena *arena;
    struct brief_run *runs; /* as given */
    int count;
    const char *heading; /* the scenario of the first */
};

/* Reads the folders; between 1 and BRIEF_RUNS_MAX of them. False with err. */
bool brief_read(struct brief *brief, const char *const *folders, int count, struct err *err);
void brief_free(struct brief *brief);

/* -- figures ------------------------------------------------------------------------------------------ */

/* The row of summary.csv, or NULL. */
const struct result_row *brief_row(const struct brief_run *run, const char *resource,
                                   const char *metric, const char *stat);
/* A value in a unit of the files ("ms", "ratio", "usd" ...) as people read it. NAN: an en dash. */
char *brief_show(char buf[UNIT_TEXT_MAX], double value, const char *unit);

double brief_cost_month(const struct brief_run *run);
int brief_slos_met(const struct brief_run *run);

/* Parameters that are not the same in all runs: those are what makes the difference. */
bool brief_param_differs(const struct brief *brief, const char *name);
/* "" where the run has no such parameter. Kept in the brief's arena. */
const char *brief_param(const struct brief *brief, int run, const char *name);

/* The lines of all bills: resource and line item, the most expensive of any run first; tiers together. */
struct brief_cost {
    const char *resource, *service, *line_item;
    double month_usd[BRIEF_RUNS_MAX];
    double most_usd; /* of any run */
};
struct brief_cost *brief_costs(const struct brief *brief, int *count);

/* The SLOs of all runs, by their text. */
struct brief_slo {
    const char *slo;
    const struct folder_slo *of[BRIEF_RUNS_MAX]; /* NULL: this run has no such SLO */
};
struct brief_slo *brief_slos(const struct brief *brief, int *count);

/* Resources with latencies, the busiest first; "*" comes before all. */
/* The caller frees the list with mem_free. */
const char **brief_resources(const struct brief_run *run, int most, int *count);

/* One sentence: what came out. */
void brief_add_verdict(const struct brief *brief, struct text *out);

/* One sentence where a run was measured before it had settled; else false, and nothing is added. */
bool brief_add_settling(const struct brief *brief, int run, struct text *out);

/* The command that makes a run's folder again. */
void brief_add_command(const struct brief *brief, int run, struct text *out);

#endif
