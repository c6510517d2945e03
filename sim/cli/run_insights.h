/* run_insights.h - `tepid run` and the insights: what --insights and --all-insights ask for, and looking for them.
 *
 * Without an option rules look at every run, and the effects of the most important findings are measured while that takes few
 * events (INSIGHT_AUTO_EVENTS); --insights full measures the first five whatever they take, raises the load and tries levers;
 * --all-insights measures every finding; --insights off does not look at all.
 */
#ifndef TEPID_CLI_RUN_INSIGHTS_H
#define TEPID_CLI_RUN_INSIGHTS_H

#include "cli/run_plan.h"
#include "run/insight.h"

struct run_insights {
    bool wanted;
    enum insight_effort effort;
};

bool run_insights_read(struct run_insights *insights, const struct options *options, struct err *err);

/* Gives each result its list. The lists are freed by run_insights_free, after the last use of the results. */
bool run_insights_find(const struct run_insights *insights, const struct cli *cli, bool show,
                       struct study *study, const struct run_plan *plan,
                       const struct run_settings *settings, struct result **results,
                       struct err *err);
void run_insights_free(struct result **results, int count);

#endif
