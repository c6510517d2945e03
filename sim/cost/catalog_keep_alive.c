/* catalog_keep_alive.c - dated laws of how long an idle instance lives. */
#include "cost/catalog_parts.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "core/text.h"
#include "cost/catalog_json.h"

#define POINTS_MAX 256

enum { LAW, AS_OF, SOURCE, NOTE, FIRST, SECOND, FIELD_COUNT };

/* A law is a name, at most two fields of its own, and what makes a distribution of them. */
struct law {
    const char *name;
    const char *first, *second; /* fields of its own, NULL: none */
    enum json_kind kind;
    const struct dist *(*make)(struct arena *arena, const struct json_field *fields,
                               struct err *err);
};

static double seconds_of(const struct json_field *field)
{
    return field->item->valuedouble * 1e9;
}

static const struct dist *make_constant(struct arena *arena, const struct json_field *fields,
                                        struct err *err)
{
    return dist_constant(arena, seconds_of(&fields[FIRST]), err);
}

static const struct dist *make_uniform(struct arena *arena, const struct json_field *fields,
                                       struct err *err)
{
    return dist_uniform(arena, seconds_of(&fields[FIRST]), seconds_of(&fields[SECOND]), err);
}

static const struct dist *make_percentiles(struct arena *arena, const struct json_field *fields,
                                           struct err *err)
{
    double shares[POINTS_MAX], values[POINTS_MAX];
    int count = json_numbers(fields[FIRST].item, shares, POINTS_MAX);
    if (count < 2 || json_numbers(fields[SECOND].item, values, POINTS_MAX) != count) {
        (void)err_set(err, "shares and values_s must be as many numbers each, 2 to %d", POINTS_MAX);
        return NULL;
    }
    for (int i = 0; i < count; i++)
        values[i] *= 1e9;
    return dist_percentiles(arena, (size_t)count, shares, values, err);
}

static const struct law laws[] = {
    {"constant", "value_s", NULL, JSON_NUMBER, make_constant},
    {"uniform", "low_s", "high_s", JSON_NUMBER, make_uniform},
    {"percentiles", "shares", "values_s", JSON_ARRAY, make_percentiles},
    {"forever", NULL, NULL, JSON_ANY, NULL},
};

static const struct law *law_of(const cJSON *item)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(item, "law");
    for (size_t i = 0; i < COUNTOF(laws); i++)
        if (cJSON_IsString(name) && strcmp(laws[i].name, name->valuestring) == 0)
            return &laws[i];
    return NULL;
}

static bool read_preset(struct keep_alive *preset, struct arena *arena, const cJSON *item,
                        struct err *err)
{
    const struct law *law = law_of(item);
    if (law == NULL)
        return err_set(err, "law must be constant, uniform, percentiles or forever");
    struct json_field fields[FIELD_COUNT] = {
        [LAW] = {"law", JSON_TEXT},        [AS_OF] = {"as_of", JSON_DATE},
        [SOURCE] = {"source", JSON_TEXT},  [NOTE] = {"note", JSON_TEXT, .optional = true},
        [FIRST] = {law->first, law->kind}, [SECOND] = {law->second, law->kind},
    };
    int count = FIRST + (law->first != NULL) + (law->second != NULL);
    if (!json_fields(item, fields, count, "", err))
        return false;
    preset->name = arena_strdup(arena, item->string);
    preset->dist = law->make == NULL ? NULL : law->make(arena, fields, err);
    return preset->dist != NULL || law->make == NULL;
}

static bool read_entries(struct catalog *catalog, const cJSON *presets, struct err *err)
{
    int count = 0;
    if (!catalog_count_entries(presets, "preset", &count, err))
        return false;
    catalog->keep_alives = ARENA_ARRAY(catalog->arena, struct keep_alive, count);
    catalog->keep_alive_names = ARENA_ARRAY(catalog->arena, const char *, count + 1);
    for (const cJSON *item = presets->child; item != NULL; item = item->next) {
        struct keep_alive *preset = &catalog->keep_alives[catalog->keep_alive_count];
        if (!read_preset(preset, catalog->arena, item, err))
            return err_context(err, "preset '%s'", item->string);
        for (int i = 0; i < catalog->keep_alive_count; i++)
            if (strcmp(catalog->keep_alive_names[i], preset->name) == 0)
                return err_set(err, "preset '%s' is given twice", preset->name);
        catalog->keep_alive_names[catalog->keep_alive_count++] = preset->name;
    }
    return true;
}

bool catalog_read_keep_alives(struct catalog *catalog, const cJSON *root, struct err *err)
{
    enum { FORMAT, DATE, PRESETS, UNIT, COUNT };
    struct json_field fields[COUNT] = {
        [FORMAT] = {"format", JSON_TEXT},
        [DATE] = {"date", JSON_DATE},
        [PRESETS] = {"presets", JSON_OBJECT},
        [UNIT] = {"unit", JSON_TEXT, .optional = true},
    };
    return json_fields(root, fields, COUNT, "", err) &&
           catalog_check_format(fields[FORMAT].item, "tepid-keep-alive/1", err) &&
           read_entries(catalog, fields[PRESETS].item, err);
}

bool catalog_keep_alive(const struct catalog *catalog, const char *preset, const struct dist **dist,
                        struct err *err)
{
    for (int i = 0; i < catalog->keep_alive_count; i++)
        if (strcmp(catalog->keep_alive_names[i], preset) == 0) {
            *dist = catalog->keep_alives[i].dist;
            return true;
        }

    (void)err_set(err, "there is no keep-alive preset '%.64s'", preset);
    const char *nearest = text_nearest(preset, catalog->keep_alive_names);
    if (nearest != NULL)
        return err_help(err, "did you mean '%s'?", nearest);
    struct text list = {0};
    for (int i = 0; i < catalog->keep_alive_count; i++)
        text_addf(&list, "%s%s", i == 0 ? "" : ", ", catalog->keep_alive_names[i]);
    (void)err_help(err, "presets are %s; or give a time or a distribution", list.data);
    text_free(&list);
    return false;
}

const char *const *catalog_keep_alive_names(const struct catalog *catalog)
{
    return catalog->keep_alive_names;
}
