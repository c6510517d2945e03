/* section.h - the parts of the summary, each from one result onto one page.
 *
 * A section prints its own heading and ends with an empty line; where a result has nothing for it, it
 * prints nothing at all. text.h puts them in the order of CONTRACT 4.
 */
#ifndef TEPID_REPORT_SECTION_H
#define TEPID_REPORT_SECTION_H

#include "report/lookup.h"
#include "report/page.h"

#define SECTION_MARGIN   4  /* column where the rows of a section start */
#define SECTION_NUMBERS  30 /* column where the columns of numbers start, on the narrowest page */
#define SECTION_COLUMN   7  /* width of a column of numbers */
#define SECTION_BUSIEST  16
#define SECTION_ROWS_MAX 40 /* rows of one section; the files have them all */

struct section {
    struct page *page;
    const struct result *result;
    const struct lookup *lookup;
    double least_requests; /* of a node that is shown, where there are too many for a page */
};

/* Finds least_requests: with more than SECTION_BUSIEST nodes, only the busiest are shown. */
void section_choose(struct section *section);
/* True if the node is among those to show. */
bool section_shows(const struct section *section, int node);

void section_slo(const struct section *section);
void section_latency(const struct section *section);
void section_stages(const struct section *section);
void section_capacity(const struct section *section);
void section_cost(const struct section *section);
/* Where traces were asked for: the slowest five. */
void section_traces(const struct section *section);
/* What the run shows unasked: the most important first, each with the effect of its change. */
void section_insights(const struct section *section);
/* One of them, as in that section. */
struct insight;
void section_insight(struct page *page, const struct insight *insight);
/* The gravest of each variant, but for what was said about one before it. */
void section_insights_of_variants(struct page *page, struct result *const *results, int count);

/* For the sections themselves. */

/* The heading of a section; columns of numbers may follow on the same line. */
void section_heading(const struct section *section, const char *heading);
/* What to call a node: "all requests" for the application, else its name. */
const char *section_node_label(const struct result_node *node);
/* The last row of a section that has more than it shows. */
void section_more(const struct section *section, int count, const char *file);
/* Half the width of a row's confidence interval; NAN without one or with one replication. */
double section_half_width(const struct section *section, const struct result_row *row);

#endif
