/* text.h - the summary of a run as the terminal shows it (CONTRACT 4).
 *
 * A run: who and what, SLOs first, then latency, where the time goes, capacity, cost, warnings, and the folder
 * with the files. Several variants: one table, a row each, with the change against the first.
 */
#ifndef TEPID_REPORT_TEXT_H
#define TEPID_REPORT_TEXT_H

#include "core/text.h"
#include "run/result.h"

struct text_options {
    int width; /* columns of the terminal; cut to 80 .. 120 */
    bool colour;
    const char *folder;         /* where the files are, or NULL */
    const char *const *folders; /* of each variant, or NULL */
    bool theory;                /* the closed-form twin of each run as well */
};

void text_write_run(const struct result *result, const struct text_options *options,
                    struct text *out);
void text_write_variants(struct result *const *results, int count,
                         const struct text_options *options, struct text *out);

#endif
