/* section_latency.c - the latency table: entry points, and behind each of them who it calls.
 *
 * A reader asks first what a user waits for, then which part of it is whose. So rows start at the routes
 * and descend along the edges; every node stands at the first place it is reached from. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "report/quantity.h"
#include "report/section.h"

#define INDENT_MAX   12
#define FEW_SAMPLES  1000 /* below this a tail percentile says little: the count is shown */
#define SECONDS_FROM 1e6  /* ms; longer times turn the table's unit into seconds */

static const char *const percentiles[] = {"p50", "p90", "p95", "p99", "p99.9", "max"};

struct table {
    const struct section *section;
    bool *shown; /* by node */
    int rows, left_out;
    double ms_per_unit;
};

static double value_ms(const struct table *table, int node, const char *stat)
{
    return lookup_value(table->section->lookup, node, "latency", stat);
}

static bool has_latency(const struct table *table, int node)
{
    return lookup_row(table->section->lookup, node, "latency", "p50") != NULL;
}

static bool is_kind(const struct section *section, int node, const char *kind)
{
    return strcmp(section->result->nodes[node].kind, kind) == 0;
}

/* Text after the numbers, or below them where the page is too narrow. */
static void put_note(const struct section *section, const char *note, int indent)
{
    struct page *page = section->page;
    if (note[0] == '\0')
        return;
    if (page_column(page) + 2 + (int)text_columns(note) > page->width) {
        page_line(page);
        page_to(page, SECTION_MARGIN + indent + 2);
    } else {
        page_to(page, page_column(page) + 2);
    }
    page_put(page, PAGE_DIM, note);
}

static void put_cold_note(const struct table *table, int node, int indent)
{
    const struct lookup *lookup = table->section->lookup;
    if (is_kind(table->section, node, "application"))
        return; /* its functions say it */
    double cold = lookup_value(lookup, node, "cold_starts", "sum");
    double share = lookup_value(lookup, node, "cold", "mean");
    double refused = lookup_value(lookup, node, "throttle_count", "sum");
    double begun = lookup_value(lookup, node, "requests", "sum") - (refused > 0 ? refused : 0);
    if (!(cold > 0) || !(begun > 0) || !isfinite(share))
        return;
    char count[UNIT_TEXT_MAX], of[UNIT_TEXT_MAX], percent[UNIT_TEXT_MAX], note[160];
    (void)snprintf(note, sizeof note, "cold %s of %s (%s)", unit_show_count(count, cold),
                   unit_show_count(of, begun), unit_show_share(percent, share));
    put_note(table->section, note, indent);
}

static double row_of(const struct table *table, int node, const char *metric, const char *stat)
{
    double value = lookup_value(table->section->lookup, node, metric, stat);
    return isfinite(value) ? value : 0;
}

static void add_count(struct text *note, double count, const char *what)
{
    char number[UNIT_TEXT_MAX];
    if (count > 0)
        text_addf(note, "%s%s %s", note->length > 0 ? ", " : "", unit_show_count(number, count),
                  what);
}

/* Calls that failed here, and how; what a caller sees of it stands at the caller. */
static void put_trouble_note(const struct table *table, int node, int indent)
{
    double errors = row_of(table, node, "error_count", "sum");
    char share[UNIT_TEXT_MAX];
    struct text kinds = {0}, note = {0};
    if (!(errors > 0))
        return;
    add_count(&kinds, row_of(table, node, "throttle_count", "sum"), "throttled");
    add_count(&kinds, row_of(table, node, "timeout_count", "sum"), "timed out");
    text_addf(&note, "errors %s", unit_show_share(share, row_of(table, node, "errors", "mean")));
    if (kinds.length > 0)
        text_addf(&note, " (%s)", kinds.data);
    put_note(table->section, note.data, indent);
    text_free(&kinds);
    text_free(&note);
}

/* Of what holds messages: how many waited, how long the first receive took, and what became of the rest. */
static void put_backlog_note(const struct table *table, int node, int indent)
{
    double depth = row_of(table, node, "depth", "max"), age = row_of(table, node, "age", "max");
    char time[UNIT_TEXT_MAX];
    struct text note = {0};
    add_count(&note, depth, "waiting at most");
    if (age > 0)
        text_addf(&note, "%sage up to %s", note.length > 0 ? ", " : "",
                  unit_show_time(time, age * 1e6));
    add_count(&note, row_of(table, node, "dead_letters", "sum"), "dead letters");
    add_count(&note, row_of(table, node, "duplicates", "sum"), "duplicates");
    add_count(&note, row_of(table, node, "expired", "sum"), "expired");
    if (note.length > 0)
        put_note(table->section, note.data, indent);
    text_free(&note);
}

