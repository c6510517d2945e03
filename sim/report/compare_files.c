/* compare_files.c - see the header. */
#include "report/compare_files.h"

#include "report/folder.h"
#include "report/rows.h"
#include "report/text_compare.h"

const char *const compare_files_names[] = {"compare.csv", "settings.csv", NULL};

#define COLUMNS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char *basis_name(enum compare_basis basis)
{
    static const char *const names[] = {
        [COMPARE_REPLICATIONS] = "replications",
        [COMPARE_BATCHES] = "batches",
        [COMPARE_UNPAIRED] = "unpaired",
        [COMPARE_NOTHING] = "none",
    };
    return names[basis];
}

/* The figures of a row, without who is compared. */
static void fill_figures(struct rows *rows, const struct difference *row)
{
    rows_text(rows, row->resource);
    rows_text(rows, row->metric);
    rows_text(rows, row->stat);
    rows_text(rows, row->unit);
    rows_number(rows, row->a);
    rows_number(rows, row->b);
    rows_number(rows, row->change);
    rows_number(rows, row->low);
    rows_number(rows, row->high);
    rows_whole(rows, row->significant ? 1 : 0);
    rows_text(rows, basis_name(row->basis));
    rows_whole(rows, (uint64_t)row->n);
}

void compare_write_csv(const struct compared *pairs, int count, struct text *out)
{
    struct rows rows;
    rows_begin_csv(&rows,
                   COLUMNS("a", "b", "resource", "metric", "stat", "unit", "a_value", "b_value",
                           "change", "ci_low", "ci_high", "significant", "basis", "n"),
                   out);
    for (int p = 0; p < count; p++)
        for (int i = 0; i < pairs[p].comparison->count; i++) {
            rows_text(&rows, pairs[p].a->title);
            rows_text(&rows, pairs[p].b->title);
            fill_figures(&rows, &pairs[p].comparison->rows[i]);
        }
    rows_end(&rows);
}

static void fill_change(struct rows *rows, const struct setting_change *change)
{
    char sign[] = {change->sign, '\0'};
    rows_text(rows, sign);
    rows_text(rows, change->what);
    rows_text(rows, change->a);
    rows_text(rows, change->b);
}

void compare_write_settings_csv(const struct compared *pairs, int count, struct text *out)
{
    struct rows rows;
    struct arena *arena = arena_new();
    rows_begin_csv(&rows, COLUMNS("a", "b", "sign", "setting", "a_value", "b_value"), out);
    for (int p = 0; p < count; p++) {
        struct scenario_diff diff;
        side_differences(&diff, pairs[p].a, pairs[p].b, arena);
        for (int i = 0; i < diff.count; i++) {
            rows_text(&rows, pairs[p].a->title);
            rows_text(&rows, pairs[p].b->title);
            fill_change(&rows, &diff.changes[i]);
        }
    }
    rows_end(&rows);
    arena_free(arena);
}

/* -- JSON ------------------------------------------------------------------------------------------------ */

static void add_side(struct json *json, const char *key, const struct side *side)
{
    json_open_object(json, key, JSON_INLINE);
    json_add_text(json, "title", side->title);
    json_add_whole(json, "seed", side->figures.seed);
    json_add_whole(json, "reps", (uint64_t)side->figures.reps);
    json_add_number(json, "duration_s", side->duration_s);
    json_add_number(json, "warmup_s", side->warmup_s);
    json_add_whole(json, "requests", side->requests);
    json_add_text(json, "price_list", side->price_list);
    json_add_bool(json, "slo_passed", side->slos_passed);
    json_close(json);
}

static void add_settings(struct json *json, const struct compared *pair, struct arena *arena)
{
    struct rows rows;
    struct scenario_diff diff;
    side_differences(&diff, pair->a, pair->b, arena);
    rows_begin_json(&rows, COLUMNS("sign", "setting", "a_value", "b_value"), json, "settings");
    for (int i = 0; i < diff.count; i++)
        fill_change(&rows, &diff.changes[i]);
    rows_end(&rows);
}

