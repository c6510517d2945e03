/* view_map.h - the page of the map: a card for each resource, edges with their rates, requests as dots that move in simulated time.
 *
 * Drag pans, the wheel zooms at the mouse, Fit shows all of it. Clicking a card opens its side sheet (view_sheet.h). Where there are more than
 * forty cards they become one line each; names and figures shrink with the zoom and are left out when they could not be read.
 */
#ifndef TEPID_UI_VIEW_MAP_H
#define TEPID_UI_VIEW_MAP_H

#include "ui/view.h"

/* As struct page wants them. */
void *map_page_new(void);
void map_page_free(void *state);                                             /* accepts NULL */
void map_page_show(struct view *view, void *state, const struct wish *wish); /* WISH_NODE */
struct wish map_page_draw(struct view *view, void *state, struct rect where);
void map_page_csv(struct view *view, void *state, struct text *out);

#endif
