/* json_meta.c - see json_meta.h. */
#include "report/json_meta.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

static int line_of(const char *text, const char *at)
{
    int line = 1;
    for (; at != NULL && *text != '\0' && text < at; text++)
        line += *text == '\n';
    return line;
}

static const char *text_of(const cJSON *object, const char *key, struct arena *arena)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsString(item) ? arena_strdup(arena, item->valuestring) : NULL;
}

static double number_of(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

/* Whole numbers up to 2^53 come through exactly; a seed may be larger than that only by a hand-made file. */
static uint64_t whole_of(const cJSON *object, const char *key)
{
    double number = number_of(object, key);
    return number >= 0 && number < 0x1p63 ? (uint64_t)number : 0;
}

static struct value value_of(const cJSON *item, struct arena *arena)
{
    if (cJSON_IsString(item))
        return (struct value){.kind = VALUE_TEXT, .text = arena_strdup(arena, item->valuestring)};
    if (cJSON_IsNumber(item))
        return (struct value){.kind = VALUE_NUMBER, .number = item->valuedouble};
    if (cJSON_IsBool(item))
        return (struct value){.kind = VALUE_BOOL, .boolean = cJSON_IsTrue(item)};
    return (struct value){.kind = VALUE_NIL};
}

static int read_assignments(const cJSON *object, struct assignment **out, struct arena *arena)
{
    int count = 0;
    const cJSON *item = NULL;
    *out = ARENA_ARRAY(arena, struct assignment, cJSON_GetArraySize(object) + 1);
    cJSON_ArrayForEach(item, object) if (item->string != NULL)(*out)[count++] =
        (struct assignment){arena_strdup(arena, item->string), value_of(item, arena)};
    return count;
}

static int read_texts(const cJSON *array, const char ***out, struct arena *arena)
{
    int count = 0;
    const cJSON *item = NULL;
    *out = ARENA_ARRAY(arena, const char *, cJSON_GetArraySize(array) + 1);
    cJSON_ArrayForEach(item, array) if (cJSON_IsString(item))(*out)[count++] =
        arena_strdup(arena, item->valuestring);
    return count;
}

static void read_limits(const cJSON *array, struct folder_meta *meta, struct arena *arena)
{
    const cJSON *item = NULL;
    meta->limits = ARENA_ARRAY(arena, struct folder_limit, cJSON_GetArraySize(array) + 1);
    cJSON_ArrayForEach(item, array)
    {
        struct folder_limit limit = {text_of(item, "resource", arena), text_of(item, "what", arena),
                                     text_of(item, "of", arena), number_of(item, "limit")};
        if (limit.resource != NULL && limit.what != NULL && limit.of != NULL && !isnan(limit.limit))
            meta->limits[meta->limit_count++] = limit;
    }
}

static void read_events(const cJSON *array, struct folder_meta *meta, struct arena *arena)
{
    const cJSON *item = NULL;
    meta->events_at = ARENA_ARRAY(arena, struct folder_event, cJSON_GetArraySize(array) + 1);
    cJSON_ArrayForEach(item, array)
    {
        struct folder_event event = {number_of(item, "time_s"), text_of(item, "resource", arena),
                                     text_of(item, "text", arena)};
        if (!isnan(event.time_s) && event.resource != NULL && event.text != NULL)
            meta->events_at[meta->event_count++] = event;
    }
}

static void read_settling(const cJSON *check, struct folder_meta *meta, struct arena *arena)
{
    const char *verdict = text_of(check, "verdict", arena);
    if (verdict == NULL || strcmp(verdict, "settled") == 0)
        return;
    meta->unsettled = verdict;
    meta->unsettled_resource = text_of(check, "resource", arena);
    meta->unsettled_what = text_of(check, "what", arena);
}

static bool fill(const cJSON *root, const char *name, struct folder_meta *meta, struct arena *arena,
                 struct err *err)
{
    static const char *const needed[] = {"version", "scenario", "digest", "seed"};
    for (size_t i = 0; i < COUNTOF(needed); i++)
        if (!cJSON_HasObjectItem(root, needed[i])) {
            err_set(err, "%s: lacks \"%s\"", name, needed[i]);
            return err_help(err, "a results folder is what 'tepid run' wrote");
        }
    *meta = (struct folder_meta){
        .version = text_of(root, "version", arena),
        .scenario = text_of(root, "scenario", arena),
        .question = text_of(root, "question", arena),
        .file = text_of(root, "file", arena),
        .variant = text_of(root, "variant", arena),
        .digest = text_of(root, "digest", arena),
        .price_list = text_of(root, "price_list", arena),
        .price_list_date = text_of(root, "price_list_date", arena),
        .seed = whole_of(root, "seed"),
        .reps = (int)whole_of(root, "reps"),
        .duration_s = number_of(root, "duration_s"),
        .warmup_s = number_of(root, "warmup_s"),
        .requests = whole_of(root, "requests"),
        .events = whole_of(root, "events"),
        .partial = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "partial")),
    };
    meta->param_count = read_assignments(cJSON_GetObjectItemCaseSensitive(root, "parameters"),
                                         &meta->params, arena);
    meta->setting_count = read_assignments(cJSON_GetObjectItemCaseSensitive(root, "settings"),
                                           &meta->settings, arena);
    meta->warning_count =
        read_texts(cJSON_GetObjectItemCaseSensitive(root, "warnings"), &meta->warnings, arena);
    read_settling(cJSON_GetObjectItemCaseSensitive(root, "warmup_check"), meta, arena);
    read_events(cJSON_GetObjectItemCaseSensitive(root, "annotations"), meta, arena);
    read_limits(cJSON_GetObjectItemCaseSensitive(root, "limits"), meta, arena);
    if (meta->scenario != NULL && meta->digest != NULL)
        return true;
    return err_set(err, "%s: \"scenario\" and \"digest\" must be texts", name);
}

bool json_read_meta(const char *text, const char *name, struct folder_meta *meta,
                    struct arena *arena, struct err *err)
{
    const char *stop = NULL;
    cJSON *root = cJSON_ParseWithOpts(text, &stop, true);
    bool ok = root != NULL && cJSON_IsObject(root);
    if (!ok) {
        err_set(err, "%s:%d: not a JSON object", name, line_of(text, stop));
        err_help(err, "a results folder is what 'tepid run' wrote; run the scenario again");
    }
    ok = ok && fill(root, name, meta, arena, err);
    cJSON_Delete(root);
    return ok;
}
