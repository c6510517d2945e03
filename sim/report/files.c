/* files.c - see the header. */
#include "report/files.h"

#include <unistd.h>

#include "report/folder.h"
#include "report/tables.h"
#include "report/traces.h"

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

static bool add_traces(struct folder *folder, const struct result *result,
                       const struct report_info *info, struct err *err)
{
    bool ok = true;
    for (int i = 0; traces_names[i] != NULL && ok; i++) {
        struct text content = {0};
        if (i == 0)
            traces_write_csv(result, &content);
        else if (i == 1)
            traces_write_chrome(result, &content);
        else
            traces_write_otlp(result, info->version, &content);
        ok = folder_add(folder, traces_names[i], &content, err);
        text_free(&content);
    }
    return ok;
}

/* Traces of an earlier run in this folder would not belong to what is there now. */
static void remove_traces(const char *folder)
{
    struct text path = {0};
    for (int i = 0; traces_names[i] != NULL; i++) {
        path.length = 0;
        text_addf(&path, "%s/%s", folder, traces_names[i]);
        (void)unlink(path.data); /* it is seldom there */
    }
    text_free(&path);
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
    bool traced = result->traces != NULL;
    bool ok = add_tables(&folder, result, err) && add_meta(&folder, result, info, err) &&
              (!traced || add_traces(&folder, result, info, err));
    ok = finish(&folder, ok, err);
    if (ok && !traced)
        remove_traces(path);
    return ok;
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
