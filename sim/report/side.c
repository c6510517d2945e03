/* side.c - see the header. */
#include "report/side.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "core/unit.h"
#include "report/tables.h"

#define NS_PER_S 1e9

/* -- from a result --------------------------------------------------------------------------------------- */

static void take_slos(struct side *side, const struct result *result, struct arena *arena)
{
    struct folder_slo *slos = ARENA_ARRAY(arena, struct folder_slo, result->slo_count + 1);
    for (int i = 0; i < result->slo_count; i++) {
        const struct slo_result *from = &result->slos[i];
        enum metric_dimension dimension = metric_table[from->slo->metric].dimension;
        slos[i] = (struct folder_slo){
            .slo = from->slo->text,
            .unit = metric_unit(dimension),
            .actual = from->has_data ? table_unit(from->actual, dimension) : NAN,
            .limit = table_unit(from->slo->limit, dimension),
            .margin_ratio = from->has_data ? from->margin_ratio : NAN,
            .passed = from->passed,
        };
    }
    side->slos = slos;
    side->slo_count = result->slo_count;
}

static void take_settings(struct side *side, const struct result *result,
                          const struct override *overrides, int override_count, struct arena *arena)
{
    const struct scenario *scenario = result->scenario;
    side->params = ARENA_ARRAY(arena, struct assignment, scenario->param_count + 1);
    side->param_count = scenario->param_count;
    for (int i = 0; i < scenario->param_count; i++)
        side->params[i] = (struct assignment){scenario->params[i].name, scenario->params[i].value};
    side->settings = ARENA_ARRAY(arena, struct assignment, override_count + 1);
    side->setting_count = override_count;
    for (int i = 0; i < override_count; i++) {
        struct text name = {0};
        text_addf(&name, "%s.%s", overrides[i].resource, overrides[i].setting);
        side->settings[i] = (struct assignment){arena_strdup(arena, name.data),
                                                {.kind = VALUE_TEXT, .text = overrides[i].value}};
        text_free(&name);
    }
}

void side_of_result(struct side *side, const char *title, const struct result *result,
                    const struct override *overrides, int override_count, struct arena *arena)
{
    const struct catalog *catalog = result->scenario->catalog;
    *side = (struct side){
        .title = title,
        .scenario = result->scenario,
        .result = result,
        .figures = compare_input_of(result),
        .bill = result->bill.lines,
        .bill_count = result->bill.count,
        .slos_passed = result->slos_passed,
        .duration_s = (double)result->duration / NS_PER_S,
        .warmup_s = (double)result->warmup / NS_PER_S,
        .requests = result->requests,
        .price_list = catalog == NULL ? NULL : catalog_price_list_id(catalog),
        .partial = result->end != RUN_COMPLETE,
    };
    take_slos(side, result, arena);
    take_settings(side, result, overrides, override_count, arena);
}

void side_of_folder(struct side *side, const struct folder_in *folder)
{
    *side = (struct side){
        .title = folder->path,
        .figures = {.rows = folder->rows,
                    .count = folder->row_count,
                    .seed = folder->meta.seed,
                    .reps = folder->meta.reps},
        .bill = folder->bill,
        .bill_count = folder->bill_count,
        .slos = folder->slos,
        .slo_count = folder->slo_count,
        .slos_passed = true,
        .params = folder->meta.params,
        .param_count = folder->meta.param_count,
        .settings = folder->meta.settings,
        .setting_count = folder->meta.setting_count,
        .duration_s = folder->meta.duration_s,
        .warmup_s = folder->meta.warmup_s,
        .requests = folder->meta.requests,
        .price_list = folder->meta.price_list,
        .partial = folder->meta.partial,
    };
    for (int i = 0; i < folder->slo_count; i++)
        side->slos_passed = side->slos_passed && folder->slos[i].passed;
}

/* -- settings -------------------------------------------------------------------------------------------- */

struct lister {
    struct scenario_diff *diff;
    size_t capacity;
    struct setting_change *rows;
    struct arena *arena;
};

static void list_change(struct lister *lister, const char *what, const char *a, const char *b)
{
    if (strcmp(a, b) == 0)
        return;
    lister->rows = mem_grow(lister->rows, (size_t)lister->diff->count, &lister->capacity,
                            sizeof(*lister->rows));
    char sign = a[0] == '\0' ? '+' : b[0] == '\0' ? '-' : '~';
    lister->rows[lister->diff->count++] =
        (struct setting_change){sign, arena_strdup(lister->arena, what),
                                arena_strdup(lister->arena, a), arena_strdup(lister->arena, b)};
}

static const struct assignment *find(const struct assignment *list, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return &list[i];
    return NULL;
}

