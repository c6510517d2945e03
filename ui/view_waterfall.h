/* view_waterfall.h - one traced request as a tree of spans over time: what it called, when, how long, and where it failed.
 *
 * Spans stand in the order of the tree (a child below its parent, children by start), each with the line of the scenario that made the
 * call. The part of a span that was spent waiting for capacity is drawn light, the rest full. Of a failed request the span that failed
 * first and deepest is named as the root cause.
 */
#ifndef TEPID_UI_VIEW_WATERFALL_H
#define TEPID_UI_VIEW_WATERFALL_H

#include "ui/view.h"

/* What a request set off may go on long after it was answered: then only the time up to the answer is shown, unless *whole, which a button
 * changes. */
void waterfall_draw(struct view *view, struct rect where, const struct trace_set *set,
                    const struct trace_request *request, bool *whole);

/* Words and marks that the list of requests shares with it. */
const char *trace_place_name(const struct record_info *info, int32_t resource);
const char *trace_outcome_word(enum outcome outcome);
enum health trace_outcome_health(enum outcome outcome);

#endif
