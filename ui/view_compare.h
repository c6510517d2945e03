/* view_compare.h - the page that holds the baseline (A) against the current run (B).
 *
 * Both curves of one metric over each other, the difference B - A in a strip below on its own scale, what is set differently, and
 * the paired differences of all results with their 95 % intervals (run/compare.h). Where an interval leaves in 0 the page says "no
 * significant difference" in so many words.
 */
#ifndef TEPID_UI_VIEW_COMPARE_H
#define TEPID_UI_VIEW_COMPARE_H

#include "ui/view.h"

/* As struct page wants them. */
void *compare_page_new(void);
void compare_page_free(void *state); /* accepts NULL */
struct wish compare_page_draw(struct view *view, void *state, struct rect where);
/* The rows of the table. */
void compare_page_csv(struct view *view, void *state, struct text *out);

#endif
