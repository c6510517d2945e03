/* brief_html.c - the page; its tables are in brief_html_tables.c. See brief_html.h. */
#include "report/brief_html.h"

#include <math.h>
#include <string.h>

#include "chart/xml.h"
#include "report/brief_charts.h"
#include "report/csv.h"

/* -- head -------------------------------------------------------------------------------------------------- */

static const char style[] =
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 "
    "Inter,system-ui,-apple-system,"
    "\"Segoe UI\",sans-serif;font-variant-numeric:tabular-nums}\n"
    "main{max-width:1000px;margin:0 auto;padding:24px 16px 48px}\n"
    "h1,h2,h3{color:var(--strong);line-height:1.25;margin:0}\n"
    "h1{font-size:26px}h2{font-size:18px;margin:36px 0 10px}h3{font-size:15px;margin:18px 0 6px}\n"
    "p{margin:6px 0}.question{font-size:17px;color:var(--strong)}.verdict{border-left:3px solid "
    "var(--accent);padding-left:12px;margin:14px 0}\n"
    ".muted,small,figcaption,caption,footer{color:var(--muted);font-size:13px}\n"
    ".scroll{overflow-x:auto;-webkit-overflow-scrolling:touch}\n"
    "table{border-collapse:collapse;font-size:14px;min-width:min(100%,620px)}\n"
    "caption{text-align:left;padding:8px 0 6px}\n"
    "th,td{padding:5px 12px 5px 0;text-align:left;vertical-align:baseline;border-bottom:1px solid "
    "var(--grid)}\n"
    "thead th{color:var(--muted);font-weight:600;font-size:13px}tbody th{font-weight:500}\n"
    ".n{text-align:right;white-space:nowrap}tfoot th,tfoot td{font-weight:600;color:var(--strong);"
    "border-bottom:0}\n"
    ".met{color:var(--ok)}.missed{color:var(--fault);font-weight:600}\n"
    ".charts{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:16px}\n"
    "figure{margin:0;min-width:0}figure "
    "svg{display:block;width:100%;height:auto}figcaption{margin-top:"
    "6px}\n"
    "pre{background:var(--panel);border:1px solid var(--border);border-radius:6px;padding:10px "
    "12px;"
    "overflow-x:auto;font:13px/1.5 ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap;"
    "overflow-wrap:anywhere}\n"
    "ul.insights{list-style:none;padding:0;margin:0}ul.insights li{border-left:3px solid "
    "var(--muted);padding:2px 0 2px 12px;margin:10px 0;overflow-wrap:anywhere}\n"
    "ul.insights li.critical{border-color:var(--fault)}ul.insights li.warning{border-color:"
    "var(--client-error)}\n"
    "code{font:13px ui-monospace,Menlo,Consolas,monospace}\n"
    "@media(max-width:640px){.charts{grid-template-columns:minmax(0,1fr)}main{padding:16px 12px "
    "32px}h1{font-size:22px}}\n";

static const char print_style[] =
    "body{background:#fff;font-size:12px}main{max-width:none;padding:0}.scroll{overflow:visible}"
    "table{font-size:11px}figure,tr,li,pre{break-inside:avoid}h2,h3{break-after:avoid}"
    "thead{display:table-header-group}tfoot{display:table-row-group}.muted,small,figcaption,"
    "caption,"
    "footer{font-size:10px}}\n@page{margin:16mm 14mm}\n";

/* On paper the page is light, whatever the screen prefers. */
static void add_print_style(struct text *out)
{
    text_add(out, "@media print{:root{");
    for (int token = 0; token < THEME_TOKENS; token++) {
        char name[THEME_NAME_MAX];
        struct colour colour = theme_token(&theme_light, token);
        text_addf(out, "--%s:#%02x%02x%02x;", theme_token_name(name, token), colour.r, colour.g,
                  colour.b);
    }
    text_add(out, "}");
    text_add(out, print_style);
}

static void add_head(const struct brief *brief, struct text *out)
{
    text_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                  "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    xml_add(out, brief->heading);
    text_add(out, " – tepid report</title>\n<style>\n");
    svg_add_style(out);
    text_add(out, style);
    add_print_style(out);
    text_add(out, "</style>\n</head>\n");
}

/* -- parts ------------------------------------------------------------------------------------------------------ */

static void add_header(const struct brief *brief, struct text *out)
{
    struct text verdict = {0};
    text_add(out, "<header>\n<h1>");
    xml_add(out, brief->heading);
    text_add(out, "</h1>\n");
    const char *question = brief->runs[0].in.meta.question;
    if (question != NULL && question[0] != '\0') {
        text_add(out, "<p class=\"question\">");
        xml_add(out, question);
        text_add(out, "</p>\n");
    }
    brief_add_verdict(brief, &verdict);
    text_add(out, "<p class=\"verdict\">");
    xml_add(out, verdict.data);
    text_add(out, "</p>\n</header>\n");
    text_free(&verdict);
}

static void add_charts(const struct brief *brief, struct text *out)
{
    text_add(out, "<section aria-labelledby=\"charts\">\n<h2 id=\"charts\">Charts</h2>\n"
                  "<div class=\"charts\">\n");
    for (int chart = 0; chart < BRIEF_CHARTS; chart++) {
        struct text caption = {0};
        text_add(out, "<figure>\n");
        brief_draw(brief, (enum brief_chart)chart, SVG_INLINE, out, &caption);
        text_add(out, "<figcaption>");
        xml_add(out, caption.data);
        text_add(out, "</figcaption>\n</figure>\n");
        text_free(&caption);
    }
    text_add(out, "</div>\n</section>\n");
}

