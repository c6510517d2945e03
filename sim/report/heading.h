/* heading.h - what stands above and below every summary: who was run, under which conditions, how
 * far it came, and where the files are.
 */
#ifndef TEPID_REPORT_HEADING_H
#define TEPID_REPORT_HEADING_H

#include "report/page.h"
#include "run/result.h"

/* Name and question; `variant` may be NULL. */
void heading_title(struct page *page, const struct scenario *scenario, const char *variant);

/* Simulated time, seed, prices; at the right what it took. */
void heading_conditions(struct page *page, const struct result *result, uint64_t requests,
                        double wall_s);

/* What --precision came to; nothing where nobody asked. */
void heading_precision(struct page *page, const struct result *result);

/* A run that was measured before it had settled; nothing for others. */
void heading_settling(struct page *page, const struct result *result);

/* A part of a day measured where a source follows a day (day_part.h), for who shows no insights; nothing for others. */
void heading_day_part(struct page *page, const struct scenario *scenario, sim_time from, sim_time to);

/* Nothing for a complete run. */
void heading_partial(struct page *page, const struct result *result);

/* "partial: 16h25m of 24h" behind a section's heading: its figures rest on a part of the run.
 * Nothing for a complete one. */
void heading_extent(struct page *page, const struct result *result);

/* The folder and its files; nothing if `folder` is NULL. `files` ends with NULL. */
void heading_folder(struct page *page, const char *folder, const char *const *files);

#endif
