/* text_sweep.h - a sweep as the terminal shows it: a row a point, the cheapest and the best marked, the answer in words.
 *
 * Up to SWEEP_ROWS_SHOWN points all have their row; of more, those that matter and some in between.
 */
#ifndef TEPID_REPORT_TEXT_SWEEP_H
#define TEPID_REPORT_TEXT_SWEEP_H

#include "report/text.h"
#include "run/sweep_table.h"

#define SWEEP_ROWS_SHOWN 30

struct text_sweep_info {
    int jobs, ranks;
    double wall_s;
    const struct scenario *scenario; /* the file as it stands; NULL: not at hand */
};

void text_write_sweep(const struct sweep_table *table, const struct text_sweep_info *info,
                      const struct text_options *options, struct text *out);

/* True for the points that have a row, by index; the caller frees with mem_free. */
bool *text_sweep_rows(const struct sweep_table *table);

#endif
