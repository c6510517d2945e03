/* run_make.h - simulates what a plan says, writes its folders, and says how it went: what `tepid run` and `tepid report` share.
 */
#ifndef TEPID_CLI_RUN_MAKE_H
#define TEPID_CLI_RUN_MAKE_H

#include "cli/run_plan.h"
#include "report/json.h"

/* results[i] for plan->items[i], each to be freed with result_free. Shows progress unless --quiet. */
bool run_simulate(const struct cli *cli, const struct options *options, const struct run_plan *plan,
                  const struct run_settings *settings, struct result **results, struct err *err);

/* A folder for each result, and variants.csv. */
bool run_write_files(const struct run_plan *plan, struct result *const *results,
                     const struct report_info *info, struct err *err);

/* What the exit code has to say, most urgent first: interrupted, limit, SLO. Prints which limit it was. */
int run_outcome(const struct cli *cli, const struct options *options, const struct run_plan *plan,
                struct result *const *results);

#endif
