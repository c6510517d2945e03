/* theory_out.h - the closed-form twin (run/theory.h) on a page and as JSON, beside what was simulated if there is a result.
 */
#ifndef TEPID_REPORT_THEORY_OUT_H
#define TEPID_REPORT_THEORY_OUT_H

#include "report/json_out.h"
#include "report/page.h"
#include "run/result.h"
#include "run/theory.h"

/* The section THEORY; `result` may be NULL. Ends with an empty line. */
void theory_put(struct page *page, const struct theory *theory, const struct result *result);

/* Members "theory", an array of {resource, metric, stat, unit, theory, simulated, ci_low, ci_high, law, aside}, and "theory_gaps" of {resource, about,
 * why}, in the open object. */
void theory_add_json(struct json *json, const struct theory *theory, const struct result *result);

#endif