/* Of functions with provisioned capacity: what it did not take. Such a call need not be cold. */
static void put_spill_note(const struct table *table, int node, int indent)
{
    double share = lookup_value(table->section->lookup, node, "spill", "mean");
    if (is_kind(table->section, node, "application") || !isfinite(share))
        return;
    char percent[UNIT_TEXT_MAX], note[80];
    (void)snprintf(note, sizeof note, "spill %s", unit_show_share(percent, share));
    put_note(table->section, note, indent);
}

static void put_sample_note(const struct table *table, int node, int indent)
{
    uint64_t count = lookup_samples(table->section->lookup, node);
    char note[40];
    if (count == 0 || count >= FEW_SAMPLES)
        return;
    (void)snprintf(note, sizeof note, "n = %u", (unsigned)count);
    put_note(table->section, note, indent);
}

/* With replications: how sure p50 and p99 are. */
static void put_half_widths(const struct table *table, int node, int indent)
{
    const struct section *section = table->section;
    bool any = false;
    for (size_t i = 0; i < COUNTOF(percentiles); i++) {
        bool wanted = strcmp(percentiles[i], "p50") == 0 || strcmp(percentiles[i], "p99") == 0;
        double half = section_half_width(
            section, lookup_row(section->lookup, node, "latency", percentiles[i]));
        if (!wanted || !isfinite(half))
            continue;
        if (!any) {
            page_line(section->page);
            page_to(section->page, SECTION_MARGIN + indent + 2);
            page_put(section->page, PAGE_DIM, "95% interval");
        }
        any = true;
        char number[UNIT_TEXT_MAX], text[UNIT_TEXT_MAX + 4];
        quantity_show_column(number, half / table->ms_per_unit);
        (void)snprintf(text, sizeof text, "±%s", number);
        page_until(section->page, PAGE_DIM, text, SECTION_NUMBERS + SECTION_COLUMN * ((int)i + 1));
    }
}

static void put_row(struct table *table, int node, const char *label, int indent)
{
    struct page *page = table->section->page;
    table->shown[node] = true;
    bool latency = has_latency(table, node);
    if (!latency && !(row_of(table, node, "depth", "max") > 0))
        return;
    if (!section_shows(table->section, node) || table->rows++ >= SECTION_ROWS_MAX) {
        table->left_out++;
        return;
    }
    page_to(page, SECTION_MARGIN + indent);
    page_cell(page, PAGE_PLAIN, label, SECTION_NUMBERS - SECTION_MARGIN - indent);
    for (size_t i = 0; latency && i < COUNTOF(percentiles); i++) {
        char number[UNIT_TEXT_MAX];
        quantity_show_column(number, value_ms(table, node, percentiles[i]) / table->ms_per_unit);
        page_until(page, PAGE_PLAIN, number, SECTION_NUMBERS + SECTION_COLUMN * ((int)i + 1));
    }
    put_sample_note(table, node, indent);
    put_cold_note(table, node, indent);
    put_spill_note(table, node, indent);
    put_trouble_note(table, node, indent);
    put_backlog_note(table, node, indent);
    put_half_widths(table, node, indent);
    page_line(page);
}

/* A full table is not searched for callees any more: an imported trace has 10 000 functions. */
static bool is_full(const struct table *table)
{
    return table->rows >= SECTION_ROWS_MAX;
}

/* Everyone whom `name` calls and who was not shown yet, and behind them whom they call. */
static void put_callees(struct table *table, const char *name, int indent)
{
    const struct result *result = table->section->result;
    for (int i = 0; i < result->edge_count && indent <= INDENT_MAX && !is_full(table); i++) {
        if (strcmp(result->edges[i].from, name) != 0)
            continue;
        int node = lookup_node(table->section->lookup, result->edges[i].to);
        if (node < 0 || table->shown[node] || !section_shows(table->section, node))
            continue;
        put_row(table, node, result->nodes[node].name, indent);
        put_callees(table, result->nodes[node].name, indent + 2);
    }
}

/* "web GET /x" without the "web ". */
static const char *route_part(const char *route, const char *gateway)
{
    size_t length = strlen(gateway);
    return strncmp(route, gateway, length) == 0 && route[length] == ' ' ? route + length + 1
                                                                        : route;
}

