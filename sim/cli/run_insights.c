/* run_insights.c - see the header. */
#include "cli/run_insights.h"

#include <string.h>

#include "cli/progress.h"

bool run_insights_read(struct run_insights *insights, const struct options *options, struct err *err)
{
    const char *how = option_value(options, "insights");
    bool full = how != NULL && strcmp(how, "full") == 0, off = how != NULL && strcmp(how, "off") == 0;
    bool all = option_is_given(options, "all-insights");
    if (how != NULL && !full && !off) {
        err_set(err, "--insights %s: no such choice", how);
        err_place(err, "command line", 0);
        return err_help(err, "write --insights full or --insights off");
    }
    if (all && off) {
        err_set(err, "--all-insights and --insights off contradict each other");
        err_place(err, "command line", 0);
        return err_help(err, "leave one of them out");
    }
    insights->wanted = !off;
    insights->effort = all ? INSIGHT_ALL : full ? INSIGHT_FULL : INSIGHT_AUTO;
    return true;
}

bool run_insights_find(const struct run_insights *insights, const struct cli *cli, bool show,
                       struct study *study, const struct run_plan *plan,
                       const struct run_settings *settings, struct result **results,
                       struct err *err)
{
    struct progress progress = {
        .scenario = plan->scenarios[0]->name, .variant = "insights", .width = cli->width};
    struct insight_options options = {
        .effort = insights->effort,
        .jobs = settings->jobs,
        .limits = settings->limits,
        .stop = cli->stop,
        .report = show ? progress_report : NULL,
        .report_context = &progress,
    };
    bool ok = true;
    for (int i = 0; i < plan->count && ok && insights->wanted; i++) {
        options.load = (struct study_load){.variant = plan->items[i].variant,
                                           .times = settings->times,
                                           .trusted = true,
                                           .silent = true};
        results[i]->insights = insight_find(study, results[i], &options, err);
        ok = results[i]->insights != NULL;
    }
    progress_clear(&progress);
    return ok;
}

void run_insights_free(struct result **results, int count)
{
    for (int i = 0; i < count; i++) {
        if (results[i] == NULL)
            continue;
        insight_free((struct insight_list *)results[i]->insights);
        results[i]->insights = NULL;
    }
}
