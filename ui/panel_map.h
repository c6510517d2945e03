/* panel_map.h - the small map of the dashboard: a ring for each resource, dots for its requests. A click opens the page of the map at that card.
 */
#ifndef TEPID_UI_PANEL_MAP_H
#define TEPID_UI_PANEL_MAP_H

#include "ui/view.h"

struct wish panel_map_draw(struct view *view, struct rect where);
void panel_map_csv(struct view *view, struct text *out);
bool panel_map_applies(const struct record *record);

/* A row for each resource at the cursor; the page of the map has the same. */
void map_csv(struct view *view, struct text *out);

#endif
