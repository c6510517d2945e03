/* script.c - see the header. A load is a trial in a child process, then one pass over the file,
 * or two: a variant may stand after the parameters it sets, so its values are only known when
 * the file has run once. */
#include "scenario/script.h"

#include <lauxlib.h>
#include <string.h>
#include <time.h>

#include "core/text.h"
#include "core/unit.h"
#include "scenario/script_api.h"
#include "scenario/script_files.h"
#include "scenario/script_state.h"
#include "scenario/script_trial.h"

#define INSTRUCTIONS_PER_S INT64_C(40000000)

const struct load_limits load_limits_default = {
    .wall = 5 * SIM_SECOND, .memory = INT64_C(256) << 20, .instructions = 5 * INSTRUCTIONS_PER_S};

/* -- limits
 * -------------------------------------------------------------------------------------- */

/* One part of "5s,256MB". More time allows more instructions. */
static bool read_limit(const char *text, struct load_limits *limits, struct err *err)
{
    struct err ignored = {0};
    int64_t value;
    if (unit_read_size(text, &value, &ignored) && value >= INT64_C(1) << 20) {
        limits->memory = value;
        return true;
    }
    ignored = (struct err){0};
    if (unit_read_time(text, &value, &ignored) && value >= SIM_MS && value <= SIM_DAY) {
        limits->wall = value;
        limits->instructions = (int64_t)((double)value / 1e9 * (double)INSTRUCTIONS_PER_S);
        return true;
    }
    err_set(err,
            "--load-limit: '%.60s' is neither a time from 1ms to 24h nor a size of 1MB or more",
            text);
    return err_help(err, "write --load-limit 5s,256MB");
}

bool load_limits_read(const char *text, struct load_limits *limits, struct err *err)
{
    char part[64];
    for (const char *at = text;;) {
        size_t length = strcspn(at, ",");
        if (length >= sizeof part)
            length = sizeof part - 1;
        memcpy(part, at, length);
        part[length] = '\0';
        if (!read_limit(part, limits, err))
            return err_place(err, "command line", 0);
        at = strchr(at, ',');
        if (at == NULL)
            return true;
        at++;
    }
}

/* -- one pass
 * -------------------------------------------------------------------------------------- */

/* What the whole job of loading shares between passes and processes. */
struct job {
    const char *path;
    const struct catalog *catalog;
    struct load_options options;
    struct load_meter meter;
    const struct assignment *variant;
    int variant_count;
    bool silent;
};

static int64_t clock_ns(void)
{
    struct timespec now;
    ASSERT(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * SIM_SECOND + now.tv_nsec;
}

static void start_meter(struct job *job)
{
    job->meter = (struct load_meter){.deadline_ns = clock_ns() + job->options.limits.wall};
}

/* "dir/hello.lua" -> "hello" */
static const char *stem_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    size_t length = strlen(name);
    if (length > 4 && strcmp(name + length - 4, ".lua") == 0)
        length -= 4;
    return arena_printf(arena, "%.*s", (int)length, name);
}

static void keep_lists(struct load *load)
{
    struct scenario *scenario = load->scenario;
    scenario->params = load->params.items;
    scenario->param_count = load->params.count;
    scenario->variants = load->variants.items;
    scenario->variant_count = load->variants.count;
    scenario->slos = load->slos.items;
    scenario->slo_count = load->slos.count;
    scenario->faults = load->faults.items;
    scenario->fault_count = load->faults.count;
    scenario->marks = load->marks.items;
    scenario->mark_count = load->marks.count;
    scenario->insights_off = load->insights_off.items;
    scenario->insights_off_count = load->insights_off.count;
    scenario->warnings = load->warnings.items;
    scenario->warning_count = load->warnings.count;
    scenario->files = load->paths.items;
    scenario->file_count = load->paths.count;
    const char **attrs = ARENA_ARRAY(load->arena, const char *, load->attrs.count + 1);
    for (int i = 0; i < load->attrs.count; i++)
        attrs[i] = load->attrs.items[i].name;
    scenario->attrs = attrs;
    scenario->attr_count = load->attrs.count;
}

