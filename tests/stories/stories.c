/* stories.c - see the header. */
#include "tests/stories/stories.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/unit.h"
#include "tests/suite.h"

#define SETTINGS_MAX 16

void stories_fail(const char *file, int line, const char *format, ...)
{
    char what[600];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    (void)CU_assertImplementation(CU_FALSE, (unsigned)line, what, file, "", CU_FALSE);
}

bool stories_open(struct stories *stories)
{
    struct err err = {0};
    *stories =
        (struct stories){.arena = arena_new(), .catalog = catalog_load("assets", NULL, &err)};
    if (stories->catalog == NULL) {
        stories_fail("assets", 0, "%s", err.what);
        arena_free(stories->arena);
        return false;
    }
    shipped_read(&stories->list, "assets", stories->arena);
    CU_ASSERT_TRUE(stories->list.count > 0);
    return true;
}

void stories_close(struct stories *stories)
{
    catalog_free(stories->catalog);
    arena_free(stories->arena);
}

struct settings {
    struct assignment params[SETTINGS_MAX];
    struct override overrides[SETTINGS_MAX];
    int param_count, override_count;
    sim_time duration, warmup; /* TIME_UNSET: the scenario's */
};

/* How long, as `--duration` and `--warmup` say it. */
static bool read_length(struct settings *settings, const char *name, const char *value)
{
    struct err err = {0};
    sim_time *length = strcmp(name, "simulate.duration") == 0 ? &settings->duration
                       : strcmp(name, "simulate.warmup") == 0 ? &settings->warmup
                                                              : NULL;
    if (length != NULL)
        CU_ASSERT_FATAL(unit_read_time(value, length, &err));
    return length != NULL;
}

/* Cuts "a=1;b.c=2" up, in a copy. */
static void read_settings(struct arena *arena, const char *text, struct settings *settings)
{
    char *at = arena_strdup(arena, text);
    *settings = (struct settings){.duration = TIME_UNSET, .warmup = TIME_UNSET};
    for (char *next; *at != '\0'; at = next) {
        char *end = at + strcspn(at, ";"), *equals = strchr(at, '='), *dot = strchr(at, '.');
        next = *end == '\0' ? end : end + 1;
        *end = '\0';
        CU_ASSERT_FATAL(equals != NULL && settings->param_count < SETTINGS_MAX &&
                        settings->override_count < SETTINGS_MAX);
        *equals = '\0';
        if (read_length(settings, at, equals + 1))
            continue;
        if (dot == NULL || dot > equals) {
            settings->params[settings->param_count++] =
                (struct assignment){at, {.kind = VALUE_TEXT, .text = equals + 1}};
            continue;
        }
        *dot = '\0';
        settings->overrides[settings->override_count++] =
            (struct override){.resource = at, .setting = dot + 1, .value = equals + 1};
    }
}

struct scenario *stories_load(struct stories *stories, const char *path, const char *variant,
                              const char *text)
{
    struct err err = {0};
    struct settings settings;
    read_settings(stories->arena, text, &settings);
    struct load_options options = {
        .params = settings.params,
        .param_count = settings.param_count,
        .overrides = settings.overrides,
        .override_count = settings.override_count,
        .variant = variant[0] == '\0' ? NULL : variant,
        .limits = load_limits_default,
        .traces_dir = "assets/traces",
        .trusted = true,
    };
    struct scenario *scenario = script_load(path, stories->catalog, &options, &err);
    if (scenario == NULL) {
        stories_fail(path, err.line, "variant '%s' %s: %s", variant, text, err.what);
        return NULL;
    }
    if (settings.duration != TIME_UNSET)
        scenario->simulate.duration = settings.duration;
    if (settings.warmup != TIME_UNSET)
        scenario->simulate.warmup = settings.warmup;
    return scenario;
}

struct result *stories_run(struct scenario *scenario, const char *variant, uint64_t seed)
{
    struct err err = {0};
    struct result *result = NULL;
    struct run_item item = {scenario, variant[0] == '\0' ? NULL : variant};
    struct run_options options = {
        .jobs = 1, .reps = 1, .limits = {SIM_NEVER, UINT64_MAX, INT64_MAX}};
    scenario->simulate.seed = seed;
    if (!run_all(&item, 1, &options, &result, &err))
        stories_fail(scenario->file, err.line, "variant '%s': %s", variant, err.what);
    return result;
}
