/* fuzzy.h - how well a few typed letters fit a name: what the command palette sorts by.
 *
 * All letters must occur in order, whatever their case. It fits better where they begin words, follow each other, and where little is left over.
 */
#ifndef TEPID_UI_FUZZY_H
#define TEPID_UI_FUZZY_H

#include <stdint.h>

/* Below 0: it does not fit. Nothing typed fits everything, with 0. `hits` (bit i: letter i of the name, the first 64) may be NULL. */
int fuzzy_score(const char *typed, const char *name, uint64_t *hits);

#endif
