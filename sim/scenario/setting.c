/* setting.c - see the header. */
#include "scenario/setting.h"

#include <math.h>
#include <string.h>

#include "core/dist.h"
#include "core/unit.h"
#include "model/account.h"
#include "model/arrivals.h"
#include "model/rate_shape.h"
#include "model/svc_function.h"

/* Bounds that the contract sets for every count and rate say nothing about this one. */
#define CONTRACT_MAX_COUNT 1e9
#define RATE_ABOVE_ZERO    1e-6

static const void *field(const struct param_spec *spec, const void *config)
{
    return (const char *)config + spec->offset;
}

static int64_t whole_of(const struct param_spec *spec, const void *config)
{
    int64_t value;
    memcpy(&value, field(spec, config), sizeof value);
    return value;
}

static double number_of(const struct param_spec *spec, const void *config)
{
    double value;
    memcpy(&value, field(spec, config), sizeof value);
    return value;
}

/* The value as a number in its base unit; NAN if unset, or for kinds that are no numbers. */
static double value_of(const struct param_spec *spec, const void *config)
{
    int64_t whole;
    switch (spec->kind) {
    case PARAM_TIME:
    case PARAM_SIZE:
    case PARAM_COUNT:
        whole = whole_of(spec, config);
        return whole == TIME_UNSET ? NAN : (double)whole;
    case PARAM_RATE:
    case PARAM_SHARE:
    case PARAM_NUMBER:
        return number_of(spec, config);
    default:
        return NAN;
    }
}

static char *show_number(char buf[UNIT_TEXT_MAX], enum param_kind kind, double value)
{
    switch (kind) {
    case PARAM_TIME:
    case PARAM_TIME_DIST:
        return unit_show_time(buf, value);
    case PARAM_SIZE:
    case PARAM_SIZE_DIST:
        return unit_show_size(buf, value);
    case PARAM_RATE:
        return unit_show_rate(buf, value);
    case PARAM_SHARE:
        return unit_show_share(buf, value);
    case PARAM_NUMBER:
        return unit_show_number(buf, value);
    default:
        return unit_show_count(buf, value);
    }
}

static char *show_time(char buf[40], double value)
{
    return unit_show_time(buf, value);
}

static char *show_size(char buf[40], double value)
{
    return unit_show_size(buf, value);
}

static bool show_dist(const struct param_spec *spec, const void *config, struct text *out)
{
    char buf[200];
    const struct dist *dist;
    memcpy(&dist, field(spec, config), sizeof(const struct dist *));
    if (dist == NULL)
        return false;
    dist_show(dist, spec->kind == PARAM_TIME_DIST ? show_time : show_size, buf, sizeof buf);
    text_add(out, buf);
    return true;
}

static bool show_text(const struct param_spec *spec, const void *config, struct text *out)
{
    const char *text;
    memcpy(&text, field(spec, config), sizeof(const char *));
    if (text != NULL)
        text_add(out, text);
    return text != NULL;
}

static bool show_keep_alive(const struct param_spec *spec, const void *config, struct text *out)
{
    char buf[200];
    const struct keep_alive_spec *keep_alive = field(spec, config);
    if (keep_alive->preset != NULL)
        text_add(out, keep_alive->preset);
    else if (keep_alive->forever)
        text_add(out, "forever");
    else if (keep_alive->dist != NULL) {
        dist_show(keep_alive->dist, show_time, buf, sizeof buf);
        text_add(out, buf);
    }
    return keep_alive->preset != NULL || keep_alive->forever || keep_alive->dist != NULL;
}

static bool show_provisioned(const struct param_spec *spec, const void *config, struct text *out)
{
    char buf[UNIT_TEXT_MAX];
    const struct provisioned_spec *provisioned = field(spec, config);
    if (provisioned->kind == PROVISIONED_TRACKING)
        text_addf(out, "%lld .. %lld at %.6g%%", (long long)provisioned->autoscale.min,
                  (long long)provisioned->autoscale.max, 100 * provisioned->autoscale.target);
    else if (provisioned->kind == PROVISIONED_SCHEDULE)
        for (int i = 0; i < provisioned->step_count; i++)
            text_addf(out, "%s%lld at %s", i > 0 ? ", " : "",
                      (long long)provisioned->steps[i].count,
                      unit_show_time(buf, (double)provisioned->steps[i].at));
    else if (provisioned->count != TIME_UNSET)
        text_add(out, unit_show_count(buf, (double)provisioned->count));
    return provisioned->count != TIME_UNSET;
}

