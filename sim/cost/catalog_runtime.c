/* catalog_runtime.c - init and first-run laws by runtime, package, architecture and memory. */
#include "cost/catalog_parts.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/detmath.h"
#include "core/text.h"
#include "cost/catalog_json.h"

#define SIZES_MAX 16
#define NS_PER_MS 1e6

static const char *const package_names[] = {"zip", "image"};
static const char *const arch_names[] = {"x86_64", "arm64"};

/* Columns of a row of "sizes". */
enum { MEMORY_MB, SAMPLES, MU, SIGMA, P50_MS, P99_MS, FIRST_MS, COLUMN_COUNT };

static int index_of(const cJSON *item, const char *const names[2])
{
    for (int i = 0; i < 2; i++)
        if (strcmp(item->valuestring, names[i]) == 0)
            return i;
    return -1;
}

/* mu and sigma are of milliseconds; the law draws nanoseconds. */
static const struct dist *read_init(struct arena *arena, const double row[COLUMN_COUNT],
                                    struct err *err)
{
    return dist_lognormal_mu_sigma(arena, row[MU] + det_log(NS_PER_MS), row[SIGMA], err);
}

static bool read_sizes(struct runtime_cell *cell, struct arena *arena, const cJSON *sizes,
                       struct err *err)
{
    int count = cJSON_GetArraySize(sizes);
    if (count < 1 || count > SIZES_MAX)
        return err_set(err, "sizes must have 1 to %d rows", SIZES_MAX);
    int64_t *memory_mb = ARENA_ARRAY(arena, int64_t, count);
    const struct dist **init = ARENA_ARRAY(arena, const struct dist *, count);
    int i = 0;
    for (const cJSON *item = sizes->child; item != NULL; item = item->next, i++) {
        double row[COLUMN_COUNT];
        if (json_numbers(item, row, COLUMN_COUNT) != COLUMN_COUNT)
            return err_set(err, "sizes: row %d must be %d numbers", i + 1, COLUMN_COUNT);
        if (row[MEMORY_MB] < 1 || row[MEMORY_MB] > 1e6)
            return err_set(err, "sizes: row %d: no such memory", i + 1);
        memory_mb[i] = (int64_t)row[MEMORY_MB];
        if (i > 0 && memory_mb[i] <= memory_mb[i - 1])
            return err_set(err, "sizes: row %d: memory must rise", i + 1);
        init[i] = read_init(arena, row, err);
        if (init[i] == NULL)
            return err_context(err, "sizes: row %d", i + 1);
    }
    cell->memory_mb = memory_mb;
    cell->init = init;
    cell->size_count = count;
    return true;
}

static bool read_cell(struct runtime *runtime, struct arena *arena, const cJSON *item,
                      struct err *err)
{
    enum { PACKAGE, ARCH, FIRST_RUN, FIRST_RUN_CPU, SIZES, COUNT };
    struct json_field fields[COUNT] = {
        [PACKAGE] = {"package", JSON_TEXT},
        [ARCH] = {"arch", JSON_TEXT},
        [FIRST_RUN] = {"first_run_ms", JSON_NUMBER},
        [FIRST_RUN_CPU] = {"first_run_cpu_ms", JSON_NUMBER},
        [SIZES] = {"sizes", JSON_ARRAY},
    };
    if (!json_fields(item, fields, COUNT, "cells", err))
        return false;
    int package = index_of(fields[PACKAGE].item, package_names);
    int arch = index_of(fields[ARCH].item, arch_names);
    if (package < 0 || arch < 0)
        return err_set(err, "cells: package is zip or image, arch x86_64 or arm64");

    struct runtime_cell *cell = &runtime->cells[package][arch];
    if (cell->size_count > 0)
        return err_set(err, "cells: %s on %s is given twice", package_names[package],
                       arch_names[arch]);
    cell->first_run_cpu_ns = fields[FIRST_RUN_CPU].item->valuedouble * NS_PER_MS;
    if (cell->first_run_cpu_ns > (double)TIME_MAX)
        return err_set(err, "cells: first_run_cpu_ms is above 36500 days");
    cell->first_run = dist_constant(arena, fields[FIRST_RUN].item->valuedouble * NS_PER_MS, err);
    return cell->first_run != NULL && read_sizes(cell, arena, fields[SIZES].item, err);
}

static bool read_snapstart(struct runtime *runtime, const char *text, struct err *err)
{
    runtime->snapstart_free = strcmp(text, "free") == 0;
    runtime->snapstart = runtime->snapstart_free || strcmp(text, "paid") == 0;
    return runtime->snapstart || strcmp(text, "none") == 0 ||
           err_set(err, "snapstart must be none, free or paid");
}

