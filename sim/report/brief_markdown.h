/* brief_markdown.h - a report as Markdown, for a pull request or a wiki: tables, and the four drawings as SVG files beside it.
 *
 * Whatever a scenario names is escaped, so that it reads as it is written.
 */
#ifndef TEPID_REPORT_BRIEF_MARKDOWN_H
#define TEPID_REPORT_BRIEF_MARKDOWN_H

#include "report/brief.h"

/* Refers to the files by the names of brief_chart_files. */
void brief_write_markdown(const struct brief *brief, const char *version, struct text *out);

#endif
