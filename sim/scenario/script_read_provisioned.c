/* script_read_provisioned.c - `provisioned`: a number, a schedule or target tracking. */
#include <lauxlib.h>

#include "scenario/script_read.h"

#define UNITS_MAX 1e6
#define STEPS_MAX 1000

#define STEP_AT(field) offsetof(struct provisioned_step, field)
#define SPEC_AT(field) offsetof(struct provisioned_spec, field)

static const char schedule_form[] =
    "write provisioned = { { at = \"8h\", n = 20 }, { at = \"20h\", n = 2 }, every = \"1d\" }";
static const char tracking_form[] = "write provisioned = { min = 2, max = 50, target = \"70%\" }";

/* -- schedule ---------------------------------------------------------------------------------- */

static const struct param_spec step_params[] = {
    {"at", PARAM_TIME, STEP_AT(at), NULL, 0, 0, NULL, "when", PARAM_REQUIRED},
    {"n", PARAM_COUNT, STEP_AT(count), NULL, 0, UNITS_MAX, NULL, "how many from then on",
     PARAM_REQUIRED},
    {0},
};

static bool read_step(struct load *load, int index, struct spot spot, int entry,
                      struct provisioned_step *step)
{
    static const char *const known[] = {"at", "n", NULL};
    struct owner owner = {"the entry", NULL, spot};
    if (lua_type(load->lua, index) != LUA_TTABLE)
        return err_set(load->err, "entry %d is %s, not { at=, n= }", entry,
                       script_describe(load, index));
    return (script_known_fields(load, index, "the entry", known, false) &&
            script_read_settings(load, index, step_params, &owner, step)) ||
           err_context(load->err, "entry %d", entry);
}

static bool read_steps(struct load *load, int index, struct spot spot, int count,
                       struct provisioned_step *steps)
{
    lua_State *lua = load->lua;
    for (int i = 0; i < count; i++) {
        lua_rawgeti(lua, index, i + 1);
        bool ok = read_step(load, lua_gettop(lua), spot, i + 1, &steps[i]);
        lua_pop(lua, 1);
        if (!ok)
            return false;
        if (i > 0 && steps[i].at <= steps[i - 1].at)
            return err_set(load->err, "entry %d does not come after the one before it", i + 1);
    }
    return true;
}

static bool read_every(struct load *load, int index, const struct provisioned_spec *spec,
                       sim_time *every)
{
    *every = TIME_UNSET;
    bool given = script_field(load->lua, index, "every") != LUA_TNIL;
    bool ok = !given || script_read_whole(load, -1, Q_TIME, "every", every);
    lua_pop(load->lua, 1);
    if (ok && given && *every <= spec->steps[spec->step_count - 1].at)
        return err_set(load->err, "the last entry lies outside `every`");
    return ok;
}

/* Before the first entry of a schedule that repeats, what its last one says holds: as in the round before. */
static int64_t count_at_start(const struct provisioned_spec *spec)
{
    if (spec->steps[0].at == 0)
        return spec->steps[0].count;
    return spec->every == TIME_UNSET ? 0 : spec->steps[spec->step_count - 1].count;
}

static bool read_schedule(struct load *load, int index, struct spot spot,
                          struct provisioned_spec *spec)
{
    static const char *const known[] = {"every", NULL};
    int count = (int)lua_rawlen(load->lua, index);
    spec->kind = PROVISIONED_SCHEDULE;
    if (!script_known_fields(load, index, "a schedule", known, true))
        return false;
    if (count > STEPS_MAX)
        return err_set(load->err, "a schedule has at most %d entries", STEPS_MAX);
    struct provisioned_step *steps = ARENA_ARRAY(load->arena, struct provisioned_step, count);
    spec->steps = steps;
    spec->step_count = count;
    if (!read_steps(load, index, spot, count, steps) ||
        !read_every(load, index, spec, &spec->every))
        return false;
    spec->count = count_at_start(spec);
    for (int i = 0; i < count; i++)
        spec->most = steps[i].count > spec->most ? steps[i].count : spec->most;
    return true;
}

/* -- target tracking --------------------------------------------------------------------------- */

static const char *const statistics[] = {"average", "maximum", NULL};

/* Bounds: at least one instance must stand (PutProvisionedConcurrencyConfig); target: assets/catalog/limits-aws.json
 * (lambda.pc.aas_target). */
static const struct param_spec tracking_params[] = {
    {"min", PARAM_COUNT, SPEC_AT(autoscale.min), NULL, 1, UNITS_MAX, NULL, "never fewer than",
     PARAM_REQUIRED},
    {"max", PARAM_COUNT, SPEC_AT(autoscale.max), NULL, 1, UNITS_MAX, NULL, "never more than",
     PARAM_REQUIRED},
    {"target", PARAM_SHARE, SPEC_AT(autoscale.target), "70%", 0.1, 0.9, NULL,
     "utilisation aimed at", 0},
    {"statistic", PARAM_ENUM, SPEC_AT(statistic), "average", 0, 0, statistics,
     "of a minute's utilisation", 0},
    {0},
};

static bool read_tracking(struct load *load, int index, struct spot spot,
                          struct provisioned_spec *spec)
{
    static const char *const known[] = {"min", "max", "target", "statistic", NULL};
    struct owner owner = {"target tracking", NULL, spot};
    spec->kind = PROVISIONED_TRACKING;
    if (!script_known_fields(load, index, "target tracking", known, false) ||
        !script_read_settings(load, index, tracking_params, &owner, spec))
        return false;
    if (spec->autoscale.min > spec->autoscale.max)
        return err_set(load->err, "min = %lld is above max = %lld", (long long)spec->autoscale.min,
                       (long long)spec->autoscale.max);
    spec->count = spec->autoscale.min;
    spec->most = spec->autoscale.max;
    return true;
}

/* -- either ------------------------------------------------------------------------------------- */

bool script_read_provisioned(struct load *load, int index, const struct owner *owner,
                             const char *label, struct provisioned_spec *spec)
{
    struct spot spot = script_key_spot(load, owner->spot, label);
    *spec = (struct provisioned_spec){.every = TIME_UNSET};
    if (lua_type(load->lua, index) != LUA_TTABLE) {
        bool ok = script_read_whole(load, index, Q_COUNT, label, &spec->count);
        spec->most = spec->count;
        return ok;
    }
    index = lua_absindex(load->lua, index);
    bool schedule = lua_rawlen(load->lua, index) > 0;
    if (schedule ? read_schedule(load, index, spot, spec) : read_tracking(load, index, spot, spec))
        return true;
    if (load->err->help[0] == '\0')
        err_help(load->err, "%s", schedule ? schedule_form : tracking_form);
    err_context(load->err, "%s", label);
    bool placed = load->err->file[0] != '\0'; /* else the reader of settings says whose it is */
    return placed ? err_context(load->err, "%s", owner_show(load, owner)) : false;
}