static bool read_runtime(struct runtime *runtime, struct arena *arena, const cJSON *item,
                         struct err *err)
{
    enum { NAME, MEASURED_AS, SNAPSTART, CELLS, COUNT };
    struct json_field fields[COUNT] = {
        [NAME] = {"name", JSON_TEXT},
        [MEASURED_AS] = {"measured_as", JSON_TEXT},
        [SNAPSTART] = {"snapstart", JSON_TEXT},
        [CELLS] = {"cells", JSON_ARRAY},
    };
    if (!json_fields(item, fields, COUNT, "", err))
        return false;
    if (!json_is_key(fields[NAME].item->valuestring))
        return err_set(err, "name must be like \"nodejs22\"");
    runtime->name = arena_strdup(arena, fields[NAME].item->valuestring);
    if (!read_snapstart(runtime, fields[SNAPSTART].item->valuestring, err))
        return err_context(err, "'%s'", runtime->name);
    for (const cJSON *cell = fields[CELLS].item->child; cell != NULL; cell = cell->next)
        if (!read_cell(runtime, arena, cell, err))
            return err_context(err, "'%s'", runtime->name);
    return true;
}

static struct runtime *runtime_named(const struct catalog *catalog, const char *name)
{
    for (int i = 0; i < catalog->runtime_count; i++)
        if (strcmp(catalog->runtimes[i].name, name) == 0)
            return &catalog->runtimes[i];
    return NULL;
}

static bool read_list(struct catalog *catalog, const cJSON *list, struct err *err)
{
    int count = 0, number = 0;
    if (!catalog_count_entries(list, "runtime", &count, err))
        return false;
    catalog->runtimes = ARENA_ARRAY(catalog->arena, struct runtime, count);
    for (const cJSON *item = list->child; item != NULL; item = item->next) {
        struct runtime *runtime = &catalog->runtimes[number++];
        if (!read_runtime(runtime, catalog->arena, item, err))
            return err_context(err, "runtime number %d", number);
        if (runtime_named(catalog, runtime->name) != NULL)
            return err_set(err, "runtime '%s' is given twice", runtime->name);
        catalog->runtime_count = number;
    }
    return true;
}

static bool read_aliases(struct catalog *catalog, const cJSON *aliases, struct err *err)
{
    int count = 0;
    if (!catalog_count_entries(aliases, "alias", &count, err))
        return false;
    catalog->aliases = ARENA_ARRAY(catalog->arena, struct runtime_alias, count);
    for (const cJSON *item = aliases->child; item != NULL; item = item->next) {
        const struct runtime *runtime =
            cJSON_IsString(item) ? runtime_named(catalog, item->valuestring) : NULL;
        if (runtime == NULL)
            return err_set(err, "alias '%s' is not of a runtime in this file", item->string);
        catalog->aliases[catalog->alias_count++] = (struct runtime_alias){
            .name = arena_strdup(catalog->arena, item->string),
            .runtime = runtime,
        };
    }
    return true;
}

static bool read_restore(struct runtime *runtime, struct arena *arena, const cJSON *item,
                         struct err *err)
{
    enum { P50, P99, UNIT, AS_OF, SOURCE, NOTE, COUNT };
    struct json_field fields[COUNT] = {
        [P50] = {"p50_ms", JSON_NUMBER},  [P99] = {"p99_ms", JSON_NUMBER},
        [UNIT] = {"unit", JSON_TEXT},     [AS_OF] = {"as_of", JSON_DATE},
        [SOURCE] = {"source", JSON_TEXT}, [NOTE] = {"note", JSON_TEXT, .optional = true},
    };
    char what[JSON_KEY_MAX + 16];
    (void)snprintf(what, sizeof(what), "restore '%s'", item->string);
    if (runtime == NULL || !runtime->snapstart || runtime->restore != NULL)
        return err_set(err, "%s: no such runtime with SnapStart, or given twice", what);
    if (!json_fields(item, fields, COUNT, what, err))
        return false;
    runtime->restore = dist_lognormal_p50_p99(arena, fields[P50].item->valuedouble * NS_PER_MS,
                                              fields[P99].item->valuedouble * NS_PER_MS, err);
    return runtime->restore != NULL || err_context(err, "%s", what);
}

static bool read_restores(struct catalog *catalog, const cJSON *restores, struct err *err)
{
    int count = 0;
    if (!catalog_count_entries(restores, "restore", &count, err))
        return false;
    for (const cJSON *item = restores->child; item != NULL; item = item->next)
        if (!read_restore(runtime_named(catalog, item->string), catalog->arena, item, err))
            return false;
    for (int i = 0; i < catalog->runtime_count; i++)
        if (catalog->runtimes[i].snapstart && catalog->runtimes[i].restore == NULL)
            return err_set(err, "runtime '%s' has SnapStart but no restore",
                           catalog->runtimes[i].name);
    return true;
}