static void add_results(struct json *json, const struct comparison *comparison)
{
    struct rows rows;
    rows_begin_json(&rows,
                    COLUMNS("resource", "metric", "stat", "unit", "a_value", "b_value", "change",
                            "ci_low", "ci_high", "significant", "basis", "n"),
                    json, "results");
    for (int i = 0; i < comparison->count; i++)
        fill_figures(&rows, &comparison->rows[i]);
    rows_end(&rows);
}

static void add_bills(struct json *json, const struct compared *pair, struct arena *arena)
{
    struct rows rows;
    int count;
    const struct bill_pair *bills = side_bills(pair->a, pair->b, &count, arena);
    rows_begin_json(&rows,
                    COLUMNS("resource", "service", "line_item", "a_month_usd", "b_month_usd"),
                    json, "cost");
    for (int i = 0; i < count; i++) {
        rows_text(&rows, bills[i].resource);
        rows_text(&rows, bills[i].service);
        rows_text(&rows, bills[i].line_item);
        rows_number(&rows, bills[i].a_month_usd);
        rows_number(&rows, bills[i].b_month_usd);
    }
    rows_end(&rows);
}

static void fill_slo(struct rows *rows, const struct folder_slo *slo)
{
    if (slo == NULL) {
        rows_empty(rows);
        rows_empty(rows);
        return;
    }
    rows_number(rows, slo->actual);
    rows_whole(rows, slo->passed ? 1 : 0);
}

static void add_slos(struct json *json, const struct compared *pair, struct arena *arena)
{
    struct rows rows;
    int count;
    const struct slo_pair *slos = side_slos(pair->a, pair->b, &count, arena);
    rows_begin_json(&rows,
                    COLUMNS("slo", "unit", "limit", "a_actual", "a_passed", "b_actual", "b_passed"),
                    json, "slo");
    for (int i = 0; i < count; i++) {
        const struct folder_slo *any = slos[i].a != NULL ? slos[i].a : slos[i].b;
        rows_text(&rows, any->slo);
        rows_text(&rows, any->unit);
        rows_number(&rows, any->limit);
        fill_slo(&rows, slos[i].a);
        fill_slo(&rows, slos[i].b);
    }
    rows_end(&rows);
}

static void add_pair(struct json *json, const struct compared *pair)
{
    struct text verdict = {0};
    struct arena *arena = arena_new();
    json_open_object(json, NULL, JSON_LINES);
    add_side(json, "a", pair->a);
    add_side(json, "b", pair->b);
    compare_verdict(pair->comparison, &verdict);
    json_add_text(json, "verdict", verdict.data);
    json_add_bool(json, "identical", pair->comparison->identical);
    add_settings(json, pair, arena);
    add_results(json, pair->comparison);
    add_bills(json, pair, arena);
    add_slos(json, pair, arena);
    json_close(json);
    arena_free(arena);
    text_free(&verdict);
}

void compare_write_json(const struct compared *pairs, int count, struct text *out)
{
    struct json json;
    json_begin(&json, out);
    if (count == 1) {
        add_pair(&json, &pairs[0]);
    } else {
        json_open_object(&json, NULL, JSON_LINES);
        json_open_array(&json, "comparisons", JSON_LINES);
        for (int i = 0; i < count; i++)
            add_pair(&json, &pairs[i]);
        json_close(&json);
        json_close(&json);
    }
    json_end(&json);
}

bool compare_files_write(const char *folder, const struct compared *pairs, int count,
                         struct err *err)
{
    struct text figures = {0}, settings = {0};
    struct folder out;
    folder_begin(&out, folder);
    compare_write_csv(pairs, count, &figures);
    compare_write_settings_csv(pairs, count, &settings);
    bool ok = folder_add(&out, compare_files_names[0], &figures, err) &&
              folder_add(&out, compare_files_names[1], &settings, err) &&
              folder_commit(&out, err);
    if (!ok)
        folder_abandon(&out);
    text_free(&figures);
    text_free(&settings);
    return ok;
}