/* A gateway of one route is that route; one of several is a row of its own above them. */
static void put_gateway(struct table *table, int gateway)
{
    const struct result *result = table->section->result;
    const char *name = result->nodes[gateway].name;
    bool alone = lookup_route_count(table->section->lookup, gateway) == 1;
    int indent = alone ? 0 : 2;
    if (!alone)
        put_row(table, gateway, name, 0);
    table->shown[gateway] = true;
    for (int i = 0; i < result->node_count; i++) {
        if (result->nodes[i].parent != gateway)
            continue;
        const char *part = route_part(result->nodes[i].name, name);
        char label[256];
        (void)snprintf(label, sizeof label, "%s%s%s", alone ? name : "", alone ? "  " : "", part);
        put_row(table, i, label, indent);
        put_callees(table, result->nodes[i].name, indent + 2);
    }
    put_callees(table, name, 2);
}

/* True if an edge from `name` is one of `source`'s, or of any traffic's for a source below 0. */
static bool leaves(const struct table *table, const char *name, int source)
{
    if (source >= 0)
        return strcmp(name, table->section->result->nodes[source].name) == 0;
    int from = lookup_node(table->section->lookup, name);
    return from >= 0 && is_kind(table->section, from, "traffic");
}

/* Whom `source` sends requests to, if that is one node; else -1. A `source` below 0: all traffic. */
static int only_target(const struct table *table, int source)
{
    const struct result *result = table->section->result;
    int target = -1;
    for (int i = 0; i < result->edge_count; i++) {
        if (!leaves(table, result->edges[i].from, source))
            continue;
        if (target >= 0)
            return -1;
        target = lookup_node(table->section->lookup, result->edges[i].to);
    }
    return target;
}

/* Who waits says nothing new when all its requests go one way and none is retried. */
static bool row_adds(const struct table *table, int node, int target)
{
    for (size_t i = 0; i < COUNTOF(percentiles) && target >= 0; i++) {
        double all = value_ms(table, node, percentiles[i]);
        double one = value_ms(table, target, percentiles[i]);
        if (!(fabs(all - one) <= 0.001 * fabs(one)))
            return true;
    }
    return target < 0;
}

/* A single traffic source is the application; one of several may be the node it calls. */
static void put_sources(struct table *table)
{
    const struct result *result = table->section->result;
    int count = 0;
    for (int i = 0; i < result->node_count; i++)
        count += is_kind(table->section, i, "traffic");
    for (int i = 0; i < result->node_count; i++) {
        if (!is_kind(table->section, i, "traffic"))
            continue;
        table->shown[i] = true;
        /* Among too many only the shown ones are looked at: most of them repeat their target. */
        if (count > 1 && section_shows(table->section, i) &&
            row_adds(table, i, only_target(table, i)))
            put_row(table, i, result->nodes[i].name, 2);
    }
}

static void put_rows(struct table *table)
{
    const struct result *result = table->section->result;
    int application = lookup_node(table->section->lookup, "*");
    if (application >= 0) {
        if (row_adds(table, application, only_target(table, -1)))
            put_row(table, application, section_node_label(&result->nodes[application]), 0);
        table->shown[application] = true;
    }
    put_sources(table);
    for (int i = 0; i < result->node_count; i++)
        if (lookup_route_count(table->section->lookup, i) > 0)
            put_gateway(table, i);
    for (int i = 0; i < result->node_count; i++) {
        if (table->shown[i])
            continue;
        put_row(table, i, result->nodes[i].name, 0);
        put_callees(table, result->nodes[i].name, 2);
    }
}

static double longest_ms(const struct section *section)
{
    double longest = 0;
    for (int i = 0; i < section->result->node_count; i++) {
        double max = lookup_value(section->lookup, i, "latency", "max");
        longest = max > longest ? max : longest;
    }
    return longest;
}

void section_latency(const struct section *section)
{
    struct page *page = section->page;
    double longest = longest_ms(section);
    if (!(longest > 0))
        return;
    struct arena *arena = arena_new();
    struct table table = {
        .section = section,
        .shown = ARENA_ARRAY(arena, bool, section->result->node_count),
        .ms_per_unit = longest >= SECONDS_FROM ? 1000 : 1,
    };
    section_heading(section, longest >= SECONDS_FROM ? "LATENCY s" : "LATENCY ms");
    for (size_t i = 0; i < COUNTOF(percentiles); i++)
        page_until(page, PAGE_DIM, percentiles[i], SECTION_NUMBERS + SECTION_COLUMN * ((int)i + 1));
    page_line(page);
    put_rows(&table);
    section_more(section, table.left_out, "summary.csv");
    page_line(page);
    arena_free(arena);
}