/* A constant rate as written; of a shape its name, for it has no short form. */
static bool show_rate_shape(const struct param_spec *spec, const void *config, struct text *out)
{
    static const char *const names[] = {
        [RATE_STAGES] = "stages",      [RATE_DIURNAL] = "diurnal", [RATE_SPIKE] = "spike",
        [RATE_MMPP] = "mmpp",          [RATE_BURST] = "burst",     [RATE_TRACE_TIMES] = "trace",
        [RATE_TRACE_COUNTS] = "trace",
    };
    char buf[UNIT_TEXT_MAX];
    const struct rate_shape *shape;
    memcpy(&shape, field(spec, config), sizeof(const struct rate_shape *));
    if (shape == NULL)
        return false;
    text_add(out,
             shape->kind == RATE_CONSTANT ? unit_show_rate(buf, shape->per_s) : names[shape->kind]);
    return true;
}

static bool show_arrivals(const struct param_spec *spec, const void *config, struct text *out)
{
    char buf[200];
    struct arrival_law law;
    memcpy(&law, field(spec, config), sizeof law);
    if (law.kind == ARRIVALS_GAPS) {
        dist_show(law.gaps, show_time, buf, sizeof buf);
        text_add(out, buf);
        return true;
    }
    text_add(out, law.kind == ARRIVALS_UNIFORM ? "uniform" : "poisson");
    return true;
}

static bool show_scaling(const struct param_spec *spec, const void *config, struct text *out)
{
    char buf[UNIT_TEXT_MAX];
    const struct scaling_spec *scaling = field(spec, config);
    if (scaling->rule == SCALING_BURST_2023)
        text_add(out, "burst-2023");
    else
        text_addf(out, "%lld/%s", (long long)scaling->count,
                  unit_show_time(buf, (double)scaling->per));
    return true;
}

static int choice_of(const struct param_spec *spec, const void *config)
{
    int choice;
    memcpy(&choice, field(spec, config), sizeof choice);
    return choice;
}

static bool flag_of(const struct param_spec *spec, const void *config)
{
    bool flag;
    memcpy(&flag, field(spec, config), sizeof flag);
    return flag;
}

bool setting_show(const struct param_spec *spec, const void *config, struct text *out)
{
    char buf[UNIT_TEXT_MAX];
    double value = value_of(spec, config);
    switch (spec->kind) {
    case PARAM_TIME:
    case PARAM_SIZE:
    case PARAM_COUNT:
    case PARAM_RATE:
    case PARAM_SHARE:
    case PARAM_NUMBER:
        if (!isnan(value))
            text_add(out, show_number(buf, spec->kind, value));
        return !isnan(value);
    case PARAM_BOOL:
        text_add(out, flag_of(spec, config) ? "true" : "false");
        return true;
    case PARAM_ENUM:
        text_add(out, param_choices(spec)[choice_of(spec, config)]);
        return true;
    case PARAM_TEXT:
        return show_text(spec, config, out);
    case PARAM_TIME_DIST:
    case PARAM_SIZE_DIST:
        return show_dist(spec, config, out);
    case PARAM_KEEP_ALIVE:
        return show_keep_alive(spec, config, out);
    case PARAM_PROVISIONED:
        return show_provisioned(spec, config, out);
    case PARAM_RATE_SHAPE:
        return show_rate_shape(spec, config, out);
    case PARAM_ARRIVALS:
        return show_arrivals(spec, config, out);
    case PARAM_SCALING:
        return show_scaling(spec, config, out);
    default:
        return false;
    }
}

