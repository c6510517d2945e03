/* theory_out.c - see the header. */
#include "report/theory_out.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "report/lookup.h"
#include "report/quantity.h"

#define MARGIN     4
#define METRIC     20 /* columns of "idle_instances mean" and a blank */
#define EXACT      9
#define SIMULATED  11
#define CHANGE     8
#define ASIDES_MAX 4
#define NAMES_MAX  6 /* of resources of which the same is to be said */

/* What rows leave out stands once, below; the rows have its number. */
struct asides {
    const char *texts[ASIDES_MAX];
    int count;
};
static const char *const marks[ASIDES_MAX] = {"¹", "²", "³", "⁴"};

static const char *mark_of(struct asides *asides, const char *text)
{
    int i = 0;
    if (text == NULL)
        return "";
    while (i < asides->count && strcmp(asides->texts[i], text) != 0)
        i++;
    if (i == ASIDES_MAX)
        return "";
    if (i == asides->count)
        asides->texts[asides->count++] = text;
    return marks[i];
}

static const struct result_row *simulated(const struct lookup *lookup, const struct theory_row *row)
{
    return lookup == NULL
               ? NULL
               : lookup_row(lookup, lookup_node(lookup, row->resource), row->metric, row->stat);
}

static char *show(char buf[UNIT_TEXT_MAX], const struct theory_row *row, double value)
{
    enum metric_dimension dimension = metric_table[metric_find(row->metric)].dimension;
    return quantity_show(buf, dimension == DIM_TIME ? value * 1e6 : value, dimension);
}

static const char *label(const char *resource)
{
    return strcmp(resource, "*") == 0 ? "in all" : resource;
}

static int name_columns(const struct theory *theory, int width)
{
    int columns = 8, most = width / 4;
    for (int i = 0; i < theory->row_count; i++) {
        int own = (int)text_columns(theory->rows[i].resource);
        columns = own > columns ? own : columns;
    }
    return (columns > most ? most : columns) + 2;
}

static void put_row(struct page *page, const struct theory_row *row, bool first, int names,
                    const struct lookup *lookup, struct asides *asides)
{
    char buf[UNIT_TEXT_MAX], metric[64];
    const struct result_row *found = simulated(lookup, row);
    int column = MARGIN + names;
    page_to(page, MARGIN);
    if (first)
        page_cell(page, PAGE_STRONG, label(row->resource), names - 1);
    page_to(page, column);
    (void)snprintf(metric, sizeof metric, "%s %s", row->metric, row->stat);
    page_cell(page, PAGE_PLAIN, metric, METRIC - 1);
    page_until(page, PAGE_PLAIN, show(buf, row, row->value), column += METRIC + EXACT);
    if (lookup != NULL) {
        page_until(page, PAGE_PLAIN, found == NULL ? "–" : show(buf, row, found->value),
                   column += SIMULATED);
        page_until(page, PAGE_DIM,
                   found == NULL ? "–" : quantity_show_change(buf, row->value, found->value),
                   column += CHANGE);
    }
    page_to(page, column + 2);
    page_putf(page, PAGE_DIM, "%s%s", row->law, mark_of(asides, row->aside));
    page_line(page);
}

static void put_asides(struct page *page, const struct asides *asides)
{
    for (int i = 0; i < asides->count; i++) {
        page_to(page, MARGIN);
        page_putf(page, PAGE_DIM, "%s %s", marks[i], asides->texts[i]);
        page_line(page);
    }
}

static bool same_gap(const struct theory_gap *a, const struct theory_gap *b)
{
    return strcmp(a->about, b->about) == 0 && strcmp(a->why, b->why) == 0;
}

/* Who has the same gap as the i-th; nothing if an earlier one has told it. */
static void add_names(const struct theory *theory, int i, struct text *out)
{
    int names = 0;
    for (int k = 0; k < theory->gap_count; k++) {
        if (!same_gap(&theory->gaps[k], &theory->gaps[i]))
            continue;
        if (k < i)
            return;
        if (names < NAMES_MAX)
            text_addf(out, "%s%s", names > 0 ? ", " : "", label(theory->gaps[k].resource));
        names++;
    }
    if (names > NAMES_MAX)
        text_addf(out, " and %d more", names - NAMES_MAX);
}

static void put_gaps(struct page *page, const struct theory *theory)
{
    for (int i = 0; i < theory->gap_count; i++) {
        const struct theory_gap *gap = &theory->gaps[i];
        struct text text = {0};
        add_names(theory, i, &text);
        if (text.length > 0) {
            page_to(page, MARGIN);
            page_wrap(page, PAGE_PLAIN, text.data, MARGIN + 4);
            text.length = 0;
            text_addf(&text, ", %s: %s", gap->about, gap->why);
            page_wrap(page, PAGE_DIM, text.data, MARGIN + 4);
            page_line(page);
        }
        text_free(&text);
    }
}

void theory_put(struct page *page, const struct theory *theory, const struct result *result)
{
    struct lookup *lookup = result == NULL ? NULL : lookup_new(result);
    struct asides asides = {.count = 0};
    int names = name_columns(theory, page->width), column = MARGIN + names + METRIC + EXACT;
    page_to(page, 2);
    page_put(page, PAGE_STRONG, "THEORY");
    if (theory->row_count > 0 && result != NULL) {
        page_until(page, PAGE_DIM, "exact", column);
        page_until(page, PAGE_DIM, "simulated", column + SIMULATED);
    }
    page_line(page);
    for (int i = 0; i < theory->row_count; i++) {
        const struct theory_row *row = &theory->rows[i];
        bool first = i == 0 || strcmp(row->resource, theory->rows[i - 1].resource) != 0;
        put_row(page, row, first, names, lookup, &asides);
    }
    put_asides(page, &asides);
    if (theory->gap_count > 0) {
        page_to(page, MARGIN);
        page_put(page, PAGE_DIM, "no closed form for");
        page_line(page);
        put_gaps(page, theory);
    }
    page_line(page);
    lookup_free(lookup);
}

void theory_add_json(struct json *json, const struct theory *theory, const struct result *result)
{
    struct lookup *lookup = result == NULL ? NULL : lookup_new(result);
    json_open_array(json, "theory", JSON_LINES);
    for (int i = 0; i < theory->row_count; i++) {
        const struct theory_row *row = &theory->rows[i];
        const struct result_row *found = simulated(lookup, row);
        json_open_object(json, NULL, JSON_INLINE);
        json_add_text(json, "resource", row->resource);
        json_add_text(json, "metric", row->metric);
        json_add_text(json, "stat", row->stat);
        json_add_text(json, "unit", row->unit);
        json_add_number(json, "theory", row->value);
        json_add_number(json, "simulated", found == NULL ? NAN : found->value);
        json_add_number(json, "ci_low", found != NULL && found->has_ci ? found->ci_low : NAN);
        json_add_number(json, "ci_high", found != NULL && found->has_ci ? found->ci_high : NAN);
        json_add_text(json, "law", row->law);
        json_add_text(json, "aside", row->aside);
        json_close(json);
    }
    json_close(json);
    json_open_array(json, "theory_gaps", JSON_LINES);
    for (int i = 0; i < theory->gap_count; i++) {
        json_open_object(json, NULL, JSON_INLINE);
        json_add_text(json, "resource", theory->gaps[i].resource);
        json_add_text(json, "about", theory->gaps[i].about);
        json_add_text(json, "why", theory->gaps[i].why);
        json_close(json);
    }
    json_close(json);
    lookup_free(lookup);
}
