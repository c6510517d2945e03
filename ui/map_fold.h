/* map_fold.h - a layered layout whose layers are too tall for the page, folded: each into several columns.
 *
 * A hundred cards of one layer in one column can only be read by scrolling. Folded, the cards of a layer stand row by row in as many columns as
 * make all of the map largest on the page; their order from top to bottom stays, and edges run straight between cards.
 */
#ifndef TEPID_UI_MAP_FOLD_H
#define TEPID_UI_MAP_FOLD_H

#include "chart/graph.h"
#include "core/arena.h"

/* Replaces the layout (in the same arena) if that lets it be shown larger in width x height. */
void map_fold(struct arena *arena, const struct graph *graph, struct graph_layout *layout,
              double width, double height);

#endif
