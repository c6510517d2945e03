/* brief_html.h - a report as one HTML page that needs nothing else: no network, no script, no font, no file beside it.
 *
 * Drawings are inline SVG in colours of the page, which follow the reader's light or dark preference; on paper it is light. Every figure from
 * summary.csv, slo.csv and cost.csv stands in a <data value="..."> with its full digits. Whatever a scenario names is escaped.
 */
#ifndef TEPID_REPORT_BRIEF_HTML_H
#define TEPID_REPORT_BRIEF_HTML_H

#include "report/brief.h"

void brief_write_html(const struct brief *brief, const char *version, struct text *out);

/* brief_html_tables.c: the parts of the page that are tables. */
void brief_html_assumptions(const struct brief *brief, struct text *out);
void brief_html_runs(const struct brief *brief, struct text *out);
void brief_html_costs(const struct brief *brief, struct text *out);
void brief_html_slos(const struct brief *brief, struct text *out);
void brief_html_latencies(const struct brief *brief, struct text *out);

#endif
