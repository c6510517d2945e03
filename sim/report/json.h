/* json.h - meta.json and the object that --json prints (CONTRACT 5).
 *
 * meta.json says how to get the same folder again: what was run, with which settings, and what came out
 * as a fingerprint. It is the same bytes for the same run, so it knows no clock, no thread count and no path; those
 * who want the wall time find it under `performance`, which only --json has.
 */
#ifndef TEPID_REPORT_JSON_H
#define TEPID_REPORT_JSON_H

#include "report/json_out.h"
#include "run/result.h"
#include "scenario/script.h"

/* What a result does not know about itself. */
struct report_info {
    const char *version;              /* of tepid */
    const struct override *overrides; /* --set */
    int override_count;
    int64_t peak_rss_bytes; /* of the process; for `performance` only */
};

/* The content of meta.json. */
void json_write_meta(const struct result *result, const struct report_info *info, struct text *out);

/* What --json prints: one object, or {"runs": [...]} when there are several. */
void json_write_runs(struct result *const *results, int count, const struct report_info *info,
                     struct text *out);

/* Version of the JSON library the price lists are read with. */
const char *json_library_version(void);

#endif
