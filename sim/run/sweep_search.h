/* sweep_search.h - which points to look at next. Private to run/.
 *
 * Both searches work in rounds: they look at a table in which everything asked for is done, and add points or are at their end. What
 * they ask for depends on the table alone.
 *
 * Refining halves the gaps beside the best and the cheapest point and the gaps across which the SLOs stop to hold, along every parameter
 * of numbers; at most SWEEP_REFINE_ROUNDS times and SWEEP_REFINE_POINTS points. It only adds points, so it is never worse than the grid.
 *
 * Finding needs values on both sides of the edge. Without a range it doubles and halves from the value in force; then each round cuts
 * the gap that holds the edge into four, until whole numbers are neighbours or the gap is SWEEP_FIND_GAP of the value. Starting from
 * the lowest value: if it meets the SLOs, the edge is the first where they stop to hold, so everything below passes; if not, the
 * last where they begin to hold.
 */
#ifndef TEPID_RUN_SWEEP_SEARCH_H
#define TEPID_RUN_SWEEP_SEARCH_H

#include "run/sweep_table.h"

#define SWEEP_REFINE_ROUNDS 8
#define SWEEP_REFINE_POINTS 64
#define SWEEP_FIND_ROUNDS   24
#define SWEEP_FIND_GAP      0.01
#define SWEEP_FIND_REQUESTS 20000000 /* of a point: nothing beyond is tried without a range */

struct sweep_search {
    bool refine;
    int find;     /* the parameter, or -1 */
    bool bounded; /* the sweep gives a range: nothing outside is tried */
    int rounds, added;
};

/* How many points it added; 0: it is over, and table->find says what was found. */
int sweep_search_more(struct sweep_search *search, struct sweep_table *table);

#endif
