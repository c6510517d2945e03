/* variant_slos.h - what every SLO came to in every variant, side by side.
 *
 * The table of variants shows the same few figures for every scenario; what the SLOs of this one are about
 * need not be among them. So each SLO is a row here and each variant a column, as many columns at a
 * time as the page has room for.
 */
#ifndef TEPID_REPORT_VARIANT_SLOS_H
#define TEPID_REPORT_VARIANT_SLOS_H

#include "report/page.h"
#include "run/result.h"

/* Nothing if no variant has an SLO. */
void variant_slos_put(struct page *page, struct result *const *results, int count);

#endif