/* -- insights --------------------------------------------------------------------------------------------------- */

#define INSIGHTS_MOST 12 /* of a run */

/* The unit of "hello.latency.p99": that of the row of summary.csv with this name. */
static const char *unit_of(const struct brief_run *run, const char *path)
{
    struct text name = {0};
    const char *unit = "count";
    for (int i = 0; i < run->in.row_count; i++) {
        const struct result_row *row = &run->in.rows[i];
        name.length = 0;
        if (strcmp(row->resource, "*") != 0)
            text_addf(&name, "%s.", row->resource);
        text_addf(&name, "%s.%s", row->metric, row->stat);
        if (strcmp(name.data, path) == 0)
            unit = row->unit;
    }
    text_free(&name);
    return unit;
}

static void add_effect(const struct brief_run *run, int row, struct text *out)
{
    const struct folder_table *table = &run->insights;
    const char *metric = folder_cell(table, row, folder_column(table, "effect_metric"));
    double before = folder_number(table, row, folder_column(table, "before"));
    double after = folder_number(table, row, folder_column(table, "after"));
    double saving = folder_number(table, row, folder_column(table, "saving_usd_month"));
    char a[UNIT_TEXT_MAX], b[UNIT_TEXT_MAX], saved[UNIT_TEXT_MAX];
    if (metric[0] != '\0' && !isnan(before) && !isnan(after)) {
        text_add(out, "<br><small>Simulated again with it: ");
        xml_add(out, metric);
        const char *unit = unit_of(run, metric);
        text_addf(out, " %s → %s", brief_show(a, before, unit), brief_show(b, after, unit));
        if (!isnan(saving))
            text_addf(out, ", %s%s a month", saving >= 0 ? "saves " : "costs ",
                      unit_show_money(saved, fabs(saving)));
        text_add(out, ".</small>");
    }
}

static void add_insight(const struct brief_run *run, int row, struct text *out)
{
    const struct folder_table *table = &run->insights;
    const char *severity = folder_cell(table, row, folder_column(table, "severity"));
    const char *change = folder_cell(table, row, folder_column(table, "change"));
    bool known = strcmp(severity, "critical") == 0 || strcmp(severity, "warning") == 0;
    text_addf(out, "<li%s%s%s><strong>", known ? " class=\"" : "", known ? severity : "",
              known ? "\"" : "");
    xml_add(out, folder_cell(table, row, folder_column(table, "rule")));
    text_add(out, "</strong> ");
    xml_add(out, severity);
    text_add(out, " · ");
    xml_add(out, folder_cell(table, row, folder_column(table, "resource")));
    text_add(out, "<br>");
    xml_add(out, folder_cell(table, row, folder_column(table, "message")));
    if (change[0] != '\0') {
        text_add(out, "<br>Try <code>");
        xml_add(out, change);
        text_add(out, "</code>");
    }
    add_effect(run, row, out);
    text_add(out, "</li>\n");
}

static void add_insights(const struct brief *brief, struct text *out)
{
    bool any = false;
    text_add(out, "<section aria-labelledby=\"insights\">\n<h2 id=\"insights\">Insights</h2>\n");
    for (int i = 0; i < brief->count; i++) {
        const struct folder_table *table = &brief->runs[i].insights;
        if (table->row_count == 0)
            continue;
        any = true;
        if (brief->count > 1) {
            text_add(out, "<h3>");
            xml_add(out, brief->runs[i].title);
            text_add(out, "</h3>\n");
        }
        text_add(out, "<ul class=\"insights\">\n");
        for (int row = 0; row < table->row_count && row < INSIGHTS_MOST; row++)
            add_insight(&brief->runs[i], row, out);
        text_add(out, "</ul>\n");
        if (table->row_count > INSIGHTS_MOST)
            text_addf(out, "<p class=\"muted\">%d more in insights.csv.</p>\n",
                      table->row_count - INSIGHTS_MOST);
    }
    if (!any)
        text_add(out,
                 "<p class=\"muted\">None: no rule found anything, or insights were off.</p>\n");
    text_add(out, "</section>\n");
}

static void add_reproduce(const struct brief *brief, const char *version, struct text *out)
{
    struct text command = {0};
    text_add(out,
             "<section aria-labelledby=\"again\">\n<h2 id=\"again\">Reproduce</h2>\n"
             "<p>The same file, parameters and seed give the same figures to the last digit.</p>\n"
             "<pre><code>");
    for (int i = 0; i < brief->count; i++) {
        command.length = 0;
        brief_add_command(brief, i, &command);
        xml_add(out, command.data);
        text_add(out, "\n");
    }
    text_add(out, "</code></pre>\n</section>\n<footer>\n<p>Simulated by tepid ");
    xml_add(out, brief->runs[0].in.meta.version);
    text_add(out, "; page by tepid ");
    xml_add(out, version);
    text_add(out, ".</p>\n</footer>\n");
    text_free(&command);
}

void brief_write_html(const struct brief *brief, const char *version, struct text *out)
{
    add_head(brief, out);
    text_add(out, "<body>\n<main>\n");
    add_header(brief, out);
    brief_html_assumptions(brief, out);
    brief_html_runs(brief, out);
    add_charts(brief, out);
    brief_html_costs(brief, out);
    brief_html_slos(brief, out);
    add_insights(brief, out);
    brief_html_latencies(brief, out);
    add_reproduce(brief, version, out);
    text_add(out, "</main>\n</body>\n</html>\n");
}
