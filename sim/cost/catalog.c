/* catalog.c - loading the four files, and the limits; prices, runtimes and keep-alive laws have
 * a file each. */
#include "cost/catalog.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/text.h"
#include "cost/catalog_json.h"
#include "cost/catalog_parts.h"

bool catalog_count_entries(const cJSON *object, const char *what, int *count, struct err *err)
{
    *count = 0;
    for (const cJSON *item = object->child; item != NULL; item = item->next) {
        (*count)++;
        if (*count > CATALOG_ENTRIES_MAX)
            return err_set(err, "more than %d entries, each a %s", CATALOG_ENTRIES_MAX, what);
        if (item->string != NULL && !json_is_key(item->string)) {
            (void)err_set(err, "%s number %d: its key is not like \"service.item\"", what, *count);
            return err_help(err, "keys are 1-%d of the characters A-Z a-z 0-9 . _ + - /",
                            JSON_KEY_MAX);
        }
    }
    return *count > 0 || err_set(err, "there is not a single %s in it", what);
}

bool catalog_check_format(const cJSON *item, const char *format, struct err *err)
{
    if (strcmp(item->valuestring, format) == 0)
        return true;
    (void)err_set(err, "format is not '%s'", format);
    return err_help(err, "this version reads files whose \"format\" is \"%s\"", format);
}

static bool read_limit(struct limit *limit, struct arena *arena, const cJSON *item, struct err *err)
{
    enum { VALUE, UNIT, AS_OF, SOURCE, NOTE, COUNT };
    struct json_field fields[COUNT] = {
        [VALUE] = {"value", JSON_NUMBER},
        [UNIT] = {"unit", JSON_TEXT},
        [AS_OF] = {"as_of", JSON_DATE},
        [SOURCE] = {"source", JSON_TEXT},
        [NOTE] = {"note", JSON_TEXT, .optional = true},
    };
    char what[JSON_KEY_MAX + 16];
    (void)snprintf(what, sizeof(what), "limit '%s'", item->string);
    if (!json_fields(item, fields, COUNT, what, err))
        return false;
    *limit = (struct limit){
        .key = arena_strdup(arena, item->string),
        .value = fields[VALUE].item->valuedouble,
    };
    return true;
}

static int limit_by_key(const void *a, const void *b)
{
    return strcmp(((const struct limit *)a)->key, ((const struct limit *)b)->key);
}

bool catalog_read_limits(struct catalog *catalog, const cJSON *root, struct err *err)
{
    enum { FORMAT, DATE, LIMITS, NOTE, COUNT };
    struct json_field fields[COUNT] = {
        [FORMAT] = {"format", JSON_TEXT},
        [DATE] = {"date", JSON_DATE},
        [LIMITS] = {"limits", JSON_OBJECT},
        [NOTE] = {"note", JSON_TEXT, .optional = true},
    };
    int count = 0;
    if (!json_fields(root, fields, COUNT, "", err) ||
        !catalog_check_format(fields[FORMAT].item, "tepid-limits/1", err) ||
        !catalog_count_entries(fields[LIMITS].item, "limit", &count, err))
        return false;

    catalog->limits = ARENA_ARRAY(catalog->arena, struct limit, count);
    for (const cJSON *item = fields[LIMITS].item->child; item != NULL; item = item->next)
        if (!read_limit(&catalog->limits[catalog->limit_count++], catalog->arena, item, err))
            return false;

    qsort(catalog->limits, (size_t)count, sizeof(catalog->limits[0]), limit_by_key);
    for (int i = 1; i < count; i++)
        if (strcmp(catalog->limits[i - 1].key, catalog->limits[i].key) == 0)
            return err_set(err, "limit '%s' is given twice", catalog->limits[i].key);
    return true;
}

typedef bool reader(struct catalog *catalog, const cJSON *root, struct err *err);

static bool load_file(struct catalog *catalog, const char *path, reader *read, struct err *err)
{
    cJSON *root = json_read_file(path, err);
    if (root == NULL)
        return false;
    bool done = read(catalog, root, err) || err_context(err, "%s", path);
    cJSON_Delete(root);
    return done;
}

static bool load_shipped(struct catalog *catalog, const char *assets, const char *name,
                         reader *read, struct err *err)
{
    struct text path = {0};
    text_addf(&path, "%s/catalog/%s", assets, name);
    bool done = load_file(catalog, path.data, read, err);
    text_free(&path);
    return done;
}

static bool load_prices(struct catalog *catalog, const char *assets, const char *prices,
                        struct err *err)
{
    if (prices != NULL)
        return load_file(catalog, prices, catalog_read_prices, err);
    return load_shipped(catalog, assets, "prices-aws-us-east-1.json", catalog_read_prices, err);
}

struct catalog *catalog_load(const char *assets, const char *prices, struct err *err)
{
    struct arena *arena = arena_new();
    struct catalog *catalog = ARENA_NEW(arena, struct catalog);
    catalog->arena = arena;
    if (load_prices(catalog, assets, prices, err) &&
        load_shipped(catalog, assets, "limits-aws.json", catalog_read_limits, err) &&
        load_shipped(catalog, assets, "runtimes.json", catalog_read_runtimes, err) &&
        load_shipped(catalog, assets, "keep-alive.json", catalog_read_keep_alives, err))
        return catalog;
    arena_free(arena);
    return NULL;
}

void catalog_free(struct catalog *catalog)
{
    if (catalog != NULL)
        arena_free(catalog->arena);
}

double catalog_limit(const struct catalog *catalog, const char *key)
{
    struct limit wanted = {.key = key};
    const struct limit *limit = bsearch(&wanted, catalog->limits, (size_t)catalog->limit_count,
                                        sizeof(catalog->limits[0]), limit_by_key);
    if (limit == NULL) /* an ASSERT that says which key */
        base_assert_failed(key, __FILE__, __LINE__);
    return limit->value;
}

const struct dist *catalog_time_law(const struct catalog *catalog, struct arena *arena,
                                    const char *prefix)
{
    struct err err = {0};
    double p50 = catalog_limit(catalog, arena_printf(arena, "%s_ms.p50", prefix));
    double p99 = catalog_limit(catalog, arena_printf(arena, "%s_ms.p99", prefix));
    const struct dist *law = dist_lognormal_p50_p99(arena, p50 * 1e6, p99 * 1e6, &err);
    ASSERT(law != NULL);
    return law;
}