static const char *words_of(const struct assignment *assignment, struct text *out)
{
    out->length = 0;
    if (assignment != NULL)
        value_show(&assignment->value, out);
    return assignment == NULL || out->data == NULL ? "" : out->data;
}

static void list_assignments(struct lister *lister, const char *prefix, const struct assignment *a,
                             int a_count, const struct assignment *b, int b_count)
{
    struct text what = {0}, left = {0}, right = {0};
    for (int i = 0; i < a_count + b_count; i++) {
        const struct assignment *one = i < a_count ? &a[i] : &b[i - a_count];
        if (i >= a_count && find(a, a_count, one->name) != NULL)
            continue;
        what.length = 0;
        text_addf(&what, "%s%s", prefix, one->name);
        list_change(lister, what.data, words_of(find(a, a_count, one->name), &left),
                    words_of(find(b, b_count, one->name), &right));
    }
    text_free(&what);
    text_free(&left);
    text_free(&right);
}

static void list_span(struct lister *lister, const char *what, double a_s, double b_s)
{
    char a[UNIT_TEXT_MAX], b[UNIT_TEXT_MAX];
    unit_show_span(a, (sim_time)(a_s * NS_PER_S));
    unit_show_span(b, (sim_time)(b_s * NS_PER_S));
    if (a_s != b_s)
        list_change(lister, what, a, b);
}

void side_differences(struct scenario_diff *diff, const struct side *a, const struct side *b,
                      struct arena *arena)
{
    *diff = (struct scenario_diff){0};
    if (a->scenario != NULL && b->scenario != NULL) {
        scenario_diff(diff, a->scenario, b->scenario, arena);
        return;
    }
    struct lister lister = {.diff = diff, .arena = arena};
    list_assignments(&lister, "param ", a->params, a->param_count, b->params, b->param_count);
    list_assignments(&lister, "--set ", a->settings, a->setting_count, b->settings,
                     b->setting_count);
    list_span(&lister, "duration", a->duration_s, b->duration_s);
    list_span(&lister, "warmup", a->warmup_s, b->warmup_s);
    list_change(&lister, "prices", a->price_list == NULL ? "" : a->price_list,
                b->price_list == NULL ? "" : b->price_list);
    diff->changes = ARENA_ARRAY(arena, struct setting_change, diff->count + 1);
    if (diff->count > 0)
        memcpy(diff->changes, lister.rows, sizeof(*lister.rows) * (size_t)diff->count);
    mem_free(lister.rows);
}

/* -- figures --------------------------------------------------------------------------------------------- */

static struct bill_pair *find_pair(struct bill_pair *pairs, int count, const struct bill_line *line)
{
    for (int i = 0; i < count; i++)
        if (strcmp(pairs[i].resource, line->resource) == 0 &&
            strcmp(pairs[i].service, line->service) == 0 &&
            strcmp(pairs[i].line_item, line->line_item) == 0)
            return &pairs[i];
    return NULL;
}

struct bill_pair *side_bills(const struct side *a, const struct side *b, int *count,
                             struct arena *arena)
{
    struct bill_pair *pairs =
        ARENA_ARRAY(arena, struct bill_pair, a->bill_count + b->bill_count + 1);
    *count = 0;
    for (int s = 0; s < 2; s++) {
        const struct side *side = s == 0 ? a : b;
        for (int i = 0; i < side->bill_count; i++) {
            const struct bill_line *line = &side->bill[i];
            struct bill_pair *pair = find_pair(pairs, *count, line);
            if (pair == NULL) {
                pair = &pairs[(*count)++];
                *pair = (struct bill_pair){line->resource, line->service, line->line_item, 0, 0};
            }
            *(s == 0 ? &pair->a_month_usd : &pair->b_month_usd) += line->cost_month_usd;
        }
    }
    return pairs;
}

static const struct folder_slo *find_slo(const struct side *side, const char *text)
{
    for (int i = 0; i < side->slo_count; i++)
        if (strcmp(side->slos[i].slo, text) == 0)
            return &side->slos[i];
    return NULL;
}

struct slo_pair *side_slos(const struct side *a, const struct side *b, int *count,
                           struct arena *arena)
{
    struct slo_pair *pairs = ARENA_ARRAY(arena, struct slo_pair, a->slo_count + b->slo_count + 1);
    *count = 0;
    for (int i = 0; i < a->slo_count; i++)
        pairs[(*count)++] = (struct slo_pair){&a->slos[i], find_slo(b, a->slos[i].slo)};
    for (int i = 0; i < b->slo_count; i++)
        if (find_slo(a, b->slos[i].slo) == NULL)
            pairs[(*count)++] = (struct slo_pair){NULL, &b->slos[i]};
    return pairs;
}
