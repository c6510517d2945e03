/* side.h - one side of a comparison, whichever way its results came: from a run just made, or from a folder of an
 * earlier one.
 *
 * Figures are in the units of the files (ms, ratio, usd ...), so that both kinds can stand side by side. A side refers to
 * the result or folder it was made from.
 */
#ifndef TEPID_REPORT_SIDE_H
#define TEPID_REPORT_SIDE_H

#include "report/folder_in.h"
#include "run/compare.h"
#include "scenario/scenario_diff.h"
#include "scenario/script.h"

struct side {
    const char *title;               /* "shipping / sale day", or the folder */
    const struct scenario *scenario; /* NULL: a folder */
    const struct result *result;     /* NULL: a folder */
    struct compare_input figures;
    const struct bill_line *bill;
    int bill_count;
    const struct folder_slo *slos;
    int slo_count;
    bool slos_passed;
    struct assignment *params, *settings; /* settings: those of --set */
    int param_count, setting_count;
    double duration_s, warmup_s;
    uint64_t requests;
    const char *price_list;
    bool partial;
};

/* `overrides`: the --set of the command line. */
void side_of_result(struct side *side, const char *title, const struct result *result,
                    const struct override *overrides, int override_count, struct arena *arena);
void side_of_folder(struct side *side, const struct folder_in *folder);

/* What the two say differently: all of it for two scenarios; parameters, --set and the times of the run where one is a folder, which
 * holds no more. */
void side_differences(struct scenario_diff *diff, const struct side *a, const struct side *b,
                      struct arena *arena);

/* The lines of both bills, tiers of one line item together, in the order of A and then what only B has. */
struct bill_pair {
    const char *resource, *service, *line_item;
    double a_month_usd, b_month_usd; /* 0 where a side has no such line */
};
struct bill_pair *side_bills(const struct side *a, const struct side *b, int *count,
                             struct arena *arena);

/* The SLOs of both, by their text. `a` or `b` is NULL where a side has no such SLO. */
struct slo_pair {
    const struct folder_slo *a, *b;
};
struct slo_pair *side_slos(const struct side *a, const struct side *b, int *count,
                           struct arena *arena);

#endif
