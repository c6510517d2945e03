/* brief_html_tables.c - the tables of the page; see brief_html.h. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "chart/xml.h"
#include "report/brief_html.h"
#include "report/csv.h"
#include "report/quantity.h"

/* -- cells --------------------------------------------------------------------------------------------------- */

static void add_header_cell(struct text *out, const char *scope, const char *text, bool number)
{
    text_addf(out, "<th scope=\"%s\"%s>", scope, number ? " class=\"n\"" : "");
    xml_add(out, text);
    text_add(out, "</th>");
}

/* A figure: as people read it, with its full digits beside. */
static void add_data(struct text *out, double value, const char *unit)
{
    char shown[UNIT_TEXT_MAX];
    brief_show(shown, value, unit);
    if (!isfinite(value)) {
        text_add(out, shown);
        return;
    }
    text_add(out, "<data value=\"");
    csv_add_exact(out, value);
    text_add(out, "\">");
    xml_add(out, shown);
    text_add(out, "</data>");
}

static void add_number_cell(struct text *out, double value, const char *unit)
{
    text_add(out, "<td class=\"n\">");
    add_data(out, value, unit);
    text_add(out, "</td>");
}

static void add_text_cell(struct text *out, const char *text)
{
    text_add(out, "<td>");
    xml_add(out, text);
    text_add(out, "</td>");
}

