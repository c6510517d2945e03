/* json.c - see the header. */
#include "report/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/text.h"
#include "core/unit.h"
#include "report/tables.h"
#include "report/theory_out.h"

#define NS_PER_S 1e9

static void add_hex(struct json *json, const char *key, uint64_t value)
{
    char hex[17];
    (void)snprintf(hex, sizeof hex, "%016" PRIx64, value);
    json_add_text(json, key, hex);
}

static void add_value(struct json *json, const char *key, const struct value *value)
{
    switch (value->kind) {
    case VALUE_BOOL:
        json_add_bool(json, key, value->boolean);
        break;
    case VALUE_NUMBER:
        json_add_number(json, key, value->number);
        break;
    case VALUE_TEXT:
        json_add_text(json, key, value->text);
        break;
    case VALUE_NIL:
        json_add_null(json, key);
        break;
    }
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static void add_settings(struct json *json, const struct result *result,
                         const struct report_info *info)
{
    const struct scenario *scenario = result->scenario;
    json_open_object(json, "parameters", JSON_LINES);
    for (int i = 0; i < scenario->param_count; i++)
        add_value(json, scenario->params[i].name, &scenario->params[i].value);
    json_close(json);

    json_open_object(json, "settings", JSON_LINES);
    for (int i = 0; i < info->override_count; i++) {
        struct text name = {0};
        text_addf(&name, "%s.%s", info->overrides[i].resource, info->overrides[i].setting);
        json_add_text(json, name.data, info->overrides[i].value);
        text_free(&name);
    }
    json_close(json);
}

static void add_price_list(struct json *json, const struct catalog *catalog)
{
    json_add_text(json, "price_list", catalog == NULL ? NULL : catalog_price_list_id(catalog));
    json_add_text(json, "price_list_date",
                  catalog == NULL ? NULL : catalog_price_list_date(catalog));
}

static const char *end_name(enum run_end end)
{
    static const char *const names[] = {
        [RUN_COMPLETE] = "complete",     [RUN_INTERRUPTED] = "interrupted",
        [RUN_MAX_WALL] = "max_wall",     [RUN_MAX_EVENTS] = "max_events",
        [RUN_MAX_MEMORY] = "max_memory",
    };
    return names[end];
}

static void add_outcome(struct json *json, const struct result *result)
{
    const struct scenario *scenario = result->scenario;
    json_add_whole(json, "requests", result->requests);
    json_add_whole(json, "events", result->events);
    add_hex(json, "fingerprint", result->fingerprint);

    json_open_array(json, "warnings", JSON_LINES);
    for (int i = 0; i < scenario->warning_count; i++)
        json_add_text(json, NULL, scenario->warnings[i]);
    json_close(json);

    json_add_bool(json, "partial", result->end != RUN_COMPLETE);
    json_add_text(json, "ended", end_name(result->end));
    json_add_number(json, "reached_s", (double)result->reached / NS_PER_S);
}

/* "latency x20, errors 50%, set limit=10/s": what a fault does, in the words of the file. */
static void describe_fault(const struct fault_def *fault, struct text *out)
{
    char buf[UNIT_TEXT_MAX];
    if (!isnan(fault->latency_factor))
        text_addf(out, "latency x%.6g", fault->latency_factor);
    if (!isnan(fault->errors))
        text_addf(out, "%serrors %s", out->length > 0 ? ", " : "",
                  unit_show_share(buf, fault->errors));
    for (int i = 0; i < fault->set_count; i++) {
        text_addf(out, "%sset %s=", out->length > 0 ? ", " : "", fault->set[i].name);
        value_show(&fault->set[i].value, out);
    }
    if (fault->burst > 0)
        text_addf(out, "%sburst of %lld", out->length > 0 ? ", " : "", (long long)fault->burst);
    if (fault->recycle)
        text_addf(out, "%srecycle", out->length > 0 ? ", " : "");
}

/* What happens on the time line, for whoever draws it: the file's faults. */
static void add_annotations(struct json *json, const struct result *result)
{
    const struct scenario *scenario = result->scenario;
    json_open_array(json, "annotations", JSON_LINES);
    for (int i = 0; i < scenario->fault_count; i++) {
        const struct fault_def *fault = &scenario->faults[i];
        struct text text = {0};
        if (fault->at >= result->reached)
            continue;
        describe_fault(fault, &text);
        json_open_object(json, NULL, JSON_INLINE);
        json_add_number(json, "time_s", (double)fault->at / NS_PER_S);
        if (fault->lasts != TIME_UNSET)
            json_add_number(json, "lasts_s", (double)fault->lasts / NS_PER_S);
        json_add_text(json, "resource", scenario->resources[fault->resource].name);
        json_add_text(json, "text", text.data == NULL ? "" : text.data);
        json_close(json);
        text_free(&text);
    }
    json_close(json);
}

/* How much of what each resource may use, for whoever draws what it did use. */
static void add_limits(struct json *json, const struct result *result)
{
    json_open_array(json, "limits", JSON_LINES);
    for (int i = 0; i < result->capacity_count; i++) {
        const struct capacity_row *row = &result->capacities[i];
        if (!isfinite(row->limit))
            continue;
        json_open_object(json, NULL, JSON_INLINE);
        json_add_text(json, "resource", row->resource);
        json_add_text(json, "what", row->what);
        json_add_text(json, "of", row->limit_name == NULL ? "own" : row->limit_name);
        json_add_number(json, "limit", row->limit);
        json_close(json);
    }
    json_close(json);
}

/* What --precision asked for and came to; nothing where nobody asked. */
static void add_precision(struct json *json, const struct precision_report *report)
{
    if (report->target <= 0)
        return;
    json_open_object(json, "precision", JSON_INLINE);
    json_add_number(json, "target", report->target);
    json_add_bool(json, "reached", report->reached && report->figures > 0);
    json_add_number(json, "widest", report->figures > 0 ? report->worst : NAN);
    json_add_text(json, "of", report->figures > 0 ? report->worst_path : NULL);
    json_close(json);
}

/* Whether what was measured had settled (warmup_check.h). */
static void add_settling(struct json *json, const struct warmup_check *check)
{
    static const char *const verdicts[] = {
        [STEADY_UNKNOWN] = NULL,
        [STEADY_SETTLED] = "settled",
        [STEADY_LATE] = "late",
        [STEADY_NEVER] = "never",
    };
    bool any = check->verdict >= STEADY_LATE;
    json_open_object(json, "warmup_check", JSON_INLINE);
    json_add_text(json, "verdict", verdicts[check->verdict]);
    if (any) {
        json_add_text(json, "resource", check->resource);
        json_add_text(json, "what", check->what);
        json_add_number(json, "early", check->early);
        json_add_number(json, "late", check->late);
    }
    if (check->verdict == STEADY_LATE)
        json_add_number(json, "settles_s", check->settles_s);
    json_close(json);
}

static void add_meta(struct json *json, const char *key, const struct result *result,
                     const struct report_info *info)
{
    const struct scenario *scenario = result->scenario;
    json_open_object(json, key, JSON_LINES);
    json_add_text(json, "version", info->version);
    json_add_text(json, "scenario", scenario->name);
    json_add_text(json, "question", scenario->question);
    json_add_text(json, "file", base_name(scenario->file));
    add_hex(json, "digest", scenario->digest);
    json_add_text(json, "variant", result->variant);
    add_settings(json, result, info);
    json_add_whole(json, "seed", result->seed);
    json_add_whole(json, "reps", (uint64_t)result->reps);
    add_precision(json, &result->precision);
    json_add_number(json, "duration_s", (double)result->duration / NS_PER_S);
    json_add_number(json, "warmup_s", (double)result->warmup / NS_PER_S);
    json_add_number(json, "sample_s", (double)result->sample / NS_PER_S);
    add_settling(json, &result->settling);
    add_price_list(json, scenario->catalog);
    add_outcome(json, result);
    add_annotations(json, result);
    add_limits(json, result);
    json_close(json);
}

static double per_second(uint64_t count, double wall_s)
{
    return wall_s > 0 ? (double)count / wall_s : NAN;
}

static void add_performance(struct json *json, const struct result *result,
                            const struct report_info *info)
{
    json_open_object(json, "performance", JSON_LINES);
    json_add_number(json, "wall_s", result->wall_s);
    json_add_whole(json, "requests", result->requests);
    json_add_whole(json, "events", result->events);
    json_add_number(json, "requests_per_s", per_second(result->requests, result->wall_s));
    json_add_number(json, "events_per_s", per_second(result->events, result->wall_s));
    json_add_whole(json, "peak_rss_bytes", (uint64_t)info->peak_rss_bytes);
    json_close(json);
}

static void add_run(struct json *json, const struct result *result, const struct report_info *info)
{
    json_open_object(json, NULL, JSON_LINES);
    add_meta(json, "meta", result, info);
    for (const struct table *table = report_tables; table->file != NULL; table++)
        if (table->key != NULL)
            table_write_json(table, result, json);
    struct theory *theory = theory_make(result->scenario);
    theory_add_json(json, theory, result);
    theory_free(theory);
    add_performance(json, result, info);
    json_close(json);
}

void json_write_meta(const struct result *result, const struct report_info *info, struct text *out)
{
    struct json json;
    json_begin(&json, out);
    add_meta(&json, NULL, result, info);
    json_end(&json);
}

void json_write_runs(struct result *const *results, int count, const struct report_info *info,
                     struct text *out)
{
    struct json json;
    json_begin(&json, out);
    if (count == 1) {
        add_run(&json, results[0], info);
    } else {
        json_open_object(&json, NULL, JSON_LINES);
        json_open_array(&json, "runs", JSON_LINES);
        for (int i = 0; i < count; i++)
            add_run(&json, results[i], info);
        json_close(&json);
        json_close(&json);
    }
    json_end(&json);
}

const char *json_library_version(void)
{
    return cJSON_Version();
}
