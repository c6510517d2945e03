/* text_variants.c - several variants side by side: a row each, cost against the first. */
#include <math.h>
#include <string.h>

#include "report/heading.h"
#include "report/quantity.h"
#include "report/section.h"
#include "report/section.h"
#include "report/text.h"
#include "report/theory_out.h"
#include "report/variant_slos.h"

/* Columns that no variant has data for are left out. */
enum { FIGURE_P50, FIGURE_P99, FIGURE_ERRORS, FIGURE_COLD, FIGURE_AGE, FIGURE_DEAD, FIGURES };

struct figures {
    double value[FIGURES];
    double month_usd;
};

static const struct {
    const char *heading, *metric, *stat;
    enum metric_dimension dimension;
    double to_base; /* from the unit of summary.csv */
    bool largest;   /* over all resources, not the application's */
} figure_columns[FIGURES] = {
    [FIGURE_P50] = {"p50", "latency", "p50", DIM_TIME, 1e6, false},
    [FIGURE_P99] = {"p99", "latency", "p99", DIM_TIME, 1e6, false},
    [FIGURE_ERRORS] = {"errors", "errors", "mean", DIM_RATIO, 1, false},
    [FIGURE_COLD] = {"cold", "cold", "mean", DIM_RATIO, 1, false},
    [FIGURE_AGE] = {"age max", "age", "max", DIM_TIME, 1e6, true},
    [FIGURE_DEAD] = {"dead", "dead_letters", "sum", DIM_COUNT, 1, true},
};

static double largest_value(const struct lookup *lookup, const struct result *result,
                            const char *metric, const char *stat)
{
    double largest = NAN;
    for (int i = 0; i < result->node_count; i++) {
        double value = lookup_value(lookup, i, metric, stat);
        if (isfinite(value) && !(value <= largest))
            largest = value;
    }
    return largest;
}

static struct figures figures_of(const struct result *result)
{
    struct figures figures = {.month_usd = result->bill.cost_month_usd};
    struct lookup *lookup = lookup_new(result);
    int all = lookup_node(lookup, "*");
    for (int i = 0; i < FIGURES; i++) {
        const char *metric = figure_columns[i].metric, *stat = figure_columns[i].stat;
        double value = figure_columns[i].largest ? largest_value(lookup, result, metric, stat)
                                                 : lookup_value(lookup, all, metric, stat);
        figures.value[i] = value * figure_columns[i].to_base;
    }
    lookup_free(lookup);
    return figures;
}

/* The width of each column, 0 where no variant has a figure. */
struct layout {
    int name, figure[FIGURES];
};

static struct layout lay_out(const struct figures *figures, struct result *const *results,
                             int count)
{
    struct layout layout = {.name = 8};
    for (int v = 0; v < count; v++) {
        const char *name = results[v]->variant;
        int columns = name == NULL ? 0 : (int)text_columns(name);
        layout.name = columns > layout.name ? columns : layout.name;
        for (int i = 0; i < FIGURES; i++)
            if (isfinite(figures[v].value[i]))
                layout.figure[i] = 9;
    }
    layout.name = layout.name > 24 ? 24 : layout.name;
    return layout;
}

static void put_variant_heading(struct page *page, const struct layout *layout)
{
    int column = 2 + layout->name;
    page_to(page, 2);
    page_put(page, PAGE_DIM, "variant");
    for (int i = 0; i < FIGURES; i++)
        if (layout->figure[i] > 0)
            page_until(page, PAGE_DIM, figure_columns[i].heading, column += layout->figure[i]);
    page_until(page, PAGE_DIM, "$/month", column += 12);
    page_until(page, PAGE_DIM, "change", column += 9);
    page_to(page, column + 3);
    page_put(page, PAGE_DIM, "SLO");
    page_line(page);
}

/* "cost < $250/month" is named by what stands before the comparison. */
static void add_missed(struct text *missed, const char *slo)
{
    size_t length = strcspn(slo, "<>");
    while (length > 0 && slo[length - 1] == ' ')
        length--;
    text_add(missed, missed->length > 0 ? ", " : "");
    text_add_bytes(missed, slo, length);
}