static void list_names(struct catalog *catalog)
{
    int count = catalog->runtime_count, more = catalog->alias_count;
    catalog->runtime_names = ARENA_ARRAY(catalog->arena, const char *, count + 1);
    catalog->runtime_words = ARENA_ARRAY(catalog->arena, const char *, count + more + 1);
    for (int i = 0; i < count; i++)
        catalog->runtime_names[i] = catalog->runtime_words[i] = catalog->runtimes[i].name;
    for (int i = 0; i < more; i++)
        catalog->runtime_words[count + i] = catalog->aliases[i].name;
}

bool catalog_read_runtimes(struct catalog *catalog, const cJSON *root, struct err *err)
{
    enum { FORMAT, DATE, AS_OF, SOURCE, NOTE, SIZES, ALIASES, RESTORE, RUNTIMES, COUNT };
    struct json_field fields[COUNT] = {
        [FORMAT] = {"format", JSON_TEXT},      [DATE] = {"date", JSON_DATE},
        [AS_OF] = {"as_of", JSON_DATE},        [SOURCE] = {"source", JSON_TEXT},
        [NOTE] = {"note", JSON_TEXT},          [SIZES] = {"sizes", JSON_ARRAY},
        [ALIASES] = {"aliases", JSON_OBJECT},  [RESTORE] = {"restore", JSON_OBJECT},
        [RUNTIMES] = {"runtimes", JSON_ARRAY},
    };
    if (!json_fields(root, fields, COUNT, "", err) ||
        !catalog_check_format(fields[FORMAT].item, "tepid-runtimes/1", err) ||
        !read_list(catalog, fields[RUNTIMES].item, err) ||
        !read_aliases(catalog, fields[ALIASES].item, err) ||
        !read_restores(catalog, fields[RESTORE].item, err))
        return false;
    list_names(catalog);
    return true;
}

static const struct runtime *find_runtime(const struct catalog *catalog, const char *name)
{
    for (int i = 0; i < catalog->alias_count; i++)
        if (strcmp(catalog->aliases[i].name, name) == 0)
            return catalog->aliases[i].runtime;
    return runtime_named(catalog, name);
}

static bool unknown_runtime(const struct catalog *catalog, const char *name, struct err *err)
{
    (void)err_set(err, "there is no runtime '%.64s'", name);
    const char *nearest = text_nearest(name, catalog->runtime_words);
    if (nearest != NULL)
        return err_help(err, "did you mean '%s'?", nearest);
    struct text list = {0};
    for (int i = 0; i < catalog->runtime_count && list.length < 180; i++)
        text_addf(&list, "%s, ", catalog->runtimes[i].name);
    (void)err_help(err, "runtimes are %s...; or take one and give init", list.data);
    text_free(&list);
    return false;
}

static bool unmeasured_cell(const struct runtime *runtime, int package, int arch, struct err *err)
{
    (void)err_set(err, "runtime '%s' has no measured init as %s on %s", runtime->name,
                  package_names[package], arch_names[arch]);
    struct text list = {0};
    for (int i = 0; i < 4; i++)
        if (runtime->cells[i / 2][i % 2].size_count > 0)
            text_addf(&list, "%s%s on %s", list.length == 0 ? "" : ", ", package_names[i / 2],
                      arch_names[i % 2]);
    (void)err_help(err, "measured are %s", list.data == NULL ? "none" : list.data);
    text_free(&list);
    return false;
}

static int nearest_size(const struct runtime_cell *cell, int64_t memory_mb)
{
    int best = 0;
    for (int i = 1; i < cell->size_count; i++)
        if (llabs(cell->memory_mb[i] - memory_mb) < llabs(cell->memory_mb[best] - memory_mb))
            best = i;
    return best;
}

bool catalog_runtime(const struct catalog *catalog, const char *name, int package, int arch,
                     int64_t memory_mb, struct runtime_row *row, struct err *err)
{
    ASSERT((package == CATALOG_ZIP || package == CATALOG_IMAGE) &&
           (arch == CATALOG_X86_64 || arch == CATALOG_ARM64));
    const struct runtime *runtime = find_runtime(catalog, name);
    if (runtime == NULL)
        return unknown_runtime(catalog, name, err);
    const struct runtime_cell *cell = &runtime->cells[package][arch];
    if (cell->size_count == 0)
        return unmeasured_cell(runtime, package, arch, err);
    *row = (struct runtime_row){
        .name = runtime->name,
        .init = cell->init[nearest_size(cell, memory_mb)],
        .first_run = cell->first_run,
        .first_run_cpu_ns = cell->first_run_cpu_ns,
        .snapstart = runtime->snapstart,
        .snapstart_free = runtime->snapstart_free,
        .restore = runtime->restore,
    };
    return true;
}

const char *const *catalog_runtime_names(const struct catalog *catalog)
{
    return catalog->runtime_names;
}
