/* panel_latency.h - percentiles of the application's latency over time, with its objective.
 *
 * A point is the percentile of all requests answered in its bin, from merged histograms; the subtitle says how long a bin is and on
 * how many requests it stands. A percentile of too few requests (fewer than 100 / (1 - p)) is drawn in grey. An objective on
 * a percentile is a dashed line; the time in which samples were above it is shaded and told as a share.
 */
#ifndef TEPID_UI_PANEL_LATENCY_H
#define TEPID_UI_PANEL_LATENCY_H

#include "ui/view.h"

struct wish panel_latency_draw(struct view *view, struct rect where);
void panel_latency_csv(struct view *view, struct text *out);

#endif