/* The fallback of a number, in its base unit; NAN if there is none. */
static double fallback_of(const struct param_spec *spec)
{
    struct err ignored = {0}; /* our own tables hold what can be read */
    int64_t whole = 0;
    double number = NAN;
    if (spec->fallback == NULL)
        return NAN;
    switch (spec->kind) {
    case PARAM_TIME:
        return unit_read_time(spec->fallback, &whole, &ignored) ? (double)whole : NAN;
    case PARAM_SIZE:
        return unit_read_size(spec->fallback, &whole, &ignored) ? (double)whole : NAN;
    case PARAM_COUNT:
        return unit_read_count(spec->fallback, &whole, &ignored) ? (double)whole : NAN;
    case PARAM_RATE:
        return unit_read_rate(spec->fallback, &number, &ignored) ? number : NAN;
    case PARAM_SHARE:
        return unit_read_share(spec->fallback, &number, &ignored) ? number : NAN;
    case PARAM_NUMBER:
        return unit_read_number(spec->fallback, &number, &ignored) ? number : NAN;
    default:
        return NAN;
    }
}

bool setting_is_changed(const struct param_spec *spec, const void *config)
{
    struct text shown = {0};
    double value = value_of(spec, config);
    bool changed;
    if (!isnan(value))
        changed = value != fallback_of(spec);
    else if (setting_show(spec, config, &shown))
        changed = spec->fallback == NULL ? strcmp(shown.data, "false") != 0
                                         : strcmp(shown.data, spec->fallback) != 0;
    else
        changed = false;
    text_free(&shown);
    return changed;
}

bool setting_show_bounds(const struct param_spec *spec, struct text *out)
{
    char low[UNIT_TEXT_MAX], high[UNIT_TEXT_MAX];
    if (spec->kind == PARAM_ENUM) {
        for (int i = 0; param_choices(spec)[i] != NULL; i++)
            text_addf(out, "%s%s", i > 0 ? "|" : "", param_choices(spec)[i]);
        return true;
    }
    bool counted = spec->kind == PARAM_PROVISIONED; /* a count in its plain form */
    enum param_kind kind = counted ? PARAM_COUNT : spec->kind;
    bool counts = kind == PARAM_COUNT || kind == PARAM_RATE;
    bool has_max = spec->max > 0 && !(counts && spec->max >= CONTRACT_MAX_COUNT);
    bool has_min = spec->min > 0 && (kind != PARAM_RATE || spec->min > RATE_ABOVE_ZERO);
    if (kind > PARAM_NUMBER || (!has_max && !has_min))
        return false;
    show_number(low, kind, spec->min);
    if (!has_max)
        text_addf(out, "from %s", low);
    else
        text_addf(out, "%s .. %s", low, show_number(high, kind, spec->max));
    return true;
}

const char *setting_kind(const struct param_spec *spec)
{
    static const char *const names[] = {
        [PARAM_TIME] = "time",
        [PARAM_SIZE] = "size",
        [PARAM_COUNT] = "count",
        [PARAM_RATE] = "rate",
        [PARAM_SHARE] = "share",
        [PARAM_NUMBER] = "number",
        [PARAM_BOOL] = "true|false",
        [PARAM_ENUM] = "choice",
        [PARAM_TEXT] = "text",
        [PARAM_TIME_DIST] = "time or distribution",
        [PARAM_SIZE_DIST] = "size or distribution",
        [PARAM_HANDLER] = "function",
        [PARAM_KEEP_ALIVE] = "time, distribution or preset",
        [PARAM_PROVISIONED] = "count, schedule or tracking",
        [PARAM_RETRY] = "retry table",
        [PARAM_RATE_SHAPE] = "rate or shape",
        [PARAM_ARRIVALS] = "law of arrivals",
        [PARAM_TARGETS] = "target",
        [PARAM_ATTRS] = "attributes",
        [PARAM_SCALING] = "count per time",
        [PARAM_ROUTES] = "routes",
        [PARAM_TARGET] = "resource",
        [PARAM_CONSUMER] = "fn",
        [PARAM_MESSAGE] = "resource that takes messages",
        [PARAM_MESSAGES] = "resources that take messages",
        [PARAM_DLQ] = "queue",
        [PARAM_KEYS] = "number of keys or zipf{n=,s=}",
        [PARAM_AUTHORIZER] = "fn or { fn, ttl=, keys= }",
        [PARAM_AUTOSCALE] = "{ target=, min=, max= }",
        [PARAM_TABLE] = "table of settings",
        [PARAM_RULES] = "list of rules",
        [PARAM_STATES] = "list of states",
        [PARAM_ROUTE_ALL] = "resource",
    };
    const char *name = (size_t)spec->kind < COUNTOF(names) ? names[spec->kind] : NULL;
    return name != NULL ? name : "see the manual";
}