static void begin_section(struct text *out, const char *id, const char *heading)
{
    text_addf(out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n", id, id, heading);
}

static void begin_table(struct text *out, const char *caption)
{
    text_add(out, "<div class=\"scroll\">\n<table>\n");
    if (caption != NULL) {
        text_add(out, "<caption>");
        xml_add(out, caption);
        text_add(out, "</caption>\n");
    }
}

/* The head of a table that has a column for each run. */
static void add_run_head(struct text *out, const struct brief *brief, const char *first)
{
    text_add(out, "<thead>\n<tr>");
    add_header_cell(out, "col", first, false);
    for (int i = 0; i < brief->count; i++)
        add_header_cell(out, "col", brief->count == 1 ? "Value" : brief->runs[i].title, true);
    text_add(out, "</tr>\n</thead>\n<tbody>\n");
}

static void end_table(struct text *out)
{
    text_add(out, "</table>\n</div>\n");
}

/* -- assumptions ------------------------------------------------------------------------------------------------ */

static void add_fact(struct text *out, const char *name, const char *value)
{
    text_add(out, "<tr>");
    add_header_cell(out, "row", name, false);
    add_text_cell(out, value);
    text_add(out, "</tr>\n");
}

static void add_span_fact(struct text *out, const char *name, double seconds)
{
    char text[UNIT_TEXT_MAX];
    if (!isnan(seconds))
        add_fact(out, name, quantity_show_span(text, (sim_time)(seconds * 1e9)));
}

#define LIMITS_MOST 24

static void add_limit_facts(const struct folder_meta *meta, struct text *out)
{
    struct text value = {0};
    for (int i = 0; i < meta->limit_count && i < LIMITS_MOST; i++) {
        const struct folder_limit *limit = &meta->limits[i];
        char count[UNIT_TEXT_MAX];
        text_addf(&value, "%s%s %s %s (%s)", i > 0 ? " · " : "", limit->resource, limit->what,
                  unit_show_count(count, limit->limit), limit->of);
    }
    if (meta->limit_count > LIMITS_MOST)
        text_addf(&value, " · %d more", meta->limit_count - LIMITS_MOST);
    if (value.data != NULL)
        add_fact(out, "Limits", value.data);
    text_free(&value);
}

static void add_params(const struct brief *brief, struct text *out)
{
    const struct folder_meta *meta = &brief->runs[0].in.meta;
    for (int i = 0; i < meta->param_count; i++)
        if (!brief_param_differs(brief, meta->params[i].name))
            add_fact(out, meta->params[i].name, brief_param(brief, 0, meta->params[i].name));
    for (int i = 0; i < meta->setting_count; i++) {
        struct text value = {0};
        value_show(&meta->settings[i].value, &value);
        add_fact(out, meta->settings[i].name, value.data == NULL ? "" : value.data);
        text_free(&value);
    }
}

static void add_warnings(const struct brief *brief, struct text *out)
{
    for (int i = 0; i < brief->count; i++) {
        const struct folder_meta *meta = &brief->runs[i].in.meta;
        if (meta->partial) {
            text_add(out, "<p class=\"missed\">Partial: the run “");
            xml_add(out, brief->runs[i].title);
            text_add(out, "” was broken off.</p>\n");
        }
        struct text note = {0};
        if (brief_add_settling(brief, i, &note)) {
            text_add(out, "<p class=\"muted\">Note: ");
            xml_add(out, note.data);
            text_add(out, "</p>\n");
        }
        text_free(&note);
        for (int j = 0; j < meta->warning_count && i == 0; j++) {
            text_add(out, "<p class=\"muted\">Note: ");
            xml_add(out, meta->warnings[j]);
            text_add(out, "</p>\n");
        }
    }
}

void brief_html_assumptions(const struct brief *brief, struct text *out)
{
    const struct folder_meta *meta = &brief->runs[0].in.meta;
    struct text prices = {0}, seed = {0};
    begin_section(out, "assumptions", "Assumptions");
    begin_table(out, brief->count > 1
                         ? "What all runs have in common; what differs stands in the next table."
                         : NULL);
    text_add(out, "<thead>\n<tr>");
    add_header_cell(out, "col", "Assumption", false);
    add_header_cell(out, "col", "Value", false);
    text_add(out, "</tr>\n</thead>\n<tbody>\n");
    add_params(brief, out);
    add_span_fact(out, "Simulated time", meta->duration_s);
    add_span_fact(out, "Warm-up, not measured", meta->warmup_s);
    text_addf(&seed, "%" PRIu64, meta->seed);
    if (meta->reps > 1)
        text_addf(&seed, ", %d replications", meta->reps);
    add_fact(out, "Seed", seed.data);
    if (meta->price_list != NULL) {
        text_addf(&prices, "%s, as of %s", meta->price_list,
                  meta->price_list_date == NULL ? "?" : meta->price_list_date);
        add_fact(out, "Price list", prices.data);
    }
    add_limit_facts(meta, out);
    add_fact(out, "Digest", meta->digest);
    text_add(out, "</tbody>\n");
    end_table(out);
    add_warnings(brief, out);
    text_add(out, "</section>\n");
    text_free(&prices);
    text_free(&seed);
}

/* -- side by side -------------------------------------------------------------------------------------------------- */

static const struct {
    const char *label, *metric, *stat, *unit;
    bool change; /* against the first run, in percent */
} figures[] = {
    {"Requests", "requests", "sum", "count", false},
    {"Latency p50", "latency", "p50", "ms", false},
    {"Latency p99", "latency", "p99", "ms", true},
    {"Latency max", "latency", "max", "ms", false},
    {"Errors", "errors", "mean", "ratio", false},
    {"Throttles", "throttles", "mean", "ratio", false},
    {"Cold starts", "cold", "mean", "ratio", false},
    {"Cost of the run", "cost", "sum", "usd", false},
    {"Cost a month", "cost_month", "sum", "usd", true},
};

/* Below the value: how sure it is, and how far from the first run. */
static void add_remarks(struct text *out, const struct result_row *row,
                        const struct result_row *first, bool change)
{
    char text[UNIT_TEXT_MAX];
    if (row->has_ci && row->ci_high > row->ci_low) {
        text_add(out, "<br><small>± ");
        add_data(out, (row->ci_high - row->ci_low) / 2, row->unit);
        text_add(out, "</small>");
    }
    if (change && first != NULL && first != row && first->value > 0) {
        text_add(out, "<br><small>");
        xml_add(out, quantity_show_change(text, first->value, row->value));
        text_add(out, "</small>");
    }
}

static void add_figure_row(const struct brief *brief, size_t figure, struct text *out)
{
    const struct result_row *first = NULL;
    bool any = false;
    for (int i = 0; i < brief->count; i++)
        any = any ||
              brief_row(&brief->runs[i], "*", figures[figure].metric, figures[figure].stat) != NULL;
    if (!any)
        return;
    text_add(out, "<tr>");
    add_header_cell(out, "row", figures[figure].label, false);
    for (int i = 0; i < brief->count; i++) {
        const struct result_row *row =
            brief_row(&brief->runs[i], "*", figures[figure].metric, figures[figure].stat);
        if (i == 0)
            first = row;
        text_add(out, "<td class=\"n\">");
        if (row == NULL) {
            text_add(out, "–");
        } else {
            add_data(out, row->value, row->unit);
            add_remarks(out, row, i == 0 ? NULL : first, figures[figure].change);
        }
        text_add(out, "</td>");
    }
    text_add(out, "</tr>\n");
}

static void add_differing_params(const struct brief *brief, struct text *out)
{
    const struct folder_meta *meta = &brief->runs[0].in.meta;
    for (int i = 0; i < meta->param_count; i++) {
        const char *name = meta->params[i].name;
        if (!brief_param_differs(brief, name))
            continue;
        text_add(out, "<tr>");
        add_header_cell(out, "row", name, false);
        for (int j = 0; j < brief->count; j++) {
            text_add(out, "<td class=\"n\">");
            xml_add(out, brief_param(brief, j, name));
            text_add(out, "</td>");
        }
        text_add(out, "</tr>\n");
    }
}

void brief_html_runs(const struct brief *brief, struct text *out)
{
    begin_section(out, "figures", brief->count > 1 ? "Side by side" : "Figures");
    begin_table(out, brief->count > 1 ? "All requests of each run; changes are against the first."
                                      : "All requests.");
    add_run_head(out, brief, "Figure");
    add_differing_params(brief, out);
    for (size_t i = 0; i < COUNTOF(figures); i++)
        add_figure_row(brief, i, out);
    text_add(out, "<tr>");
    add_header_cell(out, "row", "SLOs met", false);
    for (int i = 0; i < brief->count; i++) {
        const struct brief_run *run = &brief->runs[i];
        int met = brief_slos_met(run);
        text_addf(out, "<td class=\"n\"><span class=\"%s\">%d of %d</span></td>",
                  met == run->in.slo_count ? "met" : "missed", met, run->in.slo_count);
    }
    text_add(out, "</tr>\n</tbody>\n");
    end_table(out);
    text_add(out, "</section>\n");
}

/* -- cost ----------------------------------------------------------------------------------------------------------- */

#define COSTS_MOST 30

static void add_cost_row(const struct brief *brief, const char *resource, const char *line_item,
                         const double *month_usd, struct text *out)
{
    text_add(out, "<tr>");
    add_header_cell(out, "row", resource, false);
    add_text_cell(out, line_item);
    for (int i = 0; i < brief->count; i++)
        add_number_cell(out, month_usd[i], "usd");
    text_add(out, "</tr>\n");
}

void brief_html_costs(const struct brief *brief, struct text *out)
{
    int count;
    const struct brief_cost *costs = brief_costs(brief, &count);
    double others[BRIEF_RUNS_MAX] = {0};
    begin_section(out, "cost", "Cost a month");
    begin_table(out, "730 hours of the measured traffic at the prices of the list, in USD.");
    text_add(out, "<thead>\n<tr>");
    add_header_cell(out, "col", "Resource", false);
    add_header_cell(out, "col", "Line", false);
    for (int i = 0; i < brief->count; i++)
        add_header_cell(out, "col", brief->count == 1 ? "A month" : brief->runs[i].title, true);
    text_add(out, "</tr>\n</thead>\n<tbody>\n");
    for (int k = 0; k < count && k < COSTS_MOST; k++)
        add_cost_row(brief, costs[k].resource, costs[k].line_item, costs[k].month_usd, out);
    for (int k = COSTS_MOST; k < count; k++)
        for (int i = 0; i < brief->count; i++)
            others[i] += costs[k].month_usd[i];
    if (count > COSTS_MOST)
        add_cost_row(brief, "others", "in cost.csv", others, out);
    text_add(out, "</tbody>\n<tfoot>\n<tr>");
    add_header_cell(out, "row", "Total", false);
    text_add(out, "<td></td>");
    for (int i = 0; i < brief->count; i++)
        add_number_cell(out, brief_cost_month(&brief->runs[i]), "usd");
    text_add(out, "</tr>\n</tfoot>\n");
    end_table(out);
    text_add(out, "</section>\n");
}

/* -- SLOs ------------------------------------------------------------------------------------------------------------ */

static void add_slo_cell(struct text *out, const struct folder_slo *slo)
{
    char margin[UNIT_TEXT_MAX];
    text_add(out, "<td class=\"n\">");
    if (slo == NULL) {
        text_add(out, "–</td>");
        return;
    }
    if (isnan(slo->actual))
        text_add(out, "no data");
    else
        add_data(out, slo->actual, slo->unit);
    text_addf(out, " <span class=\"%s\">%s</span>", slo->passed ? "met" : "missed",
              slo->passed ? "✓ met" : "✗ missed");
    if (slo->margin_ratio < -1 && slo->limit > 0 && slo->actual > 0)
        text_addf(out, "<br><small>%sx the limit</small>",
                  unit_show_number(margin, slo->actual / slo->limit));
    else if (!isnan(slo->margin_ratio))
        text_addf(out, "<br><small>margin %s</small>", unit_show_share(margin, slo->margin_ratio));
    text_add(out, "</td>");
}

void brief_html_slos(const struct brief *brief, struct text *out)
{
    int count;
    const struct brief_slo *slos = brief_slos(brief, &count);
    begin_section(out, "slos", "SLOs");
    if (count == 0) {
        text_add(out, "<p class=\"muted\">The scenario names none.</p>\n</section>\n");
        return;
    }
    begin_table(out, NULL);
    add_run_head(out, brief, "SLO");
    for (int k = 0; k < count; k++) {
        text_add(out, "<tr>");
        add_header_cell(out, "row", slos[k].slo, false);
        for (int i = 0; i < brief->count; i++)
            add_slo_cell(out, slos[k].of[i]);
        text_add(out, "</tr>\n");
    }
    text_add(out, "</tbody>\n");
    end_table(out);
    text_add(out, "</section>\n");
}

/* -- latencies ----------------------------------------------------------------------------------------------------------- */

#define RESOURCES_MOST 16

static void add_latency_table(const struct brief_run *run, const char *caption, struct text *out)
{
    static const char *const stats[] = {"p50", "p90", "p95", "p99", "p99.9", "max"};
    int count;
    const char **resources = brief_resources(run, RESOURCES_MOST, &count);
    begin_table(out, caption);
    text_add(out, "<thead>\n<tr>");
    add_header_cell(out, "col", "Resource", false);
    for (size_t i = 0; i < COUNTOF(stats); i++)
        add_header_cell(out, "col", stats[i], true);
    text_add(out, "</tr>\n</thead>\n<tbody>\n");
    for (int r = 0; r < count; r++) {
        text_add(out, "<tr>");
        add_header_cell(out, "row", strcmp(resources[r], "*") == 0 ? "all requests" : resources[r],
                        false);
        for (size_t i = 0; i < COUNTOF(stats); i++) {
            const struct result_row *row = brief_row(run, resources[r], "latency", stats[i]);
            add_number_cell(out, row == NULL ? NAN : row->value, "ms");
        }
        text_add(out, "</tr>\n");
    }
    text_add(out, "</tbody>\n");
    end_table(out);
    mem_free((void *)resources);
}

void brief_html_latencies(const struct brief *brief, struct text *out)
{
    begin_section(out, "latencies", "Latency by resource");
    for (int i = 0; i < brief->count && i < BRIEF_RUNS_SHOW; i++)
        add_latency_table(&brief->runs[i],
                          brief->count > 1 ? brief->runs[i].title : "The busiest first.", out);
    text_add(out, "</section>\n");
}