/* "2/4 ✗  to-label.age.max, cost". */
static void put_variant_slos(struct page *page, const struct result *result)
{
    int met = 0, column = page_column(page);
    struct text missed = {0};
    for (int i = 0; i < result->slo_count; i++) {
        met += result->slos[i].passed;
        if (!result->slos[i].passed)
            add_missed(&missed, result->slos[i].slo->text);
    }
    if (result->slo_count > 0)
        page_putf(page, result->slos_passed ? PAGE_GOOD : PAGE_BAD, "%d/%d %s", met,
                  result->slo_count, result->slos_passed ? "✓" : "✗");
    else
        page_put(page, PAGE_DIM, "–");
    if (missed.length > 0) {
        if (page_column(page) + 2 + (int)text_columns(missed.data) > page->width) {
            page_line(page);
            column = 2 * SECTION_MARGIN;
            page_to(page, column);
        } else {
            page_to(page, page_column(page) + 2);
        }
        page_wrap(page, PAGE_BAD, missed.data, column);
    }
    text_free(&missed);
}

static void put_variant(struct page *page, const struct layout *layout, const struct result *result,
                        const struct figures *figures, const struct figures *first)
{
    char buf[UNIT_TEXT_MAX];
    int column = 2 + layout->name;
    page_to(page, 2);
    page_cell(page, PAGE_PLAIN, result->variant == NULL ? "(as it is)" : result->variant,
              layout->name);
    for (int i = 0; i < FIGURES; i++) {
        if (layout->figure[i] == 0)
            continue;
        const char *text = isfinite(figures->value[i])
                               ? quantity_show(buf, figures->value[i], figure_columns[i].dimension)
                               : "–";
        page_until(page, PAGE_PLAIN, text, column += layout->figure[i]);
    }
    page_until(page, PAGE_PLAIN, unit_show_money(buf, figures->month_usd), column += 12);
    const char *change =
        figures == first ? "–" : quantity_show_change(buf, first->month_usd, figures->month_usd);
    page_until(page, PAGE_DIM, change, column += 9);
    page_to(page, column + 3);
    put_variant_slos(page, result);
    page_line(page);
}

static void put_variant_ends(struct page *page, struct result *const *results, int count)
{
    for (int v = 0; v < count; v++)
        if (results[v]->end != RUN_COMPLETE) {
            page_to(page, 2);
            page_put(page, PAGE_PLAIN, results[v]->variant == NULL ? "" : results[v]->variant);
            heading_partial(page, results[v]);
        }
}

/* The conditions of the first variant, the work of all. */
static void put_totals(struct page *page, struct result *const *results, int count)
{
    uint64_t requests = 0;
    double started_s = results[0]->started_s, ended_s = results[0]->ended_s;
    for (int v = 0; v < count; v++) {
        requests += results[v]->requests;
        started_s = fmin(started_s, results[v]->started_s);
        ended_s = fmax(ended_s, results[v]->ended_s);
    }
    heading_conditions(page, results[0], requests, ended_s - started_s);
}

static void put_folders(struct page *page, const char *const *folders, int count)
{
    for (int v = 0; v < count && folders != NULL; v++) {
        page_to(page, 2);
        page_putf(page, PAGE_PLAIN, "%s/", folders[v]);
        page_line(page);
    }
}

static void put_theory(struct page *page, const struct result *result)
{
    struct theory *theory = theory_make(result->scenario);
    heading_title(page, result->scenario, result->variant);
    theory_put(page, theory, result);
    theory_free(theory);
}

void text_write_variants(struct result *const *results, int count,
                         const struct text_options *options, struct text *out)
{
    struct page page;
    struct arena *arena = arena_new();
    struct figures *figures = ARENA_ARRAY(arena, struct figures, count);
    for (int v = 0; v < count; v++)
        figures[v] = figures_of(results[v]);
    struct layout layout = lay_out(figures, results, count);

    page_begin(&page, out, options->width, options->colour);
    heading_title(&page, results[0]->scenario, NULL);
    put_totals(&page, results, count);
    page_line(&page);
    put_variant_heading(&page, &layout);
    for (int v = 0; v < count; v++)
        put_variant(&page, &layout, results[v], &figures[v], &figures[0]);
    page_line(&page);
    variant_slos_put(&page, results, count);
    section_insights_of_variants(&page, results, count);
    put_variant_ends(&page, results, count);
    for (int v = 0; v < count && options->theory; v++)
        put_theory(&page, results[v]);
    put_folders(&page, options->folders, count);
    if (options->folder != NULL)
        heading_folder(&page, options->folder, (const char *const[]){"variants.csv", NULL});
    arena_free(arena);
}
