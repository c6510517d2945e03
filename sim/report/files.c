/* files.c - see the header. */
#include "report/files.h"

#include "report/folder.h"
#include "report/tables.h"

const char *const files_names[] = {
    "summary.csv",  "timeseries.csv", "latency.csv", "cost.csv", "slo.csv",
    "insights.csv", "edges.csv",      "meta.json",   NULL,
};

static bool add_tables(struct folder *folder, const struct result *result, struct err *err)
{
    bool ok = true;
    struct text content = {0};
    for (const struct table *table = report_tables; table->file != NULL && ok; table++) {
        content.length = 0;
        table_write_csv(table, result, &content);
        ok = folder_add(folder, table->file, &content, err);
    }
    text_free(&content);
    return ok;
}

static bool add_meta(struct folder *folder, const struct result *result,
                     const struct report_info *info, struct err *err)
{
    struct text content = {0};
    json_write_meta(result, info, &content);
    bool ok = folder_add(folder, "meta.json", &content, err);
    text_free(&content);
    return ok;
}

/* Either everything added gets its name, or nothing is left behind. */
static bool finish(struct folder *folder, bool ok, struct err *err)
{
    ok = ok && folder_commit(folder, err);
    if (!ok)
        folder_abandon(folder);
    return ok;
}

bool files_write_run(const char *path, const struct result *result, const struct report_info *info,
                     struct err *err)
{
    struct folder folder;
    folder_begin(&folder, path);
    bool ok = add_tables(&folder, result, err) && add_meta(&folder, result, info, err);
    return finish(&folder, ok, err);
}

bool files_write_variants(const char *path, struct result *const *results, int count,
                          struct err *err)
{
    struct folder folder;
    struct text content = {0};
    folder_begin(&folder, path);
    table_write_variants(results, count, &content);
    bool ok = folder_add(&folder, "variants.csv", &content, err);
    text_free(&content);
    return finish(&folder, ok, err);
}