/* Files were hashed as they were read; parameters and overrides follow in a fixed order. */
static void finish_digest(struct load *load)
{
    uint64_t digest = load->digest;
    for (int i = 0; i < load->params.count; i++) {
        struct text text = {0};
        text_addf(&text, "%s=", load->params.items[i].name);
        value_show(&load->params.items[i].value, &text);
        digest = rng_hash(digest, text.data, text.length + 1);
        text_free(&text);
    }
    for (int i = 0; i < load->options->override_count; i++) {
        const struct override *set = &load->options->overrides[i];
        digest = rng_hash_text(rng_hash_text(digest, set->resource), set->setting);
        digest = rng_hash_text(digest, set->value);
    }
    load->scenario->digest = digest;
}

static int preview_body(lua_State *lua)
{
    script_run_source(load_of(lua), 0);
    return 0;
}

static int load_body(lua_State *lua)
{
    struct load *load = load_of(lua);
    script_run_source(load, 0);
    lua_settop(lua, 0);
    script_finish_params(load);
    script_finish_study(load);
    script_wire(load);
    script_check_memory(load);
    return 0;
}

static struct load *new_load(struct job *job, struct err *err)
{
    struct arena *arena = arena_new();
    struct load *load = ARENA_NEW(arena, struct load);
    load->arena = arena;
    load->options = &job->options;
    load->meter = &job->meter;
    load->err = err;
    load->silent = job->silent;
    load->variant = job->variant;
    load->variant_count = job->variant_count;
    load->sweep_table = LUA_NOREF;
    load->param_used = ARENA_ARRAY(arena, bool, job->options.param_count + 1);
    load->override_used = ARENA_ARRAY(arena, bool, job->options.override_count + 1);
    load->scenario = ARENA_NEW(arena, struct scenario);
    load->scenario->arena = arena;
    load->scenario->catalog = job->catalog;
    load->scenario->file = arena_strdup(arena, job->path);
    load->scenario->name = stem_of(arena, job->path);
    return load;
}

/* Runs the file; NULL with err filled. What is returned lives in its own arena. */
static struct load *run_pass(struct job *job, lua_CFunction body, struct err *err)
{
    struct load *load = new_load(job, err);
    if (script_source(load, job->path, job->path) >= 0 && script_find_folder(load, job->path) &&
        script_state_run(load, body))
        return load;
    arena_free(load->arena);
    return NULL;
}

/* Finds the chosen variant's values; `*preview` keeps them alive. */
static bool find_variant(struct job *job, struct load **preview, struct err *err)
{
    struct variant_def variant;
    bool silent = job->silent;
    *preview = NULL;
    if (job->options.variant == NULL)
        return true;
    job->silent = true;
    *preview = run_pass(job, preview_body, err);
    job->silent = silent;
    if (*preview == NULL || !script_find_variant(*preview, job->options.variant, &variant))
        return false;
    job->variant = variant.assignments;
    job->variant_count = variant.count;
    return true;
}

static struct scenario *load_job(struct job *job, struct err *err)
{
    struct load *preview = NULL, *load = NULL;
    start_meter(job);
    if (find_variant(job, &preview, err))
        load = run_pass(job, load_body, err);
    struct scenario *scenario = NULL;
    if (load != NULL) {
        keep_lists(load);
        finish_digest(load);
        scenario = load->scenario;
    }
    if (preview != NULL)
        arena_free(preview->arena);
    return scenario;
}

/* -- the whole job
 * ----------------------------------------------------------------------------------- */

static enum trial attempt(void *data, struct err *err)
{
    struct job *job = data;
    job->silent = true;
    struct scenario *scenario = load_job(job, err);
    if (scenario != NULL)
        return TRIAL_OK;
    return job->meter.stop != STOP_NONE ? TRIAL_LIMIT : TRIAL_FAILED;
}

struct scenario *script_load(const char *path, const struct catalog *catalog,
                             const struct load_options *options, struct err *err)
{
    static const struct load_limits unset = {0, 0, 0};
    struct job job = {.path = path, .catalog = catalog, .options = *options, .silent = options->silent};
    if (memcmp(&job.options.limits, &unset, sizeof unset) == 0)
        job.options.limits = load_limits_default;
    if (!job.options.trusted && !script_trial(&job.options.limits, attempt, &job, err)) {
        err_place(err, path, 0);
        return NULL;
    }
    return load_job(&job, err);
}
