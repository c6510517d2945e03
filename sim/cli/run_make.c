/* run_make.c - see the header. */
#include "cli/run_make.h"

#include "cli/progress.h"
#include "report/files.h"
#include "report/quantity.h"

bool run_write_files(const struct run_plan *plan, struct result *const *results,
                     const struct report_info *info, struct err *err)
{
    for (int i = 0; i < plan->count; i++)
        if (!files_write_run(plan->folders[i], results[i], info, err))
            return false;
    return plan->table_folder == NULL ||
           files_write_variants(plan->table_folder, results, plan->count, err);
}

/* Says which limit ended a run, and returns the exit code. */
static int report_end(const struct cli *cli, const struct result *result,
                      const struct options *options, const char *folder)
{
    static const char *const limits[] = {
        [RUN_MAX_WALL] = "max-wall",
        [RUN_MAX_EVENTS] = "max-events",
        [RUN_MAX_MEMORY] = "max-memory",
    };
    char reached[UNIT_TEXT_MAX], whole[UNIT_TEXT_MAX];
    quantity_show_span(reached, result->reached);
    quantity_show_span(whole, result->duration);
    if (result->end == RUN_INTERRUPTED) {
        fprintf(stderr, "interrupted at %s of %s: what was computed is in %s, marked partial\n",
                reached, whole, folder);
        return EXIT_INTERRUPTED;
    }
    struct err err = {0};
    err_limit(&err, "--%s %s was reached at %s of %s", limits[result->end],
              option_value(options, limits[result->end]), reached, whole);
    err_help(&err,
             "what was computed is in %s, marked partial; raise the limit or shorten --duration",
             folder);
    return cli_fail(cli, &err);
}

int run_outcome(const struct cli *cli, const struct options *options, const struct run_plan *plan,
                struct result *const *results)
{
    int ended = -1;
    bool passed = true;
    for (int i = 0; i < plan->count; i++) {
        passed = passed && results[i]->slos_passed;
        if (results[i]->end == RUN_COMPLETE)
            continue;
        if (ended < 0 || results[i]->end == RUN_INTERRUPTED)
            ended = i;
        if (results[i]->end == RUN_INTERRUPTED)
            break;
    }
    if (ended >= 0)
        return report_end(cli, results[ended], options, plan->folders[ended]);
    if (*cli->stop) {
        fprintf(stderr,
                "interrupted: the results are complete, but not every insight has its effect\n");
        return EXIT_INTERRUPTED;
    }
    return passed || option_is_given(options, "no-fail") ? EXIT_DONE : EXIT_SLO_MISSED;
}

bool run_simulate(const struct cli *cli, const struct options *options, const struct run_plan *plan,
                  const struct run_settings *settings, struct result **results, struct err *err)
{
    struct progress progress = {
        .scenario = plan->scenarios[0]->name,
        .variant = plan->count == 1 ? plan->items[0].variant : NULL,
        .width = cli->width,
    };
    struct trace_ask traces = {.requests = settings->traces, .from = SIM_NEVER};
    bool show = cli->progress && !option_is_given(options, "quiet");
    struct run_options how = {
        .jobs = settings->jobs,
        .reps = settings->times.reps,
        .precision = settings->precision,
        .limits = settings->limits,
        .traces = settings->traces > 0 ? &traces : NULL,
        .stop = cli->stop,
        .report = show ? progress_report : NULL,
        .context = &progress,
    };
    bool ok = run_all(plan->items, plan->count, &how, results, err);
    progress_clear(&progress);
    return ok;
}
