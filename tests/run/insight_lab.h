/* insight_lab.h - scenarios that are run and looked at, for the tests of the insights. */
#ifndef TEPID_TESTS_INSIGHT_LAB_H
#define TEPID_TESTS_INSIGHT_LAB_H

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "run/insight.h"
#include "tests/scenario/load_text.h"

/* A scenario, run. */
struct seen {
    struct study *study;
    struct scenario *scenario;
    struct result *result;
    struct study_load load; /* how it was loaded */
    struct arena *arena;
    struct loaded files; /* of a text */
    bool is_text;
};

static const struct run_limits no_limits = {SIM_NEVER, UINT64_MAX, INT64_MAX};

static inline struct result *run_one(const struct scenario *scenario)
{
    struct run_item item = {scenario, NULL};
    struct run_options options = {.jobs = 1, .limits = no_limits};
    struct result *result = NULL;
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(run_all(&item, 1, &options, &result, &err));
    return result;
}

/* Files of our own need no trial in a child process, so they are trusted. */
static inline struct seen see_with(const char *file, const char *const *overrides, int override_count,
                                   const struct study_load *how)
{
    struct seen seen = {.arena = arena_new()};
    struct study_setup setup = {.program = "build/tepid",
                                .file = file,
                                .overrides = overrides,
                                .override_count = override_count};
    struct err err = {0};
    seen.study = study_open(&setup, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(seen.study);
    if (how != NULL)
        seen.load = *how;
    else
        seen.load.times = study_times_default;
    seen.load.trusted = true;
    seen.scenario = study_load(seen.study, &seen.load, &err);
    if (seen.scenario == NULL)
        fprintf(stderr, "\n    %s: %s\n", file, err.what);
    CU_ASSERT_PTR_NOT_NULL_FATAL(seen.scenario);
    seen.result = run_one(seen.scenario);
    return seen;
}

static inline struct seen see(const char *file, const char *const *overrides, int override_count)
{
    return see_with(file, overrides, override_count, NULL);
}

static inline struct seen see_text(const char *text, const struct study_load *how)
{
    struct loaded files = loaded_begin();
    char path[128];
    loaded_file(&files, "s.lua", text, strlen(text));
    (void)snprintf(path, sizeof path, "%s/s.lua", files.folder);
    struct seen seen = see_with(path, NULL, 0, how);
    seen.files = files;
    seen.is_text = true;
    return seen;
}

static inline void seen_end(struct seen *seen)
{
    result_free(seen->result);
    scenario_free(seen->scenario);
    study_close(seen->study);
    arena_free(seen->arena);
    if (seen->is_text)
        loaded_end(&seen->files);
}

static inline struct insight_options options_of(const struct seen *seen, enum insight_effort effort)
{
    return (struct insight_options){
        .effort = effort, .load = seen->load, .jobs = 1, .limits = no_limits};
}

static inline struct insight_list *find(const struct seen *seen,
                                        const struct insight_options *options)
{
    struct err err = {0};
    struct insight_list *list = insight_find(seen->study, seen->result, options, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(list);
    return list;
}

static inline const struct insight *of_rule(const struct insight_list *list, const char *rule)
{
    for (int i = 0; i < list->count; i++)
        if (strcmp(list->items[i].rule->id, rule) == 0)
            return &list->items[i];
    return NULL;
}

#endif
