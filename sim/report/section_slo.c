/* section_slo.c - the SLOs with their margins, and the words the sections share. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/heading.h"
#include "report/quantity.h"
#include "report/section.h"

#define SLO_ACTUAL_COLUMNS 12
#define SLO_MARGIN_COLUMNS 16

void section_heading(const struct section *section, const char *heading)
{
    page_to(section->page, 2);
    page_put(section->page, PAGE_STRONG, heading);
}

const char *section_node_label(const struct result_node *node)
{
    return strcmp(node->name, "*") == 0 ? "all requests" : node->name;
}

/* Keeps `most` sorted, largest first. */
static void note_requests(double most[SECTION_BUSIEST], double requests)
{
    for (int i = 0; i < SECTION_BUSIEST; i++) {
        if (!(requests > most[i]))
            continue;
        double next = most[i];
        most[i] = requests;
        requests = next;
    }
}

void section_choose(struct section *section)
{
    double most[SECTION_BUSIEST] = {0};
    const struct result *result = section->result;
    section->least_requests = 0;
    if (result->node_count <= SECTION_ROWS_MAX)
        return;
    for (int i = 1; i < result->node_count; i++)
        if (strcmp(result->nodes[i].kind, "traffic") != 0) /* it repeats whom it calls */
            note_requests(most, lookup_value(section->lookup, i, "requests", "sum"));
    section->least_requests = most[SECTION_BUSIEST - 1];
}

bool section_shows(const struct section *section, int node)
{
    if (node <= 0 || section->least_requests == 0)
        return true;
    return lookup_value(section->lookup, node, "requests", "sum") >= section->least_requests;
}

void section_more(const struct section *section, int count, const char *file)
{
    if (count == 0)
        return;
    page_to(section->page, SECTION_MARGIN);
    page_putf(section->page, PAGE_DIM, "... and %d more in %s", count, file);
    page_line(section->page);
}

double section_half_width(const struct section *section, const struct result_row *row)
{
    if (section->result->reps <= 1 || row == NULL || !row->has_ci)
        return NAN;
    return (row->ci_high - row->ci_low) / 2;
}

static int longest_slo(const struct result *result)
{
    int longest = 24;
    for (int i = 0; i < result->slo_count; i++) {
        int columns = (int)text_columns(result->slos[i].slo->text);
        longest = columns > longest ? columns : longest;
    }
    return longest;
}

static void put_slo(const struct section *section, const struct slo_result *slo, int columns)
{
    struct page *page = section->page;
    char actual[UNIT_TEXT_MAX], margin[UNIT_TEXT_MAX];
    enum page_style style = slo->passed ? PAGE_GOOD : PAGE_BAD;
    page_to(page, SECTION_MARGIN);
    page_put(page, style, slo->passed ? "✓ " : "✗ ");
    page_cell(page, PAGE_PLAIN, slo->slo->text, columns);
    page_to(page, page_column(page) + 2);
    if (slo->has_data)
        quantity_show(actual, slo->actual, metric_table[slo->slo->metric].dimension);
    else
        (void)snprintf(actual, sizeof actual, "–");
    page_cell(page, slo->passed ? PAGE_PLAIN : style, actual, SLO_ACTUAL_COLUMNS);
    page_to(page, page_column(page) + 2);
    page_put(page, slo->passed ? PAGE_DIM : style, quantity_show_margin(margin, slo));
    page_line(page);
}

void section_slo(const struct section *section)
{
    const struct result *result = section->result;
    if (result->slo_count == 0)
        return;
    int room =
        section->page->width - SECTION_MARGIN - 2 - SLO_ACTUAL_COLUMNS - SLO_MARGIN_COLUMNS - 4;
    int columns = longest_slo(result);
    section_heading(section, "SLO");
    heading_extent(section->page, result);
    page_line(section->page);
    for (int i = 0; i < result->slo_count; i++)
        put_slo(section, &result->slos[i], columns < room ? columns : room);
    page_line(section->page);
}
