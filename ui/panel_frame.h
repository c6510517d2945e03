/* panel_frame.h - the frame of a panel: its box, title and subtitle, what it says when there is nothing to show, and its table.
 *
 * All measures grow with the size of type, so that nothing overlaps at 200 %.
 */
#ifndef TEPID_UI_PANEL_FRAME_H
#define TEPID_UI_PANEL_FRAME_H

#include "ui/view.h"

/* In the order of `panels`. */
enum panel_id {
    PANEL_LATENCY,
    PANEL_CONCURRENCY,
    PANEL_STAGES,
    PANEL_HEAT,
    PANEL_COST,
    PANEL_MAP,
    PANEL_TRAFFIC,
    PANEL_FAILURES,
    PANEL_COLD,
    PANEL_INSTANCES,
    PANEL_QUEUE_DEPTH,
    PANEL_QUEUE_AGE,
    PANEL_READS,
    PANEL_WRITES,
    PANEL_COUNT
};

static inline bool view_still(const struct view *view)
{
    return view->pass != PASS_MOVING;
}
static inline bool view_moving(const struct view *view)
{
    return view->pass != PASS_STILL;
}

/* Height of a line of type. */
double view_line_height(const struct view *view, enum type_style style);

/* Draws the box with the panel's title and a subtitle (still pass), registers it as "panel.<id>" (moving pass); returns what is left
 * for its body. Whatever has to stand right of the title (toggles) takes `reserved` pixels from the subtitle. */
struct rect panel_frame(struct view *view, enum panel_id panel, struct rect where,
                        const char *subtitle, double reserved);

/* One honest line in the middle of where a chart would be (still pass). */
void panel_empty(struct view *view, struct rect body, const char *why);
/* The same for a page, in whatever pass. */
void view_empty(struct view *view, struct rect body, const char *why);

/* A box of a page, with a title; returns its body. No pass is asked. */
struct rect view_box(struct view *view, struct rect where, const char *title, const char *subtitle);

#endif
